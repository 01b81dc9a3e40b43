//! Where signatories, their groups and what happened to their requests are kept.

use uuid::Uuid;

use super::groups::Plan;
use super::model::{FactKind, Method, Signatory, Signer};
use crate::account::address::Address;
use crate::agreement::model::Agreement;
use crate::backend::clock;
use crate::backend::context::Visit;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

fn select() -> Sql {
    Sql::new(
        "SELECT s.id, s.party_id, s.group_number, s.name, s.title, s.email, s.language, s.account_id, s.authority_id,
                s.deputy_name, s.deputy_title, s.deputy_email, s.deputy_language, s.deputy_account_id, s.version_id,
                s.sent_at, s.opened_at, s.signed_at, s.declined_at, s.expires_at, s.expired_at, s.withdrawn_at,
                s.voided_at, s.remind_from, s.reminders, s.reminded_at
         FROM agreement_signatories s JOIN agreement_parties p ON p.id = s.party_id",
    )
}

/// The signatories of this round, of those who are parties, by group and then as the parties follow each other.
pub async fn signatories(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Signatory>> {
    let mut sql = select();
    sql.bind(" WHERE p.agreement_id = ?", agreement)
        .push(" AND p.removed_at IS NULL AND s.voided_at IS NULL ORDER BY s.group_number, p.position, s.id");
    sql.rows(tx).await
}

/// A signatory of any round, and the agreement.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<(Uuid, Signatory)>> {
    let mut sql = select();
    sql.bind(" WHERE s.id = ?", id);
    let rows: Vec<Signatory> = sql.rows(tx).await?;
    let Some(found) = rows.into_iter().next() else { return Ok(None) };
    let agreement: Uuid = ask!(tx, |c| sqlx::query_scalar("SELECT agreement_id FROM agreement_parties WHERE id = $1")
        .bind(found.party)
        .fetch_one(c)
        .await)?;
    Ok(Some((agreement, found)))
}

/// The rules of the groups that have one: of so many signatories one is enough.
pub async fn rules(tx: &mut Tx, agreement: Uuid) -> Result<Vec<(i64, Option<i64>)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT number, needed FROM agreement_signing_groups WHERE agreement_id = $1 ORDER BY number"
    )
    .bind(agreement)
    .fetch_all(c)
    .await)?)
}

pub async fn set_rule(tx: &mut Tx, agreement: Uuid, number: i64, needed: Option<i64>) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO agreement_signing_groups (agreement_id, number, needed) VALUES ($1, $2, $3)
         ON CONFLICT (agreement_id, number) DO UPDATE SET needed = excluded.needed"
    )
    .bind(agreement)
    .bind(number)
    .bind(needed)
    .execute(c)
    .await)?;
    Ok(())
}

/// The parties that signed on paper.
pub async fn on_paper(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Uuid>> {
    let signed = crate::agreement::store::signatures(tx, agreement).await?;
    Ok(signed.into_iter().filter(|signature| signature.is_on_paper()).map(|signature| signature.party).collect())
}

/// The signatories, and who of them may sign when.
pub async fn plan(tx: &mut Tx, agreement: Uuid) -> Result<(Vec<Signatory>, Plan)> {
    let all = signatories(tx, agreement).await?;
    let rules = rules(tx, agreement).await?;
    let on_paper = on_paper(tx, agreement).await?;
    let plan = Plan::new(all.iter().map(|signatory| signatory.place(&on_paper)).collect(), &rules);
    Ok((all, plan))
}

/// Somebody who is to sign.
pub struct New<'a> {
    pub party: Uuid,
    pub group: i64,
    pub name: &'a str,
    pub title: &'a str,
    pub address: &'a Address,
    pub language: Language,
    pub account: Option<Uuid>,
    pub authority: Option<Uuid>,
    /// The text, where signatures are asked for already, and until when.
    pub version: Option<Uuid>,
    pub expires_at: Option<i64>,
}

pub async fn add(tx: &mut Tx, id: Uuid, new: &New<'_>, now: Timestamp) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
            "INSERT INTO agreement_signatories (id, party_id, group_number, name, title, email, email_folded, language,
                account_id, authority_id, added_at, deputy_name, deputy_title, deputy_email, deputy_folded,
                deputy_language, version_id, expires_at, reminders)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', '', '', '', $12, $13, 0)",
        )
        .bind(id)
        .bind(new.party)
        .bind(new.group)
        .bind(new.name)
        .bind(new.title)
        .bind(&new.address.email)
        .bind(&new.address.folded)
        .bind(new.language.code())
        .bind(new.account)
        .bind(new.authority)
        .bind(now.0)
        .bind(new.version)
        .bind(new.expires_at)
        .execute(c)
        .await
    })?;
    Ok(())
}

/// Signatures are asked for: everybody of this round is to sign this text until then.
pub async fn begin(tx: &mut Tx, agreement: Uuid, version: Uuid, expires_at: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signatories SET version_id = $1, expires_at = $2
         WHERE voided_at IS NULL AND withdrawn_at IS NULL AND version_id IS NULL
           AND party_id IN (SELECT id FROM agreement_parties WHERE agreement_id = $3 AND removed_at IS NULL)"
    )
    .bind(version)
    .bind(expires_at.0)
    .bind(agreement)
    .execute(c)
    .await)?;
    Ok(())
}

