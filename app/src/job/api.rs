//! What an administrator can ask of the jobs.

use leptos::prelude::*;

use crate::error::Result;

/// An administrator has a job run now rather than when it is due.
#[server(endpoint = "jobs/run")]
pub async fn run_job(#[server(default)] name: String) -> Result<()> {
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::jobs;
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let job = super::JOBS.iter().find(|job| job.name == name).ok_or(Error::NotFound)?;
    jobs::hasten(&mut ctx.tx, job.name, ctx.now).await?;
    let entry = Entry::new("job.hastened", "job", super::events::subject(job.name));
    ctx.record(entry.created(vec![("job", job.name.to_owned())])).await?;
    ctx.commit().await?;
    redirect(super::pages::PATH);
    Ok(())
}

/// What the page of the jobs shows.
#[cfg(feature = "ssr")]
pub async fn list_jobs(
    visit: &crate::backend::context::Visit,
) -> Result<(crate::backend::context::Ctx, Vec<super::store::JobState>, Vec<super::store::Failure>)> {
    let mut ctx = visit.read().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let states = super::store::states(&mut ctx.tx).await?;
    let failures = super::store::failures(&mut ctx.tx, 20).await?;
    Ok((ctx, states, failures))
}
