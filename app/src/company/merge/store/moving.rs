//! What a merge moves.

use uuid::Uuid;

use super::super::references::REFERENCES;
use super::{Merge, Move, drop_doubled_relations, drop_inner_relations, unite_affiliations};
use crate::backend::database::Tx;
use crate::error::Result;
use crate::on;

/// The shared mailbox, with which goes what whoever reads it wants no more.
pub(super) const MAILBOX: &str = "company_mailboxes.company_id";

/// What moves to the winner, by place, for the page that asks.
pub async fn counts(tx: &mut Tx, loser: Uuid) -> Result<Vec<(&'static str, i64)>> {
    let mut counts: Vec<(&'static str, i64)> = Vec::new();
    for reference in REFERENCES {
        let count = reference.count(tx, loser).await?;
        match counts.iter_mut().find(|(table, _)| *table == reference.table) {
            Some((_, sum)) => *sum += count,
            None => counts.push((reference.table, count)),
        }
    }
    counts.retain(|(_, count)| *count > 0);
    Ok(counts)
}

/// Moves everything that refers to the loser, and notes every row; gives how many there were.
pub async fn move_all(tx: &mut Tx, merge: &Merge, today: &str) -> Result<i64> {
    let (winner, loser) = (merge.winner_id, merge.loser_id);
    crate::search::store::note_with_all(tx, &[loser]).await?;
    let mut moved: Vec<Move> = Vec::new();
    drop_inner_relations(tx, winner, loser, &mut moved).await?;
    for reference in REFERENCES {
        if reference.one && reference.count(tx, winner).await? > 0 {
            continue;
        }
        if reference.table == "affiliations" {
            let there = reference.rows(tx, winner, loser).await?;
            for account in reference.rows(tx, loser, winner).await?.into_iter().filter(|row| there.contains(row)) {
                unite_affiliations(tx, account, winner, loser, &mut moved).await?;
            }
        }
        for (row_id, image) in reference.move_rows(tx, loser, winner).await? {
            moved.push(Move { place: reference.place(), row_id, image });
        }
    }
    drop_doubled_relations(tx, winner, today, &mut moved).await?;
    if moved.iter().any(|row| row.place == MAILBOX) {
        crate::notification::mailbox::moves(tx, loser, winner).await?;
    }
    on!(&mut *tx, |c| sqlx::query("DELETE FROM unattended_companies WHERE company_id = $1")
        .bind(loser)
        .execute(c)
        .await)?;
    for (seq, Move { place, row_id, image }) in (0_i64..).zip(&moved) {
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO company_merge_moves (merge_id, seq, place, row_id, image) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(merge.id)
        .bind(seq)
        .bind(place)
        .bind(row_id)
        .bind(image)
        .execute(c)
        .await)?;
    }
    Ok(i64::try_from(moved.len()).unwrap_or_default())
}
