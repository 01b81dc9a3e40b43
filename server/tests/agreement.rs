//! Agreements: from the first draft to their end, among many parties, of whom each sees what it may.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::agreement::clock;
use app::backend::Backend;
use app::backend::clock::Clock;
use app::time::Timestamp;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Answer, Browser, Portal};

both!(
    an_agreement_goes_its_way,
    it_is_in_force_from_midnight_in_hainan,
    it_is_in_force_from_midnight_where_it_says,
    it_goes_on_by_itself_or_expires,
    of_two_who_move_it_at_once_one_does,
    each_role_sees_what_it_may,
    a_guessed_address_tells_nothing,
    what_is_internal_stays_internal,
    a_new_text_voids_the_words,
    a_word_on_an_old_text_is_refused,
    the_text_is_agreed_with_a_reason_where_not_all_accept,
    who_is_taken_out_sees_nothing_any_more,
    reopening_voids_the_signatures,
    thirty_parties,
    numbers_are_without_gaps_however_many_begin_at_once,
    edits_do_not_overwrite_each_other,
    an_agreement_in_force_makes_a_partner,
    lists_are_filtered_sorted_and_counted,
    people_are_told_what_is_theirs_to_know,
    the_search_finds_them_for_who_may_know_of_them,
    who_can_see_one_is_told_as_its_page_says,
    many_become_partners_by_their_agreements,
);

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

async fn an_agreement_goes_its_way(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Medi One").await;
    let two = staff.add_company("Bee Two").await;
    let (_, mut first) = portal.person("first", &[(one, Rights::Manager)]).await;
    let (_, mut second) = portal.person("second", &[(two, Rights::Manager)]).await;
    let number = begin(&mut staff, "Cooperation", &["Medi One", "Bee Two"], &[("title_zh", "合作协议")]).await;
    assert_eq!(number, "AG-2026-0001");
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("Party A : Medi One") || page.contains("Party A: Medi One"), "{page}");

    // Without a text nothing is negotiated.
    go(&mut staff, &number, "internal_review", "").await;
    let refused = go(&mut staff, &number, "negotiation", "").await.words();
    assert!(refused.contains("There is no text yet"), "{refused}");
    text(&mut staff, &number, "The first text", &pdf("one")).await;
    go(&mut staff, &number, "negotiation", "").await;

    // Each party states its position; one asks for changes first.
    let ids = parties(&mut staff, &number).await;
    assert_eq!(ids.len(), 2);
    let page = first.page(&format!("/agreements/{number}")).await;
    assert!(page.words().contains("State your position") && !page.text().contains("/edit\""), "{}", page.words());
    assert!(page.text().contains("SHA-256"));
    word(&mut first, &number, &ids[0], "accepts", "", "").await;
    let without = word(&mut second, &number, &ids[1], "asks_changes", "", "").await.words();
    assert!(without.contains("Please say why"), "{without}");
    let asks = word(&mut second, &number, &ids[1], "asks_changes", "Clause 3 is too long.", "").await.words();
    assert!(asks.contains("Asks for changes") && asks.contains("Clause 3 is too long."), "{asks}");
    let refused = go(&mut staff, &number, "text_agreed", "").await.words();
    assert!(refused.contains("Not every party accepts the text as it is"), "{refused}");
    word(&mut second, &number, &ids[1], "accepts", "", "").await;
    go(&mut staff, &number, "text_agreed", "").await;
    go(&mut staff, &number, "for_signature", "").await;

    // One signs, then the other; the last one needs the original and the day.
    let today = portal.backend.clock.now().iso_day();
    let half = sign(&mut staff, &number, &ids[..1], &today, "", "").await.words();
    assert!(half.contains("Partly signed") && half.contains("Signer 0"), "{half}");
    let refused = sign(&mut staff, &number, &ids[1..], &today, &today, "").await.words();
    assert!(refused.contains("The last signature needs the scanned original"), "{refused}");
    let document = original(&mut staff, &number).await;
    let refused = sign(&mut staff, &number, &ids[1..], &today, "", &document).await.words();
    assert!(refused.contains("Effective date"), "{refused}");
    let done = sign(&mut staff, &number, &ids[1..], &today, &today, &document).await.words();
    assert!(done.contains("In force"), "its day has begun: {done}");
    assert!(second.page(&format!("/agreements/{number}")).await.words().contains("In force"));

    // The original stays; the end is told with its reason.
    let removed = [("id", number.as_str()), ("document", document.as_str())];
    let page = format!("/agreements/{number}");
    let (_, kept) = staff.submit(&page, "/api/agreements/remove-document", &removed).await;
    assert!(kept.words().contains("and stays"), "{}", kept.words());
    go(&mut staff, &number, "terminated", "The parties agreed to end it.").await;
    let page = first.page(&page).await.words();
    assert!(page.contains("Terminated") && page.contains("The parties agreed to end it."), "{page}");
    portal.journal_holds().await;
}

