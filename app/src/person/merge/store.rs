//! Where merges of people are kept, and what one moves.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::model::{Details, Person, PersonForm};
use super::super::store as people;
use super::references::REFERENCES;
use crate::backend::database::{Sql, Tx};
use crate::backend::fold::fold;
use crate::company::merge::store::{from_json, note_moved, now_at, to_json};
use crate::error::{Check, Error, Refusal, Result};
use crate::time::Timestamp;
use crate::{ask, on, search};

/// A merge as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Merge {
    pub id: Uuid,
    pub winner_person: Uuid,
    pub loser_person: Uuid,
    pub fields_before: String,
    pub fields_after: String,
    pub fields_theirs: String,
    pub undone_at: Option<i64>,
}

pub type FieldValues = Vec<(&'static str, String)>;

/// The winner's fields before and after, and the loser's.
pub struct Fields {
    pub before: FieldValues,
    pub after: FieldValues,
    pub theirs: FieldValues,
}

/// A position, as it was before it went.
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
struct PositionImage {
    company_id: Uuid,
    title: String,
    title_zh: String,
    since: Option<String>,
    until: Option<String>,
    main: bool,
}

const POSITION: &str = "positions.person_id";
const POSITION_MAIN: &str = "positions.main";
const POSITION_GONE: &str = "positions.gone";

/// Takes two people for this transaction, in an order that is the same for everybody.
pub async fn hold(tx: &mut Tx, one: Uuid, other: Uuid) -> Result<()> {
    for person in [one.min(other), one.max(other)] {
        let held: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
            "UPDATE people SET version = version WHERE id = $1 RETURNING version"
        )
        .bind(person)
        .fetch_optional(c)
        .await)?;
        held.ok_or(Error::NotFound)?;
    }
    Ok(())
}

