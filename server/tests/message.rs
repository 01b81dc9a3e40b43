//! Messages between the zone and a company's people: who reads, who writes, who is told, and what becomes of what was
//! written.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::backend::database::Sql;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal, until};
use crate::mail::add_managed;

both!(
    the_zone_writes_and_the_company_answers,
    a_companys_message_reaches_somebody,
    others_read_nothing_and_learn_nothing,
    what_was_written_is_edited_then_corrected_then_removed,
    an_edit_in_two_windows_is_not_lost,
    a_form_sent_twice_makes_one_message,
    a_document_is_a_message,
    a_mailbox_is_told_once_for_a_burst,
    a_long_thread_has_pages,
    hostile_text_is_text,
    an_archived_company_is_written_to_no_more,
    who_left_the_company_reads_no_more,
    what_was_said_goes_with_a_merged_company,
    the_timeline_tells_each_side_what_is_theirs,
);

const MINUTE: Duration = Duration::from_secs(60);

async fn open(browser: &mut Browser, company: Uuid, subject: &str, body: &str) -> String {
    let page = format!("/companies/{company}/messages");
    let company = company.to_string();
    let fields = [("company", company.as_str()), ("subject", subject), ("body", body)];
    let answer = browser.post(&page, "/api/messages/open", &fields).await;
    let url = answer.location();
    assert!(url.starts_with(&format!("{page}/")), "{url}: {}", answer.words());
    url
}

async fn post(browser: &mut Browser, thread: &str, body: &str) -> String {
    let id = thread.rsplit('/').next().unwrap();
    let answer = browser.post(thread, "/api/messages/post", &[("thread", id), ("body", body)]).await;
    assert!(answer.location().starts_with(&format!("{thread}#written-")), "{}", answer.location());
    answer.location().rsplit('-').take(5).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("-")
}

async fn company(portal: &Portal, name: &str) -> (Browser, Uuid) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company(name).await;
    (staff, company)
}

/// How many notifications of messages somebody has not read.
async fn unread(portal: &Portal, account: Uuid) -> i64 {
    let mut tx = portal.read().await;
    let mut sql = Sql::new("SELECT count(*) FROM notifications WHERE kind = 'message' AND read_at IS NULL");
    sql.bind(" AND account_id = ?", account);
    sql.number(&mut tx).await.unwrap()
}

/// Waits until a page says nothing of something any more: that a thread was read is noted beside its answer.
async fn until_gone(browser: &mut Browser, page: &str, text: &str) {
    let what = format!("{page} no longer says {text}");
    until(&what, async || !browser.page(page).await.words().contains(text)).await;
}

