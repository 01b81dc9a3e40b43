//! What keeps machines from using the public form: a mark of when it was drawn, a field that people do not see, and limits.
//!
//! None of it asks anything of a person. The mark is a time with a digest that only the portal can make, so nothing need
//! be kept of forms that nobody sends.

use sha2::{Digest as _, Sha256};

use crate::account::store::setting;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::error::{Error, Refusal, Result, internal};
use crate::time::Timestamp;
use crate::{ask, on};

const SECRET: &str = "enquiry.form_secret";
/// Nobody reads and fills in the form faster …
const FASTEST: i64 = 3 * Timestamp::SECOND;
/// … and who leaves it open for longer is shown it anew, with what was typed.
const SLOWEST: i64 = 24 * Timestamp::HOUR;
/// A whole exhibition stand may share one address.
const AN_HOUR: i64 = 10;
const A_DAY: i64 = 40;
/// So many receipts a day go to one address: more would make the portal a tool to pester somebody with.
const RECEIPTS_A_DAY: i64 = 3;

/// Makes the secret behind the marks, if there is none yet. All nodes share it.
pub async fn prepare(tx: &mut Tx) -> Result<()> {
    on!(tx, |c| sqlx::query("INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING")
        .bind(SECRET)
        .bind(hex::encode(clock::random::<32>()))
        .execute(c)
        .await)?;
    Ok(())
}

async fn secret(tx: &mut Tx) -> Result<String> {
    setting(tx, SECRET).await?.ok_or_else(|| internal("public form", &"there is no secret"))
}

/// The digest of a moment. Hashed twice with the secret, so that nothing can be appended to what was hashed.
fn digest(secret: &str, at: i64) -> String {
    let inner = Sha256::new().chain_update(secret.as_bytes()).chain_update(at.to_string().as_bytes()).finalize();
    hex::encode(Sha256::new().chain_update(secret.as_bytes()).chain_update(inner).finalize())
}

fn made(secret: &str, now: Timestamp) -> String {
    format!("{}.{}", now.0, digest(secret, now.0))
}

/// When the form was drawn, if the mark is the portal's.
fn drawn_at(secret: &str, mark: &str) -> Option<Timestamp> {
    let (at, seen) = mark.split_once('.')?;
    let at: i64 = at.parse().ok()?;
    (digest(secret, at) == seen).then_some(Timestamp(at))
}

/// The mark of a form that is drawn now.
pub async fn mark(tx: &mut Tx, now: Timestamp) -> Result<String> {
    Ok(made(&secret(tx).await?, now))
}

/// Refuses a form that no person sent.
///
/// # Errors
/// [`Refusal::NotByHand`] for one with a hidden field filled in, or sent too soon or too late after it was drawn.
pub async fn by_hand(tx: &mut Tx, mark: &str, hidden: &str, now: Timestamp) -> Result<()> {
    let drawn = drawn_at(&secret(tx).await?, mark);
    let age = drawn.map(|drawn| now.0 - drawn.0);
    let fits = hidden.is_empty() && age.is_some_and(|age| (FASTEST..=SLOWEST).contains(&age));
    if fits { Ok(()) } else { Err(Error::Refused(Refusal::NotByHand)) }
}

/// Counts an enquiry from a network and tells whether its sender may get a receipt. Call it once the year's number is held:
/// then of many at once each is counted before the next.
///
/// # Errors
/// [`Error::TooMany`] with the seconds to wait.
pub async fn admit(tx: &mut Tx, network: &str, email_folded: &str, now: Timestamp) -> Result<bool> {
    on!(&mut *tx, |c| sqlx::query("DELETE FROM enquiry_attempts WHERE at <= $1")
        .bind(now.minus(Timestamp::DAY).0)
        .execute(c)
        .await)?;
    let (day, hour, first): (i64, i64, i64) = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT count(*), count(CASE WHEN at > $2 THEN 1 END), coalesce(min(CASE WHEN at > $2 THEN at END), 0)
         FROM enquiry_attempts WHERE network = $1"
    )
    .bind(network)
    .bind(now.minus(Timestamp::HOUR).0)
    .fetch_one(c)
    .await)?;
    if day >= A_DAY {
        return Err(Error::TooMany(3600));
    }
    if hour >= AN_HOUR {
        let wait = (first + Timestamp::HOUR - now.0) / Timestamp::SECOND + 1;
        return Err(Error::TooMany(u32::try_from(wait).unwrap_or(3600)));
    }
    let receipts: i64 =
        ask!(&mut *tx, |c| sqlx::query_scalar("SELECT count(*) FROM enquiry_attempts WHERE email_folded = $1")
            .bind(email_folded)
            .fetch_one(c)
            .await)?;
    on!(tx, |c| sqlx::query("INSERT INTO enquiry_attempts (id, network, email_folded, at) VALUES ($1, $2, $3, $4)")
        .bind(clock::new_id())
        .bind(network)
        .bind(email_folded)
        .bind(now.0)
        .execute(c)
        .await)?;
    Ok(receipts < RECEIPTS_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_the_portals_or_none() {
        let mark = made("secret", Timestamp(1_790_000_000_000_000));
        assert_eq!(drawn_at("secret", &mark), Some(Timestamp(1_790_000_000_000_000)));
        assert_eq!(drawn_at("another", &mark), None);
        for bad in ["", ".", "1790000000000000.", &mark.replacen('9', "8", 1), &format!("{mark}0"), "x.y"] {
            assert_eq!(drawn_at("secret", bad), None, "{bad}");
        }
    }
}
