//! The briefing: one page with all that is worth knowing before a meeting, in both languages, for the zone alone.

use app::actor::Role;
use http::StatusCode;

use crate::agreement::{at, begin, go, parties, signed};
use crate::both;
use crate::harness::Portal;

both!(
    a_briefing_has_it_all_in_both_languages,
    a_briefing_tells_of_agreements_and_of_what_is_late,
    a_briefing_is_for_the_zone,
    a_briefing_of_little_says_so,
);

async fn a_briefing_tells_of_agreements_and_of_what_is_late(mut portal: Portal) {
    let owner = portal.account("owner", Role::Staff).await.to_string();
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Alpine").await;
    staff.add_company("Brook").await;
    let number = signed(&mut staff, "Pilot", &["Alpine", "Brook"], "2026-09-01", "2026-09-02").await;
    let all = parties(&mut staff, &number).await;
    for (clause, due) in [("4.1", "2026-09-24"), ("4.2", "2026-12-01")] {
        let fields = [("owes[]", all[0].as_str()), ("benefits[]", all[1].as_str()), ("due_on", due)];
        crate::obligation::plan(&mut staff, &number, clause, &fields).await;
    }
    let draft = begin(&mut staff, "Another", &["Alpine", "Brook"], &[("sign_on", "2026-09-25")]).await;
    let over = begin(&mut staff, "Given up", &["Alpine", "Brook"], &[]).await;
    go(&mut staff, &over, "withdrawn", "Not wanted").await;
    let id = company.to_string();
    let task = [("title", "Call them"), ("due_on", "2026-09-23"), ("owner", &owner), ("company", &id)];
    staff.post("/tasks/new", "/api/tasks/create", &task).await;
    let page = format!("/companies/{company}/briefing");
    let words = staff.page(&page).await.words();
    assert!(!words.contains("Overdue"), "{words}");
    at(&mut portal, "2026-10-12T09:00");
    let mut staff = portal.signed_in(Role::Executive).await;
    let words = staff.page(&page).await.words();
    for said in [
        "Agreements 协议",
        &format!("{number} · Pilot · In force 已生效"),
        "Due on 到期日 1 Dec 2026 2026年12月1日 · Overdue 已逾期 (1)",
        &format!("{draft} · Another · Draft"),
        "25 Sep 2026 2026年9月25日 · Overdue 已逾期",
        "Call them · owner · 23 Sep 2026 2026年9月23日 · Overdue 已逾期",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!words.contains("Given up"), "{words}");
}

async fn a_briefing_has_it_all_in_both_languages(portal: Portal) {
    let manager = portal.account("Maya", Role::Staff).await.to_string();
    let mut staff = portal.signed_in(Role::Staff).await;
    let fields = [
        ("name_en", "ALK-Abelló A/S"),
        ("name_zh", "爱尔开-阿贝罗公司"),
        ("kinds[]", "manufacturer"),
        ("country", "DK"),
        ("city", "Hørsholm"),
        ("website", "https://www.alk.net"),
        ("stage", "in_talks"),
        ("tier", "key"),
        ("tags", "VIP"),
        ("manager", manager.as_str()),
    ];
    let url = staff.post("/companies/new", "/api/companies/create", &fields).await.location();
    let id = url.strip_prefix("/companies/").unwrap().to_owned();
    staff.add_company("Parent Ltd").await;
    let relate = [("company", id.as_str()), ("other_company", "Parent Ltd"), ("side", "parent")];
    staff.post(&url, "/api/companies/relate", &relate).await;
    let works =
        [("name", "Jens Sample"), ("company", "ALK-Abelló A/S"), ("title", "Director"), ("email", "jens@alk.example")];
    staff.post("/people/new", "/api/people/create", &works).await;
    let table = crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "ALK-Abelló A/S")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    let documents = format!("{url}/documents");
    staff.send(&documents, &[("audience", "zone"), ("note", "Draft")], "plan.txt", b"the plan").await;
    let mut rep = portal.representative(id.parse().unwrap()).await;
    let propose = [("company", id.as_str()), ("version", "1"), ("name_en", "ALK-Abelló A/S"), ("city", "Aarhus")];
    rep.post(&url, "/api/companies/propose", &propose).await;
    let fields = [("company", id.as_str()), ("subject", "Visit in May"), ("body", "May we come?")];
    rep.post(&url, "/api/messages/open", &fields).await;
    let fields = [("company", id.as_str()), ("body", "They are slow payers.")];
    staff.post(&url, "/api/notes/add", &fields).await;

    let task = [("title", "Send the form"), ("due_on", "2026-10-12"), ("owner", &manager), ("company", id.as_str())];
    staff.post("/tasks/new", "/api/tasks/create", &task).await;
    let spoken = [
        ("kind", "call"),
        ("at", "2026-09-01T09:00"),
        ("company", "ALK-Abelló A/S"),
        ("summary", "They plan a pilot."),
    ];
    staff.post(&url, "/api/interactions/record", &spoken).await;

    assert!(staff.page(&url).await.text().contains(&format!("{url}/briefing")));
    let page = staff.page(&format!("{url}/briefing")).await;
    let words = page.words();
    for said in [
        "Internal – not for the company 内部资料，请勿提供给企业",
        "ALK-Abelló A/S 爱尔开-阿贝罗公司",
        "Denmark 丹麦",
        "Hørsholm",
        "In talks 洽谈中",
        "Maya",
        "VIP",
        "https://www.alk.net",
        "Parent Ltd",
        "Jens Sample",
        "Director",
        "jens@alk.example",
        "Alphamab",
        "EMA Authorised",
        "Open points 待办事项",
        "Waits for an answer 待答复 : Visit in May",
        "Correction proposed by 更正建议，提交人",
        "Last contacts 最近联系",
        "plan.txt · Draft",
        "Next step 下一步 : Send the form",
        "12 Oct 2026 2026年10月12日",
        "They plan a pilot.",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!words.contains("slow payers"), "paper gets left on tables");
    assert_eq!(words.matches("Send the form").count(), 1, "the next step is said once: {words}");
    assert!(page.text().contains("data-prints"), "a button prints it where scripts run");
    // The labels are the same in both languages; only what is around the sheet differs.
    staff.post(&url, "/api/account/language", &[("language", "zh")]).await;
    let chinese = staff.page(&format!("{url}/briefing")).await.words();
    assert!(chinese.contains("会前简报") && chinese.contains("Open points 待办事项"), "{chinese}");
}

async fn a_briefing_is_for_the_zone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Novo").await;
    let other = staff.add_company("Other").await;
    let page = format!("/companies/{company}/briefing");
    for role in [Role::Administrator, Role::Executive] {
        portal.signed_in(role).await.page(&page).await;
    }
    let mut rep = portal.representative(company).await;
    assert_eq!(rep.get(&page).await.status, StatusCode::FORBIDDEN);
    assert!(!rep.page(&format!("/companies/{company}")).await.text().contains("briefing"));
    assert_eq!(portal.representative(other).await.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.signed_in(Role::Expert).await.get(&page).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        staff.get(&format!("/companies/{}/briefing", app::backend::clock::new_id())).await.status,
        StatusCode::NOT_FOUND
    );
}

async fn a_briefing_of_little_says_so(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("<b>Bare</b>").await;
    let page = staff.page(&format!("/companies/{company}/briefing")).await;
    assert!(
        page.words().contains("Nothing known 暂无信息") && page.words().contains("Nobody 未指定"),
        "{}",
        page.words()
    );
    assert!(!page.text().contains("<b>Bare"));
}
