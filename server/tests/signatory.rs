//! Who signs for a party, and who does not: what they are told, in whose stead, and what happens to their place.

use app::actor::{Rights, Role};
use app::agreement::signing::clock;
use app::backend::clock::new_id;
use app::notification::mailer;
use app::time::Timestamp;
use http::StatusCode;

use crate::affiliation::end;
use crate::agreement::{id_of, original, parties, sign as sign_on_paper, step};
use crate::both;
use crate::harness::{Answer, Browser, Portal};
use crate::joining::{last_mail, mails_to};
use crate::privacy::ask as ask_for_erasure;
use crate::signing::{ask, asked, come_in, for_signature, guest, named, open, place, sign, sign_page, two};

both!(
    who_is_to_sign_is_told,
    nobody_signs_twice_for_a_party,
    who_acts_for_a_party_no_more_signs_for_it_no_more,
    documents_never_hide_the_text,
    a_guest_who_came_too_early_is_let_in_again,
    a_signature_on_paper_leaves_the_day_that_others_signed,
    who_is_erased_holds_nobody_up,
);

async fn who_is_to_sign_is_told(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Told", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "2").await;
    mailer::work(&portal.backend).await.unwrap();
    ask(&mut staff, &number).await;
    mailer::work(&portal.backend).await.unwrap();
    let mail = last_mail(&portal, "ada@story.example").await;
    assert_eq!(mail.subject, format!("Your signature is asked for: {number} Told"));
    assert!(mail.body_text.contains(&format!("/agreements/{number}/sign")), "{}", mail.body_text);
    let list = first.page("/notifications").await.words();
    assert!(list.contains(&format!("Your signature is asked for: {number} Told")), "{list}");
    let asked = |mails: Vec<crate::joining::Mail>| mails.iter().filter(|mail| mail.kind.contains("signature")).count();
    assert_eq!(asked(mails_to(&portal, "bo@story.example").await), 0, "not before their turn");
    sign(&mut first, &number).await;
    mailer::work(&portal.backend).await.unwrap();
    let mail = last_mail(&portal, "bo@story.example").await;
    assert!(mail.subject.contains("Your signature is asked for"), "{}", mail.subject);
}

/// Has somebody sign in one's stead, by the form of a page that was opened.
async fn delegate(browser: &mut Browser, number: &str, page: &Answer, email: &str) -> String {
    let [signatory, text] = ["signatory", "text"].map(|field| page.field(field));
    let fields = [
        ("id", number),
        ("signatory", signatory.as_str()),
        ("text", text.as_str()),
        ("name", "Deputy"),
        ("email", email),
        ("language", "en"),
    ];
    browser.submit(&format!("/agreements/{number}/sign"), "/api/signing/delegate", &fields).await.0
}

async fn nobody_signs_twice_for_a_party(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Four eyes", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[0], "Cy", "cy@guest.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
    let page = open(&mut first, &number).await;
    let refused = delegate(&mut first, &number, &page, "CY@guest.example").await;
    assert!(refused.contains("refused="), "who signs for the party already: {refused}");
    // For another party somebody may well sign, too.
    let taken = delegate(&mut first, &number, &page, "bo@story.example").await;
    assert!(!taken.contains("refused="), "{taken}");
    // Nor is a deputy named once more.
    let twice = named(&mut staff, &number, &ids[0], "Bo", "bo@story.example", "1").await.text();
    assert!(twice.contains("href=\"#email\""), "{twice}");
    portal.journal_holds().await;
}

