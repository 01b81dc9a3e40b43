//! Companies from spreadsheets: read, looked at, applied once, undone; and exported so that they can be read again.

mod columns;
mod reading;
mod under_way;
mod undoing;

use std::io::{Read as _, Write as _};
use std::time::Duration;

use app::actor::Role;
use http::StatusCode;
use rust_xlsxwriter::{Formula, Workbook};

use crate::both;
use crate::harness::{Browser, Portal, until};

both!(
    a_messy_table_is_looked_at_applied_and_undone,
    what_is_exported_is_unchanged_when_it_comes_back,
    an_import_is_applied_once,
    a_plan_that_nobody_saw_is_not_applied,
    a_form_waits_while_an_import_is_written,
    people_come_with_where_they_work_and_go_again,
    a_person_is_recognised_by_more_than_a_name,
    what_was_in_files_goes_in_time,
    nothing_of_an_erased_person_stays_in_files,
    the_demonstration_comes_back_unchanged,
);

/// Sends a file, takes the guessed columns, and gives the import's path.
async fn preview(browser: &mut Browser, name: &str, bytes: &[u8], extra: &[(&str, &str)]) -> String {
    preview_of(browser, "companies", name, bytes, extra).await
}

async fn preview_of(browser: &mut Browser, what: &str, name: &str, bytes: &[u8], extra: &[(&str, &str)]) -> String {
    let mapping = sent(browser, what, name, bytes).await;
    let fields = columns(browser, &mapping, extra).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post(&mapping, "/api/imports/map", &fields).await;
    let import = mapping.strip_suffix("/mapping").unwrap().to_owned();
    assert_eq!(answer.location(), format!("{import}/preview"), "{}", answer.words());
    settled(browser, &answer.location()).await;
    import
}

/// Sends a file and gives the page that asks what its columns are.
async fn sent(browser: &mut Browser, what: &str, name: &str, bytes: &[u8]) -> String {
    let answer = browser.send("/imports/new", &[("what", what)], name, bytes).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
    assert!(answer.location().ends_with("/mapping"), "{}", answer.location());
    answer.location()
}

