//! Mails: what causes them, how they reach a mail server that behaves or does not, and what administrators see of them.

use std::time::Duration;

use app::actor::Role;
use app::backend::outbox::{self, Receiver};
use app::backend::{Backend, Settings, letter::Letter};
use app::language::Language;
use http::StatusCode;
use server::mail_worker::step;
use server::smtp::{MailServer, Transport, sender};
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal, until};
use crate::smtp::{Fault, Smtp};

both!(
    a_manager_is_told_in_their_language,
    who_stays_or_names_oneself_is_not_told,
    what_is_not_committed_is_not_sent,
    a_refused_receiver_is_a_dead_letter_and_sent_again,
    a_busy_receiver_gets_it_later,
    a_server_that_hangs_closes_or_goes_away_delays_mails,
    a_server_that_is_not_there_delays_mails,
    a_sender_that_is_refused_kills_no_mail,
    what_may_have_arrived_is_sent_again_under_the_same_id,
    a_lease_ends,
    two_workers_send_each_mail_once,
    a_worker_that_is_told_to_stop_gives_back_what_it_claimed,
    nothing_in_a_name_becomes_a_header,
    without_a_mail_server_mails_are_kept_and_read,
    two_days_are_the_end,
    an_administrator_finds_mails,
);

pub fn transport(addr: std::net::SocketAddr) -> Transport {
    let server = MailServer::parse(&format!("smtp://{addr}")).unwrap();
    let from = sender("Boao Hope City 博鳌乐城 <portal@zone.example>").unwrap();
    let mut transport = Transport::new(server, from, "https://portal.example");
    transport.patience = PATIENT;
    transport
}

/// Longer than any conversation takes that goes well.
const PATIENT: Duration = Duration::from_secs(120);
/// Where all that comes is silence.
const IMPATIENT: Duration = Duration::from_millis(400);

pub async fn set_language(portal: &Portal, account: Uuid, language: &str) {
    let mut tx = portal.write().await;
    app::account::store::set_language(&mut tx, account, language).await.unwrap();
    tx.commit().await.unwrap();
}

