//! A forgotten password is replaced by way of a mail: whoever reads the mails of the address may set a new one.

pub mod api;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod pages;
