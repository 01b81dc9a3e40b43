//! What a row about a company would do.

use uuid::Uuid;

use super::matching::name_key;
use super::model::{Outcome, Plan, Wrong};
use super::plan::{Planner, Read, add_problems, changes, filled};
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::company::duplicate::check::shown;
use crate::company::duplicate::store::LEARNT_AT_ONCE;
use crate::company::likeness::Profile;
use crate::company::model::{CompanyForm, Facts, Stage, TermKind};
use crate::company::terms::folded;
use crate::error::Result;

/// Lists of a company: what the file names is added to them.
const LISTS: [&str; 6] = ["aliases", "websites", "email_domains", "registrations", "areas", "tags"];

pub async fn plan(planner: &mut Planner, tx: &mut Tx, row: Read<'_>) -> Result<Plan> {
    let mut form = CompanyForm::default();
    for (field, value) in &row.typed {
        form.set(field, value.clone());
    }
    let id = row.value("id");
    let name = [form.name_en.as_str(), &form.name_zh, id].into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let mut plan = Plan::new(row.line, name.to_owned(), row.problems.clone());
    let found = match planner.known.companies.find(id, &form.tidied()) {
        Ok(found) => found,
        Err(wrong) => {
            plan.is_wrong(if wrong == Wrong::NoSuchId { "id" } else { "" }, wrong);
            return Ok(plan);
        }
    };
    match found {
        _ if !planner.may(found, &mut plan) => {}
        Some(id) => update(planner, tx, id, &row, &mut plan).await?,
        None => create(planner, form, &mut plan)?,
    }
    Ok(plan)
}

async fn update(planner: &mut Planner, tx: &mut Tx, id: Uuid, row: &Read<'_>, plan: &mut Plan) -> Result<()> {
    let Some(company) = crate::company::store::find(tx, id).await? else {
        plan.is_wrong("id", Wrong::NoSuchId);
        return Ok(());
    };
    planner.claim(id, plan.line);
    let before = company.facts.fields();
    let mut form = CompanyForm::from(&company.facts);
    for (field, value) in &row.typed {
        if LISTS.contains(field) {
            let known = before.iter().find(|(name, _)| name == field).map_or("", |(_, known)| known.as_str());
            form.set(field, if known.is_empty() { value.clone() } else { format!("{known}\n{value}") });
        } else if !["id", "stage"].contains(field) && !says_the_same(field, value, &company.facts) {
            form.set(field, value.clone());
        }
    }
    let after = match form.parse() {
        Ok(facts) => facts.fields(),
        Err(error) => return add_problems(plan, error),
    };
    if !plan.problems.is_empty() {
        return Ok(());
    }
    plan.changes = changes(&before, &after);
    plan.outcome = if plan.changes.is_empty() { Outcome::Unchanged } else { Outcome::Update };
    (plan.subject, plan.version, plan.seen_at) = (id, company.version, company.changed_at.0);
    Ok(())
}

/// Whether a file only spells otherwise what the register has: it would not be changed for the better.
fn says_the_same(field: &str, value: &str, facts: &Facts) -> bool {
    let is = |known: &str| !known.is_empty() && name_key(known) == name_key(value);
    let known = match field {
        "name_en" => &facts.name_en,
        "name_zh" => &facts.name_zh,
        "name_local" => &facts.name_local,
        "website" => return folded(TermKind::Website, value) == folded(TermKind::Website, &facts.website),
        _ => return false,
    };
    // Who is called by another of its names does not want to be renamed.
    is(known) || (!known.is_empty() && facts.aliases.iter().any(|alias| is(alias)))
}

fn create(planner: &mut Planner, mut form: CompanyForm, plan: &mut Plan) -> Result<()> {
    if form.kinds.is_empty() && !planner.kind.is_empty() {
        form.kinds = vec![planner.kind.clone()];
    }
    if form.stage.is_empty() {
        form.stage = Stage::Target.code().to_owned();
    }
    let (facts, stage, reason) = match form.parse_new() {
        Ok(parsed) => parsed,
        Err(error) => return add_problems(plan, error),
    };
    if !plan.problems.is_empty() {
        return Ok(());
    }
    planner.made.push((plan.line, Profile::of(&facts)));
    let id = clock::new_id();
    let mut fields = facts.fields();
    planner.known.companies.add(id, facts.country.clone(), &fields);
    planner.claim(id, plan.line);
    fields.extend([("stage", stage.code().to_owned()), ("stage_reason", reason)]);
    plan.changes = filled(fields).collect();
    (plan.outcome, plan.subject) = (Outcome::Create, id);
    Ok(())
}

/// Adds to the plans of new companies which of the register are like them, as who enters one by hand is shown them; of the
/// file's own rows none is in the register yet.
pub async fn add_alike(planner: &mut Planner, tx: &mut Tx, plans: &mut [Plan]) -> Result<()> {
    let made = std::mem::take(&mut planner.made);
    let mut plans = plans.iter_mut();
    for some in made.chunks(LEARNT_AT_ONCE) {
        planner.memory.learn(tx, &some.iter().map(|(_, profile)| profile).collect::<Vec<_>>()).await?;
        for (line, profile) in some {
            let alike = shown(planner.memory.alike(profile, None));
            // Both are in the order of the file.
            if let Some(plan) = plans.find(|plan| plan.line == *line) {
                plan.alike =
                    alike.into_iter().map(|alike| (alike.id, planner.known.companies.called(alike.id))).collect();
            }
        }
    }
    Ok(())
}
