//! The second factor: an authenticator app – here a second implementation of RFC 6238 –, recovery codes, and the setting that
//! requires one.

use std::time::Duration;

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::{Answer, Browser, PASSWORD, Portal};

both!(
    an_app_is_set_up_and_asked_for,
    a_code_works_once_also_at_once,
    recovery_codes_work_once_and_make_room_for_new_ones,
    a_step_ends_by_time_by_tries_and_with_the_password,
    a_step_belongs_to_one_browser_and_gives_a_new_session,
    wrong_codes_slow_down_as_wrong_passwords_do,
    turning_off_takes_a_recent_confirmation,
    it_is_required_by_a_setting,
    who_is_suspended_meanwhile_does_not_get_in,
    who_has_lost_everything_is_let_in_again,
);

const APP: &str = "/account/security/authenticator";
const CONFIRM_APP: &str = "/api/account/authenticator/confirm";
const SECOND: &str = "/sign-in/second";
const CODE: &str = "/api/account/sign-in-code";

/// SHA-1 as in RFC 3174: the codes of the portal come from another implementation.
fn sha1(message: &[u8]) -> [u8; 20] {
    let mut h: [u32; 5] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w = [0_u32; 80];
        for (index, word) in block.chunks(4).enumerate() {
            w[index] = u32::from_be_bytes(word.try_into().unwrap());
        }
        for i in 16..80 {
            w[i] = (w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16]).rotate_left(1);
        }
        let [mut a, mut b, mut c, mut d, mut e] = h;
        for (i, word) in w.iter().enumerate() {
            let (f, k) = match i / 20 {
                0 => ((b & c) | (!b & d), 0x5a82_7999),
                1 => (b ^ c ^ d, 0x6ed9_eba1),
                2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
                _ => (b ^ c ^ d, 0xca62_c1d6_u32),
            };
            let next = a.rotate_left(5).wrapping_add(f).wrapping_add(e).wrapping_add(k).wrapping_add(*word);
            (a, b, c, d, e) = (next, a, b.rotate_left(30), c, d);
        }
        for (old, new) in h.iter_mut().zip([a, b, c, d, e]) {
            *old = old.wrapping_add(new);
        }
    }
    let mut digest = [0; 20];
    for (index, word) in h.iter().enumerate() {
        digest[index * 4..index * 4 + 4].copy_from_slice(&word.to_be_bytes());
    }
    digest
}

fn hmac_sha1(key: &[u8], message: &[u8]) -> [u8; 20] {
    let mut block = [0_u8; 64];
    block[..key.len()].copy_from_slice(key);
    let inner: Vec<u8> = block.iter().map(|b| b ^ 0x36).chain(message.iter().copied()).collect();
    let outer: Vec<u8> = block.iter().map(|b| b ^ 0x5c).chain(sha1(&inner)).collect();
    sha1(&outer)
}

fn unbase32(text: &str) -> Vec<u8> {
    let (mut bytes, mut buffer, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.bytes() {
        let value = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".bytes().position(|known| known == letter).unwrap();
        buffer = (buffer << 5) | u32::try_from(value).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from((buffer >> bits) & 255).unwrap());
        }
    }
    bytes
}

/// An authenticator app.
#[derive(Clone)]
pub struct App(Vec<u8>);

impl App {
    pub fn code(&self, portal: &Portal) -> String {
        self.code_at(portal.backend.clock.now().0 / 30_000_000)
    }

