//! What comes after an agreement: warnings, decisions, amendments, renewals, and the calendars of its days.

use std::collections::BTreeMap;

use app::actor::{Rights, Role};
use app::agreement::clock as life;
use app::agreement::renewal::clock::work;
use http::StatusCode;

use crate::agreement::{at, begin, carried, go};
use crate::both;
use crate::harness::{Answer, Browser, Portal};

both!(
    who_is_concerned_is_warned_once_and_then_reminded_on_the_page,
    what_is_decided_or_renewed_is_warned_of_no_more,
    a_renewal_begins_with_what_was_agreed_and_takes_its_place,
    an_amendment_holds_as_long_as_what_it_amends,
    a_draft_that_follows_is_told_to_nobody_outside,
    what_goes_on_by_itself_waits_for_nobody,
    the_calendar_shows_what_its_reader_may_know,
    a_private_calendar_gives_what_its_owner_may_see_now,
);

/// An agreement in force since a day.
async fn in_force(staff: &mut Browser, title: &str, names: &[&str], day: &str, more: &[(&str, &str)]) -> String {
    let number = begin(staff, title, names, more).await;
    carried(staff, &number, day, day).await;
    number
}

/// A story is told over years: whoever it is about signs in again.
async fn again(portal: &Portal, name: &str) -> Browser {
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    browser
}

/// Begins what amends or renews an agreement, by its button; gives where that leads, and the page there.
async fn follow(staff: &mut Browser, number: &str, kind: &str, form_id: &str) -> (String, Answer) {
    let page = format!("/agreements/{number}");
    let version = staff.page(&page).await.field("version");
    let fields = [("id", number), ("version", version.as_str()), ("form_id", form_id), ("follow", kind)];
    staff.submit(&page, "/api/agreements/follow", &fields).await
}

/// The number of the agreement whose form a place is.
fn begun(location: &str) -> String {
    location.trim_start_matches("/agreements/").trim_end_matches("/edit").to_owned()
}

async fn who_is_concerned_is_warned_once_and_then_reminded_on_the_page(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    portal.person("manager", &[(one, Rights::Manager)]).await;
    portal.person("viewer", &[(one, Rights::Viewer)]).await;
    let terms = [("term_months", "12"), ("notice_days", "60"), ("renewal", "by_consent")];
    let number = in_force(&mut staff, "Ends", &["One", "Two"], "2026-03-01", &terms).await;
    let page = format!("/agreements/{number}");
    let words = staff.page(&page).await.words();
    assert!(words.contains("Last day for notice 30 Dec 2026") && words.contains("28 Feb 2027"), "{words}");
    assert!(!words.contains("say what becomes of this agreement"));
    portal.write_mails().await;
    let mut told = 0;
    let mails = async |portal: &Portal| {
        let mut tx = portal.read().await;
        let mails: Vec<(String, String)> = app::ask!(&mut tx, |c| {
            sqlx::query_as("SELECT address, subject FROM mails WHERE kind = 'agreement.ends' ORDER BY id")
                .fetch_all(c)
                .await
        })
        .unwrap();
        mails
    };
    for (now, expected) in [
        ("2026-11-29T23:59", 0),
        ("2026-11-30T00:00", 1),
        ("2026-11-30T12:00", 0),
        ("2026-12-23T00:00", 1),
        ("2026-12-30T08:00", 1),
        ("2026-12-31T08:00", 0),
        ("2027-01-29T08:00", 1),
        // Nobody looked for three weeks.
        ("2027-02-22T08:00", 1),
        ("2027-02-28T08:00", 1),
    ] {
        at(&mut portal, now);
        assert_eq!(work(&portal.backend).await.unwrap(), expected, "{now}");
        assert_eq!(work(&portal.backend).await.unwrap(), 0, "once: {now}");
        portal.write_mails().await;
        told += expected;
        // The party's manager and who looks after it; not who only reads.
        let all = mails(&portal).await;
        assert_eq!(i64::try_from(all.len()).unwrap(), 2 * told, "{now}: {all:?}");
        assert!(all.iter().all(|(address, _)| !address.starts_with("viewer")), "{all:?}");
    }
    let all = mails(&portal).await;
    assert!(all[0].1.contains("Notice can be given until 30 Dec 2026"), "{all:?}");
    assert!(all.last().unwrap().1.contains("Ends on 28 Feb 2027"), "{all:?}");
    // Then a lasting reminder, for the zone alone, and no more mail.
    at(&mut portal, "2027-03-10T08:00");
    life::work(&portal.backend).await.unwrap();
    assert_eq!(work(&portal.backend).await.unwrap(), 0);
    let mut staff = portal.signed_in(Role::Staff).await;
    let words = staff.page(&page).await.words();
    assert!(
        words.contains("Expired") && words.contains("The term is over: say what becomes of this agreement."),
        "{words}"
    );
    let list = staff.page("/agreements").await.words();
    assert!(list.contains("1 agreement needs a decision"), "{list}");
    assert!(staff.page("/agreements?state=undecided").await.words().contains(&number));
    let mut party = again(&portal, "manager").await;
    assert!(!party.page(&page).await.words().contains("what becomes of"));
    assert!(!party.page("/agreements").await.words().contains("decision"));
    assert!(!party.page("/agreements?state=undecided").await.words().contains(&number));
    portal.journal_holds().await;
}

