//! The browser's entry: makes the islands of a page live.

// Without this the linker drops the islands, which nothing here names.
pub use app::*;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    leptos::mount::hydrate_islands();
}
