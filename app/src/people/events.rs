//! How the journal's entries about accounts read.

use crate::actor::Role;
use crate::language::Texts;

/// The actions that administrators cause.
pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "account.edited" => Some(t.users_event_edited()),
        "account.suspended" => Some(t.users_event_suspended()),
        "account.reinstated" => Some(t.users_event_reinstated()),
        "account.sessions_ended" => Some(t.users_event_sessions_ended()),
        "account.factors_removed" => Some(t.users_event_factors_removed()),
        "account.view_started" => Some(t.looking_event_started()),
        "account.view_ended" => Some(t.looking_event_ended()),
        "account.view_expired" => Some(t.looking_event_expired()),
        _ => None,
    }
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    match field {
        "name" => Some(t.users_name()),
        "role" => Some(t.users_role()),
        "email" => Some(t.users_email()),
        "reason" => Some(t.users_reason()),
        _ => None,
    }
}

/// A stored value in the reader's words; none where it is not one of these.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> Option<String> {
    Role::from_code(value).filter(|_| field == "role").map(|role| t.role(role).to_owned())
}
