//! An obligation is what parties of an agreement owe others of them: by a clause, until a day, once or again and again. Who
//! owes shows evidence, and it is fulfilled when who benefits says so.

pub mod api;
#[cfg(feature = "ssr")]
pub mod board;
#[cfg(feature = "ssr")]
pub mod clock;
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
pub mod life;
#[cfg(feature = "ssr")]
pub mod matrix;
pub mod model;
#[cfg(feature = "ssr")]
mod moving;
#[cfg(feature = "ssr")]
pub mod pages;
pub mod planning;
#[cfg(feature = "ssr")]
pub mod read;
#[cfg(feature = "ssr")]
pub mod sections;
#[cfg(feature = "ssr")]
pub mod show;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod tell;

#[cfg(feature = "ssr")]
pub use clock::end_open;
