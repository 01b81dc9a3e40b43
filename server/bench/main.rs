//! `make bench`: measures the release build over real connections and prints each figure beside its target.
//!
//! A figure over its target is marked, never a failure: machines differ. What does not work is one.

#![expect(clippy::print_stdout, reason = "the figures are for the person who ran the benchmark")]

mod agreements;
mod bare;
mod client;
mod commands;
mod documents;
mod large;
mod outbox;
mod pages;
mod process;
mod report;
mod tables;
mod writes;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use app::account::pages::DEMONSTRATION_PASSWORD;
use app::backend::clock::stopwatch;
use clap::{Parser, Subcommand, ValueEnum};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::client::Caller;
use crate::process::{Server, Site};
use crate::report::Report;

// The portal's own, so that the bare handler is not slower for want of it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How many people sign in at once.
const PEOPLE: usize = 32;
const PASSWORD: &str = "a password of the bench";

#[derive(Parser)]
#[command(name = "bench")]
struct Cli {
    /// The portal to measure
    #[arg(long, default_value = "target/release/portal")]
    portal: PathBuf,
    /// Measure only this; may be repeated
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// How many companies the large register of the search has
    #[arg(long, default_value_t = 100_000)]
    companies: usize,
    /// How many agreements there are where there are many
    #[arg(long, default_value_t = 20_000)]
    agreements: usize,
    /// What `cargo bench` says to every benchmark
    #[arg(long, hide = true)]
    bench: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Start,
    Sizes,
    Pages,
    Memory,
    Creates,
    Documents,
    Mails,
    Import,
    Search,
    RegisterImport,
    Agreements,
    Postgres,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the handler that /companies is compared with
    Bare {
        #[arg(long)]
        database: String,
        #[arg(long)]
        addr: std::net::SocketAddr,
    },
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let done = match &cli.command {
        Some(Command::Bare { database, addr }) => bare::serve(database, *addr),
        None => in_folder(&cli),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            process::kill_all();
            println!("bench: {line}");
            ExitCode::FAILURE
        }
    }
}

/// Measures in a folder beside the programs – on their disk, for /tmp may be memory – and takes it away again.
fn in_folder(cli: &Cli) -> Result<(), String> {
    let portal = cli.portal.canonicalize().map_err(|error| format!("{}: {error}", cli.portal.display()))?;
    let beside = portal.parent().unwrap_or(Path::new("."));
    let folder = beside.join(format!("bench-{}", std::process::id()));
    std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    process::end_with_signals(folder.clone())?;
    let done = measure(cli, &portal, &folder);
    process::kill_all();
    std::fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    done
}

fn measure(cli: &Cli, portal: &Path, folder: &Path) -> Result<(), String> {
    let wanted = |part| cli.only.is_empty() || cli.only.contains(&part);
    // One thread asks: on a small machine the rest is for the one who answers.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|e| e.to_string())?;
    let began = stopwatch();
    let mut report = Report::default();
    report.machine(folder)?;

    let site = Site::new(portal, &folder.join("sqlite"), None)?;
    people(&site)?;
    if wanted(Part::Start) {
        commands::start(&mut report, &site)?;
    }
    if wanted(Part::Sizes) {
        let server = site.serve()?;
        runtime.block_on(pages::sizes(&mut report, &staff(&server)))?;
    }
    if wanted(Part::Pages) {
        pages::speed(&mut report, &runtime, &site, "SQLite")?;
    }
    if wanted(Part::Memory) {
        pages::memory(&mut report, &runtime, &site)?;
    }
    if wanted(Part::Creates) {
        writes::creates(&mut report, &runtime, &site, "SQLite")?;
    }
    if wanted(Part::Mails) {
        outbox::mails(&mut report, &runtime, &site)?;
    }
    if wanted(Part::Documents) {
        documents::uploads(&mut report, &runtime, &site)?;
    }
    if wanted(Part::Import) {
        commands::import(&mut report, portal, folder)?;
    }
    if wanted(Part::Search) {
        let few = Site::new(portal, &folder.join("few"), None)?;
        let many = Site::new(portal, &folder.join("many"), None)?;
        large::growth(&mut report, &runtime, (&few, &many), cli.companies, "SQLite")?;
    }
    if wanted(Part::Agreements) {
        let few = Site::new(portal, &folder.join("few-agreements"), None)?;
        let many = Site::new(portal, &folder.join("many-agreements"), None)?;
        agreements::growth(&mut report, &runtime, (&few, &many), cli.agreements, "SQLite")?;
    }
    if wanted(Part::RegisterImport) {
        let site = Site::new(portal, &folder.join("tables"), None)?;
        site.run(&["demo"], "")?;
        tables::import(&mut report, &runtime, &site, "SQLite")?;
    }
    // What takes minutes, on PostgreSQL only where it is asked for by its name.
    if let Ok(url) = std::env::var("PORTAL_TEST_POSTGRES")
        && !url.is_empty()
    {
        let mut on_postgres = |part, measure: Measure<'_>| {
            if cli.only.contains(&part) {
                with_postgres(&mut report, &runtime, portal, folder, &url, measure)
            } else {
                Ok(())
            }
        };
        on_postgres(Part::Search, &|report, few, many| {
            large::growth(report, &runtime, (few, many), cli.companies, "PostgreSQL")
        })?;
        on_postgres(Part::Agreements, &|report, few, many| {
            agreements::growth(report, &runtime, (few, many), cli.agreements, "PostgreSQL")
        })?;
        on_postgres(Part::RegisterImport, &|report, site, _| {
            site.run(&["demo"], "")?;
            tables::import(report, &runtime, site, "PostgreSQL")
        })?;
    }
    if wanted(Part::Postgres)
        && let Ok(url) = std::env::var("PORTAL_TEST_POSTGRES")
        && !url.is_empty()
    {
        let name = format!("bench_{}", std::process::id());
        runtime.block_on(statement(&url, format!("CREATE DATABASE {name}")))?;
        let base = url.rsplit_once('/').map_or(url.as_str(), |(base, _)| base);
        let done = postgres(&mut report, &runtime, portal, folder, &format!("{base}/{name}"));
        process::kill_all();
        runtime.block_on(statement(&url, format!("DROP DATABASE {name} WITH (FORCE)")))?;
        done?;
    }
    report.end(began.elapsed());
    Ok(())
}

