//! A saved view is a list or a board of companies under a name: filters, order, columns and layout. It is nothing but the
//! query of an address, so it never shows anybody more than they may see anyhow.

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
