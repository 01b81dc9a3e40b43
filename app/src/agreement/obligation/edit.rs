//! The form of what is owed.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::events::{labels, plan_of};
use super::life::State;
use super::model::{Plan, Repeat, url};
use super::planning::{EditObligation, PlanObligation};
use super::read::{self, PlanPage};
use crate::agreement::pages::PATH;
use crate::agreement::show::called;
use crate::backend::context::Visit;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::ui::form::{CheckList, ErrorSummary, FormId, FormState, SelectField, TextArea, TextField};
use crate::web::page::{At, Page, Section};

/// `/agreements/{id}/obligations/new`
pub async fn create(visit: Visit, at: At) -> Result<Page> {
    let read = read::plan_page(&visit, at.parameter("id"), None).await?;
    Ok(form_page(&visit, read, PlanObligation::PATH))
}

/// `/agreements/{id}/obligations/{n}/edit`
pub async fn edit(visit: Visit, at: At) -> Result<Page> {
    let read = read::plan_page(&visit, at.parameter("id"), Some(at.parameter("n"))).await?;
    Ok(form_page(&visit, read, EditObligation::PATH))
}

fn form_page(visit: &Visit, read: PlanPage, action: &'static str) -> Page {
    let language = visit.language;
    let t = visit.texts();
    let title = match &read.obligation {
        None => t.obligation_plan().to_owned(),
        Some((obligation, _)) => t.obligation_edit_title(&obligation.clause),
    };
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let heading = title.clone();
    let page = Page::new(title, move |t| {
        let form = FormState::new(t, refused.as_ref(), action);
        let agreement = &read.agreement;
        let stored = match &read.obligation {
            Some((obligation, sides)) => plan_of(obligation, sides),
            None => Plan {
                clause: String::new(),
                text_en: String::new(),
                text_zh: String::new(),
                owes: Vec::new(),
                benefits: Vec::new(),
                due_on: String::new(),
                every_months: None,
                repeat_until: String::new(),
                survives: false,
            },
        };
        let back = match &read.obligation {
            Some((obligation, _)) => url(&agreement.number, obligation.number),
            None => agreement.url(),
        };
        let identity = match &read.obligation {
            Some((obligation, _)) => {
                // Saving again starts from the version that stands there now, which the page shows.
                let conflict = matches!(form.error(), Some(Error::Conflict));
                let now = obligation.version.to_string();
                let version = if conflict { now } else { form.value("version", &now) };
                view! {
                    <input type="hidden" name="number" value=obligation.number.to_string() />
                    <input type="hidden" name="version" value=version />
                }
                .into_any()
            }
            None => view! { <FormId form=form.clone() /> }.into_any(),
        };
        let settled = read.obligation.as_ref().is_some_and(|(obligation, _)| obligation.state.is_settled());
        let over = settled.then(|| {
            let state = read.obligation.as_ref().map_or(State::Fulfilled, |(obligation, _)| obligation.state);
            view! { <p class="notice attention">{t.obligation_settled_already(t.obligation_state_of(state))}</p> }
        });
        let continues = read
            .obligation
            .as_ref()
            .is_none_or(|(obligation, _)| obligation.series.is_none() || obligation.is_last_of_series());
        let repeat = if continues {
            repeat_fields(&form, &stored)
        } else {
            view! { <p class="hint">{t.obligation_one_of_series()}</p> }.into_any()
        };
        let reason = read.shown.then(|| {
            view! {
                <TextArea form=form.clone() name="reason" label=t.agreement_reason() hint=t.obligation_change_hint() value=""
                    rows=3 />
            }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.agreements_title()}</a><a href=agreement.url()>{agreement.number.clone()}</a></p>
                <h1>{heading}</h1>
                <p class="subtitle">{agreement.title(language).to_owned()}</p>
            </header>
            {over}
            <form class="form" method="post" action=action novalidate>
                <ErrorSummary form=form.clone() labels=labels(t) />
                <input type="hidden" name="id" value=agreement.number.clone() />
                {identity}
                {fields(&read, &form, &stored, language)}
                {repeat}
                {survives(&form, stored.survives)}
                {reason}
                <div class="form-actions">
                    <button class="button primary">{t.company_save()}</button>
                    <a class="button quiet" href=back>{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    });
    page.section(Section::Agreements).actor(actor)
}

fn fields(read: &PlanPage, form: &FormState, stored: &Plan, language: Language) -> AnyView {
    let t = form.texts;
    let parties: Vec<(String, String)> = read
        .parties
        .iter()
        .enumerate()
        .map(|(place, party)| {
            let name = language.prefer(&party.name_en, &party.name_zh);
            (party.id.to_string(), format!("{}{}{name}", called(place, t), t.form_colon()))
        })
        .collect();
    let chosen = |ids: &[uuid::Uuid]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    view! {
        <TextField form=form.clone() name="clause" label=t.obligation_clause() hint=t.obligation_clause_hint()
            value=stored.clause.clone() autocomplete="off" />
        <TextArea form=form.clone() name="text_en" label=t.obligation_text_en() hint=t.obligation_text_hint()
            value=stored.text_en.clone() rows=3 />
        <TextArea form=form.clone() name="text_zh" label=t.obligation_text_zh() value=stored.text_zh.clone() rows=3
            optional=true />
        <CheckList form=form.clone() name="owes" label=t.obligation_owes() options=parties.clone()
            values=chosen(&stored.owes) />
        <CheckList form=form.clone() name="benefits" label=t.obligation_benefits() options=parties
            values=chosen(&stored.benefits) hint=t.obligation_benefits_hint() />
        <TextField form=form.clone() name="due_on" label=t.obligation_due_on() hint=t.obligation_due_hint()
            value=stored.due_on.clone() kind="date" optional=true />
    }
    .into_any()
}

fn repeat_fields(form: &FormState, stored: &Plan) -> AnyView {
    let t = form.texts;
    let options = Repeat::ALL
        .iter()
        .map(|repeat| (repeat.code().to_owned(), t.obligation_repeat_of(*repeat).to_owned()))
        .collect();
    let repeat = Repeat::of(stored.every_months);
    let every = stored.every_months.filter(|_| repeat == Repeat::Months).map(|every| every.to_string());
    view! {
        <SelectField form=form.clone() name="repeat" label=t.obligation_repeat() hint=t.obligation_repeat_hint()
            options=options value=repeat.code() />
        <TextField form=form.clone() name="every_months" label=t.obligation_every_months()
            hint=t.obligation_every_months_hint() value=every.unwrap_or_default() kind="number" optional=true />
        <TextField form=form.clone() name="repeat_until" label=t.obligation_repeat_until()
            hint=t.obligation_repeat_until_hint() value=stored.repeat_until.clone() kind="date" optional=true />
    }
    .into_any()
}

/// A box of its own: what stands there already is shown ticked.
fn survives(form: &FormState, stored: bool) -> AnyView {
    let checked = !form.value("survives", if stored { "yes" } else { "" }).is_empty();
    let label = form.texts.obligation_survives();
    view! {
        <div class="field">
            <label class="choice"><input type="checkbox" id="survives" name="survives" value="yes" checked=checked />" "{label}</label>
        </div>
    }
    .into_any()
}
