//! How people came: links by mail, requests, invitations.

use crate::privacy::holding::{
    Category as C,
    Erase::Statements,
    Export::{self, Rows},
    Field::{Id, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
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
];
