//! The files of agreements: the texts in both languages, and what else belongs to them. They are documents like those of
//! companies; who reads one is asked of the agreement.

use axum::extract::{Path, Request};
use axum::response::Response;
use uuid::Uuid;

use super::api::Step;
use super::life::State;
use super::model::{Key, Tongue, url};
use super::{events, store, tell};
use crate::actor::{Actor, require};
use crate::backend::context::{Ctx, Visit};
use crate::backend::database::{Sql, Tx};
use crate::backend::files::Spooled;
use crate::backend::inspect::Type;
use crate::document::download::Content;
use crate::document::model::{Audience, ScanState};
use crate::document::upload::{Fields, answer, note, receive, refuse};
use crate::error::{Check, Error, Hindrance, Problem, Result};
use crate::on;
use crate::time::Timestamp;
use crate::web::in_time;
use crate::web::page::{Section, error_response};

/// The address that the form of a new text posts to; also the name under which a refused post is kept.
pub const TEXTS: &str = "/agreements/{id}/texts";
/// The same of any other document.
pub const DOCUMENTS: &str = "/agreements/{id}/documents";
/// The places of the two on their page.
pub const TEXT_ANCHOR: &str = "#text";
pub const ANCHOR: &str = "#documents";

/// A file of an agreement.
#[derive(Clone, Debug)]
pub struct File {
    pub id: Uuid,
    pub sha256: String,
    pub name: String,
    pub note: String,
    /// Whether the parties read it.
    pub shared: bool,
    /// In bytes.
    pub size: i64,
    pub media_type: String,
    pub scan: ScanState,
    pub uploaded_by: Uuid,
    pub uploader: String,
    pub uploader_of_zone: bool,
    pub uploaded_at: Timestamp,
}

impl File {
    pub fn url(&self) -> String {
        format!("/documents/{}", self.id)
    }

    pub fn is_given(&self) -> bool {
        matches!(self.scan, ScanState::Unscanned | ScanState::Clean)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    owner_id: Uuid,
    sha256: String,
    name: String,
    note: String,
    audience: String,
    size: i64,
    media_type: String,
    scan_state: String,
    uploaded_by: Uuid,
    uploader: String,
    uploader_role: String,
    uploaded_at: i64,
}

impl Row {
    fn file(self) -> File {
        File {
            id: self.id,
            sha256: self.sha256,
            note: self.note,
            shared: self.audience == Audience::Company.code(),
            size: self.size,
            // A content is kept once; whether its text is a table is said by the name of each document.
            media_type: match self.media_type.as_str() {
                "text/plain" | "text/csv" if self.name.to_ascii_lowercase().ends_with(".csv") => "text/csv".to_owned(),
                "text/csv" => "text/plain".to_owned(),
                _ => self.media_type,
            },
            name: self.name,
            scan: ScanState::from_code(&self.scan_state),
            uploaded_by: self.uploaded_by,
            uploader: self.uploader,
            uploader_of_zone: self.uploader_role != "representative",
            uploaded_at: Timestamp(self.uploaded_at),
        }
    }
}

fn select() -> Sql {
    Sql::new(
        "SELECT d.id, d.owner_id, d.sha256, d.name, d.note, d.audience, f.size, f.media_type, f.scan_state, d.uploaded_by,
                a.name AS uploader, a.role AS uploader_role, d.uploaded_at
         FROM documents d JOIN files f ON f.sha256 = d.sha256 JOIN accounts a ON a.id = d.uploaded_by
         WHERE d.owner_kind = 'agreement'",
    )
}

/// So many documents an agreement has at most, its texts aside: more are not shown.
const MOST: i64 = 500;

/// # Errors
/// [`Hindrance::TooManyDocuments`] for an agreement that is held and has as many as it may have.
pub async fn has_room(tx: &mut Tx, agreement: Uuid) -> Result<()> {
    let mut sql = Sql::new("SELECT count(*) FROM documents d WHERE d.owner_kind = 'agreement'");
    sql.push(THERE).bind(" AND d.owner_id = ?", agreement);
    sql.push(" AND d.id NOT IN (SELECT document_id FROM agreement_texts)");
    if sql.number(tx).await? < MOST { Ok(()) } else { Err(Hindrance::TooManyDocuments.into()) }
}

/// Of what was not removed.
const THERE: &str = " AND d.removed_at IS NULL";

/// The files of an agreement, the newest first: all of them, or those that the parties read.
pub async fn of_agreement(tx: &mut Tx, agreement: Uuid, all: bool) -> Result<Vec<File>> {
    let mut sql = select();
    sql.push(THERE).bind(" AND d.owner_id = ?", agreement);
    if !all {
        sql.push(" AND d.audience = 'company'");
    }
    // The texts are never among what is cut off.
    sql.push(" ORDER BY CASE WHEN d.id IN (SELECT document_id FROM agreement_texts) THEN 0 ELSE 1 END,")
        .push(" d.uploaded_at DESC, d.id DESC")
        .limit(MOST, 0);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Row::file).collect())
}

