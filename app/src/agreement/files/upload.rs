//! What is sent to an agreement: new texts, and other documents.

use axum::extract::{Path, Request};
use axum::response::Response;
use uuid::Uuid;

use super::super::api::Step;
use super::super::model::{Key, Tongue, url};
use super::super::{events, store, tell};
use super::{ANCHOR, DOCUMENTS, TEXT_ANCHOR, TEXTS, find, has_room, may_add};
use crate::actor::require;
use crate::backend::context::{Ctx, Visit};
use crate::backend::files::Spooled;
use crate::backend::inspect::Type;
use crate::document::model::Audience;
use crate::document::upload::{Fields, answer, note, receive, refuse};
use crate::error::{Check, Error, Hindrance, Problem, Result};
use crate::on;
use crate::web::in_time;
use crate::web::page::error_response;

/// `POST /agreements/{id}/documents`
pub async fn post_document(visit: Visit, Path(id): Path<String>, request: Request) -> Response {
    let Ok(key) = Key::parse(&id) else { return error_response(&visit, &Error::NotFound).await };
    let mut form = Fields::of(&["form_id", "audience", "note"]);
    let done = add_document(&visit, &id, &key, request, &mut form).await;
    answer(&visit, done, DOCUMENTS, (&url(&id), ANCHOR), form).await
}

async fn add_document(visit: &Visit, id: &str, key: &Key, request: Request, form: &mut Fields) -> Result<String> {
    let allowed = in_time(async {
        let mut ctx = visit.read().await?;
        let scope = ctx.actor.opens_agreements()?;
        let agreement = store::find(&mut ctx.tx, key, &scope).await?;
        let parties = store::parties(&mut ctx.tx, agreement.id).await?;
        require(may_add(&ctx.actor, agreement.state(ctx.now), &parties))
    })
    .await;
    let check = |form: &Fields| {
        let mut check = Check::default();
        let audience = Audience::from_code(form.get("audience"));
        if !form.get("audience").is_empty() && audience.is_none() {
            check.note("audience", Problem::NotAnOption);
        }
        let note = check.line("note", form.get("note"), 500);
        check.finish((audience.unwrap_or(Audience::Company), note))
    };
    let ((audience, text), file, kind) = receive(visit, request, allowed, form, check).await?;
    let written = in_time(async {
        let mut step = Step::of(visit.begin().await?, id).await?;
        let parties = store::parties(&mut step.ctx.tx, step.agreement.id).await?;
        require(may_add(&step.ctx.actor, step.state, &parties))?;
        has_room(&mut step.ctx.tx, step.agreement.id).await?;
        // Only the zone keeps something from the parties.
        let audience = if step.ctx.actor.may_edit_agreements() { audience } else { Audience::Company };
        let url = format!("{}{ANCHOR}", step.agreement.url());
        let Some(_) = keep(&mut step.ctx, step.agreement.id, form, &file, kind, &text, audience).await? else {
            return Ok(url);
        };
        let shared = audience == Audience::Company;
        let entry = events::document("agreement.document_added", step.agreement.id, &form.name, &text, shared);
        step.ctx.record(entry).await?;
        step.ctx.commit().await?;
        Ok(url)
    })
    .await;
    unless_harmful(written, visit, &file).await
}

/// `POST /agreements/{id}/texts`
pub async fn post_text(visit: Visit, Path(id): Path<String>, request: Request) -> Response {
    if Key::parse(&id).is_err() {
        return error_response(&visit, &Error::NotFound).await;
    }
    let mut form = Fields::of(&["form_id", "version", "into", "language", "changes"]);
    let done = add_text(&visit, &id, request, &mut form).await;
    answer(&visit, done, TEXTS, (&format!("{}?do=text", url(&id)), TEXT_ANCHOR), form).await
}

/// What the form of a text says besides its file.
struct NewText {
    /// The version that it is added to; none for a new one.
    into: Option<Uuid>,
    language: Tongue,
    changes: String,
}

