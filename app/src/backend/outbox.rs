//! The outbox: mails are rows, written in the transaction that causes them and sent after it was committed.
//!
//! A worker claims mails for a while (a lease), sends them, and notes what became of each. If it dies in between, the lease
//! ends and another claims them: a mail may then arrive twice, with the same Message-ID, but never not at all.

use uuid::Uuid;

use super::clock;
use super::database::{Database, Sql, Tx};
use super::letter::{Letter, line};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// How long a claimed mail is its claimer's.
pub const LEASE: i64 = 5 * Timestamp::MINUTE;
/// How long a mail is tried, from when it was written or last asked for.
pub const PATIENCE: i64 = 48 * Timestamp::HOUR;
/// The longest answer of a mail server that is kept, in characters.
const LONGEST_ANSWER: usize = 500;
/// What is noted of a mail that nobody tried in time: no mail server was set up. Pages say it in the reader's language.
pub const TOO_OLD: &str = "too old";

/// Who gets a mail.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// None for somebody who has no account.
    pub account: Option<Uuid>,
    pub address: String,
    pub name: String,
    pub language: Language,
}

/// Puts a mail into the outbox, in the transaction that causes it. `kind` tells what it is about: `company.manager`.
pub async fn enqueue(
    tx: &mut Tx,
    kind: &'static str,
    receiver: &Receiver,
    letter: &Letter,
    now: Timestamp,
) -> Result<Uuid> {
    let id = clock::new_id();
    on!(tx, |c| sqlx::query(
        "INSERT INTO mails (id, kind, account_id, address, language, subject, body_text, body_html,
                            created_at, due_at, expires_at, attempts, answer, unsubscribe_url)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10, 0, '', $11)"
    )
    .bind(id)
    .bind(kind)
    .bind(receiver.account)
    .bind(line(&receiver.address))
    .bind(letter.language().code())
    .bind(letter.subject())
    .bind(letter.text())
    .bind(letter.html())
    .bind(now.0)
    .bind(now.plus(PATIENCE).0)
    .bind(letter.unsubscribe_url())
    .execute(c)
    .await)?;
    Ok(id)
}

/// Puts a mail into the outbox that waits a while, in microseconds: one of the same kind, address and subject that is
/// still unsent then says the same, and no other is written.
pub async fn enqueue_gathered(
    tx: &mut Tx,
    kind: &'static str,
    receiver: &Receiver,
    letter: &Letter,
    now: Timestamp,
    wait: i64,
) -> Result<()> {
    let mut there = Sql::new("SELECT count(*) FROM mails WHERE sent_at IS NULL AND dead_at IS NULL AND attempts = 0");
    there.bind(" AND kind = ?", kind).bind(" AND address = ?", line(&receiver.address));
    there.bind(" AND subject = ?", letter.subject());
    if there.number(tx).await? > 0 {
        return Ok(());
    }
    let id = enqueue(tx, kind, receiver, letter, now).await?;
    on!(tx, |c| sqlx::query("UPDATE mails SET due_at = $1 WHERE id = $2")
        .bind(now.plus(wait).0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// A mail that a worker has claimed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Claimed {
    pub id: Uuid,
    pub address: String,
    pub language: String,
    pub subject: String,
    pub body_text: String,
    pub body_html: String,
    /// Where one press ends mails of its kind; empty for mails that everybody must get.
    pub unsubscribe_url: String,
    pub created_at: i64,
    expires_at: i64,
    /// This try included. With it a worker shows that the lease is still its own.
    attempts: i64,
}

/// Why a mail was not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The way to the mail server is not open: no fault of this mail.
    Connection(String),
    /// Not now (4xx).
    Transient(String),
    /// Never (5xx for the content).
    Permanent(String),
    /// Never, and no other mail either: the address is refused (5xx for the receiver).
    Receiver(String),
}

impl Failure {
    /// What the mail server, or the way to it, said.
    fn answer(&self) -> &str {
        match self {
            Self::Connection(answer) | Self::Transient(answer) | Self::Permanent(answer) | Self::Receiver(answer) => {
                answer
            }
        }
    }
}

/// Claims up to `limit` mails that are due. Nobody else gets them until the lease ends.
pub async fn claim(database: &Database, now: Timestamp, limit: i64) -> Result<Vec<Claimed>> {
    // Asked every second by every node, so nothing is locked unless there is something to claim.
    let mut tx = database.read().await?;
    let mut due =
        Sql::new("SELECT count(*) FROM (SELECT 1 AS one FROM mails WHERE sent_at IS NULL AND dead_at IS NULL");
    due.bind(" AND due_at <= ? LIMIT 1) q", now.0);
    if due.number(&mut tx).await? == 0 {
        return Ok(Vec::new());
    }
    drop(tx);

    let mut tx = database.begin().await?;
    // What was written when no mail server was set up is no news any more when one is.
    on!(&mut tx, |c| sqlx::query(
        "UPDATE mails SET dead_at = $1, answer = $2
         WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= $1 AND attempts = 0 AND expires_at <= $1"
    )
    .bind(now.0)
    .bind(TOO_OLD)
    .execute(c)
    .await)?;
    // SQLite has one writer at a time. On PostgreSQL a mail that another node is claiming right now is passed over.
    let text = match &tx {
        Tx::Sqlite(_) => {
            "WITH due AS MATERIALIZED (
                SELECT id FROM mails WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $3
             )
             UPDATE mails SET due_at = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM due)
             RETURNING id, address, language, subject, body_text, body_html, unsubscribe_url, created_at, expires_at,
                       attempts"
        }
        Tx::Postgres(_) => {
            "WITH due AS MATERIALIZED (
                SELECT id FROM mails WHERE sent_at IS NULL AND dead_at IS NULL AND due_at <= $1 ORDER BY due_at, id LIMIT $3
                FOR UPDATE SKIP LOCKED
             )
             UPDATE mails SET due_at = $2, attempts = attempts + 1 WHERE id IN (SELECT id FROM due)
             RETURNING id, address, language, subject, body_text, body_html, unsubscribe_url, created_at, expires_at,
                       attempts"
        }
    };
    let mut mails: Vec<Claimed> =
        ask!(&mut tx, |c| sqlx::query_as(text).bind(now.0).bind(now.plus(LEASE).0).bind(limit).fetch_all(c).await)?;
    tx.commit().await?;
    mails.sort_by_key(|mail| mail.id);
    Ok(mails)
}

