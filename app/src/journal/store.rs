//! The names of what the journal speaks of.

use std::collections::HashMap;

use uuid::Uuid;

use crate::backend::database::{Sql, Tx};
use crate::backend::journal::Event;
use crate::error::Result;
use crate::language::Language;

/// The names, in a language, of the companies and products that events are about.
pub async fn subject_names(tx: &mut Tx, events: &[Event], language: Language) -> Result<HashMap<Uuid, String>> {
    let mut names = HashMap::new();
    for (kind, text) in [
        ("company", "SELECT id, name_en, name_zh FROM companies WHERE "),
        ("product", "SELECT id, name_en, name_zh FROM products WHERE "),
    ] {
        let mut ids: Vec<Uuid> =
            events.iter().filter(|event| event.subject_kind == kind).map(|event| event.subject).collect();
        ids.sort();
        ids.dedup();
        if ids.is_empty() {
            continue;
        }
        let mut sql = Sql::new(text);
        sql.bind_in("id", &ids);
        let rows: Vec<(Uuid, String, String)> = sql.rows(tx).await?;
        names.extend(rows.into_iter().map(|(id, en, zh)| (id, language.prefer(&en, &zh).to_owned())));
    }
    Ok(names)
}
