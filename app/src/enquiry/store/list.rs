//! Enquiries in lists.

use uuid::Uuid;

use super::super::filter::{EnquiryFilter, Which};
use crate::ask;
use crate::backend::database::{Sql, Tx, containing};
use crate::backend::fold::fold;
use crate::error::Result;
use crate::time::Timestamp;

/// A line of the list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EnquiryLine {
    pub id: Uuid,
    pub number: String,
    pub kind: String,
    pub channel: String,
    pub state: String,
    pub priority: String,
    pub name: String,
    pub company: String,
    pub country: Option<String>,
    pub email: String,
    pub phone: String,
    pub language: String,
    pub received_at: i64,
    pub acknowledged_at: Option<i64>,
    pub answered_at: Option<i64>,
    pub acknowledge_due_at: i64,
    pub answer_due_at: i64,
    pub assignee: Option<String>,
    pub assigned_for: Option<String>,
    pub close_reason: Option<String>,
    pub next_on: String,
}

const SELECT: &str =
    "SELECT e.id, e.number, e.kind, e.channel, e.state, e.priority, e.name, e.company, e.country, e.email,
        e.phone, e.language, e.received_at, e.acknowledged_at, e.answered_at, e.acknowledge_due_at, e.answer_due_at,
        a.name AS assignee, f.name AS assigned_for, e.close_reason, e.next_on
 FROM enquiries e LEFT JOIN accounts a ON a.id = e.assignee_id LEFT JOIN accounts f ON f.id = e.assigned_for_id
 JOIN enquiry_states s ON s.state = e.state JOIN enquiry_priorities p ON p.priority = e.priority WHERE 1 = 1";

/// The most urgent first: those whose clock runs by when it ends, then those to follow up by their day, then what is over.
const ORDER: &str = " ORDER BY CASE WHEN e.state IN ('converted', 'closed') THEN 1 ELSE 0 END, e.due_at,
        CASE WHEN e.next_on = '' THEN '9999' ELSE e.next_on END, p.position, e.received_at DESC, e.id";

const OPEN: &str = " AND e.state NOT IN ('converted', 'closed')";

fn filter_into(sql: &mut Sql, filter: &EnquiryFilter, now: Timestamp) {
    for word in fold(&filter.search).split_whitespace().take(8) {
        sql.bind(r" AND e.search_text LIKE ? ESCAPE '\'", containing(word));
    }
    match filter.which {
        Some(Which::Open) => {
            sql.push(OPEN);
        }
        Some(Which::Overdue) => {
            sql.bind(" AND e.due_at <= ?", now.0);
        }
        Some(Which::State(state)) => {
            sql.bind(" AND e.state = ?", state.code());
        }
        None => {}
    }
    if filter.unassigned {
        sql.push(" AND e.assignee_id IS NULL");
    }
    if let Some(assignee) = filter.assignee {
        sql.bind(" AND e.assignee_id = ?", assignee);
    }
    if let Some(country) = filter.country {
        sql.bind(" AND e.country = ?", country);
    }
    if let Some(kind) = filter.kind {
        sql.bind(" AND e.kind = ?", kind.code());
    }
}

/// What a filter finds: so many rows, or all of them.
pub async fn list(
    tx: &mut Tx,
    filter: &EnquiryFilter,
    now: Timestamp,
    page: Option<(i64, i64)>,
) -> Result<Vec<EnquiryLine>> {
    let mut sql = Sql::new(SELECT);
    filter_into(&mut sql, filter, now);
    sql.push(ORDER);
    if let Some((limit, offset)) = page {
        sql.limit(limit, offset);
    }
    sql.rows(tx).await
}

pub async fn count(tx: &mut Tx, filter: &EnquiryFilter, now: Timestamp) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM enquiries e WHERE 1 = 1");
    filter_into(&mut sql, filter, now);
    sql.number(tx).await
}

/// What a person who handles enquiries should know first thing.
pub struct Mine {
    pub open: i64,
    /// Whoever they are assigned to.
    pub overdue: i64,
    pub unassigned: i64,
    /// The person's own and those that are overdue, the most urgent first.
    pub lines: Vec<EnquiryLine>,
}

pub async fn mine(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Mine> {
    let own = EnquiryFilter { which: Some(Which::Open), assignee: Some(account), ..EnquiryFilter::default() };
    let overdue = EnquiryFilter { which: Some(Which::Overdue), ..EnquiryFilter::default() };
    let unassigned = EnquiryFilter { which: Some(Which::Open), unassigned: true, ..EnquiryFilter::default() };
    let mut sql = Sql::new(SELECT);
    sql.bind(" AND (e.due_at <= ?", now.0)
        .bind(" OR (e.assignee_id = ? AND e.state NOT IN ('converted', 'closed')))", account)
        .push(ORDER)
        .limit(8, 0);
    Ok(Mine {
        open: count(tx, &own, now).await?,
        overdue: count(tx, &overdue, now).await?,
        unassigned: count(tx, &unassigned, now).await?,
        lines: sql.rows(tx).await?,
    })
}

/// The enquiries that became a company, or are taken for it, the latest first.
pub async fn of_company(tx: &mut Tx, company: Uuid, limit: i64) -> Result<Vec<EnquiryLine>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(" AND e.company_id = ?", company).push(" ORDER BY e.received_at DESC, e.id").limit(limit, 0);
    sql.rows(tx).await
}

/// Those of them of which nothing has become yet, the most urgent first.
pub async fn open_of_company(tx: &mut Tx, company: Uuid, limit: i64) -> Result<Vec<EnquiryLine>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(" AND e.company_id = ?", company).push(OPEN).push(ORDER).limit(limit, 0);
    sql.rows(tx).await
}

pub async fn count_open_of_company(tx: &mut Tx, company: Uuid) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM enquiries e WHERE ");
    sql.bind("e.company_id = ?", company).push(OPEN).number(tx).await
}

/// Other enquiries from the same address, the latest first.
pub async fn latest(tx: &mut Tx, email_folded: &str, without: Uuid) -> Result<Vec<(Uuid, String, i64)>> {
    if email_folded.is_empty() {
        return Ok(Vec::new());
    }
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, number, received_at FROM enquiries WHERE email_folded = $1 AND id <> $2
         ORDER BY received_at DESC, id DESC LIMIT 5"
    )
    .bind(email_folded)
    .bind(without)
    .fetch_all(c)
    .await)?)
}
