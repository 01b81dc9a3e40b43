//! A person at a company with whom the zone deals. One person may work at several companies, and leave one for another;
//! not everybody has an account.

pub mod api;
#[cfg(feature = "ssr")]
pub mod duplicate;
#[cfg(feature = "ssr")]
pub mod edit;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
pub mod list_view;
pub mod merge;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod positions;
#[cfg(feature = "ssr")]
pub mod positions_view;
#[cfg(feature = "ssr")]
pub mod store;
