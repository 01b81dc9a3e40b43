//! How pages and forms meet HTTP.

pub mod page;
pub mod post;
