//! What one can do with messages, and what their pages read.

use leptos::prelude::*;

use crate::error::Result;

/// Staff opens a thread with a company, or the company's people one with the zone.
#[server(endpoint = "messages/open")]
pub async fn open_thread(
    #[server(default)] form_id: String,
    #[server(default)] company: String,
    #[server(default)] subject: String,
    #[server(default)] body: String,
) -> Result<()> {
    use super::model::{LONGEST_SUBJECT, url};
    use super::store::{self, New};
    use super::{events, letters};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error};
    use crate::writing::model::body as read_body;

    let mut ctx = Ctx::begin().await?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    ctx.actor.writes_messages_of(company)?;
    let company = writable(&mut ctx, company).await?;
    let mut check = Check::default();
    let subject = check.required("subject", &subject, LONGEST_SUBJECT);
    let body = read_body(&mut check, &body);
    check.finish(())?;
    let mut id = ctx.id_of_form(&form_id).await?;
    if let Some(there) = store::find_thread(&mut ctx.tx, id).await? {
        let same = (there.company, there.opened_by, &there.subject) == (company.id, ctx.actor.id, &subject);
        if same {
            redirect(&there.url());
            return Ok(());
        }
        // Gone back to, the form sends another thread with the same id.
        id = ctx.new_id();
    }
    let of_zone = ctx.actor.role.works_in_zone();
    let (by, first) = (ctx.actor.id, ctx.new_id());
    let first =
        New { id: first, thread: id, company: company.id, by, of_zone, body: &body, document: None, corrects: None };
    store::insert_thread(&mut ctx.tx, &subject, &first, ctx.now).await?;
    ctx.record(events::entry("message.opened", id, company.id)).await?;
    let thread = store::find_thread(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    letters::tell(&mut ctx, &company, &thread, &body).await?;
    ctx.commit().await?;
    redirect(&url(company.id, id));
    Ok(())
}

/// Somebody writes in a thread.
#[server(endpoint = "messages/post")]
pub async fn post_message(
    #[server(default)] form_id: String,
    #[server(default)] thread: String,
    #[server(default)] body: String,
) -> Result<()> {
    use crate::backend::context::Ctx;
    use crate::error::Error;

    let ctx = Ctx::begin().await?;
    let thread = thread.parse().map_err(|_| Error::NotFound)?;
    add(ctx, &form_id, thread, None, &body).await
}

/// Who wrote a message corrects it when it can no longer be edited: the correction stands below it.
#[server(endpoint = "messages/correct")]
pub async fn correct_message(
    #[server(default)] form_id: String,
    #[server(default)] id: String,
    #[server(default)] body: String,
) -> Result<()> {
    use super::store;
    use crate::backend::context::Ctx;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    let message = store::find(&mut ctx.tx, id.parse().map_err(|_| Error::NotFound)?).await?.ok_or(Error::NotFound)?;
    add(ctx, &form_id, message.thread, Some(message), &body).await
}

/// Adds a message to a thread, as a correction of another or by itself.
#[cfg(feature = "ssr")]
async fn add(
    mut ctx: crate::backend::context::Ctx,
    form_id: &str,
    thread: uuid::Uuid,
    corrects: Option<super::model::Message>,
    typed: &str,
) -> Result<()> {
    use super::store::{self, New};
    use super::{events, letters};
    use crate::backend::context::redirect;
    use crate::error::{Check, Error};
    use crate::writing::model::body as read_body;

    let thread = store::find_thread(&mut ctx.tx, thread).await?.ok_or(Error::NotFound)?;
    ctx.actor.writes_messages_of(thread.company)?;
    if let Some(message) = &corrects {
        message.writing.may_correct(&ctx.actor, ctx.now)?;
    }
    let company = writable(&mut ctx, thread.company).await?;
    let mut check = Check::default();
    let body = read_body(&mut check, typed);
    check.finish(())?;
    let mut id = ctx.id_of_form(form_id).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if (there.thread, there.writing.by, &there.writing.body) == (thread.id, ctx.actor.id, &body) {
            redirect(&place(&thread, id));
            return Ok(());
        }
        id = ctx.new_id();
    }
    let (by, of_zone) = (ctx.actor.id, ctx.actor.role.works_in_zone());
    let action = if corrects.is_some() { "message.corrected" } else { "message.posted" };
    let corrects = corrects.map(|message| message.writing.id);
    let company_id = company.id;
    let new = New { id, thread: thread.id, company: company_id, by, of_zone, body: &body, document: None, corrects };
    store::insert(&mut ctx.tx, &new, ctx.now).await?;
    ctx.record(events::entry(action, thread.id, company.id)).await?;
    letters::tell(&mut ctx, &company, &thread, &body).await?;
    ctx.commit().await?;
    redirect(&place(&thread, id));
    Ok(())
}

