//! What becomes of a place: it is passed on, reminded of, given more time, withdrawn, or goes with its party.

use app::actor::Role;
use app::agreement::signing::{clock, store};
use app::time::Timestamp;
use http::StatusCode;

use super::{DAY, ask, come_in, facts, for_signature, guest, named, open, place, sign, sign_page, two};
use crate::agreement::{go, id_of, parties, step};
use crate::both;
use crate::harness::Portal;
use crate::joining::{last_mail, mails_to};

both!(
    somebody_signs_on_behalf_of_another,
    who_does_not_sign_is_reminded_until_their_time_is_over,
    staff_extends_reminds_and_withdraws,
    who_is_taken_out_is_asked_nothing,
);

async fn somebody_signs_on_behalf_of_another(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "On behalf", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada One", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo Two", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
    let page = open(&mut first, &number).await;
    let path = format!("/agreements/{number}/sign");
    let [signatory, text] = ["signatory", "text"].map(|field| page.field(field));
    let fields = |email: &'static str| {
        [
            ("id", number.as_str()),
            ("signatory", signatory.as_str()),
            ("text", text.as_str()),
            ("name", "Deputy Dee"),
            ("email", email),
            ("language", "zh"),
        ]
    };
    let (location, _) = first.submit(&path, "/api/signing/delegate", &fields("ada@story.example")).await;
    assert!(location.contains("refused="), "not to oneself");
    let (location, _) = first.submit(&path, "/api/signing/delegate", &fields("dee@guest.example")).await;
    assert!(!location.contains("refused="), "{location}");
    assert_eq!(first.get(&path).await.status, StatusCode::NOT_FOUND, "who passed it on signs no more");
    assert!(staff.page("/notifications").await.words().contains("Ada One has Deputy Dee sign"));
    let mail = last_mail(&portal, "dee@guest.example").await;
    assert!(mail.language == "zh" && mail.body_text.contains("Ada One"), "{}", mail.body_text);
    let mut dee = portal.browser();
    let link = mail.link("/sign/");
    let shown = come_in(&portal, &mut dee, &link, "dee@guest.example").await;
    assert!(shown.words().contains("On behalf of Ada One"), "{}", shown.words());
    assert!(!shown.text().contains("/api/signing/delegate"), "it is passed on once");
    let (_, done) = sign_page(&mut dee, &shown, &link).await;
    assert!(done.words().contains("You signed."), "{}", done.words());
    sign(&mut second, &number).await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Deputy Dee") && words.contains("on behalf of Ada One"), "{words}");
    let id = id_of(&portal, &number).await;
    let mut tx = portal.read().await;
    let all = store::facts(&mut tx, id).await.unwrap();
    let signed = all.iter().find(|fact| (fact.name.as_str(), fact.kind.as_str()) == ("Deputy Dee", "signed")).unwrap();
    assert_eq!(
        (signed.kind.as_str(), signed.on_behalf_of.as_str(), signed.method.as_str()),
        ("signed", "Ada One", "code")
    );
    assert_eq!(signed.zone, "Asia/Shanghai");
}

async fn who_does_not_sign_is_reminded_until_their_time_is_over(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    two(&portal, &mut staff).await;
    let address = "gea@guest.example";
    let (number, first_link) = guest(&portal, &mut staff, ["Medi One", "Bee Two"], address).await;
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0);
    let mut days = Vec::new();
    for day in 1..=40 {
        portal.later(DAY);
        clock::work(&portal.backend).await.unwrap();
        assert_eq!(clock::work(&portal.backend).await.unwrap(), 0, "once");
        let mails = mails_to(&portal, address).await;
        if mails.iter().filter(|mail| mail.kind == "signing.reminded").count() > days.len() {
            days.push(day);
        }
    }
    assert_eq!(days, [5, 7, 9, 11, 13]);
    assert_eq!(facts(&portal, &number, "reminded").await, 10, "both of them");
    assert_eq!(facts(&portal, &number, "expired").await, 2);
    let mut staff = portal.signed_in(Role::Staff).await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Time is over") && words.contains("For signature"), "it stays open: {words}");
    // Of the links only the latest works.
    let mut browser = portal.browser();
    assert_eq!(browser.get(&first_link).await.status, StatusCode::GONE);
    let link = last_mail(&portal, address).await.link("/sign/");
    let shown = come_in(&portal, &mut browser, &link, address).await;
    assert!(shown.words().contains("The time to sign is over") && !shown.text().contains("signed_name"));
    portal.journal_holds().await;
}

