//! Keys by which likely companies are found, and what is like a company.

mod pairs;

use std::collections::HashMap;

use uuid::Uuid;

use super::super::likeness::{Likeness, Profile};
use super::super::model::{Facts, TermKind};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::{ask, on};

pub use self::pairs::*;

/// One more whenever the rules make other keys: the sweep then makes those of all companies anew.
pub const RULES: i64 = 2;
/// A key that more companies have says little; only of names and numbers that are the same some are looked at still.
const MOST: i64 = 50;
/// So many keys are read or written by one statement, and so many companies.
const KEYS_AT_ONCE: usize = 500;
const COMPANIES_AT_ONCE: usize = 500;
/// So many companies are remembered before all are forgotten.
const REMEMBERED: usize = 5000;
/// So many profiles are learnt at once.
pub const LEARNT_AT_ONCE: usize = 25;
/// How sure a likeness must be to be kept.
const LEAST_SCORE: i64 = 45;

/// Writes a company's keys anew; it is compared with all others by the next sweep.
pub async fn set_keys(tx: &mut Tx, id: Uuid, profile: &Profile) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query("DELETE FROM company_keys WHERE company_id = $1").bind(id).execute(c).await)?;
    insert_keys(tx, &[(id, profile.keys())]).await?;
    on!(tx, |c| sqlx::query("UPDATE companies SET keys_rules = $1, compared_at = 0 WHERE id = $2")
        .bind(RULES)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Writes the keys of companies that have none.
pub async fn insert_keys(tx: &mut Tx, companies: &[(Uuid, Vec<String>)]) -> Result<()> {
    let rows: Vec<_> = companies.iter().flat_map(|(id, keys)| keys.iter().map(move |key| (key, *id))).collect();
    for some in rows.chunks(KEYS_AT_ONCE) {
        let mut sql = Sql::new("INSERT INTO company_keys (key, company_id) VALUES ");
        for (index, (key, id)) in some.iter().enumerate() {
            sql.bind(if index == 0 { "(?" } else { ", (?" }, key.as_str()).bind(", ?)", *id);
        }
        sql.execute(tx).await?;
    }
    Ok(())
}

/// A company that is like another.
#[derive(Clone, Debug)]
pub struct Alike {
    pub id: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub country: Option<String>,
    pub profile: Profile,
    pub likeness: Likeness,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name_en: String,
    name_zh: String,
    name_local: String,
    country: Option<String>,
    website: String,
}

/// The companies that share a key with profiles, each read once, for who compares many profiles with one snapshot.
#[derive(Debug, Default)]
pub struct Memory {
    /// The companies with a key; none where too many have it.
    found: HashMap<String, Vec<Uuid>>,
    /// Those that are not archived, as they are compared.
    companies: HashMap<Uuid, Option<(Facts, Profile)>>,
}

impl Memory {
    /// Reads what these profiles are compared with: few of them at a time, for each may have hundreds.
    pub async fn learn(&mut self, tx: &mut Tx, profiles: &[&Profile]) -> Result<()> {
        if self.companies.len() > REMEMBERED || self.found.len() > 10 * REMEMBERED {
            *self = Self::default();
        }
        let mut keys: Vec<String> = profiles.iter().flat_map(|profile| profile.keys()).collect();
        keys.sort_unstable();
        keys.dedup();
        keys.retain(|key| !self.found.contains_key(key));
        for some in keys.chunks(KEYS_AT_ONCE) {
            let mut found = found_by_each(tx, some).await?;
            for key in some {
                let mut ids = found.remove(key).unwrap_or_default();
                if says_little(key, &ids) {
                    ids.clear();
                }
                self.found.insert(key.clone(), ids);
            }
        }
        let mut ids: Vec<Uuid> =
            keys.iter().flat_map(|key| self.found.get(key).into_iter().flatten().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| !self.companies.contains_key(id));
        for some in ids.chunks(COMPANIES_AT_ONCE) {
            let known = compared(tx, some).await?;
            self.companies.extend(some.iter().map(|id| (*id, None)));
            for (id, facts) in known {
                let profile = Profile::of(&facts);
                self.companies.insert(id, Some((facts, profile)));
            }
        }
        Ok(())
    }

    /// The companies of the register that are like this one, which was learnt, the likest first.
    pub fn alike(&self, profile: &Profile, except: Option<Uuid>) -> Vec<Alike> {
        let keys = profile.keys();
        let mut ids: Vec<Uuid> =
            keys.iter().flat_map(|key| self.found.get(key).into_iter().flatten().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| Some(*id) != except);
        let mut alike: Vec<Alike> = Vec::new();
        for id in ids {
            let Some(Some((facts, other))) = self.companies.get(&id) else { continue };
            if let Some(likeness) = profile.compare(other).filter(|likeness| likeness.score >= LEAST_SCORE) {
                let (name_en, name_zh) = (facts.name_en.clone(), facts.name_zh.clone());
                let (country, profile) = (facts.country.clone(), other.clone());
                alike.push(Alike { id, name_en, name_zh, country, profile, likeness });
            }
        }
        alike.sort_by_key(|alike| (std::cmp::Reverse((alike.likeness.verdict, alike.likeness.score)), alike.id));
        alike
    }
}

/// The companies that have each of these keys, of each at most one more than [`MOST`].
async fn found_by_each(tx: &mut Tx, keys: &[String]) -> Result<HashMap<String, Vec<Uuid>>> {
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    // SQLite joins in this order.
    let mut sql = Sql::new("WITH asked (key) AS (VALUES ");
    for (index, key) in keys.iter().enumerate() {
        sql.bind(if index == 0 { "(?)" } else { ", (?)" }, key.as_str());
    }
    sql.push(
        ") SELECT k.key, k.company_id FROM asked a CROSS JOIN company_keys k WHERE k.key = a.key AND k.company_id <= coalesce(
              (SELECT l.company_id FROM company_keys l WHERE l.key = a.key ORDER BY l.company_id LIMIT 1 OFFSET ",
    );
    sql.number_literal(MOST).bind("), ?)", Uuid::max());
    let mut found: HashMap<String, Vec<Uuid>> = HashMap::new();
    for (key, id) in sql.rows::<(String, Uuid)>(tx).await? {
        found.entry(key).or_default().push(id);
    }
    Ok(found)
}

/// Whether too many companies have a key.
fn says_little(key: &str, ids: &[Uuid]) -> bool {
    ids.len() as i64 > MOST && !key.starts_with("c:") && !key.starts_with("r:")
}

/// The companies that share one of these keys, without those that too many have.
pub async fn found_by(tx: &mut Tx, keys: &[String]) -> Result<Vec<Uuid>> {
    let mut found = found_by_each(tx, keys).await?;
    found.retain(|key, ids| !says_little(key, ids));
    let mut ids: Vec<Uuid> = found.into_values().flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The companies of the register that are like this one, the likest first.
pub async fn alike(tx: &mut Tx, profile: &Profile, except: Option<Uuid>) -> Result<Vec<Alike>> {
    let mut memory = Memory::default();
    memory.learn(tx, &[profile]).await?;
    Ok(memory.alike(profile, except))
}

/// What is compared of these companies – names, country, websites, domains, numbers –, those that are archived left out.
pub async fn compared(tx: &mut Tx, ids: &[Uuid]) -> Result<Vec<(Uuid, Facts)>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(
        "SELECT id, name_en, name_zh, name_local, country, website FROM companies WHERE archived_at IS NULL AND ",
    );
    sql.bind_in("id", ids).push(" ORDER BY id");
    let rows: Vec<Row> = sql.rows(tx).await?;
    let mut sql = Sql::new(
        "SELECT company_id, kind, value FROM company_terms
         WHERE kind IN ('alias', 'website', 'email_domain', 'registration') AND ",
    );
    sql.bind_in("company_id", ids).push(" ORDER BY company_id, kind, position");
    let mut terms: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
    for (id, kind, value) in sql.rows::<(Uuid, String, String)>(tx).await? {
        terms.entry(id).or_default().push((kind, value));
    }
    let facts = |row: Row| {
        let mut facts = Facts {
            name_en: row.name_en,
            name_zh: row.name_zh,
            name_local: row.name_local,
            country: row.country,
            website: row.website,
            ..Facts::default()
        };
        for (kind, value) in terms.remove(&row.id).unwrap_or_default() {
            match TermKind::from_code(&kind) {
                Some(TermKind::Alias) => facts.aliases.push(value),
                Some(TermKind::Website) => facts.websites.push(value),
                Some(TermKind::EmailDomain) => facts.email_domains.push(value),
                Some(TermKind::Registration) => facts.registrations.push(value),
                _ => {}
            }
        }
        (row.id, facts)
    };
    Ok(rows.into_iter().map(facts).collect())
}

/// Some companies whose keys were made by other rules, or never, get them.
pub async fn make_keys(tx: &mut Tx, most: i64) -> Result<usize> {
    let ids: Vec<Uuid> = ask!(&mut *tx, |c| {
        sqlx::query_scalar("SELECT id FROM companies WHERE keys_rules < $1 ORDER BY keys_rules LIMIT $2")
            .bind(RULES)
            .bind(most)
            .fetch_all(c)
            .await
    })?;
    let mut left = ids.clone();
    for (id, facts) in compared(tx, &ids).await? {
        set_keys(tx, id, &Profile::of(&facts)).await?;
        left.retain(|other| *other != id);
    }
    // Archived ones have none until they are restored.
    for id in left {
        set_keys(tx, id, &Profile::default()).await?;
    }
    Ok(ids.len())
}
