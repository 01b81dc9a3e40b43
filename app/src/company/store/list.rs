//! Lists of companies: which, in which order, how many.

use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

use super::super::filter::{CompanyFilter, Sort};
use super::super::model::TermKind;
use super::super::terms::folded;
use crate::actor::CompanyScope;
use crate::ask;
use crate::backend::database::{Column, Part, Sql, Tx, containing, from_json};
use crate::backend::fold::fold;
use crate::error::{Result, internal};
use crate::language::Language;
use crate::search::index::{self, Dialect, Within};
use crate::search::words::Asked;
use crate::search::{Kind, Scope};

/// A line of the list. What the asking person may not see is empty.
#[derive(Clone, Debug, Deserialize)]
pub struct CompanyLine {
    pub id: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub name_local: String,
    pub kinds: String,
    pub country: Option<String>,
    pub stage: String,
    pub manager: Option<String>,
    pub products: i64,
    pub changed_at: i64,
    /// Only in exports.
    pub city: String,
    pub website: String,
    pub tier: String,
}

const COLUMNS: &[Column] = &[
    Column::Id("id"),
    Column::Plain("name_en"),
    Column::Plain("name_zh"),
    Column::Plain("name_local"),
    Column::Plain("kinds"),
    Column::Plain("country"),
    Column::Plain("stage"),
    Column::Plain("manager"),
    Column::Plain("products"),
    Column::Plain("changed_at"),
    Column::Plain("city"),
    Column::Plain("website"),
    Column::Plain("tier"),
];

/// At most so many companies are counted, and are few enough to be put in order after they were found.
pub const MOST: i64 = 1000;

/// How many companies a filter finds, which decides how they are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// At most [`MOST`]: they are found by the filters' indexes, and put in order then.
    Few,
    /// More: one goes along the order until a page is full.
    Many,
}

fn filter_into(sql: &mut Sql, filter: &CompanyFilter, scope: &CompanyScope, reach: Reach) {
    // A condition that could also be met by `1 = 0`, which it never is, is for SQLite no reason to leave the order's index for
    // another one; PostgreSQL, which knows how many companies each value has, sees through it.
    let or = |sql: &mut Sql| {
        sql.push(if reach == Reach::Many { " OR 1 = 0)" } else { ")" });
    };
    if let CompanyScope::Own(own) = scope {
        sql.push(" AND ").bind_in("c.id", own);
    }
    sql.push(if filter.archived { " AND c.archived_at IS NOT NULL" } else { " AND c.archived_at IS NULL" });
    for word in fold(&filter.search).split_whitespace().take(8) {
        // A search must tell nothing that the row does not.
        let piece = match scope {
            CompanyScope::Names => r" AND c.name_text LIKE ? ESCAPE '\'",
            _ => r" AND c.search_text LIKE ? ESCAPE '\'",
        };
        sql.bind(piece, containing(word));
    }
    if let Some(kind) = filter.kind {
        // Not bound: each kind has an index with this very condition.
        sql.push(" AND (c.kinds LIKE '% ").push(kind.code()).push(" %'");
        or(sql);
    }
    if let Some(country) = filter.country {
        sql.bind(" AND (c.country = ?", country);
        or(sql);
    }
    if let Some(stage) = filter.stage {
        sql.bind(" AND (c.stage = ?", stage.code());
        or(sql);
    }
    if let Some(manager) = filter.manager {
        sql.bind(" AND (c.manager_id = ?", manager);
        or(sql);
    }
    if let Some(tier) = filter.tier {
        sql.bind(" AND (c.tier = ?", tier.code());
        or(sql);
    }
    for (kind, value) in [(TermKind::Area, &filter.area), (TermKind::Tag, &filter.tag)] {
        if !value.is_empty() {
            // Where there are many, one looks whether each has the word rather than gathering all that have it.
            sql.push(match reach {
                Reach::Few => " AND c.id IN (SELECT t.company_id FROM company_terms t WHERE 1 = 1",
                Reach::Many => " AND EXISTS (SELECT 1 FROM company_terms t WHERE t.company_id = c.id",
            });
            sql.bind(" AND t.kind = ?", kind.code()).bind(" AND t.folded = ?)", folded(kind, value));
        }
    }
}

/// Adds `SELECT id …`: companies in whose names, or what else they are called, the words asked for stand; at most [`MOST`] and
/// one more. The list looks into them whether it is so in its own sense, too.
fn candidates(sql: &mut Sql, asked: &Asked, dialect: Dialect, scope: &CompanyScope) {
    let scope = if *scope == CompanyScope::Names { Scope::Names } else { Scope::All };
    sql.push("SELECT e.subject_id AS id FROM (");
    index::matching(sql, dialect, Kind::Company, &scope, asked, Within::Parts, MOST + 1);
    sql.push(") m JOIN search_entries e ON e.seq = m.seq");
}

