//! Limits on signing in.
//!
//! After ten failures of an account, each further try waits 1, 2, 4 … 300 seconds – but a stranger's failures do not
//! hold up an address from which this account signed in before. One address may fail thirty times a minute. Addresses
//! that no account has count the same, so that a wait tells nothing.

use crate::ask;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::error::{Error, Result};
use crate::on;
use crate::time::Timestamp;

const FREE_FAILURES: i64 = 10;
const LONGEST_WAIT: i64 = 300;
const FAILURES_A_MINUTE: i64 = 30;
/// What stands for an account where a code of a certificate was tried: no address of an account is like it.
pub const CERTIFICATE: &str = "certificate";
/// Failures older than this are forgotten.
const MEMORY: i64 = Timestamp::DAY;

/// The network that counts as one address: an IPv6 subscriber has a whole /64.
pub fn network(address: &str) -> String {
    match address.parse::<std::net::IpAddr>() {
        Ok(std::net::IpAddr::V6(v6)) => {
            let s = v6.segments();
            format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3])
        }
        _ => address.to_owned(),
    }
}

/// The network as one that tries codes of certificates, which is counted apart: their addresses can be asked for by any page
/// on the web that somebody opens, who must be able to sign in all the same.
pub fn certificates_network(address: &str) -> String {
    format!("{CERTIFICATE} {}", network(address))
}

/// How many seconds after its last failure an account must wait.
fn wait_after(failures: i64) -> i64 {
    if failures < FREE_FAILURES { 0 } else { (1_i64 << (failures - FREE_FAILURES).min(30)).min(LONGEST_WAIT) }
}

/// Refuses one address that failed too often within a minute, at whatever is counted here.
///
/// # Errors
/// [`Error::TooMany`] with the seconds to wait.
pub async fn admit_network(tx: &mut Tx, network: &str, now: Timestamp) -> Result<()> {
    let recent: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM sign_in_attempts WHERE address = $1 AND at > $2 AND NOT succeeded"
    )
    .bind(network)
    .bind(now.minus(Timestamp::MINUTE).0)
    .fetch_one(c)
    .await)?;
    if recent >= FAILURES_A_MINUTE {
        return Err(Error::TooMany(60));
    }
    Ok(())
}

/// Refuses a try that comes too early.
///
/// # Errors
/// [`Error::TooMany`] with the seconds to wait.
pub async fn admit(tx: &mut Tx, email: &str, network: &str, now: Timestamp) -> Result<()> {
    admit_network(tx, network, now).await?;
    let known: i64 = ask!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM sign_in_attempts WHERE email_folded = $1 AND address = $2 AND succeeded"
    )
    .bind(email)
    .bind(network)
    .fetch_one(c)
    .await)?;
    // At a known address its own failures since its last success count; at any other, all of the account's.
    let (failures, last): (i64, i64) = ask!(tx, |c| sqlx::query_as(
        "SELECT count(*), coalesce(max(at), 0) FROM sign_in_attempts
         WHERE email_folded = $1 AND at > $2 AND NOT succeeded
           AND ($3 = 0 OR (address = $4 AND at > (SELECT coalesce(max(at), 0) FROM sign_in_attempts
                                                  WHERE email_folded = $1 AND succeeded AND address = $4)))"
    )
    .bind(email)
    .bind(now.minus(MEMORY).0)
    .bind(known)
    .bind(network)
    .fetch_one(c)
    .await)?;
    let ready = Timestamp(last).plus(wait_after(failures) * Timestamp::SECOND);
    if failures >= FREE_FAILURES && ready > now {
        let seconds = (ready.0 - now.0 + Timestamp::SECOND - 1) / Timestamp::SECOND;
        return Err(Error::TooMany(u32::try_from(seconds).unwrap_or(u32::MAX)));
    }
    Ok(())
}

/// The moment before which failures count no more. For how long a success makes an address known is a retention time.
pub fn forgotten(now: Timestamp) -> Timestamp {
    now.minus(MEMORY)
}

/// Forgets some of the failures that count no more: so many that there are ever fewer, and not so many that it takes long.
async fn forget(tx: &mut Tx, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "DELETE FROM sign_in_attempts WHERE id IN (
             SELECT t.id FROM sign_in_attempts t WHERE t.at < $1 AND NOT t.succeeded ORDER BY t.at LIMIT 20)"
    )
    .bind(forgotten(now).0)
    .execute(c)
    .await)?;
    Ok(())
}

/// Notes how a try ended.
pub async fn note(tx: &mut Tx, email: &str, network: &str, succeeded: bool, now: Timestamp) -> Result<()> {
    forget(tx, now).await?;
    if succeeded {
        // The latest success from each address is what makes it known.
        on!(&mut *tx, |c| sqlx::query(
            "DELETE FROM sign_in_attempts WHERE succeeded AND email_folded = $1 AND address = $2"
        )
        .bind(email)
        .bind(network)
        .execute(c)
        .await)?;
    }
    on!(tx, |c| sqlx::query(
        "INSERT INTO sign_in_attempts (id, email_folded, address, at, succeeded) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(clock::new_id())
    .bind(email)
    .bind(network)
    .bind(now.0)
    .bind(succeeded)
    .execute(c)
    .await)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_five_minutes() {
        let waits: Vec<i64> = [0, 9, 10, 11, 12, 18, 19, 1000].into_iter().map(wait_after).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 256, 300, 300]);
    }

    #[test]
    fn a_subscriber_is_one_address() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::9"));
        assert_eq!(network("203.0.113.9"), "203.0.113.9");
    }
}
