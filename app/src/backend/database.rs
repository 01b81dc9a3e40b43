//! The two databases behind one SQL text.
//!
//! SQLite has one writing connection, which starts every transaction with `BEGIN IMMEDIATE` (a deferred transaction that
//! becomes a writing one fails at once, without waiting), and several reading ones. PostgreSQL has one pool.

use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use serde::de::DeserializeOwned;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{AssertSqlSafe, FromRow, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Transaction};
use uuid::Uuid;

use super::under_way::UnderWay;
use crate::error::Result;

/// The gauge of those who wait to write: on SQLite for the one writer, on PostgreSQL for a connection.
pub const WRITERS_WAITING: &str = "portal_database_writers_waiting";

/// Every migration, inside the binary.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

#[derive(Clone, Debug)]
pub enum Database {
    Sqlite { writer: SqlitePool, readers: SqlitePool },
    Postgres(PgPool),
}

/// One transaction on either database. Dropped without [`Tx::commit`] it is rolled back.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one expression on the transaction's connection, compiled once for each database.
///
/// `on!(tx, |c| sqlx::query("…").bind(id).execute(c).await)`
#[macro_export]
macro_rules! on {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::backend::database::Tx::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $body.map(|_done| ())
            }
            $crate::backend::database::Tx::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $body.map(|_done| ())
            }
        }
    };
}

/// Like [`on!`], for an expression whose value is the same type on both databases.
#[macro_export]
macro_rules! ask {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::backend::database::Tx::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
            $crate::backend::database::Tx::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
        }
    };
}

impl Database {
    /// Opens the database that a URL names: `sqlite://path` or `postgres://…`.
    ///
    /// # Errors
    /// When the URL is neither, or the database cannot be reached.
    pub async fn open(url: &str) -> std::result::Result<Self, String> {
        if let Some(path) = sqlite_path(url) {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|error| format!("the folder {} cannot be made: {error}", folder.display()))?;
            }
            Self::open_sqlite(&path).await.map_err(|error| format!("{} cannot be opened: {error}", path.display()))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let options = sqlx::postgres::PgConnectOptions::from_str(url).map_err(|error| error.to_string())?;
            sqlx::postgres::PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(Duration::from_secs(5))
                .connect_with(options)
                .await
                .map(Self::Postgres)
                .map_err(|error| format!("PostgreSQL cannot be reached: {error}"))
        } else {
            Err("it must start with sqlite:// or postgres://".to_owned())
        }
    }

    async fn open_sqlite(path: &Path) -> std::result::Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What is acknowledged must survive a power cut; NORMAL would lose the last commits.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(5))
            .foreign_keys(true)
            .statement_cache_capacity(256)
            .optimize_on_close(true, None);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            // A file does not go away: asking each connection whether it still lives costs a round trip to its thread.
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await?;
        let readers = SqlitePoolOptions::new()
            .max_connections(4)
            .min_connections(1)
            .test_before_acquire(false)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.read_only(true).row_buffer_size(1000))
            .await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// The version of the schema that this program brings a database to.
    pub fn schema_version() -> i64 {
        MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// When a migration fails, or the schema is newer than this binary.
    pub async fn migrate(&self) -> std::result::Result<(), String> {
        let done = match self {
            Self::Sqlite { writer, .. } => MIGRATIONS.run(writer).await,
            Self::Postgres(pool) => MIGRATIONS.run(pool).await,
        };
        done.map_err(|error| match error {
            sqlx::migrate::MigrateError::VersionMissing(version) => {
                format!("the database's schema (migration {version}) is newer than this program; start a newer one")
            }
            error => format!("a migration failed and was rolled back: {error}"),
        })?;
        let mut tx = self.begin().await.map_err(|error| error.to_string())?;
        crate::country::store(&mut tx).await.map_err(|error| error.to_string())?;
        tx.commit().await.map_err(|error| error.to_string())
    }

    /// Begins a transaction that may write. On SQLite it waits for the one writer.
    pub async fn begin(&self) -> Result<Tx> {
        let _waiting = UnderWay::new(WRITERS_WAITING);
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads, from one snapshot.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?)
            }
        })
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// The file behind a `sqlite://` URL.
pub fn sqlite_path(url: &str) -> Option<PathBuf> {
    let rest = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let path = rest.split('?').next().unwrap_or_default();
    (!path.is_empty()).then(|| PathBuf::from(path))
}

impl Tx {
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Postgres(transaction) => transaction.commit().await?,
        }
        Ok(())
    }
}

