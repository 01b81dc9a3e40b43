//! Obligations: what parties owe each other, from the plan to the confirmation, with days, disputes and an end.

use std::time::Duration;

use app::actor::{Rights, Role};
use app::agreement::obligation::clock;
use app::backend::database::Sql;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::agreement::{at, begin, go, negotiated, parties, signed};
use crate::both;
use crate::harness::{Answer, Browser, Portal};

both!(
    an_obligation_is_fulfilled_when_who_benefits_says_so,
    staff_writes_down_what_it_was_told,
    who_looked_at_something_else_confirms_nothing,
    of_two_who_answer_at_once_one_does,
    whoever_showed_the_evidence_does_not_confirm_it,
    a_change_after_evidence_is_a_step_of_its_own,
    what_comes_again_goes_over_the_year_and_keeps_the_31st,
    a_day_ends_at_midnight_and_lateness_is_counted_in_working_days,
    a_changed_calendar_counts_anew,
    each_is_told_once_when_it_is_near_late_and_very_late,
    a_dispute_is_settled_by_staff,
    what_nobody_did_yet_ends_with_the_agreement,
    each_role_sees_what_it_may,
    a_guessed_address_tells_nothing,
    lists_board_and_matrix_tell_the_same,
    what_is_due_stands_in_calendars,
);

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// Plans an obligation by its form; gives its address.
pub async fn plan(staff: &mut Browser, agreement: &str, clause: &str, more: &[(&str, &str)]) -> String {
    let page = format!("/agreements/{agreement}/obligations/new");
    let text = format!("What clause {clause} says");
    let mut fields = vec![("id", agreement), ("clause", clause), ("text_en", text.as_str())];
    fields.extend(more);
    let answer = staff.post(&page, "/api/obligations/plan", &fields).await;
    let url = answer.location();
    assert!(url.contains("/obligations/") && !url.contains("refused"), "{url} {}", answer.words());
    url
}

/// Takes a step by its form on the obligation's page.
async fn act(browser: &mut Browser, url: &str, act: &str, more: &[(&str, &str)]) -> Answer {
    let page = format!("{url}?do={act}");
    let form = browser.page(&page).await;
    let html = form.text();
    let mark = "action=\"/api/obligations/";
    let at = html.find(mark).unwrap_or_else(|| panic!("no form to {act}: {}", form.words())) + mark.len();
    let action = format!("/api/obligations/{}", &html[at..at + html[at..].find('"').unwrap()]);
    let mut fields: Vec<(String, String)> = Vec::new();
    for name in ["id", "number", "version", "to", "party"] {
        if html[at..].contains(&format!("name=\"{name}\"")) && !more.iter().any(|(known, _)| *known == name) {
            fields.push((name.to_owned(), form.field(name)));
        }
    }
    fields.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.submit(&page, &action, &fields).await.1
}

/// An agreement in force.
struct World {
    staff: Browser,
    agreement: String,
    companies: Vec<Uuid>,
    parties: Vec<String>,
}

async fn world(portal: &Portal, names: &[&str]) -> World {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut companies = Vec::new();
    for name in names {
        companies.push(staff.add_company(name).await);
    }
    let today = portal.backend.clock.now().iso_day();
    let agreement = signed(&mut staff, "Cooperation", names, &today, &today).await;
    let parties = parties(&mut staff, &agreement).await;
    World { staff, agreement, companies, parties }
}

impl World {
    /// Plans what the first party owes the second.
    async fn owed(&mut self, clause: &str, more: &[(&str, &str)]) -> String {
        let (owes, benefits) = (self.parties[0].clone(), self.parties[1].clone());
        let mut fields = vec![("owes[]", owes.as_str()), ("benefits[]", benefits.as_str())];
        fields.extend(more);
        plan(&mut self.staff, &self.agreement, clause, &fields).await
    }
}

async fn number(portal: &Portal, sql: &'static str) -> i64 {
    let mut tx = portal.read().await;
    Sql::new(sql).number(&mut tx).await.unwrap()
}

