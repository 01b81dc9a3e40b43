//! Jobs by the clock: when each is due, and that one node alone runs it.
//!
//! A node claims a due job with a lease that it renews while it works. When the node dies, the lease ends and the job is
//! claimed anew, by whoever asks first. What fails is tried again after a while that doubles.

use std::future::Future;
use std::pin::Pin;

use uuid::Uuid;

use super::Backend;
use super::clock;
use super::database::{Database, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// For how long a claim holds without being renewed.
pub const LEASE: i64 = Timestamp::MINUTE;
/// The first wait after a failure; it doubles up to the longest.
const FIRST_WAIT: i64 = Timestamp::MINUTE;
const LONGEST_WAIT: i64 = Timestamp::HOUR;
/// What a run is said to have failed of when its node died.
pub const LOST: &str = "the node that ran it has gone";

/// When a job is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// So many minutes after it was last done.
    Minutes(i64),
    /// Each day at this hour of the zone.
    Daily(i64),
}

/// China's one zone is eight hours ahead and knows no summer time.
const ZONE: i64 = 8 * Timestamp::HOUR;

impl Schedule {
    /// When a job that was done at this moment is due again.
    pub const fn next(self, after: Timestamp) -> Timestamp {
        match self {
            Self::Minutes(minutes) => after.plus(minutes * Timestamp::MINUTE),
            Self::Daily(hour) => {
                let local = after.0 + ZONE;
                let today = local - local.rem_euclid(Timestamp::DAY) + hour * Timestamp::HOUR;
                let next = if today > local { today } else { today + Timestamp::DAY };
                Timestamp(next - ZONE)
            }
        }
    }
}

/// How long a job waits after so many failures one after another.
const fn wait_after(failures: i64) -> i64 {
    let doubled =
        if failures > 16 { LONGEST_WAIT } else { FIRST_WAIT << (if failures > 1 { failures - 1 } else { 0 }) };
    if doubled < LONGEST_WAIT { doubled } else { LONGEST_WAIT }
}

/// What a job does gives how many things it dealt with, or what went wrong, for an administrator to read.
pub type Work = Pin<Box<dyn Future<Output = std::result::Result<i64, String>> + Send>>;

/// One job.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// `journal.verify`
    pub name: &'static str,
    pub schedule: Schedule,
    pub work: fn(Backend) -> Work,
}

/// One claimed run of a job.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub id: Uuid,
    pub job: Job,
}

/// Notes jobs that the database does not know yet; of one that has become more frequent, the earlier moment counts.
pub async fn register(database: &Database, jobs: &[Job], now: Timestamp) -> Result<()> {
    let mut tx = database.begin().await?;
    for job in jobs {
        on!(&mut tx, |c| sqlx::query(
            "INSERT INTO jobs (name, due_at, claimed_until, claimed_by) VALUES ($1, $2, 0, '')
             ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE jobs.due_at > excluded.due_at"
        )
        .bind(job.name)
        .bind(job.schedule.next(now).0)
        .execute(c)
        .await)?;
    }
    tx.commit().await
}

/// The names of the jobs that are due and not under way.
pub async fn due(database: &Database, now: Timestamp) -> Result<Vec<String>> {
    let mut tx = database.read().await?;
    Ok(ask!(&mut tx, |c| {
        sqlx::query_scalar("SELECT name FROM jobs WHERE due_at <= $1 AND claimed_until <= $1 ORDER BY due_at")
            .bind(now.0)
            .fetch_all(c)
            .await
    })?)
}

/// Claims a job, unless another node was faster. A run that its node left unfinished is noted as lost.
pub async fn claim(backend: &Backend, job: Job) -> Result<Option<Run>> {
    let mut tx = backend.database.begin().await?;
    let now = backend.clock.now();
    let run = Run { id: clock::new_id(), job };
    // One statement decides: of two nodes that ask at once the second finds the claim of the first.
    let claimed: Option<i64> = ask!(&mut tx, |c| sqlx::query_scalar(
        "UPDATE jobs SET claimed_until = $1, claimed_by = $2
         WHERE name = $3 AND due_at <= $4 AND claimed_until <= $4 RETURNING due_at"
    )
    .bind(now.plus(LEASE).0)
    .bind(run.id.to_string())
    .bind(job.name)
    .bind(now.0)
    .fetch_optional(c)
    .await)?;
    if claimed.is_none() {
        return Ok(None);
    }
    on!(&mut tx, |c| sqlx::query(
        "UPDATE job_runs SET finished_at = $1, error = $2 WHERE job = $3 AND finished_at IS NULL"
    )
    .bind(now.0)
    .bind(LOST)
    .bind(job.name)
    .execute(c)
    .await)?;
    on!(&mut tx, |c| sqlx::query(
        "INSERT INTO job_runs (id, job, node, started_at, done, error) VALUES ($1, $2, $3, $4, 0, '')"
    )
    .bind(run.id)
    .bind(job.name)
    .bind(&backend.node)
    .bind(now.0)
    .execute(c)
    .await)?;
    tx.commit().await?;
    Ok(Some(run))
}

