//! People at companies.

use std::time::Duration;

use app::actor::Role;
use http::{StatusCode, header};

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    staff_adds_a_person_at_a_company,
    a_refused_person_keeps_what_was_typed,
    people_are_searched_filtered_sorted_and_paged,
    one_person_works_at_several_companies_and_leaves_one,
    representatives_see_their_own_colleagues_only,
    experts_see_nobody,
    two_edits_of_a_person_at_once,
    a_person_is_archived_and_restored,
    a_person_has_one_account,
    the_export_is_harmless,
);

async fn add(staff: &mut Browser, fields: &[(&str, &str)]) -> String {
    let answer = staff.post("/people/new", "/api/people/create", fields).await;
    assert!(answer.location().starts_with("/people/0"), "{} {}", answer.location(), answer.words());
    answer.location()
}

fn names(page: &str) -> Vec<String> {
    page.split("class=\"row-link\"")
        .skip(1)
        .map(|rest| rest[rest.find('>').unwrap() + 1..rest.find('<').unwrap()].to_owned())
        .collect()
}

async fn staff_adds_a_person_at_a_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("ALK-Abelló A/S").await;
    let page = staff.page(&format!("/companies/{company}")).await;
    let add_here = format!("/people/new?company={company}");
    assert!(page.text().contains(&add_here), "{}", page.text());
    let form = staff.page(&add_here).await;
    assert_eq!(form.field("company"), "ALK-Abelló A/S", "the company is filled in");
    let form_id = form.field("form_id");
    let fields = [
        ("form_id", form_id.as_str()),
        ("name", " Jens  Hansen "),
        ("name_zh", "延斯·汉森"),
        ("email", "jens@alk.example"),
        ("phone", "+45 12 34 56 78"),
        ("language", "en"),
        ("note", "Likes\r\nsailing"),
        ("company", "ALK-Abelló A/S"),
        ("title", "Director"),
        ("title_zh", "总监"),
        ("since", "2023-10-01"),
    ];
    let url = add(&mut staff, &fields).await;
    assert_eq!(url, format!("/people/{form_id}"));
    assert_eq!(add(&mut staff, &fields).await, url, "sent twice, it is one");
    assert_eq!((portal.count("people").await, portal.count("positions").await), (1, 1));
    let words = staff.page(&url).await.words();
    for shown in [
        "Jens Hansen",
        "延斯·汉森",
        "jens@alk.example",
        "ALK-Abelló A/S",
        "Director",
        "since 1 Oct 2023",
        "sailing",
        "added the person",
    ] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    let words = staff.page(&format!("/companies/{company}")).await.words();
    assert!(words.contains("Jens Hansen") && words.contains("Director"), "{words}");
    staff.post("/people", "/api/account/language", &[("language", "zh")]).await;
    let words = staff.page(&url).await.words();
    assert!(words.contains("延斯·汉森") && words.contains("总监") && words.contains("自 2023年10月1日 起"), "{words}");
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=person.created").await.words();
    assert!(words.contains("added the person") && words.contains("Jens Hansen"), "{words}");
    portal.journal_holds().await;
}

async fn a_refused_person_keeps_what_was_typed(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let evil = "\"><script>alert(1)</script>";
    let fields = [
        ("name", ""),
        ("wechat", evil),
        ("email", "nobody"),
        ("note", "</textarea><script>alert(1)</script>"),
        ("company", "Unknown Ltd"),
        ("since", "2024-02-30"),
        ("account", "ghost@story.example"),
    ];
    let (location, page) = staff.submit("/people/new", "/api/people/create", &fields).await;
    assert!(location.starts_with("/people/new?refused="), "{location}");
    let words = page.words();
    for said in [
        "Please fill this in",
        "This is not an e-mail address",
        "No company in the register has this name",
        "This is not a day of the calendar",
        "This person is not known",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!page.text().contains("<script>alert"));
    assert_eq!(page.field("company"), "Unknown Ltd");
    assert_eq!(portal.count("people").await, 0);

    add(&mut staff, &[("name", "First"), ("email", "One@story.example")]).await;
    let (_, page) =
        staff.submit("/people/new", "/api/people/create", &[("name", "Second"), ("email", "one@STORY.example")]).await;
    assert!(page.words().contains("Somebody else in the register has this already"), "{}", page.words());
}

