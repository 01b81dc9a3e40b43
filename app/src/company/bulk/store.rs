//! Where bulk edits are kept, and how they write.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::{Change, Outcome, Snapshot};
use crate::backend::database::{Sql, Tx};
use crate::company::model::{Stage, TermKind, Tier};
use crate::company::terms::folded;
use crate::company::{standing, ties};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on, search};

/// So many rows are written by one statement.
const AT_ONCE: usize = 200;
/// For how long a preview is kept that nobody made, and an edit that was made.
const PREVIEW_KEPT: i64 = Timestamp::DAY;
const KEPT: i64 = 90 * Timestamp::DAY;

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct BulkEdit {
    pub id: Uuid,
    pub account_id: Uuid,
    pub by: String,
    pub state: String,
    change: String,
    pub reason: String,
    pub query: String,
    pub found: i64,
    pub applied_at: Option<i64>,
    pub undone_at: Option<i64>,
}

impl BulkEdit {
    /// What it changes; none for what an older portal wrote.
    pub fn change(&self) -> Option<Change> {
        Change::from_code(&self.change)
    }

    pub fn is_previewed(&self) -> bool {
        self.state == "previewed"
    }

    pub fn is_applied(&self) -> bool {
        self.state == "applied"
    }
}

/// One company of a bulk edit.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub company_id: Uuid,
    pub version: i64,
    pub before: String,
    pub after: String,
    pub outcome: String,
    pub name_en: String,
    pub name_zh: String,
}

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<BulkEdit>> {
    Ok(ask!(tx, |c| {
        sqlx::query_as(
        "SELECT b.id, b.account_id, a.name AS by, b.state, b.change, b.reason, b.query, b.found, b.applied_at, b.undone_at
         FROM bulk_edits b JOIN accounts a ON a.id = b.account_id WHERE b.id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await
    })?)
}

/// Takes a bulk edit from one state to the next; false when somebody did already.
pub async fn advance(tx: &mut Tx, id: Uuid, from: &str, to: &str, now: Timestamp) -> Result<bool> {
    let done: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE bulk_edits SET state = $1, applied_at = CASE WHEN $1 = 'applied' THEN $2 ELSE applied_at END,
                undone_at = CASE WHEN $1 = 'undone' THEN $2 ELSE undone_at END
         WHERE id = $3 AND state = $4 RETURNING id"
    )
    .bind(to)
    .bind(now.0)
    .bind(id)
    .bind(from)
    .fetch_optional(c)
    .await)?;
    Ok(done.is_some())
}

/// Forgets previews that nobody made, and edits of long ago.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<()> {
    const OLD: &str = "(state = 'previewed' AND created_at < $1) OR created_at < $2";
    let rows = format!("DELETE FROM bulk_edit_rows WHERE bulk_edit_id IN (SELECT id FROM bulk_edits WHERE {OLD})");
    for text in [rows, format!("DELETE FROM bulk_edits WHERE {OLD}")] {
        on!(&mut *tx, |c| sqlx::query(sqlx::AssertSqlSafe(text.clone()))
            .bind(now.minus(PREVIEW_KEPT).0)
            .bind(now.minus(KEPT).0)
            .execute(c)
            .await)?;
    }
    Ok(())
}

/// What is kept of a bulk edit before it is made.
pub struct Preview<'a> {
    pub id: Uuid,
    pub account: Uuid,
    pub change: &'a Change,
    pub reason: &'a str,
    pub query: &'a str,
    pub found: i64,
}

