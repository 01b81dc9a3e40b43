//! Signing in the portal: in order, by exactly those who are named, exactly the text that is there.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::agreement::signing::{clock, store};
use app::time::Timestamp;
use http::StatusCode;

use crate::agreement::{go, id_of, negotiated, original, parties, pdf, sign as sign_on_paper, step, text};
use crate::both;
use crate::harness::{Answer, Browser, Portal};
use crate::joining::{last_mail, mails_to, token};

both!(
    they_sign_group_after_group,
    two_of_three_are_enough,
    without_enough_the_text_is_opened_again,
    of_two_who_sign_the_last_place_at_once_one_does,
    all_of_the_last_group_sign_at_once,
    who_opened_the_text_before_signs_no_new_one,
    a_signature_races_a_new_text,
    a_new_text_voids_what_was_signed,
    a_guest_signs_by_link_and_code,
    wrong_codes_are_counted,
    somebody_signs_on_behalf_of_another,
    who_does_not_sign_is_reminded_until_their_time_is_over,
    staff_extends_reminds_and_withdraws,
    who_is_taken_out_is_asked_nothing,
    some_sign_on_paper,
    it_takes_the_password_again,
    a_guessed_place_tells_nothing,
    a_plan_that_could_leave_out_a_party_is_refused,
    thirty_parties_sign,
);

const DAY: Duration = Duration::from_secs(24 * 3600);

/// An agreement that is put forward for signature.
pub async fn for_signature(staff: &mut Browser, title: &str, names: &[&str]) -> String {
    let number = negotiated(staff, title, names).await;
    go(staff, &number, "text_agreed", "They said so.").await;
    go(staff, &number, "for_signature", "").await;
    number
}

/// Names a signatory by the form.
pub async fn named(staff: &mut Browser, number: &str, party: &str, name: &str, email: &str, group: &str) -> Answer {
    let page = format!("/agreements/{number}?do=signatory");
    let form = staff.page(&page).await;
    let (version, form_id) = (form.field("version"), form.field("form_id"));
    let fields = [
        ("id", number),
        ("version", version.as_str()),
        ("form_id", form_id.as_str()),
        ("party", party),
        ("name", name),
        ("title", "Director"),
        ("email", email),
        ("language", "en"),
        ("group", group),
    ];
    staff.submit(&page, "/api/agreements/add-signatory", &fields).await.1
}

/// So many of a group are enough.
async fn enough(staff: &mut Browser, number: &str, group: &str, needed: &str) -> Answer {
    let asks = format!("group&group={group}");
    step(staff, number, &asks, "signing-rule", &[("group", group), ("needed", needed)]).await
}

/// Asks for the signatures by the form, as it is filled in.
pub async fn ask(staff: &mut Browser, number: &str) -> Answer {
    let until = staff.page(&format!("/agreements/{number}?do=ask")).await.field("until");
    step(staff, number, "ask", "ask-signatures", &[("until", until.as_str())]).await
}

/// Has the text shown; gives the page with the form.
pub async fn open(browser: &mut Browser, number: &str) -> Answer {
    let page = format!("/agreements/{number}/sign");
    let first = browser.page(&page).await;
    assert!(!first.text().contains("SHA-256"), "nothing is shown before: {}", first.words());
    let signatory = first.field("signatory");
    let fields = [("id", number), ("signatory", signatory.as_str())];
    let shown = browser.submit(&page, "/api/signing/open", &fields).await.1;
    assert!(shown.text().contains("SHA-256"), "{}", shown.words());
    shown
}

/// Signs by the form of a page that was opened.
pub async fn sign_page(browser: &mut Browser, page: &Answer, path: &str, name: &str) -> (String, Answer) {
    let [id, signatory, token, text] = ["id", "signatory", "token", "text"].map(|field| page.field(field));
    let fields = [
        ("id", id.as_str()),
        ("signatory", signatory.as_str()),
        ("token", token.as_str()),
        ("text", text.as_str()),
        ("signed_name", name),
        ("agree", "yes"),
        ("drawn", "10,20 30,40;50,60"),
    ];
    browser.submit(path, "/api/signing/sign", &fields).await
}

pub async fn sign(browser: &mut Browser, number: &str, name: &str) -> Answer {
    let page = open(browser, number).await;
    sign_page(browser, &page, &format!("/agreements/{number}/sign"), name).await.1
}

async fn decline(browser: &mut Browser, number: &str, reason: &str) -> (String, Answer) {
    let page = open(browser, number).await;
    let [signatory, text] = ["signatory", "text"].map(|field| page.field(field));
    let fields = [("id", number), ("signatory", signatory.as_str()), ("text", text.as_str()), ("reason", reason)];
    browser.submit(&format!("/agreements/{number}/sign"), "/api/signing/decline", &fields).await
}