async fn it_is_in_force_from_midnight_in_hainan(mut portal: Portal) {
    at(&mut portal, "2026-12-30T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = signed(&mut staff, "New Year", &["One", "Two"], "2026-12-30", "2027-01-01").await;
    let state = async |staff: &mut Browser, which: &str| {
        staff.page(&format!("/agreements?state={which}")).await.words().contains(&number)
    };
    assert!(state(&mut staff, "signed").await && !state(&mut staff, "in_force").await);
    portal.later(Duration::from_secs(35 * 3600 + 59 * 60 + 59));
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(state(&mut staff, "signed").await, "a second before midnight");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0);
    portal.later(Duration::from_secs(1));
    // The job has not run yet.
    assert!(state(&mut staff, "in_force").await && !state(&mut staff, "signed").await);
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("The agreement is in force."));
    assert!(staff.page("/agreements/board").await.words().contains("In force 1"));
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 1);
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0, "once");
    assert!(state(&mut staff, "in_force").await);
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("The portal moved the agreement"), "{page}");
    portal.journal_holds().await;
}

async fn it_is_in_force_from_midnight_where_it_says(mut portal: Portal) {
    at(&mut portal, "2026-12-30T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Danish New Year", &["One", "Two"]).await;
    let form = staff.page(&format!("/agreements/{number}/edit")).await;
    let version = form.field("version");
    let fields = [
        ("id", number.as_str()),
        ("version", version.as_str()),
        ("kind", "strategic"),
        ("title_en", "Danish New Year"),
        ("prevailing", "both"),
        ("renewal", "none"),
        ("zone", "Europe/Copenhagen"),
    ];
    staff.submit(&format!("/agreements/{number}/edit"), "/api/agreements/edit", &fields).await;
    go(&mut staff, &number, "text_agreed", "All said so at the table.").await;
    go(&mut staff, &number, "for_signature", "").await;
    let document = original(&mut staff, &number).await;
    let all = parties(&mut staff, &number).await;
    sign(&mut staff, &number, &all, "2026-12-30", "2027-01-01", &document).await;
    // Midnight in Hainan is five in the afternoon in Copenhagen.
    portal.later(Duration::from_secs(36 * 3600 + 7 * 3600 - 1));
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("It takes effect when"));
    portal.later(Duration::from_secs(1));
    assert!(staff.page(&format!("/agreements/{number}")).await.words().contains("The agreement is in force."));
}

