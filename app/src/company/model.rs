//! What a company is, and how a form becomes one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Check, Problem, Result};
use crate::time::Timestamp;

/// What a company does. It can be several things at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Manufacturer,
    Agent,
    MedicalInstitution,
    Insurer,
    Pharmacy,
    Cluster,
    Investor,
    Research,
    Cro,
    Authority,
    ZoneAdministration,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Manufacturer,
        Self::Agent,
        Self::MedicalInstitution,
        Self::Insurer,
        Self::Pharmacy,
        Self::Cluster,
        Self::Investor,
        Self::Research,
        Self::Cro,
        Self::Authority,
        Self::ZoneAdministration,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Manufacturer => "manufacturer",
            Self::Agent => "agent",
            Self::MedicalInstitution => "medical_institution",
            Self::Insurer => "insurer",
            Self::Pharmacy => "pharmacy",
            Self::Cluster => "cluster",
            Self::Investor => "investor",
            Self::Research => "research",
            Self::Cro => "cro",
            Self::Authority => "authority",
            Self::ZoneAdministration => "zone_administration",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Where the relation with the zone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    Target,
    Contacted,
    InTalks,
    Partner,
    Dormant,
    Ended,
}

impl Stage {
    pub const ALL: [Self; 6] =
        [Self::Target, Self::Contacted, Self::InTalks, Self::Partner, Self::Dormant, Self::Ended];

    pub fn code(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Contacted => "contacted",
            Self::InTalks => "in_talks",
            Self::Partner => "partner",
            Self::Dormant => "dormant",
            Self::Ended => "ended",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}

/// What a person can say of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub name_en: String,
    pub name_zh: String,
    pub name_local: String,
    pub kinds: Vec<Kind>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub city: String,
    pub website: String,
    pub stage: Stage,
    pub manager: Option<Uuid>,
    pub about: String,
}

impl Facts {
    /// The fields as the form and the journal name them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name_en", self.name_en.clone()),
            ("name_zh", self.name_zh.clone()),
            ("name_local", self.name_local.clone()),
            ("kinds", words(&self.kinds)),
            ("country", self.country.clone().unwrap_or_default()),
            ("city", self.city.clone()),
            ("website", self.website.clone()),
            ("stage", self.stage.code().to_owned()),
            ("manager", self.manager.map(|id| id.to_string()).unwrap_or_default()),
            ("about", self.about.clone()),
        ]
    }
}

/// A company as it is kept.
#[derive(Clone, Debug)]
pub struct Company {
    pub id: Uuid,
    pub facts: Facts,
    /// The account manager's name.
    pub manager_name: Option<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// One more with every change; an edit names the version it started from.
    pub version: i64,
}

impl Company {
    /// Its stable address.
    pub fn url(&self) -> String {
        url(self.id)
    }
}

/// The stable address of a company.
pub fn url(id: Uuid) -> String {
    format!("/companies/{id}")
}

/// Kinds as words with one space between.
pub fn words(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.code()).collect::<Vec<_>>().join(" ")
}

/// Kinds from words; unknown ones are passed over.
pub fn kinds_from(words: &str) -> Vec<Kind> {
    words.split_whitespace().filter_map(Kind::from_code).collect()
}

/// The form of a company, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompanyForm {
    pub name_en: String,
    pub name_zh: String,
    pub name_local: String,
    /// Each item one code, or several with spaces between (the choice after a concurrent edit).
    pub kinds: Vec<String>,
    pub country: String,
    pub city: String,
    pub website: String,
    pub stage: String,
    pub manager: String,
    pub about: String,
}

impl CompanyForm {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field's problem at once. Whether country and manager exist is asked elsewhere.
    pub fn parse(&self) -> Result<Facts> {
        let mut check = Check::default();
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
        let city = check.line("city", &self.city, 100);
        let website = check.web_address("website", &self.website);
        let stage = Stage::from_code(self.stage.trim()).unwrap_or_else(|| {
            check.note("stage", if self.stage.trim().is_empty() { Problem::Missing } else { Problem::NotAnOption });
            Stage::Target
        });
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
        let about = check.text("about", &self.about, 4000);
        let country = (!country.is_empty()).then_some(country);
        check.finish(Facts { name_en, name_zh, name_local, kinds, country, city, website, stage, manager, about })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    fn form() -> CompanyForm {
        CompanyForm {
            name_en: " ALK-Abelló  A/S ".into(),
            kinds: vec!["manufacturer".into(), "research agent".into()],
            stage: "partner".into(),
            website: "www.alk.net".into(),
            ..CompanyForm::default()
        }
    }

    #[test]
    fn a_form_becomes_facts() {
        let facts = form().parse().unwrap();
        assert_eq!(facts.name_en, "ALK-Abelló A/S");
        assert_eq!(facts.kinds, [Kind::Manufacturer, Kind::Agent, Kind::Research]);
        assert_eq!(facts.website, "https://www.alk.net");
        assert_eq!((facts.country, facts.manager), (None, None));
    }

    #[test]
    fn every_wrong_field_is_told_at_once() {
        let wrong = CompanyForm {
            kinds: vec!["castle".into()],
            stage: "x".into(),
            manager: "me".into(),
            ..CompanyForm::default()
        };
        let Err(Error::Invalid(errors)) = wrong.parse() else { panic!("accepted") };
        for field in ["name_en", "kinds", "stage", "manager"] {
            assert!(errors.of(field).is_some(), "{field}");
        }
    }

    #[test]
    fn a_chinese_name_alone_is_enough() {
        let chinese = CompanyForm { name_en: String::new(), name_zh: "诺和诺德".into(), ..form() };
        assert!(chinese.parse().is_ok());
    }
}
