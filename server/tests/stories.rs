//! Stories: what people do with the portal, told over the real router, each on both databases.
#![cfg(test)]

mod harness;

mod access;
mod account;
mod company;
mod demonstration;
mod form;
mod hostile;
mod journal;
mod product;
