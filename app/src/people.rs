//! The people who have an account, for who administers the portal: their roles and rights, whether they may come in, what
//! they did, and how the portal looks to them.

pub mod api;
pub mod entry;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
mod forms;
#[cfg(feature = "ssr")]
mod letters;
pub mod looking;
pub mod model;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod show;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod write;

/// The address of a person's page.
pub fn url(id: uuid::Uuid) -> String {
    format!("/admin/people/{id}")
}
