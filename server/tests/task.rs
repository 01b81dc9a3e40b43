//! Tasks: who has them, when they are due, and who is told.

use std::time::Duration;

use app::actor::Role;
use app::task::remind::remind;
use app::time::Timestamp;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    a_task_is_given_done_and_opened_again,
    a_wrong_task_is_refused_and_keeps_what_was_typed,
    two_edits_of_a_task_at_once,
    weekends_make_nothing_late,
    a_reminder_comes_once_on_the_due_day,
    a_deputy_has_the_tasks_of_who_is_away,
    only_the_zone_knows_of_tasks,
);

async fn named(portal: &Portal, name: &str, role: Role) -> (Uuid, Browser) {
    let id = portal.account(name, role).await;
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    (id, browser)
}

async fn add(staff: &mut Browser, title: &str, due: &str, owner: Uuid, more: &[(&str, &str)]) -> String {
    let owner = owner.to_string();
    let mut fields = vec![("title", title), ("due_on", due), ("owner", owner.as_str())];
    fields.extend(more);
    let answer = staff.post("/tasks/new", "/api/tasks/create", &fields).await;
    assert!(answer.location().starts_with("/tasks/0"), "{} {}", answer.location(), answer.words());
    answer.location()
}

fn id(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

/// Moves on to a moment in the zone.
fn until(portal: &Portal, local: &str) {
    let left = Timestamp::from_local(local).unwrap().0 - portal.backend.clock.now().0;
    portal.later(Duration::from_micros(u64::try_from(left).unwrap()));
}

async fn a_task_is_given_done_and_opened_again(portal: Portal) {
    // The stories begin on Monday, 21 September 2026.
    assert_eq!(portal.backend.clock.now().iso_day(), "2026-09-21");
    let (_, mut wang) = named(&portal, "wang", Role::Staff).await;
    let (chen_id, mut chen) = named(&portal, "chen", Role::Staff).await;
    let company = wang.add_company("ALK-Abelló A/S").await.to_string();
    let form = wang.page(&format!("/tasks/new?company={company}")).await;
    assert!(form.words().contains("ALK-Abelló A/S"), "it is said what it is about: {}", form.words());
    let form_id = form.field("form_id");
    let more = [("company", company.as_str()), ("form_id", &form_id), ("note", "By\r\ntelephone")];
    let url = add(&mut wang, "Call them", "2026-09-30", chen_id, &more).await;
    assert_eq!(add(&mut wang, "Call them", "2026-09-30", chen_id, &more).await, url, "sent twice, it is one");
    assert_eq!(portal.count("tasks").await, 1);

    // Who gets it is told, and finds it on every list where it belongs.
    let words = chen.page("/notifications").await.words();
    assert!(words.contains("wang gave you a task: Call them, due on 30 Sep 2026"), "{words}");
    assert!(!wang.page("/notifications").await.words().contains("Call them"), "nobody is told of what they did");
    for page in ["/today", "/tasks", &format!("/companies/{company}"), &url] {
        let words = chen.page(page).await.words();
        assert!(words.contains("Call them") && words.contains("30 Sep 2026"), "{page}: {words}");
    }
    assert!(wang.page("/tasks").await.words().contains("Nothing to do"), "it is not theirs");
    assert!(wang.page("/tasks?whose=team").await.words().contains("1 task "));
    let words = wang.page(&format!("/tasks?whose=team&company={company}")).await.words();
    assert!(words.contains("1 task ") && words.contains("Company: ALK-Abelló A/S"), "{words}");
    assert!(wang.page("/tasks?whose=team&company=x&state=castle&page=9").await.words().contains("1 task "));

    // Done where it stands in a list, the list comes again without it.
    let answer = chen.post("/tasks", "/api/tasks/done", &[("id", id(&url))]).await;
    assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, "/tasks"));
    assert!(chen.page("/tasks").await.words().contains("Nothing to do"));
    let journal = portal.journal_holds().await;
    chen.post("/tasks", "/api/tasks/done", &[("id", id(&url))]).await;
    assert_eq!(portal.journal_holds().await, journal, "done twice, it is done once");
    assert!(chen.page("/tasks?state=done").await.words().contains("Call them"));
    // The company's timeline tells it.
    let words = wang.page(&format!("/companies/{company}?show=tasks")).await.words();
    assert!(words.contains("chen completed the task: Call them"), "{words}");
    let edit = wang.get(&format!("{url}/edit")).await;
    assert!(edit.words().contains("Open it again to change it"), "{}", edit.words());

    chen.post(&url, "/api/tasks/reopen", &[("id", id(&url))]).await;
    assert!(chen.page("/tasks").await.words().contains("Call them"));
    // Without a reason it is not cancelled, with one it is.
    let (_, refused) = chen.submit(&url, "/api/tasks/cancel", &[("id", id(&url)), ("cancel_reason", " ")]).await;
    assert!(refused.words().contains("Please say why"), "{}", refused.words());
    let reason = "They <b>called</b> us";
    let (back, page) = chen.submit(&url, "/api/tasks/cancel", &[("id", id(&url)), ("cancel_reason", reason)]).await;
    assert_eq!(back, url);
    assert!(page.words().contains("Cancelled") && page.words().contains(reason), "{}", page.words());
    assert!(!page.text().contains("<b>called"));
    for said in ["added a task", "completed a task", "opened a task again", "cancelled a task"] {
        assert!(page.words().contains(said), "{said} in {}", page.words());
    }
    chen.set_cookie("language", "zh");
    chen.post(&url, "/api/account/language", &[("language", "zh")]).await;
    let words = chen.page(&url).await.words();
    assert!(words.contains("已取消") && words.contains("取消了任务"), "{words}");
}

