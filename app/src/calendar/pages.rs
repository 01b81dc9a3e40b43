//! `/admin/calendar`: a year at a glance, its special days, the hours, and how long enquiries may take.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, CalendarPage, RemoveCalendarDay, SetCalendarDays, SetCalendarWeek, SetEnquiryLimits};
use super::events::clock;
use super::model::{Day, DayKind, is_missing};
use super::year;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::ui::form::{CheckList, ErrorSummary, FormState, SelectField, TextField};
use crate::ui::icon::Icon;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/admin/calendar";

/// The page of a year.
pub fn year_url(year: i16) -> String {
    format!("{PATH}?year={year}")
}

pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let today = visit.now().date();
    let asked = at.query.get("year").parse().ok().filter(|year| (2000..=2100).contains(year));
    let read = api::read_calendar(&visit, asked.unwrap_or(today.year())).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    // A day of the year view opens the form with its date and what is said of it.
    let chosen: Option<jiff::civil::Date> = at.query.get("day").parse().ok();
    let page = Page::new(visit.texts().calendar_title(), move |t| {
        let state = |path: &str| FormState::new(t, refused.as_ref(), path);
        let year = read.year;
        let empty = !read.days.iter().any(|day| day.kind == DayKind::Holiday);
        let warning = empty.then(|| {
            let text = if is_missing(year, false, today) { t.calendar_missing(year) } else { t.calendar_not_yet(year) };
            view! { <div class="notice attention"><Icon name="alert-triangle" /><p>{text}</p></div> }
        });
        view! {
            <header class="page-head">
                <h1>{t.calendar_title()}</h1>
                <p class="subtitle">{t.calendar_explained()}</p>
            </header>
            <ErrorSummary form=state(RemoveCalendarDay::PATH) labels=Vec::new() />
            {warning}
            <nav class="pager" aria-label=t.calendar_years()>
                <a rel="prev" href=year_url(year - 1)><Icon name="chevron-left" />{year - 1}</a>
                <strong>{year}</strong>
                <a rel="next" href=year_url(year + 1)>{year + 1}<Icon name="chevron-right" /></a>
            </nav>
            {year::view(&read, today, t, language)}
            {days(&read, t, language)}
            {day_form(&read, chosen, state(SetCalendarDays::PATH), t)}
            {week_form(&read, state(SetCalendarWeek::PATH), t)}
            {limits_form(&read, state(SetEnquiryLimits::PATH), t)}
        }
        .into_any()
    });
    Ok(page.section(Section::Calendar).actor(actor))
}

pub(super) fn kind_text(kind: DayKind, t: &'static Texts) -> &'static str {
    match kind {
        DayKind::Holiday => t.calendar_holiday(),
        DayKind::Workday => t.calendar_workday(),
    }
}

/// The special days of the year.
fn days(read: &CalendarPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    if read.days.is_empty() {
        return None;
    }
    let row = |day: &Day| {
        let shown = date(&day.date.to_string(), language);
        let class = if day.kind == DayKind::Holiday { "badge good" } else { "badge attention" };
        let change = format!("{}&day={}#day", year_url(read.year), day.date);
        view! {
            <tr>
                <th scope="row">{shown.clone()}</th>
                <td><span class=class>{kind_text(day.kind, t)}</span></td>
                <td>{language.prefer(&day.name_en, &day.name_zh).to_owned()}</td>
                <td>{day.source.clone()}</td>
                <td class="actions">
                    <a class="button quiet small" href=change>{t.calendar_change()}<span class="visually-hidden">" "{shown.clone()}</span></a>
                    <form method="post" action=RemoveCalendarDay::PATH>
                        <input type="hidden" name="date" value=day.date.to_string() />
                        <button class="button quiet small">{t.calendar_remove()}<span class="visually-hidden">" "{shown}</span></button>
                    </form>
                </td>
            </tr>
        }
    };
    let rows = read.days.iter().map(row).collect_view();
    let view = view! {
        <section class="panel">
            <h2>{t.calendar_days(read.year)}</h2>
            <details>
                <summary>{t.calendar_days_show(read.days.len())}</summary>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.calendar_date()}</th><th scope="col">{t.calendar_kind()}</th>
                        <th scope="col">{t.calendar_name()}</th><th scope="col">{t.calendar_source()}</th>
                        <th scope="col"><span class="visually-hidden">{t.calendar_change()}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </details>
        </section>
    };
    Some(view.into_any())
}