async fn staff_extends_reminds_and_withdraws(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    two(&portal, &mut staff).await;
    let address = "gea@guest.example";
    let (number, _) = guest(&portal, &mut staff, ["Medi One", "Bee Two"], address).await;
    let gea = place(&portal, &number, "Gea Guest").await;
    let asks = format!("place&place={gea}");
    let soon = step(&mut staff, &number, &asks, "remind-signatory", &[("signatory", gea.as_str())]).await.words();
    assert!(soon.contains("Too many"), "they were just written to: {soon}");
    portal.later(DAY * 40);
    clock::work(&portal.backend).await.unwrap();
    let mut staff = portal.signed_in(Role::Staff).await;
    let past = portal.backend.clock.now().minus(2 * Timestamp::DAY).iso_day();
    let fields = [("signatory", gea.as_str()), ("until", past.as_str())];
    let refused = step(&mut staff, &number, &asks, "extend-signatory", &fields).await.text();
    assert!(refused.contains("href=\"#until\""), "{refused}");
    let until = portal.backend.clock.now().plus(20 * Timestamp::DAY).iso_day();
    let fields = [("signatory", gea.as_str()), ("until", until.as_str())];
    let words = step(&mut staff, &number, &asks, "extend-signatory", &fields).await.words();
    assert!(words.contains("To sign") && words.contains("Time is over"), "one of them has time again: {words}");
    portal.later(DAY);
    let mut staff = portal.signed_in(Role::Staff).await;
    let before = mails_to(&portal, address).await.len();
    step(&mut staff, &number, &asks, "remind-signatory", &[("signatory", gea.as_str())]).await;
    assert_eq!(mails_to(&portal, address).await.len(), before + 1);
    let link = last_mail(&portal, address).await.link("/sign/");
    let mut browser = portal.browser();
    let shown = come_in(&portal, &mut browser, &link, address).await;
    assert!(shown.text().contains("signed_name"), "{}", shown.words());
    // Withdrawn, with a reason, they can do nothing any more.
    let without = step(&mut staff, &number, &asks, "withdraw-signatory", &[("signatory", gea.as_str())]).await.words();
    assert!(without.contains("Please say why"), "{without}");
    let fields = [("signatory", gea.as_str()), ("reason", "She left the company.")];
    let words = step(&mut staff, &number, &asks, "withdraw-signatory", &fields).await.words();
    assert!(words.contains("Withdrawn"), "{words}");
    let (location, _) = sign_page(&mut browser, &shown, &link).await;
    assert!(location.contains("refused="), "{location}");
    assert_eq!(browser.get(&link).await.status, StatusCode::GONE);
    assert_eq!(facts(&portal, &number, "signed").await, 0);
    // Somebody else takes the place, and is asked at once.
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Hal", "hal@guest.example", "1").await;
    last_mail(&portal, "hal@guest.example").await.link("/sign/");
    portal.journal_holds().await;
}

async fn who_is_taken_out_is_asked_nothing(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    two(&portal, &mut staff).await;
    staff.add_company("Third").await;
    let number = for_signature(&mut staff, "Taken out", &["Medi One", "Bee Two", "Third"]).await;
    let ids = parties(&mut staff, &number).await;
    let address = "gea@guest.example";
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[2], "Gea", address, "1").await;
    ask(&mut staff, &number).await;
    let link = last_mail(&portal, address).await.link("/sign/");
    let mut browser = portal.browser();
    let shown = come_in(&portal, &mut browser, &link, address).await;
    go(&mut staff, &number, "negotiation", "One party leaves.").await;
    assert_eq!(browser.get(&link).await.status, StatusCode::GONE);
    let asks = format!("remove&party={}", ids[2]);
    step(&mut staff, &number, &asks, "remove-party", &[("party", ids[2].as_str()), ("reason", "It left.")]).await;
    let words = staff.page(&format!("/agreements/{number}?do=signatory")).await.words();
    assert!(!words.contains("Gea · Director"), "{words}");
    let (location, _) = sign_page(&mut browser, &shown, &link).await;
    assert!(location.contains("refused="), "{location}");
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    go(&mut staff, &number, "for_signature", "").await;
    let before = mails_to(&portal, address).await.len();
    ask(&mut staff, &number).await;
    assert_eq!(mails_to(&portal, address).await.len(), before);
    assert_eq!(facts(&portal, &number, "signed").await, 0);
}
