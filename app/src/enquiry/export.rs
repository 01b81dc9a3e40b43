//! The list of enquiries for a spreadsheet.

use axum::extract::RawQuery;
use axum::response::Response;

use super::api::export_enquiries;
use super::filter::EnquiryFilter;
use super::model::{Channel, CloseReason, Kind, Priority, State};
use crate::backend::context::Visit;
use crate::backend::export::csv;
use crate::country;
use crate::error::Result;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::web::in_time;
use crate::web::page::{download, error_response};

/// `/enquiries.csv`: exactly what the list with the same query shows, all pages of it.
pub async fn download_csv(visit: Visit, RawQuery(query): RawQuery) -> Response {
    let filter = EnquiryFilter::from_query(&Query::parse(query.as_deref().unwrap_or_default()));
    match in_time(file(&visit, &filter)).await {
        Ok(bytes) => download("enquiries.csv", "text/csv; charset=utf-8", bytes),
        Err(error) => error_response(&visit, &error).await,
    }
}

async fn file(visit: &Visit, filter: &EnquiryFilter) -> Result<Vec<u8>> {
    let enquiries = export_enquiries(visit, filter).await?;
    let (t, language) = (visit.texts(), visit.language);
    let head = [
        t.enquiry_number(),
        t.enquiry_kind(),
        t.enquiry_channel(),
        t.enquiry_state(),
        t.enquiry_close_reason(),
        t.enquiry_priority(),
        t.enquiry_name(),
        t.enquiry_company(),
        t.enquiry_country(),
        t.enquiry_email(),
        t.enquiry_phone(),
        t.enquiry_assignee(),
        &t.list_in_zone(t.enquiry_received()),
        &t.list_in_zone(t.enquiry_clock_acknowledge()),
        &t.list_in_zone(t.enquiry_acknowledged()),
        &t.list_in_zone(t.enquiry_clock_answer()),
        &t.list_in_zone(t.enquiry_answered()),
    ];
    let moment = |at: Option<i64>| at.map(|at| Timestamp(at).in_table()).unwrap_or_default();
    csv(
        head,
        enquiries.into_iter().map(|e| {
            [
                e.number,
                Kind::from_code(&e.kind).map_or("", |kind| t.enquiry_kind_of(kind)).to_owned(),
                Channel::from_code(&e.channel).map_or("", |channel| t.enquiry_channel_of(channel)).to_owned(),
                State::from_code(&e.state).map_or("", |state| t.enquiry_state_of(state)).to_owned(),
                e.close_reason
                    .as_deref()
                    .and_then(CloseReason::from_code)
                    .map_or("", |reason| t.enquiry_reason_of(reason))
                    .to_owned(),
                Priority::from_code(&e.priority).map_or("", |priority| t.enquiry_priority_of(priority)).to_owned(),
                e.name,
                e.company,
                e.country.map(|code| country::name(&code, language)).unwrap_or_default(),
                e.email,
                e.phone,
                e.assignee.unwrap_or_default(),
                moment(Some(e.received_at)),
                moment(Some(e.acknowledge_due_at)),
                moment(e.acknowledged_at),
                moment(Some(e.answer_due_at)),
                moment(e.answered_at),
            ]
        }),
    )
}
