//! How a form names a company: by its name, which the browser helps to type, and the server looks up.

use leptos::prelude::*;
use uuid::Uuid;

use super::store::{self, Choice};
use crate::backend::database::Tx;
use crate::error::{Check, Problem, Result};
use crate::language::Language;
use crate::ui::form::{FormState, TextField};

/// The company that a name stands for; none, and the problem noted, when there is not exactly one. The address of a
/// company's page stands for it, too: two companies may have the same name.
pub async fn resolve(tx: &mut Tx, check: &mut Check, field: &str, typed: &str) -> Result<Option<Uuid>> {
    let name = check.line(field, typed, 500);
    if name.is_empty() {
        check.note(field, Problem::Missing);
        return Ok(None);
    }
    if let Some((_, id)) = name.rsplit_once("/companies/") {
        let id = id.split(['/', '?', '#']).next().unwrap_or_default().parse().ok();
        let found = match id {
            Some(id) => store::find(tx, id).await?.filter(|company| company.archived.is_none()),
            None => None,
        };
        if found.is_none() {
            check.note(field, Problem::NoCompany);
        }
        return Ok(found.map(|company| company.id));
    }
    match store::named(tx, &name).await?[..] {
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

/// A field for a company's name, with all of them to choose from.
#[component]
pub fn CompanyField(
    form: FormState,
    name: &'static str,
    label: &'static str,
    value: String,
    choices: Vec<Choice>,
    language: Language,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let t = form.texts;
    let options = choices
        .into_iter()
        .map(|(_, en, zh)| {
            let first = language.prefer(&en, &zh).to_owned();
            let other = if first == en { zh } else { en };
            let label = (!other.is_empty() && other != first).then_some(other);
            view! { <option value=first label=label></option> }
        })
        .collect_view();
    view! {
        <TextField form=form name=name label=label hint=t.register_company_hint() value=value optional=optional
            autocomplete="off" list="companies" />
        <datalist id="companies">{options}</datalist>
    }
}
