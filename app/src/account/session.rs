//! A session: one browser that signed in. The cookie holds a random token, the database only its hash.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::actor::{Actor, Affiliation, Rights, Role};
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
/// How long an administrator looks as somebody else before that ends by itself.
pub const LOOK: i64 = 30 * Timestamp::MINUTE;
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

/// Starts a session and gives the value of its cookie. The company acted for last stays the one acted for. Whose role
/// requires a second factor that they do not have can do nothing in it before that is set up.
pub async fn start(tx: &mut Tx, account: Uuid, address: &str, agent: &str, now: Timestamp) -> Result<String> {
    let token = hex::encode(clock::random::<32>());
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO sessions (id, token_hash, account_id, created_at, seen_at, confirmed_at, address, agent, company_id)
         VALUES ($1, $2, $3, $4, $4, $4, $5, $6,
                 (SELECT company_id FROM affiliations WHERE account_id = $3 AND acted_at IS NOT NULL
                  ORDER BY acted_at DESC LIMIT 1))"
    )
    .bind(clock::new_id())
    .bind(token_hash(&token))
    .bind(account)
    .bind(now.0)
    .bind(address)
    .bind(agent)
    .execute(c)
    .await
    })?;
    crate::security::requirement::apply(tx, Some(account)).await?;
    Ok(token)
}

/// A living session and the person behind it.
#[derive(Clone, Debug)]
pub struct Session {
    pub actor: Actor,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// When the person last showed password or second factor.
    pub confirmed_at: Timestamp,
    /// A second factor is required of this person and not there yet.
    pub needs_factor: bool,
}

const PERSON: &[Column] = &[
    Column::Id("id"),
    Column::Plain("name"),
    Column::Plain("role"),
    Column::Id("owner"),
    Column::Plain("owner_role"),
    Column::Plain("seen_at"),
    Column::Plain("confirmed_at"),
    Column::Plain("needs_factor"),
    Column::Id("company_id"),
    Column::Plain("unread"),
];

#[derive(serde::Deserialize)]
struct Person {
    id: Uuid,
    name: String,
    role: Role,
    /// Who signed in: somebody else while an administrator looks as this person.
    owner: Uuid,
    owner_role: Role,
    seen_at: i64,
    confirmed_at: i64,
    needs_factor: i64,
    company_id: Option<Uuid>,
    unread: i64,
}

/// What is read of a living session, as parts of a statement; [`from_json`] takes the two answers.
pub fn parts(token_hash: &str, now: Timestamp) -> [Part; 2] {
    let mut person = Sql::new(
        "SELECT a.id, a.name, a.role, o.id AS owner, o.role AS owner_role, s.seen_at, s.confirmed_at,
                CASE WHEN s.needs_factor THEN 1 ELSE 0 END AS needs_factor, s.company_id,
                (SELECT count(*) FROM notifications n WHERE n.account_id = a.id AND n.read_at IS NULL) AS unread
         FROM sessions s JOIN accounts o ON o.id = s.account_id JOIN accounts a ON a.id =",
    );
    seen_as(&mut person, now);
    living(&mut person, token_hash, now);
    person.push(" AND o.suspended_at IS NULL AND o.erased_at IS NULL");
    let mut companies = Sql::new(
        "SELECT f.company_id, f.rights, c.name_en, c.name_zh
         FROM sessions s JOIN affiliations f ON f.account_id =",
    );
    seen_as(&mut companies, now);
    companies.push(" JOIN companies c ON c.id = f.company_id");
    living(&mut companies, token_hash, now);
    companies
        .push(" AND f.ended_at IS NULL")
        .bind(" AND (f.since = '' OR f.since <= ?)", now.iso_day())
        .bind(" AND (f.until = '' OR f.until >= ?)", now.iso_day())
        .push(" ORDER BY c.sort_en, c.id");
    let affiliation: &[Column] =
        &[Column::Id("company_id"), Column::Plain("rights"), Column::Plain("name_en"), Column::Plain("name_zh")];
    [(person, PERSON), (companies, affiliation)]
}

/// The account that a session sees the portal as.
fn seen_as(sql: &mut Sql, now: Timestamp) {
    sql.bind(
        " CASE WHEN s.viewed_account_id IS NOT NULL AND s.viewed_since > ? THEN s.viewed_account_id ELSE s.account_id END",
        now.minus(LOOK).0,
    );
}