async fn a_wrong_task_is_refused_and_keeps_what_was_typed(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let expert = portal.account("expert", Role::Expert).await.to_string();
    let fields = [("title", " "), ("due_on", "2026-02-30"), ("owner", &expert), ("note", "</textarea><script>x")];
    let (location, page) = staff.submit("/tasks/new", "/api/tasks/create", &fields).await;
    assert!(location.starts_with("/tasks/new?refused="), "{location}");
    for said in ["Please fill this in", "This is not a day of the calendar", "This person is not known"] {
        assert!(page.words().contains(said), "{said} in {}", page.words());
    }
    assert!(page.text().contains("&lt;/textarea&gt;&lt;script&gt;") && !page.text().contains("<script>x"));
    let owner = me.to_string();
    let gone = app::backend::clock::new_id().to_string();
    for about in ["company", "enquiry", "interaction"] {
        let fields = [("title", "x"), ("due_on", "2026-12-01"), ("owner", owner.as_str()), (about, gone.as_str())];
        let answer = staff.post("/tasks/new", "/api/tasks/create", &fields).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{about}");
    }
    // Of a day long ago the year is wrong; what is noted a few days late is.
    let fields = [("title", "x"), ("due_on", "2025-12-01"), ("owner", owner.as_str())];
    let (_, page) = staff.submit("/tasks/new", "/api/tasks/create", &fields).await;
    assert!(page.words().contains("more than a month ago"), "{}", page.words());
    assert_eq!(page.field("due_on"), "2025-12-01");
    let url = add(&mut staff, "Noted late", "2026-09-14", me, &[]).await;
    let fields =
        [("id", id(&url)), ("version", "1"), ("title", "x"), ("due_on", "2026-06-14"), ("owner", owner.as_str())];
    let (location, _) = staff.submit(&format!("{url}/edit"), "/api/tasks/edit", &fields).await;
    assert!(location.contains("refused="), "{location}");
    staff.post(&url, "/api/tasks/cancel", &[("id", id(&url)), ("cancel_reason", "x")]).await;
    let long = "x".repeat(201);
    let fields = [("title", long.as_str()), ("due_on", "2026-12-01"), ("owner", owner.as_str())];
    let (_, page) = staff.submit("/tasks/new", "/api/tasks/create", &fields).await;
    assert!(page.words().contains("At most 200 characters"), "{}", page.words());
    assert_eq!(portal.count("tasks WHERE state = 'open'").await, 0);
}

