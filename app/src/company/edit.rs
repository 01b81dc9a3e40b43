//! The form of a company, and the choice after two people edited it at once.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, CompanyFormPage, CreateCompany, EditCompany};
use super::conflict::{Difference, Side};
use super::duplicate;
use super::events::{labels, shown};
use super::model::{Company, Kind, Stage, Tier};
use crate::backend::context::Visit;
use crate::country;
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::ui::form::{CheckList, ErrorSummary, FormId, FormState, SelectField, TextArea, TextField, drafts};
use crate::ui::form_island::LiveForm;
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::ui::versions::{Version, versions};
use crate::web::page::{At, Page, Section};

/// `/companies/new`
pub async fn create(visit: Visit, _: At) -> Result<Page> {
    let read = api::new_company(&visit).await?;
    Ok(form_page(&visit, read, CreateCompany::PATH))
}

/// `/companies/{id}/edit`
pub async fn edit(visit: Visit, at: At) -> Result<Page> {
    let read = api::edit_company_page(&visit, at.id()?).await?;
    Ok(form_page(&visit, read, EditCompany::PATH))
}

fn form_page(visit: &Visit, read: CompanyFormPage, action: &'static str) -> Page {
    let language = visit.language;
    let t = visit.texts();
    let title = match &read.company {
        None => t.company_new_title().to_owned(),
        Some(company) => t.company_edit_title(language.prefer(&company.facts.name_en, &company.facts.name_zh)),
    };
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let heading = title.clone();
    let page = Page::new(title, move |t| {
        let form = FormState::new(t, refused.as_ref(), action);
        let back = read.company.as_ref().map_or_else(|| "/companies".to_owned(), Company::url);
        let conflict = matches!(form.error(), Some(Error::Conflict));
        // The form starts again from the version that stands there now; what differs is chosen below.
        let version = match (&read.company, conflict) {
            (Some(company), true) => company.version.to_string(),
            (Some(company), false) => form.value("version", &company.version.to_string()),
            (None, _) => String::new(),
        };
        let identity = match &read.company {
            Some(company) => view! {
                <input type="hidden" name="id" value=company.id.to_string() />
                <input type="hidden" name="version" value=version />
            }
            .into_any(),
            None => view! { <FormId form=form.clone() /> }.into_any(),
        };
        let fields = if conflict { choice(&read, t, language) } else { fields(&read, &form, t, language) };
        let save = if read.company.is_some() { t.company_save() } else { t.companies_add() };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a></p>
                <h1>{heading}</h1>
            </header>
            <LiveForm action=action.to_owned() unreachable=t.error_unreachable().to_owned() colon=t.form_colon().to_owned()
                validate=conflict>
                {(!conflict).then(|| view! { <ErrorSummary form=form.clone() labels=summary_labels(t) /> })}
                {identity}
                {(!conflict).then(|| drafts(read.actor.id, t))}
                {duplicate::pages::asked(&read.alike, &form, t, language)}
                {fields}
                <div class="form-actions">
                    <button class="button primary">{save}</button>
                    <a class="button quiet" href=back>{t.form_cancel()}</a>
                </div>
            </LiveForm>
        }
        .into_any()
    });
    page.section(Section::Companies).actor(actor)
}

fn fields(read: &CompanyFormPage, form: &FormState, t: &'static Texts, language: Language) -> AnyView {
    let stored = read.company.as_ref().map(|company| company.facts.fields()).unwrap_or_default();
    let value = |name: &str| {
        stored.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.code().to_owned(), t.kind(kind).to_owned())).collect();
    let tiers = Tier::ALL.into_iter().map(|tier| (tier.code().to_owned(), t.tier(tier).to_owned())).collect();
    let managers = read.managers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let chosen = value("kinds").split_whitespace().map(str::to_owned).collect();
    let stage = read.company.is_none().then(|| first_stage(form, t));
    view! {
        {names(form, &value, t)}
        <CheckList form=form.clone() name="kinds" label=t.company_kinds() hint=t.company_kinds_hint() options=kinds
            values=chosen />
        {profile(form, &value, t, language)}
        {stage}
        <SelectField form=form.clone() name="tier" label=t.register_tier() hint=t.register_tier_hint() options=tiers
            value=value("tier") nothing=t.register_no_tier() optional=true />
        <SelectField form=form.clone() name="manager" label=t.company_manager() options=managers value=value("manager")
            nothing=t.company_no_manager() optional=true />
        <TextArea form=form.clone() name="tags" label=t.register_tags() hint=t.register_tags_hint() value=value("tags")
            rows=2 optional=true />
        <TextArea form=form.clone() name="about" label=t.company_about() hint=t.company_about_hint() value=value("about")
            optional=true />
    }
    .into_any()
}

/// The names, for staff and for a company's own people alike.
pub fn names(form: &FormState, value: &dyn Fn(&str) -> String, t: &'static Texts) -> AnyView {
    view! {
        <TextField form=form.clone() name="name_en" label=t.company_name_en() hint=t.company_name_hint()
            value=value("name_en") autocomplete="off" lang="en" />
        <TextField form=form.clone() name="name_zh" label=t.company_name_zh() value=value("name_zh") autocomplete="off"
            lang="zh-CN" />
        <TextField form=form.clone() name="name_local" label=t.company_name_local() hint=t.company_name_local_hint()
            value=value("name_local") optional=true autocomplete="off" />
        <TextArea form=form.clone() name="aliases" label=t.register_aliases() hint=t.register_aliases_hint()
            value=value("aliases") rows=2 optional=true />
    }
    .into_any()
}

