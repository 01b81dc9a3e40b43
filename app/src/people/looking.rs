//! Looking at the portal as another person, read-only. The session keeps as whom and since when; after half an hour it ends
//! by itself. Beginning and end are in the journal.

use leptos::prelude::*;

use crate::error::Result;

/// An administrator begins to look as another person.
#[server(endpoint = "admin/look-as")]
pub async fn look_as(#[server(default)] id: String) -> Result<()> {
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let person = super::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    ctx.actor.may_look_as(person.id, person.role())?;
    if person.erased_at.is_some() {
        return Err(Error::Refused(Refusal::NotLookedAs));
    }
    ctx.require_recent()?;
    begin(&mut ctx, id).await?;
    ctx.record(Entry::new("account.view_started", "account", id)).await?;
    ctx.commit().await?;
    redirect("/today");
    Ok(())
}

/// Who looks as another person stops, and is themselves again.
#[server(endpoint = "admin/stop-looking")]
pub async fn stop_looking() -> Result<()> {
    use crate::backend::context::{Visit, redirect};

    let visit = Visit::current()?;
    let mut ctx = visit.begin_while_looking().await?;
    let looked_as = ctx.actor.id;
    if let (Some(_), Some(token)) = (ctx.actor.viewer, &visit.session) {
        stop(&mut ctx.tx, &visit, token).await?;
        ctx.commit().await?;
        redirect(&super::url(looked_as));
    } else {
        // It had ended by itself.
        redirect("/today");
    }
    Ok(())
}

#[cfg(feature = "ssr")]
pub use write::*;

#[cfg(feature = "ssr")]
mod write {
    use uuid::Uuid;

    use crate::account::session::LOOK;
    use crate::backend::Backend;
    use crate::backend::context::{Ctx, Visit};
    use crate::backend::database::Tx;
    use crate::backend::journal::{self, Author, Entry};
    use crate::error::Result;
    use crate::{ask, on};

    /// Lets the session see what somebody sees, for the company for which they acted last.
    pub(super) async fn begin(ctx: &mut Ctx, account: Uuid) -> Result<()> {
        let token = ctx.visit.session.clone().unwrap_or_default();
        // One that ended by itself may not have been noted yet.
        let visit = ctx.visit.clone();
        stop(&mut ctx.tx, &visit, &token).await?;
        on!(&mut ctx.tx, |c| sqlx::query(
            "UPDATE sessions SET viewed_account_id = $1, viewed_since = $2, company_id =
                 (SELECT f.company_id FROM affiliations f WHERE f.account_id = $1 AND f.acted_at IS NOT NULL
                  ORDER BY f.acted_at DESC LIMIT 1)
             WHERE token_hash = $3"
        )
        .bind(account)
        .bind(ctx.now.0)
        .bind(&token)
        .execute(c)
        .await)?;
        Ok(())
    }

    /// Ends that a session looks as somebody, if it does, and records it.
    pub async fn stop(tx: &mut Tx, visit: &Visit, token_hash: &str) -> Result<()> {
        let looked: Option<(Uuid, Uuid)> = ask!(&mut *tx, |c| {
            sqlx::query_as(
            "SELECT account_id, viewed_account_id FROM sessions WHERE token_hash = $1 AND viewed_account_id IS NOT NULL"
        )
        .bind(token_hash)
        .fetch_optional(c)
        .await
        })?;
        let Some((owner, viewed)) = looked else { return Ok(()) };
        clear(tx, token_hash).await?;
        let entry = Entry::new("account.view_ended", "account", viewed);
        journal::record(tx, &visit.author(Some(owner)), entry).await
    }

    async fn clear(tx: &mut Tx, token_hash: &str) -> Result<()> {
        on!(tx, |c| sqlx::query(
            "UPDATE sessions SET viewed_account_id = NULL, viewed_since = NULL, company_id = NULL WHERE token_hash = $1"
        )
        .bind(token_hash)
        .execute(c)
        .await)?;
        Ok(())
    }

    /// Notes where half an hour is over, and tells how often.
    pub async fn forget(backend: &Backend) -> Result<i64> {
        let now = backend.clock.now();
        let mut tx = backend.database.begin().await?;
        let over: Vec<(String, Uuid, Uuid)> = ask!(&mut tx, |c| sqlx::query_as(
            "SELECT token_hash, account_id, viewed_account_id FROM sessions
             WHERE viewed_account_id IS NOT NULL AND viewed_since <= $1 ORDER BY token_hash"
        )
        .bind(now.minus(LOOK).0)
        .fetch_all(c)
        .await)?;
        for (token, owner, viewed) in &over {
            clear(&mut tx, token).await?;
            let author = Author { actor: Some(*owner), origin: "system", address: String::new(), now };
            journal::record(&mut tx, &author, Entry::new("account.view_expired", "account", *viewed)).await?;
        }
        tx.commit().await?;
        Ok(i64::try_from(over.len()).unwrap_or(i64::MAX))
    }
}
