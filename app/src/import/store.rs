//! Where imports are kept: their files' rows, their plans, what they changed.

use uuid::Uuid;

use super::model::{Change, Import, Mapping, Outcome, Plan, Subject, Wrong};
use super::read::Row;
use crate::backend::Backend;
use crate::backend::database::{Sql, Tx};
use crate::error::{Result, internal};
use crate::time::Timestamp;
use crate::{ask, on};

/// Rows written by one statement.
const BATCH: usize = 100;

pub fn json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| internal("import", &error))
}

const IMPORT: &str =
    "SELECT i.id, i.subject, i.file_name, i.sheets, i.state, i.mapping, i.note, i.merged, i.creates, i.updates,
            i.unchanged, i.rejects, i.emptied_at, a.name AS starter, i.started_at, b.name AS applier, i.applied_at,
            r.name AS reverter, i.reverted_at, i.attempted_at
     FROM register_imports i LEFT JOIN accounts a ON a.id = i.started_by LEFT JOIN accounts b ON b.id = i.applied_by
          LEFT JOIN accounts r ON r.id = i.reverted_by";

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Import>> {
    let mut sql = Sql::new(IMPORT);
    sql.bind(" WHERE i.id = ?", id);
    Ok(sql.rows(tx).await?.pop())
}

/// Imports whose file was read, newest first.
pub async fn latest(tx: &mut Tx, limit: i64, offset: i64) -> Result<Vec<Import>> {
    let mut sql = Sql::new(IMPORT);
    sql.push(" WHERE i.note <> 'reading' ORDER BY i.started_at DESC, i.id DESC").limit(limit, offset);
    sql.rows(tx).await
}

pub async fn insert_rows(tx: &mut Tx, import: Uuid, rows: &[Row]) -> Result<()> {
    for rows in rows.chunks(BATCH) {
        let mut sql = Sql::new("INSERT INTO import_rows (import_id, sheet, line, cells) VALUES ");
        for (at, (sheet, line, cells)) in rows.iter().enumerate() {
            sql.bind(if at == 0 { "(?, " } else { ", (?, " }, import);
            sql.bind("?, ", *sheet).bind("?, ", *line).bind("?)", json(cells)?);
        }
        sql.execute(tx).await?;
    }
    Ok(())
}

/// How many rows a sheet has below a line.
pub async fn count_rows(tx: &mut Tx, import: Uuid, sheet: i64, after: i64) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM import_rows");
    sql.bind(" WHERE import_id = ?", import).bind(" AND sheet = ?", sheet).bind(" AND line > ?", after);
    sql.number(tx).await
}

/// Rows of a sheet below a line, with their lines.
pub async fn rows(tx: &mut Tx, import: Uuid, sheet: i64, after: i64, limit: i64) -> Result<Vec<(i64, Vec<String>)>> {
    let rows: Vec<(i64, String)> = ask!(tx, |c| {
        sqlx::query_as(
        "SELECT line, cells FROM import_rows WHERE import_id = $1 AND sheet = $2 AND line > $3 ORDER BY line LIMIT $4"
    )
    .bind(import)
    .bind(sheet)
    .bind(after)
    .bind(limit)
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().map(|(line, cells)| (line, serde_json::from_str(&cells).unwrap_or_default())).collect())
}

/// Moves an import from one of two states to another under a mark; false when it stands elsewhere, or was planned anew since
/// the plan that was `seen`, if one was.
pub async fn begin(
    tx: &mut Tx,
    id: Uuid,
    from: [&str; 2],
    to: &str,
    seen: Option<i64>,
    attempt: Uuid,
    now: Timestamp,
) -> Result<bool> {
    let moved: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE register_imports SET state = $1, attempt = $2, attempted_at = $3, note = ''
         WHERE id = $4 AND state IN ($5, $6) AND note <> 'reading' AND emptied_at IS NULL
           AND coalesce(attempted_at, 0) = coalesce($7, attempted_at, 0) RETURNING id"
    )
    .bind(to)
    .bind(attempt)
    .bind(now.0)
    .bind(id)
    .bind(from[0])
    .bind(from[1])
    .bind(seen)
    .fetch_optional(c)
    .await)?;
    Ok(moved.is_some())
}

/// Ends what was begun under a mark; false when another has begun meanwhile.
pub async fn end(tx: &mut Tx, id: Uuid, attempt: Uuid, to: &str, note: &str) -> Result<bool> {
    let moved: Option<Uuid> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE register_imports SET state = $1, attempt = NULL, note = $2 WHERE id = $3 AND attempt = $4 RETURNING id"
    )
    .bind(to)
    .bind(note)
    .bind(id)
    .bind(attempt)
    .fetch_optional(c)
    .await
    })?;
    Ok(moved.is_some())
}

