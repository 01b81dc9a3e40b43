//! Where companies are kept.

mod board;
mod list;
pub mod places;
mod reach;

use uuid::Uuid;

use super::duplicate::store::{forget_open, set_keys};
use super::likeness::Profile;
use super::model::{Archived, Company, Facts, Stage, TermKind, Tier, kinds_from, words};
use super::terms::folded;
use crate::backend::database::{Column, Sql, Tx, containing};
use crate::backend::fold::{fold, search_text, sort_key};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

pub use board::BoardPage;
pub use list::*;
pub use reach::{MOST, Reached, reach_parts};

pub async fn insert(tx: &mut Tx, id: Uuid, facts: &Facts, stage: Stage, now: Timestamp) -> Result<()> {
    search::note(tx, search::Kind::Company, id);
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO companies
             (id, name_en, name_zh, name_local, kinds, country, city, website, stage, manager_id, about, tier,
              search_text, name_text, sort_en, sort_zh, created_at, changed_at, version, stage_since)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $17, 1, $17)"
    )
    .bind(id)
    .bind(&facts.name_en)
    .bind(&facts.name_zh)
    .bind(&facts.name_local)
    .bind(format!(" {} ", words(&facts.kinds)))
    .bind(&facts.country)
    .bind(&facts.city)
    .bind(&facts.website)
    .bind(stage.code())
    .bind(facts.manager)
    .bind(&facts.about)
    .bind(facts.tier.map(Tier::code))
    .bind(found_by(facts))
    .bind(search_text(names(facts)))
    .bind(sort_key(Language::En.prefer(&facts.name_en, &facts.name_zh)))
    .bind(sort_key(Language::Zh.prefer(&facts.name_en, &facts.name_zh)))
    .bind(now.0)
    .execute(c)
    .await)?;
    insert_terms(tx, id, facts).await?;
    set_keys(tx, id, &Profile::of(facts)).await
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
        insert_terms(tx, id, facts).await?;
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

async fn insert_terms(tx: &mut Tx, id: Uuid, facts: &Facts) -> Result<()> {
    // One statement: an import writes thousands of companies while others wait to write.
    let mut sql = Sql::new("INSERT INTO company_terms (company_id, kind, position, value, folded) VALUES ");
    let mut before = "(?, ";
    for (kind, position, value) in facts.terms() {
        sql.bind(before, id).bind("?, ", kind.code()).bind("?, ", i64::try_from(position).unwrap_or_default());
        sql.bind("?, ", value).bind("?)", folded(kind, value));
        before = ", (?, ";
    }
    if before != "(?, " {
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
    search::store::note_with_all(tx, id).await?;
    let done: Option<i64> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "UPDATE companies SET archived_at = $1, archived_by = $2, archived_reason = $3, changed_at = $4, compared_at = 0
         WHERE id = $5 AND (archived_at IS NULL) <> ($1 IS NULL) AND merged_into IS NULL RETURNING version"
    )
    .bind(by.map(|_| now.0))
    .bind(by)
    .bind(reason)
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    if done.is_some() {
        // Those who are restored are compared anew.
        forget_open(tx, id).await?;
    }
    Ok(done.is_some())
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

/// The companies that go by a name: exactly this one in any language or as an alias, or – if none does – those in whose
/// names every word of it stands. At most three, which tell that there are several.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Vec<Uuid>> {
    let folded_name = fold(name);
    let exact: Vec<Uuid> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "SELECT c.id FROM companies c WHERE c.archived_at IS NULL AND (c.name_en = $1 OR c.name_zh = $1 OR c.name_local = $1
             OR EXISTS (SELECT 1 FROM company_terms t WHERE t.company_id = c.id AND t.kind = 'alias' AND t.folded = $2))
         ORDER BY c.id LIMIT 3"
    )
    .bind(name)
    .bind(&folded_name)
    .fetch_all(c)
    .await
    })?;
    if !exact.is_empty() || folded_name.trim().is_empty() {
        return Ok(exact);
    }
    let mut sql = Sql::new("SELECT c.id FROM companies c WHERE c.archived_at IS NULL");
    for word in folded_name.split_whitespace().take(8) {
        sql.bind(r" AND c.name_text LIKE ? ESCAPE '\'", containing(word));
    }
    sql.push(" ORDER BY c.id LIMIT 3");
    let rows: Vec<(Uuid,)> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A company as something to choose: its id and its names in English and Chinese.
pub type Choice = (Uuid, String, String);

/// All that can be chosen, by name.
pub async fn choices(tx: &mut Tx, language: Language) -> Result<Vec<Choice>> {
    let mut sql = Sql::new("SELECT id, name_en, name_zh FROM companies WHERE archived_at IS NULL ORDER BY ");
    sql.push(if language == Language::En { "sort_en, id" } else { "sort_zh, id" });
    sql.json(tx, &[Column::Id("id"), Column::Plain("name_en"), Column::Plain("name_zh")]).await
}
