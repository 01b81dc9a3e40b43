//! Where proposals are kept.

use uuid::Uuid;

use super::model::{Decision, Field, Proposal, State};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// A new proposal.
pub struct New<'a> {
    pub id: Uuid,
    pub company: Uuid,
    pub by: Uuid,
    pub version: i64,
    pub note: &'a str,
}

/// Adds a proposal. Fails with a unique violation when its author has an open one already.
pub async fn insert(
    tx: &mut Tx,
    new: &New<'_>,
    fields: &[Field],
    now: Timestamp,
) -> std::result::Result<(), sqlx::Error> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO company_proposals (id, company_id, proposed_by, created_at, based_on_version, note, state)
         VALUES ($1, $2, $3, $4, $5, $6, 'open')"
    )
    .bind(new.id)
    .bind(new.company)
    .bind(new.by)
    .bind(now.0)
    .bind(new.version)
    .bind(new.note)
    .execute(c)
    .await)?;
    for field in fields {
        on!(&mut *tx, |c| {
            sqlx::query(
            "INSERT INTO company_proposal_fields (proposal_id, field, before, after, reason) VALUES ($1, $2, $3, $4, '')"
        )
        .bind(new.id)
        .bind(&field.field)
        .bind(&field.before)
        .bind(&field.after)
        .execute(c)
        .await
        })?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    company_id: Uuid,
    proposed_by: Uuid,
    by_name: String,
    created_at: i64,
    based_on_version: i64,
    note: String,
    state: String,
    decided_name: Option<String>,
    decided_at: Option<i64>,
}

const PROPOSALS: &str =
    "SELECT p.id, p.company_id, p.proposed_by, a.name AS by_name, p.created_at, p.based_on_version, p.note, p.state,
            d.name AS decided_name, p.decided_at
     FROM company_proposals p JOIN accounts a ON a.id = p.proposed_by LEFT JOIN accounts d ON d.id = p.decided_by
     WHERE ";

async fn read(tx: &mut Tx, sql: &Sql) -> Result<Vec<Proposal>> {
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows
        .into_iter()
        .filter_map(|row| {
            Some(Proposal {
                id: row.id,
                company: row.company_id,
                by: row.proposed_by,
                by_name: row.by_name,
                created_at: Timestamp(row.created_at),
                based_on_version: row.based_on_version,
                note: row.note,
                state: State::from_code(&row.state)?,
                decided_by: row.decided_name,
                decided_at: row.decided_at.map(Timestamp),
            })
        })
        .collect())
}

pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Proposal>> {
    let mut sql = Sql::new(PROPOSALS);
    sql.bind("p.id = ?", id);
    Ok(read(tx, &sql).await?.pop())
}

/// The proposals to a company: the open ones, the oldest first, then the latest others.
pub async fn of_company(tx: &mut Tx, company: Uuid, limit: i64) -> Result<Vec<Proposal>> {
    let mut sql = Sql::new(PROPOSALS);
    sql.bind("p.company_id = ?", company);
    sql.push(
        " ORDER BY CASE WHEN p.state = 'open' THEN p.created_at ELSE 9000000000000000000 - p.created_at END, p.id",
    );
    sql.limit(limit, 0);
    read(tx, &sql).await
}

/// Whether this person has an open proposal to a company.
pub async fn open_of(tx: &mut Tx, company: Uuid, account: Uuid) -> Result<Option<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM company_proposals WHERE company_id = $1 AND proposed_by = $2 AND state = 'open'"
    )
    .bind(company)
    .bind(account)
    .fetch_optional(c)
    .await)?)
}

/// The fields of a proposal, unordered.
pub async fn fields(tx: &mut Tx, proposal: Uuid) -> Result<Vec<Field>> {
    let rows: Vec<(String, String, String, Option<String>, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT field, before, after, decision, reason FROM company_proposal_fields WHERE proposal_id = $1"
    )
    .bind(proposal)
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .map(|(field, before, after, decision, reason)| Field {
            field,
            before,
            after,
            decision: decision.as_deref().and_then(Decision::from_code),
            reason,
        })
        .collect())
}

/// Ends an open proposal; false when it was not open any more.
pub async fn close(tx: &mut Tx, id: Uuid, state: State, by: Uuid, now: Timestamp) -> Result<bool> {
    let closed: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE company_proposals SET state = $1, decided_by = $2, decided_at = $3 WHERE id = $4 AND state = 'open'
         RETURNING id"
    )
    .bind(state.code())
    .bind(by)
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(closed.is_some())
}

/// Notes what was decided on a field.
pub async fn decide(tx: &mut Tx, proposal: Uuid, field: &str, decision: Decision, reason: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE company_proposal_fields SET decision = $1, reason = $2 WHERE proposal_id = $3 AND field = $4"
    )
    .bind(decision.code())
    .bind(reason)
    .bind(proposal)
    .bind(field)
    .execute(c)
    .await)?;
    Ok(())
}
