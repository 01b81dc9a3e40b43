//! The list of a large register: every order and filter by an index, and nothing counted without end.

use app::actor::{CompanyScope, Role};
use app::backend::clock;
use app::company::filter::CompanyFilter;
use app::company::model::{CompanyForm, Facts, Stage};
use app::company::store::{self, MOST, Reach};
use app::language::Language;
use app::ui::query::Query;
use http::StatusCode;

use crate::both;
use crate::harness::{Answer, Portal, ema_table};

both!(
    few_and_many_are_listed_alike,
    an_order_follows_what_it_sorts_by,
    more_than_a_thousand_are_not_counted,
    a_company_is_suggested_as_one_types,
);

/// The names of a page's rows, in order.
fn names(page: &Answer) -> Vec<String> {
    let html = page.text();
    let list = html.split("class=\"list\"").nth(1).unwrap_or_default();
    let rows = list.split("class=\"row-link\"").skip(1);
    rows.map(|rest| rest[rest.find('>').unwrap() + 1..rest.find('<').unwrap()].to_owned()).collect()
}

async fn few_and_many_are_listed_alike(portal: Portal) {
    server::demonstration::load(&portal.backend).await.unwrap();
    let mut staff = portal.signed_in(Role::Staff).await;
    let filters = [
        "",
        "q=ovo",
        "q=诺和",
        "q=a/s",
        "q=nuohe",
        "q=medi ltd",
        "q=vo",
        "q=no nord",
        "q=rd is",
        "q=公司",
        "q=%",
        "kind=manufacturer",
        "kind=insurer",
        "country=DK",
        "country=DE",
        "stage=partner",
        "stage=target",
        "country=DK&stage=partner",
        "kind=agent&country=DK",
        "tier=key",
        "tier=strategic&stage=partner",
        "q=novo&country=DK",
        "archived=yes",
        "area=diabetes",
        "tag=vip",
    ];
    let mut tx = portal.read().await;
    let mut lists = 0;
    for filter in filters {
        for sort in ["name", "country", "stage", "manager", "products", "changed"] {
            for direction in ["", "-"] {
                let query = format!("{filter}&sort={direction}{sort}");
                let pairs: Vec<(String, String)> = serde_urlencoded::from_str(&query.replace("q=%", "q=%25")).unwrap();
                let mut asked = Query::default();
                for (name, value) in &pairs {
                    asked.set(name, value);
                }
                // All of them, found along the order, are what the pages show.
                let filter = CompanyFilter::from_query(&asked);
                let all = store::list(&mut tx, &filter, &CompanyScope::All, Language::En, Reach::Many).await.unwrap();
                let all: Vec<String> =
                    all.iter().map(|line| Language::En.prefer(&line.name_en, &line.name_zh).to_owned()).collect();
                let page = staff.page(&asked.url("/companies")).await;
                let escaped = |name: &String| name.replace('&', "&amp;");
                let expected: Vec<String> = all.iter().take(50).map(escaped).collect();
                assert_eq!(names(&page), expected, "{query}");
                let count = format!("{} {}", all.len(), if all.len() == 1 { "company" } else { "companies" });
                assert!(page.words().contains(&count), "{query}: {}", page.words());
                lists += usize::from(!all.is_empty());
            }
        }
    }
    assert!(lists > 150, "{lists}");
}

