//! Everything a feature is: its rules, its SQL, its server functions, its pages. A list of the features:

pub mod absence;
#[cfg(feature = "ssr")]
pub mod access;
pub mod account;
pub mod affiliation;
pub mod agreement;
pub mod calendar;
pub mod company;
pub mod document;
pub mod enquiry;
pub mod invitation;
pub mod job;
pub mod joining;
pub mod journal;
pub mod mail;
pub mod notification;
pub mod people;
pub mod person;
pub mod privacy;
pub mod product;
pub mod security;

pub mod actor;
#[cfg(feature = "ssr")]
pub mod app;
#[cfg(feature = "ssr")]
pub mod backend;
mod codes;
#[cfg(feature = "ssr")]
pub mod country;
pub mod error;
#[cfg(feature = "ssr")]
pub mod home;
pub mod language;
pub mod time;
pub mod ui;
pub mod unseen;
#[cfg(feature = "ssr")]
pub mod web;
