//! How people look at the register, and what they changed in bulk.

use crate::privacy::holding::{
    Category as C,
    Erase::{self, Statements},
    Export::{self, Rows},
    Field::{Text, Time},
    Holding, Keep,
};

pub(super) const HELD: &[Holding] = &[
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
];
