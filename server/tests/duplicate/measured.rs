//! How long it takes in a register of a hundred thousand companies.

use crate::harness::Portal;

/// Not among the stories, for it takes minutes: `cargo test -p server --test stories duplicate -- --ignored --nocapture`.
async fn measured(portal: Portal) {
    use app::company::duplicate::check::likely;
    use app::company::duplicate::store::make_keys;
    use app::company::model::Facts;

    const COMPANIES: i64 = 100_000;
    /// So many have their like.
    const EVERY: i64 = 50;
    let name = |number: i64| {
        let number = if number % EVERY == 1 { number - 1 } else { number };
        let of = |words: &[&'static str], by: i64| words[usize::try_from((number / by) % words.len() as i64).unwrap()];
        let syllables = [
            "ba", "cor", "del", "fen", "gal", "hy", "ix", "jo", "kar", "lum", "med", "nov", "or", "phar", "qua", "rib",
        ];
        let trades =
            ["Pharma", "Pharmaceuticals", "Biotech", "Medical Devices", "Therapeutics", "Healthcare", "Diagnostics"];
        let forms = ["GmbH", "Ltd.", "S.A.", "A/S", "B.V.", "Inc.", "Co., Ltd.", "AG", "S.p.A."];
        let (a, b, c, d) = (of(&syllables, 1), of(&syllables, 16), of(&syllables, 256), of(&syllables, 4096));
        format!("{a}{b}{c}{d} {} {}", of(&trades, 7), of(&forms, 3))
    };
    let mut tx = portal.write().await;
    for number in 0..COMPANIES {
        let (id, name) = (app::backend::clock::new_id(), name(number));
        let website = format!("https://www.{}.example", name.split(' ').next().unwrap());
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO companies (id, name_en, name_zh, name_local, kinds, country, city, website, stage, about,
                                    search_text, name_text, sort_en, sort_zh, created_at, changed_at, version)
             VALUES ($1, $2, '', '', ' agent ', NULL, '', $3, 'target', '', $2, $2, $2, $2, 0, 0, 1)"
        )
        .bind(id)
        .bind(&name)
        .bind(&website)
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    let started = app::backend::clock::stopwatch();
    loop {
        let mut tx = portal.write().await;
        let made = make_keys(&mut tx, 500).await.unwrap();
        tx.commit().await.unwrap();
        if made == 0 {
            break;
        }
    }
    println!("keys of {COMPANIES} companies: {:.1} s", started.elapsed().as_secs_f64());
    println!("keys: {}", portal.count("company_keys").await);
    if let app::backend::database::Tx::Postgres(_) = portal.read().await {
        let mut tx = portal.write().await;
        app::on!(&mut tx, |c| sqlx::query("ANALYZE").execute(c).await).unwrap();
        tx.commit().await.unwrap();
    }
    let mut times = Vec::new();
    for number in 0..200 {
        let facts = Facts { name_en: name(number * 487), country: Some("DK".into()), ..Facts::default() };
        let mut tx = portal.read().await;
        let started = app::backend::clock::stopwatch();
        let found = likely(&mut tx, &facts, None).await.unwrap();
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        assert!(!found.is_empty(), "{}", facts.name_en);
    }
    times.sort_by(f64::total_cmp);
    println!("check on entry: median {:.2} ms, p99 {:.2} ms", times[100], times[197]);
    let joining = app::joining::likeness::Sought {
        company_name: "Corbadelfen Pharma",
        country: None,
        website: "https://corbadelfen.example",
        domain: "corbadelfem.example",
    };
    let mut tx = portal.read().await;
    let started = app::backend::clock::stopwatch();
    let found = app::joining::store::candidates(&mut tx, &joining, portal.backend.clock.now()).await.unwrap();
    println!("candidates of a request: {} in {:.1} ms", found.len(), started.elapsed().as_secs_f64() * 1000.0);
    drop(tx);
    let (started, mut longest) = (app::backend::clock::stopwatch(), 0.0_f64);
    let swept = 10_000;
    for _ in 0..swept / 100 {
        let batch = app::backend::clock::stopwatch();
        let mut tx = portal.write().await;
        let now = portal.backend.clock.now();
        app::company::duplicate::store::compare_some(&mut tx, 100, now).await.unwrap();
        tx.commit().await.unwrap();
        longest = longest.max(batch.elapsed().as_secs_f64());
    }
    let took = started.elapsed().as_secs_f64();
    println!("sweep of {swept}: {took:.1} s, so {:.0} s for all; longest transaction {longest:.2} s", took * 10.0);
    println!("pairs: {}", portal.count("company_pairs").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes"]
async fn measured_on_sqlite() {
    measured(Portal::empty(crate::harness::Kind::Sqlite).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes"]
async fn measured_on_postgresql() {
    if let Some(portal) = Portal::empty(crate::harness::Kind::Postgres).await {
        measured(portal).await;
    }
}
