//! `POST /companies/{id}/documents`: a file is received in pieces, looked at, stored, and only then written down.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest as _, Multipart, Path, Request};
use axum::response::Response;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use http::header;
use uuid::Uuid;

use super::model::{Audience, ScanState, clean_name};
use super::{events, pages, store};
use crate::actor::require;
use crate::backend::context::{Ctx, Visit};
use crate::backend::files::{LARGEST_DOCUMENT, Spooled};
use crate::backend::inspect::{self, Type};
use crate::backend::refused::RefusedPost;
use crate::error::{Check, Error, FileProblem, Problem, Refusal, Result, internal};
use crate::ui::form::{FILE, FILE_NAME};
use crate::web::page::{error_response, first_to, see_other};
use crate::web::post::back_to_form;
use crate::web::{in_time, within};
use crate::{company, message};

/// The address that the form posts to; also the name under which a refused post is kept.
pub const PATH: &str = "/companies/{id}/documents";
/// What a form may have besides its file, in bytes.
const REST_OF_FORM: u64 = 64 * 1024;
/// How long each field before the file may take.
const LONGEST_FIELD: Duration = Duration::from_secs(30);
/// How long a refused body is read on, so that a browser that is still sending gets the answer instead of an error.
const LINGER: Duration = Duration::from_secs(5);
/// The longest note, in characters.
const LONGEST_NOTE: u32 = 500;

/// The form's fields, as typed.
#[derive(Default)]
struct Form {
    /// The id that the form was drawn with.
    id: String,
    /// The interaction to which it belongs, if any.
    interaction: String,
    audience: String,
    note: String,
    /// The conversation in which the document is sent, if it is.
    thread: String,
    /// What the file was called.
    name: String,
}

impl Form {
    fn interaction(&self) -> Option<Uuid> {
        self.interaction.parse().ok()
    }

    /// The page that the form stands on: the company's, the interaction's, or the conversation's.
    fn page(&self, company: Uuid) -> String {
        match self.thread.parse() {
            Ok(thread) => message::model::url(company, thread),
            Err(_) => pages::page_url(company, self.interaction()),
        }
    }
}

