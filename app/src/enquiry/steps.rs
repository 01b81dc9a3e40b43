//! What staff does with an enquiry: each step names the version it was decided on, and is recorded.

use leptos::prelude::*;

use crate::error::Result;

/// Staff tells the person who asked that the zone takes care of it. The portal's own receipt does not count as that.
#[server(endpoint = "enquiries/acknowledge")]
pub async fn acknowledge_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] acknowledgement: String,
) -> Result<()> {
    use super::letters;
    use super::model::Action;
    use super::store::{self, MessageKind};
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let body = check.text("acknowledgement", &acknowledgement, 4000);
    if body.is_empty() {
        check.note("acknowledgement", Problem::Missing);
    }
    let body = check.finish(body);
    let mut step = Step::begin(&id, &version, Action::Acknowledge).await?;
    let body = body?;
    let (ctx, enquiry) = (&mut step.ctx, &step.enquiry);
    let mail = letters::to_enquirer(ctx, "enquiry.acknowledged", enquiry, &body).await?;
    let (by, now) = (ctx.actor.id, ctx.now);
    store::add_message(&mut ctx.tx, enquiry.id, MessageKind::Acknowledgement, by, &body, mail, now).await?;
    step.to.acknowledged_at = Some(step.ctx.now);
    step.finish("enquiry.acknowledged", vec![("told_by", told_by(mail).to_owned())]).await
}

/// Staff decides whether it is genuine, and how urgent; spam and what was asked before is closed.
#[server(endpoint = "enquiries/screen")]
pub async fn screen_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] verdict: String,
    #[server(default)] priority: String,
    #[server(default)] duplicate_of: String,
) -> Result<()> {
    use super::model::{Action, CloseReason, Priority};
    use super::store;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let reason = match verdict.as_str() {
        "genuine" => None,
        "spam" => Some(CloseReason::Spam),
        "duplicate" => Some(CloseReason::Duplicate),
        other => {
            check.note("verdict", if other.is_empty() { Problem::Missing } else { Problem::NotAnOption });
            None
        }
    };
    let urgency = Priority::from_code(&priority).unwrap_or_else(|| {
        check.note("priority", if priority.is_empty() { Problem::Missing } else { Problem::NotAnOption });
        Priority::Normal
    });
    let number = duplicate_of.trim().to_uppercase();
    if reason == Some(CloseReason::Duplicate) && number.is_empty() {
        check.note("duplicate_of", Problem::Missing);
    }
    if reason != Some(CloseReason::Duplicate) && !number.is_empty() {
        check.note("duplicate_of", Problem::OnlyForDuplicates);
    }
    let checked = check.finish(());
    let action = if reason.is_none() { Action::Screen } else { Action::Dismiss };
    let mut step = Step::begin(&id, &version, action).await?;
    checked?;
    if reason == Some(CloseReason::Duplicate) {
        let first = store::by_number(&mut step.ctx.tx, &number).await?.filter(|first| *first != step.enquiry.id);
        if first.is_none() {
            let mut check = Check::default();
            check.note("duplicate_of", Problem::NoSuchEnquiry);
            return check.finish(());
        }
        step.to.duplicate_of = first;
    }
    step.to.priority = urgency;
    step.to.screened_at = Some(step.ctx.now);
    step.to.close_reason = reason;
    let first = step.to.duplicate_of.map(|_| number).unwrap_or_default();
    step.finish("enquiry.screened", vec![("verdict", verdict), ("duplicate_of", first)]).await
}

