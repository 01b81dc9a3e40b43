//! A company's timeline: one list of all that happened with it, the latest first, put together in the database from
//! sources, one a file. Each source says where its rows are and who may read them; of each at most a page is read, along
//! an index, so that a long history costs no more than a short one.
//!
//! A new source is a part in [`model`], a file with its `SOURCE`, its line in [`store`], and how it reads in [`view`].

mod documents;
mod enquiries;
mod interactions;
mod journal;
mod mails;
mod messages;
pub mod model;
mod products;
pub mod source;
pub mod store;
mod tasks;
pub mod view;
