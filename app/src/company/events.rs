//! How the journal's entries about companies read, and who may read them.

use uuid::Uuid;

use super::model::{INTERNAL, Stage, Tier};
use super::relation::model::Kind as RelationKind;
use crate::actor::Actor;
use crate::backend::journal::Event;
use crate::country;
use crate::document;
use crate::language::{Language, Texts};
use crate::time::date;

/// The company with which one was compared or merged, by its id, beside its name as it was then: the entry's link leads there.
pub const OTHER_COMPANY: &str = "other_company_id";

/// What happens to a company besides being added, edited and imported.
pub const ACTIONS: [&str; 15] = [
    "company.moved",
    "company.compared",
    "company.merged",
    "company.merged_into",
    "company.unmerged",
    "company.archived",
    "company.restored",
    "company.relation_added",
    "company.relation_ended",
    "company.relation_removed",
    "company.proposed",
    "company.proposal_accepted",
    "company.proposal_declined",
    "company.proposal_withdrawn",
    "stalled.changed",
];

pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "company.created" => Some(t.event_company_created()),
        "company.edited" => Some(t.event_company_edited()),
        "company.imported" => Some(t.event_company_imported()),
        "company.moved" => Some(t.register_event_moved()),
        "company.compared" => Some(t.duplicate_event_compared()),
        "company.merged" => Some(t.duplicate_event_merged()),
        "company.merged_into" => Some(t.duplicate_event_merged_into()),
        "company.unmerged" => Some(t.duplicate_event_unmerged()),
        "company.archived" => Some(t.register_event_archived()),
        "company.restored" => Some(t.register_event_restored()),
        "company.relation_added" => Some(t.relation_event_added()),
        "company.relation_ended" => Some(t.relation_event_ended()),
        "company.relation_removed" => Some(t.relation_event_removed()),
        "company.proposed" => Some(t.proposal_event_proposed()),
        "company.proposal_accepted" => Some(t.proposal_event_accepted()),
        "company.proposal_declined" => Some(t.proposal_event_declined()),
        "company.proposal_withdrawn" => Some(t.proposal_event_withdrawn()),
        "stalled.changed" => Some(t.stalled_event_changed()),
        _ => None,
    }
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("name_en", t.company_name_en()),
        ("name_zh", t.company_name_zh()),
        ("name_local", t.company_name_local()),
        ("aliases", t.register_aliases()),
        ("kinds", t.company_kinds()),
        ("country", t.company_country()),
        ("city", t.company_city()),
        ("website", t.company_website()),
        ("websites", t.register_websites()),
        ("email_domains", t.register_email_domains()),
        ("registrations", t.register_registrations()),
        ("areas", t.register_areas()),
        ("tier", t.register_tier()),
        ("stage", t.company_stage()),
        ("stage_reason", t.register_reason()),
        ("archived_reason", t.register_reason()),
        ("manager", t.company_manager()),
        ("tags", t.register_tags()),
        ("about", t.company_about()),
        ("relation", t.relation_kind()),
        ("other_company", t.relation_other()),
        ("import", t.imports_one()),
        ("pair", t.duplicate_verdict()),
        ("not_duplicate", t.duplicate_not_duplicate()),
        ("merged_rows", t.duplicate_merged_rows()),
        ("kept", t.duplicate_kept()),
    ]
}

/// What a stage is called, where it stands for a setting of it.
pub fn stage_label(field: &str, t: &'static Texts) -> Option<&'static str> {
    Stage::from_code(field).map(|stage| t.stage(stage))
}

/// A field's stored value in the reader's words.
pub fn shown(field: &str, value: &str, managers: &[(Uuid, String)], t: &'static Texts, language: Language) -> String {
    match field {
        "kinds" => super::list_view::kinds_text(&super::model::kinds_from(value), t),
        "country" if !value.is_empty() => country::name(value, language),
        "stage" => Stage::from_code(value).map_or(value, |stage| t.stage(stage)).to_owned(),
        "tier" => Tier::from_code(value).map_or(value, |tier| t.tier(tier)).to_owned(),
        "relation" => RelationKind::from_code(value).map_or(value, |kind| t.relation(kind)).to_owned(),
        "pair" => t.pair_state(value).to_owned(),
        "not_duplicate" if value == "yes" => t.duplicate_yes().to_owned(),
        "kept" => {
            let labels = labels(t);
            let label = |field: &str| labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
            value.split_whitespace().map(label).collect::<Vec<_>>().join(" · ")
        }
        "since" | "until" => date(value, language),
        "import" => crate::import::model::file_of(value),
        "manager" => managers
            .iter()
            .find(|(id, _)| id.to_string() == value)
            .map_or_else(|| value.to_owned(), |(_, name)| crate::privacy::model::shown_name(name, t)),
        _ => value.to_owned(),
    }
}

/// What of a company's timeline a person may read: its representatives neither what the zone thinks of it, nor documents
/// of the zone alone, nor who its competitors are.
pub fn for_reader(events: Vec<Event>, actor: &Actor) -> Vec<Event> {
    let mut events: Vec<Event> =
        events.into_iter().filter(|event| document::events::is_for(event, actor) && tells(event, actor)).collect();
    if !actor.may_see_internals() {
        for event in &mut events {
            event.changes.retain(|change| !INTERNAL.contains(&change.field.as_str()));
        }
    }
    events
}

fn tells(event: &Event, actor: &Actor) -> bool {
    if actor.may_see_internals() {
        return true;
    }
    // Which of its companies staff took for another is the zone's own.
    if event.action == "company.compared" {
        return false;
    }
    let about_competitor = event
        .changes
        .iter()
        .any(|change| change.field == "relation" && change.after.as_deref() == Some(RelationKind::Competitor.code()));
    // A relation of which that cannot be told any more may have been one.
    let erased = event.action.starts_with("company.relation")
        && event.changes.iter().any(|change| change.field == "relation" && change.after.is_none());
    let only_internal = event.action == "company.edited"
        && event.changes.iter().all(|change| INTERNAL.contains(&change.field.as_str()));
    !about_competitor && !erased && !only_internal
}
