//! One island for every form: it posts the same fields as the browser would, without leaving the page, and puts the
//! problems beside their fields. The form within is drawn on the server and works before, and without, any script.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// What the server answers to a form that was posted by script.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Outcome {
    /// Where to go on; then there is nothing else.
    pub location: Option<String>,
    pub message: String,
    /// Field and what is wrong with it, in the person's language.
    pub fields: Vec<(String, String)>,
}

/// The header by which the server knows that a script reads its answer.
pub const HEADER: &str = "x-form";

#[island]
pub fn LiveForm(
    /// The server function's address.
    action: String,
    /// What is said when the server cannot be reached.
    unreachable: String,
    /// What stands between a field's label and its problem.
    colon: String,
    /// Whether the browser itself refuses a form in which a required choice was not made. Elsewhere the portal's own
    /// words are clearer.
    validate: bool,
    children: Children,
) -> impl IntoView {
    let post = action.clone();
    #[cfg(feature = "hydrate")]
    let on_submit =
        move |event: leptos::ev::SubmitEvent| browser::submit(event, post.clone(), unreachable.clone(), colon.clone());
    #[cfg(not(feature = "hydrate"))]
    let on_submit = move |_: leptos::ev::SubmitEvent| {
        let _ = (&post, &unreachable, &colon);
    };
    view! { <form class="form" method="post" action=action novalidate=!validate on:submit=on_submit>{children()}</form> }
}

#[cfg(feature = "hydrate")]
mod browser {
    use leptos::prelude::*;
    use leptos::wasm_bindgen::{JsCast as _, JsValue};
    use wasm_bindgen_futures::JsFuture;
    use web_sys::{Element, FormData, Headers, HtmlElement, HtmlFormElement, RequestInit, Response, UrlSearchParams};

    use super::{HEADER, Outcome};

    pub(super) fn submit(event: leptos::ev::SubmitEvent, action: String, unreachable: String, colon: String) {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()) else { return };
        event.prevent_default();
        if form.get_attribute("aria-busy").as_deref() == Some("true") {
            return;
        }
        let _ = form.set_attribute("aria-busy", "true");
        leptos::task::spawn_local(async move {
            let outcome = send(&form, &action).await.unwrap_or(Outcome { message: unreachable, ..Outcome::default() });
            match &outcome.location {
                Some(location) => drop(window().location().assign(location)),
                None => {
                    let _ = form.remove_attribute("aria-busy");
                    show(&form, &outcome, &colon);
                }
            }
        });
    }

    async fn send(form: &HtmlFormElement, action: &str) -> Result<Outcome, JsValue> {
        let fields = FormData::new_with_form(form)?;
        let body = UrlSearchParams::new()?;
        for pair in js_sys::try_iter(&fields)?.into_iter().flatten() {
            let pair: js_sys::Array = pair?.unchecked_into();
            if let (Some(name), Some(value)) = (pair.get(0).as_string(), pair.get(1).as_string()) {
                body.append(&name, &value);
            }
        }
        let headers = Headers::new()?;
        headers.set(HEADER, "1")?;
        let request = RequestInit::new();
        request.set_method("POST");
        request.set_headers(&headers);
        request.set_body(&body);
        let response: Response =
            JsFuture::from(window().fetch_with_str_and_init(action, &request)).await?.unchecked_into();
        let text = JsFuture::from(response.text()?).await?.as_string().unwrap_or_default();
        leptos::serde_json::from_str(&text).map_err(|_| JsValue::NULL)
    }

    /// Puts the problems beside their fields and sums them up on top, where the focus goes.
    fn show(form: &HtmlFormElement, outcome: &Outcome, colon: &str) {
        for error in all(form, ".error") {
            let _ = error.set_attribute("hidden", "");
        }
        for field in all(form, ".field.invalid") {
            let _ = field.class_list().remove_1("invalid");
        }
        for control in all(form, "[aria-invalid]") {
            let _ = control.remove_attribute("aria-invalid");
        }
        for old in all(form, ".error-summary") {
            old.remove();
        }
        let document = document();
        let Ok(summary) = document.create_element("div") else { return };
        summary.set_class_name("error-summary");
        let _ = summary.set_attribute("role", "alert");
        let _ = summary.set_attribute("tabindex", "-1");
        if let Ok(head) = document.create_element("h2") {
            head.set_text_content(Some(&outcome.message));
            let _ = summary.append_child(&head);
        }
        let Ok(list) = document.create_element("ul") else { return };
        // In the order of the form.
        for control in all(form, "[id]") {
            let name = control.id();
            let Some((_, problem)) = outcome.fields.iter().find(|(field, _)| *field == name) else { continue };
            let _ = control.set_attribute("aria-invalid", "true");
            let mut label = String::new();
            if let Ok(Some(field)) = control.closest(".field") {
                let _ = field.class_list().add_1("invalid");
                if let Ok(Some(head)) = field.query_selector("label, legend") {
                    // Only the label itself, not the "(optional)" behind it.
                    label = head.first_child().and_then(|text| text.text_content()).unwrap_or_default();
                }
            }
            if let Some(error) = document.get_element_by_id(&format!("{name}-error")) {
                let _ = error.remove_attribute("hidden");
                if let Ok(Some(text)) = error.query_selector("span") {
                    text.set_text_content(Some(problem));
                }
            }
            if let (Ok(item), Ok(link)) = (document.create_element("li"), document.create_element("a")) {
                let _ = link.set_attribute("href", &format!("#{name}"));
                link.set_text_content(Some(&format!("{}{colon}{problem}", label.trim())));
                let _ = item.append_child(&link);
                let _ = list.append_child(&item);
            }
        }
        if list.child_element_count() > 0 {
            let _ = summary.append_child(&list);
        }
        let _ = form.prepend_with_node_1(&summary);
        if let Ok(summary) = summary.dyn_into::<HtmlElement>() {
            let _ = summary.focus();
        }
    }

    fn all(form: &HtmlFormElement, selector: &str) -> Vec<Element> {
        let Ok(nodes) = form.query_selector_all(selector) else { return Vec::new() };
        (0..nodes.length()).filter_map(|i| nodes.get(i).and_then(|node| node.dyn_into().ok())).collect()
    }
}
