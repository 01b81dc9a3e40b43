//! An absence says that from one day to another somebody else, the deputy, acts for a person who handles enquiries: what
//! would be assigned or written to the absent person goes to the deputy, who is told for whom.

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;

#[cfg(feature = "ssr")]
pub use store::{receivers, stand_in, who_acts};