/// Takes the loser out of the register, and its account from it where the winner gets that.
pub async fn retire(tx: &mut Tx, loser: Uuid, winner: Uuid, without_account: bool, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE people SET merged_into = $1, archived_at = $2, changed_at = $2, version = version + 1,
                account_id = CASE WHEN $3 = 1 THEN NULL ELSE account_id END WHERE id = $4"
    )
    .bind(winner)
    .bind(now.0)
    .bind(i64::from(without_account))
    .bind(loser)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    winner: Uuid,
    loser: Uuid,
    fields: &Fields,
    by: Uuid,
    now: Timestamp,
) -> Result<()> {
    let (before, after, theirs) = (to_json(&fields.before)?, to_json(&fields.after)?, to_json(&fields.theirs)?);
    on!(tx, |c| sqlx::query(
        "INSERT INTO person_merges (id, winner_person, loser_person, fields_before, fields_after, fields_theirs,
                                    merged_by, merged_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(id)
    .bind(winner)
    .bind(loser)
    .bind(before)
    .bind(after)
    .bind(theirs)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Merge>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, winner_person, loser_person, fields_before, fields_after, fields_theirs, undone_at
         FROM person_merges WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

#[derive(sqlx::FromRow)]
struct PositionRow {
    id: Uuid,
    #[sqlx(flatten)]
    image: PositionImage,
}

async fn positions(tx: &mut Tx, person: Uuid) -> Result<Vec<PositionRow>> {
    let mut sql = Sql::new("SELECT id, company_id, title, title_zh, since, until, main FROM positions");
    sql.bind(" WHERE person_id = ?", person).push(" ORDER BY id");
    sql.rows(tx).await
}

/// Whether one position says nothing that another one does not.
fn is_said_by(theirs: &PositionImage, mine: &PositionImage) -> bool {
    let within = |theirs: &str, mine: &str| theirs.is_empty() || fold(theirs) == fold(mine);
    theirs.company_id == mine.company_id
        && theirs.until == mine.until
        && within(&theirs.title, &mine.title)
        && within(&theirs.title_zh, &mine.title_zh)
        && (theirs.since.is_none() || theirs.since == mine.since)
}

/// Moves what refers to the loser, and notes every row; gives how many there were.
pub async fn move_all(tx: &mut Tx, merge: Uuid, winner: Uuid, loser: Uuid) -> Result<i64> {
    let mut moved: Vec<(String, Uuid, String)> = Vec::new();
    let mine = positions(tx, winner).await?;
    let mut has_main = mine.iter().any(|position| position.image.main);
    for PositionRow { id, image } in positions(tx, loser).await? {
        if mine.iter().any(|position| is_said_by(&image, &position.image)) {
            people::remove_position(tx, id).await?;
            moved.push((POSITION_GONE.to_owned(), id, to_json(&image)?));
            continue;
        }
        on!(&mut *tx, |c| sqlx::query("UPDATE positions SET person_id = $1, main = $2 WHERE id = $3")
            .bind(winner)
            .bind(image.main && !has_main)
            .bind(id)
            .execute(c)
            .await)?;
        has_main |= image.main;
        moved.push((if image.main { POSITION_MAIN } else { POSITION }.to_owned(), id, String::new()));
    }
    for reference in REFERENCES {
        for (row, image) in reference.move_rows(tx, loser, winner).await? {
            moved.push((reference.place(), row, image));
        }
    }
    for (seq, (place, row, image)) in (0_i64..).zip(&moved) {
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO person_merge_moves (merge_id, seq, place, row_id, image) VALUES ($1, $2, $3, $4, $5)"
        )
        .bind(merge)
        .bind(seq)
        .bind(place)
        .bind(row)
        .bind(image)
        .execute(c)
        .await)?;
    }
    for person in [winner, loser] {
        search::note(tx, search::Kind::Person, person);
    }
    Ok(i64::try_from(moved.len()).unwrap_or_default())
}

/// The winner's details with what the merge changed as it was before, and the fields that somebody changed since: these stay.
///
/// # Errors
/// A refusal when what they were was erased meanwhile.
pub async fn restored(tx: &mut Tx, now: &Person, merge: &Merge) -> Result<(Details, Vec<String>)> {
    if merge.fields_before.is_empty() {
        return Err(Error::Refused(Refusal::NotUndoable));
    }
    let before: Vec<(String, String)> = from_json(&merge.fields_before)?;
    let after: Vec<(String, String)> = from_json(&merge.fields_after)?;
    let (mut form, mut kept) = (PersonForm::default(), Vec::new());
    for (field, current) in now.details.fields() {
        let (before, after) = (value_of(&before, field), value_of(&after, field));
        if before != after && current != after {
            kept.push(field.to_owned());
        }
        let value = if before != after && current == after { before } else { current };
        if field == "account" {
            form.account = value;
        } else {
            form.set(field, value);
        }
    }
    let mut check = Check::default();
    let mut details = form.parse(&mut check);
    if !form.account.is_empty() {
        details.account = people::account(tx, &form.account).await?.map(|(account, _)| account);
    }
    Ok((check.finish(details)?, kept))
}

fn value_of(fields: &[(String, String)], field: &str) -> String {
    fields.iter().find(|(name, _)| name == field).map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Puts the loser back into the register, with the account that it had, if that is nobody else's; false when it is not
/// where the merge left it. Fails with a unique violation when somebody else has its address.
pub async fn revive(tx: &mut Tx, merge: &Merge, now: Timestamp) -> std::result::Result<bool, sqlx::Error> {
    let done: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE people SET merged_into = NULL, archived_at = NULL, changed_at = $1, version = version + 1
         WHERE id = $2 AND merged_into = $3 RETURNING version"
    )
    .bind(now.0)
    .bind(merge.loser_person)
    .bind(merge.winner_person)
    .fetch_optional(c)
    .await)?;
    let theirs: Vec<(String, String)> = serde_json::from_str(&merge.fields_theirs).unwrap_or_default();
    on!(tx, |c| sqlx::query(
        "UPDATE people SET account_id = (SELECT a.id FROM accounts a WHERE a.email_folded = $1
                AND NOT EXISTS (SELECT 1 FROM people o WHERE o.account_id = a.id))
         WHERE id = $2 AND account_id IS NULL"
    )
    .bind(fold(&value_of(&theirs, "account")))
    .bind(merge.loser_person)
    .execute(c)
    .await)?;
    Ok(done.is_some())
}

/// The companies to which positions come back when a merge is undone.
pub async fn companies(tx: &mut Tx, merge: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT image FROM person_merge_moves WHERE ");
    sql.bind("merge_id = ?", merge).bind(" AND place = ?", POSITION_GONE);
    let mut companies = Vec::new();
    for (image,) in sql.rows::<(String,)>(tx).await? {
        let image: PositionImage = from_json(&image)?;
        companies.push(now_at(tx, image.company_id).await?.0);
    }
    Ok(companies)
}

