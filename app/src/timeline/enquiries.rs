//! Enquiries that became the company: for the zone alone.

use super::model::Part;
use super::source::{Key, Source};

pub(super) const SOURCE: Source = Source {
    part: Part::Enquiries,
    from: "enquiries e",
    company: "e.company_id",
    condition: "",
    for_company: None,
    at: "e.received_at",
    key: Key::Id("e.id"),
    id: "e.id",
    what: "e.kind",
    title: ["e.number", "e.number"],
    detail: "''",
    who: ["e.name", "''"],
};
