//! Limits on mails that somebody who is not signed in has the portal write: nobody is flooded, and nobody learns from an
//! answer – not from what it says, nor from when it comes – what became of it.

use std::time::Duration;

use crate::backend::clock;
use crate::backend::database::{Tx, hold};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// Mails to one address within an hour.
const TO_ONE: i64 = 3;
/// Mails asked for from one network within an hour.
const FROM_ONE: i64 = 20;
/// How long it takes at least to be answered: longer than anything that depends on who has an account.
const STEADY: Duration = Duration::from_millis(250);

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Join,
    Password,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Password => "password",
        }
    }
}

/// Counts that a mail is asked for, and tells whether it may be written.
pub async fn admit(tx: &mut Tx, kind: Kind, email_folded: &str, network: &str, now: Timestamp) -> Result<bool> {
    // Many who ask at once are counted one after the other.
    hold(tx, 4_917_002).await?;
    let since = now.minus(Timestamp::HOUR).0;
    let (to_one, from_one): (i64, i64) = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT (SELECT count(*) FROM asked_mails WHERE kind = $1 AND email_folded = $2 AND at > $4),
                (SELECT count(*) FROM asked_mails WHERE address = $3 AND at > $4)"
    )
    .bind(kind.code())
    .bind(email_folded)
    .bind(network)
    .bind(since)
    .fetch_one(c)
    .await)?;
    if to_one >= TO_ONE || from_one >= FROM_ONE {
        return Ok(false);
    }
    on!(tx, |c| sqlx::query(
        "INSERT INTO asked_mails (id, kind, email_folded, address, at) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(clock::new_id())
    .bind(kind.code())
    .bind(email_folded)
    .bind(network)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(true)
}

/// Forgets what counts no more, and tells how much that was.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let old = sqlx::query("DELETE FROM asked_mails WHERE at < $1").bind(now.minus(Timestamp::HOUR).0);
        old.execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Does something and is done no sooner than after a while, so that time tells nothing of what was done.
pub async fn steadily<T>(work: impl Future<Output = T>) -> T {
    let until = tokio::time::Instant::from_std(clock::stopwatch() + STEADY);
    let done = work.await;
    tokio::time::sleep_until(until).await;
    done
}
