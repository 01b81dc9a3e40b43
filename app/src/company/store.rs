//! Where companies are kept.

mod board;
mod list;
mod named;
pub mod places;
mod reach;

use uuid::Uuid;

use super::duplicate::store::{RULES, forget_open, insert_keys, set_keys};
use super::likeness::Profile;
use super::model::{Archived, Company, Facts, Stage, TermKind, Tier, kinds_from, words};
use super::terms::folded;
use crate::backend::database::{Kept, Sql, Tx};
use crate::backend::fold::{search_text, sort_key};
use crate::error::{Error, Refusal, Result};
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

pub use board::BoardPage;
pub use list::*;
pub use named::{Choice, Choices, choices, named, suggested};
pub use reach::{MOST, Reach, Reached, reach_parts, reached};

/// So many companies, and so many words of theirs, are written by one statement.
const AT_ONCE: usize = 40;
const TERMS_AT_ONCE: usize = 400;

/// A company that is not in the register yet.
pub type New<'a> = (Uuid, &'a Facts, Stage);

pub async fn insert(tx: &mut Tx, id: Uuid, facts: &Facts, stage: Stage, now: Timestamp) -> Result<()> {
    insert_all(tx, &[(id, facts, stage)], now).await
}

/// Writes several companies with few statements: an import writes thousands of them while others wait to write.
pub async fn insert_all(tx: &mut Tx, companies: &[New<'_>], now: Timestamp) -> Result<()> {
    for some in companies.chunks(AT_ONCE) {
        let mut sql = Sql::new(
            "INSERT INTO companies
                 (id, name_en, name_zh, name_local, kinds, country, city, website, stage, manager_id, about, tier, search_text,
                  name_text, sort_en, sort_zh, created_at, changed_at, stage_since, version, keys_rules, stage_position,
                  country_en, country_zh, manager_name) VALUES ",
        );
        let now = sql.keep(now.0);
        for (index, (id, facts, stage)) in some.iter().enumerate() {
            search::note(tx, search::Kind::Company, *id);
            sql.push(if index == 0 { "(" } else { ", (" });
            insert_row(&mut sql, *id, facts, *stage, now);
        }
        sql.execute(tx).await?;
        let terms: Vec<(Uuid, &Facts)> = some.iter().map(|(id, facts, _)| (*id, *facts)).collect();
        insert_terms(tx, &terms).await?;
        let keys: Vec<(Uuid, Vec<String>)> =
            some.iter().map(|(id, facts, _)| (*id, Profile::of(facts).keys())).collect();
        insert_keys(tx, &keys).await?;
    }
    Ok(())
}

/// The values of a row, without the parenthesis before them.
fn insert_row(sql: &mut Sql, id: Uuid, facts: &Facts, stage: Stage, now: Kept) {
    sql.bind("?", id);
    for text in [&facts.name_en, &facts.name_zh, &facts.name_local] {
        sql.bind(", ?", text.as_str());
    }
    sql.bind(", ?", format!(" {} ", words(&facts.kinds)));
    // What is looked up elsewhere is named again below.
    let country = facts.country.as_deref().map(|country| sql.keep(country));
    let (stage, manager) = (sql.keep(stage.code()), facts.manager.map(|manager| sql.keep(manager)));
    let or_null = |sql: &mut Sql, value: Option<Kept>| match value {
        Some(value) => drop(sql.push(", ").again(value)),
        None => drop(sql.push(", NULL")),
    };
    or_null(sql, country);
    sql.bind(", ?", facts.city.as_str()).bind(", ?", facts.website.as_str()).push(", ").again(stage);
    or_null(sql, manager);
    sql.bind(", ?", facts.about.as_str());
    match facts.tier {
        Some(tier) => sql.bind(", ?", tier.code()),
        None => sql.push(", NULL"),
    };
    sql.bind(", ?", found_by(facts)).bind(", ?", search_text(names(facts)));
    for language in [Language::En, Language::Zh] {
        sql.bind(", ?", sort_key(language.prefer(&facts.name_en, &facts.name_zh)));
    }
    for _ in ["created", "changed", "stage since"] {
        sql.push(", ").again(now);
    }
    sql.push(", 1, ").number_literal(RULES);
    // The triggers would write these after the row, and each index twice.
    sql.push(", coalesce((SELECT s.position FROM company_stages s WHERE s.stage = ").again(stage).push("), 0)");
    match country {
        Some(country) => {
            sql.push(", coalesce((SELECT n.rank_en FROM countries n WHERE n.code = ").again(country).push("), 999)");
            sql.push(", coalesce((SELECT n.rank_zh FROM countries n WHERE n.code = ").again(country).push("), 999)");
        }
        None => drop(sql.push(", 999, 999")),
    }
    match manager {
        Some(manager) => {
            sql.push(", coalesce((SELECT a.name FROM accounts a WHERE a.id = ").again(manager).push("), '~'))");
        }
        None => drop(sql.push(", '~')")),
    }
}

/// Replaces a company's facts if it still is at `version` and not archived; tells whether it was.
pub async fn update(tx: &mut Tx, id: Uuid, version: i64, facts: &Facts, now: Timestamp) -> Result<bool> {
    let changed: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE companies SET name_en = $1, name_zh = $2, name_local = $3, kinds = $4, country = $5, city = $6,
                website = $7, manager_id = $8, about = $9, tier = $10, search_text = $11, name_text = $12,
                sort_en = $13, sort_zh = $14, changed_at = $15, version = version + 1
         WHERE id = $16 AND version = $17 AND archived_at IS NULL RETURNING version"
    )
    .bind(&facts.name_en)
    .bind(&facts.name_zh)
    .bind(&facts.name_local)
    .bind(format!(" {} ", words(&facts.kinds)))
    .bind(&facts.country)
    .bind(&facts.city)
    .bind(&facts.website)
    .bind(facts.manager)
    .bind(&facts.about)
    .bind(facts.tier.map(Tier::code))
    .bind(found_by(facts))
    .bind(search_text(names(facts)))
    .bind(sort_key(Language::En.prefer(&facts.name_en, &facts.name_zh)))
    .bind(sort_key(Language::Zh.prefer(&facts.name_en, &facts.name_zh)))
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?;
    if changed.is_some() {
        on!(&mut *tx, |c| sqlx::query("DELETE FROM company_terms WHERE company_id = $1").bind(id).execute(c).await)?;
        insert_terms(tx, &[(id, facts)]).await?;
        search::note(tx, search::Kind::Company, id);
        set_keys(tx, id, &Profile::of(facts)).await?;
    }
    Ok(changed.is_some())
}

