//! Jobs by the clock: each runs once however many nodes look, outlives the node that died, and is seen.

use std::time::Duration;

use app::actor::Role;
use app::backend::Backend;
use app::backend::jobs::{self, Job, LOST, Run, Schedule};
use app::job::JOBS;
use http::StatusCode;
use server::job_worker::{claim_due, perform};
use server::workers::Stop;

use crate::both;
use crate::harness::Portal;

both!(
    two_nodes_run_it_once,
    another_node_takes_over,
    a_failure_is_seen_and_tried_again,
    an_administrator_has_it_run,
    every_job_does_what_it_says,
    an_altered_journal_is_found_at_night
);

const FINE: Job = Job { name: "imports.lost", schedule: Schedule::Minutes(10), work: |_| Box::pin(async { Ok(7) }) };
const FAILS: Job = Job {
    name: "mails.sweep",
    schedule: Schedule::Daily(2),
    work: |_| Box::pin(async { Err("the disk is <b>full</b>".to_owned()) }),
};
const PANICS: Job = Job {
    name: "mails.sweep",
    schedule: Schedule::Daily(2),
    work: |_| Box::pin(async { panic!("the story says so") }),
};

const MINUTE: Duration = Duration::from_secs(60);

/// Another node on the same database.
fn another(portal: &Portal) -> Backend {
    Backend::new(portal.backend.database.clone(), portal.backend.clock.clone(), portal.backend.settings.clone())
}

async fn register(portal: &Portal, known: &[Job]) {
    jobs::register(&portal.backend.database, known, portal.backend.clock.now()).await.unwrap();
}

async fn perform_all(backend: &Backend, runs: Vec<Run>) {
    for run in runs {
        perform(backend.clone(), run, Stop::never()).await;
    }
}

async fn runs(portal: &Portal) -> Vec<(String, i64, String)> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| {
        sqlx::query_as("SELECT node, done, error FROM job_runs ORDER BY started_at, id").fetch_all(c).await
    })
    .unwrap()
}

async fn two_nodes_run_it_once(portal: Portal) {
    let (a, b) = (portal.backend.clone(), another(&portal));
    register(&portal, &[FINE]).await;
    register(&portal, &[FINE]).await;
    assert!(claim_due(&a, &[FINE]).await.is_empty(), "it is not due yet");
    for round in 1..=3 {
        portal.later(10 * MINUTE);
        let (one, other, third) = tokio::join!(claim_due(&a, &[FINE]), claim_due(&b, &[FINE]), claim_due(&b, &[FINE]));
        let claimed: Vec<Run> = one.into_iter().chain(other).chain(third).collect();
        assert_eq!(claimed.len(), 1, "round {round}");
        assert!(claim_due(&a, &[FINE]).await.is_empty(), "it is under way");
        perform_all(&a, claimed).await;
        assert!(claim_due(&b, &[FINE]).await.is_empty(), "it is done");
        let all = runs(&portal).await;
        assert_eq!(all.len(), round);
        assert!(all.iter().all(|(_, done, error)| *done == 7 && error.is_empty()), "{all:?}");
    }
}

async fn another_node_takes_over(portal: Portal) {
    let (a, b) = (portal.backend.clone(), another(&portal));
    register(&portal, &[FINE]).await;
    portal.later(10 * MINUTE);
    let lost = claim_due(&a, &[FINE]).await.pop().unwrap();
    // As long as the node lives it holds the job …
    portal.later(Duration::from_secs(40));
    assert!(jobs::renew(&a, &lost).await.unwrap());
    portal.later(Duration::from_secs(40));
    assert!(claim_due(&b, &[FINE]).await.is_empty(), "its lease was renewed");
    // … and when it has died, another has it after the lease.
    portal.later(Duration::from_secs(21));
    let taken = claim_due(&b, &[FINE]).await;
    assert_eq!(taken.len(), 1);
    perform_all(&b, taken).await;
    // Should the first be alive after all, it learns that it is too late, and spoils nothing.
    assert!(!jobs::renew(&a, &lost).await.unwrap());
    jobs::finish(&a, &lost, Ok(99)).await.unwrap();
    let all = runs(&portal).await;
    assert_eq!(all, [(a.node.clone(), 0, LOST.to_owned()), (b.node.clone(), 7, String::new())]);
    assert!(claim_due(&a, &[FINE]).await.is_empty());
    let words = portal.signed_in(Role::Administrator).await.page("/admin/jobs").await.words();
    assert!(words.contains("The node that ran it has gone"), "{words}");
}

