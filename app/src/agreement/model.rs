//! What an agreement is, who its parties are and who sees it.

mod access;
#[cfg(feature = "ssr")]
mod days;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::life::State;
use super::renewal::model::Follow;
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

pub use access::{Scope, Seen};
#[cfg(feature = "ssr")]
pub use days::midnight;

#[cfg(all(test, feature = "ssr"))]
mod tests;
