//! For whom somebody acts, with which rights, and what happens when they leave.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::affiliation;
use app::backend::clock::Clock;
use http::{HeaderMap, Method, StatusCode};
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, PASSWORD, Portal, ema_table};

both!(
    the_switch_shows_for_whom_one_acts_and_changes_it,
    a_link_opens_the_right_company,
    a_companys_administrator_decides_about_rights,
    nobody_reaches_into_another_company_or_above_themselves,
    two_edits_at_once_are_not_overwritten,
    a_company_keeps_an_administrator,
    staff_may_take_the_last_administrator_and_is_told,
    the_last_two_administrators_leave_at_once,
    one_leaves_twice_at_once,
    what_was_theirs_passes_on,
    who_left_their_last_company_is_told_so,
    rights_come_and_go_by_the_calendar,
    a_viewer_posts_what_takes_more,
    a_mailbox_is_confirmed_by_who_reads_it,
    a_company_is_sent_to_those_with_the_rights,
);

async fn companies<const N: usize>(portal: &Portal, names: [&str; N]) -> (Browser, [Uuid; N]) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut ids = [Uuid::nil(); N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = staff.add_company(name).await;
    }
    (staff, ids)
}

fn list(company: Uuid) -> String {
    format!("/companies/{company}/representatives")
}

/// Posts other terms for somebody, from the version that stands there.
pub async fn change(
    browser: &mut Browser,
    company: Uuid,
    person: Uuid,
    rights: &str,
    until: &str,
) -> (StatusCode, String) {
    let page = format!("{}/{person}", list(company));
    let version = match browser.get(&page).await {
        answer if answer.status == StatusCode::OK => answer.field("version"),
        _ => "1".to_owned(),
    };
    let (company, person) = (company.to_string(), person.to_string());
    let fields =
        [("company", &*company), ("account", &*person), ("version", &*version), ("rights", rights), ("until", until)];
    let answer = browser.post(&page, "/api/affiliations/edit", &fields).await;
    said(browser, answer).await
}

pub async fn end(browser: &mut Browser, company: Uuid, person: Uuid, successor: &str) -> (StatusCode, String) {
    let page = format!("{}/{person}", list(company));
    let (company, person) = (company.to_string(), person.to_string());
    let fields = [("company", company.as_str()), ("account", person.as_str()), ("successor", successor)];
    let answer = browser.post(&page, "/api/affiliations/end", &fields).await;
    said(browser, answer).await
}

async fn leave(browser: &mut Browser, company: Uuid, successor: &str) -> (StatusCode, String) {
    let company = company.to_string();
    let fields = [("company", company.as_str()), ("successor", successor)];
    let answer = browser.post("/account/companies", "/api/account/leave", &fields).await;
    said(browser, answer).await
}

/// The status of a post, and the words of the page that it led to.
async fn said(browser: &mut Browser, answer: crate::harness::Answer) -> (StatusCode, String) {
    if answer.status != StatusCode::SEE_OTHER {
        return (answer.status, answer.words());
    }
    (answer.status, browser.get(&answer.location()).await.words())
}

pub async fn rights_of(portal: &Portal, company: Uuid, person: Uuid) -> Option<Rights> {
    let mut tx = portal.read().await;
    let found = affiliation::store::find(&mut tx, company, person).await.unwrap();
    found.filter(|found| found.ended_at.is_none()).map(|found| found.terms.rights)
}

