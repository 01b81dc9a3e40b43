//! What is said about an agreement: a party's word on the text, comments among all who share it, and the zone's own notes.

use leptos::prelude::*;

use crate::error::Result;

/// A party's manager says what the party says of the text as it is; or staff writes down what it was told another way.
#[server(endpoint = "agreements/word")]
pub async fn give_word(
    #[server(default)] id: String,
    // The version that the person saw.
    #[server(default)] text: String,
    #[server(default)] party: String,
    #[server(default)] word: String,
    #[server(default)] reason: String,
    #[server(default)] told_by: String,
) -> Result<()> {
    use super::api::Step;
    use super::life::State;
    use super::model::Word;
    use super::{events, store, tell};
    use crate::actor::{Rights, Role, require};
    use crate::backend::context::Ctx;
    use crate::error::{Check, Error, Hindrance, Problem};

    let mut check = Check::default();
    let said = Word::from_code(word.trim());
    if said.is_none() {
        check.note("word", if word.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let why = check.text("reason", &reason, 2000);
    if said == Some(Word::AsksChanges) && why.is_empty() {
        check.note("reason", Problem::NoReason);
    }
    let told = check.line("told_by", &told_by, 200);
    let ctx = Ctx::begin().await?;
    require(ctx.actor.role != Role::Executive)?;
    let mut step = Step::of(ctx, &id).await?;
    let (now, actor) = (step.ctx.now, step.ctx.actor.clone());
    let parties = store::parties(&mut step.ctx.tx, step.agreement.id).await?;
    let party = parties.iter().find(|known| known.id.to_string() == party).ok_or(Error::NotFound)?;
    let by_staff = actor.may_edit_agreements();
    if by_staff {
        if told.is_empty() {
            check.note("told_by", Problem::Missing);
        }
    } else {
        actor.represents(party.company, Rights::Manager)?;
    }
    let said = check.finish(said)?.ok_or(Error::NotFound)?;
    if step.state != State::Negotiation {
        return Err(Hindrance::NoSuchMove.into());
    }
    let current = store::current(&mut step.ctx.tx, step.agreement.id).await?.ok_or(Hindrance::Text)?;
    if current.id.to_string() != text {
        return Err(Hindrance::NewText.into());
    }
    let told = if by_staff { told.as_str() } else { "" };
    let new = store::NewWord {
        version: current.id,
        party: party.id,
        word: said,
        reason: &why,
        told_by: told,
        by: Some(actor.id),
    };
    store::give_word(&mut step.ctx.tx, &new, now).await?;
    // Who is about to call the text agreed is told that something was said.
    store::touch(&mut step.ctx.tx, step.agreement.id, now).await?;
    let line = format!("{}{}", if said == Word::Accepts { "✓ " } else { "✎ " }, why);
    tell::said(&mut step.ctx.tx, &step.agreement, line.trim(), &actor, now).await?;
    let entry = events::word_given(step.agreement.id, party.company, &current, said, told);
    step.finish(entry, "#words").await
}

/// Somebody says something to all who share the agreement.
#[server(endpoint = "agreements/comment")]
pub async fn comment_agreement(
    #[server(default)] id: String,
    #[server(default)] form_id: String,
    #[server(default)] comment: String,
) -> Result<()> {
    use super::api::Step;
    use super::{events, store, tell};
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Hindrance, Problem};

    let mut check = Check::default();
    let body = check.text("comment", &comment, 4000);
    if body.is_empty() {
        check.note("comment", Problem::Missing);
    }
    let body = check.finish(body);
    let ctx = Ctx::begin().await?;
    require(ctx.actor.role != Role::Executive)?;
    let mut step = Step::of(ctx, &id).await?;
    let (now, actor) = (step.ctx.now, step.ctx.actor.clone());
    let party = if actor.may_edit_agreements() {
        None
    } else {
        // For the company acted for, if it is a party; else for another one of theirs that is.
        let mut parties = store::parties(&mut step.ctx.tx, step.agreement.id).await?;
        parties.sort_by_key(|party| Some(party.company) != actor.acting);
        let mine = parties.iter().find(|party| actor.writes_for(party.company));
        Some(mine.ok_or(crate::error::Error::Forbidden)?.id)
    };
    let body = body?;
    if step.agreement.shared_at.is_none() || step.state.is_over() {
        // Before the negotiation nobody would read it, and what is over is over.
        return Err(Hindrance::NoSuchMove.into());
    }
    let said = step.ctx.id_of_form(&form_id).await?;
    if store::is_said(&mut step.ctx.tx, said).await? {
        redirect(&format!("{}#comments", step.agreement.url()));
        return Ok(());
    }
    store::add_comment(&mut step.ctx.tx, said, step.agreement.id, party, actor.id, &body, now).await?;
    tell::said(&mut step.ctx.tx, &step.agreement, &body, &actor, now).await?;
    let entry = events::commented(step.agreement.id);
    step.finish(entry, "#comments").await
}

/// Staff notes something for the zone alone.
#[server(endpoint = "agreements/note")]
pub async fn note_agreement(
    #[server(default)] id: String,
    #[server(default)] form_id: String,
    #[server(default)] remark: String,
) -> Result<()> {
    use super::api::Step;
    use super::{events, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Problem};

    let mut check = Check::default();
    let body = check.text("remark", &remark, 4000);
    if body.is_empty() {
        check.note("remark", Problem::Missing);
    }
    let body = check.finish(body);
    let ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_agreements())?;
    let mut step = Step::of(ctx, &id).await?;
    let body = body?;
    let (now, by) = (step.ctx.now, step.ctx.actor.id);
    let said = step.ctx.id_of_form(&form_id).await?;
    if store::is_said(&mut step.ctx.tx, said).await? {
        redirect(&format!("{}#notes", step.agreement.url()));
        return Ok(());
    }
    store::add_note(&mut step.ctx.tx, said, step.agreement.id, by, &body, now).await?;
    let entry = events::noted(step.agreement.id);
    step.finish(entry, "#notes").await
}
