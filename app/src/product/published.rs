//! Products as an agency publishes them: what an import compares its table with.

use serde::Deserialize;
use uuid::Uuid;

use super::model::{Approval, Category, Designation, Facts, Status};
use super::store::areas_from;
use crate::backend::database::{Column, Sql, Tx};
use crate::error::Result;

/// A product with the one approval that an agency's table speaks of.
#[derive(Clone, Debug)]
pub struct Published {
    pub id: Uuid,
    pub facts: Facts,
    pub approval: Approval,
}

#[derive(Deserialize)]
struct PublishedRow {
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
    number: String,
    status: String,
    decided_on: Option<String>,
    authorised_on: Option<String>,
    designations: String,
    holder: String,
    url: String,
}

const PUBLISHED_COLUMNS: &[Column] = &[
    Column::Id("id"),
    Column::Id("company_id"),
    Column::Plain("name_en"),
    Column::Plain("name_zh"),
    Column::Plain("generic_name"),
    Column::Plain("active_substance"),
    Column::Plain("category"),
    Column::Plain("atc"),
    Column::Plain("pharmacotherapeutic_group"),
    Column::Plain("therapeutic_areas"),
    Column::Plain("indication"),
    Column::Plain("number"),
    Column::Plain("status"),
    Column::Plain("decided_on"),
    Column::Plain("authorised_on"),
    Column::Plain("designations"),
    Column::Plain("holder"),
    Column::Plain("url"),
];

/// Every product that an agency numbers.
pub async fn published(tx: &mut Tx, agency: &str) -> Result<Vec<Published>> {
    let mut sql = Sql::new(
        "SELECT p.id, p.company_id, p.name_en, p.name_zh, p.generic_name, p.active_substance, p.category, p.atc,
                p.pharmacotherapeutic_group, p.therapeutic_areas, p.indication,
                a.number, a.status, a.decided_on, a.authorised_on, a.designations, a.holder, a.url
         FROM approvals a JOIN products p ON p.id = a.product_id",
    );
    sql.bind(" WHERE a.agency = ? AND a.number <> ''", agency);
    let rows: Vec<PublishedRow> = sql.json(tx, PUBLISHED_COLUMNS).await?;
    Ok(rows
        .into_iter()
        .map(|row| Published {
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
            approval: Approval {
                agency: agency.to_owned(),
                number: row.number,
                status: Status::from_key(&row.status).unwrap_or(Status::Authorised),
                decided_on: row.decided_on,
                authorised_on: row.authorised_on,
                designations: row.designations.split_whitespace().filter_map(Designation::from_key).collect(),
                holder: row.holder,
                url: row.url,
            },
        })
        .collect())
}
