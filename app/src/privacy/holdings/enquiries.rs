//! Enquiries.

use crate::privacy::holding::{
    Category as C,
    Erase::{self, ByHand, Statements},
    Export::Rows,
    Field::{Id, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
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
];
