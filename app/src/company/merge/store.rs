//! Where merges are kept, and what one moves.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::model::Facts;
use super::super::opened::Opened;
use super::super::relation::store as relations;
use super::references::{REFERENCES, Reference};
use crate::actor::Rights;
use crate::backend::context::Visit;
use crate::backend::database::{Sql, Tx};
use crate::error::{Error, Refusal, Result, internal};
use crate::time::Timestamp;
use crate::{ask, on};

/// A merge as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Merge {
    pub id: Uuid,
    pub winner_id: Uuid,
    pub loser_id: Uuid,
    pub fields_before: String,
    pub fields_after: String,
    pub merged_at: i64,
    pub undone_at: Option<i64>,
    pub kept: String,
}

/// What moved, or had to go.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Move {
    pub place: String,
    pub row_id: Uuid,
    pub image: String,
}

/// A row of `affiliations` without its two ids.
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
pub struct AffiliationImage {
    pub rights: String,
    pub title: String,
    pub since: String,
    pub until: String,
    pub ended_at: Option<i64>,
    pub successor_id: Option<Uuid>,
    pub version: i64,
}

/// A row of `company_relations` without its id.
#[derive(Clone, Debug, Serialize, Deserialize, sqlx::FromRow)]
pub struct RelationImage {
    pub from_company: Uuid,
    pub to_company: Uuid,
    pub kind: String,
    pub since: Option<String>,
    pub until: Option<String>,
    pub note: String,
    pub created_at: i64,
    pub created_by: Option<Uuid>,
}

/// The winner's affiliation before its rights or its end changed.
pub const AFFILIATION_BEFORE: &str = "affiliations.before";
/// The shared mailbox, with which goes what whoever reads it wants no more.
const MAILBOX: &str = "company_mailboxes.company_id";
/// A relation that the winner has no use for.
pub const RELATION_GONE: &str = "company_relations.gone";

pub fn to_json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| internal("an image", &error))
}

pub fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| internal("an image", &error))
}

/// The fields of facts as they are kept with a merge.
pub fn image(facts: &Facts) -> Result<String> {
    to_json(&facts.fields())
}

pub async fn insert(tx: &mut Tx, merge: &Merge, by: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO company_merges (id, winner_id, loser_id, fields_before, fields_after, merged_by, merged_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(merge.id)
    .bind(merge.winner_id)
    .bind(merge.loser_id)
    .bind(&merge.fields_before)
    .bind(&merge.fields_after)
    .bind(by)
    .bind(merge.merged_at)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Merge>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, winner_id, loser_id, fields_before, fields_after, merged_at, undone_at, kept
         FROM company_merges WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

pub async fn moves(tx: &mut Tx, merge: Uuid) -> Result<Vec<Move>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT place, row_id, image FROM company_merge_moves WHERE merge_id = $1 ORDER BY seq DESC"
    )
    .bind(merge)
    .fetch_all(c)
    .await)?)
}

/// Takes two companies and their people for this transaction.
pub async fn hold(tx: &mut Tx, one: Uuid, other: Uuid) -> Result<()> {
    for company in [one.min(other), one.max(other)] {
        if !crate::affiliation::store::hold(tx, company).await? {
            return Err(Error::NotFound);
        }
    }
    Ok(())
}

/// Takes the loser out of the register for good; false when it is not as it was.
pub async fn retire(tx: &mut Tx, loser: Uuid, version: i64, winner: Uuid, by: Uuid, now: Timestamp) -> Result<bool> {
    let done: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE companies SET merged_into = $1, archived_at = $2, archived_by = $3, archived_reason = '',
                changed_at = $2, version = version + 1
         WHERE id = $4 AND version = $5 AND archived_at IS NULL RETURNING version"
    )
    .bind(winner)
    .bind(now.0)
    .bind(by)
    .bind(loser)
    .bind(version)
    .fetch_optional(c)
    .await)?;
    Ok(done.is_some())
}

/// Whether a company has proposals that nobody has decided.
pub async fn has_open_proposals(tx: &mut Tx, company: Uuid) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM company_proposals WHERE state = 'open'");
    sql.bind(" AND company_id = ?", company);
    Ok(sql.number(tx).await? > 0)
}

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