/// A file, with the agreement that it is of. Who reads it is not asked here.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<(Uuid, File)>> {
    let mut sql = select();
    sql.push(THERE).bind(" AND d.id = ?", id);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().next().map(|row| (row.owner_id, row.file())))
}

/// The agreements' documents that have a content: agreement, name, and whether the parties read it.
pub async fn with_content(tx: &mut Tx, sha256: &str) -> Result<Vec<(Uuid, String, bool)>> {
    let mut sql = select();
    sql.push(THERE).bind(" AND d.sha256 = ? ORDER BY d.uploaded_at, d.id", sha256);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(|row| (row.owner_id, row.file())).map(|(id, file)| (id, file.name, file.shared)).collect())
}

/// A file of an agreement, also when it was removed.
pub async fn any_of(tx: &mut Tx, agreement: Uuid, id: Uuid) -> Result<Option<File>> {
    let mut sql = select();
    sql.bind(" AND d.id = ?", id).bind(" AND d.owner_id = ?", agreement);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().next().map(Row::file))
}

/// What is given of a document to whom opens its address.
///
/// # Errors
/// [`Error::NotFound`] where there is none, or none of an agreement that this person may know of, or it is for the zone.
pub async fn open(ctx: &mut Ctx, id: Uuid) -> Result<Content> {
    let Some((owner, file)) = find(&mut ctx.tx, id).await? else {
        return super::certificate::pages::open(ctx, id).await;
    };
    let scope = ctx.actor.opens_agreements().map_err(|_| Error::NotFound)?;
    let agreement = store::find(&mut ctx.tx, &Key::Id(owner), &scope).await?;
    if !file.shared && !ctx.actor.role.works_in_zone() {
        return Err(Error::NotFound);
    }
    Ok(Content {
        name: file.name,
        media_type: file.media_type,
        sha256: file.sha256,
        scan: file.scan,
        back: format!("{}{ANCHOR}", agreement.url()),
        section: Section::Agreements,
    })
}

/// Lets the parties read the files of a version.
pub async fn share(tx: &mut Tx, version: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE documents SET audience = 'company'
         WHERE id IN (SELECT document_id FROM agreement_texts WHERE version_id = $1)"
    )
    .bind(version)
    .execute(c)
    .await)?;
    Ok(())
}

/// The document that a form names as the scanned original; none where it names none.
pub async fn original(tx: &mut Tx, agreement: Uuid, typed: &str, check: &mut Check) -> Result<Option<Uuid>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let files = of_agreement(tx, agreement, false).await?;
    let found = files.into_iter().find(|file| file.id.to_string() == typed).map(|file| file.id);
    if found.is_none() {
        check.note("document", Problem::NotAnOption);
    }
    Ok(found)
}

/// Whether this person takes a file away: staff any, others their own while they write for a party.
pub fn may_remove(actor: &Actor, file: &File, parties: &[store::Party]) -> bool {
    let own = file.uploaded_by == actor.id && parties.iter().any(|party| actor.writes_for(party.company));
    own || actor.may_edit_agreements()
}

/// Whether this person adds documents to an agreement.
pub fn may_add(actor: &Actor, state: State, parties: &[store::Party]) -> bool {
    let writes = !state.is_over() && parties.iter().any(|party| actor.writes_for(party.company));
    writes || actor.may_edit_agreements()
}

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
    let ctx = visit.begin().await?;
    let sent = ctx.id_of_form(form.get("form_id"));
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
pub(super) async fn keep(
    ctx: &mut Ctx,
    agreement: Uuid,
    form: &Fields,
    file: &Spooled,
    kind: Type,
    text: &str,
    audience: Audience,
) -> Result<Option<Uuid>> {
    let mut id = ctx.id_of_form(form.get("form_id"));
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
pub(super) async fn unless_harmful(written: Result<String>, visit: &Visit, file: &Spooled) -> Result<String> {
    if written == Err(crate::error::FileProblem::Infected.into()) { refuse(visit, file).await } else { written }
}
