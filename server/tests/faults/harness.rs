//! A portal as a process of its own, on SQLite or PostgreSQL; people who use it meanwhile, and how long they wait.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Does each thing on both databases: `both!(one, two);` makes `sqlite::one`, `postgres::one` …
#[macro_export]
macro_rules! both {
    ($($fault:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $fault() {
                super::$fault($crate::harness::Place::make($crate::harness::Kind::Sqlite).await.unwrap()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $fault() {
                match $crate::harness::Place::make($crate::harness::Kind::Postgres).await {
                    Some(place) => super::$fault(place).await,
                    None => println!("not done: PORTAL_TEST_POSTGRES names no server"),
                }
            })+
        }
    };
}

/// Lets this process, too, have as many files open as it may.
pub fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).unwrap();
}

/// How long what lasts a minute lasts.
pub fn minute() -> Duration {
    let seconds = std::env::var("PORTAL_FAULT_SECONDS").ok().and_then(|text| text.parse().ok());
    Duration::from_secs(seconds.unwrap_or(60))
}

pub const EMAIL: &str = "ada@fault.example";
pub const PASSWORD: &str = "a long enough password";

/// A folder and an empty database, gone at the end.
pub struct Place {
    pub kind: Kind,
    pub folder: PathBuf,
    pub url: String,
    /// Further settings of the process.
    pub settings: Vec<(&'static str, String)>,
    server: Option<(String, String)>,
}

impl Place {
    /// None when there is no PostgreSQL to use.
    pub async fn make(kind: Kind) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        raise_file_limit();
        let name = format!("fault_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let (url, server) = match kind {
            Kind::Sqlite => (format!("sqlite://{}/portal.db", folder.display()), None),
            Kind::Postgres => {
                let server = std::env::var("PORTAL_TEST_POSTGRES").ok()?;
                administer(&server, format!("CREATE DATABASE {name}")).await;
                (format!("{}/{name}", server.rsplit_once('/').unwrap().0), Some((server, name)))
            }
        };
        Some(Self { kind, folder, url, settings: Vec::new(), server })
    }

    /// The binary, told of this place and of nothing else.
    pub fn portal(&self, arguments: &[&str]) -> Command {
        let binary = std::env::var("PORTAL_BIN").unwrap_or(env!("CARGO_BIN_EXE_portal").to_owned());
        let mut command = Command::new(binary);
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null());
        for (name, _) in std::env::vars() {
            if name.starts_with("PORTAL_")
                || ["SMTP_URL", "MAIL_FROM", "CLAMD_URL", "RUST_LOG"].contains(&name.as_str())
            {
                command.env_remove(name);
            }
        }
        command.env("DATABASE_URL", &self.url).env("PORTAL_DOCUMENTS", self.folder.join("documents"));
        command.envs(self.settings.iter().map(|(name, value)| (*name, value)));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.portal(arguments).output().unwrap()
    }

    /// Adds the account of staff that everybody uses.
    pub fn add_user(&self) {
        self.add(EMAIL, "Ada");
    }

    /// Adds an account of staff.
    pub fn add(&self, email: &str, name: &str) {
        let arguments = ["user", "add", email, "--name", name, "--role", "staff", "--password-stdin"];
        let mut command = self.portal(&arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{PASSWORD}\n").as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// Fails unless the journal holds; gives its length.
    pub fn journal_holds(&self) -> usize {
        let output = self.run(&["journal", "verify"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let rows = said.split_once("the journal holds: ").map(|(_, rest)| rest.split(' ').next().unwrap());
        rows.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&output.stderr))).parse().unwrap()
    }
}

async fn administer(server: &str, sql: String) {
    let admin = sqlx::PgPool::connect(server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(&admin).await.unwrap();
    admin.close().await;
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some((server, name)) = self.server.take() {
            tokio::task::block_in_place(|| {
                let drop = administer(&server, format!("DROP DATABASE {name} WITH (FORCE)"));
                tokio::runtime::Handle::current().block_on(drop);
            });
        }
    }
}

fn free_address() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// A portal that serves; killed when it is dropped.
pub struct Serving {
    pub child: Child,
    pub addr: SocketAddr,
    metrics: SocketAddr,
}

