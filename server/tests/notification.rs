//! Notifications: who is told what, in the list and by mail, how bursts become one, and what nobody is told any more.

use std::time::Duration;

use app::actor::Role;
use app::backend::clock;
use app::notification::kinds::Mails;
use app::notification::{self, Kind, Subject, choice, unsubscribe};
use http::{HeaderMap, Method, StatusCode, header};
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal, until};
use crate::mail::{add_managed, set_language, transport};
use crate::smtp::{Fault, Smtp};
use server::mail_worker::step;

both!(
    a_burst_is_one_notification_and_one_mail,
    a_burst_that_does_not_end_is_mailed_all_the_same,
    the_daily_mail_has_everything_by_record,
    a_daily_mail_without_anything_new_is_not_sent,
    people_choose_and_what_must_is_mailed_anyway,
    one_press_ends_mails_of_a_kind,
    mails_that_may_be_ended_say_so_in_their_head,
    two_workers_write_each_mail_once,
    an_address_that_is_refused_is_flagged_until_it_works,
    who_lost_access_is_told_nothing_any_more,
    looking_at_a_record_is_reading_but_fetching_ahead_is_not,
    the_list_has_days_pages_and_buttons,
    only_who_may_know_is_told,
    who_follows_is_told,
    ten_receivers_cost_little,
);

const MINUTE: Duration = Duration::from_secs(60);

/// A link's token that ends mails of a kind to somebody.
pub async fn token(portal: &Portal, kind: &str) -> String {
    let account = portal.account(&format!("ends-{}", clock::new_id()), Role::Staff).await;
    token_of(portal, account, kind).await
}

