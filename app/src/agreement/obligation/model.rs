//! What an obligation is, until when, and how it comes again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::life::State;
use crate::agreement::life::State as Of;
use crate::codes::codes;
use crate::language::Language;

codes!(
    /// How it comes again.
    Repeat {
        Once = "once",
        Monthly = "monthly",
        Quarterly = "quarterly",
        HalfYearly = "half_yearly",
        Yearly = "yearly",
        /// Every so many months.
        Months = "months",
    }
);

/// So many obligations an agreement may have.
pub const MOST: i64 = 2000;
/// So many of one series there may be.
pub const MOST_OF_SERIES: i64 = 240;
/// The moment of what has no day: after all others.
pub const NEVER: i64 = i64::MAX;
/// After so many working days what is overdue is told further up.
pub const ESCALATED_AFTER: i64 = 10;

/// The form of an obligation's plan, as a browser posts it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ObligationForm {
    pub clause: String,
    pub text_en: String,
    pub text_zh: String,
    pub owes: Vec<String>,
    pub benefits: Vec<String>,
    pub due_on: String,
    pub repeat: String,
    pub every_months: String,
    pub repeat_until: String,
    pub survives: String,
}

/// What is owed, by whom and to whom, until when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub clause: String,
    pub text_en: String,
    pub text_zh: String,
    /// Parties of the agreement, by their ids there.
    pub owes: Vec<Uuid>,
    pub benefits: Vec<Uuid>,
    /// An ISO date, empty for none.
    pub due_on: String,
    /// None for what is owed once.
    pub every_months: Option<i64>,
    /// Empty for as long as the agreement runs.
    pub repeat_until: String,
    pub survives: bool,
}

/// An obligation as it is kept.
#[derive(Clone, Debug)]
pub struct Obligation {
    pub id: Uuid,
    pub agreement: Uuid,
    pub number: i64,
    pub clause: String,
    pub text_en: String,
    pub text_zh: String,
    pub state: State,
    pub survives: bool,
    pub due_on: String,
    pub last_on: String,
    pub due_at: i64,
    pub series: Option<Uuid>,
    pub occurrence: i64,
    pub every_months: Option<i64>,
    pub anchor_on: String,
    pub repeat_until: String,
    pub next_on: String,
    pub version: i64,
}

impl Obligation {
    pub fn text(&self, language: Language) -> &str {
        language.prefer(&self.text_en, &self.text_zh)
    }

    /// Whether others of its series follow that are made from it.
    pub fn is_last_of_series(&self) -> bool {
        !self.next_on.is_empty()
    }
}

/// The one address of an obligation.
pub fn url(agreement: &str, number: i64) -> String {
    format!("/agreements/{agreement}/obligations/{number}")
}

/// Whether what is owed under an agreement can be asked for: it is in force, or was until it ended.
pub fn is_binding(state: Of) -> bool {
    matches!(state, Of::InForce | Of::Expired | Of::Renewed | Of::Terminated)
}

impl Repeat {
    pub fn of(every_months: Option<i64>) -> Self {
        match every_months {
            None => Self::Once,
            Some(1) => Self::Monthly,
            Some(3) => Self::Quarterly,
            Some(6) => Self::HalfYearly,
            Some(12) => Self::Yearly,
            Some(_) => Self::Months,
        }
    }
}

#[cfg(feature = "ssr")]
mod days {
    use jiff::civil::Date;
    use jiff::tz::TimeZone;
    use jiff::{Span, Timestamp as Moment};

    use super::{ESCALATED_AFTER, NEVER, ObligationForm, Plan, Repeat};
    use crate::agreement::model::midnight;
    use crate::calendar::model::Calendar;
    use crate::error::{Check, Problem};
    use crate::time::Timestamp;

