//! What each row of a file would do.

use std::collections::HashMap;

use uuid::Uuid;

use super::cell::{self, Reading};
use super::matching::Matcher;
use super::model::{Change, Import, Mapping, Mode, Outcome, Plan, Subject, Wrong};
use super::store;
use crate::account;
use crate::backend::Backend;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::company::model::{CompanyForm, Stage};
use crate::error::{Error, Result};

/// Rows that are planned between two transactions.
const BATCH: i64 = 500;

/// Lists of a company: what the file names is added to them.
const LISTS: [&str; 6] = ["aliases", "websites", "email_domains", "registrations", "areas", "tags"];

/// Plans an import in the background; `previewed` when it is done.
pub async fn run(backend: &Backend, import: &Import, attempt: Uuid, note: &str) {
    let done = plan_all(backend, import, attempt, note).await;
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
    let mapping = import.mapping().ok_or(Error::Conflict)?;
    let mut tx = backend.database.read().await?;
    let managers = account::store::managers(&mut tx).await?;
    let mut planner = Planner {
        matcher: Matcher::load(&mut tx).await?,
        reading: Reading { managers, date_order: mapping.date_order },
        claimed: HashMap::new(),
        mapping,
    };
    let mut after = planner.mapping.header;
    let mut done = 0;
    loop {
        let rows = store::rows(&mut tx, import.id, planner.mapping.sheet, after, BATCH).await?;
        let Some((last, _)) = rows.last() else { break };
        after = *last;
        let mut plans = Vec::with_capacity(rows.len());
        for (line, cells) in &rows {
            plans.push(planner.plan(&mut tx, *line, cells).await?);
        }
        done += plans.len();
        let mut writing = backend.database.begin().await?;
        store::insert_plans(&mut writing, import.id, &plans).await?;
        writing.commit().await?;
        set_progress(backend, import.id, Some((done, done + rows.len())));
    }
    drop(tx);
    let mut tx = backend.database.begin().await?;
    store::end(&mut tx, import.id, attempt, "previewed", note).await?;
    tx.commit().await
}

struct Planner {
    matcher: Matcher,
    reading: Reading,
    /// Which line a company was met on first.
    claimed: HashMap<Uuid, i64>,
    mapping: Mapping,
}

impl Planner {
    async fn plan(&mut self, tx: &mut Tx, line: i64, cells: &[String]) -> Result<Plan> {
        let mut typed: Vec<(&str, String)> = Vec::new();
        let mut problems: Vec<(String, Wrong)> = Vec::new();
        let columns = self.mapping.columns.clone();
        for (field, text) in columns.iter().zip(cells) {
            if field.is_empty() || text.is_empty() {
                continue;
            }
            match cell::value(Subject::Companies, field, text, &self.reading) {
                Ok(value) => typed.push((field, value)),
                Err(wrong) => problems.push((field.clone(), wrong)),
            }
        }
        let id = typed.iter().find(|(field, _)| *field == "id").map_or("", |(_, id)| id.as_str()).to_owned();
        let mut form = CompanyForm::default();
        for (field, value) in &typed {
            form.set(field, value.clone());
        }
        let fields = form.tidied();
        let name =
            [&form.name_en, &form.name_zh, &id].into_iter().find(|name| !name.is_empty()).cloned().unwrap_or_default();
        let mut plan = Plan {
            line,
            outcome: Outcome::Reject,
            subject: Uuid::nil(),
            version: 0,
            name,
            changes: Vec::new(),
            problems,
        };
        let found = match self.matcher.find(&id, &fields) {
            Ok(found) => found,
            Err(wrong) => {
                let field = if wrong == Wrong::NoSuchId { "id" } else { "" };
                plan.problems.push((field.to_owned(), wrong));
                return Ok(plan);
            }
        };
        if let Some(earlier) = found.and_then(|id| self.claimed.get(&id)) {
            plan.problems.push((String::new(), Wrong::Repeats(*earlier)));
            return Ok(plan);
        }
        match found {
            Some(_) if self.mapping.mode == Mode::Create => plan.problems.push((String::new(), Wrong::AlreadyThere)),
            None if self.mapping.mode == Mode::Update => plan.problems.push((String::new(), Wrong::NotThere)),
            Some(id) => self.update(tx, id, &typed, &mut plan).await?,
            None => self.create(form, &mut plan),
        }
        Ok(plan)
    }

    async fn update(&mut self, tx: &mut Tx, id: Uuid, typed: &[(&str, String)], plan: &mut Plan) -> Result<()> {
        let Some(company) = crate::company::store::find(tx, id).await? else {
            plan.problems.push((String::new(), Wrong::NoSuchId));
            return Ok(());
        };
        self.claimed.insert(id, plan.line);
        let before = company.facts.fields();
        let mut form = CompanyForm::from(&company.facts);
        for (field, value) in typed {
            if LISTS.contains(field) {
                let known = before.iter().find(|(name, _)| name == field).map_or("", |(_, known)| known.as_str());
                form.set(field, if known.is_empty() { value.clone() } else { format!("{known}\n{value}") });
            } else if *field == "about" || !["id", "stage"].contains(field) {
                form.set(field, value.clone());
            }
        }
        let after = match form.parse() {
            Ok(facts) => facts.fields(),
            Err(Error::Invalid(errors)) => {
                plan.problems.extend(errors.0.into_iter().map(|(field, problem)| (field, Wrong::Field(problem))));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if !plan.problems.is_empty() {
            return Ok(());
        }
        plan.changes = changes(&before, &after);
        plan.outcome = if plan.changes.is_empty() { Outcome::Unchanged } else { Outcome::Update };
        (plan.subject, plan.version) = (id, company.version);
        Ok(())
    }

    fn create(&mut self, mut form: CompanyForm, plan: &mut Plan) {
        if form.kinds.is_empty() && !self.mapping.kind.is_empty() {
            form.kinds = vec![self.mapping.kind.clone()];
        }
        if form.stage.is_empty() {
            form.stage = Stage::Target.code().to_owned();
        }
        match form.parse_new() {
            Ok((facts, stage, reason)) if plan.problems.is_empty() => {
                let id = clock::new_id();
                let mut fields = facts.fields();
                self.matcher.add(id, facts.country.clone(), &fields);
                self.claimed.insert(id, plan.line);
                fields.extend([("stage", stage.code().to_owned()), ("stage_reason", reason)]);
                let filled = fields.into_iter().filter(|(_, value)| !value.is_empty());
                plan.changes = filled.map(|(field, value)| (field.to_owned(), String::new(), value)).collect();
                (plan.outcome, plan.subject) = (Outcome::Create, id);
            }
            Err(Error::Invalid(errors)) => {
                let known: Vec<String> = plan.problems.iter().map(|(field, _)| field.clone()).collect();
                let more = errors.0.into_iter().filter(|(field, _)| !known.contains(field));
                plan.problems.extend(more.map(|(field, problem)| (field, Wrong::Field(problem))));
            }
            _ => {}
        }
    }
}

fn changes(before: &[(&'static str, String)], after: &[(&'static str, String)]) -> Vec<Change> {
    let differ = before.iter().zip(after).filter(|((_, before), (_, after))| before != after);
    differ.map(|((field, before), (_, after))| ((*field).to_owned(), before.clone(), after.clone())).collect()
}
