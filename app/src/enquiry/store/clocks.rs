//! When the clocks of enquiries end.

use uuid::Uuid;

use super::super::model::{Limits, NEVER};
use crate::account::store::{set_setting, setting};
use crate::backend::database::Tx;
use crate::calendar::model::Calendar;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// Within how many working hours things are to be done.
pub async fn limits(tx: &mut Tx) -> Result<Limits> {
    let acknowledge = setting(tx, "enquiry.acknowledge_hours").await?.and_then(|hours| hours.parse().ok());
    let answer = setting(tx, "enquiry.answer_hours").await?.and_then(|hours| hours.parse().ok());
    let usual = Limits::USUAL;
    Ok(Limits { acknowledge: acknowledge.unwrap_or(usual.acknowledge), answer: answer.unwrap_or(usual.answer) })
}

pub async fn set_limits(tx: &mut Tx, limits: Limits) -> Result<()> {
    set_setting(tx, "enquiry.acknowledge_hours", &limits.acknowledge.to_string()).await?;
    set_setting(tx, "enquiry.answer_hours", &limits.answer.to_string()).await
}

/// When both clocks end that begin at a moment.
pub fn dues(calendar: &Calendar, limits: Limits, from: Timestamp) -> (Timestamp, Timestamp) {
    (calendar.after_hours(from, limits.acknowledge), calendar.after_hours(from, limits.answer))
}

/// An enquiry of which a clock runs.
#[derive(sqlx::FromRow)]
struct Running {
    id: Uuid,
    clock_from: i64,
    acknowledged_at: Option<i64>,
    answered_at: Option<i64>,
    acknowledge_due_at: i64,
    answer_due_at: i64,
}

/// Counts the clocks that run anew, by the calendar and the limits as they stand; tells how many ends moved.
pub async fn refresh_clocks(tx: &mut Tx) -> Result<u64> {
    let calendar = crate::calendar::store::calendar(tx).await?;
    let limits = limits(tx).await?;
    let running: Vec<Running> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT id, clock_from, acknowledged_at, answered_at, acknowledge_due_at, answer_due_at
         FROM enquiries WHERE due_at < $1"
    )
    .bind(NEVER)
    .fetch_all(c)
    .await)?;
    let mut moved = 0;
    for one in running {
        let (acknowledge, answer) = dues(&calendar, limits, Timestamp(one.clock_from));
        // The end of a clock that has stopped tells whether it was in time; it stays.
        let acknowledge = if one.acknowledged_at.is_some() { one.acknowledge_due_at } else { acknowledge.0 };
        let answer = if one.answered_at.is_some() { one.answer_due_at } else { answer.0 };
        if (acknowledge, answer) == (one.acknowledge_due_at, one.answer_due_at) {
            continue;
        }
        moved += 1;
        on!(&mut *tx, |c| sqlx::query(
            "UPDATE enquiries SET acknowledge_due_at = $1, answer_due_at = $2,
                    due_at = CASE WHEN acknowledged_at IS NOT NULL AND answered_at IS NOT NULL THEN due_at
                                  WHEN acknowledged_at IS NOT NULL THEN $2
                                  WHEN answered_at IS NOT NULL OR $1 < $2 THEN $1 ELSE $2 END
             WHERE id = $3 AND due_at < $4"
        )
        .bind(acknowledge)
        .bind(answer)
        .bind(one.id)
        .bind(NEVER)
        .execute(c)
        .await)?;
    }
    Ok(moved)
}
