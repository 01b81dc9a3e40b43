//! How the journal's entries about absences read.

use uuid::Uuid;

use super::model::Absence;
use crate::language::{Language, Texts};
use crate::time::date;

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "absence.added" => Some(t.absence_event_added()),
        "absence.ended" => Some(t.absence_event_ended()),
        _ => None,
    }
}

/// The reason is the person's own business and stays out of the journal.
pub fn fields(absence: &Absence) -> Vec<(&'static str, String)> {
    vec![
        ("absent", absence.account.to_string()),
        ("deputy", absence.deputy.to_string()),
        ("since", absence.since.to_string()),
        ("until", absence.until.to_string()),
    ]
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "absent" => Some(t.absence_who()),
        "deputy" => Some(t.absence_deputy()),
        "since" => Some(t.absence_since()),
        "until" => Some(t.absence_until()),
        _ => None,
    }
}

/// A stored value in the reader's words.
pub fn shown(field: &str, value: &str, people: &[(Uuid, String)], language: Language) -> String {
    match field {
        "absent" | "deputy" => {
            let person = people.iter().find(|(id, _)| id.to_string() == value);
            person.map_or_else(|| "…".to_owned(), |(_, name)| name.clone())
        }
        _ => date(value, language),
    }
}
