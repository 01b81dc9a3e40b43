//! Bodies of five gigabytes, however they are announced, are refused: not read, not stored.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::both;
use crate::harness::{Place, Serving};

both!(five_gigabytes_are_refused);

const HUGE: u64 = 5 * 1024 * 1024 * 1024;

/// Sends a head and then as much of a body as is taken; gives how much that was, and the answer.
async fn send(serving: &Serving, head: &str, first: &[u8], is_chunked: bool) -> (u64, String) {
    let (mut read, mut write) = TcpStream::connect(serving.addr).await.unwrap().into_split();
    write.write_all(head.as_bytes()).await.unwrap();
    let mut piece = vec![b'a'; 64 * 1024];
    if is_chunked {
        piece.splice(..0, *b"10000\r\n");
        piece.extend(b"\r\n");
    }
    let sending = async {
        let mut sent = 0;
        let first = if is_chunked {
            [format!("{:x}\r\n", first.len().max(1)).as_bytes(), if first.is_empty() { b"a" } else { first }, b"\r\n"]
                .concat()
        } else {
            first.to_vec()
        };
        let mut taken = write.write_all(&first).await;
        while taken.is_ok() && sent < HUGE {
            sent += 64 * 1024;
            taken = write.write_all(&piece).await;
        }
        sent
    };
    let reading = async {
        let mut heard = vec![0; 4096];
        let count = read.read(&mut heard).await.unwrap_or(0);
        String::from_utf8_lossy(&heard[..count]).lines().next().unwrap_or_default().to_owned()
    };
    timeout(Duration::from_secs(60), async { tokio::join!(sending, reading) }).await.expect("it ended within a minute")
}

fn stored(place: &Place) -> u64 {
    fn size(path: &std::path::Path) -> u64 {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        entries.map(|e| if e.path().is_dir() { size(&e.path()) } else { e.metadata().map_or(0, |m| m.len()) }).sum()
    }
    size(&place.folder)
}

async fn five_gigabytes_are_refused(place: Place) {
    place.add_user();
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    let before = (stored(&place), serving.memory());
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let parts = "content-type: multipart/form-data; boundary=b\r\n";
    let file = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n".as_slice();
    let megabyte = 1024 * 1024;
    // What is sent where, by whom; how many bytes at most may be taken, sockets' buffers included.
    for (what, line, kind, cookie, first, most) in [
        ("a form", "POST /api/companies/create", form, cookie.as_str(), b"name_en=".as_slice(), 16),
        ("a form, signed out", "POST /api/account/sign-in", form, "", b"email=", 16),
        ("an import", "POST /products/import", parts, cookie.as_str(), file, 64),
        ("an import, signed out", "POST /products/import", parts, "", file, 16),
        ("a page", "GET /companies", form, cookie.as_str(), b"", 16),
        ("a page, posted to", "POST /companies", form, cookie.as_str(), b"", 16),
        ("nowhere", "POST /nowhere", parts, cookie.as_str(), file, 16),
        ("no function", "POST /api/nothing", form, cookie.as_str(), b"", 16),
        ("another method", "PUT /companies", form, cookie.as_str(), b"", 16),
    ] {
        for is_chunked in [false, true] {
            let length =
                if is_chunked { "transfer-encoding: chunked".to_owned() } else { format!("content-length: {HUGE}") };
            let head = format!("{line} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n{kind}{length}\r\n\r\n");
            let began = Instant::now();
            let (sent, answer) = send(&serving, &head, first, is_chunked).await;
            println!(
                "{what}, chunked {is_chunked}: {:?} after {} MB, {:.1?}",
                answer,
                sent / megabyte,
                began.elapsed()
            );
            assert!(sent < most * megabyte, "{what}: {} MB were taken", sent / megabyte);
            let status = answer.split(' ').nth(1).unwrap_or("reset");
            assert!(["303", "404", "405", "413", "422", "reset"].contains(&status), "{what}: {answer}");
        }
    }
    let memory = serving.memory();
    println!("memory {} MB before, {} MB after", before.1 / 1_000_000, memory / 1_000_000);
    assert!(memory < before.1 + 150_000_000 && stored(&place) < before.0 + 2_000_000);
    assert!(serving.get("/", "").await.unwrap().starts_with("HTTP/1.1 200"));
}