pub async fn add_managed(browser: &mut Browser, name: &str, manager: Uuid) -> String {
    let manager = manager.to_string();
    let fields = [
        ("name_en", name),
        ("name_zh", "诺和诺德"),
        ("kinds[]", "manufacturer"),
        ("not_duplicate", "yes"),
        ("not_duplicate_reason", "A story needs it"),
        ("stage", "in_talks"),
        ("country", "DK"),
        ("manager", manager.as_str()),
    ];
    let answer = browser.post("/companies/new", "/api/companies/create", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    answer.location()
}

/// Puts mails into the outbox, to `one{number}@story.example`.
async fn enqueue(portal: &Portal, count: usize) -> Vec<Uuid> {
    let account = portal.account(&format!("receiver-{}", app::backend::clock::new_id()), Role::Staff).await;
    let now = portal.backend.clock.now();
    let mut tx = portal.write().await;
    let mut ids = Vec::new();
    for number in 0..count {
        let receiver = Receiver {
            account: Some(account),
            address: format!("one{number}@story.example"),
            name: "One".to_owned(),
            language: Language::En,
        };
        let letter = Letter::new(Language::En, &format!("Number {number}")).greeting("Hello").footer("Bye");
        ids.push(outbox::enqueue(&mut tx, "mail.test", &receiver, &letter, now).await.unwrap());
    }
    tx.commit().await.unwrap();
    ids
}

/// A mail that was given up.
pub async fn dead_letter(portal: &Portal) -> Uuid {
    let id = enqueue(portal, 1).await[0];
    let now = portal.backend.clock.now();
    let mails = outbox::claim(&portal.backend.database, now, 10).await.unwrap();
    let mail = mails.iter().find(|mail| mail.id == id).unwrap();
    let mut tx = portal.write().await;
    outbox::note_failed(&mut tx, mail, &outbox::Failure::Permanent("550 no".into()), now).await.unwrap();
    tx.commit().await.unwrap();
    id
}

/// Works on the outbox until a mail was taken, the clock moved on between; gives the seconds that it took.
async fn until_sent(portal: &Portal, transport: &Transport, smtp: &Smtp, count: usize) -> u64 {
    let mut seconds = 0;
    while smtp.received().len() < count {
        assert!(seconds < 600, "nothing arrived in ten minutes");
        step(&portal.backend, transport).await.unwrap();
        portal.later(Duration::from_secs(5));
        seconds += 5;
    }
    seconds
}

async fn depth(portal: &Portal) -> (i64, i64) {
    let mut tx = portal.read().await;
    let depth = outbox::depth(&mut tx).await.unwrap();
    (depth.waiting, depth.dead)
}

/// The one mail that somebody got.
fn to(smtp: &Smtp, address: &str) -> crate::smtp::Received {
    let mut mails = smtp.received().into_iter().filter(|mail| mail.to == [address.to_owned()]);
    let mail = mails.next().unwrap();
    assert!(mails.next().is_none(), "{address} got more than one");
    mail
}

async fn a_manager_is_told_in_their_language(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    let (li, ada) = (portal.account("李雷", Role::Staff).await, portal.account("ada", Role::Administrator).await);
    set_language(&portal, li, "zh").await;
    portal.account("grace", Role::Staff).await;
    let mut grace = portal.browser();
    grace.sign_in("grace").await;
    let url = add_managed(&mut grace, "Novo & <Nordisk>", ada).await;
    assert_eq!(smtp.received().len(), 0, "nothing is sent by the request");
    assert_eq!(portal.write_mails().await, 1);
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 1);
    let mail = smtp.received().remove(0);
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("portal@zone.example", &["ada@story.example".to_owned()][..])
    );
    let parsed = mail.parse();
    let header = |name: &str| parsed.headers[name].as_str();
    assert_eq!(header("subject"), "You are now account manager of Novo & <Nordisk>");
    assert_eq!(header("to"), "ada@story.example");
    assert!(header("from").contains("Boao Hope City 博鳌乐城") && header("from").contains("<portal@zone.example>"));
    assert!(header("message-id").ends_with("@zone.example>"), "{}", header("message-id"));
    assert_eq!((header("auto-submitted"), header("mime-version")), ("auto-generated", "1.0"));
    assert!(header("date").contains("21 Sep 2026"), "{}", header("date"));
    let link = format!("http://127.0.0.1:3000{url}");
    for said in ["Dear ada,", "grace", "Novo & <Nordisk>", "Denmark", "In talks", &link] {
        assert!(parsed.text.contains(said), "{said} in {}", parsed.text);
    }
    assert!(parsed.html.contains("Novo &amp; &lt;Nordisk&gt;") && parsed.html.contains(&format!("href=\"{link}\"")));
    assert!(parsed.html.contains("<html lang=\"en\">") && !parsed.html.contains("<Nordisk>"));

    // An edit that changes the manager tells the new one, in Chinese. (An address with Chinese letters is for servers
    // that take such; this one has an ASCII address.)
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET email = 'li@story.example' WHERE id = $1")
        .bind(li)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    let manager = li.to_string();
    let fields = [
        ("id", url.strip_prefix("/companies/").unwrap()),
        ("version", "1"),
        ("name_en", "Novo & <Nordisk>"),
        ("name_zh", "诺和诺德"),
        ("kinds[]", "manufacturer"),
        ("stage", "partner"),
        ("country", "DK"),
        ("manager", manager.as_str()),
    ];
    let answer = grace.post(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    assert_eq!(answer.location(), url);
    portal.write_mails().await;
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 2, "and who was it before");
    let mail = to(&smtp, "li@story.example");
    let parsed = mail.parse();
    assert_eq!(parsed.headers["subject"], "您已被指定为“诺和诺德”的招商专员");
    assert_eq!(parsed.headers["content-language"], "zh-CN");
    for said in ["李雷，您好：", "grace 已将您指定为", "企业：诺和诺德", "国家/地区：丹麦", &link]
    {
        assert!(parsed.text.contains(said), "{said} in {}", parsed.text);
    }
    assert!(parsed.html.contains("<html lang=\"zh-CN\">") && parsed.html.contains("国家/地区"));
    let parsed = smtp.received().into_iter().skip(1).find(|mail| mail.to == ["ada@story.example"]).unwrap().parse();
    assert_eq!(parsed.headers["subject"], "You are no longer account manager of Novo & <Nordisk>");
    for said in ["Dear ada,", "grace has changed", "Account manager now: 李雷", "In talks", &link] {
        assert!(parsed.text.contains(said), "{said} in {}", parsed.text);
    }
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0, "each is sent once");

    // Nobody follows: the former one is told so, in Chinese.
    let fields = [
        ("id", url.strip_prefix("/companies/").unwrap()),
        ("version", "2"),
        ("name_en", "Novo & <Nordisk>"),
        ("name_zh", "诺和诺德"),
        ("kinds[]", "manufacturer"),
        ("stage", "partner"),
        ("country", "DK"),
        ("manager", ""),
    ];
    let answer = grace.post(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    assert_eq!(answer.location(), url);
    portal.write_mails().await;
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 1);
    let parsed = smtp.received().pop().unwrap().parse();
    assert_eq!(parsed.headers["subject"], "您不再担任“诺和诺德”的招商专员");
    assert!(parsed.text.contains("现任招商专员：暂无"), "{}", parsed.text);
}

