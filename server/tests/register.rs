//! The register: what a company has several of, where it stands, whom it belongs to, and companies made by mistake.

use std::time::Duration;

use app::actor::Role;
use http::StatusCode;

use crate::both;
use crate::company::move_to;
use crate::harness::{Answer, Browser, Portal};

both!(
    a_company_has_several_of_many_things,
    the_line_that_is_wrong_is_named_and_kept,
    lists_are_filtered_by_tag_area_and_tier,
    an_edit_at_once_with_lists_is_chosen_field_by_field,
    a_company_moves_from_stage_to_stage_with_reasons,
    what_the_zone_thinks_is_not_for_the_company,
    a_company_made_by_mistake_is_archived_and_restored,
    relations_read_from_both_sides,
    no_company_is_its_own_parent,
    competitors_are_for_the_zone,
);

const FULL: [(&str, &str); 12] = [
    ("name_en", "Novo Nordisk A/S"),
    ("name_zh", "诺和诺德"),
    ("kinds[]", "manufacturer"),
    ("stage", "target"),
    ("aliases", "Novo\r\nNOVO\r\n诺和"),
    ("website", "novonordisk.com"),
    ("websites", "www.novonordisk.com/\r\nnovonordisk.com.cn"),
    ("email_domains", "info@novonordisk.com"),
    ("registrations", "cvr 24 25 67 90"),
    ("areas", "Diabetes, Obesity，肥胖"),
    ("tier", "strategic"),
    ("tags", "VIP"),
];

async fn add(staff: &mut Browser, fields: &[(&str, &str)]) -> String {
    let answer = staff.post("/companies/new", "/api/companies/create", fields).await;
    assert!(answer.location().starts_with("/companies/0"), "{} {}", answer.location(), answer.words());
    answer.location()
}

fn id(url: &str) -> &str {
    url.strip_prefix("/companies/").unwrap()
}

/// Whether the list with this query has the company.
async fn lists(browser: &mut Browser, query: &str, name: &str) -> bool {
    browser.page(&format!("/companies{query}")).await.text().contains(&format!(">{name}</a>"))
}

