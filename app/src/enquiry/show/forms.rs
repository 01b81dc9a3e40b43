//! The forms of the steps, one at a time: the address says which.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::api::EnquiryPage;
use super::super::convert::{ConvertEnquiry, ConvertToNewCompany};
use super::super::letters::usual_acknowledgement;
use super::super::model::{Action, CloseReason, Priority};
use super::super::steps::{
    AcknowledgeEnquiry, AnswerEnquiry, AssignEnquiry, CloseEnquiry, FollowUpEnquiry, ReopenEnquiry, ScreenEnquiry,
};
use crate::backend::refused::RefusedPost;
use crate::company::model::Kind;
use crate::country;
use crate::language::{Language, Texts};
use crate::ui::form::{CheckList, ErrorSummary, FormState, SelectField, TextArea, TextField};

/// The step that a refused form wanted to take.
pub(super) fn action_of(endpoint: &str) -> Option<Action> {
    [
        (AcknowledgeEnquiry::PATH, Action::Acknowledge),
        (ScreenEnquiry::PATH, Action::Screen),
        (AssignEnquiry::PATH, Action::Assign),
        (AnswerEnquiry::PATH, Action::Answer),
        (FollowUpEnquiry::PATH, Action::FollowUp),
        (ConvertEnquiry::PATH, Action::Convert),
        (ConvertToNewCompany::PATH, Action::Convert),
        (CloseEnquiry::PATH, Action::Close),
        (ReopenEnquiry::PATH, Action::Reopen),
    ]
    .into_iter()
    .find_map(|(path, action)| (path == endpoint).then_some(action))
}

