//! The working calendar: what it begins with, and how an administrator keeps it.

use std::time::Duration;

use app::actor::Role;
use app::calendar::store;
use app::time::Timestamp;
use jiff::civil::date;

use crate::both;
use crate::harness::Portal;

both!(
    it_begins_with_the_notices_of_three_years,
    an_administrator_enters_a_notice,
    wrong_days_and_hours_are_refused,
    a_missing_year_is_said_from_november,
);

async fn it_begins_with_the_notices_of_three_years(portal: Portal) {
    for (year, holidays, workdays) in [(2024, 28, 8), (2025, 28, 5), (2026, 33, 6)] {
        assert_eq!(
            portal
                .count(Box::leak(
                    format!("calendar_days WHERE kind = 'holiday' AND date LIKE '{year}-%'").into_boxed_str()
                ))
                .await,
            holidays,
            "{year}"
        );
        assert_eq!(
            portal
                .count(Box::leak(
                    format!("calendar_days WHERE kind = 'workday' AND date LIKE '{year}-%'").into_boxed_str()
                ))
                .await,
            workdays,
            "{year}"
        );
    }
    let mut tx = portal.read().await;
    let calendar = store::calendar(&mut tx).await.unwrap();
    for (day, works) in [
        (date(2024, 2, 9), true),
        (date(2024, 2, 18), true),
        (date(2025, 1, 26), true),
        (date(2025, 1, 28), false),
        (date(2025, 10, 8), false),
        (date(2025, 10, 9), true),
        (date(2025, 10, 11), true),
        (date(2026, 1, 2), false),
        (date(2026, 1, 4), true),
        (date(2026, 5, 9), true),
        (date(2026, 9, 20), true),
        (date(2026, 10, 7), false),
        (date(2026, 10, 17), false),
    ] {
        assert_eq!(calendar.is_working_day(day), works, "{day}");
    }
    // Every make-up day is a day of a weekend, and no holiday is one too.
    let days: Vec<(String, String)> =
        app::ask!(&mut tx, |c| sqlx::query_as("SELECT date, source FROM calendar_days WHERE kind = 'workday'")
            .fetch_all(c)
            .await)
        .unwrap();
    for (day, source) in days {
        let day: jiff::civil::Date = day.parse().unwrap();
        assert!(day.weekday().to_monday_one_offset() > 5, "{day}");
        assert!(source.contains("国务院办公厅"), "{source}");
    }
}

async fn an_administrator_enters_a_notice(portal: Portal) {
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = admin.page("/admin/calendar").await;
    for said in ["2026", "National Day", "国务院办公厅关于2026年部分节假日安排的通知", "Make-up working day"]
    {
        assert!(page.text().contains(said), "{said}");
    }
    assert_eq!((page.field("from_1").as_str(), page.field("to_2").as_str()), ("09:00", "17:30"));
    let days = [
        ("date", "2027-02-05"),
        ("until", "2027-02-11"),
        ("kind", "holiday"),
        ("name_en", "Spring <Festival>"),
        ("name_zh", "春节"),
        ("source", "a notice of the story"),
    ];
    let (location, page) = admin.submit("/admin/calendar?year=2027", "/api/calendar/set-days", &days).await;
    assert_eq!(location, "/admin/calendar?year=2027");
    assert!(
        page.words().contains("Show 7 days") && page.text().contains("Spring &lt;Festival&gt;"),
        "{}",
        page.words()
    );
    let worked = [("date", "2027-02-06"), ("kind", "workday"), ("name_zh", "春节")];
    admin.submit("/admin/calendar?year=2027", "/api/calendar/set-days", &worked).await;
    let form = admin.page("/admin/calendar?year=2027&day=2027-02-06").await;
    assert!(form.text().contains("id=\"date\" name=\"date\" value=\"2027-02-06\""), "{}", form.text());
    assert_eq!(form.field("name_zh"), "春节");
    let (_, page) =
        admin.submit("/admin/calendar?year=2027", "/api/calendar/remove-day", &[("date", "2027-02-11")]).await;
    assert!(page.words().contains("Show 6 days"), "{}", page.words());
    let mut tx = portal.read().await;
    let calendar = store::calendar(&mut tx).await.unwrap();
    drop(tx);
    for (day, works) in [(5, false), (6, true), (10, false), (11, true)] {
        assert_eq!(calendar.is_working_day(date(2027, 2, day)), works, "{day}");
    }
    // Another week, with one span only, worked on Sunday too.
    let week = [
        ("weekdays[]", "7"),
        ("weekdays[]", "1"),
        ("from_1", "08:00"),
        ("to_1", "16:00"),
        ("from_2", ""),
        ("to_2", ""),
    ];
    let (_, page) = admin.submit("/admin/calendar", "/api/calendar/set-week", &week).await;
    assert_eq!((page.field("from_1").as_str(), page.field("from_2").as_str()), ("08:00", ""));
    let mut tx = portal.read().await;
    let calendar = store::calendar(&mut tx).await.unwrap();
    drop(tx);
    assert!(calendar.is_working(Timestamp::from_local("2026-11-22T08:00").unwrap()), "a Sunday");
    assert!(!calendar.is_working(Timestamp::from_local("2026-11-24T10:00").unwrap()), "a Tuesday");
    let journal = admin.page("/admin/journal?action=calendar.week_set").await.words();
    assert!(journal.contains("changed the working hours") && journal.contains("08:00–16:00"), "{journal}");
    portal.journal_holds().await;
    let before = portal.journal_holds().await;
    admin.submit("/admin/calendar", "/api/calendar/set-week", &week).await;
    assert_eq!(portal.journal_holds().await, before, "what changes nothing is not recorded");
    admin.set_cookie("language", "zh");
    let words = admin.page("/admin/calendar?year=2026").await.words();
    assert!(words.contains("调休上班") && words.contains("国庆节") && words.contains("十二月"), "{words}");
}

