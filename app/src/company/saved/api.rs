//! What one can do with saved views.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The form of a view, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ViewForm {
    pub name: String,
    pub layout: String,
    pub query: String,
    pub shared: String,
    /// Whether one's register opens with it.
    pub start: String,
}

#[cfg(feature = "ssr")]
impl ViewForm {
    /// # Errors
    /// Every field's problem at once.
    pub fn parse(&self) -> Result<super::store::Saved> {
        use super::model::{LONGEST_NAME, Layout};
        use super::store::Saved;
        use crate::backend::fold::fold;
        use crate::company::filter::CompanyFilter;
        use crate::error::Check;
        use crate::ui::query::Query;

        let mut check = Check::default();
        let name = check.required("name", &self.name, LONGEST_NAME);
        // Only what a filter understands is kept of it.
        let query = CompanyFilter::from_query(&Query::parse(self.query.trim_start_matches('?'))).saved().url("");
        let (folded, layout) = (fold(&name), Layout::from_code(&self.layout));
        check.finish(Saved { name, folded, layout, query, shared: !self.shared.is_empty() })
    }
}

/// Somebody of the zone keeps what they see as a view.
#[server(endpoint = "views/create")]
pub async fn create_view(#[server(default)] form_id: String, #[server(flatten)] form: ViewForm) -> Result<()> {
    use super::model::MOST;
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_see_board())?;
    let saved = form.parse()?;
    let mut id = ctx.id_of_form(&form_id).await?;
    let there = store::find(&mut ctx.tx, &ctx.actor, id).await?;
    if let Some(there) = there.filter(|there| there.is_own() && there.name == saved.name) {
        redirect(&there.url());
        return Ok(());
    }
    // Of others' views one sees those alone that they share.
    if store::is_taken(&mut ctx.tx, id).await? {
        id = ctx.new_id();
    }
    let me = ctx.actor.id;
    store::hold_own(&mut ctx.tx, me).await?;
    let (own, named) = store::known(&mut ctx.tx, me, &saved.folded, id).await?;
    let mut check = Check::default();
    if named {
        check.note("name", Problem::NameDoubled);
    }
    if own >= MOST {
        check.note("name", Problem::TooMany(u32::try_from(MOST).unwrap_or_default()));
    }
    check.finish(())?;
    store::insert(&mut ctx.tx, id, me, &saved, ctx.now).await?;
    let mut fields = saved.fields();
    if !form.start.is_empty() {
        store::set_start(&mut ctx.tx, me, Some(id)).await?;
        fields.push(("start", "yes".to_owned()));
    }
    ctx.record(Entry::new("view.created", "view", id).created(fields)).await?;
    let view = store::find(&mut ctx.tx, &ctx.actor, id).await?;
    ctx.commit().await?;
    redirect(&view.map_or_else(|| super::pages::PATH.to_owned(), |view| view.url()));
    Ok(())
}

/// Somebody changes their own view. The form names the version it started from.
#[server(endpoint = "views/edit")]
pub async fn edit_view(
    #[server(default)] id: String,
    #[server(default)] version: String,
    #[server(flatten)] form: ViewForm,
) -> Result<()> {
    use super::store::{self, Saved};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::fold::fold;
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_see_board())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let version: i64 = version.parse().map_err(|_| Error::Refused(Refusal::Malformed))?;
    let there = store::find(&mut ctx.tx, &ctx.actor, id).await?.filter(store::Tab::is_own).ok_or(Error::NotFound)?;
    let saved = form.parse()?;
    if there.version != version {
        return Err(Error::Conflict);
    }
    let me = ctx.actor.id;
    let (_, named) = store::known(&mut ctx.tx, me, &saved.folded, id).await?;
    let mut check = Check::default();
    if named {
        check.note("name", Problem::NameDoubled);
    }
    check.finish(())?;
    let starts = !form.start.is_empty();
    let before = Saved {
        folded: fold(&there.name),
        layout: super::model::Layout::from_code(&there.layout),
        query: there.query.clone(),
        shared: there.is_shared(),
        name: there.name.clone(),
    };
    let yes = |yes: bool| if yes { "yes".to_owned() } else { String::new() };
    let (mut was, mut is) = (before.fields(), saved.fields());
    was.push(("start", yes(there.is_start())));
    is.push(("start", yes(starts)));
    let entry = Entry::new("view.edited", "view", id).changed(was, is);
    if !entry.changes.is_empty() {
        if !store::update(&mut ctx.tx, id, me, version, &saved, ctx.now).await? {
            return Err(Error::Conflict);
        }
        if starts != there.is_start() {
            store::set_start(&mut ctx.tx, me, starts.then_some(id)).await?;
        }
        ctx.record(entry).await?;
        let view = store::find(&mut ctx.tx, &ctx.actor, id).await?;
        ctx.commit().await?;
        redirect(&view.map_or_else(|| super::pages::PATH.to_owned(), |view| view.url()));
        return Ok(());
    }
    redirect(&there.url());
    Ok(())
}

/// Somebody deletes their own view; one that is gone already is gone.
#[server(endpoint = "views/delete")]
pub async fn delete_view(#[server(default)] id: String) -> Result<()> {
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_see_board())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    if let Some(there) = store::find(&mut ctx.tx, &ctx.actor, id).await?.filter(store::Tab::is_own) {
        store::delete(&mut ctx.tx, id).await?;
        let entry = Entry::new("view.deleted", "view", id);
        ctx.record(entry.changed(vec![("name", there.name)], vec![("name", String::new())])).await?;
        ctx.commit().await?;
    }
    redirect(super::pages::PATH);
    Ok(())
}

/// Somebody chooses with which view their register opens; without one, with everything.
#[server(endpoint = "views/start")]
pub async fn start_view(#[server(default)] id: String) -> Result<()> {
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_see_board())?;
    let me = ctx.actor.id;
    let before = store::start(&mut ctx.tx, me).await?;
    let view = match id.as_str() {
        "" => None,
        id => {
            let id = id.parse().map_err(|_| Error::NotFound)?;
            Some(store::find(&mut ctx.tx, &ctx.actor, id).await?.ok_or(Error::NotFound)?)
        }
    };
    let after = view.as_ref().map(|view| view.id);
    if before != after {
        store::set_start(&mut ctx.tx, me, after).await?;
        let name = view.map(|view| view.name).unwrap_or_default();
        let entry = Entry::new("view.started", "view", after.or(before).unwrap_or(me));
        ctx.record(entry.created(vec![("name", name)])).await?;
        ctx.commit().await?;
    }
    redirect(super::pages::PATH);
    Ok(())
}
