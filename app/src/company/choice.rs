//! How a form names a company: by its name, which the browser helps to type, and the server looks up.

use axum::extract::RawQuery;
use axum::response::{IntoResponse as _, Response};
use http::header;
use leptos::prelude::*;
use uuid::Uuid;

use super::store::{self, Choices};
use crate::actor::require;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::error::{Check, Problem, Result, internal};
use crate::language::Language;
use crate::ui::form::{FormState, TextField};
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::error_response;

/// The company that a name stands for; none, and the problem noted, when there is not exactly one. The address of a
/// company's page stands for it, too: two companies may have the same name.
pub async fn resolve(tx: &mut Tx, check: &mut Check, field: &str, typed: &str) -> Result<Option<Uuid>> {
    let name = check.line(field, typed, 500);
    if name.is_empty() {
        check.note(field, Problem::Missing);
        return Ok(None);
    }
    match meant(tx, &name).await?[..] {
        [one] => Ok(Some(one)),
        [] => {
            check.note(field, Problem::NoCompany);
            Ok(None)
        }
        _ => {
            check.note(field, Problem::SeveralCompanies);
            Ok(None)
        }
    }
}

/// The companies that a name, or the address of a company's page, may stand for.
pub async fn meant(tx: &mut Tx, name: &str) -> Result<Vec<Uuid>> {
    let Some((_, id)) = name.rsplit_once("/companies/") else { return store::named(tx, name).await };
    let Ok(id) = id.split(['/', '?', '#']).next().unwrap_or_default().parse() else { return Ok(Vec::new()) };
    let company = store::find(tx, id).await?.filter(|company| company.archived.is_none());
    Ok(company.into_iter().map(|company| company.id).collect())
}

/// Where a field asks what to offer for what is being typed.
pub const SUGGESTIONS: &str = "/companies/suggestions";

/// `/companies/suggestions`: what to offer for what was typed into a field for a company, as pairs of what the field then has
/// and what else the company is called. For those alone who have such forms.
pub async fn suggest(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let query = Query::parse(query.as_deref().unwrap_or_default());
    match in_time(suggestions(&visit, query.get("q"))).await {
        Ok(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn suggestions(visit: &Visit, typed: &str) -> Result<String> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let hits = store::suggested(&mut ctx.tx, visit.language, typed).await?;
    let called: Vec<(String, String)> =
        hits.iter().map(|hit| called(&hit.title_en, &hit.title_zh, visit.language)).collect();
    let offers: Vec<(&str, String)> = hits
        .iter()
        .zip(&called)
        .map(|(hit, (name, other))| {
            // Those of the same name are told apart by their addresses, which the field understands, too.
            let several = called.iter().filter(|(known, _)| known == name).count() > 1;
            let about: Vec<&str> = [if several { name } else { "" }, other, &hit.note]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect();
            (if several { &hit.url } else { name.as_str() }, about.join(" · "))
        })
        .collect();
    serde_json::to_string(&offers).map_err(|error| internal("suggestions", &error))
}

/// What a company is called in a language, and in the other one where that differs.
fn called(en: &str, zh: &str, language: Language) -> (String, String) {
    let name = language.prefer(en, zh);
    let other = if name == en { zh } else { en };
    (name.to_owned(), if other == name { String::new() } else { other.to_owned() })
}

/// A field for a company's name. A small register is there to choose from; of a large one the browser asks as one types.
#[component]
pub fn CompanyField(
    form: FormState,
    name: &'static str,
    label: &'static str,
    value: String,
    choices: Choices,
    language: Language,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let t = form.texts;
    let options = choices
        .companies
        .into_iter()
        .map(|(_, en, zh)| {
            let (name, other) = called(&en, &zh, language);
            view! { <option value=name label=(!other.is_empty()).then_some(other)></option> }
        })
        .collect_view();
    let from = choices.more.then_some(SUGGESTIONS);
    view! {
        <TextField form=form name=name label=label hint=t.register_company_hint() value=value optional=optional
            autocomplete="off" list="companies" />
        <datalist id="companies" data-from=from>{options}</datalist>
    }
}
