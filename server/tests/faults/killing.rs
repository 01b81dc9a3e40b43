//! Killed again and again while people write.

use std::time::Duration;

use crate::both;
use crate::harness::{Place, Serving};

/// How often.
const ROUNDS: u64 = 50;

both!(killed_under_writes_it_loses_nothing);

async fn killed_under_writes_it_loses_nothing(place: Place) {
    place.add_user();
    let (mut acknowledged, mut sent, mut edits) = (0, 0, 0);
    for round in 0..ROUNDS {
        let serving = Serving::start(&place).await;
        let cookie = serving.sign_in().await;
        let writers = (0..8).map(|writer| {
            let (serving, cookie) = (&serving, &cookie);
            async move {
                let (mut good, mut tried, mut edited) = (0, 0, 0);
                for number in 0.. {
                    let body = format!("name_en=Round+{round}+{writer}+{number}&kinds%5B%5D=agent&stage=target");
                    tried += 1;
                    let Some(answer) = serving.post("/api/companies/create", cookie, &body).await else { break };
                    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                    good += 1;
                    // Every other company is corrected at once: two kinds of writes are under way.
                    if number % 2 == 0 {
                        let place = answer.lines().find_map(|line| line.strip_prefix("location: /companies/")).unwrap();
                        let body = format!("id={place}&version=1&{body}&city=Boao");
                        let Some(answer) = serving.post("/api/companies/edit", cookie, &body).await else { break };
                        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                        edited += 1;
                    }
                }
                (good, tried, edited)
            }
        });
        let kill = async {
            tokio::time::sleep(Duration::from_millis(120 + 13 * (round % 11))).await;
            serving.signal("KILL");
        };
        let (counts, ()) = tokio::join!(futures::future::join_all(writers), kill);
        for (good, tried, edited) in counts {
            acknowledged += good;
            sent += tried;
            edits += edited;
        }
    }
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    let stored = serving.companies(&cookie).await;
    println!(
        "{ROUNDS} kills: {sent} companies sent, {acknowledged} acknowledged, {stored} stored; {edits} corrections"
    );
    assert!((acknowledged..=sent).contains(&stored));
    drop(serving);
    let rows = place.journal_holds();
    let others = 2 + usize::try_from(ROUNDS).unwrap();
    // One row for the account, one for each sign-in, one for each company; then the corrections that were acknowledged,
    // and at most one a writer and round that was not.
    let corrections = rows - others - stored;
    assert!((edits..=edits + 8 * usize::try_from(ROUNDS).unwrap()).contains(&corrections), "{corrections} of {edits}");
}
