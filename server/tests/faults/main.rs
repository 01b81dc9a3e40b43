//! What the portal must withstand, done to a real process on both databases. `make faults` runs it; it takes minutes.
#![cfg(test)]
#![expect(unreachable_pub, reason = "the harness is for the faults beside it")]

mod backup;
mod bodies;
mod connections;
mod database;
mod disk;
mod harness;
mod killing;
mod mail;
mod proxy;
mod schema;
#[expect(dead_code, reason = "the stories use more of it")]
#[path = "../smtp.rs"]
mod smtp;
mod stopping;
