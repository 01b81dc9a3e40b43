//! The forms of the steps, one at a time: the address says which.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::api::{AnswerObligation, DisputeObligation, SettleObligation, StartObligation, SubmitEvidence};
use super::super::events::labels;
use super::super::files::DOCUMENTS;
use super::super::filter::On;
use super::super::life::{self, State, Way};
use super::super::read::ObligationPage;
use super::super::store::Side;
use super::name_of;
use crate::actor::{Rights, Role};
use crate::backend::refused::RefusedPost;
use crate::language::{Language, Texts};
use crate::ui::form::{CheckList, ErrorSummary, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;

/// A step that somebody can take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Start,
    Submit,
    Confirm,
    Refuse,
    Waive,
    Dispute,
    Settle,
    /// Staff takes out of the plan what nobody did yet.
    Drop,
}

impl Act {
    const ALL: [Self; 8] =
        [Self::Start, Self::Submit, Self::Confirm, Self::Refuse, Self::Waive, Self::Dispute, Self::Settle, Self::Drop];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Submit => "submit",
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Waive => "waive",
            Self::Dispute => "dispute",
            Self::Settle => "settle",
            Self::Drop => "drop",
        }
    }

    pub(super) fn text(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Start => t.obligation_do_start(),
            Self::Submit => t.obligation_do_submit(),
            Self::Confirm => t.obligation_do_confirm(),
            Self::Refuse => t.obligation_do_refuse(),
            Self::Waive => t.obligation_do_waive(),
            Self::Dispute => t.obligation_do_dispute(),
            Self::Settle => t.obligation_do_settle(),
            Self::Drop => t.obligation_do_drop(),
        }
    }

    /// What is done at a state first of all.
    pub(super) fn is_main(self, state: State) -> bool {
        matches!(
            (self, state),
            (Self::Submit, State::Pending | State::InProgress)
                | (Self::Confirm, State::Submitted)
                | (Self::Settle, State::Disputed)
        )
    }

    fn path(self) -> &'static str {
        match self {
            Self::Start => StartObligation::PATH,
            Self::Submit => SubmitEvidence::PATH,
            Self::Confirm | Self::Refuse | Self::Waive => AnswerObligation::PATH,
            Self::Dispute => DisputeObligation::PATH,
            Self::Settle | Self::Drop => SettleObligation::PATH,
        }
    }

    /// Where it leads; none where that is chosen.
    fn to(self) -> Option<State> {
        match self {
            Self::Start | Self::Refuse => Some(State::InProgress),
            Self::Submit => Some(State::Submitted),
            Self::Confirm => Some(State::Fulfilled),
            Self::Waive => Some(State::Waived),
            Self::Dispute => Some(State::Disputed),
            Self::Drop => Some(State::Lapsed),
            Self::Settle => None,
        }
    }

    /// The sides whose parties take it.
    fn sides(self) -> &'static [On] {
        match self {
            Self::Start | Self::Submit => &[On::Owes],
            Self::Confirm | Self::Refuse | Self::Waive => &[On::Benefits],
            Self::Dispute => &[On::Owes, On::Benefits],
            Self::Settle | Self::Drop => &[],
        }
    }

    /// The parties for which this person can take it now.
    fn parties(self, read: &ObligationPage) -> Vec<Side> {
        let rights = if self == Self::Start { Rights::Contributor } else { Rights::Manager };
        let staff = read.actor.may_edit_agreements();
        let from = read.obligation.state;
        let shown = read.standing_evidence();
        let able = |side: &&Side| {
            let mine = staff || read.actor.represents(side.company, rights).is_ok();
            let on = self.sides().iter().any(|on| {
                let (stands, way) = match on {
                    On::Owes => (side.owes, Way::Owing),
                    On::Benefits => (side.benefits, Way::Benefiting),
                };
                stands && self.to().is_some_and(|to| life::next(from, way).any(|next| next == to))
            });
            let own =
                shown.is_some_and(|shown| shown.party == side.party || (!staff && shown.by_id == Some(read.actor.id)));
            let fits = match self {
                Self::Confirm | Self::Refuse => !own,
                Self::Waive => !side.owes,
                _ => true,
            };
            mine && on && fits
        };
        read.sides.iter().filter(able).cloned().collect()
    }

    /// Whether this person can take it now.
    fn is_possible(self, read: &ObligationPage) -> bool {
        let (from, staff) = (read.obligation.state, read.actor.may_edit_agreements());
        match self {
            _ if read.actor.role == Role::Executive => false,
            Self::Settle => staff && from == State::Disputed,
            Self::Drop => staff && from.is_awaited(),
            // Where something starts from, refusing leads to the same state.
            Self::Start => from == State::Pending && read.binding && !self.parties(read).is_empty(),
            Self::Refuse => from == State::Submitted && !self.parties(read).is_empty(),
            _ => read.binding && !self.parties(read).is_empty(),
        }
    }

    pub(super) fn possible(read: &ObligationPage) -> Vec<Self> {
        Self::ALL.into_iter().filter(|act| act.is_possible(read)).collect()
    }

    /// The one that the address asks for, if this person can take it.
    pub(super) fn asked(read: &ObligationPage, code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.code() == code).filter(|act| act.is_possible(read))
    }
}

