//! The journal: who changed what, when and from where. Append-only, each row chained by hash to the one before.
//!
//! The hash of a row covers its facts, the row before it, and of each changed value a salted digest. The values stand
//! beside their digests, so that a value (with its salt) can later be erased and the chain still holds. The head of the
//! chain is also written to a file outside the database, so that a cut tail is noticed.

pub mod erase;
pub mod verify;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::clock;
use super::database::{Sql, Tx};
use crate::error::{Result, internal};
use crate::time::Timestamp;
use crate::{ask, on};

/// What a write records: one entry, in its own transaction.
#[derive(Clone, Debug)]
pub struct Entry {
    /// `company.created`
    pub action: &'static str,
    /// `company`
    pub kind: &'static str,
    pub subject: Uuid,
    /// Field, before, after.
    pub changes: Vec<(String, String, String)>,
}

impl Entry {
    pub fn new(action: &'static str, kind: &'static str, subject: Uuid) -> Self {
        Self { action, kind, subject, changes: Vec::new() }
    }

    /// Notes the fields of a new record; empty ones are left out.
    #[must_use]
    pub fn created(mut self, fields: Vec<(&'static str, String)>) -> Self {
        for (field, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
            self.changes.push((field.to_owned(), String::new(), value));
        }
        self
    }

    /// Notes the fields that differ.
    #[must_use]
    pub fn changed(mut self, before: Vec<(&'static str, String)>, after: Vec<(&'static str, String)>) -> Self {
        for ((field, before), (_, after)) in before.into_iter().zip(after) {
            if before != after {
                self.changes.push((field.to_owned(), before, after));
            }
        }
        self
    }
}

/// Who writes, and from where.
#[derive(Clone, Debug)]
pub struct Author {
    pub actor: Option<Uuid>,
    /// `web`, `command` or `system`.
    pub origin: &'static str,
    /// The network address; empty for commands.
    pub address: String,
    pub now: Timestamp,
}

/// One changed value as it is stored. An erased one has no salt and no values.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Change {
    pub field: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub salt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    pub before_digest: String,
    pub after_digest: String,
}

/// The field under which an entry keeps the network address it came from.
pub const ADDRESS: &str = "@address";

impl Change {
    fn new(field: String, before: String, after: String) -> Self {
        let salt = hex::encode(clock::random::<12>());
        let (before_digest, after_digest) = (digest(&salt, &before), digest(&salt, &after));
        Self { field, salt: Some(salt), before: Some(before), after: Some(after), before_digest, after_digest }
    }

    fn holds(&self) -> bool {
        match (&self.salt, &self.before, &self.after) {
            (Some(salt), Some(before), Some(after)) => {
                digest(salt, before) == self.before_digest && digest(salt, after) == self.after_digest
            }
            (None, None, None) => true,
            _ => false,
        }
    }
}

/// A value's digest: the first 16 bytes of SHA-256 over salt and value, in hexadecimal.
fn digest(salt: &str, value: &str) -> String {
    let hash = Sha256::new().chain_update(salt.as_bytes()).chain_update([0]).chain_update(value.as_bytes()).finalize();
    hex::encode(&hash[..16])
}

/// One row of the journal.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub seq: i64,
    pub at: i64,
    pub actor_id: Option<Uuid>,
    pub origin: String,
    pub action: String,
    pub subject_kind: String,
    pub subject_id: Uuid,
    pub changes: String,
    pub previous: String,
    pub hash: String,
}

impl Row {
    fn changes(&self) -> Vec<Change> {
        serde_json::from_str(&self.changes).unwrap_or_default()
    }

    fn computed_hash(&self, changes: &[Change]) -> String {
        let mut sha = Sha256::new();
        let actor = self.actor_id.map(|id| id.to_string()).unwrap_or_default();
        for part in [
            self.previous.as_str(),
            &self.seq.to_string(),
            &self.at.to_string(),
            &actor,
            &self.origin,
            &self.action,
            &self.subject_kind,
            &self.subject_id.to_string(),
        ] {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part.as_bytes());
        }
        for change in changes {
            for part in [&change.field, &change.before_digest, &change.after_digest] {
                sha.update((part.len() as u64).to_be_bytes());
                sha.update(part.as_bytes());
            }
        }
        hex::encode(sha.finalize())
    }
}