/// Who wrote a message puts another text in its place, within a quarter of an hour.
#[server(endpoint = "messages/edit")]
pub async fn edit_message(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] body: String,
) -> Result<()> {
    use super::events;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Refusal};
    use crate::notification;
    use crate::writing::model::body as read_body;
    use crate::writing::store::{Table, edit};

    let mut ctx = Ctx::begin().await?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let (message, thread) = found(&mut ctx, id).await?;
    ctx.actor.writes_messages_of(thread.company)?;
    message.writing.may_edit(&ctx.actor, ctx.now)?;
    writable(&mut ctx, thread.company).await?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let mut check = Check::default();
    // A document needs no words.
    let body = match message.document {
        Some(_) => check.text("body", &body, crate::writing::model::LONGEST),
        None => read_body(&mut check, &body),
    };
    check.finish(())?;
    if body != message.writing.body {
        if !edit(&mut ctx.tx, Table::Messages, id, version, &body, ctx.now).await? {
            return Err(Error::Conflict);
        }
        notification::retell(&mut ctx.tx, thread.id, &message.writing.body, &body).await?;
        ctx.record(events::entry("message.edited", thread.id, thread.company)).await?;
        ctx.commit().await?;
    }
    redirect(&place(&thread, id));
    Ok(())
}

/// Who wrote a message, or an administrator, removes it: a stone stays, and the document that came with it goes, too.
/// Removing it a second time changes nothing.
#[server(endpoint = "messages/remove")]
pub async fn remove_message(#[server(default)] id: String) -> Result<()> {
    use super::events;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;
    use crate::writing::store::{Table, remove};
    use crate::{document, notification};

    let mut ctx = Ctx::begin().await?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let (message, thread) = found(&mut ctx, id).await?;
    ctx.actor.writes_messages_of(thread.company)?;
    message.writing.may_remove(&ctx.actor)?;
    if remove(&mut ctx.tx, Table::Messages, id, ctx.actor.id, ctx.now).await? {
        let mut said = message.writing.body;
        if let Some(document) = message.document
            && let Some(document) = document::store::find(&mut ctx.tx, document).await?
        {
            if document::store::remove(&mut ctx.tx, document.id, ctx.actor.id, ctx.now).await? {
                ctx.record(document::events::removed(&document)).await?;
            }
            // Without a note, people were told its name.
            said = if said.is_empty() { document.name } else { said };
        }
        notification::retell(&mut ctx.tx, thread.id, &said, "").await?;
        ctx.record(events::entry("message.removed", thread.id, thread.company)).await?;
        ctx.commit().await?;
    }
    redirect(&place(&thread, id));
    Ok(())
}

/// A message that this person may read, and its thread.
#[cfg(feature = "ssr")]
async fn found(
    ctx: &mut crate::backend::context::Ctx,
    id: uuid::Uuid,
) -> Result<(super::model::Message, super::model::Thread)> {
    use super::store;
    use crate::error::Error;
    let message = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let thread = store::find_thread(&mut ctx.tx, message.thread).await?.ok_or(Error::NotFound)?;
    ctx.actor.reads_messages_of(thread.company)?;
    Ok((message, thread))
}

/// A company to which something can be written now, held for this write.
///
/// # Errors
/// A refusal for an archived one, and for one that was merged into another a moment ago.
#[cfg(feature = "ssr")]
async fn writable(ctx: &mut crate::backend::context::Ctx, id: uuid::Uuid) -> Result<crate::company::model::Company> {
    use crate::error::{Error, Refusal};
    crate::company::store::hold(&mut ctx.tx, &[id]).await?;
    let company = crate::company::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    if company.archived.is_some() { Err(Error::Refused(Refusal::Archived)) } else { Ok(company) }
}

