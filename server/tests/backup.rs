//! Backup and restore, by the real binary: taken while eight people write, restored elsewhere, and never half.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use sha2::Digest as _;

use crate::harness::until;
use crate::serving::{Folder, Serving, add_user, err, out};

/// A database of its own on the test server, gone at the end.
struct OwnDatabase {
    server: String,
    name: String,
}

impl OwnDatabase {
    async fn make(name: &str) -> Option<Self> {
        let server = std::env::var("PORTAL_TEST_POSTGRES").ok()?;
        let name = format!("backup_{name}_{}", std::process::id());
        let own = Self { server, name };
        own.administer(format!("CREATE DATABASE {}", own.name)).await;
        Some(own)
    }

    fn url(&self) -> String {
        format!("{}/{}", self.server.rsplit_once('/').unwrap().0, self.name)
    }

    async fn administer(&self, sql: String) {
        let admin = sqlx::PgPool::connect(&self.server).await.unwrap();
        sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&admin).await.unwrap();
        admin.close().await;
    }

    async fn drop(self) {
        self.administer(format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
    }
}

/// Puts contents into the folder of documents, and their rows into the database.
async fn add_contents(folder: &Folder, url: Option<&str>, number: usize) {
    let own = format!("sqlite://{}", folder.0.join("data/portal.db").display());
    let database = app::backend::database::Database::open(url.unwrap_or(&own)).await.unwrap();
    let mut tx = database.begin().await.unwrap();
    for number in 0..number {
        let content = format!("content {number} ").repeat(5000);
        let sha256 = hex::encode(sha2::Sha256::digest(content.as_bytes()));
        let within = folder.0.join("data/documents").join(&sha256[..2]);
        std::fs::create_dir_all(&within).unwrap();
        std::fs::write(within.join(&sha256), &content).unwrap();
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO files (sha256, size, media_type, stored_at, scan_state, scan_due_at, scan_attempts, finding)
             VALUES ($1, $2, 'text/plain', 0, 'unscanned', 0, 0, '')"
        )
        .bind(&sha256)
        .bind(i64::try_from(content.len()).unwrap())
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    database.close().await;
}

fn command(folder: &Folder, url: Option<&str>, arguments: &[&str]) -> std::process::Output {
    let mut command = folder.portal(arguments);
    if let Some(url) = url {
        command.env("DATABASE_URL", url);
    }
    command.output().unwrap()
}

/// Runs `portal backup` while eight people write; tells how many writes were acknowledged before and after.
async fn back_up_under_load(folder: &Folder, url: Option<&str>) -> (usize, usize) {
    let serving = Serving::start(folder, url).await;
    let cookie = serving.sign_in("ada@story.example", "a long enough password").await;
    let (acknowledged, enough) = ([const { AtomicUsize::new(0) }; 8], AtomicBool::new(false));
    let of_each = || acknowledged.iter().map(|number| number.load(Ordering::SeqCst));
    let writers = acknowledged.iter().enumerate().map(|(writer, acknowledged)| {
        let (serving, cookie, enough) = (&serving, &cookie, &enough);
        async move {
            for number in 0.. {
                if enough.load(Ordering::SeqCst) {
                    return;
                }
                let body = format!("name_en=Company+{writer}+{number}&kinds%5B%5D=agent&stage=target");
                let answer = serving.post("/api/companies/create", cookie, &body).await.unwrap();
                assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
        }
    });
    let backup = async {
        until("each has written", async || of_each().all(|number| number > 1)).await;
        let before = of_each().sum();
        let done = tokio::task::block_in_place(|| command(folder, url, &["backup", "copies/first"]));
        enough.store(true, Ordering::SeqCst);
        assert!(done.status.success(), "{}", err(&done));
        assert!(out(&done).contains("5 contents of documents"), "{}", out(&done));
        before
    };
    let (_, before) = tokio::join!(futures::future::join_all(writers), backup);
    (before, of_each().sum())
}

async fn companies(folder: &Folder, url: Option<&str>) -> usize {
    let serving = Serving::start(folder, url).await;
    let cookie = serving.sign_in("ada@story.example", "a long enough password").await;
    let page = serving.try_request("GET", "/companies", &format!("cookie: {cookie}\r\n"), "").await.unwrap();
    let at = page.find(" companies</p>").unwrap_or_else(|| panic!("{page}"));
    page[page[..at].rfind('>').unwrap() + 1..at].replace(',', "").parse().unwrap()
}

/// Whether the search finds a company that was made while the backup was taken.
async fn search_finds(folder: &Folder, url: Option<&str>, name: &str) -> bool {
    let serving = Serving::start(folder, url).await;
    let cookie = serving.sign_in("ada@story.example", "a long enough password").await;
    let path = format!("/search?q={}", name.replace(' ', "+"));
    let page = serving.try_request("GET", &path, &format!("cookie: {cookie}\r\n"), "").await.unwrap();
    page.contains("class=\"row-link\"") && page.contains("search-company")
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target)
        } else {
            drop(std::fs::copy(entry.path(), target))
        }
    }
}

