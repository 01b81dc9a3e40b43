//! A company's shared mailbox is mailed what the company is told, so that nothing waits for one person. Only what is for the
//! company goes there, never what is personal; and a kind that whoever reads it has ended no more.

use uuid::Uuid;

use super::kinds::{Kind, LONGEST_BURST};
use super::letters::{self, Links, Told};
use super::store::Notification;
use super::tell::{JOB, Subject};
use super::unsubscribe;
use crate::account::address::key;
use crate::backend::database::{Sql, Tx};
use crate::backend::outbox::{self, Receiver};
use crate::backend::{Backend, clock, jobs};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// So many mails are written in one transaction.
const AT_ONCE: i64 = 50;

/// Lets a company's mailbox be mailed what happened to a record, if it has one that is confirmed. A burst of changes is one
/// mail, as to people.
pub(super) async fn tell(
    tx: &mut Tx,
    kind: Kind,
    subject: &Subject<'_>,
    company: Uuid,
    facts: &str,
    now: Timestamp,
) -> Result<()> {
    let Some(due) = kind.due(kind.mails(None), now) else { return Ok(()) };
    let waits: Option<i64> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "INSERT INTO mailbox_notices (id, company_id, kind, subject_kind, subject_id, path, facts, changes, created_at,
                                      changed_at, due_at)
         SELECT $1, m.company_id, $3, $4, $5, $6, $7, 1, $8, $8, $9 FROM company_mailboxes m
         WHERE m.company_id = $2 AND m.confirmed_at IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM mailbox_stops s WHERE s.company_id = m.company_id AND s.kind = $3)
         ON CONFLICT (company_id, kind, subject_id) DO UPDATE SET
             changes = mailbox_notices.changes + 1, changed_at = excluded.changed_at, facts = excluded.facts,
             path = excluded.path,
             due_at = CASE WHEN excluded.due_at <= mailbox_notices.created_at + $10 THEN excluded.due_at
                           ELSE mailbox_notices.due_at END
         RETURNING due_at"
    )
    .bind(clock::new_id())
    .bind(company)
    .bind(kind.code())
    .bind(subject.kind)
    .bind(subject.id)
    .bind(subject.path)
    .bind(facts)
    .bind(now.0)
    .bind(due.0)
    .bind(LONGEST_BURST)
    .fetch_optional(c)
    .await
    })?;
    if waits.is_some_and(|due| due <= now.0) {
        jobs::nudge(tx, JOB, now).await?;
    }
    Ok(())
}

/// Where the mails of a company go, and what it is called.
#[derive(sqlx::FromRow)]
struct Mailbox {
    address: String,
    language: String,
    set_at: i64,
    name_en: String,
    name_zh: String,
}

/// The company's mailbox, if it is confirmed still. One that is the own address of somebody who acts for the company is
/// not written to: they are told themselves.
async fn mailbox(tx: &mut Tx, company: Uuid, now: Timestamp) -> Result<Option<Mailbox>> {
    let found: Option<Mailbox> = ask!(&mut *tx, |c| {
        sqlx::query_as(
        "SELECT m.address, m.language, m.set_at, c.name_en, c.name_zh FROM company_mailboxes m JOIN companies c ON c.id = m.company_id
         WHERE m.company_id = $1 AND m.confirmed_at IS NOT NULL"
    )
    .bind(company)
    .fetch_optional(c)
    .await
    })?;
    let Some(found) = found else { return Ok(None) };
    let own: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "SELECT a.id FROM accounts a JOIN affiliations f ON f.account_id = a.id
         WHERE a.email_folded = $1 AND a.suspended_at IS NULL AND f.company_id = $2 AND f.ended_at IS NULL
           AND (f.since = '' OR f.since <= $3) AND (f.until = '' OR f.until >= $3)"
    )
    .bind(key(&found.address))
    .bind(company)
    .bind(now.iso_day())
    .fetch_optional(c)
    .await)?;
    Ok(Some(found).filter(|_| own.is_none()))
}

/// Writes the mails to mailboxes that are due now, and gives how many. What is claimed is in the outbox when it is
/// committed; of two nodes that look at once each mail is written by one.
pub(super) async fn work(backend: &Backend) -> Result<i64> {
    let mut mails = 0;
    loop {
        let now = backend.clock.now();
        let mut tx = backend.database.read().await?;
        let mut due = Sql::new("SELECT count(*) FROM mailbox_notices");
        let waiting = due.bind(" WHERE due_at <= ?", now.0).number(&mut tx).await?;
        drop(tx);
        if waiting == 0 {
            return Ok(mails);
        }
        let mut tx = backend.database.begin().await?;
        let mut sql = Sql::new("DELETE FROM mailbox_notices WHERE");
        sql.bind(" due_at <= ?", now.0)
            .bind(" AND id IN (SELECT n.id FROM mailbox_notices n WHERE n.due_at <= ? ORDER BY n.due_at, n.id", now.0)
            .limit(AT_ONCE, 0)
            .push(") RETURNING ")
            .push(COLUMNS);
        let claimed: Vec<Notification> = sql.rows(&mut tx).await?;
        for notice in &claimed {
            mails += write(&mut tx, backend, notice, now).await?;
        }
        tx.commit().await?;
        if claimed.is_empty() {
            // Another node was faster.
            return Ok(mails);
        }
    }
}

