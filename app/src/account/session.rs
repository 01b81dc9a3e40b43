//! A session: one browser that signed in. The cookie holds a random token, the database only its hash.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::actor::{Actor, Role};
use crate::backend::Backend;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// A session ends when it was not used for so long …
pub const IDLE: i64 = 12 * Timestamp::HOUR;
/// … and in any case after so long.
pub const ABSOLUTE: i64 = 7 * Timestamp::DAY;
/// How precisely the last use is kept: not every page view is a write.
const PRECISION: i64 = 5 * Timestamp::MINUTE;

/// The name of the session cookie. `__Host-` binds it to this host and to https.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-session" } else { "session" }
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Starts a session and gives the value of its cookie.
pub async fn start(tx: &mut Tx, account: Uuid, address: &str, agent: &str, now: Timestamp) -> Result<String> {
    let token = hex::encode(clock::random::<32>());
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO sessions (token_hash, account_id, created_at, seen_at, address, agent) VALUES ($1, $2, $3, $3, $4, $5)"
    )
    .bind(token_hash(&token))
    .bind(account)
    .bind(now.0)
    .bind(address)
    .bind(agent)
    .execute(c)
    .await
    })?;
    Ok(token)
}

#[derive(sqlx::FromRow)]
struct Found {
    id: Uuid,
    name: String,
    role: String,
    seen_at: i64,
}

/// The person behind a living session, and when it was last used.
pub async fn actor(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<(Actor, Timestamp)>> {
    let found: Option<Found> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT a.id, a.name, a.role, s.seen_at FROM sessions s JOIN accounts a ON a.id = s.account_id
         WHERE s.token_hash = $1 AND s.seen_at > $2 AND s.created_at > $3"
    )
    .bind(token_hash)
    .bind(now.minus(IDLE).0)
    .bind(now.minus(ABSOLUTE).0)
    .fetch_optional(c)
    .await)?;
    let Some(found) = found else { return Ok(None) };
    let Some(role) = Role::from_code(&found.role) else { return Ok(None) };
    let companies =
        if role == Role::Representative { super::store::companies_of(tx, found.id).await? } else { Vec::new() };
    Ok(Some((Actor { id: found.id, name: found.name, role, companies }, Timestamp(found.seen_at))))
}

/// Whose session this is or was, even if it has ended by time.
pub async fn owner(tx: &mut Tx, token_hash: &str) -> Result<Option<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT account_id FROM sessions WHERE token_hash = $1")
        .bind(token_hash)
        .fetch_optional(c)
        .await)?)
}

/// Whether the last use is long enough ago to be noted anew.
pub fn is_stale(seen: Timestamp, now: Timestamp) -> bool {
    now.minus(PRECISION) > seen
}

/// Notes that a session was used.
pub async fn touch(backend: &Backend, token_hash: &str, now: Timestamp) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    on!(&mut tx, |c| sqlx::query("UPDATE sessions SET seen_at = $1 WHERE token_hash = $2 AND seen_at < $1")
        .bind(now.0)
        .bind(token_hash)
        .execute(c)
        .await)?;
    tx.commit().await
}

/// Forgets sessions that have ended by time, and tells how many. They are kept for a day longer: what is typed into a form
/// after the end still belongs to the one who signed in.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let now = now.minus(Timestamp::DAY);
    Ok(ask!(tx, |c| {
        let ended = sqlx::query("DELETE FROM sessions WHERE seen_at <= $1 OR created_at <= $2");
        let ended = ended.bind(now.minus(IDLE).0).bind(now.minus(ABSOLUTE).0);
        ended.execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Ends a session.
pub async fn end(tx: &mut Tx, token_hash: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM sessions WHERE token_hash = $1").bind(token_hash).execute(c).await)?;
    Ok(())
}
