//! What is deleted because it was kept for long enough. Each step is a transaction of its own with a bounded number of
//! rows, so that who wants to write meanwhile waits for milliseconds.

use uuid::Uuid;

use super::letters::FAREWELL;
use super::model::Rule;
use super::store;
use crate::account::store::{set_setting, setting};
use crate::account::throttle;
use crate::ask;
use crate::backend::Backend;
use crate::backend::database::{Sql, Tx};
use crate::backend::journal::erase;
use crate::enquiry::store as enquiry;
use crate::error::Result;
use crate::notification::Kind;
use crate::time::Timestamp;

/// How many rows one transaction deals with.
pub const BATCH: i64 = 500;
/// Up to which row of the journal the network addresses are erased.
const ADDRESSES_ERASED: &str = "journal.addresses_erased";

/// Repeats a statement that deals with at most [`BATCH`] rows until nothing is left for it; gives how many rows it were.
async fn in_batches(backend: &Backend, sql: &Sql) -> Result<i64> {
    let mut total = 0;
    loop {
        let mut tx = backend.database.begin().await?;
        let count = i64::try_from(sql.execute(&mut tx).await?).unwrap_or(i64::MAX);
        tx.commit().await?;
        total += count;
        if count < BATCH {
            return Ok(total);
        }
        // Who waits for the writer goes first.
        tokio::task::yield_now().await;
    }
}

async fn end(backend: &Backend, rule: Rule) -> Result<Timestamp> {
    let mut tx = backend.database.read().await?;
    Ok(store::days(&mut tx).await?.end(rule, backend.clock.now()))
}

/// Tries to sign in: failures that no limit counts any more, and what made an address known for too long ago.
pub async fn attempts(backend: &Backend) -> Result<i64> {
    let mut sql = Sql::new("DELETE FROM sign_in_attempts WHERE id IN (SELECT t.id FROM sign_in_attempts t WHERE ");
    sql.bind("t.at < ?", end(backend, Rule::Attempts).await?.0)
        .bind(" OR (t.at < ? AND NOT t.succeeded)", throttle::forgotten(backend.clock.now()).0)
        .limit(BATCH, 0)
        .push(")");
    in_batches(backend, &sql).await
}

