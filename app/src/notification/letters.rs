//! The mails about notifications: one about one, and the daily one about all that wait for it.

use uuid::Uuid;

use super::facts::Facts;
use super::kinds::Kind;
use super::pages::{CHOICES, PATH};
use super::store::Notification;
use crate::backend::letter::Letter;
use crate::backend::outbox::Receiver;
use crate::company::model::url as company_url;
use crate::language::Texts;

/// The kind of the daily mail, among mails and in links that end it.
pub const DAILY: &str = "notification.daily";
/// So many notifications stand in a daily mail; of more it says how many there are.
const MOST: usize = 50;

/// A notification as its receiver may read it.
pub struct Told<'a> {
    pub kind: Kind,
    pub facts: Facts,
    pub notification: &'a Notification,
}

/// Where a letter's links lead.
pub struct Links<'a> {
    /// The portal's public address.
    pub portal: &'a str,
    /// Where one press ends mails of this kind; none for those that everybody must get.
    pub unsubscribe: Option<String>,
    /// The company whose shared mailbox it goes to, if it does not go to a person.
    pub mailbox: Option<Uuid>,
}

/// A mail about one notification.
pub fn single(told: &Told<'_>, receiver: &Receiver, links: &Links<'_>) -> Letter {
    let language = receiver.language;
    let t = language.texts();
    let Told { kind, facts, notification } = told;
    let line = kind.line(facts);
    let mut letter = Letter::new(language, &line)
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(&body(*kind, facts).unwrap_or(line));
    let absent = facts.of("instead_of");
    if !absent.is_empty() {
        letter = letter.paragraph(&t.enquiry_for_absent(absent));
    }
    if notification.changes > 1 && !kind.counts_itself() {
        letter = letter.paragraph(&t.notice_changes_since(notification.changes));
    }
    for (label, value) in facts.table(&notification.subject_kind) {
        letter = letter.fact(label, &value);
    }
    let why = match links.mailbox {
        Some(_) => t.mailbox_notice_why(t.shell_name(), &receiver.name),
        None if kind.must() => t.notice_mail_why_must(t.shell_name()),
        None => t.notice_mail_why(t.shell_name()),
    };
    let letter = letter.link(t.notice_mail_link(), &format!("{}{}", links.portal, notification.url())).footer(&why);
    ended(letter, links, t)
}

/// What a mail says beyond its line, where there is more to say.
fn body(kind: Kind, facts: &Facts) -> Option<String> {
    let t = facts.texts();
    match kind {
        Kind::EnquiryOverdue => match facts.of("clock").as_str() {
            "acknowledge" => Some(t.enquiry_overdue_acknowledge(facts.of("name"))),
            "answer" => Some(t.enquiry_overdue_answer(facts.of("name"))),
            _ => None,
        },
        Kind::CompanyUnattended => Some(t.affiliation_letter_unattended_body(facts.of("name"))),
        Kind::AffiliationEnded => Some(t.affiliation_letter_ended_body(facts.of("by"), facts.of("name"))),
        _ if !facts.of("instead_of").is_empty() => None,
        Kind::CompanyManager => Some(t.letter_manager_body(facts.of("by"), facts.of("name"))),
        Kind::CompanyFormerManager => Some(t.letter_former_body(facts.of("by"), facts.of("name"))),
        _ => None,
    }
}

/// The daily mail: all that waits for it, by what it is about.
pub fn daily(all: &[Told<'_>], receiver: &Receiver, links: &Links<'_>) -> Letter {
    let language = receiver.language;
    let t = language.texts();
    let shown = &all[..all.len().min(MOST)];
    let mut subjects: Vec<Uuid> = Vec::new();
    for told in shown {
        if !subjects.contains(&told.notification.subject_id) {
            subjects.push(told.notification.subject_id);
        }
    }
    let mut letter = Letter::new(language, &t.notice_mail_daily_subject(all.len(), t.shell_name()))
        .greeting(&t.letter_greeting(&receiver.name))
        .paragraph(t.notice_mail_daily_body());
    for subject in subjects {
        let of: Vec<&Told<'_>> = shown.iter().filter(|told| told.notification.subject_id == subject).collect();
        let Some(first) = of.first() else { continue };
        let name = first.facts.of("name");
        let head = if name.is_empty() { t.notice_mail_daily_other().to_owned() } else { name };
        let lines: Vec<String> = of.iter().map(|told| one_line(told, t)).collect();
        letter = letter.section(&head, &lines, Some(&format!("{}{}", links.portal, first.notification.url())));
    }
    if all.len() > shown.len() {
        letter = letter.section(&t.notice_mail_daily_more(all.len() - shown.len()), &[], None);
    }
    let letter = letter
        .link(t.notice_mail_daily_all(), &format!("{}{PATH}", links.portal))
        .footer(&t.notice_mail_why_daily(t.shell_name()));
    ended(letter, links, t)
}

/// A notification as a line: what happened, which fields, how often.
fn one_line(told: &Told<'_>, t: &'static Texts) -> String {
    let mut line = told.kind.line(&told.facts);
    let fields = told.facts.of("fields");
    if !fields.is_empty() {
        line = format!("{line}{}{fields}", t.form_colon());
    }
    if told.notification.changes > 1 && !told.kind.counts_itself() {
        line = format!("{line} ({})", t.notice_changes(told.notification.changes));
    }
    line
}

/// The small print: how to get fewer of these.
fn ended(letter: Letter, links: &Links<'_>, t: &'static Texts) -> Letter {
    let letter = match links.mailbox {
        Some(company) => letter
            .small(t.mailbox_change(), &format!("{}{}/representatives#mailbox", links.portal, company_url(company))),
        None => letter.small(t.notice_mail_choose(), &format!("{}{CHOICES}", links.portal)),
    };
    match &links.unsubscribe {
        Some(url) => letter.small(t.notice_mail_stop(), url).unsubscribe(url),
        None => letter,
    }
}