async fn token_of(portal: &Portal, account: Uuid, kind: &str) -> String {
    let mut tx = portal.write().await;
    let secret = unsubscribe::secret_or_new(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    unsubscribe::url("", &secret, account, kind).strip_prefix("/unsubscribe/").unwrap().to_owned()
}

async fn person(portal: &Portal, name: &str, role: Role) -> (Uuid, Browser) {
    let id = portal.account(name, role).await;
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    (id, browser)
}

async fn choose(portal: &Portal, account: Uuid, kind: Kind, mails: Mails) {
    let mut tx = portal.write().await;
    choice::choose(&mut tx, account, kind, mails, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Somebody is told of a record that is no company.
async fn tell(portal: &Portal, kind: Kind, name: &str, company: Option<Uuid>, receivers: &[Uuid]) -> Uuid {
    let id = clock::new_id();
    tell_of(portal, kind, id, name, company, receivers).await;
    id
}

async fn tell_of(portal: &Portal, kind: Kind, id: Uuid, name: &str, company: Option<Uuid>, receivers: &[Uuid]) {
    let path = format!("/enquiries/{id}");
    let subject = Subject { kind: "enquiry", id, path: &path, company };
    let facts = [("name_en", name), ("name_zh", "咨询"), ("by", "Grace"), ("due", "2026-12-01")];
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    notification::tell(&mut tx, kind, &subject, &facts, receivers, None, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// Edits a company that is at this version.
async fn edit(browser: &mut Browser, url: &str, version: i64, name: &str, city: &str) {
    let version = version.to_string();
    let fields = [
        ("id", url.strip_prefix("/companies/").unwrap()),
        ("version", version.as_str()),
        ("name_en", name),
        ("name_zh", "诺和诺德"),
        ("kinds[]", "manufacturer"),
        ("city", city),
        ("not_duplicate", "yes"),
        ("not_duplicate_reason", "A story needs it"),
    ];
    let answer = browser.post(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    assert_eq!(answer.location(), url, "{}", answer.words());
}

async fn company(browser: &mut Browser, name: &str) -> String {
    format!("/companies/{}", browser.add_company(name).await)
}

async fn follow(browser: &mut Browser, url: &str) {
    let fields = [("company", url.strip_prefix("/companies/").unwrap()), ("follow", "true")];
    assert_eq!(browser.post(url, "/api/follows/set", &fields).await.location(), url);
}

/// Subject, text and address of all mails, in the order of their address.
async fn mails(portal: &Portal) -> Vec<(String, String, String)> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| {
        sqlx::query_as("SELECT address, subject, body_text FROM mails ORDER BY address, created_at, id")
            .fetch_all(c)
            .await
    })
    .unwrap()
}

/// Whether anything of a subject is unread, and how many changes it stands for.
async fn unread(portal: &Portal, account: Uuid) -> Vec<i64> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT changes FROM notifications WHERE account_id = $1 AND read_at IS NULL ORDER BY created_at, id"
    )
    .bind(account)
    .fetch_all(c)
    .await)
    .unwrap()
}

/// Waits until so many are unread: that a page was looked at is noted beside its answer.
async fn until_read(portal: &Portal, account: Uuid, left: usize) {
    until(&format!("{left} are unread"), async || unread(portal, account).await.len() == left).await;
}

/// Moves the clock on to a moment of the zone's next day.
fn next_morning(portal: &Portal, hour: i64) {
    let now = portal.backend.clock.now();
    let at = app::backend::jobs::Schedule::Daily(hour).next(now);
    portal.later(Duration::from_micros(u64::try_from(at.0 - now.0).unwrap()));
}

async fn a_burst_is_one_notification_and_one_mail(portal: Portal) {
    let (ada, mut follower) = person(&portal, "ada", Role::Staff).await;
    let (grace, mut author) = person(&portal, "grace", Role::Staff).await;
    let url = company(&mut author, "Novo").await;
    follow(&mut follower, &url).await;
    follow(&mut author, &url).await;
    choose(&portal, ada, Kind::FollowedChanged, Mails::AtOnce).await;
    for (version, name) in [(1, "Novo A"), (2, "Novo B"), (3, "Novo")] {
        edit(&mut author, &url, version, name, "target").await;
        portal.later(MINUTE);
        assert_eq!(portal.write_mails().await, 0, "not while it goes on");
    }
    assert_eq!(unread(&portal, ada).await, [3]);
    assert_eq!(unread(&portal, grace).await, [0_i64; 0], "nobody is told of what they did themselves");
    portal.later(MINUTE);
    assert_eq!(portal.write_mails().await, 1);
    assert_eq!(portal.write_mails().await, 0);
    let all = mails(&portal).await;
    let (address, subject, text) = &all[0];
    assert_eq!((address.as_str(), subject.as_str()), ("ada@story.example", "grace changed Novo"));
    for said in
        ["There were 3 changes", "Company: Novo", "Changed: Name in English", "By: grace", &url, "/unsubscribe/"]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    // What happens after the mail is another notification.
    edit(&mut author, &url, 4, "Novo", "dormant").await;
    assert_eq!(unread(&portal, ada).await, [3, 1]);
    let page = follower.page("/notifications").await;
    assert!(
        page.words().contains("grace changed Novo: City") && page.words().contains("3 changes"),
        "{}",
        page.words()
    );
    assert!(page.words().contains("Notifications 2 , 2 unread"), "the bell: {}", page.words());
}

async fn a_burst_that_does_not_end_is_mailed_all_the_same(portal: Portal) {
    let (ada, _) = person(&portal, "ada", Role::Staff).await;
    let id = tell(&portal, Kind::Message, "Talk", None, &[ada]).await;
    let mut minutes = 0;
    while portal.write_mails().await == 0 {
        assert!(minutes < 30);
        minutes += 1;
        portal.later(MINUTE);
        tell_of(&portal, Kind::Message, id, "Talk", None, &[ada]).await;
    }
    assert!((14..=16).contains(&minutes), "{minutes}");
}

async fn the_daily_mail_has_everything_by_record(portal: Portal) {
    let (ada, mut ada_browser) = person(&portal, "ada", Role::Staff).await;
    let (li, mut li_browser) = person(&portal, "li", Role::Executive).await;
    let (_, mut grace) = person(&portal, "grace", Role::Staff).await;
    set_language(&portal, li, "zh").await;
    let (one, other) = (company(&mut grace, "Novo").await, company(&mut grace, "Other").await);
    for url in [&one, &other] {
        follow(&mut ada_browser, url).await;
        follow(&mut li_browser, url).await;
    }
    next_morning(&portal, 9);
    grace.sign_in("grace").await;
    edit(&mut grace, &one, 1, "Novo", "partner").await;
    edit(&mut grace, &other, 1, "Other", "contacted").await;
    edit(&mut grace, &other, 2, "Another", "contacted").await;
    tell(&portal, Kind::TaskDue, "Call back", None, &[ada]).await;
    portal.later(22 * 60 * MINUTE);
    assert_eq!(portal.write_mails().await, 0, "before eight");
    // What she reads meanwhile is not mailed.
    ada_browser.sign_in("ada").await;
    ada_browser.page(&one).await;
    until_read(&portal, ada, 2).await;
    portal.later(60 * MINUTE);
    assert_eq!(portal.write_mails().await, 2, "one for each");
    let all = mails(&portal).await;
    let (_, subject, text) = &all[0];
    assert_eq!(subject, "2 notifications from Boao Hope City");
    for said in [
        "Another\n- grace changed Another: Name in English (2 changes)\n  http://127.0.0.1:3000/companies/",
        "Due on 1 Dec 2026: Call back",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(!text.contains("Novo"), "{text}");
    let (_, subject, text) = &all[1];
    assert_eq!(subject, "博鳌乐城：2 条通知");
    assert_eq!(text.matches("诺和诺德").count(), 4, "{text}");
    for said in ["li，您好：", "grace 修改了“诺和诺德”：英文名称 (2 次变更)", "本邮件由", "不再接收此类邮件"]
    {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert_eq!(portal.write_mails().await, 0);
    let mut tx = portal.read().await;
    let html: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT body_html FROM mails WHERE address = 'li@story.example'")
            .fetch_one(c)
            .await)
        .unwrap();
    assert!(
        html.contains("<html lang=\"zh-CN\">") && html.contains(&format!("href=\"http://127.0.0.1:3000{one}\"")),
        "{html}"
    );
}

async fn a_daily_mail_without_anything_new_is_not_sent(portal: Portal) {
    let (ada, mut browser) = person(&portal, "ada", Role::Staff).await;
    tell(&portal, Kind::TaskDue, "Call back", None, &[ada]).await;
    let page = browser.page("/notifications").await;
    browser.submit("/notifications", "/api/notifications/read-all", &[("until", &page.field("until"))]).await;
    next_morning(&portal, 9);
    assert_eq!((portal.write_mails().await, portal.count("mails").await), (0, 0));
}

async fn people_choose_and_what_must_is_mailed_anyway(portal: Portal) {
    let (ada, mut browser) = person(&portal, "ada", Role::Staff).await;
    let page = browser.page("/account/notifications").await;
    for said in ["Somebody mentions you", "Once a day", "Requests for access"] {
        assert!(page.words().contains(said), "{said} in {}", page.words());
    }
    // One may choose about everything that is told.
    for kind in Kind::ALL {
        let title = kind.title(app::language::Language::En.texts());
        assert!(page.text().contains(&format!(">{title}<")), "{title}");
    }
    tell(&portal, Kind::Mention, "Waits", None, &[ada]).await;
    let fields = [("mails[]", "mention=none"), ("mails[]", "message=daily"), ("mails[]", "deadline=none")];
    let (url, page) = browser.submit("/account/notifications", "/api/notifications/choose", &fields).await;
    assert_eq!(url, "/account/notifications?saved=1");
    assert!(page.words().contains("Your choices are saved"), "{}", page.words());
    assert!(page.text().contains("value=\"mention=none\" selected"), "{}", page.text());
    portal.later(10 * MINUTE);
    assert_eq!(portal.write_mails().await, 0, "what waited is no longer wanted either");
    tell(&portal, Kind::Message, "Later", None, &[ada]).await;
    tell(&portal, Kind::Deadline, "Contract", None, &[ada]).await;
    assert_eq!(portal.write_mails().await, 1, "deadlines need no choice");
    let all = mails(&portal).await;
    assert_eq!(all[0].1, "Deadline 1 Dec 2026: Contract");
    assert!(all[0].2.contains("always come at once") && !all[0].2.contains("unsubscribe"), "{}", all[0].2);
    // Even one that was read, or goes to somebody whose address refused others.
    let id = tell(&portal, Kind::SignatureAsked, "Agreement", None, &[ada]).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE notifications SET read_at = 1 WHERE subject_id = $1")
        .bind(id)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(portal.write_mails().await, 1);
    // All at once a day, and back.
    browser.submit("/account/notifications", "/api/notifications/choose", &[("all", "daily")]).await;
    tell(&portal, Kind::CompanyManager, "Novo", None, &[ada]).await;
    assert_eq!(portal.write_mails().await, 0);
    browser.submit("/account/notifications", "/api/notifications/choose", &[("all", "usual")]).await;
    assert_eq!(portal.write_mails().await, 1, "what waits follows the choice");
    for bad in ["castle=daily", "mention=never", "mention"] {
        let answer = browser.post("/account/notifications", "/api/notifications/choose", &[("mails[]", bad)]).await;
        assert!(answer.location().contains("refused="), "{bad}: {}", answer.location());
    }
    portal.journal_holds().await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=notification.chosen").await.words();
    assert!(
        words.contains("chose which mails to get") && words.contains("Somebody mentions you At once No mail"),
        "{words}"
    );
}

async fn one_press_ends_mails_of_a_kind(portal: Portal) {
    let ada = portal.account("ada", Role::Staff).await;
    let grace = portal.account("grace", Role::Staff).await;
    let link = format!("/unsubscribe/{}", token_of(&portal, ada, "mention").await);
    let chosen = async |account| {
        let mut tx = portal.read().await;
        choice::of(Kind::Mention, &choice::chosen(&mut tx, account).await.unwrap())
    };
    // A scanner opens the link; nothing happens.
    let mut nobody = portal.browser();
    let page = nobody.page(&link).await;
    assert!(page.words().contains("no more mails of this kind: Somebody mentions you"), "{}", page.words());
    assert_eq!(chosen(ada).await, Mails::AtOnce);
    // A mail program posts without cookies, from anywhere, in either form of body.
    let mut headers = HeaderMap::new();
    headers.insert(header::ORIGIN, "https://mail.example".parse().unwrap());
    headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=x".parse().unwrap());
    let body =
        b"--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n".to_vec();
    let answer = nobody.request(Method::POST, &link, headers.clone(), body).await;
    assert_eq!(answer.status, StatusCode::OK, "no redirect: RFC 8058");
    assert_eq!((chosen(ada).await, chosen(grace).await), (Mails::None, Mails::AtOnce));
    portal.journal_holds().await;
    tell(&portal, Kind::Mention, "Talk", None, &[ada]).await;
    portal.later(10 * MINUTE);
    assert_eq!((portal.write_mails().await, unread(&portal, ada).await.len()), (0, 1));
    // Who opens it later sees that it is done, and takes it back.
    let page = nobody.page(&link).await;
    assert!(page.words().contains("These mails are stopped"), "{}", page.words());
    let undo = page.field("undo");
    let page = nobody.post(&link, &link, &[("undo", &undo)]).await;
    assert!(page.words().contains("These mails come again"), "{}", page.words());
    assert_eq!(chosen(ada).await, Mails::AtOnce);
    // A token undoes nothing but its own kind.
    choose(&portal, ada, Kind::Message, Mails::None).await;
    nobody.post(&link, &link, &[("undo", "message=at_once")]).await;
    let mut tx = portal.read().await;
    assert_eq!(choice::of(Kind::Message, &choice::chosen(&mut tx, ada).await.unwrap()), Mails::None);
    drop(tx);
    // The daily mail's ends what comes daily.
    choose(&portal, ada, Kind::Message, Mails::Daily).await;
    let daily = format!("/unsubscribe/{}", token_of(&portal, ada, "notification.daily").await);
    let page = nobody.post(&daily, &daily, &[("List-Unsubscribe", "One-Click")]).await;
    assert!(
        page.field("undo").contains("message=daily ") && !page.field("undo").contains("mention"),
        "{}",
        page.field("undo")
    );
    // Foreign, altered, of kinds that everybody must get.
    let other = token_of(&portal, grace, "mention").await;
    let own = token_of(&portal, ada, "mention").await;
    let mixed = format!("{}~mention~{}", own.split('~').next().unwrap(), other.split('~').nth(2).unwrap());
    let must = token_of(&portal, ada, "deadline").await;
    for bad in [mixed.as_str(), &own[..own.len() - 1], &own.to_uppercase(), "x", "~~", &must, "%00"] {
        for method in [Method::GET, Method::POST] {
            let answer = nobody.request(method, &format!("/unsubscribe/{bad}"), HeaderMap::new(), Vec::new()).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}: {}", answer.words());
        }
    }
    assert_eq!(chosen(grace).await, Mails::AtOnce);
}

async fn mails_that_may_be_ended_say_so_in_their_head(portal: Portal) {
    let smtp = Smtp::start().await;
    let ada = portal.account("ada", Role::Staff).await;
    tell(&portal, Kind::Mention, "Talk\r\nBcc: x@evil.example", None, &[ada]).await;
    portal.later(3 * MINUTE);
    portal.write_mails().await;
    assert_eq!(step(&portal.backend, &transport(smtp.addr)).await.unwrap(), 1);
    let parsed = smtp.received().remove(0).parse();
    let link = &parsed.headers["list-unsubscribe"];
    assert!(link.starts_with("<http://127.0.0.1:3000/unsubscribe/") && link.ends_with('>'), "{link}");
    assert_eq!(parsed.headers["list-unsubscribe-post"], "List-Unsubscribe=One-Click");
    assert!(!parsed.headers.contains_key("bcc"));
    let path = link.trim_matches(['<', '>']).strip_prefix("http://127.0.0.1:3000").unwrap();
    assert!(parsed.html.contains(path) && parsed.text.contains(path));
    portal.browser().page(path).await;
    tell(&portal, Kind::Deadline, "Contract", None, &[ada]).await;
    portal.write_mails().await;
    assert_eq!(step(&portal.backend, &transport(smtp.addr)).await.unwrap(), 1);
    assert!(!smtp.received().pop().unwrap().parse().headers.contains_key("list-unsubscribe"));
}

async fn two_workers_write_each_mail_once(portal: Portal) {
    let mut people = Vec::new();
    for number in 0..60 {
        people.push(portal.account(&format!("p{number}"), Role::Staff).await);
    }
    tell(&portal, Kind::Deadline, "Contract", None, &people).await;
    tell(&portal, Kind::TaskDue, "One", None, &people).await;
    tell(&portal, Kind::TaskDue, "Two", None, &people).await;
    next_morning(&portal, 9);
    let work = || {
        let backend = portal.backend.clone();
        tokio::spawn(async move { notification::mailer::work(&backend).await.unwrap() })
    };
    let (one, two, three) = tokio::join!(work(), work(), work());
    assert_eq!(one.unwrap() + two.unwrap() + three.unwrap(), 120);
    let all = mails(&portal).await;
    assert_eq!(all.len(), 120);
    assert_eq!(all.iter().filter(|(_, subject, _)| subject.starts_with("2 notifications")).count(), 60);
}

async fn an_address_that_is_refused_is_flagged_until_it_works(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    let (ada, mut browser) = person(&portal, "ada", Role::Staff).await;
    let (_, mut admin) = person(&portal, "root", Role::Administrator).await;
    let problem = async || {
        let mut tx = portal.read().await;
        notification::address::refused(&mut tx, ada).await.unwrap()
    };
    let must = async || {
        tell(&portal, Kind::Deadline, "Contract", None, &[ada]).await;
        portal.write_mails().await;
    };
    // Busy, or refused for what the sender is, says nothing of the address.
    must().await;
    smtp.fail(Fault::ReceiverBusy, 1);
    step(&portal.backend, &transport).await.unwrap();
    smtp.fail(Fault::SenderUnwanted, 1);
    must().await;
    step(&portal.backend, &transport).await.unwrap();
    assert_eq!(problem().await, None);
    portal.later(MINUTE);
    step(&portal.backend, &transport).await.unwrap();
    smtp.fail(Fault::ReceiverUnknown, 1);
    must().await;
    step(&portal.backend, &transport).await.unwrap();
    smtp.heal();
    assert_eq!(problem().await.as_deref(), Some("ada@story.example"));
    for page in ["/today", "/notifications", "/account/notifications"] {
        let words = browser.page(page).await.words();
        assert!(words.contains("refuses your address ada@story.example"), "{page}: {words}");
    }
    let words = admin.page("/admin").await.words();
    assert!(words.contains("Addresses that refuse mails Needs attention 1"), "{words}");
    assert!(words.contains("ada@story.example 550 5.1.1 no such mailbox"), "{words}");
    assert!(!admin.page("/today").await.words().contains("refuses your address"));
    // Ordinary mails are not written; what everybody must get is, and when it is accepted all is well.
    tell(&portal, Kind::Mention, "Talk", None, &[ada]).await;
    tell(&portal, Kind::TaskDue, "Task", None, &[ada]).await;
    next_morning(&portal, 9);
    assert_eq!(portal.write_mails().await, 0);
    must().await;
    while step(&portal.backend, &transport).await.unwrap() > 0 {}
    assert_eq!(problem().await, None);
    tell(&portal, Kind::Mention, "Talk again", None, &[ada]).await;
    portal.later(3 * MINUTE);
    assert_eq!(portal.write_mails().await, 1);
    // A mail to an address that is no longer the person's says nothing of the new one.
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET email = 'new@story.example' WHERE id = $1")
        .bind(ada)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    smtp.fail(Fault::ReceiverUnknown, 1);
    step(&portal.backend, &transport).await.unwrap();
    assert_eq!(problem().await, None);
}

async fn who_lost_access_is_told_nothing_any_more(portal: Portal) {
    let (_, mut staff) = person(&portal, "grace", Role::Staff).await;
    let url = company(&mut staff, "Secret Company").await;
    let id: Uuid = url.strip_prefix("/companies/").unwrap().parse().unwrap();
    let rep = portal.account("rep", Role::Representative).await;
    let mut tx = portal.write().await;
    let (title, since, until) = <(String, String, String)>::default();
    let terms = app::affiliation::model::Terms { rights: app::actor::Rights::Manager, title, since, until };
    assert!(app::affiliation::store::add(&mut tx, rep, id, &terms).await.unwrap());
    tx.commit().await.unwrap();
    let mut browser = portal.browser();
    browser.sign_in("rep").await;
    follow(&mut browser, &url).await;
    edit(&mut staff, &url, 1, "Secret Company", "partner").await;
    tell(&portal, Kind::Message, "Secret Talk", Some(id), &[rep]).await;
    let page = browser.page("/notifications").await;
    assert!(page.words().contains("Zone staff changed Secret Company: ") && page.words().contains("Secret Talk"));
    assert!(!page.words().contains("grace"), "staff is not named to representatives: {}", page.words());
    assert!(page.text().contains(&format!("?for={id}\"")), "links open the right company");
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET ended_at = 1 WHERE account_id = $1")
        .bind(rep)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    let page = browser.page("/notifications").await;
    assert!(page.words().contains("no longer open to you"), "{}", page.words());
    assert!(!page.words().contains("Secret") && !page.text().contains(&id.to_string()), "{}", page.text());
    next_morning(&portal, 9);
    assert_eq!(portal.write_mails().await, 0, "nor by mail");
    staff.sign_in("grace").await;
    edit(&mut staff, &url, 2, "Secret Company", "dormant").await;
    assert_eq!(unread(&portal, rep).await.len(), 2, "nothing new");
    // Who no longer works in the zone reads no more what is for the zone.
    let (ada, mut browser) = person(&portal, "ada", Role::Staff).await;
    tell(&portal, Kind::JoinWaiting, "Applicant", None, &[ada]).await;
    assert!(browser.page("/notifications").await.words().contains("Applicant"));
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET role = 'expert' WHERE id = $1").bind(ada).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    let page = browser.page("/notifications").await;
    assert!(!page.words().contains("Applicant") && page.words().contains("no longer open"), "{}", page.words());
}

async fn looking_at_a_record_is_reading_but_fetching_ahead_is_not(portal: Portal) {
    let (ada, mut browser) = person(&portal, "ada", Role::Staff).await;
    let mut grace = portal.signed_in(Role::Staff).await;
    let url = add_managed(&mut grace, "Novo", ada).await;
    let ahead = |name: &'static str, value: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        headers
    };
    for headers in
        [ahead("sec-purpose", "prefetch;prerender"), ahead("purpose", "prefetch"), ahead("x-moz", "prefetch")]
    {
        let answer = browser.request(Method::GET, &url, headers, Vec::new()).await;
        assert_eq!(answer.status, StatusCode::OK);
    }
    browser.request(Method::HEAD, &url, HeaderMap::new(), Vec::new()).await;
    // Others' pages, and others who look, change nothing.
    browser.page("/companies").await;
    grace.page(&url).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(unread(&portal, ada).await, [1]);
    let page = browser.page(&url).await;
    assert!(!page.words().contains("1 unread"), "what is on the page is no longer counted");
    until_read(&portal, ada, 0).await;
    assert!(!browser.page("/notifications").await.words().contains("1 unread"));
}

