//! Where relations are kept.

use uuid::Uuid;

use super::model::{Kind, Relation};
use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

pub async fn insert(tx: &mut Tx, relation: &Relation, by: Option<Uuid>, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO company_relations (id, from_company, to_company, kind, since, until, note, created_at, created_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(relation.id)
    .bind(relation.from)
    .bind(relation.to)
    .bind(relation.kind.code())
    .bind(&relation.since)
    .bind(&relation.until)
    .bind(&relation.note)
    .bind(now.0)
    .bind(by)
    .execute(c)
    .await)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    from_company: Uuid,
    to_company: Uuid,
    kind: String,
    since: Option<String>,
    until: Option<String>,
    note: String,
}

impl Row {
    fn relation(self) -> Option<Relation> {
        let kind = Kind::from_code(&self.kind)?;
        let Self { id, from_company, to_company, since, until, note, .. } = self;
        Some(Relation { id, from: from_company, to: to_company, kind, since, until, note })
    }
}

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Relation>> {
    let row: Option<Row> = ask!(tx, |c| sqlx::query_as(
        "SELECT id, from_company, to_company, kind, since, until, note FROM company_relations WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.and_then(Row::relation))
}

/// A relation of a company, with the other one's names in English and Chinese.
#[derive(Clone, Debug)]
pub struct Related {
    pub relation: Relation,
    pub other: Uuid,
    pub name_en: String,
    pub name_zh: String,
}

#[derive(sqlx::FromRow)]
struct RelatedRow {
    #[sqlx(flatten)]
    row: Row,
    name_en: String,
    name_zh: String,
}

/// The relations of a company in both directions, the latest first; without its competitors unless they are asked for.
pub async fn of_company(tx: &mut Tx, company: Uuid, competitors: bool) -> Result<Vec<Related>> {
    let rows: Vec<RelatedRow> = ask!(tx, |c| sqlx::query_as(
        "SELECT r.id, r.from_company, r.to_company, r.kind, r.since, r.until, r.note, o.name_en, o.name_zh
         FROM company_relations r
         JOIN companies o ON o.id = CASE WHEN r.from_company = $1 THEN r.to_company ELSE r.from_company END
         WHERE (r.from_company = $1 OR r.to_company = $1) AND ($2 = 1 OR r.kind <> 'competitor')
         ORDER BY coalesce(r.since, '') DESC, r.id DESC"
    )
    .bind(company)
    .bind(i64::from(competitors))
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .filter_map(|RelatedRow { row, name_en, name_zh }| {
            let relation = row.relation()?;
            let other = if relation.from == company { relation.to } else { relation.from };
            Some(Related { relation, other, name_en, name_zh })
        })
        .collect())
}

/// Whether the same relation lasts already; of competitors, in either direction.
pub async fn is_there(tx: &mut Tx, from: Uuid, to: Uuid, kind: Kind, today: &str) -> Result<bool> {
    let count: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM company_relations
         WHERE kind = $3 AND (until IS NULL OR until >= $4)
           AND ((from_company = $1 AND to_company = $2)
                OR ($3 = 'competitor' AND from_company = $2 AND to_company = $1))"
    )
    .bind(from)
    .bind(to)
    .bind(kind.code())
    .bind(today)
    .fetch_one(c)
    .await)?;
    Ok(count > 0)
}

/// Whether a company is a parent of another, over any number of others between.
pub async fn is_above(tx: &mut Tx, above: Uuid, below: Uuid, today: &str) -> Result<bool> {
    let count: i64 = ask!(tx, |c| sqlx::query_scalar(
        "WITH RECURSIVE above (id) AS (
             SELECT from_company FROM company_relations
             WHERE to_company = $2 AND kind = 'parent_of' AND (until IS NULL OR until >= $3)
             UNION
             SELECT r.from_company FROM company_relations r JOIN above ON r.to_company = above.id
             WHERE r.kind = 'parent_of' AND (r.until IS NULL OR r.until >= $3)
         )
         SELECT count(*) FROM above WHERE id = $1"
    )
    .bind(above)
    .bind(below)
    .bind(today)
    .fetch_one(c)
    .await)?;
    Ok(count > 0)
}

/// Notes on which day a relation ended; false when it ended before.
pub async fn end(tx: &mut Tx, id: Uuid, until: &str) -> Result<bool> {
    let ended: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE company_relations SET until = $1 WHERE id = $2 AND (until IS NULL OR until > $1) RETURNING id"
    )
    .bind(until)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(ended.is_some())
}

/// Removes a relation that never was.
pub async fn remove(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let removed: Option<Uuid> =
        ask!(tx, |c| sqlx::query_scalar("DELETE FROM company_relations WHERE id = $1 RETURNING id")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    Ok(removed.is_some())
}
