//! Where companies are kept.

use serde::Deserialize;
use uuid::Uuid;

use super::filter::{CompanyFilter, Sort};
use super::model::{Company, Facts, Stage, kinds_from, words};
use crate::actor::CompanyScope;
use crate::backend::database::{Column, Part, Sql, Tx, containing, from_json};
use crate::backend::fold::{fold, search_text, sort_key};
use crate::error::{Result, internal};
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

pub async fn insert(tx: &mut Tx, id: Uuid, facts: &Facts, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO companies
             (id, name_en, name_zh, name_local, kinds, country, city, website, stage, manager_id, about,
              search_text, sort_en, sort_zh, created_at, changed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 1)"
    )
    .bind(id)
    .bind(&facts.name_en)
    .bind(&facts.name_zh)
    .bind(&facts.name_local)
    .bind(format!(" {} ", words(&facts.kinds)))
    .bind(&facts.country)
    .bind(&facts.city)
    .bind(&facts.website)
    .bind(facts.stage.code())
    .bind(facts.manager)
    .bind(&facts.about)
    .bind(search_text([facts.name_en.as_str(), &facts.name_zh, &facts.name_local]))
    .bind(sort_key(Language::En.prefer(&facts.name_en, &facts.name_zh)))
    .bind(sort_key(Language::Zh.prefer(&facts.name_en, &facts.name_zh)))
    .bind(now.0)
    .execute(c)
    .await)?;
    search::note(tx, search::Kind::Company, id);
    Ok(())
}

/// Replaces a company's facts if it still is at `version`; tells whether it was.
pub async fn update(tx: &mut Tx, id: Uuid, version: i64, facts: &Facts, now: Timestamp) -> Result<bool> {
    let changed: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE companies SET name_en = $1, name_zh = $2, name_local = $3, kinds = $4, country = $5, city = $6,
                website = $7, stage = $8, manager_id = $9, about = $10, search_text = $11, sort_en = $12, sort_zh = $13,
                changed_at = $14, version = version + 1
         WHERE id = $15 AND version = $16 RETURNING version"
    )
    .bind(&facts.name_en)
    .bind(&facts.name_zh)
    .bind(&facts.name_local)
    .bind(format!(" {} ", words(&facts.kinds)))
    .bind(&facts.country)
    .bind(&facts.city)
    .bind(&facts.website)
    .bind(facts.stage.code())
    .bind(facts.manager)
    .bind(&facts.about)
    .bind(search_text([facts.name_en.as_str(), &facts.name_zh, &facts.name_local]))
    .bind(sort_key(Language::En.prefer(&facts.name_en, &facts.name_zh)))
    .bind(sort_key(Language::Zh.prefer(&facts.name_en, &facts.name_zh)))
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?;
    search::note(tx, search::Kind::Company, id);
    Ok(changed.is_some())
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
    manager_id: Option<Uuid>,
    about: String,
    manager_name: Option<String>,
    created_at: i64,
    changed_at: i64,
    version: i64,
}

