//! Exactly those who are named: guests by link and code, others by their password, nobody by guessing.

use std::time::Duration;

use app::actor::{Rights, Role};
use http::StatusCode;

use super::{ask, asked, code, come_in, facts, for_signature, guest, named, open, sign, sign_page, two};
use crate::agreement::parties;
use crate::both;
use crate::harness::Portal;
use crate::joining::{last_mail, mails_to, token};

both!(
    a_guest_signs_by_link_and_code,
    wrong_codes_are_counted,
    it_takes_the_password_again,
    a_guessed_place_tells_nothing,
);

async fn a_guest_signs_by_link_and_code(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (_, mut second) = two(&portal, &mut staff).await;
    let address = "gea@guest.example";
    let (number, path) = guest(&portal, &mut staff, ["Medi One", "Bee Two"], address).await;
    let before = portal.journal_holds().await;
    let mut browser = portal.browser();
    for _ in 0..2 {
        let door = browser.page(&path).await;
        assert!(door.words().contains("g…@guest.example") && !door.words().contains("By a guest"), "{}", door.words());
    }
    assert_eq!(portal.journal_holds().await, before, "opening the link changes nothing");
    assert_eq!(facts(&portal, &number, "opened").await, 0);
    let shown = come_in(&portal, &mut browser, &path, address).await;
    let words = shown.words();
    assert!(words.contains("By a guest") && words.contains("SHA-256") && words.contains("Gea Guest"), "{words}");
    assert!(!words.contains("Bo ") && !shown.text().contains("bo@story.example"), "{words}");
    assert_eq!(facts(&portal, &number, "opened").await, 1);
    // The files of this text, and nothing else.
    let html = shown.text();
    let at = html.find("/files/").unwrap();
    let file = format!("{path}{}", &html[at..at + 43]);
    assert_eq!(browser.get(&file).await.status, StatusCode::OK);
    let annex = staff.send(&format!("/agreements/{number}/documents"), &[("audience", "company")], "a.txt", b"x").await;
    assert!(!annex.location().contains("refused"));
    let html = staff.page(&format!("/agreements/{number}")).await.text();
    let at = html.rfind("/documents/0").unwrap() + "/documents/".len();
    let other = format!("{path}/files/{}", &html[at..at + 36]);
    assert_eq!(browser.get(&other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.browser().get(&file).await.status, StatusCode::NOT_FOUND, "not by the address alone");
    assert!(browser.get(&format!("/agreements/{number}")).await.location().starts_with("/sign-in"));
    let (_, done) = sign_page(&mut browser, &shown, &path).await;
    assert!(done.words().contains("You signed."), "{}", done.words());
    assert!(portal.browser().page(&path).await.words().contains("g…@guest.example"), "another browser is asked");
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Gea Guest") && words.contains("Partly signed"), "{words}");
    sign(&mut second, &number).await;
    let told = last_mail(&portal, address).await;
    assert!(told.body_text.contains("All parties have signed."), "{}", told.body_text);
    portal.journal_holds().await;
}

async fn wrong_codes_are_counted(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    two(&portal, &mut staff).await;
    let address = "gea@guest.example";
    let (number, path) = guest(&portal, &mut staff, ["Medi One", "Bee Two"], address).await;
    let carried = token(&path).to_owned();
    let mut browser = portal.browser();
    browser.submit(&path, "/api/signing/code", &[("token", carried.as_str())]).await;
    let right = code(&portal, address).await;
    let wrong = if right == "000000" { "000001" } else { "000000" };
    for _ in 0..10 {
        let fields = [("token", carried.as_str()), ("code", wrong)];
        let (_, refused) = browser.submit(&path, "/api/signing/enter", &fields).await;
        assert!(!refused.text().contains("SHA-256"));
    }
    let fields = [("token", carried.as_str()), ("code", right.as_str())];
    let (_, refused) = browser.submit(&path, "/api/signing/enter", &fields).await;
    assert!(!refused.text().contains("SHA-256"), "after ten wrong ones not even the right one is taken");
    assert_eq!(facts(&portal, &number, "opened").await, 0);
    portal.later(Duration::from_secs(3601));
    let shown = come_in(&portal, &mut browser, &path, address).await;
    assert!(shown.text().contains("SHA-256"), "{}", shown.words());
    // A code works once, and who came in is asked again after an hour.
    let used = code(&portal, address).await;
    let mut other = portal.browser();
    let fields = [("token", carried.as_str()), ("code", used.as_str())];
    let (_, refused) = other.submit(&path, "/api/signing/enter", &fields).await;
    assert!(!refused.text().contains("SHA-256"));
    portal.later(Duration::from_secs(3601));
    let (_, refused) = sign_page(&mut browser, &shown, &path).await;
    assert!(refused.words().contains("Please ask for a new code"), "{}", refused.words());
    assert_eq!(facts(&portal, &number, "signed").await, 0);
    // Codes are not sent without end, either.
    let before = mails_to(&portal, address).await.len();
    for _ in 0..8 {
        browser.post(&path, "/api/signing/code", &[("token", carried.as_str())]).await;
    }
    assert!(mails_to(&portal, address).await.len() <= before + 5);
    assert_eq!(browser.get(&format!("/sign/{}", "0".repeat(64))).await.status, StatusCode::GONE);
}

async fn it_takes_the_password_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = asked(&mut staff, "Again").await;
    portal.later(Duration::from_secs(11 * 60));
    let path = format!("/agreements/{number}/sign");
    let signatory = first.page(&path).await.field("signatory");
    let fields = [("id", number.as_str()), ("signatory", signatory.as_str())];
    let (location, _) = first.submit(&path, "/api/signing/open", &fields).await;
    assert!(location.starts_with("/account/confirm?next="), "{location}");
    assert_eq!(facts(&portal, &number, "opened").await, 0);
    let next = first.page(&location).await.field("next").replace("&amp;", "&");
    let shown = [("password", crate::harness::PASSWORD), ("next", next.as_str())];
    let (_, page) = first.submit(&location, "/api/account/confirm", &shown).await;
    assert!(page.text().contains("SHA-256"), "what was pressed is done: {}", page.words());
    portal.later(Duration::from_secs(11 * 60));
    let (location, _) = sign_page(&mut first, &page, &path).await;
    assert!(location.starts_with("/account/confirm?next="), "{location}");
    let next = first.page(&location).await.field("next").replace("&amp;", "&");
    let shown = [("password", crate::harness::PASSWORD), ("next", next.as_str())];
    let (_, back) = first.submit(&location, "/api/account/confirm", &shown).await;
    assert_eq!(back.field("signed_name"), "Ada", "what was typed is there");
    assert_eq!(facts(&portal, &number, "signed").await, 0, "who signs presses themselves");
    let (_, done) = sign_page(&mut first, &back, &path).await;
    assert!(done.words().contains("You signed."), "{}", done.words());
}

