//! Clients that say nothing, stop in the middle, trickle, or come in crowds.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

use crate::both;
use crate::harness::{Place, Serving, load, minute};

both!(others_are_served_meanwhile, a_crowd_leaves_nothing_behind, beyond_the_limit_one_hears_so);

const PAGES: [&str; 4] = ["/companies", "/today", "/products", "/companies/new"];

async fn begun(place: &Place) -> (Serving, String) {
    place.add_user();
    let serving = Serving::start(place).await;
    let cookie = serving.sign_in().await;
    for number in 0..60 {
        let body = format!("name_en=Company+{number}&kinds%5B%5D=agent&stage=target");
        assert!(serving.post("/api/companies/create", &cookie, &body).await.unwrap().starts_with("HTTP/1.1 303"));
    }
    (serving, cookie)
}

/// Sends the beginning of something and nothing more; tells after how long the server hung up.
async fn wait_to_be_cut_off(addr: std::net::SocketAddr, beginning: &[u8], at_most: Duration) -> Option<Duration> {
    let mut stream = TcpStream::connect(addr).await.ok()?;
    let began = Instant::now();
    stream.write_all(beginning).await.ok()?;
    let mut heard = Vec::new();
    timeout(at_most, stream.read_to_end(&mut heard)).await.ok().map(|_| began.elapsed())
}

/// Does so again and again until a time is over; gives the longest that one was held.
async fn again_and_again(addr: std::net::SocketAddr, beginning: &[u8], end: Instant) -> Duration {
    let mut longest = Duration::ZERO;
    while Instant::now() < end {
        match wait_to_be_cut_off(addr, beginning, Duration::from_secs(40)).await {
            Some(held) => longest = longest.max(held),
            None => return Duration::MAX,
        }
    }
    longest
}

/// A form of which a byte comes every few seconds.
async fn trickle(addr: std::net::SocketAddr, cookie: &str, end: Instant) {
    let head = format!(
        "POST /api/companies/create HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\ncontent-type: \
         application/x-www-form-urlencoded\r\ncontent-length: 100000\r\n\r\n"
    );
    while Instant::now() < end {
        let Ok(mut stream) = TcpStream::connect(addr).await else { return };
        let mut written = stream.write_all(head.as_bytes()).await;
        while written.is_ok() && Instant::now() < end {
            sleep(Duration::from_secs(5)).await;
            written = stream.write_all(b"a").await;
        }
    }
}

async fn others_are_served_meanwhile(place: Place) {
    let (serving, cookie) = begun(&place).await;
    let addr = serving.addr;
    load(addr, &cookie, 8, &PAGES, Duration::from_secs(3)).await.print("quiet");
    let end = Instant::now() + minute();
    let stopped = format!(
        "POST /api/companies/create HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\ncontent-type: \
         application/x-www-form-urlencoded\r\ncontent-length: 1000\r\n\r\nname_en=half"
    );
    let half = futures::future::join_all(
        (0..500).map(|_| again_and_again(addr, b"GET /companies HTTP/1.1\r\nhost: x\r\nx-slow: ", end)),
    );
    let silent = futures::future::join_all((0..90).map(|_| again_and_again(addr, b"", end)));
    let preface = futures::future::join_all((0..10).map(|_| again_and_again(addr, b"PRI * HTTP/2.0\r\n", end)));
    let slow = futures::future::join_all((0..90).map(|_| trickle(addr, &cookie, end)));
    let stuck = futures::future::join_all((0..10).map(|_| again_and_again(addr, stopped.as_bytes(), end)));
    let people = async {
        let used = load(addr, &cookie, 8, &PAGES, minute());
        // Each that is cut off after its 15 s comes again, so that not all are there at every moment.
        let count = async {
            let mut most: f64 = 0.0;
            for _ in 0..12 {
                sleep(Duration::from_secs(1)).await;
                most = most.max(serving.metric("portal_connections_open").await);
            }
            most
        };
        tokio::join!(count, used)
    };
    let writer = async {
        let mut longest = Duration::ZERO;
        for number in 0.. {
            if Instant::now() >= end {
                break;
            }
            let began = Instant::now();
            let body = format!("name_en=Meanwhile+{number}&kinds%5B%5D=agent&stage=target");
            let answer = serving.post("/api/companies/create", &cookie, &body).await.unwrap();
            assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
            longest = longest.max(began.elapsed());
            sleep(Duration::from_millis(100)).await;
        }
        longest
    };
    let (half, silent, preface, _, stuck, (open, met), write) =
        tokio::join!(half, silent, preface, slow, stuck, people, writer);
    met.print(&format!("beside {open} connections, {:?}", place.kind));
    println!("longest write {write:.1?}; memory {} MB", serving.memory() / 1_000_000);
    assert!(open >= 690.0, "{open} connections were open");
    for (what, held) in
        [("half a head", half), ("nothing", silent), ("half a preface", preface), ("half a body", stuck)]
    {
        let longest = held.into_iter().max().unwrap();
        println!("{what}: held for {longest:.1?} at most");
        assert!(longest < Duration::from_secs(17), "{what} was held for {longest:?}");
    }
    assert_eq!(met.failed, 0);
    assert!(met.percentile(99) < Duration::from_millis(200), "p99 {:?}", met.percentile(99));
}

async fn a_crowd_leaves_nothing_behind(place: Place) {
    let (serving, cookie) = begun(&place).await;
    let before = (serving.metric("process_open_fds").await, serving.memory());
    let crowd = load(serving.addr, &cookie, 512, &PAGES, Duration::from_secs(10)).await;
    crowd.print(&format!("512 people, {:?}", place.kind));
    assert_eq!(crowd.failed, 0);
    sleep(Duration::from_secs(5)).await;
    let processor = serving.processor();
    sleep(Duration::from_secs(2)).await;
    let used = (serving.processor() - processor) / 2.0;
    let open = serving.metric("portal_connections_open").await;
    let files = serving.metric("process_open_fds").await;
    println!(
        "after 5 s: {open} connections, {files} files (before {}), {used:.3} cores, memory {} MB (before {} MB)",
        before.0,
        serving.memory() / 1_000_000,
        before.1 / 1_000_000
    );
    assert!(open <= 1.0 && used < 0.05 && files <= before.0 + 20.0);
    load(serving.addr, &cookie, 1, &PAGES, Duration::from_secs(1)).await.print("one, afterwards");
}

async fn beyond_the_limit_one_hears_so(place: Place) {
    let (serving, _) = begun(&place).await;
    let mut held = Vec::new();
    while held.len() < 1024 {
        held.push(TcpStream::connect(serving.addr).await.unwrap());
    }
    sleep(Duration::from_millis(300)).await;
    let turned = futures::future::join_all((0..300).map(|_| async {
        let mut stream = TcpStream::connect(serving.addr).await.ok()?;
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
        let mut heard = String::new();
        let _ = timeout(Duration::from_secs(5), stream.read_to_string(&mut heard)).await.ok()?;
        Some(heard)
    }))
    .await;
    let told =
        turned.iter().flatten().filter(|text| text.starts_with("HTTP/1.1 503") && text.contains("retry-after: 5"));
    let told = told.count();
    println!("{told} of 300 beyond the limit heard why");
    assert!(told > 100 && turned.iter().flatten().all(|text| text.is_empty() || text.contains(" 503 ")));
    assert!(serving.metric("portal_connections_refused_total").await >= 300.0);
    drop(held);
    sleep(Duration::from_millis(500)).await;
    assert!(serving.get("/", "").await.unwrap().starts_with("HTTP/1.1 200"));
}
