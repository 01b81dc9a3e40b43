//! When a task is due, in working days: what is due on a weekend or a holiday may be done on the next working day, and
//! only working days make it late.

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::calendar::model::Calendar;

/// So many days back are looked at; what is later is that late.
const HORIZON: usize = 3660;

/// Where the due day of an open task stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Late by so many working days.
    Overdue(usize),
    /// It should be done on the working day that today is, or that was the last.
    Now,
    Ahead,
}

/// The days against which due days are held.
#[derive(Clone, Debug)]
pub struct Days {
    calendar: Calendar,
    pub today: Date,
    /// The last working day, today included.
    last: Date,
    /// The working day before that one.
    before: Date,
}

impl Days {
    pub fn new(calendar: Calendar, today: Date) -> Self {
        let mut worked = back(today).filter(|day| calendar.is_working_day(*day));
        let last = worked.next().unwrap_or(today);
        let before = worked.next().unwrap_or_else(|| last.yesterday().unwrap_or(last));
        Self { calendar, today, last, before }
    }

    /// What is due until this day, as ISO text, is late.
    pub fn late_until(&self) -> String {
        self.before.to_string()
    }

    /// What is due until this day, as ISO text, should be done by now.
    pub fn due_until(&self) -> String {
        self.last.to_string()
    }

    pub fn due(&self, due_on: Date) -> Due {
        if due_on > self.last {
            return Due::Ahead;
        }
        let worked = back(self.last).take_while(|day| *day >= due_on).filter(|day| self.calendar.is_working_day(*day));
        match worked.count() {
            0 | 1 => Due::Now,
            days => Due::Overdue(days - 1),
        }
    }
}

/// A day and those before it.
fn back(from: Date) -> impl Iterator<Item = Date> {
    std::iter::successors(Some(from), |day| day.checked_sub(1.day()).ok()).take(HORIZON)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::model::{DayKind, Week};
    use jiff::civil::Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};

    fn days(today: &str) -> Days {
        let week = Week { days: vec![Monday, Tuesday, Wednesday, Thursday, Friday], hours: Vec::new() };
        let day = |text: &str, kind| (text.parse().unwrap(), kind);
        // The first days of October are a holiday; the Saturday after is worked for it.
        let mut special: Vec<_> = (1..=7).map(|n| day(&format!("2026-10-{n:02}"), DayKind::Holiday)).collect();
        special.push(day("2026-10-10", DayKind::Workday));
        Days::new(Calendar::new(week, special), today.parse().unwrap())
    }

    #[test]
    fn only_working_days_make_a_task_late() {
        let due = |today: &str, due: &str| days(today).due(due.parse().unwrap());
        assert_eq!(due("2026-11-20", "2026-11-20"), Due::Now);
        assert_eq!(due("2026-11-22", "2026-11-20"), Due::Now, "on the Sunday after a Friday");
        assert_eq!(due("2026-11-23", "2026-11-20"), Due::Overdue(1));
        assert_eq!(due("2026-11-23", "2026-11-21"), Due::Now, "due on a Saturday, it is done on Monday");
        assert_eq!(due("2026-11-24", "2026-11-21"), Due::Overdue(1));
        assert_eq!(due("2026-11-20", "2026-11-21"), Due::Ahead);
        assert_eq!(due("2026-10-08", "2026-09-30"), Due::Overdue(1), "a week of holidays counts for nothing");
        assert_eq!(due("2026-10-12", "2026-10-09"), Due::Overdue(2), "a Saturday that is worked counts");
    }

    #[test]
    fn the_bounds_say_the_same_as_each_day() {
        for today in ["2026-10-07", "2026-10-08", "2026-10-10", "2026-10-11", "2026-11-21", "2026-11-23"] {
            let days = days(today);
            for n in 0..40 {
                let day = days.today.checked_sub(20.days()).unwrap().checked_add(n.days()).unwrap();
                let late = matches!(days.due(day), Due::Overdue(_));
                assert_eq!(late, day.to_string() <= days.late_until(), "{day} on {today}");
                assert_eq!(days.due(day) != Due::Ahead, day.to_string() <= days.due_until(), "{day} on {today}");
            }
        }
    }
}
