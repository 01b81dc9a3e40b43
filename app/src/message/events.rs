//! The journal's entries about messages, and how they read. What was said is not in them: who removes it, removes it.

use uuid::Uuid;

use crate::backend::journal::Entry;
use crate::language::Texts;

/// What happens to messages.
pub const ACTIONS: [&str; 5] =
    ["message.opened", "message.posted", "message.edited", "message.corrected", "message.removed"];

/// An entry about a thread, with the company that it belongs to.
pub fn entry(action: &'static str, thread: Uuid, company: Uuid) -> Entry {
    Entry::new(action, "message", thread).created(vec![("company", company.to_string())])
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "message.opened" => Some(t.message_event_opened()),
        "message.posted" => Some(t.message_event_posted()),
        "message.edited" => Some(t.message_event_edited()),
        "message.corrected" => Some(t.message_event_corrected()),
        "message.removed" => Some(t.message_event_removed()),
        _ => None,
    }
}
