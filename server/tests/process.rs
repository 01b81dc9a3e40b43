//! The process itself: how it starts, refuses to start, stops, and what it leaves behind when it is killed.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A folder of its own for one story, gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("process_{name}_{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The portal's binary, run in this folder with nothing of this process' environment that could steer it.
    fn portal(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_portal"));
        command.args(arguments).current_dir(&self.0).stdin(Stdio::null());
        for name in [
            "DATABASE_URL",
            "PORTAL_ADDR",
            "PORTAL_URL",
            "PORTAL_DOCUMENTS",
            "PORTAL_HEADS",
            "CLAMD_URL",
            "PORTAL_METRICS_ADDR",
            "RUST_LOG",
        ] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.portal(arguments).output().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A portal that serves, killed at the end of the story if it still runs.
struct Serving {
    child: Child,
    addr: SocketAddr,
}

impl Serving {
    async fn start(folder: &Folder, database: Option<&str>) -> Self {
        let addr = free_address();
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        let mut command = folder.portal(&["serve"]);
        command.env("PORTAL_ADDR", addr.to_string()).stdout(Stdio::null()).stderr(log);
        if let Some(url) = database {
            command.env("DATABASE_URL", url);
        }
        let child = command.spawn().unwrap();
        let serving = Self { child, addr };
        for _ in 0..200 {
            if serving.try_request("GET", "/health/ready", "", "").await.is_some_and(|answer| answer.contains("200 OK"))
            {
                return serving;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it does not serve: {}", std::fs::read_to_string(folder.0.join("log")).unwrap());
    }

    /// One request on a connection of its own. None when the process is gone.
    async fn try_request(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.addr).await.ok()?;
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\naccept: text/html\r\n{headers}content-length: {}\r\n\r\n{body}",
            self.addr,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        text.starts_with("HTTP/1.1").then_some(text)
    }

    async fn post(&self, path: &str, cookie: &str, body: &str) -> Option<String> {
        let headers = format!("content-type: application/x-www-form-urlencoded\r\ncookie: {cookie}\r\n");
        self.try_request("POST", path, &headers, body).await
    }

    /// Signs in and gives the cookie.
    async fn sign_in(&self, email: &str, password: &str) -> String {
        let body = serde_urlencoded::to_string([("email", email), ("password", password)]).unwrap();
        let answer = self.post("/api/account/sign-in", "", &body).await.unwrap();
        let cookie =
            answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("{answer}"));
        cookie.split(';').next().unwrap().to_owned()
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn add_user(folder: &Folder, database: Option<&str>, email: &str) {
    let mut command = folder.portal(&["user", "add", email, "--name", "Ada", "--role", "staff", "--password-stdin"]);
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a long enough password\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
}

#[test]
fn a_wrong_value_stops_the_start_with_one_line() {
    let folder = Folder::new("wrong");
    for (name, value) in [
        ("DATABASE_URL", "mysql://x"),
        ("PORTAL_ADDR", "nowhere"),
        ("PORTAL_URL", "portal"),
        ("PORTAL_TRUSTED_PROXIES", "x"),
        ("PORTAL_METRICS_ADDR", "x"),
        ("SMTP_URL", "x"),
        ("MAIL_FROM", "x"),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
    ] {
        let output = folder.portal(&[]).env(name, value).output().unwrap();
        let said = err(&output);
        assert!(!output.status.success() && said.lines().count() == 1 && said.contains(name), "{name}: {said}");
    }
    let help = out(&folder.run(&["--help"]));
    for word in [
        "DATABASE_URL",
        "PORTAL_ADDR",
        "PORTAL_URL",
        "PORTAL_DOCUMENTS",
        "SMTP_URL",
        "MAIL_FROM",
        "PORTAL_TRUSTED_PROXIES",
        "PORTAL_METRICS_ADDR",
        "serve",
        "migrate",
        "demo",
        "import",
        "user",
        "journal",
    ] {
        assert!(help.contains(word), "{word} in {help}");
    }
}

#[tokio::test]
async fn two_servers_never_share_a_file_and_requests_in_flight_are_finished() {
    let folder = Folder::new("two");
    let mut first = Serving::start(&folder, None).await;
    let second = folder.portal(&["serve"]).env("PORTAL_ADDR", free_address().to_string()).output().unwrap();
    assert!(err(&second).contains("another portal serves"), "{}", err(&second));

    add_user(&folder, None, "ada@story.example");
    let again = folder.run(&["user", "add", "ADA@story.example", "--name", "Ada", "--role", "staff"]);
    assert!(err(&again).contains("has an account already"), "{}", err(&again));

    // A request whose body is still on its way when the process is told to stop is answered.
    let mut stream = TcpStream::connect(first.addr).await.unwrap();
    let body = "email=ada%40story.example&password=a+long+enough+password";
    let head = format!(
        "POST /api/account/sign-in HTTP/1.1\r\nhost: x\r\naccept: text/html\r\nconnection: close\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body.as_bytes()[..10]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    first.signal("TERM");
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(first.addr).await.is_err(), "no new connections");
    stream.write_all(&body.as_bytes()[10..]).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("set-cookie: session="), "{answer}");
    let status = first.child.wait().unwrap();
    assert!(status.success(), "{status}");
    let heads = std::fs::read_to_string(folder.0.join("data/documents/journal-heads.txt")).unwrap();
    assert!(heads.starts_with("2 "), "the journal's head was kept: {heads}");
    let verified = folder.run(&["journal", "verify"]);
    assert!(out(&verified).contains("the journal holds: 2 rows, 1 heads"), "{}{}", out(&verified), err(&verified));
}

#[tokio::test]
async fn metrics_are_served_on_their_own_address_only() {
    let folder = Folder::new("metrics");
    let metrics = free_address();
    let addr = free_address();
    let child = folder
        .portal(&["serve", "--metrics-addr", &metrics.to_string()])
        .env("PORTAL_ADDR", addr.to_string())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let serving = Serving { child, addr };
    let mut ready = None;
    for _ in 0..200 {
        ready = serving.try_request("GET", "/", "", "").await;
        if ready.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    assert!(ready.is_some());
    assert!(serving.try_request("GET", "/metrics", "", "").await.unwrap().contains("404"));
    let mut stream = TcpStream::connect(metrics).await.unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert!(text.contains("portal_requests_total{route=\"/\",status=\"200\"}"), "{text}");
}

#[test]
fn the_demonstration_stays_on_this_machine_and_out_of_other_data() {
    let folder = Folder::new("demo");
    let public = folder.portal(&["demo"]).env("PORTAL_URL", "https://portal.example.org").output().unwrap();
    assert!(err(&public).contains("PORTAL_URL") && !public.status.success(), "{}", err(&public));
    assert!(out(&folder.run(&["demo"])).contains("loaded the demonstration"));
    assert!(err(&folder.run(&["demo"])).contains("loaded already"));
    assert!(folder.run(&["demo", "--if-empty"]).status.success());

    let other = Folder::new("demo_other");
    add_user(&other, None, "ada@story.example");
    assert!(err(&other.run(&["demo"])).contains("not empty"));
    assert!(other.run(&["demo", "--if-empty"]).status.success());
    assert!(!out(&other.run(&["journal", "verify"])).is_empty());
}

#[test]
fn the_agencys_table_is_imported_by_command() {
    let folder = Folder::new("import");
    let table = crate::harness::ema_table(&[
        ("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Invented Ltd"),
        ("Human", "Betamab", "EMEA/H/C/900002", "Nonsense", "Invented Ltd"),
    ]);
    std::fs::write(folder.0.join("table.csv"), &table).unwrap();
    std::fs::write(folder.0.join("cut.csv"), &table[..table.len() - 30]).unwrap();
    let cut = folder.run(&["import", "ema", "cut.csv"]);
    assert!(!cut.status.success() && err(&cut).contains("ends in the middle of a row"), "{}", err(&cut));
    let done = out(&folder.run(&["import", "ema", "table.csv"]));
    assert!(
        done.contains("created                      1") && done.contains("rejected: line 3, Medicine status"),
        "{done}"
    );
    let again = out(&folder.run(&["import", "ema", "table.csv"]));
    assert!(again.contains("unchanged                    1"), "{again}");
    assert!(err(&folder.run(&["import", "ema", "missing.csv"])).contains("missing.csv"));
}

/// Writes from many visitors, a kill in the middle, several times: every acknowledged write is there, none half, and the
/// journal holds.
async fn killed_under_writes(name: &str, database: Option<String>) {
    let folder = Folder::new(name);
    let url = database.as_deref();
    add_user(&folder, url, "ada@story.example");
    let mut acknowledged = 0_usize;
    let mut tried = 0_usize;
    for round in 0..4_u64 {
        let mut serving = Serving::start(&folder, url).await;
        let cookie = serving.sign_in("ada@story.example", "a long enough password").await;
        let writers = (0..8).map(|writer| {
            let (serving, cookie) = (&serving, &cookie);
            async move {
                let (mut good, mut sent) = (0, 0);
                for number in 0.. {
                    let body = format!("name_en=Round+{round}+{writer}+{number}&kinds%5B%5D=agent&stage=target");
                    sent += 1;
                    match serving.post("/api/companies/create", cookie, &body).await {
                        Some(answer) if answer.starts_with("HTTP/1.1 303") => good += 1,
                        Some(answer) => panic!("{answer}"),
                        None => break,
                    }
                }
                (good, sent)
            }
        });
        let kill = async {
            tokio::time::sleep(Duration::from_millis(300 + 170 * round)).await;
            serving.signal("KILL");
        };
        let (counts, ()) = tokio::join!(futures::future::join_all(writers), kill);
        acknowledged += counts.iter().map(|(good, _)| good).sum::<usize>();
        tried += counts.iter().map(|(_, sent)| sent).sum::<usize>();
        serving.child.wait().unwrap();
    }
    assert!(acknowledged > 20, "only {acknowledged} writes were acknowledged");
    let serving = Serving::start(&folder, url).await;
    let cookie = serving.sign_in("ada@story.example", "a long enough password").await;
    let page = serving.try_request("GET", "/companies", &format!("cookie: {cookie}\r\n"), "").await.unwrap();
    let at = page.find(" companies</p>").unwrap_or_else(|| panic!("{page}"));
    let stored: usize = page[page[..at].rfind('>').unwrap() + 1..at].replace(',', "").parse().unwrap();
    assert!((acknowledged..=tried).contains(&stored), "{stored} stored of {tried}, {acknowledged} acknowledged");
    drop(serving);
    let mut verify = folder.portal(&["journal", "verify"]);
    if let Some(url) = url {
        verify.env("DATABASE_URL", url);
    }
    let verified = verify.output().unwrap();
    // One row for the account, one for each of five sign-ins, one for each company: nothing half.
    let rows = stored + 6;
    assert!(
        out(&verified).contains(&format!("the journal holds: {rows} rows")),
        "{}{}",
        out(&verified),
        err(&verified)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_writes_on_sqlite() {
    killed_under_writes("killed_sqlite", None).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_writes_on_postgres() {
    let Ok(server) = std::env::var("PORTAL_TEST_POSTGRES") else {
        println!("not told: PORTAL_TEST_POSTGRES names no server");
        return;
    };
    let (base, _) = server.rsplit_once('/').unwrap();
    let name = format!("killed_{}", std::process::id());
    let admin = sqlx::PgPool::connect(&server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&admin).await.unwrap();
    killed_under_writes("killed_postgres", Some(format!("{base}/{name}"))).await;
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)"))).execute(&admin).await.unwrap();
}

#[test]
fn an_older_program_refuses_a_newer_schema() {
    let folder = Folder::new("newer");
    assert!(folder.run(&["migrate"]).status.success());
    let file = folder.0.join("data/portal.db");
    newer_schema(&file);
    let output = folder.run(&["serve", "--addr", &free_address().to_string()]);
    assert!(!output.status.success() && err(&output).contains("newer than this program"), "{}", err(&output));
    assert_eq!(err(&output).lines().count(), 1);
}

/// Notes a migration that this program does not know.
fn newer_schema(file: &Path) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let pool = sqlx::SqlitePool::connect(&format!("sqlite://{}", file.display())).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             VALUES (9999, 'from the future', TRUE, x'00', 0)",
        )
        .execute(&pool)
        .await
        .unwrap();
        pool.close().await;
    });
}
