//! What a source of the timeline is: where its rows are, what is read of them, and who may.

use uuid::Uuid;

use super::model::{Cursor, Part};
use crate::backend::database::Sql;

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The zone's own people.
    Zone,
    /// The company's people: of what happened they read what is theirs.
    Company,
}

/// By what the rows of one moment are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A number in the order of writing.
    Seq(&'static str),
    Id(&'static str),
}

/// A source: pieces of SQL, none of which is ever input. All give the same columns.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    pub part: Part,
    /// Tables and joins.
    pub from: &'static str,
    /// The column that holds the company.
    pub company: &'static str,
    /// Further conditions, beginning with ` AND `; or none.
    pub condition: &'static str,
    /// The conditions for the company's own people; `None` where they read nothing of it.
    pub for_company: Option<&'static str>,
    /// The moment. An index begins with the company and goes on with this.
    pub at: &'static str,
    pub key: Key,
    /// The id of the record to which the line leads.
    pub id: &'static str,
    /// What happened, as a code.
    pub what: &'static str,
    /// What it is called, in English and Chinese.
    pub title: [&'static str; 2],
    pub detail: &'static str,
    /// Name and role of who did it.
    pub who: [&'static str; 2],
}

impl Source {
    /// Whether this reader reads anything of it.
    pub fn is_for(&self, reader: Reader) -> bool {
        reader == Reader::Zone || self.for_company.is_some()
    }

    /// Adds the statement that reads the latest rows before a place in the timeline, which the source has at `place`.
    pub(super) fn read(
        &self,
        sql: &mut Sql,
        place: i64,
        company: Uuid,
        reader: Reader,
        before: Option<Cursor>,
        limit: i64,
    ) {
        let columns = [
            (self.at, " AS at, "),
            (self.id, " AS id, "),
            (self.what, " AS what, "),
            (self.title[0], " AS title_en, "),
            (self.title[1], " AS title_zh, "),
            (self.detail, " AS detail, "),
            (self.who[0], " AS who, "),
            (self.who[1], " AS role, "),
        ];
        sql.push("SELECT * FROM (SELECT ");
        for (column, name) in columns {
            sql.push(column).push(name);
        }
        let (key, key_column) = match self.key {
            Key::Seq(column) => (column, column),
            Key::Id(column) => (column, "CAST(0 AS BIGINT)"),
        };
        let key_id = if let Key::Id(column) = self.key { column } else { self.id };
        sql.push(key_column).push(" AS seq, ").push(key_id).push(" AS key_id, CAST(").number_literal(place);
        sql.push(" AS BIGINT) AS place FROM ").push(self.from).push(" WHERE ").push(self.company);
        sql.bind(" = ?", company).push(self.condition);
        if reader == Reader::Company {
            sql.push(self.for_company.unwrap_or(" AND 1 = 0"));
        }
        if let Some(before) = before {
            sql.push(" AND ").push(self.at);
            if place < before.place {
                sql.bind(" < ?", before.at);
            } else {
                sql.bind(" <= ?", before.at);
            }
            if place == before.place {
                sql.push(" AND (").push(self.at).bind(" < ? OR ", before.at).push(key);
                match self.key {
                    Key::Seq(_) => sql.bind(" < ?)", before.seq),
                    Key::Id(_) => sql.bind(" < ?)", before.id),
                };
            }
        }
        sql.push(" ORDER BY ").push(self.at).push(" DESC, ").push(key).push(" DESC LIMIT ").number_literal(limit);
        // A name for the derived table, which PostgreSQL wants.
        sql.push(") s");
    }
}
