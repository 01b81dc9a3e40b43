//! What the writes about people share: who may, one person at a time, and for which company.

use uuid::Uuid;

use super::store::{self, Person};
use crate::account;
use crate::actor::{Rights, require};
use crate::affiliation::model::Terms;
use crate::affiliation::{self, events, letters};
use crate::backend::context::Ctx;
use crate::backend::database::{Sql, containing};
use crate::backend::fold::fold;
use crate::error::{Check, Error, Problem, Refusal, Result};

/// Begins what only administrators do to a person. The administrators are held: of two who act on each other at once
/// the second acts as who they are by then.
pub(super) async fn begin(id: &str) -> Result<(Ctx, Person)> {
    let mut ctx = Ctx::begin().await?;
    require(ctx.actor.may_administer())?;
    let id: Uuid = id.parse().map_err(|_| Error::NotFound)?;
    store::hold_administrators(&mut ctx.tx).await?;
    let actor = account::store::actor(&mut ctx.tx, ctx.actor.id, ctx.now).await?.ok_or(Error::SignedOut)?;
    require(actor.may_administer())?;
    let person = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    Ok((ctx, person))
}

pub(super) fn rights_of(code: &str, check: &mut Check) -> Rights {
    Rights::from_code(code.trim()).unwrap_or_else(|| {
        check.note("rights", if code.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
        Rights::Viewer
    })
}

/// The company that was typed: its name, a part of it that no other company's has, or the address of its page.
pub(super) async fn find_company(ctx: &mut Ctx, typed: &str, check: &mut Check) -> Result<Option<Uuid>> {
    let typed = check.required("company", typed, 300);
    if typed.is_empty() {
        return Ok(None);
    }
    let last = typed.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let last = last.rsplit('/').next().unwrap_or_default();
    if let Ok(id) = last.parse::<Uuid>() {
        if crate::company::store::find(&mut ctx.tx, id).await?.is_some() {
            return Ok(Some(id));
        }
        check.note("company", Problem::NoCompany);
        return Ok(None);
    }
    let mut sql = Sql::new("SELECT c.id, c.name_en, c.name_zh, c.name_local FROM companies c WHERE 1 = 1");
    for word in fold(&typed).split_whitespace().take(8) {
        sql.bind(r" AND c.search_text LIKE ? ESCAPE '\'", containing(word));
    }
    sql.push(" ORDER BY c.sort_en, c.id LIMIT 50");
    let found: Vec<(Uuid, String, String, String)> = sql.rows(&mut ctx.tx).await?;
    let same = |name: &String| fold(name) == fold(&typed);
    let named: Vec<_> = found.iter().filter(|(_, en, zh, local)| same(en) || same(zh) || same(local)).collect();
    Ok(match (named.as_slice(), found.as_slice()) {
        ([one], _) => Some(one.0),
        ([], [one]) => Some(one.0),
        ([], []) => {
            check.note("company", Problem::NoCompany);
            None
        }
        _ => {
            check.note("company", Problem::SeveralCompanies);
            None
        }
    })
}

/// Lets a person act for a company, within the write that decides it.
pub(super) async fn act(ctx: &mut Ctx, person: Uuid, company: Uuid, terms: &Terms) -> Result<()> {
    affiliation::store::hold(&mut ctx.tx, company).await?;
    if !affiliation::store::add(&mut ctx.tx, person, company, terms).await? {
        return Err(Error::Refused(Refusal::ActsAlready));
    }
    ctx.record(events::added(company, person, terms)).await?;
    affiliation::api::look_at(ctx, company).await?;
    letters::tell_terms(ctx, company, person, terms, true).await
}

/// Takes the companies for which a person acts.
pub(super) async fn hold_companies(ctx: &mut Ctx, person: Uuid) -> Result<Vec<Uuid>> {
    let own = affiliation::store::of_accounts(&mut ctx.tx, &[person]).await?;
    let own = own.into_iter().filter(|own| own.ended_at.is_none());
    let mut companies: Vec<Uuid> = own.map(|own| own.company).collect();
    // In one order, so that two who hold several companies do not wait for each other.
    companies.sort();
    for company in &companies {
        affiliation::store::hold(&mut ctx.tx, *company).await?;
    }
    Ok(companies)
}

/// Notes whether these companies still have an administrator.
pub(super) async fn look_at_all(ctx: &mut Ctx, companies: &[Uuid]) -> Result<()> {
    for company in companies {
        affiliation::api::look_at(ctx, *company).await?;
    }
    Ok(())
}
