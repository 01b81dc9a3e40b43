//! What the Agency's table says, in plain values: medicines, where they stand, and rows that were set aside.

use thiserror::Error;

use super::Column;

/// What a file held. Every data row is exactly one of a medicine, a veterinary row or a rejected row, so
/// `rows == medicines.len() + veterinary + rejected.len()`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The medicines for human use, in the order of the file, each number once.
    pub medicines: Vec<Medicine>,
    /// How many rows are about veterinary medicines; these are counted and not otherwise looked at.
    pub veterinary: usize,
    /// The rows set aside, in the order of the file.
    pub rejected: Vec<Rejected>,
    /// How many rows below the header are not blank.
    pub rows: usize,
}

/// A row set aside, with the first thing found wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The row as a spreadsheet numbers it, from 1, header and title lines included.
    pub line: usize,
    /// The column at fault, by the Agency's header.
    pub column: &'static str,
    /// What the cell says, cleaned and cut after 200 characters.
    pub value: String,
    /// Why the row is set aside.
    pub reason: RejectReason,
}

/// Why a row is set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RejectReason {
    /// Neither human nor veterinary.
    UnknownCategory,
    /// No product number.
    MissingNumber,
    /// The product number of an earlier medicine in the file.
    DuplicateNumber,
    /// No name.
    MissingName,
    /// A status this portal does not know.
    UnknownStatus,
    /// A designation that is neither Yes, No nor empty.
    BadFlag,
    /// Not a date of the calendar, or in no form that can be read only one way.
    BadDate,
    /// A medicine's page that is not an https address.
    BadAddress,
}

impl RejectReason {
    /// The reason as a key for texts and logs, in snake case.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownCategory => "unknown_category",
            Self::MissingNumber => "missing_number",
            Self::DuplicateNumber => "duplicate_number",
            Self::MissingName => "missing_name",
            Self::UnknownStatus => "unknown_status",
            Self::BadFlag => "bad_flag",
            Self::BadDate => "bad_date",
            Self::BadAddress => "bad_address",
        }
    }
}

/// A medicine for human use as its row has it. Cells are [cleaned](super::clean); an empty cell is None.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Medicine {
    /// The row as a spreadsheet numbers it, from 1, header and title lines included.
    pub line: usize,
    /// The Agency's product number, such as `EMEA/H/C/000481`; unique within a [`Table`].
    pub number: String,
    /// The name of the medicine; two medicines may bear the same one.
    pub name: String,
    /// Where the medicine stands.
    pub status: Status,
    /// International non-proprietary or common name; several are separated by ";".
    pub inn: Option<String>,
    /// Active substance; several are separated by ";".
    pub active_substance: Option<String>,
    /// ATC code for human medicines as published, which includes "Not yet assigned" and several separated by ";".
    pub atc: Option<String>,
    /// Therapeutic areas (MeSH terms), in the order given.
    pub therapeutic_areas: Vec<String>,
    /// Pharmacotherapeutic group for human medicines; several are separated by ";".
    pub pharmacotherapeutic_group: Option<String>,
    /// Therapeutic indication as running text. Its paragraphs are lost in the published table.
    pub indication: Option<String>,
    /// The designations marked Yes, in the order of [`Designation::ALL`].
    pub designations: Vec<Designation>,
    /// Developer, applicant or holder of the marketing authorisation.
    pub holder: Option<String>,
    /// When the medicine came to its status, as ISO date: the date column that belongs to it, None where that is empty.
    pub decided_on: Option<String>,
    /// When the marketing authorisation was granted, as ISO date; kept by medicines that have lost it since.
    pub authorised_on: Option<String>,
    /// The medicine's page at the Agency; always an https address.
    pub url: String,
}

