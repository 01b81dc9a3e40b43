//! What comes after an agreement: until when notice can be given, when it ends and who is warned of that, what amends or
//! renews it, and which text was in force on a day.

pub mod api;
#[cfg(feature = "ssr")]
pub mod clock;
pub mod model;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod today;
#[cfg(feature = "ssr")]
pub mod view;
