//! Who sees what of an agreement, who is told of it, and who cannot even guess that it is there.

use std::time::Duration;

use app::actor::{Rights, Role};
use http::StatusCode;
use sqlx::types::Uuid;

use super::{PDF, all_accept, begin, current_text, go, id_of, negotiated, parties, pdf, step, text, word};
use crate::both;
use crate::harness::Portal;

both!(
    each_role_sees_what_it_may,
    a_guessed_address_tells_nothing,
    what_is_internal_stays_internal,
    who_is_taken_out_sees_nothing_any_more,
    people_are_told_what_is_theirs_to_know,
    who_can_see_one_is_told_as_its_page_says,
);

async fn each_role_sees_what_it_may(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await;
    let shared = negotiated(&mut staff, "Shared", &["One", "Two"]).await;
    let draft = begin(&mut staff, "Open draft", &["One", "Two"], &[]).await;
    let private = begin(&mut staff, "Private draft", &["One", "Two"], &[("private", "yes")]).await;
    let all = [shared.as_str(), draft.as_str(), private.as_str()];
    let mut party = portal.representative(one).await;
    let mut other = portal.representative(three).await;
    let mut administrator = portal.signed_in(Role::Administrator).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let mut expert = portal.signed_in(Role::Expert).await;
    for (browser, seen) in [
        (&mut staff, &all[..]),
        (&mut administrator, &all[..]),
        (&mut executive, &all[..2]),
        (&mut party, &all[..1]),
        (&mut other, &[][..]),
    ] {
        let list = browser.page("/agreements").await.words();
        let board = browser.page("/agreements/board").await.words();
        let csv = browser.page("/agreements.csv").await.text();
        let (few, one) = (format!("{} agreements", seen.len()), "1 agreement ".to_owned());
        assert!(list.contains(if seen.len() == 1 { &one } else { &few }), "{list}");
        for number in all {
            let may = seen.contains(&number);
            assert_eq!(list.contains(number), may, "{number} in {list}");
            assert_eq!(board.contains(number), may, "{number} in {board}");
            assert_eq!(csv.contains(number), may, "{number} in {csv}");
            let status = browser.get(&format!("/agreements/{number}")).await.status;
            assert_eq!(status, if may { StatusCode::OK } else { StatusCode::NOT_FOUND }, "{number}");
        }
    }
    // Nor are states that they cannot see named to the parties, nor is staff.
    let board = party.page("/agreements/board").await.words();
    assert!(!board.contains("Draft") && !board.contains("Internal review"), "{board}");
    let page = party.page(&format!("/agreements/{shared}")).await;
    assert!(!page.words().contains("Internal") && !page.words().contains("staff0"), "{}", page.words());
    for path in ["/agreements", "/agreements.csv", "/agreements/board", &format!("/agreements/{shared}")] {
        assert_eq!(expert.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert!(!expert.page("/today").await.text().contains("/agreements"));
    // On the company's page, too.
    let page = party.page(&format!("/companies/{one}")).await.words();
    assert!(page.contains(&shared) && !page.contains(&draft), "{page}");
    let page = executive.page(&format!("/companies/{one}")).await.words();
    assert!(page.contains(&draft) && !page.contains(&private), "{page}");
}

async fn a_guessed_address_tells_nothing(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await;
    let shared = negotiated(&mut staff, "Shared", &["One", "Two"]).await;
    let draft = begin(&mut staff, "Draft", &["One", "Two"], &[]).await;
    let html = staff.page(&format!("/agreements/{shared}")).await.text();
    let at = html.find("/documents/0").unwrap();
    let document = html[at..at + 47].to_owned();
    let ids = parties(&mut staff, &shared).await;
    let version = current_text(&mut staff, &shared, &ids[0]).await;
    let mut party = portal.representative(one).await;
    let mut other = portal.representative(three).await;
    assert_eq!(party.get(&document).await.status, StatusCode::OK);
    assert_eq!(other.get(&document).await.status, StatusCode::NOT_FOUND);
    let nothing = other.get("/agreements/AG-2026-9999").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    for (browser, number) in [(&mut other, &shared), (&mut party, &draft)] {
        let guessed = browser.get(&format!("/agreements/{number}")).await;
        assert_eq!(guessed.status, StatusCode::NOT_FOUND);
        assert!(!guessed.words().contains(number.as_str()), "{}", guessed.words());
        for (action, fields) in [
            ("comment", vec![("comment", "Hello")]),
            ("word", vec![("text", version.as_str()), ("party", ids[0].as_str()), ("word", "accepts")]),
            ("remove-document", vec![("document", &document[11..])]),
        ] {
            let mut all = vec![("id", number.as_str())];
            all.extend(fields);
            let answer = browser.post("/agreements", &format!("/api/agreements/{action}"), &all).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
        }
        let answer = browser.send(&format!("/agreements/{number}/documents"), &[], "a.pdf", PDF).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
    }
    // A party's own people do not speak for another party.
    let fields = [("id", shared.as_str()), ("text", version.as_str()), ("party", ids[1].as_str()), ("word", "accepts")];
    let answer = party.post("/agreements", "/api/agreements/word", &fields).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    for rights in [Rights::Viewer, Rights::Contributor] {
        let mut weak = portal.representative_with(one, rights).await;
        let fields =
            [("id", shared.as_str()), ("text", version.as_str()), ("party", ids[0].as_str()), ("word", "accepts")];
        let answer = weak.post("/agreements", "/api/agreements/word", &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", rights.code());
    }
}

async fn what_is_internal_stays_internal(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = begin(&mut staff, "Secrets", &["One", "Two"], &[]).await;
    text(&mut staff, &number, "A first thought", &pdf("thought")).await;
    text(&mut staff, &number, "A better thought", &pdf("better")).await;
    let page = format!("/agreements/{number}");
    let note = [("id", number.as_str()), ("remark", "They are hard to please.")];
    staff.submit(&page, "/api/agreements/note", &note).await;
    let path = format!("/agreements/{number}/documents");
    staff.send(&path, &[("audience", "zone")], "strategy.pdf", &pdf("strategy")).await;
    let html = staff.page(&page).await.text();
    assert!(html.contains("Internal draft 2") && html.contains("strategy.pdf"));
    let documents: Vec<String> =
        html.split("/documents/0").skip(1).map(|piece| format!("/documents/0{}", &piece[..35])).collect();
    go(&mut staff, &number, "internal_review", "Clause 9 may cost us.").await;
    go(&mut staff, &number, "negotiation", "").await;
    let mut party = portal.representative(one).await;
    let seen = party.page(&page).await;
    let words = seen.words();
    assert!(words.contains("Version 1") && words.contains("A better thought"), "{words}");
    for secret in
        ["A first thought", "hard to please", "strategy.pdf", "Clause 9", "Internal", "Draft", "draft", "Version 2"]
    {
        assert!(!words.contains(secret), "{secret} in {words}");
    }
    // Of the three documents the party is given one.
    let mut given = 0;
    for document in &documents {
        given += usize::from(party.get(document).await.status == StatusCode::OK);
    }
    assert_eq!((documents.len(), given), (3, 1), "{documents:?}");
    // An executive reads notes, and writes nothing.
    let mut executive = portal.signed_in(Role::Executive).await;
    assert!(executive.page(&page).await.words().contains("They are hard to please."));
    for action in ["note", "comment", "move", "edit", "add-party", "sign"] {
        let fields = [("id", number.as_str()), ("version", "1"), ("remark", "x"), ("comment", "x"), ("to", "draft")];
        let answer = executive.post(&page, &format!("/api/agreements/{action}"), &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
    // What is said to all is read by all; twice the same form says it once.
    let form = party.page(&page).await.field("form_id");
    let said = [("id", number.as_str()), ("form_id", form.as_str()), ("comment", "Good <b>morning</b>")];
    party.submit(&page, "/api/agreements/comment", &said).await;
    party.submit(&page, "/api/agreements/comment", &said).await;
    let html = staff.page(&page).await.text();
    assert_eq!(html.matches("Good &lt;b&gt;morning&lt;/b&gt;").count(), 1);
    assert_eq!(portal.count("agreement_comments").await, 1);
}

async fn who_is_taken_out_sees_nothing_any_more(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await;
    let number = negotiated(&mut staff, "Three of us", &["One", "Two", "Three"]).await;
    let (account, mut gone) = portal.person("gone", &[(three, Rights::Manager)]).await;
    let page = format!("/agreements/{number}");
    let html = gone.page(&page).await.text();
    let at = html.find("/documents/0").unwrap();
    let document = html[at..at + 47].to_owned();
    all_accept(&mut staff, &number).await;
    let told = "SELECT count(*) FROM notifications n JOIN accounts a ON a.id = n.account_id WHERE a.name = 'gone'";
    let count = async || {
        let mut tx = portal.read().await;
        app::ask!(&mut tx, |c| sqlx::query_scalar::<_, i64>(told).fetch_one(c).await).unwrap()
    };
    assert!(count().await > 0, "{account}");
    let ids = parties(&mut staff, &number).await;
    let asks = format!("remove&party={}", ids[2]);
    let without = step(&mut staff, &number, &asks, "remove-party", &[("party", ids[2].as_str())]).await.words();
    assert!(without.contains("Please say why"), "{without}");
    let fields = [("party", ids[2].as_str()), ("reason", "It left the project.")];
    let words = step(&mut staff, &number, &asks, "remove-party", &fields).await.words();
    assert!(words.contains("0 of 2"), "the others agreed among three: {words}");
    for path in [page.as_str(), document.as_str()] {
        assert_eq!(gone.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(gone.page("/agreements").await.words().contains("0 agreements"));
    assert_eq!(count().await, 0, "what they were told goes, too");
    assert!(!gone.page("/notifications").await.words().contains(&number));
    portal.write_mails().await;
    // Back again, it sees it again, as the last of the parties.
    step(&mut staff, &number, "party", "add-party", &[("company", "Three")]).await;
    assert!(gone.page(&page).await.words().contains("Party C"));
}

async fn people_are_told_what_is_theirs_to_know(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await;
    let mut party = portal.representative(one).await;
    let mut other = portal.representative(three).await;
    let draft = begin(&mut staff, "Draft", &["One", "Two"], &[]).await;
    go(&mut staff, &draft, "internal_review", "").await;
    assert!(!party.page("/notifications").await.words().contains("AG-"), "nothing before the negotiation");
    let number = negotiated(&mut staff, "Told", &["One", "Two"]).await;
    // Mailed before it is read.
    portal.write_mails().await;
    let list = party.page("/notifications").await.words();
    assert!(list.contains(&format!("Negotiation: {number} Told")), "{list}");
    assert!(!list.contains(&draft) && !other.page("/notifications").await.words().contains("AG-"));
    // What the party says is told to who looks after it.
    let ids = parties(&mut staff, &number).await;
    word(&mut party, &number, &ids[0], "asks_changes", "Shorter, please.", "").await;
    let list = staff.page("/notifications").await.words();
    assert!(list.contains(&number) && list.contains("wrote about"), "{list}");
    let note = [("id", number.as_str()), ("remark", "Do not give in.")];
    staff.submit(&format!("/agreements/{number}"), "/api/agreements/note", &note).await;
    portal.write_mails().await;
    portal.later(Duration::from_secs(600));
    portal.write_mails().await;
    let mut tx = portal.read().await;
    let mails: Vec<(String, String)> = app::ask!(&mut tx, |c| {
        sqlx::query_as("SELECT address, body_text FROM mails WHERE kind LIKE 'agreement.%'").fetch_all(c).await
    })
    .unwrap();
    assert!(mails.iter().any(|(_, body)| body.contains(&number)), "{mails:?}");
    assert!(mails.iter().all(|(_, body)| !body.contains("Do not give in") && !body.contains(&draft)), "{mails:?}");
}

async fn who_can_see_one_is_told_as_its_page_says(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await;
    let shared = negotiated(&mut staff, "Shared", &["One", "Two"]).await;
    let draft = begin(&mut staff, "Draft", &["One", "Two"], &[]).await;
    let private = begin(&mut staff, "Private", &["One", "Two"], &[("private", "yes")]).await;
    let path = format!("/agreements/{shared}/documents");
    staff.send(&path, &[("audience", "zone")], "strategy.pdf", &pdf("strategy")).await;
    let mut browsers = Vec::new();
    for role in [Role::Executive, Role::Expert] {
        let name = format!("{}-asked", role.code());
        let account = portal.account(&name, role).await;
        let mut browser = portal.browser();
        browser.sign_in(&name).await;
        browsers.push((account, browser));
    }
    browsers.push(portal.person("party", &[(one, Rights::Manager)]).await);
    browsers.push(portal.person("other", &[(three, Rights::Administrator)]).await);
    for number in [&shared, &draft, &private] {
        let id = id_of(&portal, number).await;
        let told = crate::people::foretold(&mut admin, "agreement", id).await;
        for (account, browser) in &mut browsers {
            let expected = told.iter().find(|(one, _)| one == account).unwrap().1;
            assert_eq!(browser.get(&format!("/agreements/{number}")).await.status.as_u16(), expected, "{number}");
        }
    }
    let html = staff.page(&format!("/agreements/{shared}")).await.text();
    for piece in html.split("/documents/0").skip(1) {
        let id: Uuid = format!("0{}", &piece[..35]).parse().unwrap();
        let told = crate::people::foretold(&mut admin, "document", id).await;
        for (account, browser) in &mut browsers {
            let expected = told.iter().find(|(one, _)| one == account).unwrap().1;
            assert_eq!(browser.get(&format!("/documents/{id}")).await.status.as_u16(), expected);
        }
    }
}
