//! What staff does with two entries of one person.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::super::model::PersonForm;
use crate::error::Result;

/// Which two, as somebody saw them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Pair {
    pub winner: String,
    pub loser: String,
    pub winner_version: String,
    pub loser_version: String,
}

/// Staff makes one person of two. Of each field the form says which value stays.
#[server(endpoint = "people/merge")]
pub async fn merge_people(#[server(flatten)] pair: Pair, #[server(flatten)] form: PersonForm) -> Result<()> {
    use super::super::api::taken;
    use super::super::events::OTHER_PERSON;
    use super::super::store as people;
    use super::store;
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Problem, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let winner: uuid::Uuid = pair.winner.parse().map_err(|_| Error::NotFound)?;
    let loser: uuid::Uuid = pair.loser.parse().map_err(|_| Error::NotFound)?;
    let version = |text: &str| text.parse::<i64>().map_err(|_| Error::Refused(Refusal::Malformed));
    let (winner_version, loser_version) = (version(&pair.winner_version)?, version(&pair.loser_version)?);
    if winner == loser {
        return Err(Error::Refused(Refusal::Malformed));
    }
    store::hold(&mut ctx.tx, winner, loser).await?;
    let here = people::find(&mut ctx.tx, winner).await?.ok_or(Error::NotFound)?;
    let there = people::find(&mut ctx.tx, loser).await?.ok_or(Error::NotFound)?;
    let as_seen = here.version == winner_version && there.version == loser_version;
    if !as_seen || here.archived_at.is_some() || there.archived_at.is_some() {
        return Err(Error::Conflict);
    }
    let mut check = Check::default();
    let mut details = form.parse(&mut check);
    let accounts = [&here.details.account, &there.details.account].into_iter().flatten();
    let typed = form.account.trim();
    details.account = accounts.clone().find(|account| account.email == typed).cloned();
    if details.account.is_none() && !typed.is_empty() {
        check.note("account", Problem::NotAnOption);
    }
    let details = check.finish(details)?;
    // The loser's address and account are free before the winner gets them.
    let takes_account = details.account.is_some() && details.account == there.details.account;
    store::retire(&mut ctx.tx, loser, winner, takes_account, ctx.now).await?;
    if !taken(people::update(&mut ctx.tx, winner, winner_version, &details, ctx.now).await)? {
        return Err(Error::Conflict);
    }
    let id = ctx.new_id();
    let fields =
        store::Fields { before: here.details.fields(), after: details.fields(), theirs: there.details.fields() };
    store::insert(&mut ctx.tx, id, winner, loser, &fields, ctx.actor.id, ctx.now).await?;
    let moved = store::move_all(&mut ctx.tx, id, winner, loser).await?;
    let told = vec![
        ("other_person", there.details.name.clone()),
        (OTHER_PERSON, loser.to_string()),
        ("merged_rows", moved.to_string()),
    ];
    let entry =
        Entry::new("person.merged", "person", winner).changed(fields.before, fields.after.clone()).created(told);
    ctx.record(entry).await?;
    let told = vec![("other_person", details.name.clone()), (OTHER_PERSON, winner.to_string())];
    ctx.record(Entry::new("person.merged_into", "person", loser).created(told)).await?;
    ctx.commit().await?;
    redirect(&here.url());
    Ok(())
}

/// Staff undoes a merge of two people.
#[server(endpoint = "people/unmerge")]
pub async fn undo_people(#[server(default)] id: String) -> Result<()> {
    use super::super::events::OTHER_PERSON;
    use super::super::store as people;
    use super::{pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::database::is_unique_violation;
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let merge = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    // Companies before people, as everywhere.
    let companies = store::companies(&mut ctx.tx, id).await?;
    crate::company::merge::store::hold(&mut ctx.tx, &companies).await?;
    store::hold(&mut ctx.tx, merge.winner_person, merge.loser_person).await?;
    // Somebody else may have undone it meanwhile, or merged one of the companies.
    let merge = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    if store::companies(&mut ctx.tx, id).await? != companies {
        return Err(Error::Conflict);
    }
    let here = people::find(&mut ctx.tx, merge.winner_person).await?.ok_or(Error::NotFound)?;
    let refused = || Error::Refused(Refusal::NotUndoable);
    if merge.undone_at.is_some() || here.archived_at.is_some() {
        return Err(refused());
    }
    let (details, kept) = store::restored(&mut ctx.tx, &here, &merge).await?;
    // What both would have now, somebody else has.
    let free = |error: sqlx::Error| if is_unique_violation(&error) { refused() } else { error.into() };
    if !people::update(&mut ctx.tx, here.id, here.version, &details, ctx.now).await.map_err(free)? {
        return Err(Error::Conflict);
    }
    if !store::revive(&mut ctx.tx, &merge, ctx.now).await.map_err(free)? {
        return Err(refused());
    }
    store::put_back(&mut ctx.tx, &merge).await?;
    let kept = kept.join(" ");
    store::note_undone(&mut ctx.tx, merge.id, ctx.actor.id, &kept, ctx.now).await?;
    let name = people::find(&mut ctx.tx, merge.loser_person).await?.map(|person| person.details.name);
    let other = merge.loser_person.to_string();
    let told = vec![("other_person", name.unwrap_or_default()), (OTHER_PERSON, other), ("kept", kept)];
    let entry =
        Entry::new("person.unmerged", "person", here.id).changed(here.details.fields(), details.fields()).created(told);
    ctx.record(entry).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}

/// Staff says that two people of the same name are two.
#[server(endpoint = "people/apart")]
pub async fn set_apart(#[server(default)] id: String, #[server(default)] other: String) -> Result<()> {
    use super::super::{duplicate, store as people};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_people())?;
    let person = people::find(&mut ctx.tx, id.parse().map_err(|_| Error::NotFound)?).await?.ok_or(Error::NotFound)?;
    let other = people::find(&mut ctx.tx, other.parse().map_err(|_| Error::NotFound)?).await?.ok_or(Error::NotFound)?;
    if person.id == other.id {
        return Err(Error::Refused(Refusal::Malformed));
    }
    duplicate::set_apart(&mut ctx.tx, person.id, other.id, ctx.actor.id, ctx.now).await?;
    let told = vec![("other_person", other.details.name.clone())];
    ctx.record(Entry::new("person.compared", "person", person.id).created(told)).await?;
    ctx.commit().await?;
    redirect(&person.url());
    Ok(())
}