/// Keeps a preview: of each company its version, what stands there and what will.
pub async fn insert(tx: &mut Tx, preview: &Preview<'_>, companies: &[Snapshot], now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO bulk_edits (id, account_id, state, change, reason, query, found, created_at)
         VALUES ($1, $2, 'previewed', $3, $4, $5, $6, $7)"
    )
    .bind(preview.id)
    .bind(preview.account)
    .bind(preview.change.code())
    .bind(preview.reason)
    .bind(preview.query)
    .bind(preview.found)
    .bind(now.0)
    .execute(c)
    .await)?;
    let mut position = 0;
    for some in companies.chunks(AT_ONCE) {
        let mut sql = Sql::new(
            "INSERT INTO bulk_edit_rows (bulk_edit_id, company_id, position, version, before, after, outcome) VALUES ",
        );
        let edit = sql.keep(preview.id);
        for (index, company) in some.iter().enumerate() {
            position += 1;
            let (after, outcome) = company.plan(preview.change, preview.reason);
            sql.push(if index == 0 { "(" } else { ", (" }).again(edit);
            sql.bind(", ?", company.id).bind(", ?", position).bind(", ?", company.version);
            sql.bind(", ?", company.value(preview.change)).bind(", ?", after).bind(", ?)", outcome.code());
        }
        sql.execute(tx).await?;
    }
    Ok(())
}

/// How many companies came out how.
pub async fn outcomes(tx: &mut Tx, id: Uuid) -> Result<Vec<(Outcome, i64)>> {
    let rows: Vec<(String, i64)> = ask!(tx, |c| sqlx::query_as(
        "SELECT outcome, count(*) FROM bulk_edit_rows WHERE bulk_edit_id = $1 GROUP BY outcome"
    )
    .bind(id)
    .fetch_all(c)
    .await)?;
    let of =
        |outcome: Outcome| rows.iter().find(|(code, _)| code == outcome.code()).map(|(_, count)| (outcome, *count));
    Ok(Outcome::ALL.into_iter().filter_map(of).collect())
}

/// A page of its companies: first those that somebody should look at, then the others as they stood in the list.
pub async fn rows(tx: &mut Tx, id: Uuid, limit: i64, offset: i64) -> Result<Vec<Row>> {
    let mut sql = Sql::new(
        "SELECT r.company_id, r.version, r.before, r.after, r.outcome, c.name_en, c.name_zh
         FROM bulk_edit_rows r JOIN companies c ON c.id = r.company_id",
    );
    sql.bind(" WHERE r.bulk_edit_id = ?", id)
        .push(
            " ORDER BY CASE WHEN r.outcome IN ('ready', 'applied', 'undone') THEN 1 WHEN r.outcome = 'same' THEN 2 ELSE 0 END,
              r.position, r.company_id",
        )
        .limit(limit, offset);
    sql.rows(tx).await
}

/// All companies of it with an outcome, always in the same order, so that two who write to the same ones never wait for
/// each other.
pub async fn rows_with(tx: &mut Tx, id: Uuid, outcome: Outcome) -> Result<Vec<Row>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT r.company_id, r.version, r.before, r.after, r.outcome, c.name_en, c.name_zh
         FROM bulk_edit_rows r JOIN companies c ON c.id = r.company_id
         WHERE r.bulk_edit_id = $1 AND r.outcome = $2 ORDER BY r.company_id"
    )
    .bind(id)
    .bind(outcome.code())
    .fetch_all(c)
    .await)?)
}

/// Takes companies for the rest of the transaction, in the order that is everybody's, whatever became of them: an agreement that
/// is made with one of them waits.
pub async fn hold(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    for row in rows {
        on!(&mut *tx, |c| sqlx::query("UPDATE companies SET version = version WHERE id = $1")
            .bind(row.company_id)
            .execute(c)
            .await)?;
    }
    Ok(())
}

