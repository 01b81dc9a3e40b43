//! What the columns of a file are: guessed, said, kept and found again; and what stands in them.

use app::actor::Role;
use rust_xlsxwriter::Workbook;

use super::{act, columns, preview, preview_of, sent, settled};
use crate::both;
use crate::harness::{Browser, Portal};

both!(
    dates_that_could_be_either_are_asked_about_once,
    a_way_to_read_columns_is_kept_and_found_again,
    saved_columns_of_one_head_go_by_their_order,
    sheets_merged_cells_and_doubled_heads_are_told_of,
    kinds_go_by_their_usual_names_and_others_are_told_the_possible_ones,
    what_remarks_say_is_not_shown_to_the_company,
);

async fn dates_that_could_be_either_are_asked_about_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("First").await;
    let csv = "Name,Company,Since\nOne,First,03/04/2025\nTwo,First,05/06/2024\n";
    let mapping = sent(&mut staff, "people", "p.csv", csv.as_bytes()).await;
    let fields = columns(&mut staff, &mapping, &[]).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (_, refused) = staff.submit(&mapping, "/api/imports/map", &fields).await;
    let words = refused.words();
    assert!(words.contains("Since: Please say which number is the day"), "{words}");
    let import = mapping.strip_suffix("/mapping").unwrap().to_owned();
    let said: Vec<(&str, &str)> = fields.into_iter().chain([("orders[2]", "month")]).collect();
    staff.post(&mapping, "/api/imports/map", &said).await;
    settled(&mut staff, &format!("{import}/preview")).await;
    act(&mut staff, &import, "apply", &[]).await;
    assert_eq!(portal.count("positions WHERE since IN ('2025-03-04', '2024-05-06')").await, 2);
    // Where one date of the column tells, nobody is asked.
    let csv = "Name,Company,Since\nThree,First,03/04/2025\nFour,First,25/12/2024\n";
    let import = preview_of(&mut staff, "people", "p.csv", csv.as_bytes(), &[]).await;
    act(&mut staff, &import, "apply", &[]).await;
    assert_eq!(portal.count("positions WHERE since IN ('2025-04-03', '2024-12-25')").await, 2);
}

async fn a_way_to_read_columns_is_kept_and_found_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let csv = b"Thing,Where\nZealand,Aarhus\n";
    let said = [("columns[0]", "name_en"), ("columns[1]", "city"), ("kind", "agent"), ("save_as", "From the fair")];
    let import = preview(&mut staff, "f.csv", csv, &said).await;
    assert!(staff.page(&format!("{import}/preview")).await.words().contains("Create 1"));
    let mut other = portal.signed_in(Role::Administrator).await;
    let mapping = sent(&mut other, "companies", "g.csv", csv).await;
    let fields = columns(&mut other, &mapping, &[]).await;
    let field = |name: &str| fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str());
    assert_eq!((field("columns[0]"), field("columns[1]")), (Some("name_en"), Some("city")));
    assert!(other.page(&mapping).await.words().contains("From the fair"));
    // Of people the same heads are something else.
    let mapping = sent(&mut other, "people", "g.csv", csv).await;
    let fields = columns(&mut other, &mapping, &[]).await;
    assert!(fields.iter().all(|(name, value)| !name.starts_with("columns") || value.is_empty()), "{fields:?}");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (_, refused) = other.submit(&mapping, "/api/imports/map", &fields).await;
    assert!(refused.words().contains("At least one column must be a name"), "{}", refused.words());
    let twice = [("id", fields[0].1), ("sheet", "0"), ("header", "1"), ("columns[0]", "name"), ("columns[1]", "name")];
    let (_, refused) = other.submit(&mapping, "/api/imports/map", &twice).await;
    assert!(refused.words().contains("Where: Another column is this field already"), "{}", refused.words());
}

