//! Where threads and messages are kept, and how far each person has read.

use uuid::Uuid;

use super::model::{Message, Thread, UNREAD_FOR};
use crate::actor::Actor;
use crate::backend::context::Visit;
use crate::backend::database::{Sql, Tx};
use crate::company::stalled::store as stalled;
use crate::error::Result;
use crate::time::Timestamp;
use crate::writing::store::Row as WritingRow;
use crate::{ask, on};

/// A message that is written now.
pub struct New<'a> {
    pub id: Uuid,
    pub thread: Uuid,
    pub company: Uuid,
    pub by: Uuid,
    pub of_zone: bool,
    pub body: &'a str,
    pub document: Option<Uuid>,
    pub corrects: Option<Uuid>,
}

/// Opens a thread with its first message, which names it.
pub async fn insert_thread(tx: &mut Tx, subject: &str, first: &New<'_>, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO message_threads (id, company_id, subject, opened_by, opened_at, last_at, last_by, last_of_zone)
         VALUES ($1, $2, $3, $4, $5, $5, $4, $6)"
    )
    .bind(first.thread)
    .bind(first.company)
    .bind(subject)
    .bind(first.by)
    .bind(now.0)
    .bind(first.of_zone)
    .execute(c)
    .await)?;
    insert(tx, first, now).await
}

/// Adds a message; its thread goes to the top.
pub async fn insert(tx: &mut Tx, new: &New<'_>, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO messages (id, thread_id, company_id, by_id, of_zone, at, body, document_id, corrects_id, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)"
    )
    .bind(new.id)
    .bind(new.thread)
    .bind(new.company)
    .bind(new.by)
    .bind(new.of_zone)
    .bind(now.0)
    .bind(new.body)
    .bind(new.document)
    .bind(new.corrects)
    .execute(c)
    .await)?;
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE message_threads SET last_at = $1, last_by = $2, last_of_zone = $3 WHERE id = $4"
    )
    .bind(now.0)
    .bind(new.by)
    .bind(new.of_zone)
    .bind(new.thread)
    .execute(c)
    .await)?;
    stalled::talked(tx, new.company, now).await
}

#[derive(sqlx::FromRow)]
struct ThreadRow {
    id: Uuid,
    company_id: Uuid,
    subject: String,
    opened_by: Uuid,
    last_at: i64,
    last_by_name: String,
    last_of_zone: bool,
}

impl From<ThreadRow> for Thread {
    fn from(row: ThreadRow) -> Self {
        Self {
            id: row.id,
            company: row.company_id,
            subject: row.subject,
            opened_by: row.opened_by,
            last_at: Timestamp(row.last_at),
            last_by_name: row.last_by_name,
            last_of_zone: row.last_of_zone,
        }
    }
}

const THREADS: &str =
    "SELECT t.id, t.company_id, t.subject, t.opened_by, t.last_at, a.name AS last_by_name, t.last_of_zone
     FROM message_threads t JOIN accounts a ON a.id = t.last_by WHERE ";

async fn threads(tx: &mut Tx, sql: &Sql) -> Result<Vec<Thread>> {
    let rows: Vec<ThreadRow> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Thread::from).collect())
}

/// The thread with this id. Whether somebody may read it depends on its company.
pub async fn find_thread(tx: &mut Tx, id: Uuid) -> Result<Option<Thread>> {
    let mut sql = Sql::new(THREADS);
    sql.bind("t.id = ?", id);
    Ok(threads(tx, &sql).await?.pop())
}

/// A company's threads, the latest first, and how many it has.
pub async fn of_company(tx: &mut Tx, company: Uuid, limit: i64, offset: i64) -> Result<(Vec<Thread>, i64)> {
    let mut count = Sql::new("SELECT count(*) FROM message_threads");
    count.bind(" WHERE company_id = ?", company);
    let mut sql = Sql::new(THREADS);
    sql.bind("t.company_id = ?", company);
    sql.push(" ORDER BY t.last_at DESC, t.id DESC").limit(limit, offset);
    Ok((threads(tx, &sql).await?, count.number(tx).await?))
}

/// A company's threads in which the company wrote last, the oldest first: somebody waits.
pub async fn waiting(tx: &mut Tx, company: Uuid, limit: i64) -> Result<Vec<Thread>> {
    let mut sql = Sql::new(THREADS);
    sql.bind("t.company_id = ?", company).push(" AND NOT t.last_of_zone ORDER BY t.last_at, t.id").limit(limit, 0);
    threads(tx, &sql).await
}

/// The threads in which a company waits for this person of the zone, the oldest first: they look after the company or wrote in
/// it; where nobody looks after a company, everybody does.
pub async fn waiting_for(tx: &mut Tx, account: Uuid, limit: i64) -> Result<Vec<Thread>> {
    let mut sql = Sql::new(THREADS);
    sql.push("NOT t.last_of_zone AND EXISTS (SELECT 1 FROM companies c WHERE c.id = t.company_id");
    sql.bind(" AND c.archived_at IS NULL AND (c.manager_id IS NULL OR c.manager_id = ?", account);
    sql.bind(" OR EXISTS (SELECT 1 FROM messages m WHERE m.thread_id = t.id AND m.by_id = ?)))", account);
    sql.push(" ORDER BY t.last_at, t.id").limit(limit, 0);
    threads(tx, &sql).await
}

/// What makes a thread unread: a message by somebody else since the person last looked, not too long ago.
fn unread_into(sql: &mut Sql, account: Uuid, now: Timestamp) {
    sql.bind(" AND t.last_at > ?", now.minus(UNREAD_FOR).0)
        .push(" AND EXISTS (SELECT 1 FROM messages m WHERE m.thread_id = t.id AND m.removed_at IS NULL")
        .bind(" AND m.by_id <> ? AND m.at > coalesce((SELECT r.read_at FROM message_reads r", account)
        .bind(" WHERE r.thread_id = t.id AND r.account_id = ?), 0))", account);
}

