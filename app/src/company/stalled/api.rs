//! What one can set of stalled companies.

use leptos::prelude::*;

use crate::error::Result;

/// An administrator says after how many days a company is stalled at each stage. The form names what it started from.
#[server(endpoint = "settings/stalled")]
pub async fn set_stalled(
    #[server(default)] target: String,
    #[server(default)] contacted: String,
    #[server(default)] in_talks: String,
    #[server(default)] partner: String,
    #[server(default)] before: String,
) -> Result<()> {
    use super::model::Limits;
    use super::{pages, store, work};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::jobs;
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let mut check = Check::default();
    let limits = Limits::parse(&mut check, [&target, &contacted, &in_talks, &partner]);
    let limits = check.finish(limits)?;
    let stands = store::limits(&mut ctx.tx).await?;
    if stands != limits {
        if stands.words() != before {
            return Err(Error::Conflict);
        }
        store::set_limits(&mut ctx.tx, &limits).await?;
        // The next run takes back what is so no more, and notes what is so now.
        jobs::nudge(&mut ctx.tx, work::JOB, ctx.now).await?;
        let entry = Entry::new("stalled.changed", "settings", uuid::Uuid::nil());
        ctx.record(entry.changed(stands.fields(), limits.fields())).await?;
        ctx.commit().await?;
    }
    redirect(pages::PATH);
    Ok(())
}