fn check_text(form: &Fields) -> Result<NewText> {
    let mut check = Check::default();
    let language = Tongue::from_code(form.get("language"));
    if language.is_none() {
        check.note("language", if form.get("language").is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let into = form.get("into").parse().ok();
    if into.is_none() && !form.get("into").is_empty() {
        check.note("into", Problem::NotAnOption);
    }
    let changes = check.text("changes", form.get("changes"), 4000);
    check.finish(NewText { into, language: language.unwrap_or(Tongue::Both), changes })
}

async fn add_text(visit: &Visit, id: &str, request: Request, form: &mut Fields) -> Result<String> {
    let allowed = in_time(async { require(visit.read().await?.actor.may_edit_agreements()) }).await;
    let (new, file, kind) = receive(visit, request, allowed, form, check_text).await?;
    let written = in_time(write_text(visit, id, form, &new, &file, kind)).await;
    unless_harmful(written, visit, &file).await
}

async fn write_text(
    visit: &Visit,
    id: &str,
    form: &Fields,
    new: &NewText,
    file: &Spooled,
    kind: Type,
) -> Result<String> {
    let mut ctx = visit.begin().await?;
    let sent = ctx.id_of_form(form.get("form_id")).await?;
    let mut step = match Step::of_staff(ctx, id, form.get("version")).await {
        // Sent twice, it is there already.
        Err(Error::Conflict) if is_there(visit, sent, file).await? => return Ok(format!("{}{TEXT_ANCHOR}", url(id))),
        step => step?,
    };
    if !step.state.is_open() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    let shared = agreement.shared_at.is_some();
    let tx = &mut step.ctx.tx;
    let current = store::current(tx, agreement.id).await?;
    let version = match (new.into, &current) {
        (Some(into), Some(current)) if current.id == into => {
            let texts = store::texts(tx, agreement.id).await?;
            let both = |tongue: Tongue| tongue == Tongue::Both;
            let taken = |tongue: Tongue| tongue == new.language || both(tongue) || both(new.language);
            if texts.iter().any(|text| text.version == into && taken(text.tongue())) {
                return Err(Hindrance::HasLanguage.into());
            }
            into
        }
        (Some(_), _) => return Err(Hindrance::NewText.into()),
        (None, Some(_)) if new.changes.is_empty() => {
            let mut check = Check::default();
            check.note("changes", Problem::Missing);
            return check.finish(String::new());
        }
        (None, _) => {
            let id = crate::backend::clock::new_id();
            store::add_version(tx, id, agreement.id, &new.changes, Some(step.ctx.actor.id), shared, now).await?;
            id
        }
    };
    let audience = if shared { Audience::Company } else { Audience::Zone };
    let url = format!("{}{TEXT_ANCHOR}", agreement.url());
    let Some(document) = keep(&mut step.ctx, agreement.id, form, file, kind, "", audience).await? else {
        return Ok(url);
    };
    let tx = &mut step.ctx.tx;
    store::add_text(tx, version, new.language, document).await?;
    // Whatever was said was said of another text.
    store::void_words(tx, agreement.id, now).await?;
    store::touch(tx, agreement.id, now).await?;
    let text = store::current(tx, agreement.id).await?.ok_or(Error::NotFound)?;
    if shared {
        tell::new_text(tx, &agreement, &step.ctx.actor, now).await?;
    }
    let entry = events::text_added(agreement.id, &text, new.language, &form.name, &file.sha256, &new.changes);
    step.ctx.record(entry).await?;
    step.ctx.commit().await?;
    Ok(url)
}

async fn is_there(visit: &Visit, document: Uuid, file: &Spooled) -> Result<bool> {
    let mut tx = visit.backend.database.read().await?;
    let there = find(&mut tx, document).await?;
    Ok(there.is_some_and(|(_, there)| there.sha256 == file.sha256))
}

/// Writes down a file that is in the store as a document of an agreement. None when this very form was sent before.
pub(in crate::agreement) async fn keep(
    ctx: &mut Ctx,
    agreement: Uuid,
    form: &Fields,
    file: &Spooled,
    kind: Type,
    text: &str,
    audience: Audience,
) -> Result<Option<Uuid>> {
    let mut id = ctx.id_of_form(form.get("form_id")).await?;
    if let Some((owner, there)) = find(&mut ctx.tx, id).await? {
        if (owner, there.uploaded_by, &there.sha256) == (agreement, ctx.actor.id, &file.sha256) {
            return Ok(None);
        }
        id = ctx.new_id();
    }
    if !note(ctx, file, kind).await? {
        return Err(crate::error::FileProblem::Infected.into());
    }
    let (by, now) = (ctx.actor.id, ctx.now);
    on!(&mut ctx.tx, |c| sqlx::query(
        "INSERT INTO documents (id, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at)
         VALUES ($1, 'agreement', $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(id)
    .bind(agreement)
    .bind(&file.sha256)
    .bind(&form.name)
    .bind(text)
    .bind(audience.code())
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(Some(id))
}

/// What was found harmful before is deleted again, once the transaction is over in which that was noticed.
pub(in crate::agreement) async fn unless_harmful(
    written: Result<String>,
    visit: &Visit,
    file: &Spooled,
) -> Result<String> {
    if written == Err(crate::error::FileProblem::Infected.into()) { refuse(visit, file).await } else { written }
}
