//! Where imports are kept: their files' rows, their plans, what they changed.

mod attempt;
mod done;
mod held;

use std::collections::HashMap;

use uuid::Uuid;

pub use self::attempt::{begin, end, give_up_all, give_up_lost, signing_of_life};
pub use self::done::{Changed, Done, Was, changed, insert_changes, undone, was};
pub use self::held::{hold_for_apply, hold_for_undo};
use super::model::{Change, Import, Mapping, Outcome, Plan, Subject, Wrong};
use super::read::Row;
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

/// Some rows of a sheet, with their lines, in their order.
pub async fn rows_at(tx: &mut Tx, import: Uuid, sheet: i64, lines: &[i64]) -> Result<Vec<(i64, Vec<String>)>> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT line, cells FROM import_rows WHERE ");
    sql.bind("import_id = ?", import).bind(" AND sheet = ? AND line IN (", sheet);
    for (at, line) in lines.iter().enumerate() {
        sql.bind(if at == 0 { "?" } else { ", ?" }, *line);
    }
    let rows: Vec<(i64, String)> = sql.push(") ORDER BY line").rows(tx).await?;
    Ok(rows.into_iter().map(|(line, cells)| (line, serde_json::from_str(&cells).unwrap_or_default())).collect())
}

/// What records are called in English and Chinese.
pub async fn names(tx: &mut Tx, subject: Subject, records: &[Uuid]) -> Result<HashMap<Uuid, (String, String)>> {
    let mut sql = Sql::new(match subject {
        Subject::Companies => "SELECT id, name_en, name_zh FROM companies WHERE ",
        Subject::People => "SELECT id, name, name_zh FROM people WHERE ",
    });
    let rows: Vec<(Uuid, String, String)> = sql.bind_in("id", records).rows(tx).await?;
    Ok(rows.into_iter().map(|(id, en, zh)| (id, (en, zh))).collect())
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
