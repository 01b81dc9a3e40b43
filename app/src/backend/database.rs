//! The two databases behind one SQL text.
//!
//! SQLite has one writing connection, which starts every transaction with `BEGIN IMMEDIATE` (a deferred transaction that
//! becomes a writing one fails at once, without waiting), and several reading ones. PostgreSQL has one pool.

mod lender;
mod sql;

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, PgPool, Postgres};
use uuid::Uuid;

pub use self::sql::{Column, Dialect, Kept, Part, Sql, Value, containing, from_json, hold, hold_id, together};
use super::under_way::UnderWay;
use crate::error::Result;
use crate::search::Kind;
use lender::{Lender, Lent};

/// How long one waits for a connection before the database counts as not available.
const LONGEST_WAIT: Duration = Duration::from_secs(4).saturating_mul(super::PATIENCE);
/// How long one waits at the start for the first connection.
const FIRST_WAIT: Duration = Duration::from_secs(4);
/// How long an idle connection may take to show that it lives, and an unfinished transaction to be rolled back.
const SIGN_OF_LIFE: Duration = Duration::from_secs(1).saturating_mul(super::PATIENCE);
/// A connection that was used so recently is not asked whether it lives.
const FRESH: Duration = Duration::from_millis(100);

/// The gauge of those who wait to write: on SQLite for the one writer, on PostgreSQL for a connection.
pub const WRITERS_WAITING: &str = "portal_database_writers_waiting";

/// Every migration, inside the binary.
static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

#[derive(Clone, Debug)]
pub enum Database {
    Sqlite { writer: Lender, readers: Lender },
    Postgres(PgPool),
}

/// A connection, and the transaction open on it. Dropped without [`Tx::commit`] it is rolled back.
pub enum Tx {
    Sqlite(Work<Lent>),
    Postgres(Work<PoolConnection<Postgres>>),
}

/// Runs one expression on the transaction's connection, compiled once for each database.
///
/// `on!(tx, |c| sqlx::query("…").bind(id).execute(c).await)`
#[macro_export]
macro_rules! on {
    ($tx:expr, |$connection:ident| $body:expr) => {
        match $tx {
            $crate::backend::database::Tx::Sqlite(transaction) => {
                let $connection = transaction.connection();
                $body.map(|_done| ())
            }
            $crate::backend::database::Tx::Postgres(transaction) => {
                let $connection = transaction.connection();
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
                let $connection = transaction.connection();
                $body
            }
            $crate::backend::database::Tx::Postgres(transaction) => {
                let $connection = transaction.connection();
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
            let pool = sqlx::postgres::PgPoolOptions::new()
                .max_connections(16)
                .acquire_timeout(LONGEST_WAIT)
                // The pool's own test has no time limit; behind a network that swallows everything it would take all
                // of the wait for every connection that died.
                .test_before_acquire(false)
                .before_acquire(|connection, idle| {
                    Box::pin(async move {
                        if idle.idle_for < FRESH {
                            return Ok(true);
                        }
                        Ok(matches!(tokio::time::timeout(SIGN_OF_LIFE, connection.ping()).await, Ok(Ok(()))))
                    })
                })
                .connect_with(options);
            // It is asked again until then, for it may be starting, too.
            tokio::time::timeout(FIRST_WAIT, pool)
                .await
                .unwrap_or(Err(sqlx::Error::PoolTimedOut))
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
            .busy_timeout(Duration::from_secs(5).saturating_mul(super::PATIENCE))
            .foreign_keys(true)
            .statement_cache_capacity(256)
            .optimize_on_close(true, None);
        // A page or form gives up by itself before that; what is done beside them waits its turn.
        // An import of many companies touches every index of theirs; what has no place in memory is written again and again.
        let writer = Lender::new(options.clone().pragma("cache_size", "-49152"), 1, super::LONGEST_TURN);
        // The writer makes the file; readers could not.
        drop(writer.lend().await?);
        // With the two megabytes that are usual, a list of a large register reads the same pages of the file again and again.
        let readers = options.read_only(true).row_buffer_size(1000).pragma("cache_size", "-16384");
        let readers = Lender::new(readers, 4, LONGEST_WAIT);
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
            Self::Sqlite { writer, .. } => match writer.lend().await {
                Ok(mut connection) => MIGRATIONS.run(&mut *connection).await,
                Err(error) => Err(error.into()),
            },
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
        crate::enquiry::guard::prepare(&mut tx).await.map_err(|error| error.to_string())?;
        crate::company::store::places::prepare(&mut tx).await.map_err(|error| error.to_string())?;
        crate::agreement::certificate::key::prepare(&mut tx).await.map_err(|error| error.to_string())?;
        crate::search::store::prepare(&mut tx).await.map_err(|error| error.to_string())?;
        tx.commit().await.map_err(|error| error.to_string())
    }

    /// Begins a transaction that may write. On SQLite it waits for the one writer.
    pub async fn begin(&self) -> Result<Tx> {
        let _waiting = UnderWay::new(WRITERS_WAITING);
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(Work::begin(writer.lend().await?, "BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(Work::begin(pool.acquire().await?, "BEGIN").await?),
        })
    }

    /// Begins a transaction that only reads, from one snapshot.
    pub async fn read(&self) -> Result<Tx> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(Work::begin(readers.lend().await?, "BEGIN").await?),
            Self::Postgres(pool) => {
                let snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                Tx::Postgres(Work::begin(pool.acquire().await?, snapshot).await?)
            }
        })
    }

    /// For reading with one statement, which is a snapshot by itself: on SQLite no transaction is begun, as that and its
    /// end would be two more trips to the connection's thread.
    pub async fn read_once(&self) -> Result<Tx> {
        match self {
            Self::Sqlite { readers, .. } => {
                Ok(Tx::Sqlite(Work { connection: Some(readers.lend().await?), open: false, noted: Vec::new() }))
            }
            Self::Postgres(_) => self.read().await,
        }
    }

    /// How many connections are in use, and how many there may be, by the name of their pool.
    pub fn connections(&self) -> Vec<(&'static str, u32, u32)> {
        match self {
            Self::Sqlite { writer, readers } => [("writer", writer.lent()), ("readers", readers.lent())]
                .map(|(name, (lent, most))| (name, lent, most))
                .to_vec(),
            Self::Postgres(pool) => {
                let idle = u32::try_from(pool.num_idle()).unwrap_or(0);
                vec![("postgres", pool.size().saturating_sub(idle), pool.options().get_max_connections())]
            }
        }
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
    pub async fn commit(mut self) -> Result<()> {
        let noted = std::mem::take(self.noted());
        if !noted.is_empty() {
            // Boxed, so that the futures of all who commit stay small.
            Box::pin(crate::search::store::write(&mut self, noted)).await?;
        }
        match self {
            Self::Sqlite(work) => work.commit().await?,
            Self::Postgres(work) => work.commit().await?,
        }
        Ok(())
    }

    /// The records whose entries in the search are made anew by the commit, see [`crate::search::note`].
    pub(crate) fn noted(&mut self) -> &mut Vec<(Kind, Uuid)> {
        match self {
            Self::Sqlite(work) => &mut work.noted,
            Self::Postgres(work) => &mut work.noted,
        }
    }
}

