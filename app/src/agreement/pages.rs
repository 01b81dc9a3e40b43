//! `/agreements`: the list.

use leptos::prelude::*;

use super::filter::{AgreementFilter, MOST_COUNTED, Sort, Which};
use super::life::State;
use super::model::{Kind, url};
use super::read::{self, AgreementList, PAGE, PartyNames};
use super::store::AgreementLine;
use crate::actor::Role;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, SortHead, no_rows};
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/agreements";
/// So many parties are named in a line; the others are counted.
const NAMED: usize = 3;

/// How many there are, as far as it is counted.
pub fn counted(count: i64, most: i64, t: &'static Texts) -> String {
    if count > most { t.agreements_more_than(number(most)) } else { number(count) }
}

pub fn state_badge(state: State, t: &'static Texts) -> AnyView {
    let class = match state {
        State::Draft | State::InternalReview | State::Renewed | State::Withdrawn => "badge neutral",
        State::Negotiation | State::TextAgreed | State::Signed => "badge info",
        State::ForSignature | State::PartlySigned | State::Expired => "badge attention",
        State::InForce => "badge good",
        State::Terminated | State::Rejected => "badge danger",
    };
    view! { <span class=class>{t.agreement_state_of(state)}</span> }.into_any()
}

pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = AgreementFilter::from_query(&at.query);
    let found = read::list_agreements(&visit, &filter).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().agreements_title(), move |t| draw(&filter, &found, t, language));
    Ok(page.section(Section::Agreements).actor(actor))
}

/// The ways in which agreements are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    List,
    Board,
    Calendar,
}

/// The ways between the list, the board and the calendar.
pub fn tabs(current: Tab, t: &'static Texts) -> AnyView {
    let tab = |href: &'static str, text: &'static str, current: bool| {
        view! { <li><a href=href aria-current=current.then_some("page")>{text}</a></li> }
    };
    view! {
        <nav class="tabs" aria-label=t.agreements_views()><ul>
            {tab(PATH, t.agreements_list(), current == Tab::List)}
            {tab(super::board::PATH, t.agreements_board(), current == Tab::Board)}
            {tab(super::days::month::PATH, t.feed_calendar(), current == Tab::Calendar)}
            {tab(super::obligation::pages::PATH, t.obligations_list(), false)}
        </ul></nav>
    }
    .into_any()
}

fn draw(filter: &AgreementFilter, found: &AgreementList, t: &'static Texts, language: Language) -> AnyView {
    let query = filter.query();
    let export = query.url("/agreements.csv");
    let add = found.actor.may_edit_agreements().then(|| {
        view! { <a class="button primary" href="/agreements/new"><Icon name="plus" />{t.agreements_new()}</a> }
    });
    let chips = chips(filter, found, t);
    let filtered = !chips.is_empty();
    let of_party = found.actor.role == Role::Representative;
    let body = if found.lines.is_empty() {
        let next = match (filtered, of_party) {
            (true, _) => t.agreements_none_found_next(),
            (false, true) => t.agreements_none_yours(),
            (false, false) => t.agreements_none_next(),
        };
        no_rows(found.count, view! {
            <div class="empty">
                <h2>{if filtered || found.count > 0 { t.agreements_none_found() } else { t.agreements_none() }}</h2>
                <p>{next}</p>
                {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
            </div>
        }
        .into_any())
    } else {
        let head = |sort: Sort, label: &'static str| {
            let query = query.clone();
            view! {
                <SortHead label=label column=sort.code() sorted=filter.sort.code() descending=filter.descending path=PATH
                    query=query />
            }
        };
        let rows = found.lines.iter().map(|line| row(line, &found.parties, found.now, t, language)).collect_view();
        view! {
            <div class="table-wrap"><table class="list agreements">
                <thead><tr>
                    {head(Sort::Title, t.agreement_one())}
                    {head(Sort::Number, t.agreement_number())}
                    <th scope="col">{t.agreement_state()}</th>
                    <th scope="col">{t.agreement_parties()}</th>
                    {head(Sort::Effective, t.agreement_effective_on())}
                    {head(Sort::Ends, t.agreement_ends_on())}
                    {head(Sort::Changed, t.company_changed())}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    };
    let most = filter.most_counted();
    let more = found.count > most;
    let count = t.agreements_count(counted(found.count, most, t));
    let expiring = (found.expiring > 0 && filter.which != Some(Which::Expiring)).then(|| {
        let href = format!("{PATH}?state={}", Which::Expiring.code());
        view! {
            <p class="notice attention"><Icon name="clock" /><a href=href>{t.agreements_expiring(counted(found.expiring, MOST_COUNTED, t))}</a></p>
        }
    });
    let undecided = (found.undecided > 0 && filter.which != Some(Which::Undecided)).then(|| {
        let href = format!("{PATH}?state={}", Which::Undecided.code());
        view! {
            <p class="notice attention"><Icon name="alert-triangle" />
                <a href=href>{t.renewal_undecided_count(counted(found.undecided, MOST_COUNTED, t))}</a></p>
        }
    });
    view! {
        <header class="page-head">
            <h1>{t.agreements_title()}</h1>
            <div class="actions">
                <a class="button quiet" href=export download="agreements.csv"><Icon name="download" />{t.list_export()}</a>
                {add}
            </div>
        </header>
        {tabs(Tab::List, t)}
        {expiring}
        {undecided}
        {filters(filter, found, t)}
        <Chips chips=chips clear=PATH texts=t />
        <p class="count" role="status">{count}</p>
        {body}
        <Pager page=filter.page size=PAGE count=found.count.min(most) more=more path=PATH query=query texts=t />
    }
    .into_any()
}

/// The parties of a line, as many as fit.
pub fn party_text(line: &AgreementLine, parties: &PartyNames, t: &'static Texts, language: Language) -> String {
    let names = parties.get(&line.id).map(Vec::as_slice).unwrap_or_default();
    let mut text: String = names
        .iter()
        .take(NAMED)
        .map(|(_, en, zh)| language.prefer(en, zh))
        .collect::<Vec<_>>()
        .join(t.agreement_between());
    if names.len() > NAMED {
        text.push_str(&t.agreement_more_parties(names.len() - NAMED));
    }
    text
}

fn row(
    line: &AgreementLine,
    parties: &PartyNames,
    now: Timestamp,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let kind = Kind::from_code(&line.kind).map(|kind| t.agreement_kind_of(kind));
    let expiring =
        line.is_expiring(now).then(|| view! { " "<span class="badge attention">{t.agreement_expiring()}</span> });
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=url(&line.number)>{line.title(language).to_owned()}</a>
                <span class="second">{kind}</span></th>
            <td class="number">{line.number.clone()}</td>
            <td class="status">{state_badge(line.state(now), t)}{expiring}</td>
            <td class="second-line">{party_text(line, parties, t, language)}</td>
            <td class="date" data-label=t.agreement_effective_on()>{date(&line.effective_on, language)}</td>
            <td class="date" data-label=t.agreement_ends_on()>{date(&line.ends_on, language)}</td>
            <td class="date" data-label=t.company_changed()>
                <Moment at=Timestamp(line.changed_at) language=language day_only=true />
            </td>
        </tr>
    }
}

