//! Joining: from the request at `/join` through the mails to the first sign-in, and what must not come of it.

use std::time::Duration;

use app::actor::Role;
use app::backend::link;
use http::StatusCode;
use server::mail_worker::step;
use server::smtp::{MailServer, Transport, sender};
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Answer, Browser, PASSWORD, Portal, until};
use crate::smtp::Smtp;

both!(
    from_the_request_through_the_mails_to_the_first_sign_in,
    the_same_in_chinese,
    no_answer_tells_what_is_known,
    a_link_confirms_once_and_not_for_ever,
    nobody_is_flooded,
    staff_sees_the_likely_companies_and_why,
    a_declined_person_is_told_why,
    of_two_who_decide_at_once_one_is_told,
    a_new_company_is_made_of_a_request,
    who_got_an_account_meanwhile_acts_for_the_company_at_once,
    hostile_names_and_addresses,
    what_nobody_confirmed_is_forgotten,
    those_who_decide_are_told_once_of_many,
);

/// A mail as it lies in the outbox.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Mail {
    pub kind: String,
    pub language: String,
    pub subject: String,
    pub body_text: String,
}

impl Mail {
    /// The path of the link in it that begins so.
    pub fn link(&self, begin: &str) -> String {
        link_in(&self.body_text, begin)
    }
}

/// The path of the link in a text that begins so.
pub fn link_in(text: &str, begin: &str) -> String {
    let at = text.find(begin).unwrap_or_else(|| panic!("no {begin} in {text}"));
    text[at..].split_whitespace().next().unwrap().to_owned()
}

/// The mails to an address, the latest last.
pub async fn mails_to(portal: &Portal, address: &str) -> Vec<Mail> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_as(
        "SELECT kind, language, subject, body_text FROM mails WHERE address = $1 ORDER BY id"
    )
    .bind(address)
    .fetch_all(c)
    .await)
    .unwrap()
}

pub async fn last_mail(portal: &Portal, address: &str) -> Mail {
    mails_to(portal, address).await.pop().unwrap_or_else(|| panic!("no mail to {address}"))
}

/// The token at the end of a link's path.
pub fn token(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

pub fn transport(smtp: &Smtp) -> Transport {
    let server = MailServer::parse(&format!("smtp://{}", smtp.addr)).unwrap();
    Transport::new(server, sender("Portal <portal@zone.example>").unwrap(), "https://portal.example")
}

fn form<'a>(company: &'a str, email: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("company_name", company),
        ("country", "DK"),
        ("website", "https://www.novonordisk.com/"),
        ("name", "Ada Lovelace"),
        ("email", email),
        ("reason", "We make medicines."),
    ]
}

async fn ask(browser: &mut Browser, company: &str, email: &str) -> Answer {
    browser.post("/join", "/api/joining/ask", &form(company, email)).await
}

/// Asks and confirms; gives the request's id.
pub async fn asked(portal: &Portal, company: &str, email: &str) -> Uuid {
    let mut browser = portal.browser();
    assert_eq!(ask(&mut browser, company, email).await.location(), "/join/sent");
    let path = last_mail(portal, email).await.link("/join/confirm/");
    let answer = browser.post(&path, "/api/joining/confirm", &[("token", token(&path))]).await;
    assert_eq!(answer.location(), "/join/confirmed");
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM join_requests ORDER BY id DESC LIMIT 1")
        .fetch_one(c)
        .await)
    .unwrap()
}

async fn state(portal: &Portal) -> String {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT state FROM join_requests ORDER BY id DESC LIMIT 1")
        .fetch_one(c)
        .await)
    .unwrap()
}

async fn add_company(staff: &mut Browser, name_en: &str, name_zh: &str, website: &str) -> Uuid {
    let fields = [
        ("name_en", name_en),
        ("name_zh", name_zh),
        ("website", website),
        ("kinds[]", "manufacturer"),
        ("stage", "target"),
    ];
    let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
    answer.location().strip_prefix("/companies/").unwrap().parse().unwrap()
}

