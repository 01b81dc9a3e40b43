//! A company is stalled when nobody has talked with it, and it has come to no other stage, for more days than its stage
//! allows. An hourly job notes it; whatever happens with it takes that back at once.

pub mod api;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod work;
