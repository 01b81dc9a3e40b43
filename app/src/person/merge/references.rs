//! Everything that refers to a person of the register, and what a merge does with it.
//!
//! A story walks the schema and fails when a column that could refer to a person is missing here, or one that a row needs
//! which may go.

use crate::company::merge::references::{Holds, LASTING_INTERACTION, Reference, plain};

/// What moves to the winner as it is; positions move by rules of their own, see `store.rs`.
pub const REFERENCES: &[Reference] = &[
    Reference {
        key: "interaction_id",
        clashes: true,
        lasting: LASTING_INTERACTION,
        ..plain("interaction_people", "person_id")
    },
    Reference {
        key: "party_id",
        clashes: true,
        others: &[("id", Holds::Id), ("account_id", Holds::Id)],
        lasting: " AND EXISTS (SELECT 1 FROM agreement_parties a WHERE a.id = ? AND a.removed_at IS NULL)",
        ..plain("agreement_contacts", "person_id")
    },
];

/// What refers to a person and does not simply move; each with the reason.
pub const STAYING: &[(&str, &str, &str)] = &[
    ("positions", "person_id", "moves, but for those that the winner has already"),
    ("people", "merged_into", "an address leads on from one to the next"),
    ("people_apart", "first_person", "what was said of the two stays said of them"),
    ("people_apart", "second_person", "what was said of the two stays said of them"),
    ("person_merges", "winner_person", "tells of the merge itself"),
    ("person_merges", "loser_person", "tells of the merge itself"),
];
