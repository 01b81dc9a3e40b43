//! Two people edited the same company: which fields differ, and who should win where nobody has to choose.

use super::model::{Company, CompanyForm};
use crate::backend::journal::Event;

/// A field that both versions have differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub field: &'static str,
    /// What the person typed.
    pub mine: String,
    /// What stands there now.
    pub theirs: String,
    /// Where only one of the two changed the field, that one is proposed.
    pub proposed: Option<Side>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Mine,
    Theirs,
}

/// The actions that make a company's version one more.
pub const EDITS: [&str; 2] = ["company.edited", "company.proposal_accepted"];

/// Compares what was typed, starting from `version`, with the company as it is now. `events` are the company's latest,
/// newest first; they tell what each field was at `version`.
pub fn differences(form: &CompanyForm, version: i64, company: &Company, events: &[Event]) -> Vec<Difference> {
    let missed = usize::try_from(company.version - version).unwrap_or_default();
    let edits: Vec<&Event> =
        events.iter().filter(|event| EDITS.contains(&event.action.as_str())).take(missed).collect();
    // The oldest missed edit of a field knows what it was before.
    let original = |field: &str| {
        edits
            .iter()
            .rev()
            .find_map(|event| event.changes.iter().find(|c| c.field == field).and_then(|c| c.before.clone()))
    };
    let mut differences = Vec::new();
    for ((field, mine), (_, theirs)) in form.tidied().into_iter().zip(company.facts.fields()) {
        if mine == theirs {
            continue;
        }
        let proposed = match original(field) {
            None => Some(Side::Mine),
            Some(original) if original == mine => Some(Side::Theirs),
            Some(_) => None,
        };
        differences.push(Difference { field, mine, theirs, proposed });
    }
    differences
}
