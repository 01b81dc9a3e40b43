//! How a merge is undone.

use uuid::Uuid;

use super::super::model::{CompanyForm, Facts};
use super::store::{self, Merge};
use crate::backend::database::Tx;
use crate::error::{Error, Refusal, Result};
use crate::on;
use crate::time::Timestamp;

/// The winner's facts with what the merge changed as it was before – but for the fields that somebody changed since, which
/// are given beside.
pub fn restored(now: &Facts, merge: &Merge) -> Result<(Facts, Vec<String>)> {
    let before: Vec<(String, String)> = store::from_json(&merge.fields_before)?;
    let after: Vec<(String, String)> = store::from_json(&merge.fields_after)?;
    let mut form = CompanyForm::from(now);
    let mut kept = Vec::new();
    for (field, current) in now.fields() {
        let value = |fields: &[(String, String)]| {
            fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let (before, after) = (value(&before), value(&after));
        if before == after {
            continue;
        }
        if current == after {
            form.set(field, before);
        } else {
            kept.push(field.to_owned());
        }
    }
    Ok((form.parse()?, kept))
}

/// Puts the loser back into the register; refused when it is not where the merge left it.
pub async fn revive(tx: &mut Tx, merge: &Merge, now: Timestamp) -> Result<()> {
    // What goes back stands with one or the other, whichever is done first.
    for company in [merge.winner_id, merge.loser_id] {
        crate::search::store::note_with_all(tx, &[company]).await?;
    }
    let done: Option<i64> = crate::ask!(&mut *tx, |c| {
        sqlx::query_scalar(
            "UPDATE companies SET merged_into = NULL, archived_at = NULL, archived_by = NULL, archived_reason = '',
                    changed_at = $1, compared_at = 0, version = version + 1
             WHERE id = $2 AND merged_into = $3 RETURNING version",
        )
        .bind(now.0)
        .bind(merge.loser_id)
        .bind(merge.winner_id)
        .fetch_optional(c)
        .await
    })?;
    done.map(|_| ()).ok_or(Error::Refused(Refusal::NotUndoable))
}

/// Notes that a merge was undone; refused when it was already.
pub async fn note(tx: &mut Tx, merge: Uuid, by: Uuid, kept: &str, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE company_merges SET undone_by = $1, undone_at = $2, kept = $3 WHERE id = $4 AND undone_at IS NULL"
    )
    .bind(by)
    .bind(now.0)
    .bind(kept)
    .bind(merge)
    .execute(c)
    .await)?;
    Ok(())
}