async fn sheets_merged_cells_and_doubled_heads_are_told_of(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap().write_string(0, 0, "Only a note").unwrap();
    let sheet = book.add_worksheet().set_name("名单").unwrap();
    for (column, head) in (0..).zip(["企业名称", "国家", "City", "city"]) {
        sheet.write_string(0, column, head).unwrap();
    }
    sheet.merge_range(1, 1, 2, 1, "丹麦", &rust_xlsxwriter::Format::new()).unwrap();
    for (line, name) in [(1, "甲公司"), (2, "乙公司")] {
        sheet.write_string(line, 0, name).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let mapping = sent(&mut staff, "companies", "sheets.xlsx", &bytes).await;
    let words = staff.page(&mapping).await.words();
    assert!(words.contains("Only a note") && words.contains("The file has merged cells (1)"), "{words}");
    let second = format!("{mapping}?sheet=1");
    let words = staff.page(&second).await.words();
    assert!(words.contains("甲公司 · 乙公司") && words.contains("city (2)"), "{words}");
    let fields = columns(&mut staff, &second, &[("kind", "agent")]).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let preview = staff.post(&second, "/api/imports/map", &fields).await.location();
    let import = preview.strip_suffix("/preview").unwrap().to_owned();
    settled(&mut staff, &preview).await;
    act(&mut staff, &import, "apply", &[]).await;
    assert_eq!(portal.count("companies WHERE country = 'DK'").await, 1, "the first cell has it");
    assert_eq!(portal.count("companies WHERE country IS NULL").await, 1);
}

/// What a select of the page has chosen.
async fn chosen(browser: &mut Browser, page: &str, select: &str) -> String {
    let html = browser.page(page).await.text();
    let start = html.find(&format!("<select id=\"{select}\"")).unwrap();
    let select = &html[start..start + html[start..].find("</select>").unwrap()];
    let option = select.split("<option ").find(|option| option.contains(" selected")).unwrap_or_default();
    option.split('>').nth(1).unwrap_or_default().split('<').next().unwrap_or_default().to_owned()
}

async fn saved_columns_of_one_head_go_by_their_order(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let csv = "企业名称,网站,网站,类型\n甲公司,www.a.cn,www.b.cn,医院\n乙公司,www.c.cn,www.d.cn,药店\n";
    let said = [("columns[1]", "website"), ("columns[2]", "websites"), ("save_as", "Two websites")];
    let import = preview(&mut staff, "f.csv", csv.as_bytes(), &said).await;
    assert_eq!(chosen(&mut staff, &format!("{import}/mapping"), "saved").await, "Two websites", "still the same");
    let mapping = sent(&mut staff, "companies", "g.csv", csv.as_bytes()).await;
    assert_eq!(chosen(&mut staff, &mapping, "saved").await, "Two websites", "it says what was taken");
    let fields = columns(&mut staff, &mapping, &[]).await;
    let taken: Vec<&str> =
        fields.iter().filter(|(name, _)| name.starts_with("columns")).map(|(_, value)| value.as_str()).collect();
    assert_eq!(taken, ["name_zh", "website", "websites", "kinds"]);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = staff.post(&mapping, "/api/imports/map", &fields).await;
    assert!(answer.location().ends_with("/preview"), "{}", answer.words());
    settled(&mut staff, &answer.location()).await;
    // Who wants none has the guess.
    let mapping = sent(&mut staff, "companies", "h.csv", csv.as_bytes()).await;
    let none = format!("{mapping}?of=0&header=1&saved=none");
    assert_eq!(chosen(&mut staff, &none, "saved").await, "");
    let fields = columns(&mut staff, &none, &[]).await;
    assert!(fields.contains(&("columns[2]".to_owned(), String::new())), "{fields:?}");
}

async fn kinds_go_by_their_usual_names_and_others_are_told_the_possible_ones(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let csv =
        "企业名称,企业类型\n甲公司,生产企业\n乙公司,代理商\n丙医院,医院\nD Ltd,Hospital; distributor\n戊公司,面包店\n";
    let import = preview(&mut staff, "f.csv", csv.as_bytes(), &[]).await;
    let page = format!("{import}/preview");
    let words = staff.page(&page).await.words();
    assert!(words.contains("Create 4") && words.contains("Rejected 1"), "{words}");
    assert!(
        words.contains("“面包店”: This is not one of the possible values: Manufacturer, Agent, Medical inst"),
        "{words}"
    );
    staff.set_cookie("language", "zh");
    let words = staff.page(&page).await.words();
    assert!(words.contains("不是可用的选项，可填：生产企业（上市许可持有人）、境内代理人"), "{words}");
    act(&mut staff, &import, "apply", &[]).await;
    assert_eq!(portal.count("companies WHERE kinds LIKE '%agent medical_institution%'").await, 1);
    assert_eq!(portal.count("companies WHERE kinds LIKE '%manufacturer%'").await, 1);
}

async fn what_remarks_say_is_not_shown_to_the_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let csv = "企业名称,类别,备注,Patient safety\n甲公司,Human,他们很难打交道,No\n乙公司,Human,已欠款,No\n";
    let mapping = sent(&mut staff, "companies", "f.csv", csv.as_bytes()).await;
    let fields = columns(&mut staff, &mapping, &[]).await;
    let taken: Vec<&str> =
        fields.iter().filter(|(name, _)| name.starts_with("columns")).map(|(_, value)| value.as_str()).collect();
    assert_eq!(taken, ["name_zh", "", "", ""], "neither a kind, nor about the company, nor Norway");
}
