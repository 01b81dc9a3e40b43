//! Who has just set a password by a link from a mail is signed in, unless a second factor stands or may stand before that.

use uuid::Uuid;

use super::session;
use crate::actor::Role;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::{ask, on};

/// Where one signs in, being told that the password is set.
pub const SIGN_IN: &str = "/sign-in?done=password";

/// Starts a session in this browser, the one before it ended, and gives its token – for a representative without a second
/// factor. Everybody else is to sign in as always, with whatever that takes: then there is none.
pub async fn enter(tx: &mut Tx, visit: &Visit, account: Uuid, role: Role) -> Result<Option<String>> {
    if let Some(old) = &visit.session {
        session::end(tx, old).await?;
    }
    let factors: i64 = ask!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT (SELECT count(*) FROM authenticators WHERE account_id = $1 AND confirmed_at IS NOT NULL)
              + (SELECT count(*) FROM passkeys WHERE account_id = $1)"
    )
    .bind(account)
    .fetch_one(c)
    .await)?;
    if role != Role::Representative || factors > 0 {
        return Ok(None);
    }
    Ok(Some(session::start(tx, account, &visit.address, &visit.agent, visit.now()).await?))
}

/// Ends everything that is open of an account, in every browser: sessions, steps of signing in, links that set a password or
/// an address.
pub async fn end_all(tx: &mut Tx, visit: &Visit, account: Uuid) -> Result<()> {
    use crate::backend::link::{self, Kind};
    session::end_others(tx, account, "").await?;
    on!(&mut *tx, |c| sqlx::query("DELETE FROM sign_in_steps WHERE account_id = $1").bind(account).execute(c).await)?;
    link::withdraw(tx, Kind::Password, account, visit.now()).await?;
    link::withdraw(tx, Kind::Address, account, visit.now()).await
}

/// Gives the browser its session, once it is committed, and sends it on.
pub fn go_on(visit: &Visit, token: Option<&str>, to: &str) {
    super::api::set_session_cookie(visit, token);
    crate::backend::context::redirect(if token.is_some() { to } else { SIGN_IN });
}
