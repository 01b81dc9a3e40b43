//! The catalogue, and the import of the Agency's table.

use app::actor::Role;
use app::product::upload::import_file;
use http::StatusCode;

use crate::both;
use crate::harness::{Browser, Portal, ema_table, until};

both!(
    the_table_is_imported_once_and_updated_later,
    staff_imports_in_the_browser,
    a_wrong_file_is_refused_before_anything_is_written,
    a_renamed_company_keeps_its_products,
    the_catalogue_is_searched_and_filtered,
    a_holder_in_several_spellings_is_one_company,
    the_agencys_own_file,
);

const ROWS: [(&str, &str, &str, &str, &str); 5] = [
    ("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Invented Ireland Ltd"),
    ("Human", "Betamab", "EMEA/H/C/900002", "Refused", "Invented &nbsp;Ireland  Ltd"),
    ("Veterinary", "Dogmab", "EMEA/V/C/900003", "Authorised", "Invented Vet"),
    ("Human", "Gammamab", "EMEA/H/C/900004", "Nonsense", "Invented GmbH"),
    ("Human", "Deltamab", "EMEA/H/C/900005", "Withdrawn", ""),
];

async fn the_table_is_imported_once_and_updated_later(portal: Portal) {
    let table = ema_table(&ROWS);
    let report = import_file(&portal.backend, "first.csv", table.clone()).await.unwrap();
    assert_eq!((report.rows, report.products_created, report.skipped, report.rejected.len()), (5, 3, 1, 1));
    assert_eq!(report.companies_created, 1, "white space makes no second company");
    assert_eq!((report.rejected[0].line, report.rejected[0].value.as_str()), (5, "Nonsense"));
    assert_eq!(report.without_company[0].name, "Deltamab");
    let entries = portal.journal_holds().await;
    assert_eq!(entries, 5, "one company, three products, one import");

    let again = import_file(&portal.backend, "again.csv", table).await.unwrap();
    assert_eq!((again.products_created, again.products_updated, again.products_unchanged), (0, 0, 3));
    assert_eq!(portal.journal_holds().await, entries + 1);

    let mut newer = ROWS;
    newer[0].3 = "Suspended";
    newer[4].4 = "Invented Denmark A/S";
    let updated = import_file(&portal.backend, "newer.csv", ema_table(&newer)).await.unwrap();
    assert_eq!((updated.products_updated, updated.products_unchanged, updated.companies_created), (2, 1, 1));
    let mut staff = portal.signed_in(Role::Staff).await;
    let companies = staff.page("/companies").await.words();
    assert!(
        companies.contains("Ireland") && companies.contains("Denmark"),
        "the country that the name says: {companies}"
    );
    let list = staff.page("/products?status=suspended").await;
    assert!(list.words().contains("EMA: Suspended") && list.words().contains("1 product"), "{}", list.words());
    let at = list.text().find("/products/0").unwrap();
    let url = list.text()[at..at + 46].to_owned();
    let product = staff.page(&url).await.words();
    for shown in [
        "Alphamab",
        "alphamabine",
        "Obesity",
        "EMEA/H/C/900001",
        "Orphan medicine",
        "8 Sep 2003",
        "Authorised Suspended",
        "Invented Ireland Ltd",
    ] {
        assert!(product.contains(shown), "{shown} in {product}");
    }
}

/// Waits for an import of the browser to end and gives its page.
async fn result(browser: &mut Browser, url: &str) -> String {
    until("the import has ended", async || !browser.page(url).await.words().contains("Running")).await;
    browser.page(url).await.words()
}

async fn staff_imports_in_the_browser(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page("/products/import").await.text().contains("enctype=\"multipart/form-data\""));
    let answer = staff.upload(&ema_table(&ROWS)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    let words = result(&mut staff, &answer.location()).await;
    for shown in [
        "Created 3",
        "Skipped (veterinary) 1",
        "Rejected 1",
        "This status is not known",
        "Nonsense",
        "Deltamab",
        "1 company was made",
    ] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    assert!(staff.page("/products/import").await.words().contains("table.csv"));
    let journal = portal.journal_holds().await;
    assert_eq!(journal, 7, "signed in, started, one company, three products, finished");

    for role in [Role::Executive, Role::Expert] {
        let mut other = portal.signed_in(role).await;
        assert_eq!(other.get("/products/import").await.status, StatusCode::FORBIDDEN);
        assert_eq!(other.upload(&ema_table(&ROWS)).await.status, StatusCode::FORBIDDEN);
    }
}

async fn a_wrong_file_is_refused_before_anything_is_written(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let whole = ema_table(&ROWS);
    let cut = &whole[..whole.len() - 40];
    let files: [(&[u8], &str); 5] = [
        (cut, "ends in the middle of a row"),
        (b"a,b,c\n1,2,3\n", "columns are missing"),
        (b"\x00\x01\x02\x03", "not a table"),
        (b"", "Please choose a file"),
        (b"<html><body>Not found</body></html>", "not a table"),
    ];
    for (file, said) in files {
        let answer = staff.upload(file).await;
        assert!(answer.location().starts_with("/products/import?refused="), "{said}: {}", answer.location());
        let words = staff.page(&answer.location()).await.words();
        assert!(words.contains(said), "{said} in {words}");
    }
    assert_eq!((portal.count("products").await, portal.count("imports").await), (0, 0));
}

