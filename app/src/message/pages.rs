//! A company's threads: their list, and what stands of them on other pages.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{self, OpenThread, PAGE, ThreadList};
use super::model::{Thread, list_url};
use crate::actor::{Actor, Role};
use crate::backend::context::Visit;
use crate::company::model::Company;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::ui::form::{ErrorSummary, FormId, FormState, TextArea, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};
use crate::writing::views::{lost, named, pager};

/// The way from the register down to a company's messages.
pub fn crumbs(company: &Company, here: bool, t: &'static Texts) -> AnyView {
    let name = t.language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
    let messages = (!here).then(|| view! { <a href=list_url(company.id)>{t.message_title()}</a> });
    view! {
        <p class="crumbs">
            <a href=crate::company::list_view::PATH>{t.companies_title()}</a><a href=company.url()>{name}</a>{messages}
        </p>
    }
    .into_any()
}

/// `/companies/{id}/messages`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let page = at.query.page();
    let read = api::list_threads(&visit, at.id()?, page).await?;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let drawn = Page::new(visit.texts().message_title(), move |t| {
        let path = list_url(read.company.id);
        let form = FormState::new(t, refused.as_ref(), OpenThread::PATH);
        let writes = read.actor.writes_messages_of(read.company.id).is_ok() && read.company.archived.is_none();
        let open = writes.then(|| open_form(&read, &form, t));
        let body = if read.count == 0 {
            view! {
                <div class="empty"><Icon name="message" /><h2>{t.message_none()}</h2><p>{t.message_none_next()}</p></div>
            }
            .into_any()
        } else {
            table(&read.threads, &read.unread, &read.actor, t)
        };
        view! {
            <header class="page-head">
                {crumbs(&read.company, true, t)}
                <h1>{t.message_title()}</h1>
                <p class="subtitle">{explained(&read.actor, t)}</p>
            </header>
            {unread_by_anybody(&read, t)}
            {(!writes).then(|| lost(refused.as_ref(), OpenThread::PATH, t))}
            {open}
            <p class="count" role="status">{t.message_count(number(read.count))}</p>
            {body}
            {pager(&path, page, PAGE, read.count, t)}
        }
        .into_any()
    });
    Ok(drawn.section(Section::Companies).actor(actor))
}

/// Who reads what is written here.
pub fn explained(actor: &Actor, t: &'static Texts) -> &'static str {
    if actor.role == Role::Representative { t.message_explained_company() } else { t.message_explained_zone() }
}

/// Tells the zone's people that nobody acts for the company, so that nobody would read what they write.
pub fn nobody_reads(company: Uuid, actor: &Actor, readers: usize, t: &'static Texts) -> Option<AnyView> {
    (readers == 0 && actor.role != Role::Representative).then(|| {
        let invite = actor.may_invite_to(company).is_ok().then(|| {
            let url = crate::invitation::model::list_url(Some(company));
            view! { " "<a href=url>{t.invitation_title()}</a> }
        });
        view! {
            <div class="notice attention"><Icon name="alert-triangle" /><p>{t.message_nobody_reads()}{invite}</p></div>
        }
        .into_any()
    })
}

fn unread_by_anybody(read: &ThreadList, t: &'static Texts) -> Option<AnyView> {
    nobody_reads(read.company.id, &read.actor, read.readers, t)
}

fn open_form(read: &ThreadList, form: &FormState, t: &'static Texts) -> AnyView {
    let open = form.error().is_some() || read.count == 0;
    view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="plus" />{t.message_open()}</summary>
            <form class="form" method="post" action=OpenThread::PATH>
                <ErrorSummary form=form.clone() labels=vec![("subject", t.message_subject()), ("body", t.writing_text())] />
                <FormId form=form.clone() />
                <input type="hidden" name="company" value=read.company.id.to_string() />
                <TextField form=form.clone() name="subject" label=t.message_subject() value="" autocomplete="off" />
                <TextArea form=form.clone() name="body" label=t.writing_text() value="" />
                <div class="form-actions"><button class="button primary">{t.message_send()}</button></div>
            </form>
        </details>
    }
    .into_any()
}

/// Threads, each with its latest message.
pub fn table(threads: &[Thread], unread: &[Uuid], actor: &Actor, t: &'static Texts) -> AnyView {
    let rows = threads.iter().map(|thread| row(thread, unread.contains(&thread.id), actor, None, t)).collect_view();
    view! { <ul class="notifications">{rows}</ul> }.into_any()
}

/// A thread as a line: unread or not, by whom the latest message is, and for which company where the page is not about one.
pub fn row(thread: &Thread, new: bool, actor: &Actor, company: Option<String>, t: &'static Texts) -> AnyView {
    let language: Language = t.language;
    let waits = (!thread.last_of_zone && actor.may_see_internals())
        .then(|| view! { " "<span class="badge attention">{t.message_waits()}</span> });
    let by = named(&thread.last_by_name, thread.last_of_zone, actor, t);
    // The link of a representative's start page says for which of their companies it is.
    let url = match company {
        Some(_) => format!("{}?for={}", thread.url(), thread.company),
        None => thread.url(),
    };
    view! {
        <li class=if new { "unread" } else { "" }>
            <div>
                <p>
                    {new.then(|| view! { <span class="badge info">{t.notice_new()}</span>" " })}
                    <a class="row-link" href=url>{thread.subject.clone()}</a>{waits}
                </p>
                <p class="second">
                    {company.map(|company| format!("{company} · "))}{by}" · "<Moment at=thread.last_at language=language />
                </p>
            </div>
        </li>
    }
    .into_any()
}
