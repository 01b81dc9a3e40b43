//! How the journal's entries about imports read.

use super::model::Subject;
use crate::language::Texts;

pub const ACTIONS: [&str; 3] = ["import.uploaded", "import.applied", "import.reverted"];

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "import.uploaded" => Some(t.imports_event_uploaded()),
        "import.applied" => Some(t.imports_event_applied()),
        "import.reverted" => Some(t.imports_event_reverted()),
        _ => None,
    }
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "what" => Some(t.imports_subject()),
        "file_name" => Some(t.import_file()),
        "created" => Some(t.imports_create()),
        "updated" => Some(t.imports_update()),
        "reverted" => Some(t.imports_state_reverted()),
        "kept" => Some(t.imports_kept()),
        _ => None,
    }
}

/// A stored value in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> String {
    match Subject::from_code(value) {
        Some(subject) if field == "what" => subject.text(t).to_owned(),
        _ => value.to_owned(),
    }
}
