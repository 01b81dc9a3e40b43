//! The rows out of a file: CSV in several encodings, or XLSX, told apart by the bytes and not by a name.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};
use zip::ZipArchive;

use crate::error::TableProblem as Fault;
use crate::product::ema::check_count;

/// The largest file, in bytes.
pub const LARGEST: usize = 30 * 1024 * 1024;
pub const MOST_ROWS: usize = 100_000;
pub const MOST_COLUMNS: usize = 200;
/// The most that a spreadsheet may unpack to, in bytes.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
/// The most that its texts may unpack to: they are held in memory.
const MOST_TEXTS: u64 = 64 * 1024 * 1024;
/// The longest cell that is kept, in characters.
const LONGEST_CELL: usize = 5000;
/// In place of a formula's missing result, and of an error. No cell of a file can be these: control characters go.
pub const FORMULA: &str = "\u{1}formula";
pub const ERROR: &str = "\u{1}error";

/// One row: the sheet from 0, the line from 1, the cells.
pub type Row = (i64, i64, Vec<String>);

/// What a file has besides its rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    pub sheets: Vec<String>,
    /// Areas of merged cells; of many at least those that stand at the ends of the sheets.
    pub merged: i64,
}

type Sink<'a> = &'a mut dyn FnMut(Row) -> Result<(), Fault>;

/// Reads a file, giving its rows one by one.
///
/// # Errors
/// Why the file is not read.
pub fn read(bytes: &[u8], sink: Sink<'_>) -> Result<Book, Fault> {
    let mut count = 0;
    let mut counted = |row: Row| {
        if row.2.iter().all(String::is_empty) {
            return Ok(());
        }
        count += 1;
        if count > MOST_ROWS { Err(Fault::TooManyRows) } else { sink(row) }
    };
    let book = if bytes.starts_with(b"PK\x03\x04") {
        read_xlsx(bytes, &mut counted)?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        // Both what is older than XLSX and an XLSX with a password are such files.
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let locked = bytes.windows(name.len()).any(|window| window == name);
        return Err(if locked { Fault::Encrypted } else { Fault::OldSpreadsheet });
    } else {
        read_csv(&decoded(bytes)?, &mut counted)?;
        Book { sheets: vec![String::new()], merged: 0 }
    };
    if count == 0 { Err(Fault::Empty) } else { Ok(book) }
}

/// The text of a CSV.
fn decoded(bytes: &[u8]) -> Result<String, Fault> {
    let wide = match bytes {
        [0xFF, 0xFE, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] => Some(UTF_16BE),
        _ => None,
    };
    let text = if let Some(encoding) = wide {
        let (text, _, broken) = encoding.decode(bytes);
        if broken { Err(Fault::Encoding) } else { Ok(text.into_owned()) }
    } else if bytes.contains(&0) {
        Err(Fault::NotATable)
    } else if let Ok(text) = str::from_utf8(bytes) {
        Ok(text.to_owned())
    } else if is_chinese(bytes) {
        let (text, broken) = GB18030.decode_without_bom_handling(bytes);
        if broken { Err(Fault::Encoding) } else { Ok(text.into_owned()) }
    } else {
        Err(Fault::Encoding)
    }?;
    let text = match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    };
    if text.trim_start().starts_with(['<', '{', '%']) { Err(Fault::NotATable) } else { Ok(text) }
}

/// Whether bytes that are not UTF-8 are plausibly GB18030: nearly anything decodes as that, also "Müller" of Western
/// Europe. Chinese text consists of pairs from the rows of common characters and punctuation.
fn is_chinese(bytes: &[u8]) -> bool {
    let (mut common, mut other, mut at) = (0, 0, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1).copied().unwrap_or(0)) {
            (0..=0x7F, _) => at += 1,
            (0xA1..=0xA9 | 0xB0..=0xF7, 0xA1..=0xFE) => {
                common += 1;
                at += 2;
            }
            // Four bytes for rare characters.
            (0x81..=0xFE, 0x30..=0x39) => {
                other += 1;
                at += 4;
            }
            _ => {
                other += 1;
                at += 2;
            }
        }
    }
    common > 0 && common >= other * 9
}

fn csv_reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes())
}

