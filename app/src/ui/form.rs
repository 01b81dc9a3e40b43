//! Forms: fields with their labels, hints and errors, and what was typed kept.

use std::sync::Arc;

use leptos::prelude::*;
use uuid::Uuid;

use super::icon::Icon;
use crate::backend::refused::RefusedPost;
use crate::error::{Error, Refusal};
use crate::language::Texts;

/// The field of a form's file: what is said of a file is said there.
pub const FILE: &str = "file";
/// Under what the name of a file is kept with a refused post.
pub const FILE_NAME: &str = "file_name";

/// The place of what is told of a refused form: the page is shown from there.
pub const REFUSED: &str = "refused";

fn is_about_file(error: &Error) -> bool {
    matches!(error, Error::Refused(Refusal::NoFile | Refusal::File(_) | Refusal::Table(_)))
}

/// What a form shows: the record's values, or after a refused post what was typed, and the problems.
#[derive(Clone)]
pub struct FormState {
    pub texts: &'static Texts,
    refused: Option<Arc<RefusedPost>>,
}

impl FormState {
    /// The state of the form that posts to `endpoint`.
    pub fn new(texts: &'static Texts, refused: Option<&Arc<RefusedPost>>, endpoint: &str) -> Self {
        Self { texts, refused: refused.filter(|post| post.endpoint == endpoint).cloned() }
    }

    pub fn value(&self, name: &str, stored: &str) -> String {
        match &self.refused {
            Some(post) => post.value(name).unwrap_or_default().to_owned(),
            None => stored.to_owned(),
        }
    }

    pub fn values(&self, name: &str, stored: Vec<String>) -> Vec<String> {
        match &self.refused {
            Some(post) => post.values(name).flat_map(str::split_whitespace).map(str::to_owned).collect(),
            None => stored,
        }
    }

    pub fn problem(&self, name: &str) -> Option<String> {
        let post = self.refused.as_ref()?;
        if name == FILE && is_about_file(&post.error) {
            return Some(self.file_refused(&post.error));
        }
        self.texts.problems(post.problems()?, name)
    }

    /// Why a file is not taken, after its name: who sent it no longer sees it in the form, which comes back without it.
    fn file_refused(&self, error: &Error) -> String {
        let reason = self.texts.error(error);
        match self.value(FILE_NAME, "") {
            name if name.is_empty() => reason,
            name => self.texts.document_refused(name, reason),
        }
    }

    pub fn error(&self) -> Option<&Error> {
        self.refused.as_ref().map(|post| &post.error)
    }
}

/// The summary of a refused form: what is wrong, with a link to each field, in the order of the form.
#[component]
pub fn ErrorSummary(
    form: FormState,
    /// The fields' labels, by name, in the order of the form.
    labels: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    form.error().cloned().map(|error| {
        // Only a form that has a field for a file can mark it there.
        let tied = is_about_file(&error) && labels.iter().any(|(name, _)| *name == FILE);
        let head = if tied { form.texts.error_invalid().to_owned() } else { form.texts.error(&error) };
        let links: Vec<(&str, String)> = match &error {
            Error::Invalid(errors) => {
                let place = |field: &str| labels.iter().position(|(name, _)| *name == field);
                let mut fields = errors.fields();
                fields.sort_by_key(|field| place(field).unwrap_or(labels.len()));
                let told = |field: &str| {
                    let label = place(field).and_then(|at| labels.get(at)).map_or("", |(_, label)| *label);
                    format!("{label}{}{}", form.texts.form_colon(), form.problem(field).unwrap_or_default())
                };
                fields.into_iter().map(|field| (field, told(field))).collect()
            }
            error if tied => vec![(FILE, form.file_refused(error))],
            _ => Vec::new(),
        };
        let link = |(field, text): (&str, String)| view! { <li><a href=format!("#{field}")>{text}</a></li> };
        let links = links.into_iter().map(link).collect_view();
        let links = (!links.is_empty()).then(|| view! { <ul>{links}</ul> });
        view! { <div class="error-summary" id=REFUSED role="alert" tabindex="-1"><h2>{head}</h2>{links}</div> }
    })
}

