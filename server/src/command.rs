//! The command line: one subcommand for each thing an operator does.

mod user;

use std::path::PathBuf;
use std::process::ExitCode;

use app::backend::journal;
use app::error::{Error, Refusal};
use clap::{Parser, Subcommand};
use sqlx::types::Uuid;
use tracing_subscriber::EnvFilter;

use self::user::{add_user, forget_factors, with_rights};
use crate::configuration::{Configuration, Given, LogForm};
use crate::demonstration::{self, Content};
use crate::{backup, serve};

/// The partnership and investment portal of Boao Hope City.
///
/// Without a command it serves. Log lines go to standard error, as JSON unless it is a terminal; RUST_LOG sets how much is
/// logged (default: info).
#[derive(Parser)]
#[command(name = "portal", version)]
struct Cli {
    #[command(flatten)]
    given: Given,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Brings the database's schema up to date and serves (the default)
    Serve,
    /// Brings the database's schema up to date
    Migrate,
    /// Loads the demonstration into an empty database
    Demo {
        /// Do nothing, and succeed, when the database is not empty
        #[arg(long)]
        if_empty: bool,
    },
    /// Imports published data
    #[command(subcommand)]
    Import(Import),
    /// Manages accounts
    #[command(subcommand)]
    User(User),
    /// Copies the database, every document and the journal's heads into a new folder, while the portal serves
    ///
    /// The folder is written under the name DIR.partial, with a manifest of every file's size and hash, and named DIR when
    /// it is whole. PostgreSQL is copied by pg_dump, which must be on the PATH and no older than the server.
    Backup {
        /// The folder to make; it must not exist yet
        dir: PathBuf,
    },
    /// Restores a backup into an empty database and an empty folder of documents
    ///
    /// Every file is compared with the manifest before anything is written. The schema is brought up to date and the
    /// journal is verified. No portal may serve meanwhile. PostgreSQL needs pg_restore on the PATH, and a database that
    /// exists and has no tables.
    Restore {
        /// The folder that `portal backup` made
        dir: PathBuf,
    },
    /// Looks after the journal
    #[command(subcommand)]
    Journal(Journal),
    /// Looks after the search
    #[command(subcommand)]
    Search(Search),
}

#[derive(Subcommand)]
enum Import {
    /// Imports the European Medicines Agency's table of medicines, CSV or XLSX as published
    Ema { file: PathBuf },
}

#[derive(Subcommand)]
enum User {
    /// Adds an account. Its password is read from standard input with --password-stdin, else made up and printed
    Add {
        /// The e-mail address to sign in with
        email: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// administrator, staff, executive, expert or representative
        #[arg(long)]
        role: String,
        /// The id of the company that a representative acts for; may be repeated
        #[arg(long)]
        company: Vec<Uuid>,
        /// With which rights: viewer, contributor, manager (the default) or administrator; once for all companies, or
        /// once for each in their order
        #[arg(long)]
        rights: Vec<String>,
        /// Read the password from the first line of standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Takes the second factors of somebody away who has lost them; they are told by mail
    ///
    /// They sign in with their password and set up new ones. Be sure that it is them who asks.
    ForgetFactors {
        /// The e-mail address they sign in with
        email: String,
    },
}

#[derive(Subcommand)]
enum Search {
    /// Makes the search's index anew from the records. Whoever writes meanwhile waits
    Rebuild,
}

#[derive(Subcommand)]
enum Journal {
    /// Walks the whole chain and names the first altered, missing or re-ordered row
    Verify,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    // Before anything speaks TLS. It fails only where there is one already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let cli = Cli::parse();
    if let Err(line) = cli.given.log_form().and_then(log) {
        say_error(&line);
        return ExitCode::from(2);
    }
    // Fewer than four threads can starve a runtime whose work blocks now and then.
    let threads = std::thread::available_parallelism().map_or(4, usize::from).max(4);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    let done = match runtime {
        Ok(runtime) => runtime.block_on(execute(cli)),
        Err(error) => Err(format!("the process cannot start its threads: {error}")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(line) => {
            say_error(&line);
            ExitCode::from(2)
        }
    }
}

fn log(form: Option<LogForm>) -> Result<(), String> {
    let wanted = std::env::var("RUST_LOG").unwrap_or_default();
    // The passkeys' library calls an error what a visitor got wrong; what matters of it the portal logs itself.
    let wanted = if wanted.trim().is_empty() { "info,sqlx=warn,webauthn_rs_core=off" } else { &wanted };
    let filter = EnvFilter::builder().parse(wanted).map_err(|error| format!("RUST_LOG: {error}"))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    match form.unwrap_or(if terminal { LogForm::Text } else { LogForm::Json }) {
        LogForm::Text => builder.compact().with_ansi(terminal).with_target(false).init(),
        LogForm::Json => builder.json().flatten_event(true).with_span_list(false).init(),
    }
    // Left to itself a panic writes lines of its own, with whatever text it panicked about.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, what = panic.payload_as_str().unwrap_or("unknown"), "a panic");
    }));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a command's result is for the person, or program, that ran it")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "what stops the process is said even where nothing is logged")]
