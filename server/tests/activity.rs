//! Interactions, and the timeline of a company.

use std::time::Duration;

use app::actor::Role;
use app::timeline::source::Reader;
use app::timeline::store as timeline;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    staff_records_an_interaction_on_the_companys_page,
    a_refused_interaction_keeps_what_was_typed,
    one_interaction_with_several_companies,
    two_edits_of_an_interaction_at_once,
    one_recorded_by_mistake_is_removed,
    a_form_gone_back_to_after_a_removal_records_anew,
    interactions_are_filtered_paged_and_exported,
    documents_belong_to_an_interaction,
    only_the_zone_reads_interactions,
    the_timeline_joins_everything_and_is_paged,
    the_timeline_of_a_companys_own_people_has_only_theirs,
    today_tells_what_there_is_to_do,
    a_merge_moves_what_was_said_and_is_undone,
);

async fn named(portal: &Portal, name: &str, role: Role) -> (Uuid, Browser) {
    let id = portal.account(name, role).await;
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    (id, browser)
}

/// Records an interaction by the form with all fields; gives its address.
async fn record(staff: &mut Browser, company: &str, summary: &str, more: &[(&str, &str)]) -> String {
    let usual = [("kind", "meeting"), ("at", "2026-09-18T14:30"), ("company", company), ("summary", summary)];
    let mut fields: Vec<(&str, &str)> =
        usual.into_iter().filter(|(name, _)| !more.iter().any(|(other, _)| other == name)).collect();
    fields.extend(more);
    let answer = staff.post("/interactions/new", "/api/interactions/record", &fields).await;
    assert!(answer.location().starts_with("/interactions/0"), "{} {}", answer.location(), answer.words());
    answer.location()
}