async fn who_stays_or_names_oneself_is_not_told(portal: Portal) {
    let grace = portal.account("grace", Role::Staff).await;
    let ada = portal.account("ada", Role::Staff).await;
    let mut browser = portal.browser();
    browser.sign_in("grace").await;
    add_managed(&mut browser, "Own", grace).await;
    assert_eq!((portal.write_mails().await, portal.count("mails").await), (0, 0));
    let url = add_managed(&mut browser, "Hers", ada).await;
    assert_eq!((portal.write_mails().await, portal.count("mails").await), (1, 1));
    let manager = ada.to_string();
    let fields = [
        ("id", url.strip_prefix("/companies/").unwrap()),
        ("version", "1"),
        ("name_en", "Hers, renamed"),
        ("kinds[]", "agent"),
        ("stage", "partner"),
        ("manager", manager.as_str()),
    ];
    assert_eq!(browser.post(&format!("{url}/edit"), "/api/companies/edit", &fields).await.location(), url);
    browser.add_company("Nobody's").await;
    assert_eq!((portal.write_mails().await, portal.count("mails").await), (0, 1), "only who becomes manager is told");
    // Who gives it up themselves knows.
    let mut own = portal.browser();
    own.sign_in("ada").await;
    let fields = [
        ("id", url.strip_prefix("/companies/").unwrap()),
        ("version", "2"),
        ("name_en", "Hers, renamed"),
        ("kinds[]", "agent"),
        ("stage", "partner"),
        ("manager", ""),
    ];
    assert_eq!(own.post(&format!("{url}/edit"), "/api/companies/edit", &fields).await.location(), url);
    assert_eq!((portal.write_mails().await, portal.count("mails").await), (0, 1));
}

async fn what_is_not_committed_is_not_sent(portal: Portal) {
    let smtp = Smtp::start().await;
    let account = portal.account("ada", Role::Staff).await;
    let receiver = Receiver {
        account: Some(account),
        address: "ada@story.example".into(),
        name: "Ada".into(),
        language: Language::En,
    };
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    outbox::enqueue(&mut tx, "mail.test", &receiver, &Letter::new(Language::En, "Never"), now).await.unwrap();
    drop(tx);
    assert_eq!(step(&portal.backend, &transport(smtp.addr)).await.unwrap(), 0);
    assert_eq!((portal.count("mails").await, smtp.conversations()), (0, 0));
    // A refused write causes none either.
    let mut staff = portal.signed_in(Role::Staff).await;
    let manager = account.to_string();
    let fields = [("name_en", ""), ("kinds[]", "agent"), ("stage", "target"), ("manager", manager.as_str())];
    assert!(staff.post("/companies/new", "/api/companies/create", &fields).await.location().contains("refused="));
    assert_eq!((portal.write_mails().await, portal.count("notifications").await), (0, 0));
}

