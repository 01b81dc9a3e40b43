//! Where it is kept since when companies are stalled.

use uuid::Uuid;

use super::model::{Limits, STAGES};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// So many companies one transaction deals with.
pub const BATCH: i64 = 500;

/// After how many days a company is stalled.
pub async fn limits(tx: &mut Tx) -> Result<Limits> {
    let rows: Vec<(String, Option<i64>)> =
        ask!(tx, |c| sqlx::query_as("SELECT stage, stalled_days FROM company_stages").fetch_all(c).await)?;
    Ok(Limits(STAGES.map(|stage| {
        let found = rows.iter().find(|(code, _)| code == stage.code()).and_then(|(_, days)| *days);
        found.and_then(|days| u32::try_from(days).ok())
    })))
}

/// Sets the days. The rows are held from here on: of two at once the second waits for the first.
pub async fn set_limits(tx: &mut Tx, limits: &Limits) -> Result<()> {
    for (stage, limit) in STAGES.into_iter().zip(limits.0) {
        on!(&mut *tx, |c| sqlx::query("UPDATE company_stages SET stalled_days = $1 WHERE stage = $2")
            .bind(limit.map(i64::from))
            .bind(stage.code())
            .execute(c)
            .await)?;
    }
    Ok(())
}

/// That a company's time is over at its stage: the condition, with the present bound.
fn over(sql: &mut Sql, now: Timestamp) {
    sql.bind(
        " EXISTS (SELECT 1 FROM company_stages g WHERE g.stage = c.stage
                    AND c.stage_since < ? - g.stalled_days * 86400000000
                    AND c.contact_at < ? - g.stalled_days * 86400000000)",
        now.0,
    );
}

/// Notes at most [`BATCH`] companies whose time is over; gives how many.
pub async fn note(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let mut sql = Sql::default();
    sql.bind("UPDATE companies SET stalled_at = ?", now.0)
        .push(" WHERE id IN (SELECT c.id FROM companies c WHERE c.archived_at IS NULL AND c.stalled_at IS NULL AND");
    over(&mut sql, now);
    sql.limit(BATCH, 0).push(")");
    sql.execute(tx).await
}

/// Takes it back of those whose time is not over: more days are allowed now, or somebody talked with them.
pub async fn take_back(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let mut sql = Sql::new(
        "UPDATE companies SET stalled_at = NULL, stalled_told_at = NULL
         WHERE id IN (SELECT c.id FROM companies c WHERE c.stalled_at IS NOT NULL AND c.archived_at IS NULL AND NOT",
    );
    over(&mut sql, now);
    sql.push(")");
    sql.execute(tx).await
}

/// Somebody talked with a company: whatever speaks of a contact says so. If that was after it was noted as stalled, it is so
/// no more; whether an earlier contact makes a difference is for the next run to find.
pub async fn talked(tx: &mut Tx, company: Uuid, at: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE companies SET contact_at = $1,
                stalled_told_at = CASE WHEN stalled_at <= $1 THEN NULL ELSE stalled_told_at END,
                stalled_at = CASE WHEN stalled_at <= $1 THEN NULL ELSE stalled_at END
         WHERE id = $2 AND contact_at < $1"
    )
    .bind(at.0)
    .bind(company)
    .execute(c)
    .await)?;
    Ok(())
}

/// Counts anew when somebody last talked with a company: an interaction was corrected or removed, or two companies became
/// one. What follows from it the next run finds.
pub async fn recount(tx: &mut Tx, company: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE companies SET contact_at = coalesce((SELECT max(t.at) FROM (
                SELECT max(l.at) AS at FROM interaction_companies l WHERE l.company_id = $1
                UNION ALL SELECT max(m.at) FROM messages m WHERE m.company_id = $1
                UNION ALL SELECT max(e.answered_at) FROM enquiries e WHERE e.company_id = $1) t), 0)
         WHERE id = $1"
    )
    .bind(company)
    .execute(c)
    .await)?;
    Ok(())
}

/// A stalled company, for its account manager.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stalled {
    pub id: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub stage: String,
    pub stage_since: i64,
    pub contact_at: i64,
}

/// The first of somebody's stalled companies, the longest first, and how many there are.
pub async fn of_manager(tx: &mut Tx, manager: Uuid, most: i64) -> Result<(Vec<Stalled>, i64)> {
    let rows = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT id, name_en, name_zh, stage, stage_since, contact_at FROM companies
         WHERE manager_id = $1 AND stalled_at IS NOT NULL AND archived_at IS NULL
         ORDER BY stalled_at, sort_en, id LIMIT $2"
    )
    .bind(manager)
    .bind(most)
    .fetch_all(c)
    .await)?;
    let count = ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM companies WHERE manager_id = $1 AND stalled_at IS NOT NULL AND archived_at IS NULL"
    )
    .bind(manager)
    .fetch_one(c)
    .await)?;
    Ok((rows, count))
}

/// Of whom companies are stalled that they were not told of.
pub async fn untold(tx: &mut Tx) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT DISTINCT manager_id FROM companies
         WHERE stalled_at IS NOT NULL AND stalled_told_at IS NULL AND archived_at IS NULL AND manager_id IS NOT NULL
         ORDER BY manager_id"
    )
    .fetch_all(c)
    .await)?)
}

/// Claims that somebody is told of their stalled companies; gives those of which they were not told yet.
pub async fn claim(tx: &mut Tx, manager: Uuid, now: Timestamp) -> Result<Vec<(String, String)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "UPDATE companies SET stalled_told_at = $1
         WHERE manager_id = $2 AND stalled_at IS NOT NULL AND stalled_told_at IS NULL AND archived_at IS NULL
         RETURNING name_en, name_zh"
    )
    .bind(now.0)
    .bind(manager)
    .fetch_all(c)
    .await)?)
}