/// What is asked of the index of words, if it can tell.
fn asked(filter: &CompanyFilter) -> Option<Asked> {
    Some(Asked::new(&filter.search)).filter(|asked| !asked.terms.is_empty() && !filter.archived)
}

/// Adds ` AND …`, all filters, those of words by the index.
fn few_into(sql: &mut Sql, filter: &CompanyFilter, scope: &CompanyScope, dialect: Dialect) {
    if let Some(asked) = asked(filter) {
        sql.push(" AND c.id IN (");
        candidates(sql, &asked, dialect, scope);
        sql.push(")");
    }
    filter_into(sql, filter, scope, Reach::Few);
}

/// The statement of a list in its order, without a limit. Few are found first, by the dialect's index of words where they are
/// asked for by words.
fn list_statement(
    filter: &CompanyFilter,
    scope: &CompanyScope,
    language: Language,
    few: Option<Dialect>,
) -> Sql {
    let mut sql = if *scope == CompanyScope::Names {
        Sql::new(
            "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, '' AS stage, NULL AS manager,
                    0 AS products, 0 AS changed_at, '' AS city, '' AS website, '' AS tier FROM ",
        )
    } else {
        Sql::new(
            "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, c.stage, a.name AS manager,
                    c.product_count AS products, c.changed_at, c.city, c.website, coalesce(c.tier, '') AS tier FROM ",
        )
    };
    if let Some(dialect) = few {
        sql.push("(SELECT c.id FROM companies c WHERE 1 = 1");
        few_into(&mut sql, filter, scope, dialect);
        // SQLite joins in this order.
        sql.push(" LIMIT ").number_literal(MOST).push(") f CROSS JOIN ");
    }
    sql.push("companies c");
    if *scope != CompanyScope::Names {
        sql.push(" LEFT JOIN accounts a ON a.id = c.manager_id");
    }
    match few {
        Some(_) => {
            sql.push(" WHERE c.id = f.id");
        }
        None => {
            sql.push(" WHERE 1 = 1");
            filter_into(&mut sql, filter, scope, Reach::Many);
        }
    }
    sql.push(" ORDER BY ");
    let name = if language == Language::En { "c.sort_en" } else { "c.sort_zh" };
    // Backwards it is the same list from its end, so that one index serves both.
    for column in order(filter, language).into_iter().chain([name]) {
        sql.push(column).push(if filter.descending { " DESC, " } else { ", " });
    }
    sql.push(if filter.descending { "c.id DESC" } else { "c.id" });
    sql
}

/// What a list is sorted by before the names. Where a filter leaves one value of it, by the names alone: it would be gone
/// along from its beginning otherwise, past all that the filter leaves out.
fn order(filter: &CompanyFilter, language: Language) -> Option<&'static str> {
    match filter.sort {
        Sort::Name => None,
        Sort::Country if filter.country.is_some() => None,
        Sort::Country if language == Language::En => Some("c.country_en"),
        Sort::Country => Some("c.country_zh"),
        Sort::Stage => filter.stage.is_none().then_some("c.stage_position"),
        Sort::Manager => filter.manager.is_none().then_some("c.manager_name"),
        Sort::Products => Some("c.product_count"),
        Sort::Changed => Some("c.changed_at"),
    }
}

/// All companies that a filter finds for this person.
pub async fn list(
    tx: &mut Tx,
    filter: &CompanyFilter,
    scope: &CompanyScope,
    language: Language,
) -> Result<Vec<CompanyLine>> {
    list_statement(filter, scope, language, None).json(tx, COLUMNS).await
}

/// The terms of all companies that a filter finds for this person, for exports.
pub async fn terms(
    tx: &mut Tx,
    filter: &CompanyFilter,
    scope: &CompanyScope,
) -> Result<HashMap<Uuid, Vec<(TermKind, String)>>> {
    let mut sql = Sql::new(
        "SELECT t.company_id, t.kind, t.value FROM company_terms t JOIN companies c ON c.id = t.company_id WHERE 1 = 1",
    );
    filter_into(&mut sql, filter, scope, Reach::Few);
    sql.push(" ORDER BY t.company_id, t.kind, t.position");
    let columns = &[Column::Id("company_id"), Column::Plain("kind"), Column::Plain("value")];
    let rows: Vec<(Uuid, String, String)> = sql.json(tx, columns).await?;
    let mut terms: HashMap<Uuid, Vec<(TermKind, String)>> = HashMap::new();
    for (company, kind, value) in rows {
        if let Some(kind) = TermKind::from_code(&kind) {
            terms.entry(company).or_default().push((kind, value));
        }
    }
    Ok(terms)
}

/// One page of a list, with all that stands around it.
pub struct ListPage {
    pub companies: Vec<CompanyLine>,
    /// How many there are on all pages; more than [`MOST`] are not counted.
    pub count: i64,
    /// The countries that companies are in, as codes.
    pub countries: Vec<String>,
    /// Who can be an account manager.
    pub managers: Vec<(Uuid, String)>,
}

