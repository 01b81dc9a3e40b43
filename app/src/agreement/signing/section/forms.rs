//! The forms with which staff plans who signs, one at a time: the address says which.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::events::labels;
use super::super::groups::Stand;
use super::super::letters::last_day;
use super::super::model::{MOST_GROUPS, Signatory, USUAL_DAYS};
use super::super::plan::{
    AddSignatory, AskSignatures, ExtendSignatory, RemindSignatory, SetSigningRule, WithdrawSignatory,
};
use super::may_ask;
use crate::agreement::read::AgreementPage;
use crate::agreement::show::called;
use crate::backend::refused::RefusedPost;
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextArea, TextField};
use crate::ui::query::Query;

/// The form that the address asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Asked {
    Add,
    Ask,
    Rule(i64),
    Place(uuid::Uuid),
}

/// The forms of this section, by the address that each posts to.
pub const FORMS: [&str; 6] = [
    AddSignatory::PATH,
    AskSignatures::PATH,
    SetSigningRule::PATH,
    ExtendSignatory::PATH,
    RemindSignatory::PATH,
    WithdrawSignatory::PATH,
];

fn asked(read: &AgreementPage, query: &Query) -> Option<Asked> {
    if !read.actor.may_edit_agreements() || !read.state.takes_signatories() {
        return None;
    }
    match query.get("do") {
        "signatory" => Some(Asked::Add),
        "ask" => may_ask(read).then_some(Asked::Ask),
        "group" => {
            let group = read.signing.plan.groups.iter().find(|group| group.number.to_string() == query.get("group"));
            group.filter(|_| !read.signing.is_asked()).map(|group| Asked::Rule(group.number))
        }
        "place" => {
            let place = read.signing.places.iter().find(|place| place.id.to_string() == query.get("place"));
            place.map(|place| Asked::Place(place.id))
        }
        _ => None,
    }
}

/// The form that the address asks for.
pub fn form(
    read: &AgreementPage,
    query: &Query,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    let asked = asked(read, query)?;
    let (title, body) = match &asked {
        Asked::Add => (t.signing_add().to_owned(), add(read, refused, t, language)),
        Asked::Ask => (t.signing_ask().to_owned(), ask(read, refused, t)),
        Asked::Rule(number) => (t.signing_group_of(*number), rule(read, *number, refused, t)),
        Asked::Place(id) => {
            let place = read.signing.places.iter().find(|place| place.id == *id)?;
            (place.signer().name, change(read, place, refused, t))
        }
    };
    Some(view! { <section class="panel" id="step"><h2>{title}</h2>{body}</section> }.into_any())
}

/// Whether the form that a refused post came from is on the page.
pub fn shows(read: &AgreementPage, query: &Query, endpoint: &str) -> bool {
    match asked(read, query) {
        Some(Asked::Add) => endpoint == AddSignatory::PATH,
        Some(Asked::Ask) => endpoint == AskSignatures::PATH,
        Some(Asked::Rule(_)) => endpoint == SetSigningRule::PATH,
        Some(Asked::Place(_)) => FORMS[3..].contains(&endpoint),
        None => false,
    }
}

