//! The documents on a record's page: what there is, and the form that adds one.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{Documents, RemoveDocument};
use super::model::{Audience, Document, ScanState, size_text};
use super::upload;
use crate::access;
use crate::backend::inspect::Type;
use crate::backend::refused::RefusedPost;
use crate::company::model::url;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::ui::form::{ErrorSummary, FILE, FileField, FormId, FormState, SelectField, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;

/// The place of the documents on their page.
pub const ANCHOR: &str = "#documents";

/// What a browser offers to choose from; what is taken is told by the content.
pub const ENDINGS: &str = ".pdf,.png,.jpg,.jpeg,.tif,.tiff,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.csv";

/// The address of a company's documents, or of those of an interaction with it.
pub fn section_url(company: Uuid, interaction: Option<Uuid>) -> String {
    format!("{}{ANCHOR}", page_url(company, interaction))
}

/// The address of the page on which they stand.
pub fn page_url(company: Uuid, interaction: Option<Uuid>) -> String {
    interaction.map_or_else(|| url(company), crate::interaction::model::url)
}

/// The documents of a company, and the form that adds one.
pub fn section(read: &Documents, refused: Option<&Arc<RefusedPost>>, t: &'static Texts, language: Language) -> AnyView {
    let for_zone = read.actor.reads_documents_of(read.company) == Ok(Audience::Zone);
    let rows = read.documents.iter().map(|document| row(read, document, for_zone, t, language)).collect_view();
    let table = if read.documents.is_empty() {
        view! { <p class="hint">{t.document_none()}</p> }.into_any()
    } else {
        view! {
            <div class="documents"><table>
                <thead><tr>
                    <th scope="col">{t.document_name()}</th>
                    {for_zone.then(|| view! { <th scope="col">{t.document_audience()}</th> })}
                    <th scope="col">{t.document_state()}</th><th scope="col">{t.document_by()}</th>
                    {removes_any(read).then(|| view! { <th scope="col"><span class="visually-hidden">{t.document_remove()}</span></th> })}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    };
    let form = if read.adds.is_empty() {
        // Nothing can be added any more; what was just sent is told so all the same.
        view! { <ErrorSummary form=FormState::new(t, refused, upload::PATH) labels=Vec::new() /> }.into_any()
    } else {
        form(read, refused, t)
    };
    view! { <section class="panel" id="documents"><h2>{t.document_title()}</h2>{table}{form}</section> }.into_any()
}

fn removes_any(read: &Documents) -> bool {
    read.documents.iter().any(|document| read.actor.may_remove_document(document).is_ok())
}

fn row(
    read: &Documents,
    document: &Document,
    for_zone: bool,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let name = if document.is_given() {
        view! { <a href=document.url() download>{document.name.clone()}</a> }.into_any()
    } else {
        document.name.clone().into_any()
    };
    let note = (!document.note.is_empty()).then(|| view! { <span class="second whole">{document.note.clone()}</span> });
    let hidden = document.uploader_of_zone && !read.actor.may_see_staff_names();
    let by = if hidden { t.journal_zone_staff().to_owned() } else { shown_name(&document.uploader, t) };
    let who = access::link(&read.actor, access::Kind::Document, document.id, t);
    let kind = format!("{} · {}", type_text(&document.media_type, t), size_text(document.size));
    let remove = removes_any(read).then(|| {
        let form = read.actor.may_remove_document(document).is_ok().then(|| remove_form(document, t));
        view! { <td class="removal">{form}</td> }
    });
    view! {
        <tr>
            <th scope="row">{name}{note}<span class="second whole">{kind}</span>{who}</th>
            {for_zone.then(|| view! { <td data-label=t.document_audience()>{t.audience(document.audience)}</td> })}
            <td>{state_badge(document, t)}</td>
            <td>{by}" · "<Moment at=document.uploaded_at language=language /></td>
            {remove}
        </tr>
    }
}

pub fn state_badge(document: &Document, t: &'static Texts) -> AnyView {
    let (class, text) = match document.scan {
        ScanState::Unscanned => ("badge neutral", t.document_state_unscanned()),
        ScanState::Pending => ("badge attention", t.document_state_pending()),
        ScanState::Clean => ("badge good", t.document_state_clean()),
        ScanState::Infected => ("badge danger", t.document_state_infected()),
    };
    let finding = (!document.finding.is_empty()).then(|| document.finding.clone());
    view! { <span class=class title=finding>{text}</span> }.into_any()
}

/// What a type is called: the program's word where everybody knows it.
fn type_text(media_type: &str, t: &'static Texts) -> &'static str {
    match Type::from_media_type(media_type) {
        Some(Type::Pdf) => t.document_type_pdf(),
        Some(Type::Png | Type::Jpeg | Type::Tiff | Type::WebP) => t.document_type_picture(),
        Some(Type::Docx | Type::Odt) => t.document_type_text_document(),
        Some(Type::Xlsx | Type::Ods | Type::Csv) => t.document_type_spreadsheet(),
        Some(Type::Pptx | Type::Odp) => t.document_type_presentation(),
        Some(Type::Text) | None => t.document_type_text(),
    }
}

/// Removing asks first, over the page: the question is as wide as it needs to be whatever the table is, and the browser
/// itself opens and closes it.
fn remove_form(document: &Document, t: &'static Texts) -> AnyView {
    let asks = format!("remove-{}", document.id);
    view! {
        <button type="button" class="button quiet small" popovertarget=asks.clone()>
            {t.document_remove()}<span class="visually-hidden">" "{document.name.clone()}</span>
        </button>
        <div popover="auto" class="asks" id=asks.clone() role="dialog" aria-label=t.document_remove_yes()>
            <form method="post" action=RemoveDocument::PATH>
                <input type="hidden" name="id" value=document.id.to_string() />
                <p>{t.document_remove_asks(&document.name)}</p>
                <div class="actions">
                    <button class="button danger primary">{t.document_remove_yes()}</button>
                    <button type="button" class="button" popovertarget=asks.clone() popovertargetaction="hide">{t.form_cancel()}</button>
                </div>
            </form>
        </div>
    }
    .into_any()
}

fn form(read: &Documents, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, upload::PATH);
    let audience = if read.adds.len() > 1 {
        let options = read.adds.iter().map(|a| (a.code().to_owned(), t.audience(*a).to_owned())).collect::<Vec<_>>();
        let usual = read.adds.first().map_or("", |audience| audience.code());
        view! {
            <SelectField form=state.clone() name="audience" label=t.document_audience() options=options value=usual />
        }
        .into_any()
    } else {
        view! { <p class="hint">{t.document_audience_company_hint()}</p> }.into_any()
    };
    let interaction =
        read.interaction.map(|id| view! { <input type="hidden" name="interaction" value=id.to_string() /> });
    let action = upload::PATH.replace("{id}", &read.company.to_string());
    upload_form(&state, action, view! { {interaction}{audience} }, t)
}

/// The form that adds a document, folded away until it is asked for, or was refused: to where it posts, and after its
/// problems what its record asks or says besides, who will read it for instance.
pub fn upload_form(state: &FormState, action: String, besides: impl IntoView + 'static, t: &'static Texts) -> AnyView {
    let labels = vec![(FILE, t.document_file()), ("note", t.document_note()), ("audience", t.document_audience())];
    let open = state.error().is_some();
    view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="plus" />{t.document_add()}</summary>
            <form class="form" method="post" action=action enctype="multipart/form-data">
                <ErrorSummary form=state.clone() labels=labels />
                <FormId form=state.clone() />
                {besides}
                <TextField form=state.clone() name="note" label=t.document_note() hint=t.document_note_hint() value=""
                    optional=true autocomplete="off" />
                <FileField form=state.clone() label=t.document_file() hint=t.document_file_hint() accept=ENDINGS />
                <div class="form-actions">
                    <button class="button primary"><Icon name="upload" />{t.document_upload()}</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
