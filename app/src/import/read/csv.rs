//! The rows out of a CSV, in several encodings.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::{MOST_COLUMNS, Sink, clean};
use crate::error::TableProblem as Fault;

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

/// Gives the rows of a CSV.
pub(super) fn read(bytes: &[u8], sink: Sink<'_>) -> Result<(), Fault> {
    let text = &decoded(bytes)?;
    let delimiter = delimiter(text);
    let mut reader = csv_reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut line = 0;
    let mut seen = 0;
    while reader.read_record(&mut record).map_err(|_| Fault::Damaged)? {
        line += 1 + empty_lines(&text.as_bytes()[..reader.position().byte() as usize], seen as usize);
        let raw = &text.as_bytes()[seen as usize..reader.position().byte() as usize];
        seen = reader.position().byte();
        let last = seen as usize == text.len();
        if (last || record.iter().any(|cell| cell.contains(['\n', '\r']))) && leaves_open(raw, delimiter) {
            return Err(Fault::OpenQuote(line));
        }
        if record.len() > MOST_COLUMNS {
            return Err(Fault::TooManyColumns);
        }
        sink((0, line, record.iter().map(clean).collect()))?;
    }
    Ok(())
}

/// Whether a record has a quotation mark that nobody closed: it ends within one, or the closing one is that of a later cell,
/// which shows when a cell of several lines goes on behind it.
fn leaves_open(record: &[u8], delimiter: u8) -> bool {
    #[derive(Clone, Copy)]
    enum At {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let (mut at, mut lines) = (At::Start, false);
    for &byte in record {
        let ends = byte == delimiter || matches!(byte, b'\n' | b'\r');
        at = match (at, byte) {
            (At::Start, b'"') => {
                lines = false;
                At::Quoted
            }
            (At::Quoted, b'"') => At::Closed,
            (At::Closed, b'"') => At::Quoted,
            (At::Quoted, _) => {
                lines |= matches!(byte, b'\n' | b'\r');
                At::Quoted
            }
            (At::Start | At::Plain | At::Closed, _) if ends => At::Start,
            (At::Closed, _) if lines => return true,
            (At::Start | At::Plain | At::Closed, _) => At::Plain,
        };
    }
    matches!(at, At::Quoted)
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
