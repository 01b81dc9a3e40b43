//! The names of what the journal speaks of.

use std::collections::HashMap;

use uuid::Uuid;

use crate::backend::database::{Sql, Tx};
use crate::backend::journal::{self, Event};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;

/// The names, in a language, of the companies, people, products, enquiries and mails that events are about, and of the companies to which
/// they gave a product.
pub async fn subject_names(tx: &mut Tx, events: &[Event], language: Language) -> Result<HashMap<Uuid, String>> {
    let mut names = HashMap::new();
    for (kind, text) in [
        ("company", "SELECT id, name_en, name_zh FROM companies WHERE "),
        ("product", "SELECT id, name_en, name_zh FROM products WHERE "),
        ("agreement", "SELECT id, number AS name_en, number AS name_zh FROM agreements WHERE "),
        ("enquiry", "SELECT id, number AS name_en, number AS name_zh FROM enquiries WHERE "),
        (
            "person",
            "SELECT id, name AS name_en, CASE WHEN name_zh = '' THEN name ELSE name_zh END AS name_zh FROM people WHERE ",
        ),
        ("mail", "SELECT id, subject AS name_en, subject AS name_zh FROM mails WHERE "),
        (
            "interaction",
            "SELECT id, substr(summary, 1, 80) AS name_en, substr(summary, 1, 80) AS name_zh FROM interactions WHERE ",
        ),
        ("task", "SELECT id, title AS name_en, title AS name_zh FROM tasks WHERE "),
        ("message", "SELECT id, subject AS name_en, subject AS name_zh FROM message_threads WHERE "),
        (
            "note",
            "SELECT id, name_en, name_zh FROM (SELECT n.id, c.name_en, c.name_zh FROM notes n
                                               JOIN companies c ON c.id = n.company_id) q WHERE ",
        ),
        ("account", "SELECT id, name AS name_en, name AS name_zh FROM accounts WHERE "),
    ] {
        let mut ids: Vec<Uuid> =
            events.iter().filter(|event| event.subject_kind == kind).map(|event| event.subject).collect();
        if kind == "company" {
            ids.extend(events.iter().flat_map(companies_named));
        }
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            continue;
        }
        let mut sql = Sql::new(text);
        sql.bind_in("id", &ids);
        let rows: Vec<(Uuid, String, String)> = sql.rows(tx).await?;
        // Who was erased has a pseudonym in the language of the reader.
        let shown = |name: &str| crate::privacy::model::shown_name(name, language.texts());
        names.extend(rows.into_iter().map(|(id, en, zh)| (id, shown(language.prefer(&en, &zh)))));
    }
    Ok(names)
}

/// The names of the people who stand in events as values.
pub async fn people_named(tx: &mut Tx, events: &[Event]) -> Result<Vec<(Uuid, String)>> {
    let mut ids: Vec<Uuid> = events.iter().flat_map(crate::affiliation::events::people).collect();
    ids.sort();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT id, name FROM accounts WHERE ");
    sql.bind_in("id", &ids);
    sql.rows(tx).await
}

/// The companies that stand in an event as values.
fn companies_named(event: &Event) -> impl Iterator<Item = Uuid> {
    let values = event.changes.iter().filter(|change| change.field == "company").flat_map(|c| [&c.before, &c.after]);
    values.flatten().filter_map(|value| value.parse().ok())
}

/// The latest events since a moment about what somebody follows or, as account manager, is told of anyway; not those of
/// their own making.
pub async fn followed(tx: &mut Tx, account: Uuid, since: Timestamp, limit: i64) -> Result<Vec<Event>> {
    let mut sql = Sql::new(journal::EVENTS);
    sql.bind(
        " AND j.subject_id IN (SELECT f.subject_id FROM follows f WHERE f.account_id = ?
               UNION SELECT c.id FROM companies c WHERE c.manager_id = ?)
           AND (j.actor_id IS NULL OR j.actor_id <> ?)",
        account,
    );
    sql.bind(" AND j.at >= ? ORDER BY j.at DESC, j.seq DESC", since.0).limit(limit, 0);
    journal::read_events(tx, &sql).await
}
