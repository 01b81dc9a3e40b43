//! What was said with the company: for the zone alone.

use super::model::Part;
use super::source::{Key, Source};

pub(super) const SOURCE: Source = Source {
    part: Part::Interactions,
    from: "interaction_companies l JOIN interactions i ON i.id = l.interaction_id JOIN accounts a ON a.id = i.recorded_by",
    company: "l.company_id",
    condition: "",
    for_company: None,
    at: "l.at",
    key: Key::Id("l.interaction_id"),
    id: "l.interaction_id",
    what: "i.kind",
    title: ["''", "''"],
    detail: "i.summary",
    who: ["a.name", "a.role"],
};
