//! What people can ask for about their own data, and what administrators decide.

use leptos::prelude::*;

use super::model::RetentionForm;
use crate::error::Result;

/// A person asks that what is held about them goes. Asked twice, it is asked once.
#[server(endpoint = "privacy/ask-erasure")]
pub async fn ask_erasure(#[server(default)] reason: String, #[server(default)] form_id: String) -> Result<()> {
    use super::{letters, model, pages, store};
    use crate::account;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::outbox;
    use crate::error::{Check, Error, Refusal};

    let mut check = Check::default();
    let reason = check.text("reason", &reason, model::LONGEST_REASON);
    let mut ctx = Ctx::begin().await?;
    check.finish(())?;
    ctx.require_recent()?;
    let me = ctx.actor.id;
    if store::is_last_administrator(&mut ctx.tx, me).await? {
        return Err(Error::Refused(Refusal::LastOfPortal));
    }
    let id = ctx.id_of_form(&form_id).await?;
    if store::ask(&mut ctx.tx, id, me, &reason, ctx.now).await? {
        if let Some((receiver, _)) = account::store::receiver(&mut ctx.tx, me).await? {
            let letter = letters::asked(&receiver, ctx.now, &ctx.visit.backend.settings.url);
            outbox::enqueue(&mut ctx.tx, "erasure.asked", &receiver, &letter, ctx.now).await?;
        }
        ctx.record(Entry::new("erasure.asked", "account", me)).await?;
        ctx.commit().await?;
    }
    redirect(&format!("{}{}", pages::PATH, pages::ANCHOR));
    Ok(())
}

