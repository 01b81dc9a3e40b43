//! A mail server for stories. It keeps what it received, and misbehaves in the next conversations as it is told.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// How one conversation goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is closed before a word is said.
    Closed,
    /// Not a word is said.
    Silent,
    /// The sender is refused for good.
    SenderRefused,
    /// The receiver is refused for now.
    ReceiverBusy,
    /// The receiver is refused for good.
    ReceiverUnknown,
    /// The receiver is refused because of who sends.
    SenderUnwanted,
    /// The server goes away instead of taking a receiver.
    GoesAway,
    /// The mail is taken, and the connection closed before that is said.
    DroppedAfterData,
    /// The mail is taken, and nothing is said.
    SilentAfterData,
}

/// A mail as it was received.
#[derive(Clone, Debug)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub data: String,
}

pub struct Smtp {
    pub addr: SocketAddr,
    inner: Arc<Inner>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct Inner {
    faults: Mutex<VecDeque<Fault>>,
    received: Mutex<Vec<Received>>,
    conversations: Mutex<usize>,
    held: watch::Sender<bool>,
}

impl Smtp {
    pub async fn start() -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    /// A place for a server that is not there yet: who connects is refused, and nobody else gets it.
    pub fn place() -> (TcpSocket, SocketAddr) {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        let addr = socket.local_addr().unwrap();
        (socket, addr)
    }

    pub fn start_at(place: TcpSocket) -> Self {
        Self::listen(place.listen(1024).unwrap())
    }

    fn listen(listener: TcpListener) -> Self {
        let addr = listener.local_addr().unwrap();
        let inner = Arc::new(Inner::default());
        let kept = inner.clone();
        let listening = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let inner = kept.clone();
                tokio::spawn(async move {
                    // Who is left in the middle of a conversation hears nothing more.
                    let _ = inner.converse(stream).await;
                });
            }
        });
        Self { addr, inner, listening }
    }

    /// The next `conversations` go wrong in this way.
    pub fn fail(&self, fault: Fault, conversations: usize) {
        self.inner.faults.lock().unwrap().extend(std::iter::repeat_n(fault, conversations));
    }

    /// Nobody is greeted until [`Smtp::greet`].
    pub fn hold(&self) {
        self.inner.held.send_replace(true);
    }

    pub fn greet(&self) {
        self.inner.held.send_replace(false);
    }

    /// From now on conversations go well again.
    pub fn heal(&self) {
        self.inner.faults.lock().unwrap().clear();
    }

    pub fn received(&self) -> Vec<Received> {
        self.inner.received.lock().unwrap().clone()
    }

    pub fn conversations(&self) -> usize {
        *self.inner.conversations.lock().unwrap()
    }
}

impl Drop for Smtp {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Inner {
    /// How this conversation goes wrong. Silence at its end counts only once it is there: who waits for it has little
    /// patience, and may on a slow machine break off before.
    fn next_fault(&self) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        match faults.front() {
            Some(Fault::SilentAfterData) => Some(Fault::SilentAfterData),
            _ => faults.pop_front(),
        }
    }

