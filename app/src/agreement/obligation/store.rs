//! Where obligations are kept.

mod list;
mod said;

use uuid::Uuid;

use super::life::State;
use super::model::{Due, Obligation, Plan};
use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::calendar::model::Calendar;
use crate::error::{Error, Result};
use crate::time::Timestamp;
use crate::{ask, on};

pub use self::list::*;
pub use self::said::*;

/// A party on one side of an obligation, or on both.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Side {
    #[sqlx(rename = "party_id")]
    pub party: Uuid,
    #[sqlx(rename = "company_id")]
    pub company: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub owes: bool,
    pub benefits: bool,
}

/// Where a new obligation stands in its series.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub series: Option<Uuid>,
    pub occurrence: i64,
    pub anchor_on: String,
    pub next_on: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    agreement_id: Uuid,
    number: i64,
    clause: String,
    text_en: String,
    text_zh: String,
    state: String,
    survives: bool,
    due_on: String,
    last_on: String,
    due_at: i64,
    series_id: Option<Uuid>,
    occurrence: i64,
    every_months: Option<i64>,
    anchor_on: String,
    repeat_until: String,
    next_on: String,
    version: i64,
}

impl Row {
    fn obligation(self) -> Obligation {
        Obligation {
            id: self.id,
            agreement: self.agreement_id,
            number: self.number,
            clause: self.clause,
            text_en: self.text_en,
            text_zh: self.text_zh,
            state: State::from_code(&self.state).unwrap_or(State::Pending),
            survives: self.survives,
            due_on: self.due_on,
            last_on: self.last_on,
            due_at: self.due_at,
            series: self.series_id,
            occurrence: self.occurrence,
            every_months: self.every_months,
            anchor_on: self.anchor_on,
            repeat_until: self.repeat_until,
            next_on: self.next_on,
            version: self.version,
        }
    }
}

const COLUMNS: &str = "SELECT o.id, o.agreement_id, o.number, o.clause, o.text_en, o.text_zh, o.state, o.survives, o.due_on,
        o.last_on, o.due_at, o.series_id, o.occurrence, o.every_months, o.anchor_on, o.repeat_until, o.next_on, o.version
     FROM obligations o";

/// The obligation of an agreement with a number. Who may know of the agreement is asked before.
///
/// # Errors
/// [`Error::NotFound`] where there is none.
pub async fn find(tx: &mut Tx, agreement: Uuid, number: i64) -> Result<Obligation> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE o.agreement_id = ?", agreement).bind(" AND o.number = ?", number);
    let rows: Vec<Row> = sql.rows(tx).await?;
    rows.into_iter().next().map(Row::obligation).ok_or(Error::NotFound)
}

/// The same by its id.
pub async fn by_id(tx: &mut Tx, id: Uuid) -> Result<Option<Obligation>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE o.id = ?", id);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().next().map(Row::obligation))
}

/// How many numbers an agreement has given. Its row is held by whoever gives the next.
pub async fn last_number(tx: &mut Tx, agreement: Uuid) -> Result<i64> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT coalesce(max(number), 0) FROM obligations WHERE agreement_id = $1")
        .bind(agreement)
        .fetch_one(c)
        .await)?)
}

/// Adds an obligation under the next number of its agreement, which is held; gives the number.
pub async fn insert(
    tx: &mut Tx,
    (id, agreement): (Uuid, Uuid),
    plan: &Plan,
    due: &Due,
    place: &Place,
    by: Option<Uuid>,
    now: Timestamp,
) -> Result<i64> {
    let number = last_number(tx, agreement).await? + 1;
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO obligations (id, agreement_id, number, clause, text_en, text_zh, state, settled, survives, due_on,
                last_on, due_at, escalate_at, series_id, occurrence, every_months, anchor_on, repeat_until, next_on,
                created_by, created_at, changed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, 'pending', FALSE, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
                 $19, 1)"
    )
    .bind(id)
    .bind(agreement)
    .bind(number)
    .bind(&plan.clause)
    .bind(&plan.text_en)
    .bind(&plan.text_zh)
    .bind(plan.survives)
    .bind(&plan.due_on)
    .bind(&due.last_on)
    .bind(due.due_at)
    .bind(due.escalate_at)
    .bind(place.series)
    .bind(place.occurrence)
    .bind(plan.every_months)
    .bind(&place.anchor_on)
    .bind(&plan.repeat_until)
    .bind(&place.next_on)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    set_sides(tx, id, plan).await?;
    Ok(number)
}

