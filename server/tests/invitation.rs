//! Invitations: who may invite whom, what the link does, and what it does not.

use std::time::Duration;

use app::actor::{Rights, Role};
use http::StatusCode;
use server::mail_worker::step;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Answer, Browser, PASSWORD, Portal};
use crate::joining::{last_mail, link_in, mails_to, token, transport};
use crate::smtp::Smtp;

both!(
    an_administrator_invites_an_expert_who_signs_in,
    a_company_administrator_invites_a_colleague,
    sent_again_withdrawn_expired_or_foreign_links_are_dead,
    nobody_invites_beyond_their_rights,
    whose_address_has_an_account_signs_in_and_accepts,
    an_inviter_learns_nothing_of_accounts,
    whoever_is_sent_away_does_not_come_back_by_an_invitation,
    of_two_presses_one_makes_the_account,
    nobody_is_invited_to_an_archived_company,
    a_form_sent_twice_invites_once_and_nobody_is_flooded,
);

const COLLEAGUE: &str = "/api/invitations/invite-colleague";

/// A representative with these rights in a company.
async fn with_rights(portal: &Portal, name: &str, company: Uuid, rights: Rights) -> (Uuid, Browser) {
    let account = portal.account(name, Role::Representative).await;
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    app::account::store::affiliate_with(&mut tx, account, company, rights, "", now).await.unwrap();
    tx.commit().await.unwrap();
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    (account, browser)
}

async fn invite(browser: &mut Browser, company: Uuid, email: &str, rights: &str) -> (String, Answer) {
    let id = company.to_string();
    let fields =
        [("company", id.as_str()), ("email", email), ("name", "Bo Ek"), ("rights", rights), ("language", "en")];
    browser.submit(&format!("/companies/{company}/invitations"), COLLEAGUE, &fields).await
}

async fn accept(portal: &Portal, path: &str) -> (Browser, Answer) {
    let mut browser = portal.browser();
    let fields = [("token", token(path)), ("name", "Bo Ek"), ("password", PASSWORD)];
    let answer = browser.post(path, "/api/invitations/accept", &fields).await;
    (browser, answer)
}

/// The id of the latest invitation.
async fn latest(portal: &Portal) -> String {
    let mut tx = portal.read().await;
    let id: Uuid = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT id FROM invitations ORDER BY created_at DESC, id DESC LIMIT 1"
    )
    .fetch_one(c)
    .await)
    .unwrap();
    id.to_string()
}

async fn is_dead(portal: &Portal, path: &str) {
    let page = portal.browser().get(path).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.words());
    assert!(page.words().contains("ask whoever invited you"), "{}", page.words());
    let accounts = portal.count("accounts").await;
    let (_, answer) = accept(portal, path).await;
    assert!(answer.location().contains("refused="), "{} {}", answer.status, answer.location());
    assert_eq!(portal.count("accounts").await, accounts);
}

async fn an_administrator_invites_an_expert_who_signs_in(portal: Portal) {
    let smtp = Smtp::start().await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = admin.page("/admin/invitations").await;
    let form_id = page.field("form_id");
    let fields = [
        ("form_id", form_id.as_str()),
        ("email", "Eve@Story.Example"),
        ("name", "伊芙"),
        ("role", "expert"),
        ("title", "Oncologist"),
        ("language", "zh"),
    ];
    let (location, page) = admin.submit("/admin/invitations", "/api/invitations/invite", &fields).await;
    assert_eq!(location, "/admin/invitations");
    assert!(page.words().contains("Eve@story.example Expert Oncologist Open"), "{}", page.words());
    step(&portal.backend, &transport(&smtp)).await.unwrap();
    let mail = smtp.received().pop().unwrap().parse();
    assert!(mail.headers["subject"].contains("邀请您加入博鳌乐城") && mail.text.contains("评审专家"), "{}", mail.text);
    let path = link_in(&mail.text, "/invitation/");

    // Mail scanners open links, too: nothing comes of it.
    for _ in 0..3 {
        let page = portal.browser().page(&path).await;
        assert!(page.words().contains("You are invited to Boao Hope City") && page.words().contains("Expert"));
    }
    assert_eq!(portal.count("accounts").await, 1);
    let mut eve = portal.browser();
    let fields = [("token", token(&path)), ("name", "Eve 伊芙"), ("password", PASSWORD)];
    // A second factor may be required of the zone's people: they sign in as always.
    let (location, page) = eve.submit(&path, "/api/invitations/accept", &fields).await;
    assert_eq!(location, "/sign-in?done=password");
    assert!(page.words().contains("Your password is set"), "{}", page.words());
    assert!(eve.cookie("session").is_none());
    let fields = [("email", "eve@story.example"), ("password", PASSWORD)];
    assert_eq!(eve.post("/sign-in", "/api/account/sign-in", &fields).await.status, StatusCode::SEE_OTHER);
    assert!(admin.page("/admin/invitations").await.words().contains("Accepted"));
    is_dead(&portal, &path).await;
    portal.journal_holds().await;
}

