//! What the clock does: it makes what comes again, reminds who owes, and tells who should act when something is late. Each
//! is told once.

use jiff::{Span, ToSpan as _};
use uuid::Uuid;

use super::life::State;
use super::model::{Due, MOST, MOST_OF_SERIES, Obligation, Plan, occurrence};
use super::store::{self, Place, binding_into};
use super::{events, tell};
use crate::agreement::model::{Agreement, Key, Scope};
use crate::agreement::store as agreements;
use crate::backend::Backend;
use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::backend::journal::{self, Author, Entry};
use crate::calendar::model::Calendar;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, calendar};

/// What comes again stands there so many days ahead.
const AHEAD: i64 = 100;
/// So many of one series are made at a time; the next run goes on.
const AT_ONCE: usize = 24;
/// Who owes is reminded so long before.
const BEFORE: i64 = 7 * Timestamp::DAY;
/// So many are dealt with by one run; the next one goes on.
const MOST_OF_RUN: i64 = 500;

fn system(now: Timestamp) -> Author {
    Author { actor: None, origin: "system", address: String::new(), now }
}

/// The day of the one after an occurrence; empty where the series ends with it.
fn next_on(anchor_on: &str, every: i64, number: i64, until: &str) -> String {
    let next = occurrence(anchor_on, every, number + 1).filter(|_| number + 1 < MOST_OF_SERIES);
    next.filter(|day| until.is_empty() || day.as_str() <= until).unwrap_or_default()
}

/// Where the first of a plan stands.
pub fn first_place(id: Uuid, plan: &Plan) -> Place {
    match plan.every_months {
        Some(every) => Place {
            series: Some(id),
            occurrence: 0,
            anchor_on: plan.due_on.clone(),
            next_on: next_on(&plan.due_on, every, 0, &plan.repeat_until),
        },
        None => Place::default(),
    }
}

/// Where one stands after its plan was changed: the last of a series may begin to count from another day.
pub(super) fn place_after_edit(before: &Obligation, plan: &Plan, continues: bool) -> Place {
    let as_it_is = Place {
        series: before.series,
        occurrence: before.occurrence,
        anchor_on: before.anchor_on.clone(),
        next_on: before.next_on.clone(),
    };
    let same = (&before.due_on, before.every_months, &before.repeat_until)
        == (&plan.due_on, plan.every_months, &plan.repeat_until);
    if !continues || same {
        return as_it_is;
    }
    let first = first_place(before.series.unwrap_or(before.id), plan);
    Place { series: first.series.or(before.series), ..first }
}

/// Makes what follows the last of a series, as far ahead as it is made; gives the numbers. The agreement is held.
pub async fn extend(
    tx: &mut Tx,
    agreement: &Agreement,
    last: Uuid,
    calendar: &Calendar,
    now: Timestamp,
) -> Result<Vec<i64>> {
    // What is over brings nothing new.
    if agreement.state(now).is_over() {
        return Ok(Vec::new());
    }
    let horizon = now.date().checked_add(AHEAD.days()).unwrap_or(now.date()).to_string();
    let ends_on = if agreement.renews() { "" } else { agreement.days.ends_on.as_str() };
    let mut made = Vec::new();
    let mut last = last;
    while made.len() < AT_ONCE {
        let Some(before) = store::by_id(tx, last).await? else { break };
        let Some(every) = before.every_months.filter(|_| !before.next_on.is_empty()) else { break };
        let beyond = before.next_on > horizon || (!ends_on.is_empty() && before.next_on.as_str() > ends_on);
        if beyond || store::last_number(tx, agreement.id).await? >= MOST {
            break;
        }
        let sides = store::sides(tx, before.id).await?;
        let plan = Plan { due_on: before.next_on.clone(), ..events::plan_of(&before, &sides) };
        let due = Due::of(&plan.due_on, &agreement.facts.zone, calendar);
        let number = before.occurrence + 1;
        let place = Place {
            series: before.series,
            occurrence: number,
            anchor_on: before.anchor_on.clone(),
            next_on: next_on(&before.anchor_on, every, number, &before.repeat_until),
        };
        let id = clock::new_id();
        made.push(store::insert(tx, (id, agreement.id), &plan, &due, &place, None, now).await?);
        store::set_next(tx, before.id, "").await?;
        last = id;
    }
    Ok(made)
}

/// Ends what nobody did yet under an agreement that ends, unless it is said to survive; where the agreement never bound
/// anybody, that too. What was shown, or is disputed, stays to be answered. Gives the numbers of those that lapsed.
pub async fn end_open(
    tx: &mut Tx,
    agreement: Uuid,
    reason: &str,
    survivors_too: bool,
    by: Option<Uuid>,
    now: Timestamp,
) -> Result<Vec<i64>> {
    let ended = store::ended_with(tx, agreement, survivors_too).await?;
    for obligation in &ended {
        store::set_state(tx, obligation.id, obligation.version, State::Lapsed, now).await?;
        let states = (obligation.state, State::Lapsed);
        let step = store::NewStep { obligation: obligation.id, states, party: None, reason, told_by: "", by };
        store::add_step(tx, &step, now).await?;
    }
    let mut sql = Sql::new("UPDATE obligations SET next_on = '' WHERE next_on <> ''");
    sql.bind(" AND agreement_id = ?", agreement);
    if !survivors_too {
        sql.push(" AND survives = FALSE");
    }
    sql.execute(tx).await?;
    Ok(ended.into_iter().map(|obligation| obligation.number).collect())
}

