//! How fast mails leave, and what they cost the request that causes them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use app::backend::clock::stopwatch;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

use crate::bare::Pool;
use crate::client::{self, Job, Load, Until, post};
use crate::process::Site;
use crate::report::{Report, Target};
use crate::{staff, writes};

/// How many mails are measured at once.
const MAILS: usize = 1000;
/// Companies of one round of the comparison.
const ROUND: usize = 200;
const ROUNDS: usize = 4;

pub(crate) fn mails(report: &mut Report, runtime: &Runtime, site: &Site) -> Result<(), String> {
    let sink = Sink::start()?;
    let server = format!("smtp://{}", sink.addr);
    let portal = site.serve_with(&[("SMTP_URL", &server), ("MAIL_FROM", "portal@bench.example")])?;
    report.section("Mails, through a mail server on this machine");
    runtime.block_on(async {
        let cookie = staff(&portal).sign_in().await?;
        let pool = Pool::open(&site.database).await?;
        let manager = pool.account("admin@demo.example").await?.to_string();
        // Who names oneself is not written to: the same request without its mail.
        let oneself = pool.account("staff@demo.example").await?.to_string();
        let create = async |manager: &str, connections, count| {
            let (addr, cookie, manager) = (portal.addr, cookie.clone(), manager.to_owned());
            let request = move |number: usize| {
                let body = format!(
                    "name_en=Mailed+{number}&name_zh=&name_local=&kinds%5B%5D=manufacturer&country=DE&city=&website=\
                     &stage=target&manager={manager}&about="
                );
                post(addr, &cookie, "/api/companies/create", &body)
            };
            let job = Arc::new(Job { addr, request: Box::new(request), right: writes::created });
            client::load(job, connections, Until::Count(count)).await
        };

        create(&manager, 4, ROUND).await?;
        sink.wait_for(ROUND).await?;
        let started = stopwatch();
        create(&manager, 4, MAILS).await?;
        let caused = started.elapsed();
        sink.wait_for(ROUND + MAILS).await?;
        let minutes = started.elapsed().as_secs_f64() / 60.0;
        report.line(
            "mails a minute, from their cause to the mail server",
            MAILS as f64 / minutes,
            "",
            Target::AtLeast(1000.0),
        );
        report.line("   of this, 1000 companies created", caused.as_secs_f64(), "s", Target::None);

        let mut expected = ROUND + MAILS;
        for connections in [1, 4] {
            // In turns, so that a machine that gets slower does so for both.
            let (mut with, mut without) = (Vec::new(), Vec::new());
            for _ in 0..ROUNDS {
                without.push(create(&oneself, connections, ROUND).await?);
                with.push(create(&manager, connections, ROUND).await?);
                expected += ROUND;
                sink.wait_for(expected).await?;
            }
            let (with, without) = (Load::joined(with), Load::joined(without));
            let label = |what: &str| format!("{connections} at once: {what}, median");
            report.line(&label("a company without a mail"), without.quantile(0.5), "ms", Target::None);
            report.line(&label("a company that causes one"), with.quantile(0.5), "ms", Target::None);
            let ratio = with.quantile(0.5) / without.quantile(0.5);
            report.line("   times as long", ratio, "", Target::AtMost(1.2));
        }
        Ok(())
    })
}

/// A mail server that takes everything and keeps nothing, in a thread of its own.
struct Sink {
    addr: SocketAddr,
    taken: Arc<AtomicUsize>,
}

impl Sink {
    fn start() -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).map_err(|e| e.to_string())?;
        let addr = listener.local_addr().map_err(|e| e.to_string())?;
        let taken = Arc::new(AtomicUsize::new(0));
        let counted = taken.clone();
        std::thread::spawn(move || {
            runtime.block_on(async {
                while let Ok((stream, _)) = listener.accept().await {
                    let taken = counted.clone();
                    tokio::spawn(async move {
                        let _ = converse(stream, &taken).await;
                    });
                }
            });
        });
        Ok(Self { addr, taken })
    }

    async fn wait_for(&self, count: usize) -> Result<(), String> {
        let started = stopwatch();
        while self.taken.load(Ordering::Relaxed) < count {
            if started.elapsed() > Duration::from_secs(120) {
                return Err(format!("{} of {count} mails arrived", self.taken.load(Ordering::Relaxed)));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }
}

async fn converse(stream: TcpStream, taken: &AtomicUsize) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 bench ESMTP\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        if line.starts_with("DATA") {
            stream.write_all(b"354 go on\r\n").await?;
            while line != ".\r\n" {
                line.clear();
                if stream.read_line(&mut line).await? == 0 {
                    return Ok(());
                }
            }
            taken.fetch_add(1, Ordering::Relaxed);
        }
        stream.write_all(if line.starts_with("QUIT") { b"221 bye\r\n" } else { b"250 ok\r\n" }).await?;
    }
}
