//! Statements that are put together at run time, and several read in one round trip.

use serde::de::DeserializeOwned;
use sqlx::{AssertSqlSafe, FromRow, Row as _};
use uuid::Uuid;

use super::{Database, Tx};
use crate::ask;
use crate::error::Result;

/// In which words a database is asked, where the two differ.
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

    pub(crate) fn of_tx(tx: &Tx) -> Self {
        match tx {
            Tx::Sqlite(_) => Self::Sqlite,
            Tx::Postgres(_) => Self::Postgres,
        }
    }
}

/// A value bound to a statement that is put together at run time.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Int(i64),
    Id(Uuid),
    NoId,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
impl From<Uuid> for Value {
    fn from(id: Uuid) -> Self {
        Self::Id(id)
    }
}
impl From<Option<Uuid>> for Value {
    fn from(id: Option<Uuid>) -> Self {
        id.map_or(Self::NoId, Self::Id)
    }
}

/// Binds values to a query, whichever of sqlx's kinds of query it is.
macro_rules! bind_all {
    ($query:ident, $values:expr) => {
        for value in $values {
            $query = match value {
                Value::Text(text) => $query.bind(text),
                Value::Int(number) => $query.bind(number),
                Value::Id(id) => $query.bind(id),
                Value::NoId => $query.bind(None::<Uuid>),
            };
        }
    };
}

/// A statement put together from fixed pieces and bound values, for lists whose filters vary.
///
/// `?` in a piece stands for the next value; the text of a piece is never input, which `&'static str` ensures.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    pieces: Vec<Piece>,
    values: Vec<Value>,
}

/// A value that a statement keeps, by its place.
#[derive(Clone, Copy, Debug)]
pub struct Kept(usize);

#[derive(Clone, Debug)]
enum Piece {
    Text(&'static str),
    Number(i64),
    /// The place of the value with this index.
    Value(usize),
}

impl Sql {
    pub fn new(piece: &'static str) -> Self {
        Self { pieces: vec![Piece::Text(piece)], values: Vec::new() }
    }

    pub fn push(&mut self, piece: &'static str) -> &mut Self {
        self.pieces.push(Piece::Text(piece));
        self
    }

    /// Adds a number as it is. SQLite plans a statement anew whenever a bound LIMIT changes.
    pub fn number_literal(&mut self, number: i64) -> &mut Self {
        self.pieces.push(Piece::Number(number));
        self
    }

    /// Adds ` LIMIT … OFFSET …`.
    pub fn limit(&mut self, limit: i64, offset: i64) -> &mut Self {
        self.push(" LIMIT ").number_literal(limit).push(" OFFSET ").number_literal(offset)
    }

    /// Adds a piece in which `?` is a value; repeated `?` stand for the same value.
    pub fn bind(&mut self, piece: &'static str, value: impl Into<Value>) -> &mut Self {
        let index = self.values.len();
        self.values.push(value.into());
        for (number, text) in piece.split('?').enumerate() {
            if number > 0 {
                self.pieces.push(Piece::Value(index));
            }
            self.pieces.push(Piece::Text(text));
        }
        self
    }

    /// Adds `column IN (…)`, or what is never true for an empty list.
    pub fn bind_in(&mut self, column: &'static str, ids: &[Uuid]) -> &mut Self {
        if ids.is_empty() {
            return self.push("1 = 0");
        }
        self.push(column).push(" IN (");
        for (index, id) in ids.iter().enumerate() {
            self.bind(if index == 0 { "?" } else { ", ?" }, *id);
        }
        self.push(")")
    }

    /// Adds another statement as it is, with its values.
    pub fn add(&mut self, other: &Self) -> &mut Self {
        let first = self.values.len();
        self.values.extend(other.values.iter().cloned());
        self.pieces.extend(other.pieces.iter().map(|piece| match piece {
            Piece::Value(index) => Piece::Value(first + index),
            other => other.clone(),
        }));
        self
    }

    /// Keeps a value for [`Sql::again`], for one that stands in a statement many times.
    pub fn keep(&mut self, value: impl Into<Value>) -> Kept {
        self.values.push(value.into());
        Kept(self.values.len() - 1)
    }

    /// Adds a value that was kept.
    pub fn again(&mut self, value: Kept) -> &mut Self {
        self.pieces.push(Piece::Value(value.0));
        self
    }

    /// Writes the statement's text, and adds its values in the order in which it binds them.
    ///
    /// For SQLite no value has a number: it keeps numbers as names and looks through all of them for each, which for the
    /// thousands of values of a large INSERT takes longer than writing them. A value that stands there twice is bound twice.
    fn write<'a>(&'a self, dialect: Dialect, text: &mut String, bound: &mut Vec<&'a Value>) {
        use std::fmt::Write as _;
        let first = bound.len() + 1;
        if dialect == Dialect::Postgres {
            bound.extend(&self.values);
        }
        for piece in &self.pieces {
            let _ = match piece {
                Piece::Text(piece) => text.write_str(piece),
                Piece::Number(number) => write!(text, "{number}"),
                Piece::Value(index) if dialect == Dialect::Postgres => write!(text, "${}", first + index),
                Piece::Value(index) => {
                    bound.extend(self.values.get(*index));
                    text.write_char('?')
                }
            };
        }
    }

