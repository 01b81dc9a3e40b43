//! Forgotten passwords: a link by mail sets a new one, once, and ends what others opened.

use std::time::Duration;

use app::actor::{Rights, Role};
use http::StatusCode;
use server::mail_worker::step;

use crate::both;
use crate::harness::{Answer, Browser, PASSWORD, Portal};
use crate::joining::{last_mail, link_in, mails_to, token, transport};
use crate::smtp::Smtp;

both!(
    a_forgotten_password_is_replaced_and_all_else_ends,
    no_answer_tells_who_has_an_account,
    a_link_sets_one_password_within_an_hour,
    of_two_presses_one_sets_the_password,
    nobody_is_flooded_with_links,
    a_second_factor_still_stands_before_the_sign_in,
    tokens_are_for_their_receivers_alone,
);

const NEW: &str = "quite another password of it";

async fn ask(browser: &mut Browser, email: &str) -> Answer {
    browser.post("/password", "/api/account/ask-reset", &[("email", email)]).await
}

/// The path of the latest link to an address.
async fn link_to(portal: &Portal, email: &str) -> String {
    assert_eq!(ask(&mut portal.browser(), email).await.location(), "/password/sent");
    last_mail(portal, email).await.link("/password/")
}

async fn set(portal: &Portal, path: &str, password: &str) -> (Browser, Answer) {
    let mut browser = portal.browser();
    let answer = browser.post(path, "/api/account/reset", &[("token", token(path)), ("password", password)]).await;
    (browser, answer)
}

async fn sign_in(portal: &Portal, email: &str, password: &str) -> String {
    let mut browser = portal.browser();
    browser.post("/sign-in", "/api/account/sign-in", &[("email", email), ("password", password)]).await.location()
}

async fn representative(portal: &Portal, name: &str) -> Browser {
    let company = portal.signed_in(Role::Staff).await.add_company(&format!("Company of {name}")).await;
    let account = portal.account(name, Role::Representative).await;
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    app::account::store::affiliate_with(&mut tx, account, company, Rights::Manager, "", now).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    browser
}

async fn is_dead(portal: &Portal, path: &str) {
    let page = portal.browser().get(path).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.words());
    let (mut browser, answer) = set(portal, path, "and still another password").await;
    assert!(answer.location().contains("refused="), "{} {}", answer.status, answer.location());
    assert_eq!(browser.get("/today").await.status, StatusCode::SEE_OTHER);
}