/// Agreements as rows of another record's page.
pub fn short_table(lines: &[AgreementLine], now: Timestamp, t: &'static Texts, language: Language) -> AnyView {
    let rows = lines
        .iter()
        .map(|line| {
            let kind = Kind::from_code(&line.kind).map(|kind| t.agreement_kind_of(kind));
            let from = date(&line.effective_on, language);
            view! {
                <tr>
                    <th scope="row"><a href=url(&line.number)>{line.title(language).to_owned()}</a>
                        <span class="second whole">{line.number.clone()}" · "{kind}</span></th>
                    <td>{state_badge(line.state(now), t)}</td>
                    <td data-label=t.agreement_effective_on()>{from}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="documents records"><table>
            <thead><tr>
                <th scope="col">{t.agreement_one()}</th><th scope="col">{t.agreement_state()}</th>
                <th scope="col">{t.agreement_effective_on()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

/// What can be filtered by, as far as this person can see agreements there.
fn whiches(found: &AgreementList, t: &'static Texts) -> Vec<(String, String)> {
    let internal = found.actor.role != Role::Representative;
    let states = State::ALL.iter().filter(|state| internal || !state.is_internal());
    let undecided = found.actor.role.works_in_zone().then(|| (Which::Undecided, t.renewal_undecided()));
    [(Which::UnderWay, t.agreements_under_way()), (Which::Expiring, t.agreement_expiring())]
        .into_iter()
        .chain(undecided)
        .chain(states.map(|state| (Which::State(*state), t.agreement_state_of(*state))))
        .map(|(which, text)| (which.code().to_owned(), text.to_owned()))
        .collect()
}

fn filters(filter: &AgreementFilter, found: &AgreementList, t: &'static Texts) -> AnyView {
    let kinds = Kind::ALL.iter().map(|kind| (kind.code().to_owned(), t.agreement_kind_of(*kind).to_owned())).collect();
    let sort = filter.query().get("sort").to_owned();
    let party = if filter.party.is_some() {
        view! { <input type="hidden" name="party" value=filter.party_text() /> }.into_any()
    } else {
        view! {
            <input type="search" name="party" aria-label=t.agreement_party() placeholder=t.agreement_party()
                value=filter.party_name.clone() />
        }
        .into_any()
    };
    view! {
        <form class="filters" method="get" action=PATH>
            <input type="search" name="q" aria-label=t.agreements_search() placeholder=t.agreements_search()
                value=filter.search.clone() />
            <FilterSelect name="state" label=t.agreement_state() any=t.agreements_any_state() options=whiches(found, t)
                chosen=filter.which.map_or("", Which::code).to_owned() />
            <FilterSelect name="kind" label=t.agreement_kind() any=t.agreements_any_kind() options=kinds
                chosen=filter.kind.map_or("", Kind::code).to_owned() />
            {party}
            {(!sort.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sort /> })}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(filter: &AgreementFilter, found: &AgreementList, t: &'static Texts) -> Vec<Chip> {
    let query = filter.query();
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(which) = filter.which {
        let text = match which {
            Which::UnderWay => t.agreements_under_way(),
            Which::Expiring => t.agreement_expiring(),
            Which::Undecided => t.renewal_undecided(),
            Which::State(state) => t.agreement_state_of(state),
        };
        chip("state", t.agreement_state(), text);
    }
    if let Some(kind) = filter.kind {
        chip("kind", t.agreement_kind(), t.agreement_kind_of(kind));
    }
    match filter.party {
        Some(_) => chip("party", t.agreement_party(), if found.party.is_empty() { "…" } else { &found.party }),
        None if !filter.party_name.is_empty() => chip("party", t.agreement_party(), &filter.party_name),
        None => {}
    }
    chips
}