fn staff_form(
    read: &AgreementPage,
    path: &'static str,
    state: &FormState,
    fields: AnyView,
    button: &'static str,
    t: &'static Texts,
) -> AnyView {
    let mut all = labels(t).to_vec();
    all.push(("party", t.agreement_party()));
    all.push(("reason", t.agreement_reason()));
    view! {
        <form class="form" method="post" action=path novalidate>
            <ErrorSummary form=state.clone() labels=all />
            <input type="hidden" name="id" value=read.agreement.number.clone() />
            <input type="hidden" name="version" value=read.agreement.version.to_string() />
            {fields}
            <div class="form-actions">
                <button class="button primary">{button}</button>
                <a class="button quiet" href=format!("{}#signing", read.agreement.url())>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

fn add(read: &AgreementPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts, language: Language) -> AnyView {
    let state = FormState::new(t, refused, AddSignatory::PATH);
    let parties = read
        .parties
        .iter()
        .enumerate()
        .filter(|(_, party)| read.signatures.iter().all(|signature| signature.party != party.id))
        .map(|(place, party)| {
            let name = language.prefer(&party.name_en, &party.name_zh);
            (party.id.to_string(), format!("{}{}{name}", called(place, t), t.form_colon()))
        })
        .collect();
    let documents: Vec<(String, String)> = read
        .files
        .iter()
        .filter(|file| read.texts.iter().all(|text| text.document != file.id))
        .map(|file| (file.id.to_string(), file.name.clone()))
        .collect();
    let languages = vec![("en".to_owned(), "English".to_owned()), ("zh".to_owned(), "中文".to_owned())];
    let last = read.signing.plan.groups.last().map_or(1, |group| group.number);
    let groups: Vec<(String, String)> = (1..=(last + 1).min(i64::from(MOST_GROUPS)))
        .map(|number| (number.to_string(), t.signing_group_of(number)))
        .collect();
    let fields = view! {
        <FormId form=state.clone() />
        <SelectField form=state.clone() name="party" label=t.agreement_party() options=parties value=""
            nothing=t.agreement_choose() />
        <TextField form=state.clone() name="name" label=t.signing_name() value="" autocomplete="off" />
        <TextField form=state.clone() name="title" label=t.signing_title_field() value="" optional=true
            autocomplete="off" />
        <TextField form=state.clone() name="email" label=t.sign_in_email() hint=t.signing_email_hint() value=""
            kind="email" autocomplete="off" />
        <SelectField form=state.clone() name="language" label=t.signing_language() options=languages
            value=language.code() />
        <SelectField form=state.clone() name="group" label=t.signing_group() hint=t.signing_group_hint() options=groups
            value=last.to_string() />
        <SelectField form=state.clone() name="authority" label=t.signing_authority() hint=t.signing_authority_hint()
            options=documents value="" nothing=t.signing_authority_none() optional=true />
    };
    staff_form(read, AddSignatory::PATH, &state, fields.into_any(), t.signing_add(), t)
}

fn ask(read: &AgreementPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, AskSignatures::PATH);
    let until = read.now.plus(USUAL_DAYS * Timestamp::DAY).day_in(&read.agreement.facts.zone);
    let day =
        read.agreement.facts.effective_on.is_empty().then(|| view! { <p class="hint">{t.signing_effective()}</p> });
    let fields = view! {
        <p class="hint">{t.signing_ask_hint()}</p>
        {day}
        <TextField form=state.clone() name="until" label=t.signing_until() hint=t.signing_until_hint() value=until
            kind="date" />
    };
    staff_form(read, AskSignatures::PATH, &state, fields.into_any(), t.signing_ask_button(), t)
}

fn rule(read: &AgreementPage, number: i64, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, SetSigningRule::PATH);
    let group = read.signing.plan.groups.iter().find(|group| group.number == number);
    let (size, chosen) = group.map_or((0, None), |group| (group.size(), group.rule));
    let options = (1..size).map(|needed| (needed.to_string(), t.signing_so_many(needed, size))).collect::<Vec<_>>();
    let fields = view! {
        <input type="hidden" name="group" value=number.to_string() />
        <SelectField form=state.clone() name="needed" label=t.signing_needed() hint=t.signing_needed_hint()
            options=options value=chosen.map(|needed| needed.to_string()).unwrap_or_default() nothing=t.signing_all() />
    };
    staff_form(read, SetSigningRule::PATH, &state, fields.into_any(), t.company_save(), t)
}

fn change(read: &AgreementPage, place: &Signatory, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let stand = read.signing.plan.stand(place.id, read.now.0);
    let id = || view! { <input type="hidden" name="signatory" value=place.id.to_string() /> };
    let asked = place.version.is_some() && read.state.takes_signatures();
    let remind = (asked && stand == Some(Stand::Turn) && place.sent_at.is_some()).then(|| {
        let state = FormState::new(t, refused, RemindSignatory::PATH);
        staff_form(read, RemindSignatory::PATH, &state, id().into_any(), t.signing_remind(), t)
    });
    let extend = (asked && matches!(stand, Some(Stand::Waits | Stand::Turn | Stand::Expired))).then(|| {
        let state = FormState::new(t, refused, ExtendSignatory::PATH);
        let fields = view! {
            {id()}
            <TextField form=state.clone() name="until" label=t.signing_until() hint=t.signing_extend_hint()
                value=last_day(place.expires_at, &read.agreement.facts.zone) kind="date" />
        };
        staff_form(read, ExtendSignatory::PATH, &state, fields.into_any(), t.signing_extend(), t)
    });
    let withdraw = matches!(stand, Some(Stand::Waits | Stand::Turn | Stand::Expired | Stand::NotNeeded)).then(|| {
        let state = FormState::new(t, refused, WithdrawSignatory::PATH);
        let fields = view! {
            {id()}
            <TextArea form=state.clone() name="reason" label=t.agreement_reason() hint=t.signing_withdraw_hint() value=""
                rows=2 optional=place.sent_at.is_none() />
        };
        let button = if asked { t.signing_withdraw() } else { t.signing_remove() };
        staff_form(read, WithdrawSignatory::PATH, &state, fields.into_any(), button, t)
    });
    view! { {remind}{extend}{withdraw} }.into_any()
}
