//! Who acts for both: one affiliation of two, and two of one again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Move, to_json};
use crate::actor::Rights;
use crate::backend::database::{Sql, Tx};
use crate::error::{Error, Result};
use crate::{ask, on};

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
    /// When they last did something for it.
    pub acted_at: Option<i64>,
}

/// The winner's affiliation before its rights or its end changed.
pub const AFFILIATION_BEFORE: &str = "affiliations.before";

/// Where one person acts for both, the higher rights and the one that lasts are kept.
pub(super) async fn unite_affiliations(
    tx: &mut Tx,
    account: Uuid,
    winner: Uuid,
    loser: Uuid,
    moved: &mut Vec<Move>,
) -> Result<()> {
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
    Ok(())
}

pub(super) async fn affiliation(tx: &mut Tx, account: Uuid, company: Uuid) -> Result<Option<AffiliationImage>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT rights, title, since, until, ended_at, successor_id, version, acted_at FROM affiliations
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
        "INSERT INTO affiliations (account_id, company_id, rights, title, since, until, ended_at, successor_id, version,
                                   acted_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
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
    .bind(image.acted_at)
    .execute(c)
    .await
    })?;
    Ok(())
}
