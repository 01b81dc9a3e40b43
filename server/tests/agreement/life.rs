//! From the first draft to the end: an agreement goes its way, by staff, by the parties, and by itself when its days come.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::agreement::clock;
use sqlx::types::Uuid;

use super::{at, begin, carried, go, negotiated, original, parties, pdf, sign, signed, text, word};
use crate::both;
use crate::harness::{Browser, Portal};

both!(
    an_agreement_goes_its_way,
    it_is_in_force_from_midnight_in_hainan,
    it_is_in_force_from_midnight_where_it_says,
    it_goes_on_by_itself_or_expires,
    of_two_who_move_it_at_once_one_does,
    thirty_parties,
);

async fn an_agreement_goes_its_way(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    let two = staff.add_company("Bee Two").await;
    let (_, mut first) = portal.person("first", &[(one, Rights::Manager)]).await;
    let (_, mut second) = portal.person("second", &[(two, Rights::Manager)]).await;
    let number = begin(&mut staff, "Cooperation", &["Medi One", "Bee Two"], &[("title_zh", "合作协议")]).await;
    assert_eq!(number, "AG-2026-0001");
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("Party A : Medi One") || page.contains("Party A: Medi One"), "{page}");

    // Without a text nothing is negotiated.
    go(&mut staff, &number, "internal_review", "").await;
    let refused = go(&mut staff, &number, "negotiation", "").await.words();
    assert!(refused.contains("There is no text yet"), "{refused}");
    text(&mut staff, &number, "The first text", &pdf("one")).await;
    go(&mut staff, &number, "negotiation", "").await;

    // Each party states its position; one asks for changes first.
    let ids = parties(&mut staff, &number).await;
    assert_eq!(ids.len(), 2);
    let page = first.page(&format!("/agreements/{number}")).await;
    assert!(page.words().contains("State your position") && !page.text().contains("/edit\""), "{}", page.words());
    assert!(page.text().contains("SHA-256"));
    word(&mut first, &number, &ids[0], "accepts", "", "").await;
    let without = word(&mut second, &number, &ids[1], "asks_changes", "", "").await.words();
    assert!(without.contains("Please say why"), "{without}");
    let asks = word(&mut second, &number, &ids[1], "asks_changes", "Clause 3 is too long.", "").await.words();
    assert!(asks.contains("Asks for changes") && asks.contains("Clause 3 is too long."), "{asks}");
    let refused = go(&mut staff, &number, "text_agreed", "").await.words();
    assert!(refused.contains("Not every party accepts the text as it is"), "{refused}");
    word(&mut second, &number, &ids[1], "accepts", "", "").await;
    go(&mut staff, &number, "text_agreed", "").await;
    go(&mut staff, &number, "for_signature", "").await;

    // One signs, then the other; the last one needs the original and the day.
    let today = portal.backend.clock.now().iso_day();
    let half = sign(&mut staff, &number, &ids[..1], &today, "", "").await.words();
    assert!(half.contains("Partly signed") && half.contains("Signer 0"), "{half}");
    let refused = sign(&mut staff, &number, &ids[1..], &today, &today, "").await.words();
    assert!(refused.contains("The last signature needs the scanned original"), "{refused}");
    let document = original(&mut staff, &number).await;
    let refused = sign(&mut staff, &number, &ids[1..], &today, "", &document).await.words();
    assert!(refused.contains("Effective date"), "{refused}");
    let done = sign(&mut staff, &number, &ids[1..], &today, &today, &document).await.words();
    assert!(done.contains("In force"), "its day has begun: {done}");
    assert!(second.page(&format!("/agreements/{number}")).await.words().contains("In force"));

    // The original stays; the end is told with its reason.
    let removed = [("id", number.as_str()), ("document", document.as_str())];
    let page = format!("/agreements/{number}");
    let (_, kept) = staff.submit(&page, "/api/agreements/remove-document", &removed).await;
    assert!(kept.words().contains("and stays"), "{}", kept.words());
    go(&mut staff, &number, "terminated", "The parties agreed to end it.").await;
    let page = first.page(&page).await.words();
    assert!(page.contains("Terminated") && page.contains("The parties agreed to end it."), "{page}");
    portal.journal_holds().await;
}

async fn it_is_in_force_from_midnight_in_hainan(mut portal: Portal) {
    at(&mut portal, "2026-12-30T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = signed(&mut staff, "New Year", &["One", "Two"], "2026-12-30", "2027-01-01").await;
    let state = async |staff: &mut Browser, which: &str| {
        staff.page(&format!("/agreements?state={which}")).await.words().contains(&number)
    };
    assert!(state(&mut staff, "signed").await && !state(&mut staff, "in_force").await);
    portal.later(Duration::from_secs(35 * 3600 + 59 * 60 + 59));
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(state(&mut staff, "signed").await, "a second before midnight");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0);
    portal.later(Duration::from_secs(1));
    // The job has not run yet.
    assert!(state(&mut staff, "in_force").await && !state(&mut staff, "signed").await);
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("The agreement is in force."));
    assert!(staff.page("/agreements/board").await.words().contains("In force 1"));
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 1);
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0, "once");
    assert!(state(&mut staff, "in_force").await);
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("The portal moved the agreement"), "{page}");
    portal.journal_holds().await;
}

