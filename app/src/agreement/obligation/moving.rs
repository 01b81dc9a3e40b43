//! A step that is taken with an obligation: by a party's own people, by staff that was told of it, or by staff itself.

use super::life::{self, Standing, State, Way};
use super::model::{Obligation, is_binding, url};
use super::store::{self, Side};
use super::{events, tell};
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

/// What staff takes a step with by itself: the obligation, as it is still at the version that they saw.
pub(super) async fn seen(ctx: Ctx, id: &str, number: &str, version: &str) -> Result<(Step, Obligation)> {
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let mut step = Step::of(ctx, id).await?;
    let number = number.parse().map_err(|_| Error::NotFound)?;
    let obligation = store::find(&mut step.ctx.tx, step.agreement.id, number).await?;
    if obligation.version != version {
        return Err(Error::Conflict);
    }
    Ok((step, obligation))
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
