//! What an import is: what it is about, how its columns are read, what each row would do.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::Problem;
use crate::language::Texts;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Companies,
    People,
}

impl Subject {
    pub fn code(self) -> &'static str {
        match self {
            Self::Companies => "companies",
            Self::People => "people",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Companies, Self::People].into_iter().find(|subject| subject.code() == code)
    }

    /// The fields that a column can be, in the order of the choice.
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Companies => &[
                "id",
                "name_en",
                "name_zh",
                "name_local",
                "aliases",
                "kinds",
                "country",
                "city",
                "website",
                "websites",
                "email_domains",
                "registrations",
                "areas",
                "stage",
                "tier",
                "manager",
                "tags",
                "about",
            ],
            Self::People => &[
                "id", "name", "name_zh", "email", "phone", "wechat", "language", "note", "company", "country", "title",
                "title_zh", "since", "until",
            ],
        }
    }

    /// By which of its fields a row can be told from others: one of them must be there.
    pub fn identifies(self, field: &str) -> bool {
        match self {
            Self::Companies => matches!(field, "id" | "name_en" | "name_zh" | "registrations"),
            Self::People => matches!(field, "id" | "name" | "name_zh" | "email"),
        }
    }

    /// Whether a field is a day.
    pub fn is_day(self, field: &str) -> bool {
        self == Self::People && matches!(field, "since" | "until")
    }

    /// The fields of its names in English and Chinese.
    pub fn names(self) -> [&'static str; 2] {
        match self {
            Self::Companies => ["name_en", "name_zh"],
            Self::People => ["name", "name_zh"],
        }
    }

    /// The list of what the register has of it.
    pub fn list(self) -> &'static str {
        match self {
            Self::Companies => "/companies",
            Self::People => "/people",
        }
    }

    /// The page of one of them.
    pub fn page(self, id: Uuid) -> String {
        match self {
            Self::Companies => crate::company::model::url(id),
            Self::People => crate::person::model::url(id),
        }
    }

    pub fn text(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Companies => t.companies_title(),
            Self::People => t.person_people(),
        }
    }

    /// A stored value in the reader's words.
    pub fn shown(self, field: &str, value: &str, managers: &[(Uuid, String)], t: &'static Texts) -> String {
        match self {
            Self::Companies => crate::company::events::shown(field, value, managers, t, t.language),
            Self::People => crate::person::events::shown(field, value, t),
        }
    }

    /// A field's name for the reader.
    pub fn label(self, field: &str, t: &'static Texts) -> &'static str {
        let labels = match self {
            Self::Companies => crate::company::events::labels(t),
            Self::People => crate::person::events::labels(t),
        };
        match field {
            "id" => t.imports_id(),
            "country" => t.company_country(),
            field => labels.into_iter().find(|(name, _)| *name == field).map_or("", |(_, label)| label),
        }
    }
}

/// What an import may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    #[default]
    Both,
    Create,
    Update,
}

impl Mode {
    pub const ALL: [Self; 3] = [Self::Both, Self::Create, Self::Update];

    pub fn code(self) -> &'static str {
        match self {
            Self::Both => "both",
            Self::Create => "create",
            Self::Update => "update",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.code() == code)
    }
}

/// How 03/04/2025 is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Nobody has said: what could be either is a problem.
    #[default]
    Unknown,
    DayFirst,
    MonthFirst,
}

impl DateOrder {
    pub fn from_code(code: &str) -> Self {
        match code {
            "day" => Self::DayFirst,
            "month" => Self::MonthFirst,
            _ => Self::Unknown,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::DayFirst => "day",
            Self::MonthFirst => "month",
        }
    }
}

/// How the columns of a file are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    pub sheet: i64,
    /// The line of the head, from 1; 0 when there is none.
    pub header: i64,
    /// The field of each column; empty for those that are left out.
    pub columns: Vec<String>,
    pub mode: Mode,
    /// How dates are written, column by column.
    pub orders: Vec<DateOrder>,
    /// What new companies are where the file does not say so; a code, or empty.
    pub kind: String,
}

/// What a row does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Create,
    Update,
    Unchanged,
    Reject,
}

impl Outcome {
    pub const ALL: [Self; 4] = [Self::Create, Self::Update, Self::Unchanged, Self::Reject];

    pub fn code(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Unchanged => "unchanged",
            Self::Reject => "reject",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    pub fn text(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Create => t.imports_create(),
            Self::Update => t.imports_update(),
            Self::Unchanged => t.imports_unchanged(),
            Self::Reject => t.imports_reject(),
        }
    }

    /// The same once it has happened.
    pub fn done(self, t: &'static Texts) -> &'static str {
        match self {
            Self::Create => t.imports_created(),
            Self::Update => t.imports_updated(),
            Self::Unchanged | Self::Reject => self.text(t),
        }
    }
}

/// Why a row is rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wrong {
    /// The value is not one that the field takes.
    Field(Problem),
    /// A formula that was saved without its result.
    Formula,
    /// A cell that shows an error, such as #N/A.
    ErrorCell,
    /// 03/04/2025.
    AmbiguousDate,
    /// More than one record could be meant.
    Ambiguous,
    /// An earlier line is about the same record.
    Repeats(i64),
    /// Nothing in the register has this id.
    NoSuchId,
    /// There is no such record, and new ones are not wanted.
    NotThere,
    /// There is such a record, and only new ones are wanted.
    AlreadyThere,
    /// An option that does not exist is named.
    NotAnOption,
}

