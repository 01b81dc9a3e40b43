//! What a row about a person would do: to the person, and to where they work.

use uuid::Uuid;

use super::matching::name_key;
use super::model::{Outcome, Plan, Wrong};
use super::person_matching::Traits;
use super::plan::{Planner, Read, add_problems, changes, filled};
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::backend::fold::fold;
use crate::company::relation::model::lasts;
use crate::error::{Check, Problem, Result};
use crate::person::model::{Details, PeopleScope, PersonForm, Position, PositionForm};
use crate::person::store::{self, Held};

pub async fn plan(planner: &mut Planner, tx: &mut Tx, row: Read<'_>) -> Result<Plan> {
    let mut form = PersonForm::default();
    for (field, value) in &row.typed {
        form.set(field, value.clone());
    }
    let id = row.value("id");
    let name = [form.name.as_str(), &form.name_zh, &form.email, id].into_iter().find(|name| !name.is_empty());
    let mut plan = Plan::new(row.line, name.unwrap_or_default().to_owned(), row.problems.clone());
    let company = row.value("company");
    let choices = planner.known.companies.named(company, row.value("country"));
    if !company.is_empty() && choices.is_empty() {
        plan.is_wrong("company", Wrong::Field(Problem::NoCompany));
    }
    let traits = Traits {
        name: &form.name,
        name_zh: &form.name_zh,
        email: &form.email,
        phone: &form.phone,
        wechat: &form.wechat,
        companies: &choices,
    };
    let found = match planner.known.people.find(id, &traits) {
        Ok(found) => found,
        Err(wrong) => {
            plan.is_wrong(if wrong == Wrong::NoSuchId { "id" } else { "" }, wrong);
            return Ok(plan);
        }
    };
    match found {
        _ if !planner.may(found, &mut plan) => {}
        Some(id) => update(planner, tx, id, &row, &choices, &mut plan).await?,
        None => create(planner, form, &row, &choices, &mut plan)?,
    }
    Ok(plan)
}

/// What a row says of where somebody works.
fn works(row: &Read<'_>) -> PositionForm {
    let value = |field: &str| row.value(field).to_owned();
    PositionForm {
        company: value("company"),
        title: value("title"),
        title_zh: value("title_zh"),
        since: value("since"),
        until: value("until"),
        main: String::new(),
    }
}

fn note(planner: &mut Planner, id: Uuid, details: &Details, companies: &[Uuid]) {
    let traits = Traits {
        name: &details.name,
        name_zh: &details.name_zh,
        email: &details.email,
        phone: &details.phone,
        wechat: &details.wechat,
        companies,
    };
    planner.known.people.add(id, &traits);
}

fn create(
    planner: &mut Planner,
    mut form: PersonForm,
    row: &Read<'_>,
    choices: &[Uuid],
    plan: &mut Plan,
) -> Result<()> {
    // Many lists have one column for names, in whatever script.
    if form.name.is_empty() {
        form.name.clone_from(&form.name_zh);
    }
    let mut check = Check::default();
    let details = form.parse(&mut check);
    let works = works(row);
    let (title, title_zh, since, until) = works.parse(&mut check);
    match choices {
        [] if works.company.is_empty() && !works.is_empty() => check.note("company", Problem::Missing),
        [] | [_] => {}
        _ => check.note("company", Problem::SeveralCompanies),
    }
    if let Err(error) = check.finish(()) {
        return add_problems(plan, error);
    }
    if !plan.problems.is_empty() {
        return Ok(());
    }
    let id = clock::new_id();
    plan.changes = filled(details.fields()).collect();
    if let [company] = *choices {
        let position = Position { id: clock::new_id(), person: id, company, title, title_zh, since, until, main: true };
        (plan.company, plan.position) = (Some(company), Some(position.id));
        plan.changes.push(("works_at".to_owned(), String::new(), planner.known.companies.called(company)));
        plan.changes.extend(filled(days_and_titles(&position)));
    }
    note(planner, id, &details, choices);
    planner.claim(id, plan.line);
    (plan.outcome, plan.subject) = (Outcome::Create, id);
    Ok(())
}

