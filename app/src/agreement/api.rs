//! What staff does with an agreement as a whole: make it, correct it, move it on.

use leptos::prelude::*;

use super::model::AgreementForm;
use crate::error::Result;

/// Staff begins an agreement. Its parties are named one a line; they can be added later, too.
#[server(endpoint = "agreements/create")]
pub async fn create_agreement(
    #[server(default)] form_id: String,
    #[server(default)] parties: String,
    #[server(flatten)] form: AgreementForm,
) -> Result<()> {
    use super::model::{Key, Scope, url};
    use super::{events, form as read, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Check;

    let mut check = Check::default();
    let facts = form.read(&mut check);
    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let companies = read::parties(&mut ctx.tx, &mut check, &parties).await?;
    step::known_owner(&mut ctx, &mut check, facts.owner, None).await?;
    let mut facts = check.finish(facts)?;
    // Somebody looks after it: who began it, if nobody else.
    facts.owner = facts.owner.or(Some(ctx.actor.id));
    let mut id = ctx.id_of_form(&form_id).await?;
    if let Ok(there) = store::find(&mut ctx.tx, &Key::Id(id), &Scope::All).await {
        let named: Vec<_> = store::parties(&mut ctx.tx, id).await?.into_iter().map(|party| party.company).collect();
        if there.facts == facts && named == companies {
            redirect(&there.url());
            return Ok(());
        }
        // Gone back to, the form sends another agreement with the same id.
        id = ctx.new_id();
    }
    crate::company::standing::hold_open(&mut ctx.tx, &companies).await?;
    let number = store::next_number(&mut ctx.tx, ctx.now.date().year()).await?;
    store::insert(&mut ctx.tx, id, &number, &facts, Some(ctx.actor.id), ctx.now).await?;
    for company in &companies {
        store::add_party(&mut ctx.tx, id, *company, "", ctx.now).await?;
    }
    ctx.record(events::created(id, &number, &facts, &companies)).await?;
    ctx.commit().await?;
    redirect(&url(&number));
    Ok(())
}

/// Staff corrects an agreement's facts. The edit names the version it started from; if somebody was faster, nothing is
/// written.
#[server(endpoint = "agreements/edit")]
pub async fn edit_agreement(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(flatten)] form: AgreementForm,
) -> Result<()> {
    use super::store;
    use crate::backend::context::redirect;
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error};

    let mut check = Check::default();
    let mut facts = form.read(&mut check);
    let mut step = Step::begin(&id, &version).await?;
    let before = step.agreement.facts.clone();
    step::known_owner(&mut step.ctx, &mut check, facts.owner, before.owner).await?;
    if !step.state.has_open_days() {
        // When it begins and ends was signed.
        facts.effective_on.clone_from(&before.effective_on);
        facts.zone.clone_from(&before.zone);
        facts.term_months = before.term_months;
        facts.renewal = before.renewal;
    }
    let facts = check.finish(facts)?;
    let entry = Entry::new("agreement.edited", "agreement", step.agreement.id).changed(before.fields(), facts.fields());
    if entry.changes.is_empty() {
        redirect(&step.agreement.url());
        return Ok(());
    }
    let (agreement, now) = (&step.agreement, step.ctx.now);
    let (id, number) = (agreement.id, agreement.number.clone());
    if !store::update(&mut step.ctx.tx, id, &number, agreement.version, &facts, now).await? {
        return Err(Error::Conflict);
    }
    if facts.zone != before.zone {
        // What is owed until a day is owed until the midnight after it, in that zone.
        let calendar = crate::calendar::store::calendar(&mut step.ctx.tx).await?;
        super::obligation::store::recount(&mut step.ctx.tx, Some(id), &calendar, now).await?;
    }
    step.finish(entry, "").await
}

