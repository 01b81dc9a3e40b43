//! What an agreement is about besides its parties: products and interactions; events and projects become further kinds. The
//! links stand on the agreement's page and on those of the linked records, each for those who may know of the agreement.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
mod named;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod suggest;
#[cfg(feature = "ssr")]
pub mod view;