async fn a_forgotten_password_is_replaced_and_all_else_ends(portal: Portal) {
    let smtp = Smtp::start().await;
    let mut elsewhere = representative(&portal, "ada").await;
    let mut other = representative(&portal, "bo").await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO sign_in_steps (token_hash, account_id, next, attempts, created_at, expires_at)
         SELECT 'step', id, '', 0, 0, 9000000000000000 FROM accounts WHERE email_folded = 'ada@story.example'"
    )
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();

    let mut ada = portal.browser();
    assert!(ada.page("/sign-in").await.text().contains("href=\"/password\""));
    ada.page("/password").await;
    let (location, page) = ada.submit("/password", "/api/account/ask-reset", &[("email", " ADA@story.EXAMPLE ")]).await;
    assert_eq!(location, "/password/sent");
    assert!(page.words().contains("there will be one from us"), "{}", page.words());
    step(&portal.backend, &transport(&smtp)).await.unwrap();
    let received = smtp.received().pop().unwrap();
    assert_eq!(received.to, ["ada@story.example"]);
    let mail = received.parse();
    let path = link_in(&mail.text, "/password/");
    assert!(mail.html.contains(&path) && mail.text.contains("one hour"), "{}", mail.text);
    for _ in 0..3 {
        ada.page(&path).await;
    }
    assert_eq!(sign_in(&portal, "ada@story.example", PASSWORD).await, "/today", "opening it changed nothing");

    for (weak, why) in [("short", "At least 10 characters"), ("adaadaadaada", "guessed"), ("", "Please fill this in")] {
        let (_, page) = ada.submit(&path, "/api/account/reset", &[("token", token(&path)), ("password", weak)]).await;
        assert!(page.words().contains(why), "{weak}: {}", page.words());
    }
    let (location, page) = ada.submit(&path, "/api/account/reset", &[("token", token(&path)), ("password", NEW)]).await;
    assert_eq!(location, "/today");
    assert!(page.words().contains("Company of ada"), "{}", page.words());
    assert_eq!(elsewhere.get("/today").await.status, StatusCode::SEE_OTHER, "all other sessions ended");
    other.page("/today").await;
    assert_eq!(portal.count("sign_in_steps").await, 0);
    assert!(sign_in(&portal, "ada@story.example", PASSWORD).await.contains("refused="));
    assert_eq!(sign_in(&portal, "ada@story.example", NEW).await, "/today");
    let mail = last_mail(&portal, "ada@story.example").await;
    assert_eq!(mail.subject, "Your password for Boao Hope City was changed");
    assert!(mail.body_text.contains("From network address: 127.0.0.1"), "{}", mail.body_text);
    is_dead(&portal, &path).await;
    let journal = portal.signed_in(Role::Administrator).await.page("/admin/journal").await.words();
    assert!(journal.contains("set a new password by a mailed link"), "{journal}");
    portal.journal_holds().await;

    // Staff sets it as well, and signs in as always.
    portal.account("staff", Role::Staff).await;
    let path = link_to(&portal, "staff@story.example").await;
    let (mut staff, answer) = set(&portal, &path, NEW).await;
    assert_eq!(answer.location(), "/sign-in?done=password");
    assert_eq!(staff.get("/today").await.status, StatusCode::SEE_OTHER);
}

