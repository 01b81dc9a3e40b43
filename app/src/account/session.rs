//! A session: one browser that signed in. The cookie holds a random token, the database only its hash.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::actor::{Actor, Role};
use crate::backend::Backend;
use crate::backend::clock;
use crate::backend::database::{self, Column, Part, Sql, Tx, together};
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

/// Who is behind a living session, when it was last used, and for which companies that person acts, as parts of a
/// statement; [`from_json`] takes the two answers.
pub fn parts(token_hash: &str, now: Timestamp) -> [Part; 2] {
    let mut person =
        Sql::new("SELECT a.id, a.name, a.role, s.seen_at FROM sessions s JOIN accounts a ON a.id = s.account_id");
    living(&mut person, token_hash, now);
    let mut companies =
        Sql::new("SELECT f.company_id FROM sessions s JOIN affiliations f ON f.account_id = s.account_id");
    living(&mut companies, token_hash, now);
    companies.push(" ORDER BY f.company_id");
    let columns: [&[Column]; 2] = [
        &[Column::Id("id"), Column::Plain("name"), Column::Plain("role"), Column::Plain("seen_at")],
        &[Column::Id("company_id")],
    ];
    [(person, columns[0]), (companies, columns[1])]
}

fn living(sql: &mut Sql, token_hash: &str, now: Timestamp) {
    sql.bind(" WHERE s.token_hash = ?", token_hash)
        .bind(" AND s.seen_at > ?", now.minus(IDLE).0)
        .bind(" AND s.created_at > ?", now.minus(ABSOLUTE).0);
}

/// The person, and when the session was last used; none when it does not live.
pub fn from_json(person: &str, companies: &str) -> Result<Option<(Actor, Timestamp)>> {
    let found: Vec<(Uuid, String, Role, i64)> = database::from_json(person)?;
    let Some((id, name, role, seen_at)) = found.into_iter().next() else { return Ok(None) };
    let companies: Vec<(Uuid,)> = match role {
        Role::Representative => database::from_json(companies)?,
        _ => Vec::new(),
    };
    let companies = companies.into_iter().map(|(id,)| id).collect();
    Ok(Some((Actor { id, name, role, companies }, Timestamp(seen_at))))
}

/// The person behind a living session, and when it was last used.
pub async fn actor(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<(Actor, Timestamp)>> {
    match together(tx, &parts(token_hash, now)).await?.as_slice() {
        [person, companies] => from_json(person, companies),
        _ => Ok(None),
    }
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