/// Adds the message that a document is: its note are its words.
#[cfg(feature = "ssr")]
pub async fn post_document(
    ctx: &mut crate::backend::context::Ctx,
    thread: &super::model::Thread,
    document: uuid::Uuid,
    name: &str,
    note: &str,
) -> Result<()> {
    use super::store::{self, New};
    use super::{events, letters};

    let company = writable(ctx, thread.company).await?;
    let (id, by, of_zone) = (ctx.new_id(), ctx.actor.id, ctx.actor.role.works_in_zone());
    let (document, in_company) = (Some(document), company.id);
    let new = New { id, thread: thread.id, company: in_company, by, of_zone, body: note, document, corrects: None };
    store::insert(&mut ctx.tx, &new, ctx.now).await?;
    ctx.record(events::entry("message.posted", thread.id, company.id)).await?;
    letters::tell(ctx, &company, thread, if note.is_empty() { name } else { note }).await
}

/// The place of a message on its thread's page.
#[cfg(feature = "ssr")]
pub fn place(thread: &super::model::Thread, message: uuid::Uuid) -> String {
    format!("{}#{}", thread.url(), crate::writing::views::anchor(message))
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::model::{Message, Thread};
    use super::super::store;
    use crate::actor::{Actor, Rights};
    use crate::affiliation::receivers::receivers;
    use crate::backend::context::{Ctx, Visit};
    use crate::company::model::Company;
    use crate::company::store as companies;
    use crate::document;
    use crate::document::model::Document;
    use crate::error::{Error, Result};
    use crate::notification;
    use crate::time::Timestamp;

    /// Threads on a page of the list, and messages on a page of a thread.
    pub const PAGE: i64 = 50;

    pub struct ThreadList {
        pub actor: Actor,
        pub company: Company,
        pub threads: Vec<Thread>,
        /// How many there are on all pages.
        pub count: i64,
        /// Those that this person has still to read.
        pub unread: Vec<Uuid>,
        /// How many people act for the company.
        pub readers: usize,
    }

    pub async fn list_threads(visit: &Visit, company: Uuid, page: i64) -> Result<ThreadList> {
        let mut ctx = visit.read().await?;
        ctx.actor.reads_messages_of(company)?;
        let company = companies::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
        let (threads, count) = store::of_company(&mut ctx.tx, company.id, PAGE, (page - 1) * PAGE).await?;
        let unread = store::unread_among(&mut ctx.tx, ctx.actor.id, &threads, ctx.now).await?;
        let readers = readers(&mut ctx, company.id).await?;
        Ok(ThreadList { actor: ctx.actor, company, threads, count, unread, readers })
    }

    /// How many people act for a company now, for who may know it.
    async fn readers(ctx: &mut Ctx, company: Uuid) -> Result<usize> {
        let receivers = receivers(&mut ctx.tx, company, Rights::Viewer, ctx.now).await?;
        Ok(receivers.iter().filter(|receiver| receiver.account.is_some()).count())
    }

    pub struct ThreadPage {
        pub actor: Actor,
        pub company: Company,
        pub thread: Thread,
        /// The earliest first.
        pub messages: Vec<Message>,
        pub corrections: Vec<Message>,
        pub documents: Vec<Document>,
        /// How many there are on all pages.
        pub count: i64,
        /// How many people act for the company.
        pub readers: usize,
        pub now: Timestamp,
    }

    /// A page of a thread; the first is that of the latest messages.
    pub async fn read_thread(visit: &Visit, company: Uuid, thread: Uuid, page: i64) -> Result<ThreadPage> {
        let mut ctx = visit.read().await?;
        // A company that was merged into another leaves its name in the addresses of its threads.
        let thread = store::find_thread(&mut ctx.tx, thread).await?;
        ctx.actor.reads_messages_of(thread.as_ref().map_or(company, |thread| thread.company))?;
        let thread = thread.ok_or(Error::NotFound)?;
        let company = companies::find(&mut ctx.tx, thread.company).await?.ok_or(Error::NotFound)?;
        let (mut messages, count) = store::of_thread(&mut ctx.tx, thread.id, PAGE, (page - 1) * PAGE).await?;
        messages.reverse();
        let corrections = store::corrections(&mut ctx.tx, &messages).await?;
        let sent: Vec<Uuid> = messages.iter().filter_map(|message| message.document).collect();
        let documents = document::store::with_ids(&mut ctx.tx, &sent).await?;
        let readers = readers(&mut ctx, company.id).await?;
        if page == 1 {
            store::seen(visit, &ctx.actor, &thread);
            notification::seen(visit, &mut ctx.tx, &mut ctx.actor, thread.id).await?;
        }
        let (actor, now) = (ctx.actor, ctx.now);
        Ok(ThreadPage { actor, company, thread, messages, corrections, documents, count, readers, now })
    }
}
