//! The list of what is held about people: every table that tells of them, why, for how long, what a person's own copy has
//! of it, and what an erasure does with it. A story walks all tables and fails when one is not here.
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

use Category as C;
use Erase::{ByHand, Statements};
use Export::Rows;
use Field::{Address, Flag, Id, Number, Text, Time};

/// Everything that is held about people, in the order in which it is erased: what finds others by the person's address
/// comes before that address goes.
pub const HOLDINGS: &[Holding] = &[
    Holding {
        table: "sessions",
        columns: &["account_id", "address", "agent", "viewed_account_id"],
        category: C::SignIn,
        export: Rows(
            "SELECT created_at, seen_at, confirmed_at, address, agent FROM sessions WHERE account_id = {account}
             ORDER BY created_at, token_hash",
            &[Time("created_at"), Time("seen_at"), Time("confirmed_at"), Text("address"), Text("agent")],
        ),
        erase: Statements(&[
            "UPDATE sessions SET viewed_account_id = NULL WHERE viewed_account_id = {account}",
            "DELETE FROM sessions WHERE account_id = {account}",
        ]),
        keep: &[Keep::Days(Rule::Sessions)],
    },
    Holding {
        table: "sign_in_attempts",
        columns: &["email_folded", "address"],
        category: C::SignIn,
        // From where strangers tried is theirs.
        export: Rows(
            "SELECT t.at, t.succeeded, CASE WHEN t.succeeded OR t.address IN (
                        SELECT s.address FROM sign_in_attempts s WHERE s.email_folded = {folded} AND s.succeeded)
                    THEN t.address ELSE '' END AS address
             FROM sign_in_attempts t WHERE t.email_folded = {folded} ORDER BY t.at, t.id",
            &[Time("at"), Flag("succeeded"), Text("address")],
        ),
        erase: Statements(&["DELETE FROM sign_in_attempts WHERE email_folded = {folded}"]),
        keep: &[Keep::Days(Rule::Attempts)],
    },
    Holding {
        table: "sign_in_steps",
        columns: &["account_id"],
        category: C::SignIn,
        export: Export::Nothing("it is there for minutes, while a second factor is awaited"),
        erase: Statements(&["DELETE FROM sign_in_steps WHERE account_id = {account}"]),
        keep: &[Keep::Minutes],
    },
    Holding {
        table: "authenticators",
        columns: &["account_id", "secret"],
        category: C::SignIn,
        export: Rows(
            "SELECT created_at, confirmed_at FROM authenticators WHERE account_id = {account} ORDER BY created_at",
            &[Time("created_at"), Time("confirmed_at")],
        ),
        erase: Statements(&["DELETE FROM authenticators WHERE account_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "recovery_codes",
        columns: &["account_id"],
        category: C::SignIn,
        export: Rows(
            "SELECT created_at, used_at FROM recovery_codes WHERE account_id = {account} ORDER BY created_at, code_hash",
            &[Time("created_at"), Time("used_at")],
        ),
        erase: Statements(&["DELETE FROM recovery_codes WHERE account_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "passkeys",
        columns: &["account_id", "name", "credential"],
        category: C::SignIn,
        export: Rows(
            "SELECT name, created_at, used_at FROM passkeys WHERE account_id = {account} ORDER BY created_at, id",
            &[Text("name"), Time("created_at"), Time("used_at")],
        ),
        erase: Statements(&["DELETE FROM passkeys WHERE account_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "passkey_ceremonies",
        columns: &["account_id", "state"],
        category: C::SignIn,
        export: Export::Nothing("it is there for minutes, while a passkey is made or shown"),
        erase: Statements(&["DELETE FROM passkey_ceremonies WHERE account_id = {account}"]),
        keep: &[Keep::Minutes],
    },
    Holding {
        table: "refused_posts",
        columns: &["account_id", "fields"],
        category: C::Forms,
        export: Rows(
            "SELECT endpoint, fields, expires_at FROM refused_posts WHERE account_id = {account}
             ORDER BY expires_at, token_hash",
            &[Text("endpoint"), Text("fields"), Time("expires_at")],
        ),
        erase: Statements(&["DELETE FROM refused_posts WHERE account_id = {account}"]),
        keep: &[Keep::Minutes],
    },
    Holding {
        table: "links",
        columns: &["subject_id", "detail"],
        category: C::Joining,
        export: Export::Nothing("only a hash of a link is kept; its mail is in the copy"),
        erase: Statements(&[
            "DELETE FROM links WHERE subject_id = {account}
                 OR subject_id IN (SELECT i.id FROM invitations i WHERE i.account_id = {account} OR i.email_folded = {folded})
                 OR subject_id IN (SELECT j.id FROM join_requests j WHERE j.account_id = {account} OR j.email_folded = {folded})",
        ]),
        keep: &[Keep::Month],
    },
    Holding {
        table: "join_requests",
        columns: &["name", "email", "email_folded", "reason", "address", "decided_by", "account_id"],
        category: C::Joining,
        export: Rows(
            "SELECT id, state, company_name, country, website, name, email, reason, language, address, created_at,
                    confirmed_at, decided_at, decline_reason
             FROM join_requests WHERE account_id = {account} OR email_folded = {folded} ORDER BY created_at, id",
            &[
                Id("id"),
                Text("state"),
                Text("company_name"),
                Text("country"),
                Text("website"),
                Text("name"),
                Text("email"),
                Text("reason"),
                Text("language"),
                Text("address"),
                Time("created_at"),
                Time("confirmed_at"),
                Time("decided_at"),
                Text("decline_reason"),
            ],
        ),
        erase: Statements(&[
            "DELETE FROM join_requests
             WHERE state = 'unconfirmed' AND account_id IS NULL AND email_folded = {folded}",
            "UPDATE join_requests SET name = {name}, email = '', email_folded = {nowhere}, reason = '', address = '',
                    version = version + 1
             WHERE account_id = {account} OR email_folded = {folded}",
        ]),
        keep: &[Keep::Days(Rule::Requests), Keep::Record],
    },
    Holding {
        table: "invitations",
        columns: &["email", "email_folded", "name", "invited_by", "account_id", "title"],
        category: C::Joining,
        export: Rows(
            "SELECT id, email, name, role, title, language, created_at, sent_at, accepted_at, withdrawn_at
             FROM invitations WHERE account_id = {account} OR email_folded = {folded} ORDER BY created_at, id",
            &[
                Id("id"),
                Text("email"),
                Text("name"),
                Text("role"),
                Text("title"),
                Text("language"),
                Time("created_at"),
                Time("sent_at"),
                Time("accepted_at"),
                Time("withdrawn_at"),
            ],
        ),
        erase: Statements(&[
            "UPDATE invitations SET withdrawn_at = {now}
             WHERE email_folded = {folded} AND accepted_at IS NULL AND withdrawn_at IS NULL",
            "UPDATE invitations SET name = {name}, email = '', email_folded = {nowhere}, title = ''
             WHERE account_id = {account} OR email_folded = {folded}",
        ]),
        keep: &[Keep::Days(Rule::Requests), Keep::Record],
    },
    Holding {
        table: "affiliations",
        columns: &["account_id", "successor_id", "title"],
        category: C::Companies,
        export: Rows(
            "SELECT f.company_id, c.name_en, c.name_zh, f.rights, f.title, f.since, f.until, f.ended_at
             FROM affiliations f JOIN companies c ON c.id = f.company_id WHERE f.account_id = {account}
             ORDER BY f.company_id",
            &[
                Id("company_id"),
                Text("name_en"),
                Text("name_zh"),
                Text("rights"),
                Text("title"),
                Text("since"),
                Text("until"),
                Time("ended_at"),
            ],
        ),
        erase: Statements(&[
            "UPDATE affiliations SET title = '', ended_at = coalesce(ended_at, {now}), version = version + 1
             WHERE account_id = {account}",
        ]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "company_mailboxes",
        columns: &["address", "set_by"],
        category: C::Companies,
        export: Rows(
            "SELECT company_id, set_at, confirmed_at FROM company_mailboxes WHERE set_by = {account}
             ORDER BY company_id",
            &[Id("company_id"), Time("set_at"), Time("confirmed_at")],
        ),
        // A mailbox that is the person's own address is nobody else's.
        erase: Statements(&["DELETE FROM company_mailboxes WHERE lower(address) = lower({email})"]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "companies",
        columns: &["manager_id", "manager_name", "archived_by"],
        category: C::Companies,
        export: Rows(
            "SELECT id, name_en, name_zh FROM companies WHERE manager_id = {account} ORDER BY id",
            &[Id("id"), Text("name_en"), Text("name_zh")],
        ),
        erase: ByHand,
        keep: &[Keep::Record],
    },
    Holding {
        table: "person_merges",
        columns: &["fields_before", "fields_after", "fields_theirs", "merged_by", "undone_by"],
        category: C::Companies,
        export: Rows(
            "SELECT m.id, m.merged_at, m.undone_at, m.fields_before, m.fields_theirs FROM person_merges m
             JOIN people p ON p.id = m.winner_person
             WHERE p.account_id = {account} OR (p.email_folded <> '' AND p.email_folded = {folded})
             ORDER BY m.merged_at, m.id",
            &[Id("id"), Time("merged_at"), Time("undone_at"), Text("fields_before"), Text("fields_theirs")],
        ),
        // Without them the merge cannot be undone.
        erase: Statements(&[
            "UPDATE person_merges SET fields_before = '', fields_after = '', fields_theirs = ''
             WHERE winner_person IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                         OR (p.email_folded <> '' AND p.email_folded = {folded}))
                OR loser_person IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                        OR (p.email_folded <> '' AND p.email_folded = {folded}))",
        ]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "people_apart",
        columns: &["said_by"],
        category: C::Companies,
        export: Rows(
            "SELECT first_person, second_person, said_at FROM people_apart WHERE said_by = {account}
             ORDER BY first_person, second_person",
            &[Id("first_person"), Id("second_person"), Time("said_at")],
        ),
        erase: Erase::Nothing("it is about two others; who said it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "register_imports",
        columns: &["started_by", "applied_by", "reverted_by"],
        category: C::Documents,
        export: Rows(
            "SELECT id, subject, file_name, state, started_at, applied_at, reverted_at FROM register_imports
             WHERE started_by = {account} OR applied_by = {account} OR reverted_by = {account} ORDER BY started_at, id",
            &[
                Id("id"),
                Text("subject"),
                Text("file_name"),
                Text("state"),
                Time("started_at"),
                Time("applied_at"),
                Time("reverted_at"),
            ],
        ),
        erase: Erase::Nothing("it belongs to the register; who started it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "import_mappings",
        columns: &["saved_by"],
        category: C::Documents,
        export: Rows(
            "SELECT id, subject, name, saved_at FROM import_mappings WHERE saved_by = {account} ORDER BY id",
            &[Id("id"), Text("subject"), Text("name"), Time("saved_at")],
        ),
        erase: Erase::Nothing("how a file's columns are read belongs to the zone; it names nobody else"),
        keep: &[Keep::Record],
    },
    // Before `people`: whose rows these are is known by the address that stands there.
    Holding {
        table: "import_rows",
        columns: &["cells"],
        category: C::Companies,
        export: Export::Nothing("a file of the zone's, kept only until what came of it is settled; people has what was taken"),
        erase: Statements(&[
            "DELETE FROM import_rows WHERE replace(lower(cells), {folded}, '') <> lower(cells)",
            "DELETE FROM import_rows WHERE EXISTS (
                 SELECT 1 FROM import_plans l JOIN people p ON p.id = l.subject_id
                 WHERE l.import_id = import_rows.import_id AND l.line = import_rows.line
                   AND (p.account_id = {account} OR (p.email_folded <> '' AND p.email_folded = {folded})))",
        ]),
        keep: &[Keep::Days(Rule::Imports)],
    },
    Holding {
        table: "import_plans",
        columns: &["changes"],
        category: C::Companies,
        export: Export::Nothing("what a file would change, kept only until that is settled"),
        erase: Statements(&[
            "DELETE FROM import_plans WHERE replace(lower(changes), {folded}, '') <> lower(changes)
                 OR subject_id IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                   OR (p.email_folded <> '' AND p.email_folded = {folded}))",
        ]),
        keep: &[Keep::Days(Rule::Imports)],
    },
    Holding {
        table: "import_changes",
        columns: &["changes"],
        category: C::Companies,
        export: Export::Nothing("what stood in people before an import; people has what stands there now"),
        erase: Statements(&[
            "UPDATE import_changes SET changes = '[]' WHERE replace(lower(changes), {folded}, '') <> lower(changes)
                 OR subject_id IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                   OR (p.email_folded <> '' AND p.email_folded = {folded}))",
        ]),
        keep: &[Keep::Days(Rule::Imports)],
    },
    Holding {
        table: "people",
        columns: &["email", "email_folded", "phone", "name", "name_zh", "wechat", "note"],
        category: C::Companies,
        export: Rows(
            "SELECT id, name, name_zh, email, phone, wechat, language, created_at FROM people
             WHERE account_id = {account} OR (email_folded <> '' AND email_folded = {folded}) ORDER BY id",
            &[
                Id("id"),
                Text("name"),
                Text("name_zh"),
                Text("email"),
                Text("phone"),
                Text("wechat"),
                Text("language"),
                Time("created_at"),
            ],
        ),
        erase: Statements(&[
            // Whoever was found to be the same first: they go by another address.
            "UPDATE people SET name = {name}, name_zh = '', email = '', email_folded = '', phone = '', wechat = '',
                    note = '', search_text = '', sort_en = '', sort_zh = '', version = version + 1
             WHERE merged_into IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                       OR (p.email_folded <> '' AND p.email_folded = {folded}))",
            "UPDATE people SET name = {name}, name_zh = '', email = '', email_folded = '', phone = '', wechat = '',
                    note = '', search_text = '', sort_en = '', sort_zh = '', version = version + 1
             WHERE account_id = {account} OR (email_folded <> '' AND email_folded = {folded})",
        ]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "company_relations",
        columns: &["created_by"],
        category: C::Companies,
        export: Rows(
            "SELECT id, kind, created_at FROM company_relations WHERE created_by = {account} ORDER BY id",
            &[Id("id"), Text("kind"), Time("created_at")],
        ),
        erase: Erase::Nothing("it is about companies; who added it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "company_pairs",
        columns: &["decided_by", "note"],
        category: C::Companies,
        export: Rows(
            "SELECT first_id, second_id, state, note, decided_at FROM company_pairs WHERE decided_by = {account}
             ORDER BY decided_at, first_id, second_id",
            &[Id("first_id"), Id("second_id"), Text("state"), Text("note"), Time("decided_at")],
        ),
        erase: Erase::Nothing("it is about companies; who decided it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "company_merges",
        columns: &["merged_by", "undone_by"],
        category: C::Companies,
        export: Rows(
            "SELECT id, winner_id, loser_id, merged_at, undone_at FROM company_merges
             WHERE merged_by = {account} OR undone_by = {account} ORDER BY merged_at, id",
            &[Id("id"), Id("winner_id"), Id("loser_id"), Time("merged_at"), Time("undone_at")],
        ),
        erase: Erase::Nothing("it is about companies; who merged them reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "company_merge_moves",
        columns: &["row_id", "image"],
        category: C::Companies,
        export: Export::Nothing("it says which rows belonged to which company before a merge; those rows are in the copy"),
        // What a person did for a company that is no more does not come back with it.
        erase: Statements(&["DELETE FROM company_merge_moves WHERE row_id = {account}"]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "company_proposals",
        columns: &["proposed_by", "decided_by", "note"],
        category: C::Companies,
        export: Rows(
            "SELECT id, company_id, note, state, created_at FROM company_proposals WHERE proposed_by = {account}
             ORDER BY id",
            &[Id("id"), Id("company_id"), Text("note"), Text("state"), Time("created_at")],
        ),
        erase: Statements(&["UPDATE company_proposals SET note = '' WHERE proposed_by = {account}"]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "absences",
        columns: &["deputy_id", "note"],
        category: C::Account,
        export: Rows(
            "SELECT id, since, until, note FROM absences WHERE account_id = {account} ORDER BY id",
            &[Id("id"), Text("since"), Text("until"), Text("note")],
        ),
        erase: Statements(&["DELETE FROM absences WHERE account_id = {account} OR deputy_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "enquiries",
        columns: &["name", "email", "email_folded", "phone", "recorded_by", "assignee_id", "assigned_for_id"],
        category: C::Joining,
        export: Rows(
            "SELECT id, number, name, company, email, phone, message, received_at FROM enquiries
             WHERE email_folded <> '' AND email_folded = {folded} ORDER BY id",
            &[
                Id("id"),
                Text("number"),
                Text("name"),
                Text("company"),
                Text("email"),
                Text("phone"),
                Text("message"),
                Time("received_at"),
            ],
        ),
        erase: ByHand,
        keep: &[Keep::Record, Keep::Days(Rule::Enquiries)],
    },
    Holding {
        table: "enquiry_messages",
        columns: &["by_id"],
        category: C::Joining,
        export: Rows(
            "SELECT id, kind, at FROM enquiry_messages WHERE by_id = {account} ORDER BY id",
            &[Id("id"), Text("kind"), Time("at")],
        ),
        // Those of the person's own enquiries go with them.
        erase: Erase::Nothing("it belongs to the enquiry; who wrote it reads as the pseudonym"),
        keep: &[Keep::Record, Keep::Days(Rule::Enquiries)],
    },
    Holding {
        table: "enquiry_attempts",
        columns: &["email_folded", "network"],
        category: C::SignIn,
        export: Rows(
            "SELECT id, at FROM enquiry_attempts WHERE email_folded = {folded} ORDER BY id",
            &[Id("id"), Time("at")],
        ),
        erase: Statements(&["DELETE FROM enquiry_attempts WHERE email_folded = {folded}"]),
        keep: &[Keep::Minutes],
    },
    Holding {
        table: "agreements",
        columns: &["owner_id", "created_by"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, number, title_en, title_zh, created_at FROM agreements
             WHERE owner_id = {account} OR created_by = {account} ORDER BY id",
            &[Id("id"), Text("number"), Text("title_en"), Text("title_zh"), Time("created_at")],
        ),
        erase: Erase::Nothing("it is the parties'; who looks after it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_parties",
        columns: &["removed_by"],
        category: C::Agreements,
        export: Export::Nothing("it says which companies are parties"),
        erase: Erase::Nothing("who took a party out reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_contacts",
        columns: &["account_id", "person_id"],
        category: C::Agreements,
        export: Rows(
            "SELECT t.id, p.agreement_id FROM agreement_contacts t JOIN agreement_parties p ON p.id = t.party_id
             WHERE t.account_id = {account} ORDER BY t.id",
            &[Id("id"), Id("agreement_id")],
        ),
        erase: Statements(&["DELETE FROM agreement_contacts WHERE account_id = {account}"]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_links",
        columns: &["added_by"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, agreement_id, kind, added_at FROM agreement_links WHERE added_by = {account} ORDER BY id",
            &[Id("id"), Id("agreement_id"), Text("kind"), Time("added_at")],
        ),
        erase: Erase::Nothing("it belongs to the agreement; who added it is shown nowhere"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_versions",
        columns: &["by_id"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, agreement_id, changes, at FROM agreement_versions WHERE by_id = {account} ORDER BY id",
            &[Id("id"), Id("agreement_id"), Text("changes"), Time("at")],
        ),
        erase: Erase::Nothing("it belongs to the agreement; who added it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_words",
        columns: &["by_id", "told_by"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, word, reason, told_by, at FROM agreement_words WHERE by_id = {account} ORDER BY id",
            &[Id("id"), Text("word"), Text("reason"), Text("told_by"), Time("at")],
        ),
        erase: Erase::Nothing("a party said it, and the others rely on how; who wrote it down reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_comments",
        columns: &["by_id"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, agreement_id, body, at FROM agreement_comments WHERE by_id = {account} ORDER BY id",
            &[Id("id"), Id("agreement_id"), Text("body"), Time("at")],
        ),
        erase: Erase::Nothing("the others answered it; who wrote it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_notes",
        columns: &["by_id"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, agreement_id, at FROM agreement_notes WHERE by_id = {account} ORDER BY id",
            &[Id("id"), Id("agreement_id"), Time("at")],
        ),
        erase: Erase::Nothing("it belongs to the agreement; who wrote it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_signatures",
        columns: &["signer_name", "recorded_by"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, signer_name, signer_title, signed_on, place FROM agreement_signatures
             WHERE recorded_by = {account} ORDER BY id",
            &[Id("id"), Text("signer_name"), Text("signer_title"), Text("signed_on"), Text("place")],
        ),
        erase: Erase::Nothing("who signed stays under what was signed; who recorded it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "certificates",
        columns: &["made_by", "content"],
        category: C::Agreements,
        // Of others it tells more than of the person.
        export: Rows(
            "SELECT id, agreement_id, made_at FROM certificates WHERE made_by = {account} ORDER BY made_at, id",
            &[Id("id"), Id("agreement_id"), Time("made_at")],
        ),
        erase: Erase::Nothing(
            "it is the parties' proof of who signed, when and from where; changed in one letter it would prove nothing",
        ),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_signatories",
        columns: &[
            "name",
            "title",
            "email",
            "email_folded",
            "account_id",
            "deputy_name",
            "deputy_title",
            "deputy_email",
            "deputy_folded",
            "deputy_account_id",
        ],
        category: C::Agreements,
        export: Rows(
            "SELECT id, name, title, deputy_name, deputy_title, sent_at, opened_at, signed_at, declined_at
             FROM agreement_signatories
             WHERE account_id = {account} OR deputy_account_id = {account} OR (email_folded <> '' AND email_folded = {folded})
                OR (deputy_folded <> '' AND deputy_folded = {folded}) ORDER BY id",
            &[
                Id("id"),
                Text("name"),
                Text("title"),
                Text("deputy_name"),
                Text("deputy_title"),
                Time("sent_at"),
                Time("opened_at"),
                Time("signed_at"),
                Time("declined_at"),
            ],
        ),
        // Who signed stays under what was signed; who has not is asked no more.
        erase: Statements(&[
            "UPDATE agreement_signatories SET withdrawn_at = {now}, name = {name}, title = ''
             WHERE (account_id = {account} OR (email_folded <> '' AND email_folded = {folded})) AND deputy_name = ''
               AND signed_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL AND voided_at IS NULL",
            "UPDATE agreement_signatories SET withdrawn_at = {now}, deputy_name = {name}, deputy_title = ''
             WHERE (deputy_account_id = {account} OR (deputy_folded <> '' AND deputy_folded = {folded}))
               AND signed_at IS NULL AND declined_at IS NULL AND withdrawn_at IS NULL AND voided_at IS NULL",
            "UPDATE agreement_signatories SET email = '', email_folded = ''
             WHERE account_id = {account} OR (email_folded <> '' AND email_folded = {folded})",
            "UPDATE agreement_signatories SET deputy_email = '', deputy_folded = ''
             WHERE deputy_account_id = {account} OR (deputy_folded <> '' AND deputy_folded = {folded})",
        ]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "agreement_signing_facts",
        columns: &["name", "title", "on_behalf_of", "account_id", "address", "agent", "reason", "drawn"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, kind, at, name, title, on_behalf_of, address, agent, reason FROM agreement_signing_facts
             WHERE account_id = {account} ORDER BY at, id",
            &[
                Id("id"),
                Text("kind"),
                Time("at"),
                Text("name"),
                Text("title"),
                Text("on_behalf_of"),
                Text("address"),
                Text("agent"),
                Text("reason"),
            ],
        ),
        // From where somebody signed or declined is evidence that the other parties rely on; all else goes.
        erase: Statements(&[
            "UPDATE agreement_signing_facts SET address = '', agent = ''
             WHERE account_id = {account} AND kind NOT IN ('signed', 'declined')",
        ]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "obligations",
        columns: &["created_by"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, agreement_id, clause, created_at FROM obligations WHERE created_by = {account} ORDER BY id",
            &[Id("id"), Id("agreement_id"), Text("clause"), Time("created_at")],
        ),
        erase: Erase::Nothing("it is the parties'; who planned it is told to nobody"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "obligation_evidence",
        columns: &["by_id", "told_by"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, obligation_id, body, at FROM obligation_evidence WHERE by_id = {account} ORDER BY id",
            &[Id("id"), Id("obligation_id"), Text("body"), Time("at")],
        ),
        erase: Erase::Nothing("a party showed it; who did so for the party reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "obligation_steps",
        columns: &["by_id", "told_by"],
        category: C::Agreements,
        export: Rows(
            "SELECT id, obligation_id, to_state, reason, at FROM obligation_steps WHERE by_id = {account} ORDER BY id",
            &[Id("id"), Id("obligation_id"), Text("to_state"), Text("reason"), Time("at")],
        ),
        erase: Erase::Nothing("a party took the step; who did so for the party reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "calendar_feeds",
        columns: &["account_id"],
        category: C::Agreements,
        export: Rows(
            "SELECT created_at FROM calendar_feeds WHERE account_id = {account}",
            &[Time("created_at")],
        ),
        erase: Statements(&["DELETE FROM calendar_feeds WHERE account_id = {account}"]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "asked_mails",
        columns: &["email_folded", "address"],
        category: C::SignIn,
        export: Rows(
            "SELECT id, kind, at FROM asked_mails WHERE email_folded = {folded} ORDER BY id",
            &[Id("id"), Text("kind"), Time("at")],
        ),
        erase: Statements(&["DELETE FROM asked_mails WHERE email_folded = {folded}"]),
        keep: &[Keep::Minutes],
    },
    Holding {
        table: "imports",
        columns: &["started_by"],
        category: C::Documents,
        export: Rows(
            "SELECT id, source, file_name, state, started_at, finished_at FROM imports WHERE started_by = {account}
             ORDER BY started_at, id",
            &[Id("id"), Text("source"), Text("file_name"), Text("state"), Time("started_at"), Time("finished_at")],
        ),
        erase: Erase::Nothing("it belongs to the catalogue; who started it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "documents",
        columns: &["uploaded_by", "removed_by"],
        category: C::Documents,
        export: Rows(
            "SELECT d.id, d.owner_kind, d.owner_id, d.name, d.note, d.audience, d.uploaded_at, d.removed_at, f.size,
                    f.media_type, d.sha256
             FROM documents d JOIN files f ON f.sha256 = d.sha256
             WHERE d.uploaded_by = {account} AND d.owner_kind <> 'certificate'
             ORDER BY d.uploaded_at, d.id",
            &[
                Id("id"),
                Text("owner_kind"),
                Id("owner_id"),
                Text("name"),
                Text("note"),
                Text("audience"),
                Time("uploaded_at"),
                Time("removed_at"),
                Number("size"),
                Text("media_type"),
                Text("sha256"),
            ],
        ),
        erase: Erase::Nothing("a document is its company's; who sent it reads as the pseudonym"),
        keep: &[Keep::Record, Keep::Days(Rule::Documents)],
    },
    Holding {
        table: "interactions",
        columns: &["recorded_by", "removed_by", "summary", "others"],
        category: C::Activity,
        // What was said is the zone's; of others it may tell more than of the person.
        export: Rows(
            "SELECT id, kind, at, created_at FROM interactions WHERE recorded_by = {account} ORDER BY created_at, id",
            &[Id("id"), Text("kind"), Time("at"), Time("created_at")],
        ),
        erase: Erase::Nothing("it is about companies; who recorded it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "interaction_accounts",
        columns: &["account_id"],
        category: C::Activity,
        export: Rows(
            "SELECT i.id, i.kind, i.at FROM interaction_accounts p JOIN interactions i ON i.id = p.interaction_id
             WHERE p.account_id = {account} ORDER BY i.at, i.id",
            &[Id("id"), Text("kind"), Time("at")],
        ),
        erase: Erase::Nothing("who took part reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "tasks",
        columns: &["owner_id", "created_by", "ended_by", "title", "note", "cancel_reason"],
        category: C::Activity,
        export: Rows(
            "SELECT id, title, due_on, state, created_at, ended_at FROM tasks
             WHERE owner_id = {account} OR created_by = {account} ORDER BY created_at, id",
            &[Id("id"), Text("title"), Text("due_on"), Text("state"), Time("created_at"), Time("ended_at")],
        ),
        erase: Erase::Nothing("it is the zone's work; whose it was reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "message_threads",
        columns: &["opened_by", "last_by"],
        category: C::Messages,
        export: Rows(
            "SELECT id, company_id, subject, opened_at FROM message_threads WHERE opened_by = {account}
             ORDER BY opened_at, id",
            &[Id("id"), Id("company_id"), Text("subject"), Time("opened_at")],
        ),
        erase: Erase::Nothing("it belongs to the company; who opened it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "messages",
        columns: &["by_id", "removed_by"],
        category: C::Messages,
        export: Rows(
            "SELECT id, thread_id, at, body, document_id, corrects_id, edited_at, removed_at FROM messages
             WHERE by_id = {account} ORDER BY at, id",
            &[
                Id("id"),
                Id("thread_id"),
                Time("at"),
                Text("body"),
                Id("document_id"),
                Id("corrects_id"),
                Time("edited_at"),
                Time("removed_at"),
            ],
        ),
        erase: Erase::Nothing("what was said to a company, or in its name, stays; who said it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "message_reads",
        columns: &["account_id"],
        category: C::Messages,
        export: Rows(
            "SELECT thread_id, read_at FROM message_reads WHERE account_id = {account} ORDER BY read_at, thread_id",
            &[Id("thread_id"), Time("read_at")],
        ),
        erase: Statements(&["DELETE FROM message_reads WHERE account_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "notes",
        columns: &["by_id", "removed_by"],
        category: C::Messages,
        export: Rows(
            "SELECT id, company_id, at, body, corrects_id, edited_at, removed_at FROM notes WHERE by_id = {account}
             ORDER BY at, id",
            &[
                Id("id"),
                Id("company_id"),
                Time("at"),
                Text("body"),
                Id("corrects_id"),
                Time("edited_at"),
                Time("removed_at"),
            ],
        ),
        // Where others named the person, the pseudonym stands from now on.
        erase: Statements(&[
            "UPDATE notes SET body = replace(
                    replace(body, '@' || (SELECT name FROM accounts WHERE id = {account}), '@' || {name}),
                    '＠' || (SELECT name FROM accounts WHERE id = {account}), '＠' || {name})
             WHERE id IN (SELECT note_id FROM note_mentions WHERE account_id = {account})",
        ]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "note_mentions",
        columns: &["account_id"],
        category: C::Messages,
        export: Rows(
            "SELECT x.note_id, n.company_id, n.at FROM note_mentions x JOIN notes n ON n.id = x.note_id
             WHERE x.account_id = {account} ORDER BY n.at, x.note_id",
            &[Id("note_id"), Id("company_id"), Time("at")],
        ),
        erase: Statements(&["DELETE FROM note_mentions WHERE account_id = {account}"]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "notifications",
        columns: &["account_id", "facts"],
        category: C::Notifications,
        // Its facts name others.
        export: Rows(
            "SELECT kind, path, changes, created_at, changed_at, read_at, mailed_at FROM notifications
             WHERE account_id = {account} ORDER BY created_at, id",
            &[
                Text("kind"),
                Text("path"),
                Number("changes"),
                Time("created_at"),
                Time("changed_at"),
                Time("read_at"),
                Time("mailed_at"),
            ],
        ),
        // In those of others, `erasure.rs` puts the pseudonym for the name.
        erase: Statements(&["DELETE FROM notifications WHERE account_id = {account}"]),
        keep: &[Keep::Days(Rule::Notifications)],
    },
    Holding {
        table: "mailbox_notices",
        columns: &["facts"],
        category: C::Notifications,
        export: Export::Nothing("what a company's mailbox is about to be mailed; its facts name others"),
        erase: ByHand,
        keep: &[Keep::Minutes],
    },
    Holding {
        table: "notification_choices",
        columns: &["account_id"],
        category: C::Notifications,
        export: Rows(
            "SELECT kind, mails FROM notification_choices WHERE account_id = {account} ORDER BY kind",
            &[Text("kind"), Text("mails")],
        ),
        erase: Statements(&["DELETE FROM notification_choices WHERE account_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "follows",
        columns: &["account_id"],
        category: C::Notifications,
        export: Rows(
            "SELECT subject_kind, subject_id, since FROM follows WHERE account_id = {account} ORDER BY since, subject_id",
            &[Text("subject_kind"), Id("subject_id"), Time("since")],
        ),
        erase: Statements(&["DELETE FROM follows WHERE account_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "company_view_defaults",
        columns: &["account_id"],
        category: C::Account,
        export: Export::Nothing("it says which of the views it is"),
        erase: Statements(&["DELETE FROM company_view_defaults WHERE account_id = {account}"]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "company_views",
        columns: &["account_id"],
        category: C::Account,
        export: Rows(
            "SELECT name, layout, query, created_at, changed_at FROM company_views WHERE account_id = {account}
             ORDER BY created_at, id",
            &[Text("name"), Text("layout"), Text("query"), Time("created_at"), Time("changed_at")],
        ),
        // Also those that others use: their names were given by the person.
        erase: Statements(&[
            "DELETE FROM company_view_defaults WHERE view_id IN (SELECT id FROM company_views WHERE account_id = {account})",
            "DELETE FROM company_views WHERE account_id = {account}",
        ]),
        keep: &[Keep::Account],
    },
    Holding {
        table: "bulk_edits",
        columns: &["account_id"],
        category: C::Journal,
        export: Rows(
            "SELECT change, reason, created_at, applied_at, undone_at FROM bulk_edits WHERE account_id = {account}
             ORDER BY created_at, id",
            &[Text("change"), Text("reason"), Time("created_at"), Time("applied_at"), Time("undone_at")],
        ),
        erase: Erase::Nothing("it goes after ninety days; until then it tells what was done, by a pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "mails",
        columns: &["account_id", "address"],
        category: C::Mails,
        export: Rows(
            "SELECT kind, address, language, subject, body_text, created_at, sent_at, dead_at FROM mails
             WHERE account_id = {account} OR (account_id IS NULL AND lower(address) = lower({email}))
             ORDER BY created_at, id",
            &[
                Text("kind"),
                Text("address"),
                Text("language"),
                Text("subject"),
                Text("body_text"),
                Time("created_at"),
                Time("sent_at"),
                Time("dead_at"),
            ],
        ),
        // What waits to be sent is not sent any more.
        erase: Statements(&[
            "DELETE FROM mails WHERE sent_at IS NULL
                 AND (account_id = {account} OR (account_id IS NULL AND lower(address) = lower({email})))",
            "UPDATE mails SET address = '', body_text = '', body_html = '', answer = '', unsubscribe_url = ''
             WHERE account_id = {account} OR (account_id IS NULL AND lower(address) = lower({email}))",
        ]),
        keep: &[Keep::Days(Rule::MailBodies), Keep::Days(Rule::Mails)],
    },
    Holding {
        table: "journal",
        columns: &["actor_id", "changes"],
        category: C::Journal,
        // What was written is in the records; here is that it was done, when, and from where. Of what others did, only
        // that it happened.
        export: Rows(
            "SELECT seq, at, action, subject_kind, subject_id, CASE WHEN actor_id = {account} THEN 1 ELSE 0 END AS by_me,
                    CASE WHEN actor_id = {account} THEN changes ELSE '' END AS address
             FROM journal WHERE seq IN (
                 SELECT a.seq FROM (SELECT seq FROM journal WHERE actor_id = {account} AND seq > {after}
                                    ORDER BY seq LIMIT 2000) a
                 UNION
                 SELECT s.seq FROM (SELECT seq FROM journal WHERE subject_id = {account} AND seq > {after}
                                    ORDER BY seq LIMIT 2000) s)
             ORDER BY seq",
            &[
                Number("seq"),
                Time("at"),
                Text("action"),
                Text("subject_kind"),
                Id("subject_id"),
                Flag("by_me"),
                Address("address"),
            ],
        ),
        erase: ByHand,
        keep: &[Keep::Record, Keep::Days(Rule::Addresses)],
    },
    Holding {
        table: "erasure_requests",
        columns: &["account_id", "reason", "decided_by"],
        category: C::Privacy,
        export: Rows(
            "SELECT asked_at, reason, decided_at, decline_reason FROM erasure_requests WHERE account_id = {account}
             ORDER BY asked_at, id",
            &[Time("asked_at"), Text("reason"), Time("decided_at"), Text("decline_reason")],
        ),
        erase: Statements(&["UPDATE erasure_requests SET reason = '' WHERE account_id = {account}"]),
        keep: &[Keep::Record],
    },
    Holding {
        table: "accounts",
        columns: &["email", "email_folded", "name", "password_hash", "address_problem"],
        category: C::Account,
        export: Rows(
            "SELECT id, email, name, role, language, created_at, suspended_at, address_problem, address_problem_at
             FROM accounts WHERE id = {account} ORDER BY id",
            &[
                Id("id"),
                Text("email"),
                Text("name"),
                Text("role"),
                Text("language"),
                Time("created_at"),
                Time("suspended_at"),
                Text("address_problem"),
                Time("address_problem_at"),
            ],
        ),
        erase: Statements(&[
            "UPDATE accounts SET name = {name}, email = {nowhere}, email_folded = {nowhere}, password_hash = {nobody},
                    language = NULL, address_problem = '', address_problem_at = NULL, erased_at = {now},
                    version = version + 1
             WHERE id = {account}",
        ]),
        keep: &[Keep::Account],
    },
];

/// The tables that tell nothing of people, and why.
pub const NOT_PERSONAL: &[(&str, &str)] = &[
    ("_sqlx_migrations", "which migrations were made"),
    ("settings", "what the whole portal is set to"),
    ("countries", "ISO 3166"),
    ("roles", "the words for roles"),
    ("company_stages", "the words for stages"),
    ("company_tiers", "the words for tiers"),
    ("company_view_layouts", "the words for layouts"),
    ("bulk_edit_states", "the words for states"),
    ("bulk_edit_outcomes", "the words for outcomes"),
    ("bulk_edit_rows", "which companies a bulk edit changes"),
    ("company_terms", "what companies have several of: aliases, websites, numbers"),
    ("company_term_kinds", "the words for kinds"),
    ("company_relation_kinds", "the words for kinds"),
    ("person_merge_moves", "which positions moved when two people became one"),
    ("company_keys", "by what companies are found that are alike"),
    ("company_pair_states", "the words for states"),
    ("company_proposal_states", "the words for states"),
    ("company_proposal_decisions", "the words for decisions"),
    ("company_proposal_fields", "what is proposed of a company's facts"),
    ("positions", "at which company a contact works; the contact is held in people"),
    (
        "search_entries",
        "what the search knows of other tables; what goes from them goes from it in the same transaction",
    ),
    ("mailbox_stops", "the kinds of mails that a company's mailbox gets no more"),
    ("unattended_companies", "since when nobody administers a company"),
    ("calendar_hours", "when the zone works"),
    ("calendar_days", "holidays and days worked instead"),
    ("calendar_day_kinds", "the words for kinds"),
    ("enquiry_states", "the words for states"),
    ("enquiry_kinds", "the words for kinds"),
    ("enquiry_channels", "the words for channels"),
    ("enquiry_priorities", "the words for priorities"),
    ("enquiry_close_reasons", "the words for reasons"),
    ("enquiry_numbers", "the last number of a year"),
    ("enquiry_message_kinds", "the words for kinds"),
    ("agreement_states", "the words for states"),
    ("agreement_kinds", "the words for kinds"),
    ("agreement_link_kinds", "the words for kinds"),
    ("agreement_renewals", "the words for renewals"),
    ("agreement_prevailings", "the words for languages"),
    ("agreement_numbers", "the last number of a year"),
    ("agreement_texts", "which document is the text of a version"),
    ("agreement_word_kinds", "the words for words"),
    ("agreement_signature_modes", "the words for modes"),
    ("certificates_due", "which signed agreements have no certificate yet"),
    ("agreement_signing_groups", "how many of a group sign"),
    ("agreement_signing_fact_kinds", "the words for kinds"),
    ("agreement_signing_methods", "the words for methods"),
    ("agreement_signing_doors", "hashes of what lets a guest in, which work for minutes"),
    ("obligation_states", "the words for states"),
    ("obligation_parties", "which parties owe and which benefit"),
    ("obligation_documents", "which documents are shown as evidence"),
    ("agreement_follows", "the words for what follows"),
    ("agreement_warning_kinds", "the words for warnings"),
    ("agreement_warnings", "of which day of an agreement was warned"),
    ("interaction_kinds", "the words for kinds"),
    ("interaction_companies", "which companies an interaction was with"),
    ("interaction_people", "which contacts took part in an interaction; the contact is held in people"),
    ("task_states", "the words for states"),
    ("products", "what companies make"),
    ("product_categories", "the words for categories"),
    ("approvals", "what agencies publish"),
    ("approval_statuses", "the words for statuses"),
    ("import_states", "the words for states"),
    ("register_import_states", "the words for states"),
    ("import_outcomes", "the words for outcomes"),
    ("journal_head", "the end of the journal's chain"),
    ("files", "contents of documents, each under its hash"),
    ("scan_states", "the words for states"),
    ("document_audiences", "the words for audiences"),
    ("jobs", "what is done by the clock; claimed_by names a run"),
    ("job_runs", "how that went"),
    ("affiliation_rights", "the words for rights"),
    ("link_kinds", "the words for kinds"),
    ("join_request_states", "the words for states"),
    // Several words for what SQLite keeps of its own accord.
    ("sqlite_sequence", "SQLite's own"),
    ("sqlite_stat1", "SQLite's own"),
    ("sqlite_stat4", "SQLite's own"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn every_category_is_told_in_both_languages_with_its_times() {
        for category in Category::ALL.iter().copied() {
            let held: Vec<&Holding> = HOLDINGS.iter().filter(|holding| holding.category == category).collect();
            assert!(!held.is_empty(), "{category:?}");
            for language in [Language::En, Language::Zh] {
                assert!(category.texts(language.texts()).iter().all(|text| !text.is_empty()));
                for keep in held.iter().flat_map(|holding| holding.keep) {
                    assert!(!keep.text(Rule::usual, language.texts()).is_empty());
                }
            }
        }
    }

    #[test]
    fn every_time_that_can_be_set_is_for_something_held() {
        let mut rules: Vec<Rule> = HOLDINGS
            .iter()
            .flat_map(|holding| holding.keep)
            .filter_map(|keep| if let Keep::Days(rule) = keep { Some(*rule) } else { None })
            .collect();
        rules.push(Rule::Inactive);
        assert!(Rule::ALL.iter().all(|rule| rules.contains(rule)));
    }
}