/// A content file of a backup.
fn some_content(backup: &Path) -> std::path::PathBuf {
    let folder = std::fs::read_dir(backup.join("documents")).unwrap().next().unwrap().unwrap().path();
    std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

type Spoil = fn(&Path);

/// What may befall a backup, and what its restoration then says.
const DAMAGES: [(&str, Spoil); 8] = [
    ("has another hash", |backup| {
        let file = database_file(backup);
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(file, bytes).unwrap();
    }),
    ("bytes instead of", |backup| {
        let file = database_file(backup);
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(file, &bytes[..bytes.len() - 100]).unwrap();
    }),
    ("bytes instead of", |backup| {
        let file = some_content(backup);
        let bytes = std::fs::read(&file).unwrap();
        std::fs::write(file, &bytes[..10]).unwrap();
    }),
    ("is missing", |backup| std::fs::remove_file(some_content(backup)).unwrap()),
    ("is damaged", |backup| {
        let text = std::fs::read_to_string(backup.join("manifest.json")).unwrap();
        std::fs::write(backup.join("manifest.json"), &text[..text.len() / 2]).unwrap();
    }),
    ("is no backup", |backup| std::fs::remove_file(backup.join("manifest.json")).unwrap()),
    ("newer than this program", |backup| edit(backup, |manifest| manifest["schema"] = 9999.into())),
    ("is damaged: it names", |backup| {
        edit(backup, |manifest| manifest["files"][0]["path"] = "../outside".into());
    }),
];

fn database_file(backup: &Path) -> std::path::PathBuf {
    ["database.sqlite", "database.dump"].map(|name| backup.join(name)).into_iter().find(|path| path.exists()).unwrap()
}

fn edit(backup: &Path, change: fn(&mut serde_json::Value)) {
    let path = backup.join("manifest.json");
    let mut manifest = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut manifest);
    std::fs::write(path, manifest.to_string()).unwrap();
}

