//! How the form of a company becomes its facts.

use super::model::{CompanyForm, Facts, Kind, PROPOSABLE, Stage, TermKind, Tier};
use super::terms;
use crate::error::{Check, Problem, Result};

/// The longest reason, in characters.
pub const LONGEST_REASON: u32 = 500;

impl From<&Facts> for CompanyForm {
    /// The form as it would be typed for these facts.
    fn from(facts: &Facts) -> Self {
        let mut form = Self::default();
        for (field, value) in facts.fields() {
            form.set(field, value);
        }
        form
    }
}

impl CompanyForm {
    /// Types a value into a field, by the name that the journal has for it.
    pub fn set(&mut self, field: &str, value: String) {
        let place = match field {
            "name_en" => &mut self.name_en,
            "name_zh" => &mut self.name_zh,
            "name_local" => &mut self.name_local,
            "aliases" => &mut self.aliases,
            "kinds" => {
                self.kinds = vec![value];
                return;
            }
            "country" => &mut self.country,
            "city" => &mut self.city,
            "website" => &mut self.website,
            "websites" => &mut self.websites,
            "email_domains" => &mut self.email_domains,
            "registrations" => &mut self.registrations,
            "areas" => &mut self.areas,
            "tier" => &mut self.tier,
            "manager" => &mut self.manager,
            "tags" => &mut self.tags,
            "about" => &mut self.about,
            "stage" => &mut self.stage,
            "stage_reason" => &mut self.stage_reason,
            _ => return,
        };
        *place = value;
    }

    /// Reads the form of a company that is there already.
    ///
    /// # Errors
    /// Every field's problem at once. Whether country and manager exist is asked elsewhere.
    pub fn parse(&self) -> Result<Facts> {
        let mut check = Check::default();
        let facts = self.facts(&mut check);
        check.finish(facts)
    }