    async fn converse(&self, stream: TcpStream) -> std::io::Result<()> {
        *self.conversations.lock().unwrap() += 1;
        let fault = self.next_fault();
        let _ = self.held.subscribe().wait_for(|held| !held).await;
        let mut stream = BufReader::new(stream);
        match fault {
            Some(Fault::Closed) => return Ok(()),
            Some(Fault::Silent) => return silence().await,
            _ => {}
        }
        stream.write_all(b"220 story ESMTP\r\n").await?;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            let verb = line.split([' ', ':']).next().unwrap().to_ascii_uppercase();
            let address = || line[line.find('<').unwrap() + 1..line.find('>').unwrap()].to_owned();
            let answer = match verb.as_str() {
                "EHLO" => "250-story\r\n250 8BITMIME",
                "MAIL" if fault == Some(Fault::SenderRefused) => "550 5.7.1 sender not allowed",
                "MAIL" => {
                    from = address();
                    to.clear();
                    "250 ok"
                }
                "RCPT" if fault == Some(Fault::ReceiverBusy) => "450 4.2.1 mailbox busy",
                "RCPT" if fault == Some(Fault::ReceiverUnknown) => "550 5.1.1 no such mailbox",
                "RCPT" if fault == Some(Fault::SenderUnwanted) => "550 5.7.1 no mail from you",
                "RCPT" if fault == Some(Fault::GoesAway) => "421 4.3.2 shutting down",
                "RCPT" => {
                    to.push(address());
                    "250 ok"
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let data = data(&mut stream).await?;
                    self.received.lock().unwrap().push(Received { from: from.clone(), to: to.clone(), data });
                    match fault {
                        Some(Fault::DroppedAfterData) => return Ok(()),
                        Some(Fault::SilentAfterData) => {
                            self.faults.lock().unwrap().pop_front();
                            return silence().await;
                        }
                        _ => "250 2.0.0 queued",
                    }
                }
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                "RSET" | "NOOP" => "250 ok",
                _ => "500 what",
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}

async fn silence() -> std::io::Result<()> {
    tokio::time::sleep(Duration::from_secs(600)).await;
    Ok(())
}

/// The mail until the single dot, other leading dots taken off.
async fn data(stream: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut data = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        if line == ".\r\n" {
            return Ok(data);
        }
        data.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// A mail, read as a mail program reads it.
#[derive(Debug)]
pub struct Parsed {
    /// Names in lower case; a name that stands twice fails.
    pub headers: HashMap<String, String>,
    pub text: String,
    pub html: String,
}

impl Received {
    pub fn parse(&self) -> Parsed {
        assert!(!self.data.replace("\r\n", "").contains(['\r', '\n']), "line ends are CR LF");
        let (headers, body) = part(&self.data);
        let kind = &headers["content-type"];
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        let boundary = kind.split("boundary=").nth(1).unwrap().trim_matches('"');
        let parts: Vec<_> = body.split(&format!("--{boundary}")).collect();
        assert_eq!((parts.len(), parts[3].trim()), (4, "--"), "{body}");
        let content = |raw: &str, kind: &str| {
            let (headers, body) = part(raw.strip_prefix("\r\n").unwrap());
            assert_eq!(headers["content-type"].to_lowercase(), format!("{kind}; charset=utf-8"));
            let bytes = match headers["content-transfer-encoding"].as_str() {
                "base64" => base64(&body),
                "quoted-printable" => quoted(&body.replace("=\r\n", ""), false),
                _ => body.into_bytes(),
            };
            String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
        };
        Parsed { text: content(parts[1], "text/plain"), html: content(parts[2], "text/html"), headers }
    }

    pub fn message_id(&self) -> String {
        self.parse().headers["message-id"].clone()
    }
}

fn part(raw: &str) -> (HashMap<String, String>, String) {
    let (head, body) = raw.split_once("\r\n\r\n").unwrap();
    let mut headers = HashMap::new();
    for line in head.replace("\r\n ", " ").replace("\r\n\t", " ").split("\r\n") {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no header: {line}"));
        let before = headers.insert(name.to_ascii_lowercase(), words(value.trim()));
        assert!(before.is_none(), "{name} stands twice");
    }
    (headers, body.to_owned())
}

/// A header's value with its encoded words read.
fn words(value: &str) -> String {
    let mut text = String::new();
    let mut rest = value;
    let mut bytes = Vec::new();
    while let Some(start) = rest.find("=?") {
        let between = &rest[..start];
        if !between.trim().is_empty() {
            text.push_str(&String::from_utf8(std::mem::take(&mut bytes)).unwrap());
            text.push_str(between);
        }
        let mut pieces = rest[start + 2..].splitn(4, '?');
        let (charset, encoding, content) = (pieces.next().unwrap(), pieces.next().unwrap(), pieces.next().unwrap());
        assert_eq!(charset.to_lowercase(), "utf-8");
        bytes.extend(match encoding {
            "b" | "B" => base64(content),
            _ => quoted(content, true),
        });
        rest = pieces.next().unwrap().strip_prefix('=').unwrap();
    }
    text.push_str(&String::from_utf8(bytes).unwrap());
    text + rest
}

fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut bytes) = (0_u32, 0, Vec::new());
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let digit = DIGITS.iter().position(|digit| *digit == byte).unwrap();
        bits = (bits << 6) | u32::try_from(digit).unwrap();
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}

fn quoted(text: &str, header: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'=' => {
                let pair = [rest.next().unwrap(), rest.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap()
            }
            b'_' if header => b' ',
            other => other,
        });
    }
    bytes
}
