//! What a signature brings about: the next group is asked, a party has signed, the agreement is signed. And what undoes it.

use std::collections::HashMap;

use uuid::Uuid;

use super::groups::Plan;
use super::model::{FactKind, LEAST, Method, Signatory};
use super::store::{self, By, Said};
use super::{door, letters};
use crate::actor::Actor;
use crate::agreement::life::{self, State, Way};
use crate::agreement::model::Agreement;
use crate::agreement::{read, store as agreements, tell};
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::link;
use crate::error::{Error, Hindrance, Result};
use crate::notification::Kind;
use crate::time::Timestamp;

/// Asks those whose turn it is by now and who were not asked yet.
pub async fn ask_next(tx: &mut Tx, portal: &str, agreement: &Agreement, now: Timestamp) -> Result<()> {
    let (all, plan) = store::plan(tx, agreement.id).await?;
    let turn: Vec<Uuid> = plan.whose_turn().map(|place| place.id).collect();
    for place in all.into_iter().filter(|place| turn.contains(&place.id) && place.version.is_some()) {
        // Whosever turn comes late still has some time.
        let until = place.expires_at.unwrap_or_default().max(now.plus(LEAST).0);
        if store::set_sent(tx, place.id, until, now).await? {
            let place = Signatory { expires_at: Some(until), sent_at: Some(now.0), ..place };
            store::note(tx, agreement, &place, FactKind::Sent, Said::default(), By::CLOCK, now).await?;
            letters::ask(tx, portal, agreement, &place, false, now).await?;
        }
    }
    Ok(())
}

/// Who signed for a party, as they typed their names: all of them, and their titles.
async fn signers(tx: &mut Tx, agreement: Uuid, places: &[Signatory]) -> Result<HashMap<Uuid, (String, String)>> {
    let facts = store::facts(tx, agreement).await?;
    let mut found: HashMap<Uuid, (String, String)> = HashMap::new();
    for fact in facts.iter().filter(|fact| fact.kind == FactKind::Signed.code()) {
        let Some(place) = places.iter().find(|place| place.id == fact.signatory) else { continue };
        let names = found.entry(place.party).or_default();
        for (text, more) in [(&mut names.0, &fact.name), (&mut names.1, &fact.title)] {
            if !text.is_empty() && !more.is_empty() {
                text.push_str("; ");
            }
            text.push_str(more);
        }
        if !fact.on_behalf_of.is_empty() {
            names.0.push_str(&format!(" ({})", fact.on_behalf_of));
        }
    }
    Ok(found)
}

