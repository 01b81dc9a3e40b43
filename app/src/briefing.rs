//! A briefing is all that is worth knowing about a company before a meeting, on one page to be printed: in English and
//! Chinese side by side, for both sides of the zone's own table. It is internal, and has no internal notes all the same:
//! paper gets left on tables.

pub mod draw;
pub mod pages;
pub mod read;
