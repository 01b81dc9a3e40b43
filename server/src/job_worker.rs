//! Runs the jobs by the clock: looks what is due, claims it, works, and notes how it ended.

use std::time::Duration;

use app::backend::Backend;
use app::backend::jobs::{self, Job, Run};
use app::job::JOBS;
use tokio::task::JoinSet;

use crate::workers::Stop;

/// How often a node looks for what is due.
const LOOK: Duration = Duration::from_secs(5);
/// How often the lease of a running job is renewed: three tries before it ends.
const RENEW: Duration = Duration::from_secs(20);
/// How long a job may go on after the process was told to stop.
const LAST: Duration = Duration::from_secs(8);

/// Looks again and again until told to stop; then what runs may end, or is given back.
pub async fn work(backend: Backend, mut stop: Stop) {
    let mut running = JoinSet::new();
    while stop.wait(LOOK).await {
        for run in claim_due(&backend, JOBS).await {
            running.spawn(perform(backend.clone(), run, stop.clone()));
        }
        while running.try_join_next().is_some() {}
    }
    while running.join_next().await.is_some() {}
}

/// Claims every job that is due and that no other node was faster to claim.
pub async fn claim_due(backend: &Backend, known: &[Job]) -> Vec<Run> {
    let due = match jobs::due(&backend.database, backend.clock.now()).await {
        Ok(due) => due,
        Err(error) => {
            tracing::warn!(%error, "what is due was not read");
            return Vec::new();
        }
    };
    let mut runs = Vec::new();
    for job in known.iter().filter(|job| due.iter().any(|name| name == job.name)) {
        match jobs::claim(backend, *job).await {
            Ok(run) => runs.extend(run),
            Err(error) => tracing::warn!(job = job.name, %error, "a job was not claimed"),
        }
    }
    runs
}

/// Does a claimed job and notes how it ended.
pub async fn perform(backend: Backend, run: Run, mut stop: Stop) {
    let name = run.job.name;
    // A task of its own: a panic is then an end like any other.
    let mut task = tokio::spawn((run.job.work)(backend.clone()));
    let told = async {
        stop.told().await;
        tokio::time::sleep(LAST).await;
    };
    let mut told = std::pin::pin!(told);
    let ended = loop {
        tokio::select! {
            ended = &mut task => {
                break ended.unwrap_or_else(|error| Err(if error.is_panic() { "it panicked" } else { "it was stopped" }.to_owned()));
            }
            () = &mut told => {
                task.abort();
                break Err("the process was told to stop".to_owned());
            }
            () = tokio::time::sleep(RENEW) => match jobs::renew(&backend, &run).await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!(job = name, "a job was taken over by another node");
                    task.abort();
                    return;
                }
                Err(error) => tracing::warn!(job = name, %error, "a job's lease was not renewed"),
            },
        }
    };
    match &ended {
        Ok(done) => tracing::debug!(job = name, done, "a job is done"),
        Err(error) => tracing::error!(job = name, error, "a job failed"),
    }
    if let Err(error) = jobs::finish(&backend, &run, ended).await {
        // Its lease ends by itself, and it is run again.
        tracing::error!(job = name, %error, "how a job ended was not noted");
    }
}
