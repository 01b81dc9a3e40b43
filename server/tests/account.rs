//! Signing in and out.

use std::time::Duration;

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::{PASSWORD, Portal, until};

both!(
    one_signs_in_and_returns_to_the_page_asked_for,
    a_wrong_password_and_an_unknown_address_read_the_same,
    a_session_ends_by_itself_and_at_the_sign_out,
    every_sign_in_is_a_new_session_and_ends_the_old_one,
    failures_slow_down_but_lock_nobody_out,
    many_failures_from_one_address_are_held_up,
    many_tries_at_once_gain_nothing,
    the_language_is_remembered,
    representatives_see_their_own_company_only,
    a_change_of_rights_counts_at_once,
);

async fn one_signs_in_and_returns_to_the_page_asked_for(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut browser = portal.browser();
    let asked = browser.get("/companies?kind=agent").await;
    assert_eq!(asked.status, StatusCode::SEE_OTHER);
    let sign_in = asked.location();
    assert_eq!(sign_in, "/sign-in?next=%2Fcompanies%3Fkind%3Dagent");
    let page = browser.page(&sign_in).await;
    assert!(page.words().contains("Please sign in first"));
    let next = page.field("next");
    let fields = [("email", "Ada@Story.example"), ("password", PASSWORD), ("next", next.as_str())];
    let answer = browser.post(&sign_in, "/api/account/sign-in", &fields).await;
    assert_eq!(answer.location(), "/companies?kind=agent");
    let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"), "{cookie}");
    let page = browser.page("/companies?kind=agent").await;
    assert!(page.words().contains("ada"));
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");

    for elsewhere in ["//evil.example", "https://evil.example", "/\\evil.example"] {
        let fields = [("email", "ada@story.example"), ("password", PASSWORD), ("next", elsewhere)];
        assert_eq!(browser.post("/sign-in", "/api/account/sign-in", &fields).await.location(), "/today", "{elsewhere}");
    }
    portal.journal_holds().await;
}

async fn a_wrong_password_and_an_unknown_address_read_the_same(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut said = Vec::new();
    for email in ["ada@story.example", "nobody@story.example"] {
        let mut browser = portal.browser();
        let fields = [("email", email), ("password", "not the password")];
        let (location, page) = browser.submit("/sign-in", "/api/account/sign-in", &fields).await;
        assert!(location.starts_with("/sign-in?refused="), "{location}");
        assert_eq!(page.field("email"), email, "what was typed is kept");
        assert!(!page.text().contains("not the password"), "but never a password");
        assert!(browser.cookie("session").is_none());
        said.push(page.words().replace(email, "…"));
    }
    assert!(said[0].contains("E-mail address or password is wrong"));
    assert_eq!(said[0], said[1]);
    let mut tx = portal.read().await;
    let kept: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT fields FROM refused_posts").fetch_all(c).await).unwrap();
    assert!(kept.iter().all(|fields| !fields.contains("not the password")), "{kept:?}");

    let mut browser = portal.browser();
    let (_, page) = browser.submit("/sign-in", "/api/account/sign-in", &[("email", "x"), ("password", "")]).await;
    assert!(page.words().contains("Please fill this in"), "{}", page.words());
}