/// The threads of these companies that somebody has still to read, the latest first.
pub async fn unread(tx: &mut Tx, account: Uuid, companies: &[Uuid], now: Timestamp, limit: i64) -> Result<Vec<Thread>> {
    let mut sql = Sql::new(THREADS);
    sql.bind_in("t.company_id", companies);
    unread_into(&mut sql, account, now);
    sql.push(" ORDER BY t.last_at DESC, t.id DESC").limit(limit, 0);
    threads(tx, &sql).await
}

/// Which of these threads somebody has still to read.
pub async fn unread_among(tx: &mut Tx, account: Uuid, threads: &[Thread], now: Timestamp) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = threads.iter().map(|thread| thread.id).collect();
    let mut sql = Sql::new("SELECT t.id FROM message_threads t WHERE ");
    sql.bind_in("t.id", &ids);
    unread_into(&mut sql, account, now);
    let rows: Vec<(Uuid,)> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    #[sqlx(flatten)]
    writing: WritingRow,
    of_zone: bool,
    thread_id: Uuid,
    document_id: Option<Uuid>,
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        Self { writing: row.writing.writing(row.of_zone), thread: row.thread_id, document: row.document_id }
    }
}

const MESSAGES: &str =
    "SELECT m.id, m.by_id, a.name AS by_name, m.at, m.body, m.corrects_id, m.version, m.edited_at, m.removed_at,
            m.removed_by, m.of_zone, m.thread_id, m.document_id
     FROM messages m JOIN accounts a ON a.id = m.by_id WHERE ";

async fn messages(tx: &mut Tx, sql: &Sql) -> Result<Vec<Message>> {
    let rows: Vec<MessageRow> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Message::from).collect())
}

/// The message with this id, also when it was removed.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Message>> {
    let mut sql = Sql::new(MESSAGES);
    sql.bind("m.id = ?", id);
    Ok(messages(tx, &sql).await?.pop())
}

/// Messages of a thread, the latest first, and how many it has; corrections stand below what they correct, and do not
/// count.
pub async fn of_thread(tx: &mut Tx, thread: Uuid, limit: i64, offset: i64) -> Result<(Vec<Message>, i64)> {
    let mut count = Sql::new("SELECT count(*) FROM messages");
    count.bind(" WHERE thread_id = ? AND corrects_id IS NULL", thread);
    let mut sql = Sql::new(MESSAGES);
    sql.bind("m.thread_id = ? AND m.corrects_id IS NULL", thread);
    sql.push(" ORDER BY m.at DESC, m.id DESC").limit(limit, offset);
    Ok((messages(tx, &sql).await?, count.number(tx).await?))
}

/// The corrections of messages, the earliest first.
pub async fn corrections(tx: &mut Tx, of: &[Message]) -> Result<Vec<Message>> {
    let ids: Vec<Uuid> = of.iter().map(|message| message.writing.id).collect();
    let mut sql = Sql::new(MESSAGES);
    sql.bind_in("m.corrects_id", &ids).push(" ORDER BY m.at, m.id").limit(500, 0);
    messages(tx, &sql).await
}

/// The zone's people who should hear what a company writes in a thread: those who wrote in it, and these. Where none of
/// them can, all of staff: nobody's message is left lying.
pub async fn of_zone_in(tx: &mut Tx, thread: Uuid, others: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT a.id FROM accounts a WHERE a.suspended_at IS NULL AND a.erased_at IS NULL");
    sql.push(" AND a.role IN ('administrator', 'staff') AND (").bind_in("a.id", others);
    sql.bind(" OR a.id IN (SELECT m.by_id FROM messages m WHERE m.thread_id = ?)) ORDER BY a.id", thread);
    let found: Vec<(Uuid,)> = sql.rows(tx).await?;
    if !found.is_empty() {
        return Ok(found.into_iter().map(|(id,)| id).collect());
    }
    let everybody: Vec<(Uuid, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT id, role FROM accounts
         WHERE suspended_at IS NULL AND erased_at IS NULL AND role IN ('administrator', 'staff') ORDER BY id"
    )
    .fetch_all(c)
    .await)?;
    let staff: Vec<Uuid> = everybody.iter().filter(|(_, role)| role == "staff").map(|(id, _)| *id).collect();
    Ok(if staff.is_empty() { everybody.into_iter().map(|(id, _)| id).collect() } else { staff })
}

/// Somebody looks at a thread: what is in it is read. Like [`crate::notification::seen`] it is written beside the answer,
/// never for what a browser fetches ahead, nor for an administrator who looks as somebody else.
pub fn seen(visit: &Visit, actor: &Actor, thread: &Thread) {
    if actor.viewer.is_some() || visit.is_ahead {
        return;
    }
    let (visit, account, thread, until) = (visit.clone(), actor.id, thread.id, thread.last_at);
    tokio::spawn(async move {
        let noted = async {
            let mut tx = visit.backend.database.begin().await?;
            note_read(&mut tx, account, thread, until).await?;
            tx.commit().await
        };
        if let Err(error) = noted.await {
            tracing::warn!(%error, "that a thread was read was not noted");
        }
    });
}

/// Notes that somebody has read a thread up to a moment.
pub async fn note_read(tx: &mut Tx, account: Uuid, thread: Uuid, until: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO message_reads (account_id, thread_id, read_at) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, thread_id) DO UPDATE SET read_at = excluded.read_at
         WHERE message_reads.read_at < excluded.read_at"
    )
    .bind(account)
    .bind(thread)
    .bind(until.0)
    .execute(c)
    .await)?;
    Ok(())
}