/// A person takes the request back.
#[server(endpoint = "privacy/withdraw-erasure")]
pub async fn withdraw_erasure() -> Result<()> {
    use super::{pages, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;

    let mut ctx = Ctx::begin().await?;
    let me = ctx.actor.id;
    if store::withdraw(&mut ctx.tx, me).await? {
        ctx.record(Entry::new("erasure.withdrawn", "account", me)).await?;
        ctx.commit().await?;
    }
    redirect(&format!("{}{}", pages::PATH, pages::ANCHOR));
    Ok(())
}

/// An administrator erases what is held about a person who asked for it.
#[server(endpoint = "privacy/erase")]
pub async fn erase_person(#[server(default)] id: String) -> Result<()> {
    use super::{admin_pages, erasure, letters, store};
    use crate::account;
    use crate::actor::require;
    use crate::affiliation::watch;
    use crate::backend::context::{Ctx, Visit, redirect};
    use crate::backend::journal::Author;
    use crate::backend::outbox;
    use crate::error::{Error, Refusal};

    // What means reading whole tables, or writing much, comes before the transaction that decides.
    let visit = Visit::current()?;
    let mut read = visit.read().await?;
    if read.actor.viewer.is_some() {
        return Err(Error::Refused(Refusal::LooksOnly));
    }
    require(read.actor.may_administer())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let request = store::find(&mut read.tx, id).await?.ok_or(Error::NotFound)?;
    let person = store::person(&mut read.tx, request.account_id).await?.ok_or(Error::Conflict)?;
    if request.decided_at.is_some() {
        return Err(Error::Conflict);
    }
    read.require_recent()?;
    if store::is_last_administrator(&mut read.tx, person.account).await? {
        return Err(Error::Refused(Refusal::LastOfPortal));
    }
    let mentions = erasure::mentions(&mut read.tx, &person).await?;
    drop(read);
    erasure::erase_addresses(&visit.backend, &person).await?;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    ctx.require_recent()?;
    let by = ctx.actor.id;
    store::decide(&mut ctx.tx, id, by, "", ctx.now).await?.ok_or(Error::Conflict)?;
    // As they are now: name or address may have changed since they were looked for.
    let now = store::person(&mut ctx.tx, request.account_id).await?.ok_or(Error::Conflict)?;
    if (&now.email, &now.name) != (&person.email, &person.name) {
        return Err(Error::Conflict);
    }
    let (mut receiver, _) = account::store::receiver(&mut ctx.tx, person.account).await?.ok_or(Error::Conflict)?;
    let companies = store::companies_of(&mut ctx.tx, person.account).await?;
    let mut author = Author { now: ctx.now, ..ctx.visit.author(Some(by)) };
    if by == person.account {
        // Who erases themselves leaves no new address behind.
        author.address.clear();
    }
    let pseudonym = erasure::erase(&mut ctx.tx, &author, &person, &mentions).await?;
    // The account no longer has this mail: it is the last, and goes to the address alone.
    receiver.account = None;
    let letter = letters::done(&receiver, &pseudonym);
    outbox::enqueue(&mut ctx.tx, letters::FAREWELL, &receiver, &letter, ctx.now).await?;
    for company in companies {
        watch::look_at(&mut ctx.tx, company, &author).await?;
    }
    ctx.commit().await?;
    redirect(if by == person.account { "/" } else { admin_pages::ERASURES });
    Ok(())
}

/// An administrator declines a request for erasure, and says why.
#[server(endpoint = "privacy/decline")]
pub async fn decline_erasure(#[server(default)] id: String, #[server(default)] reason: String) -> Result<()> {
    use super::{admin_pages, letters, model, store};
    use crate::account;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::backend::outbox;
    use crate::error::{Check, Error, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let mut check = Check::default();
    let reason = check.text("reason", &reason, model::LONGEST_REASON);
    if reason.is_empty() {
        check.note("reason", Problem::Missing);
    }
    check.finish(())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let by = ctx.actor.id;
    let account = store::decide(&mut ctx.tx, id, by, &reason, ctx.now).await?.ok_or(Error::Conflict)?;
    if let Some((receiver, _)) = account::store::receiver(&mut ctx.tx, account).await? {
        let letter = letters::declined(&receiver, &reason, &ctx.visit.backend.settings.url);
        outbox::enqueue(&mut ctx.tx, "erasure.declined", &receiver, &letter, ctx.now).await?;
    }
    ctx.record(Entry::new("erasure.declined", "account", account)).await?;
    ctx.commit().await?;
    redirect(admin_pages::ERASURES);
    Ok(())
}

/// An administrator decides for how long things are kept.
#[server(endpoint = "privacy/retention")]
pub async fn set_retention(#[server(flatten)] form: RetentionForm, #[server(default)] version: String) -> Result<()> {
    use super::{admin_pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let days = form.parse()?;
    let before = store::days(&mut ctx.tx).await?;
    if before != days {
        let version = version.parse().map_err(|_| Error::Conflict)?;
        if !store::set_days(&mut ctx.tx, &days, version).await? {
            return Err(Error::Conflict);
        }
        let entry = Entry::new("retention.changed", "portal", uuid::Uuid::nil());
        ctx.record(entry.changed(before.fields(), days.fields())).await?;
        ctx.commit().await?;
    }
    redirect(admin_pages::RETENTION);
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use uuid::Uuid;

    use super::super::model::{Days, Rule};
    use super::super::store::{self, Left, Request, Unused};
    use crate::actor::{Actor, require};
    use crate::backend::context::Visit;
    use crate::error::{Error, Result};

    /// How many decided requests, or unused accounts, a page lists.
    pub const LISTED: i64 = 50;

    /// What a person's own page shows.
    pub struct Own {
        pub actor: Actor,
        pub days: Days,
        pub request: Option<Request>,
        pub is_last_administrator: bool,
        pub left: Vec<Left>,
    }

    pub async fn own_page(visit: &Visit) -> Result<Own> {
        let mut ctx = visit.read().await?;
        let me = ctx.actor.id;
        let days = store::days(&mut ctx.tx).await?;
        let request = store::latest(&mut ctx.tx, me).await?;
        let is_last_administrator = store::is_last_administrator(&mut ctx.tx, me).await?;
        let left = store::companies_left(&mut ctx.tx, me, ctx.now).await?;
        Ok(Own { actor: ctx.actor, days, request, is_last_administrator, left })
    }

    /// What everybody can read: for how long things are kept.
    pub async fn notice(visit: &Visit) -> Result<(Option<Actor>, Days)> {
        let (mut tx, actor) = visit.look().await?;
        Ok((actor, store::days(&mut tx).await?))
    }

    pub async fn list_requests(visit: &Visit) -> Result<(Actor, Vec<Request>)> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        let requests = store::requests(&mut ctx.tx, LISTED).await?;
        Ok((ctx.actor, requests))
    }

    /// A request with what its erasure would mean.
    pub struct Decision {
        pub actor: Actor,
        pub request: Request,
        pub is_last_administrator: bool,
        pub left: Vec<Left>,
        pub managed: usize,
    }

    pub async fn read_request(visit: &Visit, id: Result<Uuid>) -> Result<Decision> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        let request = store::find(&mut ctx.tx, id?).await?.ok_or(Error::NotFound)?;
        let account = request.account_id;
        let is_last_administrator = store::is_last_administrator(&mut ctx.tx, account).await?;
        let left = store::companies_left(&mut ctx.tx, account, ctx.now).await?;
        let managed = store::managed(&mut ctx.tx, account).await?.len();
        Ok(Decision { actor: ctx.actor, request, is_last_administrator, left, managed })
    }

    /// What the page of the retention times shows.
    pub struct Retention {
        pub actor: Actor,
        pub days: Days,
        pub version: i64,
        pub unused: Vec<Unused>,
        pub unused_count: i64,
    }

    pub async fn retention_page(visit: &Visit) -> Result<Retention> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        let days = store::days(&mut ctx.tx).await?;
        let version = store::version(&mut ctx.tx).await?;
        let since = days.end(Rule::Inactive, ctx.now);
        let (unused, unused_count) = store::unused(&mut ctx.tx, since, LISTED).await?;
        Ok(Retention { actor: ctx.actor, days, version, unused, unused_count })
    }
}
