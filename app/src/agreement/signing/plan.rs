//! What staff does: names who signs for each party, in which order and how many of them, asks for the signatures, gives more
//! time, reminds, and withdraws a request.

use leptos::prelude::*;

use super::form::SignatoryForm;
use crate::error::Result;

/// Staff names somebody who signs for a party. Where signatures are asked for already, they are asked as soon as it is their
/// turn.
#[server(endpoint = "agreements/add-signatory")]
pub async fn add_signatory(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] form_id: String,
    #[server(flatten)] form: SignatoryForm,
) -> Result<()> {
    use super::form::Named;
    use super::model::{LEAST, MOST_GROUPS, MOST_SIGNATORIES};
    use super::{store, turn};
    use crate::agreement::api::Step;
    use crate::agreement::{events, files, store as agreements};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut check = Check::default();
    let named = Named::read(&mut check, &form.person());
    let number = form.group.trim().parse::<i64>().ok().filter(|number| (1..=i64::from(MOST_GROUPS)).contains(number));
    if number.is_none() {
        check.note("group", Problem::OutOfRange(1, MOST_GROUPS));
    }
    let mut ctx = Ctx::begin().await?;
    let signatory = ctx.id_of_form(&form_id).await?;
    let mut step = match Step::of_staff(ctx, &id, &version).await {
        // Sent twice, it is there already.
        Err(Error::Conflict) if is_there(signatory).await? => {
            redirect(&format!("{}#signing", crate::agreement::model::url(&id)));
            return Ok(());
        }
        step => step?,
    };
    if !step.state.takes_signatories() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    let portal = step.ctx.visit.backend.settings.url.clone();
    let tx = &mut step.ctx.tx;
    let parties = agreements::parties(tx, agreement.id).await?;
    let signed = agreements::signatures(tx, agreement.id).await?;
    let party = parties
        .iter()
        // For whom has signed nobody else signs.
        .filter(|known| signed.iter().all(|signature| signature.party != known.id))
        .find(|known| known.id.to_string() == form.party);
    if party.is_none() {
        check.note("party", Problem::NotAnOption);
    }
    let document = form.authority.trim().parse().ok();
    let files = files::of_agreement(tx, agreement.id, true).await?;
    if !form.authority.trim().is_empty() && !files.iter().any(|file| Some(file.id) == document) {
        check.note("authority", Problem::NotAnOption);
    }
    let (all, _) = store::plan(tx, agreement.id).await?;
    let there = all.iter().filter(|place| place.withdrawn_at.is_none());
    let party_id = party.map(|party| party.id);
    if there.clone().any(|place| Some(place.party) == party_id && place.names(&named.address.folded)) {
        check.note("email", Problem::Doubled);
    }
    check.finish(())?;
    if all.len() >= MOST_SIGNATORIES {
        return Err(Hindrance::TooManySignatories.into());
    }
    let party = party.ok_or(Error::NotFound)?;
    let asked = there.clone().find_map(|place| place.version);
    let until = there.filter_map(|place| place.expires_at).max();
    let new = store::New {
        party: party.id,
        group: number.unwrap_or(1),
        name: &named.name,
        title: &named.title,
        account: store::account_of(tx, &named.address.folded, party.company, now).await?,
        address: &named.address,
        language: named.language,
        authority: document,
        version: asked,
        expires_at: asked.map(|_| until.unwrap_or_default().max(now.plus(LEAST).0)),
    };
    store::add(tx, signatory, &new, now).await?;
    if asked.is_some() {
        let (_, plan) = store::plan(tx, agreement.id).await?;
        turn::holds(&plan)?;
        turn::ask_next(tx, &portal, &agreement, now).await?;
    }
    agreements::touch(tx, agreement.id, now).await?;
    let place = store::find(tx, signatory).await?.ok_or(Error::NotFound)?.1;
    step.finish(events::signing("agreement.signatory_added", &agreement, &place), "#signing").await
}

#[cfg(feature = "ssr")]
async fn is_there(signatory: uuid::Uuid) -> Result<bool> {
    let visit = crate::backend::context::Visit::current()?;
    let mut tx = visit.backend.database.read().await?;
    Ok(super::store::find(&mut tx, signatory).await?.is_some())
}