/// Does all that is due; gives how many times something was made or told.
pub async fn work(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut done = make(backend, now).await?;
    for told in [Told::Reminder, Told::Overdue, Told::Escalation] {
        done += tell_due(backend, told, now).await?;
    }
    Ok(done)
}

async fn make(backend: &Backend, now: Timestamp) -> Result<i64> {
    let horizon = now.date().checked_add(Span::new().days(AHEAD)).unwrap_or(now.date()).to_string();
    let mut tx = backend.database.read().await?;
    let mut sql =
        Sql::new("SELECT o.id, o.agreement_id FROM obligations o JOIN agreements a ON a.id = o.agreement_id WHERE ");
    sql.bind("o.next_on <> '' AND o.next_on <= ?", horizon).push(
        " AND (a.ends_on = '' OR a.renewal = 'automatic' OR o.next_on <= a.ends_on)
          AND a.state NOT IN ('expired', 'renewed', 'terminated', 'withdrawn', 'rejected') ORDER BY o.next_on, o.id",
    );
    sql.limit(MOST_OF_RUN, 0);
    let due: Vec<(Uuid, Uuid)> = sql.rows(&mut tx).await?;
    let calendar = calendar::store::calendar(&mut tx).await?;
    drop(tx);
    let mut made = 0;
    for (id, agreement) in due {
        let mut tx = backend.database.begin().await?;
        agreements::hold(&mut tx, &Key::Id(agreement)).await?;
        let agreement = agreements::find(&mut tx, &Key::Id(agreement), &Scope::All).await?;
        let numbers = extend(&mut tx, &agreement, id, &calendar, now).await?;
        if numbers.is_empty() {
            continue;
        }
        made += i64::try_from(numbers.len()).unwrap_or_default();
        journal::record(&mut tx, &system(now), events::made(agreement.id, &numbers)).await?;
        tx.commit().await?;
    }
    Ok(made)
}

/// What is told by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Reminder,
    Overdue,
    Escalation,
}

impl Told {
    /// What is due, as it stands in a statement about `obligations o`.
    fn due(self) -> &'static str {
        match self {
            Self::Reminder => "o.reminded_at IS NULL AND o.due_at <= ?",
            Self::Overdue => "o.overdue_told_at IS NULL AND o.due_at <= ?",
            Self::Escalation => "o.escalated_at IS NULL AND o.escalate_at <= ?",
        }
    }

    /// Claims it: whoever writes first that it told, tells.
    fn claim(self) -> &'static str {
        match self {
            Self::Reminder => {
                "UPDATE obligations SET reminded_at = $1 WHERE id = $2 AND reminded_at IS NULL AND due_at <= $3
                    AND state IN ('pending', 'in_progress') RETURNING id"
            }
            Self::Overdue => {
                "UPDATE obligations SET overdue_told_at = $1 WHERE id = $2 AND overdue_told_at IS NULL AND due_at <= $3
                    AND state IN ('pending', 'in_progress') RETURNING id"
            }
            Self::Escalation => {
                "UPDATE obligations SET escalated_at = $1 WHERE id = $2 AND escalated_at IS NULL AND escalate_at <= $3
                    AND state IN ('pending', 'in_progress') RETURNING id"
            }
        }
    }

    fn entry(self, agreement: Uuid, number: i64) -> Entry {
        let action = match self {
            Self::Reminder => "obligation.reminded",
            Self::Overdue => "obligation.overdue",
            Self::Escalation => "obligation.escalated",
        };
        events::told(action, agreement, number)
    }
}

async fn tell_due(backend: &Backend, told: Told, now: Timestamp) -> Result<i64> {
    let until = if told == Told::Reminder { now.plus(BEFORE) } else { now };
    let mut tx = backend.database.read().await?;
    let mut sql = Sql::new(
        "SELECT o.id FROM obligations o JOIN agreements a ON a.id = o.agreement_id WHERE o.settled = FALSE AND ",
    );
    sql.bind(told.due(), until.0).push(" AND o.state IN ('pending', 'in_progress')");
    binding_into(&mut sql, now);
    sql.push(" ORDER BY o.due_at, o.id").limit(MOST_OF_RUN, 0);
    let due: Vec<(Uuid,)> = sql.rows(&mut tx).await?;
    drop(tx);
    let mut done = 0;
    for (id,) in due {
        let mut tx = backend.database.begin().await?;
        let claimed: Option<Uuid> = ask!(&mut tx, |c| sqlx::query_scalar(told.claim())
            .bind(now.0)
            .bind(id)
            .bind(until.0)
            .fetch_optional(c)
            .await)?;
        let Some(obligation) = (match claimed {
            Some(id) => store::by_id(&mut tx, id).await?,
            None => None,
        }) else {
            continue;
        };
        // What was late before anybody could be reminded is told as late, not as near.
        if told == Told::Reminder && obligation.due_at <= now.0 {
            tx.commit().await?;
            continue;
        }
        let agreement = agreements::find(&mut tx, &Key::Id(obligation.agreement), &Scope::All).await?;
        let sides = store::sides(&mut tx, obligation.id).await?;
        match told {
            Told::Reminder => tell::near(&mut tx, &agreement, &obligation, &sides, now).await?,
            Told::Overdue => tell::overdue(&mut tx, &agreement, &obligation, &sides, now).await?,
            Told::Escalation => tell::escalated(&mut tx, &agreement, &obligation, now).await?,
        }
        journal::record(&mut tx, &system(now), told.entry(agreement.id, obligation.number)).await?;
        tx.commit().await?;
        done += 1;
    }
    Ok(done)
}
