//! How an entry of the journal reads: what happened, who did it, to what, and what changed.

use std::collections::HashMap;

use uuid::Uuid;

use super::actions::action_text;
use crate::backend::journal::{self, Event};
use crate::language::{Language, Texts};
use crate::ui::moment::{TimelineItem, TimelineTexts};
use crate::{
    absence, affiliation, agreement, calendar, company, document, enquiry, import, interaction, job, joining, mail,
    message, note, notification, people, person, privacy, product, security, task,
};

/// What happened, with the name of the document or the person that it happened to: the record alone does not tell which.
pub fn what(event: &Event, names: &[(Uuid, String)], t: &'static Texts) -> String {
    let action = action_text(&event.action, t);
    if let Some(person) = affiliation::events::about(event, names) {
        return format!("{action}{}{person}", t.form_colon());
    }
    if let Some(detail) = agreement::events::detail(event, t) {
        return format!("{action}{}{detail}", t.form_colon());
    }
    let documents = event.action.starts_with("document.");
    match event.changes.iter().find(|change| documents && change.field == "document") {
        Some(journal::Change { after: Some(name), .. }) => format!("{action}{}{name}", t.form_colon()),
        _ => action,
    }
}

/// What an entry's link is called.
pub fn subject_name(event: &Event, names: &HashMap<Uuid, String>, t: &'static Texts) -> String {
    let job = || {
        let change = event.changes.iter().find(|change| event.subject_kind == "job" && change.field == "job")?;
        let (title, _) = job::events::job_texts(change.after.as_deref()?, t);
        (!title.is_empty()).then(|| title.to_owned())
    };
    names.get(&event.subject).cloned().or_else(job).unwrap_or_else(|| t.journal_subject().to_owned())
}

pub(super) fn who(event: &Event, named: bool, t: &'static Texts) -> String {
    match (&event.actor_name, event.origin.as_str()) {
        (Some(_), _) if event.actor_of_zone && !named => t.journal_zone_staff().to_owned(),
        (Some(name), _) => privacy::model::shown_name(name, t),
        (None, "command") => t.journal_origin_command().to_owned(),
        (None, _) => t.journal_origin_system().to_owned(),
    }
}

/// The words that a timeline needs.
pub fn timeline_texts(t: &'static Texts) -> TimelineTexts {
    TimelineTexts {
        field: t.journal_field(),
        before: t.journal_before(),
        after: t.journal_after(),
        value: t.journal_value(),
    }
}

pub(super) fn changes(
    event: &Event,
    managers: &[(Uuid, String)],
    names: &HashMap<Uuid, String>,
    t: &'static Texts,
    language: Language,
) -> Vec<(String, String, String)> {
    let labels = match event.subject_kind.as_str() {
        "person" => person::events::labels(t),
        _ => company::events::labels(t),
    };
    event
        .changes
        .iter()
        .map(|change| {
            let field = change.field.as_str();
            let own = match event.subject_kind.as_str() {
                "enquiry" => enquiry::events::field_label(field, t),
                "calendar" => calendar::events::field_label(field, t),
                "agreement" => agreement::events::field_label(field, t)
                    .or_else(|| agreement::certificate::events::field_label(field, t)),
                "absence" => absence::events::field_label(field, t),
                "interaction" => interaction::events::field_label(field, t),
                "task" => task::events::field_label(field, t),
                "view" => company::saved::events::field_label(field, t),
                "settings" if event.action == "stalled.changed" => company::events::stage_label(field, t),
                "register_import" => import::events::field_label(field, t),
                _ => None,
            };
            let label = own
                .or_else(|| labels.iter().find(|(name, _)| *name == field).map(|(_, label)| *label))
                .or_else(|| privacy::events::field_label(&event.action, field, t))
                .or_else(|| document::events::field_label(field, t))
                .or(match field {
                    "since" => Some(t.register_from_day()),
                    "until" => Some(t.register_to_day()),
                    _ => None,
                })
                .or_else(|| product::events::field_label(field, t))
                .or_else(|| notification::events::field_label(field, t))
                .or_else(|| affiliation::events::field_label(field, t))
                .or_else(|| people::events::field_label(field, t))
                .or_else(|| joining::events::field_label(field, t))
                .or_else(|| security::events::field_label(field, t))
                .or((field == "job").then(|| t.jobs_field()))
                .unwrap_or(field);
            let read = |value: &Option<String>| match value {
                None => t.journal_erased().to_owned(),
                Some(value) if event.action.starts_with("document.") => document::events::shown(field, value, t),
                Some(value) if event.action.starts_with("affiliation.") => {
                    affiliation::events::shown(field, value, managers, t).unwrap_or_else(|| value.clone())
                }
                Some(value) if event.subject_kind == "account" => people::events::shown(field, value, t)
                    .or_else(|| notification::events::shown(field, value, t))
                    .or_else(|| joining::events::shown(field, value, t))
                    .or_else(|| security::events::shown(field, value, t))
                    .unwrap_or_else(|| value.clone()),
                Some(value) if event.subject_kind == "company" => {
                    company::events::shown(field, value, managers, t, language)
                }
                Some(value) if event.subject_kind == "enquiry" => {
                    enquiry::events::shown(field, value, managers, names, t, language)
                }
                Some(value) if event.subject_kind == "agreement" => {
                    agreement::events::shown(field, value, managers, names, t, language)
                }
                Some(value) if event.subject_kind == "absence" => {
                    absence::events::shown(field, value, managers, language)
                }
                Some(value) if event.subject_kind == "interaction" => {
                    interaction::events::shown(field, value, t, language)
                }
                Some(value) if event.subject_kind == "task" => task::events::shown(field, value, managers, t, language),
                Some(value) if event.subject_kind == "calendar" => value.clone(),
                Some(value) if event.subject_kind == "view" => company::saved::events::shown(field, value, t),
                Some(value) if event.action == "stalled.changed" => value.clone(),
                Some(value) if event.subject_kind == "register_import" => import::events::shown(field, value, t),
                Some(value) if event.subject_kind == "person" => person::events::shown(field, value, t),
                Some(value) if event.subject_kind == "job" => job::events::job_texts(value, t).0.to_owned(),
                Some(value) if field == "company" => named(value, names),
                Some(value) => product::events::shown(field, value, t)
                    .or_else(|| joining::events::shown(field, value, t))
                    .or_else(|| security::events::shown(field, value, t))
                    .unwrap_or_else(|| value.clone()),
            };
            (label.to_owned(), read(&change.before), read(&change.after))
        })
        .collect()
}

