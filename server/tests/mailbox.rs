//! A company's shared mailbox is mailed what the company is told; whoever stands in for an absent account manager, what the
//! manager is told.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::backend::clock;
use app::notification::{self, Kind, Subject};
use http::{HeaderMap, Method, StatusCode, header};
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal};
use crate::joining::{last_mail, mails_to, token};

both!(
    what_a_company_is_told_goes_to_its_mailbox,
    a_burst_is_one_mail_to_the_mailbox,
    one_press_ends_a_kind_of_mails_to_the_mailbox,
    an_old_link_does_not_end_the_mails_to_another_mailbox,
    addresses_are_asked_only_so_often,
    what_was_ended_stays_ended_when_the_company_is_merged,
    a_mailbox_of_ones_own_address_gets_nothing_twice,
    while_the_manager_is_away_the_deputy_is_told,
);

const MAILBOX: &str = "regulatory@own.example";

/// A company with an administrator, whose mailbox is confirmed by whoever reads it.
async fn with_mailbox(portal: &Portal, address: &str) -> (Uuid, Browser, Uuid, Browser) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = staff.add_company("Own Pharma").await;
    let (boss, mut browser) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (page, company) = (format!("/companies/{own}/representatives"), own.to_string());
    let fields = [("company", company.as_str()), ("email", address), ("language", "zh")];
    assert!(!browser.post(&page, "/api/mailbox/set", &fields).await.location().contains("refused="));
    let link = last_mail(portal, address).await.link("/mailbox/");
    let answer = portal.browser().post(&link, "/api/mailbox/confirm", &[("token", token(&link))]).await;
    assert_eq!(answer.location(), "/mailbox/confirmed");
    (own, staff, boss, browser)
}

async fn tell(portal: &Portal, kind: Kind, id: Uuid, company: Uuid, receivers: &[Uuid]) {
    let path = format!("/companies/{company}?about={id}");
    let subject = Subject { kind: "conversation", id, path: &path, company: Some(company) };
    let facts = [("name_en", "Shipment"), ("name_zh", "货物"), ("by", "Grace"), ("due", "2026-12-01")];
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    notification::tell(&mut tx, kind, &subject, &facts, receivers, None, now).await.unwrap();
    tx.commit().await.unwrap();
}

/// Subjects of the mails to the mailbox, but for the one that asked it.
async fn subjects(portal: &Portal) -> Vec<String> {
    portal.write_mails().await;
    let mails = mails_to(portal, MAILBOX).await;
    mails.into_iter().filter(|mail| mail.kind != "mailbox.confirm").map(|mail| mail.subject).collect()
}

