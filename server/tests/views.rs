//! Views of the register: filters and columns, the board, saved views, many companies at once, and stalled companies.

use std::time::Duration;

use app::actor::Role;
use app::company::stalled::work;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    filters_are_in_the_address_and_only_for_the_zone,
    columns_are_chosen_and_taken_along,
    a_card_is_moved_on_the_board,
    a_move_on_the_board_that_is_refused_says_why,
    a_view_is_saved_shared_and_opened_first,
    a_view_widens_nobodys_access,
    several_companies_are_changed_after_a_preview,
    what_changed_meanwhile_is_left_as_it_is,
    tags_that_are_set_together_are_found,
    stages_are_moved_together_as_far_as_they_can,
    everything_the_list_finds_is_changed_at_once,
    managers_are_told_once_of_many,
    who_stands_in_for_a_manager_is_told_for_whom,
    what_nobody_changed_since_is_undone,
    a_preview_is_for_who_asked_and_is_made_once,
    a_company_stalls_once_and_its_manager_is_told_once,
    days_until_stalled_are_set,
    talking_with_a_company_ends_its_stall,
);

const DAY: Duration = Duration::from_secs(24 * 3600);
const MOVE: &str = "/api/companies/move";
const PREPARE: &str = "/api/bulk/prepare";

/// Adds a company with these fields besides its name.
async fn add(staff: &mut Browser, name: &str, more: &[(&str, &str)]) -> Uuid {
    let mut fields = vec![("name_en", name), ("kinds[]", "agent"), ("stage", "target")];
    fields.retain(|(field, _)| !more.iter().any(|(other, _)| other == field));
    fields.extend(more);
    let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
    answer.location().strip_prefix("/companies/").unwrap_or_else(|| panic!("{}", answer.words())).parse().unwrap()
}

async fn shift(staff: &mut Browser, company: Uuid, from: &str, to: &str) {
    let id = company.to_string();
    let fields = [("id", id.as_str()), ("stage_before", from), ("stage_to", to), ("stage_reason", "As agreed.")];
    let answer = staff.post("/companies", MOVE, &fields).await;
    assert_eq!(answer.location(), format!("/companies/{id}"), "{}", answer.words());
}

/// The names that a list or a board shows, of these.
async fn shown<'a>(browser: &mut Browser, path: &str, of: &[&'a str]) -> Vec<&'a str> {
    let html = browser.page(path).await.text();
    of.iter().copied().filter(|name| html.contains(&format!(">{name}</a>"))).collect()
}

/// Chooses companies in the list and what to change of them; gives where it leads.
async fn prepare(staff: &mut Browser, companies: &[Uuid], fields: &[(&str, &str)]) -> String {
    let ids: Vec<String> = companies.iter().map(Uuid::to_string).collect();
    let mut all: Vec<(&str, &str)> = ids.iter().map(|id| ("ids[]", id.as_str())).collect();
    all.extend(fields);
    let answer = staff.post("/companies?select=yes", PREPARE, &all).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    answer.location()
}

/// Makes, or undoes, a bulk edit and gives its page.
async fn step(staff: &mut Browser, page: &str, function: &str) -> String {
    let id = page.strip_prefix("/companies/bulk/").unwrap();
    let answer = staff.post(page, &format!("/api/bulk/{function}"), &[("id", id)]).await;
    assert_eq!(answer.location(), page, "{}", answer.words());
    staff.page(page).await.words()
}

/// Somebody of this name, with a browser in which they have signed in; they do so anew after a long time.
async fn person(portal: &Portal, name: &str, role: Role) -> (String, Browser) {
    let id = portal.account(name, role).await;
    let mut browser = portal.browser();
    browser.sign_in(name).await;
    (id.to_string(), browser)
}