/// Replaces who owes and who benefits. The parties are those of the agreement, which whoever made the plan has seen to.
async fn set_sides(tx: &mut Tx, id: Uuid, plan: &Plan) -> Result<()> {
    let mut parties = plan.owes.clone();
    parties.extend(plan.benefits.iter().filter(|party| !plan.owes.contains(party)));
    // Who merges one of their companies waits, and moves what is added here, too.
    let mut sql = Sql::new("SELECT company_id FROM agreement_parties WHERE ");
    sql.bind_in("id", &parties);
    let companies: Vec<(Uuid,)> = sql.rows(tx).await?;
    let companies: Vec<Uuid> = companies.into_iter().map(|(company,)| company).collect();
    crate::company::store::hold(tx, &companies).await?;
    on!(&mut *tx, |c| sqlx::query("DELETE FROM obligation_parties WHERE obligation_id = $1")
        .bind(id)
        .execute(c)
        .await)?;
    for party in parties {
        on!(&mut *tx, |c| {
            sqlx::query(
            "INSERT INTO obligation_parties (id, obligation_id, party_id, company_id, agreement_id, owes, benefits, state,
                    settled, due_at)
             SELECT $1, o.id, p.id, p.company_id, o.agreement_id, $2, $3, o.state, o.settled, o.due_at
             FROM obligations o JOIN agreement_parties p ON p.id = $4 WHERE o.id = $5"
        )
        .bind(clock::new_id())
        .bind(plan.owes.contains(&party))
        .bind(plan.benefits.contains(&party))
        .bind(party)
        .bind(id)
        .execute(c)
        .await
        })?;
    }
    Ok(())
}

/// Writes state and day beside the parties, where lists look for them.
async fn sync(tx: &mut Tx, id: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE obligation_parties SET
             state = (SELECT o.state FROM obligations o WHERE o.id = $1),
             settled = (SELECT o.settled FROM obligations o WHERE o.id = $1),
             due_at = (SELECT o.due_at FROM obligations o WHERE o.id = $1)
         WHERE obligation_id = $1"
    )
    .bind(id)
    .execute(c)
    .await)?;
    Ok(())
}

/// Replaces what is owed if it still is at `version`; tells whether it was. Another day is reminded of anew.
pub async fn update(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    plan: &Plan,
    due: &Due,
    place: &Place,
    now: Timestamp,
) -> Result<bool> {
    let changed: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE obligations SET clause = $1, text_en = $2, text_zh = $3, survives = $4,
                reminded_at = CASE WHEN due_on = $5 THEN reminded_at ELSE NULL END,
                overdue_told_at = CASE WHEN due_on = $5 THEN overdue_told_at ELSE NULL END,
                escalated_at = CASE WHEN due_on = $5 THEN escalated_at ELSE NULL END,
                due_on = $5, last_on = $6, due_at = $7, escalate_at = $8, series_id = $9, occurrence = $10,
                every_months = $11, anchor_on = $12, repeat_until = $13, next_on = $14, changed_at = $15,
                version = version + 1
         WHERE id = $16 AND version = $17 RETURNING version"
    )
    .bind(&plan.clause)
    .bind(&plan.text_en)
    .bind(&plan.text_zh)
    .bind(plan.survives)
    .bind(&plan.due_on)
    .bind(&due.last_on)
    .bind(due.due_at)
    .bind(due.escalate_at)
    .bind(place.series)
    .bind(place.occurrence)
    .bind(plan.every_months)
    .bind(&place.anchor_on)
    .bind(&plan.repeat_until)
    .bind(&place.next_on)
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?;
    if changed.is_some() {
        set_sides(tx, id, plan).await?;
    }
    Ok(changed.is_some())
}

