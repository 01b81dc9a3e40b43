//! How the journal's entries about affiliations and mailboxes read. They are about the company; who they are about stands in
//! them as an account, so that names go when a person is erased.

use uuid::Uuid;

use super::model::Terms;
use crate::actor::Rights;
use crate::backend::journal::{Entry, Event};
use crate::language::Texts;

pub fn added(company: Uuid, person: Uuid, terms: &Terms) -> Entry {
    let entry = Entry::new("affiliation.added", "company", company).created(vec![("person", person.to_string())]);
    entry.created(terms.fields())
}

pub fn changed(company: Uuid, person: Uuid, before: &Terms, after: &Terms) -> Entry {
    let entry = Entry::new("affiliation.changed", "company", company).created(vec![("person", person.to_string())]);
    entry.changed(before.fields(), after.fields())
}

pub fn ended(company: Uuid, person: Uuid, rights: Rights, successor: Option<Uuid>) -> Entry {
    Entry::new("affiliation.ended", "company", company).created(vec![
        ("person", person.to_string()),
        ("rights", rights.code().to_owned()),
        ("successor", successor.map(|id| id.to_string()).unwrap_or_default()),
    ])
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "affiliation.added" => Some(t.affiliation_event_added()),
        "affiliation.changed" => Some(t.affiliation_event_changed()),
        "affiliation.ended" => Some(t.affiliation_event_ended()),
        "mailbox.set" => Some(t.mailbox_event_set()),
        "mailbox.confirmed" => Some(t.mailbox_event_confirmed()),
        "mailbox.removed" => Some(t.mailbox_event_removed()),
        "company.unattended" => Some(t.affiliation_event_unattended()),
        _ => None,
    }
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "person" => Some(t.affiliation_person()),
        "rights" => Some(t.affiliation_rights()),
        "title" => Some(t.affiliation_title()),
        "since" => Some(t.affiliation_since()),
        "until" => Some(t.affiliation_until()),
        "successor" => Some(t.affiliation_successor()),
        "mailbox" => Some(t.mailbox_title()),
        _ => None,
    }
}

/// The accounts that stand in an event.
pub fn people(event: &Event) -> impl Iterator<Item = Uuid> {
    let fields = event.changes.iter().filter(|change| matches!(change.field.as_str(), "person" | "successor"));
    fields.flat_map(|change| [&change.before, &change.after]).flatten().filter_map(|value| value.parse().ok())
}

/// Whom an event is about, and who took over: "Li Lei → Ada".
pub fn about(event: &Event, names: &[(Uuid, String)]) -> Option<String> {
    let named = |field: &str| {
        let change = event.changes.iter().find(|change| change.field == field)?;
        let id: Uuid = change.after.as_deref()?.parse().ok()?;
        names.iter().find(|(known, _)| *known == id).map(|(_, name)| name.clone())
    };
    let person = named("person")?;
    Some(match named("successor") {
        Some(successor) => format!("{person} → {successor}"),
        None => person,
    })
}

/// A stored value in the reader's words; none where it is not one of these.
pub fn shown(field: &str, value: &str, names: &[(Uuid, String)], t: &'static Texts) -> Option<String> {
    match field {
        "person" | "successor" => {
            let name = names.iter().find(|(id, _)| id.to_string() == value).map(|(_, name)| name.clone());
            Some(name.unwrap_or_else(|| if value.is_empty() { String::new() } else { "…".to_owned() }))
        }
        "rights" => Rights::from_code(value).map(|rights| t.rights(rights).to_owned()),
        _ => None,
    }
}
