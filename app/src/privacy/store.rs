//! Where retention times and requests for erasure are kept.

use uuid::Uuid;

use super::holding::Person;
use super::model::{Days, Rule};
use crate::account::store::set_setting;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// The names of the settings begin so.
const PREFIX: &str = "retention.";
/// One more with every change of the times; an edit names the version it started from.
const VERSION: &str = "retention.version";

/// For how many days everything is kept.
pub async fn days(tx: &mut Tx) -> Result<Days> {
    let set: Vec<(String, String)> = ask!(tx, |c| {
        sqlx::query_as("SELECT name, value FROM settings WHERE name LIKE 'retention.%'").fetch_all(c).await
    })?;
    Ok(Days::from(|rule| {
        let found = set.iter().find(|(name, _)| name.strip_prefix(PREFIX) == Some(rule.code()));
        found.and_then(|(_, value)| value.parse().ok()).unwrap_or(rule.usual())
    }))
}

/// For how many days one thing is kept.
pub async fn kept(tx: &mut Tx, rule: Rule) -> Result<i64> {
    Ok(i64::from(days(tx).await?.of(rule)) * Timestamp::DAY)
}

pub async fn version(tx: &mut Tx) -> Result<i64> {
    let found = crate::account::store::setting(tx, VERSION).await?;
    Ok(found.and_then(|value| value.parse().ok()).unwrap_or(1))
}

/// Sets the times, unless somebody else was faster; tells whether it did.
pub async fn set_days(tx: &mut Tx, days: &Days, version: i64) -> Result<bool> {
    // The row is held from here on: of two at once the second finds the version of the first.
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, '1') ON CONFLICT (name) DO NOTHING"
    )
    .bind(VERSION)
    .execute(c)
    .await)?;
    let turned: Option<String> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE settings SET value = $1 WHERE name = $2 AND value = $3 RETURNING value"
    )
    .bind((version + 1).to_string())
    .bind(VERSION)
    .bind(version.to_string())
    .fetch_optional(c)
    .await)?;
    if turned.is_none() {
        return Ok(false);
    }
    for (name, value) in days.fields() {
        set_setting(tx, &format!("{PREFIX}{name}"), &value).await?;
    }
    Ok(true)
}

/// Whoever has this account; none when there is no such account or what was known of its person is erased.
pub async fn person(tx: &mut Tx, account: Uuid) -> Result<Option<Person>> {
    let row: Option<(String, String, String, String, Option<String>)> = ask!(tx, |c| sqlx::query_as(
        "SELECT email, email_folded, name, role, language FROM accounts WHERE id = $1 AND erased_at IS NULL"
    )
    .bind(account)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|(email, folded, name, role, language)| Person { account, email, folded, name, role, language }))
}

/// Somebody's request that what is held about them goes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Request {
    pub id: Uuid,
    pub account_id: Uuid,
    pub asked_at: i64,
    pub reason: String,
    pub decided_at: Option<i64>,
    pub decline_reason: String,
    pub name: String,
    pub role: String,
    /// Empty once it is erased.
    pub email: String,
    pub decided_by: Option<String>,
}

fn select() -> Sql {
    Sql::new(
        "SELECT r.id, r.account_id, r.asked_at, r.reason, r.decided_at, r.decline_reason, a.name, a.role,
                CASE WHEN a.erased_at IS NULL THEN a.email ELSE '' END AS email, d.name AS decided_by
         FROM erasure_requests r JOIN accounts a ON a.id = r.account_id LEFT JOIN accounts d ON d.id = r.decided_by",
    )
}

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Request>> {
    let mut sql = select();
    sql.bind(" WHERE r.id = ?", id);
    Ok(sql.rows(tx).await?.into_iter().next())
}

/// The requests that wait, the oldest first, and then those that were decided, the latest first.
pub async fn requests(tx: &mut Tx, limit: i64) -> Result<Vec<Request>> {
    let mut sql = select();
    sql.push(" WHERE r.decided_at IS NULL ORDER BY r.asked_at, r.id").limit(limit, 0);
    let mut found: Vec<Request> = sql.rows(tx).await?;
    let mut sql = select();
    sql.push(" WHERE r.decided_at IS NOT NULL ORDER BY r.decided_at DESC, r.id DESC").limit(limit, 0);
    let decided: Vec<Request> = sql.rows(tx).await?;
    found.extend(decided);
    Ok(found)
}

/// How many requests wait to be decided.
pub async fn waiting(tx: &mut Tx) -> Result<i64> {
    Sql::new("SELECT count(*) FROM erasure_requests WHERE decided_at IS NULL").number(tx).await
}

/// A person's latest request.
pub async fn latest(tx: &mut Tx, account: Uuid) -> Result<Option<Request>> {
    let mut sql = select();
    sql.bind(" WHERE r.account_id = ? ORDER BY r.asked_at DESC, r.id DESC", account).limit(1, 0);
    Ok(sql.rows(tx).await?.into_iter().next())
}

