//! The sweep over all companies, by the clock. It begins where the last one ended: only what changed is compared again.

use super::store;
use crate::backend::Backend;
use crate::error::Result;

/// How many companies are dealt with in one transaction: others who write wait for its end.
const BATCH: i64 = 100;

/// Compares every company that was not compared since it changed; gives how many.
pub async fn sweep(backend: &Backend) -> Result<i64> {
    loop {
        let mut tx = backend.database.begin().await?;
        let made = store::make_keys(&mut tx, BATCH).await?;
        tx.commit().await?;
        if made == 0 {
            break;
        }
    }
    let mut compared = 0;
    loop {
        let mut tx = backend.database.begin().await?;
        let some = store::compare_some(&mut tx, BATCH, backend.clock.now()).await?;
        tx.commit().await?;
        compared += i64::try_from(some).unwrap_or_default();
        if some == 0 {
            return Ok(compared);
        }
    }
}
