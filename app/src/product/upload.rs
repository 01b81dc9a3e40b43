//! An import in the browser: a file is sent, read, and applied while the page shows how far it is.

use axum::extract::Multipart;
use axum::response::Response;
use serde_json::from_str;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::ema::{self, Table, TableError};
use super::import::{self, Report};
use crate::account::password::on_blocking_thread;
use crate::actor::require;
use crate::backend::Backend;
use crate::backend::clock;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::journal::{self, Author, Entry};
use crate::backend::refused::RefusedPost;
use crate::error::{Error, Refusal, Result, internal};
use crate::time::Timestamp;
use crate::web::in_time;
use crate::web::page::{error_response, see_other};
use crate::web::post::back_to_form;
use crate::{ask, on};

/// The page with the form, and the address it posts to.
pub const PATH: &str = "/products/import";
/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 30 * 1024 * 1024;
/// An import that has not ended after so long has died with its process.
const LONGEST: i64 = 15 * Timestamp::MINUTE;

impl From<TableError> for Refusal {
    fn from(error: TableError) -> Self {
        match error {
            TableError::NotATable => Self::NotATable,
            TableError::NotEma { .. } => Self::NotEma,
            TableError::Empty => Self::EmptyTable,
            TableError::Truncated { .. } => Self::Truncated,
            TableError::TooLarge => Self::TooLarge,
            TableError::Encoding => Self::WrongEncoding,
            _ => Self::Damaged,
        }
    }
}

/// Reads a file on a thread of its own.
///
/// # Errors
/// [`Error::Refused`] with the reason, when the file is not the Agency's whole table.
pub async fn read(bytes: Vec<u8>) -> Result<Table> {
    on_blocking_thread(move || ema::read(&bytes).map_err(|error| Error::Refused(error.into()))).await
}

/// `POST /products/import`
pub async fn post(visit: Visit, multipart: Multipart) -> Response {
    match receive(&visit, multipart).await {
        Ok(id) => see_other(&format!("/products/imports/{id}")),
        Err(error @ (Error::Refused(_) | Error::SignedOut | Error::Unconfirmed | Error::NeedsFactor)) => {
            let post = RefusedPost { endpoint: PATH.to_owned(), fields: Vec::new(), error };
            match back_to_form(&visit, Some(PATH), &post).await {
                Ok(path) => see_other(&path),
                Err(error) => error_response(&visit, &error).await,
            }
        }
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn receive(visit: &Visit, mut multipart: Multipart) -> Result<Uuid> {
    // Who may not import does not get to send a file.
    let ctx = in_time(visit.read()).await?;
    require(ctx.actor.may_import_products())?;
    drop(ctx);
    let mut file = None;
    while let Some(field) = multipart.next_field().await.map_err(|error| body_error(&error))? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            let bytes = field.bytes().await.map_err(|error| body_error(&error))?;
            file = Some((name, bytes.to_vec()));
        }
    }
    let (name, bytes) = file.filter(|(_, bytes)| !bytes.is_empty()).ok_or(Error::Refused(Refusal::NoFile))?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let table = read(bytes).await?;
    in_time(start(visit, &name, &sha256, table)).await
}

fn body_error(error: &axum::extract::multipart::MultipartError) -> Error {
    match error.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => Error::Refused(Refusal::TooLarge),
        _ => Error::Refused(Refusal::Malformed),
    }
}

/// Notes that an import runs, and lets it run.
async fn start(visit: &Visit, file_name: &str, sha256: &str, table: Table) -> Result<Uuid> {
    let mut ctx = visit.begin().await?;
    require(ctx.actor.may_import_products())?;
    give_up_lost(&mut ctx.tx, ctx.now).await?;
    let running: i64 = ask!(&mut ctx.tx, |c| {
        sqlx::query_scalar("SELECT count(*) FROM imports WHERE state = 'running'").fetch_one(c).await
    })?;
    if running > 0 {
        return Err(Error::Refused(Refusal::ImportRunning));
    }
    let id = ctx.new_id();
    let name: String = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
    on!(&mut ctx.tx, |c| sqlx::query(
        "INSERT INTO imports (id, source, file_name, file_sha256, state, started_by, started_at, report)
         VALUES ($1, 'ema', $2, $3, 'running', $4, $5, '')"
    )
    .bind(id)
    .bind(&name)
    .bind(sha256)
    .bind(ctx.actor.id)
    .bind(ctx.now.0)
    .execute(c)
    .await)?;
    let fields = vec![("file_name", name), ("file_sha256", sha256.to_owned())];
    ctx.record(Entry::new("import.started", "import", id).created(fields)).await?;
    let author = Author { now: ctx.now, ..visit.author(Some(ctx.actor.id)) };
    ctx.commit().await?;
    set_progress(&visit.backend, id, Some((0, table.medicines.len())));
    let backend = visit.backend.clone();
    tokio::spawn(async move {
        let done = run(&backend, id, &table, &author).await;
        if let Err(error) = done {
            tracing::error!(import = %id, %error, "an import failed; nothing of it was written");
            if let Err(error) = interrupt(&backend, id).await {
                tracing::error!(import = %id, %error, "an import's failure was not noted");
            }
        }
        set_progress(&backend, id, None);
    });
    Ok(id)
}

