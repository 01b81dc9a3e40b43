use jiff::civil::{Date, Weekday};

use super::*;
use crate::calendar::model::{Calendar, DayKind, Hours, Week};
use crate::error::{Check, Error, Problem};
use crate::time::Timestamp;

/// National Day of 2026: off from the 1st to the 7th, worked instead on Sunday 20 September and Saturday 10 October.
fn calendar() -> Calendar {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    let week = Week {
        days: vec![Monday, Tuesday, Wednesday, Thursday, Friday],
        hours: vec![Hours { from: 9 * 60, to: 18 * 60 }],
    };
    let day = |text: &str| text.parse::<Date>().unwrap_or_else(|error| panic!("{text}: {error}"));
    let mut days: Vec<_> = (1..=7).map(|n| (day(&format!("2026-10-0{n}")), DayKind::Holiday)).collect();
    days.extend([(day("2026-09-20"), DayKind::Workday), (day("2026-10-10"), DayKind::Workday)]);
    Calendar::new(week, days)
}

#[test]
fn a_day_off_gives_way_to_the_next_working_day_and_all_of_it_is_in_time() {
    let due = |day: &str| Due::of(day, "Asia/Shanghai", &calendar());
    assert_eq!(due("2026-09-30").last_on, "2026-09-30");
    assert_eq!(due("2026-10-03").last_on, "2026-10-08");
    assert_eq!(due("2026-10-10").last_on, "2026-10-10", "a Saturday that is worked");
    assert_eq!(due("2026-10-17").last_on, "2026-10-19", "one that is not");
    assert_eq!(Timestamp(due("2026-09-30").due_at).local(), "2026-10-01T00:00");
    // 8, 9, 10 and 12 to 16, then 19 and 20 October are the ten working days after the holiday.
    assert_eq!(Timestamp(due("2026-09-30").escalate_at).local(), "2026-10-21T00:00");
    assert_eq!(due("").due_at, NEVER);
    // Midnight in Copenhagen is six hours later in summer.
    assert_eq!(Timestamp(Due::of("2026-09-30", "Europe/Copenhagen", &calendar()).due_at).local(), "2026-10-01T06:00");
}

#[test]
fn lateness_is_counted_in_working_days_of_the_zone() {
    let late = |now: &str| days_late("2026-09-30", "Asia/Shanghai", &calendar(), Timestamp::from_local(now).unwrap());
    assert_eq!(late("2026-09-30T23:59"), 0);
    assert_eq!(late("2026-10-07T23:59"), 0, "National Day");
    assert_eq!(late("2026-10-08T00:00"), 1);
    assert_eq!(late("2026-10-10T12:00"), 3, "the Saturday counts");
    assert_eq!(late("2026-10-11T12:00"), 3);
    let copenhagen = Timestamp::from_local("2026-10-08T05:59").unwrap();
    assert_eq!(days_late("2026-09-30", "Europe/Copenhagen", &calendar(), copenhagen), 0, "there it is still the 7th");
}

#[test]
fn occurrences_keep_the_31st_and_go_over_the_year() {
    let monthly: Vec<_> = (0..4).filter_map(|n| occurrence("2026-12-31", 1, n)).collect();
    assert_eq!(monthly, ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]);
    assert_eq!(occurrence("2028-02-29", 12, 1).as_deref(), Some("2029-02-28"));
    assert_eq!(occurrence("2028-02-29", 12, 4).as_deref(), Some("2032-02-29"));
    assert_eq!(occurrence("2026-11-30", 3, 1).as_deref(), Some("2027-02-28"));
    assert_eq!(occurrence("2026-11-30", i64::MAX, 2), None);
}

#[test]
fn all_problems_of_a_plan_are_told_at_once() {
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let form = ObligationForm {
        owes: vec![one.to_string(), one.to_string()],
        benefits: vec![Uuid::from_u128(3).to_string()],
        repeat: "months".to_owned(),
        every_months: "0".to_owned(),
        due_on: "2026-02-30".to_owned(),
        ..ObligationForm::default()
    };
    let mut check = Check::default();
    let plan = form.read(&mut check, &[one, two]);
    assert_eq!(plan.owes, [one]);
    let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("taken") };
    for (field, problem) in [
        ("clause", Problem::Missing),
        ("text_en", Problem::Missing),
        ("benefits", Problem::NotAnOption),
        ("due_on", Problem::NotADate),
        ("every_months", Problem::OutOfRange(1, 120)),
    ] {
        assert_eq!(errors.of(field), Some(problem), "{field}");
    }
    // Whoever owes it to nobody but itself owes nothing.
    let own = ObligationForm { owes: vec![one.to_string()], benefits: vec![one.to_string()], ..form };
    let mut check = Check::default();
    own.read(&mut check, &[one, two]);
    let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("taken") };
    assert_eq!(errors.of("benefits"), Some(Problem::SameCompany));
}
