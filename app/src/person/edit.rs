//! The forms of a person and of a position.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, CreatePerson, EditPerson, PersonFormPage};
use super::events::{labels, language_name, shown};
use super::list_view::PATH;
use super::model::Person;
use super::positions::AddPosition;
use crate::backend::context::Visit;
use crate::company::choice::CompanyField;
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::ui::form::{
    CheckField, ErrorSummary, FormId, FormState, SelectField, TextArea, TextField, TypedAndStored, drafts,
};
use crate::ui::form_island::LiveForm;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

/// `/people/new`
pub async fn create(visit: Visit, at: At) -> Result<Page> {
    let read = api::new_person(&visit, at.query.get("company").parse().ok()).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().person_add(), move |t| {
        let form = FormState::new(t, refused.as_ref(), CreatePerson::PATH);
        let back = read.company.as_ref().map_or_else(|| PATH.to_owned(), |(id, ..)| crate::company::model::url(*id));
        let fields = view! {
            <FormId form=form.clone() />
            {drafts(read.actor.id, t)}
            {super::merge::pages::asked(&read.alike, &form, t, language)}
            {fields(None, &form, t)}
            <h2>{t.person_works_at()}</h2>
            {position_fields(&read, &form, true, t, language)}
        };
        frame(form, CreatePerson::PATH, t.person_add(), None, back, fields.into_any(), t.person_add(), t)
    });
    Ok(page.section(Section::People).actor(actor))
}

/// `/people/{id}/edit`
pub async fn edit(visit: Visit, at: At) -> Result<Page> {
    let read = api::edit_person_page(&visit, at.id()?).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let title = visit.texts().company_edit_title(called(&read, language));
    let heading = title.clone();
    let page = Page::new(title, move |t| {
        let form = FormState::new(t, refused.as_ref(), EditPerson::PATH);
        let Some(person) = &read.person else { return ().into_any() };
        let conflict = matches!(form.error(), Some(Error::Conflict));
        // Saving again starts from the version that stands there now, which the notice shows.
        let stored = person.version.to_string();
        let version = if conflict { stored } else { form.value("version", &stored) };
        let typed = refused.as_deref().filter(|_| conflict).map(api::typed);
        let notice = typed.map(|typed| differences(&read, person, &typed, t, language));
        let fields = view! {
            {notice}
            <input type="hidden" name="id" value=person.id.to_string() />
            <input type="hidden" name="version" value=version />
            {drafts(read.actor.id, t)}
            {fields(Some(person), &form, t)}
        };
        let crumb = Some((person.url(), person.details.called(language).to_owned()));
        frame(form, EditPerson::PATH, &heading, crumb, person.url(), fields.into_any(), t.company_save(), t)
    });
    Ok(page.section(Section::People).actor(actor))
}

/// `/people/{id}/positions/new`
pub async fn position(visit: Visit, at: At) -> Result<Page> {
    let read = api::new_position(&visit, at.id()?).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(visit.texts().person_position_add(), move |t| {
        let form = FormState::new(t, refused.as_ref(), AddPosition::PATH);
        let Some(person) = &read.person else { return ().into_any() };
        let fields = view! {
            <FormId form=form.clone() />
            <input type="hidden" name="person" value=person.id.to_string() />
            {position_fields(&read, &form, false, t, language)}
        };
        let crumb = Some((person.url(), person.details.called(language).to_owned()));
        let title = t.person_position_add();
        frame(form, AddPosition::PATH, title, crumb, person.url(), fields.into_any(), title, t)
    });
    Ok(page.section(Section::People).actor(actor))
}

fn called(read: &PersonFormPage, language: Language) -> String {
    read.person.as_ref().map(|person| person.details.called(language).to_owned()).unwrap_or_default()
}

#[expect(clippy::too_many_arguments, reason = "what stands around three forms, each a word or two")]
fn frame(
    form: FormState,
    action: &'static str,
    title: &str,
    crumb: Option<(String, String)>,
    back: String,
    fields: AnyView,
    save: &'static str,
    t: &'static Texts,
) -> AnyView {
    let conflict = matches!(form.error(), Some(Error::Conflict));
    view! {
        <header class="page-head">
            <p class="crumbs"><a href=PATH>{t.person_people()}</a>{crumb.map(|(url, name)| view! { <a href=url>{name}</a> })}</p>
            <h1>{title.to_owned()}</h1>
        </header>
        <LiveForm action=action.to_owned() unreachable=t.error_unreachable().to_owned() colon=t.form_colon().to_owned()
            validate=false>
            {(!conflict).then(|| view! { <ErrorSummary form=form labels=summary_labels(t) /> })}
            {fields}
            <div class="form-actions">
                <button class="button primary">{save}</button>
                <a class="button quiet" href=back>{t.form_cancel()}</a>
            </div>
        </LiveForm>
    }
    .into_any()
}

