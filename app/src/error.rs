//! The one error that crosses the wire, and the errors of single fields.

use serde::{Deserialize, Serialize};
use server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};

use crate::unseen::without_unseen;

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

/// Field errors, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<(String, Problem)>);

impl FieldErrors {
    pub fn of(&self, field: &str) -> Option<Problem> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, problem)| *problem)
    }
}

/// What is wrong with one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    Missing,
    /// Longer than so many characters.
    TooLong(u32),
    /// Not a whole number from the first to the second.
    OutOfRange(u32, u32),
    /// Neither the English nor the Chinese name is given.
    NoName,
    NotAnEmail,
    NotAWebAddress,
    NotAnOption,
    /// Contains control characters, which no field may.
    ControlCharacters,
    /// Somebody else changed it too: choose.
    ChangedMeanwhile,
    /// No such person.
    Unknown,
    /// An end that is before the beginning, or too far from it.
    WrongSpan,
    NotATime,
    /// Not a whole number of hours between 1 and 500.
    NotAnHourCount,
    InThePast,
    InTheFuture,
    NotAPhoneNumber,
    /// Neither an address nor a telephone number.
    NoContact,
    /// The person is away at that time already.
    AbsentAlready,
    DeputyOfOneself,
    /// Each of them would act for the other.
    DeputiesInACircle,
    /// No such company, or several that it could be.
    NoSuchCompany,
    NoSuchEnquiry,
    /// This line of a list, from 1, and why.
    Line(u32, LineProblem),
    /// A list of more entries than so many.
    TooMany(u32),
    /// Not a calendar date.
    NotADate,
    /// Its end is before its beginning.
    EndsBeforeItBegins,
    /// No company has this name.
    NoCompany,
    /// More than one company fits this name.
    SeveralCompanies,
    /// No record that can be linked is called so, nor has a page there.
    NoRecord,
    SeveralRecords,
    /// The company itself.
    SameCompany,
    /// This is so already.
    Doubled,
    /// Another view of this person has this name.
    NameDoubled,
    /// The company would become a parent of its own parent.
    Cycle,
    /// Somebody else has it already.
    Taken,
    /// It must be said why.
    NoReason,
    /// A code that does not fit, or was used before.
    WrongCode,
    WrongPassword,
    /// What was typed is what stands there already.
    Unchanged,
    /// Shorter than so many characters.
    TooShort(u32),
    /// A new password that is guessed easily.
    Weak(Weakness),
    /// Letters of several alphabets in one name, as in addresses that want to look like others.
    MixedScripts,
    /// An e-mail address with other than Latin letters before the `@`.
    NotLatin,
    /// Somebody with this address has an account already.
    HasAccount,
    /// An account with this address works for the zone, or is a company's.
    HasOtherRole,
    /// This address was invited, and the invitation is open.
    AlreadyInvited,
    /// Somebody with this address acts for the company already.
    AlreadyActs,
    /// Another column of the table is the same field.
    ColumnTwice,
    /// No column tells which record a row is about.
    NoKeyColumn,
    /// Of 03/04/2025.
    WhichIsTheDay,
    /// Others are so like it that it may be one of them.
    LooksAlike,
}

/// What is wrong with one line of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineProblem {
    TooLong(u32),
    ControlCharacters,
    NotAWebAddress,
    NotADomain,
    /// A domain of everybody's mailboxes, which tells no company.
    PublicDomain,
    /// It does not begin with a known register.
    NoRegister,
    /// The number is not one of that register.
    NotANumberOf(Register),
    /// No company of the register has this name.
    NoCompany,
    SeveralCompanies,
    /// It stands there already.
    Doubled,
}

/// A register in which a company has a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Register {
    /// China's unified social credit code.
    Uscc,
    /// Denmark's register of companies.
    Cvr,
    Vat,
    Lei,
    /// Germany's commercial register.
    Hrb,
    Other,
}

/// Why a password is guessed easily.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weakness {
    /// One of those that most people take, or nearly so.
    Common,
    /// A word or name, and little else.
    Word,
    /// What others know of the person: name, address, company, this portal.
    Known,
    /// Neighbouring keys.
    Keyboard,
    /// The same again and again.
    Repeats,
    /// Like `abc` or `6543`.
    Sequence,
    /// A year or a date.
    Date,
    /// Too few tries are needed.
    Guessable,
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

/// Collects the field errors of a form while its fields are read, so that all are told at once.
#[derive(Debug, Default)]
pub struct Check(FieldErrors);

impl Check {
    /// Notes a problem; the first of a field counts.
    pub fn note(&mut self, field: &str, problem: Problem) {
        if self.0.of(field).is_none() {
            self.0.0.push((field.to_owned(), problem));
        }
    }

    /// A line of text: white space collapsed, what nobody sees taken out, at most `max` characters, possibly empty.
    pub fn line(&mut self, field: &str, text: &str, max: u32) -> String {
        let text = without_unseen(text);
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.bounded(field, line, max)
    }

