//! The sections of an agreement's page.

use leptos::prelude::*;

use super::super::files::File;
use super::super::life::State;
use super::super::model::Word;
use super::super::read::AgreementPage;
use super::super::store::{Party, Version};
use super::{called, lines, name};
use crate::document::model::{ScanState, size_text};
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;

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
        .collect::<Vec<_>>();
    let contacts = (!contacts.is_empty()).then(|| view! { <ul class="plain">{contacts}</ul> });
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
            <td data-label=t.agreement_contacts()>{contacts}</td>
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
pub(super) fn file_link(file: &File, t: &'static Texts) -> AnyView {
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
                    <p class="hint">{by.map(|name| format!("{name} · "))}<Moment at=Timestamp(given.at) language=language /></p>
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