fn id(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

async fn staff_records_an_interaction_on_the_companys_page(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("ALK-Abelló A/S").await;
    let page = format!("/companies/{company}");
    let works = [("name", "Jens Hansen"), ("name_zh", "延斯"), ("company", "ALK-Abelló A/S")];
    let person = staff.post("/people/new", "/api/people/create", &works).await.location();
    // The form stands on the page, filled in as far as it is known.
    let form = staff.page(&page).await;
    assert!(form.text().contains("/api/interactions/record") && form.words().contains("Jens Hansen"));
    assert_eq!(form.field("at"), portal.backend.clock.now().local());
    let (form_id, me, company_field) = (form.field("form_id"), me.to_string(), page.clone());
    let fields = [
        ("form_id", form_id.as_str()),
        ("company", company_field.as_str()),
        ("kind", "visit"),
        ("at", "2026-09-18T14:30"),
        ("people[]", id(&person)),
        ("colleagues[]", me.as_str()),
        ("summary", "Saw the pharmacy.\r\n<b>Cold</b> storage is open."),
        ("next_step", "Ask about cold storage"),
        ("next_due", "2026-09-24"),
        ("next_owner", me.as_str()),
    ];
    let (url, shown) = staff.submit(&page, "/api/interactions/record", &fields).await;
    assert_eq!(url, format!("/interactions/{form_id}"));
    staff.submit(&page, "/api/interactions/record", &fields).await;
    assert_eq!((portal.count("interactions").await, portal.count("tasks").await), (1, 1), "sent twice, it is one");
    let words = shown.words();
    for said in [
        "Visit · ALK-Abelló A/S",
        "18 Sep 2026, 14:30",
        "<b>Cold</b> storage is open.",
        "Jens Hansen",
        "wang",
        "Ask about cold storage",
        "24 Sep 2026",
        "recorded an interaction",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!shown.text().contains("<b>Cold"));
    // It stands on the company's page, in its timeline and among the next steps.
    let words = staff.page(&page).await.words();
    assert!(words.contains("wang recorded: Visit") && words.contains("Ask about cold storage"), "{words}");
    assert!(words.contains("Saw the pharmacy."), "{words}");
    assert!(staff.page("/today").await.words().contains("Ask about cold storage"));
    // In Chinese.
    staff.post("/today", "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page(&url).await.words();
    assert!(words.contains("走访 · ALK-Abelló A/S") && words.contains("2026年9月18日 14:30"), "{words}");
    assert!(words.contains("延斯") && words.contains("登记了接洽"), "{words}");
    let words = staff.page(&page).await.words();
    assert!(words.contains("wang 登记了接洽： 走访"), "{words}");
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=interaction.recorded").await.words();
    assert!(words.contains("recorded an interaction") && words.contains("ALK-Abelló A/S"), "{words}");
    assert!(!words.contains("Jens"), "the journal keeps no contact's name: {words}");
    portal.journal_holds().await;
}

async fn a_refused_interaction_keeps_what_was_typed(portal: Portal) {
    let (_, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("ALK").await;
    let page = format!("/companies/{company}");
    let address = format!("/companies/{company}");
    let gone = app::backend::clock::new_id().to_string();
    let fields = [
        ("company", address.as_str()),
        ("kind", "castle"),
        ("at", "2027-01-01T10:00"),
        ("people[]", gone.as_str()),
        ("colleagues[]", "nobody"),
        ("summary", " "),
        ("next_step", "</textarea>\"><script>alert(1)</script>"),
        ("next_due", "2026-02-30"),
        ("next_owner", gone.as_str()),
    ];
    let (location, shown) = staff.submit(&page, "/api/interactions/record", &fields).await;
    assert!(location.starts_with(&format!("{page}?refused=")), "{location}");
    let words = shown.words();
    for said in [
        "Please choose one of the options",
        "This is still to come",
        "This person is not known",
        "Please fill this in",
        "This is not a day of the calendar",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let html = shown.text();
    let section = &html[html.find("id=\"activity\"").unwrap()..];
    let form = &section[section.find("<details").unwrap()..];
    assert!(form[..form.find('>').unwrap()].contains(" open"), "it comes back open: {form}");
    assert!(!html.contains("<script>alert"));
    for (at, company) in [("", "ALK"), ("yesterday", "ALK"), ("2026-09-18T14:30", "Nobody Ltd")] {
        let fields = [("company", company), ("kind", "call"), ("at", at), ("summary", "x")];
        let (location, _) = staff.submit("/interactions/new", "/api/interactions/record", &fields).await;
        assert!(location.starts_with("/interactions/new?refused="), "{at} {company}: {location}");
    }
    // Who is not known among several is named with their line; what comes next comes after.
    let fields = [
        ("company", "ALK"),
        ("other_companies", "ALK\r\n\r\nNobody Ltd\r\nNo One GmbH"),
        ("kind", "call"),
        ("at", "2026-09-18T14:30"),
        ("summary", "x"),
        ("next_step", "Call again"),
        ("next_due", "2026-09-17"),
        ("next_owner", gone.as_str()),
    ];
    let (_, shown) = staff.submit("/interactions/new", "/api/interactions/record", &fields).await;
    let words = shown.words();
    for said in ["Line 3, “Nobody Ltd”: No company", "Line 4, “No One GmbH”: No company", "before the meeting"]
    {
        assert!(words.contains(said), "{said} in {words}");
    }
    // An archived company has none any more.
    staff.post(&page, "/api/companies/archive", &[("id", &company.to_string()), ("archived_reason", "x")]).await;
    assert!(!staff.page(&page).await.text().contains("/api/interactions/record"));
    let fields = [("company", address.as_str()), ("kind", "call"), ("at", "2026-09-18T14:30"), ("summary", "x")];
    let (_, shown) = staff.submit("/interactions/new", "/api/interactions/record", &fields).await;
    assert!(shown.words().contains("No company in the register has this name"), "{}", shown.words());
    assert_eq!((portal.count("interactions").await, portal.count("tasks").await), (0, 0));
}

async fn one_interaction_with_several_companies(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let first = staff.add_company("Alpha").await;
    let second = staff.add_company("Beta").await;
    staff.add_company("Gamma").await;
    let me = me.to_string();
    let more = [
        ("other_companies", "Beta\r\n\r\nAlpha"),
        ("others", "Somebody Else"),
        ("next_step", "Write to both"),
        ("next_due", "2026-09-30"),
        ("next_owner", me.as_str()),
    ];
    let url = record(&mut staff, "Alpha", "All together", &more).await;
    for company in [first, second] {
        let words = staff.page(&format!("/companies/{company}")).await.words();
        assert!(words.contains("wang recorded: Meeting") && words.contains("All together"), "{words}");
    }
    let form = staff.page(&format!("{url}/edit")).await;
    assert_eq!((form.field("company").as_str(), form.field("other_companies").as_str()), ("Alpha", "Beta"));
    // One of them goes, another comes; a second company of a name is named by its address.
    let twin = staff.add_company("Alpha").await;
    let form = staff.page(&format!("{url}/edit")).await;
    assert_eq!(form.field("company"), format!("/companies/{first}"));
    let twin_address = format!("https://portal.example/companies/{twin}");
    let (version, company) = (form.field("version"), form.field("company"));
    let fields = [
        ("id", id(&url)),
        ("version", version.as_str()),
        ("kind", "meeting"),
        ("at", "2026-09-17T09:00"),
        ("company", company.as_str()),
        ("other_companies", twin_address.as_str()),
        ("summary", "All together"),
    ];
    let (location, page) = staff.submit(&format!("{url}/edit"), "/api/interactions/edit", &fields).await;
    assert_eq!(location, url);
    assert!(page.words().contains("Meeting · Alpha, Alpha") && page.words().contains("edited an interaction"));
    assert!(page.words().contains("Write to both"), "the next step stays: {}", page.words());
    assert!(!staff.page(&format!("/companies/{second}")).await.words().contains("All together"));
    assert!(staff.page(&format!("/companies/{twin}")).await.words().contains("17 Sep 2026, 09:00"));
}

async fn two_edits_of_an_interaction_at_once(portal: Portal) {
    let (_, mut wang) = named(&portal, "wang", Role::Staff).await;
    let (_, mut chen) = named(&portal, "chen", Role::Staff).await;
    wang.add_company("Alpha").await;
    let url = record(&mut wang, "Alpha", "First words", &[]).await;
    let edit = format!("{url}/edit");
    let version = chen.page(&edit).await.field("version");
    let fields = |version: &str, summary: &str| {
        let all = [
            ("id", id(&url)),
            ("version", version),
            ("kind", "call"),
            ("at", "2026-09-18T14:30"),
            ("company", "Alpha"),
            ("summary", summary),
        ];
        all.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let send = async |browser: &mut Browser, fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.submit(&edit, "/api/interactions/edit", &fields).await
    };
    assert_eq!(send(&mut wang, &fields(&version, "Wang's words")).await.0, url);
    let (location, page) = send(&mut chen, &fields(&version, "Chen's words")).await;
    assert!(location.contains("refused="), "{location}");
    let words = page.words();
    for said in ["Somebody else saved this interaction", "Chen's words", "Wang's words", "wang"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert_eq!(page.field("summary"), "Chen's words");
    let version = page.field("version");
    let (location, page) = send(&mut chen, &fields(&version, "Both words")).await;
    assert_eq!(location, url);
    assert!(page.words().contains("Both words"));
    portal.journal_holds().await;
}

async fn one_recorded_by_mistake_is_removed(portal: Portal) {
    let (_, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("Alpha").await;
    let url = record(&mut staff, "Alpha", "Never happened", &[]).await;
    let (location, page) = staff.submit(&url, "/api/interactions/remove", &[("id", id(&url))]).await;
    assert!(location.contains("refused=") && page.words().contains("Please say why"), "{location}");
    let fields = [("id", id(&url)), ("remove_reason", "Another company")];
    let (location, page) = staff.submit(&url, "/api/interactions/remove", &fields).await;
    assert_eq!(location, format!("/companies/{company}"));
    assert!(!page.words().contains("Never happened"), "{}", page.words());
    assert_eq!(staff.get(&url).await.status, StatusCode::NOT_FOUND);
    assert!(staff.page("/interactions").await.words().contains("No interactions yet"));
    let (location, _) = staff.submit(&url, "/api/interactions/remove", &fields).await;
    assert_eq!(location, "/interactions", "a second time nothing happens");
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=interaction.removed").await.words();
    assert!(words.contains("Another company") && words.contains("Never happened"), "{words}");
}

async fn a_form_gone_back_to_after_a_removal_records_anew(portal: Portal) {
    let (_, mut staff) = named(&portal, "wang", Role::Staff).await;
    staff.add_company("Alpha").await;
    let form_id = staff.page("/interactions/new").await.field("form_id");
    let same = [("form_id", form_id.as_str())];
    let first = record(&mut staff, "Alpha", "A first call", &same).await;
    assert_eq!(record(&mut staff, "Alpha", "A first call", &same).await, first, "sent twice it is one");
    let fields = [("id", id(&first)), ("remove_reason", "Another company")];
    staff.submit(&first, "/api/interactions/remove", &fields).await;
    for text in ["A first call", "Another call"] {
        let url = record(&mut staff, "Alpha", text, &same).await;
        assert_ne!(url, first);
        assert!(staff.page(&url).await.words().contains(text));
    }
    assert_eq!(staff.get(&first).await.status, StatusCode::NOT_FOUND, "what was removed stays so");
    assert_eq!(portal.count("interactions WHERE removed_at IS NULL").await, 2);
    portal.journal_holds().await;
}

async fn interactions_are_filtered_paged_and_exported(portal: Portal) {
    let (_, mut wang) = named(&portal, "wang", Role::Staff).await;
    let (chen_id, mut chen) = named(&portal, "chen", Role::Staff).await;
    let alpha = wang.add_company("Alpha").await;
    wang.add_company("Beta").await;
    let chen_text = chen_id.to_string();
    record(&mut wang, "Alpha", "=1+1", &[("kind", "call"), ("colleagues[]", &chen_text)]).await;
    record(&mut wang, "Beta", "On a visit", &[("kind", "visit"), ("at", "2026-09-01T23:30")]).await;
    for n in 0..51 {
        record(&mut chen, "Beta", &format!("Mail {n}"), &[("kind", "mail"), ("at", "2026-08-01T10:00")]).await;
    }
    let mut count = async |query: &str| {
        let html = chen.page(&format!("/interactions{query}")).await.text();
        let count = html.split("class=\"count\">").nth(1).unwrap();
        count[..count.find(' ').unwrap()].to_owned()
    };
    assert_eq!(count("?kind=visit").await, "1");
    assert_eq!(count("?since=2026-09-01&until=2026-09-01").await, "1", "days are those of the zone");
    assert_eq!(count("?since=2026-09-02").await, "1");
    assert_eq!(count(&format!("?company={alpha}")).await, "1");
    assert_eq!(count("?whose=mine").await, "52", "recorded, or taken part in");
    assert_eq!(count("?kind=castle&company=x&since=x&page=-1").await, "53");
    let words = chen.page("/interactions?page=2").await.words();
    assert!(words.contains("51–53 of 53"), "{words}");
    let csv = chen.page("/interactions.csv?kind=call").await.text();
    assert!(csv.contains("When (UTC+8)") && csv.contains("2026-09-18 14:30"), "as the page shows it: {csv}");
    assert!(csv.contains("'=1+1") && csv.contains("chen") && csv.lines().count() == 2, "{csv}");
    assert_eq!(chen.page("/interactions.csv").await.text().lines().count(), 54);
}

async fn documents_belong_to_an_interaction(portal: Portal) {
    let (_, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("Alpha").await;
    let other = staff.add_company("Beta").await;
    let url = record(&mut staff, "Alpha", "Minutes attached", &[]).await;
    let path = format!("/companies/{company}/documents");
    let fields = [("interaction", id(&url)), ("audience", "zone")];
    let answer = staff.send(&path, &fields, "minutes.txt", b"What was said").await;
    assert_eq!(answer.location(), format!("{url}#documents"));
    assert!(staff.page(&url).await.words().contains("minutes.txt"));
    let words = staff.page(&format!("/companies/{company}")).await.words();
    assert!(words.contains("uploaded a document: minutes.txt"), "{words}");
    // What is refused comes back to where it was sent from.
    let answer = staff.send(&path, &fields, "empty.txt", b"").await;
    assert!(answer.location().starts_with(&format!("{url}?refused=")), "{}", answer.location());
    // Of another company it is not, and a representative adds none to it.
    let foreign = format!("/companies/{other}/documents");
    assert_eq!(staff.send(&foreign, &fields, "a.txt", b"text").await.status, StatusCode::NOT_FOUND);
    let mut own = portal.representative(company).await;
    assert_eq!(own.send(&path, &fields, "a.txt", b"text").await.status, StatusCode::FORBIDDEN);
    assert_eq!(portal.count("documents").await, 1);
}

async fn only_the_zone_reads_interactions(portal: Portal) {
    let (_, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("Alpha").await;
    let url = record(&mut staff, "Alpha", "A quiet word", &[("next_step", "")]).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page(&url).await;
    assert!(page.words().contains("A quiet word") && !page.text().contains("/api/interactions"), "{}", page.words());
    assert_eq!(executive.get("/interactions/new").await.status, StatusCode::FORBIDDEN);
    let mut own = portal.representative(company).await;
    for page in ["", "?show=interactions", "?show=mails", "?show=tasks", "?show=enquiries"] {
        let page = own.page(&format!("/companies/{company}{page}")).await;
        assert!(!page.words().contains("quiet word") && !page.text().contains("/api/interactions"), "{}", page.words());
    }
    let mut expert = portal.signed_in(Role::Expert).await;
    for browser in [&mut own, &mut expert] {
        for page in [url.as_str(), "/interactions", "/interactions.csv"] {
            assert_eq!(browser.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
        }
    }
}

async fn the_timeline_joins_everything_and_is_paged(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("Alpha").await;
    let page = format!("/companies/{company}");
    let text = company.to_string();
    record(&mut staff, "Alpha", "Spoken of much", &[("kind", "exhibition")]).await;
    let owner = me.to_string();
    let task = [("title", "Call"), ("due_on", "2026-09-30"), ("owner", owner.as_str()), ("company", text.as_str())];
    let task = staff.post("/tasks/new", "/api/tasks/create", &task).await.location();
    staff.post(&task, "/api/tasks/done", &[("id", id(&task))]).await;
    staff.send(&format!("{page}/documents"), &[("audience", "zone")], "plan.txt", b"a plan").await;
    let table = crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Alpha")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    let words = staff.page(&page).await.words();
    for said in [
        "wang added the company",
        "wang recorded: Exhibition",
        "Spoken of much",
        "wang completed the task: Call",
        "wang uploaded a document: plan.txt",
        "Came into the catalogue: Alphamab",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let html = staff.page(&format!("{page}?show=documents")).await.text();
    let timeline = &html[html.find("id=\"timeline\"").unwrap()..];
    assert!(timeline.contains("plan.txt") && !timeline.contains("Exhibition") && !timeline.contains("Alphamab"));
    assert!(timeline.contains("aria-current=\"true\""));

    // All of it is read page by page, each line once, though much is of one moment.
    for city in ["A", "B", "C"].into_iter().cycle().take(40) {
        let version = staff.page(&format!("{page}/edit")).await.field("version");
        let fields = [
            ("id", text.as_str()),
            ("version", version.as_str()),
            ("name_en", "Alpha"),
            ("kinds[]", "manufacturer"),
            ("city", city),
        ];
        staff.post(&format!("{page}/edit"), "/api/companies/edit", &fields).await;
    }
    let mut tx = portal.read().await;
    let all = timeline::read(&mut tx, company, Reader::Zone, None, None, 500).await.unwrap();
    let (mut seen, mut before) = (Vec::new(), None);
    loop {
        let some = timeline::read(&mut tx, company, Reader::Zone, None, before, 7).await.unwrap();
        before = some.last().map(timeline::Row::cursor);
        seen.extend(some.iter().map(timeline::Row::cursor));
        if some.len() < 7 {
            break;
        }
    }
    drop(tx);
    assert_eq!(seen, all.iter().map(timeline::Row::cursor).collect::<Vec<_>>());
    assert_eq!(all.len(), 45);
    assert!(all.windows(2).all(|two| two[0].at >= two[1].at));
    // By its links, too.
    let html = staff.page(&page).await.text();
    let at = html.find("before=").unwrap();
    let start = html[..at].rfind("href=\"").unwrap() + 6;
    let older = html[start..start + html[start..].find('"').unwrap()].replace("&amp;", "&");
    let words = staff.page(older.split('#').next().unwrap()).await.words();
    assert!(words.contains("wang added the company") || words.contains("Came into the catalogue"), "{words}");
    assert!(words.contains("Back to the latest"), "{words}");
    assert!(staff.page(&format!("{page}?show=castle&before=nonsense")).await.words().contains("Exhibition"));
}

async fn the_timeline_of_a_companys_own_people_has_only_theirs(portal: Portal) {
    let (_, mut staff) = named(&portal, "wang", Role::Staff).await;
    let company = staff.add_company("Alpha").await;
    staff.add_company("Rival").await;
    let (page, text) = (format!("/companies/{company}"), company.to_string());
    let documents = format!("{page}/documents");
    staff.send(&documents, &[("audience", "zone")], "secret.txt", b"a secret").await;
    staff.send(&documents, &[("audience", "company")], "shared.txt", b"a brochure").await;
    let relate = [("company", text.as_str()), ("other_company", "Rival"), ("side", "competitor")];
    staff.post(&page, "/api/companies/relate", &relate).await;
    let edit = async |staff: &mut Browser, field: (&str, &str)| {
        let version = staff.page(&format!("{page}/edit")).await.field("version");
        let mut fields =
            vec![("id", text.as_str()), ("version", version.as_str()), ("name_en", "Alpha"), ("kinds[]", "agent")];
        fields.push(field);
        staff.post(&format!("{page}/edit"), "/api/companies/edit", &fields).await;
        portal.later(Duration::from_secs(1));
    };
    // The first changes the kind, too, which they may know; the others only what is the zone's.
    edit(&mut staff, ("city", "Aarhus")).await;
    let mut tx = portal.read().await;
    let before = timeline::read(&mut tx, company, Reader::Company, None, None, 500).await.unwrap();
    drop(tx);
    staff.page(&page).await;
    let version = staff.page(&format!("{page}/edit")).await.field("version");
    let fields = [
        ("id", text.as_str()),
        ("version", version.as_str()),
        ("name_en", "Alpha"),
        ("kinds[]", "agent"),
        ("city", "Aarhus"),
        ("tier", "strategic"),
        ("tags", "\"field\":\"city\""),
    ];
    staff.post(&format!("{page}/edit"), "/api/companies/edit", &fields).await;
    let mut tx = portal.read().await;
    let after = timeline::read(&mut tx, company, Reader::Company, None, None, 500).await.unwrap();
    let zone = timeline::read(&mut tx, company, Reader::Zone, None, None, 500).await.unwrap();
    drop(tx);
    let cursors = |rows: &[timeline::Row]| rows.iter().map(timeline::Row::cursor).collect::<Vec<_>>();
    assert_eq!(cursors(&before), cursors(&after), "an edit of what only the zone reads is not theirs");
    assert!(zone.len() > after.len() + 2);
    let mut own = portal.representative(company).await;
    let page = own.page(&page).await;
    let words = page.words();
    assert!(words.contains("Zone staff uploaded a document: shared.txt") && words.contains("Aarhus"), "{words}");
    for secret in ["secret.txt", "Rival", "Competitor", "strategic", "wang"] {
        assert!(!words.contains(secret), "{secret} in {words}");
    }
    for part in ["interactions", "tasks", "enquiries", "mails"] {
        assert!(!page.text().contains(&format!("show={part}")), "{part}");
    }
}

async fn today_tells_what_there_is_to_do(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let (_, mut chen) = named(&portal, "chen", Role::Staff).await;
    let quiet = crate::mail::add_managed(&mut chen, "Quiet Company", me).await;
    crate::mail::add_managed(&mut chen, "Busy Company", me).await;
    portal.later(Duration::from_secs(61 * 24 * 3600));
    staff.sign_in("wang").await;
    let at = portal.backend.clock.now().minus(app::time::Timestamp::DAY).local();
    record(&mut staff, "Busy Company", "Spoke yesterday", &[("at", &at)]).await;
    let words = staff.page("/today").await.words();
    let silent = &words[words.find("Companies to get in touch with").unwrap()..];
    assert!(silent.contains("Quiet Company") && silent.contains("Never"), "{words}");
    // What others changed of the company that one looks after; and what its people ask to correct.
    let quiet_id: Uuid = id(&quiet).parse().unwrap();
    let mut own = portal.representative(quiet_id).await;
    let version = "1";
    let propose = [("company", id(&quiet)), ("version", version), ("name_en", "Quiet Company"), ("city", "Aarhus")];
    let answer = own.post(&quiet, "/api/companies/propose", &propose).await;
    assert!(answer.location().contains("/proposals/"), "{} {}", answer.location(), answer.words());
    let page = staff.page("/today").await;
    let words = page.words();
    assert!(words.contains("Corrections that wait for a decision"), "{words}");
    assert!(words.contains("Changes to records you follow"), "{words}");
    assert!(page.text().contains(&answer.location()));
    // Who has no tasks has none of it; nobody else's companies are mine.
    let mut executive = portal.signed_in(Role::Executive).await;
    let words = executive.page("/today").await.words();
    assert!(!words.contains("Companies to get in touch with") && !words.contains("Tasks"), "{words}");
    chen.sign_in("chen").await;
    assert!(!chen.page("/today").await.words().contains("Companies to get in touch with"));
}

async fn a_merge_moves_what_was_said_and_is_undone(portal: Portal) {
    let (me, mut staff) = named(&portal, "wang", Role::Staff).await;
    let winner = staff.add_company("Quillon").await;
    let loser = staff.add_company("Quillon GmbH").await;
    record(&mut staff, "Quillon GmbH", "With one of them", &[]).await;
    let both = [("other_companies", "Quillon")];
    record(&mut staff, "Quillon GmbH", "With both", &both).await;
    let (owner, company) = (me.to_string(), loser.to_string());
    let task = [("title", "Call"), ("due_on", "2026-09-30"), ("owner", owner.as_str()), ("company", company.as_str())];
    staff.post("/tasks/new", "/api/tasks/create", &task).await;
    let page = format!("/companies/{winner}/merge/{loser}");
    let form = staff.page(&page).await;
    assert!(form.words().contains("Interactions: 2") && form.words().contains("Tasks: 1"), "{}", form.words());
    let (version, other_version) = (form.field("winner_version"), form.field("loser_version"));
    let winner_text = winner.to_string();
    let fields = [
        ("winner", winner_text.as_str()),
        ("loser", company.as_str()),
        ("winner_version", version.as_str()),
        ("loser_version", other_version.as_str()),
        ("name_en", "Quillon"),
        ("kinds[]", "manufacturer"),
    ];
    let answer = staff.post(&page, "/api/companies/merge", &fields).await;
    assert_eq!(answer.location(), format!("/companies/{winner}"), "{}", answer.words());
    let words = staff.page(&format!("/companies/{winner}?show=interactions")).await.words();
    assert!(words.contains("With one of them") && words.contains("With both") && words.contains("Call"), "{words}");
    let mut tx = portal.read().await;
    let merge: Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM company_merges").fetch_one(c).await).unwrap();
    drop(tx);
    staff.post("/companies/merges", "/api/companies/unmerge", &[("id", &merge.to_string())]).await;
    for (company, one, both) in [(winner, false, true), (loser, true, true)] {
        let words = staff.page(&format!("/companies/{company}?show=interactions")).await.words();
        assert_eq!((words.contains("With one of them"), words.contains("With both")), (one, both), "{words}");
    }
}