async fn filters_are_in_the_address_and_only_for_the_zone(portal: Portal) {
    let (me, mut staff) = person(&portal, "ada", Role::Staff).await;
    let managed = [("manager", me.as_str()), ("tier", "key"), ("tags", "VIP"), ("areas", "Diabetes")];
    let first = add(&mut staff, "Managed Ltd", &managed).await;
    add(&mut staff, "Nobody's Ltd", &[]).await;
    assert_eq!(shown(&mut staff, "/companies", &["Managed Ltd"]).await.len(), 1);
    let page = staff.page("/companies?manager=none").await;
    let words = page.words();
    assert!(!words.contains("Managed Ltd") && words.contains("Nobody"), "{words}");
    assert!(words.contains("Account manager: Nobody"), "a chip says so: {words}");

    // Talked with on the second day, asked for what nobody has talked with since the third.
    portal.later(DAY);
    staff.sign_in("ada").await;
    let mut tx = portal.write().await;
    app::company::stalled::store::talked(&mut tx, first, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let day = |plus: u64| portal.backend.clock.now().plus(i64::try_from(plus).unwrap() * 86_400_000_000).iso_day();
    for (since, found) in [(day(0), 0), (day(1), 1)] {
        let path = format!("/companies?no_contact_since={since}");
        assert_eq!(shown(&mut staff, &path, &["Managed Ltd"]).await.len(), found, "{path}");
    }
    let words = staff.page("/companies?no_contact_since=yesterday").await.words();
    assert!(words.contains("2 companies"), "what is no day is as if it were not asked: {words}");
    let words = staff.page("/companies?tag=vip&area=diabetes&tier=key&stalled=yes").await.words();
    assert!(words.contains("Stalled only") && words.contains("No company fits"), "{words}");

    // Whoever sees less filters by nothing more.
    let mut expert = portal.signed_in(Role::Expert).await;
    for query in ["manager=none", "stalled=yes", "no_contact_since=2030-01-01", "columns=tags.tier", "select=yes"] {
        let page = expert.page(&format!("/companies?{query}")).await;
        let words = page.words();
        assert!(words.contains("2 companies"), "{query}: {words}");
        assert!(!words.contains("VIP") && !page.text().contains("type=\"checkbox\" name"), "{query}");
        assert!(!words.contains("Board") && !words.contains("Save as a view"), "{query}: {words}");
    }
    let mut rep = portal.representative(first).await;
    let words = rep.page("/companies?stalled=yes&columns=tags").await.words();
    assert!(words.contains("Managed Ltd") && !words.contains("VIP"), "{words}");
    for path in ["/companies/board", "/companies/views", "/companies/views/new", "/admin/stalled"] {
        assert_eq!(expert.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(rep.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

async fn columns_are_chosen_and_taken_along(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    add(&mut staff, "Tagged Ltd", &[("tags", "VIP\r\n丹麦"), ("areas", "Obesity"), ("city", "Odense")]).await;
    let words = staff.page("/companies?columns=tags.city").await.words();
    assert!(words.contains("VIP, 丹麦") && words.contains("Odense") && !words.contains("Obesity"), "{words}");
    // As the form sends it: one after the other, in any order; none at all is the name alone.
    let page = staff.page("/companies?columns=name&columns=tags&columns=areas").await;
    let html = page.text();
    let (areas, tags) = (html.find(">Therapeutic areas</th>").unwrap(), html.find(">Tags</th>").unwrap());
    assert!(areas < tags, "they stand in one order");
    assert!(html.contains("/companies.csv?columns=areas.tags"), "the file has the same columns");
    let words = staff.page("/companies?columns=name").await.words();
    assert!(words.contains("Tagged Ltd") && !words.contains("Odense") && !words.contains("VIP"), "{words}");
    let file = staff.page("/companies.csv?columns=areas.tags&q=tagged").await.text();
    let lines: Vec<&str> = file.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines[0], "Name in English,Name in Chinese,Name in the local language,Therapeutic areas,Tags");
    assert_eq!(lines[1], "Tagged Ltd,,,Obesity,VIP; 丹麦");
    let all = staff.page("/companies.csv?q=tagged").await.text();
    assert!(all.lines().next().unwrap().contains("Therapeutic areas,Tags,") && all.contains("Odense"), "{all}");
}

async fn a_card_is_moved_on_the_board(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = add(&mut staff, "Card Ltd", &[("tier", "strategic")]).await;
    for number in 0..22 {
        add(&mut staff, &format!("Many {number:02}"), &[("stage", "contacted")]).await;
    }
    let page = staff.page("/companies/board").await;
    let words = page.words();
    assert!(words.contains("Target 1 Card Ltd Strategic") && words.contains("Contacted 22"), "{words}");
    assert!(words.contains("Many 19") && !words.contains("Many 20") && words.contains("2 more in the list"), "{words}");
    assert!(page.text().contains("href=\"/companies?stage=contacted\""), "which leads to it");
    // Filters are the list's; the stage is none.
    let words = staff.page("/companies/board?tier=strategic&stage=ended").await.words();
    assert!(words.contains("Card Ltd") && words.contains("1 company") && !words.contains("Many"), "{words}");

    let id = company.to_string();
    let back = "/companies/board?tier=strategic";
    let fields = [
        ("id", id.as_str()),
        ("stage_before", "target"),
        ("stage_to", "contacted"),
        ("stage_reason", ""),
        ("back", back),
    ];
    let (location, page) = staff.submit(back, MOVE, &fields).await;
    assert_eq!(location, back);
    assert!(page.words().contains("Contacted 1 Card Ltd"), "{}", page.words());
    let elsewhere =
        [("id", id.as_str()), ("stage_before", "contacted"), ("stage_to", "in_talks"), ("back", "//evil.example")];
    assert_eq!(staff.post(back, MOVE, &elsewhere).await.location(), format!("/companies/{id}"));

    // Executives look on.
    let mut executive = portal.signed_in(Role::Executive).await;
    let page = executive.page("/companies/board").await;
    assert!(page.words().contains("In talks 1 Card Ltd") && !page.text().contains(MOVE), "{}", page.words());
}

async fn a_move_on_the_board_that_is_refused_says_why(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let mut bo = portal.signed_in(Role::Staff).await;
    let company = add(&mut ada, "Refused Ltd", &[("stage", "in_talks")]).await;
    let id = company.to_string();
    let fields = |from: &'static str, to: &'static str, why: &'static str| {
        [("id", id.clone()), ("stage_before", from.into()), ("stage_to", to.into()), ("stage_reason", why.to_owned())]
    };
    let post = async |browser: &mut Browser, fields: [(&str, String); 4]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.submit("/companies/board", MOVE, &fields).await
    };
    // It must be said why; what was typed is kept in the card's form, which is open again.
    let (location, page) = post(&mut ada, fields("in_talks", "partner", " ")).await;
    assert!(location.starts_with("/companies/board?refused="), "{location}");
    assert!(page.words().contains("Please fill this in"), "{}", page.words());
    assert!(page.text().contains("<details open>") && page.text().contains("value=\"partner\" selected"), "open again");
    // Somebody was faster.
    let (_, page) = post(&mut bo, fields("in_talks", "contacted", "")).await;
    assert!(page.words().contains("Contacted"), "{}", page.words());
    let (_, page) = post(&mut ada, fields("in_talks", "partner", "Signed.")).await;
    assert!(page.words().contains("Somebody else changed this meanwhile"), "{}", page.words());
    assert!(page.words().contains("Contacted 1 Refused Ltd"), "it stands where the other put it");
    let (_, page) = post(&mut ada, fields("contacted", "partner", "Signed.")).await;
    assert!(page.words().contains("cannot be moved"), "{}", page.words());
    // As the script asks: the reason is given to say, nothing is written.
    let mut script = ada.clone();
    script.headers.insert("x-form", "1".parse().unwrap());
    let fields = [("id", id.as_str()), ("stage_before", "contacted"), ("stage_to", "ended")];
    let answer = script.post("/companies/board", MOVE, &fields).await;
    assert!(
        answer.text().contains("Please fill this in") && answer.text().contains("\"location\":null"),
        "{}",
        answer.text()
    );
    let fields = [("id", id.as_str()), ("stage_before", "in_talks"), ("stage_to", "partner"), ("stage_reason", "x")];
    let answer = script.post("/companies/board", MOVE, &fields).await;
    assert!(
        answer.text().contains("/companies/board?refused="),
        "a conflict leads to how things stand: {}",
        answer.text()
    );
    portal.journal_holds().await;
}

async fn a_view_is_saved_shared_and_opened_first(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let mut bo = portal.signed_in(Role::Executive).await;
    add(&mut ada, "Shown Ltd", &[("stage", "in_talks")]).await;
    add(&mut ada, "Other Ltd", &[]).await;
    let names = ["Shown Ltd", "Other Ltd"];
    let list = ada.page("/companies?stage=in_talks&sort=-changed&columns=stage.tags&page=1").await.text();
    let form = "/companies/views/new?stage=in_talks&amp;sort=-changed&amp;columns=stage.tags&amp;layout=table";
    assert!(list.contains(form), "{list}");
    let form = form.replace("&amp;", "&");
    let page = ada.page(&form).await;
    assert!(
        page.words().contains("Stage: In talks · Sorted by Last change, backwards · Columns: Stage, Tags"),
        "{}",
        page.words()
    );
    let (form_id, query) = (page.field("form_id"), page.field("query").replace("&amp;", "&"));
    let fields = [("form_id", form_id.as_str()), ("query", &query), ("layout", "table"), ("name", " ")];
    let (location, page) = ada.submit(&form, "/api/views/create", &fields).await;
    assert!(location.contains("refused=") && page.words().contains("Please fill this in"), "{}", page.words());
    let fields = [("form_id", form_id.as_str()), ("query", &query), ("layout", "table"), ("name", "In <talks>")];
    let (location, page) = ada.submit(&form, "/api/views/create", &fields).await;
    assert!(location.starts_with("/companies?stage=in_talks&sort=-changed&columns=stage.tags&view="), "{location}");
    assert!(page.text().contains("aria-current=\"page\">In &lt;talks&gt;</a>"), "{}", page.text());
    ada.submit(&form, "/api/views/create", &fields).await;
    assert_eq!(portal.count("company_views").await, 1, "sent twice it is there once");
    let again = [("query", query.as_str()), ("layout", "table"), ("name", "in <TALKS>")];
    let (_, page) = ada.submit(&form, "/api/views/create", &again).await;
    assert!(page.words().contains("You have a view of this name"), "{}", page.words());

    // Private: nobody else knows of it.
    let id = location.rsplit_once("view=").unwrap().1.to_owned();
    assert!(!bo.page("/companies").await.words().contains("In <talks>"));
    assert_eq!(bo.get(&format!("/companies/views/{id}")).await.status, StatusCode::NOT_FOUND);
    let edit = |version: &'static str, name: &'static str, shared: &'static str, start: &'static str| {
        let mut fields = vec![("id", id.clone()), ("version", version.to_owned()), ("name", name.to_owned())];
        fields.extend([("query", query.clone()), ("layout", "board".to_owned())]);
        fields.extend([("shared", shared.to_owned()), ("start", start.to_owned())]);
        fields
    };
    let post = async |browser: &mut Browser, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post(&format!("/companies/views/{id}"), "/api/views/edit", &fields).await
    };
    let answer = post(&mut ada, edit("1", "Talks", "yes", "yes")).await;
    assert!(answer.location().starts_with("/companies/board?stage"), "{}", answer.location());
    let answer = post(&mut ada, edit("1", "Late", "", "")).await;
    assert!(answer.location().contains("refused="), "somebody was faster, if only oneself elsewhere");
    assert_eq!(post(&mut bo, edit("2", "Mine now", "yes", "")).await.status, StatusCode::NOT_FOUND);

    // Shared, it says whose it is, and others start with it, too.
    let page = bo.page("/companies").await;
    assert!(page.text().contains("title=\"View of staff") && page.words().contains("Talks"), "{}", page.words());
    assert!(bo.page(&format!("/companies/views/{id}")).await.words().contains("Whose"));
    let answer = ada.get("/companies").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "the register opens with it");
    assert!(answer.location().starts_with("/companies/board?stage=in_talks"), "{}", answer.location());
    assert_eq!(shown(&mut ada, "/companies?view=all", &names).await, names, "all are a click away");
    bo.post("/companies/views", "/api/views/start", &[("id", &id)]).await;
    assert_eq!(bo.get("/companies").await.status, StatusCode::SEE_OTHER);
    let answer = post(&mut ada, edit("2", "Talks", "", "yes")).await;
    assert!(answer.location().starts_with("/companies/board"), "{}", answer.location());
    assert_eq!(bo.get("/companies").await.status, StatusCode::OK, "no longer shared, it is no longer theirs");
    bo.post("/companies/views", "/api/views/delete", &[("id", &id)]).await;
    assert_eq!(portal.count("company_views").await, 1, "nor theirs to delete");
    ada.post("/companies/views", "/api/views/delete", &[("id", &id)]).await;
    assert_eq!(portal.count("company_views").await + portal.count("company_view_defaults").await, 0);
    assert_eq!(shown(&mut ada, "/companies", &names).await, names);
    portal.journal_holds().await;
}

