//! What is somebody's own: their sessions, password, address and name, and being asked again before they change.

use std::time::Duration;

use app::actor::Role;
use http::{StatusCode, header};

use crate::both;
use crate::harness::{Browser, PASSWORD, Portal};
use crate::second_factor::mails_to;

both!(
    sessions_are_listed_and_ended,
    nobody_ends_the_sessions_of_others,
    a_new_password_ends_all_other_sessions,
    a_new_address_counts_when_it_is_confirmed,
    an_address_that_is_taken_reads_the_same,
    who_was_not_asked_lately_is_asked_again,
    asking_again_is_limited_as_signing_in_is,
    exporting_everything_asks_again,
    a_name_is_changed_and_never_overwritten,
    a_strange_device_is_told,
    an_administrator_who_looks_sees_nothing_of_it,
    what_was_pressed_is_done_once_it_is_shown_who_pressed,
    what_was_typed_is_shown_again_and_nothing_is_done,
    an_address_is_one_however_it_is_written,
    the_own_page_tells_what_matters,
);

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0";
const PHONE: &str =
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1";

async fn browser_of(portal: &Portal, name: &str, agent: &str, address: [u8; 4]) -> Browser {
    let mut browser = portal.browser();
    browser.address = address.into();
    browser.headers.insert(header::USER_AGENT, agent.parse().unwrap());
    browser.sign_in(name).await;
    browser
}

