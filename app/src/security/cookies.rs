//! The small cookies of signing in: each lives for minutes.

use cookie::{Cookie, SameSite};
use leptos::prelude::use_context;

use crate::backend::Settings;

/// Between password and second factor: names the step. As many minutes as the step lives.
pub fn step_name(https: bool) -> &'static str {
    if https { "__Host-sign-in-step" } else { "sign-in-step" }
}

/// From the making of recovery codes to the page that shows them, once.
pub fn seed_name(https: bool) -> &'static str {
    if https { "__Host-recovery-codes" } else { "recovery-codes" }
}

/// The header that sets a cookie for so many seconds, or takes it away.
pub fn header(settings: &Settings, name: &'static str, value: Option<&str>, seconds: i64) -> Option<http::HeaderValue> {
    let cookie = Cookie::build((name, value.unwrap_or_default().to_owned()))
        .path("/")
        .http_only(true)
        .secure(settings.https)
        .same_site(SameSite::Lax)
        .max_age(cookie::time::Duration::seconds(if value.is_some() { seconds } else { 0 }))
        .build();
    http::HeaderValue::from_str(&cookie.to_string()).ok()
}

/// Sets a cookie with the answer of the running server function, or takes it away.
pub fn set(settings: &Settings, name: &'static str, value: Option<&str>, seconds: i64) {
    if let (Some(response), Some(header)) =
        (use_context::<leptos_axum::ResponseOptions>(), header(settings, name, value, seconds))
    {
        response.append_header(http::header::SET_COOKIE, header);
    }
}
