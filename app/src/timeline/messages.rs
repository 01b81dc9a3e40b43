//! What the zone and the company's people wrote to each other, for both; and what the zone noted, for itself alone.

use super::model::Part;
use super::source::{Key, Source};

pub(super) const MESSAGES: Source = Source {
    part: Part::Messages,
    from: "messages m JOIN message_threads t ON t.id = m.thread_id JOIN accounts a ON a.id = m.by_id",
    company: "m.company_id",
    condition: " AND m.removed_at IS NULL",
    for_company: Some(""),
    at: "m.at",
    key: Key::Id("m.id"),
    id: "m.thread_id",
    what: "'posted'",
    title: ["t.subject", "t.subject"],
    detail: "substr(m.body, 1, 300)",
    who: ["a.name", "CASE WHEN m.of_zone THEN 'staff' ELSE 'representative' END"],
};

pub(super) const NOTES: Source = Source {
    part: Part::Notes,
    from: "notes n JOIN accounts a ON a.id = n.by_id",
    company: "n.company_id",
    condition: " AND n.removed_at IS NULL",
    for_company: None,
    at: "n.at",
    key: Key::Id("n.id"),
    id: "n.id",
    what: "'noted'",
    title: ["''", "''"],
    detail: "substr(n.body, 1, 300)",
    who: ["a.name", "a.role"],
};
