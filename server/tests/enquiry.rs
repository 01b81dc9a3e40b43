//! Enquiries: how they come in, what staff does with them, and the two clocks.

use std::time::Duration;

use app::actor::Role;
use app::backend::clock::Clock;
use app::backend::{Backend, outbox};
use app::enquiry::{overdue, store};
use app::time::Timestamp;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Answer, Browser, Portal};

both!(
    anybody_sends_an_enquiry_and_hears_of_it,
    what_means_harm_is_refused_or_harmless,
    there_are_only_so_many_from_one_network,
    staff_goes_through_all_steps,
    two_people_do_not_overwrite_each_other,
    spam_and_duplicates_are_closed_and_reopened,
    clocks_pass_over_the_spring_festival,
    overdue_is_told_once,
    a_deputy_acts_for_who_is_away,
    numbers_are_unique_however_many_come_at_once,
    an_enquiry_becomes_a_company,
    who_asked_becomes_a_person_of_the_company,
    a_company_like_another_is_not_made_unasked,
    staff_records_what_came_another_way,
    the_list_is_sorted_by_urgency_and_filtered,
    only_the_zone_reads_and_only_staff_acts,
    a_person_is_forgotten,
    who_chose_no_mail_sees_what_is_overdue_in_the_list,
    who_is_suspended_hears_of_nothing_and_others_do,
);

const FIELDS: [(&str, &str); 7] = [
    ("kind", "investment"),
    ("name", "Ada Asker"),
    ("company", "Asker Medical Ltd."),
    ("country", "DK"),
    ("email", "ada@asker.example"),
    ("language", "en"),
    ("message", "We would like\nto invest."),
];

/// Moves the portal to another time, which may be earlier.
fn at(portal: &mut Portal, local: &str) {
    let clock = Clock::fixed(Timestamp::from_local(local).unwrap());
    portal.backend = Backend::new(portal.backend.database.clone(), clock, portal.backend.settings.clone());
    portal.router = server::http::router(&portal.backend);
}

fn until(portal: &Portal, local: &str) {
    let left = Timestamp::from_local(local).unwrap().0 - portal.backend.clock.now().0;
    portal.later(Duration::from_micros(u64::try_from(left).unwrap()));
}

fn with(
    fields: &[(&'static str, &'static str)],
    change: &[(&'static str, &'static str)],
) -> Vec<(&'static str, String)> {
    let mut all: Vec<_> = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    for (name, value) in change {
        all.retain(|(known, _)| known != name);
        all.push((name, (*value).to_owned()));
    }
    all
}

/// Opens the public form, takes a while, and sends it.
async fn send(portal: &Portal, browser: &mut Browser, change: &[(&'static str, &'static str)]) -> Answer {
    let form = browser.page("/enquire").await;
    portal.later(Duration::from_secs(20));
    let mut fields = with(&FIELDS, change);
    fields.push(("form_id", form.field("form_id")));
    fields.push(("mark", form.field("mark")));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    browser.post("/enquire", "/api/enquire/send", &fields).await
}

async fn sent(portal: &Portal, change: &[(&'static str, &'static str)]) -> Uuid {
    let answer = send(portal, &mut portal.browser(), change).await;
    let number = answer
        .location()
        .strip_prefix("/enquire/sent?number=")
        .unwrap_or_else(|| panic!("{}", answer.location()))
        .to_owned();
    let mut tx = portal.read().await;
    store::by_number(&mut tx, &number).await.unwrap().unwrap()
}

/// An enquiry that staff wrote down.
pub async fn recorded(portal: &Portal) -> Uuid {
    let mut staff = portal.signed_in(Role::Staff).await;
    record(&mut staff, &[]).await
}

async fn record(staff: &mut Browser, change: &[(&'static str, &'static str)]) -> Uuid {
    let mut fields = with(&FIELDS, &[("channel", "phone")]);
    for (name, value) in change {
        fields.retain(|(known, _)| known != name);
        fields.push((name, (*value).to_owned()));
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = staff.post("/enquiries/new", "/api/enquiries/record", &fields).await;
    let id = answer.location();
    id.strip_prefix("/enquiries/").and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{id}"))
}

/// Takes a step by its form on the enquiry's page.
async fn step(staff: &mut Browser, id: Uuid, action: &str, fields: &[(&str, &str)]) -> Answer {
    let page = format!("/enquiries/{id}?do={}", action.replace('-', "_"));
    let form = staff.page(&page).await;
    let version = form.field("version");
    let id = id.to_string();
    let mut all = vec![("id", id.as_str()), ("version", version.as_str())];
    all.extend(fields);
    let (location, page) = staff.submit(&page, &format!("/api/enquiries/{action}"), &all).await;
    assert_eq!(location, format!("/enquiries/{id}"), "{action}: {}", page.words());
    page
}

async fn screened(staff: &mut Browser, id: Uuid) {
    step(staff, id, "screen", &[("verdict", "genuine"), ("priority", "normal")]).await;
}

/// Address, subject and text of every mail about enquiries, in their order.
async fn mails(portal: &Portal) -> Vec<(String, String, String)> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_as(
        "SELECT address, subject, body_text FROM mails WHERE kind LIKE 'enquiry.%' ORDER BY created_at, id"
    )
    .fetch_all(c)
    .await)
    .unwrap()
}