/// Moves an obligation if it still is at `version`; tells whether it was.
pub async fn set_state(tx: &mut Tx, id: Uuid, version: i64, to: State, now: Timestamp) -> Result<bool> {
    let moved: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE obligations SET state = $1, settled = $2, changed_at = $3, version = version + 1
         WHERE id = $4 AND version = $5 RETURNING version"
    )
    .bind(to.code())
    .bind(to.is_settled())
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?;
    if moved.is_some() {
        sync(tx, id).await?;
    }
    Ok(moved.is_some())
}

/// Says which day of a series is made next; empty for none.
pub async fn set_next(tx: &mut Tx, id: Uuid, next_on: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE obligations SET next_on = $1 WHERE id = $2")
        .bind(next_on)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Who owes and who benefits, in the order of the agreement's parties.
pub async fn sides(tx: &mut Tx, id: Uuid) -> Result<Vec<Side>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT s.party_id, s.company_id, k.name_en, k.name_zh, s.owes, s.benefits
         FROM obligation_parties s JOIN agreement_parties p ON p.id = s.party_id JOIN companies k ON k.id = s.company_id
         WHERE s.obligation_id = $1 AND p.removed_at IS NULL ORDER BY p.position, p.id"
    )
    .bind(id)
    .fetch_all(c)
    .await)?)
}

/// Who is taken out of an agreement owes nothing under it any more, and nothing is owed to them.
pub async fn drop_party(tx: &mut Tx, party: Uuid) -> Result<()> {
    // What its people were told of it goes, read or not, mailed or not yet.
    on!(&mut *tx, |c| sqlx::query(
        "DELETE FROM notifications WHERE subject_kind = 'obligation'
           AND company_id IN (SELECT company_id FROM agreement_parties WHERE id = $1)
           AND subject_id IN (SELECT obligation_id FROM obligation_parties WHERE party_id = $1)"
    )
    .bind(party)
    .execute(c)
    .await)?;
    on!(tx, |c| sqlx::query("DELETE FROM obligation_parties WHERE party_id = $1").bind(party).execute(c).await)?;
    Ok(())
}

/// Counts the days anew of what is not over: of one agreement, whose zone may have changed, or of all, when the calendar has.
pub async fn recount(tx: &mut Tx, agreement: Option<Uuid>, calendar: &Calendar, now: Timestamp) -> Result<()> {
    let mut sql = Sql::new(
        "SELECT o.id, o.due_on, o.last_on, o.due_at, a.zone FROM obligations o JOIN agreements a ON a.id = o.agreement_id
         WHERE o.settled = FALSE AND o.due_on <> ''",
    );
    match agreement {
        Some(agreement) => sql.bind(" AND o.agreement_id = ?", agreement),
        // What is late by the old calendar stays so.
        None => sql.bind(" AND o.due_at > ?", now.0),
    };
    let rows: Vec<(Uuid, String, String, i64, String)> = sql.rows(tx).await?;
    for (id, due_on, last_on, due_at, zone) in rows {
        let due = Due::of(&due_on, &zone, calendar);
        let escalates = (due.last_on.as_str(), due.due_at) == (last_on.as_str(), due_at);
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE obligations SET last_on = $1, due_at = $2, escalate_at = $3 WHERE id = $4
                AND (due_at <> $2 OR escalate_at <> $3)"
        )
        .bind(&due.last_on)
        .bind(due.due_at)
        .bind(due.escalate_at)
        .bind(id)
        .execute(c)
        .await)?;
        if !escalates {
            sync(tx, id).await?;
        }
    }
    Ok(())
}

/// Those of an agreement that nobody did anything for yet, and of which its end is the end.
pub async fn ended_with(tx: &mut Tx, agreement: Uuid, survivors_too: bool) -> Result<Vec<Obligation>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(" WHERE o.agreement_id = ? AND o.state IN ('pending', 'in_progress')", agreement);
    if !survivors_too {
        sql.push(" AND o.survives = FALSE");
    }
    sql.push(" ORDER BY o.number");
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Row::obligation).collect())
}