/// A step as the verb of a button.
pub(super) fn action_text(action: Action, t: &'static Texts) -> &'static str {
    match action {
        Action::Acknowledge => t.enquiry_do_acknowledge(),
        Action::Screen | Action::Dismiss => t.enquiry_do_screen(),
        Action::Assign => t.enquiry_do_assign(),
        Action::Answer => t.enquiry_do_answer(),
        Action::FollowUp => t.enquiry_do_follow_up(),
        Action::Convert => t.enquiry_do_convert(),
        Action::Close => t.enquiry_do_close(),
        Action::Reopen => t.enquiry_do_reopen(),
    }
}

/// What was refused when its form is no longer shown: somebody else took the step meanwhile. What was typed is shown,
/// so that it is not lost.
pub(super) fn lost(refused: Option<&Arc<RefusedPost>>, shown: Option<Action>, t: &'static Texts) -> Option<AnyView> {
    let post = refused?;
    let action = action_of(&post.endpoint)?;
    if Some(action) == shown {
        return None;
    }
    let form = FormState::new(t, Some(post), &post.endpoint);
    let typed =
        ["acknowledgement", "answer", "note"].into_iter().find_map(|field| post.value(field)).map(str::to_owned);
    let typed = typed.filter(|typed| !typed.is_empty()).map(|typed| {
        view! { <p class="hint">{t.enquiry_you_wrote()}</p><pre class="source">{typed}</pre> }
    });
    Some(view! { <ErrorSummary form=form labels=Vec::new() />{typed} }.into_any())
}

/// The form of a step.
pub(super) fn step(
    read: &EnquiryPage,
    action: Action,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let state = |path: &str| FormState::new(t, refused, path);
    let body = match action {
        Action::Acknowledge => acknowledge(read, &state(AcknowledgeEnquiry::PATH), t),
        Action::Screen | Action::Dismiss => screen(read, &state(ScreenEnquiry::PATH), t),
        Action::Assign => assign(read, &state(AssignEnquiry::PATH), t),
        Action::Answer => answer(read, &state(AnswerEnquiry::PATH), t),
        Action::FollowUp => follow_up(read, &state(FollowUpEnquiry::PATH), t),
        Action::Convert => {
            let (there, new) = (state(ConvertEnquiry::PATH), state(ConvertToNewCompany::PATH));
            view! { {convert(read, &there, t, language)}<h3>{t.enquiry_convert_or_new()}</h3>{convert_new(read, &new, t, language)} }
                .into_any()
        }
        Action::Close => close(read, &state(CloseEnquiry::PATH), t),
        Action::Reopen => reopen(read, &state(ReopenEnquiry::PATH), t),
    };
    view! { <section class="panel" id="step"><h2>{action_text(action, t)}</h2>{body}</section> }.into_any()
}

/// A form with what every step needs. It names the version that the page shows now, also when it is shown again.
fn form(
    read: &EnquiryPage,
    path: &'static str,
    state: &FormState,
    labels: Vec<(&'static str, &'static str)>,
    fields: AnyView,
    button: &'static str,
) -> AnyView {
    view! {
        <form class="form" method="post" action=path novalidate>
            <ErrorSummary form=state.clone() labels=labels />
            <input type="hidden" name="id" value=read.enquiry.id.to_string() />
            <input type="hidden" name="version" value=read.enquiry.version.to_string() />
            {fields}
            <div class="form-actions"><button class="button primary">{button}</button></div>
        </form>
    }
    .into_any()
}

/// Whether what is written goes by mail, or was told another way.
fn goes_to(read: &EnquiryPage, t: &'static Texts) -> AnyView {
    let email = &read.enquiry.facts.email;
    let text = if email.is_empty() { t.enquiry_not_mailed().to_owned() } else { t.enquiry_mailed_to(email) };
    view! { <p class="hint">{text}</p> }.into_any()
}

fn acknowledge(read: &EnquiryPage, state: &FormState, t: &'static Texts) -> AnyView {
    let usual = usual_acknowledgement(&read.enquiry, read.limits);
    let fields = view! {
        {goes_to(read, t)}
        <TextArea form=state.clone() name="acknowledgement" label=t.enquiry_acknowledgement() value=usual />
    };
    let labels = vec![("acknowledgement", t.enquiry_acknowledgement())];
    form(read, AcknowledgeEnquiry::PATH, state, labels, fields.into_any(), t.enquiry_do_acknowledge())
}

fn answer(read: &EnquiryPage, state: &FormState, t: &'static Texts) -> AnyView {
    let fields = view! {
        {goes_to(read, t)}
        <TextArea form=state.clone() name="answer" label=t.enquiry_answer() hint=t.enquiry_answer_hint() value="" />
    };
    form(
        read,
        AnswerEnquiry::PATH,
        state,
        vec![("answer", t.enquiry_answer())],
        fields.into_any(),
        t.enquiry_do_answer(),
    )
}

fn screen(read: &EnquiryPage, state: &FormState, t: &'static Texts) -> AnyView {
    let verdicts = vec![
        ("genuine".to_owned(), t.enquiry_verdict_genuine().to_owned()),
        ("spam".to_owned(), t.enquiry_reason_spam().to_owned()),
        ("duplicate".to_owned(), t.enquiry_reason_duplicate().to_owned()),
    ];
    let priorities =
        Priority::ALL.iter().map(|one| (one.code().to_owned(), t.enquiry_priority_of(*one).to_owned())).collect();
    // Offered, not filled in: most that ask again ask something else.
    let others =
        read.others.iter().map(|(_, number, _)| view! { <option value=number.clone()></option> }).collect_view();
    let fields = view! {
        <SelectField form=state.clone() name="verdict" label=t.enquiry_verdict() options=verdicts value="genuine" />
        <SelectField form=state.clone() name="priority" label=t.enquiry_priority() options=priorities
            value=read.enquiry.priority.code() />
        <TextField form=state.clone() name="duplicate_of" label=t.enquiry_duplicate_of() hint=t.enquiry_duplicate_hint()
            value="" optional=true autocomplete="off" list="other-enquiries" />
        <datalist id="other-enquiries">{others}</datalist>
    };
    let labels = vec![
        ("verdict", t.enquiry_verdict()),
        ("priority", t.enquiry_priority()),
        ("duplicate_of", t.enquiry_duplicate_of()),
    ];
    form(read, ScreenEnquiry::PATH, state, labels, fields.into_any(), t.enquiry_save())
}

fn assign(read: &EnquiryPage, state: &FormState, t: &'static Texts) -> AnyView {
    let people = read.people.iter().map(|(id, name)| (id.to_string(), name.clone())).collect::<Vec<_>>();
    // The account manager of the company that fits; a deputy is found when it is assigned.
    let suggested = read.suggested.map(|acting| acting.instead_of.unwrap_or(acting.account));
    let name = |id: uuid::Uuid| read.people.iter().find(|(other, _)| *other == id).map(|(_, name)| name.clone());
    let why = read.suggested.and_then(|acting| {
        let manager = name(acting.instead_of.unwrap_or(acting.account))?;
        let deputy = acting.instead_of.and_then(|_| name(acting.account));
        Some(match deputy {
            Some(deputy) => t.enquiry_suggested_away(manager, deputy),
            None => t.enquiry_suggested(manager),
        })
    });
    let chosen = read.enquiry.assignee.or(suggested).unwrap_or(read.actor.id).to_string();
    let fields = view! {
        {why.map(|why| view! { <p class="hint">{why}</p> })}
        <SelectField form=state.clone() name="assignee" label=t.enquiry_assignee() hint=t.enquiry_assignee_hint()
            options=people value=chosen />
    };
    form(
        read,
        AssignEnquiry::PATH,
        state,
        vec![("assignee", t.enquiry_assignee())],
        fields.into_any(),
        t.enquiry_do_assign(),
    )
}

fn follow_up(read: &EnquiryPage, state: &FormState, t: &'static Texts) -> AnyView {
    let fields = view! {
        <TextArea form=state.clone() name="note" label=t.enquiry_note() hint=t.enquiry_note_hint() value="" />
        <TextField form=state.clone() name="next_on" label=t.enquiry_next_on() value=read.enquiry.next_on.clone()
            kind="date" optional=true />
    };
    let labels = vec![("note", t.enquiry_note()), ("next_on", t.enquiry_next_on())];
    form(read, FollowUpEnquiry::PATH, state, labels, fields.into_any(), t.enquiry_save())
}

fn convert(read: &EnquiryPage, state: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let likeliest = read.candidates.first();
    let likeliest = likeliest.map(|one| language.prefer(&one.name_en, &one.name_zh).to_owned()).unwrap_or_default();
    let fields = view! {
        <TextField form=state.clone() name="company" label=t.enquiry_convert_company() hint=t.enquiry_convert_hint()
            value=likeliest autocomplete="off" />
    };
    let labels = vec![("company", t.enquiry_convert_company())];
    form(read, ConvertEnquiry::PATH, state, labels, fields.into_any(), t.enquiry_convert_button())
}

/// A new company, filled in by what was asked. The fields' names are those of the company's own form.
fn convert_new(read: &EnquiryPage, state: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let facts = &read.enquiry.facts;
    let chinese = facts.company.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let (en, zh) = if chinese { ("", facts.company.as_str()) } else { (facts.company.as_str(), "") };
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.code().to_owned(), t.kind(kind).to_owned())).collect();
    let countries = country::sorted(language)
        .iter()
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect();
    let fields = view! {
        {crate::company::duplicate::pages::asked(&read.alike, state, t, language)}
        <TextField form=state.clone() name="name_en" label=t.company_name_en() hint=t.company_name_hint() value=en
            autocomplete="off" lang="en" />
        <TextField form=state.clone() name="name_zh" label=t.company_name_zh() value=zh autocomplete="off" lang="zh-CN" />
        <CheckList form=state.clone() name="kinds" label=t.company_kinds() hint=t.company_kinds_hint() options=kinds
            values=Vec::new() />
        <SelectField form=state.clone() name="country" label=t.company_country() options=countries
            value=facts.country.clone().unwrap_or_default() nothing=t.company_country_unknown() optional=true />
    };
    let mut labels = vec![("not_duplicate", t.duplicate_title()), ("not_duplicate_reason", t.duplicate_reason())];
    labels.extend(crate::company::events::labels(t));
    form(read, ConvertToNewCompany::PATH, state, labels, fields.into_any(), t.companies_add())
}

fn close(read: &EnquiryPage, state: &FormState, t: &'static Texts) -> AnyView {
    let reasons =
        CloseReason::ALL.iter().map(|one| (one.code().to_owned(), t.enquiry_reason_of(*one).to_owned())).collect();
    let fields = view! {
        <SelectField form=state.clone() name="reason" label=t.enquiry_close_reason() options=reasons value=""
            nothing=t.enquiry_choose() />
        <TextArea form=state.clone() name="note" label=t.enquiry_note() value="" optional=true />
    };
    let labels = vec![("reason", t.enquiry_close_reason()), ("note", t.enquiry_note())];
    form(read, CloseEnquiry::PATH, state, labels, fields.into_any(), t.enquiry_do_close())
}

fn reopen(read: &EnquiryPage, state: &FormState, t: &'static Texts) -> AnyView {
    let fields = view! {
        <TextArea form=state.clone() name="note" label=t.enquiry_reopen_why() hint=t.enquiry_reopen_hint() value="" />
    };
    form(
        read,
        ReopenEnquiry::PATH,
        state,
        vec![("note", t.enquiry_reopen_why())],
        fields.into_any(),
        t.enquiry_do_reopen(),
    )
}
