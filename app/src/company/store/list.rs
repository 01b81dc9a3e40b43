//! Lists of companies: which, in which order, how many.

use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

use super::super::filter::CompanyFilter;
use super::super::model::TermKind;
use super::super::saved::store::Tab;
use super::reach::{MOST, Reach, Reached, few_into, filter_into, order_into, reached};
use crate::actor::CompanyScope;
use crate::ask;
use crate::backend::database::{Column, Dialect, Part, Sql, Tx, from_json};
use crate::error::{Result, internal};
use crate::language::Language;

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
    pub stage_since: i64,
    /// When somebody last talked with it; 0: never that is known.
    pub contact_at: i64,
    pub stalled_at: Option<i64>,
}

pub(super) const COLUMNS: &[Column] = &[
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
    Column::Plain("stage_since"),
    Column::Plain("contact_at"),
    Column::Plain("stalled_at"),
];
const TERM_COLUMNS: &[Column] = &[Column::Id("company_id"), Column::Plain("kind"), Column::Plain("value")];

/// How the companies of a list are found.
pub(super) enum Looked<'a> {
    /// They were found before.
    Found(&'a [Uuid]),
    /// They are found first, by the dialect's index of words where they are asked for by words, and put in order then.
    Few(Dialect),
    /// One goes along the order.
    Many,
}

impl Looked<'_> {
    fn within(tx: &Tx, reach: Reach) -> Self {
        match reach {
            Reach::Few => Self::Few(Dialect::of_tx(tx)),
            Reach::Many => Self::Many,
        }
    }
}

/// The statement of a list in its order, without a limit.
pub(super) fn list_statement(
    filter: &CompanyFilter,
    scope: &CompanyScope,
    language: Language,
    looked: Looked<'_>,
) -> Sql {
    let mut sql = if *scope == CompanyScope::Names {
        Sql::new(
            "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, '' AS stage, NULL AS manager,
                    0 AS products, 0 AS changed_at, '' AS city, '' AS website, '' AS tier, 0 AS stage_since, 0 AS contact_at,
                    NULL AS stalled_at FROM ",
        )
    } else {
        Sql::new(
            "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, c.stage, a.name AS manager,
                    c.product_count AS products, c.changed_at, c.city, c.website, coalesce(c.tier, '') AS tier,
                    c.stage_since, c.contact_at, c.stalled_at FROM ",
        )
    };
    if let Looked::Few(dialect) = looked {
        sql.push("(SELECT c.id FROM companies c WHERE 1 = 1");
        few_into(&mut sql, filter, scope, dialect);
        // SQLite joins in this order.
        sql.push(" LIMIT ").number_literal(MOST).push(") f CROSS JOIN ");
    }
    sql.push("companies c");
    if *scope != CompanyScope::Names {
        sql.push(" LEFT JOIN accounts a ON a.id = c.manager_id");
    }
    match looked {
        Looked::Found(ids) => {
            // Who asks may have lost the sight of some since they were found.
            sql.push(" WHERE ").bind_in("c.id", ids);
            filter_into(&mut sql, filter, scope, Reach::Many);
        }
        Looked::Few(_) => {
            sql.push(" WHERE c.id = f.id");
        }
        Looked::Many => {
            sql.push(" WHERE 1 = 1");
            filter_into(&mut sql, filter, scope, Reach::Many);
        }
    }
    order_into(&mut sql, filter, language);
    sql
}

/// All companies that a filter finds for this person, looked for as far as it reaches: the same ones that the pages of the
/// list have.
pub async fn list(
    tx: &mut Tx,
    filter: &CompanyFilter,
    scope: &CompanyScope,
    language: Language,
    reach: Reach,
) -> Result<Vec<CompanyLine>> {
    let looked = Looked::within(tx, reach);
    list_statement(filter, scope, language, looked).json(tx, COLUMNS).await
}

/// The terms of all companies that a filter finds for this person, for exports.
pub async fn terms(tx: &mut Tx, filter: &CompanyFilter, scope: &CompanyScope, reach: Reach) -> Result<Terms> {
    let mut sql = Sql::new(
        "SELECT t.company_id, t.kind, t.value FROM company_terms t JOIN companies c ON c.id = t.company_id WHERE 1 = 1",
    );
    match reach {
        Reach::Few => few_into(&mut sql, filter, scope, Dialect::of_tx(tx)),
        Reach::Many => filter_into(&mut sql, filter, scope, Reach::Few),
    }
    sql.push(" ORDER BY t.company_id, t.kind, t.position");
    Ok(by_company(sql.json(tx, TERM_COLUMNS).await?))
}