/// The company, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Company>> {
    let row: Option<Row> = ask!(tx, |c| {
        sqlx::query_as(
        "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, c.city, c.website, c.stage, c.manager_id,
                c.about, a.name AS manager_name, c.created_at, c.changed_at, c.version
         FROM companies c LEFT JOIN accounts a ON a.id = c.manager_id WHERE c.id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    Ok(row.map(|row| Company {
        id: row.id,
        facts: Facts {
            name_en: row.name_en,
            name_zh: row.name_zh,
            name_local: row.name_local,
            kinds: kinds_from(&row.kinds),
            country: row.country,
            city: row.city,
            website: row.website,
            stage: Stage::from_code(&row.stage).unwrap_or(Stage::Target),
            manager: row.manager_id,
            about: row.about,
        },
        manager_name: row.manager_name,
        created_at: Timestamp(row.created_at),
        changed_at: Timestamp(row.changed_at),
        version: row.version,
    }))
}

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
];

fn filter_into(sql: &mut Sql, filter: &CompanyFilter, scope: &CompanyScope) {
    if let CompanyScope::Own(own) = scope {
        sql.push(" AND ").bind_in("c.id", own);
    }
    for word in fold(&filter.search).split_whitespace().take(8) {
        sql.bind(r" AND c.search_text LIKE ? ESCAPE '\'", containing(word));
    }
    if let Some(kind) = filter.kind {
        sql.bind(" AND c.kinds LIKE ?", format!("% {} %", kind.code()));
    }
    if let Some(country) = filter.country {
        sql.bind(" AND c.country = ?", country);
    }
    if let Some(stage) = filter.stage {
        sql.bind(" AND c.stage = ?", stage.code());
    }
    if let Some(manager) = filter.manager {
        sql.bind(" AND c.manager_id = ?", manager);
    }
}

/// The statement of a list in its order, without a limit.
fn list_statement(filter: &CompanyFilter, scope: &CompanyScope, language: Language) -> Sql {
    let mut sql = if *scope == CompanyScope::Names {
        Sql::new(
            "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, '' AS stage, NULL AS manager,
                    0 AS products, 0 AS changed_at, '' AS city, '' AS website FROM companies c",
        )
    } else {
        Sql::new(
            "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, c.stage, a.name AS manager,
                    (SELECT count(*) FROM products p WHERE p.company_id = c.id) AS products, c.changed_at, c.city,
                    c.website
             FROM companies c LEFT JOIN accounts a ON a.id = c.manager_id",
        )
    };
    let sort = filter.sort;
    match sort {
        Sort::Country => sql.push(" LEFT JOIN countries n ON n.code = c.country"),
        Sort::Stage => sql.push(" JOIN company_stages s ON s.stage = c.stage"),
        _ => &mut sql,
    };
    sql.push(" WHERE 1 = 1");
    filter_into(&mut sql, filter, scope);
    sql.push(" ORDER BY ");
    // The databases disagree on where NULL sorts, so it is sorted by name: what is missing comes last.
    match (sort, language) {
        (Sort::Name, _) => &mut sql,
        (Sort::Country, Language::En) => sql.push("coalesce(n.rank_en, 999)"),
        (Sort::Country, Language::Zh) => sql.push("coalesce(n.rank_zh, 999)"),
        (Sort::Stage, _) => sql.push("s.position"),
        (Sort::Manager, _) => sql.push("coalesce(a.name, '~')"),
        (Sort::Products, _) => sql.push("(SELECT count(*) FROM products p WHERE p.company_id = c.id)"),
        (Sort::Changed, _) => sql.push("c.changed_at"),
    };
    if sort != Sort::Name {
        sql.push(if filter.descending { " DESC, " } else { ", " });
    }
    sql.push(match language {
        Language::En => "c.sort_en",
        Language::Zh => "c.sort_zh",
    });
    let backwards = filter.descending && sort == Sort::Name;
    sql.push(if backwards { " DESC, c.id DESC" } else { ", c.id" });
    sql
}

/// All companies that a filter finds for this person.
pub async fn list(
    tx: &mut Tx,
    filter: &CompanyFilter,
    scope: &CompanyScope,
    language: Language,
) -> Result<Vec<CompanyLine>> {
    list_statement(filter, scope, language).json(tx, COLUMNS).await
}

/// One page of a list, with all that stands around it.
pub struct ListPage {
    pub companies: Vec<CompanyLine>,
    /// How many there are on all pages.
    pub count: i64,
    /// The countries that companies are in, as codes.
    pub countries: Vec<String>,
    /// Who can be an account manager.
    pub managers: Vec<(Uuid, String)>,
}

impl ListPage {
    /// What is read for a page of the list; [`ListPage::from_json`] takes the answers.
    pub fn parts(
        filter: &CompanyFilter,
        scope: &CompanyScope,
        language: Language,
        limit: i64,
        offset: i64,
    ) -> Vec<Part> {
        let mut list = list_statement(filter, scope, language);
        list.limit(limit, offset);
        let countries = Sql::new(
            // One look at the index for each country there is, rather than one for each company.
            "SELECT n.code AS country FROM countries n WHERE EXISTS (SELECT 1 FROM companies c WHERE c.country = n.code)",
        );
        let managers =
            Sql::new("SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff') ORDER BY name, id");
        vec![
            (list, COLUMNS),
            (count_statement(filter, scope), &[Column::Plain("number")]),
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

fn count_statement(filter: &CompanyFilter, scope: &CompanyScope) -> Sql {
    let mut sql = Sql::new("SELECT count(*) AS number FROM companies c WHERE 1 = 1");
    filter_into(&mut sql, filter, scope);
    sql
}

/// How many companies a filter finds for this person.
pub async fn count(tx: &mut Tx, filter: &CompanyFilter, scope: &CompanyScope) -> Result<i64> {
    count_statement(filter, scope).number(tx).await
}

/// How many companies there are at each stage.
pub async fn by_stage(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT s.stage, count(c.id) FROM company_stages s LEFT JOIN companies c ON c.stage = s.stage
         GROUP BY s.stage, s.position ORDER BY s.position"
    )
    .fetch_all(c)
    .await)?)
}
