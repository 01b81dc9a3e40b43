//! What the reader makes of an invented table, in every form the Agency's may come in, and of files that are none.

use std::io::{Cursor, Write as _};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Column, Designation, HEADERS, MAX_ROWS, RejectReason, Status, Table, TableError, clean, iso_date, read};

/// Invented medicines, one of every status and two for animals, in the Agency's format.
const TABLE: &str = include_str!("../ema_test_table.csv");

fn records() -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(TABLE.as_bytes());
    reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect()
}

fn csv_of(records: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(delimiter).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).unwrap();
    }
    writer.into_inner().unwrap()
}

fn place(column: Column) -> usize {
    records()[0].iter().position(|header| clean(header) == HEADERS[column as usize]).unwrap()
}

/// The table with one cell changed, the header being row 0.
fn changed(row: usize, column: Column, value: &str) -> Table {
    let mut records = records();
    records[row][place(column)] = value.to_owned();
    read(&csv_of(&records, b',')).unwrap()
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// A spreadsheet of the rows given, each at its row number; a cell "#43890" is a number formatted as a date.
fn xlsx_of(rows: &[(usize, Vec<String>)], texts: Option<&str>) -> Vec<u8> {
    let mut sheet =
        r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#.to_owned();
    for (line, cells) in rows {
        sheet += &format!(r#"<row r="{line}">"#);
        for cell in cells {
            sheet += &match cell.strip_prefix('#') {
                _ if cell.is_empty() => "<c/>".to_owned(),
                Some(serial) => format!(r#"<c s="1"><v>{serial}</v></c>"#),
                None => format!(r#"<c t="inlineStr"><is><t>{}</t></is></c>"#, html_escape::encode_text(cell)),
            };
        }
        sheet += "</row>";
    }
    sheet += "</sheetData></worksheet>";
    let mut parts = vec![
        ("[Content_Types].xml", r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#),
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r" Target="xl/workbook.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Table" sheetId="1" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>"#,
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#,
        ),
        ("xl/worksheets/sheet1.xml", &sheet),
    ];
    parts.extend(texts.map(|texts| ("xl/sharedStrings.xml", texts)));
    zipped(&parts)
}

fn below_titles() -> Vec<(usize, Vec<String>)> {
    let titles = ["Medicines output", "", "Generated on", ""].map(|title| vec![title.to_owned()]);
    titles.into_iter().chain(records()).enumerate().map(|(index, cells)| (index + 1, cells)).collect()
}

#[test]
fn rows_become_medicines_cell_by_cell() {
    let table = read(TABLE.as_bytes()).unwrap();
    assert_eq!((table.rows, table.medicines.len(), table.veterinary), (13, 11, 2));
    assert_eq!(table.rejected, []);
    let first = &table.medicines[0];
    assert_eq!((first.line, first.number.as_str(), first.name.as_str()), (2, "EMEA/H/C/990001", "Invental"));
    assert_eq!(first.status, Status::Authorised);
    assert_eq!(first.inn.as_deref(), Some("inventinib"));
    assert_eq!(first.active_substance.as_deref(), Some("inventinib mesilate"));
    assert_eq!(first.atc.as_deref(), Some("X01AA01"));
    assert_eq!(first.therapeutic_areas, ["Invented Disease, Chronic", "Imaginary Pain"]);
    assert_eq!(first.pharmacotherapeutic_group.as_deref(), Some("Invented agents"));
    let indication = "Adults with < 3 and \"quoted\" signs of invented disease, aged 18 to 20.";
    assert_eq!(first.indication.as_deref(), Some(indication));
    assert_eq!(first.designations, [Designation::AdditionalMonitoring, Designation::Orphan, Designation::Prime]);
    assert_eq!(first.holder.as_deref(), Some("Beispiel Arznei Deutschland GmbH Co. KG"), "no ampersand is invented");
    assert_eq!(first.url, "https://www.example.eu/medicines/human/invental-01");
    let second = &table.medicines[1];
    assert_eq!((second.holder.as_deref(), second.atc.as_deref()), (Some("Sample Medicines (Ireland) Limited"), None));
    assert_eq!(table.medicines[10].holder, None);
}

#[test]
fn the_date_is_the_one_of_the_status() {
    let table = read(TABLE.as_bytes()).unwrap();
    let dates: Vec<_> = table.medicines.iter().map(|m| (m.status, m.decided_on.as_deref())).collect();
    assert_eq!(
        dates,
        [
            (Status::Authorised, Some("2020-02-29")),
            (Status::Withdrawn, Some("2009-12-31")),
            (Status::ApplicationWithdrawn, Some("2014-05-16")),
            (Status::Refused, Some("2013-02-22")),
            (Status::Opinion, Some("2025-01-30")),
            (Status::OpinionUnderReexamination, Some("2025-02-27")),
            (Status::Lapsed, Some("2006-06-06")),
            (Status::Expired, None),
            (Status::Revoked, Some("2009-09-09")),
            (Status::Suspended, Some("2011-11-11")),
            (Status::WithdrawnFromRollingReview, Some("2021-11-12")),
        ]
    );
    assert_eq!(table.medicines[7].authorised_on.as_deref(), Some("2007-07-07"));
    assert_eq!(table.medicines[3].authorised_on, None);
}

#[test]
fn every_form_of_the_same_table_reads_alike() {
    let table = read(TABLE.as_bytes()).unwrap();
    let records = records();
    assert_eq!(read(format!("\u{feff}{TABLE}").as_bytes()).unwrap(), table, "byte order mark");
    assert_eq!(read(TABLE.replace('\n', "\r\n").as_bytes()).unwrap(), table, "line ends of Windows");
    assert_eq!(read(&csv_of(&records, b';')).unwrap(), table, "semicolons");
    assert_eq!(read(&csv_of(&records, b'\t')).unwrap(), table, "tabs");
    let turned: Vec<Vec<String>> = records
        .iter()
        .map(|record| record.iter().rev().cloned().chain(["an additional column".to_owned()]).collect())
        .collect();
    assert_eq!(read(&csv_of(&turned, b',')).unwrap(), table, "other order, additional column");
    let shouted: Vec<Vec<String>> = [records[0].iter().map(|h| h.to_uppercase().replace(' ', " \u{a0} ")).collect()]
        .into_iter()
        .chain(records[1..].iter().cloned())
        .collect();
    assert_eq!(read(&csv_of(&shouted, b',')).unwrap(), table, "capitals and spaces in the header");
    let plain: Vec<_> = records.into_iter().enumerate().map(|(index, cells)| (index + 1, cells)).collect();
    assert_eq!(read(&xlsx_of(&plain, None)).unwrap(), table, "spreadsheet");
}

#[test]
fn a_spreadsheet_has_titles_and_real_dates() {
    let mut rows = below_titles();
    rows[5].1[place(Column::AuthorisedOn)] = "#43890".to_owned();
    rows[6].1[place(Column::AuthorisedOn)] = "36951".to_owned();
    let table = read(&xlsx_of(&rows, None)).unwrap();
    assert_eq!((table.medicines.len(), table.veterinary), (10, 2));
    assert_eq!(table.medicines[0].decided_on.as_deref(), Some("2020-02-29"));
    assert_eq!(table.medicines[0].line, 6);
    assert_eq!(
        (table.rejected[0].line, table.rejected[0].reason),
        (7, RejectReason::BadDate),
        "a bare number is no date"
    );
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_numbers_them() {
    for end in ["\n", "\r\n"] {
        let text = format!("A title\n\n\n{TABLE}").replace('\n', end);
        // Line ends within quoted cells are part of the cell and start no row.
        let text = text.replacen(&format!("{end}Human,Nonesuch"), &format!("{end}{end}Human,Nonesuch"), 1);
        let lines: Vec<usize> = read(text.as_bytes()).unwrap().medicines.iter().map(|m| m.line).collect();
        assert_eq!(lines, [5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16]);
    }
}

#[test]
fn a_row_that_is_not_understood_is_set_aside() {
    for (column, value, reason) in [
        (Column::Category, "", RejectReason::UnknownCategory),
        (Column::Category, "Herbal", RejectReason::UnknownCategory),
        (Column::Number, "&nbsp;", RejectReason::MissingNumber),
        (Column::Number, "EMEA/H/C/990001", RejectReason::DuplicateNumber),
        (Column::Name, "", RejectReason::MissingName),
        (Column::Status, "Adored", RejectReason::UnknownStatus),
        (Column::Orphan, "Perhaps", RejectReason::BadFlag),
        (Column::EndedOn, "30/02/2009", RejectReason::BadDate),
        (Column::AuthorisedOn, "2009", RejectReason::BadDate),
        (Column::Url, "javascript:alert(1)", RejectReason::BadAddress),
    ] {
        let table = changed(2, column, value);
        assert_eq!((table.medicines.len(), table.veterinary, table.rejected.len()), (10, 2, 1), "{reason:?}");
        let rejected = &table.rejected[0];
        assert_eq!((rejected.line, rejected.column, rejected.reason), (3, HEADERS[column as usize], reason));
        assert_eq!(rejected.value, clean(value));
    }
    assert_eq!(changed(2, Column::Name, &"x".repeat(9_999)).rejected, []);
    assert_eq!(changed(2, Column::Status, &"x".repeat(9_999)).rejected[0].value.len(), 200);
    assert_eq!(changed(2, Column::Orphan, "").rejected, [], "an empty flag is none");
    assert_eq!(changed(2, Column::OpinionOn, "soon").rejected, [], "a date that is not read is not judged");
}

#[test]
fn a_cut_off_file_is_refused_wherever_it_is_cut() {
    let header = TABLE.find("\nHuman").unwrap();
    let starts: Vec<usize> =
        TABLE.match_indices("\nHuman").chain(TABLE.match_indices("\nVet")).map(|(i, _)| i + 1).collect();
    for cut in (header + 2..TABLE.len()).step_by(5) {
        if starts.contains(&cut) {
            continue;
        }
        let outcome = read(&TABLE.as_bytes()[..cut]);
        assert!(matches!(outcome, Err(TableError::Truncated { .. })), "cut at {cut}: {outcome:?}");
    }
    let cut = TABLE.find("Nothing, ").unwrap();
    assert_eq!(read(&TABLE.as_bytes()[..cut]), Err(TableError::Truncated { line: 5 }));
    let within_space = TABLE.find('\u{a0}').unwrap() + 1;
    assert_eq!(read(&TABLE.as_bytes()[..within_space]), Err(TableError::Truncated { line: 2 }), "within a character");
    for cut in (1..header).step_by(5) {
        assert!(
            matches!(read(&TABLE.as_bytes()[..cut]), Err(TableError::NotEma { .. } | TableError::NotATable)),
            "{cut}"
        );
    }
    // The row that lacks its last cell is not the last one.
    let uneven = TABLE.replacen(",https://www.example.eu/medicines/human/nonesuch-04", "", 1);
    assert_eq!(read(uneven.as_bytes()), Err(TableError::Uneven { line: 5, cells: 38, columns: 39 }));
    let quoted_last = TABLE.trim_end().rsplit_once(',').unwrap().0.to_owned() + ",\"https://www.exa\n";
    assert_eq!(read(quoted_last.as_bytes()), Err(TableError::Truncated { line: 14 }));
    let spreadsheet = xlsx_of(&below_titles(), None);
    for cut in (4..spreadsheet.len()).step_by(7) {
        assert!(matches!(read(&spreadsheet[..cut]), Err(TableError::Damaged(_))), "cut at {cut}");
    }
}

#[test]
fn files_that_are_no_table_are_refused() {
    assert_eq!(read(b""), Err(TableError::Empty));
    assert_eq!(read("\u{feff}\r\n \n".as_bytes()), Err(TableError::Empty));
    assert_eq!(read(b"<!DOCTYPE html><title>Medicines, and more</title>\n"), Err(TableError::NotATable));
    assert_eq!(read(b"Just some words\non two lines\n"), Err(TableError::NotATable));
    assert_eq!(read(TABLE.replace("Paused", "Pau\0sed").as_bytes()), Err(TableError::NotATable));
    assert_eq!(read(b"%PDF-1.7\n\xe2\xe3\xcf\xd3\n"), Err(TableError::Encoding));
    assert_eq!(read(&zipped(&[("word/document.xml", "<w:document/>")])), Err(TableError::NotATable));
    assert_eq!(read(&zipped(&[])), Err(TableError::NotATable));
    let latin: Vec<u8> = TABLE.replace("Paused", "Paus\u{e9}").chars().map(|c| c as u8).collect();
    assert_eq!(read(&latin), Err(TableError::Encoding));
    let mut wide = vec![0xFF, 0xFE];
    wide.extend(TABLE.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read(&wide), Err(TableError::Encoding));
    let mut state = 1u64;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    })
    .take(5_000_000)
    .collect();
    assert_eq!(read(&noise), Err(TableError::NotATable));
}

#[test]
fn other_tables_are_refused_with_what_they_lack() {
    let header_only = &records()[..1];
    assert_eq!(read(&csv_of(header_only, b',')), Err(TableError::Empty));
    let rows = [(1, header_only[0].clone())];
    assert_eq!(read(&xlsx_of(&rows, None)), Err(TableError::Empty));
    assert_eq!(read(&xlsx_of(&[], None)), Err(TableError::Empty));
    assert_eq!(read(b"Country;Capital\nIreland;Dublin\n"), Err(TableError::NotEma { missing: HEADERS.to_vec() }));
    for name in ["Category", "EMA product number", "Marketing authorisation developer / applicant / holder"] {
        let foreign = TABLE.replacen(name, "Something else", 1);
        assert_eq!(read(foreign.as_bytes()), Err(TableError::NotEma { missing: vec![name] }));
    }
    let late = format!("{}{TABLE}", "title,\n".repeat(31));
    assert_eq!(
        read(late.as_bytes()),
        Err(TableError::NotEma { missing: HEADERS.to_vec() }),
        "the header comes too late"
    );
    let message = read(b"Country;Capital\nIreland;Dublin\n").unwrap_err().to_string();
    assert!(message.starts_with("the table lacks the columns Category, Name of medicine, "), "{message}");
}

#[test]
fn files_beyond_all_measure_are_refused() {
    assert_eq!(read(format!("{}\n", "a,".repeat(600)).as_bytes()), Err(TableError::TooLarge));
    let long = TABLE.to_owned() + &format!("Veterinary{}\n", ",".repeat(38)).repeat(MAX_ROWS);
    assert_eq!(read(long.as_bytes()), Err(TableError::TooLarge));
    let mut rows = below_titles();
    rows.push((1_048_576, vec!["far below".to_owned()]));
    assert_eq!(read(&xlsx_of(&rows, None)), Err(TableError::TooLarge));
    let mut bomb = xlsx_of(&below_titles(), None);
    let entry = bomb.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    bomb[entry + 24..entry + 28].copy_from_slice(&200_000_001u32.to_le_bytes());
    assert_eq!(read(&bomb), Err(TableError::TooLarge), "by the size the directory states");
    for claim in ["uniqueCount=\"99999999999999999999999\"", "count=\"1\" uniqueCount = '100000000000'"] {
        let texts = format!("<sst {claim}><si><t>x</t></si></sst>");
        assert!(matches!(read(&xlsx_of(&below_titles(), Some(&texts))), Err(TableError::Damaged(_))), "{claim}");
    }
}

#[test]
fn text_is_cleaned_and_otherwise_left_alone() {
    assert_eq!(clean(" a\u{a0}&nbsp; b\r\n\tc\u{202f}"), "a b c");
    assert_eq!(clean("&lt;b&gt; &amp; &amp;lt; &#8805; &eacute;"), "<b> & &lt; ≥ é", "decoded once");
    assert_eq!(clean("AT&T &unknown; 5 < 6 &amp"), "AT&T &unknown; 5 < 6 &amp");
    assert_eq!(clean("a\u{7}b \u{0}\u{202e}c\u{ad}d"), "ab c\u{ad}d");
    assert_eq!(clean("\u{a0}\u{0}"), "");
}

#[test]
fn dates_are_real_and_read_one_way_only() {
    for text in ["29/02/2020", "29.02.2020", "2020-02-29", "2020-02-29T00:00:00", "29/02/2020 00:00"] {
        assert_eq!(iso_date(text).as_deref(), Some("2020-02-29"), "{text}");
    }
    for text in [
        "",
        "29/02/2021",
        "29/02/1900",
        "31/04/2020",
        "00/01/2020",
        "01/13/2020",
        "1/2/2020",
        "01/02/20",
        "01-02-2020",
        "43890",
        "1/",
        "٠١/٠٢/٢٠٢٠",
        "01/02/0020",
        "29/02/2020/1",
    ] {
        assert_eq!(iso_date(text), None, "{text}");
    }
}

#[test]
fn keys_lead_back_to_their_values() {
    for status in Status::ALL {
        assert_eq!(Status::from_key(status.as_str()), Some(status));
    }
    for designation in Designation::ALL {
        assert_eq!(Designation::from_key(designation.as_str()), Some(designation));
    }
    assert_eq!(Status::from_text("opinion under RE-EXAMINATION"), Some(Status::OpinionUnderReexamination));
    assert_eq!((Status::from_text(""), Status::from_key("Authorised")), (None, None));
}

/// The Agency's own file is not part of the project; where it is at hand, its known counts have to come out.
#[test]
fn the_published_table_of_march_2025_is_read_in_full() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/ema/medicines_output_medicines_en.csv");
    let path = std::env::var("PORTAL_EMA_FILE").unwrap_or_else(|_| beside.to_owned());
    let Ok(bytes) = std::fs::read(&path) else {
        println!("not at hand: {path}");
        return;
    };
    let table = read(&bytes).unwrap();
    assert_eq!((table.rows, table.medicines.len(), table.veterinary), (2_515, 2_159, 356));
    assert_eq!(table.rejected, []);
    let holders: std::collections::HashSet<_> = table.medicines.iter().filter_map(|m| m.holder.as_deref()).collect();
    assert_eq!(holders.len(), 663);
    assert_eq!(table.medicines.iter().filter(|m| m.holder.is_none()).count(), 1);
}
