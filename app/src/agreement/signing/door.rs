//! How a guest gets in: a code is mailed to the address that staff wrote down, and whoever types it is given a cookie for an
//! hour. Wrong codes are counted, and so are codes that are asked for.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::account::session::token_hash;
use crate::ask;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::error::{Error, Result};
use crate::on;
use crate::time::Timestamp;

/// How long a code works, and how long who typed it stays in.
const CODE: i64 = 15 * Timestamp::MINUTE;
pub const INSIDE: i64 = Timestamp::HOUR;
/// So many wrong codes are taken in an hour, of a million; and so many codes mailed.
const TRIES: i64 = 10;
const CODES: i64 = 5;

/// The cookie of a guest who is in.
pub fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-guest" } else { "guest" }
}

#[derive(Clone, Debug, Default, sqlx::FromRow)]
struct Door {
    code_hash: String,
    code_until: i64,
    tries: i64,
    codes: i64,
    hour_began: i64,
    session_hash: String,
    session_until: i64,
}

impl Door {
    /// The same with its counts begun anew where their hour is over.
    fn at(mut self, now: Timestamp) -> Self {
        if now.0 >= self.hour_began + Timestamp::HOUR {
            self.hour_began = now.0;
            self.tries = 0;
            self.codes = 0;
        }
        self
    }

    fn too_many(&self, now: Timestamp) -> Error {
        let seconds = (self.hour_began + Timestamp::HOUR - now.0 + Timestamp::SECOND - 1) / Timestamp::SECOND;
        Error::TooMany(u32::try_from(seconds).unwrap_or(u32::MAX))
    }
}

fn hash(signatory: Uuid, code: &str) -> String {
    hex::encode(Sha256::new().chain_update(signatory.as_bytes()).chain_update(code.as_bytes()).finalize())
}

/// The door of a signatory, held until the transaction ends: of many who try at once, each is counted.
async fn hold(tx: &mut Tx, signatory: Uuid, now: Timestamp) -> Result<Door> {
    let found: Door = ask!(tx, |c| {
        sqlx::query_as(
        "INSERT INTO agreement_signing_doors (signatory_id, code_hash, code_until, tries, codes, hour_began, session_hash,
                session_until)
         VALUES ($1, '', 0, 0, 0, $2, '', 0)
         ON CONFLICT (signatory_id) DO UPDATE SET tries = agreement_signing_doors.tries
         RETURNING code_hash, code_until, tries, codes, hour_began, session_hash, session_until"
    )
    .bind(signatory)
    .bind(now.0)
    .fetch_one(c)
    .await
    })?;
    Ok(found.at(now))
}

async fn keep(tx: &mut Tx, signatory: Uuid, door: &Door) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signing_doors SET code_hash = $1, code_until = $2, tries = $3, codes = $4, hour_began = $5,
                session_hash = $6, session_until = $7
         WHERE signatory_id = $8"
    )
    .bind(&door.code_hash)
    .bind(door.code_until)
    .bind(door.tries)
    .bind(door.codes)
    .bind(door.hour_began)
    .bind(&door.session_hash)
    .bind(door.session_until)
    .bind(signatory)
    .execute(c)
    .await)?;
    Ok(())
}

/// Makes a code; the one before works no more.
///
/// # Errors
/// [`Error::TooMany`] when too many were asked for, or tried.
pub async fn make_code(tx: &mut Tx, signatory: Uuid, now: Timestamp) -> Result<String> {
    let mut door = hold(tx, signatory, now).await?;
    if door.codes >= CODES || door.tries >= TRIES {
        return Err(door.too_many(now));
    }
    let code = format!("{:06}", u32::from_be_bytes(clock::random::<4>()) % 1_000_000);
    door.codes += 1;
    door.code_hash = hash(signatory, &code);
    door.code_until = now.plus(CODE).0;
    keep(tx, signatory, &door).await?;
    Ok(code)
}

/// Whether a code is awaited.
pub async fn awaits(tx: &mut Tx, signatory: Uuid, now: Timestamp) -> Result<bool> {
    Ok(read(tx, signatory).await?.is_some_and(|door| !door.code_hash.is_empty() && door.code_until > now.0))
}

async fn read(tx: &mut Tx, signatory: Uuid) -> Result<Option<Door>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT code_hash, code_until, tries, codes, hour_began, session_hash, session_until
         FROM agreement_signing_doors WHERE signatory_id = $1"
    )
    .bind(signatory)
    .fetch_optional(c)
    .await)?)
}

/// Lets in who types the code, and gives the value of their cookie. None for a wrong code, which is counted: the caller
/// commits in either case.
///
/// # Errors
/// [`Error::TooMany`] after too many wrong ones.
pub async fn enter(tx: &mut Tx, signatory: Uuid, code: &str, now: Timestamp) -> Result<Option<String>> {
    let mut door = hold(tx, signatory, now).await?;
    if door.tries >= TRIES {
        return Err(door.too_many(now));
    }
    let code: String = code.chars().filter(|character| !character.is_whitespace()).collect();
    if door.code_hash.is_empty() || door.code_until <= now.0 || door.code_hash != hash(signatory, &code) {
        door.tries += 1;
        keep(tx, signatory, &door).await?;
        return Ok(None);
    }
    let token = hex::encode(clock::random::<32>());
    // A code works once.
    door.code_hash = String::new();
    door.session_hash = token_hash(&token);
    door.session_until = now.plus(INSIDE).0;
    keep(tx, signatory, &door).await?;
    Ok(Some(token))
}

/// Whether the browser with this cookie's hash was let in, and may still be.
pub async fn is_inside(tx: &mut Tx, signatory: Uuid, guest: Option<&str>, now: Timestamp) -> Result<bool> {
    let Some(guest) = guest else { return Ok(false) };
    Ok(read(tx, signatory).await?.is_some_and(|door| door.session_hash == guest && door.session_until > now.0))
}

/// Lets nobody in any more, and those who are in out.
pub async fn close(tx: &mut Tx, signatory: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signing_doors SET code_hash = '', code_until = 0, session_hash = '', session_until = 0
         WHERE signatory_id = $1"
    )
    .bind(signatory)
    .execute(c)
    .await)?;
    Ok(())
}
