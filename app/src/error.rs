//! The one error that crosses the wire, and the errors of single fields.

use serde::{Deserialize, Serialize};
use server_fn::{codec::JsonEncoding, error::FromServerFnError, error::ServerFnErrorErr};

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

    /// A line of text: white space collapsed, at most `max` characters, possibly empty.
    pub fn line(&mut self, field: &str, text: &str, max: u32) -> String {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.bounded(field, line, max)
    }

    /// A text of several lines, its ends trimmed and its line ends made `\n`.
    pub fn text(&mut self, field: &str, text: &str, max: u32) -> String {
        self.bounded(field, text.replace("\r\n", "\n").trim().to_owned(), max)
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
        let address = if line.contains("://") { line } else { format!("https://{line}") };
        let host = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")).unwrap_or_default();
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let plain = !address.contains(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>' | '\\' | '@'));
        if !host.contains('.') || host.starts_with('.') || host.ends_with('.') || !plain {
            self.note(field, Problem::NotAWebAddress);
        }
        address
    }

    /// The value, or every field error.
    pub fn finish<T>(self, value: T) -> Result<T> {
        if self.0.0.is_empty() { Ok(value) } else { Err(Error::Invalid(self.0)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
