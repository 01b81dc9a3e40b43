//! The one error that crosses the wire, and the errors of single fields.

use serde::{Deserialize, Serialize};
use server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};

mod check;
mod field;
#[cfg(feature = "ssr")]
mod texts;

pub use check::{Check, is_web_address, with_scheme};
pub use field::{FieldErrors, LineProblem, Problem, Register, Weakness};

pub type Result<T> = std::result::Result<T, Error>;

/// Why something asked for did not happen. What a person reads is made from it in their language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// Some fields of a form are not right; nothing was written.
    #[error("invalid: {0:?}")]
    Invalid(FieldErrors),
    /// The rules do not allow it now.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// This person may not do it, though they may know of it.
    #[error("forbidden")]
    Forbidden,
    /// There is nothing there, or nothing this person may know of.
    #[error("not found")]
    NotFound,
    /// Somebody else changed it meanwhile.
    #[error("conflict")]
    Conflict,
    #[error("signed out")]
    SignedOut,
    /// It takes password or second factor anew: they were shown too long ago.
    #[error("unconfirmed")]
    Unconfirmed,
    /// Nothing is open to this person before a second factor is set up.
    #[error("needs a second factor")]
    NeedsFactor,
    /// Too many tries; the next one may come after so many seconds.
    #[error("too many tries, wait {0} s")]
    TooMany(u32),
    /// The server cannot do it at the moment; nothing was written.
    #[error("unavailable")]
    Unavailable,
    /// A fault of the portal. The details are in the log.
    #[error("internal")]
    Internal,
}

/// The reasons for a refusal that is not about one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// The request was not of the form's shape.
    Malformed,
    /// Unknown address or wrong password: one answer for both.
    WrongCredentials,
    /// The request came from another site.
    ForeignOrigin,
    /// The request's body is larger than this kind of request may be.
    TooLarge,
    NoFile,
    /// The file is neither CSV nor XLSX.
    NotATable,
    /// The table is not the Agency's: columns are missing.
    NotEma,
    /// There is nothing below the head of the table.
    EmptyTable,
    /// The file ends in the middle of a row.
    Truncated,
    /// The text is not UTF-8.
    WrongEncoding,
    /// The file is damaged.
    Damaged,
    /// Another import is running.
    ImportRunning,
    /// Who looks as somebody else changes nothing.
    LooksOnly,
    /// A link from a mail that was used, withdrawn or is too old.
    DeadLink,
    /// A company keeps at least one administrator.
    LastAdministrator,
    /// The portal keeps at least one administrator.
    LastOfPortal,
    /// Nobody changes their own role, or suspends themself.
    Oneself,
    /// Nobody raises their own rights, or prolongs them.
    OwnRights,
    /// Who still acts for a company has no other role.
    StillActs,
    /// This person acts for that company already.
    ActsAlready,
    /// This person acts for no company any more.
    NoCompany,
    /// Nobody looks as an administrator, or as who has gone.
    NotLookedAs,
    /// The account that an invitation reached cannot take it: it has another role.
    OtherRole,
    /// Who is signed in is not whom the invitation is for.
    NotInvited,
    /// The account that it is about is suspended.
    Suspended,
    /// The second step of signing in took too long, or too many codes were tried.
    StepOver,
    /// A passkey's answer does not fit, or came too late.
    PasskeyRefused,
    /// There are no passkeys: none of this person's, or none for this portal's address.
    NoPasskeys,
    TooManyPasskeys,
    /// Recovery codes are for who has a second factor.
    NoFactor,
    /// The last second factor stays while one is required.
    FactorRequired,
    /// Who requires a second factor of others has one.
    NoFactorYourself,
    /// An uploaded file is not taken, or not given.
    File(FileProblem),
    /// What is asked for is not possible as things stand.
    NotNow,
    /// A form of the public was sent as no person would: at once, with a field that people do not see, or days later.
    NotByHand,
    /// The record is archived: it is to be restored before it can be changed.
    Archived,
    /// The company became one with another while this was written: what is added now belongs there.
    Merged,
    /// The same of a person.
    MergedPerson,
    /// The company is a party of agreements that are not over, or something is open under them: it is not archived.
    Tied,
    /// The stage that was chosen does not follow the one that the company is at.
    NoSuchMove,
    /// This person's last proposal for the company has still to be decided.
    ProposalOpen,
    /// A proposal that proposes nothing.
    NothingChanged,
    /// A task that was done or cancelled is changed only once it is open again.
    TaskOver,
    /// What was written can be edited for a quarter of an hour.
    EditOver,
    /// It can still be edited; corrections come later.
    StillEditable,
    /// What was written was removed.
    Removed,
    /// A table of companies or people cannot be read.
    Table(TableProblem),
    /// The company to be merged has proposals that nobody has decided.
    ProposalsOpen,
    /// The merge was undone, or the company was merged on into another one.
    NotUndoable,
    /// After the merge a company would be a parent of its own parent.
    MergeMakesCircle,
    /// An agreement cannot be moved, or changed, so.
    Agreement(Hindrance),
}