async fn a_refused_receiver_is_a_dead_letter_and_sent_again(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    let id = enqueue(&portal, 1).await[0];
    smtp.fail(Fault::ReceiverUnknown, 1);
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0);
    assert_eq!(depth(&portal).await, (0, 1));
    portal.later(Duration::from_secs(3600));
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0, "what is dead stays so");

    let mut admin = portal.signed_in(Role::Administrator).await;
    let url = format!("/admin/mail/{id}");
    let words = admin.page(&url).await.words();
    assert!(words.contains("Not delivered") && words.contains("550 5.1.1 no such mailbox"), "{words}");
    let before = portal.journal_holds().await;
    let (location, page) = admin.submit(&url, "/api/mail/resend", &[("id", &id.to_string())]).await;
    assert_eq!(location, url);
    assert!(page.words().contains("Waiting"), "{}", page.words());
    assert_eq!(portal.journal_holds().await, before + 1);
    // Somebody who asks for it a second time is told that it is under way.
    let (_, page) = admin.submit(&url, "/api/mail/resend", &[("id", &id.to_string())]).await;
    assert!(page.words().contains("Somebody else changed this meanwhile"), "{}", page.words());
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 1);
    assert_eq!(smtp.received()[0].message_id(), format!("<{id}@zone.example>"));
    let words = admin.page(&url).await.words();
    assert!(words.contains("250 2.0.0 queued") && !words.contains("Send again"), "{words}");
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains("sent a mail again"), "{words}");
}

async fn a_busy_receiver_gets_it_later(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    enqueue(&portal, 2).await;
    // Four times one of the two is put off, mostly each of them twice; the third time one waits for minutes.
    smtp.fail(Fault::ReceiverBusy, 4);
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0);
    assert!(!transport.is_down(), "the server is fine");
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0, "not before its time");
    let seconds = until_sent(&portal, &transport, &smtp, 2).await;
    assert!((10..=400).contains(&seconds), "{seconds}");
    assert_eq!(depth(&portal).await, (0, 0));
}

async fn a_server_that_hangs_closes_or_goes_away_delays_mails(portal: Portal) {
    for fault in [Fault::Silent, Fault::Closed, Fault::GoesAway] {
        let smtp = Smtp::start().await;
        let mut transport = transport(smtp.addr);
        if fault == Fault::Silent {
            transport.patience = IMPATIENT;
        }
        enqueue(&portal, 3).await;
        smtp.fail(fault, 1000);
        assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0, "{fault:?}");
        assert!(transport.is_down(), "{fault:?}");
        // Users notice nothing.
        portal.signed_in(Role::Staff).await.add_company(&format!("During {fault:?}")).await;
        smtp.heal();
        transport.patience = PATIENT;
        let seconds = until_sent(&portal, &transport, &smtp, 3).await;
        assert!(seconds <= 120, "{fault:?}: {seconds}");
        let mut to: Vec<_> = smtp.received().into_iter().flat_map(|mail| mail.to).collect();
        to.sort();
        assert_eq!(to, ["one0@story.example", "one1@story.example", "one2@story.example"], "{fault:?}: each once");
        assert_eq!(depth(&portal).await, (0, 0), "{fault:?}");
        assert!(!transport.is_down(), "{fault:?}");
    }
}

