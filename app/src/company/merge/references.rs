//! Everything that refers to a company, and what a merge does with it.
//!
//! A story walks the schema and fails when a column that could refer to a company is missing here, or one that a row needs
//! which may go.

use serde_json::{Map, Value as Json};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::backend::clock;
use crate::backend::database::{Sql, Tx, Value};
use crate::error::Result;
use crate::{ask, on};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    Id,
    Number,
    Text,
}

/// A column that refers to a company.
pub struct Reference {
    pub table: &'static str,
    pub column: &'static str,
    /// The column that names a row beside this one.
    pub key: &'static str,
    /// Which rows are about a company, where the column can be about other things.
    pub only: &'static str,
    /// Rows of which the winner may have its like already, by the key: these go, with an image.
    pub clashes: bool,
    /// The other columns of what clashes: the image keeps them, for a row comes back whole.
    pub others: &'static [(&'static str, Holds)],
    /// What must still be so for it to come back; `?` is its key.
    pub lasting: &'static str,
    /// Of which a company has one: the loser's stays where it is when the winner has its own.
    pub one: bool,
    /// Which rows stay since the winner, that is bound to it, has their like: they would not be told apart any more.
    pub unless: &'static str,
}

/// A column of rows that have an id, and simply move.
pub const fn plain(table: &'static str, column: &'static str) -> Reference {
    let (only, others, lasting, unless) = ("", &[], "", "");
    Reference { table, column, key: "id", only, clashes: false, others, lasting, one: false, unless }
}

/// An interaction that was removed has nobody any more.
pub const LASTING_INTERACTION: &str =
    " AND EXISTS (SELECT 1 FROM interactions i WHERE i.id = ? AND i.removed_at IS NULL)";

/// What moves to the winner.
pub const REFERENCES: &[Reference] = &[
    plain("products", "company_id"),
    plain("positions", "company_id"),
    Reference { only: " AND owner_kind = 'company'", ..plain("documents", "owner_id") },
    plain("company_relations", "from_company"),
    plain("company_relations", "to_company"),
    plain("enquiries", "company_id"),
    plain("agreement_parties", "company_id"),
    plain("obligation_parties", "company_id"),
    plain("tasks", "company_id"),
    // An interaction may have been with both.
    Reference {
        key: "interaction_id",
        clashes: true,
        others: &[("at", Holds::Number)],
        lasting: LASTING_INTERACTION,
        ..plain("interaction_companies", "company_id")
    },
    plain("company_proposals", "company_id"),
    plain("join_requests", "company_id"),
    plain("invitations", "company_id"),
    plain("message_threads", "company_id"),
    plain("messages", "company_id"),
    plain("notes", "company_id"),
    Reference {
        key: "account_id",
        clashes: true,
        others: &[
            ("rights", Holds::Text),
            ("title", Holds::Text),
            ("since", Holds::Text),
            ("until", Holds::Text),
            ("ended_at", Holds::Number),
            ("successor_id", Holds::Id),
            ("version", Holds::Number),
            ("acted_at", Holds::Number),
        ],
        ..plain("affiliations", "company_id")
    },
    Reference {
        key: "account_id",
        clashes: true,
        only: " AND subject_kind = 'company'",
        others: &[("subject_kind", Holds::Text), ("since", Holds::Number)],
        ..plain("follows", "subject_id")
    },
    plain("notifications", "company_id"),
    Reference {
        only: " AND subject_kind = 'company'",
        unless: " AND NOT (read_at IS NULL AND mailed_at IS NULL AND EXISTS (
                      SELECT 1 FROM notifications w WHERE w.account_id = notifications.account_id
                          AND w.kind = notifications.kind AND w.read_at IS NULL AND w.mailed_at IS NULL
                          AND w.subject_id = ?))",
        ..plain("notifications", "subject_id")
    },
    // Who reads it has agreed, whichever of the two it was for. Named by who set it: it has no id of its own.
    Reference { key: "set_by", one: true, ..plain("company_mailboxes", "company_id") },
    // Who acts for the loser in a browser acts for the winner.
    Reference { key: "account_id", ..plain("sessions", "company_id") },
];