    fn code_at(&self, step: i64) -> String {
        let mac = hmac_sha1(&self.0, &step.to_be_bytes());
        let at = usize::from(mac[19] & 15);
        let number = u32::from_be_bytes(mac[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }
}

#[test]
fn the_second_implementation_agrees_with_the_rfc() {
    let app = App(b"12345678901234567890".to_vec());
    for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
        assert_eq!(app.code_at(seconds / 30), code);
    }
}

/// The texts of the elements of this kind.
fn texts_of(answer: &Answer, open: &str, close: &str) -> Vec<String> {
    let html = answer.text();
    html.split(open).skip(1).map(|rest| rest.split(close).next().unwrap().to_owned()).collect()
}

/// Sets an authenticator app up; gives it and the recovery codes, if there are new ones.
pub async fn set_up(portal: &Portal, browser: &mut Browser) -> (App, Vec<String>) {
    let (location, page) = browser.submit("/account/security", "/api/account/authenticator/begin", &[]).await;
    assert!(location.starts_with(APP), "{location}: {}", page.words());
    let secret = texts_of(&page, "<code class=\"secret\">", "</code>").remove(0).replace(' ', "");
    let app = App(unbase32(&secret));
    assert_eq!(app.0.len(), 20);
    let (location, page) = browser.submit(APP, CONFIRM_APP, &[("code", &app.code(portal))]).await;
    assert!(!location.contains("refused="), "{}", page.words());
    (app, texts_of(&page, "<li><code>", "</code>"))
}

/// Puts a password in; gives where that leads.
async fn knock(browser: &mut Browser, name: &str, next: &str) -> String {
    let email = format!("{name}@story.example");
    let fields = [("email", email.as_str()), ("password", PASSWORD), ("next", next)];
    browser.post("/sign-in", "/api/account/sign-in", &fields).await.location()
}

/// Kinds of the mails that somebody got, the oldest first.
pub async fn mails_to(portal: &Portal, address: &str) -> Vec<String> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT kind FROM mails WHERE address = $1 ORDER BY id")
        .bind(address)
        .fetch_all(c)
        .await)
    .unwrap()
}

async fn person(portal: &Portal, name: &str, role: Role) -> Browser {
    portal.account(name, role).await;
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    browser
}

async fn an_app_is_set_up_and_asked_for(portal: Portal) {
    let mut ada = person(&portal, "ada", Role::Staff).await;
    let page = ada.page("/account/security").await;
    assert!(page.words().contains("Set up an authenticator app") && !page.words().contains("Recovery codes"));

    let (location, page) = ada.submit("/account/security", "/api/account/authenticator/begin", &[]).await;
    assert_eq!(location, APP);
    let html = page.text();
    assert!(html.contains("class=\"qr\"") && !html.contains("style="), "the code is drawn, without inline style");
    assert!(html.contains("otpauth://totp/Boao%20Hope%20City:ada%40story.example?secret="), "{html}");
    let secret = texts_of(&page, "<code class=\"secret\">", "</code>").remove(0);
    // Asking twice shows the same, so that a double click makes no code wrong.
    let (_, page) = ada.submit("/account/security", "/api/account/authenticator/begin", &[]).await;
    assert_eq!(texts_of(&page, "<code class=\"secret\">", "</code>"), std::slice::from_ref(&secret));
    let app = App(unbase32(&secret.replace(' ', "")));
    // Before a code confirmed it, it counts for nothing.
    assert_eq!(knock(&mut portal.browser(), "ada", "").await, "/today");
    for wrong in ["", "12345", "abcdef", "000000000", "+12345"] {
        let (location, page) = ada.submit(APP, CONFIRM_APP, &[("code", wrong)]).await;
        assert!(location.contains("refused="), "{wrong}");
        assert!(page.words().contains("This code does not fit") || page.words().contains("fill this in"), "{wrong}");
        assert!(texts_of(&page, "<code class=\"secret\">", "</code>") == [secret.clone()], "it is still the same");
    }
    let code = app.code(&portal);
    let (location, page) = ada.submit(APP, CONFIRM_APP, &[("code", &format!(" {} {} ", &code[..3], &code[3..]))]).await;
    assert_eq!(location, "/account/security/codes");
    let codes = texts_of(&page, "<li><code>", "</code>");
    assert_eq!(codes.len(), 10);
    let again = ada.page("/account/security/codes").await;
    assert!(texts_of(&again, "<li><code>", "</code>").is_empty(), "they are shown once");
    assert!(again.words().contains("10 left"));
    assert_eq!(mails_to(&portal, "ada@story.example").await, ["security.authenticator_added"]);
    let mut tx = portal.read().await;
    let stored: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT code_hash FROM recovery_codes").fetch_all(c).await).unwrap();
    drop(tx);
    assert!(stored.len() == 10 && codes.iter().all(|code| !stored.contains(&code.replace(' ', ""))), "hashes only");

    let mut other = portal.browser();
    assert_eq!(knock(&mut other, "ada", "/companies?q=x").await, SECOND);
    assert!(other.cookie("session").is_none(), "no session yet");
    assert!(other.get("/today").await.location().starts_with("/sign-in"));
    // The code that confirmed it is used up.
    let (location, page) = other.submit(SECOND, CODE, &[("code", &code)]).await;
    assert!(location.starts_with("/sign-in/second?refused="), "{location}");
    assert!(page.words().contains("This code does not fit") && page.field("code").is_empty(), "{}", page.words());
    portal.later(Duration::from_secs(30));
    let answer = other.post(&location, CODE, &[("code", &app.code(&portal))]).await;
    assert_eq!(answer.location(), "/companies?q=x", "where one wanted to go is kept");
    assert!(other.cookie("session").is_some() && other.cookie("sign-in-step").is_none());
    other.page("/today").await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=account.signed_in").await.words();
    assert!(words.contains("Authenticator app"), "the journal says with what: {words}");
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains("set up an authenticator app"), "{words}");
    let mut tx = portal.read().await;
    let kept: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT fields FROM refused_posts").fetch_all(c).await).unwrap();
    assert!(kept.iter().all(|fields| !fields.contains(&code)), "codes are never kept");
    portal.journal_holds().await;
}