/// Where it is, how it is reached, how it is registered, and what it works on.
pub fn profile(form: &FormState, value: &dyn Fn(&str) -> String, t: &'static Texts, language: Language) -> AnyView {
    let countries = country::sorted(language)
        .iter()
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect();
    view! {
        <SelectField form=form.clone() name="country" label=t.company_country() options=countries value=value("country")
            nothing=t.company_country_unknown() optional=true />
        <TextField form=form.clone() name="city" label=t.company_city() value=value("city") optional=true
            autocomplete="off" />
        <TextField form=form.clone() name="website" label=t.company_website() value=value("website") optional=true
            kind="url" autocomplete="off" />
        <TextArea form=form.clone() name="websites" label=t.register_websites() hint=t.register_lines_hint()
            value=value("websites") rows=2 optional=true />
        <TextArea form=form.clone() name="email_domains" label=t.register_email_domains()
            hint=t.register_email_domains_hint() value=value("email_domains") rows=2 optional=true />
        <TextArea form=form.clone() name="registrations" label=t.register_registrations()
            hint=t.register_registrations_hint() value=value("registrations") rows=2 optional=true />
        <TextArea form=form.clone() name="areas" label=t.register_areas() hint=t.register_tags_hint() value=value("areas")
            rows=2 optional=true />
    }
    .into_any()
}

/// Only of a new company; later its stage changes by an act of its own.
fn first_stage(form: &FormState, t: &'static Texts) -> AnyView {
    let stages = Stage::FIRST.into_iter().map(|stage| (stage.code().to_owned(), t.stage(stage).to_owned())).collect();
    view! {
        <SelectField form=form.clone() name="stage" label=t.company_stage() options=stages value=Stage::Target.code() />
        <TextArea form=form.clone() name="stage_reason" label=t.register_stage_reason() hint=t.register_stage_reason_hint()
            value="" rows=2 optional=true />
    }
    .into_any()
}

/// Both versions of each field that differs; the person chooses, field by field. The radio button's value is the field's,
/// so the form posts like any other.
fn choice(read: &CompanyFormPage, t: &'static Texts, language: Language) -> AnyView {
    let name = |field: &'static str| if field == "kinds" { "kinds[]" } else { field };
    let rival = read
        .rival
        .as_ref()
        .and_then(|event| event.actor_name.as_deref().map(|name| shown_name(name, t)))
        .unwrap_or_else(|| t.conflict_somebody().to_owned());
    let when = read.rival.as_ref().map(|event| event.at);
    let stored = read.company.as_ref().map(|company| company.facts.fields()).unwrap_or_default();
    // What both have alike is posted as it is.
    let alike = stored
        .iter()
        .filter(|(field, _)| !read.differences.iter().any(|difference| difference.field == *field))
        .map(|(field, value)| view! { <input type="hidden" name=name(field) value=value.clone() /> })
        .collect_view();
    let labels = labels(t);
    let choices = read
        .differences
        .iter()
        .map(|Difference { field, mine, theirs, proposed }| {
            let label = labels.iter().find(|(name, _)| name == field).map_or("", |(_, label)| *label);
            let value = |value: &str| {
                let text = shown(field, value, &read.managers, t, language);
                if text.is_empty() { t.conflict_empty().to_owned() } else { text }
            };
            let hint = match proposed {
                Some(Side::Mine) => t.conflict_only_you(),
                Some(Side::Theirs) => t.conflict_only_they(),
                None => t.conflict_both(),
            };
            let yours = view! { <strong>{t.conflict_yours()}</strong> }.into_any();
            let others = view! {
                <strong>{rival.clone()}</strong>{when.map(|at| view! { " · "<Moment at=at language=language /> })}
            }
            .into_any();
            let version = |who: AnyView, text: &str, side: Side| Version {
                who,
                value: text.to_owned(),
                shown: value(text),
                chosen: *proposed == Some(side),
            };
            let both = [version(yours, mine, Side::Mine), version(others, theirs, Side::Theirs)];
            versions(field, name(field), label, Some(hint), both)
        })
        .collect_view();
    let none = read.differences.is_empty();
    view! {
        <div class="notice attention" role="alert">
            <Icon name="alert-triangle" />
            <p>{if none { t.conflict_none() } else { t.conflict_explained() }}</p>
        </div>
        {alike}
        {choices}
    }
    .into_any()
}

/// The labels of the form's fields in its order, those of the question about duplicates among them.
fn summary_labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![("not_duplicate", t.duplicate_title()), ("not_duplicate_reason", t.duplicate_reason())];
    all.extend(labels(t));
    let of_stage = [("stage", t.company_stage()), ("stage_reason", t.register_stage_reason())];
    all.retain(|(field, _)| !of_stage.iter().any(|(other, _)| other == field));
    let before = all.iter().position(|(field, _)| *field == "tier").unwrap_or(all.len());
    all.splice(before..before, of_stage);
    all
}
