//! How the journal's entries about mails read.

use crate::language::Texts;

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "mail.resent" => Some(t.event_mail_resent()),
        "mail.tested" => Some(t.event_mail_tested()),
        _ => None,
    }
}
