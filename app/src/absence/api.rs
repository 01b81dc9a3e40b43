//! What one can ask of absences, and do with them.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The form of an absence, as a browser posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AbsenceForm {
    /// Who is absent; empty for oneself.
    pub account: String,
    pub deputy: String,
    pub since: String,
    pub until: String,
    pub note: String,
}

/// A person says when they are away and who acts for them; an administrator says it for others, too.
#[server(endpoint = "absence/add")]
pub async fn add_absence(#[server(default)] form_id: String, #[server(flatten)] form: AbsenceForm) -> Result<()> {
    use super::model::{self, Absence};
    use super::{events, pages, store};
    use crate::actor::Role;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Problem};

    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_handle_enquiries())?;
    let mut check = Check::default();
    let since = check.day("since", &form.since);
    let until = check.day("until", &form.until);
    let note = check.line("note", &form.note, 200);
    let mut account = ctx.actor.id;
    if !form.account.is_empty() && form.account != account.to_string() {
        crate::actor::require(ctx.actor.may_administer())?;
        account = form.account.parse().unwrap_or_default();
    }
    let deputy = form.deputy.parse().unwrap_or_default();
    for (field, id) in [("account", account), ("deputy", deputy)] {
        match crate::account::store::receiver(&mut ctx.tx, id).await? {
            Some((_, Role::Administrator | Role::Staff)) => {}
            _ => check.note(
                field,
                if field == "deputy" && form.deputy.is_empty() { Problem::Missing } else { Problem::Unknown },
            ),
        }
    }
    let today = ctx.now.date();
    if until.is_some_and(|until| until < today) {
        check.note("until", Problem::InThePast);
    }
    let (Some(since), Some(until)) = (since, until) else { return check.finish(()) };
    check.finish(())?;
    store::hold(&mut ctx.tx).await?;
    let id = ctx.id_of_form(&form_id).await?;
    let absence = Absence { id, account, deputy, since, until, note };
    if store::find(&mut ctx.tx, id).await?.as_ref() != Some(&absence) {
        let absence =
            Absence { id: if store::find(&mut ctx.tx, id).await?.is_some() { ctx.new_id() } else { id }, ..absence };
        // Those that ended before it cannot overlap it.
        model::check(&absence, &store::since(&mut ctx.tx, since.min(today)).await?)?;
        store::insert(&mut ctx.tx, &absence, ctx.now).await?;
        ctx.record(Entry::new("absence.added", "absence", absence.id).created(events::fields(&absence))).await?;
        ctx.commit().await?;
    }
    redirect(pages::PATH);
    Ok(())
}

/// A person is back, or does not go after all.
#[server(endpoint = "absence/end")]
pub async fn end_absence(#[server(default)] id: String) -> Result<()> {
    use super::{events, pages, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_handle_enquiries())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let Some(absence) = store::find(&mut ctx.tx, id).await? else {
        // One that is gone already is what was wanted.
        redirect(pages::PATH);
        return Ok(());
    };
    if absence.account != ctx.actor.id && !ctx.actor.may_administer() {
        return Err(Error::NotFound);
    }
    store::end(&mut ctx.tx, &absence, ctx.now.date()).await?;
    ctx.record(Entry::new("absence.ended", "absence", id).created(events::fields(&absence))).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}

/// What the page of absences shows: to an administrator everybody's, to others their own and those they stand in for.
#[cfg(feature = "ssr")]
pub async fn read_absences(
    visit: &crate::backend::context::Visit,
) -> Result<(crate::actor::Actor, Vec<super::model::Absence>, Vec<(uuid::Uuid, String)>)> {
    let mut ctx = visit.read().await?;
    crate::actor::require(ctx.actor.may_handle_enquiries())?;
    let mut absences = super::store::since(&mut ctx.tx, ctx.now.date()).await?;
    let me = ctx.actor.id;
    if !ctx.actor.may_administer() {
        absences.retain(|absence| absence.account == me || absence.deputy == me);
    }
    let people = crate::account::store::managers(&mut ctx.tx).await?;
    Ok((ctx.actor, absences, people))
}
