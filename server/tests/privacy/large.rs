//! The same in a large portal: a long history is copied and erased in time, and a long sweep holds nobody up.

use std::time::Duration;

use app::actor::Role;
use app::backend::{clock, journal};
use app::privacy::retention;
use http::StatusCode;

use super::{DAY, ada, addresses, ask, id_of, portal_author};
use crate::both;
use crate::harness::Portal;

both!(a_long_sweep_holds_nobody_up, a_long_history_is_copied_and_erased_in_time);

/// How many rows the stories of large portals have; `PORTAL_STORY_ROWS=100000` measures.
fn many() -> i64 {
    std::env::var("PORTAL_STORY_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(2_600)
}

async fn a_long_history_is_copied_and_erased_in_time(portal: Portal) {
    let rows = many();
    let (id, mut browser) = ada(&portal).await;
    let author = portal_author(&portal, id);
    for from in (0..rows).step_by(5_000) {
        let mut tx = portal.write().await;
        let mut chain = journal::Chain::open(&mut tx).await.unwrap();
        for number in from..rows.min(from + 5_000) {
            let entry = journal::Entry::new("company.edited", "company", clock::new_id())
                .created(vec![("city", format!("City {number}")), ("about", "x".repeat(200))]);
            chain.append(&mut tx, &author, entry).await.unwrap();
        }
        chain.close(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    let start = clock::stopwatch();
    let size = browser.get("/account/data").await.bytes.len();
    let copied = start.elapsed();
    let request = ask(&portal, &mut browser).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let start = clock::stopwatch();
    let mut answer = admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    // Of a very long one, what was done in the time that a form has stays done, and the next press goes on from there.
    let mut presses = 1;
    while answer.status == StatusCode::SERVICE_UNAVAILABLE && presses < 4 {
        answer = admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
        presses += 1;
    }
    let erased = start.elapsed();
    let size = size / 1024;
    println!("{rows} entries: copied in {copied:?} into {size} kB, erased in {erased:?} by {presses} presses");
    assert_eq!(answer.location(), "/admin/erasures", "{}", answer.words());
    portal.journal_holds().await;
}

async fn a_long_sweep_holds_nobody_up(portal: Portal) {
    let rows = many();
    let account = portal.account("ada", Role::Staff).await;
    let now = portal.backend.clock.now();
    let author = portal_author(&portal, account);
    for from in (0..rows).step_by(5_000) {
        let mut tx = portal.write().await;
        let mut chain = journal::Chain::open(&mut tx).await.unwrap();
        for number in from..rows.min(from + 5_000) {
            let entry = journal::Entry::new("company.edited", "company", account)
                .created(vec![("city", format!("City {number}")), ("about", "\"quoted\" \\ 长 \u{1F600}".to_owned())]);
            chain.append(&mut tx, &author, entry).await.unwrap();
            app::on!(&mut tx, |c| sqlx::query(
                "INSERT INTO sign_in_attempts (id, email_folded, address, at, succeeded) VALUES ($1, 'x', $2, $3, TRUE)"
            )
            .bind(clock::new_id())
            .bind(number.to_string())
            .bind(now.0)
            .execute(c)
            .await)
            .unwrap();
        }
        chain.close(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    portal.later(400 * DAY);
    let sweep = {
        let backend = portal.backend.clone();
        tokio::spawn(async move {
            let start = clock::stopwatch();
            let attempts = retention::attempts(&backend).await.unwrap();
            let attempts_took = start.elapsed();
            let applied = retention::apply(&backend).await.unwrap();
            (attempts, attempts_took, applied, start.elapsed() - attempts_took)
        })
    };
    // Meanwhile somebody writes, again and again.
    let mut waits = Vec::new();
    while waits.is_empty() || !sweep.is_finished() {
        let start = clock::stopwatch();
        let mut tx = portal.write().await;
        app::account::store::set_setting(&mut tx, "story", "x").await.unwrap();
        tx.commit().await.unwrap();
        waits.push(start.elapsed());
    }
    let (attempts, attempts_took, applied, applied_took) = sweep.await.unwrap();
    waits.sort();
    let (middle, longest) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!(
        "{rows} rows: attempts {attempts_took:?}, journal {applied_took:?}; a writer waited {middle:?}, at most {longest:?}"
    );
    assert_eq!((attempts, applied), (rows, rows));
    // Who writes takes turns with the sweep's transactions, of which each deals with few rows. How long one takes is asked
    // where somebody measures; here it is a matter of what else the machine does.
    let turns = usize::try_from(rows / retention::BATCH).unwrap();
    assert!(waits.len() >= turns, "{} turns", waits.len());
    assert!(longest < Duration::from_secs(2) || std::env::var_os("PORTAL_STORY_ROWS").is_none(), "{longest:?}");
    assert_eq!(addresses(&portal).await, 0);
    assert_eq!(portal.journal_holds().await, rows);
    let mut tx = portal.read().await;
    let changes: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT changes FROM journal WHERE seq = 7").fetch_one(c).await)
            .unwrap();
    let changes: Vec<journal::Change> = serde_json::from_str(&changes).unwrap();
    let fields: Vec<(&str, Option<&str>)> = changes.iter().map(|c| (c.field.as_str(), c.after.as_deref())).collect();
    assert_eq!(
        fields,
        [("city", Some("City 6")), ("about", Some("\"quoted\" \\ 长 \u{1F600}")), ("@address", None)],
        "all else is as it was, in its order"
    );
}
