//! Somebody's own sessions: where they are signed in, and the end of it.

use leptos::prelude::*;

use crate::error::Result;

/// Somebody ends one of their sessions, this one or that of another browser.
#[server(endpoint = "account/sessions/end")]
pub async fn end_session(#[server(default)] id: String) -> Result<()> {
    use super::device::Device;
    use super::entry;
    use crate::account::api;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    let id: uuid::Uuid = id.parse().map_err(|_| Error::NotFound)?;
    let account = ctx.actor.id;
    let (token_hash, agent) = end(&mut ctx.tx, account, id).await?.ok_or(Error::NotFound)?;
    let device = Device::of(&agent).words(ctx.visit.texts());
    ctx.record(Entry::new("account.session_ended", "account", account).created(vec![("device", device)])).await?;
    let visit = ctx.visit.clone();
    ctx.commit().await?;
    if visit.session.as_deref() == Some(&token_hash) {
        api::set_session_cookie(&visit, None);
        redirect("/");
    } else {
        redirect("/account/security#sessions");
    }
    Ok(())
}

/// Somebody ends all their sessions but this one.
#[server(endpoint = "account/sessions/end-others")]
pub async fn end_other_sessions() -> Result<()> {
    use super::entry;
    use crate::account::session;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;

    let mut ctx = Ctx::begin().await?;
    entry::oneself(&ctx.actor)?;
    let account = ctx.actor.id;
    let this = ctx.visit.session.clone().unwrap_or_default();
    session::end_others(&mut ctx.tx, account, &this).await?;
    entry::end_steps(&mut ctx.tx, account).await?;
    ctx.record(Entry::new("account.sessions_ended", "account", account)).await?;
    ctx.commit().await?;
    redirect("/account/security#sessions");
    Ok(())
}

#[cfg(feature = "ssr")]
pub use kept::*;

#[cfg(feature = "ssr")]
mod kept {
    use uuid::Uuid;

    use crate::account::session::{ABSOLUTE, IDLE};
    use crate::backend::context::Visit;
    use crate::backend::database::Tx;
    use crate::error::Result;
    use crate::time::Timestamp;
    use crate::{ask, on};

    /// One browser in which somebody is signed in.
    #[derive(Clone, Debug, sqlx::FromRow)]
    pub struct OwnSession {
        /// None for one from before sessions had ids.
        pub id: Option<Uuid>,
        pub token_hash: String,
        pub address: String,
        pub agent: String,
        pub created_at: i64,
        pub seen_at: i64,
    }

    /// The living sessions of an account, the last used first.
    pub async fn of(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Vec<OwnSession>> {
        Ok(ask!(tx, |c| sqlx::query_as(
            "SELECT id, token_hash, address, agent, created_at, seen_at FROM sessions
             WHERE account_id = $1 AND seen_at > $2 AND created_at > $3 ORDER BY seen_at DESC, token_hash"
        )
        .bind(account)
        .bind(now.minus(IDLE).0)
        .bind(now.minus(ABSOLUTE).0)
        .fetch_all(c)
        .await)?)
    }

    /// Ends a session of an account, and gives what was kept of it: the hash of its token, and the browser.
    pub(super) async fn end(tx: &mut Tx, account: Uuid, id: Uuid) -> Result<Option<(String, String)>> {
        Ok(ask!(tx, |c| sqlx::query_as(
            "DELETE FROM sessions WHERE id = $1 AND account_id = $2 RETURNING token_hash, agent"
        )
        .bind(id)
        .bind(account)
        .fetch_optional(c)
        .await)?)
    }

    /// Notes that password or second factor were just shown in this session.
    pub async fn confirm(tx: &mut Tx, visit: &Visit, now: Timestamp) -> Result<()> {
        let token = visit.session.clone().unwrap_or_default();
        on!(tx, |c| sqlx::query("UPDATE sessions SET confirmed_at = $1 WHERE token_hash = $2")
            .bind(now.0)
            .bind(token)
            .execute(c)
            .await)?;
        Ok(())
    }
}