/// What was refused when its form is no longer shown: things stand another way by now. What was typed is not lost.
pub(super) fn lost(refused: Option<&Arc<RefusedPost>>, asked: Option<Act>, t: &'static Texts) -> Option<AnyView> {
    let post = refused?;
    if asked.is_some_and(|act| act.path() == post.endpoint) || post.endpoint == DOCUMENTS {
        return None;
    }
    let form = FormState::new(t, Some(post), &post.endpoint);
    let typed =
        ["evidence", "reason"].into_iter().find_map(|field| post.value(field)).filter(|typed| !typed.is_empty());
    let typed = typed.map(|typed| {
        view! { <p class="hint">{t.enquiry_you_wrote()}</p><pre class="source">{typed.to_owned()}</pre> }
    });
    Some(view! { <ErrorSummary form=form labels=labels(t) />{typed} }.into_any())
}

/// The form of a step.
pub(super) fn form(
    read: &ObligationPage,
    act: Act,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    // Several steps post to one function; which of them was refused is told by where it led.
    let to = act.to().map(State::code);
    let same = refused.filter(|post| to.is_none() || post.value("to").is_none_or(|posted| Some(posted) == to));
    let state = FormState::new(t, same, act.path());
    let number = read.obligation.number.to_string();
    // It names the version that the page shows now, also when it is shown again.
    let version = read.obligation.version.to_string();
    let about = act.to().filter(|_| act.path() == AnswerObligation::PATH || act == Act::Drop);
    let about = about.map(|to| view! { <input type="hidden" name="to" value=to.code() /> });
    let page = super::super::model::url(&read.agreement.number, read.obligation.number);
    view! {
        <section class="panel" id="step">
            <h2>{act.text(t)}</h2>
            <form class="form" method="post" action=act.path() novalidate>
                <ErrorSummary form=state.clone() labels=labels(t) />
                <input type="hidden" name="id" value=read.agreement.number.clone() />
                <input type="hidden" name="number" value=number />
                <input type="hidden" name="version" value=version />
                {about}
                {warning(act, t)}
                {party_fields(read, act, &state, t, language)}
                {fields(read, act, &state, t)}
                <div class="form-actions">
                    <button class="button primary">{act.text(t)}</button>
                    <a class="button quiet" href=page>{t.form_cancel()}</a>
                </div>
            </form>
        </section>
    }
    .into_any()
}

/// What cannot be undone, or is read by all, is told before.
fn warning(act: Act, t: &'static Texts) -> Option<AnyView> {
    let text = match act {
        Act::Confirm => t.obligation_warn_confirm(),
        Act::Waive => t.obligation_warn_waive(),
        Act::Dispute => t.obligation_warn_dispute(),
        Act::Drop => t.obligation_warn_drop(),
        Act::Submit => t.obligation_warn_submit(),
        Act::Start | Act::Refuse | Act::Settle => return None,
    };
    Some(view! { <p class="notice attention"><Icon name="alert-triangle" />{text}</p> }.into_any())
}

/// For which party, where that can be more than one; and of staff how it was told.
fn party_fields(
    read: &ObligationPage,
    act: Act,
    state: &FormState,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    if act.sides().is_empty() {
        return None;
    }
    let staff = read.actor.may_edit_agreements();
    let parties = act.parties(read);
    let options: Vec<(String, String)> =
        parties.iter().map(|side| (side.party.to_string(), name_of(read, side, t, language))).collect();
    let party = match &options[..] {
        [(id, name)] => view! {
            <p class="hint">{t.obligation_for(name.clone())}</p>
            <input type="hidden" name="party" value=id.clone() />
        }
        .into_any(),
        _ => view! {
            <SelectField form=state.clone() name="party" label=t.agreement_party() options=options value="" />
        }
        .into_any(),
    };
    let told = staff.then(|| {
        view! {
            <TextField form=state.clone() name="told_by" label=t.agreement_told_by() hint=t.agreement_told_by_hint()
                value="" autocomplete="off" />
        }
    });
    Some(view! { {party}{told} }.into_any())
}

fn fields(read: &ObligationPage, act: Act, state: &FormState, t: &'static Texts) -> Option<AnyView> {
    let reason = || {
        view! {
            <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=t.agreement_reason_hint() value=""
                rows=3 />
        }
    };
    match act {
        Act::Start | Act::Confirm => None,
        Act::Refuse | Act::Waive | Act::Dispute | Act::Drop => Some(reason().into_any()),
        Act::Settle => {
            let evidence = read.standing_evidence().is_some();
            let options = life::next(State::Disputed, Way::Staff)
                .filter(|to| *to != State::Submitted || evidence)
                .map(|to| (to.code().to_owned(), t.obligation_state_of(to).to_owned()))
                .collect();
            Some(
                view! {
                    <SelectField form=state.clone() name="to" label=t.obligation_state() options=options value=""
                        nothing=t.agreement_choose() />
                    {reason()}
                }
                .into_any(),
            )
        }
        Act::Submit => {
            let waiting: Vec<(String, String)> = read
                .documents
                .iter()
                .filter(|(_, evidence)| evidence.is_none())
                .filter_map(|(id, _)| read.files.iter().find(|file| file.id == *id))
                .map(|file| (file.id.to_string(), file.name.clone()))
                .collect();
            let all: Vec<String> = waiting.iter().map(|(id, _)| id.clone()).collect();
            let documents = if waiting.is_empty() {
                view! { <p class="hint">{t.obligation_documents_first()}</p> }.into_any()
            } else {
                view! {
                    <CheckList form=state.clone() name="documents" label=t.obligation_documents() options=waiting
                        values=all />
                }
                .into_any()
            };
            Some(
                view! {
                    <TextArea form=state.clone() name="evidence" label=t.obligation_evidence_words()
                        hint=t.obligation_evidence_hint() value="" rows=4 />
                    {documents}
                }
                .into_any(),
            )
        }
    }
}
