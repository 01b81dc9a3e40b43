//! The parts that pages are made of, without a word of the trade.

pub mod form_island;

#[cfg(feature = "ssr")]
pub mod form;
#[cfg(feature = "ssr")]
pub mod icon;
#[cfg(feature = "ssr")]
pub mod list;
#[cfg(feature = "ssr")]
pub mod moment;
#[cfg(feature = "ssr")]
pub mod new_password;
#[cfg(feature = "ssr")]
pub mod query;
#[cfg(feature = "ssr")]
pub mod versions;
