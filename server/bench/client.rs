//! A client for HTTP/1.1 that does as little as it can: what it takes is taken from the one that answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use app::backend::clock::stopwatch;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// One connection that is kept alive.
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer as it came.
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) head: &'a str,
    /// As sent: in chunks, if it was.
    pub(crate) body: &'a [u8],
}

impl Answer<'_> {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header(self.head, name)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = head.split("\r\n").filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

impl Connection {
    pub(crate) async fn open(addr: SocketAddr) -> Result<Self, String> {
        let stream = TcpStream::connect(addr).await.map_err(|error| format!("{addr}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Self { stream, buffer: Vec::with_capacity(256 * 1024) })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Answer<'_>, String> {
        self.stream.write_all(request).await.map_err(|error| error.to_string())?;
        self.buffer.clear();
        let (mut head, mut length) = (0, None);
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.map_err(|error| error.to_string())?;
            if read == 0 {
                return Err("the connection was closed before the answer was complete".to_owned());
            }
            if head == 0 {
                let Some(at) = self.buffer.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { continue };
                head = at + 4;
                let text = std::str::from_utf8(&self.buffer[..head]).map_err(|error| error.to_string())?;
                length = header(text, "content-length").and_then(|length| length.parse::<usize>().ok());
                if length.is_none() && header(text, "transfer-encoding").is_none() {
                    length = Some(0);
                }
            }
            // The last chunk is empty, and nothing follows it.
            if length.map_or(self.buffer.ends_with(b"\r\n0\r\n\r\n"), |length| self.buffer.len() >= head + length) {
                break;
            }
        }
        let text = std::str::from_utf8(&self.buffer[..head]).map_err(|error| error.to_string())?;
        let status = text.get(9..12).and_then(|status| status.parse().ok()).unwrap_or(0);
        Ok(Answer { status, head: text, body: &self.buffer[head..] })
    }
}

/// A person who asks, once signed in.
pub(crate) struct Caller {
    pub(crate) addr: SocketAddr,
    email: String,
    password: &'static str,
}

impl Caller {
    pub(crate) fn new(addr: SocketAddr, email: &str, password: &'static str) -> Self {
        Self { addr, email: email.to_owned(), password }
    }

    pub(crate) fn form(&self) -> Vec<u8> {
        let body = format!("email={}&password={}", self.email.replace('@', "%40"), self.password.replace(' ', "+"));
        post(self.addr, "", "/api/account/sign-in", &body)
    }

    /// Signs in and gives the cookie.
    pub(crate) async fn sign_in(&self) -> Result<String, String> {
        let mut connection = Connection::open(self.addr).await?;
        let answer = connection.ask(&self.form()).await?;
        let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
        match cookie {
            Some(cookie) if signed_in(&answer) => Ok(cookie.to_owned()),
            _ => Err(format!("{} could not sign in: {}", self.email, answer.head)),
        }
    }
}

pub(crate) fn signed_in(answer: &Answer<'_>) -> bool {
    answer.status == 303 && answer.header("location") == Some("/today")
}

pub(crate) fn get(addr: SocketAddr, cookie: &str, path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: {addr}\r\naccept: text/html\r\ncookie: {cookie}\r\n{more}\r\n").into_bytes()
}

pub(crate) fn post(addr: SocketAddr, cookie: &str, path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {addr}\r\naccept: text/html\r\ncookie: {cookie}\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A form with a file, as browsers send it.
pub(crate) fn post_file(addr: SocketAddr, cookie: &str, path: &str, name: &str, content: &[u8]) -> Vec<u8> {
    let start = format!("--bench\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let end = "\r\n--bench--\r\n";
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {addr}\r\naccept: text/html\r\ncookie: {cookie}\r\n\
         content-type: multipart/form-data; boundary=bench\r\ncontent-length: {}\r\n\r\n{start}",
        start.len() + content.len() + end.len()
    )
    .into_bytes();
    request.extend(content);
    request.extend(end.bytes());
    request
}

/// What is asked again and again, and which answer is right.
pub(crate) struct Job {
    pub(crate) addr: SocketAddr,
    /// The request with this number.
    pub(crate) request: Box<dyn Fn(usize) -> Vec<u8> + Send + Sync>,
    pub(crate) right: fn(&Answer<'_>) -> bool,
}

/// When a load ends.
#[derive(Clone, Copy)]
pub(crate) enum Until {
    Time(Duration),
    Count(usize),
}

/// What a load brought.
#[derive(Default)]
pub(crate) struct Load {
    seconds: f64,
    /// In milliseconds, sorted.
    pub(crate) latencies: Vec<f64>,
}

impl Load {
    pub(crate) fn a_second(&self) -> f64 {
        if self.seconds > 0.0 { self.latencies.len() as f64 / self.seconds } else { 0.0 }
    }

    /// The latency that this share of the requests did not exceed.
    pub(crate) fn quantile(&self, share: f64) -> f64 {
        let index = ((self.latencies.len() as f64 * share).ceil() as usize).saturating_sub(1);
        self.latencies.get(index).copied().unwrap_or_default()
    }

    pub(crate) fn joined(loads: Vec<Self>) -> Self {
        let mut all = Self::default();
        for load in loads {
            all.seconds += load.seconds;
            all.latencies.extend(load.latencies);
        }
        all.latencies.sort_by(f64::total_cmp);
        all
    }
}

/// Asks over so many connections at once, each the next question as soon as the last is answered.
pub(crate) async fn load(job: Arc<Job>, connections: usize, until: Until) -> Result<Load, String> {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(job.addr).await?);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let started = stopwatch();
    let mut workers = JoinSet::new();
    for mut connection in open {
        let (job, next) = (job.clone(), next.clone());
        workers.spawn(async move {
            let mut latencies = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if match until {
                    Until::Time(length) => started.elapsed() >= length,
                    Until::Count(count) => number >= count,
                } {
                    return Ok::<_, String>(latencies);
                }
                let request = (job.request)(number);
                let asked = stopwatch();
                let answer = connection.ask(&request).await?;
                if !(job.right)(&answer) {
                    return Err(format!("a wrong answer under load: {}", answer.head));
                }
                latencies.push(asked.elapsed().as_secs_f64() * 1000.0);
            }
        });
    }
    let mut all = Load::default();
    let join = async {
        while let Some(done) = workers.join_next().await {
            all.latencies.extend(done.map_err(|error| error.to_string())??);
        }
        Ok::<_, String>(())
    };
    tokio::time::timeout(Duration::from_secs(60), join).await.map_err(|_| "a load took too long".to_owned())??;
    all.seconds = started.elapsed().as_secs_f64();
    all.latencies.sort_by(f64::total_cmp);
    Ok(all)
}
