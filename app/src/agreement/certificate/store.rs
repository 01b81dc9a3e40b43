//! Where certificates are kept, and which are still to be made.

use uuid::Uuid;

use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::document::model::ScanState;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// What `documents` calls the PDF of a certificate.
pub const OWNER: &str = "certificate";

/// A certificate as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Certificate {
    pub id: Uuid,
    pub agreement_id: Uuid,
    pub code: String,
    pub made_at: i64,
    pub content: String,
    pub signature: String,
    pub public_key: String,
    pub document_id: Uuid,
    pub replaced_at: Option<i64>,
    /// Of the PDF: its name, its hash, and its size in bytes.
    pub name: String,
    pub sha256: String,
    pub size: i64,
}

impl Certificate {
    pub fn document_url(&self) -> String {
        format!("/documents/{}", self.document_id)
    }
}

fn select() -> Sql {
    Sql::new(
        "SELECT c.id, c.agreement_id, c.code, c.made_at, c.content, c.signature, c.public_key, c.document_id, c.replaced_at,
                d.name, d.sha256, f.size
         FROM certificates c JOIN documents d ON d.id = c.document_id JOIN files f ON f.sha256 = d.sha256",
    )
}

/// The certificates of an agreement, the newest first.
pub async fn of_agreement(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Certificate>> {
    let mut sql = select();
    sql.bind(" WHERE c.agreement_id = ? ORDER BY c.made_at DESC, c.id DESC", agreement).limit(50, 0);
    sql.rows(tx).await
}

pub async fn with_code(tx: &mut Tx, code: &str) -> Result<Option<Certificate>> {
    let mut sql = select();
    sql.bind(" WHERE c.code = ?", code);
    Ok(sql.rows(tx).await?.into_iter().next())
}

pub async fn with_document(tx: &mut Tx, document: Uuid) -> Result<Option<Certificate>> {
    let mut sql = select();
    sql.bind(" WHERE c.document_id = ?", document);
    Ok(sql.rows(tx).await?.into_iter().next())
}

/// A new certificate of an agreement, which takes the place of the one before.
pub struct New<'a> {
    pub id: Uuid,
    pub agreement: Uuid,
    pub code: &'a str,
    pub by: Option<Uuid>,
    pub content: &'a str,
    pub signature: &'a str,
    pub public_key: &'a str,
    /// Of the PDF.
    pub name: &'a str,
    pub sha256: &'a str,
    pub size: i64,
}

pub async fn insert(tx: &mut Tx, new: &New<'_>, now: Timestamp) -> Result<()> {
    // The portal wrote the file itself: nothing harmful has come from outside.
    crate::document::store::note_file(tx, new.sha256, new.size, "application/pdf", ScanState::Clean, now).await?;
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE certificates SET replaced_at = $1 WHERE agreement_id = $2 AND replaced_at IS NULL"
    )
    .bind(now.0)
    .bind(new.agreement)
    .execute(c)
    .await)?;
    let document = clock::new_id();
    // A document has somebody who sent it. This one nobody did; who added the signed text stands there, and is not told.
    on!(&mut *tx, |c| {
        sqlx::query(
        "INSERT INTO documents (id, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at)
         SELECT $1, $2, $3, $4, $5, '', 'company', d.uploaded_by, $6
         FROM agreement_texts t JOIN agreement_versions v ON v.id = t.version_id JOIN documents d ON d.id = t.document_id
         WHERE v.agreement_id = $7 ORDER BY v.number DESC, t.language LIMIT 1"
    )
    .bind(document)
    .bind(OWNER)
    .bind(new.id)
    .bind(new.sha256)
    .bind(new.name)
    .bind(now.0)
    .bind(new.agreement)
    .execute(c)
    .await
    })?;
    on!(&mut *tx, |c| {
        sqlx::query(
        "INSERT INTO certificates (id, agreement_id, code, made_at, made_by, content, signature, public_key, document_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(new.id)
    .bind(new.agreement)
    .bind(new.code)
    .bind(now.0)
    .bind(new.by)
    .bind(new.content)
    .bind(new.signature)
    .bind(new.public_key)
    .bind(document)
    .execute(c)
    .await
    })?;
    done(tx, new.agreement).await
}

/// Notes that an agreement was signed: it gets its certificate.
pub async fn due(tx: &mut Tx, agreement: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO certificates_due (agreement_id, due_at, failures) VALUES ($1, $2, 0)
         ON CONFLICT (agreement_id) DO UPDATE SET due_at = excluded.due_at"
    )
    .bind(agreement)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// The agreements whose certificates are to be made now.
pub async fn next(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT agreement_id FROM certificates_due WHERE due_at <= $1 ORDER BY due_at, agreement_id LIMIT $2"
    )
    .bind(now.0)
    .bind(most)
    .fetch_all(c)
    .await)?)
}

/// Whether a certificate is still to be made.
pub async fn is_due(tx: &mut Tx, agreement: Uuid) -> Result<bool> {
    let number: i64 =
        ask!(tx, |c| sqlx::query_scalar("SELECT count(*) FROM certificates_due WHERE agreement_id = $1")
            .bind(agreement)
            .fetch_one(c)
            .await)?;
    Ok(number > 0)
}

/// It did not work; it is tried again after a wait that grows up to an hour.
pub async fn failed(tx: &mut Tx, agreement: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE certificates_due SET failures = failures + 1,
                due_at = $1 + CASE WHEN failures < 6 THEN $2 * (failures * failures + 1) ELSE $3 END
         WHERE agreement_id = $4"
    )
    .bind(now.0)
    .bind(Timestamp::MINUTE)
    .bind(Timestamp::HOUR)
    .bind(agreement)
    .execute(c)
    .await)?;
    Ok(())
}

/// Nothing is to be made any more.
pub async fn done(tx: &mut Tx, agreement: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM certificates_due WHERE agreement_id = $1").bind(agreement).execute(c).await)?;
    Ok(())
}
