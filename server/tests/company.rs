//! Companies: the register as staff keeps it.

use std::time::Duration;

use app::actor::Role;
use http::{StatusCode, header};

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    staff_adds_a_company_and_corrects_it,
    the_same_form_sent_twice_makes_one_company,
    a_refused_form_keeps_what_was_typed,
    the_list_is_searched_filtered_sorted_and_paged,
    the_export_is_what_is_filtered,
    beyond_the_last_page_every_list_leads_back,
    two_edits_at_once_are_both_shown,
    a_session_that_ended_loses_nothing,
    experts_see_names_only,
    five_hundred_companies_are_paged,
);

async fn staff_adds_a_company_and_corrects_it(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let form = staff.page("/companies/new").await;
    assert!(form.text().contains("action=\"/api/companies/create\""));
    let fields = [
        ("name_en", "  ALK-Abelló   A/S "),
        ("name_zh", "爱尔开-阿贝优公司"),
        ("kinds[]", "manufacturer"),
        ("kinds[]", "research"),
        ("country", "DK"),
        ("city", "Hørsholm"),
        ("website", "www.alk.net"),
        ("stage", "in_talks"),
        ("about", "Allergy.\r\nImmunotherapy."),
    ];
    let (url, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    let words = page.words();
    for shown in [
        "ALK-Abelló A/S",
        "爱尔开-阿贝优公司",
        "Denmark",
        "Hørsholm",
        "https://www.alk.net",
        "In talks",
        "added the company",
    ] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    portal.later(Duration::from_secs(60));
    let form = staff.page(&format!("{url}/edit")).await;
    assert_eq!(form.field("about"), "Allergy.\nImmunotherapy.");
    let (id, version) = (form.field("id"), form.field("version"));
    let mut edit = vec![("id", id.as_str()), ("version", version.as_str())];
    edit.extend(
        fields.iter().map(|(name, value)| if *name == "city" { (*name, "Copenhagen") } else { (*name, *value) }),
    );
    let (back, page) = staff.submit(&format!("{url}/edit"), "/api/companies/edit", &edit).await;
    assert_eq!(back, url);
    assert!(
        page.words().contains("edited the company") && page.words().contains("Hørsholm Copenhagen"),
        "{}",
        page.words()
    );
    assert_eq!(portal.journal_holds().await, 3, "signed in, created, edited");

    // Saving what is already so changes nothing and says nothing.
    let version = staff.page(&format!("{url}/edit")).await.field("version");
    edit[1].1 = version.as_str();
    staff.submit(&format!("{url}/edit"), "/api/companies/edit", &edit).await;
    assert_eq!(portal.journal_holds().await, 3);
}

async fn a_refused_form_keeps_what_was_typed(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let fields = [
        ("name_en", ""),
        ("name_local", "株式会社 \"テスト\" <b>"),
        ("kinds[]", "insurer"),
        ("country", "XX"),
        ("website", "javascript:alert(1)"),
        ("stage", "target"),
        ("manager", "me"),
        ("about", "</textarea><script>alert(1)</script>\r\nsecond line"),
    ];
    let (location, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    assert!(location.starts_with("/companies/new?refused="), "{location}");
    assert!(!location.contains("script") && !location.contains("alert"), "the address carries a token only");
    let words = page.words();
    assert!(
        words.contains("Please correct what is marked")
            && words.contains("Please give the name in English or in Chinese")
    );
    assert!(words.contains("This is not a web address"), "{words}");
    assert!(words.contains("This person is not known"), "{words}");
    assert!(!page.text().contains("<script>alert"), "what was typed does not run");
    assert_eq!(page.field("name_local"), "株式会社 &quot;テスト&quot; &lt;b&gt;");
    assert!(page.field("about").contains("&lt;/textarea&gt;&lt;script&gt;"), "{}", page.field("about"));
    assert!(page.text().contains("value=\"insurer\" checked"), "the box stays ticked");
    assert_eq!(portal.count("companies").await, 0);
    // The token is the person's own, and it does not live long.
    let mut other = portal.signed_in(Role::Staff).await;
    assert!(!other.page(&location).await.text().contains("株式会社"));
    portal.later(Duration::from_secs(601));
    assert!(!staff.page(&location).await.text().contains("株式会社"));
}

/// Moves a company to another stage.
pub async fn move_to(staff: &mut Browser, url: &str, from: &str, to: &str, why: &str) {
    let id = url.strip_prefix("/companies/").unwrap();
    let fields = [("id", id), ("stage_before", from), ("stage_to", to), ("stage_reason", why)];
    let answer = staff.post(url, "/api/companies/move", &fields).await;
    assert_eq!(answer.location(), url, "{}", answer.words());
}

async fn some_companies(portal: &Portal) -> Browser {
    let mut staff = portal.signed_in(Role::Staff).await;
    for (en, zh, kind, country, stage) in [
        ("Novo Nordisk A/S", "诺和诺德", "manufacturer", "DK", "partner"),
        ("Novartis AG", "诺华", "manufacturer", "CH", "partner"),
        ("Boao Super Hospital", "博鳌超级医院", "medical_institution", "CN", "partner"),
        ("100% Pure_Pharma \"X\"", "", "manufacturer", "US", "target"),
        ("Zürich Versicherung", "苏黎世保险", "insurer", "CH", "contacted"),
    ] {
        let fields = [
            ("name_en", en),
            ("name_zh", zh),
            ("kinds[]", kind),
            ("country", country),
            ("stage", stage),
            ("stage_reason", "Signed."),
        ];
        let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        portal.later(Duration::from_secs(1));
    }
    staff
}

/// The names on a page of the list, in order.
fn names(page: &str) -> Vec<String> {
    page.split("class=\"row-link\"")
        .skip(1)
        .map(|rest| rest[rest.find('>').unwrap() + 1..rest.find('<').unwrap()].to_owned())
        .collect()
}

async fn the_list_is_searched_filtered_sorted_and_paged(portal: Portal) {
    let mut staff = some_companies(&portal).await;
    let mut list = async |query: &str| names(&staff.page(&format!("/companies{query}")).await.text());
    assert_eq!(list("").await[0], "100% Pure_Pharma \"X\"");
    assert_eq!(list("?q=nov").await, ["Novartis AG", "Novo Nordisk A/S"]);
    assert_eq!(list("?q=ZURICH").await, ["Zürich Versicherung"]);
    assert_eq!(list("?q=%E8%AF%BA%E5%92%8C").await, ["Novo Nordisk A/S"], "诺和");
    assert_eq!(list("?q=boaochaoji").await, ["Boao Super Hospital"], "by pinyin");
    assert_eq!(list("?q=%25").await.len(), 1, "a percent sign is a percent sign");
    assert_eq!(list("?q=_").await.len(), 1, "an underscore is an underscore");
    assert_eq!(list("?q=%22x%22").await.len(), 1);
    assert_eq!(list("?q=%5C").await.len(), 0, "a backslash is a backslash");
    assert_eq!(list("?q=%27%20OR%201%3D1").await.len(), 0);
    assert_eq!(list("?country=CH&kind=manufacturer").await, ["Novartis AG"]);
    assert_eq!(list("?stage=partner&sort=-name").await, ["Novo Nordisk A/S", "Novartis AG", "Boao Super Hospital"]);
    assert_eq!(list("?sort=country").await[0], "Boao Super Hospital", "China comes first");
    assert_eq!(list("?sort=-changed").await[0], "Zürich Versicherung");
    assert_eq!(list("?sort=stage&kind=nonsense&page=x").await.len(), 5, "nonsense is as if it were not asked");
    assert_eq!(list("?page=99").await.len(), 0);
    let words = staff.page("/companies?page=99").await.words();
    assert!(words.contains("beyond the end of 5 rows") && !words.contains("No companies yet"), "{words}");
    let mut list = async |query: &str| names(&staff.page(&format!("/companies{query}")).await.text());
    for sort in ["name", "-name", "country", "stage", "-stage", "manager", "products", "-products", "changed"] {
        assert_eq!(list(&format!("?sort={sort}")).await.len(), 5, "{sort}");
    }

    staff.post("/companies", "/api/account/language", &[("language", "zh")]).await;
    let chinese = names(&staff.page("/companies").await.text());
    assert_eq!(chinese[1..], ["博鳌超级医院", "诺和诺德", "诺华", "苏黎世保险"], "by pinyin");
    let page = staff.page("/companies?country=CH").await;
    assert!(page.words().contains("瑞士") && page.words().contains("共 2 家"), "{}", page.words());
}

async fn beyond_the_last_page_every_list_leads_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Alpha").await;
    staff.post("/people/new", "/api/people/create", &[("name", "Ada")]).await;
    crate::enquiry::recorded(&portal).await;
    let fields = [("company", "Alpha"), ("kind", "call"), ("at", "2026-09-18T14:30"), ("summary", "Hello")];
    staff.post("/interactions/new", "/api/interactions/record", &fields).await;
    let notes = format!("/companies/{company}/notes");
    staff.post(&notes, "/api/notes/add", &[("company", &company.to_string()), ("body", "Noted.")]).await;
    for list in ["/companies", "/people", "/enquiries", "/interactions", notes.as_str()] {
        let page = staff.page(&format!("{list}?page=99")).await;
        let words = page.words();
        assert!(words.contains("beyond the end of 1 row"), "{list}: {words}");
        assert!(!words.contains("yet") && page.text().contains(&format!("href=\"{list}\" class=\"button\"")), "{list}");
        assert!(!page.text().contains("<tbody></tbody>"), "{list}: a table of nothing");
        assert!(!staff.page(list).await.words().contains("beyond the end"), "{list}");
    }
}

async fn the_export_is_what_is_filtered(portal: Portal) {
    let mut staff = some_companies(&portal).await;
    staff.add_company("=HYPERLINK(\"http://evil.example\")").await;
    let answer = staff.page("/companies.csv?kind=manufacturer&sort=-changed").await;
    assert!(answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap().contains("attachment"));
    let file = answer.text();
    assert!(file.starts_with('\u{feff}'));
    let lines: Vec<&str> = file.lines().collect();
    assert_eq!(lines.len(), 5, "{file}");
    assert!(lines[1].starts_with("\"'=HYPERLINK("), "a formula is made harmless: {}", lines[1]);
    assert!(lines[4].contains("Novo Nordisk A/S"), "{}", lines[4]);
    assert!(!file.contains("Hospital"));
}

async fn two_edits_at_once_are_both_shown(portal: Portal) {
    let mut ada = portal.signed_in(Role::Staff).await;
    let mut bo = portal.signed_in(Role::Staff).await;
    let id = ada.add_company("Twice Edited").await;
    let edit = format!("/companies/{id}/edit");
    let (a, b) = (ada.page(&edit).await, bo.page(&edit).await);
    let id = a.field("id");
    let base = [("id", id.as_str()), ("version", "1"), ("kinds[]", "manufacturer")];
    assert_eq!((a.field("version").as_str(), b.field("version").as_str()), ("1", "1"));

    let mut by_ada = base.to_vec();
    by_ada.extend([("name_en", "Name by Ada"), ("city", "Copenhagen"), ("stage", "target")]);
    let (location, _) = ada.submit(&edit, "/api/companies/edit", &by_ada).await;
    assert_eq!(location, format!("/companies/{id}"));

    let mut by_bo = base.to_vec();
    by_bo.extend([("name_en", "Name by Bo"), ("website", "https://bo.example"), ("stage", "target")]);
    let (location, page) = bo.submit(&edit, "/api/companies/edit", &by_bo).await;
    assert!(location.starts_with(&format!("{edit}?refused=")), "{location}");
    let words = page.words();
    for shown in ["Somebody else saved this company", "Name by Ada", "Name by Bo", "Copenhagen", "https://bo.example"] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    assert!(words.contains("Both of you changed this") && words.contains("Only you changed this"), "{words}");
    assert!(words.contains("You did not change this"), "{words}");
    assert_eq!(page.field("version"), "2", "the choice starts from what stands there now");
    assert_eq!(page.text().matches("type=\"radio\"").count(), 6);

    // Bo takes Ada's name, keeps his website and her city.
    let chosen = [
        ("id", id.as_str()),
        ("version", "2"),
        ("kinds[]", "manufacturer"),
        ("name_en", "Name by Ada"),
        ("city", "Copenhagen"),
        ("website", "https://bo.example"),
        ("stage", "target"),
    ];
    let (_, page) = bo.submit(&location, "/api/companies/edit", &chosen).await;
    let words = page.words();
    assert!(words.contains("Name by Ada") && words.contains("Copenhagen") && words.contains("https://bo.example"));
    portal.journal_holds().await;
}

async fn a_session_that_ended_loses_nothing(portal: Portal) {
    portal.account("ada", Role::Staff).await;
    let mut ada = portal.browser();
    ada.sign_in("ada").await;
    ada.page("/companies/new").await;
    portal.later(Duration::from_secs(13 * 3600));
    let fields = [("name_en", "Typed before the session ended"), ("kinds[]", "agent"), ("stage", "target")];
    let (location, page) = ada.submit("/companies/new", "/api/companies/create", &fields).await;
    assert!(location.starts_with("/sign-in?next="), "{location}");
    let next = page.field("next").replace("&amp;", "&");
    let sign_in = [("email", "ada@story.example"), ("password", crate::harness::PASSWORD), ("next", next.as_str())];
    let (location, page) = ada.submit(&location, "/api/account/sign-in", &sign_in).await;
    assert!(location.starts_with("/companies/new?refused="), "{location}");
    assert_eq!(page.field("name_en"), "Typed before the session ended");
    let (url, _) = ada.submit(&location, "/api/companies/create", &fields).await;
    assert!(url.starts_with("/companies/"));
}

async fn experts_see_names_only(portal: Portal) {
    let mut staff = some_companies(&portal).await;
    let fields = [
        ("name_en", "Seen By Experts"),
        ("kinds[]", "agent"),
        ("country", "DK"),
        ("city", "Secretville"),
        ("stage", "in_talks"),
        ("about", "a secret note"),
        ("email_domains", "secretville.example"),
    ];
    let (url, _) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    move_to(&mut staff, &url, "in_talks", "dormant", "They rest.").await;
    let mut expert = portal.signed_in(Role::Expert).await;
    let words = expert.page(&url).await.words();
    assert!(words.contains("Seen By Experts") && words.contains("Denmark") && words.contains("Agent"), "{words}");
    for hidden in ["Secretville", "Dormant", "secret note", "added the company", "Account manager"] {
        assert!(!words.contains(hidden), "{hidden} in {words}");
    }
    let list = expert.page("/companies?stage=dormant").await;
    assert!(list.words().contains("6 companies"), "a filter tells nothing that the row does not: {}", list.words());
    assert!(!list.words().contains("Dormant"));
    assert_eq!(names(&expert.page("/companies?q=Secretville").await.text()).len(), 0);
    assert_eq!(names(&staff.page("/companies?q=secretville.example").await.text()).len(), 1);
    assert_eq!(expert.get("/companies.csv").await.status, StatusCode::FORBIDDEN);
}

async fn five_hundred_companies_are_paged(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for number in 0..120 {
        staff.add_company(&format!("Company {number:03}")).await;
    }
    let first = staff.page("/companies").await;
    assert!(first.words().contains("120 companies") && first.words().contains("1–50 of 120"), "{}", first.words());
    let last = staff.page("/companies?page=3").await;
    assert_eq!(names(&last.text()).len(), 20);
    assert_eq!(names(&last.text())[19], "Company 119");
    assert!(last.text().contains("rel=\"prev\"") && !last.text().contains("rel=\"next\""));
    assert_eq!(staff.page("/companies.csv").await.text().lines().count(), 121);
}

async fn the_same_form_sent_twice_makes_one_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let form_id = staff.page("/companies/new").await.field("form_id");
    let fields = [("form_id", form_id.as_str()), ("name_en", "Twice"), ("kinds[]", "agent"), ("stage", "target")];
    let first = staff.post("/companies/new", "/api/companies/create", &fields).await;
    let second = staff.post("/companies/new", "/api/companies/create", &fields).await;
    assert_eq!((first.location(), first.location()), (second.location(), format!("/companies/{form_id}")));
    assert_eq!(portal.count("companies").await, 1);
    assert_ne!(staff.page("/companies/new").await.field("form_id"), form_id);

    // Who goes back and types another company gets another company.
    let other = [("form_id", form_id.as_str()), ("name_en", "Other"), ("kinds[]", "agent"), ("stage", "target")];
    let (location, page) = staff.submit("/companies/new", "/api/companies/create", &other).await;
    assert_ne!(location, format!("/companies/{form_id}"));
    assert!(page.words().contains("Other"));
    assert_eq!(portal.count("companies").await, 2);
}
