//! When an agreement begins and ends, in its time zone.

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