async fn a_server_that_is_not_there_delays_mails(portal: Portal) {
    let (place, addr) = Smtp::place();
    let transport = transport(addr);
    enqueue(&portal, 60).await;
    // Ten minutes without a mail server.
    for _ in 0..60 {
        step(&portal.backend, &transport).await.unwrap();
        portal.later(Duration::from_secs(10));
    }
    assert_eq!(depth(&portal).await, (60, 0));
    let smtp = Smtp::start_at(place);
    let seconds = until_sent(&portal, &transport, &smtp, 60).await;
    assert!(seconds <= 65, "at most a minute after it is back: {seconds}");
    assert_eq!((smtp.received().len(), depth(&portal).await), (60, (0, 0)));
}

async fn a_sender_that_is_refused_kills_no_mail(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    enqueue(&portal, 2).await;
    smtp.fail(Fault::SenderRefused, 4);
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0);
    assert_eq!(depth(&portal).await, (2, 0));
    until_sent(&portal, &transport, &smtp, 2).await;
}

async fn what_may_have_arrived_is_sent_again_under_the_same_id(portal: Portal) {
    for fault in [Fault::DroppedAfterData, Fault::SilentAfterData] {
        let smtp = Smtp::start().await;
        let mut transport = transport(smtp.addr);
        let id = enqueue(&portal, 1).await[0];
        smtp.fail(fault, 2);
        if fault == Fault::SilentAfterData {
            transport.patience = IMPATIENT;
        }
        while smtp.received().len() < 2 {
            let before = (smtp.conversations(), smtp.received().len());
            step(&portal.backend, &transport).await.unwrap();
            if smtp.conversations() > before.0 && smtp.received().len() == before.1 {
                // Broken off before the silence: what comes before it takes longer on this machine.
                transport.patience *= 2;
            }
            portal.later(Duration::from_secs(60));
        }
        transport.patience = PATIENT;
        until_sent(&portal, &transport, &smtp, 3).await;
        let received = smtp.received();
        assert_eq!(received.len(), 3, "{fault:?}");
        assert_eq!(received[0].message_id(), format!("<{id}@zone.example>"));
        assert!(received.iter().all(|mail| mail.data == received[0].data), "{fault:?}: byte for byte the same");
        assert_eq!(depth(&portal).await, (0, 0), "{fault:?}");
    }
}

async fn a_lease_ends(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    enqueue(&portal, 3).await;
    // A worker claims them and dies.
    let claimed = outbox::claim(&portal.backend.database, portal.backend.clock.now(), 10).await.unwrap();
    assert_eq!(claimed.len(), 3);
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0);
    portal.later(Duration::from_secs(301));
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 3);
    // What the dead one would still say does not undo it.
    let mut tx = portal.write().await;
    let failure = outbox::Failure::Permanent("late".into());
    outbox::note_failed(&mut tx, &claimed[0], &failure, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(depth(&portal).await, (0, 0));
}

async fn two_workers_send_each_mail_once(portal: Portal) {
    let smtp = Smtp::start().await;
    enqueue(&portal, 200).await;
    let (one, two) = (transport(smtp.addr), transport(smtp.addr));
    // No mail is taken before both have come, each over four connections: the faster one has not done all by then.
    smtp.hold();
    let worker = |transport: Transport| {
        let backend = portal.backend.clone();
        tokio::spawn(async move { step(&backend, &transport).await.unwrap() })
    };
    let (one, two) = (worker(one), worker(two));
    until("both have come", async || smtp.conversations() == 8).await;
    smtp.greet();
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_eq!(one + two, 200);
    assert!(one > 0 && two > 0, "both worked: {one}, {two}");
    let mut ids: Vec<_> = smtp.received().iter().map(|mail| mail.message_id()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), smtp.received().len()), (200, 200));
    assert!(smtp.conversations() <= 16, "connections are shared: {}", smtp.conversations());
}

async fn a_worker_that_is_told_to_stop_gives_back_what_it_claimed(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    enqueue(&portal, 3).await;
    transport.close();
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 0);
    assert_eq!(smtp.conversations(), 0);
    // Another node sends them at once.
    assert_eq!(step(&portal.backend, &self::transport(smtp.addr)).await.unwrap(), 3);
}

