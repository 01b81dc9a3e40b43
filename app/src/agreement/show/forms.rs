//! The forms of the steps, one at a time: the address says which.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::super::api::MoveAgreement;
use super::super::events::labels;
use super::super::files::TEXTS;
use super::super::life::{self, State};
use super::super::links::api::LinkAgreement;
use super::super::model::{Tongue, Word};
use super::super::parties::{AddParty, EditParty, RemoveParty};
use super::super::read::AgreementPage;
use super::super::renewal::api::{DecideAgreement, FollowAgreement};
use super::super::signing::paper::{RecordSignatures, field_key};
use super::super::signing::section;
use super::super::store::Party;
use super::super::words::{CommentAgreement, GiveWord, NoteAgreement};
use super::parts::version_name;
use super::{called, name};
use crate::backend::refused::RefusedPost;
use crate::company::choice::CompanyField;
use crate::document::pages::ENDINGS;
use crate::language::{Language, Texts};
use crate::ui::form::{CheckList, ErrorSummary, FILE, FileField, FormId, FormState, SelectField, TextArea, TextField};
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
    let shown =
        step.is_some_and(|step| step.path() == post.endpoint) || section::shows(read, query, post.endpoint.as_str());
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

fn text(read: &AgreementPage, state: &FormState, t: &'static Texts) -> AnyView {
    let mut languages: Vec<(String, String)> = Tongue::ALL
        .iter()
        .map(|tongue| (tongue.code().to_owned(), t.agreement_tongue_of(*tongue).to_owned()))
        .collect();
    let current = read.current();
    // The other language can be added to the text as it is, while it has one only.
    let has: Vec<Tongue> = current
        .map(|version| read.texts.iter().filter(|text| text.version == version.id).map(|text| text.tongue()).collect())
        .unwrap_or_default();
    let into = current.filter(|_| matches!(has[..], [Tongue::En] | [Tongue::Zh])).map(|version| {
        let options = vec![
            (String::new(), t.agreement_into_new().to_owned()),
            (version.id.to_string(), t.agreement_into_current(version_name(version, t))),
        ];
        view! { <SelectField form=state.clone() name="into" label=t.agreement_into() options=options value="" /> }
    });
    if current.is_none() {
        languages.rotate_right(1);
    }
    let warning = (!read.words.is_empty())
        .then(|| view! { <p class="notice attention"><Icon name="alert-triangle" />{t.agreement_warn_words()}</p> });
    let first = current.is_none();
    let labels = vec![
        (FILE, t.document_file()),
        ("language", t.agreement_text_language()),
        ("into", t.agreement_into()),
        ("changes", t.agreement_changes()),
    ];
    view! {
        <form class="form" method="post" action=TEXTS.replace("{id}", &read.agreement.number)
            enctype="multipart/form-data">
            <ErrorSummary form=state.clone() labels=labels />
            {warning}
            <FormId form=state.clone() />
            <input type="hidden" name="version" value=read.agreement.version.to_string() />
            {into}
            <SelectField form=state.clone() name="language" label=t.agreement_text_language() options=languages value="" />
            <TextArea form=state.clone() name="changes" label=t.agreement_changes() hint=t.agreement_changes_hint() value=""
                rows=3 optional=first />
            <FileField form=state.clone() label=t.document_file() hint=t.document_file_hint() accept=ENDINGS />
            <div class="form-actions">
                <button class="button primary"><Icon name="upload" />{t.agreement_add_text()}</button>
                <a class="button quiet" href=read.agreement.url()>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

fn word(read: &AgreementPage, party: &Party, state: &FormState, t: &'static Texts) -> AnyView {
    let Some(current) = read.current() else { return ().into_any() };
    let options =
        Word::ALL.iter().map(|word| (word.code().to_owned(), t.agreement_word_of(*word).to_owned())).collect();
    let staff = read.actor.may_edit_agreements();
    let told = staff.then(|| {
        view! {
            <TextField form=state.clone() name="told_by" label=t.agreement_told_by() hint=t.agreement_told_by_hint()
                value="" autocomplete="off" />
        }
    });
    let about = t.agreement_word_about(version_name(current, t));
    let button = if staff { t.agreement_note_word() } else { t.agreement_give_word() };
    view! {
        <form class="form" method="post" action=GiveWord::PATH novalidate>
            <ErrorSummary form=state.clone() labels=labels(t) />
            <p class="hint">{about}</p>
            <input type="hidden" name="id" value=read.agreement.number.clone() />
            <input type="hidden" name="text" value=current.id.to_string() />
            <input type="hidden" name="party" value=party.id.to_string() />
            <SelectField form=state.clone() name="word" label=t.agreement_word() options=options value=""
                nothing=t.agreement_choose() />
            <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=t.agreement_word_hint() value=""
                rows=3 optional=true />
            {told}
            <div class="form-actions">
                <button class="button primary">{button}</button>
                <a class="button quiet" href=read.agreement.url()>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

fn add_party(read: &AgreementPage, state: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let warning = (!read.words.is_empty())
        .then(|| view! { <p class="notice attention"><Icon name="alert-triangle" />{t.agreement_warn_words()}</p> });
    let fields = view! {
        {warning}
        <CompanyField form=state.clone() name="company" label=t.agreement_company() value=String::new()
            choices=read.companies.clone() language=language />
        <TextField form=state.clone() name="role" label=t.agreement_role() hint=t.agreement_role_hint() value=""
            optional=true autocomplete="off" />
    };
    staff_form(read, AddParty::PATH, state, fields.into_any(), t.agreement_add_party(), t)
}

fn edit_party(read: &AgreementPage, place: usize, party: &Party, state: &FormState, t: &'static Texts) -> AnyView {
    let chosen: Vec<String> =
        read.contacts.iter().filter(|contact| contact.party == party.id).map(|contact| contact.code()).collect();
    let mut options: Vec<(String, String)> = Vec::new();
    for contact in read.possible.iter().chain(read.contacts.iter().filter(|contact| contact.party == party.id)) {
        if options.iter().all(|(code, _)| *code != contact.code()) {
            let mut text = crate::privacy::model::shown_name(&contact.name, t);
            if !contact.title.is_empty() {
                text = format!("{text} · {}", contact.title);
            }
            if contact.account.is_some() {
                text = format!("{text} · {}", t.agreement_has_account());
            }
            options.push((contact.code(), text));
        }
    }
    let none = options.is_empty().then(|| view! { <p class="hint">{t.agreement_no_contacts()}</p> });
    let contacts = (!options.is_empty()).then(|| {
        view! {
            <CheckList form=state.clone() name="contacts" label=t.agreement_contacts() options=options values=chosen />
        }
    });
    let order = read.state.is_open().then(|| {
        view! {
            <TextField form=state.clone() name="place" label=t.agreement_place() hint=t.agreement_place_hint()
                value=(place + 1).to_string() kind="number" />
        }
    });
    let fields = view! {
        <input type="hidden" name="party" value=party.id.to_string() />
        <TextField form=state.clone() name="role" label=t.agreement_role() hint=t.agreement_role_hint()
            value=party.role.clone() optional=true autocomplete="off" />
        {order}{contacts}{none}
    };
    staff_form(read, EditParty::PATH, state, fields.into_any(), t.company_save(), t)
}

fn remove_party(read: &AgreementPage, party: &Party, state: &FormState, t: &'static Texts) -> AnyView {
    let fields = view! {
        <p class="notice attention"><Icon name="alert-triangle" />{t.agreement_warn_remove()}</p>
        <input type="hidden" name="party" value=party.id.to_string() />
        <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=t.agreement_reason_hint() value="" rows=3 />
    };
    staff_form(read, RemoveParty::PATH, state, fields.into_any(), t.agreement_remove_party(), t)
}

/// Who signed on paper, a line for each party that has not.
fn sign(
    read: &AgreementPage,
    state: &FormState,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let facts = &read.agreement.facts;
    let missing = state.problem("who");
    let lines = read
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| read.signatures.iter().all(|signature| signature.party != party.id))
        .map(|(place, party)| {
            let field = |of: char| format!("who[{}]", field_key(of, party.id));
            let typed = |of: char| {
                let post = refused.filter(|post| post.endpoint == RecordSignatures::PATH);
                post.and_then(|post| post.value(&field(of))).unwrap_or_default().to_owned()
            };
            let problem = state.problem(&field('n')).or_else(|| state.problem(&field('t')));
            let error =
                problem.map(|text| view! { <p class="error"><Icon name="alert-triangle" /><span>{text}</span></p> });
            view! {
                <fieldset class="field signer">
                    <legend>{called(place, t)}{t.form_colon()}{name(party, language)}</legend>
                    {error}
                    <label>{t.agreement_signer_name()}
                        <input type="text" id=field('n') name=field('n') value=typed('n') autocomplete="off" /></label>
                    <label>{t.agreement_signer_title()}
                        <input type="text" id=field('t') name=field('t') value=typed('t') autocomplete="off" /></label>
                </fieldset>
            }
        })
        .collect_view();
    let missing =
        missing.map(|text| view! { <p class="error" id="who"><Icon name="alert-triangle" /><span>{text}</span></p> });
    let effective = (read.state.has_open_days() || facts.effective_on.is_empty()).then(|| {
        view! {
            <TextField form=state.clone() name="effective_on" label=t.agreement_effective_on()
                hint=t.agreement_effective_hint() value=facts.effective_on.clone() kind="date" />
        }
    });
    let documents: Vec<(String, String)> = read
        .files
        .iter()
        .filter(|file| file.shared && read.texts.iter().all(|text| text.document != file.id))
        .map(|file| (file.id.to_string(), file.name.clone()))
        .collect();
    let fields = view! {
        <p class="hint">{t.agreement_sign_hint()}</p>
        <TextField form=state.clone() name="signed_on" label=t.agreement_sign_on() value=facts.sign_on.clone() kind="date" />
        <TextField form=state.clone() name="place" label=t.agreement_sign_place() value=facts.sign_place.clone()
            autocomplete="off" />
        {effective}
        {missing}
        {lines}
        <SelectField form=state.clone() name="document" label=t.agreement_original() hint=t.agreement_original_hint()
            options=documents value="" nothing=t.agreement_original_none() />
    };
    staff_form(read, RecordSignatures::PATH, state, fields.into_any(), t.agreement_sign_button(), t)
}
