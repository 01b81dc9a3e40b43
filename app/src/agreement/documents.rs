//! Taking a document of an agreement away again.

use leptos::prelude::*;

use crate::error::Result;

/// Staff removes a document of an agreement, or a party's people their own. A text and the scan of a signature stay.
#[server(endpoint = "agreements/remove-document")]
pub async fn remove_agreement_document(
    #[server(default)] id: String,
    #[server(default)] document: String,
) -> Result<()> {
    use super::api::Step;
    use super::{events, files, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Error, Hindrance};

    let mut step = Step::of(Ctx::begin().await?, &id).await?;
    let (now, actor) = (step.ctx.now, step.ctx.actor.clone());
    let tx = &mut step.ctx.tx;
    let document = document.parse().map_err(|_| Error::NotFound)?;
    let file = files::any_of(tx, step.agreement.id, document).await?.ok_or(Error::NotFound)?;
    if !file.shared && !actor.role.works_in_zone() {
        return Err(Error::NotFound);
    }
    let parties = store::parties(tx, step.agreement.id).await?;
    require(files::may_remove(&actor, &file, &parties))?;
    if store::is_bound(tx, file.id).await? {
        return Err(Hindrance::Bound.into());
    }
    if !crate::document::store::remove(tx, file.id, actor.id, now).await? {
        // Removed already, it stays removed.
        redirect(&format!("{}{}", step.agreement.url(), files::ANCHOR));
        return Ok(());
    }
    let entry = events::document("agreement.document_removed", step.agreement.id, &file.name, "", file.shared);
    step.finish(entry, files::ANCHOR).await
}
