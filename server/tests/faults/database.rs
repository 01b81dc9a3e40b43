//! The way to PostgreSQL is refused, swallows everything, is slow, or breaks in the middle of a transaction.

use std::net::ToSocketAddrs as _;
use std::time::Duration;

use sqlx::types::Uuid;
use tokio::time::Instant;

use crate::harness::{Kind, Place, Serving};
use crate::proxy::{Proxy, Way};

/// Within so long everybody knows that the portal cannot do it now, and within so long it can again.
const AT_MOST: Duration = Duration::from_secs(5);

/// A portal whose PostgreSQL is behind a proxy. None when there is no PostgreSQL to use.
async fn behind_a_proxy() -> Option<(Place, Proxy)> {
    let mut place = Place::make(Kind::Postgres).await?;
    let (head, rest) = place.url.split_once('@').unwrap_or(("postgres://postgres", place.url.as_str()));
    let rest = rest.strip_prefix("postgres://").unwrap_or(rest);
    let (server, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(server.to_socket_addrs().unwrap().next().unwrap()).await;
    place.url = format!("{head}@{}/{name}", proxy.addr);
    place.add_user();
    Some((place, proxy))
}

fn status(answer: Option<&str>) -> u16 {
    answer.and_then(|answer| answer.get(9..12)?.parse().ok()).unwrap_or(0)
}

fn company(name: &str, form_id: Uuid) -> String {
    format!("form_id={form_id}&name_en={name}&kinds%5B%5D=agent&stage=target")
}

/// A new form's id, as a page that draws one gives it.
fn form_id() -> Uuid {
    app::backend::clock::new_id()
}

/// People ask and write; each gets an answer in time, and none of them is told that it worked.
async fn all_are_told(serving: &Serving, cookie: &str, what: &str) {
    let asking = (0..24).map(|number| async move {
        let began = Instant::now();
        let answer = match number % 3 {
            0 => serving.get("/companies", cookie).await,
            1 => serving.get("/today", cookie).await,
            _ => serving.post("/api/companies/create", cookie, &company("Nobody", form_id())).await,
        };
        (status(answer.as_deref()), began.elapsed())
    });
    let answers = futures::future::join_all(asking).await;
    let longest = answers.iter().map(|(_, took)| *took).max().unwrap();
    println!("{what}: 24 asked, each got 503, the last after {longest:.1?}");
    assert!(answers.iter().all(|(status, _)| *status == 503), "{what}: {answers:?}");
    assert!(longest < AT_MOST, "{what}: {longest:?}");
}

/// Soon everything works again.
async fn heals(serving: &Serving, cookie: &str, what: &str) {
    let began = Instant::now();
    loop {
        let asked = Instant::now();
        let page = serving.get("/companies", cookie).await;
        let written = serving.post("/api/companies/create", cookie, &company("Somebody", form_id())).await;
        if (status(page.as_deref()), status(written.as_deref())) == (200, 303) {
            break;
        }
        assert!(began.elapsed() < AT_MOST, "{what}: not healed after {:?}, {page:?}", began.elapsed());
        tokio::time::sleep_until(asked + Duration::from_millis(100)).await;
    }
    println!("{what}: healed after {:.1?}", began.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_away_and_comes_back() {
    let Some((place, proxy)) = behind_a_proxy().await else {
        println!("not done: PORTAL_TEST_POSTGRES names no server");
        return;
    };
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    for (what, way) in [("refused", Way::Refused), ("swallowed", Way::BlackHole)] {
        heals(&serving, &cookie, "before").await;
        proxy.set(way);
        for _ in 0..2 {
            all_are_told(&serving, &cookie, what).await;
        }
        proxy.set(Way::Open);
        heals(&serving, &cookie, what).await;
    }
    // Connections that died without a word: the other side is not there any more.
    proxy.set(Way::BlackHole);
    all_are_told(&serving, &cookie, "dead").await;
    proxy.cut().await;
    heals(&serving, &cookie, "dead").await;

    proxy.set(Way::Slow(Duration::from_millis(100)));
    for _ in 0..5 {
        let began = Instant::now();
        let answer = status(serving.get("/companies", &cookie).await.as_deref());
        println!("slow: {answer} after {:.1?}", began.elapsed());
        assert!(matches!(answer, 200 | 503) && began.elapsed() < AT_MOST);
    }
    proxy.set(Way::Open);
    heals(&serving, &cookie, "slow").await;
    drop(serving);
    place.journal_holds();
}

/// Whoever is told that it could not be done, and does it again, has done it once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_gone_in_the_middle_and_nothing_is_done_twice() {
    let Some((place, proxy)) = behind_a_proxy().await else {
        println!("not done: PORTAL_TEST_POSTGRES names no server");
        return;
    };
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    let done = std::sync::atomic::AtomicBool::new(false);
    let cutting = async {
        let mut cuts = 0;
        while !done.load(std::sync::atomic::Ordering::SeqCst) {
            tokio::time::sleep(Duration::from_millis(150 + 37 * (cuts % 7))).await;
            proxy.cut().await;
            cuts += 1;
        }
        cuts
    };
    let writing = async {
        let writers = (0..8).map(|writer| {
            let (serving, cookie) = (&serving, &cookie);
            async move {
                let mut again = 0;
                for number in 0..100 {
                    let body = company(&format!("Writer+{writer}+{number}"), form_id());
                    loop {
                        let began = Instant::now();
                        let answer = serving.post("/api/companies/create", cookie, &body).await;
                        assert!(began.elapsed() < AT_MOST);
                        match status(answer.as_deref()) {
                            303 if !answer.as_deref().unwrap().contains("refused=") => break,
                            503 => again += 1,
                            other => panic!("{other}: {answer:?}"),
                        }
                    }
                }
                again
            }
        });
        let again: usize = futures::future::join_all(writers).await.into_iter().sum();
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        again
    };
    let (cuts, again) = tokio::join!(cutting, writing);
    tokio::time::sleep(Duration::from_millis(500)).await;
    let stored = serving.companies(&cookie).await;
    println!("800 companies, {cuts} cuts, {again} tries were answered 503 and repeated; {stored} stored");
    assert_eq!(stored, 800);
    drop(serving);
    // One row for the account, one for the sign-in, one for each company.
    assert_eq!(place.journal_holds(), 802);
}
