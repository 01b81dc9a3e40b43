//! The rows out of a file: CSV in several encodings, or XLSX, told apart by the bytes and not by a name.

mod csv;
mod xlsx;

use crate::error::TableProblem as Fault;

/// The largest file, in bytes.
pub const LARGEST: usize = 30 * 1024 * 1024;
pub const MOST_ROWS: usize = 100_000;
pub const MOST_COLUMNS: usize = 200;
/// The most text that the cells may hold together, in bytes, with one for each cell: what a CSV of [`LARGEST`] bytes can
/// be in UTF-8. A spreadsheet writes a text once and names it in any number of cells.
const MOST_TEXT: usize = 48 * 1024 * 1024;
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

/// How much text a row holds, in bytes.
pub fn size(row: &Row) -> usize {
    row.2.iter().map(|cell| cell.len() + 1).sum()
}

/// Reads a file, giving its rows one by one.
///
/// # Errors
/// Why the file is not read.
pub fn read(bytes: &[u8], sink: Sink<'_>) -> Result<Book, Fault> {
    let (mut count, mut text) = (0, 0);
    let mut counted = |row: Row| {
        if row.2.iter().all(String::is_empty) {
            return Ok(());
        }
        count += 1;
        text += size(&row);
        match (count > MOST_ROWS, text > MOST_TEXT) {
            (true, _) => Err(Fault::TooManyRows),
            (_, true) => Err(Fault::TooMuchText),
            _ => sink(row),
        }
    };
    let book = if bytes.starts_with(b"PK\x03\x04") {
        xlsx::read(bytes, &mut counted)?
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        // Both what is older than XLSX and an XLSX with a password are such files.
        let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let locked = bytes.windows(name.len()).any(|window| window == name);
        return Err(if locked { Fault::Encrypted } else { Fault::OldSpreadsheet });
    } else {
        csv::read(bytes, &mut counted)?;
        Book { sheets: vec![String::new()], merged: 0 }
    };
    if count == 0 { Err(Fault::Empty) } else { Ok(book) }
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
    use encoding_rs::GB18030;

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
    fn a_quotation_mark_that_is_not_closed_swallows_no_rows() {
        let one = |rows: &[u8]| tests::rows(rows);
        assert_eq!(one(b"a,b\n1,\"two\n3,4\n5,6\n"), Err(Fault::OpenQuote(2)), "to the end of the file");
        assert_eq!(one(b"a,b\n1,\"two\n3,\"4\"\n"), Err(Fault::OpenQuote(2)), "to the next quotation mark");
        assert_eq!(one(b"a,b\n1,2\n3,\"4"), Err(Fault::OpenQuote(3)), "in the last cell");
        for whole in
            ["a,b\n1,\"two\nlines\"\n", "a,b\n1,\"said \"\"so\"\"\nand went\"", "a,b\n5\" disk,2\n", "a,b\n\"A\" Ltd,2"]
        {
            assert_eq!(one(whole.as_bytes()).map(|rows| rows.len()), Ok(2), "{whole}");
        }
    }

    #[test]
    fn cells_lose_what_one_does_not_see() {
        assert_eq!(clean(" a\u{a0}\u{3000} b\u{202e}\u{7} \r\n c "), "a b\nc");
        assert_eq!(clean("'=1+1"), "=1+1");
        assert_eq!(clean("'s-Hertogenbosch"), "'s-Hertogenbosch");
    }
}
