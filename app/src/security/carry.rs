//! What somebody pressed before they were asked who they are is done once they have shown it. That is so for forms of one
//! button alone: who typed something, or would do what cannot be undone, sees the form again as they left it, and presses
//! once more.

use server_fn::ServerFn as _;

use super::authenticator::{BeginAuthenticator, RemoveAuthenticator};
use super::confirm::{Confirm, ConfirmByPasskey};
use super::passkeys::RemovePasskey;
use super::recovery::MakeRecoveryCodes;
use crate::account::session;
use crate::agreement::signing::sign::OpenText;
use crate::backend::context::Visit;
use crate::backend::refused::{self, RefusedPost};
use crate::error::{Error, Result};
use crate::people::entry::RemoveFactors;
use crate::people::looking::LookAs;
use crate::ui::query::Query;

/// The forms that are carried out.
fn is_carried_out(endpoint: &str) -> bool {
    [
        BeginAuthenticator::PATH,
        RemoveAuthenticator::PATH,
        MakeRecoveryCodes::PATH,
        RemovePasskey::PATH,
        RemoveFactors::PATH,
        LookAs::PATH,
        OpenText::PATH,
    ]
    .contains(&endpoint)
}

/// The form that is to be carried out now that its person has shown who they are, and the page that it stands on; at most
/// once, and only what this person posted in the last minutes. `endpoint` has just been done and leads to `location`.
pub async fn form_after(visit: &Visit, endpoint: &str, location: &str) -> Result<Option<(RefusedPost, String)>> {
    if ![Confirm::PATH, ConfirmByPasskey::PATH].contains(&endpoint) {
        return Ok(None);
    }
    let (path, query) = location.split_once('?').unwrap_or((location, ""));
    let query = Query::parse(query);
    let (token, Some(session)) = (query.get("refused"), &visit.session) else { return Ok(None) };
    if token.is_empty() {
        return Ok(None);
    }
    let mut tx = visit.backend.database.begin().await?;
    let Some(owner) = session::owner(&mut tx, session).await? else { return Ok(None) };
    let post = refused::recall(&mut tx, token, Some(owner), visit.now()).await?;
    let Some(post) = post.filter(|post| post.error == Error::Unconfirmed && is_carried_out(&post.endpoint)) else {
        return Ok(None);
    };
    // What has no owner was posted by nobody who could have been asked.
    if !refused::take(&mut tx, token, owner).await? {
        return Ok(None);
    }
    tx.commit().await?;
    Ok(Some((post, query.with("refused", "").url(path))))
}
