//! `/obligations`: what is owed, the most urgent first. For a company what it owes and what it is owed.

use leptos::prelude::*;

use super::filter::{ObligationFilter, On, WITHIN, Which};
use super::life::State;
use super::model::days_late;
use super::read::{self, Few, ObligationList, PAGE, Sides};
use super::store::{FEW_COUNTED, MOST_COUNTED, ObligationLine, Side};
use crate::actor::Role;
use crate::backend::context::Visit;
use crate::calendar::model::Calendar;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, no_rows};
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/obligations";
/// So many characters of a text stand in a line.
const SHORT: usize = 120;

pub fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Pending | State::Waived | State::Lapsed => "badge neutral",
        State::InProgress => "badge info",
        State::Submitted => "badge attention",
        State::Disputed => "badge danger",
        State::Fulfilled => "badge good",
    };
    view! { <span class=class>{t.obligation_state_of(state)}</span> }.into_any()
}

/// That it is late, and by how many working days.
pub(super) fn late_badge(last_on: &str, zone: &str, calendar: &Calendar, now: Timestamp, t: &'static Texts) -> AnyView {
    let text = match days_late(last_on, zone, calendar, now) {
        0 => t.obligation_overdue().to_owned(),
        days => t.obligation_late(days),
    };
    view! { <span class="badge danger">{text}</span> }.into_any()
}

/// A text as far as it fits a line.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHORT {
        return line;
    }
    let mut cut: String = line.chars().take(SHORT).collect();
    cut.push('…');
    cut
}

/// The names on one side of an obligation, as many as fit.
pub(super) fn names(sides: &[Side], on: On, t: &'static Texts, language: Language) -> String {
    const NAMED: usize = 2;
    let of: Vec<&str> = sides
        .iter()
        .filter(|side| if on == On::Owes { side.owes } else { side.benefits })
        .map(|side| language.prefer(&side.name_en, &side.name_zh))
        .collect();
    let mut text = of.iter().take(NAMED).copied().collect::<Vec<_>>().join(t.agreement_between());
    if of.len() > NAMED {
        text.push_str(&t.agreement_more_parties(of.len() - NAMED));
    }
    text
}

pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = ObligationFilter::from_query(&at.query);
    let found = read::list_obligations(&visit, &filter).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().obligations_title(), move |t| draw(&filter, &found, t, language));
    Ok(page.section(Section::Agreements).actor(actor))
}

/// The ways between the list and the board, with the company that they are about.
pub(super) fn tabs(board: bool, filter: &ObligationFilter, t: &'static Texts) -> AnyView {
    let of = ObligationFilter {
        company: filter.company,
        company_name: filter.company_name.clone(),
        ..ObligationFilter::default()
    };
    let query = of.query();
    let tab = |href: String, text: &'static str, current: bool| {
        view! { <li><a href=href aria-current=current.then_some("page")>{text}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=t.agreements_views()><ul>
            {tab(crate::agreement::pages::PATH.to_owned(), t.agreements_title(), false)}
            {tab(query.url(PATH), t.obligations_list(), !board)}
            {tab(query.url(super::board::PATH), t.obligations_board(), board)}
        </ul></nav>
    }
    .into_any()
}

/// How many there are, as far as it is counted.
pub(super) fn count_text(count: i64, most: i64, t: &'static Texts) -> String {
    if count > most { t.obligations_more_than(number(most)) } else { number(count) }
}

/// The title: of whom the list is.
pub(super) fn heading(company: Option<&str>, title: &'static str, t: &'static Texts) -> AnyView {
    let name = company.map(|name| view! { <p class="subtitle">{t.obligations_of(name)}</p> });
    view! { <h1>{title}</h1>{name} }.into_any()
}