async fn what_is_decided_or_renewed_is_warned_of_no_more(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let terms = [("term_months", "12"), ("notice_days", "60")];
    let decided = in_force(&mut staff, "Decided", &["One", "Two"], "2026-03-01", &terms).await;
    let renewed = in_force(&mut staff, "Renewed", &["One", "Two"], "2026-03-01", &terms).await;
    at(&mut portal, "2027-01-02T12:00");
    assert_eq!(work(&portal.backend).await.unwrap(), 0, "what is over is warned of no more");
    let mut staff = portal.signed_in(Role::Staff).await;
    let page = format!("/agreements/{decided}");
    let form = staff.page(&page).await;
    let version = form.field("version");
    let fields = |reason: &'static str| {
        vec![("id", decided.as_str()), ("version", version.as_str()), ("decision", "ends"), ("decision_reason", reason)]
    };
    let (_, without) = staff.submit(&page, "/api/agreements/decide", &fields(" ")).await;
    assert!(without.words().contains("Please say why"), "{}", without.words());
    let (_, done) = staff.submit(&page, "/api/agreements/decide", &fields("Its aims are reached.")).await;
    let words = done.words();
    assert!(!words.contains("say what becomes of") && words.contains("Its aims are reached."), "{words}");
    let form = staff.page(&format!("/agreements/{renewed}")).await.field("form_id");
    follow(&mut staff, &renewed, "renews", &form).await;
    at(&mut portal, "2027-02-28T12:00");
    assert_eq!(work(&portal.backend).await.unwrap(), 0, "everybody knows what becomes of them");
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(!staff.page("/agreements").await.words().contains("decision"), "neither waits");
    portal.journal_holds().await;
}

