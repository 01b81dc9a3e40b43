//! Everything a feature is: its rules, its SQL, its server functions, its pages. A list of the features:

pub mod absence;
pub mod account;
pub mod calendar;
pub mod company;
pub mod document;
pub mod enquiry;
pub mod import;
pub mod job;
pub mod journal;
pub mod mail;
pub mod person;
pub mod product;

pub mod actor;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod backend;
#[cfg(feature = "ssr")]
pub mod country;
pub mod error;
#[cfg(feature = "ssr")]
pub mod home;
pub mod language;
pub mod time;
pub mod ui;
#[cfg(feature = "ssr")]
pub mod web;
