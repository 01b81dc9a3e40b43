//! Two companies that are one become one: the winner keeps its address, the loser's leads to it, everything that referred
//! to the loser refers to the winner. A merge can be undone.

pub mod api;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod references;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod undo;
#[cfg(feature = "ssr")]
pub mod words;
