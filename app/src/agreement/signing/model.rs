//! A signatory, when they are reminded, and what a drawn signature may be.

use uuid::Uuid;

use super::groups::{Mark, Place};
use crate::backend::fold::fold;
use crate::codes::codes;
use crate::error::{Check, Problem};
use crate::language::Language;
use crate::time::Timestamp;

codes!(
    /// What can happen to a request for a signature.
    FactKind {
        Sent = "sent",
        Reminded = "reminded",
        /// The text was shown to the person, after they had shown who they are.
        Opened = "opened",
        Signed = "signed",
        Declined = "declined",
        Delegated = "delegated",
        Expired = "expired",
        Extended = "extended",
        Withdrawn = "withdrawn",
        /// The text was opened again: what was signed counts no more.
        Voided = "voided",
    }
);
codes!(
    /// How a person showed who they are.
    Method {
        /// Signed in, and asked again within the last minutes.
        Account = "account",
        /// By a code that was sent to their address.
        Code = "code",
        /// The zone or the clock did it.
        None = "none",
    }
);

/// So many groups can follow one another, and so many sign in all.
pub const MOST_GROUPS: u32 = 20;
pub const MOST_SIGNATORIES: usize = 200;
/// For so many days signatures are asked for, if staff says nothing else, and at most.
pub const USUAL_DAYS: i64 = 30;
pub const MOST_DAYS: u32 = 365;
/// Whosever turn comes late still has so much time.
pub const LEAST: i64 = 7 * Timestamp::DAY;

/// Who signs for a party, in this round of signing.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Signatory {
    pub id: Uuid,
    #[sqlx(rename = "party_id")]
    pub party: Uuid,
    pub group_number: i64,
    pub name: String,
    pub title: String,
    pub email: String,
    pub language: String,
    #[sqlx(rename = "account_id")]
    pub account: Option<Uuid>,
    #[sqlx(rename = "authority_id")]
    pub authority: Option<Uuid>,
    /// Who signs instead; empty where the person signs.
    pub deputy_name: String,
    pub deputy_title: String,
    pub deputy_email: String,
    pub deputy_language: String,
    #[sqlx(rename = "deputy_account_id")]
    pub deputy_account: Option<Uuid>,
    /// The text that is to be signed, once signatures are asked for.
    #[sqlx(rename = "version_id")]
    pub version: Option<Uuid>,
    pub sent_at: Option<i64>,
    pub opened_at: Option<i64>,
    pub signed_at: Option<i64>,
    pub declined_at: Option<i64>,
    pub expires_at: Option<i64>,
    pub expired_at: Option<i64>,
    pub withdrawn_at: Option<i64>,
    pub voided_at: Option<i64>,
    pub remind_from: Option<i64>,
    pub reminders: i64,
    pub reminded_at: Option<i64>,
}

/// Who is asked to sign: the signatory, or who stands in for them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    pub name: String,
    pub title: String,
    pub email: String,
    pub language: Language,
    pub account: Option<Uuid>,
}

impl Signatory {
    pub fn is_delegated(&self) -> bool {
        !self.deputy_name.is_empty()
    }

    pub fn signer(&self) -> Signer {
        let language = |code: &str| Language::from_code(code).unwrap_or_default();
        if self.is_delegated() {
            Signer {
                name: self.deputy_name.clone(),
                title: self.deputy_title.clone(),
                email: self.deputy_email.clone(),
                language: language(&self.deputy_language),
                account: self.deputy_account,
            }
        } else {
            Signer {
                name: self.name.clone(),
                title: self.title.clone(),
                email: self.email.clone(),
                language: language(&self.language),
                account: self.account,
            }
        }
    }

    /// For whom the signer stands in; empty where they sign for themselves.
    pub fn on_behalf_of(&self) -> &str {
        if self.is_delegated() { &self.name } else { "" }
    }

    /// Whether whoever has this address, folded, is named at this place: for themselves, or in somebody's stead.
    pub fn names(&self, address: &str) -> bool {
        !address.is_empty() && [&self.email, &self.deputy_email].iter().any(|email| fold(email) == address)
    }

    /// Its place in the plan. Of a party that signed on paper nobody has to sign any more.
    pub fn place(&self, on_paper: &[Uuid]) -> Place {
        let mark = if self.withdrawn_at.is_some() {
            Mark::Withdrawn
        } else if self.signed_at.is_some() || on_paper.contains(&self.party) {
            Mark::Signed
        } else if self.declined_at.is_some() {
            Mark::Declined
        } else {
            Mark::Open
        };
        Place { id: self.id, party: self.party, group: self.group_number, mark, expires_at: self.expires_at }
    }

