//! `/agreements/calendar`: a month of agreements' days, of those that its reader may know of.

use jiff::ToSpan as _;
use jiff::civil::Date;
use leptos::prelude::*;

use super::super::pages::{Tab, tabs};
use super::{Day, between};
use crate::actor::Actor;
use crate::backend::context::Visit;
use crate::calendar::year::weekday_names;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::ui::icon::Icon;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/agreements/calendar";
/// So many days of agreements are drawn of a month; a month with more is read in the list.
const MOST: i64 = 400;

struct Month {
    actor: Actor,
    first: Date,
    today: Date,
    days: Vec<Day>,
}

/// The first day of the month that an address asks for; of the one that is now where it asks for none.
fn month_of(asked: &str, today: Date) -> Date {
    let asked: Option<Date> = format!("{}-01", asked.trim()).parse().ok();
    let asked = asked.filter(|day| (1990..=2200).contains(&day.year()));
    asked.unwrap_or_else(|| today.first_of_month())
}

pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    let scope = ctx.actor.lists_agreements()?;
    let today = ctx.now.date();
    let first = month_of(at.query.get("month"), today);
    let (from, to) = (first.to_string(), first.last_of_month().to_string());
    let days = between(&mut ctx.tx, &scope, (&from, &to), MOST).await?;
    let month = Month { actor: ctx.actor, first, today, days };
    let language = visit.language;
    let actor = month.actor.clone();
    let page = Page::new(visit.texts().feed_calendar_title(), move |t| draw(&month, t, language));
    Ok(page.section(Section::Agreements).actor(actor))
}

fn month_url(first: Date) -> String {
    format!("{PATH}?month={:04}-{:02}", first.year(), first.month())
}

fn month_name(first: Date, t: &'static Texts) -> String {
    match t.language {
        Language::En => first.strftime("%B %Y").to_string(),
        Language::Zh => format!("{}年{}月", first.year(), first.month()),
    }
}

fn draw(month: &Month, t: &'static Texts, language: Language) -> AnyView {
    let before = month.first.checked_sub(1.month()).unwrap_or(month.first);
    let after = month.first.checked_add(1.month()).unwrap_or(month.first);
    let list = list(month, t, language);
    view! {
        <header class="page-head">
            <h1>{t.feed_calendar_title()}</h1>
            <div class="actions">
                <a class="button quiet" href=super::feed::PATH><Icon name="calendar" />{t.feed_subscribe()}</a>
            </div>
        </header>
        {tabs(Tab::Calendar, t)}
        <nav class="pager" aria-label=t.feed_months()>
            <a rel="prev" href=month_url(before)><Icon name="chevron-left" />{month_name(before, t)}</a>
            <strong>{month_name(month.first, t)}</strong>
            <a rel="next" href=month_url(after)>{month_name(after, t)}<Icon name="chevron-right" /></a>
        </nav>
        {grid(month, t, language)}
        {list}
    }
    .into_any()
}

/// The month at a glance; the days that have something lead to the list below, which says it in full.
fn grid(month: &Month, t: &'static Texts, language: Language) -> AnyView {
    let start = month.first;
    let skipped = start.weekday().to_monday_zero_offset();
    let mut cells: Vec<Option<Date>> = (0..skipped).map(|_| None).collect();
    let mut day = start;
    while day.month() == start.month() {
        cells.push(Some(day));
        match day.tomorrow() {
            Ok(next) => day = next,
            Err(_) => break,
        }
    }
    while !cells.len().is_multiple_of(7) {
        cells.push(None);
    }
    let weeks = cells
        .chunks(7)
        .map(|week| {
            let cells = week
                .iter()
                .map(|day| {
                    let Some(day) = day else { return view! { <td></td> }.into_any() };
                    let iso = day.to_string();
                    let count = month.days.iter().filter(|one| one.day == iso).count();
                    let current = (*day == month.today).then_some("date");
                    let number = day.day();
                    if count == 0 {
                        return view! { <td><span class="calendar-day" aria-current=current>{number}</span></td> }
                            .into_any();
                    }
                    let label = format!("{}{}{}", date(&iso, language), t.form_colon(), t.feed_count(count));
                    view! {
                        <td><a class="calendar-day workday" href=format!("#day-{iso}") aria-label=label
                            aria-current=current>{number}<sup>{count}</sup></a></td>
                    }
                    .into_any()
                })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    // As in the working calendar: two letters, or the one sign that differs.
    let heads = weekday_names(t).into_iter().map(|name| {
        let short = match language {
            Language::En => name.chars().take(2).collect::<String>(),
            Language::Zh => name.chars().next_back().map(String::from).unwrap_or_default(),
        };
        view! { <th scope="col"><abbr title=name>{short}</abbr></th> }
    });
    view! {
        <div class="calendar-year"><table class="calendar-month">
            <caption class="visually-hidden">{month_name(month.first, t)}</caption>
            <thead><tr>{heads.collect_view()}</tr></thead>
            <tbody>{weeks}</tbody>
        </table></div>
    }
    .into_any()
}

fn list(month: &Month, t: &'static Texts, language: Language) -> AnyView {
    if month.days.is_empty() {
        return view! { <div class="empty"><h2>{t.feed_none()}</h2><p>{t.feed_none_next()}</p></div> }.into_any();
    }
    let mut last = String::new();
    let rows = month
        .days
        .iter()
        .map(|day| {
            let id = (day.day != last).then(|| format!("day-{}", day.day));
            last.clone_from(&day.day);
            view! {
                <tr id=id>
                    <th scope="row"><a class="row-link" href=day.url()>{day.title(language)}</a>
                        <span class="second">{day.number.clone()}</span></th>
                    <td>{t.calendar_occasion(day.occasion())}</td>
                    <td class="date" data-label=t.feed_day()>{date(&day.day, language)}</td>
                </tr>
            }
        })
        .collect_view();
    let cut = (i64::try_from(month.days.len()).unwrap_or_default() >= MOST)
        .then(|| view! { <p class="notice attention">{t.feed_cut(MOST)}</p> });
    view! {
        {cut}
        <div class="table-wrap"><table class="list">
            <thead><tr>
                <th scope="col">{t.agreement_one()}</th><th scope="col">{t.feed_occasion()}</th>
                <th scope="col">{t.feed_day()}</th>
            </tr></thead>
            <tbody>{rows}</tbody>
        </table></div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_a_month_or_gets_this_one() {
        let today: Date = "2026-11-22".parse().unwrap();
        let first = |asked: &str| month_of(asked, today).to_string();
        assert_eq!(first("2027-02"), "2027-02-01");
        for nonsense in ["", "2027-13", "x", "0001-01", "9999-12", "2027-02-03"] {
            assert_eq!(first(nonsense), "2026-11-01", "{nonsense}");
        }
    }
}
