//! Who works at an import: one at a time, under a mark, until it ends or gives no sign of life.

use std::future::Future;
use std::time::Duration;

use uuid::Uuid;

use crate::backend::Backend;
use crate::backend::database::{Dialect, Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// Moves an import from one of two states to another under a mark; false when it stands elsewhere, or was planned anew since
/// the plan that was `seen`, if one was.
pub async fn begin(
    tx: &mut Tx,
    id: Uuid,
    from: [&str; 2],
    to: &str,
    seen: Option<i64>,
    attempt: Uuid,
    now: Timestamp,
) -> Result<bool> {
    let moved: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE register_imports SET state = $1, attempt = $2, attempted_at = $3, note = ''
         WHERE id = $4 AND state IN ($5, $6) AND note <> 'reading' AND emptied_at IS NULL
           AND coalesce(attempted_at, 0) = coalesce($7, attempted_at, 0) RETURNING id"
    )
    .bind(to)
    .bind(attempt)
    .bind(now.0)
    .bind(id)
    .bind(from[0])
    .bind(from[1])
    .bind(seen)
    .fetch_optional(c)
    .await)?;
    Ok(moved.is_some())
}

/// Ends what was begun under a mark; false when another has begun meanwhile.
pub async fn end(tx: &mut Tx, id: Uuid, attempt: Uuid, to: &str, note: &str) -> Result<bool> {
    let moved: Option<Uuid> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE register_imports SET state = $1, attempt = NULL, note = $2 WHERE id = $3 AND attempt = $4 RETURNING id"
    )
    .bind(to)
    .bind(note)
    .bind(id)
    .bind(attempt)
    .fetch_optional(c)
    .await
    })?;
    Ok(moved.is_some())
}

/// How often a process says that it is at work on an import, and after how long a silence it counts as dead.
const SIGN_EVERY: Duration = Duration::from_secs(10);
const SILENT: i64 = Timestamp::MINUTE;
/// The same where a process cannot say so: it has SQLite's only writer, and what it leaves is put back at the next start.
const LONGEST: i64 = 30 * Timestamp::MINUTE;

/// Does work that was begun under a mark, and says all the while that somebody is at it, so that another node does not take
/// it for lost. It is said beside the work's own transaction, which nobody sees into before it ends.
pub async fn signing_of_life<T>(backend: &Backend, import: Uuid, attempt: Uuid, work: impl Future<Output = T>) -> T {
    // They end with it.
    let mut signs = tokio::task::JoinSet::new();
    if matches!(Dialect::of(&backend.database), Dialect::Postgres) {
        let backend = backend.clone();
        signs.spawn(async move {
            loop {
                if let Err(error) = sign(&backend, import, attempt).await {
                    tracing::warn!(%import, %error, "a sign of life was not given");
                }
                tokio::time::sleep(SIGN_EVERY).await;
            }
        });
    }
    work.await
}

async fn sign(backend: &Backend, import: Uuid, attempt: Uuid) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    on!(&mut tx, |c| sqlx::query("UPDATE register_imports SET attempted_at = $1 WHERE id = $2 AND attempt = $3")
        .bind(backend.clock.now().0)
        .bind(import)
        .bind(attempt)
        .execute(c)
        .await)?;
    tx.commit().await
}

/// Puts back what processes were at that gave no sign of life for too long, and forgets files that were never read to their
/// end; tells how many.
pub async fn give_up_lost(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    let signs = matches!(Dialect::of_tx(tx), Dialect::Postgres);
    give_up(tx, now.minus(LONGEST), now.minus(if signs { SILENT } else { LONGEST })).await
}

async fn give_up(tx: &mut Tx, started: Timestamp, signed: Timestamp) -> Result<u64> {
    let mut rows = Sql::new("DELETE FROM import_rows WHERE import_id IN (SELECT i.id FROM register_imports i");
    rows.bind(" WHERE i.note = 'reading' AND i.started_at < ?)", started.0);
    rows.execute(tx).await?;
    let mut halves = Sql::new("DELETE FROM register_imports WHERE note = 'reading'");
    halves.bind(" AND started_at < ?", started.0);
    let mut lost = Sql::new(
        "UPDATE register_imports SET attempt = NULL, note = 'failed',
                state = CASE WHEN state = 'planning' THEN 'uploaded' WHEN applied_at IS NULL THEN 'previewed' ELSE 'applied' END
         WHERE state IN ('planning', 'applying')",
    );
    lost.bind(" AND attempted_at < ?", signed.0);
    Ok(halves.execute(tx).await? + lost.execute(tx).await?)
}

/// The same for everything that a SQLite file's only process left when it died.
pub async fn give_up_all(backend: &Backend) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    let ever = Timestamp(i64::MAX / 2);
    give_up(&mut tx, ever, ever).await?;
    tx.commit().await
}