/// Writes down what signatures have brought about, of an agreement that is held: which parties have signed, and whether all
/// have. Gives where the agreement stands then. Its version is another one afterwards.
pub async fn advance(
    tx: &mut Tx,
    portal: &str,
    agreement: &Agreement,
    author: Option<&Actor>,
    now: Timestamp,
) -> Result<State> {
    let (all, plan) = store::plan(tx, agreement.id).await?;
    let parties = agreements::parties(tx, agreement.id).await?;
    let before = agreements::signatures(tx, agreement.id).await?;
    let names = signers(tx, agreement.id, &all).await?;
    let day = now.day_in(&agreement.facts.zone);
    for party in parties.iter().filter(|party| before.iter().all(|there| there.party != party.id)) {
        let version = all.iter().filter(|place| place.party == party.id).find_map(|place| place.version);
        if let (Some(version), Some((names, titles)), true) = (version, names.get(&party.id), plan.has_signed(party.id))
        {
            store::sign_for_party(tx, party.id, version, names, titles, &day, now).await?;
        }
    }
    let mut done = agreement.clone();
    if done.facts.effective_on.is_empty() {
        // Where nothing else was said, it takes effect on the day of the last signature.
        done.facts.effective_on.clone_from(&day);
    }
    done.facts.sign_on.clone_from(&day);
    done.days = done.facts.days();
    let standing = read::standing(tx, &done, false, now).await?;
    match life::may(agreement.stored, State::Signed, Way::Signing, &standing) {
        Ok(()) => {
            let moved = (agreement.stored, State::Signed);
            if !agreements::update(tx, agreement.id, &agreement.number, agreement.version, &done.facts, now).await?
                || !agreements::set_state(tx, agreement.id, agreement.version + 1, moved, now).await?
            {
                return Err(Error::Conflict);
            }
            tell::moved(tx, &done, State::Signed, author, now).await?;
            for place in all.iter().filter(|place| place.signed_at.is_some()) {
                letters::ended(tx, agreement, place, false, now).await?;
            }
            return Ok(State::Signed);
        }
        // What is lacking is the scan of those who signed on paper: staff adds it.
        Err(Hindrance::Original) => {
            tell::owner(tx, Kind::AgreementSigning, agreement, &[("what", "original")], now).await?
        }
        Err(_) => {}
    }
    let partly = (agreement.stored, State::PartlySigned);
    if agreement.stored == State::ForSignature && life::may(partly.0, partly.1, Way::Signing, &standing).is_ok() {
        if !agreements::set_state(tx, agreement.id, agreement.version, partly, now).await? {
            return Err(Error::Conflict);
        }
        tell::moved(tx, agreement, State::PartlySigned, author, now).await?;
        ask_next(tx, portal, agreement, now).await?;
        return Ok(State::PartlySigned);
    }
    agreements::touch(tx, agreement.id, now).await?;
    ask_next(tx, portal, agreement, now).await?;
    Ok(agreement.stored)
}

/// Ends this round of signing: nothing that was signed counts any more, and nobody is asked. Where there is another round,
/// the same signatories sign again. Gives how many signatures are voided.
pub async fn void(tx: &mut Tx, agreement: &Agreement, again: bool, visit: &Visit, now: Timestamp) -> Result<usize> {
    let mut voided = 0;
    let by = By { visit: Some(visit), account: None, method: Method::None };
    for place in store::signatories(tx, agreement.id).await? {
        if again && place.version.is_none() {
            // Nothing was asked yet.
            continue;
        }
        if place.sent_at.is_some() && place.withdrawn_at.is_none() {
            store::note(tx, agreement, &place, FactKind::Voided, Said::default(), by, now).await?;
        }
        if place.signed_at.is_some() {
            voided += 1;
            letters::ended(tx, agreement, &place, true, now).await?;
        }
        forget(tx, &place, now).await?;
        store::void(tx, place.id, again && place.withdrawn_at.is_none(), now).await?;
    }
    Ok(voided)
}

/// The signatories of a company that is no party any more are asked nothing.
pub async fn void_party(tx: &mut Tx, agreement: &Agreement, party: Uuid, now: Timestamp) -> Result<()> {
    for place in store::signatories(tx, agreement.id).await?.into_iter().filter(|place| place.party == party) {
        store::note(tx, agreement, &place, FactKind::Voided, Said::default(), By::CLOCK, now).await?;
        forget(tx, &place, now).await?;
        store::void(tx, place.id, false, now).await?;
    }
    Ok(())
}

/// A guest's link and code work no more.
pub async fn forget(tx: &mut Tx, place: &Signatory, now: Timestamp) -> Result<()> {
    link::withdraw(tx, link::Kind::Signature, place.id, now).await?;
    door::close(tx, place.id).await
}

/// Whether signatures can be asked for, or still be reached, with this plan.
///
/// # Errors
/// What stands in the way.
pub fn holds(plan: &Plan) -> Result<()> {
    if plan.is_lost() {
        return Err(Hindrance::TooFew.into());
    }
    let mut parties: Vec<Uuid> =
        plan.places().filter(|place| place.mark != super::groups::Mark::Withdrawn).map(|place| place.party).collect();
    parties.sort();
    parties.dedup();
    if parties.into_iter().all(|party| plan.is_certain(party)) { Ok(()) } else { Err(Hindrance::Uncertain.into()) }
}