async fn a_session_ends_by_itself_and_at_the_sign_out(portal: Portal) {
    let mut browser = portal.signed_in(Role::Staff).await;
    // Used every eleven hours it lives on, until the seventh day.
    for _ in 0..15 {
        portal.later(Duration::from_secs(11 * 3600));
        browser.page("/today").await;
        // The use is noted after the answer.
        let noted = async || {
            let mut tx = portal.read().await;
            let seen: i64 =
                app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT max(seen_at) FROM sessions").fetch_one(c).await)
                    .unwrap();
            seen == portal.backend.clock.now().0
        };
        until("the use is noted", noted).await;
    }
    portal.later(Duration::from_secs(4 * 3600));
    assert_eq!(browser.get("/today").await.status, StatusCode::SEE_OTHER, "seven days are over");

    let mut browser = portal.signed_in(Role::Staff).await;
    portal.later(Duration::from_secs(12 * 3600 + 1));
    assert_eq!(browser.get("/today").await.status, StatusCode::SEE_OTHER, "twelve idle hours are over");

    let mut browser = portal.signed_in(Role::Staff).await;
    let mut copy = browser.clone();
    let answer = browser.post("/today", "/api/account/sign-out", &[]).await;
    assert_eq!(answer.location(), "/");
    assert!(browser.cookie("session").is_none());
    assert_eq!(copy.get("/today").await.status, StatusCode::SEE_OTHER, "a copied cookie is worth nothing");
}

async fn every_sign_in_is_a_new_session_and_ends_the_old_one(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut browser = portal.browser();
    browser.set_cookie("session", &"a".repeat(64));
    browser.sign_in("ada").await;
    let first = browser.cookie("session").unwrap().to_owned();
    assert_ne!(first, "a".repeat(64));
    let mut old = browser.clone();
    browser.sign_in("ada").await;
    assert_ne!(browser.cookie("session").unwrap(), first);
    assert_eq!(old.get("/today").await.status, StatusCode::SEE_OTHER);
    let mut tx = portal.read().await;
    let stored: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT token_hash FROM sessions").fetch_all(c).await).unwrap();
    assert!(!stored.contains(&first) && stored.len() == 1, "only a hash of the token is stored");
}

/// Tries to sign in; gives what the page says.
async fn fail(portal: &Portal, email: &str, address: [u8; 4]) -> String {
    let mut browser = portal.browser();
    browser.address = address.into();
    let (_, page) =
        browser.submit("/sign-in", "/api/account/sign-in", &[("email", email), ("password", "wrong")]).await;
    page.words()
}

async fn failures_slow_down_but_lock_nobody_out(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut home = portal.browser();
    home.address = [198, 51, 100, 7].into();
    home.sign_in("ada").await;
    for number in 0..10_u8 {
        assert!(fail(&portal, "ada@story.example", [203, 0, 113, number]).await.contains("is wrong"), "{number}");
    }
    assert!(fail(&portal, "ada@story.example", [203, 0, 113, 99]).await.contains("Please wait 1 s"));
    // Even the right password waits at a stranger's address …
    let mut stranger = portal.browser();
    stranger.address = [203, 0, 113, 200].into();
    let fields = [("email", "ada@story.example"), ("password", PASSWORD)];
    let (_, page) = stranger.submit("/sign-in", "/api/account/sign-in", &fields).await;
    assert!(page.words().contains("Please wait 1 s"));
    // … but not where this account has signed in before.
    home.sign_in("ada").await;
    portal.later(Duration::from_secs(1));
    assert!(fail(&portal, "ada@story.example", [203, 0, 113, 100]).await.contains("is wrong"));
    assert!(fail(&portal, "ada@story.example", [203, 0, 113, 100]).await.contains("Please wait 2 s"));
    // An address that nobody has is held up alike.
    for number in 0..10_u8 {
        fail(&portal, "nobody@story.example", [192, 0, 2, number]).await;
    }
    assert!(fail(&portal, "nobody@story.example", [192, 0, 2, 99]).await.contains("Please wait 1 s"));
}

async fn many_failures_from_one_address_are_held_up(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let here = [203, 0, 113, 5];
    for number in 0..30 {
        assert!(fail(&portal, &format!("user{number}@story.example"), here).await.contains("is wrong"), "{number}");
    }
    assert!(fail(&portal, "user31@story.example", here).await.contains("Please wait"));
    assert!(fail(&portal, "user31@story.example", [203, 0, 113, 6]).await.contains("is wrong"), "others are not");
    // A forged header does not make another address of it.
    let mut browser = portal.browser();
    browser.address = here.into();
    browser.headers.insert("x-forwarded-for", "192.0.2.200".parse().unwrap());
    let fields = [("email", "user32@story.example"), ("password", "wrong")];
    let (_, page) = browser.submit("/sign-in", "/api/account/sign-in", &fields).await;
    assert!(page.words().contains("Please wait"));
    portal.later(Duration::from_secs(61));
    assert!(fail(&portal, "user31@story.example", here).await.contains("is wrong"));
}

