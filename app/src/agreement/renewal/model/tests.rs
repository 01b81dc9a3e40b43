use super::super::super::life::State;
use super::super::super::model::{AgreementForm, Facts};
use super::*;
use crate::time::Timestamp;

fn facts(change: impl FnOnce(&mut AgreementForm)) -> Facts {
    let mut form = AgreementForm {
        kind: "mou".to_owned(),
        title_en: "A".to_owned(),
        prevailing: "en".to_owned(),
        renewal: "none".to_owned(),
        effective_on: "2026-03-01".to_owned(),
        term_months: "12".to_owned(),
        ..AgreementForm::default()
    };
    change(&mut form);
    form.parse().unwrap_or_else(|error| panic!("{error:?}"))
}

fn local(text: &str) -> Timestamp {
    Timestamp::from_local(text).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn notice_is_given_before_the_end() {
    let facts = facts(|form| form.notice_days = "90".to_owned());
    let ends_on = facts.days().ends_on;
    assert_eq!(ends_on, "2027-02-28");
    assert_eq!(notice_on(&facts, &ends_on).unwrap().to_string(), "2026-11-30");
    assert_eq!(decide_at(&facts, &ends_on), Some(local("2026-12-01T00:00")));
    let without = self::facts(|_| {});
    assert_eq!(notice_on(&without, &ends_on), None);
    assert_eq!(decide_at(&without, &ends_on), Some(local("2027-03-01T00:00")));
    let goes_on = self::facts(|form| {
        form.notice_days = "90".to_owned();
        form.renewal = "automatic".to_owned();
    });
    assert_eq!(decide_at(&goes_on, &ends_on), None, "what goes on by itself waits for nobody");
    let endless = self::facts(|form| {
        form.term_months = String::new();
        form.notice_days = "90".to_owned();
    });
    assert_eq!((notice_on(&endless, ""), decide_at(&endless, "")), (None, None));
    assert!(steps(&endless, &endless.days()).is_empty());
}

#[test]
fn each_warning_is_due_once_and_the_latest_counts() {
    let facts = facts(|_| {});
    let steps = steps(&facts, &facts.days());
    let days: Vec<(i64, Timestamp)> = steps.iter().map(|step| (step.before, step.at)).collect();
    let expected = [(30, "2027-01-29T00:00"), (7, "2027-02-21T00:00"), (0, "2027-02-28T00:00")];
    assert_eq!(days, expected.map(|(before, at)| (before, local(at))));
    let zone = &facts.zone;
    let mut told: Vec<(String, String, i64)> = Vec::new();
    let before = |(due, _): (Vec<Step>, Option<Timestamp>)| due.iter().map(|step| step.before).collect::<Vec<_>>();
    let (due_now, next) = due(&steps, &told, zone, local("2027-01-28T23:59"));
    assert_eq!((due_now.len(), next), (0, Some(local("2027-01-29T00:00"))));
    assert_eq!(before(due(&steps, &told, zone, local("2027-01-29T00:00"))), [30]);
    // Nobody looked for a while: one warning, the last.
    assert_eq!(before(due(&steps, &told, zone, local("2027-02-25T12:00"))), [7]);
    told.push(("end".to_owned(), "2027-02-28".to_owned(), 7));
    let (due_now, next) = due(&steps, &told, zone, local("2027-02-25T12:00"));
    assert_eq!((due_now.len(), next), (0, Some(local("2027-02-28T00:00"))));
    assert_eq!(before(due(&steps, &told, zone, local("2027-02-28T23:59"))), [0]);
    // What is over is warned of no more; another term has warnings of its own.
    let (due_now, next) = due(&steps, &told, zone, local("2027-03-01T00:00"));
    assert_eq!((due_now.len(), next), (0, None));
    assert_eq!(
        before(due(&steps, &[("end".to_owned(), "2026-02-28".to_owned(), 7)], zone, local("2027-02-25T12:00"))),
        [7]
    );
}

#[test]
fn the_day_for_notice_and_the_end_are_warned_of_apart() {
    let by_consent = facts(|form| form.notice_days = "60".to_owned());
    let warned: Vec<Warning> = steps(&by_consent, &by_consent.days()).iter().map(|step| step.warning).collect();
    assert_eq!(warned.iter().filter(|warning| **warning == Warning::Notice).count(), 3);
    assert_eq!(warned.len(), 6);
    // What goes on by itself has no end to warn of.
    let goes_on = facts(|form| {
        form.notice_days = "60".to_owned();
        form.renewal = "automatic".to_owned();
    });
    assert!(steps(&goes_on, &goes_on.days()).iter().all(|step| step.warning == Warning::Notice));
}

#[test]
fn a_day_finds_what_was_in_force() {
    let span = Span {
        state: State::InForce,
        effective_on: "2026-03-01".to_owned(),
        ends_on: "2027-02-28".to_owned(),
        ended_on: String::new(),
        renews: false,
        follow: None,
    };
    for (day, holds) in [("2026-02-28", false), ("2026-03-01", true), ("2027-02-28", true), ("2027-03-01", false)] {
        assert_eq!(span.holds_on(day), holds, "{day}");
    }
    let goes_on = Span { renews: true, ..span.clone() };
    assert!(goes_on.holds_on("2030-01-01"));
    let ended = Span { state: State::Terminated, ended_on: "2026-06-01".to_owned(), ..goes_on };
    assert!(ended.holds_on("2026-05-31") && !ended.holds_on("2026-06-01"));
    let endless = Span { ends_on: String::new(), ..span.clone() };
    assert!(endless.holds_on("2099-01-01"));
    let draft = Span { state: State::Negotiation, ..span };
    assert!(!draft.holds_on("2026-06-01"));
}