/// Where a medicine stands, in the Agency's own words of its column "Medicine status".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    Authorised,
    Withdrawn,
    ApplicationWithdrawn,
    Refused,
    Opinion,
    OpinionUnderReexamination,
    Lapsed,
    Expired,
    Revoked,
    Suspended,
    WithdrawnFromRollingReview,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 11] = [
        Self::Authorised,
        Self::Withdrawn,
        Self::ApplicationWithdrawn,
        Self::Refused,
        Self::Opinion,
        Self::OpinionUnderReexamination,
        Self::Lapsed,
        Self::Expired,
        Self::Revoked,
        Self::Suspended,
        Self::WithdrawnFromRollingReview,
    ];

    /// The status as a key, in snake case.
    pub const fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// The status of that [key](Self::as_str).
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == key)
    }

    /// The status of a cell of the table, whatever its capitals. None for any other text.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.facts().1.eq_ignore_ascii_case(text))
    }

    /// Key, the Agency's words, and the column that dates the status.
    pub(super) const fn facts(self) -> (&'static str, &'static str, Column) {
        match self {
            Self::Authorised => ("authorised", "Authorised", Column::AuthorisedOn),
            Self::Withdrawn => ("withdrawn", "Withdrawn", Column::EndedOn),
            Self::ApplicationWithdrawn => {
                ("application_withdrawn", "Application withdrawn", Column::ApplicationWithdrawnOn)
            }
            Self::Refused => ("refused", "Refused", Column::RefusedOn),
            Self::Opinion => ("opinion", "Opinion", Column::OpinionOn),
            Self::OpinionUnderReexamination => {
                ("opinion_under_reexamination", "Opinion under re-examination", Column::OpinionOn)
            }
            Self::Lapsed => ("lapsed", "Lapsed", Column::EndedOn),
            Self::Expired => ("expired", "Expired", Column::EndedOn),
            Self::Revoked => ("revoked", "Revoked", Column::EndedOn),
            Self::Suspended => ("suspended", "Suspended", Column::SuspendedOn),
            Self::WithdrawnFromRollingReview => {
                ("withdrawn_from_rolling_review", "Withdrawn from rolling review", Column::ApplicationWithdrawnOn)
            }
        }
    }
}

/// A designation of a medicine: one of the Agency's columns that say Yes or No.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Designation {
    AcceleratedAssessment,
    AdditionalMonitoring,
    AdvancedTherapy,
    Biosimilar,
    Conditional,
    ExceptionalCircumstances,
    GenericOrHybrid,
    Orphan,
    Prime,
}

impl Designation {
    /// Every designation, in the order of the Agency's columns.
    pub const ALL: [Self; 9] = [
        Self::AcceleratedAssessment,
        Self::AdditionalMonitoring,
        Self::AdvancedTherapy,
        Self::Biosimilar,
        Self::Conditional,
        Self::ExceptionalCircumstances,
        Self::GenericOrHybrid,
        Self::Orphan,
        Self::Prime,
    ];

    /// The designation as a key, in snake case.
    pub const fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// The designation of that [key](Self::as_str).
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|designation| designation.as_str() == key)
    }

    pub(super) const fn facts(self) -> (&'static str, Column) {
        match self {
            Self::AcceleratedAssessment => ("accelerated_assessment", Column::AcceleratedAssessment),
            Self::AdditionalMonitoring => ("additional_monitoring", Column::AdditionalMonitoring),
            Self::AdvancedTherapy => ("advanced_therapy", Column::AdvancedTherapy),
            Self::Biosimilar => ("biosimilar", Column::Biosimilar),
            Self::Conditional => ("conditional", Column::Conditional),
            Self::ExceptionalCircumstances => ("exceptional_circumstances", Column::ExceptionalCircumstances),
            Self::GenericOrHybrid => ("generic_or_hybrid", Column::GenericOrHybrid),
            Self::Orphan => ("orphan", Column::Orphan),
            Self::Prime => ("prime", Column::Prime),
        }
    }
}

/// Why a file is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TableError {
    /// Neither CSV nor a spreadsheet: another kind of file, a web page, another archive.
    #[error("the file is no table")]
    NotATable,
    /// A table without some of the columns of the Agency's.
    #[error("the table lacks the columns {}", missing.join(", "))]
    NotEma {
        /// The Agency's headers that were not found.
        missing: Vec<&'static str>,
    },
    /// Nothing in it, or nothing below the header.
    #[error("the table has no rows")]
    Empty,
    /// The file ends in the middle of a row.
    #[error("the file ends in the middle of row {line}")]
    Truncated {
        /// The row as a spreadsheet numbers it, from 1.
        line: usize,
    },
    /// A row with another number of cells than the header.
    #[error("row {line} has {cells} cells where the header has {columns}")]
    Uneven {
        /// The row as a spreadsheet numbers it, from 1.
        line: usize,
        /// How many cells the row has.
        cells: usize,
        /// How many the header has.
        columns: usize,
    },
    /// Beyond [`MAX_BYTES`](super::MAX_BYTES), [`MAX_ROWS`](super::MAX_ROWS) or [`MAX_COLUMNS`](super::MAX_COLUMNS).
    #[error("the table is too large")]
    TooLarge,
    /// Text in another encoding than UTF-8.
    #[error("the text is not UTF-8")]
    Encoding,
    /// A spreadsheet that cannot be read; the text, in English, is for the log.
    #[error("the spreadsheet is damaged: {0}")]
    Damaged(String),
}
