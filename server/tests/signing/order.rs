//! In order: group after group, as many of each as are needed, some at once and some on paper.

use app::actor::{Rights, Role};
use app::agreement::signing::store;
use http::StatusCode;

use super::{ask, asked, decline, enough, facts, for_signature, named, open, sign, sign_page, two};
use crate::agreement::{id_of, original, parties, sign as sign_on_paper};
use crate::both;
use crate::harness::{Answer, Browser, Portal};

both!(
    they_sign_group_after_group,
    two_of_three_are_enough,
    without_enough_the_text_is_opened_again,
    of_two_who_sign_the_last_place_at_once_one_does,
    all_of_the_last_group_sign_at_once,
    some_sign_on_paper,
    a_plan_that_could_leave_out_a_party_is_refused,
    thirty_parties_sign,
);

async fn they_sign_group_after_group(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "In order", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    let page = format!("/agreements/{number}");
    assert!(!first.page(&page).await.text().contains("id=\"signing\""), "not before it is asked");
    named(&mut staff, &number, &ids[0], "Ada One", "ada@story.example", "1").await;
    let plan = named(&mut staff, &number, &ids[1], "Bo Two", "bo@story.example", "2").await.words();
    assert!(plan.contains("Group 1") && plan.contains("Group 2") && plan.contains("signs with an account"), "{plan}");
    let twice = named(&mut staff, &number, &ids[1], "Bo Two", "BO@story.example", "1").await.words();
    assert!(twice.contains("E-mail"), "{twice}");
    assert_eq!(first.get(&format!("{page}/sign")).await.status, StatusCode::NOT_FOUND, "not before it is asked");
    let asked = ask(&mut staff, &number).await.words();
    assert!(asked.contains("To sign") && asked.contains("Waits for others"), "{asked}");

    // The second has to wait: enforced where it is signed, not only where it is mailed.
    assert_eq!(second.get(&format!("{page}/sign")).await.status, StatusCode::NOT_FOUND);
    assert!(!second.page("/today").await.text().contains("to-sign"));
    let seen = second.page(&page).await;
    assert!(seen.words().contains("Ada One") && seen.words().contains("Waits for others"), "{}", seen.words());
    assert!(!seen.text().contains("ada@story.example"), "no addresses");
    let id = id_of(&portal, &number).await;
    let mut tx = portal.read().await;
    let places = store::signatories(&mut tx, id).await.unwrap();
    drop(tx);
    let (early, version) = (places[1].id.to_string(), places[1].version.unwrap().to_string());
    let fields = [
        ("id", number.as_str()),
        ("signatory", early.as_str()),
        ("text", version.as_str()),
        ("signed_name", "Bo Two"),
        ("agree", "yes"),
    ];
    for action in ["open", "sign"] {
        let (location, _) = second.submit(&page, &format!("/api/signing/{action}"), &fields).await;
        assert!(location.contains("refused="), "{action}: {location}");
    }
    assert_eq!(facts(&portal, &number, "signed").await + facts(&portal, &number, "opened").await, 0);

    // The first: it stands on the start page, the text is shown once they have said so, then they sign.
    assert!(first.page("/today").await.words().contains("To sign"));
    assert!(first.page("/notifications").await.words().contains(&number));
    let shown = open(&mut first, &number).await;
    assert!(shown.words().contains("Version 1") && shown.words().contains("Prevailing"), "{}", shown.words());
    assert!(shown.words().contains("for Party A (Medi One)"), "{}", shown.words());
    let sign_path = format!("{page}/sign");
    let [signatory, text] = ["signatory", "text"].map(|field| shown.field(field));
    let mut fields =
        vec![("id", number.as_str()), ("signatory", signatory.as_str()), ("text", text.as_str()), ("signed_name", " ")];
    let (_, refused) = first.submit(&sign_path, "/api/signing/sign", &fields).await;
    assert!(refused.text().contains("href=\"#signed_name\"") && refused.text().contains("href=\"#agree\""));
    fields.extend([("agree", "yes"), ("drawn", "\"><script>alert(1)</script>")]);
    fields[3].1 = "Somebody Else";
    let drawn = fields.pop();
    let (_, refused) = first.submit(&sign_path, "/api/signing/sign", &fields).await;
    assert!(refused.words().contains("Who signs: Ada One") && refused.words().contains("as it stands above"));
    assert_eq!(refused.field("signed_name"), "Somebody Else");
    fields.extend(drawn);
    fields[3].1 = "Ada One";
    let (location, refused) = first.submit(&sign_path, "/api/signing/sign", &fields).await;
    assert!(location.contains("refused=") && !refused.text().contains("<script>alert"), "{location}");
    let (_, done) = sign_page(&mut first, &shown, &sign_path).await;
    assert!(done.words().contains("You signed.") && !done.text().contains("signed_name"), "{}", done.words());
    // Gone back and pressed again, nothing changes.
    let (_, again) = sign_page(&mut first, &shown, &sign_path).await;
    assert!(again.words().contains("You signed."));
    assert_eq!(facts(&portal, &number, "signed").await, 1);
    assert!(staff.page(&page).await.words().contains("Partly signed"));
    assert!(!first.page("/today").await.text().contains("to-sign"));

    // Now it is the second's turn; with the last signature it is signed, and in force as its day has begun.
    assert!(second.page("/today").await.words().contains("To sign"));
    let done = sign(&mut second, &number).await.words();
    assert!(done.contains("You signed."), "{done}");
    let seen = staff.page(&page).await;
    let words = seen.words();
    assert!(words.contains("In force") && words.contains("Ada One · Director"), "{words}");
    assert!(seen.text().contains("M10 20L30 40M50 60") && words.contains("127.0.0.1"), "{words}");
    let seen = first.page(&page).await;
    assert!(!seen.text().contains("127.0.0.1") && !seen.text().contains("M10 20"), "from where is the zone's to know");
    for kind in ["sent", "opened", "signed"] {
        assert_eq!(facts(&portal, &number, kind).await, 2, "{kind}");
    }
    portal.journal_holds().await;
}

