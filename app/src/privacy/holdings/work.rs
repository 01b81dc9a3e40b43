//! What is done and said with companies: interactions, tasks, messages, notes.

use crate::privacy::holding::{
    Category as C,
    Erase::{self, Statements},
    Export::Rows,
    Field::{Id, Text, Time},
    Holding, Keep,
};

pub(super) const HELD: &[Holding] = &[
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
        erase: Statements(&["UPDATE notes SET body = replace(
                    replace(body, '@' || (SELECT name FROM accounts WHERE id = {account}), '@' || {name}),
                    '＠' || (SELECT name FROM accounts WHERE id = {account}), '＠' || {name})
             WHERE id IN (SELECT note_id FROM note_mentions WHERE account_id = {account})"]),
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
];
