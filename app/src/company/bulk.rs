//! A bulk edit changes many companies in the same way: chosen in the list, shown company by company with what stands there
//! now and what will, made in one transaction, and undone as far as nobody changed them since.

pub mod api;
#[cfg(feature = "ssr")]
mod apply;
#[cfg(feature = "ssr")]
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