/// So many entries are written by one statement.
const AT_ONCE: usize = 40;

/// The end of the chain, held by this transaction: others who write wait, so the chain has no forks.
#[derive(Debug)]
pub struct Chain {
    seq: i64,
    hash: String,
}

impl Chain {
    /// Takes the chain's head and holds it until the transaction ends.
    pub async fn open(tx: &mut Tx) -> Result<Self> {
        let (seq, hash): (i64, String) = ask!(tx, |c| {
            sqlx::query_as("UPDATE journal_head SET seq = seq WHERE id = 1 RETURNING seq, hash").fetch_one(c).await
        })?;
        Ok(Self { seq, hash })
    }

    /// Adds an entry.
    pub async fn append(&mut self, tx: &mut Tx, author: &Author, entry: Entry) -> Result<()> {
        self.append_all(tx, author, vec![entry]).await
    }

    /// Adds entries, with few statements.
    pub async fn append_all(&mut self, tx: &mut Tx, author: &Author, entries: Vec<Entry>) -> Result<()> {
        let mut entries = entries.into_iter().peekable();
        while entries.peek().is_some() {
            let mut sql = Sql::new(
                "INSERT INTO journal
                     (seq, at, actor_id, origin, action, subject_kind, subject_id, changes, previous, hash) VALUES ",
            );
            let (at, actor, origin) = (sql.keep(author.now.0), sql.keep(author.actor), sql.keep(author.origin));
            for (index, entry) in entries.by_ref().take(AT_ONCE).enumerate() {
                let row = self.link(author, entry)?;
                sql.bind(if index == 0 { "(?, " } else { ", (?, " }, row.seq);
                sql.again(at).push(", ").again(actor).push(", ").again(origin);
                sql.bind(", ?", row.action).bind(", ?", row.subject_kind).bind(", ?", row.subject_id);
                sql.bind(", ?", row.changes).bind(", ?", row.previous).bind(", ?)", row.hash);
            }
            sql.execute(tx).await?;
        }
        Ok(())
    }

    /// The row of an entry, which is the chain's end from now on.
    fn link(&mut self, author: &Author, entry: Entry) -> Result<Row> {
        let mut changes: Vec<Change> =
            entry.changes.into_iter().map(|(field, before, after)| Change::new(field, before, after)).collect();
        if !author.address.is_empty() {
            changes.push(Change::new(ADDRESS.to_owned(), String::new(), author.address.clone()));
        }
        let mut row = Row {
            seq: self.seq + 1,
            at: author.now.0,
            actor_id: author.actor,
            origin: author.origin.to_owned(),
            action: entry.action.to_owned(),
            subject_kind: entry.kind.to_owned(),
            subject_id: entry.subject,
            changes: serde_json::to_string(&changes).map_err(|error| internal("journal", &error))?,
            previous: std::mem::take(&mut self.hash),
            hash: String::new(),
        };
        row.hash = row.computed_hash(&changes);
        self.seq = row.seq;
        self.hash.clone_from(&row.hash);
        Ok(row)
    }

    /// Writes the new head.
    pub async fn close(self, tx: &mut Tx) -> Result<()> {
        on!(tx, |c| sqlx::query("UPDATE journal_head SET seq = $1, hash = $2 WHERE id = 1")
            .bind(self.seq)
            .bind(&self.hash)
            .execute(c)
            .await)?;
        Ok(())
    }
}

/// Records one entry.
pub async fn record(tx: &mut Tx, author: &Author, entry: Entry) -> Result<()> {
    let mut chain = Chain::open(tx).await?;
    chain.append(tx, author, entry).await?;
    chain.close(tx).await
}

/// One line of a timeline.
#[derive(Clone, Debug)]
pub struct Event {
    pub seq: i64,
    pub at: Timestamp,
    pub actor: Option<Uuid>,
    pub actor_name: Option<String>,
    /// Whether the actor works for the zone, rather than for a company.
    pub actor_of_zone: bool,
    pub origin: String,
    pub action: String,
    pub subject_kind: String,
    pub subject: Uuid,
    /// What changed, without the address.
    pub changes: Vec<Change>,
    pub address: Option<String>,
}

