//! What a company is, and how a form becomes one.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

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

    /// Where a company that is added to the register can stand.
    pub const FIRST: [Self; 4] = [Self::Target, Self::Contacted, Self::InTalks, Self::Partner];

    /// Where a company at this stage can be moved.
    pub fn next(self) -> &'static [Self] {
        MOVES.iter().find(|(from, _)| *from == self).map_or(&[], |(_, to)| *to)
    }

    /// Whether it must be said why a company comes to this stage: who becomes a partner or stops being one is asked about
    /// later. An approval abroad alone makes nobody a partner.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Partner | Self::Dormant | Self::Ended)
    }
}

/// Every move there is. One step back mends a mistake; who was a partner once need not begin anew; what ended begins again
/// with a contact.
const MOVES: [(Stage, &[Stage]); 6] = [
    (Stage::Target, &[Stage::Contacted, Stage::InTalks, Stage::Dormant, Stage::Ended]),
    (Stage::Contacted, &[Stage::InTalks, Stage::Target, Stage::Dormant, Stage::Ended]),
    (Stage::InTalks, &[Stage::Partner, Stage::Contacted, Stage::Dormant, Stage::Ended]),
    (Stage::Partner, &[Stage::InTalks, Stage::Dormant, Stage::Ended]),
    (Stage::Dormant, &[Stage::Contacted, Stage::InTalks, Stage::Partner, Stage::Ended]),
    (Stage::Ended, &[Stage::Contacted, Stage::InTalks]),
];

/// How much a company matters to the zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tier {
    Strategic,
    Key,
    General,
}

impl Tier {
    pub const ALL: [Self; 3] = [Self::Strategic, Self::Key, Self::General];

    pub fn code(self) -> &'static str {
        match self {
            Self::Strategic => "strategic",
            Self::Key => "key",
            Self::General => "general",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.code() == code)
    }
}

/// What a company can have several of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TermKind {
    Alias,
    Website,
    EmailDomain,
    Registration,
    Area,
    Tag,
}

impl TermKind {
    pub const ALL: [Self; 6] =
        [Self::Alias, Self::Website, Self::EmailDomain, Self::Registration, Self::Area, Self::Tag];

    pub fn code(self) -> &'static str {
        match self {
            Self::Alias => "alias",
            Self::Website => "website",
            Self::EmailDomain => "email_domain",
            Self::Registration => "registration",
            Self::Area => "area",
            Self::Tag => "tag",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The field of the form and of the journal.
    pub fn field(self) -> &'static str {
        match self {
            Self::Alias => "aliases",
            Self::Website => "websites",
            Self::EmailDomain => "email_domains",
            Self::Registration => "registrations",
            Self::Area => "areas",
            Self::Tag => "tags",
        }
    }
}

/// What a person can say of a company. Its stage is not among it: that changes by an act of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub name_en: String,
    pub name_zh: String,
    pub name_local: String,
    /// Other names under which it is known.
    pub aliases: Vec<String>,
    pub kinds: Vec<Kind>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub city: String,
    /// The first website; there are no others without it.
    pub website: String,
    /// Further ones.
    pub websites: Vec<String>,
    pub email_domains: Vec<String>,
    /// Each the register's name and the number: `CVR 63717916`.
    pub registrations: Vec<String>,
    pub areas: Vec<String>,
    pub tier: Option<Tier>,
    pub manager: Option<Uuid>,
    pub tags: Vec<String>,
    pub about: String,
}

/// Fields that only people of the zone read.
pub const INTERNAL: [&str; 6] = ["tier", "tags", "stage_reason", "archived_reason", "import", "not_duplicate"];

/// Fields that a company's own people may propose to correct.
pub const PROPOSABLE: [&str; 12] = [
    "name_en",
    "name_zh",
    "name_local",
    "aliases",
    "country",
    "city",
    "website",
    "websites",
    "email_domains",
    "registrations",
    "areas",
    "about",
];

