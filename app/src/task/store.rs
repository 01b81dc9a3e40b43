//! Where tasks are kept.

use uuid::Uuid;

use super::due::Days;
use super::filter::{TaskFilter, Which, Whose};
use super::model::{About, Details, State, Task};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{absence, ask, on};

/// Adds an open task.
pub async fn insert(tx: &mut Tx, id: Uuid, details: &Details, about: About, by: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO tasks (id, title, note, owner_id, due_on, state, company_id, enquiry_id, interaction_id, created_by,
                            created_at, changed_at, cancel_reason, version)
         VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10, $10, '', 1)"
    )
    .bind(id)
    .bind(&details.title)
    .bind(&details.note)
    .bind(details.owner)
    .bind(&details.due_on)
    .bind(about.company)
    .bind(about.enquiry)
    .bind(about.interaction)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// Replaces the details of an open task if it still is at `version`; tells whether it was. A new due day, or a new owner,
/// is reminded of anew.
pub async fn update(tx: &mut Tx, id: Uuid, version: i64, details: &Details, now: Timestamp) -> Result<bool> {
    let changed: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE tasks SET title = $1, note = $2, owner_id = $3, due_on = $4, changed_at = $5, version = version + 1,
                told_at = CASE WHEN due_on = $4 AND owner_id = $3 THEN told_at END
         WHERE id = $6 AND version = $7 AND state = 'open' RETURNING version"
    )
    .bind(&details.title)
    .bind(&details.note)
    .bind(details.owner)
    .bind(&details.due_on)
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await
    })?;
    Ok(changed.is_some())
}

/// Ends an open task; false when it was ended already.
pub async fn end(tx: &mut Tx, id: Uuid, state: State, reason: &str, by: Uuid, now: Timestamp) -> Result<bool> {
    let ended: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE tasks SET state = $1, cancel_reason = $2, ended_by = $3, ended_at = $4, changed_at = $4,
                version = version + 1
         WHERE id = $5 AND state = 'open' RETURNING version"
    )
    .bind(state.code())
    .bind(reason)
    .bind(by)
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(ended.is_some())
}

/// Opens a task again; false when it is open.
pub async fn reopen(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let opened: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE tasks SET state = 'open', cancel_reason = '', ended_by = NULL, ended_at = NULL, changed_at = $1,
                version = version + 1
         WHERE id = $2 AND state <> 'open' RETURNING version"
    )
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(opened.is_some())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    note: String,
    owner_id: Uuid,
    due_on: String,
    state: String,
    company_id: Option<Uuid>,
    enquiry_id: Option<Uuid>,
    interaction_id: Option<Uuid>,
    created_at: i64,
    ended_at: Option<i64>,
    cancel_reason: String,
    version: i64,
}

/// The task, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Task>> {
    let row: Option<Row> = ask!(tx, |c| {
        sqlx::query_as(
        "SELECT id, title, note, owner_id, due_on, state, company_id, enquiry_id, interaction_id, created_at, ended_at,
                cancel_reason, version
         FROM tasks WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    Ok(row.map(|row| Task {
        id: row.id,
        details: Details { title: row.title, note: row.note, due_on: row.due_on, owner: row.owner_id },
        about: About { company: row.company_id, enquiry: row.enquiry_id, interaction: row.interaction_id },
        state: State::from_code(&row.state).unwrap_or(State::Open),
        cancel_reason: row.cancel_reason,
        created_at: Timestamp(row.created_at),
        ended_at: row.ended_at.map(Timestamp),
        version: row.version,
    }))
}

/// Who can have tasks, by name.
pub async fn owners(tx: &mut Tx) -> Result<Vec<(Uuid, String)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, name FROM accounts
         WHERE role IN ('administrator', 'staff') AND erased_at IS NULL AND suspended_at IS NULL ORDER BY name, id"
    )
    .fetch_all(c)
    .await)?)
}

/// A line of a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct TaskLine {
    pub id: Uuid,
    pub title: String,
    pub due_on: String,
    pub state: String,
    pub owner_id: Uuid,
    pub owner: String,
    pub ended_at: Option<i64>,
    pub company_id: Option<Uuid>,
    pub company_en: Option<String>,
    pub company_zh: Option<String>,
    pub enquiry_id: Option<Uuid>,
    pub enquiry: Option<String>,
    pub interaction_id: Option<Uuid>,
    /// The companies of the interaction that it follows from, where it is about none of them more than about the others.
    #[sqlx(skip)]
    pub companies: Vec<(Uuid, String, String)>,
}

impl TaskLine {
    /// What it is about: address, and name in English and Chinese.
    pub fn about_companies(&self) -> Vec<(Uuid, &str, &str)> {
        match self.company_id {
            Some(id) => {
                let (en, zh) = (self.company_en.as_deref(), self.company_zh.as_deref());
                vec![(id, en.unwrap_or_default(), zh.unwrap_or_default())]
            }
            None => self.companies.iter().map(|(id, en, zh)| (*id, en.as_str(), zh.as_str())).collect(),
        }
    }
}