async fn told(name: &str, source: Option<&str>, target: Option<&str>) {
    let folder = Folder::new(&format!("{name}_from"));
    add_user(&folder, source, "ada@story.example");
    add_contents(&folder, source, 5).await;
    let (before, after) = back_up_under_load(&folder, source).await;
    assert!(before > 3 && after > before, "{before} writes before, {after} after");
    let backup = folder.0.join("copies/first");
    let again = command(&folder, source, &["backup", "copies/first"]);
    assert!(err(&again).contains("exists already"), "{}", err(&again));

    let elsewhere = Folder::new(&format!("{name}_to"));
    let path = backup.to_str().unwrap();
    for (number, (said, spoil)) in DAMAGES.iter().enumerate() {
        let damaged = elsewhere.0.join(format!("damaged{number}"));
        copy_folder(&backup, &damaged);
        spoil(&damaged);
        let refused = command(&elsewhere, target, &["restore", damaged.to_str().unwrap()]);
        let line = err(&refused);
        assert!(!refused.status.success() && line.contains(said) && line.lines().count() == 1, "{said}: {line}");
        assert!(!elsewhere.0.join("data/portal.db").exists() && !elsewhere.0.join("data/documents").exists());
    }
    let other_kind = match target {
        None => command(&elsewhere, Some("postgres://nobody@127.0.0.1:1/none"), &["restore", path]),
        Some(_) => command(&elsewhere, None, &["restore", path]),
    };
    assert!(err(&other_kind).contains("the backup is of"), "{}", err(&other_kind));

    // A restore that was cut off while it copied contents can be repeated.
    std::fs::create_dir_all(elsewhere.0.join("data/documents/ab")).unwrap();
    std::fs::write(elsewhere.0.join("data/documents/ab/half"), "half").unwrap();
    let refused = command(&elsewhere, target, &["restore", path]);
    assert!(err(&refused).contains("PORTAL_DOCUMENTS") && err(&refused).contains("not empty"), "{}", err(&refused));
    std::fs::write(elsewhere.0.join("data/documents/.restoring"), "").unwrap();
    std::fs::write(elsewhere.0.join("data/portal.db.restoring"), "half").unwrap();
    let done = command(&elsewhere, target, &["restore", path]);
    assert!(done.status.success() && out(&done).contains("the journal holds"), "{}{}", out(&done), err(&done));
    let content = some_content(&backup);
    let name = content.file_name().unwrap().to_str().unwrap();
    let restored = elsewhere.0.join("data/documents").join(&name[..2]).join(name);
    assert_eq!(std::fs::read(restored).unwrap(), std::fs::read(content).unwrap());

    let found = companies(&elsewhere, target).await;
    assert!((before..=after).contains(&found), "{found} companies, {before} before and {after} after the backup");
    assert!(search_finds(&elsewhere, target, "company 0 0").await);
    let rebuilt = command(&elsewhere, target, &["search", "rebuild"]);
    // The account of who made them is found, too.
    assert_eq!(out(&rebuilt).trim(), format!("the search finds {} records", found + 1), "{}", err(&rebuilt));
    assert!(search_finds(&elsewhere, target, "company 0 0").await);
    let verified = command(&elsewhere, target, &["journal", "verify"]);
    assert!(out(&verified).contains("the journal holds"), "{}{}", out(&verified), err(&verified));
    let twice = command(&elsewhere, target, &["restore", path]);
    assert!(err(&twice).contains("DATABASE_URL") && err(&twice).contains("not empty"), "{}", err(&twice));

    // A content that is missing or damaged in the store is no backup.
    let lost = some_content(&backup);
    let lost = folder.0.join("data/documents").join(lost.strip_prefix(backup.join("documents")).unwrap());
    std::fs::write(&lost, "damaged").unwrap();
    let refused = command(&folder, source, &["backup", "copies/second"]);
    assert!(err(&refused).contains("is damaged"), "{}", err(&refused));
    std::fs::remove_file(&lost).unwrap();
    let refused = command(&folder, source, &["backup", "copies/second"]);
    assert!(err(&refused).contains("is missing"), "{}", err(&refused));
    assert!(!folder.0.join("copies/second").exists() && !folder.0.join("copies/second.partial").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_under_load_and_restored_elsewhere_on_sqlite() {
    told("backup_sqlite", None, None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taken_under_load_and_restored_elsewhere_on_postgres() {
    let (Some(from), Some(to)) = (OwnDatabase::make("from").await, OwnDatabase::make("to").await) else {
        println!("not told: PORTAL_TEST_POSTGRES names no server");
        return;
    };
    told("backup_postgres", Some(&from.url()), Some(&to.url())).await;
    // Without the tools, one line says what to install.
    let folder = Folder::new("backup_no_tools");
    let bare = folder.portal(&["backup", "x"]).env("DATABASE_URL", from.url()).env("PATH", "/nonexistent").output();
    let line = err(&bare.unwrap());
    assert!(line.contains("pg_dump is missing") && line.lines().count() == 1, "{line}");
    from.drop().await;
    to.drop().await;
}