async fn the_list_has_days_pages_and_buttons(portal: Portal) {
    let (ada, mut browser) = person(&portal, "ada", Role::Staff).await;
    assert!(browser.page("/notifications").await.words().contains("No notifications"));
    let first = tell(&portal, Kind::Mention, "Talk <b>one</b>", None, &[ada]).await;
    portal.later(24 * 60 * MINUTE);
    browser.sign_in("ada").await;
    for number in 0..55 {
        tell(&portal, Kind::Mention, &format!("Talk {number}"), None, &[ada]).await;
        portal.later(Duration::from_secs(1));
    }
    let page = browser.page("/notifications").await;
    assert!(page.words().contains("Today") && page.words().contains("1–50 of 56") && page.words().contains("just now"));
    assert_eq!(page.text().matches("class=\"row-link\"").count(), 50);
    let older = browser.page("/notifications?page=2").await;
    assert!(older.words().contains("Yesterday New Grace mentioned you: Talk <b>one</b>"), "{}", older.words());
    assert!(!older.text().contains("<b>one"));
    // One is marked, then all that were there; what came meanwhile stays.
    let id = older.field("id");
    let (_, after) = browser.submit("/notifications?show=unread", "/api/notifications/read", &[("id", &id)]).await;
    assert!(after.words().contains("55 notifications"), "{}", after.words());
    tell_of(&portal, Kind::Message, first, "Just come", None, &[ada]).await;
    let until = page.field("until");
    let (_, after) = browser.submit("/notifications", "/api/notifications/read-all", &[("until", &until)]).await;
    assert!(after.words().contains("Unread (1)"), "{}", after.words());
    assert!(browser.page("/notifications?show=unread").await.words().contains("Just come"));
    // Somebody else's stays unread.
    let (grace, _) = person(&portal, "grace", Role::Staff).await;
    tell(&portal, Kind::Mention, "Hers", None, &[grace]).await;
    let mut tx = portal.read().await;
    let hers: Uuid = app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM notifications WHERE account_id = $1")
        .bind(grace)
        .fetch_one(c)
        .await)
    .unwrap();
    drop(tx);
    browser.post("/notifications", "/api/notifications/read", &[("id", &hers.to_string())]).await;
    assert_eq!(unread(&portal, grace).await, [1]);
    browser.set_cookie("language", "zh");
    let words = browser.page("/notifications").await.words();
    assert!(words.contains("Grace 发来新消息：咨询") && words.contains("今天"), "{words}");
    // Long ago is forgotten.
    portal.later(200 * 24 * 60 * MINUTE);
    let before = portal.count("notifications").await;
    app::privacy::retention::apply(&portal.backend).await.unwrap();
    assert_eq!(portal.count("notifications").await, before - 56, "what was read");
    assert_eq!(unread(&portal, grace).await, [1], "what nobody has read is kept for twice as long");
    portal.later(161 * 24 * 60 * MINUTE);
    app::privacy::retention::apply(&portal.backend).await.unwrap();
    assert_eq!(portal.count("notifications").await, 0);
}

