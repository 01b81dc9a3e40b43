//! A message is what the zone's staff and a company's people write to each other, in threads that each are about one thing.
//! They are written and read in the portal alone; mails only say that there is something to read.
//!
//! What the zone notes among itself is not here: see [`crate::note`].

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod letters;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod thread;
