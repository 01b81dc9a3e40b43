//! The search: who finds what, by which words, in which order, and that it follows every record.

use app::actor::Role;
use app::backend::clock;
use app::company::model::{CompanyForm, Facts, Stage};
use app::product::model::{Category, Facts as ProductFacts};
use app::product::upload::import_file;
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Answer, Browser, Portal, ema_table};

both!(
    names_are_found_by_their_parts_accents_or_not_and_by_pinyin,
    hostile_questions_find_nothing_and_break_nothing,
    the_best_comes_first,
    products_are_found_by_substance_code_and_number,
    everybody_finds_their_own_and_counts_no_more,
    people_are_found_by_those_who_may_know_them,
    what_the_zone_notes_is_found_by_the_zone_alone,
    enquiries_are_found_by_who_may_see_them,
    the_search_follows_every_record,
    what_is_archived_or_erased_is_found_no_more,
    what_everything_has_is_counted_up_to_a_thousand_and_paged,
    a_rebuilt_index_finds_the_same,
    the_page_says_what_was_searched,
);

/// `/search` for a text, with more of the address behind it.
fn url(text: &str, more: &str) -> String {
    format!("/search?{}{more}", serde_urlencoded::to_string([("q", text)]).unwrap())
}

/// The names on a page of the search, in order, each after the kind that it is listed under.
fn found(page: &Answer) -> Vec<String> {
    let html = page.text();
    let mut names = Vec::new();
    for section in html.split("<h2 id=\"search-").skip(1) {
        let kind = &section[..section.find('"').unwrap()];
        for rest in section.split("class=\"row-link\"").skip(1) {
            let link = &rest[rest.find('>').unwrap() + 1..rest.find("</a>").unwrap()];
            names.push(format!("{kind}: {}", link.replace("<mark>", "").replace("</mark>", "")));
        }
    }
    names
}

async fn finds(browser: &mut Browser, text: &str) -> Vec<String> {
    found(&browser.page(&url(text, "")).await)
}

fn facts(name_en: &str, name_zh: &str, more: impl FnOnce(&mut CompanyForm)) -> Facts {
    let mut form = CompanyForm {
        name_en: name_en.to_owned(),
        name_zh: name_zh.to_owned(),
        kinds: vec!["manufacturer".to_owned()],
        stage: "target".to_owned(),
        ..CompanyForm::default()
    };
    more(&mut form);
    form.parse().unwrap()
}

