//! Agreements: parties, texts, words, signatures, certificates, obligations, calendars.

use crate::privacy::holding::{
    Category as C,
    Erase::{self, Statements},
    Export::{self, Rows},
    Field::{Id, Text, Time},
    Holding, Keep,
};

pub(super) const HELD: &[Holding] = &[
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
];
