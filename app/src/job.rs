//! A job is what the portal does by the clock, without anybody asking: it sweeps, forgets and checks. Each runs on one
//! node at a time; an administrator sees all of them at `/admin/jobs`.

pub mod api;
#[cfg(feature = "ssr")]
pub mod events;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
mod work;

#[cfg(feature = "ssr")]
pub use list::JOBS;

#[cfg(feature = "ssr")]
mod list {
    use super::work;
    use crate::backend::jobs::{Job, Schedule};
    use crate::notification;

    /// Every job there is. A new one gets a line here, its words in `events.rs`, and may fail: it is tried again.
    pub const JOBS: &[Job] = &[
        Job { name: "imports.lost", schedule: Schedule::Minutes(1), work: |backend| Box::pin(work::imports(backend)) },
        Job {
            name: "refused_posts.sweep",
            schedule: Schedule::Minutes(10),
            work: |backend| Box::pin(work::posts(backend)),
        },
        Job {
            name: "sessions.sweep",
            schedule: Schedule::Minutes(60),
            work: |backend| Box::pin(work::sessions(backend)),
        },
        Job { name: "attempts.sweep", schedule: Schedule::Daily(2), work: |backend| Box::pin(work::attempts(backend)) },
        Job { name: "mails.sweep", schedule: Schedule::Daily(2), work: |backend| Box::pin(work::mails(backend)) },
        Job {
            name: notification::JOB,
            schedule: Schedule::Minutes(1),
            work: |backend| Box::pin(work::notifications(backend)),
        },
        Job { name: "files.sweep", schedule: Schedule::Daily(2), work: |backend| Box::pin(work::files(backend)) },
        Job { name: "job_runs.sweep", schedule: Schedule::Daily(2), work: |backend| Box::pin(work::runs(backend)) },
        Job { name: "journal.verify", schedule: Schedule::Daily(3), work: |backend| Box::pin(work::journal(backend)) },
        Job { name: "looks.end", schedule: Schedule::Minutes(5), work: |backend| Box::pin(work::looks(backend)) },
        Job {
            name: "affiliations.watch",
            schedule: Schedule::Minutes(60),
            work: |backend| Box::pin(work::affiliations(backend)),
        },
        Job {
            name: "join_requests.sweep",
            schedule: Schedule::Daily(2),
            work: |backend| Box::pin(work::requests(backend)),
        },
        Job {
            name: "retention.apply",
            schedule: Schedule::Daily(2),
            work: |backend| Box::pin(work::retention(backend)),
        },
        Job {
            name: "companies.compare",
            schedule: Schedule::Minutes(15),
            work: |backend| Box::pin(work::compare(backend)),
        },
        Job {
            name: "enquiries.overdue",
            schedule: Schedule::Minutes(5),
            work: |backend| Box::pin(work::overdue(backend)),
        },
        Job {
            name: "agreements.clock",
            schedule: Schedule::Minutes(1),
            work: |backend| Box::pin(work::agreements(backend)),
        },
        Job {
            name: "obligations.clock",
            schedule: Schedule::Minutes(15),
            work: |backend| Box::pin(work::obligations(backend)),
        },
        Job {
            name: "agreements.warn",
            schedule: Schedule::Minutes(15),
            work: |backend| Box::pin(work::warnings(backend)),
        },
        Job { name: "tasks.due", schedule: Schedule::Minutes(30), work: |backend| Box::pin(work::tasks(backend)) },
        Job {
            name: crate::company::stalled::work::JOB,
            schedule: Schedule::Minutes(60),
            work: |backend| Box::pin(work::stalled(backend)),
        },
        Job {
            name: "companies.stalled_told",
            schedule: Schedule::Daily(8),
            work: |backend| Box::pin(work::stalled_told(backend)),
        },
    ];
}
