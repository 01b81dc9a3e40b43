//! An invitation: somebody is asked to join, as one of the zone's people or for a company.

pub mod accept;
pub mod api;
#[cfg(feature = "ssr")]
pub mod letters;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod welcome;
