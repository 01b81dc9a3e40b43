//! A thread's page: what was written, and the forms to answer and to send a document.

use std::collections::HashMap;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{self, CorrectMessage, EditMessage, PAGE, PostMessage, RemoveMessage, ThreadPage};
use super::model::Message;
use super::pages::{crumbs, explained, nobody_reads};
use crate::actor::Role;
use crate::backend::context::Visit;
use crate::document::model::Document;
use crate::document::pages::{ENDINGS, state_badge};
use crate::document::upload;
use crate::error::Result;
use crate::language::Texts;
use crate::ui::form::{ErrorSummary, FILE, FileField, FormId, FormState, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::web::page::{At, Page, Section};
use crate::writing::model::Writing;
use crate::writing::views::{Endpoints, Place, UnderWay, lost, pager};

const ENDPOINTS: Endpoints =
    Endpoints { edit: EditMessage::PATH, correct: CorrectMessage::PATH, remove: RemoveMessage::PATH };

/// `/companies/{id}/messages/{thread}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let page = at.query.page();
    let read = api::read_thread(&visit, at.id()?, at.uuid("thread")?, page).await?;
    let under_way = UnderWay::of(&at.query);
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let drawn = Page::new(read.thread.subject.clone(), move |t| {
        let path = read.thread.url();
        let rights = read.actor.writes_messages_of(read.company.id).is_ok();
        let writes = rights && read.company.archived.is_none();
        let place = Place {
            actor: &read.actor,
            writes,
            removes: rights,
            now: read.now,
            path: &path,
            endpoints: ENDPOINTS,
            refused: refused.as_ref(),
            under_way,
        };
        let documents: HashMap<Uuid, &Document> =
            read.documents.iter().map(|document| (document.id, document)).collect();
        let items: Vec<AnyView> =
            read.messages.iter().map(|message| item(&read, message, &place, &documents, t)).collect();
        let busy = place.is_busy(writings(&read));
        let answer = (writes && !busy).then(|| {
            let post = FormState::new(t, refused.as_ref(), PostMessage::PATH);
            view! { {answer_form(&read, &post, t)}{file_form(&read, &FormState::new(t, refused.as_ref(), upload::PATH), t)} }
        });
        let pager = || pager(&path, page, PAGE, read.count, t);
        view! {
            <header class="page-head">
                {crumbs(&read.company, false, t)}
                <h1>{read.thread.subject.clone()}</h1>
                <p class="subtitle">{explained(&read.actor, t)}</p>
            </header>
            {nobody_reads(read.company.id, &read.actor, read.readers, t)}
            {place.refusal(writings(&read), t)}
            {answer.is_none().then(|| lost(refused.as_ref(), PostMessage::PATH, t))}
            {pager()}
            <ol class="written">{items}</ol>
            {(page > 1).then(pager)}
            {answer}
        }
        .into_any()
    });
    Ok(drawn.section(Section::Companies).actor(actor))
}

fn writings(read: &ThreadPage) -> impl Iterator<Item = &Writing> {
    read.messages.iter().chain(&read.corrections).map(|message| &message.writing)
}

fn item(
    read: &ThreadPage,
    message: &Message,
    place: &Place<'_>,
    documents: &HashMap<Uuid, &Document>,
    t: &'static Texts,
) -> AnyView {
    let writing = &message.writing;
    let below = read
        .corrections
        .iter()
        .filter(|correction| correction.writing.corrects == Some(writing.id))
        .map(|correction| item(read, correction, place, documents, t))
        .collect();
    // To the zone its own people are known by name; to the company they are not, so that goes without saying.
    let side = match (writing.of_zone, read.actor.role) {
        (true, Role::Representative) => None,
        (true, _) => Some(view! { <span class="badge neutral">{t.message_by_zone()}</span> }.into_any()),
        (false, _) => Some(view! { <span class="badge info">{t.message_by_company()}</span> }.into_any()),
    };
    let document = message.document.map(|id| attached(documents.get(&id).copied(), t));
    place.item(writing, side, writing.body.clone().into_any(), document, below, t)
}

/// The document that came with a message, as far as it is still given.
fn attached(document: Option<&Document>, t: &'static Texts) -> AnyView {
    let Some(document) = document.filter(|document| !document.removed) else {
        return view! { <p class="stone"><Icon name="file-text" />{t.message_document_gone()}</p> }.into_any();
    };
    let name = if document.is_given() {
        view! { <a href=document.url() download>{document.name.clone()}</a> }.into_any()
    } else {
        document.name.clone().into_any()
    };
    view! { <p class="attached"><Icon name="file-text" />{name}" "{state_badge(document, t)}</p> }.into_any()
}

fn answer_form(read: &ThreadPage, form: &FormState, t: &'static Texts) -> AnyView {
    let internal = read.actor.may_see_internals().then(|| {
        let url = crate::note::model::list_url(read.company.id);
        view! { <p class="hint">{t.message_no_internals()}" "<a href=url>{t.note_title()}</a></p> }
    });
    view! {
        <section class="panel">
            <h2>{t.message_answer()}</h2>
            <form class="form" method="post" action=PostMessage::PATH>
                <ErrorSummary form=form.clone() labels=vec![("body", t.writing_text())] />
                <FormId form=form.clone() />
                <input type="hidden" name="thread" value=read.thread.id.to_string() />
                <TextArea form=form.clone() name="body" label=t.writing_text() value="" />
                {internal}
                <div class="form-actions"><button class="button primary">{t.message_send()}</button></div>
            </form>
        </section>
    }
    .into_any()
}

/// A document is a message of its own, with a note for its words.
fn file_form(read: &ThreadPage, form: &FormState, t: &'static Texts) -> AnyView {
    let labels = vec![(FILE, t.document_file()), ("note", t.document_note())];
    let action = upload::PATH.replace("{id}", &read.company.id.to_string());
    let open = form.error().is_some();
    view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="upload" />{t.message_send_document()}</summary>
            <form class="form" method="post" action=action enctype="multipart/form-data">
                <ErrorSummary form=form.clone() labels=labels />
                <FormId form=form.clone() />
                <input type="hidden" name="thread" value=read.thread.id.to_string() />
                <p class="hint">{t.message_document_hint()}</p>
                <TextField form=form.clone() name="note" label=t.document_note() value="" optional=true autocomplete="off" />
                <FileField form=form.clone() label=t.document_file() hint=t.document_file_hint() accept=ENDINGS />
                <div class="form-actions">
                    <button class="button primary"><Icon name="upload" />{t.message_send_document()}</button>
                </div>
            </form>
        </details>
    }
    .into_any()
}
