//! What one can do with positions.

use leptos::prelude::*;

use super::model::PositionForm;
use crate::error::Result;

/// Staff notes where a person works.
#[server(endpoint = "positions/add")]
pub async fn add_position(
    #[server(default)] form_id: String,
    #[server(default)] person: String,
    #[server(flatten)] form: PositionForm,
) -> Result<()> {
    use super::model::Position;
    use super::{events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let person = person.parse().map_err(|_| Error::NotFound)?;
    let person = store::find(&mut ctx.tx, person).await?.ok_or(Error::NotFound)?;
    if person.archived_at.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let id = ctx.id_of_form(&form_id).await?;
    if store::position(&mut ctx.tx, id).await?.is_some() {
        redirect(&person.url());
        return Ok(());
    }
    let mut check = Check::default();
    let company = crate::company::choice::resolve(&mut ctx.tx, &mut check, "company", &form.company).await?;
    let (title, title_zh, since, until) = form.parse(&mut check);
    let company = check.finish(company)?.ok_or(Error::NotFound)?;
    crate::company::standing::hold_open(&mut ctx.tx, &[company]).await?;
    store::hold(&mut ctx.tx, &[person.id], &[]).await?;
    let main = !form.main.is_empty();
    let position = Position { id, person: person.id, company, title, title_zh, since, until, main };
    store::add_position(&mut ctx.tx, &position, ctx.now).await?;
    let entry = Entry::new("person.position_added", "person", person.id);
    let entry = events::with_position(&mut ctx, entry, &position).await?;
    ctx.record(entry).await?;
    ctx.commit().await?;
    redirect(&person.url());
    Ok(())
}

/// Staff notes that a person left.
#[server(endpoint = "positions/end")]
pub async fn end_position(#[server(default)] id: String, #[server(default)] until: String) -> Result<()> {
    use super::{events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let mut position = existing(&mut ctx, &id).await?;
    let mut check = Check::default();
    let (_, until) = check.period(position.since.as_deref().unwrap_or_default(), &until);
    if until.is_none() {
        check.note("until", Problem::Missing);
    }
    let until = check.finish(until)?.ok_or(Error::NotFound)?;
    if store::end_position(&mut ctx.tx, position.id, &until).await? {
        store::touch(&mut ctx.tx, position.person, ctx.now).await?;
        position.until = Some(until);
        let entry = events::of_position(&mut ctx, "person.position_ended", &position).await?;
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    redirect(&super::model::url(position.person));
    Ok(())
}

/// Staff removes a position that was noted by mistake.
#[server(endpoint = "positions/remove")]
pub async fn remove_position(#[server(default)] id: String, #[server(default)] person: String) -> Result<()> {
    use super::{events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    if store::position(&mut ctx.tx, id.parse().map_err(|_| Error::NotFound)?).await?.is_none() {
        // Removed a moment ago, perhaps by the same hand.
        redirect(&super::model::url(person.parse().map_err(|_| Error::NotFound)?));
        return Ok(());
    }
    let position = existing(&mut ctx, &id).await?;
    if store::remove_position(&mut ctx.tx, position.id).await? {
        store::touch(&mut ctx.tx, position.person, ctx.now).await?;
        let entry = events::of_position(&mut ctx, "person.position_removed", &position).await?;
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    redirect(&super::model::url(position.person));
    Ok(())
}

/// Staff chooses the position by which a person is introduced.
#[server(endpoint = "positions/main")]
pub async fn main_position(#[server(default)] id: String) -> Result<()> {
    use super::{events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let mut position = existing(&mut ctx, &id).await?;
    if !position.main {
        store::make_main(&mut ctx.tx, position.person, position.id).await?;
        store::touch(&mut ctx.tx, position.person, ctx.now).await?;
        position.main = true;
        let entry = events::of_position(&mut ctx, "person.position_main", &position).await?;
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    redirect(&super::model::url(position.person));
    Ok(())
}

/// The position that a form names, of a person who is not archived. It is theirs for the rest of the transaction.
#[cfg(feature = "ssr")]
async fn existing(ctx: &mut crate::backend::context::Ctx, id: &str) -> Result<super::model::Position> {
    use super::store;
    use crate::error::{Error, Refusal};

    let id = id.parse().map_err(|_| Error::NotFound)?;
    let position = store::position(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?.position;
    store::hold(&mut ctx.tx, &[position.person], &[]).await?;
    // As it is now that nobody else changes it.
    let now = store::position(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?.position;
    if now.person == position.person { Ok(now) } else { Err(Error::Refused(Refusal::MergedPerson)) }
}
