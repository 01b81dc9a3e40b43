//! Archiving a company: what binds it stands in the way, what becomes of the rest is said before.

use app::actor::{Rights, Role};
use app::on;
use sqlx::types::Uuid;

use crate::agreement::{begin, go, parties};
use crate::both;
use crate::harness::{Browser, Portal};
use crate::obligation::plan;
use crate::signing::{ask, for_signature, named, open, sign_page};

both!(
    a_company_that_agreements_bind_is_not_archived,
    what_is_open_under_an_agreement_that_is_over_binds,
    what_will_happen_is_said_before,
    several_are_archived_but_for_those_that_are_bound,
    nothing_is_signed_for_an_archived_company,
    a_company_is_archived_while_it_becomes_a_party,
);

async fn archive(staff: &mut Browser, company: Uuid) -> String {
    let page = format!("/companies/{company}/archive");
    let fields = [("id", &*company.to_string()), ("archived_reason", "Typed twice.")];
    staff.submit(&page, "/api/companies/archive", &fields).await.1.words()
}

async fn a_company_that_agreements_bind_is_not_archived(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Alpine").await;
    staff.add_company("Brook").await;
    let mut numbers = Vec::new();
    for place in 0..7 {
        numbers.push(begin(&mut staff, &format!("Pilot {place}"), &["Alpine", "Brook"], &[]).await);
    }
    let page = format!("/companies/{company}/archive");
    assert!(staff.page(&format!("/companies/{company}")).await.text().contains(&page));
    let shown = staff.page(&page).await;
    let words = shown.words();
    assert!(words.contains("Not before its agreements are over") && words.contains("and 2 more"), "{words}");
    for number in &numbers[..5] {
        assert!(shown.text().contains(&format!("href=\"/agreements/{number}\">{number}</a>")), "{number}: {words}");
    }
    assert!(!shown.text().contains("/api/companies/archive"), "nothing is offered that is refused");
    let words = archive(&mut staff, company).await;
    assert!(words.contains("This company cannot be archived yet") && words.contains(&numbers[0]), "{words}");
    staff.post("/today", "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("协议了结前不能归档") && words.contains("另有 2 项"), "{words}");
    staff.post("/today", "/api/account/language", &[("language", "en")]).await;
    // Once they are over, nothing binds it.
    for number in &numbers {
        go(&mut staff, number, "withdrawn", "Not wanted any more").await;
    }
    let words = archive(&mut staff, company).await;
    assert!(words.contains("This company is archived"), "{words}");
    // And no agreement is begun with it any more.
    let fields = [
        ("kind", "strategic"),
        ("title_en", "x"),
        ("prevailing", "both"),
        ("renewal", "none"),
        ("parties", "Alpine\r\nBrook"),
    ];
    let (to, _) = staff.submit("/agreements/new", "/api/agreements/create", &fields).await;
    assert!(to.contains("refused="), "{to}");
    portal.journal_holds().await;
}

async fn what_is_open_under_an_agreement_that_is_over_binds(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Alpine").await;
    staff.add_company("Brook").await;
    let number = crate::agreement::signed(&mut staff, "Pilot", &["Alpine", "Brook"], "2026-09-01", "2026-09-02").await;
    let all = parties(&mut staff, &number).await;
    let fields = [("owes[]", all[0].as_str()), ("benefits[]", all[1].as_str()), ("survives", "yes")];
    let url = plan(&mut staff, &number, "4.2", &fields).await;
    go(&mut staff, &number, "terminated", "They left").await;
    let shown = staff.page(&format!("/companies/{company}/archive")).await;
    assert!(shown.text().contains(&format!("href=\"{url}\"")), "{url}: {}", shown.words());
    assert!(archive(&mut staff, company).await.contains("cannot be archived yet"));
}

async fn what_will_happen_is_said_before(portal: Portal) {
    let owner = portal.account("owner", Role::Staff).await.to_string();
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Alpine").await;
    portal.person("maya", &[(company, Rights::Manager)]).await;
    let id = company.to_string();
    for place in 0..6 {
        let title = format!("Task {place}");
        let task = [("title", title.as_str()), ("due_on", "2026-10-12"), ("owner", &owner), ("company", &id)];
        staff.post("/tasks/new", "/api/tasks/create", &task).await;
    }
    let words = staff.page(&format!("/companies/{company}/archive")).await.words();
    for said in ["What will happen", "Acting for it (1) maya", "Open tasks (6)", "Task 0", "and 1 more"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(!words.contains("Enquiries not closed"), "{words}");
    assert!(archive(&mut staff, company).await.contains("This company is archived"));
}

async fn several_are_archived_but_for_those_that_are_bound(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let bound = staff.add_company("Alpine").await;
    let also = staff.add_company("Brook").await;
    let free = staff.add_company("Cedar").await;
    let late = staff.add_company("Delta").await;
    let number = begin(&mut staff, "Pilot", &["Alpine", "Brook"], &[]).await;
    let ids = [bound, also, free, late].map(|id| id.to_string());
    let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("ids[]", id.as_str())).collect();
    fields.extend([("change", "archive:"), ("reason", "Typed twice.")]);
    let page = staff.post("/companies?select=yes", "/api/bulk/prepare", &fields).await.location();
    let shown = staff.page(&page).await;
    let words = shown.words();
    assert!(words.contains("Agreements bind it: not archived 2") && words.contains("Will be changed 2"), "{words}");
    assert!(shown.text().contains(&format!("href=\"/agreements/{number}\"")), "{words}");
    // One becomes a party after the preview.
    begin(&mut staff, "Another", &["Brook", "Delta"], &[]).await;
    let id = page.strip_prefix("/companies/bulk/").unwrap();
    let (_, done) = staff.submit(&page, "/api/bulk/apply", &[("id", id)]).await;
    let words = done.words();
    assert!(words.contains("Agreements bind it: not archived 3") && words.contains("Changed 1"), "{words}");
    let list = staff.page("/companies").await.words();
    assert!(list.contains("Alpine") && list.contains("Delta") && !list.contains("Cedar"), "{list}");
    portal.journal_holds().await;
}

async fn nothing_is_signed_for_an_archived_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Alpine").await;
    staff.add_company("Brook").await;
    let (_, mut maya) = portal.person("maya", &[(company, Rights::Manager)]).await;
    let number = for_signature(&mut staff, "Pilot", &["Alpine", "Brook"]).await;
    let all = parties(&mut staff, &number).await;
    for (party, email) in all.iter().zip(["maya@story.example", "guest@brook.example"]) {
        named(&mut staff, &number, party, "Maya", email, "1").await;
    }
    ask(&mut staff, &number).await;
    let page = open(&mut maya, &number).await;
    // As it may have been archived before agreements stood in the way of that.
    let mut tx = portal.write().await;
    on!(&mut tx, |c| sqlx::query("UPDATE companies SET archived_at = 7 WHERE id = $1").bind(company).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    let path = format!("/agreements/{number}/sign");
    let (to, shown) = sign_page(&mut maya, &page, &path).await;
    assert!(to.contains("refused=") && shown.words().contains("This is archived"), "{to} {}", shown.words());
    assert_eq!(portal.count("agreement_signatures").await, 0);
    let mut tx = portal.write().await;
    on!(&mut tx, |c| sqlx::query("UPDATE companies SET archived_at = NULL").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    let (to, shown) = sign_page(&mut maya, &page, &path).await;
    assert!(!to.contains("refused="), "{}", shown.words());
}

async fn a_company_is_archived_while_it_becomes_a_party(portal: Portal) {
    let mut one = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Administrator).await;
    one.add_company("Brook").await;
    let waiting =
        async |number: usize| crate::harness::until("they wait", async || portal.waiting().await >= number).await;
    for archived_first in [true, false] {
        let name = format!("Alpine {archived_first}");
        let company = one.add_company(&name).await;
        let mut gate = portal.write().await;
        app::backend::journal::Chain::open(&mut gate).await.unwrap();
        let archiving = async {
            waiting(usize::from(!archived_first)).await;
            archive(&mut other, company).await
        };
        let beginning = async {
            waiting(usize::from(archived_first)).await;
            let parties = format!("{name}\r\nBrook");
            let fields = [
                ("kind", "strategic"),
                ("title_en", "Pilot"),
                ("prevailing", "both"),
                ("renewal", "none"),
                ("parties", parties.as_str()),
            ];
            one.post("/agreements/new", "/api/agreements/create", &fields).await.location()
        };
        let opening = async {
            waiting(2).await;
            drop(gate);
        };
        let (words, to, ()) = tokio::join!(archiving, beginning, opening);
        let (gone, begun) = (words.contains("This company is archived"), to.starts_with("/agreements/AG-"));
        assert!(gone != begun, "archived first: {archived_first}: {to} {words}");
    }
    portal.journal_holds().await;
}
