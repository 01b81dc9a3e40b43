//! Contents that nobody needs any more, and what broken uploads left behind.

use crate::ask;
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::privacy::{self, model::Rule};
use crate::time::Timestamp;

/// How old something in the store must be before it counts as left behind rather than as arriving.
const ARRIVING: i64 = Timestamp::DAY;

/// Deletes contents to which no remaining document has referred for as long as the retention time says, and contents and pieces that uploads left
/// when their process died more than a day ago; gives how many.
pub async fn sweep(backend: &Backend, now: Timestamp) -> Result<i64> {
    let files = &backend.settings.files;
    let mut done = files.tidy(now.minus(ARRIVING)).await?;
    let mut tx = backend.database.read().await?;
    let end = privacy::store::days(&mut tx).await?.end(Rule::Documents, now);
    drop(tx);
    for sha256 in unused(backend, end).await? {
        // The row is held while the content is deleted: whoever uploads the same waits, and then puts it again.
        let mut tx = backend.database.begin().await?;
        if forget(&mut tx, &sha256, end, now).await? {
            files.delete(&sha256).await?;
            tx.commit().await?;
            done += 1;
        }
    }
    for sha256 in unnoted(backend, files.older_than(now.minus(ARRIVING)).await?).await? {
        let mut tx = backend.database.begin().await?;
        if is_unknown(&mut tx, &sha256, now).await? {
            files.delete(&sha256).await?;
            done += 1;
        }
        // Rolled back: the row, if it was made, was there to be held.
        drop(tx);
    }
    Ok(done)
}

/// The contents that no document has referred to for long enough.
async fn unused(backend: &Backend, end: Timestamp) -> Result<Vec<String>> {
    let mut tx = backend.database.read().await?;
    Ok(ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT f.sha256 FROM files f WHERE f.gone_at IS NULL AND f.stored_at <= $1
             AND NOT EXISTS (SELECT 1 FROM documents d
                             WHERE d.sha256 = f.sha256 AND (d.removed_at IS NULL OR d.removed_at > $1))
         ORDER BY f.sha256"
    )
    .bind(end.0)
    .fetch_all(c)
    .await)?)
}

/// Those contents of the store that are noted nowhere, or as gone.
async fn unnoted(backend: &Backend, stored: Vec<String>) -> Result<Vec<String>> {
    let mut tx = backend.database.read().await?;
    let mut unnoted = Vec::new();
    for sha256 in stored {
        let noted: i64 =
            ask!(&mut tx, |c| sqlx::query_scalar("SELECT count(*) FROM files WHERE sha256 = $1 AND gone_at IS NULL")
                .bind(&sha256)
                .fetch_one(c)
                .await)?;
        if noted == 0 {
            unnoted.push(sha256);
        }
    }
    Ok(unnoted)
}

/// Notes that a content is gone, unless somebody has come to need it meanwhile; tells whether it is.
async fn forget(tx: &mut Tx, sha256: &str, end: Timestamp, now: Timestamp) -> Result<bool> {
    let gone: Option<String> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE files SET gone_at = $1 WHERE sha256 = $2 AND gone_at IS NULL AND stored_at <= $3
             AND NOT EXISTS (SELECT 1 FROM documents d
                             WHERE d.sha256 = files.sha256 AND (d.removed_at IS NULL OR d.removed_at > $3))
         RETURNING sha256"
    )
    .bind(now.0)
    .bind(sha256)
    .bind(end.0)
    .fetch_optional(c)
    .await)?;
    Ok(gone.is_some())
}

/// Whether a content of the store is noted nowhere, or as gone. Holds its row, or one made for it, until the transaction
/// ends.
async fn is_unknown(tx: &mut Tx, sha256: &str, now: Timestamp) -> Result<bool> {
    let gone: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "INSERT INTO files (sha256, size, media_type, stored_at, scan_state, scan_due_at, scan_attempts, finding, gone_at)
         VALUES ($1, 0, '', $2, 'unscanned', $2, 0, '', $2)
         ON CONFLICT (sha256) DO UPDATE SET gone_at = files.gone_at RETURNING gone_at"
    )
    .bind(sha256)
    .bind(now.0)
    .fetch_one(c)
    .await
    })?;
    Ok(gone.is_some())
}
