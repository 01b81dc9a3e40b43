//! What runs beside the requests: loops that end, their work done, when the process is told to stop.

use std::time::Duration;

use app::backend::{Backend, jobs, journal};
use app::error::Error;
use app::privacy::erasure;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::smtp::Transport;
use crate::{job_worker, mail_worker, scan_worker};

/// How long the workers may take to end what they are doing.
const LAST: Duration = Duration::from_secs(10);
/// How often the journal's head is written outside the database.
const HEADS: Duration = Duration::from_secs(60);

/// Tells a worker when to end.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits, but not longer than until the process is told to stop; false when it was.
    pub async fn wait(&mut self, at_most: Duration) -> bool {
        tokio::select! {
            () = tokio::time::sleep(at_most) => true,
            _ = self.0.wait_for(|told| *told) => false,
        }
    }

    /// Waits until the process is told to stop.
    pub async fn told(&mut self) {
        let _ = self.0.wait_for(|told| *told).await;
    }

    /// One that is never told: for what runs outside of a serving process.
    pub fn never() -> Self {
        let (tell, told) = watch::channel(false);
        // Without its sender the channel would count as told.
        std::mem::forget(tell);
        Self(told)
    }
}

/// The running workers.
#[derive(Debug)]
pub struct Workers {
    tasks: JoinSet<()>,
    tell: watch::Sender<bool>,
}

impl Workers {
    /// Starts every worker; the one that sends mails only where there is a mail server.
    ///
    /// # Errors
    /// When the jobs by the clock cannot be noted in the database.
    pub async fn start(backend: &Backend, mail: Option<Transport>) -> Result<Self, Error> {
        let (tell, told) = watch::channel(false);
        let mut tasks = JoinSet::new();
        let stop = Stop(told);
        jobs::register(&backend.database, app::job::JOBS, backend.clock.now()).await?;
        tasks.spawn(job_worker::work(backend.clone(), stop.clone()));
        if let Some(transport) = mail {
            tasks.spawn(mail_worker::run(backend.clone(), transport, stop.clone()));
        }
        if let Some(scanner) = backend.settings.scanner.clone() {
            tasks.spawn(scan_worker::run(backend.clone(), scanner, stop.clone()));
        }
        tasks.spawn(keep_heads(backend.clone(), stop));
        Ok(Self { tasks, tell })
    }

    /// Tells all of them to end, and waits until they have.
    pub async fn stop(mut self) {
        let _ = self.tell.send(true);
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST, all).await.is_err() {
            tracing::warn!("some work beside the requests took too long and was cut off");
        }
    }
}

/// Writes the journal's head outside the database at intervals, so that a cut tail is noticed.
async fn keep_heads(backend: Backend, mut stop: Stop) {
    while stop.wait(HEADS).await {
        keep_head(&backend).await;
    }
    keep_head(&backend).await;
}

async fn keep_head(backend: &Backend) {
    keep_erasures(backend).await;
    let head = async {
        let mut tx = backend.database.read().await?;
        journal::head(&mut tx).await
    };
    match head.await {
        Ok((seq, hash)) => {
            let now = backend.clock.now();
            if let Err(error) = journal::verify::keep_head(&backend.settings.heads, seq, &hash, now) {
                tracing::error!(%error, "the journal's head was not kept");
            }
            tracing::debug!(seq, hash, "the journal's head");
        }
        Err(error) => tracing::error!(%error, "the journal's head was not read"),
    }
}

/// Writes outside the database which accounts were erased, so that a restored database can be told.
async fn keep_erasures(backend: &Backend) {
    let erased = async {
        let mut tx = backend.database.read().await?;
        erasure::erased(&mut tx).await
    };
    match erased.await {
        Ok(erased) => {
            if let Err(error) = erasure::keep(&backend.settings.heads, &erased) {
                tracing::error!(%error, "which accounts were erased was not kept");
            }
        }
        Err(error) => tracing::error!(%error, "which accounts were erased was not read"),
    }
}
