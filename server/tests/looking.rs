//! An administrator looks at the portal as somebody else: sees what they see, changes nothing, and everybody can read of it.

use std::time::Duration;

use app::actor::{Rights, Role};
use http::{Method, StatusCode};
use sqlx::types::Uuid;

use crate::access::{World, callers, form, world};
use crate::both;
use crate::harness::{Browser, Portal};

both!(
    one_sees_what_they_see_and_stops,
    no_list_leaves_as_a_file,
    nothing_can_be_changed_by_any_function,
    it_ends_after_half_an_hour,
    it_ends_at_the_sign_out,
    nobody_looks_as_an_administrator_or_without_right,
    what_they_act_for_can_be_chosen,
);

const BANNER: &str = "You see the portal as";

async fn look_as(browser: &mut Browser, id: Uuid) -> String {
    let page = format!("/admin/people/{id}");
    browser.post(&page, "/api/admin/look-as", &[("id", &id.to_string())]).await.location()
}

async fn entries(portal: &Portal, action: &'static str) -> Vec<(Option<Uuid>, Uuid)> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_as("SELECT actor_id, subject_id FROM journal WHERE action = $1 ORDER BY seq")
        .bind(action)
        .fetch_all(c)
        .await)
    .unwrap()
}

async fn administrator(portal: &Portal) -> (Uuid, Browser) {
    let id = portal.account("zoe", Role::Administrator).await;
    let mut browser = portal.browser();
    browser.sign_in("zoe").await;
    (id, browser)
}

async fn one_sees_what_they_see_and_stops(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal).await;
    let (own, other) = (admin.add_company("Own Pharma").await, admin.add_company("Other Pharma").await);
    let documents = format!("/companies/{own}/documents");
    let answer = admin.send(&documents, &[("audience", "company")], "both.txt", b"a text").await;
    assert!(!answer.location().contains("refused"));
    let (rep, mut rep_browser) = portal.person("li lei", &[(own, Rights::Manager)]).await;
    assert!(admin.page(&format!("/admin/people/{rep}")).await.words().contains("Look as this person"));
    assert_eq!(look_as(&mut admin, rep).await, "/today");
    for page in ["/today", "/companies", "/products", "/", "/account/companies", &format!("/companies/{own}")] {
        let words = admin.page(page).await.words();
        assert!(words.contains("You see the portal as li lei (Company representative), read-only."), "{page}: {words}");
    }
    assert!(admin.page("/companies").await.words().contains("1 company "));
    for (page, status) in [
        (format!("/companies/{other}"), StatusCode::NOT_FOUND),
        ("/admin/people".to_owned(), StatusCode::FORBIDDEN),
        ("/companies.csv".to_owned(), StatusCode::FORBIDDEN),
    ] {
        let answer = admin.get(&page).await;
        assert_eq!(answer.status, status, "{page}");
        assert!(answer.words().contains(BANNER), "{page}: also where there is nothing");
    }
    assert!(!rep_browser.page("/today").await.words().contains(BANNER), "they themselves are not disturbed");

    // Files stay: outside nobody could tell who took them.
    let url = admin.page(&format!("/companies/{own}")).await.text();
    let at = url.find("/documents/").unwrap();
    let document = url[at..at + "/documents/".len() + 36].to_owned();
    let answer = admin.get(&document).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.words().contains("nothing can be changed or downloaded"), "{}", answer.words());
    rep_browser.page(&document).await;
    // Nor can anything be sent.
    let before = portal.count("documents").await;
    let answer = admin.send(&documents, &[], "new.txt", b"another text").await;
    assert!(admin.page(&answer.location()).await.words().contains("nothing can be changed"), "and it is said");
    assert_eq!(portal.count("documents").await, before);

    let answer = admin.post("/companies", "/api/admin/stop-looking", &[]).await;
    assert_eq!(answer.location(), format!("/admin/people/{rep}"));
    let words = admin.page(&answer.location()).await.words();
    assert!(!words.contains(BANNER) && words.contains("zoe stopped looking as"), "{words}");
    assert_eq!(entries(&portal, "account.view_started").await, [(Some(zoe), rep)]);
    assert_eq!(entries(&portal, "account.view_ended").await, [(Some(zoe), rep)]);
    // A second press, or one after it ended by itself, does nothing.
    assert_eq!(admin.post("/today", "/api/admin/stop-looking", &[]).await.location(), "/today");
    assert_eq!(entries(&portal, "account.view_ended").await.len(), 1);
    portal.journal_holds().await;
}