async fn nothing_in_a_name_becomes_a_header(portal: Portal) {
    let smtp = Smtp::start().await;
    let evil = "Evil\r\nBcc: victim@evil.example\r\n\r\n<h1>body</h1>";
    let account = portal.account("ada", Role::Staff).await;
    let now = portal.backend.clock.now();
    let mut tx = portal.write().await;
    let receiver = Receiver {
        account: Some(account),
        address: "ada@story.example".into(),
        name: evil.into(),
        language: Language::En,
    };
    let letter = Letter::new(Language::En, evil).greeting(evil).paragraph(evil).fact(evil, evil).link(evil, evil);
    outbox::enqueue(&mut tx, "mail.test", &receiver, &letter, now).await.unwrap();
    // Even a row that was not written by the outbox.
    let id = outbox::enqueue(&mut tx, "mail.test", &receiver, &letter, now).await.unwrap();
    app::on!(&mut tx, |c| sqlx::query("UPDATE mails SET subject = $1 WHERE id = $2")
        .bind(evil)
        .bind(id)
        .execute(c)
        .await)
    .unwrap();
    let id = outbox::enqueue(&mut tx, "mail.test", &receiver, &letter, now).await.unwrap();
    app::on!(&mut tx, |c| sqlx::query("UPDATE mails SET address = $1 WHERE id = $2")
        .bind("ada@story.example>\r\nRCPT TO:<victim@evil.example")
        .bind(id)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(step(&portal.backend, &transport(smtp.addr)).await.unwrap(), 2);
    assert_eq!(depth(&portal).await, (0, 1), "what is no address is not tried");
    for mail in smtp.received() {
        assert_eq!(mail.to, ["ada@story.example"]);
        let parsed = mail.parse();
        assert_eq!(parsed.headers["subject"], "Evil Bcc: victim@evil.example <h1>body</h1>");
        assert!(!parsed.headers.contains_key("bcc") && !parsed.html.contains("<h1>"), "{parsed:?}");
        assert!(!parsed.text.contains("\nBcc"), "{}", parsed.text);
    }
    // By the form: white space in a name is one space, other control characters are refused.
    let mut staff = portal.signed_in(Role::Staff).await;
    let name = "A\r\nBcc: victim@evil.example";
    add_managed(&mut staff, name, account).await;
    portal.write_mails().await;
    assert_eq!(step(&portal.backend, &transport(smtp.addr)).await.unwrap(), 1);
    let parsed = smtp.received().pop().unwrap().parse();
    assert_eq!(parsed.headers["subject"], "You are now account manager of A Bcc: victim@evil.example");
}

async fn without_a_mail_server_mails_are_kept_and_read(portal: Portal) {
    let mut admin = portal.signed_in(Role::Administrator).await;
    let ada = portal.account("ada", Role::Staff).await;
    add_managed(&mut admin, "<script>alert(1)</script>", ada).await;
    portal.write_mails().await;
    let list = admin.page("/admin/mail").await;
    assert!(list.words().contains("No mail server is set up (SMTP_URL)"), "{}", list.words());
    assert!(list.words().contains("ada@story.example") && list.words().contains("Waiting"), "{}", list.words());
    let (url, page) = admin.submit("/admin/mail", "/api/mail/test", &[]).await;
    assert!(url.starts_with("/admin/mail/") && page.words().contains("Test mail from Boao Hope City"), "{url}");
    let html = list.text();
    let at = html.find("/admin/mail/0").unwrap();
    let page = admin.page(&html[at..at + "/admin/mail/".len() + 36]).await;
    assert!(page.words().contains("account manager of <script>alert(1)"), "{}", page.words());
    assert!(page.words().contains("No mail server is set up"), "{}", page.words());
    assert!(!page.text().contains("<script>alert") && !page.text().contains("<table role="), "{}", page.text());

    // Where one is set up, nobody is warned.
    let settings = Settings { sends_mail: true, ..portal.backend.settings.clone() };
    let backend = Backend::new(portal.backend.database.clone(), portal.backend.clock.clone(), settings);
    let router = server::http::router(&backend);
    let list = admin.elsewhere(router).page("/admin/mail").await;
    assert!(!list.words().contains("No mail server"), "{}", list.words());

    // Where none is, mails that wait are not in order; and the journal calls a mail by its subject.
    let words = admin.page("/admin").await.words();
    assert!(words.contains("Needs attention") && words.contains("No mail server is set up (SMTP_URL)"), "{words}");
    let words = admin.page("/admin/journal?action=mail.tested").await.words();
    assert!(words.contains("sent themselves a test mail: Test mail from Boao Hope City"), "{words}");
    // Beyond the end is not empty.
    let words = admin.page("/admin/mail?page=99").await.words();
    assert!(words.contains("beyond the end of 2 rows") && !words.contains("No mails yet"), "{words}");
}

async fn two_days_are_the_end(portal: Portal) {
    let smtp = Smtp::start().await;
    let transport = transport(smtp.addr);
    let old = enqueue(&portal, 1).await[0];
    portal.later(Duration::from_secs(48 * 3600 + 1));
    enqueue(&portal, 1).await;
    // A mail server is set up at last: what is older than two days is no news.
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 1);
    assert_eq!(depth(&portal).await, (0, 1));
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page(&format!("/admin/mail/{old}")).await.words();
    assert!(words.contains("It waited longer than two days") && !words.contains("The mail server said"), "{words}");
    // An administrator may want it all the same.
    admin.submit(&format!("/admin/mail/{old}"), "/api/mail/resend", &[("id", &old.to_string())]).await;
    assert_eq!(step(&portal.backend, &transport).await.unwrap(), 1);

    // A receiver who is busy for two days is given up.
    enqueue(&portal, 1).await;
    smtp.fail(Fault::ReceiverBusy, 1000);
    let mut tries = 0;
    for _ in 0..(50 * 60) {
        let before = smtp.conversations();
        step(&portal.backend, &transport).await.unwrap();
        tries += smtp.conversations() - before;
        portal.later(Duration::from_secs(60));
    }
    assert_eq!(depth(&portal).await, (0, 1));
    assert!((25..=40).contains(&tries), "{tries}");
}