fn postgres(
    report: &mut Report,
    runtime: &tokio::runtime::Runtime,
    portal: &Path,
    folder: &Path,
    url: &str,
) -> Result<(), String> {
    let site = Site::new(portal, &folder.join("postgres"), Some(url))?;
    people(&site)?;
    // What PostgreSQL does is up to how it is set up: reported, without targets.
    report.targets = false;
    pages::speed(report, runtime, &site, "PostgreSQL")?;
    writes::creates(report, runtime, &site, "PostgreSQL")
}

/// What is measured on two databases.
type Measure<'a> = &'a dyn Fn(&mut Report, &Site, &Site) -> Result<(), String>;

/// Measures on two databases of PostgreSQL, which are gone afterwards.
fn with_postgres(
    report: &mut Report,
    runtime: &tokio::runtime::Runtime,
    portal: &Path,
    folder: &Path,
    url: &str,
    measure: Measure<'_>,
) -> Result<(), String> {
    let names = ["few", "many"].map(|name| format!("bench_{}_{name}", std::process::id()));
    for name in &names {
        runtime.block_on(statement(url, format!("CREATE DATABASE {name}")))?;
    }
    let base = url.rsplit_once('/').map_or(url, |(base, _)| base);
    let site = |name: &str| Site::new(portal, &folder.join(name), Some(&format!("{base}/{name}")));
    report.targets = false;
    let done = site(&names[0]).and_then(|few| measure(report, &few, &site(&names[1])?));
    report.targets = true;
    process::kill_all();
    for name in &names {
        runtime.block_on(statement(url, format!("DROP DATABASE {name} WITH (FORCE)")))?;
    }
    done
}

async fn statement(url: &str, sql: String) -> Result<(), String> {
    let said = |error: sqlx::Error| format!("PORTAL_TEST_POSTGRES: {error}");
    let mut connection = PgConnection::connect(url).await.map_err(said)?;
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.map_err(said)?;
    connection.close().await.map_err(said)
}

/// Loads the demonstration, and adds those who will sign in.
fn people(site: &Site) -> Result<(), String> {
    site.run(&["demo"], "")?;
    for number in 0..PEOPLE {
        let add = ["user", "add", &person(number), "--name", "Invented", "--role", "expert", "--password-stdin"];
        site.run(&add, PASSWORD)?;
    }
    Ok(())
}

fn person(number: usize) -> String {
    format!("person{}@bench.example", number % PEOPLE)
}

/// How one of the staff asks.
fn staff(server: &Server) -> Caller {
    Caller::new(server.addr, "staff@demo.example", DEMONSTRATION_PASSWORD)
}
