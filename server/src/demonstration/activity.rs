//! Plainly invented interactions, and the tasks that came of them: done, due and late.

use std::collections::HashMap;

use app::account::store as accounts;
use app::backend::clock;
use app::backend::database::Tx;
use app::backend::fold::fold;
use app::backend::journal::{Author, Chain, Entry};
use app::error::Result;
use app::interaction::model::{Details, Kind};
use app::interaction::{events, store as interactions};
use app::person::store as people;
use app::task::model::{About, State};
use app::task::{model as task, store as tasks};
use app::time::Timestamp;
use serde::Deserialize;
use sqlx::types::Uuid;

use super::rows;

const INTERACTIONS: &str = include_str!("../demo/interactions.csv");

#[derive(Deserialize)]
struct Row {
    /// How long before the demonstration was loaded it was.
    hours_ago: i64,
    kind: String,
    companies: String,
    /// Who of the zone spoke.
    manager: String,
    /// The addresses of those who took part.
    people: String,
    summary: String,
    next_step: String,
    /// In how many days it is due, or how long ago it was.
    next_in_days: Option<i64>,
    next_state: String,
    /// Whose it is, by their address; of who spoke, if none is named.
    owner: String,
}

pub(super) async fn load(
    tx: &mut Tx,
    chain: &mut Chain,
    author: &Author,
    managers: &HashMap<String, Uuid>,
    companies: &HashMap<String, Uuid>,
) -> Result<()> {
    for row in rows::<Row>(INTERACTIONS)? {
        let Some(by) = managers.get(&row.manager).copied() else { continue };
        let at = author.now.minus(row.hours_ago * Timestamp::HOUR);
        let mut with: Vec<Uuid> =
            row.companies.split_whitespace().filter_map(|key| companies.get(key)).copied().collect();
        with.sort();
        let mut took_part = Vec::new();
        for email in row.people.split_whitespace() {
            took_part.extend(people::with_email(tx, email, Uuid::nil()).await?);
        }
        took_part.sort();
        let details = Details {
            kind: Kind::from_code(&row.kind).unwrap_or(Kind::Meeting),
            at,
            summary: row.summary,
            others: String::new(),
            companies: with,
            people: took_part,
            colleagues: vec![by],
        };
        let id = clock::new_id();
        // Written down the day after.
        let then = at.plus(Timestamp::DAY);
        interactions::insert(tx, id, &details, by, then).await?;
        let fields = events::fields(tx, &details).await?;
        let author = Author { actor: Some(by), now: then, ..author.clone() };
        chain.append(tx, &author, Entry::new("interaction.recorded", "interaction", id).created(fields)).await?;
        let Some(days) = row.next_in_days.filter(|_| !row.next_step.is_empty()) else { continue };
        let now = at.plus(row.hours_ago * Timestamp::HOUR);
        let due = now.plus(days * Timestamp::DAY);
        let owner = accounts::credentials(tx, &fold(&row.owner)).await?.map_or(by, |account| account.id);
        let step = task::Details { title: row.next_step, note: String::new(), due_on: due.iso_day(), owner };
        let company = if let [one] = details.companies[..] { Some(one) } else { None };
        let about = About { company, enquiry: None, interaction: Some(id) };
        let task = clock::new_id();
        tasks::insert(tx, task, &step, about, by, then).await?;
        chain.append(tx, &author, Entry::new("task.added", "task", task).created(step.fields())).await?;
        if State::from_code(&row.next_state) == Some(State::Done) {
            tasks::end(tx, task, State::Done, "", by, due).await?;
            let author = Author { now: due, ..author };
            let fields = vec![("title", step.title)];
            chain.append(tx, &author, Entry::new("task.done", "task", task).created(fields)).await?;
        }
    }
    // Of what is due, nobody need be told by mail.
    app::on!(tx, |c| sqlx::query("UPDATE tasks SET told_at = $1 WHERE due_on <= $2")
        .bind(author.now.0)
        .bind(author.now.iso_day())
        .execute(c)
        .await)?;
    Ok(())
}