async fn only_who_may_know_is_told(portal: Portal) {
    let mut people = Vec::new();
    for role in Role::ALL {
        people.push(portal.account(role.code(), role).await);
    }
    let (gone, erased) = (portal.account("gone", Role::Staff).await, portal.account("erased", Role::Staff).await);
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET suspended_at = 1 WHERE id = $1")
        .bind(gone)
        .execute(c)
        .await)
    .unwrap();
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET erased_at = 1 WHERE id = $1").bind(erased).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    people.extend([gone, erased, people[0]]);
    tell(&portal, Kind::JoinWaiting, "Applicant", None, &people).await;
    assert_eq!(portal.count("notifications").await, 3, "administrator, staff, executive");
    tell(&portal, Kind::Mention, "Note", None, &people).await;
    assert_eq!(portal.count("notifications").await, 6, "what is noted is read by the zone alone");
    tell(&portal, Kind::Message, "Talk", None, &people).await;
    assert_eq!(portal.count("notifications").await, 11);
    tell(&portal, Kind::Mention, "Talk", None, &[]).await;
    tell(&portal, Kind::Mention, "Talk", None, &[clock::new_id()]).await;
    assert_eq!(portal.count("notifications").await, 11);
    // Who is suspended after they were told gets no mail.
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET suspended_at = 1").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    portal.later(10 * MINUTE);
    assert_eq!(portal.write_mails().await, 0);
}