async fn a_failure_is_seen_and_tried_again(portal: Portal) {
    register(&portal, JOBS).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let before = admin.page("/admin/jobs").await.words();
    assert!(before.contains("Sent mails") && before.contains("Not yet due") && !before.contains("Recent failures"));
    portal.later(24 * 60 * MINUTE);
    let due = claim_due(&portal.backend, &[FAILS]).await;
    perform_all(&portal.backend, due).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = admin.page("/admin/jobs").await;
    assert!(page.text().contains("the disk is &lt;b&gt;full&lt;/b&gt;"), "{}", page.text());
    let words = page.words();
    assert!(words.contains("Recent failures") && words.contains("Failed, will be tried again"), "{words}");
    assert!(words.contains(&format!("node {}", portal.backend.node)), "{words}");

    // It is tried again after one minute, then after two; a panic is a failure like any other.
    portal.later(MINUTE - Duration::from_secs(1));
    assert!(claim_due(&portal.backend, &[PANICS]).await.is_empty());
    portal.later(Duration::from_secs(1));
    let due = claim_due(&portal.backend, &[PANICS]).await;
    perform_all(&portal.backend, due).await;
    assert!(admin.page("/admin/jobs").await.words().contains("it panicked"));
    portal.later(2 * MINUTE - Duration::from_secs(1));
    assert!(claim_due(&portal.backend, &JOBS[4..5]).await.is_empty());
    portal.later(Duration::from_secs(1));
    let due = claim_due(&portal.backend, &JOBS[4..5]).await;
    assert_eq!(due.len(), 1);
    perform_all(&portal.backend, due).await;
    let mut tx = portal.read().await;
    assert_eq!(jobs::failures(&mut tx, "mails.sweep").await.unwrap(), 0);
    drop(tx);
    let words = admin.page("/admin/jobs").await.words();
    assert!(!words.contains("will be tried again") && words.contains("0 items in"), "{words}");
}

async fn an_administrator_has_it_run(portal: Portal) {
    register(&portal, JOBS).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let (location, page) = admin.submit("/admin/jobs", "/api/jobs/run", &[("name", "journal.verify")]).await;
    assert_eq!(location, "/admin/jobs");
    assert!(
        page.words().contains("Starts in a moment") && page.words().contains("Reload this page"),
        "{}",
        page.words()
    );
    let due = claim_due(&portal.backend, JOBS).await;
    assert_eq!(due.iter().map(|run| run.job.name).collect::<Vec<_>>(), ["journal.verify"]);
    assert!(admin.page("/admin/jobs").await.words().contains("Running"));
    perform_all(&portal.backend, due).await;
    // Two rows: the sign-in, and that the job was asked for.
    let words = admin.page("/admin/jobs").await.words();
    assert!(words.contains("2 items in"), "{words}");
    assert_eq!(portal.journal_holds().await, 2);
    let words = admin.page("/admin/journal?action=job.hastened").await.words();
    assert!(words.contains("had a job run at once: Journal check"), "{words}");

    let unknown = admin.post("/admin/jobs", "/api/jobs/run", &[("name", "format.disk")]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let mut staff = portal.signed_in(Role::Staff).await;
    let refused = staff.post("/admin/jobs", "/api/jobs/run", &[("name", "journal.verify")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    let chinese = {
        admin.set_cookie("language", "zh");
        admin.page("/admin/jobs").await.words()
    };
    assert!(chinese.contains("定时任务") && chinese.contains("日志校验"), "{chinese}");
}

async fn every_job_does_what_it_says(portal: Portal) {
    register(&portal, JOBS).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.post("/companies/new", "/api/companies/create", &[("name_en", "")]).await;
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO imports (id, source, file_name, file_sha256, state, started_at, report)
         VALUES ($1, 'ema', 'x', '', 'running', $2, '')"
    )
    .bind(app::backend::clock::new_id())
    .bind(now.0)
    .execute(c)
    .await)
    .unwrap();
    for sent in [Some(now.0), None] {
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO mails (id, kind, address, language, subject, body_text, body_html, created_at, due_at,
                                expires_at, attempts, sent_at, answer)
             VALUES ($1, 'story', 'a@story.example', 'en', '', '', '', $2, $2, $2, 0, $3, '')"
        )
        .bind(app::backend::clock::new_id())
        .bind(now.0)
        .bind(sent)
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!((portal.count("sessions").await, portal.count("refused_posts").await), (1, 1));

    portal.later(91 * 24 * 60 * MINUTE);
    let due = claim_due(&portal.backend, JOBS).await;
    assert_eq!(due.len(), JOBS.len());
    perform_all(&portal.backend, due).await;
    let all = runs(&portal).await;
    assert!(all.iter().all(|(.., error)| error.is_empty()), "{all:?}");
    for (table, left) in [
        ("sessions", 0),
        ("refused_posts", 0),
        ("sign_in_attempts", 0),
        // What they say goes after half a year; that they were sent after two.
        ("mails", 2),
    ] {
        assert_eq!(portal.count(table).await, left, "{table}");
    }
    assert_eq!(portal.count("imports WHERE state = 'interrupted'").await, 1);
    // The runs themselves go after thirty days.
    portal.later(31 * 24 * 60 * MINUTE);
    let due = claim_due(&portal.backend, JOBS).await;
    perform_all(&portal.backend, due).await;
    assert_eq!(runs(&portal).await.len(), JOBS.len());
}

async fn an_altered_journal_is_found_at_night(portal: Portal) {
    register(&portal, JOBS).await;
    portal.signed_in(Role::Staff).await.add_company("The Company").await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE journal SET action = 'company.edited' WHERE seq = 2").execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    portal.later(24 * 60 * MINUTE);
    let due = claim_due(&portal.backend, JOBS).await;
    perform_all(&portal.backend, due).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/jobs").await.words();
    assert!(words.contains("The journal was altered") && words.contains("Row 2 of the journal was altered"), "{words}");
    assert!(!words.contains("will be tried again"), "{words}");
    admin.set_cookie("language", "zh");
    let words = admin.page("/admin/jobs").await.words();
    assert!(words.contains("操作日志被篡改") && words.contains("操作日志第 2 条被篡改"), "{words}");
}
