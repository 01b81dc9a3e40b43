//! What an agreement is, who its parties are and who sees it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::life::State;
use super::renewal::model::Follow;
use crate::actor::{Actor, Rights, Role, require};
use crate::codes::codes;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::time::Timestamp;

codes!(
    /// What kind of agreement it is. How many parties it has shows itself.
    Kind {
        Strategic = "strategic",
        Framework = "framework",
        Mou = "mou",
        Investment = "investment",
        Nda = "nda",
        Data = "data",
        Service = "service",
    }
);
codes!(
    /// What happens when its term ends.
    Renewal {
        None = "none",
        /// It goes on for the same term again, unless somebody gives notice.
        Automatic = "automatic",
        ByConsent = "by_consent",
    }
);
codes!(
    /// A language of the text; of several, the one that prevails.
    Tongue {
        En = "en",
        Zh = "zh",
        /// Both are equally authentic, or stand in one file.
        Both = "both",
    }
);
codes!(
    /// What a party says of a version of the text.
    Word {
        Accepts = "accepts",
        AsksChanges = "asks_changes",
    }
);

/// The zone in which an agreement's days begin, where none is stated.
pub const USUAL_ZONE: &str = "Asia/Shanghai";
/// The zones that can be stated.
pub const ZONES: [&str; 14] = [
    USUAL_ZONE,
    "Asia/Hong_Kong",
    "Asia/Seoul",
    "Asia/Singapore",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Europe/Berlin",
    "Europe/Copenhagen",
    "Europe/London",
    "Europe/Paris",
    "Europe/Zurich",
    "America/New_York",
    "America/Los_Angeles",
    "UTC",
];
/// An agreement in force is expiring when its last day is no further away than this.
pub const EXPIRING: i64 = 90 * Timestamp::DAY;
/// So many parties an agreement may have.
pub const MOST_PARTIES: usize = 60;

/// The form of an agreement's facts, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AgreementForm {
    pub kind: String,
    pub title_en: String,
    pub title_zh: String,
    pub summary_en: String,
    pub summary_zh: String,
    pub prevailing: String,
    pub areas: String,
    pub sign_place: String,
    pub sign_on: String,
    pub effective_on: String,
    pub zone: String,
    pub term_months: String,
    pub renewal: String,
    pub notice_days: String,
    pub governing_law: String,
    pub confidentiality: String,
    pub private: String,
    pub owner: String,
}

/// What staff can say of an agreement. Its state, text and parties change by acts of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub kind: Kind,
    pub title_en: String,
    pub title_zh: String,
    pub summary_en: String,
    pub summary_zh: String,
    pub prevailing: Tongue,
    /// Areas of cooperation.
    pub areas: Vec<String>,
    pub sign_place: String,
    /// Calendar dates as ISO text, empty where not known.
    pub sign_on: String,
    pub effective_on: String,
    pub zone: String,
    /// None where it has no end.
    pub term_months: Option<i64>,
    pub renewal: Renewal,
    pub notice_days: Option<i64>,
    pub governing_law: String,
    pub confidentiality: String,
    pub private: bool,
    pub owner: Option<Uuid>,
}

/// Facts that the parties do not read.
pub const INTERNAL: [&str; 2] = ["private", "owner"];
/// The facts that say when it begins and ends.
pub const DAYS: [&str; 4] = ["effective_on", "zone", "term_months", "renewal"];

impl Facts {
    /// The fields as the form and the journal name them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![
            ("kind", self.kind.code().to_owned()),
            ("title_en", self.title_en.clone()),
            ("title_zh", self.title_zh.clone()),
            ("summary_en", self.summary_en.clone()),
            ("summary_zh", self.summary_zh.clone()),
            ("prevailing", self.prevailing.code().to_owned()),
            ("areas", self.areas.join("\n")),
            ("sign_place", self.sign_place.clone()),
            ("sign_on", self.sign_on.clone()),
            ("effective_on", self.effective_on.clone()),
            ("zone", self.zone.clone()),
            ("term_months", number(self.term_months)),
            ("renewal", self.renewal.code().to_owned()),
            ("notice_days", number(self.notice_days)),
            ("governing_law", self.governing_law.clone()),
            ("confidentiality", self.confidentiality.clone()),
            ("private", if self.private { "yes".to_owned() } else { String::new() }),
            ("owner", self.owner.map(|id| id.to_string()).unwrap_or_default()),
        ]
    }
}