fn draw(filter: &ObligationFilter, found: &ObligationList, t: &'static Texts, language: Language) -> AnyView {
    let query = filter.query();
    let export = query.url("/obligations.csv");
    let chips = chips(filter, found, t);
    let filtered = !chips.is_empty();
    let ours = found.actor.role == Role::Representative;
    let parts = found.parts.map(|[owed, due, late]| {
        let card = |side: On, which: Which, count: i64, label: &'static str| {
            let of =
                ObligationFilter { side: Some(side), which, company: filter.company, ..ObligationFilter::default() };
            let href = of.query().url(PATH);
            view! { <a class="card" href=href><strong>{count_text(count, FEW_COUNTED, t)}</strong><span>{label}</span></a> }
        };
        let (owes, benefits) = side_labels(ours, t);
        view! {
            <div class="cards">
                {card(On::Owes, Which::Open, owed, owes)}{card(On::Benefits, Which::Open, due, benefits)}
                {card(On::Owes, Which::Overdue, late, t.obligation_overdue())}
            </div>
        }
    });
    let body = if found.lines.is_empty() {
        let (title, next) = match (filtered, ours) {
            (true, _) => (t.obligations_none_found(), t.agreements_none_found_next()),
            (false, true) => (t.obligations_none(), t.obligations_none_yours()),
            (false, false) => (t.obligations_none(), t.obligations_none_next()),
        };
        no_rows(found.count, view! {
            <div class="empty">
                <h2>{title}</h2><p>{next}</p>
                {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
            </div>
        }
        .into_any())
    } else {
        let rows = found.lines.iter().map(|line| row(line, &found.sides, &found.calendar, found.now, t, language));
        view! {
            <div class="table-wrap"><table class="list obligations">
                <thead><tr>
                    <th scope="col">{t.obligation_one()}</th>
                    <th scope="col">{t.agreement_number()}</th>
                    <th scope="col">{t.obligation_state()}</th>
                    <th scope="col">{t.obligation_owes()}</th>
                    <th scope="col">{t.obligation_benefits()}</th>
                    <th scope="col">{t.obligation_due_on()}</th>
                </tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
        }
        .into_any()
    };
    let count = if found.count > MOST_COUNTED {
        count_text(found.count, MOST_COUNTED, t)
    } else {
        t.obligations_count(number(found.count))
    };
    view! {
        <header class="page-head">
            {heading(found.company.as_ref().map(|(_, name)| name.as_str()), t.obligations_title(), t)}
            <div class="actions">
                <a class="button quiet" href=export download="obligations.csv"><Icon name="download" />{t.list_export()}</a>
            </div>
        </header>
        {tabs(false, filter, t)}
        {parts}
        {filters(filter, found, t)}
        <Chips chips=chips clear=PATH texts=t />
        <p class="count" role="status">{count}</p>
        {body}
        <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
    }
    .into_any()
}

fn side_labels(ours: bool, t: &'static Texts) -> (&'static str, &'static str) {
    if ours {
        (t.obligations_we_owe(), t.obligations_we_are_owed())
    } else {
        (t.obligations_owes(), t.obligations_is_owed())
    }
}

fn row(
    line: &ObligationLine,
    sides: &Sides,
    calendar: &Calendar,
    now: Timestamp,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let of = sides.get(&line.id).map(Vec::as_slice).unwrap_or_default();
    let late = line.is_overdue(now).then(|| view! { " "{late_badge(&line.last_on, &line.zone, calendar, now, t)} });
    let due = if line.due_on.is_empty() { t.obligation_no_day().to_owned() } else { date(&line.due_on, language) };
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=line.url()>{line.clause.clone()}" · "{short(line.text(language))}</a></th>
            <td class="second-line">{line.agreement.clone()}<span class="second whole">{line.title(language).to_owned()}</span></td>
            <td class="status">{state_badge(line.state(), t)}{late}</td>
            <td data-label=t.obligation_owes()>{names(of, On::Owes, t, language)}</td>
            <td data-label=t.obligation_benefits()>{names(of, On::Benefits, t, language)}</td>
            <td class="date" data-label=t.obligation_due_on()>{due}</td>
        </tr>
    }
}

