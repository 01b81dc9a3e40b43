//! Tasks about the company that were done: for the zone alone.

use super::model::Part;
use super::source::{Key, Source};

pub(super) const SOURCE: Source = Source {
    part: Part::Tasks,
    from: "tasks t LEFT JOIN accounts a ON a.id = t.ended_by",
    company: "t.company_id",
    condition: " AND t.state = 'done'",
    for_company: None,
    at: "t.ended_at",
    key: Key::Id("t.id"),
    id: "t.id",
    what: "'done'",
    title: ["t.title", "t.title"],
    detail: "''",
    who: ["coalesce(a.name, '')", "coalesce(a.role, '')"],
};