async fn from_the_request_through_the_mails_to_the_first_sign_in(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(&smtp);
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = add_company(&mut staff, "Novo Nordisk A/S", "诺和诺德", "https://www.novonordisk.com").await;

    let mut ada = portal.browser();
    assert!(ada.page("/").await.text().contains("href=\"/join\""));
    assert!(ada.page("/sign-in").await.text().contains("href=\"/join\""));
    let page = ada.page("/join").await;
    assert!(page.words().contains("deleted after seven days"), "{}", page.words());
    let (location, page) = ada.submit("/join", "/api/joining/ask", &form("Novo Nordisk", "Ada@NovoNordisk.com")).await;
    assert_eq!(location, "/join/sent");
    assert!(page.words().contains("there will be one from us"), "{}", page.words());

    // The mail is read as it was received.
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 1);
    let received = smtp.received().pop().unwrap();
    assert_eq!(received.to, ["Ada@novonordisk.com"]);
    let mail = received.parse();
    assert_eq!(mail.headers["subject"], "Your request for access to Boao Hope City");
    let path = link_in(&mail.text, "/join/confirm/");
    assert!(
        mail.html.contains(&path) && !mail.text.contains("Novo Nordisk"),
        "nobody chooses its words: {}",
        mail.text
    );

    // Who opens the link changes nothing, however often; only the button does.
    for _ in 0..3 {
        let page = ada.page(&path).await;
        assert!(page.words().contains("Confirm and send") && page.words().contains("Novo Nordisk"), "{}", page.words());
    }
    assert_eq!(state(&portal).await, "unconfirmed");
    assert!(!staff.page("/joining").await.words().contains("Novo"), "nothing to decide yet");
    let token_there = ada.page(&path).await.field("token");
    let (location, page) = ada.submit(&path, "/api/joining/confirm", &[("token", &token_there)]).await;
    assert_eq!(location, "/join/confirmed");
    assert!(page.words().contains("A person of the zone will look at it"), "{}", page.words());

    assert!(staff.page("/today").await.words().contains("1 waiting for access"));
    let list = staff.page("/joining").await;
    assert!(list.words().contains("Novo Nordisk Denmark Ada Lovelace"), "{}", list.words());
    let url = link_in(&list.text().replace('"', " "), "/joining/");
    let words = staff.page(&url).await.words();
    assert!(words.contains("The address is in its domain novonordisk.com"), "{words}");
    assert!(words.contains("Nobody acts for it yet") && words.contains("We make medicines"), "{words}");
    let id = url.rsplit('/').next().unwrap().to_owned();
    let company_id = company.to_string();
    let fields = [("id", id.as_str()), ("company", company_id.as_str()), ("rights", "administrator")];
    let (_, page) = staff.submit(&url, "/api/joining/accept", &fields).await;
    assert!(page.words().contains("Accepted into Novo Nordisk A/S"), "{}", page.words());

    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 1);
    let mail = smtp.received().pop().unwrap().parse();
    assert_eq!(mail.headers["subject"], "You have access for Novo Nordisk A/S");
    let path = link_in(&mail.text, "/invitation/");
    let page = ada.page(&path).await;
    assert_eq!(page.field("name"), "Ada Lovelace");
    assert!(page.words().contains("You are invited to act for Novo Nordisk A/S"), "{}", page.words());

    // A weak password is refused beside its field; what else was typed is kept, the token is not.
    let weak = [("token", token(&path)), ("name", "Ada King"), ("password", "novonordisk1")];
    let (location, page) = ada.submit(&path, "/api/invitations/accept", &weak).await;
    assert!(location.starts_with(&path), "{location}");
    assert!(page.words().contains("which are guessed first"), "{}", page.words());
    assert_eq!((page.field("name"), page.field("password")), ("Ada King".to_owned(), String::new()));
    let mut tx = portal.read().await;
    let kept: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT fields FROM refused_posts").fetch_all(c).await).unwrap();
    assert!(kept.iter().all(|fields| !fields.contains(token(&path)) && !fields.contains("novonordisk1")), "{kept:?}");
    drop(tx);

    let fields = [("token", token(&path)), ("name", "Ada King"), ("password", PASSWORD)];
    let (location, page) = ada.submit(&path, "/api/invitations/accept", &fields).await;
    assert_eq!(location, "/today");
    assert!(page.words().contains("Hello, Ada King") && page.words().contains("Novo Nordisk A/S"), "{}", page.words());
    // Signed out and in again, with any writing of the address.
    ada.post("/today", "/api/account/sign-out", &[]).await;
    let fields = [("email", "ADA@novonordisk.COM"), ("password", PASSWORD)];
    assert_eq!(ada.post("/sign-in", "/api/account/sign-in", &fields).await.location(), "/today");
    assert!(
        ada.page(&format!("/companies/{company}/invitations")).await.words().contains("Ada King"),
        "is administrator"
    );
    let again = ada.get(&path).await;
    assert_eq!(again.status, StatusCode::GONE, "{}", again.words());
    assert!(staff.page(&url).await.words().contains("The person has an account"));
    let journal = portal.signed_in(Role::Administrator).await.page("/admin/journal").await.words();
    for words in ["confirmed a request for access", "accepted a request for access", "accepted an invitation"] {
        assert!(journal.contains(words), "{words}: {journal}");
    }
    portal.journal_holds().await;
}

