//! Two values of one field side by side, of which a person chooses one: the radio button's value is the field's, so the
//! form posts like any other.

use leptos::prelude::*;

use crate::language::Texts;

/// One of the two values.
pub struct Version {
    /// Whose it is.
    pub who: AnyView,
    pub value: String,
    /// The value in the reader's words.
    pub shown: String,
    pub chosen: bool,
}

/// The choice between two values of a field; `name` is what the form calls it.
pub fn versions(
    field: &'static str,
    name: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    versions: [Version; 2],
) -> AnyView {
    let versions = versions.map(|version| {
        view! {
            <label class="version">
                <input type="radio" name=name value=version.value required checked=version.chosen />
                <span class="version-who">{version.who}</span>
                <span class="version-value">{version.shown}</span>
            </label>
        }
    });
    view! {
        <fieldset class="field conflict" id=field>
            <legend>{label}</legend>
            {hint.map(|hint| view! { <p class="hint">{hint}</p> })}
            <div class="versions">{versions.into_iter().collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// The choice between the values of the record that stays and of the one that becomes part of it; what the first lacks is
/// taken from the other. What both have alike is posted as it is.
pub fn merged(
    field: &'static str,
    label: &'static str,
    (stays, goes): (String, String),
    shown: impl Fn(&str) -> String,
    t: &'static Texts,
) -> AnyView {
    if stays == goes {
        return view! { <input type="hidden" name=field value=stays /> }.into_any();
    }
    let takes_other = stays.is_empty();
    let version = |who: &'static str, value: String, chosen: bool| {
        let text = shown(&value);
        let shown = if text.is_empty() { t.conflict_empty().to_owned() } else { text };
        Version { who: view! { <strong>{who}</strong> }.into_any(), value, shown, chosen }
    };
    let both = [version(t.duplicate_stays(), stays, !takes_other), version(t.duplicate_goes(), goes, takes_other)];
    versions(field, field, label, None, both)
}
