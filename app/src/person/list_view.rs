//! The list of people.

use std::collections::HashSet;

use leptos::prelude::*;

use super::api::{self, PAGE, People};
use super::filter::{PersonFilter, Sort};
use super::model::{PeopleScope, url};
use super::store::PersonLine;
use crate::backend::context::Visit;
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, SortHead, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/people";

/// `/people`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let found = api::list_people(&visit, &PersonFilter::from_query(&at.query)).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().person_people(), move |t| draw(&found, t, language));
    Ok(page.section(Section::People).actor(actor))
}

fn draw(found: &People, t: &'static Texts, language: Language) -> AnyView {
    let filter = &found.filter;
    let query = filter.query();
    let export = found.actor.may_export_people().then(|| {
        let url = query.with("page", "").url("/people.csv");
        let sheet = query.with("page", "").url("/people.xlsx");
        view! {
            <a class="button quiet" href=url download="people.csv"><Icon name="download" />{t.list_export()}</a>
            <a class="button quiet" href=sheet download="people.xlsx"><Icon name="download" />{t.imports_export_xlsx()}</a>
        }
    });
    let import = found.actor.may_edit_people().then(|| {
        view! { <a class="button quiet" href="/imports/new?what=people"><Icon name="upload" />{t.imports_title()}</a> }
    });
    let add = found.actor.may_edit_people().then(|| {
        let mut query = crate::ui::query::Query::default();
        query.set("company", &filter.company.map(|id| id.to_string()).unwrap_or_default());
        view! { <a class="button primary" href=query.url("/people/new")><Icon name="plus" />{t.person_add()}</a> }
    });
    let merges = found.actor.may_edit_people().then(|| {
        view! { <a class="button quiet" href=super::merge::pages::PATH>{t.twin_merges()}</a> }
    });
    let chips = chips(found, t, language);
    let filtered = !chips.is_empty();
    let body = if found.people.is_empty() {
        no_rows(found.count, view! {
            <div class="empty">
                <h2>{if filtered { t.person_none_found() } else { t.person_none() }}</h2>
                <p>{if filtered { t.person_none_found_next() } else { t.person_none_next() }}</p>
                {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
            </div>
        }
        .into_any())
    } else {
        let rows = found.people.iter().map(|line| row(line, t, language)).collect_view();
        let head = |sort: Sort, label: &'static str| {
            let query = query.clone();
            view! {
                <SortHead label=label column=sort.code() sorted=filter.sort.code() descending=filter.descending path=PATH
                    query=query />
            }
        };
        view! {
            <div class="table-wrap">
                <table class="list">
                    <thead><tr>
                        {head(Sort::Name, t.person_name())}
                        {head(Sort::Company, t.product_company())}
                        {head(Sort::Country, t.company_country())}
                        <th scope="col">{t.person_email()}</th>
                        {head(Sort::Changed, t.company_changed())}
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <header class="page-head"><h1>{t.person_people()}</h1><div class="actions">{merges}{export}{import}{add}</div></header>
        {filters(found, t, language)}
        <Chips chips=chips clear=PATH texts=t />
        <p class="count" role="status">{t.person_count(number(found.count))}</p>
        {body}
        <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
    }
    .into_any()
}

fn row(line: &PersonLine, t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let name = language.prefer(&line.name, &line.name_zh).to_owned();
    let other = if name == line.name { line.name_zh.clone() } else { line.name.clone() };
    let title = language
        .prefer(line.title.as_deref().unwrap_or_default(), line.title_zh.as_deref().unwrap_or_default())
        .to_owned();
    let second: Vec<String> = [other, title].into_iter().filter(|text| !text.is_empty() && *text != name).collect();
    let second = (!second.is_empty()).then(|| view! { <span class="second">{second.join(" · ")}</span> });
    let company = line.company.map(|id| {
        let name = language
            .prefer(line.company_en.as_deref().unwrap_or_default(), line.company_zh.as_deref().unwrap_or_default())
            .to_owned();
        view! { <a href=crate::company::model::url(id)>{name}</a> }
    });
    let country = line.country.as_deref().map(|code| country::name(code, language));
    let email = line.email.clone();
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=url(line.id)>{name}</a>{second}</th>
            <td data-label=t.product_company()>{company}</td>
            <td>{country}</td>
            <td>{email}</td>
            <td class="date" data-label=t.company_changed()>
                <Moment at=Timestamp(line.changed_at) language=language day_only=true />
            </td>
        </tr>
    }
}

fn filters(found: &People, t: &'static Texts, language: Language) -> AnyView {
    let filter = &found.filter;
    let present: HashSet<&str> = found.countries.iter().map(String::as_str).collect();
    let countries = country::sorted(language)
        .iter()
        .filter(|country| present.contains(country.code))
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect::<Vec<_>>();
    let all = found.scope == PeopleScope::All;
    let more = all.then(|| {
        view! {
            <FilterSelect name="country" label=t.company_country() any=t.companies_any_country() options=countries
                chosen=filter.country.unwrap_or_default().to_owned() />
            <FilterSelect name="archived" label=t.register_archived() any=t.register_not_archived()
                options=vec![("yes".to_owned(), t.register_archived_only().to_owned())]
                chosen=if filter.archived { "yes".to_owned() } else { String::new() } />
        }
    });
    let company = filter.company.map(|id| id.to_string());
    let sort = filter.query().get("sort").to_owned();
    view! {
        <form class="filters" method="get" action=PATH>
            <input type="search" name="q" aria-label=t.person_search() placeholder=t.person_search()
                value=filter.search.clone() />
            {more}
            {company.map(|id| view! { <input type="hidden" name="company" value=id /> })}
            {(!sort.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sort /> })}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(found: &People, t: &'static Texts, language: Language) -> Vec<Chip> {
    let filter = &found.filter;
    let query = filter.query().with("page", "");
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if filter.company.is_some() {
        let name = found.company.as_ref().map_or("…", |(en, zh)| language.prefer(en, zh));
        chip("company", t.product_company(), name);
    }
    if let Some(code) = filter.country {
        chip("country", t.company_country(), &country::name(code, language));
    }
    if filter.archived {
        chip("archived", t.register_archived(), t.register_archived_only());
    }
    chips
}
