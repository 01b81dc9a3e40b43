//! The virus scanner: clamd's protocol, over TCP or a Unix socket. A content is streamed to it; nothing is shared but bytes.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use axum::body::Bytes;
use futures::{Stream, StreamExt as _};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

/// Where the scanner listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// Host and port.
    Tcp(String),
    Unix(PathBuf),
}

#[derive(Clone, Debug)]
pub struct Scanner {
    address: Address,
    /// How long one step may take: to connect, to take a piece, to answer.
    patience: Duration,
}

/// What the scanner says of a content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Clean,
    /// Something harmful, by its name.
    Found(String),
}

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 4096;

impl Scanner {
    /// Reads `tcp://HOST:PORT` or `unix:/PATH`.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let address = if let Some(path) = text.strip_prefix("unix:").filter(|path| path.starts_with('/')) {
            // unix:/path and unix:///path are the same.
            Address::Unix(PathBuf::from(format!("/{}", path.trim_start_matches('/'))))
        } else {
            let host = text.strip_prefix("tcp://").map(|rest| rest.trim_end_matches('/'));
            let fits = |rest: &&str| {
                rest.rsplit_once(':').is_some_and(|(host, port)| {
                    !host.is_empty()
                        && !host.contains(['/', '@', ' '])
                        && port.parse::<u16>().is_ok_and(|port| port > 0)
                })
            };
            let host = host.filter(fits).ok_or("it must be tcp://HOST:PORT or unix:/PATH")?;
            Address::Tcp(host.to_owned())
        };
        Ok(Self { address, patience: Duration::from_secs(60) })
    }

    /// The same scanner, waited for differently.
    #[must_use]
    pub fn patient_for(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// Sends a content and reads the verdict.
    ///
    /// # Errors
    /// When the scanner is away, does not answer in time, or answers with an error of its own.
    pub async fn scan(&self, content: impl Stream<Item = io::Result<Bytes>> + Send) -> io::Result<Verdict> {
        match &self.address {
            Address::Tcp(host) => {
                let stream = self.step(TcpStream::connect(host)).await?;
                self.talk(stream, content).await
            }
            Address::Unix(path) => {
                let stream = self.step(UnixStream::connect(path)).await?;
                self.talk(stream, content).await
            }
        }
    }

    async fn step<T>(&self, work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
        let late = |_| io::Error::new(io::ErrorKind::TimedOut, "the scanner took too long");
        tokio::time::timeout(self.patience, work).await.map_err(late)?
    }

    async fn talk(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin,
        content: impl Stream<Item = io::Result<Bytes>> + Send,
    ) -> io::Result<Verdict> {
        let mut content = std::pin::pin!(content);
        self.step(stream.write_all(b"zINSTREAM\0")).await?;
        while let Some(piece) = self.step(async { content.next().await.transpose() }).await? {
            if piece.is_empty() {
                // A length of zero would end the content.
                continue;
            }
            let length = u32::try_from(piece.len()).map_err(io::Error::other)?;
            let sent = self.step(async {
                stream.write_all(&length.to_be_bytes()).await?;
                stream.write_all(&piece).await
            });
            match sent.await {
                // It says why it takes no more.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return self.answer(&mut stream).await,
                sent => sent?,
            }
        }
        self.step(async {
            stream.write_all(&0_u32.to_be_bytes()).await?;
            stream.flush().await
        })
        .await?;
        self.answer(&mut stream).await
    }

    async fn answer(&self, stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Verdict> {
        let mut answer = Vec::new();
        self.step(stream.take(LONGEST_ANSWER).read_to_end(&mut answer)).await?;
        verdict(&String::from_utf8_lossy(&answer))
    }
}

fn verdict(answer: &str) -> io::Result<Verdict> {
    let answer = answer.trim_end_matches(['\0', '\n', '\r']).trim();
    let said = answer.strip_prefix("stream: ").unwrap_or(answer);
    if said == "OK" {
        return Ok(Verdict::Clean);
    }
    match said.strip_suffix(" FOUND") {
        Some(name) => Ok(Verdict::Found(name.chars().filter(|c| !c.is_control()).take(200).collect())),
        None => Err(io::Error::other(format!("the scanner answered {answer:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(Scanner::parse("tcp://clam:3310").unwrap().address, Address::Tcp("clam:3310".into()));
        assert_eq!(Scanner::parse("tcp://[::1]:3310/").unwrap().address, Address::Tcp("[::1]:3310".into()));
        for text in ["unix:/run/clamd", "unix:///run/clamd"] {
            assert_eq!(Scanner::parse(text).unwrap().address, Address::Unix("/run/clamd".into()));
        }
        for wrong in ["", "clam:3310", "tcp://clam", "tcp://clam:x", "tcp://:3310", "unix:run", "http://clam:3310"] {
            assert!(Scanner::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn only_a_clear_answer_is_a_verdict() {
        assert_eq!(verdict("stream: OK\0").unwrap(), Verdict::Clean);
        assert_eq!(verdict("stream: Win.Test FOUND\0").unwrap(), Verdict::Found("Win.Test".into()));
        for unclear in ["", "stream: OK? FOUN", "INSTREAM size limit exceeded. ERROR\0", "stream: x ERROR"] {
            assert!(verdict(unclear).is_err(), "{unclear}");
        }
    }
}
