//! A certificate tells of a signed agreement what was signed, by whom, when and from where. It is signed itself: as a PDF
//! for people, and as lines of text for machines. At `/verify/…` anybody can see whether it is the portal's, and whether a
//! file is the one that was signed, and nothing else.

pub mod api;
#[cfg(feature = "ssr")]
pub mod content;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
mod gather;
#[cfg(feature = "ssr")]
pub mod key;
#[cfg(feature = "ssr")]
pub mod lines;
#[cfg(feature = "ssr")]
pub mod make;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod paper;
#[cfg(feature = "ssr")]
pub mod sheet;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod verify;
