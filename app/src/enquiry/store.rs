//! Where enquiries are kept.

mod clocks;
mod list;
mod messages;

use uuid::Uuid;

pub use self::clocks::{dues, limits, refresh_clocks, set_limits};
pub use self::list::{
    EnquiryLine, Mine, count, count_open_of_company, latest, list, mine, of_company, open_of_company,
};
pub use self::messages::{Message, MessageKind, add_message, messages};
use super::model::{Channel, Clocks, CloseReason, Enquiry, Facts, Kind, Priority, Progress, State, number_text};
use crate::backend::database::{Sql, Tx};
use crate::backend::fold::{fold, search_text};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

/// Gives the next number of the year in which something was received. The year's row is held until the transaction ends:
/// whoever asks meanwhile waits, and one that is rolled back leaves no gap.
pub async fn next_number(tx: &mut Tx, received: Timestamp) -> Result<String> {
    let year = received.date().year();
    let last: i64 = ask!(tx, |c| sqlx::query_scalar(
        "INSERT INTO enquiry_numbers (year, last) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last = enquiry_numbers.last + 1 RETURNING last"
    )
    .bind(i64::from(year))
    .fetch_one(c)
    .await)?;
    Ok(number_text(year, last))
}

/// How an enquiry came.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    pub id: Uuid,
    pub channel: Channel,
    pub received_at: Timestamp,
    /// Who wrote it down.
    pub recorded_by: Option<Uuid>,
}

/// Adds an enquiry under a number of [`next_number`], and starts its clocks.
pub async fn insert(tx: &mut Tx, arrival: Arrival, number: &str, facts: &Facts, now: Timestamp) -> Result<()> {
    let calendar = crate::calendar::store::calendar(tx).await?;
    let limits = limits(tx).await?;
    let (acknowledge, answer) = dues(&calendar, limits, arrival.received_at);
    search::note(tx, search::Kind::Enquiry, arrival.id);
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO enquiries (id, number, channel, kind, state, priority, name, company, country, email, email_folded,
                phone, language, message, search_text, received_at, recorded_by, next_on, clock_from,
                acknowledge_due_at, answer_due_at, due_at, changed_at, version)
         VALUES ($1, $2, $3, $4, 'received', 'normal', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $14,
                 $16, $17, $18, $19, 1)"
    )
    .bind(arrival.id)
    .bind(number)
    .bind(arrival.channel.code())
    .bind(facts.kind.code())
    .bind(&facts.name)
    .bind(&facts.company)
    .bind(&facts.country)
    .bind(&facts.email)
    .bind(fold(&facts.email))
    .bind(&facts.phone)
    .bind(facts.language.code())
    .bind(&facts.message)
    .bind(search_text([number, &facts.name, &facts.company, &facts.email, &facts.phone]))
    .bind(arrival.received_at.0)
    .bind(arrival.recorded_by)
    .bind(acknowledge.0)
    .bind(answer.0)
    .bind(acknowledge.0.min(answer.0))
    .bind(now.0)
    .execute(c)
    .await
    })?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    channel: String,
    kind: String,
    state: String,
    priority: String,
    name: String,
    company: String,
    country: Option<String>,
    email: String,
    phone: String,
    language: String,
    message: String,
    received_at: i64,
    recorded_by_name: Option<String>,
    acknowledged_at: Option<i64>,
    screened_at: Option<i64>,
    answered_at: Option<i64>,
    assignee_id: Option<Uuid>,
    assignee_name: Option<String>,
    assigned_for_name: Option<String>,
    company_id: Option<Uuid>,
    duplicate_of_id: Option<Uuid>,
    close_reason: Option<String>,
    next_on: String,
    acknowledge_due_at: i64,
    answer_due_at: i64,
    forgotten_at: Option<i64>,
    version: i64,
}

