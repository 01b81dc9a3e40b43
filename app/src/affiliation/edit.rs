//! `/companies/{id}/representatives/{account}`: on which terms somebody acts for a company, and the end of it.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, EditAffiliation, EndAffiliation, Representatives};
use super::model::usual_successor;
use super::pages::list_url;
use super::store::Representative;
use crate::backend::context::Visit;
use crate::company::model::url;
use crate::error::{Error, Result};
use crate::language::Texts;
use crate::ui::form::{ErrorSummary, FormState, SelectField, TextField};
use crate::web::page::{At, Page, Section};

pub async fn page(visit: Visit, at: At) -> Result<Page> {
    let account = at.uuid("account")?;
    let read = api::read_for_change(&visit, at.id()?, account).await?;
    let person = read.people.iter().find(|person| person.account == account).cloned().ok_or(Error::NotFound)?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let page = Page::new(person.name.clone(), move |t| {
        let company = read.company.id;
        let name = language.prefer(&read.company.facts.name_en, &read.company.facts.name_zh).to_owned();
        let terms = FormState::new(t, refused.as_ref(), EditAffiliation::PATH);
        let ending = FormState::new(t, refused.as_ref(), EndAffiliation::PATH);
        view! {
            <header class="page-head">
                <p class="crumbs">
                    <a href="/companies">{t.companies_title()}</a><a href=url(company)>{name.clone()}</a>
                    <a href=list_url(company)>{t.affiliation_heading()}</a>
                </p>
                <h1>{person.name.clone()}</h1>
                <p class="subtitle">{person.email.clone()}</p>
            </header>
            {terms_form(&read, &person, &terms, t)}
            <section class="panel">
                <h2>{t.affiliation_end()}</h2>
                <ErrorSummary form=ending.clone() labels=vec![("successor", t.affiliation_successor())] />
                <p>{t.affiliation_end_explained(&person.name, &name)}</p>
                {end_form(&read, &person, ending, t)}
            </section>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

fn terms_form(read: &Representatives, person: &Representative, form: &FormState, t: &'static Texts) -> AnyView {
    let company = read.company.id;
    let own = person.account == read.actor.id;
    // What somebody has stays an option, also where the reader could not give it.
    let mut given = read.actor.gives_rights_in(company);
    given.retain(|rights| !own || *rights <= person.terms.rights);
    if !given.contains(&person.terms.rights) {
        given.push(person.terms.rights);
    }
    let options = given.into_iter().map(|rights| (rights.code().to_owned(), t.rights(rights).to_owned())).collect();
    // After a conflict the form goes on from what stands there now.
    let version = match form.error() {
        Some(Error::Conflict) | None => person.version.to_string(),
        Some(_) => form.value("version", &person.version.to_string()),
    };
    let labels = vec![
        ("rights", t.affiliation_rights()),
        ("title", t.affiliation_title()),
        ("since", t.affiliation_since()),
        ("until", t.affiliation_until()),
    ];
    view! {
        <form class="form" method="post" action=EditAffiliation::PATH>
            <ErrorSummary form=form.clone() labels=labels />
            <input type="hidden" name="company" value=company.to_string() />
            <input type="hidden" name="account" value=person.account.to_string() />
            <input type="hidden" name="version" value=version />
            <SelectField form=form.clone() name="rights" label=t.affiliation_rights() options=options
                value=person.terms.rights.code() />
            <TextField form=form.clone() name="title" label=t.affiliation_title() hint=t.affiliation_title_hint()
                value=person.terms.title.clone() optional=true autocomplete="off" />
            <TextField form=form.clone() name="since" label=t.affiliation_since() value=person.terms.since.clone()
                kind="date" optional=true />
            <TextField form=form.clone() name="until" label=t.affiliation_until() hint=t.affiliation_until_hint()
                value=person.terms.until.clone() kind="date" optional=true />
            <div class="form-actions">
                <button class="button primary">{t.company_save()}</button>
                <a class="button quiet" href=list_url(company)>{t.form_cancel()}</a>
            </div>
        </form>
    }
    .into_any()
}

fn end_form(read: &Representatives, person: &Representative, form: FormState, t: &'static Texts) -> AnyView {
    let others = read.people.iter().filter(|other| other.account != person.account && other.acts_on(&read.today));
    view! {
        <form class="form" method="post" action=EndAffiliation::PATH>
            <input type="hidden" name="company" value=read.company.id.to_string() />
            <input type="hidden" name="account" value=person.account.to_string() />
            {successor_field(&others.cloned().collect::<Vec<_>>(), form, t)}
            <div class="form-actions"><button class="button danger primary">{t.affiliation_end_now()}</button></div>
        </form>
    }
    .into_any()
}

/// Who takes over: the usual one is chosen already. Where nobody remains there is nothing to choose.
fn successor_field(others: &[Representative], form: FormState, t: &'static Texts) -> AnyView {
    let strengths: Vec<_> = others.iter().map(|other| (other.account, other.terms.rights)).collect();
    let Some(usual) = usual_successor(&strengths) else {
        return view! { <p class="hint">{t.affiliation_nobody_remains()}</p> }.into_any();
    };
    let options = others
        .iter()
        .map(|other| (other.account.to_string(), format!("{} · {}", other.name, t.rights(other.terms.rights))))
        .collect::<Vec<_>>();
    view! {
        <SelectField form=form name="successor" label=t.affiliation_successor() hint=t.affiliation_successor_hint()
            options=options value=usual.to_string() />
    }
    .into_any()
}