async fn a_renewal_begins_with_what_was_agreed_and_takes_its_place(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let terms = [("term_months", "12"), ("areas", "Telemedicine")];
    let old = in_force(&mut staff, "Cooperation", &["One", "Two"], "2026-03-01", &terms).await;
    let page = format!("/agreements/{old}");
    let form = staff.page(&page).await.field("form_id");
    let (location, edit) = follow(&mut staff, &old, "renews", &form).await;
    let new = begun(&location);
    assert!(new.starts_with("AG-2026-") && new != old, "{location}");
    assert_eq!(edit.field("title_en"), "Cooperation");
    assert_eq!(edit.field("effective_on"), "2027-03-01", "the day after the last");
    // Sent twice it is one, and there is no second renewal.
    let (twice, _) = follow(&mut staff, &old, "renews", &form).await;
    assert_eq!(begun(&twice), new);
    let (_, refused) = follow(&mut staff, &old, "renews", "").await;
    assert!(refused.words().contains("A renewal of this agreement has been begun already."), "{}", refused.words());
    let words = staff.page(&format!("/agreements/{new}")).await.words();
    assert!(words.contains("Party A") && words.contains("One") && words.contains(&format!("renews {old}")), "{words}");
    // It goes its way, and takes the place of the other on its day.
    at(&mut portal, "2027-02-20T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    carried(&mut staff, &new, "2027-02-20", "2027-03-01").await;
    at(&mut portal, "2027-03-01T00:00");
    life::work(&portal.backend).await.unwrap();
    life::work(&portal.backend).await.unwrap();
    let mut staff = portal.signed_in(Role::Staff).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("It was followed by a renewal."), "{words}");
    assert!(staff.page(&format!("/agreements/{new}")).await.words().contains("The agreement is in force."));
    // What was in force on a day, as a party reads it.
    let mut party = portal.representative(one).await;
    for (day, shown, hidden) in [
        ("2026-02-28", "no agreement of this line was in force", "In force on"),
        ("2026-03-01", "In force on 1 Mar 2026: Cooperation AG-2026-0001", "Version 2"),
        ("2027-02-28", "AG-2026-0001 · Version 1", "was in force."),
        ("2027-03-01", "In force on 1 Mar 2027: Cooperation AG-2026-0002 · Version 1", "was in force."),
        ("yesterday", "Please enter a date.", "In force on"),
    ] {
        let words = party.page(&format!("{page}?on={day}")).await.words();
        assert!(words.contains(shown) && !words.contains(hidden), "{day}: {words}");
    }
    portal.journal_holds().await;
}

