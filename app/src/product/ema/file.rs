//! Files: telling CSV from a spreadsheet, and the rows out of either.

use std::{
    cmp::Reverse,
    io::{Cursor, Read as _},
};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{HEADER_WITHIN, HEADERS, Layout, MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Rows, Table, TableError, is_blank};

/// Reads the table from the bytes of a file, CSV in UTF-8 (separated by comma, semicolon or tab) or XLSX, told apart by
/// the bytes and not by a name. Columns may stand in any order and among others; the header may be preceded by title
/// lines.
///
/// # Errors
///
/// Every variant of [`TableError`], each for the whole file. A CSV cut off exactly between two rows looks complete and
/// is read; one whose last row lacks its line break is taken to be cut off, since the Agency's never does.
pub fn read(bytes: &[u8]) -> Result<Table, TableError> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(TableError::TooLarge);
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return read_xlsx(bytes);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(TableError::Encoding);
    }
    if bytes.contains(&0) {
        return Err(TableError::NotATable);
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => text,
        // A file that ends within a character was cut off there: what stands before it shows in which row.
        Err(error) if error.error_len().is_none() => str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        Err(_) => return Err(TableError::Encoding),
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim_start().starts_with('<') {
        return Err(TableError::NotATable);
    }
    read_csv(text)
}

fn read_csv(text: &str) -> Result<Table, TableError> {
    let mut reader = csv_reader(text, delimiter(text));
    let mut record = csv::StringRecord::new();
    let mut rows = Rows::new();
    let mut line = 0;
    loop {
        let start = reader.position().byte() as usize;
        if !reader.read_record(&mut record).map_err(|_| TableError::Encoding)? {
            return rows.finish();
        }
        let end = reader.position().byte() as usize;
        line += 1 + blank_lines(text, start);
        let cells: Vec<&str> = record.iter().collect();
        if cells.len() > MAX_COLUMNS {
            return Err(TableError::TooLarge);
        }
        if let Some(layout) = &rows.layout
            && !is_blank(&cells)
        {
            let last = text[end..].trim_start().is_empty();
            let fewer = cells.len() < layout.width;
            if last && (fewer || !text.ends_with(['\n', '\r']) || text[start..].matches('"').count() % 2 == 1) {
                return Err(TableError::Truncated { line });
            }
            if cells.len() != layout.width {
                return Err(TableError::Uneven { line, cells: cells.len(), columns: layout.width });
            }
        }
        rows.take(line, &cells)?;
    }
}

fn csv_reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// The separator with which the first rows come nearest to the Agency's header, or else to a table: spreadsheets in
/// most of Europe write a semicolon when they save a CSV again.
fn delimiter(text: &str) -> u8 {
    let distance = |delimiter: &u8| {
        let records = csv_reader(text, *delimiter).into_records().take(HEADER_WITHIN).flatten();
        let distances = records.map(|record| {
            let missing = Layout::of(&record.iter().collect::<Vec<_>>()).err().map_or(0, |missing| missing.len());
            (missing, Reverse(record.len()))
        });
        distances.min()
    };
    [b',', b';', b'\t'].into_iter().min_by_key(distance).unwrap_or(b',')
}

/// How many empty lines stand at a place in the text: the reader passes over them, a spreadsheet numbers them.
fn blank_lines(text: &str, start: usize) -> usize {
    let mut rest = &text[start..];
    if text[..start].ends_with('\r') {
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    let mut lines = 0;
    while let Some(next) = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\r', '\n'])) {
        rest = next;
        lines += 1;
    }
    lines
}

fn damaged(error: impl ToString) -> TableError {
    TableError::Damaged(error.to_string())
}