async fn anybody_sends_an_enquiry_and_hears_of_it(portal: Portal) {
    let mut browser = portal.browser();
    assert!(browser.page("/").await.text().contains("href=\"/enquire\""));
    let answer = send(&portal, &mut browser, &[]).await;
    assert_eq!(answer.location(), "/enquire/sent?number=EN-2026-0001");
    let words = browser.page(&answer.location()).await.words();
    for said in ["EN-2026-0001", "Within 4 working hours", "Within 16 working hours"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    // Whoever asks gets the same answer, whether they are known or not.
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Asker Medical Ltd.").await;
    let again = send(&portal, &mut portal.browser(), &[]).await;
    let other = browser.page(&again.location()).await.words();
    assert_eq!(other.replace("EN-2026-0002", "EN-2026-0001"), words);

    // The receipt says nothing that was typed: else the portal would write anything to anybody.
    let receipts = mails(&portal).await;
    assert_eq!(receipts.len(), 2);
    let (address, subject, text) = &receipts[0];
    assert_eq!(address, "ada@asker.example");
    assert!(subject.starts_with("EN-2026-0001: your enquiry"), "{subject}");
    assert!(text.contains("EN-2026-0001") && text.contains("4 working hours"), "{text}");
    assert!(!text.contains("Ada") && !text.contains("to invest"), "{text}");
    // In Chinese for who asks in Chinese.
    send(&portal, &mut browser, &[("language", "zh"), ("email", "li@asker.example")]).await;
    let receipts = mails(&portal).await;
    assert!(receipts[2].1.contains("提交的咨询已收到"), "{}", receipts[2].1);
    browser.set_cookie("language", "zh");
    let words = browser.page("/enquire").await.words();
    assert!(words.contains("向博鳌乐城咨询") && words.contains("投资落户"), "{words}");

    let list = staff.page("/enquiries").await.words();
    assert!(list.contains("3 enquiries") && list.contains("Asker Medical Ltd. · Ada Asker"), "{list}");
    // The journal knows that one came, not from whom.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let journal = admin.page("/admin/journal?action=enquiry.received").await;
    assert!(journal.words().contains("received the enquiry EN-2026-0001"), "{}", journal.words());
    let mut tx = portal.read().await;
    let told: i64 = app::backend::database::Sql::new(
        "SELECT count(*) FROM journal WHERE subject_kind = 'enquiry' AND (changes LIKE '%asker%' OR changes LIKE '%to invest%')",
    )
    .number(&mut tx)
    .await
    .unwrap();
    assert_eq!(told, 0);
    drop(tx);
    portal.journal_holds().await;
    let mails = admin.page("/admin/mail").await.words();
    assert!(mails.contains("Receipt of an enquiry"), "{mails}");
}

async fn what_means_harm_is_refused_or_harmless(portal: Portal) {
    let mut browser = portal.browser();
    // A machine fills in what people do not see, sends at once, or makes its own mark.
    let form = browser.page("/enquire").await;
    let (form_id, mark) = (form.field("form_id"), form.field("mark"));
    let post = async |browser: &mut Browser, mark: &str, more: &[(&str, &str)]| {
        let mut fields = vec![("form_id", form_id.as_str()), ("mark", mark)];
        fields.extend(FIELDS);
        fields.extend(more);
        browser.post("/enquire", "/api/enquire/send", &fields).await
    };
    let at_once = post(&mut browser, &mark, &[]).await;
    let words = browser.page(&at_once.location()).await;
    assert!(words.words().contains("sent very quickly") && words.field("name") == "Ada Asker", "{}", words.words());
    portal.later(Duration::from_secs(20));
    assert!(post(&mut browser, &mark, &[("homepage", "https://x.example")]).await.location().contains("refused="));
    let forged = format!("{}.{}", portal.backend.clock.now().0 - 60_000_000, "0".repeat(64));
    for mark in ["", "x", &forged] {
        assert!(post(&mut browser, mark, &[]).await.location().contains("refused="), "{mark}");
    }
    portal.later(Duration::from_secs(25 * 3600));
    assert!(post(&mut browser, &mark, &[]).await.location().contains("refused="), "older than a day");
    assert_eq!(portal.count("enquiries").await, 0);

    // Wrong fields are told, all at once.
    let wrong = send(
        &portal,
        &mut browser,
        &[("email", "a@b.example\r\nBcc: x@y.example"), ("kind", "castle"), ("country", "XX")],
    )
    .await;
    let words = browser.page(&wrong.location()).await.words();
    assert!(
        words.contains("This is not an e-mail address") && words.contains("Please choose one of the options"),
        "{words}"
    );
    let nowhere = send(&portal, &mut browser, &[("country", "XX")]).await;
    assert!(browser.page(&nowhere.location()).await.words().contains("Please choose one of the options"));
    let long: &'static str = Box::leak("x".repeat(4001).into_boxed_str());
    let wrong = send(&portal, &mut browser, &[("message", long), ("phone", "none")]).await;
    let words = browser.page(&wrong.location()).await.words();
    assert!(words.contains("At most 4000 characters") && words.contains("not a telephone number"), "{words}");
    assert_eq!((portal.count("enquiries").await, mails(&portal).await.len()), (0, 0));

    // Markup is text, and a header stays where it is.
    let evil = "\"><script>alert(1)</script><img src=x onerror=alert(1)>";
    let area = "</textarea></p><script>alert(1)</script>\r\nBcc: x@evil.example";
    let id = sent(&portal, &[("name", evil), ("company", evil), ("message", area)]).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    step(&mut staff, id, "acknowledge", &[("acknowledgement", "Dear\r\nBcc: y@evil.example\r\n<b>you</b>")]).await;
    for page in
        [format!("/enquiries/{id}"), "/enquiries".to_owned(), format!("/enquiries/{id}?do=screen"), "/today".to_owned()]
    {
        let html = staff.page(&page).await.text();
        assert!(
            !html.contains("<script>alert") && !html.contains("<img src=x") && !html.contains("<b>you"),
            "{page}: {html}"
        );
    }
    let answer = browser.get("/enquire/sent?number=%3Cscript%3Ealert(1)%3C%2Fscript%3E").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    let csv = staff.page("/enquiries.csv").await.text();
    assert!(csv.contains("EN-2026-000") && csv.contains("Received (UTC+8)"), "{csv}");
    assert!(!csv.contains('Z'), "moments are those of the zone, as the page has them: {csv}");
    // A worker that claims them finds one line of address and subject in each.
    let now = portal.backend.clock.now();
    for mail in outbox::claim(&portal.backend.database, now, 50).await.unwrap() {
        assert!(!mail.address.contains(['\r', '\n']) && !mail.subject.contains(['\r', '\n']));
        assert_eq!(mail.address, "ada@asker.example");
        assert!(!mail.body_html.contains("<script>") && !mail.body_html.contains("<b>you"));
    }
}

async fn there_are_only_so_many_from_one_network(portal: Portal) {
    let mut browser = portal.browser();
    let mut locations = Vec::new();
    for _ in 0..11 {
        locations.push(send(&portal, &mut browser, &[]).await.location());
    }
    assert!(locations[..10].iter().all(|to| to.starts_with("/enquire/sent")), "{locations:?}");
    assert!(locations[10].contains("refused="), "{}", locations[10]);
    assert!(browser.page(&locations[10]).await.words().contains("Too many tries"));
    assert_eq!(portal.count("enquiries").await, 10);
    assert_eq!(mails(&portal).await.len(), 3, "one address gets three receipts a day");
    // Another network is not held up; an hour later this one is not either.
    let mut other = portal.browser();
    other.address = [203, 0, 113, 9].into();
    assert!(send(&portal, &mut other, &[]).await.location().starts_with("/enquire/sent"));
    portal.later(Duration::from_secs(3600));
    assert!(send(&portal, &mut browser, &[]).await.location().starts_with("/enquire/sent"));

    // The same form sent twice is one enquiry.
    let form = other.page("/enquire").await;
    portal.later(Duration::from_secs(20));
    let (form_id, mark) = (form.field("form_id"), form.field("mark"));
    let mut fields = vec![("form_id", form_id.as_str()), ("mark", mark.as_str())];
    fields.extend(FIELDS);
    let first = other.post("/enquire", "/api/enquire/send", &fields).await;
    let second = other.post("/enquire", "/api/enquire/send", &fields).await;
    assert_eq!(first.location(), second.location());
    assert_eq!(portal.count("enquiries").await, 13);
    // What was refused took no number.
    assert!(first.location().ends_with("EN-2026-0013"), "{}", first.location());
}

async fn staff_goes_through_all_steps(mut portal: Portal) {
    at(&mut portal, "2026-09-22T10:00");
    let id = sent(&portal, &[]).await;
    let grace = portal.account("grace", Role::Staff).await;
    let mut staff = portal.browser();
    staff.sign_in("grace").await;
    let words = staff.page(&format!("/enquiries/{id}")).await.words();
    for said in
        ["Received", "Acknowledge: 4 working hours left", "Answer: 16 working hours left", "Whoever takes it first"]
    {
        assert!(words.contains(said), "{said} in {words}");
    }
    let form = staff.page(&format!("/enquiries/{id}")).await;
    assert!(form.field("acknowledgement").contains("Thank you for your enquiry EN-2026-0001"), "it is proposed");
    let page = step(&mut staff, id, "acknowledge", &[("acknowledgement", "We look into it.\n\nGrace")]).await;
    assert!(page.words().contains("Acknowledged") && page.words().contains("We look into it."), "{}", page.words());
    assert!(!page.words().contains("Acknowledge: "), "its clock has stopped");
    let page = step(&mut staff, id, "screen", &[("verdict", "genuine"), ("priority", "high")]).await;
    assert!(page.words().contains("High priority"));
    let assignee = grace.to_string();
    step(&mut staff, id, "assign", &[("assignee", &assignee)]).await;
    portal.later(Duration::from_secs(3600));
    let page = step(&mut staff, id, "answer", &[("answer", "Dear Ada, yes.")]).await;
    assert!(page.words().contains("In time"), "{}", page.words());
    let page =
        step(&mut staff, id, "follow-up", &[("note", "Called; plans next week."), ("next_on", "2026-10-09")]).await;
    assert!(page.words().contains("9 Oct 2026") && page.words().contains("Followed up"), "{}", page.words());
    let page = step(&mut staff, id, "close", &[("reason", "settled")]).await;
    assert!(page.words().contains("Settled") && page.words().contains("closed the enquiry"), "{}", page.words());

    let mails = mails(&portal).await;
    let subjects: Vec<&str> = mails.iter().map(|(_, subject, _)| subject.split(" – ").next().unwrap()).collect();
    assert_eq!(
        subjects[1..],
        ["EN-2026-0001: we are taking care of your enquiry", "EN-2026-0001: our answer to your enquiry"]
    );
    assert!(mails.iter().all(|(address, ..)| address == "ada@asker.example"), "who took it is not told");
    assert!(mails[2].2.contains("Dear Ada, yes.") && mails[2].2.contains("grace, Boao Hope City"), "{}", mails[2].2);
    portal.journal_holds().await;
    // What is not possible now is refused with a word, and nothing is lost.
    let version = {
        let mut tx = portal.read().await;
        store::find(&mut tx, id).await.unwrap().unwrap().version.to_string()
    };
    let id_text = id.to_string();
    let fields = [("id", id_text.as_str()), ("version", version.as_str()), ("answer", "Too late")];
    let (_, page) = staff.submit(&format!("/enquiries/{id}?do=answer"), "/api/enquiries/answer", &fields).await;
    assert!(page.words().contains("not possible any more") && page.words().contains("Too late"), "{}", page.words());
}

async fn two_people_do_not_overwrite_each_other(portal: Portal) {
    let id = sent(&portal, &[]).await;
    let (mut one, mut other) = (portal.signed_in(Role::Staff).await, portal.signed_in(Role::Staff).await);
    let page = format!("/enquiries/{id}?do=acknowledge");
    let version = other.page(&page).await.field("version");
    step(&mut one, id, "acknowledge", &[("acknowledgement", "From one")]).await;
    let id_text = id.to_string();
    let fields = [("id", id_text.as_str()), ("version", version.as_str()), ("acknowledgement", "From the other")];
    let (_, answer) = other.submit(&page, "/api/enquiries/acknowledge", &fields).await;
    let words = answer.words();
    assert!(words.contains("Somebody else changed this meanwhile") && words.contains("From the other"), "{words}");
    assert_eq!(mails(&portal).await.len(), 2, "a receipt and one acknowledgement");
    // Both at the same moment: one of them.
    let version = one.page(&format!("/enquiries/{id}?do=screen")).await.field("version");
    let fields = [("id", id_text.as_str()), ("version", version.as_str()), ("verdict", "genuine"), ("priority", "low")];
    let (first, second) = tokio::join!(
        one.post(&page, "/api/enquiries/screen", &fields),
        other.post(&page, "/api/enquiries/screen", &fields)
    );
    let refused = [first, second].iter().filter(|answer| answer.location().contains("refused=")).count();
    assert_eq!(refused, 1);
    assert_eq!(portal.count("journal WHERE action = 'enquiry.screened'").await, 1);
}

async fn spam_and_duplicates_are_closed_and_reopened(mut portal: Portal) {
    at(&mut portal, "2026-09-22T10:00");
    let first = sent(&portal, &[]).await;
    let id = sent(&portal, &[]).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let words = staff.page(&format!("/enquiries/{id}?do=screen")).await.words();
    assert!(words.contains("From the same address") && words.contains("EN-2026-0001"), "{words}");
    let version = staff.page(&format!("/enquiries/{id}?do=screen")).await.field("version");
    for number in ["", "EN-2026-0099", "EN-2026-0002"] {
        let id = id.to_string();
        let fields = [
            ("id", id.as_str()),
            ("version", &version),
            ("verdict", "duplicate"),
            ("priority", "normal"),
            ("duplicate_of", number),
        ];
        let answer = staff.post(&format!("/enquiries/{id}?do=screen"), "/api/enquiries/screen", &fields).await;
        assert!(answer.location().contains("refused="), "{number}: not itself, nor one there is not");
    }
    // A number that would not be used is not dropped in silence.
    let id_text = id.to_string();
    for verdict in ["genuine", "spam"] {
        let fields = [
            ("id", id_text.as_str()),
            ("version", &version),
            ("verdict", verdict),
            ("priority", "normal"),
            ("duplicate_of", "EN-2026-0001"),
        ];
        let (_, page) = staff.submit(&format!("/enquiries/{id}?do=screen"), "/api/enquiries/screen", &fields).await;
        assert!(page.words().contains("belongs to “Asked before” alone"), "{}", page.words());
        assert_eq!(page.field("duplicate_of"), "EN-2026-0001");
    }
    let fields = [("verdict", "duplicate"), ("priority", "normal"), ("duplicate_of", "en-2026-0001")];
    let page = step(&mut staff, id, "screen", &fields).await;
    assert!(
        page.text().contains(&format!("/enquiries/{first}")) && page.words().contains("Asked before"),
        "{}",
        page.words()
    );
    assert_eq!(mails(&portal).await.len(), 2, "nobody writes to them");
    // Reopened on the next day, it has its whole time again.
    until(&portal, "2026-09-23T09:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let page = step(&mut staff, id, "reopen", &[("note", "It is another product.")]).await;
    let words = page.words();
    assert!(words.contains("Acknowledge: 4 working hours left") && words.contains("It is another product."), "{words}");
    let page = step(&mut staff, first, "screen", &[("verdict", "spam"), ("priority", "low")]).await;
    assert!(page.words().contains("Spam") && page.words().contains("Closed"));
}

async fn clocks_pass_over_the_spring_festival(mut portal: Portal) {
    // The Saturday before the festival is worked; then nothing until the Tuesday ten days later.
    at(&mut portal, "2026-02-14T15:30");
    let mut staff = portal.signed_in(Role::Staff).await;
    let id = record(&mut staff, &[]).await;
    let words = staff.page("/enquiries").await.words();
    assert!(words.contains("Acknowledge: 4 working hours left"), "{words}");
    let page = staff.page(&format!("/enquiries/{id}")).await.words();
    assert!(page.contains("24 Feb 2026, 11:00") && page.contains("26 Feb 2026, 11:00"), "{page}");
    until(&portal, "2026-02-20T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page("/enquiries").await.words().contains("Acknowledge: 2 working hours left"));
    assert_eq!(overdue::tell(&portal.backend).await.unwrap(), 0);

    // The administrator hears that the 23rd is worked after all: the open clocks follow at once.
    let mut admin = portal.signed_in(Role::Administrator).await;
    admin.submit("/admin/calendar", "/api/calendar/remove-day", &[("date", "2026-02-23")]).await;
    let page = staff.page(&format!("/enquiries/{id}")).await.words();
    assert!(page.contains("23 Feb 2026, 11:00") && page.contains("25 Feb 2026, 11:00"), "{page}");
    let back = [("date", "2026-02-23"), ("kind", "holiday"), ("name_en", "Spring Festival")];
    admin.submit("/admin/calendar", "/api/calendar/set-days", &back).await;
    assert!(staff.page(&format!("/enquiries/{id}")).await.words().contains("24 Feb 2026, 11:00"));

    until(&portal, "2026-02-24T11:30");
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(
        staff.page("/enquiries?state=overdue").await.words().contains("Acknowledge: overdue by 30 working minutes")
    );
    until(&portal, "2026-02-25T09:30");
    let mut staff = portal.signed_in(Role::Staff).await;
    let words = staff.page(&format!("/enquiries/{id}")).await.words();
    assert!(words.contains("Acknowledge: overdue by 4 working hours"), "{words}");
    assert!(words.contains("Answer: 7 working hours left"), "{words}");
    staff.set_cookie("language", "zh");
    assert!(staff.page("/enquiries").await.words().contains("受理：超时 4 个工作小时"));
    // Longer limits for what is open.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let limits = [("acknowledge_hours", "10"), ("answer_hours", "16")];
    admin.submit("/admin/calendar", "/api/calendar/set-limits", &limits).await;
    staff.set_cookie("language", "en");
    let words = staff.page("/enquiries").await.words();
    assert!(words.contains("Acknowledge: 1 working hour left"), "{words}");
}

async fn overdue_is_told_once(mut portal: Portal) {
    at(&mut portal, "2026-09-22T09:00");
    let li = portal.account("li", Role::Staff).await;
    let mut staff = portal.signed_in(Role::Administrator).await;
    let (mine, nobodys) = (record(&mut staff, &[]).await, record(&mut staff, &[("email", "bob@asker.example")]).await);
    screened(&mut staff, mine).await;
    let assignee = li.to_string();
    step(&mut staff, mine, "assign", &[("assignee", &assignee)]).await;
    assert_eq!(mails(&portal).await.len(), 1, "li is told that it is theirs");
    until(&portal, "2026-09-22T15:29");
    assert_eq!(overdue::tell(&portal.backend).await.unwrap(), 0);
    until(&portal, "2026-09-22T15:30");
    // Two nodes at once, many times.
    let another =
        Backend::new(portal.backend.database.clone(), portal.backend.clock.clone(), portal.backend.settings.clone());
    let (a, b, c, d) = tokio::join!(
        overdue::tell(&portal.backend),
        overdue::tell(&another),
        overdue::tell(&portal.backend),
        overdue::tell(&another)
    );
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap() + d.unwrap(), 2, "two enquiries, one clock each");
    // It stands in the list at once; the mail waits for more of the same.
    let mut browser = portal.browser();
    browser.sign_in("li").await;
    let words = browser.page("/notifications").await.words();
    assert!(words.contains("EN-2026-0001: an enquiry is overdue"), "{words}");
    portal.later(Duration::from_secs(121));
    portal.write_mails().await;
    let told = mails(&portal).await;
    let to = |address: &str, number: &str| {
        told.iter()
            .filter(|(to, subject, _)| to == address && subject == &format!("{number}: an enquiry is overdue"))
            .count()
    };
    assert_eq!((to("li@story.example", "EN-2026-0001"), to("li@story.example", "EN-2026-0002")), (1, 1));
    let others = told.iter().filter(|(to, ..)| to != "li@story.example").count();
    let (_, _, text) = told
        .iter()
        .find(|(to, subject, _)| to.starts_with("li@") && subject == "EN-2026-0001: an enquiry is overdue")
        .unwrap();
    assert!(text.contains("has not been answered") || text.contains("Nobody has acknowledged"), "{text}");
    for said in ["Asker Medical Ltd.", "Denmark", "22 Sep 2026"] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert_eq!(others, 1, "nobody's goes to all who may assign, the assigned one to the assignee alone");
    until(&portal, "2026-09-23T12:00");
    assert_eq!(overdue::tell(&portal.backend).await.unwrap(), 0, "never again");
    // Even when the calendar is changed so that it is due again, or it is reopened.
    let mut admin = portal.signed_in(Role::Administrator).await;
    step(&mut admin, nobodys, "close", &[("reason", "withdrawn")]).await;
    step(&mut admin, nobodys, "reopen", &[("note", "Not withdrawn after all.")]).await;
    // The second clock of both is another matter; one of them was answered in time.
    step(&mut admin, mine, "answer", &[("answer", "Here you are.")]).await;
    until(&portal, "2026-10-20T12:00");
    assert_eq!(overdue::tell(&portal.backend).await.unwrap(), 1, "the answer of the reopened one");
    assert_eq!(overdue::tell(&portal.backend).await.unwrap(), 0);
    assert_eq!(portal.count("journal WHERE action = 'enquiry.overdue'").await, 3);
    portal.journal_holds().await;
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page(&format!("/enquiries/{nobodys}")).await.words().contains("told that the enquiry is overdue"));
}

async fn a_deputy_acts_for_who_is_away(mut portal: Portal) {
    at(&mut portal, "2026-09-22T09:00");
    let (li, ada) = (portal.account("li", Role::Staff).await, portal.account("ada", Role::Staff).await);
    let (li_text, ada_text) = (li.to_string(), ada.to_string());
    let mut browser = portal.browser();
    browser.sign_in("li").await;
    let away = [("deputy", ada_text.as_str()), ("since", "2026-09-22"), ("until", "2026-09-24"), ("note", "Training")];
    let (_, page) = browser.submit("/account/absence", "/api/absence/add", &away).await;
    assert!(page.words().contains("Away") && page.words().contains("Training"), "{}", page.words());
    // A circle is refused, and so is another's absence entered by somebody who is no administrator.
    let mut deputy = portal.browser();
    deputy.sign_in("ada").await;
    let circle = [("deputy", li_text.as_str()), ("since", "2026-09-24"), ("until", "2026-09-30")];
    let answer = deputy.post("/account/absence", "/api/absence/add", &circle).await;
    assert!(deputy.page(&answer.location()).await.words().contains("away at that time, too"));
    let others =
        [("account", li_text.as_str()), ("deputy", &ada_text), ("since", "2026-10-12"), ("until", "2026-10-13")];
    assert_eq!(deputy.post("/account/absence", "/api/absence/add", &others).await.status, StatusCode::FORBIDDEN);
    let mut tx = portal.read().await;
    let acting = app::absence::who_acts(&mut tx, li, portal.backend.clock.now()).await.unwrap();
    assert_eq!((acting.account, acting.instead_of), (ada, Some(li)));
    drop(tx);

    // The account manager of the company that fits is proposed; the deputy gets it and is told for whom.
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = [
        ("name_en", "Asker Medical"),
        ("kinds[]", "manufacturer"),
        ("stage", "target"),
        ("website", "https://www.asker.example"),
        ("manager", &li_text),
    ];
    staff.submit("/companies/new", "/api/companies/create", &company).await;
    let id = record(&mut staff, &[]).await;
    screened(&mut staff, id).await;
    let page = staff.page(&format!("/enquiries/{id}?do=assign")).await;
    assert!(
        page.words().contains("li manages a company that it may come from and is away; ada acts"),
        "{}",
        page.words()
    );
    assert!(page.text().contains(&format!("<option value=\"{li}\" selected")), "{}", page.text());
    let page = step(&mut staff, id, "assign", &[("assignee", &li_text)]).await;
    assert!(page.words().contains("ada (for li)"), "{}", page.words());
    let told = mails(&portal).await;
    assert_eq!((told.len(), told[0].0.as_str()), (1, "ada@story.example"));
    assert!(told[0].2.contains("You receive this for li, who is away"), "{}", told[0].2);
    // What was assigned before somebody left is the deputy's when it is overdue.
    let other = record(&mut staff, &[("email", "bob@other.example")]).await;
    screened(&mut staff, other).await;
    step(&mut staff, other, "assign", &[("assignee", &ada_text)]).await;
    until(&portal, "2026-09-22T16:00");
    overdue::tell(&portal.backend).await.unwrap();
    portal.later(Duration::from_secs(121));
    portal.write_mails().await;
    let told = mails(&portal).await;
    let late: Vec<_> = told.iter().filter(|(_, subject, _)| subject.ends_with("is overdue")).collect();
    assert_eq!(late.len(), 2, "{told:?}");
    assert!(late.iter().all(|(to, ..)| to == "ada@story.example"), "{late:?}");
    let first = late.iter().find(|(_, subject, _)| subject.starts_with("EN-2026-0001")).unwrap();
    assert!(first.2.contains("You receive this for li, who is away"), "{}", first.2);
    // Back early: from then on it is theirs again.
    let mut tx = portal.read().await;
    let absence: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM absences").fetch_one(c).await).unwrap();
    drop(tx);
    let absence = absence.to_string();
    assert_eq!(
        deputy.post("/account/absence", "/api/absence/end", &[("id", &absence)]).await.status,
        StatusCode::NOT_FOUND
    );
    browser.submit("/account/absence", "/api/absence/end", &[("id", &absence)]).await;
    let mut tx = portal.read().await;
    assert_eq!(app::absence::who_acts(&mut tx, li, portal.backend.clock.now()).await.unwrap().account, li);
}

async fn numbers_are_unique_however_many_come_at_once(portal: Portal) {
    let mut ready = Vec::new();
    for number in 1..=20_u8 {
        let mut browser = portal.browser();
        browser.address = [198, 51, 100, number].into();
        let form = browser.page("/enquire").await;
        ready.push((browser, form.field("form_id"), form.field("mark")));
    }
    portal.later(Duration::from_secs(20));
    let posts = ready.into_iter().map(|(mut browser, form_id, mark)| async move {
        let mut fields = vec![("form_id", form_id.as_str()), ("mark", mark.as_str())];
        fields.extend(FIELDS);
        browser.post("/enquire", "/api/enquire/send", &fields).await.location()
    });
    let mut tasks = tokio::task::JoinSet::new();
    for post in posts {
        tasks.spawn(post);
    }
    let mut numbers = tasks.join_all().await;
    numbers.sort();
    let expected: Vec<String> = (1..=20).map(|n| format!("/enquire/sent?number=EN-2026-{n:04}")).collect();
    assert_eq!(numbers, expected);
    assert_eq!(mails(&portal).await.len(), 3, "counted one after the other, to one address go three");
    // A year has numbers of its own.
    let mut staff = portal.signed_in(Role::Staff).await;
    let id = record(&mut staff, &[("received_at", "2025-12-31T16:00")]).await;
    assert!(staff.page(&format!("/enquiries/{id}")).await.words().contains("EN-2025-0001"));
    portal.journal_holds().await;
}

async fn an_enquiry_becomes_a_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Asker Medical A/S").await;
    staff.add_company("Asker Medical Holding").await;
    let id = sent(&portal, &[]).await;
    let words = staff.page(&format!("/enquiries/{id}")).await.words();
    assert!(words.contains("Companies it may come from") && words.contains("same name"), "{words}");
    screened(&mut staff, id).await;
    let assignee = {
        let mut tx = portal.read().await;
        app::account::store::managers(&mut tx).await.unwrap()[0].0.to_string()
    };
    step(&mut staff, id, "assign", &[("assignee", &assignee)]).await;
    let page = format!("/enquiries/{id}?do=convert");
    let form = staff.page(&page).await;
    let (version, id_text) = (form.field("version"), id.to_string());
    for name in ["", "Asker", "Nobody at all", "/companies/00000000-0000-7000-8000-000000000000"] {
        let fields = [("id", id_text.as_str()), ("version", version.as_str()), ("company", name)];
        let answer = staff.post(&page, "/api/enquiries/convert", &fields).await;
        assert!(answer.location().contains("refused="), "{name}");
    }
    let page = step(&mut staff, id, "convert", &[("company", "asker medical a/s")]).await;
    assert!(
        page.text().contains(&format!("href=\"/companies/{company}\"")) && page.words().contains("Became"),
        "{}",
        page.words()
    );
    assert!(!page.text().contains("do=reopen"), "what became a company is not taken up again");

    // One of which the register knows nothing is added, with what was asked filled in.
    let id = sent(&portal, &[("company", "新示例医疗有限公司"), ("email", "x@new.example")]).await;
    screened(&mut staff, id).await;
    step(&mut staff, id, "assign", &[("assignee", &assignee)]).await;
    let page = format!("/enquiries/{id}?do=convert");
    let form = staff.page(&page).await;
    assert_eq!((form.field("name_zh").as_str(), form.field("name_en").as_str()), ("新示例医疗有限公司", ""));
    let (version, id_text) = (form.field("version"), id.to_string());
    let mut fields = vec![
        ("id", id_text.as_str()),
        ("version", version.as_str()),
        ("name_zh", "新示例医疗有限公司"),
        ("country", "DK"),
    ];
    let answer = staff.post(&page, "/api/enquiries/convert-new", &fields).await;
    assert!(staff.page(&answer.location()).await.words().contains("Kind: Please fill this in"), "a company has a kind");
    fields.push(("kinds[]", "manufacturer"));
    let (location, _) = staff.submit(&page, "/api/enquiries/convert-new", &fields).await;
    assert_eq!(location, format!("/enquiries/{id}"));
    // Sent again it makes no second company.
    staff.post(&page, "/api/enquiries/convert-new", &fields).await;
    assert_eq!(portal.count("companies").await, 3);
    let words = staff.page("/companies?q=%E6%96%B0%E7%A4%BA%E4%BE%8B").await.words();
    assert!(words.contains("Contacted") && words.contains("Denmark"), "{words}");
    portal.journal_holds().await;
}

