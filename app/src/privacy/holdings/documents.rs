//! Files.

use crate::privacy::holding::{
    Category as C, Erase,
    Export::Rows,
    Field::{Id, Number, Text, Time},
    Holding, Keep,
};
use crate::privacy::model::Rule;

pub(super) const HELD: &[Holding] = &[
    Holding {
        table: "imports",
        columns: &["started_by"],
        category: C::Documents,
        export: Rows(
            "SELECT id, source, file_name, state, started_at, finished_at FROM imports WHERE started_by = {account}
             ORDER BY started_at, id",
            &[Id("id"), Text("source"), Text("file_name"), Text("state"), Time("started_at"), Time("finished_at")],
        ),
        erase: Erase::Nothing("it belongs to the catalogue; who started it reads as the pseudonym"),
        keep: &[Keep::Record],
    },
    Holding {
        table: "documents",
        columns: &["uploaded_by", "removed_by"],
        category: C::Documents,
        export: Rows(
            "SELECT d.id, d.owner_kind, d.owner_id, d.name, d.note, d.audience, d.uploaded_at, d.removed_at, f.size,
                    f.media_type, d.sha256
             FROM documents d JOIN files f ON f.sha256 = d.sha256
             WHERE d.uploaded_by = {account} AND d.owner_kind <> 'certificate'
             ORDER BY d.uploaded_at, d.id",
            &[
                Id("id"),
                Text("owner_kind"),
                Id("owner_id"),
                Text("name"),
                Text("note"),
                Text("audience"),
                Time("uploaded_at"),
                Time("removed_at"),
                Number("size"),
                Text("media_type"),
                Text("sha256"),
            ],
        ),
        erase: Erase::Nothing("a document is its company's; who sent it reads as the pseudonym"),
        keep: &[Keep::Record, Keep::Days(Rule::Documents)],
    },
];