/// Puts back what a process was at when it died, and forgets files that were never read to their end; tells how many.
pub async fn give_up_lost(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    let mut rows = Sql::new("DELETE FROM import_rows WHERE import_id IN (SELECT i.id FROM register_imports i");
    rows.bind(" WHERE i.note = 'reading' AND i.started_at < ?)", before.0);
    rows.execute(tx).await?;
    let mut halves = Sql::new("DELETE FROM register_imports WHERE note = 'reading'");
    halves.bind(" AND started_at < ?", before.0);
    let mut lost = Sql::new(
        "UPDATE register_imports SET attempt = NULL, note = 'failed',
                state = CASE WHEN state = 'planning' THEN 'uploaded' WHEN applied_at IS NULL THEN 'previewed' ELSE 'applied' END
         WHERE state IN ('planning', 'applying')",
    );
    lost.bind(" AND attempted_at < ?", before.0);
    Ok(halves.execute(tx).await? + lost.execute(tx).await?)
}

/// The same for everything that a SQLite file's only process left when it died.
pub async fn give_up_all(backend: &Backend) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    give_up_lost(&mut tx, Timestamp(i64::MAX / 2)).await?;
    tx.commit().await
}

pub async fn set_mapping(tx: &mut Tx, id: Uuid, mapping: &Mapping) -> Result<()> {
    let mapping = json(mapping)?;
    on!(&mut *tx, |c| sqlx::query("UPDATE register_imports SET mapping = $1 WHERE id = $2")
        .bind(&mapping)
        .bind(id)
        .execute(c)
        .await)?;
    on!(tx, |c| sqlx::query("DELETE FROM import_plans WHERE import_id = $1").bind(id).execute(c).await)?;
    Ok(())
}

pub async fn insert_plans(tx: &mut Tx, import: Uuid, plans: &[Plan]) -> Result<()> {
    for plans in plans.chunks(BATCH) {
        let mut sql = Sql::new(
            "INSERT INTO import_plans
                 (import_id, line, outcome, subject_id, version, seen_at, name, company_id, position_id, alike, changes, problems)
             VALUES ",
        );
        for (at, plan) in plans.iter().enumerate() {
            sql.bind(if at == 0 { "(?, " } else { ", (?, " }, import);
            sql.bind("?, ", plan.line).bind("?, ", plan.outcome.code()).bind("?, ", plan.subject);
            sql.bind("?, ", plan.version).bind("?, ", plan.seen_at).bind("?, ", plan.name.clone());
            sql.bind("?, ", plan.company).bind("?, ", plan.position).bind("?, ", json(&plan.alike)?);
            sql.bind("?, ", json(&plan.changes)?).bind("?)", json(&plan.problems)?);
        }
        sql.execute(tx).await?;
    }
    Ok(())
}

/// Counts what the rows would do.
pub async fn count_plans(tx: &mut Tx, import: Uuid) -> Result<()> {
    let found: Vec<(String, i64)> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT outcome, count(*) FROM import_plans WHERE import_id = $1 GROUP BY outcome"
    )
    .bind(import)
    .fetch_all(c)
    .await)?;
    let count = |outcome: Outcome| found.iter().find(|(code, _)| code == outcome.code()).map_or(0, |(_, count)| *count);
    on!(tx, |c| sqlx::query(
        "UPDATE register_imports SET creates = $1, updates = $2, unchanged = $3, rejects = $4 WHERE id = $5"
    )
    .bind(count(Outcome::Create))
    .bind(count(Outcome::Update))
    .bind(count(Outcome::Unchanged))
    .bind(count(Outcome::Reject))
    .bind(import)
    .execute(c)
    .await)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct PlanRow {
    line: i64,
    outcome: String,
    subject_id: Uuid,
    version: i64,
    seen_at: i64,
    name: String,
    company_id: Option<Uuid>,
    position_id: Option<Uuid>,
    alike: String,
    changes: String,
    problems: String,
}

/// Plans of one outcome or of all, in the order of the file. `after` is a line.
pub async fn plans(
    tx: &mut Tx,
    import: Uuid,
    outcome: Option<Outcome>,
    after: i64,
    limit: i64,
    offset: i64,
) -> Result<Vec<Plan>> {
    let mut sql = Sql::new(
        "SELECT line, outcome, subject_id, version, seen_at, name, company_id, position_id, alike, changes, problems
         FROM import_plans",
    );
    sql.bind(" WHERE import_id = ?", import).bind(" AND line > ?", after);
    if let Some(outcome) = outcome {
        sql.bind(" AND outcome = ?", outcome.code());
    }
    sql.push(" ORDER BY line").limit(limit, offset);
    let rows: Vec<PlanRow> = sql.rows(tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| Plan {
            line: row.line,
            outcome: Outcome::from_code(&row.outcome).unwrap_or(Outcome::Reject),
            subject: row.subject_id,
            version: row.version,
            seen_at: row.seen_at,
            name: row.name,
            company: row.company_id,
            position: row.position_id,
            alike: serde_json::from_str(&row.alike).unwrap_or_default(),
            changes: serde_json::from_str::<Vec<Change>>(&row.changes).unwrap_or_default(),
            problems: serde_json::from_str::<Vec<(String, Wrong)>>(&row.problems).unwrap_or_default(),
        })
        .collect())
}

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
    pub changes: String,
    pub position_id: Option<Uuid>,
    pub version_now: i64,
    pub changed_now: i64,
    pub archived: bool,
    /// Whether people, products or relations were tied to it.
    pub used: bool,
    pub name_en: String,
    pub name_zh: String,
}