async fn a_company_administrator_invites_a_colleague(portal: Portal) {
    let company = portal.signed_in(Role::Staff).await.add_company("Some Company").await;
    let (_, mut ada) = with_rights(&portal, "ada", company, Rights::Administrator).await;
    assert!(ada.page(&format!("/companies/{company}")).await.text().contains("/invitations\""));
    let (location, page) = invite(&mut ada, company, "bo@story.example", "contributor").await;
    assert_eq!(location, format!("/companies/{company}/invitations"));
    assert!(page.words().contains("bo@story.example Contributor Open ada"), "{}", page.words());
    let mail = last_mail(&portal, "bo@story.example").await;
    assert!(mail.subject.contains("ada invites you") && mail.body_text.contains("Some Company"), "{mail:?}");
    let path = mail.link("/invitation/");
    let (mut bo, answer) = accept(&portal, &path).await;
    assert_eq!(answer.location(), "/today", "{}", answer.words());
    assert!(bo.page("/today").await.words().contains("Some Company"));
    // A contributor does not invite.
    assert_eq!(bo.get(&format!("/companies/{company}/invitations")).await.status, StatusCode::FORBIDDEN);
    let words = ada.page(&format!("/companies/{company}/invitations")).await.words();
    assert!(words.contains("Accepted") && words.contains("Bo Ek bo@story.example Contributor"), "{words}");
    // Who acts for it already needs no invitation.
    let (_, page) = invite(&mut ada, company, "BO@story.example", "viewer").await;
    assert!(page.words().contains("acts for the company already"), "{}", page.words());
}

async fn sent_again_withdrawn_expired_or_foreign_links_are_dead(portal: Portal) {
    let company = portal.signed_in(Role::Staff).await.add_company("Some Company").await;
    let (_, mut ada) = with_rights(&portal, "ada", company, Rights::Administrator).await;
    let page = format!("/companies/{company}/invitations");
    invite(&mut ada, company, "bo@story.example", "viewer").await;
    let first = last_mail(&portal, "bo@story.example").await.link("/invitation/");
    let id = latest(&portal).await;
    let (_, twice) = invite(&mut ada, company, "bo@story.example", "viewer").await;
    assert!(twice.words().contains("has an open invitation"), "{}", twice.words());
    ada.submit(&page, "/api/invitations/again", &[("id", &id)]).await;
    let second = last_mail(&portal, "bo@story.example").await.link("/invitation/");
    assert_ne!(first, second);
    is_dead(&portal, &first).await;
    portal.browser().page(&second).await;
    // Fourteen days later it has expired; sent again it lives.
    portal.later(Duration::from_secs(14 * 24 * 3600));
    is_dead(&portal, &second).await;
    ada.sign_in("ada").await;
    assert!(ada.page(&page).await.words().contains("Expired"));
    ada.submit(&page, "/api/invitations/again", &[("id", &id)]).await;
    let third = last_mail(&portal, "bo@story.example").await.link("/invitation/");
    portal.browser().page(&third).await;
    let (_, answer) = ada.submit(&page, "/api/invitations/withdraw", &[("id", &id)]).await;
    assert!(answer.words().contains("Withdrawn"), "{}", answer.words());
    is_dead(&portal, &third).await;
    // Withdrawn stays withdrawn, also when it is sent again by a form from before.
    let (_, answer) = ada.submit(&page, "/api/invitations/again", &[("id", &id)]).await;
    assert!(answer.words().contains("Somebody else changed this meanwhile"), "{}", answer.words());
    is_dead(&portal, &third).await;
    is_dead(&portal, &format!("/invitation/{}", "0".repeat(64))).await;
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let foreign =
        app::backend::link::make(&mut tx, app::backend::link::Kind::Join, id.parse().unwrap(), "", now).await.unwrap();
    tx.commit().await.unwrap();
    is_dead(&portal, &format!("/invitation/{foreign}")).await;
}