/// Staff says how many of a group are enough; nothing stands for all of them. Once it is asked for signatures, that stays.
#[server(endpoint = "agreements/signing-rule")]
pub async fn set_signing_rule(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] group: String,
    #[server(default)] needed: String,
) -> Result<()> {
    use super::store;
    use crate::agreement::api::Step;
    use crate::agreement::{events, store as agreements};
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut step = Step::begin(&id, &version).await?;
    if !step.state.takes_signatories() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    let tx = &mut step.ctx.tx;
    let (all, plan) = store::plan(tx, agreement.id).await?;
    let group = plan.groups.iter().find(|known| known.number.to_string() == group).ok_or(Error::NotFound)?;
    if all.iter().any(|place| place.version.is_some()) {
        return Err(Hindrance::RequestOver.into());
    }
    let mut check = Check::default();
    let size = group.size();
    let typed = needed.trim().parse::<usize>().ok().filter(|needed| (1..=size).contains(needed));
    if !needed.trim().is_empty() && typed.is_none() {
        check.note("needed", Problem::OutOfRange(1, u32::try_from(size).unwrap_or(u32::MAX)));
    }
    check.finish(())?;
    let stored = typed.filter(|needed| *needed < size).and_then(|needed| i64::try_from(needed).ok());
    store::set_rule(tx, agreement.id, group.number, stored).await?;
    agreements::touch(tx, agreement.id, now).await?;
    let entry = events::signing_rule(&agreement, group.number, group.rule, stored);
    step.finish(entry, "#signing").await
}

/// Staff asks for the signatures: the first group is written to at once, each next one when it is its turn.
#[server(endpoint = "agreements/ask-signatures")]
pub async fn ask_signatures(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] until: String,
) -> Result<()> {
    use super::{store, turn};
    use crate::agreement::api::Step;
    use crate::agreement::{events, store as agreements};
    use crate::error::Hindrance;

    let mut step = Step::begin(&id, &version).await?;
    if !step.state.takes_signatures() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let expires = last_moment(&step.agreement, &until, step.ctx.now)?;
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    let portal = step.ctx.visit.backend.settings.url.clone();
    let tx = &mut step.ctx.tx;
    let text = agreements::current(tx, agreement.id).await?.ok_or(Hindrance::Text)?;
    let (all, plan) = store::plan(tx, agreement.id).await?;
    if !all.iter().any(|place| place.withdrawn_at.is_none() && place.version.is_none()) {
        return Err(Hindrance::NoSignatories.into());
    }
    turn::holds(&plan)?;
    store::begin(tx, agreement.id, text.id, expires).await?;
    turn::ask_next(tx, &portal, &agreement, now).await?;
    agreements::touch(tx, agreement.id, now).await?;
    step.finish(events::signing_started(&agreement, &text, until.trim()), "#signing").await
}

/// The end of a day that a form names, in the agreement's zone.
#[cfg(feature = "ssr")]
fn last_moment(
    agreement: &crate::agreement::model::Agreement,
    until: &str,
    now: crate::time::Timestamp,
) -> Result<crate::time::Timestamp> {
    use super::model::MOST_DAYS;
    use crate::agreement::model::midnight;
    use crate::error::{Check, Problem};
    use crate::time::Timestamp;

    let mut check = Check::default();
    let day = check.day("until", until);
    let end = day.and_then(|day| midnight(day.tomorrow().ok()?, &agreement.facts.zone));
    match end {
        Some(end) if end <= now => check.note("until", Problem::InThePast),
        Some(end) if end > now.plus(i64::from(MOST_DAYS) * Timestamp::DAY) => check.note("until", Problem::WrongSpan),
        _ => {}
    }
    check.finish(end.unwrap_or(now))
}

/// Staff gives a signatory time until the end of a day, and writes to them anew if it is their turn.
#[server(endpoint = "agreements/extend-signatory")]
pub async fn extend_signatory(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] signatory: String,
    #[server(default)] until: String,
) -> Result<()> {
    use super::groups::Stand;
    use super::model::{FactKind, Signatory};
    use super::store::{self, Said};
    use super::{letters, place};
    use crate::agreement::api::Step;
    use crate::agreement::{events, store as agreements};
    use crate::error::Hindrance;

    let mut step = Step::begin(&id, &version).await?;
    let expires = last_moment(&step.agreement, &until, step.ctx.now)?;
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    let (visit, by) = (step.ctx.visit.clone(), step.ctx.actor.id);
    let tx = &mut step.ctx.tx;
    let (found, stand) = place(tx, agreement.id, &signatory, now).await?;
    if !matches!(stand, Stand::Waits | Stand::Turn | Stand::Expired) || found.version.is_none() {
        return Err(Hindrance::RequestOver.into());
    }
    store::extend(tx, found.id, expires, now).await?;
    let after = Signatory { expires_at: Some(expires.0), ..found };
    let by = store::By { visit: Some(&visit), account: Some(by), method: super::model::Method::None };
    store::note(tx, &agreement, &after, FactKind::Extended, Said::default(), by, now).await?;
    if stand != Stand::Waits {
        letters::ask(tx, &visit.backend.settings.url, &agreement, &after, true, now).await?;
    }
    agreements::touch(tx, agreement.id, now).await?;
    let entry = events::signatory_extended(&agreement, &after, until.trim());
    step.finish(entry, "#signing").await
}

