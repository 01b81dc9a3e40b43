//! An import is undone: what somebody changed since, or uses, stays, and is named with the reason.

use std::time::Duration;

use app::actor::Role;
use sqlx::types::Uuid;

use super::{act, preview, preview_of};
use crate::agreement::begin;
use crate::both;
use crate::harness::{Browser, Portal};

both!(
    records_changed_since_keep_what_they_have,
    people_changed_since_keep_what_they_have,
    companies_that_are_in_use_stay,
    people_who_are_in_use_stay,
    the_page_says_what_became_of_each_row,
);

async fn records_changed_since_keep_what_they_have(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = staff.add_company("First").await;
    let second = staff.add_company("Second").await;
    let import = preview(&mut staff, "c.csv", b"Company,City\nFirst,Aarhus\nSecond,Odense\n", &[]).await;
    act(&mut staff, &import, "apply", &[]).await;
    let id = first.to_string();
    let edit = [("id", id.as_str()), ("version", "2"), ("name_en", "First"), ("kinds[]", "agent"), ("city", "Skive")];
    staff.post("/companies", "/api/companies/edit", &edit).await;
    let words = act(&mut staff, &import, "revert", &[]).await;
    assert!(words.contains("nothing was undone"), "{words}");
    assert!(staff.page(&format!("/companies/{second}")).await.words().contains("Odense"));
    let words = act(&mut staff, &import, "revert", &[("others", "1")]).await;
    assert!(words.contains("Undone"), "{words}");
    assert!(staff.page(&format!("/companies/{first}")).await.words().contains("Skive"));
    assert_eq!(staff.page(&format!("/companies/{second}/edit")).await.field("city"), "");
}

async fn people_changed_since_keep_what_they_have(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Zealand Pharma A/S").await;
    let csv = "Name,E-mail,Company\nOne,one@a.example,\nTwo,two@a.example,Zealand Pharma A/S\n";
    let import = preview_of(&mut staff, "people", "p.csv", csv.as_bytes(), &[]).await;
    // Between preview and applying somebody enters the same address: what was looked at holds no longer.
    staff.post("/people/new", "/api/people/create", &[("name", "One"), ("email", "one@a.example")]).await;
    let words = act(&mut staff, &import, "apply", &[]).await;
    assert!(words.contains("This is the new preview") && words.contains("Create 1 Update 0 Unchanged 1"), "{words}");
    act(&mut staff, &import, "apply", &[]).await;
    assert_eq!(portal.count("people").await, 2);
    let second = preview_of(
        &mut staff,
        "people",
        "q.csv",
        b"Name,E-mail,Phone\nOne,one@a.example,12345\nTwo,two@a.example,56789\n",
        &[],
    )
    .await;
    act(&mut staff, &second, "apply", &[]).await;
    // The first one is about a person who was changed by the second.
    let words = act(&mut staff, &import, "revert", &[]).await;
    assert!(words.contains("nothing was undone") && words.contains("Two"), "{words}");
    // Somebody notes a new position of one of them; that is a change, too.
    let mut tx = portal.read().await;
    let one: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM people WHERE name = 'One'").fetch_one(c).await)
            .unwrap();
    drop(tx);
    portal.later(Duration::from_secs(1));
    let position = [("person", &*one.to_string()), ("company", "Zealand Pharma A/S"), ("title", "Advisor")];
    staff.post(&format!("/people/{one}/positions/new"), "/api/positions/add", &position).await;
    assert!(staff.page(&format!("/companies/{company}")).await.words().contains("Advisor"));
    let words = act(&mut staff, &second, "revert", &[("others", "1")]).await;
    assert!(words.contains("Undone"), "{words}");
    assert_eq!(portal.count("people WHERE name = 'One' AND phone = '12345'").await, 1, "kept");
    assert_eq!(portal.count("people WHERE name = 'Two' AND phone = ''").await, 1, "undone");
    portal.journal_holds().await;
}

