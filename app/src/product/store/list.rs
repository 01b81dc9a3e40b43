//! Products as lists show them, and the few of a company.

use serde::Deserialize;
use uuid::Uuid;

use super::super::filter::{Holder, ProductFilter, Sort};
use super::super::model::{Designation, Status};
use crate::ask;
use crate::backend::database::{Column, Sql, Tx, containing};
use crate::backend::fold::fold;
use crate::error::Result;
use crate::language::Language;

/// A line of the list.
#[derive(Clone, Debug, Deserialize)]
pub struct ProductLine {
    pub id: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub generic_name: String,
    pub category: String,
    pub atc: String,
    pub therapeutic_areas: String,
    pub company_id: Option<Uuid>,
    pub company_en: Option<String>,
    pub company_zh: Option<String>,
    /// `EMA:authorised FDA:authorised`
    pub approvals: Option<String>,
    pub designations: Option<String>,
    pub changed_at: i64,
}

impl ProductLine {
    /// Agency and status of each approval.
    pub fn statuses(&self) -> Vec<(&str, Status)> {
        self.approvals
            .as_deref()
            .unwrap_or_default()
            .split_whitespace()
            .filter_map(|item| {
                let (agency, status) = item.split_once(':')?;
                Some((agency, Status::from_key(status)?))
            })
            .collect()
    }

    pub fn designations(&self) -> Vec<Designation> {
        let mut all: Vec<Designation> = Vec::new();
        for designation in
            self.designations.as_deref().unwrap_or_default().split_whitespace().filter_map(Designation::from_key)
        {
            if !all.contains(&designation) {
                all.push(designation);
            }
        }
        all
    }
}

const LINE: &str =
    "SELECT p.id, p.name_en, p.name_zh, p.generic_name, p.category, p.atc, p.therapeutic_areas, p.company_id,
        c.name_en AS company_en, c.name_zh AS company_zh,
        (SELECT string_agg(a.agency || ':' || a.status, ' ') FROM approvals a WHERE a.product_id = p.id) AS approvals,
        (SELECT string_agg(a.designations, ' ') FROM approvals a WHERE a.product_id = p.id) AS designations,
        p.changed_at
     FROM products p LEFT JOIN companies c ON c.id = p.company_id";

const LINE_COLUMNS: &[Column] = &[
    Column::Id("id"),
    Column::Plain("name_en"),
    Column::Plain("name_zh"),
    Column::Plain("generic_name"),
    Column::Plain("category"),
    Column::Plain("atc"),
    Column::Plain("therapeutic_areas"),
    Column::Id("company_id"),
    Column::Plain("company_en"),
    Column::Plain("company_zh"),
    Column::Plain("approvals"),
    Column::Plain("designations"),
    Column::Plain("changed_at"),
];

fn filter_into(sql: &mut Sql, filter: &ProductFilter) {
    sql.push(" WHERE 1 = 1");
    for word in fold(&filter.search).split_whitespace().take(8) {
        sql.bind(r" AND p.search_text LIKE ? ESCAPE '\'", containing(word));
    }
    if let Some(category) = filter.category {
        sql.bind(" AND p.category = ?", category.code());
    }
    if !filter.area.is_empty() {
        let pattern = containing(&format!(";{};", filter.area));
        sql.bind(r" AND p.therapeutic_areas LIKE ? ESCAPE '\'", pattern);
    }
    match filter.holder {
        Some(Holder::Nobody) => sql.push(" AND p.company_id IS NULL"),
        Some(Holder::Company(id)) => sql.bind(" AND p.company_id = ?", id),
        None => sql,
    };
    if !filter.agency.is_empty() || filter.status.is_some() || filter.designation.is_some() {
        sql.push(" AND EXISTS (SELECT 1 FROM approvals a WHERE a.product_id = p.id");
        if !filter.agency.is_empty() {
            sql.bind(" AND a.agency = ?", filter.agency.clone());
        }
        if let Some(status) = filter.status {
            sql.bind(" AND a.status = ?", status.as_str());
        }
        if let Some(designation) = filter.designation {
            sql.bind(" AND a.designations LIKE ?", format!("% {} %", designation.as_str()));
        }
        sql.push(")");
    }
}

/// The products of one page of a list, or with `limit` -1 all of them.
pub async fn list(
    tx: &mut Tx,
    filter: &ProductFilter,
    language: Language,
    limit: i64,
    offset: i64,
) -> Result<Vec<ProductLine>> {
    let mut sql = Sql::new(LINE);
    filter_into(&mut sql, filter);
    sql.push(" ORDER BY ");
    match (filter.sort, language) {
        (Sort::Name, _) => &mut sql,
        (Sort::GenericName, _) => sql.push("lower(p.generic_name)"),
        (Sort::Company, Language::En) => sql.push("coalesce(c.sort_en, '~')"),
        (Sort::Company, Language::Zh) => sql.push("coalesce(c.sort_zh, '~')"),
        (Sort::Atc, _) => sql.push("CASE WHEN p.atc = '' THEN '~' ELSE p.atc END"),
        (Sort::Changed, _) => sql.push("p.changed_at"),
    };
    if filter.sort != Sort::Name {
        sql.push(if filter.descending { " DESC, " } else { ", " });
    }
    sql.push(match language {
        Language::En => "p.sort_en",
        Language::Zh => "p.sort_zh",
    });
    let backwards = filter.descending && filter.sort == Sort::Name;
    sql.push(if backwards { " DESC, p.id DESC" } else { ", p.id" });
    if limit >= 0 {
        sql.limit(limit, offset);
    }
    sql.json(tx, LINE_COLUMNS).await
}

pub async fn count(tx: &mut Tx, filter: &ProductFilter) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM products p");
    filter_into(&mut sql, filter);
    sql.number(tx).await
}

/// The first products of a company, and how many it has.
pub async fn of_company(tx: &mut Tx, company: Uuid, language: Language, limit: i64) -> Result<(Vec<ProductLine>, i64)> {
    let filter = ProductFilter { holder: Some(Holder::Company(company)), ..ProductFilter::default() };
    Ok((list(tx, &filter, language, limit, 0).await?, count(tx, &filter).await?))
}

/// The agencies whose decisions are recorded.
pub async fn agencies(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT DISTINCT agency FROM approvals ORDER BY agency").fetch_all(c).await)?)
}