/// Moves back what moved, where the winner still has it.
pub async fn put_back(tx: &mut Tx, merge: &Merge) -> Result<()> {
    let (winner, loser) = (merge.winner_person, merge.loser_person);
    let moves: Vec<(String, Uuid, String)> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT place, row_id, image FROM person_merge_moves WHERE merge_id = $1 ORDER BY seq DESC"
    )
    .bind(merge.id)
    .fetch_all(c)
    .await)?;
    for (place, row, image) in moves {
        match place.as_str() {
            POSITION | POSITION_MAIN => {
                on!(&mut *tx, |c| sqlx::query(
                    "UPDATE positions SET person_id = $1, main = $2 WHERE id = $3 AND person_id = $4"
                )
                .bind(loser)
                .bind(place == POSITION_MAIN)
                .bind(row)
                .bind(winner)
                .execute(c)
                .await)?;
            }
            POSITION_GONE => {
                let image: PositionImage = from_json(&image)?;
                // Its company may be another one's by now, and goes back with it.
                let (company, merges) = now_at(tx, image.company_id).await?;
                note_moved(tx, &merges, "positions.company_id", row, "").await?;
                on!(&mut *tx, |c| sqlx::query(
                    "INSERT INTO positions (id, person_id, company_id, title, title_zh, since, until, main)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING"
                )
                .bind(row)
                .bind(loser)
                .bind(company)
                .bind(&image.title)
                .bind(&image.title_zh)
                .bind(&image.since)
                .bind(&image.until)
                .bind(image.main)
                .execute(c)
                .await)?;
            }
            place => {
                if let Some(reference) = REFERENCES.iter().find(|reference| reference.place() == place) {
                    reference.move_back(tx, row, &image, winner, loser).await?;
                }
            }
        }
    }
    for person in [winner, loser] {
        search::note(tx, search::Kind::Person, person);
    }
    Ok(())
}

pub async fn note_undone(tx: &mut Tx, merge: Uuid, by: Uuid, kept: &str, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE person_merges SET undone_by = $1, undone_at = $2, kept = $3 WHERE id = $4 AND undone_at IS NULL"
    )
    .bind(by)
    .bind(now.0)
    .bind(kept)
    .bind(merge)
    .execute(c)
    .await)?;
    Ok(())
}

/// Where a person is found who was merged into another one, over any number between.
pub async fn instead(tx: &mut Tx, id: Uuid) -> Result<Option<Uuid>> {
    let mut at = id;
    // The rest of a longer chain is followed by the browser.
    for _ in 0..10 {
        let next: Option<Option<Uuid>> = ask!(&mut *tx, |c| {
            sqlx::query_scalar("SELECT merged_into FROM people WHERE id = $1").bind(at).fetch_optional(c).await
        })?;
        match next.flatten() {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok((at != id).then_some(at))
}

/// A merge as the list shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MergeLine {
    pub id: Uuid,
    pub winner_person: Uuid,
    pub winner_name: String,
    pub winner_zh: String,
    pub loser_name: String,
    pub loser_zh: String,
    pub by_name: String,
    pub merged_at: i64,
    pub undone_name: Option<String>,
    pub undone_at: Option<i64>,
    pub kept: String,
    pub moved: i64,
    /// Where the winner was merged on or archived, or what the two were was erased.
    pub blocked: i64,
}

/// The merges, the newest first, and how many there are.
pub async fn list(tx: &mut Tx, limit: i64, offset: i64) -> Result<(Vec<MergeLine>, i64)> {
    let mut sql = Sql::new(
        "SELECT m.id, m.winner_person, w.name AS winner_name, w.name_zh AS winner_zh, l.name AS loser_name,
                l.name_zh AS loser_zh, a.name AS by_name, m.merged_at, u.name AS undone_name, m.undone_at, m.kept,
                (SELECT count(*) FROM person_merge_moves v WHERE v.merge_id = m.id) AS moved,
                CAST(CASE WHEN w.archived_at IS NULL AND m.fields_before <> '' THEN 0 ELSE 1 END AS BIGINT) AS blocked
         FROM person_merges m JOIN people w ON w.id = m.winner_person JOIN people l ON l.id = m.loser_person
         JOIN accounts a ON a.id = m.merged_by LEFT JOIN accounts u ON u.id = m.undone_by
         ORDER BY m.merged_at DESC, m.id DESC",
    );
    sql.limit(limit, offset);
    let rows = sql.rows(tx).await?;
    Ok((rows, Sql::new("SELECT count(*) FROM person_merges").number(tx).await?))
}