async fn people_are_searched_filtered_sorted_and_paged(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for (name, country) in [("Zeta Pharma", "DK"), ("Alpha Devices", "CH")] {
        let fields = [("name_en", name), ("kinds[]", "manufacturer"), ("stage", "target"), ("country", country)];
        staff.post("/companies/new", "/api/companies/create", &fields).await;
    }
    for (name, zh, company) in [
        ("Søren Ibsen", "", "Zeta Pharma"),
        ("Wang Wei", "王伟", "Alpha Devices"),
        ("Anna Müller", "", "Alpha Devices"),
        ("Free Lance", "", ""),
    ] {
        add(
            &mut staff,
            &[
                ("name", name),
                ("name_zh", zh),
                ("company", company),
                ("email", &format!("{}@story.example", name.replace(' ', ".").to_lowercase())),
            ],
        )
        .await;
        portal.later(Duration::from_secs(1));
    }
    let mut list = async |query: &str| names(&staff.page(&format!("/people{query}")).await.text());
    assert_eq!(list("").await, ["Anna Müller", "Free Lance", "Søren Ibsen", "Wang Wei"]);
    assert_eq!(list("?sort=-name").await[0], "Wang Wei");
    assert_eq!(list("?q=muller").await, ["Anna Müller"]);
    assert_eq!(list("?q=wangwei").await, ["Wang Wei"], "by pinyin");
    assert_eq!(list("?q=anna+alpha").await, ["Anna Müller"], "by company");
    assert_eq!(list("?q=%25").await.len(), 0);
    assert_eq!(list("?country=DK").await, ["Søren Ibsen"]);
    assert_eq!(list("?sort=company").await, ["Anna Müller", "Wang Wei", "Søren Ibsen", "Free Lance"]);
    assert_eq!(list("?sort=-changed").await[0], "Free Lance");
    assert_eq!(list("?sort=country&country=XX&page=x").await.len(), 4, "nonsense is as if it were not asked");
    let page = staff.page("/companies?q=Alpha").await.text();
    let at = page.find("/companies/0").unwrap();
    let company = &page[at + 11..at + 47];
    let page = staff.page(&format!("/people?company={company}")).await;
    assert!(page.words().contains("2 people") && page.words().contains("Company: Alpha Devices"), "{}", page.words());
    for number in 0..60 {
        add(&mut staff, &[("name", &format!("Person {number:02}"))]).await;
    }
    let page = staff.page("/people?page=2").await;
    assert!(page.words().contains("64 people") && page.words().contains("51–64 of 64"), "{}", page.words());
    assert_eq!(names(&page.text()).len(), 14);
}

/// The ids of a person's positions, the oldest first.
async fn positions(portal: &Portal) -> Vec<String> {
    let mut tx = portal.read().await;
    let ids: Vec<sqlx::types::Uuid> =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM positions ORDER BY id").fetch_all(c).await).unwrap();
    ids.into_iter().map(|id| id.to_string()).collect()
}

