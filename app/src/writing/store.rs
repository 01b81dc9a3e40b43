//! What is done alike to messages and to internal notes, each in its own table.

use uuid::Uuid;

use super::model::{Removed, Writing};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;

/// Where something is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Messages,
    Notes,
}

/// The columns that both tables have.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    id: Uuid,
    by_id: Uuid,
    by_name: String,
    at: i64,
    body: String,
    corrects_id: Option<Uuid>,
    version: i64,
    edited_at: Option<i64>,
    removed_at: Option<i64>,
    removed_by: Option<Uuid>,
}

impl Row {
    pub fn writing(self, of_zone: bool) -> Writing {
        Writing {
            id: self.id,
            by: self.by_id,
            by_name: self.by_name,
            of_zone,
            at: Timestamp(self.at),
            body: self.body,
            corrects: self.corrects_id,
            version: self.version,
            edited_at: self.edited_at.map(Timestamp),
            removed: self.removed_at.map(|at| Removed { at: Timestamp(at), by: self.removed_by }),
        }
    }
}

/// Puts another text in the place of one that still is at `version`; tells whether it was.
pub async fn edit(tx: &mut Tx, table: Table, id: Uuid, version: i64, body: &str, now: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(match table {
        Table::Messages => "UPDATE messages SET version = version + 1",
        Table::Notes => "UPDATE notes SET version = version + 1",
    });
    sql.bind(", body = ?", body).bind(", edited_at = ?", now.0);
    sql.bind(" WHERE id = ?", id).bind(" AND version = ? AND removed_at IS NULL", version);
    Ok(sql.execute(tx).await? > 0)
}

/// Removes a text and leaves a stone; tells whether it was there until now.
pub async fn remove(tx: &mut Tx, table: Table, id: Uuid, by: Uuid, now: Timestamp) -> Result<bool> {
    let mut sql = Sql::new(match table {
        Table::Messages => "UPDATE messages SET body = '', version = version + 1",
        Table::Notes => "UPDATE notes SET body = '', version = version + 1",
    });
    sql.bind(", removed_at = ?", now.0).bind(", removed_by = ?", by);
    sql.bind(" WHERE id = ? AND removed_at IS NULL", id);
    Ok(sql.execute(tx).await? > 0)
}