async fn a_view_widens_nobodys_access(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = add(&mut staff, "Own Ltd", &[("tags", "VIP")]).await;
    add(&mut staff, "Foreign Ltd", &[("tags", "VIP")]).await;
    // Only what a filter understands is kept of an address.
    let query = "?tag=vip&columns=tags&for=1&evil=%22%3E&page=7";
    let fields = [("query", query), ("layout", "castle"), ("name", "Tags"), ("shared", "yes")];
    let answer = staff.post("/companies/views/new", "/api/views/create", &fields).await;
    let view = answer.location();
    assert!(view.starts_with("/companies?tag=vip&columns=tags&view="), "{view}");
    let mut rep = portal.representative(own).await;
    let words = rep.page(&view).await.words();
    assert!(words.contains("Own Ltd") && !words.contains("Foreign Ltd") && !words.contains("VIP"), "{words}");
    assert!(!words.contains("Tags"), "the view itself is not told either: {words}");
    let mut expert = portal.signed_in(Role::Expert).await;
    let words = expert.page(&view).await.words();
    assert!(words.contains("Foreign Ltd") && !words.contains("VIP") && !words.contains("Tags"), "{words}");
    for (function, fields) in [("create", [("name", "x")]), ("start", [("id", "")])] {
        for browser in [&mut rep, &mut expert] {
            let answer = browser.post("/companies", &format!("/api/views/{function}"), &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function}");
        }
    }
}

