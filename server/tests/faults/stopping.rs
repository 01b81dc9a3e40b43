//! Told to stop while people write.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::both;
use crate::harness::{Place, Serving};

both!(told_to_stop_it_loses_nothing);

async fn told_to_stop_it_loses_nothing(place: Place) {
    place.add_user();
    let (mut acknowledged, mut sent) = (0, 0);
    for round in 0..3_u64 {
        let mut serving = Serving::start(&place).await;
        let cookie = serving.sign_in().await;
        let writers = (0..16).map(|writer| {
            let (serving, cookie) = (&serving, &cookie);
            async move {
                let (mut good, mut tried) = (0, 0);
                for number in 0.. {
                    let body = format!("name_en=Round+{round}+{writer}+{number}&kinds%5B%5D=agent&stage=target");
                    tried += 1;
                    match serving.post("/api/companies/create", cookie, &body).await {
                        Some(answer) if answer.starts_with("HTTP/1.1 303") => good += 1,
                        Some(answer) => panic!("{answer}"),
                        None => break,
                    }
                }
                (good, tried)
            }
        });
        let stop = async {
            sleep(Duration::from_millis(700 + 150 * round)).await;
            serving.signal("TERM");
            Instant::now()
        };
        let (counts, told) = tokio::join!(futures::future::join_all(writers), stop);
        let status = tokio::task::block_in_place(|| serving.child.wait().unwrap());
        println!("stopped {:.1?} after it was told to, {status}", told.elapsed());
        assert!(status.success() && told.elapsed() < Duration::from_secs(35));
        acknowledged += counts.iter().map(|(good, _)| good).sum::<usize>();
        sent += counts.iter().map(|(_, tried)| tried).sum::<usize>();
    }
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    let stored = serving.companies(&cookie).await;
    println!("{sent} writes sent, {acknowledged} acknowledged, {stored} stored");
    assert!(acknowledged > 20 && (acknowledged..=sent).contains(&stored));
    drop(serving);
    // One row for the account, one for each sign-in, one for each company.
    assert_eq!(place.journal_holds(), stored + 5);
}
