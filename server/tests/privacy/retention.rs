//! Nothing is kept for longer than it says, and everybody can read how long that is.

use app::actor::Role;
use app::backend::{clock, journal};
use app::privacy::store;
use sqlx::types::Uuid;

use super::{DAY, ada, addresses, night, run, verified};
use crate::both;
use crate::harness::Portal;

both!(
    times_are_settings_within_bounds,
    what_was_kept_for_long_enough_goes,
    old_requests_go_with_what_the_journal_says_of_them,
    who_asked_is_forgotten_long_after,
    unused_accounts_are_listed_and_stay,
    everybody_can_read_the_notice,
);

const TIMES: [(&str, &str); 11] = [
    ("attempts", "90"),
    ("sessions", "1"),
    ("mail_bodies", "180"),
    ("mails", "730"),
    ("notifications", "180"),
    ("requests", "180"),
    ("enquiries", "730"),
    ("addresses", "365"),
    ("documents", "30"),
    ("imports", "90"),
    ("inactive", "365"),
];

/// The fields of the form with other values for some.
fn times<'a>(version: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("version", version)];
    fields.extend(
        TIMES.map(|(name, days)| {
            (name, changed.iter().find(|(other, _)| *other == name).map_or(days, |(_, days)| *days))
        }),
    );
    fields
}

async fn times_are_settings_within_bounds(portal: Portal) {
    let path = "/admin/retention";
    let post = "/api/privacy/retention";
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = admin.page(path).await;
    for (name, days) in TIMES {
        assert_eq!(page.field(name), days, "{name}");
    }
    let wrong = times("1", &[("attempts", "6"), ("mails", "100"), ("sessions", "x"), ("documents", "")]);
    let (_, refused) = admin.submit(path, post, &wrong).await;
    let words = refused.words();
    for said in ["from 7 to 730", "from 180 to 3650", "from 1 to 90", "Please fill this in"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert_eq!(refused.field("attempts"), "6", "what was typed is kept");
    let mut tx = portal.read().await;
    assert_eq!(store::version(&mut tx).await.unwrap(), 1, "nothing was set");
    drop(tx);

    let mut second = portal.signed_in(Role::Administrator).await;
    second.page(path).await;
    let right = times("1", &[("addresses", "30"), ("mails", "800")]);
    assert_eq!(admin.post(path, post, &right).await.location(), path);
    assert_eq!(admin.page(path).await.field("addresses"), "30");
    let words = admin.page("/admin/journal?action=retention.changed").await.words();
    assert!(
        words.contains("changed the retention times") && words.contains("Network addresses in the journal"),
        "{words}"
    );
    assert!(words.contains("365") && words.contains("800"), "{words}");
    // Who started from the older times overwrites nothing.
    let (_, conflict) = second.submit(path, post, &times("1", &[("addresses", "100")])).await;
    assert!(conflict.words().contains("Somebody else changed this meanwhile"), "{}", conflict.words());
    assert_eq!((conflict.field("addresses").as_str(), conflict.field("version").as_str()), ("100", "2"));
    assert!(conflict.words().contains("Now 30 days"), "{}", conflict.words());
    assert_eq!(second.post(path, post, &times("2", &[("addresses", "100"), ("mails", "800")])).await.location(), path);
    assert!(portal.browser().page("/privacy").await.words().contains("Network addresses: 100 days."));
    portal.journal_holds().await;
}

async fn what_was_kept_for_long_enough_goes(portal: Portal) {
    let (_, mut browser) = ada(&portal).await;
    run(&portal, "UPDATE notifications SET read_at = created_at WHERE facts LIKE '%somebody%'").await;
    browser.post("/companies/new", "/api/companies/create", &[("name_en", "")]).await;
    let rows = portal.journal_holds().await;
    assert_eq!(addresses(&portal).await, rows, "every entry has its address");
    let mut tx = portal.read().await;
    let (seq, hash) = journal::head(&mut tx).await.unwrap();
    drop(tx);
    let heads = format!("{seq} {hash} then\n");
    night(&portal).await;
    assert_eq!(addresses(&portal).await, rows, "nothing is old enough");
    assert_eq!(portal.count("sign_in_attempts").await, 2);

    portal.later(100 * DAY);
    let mut admin = portal.signed_in(Role::Administrator).await;
    night(&portal).await;
    assert_eq!(portal.count("sign_in_attempts").await, 1, "one is new");
    assert_eq!(portal.count("sessions").await, 1);
    // One of them was told by the first night: that nobody administers ada's company.
    assert_eq!(portal.count("notifications").await, 3);

    portal.later(100 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("notifications").await, 2, "what was not read is kept");
    assert_eq!(portal.count("mails WHERE kind = 'story' AND body_text = '' AND subject <> ''").await, 2);
    let mut tx = portal.read().await;
    let mail: Uuid = app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM mails WHERE kind = 'story' LIMIT 1")
        .fetch_one(c)
        .await)
    .unwrap();
    drop(tx);
    admin = {
        drop(admin);
        portal.signed_in(Role::Administrator).await
    };
    let words = admin.page(&format!("/admin/mail/{mail}")).await.words();
    assert!(words.contains("no longer kept") && words.contains("A subject"), "{words}");

    portal.later(170 * DAY);
    let all = portal.journal_holds().await;
    night(&portal).await;
    // What a job found was found from nowhere.
    assert_eq!(addresses(&portal).await, all - rows - 1, "those of a year ago are erased, younger ones stay");
    assert_eq!(verified(&portal, &heads).await, Ok(all));
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(!admin.page("/admin/journal?page=1").await.words().contains("198.51.100.7"));
    let words = admin.page("/admin/jobs").await.words();
    assert!(words.contains("Retention times") && words.contains(&format!("{} items in", rows + 2)), "{words}");
    assert_eq!(portal.count("notifications").await, 0, "in the end what nobody read goes, too: those are the two more");
    night(&portal).await;
    assert_eq!(portal.journal_holds().await, all + 1);

    portal.later(400 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("mails WHERE kind = 'story'").await, 0);
    // As the times are set otherwise, so it goes.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let shorter = times("1", &[("addresses", "30"), ("notifications", "7")]);
    admin.post("/admin/retention", "/api/privacy/retention", &shorter).await;
    portal.later(31 * DAY);
    night(&portal).await;
    assert_eq!(addresses(&portal).await, 0);
    portal.journal_holds().await;
}

