//! An import is written while others work: everybody takes what they need in one order, and what a dead process left is put
//! back.

use std::time::Duration;

use app::actor::Role;
use app::backend::journal::{self, Author, Entry};
use app::import::store;
use http::StatusCode;
use sqlx::types::Uuid;

use super::{act, preview, preview_of, sent};
use crate::both;
use crate::harness::{Portal, until};

both!(
    what_a_dead_process_left_is_put_back,
    who_is_at_work_is_not_taken_for_dead,
    nobody_who_works_on_a_company_fails_an_import,
    nobody_who_works_on_a_person_fails_an_import,
);

async fn what_a_dead_process_left_is_put_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let import = preview(&mut staff, "c.csv", b"Company,Type\nFirst,Agent\n", &[]).await;
    let half = sent(&mut staff, "companies", "half.csv", b"Company\nSecond\n").await;
    let mut tx = portal.write().await;
    let died = "UPDATE register_imports SET state = 'applying' WHERE state = 'previewed'";
    app::on!(&mut tx, |c| sqlx::query(died).execute(c).await).unwrap();
    let died = "UPDATE register_imports SET note = 'reading' WHERE state = 'uploaded'";
    app::on!(&mut tx, |c| sqlx::query(died).execute(c).await).unwrap();
    tx.commit().await.unwrap();
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    assert_eq!(store::give_up_lost(&mut tx, now).await.unwrap(), 0, "it may still be at work");
    drop(tx);
    store::give_up_all(&portal.backend).await.unwrap();
    assert_eq!((portal.count("register_imports").await, portal.count("import_rows").await), (1, 2));
    assert_eq!(staff.get(&half).await.status, StatusCode::NOT_FOUND);
    let words = staff.page(&format!("{import}/preview")).await.words();
    assert!(words.contains("That did not work; nothing was changed"), "{words}");
    let words = act(&mut staff, &import, "apply", &[]).await;
    assert!(words.contains("Applied"), "{words}");
    assert_eq!(portal.count("companies").await, 1);
}

async fn who_is_at_work_is_not_taken_for_dead(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let import = preview(&mut staff, "c.csv", b"Company,Type\nFirst,Agent\n", &[]).await;
    let id: Uuid = import.rsplit('/').next().unwrap().parse().unwrap();
    let attempt = app::backend::clock::new_id();
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    assert!(store::begin(&mut tx, id, ["previewed", "previewed"], "applying", None, attempt, now).await.unwrap());
    let signs = matches!(tx, app::backend::database::Tx::Postgres(_));
    tx.commit().await.unwrap();
    portal.later(Duration::from_secs(90));
    let given_up = async || {
        let mut tx = portal.write().await;
        let count = store::give_up_lost(&mut tx, portal.backend.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        count
    };
    if !signs {
        // SQLite has one process, which finds at its start what it left.
        assert_eq!(given_up().await, 0);
        portal.later(Duration::from_secs(30 * 60));
        assert_eq!(given_up().await, 1);
        return;
    }
    let work = until("a sign of life", async || {
        let import = store::find(&mut portal.read().await, id).await.unwrap().unwrap();
        import.attempted_at.unwrap() > now.0
    });
    store::signing_of_life(&portal.backend, id, attempt, work).await;
    assert_eq!(given_up().await, 0, "it has just been heard of");
    // Then it dies; a minute later the same import is begun again.
    portal.later(Duration::from_secs(61));
    assert_eq!(given_up().await, 1);
    let words = act(&mut staff, &import, "apply", &[]).await;
    assert!(words.contains("Applied"), "{words}");
    assert_eq!(portal.count("companies").await, 1);
}

/// Does something to an import while somebody has a record and has still to write to the journal.
async fn while_worked_on(portal: &Portal, table: &'static str, record: Uuid, import: &str, action: &str) -> String {
    let mut staff = portal.signed_in(Role::Staff).await;
    let now = portal.backend.clock.now();
    let mut tx = portal.write().await;
    let sql = match table {
        "companies" => "UPDATE companies SET stage_position = stage_position WHERE id = $1",
        _ => "UPDATE people SET version = version WHERE id = $1",
    };
    app::on!(&mut tx, |c| sqlx::query(sql).bind(record).execute(c).await).unwrap();
    let (words, ()) = tokio::join!(act(&mut staff, import, action, &[]), async {
        until("the import waits", async || portal.waiting().await > 0).await;
        let author = Author { actor: None, origin: "command", address: String::new(), now };
        let entry = Entry::new("company.followed", "company", record);
        journal::record(&mut tx, &author, entry).await.unwrap();
        tx.commit().await.unwrap();
    });
    words
}

async fn nobody_who_works_on_a_company_fails_an_import(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = staff.add_company("First").await;
    staff.add_company("Second").await;
    let csv = b"Company,City,Type\nSecond,Odense,\nFirst,Aarhus,\nThird,Skive,Agent\n";
    let import = preview(&mut staff, "c.csv", csv, &[]).await;
    let words = while_worked_on(&portal, "companies", first, &import, "apply").await;
    assert!(words.contains("Applied") && words.contains("Created 1 Updated 2"), "{words}");
    let words = while_worked_on(&portal, "companies", first, &import, "revert").await;
    assert!(words.contains("Undone"), "{words}");
    assert_eq!(portal.count("companies WHERE city = ''").await, 2);
    assert_eq!(portal.count("companies WHERE archived_at IS NOT NULL").await, 1);
    portal.journal_holds().await;
}

async fn nobody_who_works_on_a_person_fails_an_import(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("First").await;
    let one = staff.post("/people/new", "/api/people/create", &[("name", "One"), ("email", "one@a.example")]).await;
    let one: Uuid = one.location().rsplit('/').next().unwrap().parse().unwrap();
    let csv = b"Name,E-mail,Phone,Company\nTwo,two@a.example,56789,First\nOne,one@a.example,12345,First\n";
    let import = preview_of(&mut staff, "people", "p.csv", csv, &[]).await;
    let words = while_worked_on(&portal, "people", one, &import, "apply").await;
    assert!(words.contains("Applied") && words.contains("Created 1 Updated 1"), "{words}");
    let words = while_worked_on(&portal, "people", one, &import, "revert").await;
    assert!(words.contains("Undone"), "{words}");
    assert_eq!(portal.count("people WHERE phone = ''").await, 1);
    assert_eq!(portal.count("positions WHERE person_id IN (SELECT id FROM people WHERE name = 'One')").await, 0);
    portal.journal_holds().await;
}
