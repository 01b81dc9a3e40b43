//! An import is applied, or undone: all of it in one transaction.

use uuid::Uuid;

use super::matching::Matcher;
use super::model::{Change, Import, Outcome, Plan};
use super::{plan, store};
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::backend::journal::{Author, Chain, Entry};
use crate::company::model::CompanyForm;
use crate::company::store as companies;
use crate::error::{Error, Result};
use crate::on;
use crate::time::Timestamp;

const BATCH: i64 = 500;

/// Applies a preview in the background. Where a record changed after the preview nothing is written, and it is planned anew.
pub async fn run(backend: &Backend, import: &Import, attempt: Uuid, author: &Author) {
    match apply(backend, import, attempt, author).await {
        Ok(()) => plan::set_progress(backend, import.id, None),
        Err(error) => {
            let note = if error == Error::Conflict { "stale" } else { "failed" };
            if note == "failed" {
                tracing::error!(import = %import.id, %error, "an import failed; nothing of it was written");
            }
            let again = async {
                let mut tx = backend.database.begin().await?;
                let state = if note == "stale" { "planning" } else { "previewed" };
                let next = crate::backend::clock::new_id();
                let ended = store::end(&mut tx, import.id, attempt, state, note).await?;
                if ended && note == "stale" {
                    on!(&mut tx, |c| sqlx::query("UPDATE register_imports SET attempt = $1 WHERE id = $2")
                        .bind(next)
                        .bind(import.id)
                        .execute(c)
                        .await)?;
                    on!(&mut tx, |c| sqlx::query("DELETE FROM import_plans WHERE import_id = $1")
                        .bind(import.id)
                        .execute(c)
                        .await)?;
                }
                tx.commit().await?;
                Ok::<_, Error>((ended && note == "stale").then_some(next))
            };
            match again.await {
                Ok(Some(next)) => plan::run(backend, import, next, "stale").await,
                Ok(None) => plan::set_progress(backend, import.id, None),
                Err(error) => tracing::error!(import = %import.id, %error, "an import's failure was not noted"),
            }
        }
    }
}

async fn apply(backend: &Backend, import: &Import, attempt: Uuid, author: &Author) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    // From here on nobody else writes, so that what was looked at holds.
    let mut chain = Chain::open(&mut tx).await?;
    let matcher = Matcher::load(&mut tx).await?;
    let counts = store::counts(&mut tx, import.id).await?;
    let of = |wanted: Outcome| counts.iter().find(|(outcome, _)| *outcome == wanted).map_or(0, |(_, count)| *count);
    let total = usize::try_from(of(Outcome::Create) + of(Outcome::Update)).unwrap_or_default();
    let mut done = 0;
    for outcome in [Outcome::Create, Outcome::Update] {
        let mut after = 0;
        loop {
            let plans = store::plans(&mut tx, import.id, Some(outcome), after, BATCH, 0).await?;
            let Some(last) = plans.last() else { break };
            after = last.line;
            for plan in &plans {
                let version = match outcome {
                    Outcome::Create => create(&mut tx, &mut chain, &matcher, import.id, plan, author).await?,
                    _ => update(&mut tx, &mut chain, import.id, plan, author).await?,
                };
                keep(&mut tx, import.id, plan, version, author.now).await?;
            }
            done += plans.len();
            plan::set_progress(backend, import.id, Some((done, total)));
        }
    }
    on!(&mut tx, |c| sqlx::query("UPDATE register_imports SET applied_by = $1, applied_at = $2 WHERE id = $3")
        .bind(author.actor)
        .bind(author.now.0)
        .bind(import.id)
        .execute(c)
        .await)?;
    let fields = vec![
        ("file_name", import.file_name.clone()),
        ("created", of(Outcome::Create).to_string()),
        ("updated", of(Outcome::Update).to_string()),
    ];
    chain.append(&mut tx, author, Entry::new("import.applied", "register_import", import.id).created(fields)).await?;
    chain.close(&mut tx).await?;
    if !store::end(&mut tx, import.id, attempt, "applied", "").await? {
        return Err(Error::Unavailable);
    }
    tx.commit().await
}

async fn create(
    tx: &mut Tx,
    chain: &mut Chain,
    matcher: &Matcher,
    import: Uuid,
    plan: &Plan,
    author: &Author,
) -> Result<i64> {
    let mut form = CompanyForm::default();
    for (field, _, value) in &plan.changes {
        form.set(field, value.clone());
    }
    let (facts, stage, reason) = form.parse_new().map_err(|_| Error::Conflict)?;
    // Somebody may have added it since.
    if matcher.find("", &facts.fields()) != Ok(None) {
        return Err(Error::Conflict);
    }
    companies::insert(tx, plan.subject, &facts, stage, author.now).await?;
    let mut fields = facts.fields();
    fields.extend([("stage", stage.code().to_owned()), ("stage_reason", reason), ("import", import.to_string())]);
    chain.append(tx, author, Entry::new("company.imported", "company", plan.subject).created(fields)).await?;
    Ok(1)
}

