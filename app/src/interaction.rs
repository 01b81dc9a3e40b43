//! An interaction is that people of the zone spoke with people of one or several companies: at a meeting, on a visit, by
//! telephone, mail or WeChat, at an exhibition. It says what was said; what comes next is a task.

pub mod api;
#[cfg(feature = "ssr")]
pub mod edit;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod export;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
pub mod list_view;
pub mod model;
#[cfg(feature = "ssr")]
mod parse;
#[cfg(feature = "ssr")]
pub mod quick;
#[cfg(feature = "ssr")]
pub mod show;
#[cfg(feature = "ssr")]
pub mod store;