/// When an agreement begins and ends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The last day, as ISO text; empty where there is none.
    pub ends_on: String,
    /// 00:00 of the first day, and of the day after the last, in the agreement's zone.
    pub effective_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
}

/// An agreement as it is kept.
#[derive(Clone, Debug)]
pub struct Agreement {
    pub id: Uuid,
    /// `AG-2026-0007`
    pub number: String,
    pub facts: Facts,
    /// As it was moved to last; see [`Agreement::state`].
    pub stored: State,
    pub days: Days,
    pub shared_at: Option<Timestamp>,
    /// The agreement that it amends or renews.
    pub follow: Option<(Uuid, Follow)>,
    /// The last day of the term for which it was decided what becomes of it; empty before.
    pub decided_for: String,
    pub owner_name: Option<String>,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    pub version: i64,
}

impl Agreement {
    /// Where it stands at a moment.
    pub fn state(&self, now: Timestamp) -> State {
        let at = |moment: Option<Timestamp>| moment.map(|moment| moment.0);
        self.stored.at(at(self.days.effective_at), at(self.days.ends_at), self.renews(), now.0)
    }

    pub fn renews(&self) -> bool {
        self.facts.renewal == Renewal::Automatic
    }

    /// Whether its last day is near.
    pub fn is_expiring(&self, now: Timestamp) -> bool {
        self.state(now) == State::InForce && is_expiring(self.days.ends_at, self.renews(), now)
    }

    pub fn title(&self, language: Language) -> &str {
        language.prefer(&self.facts.title_en, &self.facts.title_zh)
    }

    pub fn url(&self) -> String {
        url(&self.number)
    }
}

/// Whether the end of what is in force is near.
pub fn is_expiring(ends_at: Option<Timestamp>, renews: bool, now: Timestamp) -> bool {
    !renews && ends_at.is_some_and(|at| at > now && at <= now.plus(EXPIRING))
}

/// The one address of an agreement.
pub fn url(number: &str) -> String {
    format!("/agreements/{number}")
}

/// `AG-2026-0007`; the ten thousandth of a year has a digit more.
pub fn number_text(year: i16, number: i64) -> String {
    format!("AG-{year}-{number:04}")
}

/// What an address calls an agreement by: its number, or its id, which the journal knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    Number(String),
    Id(Uuid),
}

impl Key {
    /// # Errors
    /// [`Error::NotFound`] for what is neither.
    pub fn parse(text: &str) -> Result<Self> {
        if let Ok(id) = text.parse() {
            return Ok(Self::Id(id));
        }
        let digits = |text: &str, least, most| {
            (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        let parts = text.strip_prefix("AG-").and_then(|rest| rest.split_once('-'));
        let (year, number) = parts.ok_or(Error::NotFound)?;
        if digits(year, 4, 4) && digits(number, 4, 9) {
            Ok(Self::Number(text.to_owned()))
        } else {
            Err(Error::NotFound)
        }
    }
}

/// What a party is called, by its place from 0: Party A, 甲方. China's ten heavenly stems come first, then numbers.
pub fn party_letter(place: usize, language: Language) -> String {
    const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];
    match language {
        Language::Zh => STEMS.get(place).map_or_else(|| format!("第{}", place + 1), |stem| (*stem).to_owned()),
        Language::En => {
            let (mut letters, mut rest) = (String::new(), place);
            loop {
                let letter = u8::try_from(rest % 26).unwrap_or(0);
                letters.insert(0, char::from(b'A' + letter));
                if rest < 26 {
                    return letters;
                }
                rest = rest / 26 - 1;
            }
        }
    }
}

/// Which agreements a person may know of. Every statement that reads agreements for somebody takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// All but drafts marked private.
    Executive,
    /// Those that the parties see and of which one of these companies is a party.
    Of(Vec<Uuid>),
}

/// What of an agreement decides who sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether its parties see it.
    pub shared: bool,
    pub private: bool,
    /// The companies that are its parties.
    pub parties: Vec<Uuid>,
}

