//! The journal's entries about people, and how they read.

use uuid::Uuid;

use super::model::{Details, Position};
use crate::backend::context::Ctx;
use crate::backend::journal::Entry;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::time::date;

/// The person with whom one was compared or merged, by their id, beside the name as it was then: the entry's link leads there.
pub const OTHER_PERSON: &str = "other_person_id";

pub const ACTIONS: [&str; 13] = [
    "person.created",
    "person.imported",
    "person.edited",
    "person.archived",
    "person.restored",
    "person.position_added",
    "person.position_ended",
    "person.position_removed",
    "person.position_main",
    "person.merged",
    "person.merged_into",
    "person.unmerged",
    "person.compared",
];

pub fn created(id: Uuid, details: &Details) -> Entry {
    Entry::new("person.created", "person", id).created(details.fields())
}

/// An entry about one of a person's positions.
pub async fn of_position(ctx: &mut Ctx, action: &'static str, position: &Position) -> Result<Entry> {
    with_position(ctx, Entry::new(action, "person", position.person), position).await
}

/// The entry with the position and the name of its company.
pub async fn with_position(ctx: &mut Ctx, entry: Entry, position: &Position) -> Result<Entry> {
    let company = crate::company::store::find(&mut ctx.tx, position.company).await?;
    let name = company.map(|company| Language::En.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned());
    Ok(entry.created(vec![
        ("works_at", name.unwrap_or_default()),
        ("title", position.title.clone()),
        ("title_zh", position.title_zh.clone()),
        ("since", position.since.clone().unwrap_or_default()),
        ("until", position.until.clone().unwrap_or_default()),
    ]))
}

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "person.created" => Some(t.person_event_created()),
        "person.imported" => Some(t.imports_event_person()),
        "person.edited" => Some(t.person_event_edited()),
        "person.archived" => Some(t.person_event_archived()),
        "person.restored" => Some(t.person_event_restored()),
        "person.position_added" => Some(t.person_event_position_added()),
        "person.position_ended" => Some(t.person_event_position_ended()),
        "person.position_removed" => Some(t.person_event_position_removed()),
        "person.position_main" => Some(t.person_event_position_main()),
        "person.merged" => Some(t.twin_event_merged()),
        "person.merged_into" => Some(t.twin_event_merged_into()),
        "person.unmerged" => Some(t.twin_event_unmerged()),
        "person.compared" => Some(t.twin_event_compared()),
        _ => None,
    }
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("name", t.person_name()),
        ("name_zh", t.company_name_zh()),
        ("email", t.person_email()),
        ("phone", t.person_phone()),
        ("wechat", t.person_wechat()),
        ("language", t.person_language()),
        ("note", t.person_note()),
        ("account", t.person_account()),
        ("company", t.product_company()),
        ("works_at", t.product_company()),
        ("title", t.person_title()),
        ("title_zh", t.person_title_zh()),
        ("since", t.register_from_day()),
        ("until", t.register_to_day()),
        ("other_person", t.twin_other()),
        ("not_duplicate", t.twin_is_another_short()),
        ("merged_rows", t.duplicate_merged_rows()),
        ("kept", t.duplicate_kept()),
        ("import", t.imports_one()),
    ]
}

/// A stored value in the reader's words.
pub fn shown(field: &str, value: &str, t: &'static Texts) -> String {
    match field {
        "language" => match Language::from_code(value) {
            Some(language) => language_name(language).to_owned(),
            None => value.to_owned(),
        },
        "not_duplicate" if value == "yes" => t.duplicate_yes().to_owned(),
        "kept" => {
            let labels = labels(t);
            let label = |field: &str| labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
            value.split_whitespace().map(label).collect::<Vec<_>>().join(" · ")
        }
        "since" | "until" => date(value, t.language),
        "import" => crate::import::model::file_of(value),
        _ => value.to_owned(),
    }
}

/// Languages are called by their own names.
pub fn language_name(language: Language) -> &'static str {
    match language {
        Language::En => "English",
        Language::Zh => "中文",
    }
}
