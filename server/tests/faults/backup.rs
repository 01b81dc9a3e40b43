//! A gigabyte of documents is backed up while people read and write.

use std::io::Write as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use sha2::Digest as _;
use tokio::time::Instant;

use crate::both;
use crate::harness::{Place, Serving, load};

both!(a_gigabyte_is_backed_up_meanwhile);

const CONTENTS: u32 = 40;
const SIZE: usize = 25 * 1024 * 1024;

/// Puts contents where the portal keeps them, and their rows into its database.
async fn add_contents(place: &Place) {
    let database = app::backend::database::Database::open(&place.url).await.unwrap();
    let mut content = vec![b'x'; SIZE];
    for number in 0..CONTENTS {
        content[..4].copy_from_slice(&number.to_be_bytes());
        let sha256 = hex::encode(sha2::Sha256::digest(&content));
        let folder = place.folder.join("documents").join(&sha256[..2]);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::File::create(folder.join(&sha256)).unwrap().write_all(&content).unwrap();
        let mut tx = database.begin().await.unwrap();
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO files (sha256, size, media_type, stored_at, scan_state, scan_due_at, scan_attempts, finding)
             VALUES ($1, $2, 'text/plain', 0, 'unscanned', 0, 0, '')"
        )
        .bind(&sha256)
        .bind(i64::try_from(SIZE).unwrap())
        .execute(c)
        .await)
        .unwrap();
        tx.commit().await.unwrap();
    }
    database.close().await;
}

async fn a_gigabyte_is_backed_up_meanwhile(place: Place) {
    place.add_user();
    add_contents(&place).await;
    let serving = Serving::start(&place).await;
    let cookie = serving.sign_in().await;
    let over = AtomicBool::new(false);
    let writers = (0..4).map(|writer| {
        let (serving, cookie, over) = (&serving, &cookie, &over);
        async move {
            let mut longest = Duration::ZERO;
            for number in 0.. {
                if over.load(Ordering::SeqCst) {
                    break;
                }
                let began = Instant::now();
                let body = format!("name_en=Company+{writer}+{number}&kinds%5B%5D=agent&stage=target");
                let answer = serving.post("/api/companies/create", cookie, &body).await.unwrap();
                assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                longest = longest.max(began.elapsed());
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            longest
        }
    });
    let readers = async {
        let mut rounds = Vec::new();
        while !over.load(Ordering::SeqCst) {
            rounds.push(load(serving.addr, &cookie, 4, &["/companies", "/today"], Duration::from_secs(1)).await);
        }
        rounds
    };
    let backup = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let began = Instant::now();
        let mut command = place.portal(&["backup", "copy"]);
        let done = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let took = began.elapsed();
        over.store(true, Ordering::SeqCst);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        println!("{} in {took:.1?}", String::from_utf8_lossy(&done.stdout).trim());
    };
    let (longest, rounds, ()) = tokio::join!(futures::future::join_all(writers), readers, backup);
    println!("the longest write took {:.1?}", longest.into_iter().max().unwrap());
    for round in &rounds {
        round.print("a second of reading");
        assert_eq!(round.failed, 0);
    }
}