    /// Reads the form of a new company: its facts, its first stage and why it is there.
    ///
    /// # Errors
    /// Those of [`CompanyForm::parse`], and those of the stage.
    pub fn parse_new(&self) -> Result<(Facts, Stage, String)> {
        let mut check = Check::default();
        let facts = self.facts(&mut check);
        let first = Stage::from_code(self.stage.trim()).filter(|stage| Stage::FIRST.contains(stage));
        let stage = first.unwrap_or_else(|| {
            check.note("stage", if self.stage.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
            Stage::Target
        });
        let reason = reason(&mut check, "stage_reason", &self.stage_reason, stage.needs_reason());
        check.finish((facts, stage, reason))
    }

    fn facts(&self, check: &mut Check) -> Facts {
        let name_en = check.line("name_en", &self.name_en, 200);
        let name_zh = check.line("name_zh", &self.name_zh, 200);
        if name_en.is_empty() && name_zh.is_empty() {
            check.note("name_en", Problem::NoName);
        }
        let name_local = check.line("name_local", &self.name_local, 200);
        let mut kinds = Vec::new();
        for word in self.kinds.iter().flat_map(|words| words.split_whitespace()) {
            match Kind::from_code(word) {
                Some(kind) if !kinds.contains(&kind) => kinds.push(kind),
                Some(_) => {}
                None => check.note("kinds", Problem::NotAnOption),
            }
        }
        kinds.sort();
        if kinds.is_empty() {
            check.note("kinds", Problem::Missing);
        }
        let country = check.line("country", &self.country, 2);
        let tier = Tier::from_code(self.tier.trim());
        if tier.is_none() && !self.tier.trim().is_empty() {
            check.note("tier", Problem::NotAnOption);
        }
        let manager = match self.manager.trim() {
            "" => None,
            id => match id.parse() {
                Ok(id) => Some(id),
                Err(_) => {
                    check.note("manager", Problem::Unknown);
                    None
                }
            },
        };
        let mut facts = Facts {
            name_en,
            name_zh,
            name_local,
            aliases: terms::read(check, TermKind::Alias, &self.aliases, ""),
            kinds,
            country: (!country.is_empty()).then_some(country),
            city: check.line("city", &self.city, 100),
            website: check.web_address("website", &self.website),
            websites: Vec::new(),
            email_domains: terms::read(check, TermKind::EmailDomain, &self.email_domains, ""),
            registrations: terms::read(check, TermKind::Registration, &self.registrations, ""),
            areas: terms::read(check, TermKind::Area, &self.areas, ""),
            tier,
            manager,
            tags: terms::read(check, TermKind::Tag, &self.tags, ""),
            about: check.text("about", &self.about, 4000),
        };
        facts.websites = terms::read(check, TermKind::Website, &self.websites, &facts.website);
        // There is a first one where there are several.
        if facts.website.is_empty() && !facts.websites.is_empty() {
            facts.website = facts.websites.remove(0);
        }
        facts
    }

    /// What was typed into the fields that a company's own people may propose to correct.
    pub fn proposed(&self) -> Vec<(String, String)> {
        let value = |field: &str| match field {
            "name_en" => &self.name_en,
            "name_zh" => &self.name_zh,
            "name_local" => &self.name_local,
            "aliases" => &self.aliases,
            "country" => &self.country,
            "city" => &self.city,
            "website" => &self.website,
            "websites" => &self.websites,
            "email_domains" => &self.email_domains,
            "registrations" => &self.registrations,
            "areas" => &self.areas,
            _ => &self.about,
        };
        PROPOSABLE.into_iter().map(|field| (field.to_owned(), value(field).clone())).collect()
    }

    /// What was typed, field by field, tidied as it would be stored even where it is wrong.
    pub fn tidied(&self) -> Vec<(&'static str, String)> {
        self.facts(&mut Check::default()).fields()
    }
}

/// Why something is done, in one or more lines.
pub fn reason(check: &mut Check, field: &str, text: &str, needed: bool) -> String {
    let reason = check.text(field, text, LONGEST_REASON);
    if needed && reason.is_empty() {
        check.note(field, Problem::Missing);
    }
    reason
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn form() -> CompanyForm {
        CompanyForm {
            name_en: " ALK-Abelló  A/S ".into(),
            kinds: vec!["manufacturer".into(), "research agent".into()],
            stage: "in_talks".into(),
            website: "www.alk.net".into(),
            ..CompanyForm::default()
        }
    }

    fn problems<T: std::fmt::Debug>(read: Result<T>) -> crate::error::FieldErrors {
        match read {
            Err(Error::Invalid(errors)) => errors,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_form_becomes_facts_and_facts_a_form() {
        let (facts, stage, reason) = form().parse_new().unwrap();
        assert_eq!(facts.name_en, "ALK-Abelló A/S");
        assert_eq!(facts.kinds, [Kind::Manufacturer, Kind::Agent, Kind::Research]);
        assert_eq!(facts.website, "https://www.alk.net");
        assert_eq!((facts.country.as_ref(), facts.manager, stage, reason.as_str()), (None, None, Stage::InTalks, ""));
        let full = Facts {
            aliases: vec!["ALK".into(), "阿尔克".into()],
            websites: vec!["https://www.alk.com".into()],
            registrations: vec!["CVR 63717916".into()],
            tier: Some(Tier::Key),
            tags: vec!["a".into(), "b".into()],
            ..facts
        };
        assert_eq!(CompanyForm::from(&full).parse().unwrap(), full);
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let wrong = CompanyForm {
            kinds: vec!["castle".into()],
            stage: "x".into(),
            manager: "me".into(),
            tier: "gold".into(),
            tags: "\u{7}".into(),
            ..CompanyForm::default()
        };
        let errors = problems(wrong.parse_new());
        for field in ["name_en", "kinds", "stage", "manager", "tier", "tags"] {
            assert!(errors.of(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_new_company_is_no_partner_without_a_reason_and_never_dormant() {
        let at = |stage: &str, why: &str| {
            CompanyForm { stage: stage.into(), stage_reason: why.into(), ..form() }.parse_new()
        };
        assert_eq!(problems(at("partner", " ")).of("stage_reason"), Some(Problem::Missing));
        assert!(at("partner", "Signed on 22 November.").is_ok());
        assert_eq!(problems(at("dormant", "why")).of("stage"), Some(Problem::NotAnOption));
        assert_eq!(problems(at("", "")).of("stage"), Some(Problem::Missing));
    }

    #[test]
    fn a_chinese_name_alone_is_enough_and_the_first_website_is_the_website() {
        let chinese = CompanyForm {
            name_en: String::new(),
            name_zh: "诺和诺德".into(),
            website: String::new(),
            websites: "novonordisk.com\nnovonordisk.com.cn".into(),
            ..form()
        };
        let facts = chinese.parse().unwrap();
        assert_eq!(facts.website, "https://novonordisk.com");
        assert_eq!(facts.websites, ["https://novonordisk.com.cn"]);
    }
}
