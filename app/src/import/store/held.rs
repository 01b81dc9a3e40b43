//! What an import touches is taken before anything is written, in the order that is everybody's: companies by their ids, then
//! people by theirs, and the journal after both.

use uuid::Uuid;

use crate::backend::database::{Dialect, Sql, Tx};
use crate::error::Result;

/// Takes the companies and people that an import changes, or adds something to, for the rest of the transaction.
pub async fn hold_for_apply(tx: &mut Tx, import: Uuid) -> Result<()> {
    // Of new ones the plan says which id they will have: nobody has it yet.
    let companies = "SELECT p.company_id FROM import_plans p WHERE p.import_id = ? AND p.company_id IS NOT NULL
                     UNION SELECT p.subject_id FROM import_plans p WHERE p.import_id = ? AND p.outcome = 'update'";
    let people = "SELECT p.subject_id FROM import_plans p WHERE p.import_id = ? AND p.outcome = 'update'";
    hold(tx, import, companies, people).await
}

/// The same for those that undoing it touches.
pub async fn hold_for_undo(tx: &mut Tx, import: Uuid) -> Result<()> {
    let companies = "SELECT h.subject_id FROM import_changes h WHERE h.import_id = ? AND h.reverted_at IS NULL
                     UNION SELECT z.company_id FROM positions z JOIN import_changes h ON h.position_id = z.id
                         WHERE h.import_id = ? AND h.reverted_at IS NULL";
    let people = "SELECT h.subject_id FROM import_changes h WHERE h.import_id = ? AND h.reverted_at IS NULL";
    hold(tx, import, companies, people).await
}

/// An id of the one is none of the other, so that both are asked for the same ones. SQLite has one writer, who holds all.
async fn hold(tx: &mut Tx, import: Uuid, companies: &'static str, people: &'static str) -> Result<()> {
    if !matches!(Dialect::of_tx(tx), Dialect::Postgres) {
        return Ok(());
    }
    for (table, ids) in [("companies", companies), ("people", people)] {
        let mut sql = Sql::new("SELECT count(*) FROM (SELECT r.id FROM ");
        sql.push(table).push(" r WHERE r.id IN (").bind(ids, import);
        sql.push(") ORDER BY r.id FOR NO KEY UPDATE) held").number(tx).await?;
    }
    Ok(())
}