async fn a_code_works_once_also_at_once(portal: Portal) {
    let mut ada = person(&portal, "ada", Role::Staff).await;
    let (app, recovery) = set_up(&portal, &mut ada).await;
    portal.later(Duration::from_secs(30));
    let at_once = async |code: &str| {
        let mut browsers = Vec::new();
        for _ in 0..5 {
            let mut browser = portal.browser();
            assert_eq!(knock(&mut browser, "ada", "").await, SECOND);
            browsers.push(browser);
        }
        let fields = [("code", code)];
        let tries = browsers.iter_mut().map(|browser| browser.post(SECOND, CODE, &fields));
        let answers = futures::future::join_all(tries).await;
        answers.iter().filter(|answer| answer.location() == "/today").count()
    };
    assert_eq!(at_once(&app.code(&portal)).await, 1, "a code of the app");
    assert_eq!(at_once(&recovery[0]).await, 1, "a recovery code");
    // One browser that sends its form twice at once gets in once.
    portal.later(Duration::from_secs(30));
    let mut browser = portal.browser();
    knock(&mut browser, "ada", "").await;
    let code = app.code(&portal);
    let fields = [("code", code.as_str())];
    let (mut one, mut two) = (browser.clone(), browser.clone());
    let (first, second) = futures::join!(one.post(SECOND, CODE, &fields), two.post(SECOND, CODE, &fields));
    let entered = [first, second].iter().filter(|answer| answer.location() == "/today").count();
    assert_eq!(entered, 1);
    // A code from before the last one taken does not work either, though its time is not over.
    portal.later(Duration::from_secs(30));
    let mut late = portal.browser();
    knock(&mut late, "ada", "").await;
    let answer = late.post(SECOND, CODE, &[("code", &code)]).await;
    assert!(answer.location().contains("refused="));
}