fn living(sql: &mut Sql, token_hash: &str, now: Timestamp) {
    sql.bind(" WHERE s.token_hash = ?", token_hash)
        .bind(" AND s.seen_at > ?", now.minus(IDLE).0)
        .bind(" AND s.created_at > ?", now.minus(ABSOLUTE).0);
}

/// The session; none when it does not live.
pub fn from_json(person: &str, companies: &str) -> Result<Option<Session>> {
    let found: Vec<Person> = database::from_json(person)?;
    let Some(person) = found.into_iter().next() else { return Ok(None) };
    let viewer = (person.owner != person.id).then_some(person.owner);
    // Who is no longer an administrator no longer looks as somebody else, and nobody looks as an administrator.
    if viewer.is_some() && (person.owner_role != Role::Administrator || person.role == Role::Administrator) {
        return Ok(None);
    }
    let affiliations: Vec<(Uuid, Rights, String, String)> = match person.role {
        Role::Representative => database::from_json(companies)?,
        _ => Vec::new(),
    };
    let affiliations: Vec<Affiliation> = affiliations
        .into_iter()
        .map(|(company, rights, name_en, name_zh)| Affiliation { company, rights, name_en, name_zh })
        .collect();
    let chosen = affiliations.iter().find(|affiliation| Some(affiliation.company) == person.company_id);
    let acting = chosen.or(affiliations.first()).map(|affiliation| affiliation.company);
    let Person { id, name, role, unread, .. } = person;
    Ok(Some(Session {
        actor: Actor { id, name, role, affiliations, acting, unread, viewer },
        seen_at: Timestamp(person.seen_at),
        confirmed_at: Timestamp(person.confirmed_at),
        needs_factor: person.needs_factor != 0,
    }))
}

/// The living session behind a token.
pub async fn find(tx: &mut Tx, token_hash: &str, now: Timestamp) -> Result<Option<Session>> {
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

/// Forgets sessions that have ended by time, and tells how many. They are kept for a while longer: what is typed into a
/// form after the end still belongs to the one who signed in.
pub async fn forget(tx: &mut Tx, now: Timestamp, kept: i64) -> Result<u64> {
    let now = now.minus(kept);
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

/// Ends all sessions of an account, but for one.
pub async fn end_others(tx: &mut Tx, account: Uuid, except_token_hash: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM sessions WHERE account_id = $1 AND token_hash <> $2")
        .bind(account)
        .bind(except_token_hash)
        .execute(c)
        .await)?;
    Ok(())
}

/// Ends all sessions of an account, and tells how many.
pub async fn end_all(tx: &mut Tx, account: Uuid) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let all = sqlx::query("DELETE FROM sessions WHERE account_id = $1").bind(account);
        all.execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Notes for which company a session acts from now on, and for which the person's next one begins; of who looks as somebody
/// else only the former.
pub async fn act_for(tx: &mut Tx, token_hash: &str, actor: &Actor, company: Uuid, now: Timestamp) -> Result<()> {
    if actor.viewer.is_none() {
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE affiliations SET acted_at = $1 WHERE account_id = $2 AND company_id = $3"
        )
        .bind(now.0)
        .bind(actor.id)
        .bind(company)
        .execute(c)
        .await)?;
    }
    on!(tx, |c| sqlx::query("UPDATE sessions SET company_id = $1 WHERE token_hash = $2")
        .bind(company)
        .bind(token_hash)
        .execute(c)
        .await)?;
    Ok(())
}

/// One browser in which somebody is signed in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Browser {
    pub address: String,
    pub agent: String,
    pub created_at: i64,
    pub seen_at: i64,
}

/// The living sessions of an account, the last used first.
pub async fn of_account(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Vec<Browser>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT address, agent, created_at, seen_at FROM sessions
         WHERE account_id = $1 AND seen_at > $2 AND created_at > $3 ORDER BY seen_at DESC"
    )
    .bind(account)
    .bind(now.minus(IDLE).0)
    .bind(now.minus(ABSOLUTE).0)
    .fetch_all(c)
    .await)?)
}
