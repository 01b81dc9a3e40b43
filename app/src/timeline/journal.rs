//! Changes of the company's record, out of the journal. What documents went through is told by their own source.

use super::model::Part;
use super::source::{Key, Source};

/// For the company's own people what is not named here does not exist, whatever is added to the journal later: neither
/// what is the zone's alone, nor who its competitors are, nor edits of what only the zone reads. A field's name stands in
/// the journal between quotes, which within a value would be escaped, so nobody can type it. What a value hides is looked
/// at once more when the entries are read.
pub(super) const SOURCE: Source = Source {
    part: Part::Changes,
    from: "journal j",
    company: "j.subject_id",
    condition: " AND j.action NOT LIKE 'document.%'",
    for_company: Some(
        " AND (j.action IN ('company.created', 'company.imported', 'company.moved', 'company.archived', 'company.restored',
                   'company.proposed', 'company.proposal_accepted', 'company.proposal_declined',
                   'company.proposal_withdrawn', 'company.unattended', 'affiliation.added', 'affiliation.changed',
                   'affiliation.ended', 'mailbox.set', 'mailbox.confirmed', 'mailbox.removed')
              OR (j.action IN ('company.relation_added', 'company.relation_ended', 'company.relation_removed')
                  AND j.changes NOT LIKE '%\"after\":\"competitor\"%')
              OR (j.action = 'company.edited'
                  AND (j.changes LIKE '%\"field\":\"name%' OR j.changes LIKE '%\"field\":\"aliases\"%'
                       OR j.changes LIKE '%\"field\":\"kinds\"%' OR j.changes LIKE '%\"field\":\"country\"%'
                       OR j.changes LIKE '%\"field\":\"city\"%' OR j.changes LIKE '%\"field\":\"website%'
                       OR j.changes LIKE '%\"field\":\"email_domains\"%' OR j.changes LIKE '%\"field\":\"registrations\"%'
                       OR j.changes LIKE '%\"field\":\"areas\"%' OR j.changes LIKE '%\"field\":\"manager\"%'
                       OR j.changes LIKE '%\"field\":\"about\"%')))",
    ),
    at: "j.at",
    key: Key::Seq("j.seq"),
    id: "j.subject_id",
    what: "j.action",
    title: ["''", "''"],
    detail: "''",
    who: ["''", "''"],
};