/// The fields of that page's form as it was drawn, and some others.
async fn columns(browser: &mut Browser, mapping: &str, extra: &[(&str, &str)]) -> Vec<(String, String)> {
    let page = browser.page(mapping).await;
    let html = page.text();
    // The form above, which reads the file in another way, has fields of the same names.
    let last = |name: &str| {
        let at = html.rfind(&format!("name=\"{name}\"")).unwrap();
        let start = at + html[at..].find("value=\"").unwrap() + 7;
        html[start..start + html[start..].find('"').unwrap()].to_owned()
    };
    let mut fields: Vec<(String, String)> =
        ["id", "sheet", "header"].into_iter().map(|name| (name.to_owned(), last(name))).collect();
    for (at, select) in html.split("<select id=\"columns[").skip(1).enumerate() {
        let select = &select[..select.find("</select>").unwrap()];
        let option = select.split("<option ").find(|option| option.contains(" selected")).unwrap_or_default();
        let value = option.find("value=\"").map_or("", |start| {
            let rest = &option[start + 7..];
            &rest[..rest.find('"').unwrap()]
        });
        fields.push((format!("columns[{at}]"), value.to_owned()));
    }
    fields.retain(|(name, _)| !extra.iter().any(|(other, _)| other == name));
    fields.extend(extra.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields
}

async fn settled(browser: &mut Browser, url: &str) -> String {
    let mut words = String::new();
    until("the import has ended", async || {
        let page = browser.page(url).await;
        words = page.words();
        !page.text().contains("leptos-island") || !words.contains("The result appears here")
    })
    .await;
    words
}

async fn act(browser: &mut Browser, import: &str, action: &str, fields: &[(&str, &str)]) -> String {
    let id = import.rsplit('/').next().unwrap();
    let page = format!("{import}/preview");
    // The form that applies names the plan that it stands below.
    let drawn = browser.page(&page).await;
    let seen = if drawn.text().contains("name=\"seen\"") { drawn.field("seen") } else { String::new() };
    let fields: Vec<(&str, &str)> = [("id", id), ("seen", &seen)].into_iter().chain(fields.iter().copied()).collect();
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
        ["old  company", "", "", "", "", "Odense"],
        ["Atlantis Ltd", "", "Atlantis", "Agent", "", ""],
        ["zealand pharma a/s", "", "Denmark", "Agent", "", ""],
        ["Old Company ApS", "", "", "Agent", "", ""],
    ];
    for (line, row) in (2..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(line, column, cell).unwrap();
        }
    }
    sheet.write_string(8, 0, "Formula Ltd").unwrap();
    sheet.write_string(8, 3, "Agent").unwrap();
    sheet.write_formula(8, 5, Formula::new("=1+1").set_result("NORESULT")).unwrap();
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
        "Create 2",
        "Update 1",
        "Rejected 3",
        "Looks like: Old Company",
        "C6 · Country or region “Atlantis”",
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
    let page = staff.page(&format!("/companies/{old}")).await.words();
    assert!(page.contains("Odense") && page.contains("Old Company"), "the register's spelling stays: {page}");
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
            ("not_duplicate", "yes"),
            ("not_duplicate_reason", "They share it"),
        ];
        // They differ in what they are recognised by only by their ids.
        let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
        assert!(answer.location().starts_with("/companies/"), "{}", answer.location());
    }
    for ((name, company, since), (name_zh, phone)) in
        [("Anna Berg", "诺和诺德", "2024-02-01"), ("=Cmd", "ALK-Abelló A/S", ""), ("王伟", "", "")].into_iter().zip([
            ("安娜", "+45 1234 5678"),
            ("命令", "+45 2345 6789"),
            ("", ""),
        ])
    {
        let fields = [
            ("name", name),
            ("name_zh", name_zh),
            ("phone", phone),
            ("language", "zh"),
            ("company", company),
            ("title", if company.is_empty() { "" } else { "Head" }),
            ("since", since),
            ("not_duplicate", "yes"),
        ];
        let answer = staff.post("/people/new", "/api/people/create", &fields).await;
        assert!(answer.location().starts_with("/people/0"), "{}", answer.location());
    }
    for language in ["en", "zh"] {
        staff.set_cookie("language", language);
        for what in ["companies", "people"] {
            for file in [format!("{what}.xlsx"), format!("{what}.csv")] {
                let bytes = staff.page(&format!("/{file}")).await.bytes;
                let import = preview_of(&mut staff, what, &file, &bytes, &[]).await;
                let words = staff.page(&format!("{import}/preview")).await.words();
                let said = ["Unchanged 3 Rejected 0", "无变化 3 未通过 0"];
                assert!(said.iter().any(|said| words.contains(said)), "{language} {file}: {words}");
            }
        }
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

async fn a_plan_that_nobody_saw_is_not_applied(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("First").await;
    let csv = b"Company,City,Type\nFirst,Aarhus,Agent\nSecond,Odense,Agent\n";
    let import = preview(&mut staff, "c.csv", csv, &[("mode", "update")]).await;
    let preview = format!("{import}/preview");
    let id = import.rsplit('/').next().unwrap();
    let seen = staff.page(&preview).await.field("seen");
    // Meanwhile a colleague lets it create companies, too.
    portal.later(Duration::from_secs(1));
    let mut other = portal.signed_in(Role::Administrator).await;
    let mapping = format!("{import}/mapping");
    let fields = columns(&mut other, &mapping, &[("mode", "both")]).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    other.submit(&mapping, "/api/imports/map", &fields).await;
    let words = settled(&mut other, &preview).await;
    assert!(words.contains("Create 1 Update 1"), "{words}");
    for stale in [seen.as_str(), "", "x"] {
        let (location, page) = staff.submit(&preview, "/api/imports/apply", &[("id", id), ("seen", stale)]).await;
        assert!(location.contains("refused="), "{stale}: {location}");
        assert!(page.words().contains("Somebody else changed this meanwhile"), "{stale}: {}", page.words());
        assert!(page.words().contains("Create 1 Update 1"), "what it would do now is shown: {}", page.words());
    }
    assert_eq!(portal.count("journal WHERE action = 'import.applied'").await, 0);
    assert_eq!(portal.count("companies").await, 1);
    let words = act(&mut staff, &import, "apply", &[]).await;
    assert!(words.contains("Applied"), "{words}");
    assert_eq!(portal.count("companies").await, 2);
    // Pressed once more in the other window, it is applied already.
    let answer = staff.post(&preview, "/api/imports/apply", &[("id", id), ("seen", &seen)]).await;
    assert_eq!(answer.location(), preview);
    portal.journal_holds().await;
}

async fn people_come_with_where_they_work_and_go_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let zealand = staff.add_company("Zealand Pharma A/S").await;
    staff.add_company("ALK-Abelló A/S").await;
    let known = [
        ("name", "Anna Berg"),
        ("email", "anna@zealand.example"),
        ("company", "ALK-Abelló A/S"),
        ("title", "Director"),
        ("since", "2020-01-01"),
    ];
    let anna = staff.post("/people/new", "/api/people/create", &known).await.location();
    let csv = "姓名,Chinese name,E-mail,Mobile,Company,Job title,Since\n\
        A. Berg,安娜,ANNA@zealand.example,+45 12 34 56 78,alk-abelló  a/s,Vice President,\n\
        Per Holm,,per@zealand.example,,Zealand Pharma A/S,CEO,2024年2月1日\n\
        ,王伟,,13800138000,Zealand Pharma A/S,Agent,3.4.2024\n\
        Nobody,,nobody@,,Zealand Pharma A/S,,\n\
        Lost Soul,,lost@soul.example,,No Such Company,,\n\
        Per Holm,,PER@zealand.example,,,,\n\
        Wrong Day,,wrong@zealand.example,,Zealand Pharma A/S,,31/02/2024\n";
    let import = preview_of(&mut staff, "people", "people.csv", csv.as_bytes(), &[]).await;
    let words = staff.page(&format!("{import}/preview")).await.words();
    for shown in [
        "Create 2 Update 1 Unchanged 0 Rejected 4",
        "Title: Director → Vice President",
        "C5 · E-mail address “nobody@”",
        "E6 · Company “No Such Company”",
        "Line 3 is about the same person",
        "G8 · ",
    ] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    assert_eq!((portal.count("people").await, portal.count("positions").await), (1, 1), "a preview writes nothing");
    let words = act(&mut staff, &import, "apply", &[]).await;
    assert!(words.contains("Applied"), "{words}");
    assert_eq!((portal.count("people").await, portal.count("positions").await), (3, 3));
    let words = staff.page(&format!("/companies/{zealand}")).await.words();
    assert!(words.contains("Per Holm") && words.contains("CEO") && words.contains("王伟"), "{words}");
    let words = staff.page(&anna).await.words();
    for shown in ["A. Berg", "安娜", "Vice President", "people.csv"] {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    portal.journal_holds().await;
    // The same file once more changes nothing.
    let again = preview_of(&mut staff, "people", "people.csv", csv.as_bytes(), &[]).await;
    let words = staff.page(&format!("{again}/preview")).await.words();
    assert!(words.contains("Create 0 Update 0 Unchanged 3 Rejected 4"), "{words}");

    let words = act(&mut staff, &import, "revert", &[]).await;
    assert!(words.contains("Undone"), "{words}");
    let words = staff.page(&anna).await.words();
    assert!(words.contains("Anna Berg") && words.contains("Director"), "{words}");
    assert_eq!(portal.count("people WHERE archived_at IS NULL").await, 1);
    assert_eq!(portal.count("people WHERE email = 'anna@zealand.example' AND phone = ''").await, 1);
    let words = staff.page("/imports").await.words();
    assert!(words.contains("people.csv") && words.contains("Undone"), "{words}");
    portal.journal_holds().await;
}

async fn a_person_is_recognised_by_more_than_a_name(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Same Name Ltd").await;
    let twin = [
        ("name_en", "Same Name Ltd"),
        ("kinds[]", "agent"),
        ("stage", "target"),
        ("country", "DE"),
        ("not_duplicate", "yes"),
        ("not_duplicate_reason", "The one in Germany"),
    ];
    staff.post("/companies/new", "/api/companies/create", &twin).await;
    let csv = "Name,E-mail,Company,Country\nLi Na,,Same Name Ltd,\nWang Wei,w1@a.example,Same Name Ltd,Germany\n\
               Wang Wei,w2@a.example,Same Name Ltd,Germany\n";
    let import = preview_of(&mut staff, "people", "p.csv", csv.as_bytes(), &[]).await;
    let words = staff.page(&format!("{import}/preview")).await.words();
    assert!(words.contains("Create 2 Update 0 Unchanged 0 Rejected 1"), "two addresses, two people: {words}");
    let mut reader = portal.signed_in(Role::Staff).await;
    reader.set_cookie("language", "zh");
    let words = reader.page(&format!("{import}/preview")).await.words();
    assert!(words.contains("新增 2") && words.contains("未通过 1"), "{words}");
    let only = preview_of(&mut staff, "people", "p.csv", csv.as_bytes(), &[("mode", "update")]).await;
    let words = staff.page(&format!("{only}/preview")).await.words();
    assert!(words.contains("There is no such person, and only updates are wanted"), "{words}");
}

async fn what_was_in_files_goes_in_time(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let import = preview(&mut staff, "c.csv", b"Company,Type\nFirst,Agent\n", &[]).await;
    act(&mut staff, &import, "apply", &[]).await;
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    portal.later(days(89));
    app::privacy::retention::apply(&portal.backend).await.unwrap();
    assert_eq!(portal.count("import_changes").await, 1, "not yet");
    portal.later(days(2));
    app::privacy::retention::apply(&portal.backend).await.unwrap();
    for table in ["import_rows", "import_plans", "import_changes"] {
        assert_eq!(
            portal
                .count(match table {
                    "import_rows" => "import_rows",
                    "import_plans" => "import_plans",
                    _ => "import_changes",
                })
                .await,
            0,
            "{table}"
        );
    }
    let mut staff = portal.signed_in(Role::Staff).await;
    let words = staff.page(&format!("{import}/preview")).await.words();
    assert!(words.contains("cannot be undone any more") && words.contains("Created 1"), "{words}");
    let words = act(&mut staff, &import, "revert", &[]).await;
    assert!(words.contains("Applied"), "{words}");
    assert_eq!(portal.count("companies WHERE archived_at IS NULL").await, 1);
}

async fn nothing_of_an_erased_person_stays_in_files(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    portal.account("ada", Role::Expert).await;
    let mut ada = portal.browser();
    ada.sign_in("ada").await;
    let csv = "Name,E-mail,Phone\nAda,Ada@Story.Example,1234\nAda,ADA@story.example,x\nOther,o@a.example,\n";
    let import = preview_of(&mut staff, "people", "p.csv", csv.as_bytes(), &[]).await;
    act(&mut staff, &import, "apply", &[]).await;
    preview_of(&mut staff, "people", "again.csv", csv.as_bytes(), &[]).await;
    ada.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", "")]).await;
    let page = admin.page("/admin/erasures").await.text();
    let start = page.find("/admin/erasures/").unwrap();
    let request: String = page[start..].chars().take_while(|c| *c != '"').collect();
    let id = request.rsplit('/').next().unwrap().to_owned();
    let answer = admin.post(&request, "/api/privacy/erase", &[("id", &id)]).await;
    assert_eq!(answer.location(), "/admin/erasures", "{}", answer.words());
    assert_eq!(portal.count("import_rows WHERE lower(cells) LIKE '%ada@%'").await, 0);
    assert_eq!(portal.count("import_plans WHERE lower(changes) LIKE '%ada%'").await, 0);
    assert_eq!(portal.count("import_changes WHERE lower(changes) LIKE '%ada%'").await, 0);
    assert_eq!(portal.count("import_rows").await, 4, "the heads and the other one, in both files");
    // Undoing the import gives nobody back who was erased.
    act(&mut staff, &import, "revert", &[("others", "1")]).await;
    assert_eq!(portal.count("people WHERE lower(email) LIKE 'ada%'").await, 0);
    portal.journal_holds().await;
}

async fn the_demonstration_comes_back_unchanged(portal: Portal) {
    server::demonstration::load(&portal.backend).await.unwrap();
    let mut staff = portal.signed_in(Role::Staff).await;
    for what in ["companies", "people"] {
        let file = format!("{what}.xlsx");
        let bytes = staff.page(&format!("/{file}")).await.bytes;
        let import = preview_of(&mut staff, what, &file, &bytes, &[]).await;
        let words = staff.page(&format!("{import}/preview")).await.words();
        assert!(words.contains("Create 0 Update 0") && words.contains("Rejected 0"), "{what}: {words}");
    }
}

/// SQLite has one writer. What somebody types while an import has it is written after it, though that takes long.
async fn a_form_waits_while_an_import_is_written(mut portal: Portal) {
    portal.set(|settings| settings.longest_form = Duration::from_millis(300));
    let mut staff = portal.signed_in(Role::Staff).await;
    let writer = portal.write().await;
    if matches!(writer, app::backend::database::Tx::Postgres(_)) {
        return;
    }
    let fields = [("name_en", "Meanwhile Ltd"), ("kinds[]", "agent"), ("stage", "target")];
    let post = async |staff: &mut Browser| staff.post("/companies/new", "/api/companies/create", &fields).await;
    let busy = portal.backend.writes_much();
    let (answer, ()) = tokio::join!(post(&mut staff), async {
        until("the form waits", async || portal.waiting().await == 1).await;
        tokio::time::sleep(3 * portal.backend.settings.longest_form).await;
        drop(writer);
    });
    assert!(answer.location().starts_with("/companies/0"), "{} {}", answer.status, answer.words());
    drop(busy);
    // For anything else nobody is kept waiting for so long.
    let writer = portal.write().await;
    assert_eq!(post(&mut staff).await.status, StatusCode::SERVICE_UNAVAILABLE);
    drop(writer);
}
