//! What is known of a table that tells of people: what it is for, for how long it is kept, what a person's own copy has of it,
//! and what an erasure does with it.
//!
//! In a statement `{account}` is the person's id, `{email}` and `{folded}` are their address as it was typed and as it is
//! compared, `{after}` is the first column of the row that was read last, `{now}` is the present, and `{name}`, `{nowhere}` and `{nobody}` are what replaces name, address and password.

use uuid::Uuid;

use super::model::Rule;
use crate::account::password::NOBODY;
use crate::backend::database::Sql;
use crate::language::Texts;
use crate::time::Timestamp;

/// What is held about people, as they think of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Category {
    Account,
    Companies,
    Joining,
    SignIn,
    Mails,
    Notifications,
    Documents,
    Agreements,
    Activity,
    Messages,
    Forms,
    Journal,
    Privacy,
}

impl Category {
    pub const ALL: &[Self] = &[
        Self::Account,
        Self::Companies,
        Self::Joining,
        Self::SignIn,
        Self::Mails,
        Self::Notifications,
        Self::Documents,
        Self::Agreements,
        Self::Activity,
        Self::Messages,
        Self::Forms,
        Self::Journal,
        Self::Privacy,
    ];

    /// The name of its file within a person's copy.
    pub fn code(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Companies => "companies",
            Self::Joining => "joining",
            Self::SignIn => "sign_in",
            Self::Mails => "mails",
            Self::Notifications => "notifications",
            Self::Documents => "documents",
            Self::Agreements => "agreements",
            Self::Activity => "activity",
            Self::Messages => "messages",
            Self::Forms => "forms",
            Self::Journal => "journal",
            Self::Privacy => "privacy",
        }
    }

    /// What it is called, what it is, and what for.
    pub fn texts(self, t: &'static Texts) -> [&'static str; 3] {
        match self {
            Self::Account => [t.holding_account(), t.holding_account_what(), t.holding_account_why()],
            Self::Companies => [t.holding_companies(), t.holding_companies_what(), t.holding_companies_why()],
            Self::Joining => [t.holding_joining(), t.holding_joining_what(), t.holding_joining_why()],
            Self::SignIn => [t.holding_sign_in(), t.holding_sign_in_what(), t.holding_sign_in_why()],
            Self::Mails => [t.holding_mails(), t.holding_mails_what(), t.holding_mails_why()],
            Self::Notifications => {
                [t.holding_notifications(), t.holding_notifications_what(), t.holding_notifications_why()]
            }
            Self::Documents => [t.holding_documents(), t.holding_documents_what(), t.holding_documents_why()],
            Self::Agreements => [t.agreement_holding(), t.agreement_holding_what(), t.agreement_holding_why()],
            Self::Activity => [t.interaction_holding(), t.interaction_holding_what(), t.interaction_holding_why()],
            Self::Messages => [t.message_holding(), t.message_holding_what(), t.message_holding_why()],
            Self::Forms => [t.holding_forms(), t.holding_forms_what(), t.holding_forms_why()],
            Self::Journal => [t.holding_journal(), t.holding_journal_what(), t.holding_journal_why()],
            Self::Privacy => [t.holding_privacy(), t.holding_privacy_what(), t.holding_privacy_why()],
        }
    }
}

/// For how long something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// As long as the account.
    Account,
    /// For minutes: something is under way.
    Minutes,
    /// For a month after it stopped working.
    Month,
    /// So many days, see [`Rule`].
    Days(Rule),
    /// As long as the record that it belongs to; after an erasure under a pseudonym.
    Record,
}

impl Keep {
    pub fn text(self, days: impl Fn(Rule) -> u32, t: &'static Texts) -> String {
        match self {
            Self::Account => t.keep_account().to_owned(),
            Self::Minutes => t.keep_minutes().to_owned(),
            Self::Month => t.keep_month().to_owned(),
            Self::Record => t.keep_record().to_owned(),
            Self::Days(rule) => match rule {
                Rule::Attempts => t.keep_attempts(days(rule)),
                Rule::Sessions => t.keep_sessions(days(rule)),
                Rule::MailBodies => t.keep_mail_bodies(days(rule)),
                Rule::Mails => t.keep_mails(days(rule)),
                Rule::Notifications => t.keep_notifications(days(rule)),
                Rule::Requests => t.keep_requests(days(rule)),
                Rule::Enquiries => t.keep_enquiries(days(rule)),
                Rule::Addresses => t.keep_addresses(days(rule)),
                Rule::Documents => t.keep_documents(days(rule)),
                Rule::Imports => t.keep_imports(days(rule)),
                Rule::Inactive => t.keep_inactive(days(rule)),
            },
        }
    }
}

/// How a column is read into a person's copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Text(&'static str),
    Number(&'static str),
    Id(&'static str),
    Time(&'static str),
    Flag(&'static str),
    /// The network address out of a journal entry's values.
    Address(&'static str),
}

impl Field {
    pub fn name(self) -> &'static str {
        match self {
            Self::Text(name)
            | Self::Number(name)
            | Self::Id(name)
            | Self::Time(name)
            | Self::Flag(name)
            | Self::Address(name) => name,
        }
    }
}

/// What a person's own copy has of a table.
#[derive(Clone, Copy, Debug)]
pub enum Export {
    /// The rows of a statement, in an order that stays. It is asked for a part at a time; one that names `{after}` goes on
    /// from there by itself, which a long history needs.
    Rows(&'static str, &'static [Field]),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

/// What an erasure does with a table.
#[derive(Clone, Copy, Debug)]
pub enum Erase {
    Statements(&'static [&'static str]),
    /// What `erasure.rs` does by itself.
    ByHand,
    /// Nothing, for this reason.
    Nothing(&'static str),
}

/// One table that tells of people.
#[derive(Clone, Copy, Debug)]
pub struct Holding {
    pub table: &'static str,
    /// The columns through which it does.
    pub columns: &'static [&'static str],
    pub category: Category,
    pub export: Export,
    pub erase: Erase,
    pub keep: &'static [Keep],
}

/// The person whose data is asked for or goes.
#[derive(Clone, Debug)]
pub struct Person {
    pub account: Uuid,
    pub email: String,
    pub folded: String,
    pub name: String,
    pub role: String,
    pub language: Option<String>,
}

/// What stands in the place of what is erased.
#[derive(Clone, Debug)]
pub struct Instead {
    pub name: String,
    /// An address that nobody can have.
    pub nowhere: String,
    pub now: Timestamp,
}

/// A statement of this list about a person.
pub fn statement(text: &'static str, person: &Person, last: i64, instead: Option<&Instead>) -> Sql {
    let mut sql = Sql::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (word, after) = after.split_once('}').unwrap_or((after, ""));
        sql.push(before);
        match (word, instead) {
            ("account", _) => sql.bind("?", person.account),
            ("email", _) => sql.bind("?", person.email.as_str()),
            ("folded", _) => sql.bind("?", person.folded.as_str()),
            ("after", _) => sql.bind("?", last),
            ("nobody", _) => sql.bind("?", NOBODY),
            ("name", Some(instead)) => sql.bind("?", instead.name.as_str()),
            ("nowhere", Some(instead)) => sql.bind("?", instead.nowhere.as_str()),
            ("now", Some(instead)) => sql.bind("?", instead.now.0),
            _ => sql.push("NULL"),
        };
        rest = after;
    }
    sql.push(rest);
    sql
}