impl Wrong {
    pub fn text(&self, subject: Subject, t: &'static Texts) -> String {
        match (self, subject) {
            (Self::Field(problem), _) => return t.problem(problem),
            (Self::Repeats(line), Subject::Companies) => return t.imports_wrong_repeats(line),
            (Self::Repeats(line), Subject::People) => return t.imports_wrong_repeats_person(line),
            (Self::Formula, _) => t.imports_wrong_formula(),
            (Self::ErrorCell, _) => t.imports_wrong_error_cell(),
            (Self::AmbiguousDate, _) => t.imports_wrong_ambiguous_date(),
            (Self::Ambiguous, Subject::Companies) => t.imports_wrong_ambiguous(),
            (Self::Ambiguous, Subject::People) => t.imports_wrong_ambiguous_person(),
            (Self::NoSuchId, _) => t.imports_wrong_no_such_id(),
            (Self::NotThere, Subject::Companies) => t.imports_wrong_not_there(),
            (Self::NotThere, Subject::People) => t.imports_wrong_not_there_person(),
            (Self::AlreadyThere, Subject::Companies) => t.imports_wrong_already_there(),
            (Self::AlreadyThere, Subject::People) => t.imports_wrong_already_there_person(),
            (Self::NotAnOption, _) => t.imports_wrong_not_an_option(),
        }
        .to_owned()
    }
}

/// A field, what stands there, what would.
pub type Change = (String, String, String);

/// What one row would do.
#[derive(Clone, Debug)]
pub struct Plan {
    pub line: i64,
    pub outcome: Outcome,
    /// The record; nil when the row is rejected.
    pub subject: Uuid,
    pub version: i64,
    /// When the record had last been changed; 0 for a new one.
    pub seen_at: i64,
    pub name: String,
    pub changes: Vec<Change>,
    /// Where a person works by this row, and the position that it makes or changes.
    pub company: Option<Uuid>,
    pub position: Option<Uuid>,
    /// Companies of the register that a new one is like, and what they are called.
    pub alike: Vec<(Uuid, String)>,
    /// The field that is wrong – empty for the whole row – and why.
    pub problems: Vec<(String, Wrong)>,
}

impl Plan {
    /// What is known of a row before it is looked at: it is rejected until something better is found.
    pub fn new(line: i64, name: String, problems: Vec<(String, Wrong)>) -> Self {
        Self {
            line,
            outcome: Outcome::Reject,
            subject: Uuid::nil(),
            version: 0,
            seen_at: 0,
            name,
            changes: Vec::new(),
            company: None,
            position: None,
            alike: Vec::new(),
            problems,
        }
    }

    pub fn is_wrong(&mut self, field: &str, wrong: Wrong) {
        self.problems.push((field.to_owned(), wrong));
    }
}

/// One import.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Import {
    pub id: Uuid,
    pub subject: String,
    pub file_name: String,
    pub sheets: String,
    pub state: String,
    pub mapping: String,
    pub note: String,
    pub merged: i64,
    pub creates: i64,
    pub updates: i64,
    pub unchanged: i64,
    pub rejects: i64,
    pub emptied_at: Option<i64>,
    pub starter: Option<String>,
    pub started_at: i64,
    pub applier: Option<String>,
    pub applied_at: Option<i64>,
    pub reverter: Option<String>,
    pub reverted_at: Option<i64>,
    /// When its plan was begun, or what was tried with it since.
    pub attempted_at: Option<i64>,
}

impl Import {
    /// What names the plan that a page shows, for the form that applies it: planned anew it is another.
    pub fn seen(&self) -> String {
        self.attempted_at.map(|at| at.to_string()).unwrap_or_default()
    }

    pub fn subject(&self) -> Subject {
        Subject::from_code(&self.subject).unwrap_or(Subject::Companies)
    }

    pub fn sheets(&self) -> Vec<String> {
        serde_json::from_str(&self.sheets).unwrap_or_default()
    }

    /// How its columns are read, once somebody has said so.
    pub fn mapping(&self) -> Option<Mapping> {
        serde_json::from_str(&self.mapping).ok()
    }

    /// How many of its rows do what.
    pub fn count(&self, outcome: Outcome) -> i64 {
        match outcome {
            Outcome::Create => self.creates,
            Outcome::Update => self.updates,
            Outcome::Unchanged => self.unchanged,
            Outcome::Reject => self.rejects,
        }
    }

    /// Whether the portal works on it now.
    pub fn is_busy(&self) -> bool {
        matches!(self.state.as_str(), "planning" | "applying")
    }

    /// What the journal's entries about records say of it: the file's name and the import's id.
    pub fn mark(&self) -> String {
        format!("{} ({})", self.file_name, self.id)
    }

    /// The page where it stands.
    pub fn url(&self) -> String {
        url(self.id, if self.state == "uploaded" { "/mapping" } else { "/preview" })
    }
}

pub fn url(id: Uuid, page: &str) -> String {
    format!("/imports/{id}{page}")
}

/// The file's name out of an import's mark.
pub fn file_of(mark: &str) -> String {
    mark.rsplit_once(" (").map_or(mark, |(name, _)| name).to_owned()
}
