//! Spreadsheets to be saved.

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, XlsxError};

use crate::error::{Result, internal};

/// The longest text that a cell holds, in UTF-16 units.
const LONGEST: usize = 32_767;

/// What a column holds. Text is written as text, so that nothing in it is ever run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Text,
    Number,
    /// Values that begin with an ISO date.
    Date,
}

/// An XLSX file of one sheet: its head stays in sight and has filters.
pub fn xlsx<const N: usize>(
    sheet: &str,
    head: [&str; N],
    columns: [Column; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> Result<Vec<u8>> {
    write(sheet, &head, &columns, rows.into_iter().map(Vec::from)).map_err(|error| internal("xlsx", &error))
}

/// The same for a table whose width is known only now.
pub fn write(
    name: &str,
    head: &[&str],
    columns: &[Column],
    rows: impl Iterator<Item = Vec<String>>,
) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    let (bold, day) = (Format::new().set_bold(), Format::new().set_num_format("yyyy-mm-dd"));
    for (column, title) in (0..).zip(head) {
        sheet.write_string_with_format(0, column, *title, &bold)?;
        sheet.set_column_width(column, 22)?;
    }
    let mut last = 0;
    for (line, row) in (1..).zip(rows) {
        for ((column, value), kind) in (0..).zip(row).zip(columns) {
            let number = (*kind == Column::Number).then(|| value.parse::<f64>().ok()).flatten();
            let date = (*kind == Column::Date).then(|| date(&value)).flatten();
            match (number, date) {
                _ if value.is_empty() => continue,
                (Some(number), _) => sheet.write_number(line, column, number)?,
                (_, Some(date)) => sheet.write_datetime_with_format(line, column, &date, &day)?,
                _ => sheet.write_string(line, column, fitting(&value))?,
            };
        }
        last = line;
    }
    sheet.set_freeze_panes(1, 0)?;
    if let Some(width) = u16::try_from(head.len()).ok().and_then(|width| width.checked_sub(1)) {
        sheet.autofilter(0, 0, last, width)?;
    }
    book.save_to_buffer()
}

fn date(value: &str) -> Option<ExcelDateTime> {
    let date: jiff::civil::Date = value.get(..10)?.parse().ok()?;
    let year = u16::try_from(date.year()).ok()?;
    ExcelDateTime::from_ymd(year, u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?).ok()
}

fn fitting(value: &str) -> &str {
    let mut units = 0;
    let end = value.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > LONGEST
    });
    end.map_or(value, |(at, _)| &value[..at])
}
