//! Where notifications are kept, and who may still read one.

use uuid::Uuid;

use super::facts::Facts;
use super::kinds::{Audience, Kind};
use crate::actor::{Actor, Role};
use crate::backend::context::Visit;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::writing::model::excerpt;
use crate::{ask, on};

/// Who reads: what decides what they may still know.
#[derive(Clone, Debug)]
pub struct Reader {
    pub role: Role,
    /// The companies that a representative acts for.
    pub companies: Vec<Uuid>,
    pub language: Language,
}

impl Reader {
    pub fn of(actor: &Actor, language: Language) -> Self {
        let companies = actor.affiliations.iter().map(|affiliation| affiliation.company).collect();
        Self { role: actor.role, companies, language }
    }
}

/// A notification as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Notification {
    pub id: Uuid,
    pub kind: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub company_id: Option<Uuid>,
    path: String,
    facts: String,
    pub changes: i64,
    pub changed_at: i64,
    pub read_at: Option<i64>,
}

/// The columns of [`Notification`].
pub(super) const COLUMNS: &str =
    "id, kind, subject_kind, subject_id, company_id, path, facts, changes, changed_at, read_at";

impl Notification {
    /// Its kind and facts for this reader; none when they may no longer know: the company is not theirs any more, or they
    /// no longer work in the zone. It is asked anew with each reading, so what ended in between is not told.
    pub fn told(&self, reader: &Reader) -> Option<(Kind, Facts)> {
        let kind = Kind::from_code(&self.kind)?;
        let company = self.company_id.or((self.subject_kind == "company").then_some(self.subject_id));
        // What belongs to a company, and was told to somebody who worked for the zone then.
        let of_company = matches!(self.subject_kind.as_str(), "company" | "message" | "agreement" | "obligation");
        let open = match reader.role {
            role if role.works_in_zone() => true,
            _ if kind.audience() == Audience::Zone => false,
            // Experts know companies by name alone.
            Role::Expert => !of_company,
            _ => company.map_or(!of_company, |company| reader.companies.contains(&company)),
        };
        open.then(|| (kind, Facts::read(&self.facts, reader.language, reader.role.works_in_zone())))
    }

    /// Its facts as a company's mailbox may read them.
    pub(super) fn facts_for(&self, language: Language) -> Facts {
        Facts::read(&self.facts, language, false)
    }

    /// Where it leads: the record's page, for the company that it is about.
    pub fn url(&self) -> String {
        let Some(company) = self.company_id else { return self.path.clone() };
        let (path, place) = self.path.split_once('#').map_or((self.path.as_str(), ""), |(path, place)| (path, place));
        let and = if path.contains('?') { '&' } else { '?' };
        let hash = if place.is_empty() { "" } else { "#" };
        format!("{path}{and}for={company}{hash}{place}")
    }
}

/// A page of somebody's notifications, the latest first, and how many there are in all.
pub async fn list(
    tx: &mut Tx,
    account: Uuid,
    unread: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Notification>, i64)> {
    let filter = |sql: &mut Sql| {
        sql.bind(" FROM notifications WHERE account_id = ?", account);
        if unread {
            sql.push(" AND read_at IS NULL");
        }
    };
    let mut count = Sql::new("SELECT count(*)");
    filter(&mut count);
    let mut sql = Sql::new("SELECT ");
    sql.push(COLUMNS);
    filter(&mut sql);
    sql.push(" ORDER BY changed_at DESC, id DESC").limit(limit, offset);
    Ok((sql.rows(tx).await?, count.number(tx).await?))
}

/// Notes that somebody has read one of their notifications. What is not theirs, or not there any more, is passed over.
pub async fn mark_read(tx: &mut Tx, account: Uuid, id: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE notifications SET read_at = $1 WHERE id = $2 AND account_id = $3 AND read_at IS NULL"
    )
    .bind(now.0)
    .bind(id)
    .bind(account)
    .execute(c)
    .await)?;
    Ok(())
}