async fn the_switch_shows_for_whom_one_acts_and_changes_it(portal: Portal) {
    let (_, [alpha, beta, gamma]) = companies(&portal, ["Alpha Pharma", "Beta Pharma", "Gamma Pharma"]).await;
    let (_, mut one) = portal.person("one", &[(beta, Rights::Viewer)]).await;
    let page = one.page("/companies").await;
    assert!(page.text().contains("class=\"bar-company\"") && !page.text().contains("/api/account/act-for"));
    let (_, mut both) = portal.person("both", &[(beta, Rights::Manager), (alpha, Rights::Viewer)]).await;
    let page = both.page("/companies").await;
    assert!(page.text().contains("You act for Alpha Pharma"), "the first by name: {}", page.words());
    assert!(page.text().contains(&format!("value=\"{beta}\"")) && !page.text().contains(&gamma.to_string()));
    let sees = async |browser: &mut Browser| browser.page("/companies").await.words().contains("1 company ");
    assert!(sees(&mut both).await);
    assert!(both.page("/companies").await.text().contains(&format!("href=\"/companies/{alpha}\"")));

    let (location, page) = both.submit("/companies", "/api/account/act-for", &[("company", &beta.to_string())]).await;
    assert_eq!(location, "/companies", "one stays where one was");
    assert!(page.text().contains(&format!("href=\"/companies/{beta}\"")));
    assert!(!page.text().contains(&format!("href=\"/companies/{alpha}\"")), "the list is of the one acted for");
    assert!(page.text().contains("You act for Beta Pharma"));
    both.page(&format!("/companies/{alpha}")).await;
    // The next sign-in begins where the last session was.
    both.sign_in("both").await;
    assert!(both.page("/today").await.text().contains("You act for Beta Pharma"));

    for strange in [gamma.to_string(), "x".to_owned(), String::new()] {
        let answer = both.post("/companies", "/api/account/act-for", &[("company", &strange)]).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{strange}");
    }
    assert!(both.page("/today").await.text().contains("You act for Beta Pharma"));
    both.post("/today", "/api/account/language", &[("language", "zh")]).await;
    assert!(both.page("/today").await.text().contains("您正在代表“Beta Pharma”"));
}

async fn a_link_opens_the_right_company(portal: Portal) {
    let (_, [alpha, beta, gamma]) = companies(&portal, ["Alpha Pharma", "Beta Pharma", "Gamma Pharma"]).await;
    let (_, mut rep) = portal.person("rep", &[(alpha, Rights::Viewer), (beta, Rights::Viewer)]).await;
    let link = affiliation::for_company("/companies?q=Pharma", beta);
    // What a browser fetches ahead changes nothing, and is nothing that it could show later; nor does a look at the head.
    let mut ahead = HeaderMap::new();
    ahead.insert("sec-purpose", "prefetch;prerender".parse().unwrap());
    for (method, headers) in [(Method::GET, ahead), (Method::HEAD, HeaderMap::new())] {
        assert_eq!(rep.request(method, &link, headers, Vec::new()).await.status, StatusCode::TOO_EARLY);
        assert!(rep.page("/companies").await.text().contains("You act for Alpha Pharma"));
    }
    let answer = rep.get(&link).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/companies?q=Pharma".to_owned()));
    let page = rep.page("/companies?q=Pharma").await;
    assert!(page.text().contains("You act for Beta Pharma") && page.text().contains(&format!("/companies/{beta}\"")));
    for dropped in [gamma.to_string(), "x".to_owned()] {
        let answer = rep.get(&format!("/companies?for={dropped}")).await;
        assert_eq!(answer.location(), "/companies", "{dropped}");
        assert!(rep.page("/companies").await.text().contains("You act for Beta Pharma"));
    }
    // A link that was opened before signing in still works after it.
    let mut browser = portal.browser();
    let sign_in = browser.get(&affiliation::for_company("/companies", alpha)).await.location();
    let next = browser.page(&sign_in).await.field("next");
    let fields = [("email", "rep@story.example"), ("password", PASSWORD), ("next", next.as_str())];
    let answer = browser.post(&sign_in, "/api/account/sign-in", &fields).await;
    assert_eq!(browser.get(&answer.location()).await.location(), "/companies");
    assert!(browser.page("/companies").await.text().contains("You act for Alpha Pharma"));
    // For others it says nothing.
    let mut expert = portal.signed_in(Role::Expert).await;
    assert_eq!(expert.get(&affiliation::for_company("/companies", beta)).await.location(), "/companies");
}

