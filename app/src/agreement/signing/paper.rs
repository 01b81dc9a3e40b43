//! Signing on paper: staff records who signed for whom, where, when, and the scanned original.

use std::collections::HashMap;

use leptos::prelude::*;

use crate::error::Result;

/// How a party stands within the brackets of `who[…]`: after an `n` for the name of who signed for it, after a `t` for the
/// title. A digit at the beginning would be read as the place in a list.
#[cfg(feature = "ssr")]
pub(in crate::agreement) fn field_key(of: char, party: uuid::Uuid) -> String {
    format!("{of}{party}")
}

/// Staff records signatures on paper: of some of the parties, or of all that are still missing. With the last one the
/// agreement is signed, and in force as soon as its day has begun.
#[server(endpoint = "agreements/sign")]
pub async fn record_signatures(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] signed_on: String,
    #[server(default)] place: String,
    #[server(default)] effective_on: String,
    // The scanned original, one of the agreement's documents.
    #[server(default)] document: String,
    // Who signed, and as what, by [`field_key`] of the party.
    #[server(default)] who: HashMap<String, String>,
) -> Result<()> {
    use super::turn;
    use crate::agreement::api::Step;
    use crate::agreement::life::{self, State, Way};
    use crate::agreement::{clock, events, files, read, store, tell};
    use crate::backend::journal;
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut step = Step::begin(&id, &version).await?;
    if !step.state.takes_signatures() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, by) = (step.ctx.now, step.ctx.actor.id);
    let mut agreement = step.agreement.clone();
    let tx = &mut step.ctx.tx;
    let parties = store::parties(tx, agreement.id).await?;
    let before = store::signatures(tx, agreement.id).await?;
    let text = store::current(tx, agreement.id).await?.ok_or(Hindrance::Text)?;
    let mut check = Check::default();
    let day = check.day("signed_on", &signed_on);
    if day.is_some_and(|day| day > now.date()) {
        check.note("signed_on", Problem::InTheFuture);
    }
    let place = check.required("place", &place, 200);
    let effective = check.date("effective_on", &effective_on).unwrap_or_default();
    let original = files::original(tx, agreement.id, document.trim(), &mut check).await?;
    let mut signed = Vec::new();
    for party in parties.iter().filter(|party| before.iter().all(|there| there.party != party.id)) {
        let [(field, name), (title_field, title)] = ['n', 't'].map(|of| {
            let key = field_key(of, party.id);
            (format!("who[{key}]"), who.get(&key).cloned().unwrap_or_default())
        });
        let name = check.line(&field, &name, 120);
        let title = check.line(&title_field, &title, 120);
        if name.is_empty() && !title.is_empty() {
            check.note(&field, Problem::Missing);
        }
        if !name.is_empty() {
            signed.push((party.clone(), name, title));
        }
    }
    // Where all have signed already, only the scan was lacking.
    if signed.is_empty() && before.len() < parties.len() {
        check.note("who", Problem::Missing);
    }
    let day = check.finish(day)?.ok_or(Error::NotFound)?.to_string();
    // From the first signature on the days are what was signed.
    if !effective.is_empty() && (step.state.has_open_days() || agreement.facts.effective_on.is_empty()) {
        agreement.facts.effective_on = effective;
    }
    agreement.facts.sign_on.clone_from(&day);
    agreement.facts.sign_place.clone_from(&place);
    for (party, who, what) in &signed {
        let new = store::NewSignature {
            party: party.id,
            version: text.id,
            signer_name: who,
            signer_title: what,
            signed_on: &day,
            place: &place,
            document: original,
            by: Some(by),
        };
        store::sign(tx, &new, now).await?;
    }
    if let Some(original) = original {
        store::set_original(tx, agreement.id, original).await?;
    }
    let all = before.len() + signed.len() >= parties.len();
    let to = if all { State::Signed } else { State::PartlySigned };
    agreement.days = agreement.facts.days();
    let standing = read::standing(tx, &agreement, false, now).await?;
    if !(step.state == to && to == State::PartlySigned) {
        match life::may(step.state, to, Way::Signing, &standing) {
            Err(Hindrance::EffectiveDay) => {
                let mut check = Check::default();
                check.note("effective_on", Problem::Missing);
                return check.finish(());
            }
            moved => moved?,
        }
    }
    let (number, stored) = (agreement.number.clone(), agreement.stored);
    if !store::update(tx, agreement.id, &number, agreement.version, &agreement.facts, now).await? {
        return Err(Error::Conflict);
    }
    if stored != to && !store::set_state(tx, agreement.id, agreement.version + 1, (stored, to), now).await? {
        return Err(Error::Conflict);
    }
    if !all {
        // Those who were to sign in the portal for who has signed now need not; the next ones may be asked.
        let portal = step.ctx.visit.backend.settings.url.clone();
        turn::ask_next(&mut step.ctx.tx, &portal, &agreement, now).await?;
    }
    let entry = events::signed(agreement.id, (step.state, to), &signed, &agreement.facts);
    step.reread().await?;
    if stored != to {
        tell::moved(&mut step.ctx.tx, &step.agreement, to, Some(&step.ctx.actor), now).await?;
    }
    // Its day may have come already: then it is in force at once, which stands in the journal after the signatures.
    if step.agreement.stored == step.state {
        return step.finish(entry, "").await;
    }
    let author = journal::Author { now, ..step.ctx.visit.author(Some(by)) };
    journal::record(&mut step.ctx.tx, &author, entry).await?;
    clock::settle(&mut step.ctx.tx, &step.agreement, now).await?;
    let url = step.agreement.url();
    step.ctx.commit().await?;
    crate::backend::context::redirect(&url);
    Ok(())
}