    /// A text of several lines, its ends trimmed, its line ends made `\n` and what nobody sees taken out.
    pub fn text(&mut self, field: &str, text: &str, max: u32) -> String {
        self.bounded(field, without_unseen(text).replace("\r\n", "\n").trim().to_owned(), max)
    }

    fn bounded(&mut self, field: &str, text: String, max: u32) -> String {
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.note(field, Problem::ControlCharacters);
        }
        if text.chars().count() > max as usize {
            self.note(field, Problem::TooLong(max));
        }
        text
    }

    /// Like [`Check::line`], but it must not be empty.
    pub fn required(&mut self, field: &str, text: &str, max: u32) -> String {
        let line = self.line(field, text, max);
        if line.is_empty() {
            self.note(field, Problem::Missing);
        }
        line
    }

    /// A web address: `https://` is added where no scheme was typed; other schemes than http and https are refused.
    pub fn web_address(&mut self, field: &str, text: &str) -> String {
        let line = self.line(field, text, 500);
        if line.is_empty() {
            return line;
        }
        let address = with_scheme(line);
        if !is_web_address(&address) {
            self.note(field, Problem::NotAWebAddress);
        }
        address
    }

    /// A calendar date in ISO form, as browsers' fields for dates have it.
    #[cfg(feature = "ssr")]
    pub fn day(&mut self, field: &str, text: &str) -> Option<jiff::civil::Date> {
        let date = text.trim().parse().ok();
        if date.is_none() {
            self.note(field, if text.trim().is_empty() { Problem::Missing } else { Problem::NotADate });
        }
        date
    }

    /// A calendar date, `2026-11-22`; none when nothing was typed.
    pub fn date(&mut self, field: &str, text: &str) -> Option<String> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if !is_date(text) {
            self.note(field, Problem::NotADate);
        }
        Some(text.to_owned())
    }

    /// Beginning and end as calendar dates, in this order.
    pub fn period(&mut self, since: &str, until: &str) -> (Option<String>, Option<String>) {
        let (since, until) = (self.date("since", since), self.date("until", until));
        if since.is_some() && until.is_some() && until < since {
            self.note("until", Problem::EndsBeforeItBegins);
        }
        (since, until)
    }

    /// The value, or every field error.
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.0.0.is_empty() { Ok(value) } else { Err(Error::Invalid(self.0)) }
    }
}

/// A web address as it was typed, with `https://` where no scheme was.
pub fn with_scheme(line: String) -> String {
    if line.contains("://") { line } else { format!("https://{line}") }
}

/// Whether this is the address of a website: http or https, a dotted host, nothing that could run.
pub fn is_web_address(address: &str) -> bool {
    let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or_default();
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = !address.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '@'));
    host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && plain
}

/// Whether this is a day of the calendar since 1800, as ISO text.
fn is_date(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let number = |part: &str| part.parse::<u32>().unwrap_or_default();
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    if (year.len(), month.len(), day.len()) != (4, 2, 2) || !parts.iter().all(|part| digits(part)) {
        return false;
    }
    let (year, month, day) = (number(year), number(month), number(day));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    year >= 1800 && (1..=12).contains(&month) && (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_of_the_calendar_and_in_order() {
        for good in ["2026-11-22", "2024-02-29", "1923-01-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["", "2026-02-29", "2026-13-01", "2026-1-1", "22.11.2026", "2026-11-31", "+026-01-01", "0001-01-01"]
        {
            assert!(!is_date(bad), "{bad}");
        }
        let mut check = Check::default();
        check.period("2026-02-01", "2026-01-31");
        let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("no errors") };
        assert_eq!(errors.of("until"), Some(Problem::EndsBeforeItBegins));
    }

    #[test]
    fn a_form_tells_all_its_errors_at_once_and_each_field_once() {
        let mut check = Check::default();
        check.required("name_en", "  ", 10);
        check.note("name_en", Problem::NoName);
        check.line("city", "a\u{0}b", 10);
        check.text("about", &"长".repeat(11), 10);
        let Err(Error::Invalid(errors)) = check.finish(()) else { panic!("no errors") };
        assert_eq!(errors.of("name_en"), Some(Problem::Missing));
        assert_eq!(errors.of("city"), Some(Problem::ControlCharacters));
        assert_eq!(errors.of("about"), Some(Problem::TooLong(10)));
        assert_eq!(errors.0.len(), 3);
    }

    #[test]
    fn web_addresses_get_their_scheme_and_never_run_anything() {
        let read = |text: &str| {
            let mut check = Check::default();
            let address = check.web_address("website", text);
            check.finish(address).ok()
        };
        assert_eq!(read("www.alk.net"), Some("https://www.alk.net".to_owned()));
        assert_eq!(read("http://alk.net/cn?a=1"), Some("http://alk.net/cn?a=1".to_owned()));
        assert_eq!(read(""), Some(String::new()));
        for bad in
            ["javascript:alert(1)", "javascript://x.y/%0aalert(1)", "alk", "https://", "https://a b.c", "ftp://a.b"]
        {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
