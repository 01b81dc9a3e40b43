//! A notification tells one person that something happened to one record: it stands in their list, and goes out as a mail
//! when they want it so. Its text is made when it is read, in the reader's language, from its kind and its facts.
//!
//! The whole of it for another feature: a line in [`kinds`], and [`tell`] in the transaction of what happens; a record's
//! page says [`seen`]. `README.md` has the steps under "How to add a notification".

pub mod api;

#[cfg(feature = "ssr")]
pub mod address;
#[cfg(feature = "ssr")]
pub mod choice;
#[cfg(feature = "ssr")]
mod choices_page;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
mod facts;
#[cfg(feature = "ssr")]
mod follow;
#[cfg(feature = "ssr")]
pub mod kinds;
#[cfg(feature = "ssr")]
pub mod letters;
#[cfg(feature = "ssr")]
pub mod mailbox;
#[cfg(feature = "ssr")]
pub mod mailer;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod tell;
#[cfg(feature = "ssr")]
pub mod unsubscribe;

#[cfg(feature = "ssr")]
pub use self::{
    choices_page::show as choices,
    follow::{follow, followers, follows, unfollow},
    kinds::Kind,
    store::{retell, seen, seen_all},
    tell::{JOB, Subject, tell, tell_with_deputy},
};
