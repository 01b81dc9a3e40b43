//! Migrations that are killed, and schemas of another version.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use app::backend::database::Database;

use crate::both;
use crate::harness::{Kind, Place};

both!(a_migration_killed_half_way, an_older_program_on_a_newer_schema);

/// Brings the database to the first version of the schema only.
async fn first_version(place: &Place) {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations");
    let first = place.folder.join("migrations");
    std::fs::create_dir_all(&first).unwrap();
    std::fs::copy(all.join("0001_skeleton.sql"), first.join("0001_skeleton.sql")).unwrap();
    let migrator = sqlx::migrate::Migrator::new(first).await.unwrap();
    let database = Database::open(&place.url).await.unwrap();
    match &database {
        Database::Sqlite { writer, .. } => migrator.run(&mut *writer.lend().await.unwrap()).await.unwrap(),
        Database::Postgres(pool) => migrator.run(pool).await.unwrap(),
    }
    database.close().await;
}

/// How many migrations are noted as done, and how many tables of the second there are.
async fn state(place: &Place) -> (i64, i64) {
    let database = Database::open(&place.url).await.unwrap();
    let tables = match place.kind {
        Kind::Sqlite => {
            "SELECT count(*) FROM sqlite_master WHERE name IN ('mails', 'files', 'documents', 'jobs', 'job_runs')"
        }
        Kind::Postgres => {
            "SELECT count(*) FROM pg_tables WHERE tablename IN ('mails', 'files', 'documents', 'jobs', 'job_runs')"
        }
    };
    let mut tx = database.read().await.unwrap();
    let done = app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT count(*) FROM _sqlx_migrations WHERE success")
        .fetch_one(c)
        .await);
    let found = app::ask!(&mut tx, |c| sqlx::query_scalar(tables).fetch_one(c).await);
    drop(tx);
    database.close().await;
    (done.unwrap(), found.unwrap())
}

async fn a_migration_killed_half_way(place: Place) {
    first_version(&place).await;
    let mut killed = 0;
    for milliseconds in (0..60).chain(60..80) {
        if state(&place).await != (1, 0) {
            break;
        }
        // On PostgreSQL the migration is held up in its middle, at the first table that refers to accounts.
        let blocker = match place.kind {
            Kind::Postgres => {
                let pool = sqlx::PgPool::connect(&place.url).await.unwrap();
                let mut tx = pool.begin().await.unwrap();
                sqlx::query("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE").execute(&mut *tx).await.unwrap();
                Some((pool, tx))
            }
            Kind::Sqlite => None,
        };
        let mut child = place.portal(&["migrate"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(if blocker.is_some() { 400 } else { milliseconds })).await;
        let _ = child.kill();
        let _ = child.wait();
        killed += 1;
        if let Some((pool, tx)) = blocker {
            tx.rollback().await.unwrap();
            pool.close().await;
            assert_eq!(state(&place).await, (1, 0), "all or nothing");
            break;
        }
        let (done, tables) = state(&place).await;
        assert!((done, tables) == (1, 0) || (done, tables) == (2, 5), "half: {done} migrations, {tables} tables");
    }
    println!("{killed} migrations were killed");
    let again = place.run(&["migrate"]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
    let all =
        i64::try_from(std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations")).unwrap().count());
    assert_eq!(state(&place).await, (all.unwrap(), 5));
    place.add_user();
    assert_eq!(place.journal_holds(), 1);
}

async fn an_older_program_on_a_newer_schema(place: Place) {
    assert!(place.run(&["migrate"]).status.success());
    let database = Database::open(&place.url).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'from the future', TRUE, $1, 0)"
    )
    .bind(vec![0_u8])
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
    database.close().await;
    for command in ["serve", "migrate", "demo", "backup"] {
        let arguments = if command == "backup" { vec![command, "copy"] } else { vec![command] };
        let output = place.portal(&arguments).env("PORTAL_ADDR", "127.0.0.1:0").output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains("newer than this program"), "{command}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}