impl Scope {
    /// Whether an agreement is within it: in words what its statements say in SQL.
    pub fn covers(&self, seen: &Seen) -> bool {
        match self {
            Self::All => true,
            Self::Executive => seen.shared || !seen.private,
            Self::Of(companies) => seen.shared && companies.iter().any(|company| seen.parties.contains(company)),
        }
    }
}

impl Actor {
    /// What the page of an agreement answers this person.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who have nothing to do with agreements; [`Error::NotFound`] for one that this person
    /// may not know of.
    pub fn opens_agreement(&self, seen: &Seen) -> Result<()> {
        if self.opens_agreements()?.covers(seen) { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Whether this person has to do with agreements at all.
    pub fn may_see_agreements(&self) -> bool {
        self.role != Role::Expert
    }

    pub fn may_edit_agreements(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    /// Whether this person reads what the zone's people say of agreements among themselves.
    pub fn may_read_agreement_notes(&self) -> bool {
        self.role.works_in_zone()
    }

    /// The agreements that this person's pages and actions may be about: of a representative those of all their companies,
    /// for links open the other ones, too.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who have nothing to do with agreements.
    pub fn opens_agreements(&self) -> Result<Scope> {
        require(self.may_see_agreements())?;
        Ok(match self.role {
            Role::Administrator | Role::Staff => Scope::All,
            Role::Executive => Scope::Executive,
            _ => Scope::Of(self.affiliations.iter().map(|affiliation| affiliation.company).collect()),
        })
    }

    /// The agreements that this person's lists and counts are of: for a representative those of the company acted for.
    ///
    /// # Errors
    /// Those of [`Actor::opens_agreements`], and a refusal for who acts for no company any more.
    pub fn lists_agreements(&self) -> Result<Scope> {
        self.acts_for_any()?;
        Ok(match self.opens_agreements()? {
            Scope::Of(_) => Scope::Of(self.acting.into_iter().collect()),
            scope => scope,
        })
    }

    /// Whether this person says what a party says of the text.
    pub fn gives_word_for(&self, company: Uuid) -> bool {
        self.represents(company, Rights::Manager).is_ok()
    }

    /// Whether this person writes to the other parties for a company.
    pub fn writes_for(&self, company: Uuid) -> bool {
        self.represents(company, Rights::Contributor).is_ok()
    }
}

#[cfg(feature = "ssr")]
mod days {
    use jiff::civil::Date;
    use jiff::tz::TimeZone;
    use jiff::{Span, Timestamp as Moment};

    use super::{Days, Facts, Renewal};
    use crate::time::Timestamp;

    /// 00:00 of a day in a zone; where the clocks skip it, the first moment after. None for what is no day or no zone.
    pub fn midnight(day: Date, zone: &str) -> Option<Timestamp> {
        let zone = TimeZone::get(zone).ok()?;
        let moment: Moment = day.to_zoned(zone).ok()?.timestamp();
        Some(Timestamp(moment.as_microsecond()))
    }

    fn days(facts: &Facts, terms: i64) -> Option<Days> {
        let first: Date = facts.effective_on.parse().ok()?;
        let effective_at = midnight(first, &facts.zone);
        let after = match facts.term_months {
            Some(months) => Some(first.checked_add(Span::new().try_months(months.checked_mul(terms)?).ok()?).ok()?),
            None => None,
        };
        let last = after.and_then(|after| after.yesterday().ok());
        Some(Days {
            ends_on: last.map(|last| last.to_string()).unwrap_or_default(),
            effective_at,
            ends_at: after.and_then(|after| midnight(after, &facts.zone)),
        })
    }

    impl Facts {
        /// When it begins, and when its first term ends.
        pub fn days(&self) -> Days {
            days(self, 1).unwrap_or_default()
        }

        /// The same, with the end of the term that runs at a moment, where one follows the other by itself.
        pub fn days_at(&self, now: Timestamp) -> Days {
            let first = self.days();
            if self.renewal != Renewal::Automatic {
                return first;
            }
            let mut found = first;
            let mut terms = 1;
            while found.ends_at.is_some_and(|at| at <= now) {
                terms += 1;
                match days(self, terms) {
                    Some(next) if next.ends_at > found.ends_at => found = next,
                    // Beyond what a calendar holds.
                    _ => break,
                }
            }
            found
        }
    }
}

#[cfg(feature = "ssr")]
pub use days::midnight;

#[cfg(all(test, feature = "ssr"))]
mod tests;