/// An enquiry that somebody has taken on.
async fn assigned(portal: &Portal, staff: &mut Browser, change: &[(&'static str, &'static str)]) -> Uuid {
    let id = sent(portal, change).await;
    screened(staff, id).await;
    let assignee = {
        let mut tx = portal.read().await;
        app::account::store::managers(&mut tx).await.unwrap()[0].0.to_string()
    };
    step(staff, id, "assign", &[("assignee", &assignee)]).await;
    id
}

async fn who_asked_becomes_a_person_of_the_company(mut portal: Portal) {
    at(&mut portal, "2026-09-21T10:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Asker Medical A/S").await;
    let other = staff.add_company("Quite Different GmbH").await;
    let id = assigned(&portal, &mut staff, &[("phone", "+45 44 88 77 66")]).await;
    step(&mut staff, id, "convert", &[("company", "asker medical a/s")]).await;
    let words = staff.page(&format!("/companies/{company}")).await.words();
    assert!(words.contains("Ada Asker") && words.contains("ada@asker.example"), "{words}");
    let list = staff.page("/people?q=Ada").await;
    let at = list.text().find("href=\"/people/0").unwrap() + 6;
    let person = list.text()[at..].split('"').next().unwrap().to_owned();
    let words = staff.page(&person).await.words();
    assert!(words.contains("+45 44 88 77 66") && words.contains("in the enquiry EN-2026-0001"), "{words}");
    // Asking again for the same company adds nobody; for another one they work there, too.
    let id = assigned(&portal, &mut staff, &[]).await;
    step(&mut staff, id, "convert", &[("company", "asker medical a/s")]).await;
    assert_eq!((portal.count("people").await, portal.count("positions").await), (1, 1));
    let id = assigned(&portal, &mut staff, &[]).await;
    step(&mut staff, id, "convert", &[("company", "quite different gmbh")]).await;
    assert_eq!((portal.count("people").await, portal.count("positions").await), (1, 2));
    assert!(staff.page(&format!("/companies/{other}")).await.words().contains("Ada Asker"));
    // Somebody of the same name who is there already is not added a second time.
    let id = assigned(&portal, &mut staff, &[("email", "ada.asker@elsewhere.example")]).await;
    step(&mut staff, id, "convert", &[("company", "asker medical a/s")]).await;
    assert_eq!(portal.count("people").await, 1);
    portal.journal_holds().await;
}

