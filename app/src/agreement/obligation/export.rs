//! The list of obligations for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::filter::ObligationFilter;
use super::model::days_late;
use super::read::export_obligations;
use super::store::ObligationLine;
use crate::backend::context::Visit;
use crate::backend::export::csv;
use crate::error::Result;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{download, error_response};

/// `/obligations.csv`: exactly what the list with the same query shows, all pages of it.
pub async fn download_csv(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = ObligationFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    match in_time(file(&visit, &filter)).await {
        Ok(bytes) => download("obligations.csv", "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn file(visit: &Visit, filter: &ObligationFilter) -> Result<Vec<u8>> {
    let (lines, sides, calendar, now) = export_obligations(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let head = [
        t.agreement_number(),
        t.obligation_one(),
        t.obligation_clause(),
        t.obligation_text_en(),
        t.obligation_text_zh(),
        t.obligation_owes(),
        t.obligation_benefits(),
        t.obligation_due_on(),
        t.obligation_state(),
        t.obligation_days_late(),
    ];
    csv(
        head,
        lines.into_iter().map(|line| {
            let of = sides.get(&line.id).map(Vec::as_slice).unwrap_or_default();
            let names = |owes: bool| {
                let named = of.iter().filter(|side| if owes { side.owes } else { side.benefits });
                named.map(|side| language.prefer(&side.name_en, &side.name_zh)).collect::<Vec<_>>().join("; ")
            };
            let late = if line.is_overdue(now) {
                days_late(&line.last_on, &line.zone, &calendar, now).to_string()
            } else {
                String::new()
            };
            let (owes, benefits) = (names(true), names(false));
            let state = t.obligation_state_of(line.state()).to_owned();
            let ObligationLine { agreement, number, clause, text_en, text_zh, due_on, .. } = line;
            [agreement, number.to_string(), clause, text_en, text_zh, owes, benefits, due_on, state, late]
        }),
    )
}