async fn a_renamed_company_keeps_its_products(portal: Portal) {
    import_file(&portal.backend, "first.csv", ema_table(&ROWS)).await.unwrap();
    let mut staff = portal.signed_in(Role::Staff).await;
    let list = staff.page("/companies").await.text();
    let at = list.find("/companies/0").unwrap();
    let url = list[at..at + 47].to_owned();
    let id = url.strip_prefix("/companies/").unwrap().to_owned();
    let fields = [
        ("id", id.as_str()),
        ("version", "1"),
        ("name_en", "Renamed Since"),
        ("kinds[]", "manufacturer"),
        ("stage", "target"),
    ];
    staff.submit(&format!("{url}/edit"), "/api/companies/edit", &fields).await;
    let again = import_file(&portal.backend, "again.csv", ema_table(&ROWS)).await.unwrap();
    assert_eq!((again.products_unchanged, again.companies_created), (3, 0), "nothing changes, no second company");
    let mut more = ROWS.to_vec();
    more.push(("Human", "Epsilonmab", "EMEA/H/C/900006", "Authorised", "Invented Ireland Ltd"));
    let more = import_file(&portal.backend, "more.csv", ema_table(&more)).await.unwrap();
    assert_eq!((more.products_created, more.companies_created), (1, 0), "the holder is known by its products");
    assert!(staff.page(&url).await.words().contains("Epsilonmab"));
}

async fn the_catalogue_is_searched_and_filtered(portal: Portal) {
    import_file(&portal.backend, "first.csv", ema_table(&ROWS)).await.unwrap();
    let mut expert = portal.signed_in(Role::Expert).await;
    let mut count = async |query: &str| {
        let words = expert.page(&format!("/products{query}")).await.words();
        ["3 products", "2 products", "1 product ", "0 products"]
            .iter()
            .position(|said| words.contains(said))
            .map(|at| 3 - at)
    };
    assert_eq!(count("").await, Some(3));
    assert_eq!(count("?q=BETAmab").await, Some(1));
    assert_eq!(count("?q=900005").await, Some(1));
    assert_eq!(count("?area=Obesity&status=refused").await, Some(1));
    assert_eq!(count("?area=Obes").await, Some(0), "an area is a whole one");
    assert_eq!(count("?designation=orphan&agency=EMA").await, Some(3));
    assert_eq!(count("?designation=prime").await, Some(0));
    assert_eq!(count("?company=none").await, Some(1));
    assert_eq!(count("?category=device").await, Some(0));
    for sort in ["name", "-name", "generic_name", "company", "-company", "atc", "-changed"] {
        assert_eq!(count(&format!("?sort={sort}")).await, Some(3), "{sort}");
    }
    assert_eq!(expert.get("/products.csv").await.status, StatusCode::FORBIDDEN);
    let mut executive = portal.signed_in(Role::Executive).await;
    let file = executive.page("/products.csv?status=refused").await.text();
    assert!(file.lines().count() == 2 && file.contains("Betamab") && file.contains("EMA: Refused"), "{file}");
}

/// The Agency's own file, where it is at hand: it is not part of the repository.
async fn a_holder_in_several_spellings_is_one_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Quillon & Son GmbH").await;
    let table = ema_table(&[
        ("Human", "One", "EMEA/H/C/900001", "Authorised", "quillon &  son gmbh"),
        ("Human", "Two", "EMEA/H/C/900002", "Authorised", "Quillon & Son G.m.b.H."),
        ("Human", "Three", "EMEA/H/C/900003", "Authorised", "TEVELLO B.V."),
        ("Human", "Four", "EMEA/H/C/900004", "Authorised", "Tevello BV"),
        // Another entity of the group is another company.
        ("Human", "Five", "EMEA/H/C/900005", "Authorised", "Tevello (Ireland) B.V."),
        ("Human", "Six", "EMEA/H/C/900006", "Authorised", "Tevello Ltd"),
        ("Human", "Seven", "EMEA/H/C/900007", "Authorised", "Instituto Tevello B.V."),
    ]);
    let report = import_file(&portal.backend, "table.csv", table.clone()).await.unwrap();
    assert_eq!((report.products_created, report.companies_created), (7, 4));
    assert_eq!(portal.count("companies").await, 5);
    let words = staff.page("/products?q=Four").await.words();
    assert!(words.contains("TEVELLO B.V."), "{words}");
    let again = import_file(&portal.backend, "table.csv", table).await.unwrap();
    assert_eq!((again.products_unchanged, again.companies_created), (7, 0));
}

async fn the_agencys_own_file(portal: Portal) {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/ema/medicines_output_medicines_en.csv");
    let path = std::env::var("PORTAL_EMA_FILE").unwrap_or_else(|_| beside.to_owned());
    let Ok(bytes) = std::fs::read(&path) else {
        println!("not told: the Agency's file is not at hand");
        return;
    };
    let report = import_file(&portal.backend, "medicines.csv", bytes.clone()).await.unwrap();
    assert_eq!((report.rows, report.products_created, report.skipped, report.rejected.len()), (2515, 2159, 356, 0));
    assert_eq!((report.companies_created, report.without_company.len()), (588, 1));
    let again = import_file(&portal.backend, "medicines.csv", bytes).await.unwrap();
    assert_eq!((again.products_created, again.products_updated, again.products_unchanged), (0, 0, 2159));
    assert_eq!((again.companies_created, portal.count("companies").await), (0, 588));
    portal.journal_holds().await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let words = staff.page("/products?q=humira").await.words();
    assert!(words.contains("adalimumab") && words.contains("1 product "), "{words}");
}