impl Serving {
    pub async fn start(place: &Place) -> Self {
        let (addr, metrics) = (free_address(), free_address());
        let log = std::fs::OpenOptions::new().create(true).append(true).open(place.folder.join("log")).unwrap();
        let mut command = place.portal(&["serve", "--metrics-addr", &metrics.to_string()]);
        command.env("PORTAL_ADDR", addr.to_string()).stdout(Stdio::null()).stderr(log);
        let serving = Self { child: command.spawn().unwrap(), addr, metrics };
        for _ in 0..400 {
            if serving.get("/health/ready", "").await.is_some_and(|answer| answer.starts_with("HTTP/1.1 200")) {
                return serving;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("it does not serve: {}", std::fs::read_to_string(place.folder.join("log")).unwrap());
    }

    /// Sends what is given on a connection of its own and reads to its end. None when the process is gone.
    pub async fn exchange(addr: SocketAddr, bytes: &[u8]) -> Option<String> {
        let mut stream = TcpStream::connect(addr).await.ok()?;
        stream.write_all(bytes).await.ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.ok()?;
        let text = String::from_utf8_lossy(&answer).into_owned();
        text.starts_with("HTTP/1.1").then_some(text)
    }

    pub async fn get(&self, path: &str, cookie: &str) -> Option<String> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n");
        Self::exchange(self.addr, head.as_bytes()).await
    }

    pub async fn post(&self, path: &str, cookie: &str, body: &str) -> Option<String> {
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\naccept: text/html\r\ncookie: {cookie}\r\nconnection: close\r\n\
             content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        Self::exchange(self.addr, head.as_bytes()).await
    }

    /// Signs in and gives the cookie.
    pub async fn sign_in(&self) -> String {
        let body = serde_urlencoded::to_string([("email", EMAIL), ("password", PASSWORD)]).unwrap();
        let answer = self.post("/api/account/sign-in", "", &body).await.unwrap();
        let line = answer.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        line.unwrap_or_else(|| panic!("{answer}")).split(';').next().unwrap().to_owned()
    }

    /// One number of `/metrics`.
    pub async fn metric(&self, name: &str) -> f64 {
        let head = b"GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let text = Self::exchange(self.metrics, head).await.unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().parse().unwrap()
    }

    /// How many companies there are.
    pub async fn companies(&self, cookie: &str) -> usize {
        let page = self.get("/companies", cookie).await.unwrap();
        let at = page.find(" companies</p>").unwrap_or_else(|| panic!("{page}"));
        page[page[..at].rfind('>').unwrap() + 1..at].replace(',', "").parse().unwrap()
    }

    /// Seconds of processor time the process has taken so far.
    pub fn processor(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    }

    /// Memory in use, in bytes.
    pub fn memory(&self) -> u64 {
        let statm = std::fs::read_to_string(format!("/proc/{}/statm", self.child.id())).unwrap();
        statm.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
    }

    pub fn signal(&self, name: &str) {
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

/// What people who used the portal for a while met with.
#[derive(Debug, Default)]
pub struct Load {
    /// How long each answer took, sorted.
    pub times: Vec<Duration>,
    /// Answers with a status of 500 or more, and none at all.
    pub failed: usize,
}

impl Load {
    /// The time within which so many of a hundred answers came.
    pub fn percentile(&self, hundredth: usize) -> Duration {
        self.times
            .get((self.times.len() * hundredth / 100).min(self.times.len().saturating_sub(1)))
            .copied()
            .unwrap_or_default()
    }

    pub fn print(&self, what: &str) {
        println!(
            "{what}: {} answers, {} failed, p50 {:.1?}, p99 {:.1?}, longest {:.1?}",
            self.times.len(),
            self.failed,
            self.percentile(50),
            self.percentile(99),
            self.percentile(100)
        );
    }
}

/// People who use the portal, each on one connection with a short pause between two pages, until a time is over.
pub async fn load(addr: SocketAddr, cookie: &str, people: usize, paths: &[&str], lasting: Duration) -> Load {
    let end = Instant::now() + lasting;
    let each = (0..people).map(|person| async move {
        let mut met = Load::default();
        let mut open: Option<BufReader<TcpStream>> = None;
        let mut number = person;
        while Instant::now() < end {
            let path = paths[number % paths.len()];
            number += 1;
            let began = Instant::now();
            let status = tokio::time::timeout(Duration::from_secs(20), page(&mut open, addr, path, cookie)).await;
            met.times.push(began.elapsed());
            if !matches!(status, Ok(Ok(status)) if status < 500) {
                met.failed += 1;
                open = None;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        met
    });
    let mut all = Load::default();
    for met in futures::future::join_all(each).await {
        all.times.extend(met.times);
        all.failed += met.failed;
    }
    all.times.sort_unstable();
    all
}

/// Asks for one page on a connection that stays open; gives the status.
async fn page(
    open: &mut Option<BufReader<TcpStream>>,
    addr: SocketAddr,
    path: &str,
    cookie: &str,
) -> std::io::Result<u16> {
    use tokio::io::AsyncBufReadExt as _;
    if open.is_none() {
        *open = Some(BufReader::new(TcpStream::connect(addr).await?));
    }
    let Some(stream) = open.as_mut() else { return Err(std::io::ErrorKind::NotConnected.into()) };
    let head = format!("GET {path} HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n\r\n");
    stream.get_mut().write_all(head.as_bytes()).await?;
    let (mut status, mut length, mut line) = (0, 0, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(rest) = line.strip_prefix("HTTP/1.1 ") {
            status = rest[..3].parse().unwrap_or(999);
        } else if let Some(rest) = line.strip_prefix("content-length: ") {
            length = rest.trim().parse().unwrap_or(0);
        } else if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(status)
}
