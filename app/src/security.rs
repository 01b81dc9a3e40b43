//! How people show who they are: the second factor, the steps of signing in, asking again before what matters most, and
//! their own sessions, password and address.

pub mod address;
pub mod authenticator;
#[cfg(feature = "ssr")]
pub mod carry;
#[cfg(feature = "ssr")]
mod change;
pub mod confirm;
#[cfg(feature = "ssr")]
pub mod cookies;
#[cfg(feature = "ssr")]
pub mod device;
#[cfg(feature = "ssr")]
pub mod entry;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod lost;
pub mod model;
#[cfg(feature = "ssr")]
pub mod overview;
pub mod passkeys;
pub mod password;
pub mod profile;
#[cfg(feature = "ssr")]
pub mod qr;
pub mod recovery;
pub mod requirement;
pub mod second;
pub mod sessions;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod totp;
#[cfg(feature = "ssr")]
pub mod webauthn;
