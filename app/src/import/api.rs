//! What one can do with an import.

use std::collections::HashMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// How a file is read, as a browser posts it, but for what its columns are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MappingForm {
    pub sheet: String,
    pub header: String,
    pub mode: String,
    pub kind: String,
    /// The name under which the columns are kept to be used again; empty when they are not.
    pub save_as: String,
}

/// Staff says what the columns are; what the rows would do is then found out in the background.
#[server(endpoint = "imports/map")]
pub async fn map_import(
    #[server(default)] id: String,
    #[server(default)] columns: HashMap<String, String>,
    #[server(default)] orders: HashMap<String, String>,
    #[server(flatten)] form: MappingForm,
) -> Result<()> {
    use super::model::{DateOrder, Mapping, Mode, url};
    use super::{dates, guess, plan, read, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, Visit, not_looking, redirect};
    use crate::company::model::Kind;
    use crate::error::{Check, Error, Problem, Refusal};

    // The rows are looked at before SQLite's only writer is taken.
    let visit = Visit::current()?;
    let mut ctx = visit.read().await?;
    not_looking(&ctx.actor)?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let import = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let number = |text: &str| {
        let number = text.trim().parse::<i64>().ok().filter(|number| (0..=2_000_000).contains(number));
        number.ok_or(Error::Refused(Refusal::Malformed))
    };
    let (sheet, header) = (number(&form.sheet)?, number(&form.header)?);
    let kind = form.kind;
    let head = store::rows(&mut ctx.tx, id, sheet, header - 1, 1).await?.pop().filter(|(line, _)| *line == header);
    let head = head.map(|(_, cells)| cells).unwrap_or_default();
    let mut check = Check::default();
    let last = columns.keys().filter_map(|at| at.parse().ok()).max().unwrap_or(0).min(read::MOST_COLUMNS - 1);
    let mut chosen: Vec<String> = Vec::new();
    for at in 0..=last {
        let field = columns.get(&at.to_string()).cloned().unwrap_or_default();
        if !field.is_empty() && !import.subject().fields().contains(&field.as_str()) {
            check.note(&format!("columns[{at}]"), Problem::NotAnOption);
        } else if !field.is_empty() && chosen.contains(&field) {
            check.note(&format!("columns[{at}]"), Problem::ColumnTwice);
        }
        chosen.push(field);
    }
    if !chosen.iter().any(|field| import.subject().identifies(field)) {
        check.note("columns[0]", Problem::NoKeyColumn);
    }
    if !kind.is_empty() && Kind::from_code(&kind).is_none() {
        check.note("kind", Problem::NotAnOption);
    }
    let name = check.line("save_as", &form.save_as, 80);
    let seen = dates::look(&mut ctx.tx, id, import.subject(), sheet, header, &chosen).await?;
    let mut said: Vec<DateOrder> = Vec::new();
    for (at, seen) in seen.into_iter().enumerate() {
        let order = orders.get(&at.to_string()).map_or(DateOrder::Unknown, |code| DateOrder::from_code(code));
        let order = if order == DateOrder::Unknown { seen.order() } else { order };
        if seen.asks() && order == DateOrder::Unknown {
            check.note(&format!("orders[{at}]"), Problem::WhichIsTheDay);
        }
        said.push(order);
    }
    check.finish(())?;
    drop(ctx);
    let mode = Mode::from_code(&form.mode).unwrap_or_default();
    let mapping = Mapping { sheet, header, columns: chosen, mode, orders: said, kind };

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let mut import = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let attempt = ctx.new_id();
    if !store::begin(&mut ctx.tx, id, ["uploaded", "previewed"], "planning", None, attempt, ctx.now).await? {
        return Err(Error::Conflict);
    }
    store::set_mapping(&mut ctx.tx, id, &mapping).await?;
    if !name.is_empty() {
        let named: Vec<(String, String)> =
            head.iter().map(|text| guess::head(text)).zip(mapping.columns.clone()).collect();
        let (saved, by) = (ctx.new_id(), ctx.actor.id);
        store::save_mapping(&mut ctx.tx, saved, &import.subject, &name, &named, by, ctx.now).await?;
    }
    import.mapping = store::json(&mapping)?;
    let backend = ctx.visit.backend.clone();
    ctx.commit().await?;
    let planning = tokio::spawn(async move { plan::run(&backend, &import, attempt, "").await });
    // A short file is done before the page is asked for.
    let _ = tokio::time::timeout(std::time::Duration::from_secs(2), planning).await;
    redirect(&url(id, "/preview"));
    Ok(())
}

/// Staff applies what the preview showed. However often and by whomever it is pressed, it happens once. `seen` names the plan
/// that was shown; if it was planned anew since, nothing is written.
#[server(endpoint = "imports/apply")]
pub async fn apply_import(#[server(default)] id: String, #[server(default)] seen: String) -> Result<()> {
    use super::model::url;
    use super::{apply, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let import = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let attempt = ctx.new_id();
    // A form that names no plan has seen none.
    let seen = Some(seen.parse().unwrap_or_default());
    if store::begin(&mut ctx.tx, id, ["previewed", "previewed"], "applying", seen, attempt, ctx.now).await? {
        let backend = ctx.visit.backend.clone();
        let author = crate::backend::journal::Author { now: ctx.now, ..ctx.visit.author(Some(ctx.actor.id)) };
        ctx.commit().await?;
        let applying = tokio::spawn(async move { apply::run(&backend, &import, attempt, &author).await });
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), applying).await;
    } else if store::find(&mut ctx.tx, id).await?.is_some_and(|import| import.state == "previewed") {
        return Err(Error::Conflict);
    }
    redirect(&url(id, "/preview"));
    Ok(())
}

/// Staff undoes an import; with `others` also where some of its records changed since, which then keep what they have.
#[server(endpoint = "imports/revert")]
pub async fn revert_import(#[server(default)] id: String, #[server(default)] others: String) -> Result<()> {
    use super::model::url;
    use super::{apply, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Author;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let import = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let attempt = ctx.new_id();
    if store::begin(&mut ctx.tx, id, ["applied", "applied"], "applying", None, attempt, ctx.now).await? {
        let author = Author { now: ctx.now, ..ctx.visit.author(Some(ctx.actor.id)) };
        let reason = ctx.visit.texts().imports_reverted_reason(&import.file_name);
        let backend = ctx.visit.backend.clone();
        ctx.commit().await?;
        let others = !others.is_empty();
        let undoing =
            tokio::spawn(async move { apply::undo(&backend, &import, attempt, others, &author, &reason).await });
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), undoing).await;
    }
    redirect(&url(id, "/preview"));
    Ok(())
}