async fn several_companies_are_changed_after_a_preview(portal: Portal) {
    let (me, mut staff) = person(&portal, "ada", Role::Staff).await;
    let one = add(&mut staff, "One Ltd", &[("tags", "Old")]).await;
    let two = add(&mut staff, "Two Ltd", &[("tags", "vip")]).await;
    let archived = add(&mut staff, "Gone Ltd", &[]).await;
    let fields = [("id", archived.to_string()), ("archived_reason", "Twice.".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    staff.post("/companies", "/api/companies/archive", &fields).await;
    let page = staff.page("/companies?select=yes").await.text();
    assert!(page.contains(&format!("name=\"ids[]\" value=\"{one}\"")), "{page}");
    // Nothing chosen, nothing said: it is told at the list, too.
    let (location, page) = staff.submit("/companies?select=yes", PREPARE, &[("change", ""), ("reason", "kept")]).await;
    assert!(location.starts_with("/companies?select=yes&refused="), "{location}");
    let html = page.text();
    let list = &html[html.find("id=\"ids\"").unwrap()..html.find("<table").unwrap()];
    assert!(list.contains("Please select at least one company"), "{list}");
    assert!(page.words().contains("Please fill this in") && page.field("reason") == "kept", "{}", page.words());
    let long = "x".repeat(5000);
    for (change, tags) in [
        ("add_tag:", " "),
        ("add_tag:", "a, b"),
        ("add_tag:", long.as_str()),
        ("add_tag:", "a\0b"),
        ("add_tag:smuggled", ""),
        ("add_tag:a\nb", ""),
        ("tier:gold", ""),
        ("stage:ended", ""),
    ] {
        let id = one.to_string();
        let fields = [("ids[]", id.as_str()), ("change", change), ("tags", tags)];
        let (location, page) = staff.submit("/companies?select=yes", PREPARE, &fields).await;
        assert!(location.contains("refused="), "{change}");
        assert!(page.text().contains(&format!("value=\"{one}\" checked")), "what was chosen stays chosen");
    }
    assert_eq!(portal.count("bulk_edits").await, 0);

    let before = portal.journal_holds().await;
    let page = prepare(&mut staff, &[one, two, archived], &[("change", "add_tag:"), ("tags", "VIP")]).await;
    let words = staff.page(&page).await.words();
    for part in
        ["Add tag: VIP", "Nothing is changed yet", "One Ltd Old Old, VIP Will be changed", "Two Ltd vip Is so already"]
    {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(words.contains("Archived: not changed") && words.contains("Change 1 company"), "{words}");
    assert_eq!(portal.journal_holds().await, before, "a preview changes nothing");
    let words = step(&mut staff, &page, "apply").await;
    assert!(words.contains("One Ltd Old Old, VIP Changed"), "{words}");
    assert_eq!(portal.journal_holds().await, before + 1, "one entry for each company that was changed");
    assert!(staff.page(&format!("/companies/{one}")).await.words().contains("edited the company"));
    assert_eq!(shown(&mut staff, "/companies?tag=vip", &["One Ltd", "Two Ltd"]).await.len(), 2);
    let words = staff.page("/companies?tag=vip&columns=tags").await.words();
    assert!(words.contains("One Ltd Old, VIP"), "{words}");
    // Each of the other facts.
    let manager = format!("manager:{me}");
    for (change, found) in [
        ("tier:key", "?tier=key"),
        (manager.as_str(), &*format!("?manager={me}")),
        ("manager:", "?manager=none"),
        ("tier:", "?tier="),
    ] {
        let page = prepare(&mut staff, &[one], &[("change", change)]).await;
        step(&mut staff, &page, "apply").await;
        assert_eq!(shown(&mut staff, &format!("/companies{found}"), &["One Ltd"]).await.len(), 1, "{change}");
    }
    let page = prepare(&mut staff, &[one], &[("change", "archive:"), ("reason", "A mistake.")]).await;
    step(&mut staff, &page, "apply").await;
    assert_eq!(shown(&mut staff, "/companies?archived=yes", &["One Ltd"]).await.len(), 1);
    assert!(staff.page(&format!("/companies/{one}")).await.words().contains("A mistake."));
    portal.journal_holds().await;
}

async fn what_changed_meanwhile_is_left_as_it_is(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let mut bo = portal.signed_in(Role::Staff).await;
    let one = add(&mut ada, "One Ltd", &[]).await;
    let two = add(&mut ada, "Two Ltd", &[]).await;
    let page = prepare(&mut ada, &[one, two], &[("change", "tier:key")]).await;
    let (id, version) = (two.to_string(), "1");
    let fields = [
        ("id", id.as_str()),
        ("version", version),
        ("name_en", "Two Ltd"),
        ("kinds[]", "agent"),
        ("tier", "strategic"),
    ];
    bo.submit(&format!("/companies/{id}/edit"), "/api/companies/edit", &fields).await;
    let words = step(&mut ada, &page, "apply").await;
    assert!(words.contains("Changed 1") && words.contains("Changed after the preview: left as it is 1"), "{words}");
    let words = ada.page("/companies?columns=tier").await.words();
    assert!(words.contains("One Ltd Key Two Ltd Strategic"), "{words}");
}

async fn tags_that_are_set_together_are_found(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let one = add(&mut staff, "One Ltd", &[("tags", "Formerly")]).await;
    let found = async |staff: &mut Browser, words: &str| {
        staff.page(&format!("/search?q={words}")).await.text().contains(&one.to_string())
    };
    assert!(found(&mut staff, "formerly").await);
    let page = prepare(&mut staff, &[one], &[("change", "add_tag:"), ("tags", "Earlybird")]).await;
    step(&mut staff, &page, "apply").await;
    assert!(found(&mut staff, "earlybird").await, "what was added is found");
    step(&mut staff, &page, "undo").await;
    assert!(!found(&mut staff, "earlybird").await, "what was taken back is not");
    let page = prepare(&mut staff, &[one], &[("change", "remove_tag:"), ("tags", "Formerly")]).await;
    step(&mut staff, &page, "apply").await;
    assert!(!found(&mut staff, "formerly").await, "what was removed is not");
}

async fn stages_are_moved_together_as_far_as_they_can(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let target = add(&mut staff, "Target Ltd", &[]).await;
    let talks = add(&mut staff, "Talks Ltd", &[("stage", "in_talks")]).await;
    let racing = add(&mut staff, "Racing Ltd", &[("stage", "in_talks")]).await;
    let fields = [("change", "stage:partner"), ("reason", "Signed together.")];
    let page = prepare(&mut staff, &[target, talks, racing], &fields).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("Target Ltd Target This stage does not follow its stage"), "{words}");
    assert!(
        words.contains("Talks Ltd In talks Partner Will be changed") && words.contains("Change 2 companies"),
        "{words}"
    );
    shift(&mut staff, racing, "in_talks", "dormant").await;
    portal.later(Duration::from_secs(5));
    let words = step(&mut staff, &page, "apply").await;
    assert!(words.contains("Changed 1"), "{words}");
    let words = staff.page(&format!("/companies/{talks}")).await.words();
    assert!(words.contains("Signed together.") && words.contains("changed the stage"), "{words}");
    let words = staff.page("/companies?columns=stage").await.words();
    assert!(words.contains("Racing Ltd Dormant") && words.contains("Target Ltd Target"), "{words}");
}

async fn everything_the_list_finds_is_changed_at_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for number in 0..53 {
        add(&mut staff, &format!("Many {number:02}"), &[("tags", "x")]).await;
    }
    add(&mut staff, "Not one of them", &[]).await;
    let page = prepare(&mut staff, &[], &[("change", "tier:key"), ("all", "yes"), ("query", "?tag=x&page=2")]).await;
    assert!(staff.page(&page).await.words().contains("Change 53 companies"));
    step(&mut staff, &page, "apply").await;
    assert!(staff.page("/companies?tier=key").await.words().contains("53 companies"));
    assert!(staff.page(&page).await.text().contains("href=\"/companies?tag=x\""), "back to the list");
    portal.journal_holds().await;
}

async fn managers_are_told_once_of_many(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let (bo_id, mut bo) = person(&portal, "bo", Role::Staff).await;
    let mut cy = portal.signed_in(Role::Executive).await;
    let mut companies = Vec::new();
    for number in 0..5 {
        companies.push(add(&mut ada, &format!("Many {number}"), &[]).await);
    }
    let followed = companies[0].to_string();
    cy.post("/companies", "/api/follows/set", &[("company", &followed), ("follow", "true")]).await;
    let page = prepare(&mut ada, &companies, &[("change", &format!("manager:{bo_id}"))]).await;
    step(&mut ada, &page, "apply").await;
    assert_eq!(portal.count("notifications").await, 2, "one for the manager, one for who follows one of them");
    let words = bo.page("/notifications").await.words();
    assert!(words.contains("changed 5 companies of yours: Account manager: bo"), "{words}");
    assert!(cy.page("/notifications").await.words().contains("changed 1 company of yours"));
    assert_eq!(portal.write_mails().await, 2);
    assert!(bo.page(&page).await.words().contains("Changed by staff"), "which leads to what was changed");
    assert!(!bo.page(&page).await.text().contains("/api/bulk/undo"), "that is not theirs to undo");
    let id = page.strip_prefix("/companies/bulk/").unwrap();
    assert_eq!(bo.post(&page, "/api/bulk/undo", &[("id", id)]).await.status, StatusCode::NOT_FOUND);
    portal.later(Duration::from_secs(3600));
    step(&mut ada, &page, "undo").await;
    assert!(ada.page("/companies?manager=none").await.words().contains("5 companies"));
}

async fn who_stands_in_for_a_manager_is_told_for_whom(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let (bo_id, mut bo) = person(&portal, "bo", Role::Staff).await;
    let (cy_id, mut cy) = person(&portal, "cy", Role::Staff).await;
    let today = portal.backend.clock.now().iso_day();
    let away = [("deputy", cy_id.as_str()), ("since", &today), ("until", &today)];
    assert_eq!(bo.post("/account/absence", "/api/absence/add", &away).await.location(), "/account/absence");
    let mut companies = Vec::new();
    for number in 0..3 {
        companies.push(add(&mut ada, &format!("Many {number}"), &[("manager", bo_id.as_str())]).await);
    }
    for browser in [&mut bo, &mut cy] {
        browser.post("/notifications", "/api/notifications/read-all", &[]).await;
    }
    let page = prepare(&mut ada, &companies, &[("change", "tier:key")]).await;
    step(&mut ada, &page, "apply").await;
    let words = bo.page("/notifications").await.words();
    assert!(words.contains("changed 3 companies of yours") && !words.contains("for bo, who is away: "), "{words}");
    let words = cy.page("/notifications").await.words();
    assert!(words.contains("changed 3 companies") && words.contains("for bo, who is away"), "{words}");
    assert_eq!(cy.page(&page).await.status, StatusCode::OK);
    // Who has one of their own among them is told of all at once.
    let own = add(&mut ada, "Of Cy", &[("manager", cy_id.as_str())]).await;
    portal.write_mails().await;
    companies.push(own);
    let page = prepare(&mut ada, &companies, &[("change", "tier:strategic")]).await;
    step(&mut ada, &page, "apply").await;
    assert!(cy.page("/notifications").await.words().contains("changed 4 companies of yours"));
    assert!(bo.page("/notifications").await.words().contains("changed 3 companies of yours"));
}

async fn what_nobody_changed_since_is_undone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let one = add(&mut staff, "One Ltd", &[("tags", "A"), ("stage", "contacted")]).await;
    let two = add(&mut staff, "Two Ltd", &[("tags", "B"), ("stage", "contacted")]).await;
    let page = prepare(&mut staff, &[one, two], &[("change", "add_tag:"), ("tags", "C")]).await;
    step(&mut staff, &page, "apply").await;
    let id = two.to_string();
    let fields =
        [("id", id.as_str()), ("version", "2"), ("name_en", "Two Ltd"), ("kinds[]", "agent"), ("tags", "B\r\nC\r\nD")];
    staff.submit(&format!("/companies/{id}/edit"), "/api/companies/edit", &fields).await;
    // Of the other one something else is changed, by whom the tag was added.
    let id = one.to_string();
    let fields = [
        ("id", id.as_str()),
        ("version", "2"),
        ("name_en", "One Ltd"),
        ("kinds[]", "agent"),
        ("tags", "A\r\nC"),
        ("city", "Graz"),
    ];
    staff.submit(&format!("/companies/{id}/edit"), "/api/companies/edit", &fields).await;
    let found = staff.page("/search?q=Graz").await.text();
    assert!(found.contains(&id), "{found}");
    let before = portal.journal_holds().await;
    let words = step(&mut admin, &page, "undo").await;
    assert!(words.contains("Undone 1") && words.contains("Changed again since: not undone 1"), "{words}");
    assert_eq!(portal.journal_holds().await, before + 1);
    let words = staff.page("/companies?columns=tags").await.words();
    assert!(words.contains("One Ltd A Two Ltd B, C, D"), "{words}");
    let words = step(&mut admin, &page, "undo").await;
    assert!(words.contains("Undone 1"), "undone once: {words}");

    // A stage goes back even where no step leads back, and not when it was moved on.
    let page = prepare(&mut staff, &[one, two], &[("change", "stage:ended"), ("reason", "Over.")]).await;
    step(&mut staff, &page, "apply").await;
    portal.later(Duration::from_secs(5));
    shift(&mut staff, two, "ended", "contacted").await;
    portal.later(Duration::from_secs(5));
    step(&mut staff, &page, "undo").await;
    let words = staff.page("/companies?columns=stage").await.words();
    assert!(words.contains("One Ltd Contacted Two Ltd Contacted"), "{words}");
    // Restored from the archive.
    let page = prepare(&mut staff, &[one], &[("change", "archive:"), ("reason", "Wrong.")]).await;
    step(&mut staff, &page, "apply").await;
    step(&mut staff, &page, "undo").await;
    assert_eq!(shown(&mut staff, "/companies", &["One Ltd"]).await.len(), 1);
    portal.journal_holds().await;
}

