//! The documents of an agreement, on its page.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::documents::RemoveAgreementDocument;
use super::super::files::{self, DOCUMENTS, File};
use super::super::read::AgreementPage;
use super::forms::Step;
use super::parts::file_link;
use crate::access;
use crate::backend::refused::RefusedPost;
use crate::document::model::Audience;
use crate::document::pages::upload_form;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::ui::form::{FormState, SelectField};
use crate::ui::moment::Moment;

pub(super) fn documents(
    read: &AgreementPage,
    step: Option<&Step>,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let of_zone = read.actor.role.works_in_zone();
    let bound = |file: &File| {
        read.texts.iter().any(|text| text.document == file.id)
            || read.signatures.iter().any(|signature| signature.document == Some(file.id))
    };
    // The texts stand with their versions.
    let files: Vec<&File> =
        read.files.iter().filter(|file| read.texts.iter().all(|text| text.document != file.id)).collect();
    let rows = files
        .iter()
        .map(|file| {
            let hidden = file.uploader_of_zone && !read.actor.may_see_staff_names();
            let by = if hidden { t.journal_zone_staff().to_owned() } else { shown_name(&file.uploader, t) };
            let note = (!file.note.is_empty()).then(|| view! { <span class="second whole">{file.note.clone()}</span> });
            let who = access::link(&read.actor, access::Kind::Document, file.id, t);
            let audience = if file.shared { t.agreement_audience_parties() } else { t.document_audience_zone() };
            let removes = files::may_remove(&read.actor, file, &read.parties) && !bound(file);
            let remove = removes.then(|| {
                view! {
                    <form method="post" action=RemoveAgreementDocument::PATH>
                        <input type="hidden" name="id" value=read.agreement.number.clone() />
                        <input type="hidden" name="document" value=file.id.to_string() />
                        <button class="button quiet small">{t.document_remove()}
                            <span class="visually-hidden">" "{file.name.clone()}</span></button>
                    </form>
                }
            });
            view! {
                <tr>
                    <th scope="row">{file_link(file, t)}{note}{who}
                        <span class="second whole">"SHA-256 "<code>{file.sha256.clone()}</code></span></th>
                    {of_zone.then(|| view! { <td data-label=t.document_audience()>{audience}</td> })}
                    <td>{by}" · "<Moment at=file.uploaded_at language=language /></td>
                    <td class="removal">{remove}</td>
                </tr>
            }
        })
        .collect_view();
    let table = if files.is_empty() {
        view! { <p class="hint">{t.document_none()}</p> }.into_any()
    } else {
        view! {
            <div class="documents"><table>
                <thead><tr>
                    <th scope="col">{t.document_name()}</th>
                    {of_zone.then(|| view! { <th scope="col">{t.document_audience()}</th> })}
                    <th scope="col">{t.document_by()}</th>
                    <th scope="col"><span class="visually-hidden">{t.document_remove()}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    };
    // A page has one field for a file: while a text is added, no other document is.
    let adds = files::may_add(&read.actor, read.state, &read.parties) && !matches!(step, Some(Step::Text));
    let form = adds.then(|| form(read, refused, t));
    view! { <section class="panel" id="documents"><h2>{t.document_title()}</h2>{table}{form}</section> }.into_any()
}

fn form(read: &AgreementPage, refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> AnyView {
    let state = FormState::new(t, refused, DOCUMENTS);
    let audience = if read.actor.may_edit_agreements() {
        let options = vec![
            (Audience::Company.code().to_owned(), t.agreement_audience_parties().to_owned()),
            (Audience::Zone.code().to_owned(), t.document_audience_zone().to_owned()),
        ];
        view! {
            <SelectField form=state.clone() name="audience" label=t.document_audience() options=options
                value=Audience::Company.code() />
        }
        .into_any()
    } else {
        view! { <p class="hint">{t.agreement_audience_hint()}</p> }.into_any()
    };
    upload_form(&state, DOCUMENTS.replace("{id}", &read.agreement.number), audience, t)
}
