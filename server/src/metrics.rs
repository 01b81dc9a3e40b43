//! What Prometheus reads at `/metrics`, on a listener of its own. Counters and durations are kept as things happen; how
//! deep queues are is asked when somebody reads.

use std::net::SocketAddr;
use std::time::Duration;

use app::account::password::HASHERS_WAITING;
use app::ask;
use app::backend::Backend;
use app::backend::database::{Database, WRITERS_WAITING};
use app::error::Error;
use app::job::JOBS;
use app::job::store::states;
use app::time::Timestamp;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::header;
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;

use crate::connections::Connections;

/// How long the database may take to tell how deep the queues are.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most readers at a time.
const READERS: usize = 16;
/// How often the samples of durations are summed up, read or not.
const UPKEEP: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Read {
    recorder: PrometheusHandle,
    backend: Backend,
    open: Connections,
}

/// Begins to count, and serves `/metrics` until the process ends.
///
/// # Errors
/// One line, when the address cannot be listened on.
pub async fn serve(addr: SocketAddr, backend: &Backend, open: &Connections) -> Result<(), String> {
    let recorder = PrometheusBuilder::new()
        .set_buckets(&[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5])
        .map_err(|error| error.to_string())?
        .install_recorder()
        .map_err(|error| format!("PORTAL_METRICS_ADDR: {error}"))?;
    describe();
    let listener = TcpListener::bind(addr)
        .await
        .map_err(|error| format!("PORTAL_METRICS_ADDR: cannot listen on {addr}: {error}"))?;
    let read = Read { recorder: recorder.clone(), backend: backend.clone(), open: open.clone() };
    let routes = Router::new().route("/metrics", get(render)).with_state(read);
    tokio::spawn(async move { Connections::new(READERS).serve(listener, routes, std::future::pending()).await });
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(UPKEEP).await;
            recorder.run_upkeep();
        }
    });
    Ok(())
}

async fn render(State(read): State<Read>) -> ([(header::HeaderName, &'static str); 1], String) {
    gauge!("portal_connections_open").set(count(read.open.open()));
    pools(&read.backend.database);
    process();
    let answered = matches!(tokio::time::timeout(PATIENCE, stored(&read.backend)).await, Ok(Ok(())));
    gauge!("portal_database_up").set(f64::from(u8::from(answered)));
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], read.recorder.render())
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and no count here reaches 2^53")]
fn count(number: usize) -> f64 {
    number as f64
}

#[expect(clippy::cast_precision_loss, reason = "a gauge is a float, and no count here reaches 2^53")]
fn whole(number: i64) -> f64 {
    number as f64
}

/// How long ago a moment was, in seconds.
fn age(now: Timestamp, since: i64) -> f64 {
    whole((now.0 - since).max(0)) / whole(Timestamp::SECOND)
}

/// Connections to the database that are in use, how many there may be, and who waits.
fn pools(database: &Database) {
    for (pool, in_use, most) in database.connections() {
        gauge!("portal_database_connections_in_use", "pool" => pool).set(f64::from(in_use));
        gauge!("portal_database_connections_most", "pool" => pool).set(f64::from(most));
    }
    // Made known even while nobody has waited yet.
    gauge!(WRITERS_WAITING).increment(0.0);
    gauge!(HASHERS_WAITING).increment(0.0);
    counter!("portal_sign_in_failures_total").increment(0);
    counter!("portal_connections_refused_total").increment(0);
}

/// Memory and open files of the process, as the system counts them.
fn process() {
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        gauge!("process_open_fds").set(count(files.count()));
    }
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    if let Some(pages) = pages.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()) {
        gauge!("process_resident_memory_bytes").set(count(pages * rustix::param::page_size()));
    }
}

/// What only the database knows: mails, contents to be scanned, jobs.
async fn stored(backend: &Backend) -> Result<(), Error> {
    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let (waiting, oldest, dead, pending): (i64, Option<i64>, i64, i64) = ask!(&mut tx, |c| sqlx::query_as(
        "SELECT (SELECT count(*) FROM mails WHERE sent_at IS NULL AND dead_at IS NULL),
                (SELECT min(created_at) FROM mails WHERE sent_at IS NULL AND dead_at IS NULL),
                (SELECT count(*) FROM mails WHERE dead_at IS NOT NULL),
                (SELECT count(*) FROM files WHERE scan_state = 'pending')"
    )
    .fetch_one(c)
    .await)?;
    gauge!("portal_mails_waiting").set(whole(waiting));
    gauge!("portal_mails_oldest_seconds").set(oldest.map_or(0.0, |oldest| age(now, oldest)));
    gauge!("portal_mails_dead").set(whole(dead));
    gauge!("portal_files_to_scan").set(whole(pending));
    // A job that only another version of the portal knows is none of this one's business.
    let known = states(&mut tx).await?.into_iter().filter(|state| JOBS.iter().any(|job| job.name == state.name));
    for job in known {
        gauge!("portal_job_failures", "job" => job.name.clone()).set(whole(job.failures));
        gauge!("portal_job_overdue_seconds", "job" => job.name.clone()).set(if job.claimed_until > now.0 {
            0.0
        } else {
            age(now, job.due_at)
        });
        if let Some(succeeded) = job.succeeded_at {
            gauge!("portal_job_last_success_seconds", "job" => job.name).set(age(now, succeeded));
        }
    }
    Ok(())
}

fn describe() {
    describe_counter!("portal_requests_total", "Answered requests by route and status");
    describe_histogram!("portal_request_seconds", "How long answers took, by route");
    describe_counter!("portal_sign_in_failures_total", "Tries to sign in with a wrong address or password");
    describe_gauge!("portal_connections_open", "Open connections");
    describe_counter!("portal_connections_refused_total", "Connections turned away because there were too many");
    describe_gauge!("portal_database_up", "Whether the database answered within two seconds");
    describe_gauge!("portal_database_connections_in_use", "Connections to the database that are in use");
    describe_gauge!("portal_database_connections_most", "Connections to the database that there may be");
    describe_gauge!(WRITERS_WAITING, "Requests that wait to write");
    describe_gauge!(HASHERS_WAITING, "People signing in who wait for their password to be hashed");
    describe_gauge!("portal_mails_waiting", "Mails that are not sent yet");
    describe_gauge!("portal_mails_oldest_seconds", "How long the oldest of them has waited");
    describe_gauge!("portal_mails_dead", "Mails that were given up");
    describe_gauge!("portal_files_to_scan", "Contents that wait for the virus scanner");
    describe_gauge!("portal_job_failures", "How many times a job has failed since it last succeeded");
    describe_gauge!("portal_job_overdue_seconds", "For how long a job has been due and not under way");
    describe_gauge!("portal_job_last_success_seconds", "How long ago a job last succeeded");
    describe_gauge!("process_open_fds", "Open files");
    describe_gauge!("process_resident_memory_bytes", "Memory in use");
}
