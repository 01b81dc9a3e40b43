//! Where merges are kept.

mod affiliations;
mod moving;
mod relations;
mod returning;

use serde::Serialize;
use uuid::Uuid;

use super::super::model::Facts;
use super::super::opened::Opened;
use crate::backend::context::Visit;
use crate::backend::database::{Sql, Tx};
use crate::error::{Error, Result, internal};
use crate::time::Timestamp;
use crate::{ask, on};

pub use self::affiliations::*;
pub use self::moving::*;
pub use self::relations::*;
pub use self::returning::*;

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

/// Takes companies and their people for this transaction, in the order that is everybody's.
pub async fn hold(tx: &mut Tx, companies: &[Uuid]) -> Result<()> {
    let mut companies = companies.to_vec();
    companies.sort();
    companies.dedup();
    for company in companies {
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