/// The numbers of the sessions on the page, in its order.
async fn session_ids(browser: &mut Browser) -> Vec<String> {
    let html = browser.page("/account/security").await.text();
    let part = html.split("id=\"sessions\"").nth(1).unwrap();
    part.split("name=\"id\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

async fn sessions_are_listed_and_ended(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut office = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    portal.later(Duration::from_secs(60));
    let mut phone = browser_of(&portal, "ada", PHONE, [203, 0, 113, 9]).await;
    portal.later(Duration::from_secs(60));
    let mut unknown = browser_of(&portal, "ada", "<b>me</b>", [192, 0, 2, 3]).await;
    let page = phone.page("/account/security").await;
    let words = page.words();
    for said in ["Edge on Windows", "198.51.100.7", "Safari on iPhone This one", "203.0.113.9", "Unknown device"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!page.text().contains("<b>me"));
    let ids = session_ids(&mut phone).await;
    assert_eq!(ids.len(), 3, "the last used first: unknown, phone, office");
    let (location, page) = phone.submit("/account/security", "/api/account/sessions/end", &[("id", &ids[2])]).await;
    assert_eq!(location, "/account/security#sessions");
    assert!(!page.words().contains("Edge on Windows"));
    assert!(office.get("/today").await.location().starts_with("/sign-in"), "it ended at once");
    unknown.page("/today").await;
    phone.post("/account/security", "/api/account/sessions/end-others", &[]).await;
    assert!(unknown.get("/today").await.location().starts_with("/sign-in"));
    let ids = session_ids(&mut phone).await;
    assert_eq!(ids.len(), 1);
    let answer = phone.post("/account/security", "/api/account/sessions/end", &[("id", &ids[0])]).await;
    assert_eq!(answer.location(), "/", "to end this one is to sign out");
    assert!(phone.cookie("session").is_none() && phone.get("/today").await.location().starts_with("/sign-in"));
    portal.journal_holds().await;
}

async fn nobody_ends_the_sessions_of_others(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    let id = session_ids(&mut ada).await.remove(0);
    let mut eve = portal.signed_in(Role::Administrator).await;
    for wrong in [id.as_str(), "", "nonsense"] {
        let answer = eve.post("/account/security", "/api/account/sessions/end", &[("id", wrong)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    eve.post("/account/security", "/api/account/sessions/end-others", &[]).await;
    ada.page("/today").await;
}

async fn a_new_password_ends_all_other_sessions(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut here = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    let mut there = browser_of(&portal, "ada", PHONE, [198, 51, 100, 7]).await;
    let page = here.page("/account/password").await;
    assert!(page.text().contains("autocomplete=\"new-password\""));
    for (weak, said) in [("", "fill this in"), ("short", "10"), ("ada@story.example", ""), ("password1234", "")] {
        let (location, page) = here.submit("/account/password", "/api/account/password", &[("password", weak)]).await;
        assert!(location.contains("refused=") && page.words().contains(said), "{weak}: {}", page.words());
        assert!(weak.is_empty() || !page.text().contains(&format!("value=\"{weak}\"")) || weak.contains('@'));
    }
    there.page("/today").await;
    let new = "seven green herons flew";
    let (location, page) = here.submit("/account/password", "/api/account/password", &[("password", new)]).await;
    assert_eq!(location, "/account/security?done=password");
    assert!(page.words().contains("Your password is changed"), "{}", page.words());
    assert!(there.get("/today").await.location().starts_with("/sign-in"));
    let enter = async |password: &str| {
        let fields = [("email", "ada@story.example"), ("password", password)];
        portal.browser().post("/sign-in", "/api/account/sign-in", &fields).await.location()
    };
    assert_eq!(enter(new).await, "/today");
    assert!(enter(PASSWORD).await.contains("refused="));
    assert!(mails_to(&portal, "ada@story.example").await.contains(&"security.password_changed".to_owned()));
    portal.journal_holds().await;
}

/// The link in the newest mail to an address.
async fn link_to(portal: &Portal, address: &str) -> Option<String> {
    let mut tx = portal.read().await;
    let texts: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT body_text FROM mails WHERE address = $1 ORDER BY id DESC")
            .bind(address)
            .fetch_all(c)
            .await)
        .unwrap();
    let at = texts.first()?.find("/account/address/")?;
    texts[0][at..].split_whitespace().next().map(str::to_owned)
}

async fn a_new_address_counts_when_it_is_confirmed(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    for wrong in ["", "nonsense", "ada@story.example", "a@b.c\r\nBcc: x@y.z"] {
        let answer = ada.post("/account/address", "/api/account/address", &[("email", wrong)]).await;
        assert!(answer.location().starts_with("/account/address?refused="), "{wrong}");
    }
    assert_eq!(portal.count("mails").await, 0);
    let (location, page) =
        ada.submit("/account/address", "/api/account/address", &[("email", "new@story.example")]).await;
    assert_eq!(location, "/account/security?done=address");
    assert!(page.words().contains("We have written to the new address") && page.words().contains("ada@story.example"));
    assert_eq!(mails_to(&portal, "ada@story.example").await, ["security.address_asked"], "the old address is told");
    assert_eq!(mails_to(&portal, "new@story.example").await, ["security.address_confirm"]);
    let link = link_to(&portal, "new@story.example").await.unwrap();
    // A scanner opens it; nothing happens. Anybody's browser can press.
    let mut elsewhere = portal.browser();
    let page = elsewhere.page(&link).await;
    assert!(page.words().contains("new@story.example"), "{}", page.words());
    portal.browser().page(&link).await;
    assert!(ada.page("/account").await.words().contains("ada@story.example"));
    let token = page.field("token");
    let answer = elsewhere.post(&link, "/api/account/address/confirm", &[("token", &token)]).await;
    assert_eq!(answer.location(), "/account/security?done=address-changed");
    assert!(ada.page("/account").await.words().contains("new@story.example"));
    let told = mails_to(&portal, "ada@story.example").await;
    assert_eq!(told, ["security.address_asked", "security.address_changed"]);
    let answer = elsewhere.post(&link, "/api/account/address/confirm", &[("token", &token)]).await;
    assert!(answer.location().contains("refused="), "once only");
    let dead = elsewhere.get(&link).await;
    assert_eq!(dead.status, StatusCode::GONE);
    assert!(dead.words().contains("was used, withdrawn or is too old"), "{}", dead.words());
    assert!(dead.words().contains("Name the address again") && dead.text().contains("href=\"/account/address\""));
    let enter = async |email: &str| {
        let fields = [("email", email), ("password", PASSWORD)];
        portal.browser().post("/sign-in", "/api/account/sign-in", &fields).await.location()
    };
    assert_eq!(enter("NEW@story.example").await, "/today");
    assert!(enter("ada@story.example").await.contains("refused="));

    // A second request makes the first link worthless, a link dies after three days, and so many a day are enough.
    ada.post("/account/address", "/api/account/address", &[("email", "one@story.example")]).await;
    let first = link_to(&portal, "one@story.example").await.unwrap();
    ada.post("/account/address", "/api/account/address", &[("email", "two@story.example")]).await;
    assert_eq!(portal.browser().get(&first).await.status, StatusCode::GONE);
    let second = link_to(&portal, "two@story.example").await.unwrap();
    portal.browser().page(&second).await;
    for number in 0..2 {
        let email = format!("more{number}@story.example");
        let answer = ada.post("/account/address", "/api/account/address", &[("email", &email)]).await;
        assert_eq!(answer.location(), "/account/security?done=address");
    }
    let (_, page) = ada.submit("/account/address", "/api/account/address", &[("email", "six@story.example")]).await;
    assert!(page.words().contains("Too many tries"), "{}", page.words());
    assert!(mails_to(&portal, "six@story.example").await.is_empty());
    portal.later(Duration::from_secs(3 * 24 * 3600 + 1));
    let last = link_to(&portal, "more1@story.example").await.unwrap();
    assert_eq!(portal.browser().get(&last).await.status, StatusCode::GONE);
}

async fn an_address_that_is_taken_reads_the_same(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    portal.account("bo", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    let mut said = Vec::new();
    for email in ["Bo@Story.example", "free@story.example"] {
        let (location, page) = ada.submit("/account/address", "/api/account/address", &[("email", email)]).await;
        said.push((location, page.words()));
    }
    assert_eq!(said[0], said[1], "nothing tells that somebody has it");
    assert_eq!(mails_to(&portal, "bo@story.example").await, ["security.address_taken"], "but its owner is told");
    // Free when asked for, and somebody's when confirmed: the answer is that of any dead link.
    let link = link_to(&portal, "free@story.example").await.unwrap();
    portal.account("free", Role::Staff).await;
    let token = portal.browser().page(&link).await.field("token");
    let answer = portal.browser().post(&link, "/api/account/address/confirm", &[("token", &token)]).await;
    assert!(answer.location().contains("refused="));
    let page = portal.browser().get(&answer.location()).await;
    assert!(page.words().contains("was used, withdrawn or is too old"), "{}", page.words());
    assert!(ada.page("/account").await.words().contains("ada@story.example"));
}

async fn who_was_not_asked_lately_is_asked_again(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    portal.later(Duration::from_secs(599));
    ada.page("/account/password").await;
    portal.later(Duration::from_secs(2));
    for path in
        ["/account/password", "/account/address", "/account/security/authenticator", "/account/security/passkeys"]
    {
        let answer = ada.get(path).await;
        assert_eq!(answer.location(), format!("/account/confirm?next={}", path.replace('/', "%2F")), "{path}");
    }
    // A form that was open for too long comes back as it was typed.
    let answer = ada.post("/account/address", "/api/account/address", &[("email", "typed@story.example")]).await;
    let confirm = answer.location();
    assert!(confirm.starts_with("/account/confirm?next=%2Faccount%2Faddress%3Frefused%3D"), "{confirm}");
    let page = ada.page(&confirm).await;
    assert!(page.words().contains("Is it you?") && !page.words().contains("Code instead"), "{}", page.words());
    let next = page.field("next");
    let fields = [("password", "wrong"), ("next", next.as_str())];
    let (location, page) = ada.submit(&confirm, "/api/account/confirm", &fields).await;
    assert!(location.starts_with("/account/confirm?next=") && page.words().contains("This is not your password"));
    assert_eq!(page.field("next"), next, "one still goes back to where one was");
    let (location, page) =
        ada.submit(&location, "/api/account/confirm", &[("password", PASSWORD), ("next", &next)]).await;
    assert_eq!(location, next);
    assert_eq!(page.field("email"), "typed@story.example");
    let answer = ada.post(&location, "/api/account/address", &[("email", "typed@story.example")]).await;
    assert_eq!(answer.location(), "/account/security?done=address");
    // It counts in this browser only.
    portal.later(Duration::from_secs(300));
    let mut other = browser_of(&portal, "ada", PHONE, [198, 51, 100, 7]).await;
    portal.later(Duration::from_secs(601));
    ada.post("/account/confirm", "/api/account/confirm", &[("password", PASSWORD)]).await;
    ada.page("/account/password").await;
    assert!(other.get("/account/password").await.location().starts_with("/account/confirm"));
    // Confirming leads nowhere else.
    let fields = [("password", PASSWORD), ("next", "//evil.example")];
    let answer = ada.post("/account/confirm", "/api/account/confirm", &fields).await;
    assert_eq!(answer.location(), "/account/security");
    portal.journal_holds().await;
}

async fn asking_again_is_limited_as_signing_in_is(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    portal.later(Duration::from_secs(601));
    for _ in 0..10 {
        let (_, page) = ada.submit("/account/confirm", "/api/account/confirm", &[("password", "wrong")]).await;
        assert!(page.words().contains("This is not your password"));
    }
    let (_, page) = ada.submit("/account/confirm", "/api/account/confirm", &[("password", PASSWORD)]).await;
    assert!(page.words().contains("Please wait 1 s"), "{}", page.words());
    let (_, page) = ada.submit("/account/confirm", "/api/account/confirm", &[("code", "123456")]).await;
    assert!(page.words().contains("Please wait 1 s"), "{}", page.words());
    portal.later(Duration::from_secs(2));
    let answer = ada.post("/account/confirm", "/api/account/confirm", &[("password", PASSWORD)]).await;
    assert_eq!(answer.location(), "/account/security");
}

async fn exporting_everything_asks_again(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    portal.later(Duration::from_secs(601));
    for path in [
        "/companies.csv",
        "/products.csv",
        "/companies.csv?sort=-country",
        "/products.csv?page=2",
        "/people.csv",
        "/people.xlsx?sort=-changed&page=2",
        "/enquiries.csv",
        "/enquiries.csv?page=2",
        "/interactions.csv",
    ] {
        let answer = ada.get(path).await;
        assert!(answer.location().starts_with("/account/confirm?next="), "{path}: {}", answer.status);
    }
    for path in [
        "/companies.csv?q=novo",
        "/products.csv?q=ine",
        "/people.csv?q=li",
        "/people.xlsx?archived=yes",
        "/enquiries.csv?state=open",
        "/interactions.csv?whose=mine",
    ] {
        assert_eq!(ada.get(path).await.status, StatusCode::OK, "{path}: a part is no matter");
    }
    let fields = [("password", PASSWORD), ("next", "/companies.csv")];
    let (location, file) = ada.submit("/account/confirm", "/api/account/confirm", &fields).await;
    assert_eq!((location.as_str(), file.status), ("/companies.csv", StatusCode::OK));
    assert!(file.headers[header::CONTENT_TYPE].to_str().unwrap().starts_with("text/csv"));
    let mut expert = portal.signed_in(Role::Expert).await;
    assert_eq!(expert.get("/companies.csv").await.status, StatusCode::FORBIDDEN);
}

async fn a_name_is_changed_and_never_overwritten(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    let page = ada.page("/account").await;
    let version = page.field("version");
    let fields = [("version", version.as_str()), ("name", " Ada  洛夫莱斯 "), ("language", "zh")];
    let (location, page) = ada.submit("/account", "/api/account/profile", &fields).await;
    assert_eq!(location, "/account?done=saved");
    assert!(page.words().contains("Ada 洛夫莱斯") && page.words().contains("修改已保存"), "{}", page.words());
    let fields = [("version", version.as_str()), ("name", "Somebody else"), ("language", "en")];
    let (location, page) = ada.submit("/account", "/api/account/profile", &fields).await;
    assert!(location.contains("refused=") && page.field("name") == "Somebody else", "what was typed is kept");
    assert!(ada.page("/account").await.field("name").contains("洛夫莱斯"));
    for (name, language) in [("", "en"), ("x\u{0}", "en"), (&"长".repeat(201), "en"), ("Ada", "tlh")] {
        let version = ada.page("/account").await.field("version");
        let fields = [("version", version.as_str()), ("name", name), ("language", language)];
        let answer = ada.post("/account", "/api/account/profile", &fields).await;
        assert!(answer.location().contains("refused="), "{name}");
    }
    assert_eq!(portal.count("mails").await, 0);
}

async fn a_strange_device_is_told(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    browser_of(&portal, "ada", PHONE, [198, 51, 100, 7]).await;
    browser_of(&portal, "ada", WINDOWS, [203, 0, 113, 9]).await;
    assert_eq!(portal.count("mails").await, 0, "the first time, a known place, a known device");
    browser_of(&portal, "ada", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0", [192, 0, 2, 55]).await;
    assert_eq!(mails_to(&portal, "ada@story.example").await, ["security.strange_device"]);
    let mut tx = portal.read().await;
    let text: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT body_text FROM mails").fetch_one(c).await).unwrap();
    for said in ["Firefox on Linux", "192.0.2.55", "http://127.0.0.1:3000/account/security", "(Asia/Shanghai, UTC+8)"] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

async fn an_administrator_who_looks_sees_nothing_of_it(portal: Portal) {
    let ada = portal.account("ada", Role::Staff).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE sessions SET viewed_account_id = $1, viewed_since = seen_at")
        .bind(ada)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    for path in ["/account", "/account/security", "/account/confirm", "/account/security/authenticator"] {
        assert_eq!(admin.get(path).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    for (function, fields) in [
        ("/api/account/authenticator/begin", vec![]),
        ("/api/account/password", vec![("password", "seven green herons flew")]),
        ("/api/account/confirm", vec![("password", PASSWORD)]),
        ("/api/account/profile", vec![("version", "1"), ("name", "x"), ("language", "en")]),
        ("/api/account/sessions/end-others", vec![]),
    ] {
        let answer = admin.post("/account/security", function, &fields).await;
        assert!(answer.location().contains("refused="), "{function}: {}", answer.status);
    }
    assert_eq!(portal.count("authenticators").await, 0);
    let mut own = portal.browser();
    own.sign_in("ada").await;
}

/// Posts a form too late, and shows who one is; gives the answer of that.
async fn press_late(
    browser: &mut Browser,
    page: &str,
    action: &str,
    fields: &[(&str, &str)],
) -> crate::harness::Answer {
    let confirm = browser.post(page, action, fields).await.location();
    assert!(confirm.starts_with("/account/confirm?next="), "{confirm}");
    let next = browser.page(&confirm).await.field("next");
    browser.post(&confirm, "/api/account/confirm", &[("password", PASSWORD), ("next", &next)]).await
}

async fn what_was_pressed_is_done_once_it_is_shown_who_pressed(portal: Portal) {
    portal.account("ada", Role::Administrator).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    let app = "/account/security/authenticator";
    portal.later(Duration::from_secs(601));
    let answer = press_late(&mut ada, "/account/security", "/api/account/authenticator/begin", &[]).await;
    assert_eq!(answer.location(), app, "it is begun");
    assert_eq!(portal.count("authenticators").await, 1);
    let (codes, _) = crate::second_factor::set_up(&portal, &mut ada).await;
    portal.later(Duration::from_secs(601));
    // New recovery codes come with the cookie that shows them.
    let answer = press_late(&mut ada, "/account/security/codes", "/api/account/recovery-codes", &[]).await;
    assert_eq!(answer.location(), "/account/security/codes");
    assert!(ada.page("/account/security/codes").await.text().contains("<li><code>"), "they are shown");

    // A wrong answer does nothing, and somebody else's token is nobody's.
    portal.later(Duration::from_secs(601));
    let confirm = ada.post(app, "/api/account/authenticator/remove", &[]).await.location();
    let next = ada.page(&confirm).await.field("next");
    let wrong = ada.post(&confirm, "/api/account/confirm", &[("password", "wrong"), ("next", &next)]).await;
    assert!(wrong.location().contains("refused="));
    portal.account("eve", Role::Administrator).await;
    let mut eve = browser_of(&portal, "eve", PHONE, [203, 0, 113, 9]).await;
    crate::second_factor::set_up(&portal, &mut eve).await;
    let answer = eve.post("/account/confirm", "/api/account/confirm", &[("password", PASSWORD), ("next", &next)]).await;
    assert_eq!(answer.location(), next, "nothing of it is done");
    assert_eq!(portal.count("authenticators").await, 2);
    // Of two who confirm at once one carries it out; the code will do as well.
    let code = codes.code(&portal);
    let (mut one, mut two) = (ada.clone(), ada.clone());
    let fields = [("password", PASSWORD), ("next", next.as_str())];
    let others = [("code", code.as_str()), ("next", next.as_str())];
    let (a, b) = tokio::join!(
        one.post(&confirm, "/api/account/confirm", &fields),
        two.post(&confirm, "/api/account/confirm", &others)
    );
    let done = [&a, &b].iter().filter(|answer| answer.location() == "/account/security").count();
    assert_eq!(done, 1, "{} {}", a.location(), b.location());
    assert_eq!(portal.count("authenticators").await, 1);
    let removed = mails_to(&portal, "ada@story.example").await;
    assert_eq!(removed.iter().filter(|kind| *kind == "security.authenticator_removed").count(), 1);
    // What is refused then is told on the page where it was pressed.
    portal.later(Duration::from_secs(601));
    let answer = press_late(&mut ada, "/account/security/codes", "/api/account/recovery-codes", &[]).await;
    assert!(answer.location().starts_with("/account/security/codes?refused="), "{}", answer.location());
    assert!(ada.page(&answer.location()).await.words().contains("Set up an authenticator app or a passkey first"));
    portal.journal_holds().await;
}

async fn what_was_typed_is_shown_again_and_nothing_is_done(portal: Portal) {
    portal.account("ada", Role::Administrator).await;
    portal.account("zoe", Role::Administrator).await;
    let goes = portal.account("goes", Role::Expert).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    let mut own = browser_of(&portal, "goes", PHONE, [203, 0, 113, 9]).await;
    own.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", "enough")]).await;
    portal.later(Duration::from_secs(601));
    let answer =
        press_late(&mut ada, "/account/address", "/api/account/address", &[("email", "n@story.example")]).await;
    assert!(answer.location().starts_with("/account/address?refused="), "{}", answer.location());
    let page = ada.page(&answer.location()).await;
    assert_eq!(page.field("email"), "n@story.example");
    assert!(page.words().contains("Nothing was done yet: you were asked first who you are"), "{}", page.words());
    assert_eq!(portal.count("mails WHERE kind = 'security.address_confirm'").await, 0);
    // What cannot be undone is pressed again.
    portal.later(Duration::from_secs(601));
    let mut tx = portal.read().await;
    let id: sqlx::types::Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM erasure_requests").fetch_one(c).await).unwrap();
    drop(tx);
    let (page, id) = (format!("/admin/erasures/{id}"), id.to_string());
    let answer = press_late(&mut ada, &page, "/api/privacy/erase", &[("id", &id)]).await;
    assert!(answer.location().starts_with(&format!("{page}?refused=")), "{}", answer.location());
    assert!(ada.page(&answer.location()).await.words().contains("Nothing was done yet"), "and it is said");
    assert_eq!(portal.count("accounts WHERE erased_at IS NOT NULL").await, 0);
    assert_ne!(goes, sqlx::types::Uuid::nil());
}

async fn an_address_is_one_however_it_is_written(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    portal.account("bo", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    // The first letter is Cyrillic; it is nobody's, and looks like bo's.
    for (typed, said) in [("bо@story.example", "several alphabets"), ("bo@ѕtory.example", "several alphabets")] {
        let (location, page) = ada.submit("/account/address", "/api/account/address", &[("email", typed)]).await;
        assert!(location.contains("refused=") && page.words().contains(said), "{typed}: {}", page.words());
    }
    for typed in ["BO@STORY.EXAMPLE", "ｂｏ@story.example", "b\u{200b}o@story.example"] {
        let (location, _) = ada.submit("/account/address", "/api/account/address", &[("email", typed)]).await;
        assert_eq!(location, "/account/security?done=address", "{typed}");
    }
    assert_eq!(mails_to(&portal, "bo@story.example").await, ["security.address_taken"; 3], "they are bo's");
    // A name beyond ASCII is kept as the name system has it, and found however it is typed.
    ada.post("/account/address", "/api/account/address", &[("email", "Ada@Bücher.example")]).await;
    let link = link_to(&portal, "Ada@xn--bcher-kva.example").await.unwrap();
    let token = portal.browser().page(&link).await.field("token");
    portal.browser().post(&link, "/api/account/address/confirm", &[("token", &token)]).await;
    for typed in ["ada@bücher.example", "ADA@XN--BCHER-KVA.EXAMPLE"] {
        let fields = [("email", typed), ("password", PASSWORD)];
        assert_eq!(portal.browser().post("/sign-in", "/api/account/sign-in", &fields).await.location(), "/today");
    }
}

async fn the_own_page_tells_what_matters(portal: Portal) {
    let id = portal.account("ada", Role::Staff).await;
    let mut ada = browser_of(&portal, "ada", WINDOWS, [198, 51, 100, 7]).await;
    let page = ada.page("/account").await;
    assert!(page.text().contains("href=\"/account/absence\"") && !page.words().contains("Mails do not reach you"));
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET address_problem = '550 no such user' WHERE id = $1")
        .bind(id)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    let words = ada.page("/account").await.words();
    assert!(words.contains("Mails do not reach you") && words.contains("refuses your address ada@story"), "{words}");
    let mut expert = portal.signed_in(Role::Expert).await;
    assert!(!expert.page("/account").await.text().contains("/account/absence"), "who stands in for nobody");
}
