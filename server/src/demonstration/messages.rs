//! Plainly invented conversations with companies, and notes that the zone made for itself.

use std::collections::HashMap;

use app::account::store as accounts;
use app::actor::Role;
use app::backend::clock;
use app::backend::database::Tx;
use app::backend::fold::fold;
use app::backend::journal::{Author, Chain};
use app::error::Result;
use app::message::store::{self as messages, New};
use app::note::{mention::mentioned, store as notes};
use app::time::Timestamp;
use app::{message, note};
use serde::Deserialize;
use sqlx::types::Uuid;

const MESSAGES: &str = include_str!("../demo/messages.csv");
const NOTES: &str = include_str!("../demo/notes.csv");

#[derive(Deserialize)]
struct MessageRow {
    company: String,
    /// The first with a subject opens the thread.
    subject: String,
    hours_ago: i64,
    author: String,
    body: String,
}

#[derive(Deserialize)]
struct NoteRow {
    company: String,
    hours_ago: i64,
    author: String,
    body: String,
}

/// Who has this address, and whether they work for the zone.
async fn account(tx: &mut Tx, email: &str) -> Result<Option<(Uuid, bool)>> {
    let known = accounts::by_address(tx, &fold(email)).await?;
    Ok(known.map(|known| (known.id, known.role() != Role::Representative)))
}

/// Loads them. Nobody is written to.
pub(super) async fn load(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    companies: &HashMap<String, Uuid>,
) -> Result<()> {
    let mut threads: HashMap<String, Uuid> = HashMap::new();
    for row in super::rows::<MessageRow>(MESSAGES)? {
        let (Some(company), Some((by, of_zone))) = (companies.get(&row.company), account(tx, &row.author).await?)
        else {
            continue;
        };
        let now = author.now.minus(row.hours_ago * Timestamp::HOUR);
        let known = threads.get(&row.subject).copied();
        let thread = *threads.entry(row.subject.clone()).or_insert_with(clock::new_id);
        let (id, body) = (clock::new_id(), row.body.as_str());
        let new = New { id, thread, company: *company, by, of_zone, body, document: None, corrects: None };
        let action = if known.is_some() {
            messages::insert(tx, &new, now).await?;
            "message.posted"
        } else {
            messages::insert_thread(tx, &row.subject, &new, now).await?;
            "message.opened"
        };
        let by = Author { actor: Some(by), now, ..author.clone() };
        chain.append(tx, &by, message::events::entry(action, thread, *company)).await?;
    }
    let people = notes::people(tx).await?;
    for row in super::rows::<NoteRow>(NOTES)? {
        let (Some(company), Some((by, true))) = (companies.get(&row.company), account(tx, &row.author).await?) else {
            continue;
        };
        let now = author.now.minus(row.hours_ago * Timestamp::HOUR);
        let id = clock::new_id();
        let new = notes::New { id, company: *company, by, body: &row.body, corrects: None };
        notes::insert(tx, &new, now).await?;
        notes::mention(tx, id, &mentioned(&row.body, &people)).await?;
        let by = Author { actor: Some(by), now, ..author.clone() };
        chain.append(tx, &by, note::events::entry("note.added", id, *company)).await?;
    }
    Ok(())
}
