//! An enquiry is somebody's question to the zone: they want to invest, to bring a product, to cooperate. It comes by the
//! public form or is written down by staff, and two clocks of working hours run until a person acknowledged and answered it.

pub mod api;
pub mod convert;
#[cfg(feature = "ssr")]
pub mod enquirer;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
pub mod guard;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod matching;
pub mod model;
#[cfg(feature = "ssr")]
pub mod new_pages;
#[cfg(feature = "ssr")]
pub mod overdue;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod public;
#[cfg(feature = "ssr")]
pub mod show;
pub mod steps;
#[cfg(feature = "ssr")]
pub mod store;