async fn it_is_in_force_from_midnight_where_it_says(mut portal: Portal) {
    at(&mut portal, "2026-12-30T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Danish New Year", &["One", "Two"]).await;
    let form = staff.page(&format!("/agreements/{number}/edit")).await;
    let version = form.field("version");
    let fields = [
        ("id", number.as_str()),
        ("version", version.as_str()),
        ("kind", "strategic"),
        ("title_en", "Danish New Year"),
        ("prevailing", "both"),
        ("renewal", "none"),
        ("zone", "Europe/Copenhagen"),
    ];
    staff.submit(&format!("/agreements/{number}/edit"), "/api/agreements/edit", &fields).await;
    go(&mut staff, &number, "text_agreed", "All said so at the table.").await;
    go(&mut staff, &number, "for_signature", "").await;
    let document = original(&mut staff, &number).await;
    let all = parties(&mut staff, &number).await;
    sign(&mut staff, &number, &all, "2026-12-30", "2027-01-01", &document).await;
    // Midnight in Hainan is five in the afternoon in Copenhagen.
    portal.later(Duration::from_secs(36 * 3600 + 7 * 3600 - 1));
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("It takes effect when"));
    portal.later(Duration::from_secs(1));
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("The agreement is in force."));
}

async fn it_goes_on_by_itself_or_expires(mut portal: Portal) {
    at(&mut portal, "2026-06-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let mut numbers = Vec::new();
    for (title, renewal) in [("Ends", "none"), ("Goes on", "automatic")] {
        let terms = [("term_months", "12"), ("renewal", renewal)];
        let number = begin(&mut staff, title, &["One", "Two"], &terms).await;
        carried(&mut staff, &number, "2026-06-01", "2026-06-01").await;
        numbers.push(number);
    }
    assert!(!staff.page("/agreements").await.words().contains("within 90 days"));
    at(&mut portal, "2027-04-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let list = staff.page("/agreements?state=expiring").await.words();
    assert!(list.contains(&numbers[0]) && !list.contains(&numbers[1]), "what goes on does not end: {list}");
    assert!(staff.page("/agreements").await.words().contains("1 agreement in force ends within 90 days"));
    at(&mut portal, "2027-06-01T00:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let expired = staff.page("/agreements?state=expired").await.words();
    assert!(expired.contains(&numbers[0]) && !expired.contains(&numbers[1]), "before the job: {expired}");
    let page = staff.page(&format!("/agreements/{}", numbers[1])).await.words();
    assert!(page.contains("31 May 2028"), "the term that runs: {page}");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 2);
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0);
    assert!(staff.page("/agreements?state=expired").await.words().contains(&numbers[0]));
    assert!(staff.page("/agreements?state=in_force").await.words().contains(&numbers[1]));
    portal.journal_holds().await;
}

async fn of_two_who_move_it_at_once_one_does(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Race", &["One", "Two"]).await;
    let before = portal.journal_holds().await;
    let page = format!("/agreements/{number}?do=move&to=withdrawn");
    let version = staff.page(&page).await.field("version");
    let mut tasks = Vec::new();
    for to in ["withdrawn", "rejected", "text_agreed", "withdrawn"] {
        let mut other = portal.signed_in(Role::Staff).await;
        let (page, number, version) = (page.clone(), number.clone(), version.clone());
        tasks.push(tokio::spawn(async move {
            let fields = [("id", number.as_str()), ("version", version.as_str()), ("to", to), ("reason", "Because.")];
            other.post(&page, "/api/agreements/move", &fields).await.location()
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += usize::from(!task.await.unwrap().contains("refused="));
    }
    assert_eq!(done, 1, "one of them moves it");
    // Four sign in, one moves.
    assert_eq!(portal.journal_holds().await, before + 5);
}

async fn thirty_parties(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let names: Vec<String> = (1..=30).map(|number| format!("Party Company {number:02}")).collect();
    let mut last = Uuid::nil();
    for name in &names {
        last = staff.add_company(name).await;
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let number = signed(&mut staff, "All of us", &names, "2026-01-02", "2026-01-02").await;
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("In force") && page.contains("Party AD") && page.contains("Signer 29"), "{page}");
    staff.post("/agreements", "/api/account/language", &[("language", "zh")]).await;
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(
        page.contains("甲方") && page.contains("癸方") && page.contains("第30方") && page.contains("生效"),
        "{page}"
    );
    assert!(staff.page("/agreements").await.words().contains("，另有27家"));
    let mut party = portal.representative(last).await;
    assert!(party.page("/agreements").await.words().contains(&number));
}