async fn recovery_codes_work_once_and_make_room_for_new_ones(portal: Portal) {
    let mut ada = person(&portal, "ada", Role::Staff).await;
    let (_, codes) = set_up(&portal, &mut ada).await;
    let typed = format!("{}-", codes[3].replace(' ', "-").to_lowercase());
    let mut browser = portal.browser();
    knock(&mut browser, "ada", "").await;
    assert_eq!(browser.post(SECOND, CODE, &[("code", &typed)]).await.location(), "/today", "however it is typed");
    let mut browser = portal.browser();
    knock(&mut browser, "ada", "").await;
    let (_, page) = browser.submit(SECOND, CODE, &[("code", &codes[3])]).await;
    assert!(page.words().contains("This code does not fit"), "once only");
    assert!(ada.page("/account/security").await.words().contains("9 left"));
    assert!(mails_to(&portal, "ada@story.example").await.contains(&"security.recovery_code_used".to_owned()));

    // Somebody else's code is nobody's.
    let mut bo = person(&portal, "bo", Role::Staff).await;
    let (_, of_bo) = set_up(&portal, &mut bo).await;
    let (_, page) = browser.submit(SECOND, CODE, &[("code", &of_bo[0])]).await;
    assert!(page.words().contains("This code does not fit"));

    let (location, page) = ada.submit("/account/security/codes", "/api/account/recovery-codes", &[]).await;
    assert_eq!(location, "/account/security/codes");
    let new = texts_of(&page, "<li><code>", "</code>");
    assert!(new.len() == 10 && new.iter().all(|code| !codes.contains(code)));
    let (_, page) = browser.submit(SECOND, CODE, &[("code", &codes[0])]).await;
    assert!(page.words().contains("This code does not fit"), "the old ones died");
    assert_eq!(browser.post(SECOND, CODE, &[("code", &new[0])]).await.location(), "/today");
    // The seed in another's browser shows nothing there.
    let mut cy = person(&portal, "cy", Role::Staff).await;
    let answer = ada.post("/account/security/codes", "/api/account/recovery-codes", &[]).await;
    let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("Max-Age=300"), "{cookie}");
    cy.set_cookie("recovery-codes", ada.cookie("recovery-codes").unwrap());
    assert!(texts_of(&cy.page("/account/security/codes").await, "<li><code>", "</code>").is_empty());
    // Who has no second factor has no recovery codes.
    let (_, page) = cy.submit("/account/security/codes", "/api/account/recovery-codes", &[]).await;
    assert!(page.words().contains("Set up an authenticator app or a passkey first"), "{}", page.words());
}

async fn a_step_ends_by_time_by_tries_and_with_the_password(portal: Portal) {
    let mut ada = person(&portal, "ada", Role::Staff).await;
    let (app, _) = set_up(&portal, &mut ada).await;
    let mut browser = portal.browser();
    knock(&mut browser, "ada", "").await;
    portal.later(Duration::from_secs(601));
    let (location, page) = browser.submit(SECOND, CODE, &[("code", &app.code(&portal))]).await;
    assert!(location.starts_with(SECOND) && page.words().contains("This sign-in has ended"), "{}", page.words());
    assert!(browser.cookie("session").is_none());

    knock(&mut browser, "ada", "").await;
    for number in 1..10 {
        let (_, page) = browser.submit(SECOND, CODE, &[("code", "ABCDEFG")]).await;
        assert!(page.words().contains("This code does not fit"), "{number}: {}", page.words());
    }
    let (_, page) = browser.submit(SECOND, CODE, &[("code", "ABCDEFG")]).await;
    assert!(page.words().contains("This sign-in has ended"), "{}", page.words());
    let (_, page) = browser.submit(SECOND, CODE, &[("code", &app.code(&portal))]).await;
    assert!(page.words().contains("This sign-in has ended"), "not even the right one");

    // A step that a stranger with the password is at ends when the password is changed.
    portal.later(Duration::from_secs(3600));
    let mut stranger = portal.browser();
    stranger.address = [203, 0, 113, 9].into();
    portal.later(Duration::from_secs(24 * 3600));
    assert_eq!(knock(&mut stranger, "ada", "").await, SECOND);
    let mut ada = portal.browser();
    knock(&mut ada, "ada", "").await;
    assert_eq!(ada.post(SECOND, CODE, &[("code", &app.code(&portal))]).await.location(), "/today");
    let changed =
        ada.post("/account/password", "/api/account/password", &[("password", "another good password here")]).await;
    assert_eq!(changed.location(), "/account/security?done=password");
    portal.later(Duration::from_secs(30));
    let (_, page) = stranger.submit(SECOND, CODE, &[("code", &app.code(&portal))]).await;
    assert!(page.words().contains("This sign-in has ended"), "{}", page.words());
}

