//! How the journal's entries about notifications read.

use uuid::Uuid;

use super::kinds::{Kind, Mails};
use crate::backend::journal::Entry;
use crate::language::Texts;

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "notification.chosen" => Some(t.event_notice_chosen()),
        "notification.stopped" => Some(t.event_notice_stopped()),
        "mailbox.stopped" => Some(t.mailbox_notice_event()),
        "company.followed" => Some(t.event_notice_followed()),
        "company.unfollowed" => Some(t.event_notice_unfollowed()),
        _ => None,
    }
}

/// The entry of changed choices: each kind, before and after.
pub fn chosen(action: &'static str, account: Uuid, changes: &[(Kind, Mails, Mails)]) -> Entry {
    with(Entry::new(action, "account", account), changes)
}

/// The entry of who reads a company's mailbox and ended mails of a kind to it, or let them come again.
pub fn chosen_for_mailbox(company: Uuid, changes: &[(Kind, Mails, Mails)]) -> Entry {
    with(Entry::new("mailbox.stopped", "company", company), changes)
}

fn with(mut entry: Entry, changes: &[(Kind, Mails, Mails)]) -> Entry {
    let change = |(kind, before, after): &(Kind, Mails, Mails)| {
        (kind.code().to_owned(), before.code().to_owned(), after.code().to_owned())
    };
    entry.changes = changes.iter().map(change).collect();
    entry
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    Kind::from_code(field).map(|kind| kind.title(t))
}

/// A stored value in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> Option<String> {
    Kind::from_code(field)?;
    Mails::from_code(value).map(|mails| mails.title(t).to_owned())
}