async fn an_obligation_is_fulfilled_when_who_benefits_says_so(portal: Portal) {
    let mut world = world(&portal, &["Medi One", "Bee Two"]).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    let (_, mut helper) = portal.person("helper", &[(world.companies[0], Rights::Contributor)]).await;
    let (_, mut two) = portal.person("two", &[(world.companies[1], Rights::Manager)]).await;
    let url = world.owed("4.2", &[("due_on", "2026-10-30")]).await;
    assert_eq!(url, format!("/agreements/{}/obligations/1", world.agreement));
    let page = one.page(&url).await.words();
    assert!(page.contains("Pending") && page.contains("Party A: Medi One") && page.contains("30 Oct 2026"), "{page}");
    assert!(two.page(&format!("/agreements/{}", world.agreement)).await.words().contains("What clause 4.2 says"));

    // Who helps may begin, but not submit; who benefits does neither.
    let begun = act(&mut helper, &url, "start", &[]).await.words();
    assert!(begun.contains("In progress") && !begun.contains("Submit evidence"), "{begun}");
    assert!(!two.page(&url).await.words().contains("Submit evidence"));
    let version = one.page(&format!("{url}?do=submit")).await.field("version");
    let fields = [("id", world.agreement.as_str()), ("number", "1"), ("version", version.as_str())];
    for (browser, function, more) in [
        (&mut two, "/api/obligations/submit", ("evidence", "done")),
        (&mut helper, "/api/obligations/submit", ("evidence", "done")),
        (&mut one, "/api/obligations/answer", ("to", "fulfilled")),
    ] {
        let mut fields = fields.to_vec();
        fields.push(more);
        assert_eq!(browser.post(&url, function, &fields).await.status, StatusCode::FORBIDDEN, "{function}");
    }

    // Evidence is words, documents, or both; without either it is none.
    let nothing = act(&mut one, &url, "submit", &[("evidence", " ")]).await.words();
    assert!(nothing.contains("What was done") && nothing.contains("Please"), "{nothing}");
    let led = one.send(&format!("{url}/documents"), &[("note", "Minutes")], "minutes.pdf", PDF).await.location();
    assert!(led.ends_with("#documents") && !led.contains("refused"), "{led}");
    let form = one.page(&format!("{url}?do=submit")).await.text();
    let at = form.find("name=\"documents[]\"").unwrap();
    let value = form[at..].find("value=\"").unwrap() + at + 7;
    let document = form[value..value + 36].to_owned();
    let shown = [("evidence", "The five companies came."), ("documents[]", document.as_str())];
    let page = act(&mut one, &url, "submit", &shown).await.words();
    assert!(page.contains("Evidence submitted") && page.contains("minutes.pdf"), "{page}");
    assert_eq!(two.page(&format!("/documents/{document}")).await.bytes, PDF);
    let (_, kept) = one
        .submit(
            &format!("/agreements/{}", world.agreement),
            "/api/agreements/remove-document",
            &[("id", world.agreement.as_str()), ("document", document.as_str())],
        )
        .await;
    assert!(kept.words().contains("and stays"), "{}", kept.words());
    assert!(two.page("/notifications").await.words().contains("Evidence submitted"), "who benefits is told");
    assert!(two.page("/today").await.words().contains("Obligations that wait for you"));

    // Refused with a reason it goes back; the second time it is confirmed.
    let silent = act(&mut two, &url, "refuse", &[("reason", "")]).await.words();
    assert!(silent.contains("Please say why"), "{silent}");
    let back = act(&mut two, &url, "refuse", &[("reason", "Two of them are one company.")]).await.words();
    assert!(back.contains("In progress") && back.contains("Not accepted"), "{back}");
    assert!(one.page(&url).await.words().contains("Two of them are one company."));
    act(&mut one, &url, "submit", &[("evidence", "A sixth one came, too.")]).await;
    let done = act(&mut two, &url, "confirm", &[]).await.words();
    assert!(done.contains("Fulfilled") && done.contains("A sixth one came, too."), "{done}");
    assert!(!two.page("/today").await.words().contains("Obligations that wait for you"));
    assert!(one.page("/obligations?state=fulfilled").await.words().contains("1 obligation"));
    portal.journal_holds().await;
    let journal =
        portal.signed_in(Role::Administrator).await.page("/admin/journal?action=obligation.moved").await.words();
    assert!(journal.contains("moved an obligation on") && !journal.contains("Two of them are one"), "{journal}");
}

async fn staff_writes_down_what_it_was_told(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let url = world.owed("1", &[]).await;
    let how = act(&mut world.staff, &url, "submit", &[("evidence", "Paid."), ("told_by", "")]).await.words();
    assert!(how.contains("Please"), "{how}");
    act(&mut world.staff, &url, "submit", &[("evidence", "Paid."), ("told_by", "by telephone")]).await;
    let page = act(&mut world.staff, &url, "confirm", &[("told_by", "by letter")]).await.words();
    assert!(page.contains("Fulfilled") && page.contains("by telephone") && page.contains("by letter"), "{page}");
    // Its parties read that it was the zone's staff, not who.
    let (_, mut two) = portal.person("two", &[(world.companies[1], Rights::Viewer)]).await;
    let page = two.page(&url).await.words();
    assert!(page.contains("Zone staff") && !page.contains("staff0"), "{page}");
}

