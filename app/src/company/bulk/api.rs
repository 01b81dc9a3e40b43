//! What one can do with many companies at once.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// What was chosen in the list, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BulkForm {
    pub ids: Vec<String>,
    /// Whether everything that the list finds is meant instead.
    pub all: String,
    /// The list's query.
    pub query: String,
    /// What is changed: `tier:key`, `stage:dormant`, `add_tag:` …
    pub change: String,
    pub tags: String,
    pub reason: String,
}

/// Staff chooses companies and what to change of them. Nothing is changed yet: what would be is shown first, so the journal
/// has nothing to tell.
#[server(endpoint = "bulk/prepare")]
pub async fn prepare_bulk_edit(#[server(flatten)] form: BulkForm) -> Result<()> {
    use super::model::{Change, MOST};
    use super::{pages, store};
    use crate::account;
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::company::filter::CompanyFilter;
    use crate::company::{form::reason, store as companies};
    use crate::error::{Check, Error, Problem, Refusal};
    use crate::ui::query::Query;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let filter = CompanyFilter::from_query(&Query::parse(form.query.trim_start_matches('?')));
    let mut check = Check::default();
    let change = Change::parse(&mut check, &form.change, &form.tags);
    let why = reason(&mut check, "reason", &form.reason, change.as_ref().is_some_and(Change::needs_reason));
    let all = !form.all.is_empty();
    let mut ids: Vec<uuid::Uuid> = form.ids.iter().filter_map(|id| id.parse().ok()).collect();
    ids.sort();
    ids.dedup();
    if !all && ids.is_empty() {
        check.note("ids", Problem::NothingChosen);
    }
    if let Some(Change::Manager(Some(manager))) = change {
        match account::store::receiver(&mut ctx.tx, manager).await? {
            Some((_, Role::Administrator | Role::Staff)) => {}
            _ => check.note("change", Problem::Unknown),
        }
    }
    let change = check.finish(change)?.ok_or(Error::Refused(Refusal::Malformed))?;
    // Sent twice it is shown twice, which changes nothing.
    let id = ctx.new_id();
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let mut found = i64::try_from(ids.len()).unwrap_or(i64::MAX);
    if all {
        let lines;
        (lines, found) = companies::first(&mut ctx.tx, &filter, ctx.visit.language, MOST).await?;
        ids = lines.into_iter().map(|line| line.id).collect();
    }
    ids.truncate(most);
    let snapshots = store::snapshots(&mut ctx.tx, &ids, &change, ctx.now).await?;
    let query = filter.saved().url("");
    let preview = store::Preview { id, account: ctx.actor.id, change: &change, reason: &why, query: &query, found };
    store::forget(&mut ctx.tx, ctx.now).await?;
    store::insert(&mut ctx.tx, &preview, &snapshots, ctx.now).await?;
    ctx.commit().await?;
    redirect(&pages::url(id));
    Ok(())
}

/// Staff makes the changes that were shown to them. What somebody changed meanwhile stays as it is.
#[server(endpoint = "bulk/apply")]
pub async fn apply_bulk_edit(#[server(default)] id: String) -> Result<()> {
    use super::{apply, pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let me = ctx.actor.id;
    let edit = store::find(&mut ctx.tx, id).await?.filter(|edit| edit.account_id == me).ok_or(Error::NotFound)?;
    let change = edit.change().ok_or(Error::NotFound)?;
    // Sent twice, it is made once.
    if store::advance(&mut ctx.tx, id, "previewed", "applied", ctx.now).await? {
        apply::apply(&mut ctx, &edit, &change).await?;
        ctx.commit().await?;
    }
    redirect(&pages::url(id));
    Ok(())
}

/// Who made a bulk edit, or an administrator, puts back what still is as it was made.
#[server(endpoint = "bulk/undo")]
pub async fn undo_bulk_edit(#[server(default)] id: String) -> Result<()> {
    use super::{apply, pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let edit = store::find(&mut ctx.tx, id).await?;
    let edit = edit.filter(|edit| pages::may_undo(edit, &ctx.actor)).ok_or(Error::NotFound)?;
    let change = edit.change().ok_or(Error::NotFound)?;
    if store::advance(&mut ctx.tx, id, "applied", "undone", ctx.now).await? {
        apply::undo(&mut ctx, &edit, &change).await?;
        ctx.commit().await?;
    }
    redirect(&pages::url(id));
    Ok(())
}
