//! An affiliation lets a person act for a company, with rights, a title and dates. A company keeps an administrator, or
//! staff is told; who leaves names who takes over. A mailbox that many read may get what the company is sent.

pub mod api;
#[cfg(feature = "ssr")]
pub mod edit;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod mailbox;
pub mod mailbox_api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod own;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod receivers;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod switch;
#[cfg(feature = "ssr")]
pub mod watch;

#[cfg(feature = "ssr")]
pub use receivers::receivers;
#[cfg(feature = "ssr")]
pub use store::successor;
#[cfg(feature = "ssr")]
pub use switch::for_company;
