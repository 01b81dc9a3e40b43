//! Where products and their approvals are kept.

mod list;
mod named;

use uuid::Uuid;

use super::model::{Approval, Category, Designation, Facts, Product, Status, designation_words};
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::backend::fold::{search_text, sort_key};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

pub use self::list::*;
pub use self::named::*;

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
