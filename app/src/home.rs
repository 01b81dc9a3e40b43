//! The public front page, the page on which each role's day begins, and the administrator's overview.

pub mod administration;
pub mod enquiries;
pub mod messages;
pub mod pages;
pub mod work;
mod zone;
