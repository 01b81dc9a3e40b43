//! The list of interactions for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::api::export_interactions;
use super::filter::InteractionFilter;
use super::model::Kind;
use super::store::Named;
use crate::backend::context::Visit;
use crate::backend::export::csv;
use crate::error::Result;
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{download, error_response};

/// `/interactions.csv`: exactly what the list with the same query shows, all pages of it.
pub async fn download_csv(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = InteractionFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    match in_time(file(&visit, &filter)).await {
        Ok(bytes) => download("interactions.csv", "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn file(visit: &Visit, filter: &InteractionFilter) -> Result<Vec<u8>> {
    let found = export_interactions(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let head = [
        &t.list_in_zone(t.interaction_at()),
        t.interaction_kind(),
        t.interaction_companies(),
        t.interaction_people(),
        t.interaction_colleagues(),
        t.interaction_others(),
        t.interaction_summary(),
        t.interaction_recorded_by(),
    ];
    let names = |named: &Named, id| {
        let all = named.get(&id).into_iter().flatten();
        all.map(|(_, en, zh)| shown_name(language.prefer(en, zh), t)).collect::<Vec<_>>().join("; ")
    };
    csv(
        head,
        found.lines.iter().map(|line| {
            [
                Timestamp(line.at).in_table(),
                Kind::from_code(&line.kind).map_or("", |kind| t.interaction_kind_of(kind)).to_owned(),
                names(&found.companies, line.id),
                names(&found.people, line.id),
                names(&found.colleagues, line.id),
                line.others.clone(),
                line.summary.clone(),
                shown_name(&line.recorded_by, t),
            ]
        }),
    )
}
