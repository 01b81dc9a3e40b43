//! Signing in the portal: in order, by exactly those who are named, exactly the text that is there. Here are the steps that the
//! stories take, each by its form.

mod door;
mod new_text;
mod order;
mod places;

use std::time::Duration;

use app::actor::Rights;
use app::agreement::signing::store;

use crate::agreement::{go, id_of, negotiated, parties, step};
use crate::harness::{Answer, Browser, Portal};
use crate::joining::{last_mail, token};

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

/// Signs by the form of a page that was opened, with the name that stands there.
pub async fn sign_page(browser: &mut Browser, page: &Answer, path: &str) -> (String, Answer) {
    let text = page.text();
    let name = text.split_once("Who signs: ").and_then(|(_, rest)| rest.split_once('<')).map_or("", |(name, _)| name);
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

pub async fn sign(browser: &mut Browser, number: &str) -> Answer {
    let page = open(browser, number).await;
    sign_page(browser, &page, &format!("/agreements/{number}/sign")).await.1
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

/// An agreement that somebody of each of these two is asked to sign, in no order.
pub async fn asked(staff: &mut Browser, title: &str) -> String {
    let number = for_signature(staff, title, &["Medi One", "Bee Two"]).await;
    let ids = parties(staff, &number).await;
    named(staff, &number, &ids[0], "Ada", "ada@story.example", "1").await;
    named(staff, &number, &ids[1], "Bo", "bo@story.example", "1").await;
    ask(staff, &number).await;
    number
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

/// The id of a signatory by name.
pub async fn place(portal: &Portal, number: &str, name: &str) -> String {
    let id = id_of(portal, number).await;
    let mut tx = portal.read().await;
    let all = store::signatories(&mut tx, id).await.unwrap();
    all.iter().find(|place| place.name == name).unwrap().id.to_string()
}
