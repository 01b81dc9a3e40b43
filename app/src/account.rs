//! An account is how a person gets in: an address, a password, and one role. A representative's account is affiliated
//! with the companies it acts for; a session is one browser that signed in.

pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod password;
#[cfg(feature = "ssr")]
pub mod session;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod strength;
#[cfg(feature = "ssr")]
pub mod throttle;
