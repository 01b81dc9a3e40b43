//! How a bulk edit is made, and undone: companies first, always in the same order, then the journal, then who is told.

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use super::model::{Change, Outcome, Snapshot};
use super::store::{self, BulkEdit, Row};
use crate::absence::stand_in;
use crate::backend::context::Ctx;
use crate::backend::journal::{Author, Chain, Entry};
use crate::company::model::Stage;
use crate::company::store as companies;
use crate::error::Result;
use crate::language::Language;
use crate::notification::{self, Kind, Subject};

async fn standing(ctx: &mut Ctx, rows: &[Row], change: &Change) -> Result<HashMap<Uuid, Snapshot>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.company_id).collect();
    Ok(store::snapshots(&mut ctx.tx, &ids, change, ctx.now)
        .await?
        .into_iter()
        .map(|company| (company.id, company))
        .collect())
}

/// Makes what was shown. Whatever stands differently by now is left as it is, and said to.
pub(super) async fn apply(ctx: &mut Ctx, edit: &BulkEdit, change: &Change) -> Result<()> {
    let rows = store::rows_with(&mut ctx.tx, edit.id, Outcome::Ready).await?;
    if *change == Change::Archive {
        store::hold(&mut ctx.tx, &rows).await?;
    }
    let standing = standing(ctx, &rows, change).await?;
    let (mut done, mut changed, mut tied) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        if standing.get(&row.company_id).is_some_and(|company| company.plan(change, &edit.reason).1 == Outcome::Tied) {
            tied.push(row.company_id);
            continue;
        }
        let company = standing.get(&row.company_id).filter(|company| {
            // A stage has no version; what stands there must be what was shown.
            company.version == row.version
                && company.value(change) == row.before
                && company.plan(change, &edit.reason) == (row.after.clone(), Outcome::Ready)
        });
        let written = match company {
            Some(company) => write(ctx, company, change, &row.after, &edit.reason).await?,
            None => false,
        };
        if written { done.push(row) } else { changed.push(row.company_id) }
    }
    let applied: Vec<Uuid> = done.iter().map(|row| row.company_id).collect();
    store::set_outcome(&mut ctx.tx, edit.id, &applied, Outcome::Applied).await?;
    store::set_outcome(&mut ctx.tx, edit.id, &changed, Outcome::Changed).await?;
    store::set_outcome(&mut ctx.tx, edit.id, &tied, Outcome::Tied).await?;
    let entries = done.iter().map(|row| {
        // What makes a partner is the agreement or the product, where nothing else is said.
        let grounds = standing.get(&row.company_id).and_then(|company| company.grounds.as_deref());
        let reason = if edit.reason.is_empty() { grounds.unwrap_or_default() } else { &edit.reason };
        entry(change, row.company_id, &row.before, &row.after, reason)
    });
    record(ctx, entries.collect()).await?;
    tell(ctx, edit, change, &done, &standing).await
}

/// Puts back what it was, where the field that was changed still is as it was made.
pub(super) async fn undo(ctx: &mut Ctx, edit: &BulkEdit, change: &Change) -> Result<()> {
    let rows = store::rows_with(&mut ctx.tx, edit.id, Outcome::Applied).await?;
    let standing = standing(ctx, &rows, change).await?;
    let (mut done, mut kept) = (Vec::new(), Vec::new());
    for row in &rows {
        let company = standing.get(&row.company_id).filter(|company| is_as_made(company, row, edit, change));
        let written = match company {
            Some(company) => write(ctx, company, change, &row.before, "").await?,
            None => false,
        };
        if written { done.push(row) } else { kept.push(row.company_id) }
    }
    let undone: Vec<Uuid> = done.iter().map(|row| row.company_id).collect();
    store::set_outcome(&mut ctx.tx, edit.id, &undone, Outcome::Undone).await?;
    store::set_outcome(&mut ctx.tx, edit.id, &kept, Outcome::Kept).await?;
    let entries = done.iter().map(|row| entry(change, row.company_id, &row.after, &row.before, ""));
    record(ctx, entries.collect()).await?;
    tell(ctx, edit, change, &done, &standing).await
}

/// Whether a company's field still is as the bulk edit made it, whatever else was changed of it.
fn is_as_made(company: &Snapshot, row: &Row, edit: &BulkEdit, change: &Change) -> bool {
    match change {
        Change::Stage(_) => Some(company.stage_since) == edit.applied_at && company.stage.code() == row.after,
        Change::Archive => company.archived_at == edit.applied_at,
        _ => company.value(change) == row.after && company.archived_at.is_none(),
    }
}

