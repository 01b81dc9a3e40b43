//! Sign-ins, and the forms of those who were not signed in any more.

use crate::privacy::holding::{
    Category as C,
    Erase::Statements,
    Export::{self, Rows},
    Field::{Flag, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
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
];
