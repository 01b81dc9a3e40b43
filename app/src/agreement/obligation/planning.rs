//! What staff plans under an agreement, and changes of it.

use leptos::prelude::*;

use super::model::ObligationForm;
use crate::error::Result;

/// Staff plans what is owed under an agreement. What comes again is made ahead at once, as far as the clock would.
#[server(endpoint = "obligations/plan")]
pub async fn plan_obligation(
    #[server(default)] id: String,
    #[server(default)] form_id: String,
    #[server(flatten)] form: ObligationForm,
) -> Result<()> {
    use super::model::{Due, MOST, url};
    use super::{clock, events, store};
    use crate::actor::require;
    use crate::agreement::{api::Step, store as agreements};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Hindrance};

    let ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let mut step = Step::of(ctx, &id).await?;
    if step.state.is_over() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let (now, by, agreement) = (step.ctx.now, step.ctx.actor.id, step.agreement.clone());
    let mut new = step.ctx.id_of_form(&form_id).await?;
    let tx = &mut step.ctx.tx;
    let parties = agreements::parties(tx, agreement.id).await?;
    let ids: Vec<_> = parties.iter().map(|party| party.id).collect();
    let mut check = Check::default();
    let plan = form.read(&mut check, &ids);
    let plan = check.finish(plan)?;
    if let Some(there) = store::by_id(tx, new).await? {
        let same = there.agreement == agreement.id && there.clause == plan.clause && there.text_en == plan.text_en;
        if same && there.text_zh == plan.text_zh {
            redirect(&url(&agreement.number, there.number));
            return Ok(());
        }
        // Gone back to, the form sends another one with the same id.
        new = crate::backend::clock::new_id();
    }
    if store::last_number(tx, agreement.id).await? >= MOST {
        return Err(Hindrance::TooManyObligations.into());
    }
    let calendar = crate::calendar::store::calendar(tx).await?;
    let due = Due::of(&plan.due_on, &agreement.facts.zone, &calendar);
    let place = clock::first_place(new, &plan);
    let number = store::insert(tx, (new, agreement.id), &plan, &due, &place, Some(by), now).await?;
    let ahead = clock::extend(tx, &agreement, new, &calendar, now).await?;
    let entry = events::planned(agreement.id, number, &plan, &events::names(&plan, &parties), ahead.len());
    step.ctx.record(entry).await?;
    step.ctx.commit().await?;
    redirect(&url(&agreement.number, number));
    Ok(())
}

/// Staff changes what is owed. As soon as evidence was shown, it must be said why, and the parties read that it was done.
#[server(endpoint = "obligations/edit")]
pub async fn edit_obligation(
    #[server(default)] id: String,
    #[server(default)] number: String,
    #[server(default)] version: String,
    #[server(default)] reason: String,
    #[server(flatten)] form: ObligationForm,
) -> Result<()> {
    use super::model::{Due, Repeat, url};
    use super::{clock, events, moving, store, tell};
    use crate::actor::require;
    use crate::agreement::store as agreements;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Hindrance, Problem};

    let ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let (mut step, before) = moving::seen(ctx, &id, &number, &version).await?;
    let (now, actor, agreement) = (step.ctx.now, step.ctx.actor.clone(), step.agreement.clone());
    let tx = &mut step.ctx.tx;
    if before.state.is_settled() {
        return Err(Hindrance::NoSuchMove.into());
    }
    let parties = agreements::parties(tx, agreement.id).await?;
    let ids: Vec<_> = parties.iter().map(|party| party.id).collect();
    let sides = store::sides(tx, before.id).await?;
    let mut form = form;
    // How a series goes on is said with its last one; what is over brings nothing new.
    let continues = (before.series.is_none() || before.is_last_of_series()) && !step.state.is_over();
    if !continues {
        form.repeat = Repeat::Once.code().to_owned();
    }
    let mut check = Check::default();
    let mut plan = form.read(&mut check, &ids);
    let why = check.text("reason", &reason, 1000);
    let shown = !store::evidence(tx, before.id).await?.is_empty();
    if shown && why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    check.finish(())?;
    if !continues {
        plan.every_months = before.every_months;
        plan.repeat_until.clone_from(&before.repeat_until);
    }
    let place = clock::place_after_edit(&before, &plan, continues);
    let calendar = crate::calendar::store::calendar(tx).await?;
    let due = Due::of(&plan.due_on, &agreement.facts.zone, &calendar);
    let old = events::plan_of(&before, &sides);
    let (old_names, new_names) = (events::names(&old, &parties), events::names(&plan, &parties));
    let mut entry = events::changed(agreement.id, before.number, &old, &old_names, &plan, &new_names);
    if entry.changes.len() <= 1 {
        redirect(&url(&agreement.number, before.number));
        return Ok(());
    }
    if !store::update(tx, before.id, before.version, &plan, &due, &place, now).await? {
        return Err(Error::Conflict);
    }
    if continues {
        clock::extend(tx, &agreement, before.id, &calendar, now).await?;
    }
    if shown {
        let states = (before.state, before.state);
        let taken = store::NewStep {
            obligation: before.id,
            states,
            party: None,
            reason: &why,
            told_by: "",
            by: Some(actor.id),
        };
        store::add_step(tx, &taken, now).await?;
        entry = entry.created(vec![("reason", why.clone())]);
        let sides = store::sides(tx, before.id).await?;
        tell::moved(tx, &agreement, &before, &sides, before.state, &actor, now).await?;
    }
    step.ctx.record(entry).await?;
    step.ctx.commit().await?;
    redirect(&url(&agreement.number, before.number));
    Ok(())
}
