//! What is shown for an obligation, and the steps that were taken with it.

use uuid::Uuid;

use super::super::life::State;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// What an owing party showed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Evidence {
    pub id: Uuid,
    #[sqlx(rename = "party_id")]
    pub party: Uuid,
    pub body: String,
    pub told_by: String,
    pub by_id: Option<Uuid>,
    #[sqlx(rename = "by_name")]
    pub by: Option<String>,
    pub of_zone: bool,
    pub at: i64,
    pub refused_at: Option<i64>,
}

/// The evidence of an obligation, the latest first.
pub async fn evidence(tx: &mut Tx, obligation: Uuid) -> Result<Vec<Evidence>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT e.id, e.party_id, e.body, e.told_by, e.by_id, a.name AS by_name,
                coalesce(a.role, 'staff') <> 'representative' AS of_zone, e.at, e.refused_at
         FROM obligation_evidence e LEFT JOIN accounts a ON a.id = e.by_id
         WHERE e.obligation_id = $1 ORDER BY e.at DESC, e.id DESC LIMIT 100"
    )
    .bind(obligation)
    .fetch_all(c)
    .await)?)
}

/// New evidence.
#[derive(Debug)]
pub struct NewEvidence<'a> {
    pub obligation: Uuid,
    pub party: Uuid,
    pub body: &'a str,
    pub told_by: &'a str,
    pub by: Option<Uuid>,
    pub documents: &'a [Uuid],
}

pub async fn add_evidence(tx: &mut Tx, new: &NewEvidence<'_>, now: Timestamp) -> Result<()> {
    let id = clock::new_id();
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO obligation_evidence (id, obligation_id, party_id, body, told_by, by_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(id)
    .bind(new.obligation)
    .bind(new.party)
    .bind(new.body)
    .bind(new.told_by)
    .bind(new.by)
    .bind(now.0)
    .execute(c)
    .await)?;
    for document in new.documents {
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE obligation_documents SET evidence_id = $1 WHERE document_id = $2 AND evidence_id IS NULL"
        )
        .bind(id)
        .bind(document)
        .execute(c)
        .await)?;
    }
    Ok(())
}

/// The evidence that stands is not taken as such.
pub async fn refuse_evidence(tx: &mut Tx, obligation: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE obligation_evidence SET refused_at = $1 WHERE obligation_id = $2 AND refused_at IS NULL"
    )
    .bind(now.0)
    .bind(obligation)
    .execute(c)
    .await)?;
    Ok(())
}

/// The documents of an obligation that were not removed, and as what evidence each was submitted.
pub async fn documents(tx: &mut Tx, obligation: Uuid) -> Result<Vec<(Uuid, Option<Uuid>)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT x.document_id, x.evidence_id FROM obligation_documents x JOIN documents d ON d.id = x.document_id
         WHERE x.obligation_id = $1 AND d.removed_at IS NULL ORDER BY d.uploaded_at, d.id"
    )
    .bind(obligation)
    .fetch_all(c)
    .await)?)
}

pub async fn add_document(tx: &mut Tx, obligation: Uuid, document: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("INSERT INTO obligation_documents (document_id, obligation_id) VALUES ($1, $2)")
        .bind(document)
        .bind(obligation)
        .execute(c)
        .await)?;
    Ok(())
}

/// A step that was taken.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Step {
    from_state: String,
    to_state: String,
    #[sqlx(rename = "party_id")]
    pub party: Option<Uuid>,
    pub name_en: String,
    pub name_zh: String,
    pub reason: String,
    pub told_by: String,
    #[sqlx(rename = "by_name")]
    pub by: Option<String>,
    pub of_zone: bool,
    pub at: i64,
}

impl Step {
    /// From where to where; the same where what is owed was changed.
    pub fn states(&self) -> (State, State) {
        let state = |code: &str| State::from_code(code).unwrap_or(State::Pending);
        (state(&self.from_state), state(&self.to_state))
    }
}

/// The steps of an obligation, the latest first.
pub async fn steps(tx: &mut Tx, obligation: Uuid) -> Result<Vec<Step>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT s.from_state, s.to_state, s.party_id, coalesce(k.name_en, '') AS name_en,
                coalesce(k.name_zh, '') AS name_zh, s.reason, s.told_by, a.name AS by_name,
                coalesce(a.role, 'staff') <> 'representative' AS of_zone, s.at
         FROM obligation_steps s LEFT JOIN accounts a ON a.id = s.by_id
         LEFT JOIN agreement_parties p ON p.id = s.party_id LEFT JOIN companies k ON k.id = p.company_id
         WHERE s.obligation_id = $1 ORDER BY s.at DESC, s.id DESC LIMIT 100"
    )
    .bind(obligation)
    .fetch_all(c)
    .await)?)
}

/// A new step.
#[derive(Debug)]
pub struct NewStep<'a> {
    pub obligation: Uuid,
    pub states: (State, State),
    pub party: Option<Uuid>,
    pub reason: &'a str,
    pub told_by: &'a str,
    pub by: Option<Uuid>,
}

pub async fn add_step(tx: &mut Tx, new: &NewStep<'_>, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO obligation_steps (id, obligation_id, from_state, to_state, party_id, reason, told_by, by_id, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    )
    .bind(clock::new_id())
    .bind(new.obligation)
    .bind(new.states.0.code())
    .bind(new.states.1.code())
    .bind(new.party)
    .bind(new.reason)
    .bind(new.told_by)
    .bind(new.by)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}