async fn a_guessed_place_tells_nothing(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let three = staff.add_company("Third").await;
    let mut stranger = portal.person("stranger", &[(three, Rights::Administrator)]).await.1;
    let number = for_signature(&mut staff, "Guessed", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Cy", "cy@guest.example", "1").await;
    ask(&mut staff, &number).await;
    let page = open(&mut first, &number).await;
    let [signatory, text] = ["signatory", "text"].map(|field| page.field(field));
    let path = format!("/agreements/{number}/sign");
    for browser in [&mut stranger, &mut second, &mut staff] {
        assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND);
        for action in ["open", "sign", "decline", "delegate"] {
            let fields = [
                ("id", number.as_str()),
                ("signatory", signatory.as_str()),
                ("text", text.as_str()),
                ("signed_name", "X"),
                ("agree", "yes"),
                ("reason", "x"),
                ("name", "X"),
                ("email", "x@guest.example"),
                ("language", "en"),
            ];
            let answer = browser.post(&path, &format!("/api/signing/{action}"), &fields).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
        }
    }
    assert_eq!(stranger.get("/agreements/AG-2026-9999/sign").await.status, StatusCode::NOT_FOUND);
    let mut expert = portal.signed_in(Role::Expert).await;
    assert_eq!(expert.get(&path).await.status, StatusCode::FORBIDDEN);
    // Somebody who no longer acts for the party signs no more for it.
    let administrator = portal.signed_in(Role::Administrator).await;
    drop(administrator);
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET ended_at = 1").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    assert_ne!(first.get(&path).await.status, StatusCode::OK);
    assert_eq!(facts(&portal, &number, "signed").await, 0);
}
