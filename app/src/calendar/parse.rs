//! How the forms of the calendar are read.

use jiff::ToSpan as _;
use jiff::civil::{Time, Weekday};

use super::api::{DayForm, WeekForm};
use super::model::{DAY, Day, DayKind, Hours, Week};
use crate::error::{Check, Problem, Result};

/// So many days can be set at once: longer than any holiday.
const MOST_DAYS: i32 = 31;

impl DayForm {
    /// Reads the form.
    ///
    /// # Errors
    /// Every field's problem at once.
    pub fn parse(&self) -> Result<Vec<Day>> {
        let mut check = Check::default();
        let date = check.day("date", &self.date);
        let until = if self.until.trim().is_empty() { date } else { check.day("until", &self.until) };
        let kind = DayKind::from_code(self.kind.trim());
        if kind.is_none() {
            check.note("kind", if self.kind.is_empty() { Problem::Missing } else { Problem::NotAnOption });
        }
        let name_en = check.line("name_en", &self.name_en, 100);
        let name_zh = check.line("name_zh", &self.name_zh, 100);
        if name_en.is_empty() && name_zh.is_empty() {
            check.note("name_en", Problem::NoName);
        }
        let source = check.line("source", &self.source, 300);
        if let (Some(date), Some(until)) = (date, until) {
            let days = (until - date).get_days();
            if !(0..MOST_DAYS).contains(&days) || until.year() != date.year() {
                check.note("until", Problem::WrongSpan);
            }
            // Years in which nobody plans are typing errors.
            if !(2000..=2100).contains(&date.year()) {
                check.note("date", Problem::NotADate);
            }
        }
        let (date, until, kind) =
            (date.unwrap_or_default(), until.unwrap_or_default(), kind.unwrap_or(DayKind::Holiday));
        check.finish(())?;
        let mut days = Vec::new();
        let mut next = Some(date);
        while let Some(date) = next.filter(|date| *date <= until) {
            let (name_en, name_zh, source) = (name_en.clone(), name_zh.clone(), source.clone());
            days.push(Day { date, kind, name_en, name_zh, source });
            next = date.checked_add(1.day()).ok();
        }
        Ok(days)
    }
}

impl WeekForm {
    /// Reads the form: at least one day, at least one span, spans in their order and apart.
    ///
    /// # Errors
    /// Every field's problem at once.
    pub fn parse(&self) -> Result<Week> {
        let mut check = Check::default();
        let mut days: Vec<i8> = Vec::new();
        for day in self.weekdays.iter().flat_map(|words| words.split_whitespace()) {
            match day.parse() {
                Ok(day @ 1..=7) if !days.contains(&day) => days.push(day),
                Ok(1..=7) => {}
                _ => check.note("weekdays", Problem::NotAnOption),
            }
        }
        days.sort_unstable();
        if days.is_empty() {
            check.note("weekdays", Problem::Missing);
        }
        let mut hours: Vec<Hours> = Vec::new();
        let typed = [
            ("from_1", &self.from_1, "to_1", &self.to_1),
            ("from_2", &self.from_2, "to_2", &self.to_2),
            ("from_3", &self.from_3, "to_3", &self.to_3),
        ];
        for (from_name, from, to_name, to) in typed {
            if from.trim().is_empty() && to.trim().is_empty() {
                continue;
            }
            let (Some(from), Some(to)) = (minute(&mut check, from_name, from), minute(&mut check, to_name, to)) else {
                continue;
            };
            // An end at midnight is the end of the day.
            let to = if to == 0 { DAY } else { to };
            if to <= from || hours.last().is_some_and(|last| last.to > from) {
                check.note(to_name, Problem::WrongSpan);
            }
            hours.push(Hours { from, to });
        }
        if hours.is_empty() {
            check.note("from_1", Problem::Missing);
        }
        let days = days.into_iter().filter_map(|day| Weekday::from_monday_one_offset(day).ok()).collect();
        check.finish(Week { days, hours })
    }
}

fn minute(check: &mut Check, field: &str, text: &str) -> Option<i64> {
    match text.trim().parse::<Time>() {
        Ok(time) => Some(i64::from(time.hour()) * 60 + i64::from(time.minute())),
        Err(_) => {
            check.note(field, if text.trim().is_empty() { Problem::Missing } else { Problem::NotATime });
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn several_days_are_set_at_once() {
        let form = DayForm {
            date: "2027-02-05".into(),
            until: "2027-02-13".into(),
            kind: "holiday".into(),
            name_zh: "春节".into(),
            ..DayForm::default()
        };
        let days = form.parse().unwrap();
        assert_eq!((days.len(), days[8].date.to_string().as_str()), (9, "2027-02-13"));
        for (date, until) in [("2027-02-05", "2027-02-04"), ("2027-02-05", "2027-04-05"), ("2027-12-31", "2028-01-01")]
        {
            let wrong = DayForm { date: date.into(), until: until.into(), ..form.clone() };
            let Err(Error::Invalid(errors)) = wrong.parse() else { panic!("{date} to {until}") };
            assert_eq!(errors.of("until"), Some(Problem::WrongSpan));
        }
        let wrong = DayForm { date: "5 Feb".into(), kind: "x".into(), ..DayForm::default() };
        let Err(Error::Invalid(errors)) = wrong.parse() else { panic!("accepted") };
        assert_eq!(errors.of("date"), Some(Problem::NotADate));
        assert_eq!(errors.of("kind"), Some(Problem::NotAnOption));
        assert_eq!(errors.of("name_en"), Some(Problem::NoName));
    }

    #[test]
    fn hours_are_apart_and_in_order() {
        let form = WeekForm {
            weekdays: vec!["5".into(), "1".into(), "1".into()],
            from_1: "09:00".into(),
            to_1: "12:00".into(),
            from_2: "20:00".into(),
            to_2: "00:00".into(),
            ..WeekForm::default()
        };
        let week = form.parse().unwrap();
        assert_eq!(week.days, [Weekday::Monday, Weekday::Friday]);
        assert_eq!(week.hours, [Hours { from: 540, to: 720 }, Hours { from: 1200, to: 1440 }]);
        let overlap = WeekForm { from_2: "11:59".into(), to_2: "13:00".into(), ..form.clone() };
        assert!(overlap.parse().is_err());
        let half = WeekForm { to_2: String::new(), ..form.clone() };
        assert!(half.parse().is_err());
        assert!(WeekForm { weekdays: Vec::new(), ..form }.parse().is_err());
        assert!(WeekForm { weekdays: vec!["1".into()], ..WeekForm::default() }.parse().is_err());
    }
}
