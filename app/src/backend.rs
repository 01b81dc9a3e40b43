//! What every feature stands on, without a word of the trade: database, journal, clock, and the context of a request.

pub mod clock;
pub mod context;
pub mod database;
pub mod export;
pub mod files;
pub mod fold;
pub mod inspect;
pub mod jobs;
pub mod journal;
pub mod letter;
pub mod link;
pub mod outbox;
pub mod refused;
pub mod scanner;
pub mod sheet;
pub mod under_way;

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use uuid::Uuid;

use crate::actor::Actor;
use crate::web::LONGEST;
use crate::web::drawings::Drawings;
use clock::Clock;
use database::Database;
use files::FileStore;
use scanner::Scanner;

/// How many times as long a build without optimisation waits before it gives up: it takes several times as long for the
/// same work, and stories share their machine with each other and with the compiler.
pub const PATIENCE: u32 = if cfg!(debug_assertions) { 10 } else { 1 };
/// How long a form waits for its turn while an import is written.
pub const LONGEST_TURN: Duration = Duration::from_secs(30).saturating_mul(PATIENCE);

/// What a process has once: its database, clock and settings. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Backend(Arc<Inner>);

#[derive(Debug)]
pub struct Inner {
    pub database: Database,
    /// This process among those that serve the same database.
    pub node: String,
    pub clock: Clock,
    pub settings: Settings,
    /// Bounds the memory and the cores that password hashing takes.
    pub hashing: tokio::sync::Semaphore,
    /// Pages drawn before.
    pub drawings: Drawings,
    /// Who was last seen with which session; only ever a guess, see [`context::Visit::read_at_once`].
    pub guesses: Mutex<HashMap<String, Actor>>,
    /// How far the imports of this process are: rows done, rows in all.
    pub progress: Mutex<HashMap<Uuid, (usize, usize)>>,
    /// How many of this process write so much that others wait longer than usual.
    large_writes: Arc<AtomicUsize>,
}

/// Somebody writes much, until this is dropped.
#[derive(Debug)]
pub struct LargeWrite(Arc<AtomicUsize>);

impl Drop for LargeWrite {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What the process was told at its start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The portal's public address, without a slash at its end; links in mails start with it.
    pub url: String,
    /// Whether the public address is https: cookies are then `Secure`.
    pub https: bool,
    /// Where the contents of documents are kept.
    pub files: FileStore,
    /// Who looks for viruses in them.
    pub scanner: Option<Scanner>,
    /// The folder where the journal's heads are kept.
    pub heads: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Whether a mail server is set up; without one mails are only kept.
    pub sends_mail: bool,
    pub assets: Assets,
    /// How long a form may take, unless much is written.
    pub longest_form: Duration,
    /// The fonts of what is printed: each has what those before it lack. They lie in the binary and are read when needed.
    pub fonts: &'static [&'static [u8]],
}

/// The addresses of the files that pages refer to, with their hashes.
#[derive(Clone, Copy, Debug, Default)]
pub struct Assets {
    pub style: &'static str,
    pub shell: &'static str,
    pub client: &'static str,
    pub wasm: &'static str,
    pub icons: &'static str,
    pub favicon: &'static str,
    pub passkeys: &'static str,
    pub board: &'static str,
    pub verify: &'static str,
    pub draw: &'static str,
    pub draft: &'static str,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            url: "http://127.0.0.1:3000".to_owned(),
            https: false,
            files: FileStore::in_memory(),
            scanner: None,
            heads: PathBuf::from("data/documents"),
            trusted_proxies: Vec::new(),
            sends_mail: false,
            assets: Assets::default(),
            longest_form: LONGEST,
            fonts: &[],
        }
    }
}

impl Backend {
    pub fn new(database: Database, clock: Clock, settings: Settings) -> Self {
        // Hashing on half of the cores leaves the other half to answer everybody else.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self(Arc::new(Inner {
            database,
            node: hex::encode(clock::random::<4>()),
            clock,
            settings,
            hashing: tokio::sync::Semaphore::new((cores / 2).max(1)),
            drawings: Drawings::default(),
            guesses: Mutex::default(),
            progress: Mutex::default(),
            large_writes: Arc::default(),
        }))
    }

    /// Says that much is written from now on in one transaction, for which other writers wait.
    pub fn writes_much(&self) -> LargeWrite {
        self.large_writes.fetch_add(1, Ordering::Relaxed);
        LargeWrite(self.large_writes.clone())
    }

    /// How long a form may take: while much is written to SQLite's file, it waits for its turn rather than be refused. On
    /// PostgreSQL those who wait would keep the connections of those who only read.
    pub fn longest_form(&self) -> Duration {
        let busy = self.large_writes.load(Ordering::Relaxed) > 0;
        if busy && matches!(self.database, Database::Sqlite { .. }) { LONGEST_TURN } else { self.settings.longest_form }
    }

    /// The address that a request came from: the nearest hop that is no trusted proxy.
    pub fn client_address(&self, peer: IpAddr, forwarded: &[&str]) -> IpAddr {
        let trusted = |address: IpAddr| self.settings.trusted_proxies.iter().any(|net| net.contains(&address));
        let mut address = peer.to_canonical();
        let mut hops = forwarded.iter().flat_map(|line| line.split(',')).map(str::trim).rev();
        while trusted(address) {
            match hops.next().and_then(|hop| hop.parse::<IpAddr>().ok()) {
                Some(hop) => address = hop.to_canonical(),
                None => break,
            }
        }
        address
    }
}

impl std::ops::Deref for Backend {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
