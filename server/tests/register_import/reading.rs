//! Files that are read, and those that are refused: at once, and with a word that helps.

use std::io::Write as _;
use std::sync::LazyLock;

use app::actor::Role;

use super::{preview, sent};
use crate::both;
use crate::harness::{Browser, Portal};

both!(hostile_files_are_refused, what_a_small_file_becomes_is_bounded, rejected_rows_are_given_however_many_there_are,);

/// A small workbook of which 210 MB are unpacked.
static BOMB: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    bomb.start_file("xl/workbook.xml", options).unwrap();
    bomb.write_all(b"<workbook/>").unwrap();
    bomb.start_file("xl/worksheets/sheet1.xml", options).unwrap();
    let megabyte = vec![b' '; 1024 * 1024];
    for _ in 0..210 {
        bomb.write_all(&megabyte).unwrap();
    }
    bomb.finish().unwrap().into_inner()
});

async fn hostile_files_are_refused(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let bomb = BOMB.clone();
    // The same, whose directory says that it is small.
    let mut liar = bomb.clone();
    let size = (210 * 1024 * 1024_u32).to_le_bytes();
    let places: Vec<usize> = (0..liar.len() - 4).filter(|at| liar[*at..*at + 4] == size).collect();
    assert!(!places.is_empty());
    for at in places {
        liar[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    let wide = vec!["x"; 10_000].join(",");
    for (name, bytes, said) in [
        ("bomb.xlsx", bomb.as_slice(), "unpack"),
        ("liar.xlsx", liar.as_slice(), "damaged"),
        ("wide.csv", wide.as_bytes(), "200 columns"),
        ("latin.csv", b"name,city\nM\xFCller,K\xF6ln\n".as_slice(), "GB18030"),
        (
            "open.csv",
            b"name,city\nA,\"Aarhus\nB,Odense\nC,Skive\n".as_slice(),
            "A quotation mark in line 2 is not closed",
        ),
        ("empty.csv", b"".as_slice(), "This file is empty"),
        ("old.xls", b"\xD0\xCF\x11\xE0....".as_slice(), "XLSX"),
    ] {
        let start = app::backend::clock::stopwatch();
        let answer = staff.send("/imports/new", &[], name, bytes).await;
        let took = start.elapsed();
        let words = staff.page(&answer.location()).await.words();
        assert!(answer.location().contains("refused=") && words.contains(said), "{name}: {words}");
        println!("{name}: refused in {took:?}");
    }
    assert_eq!((portal.count("register_imports").await, portal.count("import_rows").await), (0, 0));
}

/// A workbook whose sheets name parts by their numbers.
fn workbook(parts: &[&str], sheets: &[usize], texts: &[String]) -> Vec<u8> {
    let mut book = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    let mut add = |name: &str, content: &str| {
        book.start_file(name, options).unwrap();
        book.write_all(b"<?xml version=\"1.0\"?>").unwrap();
        book.write_all(content.as_bytes()).unwrap();
    };
    let package = "http://schemas.openxmlformats.org/package/2006";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    add(
        "[Content_Types].xml",
        &format!(
            "<Types xmlns=\"{package}/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/>\
             <Override PartName=\"/xl/workbook.xml\" \
             ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"
        ),
    );
    add(
        "_rels/.rels",
        &format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"rId1\" \
             Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    let named: String =
        (1..=sheets.len()).map(|at| format!("<sheet name=\"S{at}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>")).collect();
    add(
        "xl/workbook.xml",
        &format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets>{named}</sheets></workbook>"),
    );
    let targets: String = (1..)
        .zip(sheets)
        .map(|(at, part)| {
            format!("<Relationship Id=\"rId{at}\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet{part}.xml\"/>")
        })
        .collect();
    add(
        "xl/_rels/workbook.xml.rels",
        &format!(
            "<Relationships xmlns=\"{package}/relationships\">{targets}<Relationship Id=\"rIdS\" \
             Type=\"{office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>"
        ),
    );
    for (at, rows) in parts.iter().enumerate() {
        let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
        add(&format!("xl/worksheets/sheet{at}.xml"), &sheet);
    }
    let texts: String = texts.iter().map(|text| format!("<si><t>{text}</t></si>")).collect();
    add("xl/sharedStrings.xml", &format!("<sst xmlns=\"{main}\">{texts}</sst>"));
    book.finish().unwrap().into_inner()
}

async fn said(staff: &mut Browser, name: &str, bytes: &[u8]) -> String {
    let start = app::backend::clock::stopwatch();
    let answer = staff.send("/imports/new", &[], name, bytes).await;
    println!("{name} ({} bytes): answered in {:?}", bytes.len(), start.elapsed());
    assert!(answer.location().contains("refused="), "{name}: {}", answer.location());
    staff.page(&answer.location()).await.words()
}

async fn what_a_small_file_becomes_is_bounded(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let head = "<row><c t=\"s\"><v>0</v></c></row>";
    // The workbook that the others are made like is read.
    let sane =
        workbook(&[&format!("{head}<row><c t=\"s\"><v>1</v></c></row>")], &[0], &["Company".into(), "Sane".into()]);
    let mapping = sent(&mut staff, "companies", "sane.xlsx", &sane).await;
    assert!(staff.page(&mapping).await.words().contains("Sane"));
    let files = (portal.count("register_imports").await, portal.count("import_rows").await);

    // One text of 5,000 letters in 60,000 cells.
    let row = format!("<row>{}</row>", "<c t=\"s\"><v>0</v></c>".repeat(200));
    let again = workbook(&[&row.repeat(300)], &[0], &["x".repeat(5000)]);
    assert!(again.len() < 10_000);
    let words = said(&mut staff, "again.xlsx", &again).await;
    assert!(words.contains("unpack"), "{words}");
    // The same beside a part that nobody reads.
    let padded = workbook(&[&row.repeat(300), &" ".repeat(20 * 1024 * 1024)], &[0], &["x".repeat(5000)]);
    let words = said(&mut staff, "padded.xlsx", &padded).await;
    assert!(words.contains("more than 48 MB of text"), "{words}");
    // Two sheets, and two hundred, that are one part.
    let empty = format!("{head}{}", "<row r=\"9\"/>".repeat(20_000));
    for sheets in [2, 200] {
        let same = workbook(&[&empty], &vec![0; sheets], &["Company".into()]);
        let words = said(&mut staff, "same.xlsx", &same).await;
        assert!(words.contains("Two sheets of the file are one and the same"), "{words}");
    }
    let many = workbook(&[&empty], &[0; 201], &["Company".into()]);
    assert!(said(&mut staff, "many.xlsx", &many).await.contains("More than 200 sheets"));
    // A cell as no program writes it is not read into memory.
    let long = format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "x".repeat(2 * 1024 * 1024));
    assert!(said(&mut staff, "long.xlsx", &workbook(&[&long], &[0], &[])).await.contains("damaged"));
    staff.set_cookie("language", "zh");
    assert!(said(&mut staff, "many.xlsx", &many).await.contains("工作表超过 200 个"));
    assert!(said(&mut staff, "open.csv", b"name\n\"A\nB\n").await.contains("第 2 行有未闭合的引号"));
    assert_eq!((portal.count("register_imports").await, portal.count("import_rows").await), files, "nothing is left");
}

async fn rejected_rows_are_given_however_many_there_are(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let rows: String = (0..1200)
        .map(|at| match at % 10 {
            0 => format!("Fine {at},Denmark,agent\n"),
            _ => format!("Lost {at},Atlantis,agent\n"),
        })
        .collect();
    let import = preview(&mut staff, "many.csv", format!("Company,Country,Type\n{rows}").as_bytes(), &[]).await;
    let csv = staff.page(&format!("{import}/rejected.csv")).await.text();
    assert!(
        csv.starts_with('\u{feff}') && csv.lines().next().unwrap().starts_with("\u{feff}Company,Country,Type,Line,")
    );
    let lines: Vec<&str> = csv.lines().skip(1).collect();
    assert_eq!(lines.len(), 1080);
    assert!(
        lines[0].starts_with("Lost 1,Atlantis,agent,3,") && lines[1079].starts_with("Lost 1199,Atlantis,agent,1201,")
    );
    assert!(lines[500].contains("two-letter code"), "{}", lines[500]);
    let book = staff.page(&format!("{import}/rejected.xlsx")).await;
    assert!(book.bytes.starts_with(b"PK"));
    let mapping = sent(&mut staff, "companies", "rejected.xlsx", &book.bytes).await;
    assert!(staff.page(&mapping).await.words().contains("Lost 1"));
}
