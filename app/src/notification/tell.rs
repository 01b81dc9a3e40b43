//! Telling people what happened, in the transaction in which it happens.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::facts::BY_ZONE;
use super::kinds::{Audience, Kind, LONGEST_BURST, Mails, QUIET};
use super::mailbox;
use crate::absence;
use crate::actor::Role;
use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::backend::jobs;
use crate::error::Result;
use crate::time::Timestamp;

/// The job that makes mails of notifications.
pub const JOB: &str = "notifications.mail";
/// So many people are told by one statement; a database takes only so many values at once.
const AT_ONCE: usize = 200;

/// The record that something happened to.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// `company`
    pub kind: &'a str,
    pub id: Uuid,
    /// Where its page is: `/companies/{id}`. That page says [`super::seen`].
    pub path: &'a str,
    /// The company that it belongs to, if any: a representative is told for this one of their companies, and reads it only
    /// while they act for it.
    pub company: Option<Uuid>,
}

#[derive(sqlx::FromRow)]
struct Person {
    id: Uuid,
    role: String,
    mails: String,
    is_active: i64,
}

/// What is known of receivers and author.
struct People {
    told: Vec<Person>,
    by_zone: bool,
    /// Whether a company's people are among those meant, whether or not they can be told.
    company: bool,
}

/// Tells people what happened to a record, in the transaction in which it happens. Nobody is told of what they did
/// themselves, nor who is suspended or erased, nor who may not read such notifications. What somebody has not read, and
/// was not mailed, yet is brought up to date instead: a burst of changes is one notification.
///
/// A kind that is for the company, told to its people, goes to its shared mailbox as well, though none of them be there.
///
/// `facts` are names and values for the texts; see [`super::kinds`] for what each kind needs. Names that differ between
/// the languages are two facts, `name_en` and `name_zh`. `by` is the author's name.
pub async fn tell(
    tx: &mut Tx,
    kind: Kind,
    subject: &Subject<'_>,
    facts: &[(&str, &str)],
    receivers: &[Uuid],
    author: Option<Uuid>,
    now: Timestamp,
) -> Result<()> {
    let mut receivers: Vec<Uuid> = receivers.iter().copied().filter(|id| Some(*id) != author).collect();
    receivers.sort();
    receivers.dedup();
    let mut mailbox = subject.company.filter(|_| kind.is_for_company());
    for some in receivers.chunks(AT_ONCE) {
        let people = people(tx, kind, some, author).await?;
        let mut facts: BTreeMap<&str, &str> = facts.iter().copied().collect();
        if people.by_zone && facts.contains_key("by") {
            facts.insert(BY_ZONE, "1");
        }
        let facts = serde_json::to_string(&facts).map_err(|error| crate::error::internal("facts", &error))?;
        insert(tx, kind, subject, &facts, &people.told, now).await?;
        // Once, however many of its people are told.
        if let Some(company) = mailbox.take_if(|_| people.company) {
            mailbox::tell(tx, kind, subject, company, &facts, now).await?;
        }
    }
    Ok(())
}

/// Tells one person of the zone, and while they are absent whoever stands in for them, for whom; who is among the second of
/// the pair was told anyway, and is not told twice.
pub async fn tell_with_deputy(
    tx: &mut Tx,
    kind: Kind,
    subject: &Subject<'_>,
    facts: &[(&str, &str)],
    (receiver, told): (Uuid, &[Uuid]),
    author: Option<Uuid>,
    now: Timestamp,
) -> Result<()> {
    tell(tx, kind, subject, facts, &[receiver], author, now).await?;
    if let Some(stand_in) = absence::stand_in(tx, receiver, now).await?.filter(|one| !told.contains(&one.deputy)) {
        let mut facts = facts.to_vec();
        facts.push(("instead_of", &stand_in.absent));
        tell(tx, kind, subject, &facts, &[stand_in.deputy], author, now).await?;
    }
    Ok(())
}

