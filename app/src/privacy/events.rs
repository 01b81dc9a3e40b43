//! How the journal's entries about personal data read.

use super::model::Rule;
use crate::language::Texts;

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "erasure.asked" => Some(t.erasure_event_asked()),
        "erasure.withdrawn" => Some(t.erasure_event_withdrawn()),
        "erasure.declined" => Some(t.erasure_event_declined()),
        "account.erased" => Some(t.erasure_event_erased()),
        "retention.changed" => Some(t.retention_event_changed()),
        _ => None,
    }
}

/// What is kept for so many days.
pub fn rule_label(rule: Rule, t: &'static Texts) -> &'static str {
    match rule {
        Rule::Attempts => t.retention_attempts(),
        Rule::Sessions => t.retention_sessions(),
        Rule::MailBodies => t.retention_mail_bodies(),
        Rule::Mails => t.retention_mails(),
        Rule::Notifications => t.retention_notifications(),
        Rule::Requests => t.retention_requests(),
        Rule::Enquiries => t.retention_enquiries(),
        Rule::Addresses => t.retention_addresses(),
        Rule::Documents => t.retention_documents(),
        Rule::Imports => t.retention_imports(),
        Rule::Inactive => t.retention_inactive(),
    }
}

/// What a field of the entry about retention times is called.
pub fn field_label(action: &str, field: &str, t: &'static Texts) -> Option<&'static str> {
    let rule = Rule::ALL.into_iter().find(|rule| action == "retention.changed" && rule.code() == field)?;
    Some(rule_label(rule, t))
}