async fn two_of_three_are_enough(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    let two = staff.add_company("Two").await;
    let mut of_one = Vec::new();
    for name in ["a1", "a2", "a3"] {
        of_one.push(portal.person(name, &[(one, Rights::Viewer)]).await.1);
    }
    let mut last = portal.person("b", &[(two, Rights::Viewer)]).await.1;
    let number = for_signature(&mut staff, "Two of three", &["One", "Two"]).await;
    let ids = parties(&mut staff, &number).await;
    for name in ["a1", "a2", "a3"] {
        named(&mut staff, &number, &ids[0], name, &format!("{name}@story.example"), "1").await;
    }
    named(&mut staff, &number, &ids[1], "b", "b@story.example", "2").await;
    let ruled = enough(&mut staff, &number, "1", "2").await.words();
    assert!(ruled.contains("2 of 3 are enough"), "{ruled}");
    ask(&mut staff, &number).await;
    let without = decline(&mut of_one[0], &number, " ").await.0;
    assert!(without.contains("refused="), "a reason is asked for");
    let page = of_one[0].page(&format!("/agreements/{number}/sign")).await;
    let [signatory, text] = ["signatory", "text"].map(|field| page.field(field));
    let fields =
        [("id", number.as_str()), ("signatory", signatory.as_str()), ("text", text.as_str()), ("reason", "Not mine.")];
    let (_, declined) = of_one[0].submit("/today", "/api/signing/decline", &fields).await;
    assert!(declined.words().contains("You declined."), "{}", declined.words());
    assert!(staff.page("/notifications").await.words().contains("a1 declined to sign"));
    // It goes on with the others; half of a party is not the party.
    sign(&mut of_one[1], &number).await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Partly signed") && words.contains("0 of 2"), "{words}");
    sign(&mut of_one[2], &number).await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("1 of 2") && words.contains("Declined") && words.contains("a2; a3"), "{words}");
    sign(&mut last, &number).await;
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    portal.journal_holds().await;
}

async fn without_enough_the_text_is_opened_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let number = asked(&mut staff, "Declined").await;
    sign(&mut first, &number).await;
    let (location, _) = decline(&mut second, &number, "Clause 7 <b>cannot</b> stand.").await;
    assert!(!location.contains("refused="), "{location}");
    let seen = first.page(&format!("/agreements/{number}")).await;
    let words = seen.words();
    assert!(words.contains("Negotiation") && words.contains("Clause 7 <b>cannot</b> stand."), "{words}");
    assert_eq!(facts(&portal, &number, "voided").await, 2);
    assert_eq!(first.get(&format!("/agreements/{number}/sign")).await.status, StatusCode::NOT_FOUND);
    assert!(!first.page("/today").await.text().contains("to-sign"));
    portal.journal_holds().await;
}