/// Where one person acts for both, the higher rights and the one that lasts are kept; gives the loser's row.
async fn unite_affiliations(
    tx: &mut Tx,
    account: Uuid,
    winner: Uuid,
    loser: Uuid,
    moved: &mut Vec<Move>,
) -> Result<String> {
    let theirs = affiliation(tx, account, loser).await?.ok_or(Error::NotFound)?;
    let mine = affiliation(tx, account, winner).await?.ok_or(Error::NotFound)?;
    let rights = |image: &AffiliationImage| Rights::from_code(&image.rights);
    let mut united = mine.clone();
    if theirs.ended_at.is_none() && (mine.ended_at.is_some() || rights(&theirs) > rights(&mine)) {
        united.rights.clone_from(&theirs.rights);
        united.ended_at = None;
        // Who may act longer may do so for both.
        if theirs.until.is_empty() || (!mine.until.is_empty() && theirs.until > mine.until) {
            united.until.clone_from(&theirs.until);
        }
        united.version += 1;
        put_affiliation(tx, account, winner, &united).await?;
        moved.push(Move { place: AFFILIATION_BEFORE.to_owned(), row_id: account, image: to_json(&(mine, united))? });
    }
    to_json(&theirs)
}

async fn affiliation(tx: &mut Tx, account: Uuid, company: Uuid) -> Result<Option<AffiliationImage>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT rights, title, since, until, ended_at, successor_id, version FROM affiliations
         WHERE account_id = $1 AND company_id = $2"
    )
    .bind(account)
    .bind(company)
    .fetch_optional(c)
    .await)?)
}

/// The person's affiliation, if it still is at this version.
pub async fn affiliation_at(tx: &mut Tx, account: Uuid, company: Uuid, version: i64) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM affiliations");
    sql.bind(" WHERE account_id = ?", account).bind(" AND company_id = ?", company).bind(" AND version = ?", version);
    Ok(sql.number(tx).await? > 0)
}

/// Writes a person's affiliation, over the one that is there.
pub async fn put_affiliation(tx: &mut Tx, account: Uuid, company: Uuid, image: &AffiliationImage) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO affiliations (account_id, company_id, rights, title, since, until, ended_at, successor_id, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (account_id, company_id) DO UPDATE SET rights = excluded.rights, title = excluded.title,
             since = excluded.since, until = excluded.until, ended_at = excluded.ended_at,
             successor_id = excluded.successor_id, version = excluded.version"
    )
    .bind(account)
    .bind(company)
    .bind(&image.rights)
    .bind(&image.title)
    .bind(&image.since)
    .bind(&image.until)
    .bind(image.ended_at)
    .bind(image.successor_id)
    .bind(image.version)
    .execute(c)
    .await
    })?;
    Ok(())
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

type RelationRow = (Uuid, Uuid, Uuid, String, Option<String>);

async fn relation_rows(tx: &mut Tx, company: Uuid) -> Result<Vec<RelationRow>> {
    let mut sql = Sql::new("SELECT id, from_company, to_company, kind, until FROM company_relations");
    sql.bind(" WHERE from_company = ? OR to_company = ?", company).push(" ORDER BY created_at, id");
    sql.rows(tx).await
}

async fn drop_relation(tx: &mut Tx, id: Uuid, moved: &mut Vec<Move>) -> Result<()> {
    let image: RelationImage = ask!(&mut *tx, |c| {
        sqlx::query_as(
            "SELECT from_company, to_company, kind, since, until, note, created_at, created_by
             FROM company_relations WHERE id = $1",
        )
        .bind(id)
        .fetch_one(c)
        .await
    })?;
    moved.push(Move { place: RELATION_GONE.to_owned(), row_id: id, image: to_json(&image)? });
    relations::remove(tx, id).await?;
    Ok(())
}

pub async fn put_relation(tx: &mut Tx, id: Uuid, image: &RelationImage) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO company_relations (id, from_company, to_company, kind, since, until, note, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING"
    )
    .bind(id)
    .bind(image.from_company)
    .bind(image.to_company)
    .bind(&image.kind)
    .bind(&image.since)
    .bind(&image.until)
    .bind(&image.note)
    .bind(image.created_at)
    .bind(image.created_by)
    .execute(c)
    .await)?;
    Ok(())
}