/// Notes how companies came out.
pub async fn set_outcome(tx: &mut Tx, id: Uuid, companies: &[Uuid], outcome: Outcome) -> Result<()> {
    for some in companies.chunks(AT_ONCE) {
        let mut sql = Sql::default();
        sql.bind("UPDATE bulk_edit_rows SET outcome = ?", outcome.code())
            .bind(" WHERE bulk_edit_id = ? AND ", id)
            .bind_in("company_id", some);
        sql.execute(tx).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct SnapshotRow {
    id: Uuid,
    stage: String,
    tier: Option<String>,
    manager_id: Option<Uuid>,
    version: i64,
    stage_since: i64,
    archived_at: Option<i64>,
}

/// Companies as they stand, in the order of the ids; those that are not there are left out.
pub async fn snapshots(tx: &mut Tx, ids: &[Uuid], change: &Change, now: Timestamp) -> Result<Vec<Snapshot>> {
    let mut found = HashMap::new();
    let partner = *change == Change::Stage(Stage::Partner);
    for some in ids.chunks(AT_ONCE) {
        let mut sql =
            Sql::new("SELECT id, stage, tier, manager_id, version, stage_since, archived_at FROM companies WHERE ");
        sql.bind_in("id", some);
        let rows: Vec<SnapshotRow> = sql.rows(tx).await?;
        let mut sql = Sql::new("SELECT company_id, value FROM company_terms WHERE kind = 'tag' AND ");
        sql.bind_in("company_id", some).push(" ORDER BY company_id, position");
        let mut tags: HashMap<Uuid, Vec<String>> = HashMap::new();
        for (company, tag) in sql.rows::<(Uuid, String)>(tx).await? {
            tags.entry(company).or_default().push(tag);
        }
        let mut grounds = if partner { standing::grounds(tx, some, now).await? } else { HashMap::new() };
        let tied =
            if *change == Change::Archive { ties::hinders_archiving(tx, some, now).await? } else { HashMap::new() };
        for row in rows {
            let snapshot = Snapshot {
                id: row.id,
                stage: Stage::from_code(&row.stage).unwrap_or(Stage::Target),
                tier: row.tier.as_deref().and_then(Tier::from_code),
                manager: row.manager_id,
                tags: tags.remove(&row.id).unwrap_or_default(),
                version: row.version,
                stage_since: row.stage_since,
                archived_at: row.archived_at,
                grounds: grounds.remove(&row.id),
                tied: tied.contains_key(&row.id),
            };
            found.insert(row.id, snapshot);
        }
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Sets a company's tier, manager or tags if it still is at `version` and not archived; tells whether it was.
pub async fn set_fact(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    change: &Change,
    value: &str,
    now: Timestamp,
) -> Result<bool> {
    let mut sql = Sql::default();
    sql.bind("UPDATE companies SET changed_at = ?, version = version + 1", now.0);
    match (change, value) {
        (Change::Tier(_), "") => drop(sql.push(", tier = NULL")),
        (Change::Tier(_), tier) => drop(sql.bind(", tier = ?", tier)),
        (Change::Manager(_), manager) => drop(sql.bind(", manager_id = ?", manager.parse::<Uuid>().ok())),
        _ => {}
    }
    sql.bind(" WHERE id = ?", id).bind(" AND version = ? AND archived_at IS NULL", version);
    if sql.execute(tx).await? == 0 {
        return Ok(false);
    }
    search::note(tx, search::Kind::Company, id);
    if matches!(change, Change::AddTag(_) | Change::RemoveTag(_)) {
        on!(&mut *tx, |c| sqlx::query("DELETE FROM company_terms WHERE company_id = $1 AND kind = 'tag'")
            .bind(id)
            .execute(c)
            .await)?;
        for (position, tag) in (0_i64..).zip(value.lines()) {
            on!(&mut *tx, |c| sqlx::query(
                "INSERT INTO company_terms (company_id, kind, position, value, folded) VALUES ($1, 'tag', $2, $3, $4)"
            )
            .bind(id)
            .bind(position)
            .bind(tag)
            .bind(folded(TermKind::Tag, tag))
            .execute(c)
            .await)?;
        }
    }
    Ok(true)
}

/// Who of the zone follows which of these companies.
pub async fn followers(tx: &mut Tx, companies: &[Uuid]) -> Result<Vec<(Uuid, Uuid)>> {
    let mut found = Vec::new();
    for some in companies.chunks(AT_ONCE) {
        let mut sql = Sql::new("SELECT account_id, subject_id FROM follows WHERE ");
        sql.bind_in("subject_id", some).push(" ORDER BY account_id, subject_id");
        found.extend(sql.rows::<(Uuid, Uuid)>(tx).await?);
    }
    Ok(found)
}
