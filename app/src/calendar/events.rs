//! How the journal's entries about the calendar read.

use uuid::Uuid;

use super::model::{Day, Week};
use super::store::weekdays_text;
use crate::language::Texts;

/// The id under which the journal knows the one calendar.
pub fn subject() -> Uuid {
    crate::job::events::subject("calendar")
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "calendar.days_set" => Some(t.calendar_event_days_set()),
        "calendar.day_removed" => Some(t.calendar_event_day_removed()),
        "calendar.week_set" => Some(t.calendar_event_week_set()),
        "calendar.limits_set" => Some(t.calendar_event_limits_set()),
        _ => None,
    }
}

/// A day as one line of the journal.
pub fn text_of(day: Option<&Day>) -> String {
    day.map_or_else(String::new, |day| {
        let parts = [day.kind.code(), &day.name_en, &day.name_zh, &day.source];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    })
}

/// A week as the journal keeps it.
pub fn week_fields(week: &Week) -> [(&'static str, String); 2] {
    let hours = week.hours.iter().map(|hours| format!("{}–{}", clock(hours.from), clock(hours.to)));
    [("weekdays", weekdays_text(&week.days)), ("hours", hours.collect::<Vec<_>>().join(", "))]
}

/// Minutes after midnight as a time of day.
pub fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A field's label; a date is its own.
pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "weekdays" => Some(t.calendar_weekdays()),
        "hours" => Some(t.calendar_hours()),
        "acknowledge_hours" => Some(t.calendar_acknowledge_hours()),
        "answer_hours" => Some(t.calendar_answer_hours()),
        _ => None,
    }
}
