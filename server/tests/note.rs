//! Internal notes: the company never sees them, who is named is told, and what was written stays what it was.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::backend::database::Sql;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal, until};

both!(
    a_note_names_colleagues_who_are_told,
    the_company_never_sees_a_note,
    a_name_that_nobody_has_is_refused,
    the_beginning_of_a_name_is_enough,
    a_note_is_edited_corrected_and_removed,
    a_company_that_was_merged_gets_no_note,
    who_was_erased_is_named_by_a_pseudonym,
);

async fn person(portal: &Portal, name: &str, role: Role) -> (Uuid, Browser) {
    let id = portal.account(name, role).await;
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    (id, browser)
}

async fn add(browser: &mut Browser, company: Uuid, body: &str, mention: &str) -> (String, crate::harness::Answer) {
    let (page, company) = (format!("/companies/{company}/notes"), company.to_string());
    let fields = [("company", company.as_str()), ("body", body), ("mention", mention)];
    browser.submit(&page, "/api/notes/add", &fields).await
}

fn id_of(location: &str) -> String {
    location.split_once("#written-").unwrap().1.to_owned()
}

async fn told(portal: &Portal, account: Uuid) -> i64 {
    let mut tx = portal.read().await;
    let mut sql = Sql::new("SELECT count(*) FROM notifications WHERE kind = 'mention'");
    sql.bind(" AND account_id = ?", account);
    sql.number(&mut tx).await.unwrap()
}

async fn a_note_names_colleagues_who_are_told(portal: Portal) {
    let (ada, mut ada_browser) = person(&portal, "Ada", Role::Staff).await;
    let (chief, _) = person(&portal, "Chief", Role::Executive).await;
    let (expert, _) = person(&portal, "Xavier", Role::Expert).await;
    let (author, mut staff) = person(&portal, "Sam", Role::Staff).await;
    let company = staff.add_company("Novo").await;
    let rep = portal.person("Rita", &[(company, Rights::Manager)]).await.0;
    let page = staff.page(&format!("/companies/{company}/notes")).await;
    assert!(page.words().contains("The company never sees this"), "{}", page.words());
    assert!(page.text().contains("<option value=\"Ada\"") && !page.text().contains("<option value=\"Rita\""));
    let entries = portal.journal_holds().await;
    let text = "@ada please call them, @ Xavier and x@rita.example are none of us. @Sam knows.";
    let (location, page) = add(&mut staff, company, text, "chief").await;
    assert!(page.words().contains("Told: Ada、Chief") || page.words().contains("Told: Ada, Chief"), "{}", page.words());
    assert!(page.text().contains("<b class=\"mention\">@ada</b>"), "{}", page.text());
    assert!(page.words().contains("@Chief"), "who is named in the field stands in the note");
    assert_eq!(portal.journal_holds().await, entries + 1, "one entry");
    assert_eq!((told(&portal, ada).await, told(&portal, chief).await), (1, 1));
    assert_eq!((told(&portal, expert).await, told(&portal, rep).await, told(&portal, author).await), (0, 0, 0));
    let list = ada_browser.page("/notifications").await;
    assert!(list.words().contains("Sam mentioned you: Novo"), "{}", list.words());
    assert!(list.text().contains(&format!("/companies/{company}/notes#written-{}", id_of(&location))));
    // Looking at the notes is reading it.
    ada_browser.page(&format!("/companies/{company}/notes")).await;
    let mut told = async || ada_browser.page("/notifications?show=unread").await.words().contains("Novo");
    until("it was read", async || !told().await).await;
    // Who no longer works in the zone reads no more of it.
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET role = 'expert' WHERE id = $1").bind(ada).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    let words = ada_browser.page("/notifications").await.words();
    assert!(words.contains("no longer open") && !words.contains("Novo"), "{words}");
}

async fn the_company_never_sees_a_note(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Novo").await;
    let other = staff.add_company("Other").await;
    add(&mut staff, company, "They are slow payers: heron.", "").await;
    let notes = format!("/companies/{company}/notes");
    let mut rep = portal.representative_with(company, Rights::Administrator).await;
    assert_eq!(rep.get(&notes).await.status, StatusCode::FORBIDDEN);
    assert_eq!(portal.representative(other).await.get(&notes).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.signed_in(Role::Expert).await.get(&notes).await.status, StatusCode::FORBIDDEN);
    for page in [
        format!("/companies/{company}"),
        format!("/companies/{company}/messages"),
        "/today".to_owned(),
        "/notifications".to_owned(),
        "/companies".to_owned(),
    ] {
        let text = rep.page(&page).await.text();
        assert!(!text.contains("heron") && !text.contains("/notes") && !text.contains("Internal"), "{page}: {text}");
    }
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page(&notes).await;
    assert!(page.words().contains("heron") && !page.text().contains("/api/notes/add"), "executives read");
    let page = executive.page(&format!("/companies/{company}")).await;
    assert!(page.words().contains("heron") && page.words().contains("The company never sees this"));
    // An administrator who looks as the representative sees what that one sees.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=note.added").await.words();
    assert!(words.contains("wrote an internal note: Novo") && !words.contains("heron"), "{words}");
}

