//! The rows out of an XLSX, and what a package is measured by before and while it is read.

use std::cell::Cell;
use std::collections::HashSet;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use zip::ZipArchive;

use super::{Book, ERROR, FORMULA, MOST_COLUMNS, Sink, clean};
use crate::error::TableProblem as Fault;
use crate::product::ema::check_count;

/// The most that a spreadsheet may unpack to, in bytes.
const MOST_UNPACKED: u64 = 200 * 1024 * 1024;
/// The most that its texts may unpack to: they are held in memory.
const MOST_TEXTS: u64 = 64 * 1024 * 1024;
const MOST_SHEETS: usize = 200;
/// A text that stands in several cells is written once. A table whose cells hold so many times what it unpacks to, and so
/// many bytes besides, was made to fill a database: even a cell that only names a text takes twenty-odd bytes.
const MOST_OFTEN: u64 = 4;
const FREE_TEXT: u64 = 4 * 1024 * 1024;
/// The longest text between two tags, in bytes. The longest cell of a spreadsheet program has 32,767 characters, which are
/// a quarter of it when each is spelt out by its number.
const LONGEST_TEXT: usize = 1024 * 1024;

fn damaged(_: impl Sized) -> Fault {
    Fault::Damaged
}

/// Gives the rows of an XLSX.
pub(super) fn read(bytes: &[u8], sink: Sink<'_>) -> Result<Book, Fault> {
    let Parts { merged, unsound, unpacked } = check_parts(bytes)?;
    let (mut text, most) = (0, FREE_TEXT + MOST_OFTEN * unpacked);
    let sink: Sink<'_> = &mut |row| {
        text += super::size(&row) as u64;
        if text > most { Err(Fault::Bomb) } else { sink(row) }
    };
    let package = Package::new(bytes, unsound);
    let twice = Rc::clone(&package.twice);
    let mut book: Xlsx<_> = Xlsx::new(package).map_err(|error| match error {
        XlsxError::Password => Fault::Encrypted,
        _ => Fault::Damaged,
    })?;
    let names = book.sheet_names();
    if names.len() > MOST_SHEETS {
        return Err(Fault::TooManySheets);
    }
    twice.set(Twice::Refused);
    for (sheet, name) in (0..).zip(&names) {
        let mut cells = match book.worksheet_cells_reader(name) {
            // A sheet of a diagram has no cells.
            Err(XlsxError::NotAWorksheet(_)) => continue,
            Err(_) if twice.get() == Twice::Tried => return Err(Fault::SheetTwice),
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

/// Where the parts of a package are read from. The reader of spreadsheets opens a part for every sheet that names it, and
/// holds a whole cell in memory: so each part is opened once for a sheet, and none that has a cell as no program writes it.
struct Package<'a> {
    bytes: Cursor<&'a [u8]>,
    /// Where the parts begin that are not opened.
    closed: HashSet<u64>,
    /// Where the reader has been since a part may be opened once only.
    opened: HashSet<u64>,
    twice: Rc<Cell<Twice>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Twice {
    /// The package is looked at as a whole, which reads small parts more than once.
    Allowed,
    Refused,
    /// It was refused, and tried.
    Tried,
}

impl<'a> Package<'a> {
    fn new(bytes: &'a [u8], closed: HashSet<u64>) -> Self {
        Self { bytes: Cursor::new(bytes), closed, opened: HashSet::new(), twice: Rc::new(Cell::new(Twice::Allowed)) }
    }
}

impl Read for Package<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.bytes.read(buffer)
    }
}

impl Seek for Package<'_> {
    /// A part is opened by going to where it begins.
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        if let SeekFrom::Start(place) = to {
            if self.closed.contains(&place) {
                return Err(std::io::Error::other("a part is not read"));
            }
            if self.twice.get() != Twice::Allowed && !self.opened.insert(place) {
                self.twice.set(Twice::Tried);
                return Err(std::io::Error::other("a part is not read twice"));
            }
        }
        self.bytes.seek(to)
    }
}

/// What was found of the parts of a package.
#[derive(Default)]
struct Parts {
    /// Areas of merged cells.
    merged: i64,
    /// Where the parts begin that are no sheets of a spreadsheet program.
    unsound: HashSet<u64>,
    /// What they are together, in bytes.
    unpacked: u64,
}

/// Measures a spreadsheet before it is read: first what its directory says – which refuses most bombs at once – then by
/// unpacking without keeping, since a directory can lie.
fn check_parts(bytes: &[u8]) -> Result<Parts, Fault> {
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
    let mut found = Parts::default();
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let begins = part.data_start();
        let texts = String::from_utf8_lossy(part.name_raw()).to_ascii_lowercase().ends_with("sharedstrings.xml");
        let mut seen = Seen::default();
        let size = if texts {
            let mut content = Vec::new();
            part.take(MOST_TEXTS + 1).read_to_end(&mut content).map_err(damaged)?;
            if content.len() as u64 > MOST_TEXTS {
                return Err(Fault::Bomb);
            }
            check_count(&content).map_err(damaged)?;
            std::io::copy(&mut content.as_slice(), &mut seen).map_err(damaged)?
        } else {
            let size = std::io::copy(&mut part.take(left + 1), &mut seen).map_err(damaged)?;
            found.merged += seen.count(b"<mergeCell ");
            size
        };
        if seen.longest > LONGEST_TEXT {
            found.unsound.extend(begins);
        }
        left = left.checked_sub(size).ok_or(Fault::Bomb)?;
    }
    found.unpacked = MOST_UNPACKED - left;
    Ok(found)
}

/// What is remembered of a part while it is unpacked: its end, since a sheet tells after its cells which of them are merged,
/// and for how long there was no tag.
#[derive(Default)]
struct Seen {
    end: Vec<u8>,
    since_tag: usize,
    longest: usize,
}

/// How much of a part's end is looked at, in bytes.
const END: usize = 64 * 1024;

impl Seen {
    fn count(&self, text: &[u8]) -> i64 {
        let found = self.end.windows(text.len()).filter(|window| *window == text).count();
        i64::try_from(found).unwrap_or(i64::MAX)
    }
}

impl std::io::Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        // Those who write give some kilobytes at a time, and nearer it need not be known.
        self.since_tag = if bytes.contains(&b'<') { 0 } else { self.since_tag + bytes.len() };
        self.longest = self.longest.max(self.since_tag);
        if self.end.len() > 2 * END {
            self.end.drain(..self.end.len() - END);
        }
        self.end.extend_from_slice(bytes);
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