/// A value bound to a statement that is put together at run time.
#[derive(Clone, Debug)]
pub enum Value {
    Text(String),
    Int(i64),
    Id(Uuid),
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

/// A statement put together from fixed pieces and bound values, for lists whose filters vary.
///
/// `?` in a piece stands for the next value; the text of a piece is never input, which `&'static str` ensures.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    pieces: Vec<Piece>,
    values: Vec<Value>,
}

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

    /// Writes the statement's text, its values numbered from `first`.
    fn write(&self, text: &mut String, first: usize) {
        use std::fmt::Write as _;
        for piece in &self.pieces {
            let _ = match piece {
                Piece::Text(piece) => text.write_str(piece),
                Piece::Number(number) => write!(text, "{number}"),
                Piece::Value(index) => write!(text, "${}", first + index),
            };
        }
    }

    fn text(&self) -> String {
        let mut text = String::with_capacity(512);
        self.write(&mut text, 1);
        text
    }

    /// The rows, each read from its columns by name.
    pub async fn rows<T>(&self, tx: &mut Tx) -> Result<Vec<T>>
    where
        T: for<'r> FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
    {
        Ok(ask!(tx, |c| {
            let mut query = sqlx::query_as(AssertSqlSafe(self.text()));
            for value in &self.values {
                query = match value {
                    Value::Text(text) => query.bind(text),
                    Value::Int(number) => query.bind(number),
                    Value::Id(id) => query.bind(id),
                };
            }
            query.fetch_all(c).await
        })?)
    }

    /// The one number that a counting statement yields.
    pub async fn number(&self, tx: &mut Tx) -> Result<i64> {
        Ok(ask!(tx, |c| {
            let mut query = sqlx::query_scalar(AssertSqlSafe(self.text()));
            for value in &self.values {
                query = match value {
                    Value::Text(text) => query.bind(text),
                    Value::Int(number) => query.bind(number),
                    Value::Id(id) => query.bind(id),
                };
            }
            query.fetch_one(c).await
        })?)
    }

    /// The rows as one JSON value. `columns` are the statement's, in the order of the fields of `T`; ids become text.
    pub async fn json<T: DeserializeOwned>(&self, tx: &mut Tx, columns: &[Column]) -> Result<Vec<T>> {
        let [json] = together(tx, [(self, columns)]).await?;
        from_json(&json)
    }
}

/// Several statements at once, each as one JSON value, in one round trip – for hot pages: SQLite's driver hands rows over
/// a channel, which costs more than the query, and on PostgreSQL a round trip crosses the network. Read the values with
/// [`from_json`].
pub async fn together<const N: usize>(tx: &mut Tx, statements: [(&Sql, &[Column]); N]) -> Result<[String; N]> {
    let mut text = String::with_capacity(2048);
    let mut first = 1;
    for (sql, columns) in &statements {
        text.push_str(if first == 1 && text.is_empty() { "SELECT " } else { ", " });
        let list = columns.iter().map(|column| column.expression(tx)).collect::<Vec<_>>().join(", ");
        text.push_str(&match tx {
            Tx::Sqlite(_) => format!("(SELECT json_group_array(json_array({list})) FROM ("),
            Tx::Postgres(_) => format!("(SELECT coalesce(json_agg(json_build_array({list}))::text, '[]') FROM ("),
        });
        sql.write(&mut text, first);
        text.push_str(") q)");
        first += sql.values.len();
    }
    let values = statements.iter().flat_map(|(sql, _)| &sql.values);
    let mut answers: Vec<String> = ask!(tx, |c| {
        let mut query = sqlx::query(AssertSqlSafe(text));
        for value in values {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(number) => query.bind(number),
                Value::Id(id) => query.bind(id),
            };
        }
        let row = query.fetch_one(c).await?;
        (0..N).map(|index| row.try_get(index)).collect::<std::result::Result<_, sqlx::Error>>()?
    });
    Ok(std::array::from_fn(|index| std::mem::take(&mut answers[index])))
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
    fn expression(self, tx: &Tx) -> String {
        match (self, tx) {
            (Self::Id(name), Tx::Sqlite(_)) => format!("CASE WHEN q.{name} IS NULL THEN NULL ELSE hex(q.{name}) END"),
            (Self::Id(name) | Self::Plain(name), _) => format!("q.{name}"),
        }
    }
}

/// Makes what a person typed a pattern for `LIKE … ESCAPE '\'` that finds it anywhere.
pub fn containing(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 2);
    pattern.push('%');
    for character in text.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    pattern
}

/// Whether a statement failed because a unique index already holds its values.
pub fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