fn names(facts: &Facts) -> [&str; 3] {
    [&facts.name_en, &facts.name_zh, &facts.name_local]
}

/// What the search of those who see everything looks into.
fn found_by(facts: &Facts) -> String {
    let terms = [&facts.aliases, &facts.email_domains, &facts.registrations].into_iter().flatten();
    search_text(names(facts).into_iter().chain(terms.map(String::as_str)))
}

async fn insert_terms(tx: &mut Tx, companies: &[(Uuid, &Facts)]) -> Result<()> {
    let rows: Vec<_> = companies.iter().flat_map(|(id, facts)| facts.terms().map(move |term| (*id, term))).collect();
    for some in rows.chunks(TERMS_AT_ONCE) {
        let mut sql = Sql::new("INSERT INTO company_terms (company_id, kind, position, value, folded) VALUES ");
        for (index, (id, (kind, position, value))) in some.iter().enumerate() {
            sql.bind(if index == 0 { "(?, " } else { ", (?, " }, *id).bind("?, ", kind.code());
            sql.bind("?, ", i64::try_from(*position).unwrap_or_default());
            sql.bind("?, ", *value).bind("?)", folded(*kind, value));
        }
        sql.execute(tx).await?;
    }
    Ok(())
}

/// Moves a company from one stage to another; false when it is no longer there, or archived. Something happened with it, so
/// it is no longer stalled.
pub async fn move_stage(tx: &mut Tx, id: Uuid, from: Stage, to: Stage, now: Timestamp) -> Result<bool> {
    let moved: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE companies SET stage = $1, changed_at = $2, stage_since = $2, stalled_at = NULL, stalled_told_at = NULL
         WHERE id = $3 AND stage = $4 AND archived_at IS NULL RETURNING version"
    )
    .bind(to.code())
    .bind(now.0)
    .bind(id)
    .bind(from.code())
    .fetch_optional(c)
    .await
    })?;
    Ok(moved.is_some())
}

/// Archives a company, or with no person and no reason restores it; false when that is so already.
pub async fn archive(tx: &mut Tx, id: Uuid, by: Option<Uuid>, reason: &str, now: Timestamp) -> Result<bool> {
    Ok(!archive_all(tx, &[id], by, reason, now).await?.is_empty())
}