async fn who_looked_at_something_else_confirms_nothing(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    let (_, mut two) = portal.person("two", &[(world.companies[1], Rights::Manager)]).await;
    let url = world.owed("1", &[]).await;
    act(&mut one, &url, "submit", &[("evidence", "First.")]).await;
    let seen = two.page(&format!("{url}?do=confirm")).await;
    let version = seen.field("version");
    // Meanwhile it is refused, and shown anew.
    let mut other = portal.person("other", &[(world.companies[1], Rights::Manager)]).await.1;
    act(&mut other, &url, "refuse", &[("reason", "No.")]).await;
    act(&mut one, &url, "submit", &[("evidence", "Something else.")]).await;
    let fields =
        [("id", world.agreement.as_str()), ("number", "1"), ("version", version.as_str()), ("to", "fulfilled")];
    let (_, page) = two.submit(&format!("{url}?do=confirm"), "/api/obligations/answer", &fields).await;
    assert!(page.words().contains("Evidence submitted"), "{}", page.words());
    assert_eq!(number(&portal, "SELECT count(*) FROM obligations WHERE state = 'fulfilled'").await, 0);
}

async fn of_two_who_answer_at_once_one_does(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    let (_, mut two) = portal.person("two", &[(world.companies[1], Rights::Manager)]).await;
    let (_, mut three) = portal.person("three", &[(world.companies[1], Rights::Manager)]).await;
    let url = world.owed("1", &[]).await;
    act(&mut one, &url, "submit", &[("evidence", "Done.")]).await;
    let version = two.page(&format!("{url}?do=confirm")).await.field("version");
    let fields = |to: &'static str| {
        vec![
            ("id", world.agreement.as_str()),
            ("number", "1"),
            ("version", version.as_str()),
            ("to", to),
            ("reason", "As it is"),
        ]
    };
    let (confirm, refuse) = (fields("fulfilled"), fields("in_progress"));
    tokio::join!(
        two.post(&url, "/api/obligations/answer", &confirm),
        three.post(&url, "/api/obligations/answer", &refuse)
    );
    assert_eq!(number(&portal, "SELECT count(*) FROM obligation_steps WHERE from_state = 'submitted'").await, 1);
    portal.journal_holds().await;
}

async fn whoever_showed_the_evidence_does_not_confirm_it(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    // All owe it to all; and somebody acts for both.
    let ids = world.parties.clone();
    let all: Vec<(&str, &str)> =
        ids.iter().flat_map(|id| [("owes[]", id.as_str()), ("benefits[]", id.as_str())]).collect();
    let url = plan(&mut world.staff, &world.agreement, "7", &all).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    let (_, mut two) = portal.person("two", &[(world.companies[1], Rights::Manager)]).await;
    let both = [(world.companies[0], Rights::Manager), (world.companies[1], Rights::Manager)];
    let (_, mut both) = portal.person("both", &both).await;
    act(&mut one, &url, "submit", &[("evidence", "Kept.")]).await;
    let page = one.page(&url).await.words();
    assert!(!page.contains("Confirm as fulfilled") && !page.contains("Waive"), "{page}");
    let version = one.page(&format!("{url}?do=dispute")).await.field("version");
    let fields =
        [("id", world.agreement.as_str()), ("number", "1"), ("version", version.as_str()), ("to", "fulfilled")];
    let (_, refused) = one.submit(&url, "/api/obligations/answer", &fields).await;
    assert!(refused.words().contains("cannot confirm or refuse it"), "{}", refused.words());
    assert!(act(&mut two, &url, "confirm", &[]).await.words().contains("Fulfilled"));
    // Who acts for both does not look at their own evidence.
    let url = world.owed("8", &[]).await;
    act(&mut both, &url, "submit", &[("evidence", "Done by me.")]).await;
    assert!(!both.page(&url).await.words().contains("Confirm as fulfilled"));
    assert!(act(&mut two, &url, "confirm", &[]).await.words().contains("Fulfilled"));
}

/// Changes an obligation by its form.
async fn edit(staff: &mut Browser, url: &str, clause: &str, more: &[(&str, &str)]) -> Answer {
    let page = format!("{url}/edit");
    let form = staff.page(&page).await;
    let (id, n, version) = (form.field("id"), form.field("number"), form.field("version"));
    let html = form.text();
    let ticked = |name: &str| -> Vec<String> {
        let mut found = Vec::new();
        for piece in html.split(&format!("name=\"{name}\" value=\"")).skip(1) {
            if piece[..piece.find('>').unwrap()].contains("checked") {
                found.push(piece[..36].to_owned());
            }
        }
        found
    };
    let (owes, benefits) = (ticked("owes[]"), ticked("benefits[]"));
    let text = form.field("text_en");
    let mut fields =
        vec![("id", id.as_str()), ("number", n.as_str()), ("version", version.as_str()), ("text_en", text.as_str())];
    fields.push(("clause", clause));
    fields.extend(owes.iter().map(|id| ("owes[]", id.as_str())));
    fields.extend(benefits.iter().map(|id| ("benefits[]", id.as_str())));
    fields.extend(more);
    staff.submit(&page, "/api/obligations/edit", &fields).await.1
}

