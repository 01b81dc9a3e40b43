//! A virus scanner for stories: it speaks clamd's protocol and knows one virus.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use app::backend::scanner::Scanner;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The file with which every virus scanner can be tried, in two halves so that no scanner finds it here.
pub fn eicar() -> Vec<u8> {
    [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$", "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat().into_bytes()
}

/// How it behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Working,
    /// It takes everything and never answers.
    Hanging,
    /// It refuses whatever is larger than a few bytes, as clamd does beyond its limit.
    Narrow,
}

pub struct Clamd {
    pub scanner: Scanner,
    /// How many contents it was given.
    pub asked: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Clamd {
    pub async fn start(mode: Mode) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scanner = Scanner::parse(&format!("tcp://{}", listener.local_addr().unwrap())).unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = asked.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(async move {
                    let _ = answer(stream, mode).await;
                });
            }
        });
        // Only of the one that never answers is it known how long is long enough.
        let patience = Duration::from_millis(if mode == Mode::Hanging { 500 } else { 60_000 });
        Self { scanner: scanner.patient_for(patience), asked, task }
    }

    /// A scanner that is not there.
    pub fn away() -> Scanner {
        // Of the ports that nobody is given by chance: a free one may be somebody's a moment later.
        Scanner::parse("tcp://127.0.0.1:1").unwrap().patient_for(Duration::from_millis(500))
    }
}

impl Drop for Clamd {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn answer(mut stream: TcpStream, mode: Mode) -> std::io::Result<()> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).await?;
    assert_eq!(&command, b"zINSTREAM\0");
    let mut content = Vec::new();
    loop {
        let length = usize::try_from(stream.read_u32().await?).unwrap();
        if length == 0 {
            break;
        }
        let start = content.len();
        content.resize(start + length, 0);
        stream.read_exact(&mut content[start..]).await?;
        if mode == Mode::Narrow {
            return stream.write_all(b"INSTREAM size limit exceeded. ERROR\0").await;
        }
    }
    if mode == Mode::Hanging {
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }
    let eicar = eicar();
    let found = content.windows(eicar.len()).any(|part| part == eicar);
    stream.write_all(if found { b"stream: Eicar-Test-Signature FOUND\0" } else { b"stream: OK\0" }).await
}
