//! What staff can decide: into which company a person is accepted, or that they are declined.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{JoinPage, Likely};
use super::decide::{AcceptIntoNew, AcceptJoining, DeclineJoining};
use super::likeness::{Reason, host};
use super::model::JoinRequest;
use crate::actor::Rights;
use crate::company::model::{Company, Kind};
use crate::country;
use crate::language::{Language, Texts};
use crate::ui::form::{CheckList, ErrorSummary, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;

fn reason_text(reason: &Reason, t: &'static Texts) -> String {
    match reason {
        Reason::EmailDomain(domain) => t.joining_because_email(domain),
        Reason::PersonsDomain(domain) => t.joining_because_person(domain),
        Reason::Website(host) => t.joining_because_website(host),
        Reason::SameName(name) => t.joining_because_same(name),
        Reason::LikeName(name) => t.joining_because_like(name),
        Reason::Lookalike(name) => t.joining_because_lookalike(name),
        Reason::BorrowedDomain(domain) => t.joining_because_borrowed(domain),
    }
}

pub(super) fn name_of(company: &Company, language: Language) -> String {
    language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned()
}

fn choice(likely: &Likely, chosen: &str, t: &'static Texts, language: Language) -> AnyView {
    let company = &likely.company;
    let id = company.id.to_string();
    let checked = id == chosen;
    let reasons = likely.found.iter().flat_map(|found| &found.reasons);
    let reasons = reasons
        .map(|reason| {
            let class = if reason.warns() { "badge danger" } else { "badge info" };
            view! { <li><span class=class>{reason_text(reason, t)}</span></li> }
        })
        .collect_view();
    let people: Vec<String> = likely
        .people
        .iter()
        .map(|person| {
            let rights = Rights::from_code(&person.rights).map_or("", |rights| t.rights(rights));
            format!("{} <{}> ({rights})", person.name, person.email)
        })
        .collect();
    let people = if people.is_empty() {
        t.joining_no_people().to_owned()
    } else {
        t.joining_people(people.join(t.form_comma()))
    };
    let facts: Vec<String> = [
        language.prefer(&company.facts.name_zh, &company.facts.name_en).to_owned(),
        company.facts.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default(),
        host(&company.facts.website),
        t.stage(company.stage).to_owned(),
    ]
    .into_iter()
    .filter(|fact| !fact.is_empty() && *fact != name_of(company, language))
    .collect();
    view! {
        <div class="likely">
            <label class="choice">
                <input type="radio" name="company" value=id checked=checked />
                " "<strong>{name_of(company, language)}</strong>
            </label>
            <div class="likely-why">
                <p class="hint">{facts.join(" · ")}" · "<a href=company.url()>{t.joining_see_company()}</a></p>
                <ul class="reasons">{reasons}</ul>
                <p class="hint">{people}</p>
            </div>
        </div>
    }
    .into_any()
}

fn rights_options(t: &'static Texts) -> Vec<(String, String)> {
    Rights::ALL.into_iter().map(|rights| (rights.code().to_owned(), t.rights(rights).to_owned())).collect()
}

pub(super) fn likely(
    read: &JoinPage,
    form: &FormState,
    search: &str,
    other_role: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let chosen = form.value("company", "");
    let choices = read.likely.iter().map(|likely| choice(likely, &chosen, t, language)).collect_view();
    let none = read.likely.is_empty();
    let problem = form.problem("company");
    let fine = problem.is_none();
    // The first person of a company looks after the others.
    let first = read.likely.iter().all(|likely| !likely.people.iter().any(|person| person.rights == "administrator"));
    let rights = if first { Rights::Administrator } else { Rights::Contributor };
    let path = read.request.url();
    let search = search.to_owned();
    let accept = (!none).then(|| {
        view! {
            <form class="form" method="post" action=AcceptJoining::PATH>
                <ErrorSummary form=form.clone() labels=vec![("company", t.joining_company()), ("rights", t.joining_rights())] />
                <input type="hidden" name="id" value=read.request.id.to_string() />
                <fieldset class=if fine { "field" } else { "field invalid" } id="company" tabindex="-1">
                    <legend>{t.joining_which()}</legend>
                    <p class="error" id="company-error" hidden=fine><Icon name="alert-triangle" /><span>{problem}</span></p>
                    {choices}
                </fieldset>
                <SelectField form=form.clone() name="rights" label=t.joining_rights() hint=t.joining_rights_hint()
                    options=rights_options(t) value=rights.code() />
                <div class="form-actions">
                    <button class="button primary" disabled=other_role>{t.joining_accept()}</button>
                </div>
            </form>
        }
    });
    view! {
        <section class="panel">
            <h2>{t.joining_likely()}</h2>
            {none.then(|| view! { <p class="hint">{t.joining_no_likely()}</p> })}
            <form class="filters" method="get" action=path>
                <input type="search" name="q" aria-label=t.joining_find_company() placeholder=t.joining_find_company() value=search />
                <button class="button">{t.list_search()}</button>
            </form>
            {accept}
        </section>
    }
    .into_any()
}

pub(super) fn new_company(
    request: &JoinRequest,
    form: &FormState,
    other_role: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    // A name with a Chinese character in it is the Chinese one.
    let chinese = request.company_name.chars().any(|c| matches!(c, '\u{3400}'..='\u{9fff}'));
    let (name_en, name_zh) = if chinese {
        (String::new(), request.company_name.clone())
    } else {
        (request.company_name.clone(), String::new())
    };
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.code().to_owned(), t.kind(kind).to_owned())).collect();
    let countries = country::sorted(language)
        .iter()
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect();
    let labels = vec![
        ("name_en", t.company_name_en()),
        ("name_zh", t.company_name_zh()),
        ("country", t.company_country()),
        ("website", t.company_website()),
        ("kinds", t.company_kinds()),
        ("new_rights", t.joining_rights()),
    ];
    let open = form.error().is_some();
    view! {
        <section class="panel">
            <details open=open>
                <summary><h2>{t.joining_new_company()}</h2></summary>
                <p class="hint">{t.joining_new_company_explained()}</p>
                <form class="form" method="post" action=AcceptIntoNew::PATH>
                    <ErrorSummary form=form.clone() labels=labels />
                    <input type="hidden" name="id" value=request.id.to_string() />
                    <TextField form=form.clone() name="name_en" label=t.company_name_en() hint=t.company_name_hint()
                        value=name_en autocomplete="off" lang="en" />
                    <TextField form=form.clone() name="name_zh" label=t.company_name_zh() value=name_zh autocomplete="off"
                        lang="zh-CN" />
                    <SelectField form=form.clone() name="country" label=t.company_country() options=countries
                        value=request.country.clone().unwrap_or_default() nothing=t.company_country_unknown() optional=true />
                    <TextField form=form.clone() name="website" label=t.company_website() value=request.website.clone()
                        optional=true autocomplete="off" />
                    <CheckList form=form.clone() name="kinds" label=t.company_kinds() hint=t.company_kinds_hint() options=kinds
                        values=Vec::new() />
                    <SelectField form=form.clone() name="new_rights" label=t.joining_rights() hint=t.joining_rights_hint()
                        options=rights_options(t) value=Rights::Administrator.code() />
                    <div class="form-actions">
                        <button class="button primary" disabled=other_role>{t.joining_accept_new()}</button>
                    </div>
                </form>
            </details>
        </section>
    }
    .into_any()
}

pub(super) fn decline_form(request: &JoinRequest, form: &FormState, t: &'static Texts) -> AnyView {
    let open = form.error().is_some();
    view! {
        <section class="panel">
            <details open=open>
                <summary><h2>{t.joining_decline_title()}</h2></summary>
                <form class="form" method="post" action=DeclineJoining::PATH>
                    <ErrorSummary form=form.clone() labels=vec![("decline_reason", t.joining_decline_reason())] />
                    <input type="hidden" name="id" value=request.id.to_string() />
                    <TextArea form=form.clone() name="decline_reason" label=t.joining_decline_reason()
                        hint=t.joining_decline_hint() value="" />
                    <div class="form-actions"><button class="button danger">{t.joining_decline()}</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}