/// What each company has several of.
pub type Terms = HashMap<Uuid, Vec<(TermKind, String)>>;

fn by_company(rows: Vec<(Uuid, String, String)>) -> Terms {
    let mut terms = Terms::new();
    for (company, kind, value) in rows {
        if let Some(kind) = TermKind::from_code(&kind) {
            terms.entry(company).or_default().push((kind, value));
        }
    }
    terms
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
    /// The saved views that this person can choose.
    pub tabs: Vec<Tab>,
    /// Areas and tags, if they have a column.
    pub terms: Terms,
}

impl ListPage {
    /// What is read for a page of the list; [`ListPage::from_json`] takes the answers. `tabs` are the saved views.
    pub fn parts(
        filter: &CompanyFilter,
        scope: &CompanyScope,
        language: Language,
        reached: &Reached,
        (limit, offset): (i64, i64),
        tabs: Part,
    ) -> Vec<Part> {
        let list = match &reached.page {
            Some(page) => list_statement(filter, scope, language, Looked::Found(page)),
            None => {
                let mut list = list_statement(filter, scope, language, Looked::Many);
                list.limit(limit, offset);
                list
            }
        };
        let terms = filter.columns().iter().any(|column| column.is_terms()).then(|| {
            let mut sql = Sql::new("SELECT t.company_id, t.kind, t.value FROM (");
            sql.add(&list).push(
                ") l JOIN company_terms t ON t.company_id = l.id WHERE t.kind IN ('area', 'tag')
                 ORDER BY t.company_id, t.kind, t.position",
            );
            (sql, TERM_COLUMNS)
        });
        let (countries, managers) = choices_parts();
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
        [(list, COLUMNS), (count, COUNT), countries, managers, tabs].into_iter().chain(terms).collect()
    }

    pub fn from_json(found: &[String]) -> Result<Self> {
        let [companies, count, countries, managers, tabs, terms @ ..] = found else {
            return Err(internal("a list from the database", &"not the parts asked for"));
        };
        let count: Vec<(i64,)> = from_json(count)?;
        let countries: Vec<(String,)> = from_json(countries)?;
        Ok(Self {
            companies: from_json(companies)?,
            count: count.first().map_or(0, |(count,)| *count),
            countries: countries.into_iter().map(|(code,)| code).collect(),
            managers: from_json(managers)?,
            tabs: from_json(tabs)?,
            terms: terms.first().map(|terms| from_json(terms)).transpose()?.map(by_company).unwrap_or_default(),
        })
    }
}

pub(super) const COUNT: &[Column] = &[Column::Plain("number")];

/// What the filters offer: the countries that companies are in, and who can be an account manager.
pub(super) fn choices_parts() -> (Part, Part) {
    // One look at the index for each country there is, rather than one for each company.
    let countries = Sql::new(
        "SELECT n.code AS country FROM countries n
         WHERE EXISTS (SELECT 1 FROM companies c WHERE c.country = n.code AND c.archived_at IS NULL)",
    );
    let managers = Sql::new(
        "SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff') AND erased_at IS NULL ORDER BY name, id",
    );
    ((countries, &[Column::Plain("country")]), (managers, &[Column::Id("id"), Column::Plain("name")]))
}

pub(super) fn count_statement(filter: &CompanyFilter, scope: &CompanyScope) -> Sql {
    let mut sql = Sql::new("SELECT count(*) AS number FROM companies c WHERE 1 = 1");
    filter_into(&mut sql, filter, scope, Reach::Few);
    sql
}

/// How many companies a filter finds for this person, all of them counted.
pub async fn count(tx: &mut Tx, filter: &CompanyFilter, scope: &CompanyScope) -> Result<i64> {
    count_statement(filter, scope).number(tx).await
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

/// The first companies of a list in its order, and how many it has, for who sees everything.
pub async fn first(
    tx: &mut Tx,
    filter: &CompanyFilter,
    language: Language,
    most: i64,
) -> Result<(Vec<CompanyLine>, i64)> {
    let scope = &CompanyScope::All;
    let reached = reached(tx, filter, scope).await?;
    let mut list = list_statement(filter, scope, language, Looked::within(tx, reached.reach));
    list.limit(most, 0);
    let lines = list.json(tx, COLUMNS).await?;
    let found = match reached.count.filter(|_| reached.reach == Reach::Few) {
        Some(found) => found,
        None => count(tx, filter, scope).await?,
    };
    Ok((lines, found))
}