async fn the_same_in_chinese(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = add_company(&mut staff, "Novo Nordisk A/S", "诺和诺德", "").await.to_string();
    let mut zhang = portal.browser();
    zhang.set_cookie("language", "zh");
    assert!(zhang.page("/join").await.words().contains("申请开通"));
    let (_, page) = zhang.submit("/join", "/api/joining/ask", &form("诺和诺德（中国）有限公司", "zhang@qq.com")).await;
    assert!(page.words().contains("请查收邮件"));
    let mail = last_mail(&portal, "zhang@qq.com").await;
    assert_eq!((mail.language.as_str(), mail.subject.as_str()), ("zh", "您的博鳌乐城准入申请"));
    let path = mail.link("/join/confirm/");
    zhang.post(&path, "/api/joining/confirm", &[("token", token(&path))]).await;

    // Staff reads it in its own language; a free address is flagged, the name without its legal form is known.
    let list = staff.page("/joining").await;
    assert!(list.words().contains("Free mail"), "{}", list.words());
    let url = link_in(&list.text().replace('"', " "), "/joining/");
    let words = staff.page(&url).await.words();
    assert!(
        words.contains("Anybody can get an address at qq.com") && words.contains("The same name: 诺和诺德"),
        "{words}"
    );
    let id = url.rsplit('/').next().unwrap().to_owned();
    let fields = [("id", id.as_str()), ("company", company.as_str()), ("rights", "viewer")];
    staff.submit(&url, "/api/joining/accept", &fields).await;
    let mail = last_mail(&portal, "zhang@qq.com").await;
    assert_eq!(mail.subject, "您已获准代表诺和诺德");
    assert!(mail.body_text.contains("权限：查看人"), "{}", mail.body_text);
    let path = mail.link("/invitation/");
    let fields = [("token", token(&path)), ("name", "张伟"), ("password", "海阔凭鱼跃天高任鸟飞哉")];
    let (location, page) = zhang.submit(&path, "/api/invitations/accept", &fields).await;
    assert_eq!(location, "/today");
    assert!(page.words().contains("张伟") && page.words().contains("诺和诺德"), "{}", page.words());
}

