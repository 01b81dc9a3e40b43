//! Numbers without gaps, and facts that nobody overwrites unseen.

use app::actor::Role;

use super::begin;
use crate::both;
use crate::harness::Portal;

both!(numbers_are_without_gaps_however_many_begin_at_once, edits_do_not_overwrite_each_other);

async fn numbers_are_without_gaps_however_many_begin_at_once(portal: Portal) {
    let mut tasks = Vec::new();
    for place in 0..6 {
        let mut staff = portal.signed_in(Role::Staff).await;
        tasks.push(tokio::spawn(async move {
            // One in the middle is refused, and leaves no gap.
            if place == 3 {
                let fields = [
                    ("kind", "mou"),
                    ("title_en", "X"),
                    ("prevailing", "en"),
                    ("renewal", "none"),
                    ("parties", "Nobody"),
                ];
                let answer = staff.post("/agreements/new", "/api/agreements/create", &fields).await;
                assert!(answer.location().contains("refused="));
                return None;
            }
            Some(begin(&mut staff, "At once", &[], &[]).await)
        }));
    }
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.extend(task.await.unwrap());
    }
    numbers.sort();
    let expected: Vec<String> = (1..=5).map(|number| format!("AG-2026-{number:04}")).collect();
    assert_eq!(numbers, expected);
    // The same form sent twice begins one.
    let mut staff = portal.signed_in(Role::Staff).await;
    let form = staff.page("/agreements/new").await.field("form_id");
    let first = begin(&mut staff, "Twice", &[], &[("form_id", form.as_str())]).await;
    assert_eq!(begin(&mut staff, "Twice", &[], &[("form_id", form.as_str())]).await, first);
    let other = begin(&mut staff, "Another", &[], &[("form_id", form.as_str())]).await;
    assert_eq!(other, "AG-2026-0007");
}

async fn edits_do_not_overwrite_each_other(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Staff).await;
    let number = begin(&mut staff, "Edited", &[], &[]).await;
    let page = format!("/agreements/{number}/edit");
    let version = staff.page(&page).await.field("version");
    let fields = |title: &'static str| {
        vec![
            ("id", number.as_str()),
            ("version", version.as_str()),
            ("kind", "mou"),
            ("title_en", title),
            ("prevailing", "both"),
            ("renewal", "none"),
        ]
    };
    other.submit(&page, "/api/agreements/edit", &fields("Theirs")).await;
    let (location, conflict) = staff.submit(&page, "/api/agreements/edit", &fields("Mine")).await;
    assert!(location.contains("refused="), "{location}");
    let words = conflict.words();
    assert!(words.contains("Somebody else changed this agreement") && words.contains("Theirs"), "{words}");
    assert_eq!(conflict.field("title_en"), "Mine");
    // Having seen it, they save what they meant.
    let again = conflict.field("version");
    let mut mine = fields("Mine");
    mine[1].1 = again.as_str();
    let (location, saved) = staff.submit(&page, "/api/agreements/edit", &mine).await;
    assert_eq!(location, format!("/agreements/{number}"));
    assert!(saved.words().contains("Mine") && saved.words().contains("edited the facts"), "{}", saved.words());
    let version = staff.page(&page).await.field("version");
    let wrong = [("id", number.as_str()), ("version", version.as_str()), ("kind", "mou"), ("term_months", "many")];
    let (_, refused) = staff.submit(&page, "/api/agreements/edit", &wrong).await;
    assert!(refused.words().contains("whole number") && refused.field("term_months") == "many", "{}", refused.words());
}