/// The same with several, of which it gives those that were not so already.
pub async fn archive_all(
    tx: &mut Tx,
    ids: &[Uuid],
    by: Option<Uuid>,
    reason: &str,
    now: Timestamp,
) -> Result<Vec<Uuid>> {
    search::store::note_with_all(tx, ids).await?;
    let mut sql = Sql::new("UPDATE companies SET compared_at = 0");
    sql.bind(", changed_at = ?", now.0).bind(", archived_by = ?", by).bind(", archived_reason = ?", reason);
    match by {
        Some(_) => sql.bind(", archived_at = ? WHERE archived_at IS NULL", now.0),
        None => sql.push(", archived_at = NULL WHERE archived_at IS NOT NULL"),
    };
    sql.push(" AND merged_into IS NULL AND ").bind_in("id", ids).push(" RETURNING id");
    let done: Vec<(Uuid,)> = sql.rows(tx).await?;
    let done: Vec<Uuid> = done.into_iter().map(|(id,)| id).collect();
    if !done.is_empty() {
        // Those who are restored are compared anew.
        forget_open(tx, &done).await?;
    }
    Ok(done)
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name_en: String,
    name_zh: String,
    name_local: String,
    kinds: String,
    country: Option<String>,
    city: String,
    website: String,
    stage: String,
    tier: Option<String>,
    manager_id: Option<Uuid>,
    about: String,
    manager_name: Option<String>,
    created_at: i64,
    changed_at: i64,
    version: i64,
    archived_at: Option<i64>,
    archived_name: Option<String>,
    archived_reason: String,
}

/// The company, if there is one with this id; archived ones too.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Company>> {
    let row: Option<Row> = ask!(&mut *tx, |c| {
        sqlx::query_as(
            "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, c.city, c.website, c.stage, c.tier,
                c.manager_id, c.about, a.name AS manager_name, c.created_at, c.changed_at, c.version, c.archived_at,
                b.name AS archived_name, c.archived_reason
         FROM companies c LEFT JOIN accounts a ON a.id = c.manager_id LEFT JOIN accounts b ON b.id = c.archived_by
         WHERE c.id = $1",
        )
        .bind(id)
        .fetch_optional(c)
        .await
    })?;
    let Some(row) = row else { return Ok(None) };
    let mut facts = Facts {
        name_en: row.name_en,
        name_zh: row.name_zh,
        name_local: row.name_local,
        kinds: kinds_from(&row.kinds),
        country: row.country,
        city: row.city,
        website: row.website,
        tier: row.tier.as_deref().and_then(Tier::from_code),
        manager: row.manager_id,
        about: row.about,
        ..Facts::default()
    };
    let terms: Vec<(String, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT kind, value FROM company_terms WHERE company_id = $1 ORDER BY kind, position"
    )
    .bind(id)
    .fetch_all(c)
    .await)?;
    for (kind, value) in terms {
        match TermKind::from_code(&kind) {
            Some(TermKind::Alias) => facts.aliases.push(value),
            // The first one stands in the company's own row.
            Some(TermKind::Website) if value != facts.website => facts.websites.push(value),
            Some(TermKind::EmailDomain) => facts.email_domains.push(value),
            Some(TermKind::Registration) => facts.registrations.push(value),
            Some(TermKind::Area) => facts.areas.push(value),
            Some(TermKind::Tag) => facts.tags.push(value),
            _ => {}
        }
    }
    Ok(Some(Company {
        id: row.id,
        facts,
        stage: Stage::from_code(&row.stage).unwrap_or(Stage::Target),
        manager_name: row.manager_name,
        created_at: Timestamp(row.created_at),
        changed_at: Timestamp(row.changed_at),
        version: row.version,
        archived: row.archived_at.map(|at| Archived {
            at: Timestamp(at),
            by: row.archived_name,
            reason: row.archived_reason,
        }),
    }))
}

/// Takes companies to which something is added, for the rest of the transaction: who merges one of them waits, and moves what
/// was added, too. The order is always the same, before all else that is written.
///
/// # Errors
/// [`Refusal::Merged`] for one that was merged into another since it was looked up.
pub async fn hold(tx: &mut Tx, companies: &[Uuid]) -> Result<()> {
    let mut companies = companies.to_vec();
    companies.sort();
    companies.dedup();
    for company in companies {
        let held: Option<Option<Uuid>> = ask!(&mut *tx, |c| sqlx::query_scalar(
            "UPDATE companies SET version = version WHERE id = $1 RETURNING merged_into"
        )
        .bind(company)
        .fetch_optional(c)
        .await)?;
        match held {
            None => return Err(Error::NotFound),
            Some(Some(_)) => return Err(Error::Refused(Refusal::Merged)),
            Some(None) => {}
        }
    }
    Ok(())
}
