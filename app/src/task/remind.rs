//! Reminding, once, whoever has a task on the day on which it is due.

use uuid::Uuid;

use super::model::url;
use crate::absence::who_acts;
use crate::ask;
use crate::backend::Backend;
use crate::backend::journal::{self, Author, Entry};
use crate::error::Result;
use crate::notification::{self, Kind, Subject};
use crate::time::Timestamp;

/// So many at a time; the rest is dealt with by the next run.
const AT_ONCE: i64 = 500;

/// Reminds of each open task that is due today, or was before, and of which nobody was reminded yet; gives how many.
pub async fn remind(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let due: Vec<Uuid> = ask!(&mut tx, |c| {
        sqlx::query_scalar(
        "SELECT id FROM tasks WHERE state = 'open' AND told_at IS NULL AND due_on <= $1 ORDER BY due_on, id LIMIT $2"
    )
    .bind(now.iso_day())
    .bind(AT_ONCE)
    .fetch_all(c)
    .await
    })?;
    drop(tx);
    let mut told = 0;
    for id in due {
        told += i64::from(remind_of(backend, id, now).await?);
    }
    Ok(told)
}

/// Whoever writes first that it was told tells it; that and what is told are one transaction, so two runners tell once.
async fn remind_of(backend: &Backend, id: Uuid, now: Timestamp) -> Result<bool> {
    let mut tx = backend.database.begin().await?;
    let claimed: Option<(String, Uuid, String)> = ask!(&mut tx, |c| sqlx::query_as(
        "UPDATE tasks SET told_at = $1 WHERE id = $2 AND told_at IS NULL AND state = 'open' AND due_on <= $3
         RETURNING title, owner_id, due_on"
    )
    .bind(now.0)
    .bind(id)
    .bind(now.iso_day())
    .fetch_optional(c)
    .await)?;
    let Some((title, owner, due_on)) = claimed else { return Ok(false) };
    let acting = who_acts(&mut tx, owner, now).await?;
    let author = Author { actor: None, origin: "system", address: String::new(), now };
    let entry = Entry::new("task.due", "task", id).created(vec![("due_on", due_on.clone())]);
    journal::record(&mut tx, &author, entry).await?;
    let path = url(id);
    let subject = Subject { kind: "task", id, path: &path, company: None };
    let facts = [("name", title.as_str()), ("due", &due_on)];
    notification::tell(&mut tx, Kind::TaskDue, &subject, &facts, &[acting.account], None, now).await?;
    tx.commit().await?;
    Ok(true)
}
