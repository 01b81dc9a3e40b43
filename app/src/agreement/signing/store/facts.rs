//! What happened to the requests: facts that are added and never changed.

use uuid::Uuid;

use super::super::model::{FactKind, Method, Signatory};
use crate::agreement::model::Agreement;
use crate::backend::clock;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// What is said beside the kind of a fact.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// As it was typed; else the signer's name and title.
    pub name: Option<&'a str>,
    pub title: Option<&'a str>,
    pub reason: &'a str,
    pub drawn: &'a str,
}

/// By whom, and from where, something happens. None for the clock.
#[derive(Clone, Copy, Debug)]
pub struct By<'a> {
    pub visit: Option<&'a Visit>,
    pub account: Option<Uuid>,
    pub method: Method,
}

impl By<'_> {
    /// What the clock does.
    pub const CLOCK: By<'static> = By { visit: None, account: None, method: Method::None };
}

/// Adds a fact about a request; one about a place at which nothing was asked for yet is none.
pub async fn note(
    tx: &mut Tx,
    agreement: &Agreement,
    place: &Signatory,
    kind: FactKind,
    said: Said<'_>,
    by: By<'_>,
    now: Timestamp,
) -> Result<()> {
    let Some(version) = place.version else { return Ok(()) };
    let signer = place.signer();
    // What the zone or the clock does comes from no signer's address.
    let (address, agent) = match by.visit {
        Some(visit) if by.method != Method::None => (visit.address.as_str(), visit.agent.as_str()),
        _ => ("", ""),
    };
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO agreement_signing_facts (id, agreement_id, signatory_id, version_id, kind, at, zone, name, title,
                on_behalf_of, account_id, address, agent, method, reason, drawn)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
    )
    .bind(clock::new_id())
    .bind(agreement.id)
    .bind(place.id)
    .bind(version)
    .bind(kind.code())
    .bind(now.0)
    .bind(&agreement.facts.zone)
    .bind(said.name.unwrap_or(&signer.name))
    .bind(said.title.unwrap_or(&signer.title))
    .bind(place.on_behalf_of())
    .bind(by.account)
    .bind(address)
    .bind(agent)
    .bind(by.method.code())
    .bind(said.reason)
    .bind(said.drawn)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// A fact, as it stands in the portal's papers.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Fact {
    pub signatory: Uuid,
    pub version: Uuid,
    pub kind: String,
    pub at: i64,
    pub zone: String,
    pub name: String,
    pub title: String,
    pub on_behalf_of: String,
    pub address: String,
    pub agent: String,
    pub method: String,
    pub reason: String,
    pub drawn: String,
}

/// Everything that happened to the requests of an agreement, of all rounds, the earliest first.
pub async fn facts(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Fact>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT signatory_id AS signatory, version_id AS version, kind, at, zone, name, title, on_behalf_of, address,
                agent, method, reason, drawn
         FROM agreement_signing_facts WHERE agreement_id = $1 ORDER BY at, id"
    )
    .bind(agreement)
    .fetch_all(c)
    .await)?)
}
