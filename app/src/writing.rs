//! What messages and internal notes have in common: what somebody wrote may be edited for a little while, later only
//! corrected below, and when it is removed a stone says so.

pub mod model;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod views;
