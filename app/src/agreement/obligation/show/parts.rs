//! The sections of an obligation's page.

use std::sync::Arc;

use leptos::prelude::*;

use super::super::files::{DOCUMENTS, may_add};
use super::super::model::url;
use super::super::read::ObligationPage;
use super::super::store::Evidence;
use super::name_of;
use crate::agreement::files::File;
use crate::agreement::show::lines;
use crate::backend::refused::RefusedPost;
use crate::document::model::{ScanState, size_text};
use crate::document::pages::upload_form;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::form::FormState;
use crate::ui::moment::Moment;

/// Who did something, as far as this person may know.
fn who(read: &ObligationPage, by: Option<&str>, of_zone: bool, t: &'static Texts) -> String {
    match by {
        None => t.journal_origin_system().to_owned(),
        Some(_) if of_zone && !read.actor.may_see_staff_names() => t.journal_zone_staff().to_owned(),
        Some(name) => shown_name(name, t),
    }
}

/// A file's name, as a link where its content is given.
fn file_link(file: &File, t: &'static Texts) -> AnyView {
    let state = match file.scan {
        ScanState::Pending => Some(("badge attention", t.document_state_pending())),
        ScanState::Infected => Some(("badge danger", t.document_state_infected())),
        ScanState::Clean | ScanState::Unscanned => None,
    };
    let state = state.map(|(class, text)| view! { " "<span class=class>{text}</span> });
    let note = (!file.note.is_empty()).then(|| view! { <span class="second whole">{file.note.clone()}</span> });
    let name = if file.is_given() {
        view! { <a href=file.url() download>{file.name.clone()}</a> }.into_any()
    } else {
        file.name.clone().into_any()
    };
    view! { <li>{name}" · "{size_text(file.size)}{state}{note}</li> }.into_any()
}

/// The files that were submitted as some evidence, or are not submitted yet.
fn files_of<'a>(read: &'a ObligationPage, evidence: Option<&Evidence>) -> Vec<&'a File> {
    let of = evidence.map(|evidence| evidence.id);
    let ids: Vec<_> = read.documents.iter().filter(|(_, known)| *known == of).map(|(id, _)| *id).collect();
    read.files.iter().filter(|file| ids.contains(&file.id)).collect()
}

/// What was shown, the latest first.
pub(super) fn evidence(read: &ObligationPage, t: &'static Texts, language: Language) -> AnyView {
    let items = read
        .evidence
        .iter()
        .map(|shown| {
            let side = read.sides.iter().find(|side| side.party == shown.party);
            let party = side.map(|side| name_of(read, side, t, language));
            let refused = shown
                .refused_at
                .map(|_| view! { " "<span class="badge attention">{t.obligation_evidence_refused()}</span> });
            let told = (!shown.told_by.is_empty())
                .then(|| view! { <p class="hint">{t.agreement_told_as(&shown.told_by)}</p> });
            let files = files_of(read, Some(shown)).into_iter().map(|file| file_link(file, t)).collect_view();
            view! {
                <li>
                    <p><strong>{party}</strong>{refused}</p>
                    <p class="hint">{who(read, shown.by.as_deref(), shown.of_zone, t)}" · "
                        <Moment at=Timestamp(shown.at) language=language /></p>
                    {told}
                    {lines(&shown.body)}
                    <ul class="plain">{files}</ul>
                </li>
            }
        })
        .collect_view();
    let body = if read.evidence.is_empty() {
        view! { <p class="hint">{t.obligation_no_evidence()}</p> }.into_any()
    } else {
        view! { <ol class="timeline">{items}</ol> }.into_any()
    };
    view! { <section class="panel" id="evidence"><h2>{t.obligation_evidence()}</h2>{body}</section> }.into_any()
}

/// Documents that are not submitted yet, and the form for another one.
pub(super) fn documents(
    read: &ObligationPage,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    let waiting = files_of(read, None);
    let adds = read.obligation.state.is_awaited() && may_add(&read.actor, &read.sides);
    if waiting.is_empty() && !adds {
        return None;
    }
    let rows = waiting
        .iter()
        .map(|file| {
            let by = who(read, Some(&file.uploader), file.uploader_of_zone, t);
            view! {
                {file_link(file, t)}
                <li class="hint">{by}" · "<Moment at=file.uploaded_at language=language /></li>
            }
        })
        .collect_view();
    let list = if waiting.is_empty() {
        view! { <p class="hint">{t.obligation_no_documents()}</p> }.into_any()
    } else {
        view! { <ul class="plain">{rows}</ul> }.into_any()
    };
    let form = adds.then(|| {
        let action = format!("{}/documents", url(&read.agreement.number, read.obligation.number));
        let audience = view! { <p class="hint">{t.agreement_audience_hint()}</p> };
        upload_form(&FormState::new(t, refused, DOCUMENTS), action, audience, t)
    });
    Some(
        view! {
            <section class="panel" id="documents"><h2>{t.obligation_documents()}</h2>{list}{form}</section>
        }
        .into_any(),
    )
}

/// Every step that was taken, the latest first.
pub(super) fn steps(read: &ObligationPage, t: &'static Texts, language: Language) -> Option<AnyView> {
    let items = read
        .steps
        .iter()
        .map(|step| {
            let (from, to) = step.states();
            let what = if from == to {
                t.obligation_step_changed().to_owned()
            } else {
                format!("{} → {}", t.obligation_state_of(from), t.obligation_state_of(to))
            };
            let company = language.prefer(&step.name_en, &step.name_zh).to_owned();
            let company = (!company.is_empty()).then(|| format!(" · {company}"));
            let told =
                (!step.told_by.is_empty()).then(|| view! { <p class="hint">{t.agreement_told_as(&step.told_by)}</p> });
            let reason = (!step.reason.is_empty()).then(|| view! { <blockquote>{lines(&step.reason)}</blockquote> });
            view! {
                <li>
                    <p><strong>{what}</strong></p>
                    <p class="hint">{who(read, step.by.as_deref(), step.of_zone, t)}{company}" · "
                        <Moment at=Timestamp(step.at) language=language /></p>
                    {told}{reason}
                </li>
            }
        })
        .collect_view();
    (!read.steps.is_empty()).then(|| {
        view! {
            <section class="panel" id="steps"><h2>{t.obligation_steps()}</h2><ol class="timeline">{items}</ol></section>
        }
        .into_any()
    })
}