async fn one_person_works_at_several_companies_and_leaves_one(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = staff.add_company("First Ltd").await;
    staff.add_company("Second Ltd").await;
    let url = add(&mut staff, &[("name", "Mover"), ("company", "First Ltd"), ("since", "2020-01-01")]).await;
    let person = url.strip_prefix("/people/").unwrap();
    let form = format!("{url}/positions/new");
    let fields = [("person", person), ("company", "Second Ltd"), ("title", "Adviser"), ("main", "yes")];
    let (back, page) = staff.submit(&form, "/api/positions/add", &fields).await;
    assert_eq!(back, url);
    assert!(page.words().contains("First Ltd") && page.words().contains("Second Ltd Adviser Main"), "{}", page.words());
    let ids = positions(&portal).await;
    // Another is the main one, and only one is.
    let answer = staff.post(&url, "/api/positions/main", &[("id", &ids[0])]).await;
    assert_eq!(answer.location(), url);
    let words = staff.page(&url).await.words();
    assert!(words.contains("First Ltd") && !words.contains("Second Ltd Adviser Main"), "{words}");
    assert_eq!(portal.count("positions WHERE main").await, 1);
    let before = portal.journal_holds().await;
    staff.post(&url, "/api/positions/main", &[("id", &ids[0])]).await;
    assert_eq!(portal.journal_holds().await, before, "it is so already");
    staff.post(&url, "/api/positions/main", &[("id", &ids[1])]).await;
    assert!(staff.page(&url).await.words().contains("Second Ltd Adviser Main"));
    let end = |until: &'static str| vec![("id", ids[0].clone()), ("until", until.to_owned())];
    let post = async |staff: &mut Browser, action: &str, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = staff.post(&url, action, &fields).await;
        staff.get(&answer.location()).await.words()
    };
    let words = post(&mut staff, "/api/positions/end", end("2019-12-31")).await;
    assert!(words.contains("It ends before it begins"), "{words}");
    let words = post(&mut staff, "/api/positions/end", end("2021-12-31")).await;
    assert!(words.contains("1 Jan 2020 to 31 Dec 2021 Former"), "{words}");
    let words = staff.page(&format!("/companies/{first}")).await.words();
    assert!(words.contains("Former people (1)") && words.contains("Nobody who works here is noted"), "{words}");
    assert!(!staff.page(&format!("/people?company={first}")).await.words().contains("Mover"), "they left");
    let words =
        post(&mut staff, "/api/positions/remove", vec![("id", ids[0].clone()), ("person", person.to_owned())]).await;
    assert!(!words.contains("Former") && words.contains("removed a position"), "{words}");
    assert_eq!(portal.count("positions").await, 1);
    portal.journal_holds().await;
}

