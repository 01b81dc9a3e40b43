//! Exactly the text that is there: a new one voids what was signed, and is signed by nobody who saw the old one.

use app::actor::Role;

use super::{ask, asked, facts, open, sign, sign_page, two};
use crate::agreement::{go, pdf, text};
use crate::both;
use crate::harness::Portal;

both!(who_opened_the_text_before_signs_no_new_one, a_signature_races_a_new_text, a_new_text_voids_what_was_signed,);

async fn who_opened_the_text_before_signs_no_new_one(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = asked(&mut staff, "Raced").await;
    let page = open(&mut first, &number).await;
    // While the page is open, the text is changed and put forward anew.
    go(&mut staff, &number, "negotiation", "A clause is missing.").await;
    let led = text(&mut staff, &number, "The clause is there.", &pdf("again")).await;
    assert!(!led.contains("refused"), "{led}");
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    go(&mut staff, &number, "for_signature", "").await;
    ask(&mut staff, &number).await;
    let path = format!("/agreements/{number}/sign");
    let (location, refused) = sign_page(&mut first, &page, &path).await;
    assert!(location.contains("refused="), "{location}");
    assert!(refused.words().contains("can no longer be signed"), "{}", refused.words());
    // Nor does the old text go with the new place.
    let fresh = first.page(&path).await.field("signatory");
    let old = page.field("text");
    let fields = [
        ("id", number.as_str()),
        ("signatory", fresh.as_str()),
        ("text", old.as_str()),
        ("signed_name", "Ada"),
        ("agree", "yes"),
    ];
    let (location, _) = first.submit(&path, "/api/signing/sign", &fields).await;
    assert!(location.contains("refused="), "{location}");
    assert_eq!(facts(&portal, &number, "signed").await, 0);
    let done = sign(&mut first, &number).await.words();
    assert!(done.contains("You signed."), "{done}");
}

async fn a_signature_races_a_new_text(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = asked(&mut staff, "Raced").await;
    let page = open(&mut first, &number).await;
    let moves = format!("/agreements/{number}?do=move&to=negotiation");
    let version = staff.page(&moves).await.field("version");
    let fields = [
        ("id", number.as_str()),
        ("version", version.as_str()),
        ("to", "negotiation"),
        ("reason", "A clause is missing."),
    ];
    let path = format!("/agreements/{number}/sign");
    let ((signs, _), (opens, _)) =
        tokio::join!(sign_page(&mut first, &page, &path), staff.submit(&moves, "/api/agreements/move", &fields));
    // Whichever comes first, the other is told; nothing is signed that is open again.
    let done = (!signs.contains("refused="), !opens.contains("refused="));
    let signed = portal.count("agreement_signatures WHERE voided_at IS NULL").await;
    let open = portal.count("agreements WHERE state = 'negotiation'").await;
    assert!(matches!((done, signed, open), ((true, false), 1, 0) | ((false, true), 0, 1)), "{done:?} {signed} {open}");
    portal.journal_holds().await;
}

async fn a_new_text_voids_what_was_signed(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let number = asked(&mut staff, "Voided").await;
    sign(&mut first, &number).await;
    let version = staff.page(&format!("/agreements/{number}?do=move&to=negotiation")).await.field("version");
    let fields = [("version", version.as_str()), ("language", "both"), ("changes", "Changed")];
    let path = format!("/agreements/{number}/texts");
    let refused = staff.send(&path, &fields, "text.pdf", &pdf("changed")).await.location();
    assert!(refused.contains("refused="), "not without opening the text again: {refused}");
    let warned = staff.page(&format!("/agreements/{number}?do=move&to=negotiation")).await.words();
    assert!(warned.contains("This voids all signatures (1 so far)"), "{warned}");
    go(&mut staff, &number, "negotiation", "A clause is missing.").await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Planned") && words.contains("Voided"), "the same people are to sign again: {words}");
    text(&mut staff, &number, "The clause is there.", &pdf("again")).await;
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    go(&mut staff, &number, "for_signature", "").await;
    assert_eq!(portal.count("agreement_signatures WHERE voided_at IS NULL").await, 0);
    ask(&mut staff, &number).await;
    for browser in [&mut first, &mut second] {
        let words = sign(browser, &number).await.words();
        assert!(words.contains("Version 2"), "{words}");
    }
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    assert_eq!(facts(&portal, &number, "signed").await, 3, "what was signed before is still known");
    portal.journal_holds().await;
}
