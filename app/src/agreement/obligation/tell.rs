//! Telling people of an obligation: who is on a side of it, who looks after its agreement, and when it is late who should
//! see to it.

use uuid::Uuid;

use super::life::State;
use super::model::{Obligation, url};
use super::store::Side;
use crate::absence::who_acts;
use crate::actor::{Actor, Rights};
use crate::affiliation::receivers::receivers;
use crate::agreement::model::Agreement;
use crate::ask;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::notification::{self, Kind, Subject};
use crate::time::Timestamp;

/// What an obligation is called where it is told of.
fn names(agreement: &Agreement, obligation: &Obligation) -> (String, String) {
    let facts = &agreement.facts;
    let or = |one: &str, other: &str| (if one.is_empty() { other } else { one }).to_owned();
    let name = |title: String| format!("{} · {} · {title}", agreement.number, obligation.clause);
    (name(or(&facts.title_en, &facts.title_zh)), name(or(&facts.title_zh, &facts.title_en)))
}

/// A step was taken: the people of both sides read it, and who looks after the agreement.
pub(super) async fn moved(
    tx: &mut Tx,
    agreement: &Agreement,
    obligation: &Obligation,
    sides: &[Side],
    to: State,
    author: &Actor,
    now: Timestamp,
) -> Result<()> {
    let (en, zh) = names(agreement, obligation);
    let facts = [
        ("name_en", en.as_str()),
        ("name_zh", zh.as_str()),
        ("by", author.name.as_str()),
        ("obligation_state", to.code()),
    ];
    let path = url(&agreement.number, obligation.number);
    let subject = |company| Subject { kind: "obligation", id: obligation.id, path: &path, company };
    let mut told: Vec<Uuid> = Vec::new();
    // Before the negotiation there is nothing that a party may know of.
    for side in sides.iter().filter(|_| agreement.shared_at.is_some()) {
        let people = receivers(tx, side.company, Rights::Viewer, now).await?;
        // Who acts for several of them is told once.
        let people: Vec<Uuid> =
            people.into_iter().filter_map(|person| person.account).filter(|id| !told.contains(id)).collect();
        let of = subject(Some(side.company));
        notification::tell(tx, Kind::ObligationMoved, &of, &facts, &people, Some(author.id), now).await?;
        told.extend(people);
    }
    if let Some(owner) = agreement.facts.owner {
        let acting = who_acts(tx, owner, now).await?.account;
        notification::tell(tx, Kind::ObligationMoved, &subject(None), &facts, &[acting], Some(author.id), now).await?;
    }
    Ok(())
}

/// The contacts of a party who act for its company in the portal; where there are none, whoever may do something.
async fn contacts(tx: &mut Tx, side: &Side, now: Timestamp) -> Result<Vec<Uuid>> {
    let named: Vec<Uuid> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT account_id FROM agreement_contacts WHERE party_id = $1 AND account_id IS NOT NULL"
    )
    .bind(side.party)
    .fetch_all(c)
    .await)?;
    let mut accounts = Vec::new();
    for rights in [Rights::Contributor, Rights::Viewer] {
        let people = receivers(tx, side.company, rights, now).await?;
        let people: Vec<Uuid> = people.into_iter().filter_map(|person| person.account).collect();
        if accounts.is_empty() {
            accounts.clone_from(&people);
        }
        let contacts: Vec<Uuid> = people.into_iter().filter(|account| named.contains(account)).collect();
        if !contacts.is_empty() {
            return Ok(contacts);
        }
    }
    Ok(accounts)
}

/// Its day is near: who owes is reminded.
pub(super) async fn near(
    tx: &mut Tx,
    agreement: &Agreement,
    obligation: &Obligation,
    sides: &[Side],
    now: Timestamp,
) -> Result<()> {
    let (en, zh) = names(agreement, obligation);
    let facts = [("name_en", en.as_str()), ("name_zh", zh.as_str()), ("due", obligation.last_on.as_str())];
    let path = url(&agreement.number, obligation.number);
    let mut told: Vec<Uuid> = Vec::new();
    for side in sides.iter().filter(|side| side.owes) {
        let mut people = contacts(tx, side, now).await?;
        people.retain(|account| !told.contains(account));
        let subject = Subject { kind: "obligation", id: obligation.id, path: &path, company: Some(side.company) };
        notification::tell(tx, Kind::Deadline, &subject, &facts, &people, None, now).await?;
        told.extend(people);
    }
    Ok(())
}

/// The administrators: heads of teams are no role of their own.
async fn administrators(tx: &mut Tx) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| {
        sqlx::query_scalar(
        "SELECT id FROM accounts WHERE role = 'administrator' AND suspended_at IS NULL AND erased_at IS NULL ORDER BY id"
    )
    .fetch_all(c)
    .await
    })?)
}

/// It is late: the account managers of the companies that owe it are told, or who looks after the agreement, and while
/// they are absent whoever stands in for them.
pub(super) async fn overdue(
    tx: &mut Tx,
    agreement: &Agreement,
    obligation: &Obligation,
    sides: &[Side],
    now: Timestamp,
) -> Result<()> {
    let (en, zh) = names(agreement, obligation);
    let facts = [("name_en", en.as_str()), ("name_zh", zh.as_str()), ("due", obligation.last_on.as_str())];
    let path = url(&agreement.number, obligation.number);
    let subject = Subject { kind: "obligation", id: obligation.id, path: &path, company: None };
    let mut managers: Vec<Uuid> = Vec::new();
    for side in sides.iter().filter(|side| side.owes) {
        let manager: Option<Uuid> =
            ask!(&mut *tx, |c| sqlx::query_scalar("SELECT manager_id FROM companies WHERE id = $1")
                .bind(side.company)
                .fetch_one(c)
                .await)?;
        managers.extend(manager.or(agreement.facts.owner));
    }
    if managers.is_empty() {
        managers = administrators(tx).await?;
    }
    managers.sort();
    managers.dedup();
    for manager in &managers {
        let receiver = (*manager, managers.as_slice());
        notification::tell_with_deputy(tx, Kind::ObligationOverdue, &subject, &facts, receiver, None, now).await?;
    }
    Ok(())
}

/// It has been late for long: that is told further up.
pub(super) async fn escalated(
    tx: &mut Tx,
    agreement: &Agreement,
    obligation: &Obligation,
    now: Timestamp,
) -> Result<()> {
    let (en, zh) = names(agreement, obligation);
    let facts = [("name_en", en.as_str()), ("name_zh", zh.as_str()), ("due", obligation.last_on.as_str())];
    let path = url(&agreement.number, obligation.number);
    let subject = Subject { kind: "obligation", id: obligation.id, path: &path, company: None };
    let administrators = administrators(tx).await?;
    notification::tell(tx, Kind::ObligationEscalated, &subject, &facts, &administrators, None, now).await
}