/// Notes that the mail server took a mail. If it refused the account's address before, it does no more.
pub async fn note_sent(tx: &mut Tx, mail: &Claimed, answer: &str, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE accounts SET address_problem = '', address_problem_at = NULL
         WHERE id = (SELECT account_id FROM mails WHERE id = $1) AND email = $2 AND address_problem <> ''"
    )
    .bind(mail.id)
    .bind(&mail.address)
    .execute(c)
    .await)?;
    on!(tx, |c| sqlx::query(
        "UPDATE mails SET sent_at = $1, dead_at = NULL, answer = $2 WHERE id = $3 AND sent_at IS NULL"
    )
    .bind(now.0)
    .bind(short(answer))
    .bind(mail.id)
    .execute(c)
    .await)?;
    Ok(())
}

/// Notes that a mail was not sent, and when it is tried again; tells whether it was given up. An account whose address
/// was refused is flagged, unless it has another address by now.
pub async fn note_failed(tx: &mut Tx, mail: &Claimed, failure: &Failure, now: Timestamp) -> Result<bool> {
    let next = next_try(mail, failure, now);
    let answer = short(failure.answer());
    let noted: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE mails SET due_at = $1, dead_at = $2, answer = $3
         WHERE id = $4 AND attempts = $5 AND sent_at IS NULL AND dead_at IS NULL RETURNING due_at"
    )
    .bind(next.unwrap_or(now).0)
    .bind(if next.is_none() { Some(now.0) } else { None })
    .bind(&answer)
    .bind(mail.id)
    .bind(mail.attempts)
    .fetch_optional(c)
    .await)?;
    if noted.is_some() && matches!(failure, Failure::Receiver(_)) {
        on!(tx, |c| sqlx::query(
            "UPDATE accounts SET address_problem = $1, address_problem_at = $2
             WHERE id = (SELECT account_id FROM mails WHERE id = $3) AND email = $4"
        )
        .bind(&answer)
        .bind(now.0)
        .bind(mail.id)
        .bind(&mail.address)
        .execute(c)
        .await)?;
    }
    Ok(next.is_none())
}

/// Gives back a mail that was claimed and not tried.
pub async fn release(tx: &mut Tx, mail: &Claimed, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE mails SET due_at = $1, attempts = attempts - 1
         WHERE id = $2 AND attempts = $3 AND sent_at IS NULL AND dead_at IS NULL"
    )
    .bind(now.0)
    .bind(mail.id)
    .bind(mail.attempts)
    .execute(c)
    .await)?;
    Ok(())
}

