//! The index of words, the one thing in which the databases differ: FTS5 in SQLite, `tsvector` and GIN in PostgreSQL.
//!
//! Both get the same words, cut and folded by [`super::words`], in three columns or weights: the names (A), everything else
//! that an entry is found by (B), and the company whose people find it (C). No word has a sign in it that means something to
//! either of them, and none gets to them without quotes.

use uuid::Uuid;

use super::kinds::{Kind, Scope};
use super::store::Entry;
use super::words::Asked;
use crate::backend::database::{Database, Sql, Tx, Value};
use crate::error::Result;

/// Another number when other words are kept of the same records: the migrating process then makes the index anew.
pub const VERSION: u32 = 1;
/// At most so many entries of a kind are looked at for their words; what is asked for so broadly is asked more narrowly.
pub const MOST: i64 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    pub fn of(database: &Database) -> Self {
        match database {
            Database::Sqlite { .. } => Self::Sqlite,
            Database::Postgres(_) => Self::Postgres,
        }
    }

    fn of_tx(tx: &Tx) -> Self {
        match tx {
            Tx::Sqlite(_) => Self::Sqlite,
            Tx::Postgres(_) => Self::Postgres,
        }
    }
}

/// Waits until nobody else makes the index; it holds until the transaction ends.
pub(super) async fn lock(tx: &mut Tx) -> Result<()> {
    match Dialect::of_tx(tx) {
        // There is one writer.
        Dialect::Sqlite => Ok(()),
        Dialect::Postgres => Sql::new("SELECT pg_advisory_xact_lock(7305805)").execute(tx).await,
    }
}

/// Makes what the migrations could not say for both databases, where it is not there yet.
pub(super) async fn make(tx: &mut Tx) -> Result<()> {
    match Dialect::of_tx(tx) {
        Dialect::Sqlite => {
            for kind in Kind::ALL {
                // The words are cut and folded already; the tokenizer only splits at spaces. The entry itself has the text,
                // so none is kept here. A question's last word may be a beginning; those of up to seven letters have an
                // index of their own, without which a beginning that is common takes as long as there are entries.
                let mut sql = Sql::new("CREATE VIRTUAL TABLE IF NOT EXISTS ");
                sql.push(kind.index()).push(
                    " USING fts5(names, body, companies, content = '', contentless_delete = 1, tokenize = 'ascii',
                      prefix = '1 2 3 4 5 6 7')",
                );
                sql.execute(tx).await?;
            }
            Ok(())
        }
        Dialect::Postgres => {
            let known = Sql::new(
                "SELECT count(*) FROM information_schema.columns
                 WHERE table_schema = current_schema() AND table_name = 'search_entries' AND column_name = 'words'",
            );
            if known.number(tx).await? > 0 {
                return Ok(());
            }
            for statement in [
                "ALTER TABLE search_entries ALTER COLUMN seq TYPE BIGINT",
                "CREATE SEQUENCE search_entries_number OWNED BY search_entries.seq",
                "ALTER TABLE search_entries ALTER COLUMN seq SET DEFAULT nextval('search_entries_number')",
                // Compared byte by byte, as SQLite does: a range of keys is then all that begin alike.
                "ALTER TABLE search_entries ALTER COLUMN key_en TYPE TEXT COLLATE \"C\"",
                "ALTER TABLE search_entries ALTER COLUMN key_zh TYPE TEXT COLLATE \"C\"",
                "ALTER TABLE search_entries ADD COLUMN words TSVECTOR NOT NULL DEFAULT ''",
                // The index of words does not know their weights: where a word is in every text and in no name, it would
                // take a look at every entry to find that out.
                "ALTER TABLE search_entries ADD COLUMN names TSVECTOR NOT NULL DEFAULT ''",
                "CREATE INDEX search_entries_words ON search_entries USING gin (words)",
                "CREATE INDEX search_entries_names ON search_entries USING gin (names)",
            ] {
                Sql::new(statement).execute(tx).await?;
            }
            Ok(())
        }
    }
}

/// Throws all words away.
pub(super) async fn clear(tx: &mut Tx) -> Result<()> {
    if Dialect::of_tx(tx) == Dialect::Sqlite {
        for kind in Kind::ALL {
            let mut sql = Sql::new("DROP TABLE IF EXISTS ");
            sql.push(kind.index()).execute(tx).await?;
        }
    }
    // In PostgreSQL they are a column of the entries.
    Sql::new("DELETE FROM search_entries").execute(tx).await
}

/// The columns by which entries differ, to be added to an INSERT, to its ON CONFLICT, and to each of its rows.
pub(super) fn more_columns(tx: &Tx) -> (&'static str, &'static str) {
    match Dialect::of_tx(tx) {
        Dialect::Sqlite => ("", ""),
        Dialect::Postgres => (", names, words", ", names = excluded.names, words = excluded.words"),
    }
}

pub(super) fn more_values(tx: &Tx, entry: &Entry, row: &mut Sql) {
    if Dialect::of_tx(tx) == Dialect::Postgres {
        row.bind(", CAST(? AS tsvector)", vector(&[(&entry.names, "")]));
        let all = [(&entry.names[..], "A"), (&entry.body_words, "B"), (&entry.companies, "C")];
        row.bind(", CAST(? AS tsvector)", vector(&all));
    }
}