async fn a_step_belongs_to_one_browser_and_gives_a_new_session(portal: Portal) {
    let mut ada = person(&portal, "ada", Role::Staff).await;
    let (app, _) = set_up(&portal, &mut ada).await;
    portal.later(Duration::from_secs(30));
    let mut browser = portal.browser();
    let planted = "b".repeat(64);
    browser.set_cookie("session", &planted);
    browser.set_cookie("sign-in-step", &planted);
    let answer = {
        let fields = [("email", "ada@story.example"), ("password", PASSWORD), ("next", "")];
        browser.post("/sign-in", "/api/account/sign-in", &fields).await
    };
    let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Max-Age=600"),
        "{cookie}"
    );
    let step = browser.cookie("sign-in-step").unwrap().to_owned();
    assert_ne!(step, planted, "a step is never one that somebody planted");
    // Without its cookie, or with another, there is no step.
    for cookie in ["", &planted] {
        let mut other = portal.browser();
        if !cookie.is_empty() {
            other.set_cookie("sign-in-step", cookie);
        }
        let (_, page) = other.submit(SECOND, CODE, &[("code", &app.code(&portal))]).await;
        assert!(page.words().contains("This sign-in has ended"));
    }
    assert_eq!(browser.post(SECOND, CODE, &[("code", &app.code(&portal))]).await.location(), "/today");
    let token = browser.cookie("session").unwrap().to_owned();
    assert!(token != planted && token != step, "the session's token is new");
    // The step is used up.
    portal.later(Duration::from_secs(30));
    let mut again = portal.browser();
    again.set_cookie("sign-in-step", &step);
    let (_, page) = again.submit(SECOND, CODE, &[("code", &app.code(&portal))]).await;
    assert!(page.words().contains("This sign-in has ended"));
    let mut tx = portal.read().await;
    let stored: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT token_hash FROM sign_in_steps").fetch_all(c).await).unwrap();
    assert!(!stored.contains(&step), "only hashes are kept");
}

async fn wrong_codes_slow_down_as_wrong_passwords_do(portal: Portal) {
    let mut ada = person(&portal, "ada", Role::Staff).await;
    set_up(&portal, &mut ada).await;
    let mut thief = portal.browser();
    thief.address = [203, 0, 113, 77].into();
    assert_eq!(knock(&mut thief, "ada", "").await, SECOND);
    for _ in 0..10 {
        thief.post(SECOND, CODE, &[("code", "000000")]).await;
    }
    // The right password does not buy ten more tries at once.
    let fields = [("email", "ada@story.example"), ("password", PASSWORD)];
    let (_, page) = thief.submit("/sign-in", "/api/account/sign-in", &fields).await;
    assert!(page.words().contains("Please wait 1 s"), "{}", page.words());
    portal.later(Duration::from_secs(2));
    assert_eq!(knock(&mut thief, "ada", "").await, SECOND);
    let (_, page) = thief.submit(SECOND, CODE, &[("code", "000000")]).await;
    assert!(page.words().contains("This code does not fit"));
    let (_, page) = thief.submit(SECOND, CODE, &[("code", "000000")]).await;
    assert!(page.words().contains("Please wait 2 s"), "{}", page.words());
    // At home one is not held up by a thief elsewhere.
    assert_eq!(knock(&mut portal.browser(), "ada", "").await, SECOND);
    // The tenth wrong code is in the journal.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains("stopped a sign-in after ten wrong codes"), "{words}");
}