fn fields(person: Option<&Person>, form: &FormState, t: &'static Texts) -> AnyView {
    let stored = person.map(|person| person.details.fields()).unwrap_or_default();
    let value = |name: &str| {
        stored.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let languages = [Language::En, Language::Zh]
        .map(|language| (language.code().to_owned(), language_name(language).to_owned()))
        .to_vec();
    view! {
        <TextField form=form.clone() name="name" label=t.person_name() hint=t.person_name_hint() value=value("name")
            autocomplete="off" />
        <TextField form=form.clone() name="name_zh" label=t.company_name_zh() value=value("name_zh") optional=true
            autocomplete="off" lang="zh-CN" />
        <TextField form=form.clone() name="email" label=t.person_email() value=value("email") optional=true kind="email"
            autocomplete="off" />
        <TextField form=form.clone() name="phone" label=t.person_phone() hint=t.person_phone_hint() value=value("phone")
            optional=true kind="tel" autocomplete="off" />
        <TextField form=form.clone() name="wechat" label=t.person_wechat() value=value("wechat") optional=true
            autocomplete="off" />
        <SelectField form=form.clone() name="language" label=t.person_language() options=languages value=value("language")
            nothing=t.company_country_unknown() optional=true />
        <TextField form=form.clone() name="account" label=t.person_account() hint=t.person_account_hint()
            value=value("account") optional=true autocomplete="off" />
        <TextArea form=form.clone() name="note" label=t.person_note() hint=t.person_note_hint() value=value("note")
            optional=true />
    }
    .into_any()
}

fn position_fields(
    read: &PersonFormPage,
    form: &FormState,
    first: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let company = read.company.as_ref().map(|(_, en, zh)| language.prefer(en, zh).to_owned()).unwrap_or_default();
    let main = (!first).then(|| view! { <CheckField form=form.clone() name="main" label=t.person_main_choice() /> });
    view! {
        <CompanyField form=form.clone() name="company" label=t.product_company() value=company
            choices=read.choices.clone() language=language optional=first />
        <TextField form=form.clone() name="title" label=t.person_title() value="" optional=true autocomplete="off" />
        <TextField form=form.clone() name="title_zh" label=t.person_title_zh() value="" optional=true autocomplete="off"
            lang="zh-CN" />
        <TextField form=form.clone() name="since" label=t.register_from_day() value="" kind="date" optional=true />
        <TextField form=form.clone() name="until" label=t.register_to_day() value="" kind="date" optional=true />
        {main}
    }
    .into_any()
}

/// After a concurrent edit: what was typed stays in the form, and what stands there now is shown above it.
fn differences(
    read: &PersonFormPage,
    person: &Person,
    typed: &super::model::PersonForm,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let mine = [
        ("name", &typed.name),
        ("name_zh", &typed.name_zh),
        ("email", &typed.email),
        ("phone", &typed.phone),
        ("wechat", &typed.wechat),
        ("language", &typed.language),
        ("note", &typed.note),
        ("account", &typed.account),
    ];
    let labels = labels(t);
    let rows = mine
        .into_iter()
        .zip(person.details.fields())
        .map(|((field, mine), (_, theirs))| (field, mine.trim().replace("\r\n", "\n"), theirs))
        .filter(|(_, mine, theirs)| mine != theirs)
        .map(|(field, mine, theirs)| {
            let label = labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
            let value = |value: &str| {
                if value.is_empty() { t.conflict_empty().to_owned() } else { shown(field, value, t) }
            };
            (label, value(&mine), value(&theirs))
        })
        .collect();
    let rival = read.rival.as_ref().map(|event| {
        let name = event.actor_name.clone().unwrap_or_else(|| t.conflict_somebody().to_owned());
        view! { <p>{name}" · "<Moment at=event.at language=language /></p> }.into_any()
    });
    view! { <TypedAndStored said=t.person_conflict() who=rival rows=rows texts=t /> }.into_any()
}

/// The labels of the form's fields, that of the question who it is among them.
fn summary_labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![("not_duplicate", t.twin_panel())];
    all.extend(labels(t));
    all
}
