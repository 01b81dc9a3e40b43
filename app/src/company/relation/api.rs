//! What one can do with relations.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The form of a relation, as a browser posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RelationForm {
    /// The name of the other company.
    pub other_company: String,
    /// What the other company is to this one.
    pub side: String,
    pub since: String,
    pub until: String,
    pub note: String,
}

/// Staff notes that two companies are related.
#[server(endpoint = "companies/relate")]
pub async fn add_relation(
    #[server(default)] form_id: String,
    #[server(default)] company: String,
    #[server(flatten)] form: RelationForm,
) -> Result<()> {
    use super::model::{Kind, Relation, Side, lasts};
    use super::{pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::backend::journal::Chain;
    use crate::company::store as companies;
    use crate::error::{Check, Error, Problem, Refusal};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let company = company.parse().map_err(|_| Error::NotFound)?;
    let here = companies::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
    if here.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let id = ctx.id_of_form(&form_id).await?;
    if store::find(&mut ctx.tx, id).await?.is_some() {
        redirect(&pages::section_url(company));
        return Ok(());
    }
    let mut check = Check::default();
    let other = crate::company::choice::resolve(&mut ctx.tx, &mut check, "other_company", &form.other_company).await?;
    let both: Vec<_> = std::iter::once(company).chain(other).collect();
    companies::hold(&mut ctx.tx, &both).await?;
    // Who adds a relation at the same time waits here, so that no two of them make a circle together.
    Chain::open(&mut ctx.tx).await?;
    let side = Side::from_code(form.side.trim());
    if side.is_none() {
        check.note("side", if form.side.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
    }
    let (since, until) = check.period(&form.since, &form.until);
    let note = check.line("note", &form.note, 500);
    let (Some(other), Some((kind, begins_here))) = (other, side.map(Side::relation)) else {
        return check.finish(());
    };
    let (from, to) = if begins_here { (company, other) } else { (other, company) };
    let relation = Relation { id, from, to, kind, since, until, note };
    let today = ctx.now.iso_day();
    if other == company {
        check.note("other_company", Problem::SameCompany);
    } else if lasts(relation.until.as_deref(), &today) {
        if store::is_there(&mut ctx.tx, from, to, kind, &today).await? {
            check.note("other_company", Problem::Doubled);
        } else if kind == Kind::ParentOf && store::is_above(&mut ctx.tx, to, from, &today).await? {
            check.note("other_company", Problem::Cycle);
        }
    }
    check.finish(())?;
    store::insert(&mut ctx.tx, &relation, Some(ctx.actor.id), ctx.now).await?;
    let entry = entry(&mut ctx, "company.relation_added", company, &relation).await?;
    ctx.record(entry).await?;
    ctx.commit().await?;
    redirect(&pages::section_url(company));
    Ok(())
}

/// Staff notes that a relation ended. `company` is the one on whose page it was said.
#[server(endpoint = "companies/relation-end")]
pub async fn end_relation(
    #[server(default)] id: String,
    #[server(default)] company: String,
    #[server(default)] until: String,
) -> Result<()> {
    use super::{pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::{Check, Error, Problem};

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let (company, mut relation) = at_company(&mut ctx, &id, &company).await?;
    let mut check = Check::default();
    let since = relation.since.clone().unwrap_or_default();
    let (_, until) = check.period(&since, &until);
    if until.is_none() {
        check.note("until", Problem::Missing);
    }
    let until = check.finish(until)?.ok_or(Error::NotFound)?;
    if store::end(&mut ctx.tx, relation.id, &until).await? {
        relation.until = Some(until);
        let entry = entry(&mut ctx, "company.relation_ended", company, &relation).await?;
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    redirect(&pages::section_url(company));
    Ok(())
}

/// Staff removes a relation that was noted by mistake.
#[server(endpoint = "companies/relation-remove")]
pub async fn remove_relation(#[server(default)] id: String, #[server(default)] company: String) -> Result<()> {
    use super::{pages, store};
    use crate::actor::require;
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_edit_companies())?;
    let id: uuid::Uuid = id.parse().map_err(|_| Error::NotFound)?;
    if store::find(&mut ctx.tx, id).await?.is_none() {
        // Removed a moment ago, perhaps by the same hand.
        redirect(&pages::section_url(company.parse().map_err(|_| Error::NotFound)?));
        return Ok(());
    }
    let (company, relation) = at_company(&mut ctx, &id.to_string(), &company).await?;
    if store::remove(&mut ctx.tx, relation.id).await? {
        let entry = entry(&mut ctx, "company.relation_removed", company, &relation).await?;
        ctx.record(entry).await?;
        ctx.commit().await?;
    }
    redirect(&pages::section_url(company));
    Ok(())
}

/// The relation that a form names, and the company on whose page it stands, which must be one of its two.
#[cfg(feature = "ssr")]
async fn at_company(
    ctx: &mut crate::backend::context::Ctx,
    id: &str,
    company: &str,
) -> Result<(uuid::Uuid, super::model::Relation)> {
    use crate::error::{Error, Refusal};

    let company: uuid::Uuid = company.parse().map_err(|_| Error::NotFound)?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let relation = super::store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    if ![relation.from, relation.to].contains(&company) {
        return Err(Error::NotFound);
    }
    let here = crate::company::store::find(&mut ctx.tx, company).await?.ok_or(Error::NotFound)?;
    if here.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    Ok((company, relation))
}

/// What the journal keeps of a relation, under the company on whose page it was dealt with.
#[cfg(feature = "ssr")]
async fn entry(
    ctx: &mut crate::backend::context::Ctx,
    action: &'static str,
    company: uuid::Uuid,
    relation: &super::model::Relation,
) -> Result<crate::backend::journal::Entry> {
    let other = if relation.from == company { relation.to } else { relation.from };
    let other = crate::company::store::find(&mut ctx.tx, other).await?;
    let name =
        other.map(|other| crate::language::Language::En.prefer(&other.facts.name_en, &other.facts.name_zh).to_owned());
    Ok(crate::backend::journal::Entry::new(action, "company", company).created(vec![
        ("relation", relation.kind.code().to_owned()),
        ("other_company", name.unwrap_or_default()),
        ("since", relation.since.clone().unwrap_or_default()),
        ("until", relation.until.clone().unwrap_or_default()),
        ("note", relation.note.clone()),
    ]))
}
