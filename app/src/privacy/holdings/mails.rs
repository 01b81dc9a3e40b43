//! Mails.

use crate::privacy::holding::{
    Category as C,
    Erase::Statements,
    Export::Rows,
    Field::{Id, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
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
];