async fn a_company_has_several_of_many_things(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let url = add(&mut staff, &FULL).await;
    let words = staff.page(&url).await.words();
    for shown in
        ["Novo", "诺和", "https://novonordisk.com.cn", "novonordisk.com", "CVR 24256790", "肥胖", "Strategic", "VIP"]
    {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    let edit = staff.page(&format!("{url}/edit")).await;
    assert_eq!(edit.field("aliases"), "Novo\n诺和", "duplicates are folded away");
    assert_eq!(edit.field("websites"), "https://novonordisk.com.cn", "the first one has its own field");
    assert_eq!(edit.field("areas"), "Diabetes\nObesity\n肥胖");
    assert_eq!(portal.count("company_terms").await, 2 + 2 + 1 + 1 + 3 + 1);

    // Found by what it is also known by.
    staff.add_company("Somebody Else").await;
    for query in ["?q=24256790", "?q=%E8%AF%BA%E5%92%8C", "?q=novonordisk.com", "?q=cvr"] {
        assert!(lists(&mut staff, query, "Novo Nordisk A/S").await, "{query}");
        assert!(!lists(&mut staff, query, "Somebody Else").await, "{query}");
    }
    let mut expert = portal.signed_in(Role::Expert).await;
    assert!(!lists(&mut expert, "?q=24256790", "Novo Nordisk A/S").await, "a search tells no more than the row");
    assert!(!expert.page(&url).await.words().contains("24256790"));

    // Saved as it is, nothing changes; and a list that got shorter is shorter.
    let mut fields = vec![("id", id(&url)), ("version", "1")];
    fields.extend(FULL);
    staff.submit(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    assert_eq!(staff.page(&format!("{url}/edit")).await.field("version"), "1");
    fields.retain(|(name, _)| *name != "aliases");
    let (_, page) = staff.submit(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    assert!(page.words().contains("edited the company"));
    assert_eq!(staff.page(&format!("{url}/edit")).await.field("aliases"), "");
    assert!(!lists(&mut staff, "?q=%E8%AF%BA%E5%92%8C+novo+%E8%AF%BA%E5%92%8C%E8%AF%BA", "x").await);

    let file = staff.page("/companies.csv").await.text();
    assert!(
        file.contains("CVR 24256790") && file.contains("Diabetes; Obesity; 肥胖") && file.contains("Strategic"),
        "{file}"
    );
    portal.journal_holds().await;
}

async fn the_line_that_is_wrong_is_named_and_kept(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let fields = [
        ("name_en", "Wrong Lines"),
        ("kinds[]", "agent"),
        ("stage", "target"),
        ("registrations", "CVR 63717916\r\nCVR 12345678"),
        ("email_domains", "163.com\r\nnovo.example\r\nnot a domain"),
        ("tier", "gold"),
    ];
    let (_, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    let words = page.words();
    assert!(words.contains("Line 2: This is not a CVR number"), "{words}");
    assert!(words.contains("Line 1: Anybody can have a mailbox there"), "{words}");
    assert!(words.contains("Line 3: This is not an e-mail domain"), "every wrong line is told: {words}");
    assert!(words.contains("Please choose one of the options"), "{words}");
    assert_eq!(page.field("registrations"), "CVR 63717916\r\nCVR 12345678", "as it was typed");
    staff.post("/companies", "/api/account/language", &[("language", "zh")]).await;
    let (_, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    assert!(page.words().contains("第 2 行：CVR 号有误"), "{}", page.words());
    let partner = [("name_en", "No Reason"), ("kinds[]", "agent"), ("stage", "partner")];
    let (_, page) = staff.submit("/companies/new", "/api/companies/create", &partner).await;
    assert!(page.words().contains("阶段说明：请填写此项"), "a field is called as its label has it: {}", page.words());
    assert_eq!(portal.count("companies").await, 0);
}

async fn lists_are_filtered_by_tag_area_and_tier(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let url = add(&mut staff, &FULL).await;
    staff.add_company("Somebody Else").await;
    for query in ["?tag=vip", "?area=DIABETES", "?tier=strategic"] {
        assert!(lists(&mut staff, query, "Novo Nordisk A/S").await, "{query}");
        assert!(!lists(&mut staff, query, "Somebody Else").await, "{query}");
    }
    assert!(staff.page(&url).await.text().contains("/companies?tag=VIP"), "a tag leads to the others that have it");
    let mut expert = portal.signed_in(Role::Expert).await;
    for query in ["?tag=vip", "?area=diabetes", "?tier=strategic"] {
        assert!(lists(&mut expert, query, "Somebody Else").await, "{query} is as if it were not asked");
    }
}

async fn an_edit_at_once_with_lists_is_chosen_field_by_field(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let mut bo = portal.signed_in(Role::Staff).await;
    let url = add(&mut ada, &FULL).await;
    let edit = format!("{url}/edit");
    let with = |aliases: &'static str, tags: &'static str| {
        let mut fields = vec![("id", id(&url)), ("version", "1"), ("aliases", aliases), ("tags", tags)];
        fields.extend(FULL.into_iter().filter(|(name, _)| !["aliases", "tags"].contains(name)));
        fields
    };
    ada.submit(&edit, "/api/companies/edit", &with("Novo\r\n诺和\r\nNN", "VIP")).await;
    let (location, page) = bo.submit(&edit, "/api/companies/edit", &with("Novo", "VIP\r\nDenmark")).await;
    assert!(location.starts_with(&format!("{edit}?refused=")), "{location}");
    let words = page.words();
    assert!(words.contains("Both of you changed this") && words.contains("Only you changed this"), "{words}");
    assert_eq!(page.text().matches("type=\"radio\"").count(), 4, "other names and tags, two versions each");
    let mut chosen = with("Novo\r\n诺和\r\nNN", "VIP\r\nDenmark");
    chosen[1].1 = "2";
    let (_, page) = bo.submit(&location, "/api/companies/edit", &chosen).await;
    assert!(page.words().contains("NN") && page.words().contains("Denmark"), "{}", page.words());
}

async fn a_company_moves_from_stage_to_stage_with_reasons(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let url = format!("/companies/{}", staff.add_company("Moving").await);
    let post = async |staff: &mut Browser, from: &str, to: &str, why: &str| -> Answer {
        let fields = [("id", id(&url)), ("stage_before", from), ("stage_to", to), ("stage_reason", why)];
        let answer = staff.post(&url, "/api/companies/move", &fields).await;
        staff.get(&answer.location()).await
    };
    let page = post(&mut staff, "target", "in_talks", "").await;
    assert!(page.words().contains("In talks"), "{}", page.words());
    let page = post(&mut staff, "in_talks", "partner", " ").await;
    assert!(page.words().contains("Please fill this in"), "{}", page.words());
    portal.later(Duration::from_secs(1));
    let page = post(&mut staff, "in_talks", "partner", "Signed in Copenhagen.").await;
    let words = page.words();
    assert!(words.contains("Stages so far") && words.contains("Signed in Copenhagen."), "{words}");
    assert!(words.contains("changed the stage"), "{words}");
    // Somebody who still sees the stage before does not overwrite the one that stands there now.
    let page = post(&mut staff, "in_talks", "dormant", "Silence.").await;
    assert!(page.words().contains("Somebody else changed this meanwhile"), "{}", page.words());
    let page = post(&mut staff, "partner", "target", "").await;
    assert!(page.words().contains("cannot be moved"), "{}", page.words());
    let before = portal.journal_holds().await;
    post(&mut staff, "in_talks", "partner", "Sent twice.").await;
    assert_eq!(portal.journal_holds().await, before, "it is there already");
    // The edit form says nothing of the stage and takes none.
    let edit = staff.page(&format!("{url}/edit")).await;
    assert!(!edit.text().contains("name=\"stage\""));
    let fields = [("id", id(&url)), ("version", "1"), ("name_en", "Moved"), ("kinds[]", "agent"), ("stage", "ended")];
    let (_, page) = staff.submit(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    assert!(page.words().contains("Moved Follow Briefing Edit company Partner"), "{}", page.words());

    // A new company is no partner without a reason, and never dormant.
    let mut fields = vec![("name_en", "New"), ("kinds[]", "agent"), ("stage", "partner")];
    let (location, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    assert!(location.contains("refused=") && page.words().contains("Please fill this in"), "{}", page.words());
    fields[2].1 = "dormant";
    assert!(staff.post("/companies/new", "/api/companies/create", &fields).await.location().contains("refused="));
    fields[2].1 = "partner";
    fields.push(("stage_reason", "Signed before the portal was there."));
    let url = add(&mut staff, &fields).await;
    assert!(staff.page(&url).await.words().contains("Partner"));
}

async fn what_the_zone_thinks_is_not_for_the_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let url = add(&mut staff, &FULL).await;
    portal.later(Duration::from_secs(1));
    move_to(&mut staff, &url, "target", "ended", "They talk too much.").await;
    let mut fields = vec![("id", id(&url)), ("version", "1")];
    fields.extend(FULL.into_iter().filter(|(name, _)| *name != "tier"));
    fields.push(("tier", "general"));
    staff.submit(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    let mut own = portal.representative(id(&url).parse().unwrap()).await;
    let words = own.page(&url).await.words();
    assert!(words.contains("Ended") && words.contains("CVR 24256790") && words.contains("Diabetes"), "{words}");
    for hidden in ["They talk too much", "VIP", "Strategic", "General", "edited the company", "Tier", "Tags"] {
        assert!(!words.contains(hidden), "{hidden} in {words}");
    }
    let mut executive = portal.signed_in(Role::Executive).await;
    let words = executive.page(&url).await.words();
    assert!(words.contains("They talk too much") && words.contains("General") && words.contains("VIP"), "{words}");
    assert!(!words.contains("Change stage") && !words.contains("Archive"), "{words}");
}

async fn a_company_made_by_mistake_is_archived_and_restored(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let url = add(&mut staff, &FULL).await;
    staff.add_company("Real").await;
    let archive = |why: &'static str| vec![("id", id(&url)), ("archived_reason", why)];
    let (_, page) = staff.submit(&url, "/api/companies/archive", &archive("")).await;
    assert!(page.words().contains("Please fill this in"), "{}", page.words());
    let (_, page) = staff.submit(&url, "/api/companies/archive", &archive("Typed twice.")).await;
    let words = page.words();
    assert!(words.contains("This company is archived") && words.contains("Typed twice."), "{words}");
    assert!(!words.contains("Edit company") && !words.contains("Change stage"), "{words}");
    let list = staff.page("/companies").await.words();
    assert!(list.contains("1 company") && !list.contains("Novo"), "{list}");
    assert!(!lists(&mut staff, "?q=24256790", "Novo Nordisk A/S").await);
    assert!(lists(&mut staff, "?archived=yes", "Novo Nordisk A/S").await);
    assert!(!lists(&mut staff, "?archived=yes", "Real").await);
    assert!(!staff.page("/companies.csv").await.text().contains("Novo"));
    assert!(staff.page("/companies.csv?archived=yes").await.text().contains("Novo"));
    assert!(staff.page("/today").await.words().contains("1 companies in the register"));
    let mut expert = portal.signed_in(Role::Expert).await;
    assert!(lists(&mut expert, "?archived=yes", "Real").await, "who may not ask gets what they always get");
    assert!(!lists(&mut expert, "?archived=yes", "Novo Nordisk A/S").await);

    // Nothing changes it until it is restored.
    let mut fields = vec![("id", id(&url)), ("version", "1")];
    fields.extend(FULL);
    fields[2].1 = "Renamed";
    let answer = staff.post(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    assert!(answer.location().contains("refused="), "{}", answer.location());
    let edit = staff.get(&format!("{url}/edit")).await;
    assert_eq!(edit.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(edit.words().contains("Restore it before you change it"), "{}", edit.words());
    let fields = [("id", id(&url)), ("stage_before", "target"), ("stage_to", "contacted")];
    assert!(staff.post(&url, "/api/companies/move", &fields).await.location().contains("refused="));
    let fields = [("company", id(&url)), ("other_company", "Real"), ("side", "agent")];
    assert!(staff.post(&url, "/api/companies/relate", &fields).await.location().contains("refused="));

    let (_, page) = staff.submit(&url, "/api/companies/restore", &[("id", id(&url))]).await;
    let words = page.words();
    assert!(words.contains("Edit company") && words.contains("restored the company"), "{words}");
    assert!(lists(&mut staff, "", "Novo Nordisk A/S").await);
    let mut own = portal.representative(id(&url).parse().unwrap()).await;
    assert!(!own.page(&url).await.words().contains("Typed twice."), "why is for the zone");
    portal.journal_holds().await;
}

async fn relate(staff: &mut Browser, url: &str, side: &str, other: &str) -> Answer {
    let fields = [("company", id(url)), ("other_company", other), ("side", side)];
    let page = format!("{url}/relations/new");
    let answer = staff.post(&page, "/api/companies/relate", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    let location = answer.location();
    staff.get(location.split('#').next().unwrap()).await
}

async fn relations_read_from_both_sides(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let parent = format!("/companies/{}", staff.add_company("Sonova Holding AG").await);
    let child = format!("/companies/{}", staff.add_company("Advanced Bionics AG").await);
    let form = staff.page(&format!("{child}/relations/new")).await;
    assert!(form.text().contains("<datalist id=\"companies\">") && form.text().contains("value=\"Sonova Holding AG\""));
    let page = relate(&mut staff, &child, "parent", "sonova holding").await;
    assert!(page.words().contains("Parent: Sonova Holding AG"), "a part of the name will do: {}", page.words());
    let page = staff.page(&parent).await;
    assert!(page.words().contains("Subsidiary: Advanced Bionics AG"), "{}", page.words());
    for (side, said) in [("agent", "Agent: "), ("licensor", "Licensor: "), ("shareholder", "Joint venture of: ")] {
        let page = relate(&mut staff, &child, side, "Sonova Holding AG").await;
        assert!(page.words().contains(&format!("{said}Sonova Holding AG")), "{}", page.words());
    }
    let words = staff.page(&parent).await.words();
    for said in
        ["Agent for: Advanced Bionics AG", "Licensee: Advanced Bionics AG", "Joint venture: Advanced Bionics AG"]
    {
        assert!(words.contains(said), "{said} in {words}");
    }
    for (side, other, said) in [
        ("parent", "Sonova Holding AG", "This relation is noted already"),
        ("agent", "Nobody Ltd", "No company in the register has this name"),
        ("agent", "a", "Several companies fit this name"),
        ("agent", "Advanced Bionics AG", "This is the company itself"),
        ("friend", "Sonova Holding AG", "Please choose one of the options"),
        ("", "", "Please fill this in"),
    ] {
        let page = relate(&mut staff, &child, side, other).await;
        assert!(page.words().contains(said), "{said} in {}", page.words());
    }
    let page = relate(&mut staff, &child, "competitor", &format!("http://portal.example{parent}")).await;
    assert!(page.words().contains("Competitor: Sonova Holding AG"), "an address tells it, too: {}", page.words());

    // Ended, it is folded away and can begin anew; removed, it is gone.
    let mut tx = portal.read().await;
    let relation: sqlx::types::Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM company_relations WHERE kind = 'parent_of'")
            .fetch_one(c)
            .await)
        .unwrap();
    drop(tx);
    let relation = relation.to_string();
    let fields = [("id", relation.as_str()), ("company", id(&parent)), ("until", "2020-12-31")];
    let answer = staff.post(&parent, "/api/companies/relation-end", &fields).await;
    assert_eq!(answer.location(), format!("{parent}#relations"));
    let words = staff.page(&parent).await.words();
    assert!(words.contains("Ended (1)") && words.contains("until 31 Dec 2020"), "{words}");
    let page = relate(&mut staff, &child, "parent", "Sonova Holding AG").await;
    assert!(page.words().contains("Ended (1)"), "{}", page.words());
    let fields = [("id", relation.as_str()), ("company", id(&child))];
    staff.post(&child, "/api/companies/relation-remove", &fields).await;
    let words = staff.page(&child).await.words();
    assert!(!words.contains("Ended (1)") && words.contains("removed a relation"), "{words}");
    let elsewhere = staff.add_company("Third").await.to_string();
    let fields = [("id", relation.as_str()), ("company", elsewhere.as_str()), ("until", "2021-01-01")];
    assert_eq!(staff.post(&child, "/api/companies/relation-end", &fields).await.status, StatusCode::NOT_FOUND);
    portal.journal_holds().await;
}

async fn no_company_is_its_own_parent(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut urls = Vec::new();
    for name in ["Alpha", "Beta", "Gamma"] {
        urls.push(format!("/companies/{}", staff.add_company(name).await));
    }
    relate(&mut staff, &urls[0], "subsidiary", "Beta").await;
    relate(&mut staff, &urls[1], "subsidiary", "Gamma").await;
    for (url, side, other) in [(&urls[2], "subsidiary", "Alpha"), (&urls[0], "parent", "Gamma")] {
        let page = relate(&mut staff, url, side, other).await;
        assert!(page.words().contains("would become its own parent"), "{side} {other}: {}", page.words());
    }
    let page = relate(&mut staff, &urls[0], "subsidiary", "Gamma").await;
    assert!(page.words().contains("Subsidiary: Gamma"), "a second way down is no circle: {}", page.words());
}

async fn competitors_are_for_the_zone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let url = format!("/companies/{}", staff.add_company("Here").await);
    staff.add_company("Rival Ltd").await;
    staff.add_company("Mother Ltd").await;
    relate(&mut staff, &url, "competitor", "Rival Ltd").await;
    relate(&mut staff, &url, "parent", "Mother Ltd").await;
    let mut own = portal.representative(id(&url).parse().unwrap()).await;
    let words = own.page(&url).await.words();
    assert!(words.contains("Parent: Mother Ltd"), "{words}");
    assert!(!words.contains("Rival") && !words.contains("Competitor"), "neither there nor in the timeline: {words}");
    assert!(!own.page(&url).await.text().contains("href=\"/companies/0\""), "another company's page is not theirs");
    let mut expert = portal.signed_in(Role::Expert).await;
    let words = expert.page(&url).await.words();
    assert!(words.contains("Parent: Mother Ltd") && !words.contains("Rival"), "{words}");
}