async fn an_administrator_finds_mails(portal: Portal) {
    let smtp = Smtp::start().await;
    enqueue(&portal, 60).await;
    let claimed = outbox::claim(&portal.backend.database, portal.backend.clock.now(), 60).await.unwrap();
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    for mail in &claimed[..5] {
        outbox::note_sent(&mut tx, mail, "250 ok", now).await.unwrap();
    }
    for mail in &claimed[5..7] {
        outbox::note_failed(&mut tx, mail, &outbox::Failure::Permanent("550 no".into()), now).await.unwrap();
    }
    tx.commit().await.unwrap();
    drop(smtp);
    let mut admin = portal.signed_in(Role::Administrator).await;
    for (query, count) in [
        ("", "60 mails"),
        ("?state=sent", "5 mails"),
        ("?state=dead", "2 mails"),
        ("?state=waiting", "53 mails"),
        ("?q=ONE7%40", "1 mail "),
        ("?q=%25", "0 mails"),
        ("?state=nonsense&q=story.example", "60 mails"),
    ] {
        let words = admin.page(&format!("/admin/mail{query}")).await.words();
        assert!(words.contains(count), "{query}: {count} in {words}");
    }
    let page = admin.page("/admin/mail?page=2").await;
    assert_eq!(page.text().matches("class=\"row-link\"").count(), 10);
    assert!(page.words().contains("51–60 of 60"), "{}", page.words());
    admin.set_cookie("language", "zh");
    let words = admin.page("/admin/mail?state=dead").await.words();
    assert!(words.contains("发送失败") && words.contains("共 2 封"), "{words}");
    assert_eq!(
        admin.get(&format!("/admin/mail/{}", app::backend::clock::new_id())).await.status,
        StatusCode::NOT_FOUND
    );
}
