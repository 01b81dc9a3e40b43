//! Who wants to know what happens to a record.

use uuid::Uuid;

use super::tell::Subject;
use crate::ask;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;

/// An account follows a record; a second time nothing happens. Tells whether it did not before.
pub async fn follow(tx: &mut Tx, account: Uuid, kind: &str, subject: Uuid, now: Timestamp) -> Result<bool> {
    let new: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "INSERT INTO follows (account_id, subject_kind, subject_id, since) VALUES ($1, $2, $3, $4)
         ON CONFLICT (account_id, subject_id) DO NOTHING RETURNING since"
    )
    .bind(account)
    .bind(kind)
    .bind(subject)
    .bind(now.0)
    .fetch_optional(c)
    .await)?;
    Ok(new.is_some())
}

/// An account follows a record no longer; tells whether it did.
pub async fn unfollow(tx: &mut Tx, account: Uuid, subject: Uuid) -> Result<bool> {
    let old: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "DELETE FROM follows WHERE account_id = $1 AND subject_id = $2 RETURNING since"
    )
    .bind(account)
    .bind(subject)
    .fetch_optional(c)
    .await)?;
    Ok(old.is_some())
}

/// Whether an account follows a record.
pub async fn follows(tx: &mut Tx, account: Uuid, subject: Uuid) -> Result<bool> {
    let found: Option<i64> =
        ask!(tx, |c| sqlx::query_scalar("SELECT since FROM follows WHERE account_id = $1 AND subject_id = $2")
            .bind(account)
            .bind(subject)
            .fetch_optional(c)
            .await)?;
    Ok(found.is_some())
}

/// Who follows a record and may still see it: representatives only while they act for its company; experts know
/// companies by name alone.
pub async fn followers(tx: &mut Tx, subject: &Subject<'_>, now: Timestamp) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new(
        "SELECT f.account_id FROM follows f JOIN accounts a ON a.id = f.account_id
         WHERE a.suspended_at IS NULL AND a.erased_at IS NULL",
    );
    sql.bind(" AND f.subject_id = ?", subject.id);
    if subject.kind == "company" {
        sql.push(" AND a.role <> 'expert'");
    }
    let today = now.iso_day();
    if let Some(company) = subject.company {
        sql.push(" AND (a.role <> 'representative' OR EXISTS (SELECT 1 FROM affiliations r WHERE r.account_id = a.id")
            .bind(" AND r.company_id = ?", company)
            .bind(
                " AND r.ended_at IS NULL AND (r.since = '' OR r.since <= ?) AND (r.until = '' OR r.until >= ?)))",
                today,
            );
    }
    let found: Vec<(Uuid,)> = sql.rows(tx).await?;
    Ok(found.into_iter().map(|(account,)| account).collect())
}