/// Notes that it is somebody's turn; false when that was noted already.
pub async fn set_sent(tx: &mut Tx, id: Uuid, expires_at: i64, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET sent_at = $1, remind_from = $1, expires_at = $2
         WHERE id = $3 AND sent_at IS NULL AND voided_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(expires_at)
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

/// Notes that the text was shown to a signer; false when it was before.
pub async fn set_opened(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET opened_at = $1 WHERE id = $2 AND opened_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

/// Signs this very text. False when it is another by now, or the place is no longer open: of two who do it at once one does.
pub async fn set_signed(tx: &mut Tx, id: Uuid, version: Uuid, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET signed_at = $1
         WHERE id = $2 AND version_id = $3 AND sent_at IS NOT NULL AND signed_at IS NULL AND declined_at IS NULL
           AND withdrawn_at IS NULL AND voided_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?)
}

/// The same for who declines.
pub async fn set_declined(tx: &mut Tx, id: Uuid, version: Uuid, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET declined_at = $1
         WHERE id = $2 AND version_id = $3 AND sent_at IS NOT NULL AND signed_at IS NULL AND declined_at IS NULL
           AND withdrawn_at IS NULL AND voided_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?)
}

fn one(changed: Option<Uuid>) -> Result<bool> {
    Ok(changed.is_some())
}

/// Gives a place to somebody who signs on behalf of the signatory. They have seen nothing yet, and are reminded like anybody.
pub async fn set_deputy(
    tx: &mut Tx,
    id: Uuid,
    deputy: &Signer,
    folded: &str,
    expires_at: i64,
    now: Timestamp,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
        "UPDATE agreement_signatories SET deputy_name = $1, deputy_title = $2, deputy_email = $3, deputy_folded = $4,
                deputy_language = $5, deputy_account_id = $6, opened_at = NULL, remind_from = $7, reminders = 0,
                reminded_at = NULL, expires_at = $8
         WHERE id = $9"
    )
    .bind(&deputy.name)
    .bind(&deputy.title)
    .bind(&deputy.email)
    .bind(folded)
    .bind(deputy.language.code())
    .bind(deputy.account)
    .bind(now.0)
    .bind(expires_at)
    .bind(id)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// Gives a signatory time until then; reminders begin anew.
pub async fn extend(tx: &mut Tx, id: Uuid, expires_at: Timestamp, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signatories SET expires_at = $1, expired_at = NULL, reminders = 0,
                remind_from = CASE WHEN sent_at IS NULL THEN NULL ELSE CAST($2 AS BIGINT) END
         WHERE id = $3"
    )
    .bind(expires_at.0)
    .bind(now.0)
    .bind(id)
    .execute(c)
    .await)?;
    Ok(())
}

/// Notes that somebody was reminded; by hand it does not count.
pub async fn set_reminded(tx: &mut Tx, id: Uuid, by_hand: bool, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signatories SET reminded_at = $1, reminders = reminders + $2 WHERE id = $3"
    )
    .bind(now.0)
    .bind(i64::from(!by_hand))
    .bind(id)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn set_expired(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreement_signatories SET expired_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

pub async fn withdraw(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreement_signatories SET withdrawn_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Ends a place with its round. Where there is another round, a copy takes its place.
pub async fn void(tx: &mut Tx, id: Uuid, again: bool, now: Timestamp) -> Result<()> {
    if again {
        on!(&mut *tx, |c| {
            sqlx::query(
            "INSERT INTO agreement_signatories (id, party_id, group_number, name, title, email, email_folded, language,
                    account_id, authority_id, added_at, deputy_name, deputy_title, deputy_email, deputy_folded,
                    deputy_language, reminders)
             SELECT $1, party_id, group_number, name, title, email, email_folded, language, account_id, authority_id,
                    added_at, '', '', '', '', '', 0
             FROM agreement_signatories WHERE id = $2"
        )
        .bind(clock::new_id())
        .bind(id)
        .execute(c)
        .await
        })?;
    }
    on!(tx, |c| sqlx::query("UPDATE agreement_signatories SET voided_at = $1 WHERE id = $2 AND voided_at IS NULL")
        .bind(now.0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Writes down that a party has signed in the portal.
pub async fn sign_for_party(
    tx: &mut Tx,
    party: Uuid,
    version: Uuid,
    names: &str,
    titles: &str,
    day: &str,
    now: Timestamp,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO agreement_signatures (id, party_id, version_id, mode, signer_name, signer_title, signed_on, place,
                recorded_at)
         VALUES ($1, $2, $3, 'portal', $4, $5, $6, '', $7)"
    )
    .bind(clock::new_id())
    .bind(party)
    .bind(version)
    .bind(names)
    .bind(titles)
    .bind(day)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

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

/// The account of an address, if it can sign for a company: somebody who acts for it, or works for the zone. Anybody else
/// comes as a guest.
pub async fn account_of(tx: &mut Tx, folded: &str, company: Uuid, now: Timestamp) -> Result<Option<Uuid>> {
    let mut sql = Sql::new("SELECT a.id FROM accounts a WHERE a.suspended_at IS NULL AND a.erased_at IS NULL");
    sql.bind(" AND a.email_folded = ?", folded)
        .push(" AND (a.role IN ('administrator', 'staff', 'executive') OR (a.role = 'representative' AND EXISTS (")
        .bind("SELECT 1 FROM affiliations f WHERE f.account_id = a.id AND f.company_id = ?", company)
        .bind(" AND f.ended_at IS NULL AND (f.since = '' OR f.since <= ?)", now.iso_day())
        .bind(" AND (f.until = '' OR f.until >= ?))))", now.iso_day());
    let rows: Vec<(Uuid,)> = sql.rows(tx).await?;
    Ok(rows.into_iter().next().map(|(id,)| id))
}
