//! The working calendar says when the zone works: the hours of a working day, the days of the week, and the days that are
//! not what their day of the week says – holidays, and days of a weekend worked in exchange (调休). What must be done
//! "within four working hours" is counted by it.

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
mod parse;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod year;
