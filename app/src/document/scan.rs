//! What the virus scanner has to look at, and what becomes of its verdicts.

use std::time::Duration;

use super::model::{Audience, Document};
use super::{events, store};
use crate::agreement;
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::backend::journal::{self, Author};
use crate::backend::scanner::{Scanner, Verdict};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// How long a claimed content is left to the one who claimed it.
const LEASE: i64 = 10 * Timestamp::MINUTE;
/// How long one scan may take; well within the lease.
const LONGEST: Duration = Duration::from_secs(5 * 60);
/// How long a content waits after its first failed scan; twice as long after each further one, up to the lease.
const FIRST_WAIT: i64 = 10 * Timestamp::SECOND;

/// What a turn of scanning brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// There was nothing to do.
    Nothing,
    /// One content has its verdict.
    Done,
    /// The scanner gave no verdict; the content waits for another turn.
    Away,
}

/// Lets the scanner look at what came while there was none; gives how many contents wait for it now.
pub async fn await_all(backend: &Backend) -> Result<u64> {
    let mut tx = backend.database.begin().await?;
    let now = backend.clock.now();
    let done = ask!(&mut tx, |c| sqlx::query(
        "UPDATE files SET scan_state = 'pending', scan_due_at = $1, scan_attempts = 0
         WHERE scan_state = 'unscanned' AND gone_at IS NULL"
    )
    .bind(now.0)
    .execute(c)
    .await
    .map(|done| done.rows_affected()))?;
    tx.commit().await?;
    Ok(done)
}

/// Takes the content that waits longest to the scanner.
pub async fn turn(backend: &Backend, scanner: &Scanner) -> Result<Turn> {
    let now = backend.clock.now();
    let Some((sha256, attempts)) = claim(backend, now).await? else { return Ok(Turn::Nothing) };
    let looked = async {
        let content = backend.settings.files.read(&sha256).await.map_err(|error| error.to_string())?;
        let (_, content) = content.ok_or("the content is not in the store")?;
        let verdict = tokio::time::timeout(LONGEST, scanner.scan(content)).await;
        verdict.map_err(|_| "it took too long".to_owned())?.map_err(|error| error.to_string())
    };
    match looked.await {
        Ok(Verdict::Clean) => {
            clean(backend, &sha256).await?;
            Ok(Turn::Done)
        }
        Ok(Verdict::Found(finding)) => {
            tracing::warn!(sha256, finding, "an uploaded file is harmful");
            infected(backend, &sha256, &finding).await?;
            Ok(Turn::Done)
        }
        Err(error) => {
            tracing::warn!(sha256, attempts, error, "a file was not scanned");
            let wait = (FIRST_WAIT << (attempts - 1).clamp(0, 10)).min(LEASE);
            again(backend, &sha256, backend.clock.now().plus(wait)).await?;
            Ok(Turn::Away)
        }
    }
}

/// Claims a content by moving its next turn past the lease, so that no transaction stays open while it is scanned.
async fn claim(backend: &Backend, now: Timestamp) -> Result<Option<(String, i64)>> {
    // Asked first without the writer: most turns find nothing.
    let mut tx = backend.database.read().await?;
    let waiting: i64 = ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM files WHERE scan_state = 'pending' AND gone_at IS NULL AND scan_due_at <= $1"
    )
    .bind(now.0)
    .fetch_one(c)
    .await)?;
    drop(tx);
    if waiting == 0 {
        return Ok(None);
    }
    let mut tx = backend.database.begin().await?;
    let claimed = ask!(&mut tx, |c| sqlx::query_as(
        "UPDATE files SET scan_attempts = scan_attempts + 1, scan_due_at = $1
         WHERE sha256 = (SELECT sha256 FROM files WHERE scan_state = 'pending' AND gone_at IS NULL AND scan_due_at <= $2
                         ORDER BY scan_due_at, sha256 LIMIT 1)
             AND scan_state = 'pending' AND gone_at IS NULL AND scan_due_at <= $2
         RETURNING sha256, scan_attempts"
    )
    .bind(now.plus(LEASE).0)
    .bind(now.0)
    .fetch_optional(c)
    .await)?;
    tx.commit().await?;
    Ok(claimed)
}

async fn clean(backend: &Backend, sha256: &str) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    on!(&mut tx, |c| sqlx::query(
        "UPDATE files SET scan_state = 'clean', scanned_at = $1 WHERE sha256 = $2 AND scan_state = 'pending'"
    )
    .bind(backend.clock.now().0)
    .bind(sha256)
    .execute(c)
    .await)?;
    tx.commit().await
}

async fn again(backend: &Backend, sha256: &str, due: Timestamp) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    on!(&mut tx, |c| sqlx::query("UPDATE files SET scan_due_at = $1 WHERE sha256 = $2 AND scan_state = 'pending'")
        .bind(due.0)
        .bind(sha256)
        .execute(c)
        .await)?;
    tx.commit().await
}

/// Notes what was found, tells it for each document of the content, and deletes the content.
async fn infected(backend: &Backend, sha256: &str, finding: &str) -> Result<()> {
    let now = backend.clock.now();
    let mut tx = backend.database.begin().await?;
    let noted: Option<String> = ask!(&mut tx, |c| sqlx::query_scalar(
        "UPDATE files SET scan_state = 'infected', scanned_at = $1, gone_at = $1, finding = $2
         WHERE sha256 = $3 AND scan_state = 'pending' RETURNING sha256"
    )
    .bind(now.0)
    .bind(finding)
    .bind(sha256)
    .fetch_optional(c)
    .await)?;
    if noted.is_some() {
        let author = Author { actor: None, origin: "system", address: String::new(), now };
        for document in documents_with(&mut tx, sha256).await? {
            journal::record(&mut tx, &author, events::infected(&document, finding)).await?;
        }
        for (agreement, name, shared) in agreement::files::with_content(&mut tx, sha256).await? {
            let entry = agreement::events::document("agreement.document_infected", agreement, &name, finding, shared);
            journal::record(&mut tx, &author, entry).await?;
        }
    }
    tx.commit().await?;
    backend.settings.files.delete(sha256).await
}

async fn documents_with(tx: &mut Tx, sha256: &str) -> Result<Vec<Document>> {
    let companies: Vec<(uuid::Uuid,)> = ask!(&mut *tx, |c| {
        sqlx::query_as(
        "SELECT DISTINCT owner_id FROM documents WHERE sha256 = $1 AND owner_kind = 'company' AND removed_at IS NULL"
    )
    .bind(sha256)
    .fetch_all(c)
    .await
    })?;
    let mut found = Vec::new();
    for (company,) in companies {
        let documents = store::of_company(tx, company, Audience::Zone).await?;
        found.extend(documents.into_iter().filter(|document| document.sha256 == sha256));
    }
    Ok(found)
}
