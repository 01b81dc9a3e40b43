//! The check before a company is made or renamed.

use uuid::Uuid;

use super::super::likeness::{Profile, Verdict};
use super::super::model::Facts;
use super::store::{self, Alike, Decision};
use crate::backend::context::Ctx;
use crate::backend::database::{Tx, hold};
use crate::error::{Check, Problem, Result};

/// From which score on somebody is asked about a company of the same group, too.
const ASKED: i64 = 60;

/// The companies that somebody is shown before one with these facts is made. Of one that is edited, only those are new
/// that were not like it before.
pub async fn likely(tx: &mut Tx, facts: &Facts, edited: Option<(Uuid, &Facts)>) -> Result<Vec<Alike>> {
    let profile = Profile::of(facts);
    let before = edited.map(|(_, facts)| Profile::of(facts));
    if before
        .as_ref()
        .is_some_and(|before| before.names == profile.names && before.registrations == profile.registrations)
    {
        return Ok(Vec::new());
    }
    let mut found = store::alike(tx, &profile, edited.map(|(id, _)| id)).await?;
    found.retain(|alike| {
        let known = before.as_ref().and_then(|before| before.compare(&alike.profile));
        known.is_none_or(|known| known.verdict < alike.likeness.verdict)
    });
    Ok(shown(found))
}

/// Of companies that are like one that is to be made, those that somebody is shown.
pub fn shown(mut found: Vec<Alike>) -> Vec<Alike> {
    found.retain(|alike| alike.likeness.verdict == Verdict::Duplicate || alike.likeness.score >= ASKED);
    found.truncate(10);
    found
}

/// What somebody says who makes a company although others are like it.
#[derive(Clone, Debug, Default)]
pub struct Said {
    pub not_duplicate: String,
    pub reason: String,
}

/// Waits until nobody else gives companies their names, so that two that are made at once are compared, too. Comes before
/// companies are held.
pub async fn hold_names(tx: &mut Tx) -> Result<()> {
    hold(tx, 7_305_806).await
}

/// Refuses a company that others are like, unless it is said that it is none of them; and why, where one has the very
/// same number or name. Gives those that it is not.
pub async fn refuse_alike(
    tx: &mut Tx,
    facts: &Facts,
    edited: Option<(Uuid, &Facts)>,
    said: &Said,
) -> Result<(Vec<Alike>, String)> {
    hold_names(tx).await?;
    let found = likely(tx, facts, edited).await?;
    if found.is_empty() {
        return Ok((found, String::new()));
    }
    let profile = Profile::of(facts);
    let mut check = Check::default();
    let reason = check.text("not_duplicate_reason", &said.reason, 500);
    if said.not_duplicate != "yes" {
        check.note("not_duplicate", Problem::LooksAlike);
    } else if reason.is_empty() && found.iter().any(|alike| profile.is_certainly(&alike.profile)) {
        check.note("not_duplicate_reason", Problem::Missing);
    }
    let told = if reason.is_empty() { "yes".to_owned() } else { reason };
    check.finish((found, told))
}

/// Remembers that a company is none of those that it was taken for.
pub async fn remember(ctx: &mut Ctx, id: Uuid, others: &[Alike], why: &str) -> Result<()> {
    let decision = Decision { state: "apart", by: Some(ctx.actor.id), note: why, now: ctx.now };
    for other in others.iter().filter(|other| other.likeness.verdict == Verdict::Duplicate) {
        store::note_decided(&mut ctx.tx, id, other.id, &other.likeness, &decision).await?;
    }
    Ok(())
}

/// Whether the register has a company with these facts for certain.
pub async fn is_there(tx: &mut Tx, facts: &Facts) -> Result<bool> {
    hold_names(tx).await?;
    let profile = Profile::of(facts);
    Ok(likely(tx, facts, None).await?.iter().any(|alike| profile.is_certainly(&alike.profile)))
}
