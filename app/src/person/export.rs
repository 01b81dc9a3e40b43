//! The list of people for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::api::export_people;
use super::events::language_name;
use super::filter::PersonFilter;
use crate::account::password::on_blocking_thread;
use crate::backend::context::Visit;
use crate::backend::export::csv;
use crate::backend::sheet::{Column, xlsx};
use crate::country;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{XLSX, download, error_response};

/// `/people.csv`: exactly what the list with the same query shows, all pages of it.
pub async fn download_csv(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = PersonFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    match in_time(file(&visit, &filter)).await {
        Ok(bytes) => download("people.csv", "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

/// `/people.xlsx`: the same as a spreadsheet.
pub async fn download_xlsx(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = PersonFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    let file = async {
        let (head, rows) = table(&visit, &filter).await?;
        let mut columns = [Column::Text; COLUMNS];
        columns[10] = Column::Date;
        let title = visit.texts().person_people();
        on_blocking_thread(move || xlsx(title, head.each_ref().map(String::as_str), columns, rows)).await
    };
    match in_time(file).await {
        Ok(bytes) => download("people.xlsx", XLSX, bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

const COLUMNS: usize = 12;

async fn file(visit: &Visit, filter: &PersonFilter) -> Result<Vec<u8>> {
    let (head, rows) = table(visit, filter).await?;
    on_blocking_thread(move || csv(head.each_ref().map(String::as_str), rows)).await
}

type Row = [String; COLUMNS];

/// The head and the rows.
async fn table(visit: &Visit, filter: &PersonFilter) -> Result<([String; COLUMNS], impl Iterator<Item = Row> + use<>)> {
    let people = export_people(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let head = [
        t.person_name(),
        t.company_name_zh(),
        t.person_title(),
        t.person_title_zh(),
        t.product_company(),
        t.company_country(),
        t.person_email(),
        t.person_phone(),
        t.person_wechat(),
        t.person_language(),
        &t.list_in_zone(t.company_changed()),
        t.imports_id(),
    ]
    .map(str::to_owned);
    let rows = people.into_iter().map(move |p| {
        let company = |en: Option<String>, zh: Option<String>| {
            language.prefer(&en.unwrap_or_default(), &zh.unwrap_or_default()).to_owned()
        };
        [
            p.name,
            p.name_zh,
            p.title.unwrap_or_default(),
            p.title_zh.unwrap_or_default(),
            company(p.company_en, p.company_zh),
            p.country.map(|code| country::name(&code, language)).unwrap_or_default(),
            p.email,
            p.phone,
            p.wechat,
            Language::from_code(&p.language).map_or("", language_name).to_owned(),
            Timestamp(p.changed_at).in_table(),
            p.id.to_string(),
        ]
    });
    Ok((head, rows))
}