async fn turning_off_takes_a_recent_confirmation(portal: Portal) {
    let mut ada = person(&portal, "ada", Role::Staff).await;
    let (app, _) = set_up(&portal, &mut ada).await;
    portal.later(Duration::from_secs(601));
    let refused = ada.post("/account/security", "/api/account/authenticator/remove", &[]).await.location();
    assert!(refused.starts_with("/account/confirm?next=%2Faccount%2Fsecurity%3Frefused%3D"), "{refused}");
    assert_eq!(ada.get(APP).await.location(), format!("/account/confirm?next={}", APP.replace('/', "%2F")));
    let page = ada.page(&refused).await;
    let next = page.field("next");
    let answer = ada.post(&refused, "/api/account/confirm", &[("code", &app.code(&portal)), ("next", &next)]).await;
    assert_eq!(answer.location(), "/account/security", "a code will do, and what was pressed is done");
    let page = ada.page("/account/security").await;
    assert!(!page.words().contains("Recovery codes"), "they went with the last factor");
    assert_eq!(portal.count("recovery_codes").await, 0);
    assert_eq!(knock(&mut portal.browser(), "ada", "").await, "/today");
    assert!(mails_to(&portal, "ada@story.example").await.contains(&"security.authenticator_removed".to_owned()));
    // Nothing to turn off is no reason to turn something on.
    assert!(ada.post(APP, "/api/account/authenticator/remove", &[]).await.location().contains("refused="));
}

async fn it_is_required_by_a_setting(portal: Portal) {
    const SETTING: &str = "/admin/security";
    const REQUIRE: &str = "/api/settings/second-factor";
    let mut staff = person(&portal, "staff", Role::Staff).await;
    let mut rep = person(&portal, "rep", Role::Representative).await;
    let mut admin = person(&portal, "admin", Role::Administrator).await;
    let fields = [("roles[]", "staff"), ("roles[]", "administrator"), ("before", "")];
    let (_, page) = admin.submit(SETTING, REQUIRE, &fields).await;
    assert!(page.words().contains("Set up a second factor yourself"), "{}", page.words());
    staff.page("/today").await;
    set_up(&portal, &mut admin).await;
    for wrong in ["representative", "nonsense"] {
        let (location, _) = admin.submit(SETTING, REQUIRE, &[("roles[]", wrong), ("before", "")]).await;
        assert!(location.contains("refused="), "{wrong}");
    }
    let (location, page) = admin.submit(SETTING, REQUIRE, &fields).await;
    assert_eq!(location, SETTING);
    assert!(page.text().contains("value=\"staff\" checked") && !page.text().contains("value=\"expert\" checked"));
    // Somebody who had the page open before does not overwrite it.
    let (_, page) = admin.submit(SETTING, REQUIRE, &[("roles[]", "expert"), ("before", "")]).await;
    assert!(page.words().contains("Somebody else changed this meanwhile"), "{}", page.words());

    // It counts for who is signed in, too: everything leads to the one page.
    rep.page("/today").await;
    admin.page("/today").await;
    for path in ["/today", "/companies", "/companies?q=x", "/account", "/account/security", "/companies.csv"] {
        let answer = staff.get(path).await;
        assert!(answer.location().starts_with("/account/second-factor?next="), "{path}: {}", answer.location());
    }
    let company = [("name_en", "New"), ("kinds[]", "agent"), ("stage", "target")];
    let answer = staff.post("/companies/new", "/api/companies/create", &company).await;
    assert!(answer.location().starts_with("/account/second-factor?next="), "{}", answer.location());
    assert_eq!(portal.count("companies").await, 0);
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    let answer = staff.request(Method::POST, "/api/account/sessions/end-others", headers, Vec::new()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let page = staff.page("/account/second-factor?next=%2Fcompanies").await;
    assert!(page.words().contains("Set up a second factor first"), "{}", page.words());
    // The language and the way out are open.
    let (_, page) = staff.submit("/account/second-factor", "/api/account/language", &[("language", "zh")]).await;
    assert!(page.words().contains("请先设置双重验证"), "{}", page.words());
    staff.post("/account/second-factor", "/api/account/language", &[("language", "en")]).await;
    // Signing in again leads there as well, and setting one up opens everything, in every browser.
    let mut elsewhere = portal.browser();
    assert_eq!(knock(&mut elsewhere, "staff", "").await, "/today");
    assert!(elsewhere.get("/today").await.location().starts_with("/account/second-factor"));
    let (app, codes) = set_up(&portal, &mut staff).await;
    assert_eq!(codes.len(), 10);
    staff.page("/today").await;
    elsewhere.page("/today").await;
    // The last one cannot be turned off.
    let (_, page) = staff.submit(APP, "/api/account/authenticator/remove", &[]).await;
    assert!(page.words().contains("Your role requires a second factor"), "{}", page.words());
    portal.later(Duration::from_secs(30));
    let mut third = portal.browser();
    assert_eq!(knock(&mut third, "staff", "").await, SECOND, "it is still there");
    assert_eq!(third.post(SECOND, CODE, &[("code", &app.code(&portal))]).await.location(), "/today");
    third.page("/today").await;
    // Turned off again, nobody is held up.
    let mut other = person(&portal, "other", Role::Administrator).await;
    assert!(other.get("/today").await.location().starts_with("/account/second-factor"));
    let (location, _) = admin.submit(SETTING, REQUIRE, &[("before", "administrator staff")]).await;
    assert_eq!(location, SETTING);
    other.page("/today").await;
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains("changed of whom a second factor is required"), "{words}");
    assert!(words.contains("Administrator, Staff Nobody"), "{words}");
}