/// What refers to a company, or looks as if it did, and stays as it is; each with the reason.
pub const STAYING: &[(&str, &str, &str)] = &[
    ("company_terms", "company_id", "the person who merges says which the winner has"),
    ("company_keys", "company_id", "made anew from what the winner is called"),
    ("company_pairs", "first_id", "what was said of the two stays said of them"),
    ("company_pairs", "second_id", "what was said of the two stays said of them"),
    ("company_merges", "winner_id", "tells of the merge itself"),
    ("company_merges", "loser_id", "tells of the merge itself"),
    ("search_entries", "company_id", "made anew with what it tells of"),
    ("search_entries", "subject_id", "made anew with what it tells of"),
    ("companies", "merged_into", "an address leads on from one to the next"),
    ("mailbox_notices", "company_id", "gone within minutes, to the mailbox it waits for"),
    ("mailbox_notices", "subject_id", "gone within minutes, to the mailbox it waits for"),
    ("mailbox_stops", "company_id", "goes where the mailbox goes"),
    ("unattended_companies", "company_id", "looked at anew for both"),
    ("links", "subject_id", "a link confirms the loser's mailbox, or is about no company"),
    ("journal", "subject_id", "what happened, happened to the loser"),
    ("enquiries", "duplicate_of_id", "another enquiry"),
    ("company_proposal_fields", "proposal_id", "a proposal"),
    ("tasks", "owner_id", "the person whose task it is"),
    ("agreements", "owner_id", "who of the staff looks after it"),
    ("agreement_links", "subject_id", "a product or an interaction"),
    ("bulk_edit_rows", "company_id", "what was done together, was done to the loser"),
    ("import_plans", "company_id", "a plan whose company is gone is made anew before it is applied"),
    ("import_plans", "subject_id", "a plan whose company is gone is made anew before it is applied"),
    ("import_changes", "subject_id", "what an import did, it did to the loser, and stays when it is undone"),
];

impl Reference {
    /// `products.company_id`
    pub fn place(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }

    pub fn of(place: &str) -> Option<&'static Self> {
        REFERENCES.iter().find(|reference| reference.place() == place)
    }

    /// The rows that refer to a company, and may move to another one. Names of tables and columns are this file's.
    pub async fn rows(&self, tx: &mut Tx, company: Uuid, to: Uuid) -> Result<Vec<Uuid>> {
        let Self { table, column, key, only, unless, .. } = self;
        let mut sql = Sql::new("SELECT DISTINCT ");
        sql.push(key).push(" FROM ").push(table).push(" WHERE ").push(column).bind(" = ?", company).push(only);
        if !unless.is_empty() {
            sql.bind(unless, to);
        }
        sql.push(" ORDER BY ").push(key);
        Ok(sql.rows::<(Uuid,)>(tx).await?.into_iter().map(|(row,)| row).collect())
    }

    pub async fn count(&self, tx: &mut Tx, company: Uuid) -> Result<i64> {
        let Self { table, column, only, .. } = self;
        let sql = format!("SELECT count(*) FROM {table} WHERE {column} = $1{only}");
        Ok(ask!(tx, |c| sqlx::query_scalar(AssertSqlSafe(sql)).bind(company).fetch_one(c).await)?)
    }

    /// Has a row refer to another company, if it refers to the first one; tells whether it did.
    pub async fn turn(&self, tx: &mut Tx, row: Uuid, from: Uuid, to: Uuid) -> Result<bool> {
        let Self { table, column, key, only, .. } = self;
        let mut sql = Sql::new("UPDATE ");
        sql.push(table).push(" SET ").push(column).bind(" = ?", to).push(" WHERE ").push(key).bind(" = ?", row);
        sql.push(" AND ").push(column).bind(" = ?", from).push(only);
        Ok(sql.execute(tx).await? > 0)
    }

    pub async fn remove(&self, tx: &mut Tx, row: Uuid, company: Uuid) -> Result<()> {
        let Self { table, column, key, only, .. } = self;
        let sql = format!("DELETE FROM {table} WHERE {key} = $1 AND {column} = $2{only}");
        on!(tx, |c| sqlx::query(AssertSqlSafe(sql)).bind(row).bind(company).execute(c).await)?;
        Ok(())
    }

    /// What a row holds besides its key and the company, as JSON; what is empty is left out.
    async fn image(&self, tx: &mut Tx, row: Uuid, company: Uuid) -> Result<String> {
        let mut image = Map::new();
        for (other, holds) in self.others {
            let mut sql = Sql::new("SELECT ");
            sql.push(other).push(" FROM ").push(self.table).push(" WHERE ").push(self.key).bind(" = ?", row);
            sql.push(" AND ").push(self.column).bind(" = ?", company).push(self.only);
            let value = match holds {
                Holds::Id => {
                    sql.rows::<(Option<Uuid>,)>(tx).await?.pop().and_then(|(id,)| id).map(|id| id.to_string().into())
                }
                Holds::Number => {
                    sql.rows::<(Option<i64>,)>(tx).await?.pop().and_then(|(number,)| number).map(Json::from)
                }
                Holds::Text => sql.rows::<(Option<String>,)>(tx).await?.pop().and_then(|(text,)| text).map(Json::from),
            };
            if let Some(value) = value {
                image.insert((*other).to_owned(), value);
            }
        }
        super::store::to_json(&image)
    }

    /// Moves what has no rules of its own; gives each row, with an image of one that had to go.
    pub async fn move_rows(&self, tx: &mut Tx, from: Uuid, to: Uuid) -> Result<Vec<(Uuid, String)>> {
        let there = if self.clashes { self.rows(tx, to, from).await? } else { Vec::new() };
        let mut moved = Vec::new();
        for row in self.rows(tx, from, to).await? {
            if there.contains(&row) {
                moved.push((row, self.image(tx, row, from).await?));
                self.remove(tx, row, from).await?;
            } else {
                self.turn(tx, row, from, to).await?;
                moved.push((row, String::new()));
            }
        }
        Ok(moved)
    }

    /// Undoes [`Self::move_rows`] for one row; tells whether there was something to put back.
    pub async fn move_back(&self, tx: &mut Tx, row: Uuid, image: &str, from: Uuid, to: Uuid) -> Result<bool> {
        if image.is_empty() {
            return self.turn(tx, row, from, to).await;
        }
        // An image of before said no more than that the row went.
        let kept: Map<String, Json> = serde_json::from_str(image).unwrap_or_default();
        let mut columns = vec![(self.key, Value::Id(row)), (self.column, Value::Id(to))];
        for (other, holds) in self.others {
            let value = match (holds, kept.get(*other)) {
                (Holds::Id, Some(Json::String(id))) => id.parse().ok().map(Value::Id),
                (Holds::Id, None) if *other == "id" => Some(Value::Id(clock::new_id())),
                (Holds::Number, Some(Json::Number(number))) => number.as_i64().map(Value::Int),
                (Holds::Text, Some(Json::String(text))) => Some(Value::Text(text.clone())),
                _ => None,
            };
            columns.extend(value.map(|value| (*other, value)));
        }
        let mut sql = Sql::new("INSERT INTO ");
        sql.push(self.table).push(" (");
        for (index, (column, _)) in columns.iter().enumerate() {
            sql.push(if index == 0 { "" } else { ", " }).push(column);
        }
        sql.push(") SELECT ");
        for (index, (_, value)) in columns.into_iter().enumerate() {
            sql.bind(if index == 0 { "?" } else { ", ?" }, value);
        }
        sql.push(" WHERE 1 = 1");
        if !self.lasting.is_empty() {
            sql.bind(self.lasting, row);
        }
        Ok(sql.push(" ON CONFLICT DO NOTHING").execute(tx).await? > 0)
    }
}