pub async fn post(visit: Visit, Path(id): Path<String>, request: Request) -> Response {
    let Ok(company) = id.parse::<Uuid>() else { return error_response(&visit, &Error::NotFound).await };
    let mut form = Form::default();
    match receive(&visit, company, request, &mut form).await {
        Ok(()) if form.thread.is_empty() => see_other(&pages::section_url(company, form.interaction())),
        Ok(()) => see_other(&form.page(company)),
        Err(
            error
            @ (Error::Refused(_) | Error::Invalid(_) | Error::SignedOut | Error::Unconfirmed | Error::NeedsFactor),
        ) => {
            let (page, in_thread) = (form.page(company), !form.thread.is_empty());
            let fields = [
                ("form_id", form.id),
                ("audience", form.audience),
                ("note", form.note),
                ("thread", form.thread),
                (FILE_NAME, form.name),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
            let post = RefusedPost { endpoint: PATH.to_owned(), fields, error };
            match back_to_form(&visit, Some(&page), &post).await {
                Ok(path) if in_thread || first_to(&post.error).is_some() => see_other(&path),
                Ok(path) => see_other(&format!("{path}{}", pages::ANCHOR)),
                Err(error) => error_response(&visit, &error).await,
            }
        }
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn receive(visit: &Visit, company: Uuid, request: Request, form: &mut Form) -> Result<()> {
    // Who may not add documents here does not get to send one. Whose session ended meanwhile may still have typed a note:
    // the fields are read, so that they are there again after signing in.
    let allowed = in_time(async {
        let mut ctx = visit.read().await?;
        ctx.actor.adds_documents_to(company)?;
        let company = company::store::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
        if company.archived.is_some() { Err(Error::Refused(Refusal::Archived)) } else { Ok(company) }
    })
    .await;
    if allowed.as_ref().is_err_and(|error| *error != Error::SignedOut) {
        return allowed.map(|_| ());
    }

    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let too_large = length.is_some_and(|length: u64| length > LARGEST_DOCUMENT + REST_OF_FORM);
    // Who waits to be asked for the body has not sent any of it, and need not.
    if too_large && request.headers().contains_key(header::EXPECT) {
        return allowed.and(Err(FileProblem::TooLarge.into()));
    }
    let (request, file_reached) = guarded(request);
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| Error::Refused(Refusal::Malformed))?;
    let reached = loop {
        let field = match soon(multipart.next_field()).await {
            Ok(Some(field)) => field,
            Ok(None) => break Err(Error::Refused(Refusal::NoFile)),
            Err(error) => break Err(error),
        };
        let kept = match field.name() {
            Some("form_id") => &mut form.id,
            Some("interaction") => &mut form.interaction,
            Some("audience") => &mut form.audience,
            Some("note") => &mut form.note,
            Some("thread") => &mut form.thread,
            Some(FILE) => {
                form.name = clean_name(field.file_name().unwrap_or_default());
                break Ok(field);
            }
            _ => continue,
        };
        match soon(field.text()).await {
            Ok(text) => *kept = text,
            Err(error) => break Err(error),
        }
    };
    let field = match allowed {
        Ok(_) => reached?,
        // Whatever else was wrong with the form is told after signing in, when it is sent again.
        Err(error) => {
            if let Ok(field) = reached {
                file_reached.store(true, Ordering::Relaxed);
                linger(field).await;
            }
            return Err(error);
        }
    };
    file_reached.store(true, Ordering::Relaxed);
    let checked = if too_large { Err(FileProblem::TooLarge.into()) } else { check(form) };
    let mut chunks = std::pin::pin!(field.map_err(|_| Error::from(FileProblem::Incomplete)));
    let received = match checked {
        Ok(note) => visit.backend.settings.files.receive(&mut chunks, LARGEST_DOCUMENT).await.map(|file| (note, file)),
        Err(error) => Err(error),
    };
    let (note, file) = match received {
        Ok(received) => received,
        Err(error) => {
            linger(chunks).await;
            return Err(error);
        }
    };
    if file.size == 0 && form.name.is_empty() {
        return Err(Error::Refused(Refusal::NoFile));
    }
    let kind = inspect::look(file.path(), &form.name).await?;
    visit.backend.settings.files.put(&file).await?;
    within(visit.backend.longest_form(), write(visit, company, &file, kind, form, &note)).await
}

/// Writes down a file that is in the store.
async fn write(visit: &Visit, company: Uuid, file: &Spooled, kind: Type, form: &Form, note: &str) -> Result<()> {
    let settings = &visit.backend.settings;
    let mut ctx = visit.begin().await?;
    let allowed = ctx.actor.adds_documents_to(company)?;
    let chosen = Audience::from_code(&form.audience).filter(|audience| allowed.contains(audience));
    let mut audience = chosen.or(allowed.first().copied()).ok_or(Error::Forbidden)?;
    let thread = thread(&mut ctx, company, form).await?;
    // While the file arrived the company may have been archived, or become one with another.
    company::standing::hold_open(&mut ctx.tx, company).await?;
    if thread.is_some() {
        audience = Audience::Company;
    }
    let mut id = ctx.id_of_form(&form.id);
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        let same = (there.company, there.uploaded_by, &there.sha256) == (company, ctx.actor.id, &file.sha256);
        if same && !there.removed {
            return Ok(());
        }
        // Gone back to, the form sends another file with the same id.
        id = ctx.new_id();
    }
    let interaction = form.interaction();
    if let Some(interaction) = interaction {
        // Only those who read what was said may add to it.
        require(ctx.actor.may_record_interactions())?;
        if !crate::interaction::store::is_with(&mut ctx.tx, interaction, company).await? {
            return Err(Error::NotFound);
        }
    }
    let size = i64::try_from(file.size).map_err(|error| internal("document", &error))?;
    let state = if settings.scanner.is_some() { ScanState::Pending } else { ScanState::Unscanned };
    let known = store::note_file(&mut ctx.tx, &file.sha256, size, kind.media_type(), state, ctx.now).await?;
    if known == ScanState::Infected {
        drop(ctx);
        settings.files.delete(&file.sha256).await?;
        return Err(FileProblem::Infected.into());
    }
    // Until the row above was held, the sweep may have deleted what had lain there unused.
    if settings.files.size(&file.sha256).await?.is_none() {
        settings.files.put(file).await?;
    }
    let name = form.name.as_str();
    let new = store::New { id, company, interaction, sha256: &file.sha256, name, note, audience, by: ctx.actor.id };
    store::insert(&mut ctx.tx, &new, ctx.now).await?;
    ctx.record(events::uploaded(company, name, note, audience)).await?;
    if let Some(thread) = thread {
        message::api::post_document(&mut ctx, &thread, id, name, note).await?;
    }
    ctx.commit().await
}

/// The conversation in which a document is sent, for who may write there.
async fn thread(ctx: &mut Ctx, company: Uuid, form: &Form) -> Result<Option<message::model::Thread>> {
    if form.thread.is_empty() {
        return Ok(None);
    }
    let id = form.thread.parse().map_err(|_| Error::NotFound)?;
    let thread = message::store::find_thread(&mut ctx.tx, id).await?.filter(|thread| thread.company == company);
    ctx.actor.writes_messages_of(company)?;
    thread.ok_or(Error::NotFound).map(Some)
}

/// The note, when the form's fields are right.
fn check(form: &Form) -> Result<String> {
    let mut check = Check::default();
    if !form.audience.is_empty() && Audience::from_code(&form.audience).is_none() {
        check.note("audience", Problem::NotAnOption);
    }
    let note = check.line("note", &form.note, LONGEST_NOTE);
    check.finish(note)
}

/// One step towards the file.
async fn soon<T>(step: impl Future<Output = std::result::Result<T, MultipartError>>) -> Result<T> {
    let done = tokio::time::timeout(LONGEST_FIELD, step).await.map_err(|_| Error::from(FileProblem::Incomplete))?;
    done.map_err(|_| Error::Refused(Refusal::Malformed))
}

/// The request with a body that is handed on one chunk at a time, and that breaks off when the file was not reached
/// within what the rest of the form may have: the reader of multipart bodies would hold all of it.
fn guarded(request: Request) -> (Request, Arc<AtomicBool>) {
    let file_reached = Arc::new(AtomicBool::new(false));
    let reached = file_reached.clone();
    let request = request.map(|body| {
        let start = (body.into_data_stream(), 0, reached);
        Body::from_stream(futures::stream::unfold(start, |(mut chunks, seen, reached)| async move {
            if seen > 0 {
                // The reader takes whatever is ready before it looks at it. This makes it look after each chunk.
                tokio::task::yield_now().await;
            }
            let chunk = chunks.next().await?;
            let now = seen + chunk.as_ref().map_or(0, |bytes| bytes.len() as u64);
            let open = seen <= REST_OF_FORM || reached.load(Ordering::Relaxed);
            let late = || Err(axum::Error::new(std::io::Error::other("no file within the form")));
            Some((if open { chunk } else { late() }, (chunks, now, reached)))
        }))
    });
    (request, file_reached)
}

/// Reads on and forgets, within bounds.
async fn linger<E>(body: impl Stream<Item = std::result::Result<Bytes, E>>) {
    let mut body = std::pin::pin!(body);
    let read = async {
        let mut seen = 0;
        while let Some(Ok(chunk)) = body.next().await {
            seen += chunk.len() as u64;
            if seen > LARGEST_DOCUMENT {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(LINGER, read).await;
}
