//! The field of a new password.

use leptos::prelude::*;

use super::form::{FormState, TextField};

/// A new password, named `password`. The address beside it is for programs that keep passwords for people.
#[component]
pub fn NewPassword(form: FormState, email: String) -> impl IntoView {
    let t = form.texts;
    view! {
        <input type="email" class="visually-hidden" aria-hidden="true" tabindex="-1" readonly autocomplete="username"
            value=email />
        <TextField form=form name="password" label=t.password_new() value="" kind="password" hint=t.password_hint()
            autocomplete="new-password" />
    }
}