/// When a mail is tried again; never again after its time, or when it was refused for good.
fn next_try(mail: &Claimed, failure: &Failure, now: Timestamp) -> Option<Timestamp> {
    const STEPS: [i64; 8] = [
        10 * Timestamp::SECOND,
        30 * Timestamp::SECOND,
        Timestamp::MINUTE,
        2 * Timestamp::MINUTE,
        5 * Timestamp::MINUTE,
        10 * Timestamp::MINUTE,
        30 * Timestamp::MINUTE,
        Timestamp::HOUR,
    ];
    if matches!(failure, Failure::Permanent(_) | Failure::Receiver(_)) || now.0 >= mail.expires_at {
        return None;
    }
    let step = usize::try_from(mail.attempts - 1).unwrap_or(0);
    let mut pause = STEPS.get(step).copied().unwrap_or(2 * Timestamp::HOUR);
    if matches!(failure, Failure::Connection(_)) {
        // A server that was away for a while is asked again soon: each of these mails may be the first that it takes.
        let young = now.0 < mail.created_at + Timestamp::HOUR;
        pause = pause.min(if young { Timestamp::MINUTE } else { 10 * Timestamp::MINUTE });
    }
    // The last try is at the end of its time, not after it.
    Some(Timestamp(now.plus(pause).0.min(mail.expires_at)))
}

/// Sends a dead letter again, with the same Message-ID; false when there is no such dead letter, or what it said is no
/// longer kept.
pub async fn resend(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let found: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE mails SET dead_at = NULL, due_at = $1, expires_at = $2, attempts = 0
         WHERE id = $3 AND dead_at IS NOT NULL AND body_text <> '' RETURNING due_at"
    )
    .bind(now.0)
    .bind(now.plus(PATIENCE).0)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}

/// What lies in the outbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Depth {
    pub waiting: i64,
    pub dead: i64,
    /// When the oldest of those that wait was written.
    pub oldest: Option<i64>,
}

impl Depth {
    /// The age of the oldest mail that waits, in seconds; 0 when none does.
    pub fn oldest_age(&self, now: Timestamp) -> i64 {
        self.oldest.map_or(0, |at| ((now.0 - at) / Timestamp::SECOND).max(0))
    }
}

/// Counts what waits and what is dead, for who watches the portal.
pub async fn depth(tx: &mut Tx) -> Result<Depth> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT (SELECT count(*) FROM mails WHERE sent_at IS NULL AND dead_at IS NULL) AS waiting,
                (SELECT count(*) FROM mails WHERE dead_at IS NOT NULL) AS dead,
                (SELECT min(created_at) FROM mails WHERE sent_at IS NULL AND dead_at IS NULL) AS oldest"
    )
    .fetch_one(c)
    .await)?)
}

fn short(answer: &str) -> String {
    line(answer).chars().take(LONGEST_ANSWER).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: i64 = 1_790_000_000_000_000;

    fn mail(attempts: i64) -> Claimed {
        Claimed {
            id: Uuid::nil(),
            address: String::new(),
            language: String::new(),
            subject: String::new(),
            body_text: String::new(),
            body_html: String::new(),
            unsubscribe_url: String::new(),
            created_at: T,
            expires_at: T + PATIENCE,
            attempts,
        }
    }

    /// Seconds until the next try.
    fn pause(attempts: i64, failure: &Failure, age: i64) -> Option<i64> {
        let now = Timestamp(T + age * Timestamp::SECOND);
        next_try(&mail(attempts), failure, now).map(|next| (next.0 - now.0) / Timestamp::SECOND)
    }

    #[test]
    fn pauses_grow_and_end_after_two_days() {
        let busy = Failure::Transient(String::new());
        let pauses: Vec<_> = (1..=10).map(|attempts| pause(attempts, &busy, 0).unwrap()).collect();
        assert_eq!(pauses, [10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 7200]);
        assert_eq!(pause(30, &busy, 47 * 3600), Some(3600), "the last try is at the end of its time");
        assert_eq!(pause(31, &busy, 48 * 3600), None);
        assert_eq!(pause(1, &Failure::Permanent(String::new()), 0), None);
        assert_eq!(pause(1, &Failure::Receiver(String::new()), 0), None);
    }

    #[test]
    fn a_server_that_is_away_is_asked_again_soon() {
        let away = Failure::Connection(String::new());
        assert_eq!(pause(1, &away, 0), Some(10));
        assert_eq!(pause(30, &away, 1800), Some(60));
        assert_eq!(pause(80, &away, 3600), Some(600));
        assert_eq!(pause(400, &away, 48 * 3600), None);
    }
}