fn day_form(read: &CalendarPage, chosen: Option<jiff::civil::Date>, form: FormState, t: &'static Texts) -> AnyView {
    let known = chosen.and_then(|chosen| read.days.iter().find(|day| day.date == chosen));
    let value = |get: fn(&Day) -> &str| known.map(get).unwrap_or_default().to_owned();
    let kinds = DayKind::ALL.into_iter().map(|kind| (kind.code().to_owned(), kind_text(kind, t).to_owned())).collect();
    let labels = vec![
        ("date", t.calendar_date()),
        ("until", t.calendar_until()),
        ("kind", t.calendar_kind()),
        ("name_en", t.company_name_en()),
        ("name_zh", t.company_name_zh()),
        ("source", t.calendar_source()),
    ];
    view! {
        <section class="panel" id="day">
            <h2>{t.calendar_set_days()}</h2>
            <form class="form" method="post" action=SetCalendarDays::PATH novalidate>
                <ErrorSummary form=form.clone() labels=labels />
                <TextField form=form.clone() name="date" label=t.calendar_date() kind="date"
                    value=chosen.map(|day| day.to_string()).unwrap_or_default() />
                <TextField form=form.clone() name="until" label=t.calendar_until() hint=t.calendar_until_hint() value=""
                    kind="date" optional=true />
                <SelectField form=form.clone() name="kind" label=t.calendar_kind() options=kinds
                    value=known.map_or("holiday", |day| day.kind.code()) />
                <TextField form=form.clone() name="name_en" label=t.company_name_en() value=value(|day| &day.name_en)
                    autocomplete="off" lang="en" />
                <TextField form=form.clone() name="name_zh" label=t.company_name_zh() value=value(|day| &day.name_zh)
                    autocomplete="off" lang="zh-CN" />
                <TextField form=form name="source" label=t.calendar_source() hint=t.calendar_source_hint()
                    value=value(|day| &day.source) optional=true autocomplete="off" />
                <div class="form-actions"><button class="button primary">{t.calendar_save_days()}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn week_form(read: &CalendarPage, form: FormState, t: &'static Texts) -> AnyView {
    let names = year::weekday_names(t);
    let options = (1..=7).zip(names).map(|(day, name)| (day.to_string(), name.to_owned())).collect();
    let chosen = read.week.days.iter().map(|day| day.to_monday_one_offset().to_string()).collect();
    let span = |index: usize, from_name: &'static str, to_name: &'static str| {
        let hours = read.week.hours.get(index).copied();
        // The end of the day is the midnight after, which fields of time call 00:00.
        let from = hours.map(|hours| clock(hours.from)).unwrap_or_default();
        let to = hours.map(|hours| clock(hours.to % super::model::DAY)).unwrap_or_default();
        let optional = index > 0;
        view! {
            <div class="calendar-span">
                <TextField form=form.clone() name=from_name label=t.calendar_from() value=from kind="time" optional=optional />
                <TextField form=form.clone() name=to_name label=t.calendar_to() value=to kind="time" optional=optional />
            </div>
        }
    };
    let spans = view! {
        {span(0, "from_1", "to_1")}{span(1, "from_2", "to_2")}{span(2, "from_3", "to_3")}
    };
    let labels = vec![
        ("weekdays", t.calendar_weekdays()),
        ("from_1", t.calendar_from()),
        ("to_1", t.calendar_to()),
        ("from_2", t.calendar_from()),
        ("to_2", t.calendar_to()),
        ("from_3", t.calendar_from()),
        ("to_3", t.calendar_to()),
    ];
    view! {
        <section class="panel">
            <h2>{t.calendar_hours()}</h2>
            <form class="form" method="post" action=SetCalendarWeek::PATH novalidate>
                <ErrorSummary form=form.clone() labels=labels />
                <CheckList form=form.clone() name="weekdays" label=t.calendar_weekdays() options=options values=chosen />
                {spans}
                <p class="hint">{t.calendar_hours_hint()}</p>
                <div class="form-actions"><button class="button primary">{t.calendar_save_hours()}</button></div>
            </form>
        </section>
    }
    .into_any()
}

fn limits_form(read: &CalendarPage, form: FormState, t: &'static Texts) -> AnyView {
    let labels =
        vec![("acknowledge_hours", t.calendar_acknowledge_hours()), ("answer_hours", t.calendar_answer_hours())];
    view! {
        <section class="panel">
            <h2>{t.calendar_limits()}</h2>
            <form class="form" method="post" action=SetEnquiryLimits::PATH novalidate>
                <ErrorSummary form=form.clone() labels=labels />
                <TextField form=form.clone() name="acknowledge_hours" label=t.calendar_acknowledge_hours()
                    value=read.limits.acknowledge.to_string() kind="number" />
                <TextField form=form name="answer_hours" label=t.calendar_answer_hours()
                    value=read.limits.answer.to_string() kind="number" />
                <p class="hint">{t.calendar_limits_hint()}</p>
                <div class="form-actions"><button class="button primary">{t.calendar_save_limits()}</button></div>
            </form>
        </section>
    }
    .into_any()
}
