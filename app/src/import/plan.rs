//! What each row of a file would do.

use std::collections::HashMap;
use std::sync::Arc;

use uuid::Uuid;

use super::cell;
use super::matching::Matcher;
use super::model::{Change, DateOrder, Import, Mapping, Mode, Plan, Subject, Wrong};
use super::person_matching::People;
use super::{company_plan, person_plan, store};
use crate::account;
use crate::backend::Backend;
use crate::backend::database::Tx;
use crate::company::duplicate::store::Memory;
use crate::company::likeness::Profile;
use crate::error::{Error, Result};

/// Rows that are planned between two transactions.
const BATCH: i64 = 500;

/// Plans an import in the background; `previewed` when it is done.
pub async fn run(backend: &Backend, import: &Import, attempt: Uuid, note: &str) {
    let done = store::signing_of_life(backend, import.id, attempt, plan_all(backend, import, attempt, note)).await;
    if let Err(error) = done {
        tracing::error!(import = %import.id, %error, "an import was not planned");
        let ended = async {
            let mut tx = backend.database.begin().await?;
            store::end(&mut tx, import.id, attempt, "uploaded", "failed").await?;
            tx.commit().await
        };
        if let Err(error) = ended.await {
            tracing::error!(import = %import.id, %error, "an import's failure was not noted");
        }
    }
    set_progress(backend, import.id, None);
}

pub fn set_progress(backend: &Backend, id: Uuid, progress: Option<(usize, usize)>) {
    if let Ok(mut all) = backend.progress.lock() {
        match progress {
            Some(progress) => all.insert(id, progress),
            None => all.remove(&id),
        };
    }
}

async fn plan_all(backend: &Backend, import: &Import, attempt: Uuid, note: &str) -> Result<()> {
    let Mapping { sheet, header, columns, mode, orders, kind } = import.mapping().ok_or(Error::Conflict)?;
    let mut tx = backend.database.read().await?;
    let total = usize::try_from(store::count_rows(&mut tx, import.id, sheet, header).await?).unwrap_or_default();
    let mut planner = Planner {
        subject: import.subject(),
        known: Known::load(&mut tx, import.subject()).await?,
        managers: account::store::managers(&mut tx).await?,
        claimed: HashMap::new(),
        made: Vec::new(),
        memory: Memory::default(),
        today: backend.clock.now().iso_day(),
        columns: columns.into(),
        orders,
        mode,
        kind,
    };
    let mut after = header;
    let mut done = 0;
    loop {
        let rows = store::rows(&mut tx, import.id, sheet, after, BATCH).await?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        let mut plans = Vec::with_capacity(rows.len());
        for (line, cells) in &rows {
            plans.push(planner.plan(&mut tx, *line, cells).await?);
        }
        company_plan::add_alike(&mut planner, &mut tx, &mut plans).await?;
        done += plans.len();
        let mut writing = backend.database.begin().await?;
        store::insert_plans(&mut writing, import.id, &plans).await?;
        writing.commit().await?;
        set_progress(backend, import.id, Some((done, total)));
    }
    drop(tx);
    let mut tx = backend.database.begin().await?;
    store::count_plans(&mut tx, import.id).await?;
    if !store::end(&mut tx, import.id, attempt, "previewed", note).await? {
        // Somebody reads the columns in another way meanwhile, and these plans are in that one's way no longer.
        return Ok(());
    }
    tx.commit().await
}

/// The register that rows are compared with.
pub struct Known {
    pub companies: Matcher,
    /// Only where people are imported.
    pub people: People,
}

impl Known {
    pub async fn load(tx: &mut Tx, subject: Subject) -> Result<Self> {
        let companies = Matcher::load(tx).await?;
        let people = if subject == Subject::People { People::load(tx).await? } else { People::default() };
        Ok(Self { companies, people })
    }
}

/// A row whose cells were read.
pub struct Read<'a> {
    pub line: i64,
    /// Fields and what stands there; empty cells are left out.
    pub typed: Vec<(&'a str, String)>,
    pub problems: Vec<(String, Wrong)>,
}

impl Read<'_> {
    pub fn value(&self, field: &str) -> &str {
        self.typed.iter().find(|(name, _)| *name == field).map_or("", |(_, value)| value)
    }
}

pub struct Planner {
    subject: Subject,
    pub known: Known,
    managers: Vec<(Uuid, String)>,
    /// Which line a record was met on first.
    claimed: HashMap<Uuid, i64>,
    /// The lines that make a company, of those that were planned last.
    pub made: Vec<(i64, Profile)>,
    /// What they are like.
    pub memory: Memory,
    /// ISO text.
    pub today: String,
    columns: Arc<[String]>,
    orders: Vec<DateOrder>,
    mode: Mode,
    /// What new companies are where the file does not say so.
    pub kind: String,
}

impl Planner {
    async fn plan(&mut self, tx: &mut Tx, line: i64, cells: &[String]) -> Result<Plan> {
        let columns = Arc::clone(&self.columns);
        let mut row = Read { line, typed: Vec::new(), problems: Vec::new() };
        for (at, (field, text)) in columns.iter().zip(cells).enumerate() {
            if field.is_empty() || text.is_empty() {
                continue;
            }
            let order = self.orders.get(at).copied().unwrap_or_default();
            match cell::value(self.subject, field, text, &self.managers, order) {
                Ok(value) => row.typed.push((field, value)),
                Err(wrong) => row.problems.push((field.clone(), wrong)),
            }
        }
        match self.subject {
            Subject::Companies => company_plan::plan(self, tx, row).await,
            Subject::People => person_plan::plan(self, tx, row).await,
        }
    }

    /// Whether the row may do something to what was found: notes why not.
    pub fn may(&self, found: Option<Uuid>, plan: &mut Plan) -> bool {
        let wrong = match found {
            Some(id) if self.claimed.contains_key(&id) => Wrong::Repeats(self.claimed.get(&id).copied().unwrap_or(0)),
            Some(_) if self.mode == Mode::Create => Wrong::AlreadyThere,
            None if self.mode == Mode::Update => Wrong::NotThere,
            _ => return true,
        };
        plan.is_wrong("", wrong);
        false
    }

    /// Notes that a record is this row's.
    pub fn claim(&mut self, id: Uuid, line: i64) {
        self.claimed.insert(id, line);
    }
}

/// Adds the problems of a refused form to those of the cells: of each field the first counts.
pub fn add_problems(plan: &mut Plan, error: Error) -> Result<()> {
    let Error::Invalid(errors) = error else { return Err(error) };
    for (field, problem) in errors.0 {
        if !plan.problems.iter().any(|(known, _)| *known == field) {
            plan.problems.push((field, Wrong::Field(problem)));
        }
    }
    Ok(())
}

/// What differs.
pub fn changes(before: &[(&'static str, String)], after: &[(&'static str, String)]) -> Vec<Change> {
    let differ = before.iter().zip(after).filter(|((_, before), (_, after))| before != after);
    differ.map(|((field, before), (_, after))| ((*field).to_owned(), before.clone(), after.clone())).collect()
}

/// What is filled in.
pub fn filled(fields: Vec<(&'static str, String)>) -> impl Iterator<Item = Change> {
    fields
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(field, value)| (field.to_owned(), String::new(), value))
}
