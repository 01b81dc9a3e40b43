//! What is done to a portal by people who want in, or want more than is theirs. Stories that walk every function find new
//! ones by themselves: what each takes is said in `access.rs`.

mod crowds;
mod fields;
mod names;
mod rights;
mod sessions;
mod telling;

use std::net::IpAddr;

use crate::harness::Browser;

/// An address of its own for each try.
fn address(number: u32) -> IpAddr {
    IpAddr::from((0xcb00_0000_u32 + number).to_be_bytes())
}

async fn try_sign_in(browser: &mut Browser, email: &str, password: &str) -> crate::harness::Answer {
    browser.post("/sign-in", "/api/account/sign-in", &[("email", email), ("password", password)]).await
}
