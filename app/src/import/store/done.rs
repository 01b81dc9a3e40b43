//! What an import did to each record, how they are now, and what of it was undone.

use std::collections::HashMap;

use uuid::Uuid;

use super::{BATCH, json};
use crate::backend::database::{Sql, Tx};
use crate::company::merge::references::{self as company, Reference, plain};
use crate::error::Result;
use crate::import::model::{Import, Outcome, Plan, Subject};
use crate::person::merge::references as person;
use crate::time::Timestamp;

/// What an import did to a record.
#[derive(Clone, Debug)]
pub struct Done<'a> {
    pub plan: &'a Plan,
    /// The record's version since.
    pub version: i64,
}

/// Keeps what an import did to records, and what stood there before.
pub async fn insert_changes(tx: &mut Tx, import: Uuid, done: &[Done<'_>], now: Timestamp) -> Result<()> {
    for done in done.chunks(BATCH) {
        let mut sql = Sql::new(
            "INSERT INTO import_changes
                 (import_id, subject_id, line, created, version_after, changed_at, changes, position_id)
             VALUES ",
        );
        for (at, Done { plan, version }) in done.iter().enumerate() {
            sql.bind(if at == 0 { "(?, " } else { ", (?, " }, import);
            sql.bind("?, ", plan.subject).bind("?, ", plan.line);
            sql.push(if plan.outcome == Outcome::Create { "TRUE, " } else { "FALSE, " });
            sql.bind("?, ", *version).bind("?, ", now.0).bind("?, ", json(&plan.changes)?).bind("?)", plan.position);
        }
        sql.execute(tx).await?;
    }
    Ok(())
}

/// A record that an import changed, as it is now.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Changed {
    pub subject_id: Uuid,
    pub created: bool,
    pub version_after: i64,
    pub changed_at: i64,
    /// What it changed of a record that was there; nothing of one that it made, which is archived: of thousands of those that
    /// would be all their text.
    pub changes: String,
    pub position_id: Option<Uuid>,
    pub version_now: i64,
    pub changed_now: i64,
    pub archived: bool,
    pub name_en: String,
    pub name_zh: String,
    /// The tables of what refers to a record that the import made.
    #[sqlx(skip)]
    pub uses: Vec<&'static str>,
}

impl Changed {
    /// Whether somebody edited the record since. A company's version counts its facts alone, and what else happens to it does
    /// no harm to facts that go back.
    pub fn is_edited(&self, subject: Subject) -> bool {
        let touched = self.changed_at != self.changed_now && (self.created || subject == Subject::People);
        self.version_after != self.version_now || touched
    }

    /// Whether something happened since that keeps the import's work on the record from being undone.
    pub fn is_blocked(&self, subject: Subject) -> bool {
        self.is_edited(subject) || self.archived || !self.uses.is_empty()
    }
}

/// What an import did and was not undone yet, beside how the records are now.
pub async fn changed(tx: &mut Tx, import: &Import) -> Result<Vec<Changed>> {
    let mut sql = Sql::new(match import.subject() {
        Subject::Companies => {
            "SELECT h.subject_id, h.created, h.version_after, h.changed_at, h.position_id,
                    CASE WHEN h.created THEN '' ELSE h.changes END AS changes,
                    c.version AS version_now, c.changed_at AS changed_now, c.archived_at IS NOT NULL AS archived,
                    c.name_en, c.name_zh
             FROM import_changes h JOIN companies c ON c.id = h.subject_id"
        }
        Subject::People => {
            "SELECT h.subject_id, h.created, h.version_after, h.changed_at, h.position_id,
                    CASE WHEN h.created THEN '' ELSE h.changes END AS changes,
                    p.version AS version_now, p.changed_at AS changed_now, p.archived_at IS NOT NULL AS archived,
                    p.name AS name_en, p.name_zh
             FROM import_changes h JOIN people p ON p.id = h.subject_id"
        }
    });
    sql.bind(" WHERE h.import_id = ?", import.id).push(" AND h.reverted_at IS NULL ORDER BY h.line");
    let mut changed: Vec<Changed> = sql.rows(tx).await?;
    let mut uses = uses(tx, import).await?;
    for record in &mut changed {
        record.uses = uses.remove(&record.subject_id).unwrap_or_default();
    }
    Ok(changed)
}

/// What of a record it is no use of that something refers to it: what was told of it, and who is signed in.
const NO_USE: [&str; 2] = ["notifications", "sessions"];

/// Of the records that an import made and that were not undone yet, the tables of what refers to them.
async fn uses(tx: &mut Tx, import: &Import) -> Result<HashMap<Uuid, Vec<&'static str>>> {
    let (references, own) = match import.subject() {
        Subject::Companies => (company::REFERENCES, "companies"),
        Subject::People => (person::REFERENCES, "people"),
    };
    let merged = [plain(own, "merged_into")];
    let positions = [plain("positions", "person_id")];
    let of_people = if import.subject() == Subject::People { &positions[..] } else { &[] };
    let all = references.iter().chain(of_people).chain(&merged).filter(|it| !NO_USE.contains(&it.table));
    let mut uses: HashMap<Uuid, Vec<&'static str>> = HashMap::new();
    for Reference { table, column, only, .. } in all {
        let mut sql = Sql::new("SELECT DISTINCT r.");
        sql.push(column).push(" FROM ").push(table).push(" r WHERE r.").push(column);
        sql.bind(" IN (SELECT h.subject_id FROM import_changes h WHERE h.import_id = ?", import.id);
        sql.push(" AND h.created AND h.reverted_at IS NULL)").push(only);
        match (import.subject(), *table) {
            // Who brought it in may well watch what comes of it.
            (_, "follows") => sql.bind(
                " AND NOT EXISTS (SELECT 1 FROM register_imports i WHERE i.id = ? AND i.applied_by = r.account_id)",
                import.id,
            ),
            // Where they work by the same row is undone with them.
            (Subject::People, "positions") => sql.bind(
                " AND NOT EXISTS (SELECT 1 FROM import_changes o
                      WHERE o.import_id = ? AND o.subject_id = r.person_id AND o.position_id = r.id)",
                import.id,
            ),
            _ => &mut sql,
        };
        for (record,) in sql.rows::<(Uuid,)>(tx).await? {
            let uses = uses.entry(record).or_default();
            if !uses.contains(table) {
                uses.push(*table);
            }
        }
    }
    Ok(uses)
}

/// What became of a row that was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Was {
    Done,
    Undone,
    /// The import was undone, and what it did here stayed.
    Kept,
}

/// What became of some records.
pub async fn was(tx: &mut Tx, import: &Import, records: &[Uuid]) -> Result<HashMap<Uuid, Was>> {
    let mut sql = Sql::new("SELECT subject_id, reverted_at FROM import_changes WHERE ");
    sql.bind("import_id = ? AND ", import.id).bind_in("subject_id", records);
    let rows: Vec<(Uuid, Option<i64>)> = sql.rows(tx).await?;
    let was = |undone: Option<i64>| match undone {
        Some(_) => Was::Undone,
        None if import.reverted_at.is_some() => Was::Kept,
        None => Was::Done,
    };
    Ok(rows.into_iter().map(|(record, undone)| (record, was(undone))).collect())
}

/// Notes that what an import did to records was undone.
pub async fn undone(tx: &mut Tx, import: Uuid, records: &[Uuid], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE import_changes SET reverted_at = ");
    sql.bind("? WHERE ", now.0).bind("import_id = ? AND ", import).bind_in("subject_id", records).execute(tx).await?;
    Ok(())
}
