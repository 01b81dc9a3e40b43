//! The account itself, what it did, and the wish to go.

use crate::privacy::holding::{
    Category as C,
    Erase::{ByHand, Statements},
    Export::Rows,
    Field::{Address, Flag, Id, Number, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
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
