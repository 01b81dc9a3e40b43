//! Telling the people of the parties, and who looks after an agreement, what happened to it.

use uuid::Uuid;

use super::life::State;
use super::model::Agreement;
use super::store;
use crate::absence::who_acts;
use crate::actor::{Actor, Rights};
use crate::affiliation::receivers::receivers;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::notification::{self, Kind, Subject};
use crate::on;
use crate::time::Timestamp;

/// What an agreement is called where it is told of.
pub(super) fn names(agreement: &Agreement) -> (String, String) {
    let name = |title: &str| format!("{} {title}", agreement.number);
    let facts = &agreement.facts;
    let or = |one: &str, other: &str| name(if one.is_empty() { other } else { one });
    (or(&facts.title_en, &facts.title_zh), or(&facts.title_zh, &facts.title_en))
}

async fn everybody(
    tx: &mut Tx,
    kind: Kind,
    agreement: &Agreement,
    more: &[(&str, &str)],
    author: Option<&Actor>,
    now: Timestamp,
) -> Result<()> {
    let (en, zh) = names(agreement);
    let by = author.map(|author| author.name.as_str()).unwrap_or_default();
    let mut facts = vec![("name_en", en.as_str()), ("name_zh", zh.as_str())];
    if author.is_some() {
        facts.push(("by", by));
    }
    facts.extend(more);
    let path = agreement.url();
    let author = author.map(|author| author.id);
    // Before the negotiation there is nothing that a party may know of.
    if agreement.shared_at.is_some() {
        let mut told: Vec<Uuid> = Vec::new();
        for party in store::parties(tx, agreement.id).await? {
            let people = receivers(tx, party.company, Rights::Viewer, now).await?;
            // Who acts for several of the parties is told once.
            let people: Vec<Uuid> =
                people.into_iter().filter_map(|person| person.account).filter(|id| !told.contains(id)).collect();
            let subject = Subject { kind: "agreement", id: agreement.id, path: &path, company: Some(party.company) };
            notification::tell(tx, kind, &subject, &facts, &people, author, now).await?;
            told.extend(people);
        }
    }
    if let Some(owner) = agreement.facts.owner {
        let acting = who_acts(tx, owner, now).await?;
        let subject = Subject { kind: "agreement", id: agreement.id, path: &path, company: None };
        notification::tell(tx, kind, &subject, &facts, &[acting.account], author, now).await?;
    }
    Ok(())
}

/// An agreement was moved, by somebody or by the clock.
pub(super) async fn moved(
    tx: &mut Tx,
    agreement: &Agreement,
    to: State,
    author: Option<&Actor>,
    now: Timestamp,
) -> Result<()> {
    everybody(tx, Kind::AgreementMoved, agreement, &[("agreement_state", to.code())], author, now).await
}

/// There is a new text, on which the parties are asked for their word.
pub(super) async fn new_text(tx: &mut Tx, agreement: &Agreement, author: &Actor, now: Timestamp) -> Result<()> {
    everybody(tx, Kind::AgreementText, agreement, &[], Some(author), now).await
}

/// Somebody said something that all who share it read.
pub(super) async fn said(tx: &mut Tx, agreement: &Agreement, text: &str, author: &Actor, now: Timestamp) -> Result<()> {
    let excerpt: String = text.chars().take(200).collect();
    everybody(tx, Kind::AgreementSaid, agreement, &[("text", excerpt.as_str())], Some(author), now).await
}

/// What the people of a company that is no party any more were told of an agreement goes, read or not, mailed or not yet.
pub(super) async fn forget(tx: &mut Tx, agreement: Uuid, company: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM notifications WHERE subject_id = $1 AND company_id = $2")
        .bind(agreement)
        .bind(company)
        .execute(c)
        .await)?;
    Ok(())
}
