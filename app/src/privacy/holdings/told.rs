//! What people are told, and what of it they chose.

use crate::privacy::holding::{
    Category as C,
    Erase::{ByHand, Statements},
    Export::{self, Rows},
    Field::{Id, Number, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
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
];