/// What the two were to each other goes: nobody is related to oneself.
async fn drop_inner_relations(tx: &mut Tx, winner: Uuid, loser: Uuid, moved: &mut Vec<Move>) -> Result<()> {
    for (id, from, to, ..) in relation_rows(tx, loser).await? {
        if [from, to].contains(&winner) {
            drop_relation(tx, id, moved).await?;
        }
    }
    Ok(())
}

/// Of what both were to a third, the older stays. A circle of parents stops the merge.
async fn drop_doubled_relations(tx: &mut Tx, winner: Uuid, today: &str, moved: &mut Vec<Move>) -> Result<()> {
    let mut known: Vec<(Uuid, Uuid, String)> = Vec::new();
    for (id, from, to, kind, until) in relation_rows(tx, winner).await? {
        if until.is_some_and(|until| until.as_str() < today) {
            continue;
        }
        // Competitors are so in both directions.
        let pair = if kind == "competitor" { (from.min(to), from.max(to), kind) } else { (from, to, kind) };
        if known.contains(&pair) {
            drop_relation(tx, id, moved).await?;
            continue;
        }
        if pair.2 == "parent_of" && relations::is_above(tx, pair.1, pair.0, today).await? {
            return Err(Error::Refused(Refusal::MergeMakesCircle));
        }
        known.push(pair);
    }
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

/// Where a company is found that was merged into another one, for who may see that one.
pub async fn instead(visit: &Visit, id: Uuid, opened: &Result<Opened>) -> Result<Option<Uuid>> {
    let gone = match opened {
        Ok(opened) => opened.company.archived.is_some(),
        Err(error) => *error == Error::NotFound,
    };
    if !gone {
        return Ok(None);
    }
    let mut ctx = visit.read().await?;
    let mut at = id;
    // A winner that was merged on leads further; the rest of a chain is followed by the browser.
    for _ in 0..10 {
        let next: Option<Option<Uuid>> = ask!(&mut ctx.tx, |c| {
            sqlx::query_scalar("SELECT merged_into FROM companies WHERE id = $1").bind(at).fetch_optional(c).await
        })?;
        match next.flatten() {
            Some(next) => at = next,
            None => break,
        }
    }
    Ok((at != id && ctx.actor.may_see_company(at)).then_some(at))
}

/// A merge as the list shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MergeLine {
    pub id: Uuid,
    pub winner_id: Uuid,
    pub winner_en: String,
    pub winner_zh: String,
    pub loser_en: String,
    pub loser_zh: String,
    pub by_name: String,
    pub merged_at: i64,
    pub undone_name: Option<String>,
    pub undone_at: Option<i64>,
    pub kept: String,
    pub moved: i64,
    /// Where the winner was merged on, or the loser is not there any more.
    pub blocked: i64,
}

/// The merges, the newest first, and how many there are.
pub async fn list(tx: &mut Tx, limit: i64, offset: i64) -> Result<(Vec<MergeLine>, i64)> {
    let mut sql = Sql::new(
        "SELECT m.id, m.winner_id, w.name_en AS winner_en, w.name_zh AS winner_zh, l.name_en AS loser_en,
                l.name_zh AS loser_zh, a.name AS by_name, m.merged_at, u.name AS undone_name, m.undone_at, m.kept,
                (SELECT count(*) FROM company_merge_moves v WHERE v.merge_id = m.id) AS moved,
                CAST(CASE WHEN w.archived_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS blocked
         FROM company_merges m JOIN companies w ON w.id = m.winner_id JOIN companies l ON l.id = m.loser_id
         JOIN accounts a ON a.id = m.merged_by LEFT JOIN accounts u ON u.id = m.undone_by
         ORDER BY m.merged_at DESC, m.id DESC",
    );
    sql.limit(limit, offset);
    let rows = sql.rows(tx).await?;
    Ok((rows, Sql::new("SELECT count(*) FROM company_merges").number(tx).await?))
}