async fn id_of(portal: &Portal, sql: &'static str, name: &str) -> Uuid {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_scalar(sql).bind(name).fetch_one(c).await).unwrap()
}

async fn sends(staff: &mut Browser, page: &str, action: &str, fields: &[(&str, &str)]) {
    let (location, answer) = staff.submit(page, action, fields).await;
    assert!(!location.contains("refused="), "{action}: {}", answer.words());
}

async fn companies_that_are_in_use_stay(portal: Portal) {
    let me = portal.account("wang", Role::Staff).await.to_string();
    let mut staff = portal.browser();
    staff.sign_in("wang").await;
    let mut chief = portal.signed_in(Role::Administrator).await;
    staff.add_company("Older").await;
    let names =
        ["Agreed", "Met", "Tasked", "Written", "Noted", "Filed", "Watched", "Related", "Staffed", "Own", "Unused"];
    let csv: String = names.iter().map(|name| format!("{name} Ltd,Agent\n")).collect();
    let import = preview(&mut staff, "c.csv", format!("Company,Type\n{csv}").as_bytes(), &[]).await;
    act(&mut staff, &import, "apply", &[]).await;
    let mut ids = Vec::new();
    for name in names {
        ids.push(
            id_of(&portal, "SELECT id FROM companies WHERE name_en = $1", &format!("{name} Ltd")).await.to_string(),
        );
    }
    let page = |at: usize| format!("/companies/{}", ids[at]);
    begin(&mut staff, "Memorandum", &["Agreed Ltd", "Older"], &[]).await;
    let met = [("kind", "meeting"), ("at", "2026-09-18T14:30"), ("company", "Met Ltd"), ("summary", "Met them")];
    sends(&mut staff, "/interactions/new", "/api/interactions/record", &met).await;
    let task = [("title", "Call"), ("due_on", "2026-12-01"), ("company", &*ids[2]), ("owner", &me)];
    sends(&mut staff, "/tasks/new", "/api/tasks/create", &task).await;
    let message = [("company", &*ids[3]), ("subject", "Visit"), ("body", "Welcome")];
    sends(&mut staff, &format!("{}/messages", page(3)), "/api/messages/open", &message).await;
    let note = [("company", &*ids[4]), ("body", "Look at them")];
    sends(&mut staff, &format!("{}/notes", page(4)), "/api/notes/add", &note).await;
    staff.send(&format!("{}/documents", page(5)), &[("note", "")], "a.txt", b"A text of theirs\n").await;
    assert_eq!(portal.count("documents").await, 1);
    let watch = |at: usize| [("company", ids[at].as_str()), ("follow", "true")];
    sends(&mut chief, &page(6), "/api/follows/set", &watch(6)).await;
    sends(&mut staff, &page(9), "/api/follows/set", &watch(9)).await;
    let relation = [("company", &*ids[7]), ("side", "competitor"), ("other_company", "Older")];
    sends(&mut staff, &page(7), "/api/companies/relate", &relation).await;
    let person = [("name", "Anna Berg"), ("company", "Staffed Ltd"), ("title", "CEO")];
    sends(&mut staff, "/people/new", "/api/people/create", &person).await;

    let words = staff.page(&format!("{import}/preview")).await.words();
    for (name, why) in [
        ("Agreed", "Agreements"),
        ("Met", "Interactions"),
        ("Tasked", "Tasks"),
        ("Written", "Messages"),
        ("Noted", "Internal notes"),
        ("Filed", "Documents"),
        ("Watched", "Followers"),
        ("Related", "Relations"),
        ("Staffed", "People"),
    ] {
        let named = words.split(&format!("{name} Ltd : ")).nth(1).unwrap_or_default();
        assert!(named.split(" Ltd").next().unwrap_or_default().contains(why), "{name}, {why}: {words}");
    }
    assert!(words.contains("in use since the import (9)"), "what its importer watches is not used by others: {words}");
    staff.set_cookie("language", "zh");
    let chinese = staff.page(&format!("{import}/preview")).await.words();
    assert!(chinese.contains("Met Ltd ：") && chinese.contains("以下 9 条记录在导入后已有改动或已被使用"), "{chinese}");
    staff.set_cookie("language", "en");
    let words = act(&mut staff, &import, "revert", &[]).await;
    assert!(words.contains("nothing was undone"), "{words}");
    assert_eq!(portal.count("companies WHERE archived_at IS NULL").await, 12);
    let words = act(&mut staff, &import, "revert", &[("others", "1")]).await;
    assert!(words.contains("Undone"), "{words}");
    assert_eq!(portal.count("companies WHERE archived_at IS NOT NULL").await, 2, "Own Ltd and Unused Ltd");
    portal.journal_holds().await;
}