/// Staff makes it somebody's. When that person is away it goes to the deputy, who is told for whom.
#[server(endpoint = "enquiries/assign")]
pub async fn assign_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] assignee: String,
) -> Result<()> {
    use super::letters;
    use super::model::Action;
    use crate::absence::who_acts;
    use crate::actor::Role;
    use crate::error::{Check, Problem};

    let mut step = Step::begin(&id, &version, Action::Assign).await?;
    let tx = &mut step.ctx.tx;
    let person = assignee.parse::<uuid::Uuid>().ok();
    let works = match person {
        Some(person) => crate::account::store::receiver(tx, person).await?,
        None => None,
    };
    let Some((person, (_, Role::Administrator | Role::Staff))) = person.zip(works) else {
        let mut check = Check::default();
        check.note("assignee", if assignee.is_empty() { Problem::Missing } else { Problem::Unknown });
        return check.finish(());
    };
    let acting = who_acts(tx, person, step.ctx.now).await?;
    step.to.assignee = Some(acting.account);
    step.to.assigned_for = acting.instead_of;
    letters::tell_assigned(&mut step.ctx, &step.enquiry, acting).await?;
    let absent = acting.instead_of.map(|absent| absent.to_string()).unwrap_or_default();
    step.finish("enquiry.assigned", vec![("instead_of", absent)]).await
}

/// Staff answers. The text is mailed and kept; it stops both clocks.
#[server(endpoint = "enquiries/answer")]
pub async fn answer_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] answer: String,
) -> Result<()> {
    use super::letters;
    use super::model::Action;
    use super::store::{self, MessageKind};
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let body = check.text("answer", &answer, 10_000);
    if body.is_empty() {
        check.note("answer", Problem::Missing);
    }
    let body = check.finish(body);
    let mut step = Step::begin(&id, &version, Action::Answer).await?;
    let body = body?;
    let (ctx, enquiry) = (&mut step.ctx, &step.enquiry);
    let mail = letters::to_enquirer(ctx, "enquiry.answered", enquiry, &body).await?;
    let (by, now) = (ctx.actor.id, ctx.now);
    store::add_message(&mut ctx.tx, enquiry.id, MessageKind::Answer, by, &body, mail, now).await?;
    if let Some(company) = step.to.company_id {
        crate::company::stalled::store::talked(&mut step.ctx.tx, company, now).await?;
    }
    step.to.answered_at = step.to.answered_at.or(Some(now));
    step.to.acknowledged_at = step.to.acknowledged_at.or(Some(now));
    step.finish("enquiry.answered", vec![("told_by", told_by(mail).to_owned())]).await
}

/// Staff notes what came of it, and when to look again.
#[server(endpoint = "enquiries/follow-up")]
pub async fn follow_up_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] note: String,
    #[server(default)] next_on: String,
) -> Result<()> {
    use super::model::Action;
    use super::store::MessageKind;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let note = check.text("note", &note, 4000);
    if note.is_empty() {
        check.note("note", Problem::Missing);
    }
    let next = if next_on.trim().is_empty() { None } else { check.day("next_on", &next_on) };
    let checked = check.finish(());
    let mut step = Step::begin(&id, &version, Action::FollowUp).await?;
    let now = step.ctx.now;
    checked?;
    if next.is_some_and(|next| next < now.date()) {
        let mut check = Check::default();
        check.note("next_on", Problem::InThePast);
        return check.finish(());
    }
    step.note(MessageKind::Note, &note).await?;
    step.to.next_on = next.map(|next| next.to_string()).unwrap_or_default();
    step.finish("enquiry.followed_up", Vec::new()).await
}

