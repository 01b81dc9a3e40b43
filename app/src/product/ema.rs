//! The European Medicines Agency's published table of medicines, read into plain values.
//!
//! Source: "Medicines output: European public assessment reports", which the Agency publishes as a spreadsheet (XLSX)
//! and as CSV with the same 39 columns. A file is accepted or refused as a whole before anything is made of it; within
//! an accepted file a row that cannot be understood is set aside with its reason, and nothing is guessed.

mod country;
mod file;
mod table;

use std::collections::HashSet;

pub use country::country_of;
pub(crate) use file::check_count;
pub use file::read;
pub use table::{Designation, Medicine, RejectReason, Rejected, Status, Table, TableError};

/// The largest file read, in bytes: of a CSV its own size, of a spreadsheet the sum of its parts when unpacked.
pub const MAX_BYTES: u64 = 50_000_000;
/// The most rows read from a file; the table of 2025 has 2,515.
pub const MAX_ROWS: usize = 200_000;
/// The most columns a row may have; the table of 2025 has 39.
pub const MAX_COLUMNS: usize = 500;

/// The header is looked for in this many rows, because the spreadsheet opens with title lines.
const HEADER_WITHIN: usize = 30;
/// How much of an offending cell a rejection repeats, in characters.
const SHOWN: usize = 200;

/// The columns read, each at its place in [`HEADERS`].
#[derive(Clone, Copy, Debug)]
enum Column {
    Category,
    Name,
    Number,
    Status,
    Inn,
    ActiveSubstance,
    TherapeuticArea,
    Atc,
    Group,
    Indication,
    AcceleratedAssessment,
    AdditionalMonitoring,
    AdvancedTherapy,
    Biosimilar,
    Conditional,
    ExceptionalCircumstances,
    GenericOrHybrid,
    Orphan,
    Prime,
    Holder,
    OpinionOn,
    ApplicationWithdrawnOn,
    AuthorisedOn,
    RefusedOn,
    EndedOn,
    SuspendedOn,
    Url,
}

/// The Agency's headers of the columns read. All are required: taking a missing column for an empty one would erase
/// what an earlier table said.
pub const HEADERS: [&str; 27] = [
    "Category",
    "Name of medicine",
    "EMA product number",
    "Medicine status",
    "International non-proprietary name (INN) / common name",
    "Active substance",
    "Therapeutic area (MeSH)",
    "ATC code (human)",
    "Pharmacotherapeutic group (human)",
    "Therapeutic indication",
    "Accelerated assessment",
    "Additional monitoring",
    "Advanced therapy",
    "Biosimilar",
    "Conditional approval",
    "Exceptional circumstances",
    "Generic or hybrid",
    "Orphan medicine",
    "PRIME: priority medicine",
    "Marketing authorisation developer / applicant / holder",
    "Opinion adopted date",
    "Withdrawal of application date",
    "Marketing authorisation date",
    "Refusal of marketing authorisation date",
    "Withdrawal / expiry / revocation / lapse of marketing authorisation date",
    "Suspension of marketing authorisation date",
    "Medicine URL",
];

/// The text of a cell as it was meant: character references decoded once, every run of white space (no-break spaces and
/// line breaks among it) as one space, none at the ends, and control characters removed.
pub fn clean(cell: &str) -> String {
    let decoded = html_escape::decode_html_entities(cell);
    // The second half are the controls of writing direction, which would turn around the text that follows.
    let control = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let visible: String = decoded.chars().filter(|c| c.is_whitespace() || !control(*c)).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_blank(cells: &[&str]) -> bool {
    cells.iter().all(|cell| cell.trim().is_empty())
}

/// Where the columns stand in a file.
struct Layout {
    at: [usize; HEADERS.len()],
    width: usize,
}

impl Layout {
    /// The layout a header row gives, or the headers it lacks. Of a header that stands there twice the first counts.
    fn of(cells: &[&str]) -> Result<Self, Vec<&'static str>> {
        let found: Vec<String> = cells.iter().map(|cell| clean(cell)).collect();
        let places = HEADERS.map(|header| found.iter().position(|cell| cell.eq_ignore_ascii_case(header)));
        let missing: Vec<&str> =
            HEADERS.into_iter().zip(places).filter_map(|(h, at)| at.is_none().then_some(h)).collect();
        if missing.is_empty() {
            Ok(Self { at: places.map(Option::unwrap_or_default), width: cells.len() })
        } else {
            Err(missing)
        }
    }
}

/// The rows of a file on their way into a table.
struct Rows {
    layout: Option<Layout>,
    /// What the row nearest to a header lacks, as long as none is found.
    missing: Vec<&'static str>,
    /// The most cells of a row above the header.
    widest: usize,
    numbers: HashSet<String>,
    table: Table,
}

impl Rows {
    fn new() -> Self {
        Self { layout: None, missing: HEADERS.to_vec(), widest: 0, numbers: HashSet::new(), table: Table::default() }
    }

    /// Takes a row of a spreadsheet, in which blank cells at the end are not stored.
    fn take_padded(&mut self, line: usize, row: &[String]) -> Result<(), TableError> {
        let mut cells: Vec<&str> = row.iter().map(String::as_str).collect();
        if let Some(layout) = &self.layout {
            cells.resize(layout.width.max(cells.len()), "");
        }
        self.take(line, &cells)
    }