async fn who_follows_is_told(portal: Portal) {
    let (ada, mut manager) = person(&portal, "ada", Role::Staff).await;
    let (grace, mut author) = person(&portal, "grace", Role::Staff).await;
    let (bob, mut reader) = person(&portal, "bob", Role::Executive).await;
    let mut expert = portal.signed_in(Role::Expert).await;
    let url = add_managed(&mut author, "Novo", ada).await;
    let id = url.strip_prefix("/companies/").unwrap().to_owned();
    assert!(!expert.page(&url).await.words().contains("Follow"));
    let answer = expert.post(&url, "/api/follows/set", &[("company", &id), ("follow", "true")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let stranger = author.add_company("Another").await;
    let mut rep = portal.representative(stranger).await;
    let answer = rep.post("/today", "/api/follows/set", &[("company", &id), ("follow", "true")]).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND, "somebody else's company is not there");
    follow(&mut reader, &url).await;
    follow(&mut reader, &url).await;
    assert!(reader.page(&url).await.words().contains("Stop following"));
    let manager_id = ada.to_string();
    let fields = |version: &'static str, manager: &str| {
        [
            ("id", id.clone()),
            ("version", version.to_owned()),
            ("name_en", "Novo".to_owned()),
            ("kinds[]", "agent".to_owned()),
            ("stage", "partner".to_owned()),
            ("manager", manager.to_owned()),
        ]
    };
    let mut post = async |version: &'static str, manager: &str| {
        let fields = fields(version, manager);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = author.post(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
        assert_eq!(answer.location(), url, "{}", answer.words());
    };
    post("1", &manager_id).await;
    assert_eq!((unread(&portal, ada).await.len(), unread(&portal, bob).await.len()), (2, 1), "the manager, too");
    assert!(manager.page(&url).await.words().contains("because you are its account manager"));
    until_read(&portal, ada, 0).await;
    // Who is no longer manager is told that, and not also that something was changed; who becomes it likewise.
    let next = portal.account("next", Role::Staff).await;
    post("2", &next.to_string()).await;
    assert_eq!((unread(&portal, ada).await.len(), unread(&portal, next).await.len()), (1, 1));
    assert_eq!(unread(&portal, bob).await, [2]);
    assert!(unread(&portal, grace).await.is_empty());
    let answer = reader.post(&url, "/api/follows/set", &[("company", &id), ("follow", "false")]).await;
    assert_eq!(answer.location(), url);
    post("3", "").await;
    assert_eq!(unread(&portal, bob).await, [2]);
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains("follows the company") && words.contains("no longer follows the company"), "{words}");
    assert!(!admin.page(&url).await.words().contains("follows the company"), "who follows is no part of the timeline");
}