#[derive(sqlx::FromRow)]
struct EventRow {
    #[sqlx(flatten)]
    row: Row,
    actor_name: Option<String>,
    actor_role: Option<String>,
}

/// Which part of the journal is asked for. Empty fields ask for everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub subject: Option<Uuid>,
    pub action: String,
    pub actor: Option<Uuid>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

impl Filter {
    fn apply(&self, sql: &mut Sql) {
        if let Some(subject) = self.subject {
            sql.bind(" AND j.subject_id = ?", subject);
        }
        if !self.action.is_empty() {
            sql.bind(" AND j.action = ?", self.action.clone());
        }
        if let Some(actor) = self.actor {
            sql.bind(" AND j.actor_id = ?", actor);
        }
        if let Some(since) = self.since {
            sql.bind(" AND j.at >= ?", since.0);
        }
        if let Some(until) = self.until {
            sql.bind(" AND j.at < ?", until.0);
        }
    }
}

/// Reads events `j`, to be followed by conditions that begin with ` AND `; see [`read_events`].
pub const EVENTS: &str =
    "SELECT j.seq, j.at, j.actor_id, j.origin, j.action, j.subject_kind, j.subject_id, j.changes, j.previous, j.hash,
            a.name AS actor_name, a.role AS actor_role
     FROM journal j LEFT JOIN accounts a ON a.id = j.actor_id WHERE 1 = 1";

/// The events with these numbers, in no order.
pub async fn numbered(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<Event>> {
    if numbers.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(EVENTS);
    sql.push(" AND j.seq IN (");
    for (index, number) in numbers.iter().enumerate() {
        sql.bind(if index == 0 { "?" } else { ", ?" }, *number);
    }
    sql.push(")");
    read_events(tx, &sql).await
}

/// Events, the newest first.
pub async fn events(tx: &mut Tx, filter: &Filter, limit: i64, offset: i64) -> Result<Vec<Event>> {
    let mut sql = Sql::new(EVENTS);
    filter.apply(&mut sql);
    sql.push(" ORDER BY j.seq DESC").limit(limit, offset);
    read_events(tx, &sql).await
}

/// The events that a statement beginning with [`EVENTS`] finds.
pub async fn read_events(tx: &mut Tx, sql: &Sql) -> Result<Vec<Event>> {
    let rows: Vec<EventRow> = sql.rows(tx).await?;
    Ok(rows
        .into_iter()
        .map(|EventRow { row, actor_name, actor_role }| {
            let mut changes = row.changes();
            let address = changes.iter().find(|change| change.field == ADDRESS).and_then(|change| change.after.clone());
            changes.retain(|change| change.field != ADDRESS);
            Event {
                seq: row.seq,
                at: Timestamp(row.at),
                actor: row.actor_id,
                actor_name,
                actor_of_zone: actor_role.is_some_and(|role| role != "representative"),
                origin: row.origin,
                action: row.action,
                subject_kind: row.subject_kind,
                subject: row.subject_id,
                changes,
                address,
            }
        })
        .collect())
}

/// How many events a filter finds.
pub async fn count(tx: &mut Tx, filter: &Filter) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM journal j WHERE 1 = 1");
    filter.apply(&mut sql);
    sql.number(tx).await
}

/// The chain's head: how many rows, and the hash of the last.
pub async fn head(tx: &mut Tx) -> Result<(i64, String)> {
    Ok(ask!(tx, |c| sqlx::query_as("SELECT seq, hash FROM journal_head WHERE id = 1").fetch_one(c).await)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_erased_value_still_holds_and_an_altered_one_does_not() {
        let mut change = Change::new("name".to_owned(), "a".to_owned(), "b".to_owned());
        assert!(change.holds());
        change.after = Some("c".to_owned());
        assert!(!change.holds());
        change.after = None;
        assert!(!change.holds(), "half erased");
        change.before = None;
        change.salt = None;
        assert!(change.holds());
    }

    #[test]
    fn only_differences_are_recorded() {
        let entry = Entry::new("company.edited", "company", Uuid::nil())
            .changed(vec![("a", "1".into()), ("b", "2".into())], vec![("a", "1".into()), ("b", "3".into())]);
        assert_eq!(entry.changes, [("b".to_owned(), "2".to_owned(), "3".to_owned())]);
    }
}
