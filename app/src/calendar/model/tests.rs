use jiff::civil::date;

use super::*;

fn week() -> Week {
    use Weekday::{Friday, Monday, Thursday, Tuesday, Wednesday};
    let days = vec![Monday, Tuesday, Wednesday, Thursday, Friday];
    Week { days, hours: vec![Hours { from: 540, to: 720 }, Hours { from: 870, to: 1050 }] }
}

/// The Spring Festival of 2026, with the two Saturdays that are worked for it.
fn calendar() -> Calendar {
    let mut days: Vec<(Date, DayKind)> = (15..=23).map(|day| (date(2026, 2, day), DayKind::Holiday)).collect();
    days.push((date(2026, 2, 14), DayKind::Workday));
    days.push((date(2026, 2, 28), DayKind::Workday));
    Calendar::new(week(), days)
}

fn at(text: &str) -> Timestamp {
    Timestamp::from_local(text).unwrap()
}

const HOUR: i64 = Timestamp::HOUR;

#[test]
fn a_moment_is_worked_or_not_exactly_at_the_edges() {
    let calendar = calendar();
    for (text, working) in [
        ("2026-02-13T08:59", false),
        ("2026-02-13T09:00", true),
        ("2026-02-13T11:59", true),
        ("2026-02-13T12:00", false),
        ("2026-02-13T14:29", false),
        ("2026-02-13T14:30", true),
        ("2026-02-13T17:30", false),
        ("2026-02-14T09:00", true),
        ("2026-02-16T09:00", false),
        ("2026-02-24T09:00", true),
        ("2026-02-28T16:00", true),
        ("2026-03-01T16:00", false),
    ] {
        assert_eq!(calendar.is_working(at(text)), working, "{text}");
    }
    assert!(!calendar.is_working(at("2026-02-13T09:00").minus(1)));
    assert!(calendar.is_working(at("2026-02-13T12:00").minus(1)));
}

#[test]
fn working_hours_pass_over_nights_holidays_and_worked_saturdays() {
    let calendar = calendar();
    for (from, hours, due) in [
        ("2026-02-13T09:00", 3, "2026-02-13T12:00"),
        ("2026-02-13T09:00", 4, "2026-02-13T15:30"),
        ("2026-02-13T09:00", 6, "2026-02-13T17:30"),
        ("2026-02-13T16:30", 4, "2026-02-14T12:00"),
        // Received on the eve: the make-up Saturday counts, then nothing until the Tuesday ten days later.
        ("2026-02-14T15:30", 4, "2026-02-24T11:00"),
        ("2026-02-18T23:00", 4, "2026-02-24T15:30"),
        ("2026-02-13T17:00", 16, "2026-02-25T15:00"),
        // The Saturday after is worked, too.
        ("2026-02-27T17:00", 4, "2026-02-28T15:00"),
        ("2026-02-27T17:00", 7, "2026-03-02T09:30"),
    ] {
        assert_eq!(calendar.after_hours(at(from), hours).local(), due, "{hours} h after {from}");
    }
    assert_eq!(calendar.after(at("2026-02-16T10:00"), 0), at("2026-02-16T10:00"));
    assert_eq!(calendar.after(at("2026-02-16T10:00"), 1), at("2026-02-24T09:00").plus(1));
}

#[test]
fn working_days_do_not_count_the_first() {
    let calendar = calendar();
    for (from, n, day) in [(13, 0, 13), (13, 1, 14), (13, 2, 24), (20, 5, 28)] {
        assert_eq!(calendar.nth_day(date(2026, 2, from), n), date(2026, 2, day), "{n} after {from}");
    }
}

#[test]
fn what_remains_is_told_in_working_minutes() {
    let calendar = calendar();
    let due = at("2026-02-24T11:00");
    assert_eq!(calendar.remaining(due, at("2026-02-14T17:00")), Remaining::Left(150));
    assert_eq!(calendar.remaining(due, at("2026-02-20T12:00")), Remaining::Left(120));
    assert_eq!(calendar.remaining(due, due), Remaining::Over(0));
    assert_eq!(calendar.remaining(due, at("2026-02-25T09:30")), Remaining::Over(60 + 180 + 30));
}

/// Over many moments: counting and adding undo each other, nothing is counted twice, and deadlines never go backwards.
#[test]
fn counting_and_adding_agree() {
    let calendar = calendar();
    let first = at("2026-02-10T00:00");
    // A step that meets every edge sooner or later.
    let moments: Vec<Timestamp> = (0..600).map(|n| first.plus(n * 53 * Timestamp::MINUTE + n)).collect();
    for (index, from) in moments.iter().enumerate() {
        let mut before = *from;
        for work in [1, HOUR / 7, HOUR, 3 * HOUR, 3 * HOUR + 1, 6 * HOUR, 16 * HOUR, 41 * HOUR] {
            let due = calendar.after(*from, work);
            assert_eq!(calendar.working_time(*from, due), work, "{work} after {}", from.local());
            assert_eq!(calendar.working_time(*from, due.minus(1)), work - 1, "not later than needed");
            assert!(due >= before, "more work is due later");
            before = due;
        }
        for to in moments.iter().skip(index).step_by(97) {
            let middle = Timestamp((from.0 + to.0) / 2);
            let sum = calendar.working_time(*from, middle) + calendar.working_time(middle, *to);
            assert_eq!(calendar.working_time(*from, *to), sum);
            assert_eq!(calendar.working_time(*to, *from), -sum);
        }
    }
}

#[test]
fn who_never_works_has_no_deadline_and_nothing_hangs() {
    let never = Calendar::new(Week { days: Vec::new(), hours: week().hours }, []);
    let now = at("2026-02-10T10:00");
    assert_eq!(never.working_time(now, at("2026-12-10T10:00")), 0);
    assert!(never.after_hours(now, 1) > now.plus(3000 * Timestamp::DAY));
    // Round the clock, midnight belongs to both days and is counted once.
    let always = Calendar::new(Week { days: week().days, hours: vec![Hours { from: 0, to: DAY }] }, []);
    assert_eq!(always.working_time(at("2026-02-10T22:00"), at("2026-02-11T02:00")), 4 * HOUR);
    assert_eq!(always.after_hours(at("2026-02-13T23:00"), 2), at("2026-02-16T01:00"));
}

#[test]
fn a_year_without_holidays_is_missed_from_november_before() {
    assert!(!is_missing(2027, false, date(2026, 10, 31)));
    assert!(is_missing(2027, false, date(2026, 11, 1)));
    assert!(is_missing(2027, false, date(2027, 6, 1)));
    assert!(!is_missing(2027, true, date(2027, 6, 1)));
    assert!(!is_missing(2028, false, date(2026, 12, 31)));
}
