//! The journal's entries about internal notes, and how they read. What was noted is not in them.

use uuid::Uuid;

use crate::backend::journal::Entry;
use crate::language::Texts;

/// What happens to notes.
pub const ACTIONS: [&str; 4] = ["note.added", "note.edited", "note.corrected", "note.removed"];

/// An entry about a note, with the company that it is about.
pub fn entry(action: &'static str, note: Uuid, company: Uuid) -> Entry {
    Entry::new(action, "note", note).created(vec![("company", company.to_string())])
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "note.added" => Some(t.note_event_added()),
        "note.edited" => Some(t.note_event_edited()),
        "note.corrected" => Some(t.note_event_corrected()),
        "note.removed" => Some(t.note_event_removed()),
        _ => None,
    }
}