async fn many_tries_at_once_gain_nothing(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let tries = (0..24_u8).map(|number| {
        let portal = &portal;
        async move { fail(portal, "ada@story.example", [203, 0, 113, number]).await }
    });
    let said = futures::future::join_all(tries).await;
    let admitted = said.iter().filter(|words| words.contains("is wrong")).count();
    assert!((10..=12).contains(&admitted), "{admitted} of 24 tries at once were admitted");
}

async fn the_language_is_remembered(portal: Portal) {
    let mut chinese = portal.browser();
    chinese.headers.insert(header::ACCEPT_LANGUAGE, "zh-CN,zh;q=0.9".parse().unwrap());
    let page = chinese.page("/").await;
    assert!(page.text().contains("<html lang=\"zh-CN\"") && page.words().contains("登录"));
    let (location, page) =
        chinese.submit("/sign-in?next=%2Ftoday", "/api/account/language", &[("language", "en")]).await;
    assert_eq!(location, "/sign-in?next=%2Ftoday");
    assert!(page.text().contains("<html lang=\"en\""), "the choice wins over the browser's wish");

    portal.account("bo", Role::Staff).await;
    let mut here = portal.browser();
    here.sign_in("bo").await;
    here.post("/today", "/api/account/language", &[("language", "zh")]).await;
    let mut elsewhere = portal.browser();
    elsewhere.sign_in("bo").await;
    assert!(elsewhere.page("/today").await.words().contains("工作台"));
    let answer = here.post("/today", "/api/account/language", &[("language", "tlh")]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
}

async fn representatives_see_their_own_company_only(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = staff.add_company("Own Pharma").await;
    let other = staff.add_company("Other Pharma").await;
    let mut rep = portal.representative(own).await;
    let list = rep.page("/companies").await.words();
    assert!(list.contains("Own Pharma") && !list.contains("Other Pharma") && list.contains("1 company "), "{list}");
    assert!(rep.page(&format!("/companies/{own}")).await.words().contains("Own Pharma"));
    assert_eq!(rep.get(&format!("/companies/{other}")).await.status, StatusCode::NOT_FOUND, "not even that it exists");
    assert_eq!(rep.get(&format!("/companies/{own}/edit")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(rep.get("/companies?q=Other").await.words().matches("0 companies").count(), 1);
    // Who changed it is "zone staff" to a company.
    assert!(rep.page(&format!("/companies/{own}")).await.words().contains("Zone staff added the company"));
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    let answer = rep.request(Method::GET, "/companies.csv", headers, Vec::new()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
}

async fn a_change_of_rights_counts_at_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = staff.add_company("First Company").await;
    let second = staff.add_company("Second Company").await;
    let mut rep = portal.representative(first).await;
    let sees = async |browser: &mut crate::harness::Browser| {
        let words = browser.page("/companies").await.words();
        (words.contains("First Company"), words.contains("Second Company"))
    };
    assert_eq!((sees(&mut rep).await, sees(&mut rep).await), ((true, false), (true, false)));
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET company_id = $1").bind(second).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!((sees(&mut rep).await, sees(&mut rep).await), ((false, true), (false, true)));

    assert!(staff.page("/companies").await.words().contains("Target"), "staff sees stages");
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET role = 'expert' WHERE role = 'staff'").execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        assert!(!staff.page("/companies").await.words().contains("Target"), "experts do not");
    }
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("DELETE FROM sessions").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    assert!(staff.get("/companies").await.location().starts_with("/sign-in"), "a session that ended is no session");
}