impl Row {
    fn enquiry(self) -> Enquiry {
        Enquiry {
            id: self.id,
            number: self.number,
            channel: Channel::from_code(&self.channel).unwrap_or(Channel::Other),
            facts: Facts {
                kind: Kind::from_code(&self.kind).unwrap_or(Kind::Other),
                name: self.name,
                company: self.company,
                country: self.country,
                email: self.email,
                phone: self.phone,
                language: Language::from_code(&self.language).unwrap_or_default(),
                message: self.message,
            },
            state: State::from_code(&self.state).unwrap_or(State::Received),
            priority: Priority::from_code(&self.priority).unwrap_or(Priority::Normal),
            received_at: Timestamp(self.received_at),
            recorded_by: self.recorded_by_name,
            clocks: Clocks {
                acknowledge_due: Timestamp(self.acknowledge_due_at),
                answer_due: Timestamp(self.answer_due_at),
                acknowledged_at: self.acknowledged_at.map(Timestamp),
                answered_at: self.answered_at.map(Timestamp),
            },
            screened_at: self.screened_at.map(Timestamp),
            assignee: self.assignee_id,
            assignee_name: self.assignee_name,
            assigned_for: self.assigned_for_name,
            company_id: self.company_id,
            duplicate_of: self.duplicate_of_id,
            close_reason: self.close_reason.as_deref().and_then(CloseReason::from_code),
            next_on: self.next_on,
            forgotten: self.forgotten_at.is_some(),
            version: self.version,
        }
    }
}

/// The enquiry, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Enquiry>> {
    let row: Option<Row> = ask!(tx, |c| {
        sqlx::query_as(
            "SELECT e.id, e.number, e.channel, e.kind, e.state, e.priority, e.name, e.company, e.country, e.email, e.phone,
                    e.language, e.message, e.received_at, r.name AS recorded_by_name, e.acknowledged_at, e.screened_at,
                    e.answered_at, e.assignee_id, a.name AS assignee_name, f.name AS assigned_for_name, e.company_id,
                    e.duplicate_of_id, e.close_reason, e.next_on, e.acknowledge_due_at, e.answer_due_at, e.forgotten_at,
                    e.version
             FROM enquiries e LEFT JOIN accounts r ON r.id = e.recorded_by LEFT JOIN accounts a ON a.id = e.assignee_id
             LEFT JOIN accounts f ON f.id = e.assigned_for_id WHERE e.id = $1",
        )
        .bind(id)
        .fetch_optional(c)
        .await
    })?;
    Ok(row.map(Row::enquiry))
}

/// The id behind a number.
pub async fn by_number(tx: &mut Tx, number: &str) -> Result<Option<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT id FROM enquiries WHERE number = $1")
        .bind(number)
        .fetch_optional(c)
        .await)?)
}

/// What a step changes of an enquiry. What stands here as it was stays so.
#[derive(Clone, Debug)]
pub struct Changed {
    pub state: State,
    pub priority: Priority,
    pub acknowledged_at: Option<Timestamp>,
    pub screened_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
    pub assignee: Option<Uuid>,
    /// The absent person for whom the assignee acts; none leaves it as it is unless somebody else is assigned.
    pub assigned_for: Option<Uuid>,
    pub company_id: Option<Uuid>,
    pub duplicate_of: Option<Uuid>,
    pub close_reason: Option<CloseReason>,
    pub next_on: String,
    pub acknowledge_due: Timestamp,
    pub answer_due: Timestamp,
    /// When the clocks begin anew.
    pub restarted_at: Option<Timestamp>,
}

impl Changed {
    pub fn of(enquiry: &Enquiry, state: State) -> Self {
        Self {
            state,
            priority: enquiry.priority,
            acknowledged_at: enquiry.clocks.acknowledged_at,
            screened_at: enquiry.screened_at,
            answered_at: enquiry.clocks.answered_at,
            assignee: enquiry.assignee,
            assigned_for: None,
            company_id: enquiry.company_id,
            duplicate_of: enquiry.duplicate_of,
            close_reason: enquiry.close_reason,
            next_on: enquiry.next_on.clone(),
            acknowledge_due: enquiry.clocks.acknowledge_due,
            answer_due: enquiry.clocks.answer_due,
            restarted_at: None,
        }
    }

