//! How pages and forms meet HTTP.

pub mod drawings;
pub mod page;
pub mod post;

use std::future::Future;
use std::time::Duration;

use crate::backend::PATIENCE;
use crate::error::{Error, Result};

/// How long a page is read or a form is written before the visitor is told that the portal cannot do it now: whoever
/// waits for a database that does not answer should know within five seconds.
pub const LONGEST: Duration = Duration::from_millis(4_500).saturating_mul(PATIENCE);

/// What the work gives, if it is done in time. Given up in a transaction, that is rolled back.
///
/// # Errors
/// [`Error::Unavailable`] when it took too long.
pub async fn in_time<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    within(LONGEST, work).await
}

/// The same with another limit.
///
/// # Errors
/// [`Error::Unavailable`] when it took longer.
pub async fn within<T>(longest: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(longest, work).await.unwrap_or_else(|_| {
        tracing::error!(seconds = longest.as_secs_f64(), "given up: it took too long");
        Err(Error::Unavailable)
    })
}
