//! What an import does to people and where they work, and how that is undone.

use uuid::Uuid;

use super::apply::Work;
use super::model::{Change, Plan};
use super::person_matching::Traits;
use super::person_plan::days_and_titles;
use super::plan::Known;
use super::store::Changed;
use crate::backend::database::is_unique_violation;
use crate::backend::journal::Entry;
use crate::company::relation::model::lasts;
use crate::error::{Check, Error, Result};
use crate::person::model::{Details, PeopleScope, PersonForm, Position};
use crate::person::store as people;

/// The field of a position's company: it stands only where a position is added.
const WORKS_AT: &str = "works_at";

fn value(changes: &[Change], field: &str) -> Option<String> {
    changes.iter().find(|(name, ..)| name == field).map(|(_, _, after)| after.clone())
}

/// What was planned while somebody had no such address is planned anew when somebody has it.
fn written<T>(done: std::result::Result<T, sqlx::Error>) -> Result<T> {
    done.map_err(|error| if is_unique_violation(&error) { Error::Conflict } else { error.into() })
}

fn details(form: &PersonForm) -> Result<Details> {
    let mut check = Check::default();
    let details = form.parse(&mut check);
    check.finish(details).map_err(|_| Error::Conflict)
}

/// The position that a plan adds.
fn added(plan: &Plan, main: bool) -> Option<Position> {
    value(&plan.changes, WORKS_AT)?;
    let day = |field: &str| value(&plan.changes, field).filter(|day| !day.is_empty());
    Some(Position {
        id: plan.position?,
        person: plan.subject,
        company: plan.company?,
        title: value(&plan.changes, "title").unwrap_or_default(),
        title_zh: value(&plan.changes, "title_zh").unwrap_or_default(),
        since: day("since"),
        until: day("until"),
        main,
    })
}

fn works_at(known: &Known, position: &Position) -> Vec<(&'static str, String)> {
    let mut fields = vec![(WORKS_AT, known.companies.called(position.company))];
    fields.extend(days_and_titles(position));
    fields
}

pub async fn create(work: &mut Work<'_>, known: &Known, plan: &Plan) -> Result<i64> {
    let mut form = PersonForm::default();
    for (field, _, after) in &plan.changes {
        form.set(field, after.clone());
    }
    let details = details(&form)?;
    let position = added(plan, true);
    let companies: Vec<Uuid> = position.iter().map(|position| position.company).collect();
    let traits = Traits {
        name: &details.name,
        name_zh: &details.name_zh,
        email: &details.email,
        phone: &details.phone,
        wechat: &details.wechat,
        companies: &companies,
    };
    // Somebody may have added them since, or archived the company.
    let gone = companies.iter().any(|company| !known.companies.knows(*company));
    if gone || known.people.find("", &traits) != Ok(None) {
        return Err(Error::Conflict);
    }
    written(people::insert(&mut work.tx, plan.subject, &details, work.author.now).await)?;
    let mut entry = Entry::new("person.imported", "person", plan.subject).created(details.fields());
    if let Some(position) = &position {
        people::add_position(&mut work.tx, position, work.author.now).await?;
        entry = entry.created(works_at(known, position));
    }
    work.record(entry).await?;
    Ok(1)
}

pub async fn update(work: &mut Work<'_>, known: &Known, plan: &Plan) -> Result<i64> {
    let now = work.author.now;
    let person = people::find(&mut work.tx, plan.subject).await?.ok_or(Error::Conflict)?;
    // Where somebody works has no version of its own; that it changed is seen by the time.
    if person.version != plan.version || person.changed_at.0 != plan.seen_at || person.archived_at.is_some() {
        return Err(Error::Conflict);
    }
    let mut entry = Entry::new("person.edited", "person", plan.subject);
    let version = set(work, &person.details, plan, &mut entry).await?;
    if let Some(mut position) = added(plan, false) {
        if !known.companies.knows(position.company) {
            return Err(Error::Conflict);
        }
        let held = people::positions_of(&mut work.tx, plan.subject, &PeopleScope::All, &now.iso_day()).await?;
        position.main = !held.iter().any(|held| lasts(held.position.until.as_deref(), &now.iso_day()));
        people::add_position(&mut work.tx, &position, now).await?;
        entry = entry.created(works_at(known, &position));
    } else if let Some(id) = plan.position {
        change_position(work, id, &plan.changes, |(_, _, after)| after, &mut entry).await?;
    }
    work.record(entry).await?;
    Ok(version)
}