async fn a_name_that_nobody_has_is_refused(portal: Portal) {
    let (_, mut staff) = person(&portal, "Sam", Role::Staff).await;
    let company = staff.add_company("Novo").await;
    let rep = portal.person("Rita", &[(company, Rights::Manager)]).await.0;
    let (location, page) = add(&mut staff, company, "Something", "Rita").await;
    assert!(location.contains("refused="), "{location}");
    assert_eq!((page.field("body").as_str(), page.field("mention").as_str()), ("Something", "Rita"), "kept");
    assert_eq!((portal.count("notes").await, told(&portal, rep).await), (0, 0));
    portal.account("Xavier", Role::Expert).await;
    let text = "@Rita and @Xavier are none of us.";
    let (location, page) = add(&mut staff, company, text, "").await;
    assert!(location.contains("refused="), "{location}");
    let words = page.words();
    assert!(words.contains("“@Rita” is the name of nobody") && words.contains("“@Xavier” is the name"), "{words}");
    assert_eq!((page.field("body").as_str(), told(&portal, rep).await), (text, 0));
    let (_, page) = add(&mut staff, company, " \n ", "").await;
    assert!(page.words().contains("Please fill this in"), "{}", page.words());
    let (_, page) = add(&mut staff, company, "<script>alert(1)</script>@<b>", "").await;
    assert!(!page.text().contains("<script>alert"), "{}", page.text());
}

