//! An import is applied, or undone: all of it in one transaction.

use uuid::Uuid;

use super::model::{Change, Import, Outcome, Subject};
use super::plan::{self, Known};
use super::store::{self, Done};
use super::{company_apply, person_apply};
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::backend::journal::{Author, Chain, Entry};
use crate::error::{Error, Result};
use crate::on;

const BATCH: i64 = 500;
/// So many companies are archived by one statement.
const ARCHIVED_AT_ONCE: usize = 100;

/// Applies a preview in the background. Where a record changed after the preview nothing is written, and it is planned anew.
pub async fn run(backend: &Backend, import: &Import, attempt: Uuid, author: &Author) {
    match store::signing_of_life(backend, import.id, attempt, apply(backend, import, attempt, author)).await {
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
    let _busy = backend.writes_much();
    let mut tx = backend.database.begin().await?;
    // Whoever is at work on one of these is done, or waits; before the journal, as everywhere.
    hold_names(&mut tx, import.subject()).await?;
    store::hold_for_apply(&mut tx, import.id).await?;
    // From here on nobody else writes, so that what was looked at holds.
    let chain = Chain::open(&mut tx).await?;
    let known = Known::load(&mut tx, import.subject()).await?;
    let mut work = Work { tx, chain, import, author };
    let total = usize::try_from(import.creates + import.updates).unwrap_or_default();
    let mut done = 0;
    for outcome in [Outcome::Create, Outcome::Update] {
        let mut after = 0;
        loop {
            let plans = store::plans(&mut work.tx, import.id, Some(outcome), after, BATCH, 0).await?;
            let Some(last) = plans.last() else { break };
            after = last.line;
            let mut changed = Vec::with_capacity(plans.len());
            let made_together = (import.subject(), outcome) == (Subject::Companies, Outcome::Create);
            if made_together {
                company_apply::create_all(&mut work, &known, &plans).await?;
            }
            for plan in &plans {
                let version = match import.subject() {
                    Subject::Companies if made_together => 1,
                    Subject::Companies => company_apply::update(&mut work, plan).await?,
                    Subject::People if outcome == Outcome::Create => {
                        person_apply::create(&mut work, &known, plan).await?
                    }
                    Subject::People => person_apply::update(&mut work, &known, plan).await?,
                };
                changed.push(Done { plan, version });
            }
            store::insert_changes(&mut work.tx, import.id, &changed, author.now).await?;
            done += plans.len();
            plan::set_progress(backend, import.id, Some((done, total)));
        }
    }
    let Work { mut tx, mut chain, .. } = work;
    on!(&mut tx, |c| sqlx::query("UPDATE register_imports SET applied_by = $1, applied_at = $2 WHERE id = $3")
        .bind(author.actor)
        .bind(author.now.0)
        .bind(import.id)
        .execute(c)
        .await)?;
    let fields = vec![
        ("file_name", import.file_name.clone()),
        ("created", import.creates.to_string()),
        ("updated", import.updates.to_string()),
    ];
    chain.append(&mut tx, author, Entry::new("import.applied", "register_import", import.id).created(fields)).await?;
    chain.close(&mut tx).await?;
    if !store::end(&mut tx, import.id, attempt, "applied", "").await? {
        return Err(Error::Unavailable);
    }
    tx.commit().await
}

/// Names of companies are given, and given back, by one at a time.
async fn hold_names(tx: &mut Tx, subject: Subject) -> Result<()> {
    match subject {
        Subject::Companies => crate::company::duplicate::check::hold_names(tx).await,
        Subject::People => Ok(()),
    }
}

/// What is at work on the records: the one transaction, the journal's end, and whose import it is.
pub struct Work<'a> {
    pub tx: Tx,
    pub chain: Chain,
    pub import: &'a Import,
    pub author: &'a Author,
}

impl Work<'_> {
    /// Notes in the journal what happened to a record.
    pub async fn record(&mut self, entry: Entry) -> Result<()> {
        self.record_all(vec![entry]).await
    }

    /// The same of several records.
    pub async fn record_all(&mut self, mut entries: Vec<Entry>) -> Result<()> {
        for entry in &mut entries {
            entry.changes.push(("import".to_owned(), String::new(), self.import.mark()));
        }
        self.chain.append_all(&mut self.tx, self.author, entries).await
    }
}

/// Undoes an import in the background; it stays applied when that is not possible.
pub async fn undo(backend: &Backend, import: &Import, attempt: Uuid, others: bool, author: &Author, reason: &str) {
    let done = async {
        let _busy = backend.writes_much();
        let tx = backend.database.begin().await?;
        let mut tx = revert(tx, import, others, author, reason).await?;
        if !store::end(&mut tx, import.id, attempt, "reverted", "").await? {
            return Err(Error::Unavailable);
        }
        tx.commit().await
    };
    let Err(error) = store::signing_of_life(backend, import.id, attempt, done).await else { return };
    let note = if error == Error::Conflict { "blocked" } else { "failed" };
    if note == "failed" {
        tracing::error!(import = %import.id, %error, "an import was not undone");
    }
    let ended = async {
        let mut tx = backend.database.begin().await?;
        store::end(&mut tx, import.id, attempt, "applied", note).await?;
        tx.commit().await
    };
    if let Err(error) = ended.await {
        tracing::error!(import = %import.id, %error, "that an import was not undone was not noted");
    }
}

/// Undoes an import: updated fields get back what stood there, records that it made are archived. Those that somebody
/// changed since keep what they have; if there are such, nothing happens unless `others` says that the rest shall be
/// undone nevertheless.
///
/// # Errors
/// [`Error::Conflict`] when records changed since and `others` is false.
async fn revert(mut tx: Tx, import: &Import, others: bool, author: &Author, reason: &str) -> Result<Tx> {
    hold_names(&mut tx, import.subject()).await?;
    store::hold_for_undo(&mut tx, import.id).await?;
    let chain = Chain::open(&mut tx).await?;
    let changed = store::changed(&mut tx, import).await?;
    let (blocked, free): (Vec<_>, Vec<_>) = changed.into_iter().partition(|record| record.is_blocked(import.subject()));
    if !blocked.is_empty() && !others {
        return Err(Error::Conflict);
    }
    let mut work = Work { tx, chain, import, author };
    let made = |record: &&store::Changed| import.subject() == Subject::Companies && record.created;
    let companies: Vec<Uuid> = free.iter().filter(made).map(|record| record.subject_id).collect();
    for some in companies.chunks(ARCHIVED_AT_ONCE) {
        company_apply::archive_all(&mut work, some, reason).await?;
        store::undone(&mut work.tx, import.id, some, author.now).await?;
    }
    for record in free.iter().filter(|record| !made(record)) {
        let changes: Vec<Change> = serde_json::from_str(&record.changes).unwrap_or_default();
        match (import.subject(), record.created) {
            (Subject::Companies, _) => company_apply::put_back(&mut work, record, &changes).await?,
            (Subject::People, true) => person_apply::archive(&mut work, record.subject_id).await?,
            (Subject::People, false) => person_apply::put_back(&mut work, record, &changes).await?,
        }
        store::undone(&mut work.tx, import.id, &[record.subject_id], author.now).await?;
    }
    let Work { mut tx, mut chain, .. } = work;
    on!(&mut tx, |c| sqlx::query("UPDATE register_imports SET reverted_by = $1, reverted_at = $2 WHERE id = $3")
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
    chain.append(&mut tx, author, Entry::new("import.reverted", "register_import", import.id).created(fields)).await?;
    chain.close(&mut tx).await?;
    Ok(tx)
}
