//! Stories: what people do with the portal, told over the real router, each on both databases.
#![cfg(test)]
#![expect(unreachable_pub, reason = "the harness is for the stories beside it")]

mod harness;

mod access;
mod account;
mod activity;
mod affiliation;
mod agreement;
mod agreement_links;
mod at_once;
mod attacks;
mod backup;
mod briefing;
mod calendar;
mod certificate;
mod clamd;
mod company;
mod demonstration;
mod document;
mod duplicate;
mod enquiry;
mod form;
mod hostile;
mod invitation;
mod job;
mod joining;
mod journal;
mod large;
mod looking;
mod mail;
mod mailbox;
mod message;
mod note;
mod notification;
mod obligation;
mod passkeys;
mod password_reset;
mod people;
mod person;
mod privacy;
mod process;
mod product;
mod proposal;
mod register;
mod register_import;
mod renewal;
mod search;
mod second_factor;
mod serving;
mod sessions;
mod signatory;
mod signing;
mod smtp;
mod task;
mod views;