/// Those of the receivers who are told, and what else matters of them and the author.
async fn people(tx: &mut Tx, kind: Kind, receivers: &[Uuid], author: Option<Uuid>) -> Result<People> {
    let ids: Vec<Uuid> = receivers.iter().copied().chain(author).collect();
    let mut sql = Sql::new(
        "SELECT a.id, a.role, coalesce(c.mails, '') AS mails,
                CAST(CASE WHEN a.suspended_at IS NULL AND a.erased_at IS NULL THEN 1 ELSE 0 END AS BIGINT) AS is_active
         FROM accounts a LEFT JOIN notification_choices c ON c.account_id = a.id",
    );
    sql.bind(" AND c.kind = ?", kind.code());
    sql.push(" WHERE ").bind_in("a.id", &ids);
    // Always in the same order, so that two who tell the same people never wait for each other.
    sql.push(" ORDER BY a.id");
    let mut people: Vec<Person> = sql.rows(tx).await?;
    let of_zone = |person: &Person| person.role != Role::Representative.code();
    let by_zone = people.iter().any(|person| Some(person.id) == author && of_zone(person));
    let company = people.iter().any(|person| Some(person.id) != author && !of_zone(person));
    people.retain(|person| {
        let role = Role::from_code(&person.role);
        let may_read = kind.audience() == Audience::Anybody || role.is_some_and(Role::works_in_zone);
        Some(person.id) != author && may_read && person.is_active != 0
    });
    Ok(People { told: people, by_zone, company })
}

/// One statement for all of them. What is unread and unmailed is there once for each account, kind and subject: an index
/// sees to it, also when two write at once.
async fn insert(
    tx: &mut Tx,
    kind: Kind,
    subject: &Subject<'_>,
    facts: &str,
    people: &[Person],
    now: Timestamp,
) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(
        "INSERT INTO notifications (id, account_id, kind, subject_kind, subject_id, path, facts, changes,
                                    created_at, changed_at, company_id, mail_due_at) VALUES ",
    );
    let [kind_code, subject_kind, path, facts] =
        [kind.code(), subject.kind, subject.path, facts].map(|text| sql.keep(text));
    let (subject_id, company, at) = (sql.keep(subject.id), sql.keep(subject.company), sql.keep(now.0));
    let mut is_due = false;
    for (index, person) in people.iter().enumerate() {
        let due = kind.due(kind.mails(Mails::from_code(&person.mails)), now);
        is_due |= due == Some(now);
        sql.bind(if index == 0 { "(?" } else { ", (?" }, clock::new_id()).bind(", ?", person.id);
        for value in [kind_code, subject_kind, subject_id, path, facts] {
            sql.push(", ").again(value);
        }
        sql.push(", 1, ").again(at).push(", ").again(at).push(", ");
        if person.role == Role::Representative.code() {
            sql.again(company);
        } else {
            sql.push("NULL");
        }
        match due {
            Some(due) => sql.bind(", ?)", due.0),
            None => sql.push(", NULL)"),
        };
    }
    sql.push(
        " ON CONFLICT (account_id, kind, subject_id) WHERE read_at IS NULL AND mailed_at IS NULL DO UPDATE SET
              changes = notifications.changes + 1, changed_at = excluded.changed_at, facts = excluded.facts,
              path = excluded.path, company_id = excluded.company_id,
              mail_due_at = CASE
                  WHEN excluded.mail_due_at IS NULL THEN NULL
                  WHEN notifications.mail_due_at IS NULL OR excluded.mail_due_at < notifications.mail_due_at
                      THEN excluded.mail_due_at
                  WHEN excluded.mail_due_at = excluded.changed_at + ",
    )
    .number_literal(QUIET)
    .push(" AND excluded.mail_due_at <= notifications.created_at + ")
    .number_literal(LONGEST_BURST)
    .push(" THEN excluded.mail_due_at ELSE notifications.mail_due_at END");
    sql.execute(tx).await?;
    if is_due {
        jobs::nudge(tx, JOB, now).await?;
    }
    Ok(())
}
