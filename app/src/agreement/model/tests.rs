use super::*;
use crate::actor::{Actor, Affiliation, Rights, Role};

fn facts(effective_on: &str, zone: &str, term_months: Option<i64>, renewal: Renewal) -> Facts {
    Facts {
        kind: Kind::Strategic,
        title_en: String::new(),
        title_zh: String::new(),
        summary_en: String::new(),
        summary_zh: String::new(),
        prevailing: Tongue::Both,
        areas: Vec::new(),
        sign_place: String::new(),
        sign_on: String::new(),
        effective_on: effective_on.to_owned(),
        zone: zone.to_owned(),
        term_months,
        renewal,
        notice_days: None,
        governing_law: String::new(),
        confidentiality: String::new(),
        private: false,
        owner: None,
    }
}

fn iso(at: Option<Timestamp>) -> String {
    at.map(Timestamp::iso).unwrap_or_default()
}

#[test]
fn parties_are_lettered_in_both_languages_as_far_as_they_go() {
    let letters: Vec<String> =
        [0, 3, 9, 25, 26, 29, 51, 52].iter().map(|place| party_letter(*place, Language::En)).collect();
    assert_eq!(letters, ["A", "D", "J", "Z", "AA", "AD", "AZ", "BA"]);
    let stems: Vec<String> = [0, 1, 2, 3, 9, 10, 29].iter().map(|place| party_letter(*place, Language::Zh)).collect();
    assert_eq!(stems, ["甲", "乙", "丙", "丁", "癸", "第11", "第30"]);
}

#[test]
fn a_number_is_a_number_and_nothing_else_is() {
    assert_eq!(number_text(2026, 7), "AG-2026-0007");
    assert_eq!(number_text(2026, 12_345), "AG-2026-12345");
    assert_eq!(Key::parse("AG-2026-0007"), Ok(Key::Number("AG-2026-0007".to_owned())));
    for bad in ["", "AG-2026-7", "AG-26-0007", "ag-2026-0007", "AG-2026-0007'--", "AG-2026-٠٠٠٧", "EN-2026-0001"] {
        assert_eq!(Key::parse(bad), Err(Error::NotFound), "{bad}");
    }
}

#[test]
fn days_begin_at_midnight_in_the_zone_that_is_stated() {
    let here = facts("2026-03-29", USUAL_ZONE, Some(12), Renewal::None).days();
    assert_eq!(iso(here.effective_at), "2026-03-28T16:00:00Z");
    assert_eq!((here.ends_on.as_str(), iso(here.ends_at).as_str()), ("2027-03-28", "2027-03-28T16:00:00Z"));
    // The clocks are put forward in Copenhagen on that very day, and back in October.
    let there = facts("2026-03-29", "Europe/Copenhagen", Some(7), Renewal::None).days();
    assert_eq!(iso(there.effective_at), "2026-03-28T23:00:00Z");
    assert_eq!((there.ends_on.as_str(), iso(there.ends_at).as_str()), ("2026-10-28", "2026-10-28T23:00:00Z"));
    let endless = facts("2026-03-29", "UTC", None, Renewal::None).days();
    assert_eq!((endless.ends_on.as_str(), endless.ends_at), ("", None));
    assert_eq!(facts("", "UTC", Some(12), Renewal::None).days(), Days::default());
    // The thirty-first of a month that has none ends with the month.
    assert_eq!(facts("2026-08-31", "UTC", Some(6), Renewal::None).days().ends_on, "2027-02-27");
    assert!(ZONES.iter().all(|zone| midnight(jiff::civil::date(2026, 1, 1), zone).is_some()));
}

#[test]
fn what_renews_by_itself_ends_a_term_later_each_time() {
    let facts = facts("2020-02-29", "UTC", Some(12), Renewal::Automatic);
    let at = |day: &str| facts.days_at(midnight(day.parse().unwrap(), "UTC").unwrap()).ends_on;
    assert_eq!(at("2020-03-01"), "2021-02-27");
    assert_eq!(at("2021-02-27"), "2021-02-27");
    assert_eq!(at("2021-02-28"), "2022-02-27");
    assert_eq!(at("2023-12-01"), "2024-02-28", "the leap day is back: terms are counted from the first day");
}

#[test]
fn each_role_has_its_scope() {
    let (acted, other) = (Uuid::from_u128(7), Uuid::from_u128(9));
    let affiliation = |company, rights| Affiliation { company, rights, name_en: String::new(), name_zh: String::new() };
    let actor = |role| Actor {
        id: Uuid::nil(),
        name: String::new(),
        role,
        affiliations: vec![affiliation(acted, Rights::Manager), affiliation(other, Rights::Contributor)],
        acting: Some(acted),
        unread: 0,
        viewer: None,
    };
    assert_eq!(actor(Role::Staff).opens_agreements(), Ok(Scope::All));
    assert_eq!(actor(Role::Executive).lists_agreements(), Ok(Scope::Executive));
    assert_eq!(actor(Role::Expert).opens_agreements(), Err(Error::Forbidden));
    let rep = actor(Role::Representative);
    assert_eq!(rep.lists_agreements(), Ok(Scope::Of(vec![acted])), "lists are of the company acted for");
    assert_eq!(rep.opens_agreements(), Ok(Scope::Of(vec![acted, other])), "links open the others");
    assert!(rep.gives_word_for(acted) && !rep.gives_word_for(other) && rep.writes_for(other));
    assert!(!rep.may_read_agreement_notes() && actor(Role::Executive).may_read_agreement_notes());
    assert!(!actor(Role::Executive).may_edit_agreements());
}
