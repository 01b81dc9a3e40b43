//! What the demonstration's agreements owe. The agreements are public, their clauses are not: every obligation is made up,
//! and says so.

use app::agreement::model::{Key, Scope};
use app::agreement::obligation::life::State;
use app::agreement::obligation::model::{Due, Plan};
use app::agreement::obligation::{clock as ahead, events, store};
use app::agreement::store as agreements;
use app::backend::clock;
use app::backend::database::{Sql, Tx};
use app::backend::journal::{Author, Chain};
use app::calendar;
use app::error::{Error, Result};
use app::time::Timestamp;
use serde::Deserialize;
use sqlx::types::Uuid;

/// Nobody took these steps.
const TOLD: &str = "Illustrative 示例";
const OBLIGATIONS: &str = include_str!("../demo/obligations.csv");

#[derive(Deserialize)]
struct Row {
    /// Which agreement, from 1.
    agreement: usize,
    clause: String,
    text_en: String,
    text_zh: String,
    /// Letters of parties with spaces between.
    owes: String,
    benefits: String,
    /// So many days from now; empty for none.
    due: String,
    every_months: String,
    /// A state, or `series`: the first is fulfilled, those after it are pending.
    state: String,
    evidence: String,
}

/// Parties by their letters.
fn side(letters: &str, parties: &[Uuid]) -> Result<Vec<Uuid>> {
    letters
        .split_whitespace()
        .map(|letter| {
            let place = letter.bytes().next().map_or(0, |letter| usize::from(letter.saturating_sub(b'A')));
            parties.get(place).copied().ok_or(Error::Internal)
        })
        .collect()
}

pub(super) async fn load(tx: &mut Tx, chain: &mut Chain, author: &Author, loaded: &[Uuid]) -> Result<()> {
    let calendar = calendar::store::calendar(tx).await?;
    let now = author.now;
    for row in super::rows::<Row>(OBLIGATIONS)? {
        let id = *row.agreement.checked_sub(1).and_then(|at| loaded.get(at)).ok_or(Error::Internal)?;
        let agreement = agreements::find(tx, &Key::Id(id), &Scope::All).await?;
        let parties = agreements::parties(tx, id).await?;
        let ids: Vec<Uuid> = parties.iter().map(|party| party.id).collect();
        let due_on = row.due.parse::<i64>().map_or_else(|_| String::new(), |days| day(days, now));
        let plan = Plan {
            clause: row.clause,
            text_en: format!("{} (Illustrative: made up for the demonstration.)", row.text_en),
            text_zh: format!("{}（示例内容，为演示而虚构。）", row.text_zh),
            owes: side(&row.owes, &ids)?,
            benefits: side(&row.benefits, &ids)?,
            due_on,
            every_months: row.every_months.parse().ok(),
            repeat_until: String::new(),
            survives: false,
        };
        let due = Due::of(&plan.due_on, &agreement.facts.zone, &calendar);
        let new = clock::new_id();
        let number = store::insert(tx, (new, id), &plan, &due, &ahead::first_place(new, &plan), None, now).await?;
        let made = ahead::extend(tx, &agreement, new, &calendar, now).await?;
        let names = events::names(&plan, &parties);
        chain.append(tx, author, events::planned(id, number, &plan, &names, made.len())).await?;
        let late = due.due_at <= now.0;
        let state = match row.state.as_str() {
            "series" if late => State::Fulfilled,
            code => State::from_code(code).unwrap_or(State::Pending),
        };
        go(tx, chain, author, (id, new), &plan, state, &row.evidence).await?;
    }
    // Nobody is told of what is near, or late, when it is loaded.
    let mut sql = Sql::new("UPDATE obligations SET reminded_at = ");
    sql.bind("?, overdue_told_at = ?, escalated_at = ?", now.0);
    sql.bind(" WHERE due_at <= ?", now.plus(8 * Timestamp::DAY).0);
    sql.execute(tx).await?;
    Ok(())
}

fn day(days: i64, now: Timestamp) -> String {
    now.plus(days * Timestamp::DAY).iso_day()
}

/// Takes the steps to a state.
async fn go(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    (agreement, id): (Uuid, Uuid),
    plan: &Plan,
    to: State,
    evidence: &str,
) -> Result<()> {
    let way: &[State] = match to {
        State::InProgress => &[State::InProgress],
        State::Submitted => &[State::InProgress, State::Submitted],
        State::Fulfilled => &[State::InProgress, State::Submitted, State::Fulfilled],
        State::Disputed => &[State::InProgress, State::Submitted, State::Disputed],
        _ => &[],
    };
    for state in way {
        let Some(obligation) = store::by_id(tx, id).await? else { return Err(Error::Internal) };
        let owes = plan.owes.first().copied().ok_or(Error::Internal)?;
        let other = plan.benefits.iter().find(|party| **party != owes).copied().ok_or(Error::Internal)?;
        let party = if matches!(state, State::InProgress | State::Submitted) { owes } else { other };
        if *state == State::Submitted {
            let body =
                if evidence.is_empty() { "Illustrative: done in time. 示例：已按时完成。" } else { evidence };
            let new = store::NewEvidence { obligation: id, party, body, told_by: TOLD, by: None, documents: &[] };
            store::add_evidence(tx, &new, author.now).await?;
        }
        let reason = match state {
            State::Disputed => "Illustrative: the forecast covers too few months. 示例：预测覆盖的月份不足。",
            _ => "",
        };
        store::set_state(tx, id, obligation.version, *state, author.now).await?;
        let step = store::NewStep {
            obligation: id,
            states: (obligation.state, *state),
            party: Some(party),
            reason,
            told_by: TOLD,
            by: None,
        };
        store::add_step(tx, &step, author.now).await?;
        let company = store::sides(tx, id).await?.into_iter().find(|side| side.party == party).map(|side| side.company);
        chain.append(tx, author, events::moved(agreement, &obligation, *state, company, TOLD)).await?;
    }
    Ok(())
}
