//! What an administrator can do with the calendar. Every change counts the open clocks anew, in its transaction.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::error::Result;

/// The form of special days, as a browser posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DayForm {
    pub date: String,
    /// The last of several days; empty for one.
    pub until: String,
    pub kind: String,
    pub name_en: String,
    pub name_zh: String,
    pub source: String,
}

/// The form of the week and its hours.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WeekForm {
    pub weekdays: Vec<String>,
    pub from_1: String,
    pub to_1: String,
    pub from_2: String,
    pub to_2: String,
    pub from_3: String,
    pub to_3: String,
}

/// An administrator adds days that are not what their day of the week says, or changes them.
#[server(endpoint = "calendar/set-days")]
pub async fn set_calendar_days(#[server(flatten)] form: DayForm) -> Result<()> {
    use super::{events, pages, store};
    use crate::backend::context::{Ctx, redirect};

    let days = form.parse();
    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let days = days?;
    let mut changes = Vec::new();
    for day in &days {
        let before = store::day(&mut ctx.tx, day.date).await?;
        if before.as_ref() != Some(day) {
            changes.push((day.date.to_string(), events::text_of(before.as_ref()), events::text_of(Some(day))));
            store::set_day(&mut ctx.tx, day).await?;
        }
    }
    changed(&mut ctx, "calendar.days_set", changes).await?;
    ctx.commit().await?;
    redirect(&pages::year_url(days.first().map_or(0, |day| day.date.year())));
    Ok(())
}

/// An administrator takes a day out of the calendar: it is again what its day of the week says.
#[server(endpoint = "calendar/remove-day")]
pub async fn remove_calendar_day(#[server(default)] date: String) -> Result<()> {
    use super::{events, pages, store};
    use crate::backend::context::{Ctx, redirect};
    use crate::error::Error;

    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let date: jiff::civil::Date = date.parse().map_err(|_| Error::NotFound)?;
    // One that is gone already is what was wanted.
    if let Some(before) = store::day(&mut ctx.tx, date).await? {
        store::remove_day(&mut ctx.tx, date).await?;
        let change = (date.to_string(), events::text_of(Some(&before)), String::new());
        changed(&mut ctx, "calendar.day_removed", vec![change]).await?;
        ctx.commit().await?;
    }
    redirect(&pages::year_url(date.year()));
    Ok(())
}

/// An administrator changes the days of the week and the hours.
#[server(endpoint = "calendar/set-week")]
pub async fn set_calendar_week(#[server(flatten)] form: WeekForm) -> Result<()> {
    use super::{events, pages, store};
    use crate::backend::context::{Ctx, redirect};

    let week = form.parse();
    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let week = week?;
    let before = store::week(&mut ctx.tx).await?;
    let mut changes = events::week_fields(&before).into_iter().zip(events::week_fields(&week)).collect::<Vec<_>>();
    changes.retain(|((_, before), (_, after))| before != after);
    let changes = changes.into_iter().map(|((field, before), (_, after))| (field.to_owned(), before, after)).collect();
    store::set_week(&mut ctx.tx, &week).await?;
    changed(&mut ctx, "calendar.week_set", changes).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}

/// An administrator changes within how many working hours enquiries are acknowledged and answered.
#[server(endpoint = "calendar/set-limits")]
pub async fn set_enquiry_limits(
    #[server(default)] acknowledge_hours: String,
    #[server(default)] answer_hours: String,
) -> Result<()> {
    use super::pages;
    use crate::backend::context::{Ctx, redirect};
    use crate::enquiry::{model::Limits, store};

    let limits = Limits::parse(&acknowledge_hours, &answer_hours);
    let mut ctx = Ctx::begin().await?;
    crate::actor::require(ctx.actor.may_administer())?;
    let limits = limits?;
    let before = store::limits(&mut ctx.tx).await?;
    store::set_limits(&mut ctx.tx, limits).await?;
    let changes =
        [("acknowledge_hours", before.acknowledge, limits.acknowledge), ("answer_hours", before.answer, limits.answer)];
    let changes = changes.into_iter().filter(|(_, before, after)| before != after);
    let changes = changes.map(|(field, before, after)| (field.to_owned(), before.to_string(), after.to_string()));
    changed(&mut ctx, "calendar.limits_set", changes.collect()).await?;
    ctx.commit().await?;
    redirect(pages::PATH);
    Ok(())
}

/// Records what changed and counts the open clocks anew.
#[cfg(feature = "ssr")]
async fn changed(
    ctx: &mut crate::backend::context::Ctx,
    action: &'static str,
    changes: Vec<(String, String, String)>,
) -> Result<()> {
    use crate::backend::journal::Entry;
    if changes.is_empty() {
        return Ok(());
    }
    crate::enquiry::store::refresh_clocks(&mut ctx.tx).await?;
    let mut entry = Entry::new(action, "calendar", super::events::subject());
    entry.changes = changes;
    ctx.record(entry).await
}

#[cfg(feature = "ssr")]
mod parse {
    use jiff::ToSpan as _;
    use jiff::civil::{Date, Time, Weekday};

    use super::super::model::{DAY, Day, DayKind, Hours, Week};
    use super::{DayForm, WeekForm};
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
            let date = check.date("date", &self.date);
            let until = if self.until.trim().is_empty() { date } else { check.date("until", &self.until) };
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
                if days < 0 || days >= MOST_DAYS || until.year() != date.year() {
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
                let (Some(from), Some(to)) = (minute(&mut check, from_name, from), minute(&mut check, to_name, to))
                else {
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

    impl Check {
        /// A calendar date in ISO form.
        pub fn date(&mut self, field: &str, text: &str) -> Option<Date> {
            let date = text.trim().parse().ok();
            if date.is_none() {
                self.note(field, if text.trim().is_empty() { Problem::Missing } else { Problem::NotADate });
            }
            date
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
            for (date, until) in
                [("2027-02-05", "2027-02-04"), ("2027-02-05", "2027-04-05"), ("2027-12-31", "2028-01-01")]
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
}

#[cfg(feature = "ssr")]
pub use read::*;

#[cfg(feature = "ssr")]
mod read {
    use super::super::model::{Calendar, Day, Week};
    use super::super::store;
    use crate::actor::{Actor, require};
    use crate::backend::context::Visit;
    use crate::enquiry::model::Limits;
    use crate::error::Result;

    pub struct CalendarPage {
        pub actor: Actor,
        pub year: i16,
        pub days: Vec<Day>,
        pub week: Week,
        pub calendar: Calendar,
        pub limits: Limits,
    }

    pub async fn read_calendar(visit: &Visit, year: i16) -> Result<CalendarPage> {
        let mut ctx = visit.read().await?;
        require(ctx.actor.may_administer())?;
        Ok(CalendarPage {
            year,
            days: store::days_of(&mut ctx.tx, year).await?,
            week: store::week(&mut ctx.tx).await?,
            calendar: store::calendar(&mut ctx.tx).await?,
            limits: crate::enquiry::store::limits(&mut ctx.tx).await?,
            actor: ctx.actor,
        })
    }
}