async fn a_change_after_evidence_is_a_step_of_its_own(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    let url = world.owed("1", &[]).await;
    let page = edit(&mut world.staff, &url, "1.1", &[("due_on", "2026-11-30")]).await.words();
    assert!(
        page.contains("under clause 1.1") && page.contains("30 Nov 2026") && !page.contains("What happened"),
        "{page}"
    );
    act(&mut one, &url, "submit", &[("evidence", "Done.")]).await;
    let refused = edit(&mut world.staff, &url, "1.2", &[("due_on", "2026-11-30")]).await.words();
    assert!(refused.contains("Please say why"), "{refused}");
    let why = [("due_on", "2026-12-15"), ("reason", "Agreed by letter.")];
    edit(&mut world.staff, &url, "1.2", &why).await;
    let page = one.page(&url).await.words();
    assert!(page.contains("What is owed was changed") && page.contains("Agreed by letter."), "{page}");
    let settled = act(&mut world.staff, &url, "confirm", &[("told_by", "mail")]).await.words();
    assert!(settled.contains("Fulfilled"), "{settled}");
    let over = edit(&mut world.staff, &url, "1.3", &[("reason", "x")]).await.words();
    assert!(over.contains("cannot be changed any more"), "{over}");
}

async fn what_comes_again_goes_over_the_year_and_keeps_the_31st(mut portal: Portal) {
    at(&mut portal, "2026-12-01T12:00");
    let mut world = world(&portal, &["One", "Two"]).await;
    let often = [("due_on", "2026-12-31"), ("repeat", "monthly"), ("repeat_until", "2027-04-30")];
    let url = world.owed("3", &often).await;
    let days = async |portal: &Portal| -> Vec<String> {
        let mut tx = portal.read().await;
        let rows: Vec<(String,)> =
            Sql::new("SELECT due_on FROM obligations ORDER BY number").rows(&mut tx).await.unwrap();
        rows.into_iter().map(|(day,)| day).collect()
    };
    assert_eq!(days(&portal).await, ["2026-12-31", "2027-01-31", "2027-02-28"], "some three months ahead");
    let page = world.staff.page(&format!("{url}/edit")).await.words();
    assert!(page.contains("This is one of a series"), "{page}");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0, "nothing is due yet");
    portal.later(Duration::from_secs(25 * 86_400));
    assert!(clock::work(&portal.backend).await.unwrap() >= 1);
    assert_eq!(days(&portal).await.last().unwrap(), "2027-03-31", "the 31st again");
    let made = days(&portal).await.len();
    clock::work(&portal.backend).await.unwrap();
    assert_eq!(days(&portal).await.len(), made, "once");
    // What is changed in the last goes on; and the series ends with its day.
    let mut staff = portal.signed_in(Role::Staff).await;
    let last = format!("/agreements/{}/obligations/4", world.agreement);
    let same = [("due_on", "2027-03-31"), ("repeat", "monthly"), ("repeat_until", "2027-04-30")];
    edit(&mut staff, &last, "3a", &same).await;
    portal.later(Duration::from_secs(200 * 86_400));
    clock::work(&portal.backend).await.unwrap();
    assert_eq!(days(&portal).await.len(), 5);
    let mut staff = portal.signed_in(Role::Staff).await;
    let fifth = staff.page(&format!("/agreements/{}/obligations/5", world.agreement)).await.words();
    assert!(fifth.contains("under clause 3a") && fifth.contains("30 Apr 2027"), "{fifth}");
    portal.journal_holds().await;
}

async fn a_day_ends_at_midnight_and_lateness_is_counted_in_working_days(mut portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let url = world.owed("1", &[("due_on", "2026-09-30")]).await;
    let holiday = world.owed("2", &[("due_on", "2026-10-03")]).await;
    let page = world.staff.page(&holiday).await.words();
    assert!(page.contains("In time until 8 Oct 2026"), "National Day is not worked: {page}");
    at(&mut portal, "2026-09-30T23:59");
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page("/obligations?state=overdue").await.words().contains("No obligation fits"));
    portal.later(Duration::from_secs(60));
    let late = staff.page("/obligations?state=overdue").await.words();
    assert!(late.contains("What clause 1 says") && late.contains("1 obligation"), "{late}");
    assert!(staff.page(&url).await.words().contains("Overdue"));
    at(&mut portal, "2026-10-08T09:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page(&url).await.words().contains("Overdue by 1 working day"), "the holiday does not count");
    at(&mut portal, "2026-10-10T09:00");
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page(&url).await.words().contains("Overdue by 3 working days"), "the Saturday is worked");
    assert!(staff.page(&holiday).await.words().contains("Overdue by 2 working days"));
    let csv = staff.get("/obligations.csv?state=overdue").await.text();
    assert!(csv.contains("2026-09-30") && csv.contains(",3\r\n"), "{csv}");
}

