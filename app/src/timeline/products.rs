//! Products of the company that came into the catalogue: everybody reads it.

use super::model::Part;
use super::source::{Key, Source};

pub(super) const SOURCE: Source = Source {
    part: Part::Products,
    from: "products p",
    company: "p.company_id",
    condition: "",
    for_company: Some(""),
    at: "p.created_at",
    key: Key::Id("p.id"),
    id: "p.id",
    what: "'created'",
    title: ["p.name_en", "p.name_zh"],
    detail: "''",
    who: ["''", "''"],
};
