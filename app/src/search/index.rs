//! The index of words, the one thing in which the databases differ: FTS5 in SQLite, `tsvector` and GIN in PostgreSQL.
//!
//! Both get the same words, cut and folded by [`super::words`], in four columns or weights: the names (A), everything else
//! that an entry is found by (B), the companies whose people find it (C), and what the zone alone finds it by (D). The names
//! are kept once more with all that their words end in, so that a name is found by its middle. No word has a sign in it that
//! means something to either database, and none gets to them without quotes.

use uuid::Uuid;

use super::kinds::{Kind, Scope};
use super::store::Entry;
use super::words::{Asked, Term};
use crate::backend::database::{Dialect, Sql, Tx, Value, hold};
use crate::error::Result;

/// Another number when other words are kept of the same records: the migrating process then makes the index anew.
pub const VERSION: u32 = 3;
/// At most so many entries of a kind are looked at for their words; what is asked for so broadly is asked more narrowly.
pub const MOST: i64 = 1000;

/// Waits until nobody else makes the index; it holds until the transaction ends.
pub(crate) async fn lock(tx: &mut Tx) -> Result<()> {
    hold(tx, 7_305_805).await
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
                    " USING fts5(names, body, internal, companies, content = '', contentless_delete = 1,
                      tokenize = 'ascii', prefix = '1 2 3 4 5 6 7')",
                );
                sql.execute(tx).await?;
                let mut sql = Sql::new("CREATE VIRTUAL TABLE IF NOT EXISTS ");
                sql.push(kind.parts()).push(
                    " USING fts5(parts, known, companies, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '3')",
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
                "ALTER TABLE search_entries ADD COLUMN parts TSVECTOR NOT NULL DEFAULT ''",
                "CREATE INDEX search_entries_parts ON search_entries USING gin (parts)",
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
        for table in Kind::ALL.into_iter().flat_map(|kind| [kind.index(), kind.parts()]) {
            let mut sql = Sql::new("DROP TABLE IF EXISTS ");
            sql.push(table).execute(tx).await?;
        }
    }
    // In PostgreSQL they are columns of the entries.
    Sql::new("DELETE FROM search_entries").execute(tx).await?;
    Ok(())
}

/// The columns by which entries differ, to be added to an INSERT, to its ON CONFLICT, and to each of its rows.
pub(super) fn more_columns(tx: &Tx) -> (&'static str, &'static str) {
    match Dialect::of_tx(tx) {
        Dialect::Sqlite => ("", ""),
        Dialect::Postgres => {
            (", names, parts, words", ", names = excluded.names, parts = excluded.parts, words = excluded.words")
        }
    }
}

pub(super) fn more_values(tx: &Tx, entry: &Entry, row: &mut Sql) {
    if Dialect::of_tx(tx) == Dialect::Postgres {
        row.bind(", CAST(? AS tsvector)", vector(&[(&entry.names, "")]));
        row.bind(", CAST(? AS tsvector)", vector(&[(&entry.parts, "A"), (&entry.known, "B")]));
        let all =
            [(&entry.names[..], "A"), (&entry.body_words, "B"), (&entry.companies, "C"), (&entry.internal_words, "D")];
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
    let columns = " (rowid, names, body, internal, companies) VALUES ";
    insert(tx, kind.index(), columns, entries, |entry| {
        vec![&entry.names, &entry.body_words, &entry.internal_words, &entry.companies]
    })
    .await?;
    let columns = " (rowid, parts, known, companies) VALUES ";
    insert(tx, kind.parts(), columns, entries, |entry| vec![&entry.parts, &entry.known, &entry.companies]).await
}

async fn insert(
    tx: &mut Tx,
    table: &'static str,
    columns: &'static str,
    entries: &[(i64, &Entry)],
    words: fn(&Entry) -> Vec<&Vec<String>>,
) -> Result<()> {
    let mut sql = Sql::new("INSERT OR REPLACE INTO ");
    sql.push(table).push(columns);
    for (index, (seq, entry)) in entries.iter().enumerate() {
        sql.bind(if index == 0 { "(?" } else { ", (?" }, *seq);
        for words in words(entry) {
            sql.bind(", ?", words.join(" "));
        }
        sql.push(")");
    }
    sql.execute(tx).await?;
    Ok(())
}

/// Removes the words of entries that were just removed.
pub(super) async fn remove(tx: &mut Tx, kind: Kind, numbers: &[i64]) -> Result<()> {
    if Dialect::of_tx(tx) == Dialect::Postgres || numbers.is_empty() {
        return Ok(());
    }
    for table in [kind.index(), kind.parts()] {
        let mut sql = Sql::new("DELETE FROM ");
        sql.push(table).push(" WHERE rowid IN (");
        for (index, number) in numbers.iter().enumerate() {
            sql.bind(if index == 0 { "?" } else { ", ?" }, *number);
        }
        sql.push(")").execute(tx).await?;
    }
    Ok(())
}

/// Where words are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Within {
    Names,
    Everything,
    /// Anywhere in the words of names: "ordisk".
    Parts,
}

