//! Stories: what people do with the portal, told over the real router, each on both databases.
#![cfg(test)]
#![expect(unreachable_pub, reason = "the harness is for the stories beside it")]

mod harness;

mod access;
mod account;
mod backup;
mod clamd;
mod company;
mod demonstration;
mod document;
mod form;
mod hostile;
mod job;
mod journal;
mod mail;
mod process;
mod product;
mod search;
mod serving;
mod smtp;