async fn add_company(portal: &Portal, facts: &Facts) -> Uuid {
    let id = clock::new_id();
    let mut tx = portal.write().await;
    app::company::store::insert(&mut tx, id, facts, Stage::Target, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn add_companies(portal: &Portal, names: &[(&str, &str)]) {
    for (en, zh) in names {
        add_company(portal, &facts(en, zh, |_| {})).await;
    }
}

async fn names_are_found_by_their_parts_accents_or_not_and_by_pinyin(portal: Portal) {
    add_companies(
        &portal,
        &[
            ("Novo Nordisk A/S", "诺和诺德"),
            ("Novartis AG", "诺华"),
            ("ALK-Abelló A/S", "爱尔开-阿贝优公司"),
            ("Zürich Versicherung", "苏黎世保险"),
            ("Boao Super Hospital", "海南博鳌超级医院"),
            ("", "3M中国有限公司"),
        ],
    )
    .await;
    let local = facts("Pharma Nine", "", |form| form.name_local = "Фармстандарт".to_owned());
    add_company(&portal, &local).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    for (asked, expected) in [
        ("novo nor", &["Novo Nordisk A/S"][..]),
        ("NORDISK novo", &["Novo Nordisk A/S"]),
        ("nov", &["Novartis AG", "Novo Nordisk A/S"]),
        ("novo nord denmark", &[]),
        ("nov nordisk", &["Novo Nordisk A/S"]),
        ("ordisk", &["Novo Nordisk A/S"]),
        ("RDIS", &["Novo Nordisk A/S"]),
        ("ospit oao", &["Boao Super Hospital"]),
        ("ordisx", &[]),
        ("rd", &[]),
        ("abello", &["ALK-Abelló A/S"]),
        ("alk-abe", &["ALK-Abelló A/S"]),
        ("ABELLÓ a/s", &["ALK-Abelló A/S"]),
        ("zurich", &["Zürich Versicherung"]),
        ("Ｚürich", &["Zürich Versicherung"]),
        ("z", &["3M中国有限公司", "Zürich Versicherung"]),
        ("no", &["Novartis AG", "Novo Nordisk A/S"]),
        ("诺和", &["Novo Nordisk A/S"]),
        ("和诺", &["Novo Nordisk A/S"]),
        ("诺德", &["Novo Nordisk A/S"]),
        ("诺和诺德", &["Novo Nordisk A/S"]),
        ("诺诺", &[]),
        ("诺", &["Novartis AG", "Novo Nordisk A/S"]),
        ("华", &["Novartis AG"]),
        ("医院", &["Boao Super Hospital"]),
        ("博鳌 医院", &["Boao Super Hospital"]),
        ("超级医院", &["Boao Super Hospital"]),
        ("3m中国", &["3M中国有限公司"]),
        ("nuohe", &["Novo Nordisk A/S"]),
        ("nuo he nuo de", &["Novo Nordisk A/S"]),
        ("nhnd", &["Novo Nordisk A/S"]),
        ("chaoji", &["Boao Super Hospital"]),
        ("suli", &["Zürich Versicherung"]),
        ("фармст", &["Pharma Nine"]),
        ("farmstandart", &["Pharma Nine"]),
        ("novo 诺德", &["Novo Nordisk A/S"]),
    ] {
        let expected: Vec<String> = expected.iter().map(|name| format!("company: {name}")).collect();
        let mut names = finds(&mut staff, asked).await;
        names.sort();
        assert_eq!(names, expected, "{asked}");
    }
    let page = staff.page(&url("novo nor", "")).await.text();
    assert!(page.contains("<mark>Novo</mark> <mark>Nor</mark>disk A/S"), "{page}");
    let page = staff.page(&url("nuohe", "")).await.text();
    assert!(page.contains("<mark>诺和</mark>诺德"), "{page}");
}

async fn hostile_questions_find_nothing_and_break_nothing(portal: Portal) {
    add_companies(&portal, &[("Plain Company", "普通公司"), ("100% Pure_Pharma \"X\"", "")]).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let long = "x".repeat(5000);
    let words = "company ".repeat(400);
    let hostile = [
        "\"",
        "''",
        "' OR 1=1 --",
        "\"company",
        "company\"",
        "company AND",
        "company NOT plain*",
        "names:company",
        "{names} : company",
        "NEAR(company plain)",
        "^company",
        "company + plain",
        "-company",
        "*",
        "%",
        "_",
        "\\",
        "(",
        ")",
        "&",
        "|",
        "!company",
        "company:*A",
        "company <-> plain",
        "'company':*",
        "$1",
        "?",
        ";",
        "\0",
        "\u{202e}",
        "<b>",
        "</mark><script>alert(1)</script>",
        "é\u{301}",
        "👩‍⚕️",
        "\u{10ffff}",
        "\u{feff}",
        long.as_str(),
        words.as_str(),
        "🇩🇰 company",
        "c''ompany",
        "\u{3000}",
    ];
    for asked in hostile {
        let page = staff.page(&url(asked, "")).await;
        assert!(!page.text().contains("<script>alert"), "{asked}");
        for kind in ["company", "product", "nonsense", "account"] {
            staff.page(&url(asked, &format!("&kind={kind}&page=2"))).await;
        }
    }
    // Signs are no words, and what is between them is.
    assert_eq!(finds(&mut staff, "100%").await, ["company: 100% Pure_Pharma \"X\""]);
    assert_eq!(finds(&mut staff, "%").await, [""; 0]);
    assert_eq!(finds(&mut staff, "pure_ph").await.len(), 1);
    assert_eq!(finds(&mut staff, "\"plain\" (company)").await, ["company: Plain Company"]);
    assert_eq!(staff.get("/search?q=%ff%fe&kind=%ff").await.status, StatusCode::OK);
    assert_eq!(staff.get("/search?q=a&page=-1").await.status, StatusCode::OK);
    assert_eq!(staff.get("/search?q=a&kind=company&page=1000000").await.status, StatusCode::OK);
}

async fn the_best_comes_first(portal: Portal) {
    let about = facts("Somebody Else Ltd", "", |form| form.about = "Works with Novo in Denmark.".to_owned());
    add_company(&portal, &about).await;
    add_companies(
        &portal,
        &[
            ("Danish Friends of Novo", "丹麦诺和之友"),
            ("Novozymes A/S", "诺维信"),
            ("Novo Nordisk A/S", "诺和诺德"),
            ("Novo Holdings A/S, the holding of the foundation", "诺和控股"),
            ("NOVO", "诺和"),
        ],
    )
    .await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let order = [
        "company: NOVO",
        "company: Novo Nordisk A/S",
        "company: Novo Holdings A/S, the holding of the foundation",
        "company: Novozymes A/S",
        "company: Danish Friends of Novo",
    ];
    assert_eq!(finds(&mut staff, "novo").await, order, "the name, its beginning, a word of it; the text last");
    let all = found(&staff.page(&url("novo", "&kind=company")).await);
    assert_eq!((all.len(), all[5].as_str()), (6, "company: Somebody Else Ltd"));
    let page = staff.page(&url("novo denmark", "")).await;
    assert!(page.text().contains("Works with <mark>Novo</mark> in <mark>Denmark</mark>."), "{}", page.text());
    staff.post("/companies", "/api/account/language", &[("language", "zh")]).await;
    let names = finds(&mut staff, "诺和").await;
    assert_eq!(names, ["company: 诺和", "company: 诺和诺德", "company: 诺和控股", "company: 丹麦诺和之友"]);
}

fn product(name_en: &str, name_zh: &str, company: Option<Uuid>) -> ProductFacts {
    ProductFacts {
        company,
        name_en: name_en.to_owned(),
        name_zh: name_zh.to_owned(),
        generic_name: "semaglutide".to_owned(),
        active_substance: "semaglutide".to_owned(),
        category: Category::Drug,
        atc: "A10BJ06".to_owned(),
        pharmacotherapeutic_group: "Drugs used in diabetes".to_owned(),
        therapeutic_areas: vec!["Obesity".to_owned(), "Overweight".to_owned()],
        indication: "As an adjunct to a reduced-calorie diet for weight management.".to_owned(),
    }
}

async fn add_product(portal: &Portal, facts: &ProductFacts) -> Uuid {
    let id = clock::new_id();
    let mut tx = portal.write().await;
    app::product::store::insert(&mut tx, id, facts, &[], portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn products_are_found_by_substance_code_and_number(portal: Portal) {
    let company = add_company(&portal, &facts("Novo Nordisk A/S", "诺和诺德", |_| {})).await;
    add_product(&portal, &product("Wegovy", "诺和盈", Some(company))).await;
    let table = ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Invented Ireland Ltd")]);
    import_file(&portal.backend, "table.csv", table).await.unwrap();
    let mut expert = portal.signed_in(Role::Expert).await;
    for (asked, expected) in [
        ("A10BJ06", "product: Wegovy"),
        ("a10b", "product: Wegovy"),
        ("semaglu", "product: Wegovy"),
        ("司美格鲁肽", ""),
        ("诺和盈", "product: Wegovy"),
        ("wegovy novo nordisk", "product: Wegovy"),
        ("weight management", "product: Wegovy"),
        ("obesity reduced-calorie", "product: Wegovy"),
        ("alphamabine", "product: Alphamab"),
        ("EMEA/H/C/900001", "product: Alphamab"),
        ("900001", "product: Alphamab"),
        ("alphamab invented ireland", "product: Alphamab"),
        ("H/900001", ""),
    ] {
        let expected: Vec<&str> = Some(expected).into_iter().filter(|name| !name.is_empty()).collect();
        assert_eq!(finds(&mut expert, asked).await, expected, "{asked}");
    }
    let page = expert.page(&url("weight management", "")).await.text();
    assert!(page.contains("diet for <mark>weight</mark> <mark>management</mark>"), "{page}");
}

/// The numbers beside the kinds, as the page shows them.
fn counts(page: &Answer) -> Vec<String> {
    let html = page.text();
    let tabs = html.split("search-kinds").nth(1).map_or("", |rest| &rest[..rest.find("</ul>").unwrap()]);
    tabs.split("kind=")
        .skip(1)
        .map(|tab| {
            let number = &tab[tab.find("search-count\">").unwrap() + 14..];
            format!("{} {}", &tab[..tab.find("&").unwrap()], &number[..number.find('<').unwrap()])
        })
        .collect()
}

async fn everybody_finds_their_own_and_counts_no_more(portal: Portal) {
    let secret = |form: &mut CompanyForm| {
        form.city = "Confidentialtown".to_owned();
        form.about = "Zephyr project.".to_owned();
        form.country = "DK".to_owned();
    };
    let own = add_company(&portal, &facts("Zephyr Own Ltd", "", secret)).await;
    let other = add_company(&portal, &facts("Zephyr Other Ltd", "", secret)).await;
    add_product(&portal, &product("Zephyrmab", "", Some(other))).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    for (company, audience, name) in [
        (own, "company", "zephyr own shared.txt"),
        (own, "zone", "zephyr own zone.txt"),
        (other, "company", "zephyr other shared.txt"),
        (other, "zone", "zephyr other zone.txt"),
    ] {
        let path = format!("/companies/{company}/documents");
        let answer = staff.send(&path, &[("audience", audience)], name, name.as_bytes()).await;
        assert!(!answer.location().contains("refused="), "{}", answer.location());
    }
    portal.account("zephyr", Role::Expert).await;

    let everything = ["company 2", "product 1", "document 4"];
    for role in [Role::Staff, Role::Executive] {
        let mut browser = portal.signed_in(role).await;
        let page = browser.page(&url("zephyr", "")).await;
        assert_eq!(counts(&page), everything, "{}", role.code());
        assert_eq!(found(&page).len(), 7);
        assert_eq!(
            finds(&mut browser, "zephyr@story.example").await,
            [""; 0],
            "the zone's accounts are for administrators"
        );
    }
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = admin.page(&url("zephyr", "")).await;
    assert_eq!(counts(&page), ["company 2", "product 1", "document 4", "account 1"]);
    assert_eq!(finds(&mut admin, "zephyr@story.example").await, ["account: zephyr"]);
    assert!(page.words().contains("Expert"), "{}", page.words());

    // Experts see names, country and kind of companies, so they find them by nothing else, and read nothing else.
    let mut expert = portal.signed_in(Role::Expert).await;
    let page = expert.page(&url("zephyr", "")).await;
    assert_eq!(counts(&page), ["company 2", "product 1"]);
    assert!(page.words().contains("Denmark · Manufacturer"), "{}", page.words());
    assert!(!page.text().contains("Confidential") && !page.text().contains("project"), "{}", page.text());
    assert_eq!(finds(&mut expert, "confidentialtown").await, [""; 0]);
    assert_eq!(finds(&mut expert, "zephyr project").await, [""; 0]);
    assert_eq!(finds(&mut expert, "shared").await, [""; 0]);
    assert_eq!(counts(&expert.page(&url("zephyr", "&kind=document")).await), ["company 2", "product 1"]);

    let mut rep = portal.representative(own).await;
    let page = rep.page(&url("zephyr", "")).await;
    assert_eq!(counts(&page), ["company 1", "product 1", "document 1"]);
    let names = ["company: Zephyr Own Ltd", "product: Zephyrmab", "document: zephyr own shared.txt"];
    assert_eq!(found(&page), names);
    assert_eq!(finds(&mut rep, "confidentialtown").await, ["company: Zephyr Own Ltd"]);
    assert_eq!(finds(&mut rep, "other").await, ["product: Zephyrmab"], "by its company's name, which its page shows");
    for kind in ["company", "document", "account"] {
        let page = rep.page(&url("zephyr other", &format!("&kind={kind}"))).await;
        assert!(!page.text().contains("Zephyr Other Ltd") && !page.text().contains("other shared"), "{kind}");
    }
    // What a word of the index looks like tells nothing either.
    assert_eq!(finds(&mut rep, &other.simple().to_string()).await, [""; 0]);
    let mut nobodys = portal.signed_in(Role::Representative).await;
    assert_eq!(counts(&nobodys.page(&url("zephyr", "")).await), [""; 0], "products' pages are closed to them, too");
    let answer = portal.browser().get(&url("zephyr", "")).await;
    assert!(answer.location().starts_with("/sign-in?next=%2Fsearch"), "{}", answer.location());
}

async fn created(staff: &mut Browser, page: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let answer = staff.post(page, action, fields).await;
    assert!(
        !answer.location().contains("refused=") && !answer.location().is_empty(),
        "{} {}",
        answer.location(),
        answer.words()
    );
    answer.location()
}

async fn people_are_found_by_those_who_may_know_them(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let own = staff.add_company("Own Works Ltd").await;
    staff.add_company("Rival Works Ltd").await;
    let mut add = async |name: &str, zh: &str, email: &str, company: &str| {
        let fields = [
            ("name", name),
            ("name_zh", zh),
            ("email", email),
            ("phone", "+45 12 34 56 78"),
            ("company", company),
            ("title", "Director"),
            ("title_zh", "总监"),
            ("note", "Likes sailing"),
        ];
        created(&mut staff, "/people/new", "/api/people/create", &fields).await
    };
    let jens = add("Jens Østergård", "延斯·厄斯特高", "jens@own.example", "Own Works Ltd").await;
    add("Jenny Rival", "", "jenny@rival.example", "Rival Works Ltd").await;
    // Somebody of the rival advises the own company, too.
    let form = format!("{jens}/positions/new");
    let person = jens.strip_prefix("/people/").unwrap();
    let fields = [("person", person), ("company", "Rival Works Ltd"), ("title", "Secret adviser")];
    staff.submit(&form, "/api/positions/add", &fields).await;

    for asked in [
        "ostergard",
        "延斯",
        "jens@own.example",
        "sailing jens",
        "stergar",
        "secret adviser",
        "总监 jens",
        "jens rival",
    ] {
        assert_eq!(finds(&mut staff, asked).await, ["person: Jens Østergård"], "{asked}");
    }
    let page = staff.page(&url("jen", "")).await;
    assert_eq!(counts(&page), ["person 2"]);
    assert!(page.words().contains("Director, Own Works Ltd · Secret adviser, Rival Works Ltd"), "{}", page.words());
    staff.post("/companies", "/api/account/language", &[("language", "zh")]).await;
    let page = staff.page(&url("延斯", "")).await;
    assert_eq!(found(&page), ["person: 延斯·厄斯特高"]);
    assert!(page.words().contains("Own Works Ltd，总监"), "{}", page.words());

    // A company's people find their colleagues, by what those say of themselves, and nothing of where else they work.
    let mut rep = portal.representative(own).await;
    let page = rep.page(&url("jen", "")).await;
    assert_eq!((counts(&page), found(&page)), (vec!["person 1".to_owned()], vec!["person: Jens Østergård".to_owned()]));
    assert!(!page.words().contains("adviser") && !page.words().contains("Rival"), "{}", page.words());
    assert_eq!(finds(&mut rep, "jens@own.example").await.len(), 1);
    for asked in ["sailing", "secret adviser", "jens rival", "jenny", "jens sailing"] {
        assert_eq!(finds(&mut rep, asked).await, [""; 0], "{asked}");
    }
    let mut expert = portal.signed_in(Role::Expert).await;
    let page = expert.page(&url("jens", "&kind=person")).await;
    assert!(counts(&page).is_empty() && found(&page).is_empty(), "{}", page.words());

    // Who left is no colleague any more, from the day after on.
    let mut tx = portal.read().await;
    let sql = app::backend::database::Sql::new("SELECT id FROM positions WHERE title = 'Director' ORDER BY id");
    let position: Vec<(Uuid,)> = sql.rows(&mut tx).await.unwrap();
    drop(tx);
    let (id, today) = (position[0].0.to_string(), portal.backend.clock.now().iso_day());
    created(&mut staff, &jens, "/api/positions/end", &[("id", &id), ("until", &today)]).await;
    assert_eq!(finds(&mut rep, "jens").await.len(), 1);
    portal.later(std::time::Duration::from_secs(25 * 3600));
    let page = portal.representative(own).await.page(&url("jens", "")).await;
    assert!(counts(&page).is_empty() && found(&page).is_empty(), "{}", page.words());
    assert_eq!(finds(&mut portal.signed_in(Role::Staff).await, "jens").await.len(), 1);
}

async fn what_the_zone_notes_is_found_by_the_zone_alone(portal: Portal) {
    let noted = facts("Noted Pharma Ltd", "", |form| {
        form.tags = "Lighthouse".to_owned();
        form.aliases = "Formername Ltd".to_owned();
        form.registrations = "CVR 24256790".to_owned();
    });
    let own = add_company(&portal, &noted).await;
    for role in [Role::Staff, Role::Executive, Role::Administrator] {
        let mut browser = portal.signed_in(role).await;
        for asked in ["lighthouse", "formername", "24256790", "noted lighthouse"] {
            assert_eq!(finds(&mut browser, asked).await, ["company: Noted Pharma Ltd"], "{asked}");
        }
        assert!(browser.page(&url("lighthouse", "")).await.text().contains("<mark>Lighthouse</mark>"));
    }
    let mut rep = portal.representative(own).await;
    assert_eq!(finds(&mut rep, "formername").await, ["company: Noted Pharma Ltd"]);
    assert_eq!(finds(&mut rep, "lighthouse").await, [""; 0], "a tag is what the zone thinks");
    let page = rep.page(&url("noted", "")).await;
    assert!(!page.text().contains("Lighthouse"), "{}", page.words());
    let mut expert = portal.signed_in(Role::Expert).await;
    for asked in ["lighthouse", "formername", "ormername", "24256790"] {
        assert_eq!(finds(&mut expert, asked).await, [""; 0], "{asked}");
    }
    assert_eq!(finds(&mut expert, "oted phar").await, ["company: Noted Pharma Ltd"]);
}

async fn enquiries_are_found_by_who_may_see_them(portal: Portal) {
    let id = crate::enquiry::recorded(&portal).await;
    let number = {
        let mut tx = portal.read().await;
        app::enquiry::store::find(&mut tx, id).await.unwrap().unwrap().number
    };
    for role in [Role::Staff, Role::Executive, Role::Administrator] {
        let mut browser = portal.signed_in(role).await;
        for asked in ["asker medical", "ada asker", "ada@asker.example", "would like", number.as_str()] {
            let found = finds(&mut browser, asked).await;
            assert_eq!(found, ["enquiry: Asker Medical Ltd."], "{asked}");
        }
        let page = browser.page(&url("asker", "&kind=enquiry")).await;
        assert!(page.text().contains(&format!("href=\"/enquiries/{id}\"")), "{}", page.text());
        assert!(page.words().contains("Investing, setting up in the zone · Received"), "{}", page.words());
    }
    let own = add_company(&portal, &facts("Asker Medical Ltd.", "", |_| {})).await;
    let mut expert = portal.signed_in(Role::Expert).await;
    for browser in [&mut expert, &mut portal.representative(own).await] {
        let page = browser.page(&url("asker", "&kind=enquiry")).await;
        assert_eq!(counts(&page), ["company 1"], "{}", page.words());
        assert_eq!(finds(browser, &number).await, [""; 0]);
    }
    // Who was forgotten is found by nothing; the enquiry by its number.
    let mut tx = portal.write().await;
    app::enquiry::store::forget_person(&mut tx, id, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let mut staff = portal.signed_in(Role::Staff).await;
    for asked in ["ada", "asker.example", "would like"] {
        assert!(finds(&mut staff, asked).await.iter().all(|found| found.starts_with("company")), "{asked}");
    }
    assert_eq!(finds(&mut staff, &number).await, [format!("enquiry: {number}")]);
}

async fn what_is_archived_or_erased_is_found_no_more(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Mistaken Ltd").await;
    let page = format!("/companies/{company}");
    let id = company.to_string();
    staff.send(&format!("{page}/documents"), &[("audience", "zone")], "mistaken minutes.txt", b"a text").await;
    assert_eq!(finds(&mut staff, "mistaken").await.len(), 2);
    staff.submit(&page, "/api/companies/archive", &[("id", &id), ("archived_reason", "Typed twice.")]).await;
    let gone = staff.page(&url("mistaken", "")).await;
    assert!(counts(&gone).is_empty() && found(&gone).is_empty(), "{}", gone.words());
    staff.submit(&page, "/api/companies/restore", &[("id", &id)]).await;
    assert_eq!(finds(&mut staff, "mistaken").await, ["company: Mistaken Ltd", "document: mistaken minutes.txt"]);

    let fields = [("name", "Contact Zoe"), ("email", "zoe@story.example"), ("company", "Mistaken Ltd")];
    let person = created(&mut staff, "/people/new", "/api/people/create", &fields).await;
    assert_eq!(finds(&mut staff, "zoe").await, ["person: Contact Zoe"]);
    let contact = [("id", person.strip_prefix("/people/").unwrap())];
    staff.submit(&person, "/api/people/archive", &contact).await;
    assert_eq!(finds(&mut staff, "zoe").await, [""; 0]);
    staff.submit(&person, "/api/people/restore", &contact).await;
    assert_eq!(finds(&mut staff, "zoe").await, ["person: Contact Zoe"]);

    // The account of the same address is erased, and what is held of it goes with it.
    portal.account("zoe", Role::Representative).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert_eq!(finds(&mut admin, "zoe").await, ["person: Contact Zoe", "account: zoe"]);
    let found_account = finds(&mut staff, "zoe").await;
    assert_eq!(found_account, ["person: Contact Zoe", "account: zoe"], "staff knows the people of companies");
    let mut zoe = portal.browser();
    zoe.sign_in("zoe").await;
    let request = crate::privacy::ask(&portal, &mut zoe).await;
    let request_id = request.rsplit('/').next().unwrap().to_owned();
    admin.post(&request, "/api/privacy/erase", &[("id", &request_id)]).await;
    for asked in ["zoe", "zoe@story.example", "contact"] {
        assert_eq!(finds(&mut admin, asked).await, [""; 0], "{asked}");
    }
    assert!(known(&portal).await.iter().all(|row| !row.to_lowercase().contains("zoe")));
    portal.journal_holds().await;
}

async fn the_search_follows_every_record(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("First Name Ltd").await;
    add_product(&portal, &product("Wegovy", "", Some(company))).await;
    let path = format!("/companies/{company}/documents");
    staff.send(&path, &[("audience", "company")], "draft agreement 投资协议.txt", b"a text").await;
    assert_eq!(finds(&mut staff, "first name").await.len(), 3, "the company, and what names it");
    assert_eq!(finds(&mut staff, "投资协议").await, ["document: draft agreement 投资协议.txt"]);

    let edit = format!("/companies/{company}/edit");
    let id = company.to_string();
    let fields = [
        ("id", id.as_str()),
        ("version", "1"),
        ("name_en", "Second Name Ltd"),
        ("name_zh", "第二名称"),
        ("kinds[]", "agent"),
        ("stage", "target"),
    ];
    staff.submit(&edit, "/api/companies/edit", &fields).await;
    assert_eq!(finds(&mut staff, "first").await, [""; 0]);
    assert_eq!(finds(&mut staff, "second name").await.len(), 3);
    assert_eq!(finds(&mut staff, "第二名称").await[0], "company: Second Name Ltd");

    // A refused edit changes nothing.
    let refused =
        [("id", id.as_str()), ("version", "1"), ("name_en", "Third"), ("kinds[]", "agent"), ("stage", "target")];
    staff.post(&edit, "/api/companies/edit", &refused).await;
    assert_eq!(finds(&mut staff, "third").await, [""; 0]);

    let page = staff.page(&format!("/companies/{company}")).await.text();
    let at = page.find("/documents/0").unwrap() + "/documents/".len();
    let document = page[at..at + 36].to_owned();
    staff.post(&format!("/companies/{company}"), "/api/documents/remove", &[("id", &document)]).await;
    assert_eq!(finds(&mut staff, "投资协议").await, [""; 0]);

    let table = |name: &str| ema_table(&[("Human", name, "EMEA/H/C/900001", "Authorised", "Invented Ireland Ltd")]);
    import_file(&portal.backend, "first.csv", table("Alphamab")).await.unwrap();
    assert_eq!(finds(&mut staff, "alphamab").await, ["product: Alphamab"]);
    assert_eq!(finds(&mut staff, "invented ireland").await, ["company: Invented Ireland Ltd", "product: Alphamab"]);
    import_file(&portal.backend, "second.csv", table("Betamab")).await.unwrap();
    assert_eq!(finds(&mut staff, "alphamab").await, [""; 0]);
    assert_eq!(finds(&mut staff, "betamab").await, ["product: Betamab"]);

    // What is rolled back was never there.
    let mut tx = portal.write().await;
    let facts = facts("Rolled Back Ltd", "", |_| {});
    app::company::store::insert(&mut tx, clock::new_id(), &facts, Stage::Target, portal.backend.clock.now())
        .await
        .unwrap();
    drop(tx);
    assert_eq!(finds(&mut staff, "rolled").await, [""; 0]);
}

async fn what_everything_has_is_counted_up_to_a_thousand_and_paged(portal: Portal) {
    let mut tx = portal.write().await;
    for number in 0..1100 {
        let facts = facts(&format!("Common {number:04} Company"), "公共公司", |_| {});
        app::company::store::insert(&mut tx, clock::new_id(), &facts, Stage::Target, portal.backend.clock.now())
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    let own = add_company(&portal, &facts("The very last Common Company", "", |_| {})).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    for asked in ["company", "common", "c", "公司", "common company"] {
        let page = staff.page(&url(asked, "")).await;
        assert_eq!(counts(&page), ["company more than 1,000"], "{asked}");
        assert_eq!(found(&page).len(), 5);
        assert!(page.words().contains("show all more than 1,000"), "{}", page.words());
    }
    let first = staff.page(&url("common", "&kind=company")).await;
    assert_eq!(found(&first).len(), 50);
    assert!(first.words().contains("The best 1,000 are listed"), "{}", first.words());
    let last = staff.page(&url("common", "&kind=company&page=20")).await;
    assert_eq!(found(&last).len(), 50);
    assert!(!last.text().contains("rel=\"next\""), "{}", last.words());
    assert_ne!(found(&first), found(&last));
    // What is found exactly is found beyond the thousand, and so is one's own.
    assert_eq!(finds(&mut staff, "the very last common company").await.len(), 1);
    assert_eq!(finds(&mut staff, "common 1099 company").await, ["company: Common 1099 Company"]);
    let mut rep = portal.representative(own).await;
    assert_eq!(finds(&mut rep, "company").await, ["company: The very last Common Company"]);
}

/// Everything the search knows, in an order of its own.
async fn known(portal: &Portal) -> Vec<String> {
    let mut tx = portal.read().await;
    let sql = app::backend::database::Sql::new(
        "SELECT kind || '|' || key_en || '|' || key_zh || '|' || title_other || '|' || note_en || '|' || note_zh || '|'
                || url || '|' || changed_at || '|' || body || '|' || internal FROM search_entries",
    );
    let rows: Vec<(String,)> = sql.rows(&mut tx).await.unwrap();
    let mut known: Vec<String> = rows.into_iter().map(|(row,)| row).collect();
    known.sort();
    known
}

async fn a_rebuilt_index_finds_the_same(portal: Portal) {
    let companies = server::demonstration::load(&portal.backend).await.unwrap().0;
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Rebuilt Ltd").await;
    staff.send(&format!("/companies/{company}/documents"), &[("audience", "zone")], "minutes.txt", b"text").await;
    let questions = ["novo", "诺和", "医院", "medi", "a", "denmark", "minutes", "insulin", "boao", "有限公司"];
    let mut before = Vec::new();
    for asked in questions {
        before.push(found(&staff.page(&url(asked, "&kind=company")).await));
        before.push(finds(&mut staff, asked).await);
    }
    assert!(before.iter().all(|names| names.len() < 51) && before[0].len() > 1, "{before:?}");
    let kept = known(&portal).await;
    assert!(kept.len() > companies);

    // Whatever is wrong with it is gone afterwards.
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("DELETE FROM search_entries WHERE kind = 'product'").execute(c).await).unwrap();
    app::on!(&mut tx, |c| sqlx::query("UPDATE search_entries SET key_en = 'wrong', url = '/'").execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    assert_ne!(known(&portal).await, kept);
    let mut tx = portal.write().await;
    assert_eq!(app::search::store::rebuild(&mut tx).await.unwrap(), kept.len());
    tx.commit().await.unwrap();
    assert_eq!(known(&portal).await, kept);
    let mut after = Vec::new();
    for asked in questions {
        after.push(found(&staff.page(&url(asked, "&kind=company")).await));
        after.push(finds(&mut staff, asked).await);
    }
    assert_eq!(before, after);

    // An index of another version of the program is made anew at its start; one of this version is left alone.
    let mut tx = portal.write().await;
    app::account::store::set_setting(&mut tx, "search.index", "0").await.unwrap();
    app::on!(&mut tx, |c| sqlx::query("DELETE FROM search_entries").execute(c).await).unwrap();
    tx.commit().await.unwrap();
    portal.backend.database.migrate().await.unwrap();
    assert_eq!(known(&portal).await, kept);
}

async fn the_page_says_what_was_searched(portal: Portal) {
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = admin.page("/search").await;
    assert!(page.words().contains("What are you looking for?"), "{}", page.words());
    assert_eq!(page.headers["x-robots-tag"], "noindex");
    assert!(page.text().contains("action=\"/search\""));
    let page = admin.page(&url("  no \"such\" thing <b> ", "&kind=company")).await;
    assert!(
        page.text().contains("<title>Search: no \"such\" thing &lt;b&gt; · Boao Hope City</title>"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("value=\"no &quot;such&quot; thing &lt;b&gt;\""), "{}", page.text());
    let words = page.words();
    assert!(
        words.contains("Nothing was found for “no \"such\" thing <b>”") && words.contains("Searched: Companies."),
        "{words}"
    );
    assert!(page.text().contains("name=\"kind\" value=\"company\""));
    let page = admin.page(&url("%%", "")).await.words();
    assert!(page.contains("has no letters or digits"), "{page}");
    admin.post("/companies", "/api/account/language", &[("language", "zh")]).await;
    let words = admin.page(&url("没有", "")).await.words();
    assert!(words.contains("未找到与“没有”相关的内容") && words.contains("搜索范围：企业"), "{words}");
    // The header's field leads here, for everybody.
    let mut rep = portal.browser();
    portal.account("rep", Role::Representative).await;
    rep.sign_in("rep").await;
    assert!(rep.page("/today").await.text().contains("action=\"/search\""));
}