/// What waits for a mailbox, with the columns of a notification.
const COLUMNS: &str = "id, kind, subject_kind, subject_id, company_id, path, facts, changes, changed_at,
    CAST(NULL AS BIGINT) AS read_at";

async fn write(tx: &mut Tx, backend: &Backend, notice: &Notification, now: Timestamp) -> Result<i64> {
    let (Some(company), Some(kind)) = (notice.company_id, Kind::from_code(&notice.kind)) else { return Ok(0) };
    if stopped(tx, company).await?.contains(&kind) {
        return Ok(0);
    }
    let Some(mailbox) = mailbox(tx, company, now).await? else { return Ok(0) };
    let language = Language::from_code(&mailbox.language).unwrap_or_default();
    let name = language.prefer(&mailbox.name_en, &mailbox.name_zh).to_owned();
    let receiver = Receiver { account: None, address: mailbox.address, name, language };
    let portal = backend.settings.url.as_str();
    let secret = unsubscribe::secret_or_new(tx).await?;
    let ends = (!kind.must()).then(|| unsubscribe::url_of_mailbox(portal, &secret, company, mailbox.set_at, kind));
    let links = Links { portal, unsubscribe: ends, mailbox: Some(company) };
    let told = Told { kind, facts: notice.facts_for(language), notification: notice };
    outbox::enqueue(tx, kind.code(), &receiver, &letters::single(&told, &receiver, &links), now).await?;
    Ok(1)
}

/// The kinds of which a mailbox is sent no mails.
pub async fn stopped(tx: &mut Tx, company: Uuid) -> Result<Vec<Kind>> {
    let codes: Vec<String> =
        ask!(tx, |c| sqlx::query_scalar("SELECT kind FROM mailbox_stops WHERE company_id = $1 ORDER BY kind")
            .bind(company)
            .fetch_all(c)
            .await)?;
    Ok(codes.iter().filter_map(|code| Kind::from_code(code)).collect())
}

/// Ends the mails of a kind to a mailbox; tells whether they had not ended before.
pub async fn stop(tx: &mut Tx, company: Uuid, kind: Kind, now: Timestamp) -> Result<bool> {
    let new: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "INSERT INTO mailbox_stops (company_id, kind, stopped_at) VALUES ($1, $2, $3)
         ON CONFLICT (company_id, kind) DO NOTHING RETURNING stopped_at"
    )
    .bind(company)
    .bind(kind.code())
    .bind(now.0)
    .fetch_optional(c)
    .await)?;
    Ok(new.is_some())
}

/// Lets the mails of a kind come again; tells whether they had ended.
pub async fn resume(tx: &mut Tx, company: Uuid, kind: Kind) -> Result<bool> {
    let old: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "DELETE FROM mailbox_stops WHERE company_id = $1 AND kind = $2 RETURNING stopped_at"
    )
    .bind(company)
    .bind(kind.code())
    .fetch_optional(c)
    .await)?;
    Ok(old.is_some())
}

/// Forgets what was ended, and what waits: the company has another mailbox, or says anew that this one is to get everything.
pub async fn begin_anew(tx: &mut Tx, company: Uuid, same_address: bool) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query("DELETE FROM mailbox_stops WHERE company_id = $1").bind(company).execute(c).await)?;
    if !same_address {
        on!(tx, |c| sqlx::query("DELETE FROM mailbox_notices WHERE company_id = $1").bind(company).execute(c).await)?;
    }
    Ok(())
}

/// A mailbox goes from one company to another that has none: what was ended of its mails stays ended.
pub async fn moves(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<()> {
    // What an earlier mailbox of that company left.
    on!(&mut *tx, |c| sqlx::query("DELETE FROM mailbox_stops WHERE company_id = $1").bind(to).execute(c).await)?;
    on!(tx, |c| sqlx::query("UPDATE mailbox_stops SET company_id = $1 WHERE company_id = $2")
        .bind(to)
        .bind(from)
        .execute(c)
        .await)?;
    Ok(())
}

/// The company that has the mailbox which a company had when a mail was sent: itself, or the one into which it was merged.
pub(super) async fn now_of(tx: &mut Tx, company: Uuid) -> Result<Option<Uuid>> {
    let mut at = company;
    for _ in 0..10 {
        let found: Option<(i64, Option<Uuid>)> = ask!(&mut *tx, |c| sqlx::query_as(
            "SELECT (SELECT count(*) FROM company_mailboxes m WHERE m.company_id = c.id), c.merged_into
             FROM companies c WHERE c.id = $1"
        )
        .bind(at)
        .fetch_optional(c)
        .await)?;
        match found {
            Some((0, Some(next))) => at = next,
            Some((1.., _)) => return Ok(Some(at)),
            _ => break,
        }
    }
    Ok(None)
}
