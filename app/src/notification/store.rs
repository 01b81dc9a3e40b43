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
        let open = match reader.role {
            role if role.works_in_zone() => true,
            _ if kind.audience() == Audience::Zone => false,
            // Experts know companies by name alone.
            Role::Expert => self.subject_kind != "company" && self.subject_kind != "agreement",
            // What was told to somebody who worked for the zone then.
            _ if self.subject_kind == "agreement" && self.company_id.is_none() => false,
            _ => company.is_none_or(|company| reader.companies.contains(&company)),
        };
        open.then(|| (kind, Facts::read(&self.facts, reader.language, reader.role.works_in_zone())))
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
    if actor.unread == 0 || actor.viewer.is_some() || visit.is_ahead {
        return Ok(());
    }
    let (account, now) = (actor.id, visit.now());
    let unread: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM notifications WHERE account_id = $1 AND subject_id = $2 AND read_at IS NULL"
    )
    .bind(account)
    .bind(subject)
    .fetch_one(c)
    .await)?;
    if unread > 0 {
        actor.unread = (actor.unread - unread).max(0);
        let visit = visit.clone();
        tokio::spawn(async move {
            if let Err(error) = note_seen(&visit, account, subject, now).await {
                tracing::warn!(%error, "that a record was looked at was not noted");
            }
        });
    }
    Ok(())
}

async fn note_seen(visit: &Visit, account: Uuid, subject: Uuid, now: Timestamp) -> Result<()> {
    let mut tx = visit.backend.database.begin().await?;
    on!(&mut tx, |c| sqlx::query(
        "UPDATE notifications SET read_at = $1
         WHERE account_id = $2 AND subject_id = $3 AND read_at IS NULL AND changed_at <= $1"
    )
    .bind(now.0)
    .bind(account)
    .bind(subject)
    .execute(c)
    .await)?;
    tx.commit().await
}

/// Forgets what was read long ago, and what nobody has read for twice as long; tells how many.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const KEPT: i64 = 180 * Timestamp::DAY;
    Ok(ask!(tx, |c| {
        let old = sqlx::query("DELETE FROM notifications WHERE read_at < $1 OR changed_at < $2");
        let old = old.bind(now.minus(KEPT).0).bind(now.minus(2 * KEPT).0);
        old.execute(c).await.map(|done| done.rows_affected())
    })?)
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
        let company = Notification { subject_kind: "company".to_owned(), ..about(None, "followed.changed") };
        assert!(company.told(&rep).is_none() && company.told(&reader(Role::Expert)).is_none());
    }
}