async fn a_changed_calendar_counts_anew(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let url = world.owed("1", &[("due_on", "2026-10-19")]).await;
    assert!(world.staff.page(&url).await.words().contains("In time until 19 Oct 2026"));
    let mut admin = portal.signed_in(Role::Administrator).await;
    let day = [("date", "2026-10-19"), ("kind", "holiday"), ("name_en", "A day off")];
    admin.post("/admin/calendar", "/api/calendar/set-days", &day).await;
    let page = world.staff.page(&url).await.words();
    assert!(page.contains("In time until 20 Oct 2026"), "{page}");
}

async fn each_is_told_once_when_it_is_near_late_and_very_late(mut portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Contributor)]).await;
    let (_, mut two) = portal.person("two", &[(world.companies[1], Rights::Manager)]).await;
    let manager = portal.account("manager", Role::Staff).await;
    let deputy = portal.account("deputy", Role::Staff).await;
    let company = world.companies[0].to_string();
    let form = world.staff.page(&format!("/companies/{company}/edit")).await;
    let manager_id = manager.to_string();
    let fields = [
        ("id", company.as_str()),
        ("version", &form.field("version")),
        ("name_en", "One"),
        ("kinds[]", "manufacturer"),
        ("stage", "target"),
        ("manager", manager_id.as_str()),
    ];
    world.staff.post(&format!("/companies/{company}/edit"), "/api/companies/edit", &fields).await;
    portal.account("admin", Role::Administrator).await;
    world.owed("1", &[("due_on", "2026-10-15")]).await;
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0, "more than a week");

    at(&mut portal, "2026-10-09T12:00");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 1);
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0, "once");
    one.sign_in("one").await;
    two.sign_in("two").await;
    let told = one.page("/notifications").await.words();
    assert!(told.contains("Deadline 15 Oct 2026: AG-2026-0001 · 1 · Cooperation"), "{told}");
    assert!(!two.page("/notifications").await.words().contains("Deadline"));

    // The account manager is away; the deputy is told, too.
    let mut tx = portal.write().await;
    let day = |text: &str| text.parse().unwrap();
    let absence = app::absence::model::Absence {
        id: app::backend::clock::new_id(),
        account: manager,
        deputy,
        since: day("2026-10-14"),
        until: day("2026-10-20"),
        note: String::new(),
    };
    app::absence::store::insert(&mut tx, &absence, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    at(&mut portal, "2026-10-16T00:00");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 1);
    let late = "SELECT count(*) FROM notifications WHERE kind = 'obligation.overdue'";
    assert_eq!(number(&portal, late).await, 2);
    for name in ["manager", "deputy"] {
        let mut browser = portal.browser();
        browser.sign_in(name).await;
        let told = browser.page("/notifications").await.words();
        assert!(told.contains("Overdue since 15 Oct 2026"), "{name}: {told}");
    }
    one.sign_in("one").await;
    assert!(!one.page("/notifications").await.words().contains("Overdue since"), "that is for the zone");

    // Ten working days later the administrators.
    at(&mut portal, "2026-10-29T23:59");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0);
    at(&mut portal, "2026-10-30T00:00");
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 1);
    assert_eq!(clock::work(&portal.backend).await.unwrap(), 0);
    let told = number(&portal, "SELECT count(*) FROM notifications WHERE kind = 'obligation.escalated'").await;
    assert_eq!(told, 1, "nobody else");
    let mut admin = portal.browser();
    admin.sign_in("admin").await;
    let told = admin.page("/notifications").await.words();
    assert!(told.contains("Overdue for ten working days, since 15 Oct 2026: AG-2026-0001 · 1 · Cooperation"), "{told}");
    portal.journal_holds().await;
}

async fn a_dispute_is_settled_by_staff(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    let (_, mut two) = portal.person("two", &[(world.companies[1], Rights::Manager)]).await;
    let url = world.owed("1", &[]).await;
    act(&mut one, &url, "submit", &[("evidence", "Delivered.")]).await;
    act(&mut two, &url, "confirm", &[]).await;
    // Who benefits found out later; who owes cannot reopen what is done.
    assert!(!one.page(&url).await.words().contains("Dispute"));
    let page = act(&mut two, &url, "dispute", &[("reason", "It broke the next day.")]).await.words();
    assert!(page.contains("Disputed") && page.contains("It broke the next day."), "{page}");
    assert!(!two.page(&url).await.words().contains("Confirm as fulfilled"));
    let settled = [("to", "in_progress"), ("reason", "It is repaired first.")];
    let page = act(&mut world.staff, &url, "settle", &settled).await.words();
    assert!(page.contains("In progress") && page.contains("It is repaired first."), "{page}");
    // Who benefits does without it, and says why.
    let waived = act(&mut two, &url, "waive", &[("reason", "We bought another.")]).await.words();
    assert!(waived.contains("Waived"), "{waived}");
    assert!(one.page("/obligations").await.words().contains("No obligations yet"), "open ones alone");
    assert!(one.page("/obligations?state=all").await.words().contains("1 obligation"));
}