async fn two_edits_of_a_task_at_once(portal: Portal) {
    let (wang_id, mut wang) = named(&portal, "wang", Role::Staff).await;
    let (chen_id, mut chen) = named(&portal, "chen", Role::Administrator).await;
    let url = add(&mut wang, "Write", "2026-10-12", wang_id, &[]).await;
    let edit = format!("{url}/edit");
    let version = chen.page(&edit).await.field("version");
    let (wang_text, chen_text) = (wang_id.to_string(), chen_id.to_string());
    let fields = |title: &'static str, owner: &str, version: &str| {
        let all =
            [("id", id(&url)), ("version", version), ("title", title), ("due_on", "2026-10-12"), ("owner", owner)];
        all.map(|(name, value)| (name, value.to_owned()))
    };
    let send = async |browser: &mut Browser, fields: &[(&'static str, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.submit(&edit, "/api/tasks/edit", &fields).await
    };
    // One gives it away, the other corrects what it is called.
    let (location, _) = send(&mut wang, &fields("Write", &chen_text, &version)).await;
    assert_eq!(location, url);
    assert!(chen.page("/notifications").await.words().contains("wang gave you a task: Write"));
    let (location, page) = send(&mut chen, &fields("Write soon", &wang_text, &version)).await;
    assert!(location.starts_with(&format!("{edit}?refused=")), "{location}");
    let words = page.words();
    assert!(words.contains("Somebody else saved this task") && words.contains("Write soon"), "{words}");
    assert_eq!(page.field("title"), "Write soon", "what was typed stays");
    let version = page.field("version");
    let (location, page) = send(&mut chen, &fields("Write soon", &chen_text, &version)).await;
    assert_eq!(location, url);
    assert!(page.words().contains("Write soon"), "{}", page.words());
    // Ended meanwhile, it is not changed.
    wang.post(&url, "/api/tasks/done", &[("id", id(&url))]).await;
    let (_, page) = send(&mut chen, &fields("Again", &chen_text, "4")).await;
    assert!(page.words().contains("Open it again to change it"), "{}", page.words());
}

async fn weekends_make_nothing_late(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    add(&mut staff, "On Thursday", "2026-09-24", me, &[]).await;
    // From Friday, 25 September, there is the Mid-Autumn Festival until Sunday.
    until(&portal, "2026-09-27T10:00");
    staff.sign_in("wang").await;
    let words = staff.page("/tasks").await.words();
    assert!(words.contains("Due now") && !words.contains("late"), "{words}");
    assert!(staff.page("/tasks?state=overdue").await.words().contains("No task matches"));
    until(&portal, "2026-09-28T10:00");
    staff.sign_in("wang").await;
    let words = staff.page("/tasks?state=overdue").await.words();
    assert!(words.contains("1 working day late"), "{words}");
    let words = staff.page("/today").await.words();
    assert!(words.contains("1 overdue") && words.contains("1 working day late"), "{words}");
    // What is overdue stands first.
    add(&mut staff, "Later", "2026-12-24", me, &[]).await;
    let html = staff.page("/tasks").await.text();
    assert!(html.find("On Thursday").unwrap() < html.find(">Later<").unwrap());
}

