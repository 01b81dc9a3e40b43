//! The list of requests for access, as staff sees it.

use leptos::prelude::*;

use super::api::{self, PAGE};
use super::filter::JoinFilter;
use super::model::{JoinRequest, State};
use crate::account::address::domain;
use crate::backend::context::Visit;
use crate::company::likeness::lookalike::is_free_mail;
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub use super::model::PATH;

fn state_text(state: State, t: &'static Texts) -> &'static str {
    match state {
        State::Unconfirmed => t.joining_state_unconfirmed(),
        State::Waiting => t.joining_state_waiting(),
        State::Accepted => t.joining_state_accepted(),
        State::Declined => t.joining_state_declined(),
    }
}

pub(super) fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Unconfirmed => "badge",
        State::Waiting => "badge attention",
        State::Accepted => "badge good",
        State::Declined => "badge danger",
    };
    view! { <span class=class>{state_text(state, t)}</span> }.into_any()
}

/// `/joining`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = JoinFilter::from_query(&at.query);
    let found = api::list_requests(&visit, &filter).await?;
    let language = visit.language;
    let page = Page::new(visit.texts().joining_title(), move |t| {
        let query = filter.query();
        let chips = chips(&filter, t);
        let filtered = !chips.is_empty();
        let states =
            State::ALL.into_iter().map(|state| (state.code().to_owned(), state_text(state, t).to_owned())).collect();
        let rows = found.requests.iter().map(|request| row(request, t, language)).collect_view();
        let body = if found.requests.is_empty() {
            no_rows(
                found.count,
                view! {
                    <div class="empty">
                        <h2>{if filtered { t.joining_none_found() } else { t.joining_none() }}</h2>
                        <p>{if filtered { t.joining_none_found_next() } else { t.joining_none_next() }}</p>
                    </div>
                }
                .into_any(),
            )
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.joining_company_name()}</th><th scope="col">{t.company_country()}</th>
                        <th scope="col">{t.joining_name()}</th><th scope="col">{t.joining_state()}</th>
                        <th scope="col">{t.joining_since()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        view! {
            <header class="page-head"><h1>{t.joining_title()}</h1><p class="subtitle">{t.shell_zone_of_time()}</p></header>
            <form class="filters" method="get" action=PATH>
                <input type="search" name="q" aria-label=t.joining_search() placeholder=t.joining_search()
                    value=filter.search.clone() />
                <FilterSelect name="state" label=t.joining_state() any=t.joining_any_state() options=states
                    chosen=filter.state.map_or("", State::code).to_owned() />
                <button class="button">{t.list_apply()}</button>
            </form>
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.joining_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Joining).actor(found.actor))
}

fn chips(filter: &JoinFilter, t: &'static Texts) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(state) = filter.state {
        chip("state", t.joining_state(), state_text(state, t));
    }
    chips
}

fn row(request: &JoinRequest, t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let free = is_free_mail(domain(&request.email_folded));
    let since = match request.state {
        State::Unconfirmed => Some(request.created_at),
        State::Waiting => request.confirmed_at,
        State::Accepted | State::Declined => request.decided_at,
    };
    let country = request.country.as_deref().map(|code| country::name(code, language));
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=request.url()>{request.company_name.clone()}</a></th>
            <td>{country}</td>
            <td>{request.name.clone()}<span class="second">{request.email.clone()}</span>
                {free.then(|| view! { <span class="badge attention">{t.joining_free_mail_short()}</span> })}</td>
            <td class="status">{state_badge(request.state, t)}</td>
            <td class="date" data-label=t.joining_since()>
                {since.map(|at| view! { <Moment at=at language=language /> })}
            </td>
        </tr>
    }
}
