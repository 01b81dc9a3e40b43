//! Where the working calendar is kept.

use jiff::civil::{Date, Weekday};

use super::model::{Calendar, Day, DayKind, Hours, Week};
use crate::account::store::{set_setting, setting};
use crate::backend::database::Tx;
use crate::error::Result;
use crate::{ask, on};

const WEEKDAYS: &str = "calendar.weekdays";

/// The calendar as it stands.
pub async fn calendar(tx: &mut Tx) -> Result<Calendar> {
    let days: Vec<(String, String)> =
        ask!(&mut *tx, |c| sqlx::query_as("SELECT date, kind FROM calendar_days").fetch_all(c).await)?;
    let days = days.into_iter().filter_map(|(date, kind)| Some((date.parse().ok()?, DayKind::from_code(&kind)?)));
    Ok(Calendar::new(week(tx).await?, days))
}

/// The days of the week and the hours.
pub async fn week(tx: &mut Tx) -> Result<Week> {
    let hours: Vec<(i64, i64)> =
        ask!(&mut *tx, |c| sqlx::query_as("SELECT from_minute, to_minute FROM calendar_hours ORDER BY from_minute")
            .fetch_all(c)
            .await)?;
    let days = setting(tx, WEEKDAYS).await?.unwrap_or_default();
    let days = days.split_whitespace().filter_map(|day| Weekday::from_monday_one_offset(day.parse().ok()?).ok());
    Ok(Week { days: days.collect(), hours: hours.into_iter().map(|(from, to)| Hours { from, to }).collect() })
}

/// The days of a week as they are kept: `1 2 3 4 5`.
pub fn weekdays_text(days: &[Weekday]) -> String {
    days.iter().map(|day| day.to_monday_one_offset().to_string()).collect::<Vec<_>>().join(" ")
}

pub async fn set_week(tx: &mut Tx, week: &Week) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query("DELETE FROM calendar_hours").execute(c).await)?;
    for hours in &week.hours {
        on!(&mut *tx, |c| sqlx::query("INSERT INTO calendar_hours (from_minute, to_minute) VALUES ($1, $2)")
            .bind(hours.from)
            .bind(hours.to)
            .execute(c)
            .await)?;
    }
    set_setting(tx, WEEKDAYS, &weekdays_text(&week.days)).await
}

#[derive(sqlx::FromRow)]
struct DayRow {
    date: String,
    kind: String,
    name_en: String,
    name_zh: String,
    source: String,
}

impl DayRow {
    fn day(self) -> Option<Day> {
        let date = self.date.parse().ok()?;
        let kind = DayKind::from_code(&self.kind)?;
        Some(Day { date, kind, name_en: self.name_en, name_zh: self.name_zh, source: self.source })
    }
}

/// The special days of a year, in their order.
pub async fn days_of(tx: &mut Tx, year: i16) -> Result<Vec<Day>> {
    // ISO dates are in order as texts.
    let rows: Vec<DayRow> = ask!(tx, |c| {
        sqlx::query_as(
        "SELECT date, kind, name_en, name_zh, source FROM calendar_days WHERE date >= $1 AND date < $2 ORDER BY date"
    )
    .bind(format!("{year:04}-01-01"))
    .bind(format!("{:04}-01-01", i32::from(year) + 1))
    .fetch_all(c)
    .await
    })?;
    Ok(rows.into_iter().filter_map(DayRow::day).collect())
}

pub async fn day(tx: &mut Tx, date: Date) -> Result<Option<Day>> {
    let row: Option<DayRow> =
        ask!(tx, |c| sqlx::query_as("SELECT date, kind, name_en, name_zh, source FROM calendar_days WHERE date = $1")
            .bind(date.to_string())
            .fetch_optional(c)
            .await)?;
    Ok(row.and_then(DayRow::day))
}

/// Adds a day, or changes it.
pub async fn set_day(tx: &mut Tx, day: &Day) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO calendar_days (date, kind, name_en, name_zh, source) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (date) DO UPDATE SET kind = excluded.kind, name_en = excluded.name_en,
             name_zh = excluded.name_zh, source = excluded.source"
    )
    .bind(day.date.to_string())
    .bind(day.kind.code())
    .bind(&day.name_en)
    .bind(&day.name_zh)
    .bind(&day.source)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn remove_day(tx: &mut Tx, date: Date) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM calendar_days WHERE date = $1").bind(date.to_string()).execute(c).await)?;
    Ok(())
}

/// Whether a year has any holiday.
pub async fn has_holidays(tx: &mut Tx, year: i16) -> Result<bool> {
    Ok(days_of(tx, year).await?.iter().any(|day| day.kind == DayKind::Holiday))
}
