//! Where documents are kept, and what is known of their contents.

use uuid::Uuid;

use super::model::{Audience, Document, ScanState, media_type};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on, search};

/// Notes that a content is in the store, and gives the state that it has: of one that is known already, what the scanner
/// said before. What was found harmful stays so.
pub async fn note_file(
    tx: &mut Tx,
    sha256: &str,
    size: i64,
    media_type: &str,
    state: ScanState,
    now: Timestamp,
) -> Result<ScanState> {
    let known: String = ask!(tx, |c| sqlx::query_scalar(
        "INSERT INTO files
             (sha256, size, media_type, stored_at, scan_state, scan_due_at, scan_attempts, scanned_at, finding, gone_at)
         VALUES ($1, $2, $3, $4, $5, $4, 0, NULL, '', NULL)
         ON CONFLICT (sha256) DO UPDATE SET
             stored_at = excluded.stored_at,
             scan_state = CASE WHEN files.scan_state = 'infected' OR files.gone_at IS NULL THEN files.scan_state
                               ELSE excluded.scan_state END,
             scan_due_at = CASE WHEN files.gone_at IS NULL THEN files.scan_due_at ELSE excluded.scan_due_at END,
             gone_at = CASE WHEN files.scan_state = 'infected' THEN files.gone_at ELSE NULL END
         RETURNING scan_state"
    )
    .bind(sha256)
    .bind(size)
    .bind(media_type)
    .bind(now.0)
    .bind(state.code())
    .fetch_one(c)
    .await)?;
    Ok(ScanState::from_code(&known))
}

/// A new document.
pub struct New<'a> {
    pub id: Uuid,
    pub company: Uuid,
    /// The interaction with the company to which it belongs.
    pub interaction: Option<Uuid>,
    pub sha256: &'a str,
    pub name: &'a str,
    pub note: &'a str,
    pub audience: Audience,
    pub by: Uuid,
}

pub async fn insert(tx: &mut Tx, new: &New<'_>, now: Timestamp) -> Result<()> {
    search::note(tx, search::Kind::Document, new.id);
    on!(tx, |c| sqlx::query(
        "INSERT INTO documents
             (id, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at, interaction_id)
         VALUES ($1, 'company', $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(new.id)
    .bind(new.company)
    .bind(new.sha256)
    .bind(new.name)
    .bind(new.note)
    .bind(new.audience.code())
    .bind(new.by)
    .bind(now.0)
    .bind(new.interaction)
    .execute(c)
    .await)?;
    Ok(())
}

/// Marks a document as removed; tells whether it was there until now.
pub async fn remove(tx: &mut Tx, id: Uuid, by: Uuid, now: Timestamp) -> Result<bool> {
    search::note(tx, search::Kind::Document, id);
    let removed: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE documents SET removed_by = $1, removed_at = $2 WHERE id = $3 AND removed_at IS NULL RETURNING removed_at"
    )
    .bind(by)
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    Ok(removed.is_some())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    owner_id: Uuid,
    interaction_id: Option<Uuid>,
    sha256: String,
    name: String,
    note: String,
    audience: String,
    size: i64,
    media_type: String,
    scan_state: String,
    finding: String,
    uploaded_by: Uuid,
    successor_id: Option<Uuid>,
    uploader: String,
    uploader_role: String,
    uploaded_at: i64,
    removed_at: Option<i64>,
}

impl From<Row> for Document {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            company: row.owner_id,
            interaction: row.interaction_id,
            sha256: row.sha256,
            note: row.note,
            audience: Audience::from_code(&row.audience).unwrap_or(Audience::Zone),
            size: row.size,
            media_type: media_type(row.media_type, &row.name),
            name: row.name,
            scan: ScanState::from_code(&row.scan_state),
            finding: row.finding,
            uploaded_by: row.uploaded_by,
            successor: row.successor_id,
            uploader: row.uploader,
            uploader_of_zone: row.uploader_role != "representative",
            uploaded_at: Timestamp(row.uploaded_at),
            removed: row.removed_at.is_some(),
        }
    }
}

fn select() -> Sql {
    Sql::new(
        "SELECT d.id, d.owner_id, i.id AS interaction_id, d.sha256, d.name, d.note, d.audience, f.size, f.media_type, f.scan_state, f.finding,
                d.uploaded_by, l.successor_id, a.name AS uploader, a.role AS uploader_role, d.uploaded_at, d.removed_at
         FROM documents d JOIN files f ON f.sha256 = d.sha256 JOIN accounts a ON a.id = d.uploaded_by
         LEFT JOIN affiliations l ON l.account_id = d.uploaded_by AND l.company_id = d.owner_id AND l.ended_at IS NOT NULL
         LEFT JOIN interactions i ON i.id = d.interaction_id AND i.removed_at IS NULL
         WHERE d.owner_kind = 'company'",
    )
}

/// The document with this id, also when it was removed.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Document>> {
    let mut sql = select();
    sql.bind(" AND d.id = ?", id);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().next().map(Document::from))
}

/// Those of these documents that there are, also when they were removed.
pub async fn with_ids(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<Document>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = select();
    sql.push(" AND ").bind_in("d.id", ids);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Document::from).collect())
}

/// A company's documents for an audience, the newest first.
pub async fn of_company(tx: &mut Tx, company: Uuid, audience: Audience) -> Result<Vec<Document>> {
    let mut sql = select();
    sql.bind(" AND d.owner_id = ? AND d.removed_at IS NULL", company);
    if audience == Audience::Company {
        sql.push(" AND d.audience = 'company'");
    }
    sql.push(" ORDER BY d.uploaded_at DESC, d.id DESC");
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Document::from).collect())
}

/// The documents of an interaction for an audience, the newest first.
pub async fn of_interaction(tx: &mut Tx, interaction: Uuid, audience: Audience) -> Result<Vec<Document>> {
    let mut sql = select();
    sql.bind(" AND d.interaction_id = ? AND d.removed_at IS NULL", interaction);
    if audience == Audience::Company {
        sql.push(" AND d.audience = 'company'");
    }
    sql.push(" ORDER BY d.uploaded_at DESC, d.id DESC");
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Document::from).collect())
}
