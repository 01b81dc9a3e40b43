//! How the journal's entries about requests for access and invitations read.

use crate::actor::{Rights, Role};
use crate::language::Texts;

/// The actions that the journal knows of requests, invitations and forgotten passwords.
pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    Some(match action {
        "join_request.confirmed" => t.event_joining_confirmed(),
        "join_request.accepted" => t.event_joining_accepted(),
        "join_request.declined" => t.event_joining_declined(),
        "invitation.sent" => t.event_joining_invited(),
        "invitation.sent_again" => t.event_joining_invited_again(),
        "invitation.withdrawn" => t.event_joining_withdrawn(),
        "invitation.accepted" => t.event_joining_joined(),
        "account.reset_asked" => t.event_joining_reset_asked(),
        "account.password_reset" => t.event_joining_password_reset(),
        _ => return None,
    })
}

/// A field's label.
pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    Some(match field {
        "company" => t.joining_company(),
        "rights" => t.joining_rights(),
        "role" => t.invitation_role(),
        "title" => t.invitation_title_field(),
        "email" => t.sign_in_email(),
        "name" => t.joining_name(),
        _ => return None,
    })
}

/// A field's stored value in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> Option<String> {
    match field {
        "rights" => Rights::from_code(value).map(|rights| t.rights(rights).to_owned()),
        "role" => Role::from_code(value).map(|role| t.role(role).to_owned()),
        _ => None,
    }
}
