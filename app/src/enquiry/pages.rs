//! `/enquiries`: the list, the most urgent first.

use leptos::prelude::*;

use super::api::{self, EnquiryList, PAGE};
use super::filter::{EnquiryFilter, NOBODY, Which};
use super::letters::clock_text;
use super::model::{Channel, Clock, Clocks, Kind, Priority, State, url};
use super::store::EnquiryLine;
use crate::backend::context::Visit;
use crate::calendar::model::{Calendar, Remaining};
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/enquiries";

/// How much working time remains, in words.
pub fn remaining_text(remaining: Remaining, t: &'static Texts) -> String {
    match remaining {
        Remaining::Left(minutes) if minutes >= 60 => t.enquiry_hours_left(minutes / 60),
        Remaining::Left(minutes) if minutes > 0 => t.enquiry_minutes_left(minutes),
        Remaining::Left(_) => t.enquiry_due_now().to_owned(),
        Remaining::Over(minutes) if minutes >= 60 => t.enquiry_hours_over(minutes / 60),
        Remaining::Over(minutes) if minutes > 0 => t.enquiry_minutes_over(minutes),
        Remaining::Over(_) => t.enquiry_just_over().to_owned(),
    }
}

/// Where a clock stands: what is to be done, and how long there is still time for it.
pub fn clock_badge(clock: Clock, due: Timestamp, calendar: &Calendar, now: Timestamp, t: &'static Texts) -> AnyView {
    let remaining = calendar.remaining(due, now);
    let class = match remaining {
        Remaining::Over(_) => "badge danger",
        Remaining::Left(minutes) if minutes <= 60 => "badge attention",
        Remaining::Left(_) => "badge info",
    };
    let text = format!("{}{}{}", clock_text(clock, t), t.form_colon(), remaining_text(remaining, t));
    view! { <span class=class>{text}</span> }.into_any()
}

pub fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Received => "badge attention",
        State::Acknowledged | State::Screened | State::Assigned => "badge info",
        State::Answered | State::FollowedUp | State::Converted => "badge good",
        State::Closed => "badge neutral",
    };
    view! { <span class=class>{t.enquiry_state_of(state)}</span> }.into_any()
}

/// Who asked, as far as it is known.
pub fn who(name: &str, company: &str, t: &'static Texts) -> String {
    match (company, name) {
        ("", "") => t.enquiry_forgotten_person().to_owned(),
        ("", one) | (one, "") => one.to_owned(),
        (company, name) => format!("{company} · {name}"),
    }
}

pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = EnquiryFilter::from_query(&at.query);
    let found = api::list_enquiries(&visit, &filter).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().enquiries_title(), move |t| {
        let query = filter.query();
        let export = query.url("/enquiries.csv");
        let add = found.actor.may_handle_enquiries().then(|| {
            view! { <a class="button primary" href="/enquiries/new"><Icon name="plus" />{t.enquiries_new()}</a> }
        });
        let chips = chips(&filter, &found, t, language);
        let filtered = !chips.is_empty();
        let body = if found.lines.is_empty() {
            no_rows(found.count, view! {
                <div class="empty">
                    <h2>{if filtered || found.count > 0 { t.enquiries_none_found() } else { t.enquiries_none() }}</h2>
                    <p>{if filtered { t.enquiries_none_found_next() } else { t.enquiries_none_next() }}</p>
                    {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
                </div>
            }
            .into_any())
        } else {
            table(&found.lines, &found.calendar, found.now, t, language)
        };
        let card = |state: &str, count: i64, text: &'static str| {
            view! { <a class="card" href=format!("{PATH}?{state}")><strong>{number(count)}</strong><span>{text}</span></a> }
        };
        view! {
            <header class="page-head">
                <h1>{t.enquiries_title()}</h1>
                <div class="actions">
                    <a class="button quiet" href=export download="enquiries.csv"><Icon name="download" />{t.list_export()}</a>
                    {add}
                </div>
                <p class="subtitle">{t.shell_zone_of_time()}</p>
            </header>
            <div class="cards">
                {card("state=open", found.open, t.enquiries_open())}
                {card("state=overdue", found.overdue, t.enquiries_overdue())}
                {card("state=open&assignee=nobody", found.unassigned, t.enquiries_unassigned())}
            </div>
            {filters(&filter, &found, t, language)}
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.enquiries_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Enquiries).actor(actor))
}

