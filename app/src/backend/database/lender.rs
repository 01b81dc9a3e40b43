//! SQLite's connections, lent and given back.
//!
//! A file does not go away and its connections do not age, so none of what a network pool does on giving back and lending
//! again is needed; each such check would be a round trip to the connection's thread, as long as many a query.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long one waits at the end for those who still work.
const LONGEST_WAIT: Duration = Duration::from_secs(4);

/// At most so many connections with the same options, opened when they are first needed.
#[derive(Clone, Debug)]
pub struct Lender(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: SqliteConnectOptions,
    most: u32,
    /// How long one waits for a connection before the database counts as not available.
    longest_wait: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A connection that goes back when it is dropped.
#[derive(Debug)]
pub struct Lent {
    /// Always there until the drop.
    connection: Option<SqliteConnection>,
    lender: Lender,
    _permit: OwnedSemaphorePermit,
}

impl Lender {
    pub fn new(options: SqliteConnectOptions, most: u32, longest_wait: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(most as usize));
        Self(Arc::new(Inner { options, most, longest_wait, permits, idle: Mutex::default() }))
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// [`sqlx::Error::PoolTimedOut`] when all are lent for too long, [`sqlx::Error::PoolClosed`] after [`Lender::close`].
    pub async fn lend(&self) -> Result<Lent, sqlx::Error> {
        let permit = tokio::time::timeout(self.0.longest_wait, self.0.permits.clone().acquire_owned())
            .await
            .map_err(|_| sqlx::Error::PoolTimedOut)?
            .map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.0.options).await?,
        };
        Ok(Lent { connection: Some(connection), lender: self.clone(), _permit: permit })
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<SqliteConnection>> {
        self.0.idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// How many connections are lent now, and how many there may be.
    pub fn lent(&self) -> (u32, u32) {
        let free = u32::try_from(self.0.permits.available_permits()).unwrap_or(0);
        (self.0.most.saturating_sub(free), self.0.most)
    }

    /// How many wait for a connection now.
    pub fn waiting(&self) -> usize {
        // Whoever waits, and whoever has a connection, holds the semaphore as the lender does.
        Arc::strong_count(&self.0.permits).saturating_sub(1 + self.lent().0 as usize)
    }

    /// Waits for what is lent, then closes every connection.
    pub async fn close(&self) {
        let _all = tokio::time::timeout(LONGEST_WAIT, self.0.permits.acquire_many(self.0.most)).await;
        self.0.permits.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            let _ = connection.close().await;
        }
    }
}

impl Deref for Lent {
    type Target = SqliteConnection;

    #[expect(clippy::expect_used, reason = "only the drop takes the connection out")]
    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("a lent connection is there until it is dropped")
    }
}

impl DerefMut for Lent {
    #[expect(clippy::expect_used, reason = "only the drop takes the connection out")]
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("a lent connection is there until it is dropped")
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !self.lender.0.permits.is_closed()
        {
            self.lender.idle().push(connection);
        }
    }
}
