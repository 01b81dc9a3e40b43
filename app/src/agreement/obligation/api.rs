//! What can be done with an obligation: the parties take its steps, staff settles what is disputed.

use leptos::prelude::*;

use crate::error::Result;

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
    use super::moving::{Asked, Moving};
    use crate::actor::Rights;
    use crate::error::Check;

    let asked = Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let moving = Moving::begin(&asked, &[Way::Owing], Rights::Contributor, Check::default()).await?;
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
    use super::moving::{Asked, Moving};
    use super::store;
    use crate::actor::Rights;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let body = check.text("evidence", &evidence, 4000);
    let chosen: Vec<&String> = documents.iter().filter(|document| !document.is_empty()).collect();
    if body.is_empty() && chosen.is_empty() {
        check.note("evidence", Problem::Missing);
    }
    let asked = Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let mut moving = Moving::begin(&asked, &[Way::Owing], Rights::Manager, check).await?;
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

/// A party that benefits says that it was fulfilled, that the evidence is not enough, or waives it.
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
    use super::moving::{Asked, Moving};
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
    let asked = Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let mut moving = Moving::begin(&asked, &[Way::Benefiting], Rights::Manager, check).await?;
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
    use super::moving::{Asked, Moving};
    use crate::actor::Rights;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let why = check.text("reason", &reason, 1000);
    if why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    let asked = Asked { id: &id, number: &number, version: &version, party: &party, told_by: &told_by };
    let ways = [Way::Owing, Way::Benefiting];
    let moving = Moving::begin(&asked, &ways, Rights::Manager, check).await?;
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
    use super::{events, model::url, moving, store, tell};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Problem};

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
    let (mut step, obligation) = moving::seen(ctx, &id, &number, &version).await?;
    let (now, actor, agreement) = (step.ctx.now, step.ctx.actor.clone(), step.agreement.clone());
    let tx = &mut step.ctx.tx;
    let evidence = store::evidence(tx, obligation.id).await?.iter().any(|shown| shown.refused_at.is_none());
    let standing = Standing { evidence, reason: true, ..Standing::default() };
    life::may(obligation.state, target, Way::Staff, &standing)?;
    if !store::set_state(tx, obligation.id, obligation.version, target, now).await? {
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