    /// Until when something is in time.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Due {
        pub last_on: String,
        pub due_at: i64,
        pub escalate_at: i64,
    }

    impl Due {
        /// A day that is not worked gives way to the next one that is, and all of that day is in time.
        pub fn of(due_on: &str, zone: &str, calendar: &Calendar) -> Self {
            let never = Self { last_on: String::new(), due_at: NEVER, escalate_at: NEVER };
            let Ok(day) = due_on.parse::<Date>() else { return never };
            let last = if calendar.is_working_day(day) { day } else { calendar.nth_day(day, 1) };
            let after = |day: Date| day.tomorrow().ok().and_then(|next| midnight(next, zone)).map_or(NEVER, |at| at.0);
            let late = calendar.nth_day(last, ESCALATED_AFTER);
            Self { last_on: last.to_string(), due_at: after(last), escalate_at: after(late) }
        }
    }

    /// How many working days have begun since the last day in time, in a zone.
    pub fn days_late(last_on: &str, zone: &str, calendar: &Calendar, now: Timestamp) -> i64 {
        let (Ok(last), Ok(zone)) = (last_on.parse::<Date>(), TimeZone::get(zone)) else { return 0 };
        let Ok(moment) = Moment::from_microsecond(now.0) else { return 0 };
        let today = zone.to_datetime(moment).date();
        let (mut day, mut late) = (last, 0);
        while let Ok(next) = day.tomorrow() {
            // Ten years are told as ten years.
            if next > today || late >= 2500 {
                break;
            }
            late += i64::from(calendar.is_working_day(next));
            day = next;
        }
        late
    }

    /// The day of an occurrence, counted from the first: the 31st of a month that has none is its last day, and the month
    /// after that the 31st again.
    pub fn occurrence(anchor_on: &str, every_months: i64, occurrence: i64) -> Option<String> {
        let anchor: Date = anchor_on.parse().ok()?;
        let months = every_months.checked_mul(occurrence)?;
        Some(anchor.checked_add(Span::new().try_months(months).ok()?).ok()?.to_string())
    }

    impl ObligationForm {
        /// Reads what was typed; `parties` are those of the agreement.
        pub fn read(&self, check: &mut Check, parties: &[uuid::Uuid]) -> Plan {
            let clause = check.required("clause", &self.clause, 40);
            let text_en = check.text("text_en", &self.text_en, 2000);
            let text_zh = check.text("text_zh", &self.text_zh, 2000);
            if text_en.is_empty() && text_zh.is_empty() {
                check.note("text_en", Problem::Missing);
            }
            let mut side = |field: &str, typed: &[String]| {
                let mut found = Vec::new();
                for id in typed.iter().filter(|id| !id.is_empty()) {
                    match parties.iter().find(|party| party.to_string() == *id) {
                        Some(party) if !found.contains(party) => found.push(*party),
                        Some(_) => {}
                        None => check.note(field, Problem::NotAnOption),
                    }
                }
                if found.is_empty() {
                    check.note(field, Problem::Missing);
                }
                found
            };
            let (owes, benefits) = (side("owes", &self.owes), side("benefits", &self.benefits));
            if owes.len() == 1 && owes == benefits {
                check.note("benefits", Problem::SameCompany);
            }
            let due_on = check.date("due_on", &self.due_on).unwrap_or_default();
            let repeat = match self.repeat.trim() {
                "" => Some(Repeat::Once),
                code => Repeat::from_code(code),
            };
            let every_months = match repeat {
                None => {
                    check.note("repeat", Problem::NotAnOption);
                    None
                }
                Some(Repeat::Once) => None,
                Some(Repeat::Monthly) => Some(1),
                Some(Repeat::Quarterly) => Some(3),
                Some(Repeat::HalfYearly) => Some(6),
                Some(Repeat::Yearly) => Some(12),
                Some(Repeat::Months) => {
                    let every = self.every_months.trim().parse().ok().filter(|every| (1..=120).contains(every));
                    if every.is_none() {
                        check.note("every_months", Problem::OutOfRange(1, 120));
                    }
                    every
                }
            };
            let mut repeat_until = check.date("repeat_until", &self.repeat_until).unwrap_or_default();
            if every_months.is_none() {
                repeat_until.clear();
            } else if due_on.is_empty() {
                // What comes again comes from some day on.
                check.note("due_on", Problem::Missing);
            } else if !repeat_until.is_empty() && repeat_until < due_on {
                check.note("repeat_until", Problem::EndsBeforeItBegins);
            }
            let survives = !self.survives.is_empty();
            Plan { clause, text_en, text_zh, owes, benefits, due_on, every_months, repeat_until, survives }
        }
    }
}

#[cfg(feature = "ssr")]
pub use days::{Due, days_late, occurrence};

#[cfg(all(test, feature = "ssr"))]
mod tests;