async fn what_a_company_is_told_goes_to_its_mailbox(portal: Portal) {
    let (own, mut staff, boss, mut browser) = with_mailbox(&portal, MAILBOX).await;
    // The company's people propose, and staff decides: its people are told, and so is the mailbox, in its language.
    let page = format!("/companies/{own}/propose");
    let company = own.to_string();
    let fields =
        [("company", company.as_str()), ("version", "1"), ("name_en", "Own Pharma"), ("city", "Lyon"), ("form_id", "")];
    let proposal = browser.post(&page, "/api/companies/propose", &fields).await.location();
    let id = proposal.rsplit('/').next().unwrap();
    let fields =
        [("id", id), ("version", "1"), ("decision[city]", "declined"), ("reason[city]", "The register says Paris.")];
    assert_eq!(staff.post(&proposal, "/api/companies/decide", &fields).await.location(), proposal);
    assert_eq!(subjects(&portal).await, ["您对“Own Pharma”的更正建议未获采纳"]);
    let mail = last_mail(&portal, MAILBOX).await;
    assert_eq!((mail.kind.as_str(), mail.language.as_str()), ("proposal.decided", "zh"));
    for said in [
        "The register says Paris.",
        "先行区工作人员",
        "此地址是“Own Pharma”的公共邮箱",
        &format!("{proposal}?for={own}"),
        "/unsubscribe/",
        "/representatives#mailbox",
    ] {
        assert!(mail.body_text.contains(said), "{said} in {}", mail.body_text);
    }
    assert!(!mail.body_text.contains("/account/notifications"), "a mailbox has no choices: {}", mail.body_text);
    let own_mail = last_mail(&portal, "boss@story.example").await;
    assert!(own_mail.subject.contains("was not accepted") && own_mail.body_text.contains("The register says Paris."));
    assert!(!own_mail.body_text.contains("staff0") && own_mail.body_text.contains("Zone staff"), "{own_mail:?}");

    // What is personal does not go there: what is one's own security, mentions, what one follows.
    let fields = [("password", "seven green herons flew")];
    assert_eq!(
        browser.post("/account/password", "/api/account/password", &fields).await.location(),
        "/account/security?done=password"
    );
    tell(&portal, Kind::Mention, clock::new_id(), own, &[boss]).await;
    tell(&portal, Kind::AffiliationEnded, clock::new_id(), own, &[boss]).await;
    tell(&portal, Kind::FollowedChanged, clock::new_id(), own, &[boss]).await;
    // Nor what the zone's people are told of the company.
    let grace = portal.account("grace", Role::Staff).await;
    tell(&portal, Kind::TaskDue, clock::new_id(), own, &[grace]).await;
    portal.later(Duration::from_secs(26 * 3600));
    assert_eq!(subjects(&portal).await.len(), 1);
    // Nobody of the company is there: the mailbox is told all the same, and what must be told cannot be ended.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = format!("/admin/people/{boss}");
    let version = admin.page(&page).await.field("version");
    let fields = [("id", &*boss.to_string()), ("version", &*version), ("reason", "left")];
    admin.submit(&page, "/api/accounts/suspend", &fields).await;
    let before = mails_to(&portal, "boss@story.example").await.len();
    tell(&portal, Kind::Deadline, clock::new_id(), own, &[boss]).await;
    assert_eq!(subjects(&portal).await.len(), 2);
    assert!(!last_mail(&portal, MAILBOX).await.body_text.contains("/unsubscribe/"));
    assert_eq!(mails_to(&portal, "boss@story.example").await.len(), before);
    portal.journal_holds().await;
}

async fn a_burst_is_one_mail_to_the_mailbox(portal: Portal) {
    let (own, _, boss, _) = with_mailbox(&portal, MAILBOX).await;
    let (colleague, _) = portal.person("colleague", &[(own, Rights::Viewer)]).await;
    let about = clock::new_id();
    for _ in 0..3 {
        tell(&portal, Kind::TaskDue, about, own, &[boss, colleague]).await;
        portal.later(Duration::from_secs(60));
    }
    assert!(subjects(&portal).await.is_empty(), "it is not eight yet");
    assert_eq!(portal.count("mailbox_notices").await, 1);
    portal.later(Duration::from_secs(24 * 3600));
    // Two nodes look at once.
    let (one, two) = tokio::join!(portal.write_mails(), portal.write_mails());
    assert_eq!(one + two, 3, "to two people and the mailbox");
    assert_eq!(subjects(&portal).await, ["2026年12月1日到期：货物"]);
    assert!(last_mail(&portal, MAILBOX).await.body_text.contains(" 3 "), "it says how many there were");
    assert_eq!(portal.count("mailbox_notices").await, 0);
    // What still waits when the mailbox goes, goes with it.
    tell(&portal, Kind::TaskDue, about, own, &[boss]).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let page = format!("/companies/{own}/representatives");
    staff.submit(&page, "/api/mailbox/remove", &[("company", &own.to_string())]).await;
    assert_eq!(portal.count("mailbox_notices").await, 0);
    portal.later(Duration::from_secs(24 * 3600));
    assert_eq!(subjects(&portal).await.len(), 1);
}

/// What a mail program posts by itself: from elsewhere, without cookies.
async fn press(portal: &Portal, path: &str, body: &str) -> crate::harness::Answer {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    headers.insert("sec-fetch-site", "cross-site".parse().unwrap());
    portal.browser().request(Method::POST, path, headers, body.as_bytes().to_vec()).await
}

