//! Having a certificate made again.

use leptos::prelude::*;

use crate::error::Result;

/// Staff has a certificate made again, where what it says has changed since. The one before says that there is a later one.
#[server(endpoint = "agreements/certify")]
pub async fn certify_agreement(#[server(default)] id: String) -> Result<()> {
    use super::super::model::Key;
    use super::super::store;
    use super::make::{self, Outcome};
    use super::pages::ANCHOR;
    use crate::actor::require;
    use crate::backend::context::{Visit, not_looking, redirect};
    use crate::error::Hindrance;

    let visit = Visit::current()?;
    // Read only: what is made is drawn before anything is written, so that nobody waits for it.
    let mut ctx = visit.read().await?;
    not_looking(&ctx.actor)?;
    require(ctx.actor.may_edit_agreements())?;
    let scope = ctx.actor.opens_agreements()?;
    let agreement = store::find(&mut ctx.tx, &Key::parse(&id)?, &scope).await?;
    let author = visit.author(Some(ctx.actor.id));
    drop(ctx);
    match make::make(&visit.backend, agreement.id, &author).await? {
        Outcome::Made => {}
        Outcome::Same => return Err(Hindrance::SameCertificate.into()),
        Outcome::Nothing => return Err(Hindrance::NothingToCertify.into()),
    }
    redirect(&format!("{}{ANCHOR}", agreement.url()));
    Ok(())
}