async fn a_company_like_another_is_not_made_unasked(mut portal: Portal) {
    at(&mut portal, "2026-09-21T10:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let there = staff.add_company("Asker Medical Ltd.").await;
    let id = assigned(&portal, &mut staff, &[]).await;
    let page = format!("/enquiries/{id}?do=convert");
    let (version, id_text) = (staff.page(&page).await.field("version"), id.to_string());
    let fields = [
        ("id", id_text.as_str()),
        ("version", version.as_str()),
        ("name_en", "Asker Medical Ltd."),
        ("kinds[]", "manufacturer"),
        ("country", "DK"),
    ];
    let (location, shown) = staff.submit(&page, "/api/enquiries/convert-new", &fields).await;
    assert!(location.contains("refused="), "{location}");
    let asked = shown.text().split("id=\"alike\"").nth(1).unwrap_or_default().to_owned();
    assert!(asked.contains(&format!("href=\"/companies/{there}\"")), "it is named and linked: {}", shown.words());
    assert_eq!((portal.count("companies").await, portal.count("people").await), (1, 0));
    let mut said = fields.to_vec();
    said.extend([("not_duplicate", "yes"), ("not_duplicate_reason", "Of another country")]);
    let (location, _) = staff.submit(&page, "/api/enquiries/convert-new", &said).await;
    assert_eq!(location, format!("/enquiries/{id}"));
    assert_eq!((portal.count("companies").await, portal.count("people").await), (2, 1));
    portal.journal_holds().await;
}

async fn staff_records_what_came_another_way(mut portal: Portal) {
    at(&mut portal, "2026-09-22T16:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let fields = [
        ("channel", "exhibition"),
        ("received_at", "2026-09-22T09:00"),
        ("kind", "product"),
        ("name", "Met at a stand"),
        ("phone", "+45 12345678"),
        ("language", "zh"),
        ("message", "Wants to know more."),
    ];
    let (url, page) = staff.submit("/enquiries/new", "/api/enquiries/record", &fields).await;
    let id: Uuid = url.strip_prefix("/enquiries/").unwrap().parse().unwrap();
    assert!(
        page.words().contains("Acknowledge: overdue by 30 working minutes"),
        "the clock began when they met: {}",
        page.words()
    );
    assert!(page.words().contains("There is no e-mail address, so nothing is sent"));
    assert_eq!(mails(&portal).await.len(), 0);
    let page = step(&mut staff, id, "acknowledge", &[("acknowledgement", "Told them by telephone.")]).await;
    assert!(page.words().contains("not by mail") && page.words().contains("Late"), "{}", page.words());
    assert_eq!(mails(&portal).await.len(), 0);
    for (field, value, said) in [
        ("received_at", "2026-09-22T16:01", "still to come"),
        ("received_at", "soon", "not a day of the calendar"),
        ("channel", "form", "choose one of the options"),
        ("phone", "", "an e-mail address or a telephone number"),
    ] {
        let mut wrong = fields.to_vec();
        wrong.retain(|(name, _)| *name != field);
        wrong.push((field, value));
        let answer = staff.post("/enquiries/new", "/api/enquiries/record", &wrong).await;
        let words = staff.page(&answer.location()).await.words();
        assert!(words.contains(said), "{field}: {words}");
    }
    assert_eq!(portal.count("enquiries").await, 1);
}

async fn the_list_is_sorted_by_urgency_and_filtered(mut portal: Portal) {
    at(&mut portal, "2026-09-22T16:00");
    let me = portal.account("me", Role::Staff).await;
    let mut staff = portal.browser();
    staff.sign_in("me").await;
    let fresh =
        record(&mut staff, &[("company", "Fresh"), ("email", "f@x.example"), ("kind", "product"), ("country", "SE")])
            .await;
    let late =
        record(&mut staff, &[("company", "Late"), ("received_at", "2026-09-21T09:00"), ("email", "l@x.example")]).await;
    let done = record(&mut staff, &[("company", "Done"), ("email", "d@x.example")]).await;
    step(&mut staff, done, "close", &[("reason", "settled")]).await;
    screened(&mut staff, fresh).await;
    let assignee = me.to_string();
    step(&mut staff, fresh, "assign", &[("assignee", &assignee)]).await;
    let order = |text: &str| -> Vec<Uuid> {
        let mut found: Vec<(usize, Uuid)> =
            [fresh, late, done].into_iter().filter_map(|id| Some((text.find(&id.to_string())?, id))).collect();
        found.sort_unstable();
        found.into_iter().map(|(_, id)| id).collect()
    };
    assert_eq!(order(&staff.page("/enquiries").await.text()), [late, fresh, done]);
    for (query, expected) in [
        ("state=overdue", vec![late]),
        ("state=open", vec![late, fresh]),
        ("state=closed", vec![done]),
        ("assignee=nobody&state=open", vec![late]),
        ("kind=product", vec![fresh]),
        ("country=SE", vec![fresh]),
        ("q=lat", vec![late]),
        ("q=d%40x", vec![done]),
        ("q=%25", vec![]),
    ] {
        assert_eq!(order(&staff.page(&format!("/enquiries?{query}")).await.text()), expected, "{query}");
        let lines = staff.page(&format!("/enquiries.csv?{query}")).await.text().lines().count();
        assert_eq!(lines, expected.len() + 1, "{query} as CSV");
    }
    assert_eq!(order(&staff.page(&format!("/enquiries?assignee={me}")).await.text()), [fresh]);
    let today = staff.page("/today").await;
    assert_eq!(order(&today.text()), [late, fresh], "mine, and what is overdue");
    assert!(today.words().contains("1 open ones are yours · 1 overdue · 1 not assigned"), "{}", today.words());
    let mut executive = portal.signed_in(Role::Executive).await;
    assert!(order(&executive.page("/today").await.text()).is_empty());
}

async fn only_the_zone_reads_and_only_staff_acts(portal: Portal) {
    let id = sent(&portal, &[]).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page(&format!("/enquiries/{id}?do=answer")).await;
    assert!(page.words().contains("ada@asker.example") && !page.text().contains("/api/enquiries/"), "{}", page.text());
    assert!(!executive.page("/enquiries").await.text().contains("/enquiries/new"));
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Asker Medical").await;
    for mut browser in [portal.signed_in(Role::Expert).await, portal.representative(company).await] {
        for page in ["/enquiries", "/enquiries.csv", &format!("/enquiries/{id}"), "/enquiries/new", "/account/absence"]
        {
            assert_eq!(browser.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
        }
        let today = browser.page("/today").await.text();
        assert!(!today.contains("/enquiries"), "{today}");
        assert_eq!(browser.get("/enquire").await.status, StatusCode::OK);
    }
    assert_eq!(staff.get("/enquiries/00000000-0000-7000-8000-000000000000").await.status, StatusCode::NOT_FOUND);
    assert_eq!(staff.get("/enquiries/x").await.status, StatusCode::NOT_FOUND);
}

async fn a_person_is_forgotten(portal: Portal) {
    let id = sent(&portal, &[("phone", "+45 12345678")]).await;
    let other = sent(&portal, &[("email", "else@other.example"), ("name", "Else"), ("company", "Other")]).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    step(&mut staff, id, "acknowledge", &[("acknowledgement", "Dear Ada Asker")]).await;
    let mut tx = portal.write().await;
    assert!(store::forget_person(&mut tx, id, portal.backend.clock.now()).await.unwrap());
    assert!(!store::forget_person(&mut tx, Uuid::nil(), portal.backend.clock.now()).await.unwrap());
    tx.commit().await.unwrap();
    let page = staff.page(&format!("/enquiries/{id}")).await.text();
    let list = staff.page("/enquiries").await.text();
    let csv = staff.page("/enquiries.csv").await.text();
    for (name, text) in [("page", page), ("list", list), ("csv", csv)] {
        assert!(
            !text.contains("Ada") && !text.contains("ada@") && !text.contains("Asker") && !text.contains("12345678"),
            "{name}: {text}"
        );
        assert!(text.contains("EN-2026-0001"), "{name}");
    }
    assert!(staff.page("/enquiries?q=asker").await.words().contains("0 enquiries"));
    assert_eq!(mails(&portal).await.len(), 1, "mails about the other one stay");
    assert!(staff.page(&format!("/enquiries/{other}")).await.words().contains("else@other.example"));
    portal.journal_holds().await;
}

async fn who_chose_no_mail_sees_what_is_overdue_in_the_list(mut portal: Portal) {
    at(&mut portal, "2026-09-22T09:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let none = [("mails[]", "enquiry.overdue=none")];
    staff.submit("/account/notifications", "/api/notifications/choose", &none).await;
    let id = record(&mut staff, &[]).await;
    until(&portal, "2026-09-22T16:00");
    assert_eq!(overdue::tell(&portal.backend).await.unwrap(), 1);
    let page = staff.page("/notifications").await;
    assert!(page.words().contains("EN-2026-0001: an enquiry is overdue"), "{}", page.words());
    assert!(page.text().contains(&format!("href=\"/enquiries/{id}\"")), "{}", page.text());
    assert_eq!(portal.count("notifications WHERE read_at IS NULL").await, 1);
    portal.later(Duration::from_secs(3600));
    assert_eq!(portal.write_mails().await, 0);
    // Looking at the enquiry is reading it; and with who asked goes what was told of them.
    staff.page(&format!("/enquiries/{id}")).await;
    let unread = async || portal.count("notifications WHERE read_at IS NULL").await;
    crate::harness::until("it was read", async || unread().await == 0).await;
    let mut tx = portal.write().await;
    store::forget_person(&mut tx, id, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(portal.count("notifications").await, 0);
}

async fn who_is_suspended_hears_of_nothing_and_others_do(mut portal: Portal) {
    at(&mut portal, "2026-09-22T09:00");
    let li = portal.account("li", Role::Staff).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let id = record(&mut staff, &[]).await;
    screened(&mut staff, id).await;
    let li = li.to_string();
    step(&mut staff, id, "assign", &[("assignee", &li)]).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let version = admin.page(&format!("/admin/people/{li}")).await.field("version");
    let suspend = [("id", li.as_str()), ("version", version.as_str()), ("reason", "Left")];
    admin.post(&format!("/admin/people/{li}"), "/api/accounts/suspend", &suspend).await;
    until(&portal, "2026-09-22T16:00");
    assert_eq!(overdue::tell(&portal.backend).await.unwrap(), 1);
    assert!(staff.page("/notifications").await.words().contains("EN-2026-0001: an enquiry is overdue"));
    portal.later(Duration::from_secs(121));
    assert_eq!(portal.write_mails().await, 2, "whoever may assign, and is there");
    let late = mails(&portal).await;
    let late: Vec<_> = late.iter().filter(|(_, subject, _)| subject.ends_with("is overdue")).collect();
    assert!(late.len() == 2 && late.iter().all(|(to, ..)| to != "li@story.example"), "{late:?}");
}