async fn an_amendment_holds_as_long_as_what_it_amends(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let old = in_force(&mut staff, "Base", &["One", "Two"], "2026-03-01", &[("title_zh", "合作协议")]).await;
    let page = format!("/agreements/{old}");
    let (location, edit) = follow(&mut staff, &old, "amends", "").await;
    let new = begun(&location);
    assert_eq!((edit.field("title_en"), edit.field("title_zh")), ("Amendment: Base".into(), "合作协议补充协议".into()));
    carried(&mut staff, &new, "2026-03-01", "2026-03-01").await;
    let words = staff.page(&format!("{page}?on=2026-04-01")).await.words();
    assert!(words.contains(&format!("{old} · Version 1")) && words.contains(&format!("{new} · Version 1")), "{words}");
    at(&mut portal, "2026-06-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    go(&mut staff, &old, "terminated", "By consent.").await;
    let words = staff.page(&format!("{page}?on=2026-06-01")).await.words();
    assert!(
        words.contains("no agreement of this line was in force"),
        "without the one the other says nothing: {words}"
    );
    // Nothing is amended that is over, and nothing offers it.
    assert!(!staff.page(&page).await.text().contains("/api/agreements/follow"));
    portal.journal_holds().await;
}

async fn a_draft_that_follows_is_told_to_nobody_outside(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let old = in_force(&mut staff, "Base", &["One", "Two"], "2026-03-01", &[]).await;
    let page = format!("/agreements/{old}");
    let (location, _) = follow(&mut staff, &old, "amends", "").await;
    let new = begun(&location);
    assert!(staff.page(&page).await.words().contains(&new));
    let mut party = portal.representative(one).await;
    for path in [page.clone(), format!("{page}?on=2026-04-01"), "/agreements/calendar?month=2026-03".to_owned()] {
        let html = party.page(&path).await.text();
        assert!(!html.contains(&new) && html.contains(&old), "{path}");
    }
    for action in ["follow", "decide"] {
        let answer =
            party.post(&page, &format!("/api/agreements/{action}"), &[("id", &old), ("follow", "amends")]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{action}");
    }
}

async fn what_goes_on_by_itself_waits_for_nobody(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("One").await;
    staff.add_company("Two").await;
    let terms = [("term_months", "12"), ("renewal", "automatic"), ("notice_days", "30")];
    let number = in_force(&mut staff, "Goes on", &["One", "Two"], "2026-03-01", &terms).await;
    for (now, expected) in
        [("2026-12-30T00:00", 1), ("2027-01-22T00:00", 1), ("2027-01-29T00:00", 1), ("2027-02-28T12:00", 0)]
    {
        at(&mut portal, now);
        assert_eq!(work(&portal.backend).await.unwrap(), expected, "{now}");
    }
    at(&mut portal, "2027-03-01T00:00");
    assert_eq!(life::work(&portal.backend).await.unwrap(), 1, "another term");
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(!staff.page("/agreements").await.words().contains("decision"));
    let words = staff.page(&format!("/agreements/{number}")).await.words();
    assert!(words.contains("29 Feb 2028") && words.contains("30 Jan 2028"), "{words}");
    at(&mut portal, "2027-12-31T00:00");
    assert_eq!(work(&portal.backend).await.unwrap(), 1, "each term is warned of anew");
}

async fn the_calendar_shows_what_its_reader_may_know(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    let three = staff.add_company("Three").await;
    let terms = [("term_months", "12"), ("notice_days", "60")];
    let number = in_force(&mut staff, "Dated", &["One", "Two"], "2026-03-01", &terms).await;
    let private = [("private", "yes"), ("effective_on", "2026-03-15")];
    let draft = begin(&mut staff, "Secret", &["One", "Two"], &private).await;
    let month = staff.page("/agreements/calendar").await.words();
    assert!(month.contains("March 2026") && month.contains("Date of signing 1 Mar 2026"), "{month}");
    assert!(month.contains("Effective date 1 Mar 2026") && month.contains(&draft), "{month}");
    assert!(staff.page("/agreements/calendar?month=2026-12").await.words().contains("Last day for notice 30 Dec 2026"));
    assert!(staff.page("/agreements/calendar?month=2027-02").await.words().contains("Last day 28 Feb 2027"));
    assert!(staff.page("/agreements/calendar?month=2027-05").await.words().contains("No days this month"));
    let mut party = portal.representative(one).await;
    let mut other = portal.representative(three).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    for (browser, sees) in [(&mut party, true), (&mut other, false), (&mut executive, true)] {
        let html = browser.page("/agreements/calendar?month=2026-03").await.text();
        assert_eq!(html.contains(&number), sees);
        assert!(!html.contains(&draft) && !html.contains("2026-03-15"), "neither it nor its day");
    }
}

/// The address on the page right after it was made.
async fn make(browser: &mut Browser) -> String {
    let (location, page) = browser.submit("/account/calendar", "/api/account/make-calendar", &[]).await;
    assert_eq!(location, "/account/calendar");
    let html = page.text();
    let end = html.rfind(".ics").unwrap() + ".ics".len();
    let begin = html[..end].rfind("/calendar/").unwrap();
    html[begin..end].to_owned()
}

/// The events of a calendar: by what never changes of each, how often it changed, and its day.
fn events(calendar: &str) -> BTreeMap<String, (i64, String)> {
    let unfolded = calendar.replace("\r\n ", "");
    let mut events = BTreeMap::new();
    for event in unfolded.split("BEGIN:VEVENT").skip(1) {
        let value = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let seen = (value("SEQUENCE:").parse().unwrap(), value("DTSTART;VALUE=DATE:"));
        assert!(events.insert(value("UID:"), seen).is_none(), "{unfolded}");
    }
    events
}

async fn a_private_calendar_gives_what_its_owner_may_see_now(mut portal: Portal) {
    at(&mut portal, "2026-03-01T12:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = staff.add_company("One").await;
    staff.add_company("Two").await;
    staff.add_company("Three").await;
    let terms = [("term_months", "12"), ("title_zh", "甲方与乙方关于先行区国际医疗合作的三方战略合作协议")];
    let number = in_force(&mut staff, "Dated; \"x\", y", &["One", "Two"], "2026-03-01", &terms).await;
    let foreign = in_force(&mut staff, "Foreign", &["Two", "Three"], "2026-03-01", &terms).await;
    let (account, mut party) = portal.person("party", &[(one, Rights::Viewer)]).await;
    let first = make(&mut party).await;
    assert!(!party.page("/account/calendar").await.text().contains(".ics"), "shown once");
    let mut program = portal.browser();
    let answer = program.get(&first).await;
    assert_eq!(
        (answer.status, answer.headers["content-type"].to_str().unwrap()),
        (StatusCode::OK, "text/calendar; charset=utf-8")
    );
    let calendar = answer.text();
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\n") && calendar.lines().all(|line| line.len() <= 75), "{calendar}");
    let unfolded = calendar.replace("\r\n ", "");
    assert!(unfolded.contains("DTSTART;VALUE=DATE:20270228") && unfolded.contains(&number), "{unfolded}");
    assert!(unfolded.contains("SUMMARY:Last day: Dated\\; \"x\"\\, y"), "{unfolded}");
    assert!(!unfolded.contains(&foreign), "only one's own");
    // A day stays the same event when it moves, and rises.
    let before = events(&calendar);
    assert_eq!(before.len(), 3, "{unfolded}");
    let version = staff.page(&format!("/agreements/{number}/edit")).await.field("version");
    let moved = [
        ("id", number.as_str()),
        ("version", version.as_str()),
        ("kind", "strategic"),
        ("title_en", "Dated"),
        ("title_zh", terms[1].1),
        ("prevailing", "both"),
        ("renewal", "none"),
        ("sign_on", "2026-02-27"),
    ];
    staff.submit(&format!("/agreements/{number}/edit"), "/api/agreements/edit", &moved).await;
    let after = events(&program.get(&first).await.text());
    assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
    for (uid, (sequence, day)) in &before {
        let (later, now) = &after[uid];
        assert!(later > sequence, "{uid}: {later} after {sequence}");
        let expected = if uid.contains("-signing@") { "20260227" } else { day };
        assert_eq!(now, expected, "{uid}");
    }
    // In Chinese for who reads Chinese.
    party.post("/account", "/api/account/language", &[("language", "zh")]).await;
    let chinese = program.get(&first).await.text().replace("\r\n ", "");
    assert!(chinese.contains("：甲方与乙方关于先行区国际医疗合作的三方战略合作协议"), "{chinese}");
    // Another address ends the first at once.
    let second = make(&mut party).await;
    assert_eq!(program.get(&first).await.status, StatusCode::NOT_FOUND);
    assert_eq!(program.get(&second).await.status, StatusCode::OK);
    for wrong in ["/calendar/x.ics", "/calendar/.ics", second.trim_end_matches(".ics")] {
        assert_eq!(program.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    // It is what its owner may see now.
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET ended_at = 1 WHERE account_id = $1")
        .bind(account)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    let calendar = program.get(&second).await;
    assert!(calendar.status == StatusCode::OK && !calendar.text().contains("UID:"), "nothing to see any more");
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE accounts SET suspended_at = 1 WHERE id = $1")
        .bind(account)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(program.get(&second).await.status, StatusCode::NOT_FOUND);
    // Who has nothing to do with agreements has no such calendar.
    let mut expert = portal.signed_in(Role::Expert).await;
    assert_eq!(expert.get("/account/calendar").await.status, StatusCode::FORBIDDEN);
    // Staff sees all; ended, it is gone.
    let mine = make(&mut staff).await;
    assert!(program.get(&mine).await.text().contains(&foreign));
    staff.submit("/account/calendar", "/api/account/end-calendar", &[]).await;
    assert_eq!(program.get(&mine).await.status, StatusCode::NOT_FOUND);
    portal.journal_holds().await;
}