/// The separator that parts the first records into the most columns of the same number.
fn delimiter(text: &str) -> u8 {
    let score = |delimiter: &u8| {
        let widths: Vec<usize> =
            csv_reader(text, *delimiter).into_records().take(20).flatten().map(|r| r.len()).collect();
        let most = widths.iter().copied().max().unwrap_or(0);
        let same = widths.iter().filter(|width| **width == most).count();
        if most < 2 { 0 } else { same * 1000 / widths.len().max(1) + most }
    };
    // Of equals the last one is taken.
    [b'\t', b';', b','].into_iter().max_by_key(score).unwrap_or(b',')
}

fn read_csv(text: &str, sink: Sink<'_>) -> Result<(), Fault> {
    let mut reader = csv_reader(text, delimiter(text));
    let mut record = csv::StringRecord::new();
    let mut line = 0;
    let mut seen = 0;
    while reader.read_record(&mut record).map_err(|_| Fault::Damaged)? {
        line += 1 + empty_lines(&text.as_bytes()[..reader.position().byte() as usize], seen as usize);
        seen = reader.position().byte();
        if record.len() > MOST_COLUMNS {
            return Err(Fault::TooManyColumns);
        }
        sink((0, line, record.iter().map(clean).collect()))?;
    }
    Ok(())
}

/// How many empty lines begin at a place: the reader passes over them, and a spreadsheet numbers them.
fn empty_lines(text: &[u8], from: usize) -> i64 {
    // The reader takes the second half of a line's end for the beginning of the next line.
    let from = if from > 0 && text[from - 1] == b'\r' && text.get(from) == Some(&b'\n') { from + 1 } else { from };
    let ends = &text[from..];
    let ends = &ends[..ends.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(ends.len())];
    let single = (0..ends.len()).filter(|at| ends[*at] == b'\n' || ends.get(at + 1) != Some(&b'\n')).count();
    i64::try_from(single).unwrap_or_default()
}

fn damaged(_: impl Sized) -> Fault {
    Fault::Damaged
}

fn read_xlsx(bytes: &[u8], sink: Sink<'_>) -> Result<Book, Fault> {
    let merged = check_parts(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsxError::Password => Fault::Encrypted,
        _ => Fault::Damaged,
    })?;
    let names = book.sheet_names();
    for (sheet, name) in (0..).zip(&names) {
        let mut cells = match book.worksheet_cells_reader(name) {
            // A sheet of a diagram has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            other => other.map_err(damaged)?,
        };
        let mut row: Vec<String> = Vec::new();
        let mut line = 0;
        while let Some(cell) = cells.next_cell_with_formula().map_err(damaged)? {
            let Some(text) = text_of(&cell.value, cell.formula.is_some()) else { continue };
            let (below, column) = (i64::from(cell.pos.0) + 1, cell.pos.1 as usize);
            if column >= MOST_COLUMNS {
                return Err(Fault::TooManyColumns);
            }
            if below < line {
                return Err(Fault::Damaged);
            }
            if below > line {
                if line > 0 {
                    sink((sheet, line, std::mem::take(&mut row)))?;
                }
                line = below;
            }
            if row.len() <= column {
                row.resize(column + 1, String::new());
            }
            row[column] = text;
        }
        if line > 0 {
            sink((sheet, line, row))?;
        }
    }
    Ok(Book { sheets: names, merged })
}

/// Measures a spreadsheet before it is read: first what its directory says – which refuses most bombs at once – then by
/// unpacking without keeping, since a directory can lie. Tells how many areas of merged cells there are.
fn check_parts(bytes: &[u8]) -> Result<i64, Fault> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut declared = 0_u64;
    let (mut book, mut other) = (false, false);
    for index in 0..archive.len() {
        let part = archive.by_index_raw(index).map_err(damaged)?;
        let name = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase();
        book |= name.starts_with("xl/workbook") && name.ends_with(".xml");
        other |= name.starts_with("xl/workbook") && name.ends_with(".bin");
        declared = declared.saturating_add(part.size());
        if part.encrypted() {
            return Err(Fault::Encrypted);
        }
    }
    if declared > MOST_UNPACKED {
        return Err(Fault::Bomb);
    }
    if !book {
        return Err(if other { Fault::OldSpreadsheet } else { Fault::NotATable });
    }
    let mut left = MOST_UNPACKED;
    let mut merged = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let texts = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase().ends_with("sharedstrings.xml");
        let size = if texts {
            let mut content = Vec::new();
            part.take(MOST_TEXTS + 1).read_to_end(&mut content).map_err(damaged)?;
            if content.len() as u64 > MOST_TEXTS {
                return Err(Fault::Bomb);
            }
            check_count(&content).map_err(damaged)?;
            content.len() as u64
        } else {
            let mut end = End::default();
            let size = std::io::copy(&mut part.take(left + 1), &mut end).map_err(damaged)?;
            merged += end.count(b"<mergeCell ");
            size
        };
        left = left.checked_sub(size).ok_or(Fault::Bomb)?;
    }
    Ok(merged)
}

