//! A mail is what the portal wrote to somebody: waiting, sent, or dead – given up. Here administrators see all of them,
//! and send dead ones again. How mails are kept and sent is the outbox's business.

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod filter;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;

/// The stable address of a mail.
pub fn url(id: uuid::Uuid) -> String {
    format!("/admin/mail/{id}")
}
