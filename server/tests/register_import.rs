//! Companies from spreadsheets: read, looked at, applied once, undone; and exported so that they can be read again.

use std::io::{Read as _, Write as _};

use app::actor::Role;
use http::StatusCode;
use rust_xlsxwriter::{Formula, Workbook};

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    a_messy_table_is_looked_at_applied_and_undone,
    what_is_exported_is_unchanged_when_it_comes_back,
    an_import_is_applied_once,
    records_changed_since_keep_what_they_have,
    hostile_files_are_refused,
);

/// Sends a file, takes the guessed columns, and gives the import's path.
async fn preview(browser: &mut Browser, name: &str, bytes: &[u8], extra: &[(&str, &str)]) -> String {
    let answer = browser.send("/imports/new", &[], name, bytes).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    let mapping = answer.location();
    assert!(mapping.ends_with("/mapping"), "{mapping}");
    let page = browser.page(&mapping).await;
    let html = page.text();
    let (id, sheet, header) = (page.field("id"), page.field("sheet"), page.field("header"));
    let header = html.match_indices("name=\"header\"").last().map_or(header.clone(), |(at, _)| {
        let rest = &html[at..];
        let start = rest.find("value=\"").unwrap() + 7;
        rest[start..start + rest[start..].find('"').unwrap()].to_owned()
    });
    let mut fields = vec![("id".to_owned(), id.clone()), ("sheet".to_owned(), sheet), ("header".to_owned(), header)];
    for (at, select) in html.split("<select id=\"columns[").skip(1).enumerate() {
        let select = &select[..select.find("</select>").unwrap()];
        let option = select.split("<option ").find(|option| option.contains(" selected")).unwrap_or_default();
        let value = option.find("value=\"").map_or("", |start| {
            let rest = &option[start + 7..];
            &rest[..rest.find('"').unwrap()]
        });
        fields.push((format!("columns[{at}]"), value.to_owned()));
    }
    fields.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post(&mapping, "/api/imports/map", &fields).await;
    assert_eq!(answer.location(), format!("/imports/{id}/preview"), "{}", answer.words());
    settled(browser, &answer.location()).await;
    format!("/imports/{id}")
}

async fn settled(browser: &mut Browser, url: &str) -> String {
    for _ in 0..200 {
        let page = browser.page(url).await;
        if !page.text().contains("leptos-island") || !page.words().contains("The result appears here") {
            return page.words();
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("the import did not end");
}

async fn act(browser: &mut Browser, import: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let id = import.rsplit('/').next().unwrap();
    let page = format!("{import}/preview");
    let fields: Vec<(&str, &str)> = [("id", id)].into_iter().chain(fields.iter().copied()).collect();
    let answer = browser.post(&page, &format!("/api/imports/{action}"), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    settled(browser, &page).await
}

fn messy() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Our partners").unwrap();
    let rows = [
        ["Company\nname *", "中文名称", "Country", "Type", "Website", "City"],
        ["Zealand  Pharma\u{a0}A/S", "西兰制药", "丹麦", "Manufacturer", "www.zealandpharma.com", "Søborg"],
        ["Old Company", "", "", "", "", "Odense"],
        ["Atlantis Ltd", "", "Atlantis", "Agent", "", ""],
        ["zealand pharma a/s", "", "Denmark", "Agent", "", ""],
    ];
    for (line, row) in (2..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(line, column, cell).unwrap();
        }
    }
    sheet.write_string(7, 0, "Formula Ltd").unwrap();
    sheet.write_string(7, 3, "Agent").unwrap();
    sheet.write_formula(7, 5, Formula::new("=1+1").set_result("NORESULT")).unwrap();
    without_results(&book.save_to_buffer().unwrap())
}

/// The spreadsheet as some programs save it: formulas without their results.
fn without_results(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut copy = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let name = String::from_utf8_lossy(part.name_raw()).into_owned();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        copy.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        copy.write_all(content.replace("<v>NORESULT</v>", "").as_bytes()).unwrap();
    }
    copy.finish().unwrap().into_inner()
}

async fn a_messy_table_is_looked_at_applied_and_undone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let old = staff.add_company("Old Company").await;
    let import = preview(&mut staff, "messy.xlsx", &messy(), &[]).await;
    let words = staff.page(&format!("{import}/preview")).await.words();
    for shown in [
        "Create 1",
        "Update 1",
        "Rejected 3",
        "Zealand Pharma A/S",
        "Odense",
        "Line 4 is about the same company",
        "not one of the possible values",
        "A formula without its result",
    ] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    assert_eq!(portal.count("companies").await, 1, "a preview writes nothing");
    let rejected = staff.page(&format!("{import}/rejected.csv")).await.text();
    assert!(rejected.contains("Atlantis"), "{rejected}");
    let words = act(&mut staff, &import, "apply", &[]).await;
    assert!(words.contains("Applied"), "{words}");
    assert!(staff.page(&format!("/companies/{old}")).await.words().contains("Odense"));
    assert!(staff.page("/companies?q=西兰").await.words().contains("Zealand Pharma A/S"));
    portal.journal_holds().await;
    let words = act(&mut staff, &import, "revert", &[]).await;
    assert!(words.contains("Undone"), "{words}");
    assert!(!staff.page(&format!("/companies/{old}/edit")).await.field("city").contains("Odense"));
    assert_eq!(portal.count("companies WHERE archived_at IS NULL").await, 1);
    portal.journal_holds().await;
}