fn read_xlsx(bytes: &[u8]) -> Result<Table, TableError> {
    check_parts(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut refusals = Vec::new();
    for name in book.sheet_names() {
        match read_sheet(&mut book, &name) {
            // The table may be on another sheet than the first.
            Err(refusal @ (TableError::NotEma { .. } | TableError::NotATable | TableError::Empty)) => {
                refusals.push(refusal);
            }
            outcome => return outcome,
        }
    }
    let nearest = refusals.into_iter().min_by_key(|refusal| match refusal {
        TableError::NotEma { missing } => missing.len(),
        TableError::NotATable => HEADERS.len() + 1,
        _ => HEADERS.len() + 2,
    });
    Err(nearest.unwrap_or(TableError::Empty))
}

/// Unpacks a spreadsheet once without keeping it, because the reader trusts what the file says about itself: the sizes,
/// and the number of texts, for which it reserves memory.
fn check_parts(bytes: &[u8]) -> Result<(), TableError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let names: Vec<String> =
        archive.file_names_raw().map(|name| String::from_utf8_lossy(name).to_ascii_lowercase()).collect();
    if !names.iter().any(|name| name.starts_with("xl/workbook") && name.ends_with(".xml")) {
        return Err(TableError::NotATable);
    }
    let mut declared = 0u64;
    for index in 0..archive.len() {
        declared = declared.saturating_add(archive.by_index_data(index).map_err(damaged)?.size());
    }
    if declared > MAX_BYTES {
        return Err(TableError::TooLarge);
    }
    let mut left = MAX_BYTES;
    let mut content = Vec::new();
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let texts = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase().ends_with("sharedstrings.xml");
        content.clear();
        let size = part.take(left + 1).read_to_end(&mut content).map_err(damaged)? as u64;
        left = left.checked_sub(size).ok_or(TableError::TooLarge)?;
        if texts {
            check_count(&content)?;
        }
    }
    Ok(())
}

/// Refuses a part that claims more texts than fit into it, in any encoding that could hide the claim.
pub(crate) fn check_count(content: &[u8]) -> Result<(), TableError> {
    const COUNT: &[u8] = b"uniqueCount";
    // "<si><t>" and one character.
    const SHORTEST: usize = 8;
    if content.iter().any(|byte| *byte < b' ' && !byte.is_ascii_whitespace()) {
        return Err(damaged("control characters among the texts"));
    }
    for at in 0..content.len().saturating_sub(COUNT.len()) {
        if content[at..].starts_with(COUNT) {
            let claim = &content[at + COUNT.len()..];
            let before = |byte: &&u8| byte.is_ascii_whitespace() || b"=\"'+".contains(*byte);
            let digits = claim.iter().skip_while(before).take_while(|byte| byte.is_ascii_digit());
            let count = digits.fold(0usize, |n, digit| n.saturating_mul(10).saturating_add((digit - b'0').into()));
            if count > content.len() / SHORTEST {
                return Err(damaged("more texts claimed than there are"));
            }
        }
    }
    Ok(())
}

fn read_sheet(book: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<Table, TableError> {
    let mut cells = match book.worksheet_cells_reader(name) {
        Err(XlsxError::NotAWorksheet(_)) => return Err(TableError::NotATable),
        other => other.map_err(damaged)?,
    };
    let mut rows = Rows::new();
    let mut row: Vec<String> = Vec::new();
    let mut line = 0;
    // Cells come one by one and blank ones not at all, so that a row is complete when the next one begins.
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let Some(text) = text_of(cell.get_value()) else { continue };
        let (below, column) = (cell.get_position().0 as usize, cell.get_position().1 as usize);
        if below >= MAX_ROWS + HEADER_WITHIN || column >= MAX_COLUMNS {
            return Err(TableError::TooLarge);
        }
        if below + 1 < line {
            return Err(damaged("rows out of order"));
        }
        if below + 1 > line {
            rows.take_padded(line, &row)?;
            row.clear();
            line = below + 1;
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }
    rows.take_padded(line, &row)?;
    rows.finish()
}

/// A cell as the CSV would have it, but dates as ISO dates; None for an empty one.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    match value {
        DataRef::Empty => None,
        DataRef::SharedString(text) => Some((*text).to_owned()),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Some(text.clone()),
        DataRef::Bool(yes) => Some(if *yes { "Yes" } else { "No" }.to_owned()),
        DataRef::Int(number) => Some(number.to_string()),
        DataRef::Float(number) => Some(number.to_string()),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            Some(format!("{year:04}-{month:02}-{day:02}"))
        }
        DataRef::DateTime(time) => Some(time.as_f64().to_string()),
        DataRef::Error(error) => Some(error.to_string()),
    }
}
