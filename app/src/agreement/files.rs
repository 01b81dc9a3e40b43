//! The files of agreements: the texts in both languages, and what else belongs to them. They are documents like those of
//! companies; who reads one is asked of the agreement.

mod upload;

use uuid::Uuid;

use super::life::State;
use super::model::Key;
use super::store;
use crate::actor::Actor;
use crate::backend::context::Ctx;
use crate::backend::database::{Sql, Tx};
use crate::document::download::Content;
use crate::document::model::{Audience, ScanState, media_type};
use crate::error::{Check, Error, Hindrance, Problem, Result};
use crate::on;
use crate::time::Timestamp;
use crate::web::page::Section;

pub(super) use upload::{keep, unless_harmful};
pub use upload::{post_document, post_text};

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
            media_type: media_type(self.media_type, &self.name),
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
