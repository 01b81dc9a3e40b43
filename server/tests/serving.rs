//! The program as a process of its own, in a folder of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::harness::until;

/// A folder of its own for one story, gone at its end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("process_{name}_{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The portal's binary, run in this folder with nothing of this process' environment that could steer it.
    pub fn portal(&self, arguments: &[&str]) -> Command {
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
            "PORTAL_LOG",
            "SMTP_URL",
            "MAIL_FROM",
            "RUST_LOG",
        ] {
            command.env_remove(name);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.portal(arguments).output().unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// An address for a portal that starts in a moment. Its port is none of those that the system gives to whoever asks for any
/// port (from 32768), so that no other story gets it meanwhile.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = std::process::id().wrapping_mul(97).wrapping_add(NEXT.fetch_add(1, Ordering::SeqCst));
        let port = u16::try_from(12_000 + number % 20_000).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if std::net::TcpListener::bind(address).is_ok() {
            return address;
        }
    }
}

/// A portal that serves, killed at the end of the story if it still runs.
pub struct Serving {
    pub child: Child,
    pub addr: SocketAddr,
}

impl Serving {
    pub async fn start(folder: &Folder, database: Option<&str>) -> Self {
        Self::start_with(folder, &database.map(|url| ("DATABASE_URL", url)).into_iter().collect::<Vec<_>>()).await
    }

    pub async fn start_with(folder: &Folder, settings: &[(&str, &str)]) -> Self {
        let addr = free_address();
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        let mut command = folder.portal(&["serve"]);
        command.env("PORTAL_ADDR", addr.to_string()).stdout(Stdio::null()).stderr(log);
        command.envs(settings.iter().copied());
        let child = command.spawn().unwrap();
        let mut serving = Self { child, addr };
        serving.ready(folder).await;
        serving
    }

    /// Waits until it serves.
    pub async fn ready(&mut self, folder: &Folder) {
        until("it serves", async || {
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "{ended:?}: {}", std::fs::read_to_string(folder.0.join("log")).unwrap_or_default());
            let answer = self.try_request("GET", "/health/ready", "", "").await;
            answer.is_some_and(|answer| answer.contains("200 OK"))
        })
        .await;
    }

    /// One request on a connection of its own. None when the process is gone.
    pub async fn try_request(&self, method: &str, path: &str, headers: &str, body: &str) -> Option<String> {
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

    pub async fn post(&self, path: &str, cookie: &str, body: &str) -> Option<String> {
        let headers = format!("content-type: application/x-www-form-urlencoded\r\ncookie: {cookie}\r\n");
        self.try_request("POST", path, &headers, body).await
    }

    /// Signs in and gives the cookie.
    pub async fn sign_in(&self, email: &str, password: &str) -> String {
        let body = serde_urlencoded::to_string([("email", email), ("password", password)]).unwrap();
        let answer = self.post("/api/account/sign-in", "", &body).await.unwrap();
        let cookie =
            answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap_or_else(|| panic!("{answer}"));
        cookie.split(';').next().unwrap().to_owned()
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

pub fn add_user(folder: &Folder, database: Option<&str>, email: &str) {
    let mut command = folder.portal(&["user", "add", email, "--name", "Ada", "--role", "staff", "--password-stdin"]);
    if let Some(url) = database {
        command.env("DATABASE_URL", url);
    }
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"a long enough password\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
}
