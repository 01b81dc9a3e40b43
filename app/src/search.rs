//! A search finds records of every kind by their words, in English and Chinese, for the person who asks.
//!
//! What it finds are entries: one for each record, derived from it, with the words of its names and of everything else it is
//! found by. Whoever writes a record says so in the same transaction with [`note`]; the entry is made anew when that
//! commits.

pub mod api;
pub mod index;
mod kinds;
mod mark;
pub mod pages;
pub mod store;
pub mod words;

use uuid::Uuid;

use crate::backend::database::Tx;

pub use kinds::{Kind, Scope};

/// Notes that a record was added, changed or removed. What the search knows of it follows when `tx` commits.
pub fn note(tx: &mut Tx, kind: Kind, id: Uuid) {
    tx.noted().push((kind, id));
}