async fn no_answer_tells_what_is_known(portal: Portal) {
    portal.account("known", Role::Representative).await;
    portal.account("gone", Role::Representative).await;
    let mut tx = portal.write().await;
    let suspend = "UPDATE accounts SET suspended_at = 1 WHERE email_folded = 'gone@story.example'";
    app::on!(&mut tx, |c| sqlx::query(suspend).execute(c).await).unwrap();
    tx.commit().await.unwrap();
    portal.signed_in(Role::Staff).await.add_company("Novo Nordisk A/S").await;
    asked(&portal, "Novo Nordisk", "waits@story.example").await;
    ask(&mut portal.browser(), "Novo Nordisk", "asked@story.example").await;

    let mut answers = Vec::new();
    let mut least = Duration::MAX;
    for (number, (email, company)) in [
        ("new@story.example", "Nobody knows it"),
        ("known@story.example", "Novo Nordisk A/S"),
        ("KNOWN@Story.Example", "Novo Nordisk A/S"),
        ("gone@story.example", "Novo Nordisk A/S"),
        ("waits@story.example", "Novo Nordisk"),
        ("asked@story.example", "Novo Nordisk"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut browser = portal.browser();
        browser.address = [198, 51, 100, u8::try_from(number).unwrap()].into();
        let started = app::backend::clock::stopwatch();
        let answer = ask(&mut browser, company, email).await;
        least = least.min(started.elapsed());
        let page = browser.page(&answer.location()).await;
        let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
        names.sort();
        // Nonces differ from answer to answer.
        answers.push((answer.status, answer.location(), names, answer.bytes.len(), page.words()));
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert!(least >= Duration::from_millis(250), "{least:?}: no answer comes earlier than another could");

    // The mails differ, for only who reads the address' mails sees them.
    let kinds = async |address: &str| {
        let mails = mails_to(&portal, address).await;
        mails.into_iter().map(|mail| mail.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds("new@story.example").await, ["join.confirm"]);
    assert_eq!(kinds("known@story.example").await, ["join.known", "join.known"]);
    assert_eq!(kinds("gone@story.example").await, ["join.known"]);
    assert_eq!(kinds("waits@story.example").await, ["join.confirm", "join.waits_already"]);
    assert_eq!(kinds("asked@story.example").await, ["join.confirm", "join.confirm"]);
    let mail = last_mail(&portal, "known@story.example").await;
    assert!(mail.body_text.contains("You have an account already") && mail.body_text.contains("/password"), "{mail:?}");
    assert!(!mail.body_text.contains("/join/confirm/"), "{mail:?}");
}

async fn press(portal: &Portal, path: &str) -> Answer {
    portal.browser().post(path, "/api/joining/confirm", &[("token", token(path))]).await
}

async fn is_dead(portal: &Portal, path: &str) {
    let page = portal.browser().get(path).await;
    assert_eq!(page.status, StatusCode::GONE, "{}", page.words());
    assert!(page.words().contains("This link no longer works"), "{}", page.words());
    let pressed = press(portal, path).await;
    assert!(pressed.location().contains("refused="), "{} {}", pressed.status, pressed.location());
}

async fn a_link_confirms_once_and_not_for_ever(portal: Portal) {
    let first = "first@story.example";
    ask(&mut portal.browser(), "First", first).await;
    let old = last_mail(&portal, first).await.link("/join/confirm/");
    // Asked again, the old link is dead, and there is still one request: with what was said last.
    ask(&mut portal.browser(), "First again", first).await;
    is_dead(&portal, &old).await;
    assert_eq!((portal.count("join_requests").await, state(&portal).await.as_str()), (1, "unconfirmed"));
    let path = last_mail(&portal, first).await.link("/join/confirm/");
    assert!(portal.browser().page(&path).await.words().contains("First again"));

    // Of two who press at once, one wins.
    let (one, other) = futures::join!(press(&portal, &path), press(&portal, &path));
    let won = [&one, &other].iter().filter(|answer| answer.location() == "/join/confirmed").count();
    assert_eq!(won, 1, "{} {}", one.location(), other.location());
    is_dead(&portal, &path).await;
    let mut tx = portal.read().await;
    let confirmed: i64 = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM journal WHERE action = 'join_request.confirmed'"
    )
    .fetch_one(c)
    .await)
    .unwrap();
    assert_eq!(confirmed, 1);
    drop(tx);

    ask(&mut portal.browser(), "Second", "second@story.example").await;
    let path = last_mail(&portal, "second@story.example").await.link("/join/confirm/");
    // A link of another kind opens nothing, nor does an invented one.
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let foreign = link::make(&mut tx, link::Kind::Password, Uuid::nil(), "", now).await.unwrap();
    tx.commit().await.unwrap();
    for token in [foreign.as_str(), &"0".repeat(64), "x", "%00", "' OR 1=1"] {
        is_dead(&portal, &format!("/join/confirm/{}", app::ui::query::encode(token).replace("%2500", "%00"))).await;
    }
    portal.later(Duration::from_secs(3 * 24 * 3600));
    is_dead(&portal, &path).await;
    assert_eq!(state(&portal).await, "unconfirmed");
    // Only hashes are kept.
    let mut tx = portal.read().await;
    let hashes: Vec<String> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT token_hash FROM links").fetch_all(c).await).unwrap();
    assert!(!hashes.iter().any(|hash| hash == token(&path)));
}

async fn nobody_is_flooded(portal: Portal) {
    // One address: three mails an hour, from wherever they are asked for.
    let victim = "victim@story.example";
    for number in 0..5 {
        let mut browser = portal.browser();
        browser.address = [198, 51, 100, number].into();
        assert_eq!(ask(&mut browser, "Company", victim).await.location(), "/join/sent");
    }
    assert_eq!(mails_to(&portal, victim).await.len(), 3);
    // One network: twenty an hour, to whomever, also when they come at once.
    let asks = (0..24).map(|number| {
        let portal = &portal;
        async move {
            let mut browser = portal.browser();
            browser.address = [203, 0, 113, 9].into();
            ask(&mut browser, "Company", &format!("number{number}@story.example")).await.location()
        }
    });
    let answers = futures::future::join_all(asks).await;
    assert!(answers.iter().all(|location| location == "/join/sent"), "{answers:?}");
    assert_eq!(portal.count("mails").await, 3 + 20);
    portal.later(Duration::from_secs(3601));
    ask(&mut portal.browser(), "Company", victim).await;
    assert_eq!(mails_to(&portal, victim).await.len(), 4);
}

async fn staff_sees_the_likely_companies_and_why(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let novo = add_company(&mut staff, "Novo Nordisk A/S", "诺和诺德", "https://www.novonordisk.com").await;
    add_company(&mut staff, "Novartis AG", "诺华", "https://www.novartis.com").await;
    add_company(&mut staff, "Unlike Ltd", "", "").await;
    portal.representative(novo).await;
    let id = asked(&portal, "Nоvo Nordisk", "ada@novonordlsk.com").await;
    let url = format!("/joining/{id}");
    let words = staff.page(&url).await.words();
    for flag in [
        "Looks like “Novo Nordisk A/S”, but is written with other letters",
        "The address resembles its domain novonordisk.com, but is another",
        "“Company” mixes letters of several alphabets",
        "The address is at novonordlsk.com, the website at novonordisk.com",
        "Act for it: rep",
    ] {
        assert!(words.contains(flag), "{flag}: {words}");
    }
    assert!(!words.contains("Unlike") && words.find("Novo Nordisk A/S") < words.find("Novartis").or(Some(usize::MAX)));
    // Another company is found by search.
    assert!(staff.page(&format!("{url}?q=unlike")).await.words().contains("Unlike Ltd"));
    let domain = asked(&portal, "Novo", "bo@story.example").await;
    let words = staff.page(&format!("/joining/{domain}")).await.words();
    assert!(words.contains("Somebody at story.example acts for it"), "{words}");
    // Nothing is accepted without a choice, nor into what is no company.
    for company in ["", "x", "01890a5d-ac96-774b-bcce-b302099a8057"] {
        let fields = [("id", id.to_string()), ("company", company.to_owned()), ("rights", "viewer".to_owned())];
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (location, _) = staff.submit(&url, "/api/joining/accept", &fields).await;
        assert!(location.contains("refused="), "{company:?}: {location}");
    }
    assert_eq!(portal.count("invitations").await, 0);
    // Filters: by state, by a part of a name or address.
    assert!(staff.page("/joining?q=novonordlsk").await.words().contains("1 request "));
    assert!(staff.page("/joining?state=declined").await.words().contains("0 requests"));
}

async fn decline(portal: &Portal, id: Uuid, reason: &str) -> Answer {
    let mut staff = portal.signed_in(Role::Staff).await;
    let id = id.to_string();
    let fields = [("id", id.as_str()), ("decline_reason", reason)];
    staff.submit(&format!("/joining/{id}"), "/api/joining/decline", &fields).await.1
}

async fn a_declined_person_is_told_why(portal: Portal) {
    let id = asked(&portal, "Some Company", "ada@story.example").await;
    let page = decline(&portal, id, "  ").await;
    assert!(page.words().contains("Please fill this in"), "{}", page.words());
    let page = decline(&portal, id, "Not in our field.\nBcc: x@evil.example").await;
    assert!(page.words().contains("Declined") && page.words().contains("Not in our field."), "{}", page.words());
    let mail = last_mail(&portal, "ada@story.example").await;
    assert_eq!(mail.kind, "join.declined");
    assert!(
        mail.body_text.contains("Not in our field.") && mail.body_text.contains("Some Company"),
        "{}",
        mail.body_text
    );
    // Somebody else may still ask, and so may the same person.
    let again = asked(&portal, "Some Company", "ada@story.example").await;
    assert_ne!(again, id);
}

async fn of_two_who_decide_at_once_one_is_told(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Some Company").await.to_string();
    let id = asked(&portal, "Some Company", "ada@story.example").await;
    let url = format!("/joining/{id}");
    let text = id.to_string();
    let accept = async {
        let mut browser = portal.signed_in(Role::Staff).await;
        let fields = [("id", text.as_str()), ("company", company.as_str()), ("rights", "manager")];
        browser.submit(&url, "/api/joining/accept", &fields).await.1.words()
    };
    let (one, other) = futures::join!(accept, decline(&portal, id, "No."));
    let told =
        [one.as_str(), &other.words()].iter().filter(|words| words.contains("Somebody else has decided")).count();
    assert_eq!(told, 1, "{one} | {}", other.words());
    let mails = mails_to(&portal, "ada@story.example").await;
    assert_eq!(mails.len(), 2, "one to confirm, one decision: {mails:?}");
    portal.journal_holds().await;
}

async fn a_new_company_is_made_of_a_request(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let id = asked(&portal, "Quite New Pharma Ltd", "ada@quitenew.example").await;
    let url = format!("/joining/{id}");
    let page = staff.page(&url).await;
    assert!(page.words().contains("No company of the register resembles this one"));
    assert_eq!(page.field("name_en"), "Quite New Pharma Ltd");
    assert_eq!(page.field("website"), "https://www.novonordisk.com/");
    let text = id.to_string();
    let mut fields = vec![
        ("id", text.as_str()),
        ("name_en", "Quite New Pharma"),
        ("country", "DK"),
        ("website", ""),
        ("new_rights", "administrator"),
    ];
    let (_, page) = staff.submit(&url, "/api/joining/accept-new", &fields).await;
    assert!(page.words().contains("Please fill this in"), "a kind is needed: {}", page.words());
    assert_eq!(portal.count("companies").await, 0);
    fields.push(("kinds[]", "manufacturer"));
    let (_, page) = staff.submit(&url, "/api/joining/accept-new", &fields).await;
    assert!(page.words().contains("Accepted into Quite New Pharma"), "{}", page.words());
    // Sent again by an impatient hand, it makes no second company.
    let (_, page) = staff.submit(&url, "/api/joining/accept-new", &fields).await;
    assert!(page.words().contains("Somebody else has decided"), "{}", page.words());
    assert_eq!((portal.count("companies").await, portal.count("invitations").await), (1, 1));
    assert!(last_mail(&portal, "ada@quitenew.example").await.body_text.contains("Rights: Administrator"));
}

async fn who_got_an_account_meanwhile_acts_for_the_company_at_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let old = staff.add_company("Old Company").await;
    let new = staff.add_company("New Company").await.to_string();
    let accept = async |staff: &mut Browser, id: Uuid| {
        let id = id.to_string();
        let fields = [("id", id.as_str()), ("company", new.as_str()), ("rights", "manager")];
        staff.submit(&format!("/joining/{id}"), "/api/joining/accept", &fields).await.1
    };
    let id = asked(&portal, "New Company", "ada@story.example").await;
    let account = portal.account("ada", Role::Representative).await;
    let mut tx = portal.write().await;
    let rights = app::actor::Rights::Manager;
    app::account::store::affiliate_with(&mut tx, account, old, rights, "", portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut ada = portal.browser();
    ada.sign_in("ada").await;
    assert!(!ada.page("/today").await.words().contains("New Company"));
    let words = staff.page(&format!("/joining/{id}")).await.words();
    assert!(words.contains("There is an account with this address: ada"), "{words}");
    assert!(accept(&mut staff, id).await.words().contains("Accepted into New Company"));
    let mail = last_mail(&portal, "ada@story.example").await;
    assert!(
        mail.body_text.contains("You have an account already") && !mail.body_text.contains("/invitation/"),
        "{mail:?}"
    );
    let words = ada.page("/today").await.words();
    assert!(words.contains("Old Company") && words.contains("New Company"), "{words}");

    // An account of the zone does not become a company's.
    let id = asked(&portal, "New Company", "eve@story.example").await;
    portal.account("eve", Role::Expert).await;
    let words = accept(&mut staff, id).await.words();
    assert!(words.contains("has another role") && words.contains("Waiting"), "{words}");
    assert_eq!(portal.count("affiliations").await, 2);
}

async fn hostile_names_and_addresses(portal: Portal) {
    let mut browser = portal.browser();
    let said = async |browser: &mut Browser, field: &'static str, value: &str| {
        let mut fields = form("Company", "ada@story.example");
        fields.retain(|(name, _)| *name != field);
        fields.push((field, value));
        let (location, page) = browser.submit("/join", "/api/joining/ask", &fields).await;
        assert!(location.contains("refused="), "{field}: {value:?} was taken");
        page.words()
    };
    for email in
        ["x@y.example\r\nBcc: z@evil.example", "x@y.example, z@evil.example", "<x@y.example>", "x@y", "a@b@c.example"]
    {
        assert!(said(&mut browser, "email", email).await.contains("This is not an e-mail address"), "{email:?}");
    }
    // Cyrillic letters that look like Latin ones, before and behind the @.
    for email in ["аda@story.example", "ada@stоry.example"] {
        assert!(said(&mut browser, "email", email).await.contains("several alphabets that look alike"), "{email}");
    }
    assert!(said(&mut browser, "country", "XX").await.contains("Please choose one of the options"));
    let megabyte = "A".repeat(900_000);
    let (location, page) =
        browser.submit("/join", "/api/joining/ask", &[("name", &megabyte), ("email", "a@b.example")]).await;
    assert!(location.contains("refused=") && page.words().contains("At most 200 characters"));
    assert!(page.bytes.len() < 100_000, "what was typed comes back in moderation: {}", page.bytes.len());
    let answer = browser.post("/join", "/api/joining/ask", &[("name", &"A".repeat(1_100_000))]).await;
    let page = browser.get(&answer.location()).await;
    assert!(page.words().contains("This is too large"), "{}", page.words());
    assert_eq!((portal.count("mails").await, portal.count("join_requests").await), (0, 0));

    // What nobody sees goes; lines stay lines; the domain is as the name system has it.
    let mut fields = form("Com\u{202e}pany\r\nBcc: z@evil.example", "Ada@Bücher.example");
    fields.retain(|(name, _)| *name != "name");
    fields.push(("name", "Ada\u{200b}\u{feff} \u{2066}Lovelace"));
    let answer = browser.post("/join", "/api/joining/ask", &fields).await;
    assert_eq!(answer.location(), "/join/sent", "{}", answer.words());
    let mail = last_mail(&portal, "Ada@xn--bcher-kva.example").await;
    assert!(!mail.body_text.contains("Bcc"), "{mail:?}");
    let mut tx = portal.read().await;
    let (company, name): (String, String) =
        app::ask!(&mut tx, |c| sqlx::query_as("SELECT company_name, name FROM join_requests").fetch_one(c).await)
            .unwrap();
    assert_eq!((company.as_str(), name.as_str()), ("Company Bcc: z@evil.example", "Ada Lovelace"));
    drop(tx);

    // Also in the mail that tells of it, over the wire: no header but the portal's own.
    let path = mail.link("/join/confirm/");
    browser.post(&path, "/api/joining/confirm", &[("token", token(&path))]).await;
    let mut tx = portal.read().await;
    let id: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM join_requests").fetch_one(c).await).unwrap();
    drop(tx);
    decline(&portal, id, "No.").await;
    let smtp = Smtp::start().await;
    step(&portal.backend, &transport(&smtp)).await.unwrap();
    assert_eq!(smtp.received().len(), 2);
    for received in smtp.received() {
        assert_eq!(received.to, ["Ada@xn--bcher-kva.example"]);
        let headers = received.parse().headers;
        assert!(!headers.contains_key("bcc") && !headers.contains_key("cc"), "{headers:?}");
    }
}