fn say_error(line: &str) {
    eprintln!("portal: {line}");
}

async fn execute(cli: Cli) -> Result<(), String> {
    let configuration = cli.given.check()?;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve::serve(&configuration).await,
        Command::Migrate => {
            serve::open(&configuration).await?;
            say("the schema is up to date");
            Ok(())
        }
        Command::Demo { if_empty } => demo(&configuration, if_empty).await,
        Command::Import(Import::Ema { file }) => import(&configuration, file).await,
        Command::User(User::Add { email, name, role, company, rights, password_stdin }) => {
            let backend = serve::open(&configuration).await?;
            let companies = with_rights(&company, &rights)?;
            add_user(&backend, &email, name, &role, companies, password_stdin).await
        }
        Command::User(User::ForgetFactors { email }) => {
            let backend = serve::open(&configuration).await?;
            forget_factors(&backend, &email).await
        }
        Command::Backup { dir } => {
            say(&backup::backup(&configuration, &dir).await?);
            Ok(())
        }
        Command::Restore { dir } => {
            say(&backup::restore(&configuration, &dir).await?);
            Ok(())
        }
        Command::Journal(Journal::Verify) => verify(&configuration).await,
        Command::Search(Search::Rebuild) => rebuild_search(&configuration).await,
    }
}

/// An error of the portal as one line for an operator.
fn line(error: &Error) -> String {
    match error {
        Error::Refused(Refusal::NotATable) => "this file is not a table in CSV or XLSX".to_owned(),
        Error::Refused(Refusal::NotEma) => "this is not the Agency's table: columns are missing".to_owned(),
        Error::Refused(Refusal::EmptyTable) => "this table has no rows".to_owned(),
        Error::Refused(Refusal::Truncated) => "this file is incomplete: it ends in the middle of a row".to_owned(),
        Error::Refused(Refusal::WrongEncoding) => "this file is not in UTF-8".to_owned(),
        Error::Refused(Refusal::TooLarge) => "this table is too large".to_owned(),
        Error::Refused(Refusal::Damaged) => "this file is damaged".to_owned(),
        Error::Unavailable => "the database is not available".to_owned(),
        other => other.to_string(),
    }
}

async fn demo(configuration: &Configuration, if_empty: bool) -> Result<(), String> {
    if !configuration.is_local() {
        return Err(format!(
            "PORTAL_URL: {} is not on this machine; the demonstration's passwords are public, so it is loaded nowhere else",
            configuration.url
        ));
    }
    let backend = serve::open(configuration).await?;
    match demonstration::content(&backend).await.map_err(|error| line(&error))? {
        Content::Nothing => {
            let (companies, products) = demonstration::load(&backend).await.map_err(|error| line(&error))?;
            say(&format!("loaded the demonstration: {companies} companies, {products} products"));
            Ok(())
        }
        _ if if_empty => Ok(()),
        Content::Demonstration => Err("the demonstration is loaded already".to_owned()),
        Content::Something => {
            Err("the database is not empty; the demonstration goes into an empty one only".to_owned())
        }
    }
}

async fn import(configuration: &Configuration, file: PathBuf) -> Result<(), String> {
    let bytes = std::fs::read(&file).map_err(|error| format!("{} cannot be read: {error}", file.display()))?;
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let backend = serve::open(configuration).await?;
    let report = app::product::upload::import_file(&backend, &name, bytes).await.map_err(|error| line(&error))?;
    for (label, count) in [
        ("created", report.products_created),
        ("updated", report.products_updated),
        ("unchanged", report.products_unchanged),
        ("skipped (veterinary)", report.skipped),
        ("rejected", report.rejected.len()),
        ("rows", report.rows),
        ("companies created", report.companies_created),
    ] {
        say(&format!("{label:<22}{count:>8}"));
    }
    for row in &report.rejected {
        say(&format!("rejected: line {}, {}: {:?} ({})", row.line, row.column, row.value, row.reason));
    }
    for row in &report.without_company {
        say(&format!("without company: line {}, {} ({})", row.line, row.name, row.number));
    }
    Ok(())
}

async fn verify(configuration: &Configuration) -> Result<(), String> {
    let backend = serve::open(configuration).await?;
    let heads = std::fs::read_to_string(journal::verify::heads_file(&configuration.heads)).unwrap_or_default();
    let verified = async {
        let mut tx = backend.database.read().await?;
        journal::verify::verify(&mut tx, &heads).await
    };
    match verified.await.map_err(|error| line(&error))? {
        Ok(rows) => {
            say(&format!("the journal holds: {rows} rows, {} heads kept outside", heads.lines().count()));
            Ok(())
        }
        Err(fault) => Err(format!("the journal does not hold: {fault}")),
    }
}

async fn rebuild_search(configuration: &Configuration) -> Result<(), String> {
    let backend = serve::open(configuration).await?;
    let rebuilt = async {
        let mut tx = backend.database.begin().await?;
        let count = app::search::store::rebuild(&mut tx).await?;
        tx.commit().await?;
        Ok(count)
    };
    let count = rebuilt.await.map_err(|error| line(&error))?;
    say(&format!("the search finds {count} records"));
    Ok(())
}