/// Notes that somebody has read all that stood in their list at `until`; what came later stays unread.
pub async fn mark_all_read(tx: &mut Tx, account: Uuid, until: Timestamp, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE notifications SET read_at = $1 WHERE account_id = $2 AND read_at IS NULL AND changed_at <= $3"
    )
    .bind(now.0)
    .bind(account)
    .bind(until.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// Somebody looks at a record's page: what they were told of it is read. Every page of a record that people are told of
/// says so, after it found the record; the bell on that very page counts no longer what is on it.
///
/// It is written beside the answer, for a page only reads, and only when there is something unread; never for what a
/// browser fetches ahead, nor for an administrator who looks as somebody else.
pub async fn seen(visit: &Visit, tx: &mut Tx, actor: &mut Actor, subject: Uuid) -> Result<()> {
    seen_all(visit, tx, actor, &[subject]).await
}

/// The same for a page that shows several records whole.
pub async fn seen_all(visit: &Visit, tx: &mut Tx, actor: &mut Actor, subjects: &[Uuid]) -> Result<()> {
    if actor.unread == 0 || actor.viewer.is_some() || visit.is_ahead {
        return Ok(());
    }
    let (account, now) = (actor.id, visit.now());
    let mut sql = Sql::new("SELECT count(*) FROM notifications WHERE ");
    sql.bind_in("subject_id", subjects).bind(" AND account_id = ? AND read_at IS NULL", account);
    let unread = sql.number(tx).await?;
    if unread > 0 {
        actor.unread = (actor.unread - unread).max(0);
        let (visit, subjects) = (visit.clone(), subjects.to_vec());
        tokio::spawn(async move {
            if let Err(error) = note_seen(&visit, account, &subjects, now).await {
                tracing::warn!(%error, "that a record was looked at was not noted");
            }
        });
    }
    Ok(())
}

async fn note_seen(visit: &Visit, account: Uuid, subjects: &[Uuid], now: Timestamp) -> Result<()> {
    let mut tx = visit.backend.database.begin().await?;
    let mut sql = Sql::new("UPDATE notifications");
    sql.bind(" SET read_at = ?", now.0).bind(" WHERE account_id = ? AND read_at IS NULL AND ", account);
    sql.bind_in("subject_id", subjects).bind(" AND changed_at <= ?", now.0);
    sql.execute(&mut tx).await?;
    tx.commit().await
}

/// Puts another text in the place of one that people were told, where it was edited or removed since. Both are cut as in a
/// notification.
pub async fn retell(tx: &mut Tx, subject: Uuid, before: &str, after: &str) -> Result<()> {
    let (before, after) = (excerpt(before), excerpt(after));
    if before.is_empty() || before == after {
        return Ok(());
    }
    let told: Vec<(Uuid, String)> =
        ask!(&mut *tx, |c| sqlx::query_as("SELECT id, facts FROM notifications WHERE subject_id = $1")
            .bind(subject)
            .fetch_all(c)
            .await)?;
    for (id, facts) in told {
        let Ok(mut facts) = serde_json::from_str::<serde_json::Value>(&facts) else { continue };
        if facts.get("text").and_then(serde_json::Value::as_str) != Some(before.as_str()) {
            continue;
        }
        facts["text"] = after.clone().into();
        on!(&mut *tx, |c| sqlx::query("UPDATE notifications SET facts = $1 WHERE id = $2")
            .bind(facts.to_string())
            .bind(id)
            .execute(c)
            .await)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(company: Option<u128>, kind: &str) -> Notification {
        Notification {
            id: Uuid::nil(),
            kind: kind.to_owned(),
            subject_kind: "enquiry".to_owned(),
            subject_id: Uuid::from_u128(1),
            company_id: company.map(Uuid::from_u128),
            path: "/enquiries/1?tab=a#b".to_owned(),
            facts: "{}".to_owned(),
            changes: 1,
            changed_at: 0,
            read_at: None,
        }
    }

    fn reader(role: Role) -> Reader {
        Reader { role, companies: vec![Uuid::from_u128(7)], language: Language::En }
    }

    #[test]
    fn links_name_the_company_they_are_about() {
        let company = Uuid::from_u128(7);
        assert_eq!(about(Some(7), "message").url(), format!("/enquiries/1?tab=a&for={company}#b"));
        assert_eq!(about(None, "message").url(), "/enquiries/1?tab=a#b");
    }

    #[test]
    fn who_may_no_longer_know_is_not_told() {
        let rep = reader(Role::Representative);
        assert!(about(Some(7), "message").told(&rep).is_some());
        assert!(about(Some(8), "message").told(&rep).is_none(), "another's company");
        assert!(about(None, "join.waiting").told(&rep).is_none(), "for the zone alone");
        assert!(about(None, "join.waiting").told(&reader(Role::Staff)).is_some());
        assert!(about(None, "no.such").told(&reader(Role::Staff)).is_none());
        let message = Notification { subject_kind: "message".to_owned(), ..about(None, "message") };
        assert!(message.told(&rep).is_none() && message.told(&reader(Role::Expert)).is_none());
        assert!(message.told(&reader(Role::Staff)).is_some());
        let company = Notification { subject_kind: "company".to_owned(), ..about(None, "followed.changed") };
        assert!(company.told(&rep).is_none() && company.told(&reader(Role::Expert)).is_none());
    }
}