async fn what_nobody_confirmed_is_forgotten(portal: Portal) {
    ask(&mut portal.browser(), "Forgotten", "forgotten@story.example").await;
    let kept = asked(&portal, "Kept", "kept@story.example").await;
    portal.later(Duration::from_secs(7 * 24 * 3600 + 1));
    let now = portal.backend.clock.now();
    let mut tx = portal.write().await;
    assert_eq!(app::joining::store::forget(&mut tx, now).await.unwrap(), 1);
    assert_eq!(app::account::asked::forget(&mut tx, now).await.unwrap(), 2);
    tx.commit().await.unwrap();
    let mut tx = portal.read().await;
    assert!(app::joining::store::find(&mut tx, kept).await.unwrap().is_some());
    assert_eq!(portal.count("join_requests").await, 1);
}

async fn those_who_decide_are_told_once_of_many(portal: Portal) {
    let mut staff = portal.browser();
    portal.account("grace", Role::Staff).await;
    staff.sign_in("grace").await;
    portal.account("root", Role::Administrator).await;
    for role in [Role::Executive, Role::Expert, Role::Representative] {
        portal.account(role.code(), role).await;
    }
    // Not before the address is confirmed: then anybody could have staff told anything.
    ask(&mut portal.browser(), "Novo Nordisk", "first@story.example").await;
    assert_eq!(portal.count("notifications").await, 0);
    let path = last_mail(&portal, "first@story.example").await.link("/join/confirm/");
    press(&portal, &path).await;
    portal.later(Duration::from_secs(121));
    assert_eq!(portal.write_mails().await, 2, "who may decide, and nobody else");
    let mail = last_mail(&portal, "grace@story.example").await;
    assert_eq!(mail.subject, "Ada Lovelace asks for access for Novo Nordisk");
    assert!(mail.body_text.contains("/joining/0") && mail.body_text.contains("/unsubscribe/"), "{}", mail.body_text);
    assert_eq!(last_mail(&portal, "root@story.example").await.subject, mail.subject);
    // A burst is one notification and one mail, which leads to the list.
    for number in 0..3 {
        let email = format!("more{number}@story.example");
        asked(&portal, &format!("Company {number}"), &email).await;
        portal.later(Duration::from_secs(30));
    }
    assert_eq!(portal.write_mails().await, 0, "they still come");
    portal.later(Duration::from_secs(121));
    assert_eq!(portal.write_mails().await, 2);
    let mail = last_mail(&portal, "grace@story.example").await;
    assert_eq!(mail.subject, "4 requests for access wait; the latest: Ada Lovelace for Company 2");
    let lines: Vec<&str> = mail.body_text.lines().collect();
    assert!(lines.contains(&"http://127.0.0.1:3000/joining"), "{}", mail.body_text);
    let words = staff.page("/notifications").await.words();
    assert!(words.contains("4 requests for access wait") && words.contains("asks for access for Novo"), "{words}");
    staff.post("/", "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page("/notifications").await.words();
    assert!(words.contains("有 4 份准入申请待处理，最近一份由 Ada Lovelace 为“Company 2”提交"), "{words}");
    // Whoever looks at them has read it.
    staff.page("/joining").await;
    let unread = async || portal.count("notifications WHERE read_at IS NULL").await;
    until("what was looked at is read", async || unread().await == 2).await;
}
