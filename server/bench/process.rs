//! The processes that are measured. Whatever happens to the benchmark, they end with it.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use app::backend::clock::stopwatch;

static RUNNING: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// Ends every process that still runs.
pub(crate) fn kill_all() {
    for mut child in RUNNING.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// When the benchmark is told to stop, its processes and its folder go with it.
pub(crate) fn end_with_signals(folder: PathBuf) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            use tokio::signal::unix::{SignalKind, signal};
            if let (Ok(mut interrupt), Ok(mut terminate)) =
                (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            {
                tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
                kill_all();
                let _ = std::fs::remove_dir_all(folder);
                std::process::exit(130);
            }
        });
    });
    Ok(())
}

/// A process that is stopped when it is dropped.
pub(crate) struct Process(u32);

impl Process {
    pub(crate) fn spawn(command: &mut Command) -> Result<Self, String> {
        let child = command.spawn().map_err(|error| format!("{command:?} does not start: {error}"))?;
        let id = child.id();
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).push(child);
        Ok(Self(id))
    }

    /// Kilobytes that the kernel reports under a name such as `VmRSS`, as megabytes.
    pub(crate) fn memory(&self, name: &str) -> Result<f64, String> {
        let path = format!("/proc/{}/status", self.0);
        let status = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.map(|kilobytes| kilobytes * 1024.0 / 1e6).ok_or_else(|| format!("{path} has no {name}"))
    }

    /// Makes the kernel forget the most memory it has had so far: `VmHWM` starts again from what it has now.
    pub(crate) fn forget_peak(&self) -> Result<(), String> {
        let path = format!("/proc/{}/clear_refs", self.0);
        std::fs::write(&path, "5").map_err(|error| format!("{path}: {error}"))
    }

    /// Seconds of processor time that it has taken so far.
    pub(crate) fn processor(&self) -> Result<f64, String> {
        let path = format!("/proc/{}/stat", self.0);
        let stat = std::fs::read_to_string(&path).map_err(|error| format!("{path}: {error}"))?;
        // After the name, which is in parentheses: twelfth and thirteenth, in hundredths of a second.
        let fields = stat.rsplit_once(')').map(|(_, fields)| fields.split_whitespace());
        let ticks: Vec<f64> = fields.into_iter().flatten().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
        if ticks.len() == 2 { Ok(ticks.iter().sum::<f64>() / 100.0) } else { Err(format!("{path} is unreadable")) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = running.iter().position(|child| child.id() == self.0) else { return };
        let mut child = running.swap_remove(index);
        drop(running);
        // In good order if it can, so that the database is left as an operator would leave it.
        let _ = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.0)]).status();
        let told = stopwatch();
        while told.elapsed() < Duration::from_secs(5) {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A process that answers requests.
pub(crate) struct Server {
    pub(crate) addr: SocketAddr,
    pub(crate) process: Process,
    /// From its start to its first answer.
    pub(crate) first_answer: Duration,
}

impl Server {
    /// Starts it on a free port, which `command` is given, and waits until `path` answers.
    pub(crate) fn start(path: &str, command: impl FnOnce(SocketAddr) -> Command) -> Result<Self, String> {
        let addr = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(|e| e.to_string())?;
        let mut command = command(addr);
        let started = stopwatch();
        let process = Process::spawn(&mut command)?;
        while !answers(addr, path) {
            if started.elapsed() > Duration::from_secs(20) {
                return Err(format!("{command:?} does not answer"));
            }
            std::thread::sleep(Duration::from_micros(500));
        }
        Ok(Self { addr, process, first_answer: started.elapsed() })
    }
}

fn answers(addr: SocketAddr, path: &str) -> bool {
    let asked = TcpStream::connect(addr).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {addr}\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.starts_with("HTTP/1.1 200"))
    });
    asked.unwrap_or(false)
}

/// A portal with a database of its own.
pub(crate) struct Site {
    portal: PathBuf,
    folder: PathBuf,
    pub(crate) database: String,
}

impl Site {
    /// In a new folder; on a SQLite file there, unless a database is named.
    pub(crate) fn new(portal: &Path, folder: &Path, database: Option<&str>) -> Result<Self, String> {
        std::fs::create_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let database = database.map_or_else(|| format!("sqlite://{}/portal.db", folder.display()), str::to_owned);
        Ok(Self { portal: portal.to_owned(), folder: folder.to_owned(), database })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.portal);
        for name in [
            "PORTAL_HEADS",
            "CLAMD_URL",
            "PORTAL_URL",
            "SMTP_URL",
            "MAIL_FROM",
            "PORTAL_TRUSTED_PROXIES",
            "PORTAL_METRICS_ADDR",
            "RUST_LOG",
        ] {
            command.env_remove(name);
        }
        command.args(arguments).current_dir(&self.folder).env("DATABASE_URL", &self.database);
        command.env("PORTAL_ADDR", "127.0.0.1:0").env("PORTAL_DOCUMENTS", self.folder.join("documents"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    /// Runs a command of the portal to its end and gives what it printed.
    pub(crate) fn run(&self, arguments: &[&str], input: &str) -> Result<String, String> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let said = |error: std::io::Error| format!("portal {}: {error}", arguments.join(" "));
        let mut child = command.spawn().map_err(said)?;
        if let Some(mut stdin) = child.stdin.take() {
            // Who does not read its input may have closed it.
            let _ = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().map_err(said)?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            let error = String::from_utf8_lossy(&output.stderr);
            Err(format!("portal {} failed: {}", arguments.join(" "), error.trim()))
        }
    }

    /// How long a command takes, and what it printed.
    pub(crate) fn timed(&self, arguments: &[&str]) -> Result<(Duration, String), String> {
        let started = stopwatch();
        let printed = self.run(arguments, "")?;
        Ok((started.elapsed(), printed))
    }

    /// Serves, with the logs in a file as an operator would have them.
    pub(crate) fn serve(&self) -> Result<Server, String> {
        self.serve_with(&[])
    }

    /// The same, with more settings.
    pub(crate) fn serve_with(&self, settings: &[(&str, &str)]) -> Result<Server, String> {
        let path = self.folder.join("portal.log");
        let log = std::fs::File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Server::start("/health/live", |addr| {
            let mut command = self.command(&["serve"]);
            command.env("PORTAL_ADDR", addr.to_string()).envs(settings.iter().copied()).stderr(log);
            command
        })
    }
}