async fn nobody_invites_beyond_their_rights(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = staff.add_company("Own Company").await;
    let other = staff.add_company("Other Company").await;
    let (_, mut ada) = with_rights(&portal, "ada", own, Rights::Administrator).await;
    for rights in [Rights::Viewer, Rights::Contributor, Rights::Manager] {
        let (_, mut browser) = with_rights(&portal, rights.code(), own, rights).await;
        let id = own.to_string();
        let fields = [
            ("company", id.as_str()),
            ("email", "x@story.example"),
            ("name", "X"),
            ("rights", "viewer"),
            ("language", "en"),
        ];
        let answer = browser.post("/today", COLLEAGUE, &fields).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{rights:?}");
    }
    // Another's company is not found, by page or by a crafted form; nor is another's invitation.
    let id = other.to_string();
    let fields = [
        ("company", id.as_str()),
        ("email", "x@story.example"),
        ("name", "X"),
        ("rights", "viewer"),
        ("language", "en"),
    ];
    assert_eq!(ada.post("/today", COLLEAGUE, &fields).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ada.get(&format!("/companies/{other}/invitations")).await.status, StatusCode::NOT_FOUND);
    let (location, _) = invite(&mut staff, other, "y@story.example", "administrator").await;
    assert!(!location.contains("refused="));
    let invitation = latest(&portal).await;
    for action in ["/api/invitations/again", "/api/invitations/withdraw"] {
        assert_eq!(ada.post("/today", action, &[("id", &invitation)]).await.status, StatusCode::NOT_FOUND, "{action}");
    }
    // A role in a company's form is nothing; staff and company administrators do not invite to the zone.
    let id = own.to_string();
    let fields = [
        ("company", id.as_str()),
        ("role", "administrator"),
        ("email", "z@story.example"),
        ("name", "Z"),
        ("rights", "viewer"),
        ("language", "en"),
    ];
    ada.submit("/today", COLLEAGUE, &fields).await;
    let path = last_mail(&portal, "z@story.example").await.link("/invitation/");
    accept(&portal, &path).await;
    let mut tx = portal.read().await;
    let role: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT role FROM accounts WHERE email_folded = 'z@story.example'")
            .fetch_one(c)
            .await)
        .unwrap();
    assert_eq!(role, "representative");
    drop(tx);
    let zone = [("email", "q@story.example"), ("name", "Q"), ("role", "staff"), ("language", "en")];
    for browser in [&mut ada, &mut staff] {
        assert_eq!(browser.post("/today", "/api/invitations/invite", &zone).await.status, StatusCode::FORBIDDEN);
    }
    // Nor does an administrator make representatives without a company, or invite who has an account.
    let mut admin = portal.signed_in(Role::Administrator).await;
    for (email, role, problem) in [
        ("q@story.example", "representative", "Please choose one of the options"),
        ("z@story.example", "staff", "has an account already"),
    ] {
        let zone = [("email", email), ("name", "Q"), ("role", role), ("language", "en")];
        let (_, page) = admin.submit("/admin/invitations", "/api/invitations/invite", &zone).await;
        assert!(page.words().contains(problem), "{}", page.words());
    }
    let (_, page) = invite(&mut admin, own, "x@story.example", "emperor").await;
    assert!(page.words().contains("Please choose one of the options"), "{}", page.words());
    assert_eq!(portal.count("invitations").await, 2);
}