/// Writes one company; false when somebody was faster.
async fn write(ctx: &mut Ctx, company: &Snapshot, change: &Change, value: &str, reason: &str) -> Result<bool> {
    let (id, now) = (company.id, ctx.now);
    match change {
        Change::Stage(_) => match Stage::from_code(value) {
            Some(to) => companies::move_stage(&mut ctx.tx, id, company.stage, to, now).await,
            None => Ok(false),
        },
        Change::Archive => {
            let by = (!value.is_empty()).then_some(ctx.actor.id);
            companies::archive(&mut ctx.tx, id, by, reason, now).await
        }
        _ => store::set_fact(&mut ctx.tx, id, company.version, change, value, now).await,
    }
}

/// What the journal says of one company: the same as if it had been changed by itself.
fn entry(change: &Change, company: Uuid, before: &str, after: &str, reason: &str) -> Entry {
    let (before, after, reason) = (before.to_owned(), after.to_owned(), reason.to_owned());
    match change {
        Change::Stage(_) => Entry::new("company.moved", "company", company).changed(
            vec![("stage", before), ("stage_reason", String::new())],
            vec![("stage", after), ("stage_reason", reason)],
        ),
        Change::Archive if after.is_empty() => Entry::new("company.restored", "company", company),
        Change::Archive => {
            Entry::new("company.archived", "company", company).created(vec![("archived_reason", reason)])
        }
        _ => Entry::new("company.edited", "company", company)
            .changed(vec![(change.field(), before)], vec![(change.field(), after)]),
    }
}

async fn record(ctx: &mut Ctx, entries: Vec<Entry>) -> Result<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let author = Author { now: ctx.now, ..ctx.visit.author(Some(ctx.actor.id)) };
    let mut chain = Chain::open(&mut ctx.tx).await?;
    for entry in entries {
        chain.append(&mut ctx.tx, &author, entry).await?;
    }
    chain.close(&mut ctx.tx).await
}

/// Tells account managers – those before and those now – and who follows: each once, of how many of theirs; and who stands in
/// for an absent manager, for whom.
async fn tell(
    ctx: &mut Ctx,
    edit: &BulkEdit,
    change: &Change,
    done: &[&Row],
    standing: &HashMap<Uuid, Snapshot>,
) -> Result<()> {
    let mut concerned: BTreeMap<Uuid, HashSet<Uuid>> = BTreeMap::new();
    for row in done {
        let managers = match change {
            Change::Manager(_) => [row.before.parse().ok(), row.after.parse().ok()],
            _ => [standing.get(&row.company_id).and_then(|company| company.manager), None],
        };
        for manager in managers.into_iter().flatten() {
            concerned.entry(manager).or_default().insert(row.company_id);
        }
    }
    let mut deputies: BTreeMap<Uuid, (Vec<String>, HashSet<Uuid>)> = BTreeMap::new();
    for (manager, companies) in &concerned {
        if let Some(stand_in) = stand_in(&mut ctx.tx, *manager, ctx.now).await? {
            let (absent, theirs) = deputies.entry(stand_in.deputy).or_default();
            absent.push(stand_in.absent);
            theirs.extend(companies);
        }
    }
    let companies: Vec<Uuid> = done.iter().map(|row| row.company_id).collect();
    for (account, company) in store::followers(&mut ctx.tx, &companies).await? {
        concerned.entry(account).or_default().insert(company);
    }
    // Who has companies of their own among them is told of all together.
    let mut told: Vec<(Uuid, usize, String)> = Vec::new();
    for (deputy, (absent, theirs)) in deputies {
        match concerned.get_mut(&deputy) {
            Some(own) => own.extend(theirs),
            None => told.push((deputy, theirs.len(), absent.join(", "))),
        }
    }
    told.extend(concerned.into_iter().map(|(account, companies)| (account, companies.len(), String::new())));
    // Always in the same order, so that two who tell the same people never wait for each other.
    told.sort();
    let managers = crate::account::store::managers(&mut ctx.tx).await?;
    let said = [Language::En, Language::Zh].map(|language| change.said(&managers, language.texts()));
    let path = super::pages::url(edit.id);
    let subject = Subject { kind: "bulk_edit", id: edit.id, path: &path, company: None };
    let (by, author, now) = (ctx.actor.name.clone(), Some(ctx.actor.id), ctx.now);
    for (account, count, absent) in told {
        let count = count.to_string();
        let mut facts = vec![("name_en", said[0].as_str()), ("name_zh", &said[1]), ("by", &by), ("count", &count)];
        if !absent.is_empty() {
            facts.push(("instead_of", &absent));
        }
        notification::tell(&mut ctx.tx, Kind::CompaniesChanged, &subject, &facts, &[account], author, now).await?;
    }
    Ok(())
}