/// A connection that is being worked with.
pub struct Work<C: Hold> {
    /// Always there until the end.
    connection: Option<C>,
    open: bool,
    /// What the search is told of before the end.
    noted: Vec<(Kind, Uuid)>,
}

/// How a connection runs the words that begin and end a transaction.
pub trait Hold: DerefMut<Target: Sized> + Send + Sized + 'static {
    fn say(&mut self, word: &'static str) -> impl Future<Output = std::result::Result<(), sqlx::Error>> + Send;
    /// Closes the connection without a word to the other side.
    fn abandon(self);
}

impl Hold for Lent {
    async fn say(&mut self, word: &'static str) -> std::result::Result<(), sqlx::Error> {
        sqlx::query(word).execute(&mut **self).await.map(|_done| ())
    }

    fn abandon(self) {}
}

impl Hold for PoolConnection<Postgres> {
    async fn say(&mut self, word: &'static str) -> std::result::Result<(), sqlx::Error> {
        sqlx::raw_sql(word).execute(&mut **self).await.map(|_done| ())
    }

    fn abandon(self) {
        drop(self.detach());
    }
}

impl<C: Hold> Work<C> {
    async fn begin(connection: C, word: &'static str) -> std::result::Result<Self, sqlx::Error> {
        // Open from the start: if this is given up while it waits, the transaction may have begun nevertheless.
        let mut work = Self { connection: Some(connection), open: true, noted: Vec::new() };
        if let Some(connection) = &mut work.connection {
            connection.say(word).await?;
        }
        Ok(work)
    }

    async fn commit(mut self) -> std::result::Result<(), sqlx::Error> {
        if let Some(connection) = &mut self.connection {
            connection.say("COMMIT").await?;
        }
        self.open = false;
        Ok(())
    }

    #[expect(clippy::expect_used, reason = "only the end takes the connection out")]
    pub fn connection(&mut self) -> &mut <C as Deref>::Target {
        self.connection.as_mut().expect("a connection is there until its work ends")
    }
}

impl<C: Hold> Drop for Work<C> {
    /// Rolls back what was not committed. A connection that does not manage that in time is given up: if it hangs, the
    /// pool would wait for it for ever.
    fn drop(&mut self) {
        let Some(mut connection) = self.connection.take().filter(|_| self.open) else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                if !matches!(tokio::time::timeout(SIGN_OF_LIFE, connection.say("ROLLBACK")).await, Ok(Ok(()))) {
                    connection.abandon();
                }
            });
        }
    }
}

/// Whether a statement failed because a unique index already holds its values.
pub fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
