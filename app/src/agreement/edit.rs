//! The form of an agreement's facts.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{CreateAgreement, EditAgreement};
use super::events::{labels, shown};
use super::model::{Agreement, Kind, Renewal, Tongue, USUAL_ZONE, ZONES};
use super::pages::PATH;
use super::read::{self, AgreementFormPage};
use crate::backend::context::Visit;
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormId, FormState, SelectField, TextArea, TextField, TypedAndStored, drafts};
use crate::ui::form_island::LiveForm;
use crate::web::page::{At, Page, Section};

/// `/agreements/new`
pub async fn create(visit: Visit, _: At) -> Result<Page> {
    let read = read::new_agreement(&visit).await?;
    Ok(form_page(&visit, read, CreateAgreement::PATH))
}

/// `/agreements/{id}/edit`
pub async fn edit(visit: Visit, at: At) -> Result<Page> {
    let read = read::edit_agreement_page(&visit, at.parameter("id")).await?;
    Ok(form_page(&visit, read, EditAgreement::PATH))
}

fn form_page(visit: &Visit, read: AgreementFormPage, action: &'static str) -> Page {
    let language = visit.language;
    let t = visit.texts();
    let title = match &read.agreement {
        None => t.agreements_new_title().to_owned(),
        Some(agreement) => t.agreements_edit_title(&agreement.number),
    };
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let heading = title.clone();
    let page = Page::new(title, move |t| {
        let form = FormState::new(t, refused.as_ref(), action);
        let conflict = matches!(form.error(), Some(Error::Conflict));
        let back = read.agreement.as_ref().map_or_else(|| PATH.to_owned(), Agreement::url);
        let crumb = read.agreement.as_ref().map(|agreement| {
            view! { <a href=agreement.url()>{agreement.title(language).to_owned()}</a> }
        });
        let identity = match &read.agreement {
            Some(agreement) => {
                // Saving again starts from the version that stands there now, which the notice shows.
                let stored = agreement.version.to_string();
                let version = if conflict { stored } else { form.value("version", &stored) };
                view! {
                    {refused.as_deref().filter(|_| conflict).map(|post| differences(&read, agreement, post, t, language))}
                    <input type="hidden" name="id" value=agreement.number.clone() />
                    <input type="hidden" name="version" value=version />
                }
                .into_any()
            }
            None => view! { <FormId form=form.clone() /> }.into_any(),
        };
        let save = if read.agreement.is_some() { t.company_save() } else { t.agreements_begin() };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.agreements_title()}</a>{crumb}</p>
                <h1>{heading}</h1>
            </header>
            <LiveForm action=action.to_owned() unreachable=t.error_unreachable().to_owned()
                colon=t.form_colon().to_owned() validate=false>
                {(!conflict).then(|| view! { <ErrorSummary form=form.clone() labels=labels(t) /> })}
                {identity}
                {drafts(read.actor.id, t)}
                {fields(&read, &form, t)}
                <div class="form-actions">
                    <button class="button primary">{save}</button>
                    <a class="button quiet" href=back>{t.form_cancel()}</a>
                </div>
            </LiveForm>
        }
        .into_any()
    });
    page.section(Section::Agreements).actor(actor)
}

fn options<T: Copy>(all: &[T], code: fn(T) -> &'static str, text: impl Fn(T) -> &'static str) -> Vec<(String, String)> {
    all.iter().map(|one| (code(*one).to_owned(), text(*one).to_owned())).collect()
}