async fn no_answer_tells_who_has_an_account(portal: Portal) {
    portal.account("known", Role::Staff).await;
    portal.account("gone", Role::Representative).await;
    let mut tx = portal.write().await;
    let suspend = "UPDATE accounts SET suspended_at = 1 WHERE email_folded = 'gone@story.example'";
    app::on!(&mut tx, |c| sqlx::query(suspend).execute(c).await).unwrap();
    tx.commit().await.unwrap();
    let mut answers = Vec::new();
    for email in ["known@story.example", "gone@story.example", "nobody@story.example"] {
        let mut browser = portal.browser();
        let started = app::backend::clock::stopwatch();
        let answer = ask(&mut browser, email).await;
        assert!(started.elapsed() >= Duration::from_millis(250));
        let page = browser.page(&answer.location()).await;
        let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
        names.sort();
        answers.push((answer.status, answer.location(), names, answer.bytes.len(), page.words()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!(last_mail(&portal, "known@story.example").await.kind, "password.reset");
    for email in ["gone@story.example", "nobody@story.example"] {
        let mail = last_mail(&portal, email).await;
        assert_eq!(mail.kind, "password.nobody");
        assert!(!mail.body_text.contains("/password/"), "{}", mail.body_text);
    }
    assert_eq!(portal.count("links").await, 1);
    // What is no address is told so, whoever asks.
    let (_, page) =
        portal.browser().submit("/password", "/api/account/ask-reset", &[("email", "nоbody@story.example")]).await;
    assert!(page.words().contains("several alphabets"), "{}", page.words());

    // Suspended after the link was sent: it opens nothing.
    let path = last_mail(&portal, "known@story.example").await.link("/password/");
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET suspended_at = 1").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    is_dead(&portal, &path).await;
}

async fn a_link_sets_one_password_within_an_hour(portal: Portal) {
    representative(&portal, "ada").await;
    let first = link_to(&portal, "ada@story.example").await;
    let second = link_to(&portal, "ada@story.example").await;
    is_dead(&portal, &first).await;
    portal.later(Duration::from_secs(3600));
    is_dead(&portal, &second).await;
    is_dead(&portal, &format!("/password/{}", "f".repeat(64))).await;
    let third = link_to(&portal, "ada@story.example").await;
    // A token of another kind, and another's token in the form of this page.
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let foreign =
        app::backend::link::make(&mut tx, app::backend::link::Kind::Address, sqlx::types::Uuid::nil(), "", now)
            .await
            .unwrap();
    tx.commit().await.unwrap();
    is_dead(&portal, &format!("/password/{foreign}")).await;
    let (_, answer) = set(&portal, &third, NEW).await;
    assert_eq!(answer.location(), "/today");
    is_dead(&portal, &third).await;
    assert_eq!(sign_in(&portal, "ada@story.example", NEW).await, "/today");
}

async fn of_two_presses_one_sets_the_password(portal: Portal) {
    representative(&portal, "ada").await;
    let path = link_to(&portal, "ada@story.example").await;
    let other = "the password of the other press";
    let ((_, one), (_, two)) = futures::join!(set(&portal, &path, NEW), set(&portal, &path, other));
    let won: Vec<bool> = [&one, &two].iter().map(|answer| answer.location() == "/today").collect();
    assert_eq!(won.iter().filter(|won| **won).count(), 1, "{} {}", one.location(), two.location());
    let winner = if won[0] { NEW } else { other };
    assert_eq!(sign_in(&portal, "ada@story.example", winner).await, "/today");
    let changed = mails_to(&portal, "ada@story.example").await;
    assert_eq!(changed.iter().filter(|mail| mail.kind == "password.changed").count(), 1);
}

async fn nobody_is_flooded_with_links(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    for number in 0..6 {
        let mut browser = portal.browser();
        browser.address = [198, 51, 100, number].into();
        assert_eq!(ask(&mut browser, "ada@story.example").await.location(), "/password/sent");
    }
    assert_eq!(mails_to(&portal, "ada@story.example").await.len(), 3);
    // What was sent still works: who asks too often kills nobody's link.
    let path = last_mail(&portal, "ada@story.example").await.link("/password/");
    portal.browser().page(&path).await;
    let asks = (0..24).map(|number| {
        let portal = &portal;
        async move {
            let mut browser = portal.browser();
            browser.address = [203, 0, 113, 77].into();
            ask(&mut browser, &format!("number{number}@story.example")).await.location()
        }
    });
    let answers = futures::future::join_all(asks).await;
    assert!(answers.iter().all(|location| location == "/password/sent"));
    assert_eq!(portal.count("mails").await, 3 + 20);
    portal.later(Duration::from_secs(3601));
    ask(&mut portal.browser(), "ada@story.example").await;
    assert_eq!(mails_to(&portal, "ada@story.example").await.len(), 4);
}

async fn a_second_factor_still_stands_before_the_sign_in(portal: Portal) {
    representative(&portal, "ada").await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO authenticators (account_id, secret, created_at, confirmed_at, last_step)
         SELECT id, 'secret', 0, 1, 0 FROM accounts WHERE email_folded = 'ada@story.example'"
    )
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
    let path = link_to(&portal, "ada@story.example").await;
    let (mut browser, answer) = set(&portal, &path, NEW).await;
    assert_eq!(answer.location(), "/sign-in?done=password");
    assert_eq!(browser.get("/today").await.status, StatusCode::SEE_OTHER, "the mailbox alone opens nothing");
}

async fn tokens_are_for_their_receivers_alone(mut portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let path = link_to(&portal, "ada@story.example").await;
    let mut tx = portal.read().await;
    let id: sqlx::types::Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM mails").fetch_one(c).await).unwrap();
    drop(tx);
    let mut admin = portal.signed_in(Role::Administrator).await;
    // Without a mail server mails are read here, or nowhere.
    assert!(admin.page(&format!("/admin/mail/{id}")).await.text().contains(token(&path)));
    portal.set(|settings| settings.sends_mail = true);
    let mut admin = admin.elsewhere(portal.router.clone());
    let page = admin.page(&format!("/admin/mail/{id}")).await;
    assert!(page.text().contains("/password/…") && !page.text().contains(token(&path)), "{}", page.words());
}
