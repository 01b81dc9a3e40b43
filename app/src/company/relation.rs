//! How companies are related to each other: parents, joint ventures, licences, agents, competitors.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