async fn ten_receivers_cost_little(portal: Portal) {
    let mut author = portal.signed_in(Role::Staff).await;
    let (quiet, followed) = (company(&mut author, "Quiet").await, company(&mut author, "Followed").await);
    let now = portal.backend.clock.now();
    let id: Uuid = followed.strip_prefix("/companies/").unwrap().parse().unwrap();
    for number in 0..10 {
        let account = portal.account(&format!("f{number}"), Role::Staff).await;
        let mut tx = portal.write().await;
        assert!(notification::follow(&mut tx, account, "company", id, now).await.unwrap());
        tx.commit().await.unwrap();
    }
    let mut took = [Vec::new(), Vec::new()];
    for round in 1..=40_i64 {
        for (index, url) in [&quiet, &followed].into_iter().enumerate() {
            let started = clock::stopwatch();
            let stage = if round % 2 == 0 { "partner" } else { "contacted" };
            edit(&mut author, url, round, "Edited", stage).await;
            took[index].push(started.elapsed());
            portal.later(Duration::from_secs(1));
        }
    }
    let [without, with] = took.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    println!("an edit: {without:?} without followers, {with:?} with ten");
    assert!(with < without * 3, "far too slow: {without:?}, {with:?}");
    assert_eq!(portal.count("notifications").await, 10);
}
