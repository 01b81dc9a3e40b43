//! The days of agreements: in `/agreements/calendar`, a month at a time, and in the calendars that people have subscribed to.

pub mod feed;
#[cfg(feature = "ssr")]
pub mod ical;
#[cfg(feature = "ssr")]
pub mod month;
#[cfg(feature = "ssr")]
mod store;

#[cfg(feature = "ssr")]
pub use store::{Day, Occasion, between};