async fn no_list_leaves_as_a_file(portal: Portal) {
    let (_, mut admin) = administrator(&portal).await;
    let mapping = admin.send("/imports/new", &[], "table.csv", b"Company,Country\nListed,Atlantis\n").await.location();
    let import = mapping.strip_suffix("/mapping").unwrap();
    let mut files: Vec<String> =
        ["companies.csv", "products.csv", "people.csv", "people.xlsx", "enquiries.csv", "interactions.csv"]
            .map(|file| format!("/{file}"))
            .into();
    files.extend(["csv", "xlsx"].map(|kind| format!("{import}/rejected.{kind}")));
    for file in &files {
        admin.page(file).await;
    }
    let ada = portal.account("ada", Role::Staff).await;
    assert_eq!(look_as(&mut admin, ada).await, "/today");
    for file in &files {
        let answer = admin.get(file).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{file}");
        assert!(answer.words().contains("nothing can be changed or downloaded"), "{file}: {}", answer.words());
    }
}

/// What may be done besides looking: to end it, and what is not about the person.
const OPEN: [&str; 4] =
    ["/api/admin/stop-looking", "/api/account/act-for", "/api/account/sign-out", "/api/account/language"];

async fn nothing_can_be_changed_by_any_function(portal: Portal) {
    let world: World = world(portal).await;
    let portal = &world.portal;
    let own: Uuid = world.company.parse().unwrap();
    let (_, mut admin) = administrator(portal).await;
    let (boss, _) = portal.person("the boss", &[(own, Rights::Administrator)]).await;
    let staff = portal.account("some staff", Role::Staff).await;
    for person in [boss, staff] {
        assert_eq!(look_as(&mut admin, person).await, "/today");
        let before = portal.journal_holds().await;
        for (function, _) in server_fn::axum::server_fn_paths() {
            let (callers, fields) = callers(function);
            if OPEN.contains(&function) || callers.is_none() {
                continue;
            }
            let fields = world.fields(fields).into_bytes();
            let answer = admin.request(Method::POST, function, form(), fields).await;
            let refused = answer.text().contains("LooksOnly")
                // What only reads is guarded like a page.
                || (function == "/api/products/import-progress" && !answer.status.is_server_error());
            assert!(refused, "{function}: {} {}", answer.status, answer.text());
        }
        assert_eq!(portal.journal_holds().await, before, "nothing was written");
        let table = crate::harness::ema_table(&[("Human", "Betamab", "EMEA/H/C/900002", "Authorised", "X")]);
        let answer = admin.upload(&table).await;
        assert_ne!(answer.status, StatusCode::OK);
        assert_eq!(portal.count("imports").await, 1, "the world's own");
        // The language is the browser's, not the person's.
        admin.post("/today", "/api/account/language", &[("language", "zh")]).await;
        admin.post("/today", "/api/account/language", &[("language", "en")]).await;
        let mut tx = portal.read().await;
        let language: Option<String> =
            app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT language FROM accounts WHERE id = $1")
                .bind(person)
                .fetch_one(c)
                .await)
            .unwrap();
        assert_eq!(language, None);
        drop(tx);
        admin.post("/today", "/api/admin/stop-looking", &[]).await;
    }
}