    /// Takes the next row, which has to be as wide as the header once that is found.
    fn take(&mut self, line: usize, cells: &[&str]) -> Result<(), TableError> {
        if is_blank(cells) {
            return Ok(());
        }
        let Some(layout) = &self.layout else {
            if line > HEADER_WITHIN {
                return Err(self.refusal());
            }
            self.widest = self.widest.max(cells.len());
            match Layout::of(cells) {
                Ok(layout) => self.layout = Some(layout),
                Err(missing) if missing.len() < self.missing.len() => self.missing = missing,
                Err(_) => {}
            }
            return Ok(());
        };
        if self.table.rows == MAX_ROWS {
            return Err(TableError::TooLarge);
        }
        self.table.rows += 1;
        let row = Row { line, cells, at: &layout.at };
        match row.medicine(&self.numbers) {
            Ok(Some(medicine)) => {
                self.numbers.insert(medicine.number.clone());
                self.table.medicines.push(medicine);
            }
            Ok(None) => self.table.veterinary += 1,
            Err(rejected) => self.table.rejected.push(rejected),
        }
        Ok(())
    }

    fn finish(self) -> Result<Table, TableError> {
        match self.layout {
            None => Err(self.refusal()),
            Some(_) if self.table.rows == 0 => Err(TableError::Empty),
            Some(_) => Ok(self.table),
        }
    }

    /// Why rows among which there is no header are refused.
    fn refusal(&self) -> TableError {
        match self.widest {
            0 => TableError::Empty,
            1 => TableError::NotATable,
            _ => TableError::NotEma { missing: self.missing.clone() },
        }
    }
}

/// A data row.
struct Row<'a> {
    line: usize,
    cells: &'a [&'a str],
    at: &'a [usize; HEADERS.len()],
}

impl Row<'_> {
    /// The medicine of the row; None for a veterinary one.
    fn medicine(&self, numbers: &HashSet<String>) -> Result<Option<Medicine>, Rejected> {
        let category = self.text(Column::Category);
        if category.eq_ignore_ascii_case("Veterinary") {
            return Ok(None);
        }
        if !category.eq_ignore_ascii_case("Human") {
            return Err(self.rejected(Column::Category, RejectReason::UnknownCategory));
        }
        let number = self.text(Column::Number);
        if number.is_empty() {
            return Err(self.rejected(Column::Number, RejectReason::MissingNumber));
        }
        if numbers.contains(&number) {
            return Err(self.rejected(Column::Number, RejectReason::DuplicateNumber));
        }
        let name = self.text(Column::Name);
        if name.is_empty() {
            return Err(self.rejected(Column::Name, RejectReason::MissingName));
        }
        let status = Status::from_text(&self.text(Column::Status))
            .ok_or_else(|| self.rejected(Column::Status, RejectReason::UnknownStatus))?;
        let mut designations = Vec::new();
        for designation in Designation::ALL {
            if self.flag(designation.facts().1)? {
                designations.push(designation);
            }
        }
        let url = self.text(Column::Url);
        if !url.starts_with("https://") {
            return Err(self.rejected(Column::Url, RejectReason::BadAddress));
        }
        let areas = self.text(Column::TherapeuticArea);
        Ok(Some(Medicine {
            line: self.line,
            number,
            name,
            status,
            inn: self.filled(Column::Inn),
            active_substance: self.filled(Column::ActiveSubstance),
            atc: self.filled(Column::Atc),
            therapeutic_areas: areas.split(';').map(str::trim).filter(|a| !a.is_empty()).map(str::to_owned).collect(),
            pharmacotherapeutic_group: self.filled(Column::Group),
            indication: self.filled(Column::Indication),
            designations,
            holder: self.filled(Column::Holder),
            decided_on: self.date(status.facts().2)?,
            authorised_on: self.date(Column::AuthorisedOn)?,
            url,
        }))
    }

    fn text(&self, column: Column) -> String {
        clean(self.cells.get(self.at[column as usize]).copied().unwrap_or_default())
    }

    fn filled(&self, column: Column) -> Option<String> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    fn flag(&self, column: Column) -> Result<bool, Rejected> {
        match self.text(column).to_ascii_lowercase().as_str() {
            "yes" => Ok(true),
            "no" | "" => Ok(false),
            _ => Err(self.rejected(column, RejectReason::BadFlag)),
        }
    }

    fn date(&self, column: Column) -> Result<Option<String>, Rejected> {
        let Some(text) = self.filled(column) else { return Ok(None) };
        iso_date(&text).map(Some).ok_or_else(|| self.rejected(column, RejectReason::BadDate))
    }

    fn rejected(&self, column: Column, reason: RejectReason) -> Rejected {
        let value = self.text(column).chars().take(SHOWN).collect();
        Rejected { line: self.line, column: HEADERS[column as usize], value, reason }
    }
}

/// A date of the table (dd/mm/yyyy, dd.mm.yyyy or yyyy-mm-dd, with or without a time of day) as ISO date. None for a day
/// that does not exist, and for a form without leading zeros, in which an American day and month could stand.
fn iso_date(text: &str) -> Option<String> {
    let date = text.split([' ', 'T']).next()?;
    let separator = date.chars().find(|c| !c.is_ascii_digit())?;
    let mut parts: Vec<&str> = date.split(separator).collect();
    match separator {
        '/' | '.' => parts.reverse(),
        '-' => {}
        _ => return None,
    }
    let [year, month, day] = parts[..] else { return None };
    let digits = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(digits(year, 4) && digits(month, 2) && digits(day, 2)) {
        return None;
    }
    let (y, m, d): (u32, u32, u32) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    let leap = y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    let days = match m {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(leap),
        _ => return None,
    };
    // A serial number formatted as a date comes out centuries off when it was never one.
    let real = (1950..2200).contains(&y) && (1..=days).contains(&d);
    real.then(|| format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests;
