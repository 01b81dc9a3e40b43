//! What one can do with internal notes, and what their page reads.

use leptos::prelude::*;

use crate::error::Result;

/// Staff notes something of a company, for the zone alone. Who is named in it is told; `mention` names more people.
#[server(endpoint = "notes/add")]
pub async fn add_note(
    #[server(default)] form_id: String,
    #[server(default)] company: String,
    #[server(default)] body: String,
    #[server(default)] mention: String,
) -> Result<()> {
    use crate::backend::context::Ctx;
    use crate::error::Error;

    let ctx = Ctx::begin().await?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    write(ctx, &form_id, company, None, &body, &mention).await
}

/// Who wrote a note corrects it when it can no longer be edited: the correction stands below it.
#[server(endpoint = "notes/correct")]
pub async fn correct_note(
    #[server(default)] form_id: String,
    #[server(default)] id: String,
    #[server(default)] body: String,
) -> Result<()> {
    use super::store;
    use crate::backend::context::Ctx;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    let note = store::find(&mut ctx.tx, id.parse().map_err(|_| Error::NotFound)?).await?.ok_or(Error::NotFound)?;
    write(ctx, &form_id, note.company, Some(note), &body, "").await
}

#[cfg(feature = "ssr")]
async fn write(
    mut ctx: crate::backend::context::Ctx,
    form_id: &str,
    company: uuid::Uuid,
    corrects: Option<super::model::Note>,
    typed: &str,
    more: &str,
) -> Result<()> {
    use super::events;
    use super::mention::mentioned;
    use super::store::{self, New};
    use crate::backend::context::redirect;
    use crate::error::{Check, Error};
    use crate::writing::model::body as read_body;

    ctx.actor.writes_notes_of(company)?;
    if let Some(note) = &corrects {
        note.writing.may_correct(&ctx.actor, ctx.now)?;
    }
    crate::company::store::hold(&mut ctx.tx, &[company]).await?;
    let company = crate::company::store::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
    let people = store::people(&mut ctx.tx).await?;
    let mut check = Check::default();
    let typed = named(&mut check, &read_body(&mut Check::default(), typed), &people);
    let body = with_more(&mut check, typed, more, &people);
    read_body(&mut check, &body);
    check.finish(())?;
    let mut id = ctx.id_of_form(form_id).await?;
    if let Some(there) = store::find(&mut ctx.tx, id).await? {
        if (there.company, there.writing.by, &there.writing.body) == (company.id, ctx.actor.id, &body) {
            redirect(&there.url());
            return Ok(());
        }
        id = ctx.new_id();
    }
    let action = if corrects.is_some() { "note.corrected" } else { "note.added" };
    let corrects = corrects.map(|note| note.writing.id);
    let new = New { id, company: company.id, by: ctx.actor.id, body: &body, corrects };
    store::insert(&mut ctx.tx, &new, ctx.now).await?;
    ctx.record(events::entry(action, id, company.id)).await?;
    tell(&mut ctx, id, &company, &body, &mentioned(&body, &people)).await?;
    ctx.commit().await?;
    if let Some(note) = corrects {
        redirect(&place(company.id, note));
    } else {
        redirect(&place(company.id, id));
    }
    Ok(())
}

/// A note in which everybody is named by their whole name. Whom it names and nobody knows is told.
#[cfg(feature = "ssr")]
fn named(check: &mut crate::error::Check, typed: &str, people: &[super::mention::Named]) -> String {
    use crate::error::Problem;
    let (whole, unclear) = super::mention::completed(typed, people);
    for one in unclear {
        let typed = format!("@{}", one.typed);
        check.note(
            "body",
            if one.could_be.is_empty() { Problem::Nobody(typed) } else { Problem::SeveralPeople(typed, one.could_be) },
        );
    }
    whole
}

/// A text with those at its end who were named in a field of their own.
#[cfg(feature = "ssr")]
fn with_more(
    check: &mut crate::error::Check,
    mut body: String,
    more: &str,
    people: &[super::mention::Named],
) -> String {
    use super::mention::{Meant, meant, mentioned};
    use crate::error::Problem;
    let more = check.line("mention", more, 500);
    for typed in more.split([',', '，', '、', ';', '；']).map(|name| name.trim().trim_start_matches(['@', '＠'])) {
        if typed.is_empty() {
            continue;
        }
        let found = match meant(typed, people) {
            Meant::One(person) => people.get(person),
            Meant::Several(names) => {
                check.note("mention", Problem::SeveralPeople(typed.to_owned(), names));
                None
            }
            Meant::Nobody => {
                check.note("mention", Problem::Nobody(typed.to_owned()));
                None
            }
        };
        let Some((person, name)) = found else { continue };
        if !mentioned(&body, people).contains(person) && !body.is_empty() {
            body = format!("{body}\n@{name}");
        }
    }
    body
}