    fn text(&self, tx: &Tx) -> (String, Vec<&Value>) {
        let (mut text, mut bound) = (String::with_capacity(512), Vec::with_capacity(self.values.len()));
        self.write(Dialect::of_tx(tx), &mut text, &mut bound);
        (text, bound)
    }

    /// The rows, each read from its columns by name.
    pub async fn rows<T>(&self, tx: &mut Tx) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
    {
        let (text, bound) = self.text(tx);
        Ok(ask!(tx, |c| {
            let mut query = sqlx::query_as(AssertSqlSafe(text));
            bind_all!(query, bound);
            query.fetch_all(c).await
        })?)
    }

    /// The one number that a counting statement yields.
    pub async fn number(&self, tx: &mut Tx) -> Result<i64> {
        let (text, bound) = self.text(tx);
        Ok(ask!(tx, |c| {
            let mut query = sqlx::query_scalar(AssertSqlSafe(text));
            bind_all!(query, bound);
            query.fetch_one(c).await
        })?)
    }

    /// Runs a statement that writes, and tells how many rows it wrote.
    pub async fn execute(&self, tx: &mut Tx) -> Result<u64> {
        let (text, bound) = self.text(tx);
        Ok(ask!(tx, |c| {
            let mut query = sqlx::query(AssertSqlSafe(text));
            bind_all!(query, bound);
            query.execute(c).await.map(|done| done.rows_affected())
        })?)
    }

    /// The rows as one JSON value. `columns` are the statement's, in the order of the fields of `T`; ids become text.
    pub async fn json<T: DeserializeOwned>(self, tx: &mut Tx, columns: &'static [Column]) -> Result<Vec<T>> {
        let found = together(tx, &[(self, columns)]).await?;
        from_json(&found[0])
    }
}

/// A statement and its columns, as [`together`] reads them.
pub type Part = (Sql, &'static [Column]);

/// Waits until nobody else holds this number, and holds it until the transaction ends. SQLite has one writer, who holds all.
pub async fn hold(tx: &mut Tx, number: i64) -> Result<()> {
    if Dialect::of_tx(tx) == Dialect::Postgres {
        let mut sql = Sql::default();
        sql.bind("SELECT pg_advisory_xact_lock(?)", number).execute(tx).await?;
    }
    Ok(())
}

/// The same for what has an id.
pub async fn hold_id(tx: &mut Tx, id: Uuid) -> Result<()> {
    // The second half of an id is random; the first is the time.
    #[expect(clippy::cast_possible_wrap, reason = "any number will do that is the same for the same id")]
    hold(tx, id.as_u64_pair().1 as i64).await
}

/// Several statements at once, each as one JSON value, in one round trip – for hot pages: SQLite's driver hands rows over
/// a channel, which costs more than the query, and on PostgreSQL a round trip crosses the network. Read the values, one
/// for each part, with [`from_json`].
pub async fn together(tx: &mut Tx, parts: &[(Sql, &[Column])]) -> Result<Vec<String>> {
    if parts.is_empty() {
        return Ok(Vec::new());
    }
    let mut text = String::with_capacity(3072);
    let mut bound = Vec::new();
    for (sql, columns) in parts {
        text.push_str(if text.is_empty() { "SELECT " } else { ", " });
        text.push_str(match tx {
            Tx::Sqlite(_) => "(SELECT json_group_array(json_array(",
            Tx::Postgres(_) => "(SELECT coalesce(json_agg(json_build_array(",
        });
        for (index, column) in columns.iter().enumerate() {
            text.push_str(if index > 0 { ", " } else { "" });
            column.write(&mut text, tx);
        }
        text.push_str(match tx {
            Tx::Sqlite(_) => ")) FROM (",
            Tx::Postgres(_) => "))::text, '[]') FROM (",
        });
        sql.write(Dialect::of_tx(tx), &mut text, &mut bound);
        text.push_str(") q)");
    }
    Ok(ask!(tx, |c| {
        let mut query = sqlx::query(AssertSqlSafe(text));
        bind_all!(query, bound);
        let row = query.fetch_one(c).await?;
        (0..parts.len()).map(|index| row.try_get(index)).collect::<std::result::Result<_, sqlx::Error>>()?
    }))
}

/// The rows of one of the values of [`together`].
pub fn from_json<T: DeserializeOwned>(json: &str) -> Result<Vec<T>> {
    serde_json::from_str(json).map_err(|error| crate::error::internal("a list from the database", &error))
}

/// How a column of a hot list is read.
#[derive(Clone, Copy, Debug)]
pub enum Column {
    Plain(&'static str),
    Id(&'static str),
}

impl Column {
    fn write(self, text: &mut String, tx: &Tx) {
        let (Self::Plain(name) | Self::Id(name)) = self;
        let (before, after) = match (self, tx) {
            (Self::Id(_), Tx::Sqlite(_)) => ("nullif(hex(q.", "), '')"),
            _ => ("q.", ""),
        };
        for piece in [before, name, after] {
            text.push_str(piece);
        }
    }
}

/// The longest text that is looked for, in characters: nothing that is searched is longer, and SQLite refuses patterns of
/// more than 50,000 bytes.
const LONGEST_SOUGHT: usize = 5_000;

/// Makes what a person typed a pattern for `LIKE … ESCAPE '\'` that finds it anywhere.
pub fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len().min(LONGEST_SOUGHT) + 2);
    pattern.push('%');
    for character in text.chars().take(LONGEST_SOUGHT) {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}