/// Staff moves an agreement on, or back. The form names the version that it saw.
#[server(endpoint = "agreements/move")]
pub async fn move_agreement(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] to: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::life::{self, State, Way};
    use super::{events, files, obligation, read, signing, store, tell};
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut check = Check::default();
    let target = State::from_code(to.trim());
    if target.is_none() {
        check.note("to", if to.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let why = check.text("reason", &reason, 1000);
    let checked = check.finish(());
    let mut step = Step::begin(&id, &version).await?;
    checked?;
    let target = target.ok_or(Error::NotFound)?;
    let (from, now) = (step.state, step.ctx.now);
    let agreement = step.agreement.clone();
    let standing = read::standing(&mut step.ctx.tx, &agreement, !why.is_empty(), now).await?;
    match life::may(from, target, Way::Staff, &standing) {
        Err(Hindrance::Reason) => {
            let mut check = Check::default();
            check.note("reason", Problem::NoReason);
            return check.finish(());
        }
        moved => moved?,
    }
    let visit = step.ctx.visit.clone();
    let tx = &mut step.ctx.tx;
    if !store::set_state(tx, agreement.id, agreement.version, (agreement.stored, target), now).await? {
        return Err(Error::Conflict);
    }
    let mut entry = events::moved(agreement.id, from, target, &why);
    if target == State::Negotiation {
        // What the parties see from now on is the text as it is; the drafts before it stay the zone's.
        if let Some(text) = store::current(tx, agreement.id).await? {
            store::share(tx, agreement.id, text.id, now).await?;
            files::share(tx, text.id).await?;
        }
        let parties = store::void_signatures(tx, agreement.id, now).await?;
        if signing::turn::void(tx, &agreement, true, &visit, now).await? > 0 || parties > 0 {
            entry = entry.created(vec![("signatures", "voided".to_owned())]);
        }
    } else if matches!(target, State::Withdrawn | State::Rejected) {
        signing::turn::void(tx, &agreement, false, &visit, now).await?;
    }
    if matches!(target, State::Terminated | State::Withdrawn | State::Rejected) {
        // What survives the end survives that of an agreement that bound somebody.
        let never = target != State::Terminated;
        let by = Some(step.ctx.actor.id);
        let ended = obligation::end_open(&mut step.ctx.tx, agreement.id, &why, never, by, now).await?;
        if !ended.is_empty() {
            step.ctx.record(obligation::events::ended(agreement.id, &ended)).await?;
        }
    }
    step.reread().await?;
    tell::moved(&mut step.ctx.tx, &step.agreement, target, Some(&step.ctx.actor), now).await?;
    step.finish(entry, "").await
}

#[cfg(feature = "ssr")]
pub(super) use step::Step;

#[cfg(feature = "ssr")]
mod step {
    use uuid::Uuid;

    use super::super::life::State;
    use super::super::model::{Agreement, Key};
    use super::super::{clock, store};
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Refusal, Result};

    /// One step that a person takes with an agreement, which is held until it is done.
    pub(in super::super) struct Step {
        pub ctx: Ctx,
        pub agreement: Agreement,
        /// Where it stands now.
        pub state: State,
    }

    impl Step {
        /// Begins a step of staff, on an agreement that is as they saw it.
        pub(in super::super) async fn begin(id: &str, version: &str) -> Result<Self> {
            Self::of_staff(Ctx::begin().await?, id, version).await
        }

        /// The same in a transaction that is open already.
        pub(in super::super) async fn of_staff(ctx: Ctx, id: &str, version: &str) -> Result<Self> {
            Self::of_staff_with(ctx, id, version, &[]).await
        }

        /// The same for a step that takes another company, too: all are held together, in the order that is everybody's.
        pub(in super::super) async fn of_staff_with(ctx: Ctx, id: &str, version: &str, also: &[Uuid]) -> Result<Self> {
            require(ctx.actor.may_edit_agreements())?;
            let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
            let mut step = Self::of_with(ctx, id, also).await?;
            if step.agreement.version != version {
                return Err(Error::Conflict);
            }
            // What the clock has not written yet it writes now: the step follows where the agreement stands.
            if clock::settle(&mut step.ctx.tx, &step.agreement, step.ctx.now).await? {
                step.reread().await?;
            }
            Ok(step)
        }

        /// Begins a step of anybody who may know of the agreement.
        pub(in super::super) async fn of(ctx: Ctx, id: &str) -> Result<Self> {
            Self::of_with(ctx, id, &[]).await
        }

        async fn of_with(mut ctx: Ctx, id: &str, also: &[Uuid]) -> Result<Self> {
            let scope = ctx.actor.opens_agreements()?;
            let key = Key::parse(id)?;
            store::hold_with(&mut ctx.tx, &key, also).await?;
            let agreement = store::find(&mut ctx.tx, &key, &scope).await?;
            let state = agreement.state(ctx.now);
            Ok(Self { ctx, agreement, state })
        }

        /// Reads the agreement anew, after something of it was written.
        pub(in super::super) async fn reread(&mut self) -> Result<()> {
            let scope = self.ctx.actor.opens_agreements()?;
            self.agreement = store::find(&mut self.ctx.tx, &Key::Id(self.agreement.id), &scope).await?;
            self.state = self.agreement.state(self.ctx.now);
            Ok(())
        }

        /// Records the step and leads back to a place of the agreement's page.
        pub(in super::super) async fn finish(mut self, entry: Entry, place: &str) -> Result<()> {
            self.ctx.record(entry).await?;
            let url = format!("{}{place}", self.agreement.url());
            self.ctx.commit().await?;
            redirect(&url);
            Ok(())
        }
    }

    /// Notes an owner who is none of the staff. Who looked after it before may go on.
    pub(super) async fn known_owner(
        ctx: &mut Ctx,
        check: &mut Check,
        owner: Option<Uuid>,
        before: Option<Uuid>,
    ) -> Result<()> {
        if let Some(owner) = owner.filter(|owner| Some(*owner) != before) {
            let found = crate::account::store::receiver(&mut ctx.tx, owner).await?;
            if !matches!(found, Some((_, Role::Administrator | Role::Staff))) {
                check.note("owner", Problem::Unknown);
            }
        }
        Ok(())
    }
}
