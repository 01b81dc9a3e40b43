//! Signing: in the portal, by those who are named for each party, group after group; or on paper, which staff records. A
//! party has signed when all of its signatures that are needed are there, the agreement when all parties have.

#[cfg(feature = "ssr")]
pub mod acting;
#[cfg(feature = "ssr")]
pub mod clock;
#[cfg(feature = "ssr")]
pub mod door;
pub mod groups;
pub mod guest;
#[cfg(feature = "ssr")]
mod letters;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod paper;
pub mod plan;
#[cfg(feature = "ssr")]
pub mod section;
pub mod sign;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod today;
#[cfg(feature = "ssr")]
pub mod turn;