async fn people_who_are_in_use_stay(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Older").await;
    let csv = b"Name,E-mail,Company\nMet,met@a.example,Older\nUnused,unused@a.example,Older\n";
    let import = preview_of(&mut staff, "people", "p.csv", csv, &[]).await;
    act(&mut staff, &import, "apply", &[]).await;
    let met = id_of(&portal, "SELECT id FROM people WHERE name = $1", "Met").await.to_string();
    let fields = [
        ("kind", "meeting"),
        ("at", "2026-09-18T14:30"),
        ("company", "Older"),
        ("people[]", &*met),
        ("summary", "Met them"),
    ];
    sends(&mut staff, "/interactions/new", "/api/interactions/record", &fields).await;
    assert_eq!(portal.count("interaction_people").await, 1);
    let words = staff.page(&format!("{import}/preview")).await.words();
    assert!(words.contains("Met : Interactions") && words.contains("(1)"), "{words}");
    act(&mut staff, &import, "revert", &[("others", "1")]).await;
    assert_eq!(portal.count("people WHERE archived_at IS NULL AND name = 'Met'").await, 1);
    assert_eq!(portal.count("people WHERE archived_at IS NOT NULL AND name = 'Unused'").await, 1);
    portal.journal_holds().await;
}

async fn the_page_says_what_became_of_each_row(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("First").await;
    let csv = "Company,公司名称,City,Type\nFirst,,Aarhus,\nSecond,第二公司,Odense,Agent\nThird,第三公司,Skive,Agent\n\
               Fourth,第四公司,Ribe,Nothing\n";
    let import = preview(&mut staff, "c.csv", csv.as_bytes(), &[("columns[1]", "name_zh")]).await;
    let page = format!("{import}/preview");
    let words = staff.page(&page).await.words();
    assert!(words.contains("Create 2 Update 1") && words.contains("3 Create Second"), "{words}");
    let mut reader = portal.signed_in(Role::Staff).await;
    reader.set_cookie("language", "zh");
    let words = reader.page(&page).await.words();
    for shown in ["3 新增 第二公司", "4 新增 第三公司", "2 更新 First", "5 未通过 第四公司"] {
        assert!(words.contains(shown), "in the reader's language, {shown}: {words}");
    }
    let words = act(&mut staff, &import, "apply", &[]).await;
    assert!(words.contains("Created 2 Updated 1") && words.contains("3 Created Second"), "{words}");
    let third = id_of(&portal, "SELECT id FROM companies WHERE name_en = $1", "Third").await.to_string();
    let note = [("company", &*third), ("body", "Look at them")];
    sends(&mut staff, &format!("/companies/{third}/notes"), "/api/notes/add", &note).await;
    let words = act(&mut staff, &import, "revert", &[("others", "1")]).await;
    for shown in ["2 Undone First", "3 Undone Second", "4 Kept Third", "5 Rejected Fourth"] {
        assert!(words.contains(shown), "{shown}: {words}");
    }
    let words = reader.page(&page).await.words();
    assert!(words.contains("4 已保留 第三公司") && words.contains("3 已撤销 第二公司"), "{words}");
}
