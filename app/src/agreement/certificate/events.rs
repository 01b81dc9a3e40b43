//! The journal's entry about a certificate, and how it reads.

use uuid::Uuid;

use crate::backend::journal::Entry;
use crate::language::Texts;

pub const MADE: &str = "agreement.certified";
pub const ACTIONS: [&str; 1] = [MADE];

/// Without its code, which whoever reads the journal has no use for; with the hash of its PDF.
pub fn made(agreement: Uuid, name: &str, sha256: &str) -> Entry {
    Entry::new(MADE, "agreement", agreement)
        .created(vec![("certificate", name.to_owned()), ("sha256", sha256.to_owned())])
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    (action == MADE).then(|| t.certificate_event())
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    (field == "certificate").then(|| t.certificate_title())
}