const LINES: &str = "SELECT t.id, t.title, t.due_on, t.state, t.owner_id, o.name AS owner, t.ended_at, t.company_id,
        c.name_en AS company_en, c.name_zh AS company_zh, t.enquiry_id, e.number AS enquiry, t.interaction_id
 FROM tasks t JOIN accounts o ON o.id = t.owner_id LEFT JOIN companies c ON c.id = t.company_id
 LEFT JOIN enquiries e ON e.id = t.enquiry_id WHERE ";

/// What is about a company: itself, or as what comes next after an interaction with several.
const OF_COMPANY: &str = " AND (t.company_id = ? OR t.interaction_id IN
                               (SELECT l.interaction_id FROM interaction_companies l WHERE l.company_id = ?))";

/// The lines, each with what it is about.
async fn lines(tx: &mut Tx, sql: &Sql) -> Result<Vec<TaskLine>> {
    let mut lines: Vec<TaskLine> = sql.rows(tx).await?;
    let about_several = |line: &TaskLine| line.interaction_id.filter(|_| line.company_id.is_none());
    let interactions: Vec<Uuid> = lines.iter().filter_map(about_several).collect();
    if !interactions.is_empty() {
        let companies = crate::interaction::store::companies_of(tx, &interactions).await?;
        for line in &mut lines {
            let of = about_several(line).and_then(|interaction| companies.get(&interaction));
            line.companies = of.cloned().unwrap_or_default();
        }
    }
    Ok(lines)
}

/// Whose tasks somebody has: their own, and those of whom they are the deputy of today.
pub async fn has_tasks_of(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Vec<Uuid>> {
    let today = now.date();
    let absences = absence::store::since(tx, today).await?;
    let mut whose: Vec<Uuid> = absences
        .iter()
        .filter(|absence| absence.covers(today))
        .map(|absence| absence.account)
        .filter(|absent| absence::model::who_acts(&absences, *absent, today).account == account)
        .collect();
    whose.push(account);
    whose.sort();
    whose.dedup();
    Ok(whose)
}

fn filter_into(sql: &mut Sql, filter: &TaskFilter, mine: &[Uuid], days: &Days) {
    match filter.which {
        Which::Open => sql.push("t.state = 'open'"),
        Which::Overdue => sql.bind("t.state = 'open' AND t.due_on <= ?", days.late_until()),
        Which::Done => sql.push("t.state <> 'open' AND t.state = 'done'"),
        Which::Cancelled => sql.push("t.state <> 'open' AND t.state = 'cancelled'"),
    };
    match filter.whose {
        Whose::Mine => {
            sql.push(" AND ").bind_in("t.owner_id", mine);
        }
        Whose::Of(owner) => {
            sql.bind(" AND t.owner_id = ?", owner);
        }
        Whose::Team => {}
    }
    if let Some(company) = filter.company {
        sql.bind(OF_COMPANY, company);
    }
}

/// What a filter finds, what is due first first, or what ended last first. `mine` are those whose tasks the reader has.
pub async fn list(
    tx: &mut Tx,
    filter: &TaskFilter,
    mine: &[Uuid],
    days: &Days,
    page: (i64, i64),
) -> Result<Vec<TaskLine>> {
    let mut sql = Sql::new(LINES);
    filter_into(&mut sql, filter, mine, days);
    sql.push(match filter.which {
        Which::Open | Which::Overdue => " ORDER BY t.due_on, t.id",
        Which::Done | Which::Cancelled => " ORDER BY t.ended_at DESC, t.id DESC",
    });
    sql.limit(page.0, page.1);
    lines(tx, &sql).await
}

pub async fn count(tx: &mut Tx, filter: &TaskFilter, mine: &[Uuid], days: &Days) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM tasks t WHERE ");
    filter_into(&mut sql, filter, mine, days);
    sql.number(tx).await
}

/// What is still to be done about a company, what is due first.
pub async fn open_about(tx: &mut Tx, company: Uuid, limit: i64) -> Result<Vec<TaskLine>> {
    let mut sql = Sql::new(LINES);
    sql.push("t.state = 'open'").bind(OF_COMPANY, company).push(" ORDER BY t.due_on, t.id").limit(limit, 0);
    lines(tx, &sql).await
}

pub async fn count_open_about(tx: &mut Tx, company: Uuid) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM tasks t WHERE t.state = 'open'");
    sql.bind(OF_COMPANY, company).number(tx).await
}

/// The tasks about one record, the open ones first: its enquiry's or its interaction's.
pub async fn about(tx: &mut Tx, about: About) -> Result<Vec<TaskLine>> {
    let mut sql = Sql::new(LINES);
    match (about.enquiry, about.interaction) {
        (Some(enquiry), _) => sql.bind("t.enquiry_id = ?", enquiry),
        (_, Some(interaction)) => sql.bind("t.interaction_id = ?", interaction),
        _ => sql.push("1 = 0"),
    };
    sql.push(" ORDER BY CASE WHEN t.state = 'open' THEN 0 ELSE 1 END, t.due_on, t.id").limit(50, 0);
    lines(tx, &sql).await
}
