//! Tables for spreadsheets.

use crate::error::{Result, internal};

/// A CSV file that Excel reads as UTF-8, with cells that a spreadsheet would run made harmless.
pub fn csv<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> Result<Vec<u8>> {
    csv_rows(&head, rows.into_iter().map(Vec::from))
}

/// The same for columns that vary: each row has as many cells as the head.
pub fn csv_rows(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(b"\xEF\xBB\xBF".to_vec());
    writer.write_record(head).map_err(|error| internal("csv", &error))?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell))).map_err(|error| internal("csv", &error))?;
    }
    writer.into_inner().map_err(|error| internal("csv", &error))
}

/// A cell that begins like a formula gets an apostrophe before it, which spreadsheets take as "this is text".
pub fn harmless(cell: &str) -> String {
    let first = cell.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\u{feff}']).chars().next();
    match first {
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠') => format!("'{cell}"),
        _ => cell.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text() {
        for cell in ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", " =1", "＝1"] {
            assert!(harmless(cell).starts_with('\''), "{cell}");
        }
        assert_eq!(harmless("ALK-Abelló A/S"), "ALK-Abelló A/S");
    }

    #[test]
    fn a_file_has_a_byte_order_mark_and_quoted_cells() {
        let file = csv(["a", "b"], [["1,2".to_owned(), "x\"y".to_owned()]]).unwrap();
        assert_eq!(String::from_utf8(file).unwrap(), "\u{feff}a,b\r\n\"1,2\",\"x\"\"y\"\r\n");
    }
}