async fn representatives_see_their_own_colleagues_only(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = staff.add_company("Own Ltd").await;
    staff.add_company("Rival Ltd").await;
    let both = add(
        &mut staff,
        &[("name", "Works Twice"), ("company", "Own Ltd"), ("note", "a secret note"), ("email", "twice@story.example")],
    )
    .await;
    let person = both.strip_prefix("/people/").unwrap();
    let fields = [("person", person), ("company", "Rival Ltd"), ("title", "Spy")];
    staff.post(&both, "/api/positions/add", &fields).await;
    let left = add(
        &mut staff,
        &[("name", "Has Left"), ("company", "Own Ltd"), ("until", "2020-01-01"), ("email", "left@rival.example")],
    )
    .await;
    let other = add(&mut staff, &[("name", "Somebody Else"), ("company", "Rival Ltd")]).await;

    let mut rep = portal.representative(own).await;
    assert_eq!(names(&rep.page("/people").await.text()), ["Works Twice"]);
    assert_eq!(names(&rep.page("/people?q=rival").await.text()).len(), 0, "a search tells no more than the row");
    let page = rep.page(&both).await;
    let words = page.words();
    assert!(words.contains("Own Ltd") && words.contains("twice@story.example"), "{words}");
    for hidden in ["Rival", "Spy", "secret note", "added the person", "Edit person", "Account in the portal"] {
        assert!(!words.contains(hidden), "{hidden} in {words}");
    }
    for url in [&left, &other] {
        assert_eq!(rep.get(url).await.status, StatusCode::NOT_FOUND, "{url}");
    }
    let words = rep.page(&format!("/companies/{own}")).await.words();
    assert!(words.contains("Has Left") && !words.contains("left@rival.example"), "{words}");
    assert!(!words.contains("Add a person"), "{words}");
    for page in ["/people/new", "/people.csv", &format!("{both}/edit")] {
        assert_eq!(rep.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
    }
    let mut executive = portal.signed_in(Role::Executive).await;
    let words = executive.page(&both).await.words();
    assert!(words.contains("Rival Ltd") && words.contains("secret note") && !words.contains("Edit person"), "{words}");
}

async fn experts_see_nobody(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Own Ltd").await;
    let url = add(&mut staff, &[("name", "Hidden Person"), ("company", "Own Ltd")]).await;
    let mut expert = portal.signed_in(Role::Expert).await;
    for page in ["/people", &url] {
        assert_eq!(expert.get(page).await.status, StatusCode::FORBIDDEN, "{page}");
    }
    let page = expert.page(&format!("/companies/{company}")).await;
    assert!(!page.words().contains("Hidden Person") && !page.text().contains("/people"), "{}", page.text());
    assert!(staff.page("/today").await.text().contains("data-key=\"e\""));
}

async fn two_edits_of_a_person_at_once(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let mut bo = portal.signed_in(Role::Staff).await;
    let url = add(&mut ada, &[("name", "Twice Edited"), ("phone", "10000")]).await;
    let edit = format!("{url}/edit");
    let id = url.strip_prefix("/people/").unwrap();
    let by = |phone: &'static str, version: &'static str| {
        [("id", id), ("version", version), ("name", "Twice Edited"), ("phone", phone)]
    };
    let (_, page) = ada.submit(&edit, "/api/people/edit", &by("12ab", "1")).await;
    assert!(page.words().contains("not a telephone number") && page.field("phone") == "12ab", "{}", page.words());
    ada.submit(&edit, "/api/people/edit", &by("22000", "1")).await;
    let (location, page) = bo.submit(&edit, "/api/people/edit", &by("33300", "1")).await;
    assert!(location.starts_with(&format!("{edit}?refused=")), "{location}");
    let words = page.words();
    assert!(words.contains("Somebody else saved this person") && words.contains("Phone 33300 22000"), "{words}");
    assert_eq!((page.field("phone").as_str(), page.field("version").as_str()), ("33300", "2"));
    assert!(ada.page(&url).await.words().contains("22000"), "nothing is overwritten silently");
    let (back, page) = bo.submit(&location, "/api/people/edit", &by("33300", "2")).await;
    assert_eq!(back, url);
    assert!(page.words().contains("33300"));
}

async fn a_person_is_archived_and_restored(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Own Ltd").await;
    let url = add(&mut staff, &[("name", "Gone"), ("email", "gone@story.example"), ("company", "Own Ltd")]).await;
    let id = [("id", url.strip_prefix("/people/").unwrap())];
    let (_, page) = staff.submit(&url, "/api/people/archive", &id).await;
    assert!(page.words().contains("This person is archived"), "{}", page.words());
    assert!(!page.words().contains("Edit person"));
    assert!(!staff.page("/people").await.words().contains("Gone"));
    assert!(staff.page("/people?archived=yes").await.words().contains("Gone"));
    assert!(!staff.page(&format!("/companies/{company}")).await.words().contains("Gone"));
    let mut rep = portal.representative(company).await;
    assert_eq!(rep.get(&url).await.status, StatusCode::NOT_FOUND);
    // Meanwhile the address is somebody else's.
    let other = add(&mut staff, &[("name", "New"), ("email", "gone@story.example"), ("not_duplicate", "yes")]).await;
    let (_, page) = staff.submit(&url, "/api/people/restore", &id).await;
    assert!(page.words().contains("Somebody else in the register has this already"), "{}", page.words());
    staff.submit(&other, "/api/people/archive", &[("id", other.strip_prefix("/people/").unwrap())]).await;
    let (_, page) = staff.submit(&url, "/api/people/restore", &id).await;
    assert!(page.words().contains("Edit person"), "{}", page.words());
}

async fn a_person_has_one_account(portal: Portal) {
    portal.account("linked", Role::Representative).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let url = add(&mut staff, &[("name", "Has One"), ("account", "Linked@story.example")]).await;
    assert!(staff.page(&url).await.words().contains("Account in the portal linked@story.example"));
    let fields = [("name", "Wants It"), ("account", "linked@story.example")];
    let (_, page) = staff.submit("/people/new", "/api/people/create", &fields).await;
    assert!(page.words().contains("Somebody else in the register has this already"), "{}", page.words());
}

async fn the_export_is_harmless(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Own Ltd").await;
    add(&mut staff, &[("name", "=HYPERLINK(\"http://evil.example\")"), ("company", "Own Ltd"), ("note", "secret")])
        .await;
    add(&mut staff, &[("name", "Nobody's"), ("phone", "+45 1200")]).await;
    let answer = staff.page("/people.csv?sort=-name").await;
    assert!(answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains("people.csv"));
    let file = answer.text();
    assert!(file.contains("'=HYPERLINK(") && file.contains("'+45 1200") && !file.contains("secret"), "{file}");
    assert_eq!(file.lines().count(), 3, "{file}");
}
