//! How the journal's entries about companies read.

use uuid::Uuid;

use super::model::Stage;
use crate::country;
use crate::language::{Language, Texts};

/// The actions that the journal knows of companies.
pub fn event_text(action: &str, t: &'static Texts) -> Option<&'static str> {
    match action {
        "company.created" => Some(t.event_company_created()),
        "company.edited" => Some(t.event_company_edited()),
        "company.imported" => Some(t.event_company_imported()),
        _ => None,
    }
}

/// The fields' labels, by name.
pub fn labels(t: &'static Texts) -> Vec<(&'static str, &'static str)> {
    vec![
        ("name_en", t.company_name_en()),
        ("name_zh", t.company_name_zh()),
        ("name_local", t.company_name_local()),
        ("kinds", t.company_kinds()),
        ("country", t.company_country()),
        ("city", t.company_city()),
        ("website", t.company_website()),
        ("stage", t.company_stage()),
        ("manager", t.company_manager()),
        ("about", t.company_about()),
    ]
}

/// A field's stored value in the reader's words.
pub fn shown(field: &str, value: &str, managers: &[(Uuid, String)], t: &'static Texts, language: Language) -> String {
    match field {
        "kinds" => super::pages::kinds_text(&super::model::kinds_from(value), t),
        "country" if !value.is_empty() => country::name(value, language),
        "stage" => Stage::from_code(value).map_or(value, |stage| t.stage(stage)).to_owned(),
        "manager" => managers
            .iter()
            .find(|(id, _)| id.to_string() == value)
            .map_or_else(|| value.to_owned(), |(_, name)| crate::privacy::model::shown_name(name, t)),
        _ => value.to_owned(),
    }
}