async fn whose_address_has_an_account_signs_in_and_accepts(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = staff.add_company("First Company").await;
    let second = staff.add_company("Second Company").await;
    let (account, mut bo) = with_rights(&portal, "bo", first, Rights::Manager).await;
    invite(&mut staff, second, "bo@story.example", "contributor").await;
    let path = last_mail(&portal, "bo@story.example").await.link("/invitation/");
    // Signed out: sign in, and come back. The link alone makes no second account and sets no password.
    let page = portal.browser().page(&path).await;
    assert!(page.words().contains("You have an account with this address already"), "{}", page.words());
    assert!(page.text().contains("/sign-in?next=%2Finvitation%2F"), "{}", page.text());
    let (mut thief, answer) = accept(&portal, &path).await;
    assert!(thief.cookie("session").is_none(), "{}", answer.location());
    assert_eq!(thief.get("/today").await.status, StatusCode::SEE_OTHER);
    // Signed in as somebody else: refused, by page and by form.
    let (_, mut eve) = with_rights(&portal, "eve", first, Rights::Manager).await;
    assert!(eve.page(&path).await.words().contains("You are signed in as eve"));
    let (_, page) = eve.submit(&path, "/api/invitations/join", &[("token", token(&path))]).await;
    assert!(!page.words().contains("Second Company Second"), "{}", page.words());
    assert_eq!(eve.get(&format!("/companies/{second}")).await.status, StatusCode::NOT_FOUND);
    // Signed in as invited: one button.
    let page = bo.page(&path).await;
    assert!(page.words().contains("Accept invitation") && !page.text().contains("type=\"password\""));
    let (location, _) = bo.submit(&path, "/api/invitations/join", &[("token", token(&path))]).await;
    assert_eq!(location, format!("/companies/{second}"));
    let words = bo.page("/today").await.words();
    assert!(words.contains("First Company") && words.contains("Second Company"), "{words}");
    is_dead(&portal, &path).await;

    // An invitation gives rights and takes none.
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let kept = app::account::store::affiliate_with(&mut tx, account, first, Rights::Viewer, "", now).await.unwrap();
    assert_eq!(kept, Rights::Manager);
    drop(tx);
    // An account of the zone cannot take it.
    portal.account("expert", Role::Expert).await;
    let mut expert = portal.browser();
    expert.sign_in("expert").await;
    let (_, mut ada) = with_rights(&portal, "ada", first, Rights::Administrator).await;
    invite(&mut ada, first, "expert@story.example", "viewer").await;
    let path = last_mail(&portal, "expert@story.example").await.link("/invitation/");
    assert!(expert.page(&path).await.words().contains("has another role"));
    expert.submit(&path, "/api/invitations/join", &[("token", token(&path))]).await;
    let mut tx = portal.read().await;
    let affiliations: i64 = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM affiliations f JOIN accounts a ON a.id = f.account_id WHERE a.role = 'expert'"
    )
    .fetch_one(c)
    .await)
    .unwrap();
    assert_eq!(affiliations, 0);
}

async fn an_inviter_learns_nothing_of_accounts(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Some Company").await;
    let (_, mut ada) = with_rights(&portal, "ada", company, Rights::Administrator).await;
    portal.account("known", Role::Representative).await;
    portal.account("expert", Role::Expert).await;
    let mut said = Vec::new();
    for email in ["known@story.example", "expert@story.example", "nobody@story.example"] {
        let (location, page) = invite(&mut ada, company, email, "viewer").await;
        assert_eq!(location, format!("/companies/{company}/invitations"));
        let row = page.words();
        let row = row[row.find(email).unwrap()..].chars().take(90).collect::<String>().replace(email, "…");
        said.push(row.split("Bo Ek").next().unwrap().to_owned());
        let mail = last_mail(&portal, email).await;
        let text = mail.body_text.replace(token(&mail.link("/invitation/")), "…");
        assert!(text.contains("invites you to act for Some Company"), "{text}");
    }
    assert!(said.iter().all(|row| row.contains("Viewer Open ada")), "{said:?}");
    // Staff is told what would come to nothing.
    let another = staff.add_company("Another Company").await;
    let (_, page) = invite(&mut staff, another, "expert@story.example", "viewer").await;
    assert!(page.words().contains("cannot act for a company"), "{}", page.words());
}

async fn whoever_is_sent_away_does_not_come_back_by_an_invitation(portal: Portal) {
    let company = portal.signed_in(Role::Staff).await.add_company("Some Company").await;
    let (account, mut ada) = with_rights(&portal, "ada", company, Rights::Administrator).await;
    invite(&mut ada, company, "back@story.example", "administrator").await;
    let path = last_mail(&portal, "back@story.example").await.link("/invitation/");
    portal.browser().page(&path).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET ended_at = 1 WHERE account_id = $1")
        .bind(account)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    is_dead(&portal, &path).await;
    // Somebody who may sends it again, and vouches for it.
    let mut staff = portal.signed_in(Role::Staff).await;
    let page = format!("/companies/{company}/invitations");
    assert!(staff.page(&page).await.words().contains("Withdrawn"));
    let id = latest(&portal).await;
    staff.submit(&page, "/api/invitations/again", &[("id", &id)]).await;
    let path = last_mail(&portal, "back@story.example").await.link("/invitation/");
    portal.browser().page(&path).await;
}