    pub fn progress(&self) -> Progress {
        Progress {
            acknowledged: self.acknowledged_at.is_some(),
            screened: self.screened_at.is_some(),
            assigned: self.assignee.is_some(),
            answered: self.answered_at.is_some(),
        }
    }
}

/// Changes an enquiry if it still is at its version; tells whether it was.
pub async fn change(tx: &mut Tx, enquiry: &Enquiry, to: &Changed, now: Timestamp) -> Result<bool> {
    let clocks = Clocks {
        acknowledge_due: to.acknowledge_due,
        answer_due: to.answer_due,
        acknowledged_at: to.acknowledged_at,
        answered_at: to.answered_at,
    };
    let reassigned = to.assignee != enquiry.assignee || to.assigned_for.is_some();
    search::note(tx, search::Kind::Enquiry, enquiry.id);
    let changed: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE enquiries SET state = $1, priority = $2, acknowledged_at = $3, screened_at = $4, answered_at = $5,
                assignee_id = $6, assigned_for_id = CASE WHEN $7 THEN $8 ELSE assigned_for_id END, company_id = $9,
                duplicate_of_id = $10, close_reason = $11, next_on = $12, acknowledge_due_at = $13, answer_due_at = $14,
                due_at = $15, clock_from = coalesce($16, clock_from), changed_at = $17, version = version + 1
         WHERE id = $18 AND version = $19 RETURNING version"
    )
    .bind(to.state.code())
    .bind(to.priority.code())
    .bind(to.acknowledged_at.map(|at| at.0))
    .bind(to.screened_at.map(|at| at.0))
    .bind(to.answered_at.map(|at| at.0))
    .bind(to.assignee)
    .bind(reassigned)
    .bind(to.assigned_for)
    .bind(to.company_id)
    .bind(to.duplicate_of)
    .bind(to.close_reason.map(CloseReason::code))
    .bind(&to.next_on)
    .bind(to.acknowledge_due.0)
    .bind(to.answer_due.0)
    .bind(clocks.due(to.state).0)
    .bind(to.restarted_at.map(|at| at.0))
    .bind(now.0)
    .bind(enquiry.id)
    .bind(enquiry.version)
    .fetch_optional(c)
    .await)?;
    Ok(changed.is_some())
}

/// Some of the enquiries that were over before a moment and whose enquirers are still known.
pub async fn over_since(tx: &mut Tx, end: Timestamp, limit: i64) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT id FROM enquiries WHERE state IN ('converted', 'closed') AND forgotten_at IS NULL");
    sql.bind(" AND changed_at < ?", end.0).push(" ORDER BY changed_at, id").limit(limit, 0);
    let found: Vec<(Uuid,)> = sql.rows(tx).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

/// Forgets who asked: what would lead back to the person is blanked, in the messages too, and the mails and notifications about
/// it go. The
/// number, the dates and what became of it stay.
pub async fn forget_person(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let Some(enquiry) = find(tx, id).await? else { return Ok(false) };
    search::note(tx, search::Kind::Enquiry, id);
    // Every mail about an enquiry has its number in its subject.
    on!(&mut *tx, |c| sqlx::query("DELETE FROM mails WHERE kind LIKE 'enquiry.%' AND subject LIKE $1")
        .bind(format!("%{}%", enquiry.number))
        .execute(c)
        .await)?;
    // What staff was told names the company that asked.
    on!(&mut *tx, |c| sqlx::query("DELETE FROM notifications WHERE subject_id = $1").bind(id).execute(c).await)?;
    on!(&mut *tx, |c| sqlx::query("UPDATE enquiry_messages SET body = '' WHERE enquiry_id = $1")
        .bind(id)
        .execute(c)
        .await)?;
    on!(tx, |c| sqlx::query(
        "UPDATE enquiries SET name = '', company = '', email = '', email_folded = '', phone = '', message = '',
                search_text = $1, forgotten_at = coalesce(forgotten_at, $2), version = version + 1 WHERE id = $3"
    )
    .bind(search_text([enquiry.number.as_str()]))
    .bind(now.0)
    .bind(id)
    .execute(c)
    .await)?;
    Ok(true)
}
