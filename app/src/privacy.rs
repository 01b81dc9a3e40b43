//! What the portal holds about people: one list of it ([`holdings`]), from which come the notice that everybody can read,
//! the copy that a person can take, what an erasure takes away, and for how long things are kept.

pub mod api;
pub mod model;

#[cfg(feature = "ssr")]
pub mod admin_pages;
#[cfg(feature = "ssr")]
pub mod erasure;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod holding;
#[cfg(feature = "ssr")]
pub mod holdings;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod retention;
#[cfg(feature = "ssr")]
pub mod store;