/// Adds `SELECT seq …`: the numbers of at most `most` entries that have all words asked for.
pub(crate) fn matching(
    sql: &mut Sql,
    dialect: Dialect,
    kind: Kind,
    scope: &Scope,
    asked: &Asked,
    within: Within,
    most: i64,
) {
    match dialect {
        Dialect::Sqlite => {
            let table = if within == Within::Parts { kind.parts() } else { kind.index() };
            sql.push("SELECT rowid AS seq FROM ").push(table).push(" WHERE ").push(table);
            sql.bind(" MATCH ?", fts5(asked, scope, within));
        }
        Dialect::Postgres => {
            sql.bind("SELECT seq FROM search_entries WHERE kind = ?", kind.code());
            sql.push(match within {
                Within::Names => " AND names",
                Within::Parts => " AND parts",
                Within::Everything => " AND words",
            });
            sql.bind(" @@ CAST(? AS tsquery)", Value::Text(tsquery(asked, scope, within)));
            if let Some(companies) = scope.companies() {
                let companies = companies.iter().map(|id| format!("'{}':C", company_word(*id))).collect::<Vec<_>>();
                sql.bind(" AND words @@ CAST(? AS tsquery)", Value::Text(companies.join(" | ")));
            }
        }
    }
    sql.push(" LIMIT ").number_literal(most);
}

/// How a company stands among the words.
pub(super) fn company_word(company: Uuid) -> String {
    company.simple().to_string()
}

/// Whether a term's last word may go on.
fn is_open(term: &Term, within: Within) -> bool {
    // What names end in is kept from this length on.
    term.open || within == Within::Parts && term.is_part()
}

fn fts5(asked: &Asked, scope: &Scope, within: Within) -> String {
    let terms = asked
        .terms
        .iter()
        .map(|term| format!("\"{}\"{}", term.words.join(" "), if is_open(term, within) { " *" } else { "" }));
    let columns = match (within, scope) {
        (Within::Names, _) => "names",
        (Within::Parts, Scope::Names) => "parts",
        (Within::Parts, _) => "parts known",
        (Within::Everything, Scope::All) => "names body internal",
        (Within::Everything, _) => "names body",
    };
    let mut question = format!("{{{columns}}} : ({})", terms.collect::<Vec<_>>().join(" AND "));
    if let Some(companies) = scope.companies() {
        let companies = companies.iter().map(|id| format!("\"{}\"", company_word(*id))).collect::<Vec<_>>();
        question = format!("{{companies}} : ({}) AND {question}", companies.join(" OR "));
    }
    question
}

fn tsquery(asked: &Asked, scope: &Scope, within: Within) -> String {
    let weights = match (within, scope) {
        (Within::Parts, Scope::Names) => "A",
        (Within::Names | Within::Parts, _) => "",
        (Within::Everything, Scope::All) => "ABD",
        (Within::Everything, _) => "AB",
    };
    let terms = asked.terms.iter().map(|term| {
        let last = term.words.len() - 1;
        let words = term.words.iter().enumerate().map(|(index, word)| {
            let open = if index == last && is_open(term, within) { "*" } else { "" };
            format!("'{word}':{open}{weights}")
        });
        format!("({})", words.collect::<Vec<_>>().join(" <-> "))
    });
    terms.collect::<Vec<_>>().join(" & ")
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
        let expected = "('novo':ABD) & ('or':ABD) & ('names':ABD <-> 'x':ABD) & ('诺和':ABD <-> '和诺':ABD <-> '诺德':ABD) & ('a':ABD) \
                        & ('near':ABD <-> 'b':*ABD)";
        assert_eq!(tsquery(&asked, &Scope::All, Within::Everything), expected);
        let own = Scope::Companies(vec![Uuid::from_u128(7)]);
        let word = "00000000000000000000000000000007";
        assert_eq!(
            fts5(&Asked::new("x"), &own, Within::Everything),
            format!("{{companies}} : (\"{word}\") AND {{names body}} : (\"x\" *)")
        );
        assert_eq!(tsquery(&Asked::new("x"), &own, Within::Everything), "('x':*AB)");
        assert_eq!(fts5(&Asked::new("ordisk x"), &Scope::Names, Within::Parts), "{parts} : (\"ordisk\" * AND \"x\" *)");
    }
}
