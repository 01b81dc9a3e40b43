//! The journal's entries about interactions, and how they read.

use uuid::Uuid;

use super::model::{Details, Kind};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::Timestamp;

pub const ACTIONS: [&str; 3] = ["interaction.recorded", "interaction.edited", "interaction.removed"];

/// What the journal keeps of an interaction. The companies stand there by name; who took part only as how many they were,
/// for a person's name could not be taken back.
pub async fn fields(tx: &mut Tx, details: &Details) -> Result<Vec<(&'static str, String)>> {
    let mut sql = Sql::new("SELECT id, name_en, name_zh FROM companies WHERE ");
    sql.bind_in("id", &details.companies).push(" ORDER BY sort_en, id");
    let companies: Vec<(Uuid, String, String)> = sql.rows(tx).await?;
    let names: Vec<&str> = companies.iter().map(|(_, en, zh)| Language::En.prefer(en, zh)).collect();
    Ok(vec![
        ("kind", details.kind.code().to_owned()),
        ("at", details.at.iso()),
        ("companies", names.join("; ")),
        ("participants", (details.people.len() + details.colleagues.len()).to_string()),
        ("others", details.others.clone()),
        ("summary", details.summary.clone()),
    ])
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "interaction.recorded" => Some(t.interaction_event_recorded()),
        "interaction.edited" => Some(t.interaction_event_edited()),
        "interaction.removed" => Some(t.interaction_event_removed()),
        _ => None,
    }
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("kind", t.interaction_kind()),
        ("at", t.interaction_at()),
        ("company", t.interaction_company()),
        ("other_companies", t.interaction_other_companies()),
        ("people", t.interaction_people()),
        ("colleagues", t.interaction_colleagues()),
        ("others", t.interaction_others()),
        ("summary", t.interaction_summary()),
        ("next_step", t.interaction_next_step()),
        ("next_due", t.interaction_next_due()),
        ("next_owner", t.interaction_next_owner()),
        ("companies", t.interaction_companies()),
        ("participants", t.interaction_participants()),
        ("remove_reason", t.register_reason()),
    ]
}

pub fn field_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    labels(t).into_iter().find(|(name, _)| *name == field).map(|(_, label)| label)
}

/// A stored value in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts, language: Language) -> String {
    match field {
        "kind" => Kind::from_code(value).map_or(value, |kind| t.interaction_kind_of(kind)).to_owned(),
        "at" => moment(value).map_or_else(|| value.to_owned(), |at| at.long(language)),
        _ => value.to_owned(),
    }
}

/// The moment that the journal kept: `2026-11-22T08:00:00Z`.
pub fn moment(iso: &str) -> Option<Timestamp> {
    iso.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_microsecond()))
}
