//! Where products and their approvals are kept.

use std::collections::HashMap;

use serde::Deserialize;
use uuid::Uuid;

use super::filter::{Holder, ProductFilter, Sort};
use super::model::{Approval, Category, Designation, Facts, Product, Status, designation_words};
use crate::backend::clock;
use crate::backend::database::{Column, Dialect, Sql, Tx, containing};
use crate::backend::fold::{fold, search_text, sort_key};
use crate::error::Result;
use crate::language::Language;
use crate::search::Scope;
use crate::search::store::Hit;
use crate::search::words::Asked;
use crate::time::Timestamp;
use crate::{ask, on, search};

fn areas_text(areas: &[String]) -> String {
    if areas.is_empty() { String::new() } else { format!(";{};", areas.join(";")) }
}

pub(super) fn areas_from(text: &str) -> Vec<String> {
    text.split(';').filter(|area| !area.is_empty()).map(str::to_owned).collect()
}

/// What a list's search looks into: names, substance, codes, areas and the numbers of approvals.
fn searched(facts: &Facts, numbers: &[&str]) -> String {
    let mut texts =
        vec![facts.name_en.as_str(), &facts.name_zh, &facts.generic_name, &facts.active_substance, &facts.atc];
    texts.extend(facts.therapeutic_areas.iter().map(String::as_str));
    texts.extend(numbers);
    search_text(texts)
}

pub async fn insert(tx: &mut Tx, id: Uuid, facts: &Facts, approvals: &[Approval], now: Timestamp) -> Result<()> {
    let numbers: Vec<&str> = approvals.iter().map(|approval| approval.number.as_str()).collect();
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO products
             (id, company_id, name_en, name_zh, generic_name, active_substance, category, atc,
              pharmacotherapeutic_group, therapeutic_areas, indication, search_text, sort_en, sort_zh,
              created_at, changed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, 1)"
    )
    .bind(id)
    .bind(facts.company)
    .bind(&facts.name_en)
    .bind(&facts.name_zh)
    .bind(&facts.generic_name)
    .bind(&facts.active_substance)
    .bind(facts.category.code())
    .bind(&facts.atc)
    .bind(&facts.pharmacotherapeutic_group)
    .bind(areas_text(&facts.therapeutic_areas))
    .bind(&facts.indication)
    .bind(searched(facts, &numbers))
    .bind(sort_key(Language::En.prefer(&facts.name_en, &facts.name_zh)))
    .bind(sort_key(Language::Zh.prefer(&facts.name_en, &facts.name_zh)))
    .bind(now.0)
    .execute(c)
    .await)?;
    for approval in approvals {
        insert_approval(tx, id, approval).await?;
    }
    search::note(tx, search::Kind::Product, id);
    Ok(())
}

async fn insert_approval(tx: &mut Tx, product: Uuid, approval: &Approval) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO approvals
             (id, product_id, agency, number, status, decided_on, authorised_on, designations, holder, url)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(clock::new_id())
    .bind(product)
    .bind(&approval.agency)
    .bind(&approval.number)
    .bind(approval.status.as_str())
    .bind(&approval.decided_on)
    .bind(&approval.authorised_on)
    .bind(format!(" {} ", designation_words(&approval.designations)))
    .bind(&approval.holder)
    .bind(&approval.url)
    .execute(c)
    .await)?;
    Ok(())
}

/// Replaces a product's facts and the approval with the same agency and number.
pub async fn update(tx: &mut Tx, id: Uuid, facts: &Facts, approval: &Approval, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE products SET company_id = $1, name_en = $2, name_zh = $3, generic_name = $4, active_substance = $5,
                category = $6, atc = $7, pharmacotherapeutic_group = $8, therapeutic_areas = $9, indication = $10,
                search_text = $11, sort_en = $12, sort_zh = $13, changed_at = $14, version = version + 1
         WHERE id = $15"
    )
    .bind(facts.company)
    .bind(&facts.name_en)
    .bind(&facts.name_zh)
    .bind(&facts.generic_name)
    .bind(&facts.active_substance)
    .bind(facts.category.code())
    .bind(&facts.atc)
    .bind(&facts.pharmacotherapeutic_group)
    .bind(areas_text(&facts.therapeutic_areas))
    .bind(&facts.indication)
    .bind(searched(facts, &[&approval.number]))
    .bind(sort_key(Language::En.prefer(&facts.name_en, &facts.name_zh)))
    .bind(sort_key(Language::Zh.prefer(&facts.name_en, &facts.name_zh)))
    .bind(now.0)
    .bind(id)
    .execute(c)
    .await)?;
    search::note(tx, search::Kind::Product, id);
    on!(tx, |c| {
        sqlx::query(
        "UPDATE approvals SET status = $1, decided_on = $2, authorised_on = $3, designations = $4, holder = $5, url = $6
         WHERE agency = $7 AND number = $8"
    )
    .bind(approval.status.as_str())
    .bind(&approval.decided_on)
    .bind(&approval.authorised_on)
    .bind(format!(" {} ", designation_words(&approval.designations)))
    .bind(&approval.holder)
    .bind(&approval.url)
    .bind(&approval.agency)
    .bind(&approval.number)
    .execute(c)
    .await
    })?;
    Ok(())
}

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

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    company_id: Option<Uuid>,
    name_en: String,
    name_zh: String,
    generic_name: String,
    active_substance: String,
    category: String,
    atc: String,
    pharmacotherapeutic_group: String,
    therapeutic_areas: String,
    indication: String,
    company_en: Option<String>,
    company_zh: Option<String>,
    created_at: i64,
    changed_at: i64,
}