async fn the_beginning_of_a_name_is_enough(portal: Portal) {
    let (chen, _) = person(&portal, "Chen (demo)", Role::Staff).await;
    let (one, _) = person(&portal, "Demo One", Role::Staff).await;
    let (two, _) = person(&portal, "Demo Two", Role::Staff).await;
    let (_, mut staff) = person(&portal, "Sam", Role::Staff).await;
    let company = staff.add_company("Novo").await;
    let (location, page) = add(&mut staff, company, "请@chen跟进。", "demo t").await;
    assert!(page.words().contains("Told: Chen (demo), Demo Two"), "{}", page.words());
    assert!(page.text().contains("<b class=\"mention\">@Chen (demo)</b>"), "{}", page.text());
    assert_eq!((told(&portal, chen).await, told(&portal, one).await, told(&portal, two).await), (1, 0, 1));
    // Whom it could mean is said, of each that is not clear, and nothing is lost.
    let (refused, page) = add(&mut staff, company, "@Demo and @Nobody, @Chen", "Wang, demo").await;
    let words = page.words();
    assert!(refused.contains("refused="), "{refused}");
    for said in [
        "“@Demo” could be Demo One, Demo Two",
        "“@Nobody” is the name of nobody",
        "“Wang” is the name of nobody",
        "“demo” could be Demo One, Demo Two",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert_eq!(page.field("body"), "@Demo and @Nobody, @Chen");
    assert_eq!(page.field("mention"), "Wang, demo");
    let list = format!("/companies/{company}/notes");
    let id = id_of(&location);
    for (body, taken) in [("@Demo, look", false), ("@demo one, look", true)] {
        let version = "1";
        let fields = [("id", id.as_str()), ("version", version), ("body", body)];
        let (location, _) = staff.submit(&format!("{list}?edit={id}"), "/api/notes/edit", &fields).await;
        assert_eq!(!location.contains("refused="), taken, "{location}");
    }
    assert_eq!(told(&portal, one).await, 1);
    staff.post("/companies", "/api/account/language", &[("language", "zh")]).await;
    let (_, page) = add(&mut staff, company, "@Demo @王总", "").await;
    let words = page.words();
    assert!(words.contains("“@Demo”可能是Demo One、Demo Two"), "{words}");
    assert!(words.contains("先行区没有名为“@王总”的人员"), "{words}");
}

async fn a_note_is_edited_corrected_and_removed(portal: Portal) {
    let (ada, _) = person(&portal, "Ada", Role::Staff).await;
    let (bo, _) = person(&portal, "Bo", Role::Staff).await;
    let (_, mut staff) = person(&portal, "Sam", Role::Staff).await;
    let company = staff.add_company("Novo").await;
    let (location, _) = add(&mut staff, company, "@Ada: they hesitate.", "").await;
    let (id, list) = (id_of(&location), format!("/companies/{company}/notes"));
    let mut other = portal.signed_in(Role::Staff).await;
    let fields = [("id", id.as_str()), ("version", "1"), ("body", "@Ada, @Bo: they agree.")];
    assert_eq!(other.post(&list, "/api/notes/edit", &fields).await.status, StatusCode::FORBIDDEN);
    let (_, page) = staff.submit(&format!("{list}?edit={id}"), "/api/notes/edit", &fields).await;
    assert!(page.words().contains("they agree") && page.words().contains("edited"), "{}", page.words());
    assert_eq!((told(&portal, ada).await, told(&portal, bo).await), (1, 1), "each once");
    portal.later(Duration::from_secs(16 * 60));
    let (location, page) =
        staff.submit(&list, "/api/notes/edit", &[("id", &id), ("version", "2"), ("body", "x")]).await;
    assert!(location.contains("refused=") && page.words().contains("15 minutes"), "{location}");
    let (_, page) = staff.submit(&list, "/api/notes/correct", &[("id", &id), ("body", "They do not.")]).await;
    assert!(page.words().contains("they agree") && page.words().contains("They do not."), "{}", page.words());
    assert!(page.words().contains("1 note"), "a correction is no note of its own");
    assert_eq!(other.post(&list, "/api/notes/remove", &[("id", &id)]).await.status, StatusCode::FORBIDDEN);
    let (_, page) = staff.submit(&list, "/api/notes/remove", &[("id", &id)]).await;
    assert!(page.words().contains("Removed by its author") && !page.words().contains("they agree"), "{}", page.words());
    let fields = [("id", id.as_str()), ("version", "3"), ("body", "Back again")];
    let (_, page) = staff.submit(&list, "/api/notes/edit", &fields).await;
    assert!(page.words().contains("removed meanwhile"), "{}", page.words());
    let mut tx = portal.read().await;
    let said = Sql::new("SELECT count(*) FROM notifications WHERE facts LIKE '%they agree%'");
    assert_eq!(said.number(&mut tx).await.unwrap(), 0, "what people were told of it is gone, too");
}

async fn a_company_that_was_merged_gets_no_note(portal: Portal) {
    let (_, mut staff) = person(&portal, "wang", Role::Staff).await;
    let winner = staff.add_company("Quillon").await;
    let loser = staff.add_company("Quillon GmbH").await;
    let (url, _) = add(&mut staff, loser, "A first word.", "").await;
    let id = id_of(&url);
    portal.later(Duration::from_secs(16 * 60));
    // One is written below a company's page that a colleague merges meanwhile; what was written before has moved.
    crate::duplicate::merge(&mut staff, winner, loser, &[("name_en", "Quillon")]).await;
    let (location, page) = add(&mut staff, loser, "Lost otherwise.", "").await;
    assert!(location.contains("refused="), "{location}");
    assert!(page.text().contains("class=\"error-summary\""), "{}", page.words());
    assert_eq!(page.field("body"), "Lost otherwise.", "what was typed is kept");
    assert_eq!(portal.count("notes").await, 1);
    let moved = format!("/companies/{winner}/notes");
    staff.submit(&moved, "/api/notes/correct", &[("id", &id), ("body", "A better word.")]).await;
    assert!(staff.page(&moved).await.words().contains("A better word."));
    // To one that is only archived, why can still be noted.
    let fields = [("id", &*winner.to_string()), ("archived_reason", "A mistake")];
    staff.submit(&format!("/companies/{winner}"), "/api/companies/archive", &fields).await;
    let (location, _) = add(&mut staff, winner, "Why it went.", "").await;
    assert!(location.contains("#written-"), "{location}");
}

async fn who_was_erased_is_named_by_a_pseudonym(portal: Portal) {
    portal.account("caretaker", Role::Administrator).await;
    let (ada, mut goes) = person(&portal, "Ada Leaving", Role::Staff).await;
    let (_, mut staff) = person(&portal, "Sam", Role::Staff).await;
    let company = staff.add_company("Novo").await;
    add(&mut staff, company, "@Ada Leaving, please. @Sam", "").await;
    add(&mut goes, company, "My own note.", "").await;
    goes.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", "enough")]).await;
    let mut tx = portal.read().await;
    let request: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM erasure_requests").fetch_one(c).await).unwrap();
    drop(tx);
    let mut admin = portal.signed_in(Role::Administrator).await;
    let answer = admin.post("/admin/erasures", "/api/privacy/erase", &[("id", &request.to_string())]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    let words = staff.page(&format!("/companies/{company}/notes")).await.words();
    assert!(words.contains("My own note.") && words.contains("please."), "what was noted stays: {words}");
    assert!(!words.contains("Ada Leaving") && words.contains("Former user"), "{words}");
    assert_eq!(told(&portal, ada).await, 0);
}
