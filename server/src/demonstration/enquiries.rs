//! Plainly invented enquiries in every state, with clocks that run, stopped and ran out.

use std::collections::HashMap;

use app::backend::clock;
use app::backend::database::Tx;
use app::backend::journal::{Author, Chain, Entry};
use app::enquiry::model::{Channel, CloseReason, Facts, Kind, Priority, State};
use app::enquiry::store::{self, Arrival, Changed, MessageKind};
use app::enquiry::{events, model};
use app::error::Result;
use app::language::Language;
use app::time::Timestamp;
use serde::Deserialize;
use sqlx::types::Uuid;

const ENQUIRIES: &str = include_str!("../demo/enquiries.csv");

#[derive(Deserialize)]
struct Row {
    /// How long before the demonstration was loaded it came, by the wall clock.
    hours_ago: i64,
    channel: String,
    kind: String,
    state: String,
    priority: String,
    name: String,
    company: String,
    country: String,
    email: String,
    phone: String,
    language: String,
    /// To whom it is assigned.
    manager: String,
    /// The company that it became.
    became: String,
    message: String,
}

/// Loads them, the earliest first, so that their numbers are in order.
pub(super) async fn load(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
    companies: &HashMap<String, Uuid>,
) -> Result<()> {
    let mut rows = super::rows::<Row>(ENQUIRIES)?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.hours_ago));
    for row in rows {
        load_one(tx, chain, author, managers, companies, row).await?;
    }
    // Of what ran out before, nobody need be told by mail.
    app::on!(tx, |c| sqlx::query(
        "UPDATE enquiries SET acknowledge_told_at = CASE WHEN acknowledge_due_at <= $1 THEN $1 END,
                answer_told_at = CASE WHEN answer_due_at <= $1 THEN $1 END"
    )
    .bind(author.now.0)
    .execute(c)
    .await)?;
    Ok(())
}

async fn load_one(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
    companies: &HashMap<String, Uuid>,
    row: Row,
) -> Result<()> {
    let facts = Facts {
        kind: Kind::from_code(&row.kind).unwrap_or(Kind::Other),
        name: row.name,
        company: row.company,
        country: (!row.country.is_empty()).then_some(row.country),
        email: row.email,
        phone: row.phone,
        language: Language::from_code(&row.language).unwrap_or_default(),
        message: row.message,
    };
    let received_at = author.now.minus(row.hours_ago * Timestamp::HOUR);
    let channel = Channel::from_code(&row.channel).unwrap_or(Channel::Form);
    let somebody = managers.get("wang").copied();
    let recorded_by = somebody.filter(|_| channel != Channel::Form);
    let arrival = Arrival { id: clock::new_id(), channel, received_at, recorded_by };
    let number = store::next_number(tx, received_at).await?;
    store::insert(tx, arrival, &number, &facts, received_at).await?;
    let action = if recorded_by.is_some() { "enquiry.recorded" } else { "enquiry.received" };
    let at = |now| Author { now, ..author.clone() };
    let entry = events::received(action, arrival.id, &number, &facts, arrival);
    chain.append(tx, &at(received_at), entry).await?;

    let target = State::from_code(&row.state).unwrap_or(State::Received);
    let Some(enquiry) = store::find(tx, arrival.id).await?.filter(|_| target != State::Received) else { return Ok(()) };
    let spam = facts.email.ends_with("@spam.example");
    let mut to = Changed::of(&enquiry, target);
    to.priority = Priority::from_code(&row.priority).unwrap_or(Priority::Normal);
    // What was done was done an hour after it came, the answer a day after.
    let reached = |state: State| target as u8 >= state as u8 && !spam;
    let (soon, later) = (received_at.plus(Timestamp::HOUR), received_at.plus(Timestamp::DAY));
    to.acknowledged_at = reached(State::Acknowledged).then_some(soon);
    to.screened_at = (reached(State::Screened) || spam).then_some(soon);
    to.assignee = managers.get(&row.manager).copied();
    to.answered_at = reached(State::Answered).then_some(later);
    to.company_id = companies.get(&row.became).copied();
    if target == State::Closed {
        to.close_reason = Some(if spam { CloseReason::Spam } else { CloseReason::Settled });
    }
    if target == State::FollowedUp {
        to.next_on = author.now.plus(7 * Timestamp::DAY).date().to_string();
    }
    let by = to.assignee.or(somebody).unwrap_or_default();
    if to.acknowledged_at.is_some() {
        let text = app::enquiry::letters::usual_acknowledgement(&enquiry, model::Limits::USUAL);
        store::add_message(tx, enquiry.id, MessageKind::Acknowledgement, by, &text, None, soon).await?;
    }
    if to.answered_at.is_some() {
        let text = "Thank you for your question. (The text of this answer is part of the demonstration.)";
        store::add_message(tx, enquiry.id, MessageKind::Answer, by, text, None, later).await?;
    }
    if target == State::FollowedUp {
        let text = "Called them; they send their plans next week. (Invented for the demonstration.)";
        store::add_message(tx, enquiry.id, MessageKind::Note, by, text, None, author.now).await?;
    }
    store::change(tx, &enquiry, &to, author.now).await?;
    let before = events::fields(&Changed::of(&enquiry, enquiry.state));
    let entry = Entry::new(step(target), "enquiry", enquiry.id).changed(before, events::fields(&to));
    chain.append(tx, &at(if to.answered_at.is_some() { later } else { soon }), entry).await
}

/// The step that led to a state.
fn step(state: State) -> &'static str {
    match state {
        State::Received => "enquiry.received",
        State::Acknowledged => "enquiry.acknowledged",
        State::Screened => "enquiry.screened",
        State::Assigned => "enquiry.assigned",
        State::Answered => "enquiry.answered",
        State::FollowedUp => "enquiry.followed_up",
        State::Converted => "enquiry.converted",
        State::Closed => "enquiry.closed",
    }
}