#[derive(sqlx::FromRow)]
struct ApprovalRow {
    agency: String,
    number: String,
    status: String,
    decided_on: Option<String>,
    authorised_on: Option<String>,
    designations: String,
    holder: String,
    url: String,
}

/// The product with its approvals, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Product>> {
    let row: Option<Row> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT p.id, p.company_id, p.name_en, p.name_zh, p.generic_name, p.active_substance, p.category, p.atc,
                p.pharmacotherapeutic_group, p.therapeutic_areas, p.indication,
                c.name_en AS company_en, c.name_zh AS company_zh, p.created_at, p.changed_at
         FROM products p LEFT JOIN companies c ON c.id = p.company_id WHERE p.id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    let Some(row) = row else { return Ok(None) };
    let approvals: Vec<ApprovalRow> = ask!(tx, |c| sqlx::query_as(
        "SELECT agency, number, status, decided_on, authorised_on, designations, holder, url
         FROM approvals WHERE product_id = $1 ORDER BY agency, id"
    )
    .bind(id)
    .fetch_all(c)
    .await)?;
    Ok(Some(Product {
        id: row.id,
        facts: Facts {
            company: row.company_id,
            name_en: row.name_en,
            name_zh: row.name_zh,
            generic_name: row.generic_name,
            active_substance: row.active_substance,
            category: Category::from_code(&row.category).unwrap_or(Category::Drug),
            atc: row.atc,
            pharmacotherapeutic_group: row.pharmacotherapeutic_group,
            therapeutic_areas: areas_from(&row.therapeutic_areas),
            indication: row.indication,
        },
        company_names: row.company_en.zip(row.company_zh),
        approvals: approvals
            .into_iter()
            .map(|row| Approval {
                agency: row.agency,
                number: row.number,
                status: Status::from_key(&row.status).unwrap_or(Status::Authorised),
                decided_on: row.decided_on,
                authorised_on: row.authorised_on,
                designations: row.designations.split_whitespace().filter_map(Designation::from_key).collect(),
                holder: row.holder,
                url: row.url,
            })
            .collect(),
        created_at: Timestamp(row.created_at),
        changed_at: Timestamp(row.changed_at),
    }))
}

/// The products of exactly this name in either language: the first two.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Vec<Uuid>> {
    let folded = fold(name);
    let rows: Vec<(Uuid, String, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT id, name_en, name_zh FROM products WHERE sort_en = $1 OR sort_zh = $1 ORDER BY id LIMIT 50"
    )
    .bind(sort_key(name))
    .fetch_all(c)
    .await)?;
    let alike = rows.into_iter().filter(|(_, en, zh)| fold(en) == folded || fold(zh) == folded);
    Ok(alike.map(|(id, ..)| id).take(2).collect())
}

/// The products that the search finds for what somebody is typing, for who sees the catalogue; the best first.
pub async fn suggested(tx: &mut Tx, language: Language, typed: &str) -> Result<Vec<Hit>> {
    const SUGGESTED: i64 = 12;
    let asked = Asked::new(typed);
    if asked.terms.is_empty() {
        return Ok(Vec::new());
    }
    let kind = search::Kind::Product;
    let (sql, columns) =
        search::store::part(Dialect::of_tx(tx), kind, &Scope::All, &asked, (language, ""), (SUGGESTED, 0));
    sql.json(tx, columns).await
}

/// Products of some companies, by name: id, English and Chinese name.
pub async fn of_companies(
    tx: &mut Tx,
    companies: &[Uuid],
    language: Language,
    most: i64,
) -> Result<Vec<(Uuid, String, String)>> {
    let mut sql = Sql::new("SELECT p.id, p.name_en, p.name_zh FROM products p WHERE ");
    sql.bind_in("p.company_id", companies);
    sql.push(if language == Language::En { " ORDER BY p.sort_en, p.id" } else { " ORDER BY p.sort_zh, p.id" });
    sql.limit(most, 0);
    sql.rows(tx).await
}

/// Of some companies those with a product that the national agency has approved, and that product with the approval's number:
/// what makes them partners where no agreement does.
pub async fn approved_among(tx: &mut Tx, companies: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut sql = Sql::new(
        "SELECT p.company_id, p.name_en, p.name_zh, a.number FROM products p JOIN approvals a ON a.product_id = p.id
         WHERE a.agency = 'NMPA' AND a.status = 'authorised' AND ",
    );
    sql.bind_in("p.company_id", companies).push(" ORDER BY p.sort_en DESC, p.id DESC, a.number");
    let rows: Vec<(Uuid, String, String, String)> = sql.rows(tx).await?;
    let text = |en: &str, zh: &str, number: &str| {
        let approval = if number.is_empty() { "NMPA".to_owned() } else { format!("NMPA {number}") };
        format!("{approval} · {}", Language::En.prefer(en, zh))
    };
    Ok(rows.into_iter().map(|(company, en, zh, number)| (company, text(&en, &zh, &number))).collect())
}
