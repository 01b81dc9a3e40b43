//! Agreements: from the first draft to their end, among many parties, of whom each sees what it may. Here are the steps that
//! the stories take, each by its form.

mod facts;
mod life;
mod lists;
mod partners;
mod readers;
mod words;

use app::backend::Backend;
use app::backend::clock::Clock;
use app::time::Timestamp;
use sqlx::types::Uuid;

use crate::harness::{Answer, Browser, Portal};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// Moves the portal to another time.
pub fn at(portal: &mut Portal, local: &str) {
    let clock = Clock::fixed(Timestamp::from_local(local).unwrap());
    portal.backend = Backend::new(portal.backend.database.clone(), clock, portal.backend.settings.clone());
    portal.router = server::http::router(&portal.backend);
}

/// Begins an agreement by its form; gives its number.
pub async fn begin(staff: &mut Browser, title: &str, parties: &[&str], more: &[(&str, &str)]) -> String {
    let parties = parties.join("\r\n");
    let mut fields = vec![
        ("kind", "strategic"),
        ("title_en", title),
        ("prevailing", "both"),
        ("renewal", "none"),
        ("parties", parties.as_str()),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    let answer = staff.post("/agreements/new", "/api/agreements/create", &fields).await;
    let number = answer.location().strip_prefix("/agreements/").map(str::to_owned);
    number
        .filter(|number| number.starts_with("AG-"))
        .unwrap_or_else(|| panic!("{} {}", answer.location(), answer.words()))
}

/// Takes a step by its form on the agreement's page.
pub async fn step(browser: &mut Browser, number: &str, asks: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let page = format!("/agreements/{number}?do={asks}");
    let form = browser.page(&page).await;
    assert!(form.text().contains(&format!("/api/agreements/{action}")), "{asks}: {}", form.words());
    let mut all = vec![("id", number)];
    let version = if action == "word" { String::new() } else { form.field("version") };
    all.push(("version", version.as_str()));
    all.extend(fields);
    browser.submit(&page, &format!("/api/agreements/{action}"), &all).await.1
}

pub async fn go(staff: &mut Browser, number: &str, to: &str, reason: &str) -> Answer {
    step(staff, number, &format!("move&to={to}"), "move", &[("to", to), ("reason", reason)]).await
}

/// Adds a new text; gives where the form led.
pub async fn text(staff: &mut Browser, number: &str, changes: &str, content: &[u8]) -> String {
    let form = staff.page(&format!("/agreements/{number}?do=text")).await;
    let version = form.field("version");
    let fields = [("version", version.as_str()), ("language", "both"), ("changes", changes)];
    staff.send(&format!("/agreements/{number}/texts"), &fields, "text.pdf", content).await.location()
}

pub fn pdf(mark: &str) -> Vec<u8> {
    [PDF, format!("% {mark}\n").as_bytes()].concat()
}

/// Begins an agreement and opens its negotiation.
pub async fn negotiated(staff: &mut Browser, title: &str, parties: &[&str]) -> String {
    let number = begin(staff, title, parties, &[]).await;
    let led = text(staff, &number, "First text", &pdf(&number)).await;
    assert!(led.ends_with("#text") && !led.contains("refused"), "{led}");
    go(staff, &number, "internal_review", "").await;
    let page = go(staff, &number, "negotiation", "").await.words();
    assert!(page.contains("Negotiation"), "{page}");
    number
}

/// The ids of the parties, in their order, from the links of staff.
pub async fn parties(staff: &mut Browser, number: &str) -> Vec<String> {
    let html = staff.page(&format!("/agreements/{number}")).await.text();
    let mut found: Vec<String> = Vec::new();
    for piece in html.split("do=party&amp;party=").skip(1) {
        let id = piece[..36].to_owned();
        if !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

/// The id of the text as it is now, from the form of a word.
pub async fn current_text(staff: &mut Browser, number: &str, party: &str) -> String {
    staff.page(&format!("/agreements/{number}?do=word&party={party}")).await.field("text")
}

async fn word(browser: &mut Browser, number: &str, party: &str, word: &str, reason: &str, told_by: &str) -> Answer {
    let text = current_text(browser, number, party).await;
    let asks = format!("word&party={party}");
    let fields = [("text", text.as_str()), ("party", party), ("word", word), ("reason", reason), ("told_by", told_by)];
    step(browser, number, &asks, "word", &fields).await
}

/// All accept, as staff was told by mail.
pub async fn all_accept(staff: &mut Browser, number: &str) {
    for party in parties(staff, number).await {
        word(staff, number, &party, "accepts", "", "by mail").await;
    }
}

/// Adds the scanned original; gives its id.
pub async fn original(staff: &mut Browser, number: &str) -> String {
    let path = format!("/agreements/{number}/documents");
    let led = staff.send(&path, &[("audience", "company")], "original.pdf", &pdf("original")).await.location();
    assert!(!led.contains("refused"), "{led}");
    let html = staff.page(&format!("/agreements/{number}")).await.text();
    let at = html.rfind("/documents/0").unwrap() + "/documents/".len();
    html[at..at + 36].to_owned()
}

/// Records that these parties signed, all on one day.
pub async fn sign(
    staff: &mut Browser,
    number: &str,
    parties: &[String],
    day: &str,
    effective: &str,
    document: &str,
) -> Answer {
    let names: Vec<(String, String)> = parties
        .iter()
        .enumerate()
        .flat_map(|(place, id)| {
            [(format!("who[n{id}]"), format!("Signer {place}")), (format!("who[t{id}]"), "Director".to_owned())]
        })
        .collect();
    let mut fields = vec![("signed_on", day), ("place", "Boao"), ("effective_on", effective), ("document", document)];
    fields.extend(names.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    step(staff, number, "sign", "sign", &fields).await
}

/// Brings an agreement among companies from nothing to its signatures.
pub async fn signed(staff: &mut Browser, title: &str, names: &[&str], day: &str, effective: &str) -> String {
    let number = negotiated(staff, title, names).await;
    all_accept(staff, &number).await;
    go(staff, &number, "text_agreed", "").await;
    go(staff, &number, "for_signature", "").await;
    let document = original(staff, &number).await;
    let all = parties(staff, &number).await;
    sign(staff, &number, &all, day, effective, &document).await;
    number
}

/// Brings a draft to its signatures, as its parties said at the table.
pub async fn carried(staff: &mut Browser, number: &str, day: &str, effective: &str) {
    text(staff, number, "The text", &pdf(number)).await;
    go(staff, number, "internal_review", "").await;
    go(staff, number, "negotiation", "").await;
    go(staff, number, "text_agreed", "They said so.").await;
    go(staff, number, "for_signature", "").await;
    let document = original(staff, number).await;
    let all = parties(staff, number).await;
    sign(staff, number, &all, day, effective, &document).await;
}

/// The id of an agreement.
pub async fn id_of(portal: &Portal, number: &str) -> Uuid {
    let mut tx = portal.read().await;
    let found = app::ask!(&mut tx, |c| {
        sqlx::query_scalar("SELECT id FROM agreements WHERE number = $1").bind(number).fetch_one(c).await
    });
    found.unwrap()
}
