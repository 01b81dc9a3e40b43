//! An agreement is one record that all its parties share, from the first draft to its end: what is agreed, by whom, in
//! which words, since when and until when. What the zone says about it among itself stands apart from it.

pub mod api;
#[cfg(feature = "ssr")]
pub mod board;
pub mod certificate;
#[cfg(feature = "ssr")]
pub mod clock;
pub mod days;
pub mod documents;
#[cfg(feature = "ssr")]
pub mod edit;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod files;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
mod form;
pub mod life;
pub mod links;
pub mod model;
pub mod obligation;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod parties;
#[cfg(feature = "ssr")]
pub mod read;
#[cfg(feature = "ssr")]
pub mod readers;
pub mod renewal;
#[cfg(feature = "ssr")]
pub mod show;
pub mod signing;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod tell;
#[cfg(feature = "ssr")]
mod texts;
pub mod words;
