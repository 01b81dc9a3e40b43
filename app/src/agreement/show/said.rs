//! What is said of an agreement, on its page: comments of all, and notes of the zone alone.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::read::AgreementPage;
use super::super::store::Said;
use super::super::words::{CommentAgreement, NoteAgreement};
use super::lines;
use crate::backend::refused::RefusedPost;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormId, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;

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

/// The form by which somebody says something of the agreement, in this one field.
fn form(
    read: &AgreementPage,
    path: &'static str,
    state: FormState,
    label: (&'static str, &'static str),
    field: AnyView,
    button: &'static str,
) -> AnyView {
    view! {
        <form class="form" method="post" action=path novalidate>
            <ErrorSummary form=state.clone() labels=vec![label] />
            <FormId form=state />
            <input type="hidden" name="id" value=read.agreement.number.clone() />
            {field}
            <div class="form-actions"><button class="button">{button}</button></div>
        </form>
    }
    .into_any()
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
        let label = t.agreement_comment();
        let field = view! {
            <TextArea form=state.clone() name="comment" label=label hint=t.agreement_comment_hint() value="" rows=3 />
        };
        let button = t.agreement_comment_button();
        form(read, CommentAgreement::PATH, state, ("comment", label), field.into_any(), button)
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
        let label = t.agreement_remark();
        let field = view! { <TextArea form=state.clone() name="remark" label=label value="" rows=3 /> };
        form(read, NoteAgreement::PATH, state, ("remark", label), field.into_any(), t.agreement_remark_button())
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
