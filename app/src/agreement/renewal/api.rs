//! What staff does when an agreement is to be changed, or comes to its end.

use leptos::prelude::*;

use crate::error::Result;

/// Staff begins an agreement that amends or renews another one: a draft among the same parties, with what was agreed before.
#[server(endpoint = "agreements/follow")]
pub async fn follow_agreement(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] form_id: String,
    #[server(default)] follow: String,
) -> Result<()> {
    use super::super::api::Step;
    use super::super::life::State;
    use super::super::model::{Key, Renewal, Scope, url};
    use super::super::{events, store};
    use super::model::Follow;
    use super::store as lines;
    use crate::backend::context::redirect;
    use crate::error::{Check, Hindrance, Problem};

    let mut check = Check::default();
    let chosen = Follow::from_code(follow.trim());
    if chosen.is_none() {
        check.note("follow", if follow.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let chosen = check.finish(chosen);
    let mut step = Step::begin(&id, &version).await?;
    let follow = chosen?.ok_or(Hindrance::NoSuchMove)?;
    let (now, parent) = (step.ctx.now, step.agreement.clone());
    let child = step.ctx.id_of_form(&form_id).await?;
    let tx = &mut step.ctx.tx;
    if let Ok(there) = store::find(tx, &Key::Id(child), &Scope::All).await {
        // Sent twice, it is there already; any other agreement has nothing to do with this form.
        redirect(&there.url());
        return Ok(());
    }
    let may = match follow {
        Follow::Amends => matches!(step.state, State::Signed | State::InForce),
        Follow::Renews => matches!(step.state, State::InForce | State::Expired),
    };
    if !may {
        return Err(Hindrance::NoSuchMove.into());
    }
    if follow == Follow::Renews && lines::is_renewed(tx, parent.id).await? {
        return Err(Hindrance::HasRenewal.into());
    }
    let mut facts = parent.facts.clone();
    facts.sign_on = String::new();
    facts.sign_place = String::new();
    facts.private = false;
    facts.owner = facts.owner.or(Some(step.ctx.actor.id));
    match follow {
        Follow::Amends => {
            // It holds as long as what it amends.
            facts.effective_on = String::new();
            facts.term_months = None;
            facts.renewal = Renewal::None;
            facts.notice_days = None;
            for (title, text) in [
                (
                    &mut facts.title_en,
                    crate::language::Language::En.texts().renewal_amendment_of(&parent.facts.title_en),
                ),
                (
                    &mut facts.title_zh,
                    crate::language::Language::Zh.texts().renewal_amendment_of(&parent.facts.title_zh),
                ),
            ] {
                if !title.is_empty() {
                    *title = text.chars().take(200).collect();
                }
            }
        }
        Follow::Renews => {
            let last: Option<jiff::civil::Date> = parent.facts.days_at(now).ends_on.parse().ok();
            facts.effective_on =
                last.and_then(|day| day.tomorrow().ok()).map(|day| day.to_string()).unwrap_or_default();
        }
    }
    let parties = store::parties(tx, parent.id).await?;
    let companies: Vec<_> = parties.iter().map(|party| party.company).collect();
    crate::company::standing::hold_open(tx, &companies).await?;
    let number = store::next_number(tx, now.date().year()).await?;
    store::insert(tx, child, &number, &facts, Some(step.ctx.actor.id), now).await?;
    lines::set_follow(tx, child, parent.id, follow).await?;
    let contacts = store::contacts(tx, parent.id).await?;
    let people: Vec<_> = contacts.iter().filter_map(|contact| contact.person).collect();
    crate::person::store::hold(tx, &people, &people).await?;
    for party in parties {
        let copy = store::add_party(tx, child, party.company, &party.role, now).await?;
        let own: Vec<_> = contacts.iter().filter(|contact| contact.party == party.id).cloned().collect();
        store::set_contacts(tx, copy, &own).await?;
    }
    let entry = events::created(child, &number, &facts, &companies)
        .created(vec![("follow", follow.code().to_owned()), ("follows", parent.number.clone())]);
    step.ctx.record(entry).await?;
    step.ctx.commit().await?;
    redirect(&format!("{}/edit", url(&number)));
    Ok(())
}

/// Staff says what becomes of an agreement after its term, which ends the reminder on its page until there is another term.
#[server(endpoint = "agreements/decide")]
pub async fn decide_agreement(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] decision: String,
    #[server(default)] decision_reason: String,
) -> Result<()> {
    use super::super::api::Step;
    use super::super::events;
    use super::super::store;
    use super::model::Decision;
    use super::store as lines;
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut check = Check::default();
    let chosen = Decision::from_code(decision.trim());
    if chosen.is_none() {
        check.note("decision", if decision.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let why = check.text("decision_reason", &decision_reason, 1000);
    if why.is_empty() {
        check.note("decision_reason", Problem::NoReason);
    }
    let chosen = check.finish(chosen);
    let mut step = Step::begin(&id, &version).await?;
    let decision = chosen?.ok_or(Error::NotFound)?;
    let (now, agreement) = (step.ctx.now, step.agreement.clone());
    if !agreement.may_be_decided(step.state) {
        return Err(Hindrance::NoSuchMove.into());
    }
    lines::set_decided(&mut step.ctx.tx, agreement.id, &agreement.days.ends_on).await?;
    store::touch(&mut step.ctx.tx, agreement.id, now).await?;
    step.finish(events::decided(agreement.id, decision, &why), "#line").await
}
