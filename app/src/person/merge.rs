//! Two entries of one person become one, as with companies (`company/merge.rs`): the winner keeps its address, the loser's
//! leads to it, and a merge can be undone.

pub mod api;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod references;
#[cfg(feature = "ssr")]
pub mod store;
