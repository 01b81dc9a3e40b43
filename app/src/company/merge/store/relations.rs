//! Relations that the winner has no use for.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Move, to_json};
use crate::backend::database::{Sql, Tx};
use crate::company::relation::store as relations;
use crate::error::{Error, Refusal, Result};
use crate::{ask, on};

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
/// A relation that the winner has no use for.
pub const RELATION_GONE: &str = "company_relations.gone";

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
pub(super) async fn drop_inner_relations(tx: &mut Tx, winner: Uuid, loser: Uuid, moved: &mut Vec<Move>) -> Result<()> {
    for (id, from, to, ..) in relation_rows(tx, loser).await? {
        if [from, to].contains(&winner) {
            drop_relation(tx, id, moved).await?;
        }
    }
    Ok(())
}

/// Of what both were to a third, the older stays. A circle of parents stops the merge.
pub(super) async fn drop_doubled_relations(
    tx: &mut Tx,
    winner: Uuid,
    today: &str,
    moved: &mut Vec<Move>,
) -> Result<()> {
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
