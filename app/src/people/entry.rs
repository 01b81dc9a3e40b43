//! Whether somebody comes in: suspended or not, signed in where, with which second factor.

use leptos::prelude::*;

use crate::error::Result;

#[cfg(feature = "ssr")]
use super::write::{begin, hold_companies, look_at_all};

/// An administrator suspends a person: they are signed out at once and cannot come in.
#[server(endpoint = "accounts/suspend")]
pub async fn suspend_person(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(default)] reason: String,
) -> Result<()> {
    use super::{letters, store};
    use crate::account::session;
    use crate::backend::context::redirect;
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Refusal};

    let (mut ctx, person) = begin(&id).await?;
    if person.id == ctx.actor.id {
        return Err(Error::Refused(Refusal::Oneself));
    }
    let mut check = Check::default();
    let reason = check.required("reason", &reason, 500);
    check.finish(())?;
    if person.version.to_string() != version.trim() || person.erased_at.is_some() {
        return Err(Error::Conflict);
    }
    if person.suspended_at.is_none() {
        let companies = hold_companies(&mut ctx, person.id).await?;
        if !store::suspend(&mut ctx.tx, person.id, person.version, Some(ctx.now)).await? {
            return Err(Error::Conflict);
        }
        if store::administrators(&mut ctx.tx).await? == 0 {
            return Err(Error::Refused(Refusal::LastOfPortal));
        }
        session::end_all(&mut ctx.tx, person.id).await?;
        ctx.record(Entry::new("account.suspended", "account", person.id).created(vec![("reason", reason)])).await?;
        letters::tell_suspended(&mut ctx, person.id).await?;
        look_at_all(&mut ctx, &companies).await?;
        ctx.commit().await?;
    }
    redirect(&super::url(person.id));
    Ok(())
}

/// An administrator lets a suspended person in again.
#[server(endpoint = "accounts/reinstate")]
pub async fn reinstate_person(#[server(default)] id: String, #[server(default)] version: String) -> Result<()> {
    use super::{letters, store};
    use crate::backend::context::redirect;
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let (mut ctx, person) = begin(&id).await?;
    if person.version.to_string() != version.trim() || person.erased_at.is_some() {
        return Err(Error::Conflict);
    }
    if person.suspended_at.is_some() {
        let companies = hold_companies(&mut ctx, person.id).await?;
        if !store::suspend(&mut ctx.tx, person.id, person.version, None).await? {
            return Err(Error::Conflict);
        }
        ctx.record(Entry::new("account.reinstated", "account", person.id)).await?;
        letters::tell_reinstated(&mut ctx, person.id).await?;
        look_at_all(&mut ctx, &companies).await?;
        ctx.commit().await?;
    }
    redirect(&super::url(person.id));
    Ok(())
}

/// An administrator signs a person out everywhere; of their own sessions the one at hand stays.
#[server(endpoint = "accounts/end-sessions")]
pub async fn end_sessions(#[server(default)] id: String) -> Result<()> {
    use crate::account::session;
    use crate::backend::context::redirect;
    use crate::backend::journal::Entry;

    let (mut ctx, person) = begin(&id).await?;
    match ctx.visit.session.clone().filter(|_| person.id == ctx.actor.id) {
        Some(token) => session::end_others(&mut ctx.tx, person.id, &token).await?,
        None => drop(session::end_all(&mut ctx.tx, person.id).await?),
    }
    ctx.record(Entry::new("account.sessions_ended", "account", person.id)).await?;
    ctx.commit().await?;
    redirect(&super::url(person.id));
    Ok(())
}

/// An administrator removes a person's second factors after they lost them; the person is told, and signed out.
#[server(endpoint = "accounts/remove-factors")]
pub async fn remove_factors(#[server(default)] id: String) -> Result<()> {
    use super::{letters, store};
    use crate::account::session;
    use crate::backend::context::redirect;
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal};

    let (mut ctx, person) = begin(&id).await?;
    if person.id == ctx.actor.id {
        return Err(Error::Refused(Refusal::Oneself));
    }
    ctx.require_recent()?;
    if store::remove_factors(&mut ctx.tx, person.id).await? {
        session::end_all(&mut ctx.tx, person.id).await?;
        ctx.record(Entry::new("account.factors_removed", "account", person.id)).await?;
        letters::tell_factors_removed(&mut ctx, person.id).await?;
        ctx.commit().await?;
    }
    redirect(&super::url(person.id));
    Ok(())
}
