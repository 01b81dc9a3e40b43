//! What staff does with two companies that are one.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// What stays of the two companies: of each field one value, of each list any entries.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MergeForm {
    pub winner: String,
    pub loser: String,
    pub winner_version: String,
    pub loser_version: String,
    pub name_en: String,
    pub name_zh: String,
    pub name_local: String,
    pub country: String,
    pub city: String,
    pub website: String,
    pub tier: String,
    pub manager: String,
    pub about: String,
    pub kinds: Vec<String>,
    pub aliases: Vec<String>,
    pub websites: Vec<String>,
    pub email_domains: Vec<String>,
    pub registrations: Vec<String>,
    pub areas: Vec<String>,
    pub tags: Vec<String>,
}

/// Staff merges a company into another one.
#[server(endpoint = "companies/merge")]
pub async fn merge_companies(#[server(flatten)] form: MergeForm) -> Result<()> {
    use super::super::api::check_country;
    use super::super::duplicate::store::{Decision, decide, forget_open};
    use super::super::events::OTHER_COMPANY;
    use super::super::model::CompanyForm;
    use super::super::store as companies;
    use super::store::{self, Merge};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Check, Error, Hindrance, Problem, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let winner: uuid::Uuid = form.winner.parse().map_err(|_| Error::NotFound)?;
    let loser: uuid::Uuid = form.loser.parse().map_err(|_| Error::NotFound)?;
    if winner == loser {
        return Err(Error::Refused(Refusal::Malformed));
    }
    // Who merges or changes their people at the same time waits here; in this order, for two merges may cross.
    store::hold(&mut ctx.tx, &[winner, loser]).await?;
    let here = companies::find(&mut ctx.tx, winner).await?.ok_or(Error::NotFound)?;
    let there = companies::find(&mut ctx.tx, loser).await?.ok_or(Error::NotFound)?;
    let version = |text: &str| text.parse::<i64>().map_err(|_| Error::Refused(Refusal::Malformed));
    let (winner_version, loser_version) = (version(&form.winner_version)?, version(&form.loser_version)?);
    let as_seen = here.version == winner_version && there.version == loser_version;
    if !as_seen || here.archived.is_some() || there.archived.is_some() {
        return Err(Error::Conflict);
    }
    if store::has_open_proposals(&mut ctx.tx, loser).await? {
        return Err(Error::Refused(Refusal::ProposalsOpen));
    }
    if crate::agreement::store::share_one(&mut ctx.tx, winner, loser).await? {
        return Err(Hindrance::BothParties.into());
    }
    let mut aliases = form.aliases;
    // Whoever looks for the loser by its name finds the winner.
    let names = [&there.facts.name_en, &there.facts.name_zh, &there.facts.name_local];
    let kept = [form.name_en.as_str(), &form.name_zh, &form.name_local].map(str::trim);
    aliases.extend(names.into_iter().filter(|name| !name.is_empty() && !kept.contains(&name.as_str())).cloned());
    let chosen = CompanyForm {
        name_en: form.name_en,
        name_zh: form.name_zh,
        name_local: form.name_local,
        aliases: aliases.join("\n"),
        kinds: form.kinds,
        country: form.country,
        city: form.city,
        website: form.website,
        websites: form.websites.join("\n"),
        email_domains: form.email_domains.join("\n"),
        registrations: form.registrations.join("\n"),
        areas: form.areas.join("\n"),
        tier: form.tier,
        manager: form.manager,
        tags: form.tags.join("\n"),
        about: form.about,
        ..CompanyForm::default()
    };
    let facts = chosen.parse()?;
    let mut check = Check::default();
    check_country(&mut check, &facts);
    if facts.manager.is_some() && facts.manager != here.facts.manager && facts.manager != there.facts.manager {
        check.note("manager", Problem::Unknown);
    }
    check.finish(())?;
    if !companies::update(&mut ctx.tx, winner, winner_version, &facts, ctx.now).await?
        || !store::retire(&mut ctx.tx, loser, loser_version, winner, ctx.actor.id, ctx.now).await?
    {
        return Err(Error::Conflict);
    }
    let merge = Merge {
        id: ctx.new_id(),
        winner_id: winner,
        loser_id: loser,
        fields_before: store::image(&here.facts)?,
        fields_after: store::image(&facts)?,
        merged_at: ctx.now.0,
        undone_at: None,
        kept: String::new(),
    };
    store::insert(&mut ctx.tx, &merge, ctx.actor.id).await?;
    let today = ctx.now.iso_day();
    let moved = store::move_all(&mut ctx.tx, &merge, &today).await?;
    super::super::stalled::store::recount(&mut ctx.tx, winner).await?;
    crate::affiliation::api::look_at(&mut ctx, winner).await?;
    let decision = Decision { state: "merged", by: Some(ctx.actor.id), note: "", now: ctx.now };
    decide(&mut ctx.tx, winner, loser, &decision).await?;
    forget_open(&mut ctx.tx, &[loser]).await?;
    let name = |facts: &super::super::model::Facts| {
        crate::language::Language::En.prefer(&facts.name_en, &facts.name_zh).to_owned()
    };
    let told = vec![
        ("other_company", name(&there.facts)),
        (OTHER_COMPANY, loser.to_string()),
        ("merged_rows", moved.to_string()),
    ];
    let entry =
        Entry::new("company.merged", "company", winner).changed(here.facts.fields(), facts.fields()).created(told);
    ctx.record(entry).await?;
    let told = vec![("other_company", name(&facts)), (OTHER_COMPANY, winner.to_string())];
    ctx.record(Entry::new("company.merged_into", "company", loser).created(told)).await?;
    ctx.commit().await?;
    redirect(&here.url());
    Ok(())
}

