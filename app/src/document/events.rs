//! The journal's entries about documents, and how they read. They are about the company that has the document.

use super::model::{Audience, Document};
use crate::actor::Actor;
use crate::backend::journal::{Entry, Event};
use crate::language::Texts;

/// A document was added.
pub fn uploaded(company: uuid::Uuid, name: &str, note: &str, audience: Audience) -> Entry {
    Entry::new("document.uploaded", "company", company).created(vec![
        ("document", name.to_owned()),
        ("note", note.to_owned()),
        ("audience", audience.code().to_owned()),
    ])
}

pub fn removed(document: &Document) -> Entry {
    entry("document.removed", document, "")
}

/// The virus scanner found something in a document.
pub fn infected(document: &Document, finding: &str) -> Entry {
    entry("document.infected", document, finding)
}

fn entry(action: &'static str, document: &Document, finding: &str) -> Entry {
    Entry::new(action, "company", document.company).created(vec![
        ("document", document.name.clone()),
        ("audience", document.audience.code().to_owned()),
        ("finding", finding.to_owned()),
    ])
}

/// Whether a person may read an entry of a company's timeline. Those about documents of the zone alone, or of which that
/// cannot be told any more, are for the zone.
pub fn is_for(event: &Event, actor: &Actor) -> bool {
    let about_document = event.action.starts_with("document.");
    let for_company = || {
        let audience = event.changes.iter().find(|change| change.field == "audience");
        audience.and_then(|change| change.after.as_deref()) == Some(Audience::Company.code())
    };
    !about_document || actor.reads_documents_of(event.subject) == Ok(Audience::Zone) || for_company()
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "document.uploaded" => Some(t.document_uploaded()),
        "document.removed" => Some(t.document_removed()),
        "document.infected" => Some(t.document_infected()),
        _ => None,
    }
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "document" => Some(t.document_name()),
        "note" => Some(t.document_note()),
        "audience" => Some(t.document_audience()),
        "finding" => Some(t.document_finding()),
        _ => None,
    }
}

/// A stored value in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> String {
    match Audience::from_code(value) {
        Some(audience) if field == "audience" => t.audience(audience).to_owned(),
        _ => value.to_owned(),
    }
}

impl Texts {
    pub fn audience(&self, audience: Audience) -> &'static str {
        match audience {
            Audience::Zone => self.document_audience_zone(),
            Audience::Company => self.document_audience_company(),
        }
    }
}
