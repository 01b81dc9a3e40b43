//! The list of companies for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::api::export_companies;
use super::columns::Column;
use super::filter::CompanyFilter;
use super::model::{Stage, TermKind, Tier, kinds_from};
use super::store::CompanyLine;
use crate::account::password::on_blocking_thread;
use crate::backend::context::Visit;
use crate::backend::export::csv_rows;
use crate::backend::sheet;
use crate::country;
use crate::error::{Result, internal};
use crate::language::{Language, Texts};
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{XLSX, download, error_response};

/// `/companies.csv`: exactly what the list with the same query shows, all pages of it, in the columns that were chosen.
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
        let Table { head, kinds, rows } = table(&visit, &filter).await?;
        let title = visit.texts().companies_title();
        on_blocking_thread(move || {
            sheet::write(title, &head.iter().map(String::as_str).collect::<Vec<_>>(), &kinds, rows)
                .map_err(|error| internal("xlsx", &error))
        })
        .await
    };
    match in_time(file).await {
        Ok(bytes) => download("companies.xlsx", XLSX, bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn file(visit: &Visit, filter: &CompanyFilter) -> Result<Vec<u8>> {
    let Table { head, rows, .. } = table(visit, filter).await?;
    on_blocking_thread(move || csv_rows(&head.iter().map(String::as_str).collect::<Vec<_>>(), rows)).await
}

/// The file: its head, what its columns hold, and its rows.
struct Table<R> {
    head: Vec<String>,
    kinds: Vec<sheet::Column>,
    rows: R,
}

async fn table(visit: &Visit, filter: &CompanyFilter) -> Result<Table<impl Iterator<Item = Vec<String>> + use<>>> {
    let (companies, mut terms) = export_companies(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let columns = columns(filter);
    let head = columns.iter().map(|column| column.head(t)).collect();
    let kinds = columns.iter().map(|column| column.kind()).collect();
    let rows = companies.into_iter().map(move |company| {
        let terms = terms.remove(&company.id).unwrap_or_default();
        columns.iter().map(|column| column.cell(&company, &terms, t, language)).collect()
    });
    Ok(Table { head, kinds, rows })
}

/// A column of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Out {
    NameEn,
    NameZh,
    NameLocal,
    Website,
    Terms(TermKind),
    Of(Column),
    /// By which an import knows the company again.
    Id,
}

/// The names, then the columns that were chosen; where none were, everything there is.
fn columns(filter: &CompanyFilter) -> Vec<Out> {
    let names = [Out::NameEn, Out::NameZh, Out::NameLocal];
    if let Some(chosen) = &filter.columns {
        return names.into_iter().chain(chosen.iter().copied().map(Out::Of)).collect();
    }
    let rest = [
        Out::Of(Column::Kinds),
        Out::Of(Column::Country),
        Out::Of(Column::City),
        Out::Website,
        Out::Of(Column::Stage),
        Out::Of(Column::Manager),
        Out::Of(Column::Products),
        Out::Of(Column::Changed),
        Out::Of(Column::Tier),
        Out::Terms(TermKind::Alias),
        Out::Terms(TermKind::Website),
        Out::Terms(TermKind::EmailDomain),
        Out::Terms(TermKind::Registration),
        Out::Of(Column::Areas),
        Out::Of(Column::Tags),
        Out::Id,
    ];
    names.into_iter().chain(rest).collect()
}

impl Out {
    /// Its head, which names the zone of moments.
    fn head(self, t: &'static Texts) -> String {
        if self.kind() == sheet::Column::Date { t.list_in_zone(self.title(t)) } else { self.title(t).to_owned() }
    }

    fn title(self, t: &'static Texts) -> &'static str {
        match self {
            Self::NameEn => t.company_name_en(),
            Self::NameZh => t.company_name_zh(),
            Self::NameLocal => t.company_name_local(),
            Self::Website => t.company_website(),
            Self::Terms(TermKind::Alias) => t.register_aliases(),
            Self::Terms(TermKind::Website) => t.register_websites(),
            Self::Terms(TermKind::EmailDomain) => t.register_email_domains(),
            Self::Terms(TermKind::Registration) => t.register_registrations(),
            Self::Terms(TermKind::Area) => t.register_areas(),
            Self::Terms(TermKind::Tag) => t.register_tags(),
            Self::Of(column) => column.title(t),
            Self::Id => t.imports_id(),
        }
    }

    /// What a spreadsheet takes it for.
    fn kind(self) -> sheet::Column {
        match self {
            Self::Of(Column::Products) => sheet::Column::Number,
            Self::Of(Column::Changed | Column::StageSince | Column::Contact) => sheet::Column::Date,
            _ => sheet::Column::Text,
        }
    }

    fn cell(self, c: &CompanyLine, terms: &[(TermKind, String)], t: &'static Texts, language: Language) -> String {
        let all = |wanted: TermKind| {
            let values = terms.iter().filter(|(kind, _)| *kind == wanted).map(|(_, value)| value.as_str());
            // The first website has a column of its own.
            let values = values.skip(usize::from(wanted == TermKind::Website));
            values.collect::<Vec<_>>().join("; ")
        };
        let moment = |at: i64| if at > 0 { Timestamp(at).in_table() } else { String::new() };
        match self {
            Self::NameEn => c.name_en.clone(),
            Self::NameZh => c.name_zh.clone(),
            Self::NameLocal => c.name_local.clone(),
            Self::Website => c.website.clone(),
            Self::Terms(kind) => all(kind),
            Self::Id => c.id.to_string(),
            Self::Of(column) => match column {
                Column::Kinds => {
                    kinds_from(&c.kinds).into_iter().map(|kind| t.kind(kind)).collect::<Vec<_>>().join("; ")
                }
                Column::Country => c.country.as_deref().map(|code| country::name(code, language)).unwrap_or_default(),
                Column::City => c.city.clone(),
                Column::Stage => Stage::from_code(&c.stage).map_or("", |stage| t.stage(stage)).to_owned(),
                Column::StageSince => moment(c.stage_since),
                Column::Tier => Tier::from_code(&c.tier).map_or("", |tier| t.tier(tier)).to_owned(),
                Column::Manager => c.manager.clone().unwrap_or_default(),
                Column::Areas => all(TermKind::Area),
                Column::Tags => all(TermKind::Tag),
                Column::Products => c.products.to_string(),
                Column::Contact => moment(c.contact_at),
                Column::Changed => moment(c.changed_at),
            },
        }
    }
}