async fn the_zone_writes_and_the_company_answers(portal: Portal) {
    let (mut staff, company) = company(&portal, "ALK-Abelló A/S").await;
    let list = format!("/companies/{company}/messages");
    assert!(staff.page(&list).await.words().contains("Nobody acts for this company"), "nobody would read it");
    let (rep, mut reader) = portal.person("Rita", &[(company, Rights::Contributor)]).await;
    assert!(!staff.page(&list).await.words().contains("Nobody acts for this company"));
    let thread = open(&mut staff, company, "Visit in May", "Which week suits you?\nWe propose the 12th.").await;
    let entries = portal.journal_holds().await;

    // The company's start page, its own page and the bell tell of it.
    let today = reader.page("/today").await;
    assert!(today.words().contains("Unread messages") && today.words().contains("Visit in May"), "{}", today.words());
    assert!(today.text().contains(&format!("{thread}?for={company}")));
    assert_eq!(unread(&portal, rep).await, 1);
    let words = reader.page("/notifications").await.words();
    assert!(words.contains("New message from Zone staff: ALK-Abelló A/S: Visit in May"), "{words}");
    let page = reader.page(&thread).await;
    assert!(page.words().contains("Zone staff") && page.words().contains("We propose the 12th."), "{}", page.words());
    assert!(!page.words().contains("staff0") && !page.text().contains("/notes"), "{}", page.text());
    until_gone(&mut reader, "/today", "Visit in May").await;
    until_gone(&mut reader, "/notifications?show=unread", "Visit in May").await;

    // The answer reaches who wrote, and the thread says that somebody waits.
    portal.later(MINUTE);
    post(&mut reader, &thread, "The 12th is fine.").await;
    assert_eq!(portal.journal_holds().await, entries + 1, "one entry");
    let words = staff.page("/notifications").await.words();
    assert!(words.contains("New message from Rita: ALK-Abelló A/S: Visit in May"), "{words}");
    let words = staff.page(&format!("/companies/{company}")).await.words();
    assert!(words.contains("Visit in May") && words.contains("Waits for an answer"), "{words}");
    let words = staff.page(&thread).await.words();
    assert!(words.contains("Rita Company") && words.contains("The 12th is fine."), "{words}");
    assert!(!reader.page(&list).await.words().contains("Waits for an answer"), "that is the zone's affair");
    let waits = async |browser: &mut Browser| browser.page("/today").await.words().contains("Messages that wait");
    assert!(waits(&mut staff).await && !waits(&mut reader).await, "whose turn it is finds it on the start page");
    post(&mut staff, &thread, "See you then.").await;
    assert!(!waits(&mut staff).await);
    // In Chinese, too.
    staff.post(&thread, "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page(&thread).await.words();
    assert!(words.contains("消息往来") && words.contains("发送文件"), "{words}");
}

async fn a_companys_message_reaches_somebody(portal: Portal) {
    let manager = portal.account("Maya", Role::Staff).await;
    let idle = portal.account("Ida", Role::Staff).await;
    let chief = portal.account("Chef", Role::Executive).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let managed = add_managed(&mut staff, "Managed", manager).await;
    let managed: Uuid = managed.strip_prefix("/companies/").unwrap().parse().unwrap();
    let (_, mut rep) = portal.person("Rita", &[(managed, Rights::Manager)]).await;
    let (colleague, _) = portal.person("Carl", &[(managed, Rights::Viewer)]).await;
    open(&mut rep, managed, "A question", "May we come?").await;
    assert_eq!(unread(&portal, manager).await, 1, "the account manager");
    assert_eq!(unread(&portal, colleague).await, 1, "who acts for the company, too");
    assert_eq!((unread(&portal, idle).await, unread(&portal, chief).await), (0, 0), "nobody else");

    // The manager is away: who acts for them hears of it.
    let deputy = portal.account("Dora", Role::Staff).await;
    let today = portal.backend.clock.now().date();
    let id = app::backend::clock::new_id();
    let absence =
        app::absence::model::Absence { id, account: manager, deputy, since: today, until: today, note: String::new() };
    let mut tx = portal.write().await;
    app::absence::store::insert(&mut tx, &absence, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    open(&mut rep, managed, "Another question", "And when?").await;
    assert_eq!(unread(&portal, deputy).await, 1);

    // Nobody looks after the company: all of staff hears of it.
    let lone = staff.add_company("Lone").await;
    let (_, mut rep) = portal.person("Lena", &[(lone, Rights::Contributor)]).await;
    open(&mut rep, lone, "Hello", "Is anybody there?").await;
    assert_eq!((unread(&portal, idle).await, unread(&portal, chief).await), (1, 0));
    let words = staff.page("/today").await.words();
    assert!(words.contains("Hello") && !words.contains("Another question"), "what others answer is theirs: {words}");
}

async fn others_read_nothing_and_learn_nothing(portal: Portal) {
    let (mut staff, own) = company(&portal, "Own").await;
    let other = staff.add_company("Other").await;
    let thread = open(&mut staff, own, "Secret plans", "Between us.").await;
    let id = thread.rsplit('/').next().unwrap().to_owned();
    let mut stranger = portal.representative(other).await;
    for page in [thread.clone(), format!("/companies/{own}/messages"), format!("/companies/{other}/messages/{id}")] {
        let answer = stranger.get(&page).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{page}");
        assert!(!answer.text().contains("Secret plans"));
    }
    let answer = stranger.post(&thread, "/api/messages/post", &[("thread", &id), ("body", "x")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(&format!("/companies/{own}/messages/{own}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.signed_in(Role::Expert).await.get(&thread).await.status, StatusCode::FORBIDDEN);
    // Executives read; who has only the right to look writes nothing.
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page(&thread).await;
    assert!(page.words().contains("Between us.") && !page.text().contains("/api/messages/post"));
    let mut viewer = portal.representative_with(own, Rights::Viewer).await;
    let page = viewer.page(&thread).await;
    assert!(page.words().contains("Between us.") && !page.text().contains("/api/messages/post"));
    let answer = viewer.post(&thread, "/api/messages/post", &[("thread", &id), ("body", "x")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(portal.count("messages").await, 1);
}

async fn what_was_written_is_edited_then_corrected_then_removed(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let (rep, mut reader) = portal.person("Rita", &[(company, Rights::Manager)]).await;
    let thread = open(&mut staff, company, "Dates", "On the 31st of June.").await;
    let message = post(&mut staff, &thread, "At 25 o'clock.").await;
    let edit = format!("{thread}?edit={message}");
    let form = staff.page(&edit).await;
    assert_eq!((form.field("body").as_str(), form.field("version").as_str()), ("At 25 o'clock.", "1"));
    assert!(!form.text().contains("/api/messages/post"), "one text at a time");
    assert!(!reader.page(&edit).await.text().contains("/api/messages/edit"), "nobody else edits it");
    let fields = [("id", message.as_str()), ("version", "1"), ("body", "At 15 o'clock.")];
    let (_, page) = staff.submit(&edit, "/api/messages/edit", &fields).await;
    assert!(page.words().contains("At 15 o'clock.") && page.words().contains("edited"), "{}", page.words());
    assert!(!page.words().contains("25 o'clock"));
    // What people are told follows.
    let mut tx = portal.read().await;
    let mut sql = Sql::new("SELECT count(*) FROM notifications WHERE facts LIKE '%25 o%'");
    sql.bind(" AND account_id = ?", rep);
    assert_eq!(sql.number(&mut tx).await.unwrap(), 0);
    drop(tx);

    // After a quarter of an hour an edit is refused, and what was typed becomes a correction.
    portal.later(15 * MINUTE);
    assert!(!staff.page(&thread).await.text().contains("?edit="));
    let fields = [("id", message.as_str()), ("version", "2"), ("body", "At 16 o'clock.")];
    let (location, page) = staff.submit(&edit, "/api/messages/edit", &fields).await;
    assert!(location.contains("refused="), "{location}");
    assert!(page.words().contains("15 minutes in which this could be edited are over"), "{}", page.words());
    assert_eq!(page.field("body"), "At 16 o'clock.");
    let fields = [("id", message.as_str()), ("body", "At 16 o'clock.")];
    let answer = reader.post(&thread, "/api/messages/correct", &fields).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "not by others");
    let (_, page) = staff.submit(&thread, "/api/messages/correct", &fields).await;
    let words = page.words();
    assert!(words.contains("At 15 o'clock.") && words.contains("Correction") && words.contains("At 16 o'clock."));

    // Removed, it leaves a stone; what it said is gone everywhere.
    let answer = reader.post(&thread, "/api/messages/remove", &[("id", &message)]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let entries = portal.journal_holds().await;
    for _ in 0..2 {
        let (_, page) = staff.submit(&thread, "/api/messages/remove", &[("id", &message)]).await;
        let words = page.words();
        assert!(words.contains("Removed by its author") && !words.contains("15 o'clock"), "{words}");
        assert!(words.contains("At 16 o'clock."), "its correction is another message");
    }
    assert_eq!(portal.journal_holds().await, entries + 1, "once");
    let mut tx = portal.read().await;
    let sql = Sql::new("SELECT count(*) FROM messages WHERE body LIKE '%15 o%'");
    assert_eq!(sql.number(&mut tx).await.unwrap(), 0);
    let sql = Sql::new("SELECT count(*) FROM journal WHERE changes LIKE '%o''clock%'");
    assert_eq!(sql.number(&mut tx).await.unwrap(), 0, "the journal never knew");
    drop(tx);
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=message.removed").await.words();
    assert!(words.contains("removed a message: Dates"), "{words}");
    let theirs = post(&mut reader, &thread, "Oh dear.").await;
    let (_, page) = admin.submit(&thread, "/api/messages/remove", &[("id", &theirs)]).await;
    assert!(page.words().contains("Removed by an administrator of the zone"), "{}", page.words());
}

async fn an_edit_in_two_windows_is_not_lost(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let thread = open(&mut staff, company, "Dates", "First").await;
    let message = post(&mut staff, &thread, "One").await;
    let edit = format!("{thread}?edit={message}");
    let fields = |body| [("id", message.as_str()), ("version", "1"), ("body", body)];
    staff.submit(&edit, "/api/messages/edit", &fields("Two")).await;
    let (_, page) = staff.submit(&edit, "/api/messages/edit", &fields("Three")).await;
    let words = page.words();
    assert!(words.contains("edited in another window") && words.contains("Two") && words.contains("Three"), "{words}");
    assert_eq!((page.field("body").as_str(), page.field("version").as_str()), ("Three", "2"));
    let fields = [("id", message.as_str()), ("version", "2"), ("body", "Three")];
    let (_, page) = staff.submit(&edit, "/api/messages/edit", &fields).await;
    assert!(page.words().contains("Three") && !page.words().contains("Two"), "{}", page.words());
}

async fn a_form_sent_twice_makes_one_message(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let list = format!("/companies/{company}/messages");
    let form_id = staff.page(&list).await.field("form_id");
    let id = company.to_string();
    let fields = [("form_id", form_id.as_str()), ("company", &id), ("subject", "Once"), ("body", "x")];
    let first = staff.post(&list, "/api/messages/open", &fields).await.location();
    assert_eq!(staff.post(&list, "/api/messages/open", &fields).await.location(), first);
    assert_eq!(portal.count("message_threads").await, 1);
    let (form_id, thread) = (staff.page(&first).await.field("form_id"), first.rsplit('/').next().unwrap());
    let fields = [("form_id", form_id.as_str()), ("thread", thread), ("body", "Again")];
    let there = staff.post(&first, "/api/messages/post", &fields).await.location();
    assert_eq!(staff.post(&first, "/api/messages/post", &fields).await.location(), there);
    // Gone back to, the same form says something else: that is another message.
    let fields = [("form_id", form_id.as_str()), ("thread", thread), ("body", "Something else")];
    assert_ne!(staff.post(&first, "/api/messages/post", &fields).await.location(), there);
    assert_eq!(portal.count("messages").await, 3);
    // Nothing is said by an empty form; what was typed is kept.
    let fields = [("company", id.as_str()), ("subject", ""), ("body", "Something typed")];
    let (_, page) = staff.submit(&list, "/api/messages/open", &fields).await;
    assert!(page.words().contains("Please fill this in") && page.field("body") == "Something typed");
    let long = "长".repeat(10_001);
    let (_, page) = staff.submit(&first, "/api/messages/post", &[("thread", thread), ("body", &long)]).await;
    assert!(page.words().contains("10000") || page.words().contains("10,000"), "{}", page.words());
}

async fn a_document_is_a_message(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let other = staff.add_company("Other").await;
    let (_, mut rep) = portal.person("Rita", &[(company, Rights::Contributor)]).await;
    let thread = open(&mut staff, company, "Papers", "Please send the form.").await;
    let id = thread.rsplit('/').next().unwrap().to_owned();
    let path = format!("/companies/{company}/documents");
    let answer = rep.send(&path, &[("thread", &id), ("note", "Signed.")], "form.txt", b"the form").await;
    assert_eq!(answer.location(), thread, "{}", answer.words());
    let page = staff.page(&thread).await;
    assert!(page.words().contains("Signed.") && page.words().contains("form.txt"), "{}", page.words());
    assert!(staff.page("/notifications").await.words().contains("Papers"));
    // Whatever audience is sent along, what stands in a conversation is for both sides.
    let fields = [("audience", "zone"), ("thread", id.as_str())];
    staff.send(&path, &fields, "answer.txt", b"an answer").await;
    let page = rep.page(&thread).await;
    let at = page.text().find("answer.txt").map(|at| page.text()[..at].rfind("/documents/").unwrap()).unwrap();
    let document = page.text()[at..at + "/documents/".len() + 36].to_owned();
    assert_eq!(rep.page(&document).await.text(), "an answer");
    assert!(rep.page(&format!("/companies/{company}")).await.words().contains("answer.txt"));
    // Refused, one is back in the conversation.
    let answer = rep.send(&path, &[("thread", &id), ("note", "Kept")], "x.exe", b"MZ\x90\x00").await;
    assert!(answer.location().starts_with(&format!("{thread}?refused=")), "{}", answer.location());
    assert_eq!(rep.page(&answer.location()).await.field("note"), "Kept");
    // Not into another company's conversation, and not by who only looks.
    let mut stranger = portal.representative(other).await;
    let theirs = format!("/companies/{other}/documents");
    let answer = stranger.send(&theirs, &[("thread", &id)], "spy.txt", b"spy").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!((portal.count("messages").await, portal.count("documents").await), (3, 2));
    // Who removes the message removes the document.
    let mut tx = portal.read().await;
    let message: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM messages WHERE body = 'Signed.'").fetch_one(c).await)
            .unwrap();
    drop(tx);
    let (_, page) = rep.submit(&thread, "/api/messages/remove", &[("id", &message.to_string())]).await;
    assert!(!page.words().contains("form.txt") && page.words().contains("Removed by its author"), "{}", page.words());
    assert!(!staff.page(&format!("/companies/{company}#documents")).await.text().contains("form.txt</a>"));
}

async fn a_mailbox_is_told_once_for_a_burst(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let (_, mut rep) = portal.person("Rita", &[(company, Rights::Contributor)]).await;
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let rita: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM accounts WHERE name = 'Rita'").fetch_one(c).await)
            .unwrap();
    app::affiliation::mailbox::set(&mut tx, company, "all@company.example", "en", rita, now).await.unwrap();
    tx.commit().await.unwrap();
    let mails = async || {
        let mut tx = portal.read().await;
        let found: Vec<(String, String)> = app::ask!(&mut tx, |c| sqlx::query_as(
            "SELECT subject, body_text FROM mails WHERE address = 'all@company.example' ORDER BY created_at, id"
        )
        .fetch_all(c)
        .await)
        .unwrap();
        found
    };
    open(&mut staff, company, "Unheard", "x").await;
    assert!(mails().await.is_empty(), "an address that nobody confirmed gets nothing");
    let mut tx = portal.write().await;
    assert!(app::affiliation::mailbox::confirm(&mut tx, company, "all@company.example", now).await.unwrap());
    tx.commit().await.unwrap();
    let thread = open(&mut staff, company, "Papers", "The secret word is heron.").await;
    post(&mut staff, &thread, "And another one.").await;
    post(&mut rep, &thread, "What the company writes itself is no news to it.").await;
    let mails = mails().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let (subject, text) = &mails[0];
    assert_eq!(subject, "New message in the portal: Papers");
    assert!(text.contains(&thread) && text.contains("Replies to this mail reach nobody"), "{text}");
    assert!(!text.contains("heron"), "it is read in the portal: {text}");
    // Whoever reads the mailbox ends these mails with one press.
    let mut tx = portal.read().await;
    let url: String = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT unsubscribe_url FROM mails WHERE kind = 'message.mailbox' ORDER BY id DESC LIMIT 1"
    )
    .fetch_one(c)
    .await)
    .unwrap();
    drop(tx);
    assert!(text.contains(&url), "{text}");
    let path = url.strip_prefix(&portal.backend.settings.url).unwrap();
    assert_eq!(portal.browser().post("/", path, &[("List-Unsubscribe", "One-Click")]).await.status, 200);
    portal.later(Duration::from_secs(600));
    open(&mut staff, company, "Further papers", "x").await;
    assert_eq!(portal.count("mails WHERE kind = 'message.mailbox'").await, 1);
}

async fn a_long_thread_has_pages(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let thread = open(&mut staff, company, "Long", "Number zero").await;
    let id: Uuid = thread.rsplit('/').next().unwrap().parse().unwrap();
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let by: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT opened_by FROM message_threads").fetch_one(c).await).unwrap();
    for number in 1..=60 {
        let new = app::message::store::New {
            id: app::backend::clock::new_id(),
            thread: id,
            company,
            by,
            of_zone: true,
            body: &format!("Number {number}."),
            document: None,
            corrects: None,
        };
        app::message::store::insert(&mut tx, &new, now.plus(number)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let words = staff.page(&thread).await.words();
    assert!(words.contains("Number 60.") && !words.contains("Number 9.") && words.contains("Earlier"), "{words}");
    let words = staff.page(&format!("{thread}?page=2")).await.words();
    assert!(words.contains("Number zero") && words.contains("Number 9.") && words.contains("Later"), "{words}");
}

async fn hostile_text_is_text(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let mut rep = portal.representative(company).await;
    let thread = open(&mut rep, company, "<b>bold</b>\u{202e}", "</textarea><script>alert(1)</script>\u{202e}x").await;
    for page in [thread.clone(), format!("/companies/{company}"), format!("/companies/{company}/messages")] {
        let text = staff.page(&page).await.text();
        assert!(!text.contains("<script>alert") && !text.contains("<b>bold"), "{page}");
        assert!(text.contains("&lt;b&gt;bold") && !text.contains('\u{202e}'), "{page}");
    }
    let mut tx = portal.read().await;
    let message: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM messages").fetch_one(c).await).unwrap();
    drop(tx);
    let text = rep.page(&format!("{thread}?edit={message}")).await.text();
    assert!(text.contains("&lt;/textarea") && !text.contains("<script>alert"), "{text}");
    assert_eq!(rep.get(&format!("{thread}?edit=nonsense&page=-3")).await.status, StatusCode::OK);
}

async fn an_archived_company_is_written_to_no_more(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let thread = open(&mut staff, company, "Dates", "x").await;
    let id = company.to_string();
    let fields = [("id", id.as_str()), ("archived_reason", "A mistake")];
    staff.post("/companies", "/api/companies/archive", &fields).await;
    let page = staff.page(&thread).await;
    assert!(!page.text().contains("/api/messages/post"), "what was said is still read");
    let fields = [("thread", thread.rsplit('/').next().unwrap()), ("body", "Somebody typed this.")];
    let (_, page) = staff.submit(&thread, "/api/messages/post", &fields).await;
    let words = page.words();
    assert!(words.contains("archived") && words.contains("Somebody typed this."), "nothing typed is lost: {words}");
    assert_eq!(portal.count("messages").await, 1);
}

async fn who_left_the_company_reads_no_more(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let (rita, mut rep) = portal.person("Rita", &[(company, Rights::Contributor)]).await;
    let thread = open(&mut staff, company, "Dates", "The heron flies.").await;
    assert!(rep.page("/notifications").await.words().contains("Dates"));
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET ended_at = 1").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rep.get(&thread).await.status, StatusCode::NOT_FOUND);
    assert!(!rep.page("/notifications").await.words().contains("Dates"));
    portal.later(MINUTE);
    let before = unread(&portal, rita).await;
    post(&mut staff, &thread, "Only for those who are left.").await;
    assert_eq!(unread(&portal, rita).await, before, "and is told no more");
    assert!(!rep.page("/today").await.words().contains("Dates"));
}

async fn what_was_said_goes_with_a_merged_company(portal: Portal) {
    let (mut staff, winner) = company(&portal, "Quillon").await;
    let loser = staff.add_company("Quillon GmbH").await;
    let (_, mut rep) = portal.person("Rita", &[(loser, Rights::Manager)]).await;
    let thread = open(&mut staff, loser, "Dates", "The heron flies.").await;
    let note = [("company", &*loser.to_string()), ("body", "They hesitate.")];
    staff.post("/companies", "/api/notes/add", &note).await;
    let answer = crate::duplicate::merge(&mut staff, winner, loser, &[("name_en", "Quillon")]).await;
    assert_eq!(answer, format!("/companies/{winner}"));
    let words = staff.page(&format!("/companies/{winner}")).await.words();
    assert!(words.contains("Dates") && words.contains("They hesitate."), "{words}");
    // The old address, which stands in mails, still leads to the thread, for who acts for the company now.
    for browser in [&mut staff, &mut rep] {
        let page = browser.page(&thread).await;
        assert!(page.words().contains("The heron flies."), "{}", page.words());
        assert!(page.text().contains(&format!("/companies/{winner}/messages")), "{}", page.text());
    }
}

async fn the_timeline_tells_each_side_what_is_theirs(portal: Portal) {
    let (mut staff, company) = company(&portal, "Company").await;
    let (_, mut rep) = portal.person("Rita", &[(company, Rights::Contributor)]).await;
    let thread = open(&mut staff, company, "Dates", "The heron flies.").await;
    portal.later(MINUTE);
    let gone = post(&mut rep, &thread, "The owl hoots.").await;
    let note = [("company", &*company.to_string()), ("body", "They hesitate.")];
    staff.post("/companies", "/api/notes/add", &note).await;
    let of = |part: &str| format!("/companies/{company}?show={part}");
    let timeline = |page: crate::harness::Answer| {
        let text = page.text();
        text[text.find("id=\"timeline\"").unwrap()..].to_owned()
    };
    let text = timeline(staff.page(&of("messages")).await);
    assert!(text.contains("The heron flies.") && text.contains("Rita") && text.contains(&thread), "{text}");
    assert!(timeline(staff.page(&of("notes")).await).contains("They hesitate."));
    let text = timeline(rep.page(&of("messages")).await);
    assert!(text.contains("The heron flies.") && text.contains("Zone staff"), "{text}");
    for part in ["", "notes"] {
        let text = timeline(rep.page(&of(part)).await);
        assert!(!text.contains("They hesitate.") && !text.contains("Internal notes"), "{part}: {text}");
    }
    rep.submit(&thread, "/api/messages/remove", &[("id", &gone)]).await;
    assert!(!timeline(staff.page(&of("")).await).contains("owl"), "what was removed is told no more");
}
