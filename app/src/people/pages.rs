//! `/admin/people`: everybody who has an account, for administrators; the people of companies, for staff.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use super::api::{self, PAGE, PeopleList};
use super::filter::{PeopleFilter, Sort, State};
use super::model::AccountScope;
use super::store::Person;
use super::url;
use crate::actor::Role;
use crate::affiliation::store::Represented;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, SortHead, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/admin/people";

impl Texts {
    pub fn person_state(&self, state: State) -> &'static str {
        match state {
            State::Active => self.users_state_active(),
            State::Suspended => self.users_state_suspended(),
            State::Erased => self.users_state_erased(),
            State::Unreached => self.users_state_unreached(),
        }
    }
}

pub(super) fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Active => "badge good",
        State::Suspended => "badge danger",
        State::Erased => "badge neutral",
        State::Unreached => "badge attention",
    };
    view! { <span class=class>{t.person_state(state)}</span> }.into_any()
}

/// What a person's second factor is, in words.
pub(super) fn factor_text(person: &Person, t: &'static Texts) -> String {
    let mut factors = Vec::new();
    if person.authenticators > 0 {
        factors.push(t.users_authenticator().to_owned());
    }
    if person.passkeys > 0 {
        factors.push(t.users_passkeys(number(person.passkeys)));
    }
    if factors.is_empty() { t.users_no_factor().to_owned() } else { factors.join(t.form_comma()) }
}

/// A company with somebody's rights in it.
pub(super) fn company_text(company: &Represented, t: &'static Texts, language: Language) -> String {
    let name = language.prefer(&company.name_en, &company.name_zh);
    t.users_company_with(name, t.rights(company.terms.rights))
}

pub(super) fn seen(at: i64, t: &'static Texts, language: Language) -> AnyView {
    if at > 0 { view! { <Moment at=Timestamp(at) language=language /> }.into_any() } else { t.users_never().into_any() }
}

pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = PeopleFilter::from_query(&at.query);
    let found = api::list_people(&visit, &filter).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().users_title(), move |t| {
        let query = filter.query();
        let chips = chips(&filter, &found, t, language);
        let filtered = !chips.is_empty();
        let mut companies: HashMap<Uuid, Vec<&Represented>> = HashMap::new();
        for company in &found.companies {
            companies.entry(company.account).or_default().push(company);
        }
        let body = if found.people.is_empty() {
            no_rows(found.count, view! {
                <div class="empty">
                    <h2>{t.users_none_found()}</h2>
                    <p>{t.users_none_found_next()}</p>
                    {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
                </div>
            }
            .into_any())
        } else {
            let empty = Vec::new();
            let rows = found
                .people
                .iter()
                .map(|person| row(person, companies.get(&person.id).unwrap_or(&empty), t, language))
                .collect_view();
            let head = |sort: Sort, label: &'static str| {
                view! {
                    <SortHead label=label column=sort.code() sorted=filter.sort.code() descending=filter.descending
                        path=PATH query=query.clone() />
                }
            };
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        {head(Sort::Name, t.users_name())}{head(Sort::Role, t.users_role())}
                        <th scope="col">{t.users_companies()}</th><th scope="col">{t.users_state()}</th>
                        <th scope="col">{t.users_factor()}</th>{head(Sort::Seen, t.users_seen())}
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head"><h1>{t.users_title()}</h1><p class="subtitle">{t.shell_zone_of_time()}</p></header>
            {filters(&filter, &found, t, language)}
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.users_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Accounts).actor(actor))
}

fn row(person: &Person, companies: &[&Represented], t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let companies = companies
        .iter()
        .map(|company| view! { <span class="second whole">{company_text(company, t, language)}</span> })
        .collect_view();
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=url(person.id)>{crate::privacy::model::shown_name(&person.name, t)}</a>
                <span class="second">{person.email.clone()}</span></th>
            <td>{t.role(person.role())}</td>
            <td>{companies}</td>
            <td class="status">{state_badge(person.state(), t)}</td>
            <td data-label=t.users_factor()>{factor_text(person, t)}</td>
            <td class="date" data-label=t.users_seen()>{seen(person.seen_at, t, language)}</td>
        </tr>
    }
}

/// The name of the company that is filtered by.
fn company_name(filter: &PeopleFilter, found: &PeopleList, language: Language) -> Option<String> {
    let id = filter.company?;
    let known = found.represented.iter().find(|(company, ..)| *company == id);
    Some(known.map_or_else(|| "…".to_owned(), |(_, en, zh)| language.prefer(en, zh).to_owned()))
}

fn filters(filter: &PeopleFilter, found: &PeopleList, t: &'static Texts, language: Language) -> AnyView {
    let roles = Role::ALL.into_iter().map(|role| (role.code().to_owned(), t.role(role).to_owned())).collect::<Vec<_>>();
    let states = State::ALL
        .into_iter()
        .map(|state| (state.code().to_owned(), t.person_state(state).to_owned()))
        .collect::<Vec<_>>();
    let companies = found
        .represented
        .iter()
        .map(|(id, en, zh)| (id.to_string(), language.prefer(en, zh).to_owned()))
        .collect::<Vec<_>>();
    let sort = filter.query().get("sort").to_owned();
    let all = found.actor.accounts() == Ok(AccountScope::All);
    view! {
        <form class="filters" method="get" action=PATH>
            <input type="search" name="q" aria-label=t.users_search() placeholder=t.users_search() value=filter.search.clone() />
            {all.then(|| view! {
                <FilterSelect name="role" label=t.users_role() any=t.users_any_role() options=roles
                    chosen=filter.role.map_or("", Role::code).to_owned() />
            })}
            <FilterSelect name="state" label=t.users_state() any=t.users_any_state() options=states
                chosen=filter.state.map_or("", State::code).to_owned() />
            <FilterSelect name="company" label=t.users_companies() any=t.users_any_company() options=companies
                chosen=filter.company.map(|id| id.to_string()).unwrap_or_default() />
            {(!sort.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sort /> })}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(filter: &PeopleFilter, found: &PeopleList, t: &'static Texts, language: Language) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(role) = filter.role {
        chip("role", t.users_role(), t.role(role));
    }
    if let Some(state) = filter.state {
        chip("state", t.users_state(), t.person_state(state));
    }
    if let Some(name) = company_name(filter, found, language) {
        chip("company", t.users_companies(), &name);
    }
    chips
}