/// How often something happened to the requests of an agreement.
async fn facts(portal: &Portal, number: &str, kind: &str) -> usize {
    let id = id_of(portal, number).await;
    let mut tx = portal.read().await;
    store::facts(&mut tx, id).await.unwrap().iter().filter(|fact| fact.kind == kind).count()
}

/// Two companies, and somebody who signs for each.
pub async fn two(portal: &Portal, staff: &mut Browser) -> (Browser, Browser) {
    let one = staff.add_company("Medi One").await;
    let two = staff.add_company("Bee Two").await;
    let first = portal.person("ada", &[(one, Rights::Manager)]).await.1;
    let second = portal.person("bo", &[(two, Rights::Viewer)]).await.1;
    (first, second)
}

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
    fields[3].1 = "Ada One";
    let (location, refused) = first.submit(&sign_path, "/api/signing/sign", &fields).await;
    assert!(location.contains("refused=") && !refused.text().contains("<script>alert"), "{location}");
    let (_, done) = sign_page(&mut first, &shown, &sign_path, "Ada One").await;
    assert!(done.words().contains("You signed.") && !done.text().contains("signed_name"), "{}", done.words());
    // Gone back and pressed again, nothing changes.
    let (_, again) = sign_page(&mut first, &shown, &sign_path, "Ada Again").await;
    assert!(again.words().contains("You signed."));
    assert_eq!(facts(&portal, &number, "signed").await, 1);
    assert!(staff.page(&page).await.words().contains("Partly signed"));
    assert!(!first.page("/today").await.text().contains("to-sign"));

    // Now it is the second's turn; with the last signature it is signed, and in force as its day has begun.
    assert!(second.page("/today").await.words().contains("To sign"));
    let done = sign(&mut second, &number, "Bo Two").await.words();
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
    sign(&mut of_one[1], &number, "a2").await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Partly signed") && words.contains("0 of 2"), "{words}");
    sign(&mut of_one[2], &number, "a3").await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("1 of 2") && words.contains("Declined") && words.contains("a2; a3"), "{words}");
    sign(&mut last, &number, "b").await;
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    portal.journal_holds().await;
}

async fn without_enough_the_text_is_opened_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, mut second) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Declined", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
    sign(&mut first, &number, "Ada").await;
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
    sign(&mut first, &number, "a").await;
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
                sign_page(&mut browser, &page, &path, "b").await;
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
        tasks.push(tokio::spawn(async move { sign(&mut browser, &number, "P").await.words() }));
    }
    for task in tasks {
        let words = task.await.unwrap();
        assert!(words.contains("You signed."), "{words}");
    }
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    assert_eq!(facts(&portal, &number, "signed").await, 4);
    portal.journal_holds().await;
}

async fn who_opened_the_text_before_signs_no_new_one(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Raced", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
    let page = open(&mut first, &number).await;
    // While the page is open, the text is changed and put forward anew.
    go(&mut staff, &number, "negotiation", "A clause is missing.").await;
    let led = text(&mut staff, &number, "The clause is there.", &pdf("again")).await;
    assert!(!led.contains("refused"), "{led}");
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    go(&mut staff, &number, "for_signature", "").await;
    ask(&mut staff, &number).await;
    let path = format!("/agreements/{number}/sign");
    let (location, refused) = sign_page(&mut first, &page, &path, "Ada").await;
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
    let done = sign(&mut first, &number, "Ada").await.words();
    assert!(done.contains("You signed."), "{done}");
}

async fn a_signature_races_a_new_text(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Raced", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
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
        tokio::join!(sign_page(&mut first, &page, &path, "Ada"), staff.submit(&moves, "/api/agreements/move", &fields));
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
    let number = for_signature(&mut staff, "Voided", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
    sign(&mut first, &number, "Ada").await;
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
    for (browser, name) in [(&mut first, "Ada"), (&mut second, "Bo")] {
        let words = sign(browser, &number, name).await.words();
        assert!(words.contains("Version 2"), "{words}");
    }
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("In force"));
    assert_eq!(facts(&portal, &number, "signed").await, 3, "what was signed before is still known");
    portal.journal_holds().await;
}

/// The code in the latest mail to an address.
async fn code(portal: &Portal, address: &str) -> String {
    let mail = last_mail(portal, address).await;
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let found = mail.body_text.split(|c: char| !c.is_ascii_alphanumeric()).find(digits).map(str::to_owned);
    found.unwrap_or_else(|| panic!("no code in {}", mail.body_text))
}