async fn what_nobody_did_yet_ends_with_the_agreement(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    let pending = world.owed("1", &[("due_on", "2026-12-01"), ("repeat", "monthly")]).await;
    let survives = world.owed("2", &[("survives", "yes")]).await;
    let shown = world.owed("3", &[]).await;
    let told = [("evidence", "Done."), ("told_by", "mail")];
    act(&mut world.staff, &shown, "submit", &told).await;
    let agreement = world.agreement.clone();
    go(&mut world.staff, &agreement, "terminated", "The parties parted.").await;
    let page = world.staff.page(&pending).await.words();
    assert!(page.contains("No longer applies") && page.contains("The parties parted."), "{page}");
    assert!(world.staff.page(&survives).await.words().contains("Pending"));
    assert!(act(&mut world.staff, &shown, "confirm", &[("told_by", "mail")]).await.words().contains("Fulfilled"));
    assert_eq!(number(&portal, "SELECT count(*) FROM obligations WHERE next_on <> '' AND survives = FALSE").await, 0);
    portal.later(Duration::from_secs(100 * 86_400));
    let before = portal.count("obligations").await;
    clock::work(&portal.backend).await.unwrap();
    assert_eq!(portal.count("obligations").await, before, "nothing comes again");
    // Nor by an edit of what is still owed.
    world.staff = portal.signed_in(Role::Staff).await;
    let day = portal.backend.clock.now().iso_day();
    let edited = edit(&mut world.staff, &survives, "2", &[("due_on", &day), ("repeat", "monthly")]).await.words();
    assert!(edited.contains("Pending"), "{edited}");
    assert_eq!(portal.count("obligations").await, before, "what is over brings nothing new");
    portal.journal_holds().await;
}

