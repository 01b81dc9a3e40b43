//! No answer tells who has an account, neither by what it says nor by the time that it takes.

use std::time::Duration;

use app::actor::Role;
use app::backend::clock::stopwatch;

use super::{address, try_sign_in};
use crate::both;
use crate::harness::{PASSWORD, Portal};

both!(sign_in_tells_nobody_who_has_an_account, nor_does_the_time_of_an_answer_tell);

/// Fails when answers of two kinds take differently long: by more than 15 ms, and than a `share` of the longer. What an
/// answer tells by its time it tells whenever it is asked; a difference that a busy machine made is not there another time.
async fn take_alike(what: &str, share: u32, mut measure: impl AsyncFnMut(u32) -> [Vec<Duration>; 2]) {
    let mut found = Vec::new();
    for number in 0..5 {
        let [known, unknown] = measure(number).await.map(median);
        println!("{what}: {known:?} for what is known, {unknown:?} for what is not");
        if known.abs_diff(unknown) < Duration::from_millis(15).max(known / share) {
            return;
        }
        found.push((known, unknown));
    }
    panic!("{what}: {found:?}");
}

/// The middle of some durations.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

async fn sign_in_tells_nobody_who_has_an_account(portal: Portal) {
    let hash = app::account::password::hash(PASSWORD).unwrap();
    for number in 0..8 {
        portal.account_with(&format!("known{number}"), Role::Staff, &hash).await;
    }
    // One who was here and is gone is not told apart either.
    let gone = portal.account("gone", Role::Expert).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "UPDATE accounts SET erased_at = 1, email = 'x@invalid', email_folded = 'x@invalid' WHERE id = $1"
    )
    .bind(gone)
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
    let mut said = Vec::new();
    // Not hashing for an unknown address would be ten times as fast.
    take_alike("sign-in", 2, async |again| {
        portal.later(Duration::from_secs(48 * 3600));
        let mut times = [Vec::new(), Vec::new()];
        for round in 0..40_u32 {
            // In turn, so that whatever else the machine does befalls both alike.
            for (kind, times) in ["known", "other"].into_iter().zip(&mut times) {
                let mut browser = portal.browser();
                browser.address = address(again * 80 + round * 2 + u32::from(kind == "known"));
                let email = format!("{kind}{}@story.example", round % 8);
                let start = stopwatch();
                let answer = try_sign_in(&mut browser, &email, "not the password").await;
                times.push(start.elapsed());
                if round < 2 {
                    let names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
                    let words = browser.page(&answer.location()).await.words().replace(&email, "…");
                    said.push((answer.status, names, words));
                }
            }
        }
        times
    })
    .await;
    assert!(said.iter().all(|other| *other == said[0]), "{said:?}");
    assert!(said[0].2.contains("is wrong"), "{said:?}");
    for email in ["gone@story.example", "x@invalid"] {
        let mut browser = portal.browser();
        let answer = try_sign_in(&mut browser, email, PASSWORD).await;
        assert_eq!(browser.page(&answer.location()).await.words().replace(email, "…"), said[0].2);
    }
}

/// Asks for a reset, for access, invites and changes an address, for addresses that are known and that are not, in turn.
async fn nor_does_the_time_of_an_answer_tell(portal: Portal) {
    const ROUNDS: u32 = 12;
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Some Company").await;
    let (_, mut boss) = portal.person("boss", &[(company, app::actor::Rights::Administrator)]).await;
    let page = format!("/companies/{company}/invitations");
    let id = company.to_string();
    for what in ["reset", "join", "invite", "address"] {
        // Both write one mail; a lookup more or less is far below what a network adds.
        take_alike(what, 3, async |again| {
            portal.later(Duration::from_secs(25 * 3600));
            boss.sign_in("boss").await;
            let mut times = [Vec::new(), Vec::new()];
            for round in 0..ROUNDS {
                let name = format!("{what}{again}x{round}");
                portal.account(&format!("known{name}"), Role::Representative).await;
                for (kind, times) in ["known", "other"].into_iter().zip(&mut times) {
                    let email = format!("{kind}{name}@story.example");
                    // Each from an address of its own, some time after the last, so that no limit is met.
                    portal.later(Duration::from_secs(if what == "address" { 5 * 3600 } else { 1 }));
                    let mut browser = if what == "invite" { boss.clone() } else { portal.browser() };
                    if what == "address" {
                        browser.sign_in("boss").await;
                    }
                    browser.address = address(again * 2 * ROUNDS + round * 2 + u32::from(kind == "known"));
                    let start = stopwatch();
                    let answer = match what {
                        "reset" => browser.post("/password", "/api/account/ask-reset", &[("email", &email)]).await,
                        "join" => {
                            let fields = [
                                ("company_name", "Some Company"),
                                ("country", "DK"),
                                ("name", "Ada"),
                                ("email", email.as_str()),
                                ("reason", "Why not."),
                            ];
                            browser.post("/join", "/api/joining/ask", &fields).await
                        }
                        "invite" => {
                            let fields = [
                                ("company", id.as_str()),
                                ("email", &email),
                                ("name", "Ada"),
                                ("rights", "viewer"),
                                ("language", "en"),
                            ];
                            browser.post(&page, "/api/invitations/invite-colleague", &fields).await
                        }
                        _ => browser.post("/account/address", "/api/account/address", &[("email", &email)]).await,
                    };
                    times.push(start.elapsed());
                    assert!(!answer.location().contains("refused="), "{what} {email}: {}", answer.location());
                }
            }
            times
        })
        .await;
    }
}
