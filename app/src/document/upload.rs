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

/// What a form has besides its file, as typed.
pub struct Fields {
    values: Vec<(&'static str, String)>,
    /// What the file was called.
    pub name: String,
}

impl Fields {
    /// Of a form with these fields; others that a browser sends are passed over.
    pub fn of(names: &[&'static str]) -> Self {
        Self { values: names.iter().map(|name| (*name, String::new())).collect(), name: String::new() }
    }

    pub fn get(&self, name: &str) -> &str {
        self.values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    fn place(&mut self, name: &str) -> Option<&mut String> {
        self.values.iter_mut().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// The fields as they are kept with a refused post.
    fn kept(self) -> Vec<(String, String)> {
        let named = self.values.into_iter().map(|(name, value)| (name.to_owned(), value));
        named.chain([(FILE_NAME.to_owned(), self.name)]).collect()
    }
}

/// The interaction to which the document of a form belongs, if any.
fn interaction_of(form: &Fields) -> Option<Uuid> {
    form.get("interaction").parse().ok()
}

pub async fn post(visit: Visit, Path(id): Path<String>, request: Request) -> Response {
    let Ok(company) = id.parse::<Uuid>() else { return error_response(&visit, &Error::NotFound).await };
    let mut form = Fields::of(&["form_id", "interaction", "audience", "note", "thread"]);
    let done = add(&visit, company, request, &mut form).await;
    // The page that the form stands on: the company's, the interaction's, or the conversation's.
    let (page, place) = match form.get("thread").parse() {
        Ok(thread) => (message::model::url(company, thread), ""),
        Err(_) => (pages::page_url(company, interaction_of(&form)), pages::ANCHOR),
    };
    let in_thread = !form.get("thread").is_empty();
    let onwards = if in_thread { page.clone() } else { pages::section_url(company, interaction_of(&form)) };
    let place = if in_thread { "" } else { place };
    answer(&visit, done.map(|()| onwards), PATH, (&page, place), form).await
}

/// Answers a form with a file: onwards, or back to its place on its page with what was typed.
pub async fn answer(
    visit: &Visit,
    done: Result<String>,
    endpoint: &'static str,
    (page, place): (&str, &str),
    form: Fields,
) -> Response {
    match done {
        Ok(path) => see_other(&path),
        Err(
            error @ (Error::Refused(_)
            | Error::Invalid(_)
            | Error::Conflict
            | Error::SignedOut
            | Error::Unconfirmed
            | Error::NeedsFactor),
        ) => {
            let post = RefusedPost { endpoint: endpoint.to_owned(), fields: form.kept(), error };
            match back_to_form(visit, Some(page), &post).await {
                Ok(path) if first_to(&post.error).is_some() => see_other(&path),
                Ok(path) => see_other(&format!("{path}{place}")),
                Err(error) => error_response(visit, &error).await,
            }
        }
        Err(error) => error_response(visit, &error).await,
    }
}

async fn add(visit: &Visit, company: Uuid, request: Request, form: &mut Fields) -> Result<()> {
    let allowed = in_time(async {
        let mut ctx = visit.read().await?;
        ctx.actor.adds_documents_to(company)?;
        let company = company::store::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
        if company.archived.is_some() { Err(Error::Refused(Refusal::Archived)) } else { Ok(()) }
    })
    .await;
    let (note, file, kind) = receive(visit, request, allowed, form, check).await?;
    within(visit.backend.longest_form(), write(visit, company, &file, kind, form, &note)).await
}

/// Receives a form with a file, puts the file into the store and tells its type; `check` reads the fields. Who may not
/// send one here does not get to send it. Whose session ended meanwhile may still have typed something: the fields are
/// read, so that they are there again after signing in.
pub async fn receive<T>(
    visit: &Visit,
    request: Request,
    allowed: Result<()>,
    form: &mut Fields,
    check: impl FnOnce(&Fields) -> Result<T>,
) -> Result<(T, Spooled, Type)> {
    if let Err(error) = &allowed
        && *error != Error::SignedOut
    {
        return Err(error.clone());
    }

    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let too_large = length.is_some_and(|length: u64| length > LARGEST_DOCUMENT + REST_OF_FORM);
    // Who waits to be asked for the body has not sent any of it, and need not.
    if too_large && request.headers().contains_key(header::EXPECT) {
        return Err(allowed.err().unwrap_or(FileProblem::TooLarge.into()));
    }
    let (request, file_reached) = guarded(request);
    let mut multipart = Multipart::from_request(request, &()).await.map_err(|_| Error::Refused(Refusal::Malformed))?;
    let reached = loop {
        let field = match soon(multipart.next_field()).await {
            Ok(Some(field)) => field,
            Ok(None) => break Err(Error::Refused(Refusal::NoFile)),
            Err(error) => break Err(error),
        };
        let name = field.name().unwrap_or_default().to_owned();
        if name == FILE {
            form.name = clean_name(field.file_name().unwrap_or_default());
            break Ok(field);
        }
        let Some(kept) = form.place(&name) else { continue };
        match soon(field.text()).await {
            Ok(text) => *kept = text,
            Err(error) => break Err(error),
        }
    };
    let field = match allowed {
        Ok(()) => reached?,
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
        Ok(read) => visit.backend.settings.files.receive(&mut chunks, LARGEST_DOCUMENT).await.map(|file| (read, file)),
        Err(error) => Err(error),
    };
    let (read, file) = match received {
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
    Ok((read, file, kind))
}

/// Notes in a transaction that a file is in the store, and sees to it that it is. Tells whether it may be written down:
/// what was found harmful before may not, see [`refuse`].
pub async fn note(ctx: &mut Ctx, file: &Spooled, kind: Type) -> Result<bool> {
    let settings = &ctx.visit.backend.settings;
    let size = i64::try_from(file.size).map_err(|error| internal("document", &error))?;
    let state = if settings.scanner.is_some() { ScanState::Pending } else { ScanState::Unscanned };
    let known = store::note_file(&mut ctx.tx, &file.sha256, size, kind.media_type(), state, ctx.now).await?;
    if known == ScanState::Infected {
        return Ok(false);
    }
    // Until the row above was held, the sweep may have deleted what had lain there unused.
    if settings.files.size(&file.sha256).await?.is_none() {
        settings.files.put(file).await?;
    }
    Ok(true)
}

/// Refuses a file that was found harmful before, and deletes it again, after the transaction in which that was noticed.
pub async fn refuse<T>(visit: &Visit, file: &Spooled) -> Result<T> {
    visit.backend.settings.files.delete(&file.sha256).await?;
    Err(FileProblem::Infected.into())
}

/// Writes down a file that is in the store.
async fn write(visit: &Visit, company: Uuid, file: &Spooled, kind: Type, form: &Fields, text: &str) -> Result<()> {
    let mut ctx = visit.begin().await?;
    let allowed = ctx.actor.adds_documents_to(company)?;
    let chosen = Audience::from_code(form.get("audience")).filter(|audience| allowed.contains(audience));
    let mut audience = chosen.or(allowed.first().copied()).ok_or(Error::Forbidden)?;
    let thread = thread(&mut ctx, company, form).await?;
    // While the file arrived the company may have been archived, or become one with another.
    company::standing::hold_open(&mut ctx.tx, &[company]).await?;
    if thread.is_some() {
        audience = Audience::Company;
    }
    let mut id = ctx.id_of_form(form.get("form_id")).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        let same = (there.company, there.uploaded_by, &there.sha256) == (company, ctx.actor.id, &file.sha256);
        if same && !there.removed {
            return Ok(());
        }
        // Gone back to, the form sends another file with the same id.
        id = ctx.new_id();
    }
    let interaction = interaction_of(form);
    if let Some(interaction) = interaction {
        // Only those who read what was said may add to it.
        require(ctx.actor.may_record_interactions())?;
        if !crate::interaction::store::is_with(&mut ctx.tx, interaction, company).await? {
            return Err(Error::NotFound);
        }
    }
    if !note(&mut ctx, file, kind).await? {
        drop(ctx);
        return refuse(visit, file).await;
    }
    let name = form.name.as_str();
    let by = ctx.actor.id;
    let new = store::New { id, company, interaction, sha256: &file.sha256, name, note: text, audience, by };
    store::insert(&mut ctx.tx, &new, ctx.now).await?;
    ctx.record(events::uploaded(company, name, text, audience)).await?;
    if let Some(thread) = thread {
        message::api::post_document(&mut ctx, &thread, id, name, text).await?;
    }
    ctx.commit().await
}

/// The conversation in which a document is sent, for who may write there.
async fn thread(ctx: &mut Ctx, company: Uuid, form: &Fields) -> Result<Option<message::model::Thread>> {
    if form.get("thread").is_empty() {
        return Ok(None);
    }
    let id = form.get("thread").parse().map_err(|_| Error::NotFound)?;
    let thread = message::store::find_thread(&mut ctx.tx, id).await?.filter(|thread| thread.company == company);
    ctx.actor.writes_messages_of(company)?;
    thread.ok_or(Error::NotFound).map(Some)
}

/// The note, when the form's fields are right.
fn check(form: &Fields) -> Result<String> {
    let mut check = Check::default();
    let audience = form.get("audience");
    if !audience.is_empty() && Audience::from_code(audience).is_none() {
        check.note("audience", Problem::NotAnOption);
    }
    let note = check.line("note", form.get("note"), LONGEST_NOTE);
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
