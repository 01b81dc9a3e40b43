//! How the journal's entries about tasks read.

use uuid::Uuid;

use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::date;

pub const ACTIONS: [&str; 6] =
    ["task.added", "task.edited", "task.done", "task.cancelled", "task.reopened", "task.due"];

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "task.added" => Some(t.task_event_added()),
        "task.edited" => Some(t.task_event_edited()),
        "task.done" => Some(t.task_event_done()),
        "task.cancelled" => Some(t.task_event_cancelled()),
        "task.reopened" => Some(t.task_event_reopened()),
        "task.due" => Some(t.task_event_due()),
        _ => None,
    }
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("title", t.task_what()),
        ("note", t.task_note()),
        ("due_on", t.task_due_on()),
        ("owner", t.task_owner()),
        ("cancel_reason", t.register_reason()),
    ]
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    labels(t).into_iter().find(|(name, _)| *name == field).map(|(_, label)| label)
}

/// A stored value in the reader's words.
pub fn shown(field: &str, value: &str, people: &[(Uuid, String)], t: &'static Texts, language: Language) -> String {
    match field {
        "due_on" => date(value, language),
        "owner" if !value.is_empty() => people
            .iter()
            .find(|(id, _)| id.to_string() == value)
            .map_or_else(|| "…".to_owned(), |(_, name)| shown_name(name, t)),
        _ => value.to_owned(),
    }
}