async fn who_acts_for_a_party_no_more_signs_for_it_no_more(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    let two = staff.add_company("Bee Two").await;
    let (ada, mut browser) = portal.person("ada", &[(one, Rights::Manager), (two, Rights::Manager)]).await;
    let number = for_signature(&mut staff, "Left", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Gea", "gea@guest.example", "1").await;
    ask(&mut staff, &number).await;
    let page = open(&mut browser, &number).await;
    let (ended, said) = end(&mut staff, one, ada, "").await;
    assert_eq!(ended, StatusCode::SEE_OTHER, "{said}");
    // For the other party they still read it.
    let path = format!("/agreements/{number}");
    assert_eq!(browser.get(&path).await.status, StatusCode::OK);
    assert_eq!(browser.get(&format!("{path}/sign")).await.status, StatusCode::NOT_FOUND);
    assert!(!browser.page("/today").await.text().contains("to-sign"));
    let [signatory, text] = ["signatory", "text"].map(|field| page.field(field));
    let fields = [
        ("id", number.as_str()),
        ("signatory", signatory.as_str()),
        ("text", text.as_str()),
        ("signed_name", "Ada"),
        ("agree", "yes"),
        ("reason", "Not any more."),
        ("name", "Deputy"),
        ("email", "dee@guest.example"),
        ("language", "en"),
    ];
    for action in ["open", "sign", "decline", "delegate"] {
        let answer = browser.post(&path, &format!("/api/signing/{action}"), &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{action}");
    }
}

async fn documents_never_hide_the_text(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = asked(&mut staff, "Hidden").await;
    let annex = format!("/agreements/{number}/documents");
    let led = first.send(&annex, &[("audience", "company")], "annex.txt", b"x").await.location();
    assert!(!led.contains("refused"), "{led}");
    // The same again and again.
    let agreement = id_of(&portal, &number).await;
    let mut tx = portal.write().await;
    for _ in 0..499 {
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO documents (id, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at)
             SELECT $1, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at + 1 FROM documents
             WHERE owner_id = $2 AND name = 'annex.txt' ORDER BY id LIMIT 1"
        )
        .bind(new_id())
        .bind(agreement)
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    let shown = open(&mut first, &number).await;
    assert!(shown.text().contains("/documents/"), "the text is there: {}", shown.words());
    let led = first.send(&annex, &[("audience", "company")], "one-more.txt", b"y").await.location();
    assert!(led.contains("refused"), "{led}");
    assert_eq!(portal.count("documents WHERE name = 'one-more.txt'").await, 0);
}

async fn a_guest_who_came_too_early_is_let_in_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    two(&portal, &mut staff).await;
    let address = "gea@guest.example";
    let (number, path) = guest(&portal, &mut staff, ["Medi One", "Bee Two"], address).await;
    portal.later(std::time::Duration::from_secs(40 * 86_400));
    let mut browser = portal.browser();
    let over = come_in(&portal, &mut browser, &path, address).await.words();
    assert!(over.contains("is over") && !over.contains("SHA-256"), "{over}");
    // She calls, staff gives her more time, and she follows the new mail in the same browser.
    let mut staff = portal.signed_in(Role::Staff).await;
    let gea = place(&portal, &number, "Gea Guest").await;
    let until = portal.backend.clock.now().plus(20 * Timestamp::DAY).iso_day();
    let fields = [("signatory", gea.as_str()), ("until", until.as_str())];
    step(&mut staff, &number, &format!("place&place={gea}"), "extend-signatory", &fields).await;
    let path = last_mail(&portal, address).await.link("/sign/");
    let door = browser.page(&path).await;
    assert!(door.text().contains("/api/signing/code"), "{}", door.words());
    let shown = come_in(&portal, &mut browser, &path, address).await;
    assert!(shown.text().contains("SHA-256") && shown.text().contains("signed_name"), "{}", shown.words());
    let (_, done) = sign_page(&mut browser, &shown, &path).await;
    assert!(done.words().contains("You signed."), "{}", done.words());
}

async fn a_signature_on_paper_leaves_the_day_that_others_signed(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "The day", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    let document = original(&mut staff, &number).await;
    ask(&mut staff, &number).await;
    let now = portal.backend.clock.now();
    let (today, yesterday) = (now.iso_day(), now.minus(Timestamp::DAY).iso_day());
    // On paper nobody signed so far: the day is said with the first signature.
    sign_on_paper(&mut staff, &number, &ids[1..], &today, &now.plus(30 * Timestamp::DAY).iso_day(), "").await;
    sign(&mut first, &number).await;
    let form = staff.page(&format!("/agreements/{number}?do=sign")).await;
    assert!(!form.text().contains("name=\"effective_on\""), "{}", form.words());
    let words = sign_on_paper(&mut staff, &number, &[], &today, &yesterday, &document).await.words();
    assert!(words.contains("Signed") && !words.contains("In force"), "it begins on the day that was signed: {words}");
    portal.journal_holds().await;
}

async fn who_is_erased_holds_nobody_up(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Erased", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[0], "Gea", "gea@guest.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "2").await;
    ask(&mut staff, &number).await;
    let path = last_mail(&portal, "gea@guest.example").await.link("/sign/");
    let mut gea = portal.browser();
    let shown = come_in(&portal, &mut gea, &path, "gea@guest.example").await;
    sign_page(&mut gea, &shown, &path).await;
    let waits = format!("/agreements/{number}/sign");
    assert_eq!(second.get(&waits).await.status, StatusCode::NOT_FOUND, "Ada is to sign before");
    let request = ask_for_erasure(&portal, &mut first).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let id = request.rsplit('/').next().unwrap();
    let erased = admin.post(&request, "/api/privacy/erase", &[("id", id)]).await;
    assert_eq!(erased.location(), "/admin/erasures", "{}", erased.words());
    assert_eq!(second.get(&waits).await.status, StatusCode::NOT_FOUND, "nobody asked them yet");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 1);
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0, "once");
    let done = sign(&mut second, &number).await.words();
    assert!(done.contains("You signed."), "{done}");
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    portal.journal_holds().await;
}