async fn what_is_exported_is_unchanged_when_it_comes_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for (name, tags) in [("ALK-Abelló A/S", "VIP, 2025"), ("=Danger Ltd", ""), ("诺和诺德", "丹麦")] {
        let fields = [
            ("name_en", name),
            ("kinds[]", "manufacturer"),
            ("kinds[]", "agent"),
            ("stage", "contacted"),
            ("country", "DK"),
            ("website", "https://www.alk.net"),
            ("aliases", "One\nTwo"),
            ("registrations", "CVR 63717916"),
            ("tags", tags),
            ("tier", "key"),
        ];
        // They differ in what they are recognised by only by their ids.
        let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
        assert!(answer.location().starts_with("/companies/"), "{}", answer.location());
    }
    for file in ["companies.xlsx", "companies.csv"] {
        let bytes = staff.page(&format!("/{file}")).await.bytes;
        let import = preview(&mut staff, file, &bytes, &[]).await;
        let words = staff.page(&format!("{import}/preview")).await.words();
        assert!(words.contains("Unchanged 3") && words.contains("Rejected 0"), "{file}: {words}");
    }
}

async fn an_import_is_applied_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let import =
        preview(&mut staff, "two.csv", "公司;国家\n甲公司;丹麦\n乙公司;德国\n".as_bytes(), &[("kind", "agent")]).await;
    let mut other = portal.signed_in(Role::Administrator).await;
    let (one, two) = tokio::join!(act(&mut staff, &import, "apply", &[]), act(&mut other, &import, "apply", &[]));
    assert!(one.contains("Applied") || two.contains("Applied"), "{one} {two}");
    act(&mut staff, &import, "apply", &[]).await;
    assert_eq!(portal.count("companies").await, 2);
    assert_eq!(portal.count("journal WHERE action = 'import.applied'").await, 1);
    portal.journal_holds().await;
}

async fn records_changed_since_keep_what_they_have(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = staff.add_company("First").await;
    let second = staff.add_company("Second").await;
    let import = preview(&mut staff, "c.csv", b"Company,City\nFirst,Aarhus\nSecond,Odense\n", &[]).await;
    act(&mut staff, &import, "apply", &[]).await;
    let id = first.to_string();
    let edit = [("id", id.as_str()), ("version", "2"), ("name_en", "First"), ("kinds[]", "agent"), ("city", "Skive")];
    staff.post("/companies", "/api/companies/edit", &edit).await;
    let words = act(&mut staff, &import, "revert", &[]).await;
    assert!(words.contains("nothing was undone"), "{words}");
    assert!(staff.page(&format!("/companies/{second}")).await.words().contains("Odense"));
    let words = act(&mut staff, &import, "revert", &[("others", "1")]).await;
    assert!(words.contains("Undone"), "{words}");
    assert!(staff.page(&format!("/companies/{first}")).await.words().contains("Skive"));
    assert_eq!(staff.page(&format!("/companies/{second}/edit")).await.field("city"), "");
}

async fn hostile_files_are_refused(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    bomb.start_file("xl/workbook.xml", options).unwrap();
    bomb.write_all(b"<workbook/>").unwrap();
    bomb.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let megabyte = vec![b' '; 1024 * 1024];
    for _ in 0..210 {
        bomb.write_all(&megabyte).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    let wide = vec!["x"; 10_000].join(",");
    for (name, bytes, said) in [
        ("bomb.xlsx", bomb.as_slice(), "unpack"),
        ("wide.csv", wide.as_bytes(), "200 columns"),
        ("latin.csv", b"name,city\nM\xFCller,K\xF6ln\n".as_slice(), "GB18030"),
        ("old.xls", b"\xD0\xCF\x11\xE0....".as_slice(), "XLSX"),
    ] {
        let start = std::time::Instant::now();
        let answer = staff.send("/imports/new", &[], name, bytes).await;
        let took = start.elapsed();
        let words = staff.page(&answer.location()).await.words();
        assert!(answer.location().contains("refused=") && words.contains(said), "{name}: {words}");
        println!("{name}: refused in {took:?}");
    }
    assert_eq!((portal.count("register_imports").await, portal.count("import_rows").await), (0, 0));
}