/// What was typed beside what somebody else saved meanwhile, field by field.
#[component]
pub fn TypedAndStored(
    said: &'static str,
    /// Who saved it, and when.
    who: Option<AnyView>,
    /// Label, what was typed, what stands there now.
    rows: Vec<(&'static str, String, String)>,
    texts: &'static Texts,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|(label, mine, theirs)| {
            view! { <tr><th scope="row">{label}</th><td class="lines">{mine}</td><td class="lines">{theirs}</td></tr> }
        })
        .collect_view();
    view! {
        <div class="notice attention" role="alert">
            <Icon name="alert-triangle" />
            <p>{said}</p>
            {who}
            <table class="changes">
                <thead><tr>
                    <th scope="col">{texts.journal_field()}</th><th scope="col">{texts.conflict_yours()}</th>
                    <th scope="col">{texts.conflict_somebody()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// The id of what the form makes, see [`crate::backend::context::Ctx::id_of_form`].
#[component]
pub fn FormId(form: FormState) -> impl IntoView {
    let id = form.value("form_id", &crate::backend::clock::new_id().to_string());
    view! { <input type="hidden" name="form_id" value=id /> }
}

/// In a long form: what somebody typed into it and did not send is found again in the same tab, and this says so. It is known
/// by who typed it.
pub fn drafts(person: Uuid, t: &'static Texts) -> AnyView {
    view! {
        <div class="notice draft" role="status" data-drafts=person.simple().to_string() hidden>
            <p>{t.form_draft()}</p>
            <button type="button" class="button small">{t.form_draft_discard()}</button>
        </div>
    }
    .into_any()
}

/// The frame of one field: label, hint, error, and the control within.
#[component]
fn Field(
    name: &'static str,
    label: &'static str,
    hint: Option<&'static str>,
    optional: bool,
    problem: Option<String>,
    texts: &'static Texts,
    children: Children,
) -> impl IntoView {
    let hidden = problem.is_none();
    view! {
        <div class=if hidden { "field" } else { "field invalid" }>
            <label for=name>{label}{optional.then(|| view! { " "<span class="optional">{texts.form_optional()}</span> })}</label>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <p class="error" id=format!("{name}-error") hidden=hidden>
                <Icon name="alert-triangle" /><span>{problem}</span>
            </p>
            {children()}
        </div>
    }
}

fn described_by(name: &str, hint: Option<&str>) -> String {
    if hint.is_some() { format!("{name}-hint {name}-error") } else { format!("{name}-error") }
}

/// One line of text.
#[component]
pub fn TextField(
    form: FormState,
    name: &'static str,
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(default = "text")] kind: &'static str,
    #[prop(optional)] autocomplete: Option<&'static str>,
    #[prop(optional)] lang: Option<&'static str>,
    /// The id of a `<datalist>` with what can be typed.
    #[prop(optional)]
    list: Option<&'static str>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let problem = form.problem(name);
    let invalid = problem.is_some().then_some("true");
    let value = if kind == "password" { String::new() } else { form.value(name, &value) };
    view! {
        <Field name=name label=label hint=hint optional=optional problem=problem texts=form.texts>
            <input type=kind id=name name=name value=value lang=lang list=list autocomplete=autocomplete autofocus=autofocus
                aria-invalid=invalid aria-describedby=described_by(name, hint) />
        </Field>
    }
}

/// A file to be sent along. After a refusal it is to be chosen again: no page can fill it in.
#[component]
pub fn FileField(
    form: FormState,
    label: &'static str,
    hint: &'static str,
    /// The endings that the browser offers.
    accept: &'static str,
) -> impl IntoView {
    let problem = form.problem(FILE);
    let invalid = problem.is_some().then_some("true");
    view! {
        <Field name=FILE label=label hint=Some(hint) optional=false problem=problem texts=form.texts>
            <input type="file" id=FILE name=FILE required accept=accept aria-invalid=invalid
                aria-describedby=described_by(FILE, Some(hint)) />
        </Field>
    }
}

/// Several lines of text.
///
/// The text is escaped here: Leptos 0.8 renders the children of a text area unescaped, which would run what was typed.
#[component]
pub fn TextArea(
    form: FormState,
    name: &'static str,
    label: &'static str,
    #[prop(into)] value: String,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
    #[prop(default = 5)] rows: u8,
) -> impl IntoView {
    let problem = form.problem(name);
    let invalid = problem.is_some().then_some("true");
    // A line feed right after the tag is dropped by HTML; this one is there to be dropped.
    let escaped = format!("\n{}", html_escape::encode_text(&form.value(name, &value)));
    view! {
        <Field name=name label=label hint=hint optional=optional problem=problem texts=form.texts>
            <textarea id=name name=name rows=rows.to_string() aria-invalid=invalid aria-describedby=described_by(name, hint)
                inner_html=escaped></textarea>
        </Field>
    }
}

/// One of several options.
#[component]
pub fn SelectField(
    form: FormState,
    name: &'static str,
    label: &'static str,
    /// Values and texts.
    options: Vec<(String, String)>,
    #[prop(into)] value: String,
    /// The text of choosing nothing, where that is allowed.
    #[prop(optional)]
    nothing: Option<&'static str>,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] optional: bool,
) -> impl IntoView {
    let problem = form.problem(name);
    let invalid = problem.is_some().then_some("true");
    let chosen = form.value(name, &value);
    let options = options
        .into_iter()
        .map(|(value, text)| {
            let selected = value == chosen;
            view! { <option value=value selected=selected>{text}</option> }
        })
        .collect_view();
    view! {
        <Field name=name label=label hint=hint optional=optional problem=problem texts=form.texts>
            <select id=name name=name aria-invalid=invalid aria-describedby=described_by(name, hint)>
                {nothing.map(|text| view! { <option value="">{text}</option> })}
                {options}
            </select>
        </Field>
    }
}

/// A thing that is so or is not.
#[component]
pub fn CheckField(form: FormState, name: &'static str, label: &'static str) -> impl IntoView {
    let checked = !form.value(name, "").is_empty();
    view! {
        <div class="field">
            <label class="choice"><input type="checkbox" id=name name=name value="yes" checked=checked />" "{label}</label>
        </div>
    }
}

/// Any number of several options. Its problems are under `name`, its values posted as `name[]`.
#[component]
pub fn CheckList(
    form: FormState,
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    values: Vec<String>,
    #[prop(optional)] hint: Option<&'static str>,
) -> impl IntoView {
    let problem = form.problem(name);
    let field = format!("{name}[]");
    let chosen = form.values(&field, values);
    let choices = options
        .into_iter()
        .map(|(value, text)| {
            let checked = chosen.contains(&value);
            view! {
                <label class="choice"><input type="checkbox" name=field.clone() value=value checked=checked />" "{text}</label>
            }
        })
        .collect_view();
    let hidden = problem.is_none();
    view! {
        <fieldset class=if hidden { "field" } else { "field invalid" } id=name tabindex="-1"
            aria-describedby=described_by(name, hint)>
            <legend>{label}</legend>
            {hint.map(|hint| view! { <p class="hint" id=format!("{name}-hint")>{hint}</p> })}
            <p class="error" id=format!("{name}-error") hidden=hidden>
                <Icon name="alert-triangle" /><span>{problem}</span>
            </p>
            <div class="choices">{choices}</div>
        </fieldset>
    }
}