async fn a_companys_administrator_decides_about_rights(portal: Portal) {
    let (mut staff, [own]) = companies(&portal, ["Own Pharma"]).await;
    let (_, mut boss) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (mia, mut mia_browser) = portal.person("mia", &[(own, Rights::Viewer)]).await;
    let words = boss.page(&list(own)).await.words();
    assert!(words.contains("2 people") && words.contains("mia@story.example"), "{words}");
    let (status, words) = change(&mut boss, own, mia, "manager", "2099-12-31").await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    assert!(words.contains("Manager") && words.contains("31 Dec 2099"), "{words}");
    assert_eq!(rights_of(&portal, own, mia).await, Some(Rights::Manager));
    let timeline = mia_browser.page(&format!("/companies/{own}")).await.words();
    assert!(timeline.contains("boss changed a representative's rights: mia"), "{timeline}");
    // She is told, in a mail whose link opens this company.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let mails = admin.page("/admin/mail?q=mia").await;
    assert!(mails.words().contains("Your rights for Own Pharma have changed"), "{}", mails.words());
    let mut tx = portal.read().await;
    let text: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT body_text FROM mails WHERE kind = 'affiliation.changed'")
            .fetch_one(c)
            .await)
        .unwrap();
    assert!(text.contains(&format!("/companies/{own}?for={own}")) && text.contains("boss has changed"), "{text}");
    drop(tx);

    for (form, problem) in [
        (("owner", ""), "Please choose one of the options"),
        (("viewer", "tomorrow"), "This is not a day of the calendar"),
        (("viewer", "2026-02-30"), "This is not a day of the calendar"),
    ] {
        let (_, words) = change(&mut boss, own, mia, form.0, form.1).await;
        assert!(words.contains(problem), "{words}");
    }
    assert_eq!(rights_of(&portal, own, mia).await, Some(Rights::Manager));
    let (_, words) = change(&mut staff, own, mia, "administrator", "").await;
    assert!(words.contains("Administrator"), "{words}");
    portal.journal_holds().await;
}

