//! Linking an agreement to other records. It changes nothing of what was agreed, so that it can be done at any time, and no
//! form of somebody else is refused for it.

use leptos::prelude::*;

use crate::error::Result;

/// Staff links an agreement to a record, by its name or the address of its page.
#[server(endpoint = "agreements/link")]
pub async fn link_agreement(#[server(default)] id: String, #[server(default)] link: String) -> Result<()> {
    use super::super::api::Step;
    use super::super::events;
    use super::model::MOST;
    use super::view::ANCHOR;
    use super::{named, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Problem};

    let ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let mut step = Step::of(ctx, &id).await?;
    let (agreement, by, now) = (step.agreement.id, step.ctx.actor.id, step.ctx.now);
    let tx = &mut step.ctx.tx;
    let mut check = Check::default();
    let found = named::resolve(tx, &mut check, "link", &link).await?;
    if let Some(found) = &found
        && store::count(tx, agreement).await? >= MOST
        && !store::is_linked(tx, agreement, found.kind, found.id).await?
    {
        check.note("link", Problem::TooMany(u32::try_from(MOST).unwrap_or(u32::MAX)));
    }
    let found = check.finish(found)?.ok_or(Error::NotFound)?;
    if !store::add(tx, agreement, found.kind, found.id, by, now).await? {
        // Sent twice, it is there already.
        redirect(&format!("{}{ANCHOR}", step.agreement.url()));
        return Ok(());
    }
    step.finish(events::linked("agreement.linked", agreement, found.kind, found.name), ANCHOR).await
}

/// Staff removes a link.
#[server(endpoint = "agreements/unlink")]
pub async fn unlink_agreement(
    #[server(default)] id: String,
    #[server(default)] kind: String,
    #[server(default)] subject: String,
) -> Result<()> {
    use super::super::api::Step;
    use super::super::events;
    use super::model::Kind;
    use super::view::ANCHOR;
    use super::{named, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let mut step = Step::of(ctx, &id).await?;
    let agreement = step.agreement.id;
    let kind = Kind::from_code(&kind).ok_or(Error::NotFound)?;
    let subject = subject.parse().map_err(|_| Error::NotFound)?;
    let tx = &mut step.ctx.tx;
    if !store::is_linked(tx, agreement, kind, subject).await? {
        redirect(&format!("{}{ANCHOR}", step.agreement.url()));
        return Ok(());
    }
    let name = named::name(tx, kind, subject).await?.unwrap_or_default();
    store::remove(tx, agreement, kind, subject).await?;
    step.finish(events::linked("agreement.unlinked", agreement, kind, name), ANCHOR).await
}
