//! What can be done with an obligation: staff plans it, the parties take its steps, staff settles what is disputed.

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
    let mut new = step.ctx.id_of_form(&form_id);
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
    use super::{clock, events, store, tell};
    use crate::actor::require;
    use crate::agreement::{api::Step, store as agreements};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Hindrance, Problem, Refusal};

    let ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let mut step = Step::of(ctx, &id).await?;
    let (now, actor, agreement) = (step.ctx.now, step.ctx.actor.clone(), step.agreement.clone());
    let tx = &mut step.ctx.tx;
    let before = store::find(tx, agreement.id, number.parse().map_err(|_| Error::NotFound)?).await?;
    if before.version != version {
        return Err(Error::Conflict);
    }
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
    if !store::update(tx, before.id, version, &plan, &due, &place, now).await? {
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

/// A party that owes says that it is at work on it; or staff writes down what it was told.
#[server(endpoint = "obligations/start")]
pub async fn start_obligation(
    #[server(default)] id: String,
    #[server(default)] number: String,
    #[server(default)] version: String,
    #[server(default)] party: String,
    #[server(default)] told_by: String,
) -> Result<()> {
    use super::life::{State, Way};
    use crate::actor::Rights;
    use crate::error::Check;

    let asked = moving::Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let moving = moving::Moving::begin(&asked, &[Way::Owing], Rights::Contributor, Check::default()).await?;
    moving.go(State::InProgress, "").await
}

/// A party that owes shows what it did: in words, with documents, or both.
#[server(endpoint = "obligations/submit")]
pub async fn submit_evidence(
    #[server(default)] id: String,
    #[server(default)] number: String,
    #[server(default)] version: String,
    #[server(default)] party: String,
    #[server(default)] told_by: String,
    #[server(default)] evidence: String,
    #[server(default)] documents: Vec<String>,
) -> Result<()> {
    use super::life::{State, Way};
    use super::store;
    use crate::actor::Rights;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let body = check.text("evidence", &evidence, 4000);
    let chosen: Vec<&String> = documents.iter().filter(|document| !document.is_empty()).collect();
    if body.is_empty() && chosen.is_empty() {
        check.note("evidence", Problem::Missing);
    }
    let asked = moving::Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let mut moving = moving::Moving::begin(&asked, &[Way::Owing], Rights::Manager, check).await?;
    let there = store::documents(&mut moving.step.ctx.tx, moving.obligation.id).await?;
    let mut shown = Vec::new();
    for code in chosen {
        match there.iter().find(|(document, evidence)| evidence.is_none() && document.to_string() == *code) {
            Some((document, _)) => shown.push(*document),
            None => {
                let mut check = Check::default();
                check.note("documents", Problem::NotAnOption);
                return check.finish(());
            }
        }
    }
    moving.evidence = true;
    moving.may(State::Submitted, "").await?;
    let (now, by) = (moving.step.ctx.now, Some(moving.step.ctx.actor.id));
    let (obligation, party) = (moving.obligation.id, moving.side.party);
    let new = store::NewEvidence { obligation, party, body: &body, told_by: &moving.told, by, documents: &shown };
    store::add_evidence(&mut moving.step.ctx.tx, &new, now).await?;
    moving.go(State::Submitted, "").await
}

/// A party that benefits says that it was fulfilled, that the evidence is not enough, or that it does without.
#[server(endpoint = "obligations/answer")]
pub async fn answer_obligation(
    #[server(default)] id: String,
    #[server(default)] number: String,
    #[server(default)] version: String,
    #[server(default)] party: String,
    #[server(default)] told_by: String,
    // Where it is moved by that.
    #[server(default)] to: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::life::{State, Way};
    use super::store;
    use crate::actor::Rights;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let why = check.text("reason", &reason, 1000);
    let target =
        State::from_code(to.trim()).filter(|to| matches!(to, State::Fulfilled | State::InProgress | State::Waived));
    if target.is_none() {
        check.note("to", Problem::NotAnOption);
    }
    if target != Some(State::Fulfilled) && why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    let asked = moving::Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let mut moving = moving::Moving::begin(&asked, &[Way::Benefiting], Rights::Manager, check).await?;
    let target = target.unwrap_or(State::Fulfilled);
    moving.may(target, &why).await?;
    if target == State::InProgress {
        let now = moving.step.ctx.now;
        store::refuse_evidence(&mut moving.step.ctx.tx, moving.obligation.id, now).await?;
    }
    moving.go(target, &why).await
}

/// A party disputes where an obligation stands, whichever side it is on. From then on nothing moves until staff settles it.
#[server(endpoint = "obligations/dispute")]
pub async fn dispute_obligation(
    #[server(default)] id: String,
    #[server(default)] number: String,
    #[server(default)] version: String,
    #[server(default)] party: String,
    #[server(default)] told_by: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::life::{State, Way};
    use crate::actor::Rights;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let why = check.text("reason", &reason, 1000);
    if why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    let asked = moving::Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let ways = [Way::Owing, Way::Benefiting];
    let moving = moving::Moving::begin(&asked, &ways, Rights::Manager, check).await?;
    moving.go(State::Disputed, &why).await
}

/// Staff settles what is disputed, or takes out of the plan what nobody did yet; the reason is for all to read.
#[server(endpoint = "obligations/settle")]
pub async fn settle_obligation(
    #[server(default)] id: String,
    #[server(default)] number: String,
    #[server(default)] version: String,
    #[server(default)] to: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::life::{self, Standing, State, Way};
    use super::{events, model::url, store, tell};
    use crate::actor::require;
    use crate::agreement::api::Step;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Problem, Refusal};

    let mut check = Check::default();
    let why = check.text("reason", &reason, 1000);
    let target = State::from_code(to.trim());
    if target.is_none() {
        check.note("to", if to.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    if why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    let ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let target = check.finish(target)?.ok_or(Error::NotFound)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let mut step = Step::of(ctx, &id).await?;
    let (now, actor, agreement) = (step.ctx.now, step.ctx.actor.clone(), step.agreement.clone());
    let tx = &mut step.ctx.tx;
    let obligation = store::find(tx, agreement.id, number.parse().map_err(|_| Error::NotFound)?).await?;
    if obligation.version != version {
        return Err(Error::Conflict);
    }
    let evidence = store::evidence(tx, obligation.id).await?.iter().any(|shown| shown.refused_at.is_none());
    let standing = Standing { evidence, reason: true, ..Standing::default() };
    life::may(obligation.state, target, Way::Staff, &standing)?;
    if !store::set_state(tx, obligation.id, version, target, now).await? {
        return Err(Error::Conflict);
    }
    if target == State::Lapsed {
        // Taken out, it does not come again.
        store::set_next(tx, obligation.id, "").await?;
    }
    let states = (obligation.state, target);
    let taken = store::NewStep {
        obligation: obligation.id,
        states,
        party: None,
        reason: &why,
        told_by: "",
        by: Some(actor.id),
    };
    store::add_step(tx, &taken, now).await?;
    let sides = store::sides(tx, obligation.id).await?;
    tell::moved(tx, &agreement, &obligation, &sides, target, &actor, now).await?;
    let entry = events::moved(agreement.id, &obligation, target, None, "");
    step.ctx.record(entry).await?;
    step.ctx.commit().await?;
    redirect(&url(&agreement.number, obligation.number));
    Ok(())
}

#[cfg(feature = "ssr")]
mod moving {
    use super::super::life::{self, Standing, State, Way};
    use super::super::model::{Obligation, is_binding, url};
    use super::super::store::{self, Side};
    use super::super::{events, tell};
    use crate::actor::{Rights, Role, require};
    use crate::agreement::api::Step;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Hindrance, Problem, Refusal, Result};

    /// What every form of a party's step says.
    pub(super) struct Asked<'a> {
        pub id: &'a str,
        pub number: &'a str,
        /// The version that the person saw.
        pub version: &'a str,
        /// The party for which it is done; for its own people it need not be said.
        pub party: &'a str,
        pub told_by: &'a str,
    }

    /// A step of a party, by its people or by staff that was told of it.
    pub(super) struct Moving {
        pub step: Step,
        pub obligation: Obligation,
        sides: Vec<Side>,
        pub side: Side,
        pub told: String,
        by_staff: bool,
        /// Whether something is shown with this very step.
        pub evidence: bool,
    }

    fn stands(side: &Side, way: Way) -> bool {
        match way {
            Way::Owing => side.owes,
            Way::Benefiting => side.benefits,
            Way::Staff | Way::End => false,
        }
    }

    impl Moving {
        /// Begins the step of a party that stands on one of these sides. `check` has what was wrong with the form's own
        /// fields, which is told together with what is wrong with these.
        pub(super) async fn begin(asked: &Asked<'_>, ways: &[Way], rights: Rights, mut check: Check) -> Result<Self> {
            let told = check.line("told_by", asked.told_by, 200);
            let ctx = Ctx::begin().await?;
            require(ctx.actor.role != Role::Executive)?;
            let mut step = Step::of(ctx, asked.id).await?;
            let actor = step.ctx.actor.clone();
            let number = asked.number.parse().map_err(|_| Error::NotFound)?;
            let obligation = store::find(&mut step.ctx.tx, step.agreement.id, number).await?;
            let sides = store::sides(&mut step.ctx.tx, obligation.id).await?;
            let mut able: Vec<&Side> = sides.iter().filter(|side| ways.iter().any(|way| stands(side, *way))).collect();
            // For the company acted for, if it can be.
            able.sort_by_key(|side| Some(side.company) != actor.acting);
            let named = |side: &&&Side| asked.party.is_empty() || side.party.to_string() == asked.party;
            let by_staff = actor.may_edit_agreements();
            let side = if by_staff {
                if told.is_empty() {
                    check.note("told_by", Problem::Missing);
                }
                let side = able.iter().find(|side| side.party.to_string() == asked.party);
                if side.is_none() {
                    check.note("party", if asked.party.is_empty() { Problem::Missing } else { Problem::NotAnOption });
                }
                side
            } else {
                let mine = able.iter().filter(named).find(|side| actor.represents(side.company, rights).is_ok());
                Some(mine.ok_or(Error::Forbidden)?)
            };
            let side = check.finish(side)?.copied().cloned().ok_or(Error::NotFound)?;
            let version: i64 = asked.version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
            if obligation.version != version {
                return Err(Error::Conflict);
            }
            let told = if by_staff { told } else { String::new() };
            Ok(Self { step, obligation, sides, side, told, by_staff, evidence: false })
        }

        /// Whether it can be moved there by the party.
        pub(super) async fn may(&mut self, to: State, reason: &str) -> Result<()> {
            let shown = store::evidence(&mut self.step.ctx.tx, self.obligation.id).await?;
            let latest = shown.iter().find(|shown| shown.refused_at.is_none());
            let me = self.step.ctx.actor.id;
            let standing = Standing {
                binding: is_binding(self.step.state),
                sides: self.sides.iter().any(|side| side.owes) && self.sides.iter().any(|side| side.benefits),
                evidence: self.evidence || latest.is_some(),
                // Who acts for both sides does not look at their own evidence, whatever company they say it for.
                own_evidence: latest
                    .is_some_and(|shown| shown.party == self.side.party || (!self.by_staff && shown.by_id == Some(me))),
                owes: self.side.owes,
                reason: !reason.is_empty(),
            };
            let ways = [Way::Owing, Way::Benefiting].into_iter().filter(|way| stands(&self.side, *way));
            let mut hindrance = Hindrance::NoSuchMove;
            for way in ways {
                match life::may(self.obligation.state, to, way, &standing) {
                    Ok(()) => return Ok(()),
                    Err(Hindrance::NoSuchMove) => {}
                    Err(other) => hindrance = other,
                }
            }
            Err(hindrance.into())
        }

        /// Takes the step, and leads back to the obligation.
        pub(super) async fn go(mut self, to: State, reason: &str) -> Result<()> {
            // Submitting was asked before its evidence stood there.
            if !self.evidence {
                self.may(to, reason).await?;
            }
            let Self { mut step, obligation, sides, side, told, .. } = self;
            let (now, actor, agreement) = (step.ctx.now, step.ctx.actor.clone(), step.agreement.clone());
            let tx = &mut step.ctx.tx;
            if !store::set_state(tx, obligation.id, obligation.version, to, now).await? {
                return Err(Error::Conflict);
            }
            let taken = store::NewStep {
                obligation: obligation.id,
                states: (obligation.state, to),
                party: Some(side.party),
                reason,
                told_by: &told,
                by: Some(actor.id),
            };
            store::add_step(tx, &taken, now).await?;
            tell::moved(tx, &agreement, &obligation, &sides, to, &actor, now).await?;
            step.ctx.record(events::moved(agreement.id, &obligation, to, Some(side.company), &told)).await?;
            step.ctx.commit().await?;
            redirect(&url(&agreement.number, obligation.number));
            Ok(())
        }
    }
}
