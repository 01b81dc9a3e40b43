//! How the journal's entries about saved views read.

use crate::language::Texts;

pub const ACTIONS: [&str; 4] = ["view.created", "view.edited", "view.deleted", "view.started"];

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "view.created" => Some(t.views_event_created()),
        "view.edited" => Some(t.views_event_edited()),
        "view.deleted" => Some(t.views_event_deleted()),
        "view.started" => Some(t.views_event_started()),
        _ => None,
    }
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "name" => Some(t.views_name()),
        "layout" => Some(t.views_layout()),
        "query" => Some(t.views_query()),
        "shared" => Some(t.views_shared()),
        "start" => Some(t.views_start()),
        _ => None,
    }
}

pub fn shown(field: &str, value: &str, t: &'static Texts) -> String {
    match (field, value) {
        ("layout", "board") => t.views_board().to_owned(),
        ("layout", "table") => t.views_table().to_owned(),
        ("shared" | "start", "yes") => t.views_yes().to_owned(),
        _ => value.to_owned(),
    }
}
