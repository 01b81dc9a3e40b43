//! An internal note is what the zone's people write about a company among themselves. The company never sees one, nor that
//! there are any. Who is named in a note with `@` is told.

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
pub mod mention;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