async fn update(tx: &mut Tx, chain: &mut Chain, import: Uuid, plan: &Plan, author: &Author) -> Result<i64> {
    let values = plan.changes.iter().map(|(field, _, after)| (field, after));
    set(tx, chain, import, plan.subject, plan.version, values, author).await
}

/// Sets fields of a company that still is at this version; gives the new one.
async fn set<'a>(
    tx: &mut Tx,
    chain: &mut Chain,
    import: Uuid,
    id: Uuid,
    version: i64,
    values: impl Iterator<Item = (&'a String, &'a String)>,
    author: &Author,
) -> Result<i64> {
    let company = companies::find(tx, id).await?.ok_or(Error::Conflict)?;
    let mut form = CompanyForm::from(&company.facts);
    for (field, value) in values {
        form.set(field, value.clone());
    }
    let facts = form.parse().map_err(|_| Error::Conflict)?;
    if !companies::update(tx, id, version, &facts, author.now).await? {
        return Err(Error::Conflict);
    }
    let mut entry = Entry::new("company.edited", "company", id).changed(company.facts.fields(), facts.fields());
    entry.changes.push(("import".to_owned(), String::new(), import.to_string()));
    chain.append(tx, author, entry).await?;
    Ok(version + 1)
}

async fn keep(tx: &mut Tx, import: Uuid, plan: &Plan, version: i64, now: Timestamp) -> Result<()> {
    let changes = store::json(&plan.changes)?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO import_changes (import_id, subject_id, line, created, version_after, changed_at, changes)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(import)
    .bind(plan.subject)
    .bind(plan.line)
    .bind(plan.outcome == Outcome::Create)
    .bind(version)
    .bind(now.0)
    .bind(&changes)
    .execute(c)
    .await)?;
    Ok(())
}

/// Undoes an import in the background; it stays applied when that is not possible.
pub async fn undo(backend: &Backend, import: &Import, attempt: Uuid, others: bool, author: &Author, reason: &str) {
    let done = async {
        let mut tx = backend.database.begin().await?;
        revert(&mut tx, import, others, author, reason).await?;
        if !store::end(&mut tx, import.id, attempt, "reverted", "").await? {
            return Err(Error::Unavailable);
        }
        tx.commit().await
    };
    let Err(error) = done.await else { return };
    let note = if error == Error::Conflict { "blocked" } else { "failed" };
    let ended = async {
        let mut tx = backend.database.begin().await?;
        store::end(&mut tx, import.id, attempt, "applied", note).await?;
        tx.commit().await
    };
    if let Err(error) = ended.await {
        tracing::error!(import = %import.id, %error, "that an import was not undone was not noted");
    }
}

/// Undoes an import: updated fields get back what stood there, companies that it made are archived. Records that somebody
/// changed since keep what they have; if there are such, nothing happens unless `others` says that the rest shall be
/// undone nevertheless.
///
/// # Errors
/// [`Error::Conflict`] when records changed since and `others` is false.
pub async fn revert(tx: &mut Tx, import: &Import, others: bool, author: &Author, reason: &str) -> Result<()> {
    let mut chain = Chain::open(tx).await?;
    let changed = store::changed(tx, import.id).await?;
    let (blocked, free): (Vec<_>, Vec<_>) = changed.into_iter().partition(store::Changed::is_blocked);
    if !blocked.is_empty() && !others {
        return Err(Error::Conflict);
    }
    for record in &free {
        if record.created {
            companies::archive(tx, record.subject_id, author.actor, reason, author.now).await?;
            let fields = vec![("archived_reason", reason.to_owned()), ("import", import.id.to_string())];
            let entry = Entry::new("company.archived", "company", record.subject_id).created(fields);
            chain.append(tx, author, entry).await?;
        } else {
            let changes: Vec<Change> = serde_json::from_str(&record.changes).unwrap_or_default();
            let values = changes.iter().map(|(field, before, _)| (field, before));
            set(tx, &mut chain, import.id, record.subject_id, record.version_after, values, author).await?;
        }
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE import_changes SET reverted_at = $1 WHERE import_id = $2 AND subject_id = $3"
        )
        .bind(author.now.0)
        .bind(import.id)
        .bind(record.subject_id)
        .execute(c)
        .await)?;
    }
    on!(&mut *tx, |c| sqlx::query("UPDATE register_imports SET reverted_by = $1, reverted_at = $2 WHERE id = $3")
        .bind(author.actor)
        .bind(author.now.0)
        .bind(import.id)
        .execute(c)
        .await)?;
    let fields = vec![
        ("file_name", import.file_name.clone()),
        ("reverted", free.len().to_string()),
        ("kept", blocked.len().to_string()),
    ];
    chain.append(tx, author, Entry::new("import.reverted", "register_import", import.id).created(fields)).await?;
    chain.close(tx).await
}
