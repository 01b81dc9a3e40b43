//! Where signatories, their groups and what happened to their requests are kept.

mod facts;
mod progress;

use uuid::Uuid;

use super::groups::Plan;
use super::model::Signatory;
use crate::account::address::Address;
use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

pub use self::facts::*;
pub use self::progress::*;

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