async fn run(backend: &Backend, id: Uuid, table: &Table, author: &Author) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    let total = table.medicines.len();
    let report = import::apply(&mut tx, table, author, |done| set_progress(backend, id, Some((done, total)))).await?;
    finish(&mut tx, id, &report, author).await?;
    tx.commit().await
}

/// Keeps an import's report, in the import's own transaction.
async fn finish(tx: &mut Tx, id: Uuid, report: &Report, author: &Author) -> Result<()> {
    let json = serde_json::to_string(report).map_err(|error| internal("import report", &error))?;
    on!(&mut *tx, |c| sqlx::query("UPDATE imports SET state = 'done', finished_at = $1, report = $2 WHERE id = $3")
        .bind(author.now.0)
        .bind(&json)
        .bind(id)
        .execute(c)
        .await)?;
    let count = |number: usize| if number == 0 { String::new() } else { number.to_string() };
    let fields = vec![
        ("products_created", count(report.products_created)),
        ("products_updated", count(report.products_updated)),
        ("companies_created", count(report.companies_created)),
    ];
    journal::record(tx, author, Entry::new("import.finished", "import", id).created(fields)).await
}

/// Reads and applies a file at once, for the command line; gives the report.
pub async fn import_file(backend: &Backend, file_name: &str, bytes: Vec<u8>) -> Result<Report> {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let table = read(bytes).await?;
    let now = backend.clock.now();
    let author = Author { actor: None, origin: "command", address: String::new(), now };
    let mut tx = backend.database.begin().await?;
    let id = clock::new_id();
    on!(&mut tx, |c| sqlx::query(
        "INSERT INTO imports (id, source, file_name, file_sha256, state, started_at, report)
         VALUES ($1, 'ema', $2, $3, 'running', $4, '')"
    )
    .bind(id)
    .bind(file_name)
    .bind(&sha256)
    .bind(now.0)
    .execute(c)
    .await)?;
    let report = import::apply(&mut tx, &table, &author, |_| {}).await?;
    finish(&mut tx, id, &report, &author).await?;
    tx.commit().await?;
    Ok(report)
}

async fn interrupt(backend: &Backend, id: Uuid) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    on!(&mut tx, |c| sqlx::query("UPDATE imports SET state = 'interrupted' WHERE id = $1").bind(id).execute(c).await)?;
    tx.commit().await
}

/// Marks imports whose process died, and tells how many.
pub async fn give_up_lost(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let lost = sqlx::query("UPDATE imports SET state = 'interrupted' WHERE state = 'running' AND started_at < $1");
        lost.bind(now.minus(LONGEST).0).execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Marks what a SQLite file's only process left running when it died.
pub async fn give_up_all(backend: &Backend) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    give_up_lost(&mut tx, Timestamp(i64::MAX / 2)).await?;
    tx.commit().await
}

/// One import.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Run {
    pub id: Uuid,
    pub file_name: String,
    pub state: String,
    pub started_by: Option<String>,
    pub started_at: i64,
    pub report: String,
}

impl Run {
    pub fn report(&self) -> Report {
        from_str(&self.report).unwrap_or_default()
    }
}

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Run>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT i.id, i.file_name, i.state, a.name AS started_by, i.started_at, i.report
         FROM imports i LEFT JOIN accounts a ON a.id = i.started_by WHERE i.id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

/// The latest imports, newest first.
pub async fn latest(tx: &mut Tx) -> Result<Vec<Run>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT i.id, i.file_name, i.state, a.name AS started_by, i.started_at, i.report
         FROM imports i LEFT JOIN accounts a ON a.id = i.started_by ORDER BY i.started_at DESC, i.id DESC LIMIT 20"
    )
    .fetch_all(c)
    .await)?)
}

fn set_progress(backend: &Backend, id: Uuid, progress: Option<(usize, usize)>) {
    if let Ok(mut all) = backend.progress.lock() {
        match progress {
            Some(progress) => all.insert(id, progress),
            None => all.remove(&id),
        };
    }
}

/// How far an import of this process is: rows done, rows in all.
pub fn progress(backend: &Backend, id: Uuid) -> Option<(usize, usize)> {
    backend.progress.lock().ok().and_then(|all| all.get(&id).copied())
}
