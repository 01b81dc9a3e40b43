//! What staff says of companies that are alike.

use leptos::prelude::*;

use crate::error::Result;

/// Staff says that two companies are not one, or are two of one group.
#[server(endpoint = "companies/pair")]
pub async fn decide_pair(
    #[server(default)] first: String,
    #[server(default)] second: String,
    // `apart`, `related`, or `open` to ask again.
    #[server(default)] decision: String,
    #[server(default)] note: String,
) -> Result<()> {
    use super::super::store;
    use super::store::{Decision, decide};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem};
    use crate::language::Language;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let first: uuid::Uuid = first.parse().map_err(|_| Error::NotFound)?;
    let second: uuid::Uuid = second.parse().map_err(|_| Error::NotFound)?;
    let mut check = Check::default();
    let state = ["apart", "related", "open"].into_iter().find(|state| *state == decision);
    if state.is_none() {
        check.note("decision", Problem::NotAnOption);
    }
    let note = check.line("note", &note, 500);
    let state = check.finish(state)?.unwrap_or("open");
    let here = store::find(&mut ctx.tx, first).await?.ok_or(Error::NotFound)?;
    let other = store::find(&mut ctx.tx, second).await?.ok_or(Error::NotFound)?;
    if here.archived.is_some() || other.archived.is_some() {
        return Err(Error::Conflict);
    }
    let by = (state != "open").then_some(ctx.actor.id);
    let decision = Decision { state, by, note: &note, now: ctx.now };
    if !decide(&mut ctx.tx, first, second, &decision).await? {
        return Err(Error::NotFound);
    }
    let name = Language::En.prefer(&other.facts.name_en, &other.facts.name_zh).to_owned();
    let entry = Entry::new("company.compared", "company", first).created(vec![
        ("other_company", name),
        (crate::company::events::OTHER_COMPANY, second.to_string()),
        ("pair", state.to_owned()),
        ("note", note.clone()),
    ]);
    ctx.record(entry).await?;
    ctx.commit().await?;
    redirect(super::pages::PATH);
    Ok(())
}

/// Staff has what changed since the last sweep compared now.
#[server(endpoint = "companies/sweep")]
pub async fn sweep_companies() -> Result<()> {
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::jobs;
    use crate::backend::journal::Entry;
    use crate::job::events::subject;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let name = "companies.compare";
    jobs::hasten(&mut ctx.tx, name, ctx.now).await?;
    ctx.record(Entry::new("job.hastened", "job", subject(name)).created(vec![("job", name.to_owned())])).await?;
    ctx.commit().await?;
    redirect(super::pages::PATH);
    Ok(())
}
