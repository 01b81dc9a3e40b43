//! Who the parties are, in which order, and whom of them one talks to.

use leptos::prelude::*;

use crate::error::Result;

/// Staff adds a company as the last party. On a text that was agreed among others no word counts any more.
#[server(endpoint = "agreements/add-party")]
pub async fn add_party(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] company: String,
    #[server(default)] role: String,
) -> Result<()> {
    use super::api::Step;
    use super::model::MOST_PARTIES;
    use super::{events, store, tell};
    use crate::actor::require;
    use crate::backend::context::Ctx;
    use crate::company;
    use crate::error::{Check, Hindrance};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let mut check = Check::default();
    let role = check.line("role", &role, 200);
    let found = company::choice::resolve(&mut ctx.tx, &mut check, "company", &company).await?;
    let mut step = Step::of_staff_with(ctx, &id, &version, found.as_slice()).await?;
    let company = check.finish(found)?.ok_or(Hindrance::TwoParties)?;
    company::standing::must_be_open(&mut step.ctx.tx, &[company]).await?;
    if !step.state.is_open() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    let parties = store::parties(&mut step.ctx.tx, agreement.id).await?;
    if parties.iter().any(|party| party.company == company) {
        return Err(Hindrance::PartyAlready.into());
    }
    if parties.len() >= MOST_PARTIES {
        return Err(Hindrance::TooManyParties.into());
    }
    let tx = &mut step.ctx.tx;
    store::add_party(tx, agreement.id, company, &role, now).await?;
    store::void_words(tx, agreement.id, now).await?;
    store::touch(tx, agreement.id, now).await?;
    if agreement.shared_at.is_some() {
        tell::moved(tx, &agreement, step.state, Some(&step.ctx.actor), now).await?;
    }
    step.finish(events::party_added(agreement.id, company, &role), "#parties").await
}

/// Staff changes a party's role, its place among the parties and its contacts.
#[server(endpoint = "agreements/edit-party")]
pub async fn edit_party(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] party: String,
    #[server(default)] role: String,
    #[server(default)] place: String,
    #[server(default)] contacts: Vec<String>,
) -> Result<()> {
    use super::api::Step;
    use super::{events, store};
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut step = Step::begin(&id, &version).await?;
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    if step.state.is_over() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let tx = &mut step.ctx.tx;
    let parties = store::parties(tx, agreement.id).await?;
    let at = parties.iter().position(|known| known.id.to_string() == party).ok_or(Error::NotFound)?;
    let party = parties[at].clone();
    let mut check = Check::default();
    let role = check.line("role", &role, 200);
    let possible = store::possible_contacts(tx, party.id, party.company, &now.iso_day()).await?;
    let before: Vec<_> =
        store::contacts(tx, agreement.id).await?.into_iter().filter(|contact| contact.party == party.id).collect();
    let mut chosen: Vec<store::Contact> = Vec::new();
    for code in contacts.iter().filter(|code| !code.is_empty()) {
        match possible.iter().chain(&before).find(|contact| contact.code() == *code) {
            Some(contact) if chosen.iter().all(|other| other.code() != *code) => chosen.push(contact.clone()),
            Some(_) => {}
            None => check.note("contacts", Problem::NotAnOption),
        }
    }
    let most = u32::try_from(parties.len()).unwrap_or(u32::MAX);
    let to = place.trim().parse::<usize>().ok().filter(|to| (1..=parties.len()).contains(to));
    if !place.trim().is_empty() && to.is_none() {
        check.note("place", Problem::OutOfRange(1, most));
    }
    let to = to.map_or(at, |to| to - 1);
    check.finish(())?;
    if to != at && !step.state.is_open() {
        // Party A of what is agreed stays Party A.
        return Err(Hindrance::NoSuchMove.into());
    }
    let mut order: Vec<_> = parties.iter().map(|party| party.id).collect();
    let moved = order.remove(at);
    order.insert(to, moved);
    let people = |contacts: &[store::Contact]| contacts.iter().filter_map(|contact| contact.person).collect::<Vec<_>>();
    crate::person::store::hold(tx, &people(&chosen), &people(&before)).await?;
    store::order_parties(tx, &order).await?;
    store::set_role(tx, party.id, &role).await?;
    store::set_contacts(tx, party.id, &chosen).await?;
    store::touch(tx, agreement.id, now).await?;
    let names = |contacts: &[store::Contact]| {
        contacts.iter().map(|contact| contact.name.as_str()).collect::<Vec<_>>().join("\n")
    };
    let fields = |role: &str, place: usize, contacts: &[store::Contact]| {
        vec![("role", role.to_owned()), ("place", (place + 1).to_string()), ("contacts", names(contacts))]
    };
    let entry =
        events::party_edited(agreement.id, party.company, fields(&party.role, at, &before), fields(&role, to, &chosen));
    step.finish(entry, "#parties").await
}

/// Staff takes a party out, saying why. Its people see nothing of the agreement from then on.
#[server(endpoint = "agreements/remove-party")]
pub async fn remove_party(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] party: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::api::Step;
    use super::{events, obligation, store, tell};
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut check = Check::default();
    let why = check.text("reason", &reason, 1000);
    if why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    let why = check.finish(why);
    let mut step = Step::begin(&id, &version).await?;
    let why = why?;
    if !step.state.is_open() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, by, agreement) = (step.ctx.now, step.ctx.actor.id, step.agreement.clone());
    let tx = &mut step.ctx.tx;
    let parties = store::parties(tx, agreement.id).await?;
    let gone = parties.iter().find(|known| known.id.to_string() == party).ok_or(Error::NotFound)?;
    // Who was to sign for it is asked nothing any more.
    super::signing::turn::void_party(tx, &agreement, gone.id, now).await?;
    store::remove_party(tx, gone.id, by, &why, now).await?;
    obligation::store::drop_party(tx, gone.id).await?;
    store::set_contacts(tx, gone.id, &[]).await?;
    let rest: Vec<_> = parties.iter().map(|party| party.id).filter(|id| *id != gone.id).collect();
    store::order_parties(tx, &rest).await?;
    // The others agreed on a text with one party more.
    store::void_words(tx, agreement.id, now).await?;
    tell::forget(tx, agreement.id, gone.company).await?;
    store::touch(tx, agreement.id, now).await?;
    let company = gone.company;
    step.finish(events::party_removed(agreement.id, company, &why), "#parties").await
}
