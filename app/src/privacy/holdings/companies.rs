//! Companies, their people, and what is imported, merged and proposed about them.

use crate::privacy::holding::{
    Category as C,
    Erase::{self, ByHand, Statements},
    Export::{self, Rows},
    Field::{Id, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
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
        erase: Statements(&["UPDATE person_merges SET fields_before = '', fields_after = '', fields_theirs = ''
             WHERE winner_person IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                         OR (p.email_folded <> '' AND p.email_folded = {folded}))
                OR loser_person IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                        OR (p.email_folded <> '' AND p.email_folded = {folded}))"]),
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
        export: Export::Nothing(
            "a file of the zone's, kept only until what came of it is settled; people has what was taken",
        ),
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
        erase: Statements(&["DELETE FROM import_plans WHERE replace(lower(changes), {folded}, '') <> lower(changes)
                 OR subject_id IN (SELECT p.id FROM people p WHERE p.account_id = {account}
                                   OR (p.email_folded <> '' AND p.email_folded = {folded}))"]),
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
        export: Export::Nothing(
            "it says which rows belonged to which company before a merge; those rows are in the copy",
        ),
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
];