/// The end of what is written, and nothing of the rest: a sheet tells after its cells which of them are merged.
#[derive(Default)]
struct End(Vec<u8>);

/// How much of a part's end is looked at, in bytes.
const END: usize = 64 * 1024;

impl End {
    fn count(&self, text: &[u8]) -> i64 {
        let found = self.0.windows(text.len()).filter(|window| *window == text).count();
        i64::try_from(found).unwrap_or(i64::MAX)
    }
}

impl std::io::Write for End {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0.len() > 2 * END {
            self.0.drain(..self.0.len() - END);
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A cell's text, dates as ISO dates; None for an empty one.
fn text_of(value: &DataRef<'_>, formula: bool) -> Option<String> {
    let text = match value {
        DataRef::Empty => return formula.then(|| FORMULA.to_owned()),
        DataRef::SharedString(text) => clean(text),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => clean(text),
        DataRef::Bool(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(time) if time.is_datetime() => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTime(time) => time.as_f64().to_string(),
        DataRef::Error(_) => ERROR.to_owned(),
    };
    (!text.is_empty()).then_some(text)
}

/// A cell without what one does not see: control and formatting characters, doubled spaces. Line breaks stay. The
/// apostrophe goes with which exports keep a text from being run as a formula.
pub fn clean(cell: &str) -> String {
    let mut text = String::with_capacity(cell.len());
    for character in cell.chars().take(LONGEST_CELL) {
        match character {
            '\n' => {
                text.truncate(text.trim_end_matches(' ').len());
                text.push('\n');
            }
            '\r'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {}
            space if space.is_whitespace() => {
                if !text.ends_with([' ', '\n']) {
                    text.push(' ');
                }
            }
            hidden if hidden.is_control() => {}
            other => text.push(other),
        }
    }
    let text = text.trim();
    match text.strip_prefix('\'') {
        Some(rest) if rest.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => {
            rest.to_owned()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Result<Vec<(i64, Vec<String>)>, Fault> {
        let mut rows = Vec::new();
        read(bytes, &mut |(_, line, cells)| {
            rows.push((line, cells));
            Ok(())
        })?;
        Ok(rows)
    }

    #[test]
    fn csv_is_read_in_the_encodings_that_there_are() {
        let expected =
            vec![(1, vec!["名称".to_owned(), "City".to_owned()]), (3, vec!["诺和诺德".to_owned(), "北京".to_owned()])];
        let text = "名称;City\n\n诺和诺德;\u{200b}北京\n";
        let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let plain = text.replace('\u{200b}', "");
        let gb = GB18030.encode(&plain).0.into_owned();
        for bytes in [text.as_bytes().to_vec(), format!("\u{feff}{text}").into_bytes(), utf16, gb] {
            assert_eq!(rows(&bytes).unwrap(), expected);
        }
        assert_eq!(rows(plain.replace('\n', "\r\n").as_bytes()).unwrap(), expected, "the line ends of Windows");
        assert_eq!(rows(b"name,city\nM\xFCller,K\xF6ln\n"), Err(Fault::Encoding), "Western European");
        assert_eq!(rows(b"\xD0\xCF\x11\xE0 old"), Err(Fault::OldSpreadsheet));
        assert_eq!(rows(b"<html>"), Err(Fault::NotATable));
        assert_eq!(rows(b"\n\n"), Err(Fault::Empty));
        let wide = vec!["x"; 10_000].join(",");
        assert_eq!(rows(wide.as_bytes()), Err(Fault::TooManyColumns));
    }

    #[test]
    fn cells_lose_what_one_does_not_see() {
        assert_eq!(clean(" a\u{a0}\u{3000} b\u{202e}\u{7} \r\n c "), "a b\nc");
        assert_eq!(clean("'=1+1"), "=1+1");
        assert_eq!(clean("'s-Hertogenbosch"), "'s-Hertogenbosch");
    }
}
