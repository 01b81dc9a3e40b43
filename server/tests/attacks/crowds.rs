//! Many at once: a thousand guesses keep the owner out of nothing, a hundred who sign in hold nobody up.

use std::time::Duration;

use app::actor::Role;
use app::backend::clock::stopwatch;

use super::{address, try_sign_in};
use crate::both;
use crate::harness::{PASSWORD, Portal, until};
use crate::serving::{Folder, Serving, add_user};

both!(a_thousand_tries_keep_the_owner_out_of_nothing);

async fn a_thousand_tries_keep_the_owner_out_of_nothing(portal: Portal) {
    let hash = app::account::password::hash(PASSWORD).unwrap();
    portal.account_with("ada", Role::Staff, &hash).await;
    let mut home = portal.browser();
    home.address = [198, 51, 100, 7].into();
    home.sign_in("ada").await;
    let start = stopwatch();
    let mut admitted = 0;
    for number in 0..1_000 {
        let mut stranger = portal.browser();
        stranger.address = address(number);
        let answer = try_sign_in(&mut stranger, "ada@story.example", "a guess").await;
        assert!(answer.location().contains("refused="), "{}", answer.location());
        if number % 100 == 99 {
            // From time to time some seconds pass, and the owner comes by.
            portal.later(Duration::from_secs(5));
            let asked = stopwatch();
            home.sign_in("ada").await;
            assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
        }
    }
    admitted += portal.count("sign_in_attempts WHERE NOT succeeded").await;
    println!("1000 tries took {:?}; {admitted} were looked at", start.elapsed());
    assert!(admitted < 30, "{admitted} guesses in a minute");
    assert!(start.elapsed() < Duration::from_secs(120), "{:?}", start.elapsed());
    assert!(portal.count("sign_in_attempts").await < 50);
    // And it ends by itself.
    portal.later(Duration::from_secs(24 * 3600));
    let mut travelling = portal.browser();
    travelling.address = [192, 0, 2, 55].into();
    travelling.sign_in("ada").await;
}

/// The memory that a process holds, in bytes.
fn resident(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    let kilobytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kilobytes * 1024
}

async fn a_hundred_sign_in_at_once(name: &str, database: Option<&str>) {
    let folder = Folder::new(name);
    add_user(&folder, database, "ada@story.example");
    let mut settings = vec![("PORTAL_TRUSTED_PROXIES", "127.0.0.1")];
    settings.extend(database.map(|url| ("DATABASE_URL", url)));
    let serving = Serving::start_with(&folder, &settings).await;
    let knock = async |from: String, email: String, password: &str| {
        let body = serde_urlencoded::to_string([("email", email.as_str()), ("password", password)]).unwrap();
        let headers = format!("content-type: application/x-www-form-urlencoded\r\nx-forwarded-for: {from}\r\n");
        // Who is told that the portal is busy, as on a machine that does other things as well, tries again.
        for _ in 0..200 {
            let answer = serving.try_request("POST", "/api/account/sign-in", &headers, &body).await.unwrap_or_default();
            if !answer.starts_with("HTTP/1.1 503") {
                assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                return answer.lines().any(|line| line == "location: /today");
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
        panic!("busy for ever");
    };
    let (ada, home, right) = ("ada@story.example".to_owned(), "198.51.100.7".to_owned(), "a long enough password");
    assert!(knock(home.clone(), ada.clone(), right).await);
    let before = resident(serving.child.id());
    let tries = (0..100).map(|number| {
        let (knock, ada, home) = (&knock, ada.clone(), home.clone());
        async move {
            // The owner from where they are known, nobody's addresses, and strangers' guesses: each of these from a place
            // of its own, so that the limits leave them to be hashed.
            let from = format!("203.0.113.{number}");
            let is_in = match number % 3 {
                0 => knock(home, ada, right).await,
                1 => knock(from, format!("user{number}@story.example"), "not the password").await,
                _ => knock(from, ada, "not the password").await,
            };
            assert_eq!(is_in, number % 3 == 0, "{number}: who knows the password is let in, and nobody else");
        }
    });
    let start = stopwatch();
    let all = async {
        futures::future::join_all(tries).await;
        start.elapsed()
    };
    // As long as they last, and a little longer, somebody else looks at pages.
    let others = async {
        let (mut times, mut most) = (Vec::new(), before);
        while times.len() < 200 || start.elapsed() < Duration::from_secs(4) {
            for path in ["/health/ready", "/privacy"] {
                let asked = stopwatch();
                let answer = serving.try_request("GET", path, "", "").await.unwrap_or_default();
                assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
                times.push(asked.elapsed());
            }
            most = most.max(resident(serving.child.id()));
        }
        (times, most)
    };
    let (took, (mut times, most)) = tokio::join!(all, others);
    times.sort();
    let (middle, late) = (times[times.len() / 2], times[times.len() * 99 / 100]);
    // What was needed for it is given back.
    let mut after = most;
    until("memory is given back", async || {
        after = resident(serving.child.id());
        after < before + (40 << 20)
    })
    .await;
    println!(
        "{name}: 100 sign-ins took {took:?}; meanwhile a page took {middle:?}, 99 of 100 at most {late:?}; memory {} MB before, {} MB at most, {} MB after",
        before >> 20,
        most >> 20,
        after >> 20
    );
    // Who looks at a page does not stand in the queue of those who sign in: on a machine that has much else to do, a page
    // takes longer, but no great part of the time that all of these take.
    assert!(late < Duration::from_secs(2).max(took / 4), "{late:?} of {took:?}");
    // What the process has besides its code, which is large where it is not optimised: half of the cores hash at a time,
    // with 19 MiB each.
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let bound = ((cores / 2).max(1) * 20 + 40) << 20;
    assert!(most < before + bound, "{} MB more", (most - before) >> 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_sign_in_at_once_on_sqlite() {
    a_hundred_sign_in_at_once("hundred_sqlite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_sign_in_at_once_on_postgres() {
    let Ok(server) = std::env::var("PORTAL_TEST_POSTGRES") else {
        println!("not told: PORTAL_TEST_POSTGRES names no server");
        return;
    };
    let (base, _) = server.rsplit_once('/').unwrap();
    let name = format!("hundred_{}", std::process::id());
    let admin = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.unwrap();
    a_hundred_sign_in_at_once("hundred_postgres", Some(&format!("{base}/{name}"))).await;
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&admin).await.unwrap();
}
