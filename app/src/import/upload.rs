//! A file is sent; its rows are kept until somebody says what they are.

use axum::body::Bytes;
use axum::extract::Multipart;
use axum::response::Response;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::model::{Subject, url};
use super::{read, store};
use crate::account::password::on_blocking_thread;
use crate::actor::require;
use crate::backend::Backend;
use crate::backend::clock;
use crate::backend::context::Visit;
use crate::backend::journal::Entry;
use crate::backend::refused::RefusedPost;
use crate::error::{Error, FileProblem, Refusal, Result, TableProblem, internal};
use crate::on;
use crate::web::in_time;
use crate::web::page::{error_response, see_other};
use crate::web::post::back_to_form;

/// The page with the form, and the address it posts to.
pub const PATH: &str = "/imports/new";
/// Rows that are written in one transaction, and bytes of their text: others write in between.
const BATCH: usize = 500;
const BATCH_TEXT: usize = 1024 * 1024;
/// So many files are read at a time: each takes a core, and memory.
static READING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// `POST /imports/new`
pub async fn post(visit: Visit, multipart: Multipart) -> Response {
    let mut subject = Subject::Companies;
    match receive(&visit, multipart, &mut subject).await {
        Ok(id) => see_other(&url(id, "/mapping")),
        Err(error @ (Error::Refused(_) | Error::SignedOut | Error::Unconfirmed | Error::NeedsFactor)) => {
            let fields = vec![("what".to_owned(), subject.code().to_owned())];
            let post = RefusedPost { endpoint: PATH.to_owned(), fields, error };
            match back_to_form(&visit, Some(PATH), &post).await {
                Ok(path) => see_other(&path),
                Err(error) => error_response(&visit, &error).await,
            }
        }
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn receive(visit: &Visit, mut multipart: Multipart, subject: &mut Subject) -> Result<Uuid> {
    // Who may not import does not get to send a file.
    let ctx = in_time(visit.read()).await?;
    require(ctx.actor.may_edit_companies())?;
    drop(ctx);
    let broken = |error: axum::extract::multipart::MultipartError| match error.status() {
        http::StatusCode::PAYLOAD_TOO_LARGE => Error::Refused(Refusal::TooLarge),
        _ => Error::Refused(Refusal::Malformed),
    };
    let mut file = None;
    while let Some(field) = multipart.next_field().await.map_err(broken)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default().to_owned();
            file = Some((name, field.bytes().await.map_err(broken)?));
        } else if field.name() == Some("what") {
            *subject = Subject::from_code(&field.text().await.map_err(broken)?).unwrap_or(*subject);
        }
    }
    // Where nothing was chosen a browser sends a file without a name.
    let (name, bytes) = file.filter(|(name, _)| !name.is_empty()).ok_or(Error::Refused(Refusal::NoFile))?;
    if bytes.is_empty() {
        return Err(Error::Refused(Refusal::File(FileProblem::Empty)));
    }
    stage(visit, *subject, &name, bytes).await
}

/// Keeps a file's rows. They are read on a thread of their own and written as they come, so that neither the whole table
/// is in memory nor others wait long to write.
pub async fn stage(visit: &Visit, subject: Subject, file_name: &str, bytes: Bytes) -> Result<Uuid> {
    let sha256 = hex::encode(Sha256::digest(&bytes));
    let mut ctx = visit.begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = clock::new_id();
    let name: String = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
    on!(&mut ctx.tx, |c| {
        sqlx::query(
            "INSERT INTO register_imports
             (id, subject, file_name, file_sha256, sheets, state, mapping, note, merged, creates, updates, unchanged,
              rejects, started_by, started_at)
         VALUES ($1, $2, $3, $4, '[]', 'uploaded', '', 'reading', 0, 0, 0, 0, 0, $5, $6)",
        )
        .bind(id)
        .bind(subject.code())
        .bind(&name)
        .bind(&sha256)
        .bind(ctx.actor.id)
        .bind(ctx.now.0)
        .execute(c)
        .await
    })?;
    let fields = vec![("what", subject.code().to_owned()), ("file_name", name), ("file_sha256", sha256)];
    ctx.record(Entry::new("import.uploaded", "register_import", id).created(fields)).await?;
    ctx.commit().await?;
    // Who closes the page meanwhile does not stop it half-way.
    let backend = visit.backend.clone();
    let filling = tokio::spawn(async move { fill(&backend, id, bytes).await });
    filling.await.map_err(|error| internal("reading a table", &error))??;
    Ok(id)
}

async fn fill(backend: &Backend, id: Uuid, bytes: Bytes) -> Result<()> {
    let _turn = READING.acquire().await.map_err(|_| Error::Unavailable)?;
    let (send, mut receive) = tokio::sync::mpsc::channel::<Vec<read::Row>>(2);
    let reading = tokio::spawn(on_blocking_thread(move || {
        let (mut batch, mut text) = (Vec::with_capacity(BATCH), 0);
        let book = read::read(&bytes, &mut |row| {
            text += read::size(&row);
            batch.push(row);
            if batch.len() < BATCH && text < BATCH_TEXT {
                return Ok(());
            }
            text = 0;
            // Nobody listens any more when the rows could not be written.
            send.blocking_send(std::mem::take(&mut batch)).map_err(|_| TableProblem::Damaged)
        });
        let _ = send.blocking_send(batch);
        book.map_err(|problem| Error::Refused(Refusal::Table(problem)))
    }));
    let mut written = Ok(());
    while let Some(rows) = receive.recv().await {
        written = write(backend, id, &rows).await;
        if written.is_err() {
            receive.close();
        }
    }
    let book = reading.await.map_err(|error| internal("reading a table", &error))?;
    let mut tx = backend.database.begin().await?;
    match written.and(book) {
        Ok(book) => {
            let sheets = store::json(&book.sheets)?;
            on!(&mut tx, |c| sqlx::query(
                "UPDATE register_imports SET sheets = $1, merged = $2, note = '' WHERE id = $3"
            )
            .bind(&sheets)
            .bind(book.merged)
            .bind(id)
            .execute(c)
            .await)?;
            tx.commit().await
        }
        Err(error) => {
            on!(&mut tx, |c| sqlx::query("DELETE FROM import_rows WHERE import_id = $1").bind(id).execute(c).await)?;
            on!(&mut tx, |c| sqlx::query("DELETE FROM register_imports WHERE id = $1").bind(id).execute(c).await)?;
            tx.commit().await?;
            Err(error)
        }
    }
}

async fn write(backend: &Backend, id: Uuid, rows: &[read::Row]) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    store::insert_rows(&mut tx, id, rows).await?;
    tx.commit().await
}