async fn who_is_suspended_meanwhile_does_not_get_in(portal: Portal) {
    let id = portal.account("ada", Role::Staff).await;
    let mut ada = portal.browser();
    ada.sign_in("ada").await;
    let (app, codes) = set_up(&portal, &mut ada).await;
    portal.later(Duration::from_secs(30));
    let mut browser = portal.browser();
    assert_eq!(knock(&mut browser, "ada", "").await, SECOND);
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET suspended_at = 1 WHERE id = $1").bind(id).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    for code in [app.code(&portal), codes[0].clone()] {
        let (_, page) = browser.submit(SECOND, CODE, &[("code", &code)]).await;
        assert!(browser.cookie("session").is_none(), "{}", page.words());
    }
    let (_, page) = browser
        .submit("/sign-in", "/api/account/sign-in", &[("email", "ada@story.example"), ("password", PASSWORD)])
        .await;
    assert!(page.words().contains("E-mail address or password is wrong"), "{}", page.words());
    assert_eq!(ada.get("/today").await.status, StatusCode::SEE_OTHER);
}

async fn who_has_lost_everything_is_let_in_again(portal: Portal) {
    let id = portal.account("ada", Role::Staff).await;
    let mut ada = portal.browser();
    ada.sign_in("ada").await;
    let forget = async || {
        let now = portal.backend.clock.now();
        let author = app::backend::journal::Author { actor: None, origin: "command", address: String::new(), now };
        let mut tx = portal.write().await;
        let settings = &portal.backend.settings;
        let had = app::security::lost::forget_factors(&mut tx, settings, &author, id).await.unwrap();
        tx.commit().await.unwrap();
        had
    };
    assert!(!forget().await, "there is nothing yet");
    set_up(&portal, &mut ada).await;
    assert_eq!(knock(&mut portal.browser(), "ada", "").await, SECOND);
    assert!(forget().await);
    assert_eq!(knock(&mut portal.browser(), "ada", "").await, "/today");
    let mut tx = portal.read().await;
    let text: String = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT body_text FROM mails WHERE kind = 'security.factors_removed'"
    )
    .fetch_one(c)
    .await)
    .unwrap();
    assert!(text.contains("The zone has removed") && !text.contains("Device"), "{text}");
    drop(tx);
    portal.journal_holds().await;
}
