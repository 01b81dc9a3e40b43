//! The list of agreements for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::filter::AgreementFilter;
use super::model::{Kind, Renewal};
use super::read::export_agreements;
use crate::backend::context::Visit;
use crate::backend::export::csv;
use crate::error::Result;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{download, error_response};

/// `/agreements.csv`: exactly what the list with the same query shows, all pages of it.
pub async fn download_csv(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = AgreementFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    match in_time(file(&visit, &filter)).await {
        Ok(bytes) => download("agreements.csv", "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn file(visit: &Visit, filter: &AgreementFilter) -> Result<Vec<u8>> {
    let (agreements, parties, now) = export_agreements(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let head = [
        t.agreement_number(),
        t.agreement_kind(),
        t.agreement_title_en(),
        t.agreement_title_zh(),
        t.agreement_state(),
        t.agreement_parties(),
        t.agreement_sign_on(),
        t.agreement_sign_place(),
        t.agreement_effective_on(),
        t.agreement_ends_on(),
        t.agreement_zone(),
        t.agreement_renewal(),
        &t.list_in_zone(t.company_changed()),
    ];
    csv(
        head,
        agreements.into_iter().map(|line| {
            let names = parties.get(&line.id).map(Vec::as_slice).unwrap_or_default();
            let names: Vec<&str> = names.iter().map(|(_, en, zh)| language.prefer(en, zh)).collect();
            let state = t.agreement_state_of(line.state(now)).to_owned();
            [
                line.number,
                Kind::from_code(&line.kind).map_or("", |kind| t.agreement_kind_of(kind)).to_owned(),
                line.title_en,
                line.title_zh,
                state,
                names.join("; "),
                line.sign_on,
                line.sign_place,
                line.effective_on,
                line.ends_on,
                line.zone,
                Renewal::from_code(&line.renewal).map_or("", |renewal| t.agreement_renewal_of(renewal)).to_owned(),
                Timestamp(line.changed_at).in_table(),
            ]
        }),
    )
}