async fn of_two_presses_one_makes_the_account(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Some Company").await;
    invite(&mut staff, company, "bo@story.example", "viewer").await;
    let path = last_mail(&portal, "bo@story.example").await.link("/invitation/");
    let before = portal.count("accounts").await;
    let ((_, one), (_, other)) = futures::join!(accept(&portal, &path), accept(&portal, &path));
    let won = [&one, &other].iter().filter(|answer| answer.location() == "/today").count();
    assert_eq!(won, 1, "{} {}", one.location(), other.location());
    assert_eq!(portal.count("accounts").await, before + 1);
    assert_eq!(portal.count("affiliations").await, 1);
    portal.journal_holds().await;
}

async fn nobody_is_invited_to_an_archived_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let (_, mut known) = portal.person("known", &[]).await;
    for email in ["bo@their.example", "known@story.example"] {
        let (location, _) = invite(&mut staff, company, email, "viewer").await;
        assert!(!location.contains("refused="), "{location}");
    }
    let link = last_mail(&portal, "bo@their.example").await.link("/invitation/");
    let of_known = last_mail(&portal, "known@story.example").await.link("/invitation/");
    let id = company.to_string();
    let page = format!("/companies/{company}");
    let fields = [("id", id.as_str()), ("archived_reason", "A mistake")];
    staff.submit(&page, "/api/companies/archive", &fields).await;
    let archived = "Restore it before you change it or add to it";
    let (location, drawn) = invite(&mut staff, company, "cy@their.example", "viewer").await;
    assert!(location.contains("refused=") && drawn.words().contains(archived), "{}", drawn.words());
    let list = format!("{page}/invitations");
    let again = [("id", latest(&portal).await)];
    let again = again.each_ref().map(|(name, value)| (*name, value.as_str()));
    let (_, drawn) = staff.submit(&list, "/api/invitations/again", &again).await;
    assert!(drawn.words().contains(archived), "{}", drawn.words());
    // Nor does anybody come by a link that was sent before.
    let accounts = portal.count("accounts").await;
    let (mut bo, answer) = accept(&portal, &link).await;
    assert!(answer.location().contains("refused="), "{} {}", answer.status, answer.location());
    assert!(bo.page(&answer.location()).await.words().contains(archived));
    let fields = [("token", token(&of_known))];
    let (_, drawn) = known.submit(&of_known, "/api/invitations/join", &fields).await;
    assert!(drawn.words().contains(archived), "{}", drawn.words());
    assert_eq!((portal.count("accounts").await, portal.count("affiliations").await), (accounts, 0));
    assert_eq!(portal.count("invitations").await, 2);
    // Restored, both links work again.
    staff.submit(&page, "/api/companies/restore", &[("id", &id)]).await;
    assert_eq!(accept(&portal, &link).await.1.location(), "/today");
    assert_eq!(known.post(&of_known, "/api/invitations/join", &fields).await.location(), page);
    portal.journal_holds().await;
}

async fn a_form_sent_twice_invites_once_and_nobody_is_flooded(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Some Company").await;
    let page = format!("/companies/{company}/invitations");
    let form_id = staff.page(&page).await.field("form_id");
    let id = company.to_string();
    let fields = [
        ("form_id", form_id.as_str()),
        ("company", id.as_str()),
        ("email", "bo@story.example"),
        ("name", "Bo\r\nBcc: x@evil.example"),
        ("rights", "viewer"),
        ("language", "en"),
    ];
    for _ in 0..2 {
        let (location, _) = staff.submit(&page, COLLEAGUE, &fields).await;
        assert_eq!(location, page);
    }
    let mails = mails_to(&portal, "bo@story.example").await;
    assert_eq!(mails.len(), 1);
    assert!(mails[0].body_text.starts_with("Dear Bo Bcc: x@evil.example,"), "one line: {}", mails[0].body_text);
    let invitation = latest(&portal).await;
    for _ in 0..8 {
        staff.post(&page, "/api/invitations/again", &[("id", &invitation)]).await;
    }
    assert_eq!(mails_to(&portal, "bo@story.example").await.len(), 5, "five an hour");
    let (_, answer) = staff.submit(&page, "/api/invitations/again", &[("id", &invitation)]).await;
    assert!(answer.words().contains("Please wait"), "{}", answer.words());
}
