//! What is known of the jobs and their runs.

use uuid::Uuid;

use crate::ask;
use crate::backend::database::Tx;
use crate::error::Result;

/// A job with its latest run.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct JobState {
    pub name: String,
    pub due_at: i64,
    pub claimed_until: i64,
    /// When it was last done without a fault.
    pub succeeded_at: Option<i64>,
    /// How many runs failed since.
    pub failures: i64,
    pub node: Option<String>,
    pub started_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub done: Option<i64>,
    pub error: Option<String>,
}

/// Every job that the database knows, each with its latest run.
pub async fn states(tx: &mut Tx) -> Result<Vec<JobState>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT s.name, s.due_at, s.claimed_until, s.succeeded_at,
                (SELECT count(*) FROM job_runs f
                 WHERE f.job = s.name AND f.error <> '' AND f.started_at > coalesce(s.succeeded_at, 0)) AS failures,
                r.node, r.started_at, r.finished_at, r.done, r.error
         FROM (SELECT j.name, j.due_at, j.claimed_until,
                      (SELECT max(g.started_at) FROM job_runs g
                       WHERE g.job = j.name AND g.error = '' AND g.finished_at IS NOT NULL) AS succeeded_at
               FROM jobs j) s
         LEFT JOIN job_runs r ON r.id = (SELECT l.id FROM job_runs l WHERE l.job = s.name
                                         ORDER BY l.started_at DESC, l.id DESC LIMIT 1)
         ORDER BY s.name"
    )
    .fetch_all(c)
    .await)?)
}

/// One run that failed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Failure {
    pub id: Uuid,
    pub job: String,
    pub node: String,
    pub started_at: i64,
    pub error: String,
}

/// The latest failures, the newest first.
pub async fn failures(tx: &mut Tx, limit: i64) -> Result<Vec<Failure>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, job, node, started_at, error FROM job_runs WHERE error <> ''
         ORDER BY started_at DESC, id DESC LIMIT $1"
    )
    .bind(limit)
    .fetch_all(c)
    .await)?)
}