async fn an_order_follows_what_it_sorts_by(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for name in ["Alpha Ltd", "Beta Ltd", "Gamma Ltd"] {
        staff.add_company(name).await;
    }
    let table = |holder: &str| ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", holder)]);
    app::product::upload::import_file(&portal.backend, "first.csv", table("Beta Ltd")).await.unwrap();
    assert_eq!(names(&staff.page("/companies?sort=-products").await)[0], "Beta Ltd");
    let mut tx = portal.write().await;
    for statement in [
        "UPDATE products SET company_id = (SELECT id FROM companies WHERE name_en = 'Gamma Ltd')",
        "UPDATE companies SET country = 'DK' WHERE name_en = 'Beta Ltd'",
        "UPDATE companies SET country = 'CN' WHERE name_en = 'Gamma Ltd'",
        "UPDATE companies SET manager_id = (SELECT id FROM accounts) WHERE name_en = 'Gamma Ltd'",
    ] {
        app::backend::database::Sql::new(statement).execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    for (sort, expected) in [
        ("-products", ["Gamma Ltd", "Beta Ltd", "Alpha Ltd"]),
        ("country", ["Gamma Ltd", "Beta Ltd", "Alpha Ltd"]),
        ("-country", ["Alpha Ltd", "Beta Ltd", "Gamma Ltd"]),
        ("manager", ["Gamma Ltd", "Alpha Ltd", "Beta Ltd"]),
    ] {
        assert_eq!(names(&staff.page(&format!("/companies?sort={sort}")).await), expected, "{sort}");
    }
    let mut tx = portal.write().await;
    for statement in ["DELETE FROM approvals", "DELETE FROM products", "UPDATE accounts SET name = 'Renamed'"] {
        app::backend::database::Sql::new(statement).execute(&mut tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    let sql = "SELECT count(*) FROM companies WHERE product_count = 0 AND manager_name = 'Renamed'";
    let mut tx = portal.read().await;
    assert_eq!(app::backend::database::Sql::new(sql).number(&mut tx).await.unwrap(), 1);
    let none = "SELECT count(*) FROM companies WHERE product_count <> 0";
    assert_eq!(app::backend::database::Sql::new(none).number(&mut tx).await.unwrap(), 0);
}

fn facts(number: i64) -> Facts {
    let form = CompanyForm {
        name_en: format!("Common {number:04} Company"),
        name_zh: "公共公司".to_owned(),
        kinds: vec!["manufacturer".to_owned()],
        country: if number % 2 == 0 { "DK" } else { "DE" }.to_owned(),
        ..CompanyForm::default()
    };
    form.parse().unwrap()
}

async fn more_than_a_thousand_are_not_counted(portal: Portal) {
    let mut tx = portal.write().await;
    for number in 0..MOST + 60 {
        let now = portal.backend.clock.now();
        store::insert(&mut tx, clock::new_id(), &facts(number), Stage::Target, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut staff = portal.signed_in(Role::Staff).await;
    for query in ["?", "?stage=target", "?kind=manufacturer", "?q=common", "?q=%E5%85%AC%E5%85%B1", "?q=ommo"] {
        let page = staff.page(&format!("/companies{query}")).await;
        let words = page.words();
        assert!(
            words.contains("More than 1,000 companies") && words.contains("1–50 of more than 1,000"),
            "{query}: {words}"
        );
        assert_eq!(names(&page)[0], "Common 0000 Company", "{query}");
        assert_eq!(names(&page).len(), 50, "{query}");
        let far = staff.page(&format!("/companies{query}&page=21")).await;
        assert_eq!(names(&far)[0], "Common 1000 Company", "{query}: what is not counted is reached nevertheless");
    }
    let page = staff.page("/companies?country=DK&sort=-name").await;
    assert!(page.words().contains("530 companies"), "{}", page.words());
    assert_eq!(names(&page)[0], "Common 1058 Company");
    let one = staff.page("/companies?q=common+0777").await;
    assert_eq!(names(&one), ["Common 0777 Company"]);
    assert_eq!(staff.get("/companies?page=9999").await.status, StatusCode::OK);
    // A file has them all.
    assert_eq!(staff.page("/companies.csv?stage=target").await.text().lines().count(), 1061);
}

async fn a_company_is_suggested_as_one_types(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = staff.add_company("Zeta Pharma <b>").await;
    let page = staff.page("/interactions/new").await.text();
    assert!(page.contains("value=\"Zeta Pharma") && !page.contains("data-from"), "a small register is all there");
    let mut tx = portal.write().await;
    for number in 0..210 {
        let now = portal.backend.clock.now();
        store::insert(&mut tx, clock::new_id(), &facts(number), Stage::Target, now).await.unwrap();
    }
    tx.commit().await.unwrap();
    for path in ["/interactions/new", "/people/new", &format!("/companies/{first}/relations/new")] {
        let page = staff.page(path).await.text();
        assert!(page.contains("data-from=\"/companies/suggestions\""), "{path}");
        let offered = page.matches("<option value=\"Common").count();
        assert!((199..=200).contains(&offered), "{path}: {offered}");
    }
    let asked = async |staff: &mut crate::harness::Browser, typed: &str| -> Vec<(String, String)> {
        let path = format!("/companies/suggestions?q={}", app::ui::query::encode(typed));
        serde_json::from_str(&staff.page(&path).await.text()).unwrap()
    };
    let found = asked(&mut staff, "zeta").await;
    assert_eq!(found[0].0, "Zeta Pharma <b>", "{found:?}");
    let (value, label) = asked(&mut staff, "ommon 0123").await.remove(0);
    assert_eq!(value, "Common 0123 Company");
    assert!(label.starts_with("公共公司 · Germany"), "{label}");
    assert_eq!(asked(&mut staff, "gonggong").await.len(), 12, "no more than a few");
    for nothing in ["", "  ", "%", "nonesuch"] {
        assert_eq!(asked(&mut staff, nothing).await, [], "{nothing}");
    }
    // Those of one name are told apart.
    let twin = staff.add_company("Zeta Pharma <b>").await;
    let found = asked(&mut staff, "zeta pharma").await;
    for id in [first, twin] {
        assert!(
            found.iter().any(|(value, label)| *value == format!("/companies/{id}") && label.contains("Zeta")),
            "{found:?}"
        );
    }
    // A name is typed as well without them.
    let fields = [
        ("kind", "call"),
        ("at", "2026-01-05T10:00"),
        ("company", "Common 0007 Company"),
        ("other_companies", found[0].0.as_str()),
        ("summary", "Spoken."),
    ];
    let url = staff.post("/interactions/new", "/api/interactions/record", &fields).await.location();
    let words = staff.page(&url).await.words();
    assert!(words.contains("Common 0007 Company") && words.contains("Zeta Pharma"), "{words}");
    for role in [Role::Representative, Role::Expert, Role::Executive] {
        let mut other = match role {
            Role::Representative => portal.representative(first).await,
            role => portal.signed_in(role).await,
        };
        let answer = other.get("/companies/suggestions?q=common").await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(!answer.text().contains("Common"));
    }
}