async fn a_preview_is_for_who_asked_and_is_made_once(portal: Portal) {
    let (_, mut ada) = person(&portal, "ada", Role::Staff).await;
    let mut bo = portal.signed_in(Role::Staff).await;
    let mut executive = portal.signed_in(Role::Executive).await;
    let one = add(&mut ada, "One Ltd", &[]).await;
    let page = prepare(&mut ada, &[one], &[("change", "tier:key")]).await;
    let id = page.strip_prefix("/companies/bulk/").unwrap().to_owned();
    assert_eq!(bo.get(&page).await.status, StatusCode::NOT_FOUND);
    assert_eq!(bo.post(&page, "/api/bulk/apply", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(executive.post(&page, "/api/bulk/apply", &[("id", &id)]).await.status, StatusCode::FORBIDDEN);
    let mut again = ada.clone();
    let fields = [("id", id.as_str())];
    let (first, second) =
        tokio::join!(ada.post(&page, "/api/bulk/apply", &fields), again.post(&page, "/api/bulk/apply", &fields),);
    assert_eq!((first.location(), second.location()), (page.clone(), page.clone()));
    let timeline = ada.page(&format!("/companies/{one}")).await.words();
    assert_eq!(timeline.matches("edited the company").count(), 1, "{timeline}");
    assert_eq!(executive.get(&page).await.status, StatusCode::OK, "what was made, the zone may read");
    let mut expert = portal.signed_in(Role::Expert).await;
    assert_eq!(expert.get(&page).await.status, StatusCode::FORBIDDEN);
    // What nobody made is forgotten.
    prepare(&mut ada, &[one], &[("change", "tier:general")]).await;
    portal.later(2 * DAY);
    ada.sign_in("ada").await;
    prepare(&mut ada, &[one], &[("change", "tier:strategic")]).await;
    assert_eq!(portal.count("bulk_edits").await, 2);
}

/// On to the next Monday at noon in the zone.
fn to_monday(portal: &Portal) {
    loop {
        portal.later(DAY);
        if portal.backend.clock.now().date().weekday() == jiff::civil::Weekday::Monday {
            return;
        }
    }
}

async fn a_company_stalls_once_and_its_manager_is_told_once(portal: Portal) {
    let (me, mut staff) = person(&portal, "ada", Role::Staff).await;
    let with = |stage: &'static str| [("stage", stage), ("manager", me.as_str())];
    let slow = add(&mut staff, "Slow Ltd", &with("contacted")).await;
    let talked = add(&mut staff, "Talked Ltd", &with("contacted")).await;
    add(&mut staff, "Aim Ltd", &with("target")).await;
    let names = ["Slow Ltd", "Talked Ltd", "Aim Ltd"];
    assert_eq!(work::note(&portal.backend).await.unwrap(), 0);
    portal.later(20 * DAY);
    let mut tx = portal.write().await;
    app::company::stalled::store::talked(&mut tx, talked, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    portal.later(11 * DAY);
    staff.sign_in("ada").await;
    assert_eq!(work::note(&portal.backend).await.unwrap(), 1);
    assert_eq!(shown(&mut staff, "/companies?stalled=yes", &names).await, ["Slow Ltd"]);
    assert!(staff.page("/companies").await.words().contains("Contacted Stalled"));
    assert!(staff.page("/companies/board").await.words().contains("Slow Ltd Stalled"));
    let today = staff.page("/today").await.words();
    assert!(today.contains("Stalled companies of yours (1) See all") && today.contains("Slow Ltd"), "{today}");
    let mut other = portal.signed_in(Role::Staff).await;
    assert!(!other.page("/today").await.words().contains("Stalled companies"), "each their own");

    // Told on a Monday, once; by two nodes at once, too.
    let other_day = portal.backend.clock.now().date().weekday() != jiff::civil::Weekday::Monday;
    if other_day {
        assert_eq!(work::tell(&portal.backend).await.unwrap(), 0);
    }
    to_monday(&portal);
    let (one, two) = tokio::join!(work::tell(&portal.backend), work::tell(&portal.backend));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    staff.sign_in("ada").await;
    let words = staff.page("/notifications").await.words();
    assert!(words.contains("1 company of yours stalled: Slow Ltd"), "{words}");
    to_monday(&portal);
    work::note(&portal.backend).await.unwrap();
    assert_eq!(work::tell(&portal.backend).await.unwrap(), 0, "not each week again");
    to_monday(&portal);
    to_monday(&portal);
    work::note(&portal.backend).await.unwrap();
    assert_eq!(work::tell(&portal.backend).await.unwrap(), 1, "of the other one, which stalled meanwhile");

    staff.sign_in("ada").await;
    // What happens with it takes it back at once; stalled again, it is told of again.
    shift(&mut staff, slow, "contacted", "in_talks").await;
    assert_eq!(shown(&mut staff, "/companies?stalled=yes", &names).await, ["Talked Ltd"]);
    portal.later(50 * DAY);
    staff.sign_in("ada").await;
    work::note(&portal.backend).await.unwrap();
    assert_eq!(shown(&mut staff, "/companies?stalled=yes", &names).await, ["Slow Ltd", "Talked Ltd"]);
    // By now nobody talked with them for sixty days either; each is named once.
    portal.later(40 * DAY);
    staff.sign_in("ada").await;
    work::note(&portal.backend).await.unwrap();
    let today = staff.page("/today").await;
    for name in ["Slow Ltd", "Talked Ltd"] {
        let named = today.text().matches(&format!("{name}</a></th>")).count();
        assert_eq!(named, 1, "{}", today.words());
    }
    to_monday(&portal);
    assert_eq!(work::tell(&portal.backend).await.unwrap(), 1);
}

async fn days_until_stalled_are_set(portal: Portal) {
    let (_, mut staff) = person(&portal, "ada", Role::Staff).await;
    add(&mut staff, "Slow Ltd", &[("stage", "contacted")]).await;
    portal.later(31 * DAY);
    staff.sign_in("ada").await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    work::note(&portal.backend).await.unwrap();
    assert_eq!(shown(&mut staff, "/companies?stalled=yes", &["Slow Ltd"]).await.len(), 1);
    assert_eq!(staff.get("/admin/stalled").await.status, StatusCode::FORBIDDEN);
    let page = admin.page("/admin/stalled").await;
    assert_eq!((page.field("contacted"), page.field("target")), ("30".to_owned(), String::new()));
    let before = page.field("before");
    let fields = [("contacted", "soon"), ("before", before.as_str())];
    let (_, page) = admin.submit("/admin/stalled", "/api/settings/stalled", &fields).await;
    assert!(page.words().contains("1") && page.field("contacted") == "soon", "{}", page.words());
    let fields = [("contacted", "40"), ("in_talks", "45"), ("before", before.as_str())];
    let (location, page) = admin.submit("/admin/stalled", "/api/settings/stalled", &fields).await;
    assert_eq!((location.as_str(), page.field("contacted").as_str()), ("/admin/stalled", "40"));
    let fields = [("contacted", "50"), ("before", before.as_str())];
    let (_, page) = admin.submit("/admin/stalled", "/api/settings/stalled", &fields).await;
    assert!(page.words().contains("Somebody else changed this meanwhile"), "{}", page.words());
    work::note(&portal.backend).await.unwrap();
    assert_eq!(shown(&mut staff, "/companies?stalled=yes", &["Slow Ltd"]).await.len(), 0, "more days are allowed now");
    assert!(admin.page("/admin/journal").await.words().contains("changed after how many days companies are stalled"));
    portal.journal_holds().await;
}

async fn talking_with_a_company_ends_its_stall(portal: Portal) {
    let (_, mut staff) = person(&portal, "ada", Role::Staff).await;
    let company = add(&mut staff, "Slow Ltd", &[("stage", "contacted")]).await;
    portal.later(31 * DAY);
    staff.sign_in("ada").await;
    let stalled = async |staff: &mut Browser| {
        work::note(&portal.backend).await.unwrap();
        shown(staff, "/companies?stalled=yes", &["Slow Ltd"]).await.len()
    };
    assert_eq!(stalled(&mut staff).await, 1);
    // When somebody spoke is said to the minute.
    portal.later(Duration::from_secs(120));
    let now = portal.backend.clock.now();
    let (at, long_ago) = (now.local(), now.minus(29 * 86_400_000_000).local());
    let record = async |staff: &mut Browser, at: &str| {
        let fields = [("kind", "call"), ("at", at), ("company", "Slow Ltd"), ("summary", "Spoken with each other.")];
        let url = staff.post("/interactions/new", "/api/interactions/record", &fields).await.location();
        url.strip_prefix("/interactions/").unwrap_or_else(|| panic!("{url}")).to_owned()
    };
    let remove = async |staff: &mut Browser, id: &str| {
        let fields = [("id", id), ("remove_reason", "Not so.")];
        let answer = staff.post(&format!("/interactions/{id}"), "/api/interactions/remove", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    };
    let spoken = record(&mut staff, &at).await;
    assert_eq!(shown(&mut staff, "/companies?stalled=yes", &["Slow Ltd"]).await.len(), 0, "at once");
    assert_eq!(stalled(&mut staff).await, 0);
    // Noted by mistake, it is as if nobody had spoken.
    remove(&mut staff, &spoken).await;
    assert_eq!(stalled(&mut staff).await, 1);
    // What was said before it stalled, and noted late, counts, too.
    let spoken = record(&mut staff, &long_ago).await;
    assert_eq!(stalled(&mut staff).await, 0);
    remove(&mut staff, &spoken).await;
    assert_eq!(stalled(&mut staff).await, 1);
    let id = company.to_string();
    let fields = [("company", id.as_str()), ("subject", "A visit"), ("body", "When would it suit you?")];
    staff.post(&format!("/companies/{id}/messages"), "/api/messages/open", &fields).await;
    assert_eq!(stalled(&mut staff).await, 0);
    portal.journal_holds().await;
}
