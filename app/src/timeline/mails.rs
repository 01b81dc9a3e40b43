//! That mails went to the company's people, and to who asked in its name; not what they say. For the zone alone.

use super::model::Part;
use super::source::{Key, Source};

/// Mails about notifications, to those who act for the company.
pub(super) const NOTIFICATIONS: Source = Source {
    part: Part::Mails,
    from: "notifications n JOIN accounts a ON a.id = n.account_id",
    company: "n.company_id",
    condition: " AND n.mailed_at IS NOT NULL",
    for_company: None,
    at: "n.mailed_at",
    key: Key::Id("n.id"),
    id: "n.id",
    what: "n.kind",
    title: ["a.name", "a.name"],
    detail: "''",
    who: ["''", "''"],
};

/// Acknowledgements of and answers to enquiries.
pub(super) const ENQUIRIES: Source = Source {
    from: "enquiry_messages m JOIN enquiries e ON e.id = m.enquiry_id JOIN accounts a ON a.id = m.by_id",
    company: "e.company_id",
    condition: " AND m.mail_id IS NOT NULL",
    at: "m.at",
    key: Key::Id("m.id"),
    id: "e.id",
    what: "'enquiry'",
    title: ["e.name", "e.name"],
    detail: "e.number",
    who: ["a.name", "a.role"],
    ..NOTIFICATIONS
};