/// An agreement that a guest is asked to sign; gives its number and the path of the guest's link.
pub async fn guest(portal: &Portal, staff: &mut Browser, names: [&str; 2], address: &str) -> (String, String) {
    let number = for_signature(staff, "By a guest", &names).await;
    let ids = parties(staff, &number).await;
    named(staff, &number, &ids[0], "Gea Guest", address, "1").await;
    named(staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(staff, &number).await;
    let path = last_mail(portal, address).await.link("/sign/");
    (number, path)
}

/// Has a code sent and types it; gives the page that is shown then.
pub async fn come_in(portal: &Portal, browser: &mut Browser, path: &str, address: &str) -> Answer {
    let carried = token(path).to_owned();
    browser.submit(path, "/api/signing/code", &[("token", carried.as_str())]).await;
    let typed = code(portal, address).await;
    browser.submit(path, "/api/signing/enter", &[("token", carried.as_str()), ("code", typed.as_str())]).await.1
}

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
    let (_, done) = sign_page(&mut browser, &shown, &path, "Gea G. Guest").await;
    assert!(done.words().contains("You signed."), "{}", done.words());
    assert!(portal.browser().page(&path).await.words().contains("g…@guest.example"), "another browser is asked");
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Gea G. Guest") && words.contains("Partly signed"), "{words}");
    sign(&mut second, &number, "Bo").await;
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
    let (_, refused) = sign_page(&mut browser, &shown, &path, "Gea").await;
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
    let (_, done) = sign_page(&mut dee, &shown, &link, "Dee").await;
    assert!(done.words().contains("You signed."), "{}", done.words());
    sign(&mut second, &number, "Bo Two").await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Deputy Dee") && words.contains("on behalf of Ada One"), "{words}");
    let id = id_of(&portal, &number).await;
    let mut tx = portal.read().await;
    let all = store::facts(&mut tx, id).await.unwrap();
    let signed = all.iter().find(|fact| fact.name == "Dee").unwrap();
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

/// The id of a signatory by name.
pub async fn place(portal: &Portal, number: &str, name: &str) -> String {
    let id = id_of(portal, number).await;
    let mut tx = portal.read().await;
    let all = store::signatories(&mut tx, id).await.unwrap();
    all.iter().find(|place| place.name == name).unwrap().id.to_string()
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
    let (location, _) = sign_page(&mut browser, &shown, &link, "Gea").await;
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
    let (location, _) = sign_page(&mut browser, &shown, &link, "Gea").await;
    assert!(location.contains("refused="), "{location}");
    go(&mut staff, &number, "text_agreed", "They said so.").await;
    go(&mut staff, &number, "for_signature", "").await;
    let before = mails_to(&portal, address).await.len();
    ask(&mut staff, &number).await;
    assert_eq!(mails_to(&portal, address).await.len(), before);
    assert_eq!(facts(&portal, &number, "signed").await, 0);
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
    let done = sign(&mut first, &number, "Ada").await.words();
    assert!(done.contains("You signed."), "a scan that is lacking is no reason to refuse a signature: {done}");
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("Partly signed") && words.contains("2 of 2"), "{words}");
    assert!(staff.page("/notifications").await.words().contains("the scanned original is missing"));
    let document = original(&mut staff, &number).await;
    let words = sign_on_paper(&mut staff, &number, &[], &today, &today, &document).await.words();
    assert!(words.contains("In force"), "{words}");
    portal.journal_holds().await;
}

async fn it_takes_the_password_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (mut first, _) = two(&portal, &mut staff).await;
    let number = for_signature(&mut staff, "Again", &["Medi One", "Bee Two"]).await;
    let ids = parties(&mut staff, &number).await;
    named(&mut staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(&mut staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(&mut staff, &number).await;
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
    let (location, _) = sign_page(&mut first, &page, &path, "Ada One").await;
    assert!(location.starts_with("/account/confirm?next="), "{location}");
    let next = first.page(&location).await.field("next").replace("&amp;", "&");
    let shown = [("password", crate::harness::PASSWORD), ("next", next.as_str())];
    let (_, back) = first.submit(&location, "/api/account/confirm", &shown).await;
    assert_eq!(back.field("signed_name"), "Ada One", "what was typed is there");
    assert_eq!(facts(&portal, &number, "signed").await, 0, "who signs presses themselves");
    let (_, done) = sign_page(&mut first, &back, &path, "Ada One").await;
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
        let words = sign(browser, &number, &format!("Signer {place}")).await.words();
        assert!(words.contains("You signed."), "{place}: {words}");
    }
    staff.post("/agreements", "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("已签署") && words.contains("Signer 29") && words.contains("生效"), "{words}");
    portal.journal_holds().await;
}
