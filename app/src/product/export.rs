//! The list of products for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::api::export_products;
use super::filter::ProductFilter;
use super::model::Category;
use crate::backend::context::Visit;
use crate::backend::export::csv;
use crate::error::Result;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{download, error_response};

/// `/products.csv`: exactly what the list with the same query shows, all pages of it.
pub async fn download_csv(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = ProductFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    match in_time(file(&visit, &filter)).await {
        Ok(bytes) => download("products.csv", "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn file(visit: &Visit, filter: &ProductFilter) -> Result<Vec<u8>> {
    let products = export_products(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let head = [
        t.company_name_en(),
        t.company_name_zh(),
        t.product_generic_name(),
        t.product_category(),
        t.product_company(),
        t.product_atc(),
        t.product_areas(),
        t.product_approvals(),
        t.approval_designations(),
        &t.list_in_zone(t.company_changed()),
    ];
    csv(
        head,
        products.into_iter().map(|p| {
            let statuses: Vec<String> =
                p.statuses().into_iter().map(|(agency, status)| format!("{agency}: {}", t.status(status))).collect();
            let designations: Vec<&str> = p.designations().into_iter().map(|d| t.designation(d)).collect();
            let company = p.company_en.as_deref().zip(p.company_zh.as_deref());
            [
                p.name_en.clone(),
                p.name_zh.clone(),
                p.generic_name.clone(),
                Category::from_code(&p.category).map_or("", |c| t.category(c)).to_owned(),
                company.map(|(en, zh)| language.prefer(en, zh).to_owned()).unwrap_or_default(),
                p.atc.clone(),
                p.therapeutic_areas.trim_matches(';').replace(';', "; "),
                statuses.join("; "),
                designations.join("; "),
                Timestamp(p.changed_at).in_table(),
            ]
        }),
    )
}
