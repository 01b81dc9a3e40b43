//! What is wrong with the fields of a form.

use serde::{Deserialize, Serialize};

/// Field errors, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FieldErrors(pub Vec<(String, Problem)>);

impl FieldErrors {
    /// The first problem of a field.
    pub fn of(&self, field: &str) -> Option<Problem> {
        self.all_of(field).next().cloned()
    }

    /// Every problem of a field: of a list, each line may have one.
    pub fn all_of<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Problem> {
        self.0.iter().filter(move |(name, _)| name == field).map(|(_, problem)| problem)
    }

    /// The fields that are not right, each once.
    pub fn fields(&self) -> Vec<&str> {
        let mut fields: Vec<&str> = Vec::new();
        for (field, _) in &self.0 {
            if !fields.contains(&field.as_str()) {
                fields.push(field);
            }
        }
        fields
    }
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Problem {
    Missing,
    /// Longer than so many characters.
    TooLong(u32),
    /// Not a whole number from the first to the second.
    OutOfRange(u32, u32),
    /// Neither the English nor the Chinese name is given.
    NoName,
    /// Neither the English nor the Chinese title is given.
    NoTitle,
    NotAnEmail,
    NotAWebAddress,
    NotAnOption,
    /// Contains control characters, which no field may.
    ControlCharacters,
    /// Somebody else changed it too: choose.
    ChangedMeanwhile,
    /// No such person.
    Unknown,
    /// Nobody of the zone is called so, or begins so.
    Nobody(String),
    /// Several of the zone's people begin so.
    SeveralPeople(String, Vec<String>),
    /// What was left out of account, because another choice says so.
    OnlyForDuplicates,
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
    /// The same, and what stands there.
    NamedLine(u32, String, LineProblem),
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
    /// Of who signs: it is not the name that they were asked by.
    NotTheName,
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
    /// A day on which the meeting was not yet, whose next step it is.
    BeforeTheMeeting,
    /// A day so long ago that the year or the month is wrong.
    LongAgo,
    /// Of 03/04/2025.
    WhichIsTheDay,
    /// Others are so like it that it may be one of them.
    LooksAlike,
}

impl Problem {
    /// Whether it is about a part of what was typed, so that other parts may have problems of their own.
    pub fn is_of_part(&self) -> bool {
        matches!(self, Self::Line(..) | Self::NamedLine(..) | Self::Nobody(_) | Self::SeveralPeople(..))
    }
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