async fn it_goes_on_by_itself_or_expires(mut portal: Portal) {
    at(&mut portal, "2026-06-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let mut numbers = Vec::new();
    for (title, renewal) in [("Ends", "none"), ("Goes on", "automatic")] {
        let terms = [("term_months", "12"), ("renewal", renewal)];
        let number = begin(&mut staff, title, &["One", "Two"], &terms).await;
        carried(&mut staff, &number, "2026-06-01", "2026-06-01").await;
        numbers.push(number);
    }
    assert!(!staff.page("/agreements").await.words().contains("within 90 days"));
    at(&mut portal, "2027-04-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let list = staff.page("/agreements?state=expiring").await.words();
    assert!(list.contains(&numbers[0]) && !list.contains(&numbers[1]), "what goes on does not end: {list}");
    assert!(staff.page("/agreements").await.words().contains("1 agreement in force ends within 90 days"));
    at(&mut portal, "2027-06-01T00:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let expired = staff.page("/agreements?state=expired").await.words();
    assert!(expired.contains(&numbers[0]) && !expired.contains(&numbers[1]), "before the job: {expired}");
    let page = staff.page(&format!("/agreements/{}", numbers[1])).await.words();
    assert!(page.contains("31 May 2028"), "the term that runs: {page}");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 2);
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0);
    assert!(staff.page("/agreements?state=expired").await.words().contains(&numbers[0]));
    assert!(staff.page("/agreements?state=in_force").await.words().contains(&numbers[1]));
    portal.journal_holds().await;
}

async fn of_two_who_move_it_at_once_one_does(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let number = negotiated(&mut staff, "Race", &["One", "Two"]).await;
    let before = portal.journal_holds().await;
    let page = format!("/agreements/{number}?do=move&to=withdrawn");
    let version = staff.page(&page).await.field("version");
    let mut tasks = Vec::new();
    for to in ["withdrawn", "rejected", "text_agreed", "withdrawn"] {
        let mut other = portal.signed_in(Role::Staff).await;
        let (page, number, version) = (page.clone(), number.clone(), version.clone());
        tasks.push(tokio::spawn(async move {
            let fields = [("id", number.as_str()), ("version", version.as_str()), ("to", to), ("reason", "Because.")];
            other.post(&page, "/api/agreements/move", &fields).await.location()
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += usize::from(!task.await.unwrap().contains("refused="));
    }
    assert_eq!(done, 1, "one of them moves it");
    // Four sign in, one moves.
    assert_eq!(portal.journal_holds().await, before + 5);
}

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

async fn thirty_parties(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let names: Vec<String> = (1..=30).map(|number| format!("Party Company {number:02}")).collect();
    let mut last = Uuid::nil();
    for name in &names {
        last = staff.add_company(name).await;
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let number = signed(&mut staff, "All of us", &names, "2026-01-02", "2026-01-02").await;
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(page.contains("In force") && page.contains("Party AD") && page.contains("Signer 29"), "{page}");
    staff.post("/agreements", "/api/account/language", &[("language", "zh")]).await;
    let page = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(
        page.contains("甲方") && page.contains("癸方") && page.contains("第30方") && page.contains("生效"),
        "{page}"
    );
    assert!(staff.page("/agreements").await.words().contains("，另有27家"));
    let mut party = portal.representative(last).await;
    assert!(party.page("/agreements").await.words().contains(&number));
}

async fn numbers_are_without_gaps_however_many_begin_at_once(portal: Portal) {
    let mut tasks = Vec::new();
    for place in 0..6 {
        let mut staff = portal.signed_in(Role::Staff).await;
        tasks.push(tokio::spawn(async move {
            // One in the middle is refused, and leaves no gap.
            if place == 3 {
                let fields = [
                    ("kind", "mou"),
                    ("title_en", "X"),
                    ("prevailing", "en"),
                    ("renewal", "none"),
                    ("parties", "Nobody"),
                ];
                let answer = staff.post("/agreements/new", "/api/agreements/create", &fields).await;
                assert!(answer.location().contains("refused="));
                return None;
            }
            Some(begin(&mut staff, "At once", &[], &[]).await)
        }));
    }
    let mut numbers = Vec::new();
    for task in tasks {
        numbers.extend(task.await.unwrap());
    }
    numbers.sort();
    let expected: Vec<String> = (1..=5).map(|number| format!("AG-2026-{number:04}")).collect();
    assert_eq!(numbers, expected);
    // The same form sent twice begins one.
    let mut staff = portal.signed_in(Role::Staff).await;
    let form = staff.page("/agreements/new").await.field("form_id");
    let first = begin(&mut staff, "Twice", &[], &[("form_id", form.as_str())]).await;
    assert_eq!(begin(&mut staff, "Twice", &[], &[("form_id", form.as_str())]).await, first);
    let other = begin(&mut staff, "Another", &[], &[("form_id", form.as_str())]).await;
    assert_eq!(other, "AG-2026-0007");
}

async fn edits_do_not_overwrite_each_other(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Staff).await;
    let number = begin(&mut staff, "Edited", &[], &[]).await;
    let page = format!("/agreements/{number}/edit");
    let version = staff.page(&page).await.field("version");
    let fields = |title: &'static str| {
        vec![
            ("id", number.as_str()),
            ("version", version.as_str()),
            ("kind", "mou"),
            ("title_en", title),
            ("prevailing", "both"),
            ("renewal", "none"),
        ]
    };
    other.submit(&page, "/api/agreements/edit", &fields("Theirs")).await;
    let (location, conflict) = staff.submit(&page, "/api/agreements/edit", &fields("Mine")).await;
    assert!(location.contains("refused="), "{location}");
    let words = conflict.words();
    assert!(words.contains("Somebody else changed this agreement") && words.contains("Theirs"), "{words}");
    assert_eq!(conflict.field("title_en"), "Mine");
    // Having seen it, they save what they meant.
    let again = conflict.field("version");
    let mut mine = fields("Mine");
    mine[1].1 = again.as_str();
    let (location, saved) = staff.submit(&page, "/api/agreements/edit", &mine).await;
    assert_eq!(location, format!("/agreements/{number}"));
    assert!(saved.words().contains("Mine") && saved.words().contains("edited the facts"), "{}", saved.words());
    let version = staff.page(&page).await.field("version");
    let wrong = [("id", number.as_str()), ("version", version.as_str()), ("kind", "mou"), ("term_months", "many")];
    let (_, refused) = staff.submit(&page, "/api/agreements/edit", &wrong).await;
    assert!(refused.words().contains("whole number") && refused.field("term_months") == "many", "{}", refused.words());
}

async fn an_agreement_in_force_makes_a_partner(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await.to_string();
    let two = staff.add_company("Two").await.to_string();
    let three = staff.add_company("Three").await.to_string();
    let today = portal.backend.clock.now().iso_day();
    let number = signed(&mut staff, "Partners", &["One", "Two"], &today, &today).await;
    let later = portal.backend.clock.now().plus(30 * Timestamp::DAY).iso_day();
    signed(&mut staff, "Later", &["Two", "Three"], &today, &later).await;
    for company in [&one, &three] {
        let fields = [("id", company.as_str()), ("stage_before", "target"), ("stage_to", "in_talks")];
        staff.submit(&format!("/companies/{company}"), "/api/companies/move", &fields).await;
    }
    let to_partner = async |staff: &mut Browser, company: &str| {
        let fields = [("id", company), ("stage_before", "in_talks"), ("stage_to", "partner")];
        staff.submit(&format!("/companies/{company}"), "/api/companies/move", &fields).await.1.words()
    };
    let words = to_partner(&mut staff, &one).await;
    assert!(words.contains("Partner") && words.contains(&number), "the agreement is the reason: {words}");
    let words = to_partner(&mut staff, &three).await;
    assert!(words.contains("Reason: Please fill this in"), "what is signed is not in force yet: {words}");
    assert!(staff.page(&format!("/companies/{two}")).await.words().contains(&number));
}

async fn lists_are_filtered_sorted_and_counted(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let bee = staff.add_company("Bee Tech").await;
    staff.add_company("Medi Center").await;
    let a = begin(&mut staff, "Alpha", &["Bee Tech"], &[("kind", "mou"), ("effective_on", "2027-01-01")]).await;
    portal.later(Duration::from_secs(1));
    let b = begin(&mut staff, "Beta 100%", &["Medi Center"], &[("areas", "Telemedicine")]).await;
    portal.later(Duration::from_secs(1));
    let c = negotiated(&mut staff, "Gamma", &["Bee Tech", "Medi Center"]).await;
    let mut found = async |query: &str| -> Vec<String> {
        let html = staff.page(&format!("/agreements?{query}")).await.text();
        let rows = html.split("<th scope=\"row\">").skip(1);
        rows.filter_map(|row| row.split("href=\"/agreements/AG-").nth(1).map(|rest| format!("AG-{}", &rest[..9])))
            .collect()
    };
    let names = |all: &[&String]| all.iter().map(|number| (*number).clone()).collect::<Vec<_>>();
    assert_eq!(found("").await, names(&[&c, &b, &a]), "the latest change first");
    assert_eq!(found("sort=title").await, names(&[&a, &b, &c]));
    assert_eq!(found("sort=-number").await, names(&[&c, &b, &a]));
    assert_eq!(found("sort=-effective").await[0], a);
    assert_eq!(found("kind=mou").await, names(&[&a]));
    assert_eq!(found("state=negotiation").await, names(&[&c]));
    assert_eq!(found("state=draft&sort=number").await, names(&[&a, &b]));
    assert_eq!(found("state=under_way").await.len(), 3);
    assert_eq!(found("q=telemed").await, names(&[&b]));
    assert_eq!(found("q=100%25").await, names(&[&b]));
    assert_eq!(found("q=bee").await.len(), 2, "by the names of the parties");
    assert_eq!(found("party=medi&sort=number").await, names(&[&b, &c]));
    assert_eq!(found(&format!("party={bee}&sort=number")).await, names(&[&a, &c]));
    assert_eq!(found("q=%27%3B--").await.len(), 0);
    assert_eq!(found("page=7").await.len(), 0);
    let csv = staff.page("/agreements.csv?kind=mou").await.text();
    assert!(csv.contains(&a) && !csv.contains(&b) && csv.contains("Bee Tech"), "{csv}");
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

async fn the_search_finds_them_for_who_may_know_of_them(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("Quorl One").await;
    staff.add_company("Quorl Two").await;
    let three = staff.add_company("Other Three").await;
    let parties = ["Quorl One", "Quorl Two"];
    let shared = negotiated(&mut staff, "Zebra cooperation", &parties).await;
    let draft = begin(&mut staff, "Zebra draft", &parties, &[("areas", "Stripes")]).await;
    let private = begin(&mut staff, "Zebra secret", &parties, &[("private", "yes")]).await;
    let mut party = portal.representative(one).await;
    let mut other = portal.representative(three).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let mut expert = portal.signed_in(Role::Expert).await;
    let found = async |browser: &mut Browser, text: &str| -> Vec<String> {
        let html = browser.page(&format!("/search?kind=agreement&q={text}")).await.text();
        let mut found: Vec<String> =
            html.split("href=\"/agreements/").skip(1).map(|piece| piece[..12].to_owned()).collect();
        found.retain(|number| number.starts_with("AG-"));
        found.sort();
        found
    };
    assert_eq!(found(&mut staff, "zebra").await, [shared.as_str(), draft.as_str(), private.as_str()]);
    assert_eq!(found(&mut executive, "zebra").await, [shared.as_str(), draft.as_str()]);
    assert_eq!(found(&mut party, "zebra").await, [shared.as_str()]);
    assert!(found(&mut other, "zebra").await.is_empty() && found(&mut expert, "zebra").await.is_empty());
    for (browser, count) in [(&mut executive, "Agreements 2"), (&mut party, "Agreements 1")] {
        let words = browser.page("/search?q=zebra").await.words();
        assert!(words.contains(count), "{count}: {words}");
    }
    for browser in [&mut other, &mut expert] {
        assert!(!browser.page("/search?q=zebra").await.text().contains("AG-"));
    }
    // By number, area, a party's name and in the middle of a word.
    assert_eq!(found(&mut staff, &draft).await, [draft.as_str()]);
    assert_eq!(found(&mut staff, "stripes").await, [draft.as_str()]);
    assert_eq!(found(&mut staff, "quorl").await.len(), 3);
    assert_eq!(found(&mut party, "ebra").await, [shared.as_str()]);
    // Who is taken out finds it no more; what the negotiation opens is found by its parties.
    let ids = self::parties(&mut staff, &shared).await;
    let fields = [("party", ids[0].as_str()), ("reason", "It left.")];
    step(&mut staff, &shared, &format!("remove&party={}", ids[0]), "remove-party", &fields).await;
    assert!(found(&mut party, "zebra").await.is_empty());
    text(&mut staff, &draft, "", &pdf("zebra")).await;
    go(&mut staff, &draft, "internal_review", "").await;
    assert!(found(&mut party, "zebra").await.is_empty());
    go(&mut staff, &draft, "negotiation", "").await;
    assert_eq!(found(&mut party, "zebra").await, [draft.as_str()]);
}

/// The id of an agreement.
pub async fn id_of(portal: &Portal, number: &str) -> Uuid {
    let mut tx = portal.read().await;
    let found = app::ask!(&mut tx, |c| {
        sqlx::query_scalar("SELECT id FROM agreements WHERE number = $1").bind(number).fetch_one(c).await
    });
    found.unwrap()
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

async fn many_become_partners_by_their_agreements(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await.to_string();
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await.to_string();
    let today = portal.backend.clock.now().iso_day();
    let number = signed(&mut staff, "Partners", &["One", "Two"], &today, &today).await;
    for company in [&one, &three] {
        let fields = [("id", company.as_str()), ("stage_before", "target"), ("stage_to", "in_talks")];
        staff.submit(&format!("/companies/{company}"), "/api/companies/move", &fields).await;
    }
    let both = [("ids[]", one.as_str()), ("ids[]", three.as_str()), ("change", "stage:partner")];
    let (path, preview) = staff.submit("/companies", "/api/bulk/prepare", &both).await;
    assert!(preview.words().contains("Has neither an agreement in force nor"), "{}", preview.words());
    let id = preview.field("id");
    staff.submit(&path, "/api/bulk/apply", &[("id", id.as_str())]).await;
    let words = staff.page(&format!("/companies/{one}")).await.words();
    assert!(words.contains("Partner") && words.contains(&number), "{words}");
    assert!(staff.page(&format!("/companies/{three}")).await.words().contains("In talks"));
    portal.journal_holds().await;
}
