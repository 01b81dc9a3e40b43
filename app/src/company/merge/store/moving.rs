//! What a merge moves, and how that is put back.

use uuid::Uuid;

use super::super::references::{REFERENCES, Reference};
use super::{
    AFFILIATION_BEFORE, AffiliationImage, Merge, Move, RELATION_GONE, affiliation, affiliation_at,
    drop_doubled_relations, drop_inner_relations, from_json, put_affiliation, put_relation, to_json,
    unite_affiliations,
};
use crate::actor::Rights;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::{ask, on};

/// The shared mailbox, with which goes what whoever reads it wants no more.
const MAILBOX: &str = "company_mailboxes.company_id";

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
        // What is more than two ids leaves an image.
        let mut images: Vec<(Uuid, String)> = Vec::new();
        if ["affiliations", "follows", "interaction_companies"].contains(&reference.table) {
            let there = reference.rows(tx, winner, loser).await?;
            for row in reference.rows(tx, loser, winner).await?.into_iter().filter(|row| there.contains(row)) {
                let image = match reference.table {
                    "affiliations" => unite_affiliations(tx, row, winner, loser, &mut moved).await?,
                    "interaction_companies" => interaction_image(tx, row, loser).await?,
                    _ => follow_image(tx, row, loser).await?,
                };
                images.push((row, image));
            }
        }
        for (row, image) in reference.move_rows(tx, loser, winner).await? {
            let full = images.iter().find(|(id, _)| *id == row).map(|(_, image)| image.clone());
            moved.push(Move { place: reference.place(), row_id: row, image: full.unwrap_or(image) });
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

async fn follow_image(tx: &mut Tx, account: Uuid, company: Uuid) -> Result<String> {
    let since: i64 = ask!(tx, |c| {
        sqlx::query_scalar("SELECT since FROM follows WHERE account_id = $1 AND subject_id = $2")
            .bind(account)
            .bind(company)
            .fetch_one(c)
            .await
    })?;
    to_json(&since)
}

async fn interaction_image(tx: &mut Tx, interaction: Uuid, company: Uuid) -> Result<String> {
    let at: i64 = ask!(tx, |c| {
        sqlx::query_scalar("SELECT at FROM interaction_companies WHERE interaction_id = $1 AND company_id = $2")
            .bind(interaction)
            .bind(company)
            .fetch_one(c)
            .await
    })?;
    to_json(&at)
}

/// The interaction was with the company, too, unless it was removed meanwhile; its moment may have been corrected.
async fn put_interaction(tx: &mut Tx, interaction: Uuid, company: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO interaction_companies (interaction_id, company_id, at)
         SELECT i.id, $1, i.at FROM interactions i WHERE i.id = $2 AND i.removed_at IS NULL
         ON CONFLICT (interaction_id, company_id) DO NOTHING"
    )
    .bind(company)
    .bind(interaction)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn put_follow(tx: &mut Tx, account: Uuid, company: Uuid, since: i64) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO follows (account_id, subject_kind, subject_id, since) VALUES ($1, 'company', $2, $3)
         ON CONFLICT (account_id, subject_id) DO NOTHING"
    )
    .bind(account)
    .bind(company)
    .bind(since)
    .execute(c)
    .await)?;
    Ok(())
}

/// Puts a row back; a place that is no longer known is left alone.
pub async fn put_back(tx: &mut Tx, merge: &Merge, moved: &Move) -> Result<()> {
    let (winner, loser) = (merge.winner_id, merge.loser_id);
    match (moved.place.as_str(), moved.image.as_str()) {
        (AFFILIATION_BEFORE, image) => {
            let (before, united): (AffiliationImage, AffiliationImage) = from_json(image)?;
            // Somebody decided otherwise since: that holds.
            if affiliation_at(tx, moved.row_id, winner, united.version).await? {
                let before = AffiliationImage { version: united.version + 1, ..before };
                put_affiliation(tx, moved.row_id, winner, &before).await?;
            }
        }
        (RELATION_GONE, image) => put_relation(tx, moved.row_id, &from_json(image)?).await?,
        ("affiliations.company_id", image) if !image.is_empty() => {
            let mut theirs: AffiliationImage = from_json(image)?;
            // While the two were one, what was taken from somebody was taken for both: it does not come back.
            if theirs.ended_at.is_none() {
                match affiliation(tx, moved.row_id, winner).await? {
                    Some(mine) => {
                        theirs.ended_at = mine.ended_at;
                        if Rights::from_code(&mine.rights) < Rights::from_code(&theirs.rights) {
                            theirs.rights = mine.rights;
                        }
                    }
                    None => theirs.ended_at = Some(merge.merged_at),
                }
            }
            put_affiliation(tx, moved.row_id, loser, &theirs).await?;
        }
        ("interaction_companies.company_id", image) if !image.is_empty() => {
            put_interaction(tx, moved.row_id, loser).await?;
        }
        ("follows.subject_id", image) if !image.is_empty() => {
            put_follow(tx, moved.row_id, loser, from_json(image)?).await?;
        }
        (MAILBOX, image) => {
            if let Some(reference) = Reference::of(MAILBOX) {
                reference.move_back(tx, moved.row_id, image, winner, loser).await?;
                // Where the winner has another one by now, that stays, and so does what was ended of it.
                if reference.count(tx, loser).await? > 0 && reference.count(tx, winner).await? == 0 {
                    crate::notification::mailbox::moves(tx, winner, loser).await?;
                }
            }
        }
        // For whom somebody acts in a browser they choose there.
        ("sessions.company_id", _) => {}
        (place, _) => {
            if let Some(reference) = Reference::of(place) {
                reference.move_back(tx, moved.row_id, &moved.image, winner, loser).await?;
            }
        }
    }
    Ok(())
}