/// Mails: first what they say goes, then that they were written. What waits to be sent, or is sent again, stays whole.
pub async fn mails(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut bodies = Sql::new(
        "UPDATE mails SET body_text = '', body_html = '', unsubscribe_url = ''
         WHERE id IN (SELECT m.id FROM mails m WHERE m.body_text <> ''",
    );
    bodies
        .bind(" AND m.created_at < ?", end(backend, Rule::MailBodies).await?.0)
        .bind(" AND (m.sent_at IS NOT NULL OR m.expires_at < ?)", now.0)
        .limit(BATCH, 0)
        .push(")");
    let mut whole = Sql::new("DELETE FROM mails WHERE id IN (SELECT m.id FROM mails m WHERE ");
    whole
        .bind("m.created_at < ?", end(backend, Rule::Mails).await?.0)
        .bind(" AND (m.sent_at IS NOT NULL OR m.expires_at < ?)", now.0)
        .limit(BATCH, 0)
        .push(")");
    // The last word to somebody who is forgotten otherwise needs their address only until it is said.
    let mut last = Sql::new(
        "UPDATE mails SET address = '', body_text = '', body_html = '', answer = '', dead_at = CASE WHEN sent_at IS NULL THEN ",
    );
    last.bind("coalesce(dead_at, ?) END", now.0)
        .push(" WHERE id IN (SELECT m.id FROM mails m WHERE m.address <> ''")
        .bind(" AND m.kind = ?", FAREWELL)
        .bind(" AND (m.sent_at IS NOT NULL OR m.dead_at IS NOT NULL OR m.expires_at < ?)", now.0)
        .limit(BATCH, 0)
        .push(")");
    Ok(in_batches(backend, &last).await? + in_batches(backend, &whole).await? + in_batches(backend, &bodies).await?)
}

/// Everything else that is kept for so many days.
pub async fn apply(backend: &Backend) -> Result<i64> {
    Ok(notifications(backend).await?
        + requests(backend).await?
        + enquiries(backend).await?
        + addresses(backend).await?
        + imports(backend).await?)
}

/// Notifications: read ones in their time, unread ones after twice as long. Who asked for access stands in them no longer
/// than in the request.
async fn notifications(backend: &Backend) -> Result<i64> {
    let (now, end_of_read) = (backend.clock.now(), end(backend, Rule::Notifications).await?);
    let end_of_unread = end_of_read.minus(now.0 - end_of_read.0);
    let mut sql = Sql::new("DELETE FROM notifications WHERE id IN (SELECT n.id FROM notifications n WHERE ");
    sql.bind("n.read_at < ?", end_of_read.0)
        .bind(" OR n.changed_at < ?", end_of_unread.0)
        .bind(" OR (n.kind = ?", Kind::JoinWaiting.code())
        .bind(" AND n.changed_at < ?)", end(backend, Rule::Requests).await?.0)
        .limit(BATCH, 0)
        .push(")");
    in_batches(backend, &sql).await
}

/// Requests that were declined or never confirmed and invitations that were not accepted go, and with them what the
/// journal's entries about them say of the person.
async fn requests(backend: &Backend) -> Result<i64> {
    let end = end(backend, Rule::Requests).await?;
    let mut total = 0;
    loop {
        let mut tx = backend.database.begin().await?;
        let found = old_requests(&mut tx, end).await?;
        for row in erase::about(&mut tx, &found).await? {
            let goes = |field: &str, _: &str, _: &str| {
                (erase::is_address(field) && row.actor_id.is_none()) || super::erasure::PERSONAL.contains(&field)
            };
            erase::values(&mut tx, &row, goes).await?;
        }
        for text in ["DELETE FROM links WHERE ", "DELETE FROM join_requests WHERE ", "DELETE FROM invitations WHERE "] {
            let mut sql = Sql::new(text);
            sql.bind_in(if text.starts_with("DELETE FROM links") { "subject_id" } else { "id" }, &found);
            sql.execute(&mut tx).await?;
        }
        tx.commit().await?;
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        total += count;
        if count < FEW {
            return Ok(total);
        }
        tokio::task::yield_now().await;
    }
}

/// Who asked is forgotten when the enquiry was over for long enough; number, dates and what became of it stay.
async fn enquiries(backend: &Backend) -> Result<i64> {
    let end = end(backend, Rule::Enquiries).await?;
    let mut total = 0;
    loop {
        // Looked for outside of the transaction that holds the writer.
        let mut tx = backend.database.read().await?;
        let found = enquiry::over_since(&mut tx, end, FEW).await?;
        drop(tx);
        let mut tx = backend.database.begin().await?;
        for id in &found {
            enquiry::forget_person(&mut tx, *id, backend.clock.now()).await?;
        }
        tx.commit().await?;
        let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
        total += count;
        if count < FEW {
            return Ok(total);
        }
        tokio::task::yield_now().await;
    }
}

/// What was in imported files, what they would have changed, and what stood there before. That there was an import stays.
async fn imports(backend: &Backend) -> Result<i64> {
    let end = end(backend, Rule::Imports).await?;
    let mut total = 0;
    for text in [
        "DELETE FROM import_rows WHERE (import_id, sheet, line) IN (SELECT w.import_id, w.sheet, w.line FROM import_rows w",
        "DELETE FROM import_plans WHERE (import_id, line) IN (SELECT w.import_id, w.line FROM import_plans w",
        "DELETE FROM import_changes WHERE (import_id, subject_id) IN
             (SELECT w.import_id, w.subject_id FROM import_changes w",
    ] {
        let mut sql = Sql::new(text);
        sql.push(" JOIN register_imports i ON i.id = w.import_id WHERE i.emptied_at IS NULL AND ")
            .bind("coalesce(i.reverted_at, i.applied_at, i.started_at) < ?", end.0)
            .limit(BATCH, 0)
            .push(")");
        total += in_batches(backend, &sql).await?;
    }
    let mut sql = Sql::new("UPDATE register_imports SET emptied_at = ");
    sql.bind("?", backend.clock.now().0)
        .bind(" WHERE emptied_at IS NULL AND coalesce(reverted_at, applied_at, started_at) < ?", end.0);
    let mut tx = backend.database.begin().await?;
    sql.execute(&mut tx).await?;
    tx.commit().await?;
    Ok(total)
}

/// How many requests or enquiries one transaction deals with: each has rows elsewhere.
const FEW: i64 = 100;

async fn old_requests(tx: &mut Tx, end: Timestamp) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM (
             SELECT id FROM join_requests
             WHERE (state = 'declined' AND decided_at < $1) OR (state = 'unconfirmed' AND created_at < $1)
             UNION ALL
             SELECT id FROM invitations WHERE accepted_at IS NULL AND coalesce(withdrawn_at, sent_at) < $1
         ) old LIMIT $2"
    )
    .bind(end.0)
    .bind(FEW)
    .fetch_all(c)
    .await)?)
}

/// Network addresses in the journal. Where the last run ended is noted, so that nothing is looked through twice.
async fn addresses(backend: &Backend) -> Result<i64> {
    let end = end(backend, Rule::Addresses).await?;
    let mut total = 0;
    loop {
        let mut tx = backend.database.begin().await?;
        let done = setting(&mut tx, ADDRESSES_ERASED).await?.and_then(|seq| seq.parse().ok()).unwrap_or(0_i64);
        // Rows are in the order of their time, but for clocks of several nodes that differ by seconds.
        let mut reach = Sql::new("SELECT coalesce(max(q.seq), 0) FROM (SELECT j.seq, j.at FROM journal j WHERE ");
        reach.bind("j.seq > ? ORDER BY j.seq", done).limit(BATCH, 0).bind(") q WHERE q.at < ?", end.0);
        let last = reach.number(&mut tx).await?;
        if last == 0 {
            return Ok(total);
        }
        total += i64::try_from(erase::addresses_between(&mut tx, done, last).await?).unwrap_or(i64::MAX);
        set_setting(&mut tx, ADDRESSES_ERASED, &last.to_string()).await?;
        tx.commit().await?;
        tokio::task::yield_now().await;
    }
}
