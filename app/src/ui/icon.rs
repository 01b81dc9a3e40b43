//! Icons, all from one sprite.

use leptos::prelude::*;

use crate::backend::context::Visit;

/// An icon by its name in `style/icons.svg`. It says nothing to a screen reader: the words stand beside it.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    let sprite = use_context::<Visit>().map_or("", |visit| visit.backend.settings.assets.icons);
    view! { <svg class="icon" aria-hidden="true"><use_ href=format!("{sprite}#{name}") /></svg> }
}
