//! The list of companies for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::api::export_companies;
use super::filter::CompanyFilter;
use super::model::{Stage, TermKind, Tier, kinds_from};
use crate::account::password::on_blocking_thread;
use crate::backend::context::Visit;
use crate::backend::export::csv;
use crate::backend::sheet::{Column, xlsx};
use crate::country;
use crate::error::Result;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{XLSX, download, error_response};

/// `/companies.csv`: exactly what the list with the same query shows, all pages of it.
pub async fn download_csv(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = CompanyFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    match in_time(file(&visit, &filter)).await {
        Ok(bytes) => download("companies.csv", "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

/// `/companies.xlsx`: the same as a spreadsheet.
pub async fn download_xlsx(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = CompanyFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    let file = async {
        let (head, rows) = table(&visit, &filter).await?;
        let mut columns = [Column::Text; COLUMNS];
        (columns[9], columns[10]) = (Column::Number, Column::Date);
        let title = visit.texts().companies_title();
        on_blocking_thread(move || xlsx(title, head, columns, rows)).await
    };
    match in_time(file).await {
        Ok(bytes) => download("companies.xlsx", XLSX, bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

const COLUMNS: usize = 19;

async fn file(visit: &Visit, filter: &CompanyFilter) -> Result<Vec<u8>> {
    let (head, rows) = table(visit, filter).await?;
    on_blocking_thread(move || csv(head, rows)).await
}

type Row = [String; COLUMNS];

/// The head and the rows.
async fn table(
    visit: &Visit,
    filter: &CompanyFilter,
) -> Result<([&'static str; COLUMNS], impl Iterator<Item = Row> + use<>)> {
    let (companies, mut terms) = export_companies(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let head = [
        t.company_name_en(),
        t.company_name_zh(),
        t.company_name_local(),
        t.company_kinds(),
        t.company_country(),
        t.company_city(),
        t.company_website(),
        t.company_stage(),
        t.company_manager(),
        t.company_products(),
        t.company_changed(),
        t.register_tier(),
        t.register_aliases(),
        t.register_websites(),
        t.register_email_domains(),
        t.register_registrations(),
        t.register_areas(),
        t.register_tags(),
        t.imports_id(),
    ];
    let rows = companies.into_iter().map(move |c| {
        let terms = terms.remove(&c.id).unwrap_or_default();
        let all = |wanted: TermKind| {
            let values = terms.iter().filter(|(kind, _)| *kind == wanted).map(|(_, value)| value.as_str());
            // The first website has a column of its own.
            let values = values.skip(usize::from(wanted == TermKind::Website));
            values.collect::<Vec<_>>().join("; ")
        };
        let kinds: Vec<&str> = kinds_from(&c.kinds).into_iter().map(|kind| t.kind(kind)).collect();
        [
            c.name_en,
            c.name_zh,
            c.name_local,
            kinds.join("; "),
            c.country.map(|code| country::name(&code, language)).unwrap_or_default(),
            c.city,
            c.website,
            Stage::from_code(&c.stage).map_or("", |stage| t.stage(stage)).to_owned(),
            c.manager.unwrap_or_default(),
            c.products.to_string(),
            Timestamp(c.changed_at).iso(),
            Tier::from_code(&c.tier).map_or("", |tier| t.tier(tier)).to_owned(),
            all(TermKind::Alias),
            all(TermKind::Website),
            all(TermKind::EmailDomain),
            all(TermKind::Registration),
            all(TermKind::Area),
            all(TermKind::Tag),
            c.id.to_string(),
        ]
    });
    Ok((head, rows))
}