async fn it_ends_after_half_an_hour(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal).await;
    let staff = portal.account("ada", Role::Staff).await;
    look_as(&mut admin, staff).await;
    portal.later(Duration::from_secs(29 * 60));
    assert!(admin.page("/companies").await.words().contains(BANNER));
    assert_eq!(app::people::looking::forget(&portal.backend).await.unwrap(), 0);
    portal.later(Duration::from_secs(61));
    let words = admin.page("/companies").await.words();
    assert!(!words.contains(BANNER) && words.contains("zoe"), "oneself again: {words}");
    admin.page("/admin").await;
    assert_eq!(app::people::looking::forget(&portal.backend).await.unwrap(), 1);
    assert_eq!(app::people::looking::forget(&portal.backend).await.unwrap(), 0);
    assert_eq!(entries(&portal, "account.view_expired").await, [(Some(zoe), staff)]);
    portal.journal_holds().await;
}

async fn it_ends_at_the_sign_out(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal).await;
    let staff = portal.account("ada", Role::Staff).await;
    look_as(&mut admin, staff).await;
    admin.post("/today", "/api/account/sign-out", &[]).await;
    assert_eq!(admin.get("/today").await.status, StatusCode::SEE_OTHER);
    assert_eq!(entries(&portal, "account.view_ended").await, [(Some(zoe), staff)]);
    assert_eq!(entries(&portal, "account.signed_out").await, [(Some(zoe), zoe)], "it was the administrator who left");
    admin.sign_in("zoe").await;
    assert!(!admin.page("/today").await.words().contains(BANNER), "and it does not come back");
    look_as(&mut admin, staff).await;
    admin.sign_in("zoe").await;
    assert_eq!(entries(&portal, "account.view_ended").await.len(), 2, "nor at another sign-in");
}

async fn nobody_looks_as_an_administrator_or_without_right(portal: Portal) {
    let (zoe, mut admin) = administrator(&portal).await;
    let other = portal.account("yan", Role::Administrator).await;
    let ada = portal.account("ada", Role::Staff).await;
    for id in [zoe, other] {
        assert!(!admin.page(&format!("/admin/people/{id}")).await.text().contains("/api/admin/look-as"));
        let location = look_as(&mut admin, id).await;
        assert!(admin.page(&location).await.words().contains("not as an administrator"), "{location}");
    }
    let id = Uuid::nil().to_string();
    assert_eq!(admin.post("/today", "/api/admin/look-as", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    for role in [Role::Staff, Role::Executive, Role::Expert, Role::Representative] {
        let mut browser = portal.signed_in(role).await;
        let answer = browser.post("/today", "/api/admin/look-as", &[("id", &ada.to_string())]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
    }
    assert!(entries(&portal, "account.view_started").await.is_empty());
    // It takes a fresh look at who the administrator is.
    portal.later(Duration::from_secs(11 * 60));
    assert!(look_as(&mut admin, ada).await.starts_with("/account/confirm?next="));
    admin.sign_in("zoe").await;
    look_as(&mut admin, ada).await;
    // Who is made an administrator, or is none any more, meanwhile: it is over.
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET role = 'administrator' WHERE id = $1")
        .bind(ada)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(admin.get("/admin/journal").await.status, StatusCode::SEE_OTHER);
}

async fn what_they_act_for_can_be_chosen(portal: Portal) {
    let (_, mut admin) = administrator(&portal).await;
    let (alpha, beta) = (admin.add_company("Alpha Pharma").await, admin.add_company("Beta Pharma").await);
    let (rep, mut rep_browser) = portal.person("rep", &[(alpha, Rights::Viewer), (beta, Rights::Viewer)]).await;
    rep_browser.post("/today", "/api/account/act-for", &[("company", &beta.to_string())]).await;
    look_as(&mut admin, rep).await;
    assert!(admin.page("/today").await.text().contains("You act for Beta Pharma"), "as they see it");
    admin.post("/today", "/api/account/act-for", &[("company", &alpha.to_string())]).await;
    assert!(admin.page("/today").await.text().contains("You act for Alpha Pharma"));
    assert!(rep_browser.page("/today").await.text().contains("You act for Beta Pharma"), "theirs stays");
}
