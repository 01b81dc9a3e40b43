//! How what a merge moved comes back: whole, and to where the companies that it names are by now.

use uuid::Uuid;

use super::super::references::Reference;
use super::moving::MAILBOX;
use super::{
    AFFILIATION_BEFORE, AffiliationImage, Merge, Move, RELATION_GONE, RelationImage, affiliation, affiliation_at,
    from_json, moves, put_affiliation, put_relation, to_json,
};
use crate::actor::Rights;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::on;

/// So many merges are followed from one company to the next.
const MOST_HOPS: usize = 100;

/// Where a company is by now, and the merges that took it there, in their order.
pub async fn now_at(tx: &mut Tx, company: Uuid) -> Result<(Uuid, Vec<Uuid>)> {
    let (mut at, mut merges) = (company, Vec::new());
    for _ in 0..MOST_HOPS {
        let mut sql = Sql::new(
            "SELECT c.merged_into, m.id FROM companies c JOIN company_merges m
             ON m.loser_id = c.id AND m.winner_id = c.merged_into AND m.undone_at IS NULL WHERE ",
        );
        match sql.bind("c.id = ?", at).rows::<(Uuid, Uuid)>(tx).await?.pop() {
            Some((next, merge)) => {
                at = next;
                merges.push(merge);
            }
            None => break,
        }
    }
    Ok((at, merges))
}

/// Notes of merges what else goes back when they are undone.
pub async fn note_moved(tx: &mut Tx, merges: &[Uuid], place: &str, row: Uuid, image: &str) -> Result<()> {
    for merge in merges {
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO company_merge_moves (merge_id, seq, place, row_id, image)
             SELECT $1, coalesce(max(seq), 0) + 1, $2, $3, $4 FROM company_merge_moves WHERE merge_id = $1"
        )
        .bind(merge)
        .bind(place)
        .bind(row)
        .bind(image)
        .execute(c)
        .await)?;
    }
    Ok(())
}

/// The companies to which something comes back when a merge is undone, besides its own two.
pub async fn others(tx: &mut Tx, merge: &Merge) -> Result<Vec<Uuid>> {
    let mut others = Vec::new();
    for moved in moves(tx, merge.id).await?.iter().filter(|moved| moved.place == RELATION_GONE) {
        let image: RelationImage = from_json(&moved.image)?;
        for company in [image.from_company, image.to_company] {
            others.push(now_at(tx, company).await?.0);
        }
    }
    Ok(others)
}

/// Puts back everything that a merge moved, the last first; a place that is no longer known is left alone.
pub async fn put_all_back(tx: &mut Tx, merge: &Merge) -> Result<()> {
    let moves = moves(tx, merge.id).await?;
    for moved in &moves {
        put_back(tx, merge, moved, &moves).await?;
    }
    Ok(())
}

async fn put_back(tx: &mut Tx, merge: &Merge, moved: &Move, moves: &[Move]) -> Result<()> {
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
        (RELATION_GONE, image) => {
            let mut image: RelationImage = from_json(image)?;
            // Those that moved before they went come back to where they were.
            let moved_as = |place: &str| moves.iter().any(|other| other.row_id == moved.row_id && other.place == place);
            if image.from_company == winner && moved_as(FROM) {
                image.from_company = loser;
            }
            if image.to_company == winner && moved_as(TO) {
                image.to_company = loser;
            }
            return_relation(tx, moved.row_id, image).await?;
        }
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
        // As images of follows were once.
        ("follows.subject_id", image) if image.parse::<i64>().is_ok() => {
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
        (place, image) => {
            if let Some(reference) = Reference::of(place) {
                let turned = reference.move_back(tx, moved.row_id, image, winner, loser).await?;
                if !turned && image.is_empty() {
                    retell(tx, merge, reference, moved.row_id).await?;
                }
            }
        }
    }
    Ok(())
}

const FROM: &str = "company_relations.from_company";
const TO: &str = "company_relations.to_company";

/// A relation comes back between the two companies as which its two stand by now. Where that is one, it waits for them to be
/// two again.
async fn return_relation(tx: &mut Tx, id: Uuid, image: RelationImage) -> Result<()> {
    let (from, by_from) = now_at(tx, image.from_company).await?;
    let (to, by_to) = now_at(tx, image.to_company).await?;
    if from == to {
        let last = by_from.last().or(by_to.last()).copied();
        return note_moved(tx, last.as_slice(), RELATION_GONE, id, &to_json(&image)?).await;
    }
    put_relation(tx, id, &RelationImage { from_company: from, to_company: to, ..image }).await?;
    note_moved(tx, &by_from, FROM, id, "").await?;
    note_moved(tx, &by_to, TO, id, "").await
}

/// What this merge moved went in another one, which will put it back when it is undone: it then belongs to the loser.
async fn retell(tx: &mut Tx, merge: &Merge, reference: &Reference, row: Uuid) -> Result<()> {
    let mut sql = Sql::default();
    let (table, of) = match reference.table {
        "positions" => ("UPDATE person_merge_moves SET image = replace(image, ", "person_merges"),
        "company_relations" => ("UPDATE company_merge_moves SET image = replace(image, ", "company_merges"),
        _ => return Ok(()),
    };
    let named = |company: Uuid| format!("\"{}\":\"{company}\"", reference.column);
    sql.push(table).bind("?", named(merge.winner_id)).bind(", ?) WHERE image <> ''", named(merge.loser_id));
    sql.bind(" AND row_id = ?", row).bind(" AND merge_id <> ?", merge.id);
    sql.push(" AND merge_id IN (SELECT id FROM ").push(of).push(" WHERE undone_at IS NULL)");
    sql.execute(tx).await?;
    Ok(())
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

async fn put_follow(tx: &mut Tx, account: Uuid, company: Uuid, since: i64) -> Result<()> {
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
