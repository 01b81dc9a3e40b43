//! Where links are kept. What a reader may not know of is left out by the statements.

use uuid::Uuid;

use super::model::Kind;
use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::interaction::store::{Named, companies_of};
use crate::time::Timestamp;
use crate::{ask, on};

/// A linked product.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Product {
    pub id: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub generic_name: String,
}

/// A linked interaction, and with whom it was.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Interaction {
    pub id: Uuid,
    pub kind: String,
    pub at: i64,
    pub summary: String,
}

/// What an agreement is linked to, as far as a reader sees it.
#[derive(Clone, Debug, Default)]
pub struct Links {
    pub products: Vec<Product>,
    /// Only for the zone's people.
    pub interactions: Vec<Interaction>,
    pub companies: Named,
}

/// What an agreement is linked to. Who may know of the agreement is asked before; `of_zone` says whether its internal part is
/// read.
pub async fn of_agreement(tx: &mut Tx, agreement: Uuid, of_zone: bool) -> Result<Links> {
    let mut sql = Sql::new(
        "SELECT p.id, p.name_en, p.name_zh, p.generic_name FROM agreement_links l JOIN products p ON p.id = l.subject_id
         WHERE l.kind = 'product'",
    );
    sql.bind(" AND l.agreement_id = ? ORDER BY p.sort_en, p.id", agreement);
    let products = sql.rows(tx).await?;
    if !of_zone {
        return Ok(Links { products, ..Links::default() });
    }
    let mut sql = Sql::new(
        "SELECT i.id, i.kind, i.at, i.summary FROM agreement_links l JOIN interactions i ON i.id = l.subject_id
         WHERE l.kind = 'interaction' AND i.removed_at IS NULL",
    );
    sql.bind(" AND l.agreement_id = ? ORDER BY i.at DESC, i.id DESC", agreement);
    let interactions: Vec<Interaction> = sql.rows(tx).await?;
    let ids: Vec<Uuid> = interactions.iter().map(|one| one.id).collect();
    Ok(Links { products, companies: companies_of(tx, &ids).await?, interactions })
}

/// Links an agreement, which is held, to a record; false when it is already.
pub async fn add(tx: &mut Tx, agreement: Uuid, kind: Kind, subject: Uuid, by: Uuid, now: Timestamp) -> Result<bool> {
    let new: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "INSERT INTO agreement_links (id, agreement_id, kind, subject_id, added_by, added_at)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (agreement_id, kind, subject_id) DO NOTHING RETURNING id"
    )
    .bind(clock::new_id())
    .bind(agreement)
    .bind(kind.code())
    .bind(subject)
    .bind(by)
    .bind(now.0)
    .fetch_optional(c)
    .await)?;
    Ok(new.is_some())
}

pub async fn is_linked(tx: &mut Tx, agreement: Uuid, kind: Kind, subject: Uuid) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM agreement_links WHERE ");
    sql.bind("agreement_id = ?", agreement).bind(" AND kind = ?", kind.code()).bind(" AND subject_id = ?", subject);
    Ok(sql.number(tx).await? > 0)
}

pub async fn count(tx: &mut Tx, agreement: Uuid) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM agreement_links");
    sql.bind(" WHERE agreement_id = ?", agreement);
    sql.number(tx).await
}

pub async fn remove(tx: &mut Tx, agreement: Uuid, kind: Kind, subject: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM agreement_links WHERE agreement_id = $1 AND kind = $2 AND subject_id = $3")
        .bind(agreement)
        .bind(kind.code())
        .bind(subject)
        .execute(c)
        .await)?;
    Ok(())
}