impl Facts {
    /// The fields as the form and the journal name them. Lists have one entry a line.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name_en", self.name_en.clone()),
            ("name_zh", self.name_zh.clone()),
            ("name_local", self.name_local.clone()),
            ("aliases", self.aliases.join("\n")),
            ("kinds", words(&self.kinds)),
            ("country", self.country.clone().unwrap_or_default()),
            ("city", self.city.clone()),
            ("website", self.website.clone()),
            ("websites", self.websites.join("\n")),
            ("email_domains", self.email_domains.join("\n")),
            ("registrations", self.registrations.join("\n")),
            ("areas", self.areas.join("\n")),
            ("tier", self.tier.map_or("", Tier::code).to_owned()),
            ("manager", self.manager.map(|id| id.to_string()).unwrap_or_default()),
            ("tags", self.tags.join("\n")),
            ("about", self.about.clone()),
        ]
    }

    /// Everything it has several of, in order. The websites begin with the first.
    pub fn terms(&self) -> impl Iterator<Item = (TermKind, usize, &str)> {
        let website = Some(&self.website).filter(|website| !website.is_empty());
        let of = |kind: TermKind| match kind {
            TermKind::Alias => &self.aliases,
            TermKind::Website => &self.websites,
            TermKind::EmailDomain => &self.email_domains,
            TermKind::Registration => &self.registrations,
            TermKind::Area => &self.areas,
            TermKind::Tag => &self.tags,
        };
        TermKind::ALL.into_iter().flat_map(move |kind| {
            let first = website.filter(|_| kind == TermKind::Website);
            first.into_iter().chain(of(kind)).enumerate().map(move |(at, value)| (kind, at, value.as_str()))
        })
    }
}

/// A company as it is kept.
#[derive(Clone, Debug)]
pub struct Company {
    pub id: Uuid,
    pub facts: Facts,
    pub stage: Stage,
    /// The account manager's name.
    pub manager_name: Option<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// One more with every change of its facts; an edit names the version it started from.
    pub version: i64,
    pub archived: Option<Archived>,
}

/// That a company was made by mistake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    pub at: Timestamp,
    pub by: Option<String>,
    pub reason: String,
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

/// The form of a company, as a browser posts it. `form.rs` reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CompanyForm {
    pub name_en: String,
    pub name_zh: String,
    pub name_local: String,
    /// Lists have one entry a line.
    pub aliases: String,
    /// Each item one code, or several with spaces between (the choice after a concurrent edit).
    pub kinds: Vec<String>,
    pub country: String,
    pub city: String,
    pub website: String,
    pub websites: String,
    pub email_domains: String,
    pub registrations: String,
    pub areas: String,
    pub tier: String,
    pub manager: String,
    pub tags: String,
    pub about: String,
    /// Only of a new company, as the reason.
    pub stage: String,
    pub stage_reason: String,
}

#[cfg(test)]
mod tests {
    use super::Stage::{self, Contacted, Dormant, Ended, InTalks, Partner, Target};

    #[test]
    fn every_pair_of_stages_is_a_move_or_is_none() {
        // Rows are where it stands, columns where it goes, in the order of `Stage::ALL`.
        let table = ["-xx-xx", "x-x-xx", "-x-xxx", "--x-xx", "-xxx-x", "-xx---"];
        for (from, row) in Stage::ALL.into_iter().zip(table) {
            for (to, mark) in Stage::ALL.into_iter().zip(row.chars()) {
                assert_eq!(from.next().contains(&to), mark == 'x', "{from:?} to {to:?}");
            }
        }
    }

    #[test]
    fn who_becomes_a_partner_or_stops_needs_a_reason() {
        for stage in Stage::ALL {
            assert_eq!(stage.needs_reason(), [Partner, Dormant, Ended].contains(&stage), "{stage:?}");
        }
        assert_eq!(Stage::FIRST, [Target, Contacted, InTalks, Partner]);
    }
}