/// Staff closes it, saying why.
#[server(endpoint = "enquiries/close")]
pub async fn close_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] reason: String,
    #[server(default)] note: String,
) -> Result<()> {
    use super::model::{Action, CloseReason};
    use super::store::MessageKind;
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let why = CloseReason::from_code(&reason);
    if why.is_none() {
        check.note("reason", if reason.is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let note = check.text("note", &note, 1000);
    if why == Some(CloseReason::Other) && note.is_empty() {
        check.note("note", Problem::Missing);
    }
    let checked = check.finish(());
    let mut step = Step::begin(&id, &version, Action::Close).await?;
    checked?;
    if !note.is_empty() {
        step.note(MessageKind::Note, &note).await?;
    }
    step.to.close_reason = why;
    step.to.next_on = String::new();
    step.finish("enquiry.closed", Vec::new()).await
}

/// Staff takes a closed one up again, saying why. What was not done yet has its whole time again.
#[server(endpoint = "enquiries/reopen")]
pub async fn reopen_enquiry(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] note: String,
) -> Result<()> {
    use super::model::Action;
    use super::store::{self, MessageKind};
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let note = check.text("note", &note, 1000);
    if note.is_empty() {
        check.note("note", Problem::Missing);
    }
    let checked = check.finish(());
    let mut step = Step::begin(&id, &version, Action::Reopen).await?;
    checked?;
    step.note(MessageKind::Note, &note).await?;
    let now = step.ctx.now;
    let calendar = crate::calendar::store::calendar(&mut step.ctx.tx).await?;
    let limits = store::limits(&mut step.ctx.tx).await?;
    let (acknowledge, answer) = store::dues(&calendar, limits, now);
    if step.to.acknowledged_at.is_none() {
        step.to.acknowledge_due = acknowledge;
    }
    if step.to.answered_at.is_none() {
        step.to.answer_due = answer;
    }
    step.to.restarted_at = Some(now);
    step.to.close_reason = None;
    step.to.duplicate_of = None;
    step.finish("enquiry.reopened", Vec::new()).await
}

#[cfg(feature = "ssr")]
pub(super) use step::{Step, told_by};

#[cfg(feature = "ssr")]
mod step {
    use uuid::Uuid;

    use super::super::events;
    use super::super::model::{Action, Enquiry};
    use super::super::store::{self, Changed, MessageKind};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal, Result};

    /// One step that a person takes: what it starts from, and what it leads to.
    pub(in super::super) struct Step {
        pub ctx: Ctx,
        pub enquiry: Enquiry,
        pub to: Changed,
    }

    impl Step {
        /// Begins a step that this person may take, on an enquiry that is as they saw it.
        pub(in super::super) async fn begin(id: &str, version: &str, action: Action) -> Result<Self> {
            let mut ctx = Ctx::begin().await?;
            require(ctx.actor.may_handle_enquiries())?;
            let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
            let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
            let enquiry = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
            if enquiry.version != version {
                return Err(Error::Conflict);
            }
            // A step writes whose it is, too.
            crate::company::store::hold(&mut ctx.tx, enquiry.company_id.as_slice()).await?;
            let state = enquiry.state.after(action, enquiry.progress())?;
            let to = Changed::of(&enquiry, state);
            Ok(Self { ctx, enquiry, to })
        }

        /// Keeps what was said with the step.
        pub(in super::super) async fn note(&mut self, kind: MessageKind, body: &str) -> Result<()> {
            let (by, now) = (self.ctx.actor.id, self.ctx.now);
            store::add_message(&mut self.ctx.tx, self.enquiry.id, kind, by, body, None, now).await
        }

        /// Writes the step, records it, and leads back to the enquiry.
        pub(in super::super) async fn finish(
            mut self,
            action: &'static str,
            more: Vec<(&'static str, String)>,
        ) -> Result<()> {
            if !store::change(&mut self.ctx.tx, &self.enquiry, &self.to, self.ctx.now).await? {
                return Err(Error::Conflict);
            }
            let before = events::fields(&Changed::of(&self.enquiry, self.enquiry.state));
            let entry = Entry::new(action, "enquiry", self.enquiry.id).changed(before, events::fields(&self.to));
            self.ctx.record(entry.created(more)).await?;
            let url = self.enquiry.url();
            self.ctx.commit().await?;
            redirect(&url);
            Ok(())
        }
    }

    /// How somebody was told something.
    pub(in super::super) fn told_by(mail: Option<Uuid>) -> &'static str {
        if mail.is_some() { "mail" } else { "otherwise" }
    }
}
