//! How a company's standing changes: from stage to stage, and out of the register and back.

use leptos::prelude::*;

use crate::error::Result;

/// Staff moves a company to another stage. The form names the stage that it saw; if somebody was faster, nothing is written.
/// `back` is the board from which it was moved, if it was.
#[server(endpoint = "companies/move")]
pub async fn move_company(
    #[server(default)] id: String,
    #[server(default)] stage_before: String,
    #[server(default)] stage_to: String,
    #[server(default)] stage_reason: String,
    #[server(default)] back: String,
) -> Result<()> {
    use super::form::reason;
    use super::model::Stage;
    use super::{board, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, own_path, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let company = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let mut check = Check::default();
    let to = Stage::from_code(stage_to.trim());
    if to.is_none() {
        check.note("stage_to", if stage_to.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    // An agreement in force makes a partner by itself, or a product that the national agency approved, and is the reason;
    // without either it must be said why.
    let grounds = match to {
        Some(Stage::Partner) => grounds(&mut ctx.tx, &[id], ctx.now).await?.remove(&id),
        _ => None,
    };
    let needed = grounds.is_none() && to.is_some_and(Stage::needs_reason);
    let why = reason(&mut check, "stage_reason", &stage_reason, needed);
    let why = match grounds {
        Some(grounds) if why.is_empty() => grounds,
        _ => why,
    };
    let to = check.finish(to)?.ok_or(Error::Refused(Refusal::Malformed))?;
    if company.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    // Sent twice, it is there already.
    if company.stage != to {
        if company.stage.code() != stage_before {
            return Err(Error::Conflict);
        }
        if !company.stage.next().contains(&to) {
            return Err(Error::Refused(Refusal::NoSuchMove));
        }
        if !store::move_stage(&mut ctx.tx, id, company.stage, to, ctx.now).await? {
            return Err(Error::Conflict);
        }
        let entry = Entry::new("company.moved", "company", id).changed(
            vec![("stage", company.stage.code().to_owned()), ("stage_reason", String::new())],
            vec![("stage", to.code().to_owned()), ("stage_reason", why)],
        );
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    // From the board one returns to it.
    let back = own_path(&back).filter(|path| path.split('?').next() == Some(board::PATH));
    redirect(back.unwrap_or(&company.url()));
    Ok(())
}

/// Staff takes a company that was made by mistake out of the register. It stays under its address and can be restored. One that
/// is bound by agreements stays.
#[server(endpoint = "companies/archive")]
pub async fn archive_company(#[server(default)] id: String, #[server(default)] archived_reason: String) -> Result<()> {
    use super::form::reason;
    use super::{store, ties};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let company = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let mut check = Check::default();
    let why = reason(&mut check, "archived_reason", &archived_reason, true);
    let why = check.finish(why)?;
    store::hold(&mut ctx.tx, &[id]).await?;
    if company.archived.is_none() && ties::hinders_archiving(&mut ctx.tx, &[id], ctx.now).await?.contains_key(&id) {
        return Err(Error::Refused(Refusal::Tied));
    }
    if store::archive(&mut ctx.tx, id, Some(ctx.actor.id), &why, ctx.now).await? {
        ctx.record(Entry::new("company.archived", "company", id).created(vec![("archived_reason", why)])).await?;
        ctx.commit().await?;
    }
    redirect(&company.url());
    Ok(())
}

/// Staff puts an archived company back into the register.
#[server(endpoint = "companies/restore")]
pub async fn restore_company(#[server(default)] id: String) -> Result<()> {
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let company = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    if store::archive(&mut ctx.tx, id, None, "", ctx.now).await? {
        ctx.record(Entry::new("company.restored", "company", id)).await?;
        ctx.commit().await?;
    }
    redirect(&company.url());
    Ok(())
}

/// Takes companies for the rest of a write that adds something to them: who archives one, or merges it into another, waits.
///
/// # Errors
/// [`crate::error::Refusal::Archived`] for one that was archived since it was looked up, and those of [`super::store::hold`].
#[cfg(feature = "ssr")]
pub async fn hold_open(tx: &mut crate::backend::database::Tx, companies: &[uuid::Uuid]) -> Result<()> {
    super::store::hold(tx, companies).await?;
    must_be_open(tx, companies).await
}

/// # Errors
/// [`crate::error::Refusal::Archived`] where one of these companies is archived.
#[cfg(feature = "ssr")]
pub async fn must_be_open(tx: &mut crate::backend::database::Tx, companies: &[uuid::Uuid]) -> Result<()> {
    use crate::error::{Error, Refusal};

    let mut sql =
        crate::backend::database::Sql::new("SELECT count(*) FROM companies WHERE archived_at IS NOT NULL AND ");
    sql.bind_in("id", companies);
    if sql.number(tx).await? > 0 { Err(Error::Refused(Refusal::Archived)) } else { Ok(()) }
}

/// What makes partners of companies without anything being said: the number of an agreement in force of which they are parties,
/// else a product that the national agency has approved. Those that have neither are left out.
#[cfg(feature = "ssr")]
pub async fn grounds(
    tx: &mut crate::backend::database::Tx,
    companies: &[uuid::Uuid],
    now: crate::time::Timestamp,
) -> Result<std::collections::HashMap<uuid::Uuid, String>> {
    let mut grounds = crate::product::store::approved_among(tx, companies).await?;
    grounds.extend(crate::agreement::store::in_force_among(tx, companies, now).await?);
    Ok(grounds)
}
