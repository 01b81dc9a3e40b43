//! Documents that came, went, or were found harmful. The company's people read of those that are for them.

use super::model::Part;
use super::source::{Key, Source};

const FOR_COMPANY: Option<&str> = Some(" AND d.audience = 'company'");

pub(super) const UPLOADED: Source = Source {
    part: Part::Documents,
    from: "documents d JOIN accounts a ON a.id = d.uploaded_by",
    company: "d.owner_id",
    condition: " AND d.owner_kind = 'company'",
    for_company: FOR_COMPANY,
    at: "d.uploaded_at",
    key: Key::Id("d.id"),
    id: "d.id",
    what: "CASE WHEN d.removed_at IS NULL THEN 'uploaded' ELSE 'gone' END",
    title: ["d.name", "d.name"],
    detail: "d.note",
    who: ["a.name", "a.role"],
};

pub(super) const REMOVED: Source = Source {
    from: "documents d JOIN accounts a ON a.id = d.removed_by",
    condition: " AND d.owner_kind = 'company' AND d.removed_at IS NOT NULL",
    at: "d.removed_at",
    what: "'removed'",
    detail: "''",
    ..UPLOADED
};

pub(super) const INFECTED: Source = Source {
    from: "documents d JOIN files f ON f.sha256 = d.sha256",
    condition: " AND d.owner_kind = 'company' AND f.scan_state = 'infected' AND f.scanned_at IS NOT NULL",
    at: "f.scanned_at",
    what: "'infected'",
    detail: "f.finding",
    who: ["''", "''"],
    ..UPLOADED
};