/// The link that ends mails, from a mail about a task that the mailbox is sent the next day.
async fn stop_link(portal: &Portal, company: Uuid, boss: Uuid, address: &str) -> String {
    tell(portal, Kind::TaskDue, clock::new_id(), company, &[boss]).await;
    portal.later(Duration::from_secs(24 * 3600));
    portal.write_mails().await;
    let mut tx = portal.read().await;
    let url: String = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT unsubscribe_url FROM mails WHERE address = $1 AND kind = 'task.due' ORDER BY id DESC LIMIT 1"
    )
    .bind(address)
    .fetch_one(c)
    .await)
    .unwrap();
    url.strip_prefix(&portal.backend.settings.url).unwrap().to_owned()
}

async fn an_old_link_does_not_end_the_mails_to_another_mailbox(portal: Portal) {
    const OTHER: &str = "affairs@own.example";
    let (own, _, boss, mut browser) = with_mailbox(&portal, MAILBOX).await;
    let old = stop_link(&portal, own, boss, MAILBOX).await;
    portal.browser().page(&old).await;
    // The company has another mailbox, which other people read.
    browser.sign_in("boss").await;
    let (list, company) = (format!("/companies/{own}/representatives"), own.to_string());
    let fields = [("company", company.as_str()), ("email", OTHER), ("language", "en")];
    browser.submit(&list, "/api/mailbox/set", &fields).await;
    let link = last_mail(&portal, OTHER).await.link("/mailbox/");
    portal.browser().post(&link, "/api/mailbox/confirm", &[("token", token(&link))]).await;
    let new = stop_link(&portal, own, boss, OTHER).await;
    assert_ne!(old, new);
    assert_eq!(portal.browser().get(&old).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(press(&portal, &old, "List-Unsubscribe=One-Click").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(portal.count("mailbox_stops").await, 0);
    let before = mails_to(&portal, OTHER).await.len();
    stop_link(&portal, own, boss, OTHER).await;
    assert_eq!(mails_to(&portal, OTHER).await.len(), before + 1, "it is still told");
    assert_eq!(press(&portal, &new, "List-Unsubscribe=One-Click").await.status, StatusCode::OK);
    assert_eq!(portal.count("mailbox_stops").await, 1, "its own link ends them");
}

async fn addresses_are_asked_only_so_often(portal: Portal) {
    let own = portal.signed_in(Role::Staff).await.add_company("Own Pharma").await;
    let (_, mut browser) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (list, company) = (format!("/companies/{own}/representatives"), own.to_string());
    let mut told = Vec::new();
    for number in 0..5 {
        let address = format!("anybody{number}@elsewhere.example");
        let fields = [("company", company.as_str()), ("email", address.as_str()), ("language", "en")];
        let (_, page) = browser.submit(&list, "/api/mailbox/set", &fields).await;
        told.push(page.words().contains("Too many tries"));
        browser.submit(&list, "/api/mailbox/remove", &[("company", &company)]).await;
    }
    assert_eq!(told, [false, false, false, true, true]);
    assert_eq!(portal.count("mails WHERE kind = 'mailbox.confirm'").await, 3);
    portal.later(Duration::from_secs(3601));
    let fields = [("company", company.as_str()), ("email", MAILBOX), ("language", "en")];
    browser.submit(&list, "/api/mailbox/set", &fields).await;
    assert_eq!(mails_to(&portal, MAILBOX).await.len(), 1, "an hour later it may be asked again");
    portal.journal_holds().await;
}

async fn one_press_ends_a_kind_of_mails_to_the_mailbox(portal: Portal) {
    let (own, _, boss, mut browser) = with_mailbox(&portal, MAILBOX).await;
    let path = stop_link(&portal, own, boss, MAILBOX).await;
    assert_eq!(subjects(&portal).await.len(), 1);
    // Opening it changes nothing. Another company's, another kind's and a person's are other links.
    portal.browser().page(&path).await;
    let other = portal.signed_in(Role::Staff).await.add_company("Other Pharma").await;
    for forged in [
        path.replace(&own.simple().to_string(), &other.simple().to_string()),
        path.replace("task.due", "proposal.decided"),
        path.replace("mailbox.", ""),
    ] {
        assert_eq!(press(&portal, &forged, "").await.status, StatusCode::UNPROCESSABLE_ENTITY, "{forged}");
    }
    let again = async || {
        tell(&portal, Kind::TaskDue, clock::new_id(), own, &[boss]).await;
        portal.later(Duration::from_secs(24 * 3600));
        (subjects(&portal).await.len(), mails_to(&portal, "boss@story.example").await.len())
    };
    assert_eq!(again().await, (2, 2));
    // One waits when it is pressed.
    tell(&portal, Kind::TaskDue, clock::new_id(), own, &[boss]).await;
    let page = press(&portal, &path, "List-Unsubscribe=One-Click").await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(again().await, (2, 3), "the people still get theirs");
    tell(&portal, Kind::Deadline, clock::new_id(), own, &[boss]).await;
    portal.later(Duration::from_secs(24 * 3600));
    assert_eq!(subjects(&portal).await.len(), 3, "other kinds still come");
    let list = format!("/companies/{own}/representatives");
    browser.sign_in("boss").await;
    assert!(browser.page(&list).await.words().contains("has stopped these mails: Tasks that are due"));
    let words = browser.page(&format!("/companies/{own}")).await.words();
    assert!(words.contains("a kind of mails to the shared mailbox"), "{words}");
    // The answer brings the way back; saving the mailbox again does the same.
    let undo = page.field("undo");
    press(&portal, &path, &serde_urlencoded::to_string([("undo", undo.as_str())]).unwrap()).await;
    assert_eq!(again().await.0, 4);
    press(&portal, &path, "").await;
    assert_eq!(again().await.0, 4);
    let company = own.to_string();
    let fields = [("company", company.as_str()), ("email", MAILBOX), ("language", "en")];
    browser.sign_in("boss").await;
    browser.submit(&list, "/api/mailbox/set", &fields).await;
    assert_eq!(again().await.0, 5);
    assert_eq!(subjects(&portal).await[4], "Due on 1 Dec 2026: Shipment");
    portal.journal_holds().await;
}

async fn what_was_ended_stays_ended_when_the_company_is_merged(portal: Portal) {
    let (own, _, boss, _) = with_mailbox(&portal, MAILBOX).await;
    let link_of = async |kind: &'static str| -> String {
        let mut tx = portal.read().await;
        let url: String = app::ask!(&mut tx, |c| sqlx::query_scalar(
            "SELECT unsubscribe_url FROM mails WHERE address = $1 AND kind = $2"
        )
        .bind(MAILBOX)
        .bind(kind)
        .fetch_one(c)
        .await)
        .unwrap();
        url.strip_prefix(&portal.backend.settings.url).unwrap().to_owned()
    };
    let told = async |company: Uuid| {
        for kind in [Kind::TaskDue, Kind::ProposalDecided] {
            tell(&portal, kind, clock::new_id(), company, &[boss]).await;
        }
        portal.later(Duration::from_secs(24 * 3600));
        subjects(&portal).await.len()
    };
    assert_eq!(told(own).await, 2);
    let (due, decided) = (link_of("task.due").await, link_of("proposal.decided").await);
    press(&portal, &due, "").await;
    assert_eq!(told(own).await, 3);
    // It is days later.
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Stays Pharma").await;
    crate::duplicate::merge(&mut staff, winner, own, &[("name_en", "Stays Pharma")]).await;
    assert_eq!(told(winner).await, 4, "what was ended is ended still");
    // The link in a mail from before ends what comes now.
    assert_eq!(press(&portal, &decided, "").await.status, StatusCode::OK);
    assert_eq!(told(winner).await, 4);
    staff = portal.signed_in(Role::Staff).await;
    let list = staff.page(&format!("/companies/{winner}/representatives")).await.words();
    assert!(list.contains("has stopped these mails"), "{list}");
    crate::duplicate::undo(&portal, &mut staff, own).await;
    assert_eq!(told(own).await, 4, "and when it is undone");
    staff = portal.signed_in(Role::Staff).await;
    let list = staff.page(&format!("/companies/{winner}/representatives")).await.words();
    assert!(!list.contains("has stopped these mails"), "{list}");
    assert_eq!(portal.count("mailbox_stops").await, 2);
    portal.journal_holds().await;
}

async fn a_mailbox_of_ones_own_address_gets_nothing_twice(portal: Portal) {
    let (own, _, boss, _) = with_mailbox(&portal, "BOSS@story.example").await;
    tell(&portal, Kind::Deadline, clock::new_id(), own, &[boss]).await;
    assert_eq!(portal.write_mails().await, 1);
}

async fn while_the_manager_is_away_the_deputy_is_told(portal: Portal) {
    let manager = portal.account("manager", Role::Staff).await.to_string();
    let deputy = portal.account("deputy", Role::Staff).await.to_string();
    let mut away = portal.browser();
    away.sign_in("manager").await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let today = portal.backend.clock.now().iso_day();
    let fields = [("deputy", deputy.as_str()), ("since", &today), ("until", &today)];
    assert_eq!(away.post("/account/absence", "/api/absence/add", &fields).await.location(), "/account/absence");

    let fields = [("name_en", "Own Pharma"), ("kinds[]", "agent"), ("stage", "target"), ("manager", manager.as_str())];
    let url = staff.post("/companies/new", "/api/companies/create", &fields).await.location();
    let own: Uuid = url.strip_prefix("/companies/").unwrap().parse().unwrap();
    portal.write_mails().await;
    assert_eq!(last_mail(&portal, "manager@story.example").await.subject, "You are now account manager of Own Pharma");
    let mail = last_mail(&portal, "deputy@story.example").await;
    assert_eq!(mail.subject, "manager is now account manager of Own Pharma");
    assert!(mail.body_text.contains("You receive this for manager, who is away"), "{}", mail.body_text);
    assert!(!mail.body_text.contains("made you"), "{}", mail.body_text);
    let mut stands_in = portal.browser();
    stands_in.sign_in("deputy").await;
    assert!(stands_in.page("/notifications").await.words().contains("for manager, who is away"));

    // What the company proposes, and what is changed of it.
    let mut rep = portal.representative(own).await;
    let company = own.to_string();
    let fields = [("company", company.as_str()), ("version", "1"), ("name_en", "Own Pharma"), ("city", "Lyon")];
    rep.post(&format!("{url}/propose"), "/api/companies/propose", &fields).await;
    for name in ["manager", "deputy"] {
        let mail = last_mail(&portal, &format!("{name}@story.example")).await;
        assert_eq!(mail.kind, "company.proposal");
        assert_eq!(mail.body_text.contains("who is away"), name == "deputy", "{}", mail.body_text);
    }
    let edit = [
        ("id", company.as_str()),
        ("version", "1"),
        ("name_en", "Own Pharma"),
        ("kinds[]", "agent"),
        ("manager", manager.as_str()),
        ("city", "Nice"),
    ];
    assert_eq!(staff.post(&format!("{url}/edit"), "/api/companies/edit", &edit).await.location(), url);
    assert_eq!(portal.count("notifications WHERE kind = 'followed.changed'").await, 2);
    // What the deputy does themself is told to the manager alone.
    let edit = [
        ("id", company.as_str()),
        ("version", "2"),
        ("name_en", "Own Pharma"),
        ("kinds[]", "agent"),
        ("manager", manager.as_str()),
        ("city", "Metz"),
    ];
    stands_in.post(&format!("{url}/edit"), "/api/companies/edit", &edit).await;
    assert_eq!(portal.count("notifications WHERE kind = 'followed.changed' AND changes = 2").await, 1);

    // Back again, one is told alone.
    portal.later(Duration::from_secs(24 * 3600));
    let before = mails_to(&portal, "deputy@story.example").await.len();
    let mut other = portal.representative(own).await;
    let fields = [("company", company.as_str()), ("version", "3"), ("name_en", "Own Pharma"), ("city", "Lille")];
    let answer = other.post(&format!("{url}/propose"), "/api/companies/propose", &fields).await;
    assert!(answer.location().contains("/proposals/"), "{}", answer.location());
    assert_eq!(last_mail(&portal, "manager@story.example").await.kind, "company.proposal");
    assert_eq!(mails_to(&portal, "deputy@story.example").await.len(), before);
}