/// Staff reminds a signatory whose turn it is, now.
#[server(endpoint = "agreements/remind-signatory")]
pub async fn remind_signatory(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] signatory: String,
) -> Result<()> {
    use super::groups::Stand;
    use super::model::FactKind;
    use super::store::{self, Said};
    use super::{letters, place};
    use crate::agreement::api::Step;
    use crate::agreement::events;
    use crate::error::{Error, Hindrance};
    use crate::time::Timestamp;

    let mut step = Step::begin(&id, &version).await?;
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    let (visit, by) = (step.ctx.visit.clone(), step.ctx.actor.id);
    let tx = &mut step.ctx.tx;
    let (found, stand) = place(tx, agreement.id, &signatory, now).await?;
    if stand != Stand::Turn || found.sent_at.is_none() {
        return Err(Hindrance::NotYourTurn.into());
    }
    // Whoever was just written to is not written to again every moment.
    let last = found.reminded_at.or(found.sent_at).unwrap_or_default() + 10 * Timestamp::MINUTE;
    if last > now.0 {
        return Err(Error::TooMany(u32::try_from((last - now.0) / Timestamp::SECOND + 1).unwrap_or(600)));
    }
    store::set_reminded(tx, found.id, true, now).await?;
    let by = store::By { visit: Some(&visit), account: Some(by), method: super::model::Method::None };
    store::note(tx, &agreement, &found, FactKind::Reminded, Said::default(), by, now).await?;
    letters::ask(tx, &visit.backend.settings.url, &agreement, &found, true, now).await?;
    step.finish(events::signing("agreement.signatory_reminded", &agreement, &found), "#signing").await
}

/// Staff asks a signatory no more, or takes them out of the plan. Where then too few are left, it is refused.
#[server(endpoint = "agreements/withdraw-signatory")]
pub async fn withdraw_signatory(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] signatory: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::groups::{Mark, Stand};
    use super::model::{FactKind, Method};
    use super::store::{self, Said};
    use super::{place, turn};
    use crate::agreement::api::Step;
    use crate::agreement::life::State;
    use crate::agreement::{clock, events, store as agreements};
    use crate::backend::journal;
    use crate::error::{Check, Hindrance, Problem};

    let mut check = Check::default();
    let why = check.text("reason", &reason, 1000);
    let mut step = Step::begin(&id, &version).await?;
    if !step.state.takes_signatories() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, agreement, state) = (step.ctx.now, step.agreement.clone(), step.state);
    let (visit, actor) = (step.ctx.visit.clone(), step.ctx.actor.clone());
    let tx = &mut step.ctx.tx;
    let (found, stand) = place(tx, agreement.id, &signatory, now).await?;
    if found.sent_at.is_some() && why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    check.finish(())?;
    if !matches!(stand, Stand::Waits | Stand::Turn | Stand::Expired | Stand::NotNeeded) {
        return Err(Hindrance::RequestOver.into());
    }
    let (_, plan) = store::plan(tx, agreement.id).await?;
    if found.version.is_some() {
        turn::holds(&plan.with(found.id, Mark::Withdrawn))?;
    }
    store::withdraw(tx, found.id, now).await?;
    turn::forget(tx, &found, now).await?;
    let by = store::By { visit: Some(&visit), account: Some(actor.id), method: Method::None };
    let said = Said { reason: &why, ..Said::default() };
    store::note(tx, &agreement, &found, FactKind::Withdrawn, said, by, now).await?;
    let mut to = state;
    if found.version.is_some() && state.takes_signatures() {
        // Those who are left may be all that it takes.
        to = turn::advance(tx, &visit.backend.settings.url, &agreement, Some(&actor), now).await?;
    } else {
        agreements::touch(tx, agreement.id, now).await?;
    }
    let entry = events::signatory_withdrawn(&agreement, &found, &why, (state, to));
    if to != State::Signed {
        return step.finish(entry, "#signing").await;
    }
    let author = journal::Author { now, ..visit.author(Some(actor.id)) };
    journal::record(tx, &author, entry).await?;
    step.reread().await?;
    clock::settle(&mut step.ctx.tx, &step.agreement, now).await?;
    let url = step.agreement.url();
    step.ctx.commit().await?;
    crate::backend::context::redirect(&url);
    Ok(())
}