async fn update(
    planner: &mut Planner,
    tx: &mut Tx,
    id: Uuid,
    row: &Read<'_>,
    choices: &[Uuid],
    plan: &mut Plan,
) -> Result<()> {
    let Some(person) = store::find(tx, id).await? else {
        plan.is_wrong("id", Wrong::NoSuchId);
        return Ok(());
    };
    planner.claim(id, plan.line);
    let mut form = PersonForm::from(&person.details);
    for (field, value) in &row.typed {
        form.set(field, value.clone());
    }
    // A name in other letters is the same name.
    for (typed, known) in [(&mut form.name, &person.details.name), (&mut form.name_zh, &person.details.name_zh)] {
        if name_key(typed) == name_key(known) {
            typed.clone_from(known);
        }
    }
    // An address in other letters is the same one.
    if fold(&form.email) == fold(&person.details.email) {
        form.email.clone_from(&person.details.email);
    }
    let mut check = Check::default();
    let mut details = form.parse(&mut check);
    details.account.clone_from(&person.details.account);
    if planner.known.people.is_taken(&details.email, id) {
        check.note("email", Problem::Taken);
    }
    plan.changes = changes(&person.details.fields(), &details.fields());
    let works = works(row);
    if !works.is_empty() {
        let held = store::positions_of(tx, id, &PeopleScope::All, &planner.today).await?;
        move_to(planner, &mut check, plan, &works, choices, &held);
    }
    if let Err(error) = check.finish(()) {
        add_problems(plan, error)?;
    }
    if !plan.problems.is_empty() {
        (plan.changes, plan.company, plan.position) = (Vec::new(), None, None);
        return Ok(());
    }
    note(planner, id, &details, choices);
    plan.outcome = if plan.changes.is_empty() { Outcome::Unchanged } else { Outcome::Update };
    (plan.subject, plan.version, plan.seen_at) = (id, person.version, person.changed_at.0);
    Ok(())
}

/// Notes what a row does to where somebody works: a position is changed, or one is added.
fn move_to(
    planner: &Planner,
    check: &mut Check,
    plan: &mut Plan,
    works: &PositionForm,
    choices: &[Uuid],
    held: &[Held],
) {
    let (title, title_zh, since, until) = works.parse(check);
    let now: Vec<&Held> = held.iter().filter(|held| lasts(held.position.until.as_deref(), &planner.today)).collect();
    let is_in = |company: Uuid, held: &[&Held]| held.iter().any(|held| held.position.company == company);
    let all: Vec<&Held> = held.iter().collect();
    // Of several companies of one name the person's own is meant.
    let own = choices.iter().find(|id| is_in(**id, &now)).or_else(|| choices.iter().find(|id| is_in(**id, &all)));
    let company = match (own, choices, &now[..]) {
        (Some(own), ..) => *own,
        (None, [one], _) => *one,
        (None, [_, ..], _) => return check.note("company", Problem::SeveralCompanies),
        // No company has this name, which was noted.
        (None, [], _) if !works.company.is_empty() => return,
        // A title or a day alone is of the one place where they work.
        (None, [], [only]) => only.position.company,
        (None, [], _) => return check.note("company", Problem::Missing),
    };
    let Some(position) = position_at(held, company, since.as_deref(), &planner.today) else {
        let (id, main) = (clock::new_id(), now.is_empty());
        let position = Position { id, person: plan.subject, company, title, title_zh, since, until, main };
        (plan.company, plan.position) = (Some(company), Some(id));
        plan.changes.push(("works_at".to_owned(), String::new(), planner.known.companies.called(company)));
        plan.changes.extend(filled(days_and_titles(&position)));
        return;
    };
    let mut after = position.clone();
    if !title.is_empty() {
        after.title = title;
    }
    if !title_zh.is_empty() {
        after.title_zh = title_zh;
    }
    after.since = since.or(after.since);
    after.until = until.or(after.until);
    if after.since.is_some() && after.until.is_some() && after.until < after.since {
        check.note("until", Problem::EndsBeforeItBegins);
    }
    let differs = changes(&days_and_titles(position), &days_and_titles(&after));
    if !differs.is_empty() {
        (plan.company, plan.position) = (Some(company), Some(position.id));
        plan.changes.extend(differs);
    }
}

/// The position at a company that a row is about: the one that began that day, or the present one, or an earlier one
/// unless the row says that they came back after it. `held` begins with those that last.
fn position_at<'a>(held: &'a [Held], company: Uuid, since: Option<&str>, today: &str) -> Option<&'a Position> {
    let here: Vec<&Position> =
        held.iter().map(|held| &held.position).filter(|position| position.company == company).collect();
    let same = here.iter().find(|position| since.is_some() && position.since.as_deref() == since);
    let now = here.iter().find(|position| lasts(position.until.as_deref(), today));
    let earlier = here.iter().find(|position| match (since, position.until.as_deref()) {
        (Some(since), Some(until)) => since <= until,
        _ => true,
    });
    same.or(now).or(earlier).copied()
}

/// What an import sets of a position, as the journal names it.
pub fn days_and_titles(position: &Position) -> Vec<(&'static str, String)> {
    vec![
        ("title", position.title.clone()),
        ("title_zh", position.title_zh.clone()),
        ("since", position.since.clone().unwrap_or_default()),
        ("until", position.until.clone().unwrap_or_default()),
    ]
}
