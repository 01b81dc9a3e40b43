//! What an import does to companies, and how that is undone.

use uuid::Uuid;

use super::apply::Work;
use super::model::{Change, Plan};
use super::plan::Known;
use super::store::Changed;
use crate::backend::journal::Entry;
use crate::company::model::CompanyForm;
use crate::company::store as companies;
use crate::error::{Error, Result};

/// Adds the companies of several plans.
pub async fn create_all(work: &mut Work<'_>, known: &Known, plans: &[Plan]) -> Result<()> {
    let mut made = Vec::with_capacity(plans.len());
    let mut entries = Vec::with_capacity(plans.len());
    for plan in plans {
        let mut form = CompanyForm::default();
        for (field, _, value) in &plan.changes {
            form.set(field, value.clone());
        }
        let (facts, stage, reason) = form.parse_new().map_err(|_| Error::Conflict)?;
        let mut fields = facts.fields();
        // Somebody may have added it since.
        if known.companies.find("", &fields) != Ok(None) {
            return Err(Error::Conflict);
        }
        fields.extend([("stage", stage.code().to_owned()), ("stage_reason", reason)]);
        entries.push(Entry::new("company.imported", "company", plan.subject).created(fields));
        made.push((plan.subject, facts, stage));
    }
    let made: Vec<_> = made.iter().map(|(id, facts, stage)| (*id, facts, *stage)).collect();
    companies::insert_all(&mut work.tx, &made, work.author.now).await?;
    work.record_all(entries).await
}

pub async fn update(work: &mut Work<'_>, plan: &Plan) -> Result<i64> {
    let values = plan.changes.iter().map(|(field, _, after)| (field, after));
    set(work, plan.subject, plan.version, values).await
}

/// Sets fields of a company that still is at this version; gives the new one.
async fn set<'a>(
    work: &mut Work<'_>,
    id: Uuid,
    version: i64,
    values: impl Iterator<Item = (&'a String, &'a String)>,
) -> Result<i64> {
    let company = companies::find(&mut work.tx, id).await?.ok_or(Error::Conflict)?;
    let mut form = CompanyForm::from(&company.facts);
    for (field, value) in values {
        form.set(field, value.clone());
    }
    let facts = form.parse().map_err(|_| Error::Conflict)?;
    if !companies::update(&mut work.tx, id, version, &facts, work.author.now).await? {
        return Err(Error::Conflict);
    }
    let entry = Entry::new("company.edited", "company", id).changed(company.facts.fields(), facts.fields());
    work.record(entry).await?;
    Ok(version + 1)
}

/// Takes out of the register what the import put there.
pub async fn archive_all(work: &mut Work<'_>, ids: &[Uuid], reason: &str) -> Result<()> {
    companies::archive_all(&mut work.tx, ids, work.author.actor, reason, work.author.now).await?;
    let entry = |id: &Uuid| {
        Entry::new("company.archived", "company", *id).created(vec![("archived_reason", reason.to_owned())])
    };
    work.record_all(ids.iter().map(entry).collect()).await
}

/// Gives back what stood there before.
pub async fn put_back(work: &mut Work<'_>, record: &Changed, changes: &[Change]) -> Result<()> {
    let values = changes.iter().map(|(field, before, _)| (field, before));
    set(work, record.subject_id, record.version_after, values).await.map(|_| ())
}