/// Obligations as rows of another record's page; of an agreement's own page its number is left out.
pub fn short_table(few: &Few, named: bool, t: &'static Texts, language: Language) -> AnyView {
    let rows = few
        .lines
        .iter()
        .map(|line| {
            let of = few.sides.get(&line.id).map(Vec::as_slice).unwrap_or_default();
            let late = line
                .is_overdue(few.now)
                .then(|| view! { " "{late_badge(&line.last_on, &line.zone, &few.calendar, few.now, t)} });
            let due = if line.due_on.is_empty() { t.obligation_no_day().to_owned() } else { date(&line.due_on, language) };
            let agreement = named.then(|| view! { <span class="second whole">{line.agreement.clone()}</span> });
            let who = format!(
                "{} → {}",
                names(of, On::Owes, t, language),
                names(of, On::Benefits, t, language)
            );
            view! {
                <tr>
                    <th scope="row"><a href=line.url()>{line.clause.clone()}" · "{short(line.text(language))}</a>{agreement}</th>
                    <td data-label=t.obligation_who()>{who}</td>
                    <td>{state_badge(line.state(), t)}{late}</td>
                    <td data-label=t.obligation_due_on()>{due}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="documents records"><table>
            <thead><tr>
                <th scope="col">{t.obligation_one()}</th><th scope="col">{t.obligation_who()}</th>
                <th scope="col">{t.obligation_state()}</th><th scope="col">{t.obligation_due_on()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

fn which_text(which: Which, t: &'static Texts) -> &'static str {
    match which {
        Which::Open => t.obligations_open(),
        Which::Overdue => t.obligation_overdue(),
        Which::All => t.obligations_all(),
        Which::State(state) => t.obligation_state_of(state),
    }
}

fn filters(filter: &ObligationFilter, found: &ObligationList, t: &'static Texts) -> AnyView {
    let states = [Which::Overdue, Which::All].into_iter().chain(State::ALL.iter().map(|state| Which::State(*state)));
    let states = states.map(|which| (which.code().to_owned(), which_text(which, t).to_owned())).collect();
    let within = WITHIN.iter().map(|days| (days.to_string(), t.obligations_within(*days))).collect();
    let ours = found.actor.role == Role::Representative;
    let side = found.company.is_some().then(|| {
        let (owes, benefits) = side_labels(ours, t);
        let options =
            vec![(On::Owes.code().to_owned(), owes.to_owned()), (On::Benefits.code().to_owned(), benefits.to_owned())];
        view! {
            <FilterSelect name="side" label=t.obligations_side() any=t.obligations_any_side() options=options
                chosen=filter.side.map_or("", On::code).to_owned() />
        }
    });
    // A representative's list is of their own company.
    let company = (!ours).then(|| match filter.company {
        Some(id) => view! { <input type="hidden" name="company" value=id.to_string() /> }.into_any(),
        None => view! {
            <input type="search" name="company" aria-label=t.agreement_company() placeholder=t.agreement_company()
                value=filter.company_name.clone() />
        }
        .into_any(),
    });
    view! {
        <form class="filters" method="get" action=PATH>
            {side}
            <FilterSelect name="state" label=t.obligation_state() any=t.obligations_open() options=states
                chosen=filter.which.code().to_owned() />
            <FilterSelect name="due" label=t.obligation_due_on() any=t.obligations_any_due() options=within
                chosen=filter.within.map(|days| days.to_string()).unwrap_or_default() />
            <input type="search" name="agreement" aria-label=t.agreement_number() placeholder=t.obligations_agreement_number()
                value=filter.agreement.clone() />
            {company}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(filter: &ObligationFilter, found: &ObligationList, t: &'static Texts) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    let (owes, benefits) = side_labels(found.actor.role == Role::Representative, t);
    if let Some(side) = filter.side {
        chip("side", t.obligations_side(), if side == On::Owes { owes } else { benefits });
    }
    if filter.which != Which::Open {
        chip("state", t.obligation_state(), which_text(filter.which, t));
    }
    if let Some(days) = filter.within {
        chip("due", t.obligation_due_on(), &t.obligations_within(days));
    }
    if !filter.agreement.is_empty() {
        chip("agreement", t.agreement_number(), &filter.agreement);
    }
    if found.actor.role != Role::Representative {
        match &found.company {
            Some((_, name)) if filter.company.is_some() => chip("company", t.agreement_company(), name),
            _ if !filter.company_name.is_empty() => chip("company", t.agreement_company(), &filter.company_name),
            _ => {}
        }
    }
    chips
}
