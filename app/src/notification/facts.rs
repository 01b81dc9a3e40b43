//! What a notification knows of what happened: names and values, stored as one JSON object, read in a reader's language.

use std::collections::BTreeMap;

use crate::agreement::life::State;
use crate::agreement::obligation::life::State as Obliged;
use crate::company::model::Stage;
use crate::country;
use crate::language::{Language, Texts};
use crate::time::date;

/// The fact that says that who did it is one of the zone's people; [`super::tell`] sets it.
pub(super) const BY_ZONE: &str = "by_zone";

/// The facts, as one reader may read them.
#[derive(Clone, Debug)]
pub struct Facts {
    values: BTreeMap<String, String>,
    language: Language,
    /// Whether the reader may know the names of the zone's people.
    named: bool,
}

impl Facts {
    /// Reads what is stored; what cannot be read is as if nothing were known.
    pub fn read(json: &str, language: Language, named: bool) -> Self {
        Self { values: serde_json::from_str(json).unwrap_or_default(), language, named }
    }

    pub fn texts(&self) -> &'static Texts {
        self.language.texts()
    }

    fn plain(&self, name: &str) -> &str {
        self.values.get(name).map_or("", String::as_str)
    }

    /// A fact in words; empty when it is not known. A fact `x` that differs between the languages is kept as `x_en` and
    /// `x_zh`. `by` is a person, or "zone staff" to who may not know their names; `due` is a calendar date in ISO form.
    pub fn of(&self, name: &str) -> String {
        let t = self.texts();
        let plain = self.plain(name);
        match name {
            "by" if !self.named && !self.plain(BY_ZONE).is_empty() => t.journal_zone_staff().to_owned(),
            "by" if plain.is_empty() => t.journal_origin_system().to_owned(),
            "due" => date(plain, self.language),
            "country" if !plain.is_empty() => country::name(plain, self.language),
            "stage" => Stage::from_code(plain).map_or(plain, |stage| t.stage(stage)).to_owned(),
            "agreement_state" => State::from_code(plain).map_or(plain, |state| t.agreement_state_of(state)).to_owned(),
            "obligation_state" => {
                Obliged::from_code(plain).map_or(plain, |state| t.obligation_state_of(state)).to_owned()
            }
            "fields" => self.fields(plain),
            _ if plain.is_empty() => {
                let two = |end: &str| self.values.get(&format!("{name}_{end}")).map_or("", String::as_str);
                self.language.prefer(two("en"), two("zh")).to_owned()
            }
            _ => plain.to_owned(),
        }
    }

    /// Names of fields, as the company's form calls them; others stand as they are.
    fn fields(&self, names: &str) -> String {
        let labels = crate::company::events::labels(self.texts());
        let label = |name| labels.iter().find(|(field, _)| *field == name).map_or(name, |(_, label)| *label);
        names.split_whitespace().map(label).collect::<Vec<_>>().join(self.texts().form_comma())
    }

    /// A field on which somebody decided, and why if they said so.
    fn decided(&self, field: &str) -> String {
        let (label, reason) = (self.fields(field), self.plain(&format!("reason.{field}")));
        if reason.is_empty() { label } else { format!("{label}{}{reason}", self.texts().form_colon()) }
    }

    /// What stands in the small table of a mail: each fact that is known, with its label.
    pub fn table(&self, subject_kind: &str) -> Vec<(&'static str, String)> {
        let t = self.texts();
        let name = match subject_kind {
            "company" | "proposal" | "join_requests" | "affiliation" => t.letter_manager_company(),
            "enquiry" => t.enquiry_number(),
            _ => t.notice_fact_name(),
        };
        let labels = [
            ("name", name),
            ("asker", t.enquiry_company()),
            ("country", t.company_country()),
            ("stage", t.company_stage()),
            ("fields", t.notice_fact_fields()),
            ("due", t.notice_fact_due()),
            ("text", t.notice_fact_text()),
            ("reason", t.notice_fact_reason()),
            ("successor", t.affiliation_successor()),
        ];
        let mut rows: Vec<_> = labels.into_iter().map(|(fact, label)| (label, self.of(fact))).collect();
        if let Some(now) = self.values.get("manager_now") {
            let name = if now.is_empty() { t.letter_former_nobody() } else { now };
            rows.push((t.letter_former_now(), name.to_owned()));
        }
        for (outcome, label) in [("accepted", t.proposal_accepted()), ("declined", t.proposal_declined())] {
            rows.extend(self.plain(outcome).split_whitespace().map(|field| (label, self.decided(field))));
        }
        if self.values.contains_key("by") {
            rows.push((t.notice_fact_by(), self.of("by")));
        }
        rows.retain(|(_, value)| !value.is_empty());
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str =
        r#"{"name_en":"Novo","name_zh":"","by":"Grace","by_zone":"1","due":"2026-12-01","fields":"stage x"}"#;

    #[test]
    fn facts_are_read_in_the_readers_language_and_as_far_as_they_may_know() {
        let facts = Facts::read(JSON, Language::Zh, true);
        assert_eq!((facts.of("name").as_str(), facts.of("by").as_str()), ("Novo", "Grace"));
        assert_eq!((facts.of("due").as_str(), facts.of("fields").as_str()), ("2026年12月1日", "阶段、x"));
        assert_eq!(Facts::read(JSON, Language::Zh, false).of("by"), "先行区工作人员");
        assert_eq!(Facts::read("nonsense", Language::En, true).of("name"), "");
        assert_eq!(Facts::read("{}", Language::En, true).of("by"), "The portal");
    }

    #[test]
    fn a_table_has_only_what_is_known() {
        let rows = Facts::read(JSON, Language::En, false).table("company");
        let rows: Vec<_> = rows.iter().map(|(label, value)| (*label, value.as_str())).collect();
        assert_eq!(rows[0], ("Company", "Novo"));
        assert!(rows.contains(&("By", "Zone staff")) && rows.len() == 4, "{rows:?}");
    }
}
