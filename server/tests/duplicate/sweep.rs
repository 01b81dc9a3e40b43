//! The sweep compares every company with all others, and remembers what was said of a pair.

use app::actor::Role;
use app::ask;
use app::backend::jobs;
use app::company::duplicate::sweep::sweep;
use app::job::JOBS;
use server::job_worker::{claim_due, perform};
use server::workers::Stop;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::Portal;

both!(the_sweep_finds_pairs_and_remembers_what_was_said, staff_has_all_compared_now);

async fn the_sweep_finds_pairs_and_remembers_what_was_said(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for name in ["Sandoz GmbH", "Sandoz Pharmaceuticals d.d.", "Merck Sharp  Dohme Ltd", "Novo Nordisk A/S"] {
        staff.add_company(name).await;
    }
    for name in ["Merck Sharp & Dohme Limited", "Zentiva k.s."] {
        super::put(&portal, name).await;
    }
    assert_eq!(sweep(&portal.backend).await.unwrap(), 6);
    let found = staff.page("/companies/duplicates").await.words();
    assert!(found.contains("Merck Sharp & Dohme Limited") && found.contains("same name"), "{found}");
    assert!(found.contains("Sandoz Pharmaceuticals d.d.") && found.contains("Same group"), "{found}");
    assert!(!found.contains("Zentiva") && !found.contains("Novo"), "{found}");
    let only = staff.page("/companies/duplicates?verdict=duplicate").await.words();
    assert!(!only.contains("Sandoz"), "{only}");
    assert_eq!(sweep(&portal.backend).await.unwrap(), 0, "nothing changed");
    let mut tx = portal.read().await;
    let (first, second): (Uuid, Uuid) = ask!(&mut tx, |c| {
        sqlx::query_as("SELECT first_id, second_id FROM company_pairs WHERE verdict = 'related'").fetch_one(c).await
    })
    .unwrap();
    drop(tx);
    let (first, second) = (first.to_string(), second.to_string());
    let said = [("first", first.as_str()), ("second", &second), ("decision", "related"), ("note", "One group")];
    staff.post("/companies/duplicates", "/api/companies/pair", &said).await;
    let related = staff.page("/companies/duplicates?state=related").await.words();
    assert!(related.contains("Sandoz GmbH") && related.contains("One group"), "{related}");
    portal.journal_holds().await;
}

async fn staff_has_all_compared_now(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let runs = async || {
        let done = claim_due(&portal.backend, JOBS).await;
        let names: Vec<&str> = done.iter().map(|run| run.job.name).collect();
        for run in done {
            perform(portal.backend.clone(), run, Stop::never()).await;
        }
        names.contains(&"companies.compare")
    };
    jobs::register(&portal.backend.database, JOBS, portal.backend.clock.now()).await.unwrap();
    runs().await;
    assert!(!runs().await, "it is not due yet");
    for name in ["Sandoz GmbH", "Sandoz Pharmaceuticals d.d."] {
        staff.add_company(name).await;
    }
    let page = "/companies/duplicates";
    let words = staff.page(page).await;
    assert!(words.text().contains("action=\"/api/companies/sweep\""), "{}", words.text());
    assert!(!words.words().contains("Sandoz"), "{}", words.words());
    assert_eq!(staff.submit(page, "/api/companies/sweep", &[]).await.0, page);
    assert!(runs().await, "now it is");
    assert!(staff.page(page).await.words().contains("Sandoz Pharmaceuticals d.d."));
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=job.hastened").await.words();
    assert!(words.contains("1 entry"), "{words}");
    portal.journal_holds().await;
}