/// Sets what changes of a person's own fields; gives the version they are at then.
async fn set(work: &mut Work<'_>, before: &Details, plan: &Plan, entry: &mut Entry) -> Result<i64> {
    let mut form = PersonForm::from(before);
    for (field, _, after) in &plan.changes {
        form.set(field, after.clone());
    }
    replace(work, plan.subject, plan.version, before, &form, entry).await
}

async fn replace(
    work: &mut Work<'_>,
    id: Uuid,
    version: i64,
    before: &Details,
    form: &PersonForm,
    entry: &mut Entry,
) -> Result<i64> {
    let mut after = details(form)?;
    after.account.clone_from(&before.account);
    if after == *before {
        return Ok(version);
    }
    if !written(people::update(&mut work.tx, id, version, &after, work.author.now).await)? {
        return Err(Error::Conflict);
    }
    let changed = Entry::new(entry.action, entry.kind, entry.subject).changed(before.fields(), after.fields());
    entry.changes.extend(changed.changes);
    Ok(version + 1)
}

/// Sets titles and days of a position to one side of the changes.
async fn change_position(
    work: &mut Work<'_>,
    id: Uuid,
    changes: &[Change],
    side: impl Fn(&Change) -> &String,
    entry: &mut Entry,
) -> Result<()> {
    let held = people::position(&mut work.tx, id).await?.ok_or(Error::Conflict)?;
    let before = held.position;
    let mut position = before.clone();
    for change in changes {
        let value = side(change).clone();
        let day = (!value.is_empty()).then(|| value.clone());
        match change.0.as_str() {
            "title" => position.title = value,
            "title_zh" => position.title_zh = value,
            "since" => position.since = day,
            "until" => position.until = day,
            _ => {}
        }
    }
    if !people::update_position(&mut work.tx, &position).await? {
        return Err(Error::Conflict);
    }
    people::touch(&mut work.tx, position.person, work.author.now).await?;
    let changed = Entry::new(entry.action, entry.kind, entry.subject)
        .changed(days_and_titles(&before), days_and_titles(&position));
    entry.changes.extend(changed.changes);
    Ok(())
}

/// Takes out of the register whom the import put there.
pub async fn archive(work: &mut Work<'_>, id: Uuid) -> Result<()> {
    written(people::archive(&mut work.tx, id, Some(work.author.now), work.author.now).await)?;
    work.record(Entry::new("person.archived", "person", id)).await
}

/// Gives back what stood there before.
pub async fn put_back(work: &mut Work<'_>, record: &Changed, changes: &[Change]) -> Result<()> {
    let person = people::find(&mut work.tx, record.subject_id).await?.ok_or(Error::Conflict)?;
    let mut entry = Entry::new("person.edited", "person", record.subject_id);
    let mut form = PersonForm::from(&person.details);
    for (field, before, _) in changes {
        form.set(field, before.clone());
    }
    replace(work, record.subject_id, record.version_after, &person.details, &form, &mut entry).await?;
    match (record.position_id, value(changes, WORKS_AT)) {
        (Some(position), Some(company)) => {
            people::remove_position(&mut work.tx, position).await?;
            people::touch(&mut work.tx, record.subject_id, work.author.now).await?;
            entry.changes.push((WORKS_AT.to_owned(), company, String::new()));
        }
        (Some(position), None) => {
            change_position(work, position, changes, |(_, before, _)| before, &mut entry).await?;
        }
        (None, _) => {}
    }
    work.record(entry).await
}
