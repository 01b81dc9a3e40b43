//! Who asked becomes one of a company's people once it is known which company it is.

use uuid::Uuid;

use super::model::Enquiry;
use crate::actor::require;
use crate::backend::context::Ctx;
use crate::error::{Error, Result};
use crate::person::model::{Details, Position};
use crate::person::{duplicate, events, store};

/// Takes whom the enquiry's address is known of, before the journal: nobody merges them into another meanwhile.
pub async fn hold(ctx: &mut Ctx, enquiry: &Enquiry) -> Result<()> {
    let nobody = ctx.new_id();
    let known = store::with_email(&mut ctx.tx, &enquiry.facts.email, nobody).await?;
    store::hold(&mut ctx.tx, known.as_slice(), &[]).await
}

/// Adds who asked to a company's people, with where they are known from. Who is in the register already, by their address,
/// is said to work there; whoever may be one of its people is left to staff to compare.
pub async fn works_at(ctx: &mut Ctx, enquiry: &Enquiry, company: Uuid) -> Result<()> {
    let facts = &enquiry.facts;
    // Of one that was forgotten nothing is left.
    if facts.name.is_empty() || enquiry.forgotten {
        return Ok(());
    }
    require(ctx.actor.may_edit_people())?;
    let id = ctx.new_id();
    let known = store::with_email(&mut ctx.tx, &facts.email, id).await?;
    let position = |id: Uuid, person: Uuid, main: bool| Position {
        id,
        person,
        company,
        title: String::new(),
        title_zh: String::new(),
        since: None,
        until: None,
        main,
    };
    if let Some(person) = known {
        let held = store::positions_of(&mut ctx.tx, person, &crate::person::model::PeopleScope::All, "").await?;
        if held.iter().any(|held| held.position.company == company) {
            return Ok(());
        }
        let new = position(ctx.new_id(), person, held.is_empty());
        store::add_position(&mut ctx.tx, &new, ctx.now).await?;
        let entry = events::of_position(ctx, "person.position_added", &new).await?;
        return ctx.record(entry).await;
    }
    let details = Details {
        name: facts.name.clone(),
        email: facts.email.clone(),
        phone: facts.phone.clone(),
        language: Some(facts.language),
        note: ctx.visit.texts().enquiry_person_from(&enquiry.number),
        ..Details::default()
    };
    if !duplicate::alike(&mut ctx.tx, &details, &[company], None).await?.is_empty() {
        return Ok(());
    }
    store::insert(&mut ctx.tx, id, &details, ctx.now).await.map_err(Error::from)?;
    let new = position(ctx.new_id(), id, true);
    store::add_position(&mut ctx.tx, &new, ctx.now).await?;
    let entry = events::with_position(ctx, events::created(id, &details), &new).await?;
    ctx.record(entry).await
}