async fn each_role_sees_what_it_may(portal: Portal) {
    let mut world = world(&portal, &["One", "Two", "Three"]).await;
    let stranger = world.staff.add_company("Stranger").await;
    let url = world.owed("1", &[("due_on", "2026-10-15")]).await;
    // A party on neither side reads it, and does nothing; it is not in the list of what it owes or is owed.
    let (_, mut three) = portal.person("three", &[(world.companies[2], Rights::Administrator)]).await;
    let page = three.page(&url).await.words();
    assert!(page.contains("What clause 1 says") && !page.contains("Begin") && !page.contains("Dispute"), "{page}");
    assert!(three.page("/obligations").await.words().contains("No obligations yet"));
    let matrix = three.page(&format!("/agreements/{}/matrix", world.agreement)).await;
    assert!(matrix.words().contains("owes it") && matrix.text().contains('●'), "{}", matrix.words());
    // Executives read all of it, experts nothing.
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page(&url).await.words();
    assert!(page.contains("What clause 1 says") && !page.contains("Take out of the plan"), "{page}");
    assert!(executive.page("/obligations").await.words().contains("1 obligation"));
    let mut expert = portal.signed_in(Role::Expert).await;
    assert_eq!(expert.get(&url).await.status, StatusCode::FORBIDDEN);
    // Strangers are told nothing, whatever they ask for.
    let (_, mut out) = portal.person("out", &[(stranger, Rights::Administrator)]).await;
    for path in [url.clone(), format!("/agreements/{}/matrix", world.agreement), format!("{url}/edit")] {
        assert_eq!(out.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let company = world.companies[0];
    for path in ["/obligations".to_owned(), format!("/obligations?company={company}"), "/obligations/board".to_owned()]
    {
        let words = out.page(&path).await.words();
        assert!(!words.contains("clause 1") && !words.contains("One"), "{path}: {words}");
    }
    let csv = out.get(&format!("/obligations.csv?state=all&company={company}")).await.text();
    assert_eq!(csv.lines().count(), 1, "{csv}");
    let fields = [("id", world.agreement.as_str()), ("number", "1"), ("version", "1"), ("reason", "x")];
    assert_eq!(out.post(&url, "/api/obligations/dispute", &fields).await.status, StatusCode::NOT_FOUND);

    // What is planned in a draft is the zone's, until the negotiation begins; who is taken out sees nothing any more.
    let draft = begin(&mut world.staff, "Draft", &["One", "Two"], &[("private", "yes")]).await;
    let ids = parties(&mut world.staff, &draft).await;
    let sides = [("owes[]", ids[0].as_str()), ("benefits[]", ids[1].as_str())];
    let hidden = plan(&mut world.staff, &draft, "9", &sides).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    assert_eq!(one.get(&hidden).await.status, StatusCode::NOT_FOUND);
    assert_eq!(executive.get(&hidden).await.status, StatusCode::NOT_FOUND);
    assert!(one.page("/obligations").await.words().contains("1 obligation "));
    assert!(executive.page("/obligations").await.words().contains("1 obligation "));
    let open = negotiated(&mut world.staff, "Open", &["One", "Two", "Three"]).await;
    let ids = parties(&mut world.staff, &open).await;
    let sides = [("owes[]", ids[0].as_str()), ("benefits[]", ids[1].as_str())];
    let seen = plan(&mut world.staff, &open, "9", &sides).await;
    let page = one.page(&seen).await.words();
    assert!(page.contains("as soon as the agreement is in force") && !page.contains("Begin"), "{page}");
    let form = world.staff.page(&format!("/agreements/{open}?do=remove&party={}", ids[0])).await;
    let version = form.field("version");
    let remove = [("id", open.as_str()), ("version", &version), ("party", &ids[0]), ("reason", "They left.")];
    world.staff.submit(&format!("/agreements/{open}"), "/api/agreements/remove-party", &remove).await;
    assert_eq!(one.get(&seen).await.status, StatusCode::NOT_FOUND);
    assert!(one.page("/obligations").await.words().contains("1 obligation "));
    assert!(world.staff.page(&seen).await.words().contains("Nobody"));
}

async fn a_guessed_address_tells_nothing(portal: Portal) {
    let mut world = world(&portal, &["One", "Two"]).await;
    world.owed("1", &[]).await;
    for address in ["2", "0", "-1", "x", "1e1", "99999999999999999999", "%00"] {
        let path = format!("/agreements/{}/obligations/{address}", world.agreement);
        assert_eq!(world.staff.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/agreements/AG-2026-9999/obligations/1", "/agreements/x/matrix", "/agreements/x/obligations/new"] {
        assert_eq!(world.staff.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    // Another agreement's party stands on no side of this one.
    let other = negotiated(&mut world.staff, "Other", &["One", "Two"]).await;
    let ids = parties(&mut world.staff, &other).await;
    let page = format!("/agreements/{}/obligations/new", world.agreement);
    let fields = [
        ("id", world.agreement.as_str()),
        ("clause", "1<script>"),
        ("text_en", "x"),
        ("owes[]", ids[0].as_str()),
        ("benefits[]", ids[1].as_str()),
    ];
    let (location, answer) = world.staff.submit(&page, "/api/obligations/plan", &fields).await;
    assert!(location.contains("refused"), "{location}");
    assert!(!answer.text().contains("1<script>") && answer.text().contains("1&lt;script"), "what was typed is kept");
}

async fn lists_board_and_matrix_tell_the_same(portal: Portal) {
    let mut world = world(&portal, &["Medi One", "Bee Two", "Fosun Three"]).await;
    let (_, mut one) = portal.person("one", &[(world.companies[0], Rights::Manager)]).await;
    let ids = world.parties.clone();
    world.owed("1", &[("due_on", "2026-10-15")]).await;
    let back = [("owes[]", ids[2].as_str()), ("benefits[]", ids[0].as_str()), ("due_on", "2026-12-24")];
    let owed = plan(&mut world.staff, &world.agreement, "2", &back).await;
    let aside = [("owes[]", ids[2].as_str()), ("benefits[]", ids[1].as_str())];
    plan(&mut world.staff, &world.agreement, "3", &aside).await;
    let list = one.page("/obligations").await.words();
    assert!(list.contains("2 obligations") && list.contains("1 We owe") && list.contains("1 We are owed"), "{list}");
    assert!(!list.contains("What clause 3 says"), "{list}");
    let first = list.find("What clause 1 says").unwrap();
    assert!(first < list.find("What clause 2 says").unwrap(), "the most urgent first");
    let owes = one.page("/obligations?side=owes").await.words();
    assert!(owes.contains("What clause 1 says") && !owes.contains("What clause 2 says"), "{owes}");
    let soon = one.page("/obligations?due=30").await.words();
    assert!(soon.contains("1 obligation ") && soon.contains("What clause 1 says"), "{soon}");
    // Staff reads all, or those of a company by its name, or of an agreement.
    assert!(world.staff.page("/obligations").await.words().contains("3 obligations"));
    let named = world.staff.page("/obligations?company=fosun").await.words();
    assert!(named.contains("2 obligations") && !named.contains("What clause 1 says"), "{named}");
    let of = format!("/obligations?agreement={}&state=pending", world.agreement.to_lowercase());
    assert!(world.staff.page(&of).await.words().contains("3 obligations"));
    let company = world.staff.page(&format!("/companies/{}", world.companies[2])).await.words();
    assert!(company.contains("What clause 2 says") && company.contains("Fosun Three → Medi One"), "{company}");
    let told = [("told_by", "mail")];
    act(&mut world.staff, &owed, "start", &told).await;
    let board = one.page("/obligations/board").await.words();
    assert!(board.contains("Pending 1") && board.contains("In progress 1") && board.contains("Fulfilled 0"), "{board}");
    one.headers.insert("accept-language", "zh-CN".parse().unwrap());
    let mut chinese = one.clone();
    chinese.post("/", "/api/account/language", &[("language", "zh")]).await;
    let matrix = chinese.page(&format!("/agreements/{}/matrix", world.agreement)).await.words();
    assert!(matrix.contains("义务矩阵") && matrix.contains("履行中") && matrix.contains("甲方"), "{matrix}");
    let list = chinese.page("/obligations").await.words();
    assert!(list.contains("我方应履行") && list.contains("2项义务"), "{list}");
}

async fn what_is_due_stands_in_calendars(portal: Portal) {
    let mut world = world(&portal, &["Medi One", "Bee Two"]).await;
    let three = world.staff.add_company("Third").await;
    let url = world.owed("4.2", &[("due_on", "2026-10-30"), ("text_zh", "交付设备；调试，培训")]).await;
    let settled = world.owed("5", &[("due_on", "2026-10-30")]).await;
    world.owed("6", &[]).await;
    // What is planned in a draft is the zone's alone.
    let draft = begin(&mut world.staff, "Draft", &["Medi One", "Bee Two"], &[]).await;
    let sides = parties(&mut world.staff, &draft).await;
    let planned = [("owes[]", sides[0].as_str()), ("benefits[]", sides[1].as_str()), ("due_on", "2026-10-30")];
    let planned = plan(&mut world.staff, &draft, "9", &planned).await;
    let (_, mut party) = portal.person("party", &[(world.companies[0], Rights::Viewer)]).await;
    let mut other = portal.representative(three).await;
    let month = "/agreements/calendar?month=2026-10";
    let page = party.page(month).await;
    assert!(
        page.words().contains("4.2 · What clause 4.2 says") && page.words().contains("Obligation due 30 Oct 2026"),
        "{}",
        page.words()
    );
    assert!(page.text().contains(&format!("href=\"{url}\"")) && page.text().contains(&settled));
    assert!(!page.text().contains(&planned), "not what is planned in a draft");
    assert!(!other.page(month).await.text().contains(&world.agreement));
    assert!(world.staff.page(month).await.text().contains(&planned));
    act(&mut world.staff, &settled, "drop", &[("reason", "It was a mistake.")]).await;
    assert!(!party.page(month).await.text().contains(&settled), "what is settled is not due");

    // The private calendar has the same; its event stays the same when the day moves.
    let (_, made) = party.submit("/account/calendar", "/api/account/make-calendar", &[]).await;
    let html = made.text();
    let end = html.rfind(".ics").unwrap() + ".ics".len();
    let feed = html[html[..end].rfind("/calendar/").unwrap()..end].to_owned();
    let events = |text: &str| -> Vec<String> {
        let text = text.replace("\r\n ", "");
        text.split("BEGIN:VEVENT").filter(|event| event.contains("-obligation@")).map(str::to_owned).collect()
    };
    let first = events(&portal.browser().get(&feed).await.text());
    assert_eq!(first.len(), 1, "{first:?}");
    assert!(first[0].contains("DTSTART;VALUE=DATE:20261030") && first[0].contains(&format!("{url}\r\n")), "{first:?}");
    assert!(first[0].contains("SUMMARY:Obligation due: 4.2 · What clause 4.2 says"), "{first:?}");
    let form = world.staff.page(&format!("{url}/edit")).await;
    let version = form.field("version");
    let (owes, benefits) = (world.parties[0].clone(), world.parties[1].clone());
    let moved = [
        ("id", world.agreement.as_str()),
        ("number", "1"),
        ("version", version.as_str()),
        ("clause", "4.2"),
        ("text_en", "What clause 4.2 says"),
        ("text_zh", "交付设备；调试，培训"),
        ("owes[]", owes.as_str()),
        ("benefits[]", benefits.as_str()),
        ("due_on", "2026-11-02"),
    ];
    world.staff.submit(&format!("{url}/edit"), "/api/obligations/edit", &moved).await;
    party.post("/account", "/api/account/language", &[("language", "zh")]).await;
    let then = events(&portal.browser().get(&feed).await.text());
    let value = |event: &str, name: &str| event.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    assert_eq!(value(&first[0], "UID:"), value(&then[0], "UID:"));
    let rises = |event: &str| value(event, "SEQUENCE:").parse::<i64>().unwrap();
    assert!(rises(&then[0]) > rises(&first[0]));
    assert!(
        then[0].contains("DTSTART;VALUE=DATE:20261102") && then[0].contains("4.2 · 交付设备；调试，培训"),
        "{then:?}"
    );
}