/// Staff undoes a merge.
#[server(endpoint = "companies/unmerge")]
pub async fn undo_merge(#[server(default)] id: String) -> Result<()> {
    use super::super::duplicate::store::{Decision, decide};
    use super::super::events::OTHER_COMPANY;
    use super::super::store as companies;
    use super::{pages, store, undo};
    use crate::actor::{Role, require};
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Entry;
    use crate::error::{Error, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let merge = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    // With those that it names besides the two.
    let mut held = store::others(&mut ctx.tx, &merge).await?;
    held.extend([merge.winner_id, merge.loser_id]);
    store::hold(&mut ctx.tx, &held).await?;
    // Somebody else may have undone it meanwhile.
    let merge = store::find(&mut ctx.tx, merge.id).await?.ok_or(Error::NotFound)?;
    let here = companies::find(&mut ctx.tx, merge.winner_id).await?.ok_or(Error::NotFound)?;
    if merge.undone_at.is_some() {
        // Sent twice, it is undone already.
        redirect(pages::PATH);
        return Ok(());
    }
    if here.archived.is_some() {
        return Err(Error::Refused(Refusal::NotUndoable));
    }
    if store::others(&mut ctx.tx, &merge).await?.iter().any(|other| !held.contains(other)) {
        // One of those was merged while this waited.
        return Err(Error::Conflict);
    }
    undo::revive(&mut ctx.tx, &merge, ctx.now).await?;
    let (mut facts, mut kept) = undo::restored(&here.facts, &merge)?;
    // Who managed it before may do so no more.
    if let Some(manager) = facts.manager.filter(|manager| Some(*manager) != here.facts.manager) {
        let found = crate::account::store::receiver(&mut ctx.tx, manager).await?;
        if !matches!(found, Some((_, Role::Administrator | Role::Staff))) {
            facts.manager = here.facts.manager;
            kept.push("manager".to_owned());
        }
    }
    if !companies::update(&mut ctx.tx, here.id, here.version, &facts, ctx.now).await? {
        return Err(Error::Conflict);
    }
    store::put_all_back(&mut ctx.tx, &merge).await?;
    let kept = kept.join(" ");
    undo::note(&mut ctx.tx, id, ctx.actor.id, &kept, ctx.now).await?;
    for company in [merge.winner_id, merge.loser_id] {
        crate::affiliation::api::look_at(&mut ctx, company).await?;
        super::super::stalled::store::recount(&mut ctx.tx, company).await?;
    }
    let decision = Decision { state: "open", by: None, note: "", now: ctx.now };
    decide(&mut ctx.tx, merge.winner_id, merge.loser_id, &decision).await?;
    let there = companies::find(&mut ctx.tx, merge.loser_id).await?.ok_or(Error::NotFound)?;
    let name = crate::language::Language::En.prefer(&there.facts.name_en, &there.facts.name_zh).to_owned();
    let told = vec![("other_company", name), (OTHER_COMPANY, merge.loser_id.to_string()), ("kept", kept)];
    let entry =
        Entry::new("company.unmerged", "company", here.id).changed(here.facts.fields(), facts.fields()).created(told);
    ctx.record(entry).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}