async fn a_reminder_comes_once_on_the_due_day(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let url = add(&mut staff, "Send the list", "2026-09-23", me, &[]).await;
    assert_eq!(remind(&portal.backend).await.unwrap(), 0);
    until(&portal, "2026-09-23T00:10");
    let (one, other) = tokio::join!(remind(&portal.backend), remind(&portal.backend));
    assert_eq!(one.unwrap() + other.unwrap(), 1, "two runners remind once");
    assert_eq!(remind(&portal.backend).await.unwrap(), 0);
    staff.sign_in("wang").await;
    let words = staff.page("/notifications").await.words();
    assert!(words.contains("Due on 23 Sep 2026: Send the list"), "{words}");
    // A new due day is reminded of anew.
    let version = staff.page(&format!("{url}/edit")).await.field("version");
    let owner = me.to_string();
    let fields = [
        ("id", id(&url)),
        ("version", version.as_str()),
        ("title", "Send the list"),
        ("due_on", "2026-09-24"),
        ("owner", owner.as_str()),
    ];
    staff.submit(&url, "/api/tasks/edit", &fields).await;
    assert_eq!(remind(&portal.backend).await.unwrap(), 0);
    until(&portal, "2026-09-24T08:00");
    assert_eq!(remind(&portal.backend).await.unwrap(), 1);
    // Done, it is not.
    staff.sign_in("wang").await;
    let done = add(&mut staff, "Done early", "2026-09-25", me, &[]).await;
    staff.post(&done, "/api/tasks/done", &[("id", id(&done))]).await;
    until(&portal, "2026-09-29T08:00");
    assert_eq!(remind(&portal.backend).await.unwrap(), 0);
    portal.journal_holds().await;
}

async fn a_deputy_has_the_tasks_of_who_is_away(portal: Portal) {
    let (wang_id, mut wang) = named(&portal, "wang", Role::Staff).await;
    let (chen_id, mut chen) = named(&portal, "chen", Role::Staff).await;
    let (_, mut boss) = named(&portal, "boss", Role::Administrator).await;
    let absent = [("deputy", chen_id.to_string()), ("since", "2026-09-21".into()), ("until", "2026-09-23".into())];
    let absent: Vec<(&str, &str)> = absent.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = wang.post("/account/absence", "/api/absence/add", &absent).await;
    assert!(!answer.location().contains("refused="), "{}", answer.words());
    let url = add(&mut boss, "Answer them", "2026-09-22", wang_id, &[]).await;
    assert!(chen.page("/notifications").await.words().contains("boss gave you a task: Answer them"));
    let words = chen.page("/tasks").await.words();
    assert!(words.contains("Answer them") && words.contains("wang"), "{words}");
    assert!(chen.page(&url).await.words().contains("Deputy now chen"));
    until(&portal, "2026-09-22T07:00");
    remind(&portal.backend).await.unwrap();
    chen.sign_in("chen").await;
    wang.sign_in("wang").await;
    assert!(chen.page("/notifications").await.words().contains("Due on 22 Sep 2026: Answer them"));
    assert!(!wang.page("/notifications").await.words().contains("Due on"));
    // Back again, the owner has it alone.
    until(&portal, "2026-09-24T09:00");
    chen.sign_in("chen").await;
    wang.sign_in("wang").await;
    assert!(!chen.page("/tasks").await.words().contains("Answer them"));
    assert!(wang.page("/tasks").await.words().contains("Answer them"));
}

async fn only_the_zone_knows_of_tasks(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("ALK").await;
    let company_text = company.to_string();
    let url = add(&mut staff, "A quiet word", "2026-09-22", me, &[("company", &company_text)]).await;
    staff.post(&url, "/api/tasks/done", &[("id", id(&url))]).await;
    let mut own = portal.representative(company).await;
    for page in [format!("/companies/{company}"), format!("/companies/{company}?show=tasks"), "/today".to_owned()] {
        assert!(!own.page(&page).await.words().contains("quiet word"), "{page}");
    }
    for role in [Role::Representative, Role::Expert] {
        let mut browser = if role == Role::Expert { portal.signed_in(role).await } else { own.clone() };
        assert_eq!(browser.get("/tasks").await.status, StatusCode::FORBIDDEN);
        assert_eq!(browser.get(&url).await.status, StatusCode::FORBIDDEN);
    }
    // Executives look on.
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page(&url).await;
    assert!(page.words().contains("A quiet word") && !page.text().contains("/api/tasks/"), "{}", page.words());
    assert!(executive.page("/tasks?state=done").await.words().contains("A quiet word"));
    assert_eq!(executive.get("/tasks/new").await.status, StatusCode::FORBIDDEN);
}
