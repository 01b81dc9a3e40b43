//! A year at a glance: twelve months, each day a link to its form, what is special marked by more than its colour.

use jiff::ToSpan as _;
use jiff::civil::Date;
use leptos::prelude::*;

use super::api::CalendarPage;
use super::model::DayKind;
use super::pages::{kind_text, year_url};
use crate::language::{Language, Texts};
use crate::time::date;

/// The days of the week, from Monday.
pub fn weekday_names(t: &'static Texts) -> Vec<&'static str> {
    t.calendar_weekday_names().split(' ').collect()
}

pub(super) fn view(read: &CalendarPage, today: Date, t: &'static Texts, language: Language) -> AnyView {
    let months = (1..=12)
        .filter_map(|month| Some((month, Date::new(read.year, month, 1).ok()?)))
        .map(|(month, first)| month_view(read, first, month, today, t, language))
        .collect_view();
    view! {
        <div class="calendar-year">{months}</div>
        <p class="hint calendar-key">
            <span class="calendar-day holiday">{t.calendar_mark_holiday()}</span>" "{t.calendar_holiday()}" · "
            <span class="calendar-day workday">{t.calendar_mark_workday()}</span>" "{t.calendar_workday()}
        </p>
    }
    .into_any()
}

fn month_view(
    read: &CalendarPage,
    first: Date,
    month: i8,
    today: Date,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let name = t.calendar_month_names().split(' ').nth(usize::from(month.unsigned_abs()) - 1).unwrap_or_default();
    let heads = weekday_names(t)
        .into_iter()
        .map(|name| view! { <th scope="col"><abbr title=name>{name.chars().next_back().filter(|_| language == Language::Zh).map_or_else(|| name.chars().take(2).collect::<String>(), String::from)}</abbr></th> })
        .collect_view();
    // The table begins with the Monday on or before the first.
    let before = i64::from(first.weekday().to_monday_zero_offset());
    let start = first.checked_sub(before.days()).unwrap_or(first);
    let weeks = (0..6)
        .map(|week| (0..7).filter_map(|day| start.checked_add((week * 7 + day).days()).ok()).collect::<Vec<_>>())
        .filter(|days| days.iter().any(|day| day.month() == month && day.year() == first.year()))
        .map(|days| {
            let cells = days.into_iter().map(|day| cell(read, day, month, today, t, language)).collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    view! {
        <table class="calendar-month">
            <caption>{name}</caption>
            <thead><tr>{heads}</tr></thead>
            <tbody>{weeks}</tbody>
        </table>
    }
    .into_any()
}

fn cell(read: &CalendarPage, day: Date, month: i8, today: Date, t: &'static Texts, language: Language) -> AnyView {
    if day.month() != month || day.year() != read.year {
        return view! { <td></td> }.into_any();
    }
    let special = read.days.iter().find(|special| special.date == day);
    let class = match special.map(|special| special.kind) {
        Some(DayKind::Holiday) => "calendar-day holiday",
        Some(DayKind::Workday) => "calendar-day workday",
        None if read.calendar.is_working_day(day) => "calendar-day",
        None => "calendar-day off",
    };
    let mark = special.map(|special| {
        let mark = if special.kind == DayKind::Holiday { t.calendar_mark_holiday() } else { t.calendar_mark_workday() };
        view! { <sup aria-hidden="true">{mark}</sup> }
    });
    let mut title = date(&day.to_string(), language);
    if let Some(special) = special {
        let name = language.prefer(&special.name_en, &special.name_zh);
        title = format!("{title}{}{name} ({})", t.form_colon(), kind_text(special.kind, t));
    }
    let current = (day == today).then_some("date");
    let href = format!("{}&day={day}#day", year_url(read.year));
    view! { <td><a class=class href=href title=title.clone() aria-label=title aria-current=current>{day.day()}{mark}</a></td> }
        .into_any()
}