async fn wrong_days_and_hours_are_refused(portal: Portal) {
    let mut admin = portal.signed_in(Role::Administrator).await;
    let before = portal.count("calendar_days").await;
    for (action, fields, said) in [
        ("set-days", vec![("date", "2027-02-30"), ("kind", "holiday"), ("name_en", "x")], "not a day of the calendar"),
        (
            "set-days",
            vec![("date", "2027-02-05"), ("until", "2027-02-04"), ("kind", "holiday"), ("name_en", "x")],
            "does not fit",
        ),
        ("set-days", vec![("date", "2027-02-05"), ("kind", "party"), ("name_en", "x")], "one of the options"),
        ("set-week", vec![("weekdays[]", "1"), ("from_1", "12:00"), ("to_1", "09:00")], "does not fit"),
        ("set-week", vec![("weekdays[]", "1"), ("from_1", "noon"), ("to_1", "14:00")], "not a time of day"),
        ("set-week", vec![("from_1", "09:00"), ("to_1", "12:00")], "Please fill this in"),
        ("set-limits", vec![("acknowledge_hours", "0"), ("answer_hours", "x")], "whole hours"),
        ("set-limits", vec![("acknowledge_hours", "16"), ("answer_hours", "4")], "does not fit"),
    ] {
        let answer = admin.post("/admin/calendar", &format!("/api/calendar/{action}"), &fields).await;
        assert!(answer.location().contains("refused="), "{action} {fields:?}");
        let words = admin.page(&answer.location()).await.words();
        assert!(words.contains(said), "{action} {fields:?}: {said} in {words}");
    }
    assert_eq!(portal.count("calendar_days").await, before);
    assert_eq!(portal.count("calendar_hours").await, 2);
}

async fn a_missing_year_is_said_from_november(portal: Portal) {
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin").await.words();
    assert!(words.contains("Years without holidays in the working calendar In order 0"), "{words}");
    assert!(admin.page("/admin/calendar?year=2027").await.words().contains("No holidays are entered for 2027 yet"));
    let left = Timestamp::from_local("2026-11-01T00:30").unwrap().0 - portal.backend.clock.now().0;
    portal.later(Duration::from_micros(u64::try_from(left).unwrap()));
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin").await.words();
    assert!(words.contains("Enter the State Council's notice") && words.contains("Needs attention 1"), "{words}");
    assert!(admin.page("/admin/calendar?year=2027").await.words().contains("Deadlines pass over holidays only once"));
    let days = [("date", "2027-01-01"), ("kind", "holiday"), ("name_en", "New Year's Day")];
    admin.submit("/admin/calendar?year=2027", "/api/calendar/set-days", &days).await;
    assert!(!admin.page("/admin").await.words().contains("Needs attention"));
}