async fn of_two_who_sign_the_last_place_at_once_one_does(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    let two = staff.add_company("Two").await;
    let mut last: Vec<Browser> = Vec::new();
    for name in ["b1", "b2", "b3"] {
        last.push(portal.person(name, &[(two, Rights::Viewer)]).await.1);
    }
    let mut first = portal.person("a", &[(one, Rights::Viewer)]).await.1;
    let number = for_signature(&mut staff, "Last place", &["One", "Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "a", "a@story.example", "1").await;
    for name in ["b1", "b2", "b3"] {
        named(&mut staff, &number, &ids[1], name, &format!("{name}@story.example"), "2").await;
    }
    enough(&mut staff, &number, "2", "1").await;
    ask(&mut staff, &number).await;
    sign(&mut first, &number).await;
    let mut pages = Vec::new();
    for browser in &mut last {
        pages.push(open(browser, &number).await);
    }
    let mut tasks = Vec::new();
    for (place, (browser, page)) in last.iter().zip(pages).enumerate() {
        // One of them twice.
        for _ in 0..=usize::from(place == 0) {
            let (mut browser, path) = (browser.clone(), format!("/agreements/{number}/sign"));
            let page = Answer { status: page.status, headers: page.headers.clone(), bytes: page.bytes.clone() };
            tasks.push(tokio::spawn(async move {
                sign_page(&mut browser, &page, &path).await;
            }));
        }
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(facts(&portal, &number, "signed").await, 2, "one for each party");
    assert_eq!(portal.count("agreement_signatures").await, 2);
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    let mut told = 0;
    for browser in &mut last {
        let words = browser.page(&format!("/agreements/{number}/sign")).await.words();
        told += usize::from(words.contains("You need not."));
    }
    assert_eq!(told, 2, "the others read that they need not");
    portal.journal_holds().await;
}

async fn all_of_the_last_group_sign_at_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let names = ["P1", "P2", "P3", "P4"];
    let mut people = Vec::new();
    for name in names {
        let company = staff.add_company(name).await;
        people.push(portal.person(&name.to_lowercase(), &[(company, Rights::Viewer)]).await.1);
    }
    let number = for_signature(&mut staff, "At once", &names).await;
    for (id, name) in parties(&mut staff, &number).await.iter().zip(names) {
        named(&mut staff, &number, id, name, &format!("{}@story.example", name.to_lowercase()), "1").await;
    }
    ask(&mut staff, &number).await;
    let mut tasks = Vec::new();
    for mut browser in people {
        let number = number.clone();
        tasks.push(tokio::spawn(async move { sign(&mut browser, &number).await.words() }));
    }
    for task in tasks {
        let words = task.await.unwrap();
        assert!(words.contains("You signed."), "{words}");
    }
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    assert_eq!(facts(&portal, &number, "signed").await, 4);
    portal.journal_holds().await;
}

async fn some_sign_on_paper(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Half on paper", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    let words = named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await.words();
    assert!(words.contains("to be recorded on paper: Party B"), "{words}");
    ask(&mut staff, &number).await;
    let today = portal.backend.clock.now().iso_day();
    let half = sign_on_paper(&mut staff, &number, &ids[1..], &today, &today, "").await.words();
    assert!(half.contains("Partly signed"), "{half}");
    let done = sign(&mut first, &number).await.words();
    assert!(done.contains("You signed."), "a scan that is lacking is no reason to refuse a signature: {done}");
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Partly signed") && words.contains("2 of 2"), "{words}");
    assert!(staff.page("/notifications").await.words().contains("the scanned original is missing"));
    let document = original(&mut staff, &number).await;
    let words = sign_on_paper(&mut staff, &number, &[], &today, &today, &document).await.words();
    assert!(words.contains("In force"), "{words}");
    portal.journal_holds().await;
}

async fn a_plan_that_could_leave_out_a_party_is_refused(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Plan", &["Medi One", "Bee Two"]).await;
    let refused = ask_refused(&mut staff, &number).await;
    assert!(refused.contains("refused="), "nobody is named: {refused}");
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    enough(&mut staff, &number, "1", "1").await;
    let words = ask(&mut staff, &number).await.words();
    assert!(words.contains("could be left without a signature"), "{words}");
    assert_eq!(facts(&portal, &number, "sent").await, 0);
    enough(&mut staff, &number, "1", "").await;
    ask(&mut staff, &number).await;
    assert_eq!(facts(&portal, &number, "sent").await, 2);
}

async fn ask_refused(staff: &mut Browser, number: &str) -> String {
    let page = format!("/agreements/{number}?do=signatory");
    let version = staff.page(&page).await.field("version");
    let fields = [("id", number), ("version", version.as_str()), ("until", "2026-10-30")];
    staff.post(&page, "/api/agreements/ask-signatures", &fields).await.location()
}

async fn thirty_parties_sign(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let names: Vec<String> = (1..=30).map(|number| format!("Party Company {number:02}")).collect();
    let mut people = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let company = staff.add_company(name).await;
        people.push(portal.person(&format!("signer{place}"), &[(company, Rights::Viewer)]).await.1);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let number = for_signature(&mut staff, "All of us", &names).await;
    for (place, id) in parties(&mut staff, &number).await.iter().enumerate() {
        let group = if place < 15 { "1" } else { "2" };
        named(&mut staff, &number, id, &format!("Signer {place}"), &format!("signer{place}@story.example"), group)
            .await;
    }
    ask(&mut staff, &number).await;
    assert_eq!(facts(&portal, &number, "sent").await, 15);
    for (place, browser) in people.iter_mut().enumerate() {
        let words = sign(browser, &number).await.words();
        assert!(words.contains("You signed."), "{place}: {words}");
    }
    staff.post("/agreements", "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("已签署") && words.contains("Signer 29") && words.contains("生效"), "{words}");
    portal.journal_holds().await;
}
