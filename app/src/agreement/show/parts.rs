//! The sections of an agreement's page.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::documents::RemoveAgreementDocument;
use super::super::files::{self, DOCUMENTS, File};
use super::super::life::State;
use super::super::model::Word;
use super::super::read::AgreementPage;
use super::super::store::{Party, Said, Version};
use super::super::words::{CommentAgreement, NoteAgreement};
use super::forms::Step;
use super::{called, lines, name};
use crate::access;
use crate::backend::refused::RefusedPost;
use crate::document::model::{Audience, ScanState, size_text};
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::{Timestamp, date};
use crate::ui::form::{ErrorSummary, FILE, FileField, FormId, FormState, SelectField, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;

/// What a browser offers to choose from; what is taken is told by the content.
pub(super) const ENDINGS: &str = ".pdf,.png,.jpg,.jpeg,.tif,.tiff,.webp,.docx,.xlsx,.pptx,.odt,.ods,.odp,.txt,.csv";

fn link(read: &AgreementPage, query: &str, text: &'static str, about: String) -> AnyView {
    let href = format!("{}?{query}#step", read.agreement.url());
    view! { <a class="button small" href=href>{text}<span class="visually-hidden">" "{about}</span></a> }.into_any()
}

pub(super) fn parties(read: &AgreementPage, t: &'static Texts, language: Language) -> AnyView {
    let edits = read.actor.may_edit_agreements() && !read.state.is_over();
    let rows = read.parties.iter().enumerate().map(|(place, party)| row(read, place, party, edits, t, language));
    let rows = rows.collect_view();
    let table = if read.parties.is_empty() {
        view! { <p class="hint">{t.agreement_no_parties()}</p> }.into_any()
    } else {
        view! {
            <div class="documents records"><table>
                <thead><tr>
                    <th scope="col">{t.agreement_party()}</th><th scope="col">{t.agreement_contacts()}</th>
                    <th scope="col">{t.agreement_signatures()}</th>
                    {edits.then(|| view! { <th scope="col"><span class="visually-hidden">{t.agreement_edit()}</span></th> })}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    };
    let add = (edits && read.state.is_open()).then(|| {
        let href = format!("{}?do=party#step", read.agreement.url());
        view! { <p><a class="button small" href=href><Icon name="plus" />{t.agreement_add_party()}</a></p> }
    });
    view! {
        <section class="panel" id="parties"><h2>{t.agreement_parties()}</h2>{table}{add}</section>
    }
    .into_any()
}

fn row(
    read: &AgreementPage,
    place: usize,
    party: &Party,
    edits: bool,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let company = name(party, language);
    // Other parties' companies have no page for a representative.
    let company_link = if read.actor.may_see_company(party.company) {
        view! { <a href=crate::company::model::url(party.company)>{company.clone()}</a> }.into_any()
    } else {
        company.clone().into_any()
    };
    let contacts = read
        .contacts
        .iter()
        .filter(|contact| contact.party == party.id)
        .map(|contact| {
            let title = (!contact.title.is_empty()).then(|| format!(" · {}", contact.title));
            view! { <li>{shown_name(&contact.name, t)}{title}</li> }
        })
        .collect_view();
    let signed = read.signatures.iter().find(|signature| signature.party == party.id).map(|signature| {
        let what = (!signature.signer_title.is_empty()).then(|| format!(" · {}", signature.signer_title));
        // What is signed in the portal is signed nowhere in particular.
        let place = [date(&signature.signed_on, language), signature.place.clone()];
        let place = place.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        view! {
            {signature.signer_name.clone()}{what}
            <span class="second whole">{place}</span>
        }
    });
    let buttons = edits.then(|| {
        let edit = link(read, &format!("do=party&party={}", party.id), t.agreement_edit(), company.clone());
        let remove = read
            .state
            .is_open()
            .then(|| link(read, &format!("do=remove&party={}", party.id), t.agreement_remove_party(), company.clone()));
        view! { <td class="removal"><div class="actions">{edit}{remove}</div></td> }
    });
    let role = (!party.role.is_empty()).then(|| view! { <span class="second whole">{party.role.clone()}</span> });
    view! {
        <tr>
            <th scope="row">{called(place, t)}{t.form_colon()}{company_link}{role}</th>
            <td data-label=t.agreement_contacts()><ul class="plain">{contacts}</ul></td>
            <td data-label=t.agreement_signatures()>{signed}</td>
            {buttons}
        </tr>
    }
}

/// What a version is called.
pub(in crate::agreement) fn version_name(version: &Version, t: &'static Texts) -> String {
    match version.shared_number {
        Some(number) => t.agreement_version(number),
        None => t.agreement_draft_text(version.number),
    }
}

pub(super) fn texts(read: &AgreementPage, t: &'static Texts, language: Language) -> AnyView {
    let items = read
        .versions
        .iter()
        .enumerate()
        .map(|(index, version)| {
            let files = read
                .texts
                .iter()
                .filter(|text| text.version == version.id)
                .filter_map(|text| Some((text.tongue(), read.files.iter().find(|file| file.id == text.document)?)))
                .map(|(tongue, file)| {
                    view! {
                        <li>
                            <strong>{t.agreement_tongue_of(tongue)}</strong>{t.form_colon()}{file_link(file, t)}
                            <span class="second whole">"SHA-256 "<code>{file.sha256.clone()}</code></span>
                        </li>
                    }
                })
                .collect_view();
            let hidden = !read.actor.may_see_staff_names();
            let by = if hidden {
                t.journal_zone_staff().to_owned()
            } else {
                version.by.as_deref().map(|name| shown_name(name, t)).unwrap_or_default()
            };
            let now = (index == 0).then(|| view! { " "<span class="badge info">{t.agreement_current()}</span> });
            let internal = version
                .shared_number
                .is_none()
                .then(|| view! { " "<span class="badge neutral">{t.agreement_not_shared()}</span> });
            view! {
                <li>
                    <p><strong>{version_name(version, t)}</strong>{now}{internal}</p>
                    <p class="hint">{by}" · "<Moment at=Timestamp(version.at) language=language /></p>
                    {lines(&version.changes)}
                    <ul class="plain">{files}</ul>
                </li>
            }
        })
        .collect_view();
    let body = if read.versions.is_empty() {
        view! { <p class="hint">{t.agreement_no_text()}</p> }.into_any()
    } else {
        view! { <ol class="timeline">{items}</ol> }.into_any()
    };
    let add = (read.actor.may_edit_agreements() && read.state.is_open()).then(|| {
        let href = format!("{}?do=text#step", read.agreement.url());
        view! { <p><a class="button small" href=href><Icon name="upload" />{t.agreement_add_text()}</a></p> }
    });
    view! { <section class="panel" id="text"><h2>{t.agreement_text()}</h2>{body}{add}</section> }.into_any()
}

/// A file's name, as a link where its content is given, and what it is.
fn file_link(file: &File, t: &'static Texts) -> AnyView {
    let state = match file.scan {
        ScanState::Pending => Some(("badge attention", t.document_state_pending())),
        ScanState::Infected => Some(("badge danger", t.document_state_infected())),
        ScanState::Clean | ScanState::Unscanned => None,
    };
    let state = state.map(|(class, text)| view! { " "<span class=class>{text}</span> });
    let linked = if file.is_given() {
        view! { <a href=file.url() download>{file.name.clone()}</a> }.into_any()
    } else {
        file.name.clone().into_any()
    };
    view! { {linked}" · "{size_text(file.size)}{state} }.into_any()
}

pub(super) fn words(read: &AgreementPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    let current = read.current()?;
    if read.state.is_internal() {
        return None;
    }
    let negotiated = read.state == State::Negotiation;
    let staff = read.actor.may_edit_agreements();
    let rows = read
        .parties
        .iter()
        .enumerate()
        .map(|(place, party)| {
            let given = read.words.iter().find(|given| given.party == party.id);
            let badge = match given.map(super::super::store::Given::word) {
                Some(Word::Accepts) => ("badge good", t.agreement_word_accepts()),
                Some(Word::AsksChanges) => ("badge attention", t.agreement_word_asks_changes()),
                None => ("badge neutral", t.agreement_word_none()),
            };
            let what = given.map(|given| {
                let hidden = given.of_zone && !read.actor.may_see_staff_names();
                let by = if hidden {
                    Some(t.journal_zone_staff().to_owned())
                } else {
                    given.by.as_deref().map(|name| shown_name(name, t))
                };
                let told = (!given.told_by.is_empty())
                    .then(|| view! { <p class="hint">{t.agreement_told_as(&given.told_by)}</p> });
                view! {
                    <p class="hint">{by}" · "<Moment at=Timestamp(given.at) language=language /></p>
                    {told}
                    {lines(&given.reason)}
                }
            });
            let may = negotiated && (staff || read.actor.gives_word_for(party.company));
            let button = may.then(|| {
                let text = if staff { t.agreement_note_word() } else { t.agreement_give_word() };
                link(read, &format!("do=word&party={}", party.id), text, name(party, language))
            });
            view! {
                <tr>
                    <th scope="row">{called(place, t)}<span class="second whole">{name(party, language)}</span></th>
                    <td><span class=badge.0>{badge.1}</span></td>
                    <td>{what}</td>
                    <td class="removal">{button}</td>
                </tr>
            }
        })
        .collect_view();
    let title = t.agreement_words_on(version_name(current, t));
    Some(
        view! {
            <section class="panel" id="words">
                <h2>{title}</h2>
                <div class="documents records"><table>
                    <thead><tr>
                        <th scope="col">{t.agreement_party()}</th><th scope="col">{t.agreement_word()}</th>
                        <th scope="col">{t.agreement_reason()}</th>
                        <th scope="col"><span class="visually-hidden">{t.agreement_give_word()}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
        .into_any(),
    )
}

fn said(items: &[Said], named: bool, t: &'static Texts, language: Language) -> AnyView {
    let items = items
        .iter()
        .map(|said| {
            let who = if said.of_zone && !named { t.journal_zone_staff().to_owned() } else { shown_name(&said.by, t) };
            let company = language.prefer(&said.name_en, &said.name_zh).to_owned();
            let company = (!company.is_empty()).then(|| format!(" · {company}"));
            let body = if said.body.is_empty() { t.journal_erased().to_owned() } else { said.body.clone() };
            view! {
                <li>
                    <p><strong>{who}</strong>{company}</p>
                    <Moment at=Timestamp(said.at) language=language />
                    <blockquote>{lines(&body)}</blockquote>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="timeline">{items}</ol> }.into_any()
}

/// What all who share the agreement read.
pub(super) fn comments(
    read: &AgreementPage,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    read.agreement.shared_at?;
    let writes = !read.state.is_over()
        && (read.actor.may_edit_agreements() || read.parties.iter().any(|party| read.actor.writes_for(party.company)));
    let list = if read.comments.is_empty() {
        view! { <p class="hint">{t.agreement_no_comments()}</p> }.into_any()
    } else {
        said(&read.comments, read.actor.may_see_staff_names(), t, language)
    };
    let form = writes.then(|| {
        let state = FormState::new(t, refused, CommentAgreement::PATH);
        view! {
            <form class="form" method="post" action=CommentAgreement::PATH novalidate>
                <ErrorSummary form=state.clone() labels=vec![("comment", t.agreement_comment())] />
                <FormId form=state.clone() />
                <input type="hidden" name="id" value=read.agreement.number.clone() />
                <TextArea form=state name="comment" label=t.agreement_comment() hint=t.agreement_comment_hint() value=""
                    rows=3 />
                <div class="form-actions"><button class="button">{t.agreement_comment_button()}</button></div>
            </form>
        }
    });
    Some(
        view! { <section class="panel" id="comments"><h2>{t.agreement_comments()}</h2>{list}{form}</section> }
            .into_any(),
    )
}

/// What only the zone's people read; it looks another way than what is shared.
pub(super) fn notes(
    read: &AgreementPage,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    let notes = read.notes.as_ref()?;
    let list = (!notes.is_empty()).then(|| said(notes, true, t, language));
    let form = read.actor.may_edit_agreements().then(|| {
        let state = FormState::new(t, refused, NoteAgreement::PATH);
        view! {
            <form class="form" method="post" action=NoteAgreement::PATH novalidate>
                <ErrorSummary form=state.clone() labels=vec![("remark", t.agreement_remark())] />
                <FormId form=state.clone() />
                <input type="hidden" name="id" value=read.agreement.number.clone() />
                <TextArea form=state name="remark" label=t.agreement_remark() value="" rows=3 />
                <div class="form-actions"><button class="button">{t.agreement_remark_button()}</button></div>
            </form>
        }
    });
    Some(
        view! {
            <section class="panel" id="notes">
                <h2>{t.agreement_notes()}</h2>
                <p class="notice attention"><Icon name="lock" />{t.agreement_notes_hint()}</p>
                {list}{form}
            </section>
        }
        .into_any(),
    )
}

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
    let labels = vec![(FILE, t.document_file()), ("note", t.document_note()), ("audience", t.document_audience())];
    let open = state.error().is_some();
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
    view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="plus" />{t.document_add()}</summary>
            <form class="form" method="post" action=DOCUMENTS.replace("{id}", &read.agreement.number)
                enctype="multipart/form-data">
                <ErrorSummary form=state.clone() labels=labels />
                <FormId form=state.clone() />
                {audience}
                <TextField form=state.clone() name="note" label=t.document_note() hint=t.document_note_hint() value=""
                    optional=true autocomplete="off" />
                <FileField form=state label=t.document_file() hint=t.document_file_hint() accept=ENDINGS />
                <div class="form-actions">
                    <button class="button primary"><Icon name="upload" />{t.document_upload()}</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