    /// Whether they are to be reminded now.
    pub fn is_reminded(&self, now: Timestamp) -> bool {
        self.remind_from.is_some_and(|from| is_reminded(from, self.reminders, self.reminded_at, now))
            && self.expires_at.is_none_or(|at| at > now.0)
    }
}

/// Somebody is reminded first after so long, then so often …
const FIRST: i64 = 5 * Timestamp::DAY;
const AGAIN: i64 = 2 * Timestamp::DAY;
/// … but no more than so many times, and not for longer than this.
const MOST: i64 = 5;
const LONGEST: i64 = 30 * Timestamp::DAY;

/// Whether it is time to remind somebody who was asked, or asked again, at `from`.
fn is_reminded(from: i64, reminders: i64, last: Option<i64>, now: Timestamp) -> bool {
    let due = match last {
        // Who was written to by hand meanwhile is left alone for a while, too.
        Some(last) => (last + AGAIN).max(from + FIRST),
        None => from + FIRST,
    };
    reminders < MOST && now.0 >= due && now.0 < from + LONGEST
}

/// The field in which a drawn signature is drawn, in units of its own.
pub const WIDTH: i64 = 600;
pub const HEIGHT: i64 = 200;
/// So many points a drawn signature may have.
const MOST_POINTS: usize = 3000;

/// Reads what was drawn: strokes with `;` between, each of points with spaces between, each of two whole numbers. Gives the
/// path of an SVG, made of numbers anew, so that nothing of what was sent stands in it. Nothing drawn is an empty path.
pub fn drawn(check: &mut Check, typed: &str) -> String {
    let number = |text: &str, most: i64| text.parse::<i64>().ok().filter(|number| (0..=most).contains(number));
    let mut path = String::new();
    let mut points = 0;
    for stroke in typed.split(';').filter(|stroke| !stroke.trim().is_empty()) {
        for (index, point) in stroke.split_whitespace().enumerate() {
            let two = point.split_once(',').and_then(|(x, y)| Some((number(x, WIDTH)?, number(y, HEIGHT)?)));
            let Some((x, y)) = two else {
                check.note("drawn", Problem::NotAnOption);
                return String::new();
            };
            points += 1;
            if points > MOST_POINTS {
                check.note("drawn", Problem::TooMany(u32::try_from(MOST_POINTS).unwrap_or(u32::MAX)));
                return String::new();
            }
            path.push_str(&format!("{}{x} {y}", if index == 0 { 'M' } else { 'L' }));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reminders_come_after_five_days_every_two_and_end() {
        let mut last = None;
        let mut days = Vec::new();
        for hour in 0..24 * 60 {
            let now = Timestamp(hour * Timestamp::HOUR);
            if is_reminded(0, i64::try_from(days.len()).unwrap(), last, now) {
                days.push(hour / 24);
                last = Some(now.0);
            }
        }
        assert_eq!(days, [5, 7, 9, 11, 13], "five of them");
        let at = |day: i64, reminders, last: Option<i64>| {
            is_reminded(0, reminders, last.map(|day| day * Timestamp::DAY), Timestamp(day * Timestamp::DAY))
        };
        assert!(!at(4, 0, None) && at(5, 0, None));
        assert!(!at(5, 0, Some(4)), "written to by hand yesterday");
        assert!(at(29, 4, Some(20)) && !at(30, 4, Some(20)), "not after thirty days");
        assert!(!at(20, 5, Some(13)));
        // Asked again, it begins anew.
        let from = 40 * Timestamp::DAY;
        assert!(!is_reminded(from, 0, Some(13 * Timestamp::DAY), Timestamp(44 * Timestamp::DAY)));
        assert!(is_reminded(from, 0, Some(13 * Timestamp::DAY), Timestamp(45 * Timestamp::DAY)));
    }

    #[test]
    fn what_is_drawn_is_numbers_and_nothing_else() {
        let read = |typed: &str| {
            let mut check = Check::default();
            let path = drawn(&mut check, typed);
            check.finish(path).ok()
        };
        assert_eq!(read(""), Some(String::new()));
        assert_eq!(read("1,2 3,4; 5,6 007,8;").as_deref(), Some("M1 2L3 4M5 6L7 8"));
        for bad in ["1,2 <svg>", "1 2", "601,1", "1,201", "-1,1", "1,2,3", "M1 2", "1.5,2", "\"/><script>", "+1e9,1"] {
            assert_eq!(read(bad), None, "{bad}");
        }
        assert_eq!(read(&"1,1 ".repeat(MOST_POINTS + 1)), None);
        assert!(read(&"1,1 ".repeat(MOST_POINTS)).is_some());
    }
}