/// Notes who is named in a note, and tells those who were not named before.
#[cfg(feature = "ssr")]
async fn tell(
    ctx: &mut crate::backend::context::Ctx,
    note: uuid::Uuid,
    company: &crate::company::model::Company,
    body: &str,
    people: &[uuid::Uuid],
) -> Result<()> {
    use super::store;
    use crate::notification::{self, Kind, Subject};
    use crate::writing::model::excerpt;

    let others: Vec<uuid::Uuid> = people.iter().copied().filter(|person| *person != ctx.actor.id).collect();
    let new = store::mention(&mut ctx.tx, note, &others).await?;
    if new.is_empty() {
        return Ok(());
    }
    let (path, by, text) = (place(company.id, note), ctx.actor.name.clone(), excerpt(body));
    let subject = Subject { kind: "note", id: note, path: &path, company: None };
    let facts = [
        ("name_en", company.facts.name_en.as_str()),
        ("name_zh", company.facts.name_zh.as_str()),
        ("by", by.as_str()),
        ("text", text.as_str()),
    ];
    notification::tell(&mut ctx.tx, Kind::Mention, &subject, &facts, &new, Some(ctx.actor.id), ctx.now).await
}

/// Who wrote a note puts another text in its place, within a quarter of an hour. Who is named now, and was not before, is
/// told.
#[server(endpoint = "notes/edit")]
pub async fn edit_note(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] body: String,
) -> Result<()> {
    use super::mention::mentioned;
    use super::{events, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Refusal};
    use crate::notification;
    use crate::writing::model::body as read_body;
    use crate::writing::store::{Table, edit};

    let mut ctx = Ctx::begin().await?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let note = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    ctx.actor.writes_notes_of(note.company)?;
    note.writing.may_edit(&ctx.actor, ctx.now)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let mut check = Check::default();
    let people = store::people(&mut ctx.tx).await?;
    // Who was named before may stay, whatever became of their account.
    let before = store::mentions(&mut ctx.tx, &[id]).await?;
    let known = people.iter().cloned().chain(before.into_iter().map(|(_, account, name)| (account, name)));
    let known: Vec<_> = known.collect();
    let body = named(&mut check, &read_body(&mut Check::default(), &body), &known);
    read_body(&mut check, &body);
    check.finish(())?;
    if body != note.writing.body {
        if !edit(&mut ctx.tx, Table::Notes, id, version, &body, ctx.now).await? {
            return Err(Error::Conflict);
        }
        notification::retell(&mut ctx.tx, id, &note.writing.body, &body).await?;
        ctx.record(events::entry("note.edited", id, note.company)).await?;
        let company = crate::company::store::find(&mut ctx.tx, note.company).await?.ok_or(Error::NotFound)?;
        tell(&mut ctx, id, &company, &body, &mentioned(&body, &people)).await?;
        ctx.commit().await?;
    }
    redirect(&note.url());
    Ok(())
}

/// Who wrote a note, or an administrator, removes it: a stone stays. Removing it a second time changes nothing.
#[server(endpoint = "notes/remove")]
pub async fn remove_note(#[server(default)] id: String) -> Result<()> {
    use super::{events, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;
    use crate::notification;
    use crate::writing::store::{Table, remove};

    let mut ctx = Ctx::begin().await?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let note = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    ctx.actor.writes_notes_of(note.company)?;
    note.writing.may_remove(&ctx.actor)?;
    if remove(&mut ctx.tx, Table::Notes, id, ctx.actor.id, ctx.now).await? {
        notification::retell(&mut ctx.tx, id, &note.writing.body, "").await?;
        ctx.record(events::entry("note.removed", id, note.company)).await?;
        ctx.commit().await?;
    }
    redirect(&note.url());
    Ok(())
}

/// The place of a note on its page.
#[cfg(feature = "ssr")]
fn place(company: uuid::Uuid, note: uuid::Uuid) -> String {
    format!("{}#{}", super::model::list_url(company), crate::writing::views::anchor(note))
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::mention::Named;
    use super::super::model::Note;
    use super::super::store;
    use crate::actor::Actor;
    use crate::backend::context::Visit;
    use crate::company::model::Company;
    use crate::company::store as companies;
    use crate::error::{Error, Result};
    use crate::notification;
    use crate::time::Timestamp;

    /// Notes on a page.
    pub const PAGE: i64 = 30;

    pub struct NoteList {
        pub actor: Actor,
        pub company: Company,
        /// The latest first.
        pub notes: Vec<Note>,
        pub corrections: Vec<Note>,
        /// Note, account and name of who is named.
        pub mentions: Vec<(Uuid, Uuid, String)>,
        /// Who can be named; nobody for those who write none.
        pub people: Vec<Named>,
        /// How many there are on all pages.
        pub count: i64,
        pub now: Timestamp,
    }

    pub async fn list_notes(visit: &Visit, company: Uuid, page: i64) -> Result<NoteList> {
        let mut ctx = visit.read().await?;
        ctx.actor.reads_notes_of(company)?;
        let company = companies::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
        let (notes, count) = store::of_company(&mut ctx.tx, company.id, PAGE, (page - 1) * PAGE).await?;
        let corrections = store::corrections(&mut ctx.tx, &notes).await?;
        let shown: Vec<Uuid> = notes.iter().chain(&corrections).map(|note| note.writing.id).collect();
        let mentions = store::mentions(&mut ctx.tx, &shown).await?;
        let writes = ctx.actor.writes_notes_of(company.id).is_ok();
        let people = if writes { store::people(&mut ctx.tx).await? } else { Vec::new() };
        notification::seen_all(visit, &mut ctx.tx, &mut ctx.actor, &shown).await?;
        let (actor, now) = (ctx.actor, ctx.now);
        Ok(NoteList { actor, company, notes, corrections, mentions, people, count, now })
    }
}