/// Enquiries as rows.
pub fn table(
    lines: &[EnquiryLine],
    calendar: &Calendar,
    now: Timestamp,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let rows = lines.iter().map(|line| row(line, calendar, now, t, language)).collect_view();
    view! {
        <div class="table-wrap"><table class="list">
            <thead><tr>
                <th scope="col">{t.enquiry_who()}</th><th scope="col">{t.enquiry_state()}</th>
                <th scope="col">{t.enquiry_clock()}</th><th scope="col">{t.enquiry_kind()}</th>
                <th scope="col">{t.enquiry_country()}</th><th scope="col">{t.enquiry_assignee()}</th>
                <th scope="col">{t.enquiry_received()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

fn row(line: &EnquiryLine, calendar: &Calendar, now: Timestamp, t: &'static Texts, language: Language) -> AnyView {
    let state = State::from_code(&line.state).unwrap_or(State::Received);
    let clocks = Clocks {
        acknowledge_due: Timestamp(line.acknowledge_due_at),
        answer_due: Timestamp(line.answer_due_at),
        acknowledged_at: line.acknowledged_at.map(Timestamp),
        answered_at: line.answered_at.map(Timestamp),
    };
    // The one that ends first is what counts now; the enquiry's page shows both.
    let next = clocks.running(state).into_iter().next();
    let clock = match next {
        Some((clock, due)) => Some(clock_badge(clock, due, calendar, now, t)),
        None if !line.next_on.is_empty() && !state.is_over() => {
            Some(t.enquiry_next(date(&line.next_on, language)).into_any())
        }
        None => None,
    };
    let urgent = (line.priority == Priority::High.code()).then(|| {
        view! { " "<span class="badge danger">{t.enquiry_priority_high()}</span> }
    });
    let country = line.country.as_deref().map(|code| country::name(code, language));
    let kind = Kind::from_code(&line.kind).map(|kind| t.enquiry_kind_of(kind));
    let channel = Channel::from_code(&line.channel).map_or("", |channel| t.enquiry_channel_of(channel));
    let instead = line.assigned_for.clone().map(|absent| {
        view! { <span class="second">{t.enquiry_for(absent)}</span> }
    });
    view! {
        <tr>
            <th scope="row">
                <a class="row-link" href=url(line.id)>{who(&line.name, &line.company, t)}</a>
                <span class="second whole">{format!("{} · {channel}", line.number)}</span>
            </th>
            <td class="status">{state_badge(state, t)}{urgent}</td>
            <td class="clock">{clock}</td>
            <td class="words">{kind}</td>
            <td>{country}</td>
            <td data-label=t.enquiry_assignee()>{line.assignee.clone()}{instead}</td>
            <td class="date" data-label=t.enquiry_received()>
                <Moment at=Timestamp(line.received_at) language=language day_only=true />
            </td>
        </tr>
    }
    .into_any()
}

/// The choices of which enquiries are shown by how far they are.
fn whiches(t: &'static Texts) -> Vec<(String, String)> {
    let mut all = vec![
        (Which::Open.code().to_owned(), t.enquiries_open().to_owned()),
        (Which::Overdue.code().to_owned(), t.enquiries_overdue().to_owned()),
    ];
    all.extend(State::ALL.iter().map(|state| (state.code().to_owned(), t.enquiry_state_of(*state).to_owned())));
    all
}

fn assignees(found: &EnquiryList, t: &'static Texts) -> Vec<(String, String)> {
    let mut all = vec![(NOBODY.to_owned(), t.enquiries_unassigned().to_owned())];
    all.extend(found.people.iter().map(|(id, name)| (id.to_string(), name.clone())));
    all
}

fn filters(filter: &EnquiryFilter, found: &EnquiryList, t: &'static Texts, language: Language) -> AnyView {
    let kinds = Kind::ALL.iter().map(|kind| (kind.code().to_owned(), t.enquiry_kind_of(*kind).to_owned())).collect();
    let countries = country::sorted(language)
        .iter()
        .filter(|country| found.countries.iter().any(|code| code == country.code))
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect();
    view! {
        <form class="filters" method="get" action=PATH>
            <input type="search" name="q" aria-label=t.enquiries_search() placeholder=t.enquiries_search()
                value=filter.search.clone() />
            <FilterSelect name="state" label=t.enquiry_state() any=t.enquiries_any_state() options=whiches(t)
                chosen=filter.which.map_or("", Which::code).to_owned() />
            <FilterSelect name="assignee" label=t.enquiry_assignee() any=t.enquiries_any_assignee()
                options=assignees(found, t) chosen=filter.assignee_text() />
            <FilterSelect name="country" label=t.enquiry_country() any=t.companies_any_country() options=countries
                chosen=filter.country.unwrap_or_default().to_owned() />
            <FilterSelect name="kind" label=t.enquiry_kind() any=t.enquiries_any_kind() options=kinds
                chosen=filter.kind.map_or("", Kind::code).to_owned() />
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(filter: &EnquiryFilter, found: &EnquiryList, t: &'static Texts, language: Language) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    let named = |options: Vec<(String, String)>, value: &str| {
        options.into_iter().find(|(code, _)| code == value).map_or_else(|| "?".to_owned(), |(_, text)| text)
    };
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(which) = filter.which {
        chip("state", t.enquiry_state(), &named(whiches(t), which.code()));
    }
    let assignee = filter.assignee_text();
    if !assignee.is_empty() {
        chip("assignee", t.enquiry_assignee(), &named(assignees(found, t), &assignee));
    }
    if let Some(code) = filter.country {
        chip("country", t.enquiry_country(), &country::name(code, language));
    }
    if let Some(kind) = filter.kind {
        chip("kind", t.enquiry_kind(), t.enquiry_kind_of(kind));
    }
    chips
}
