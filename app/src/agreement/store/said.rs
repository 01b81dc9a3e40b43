//! What is said about an agreement: among all who share it, and among the zone's people. Two tables, and no statement that
//! reads both.

use uuid::Uuid;

use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Said {
    pub by: String,
    /// Whether the author works for the zone.
    pub of_zone: bool,
    /// For which company it was said.
    pub name_en: String,
    pub name_zh: String,
    pub at: i64,
    pub body: String,
}

/// What the parties and the zone said to each other, the earliest first.
pub async fn comments(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Said>> {
    let mut found: Vec<Said> = ask!(tx, |c| sqlx::query_as(
        r#"SELECT a.name AS "by", a.role <> 'representative' AS of_zone, coalesce(k.name_en, '') AS name_en,
                  coalesce(k.name_zh, '') AS name_zh, m.at, m.body
           FROM agreement_comments m JOIN accounts a ON a.id = m.by_id
           LEFT JOIN agreement_parties p ON p.id = m.party_id LEFT JOIN companies k ON k.id = p.company_id
           WHERE m.agreement_id = $1 ORDER BY m.at DESC, m.id DESC LIMIT 200"#
    )
    .bind(agreement)
    .fetch_all(c)
    .await)?;
    found.reverse();
    Ok(found)
}

/// What the zone's people said among themselves, the earliest first.
pub async fn notes(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Said>> {
    let mut found: Vec<Said> = ask!(tx, |c| sqlx::query_as(
        r#"SELECT a.name AS "by", a.role <> 'representative' AS of_zone, '' AS name_en, '' AS name_zh, n.at, n.body
           FROM agreement_notes n JOIN accounts a ON a.id = n.by_id WHERE n.agreement_id = $1
           ORDER BY n.at DESC, n.id DESC LIMIT 200"#
    )
    .bind(agreement)
    .fetch_all(c)
    .await)?;
    found.reverse();
    Ok(found)
}

/// Whether this id was used for something said already: the same form sent twice says it once.
pub async fn is_said(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let number: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM agreement_comments WHERE id = $1)
              + (SELECT count(*) FROM agreement_notes WHERE id = $1)"
    )
    .bind(id)
    .fetch_one(c)
    .await)?;
    Ok(number > 0)
}

pub async fn add_comment(
    tx: &mut Tx,
    id: Uuid,
    agreement: Uuid,
    party: Option<Uuid>,
    by: Uuid,
    body: &str,
    now: Timestamp,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO agreement_comments (id, agreement_id, party_id, by_id, at, body) VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(id)
    .bind(agreement)
    .bind(party)
    .bind(by)
    .bind(now.0)
    .bind(body)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn add_note(tx: &mut Tx, id: Uuid, agreement: Uuid, by: Uuid, body: &str, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO agreement_notes (id, agreement_id, by_id, at, body) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(id)
    .bind(agreement)
    .bind(by)
    .bind(now.0)
    .bind(body)
    .execute(c)
    .await)?;
    Ok(())
}
