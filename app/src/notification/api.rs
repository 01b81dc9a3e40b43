//! What one can do with one's notifications.

use leptos::prelude::*;

use crate::error::Result;

/// A person has read a notification without opening its record. That somebody read something is no change of a record, so
/// the journal does not tell it.
#[server(endpoint = "notifications/read")]
pub async fn read_notification(#[server(default)] id: String) -> Result<()> {
    use super::store;
    use crate::backend::context::Ctx;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    store::mark_read(&mut ctx.tx, ctx.actor.id, id, ctx.now).await?;
    ctx.commit().await
}

/// A person has read all that stood in their list when it was drawn.
#[server(endpoint = "notifications/read-all")]
pub async fn read_all_notifications(#[server(default)] until: String) -> Result<()> {
    use super::{pages, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Error, Refusal};
    use crate::time::Timestamp;

    let mut ctx = Ctx::begin().await?;
    let until = until.parse().map(Timestamp).map_err(|_| Error::Refused(Refusal::Malformed))?;
    store::mark_all_read(&mut ctx.tx, ctx.actor.id, until, ctx.now).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}

/// A person chooses how they want mails: each of `mails` is a kind and a choice, `mention=daily`; `all` instead says the
/// same for every kind, `daily`, or takes all choices back, `usual`.
#[server(endpoint = "notifications/choose")]
pub async fn choose_mails(#[server(default)] mails: Vec<String>, #[server(default)] all: String) -> Result<()> {
    use super::kinds::{Kind, Mails};
    use super::{choice, events, pages};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    let chosen = choice::chosen(&mut ctx.tx, ctx.actor.id).await?;
    let mut wanted = Vec::new();
    for text in &mails {
        let (code, mails) = text.split_once('=').ok_or(Error::Refused(Refusal::Malformed))?;
        let kind = Kind::from_code(code).ok_or(Error::Refused(Refusal::Malformed))?;
        wanted.push((kind, Mails::from_code(mails).ok_or(Error::Refused(Refusal::Malformed))?));
    }
    let mut changes = Vec::new();
    for kind in Kind::ALL.iter().copied().filter(|kind| !kind.must()) {
        let before = choice::of(kind, &chosen);
        let typed = wanted.iter().find(|(other, _)| *other == kind).map_or(before, |(_, mails)| *mails);
        let after = match all.as_str() {
            "usual" => kind.usual(),
            other => Mails::from_code(other).unwrap_or(typed),
        };
        if before != after {
            choice::choose(&mut ctx.tx, ctx.actor.id, kind, after, ctx.now).await?;
            changes.push((kind, before, after));
        }
    }
    if !changes.is_empty() {
        ctx.record(events::chosen("notification.chosen", ctx.actor.id, &changes)).await?;
        ctx.commit().await?;
    }
    redirect(&format!("{}?saved=1", pages::CHOICES));
    Ok(())
}

/// A person follows a company, or no longer does.
#[server(endpoint = "follows/set")]
pub async fn set_follow(#[server(default)] company: String, #[server(default)] follow: String) -> Result<()> {
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::company::{model, store};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    let id = company.parse().map_err(|_| Error::NotFound)?;
    if !ctx.actor.may_see_company(id) {
        return Err(Error::NotFound);
    }
    require(ctx.actor.may_follow_company(id))?;
    store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let (done, action) = if follow == "true" {
        store::hold(&mut ctx.tx, &[id]).await?;
        (super::follow(&mut ctx.tx, ctx.actor.id, "company", id, ctx.now).await?, "company.followed")
    } else {
        (super::unfollow(&mut ctx.tx, ctx.actor.id, id).await?, "company.unfollowed")
    };
    if done {
        // Of the person, not of the company: who follows it is no part of its timeline.
        let entry = Entry::new(action, "account", ctx.actor.id);
        ctx.record(entry.created(vec![("company", id.to_string())])).await?;
        ctx.commit().await?;
    }
    redirect(&model::url(id));
    Ok(())
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use super::super::address;
    use super::super::choice;
    use super::super::kinds::{Audience, Kind, Mails};
    use super::super::store::{self, Notification};
    use crate::actor::Actor;
    use crate::backend::context::Visit;
    use crate::error::Result;

    /// Rows on a page of the list.
    pub const PAGE: i64 = 50;

    pub struct NotificationList {
        pub actor: Actor,
        pub notifications: Vec<Notification>,
        /// How many there are on all pages.
        pub count: i64,
        /// The person's address, if it refuses mails.
        pub refused: Option<String>,
    }

    pub async fn list_notifications(visit: &Visit, unread: bool, page: i64) -> Result<NotificationList> {
        let mut ctx = visit.read().await?;
        let account = ctx.actor.id;
        let (notifications, count) = store::list(&mut ctx.tx, account, unread, PAGE, (page - 1) * PAGE).await?;
        let refused = address::refused(&mut ctx.tx, account).await?;
        Ok(NotificationList { actor: ctx.actor, notifications, count, refused })
    }

    pub struct Choices {
        pub actor: Actor,
        /// Every kind that this person can be told of, and how they want its mails.
        pub kinds: Vec<(Kind, Mails)>,
        pub refused: Option<String>,
    }

    pub async fn read_choices(visit: &Visit) -> Result<Choices> {
        let mut ctx = visit.read().await?;
        let chosen = choice::chosen(&mut ctx.tx, ctx.actor.id).await?;
        let zone = ctx.actor.role.works_in_zone();
        let may_read = |kind: &Kind| zone || kind.audience() == Audience::Anybody;
        let kinds = Kind::ALL.iter().copied().filter(may_read);
        let kinds = kinds.map(|kind| (kind, choice::of(kind, &chosen))).collect();
        let refused = address::refused(&mut ctx.tx, ctx.actor.id).await?;
        Ok(Choices { actor: ctx.actor, kinds, refused })
    }
}
