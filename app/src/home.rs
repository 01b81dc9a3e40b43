//! The public front page, and the page on which each role's day begins.

pub mod pages;
mod zone;