fn fields(read: &AgreementFormPage, form: &FormState, t: &'static Texts) -> AnyView {
    let stored = read.agreement.as_ref().map(|agreement| agreement.facts.fields()).unwrap_or_default();
    let is_new = read.agreement.is_none();
    let value = |name: &str| {
        stored.iter().find(|(field, _)| *field == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let kinds = options(Kind::ALL, Kind::code, |kind| t.agreement_kind_of(kind));
    let tongues = options(Tongue::ALL, Tongue::code, |tongue| t.agreement_prevailing_of(tongue));
    let managers = read.managers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let owner = if is_new { read.actor.id.to_string() } else { value("owner") };
    let prevailing = if is_new { Tongue::Both.code().to_owned() } else { value("prevailing") };
    let parties = is_new.then(|| {
        view! {
            <TextArea form=form.clone() name="parties" label=t.agreement_parties() hint=t.agreement_parties_hint() value=""
                rows=5 optional=true />
        }
    });
    let days = read.open_days.then(|| days(form, &value, is_new, t));
    let private = !form.value("private", &value("private")).is_empty();
    view! {
        <SelectField form=form.clone() name="kind" label=t.agreement_kind() options=kinds value=value("kind")
            nothing=t.agreement_choose() />
        <TextField form=form.clone() name="title_en" label=t.agreement_title_en() hint=t.agreement_title_hint()
            value=value("title_en") autocomplete="off" lang="en" />
        <TextField form=form.clone() name="title_zh" label=t.agreement_title_zh() value=value("title_zh") autocomplete="off"
            lang="zh-CN" />
        {parties}
        <TextArea form=form.clone() name="summary_en" label=t.agreement_summary_en() value=value("summary_en") rows=4
            optional=true />
        <TextArea form=form.clone() name="summary_zh" label=t.agreement_summary_zh() value=value("summary_zh") rows=4
            optional=true />
        <TextArea form=form.clone() name="areas" label=t.agreement_areas() hint=t.register_tags_hint() value=value("areas")
            rows=3 optional=true />
        <SelectField form=form.clone() name="prevailing" label=t.agreement_prevailing() options=tongues value=prevailing />
        <TextField form=form.clone() name="sign_place" label=t.agreement_sign_place() value=value("sign_place")
            optional=true autocomplete="off" />
        <TextField form=form.clone() name="sign_on" label=t.agreement_sign_on() value=value("sign_on") kind="date"
            optional=true />
        {days}
        <TextField form=form.clone() name="notice_days" label=t.agreement_notice_days() value=value("notice_days")
            kind="number" optional=true />
        <TextField form=form.clone() name="governing_law" label=t.agreement_governing_law() value=value("governing_law")
            optional=true autocomplete="off" />
        <TextArea form=form.clone() name="confidentiality" label=t.agreement_confidentiality()
            hint=t.agreement_confidentiality_hint() value=value("confidentiality") rows=2 optional=true />
        <SelectField form=form.clone() name="owner" label=t.agreement_owner() hint=t.agreement_owner_hint()
            options=managers value=owner nothing=t.company_no_manager() optional=true />
        <div class="field">
            <label class="choice">
                <input type="checkbox" id="private" name="private" value="yes" checked=private aria-describedby="private-hint" />
                " "{t.agreement_private()}
            </label>
            <p class="hint" id="private-hint">{t.agreement_private_hint()}</p>
        </div>
    }
    .into_any()
}

/// When it begins and ends, and what then.
fn days(form: &FormState, value: &dyn Fn(&str) -> String, is_new: bool, t: &'static Texts) -> AnyView {
    let zones = ZONES.iter().map(|zone| ((*zone).to_owned(), (*zone).to_owned())).collect();
    let renewals = options(Renewal::ALL, Renewal::code, |renewal| t.agreement_renewal_of(renewal));
    let (zone, renewal) = if is_new {
        (USUAL_ZONE.to_owned(), Renewal::None.code().to_owned())
    } else {
        (value("zone"), value("renewal"))
    };
    view! {
        <TextField form=form.clone() name="effective_on" label=t.agreement_effective_on() hint=t.agreement_effective_hint()
            value=value("effective_on") kind="date" optional=true />
        <SelectField form=form.clone() name="zone" label=t.agreement_zone() options=zones value=zone />
        <TextField form=form.clone() name="term_months" label=t.agreement_term_months() hint=t.agreement_term_hint()
            value=value("term_months") kind="number" optional=true />
        <SelectField form=form.clone() name="renewal" label=t.agreement_renewal() options=renewals value=renewal />
    }
    .into_any()
}

/// What was typed beside what somebody else saved meanwhile.
fn differences(
    read: &AgreementFormPage,
    agreement: &Agreement,
    post: &crate::backend::refused::RefusedPost,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let labels = labels(t);
    let names = std::collections::HashMap::new();
    let mut check = crate::error::Check::default();
    let mine = read::typed(post).read(&mut check).fields();
    let rows = mine
        .into_iter()
        .zip(agreement.facts.fields())
        .filter(|((_, mine), (_, theirs))| mine != theirs)
        .map(|((field, mine), (_, theirs))| {
            let label = labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
            let value = |value: &str| match shown(field, value, &read.managers, &names, t, language) {
                text if text.is_empty() => t.conflict_empty().to_owned(),
                text => text,
            };
            (label, value(&mine), value(&theirs))
        })
        .collect();
    view! { <TypedAndStored said=t.agreement_conflict() who=None rows=rows texts=t /> }.into_any()
}
