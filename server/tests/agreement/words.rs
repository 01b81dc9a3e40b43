//! The text, and what each party says of it: what is said of one text, or signed, is not said of another.

use app::actor::Role;
use app::time::Timestamp;

use super::{all_accept, current_text, go, negotiated, parties, pdf, sign, step, text, word};
use crate::both;
use crate::harness::Portal;

both!(
    a_new_text_voids_the_words,
    a_word_on_an_old_text_is_refused,
    the_text_is_agreed_with_a_reason_where_not_all_accept,
    reopening_voids_the_signatures,
);

async fn a_new_text_voids_the_words(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Words", &["One", "Two"]).await;
    all_accept(&mut staff, &number).await;
    let page = format!("/agreements/{number}");
    assert!(staff.page(&page).await.words().contains("2 of 2"));
    let without = text(&mut staff, &number, "", &pdf("two")).await;
    assert!(without.contains("refused="), "it must be said what changed: {without}");
    text(&mut staff, &number, "Clause 2 is shorter.", &pdf("two")).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("0 of 2") && words.contains("Version 2") && words.contains("Nothing said yet"), "{words}");
    // A party more is another agreement, too.
    all_accept(&mut staff, &number).await;
    staff.add_company("Three").await;
    let twice = step(&mut staff, &number, "party", "add-party", &[("company", "Two")]).await.words();
    assert!(twice.contains("This company is a party already"), "{twice}");
    step(&mut staff, &number, "party", "add-party", &[("company", "Three"), ("role", "Insurer")]).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("0 of 3") && words.contains("Insurer"), "{words}");
}

async fn a_word_on_an_old_text_is_refused(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Race", &["One", "Two"]).await;
    let ids = parties(&mut staff, &number).await;
    let mut party = portal.representative(one).await;
    let seen = current_text(&mut party, &number, &ids[0]).await;
    text(&mut staff, &number, "Other words.", &pdf("two")).await;
    let page = format!("/agreements/{number}?do=word&party={}", ids[0]);
    let fields = [("id", number.as_str()), ("text", seen.as_str()), ("party", ids[0].as_str()), ("word", "accepts")];
    let (_, refused) = party.submit(&page, "/api/agreements/word", &fields).await;
    assert!(refused.words().contains("There is a newer text than the one you saw"), "{}", refused.words());
    assert_eq!(portal.count("agreement_words").await, 0);
    // Who would call it agreed while a party says something is told that something was said.
    let moving = format!("/agreements/{number}?do=move&to=text_agreed");
    let version = staff.page(&moving).await.field("version");
    word(&mut party, &number, &ids[0], "asks_changes", "Not yet.", "").await;
    let fields =
        [("id", number.as_str()), ("version", version.as_str()), ("to", "text_agreed"), ("reason", "All agree.")];
    let (location, _) = staff.submit(&moving, "/api/agreements/move", &fields).await;
    assert!(location.contains("refused="), "{location}");
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("Not yet."));
}

async fn the_text_is_agreed_with_a_reason_where_not_all_accept(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Reason", &["One", "Two"]).await;
    let refused = go(&mut staff, &number, "text_agreed", " ").await.words();
    assert!(refused.contains("Not every party accepts"), "{refused}");
    let page = go(&mut staff, &number, "text_agreed", "Agreed at the meeting of 12 November.").await.words();
    assert!(page.contains("Text agreed") && page.contains("Agreed at the meeting of 12 November."), "{page}");
    // What is settled is not changed behind the parties' backs.
    let fields = [("version", "1"), ("language", "both"), ("changes", "x")];
    let led = staff.send(&format!("/agreements/{number}/texts"), &fields, "b.pdf", &pdf("b")).await.location();
    assert!(led.contains("refused="), "{led}");
    assert_eq!(portal.count("agreement_versions").await, 1);
}

async fn reopening_voids_the_signatures(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Once more", &["One", "Two"]).await;
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    go(&mut staff, &number, "for_signature", "").await;
    let ids = parties(&mut staff, &number).await;
    let today = portal.backend.clock.now().iso_day();
    let tomorrow = portal.backend.clock.now().plus(Timestamp::DAY).iso_day();
    let refused = sign(&mut staff, &number, &ids[..1], &tomorrow, "", "").await.words();
    assert!(refused.contains("Date of signing"), "nobody has signed tomorrow: {refused}");
    assert!(sign(&mut staff, &number, &ids[..1], &today, "", "").await.words().contains("1 of 2"));
    let warned = staff.page(&format!("/agreements/{number}?do=move&to=negotiation")).await.words();
    assert!(warned.contains("This voids all signatures"), "{warned}");
    go(&mut staff, &number, "negotiation", "A clause is missing.").await;
    text(&mut staff, &number, "The clause is there.", &pdf("again")).await;
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    let words = go(&mut staff, &number, "for_signature", "").await.words();
    assert!(words.contains("0 of 2") && !words.contains("Signer 0 "), "{words}");
    // The one signs anew.
    assert!(sign(&mut staff, &number, &ids[..1], &today, "", "").await.words().contains("1 of 2"));
    portal.journal_holds().await;
}