/// Notes a request; false when the person has one already that waits.
pub async fn ask(tx: &mut Tx, id: Uuid, account: Uuid, reason: &str, now: Timestamp) -> Result<bool> {
    // The account's row is held: of two forms at once the second finds the request of the first.
    on!(&mut *tx, |c| sqlx::query("UPDATE accounts SET version = version WHERE id = $1")
        .bind(account)
        .execute(c)
        .await)?;
    let mut open = Sql::new("SELECT count(*) FROM erasure_requests WHERE ");
    open.bind("(account_id = ? AND decided_at IS NULL)", account).bind(" OR id = ?", id);
    if open.number(tx).await? > 0 {
        return Ok(false);
    }
    on!(tx, |c| sqlx::query(
        "INSERT INTO erasure_requests (id, account_id, asked_at, reason, decline_reason) VALUES ($1, $2, $3, $4, '')"
    )
    .bind(id)
    .bind(account)
    .bind(now.0)
    .bind(reason)
    .execute(c)
    .await)?;
    Ok(true)
}

/// Takes a person's waiting request back; tells whether there was one.
pub async fn withdraw(tx: &mut Tx, account: Uuid) -> Result<bool> {
    let mut sql = Sql::new("DELETE FROM erasure_requests");
    sql.bind(" WHERE account_id = ? AND decided_at IS NULL", account);
    Ok(sql.execute(tx).await? > 0)
}

/// Notes how a request was decided, with the reason if it was declined; none when it was decided before, else whose it was.
pub async fn decide(tx: &mut Tx, id: Uuid, by: Uuid, reason: &str, now: Timestamp) -> Result<Option<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE erasure_requests SET decided_at = $1, decided_by = $2, decline_reason = $3
         WHERE id = $4 AND decided_at IS NULL RETURNING account_id"
    )
    .bind(now.0)
    .bind(by)
    .bind(reason)
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

/// Whether nobody else administers the portal.
pub async fn is_last_administrator(tx: &mut Tx, account: Uuid) -> Result<bool> {
    let mut own = Sql::new("SELECT count(*) FROM accounts WHERE role = 'administrator'");
    own.bind(" AND id = ?", account);
    let mut others = Sql::new(
        "SELECT count(*) FROM accounts WHERE role = 'administrator' AND erased_at IS NULL AND suspended_at IS NULL",
    );
    others.bind(" AND id <> ?", account);
    Ok(own.number(tx).await? > 0 && others.number(tx).await? == 0)
}

/// A company that would have no administrator any more.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Left {
    pub id: Uuid,
    pub name_en: String,
    pub name_zh: String,
}

/// The companies that somebody administers now, and nobody else does.
pub async fn companies_left(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Vec<Left>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT c.id, c.name_en, c.name_zh
         FROM affiliations f JOIN companies c ON c.id = f.company_id
         WHERE f.account_id = $1 AND f.rights = 'administrator' AND f.ended_at IS NULL
           AND (f.since = '' OR f.since <= $2) AND (f.until = '' OR f.until >= $2)
           AND NOT EXISTS (SELECT 1 FROM affiliations o JOIN accounts a ON a.id = o.account_id
                           WHERE o.company_id = f.company_id AND o.account_id <> $1 AND o.rights = 'administrator'
                             AND o.ended_at IS NULL AND a.erased_at IS NULL AND a.suspended_at IS NULL
                             AND (o.since = '' OR o.since <= $2) AND (o.until = '' OR o.until >= $2))
         ORDER BY c.sort_en, c.id"
    )
    .bind(account)
    .bind(now.iso_day())
    .fetch_all(c)
    .await)?)
}

/// The companies that somebody acts or acted for.
pub async fn companies_of(tx: &mut Tx, account: Uuid) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT company_id FROM affiliations WHERE account_id = $1 ORDER BY company_id"
    )
    .bind(account)
    .fetch_all(c)
    .await)?)
}

/// The companies that somebody looks after for the zone.
pub async fn managed(tx: &mut Tx, account: Uuid) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT id FROM companies WHERE manager_id = $1 ORDER BY id")
        .bind(account)
        .fetch_all(c)
        .await)?)
}

/// An account that nobody used for long.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unused {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub role: String,
    pub created_at: i64,
    /// When its person last did something; 0 for never.
    pub used_at: i64,
}

/// The accounts that nobody used since a moment, those of longest ago first, and how many there are in all.
pub async fn unused(tx: &mut Tx, since: Timestamp, limit: i64) -> Result<(Vec<Unused>, i64)> {
    let from = |sql: &mut Sql| {
        sql.push(" FROM accounts a WHERE a.erased_at IS NULL AND a.suspended_at IS NULL")
            .bind(" AND a.created_at < ?", since.0)
            .bind(" AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.account_id = a.id AND s.seen_at >= ?)", since.0)
            .bind(" AND NOT EXISTS (SELECT 1 FROM journal j WHERE j.actor_id = a.id AND j.at >= ?)", since.0);
    };
    let mut sql = Sql::new(
        "SELECT a.id, a.name, a.email, a.role, a.created_at,
                coalesce((SELECT j.at FROM journal j WHERE j.actor_id = a.id ORDER BY j.seq DESC LIMIT 1), 0) AS used_at",
    );
    from(&mut sql);
    sql.push(" ORDER BY used_at, a.created_at, a.id").limit(limit, 0);
    let mut count = Sql::new("SELECT count(*)");
    from(&mut count);
    Ok((sql.rows(tx).await?, count.number(tx).await?))
}
