//! Stories: what people do with the portal, told over the real router, each on both databases.
#![cfg(test)]
#![expect(unreachable_pub, reason = "the harness is for the stories beside it")]

mod harness;

mod access;
mod account;
mod backup;
mod calendar;
mod clamd;
mod company;
mod demonstration;
mod document;
mod duplicate;
mod enquiry;
mod form;
mod hostile;
mod job;
mod journal;
mod mail;
mod person;
mod process;
mod product;
mod proposal;
mod register;
mod serving;
mod smtp;