/// Words with their places and weights as PostgreSQL reads them.
fn vector(parts: &[(&[String], &str)]) -> String {
    use std::fmt::Write as _;
    let mut vector = String::new();
    let mut place = 0;
    for (words, weight) in parts {
        for word in *words {
            place += 1;
            let _ = write!(vector, "'{word}':{place}{weight} ");
        }
        // The last word of one part is not followed by the first of the next.
        place += 1;
    }
    vector
}

/// Writes the words of entries that were just written, by their numbers.
pub(super) async fn write(tx: &mut Tx, kind: Kind, entries: &[(i64, &Entry)]) -> Result<()> {
    if Dialect::of_tx(tx) == Dialect::Postgres || entries.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("INSERT OR REPLACE INTO ");
    sql.push(kind.index()).push(" (rowid, names, body, companies) VALUES ");
    for (index, (seq, entry)) in entries.iter().enumerate() {
        sql.bind(if index == 0 { "(?" } else { ", (?" }, *seq);
        for words in [&entry.names, &entry.body_words, &entry.companies] {
            sql.bind(", ?", words.join(" "));
        }
        sql.push(")");
    }
    sql.execute(tx).await
}

/// Removes the words of entries that were just removed.
pub(super) async fn remove(tx: &mut Tx, kind: Kind, numbers: &[i64]) -> Result<()> {
    if Dialect::of_tx(tx) == Dialect::Postgres || numbers.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new("DELETE FROM ");
    sql.push(kind.index()).push(" WHERE rowid IN (");
    for (index, number) in numbers.iter().enumerate() {
        sql.bind(if index == 0 { "?" } else { ", ?" }, *number);
    }
    sql.push(")").execute(tx).await
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    Names,
    Everything,
}

/// Adds `SELECT seq …`: the numbers of at most [`MOST`] entries that have all words asked for.
pub(super) fn matching(sql: &mut Sql, dialect: Dialect, kind: Kind, scope: &Scope, asked: &Asked, within: Within) {
    match dialect {
        Dialect::Sqlite => {
            sql.push("SELECT rowid AS seq FROM ").push(kind.index()).push(" WHERE ").push(kind.index());
            sql.bind(" MATCH ?", fts5(asked, scope, within));
        }
        Dialect::Postgres => {
            sql.bind("SELECT seq FROM search_entries WHERE kind = ?", kind.code());
            let by_names = within == Within::Names && !matches!(scope, Scope::Companies(_));
            sql.push(if by_names { " AND names" } else { " AND words" });
            sql.bind(" @@ CAST(? AS tsquery)", Value::Text(tsquery(asked, scope, within)));
        }
    }
    sql.push(" LIMIT ").number_literal(MOST + 1);
}

/// How a company stands among the words.
pub(super) fn company_word(company: Uuid) -> String {
    company.simple().to_string()
}

fn fts5(asked: &Asked, scope: &Scope, within: Within) -> String {
    let terms =
        asked.terms.iter().map(|term| format!("\"{}\"{}", term.words.join(" "), if term.open { " *" } else { "" }));
    let columns = if within == Within::Names { "names" } else { "names body" };
    let mut question = format!("{{{columns}}} : ({})", terms.collect::<Vec<_>>().join(" AND "));
    if let Scope::Companies(companies) = scope {
        let companies = companies.iter().map(|id| format!("\"{}\"", company_word(*id))).collect::<Vec<_>>();
        question = format!("{{companies}} : ({}) AND {question}", companies.join(" OR "));
    }
    question
}

fn tsquery(asked: &Asked, scope: &Scope, within: Within) -> String {
    let weights = match (within, scope) {
        (Within::Names, Scope::Companies(_)) => "A",
        (Within::Names, _) => "",
        (Within::Everything, _) => "AB",
    };
    let terms = asked.terms.iter().map(|term| {
        let last = term.words.len() - 1;
        let words = term.words.iter().enumerate().map(|(index, word)| {
            let open = if term.open && index == last { "*" } else { "" };
            format!("'{word}':{open}{weights}")
        });
        format!("({})", words.collect::<Vec<_>>().join(" <-> "))
    });
    let mut question = terms.collect::<Vec<_>>().join(" & ");
    if let Scope::Companies(companies) = scope {
        let companies = companies.iter().map(|id| format!("'{}':C", company_word(*id))).collect::<Vec<_>>();
        question = format!("({}) & {question}", companies.join(" | "));
    }
    question
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_asked_is_an_operator() {
        let asked = Asked::new("\"novo\" OR names:x* 诺和诺德 'a':* & NEAR(b)");
        let expected =
            "{names} : (\"novo\" AND \"or\" AND \"names x\" AND \"诺和 和诺 诺德\" AND \"a\" AND \"near b\" *)";
        assert_eq!(fts5(&asked, &Scope::All, Within::Names), expected);
        let expected = "('novo':AB) & ('or':AB) & ('names':AB <-> 'x':AB) & ('诺和':AB <-> '和诺':AB <-> '诺德':AB) & ('a':AB) \
                        & ('near':AB <-> 'b':*AB)";
        assert_eq!(tsquery(&asked, &Scope::All, Within::Everything), expected);
        let own = Scope::Companies(vec![Uuid::from_u128(7)]);
        let word = "00000000000000000000000000000007";
        assert_eq!(
            fts5(&Asked::new("x"), &own, Within::Everything),
            format!("{{companies}} : (\"{word}\") AND {{names body}} : (\"x\" *)")
        );
        assert_eq!(tsquery(&Asked::new("x"), &own, Within::Names), format!("('{word}':C) & ('x':*A)"));
    }
}
