//! When work is done, and how working time is counted. Plain rules over days, hours and moments.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::{Date, Weekday};

use crate::time::Timestamp;

/// Minutes of a day.
pub const DAY: i64 = 24 * 60;
/// So many days ahead are looked at. Who works so little that this is not enough has no deadlines.
const HORIZON: i64 = 3660;

/// Why a day is not what its day of the week says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    Holiday,
    /// A day of the weekend that is worked for a holiday that was moved.
    Workday,
}

impl DayKind {
    pub const ALL: [Self; 2] = [Self::Holiday, Self::Workday];

    pub fn code(self) -> &'static str {
        match self {
            Self::Holiday => "holiday",
            Self::Workday => "workday",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// A day that is not what its day of the week says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub kind: DayKind,
    pub name_en: String,
    pub name_zh: String,
    /// The notice that says so.
    pub source: String,
}

/// When work is done on a working day, in minutes after midnight: from the first, up to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hours {
    pub from: i64,
    pub to: i64,
}

/// The days of the week and the hours in which the zone works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Week {
    pub days: Vec<Weekday>,
    /// In their order, without overlap.
    pub hours: Vec<Hours>,
}

/// The working calendar, as it stands.
#[derive(Clone, Debug)]
pub struct Calendar {
    week: Week,
    days: BTreeMap<Date, DayKind>,
}

impl Calendar {
    pub fn new(week: Week, days: impl IntoIterator<Item = (Date, DayKind)>) -> Self {
        Self { week, days: days.into_iter().collect() }
    }

    /// Whether a day is worked.
    pub fn is_working_day(&self, date: Date) -> bool {
        match self.days.get(&date) {
            Some(kind) => *kind == DayKind::Workday,
            None => self.week.days.contains(&date.weekday()),
        }
    }

    /// The spans of a day in which work is done, as moments.
    fn spans(&self, date: Date) -> impl Iterator<Item = (i64, i64)> + '_ {
        let hours = if self.is_working_day(date) { self.week.hours.as_slice() } else { &[] };
        hours.iter().map(move |hours| (Timestamp::at(date, hours.from).0, Timestamp::at(date, hours.to).0))
    }

    /// Whether work is done at this moment. The last moment of a span belongs to the pause after it.
    pub fn is_working(&self, at: Timestamp) -> bool {
        self.spans(at.date()).any(|(from, to)| from <= at.0 && at.0 < to)
    }

    /// How much work is done between two moments, in microseconds; less than nothing when the second comes first.
    pub fn working_time(&self, from: Timestamp, to: Timestamp) -> i64 {
        if to < from {
            return -self.working_time(to, from);
        }
        let last = to.date();
        self.walk(from)
            .take_while(|date| *date <= last)
            .flat_map(|date| self.spans(date))
            .map(|(start, end)| (end.min(to.0) - start.max(from.0)).max(0))
            .sum()
    }

    /// The first moment at which so many microseconds of work were done since `from`. An end that falls on the end of a
    /// span is that end, not the beginning of the next one.
    pub fn after(&self, from: Timestamp, microseconds: i64) -> Timestamp {
        if microseconds <= 0 {
            return from;
        }
        let mut left = microseconds;
        for (start, end) in self.walk(from).flat_map(|date| self.spans(date)) {
            let start = start.max(from.0);
            let length = (end - start).max(0);
            if length >= left {
                return Timestamp(start + left);
            }
            left -= length;
        }
        from.plus(HORIZON * Timestamp::DAY)
    }

    /// The moment after so many hours of work.
    pub fn after_hours(&self, from: Timestamp, hours: i64) -> Timestamp {
        self.after(from, hours.saturating_mul(Timestamp::HOUR))
    }

    /// The `n`th working day after a day, which does not count itself.
    pub fn nth_day(&self, date: Date, n: i64) -> Date {
        let mut left = n;
        let mut day = date;
        for next in days_from(date).skip(1) {
            if left <= 0 {
                break;
            }
            day = next;
            left -= i64::from(self.is_working_day(next));
        }
        day
    }

    /// What remains until a deadline, or how long it has passed, in working time.
    pub fn remaining(&self, due: Timestamp, now: Timestamp) -> Remaining {
        if due > now {
            Remaining::Left(self.working_time(now, due) / Timestamp::MINUTE)
        } else {
            Remaining::Over(self.working_time(due, now) / Timestamp::MINUTE)
        }
    }

    fn walk(&self, from: Timestamp) -> impl Iterator<Item = Date> + use<> {
        days_from(from.date())
    }
}

fn days_from(first: Date) -> impl Iterator<Item = Date> {
    let horizon = usize::try_from(HORIZON).unwrap_or_default();
    std::iter::successors(Some(first), |date| date.checked_add(1.day()).ok()).take(horizon)
}

/// Where a deadline stands, in whole working minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    Left(i64),
    Over(i64),
}

impl Remaining {
    pub fn is_over(self) -> bool {
        matches!(self, Self::Over(_))
    }
}

/// Whether it should be said that a year has no holidays yet: the notice comes in November of the year before.
pub fn is_missing(year: i16, has_holidays: bool, today: Date) -> bool {
    let announced = today.year() >= year || (today.year() + 1 == year && today.month() >= 11);
    !has_holidays && announced
}

#[cfg(test)]
mod tests;
