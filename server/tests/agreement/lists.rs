//! How agreements are found: filtered, sorted and counted lists, and the search.

use std::time::Duration;

use app::actor::Role;

use super::{begin, go, negotiated, pdf, step, text};
use crate::both;
use crate::harness::{Browser, Portal};

both!(lists_are_filtered_sorted_and_counted, the_search_finds_them_for_who_may_know_of_them);

async fn lists_are_filtered_sorted_and_counted(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let bee = staff.add_company("Bee Tech").await;
    staff.add_company("Medi Center").await;
    let a = begin(&mut staff, "Alpha", &["Bee Tech"], &[("kind", "mou"), ("effective_on", "2027-01-01")]).await;
    portal.later(Duration::from_secs(1));
    let b = begin(&mut staff, "Beta 100%", &["Medi Center"], &[("areas", "Telemedicine")]).await;
    portal.later(Duration::from_secs(1));
    let c = negotiated(&mut staff, "Gamma", &["Bee Tech", "Medi Center"]).await;
    let mut found = async |query: &str| -> Vec<String> {
        let html = staff.page(&format!("/agreements?{query}")).await.text();
        let rows = html.split("<th scope=\"row\">").skip(1);
        rows.filter_map(|row| row.split("href=\"/agreements/AG-").nth(1).map(|rest| format!("AG-{}", &rest[..9])))
            .collect()
    };
    let names = |all: &[&String]| all.iter().map(|number| (*number).clone()).collect::<Vec<_>>();
    assert_eq!(found("").await, names(&[&c, &b, &a]), "the latest change first");
    assert_eq!(found("sort=title").await, names(&[&a, &b, &c]));
    assert_eq!(found("sort=-number").await, names(&[&c, &b, &a]));
    assert_eq!(found("sort=-effective").await[0], a);
    assert_eq!(found("kind=mou").await, names(&[&a]));
    assert_eq!(found("state=negotiation").await, names(&[&c]));
    assert_eq!(found("state=draft&sort=number").await, names(&[&a, &b]));
    assert_eq!(found("state=under_way").await.len(), 3);
    assert_eq!(found("q=telemed").await, names(&[&b]));
    assert_eq!(found("q=100%25").await, names(&[&b]));
    assert_eq!(found("q=bee").await.len(), 2, "by the names of the parties");
    assert_eq!(found("party=medi&sort=number").await, names(&[&b, &c]));
    assert_eq!(found(&format!("party={bee}&sort=number")).await, names(&[&a, &c]));
    assert_eq!(found("q=%27%3B--").await.len(), 0);
    assert_eq!(found("page=7").await.len(), 0);
    let csv = staff.page("/agreements.csv?kind=mou").await.text();
    assert!(csv.contains(&a) && !csv.contains(&b) && csv.contains("Bee Tech"), "{csv}");
}

async fn the_search_finds_them_for_who_may_know_of_them(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Quorl One").await;
    staff.add_company("Quorl Two").await;
    let three = staff.add_company("Other Three").await;
    let parties = ["Quorl One", "Quorl Two"];
    let shared = negotiated(&mut staff, "Zebra cooperation", &parties).await;
    let draft = begin(&mut staff, "Zebra draft", &parties, &[("areas", "Stripes")]).await;
    let private = begin(&mut staff, "Zebra secret", &parties, &[("private", "yes")]).await;
    let mut party = portal.representative(one).await;
    let mut other = portal.representative(three).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let mut expert = portal.signed_in(Role::Expert).await;
    let found = async |browser: &mut Browser, text: &str| -> Vec<String> {
        let html = browser.page(&format!("/search?kind=agreement&q={text}")).await.text();
        let mut found: Vec<String> =
            html.split("href=\"/agreements/").skip(1).map(|piece| piece[..12].to_owned()).collect();
        found.retain(|number| number.starts_with("AG-"));
        found.sort();
        found
    };
    assert_eq!(found(&mut staff, "zebra").await, [shared.as_str(), draft.as_str(), private.as_str()]);
    assert_eq!(found(&mut executive, "zebra").await, [shared.as_str(), draft.as_str()]);
    assert_eq!(found(&mut party, "zebra").await, [shared.as_str()]);
    assert!(found(&mut other, "zebra").await.is_empty() && found(&mut expert, "zebra").await.is_empty());
    for (browser, count) in [(&mut executive, "Agreements 2"), (&mut party, "Agreements 1")] {
        let words = browser.page("/search?q=zebra").await.words();
        assert!(words.contains(count), "{count}: {words}");
    }
    for browser in [&mut other, &mut expert] {
        assert!(!browser.page("/search?q=zebra").await.text().contains("AG-"));
    }
    // By number, area, a party's name and in the middle of a word.
    assert_eq!(found(&mut staff, &draft).await, [draft.as_str()]);
    assert_eq!(found(&mut staff, "stripes").await, [draft.as_str()]);
    assert_eq!(found(&mut staff, "quorl").await.len(), 3);
    assert_eq!(found(&mut party, "ebra").await, [shared.as_str()]);
    // Who is taken out finds it no more; what the negotiation opens is found by its parties.
    let ids = super::parties(&mut staff, &shared).await;
    let fields = [("party", ids[0].as_str()), ("reason", "It left.")];
    step(&mut staff, &shared, &format!("remove&party={}", ids[0]), "remove-party", &fields).await;
    assert!(found(&mut party, "zebra").await.is_empty());
    text(&mut staff, &draft, "", &pdf("zebra")).await;
    go(&mut staff, &draft, "internal_review", "").await;
    assert!(found(&mut party, "zebra").await.is_empty());
    go(&mut staff, &draft, "negotiation", "").await;
    assert_eq!(found(&mut party, "zebra").await, [draft.as_str()]);
}