impl Changed {
    /// Whether somebody changed the record since, so that the import's work on it stays.
    pub fn is_blocked(&self, subject: Subject) -> bool {
        // A company's version counts its facts alone, and what else happens to it does no harm to facts that go back.
        let touched = self.changed_at != self.changed_now && (self.created || subject == Subject::People);
        self.version_after != self.version_now || self.archived || touched || self.used
    }
}

/// What an import did and was not undone yet, beside how the records are now.
pub async fn changed(tx: &mut Tx, import: &Import) -> Result<Vec<Changed>> {
    let mut sql = Sql::new(match import.subject() {
        Subject::Companies => {
            "SELECT h.subject_id, h.created, h.version_after, h.changed_at, h.changes, h.position_id,
                    c.version AS version_now, c.changed_at AS changed_now, c.archived_at IS NOT NULL AS archived,
                    h.created AND
                    (EXISTS (SELECT 1 FROM positions z WHERE z.company_id = c.id)
                     OR EXISTS (SELECT 1 FROM products p WHERE p.company_id = c.id)
                     OR EXISTS (SELECT 1 FROM affiliations f WHERE f.company_id = c.id)
                     OR EXISTS (SELECT 1 FROM enquiries e WHERE e.company_id = c.id)
                     OR EXISTS (SELECT 1 FROM company_relations l WHERE l.from_company = c.id OR l.to_company = c.id)) AS used,
                    c.name_en, c.name_zh
             FROM import_changes h JOIN companies c ON c.id = h.subject_id"
        }
        Subject::People => {
            "SELECT h.subject_id, h.created, h.version_after, h.changed_at, h.changes, h.position_id,
                    p.version AS version_now, p.changed_at AS changed_now, p.archived_at IS NOT NULL AS archived,
                    1 = 0 AS used, p.name AS name_en, p.name_zh
             FROM import_changes h JOIN people p ON p.id = h.subject_id"
        }
    });
    sql.bind(" WHERE h.import_id = ?", import.id).push(" AND h.reverted_at IS NULL ORDER BY h.line");
    sql.rows(tx).await
}

/// Notes that what an import did to records was undone.
pub async fn undone(tx: &mut Tx, import: Uuid, records: &[Uuid], now: Timestamp) -> Result<()> {
    let mut sql = Sql::new("UPDATE import_changes SET reverted_at = ");
    sql.bind("? WHERE ", now.0).bind("import_id = ? AND ", import).bind_in("subject_id", records).execute(tx).await?;
    Ok(())
}

/// The saved ways to read columns: id, name, heads with their fields.
pub async fn mappings(tx: &mut Tx, subject: &str) -> Result<Vec<(Uuid, String, Vec<(String, String)>)>> {
    let rows: Vec<(Uuid, String, String)> =
        ask!(tx, |c| sqlx::query_as("SELECT id, name, columns FROM import_mappings WHERE subject = $1 ORDER BY name")
            .bind(subject)
            .fetch_all(c)
            .await)?;
    Ok(rows
        .into_iter()
        .map(|(id, name, columns)| (id, name, serde_json::from_str(&columns).unwrap_or_default()))
        .collect())
}

/// Saves a way to read columns, in place of one of the same name.
pub async fn save_mapping(
    tx: &mut Tx,
    id: Uuid,
    subject: &str,
    name: &str,
    columns: &[(String, String)],
    by: Uuid,
    now: Timestamp,
) -> Result<()> {
    let columns = json(&columns)?;
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO import_mappings (id, subject, name, columns, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (subject, name) DO UPDATE SET columns = excluded.columns, saved_by = excluded.saved_by, saved_at = excluded.saved_at"
    )
    .bind(id)
    .bind(subject)
    .bind(name)
    .bind(&columns)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// Takes the companies that an import adds something to, for the rest of the transaction.
pub async fn hold_companies(tx: &mut Tx, import: Uuid) -> Result<()> {
    let mut sql =
        Sql::new("UPDATE companies SET version = version WHERE id IN (SELECT p.company_id FROM import_plans p");
    sql.bind(" WHERE p.import_id = ? AND p.company_id IS NOT NULL)", import);
    sql.execute(tx).await?;
    Ok(())
}