async fn old_requests_go_with_what_the_journal_says_of_them(portal: Portal) {
    let staff = portal.account("staff", Role::Staff).await;
    let now = portal.backend.clock.now();
    let mut tx = portal.write().await;
    let mut declined = Uuid::nil();
    for state in ["unconfirmed", "waiting", "declined"] {
        let id = clock::new_id();
        if state == "declined" {
            declined = id;
        }
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO join_requests (id, state, company_name, website, name, email, email_folded, reason, language,
                                        address, created_at, decided_at, decline_reason, version)
             VALUES ($1, $2, 'A Company', '', $2, 'x@y.example', 'x@y.example', 'please', 'en', '192.0.2.1', $3, $3, '', 1)"
        )
        .bind(id)
        .bind(state)
        .bind(now.0)
        .execute(c)
        .await)
        .unwrap();
        let author = journal::Author { actor: None, origin: "web", address: "192.0.2.1".into(), now };
        let fields = vec![
            ("name", format!("the {state}")),
            ("email", "x@y.example".into()),
            ("company_name", "A Company".into()),
        ];
        journal::record(&mut tx, &author, journal::Entry::new("account.created", "join_request", id).created(fields))
            .await
            .unwrap();
    }
    for (accepted, name) in [(None, "never"), (Some(now.0), "accepted")] {
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO invitations (id, email, email_folded, name, role, title, language, invited_by, created_at,
                                      sent_at, accepted_at)
             VALUES ($1, 'i@y.example', 'i@y.example', $2, 'expert', '', 'en', $3, $4, $4, $5)"
        )
        .bind(clock::new_id())
        .bind(name)
        .bind(staff)
        .bind(now.0)
        .bind(accepted)
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    portal.later(181 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("join_requests").await, 1, "the one that waits");
    assert_eq!(portal.count("invitations").await, 1, "the one that was accepted");
    let mut tx = portal.read().await;
    let changes: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT changes FROM journal WHERE subject_id = $1")
            .bind(declined)
            .fetch_one(c)
            .await)
        .unwrap();
    drop(tx);
    assert!(changes.contains("A Company"), "what is not about the person stays: {changes}");
    assert!(
        !changes.contains("the declined") && !changes.contains("x@y.example") && !changes.contains("192.0.2.1"),
        "{changes}"
    );
    portal.journal_holds().await;
}

async fn unused_accounts_are_listed_and_stay(portal: Portal) {
    portal.account("sleeper", Role::Expert).await;
    portal.account("busy", Role::Staff).await;
    let mut busy = portal.browser();
    busy.sign_in("busy").await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(!admin.page("/admin/retention").await.words().contains("not used for"));
    portal.later(200 * DAY);
    busy.sign_in("busy").await;
    portal.later(200 * DAY);
    night(&portal).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/retention").await.words();
    assert!(words.contains("sleeper@story.example") && words.contains("2 accounts not used for 365 days"), "{words}");
    assert!(!words.contains("busy@story.example"), "{words}");
    assert_eq!(portal.count("accounts WHERE erased_at IS NULL").await, 4);
}

async fn everybody_can_read_the_notice(portal: Portal) {
    let mut browser = portal.browser();
    assert!(browser.page("/").await.text().contains("href=\"/privacy\""), "it is linked from every page");
    let words = browser.page("/privacy").await.words();
    for said in [
        "Privacy notice",
        "Whom to ask",
        "Network addresses: 365 days.",
        "under a pseudonym",
        "What a mail says: 180 days.",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!words.contains("Privacy and my data"));
    browser.set_cookie("language", "zh");
    let words = browser.page("/privacy").await.words();
    for said in ["个人信息保护说明", "网络地址保存 365 天", "您的权利"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page("/privacy").await.text().contains("href=\"/account/privacy\""));
}

async fn who_asked_is_forgotten_long_after(portal: Portal) {
    let (over, open) = (crate::enquiry::recorded(&portal).await, crate::enquiry::recorded(&portal).await);
    let mut staff = portal.signed_in(Role::Staff).await;
    let page = format!("/enquiries/{over}?do=close");
    let version = staff.page(&page).await.field("version");
    let close = [("id", &*over.to_string()), ("version", &version), ("reason", "withdrawn")];
    staff.submit(&page, "/api/enquiries/close", &close).await;
    portal.later(729 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("enquiries WHERE forgotten_at IS NULL").await, 2, "not yet");
    portal.later(2 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("enquiries WHERE forgotten_at IS NOT NULL").await, 1);
    let mut staff = portal.signed_in(Role::Staff).await;
    let gone = staff.page(&format!("/enquiries/{over}")).await.words();
    assert!(!gone.contains("Ada Asker") && !gone.contains("to invest") && gone.contains("EN-2026-0001"), "{gone}");
    let stays = staff.page(&format!("/enquiries/{open}")).await.words();
    assert!(stays.contains("Ada Asker") && stays.contains("to invest"), "what is open is needed: {stays}");
    let notice = portal.browser().page("/privacy").await.words();
    assert!(notice.contains("Who asked, after an enquiry is over: 730 days"), "{notice}");
    portal.journal_holds().await;
}