async fn nobody_reaches_into_another_company_or_above_themselves(portal: Portal) {
    let (_, [own, other]) = companies(&portal, ["Own Pharma", "Other Pharma"]).await;
    let (boss, mut boss_browser) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (manager, mut manager_browser) = portal.person("manager", &[(own, Rights::Manager)]).await;
    let (stranger, _) = portal.person("stranger", &[(other, Rights::Viewer)]).await;
    let before = portal.journal_holds().await;
    let page = list(other);
    assert_eq!(boss_browser.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(boss_browser.get(&format!("{page}/{stranger}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(change(&mut boss_browser, other, stranger, "viewer", "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(end(&mut boss_browser, other, stranger, "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(leave(&mut boss_browser, other, "").await.0, StatusCode::NOT_FOUND);
    // A person of another company cannot be drawn into one's own.
    assert_eq!(change(&mut boss_browser, own, stranger, "viewer", "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(end(&mut boss_browser, own, stranger, "").await.0, StatusCode::NOT_FOUND);
    // Nor can what was somebody's pass on to a stranger.
    assert!(end(&mut boss_browser, own, manager, &stranger.to_string()).await.1.contains("correct what is marked"));
    for rights in ["administrator", "viewer"] {
        assert_eq!(change(&mut manager_browser, own, manager, rights, "").await.0, StatusCode::FORBIDDEN);
        assert_eq!(change(&mut manager_browser, own, boss, rights, "").await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(end(&mut manager_browser, own, boss, "").await.0, StatusCode::FORBIDDEN);
    assert!(!manager_browser.page(&list(own)).await.text().contains("/api/mailbox/set"), "no form that is not theirs");
    for role in [Role::Executive, Role::Expert] {
        let mut browser = portal.signed_in(role).await;
        assert_eq!(change(&mut browser, own, manager, "viewer", "").await.0, StatusCode::FORBIDDEN);
    }
    assert_eq!(portal.journal_holds().await - before, 2, "two sign-ins, and nothing else");

    // Somebody whose days are counted cannot prolong them.
    let (_, mut second) = portal.person("second", &[(own, Rights::Administrator)]).await;
    assert_eq!(change(&mut second, own, boss, "administrator", "2030-01-01").await.0, StatusCode::SEE_OTHER);
    for until in ["", "2031-01-01"] {
        let (_, words) = change(&mut boss_browser, own, boss, "administrator", until).await;
        assert!(words.contains("Nobody can raise their own rights"), "{words}");
    }
    assert_eq!(change(&mut boss_browser, own, boss, "viewer", "2030-01-01").await.0, StatusCode::SEE_OTHER);
    assert_eq!(change(&mut boss_browser, own, boss, "administrator", "").await.0, StatusCode::FORBIDDEN);
}

async fn two_edits_at_once_are_not_overwritten(portal: Portal) {
    let (mut staff, [own]) = companies(&portal, ["Own Pharma"]).await;
    let (mia, _) = portal.person("mia", &[(own, Rights::Viewer)]).await;
    let page = format!("{}/{mia}", list(own));
    let version = staff.page(&page).await.field("version");
    assert_eq!(change(&mut staff, own, mia, "contributor", "").await.0, StatusCode::SEE_OTHER);
    let (company, person) = (own.to_string(), mia.to_string());
    let fields = [("company", &*company), ("account", &*person), ("version", &*version), ("rights", "manager")];
    let (location, answer) = staff.submit(&page, "/api/affiliations/edit", &fields).await;
    assert!(location.contains("refused="), "{location}");
    assert!(answer.words().contains("Somebody else changed this meanwhile"), "{}", answer.words());
    assert_eq!(rights_of(&portal, own, mia).await, Some(Rights::Contributor));
    // Sent again from there, it is the person's own decision.
    let version = answer.field("version");
    let fields = [("company", &*company), ("account", &*person), ("version", &*version), ("rights", "manager")];
    staff.submit(&page, "/api/affiliations/edit", &fields).await;
    assert_eq!(rights_of(&portal, own, mia).await, Some(Rights::Manager));
}

async fn a_company_keeps_an_administrator(portal: Portal) {
    let (_, [own]) = companies(&portal, ["Own Pharma"]).await;
    let (boss, mut browser) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (mia, _) = portal.person("mia", &[(own, Rights::Manager)]).await;
    let reason = "A company keeps at least one administrator";
    let attempts = [
        change(&mut browser, own, boss, "manager", "").await,
        change(&mut browser, own, boss, "administrator", "2020-01-01").await,
        end(&mut browser, own, boss, "").await,
        leave(&mut browser, own, "").await,
        leave(&mut browser, own, &mia.to_string()).await,
    ];
    for (_, words) in attempts {
        assert!(words.contains(reason), "{words}");
    }
    assert_eq!(rights_of(&portal, own, boss).await, Some(Rights::Administrator));
    assert_eq!(portal.count("unattended_companies").await, 0);
    change(&mut browser, own, mia, "administrator", "").await;
    assert_eq!(leave(&mut browser, own, "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(rights_of(&portal, own, boss).await, None);
}

async fn staff_may_take_the_last_administrator_and_is_told(portal: Portal) {
    let ada = portal.account("ada", Role::Staff).await;
    let mut staff = portal.browser();
    staff.sign_in("ada").await;
    let manager = ada.to_string();
    let fields = [("name_en", "Own Pharma"), ("kinds[]", "agent"), ("stage", "target"), ("manager", &*manager)];
    let url = staff.post("/companies/new", "/api/companies/create", &fields).await.location();
    let own: Uuid = url.strip_prefix("/companies/").unwrap().parse().unwrap();
    let (boss, _) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (mia, _) = portal.person("mia", &[(own, Rights::Manager)]).await;
    let notice = "none of them is its administrator";
    assert!(!staff.page(&url).await.words().contains(notice));
    assert_eq!(end(&mut staff, own, boss, "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(portal.write_mails().await, 2, "to ada, and to whom it was ended");
    let bell = staff.page("/notifications").await;
    assert!(bell.words().contains("Own Pharma has no administrator any more"), "{}", bell.words());
    assert!(bell.text().contains(&format!("href=\"{}\"", list(own))), "{}", bell.text());
    for page in [&url, &list(own)] {
        assert!(staff.page(page).await.words().contains(notice), "{page}");
    }
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin").await.words();
    assert!(words.contains("Companies without an administrator Needs attention 1"), "{words}");
    let mails = admin.page("/admin/mail?q=ada").await.words();
    assert_eq!(mails.matches("Own Pharma has no administrator").count(), 1, "{mails}");
    assert!(admin.page("/admin/journal?action=company.unattended").await.words().contains("1 entry"));
    // Told once, however often one looks.
    assert_eq!(affiliation::watch::look_around(&portal.backend).await.unwrap(), 0);
    change(&mut staff, own, mia, "viewer", "").await;
    portal.write_mails().await;
    assert_eq!(admin.page("/admin/mail?q=ada").await.words().matches("has no administrator").count(), 1);
    change(&mut staff, own, mia, "administrator", "").await;
    assert!(!staff.page(&url).await.words().contains(notice), "there is one again");
    assert_eq!(portal.count("unattended_companies").await, 0);
}

async fn the_last_two_administrators_leave_at_once(portal: Portal) {
    for round in 0..4 {
        let (_, [own]) = companies(&portal, ["Own Pharma"]).await;
        let (ida, mut one) = portal.person(&format!("ida{round}"), &[(own, Rights::Administrator)]).await;
        let (bo, mut two) = portal.person(&format!("bo{round}"), &[(own, Rights::Administrator)]).await;
        let (first, second) = tokio::join!(leave(&mut one, own, ""), leave(&mut two, own, ""));
        let refused = [&first, &second].iter().filter(|(_, words)| words.contains("keeps at least one")).count();
        assert_eq!(refused, 1, "{first:?} {second:?}");
        let left = [rights_of(&portal, own, ida).await, rights_of(&portal, own, bo).await];
        assert_eq!(left.iter().flatten().count(), 1);
    }
}

async fn one_leaves_twice_at_once(portal: Portal) {
    let (_, [own]) = companies(&portal, ["Own Pharma"]).await;
    portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (ida, mut one) = portal.person("ida", &[(own, Rights::Administrator)]).await;
    let mut two = one.clone();
    tokio::join!(leave(&mut one, own, ""), leave(&mut two, own, ""));
    assert_eq!(rights_of(&portal, own, ida).await, None);
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(admin.page("/admin/journal?action=affiliation.ended").await.words().contains("1 entry"));
}

async fn what_was_theirs_passes_on(portal: Portal) {
    let (_, [own]) = companies(&portal, ["Own Pharma"]).await;
    let (boss, mut boss_browser) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (mia, mut mia_browser) = portal.person("mia", &[(own, Rights::Contributor)]).await;
    let (kim, mut kim_browser) = portal.person("kim", &[(own, Rights::Contributor)]).await;
    let path = format!("/companies/{own}");
    mia_browser.send(&format!("{path}/documents"), &[], "hers.txt", b"a text").await;
    let removable = async |browser: &mut Browser| browser.page(&path).await.text().contains("/api/documents/remove");
    assert!(removable(&mut mia_browser).await && !removable(&mut kim_browser).await);

    assert_eq!(leave(&mut mia_browser, own, &kim.to_string()).await.0, StatusCode::SEE_OTHER);
    assert_eq!(mia_browser.get(&path).await.status, StatusCode::NOT_FOUND, "at once, in a session that lives");
    assert!(removable(&mut kim_browser).await, "what she uploaded is the successor's now");
    let timeline = kim_browser.page(&path).await.words();
    assert!(timeline.contains("mia ended a representative's access: mia → kim"), "{timeline}");
    let former = boss_browser.page(&list(own)).await.words();
    assert!(former.contains("Formerly (1)") && former.contains("kim"), "{former}");
    let successor = async |person| {
        let mut tx = portal.read().await;
        affiliation::successor(&mut tx, person, own).await.unwrap()
    };
    assert_eq!((successor(mia).await, successor(kim).await), (Some(kim), Some(kim)));
    // When the successor goes too, all of it goes on – to whom has most rights, if nobody is named.
    end(&mut boss_browser, own, kim, "").await;
    assert_eq!((successor(mia).await, successor(kim).await), (Some(boss), Some(boss)));
    assert_eq!(successor(Uuid::nil()).await, None);
    portal.write_mails().await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    for (who, subject) in [("kim", "You take over from mia at Own Pharma"), ("kim", "You no longer act for Own Pharma")]
    {
        let mails = admin.page(&format!("/admin/mail?q={who}")).await.words();
        assert!(mails.contains(subject), "{mails}");
    }
    assert!(!admin.page("/admin/mail?q=mia").await.words().contains("no longer act"), "she knows that she left");
    // Who acts for nobody any more reads of it still, and by whom; the company is not theirs to open.
    let bell = kim_browser.page("/notifications").await;
    assert!(bell.words().contains("You no longer act for Own Pharma"), "{}", bell.words());
    assert!(bell.text().contains("href=\"/account/companies\""), "{}", bell.text());
    let mut tx = portal.read().await;
    let text: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT body_text FROM mails WHERE kind = 'affiliation.ended'")
            .fetch_one(c)
            .await)
        .unwrap();
    drop(tx);
    assert!(text.contains("boss has ended that you act for Own Pharma"), "{text}");
    // Who comes back has their own again.
    let fields = [("id", &*mia.to_string()), ("company", "Own Pharma"), ("rights", "manager")];
    admin.submit(&format!("/admin/people/{mia}"), "/api/accounts/affiliate", &fields).await;
    assert_eq!(successor(mia).await, Some(mia));
    portal.journal_holds().await;
}

async fn who_left_their_last_company_is_told_so(portal: Portal) {
    let (_, [own]) = companies(&portal, ["Own Pharma"]).await;
    portal.person("boss", &[(own, Rights::Administrator)]).await;
    let (_, mut mia) = portal.person("mia", &[(own, Rights::Manager)]).await;
    let table = ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Invented Ireland Ltd")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    assert!(mia.page("/products").await.words().contains("Products"));
    let ways = ["href=\"/companies\"", "href=\"/people\"", "href=\"/products\""];
    let today = mia.page("/today").await.text();
    assert!(ways.iter().all(|way| today.contains(way)), "{today}");
    assert!(mia.page("/search?q=alphamab").await.text().contains("/products/0"));
    let (_, words) = leave(&mut mia, own, "").await;
    assert!(words.contains("acts for no company now"), "{words}");
    mia.sign_in("mia").await;
    // Nothing leads where nothing is to be seen.
    let today = mia.page("/today").await;
    assert!(today.words().contains("acts for no company now"));
    let today = today.text();
    assert!(!ways.iter().any(|way| today.contains(way)), "{today}");
    for _ in ["first", "again"] {
        let found = mia.page("/search?q=alphamab").await;
        assert!(!found.text().contains("/products/0") && !found.words().contains("Products"), "{}", found.words());
    }
    for path in ["/companies", "/products"] {
        let answer = mia.get(path).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        assert!(answer.words().contains("acts for no company now"), "{path}");
    }
    assert_eq!(mia.get(&list(own)).await.status, StatusCode::NOT_FOUND);
}

async fn rights_come_and_go_by_the_calendar(portal: Portal) {
    let (mut staff, [own]) = companies(&portal, ["Own Pharma"]).await;
    let (boss, mut browser) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let today = portal.backend.clock.now().iso_day();
    let path = format!("/companies/{own}");
    let (status, _) = change(&mut staff, own, boss, "administrator", &today).await;
    assert_eq!(status, StatusCode::SEE_OTHER);
    browser.page(&path).await;
    assert_eq!(portal.count("unattended_companies").await, 0, "the last day counts");
    portal.later(Duration::from_secs(86400));
    browser.sign_in("boss").await;
    staff = portal.signed_in(Role::Staff).await;
    assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "the day is over");
    assert!(staff.page(&list(own)).await.words().contains("Expired"));
    assert_eq!(affiliation::watch::look_around(&portal.backend).await.unwrap(), 1, "the job finds it");
    assert!(staff.page(&path).await.words().contains("none of them is its administrator"));
    assert_eq!(affiliation::watch::look_around(&portal.backend).await.unwrap(), 0);
    change(&mut staff, own, boss, "administrator", "").await;
    browser.page(&path).await;
    assert!(!staff.page(&path).await.words().contains("none of them is its administrator"));
}

async fn a_viewer_posts_what_takes_more(portal: Portal) {
    let (_, [own]) = companies(&portal, ["Own Pharma"]).await;
    let before = portal.count("documents").await;
    for (rights, status) in [(Rights::Viewer, StatusCode::FORBIDDEN), (Rights::Contributor, StatusCode::SEE_OTHER)] {
        let mut browser = portal.representative_with(own, rights).await;
        let has_form = browser.page(&format!("/companies/{own}")).await.text().contains("name=\"file\"");
        assert_eq!(has_form, rights != Rights::Viewer);
        let answer = browser.send(&format!("/companies/{own}/documents"), &[], "a.txt", b"a text").await;
        assert_eq!(answer.status, status);
    }
    assert_eq!(portal.count("documents").await, before + 1);
}

/// The address that the last mail of a kind leads to.
async fn link_in(portal: &Portal, kind: &str) -> String {
    let mut tx = portal.read().await;
    let text: String = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT body_text FROM mails WHERE kind = $1 ORDER BY id DESC LIMIT 1"
    )
    .bind(kind)
    .fetch_one(c)
    .await)
    .unwrap();
    let line = text.lines().find(|line| line.starts_with("http")).unwrap();
    line.strip_prefix(&portal.backend.settings.url).unwrap().to_owned()
}

async fn a_mailbox_is_confirmed_by_who_reads_it(portal: Portal) {
    let (_, [own]) = companies(&portal, ["Own Pharma"]).await;
    let (_, mut boss) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    let company = own.to_string();
    let set = async |browser: &mut Browser, email: &str| {
        let fields = [("company", company.as_str()), ("email", email), ("language", "zh")];
        let answer = browser.post(&list(own), "/api/mailbox/set", &fields).await;
        said(browser, answer).await.1
    };
    for bad in ["", "x", "a@b.example\r\nBcc: c@d.example", "a b@c.example"] {
        assert!(set(&mut boss, bad).await.contains("correct what is marked"), "{bad}");
    }
    let words = set(&mut boss, "regulatory@own.example").await;
    assert!(words.contains("regulatory@own.example Asked, not yet confirmed"), "{words}");
    assert!(set(&mut boss, "regulatory@own.example").await.contains("Too many tries"), "not every moment");
    let receivers = async || {
        let mut tx = portal.read().await;
        let now = portal.backend.clock.now();
        let all = affiliation::receivers(&mut tx, own, Rights::Viewer, now).await.unwrap();
        all.into_iter().map(|receiver| receiver.address).collect::<Vec<_>>()
    };
    assert_eq!(receivers().await, ["boss@story.example"], "not before it is confirmed");

    let first = link_in(&portal, "mailbox.confirm").await;
    // Another address in its place: the first link works no more.
    portal.later(Duration::from_secs(61));
    set(&mut boss, "all@own.example").await;
    let mut reader = portal.browser();
    assert_eq!(reader.get(&first).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let link = link_in(&portal, "mailbox.confirm").await;
    for _ in 0..2 {
        let page = reader.page(&link).await;
        assert!(page.words().contains("all@own.example is to get what Own Pharma is sent"), "{}", page.words());
        assert_eq!(receivers().await.len(), 1, "a scanner that opens the link confirms nothing");
    }
    let token = link.rsplit('/').next().unwrap().to_owned();
    let mut second = reader.clone();
    let (mut one, two) = (reader.clone(), &mut second);
    let fields = [("token", token.as_str())];
    let (a, b) = tokio::join!(
        one.post(&link, "/api/mailbox/confirm", &fields),
        two.post(&link, "/api/mailbox/confirm", &fields)
    );
    let (done, refused) = if a.location().contains("refused=") { (b, a) } else { (a, b) };
    assert_eq!(done.location(), "/mailbox/confirmed");
    assert!(refused.location().contains("refused="), "the second press is refused: {}", refused.location());
    assert!(reader.page(&refused.location()).await.words().contains("no longer works"));
    assert!(reader.page("/mailbox/confirmed").await.words().contains("Thank you"));
    assert_eq!(receivers().await, ["boss@story.example", "all@own.example"]);
    assert!(boss.page(&format!("/companies/{own}")).await.words().contains("confirmed the shared mailbox"));

    // With other rights it is nobody's business.
    let mut manager = portal.representative(own).await;
    let fields = [("company", company.as_str()), ("email", "evil@own.example"), ("language", "en")];
    assert_eq!(manager.post(&list(own), "/api/mailbox/set", &fields).await.status, StatusCode::FORBIDDEN);
    boss.submit(&list(own), "/api/mailbox/remove", &[("company", &company)]).await;
    assert!(!receivers().await.contains(&"all@own.example".to_owned()));
    portal.journal_holds().await;
}

async fn a_company_is_sent_to_those_with_the_rights(portal: Portal) {
    let (_, [own, other]) = companies(&portal, ["Own Pharma", "Other Pharma"]).await;
    let (boss, _) = portal.person("boss", &[(own, Rights::Administrator)]).await;
    portal.person("manager", &[(own, Rights::Manager)]).await;
    portal.person("viewer", &[(own, Rights::Viewer), (other, Rights::Administrator)]).await;
    let (gone, _) = portal.person("gone", &[(own, Rights::Manager)]).await;
    let (late, _) = portal.person("late", &[(own, Rights::Manager)]).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    end(&mut staff, own, gone, "").await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = format!("/admin/people/{late}");
    let version = admin.page(&page).await.field("version");
    let fields = [("id", &*late.to_string()), ("version", &*version), ("reason", "left")];
    admin.submit(&page, "/api/accounts/suspend", &fields).await;
    let mut tx = portal.write().await;
    app::account::store::set_language(&mut tx, boss, "zh").await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = portal.read().await;
    let now = portal.backend.clock.now();
    let mut names = Vec::new();
    for least in [Rights::Viewer, Rights::Manager, Rights::Administrator] {
        let receivers = affiliation::receivers(&mut tx, own, least, now).await.unwrap();
        assert_eq!(receivers[0].language.code(), "zh", "each in their language");
        names.push(receivers.into_iter().map(|receiver| receiver.name).collect::<Vec<_>>());
    }
    assert_eq!(names[0], ["boss", "manager", "viewer"]);
    assert_eq!((names[1].len(), names[2].len()), (2, 1));
    assert!(matches!(portal.backend.clock, Clock::Fixed(_)));
    assert_eq!(
        staff.request(Method::GET, &list(Uuid::nil()), Default::default(), Vec::new()).await.status,
        StatusCode::NOT_FOUND
    );
}