/// How far a filter reaches, as [`reach_parts`] reads it.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    pub reach: Reach,
    /// How many there are, where that is known by now.
    count: Option<i64>,
}

impl Reached {
    /// Of one's own companies there are few; without a filter there may be many. Otherwise that must be asked first.
    pub fn without_asking(filter: &CompanyFilter, scope: &CompanyScope) -> Option<Self> {
        let own = matches!(scope, CompanyScope::Own(_));
        (own || filter.is_everything()).then_some(Self { reach: Reach::Many, count: None })
    }

    pub fn from_json(found: &[String]) -> Result<Self> {
        let [count, named] = found else {
            return Err(internal("a count from the database", &"not the parts asked for"));
        };
        let number = |json: &str| from_json::<(i64,)>(json).map(|rows| rows.first().map_or(0, |(number,)| *number));
        let (count, named) = (number(count)?, number(named)?);
        Ok(if named > MOST {
            // The index knows more names with the words than it was asked for, so what it found is not all.
            Self { reach: Reach::Many, count: None }
        } else {
            Self { reach: if count > MOST { Reach::Many } else { Reach::Few }, count: Some(count) }
        })
    }
}

/// What is read to know how far a filter reaches: how many companies it finds, and in how many names the words stand.
pub fn reach_parts(filter: &CompanyFilter, scope: &CompanyScope, dialect: Dialect) -> Vec<Part> {
    let mut count = Sql::new("SELECT count(*) AS number FROM (SELECT c.id FROM companies c WHERE 1 = 1");
    few_into(&mut count, filter, scope, dialect);
    count.push(" LIMIT ").number_literal(MOST + 1).push(") x");
    let mut named = Sql::new("SELECT count(*) AS number FROM (");
    match asked(filter) {
        Some(asked) => candidates(&mut named, &asked, dialect, scope),
        None => {
            named.push("SELECT 1 AS id FROM company_stages WHERE 1 = 0");
        }
    }
    named.push(") x");
    vec![(count, &[Column::Plain("number")]), (named, &[Column::Plain("number")])]
}

impl ListPage {
    /// What is read for a page of the list; [`ListPage::from_json`] takes the answers.
    pub fn parts(
        filter: &CompanyFilter,
        scope: &CompanyScope,
        language: Language,
        (reached, dialect): (Reached, Dialect),
        (limit, offset): (i64, i64),
    ) -> Vec<Part> {
        let few = (reached.reach == Reach::Few).then_some(dialect);
        let mut list = list_statement(filter, scope, language, few);
        list.limit(limit, offset);
        let count = match reached.count {
            Some(count) => {
                let mut sql = Sql::new("SELECT ");
                sql.number_literal(count).push(" AS number");
                sql
            }
            None => {
                let mut sql = Sql::new("SELECT count(*) AS number FROM (SELECT c.id FROM companies c WHERE 1 = 1");
                filter_into(&mut sql, filter, scope, Reach::Many);
                sql.push(" LIMIT ").number_literal(MOST + 1).push(") x");
                sql
            }
        };
        let countries = Sql::new(
            // One look at the index for each country there is, rather than one for each company.
            "SELECT n.code AS country FROM countries n
             WHERE EXISTS (SELECT 1 FROM companies c WHERE c.country = n.code AND c.archived_at IS NULL)",
        );
        let managers = Sql::new(
            "SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff') AND erased_at IS NULL ORDER BY name, id",
        );
        vec![
            (list, COLUMNS),
            (count, &[Column::Plain("number")]),
            (countries, &[Column::Plain("country")]),
            (managers, &[Column::Id("id"), Column::Plain("name")]),
        ]
    }

    pub fn from_json(found: &[String]) -> Result<Self> {
        let [companies, count, countries, managers] = found else {
            return Err(internal("a list from the database", &"not the parts asked for"));
        };
        let count: Vec<(i64,)> = from_json(count)?;
        let countries: Vec<(String,)> = from_json(countries)?;
        Ok(Self {
            companies: from_json(companies)?,
            count: count.first().map_or(0, |(count,)| *count),
            countries: countries.into_iter().map(|(code,)| code).collect(),
            managers: from_json(managers)?,
        })
    }
}

/// How many companies a filter finds for this person, all of them counted.
pub async fn count(tx: &mut Tx, filter: &CompanyFilter, scope: &CompanyScope) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) AS number FROM companies c WHERE 1 = 1");
    filter_into(&mut sql, filter, scope, Reach::Few);
    sql.number(tx).await
}

/// How many companies there are at each stage.
pub async fn by_stage(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    Ok(ask!(tx, |c| {
        sqlx::query_as(
        "SELECT s.stage, count(c.id) FROM company_stages s LEFT JOIN companies c ON c.stage = s.stage AND c.archived_at IS NULL
         GROUP BY s.stage, s.position ORDER BY s.position"
    )
    .fetch_all(c)
    .await
    })?)
}