/// A company that stands in an entry as a value; one that is not known by name is not told by its number.
fn named(value: &str, names: &HashMap<Uuid, String>) -> String {
    match value.parse::<Uuid>() {
        Ok(id) => names.get(&id).cloned().unwrap_or_else(|| "…".to_owned()),
        Err(_) => value.to_owned(),
    }
}

/// An entry as a line of a timeline. Where staff is not named, the reader is told that it was zone staff.
pub fn item(
    event: &Event,
    named: bool,
    managers: &[(Uuid, String)],
    t: &'static Texts,
    language: Language,
) -> TimelineItem {
    item_with(event, named, managers, &HashMap::new(), t, language)
}

/// The same, where the names of what stands in an entry as a value are known.
pub fn item_with(
    event: &Event,
    named: bool,
    managers: &[(Uuid, String)],
    names: &HashMap<Uuid, String>,
    t: &'static Texts,
    language: Language,
) -> TimelineItem {
    let changes = changes(event, managers, names, t, language);
    let has_before = changes.iter().any(|(_, before, _)| !before.is_empty());
    TimelineItem {
        who: who(event, named, t),
        what: what(event, managers, t),
        subject: None,
        at: event.at,
        changes,
        has_before,
    }
}

pub fn subject_url(event: &Event) -> Option<String> {
    match event.subject_kind.as_str() {
        "company" => Some(company::model::url(event.subject)),
        "person" => Some(person::model::url(event.subject)),
        "product" => Some(product::model::url(event.subject)),
        "register_import" => Some(import::model::url(event.subject, "/preview")),
        "import" => Some(format!("/products/imports/{}", event.subject)),
        "mail" => Some(mail::url(event.subject)),
        "join_request" => Some(joining::model::url(event.subject)),
        "job" => Some(job::pages::PATH.to_owned()),
        "enquiry" => Some(enquiry::model::url(event.subject)),
        "agreement" => Some(agreement::model::url(&event.subject.to_string())),
        "interaction" => Some(interaction::model::url(event.subject)),
        "task" => Some(task::model::url(event.subject)),
        "calendar" => Some(calendar::pages::PATH.to_owned()),
        "absence" => Some(absence::pages::PATH.to_owned()),
        "message" => Some(message::model::url(company_of(event)?, event.subject)),
        "note" => Some(note::model::list_url(company_of(event)?)),
        // What somebody did to themselves has no other subject.
        "account" if event.actor != Some(event.subject) => Some(people::url(event.subject)),
        _ => None,
    }
}

/// The company that an entry names.
fn company_of(event: &Event) -> Option<Uuid> {
    event.changes.iter().find(|change| change.field == "company")?.after.as_deref()?.parse().ok()
}