/// What stands in the way of an agreement's next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hindrance {
    /// No such step follows where it stands.
    NoSuchMove,
    /// It has fewer than two parties.
    TwoParties,
    /// It has no text.
    Text,
    /// Not every party accepts the text as it is, and nobody said why it counts as agreed.
    Accepted,
    /// It is not said why.
    Reason,
    /// Nobody has signed, or not everybody.
    Signed,
    /// There is no scan of the signed original.
    Original,
    /// It is not said when it takes effect.
    EffectiveDay,
    /// Its day has not come.
    NotYet,
    /// The text is not the one that the person saw: there is a newer one.
    NewText,
    /// This version has a file in that language already.
    HasLanguage,
    /// The document belongs to a text or to a signature.
    Bound,
    /// The company is a party already.
    PartyAlready,
    TooManyParties,
    TooManySignatories,
    TooManyDocuments,
    /// Two companies that are to become one are parties of one agreement.
    BothParties,
    /// What the certificate says is so already.
    SameCertificate,
    /// No file was signed.
    NothingToCertify,
    /// Others have to sign first.
    NotYourTurn,
    /// The text was not shown to who would sign it.
    NotOpened,
    /// The request for a signature is over: signed, declined, withdrawn, voided, or its time has passed.
    RequestOver,
    /// It takes a new code of a guest.
    CodeOver,
    /// Nobody is named who could be asked to sign.
    NoSignatories,
    /// Too few signatories are left of a group.
    TooFew,
    /// Of a group so few are enough that a party might be left without a signature.
    Uncertain,
    /// What is owed under an agreement is owed once it is in force.
    NotBinding,
    /// Nobody owes it any more, or nobody benefits.
    NoSides,
    /// Nothing is shown for it.
    NoEvidence,
    /// Whoever showed the evidence is not who looks at it.
    OwnEvidence,
    /// Whoever owes it does not do without it.
    OwnDebt,
    TooManyObligations,
    /// Another agreement renews it already.
    HasRenewal,
}

impl From<Hindrance> for Error {
    fn from(hindrance: Hindrance) -> Self {
        Self::Refused(Refusal::Agreement(hindrance))
    }
}

/// Why a table of companies or people is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableProblem {
    /// Neither CSV nor XLSX.
    NotATable,
    /// A spreadsheet of before 2007.
    OldSpreadsheet,
    Encrypted,
    /// Neither UTF-8, UTF-16 nor GB18030.
    Encoding,
    TooManyRows,
    TooManyColumns,
    TooManySheets,
    /// Its cells hold more together than a file may.
    TooMuchText,
    /// Two sheets are the same part of the file.
    SheetTwice,
    /// A quotation mark of a CSV is not closed; the line, from 1.
    OpenQuote(i64),
    /// It unpacks to far more than it is.
    Bomb,
    Damaged,
    Empty,
}

/// Why an uploaded file is not taken, or not given to anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileProblem {
    /// It has no bytes.
    Empty,
    /// Larger than a document may be.
    TooLarge,
    /// Its content is of no type that is taken.
    NotAllowed,
    /// Its name ends in another type than its content has.
    WrongExtension,
    /// It can be read as two types at once.
    Polyglot,
    /// A text that is not UTF-8, or has bytes that no text has.
    NotUtf8,
    /// A text that a browser would read as a page, or a shell as a program.
    Markup,
    /// It cannot be read to its end.
    Damaged,
    /// It unpacks to far more than it is.
    Bomb,
    /// It contains macros.
    Macros,
    /// Parts of it are encrypted, so that nobody can look for viruses.
    Encrypted,
    /// Entries of it would be unpacked outside of their folder.
    UnsafePaths,
    /// A picture of more pixels than a program can safely draw.
    PictureTooLarge,
    /// The virus scanner found something in it.
    Infected,
    /// The virus scanner has not looked at it yet.
    Unchecked,
    /// The upload ended, or paused for too long, before it was complete.
    Incomplete,
}

impl From<FileProblem> for Error {
    fn from(problem: FileProblem) -> Self {
        Self::Refused(Refusal::File(problem))
    }
}

impl Error {
    /// Whether a form is drawn anew by the server to show this error: more stands there then than before.
    pub fn redraws(&self) -> bool {
        match self {
            Self::Conflict => true,
            Self::Invalid(errors) => errors.0.iter().any(|(_, problem)| *problem == Problem::LooksAlike),
            _ => false,
        }
    }
}

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::Refused(Refusal::Malformed)
            }
            ServerFnErrorErr::Request(_) => Self::Unavailable,
            #[cfg(feature = "ssr")]
            other => internal("server function", &other),
            #[cfg(feature = "hydrate")]
            _ => Self::Internal,
        }
    }
}

/// Logs what went wrong inside and gives the error that a person may see.
#[cfg(feature = "ssr")]
pub fn internal(what: &str, error: &dyn std::fmt::Display) -> Error {
    tracing::error!(what, error = %error, "internal error");
    Error::Internal
}

#[cfg(feature = "ssr")]
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            // What a connection says that breaks in the middle of an answer.
            | sqlx::Error::Protocol(_)
            | sqlx::Error::WorkerCrashed => {
                tracing::error!(error = %error, "the database is unavailable");
                Self::Unavailable
            }
            sqlx::Error::Database(ref cause) if cause.code().is_some_and(|code| is_passing(&code)) => {
                tracing::error!(error = %error, "the database cannot do it now");
                Self::Unavailable
            }
            error => internal("database", &error),
        }
    }
}

/// Whether what a database refused may succeed later: it was busy, its disk is full, it is stopping or starting.
#[cfg(feature = "ssr")]
fn is_passing(code: &str) -> bool {
    // PostgreSQL's classes: connection, resources, operator intervention, serialization and deadlock.
    if code.len() == 5 {
        return ["08", "53", "57", "40"].iter().any(|class| code.starts_with(class)) || code == "25P03";
    }
    // SQLite's primary codes, the lowest byte of the extended ones: BUSY, LOCKED, IOERR, FULL, CANTOPEN.
    code.parse::<i32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 10 | 13 | 14))
}