/// Holds a claim for longer; false when it is another node's by now.
pub async fn renew(backend: &Backend, run: &Run) -> Result<bool> {
    let mut tx = backend.database.begin().await?;
    let held: Option<i64> = ask!(&mut tx, |c| sqlx::query_scalar(
        "UPDATE jobs SET claimed_until = $1 WHERE name = $2 AND claimed_by = $3 RETURNING due_at"
    )
    .bind(backend.clock.now().plus(LEASE).0)
    .bind(run.job.name)
    .bind(run.id.to_string())
    .fetch_optional(c)
    .await)?;
    tx.commit().await?;
    Ok(held.is_some())
}

/// Notes how a run ended and when the job is due again. Who lost the claim meanwhile changes nothing.
pub async fn finish(backend: &Backend, run: &Run, ended: std::result::Result<i64, String>) -> Result<()> {
    let mut tx = backend.database.begin().await?;
    let now = backend.clock.now();
    let (done, error) = match &ended {
        Ok(done) => (*done, String::new()),
        Err(error) => (0, error.chars().filter(|c| *c == '\n' || !c.is_control()).take(2000).collect()),
    };
    let noted: Option<String> = ask!(&mut tx, |c| {
        sqlx::query_scalar(
        "UPDATE job_runs SET finished_at = $1, done = $2, error = $3 WHERE id = $4 AND finished_at IS NULL RETURNING job"
    )
    .bind(now.0)
    .bind(done)
    .bind(&error)
    .bind(run.id)
    .fetch_optional(c)
    .await
    })?;
    if noted.is_none() {
        return Ok(());
    }
    let due = match &ended {
        Ok(_) => run.job.schedule.next(now),
        Err(_) => now.plus(wait_after(failures(&mut tx, run.job.name).await?)),
    };
    on!(&mut tx, |c| sqlx::query(
        "UPDATE jobs SET due_at = $1, claimed_until = 0, claimed_by = '' WHERE name = $2 AND claimed_by = $3"
    )
    .bind(due.0)
    .bind(run.job.name)
    .bind(run.id.to_string())
    .execute(c)
    .await)?;
    tx.commit().await
}

/// How many runs of a job failed since the last that did not.
pub async fn failures(tx: &mut Tx, job: &str) -> Result<i64> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM job_runs WHERE job = $1 AND error <> '' AND started_at >
             (SELECT coalesce(max(started_at), 0) FROM job_runs
              WHERE job = $1 AND error = '' AND finished_at IS NOT NULL)"
    )
    .bind(job)
    .fetch_one(c)
    .await)?)
}

/// Makes a job due at once, unless it is under way.
pub async fn hasten(tx: &mut Tx, job: &str, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE jobs SET due_at = $1 WHERE name = $2 AND due_at > $1 AND claimed_until <= $1")
        .bind(now.0)
        .bind(job)
        .execute(c)
        .await)?;
    Ok(())
}

/// Makes a job due at once from within another write. Where somebody else is at the job's row right now, nothing is done
/// and nothing waited for – writers that wait for each other's rows in different orders would never end – and what there
/// is to do is done when the job is next due by itself.
pub async fn nudge(tx: &mut Tx, job: &str, now: Timestamp) -> Result<()> {
    let text = match &*tx {
        Tx::Sqlite(_) => "UPDATE jobs SET due_at = $1 WHERE name = $2 AND due_at > $1 AND claimed_until <= $1",
        Tx::Postgres(_) => {
            "UPDATE jobs SET due_at = $1 WHERE name IN
                 (SELECT name FROM jobs WHERE name = $2 AND due_at > $1 AND claimed_until <= $1 FOR UPDATE SKIP LOCKED)"
        }
    };
    on!(tx, |c| sqlx::query(text).bind(now.0).bind(job).execute(c).await)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_daily_job_is_due_at_its_hour_in_the_zone() {
        // 2026-11-22T18:59:59Z is one second before three in the morning of the 23rd in China.
        let before = Timestamp(1_795_373_999_000_000);
        let three = before.plus(Timestamp::SECOND);
        assert_eq!(before.iso(), "2026-11-22T18:59:59Z");
        assert_eq!(Schedule::Daily(3).next(before), three);
        assert_eq!(Schedule::Daily(3).next(three), three.plus(Timestamp::DAY));
        assert_eq!(Schedule::Daily(3).next(three.plus(Timestamp::HOUR)), three.plus(Timestamp::DAY));
        assert_eq!(Schedule::Daily(0).next(before).iso(), "2026-11-23T16:00:00Z");
    }

    #[test]
    fn a_period_counts_from_the_end_of_the_last_run() {
        assert_eq!(Schedule::Minutes(10).next(Timestamp(5)), Timestamp(5 + 10 * Timestamp::MINUTE));
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let minutes: Vec<i64> =
            [1, 2, 3, 6, 7, 8, 1000].into_iter().map(|n| wait_after(n) / Timestamp::MINUTE).collect();
        assert_eq!(minutes, [1, 2, 4, 32, 60, 60, 60]);
    }
}
