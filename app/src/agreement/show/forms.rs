//! The forms of the steps, one at a time: the address says which.

mod paper;
mod parties;
mod text;

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use self::paper::sign;
use self::parties::{add_party, edit_party, remove_party};
use self::text::{text, word};
use super::super::api::MoveAgreement;
use super::super::events::labels;
use super::super::files::TEXTS;
use super::super::life::{self, State};
use super::super::links::api::LinkAgreement;
use super::super::parties::{AddParty, EditParty, RemoveParty};
use super::super::read::AgreementPage;
use super::super::renewal::api::{DecideAgreement, FollowAgreement};
use super::super::signing::paper::RecordSignatures;
use super::super::signing::section;
use super::super::words::{CommentAgreement, GiveWord, NoteAgreement};
use super::{called, name};
use crate::backend::refused::RefusedPost;
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::query::Query;

/// A step that somebody is about to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Move(State),
    Text,
    Word(Uuid),
    AddParty,
    EditParty(Uuid),
    RemoveParty(Uuid),
    Sign,
}

impl Step {
    /// The step that the address asks for, if this person may take it now.
    pub(super) fn asked(read: &AgreementPage, asked: &str, to: &str, party: &str) -> Option<Self> {
        let edits = read.actor.may_edit_agreements();
        let party = read.parties.iter().find(|known| known.id.to_string() == party);
        match asked {
            "word" => {
                let party = party.filter(|party| edits || read.actor.gives_word_for(party.company))?;
                (read.state == State::Negotiation && read.current().is_some()).then_some(Self::Word(party.id))
            }
            _ if !edits => None,
            "move" => State::from_code(to).filter(|to| life::next(read.state).any(|next| next == *to)).map(Self::Move),
            "text" => read.state.is_open().then_some(Self::Text),
            "party" if read.state.is_over() => None,
            "party" => match party {
                Some(party) => Some(Self::EditParty(party.id)),
                None => read.state.is_open().then_some(Self::AddParty),
            },
            "remove" => party.filter(|_| read.state.is_open()).map(|party| Self::RemoveParty(party.id)),
            "sign" => read.state.takes_signatures().then_some(Self::Sign),
            _ => None,
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Move(_) => MoveAgreement::PATH,
            Self::Text => TEXTS,
            Self::Word(_) => GiveWord::PATH,
            Self::AddParty => AddParty::PATH,
            Self::EditParty(_) => EditParty::PATH,
            Self::RemoveParty(_) => RemoveParty::PATH,
            Self::Sign => RecordSignatures::PATH,
        }
    }
}

/// What was refused when its form is no longer shown: things stand another way by now. What was typed is shown, so that it
/// is not lost.
pub(super) fn lost(
    read: &AgreementPage,
    query: &Query,
    refused: Option<&Arc<RefusedPost>>,
    step: Option<&Step>,
    t: &'static Texts,
) -> Option<AnyView> {
    let post = refused?;
    let shown = step.is_some_and(|step| step.path() == post.endpoint)
        || section::forms::shows(read, query, post.endpoint.as_str());
    // These forms stand on the page whatever the address says.
    let always = [
        CommentAgreement::PATH,
        NoteAgreement::PATH,
        super::super::files::DOCUMENTS,
        FollowAgreement::PATH,
        DecideAgreement::PATH,
        LinkAgreement::PATH,
    ];
    if shown || always.contains(&post.endpoint.as_str()) {
        return None;
    }
    let form = FormState::new(t, Some(post), &post.endpoint);
    let typed = ["reason", "changes"].into_iter().find_map(|field| post.value(field)).filter(|typed| !typed.is_empty());
    let typed = typed.map(|typed| {
        view! { <p class="hint">{t.enquiry_you_wrote()}</p><pre class="source">{typed.to_owned()}</pre> }
    });
    Some(view! { <ErrorSummary form=form labels=labels(t) />{typed} }.into_any())
}

/// The form of a step.
pub(super) fn form(
    read: &AgreementPage,
    step: &Step,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let state = FormState::new(t, refused, step.path());
    let party = |id: &Uuid| read.parties.iter().enumerate().find(|(_, party)| party.id == *id);
    let (title, body) = match step {
        Step::Move(to) => (t.agreement_move_to(read.state, *to).to_owned(), move_to(read, *to, &state, t)),
        Step::Text => (t.agreement_add_text().to_owned(), text(read, &state, t)),
        Step::AddParty => (t.agreement_add_party().to_owned(), add_party(read, &state, t, language)),
        Step::Sign => (t.agreement_sign().to_owned(), sign(read, &state, refused, t, language)),
        Step::Word(id) | Step::EditParty(id) | Step::RemoveParty(id) => {
            let Some((place, party)) = party(id) else { return ().into_any() };
            let who = format!("{}{}{}", called(place, t), t.form_colon(), name(party, language));
            let body = match step {
                Step::Word(_) => word(read, party, &state, t),
                Step::EditParty(_) => edit_party(read, place, party, &state, t),
                _ => remove_party(read, party, &state, t),
            };
            (who, body)
        }
    };
    view! { <section class="panel" id="step"><h2>{title}</h2>{body}</section> }.into_any()
}

/// A form with what every step of staff needs. It names the version that the page shows now, also when it is shown again.
fn staff_form(
    read: &AgreementPage,
    path: &'static str,
    state: &FormState,
    fields: AnyView,
    button: &'static str,
    t: &'static Texts,
) -> AnyView {
    view! {
        <form class="form" method="post" action=path novalidate>
            <ErrorSummary form=state.clone() labels=labels(t) />
            <input type="hidden" name="id" value=read.agreement.number.clone() />
            <input type="hidden" name="version" value=read.agreement.version.to_string() />
            {fields}
            <div class="form-actions">
                <button class="button primary">{button}</button>
                <a class="button quiet" href=read.agreement.url()>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

fn move_to(read: &AgreementPage, to: State, state: &FormState, t: &'static Texts) -> AnyView {
    let agreed = to == State::TextAgreed && read.standing.accept < read.standing.parties;
    let needed = life::needs_reason(read.state, to) || agreed;
    let given = read.signing.given() + read.signatures.iter().filter(|signature| signature.is_on_paper()).count();
    // What cannot be undone is told before.
    let warning = match to {
        State::Negotiation if read.state == State::InternalReview => Some(t.agreement_warn_share().to_owned()),
        // As many people as signed: on paper one for each party, in the portal each by themselves.
        State::Negotiation if given > 0 => Some(t.signing_warn_void(given)),
        State::Negotiation if read.signing.is_asked() => Some(t.signing_warn_asked().to_owned()),
        State::TextAgreed if agreed => Some(t.agreement_warn_not_all().to_owned()),
        State::Withdrawn | State::Rejected | State::Terminated | State::Renewed => {
            Some(t.agreement_warn_end().to_owned())
        }
        _ => None,
    };
    let warning = warning.map(|text| view! { <p class="notice attention"><Icon name="alert-triangle" />{text}</p> });
    let hint = if read.agreement.shared_at.is_some() || !to.is_internal() {
        t.agreement_reason_hint()
    } else {
        t.agreement_reason_internal_hint()
    };
    let fields = view! {
        {warning}
        <input type="hidden" name="to" value=to.code() />
        <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=hint value="" rows=3
            optional=!needed />
    };
    staff_form(read, MoveAgreement::PATH, state, fields.into_any(), t.agreement_move_to(read.state, to), t)
}
