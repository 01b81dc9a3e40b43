//! PostgreSQL's own tools. Where the database is, and its password, they are told by their environment: the command line
//! of a process is open to everybody on the machine.

use std::path::Path;
use std::process::{Command, Stdio};
use std::str::FromStr as _;

use percent_encoding::percent_decode_str;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use sqlx::{Connection as _, Executor as _};

use super::Facts;
use super::manifest::Head;

fn line(error: &sqlx::Error) -> String {
    format!("DATABASE_URL: PostgreSQL cannot be asked: {}", error.to_string().replace('\n', " "))
}

async fn open(url: &str) -> Result<PgConnection, String> {
    PgConnection::connect(url).await.map_err(|error| line(&error))
}

/// Copies the database as it is at one moment.
pub(super) async fn snapshot(url: &str, to: &Path) -> Result<Facts, String> {
    let mut connection = open(url).await?;
    check_version("pg_dump", &mut connection).await?;
    // pg_dump sees what this transaction sees, so the list of contents fits the copy exactly.
    let begun = async {
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let snapshot: String = sqlx::query_scalar("SELECT pg_export_snapshot()").fetch_one(&mut connection).await?;
        let schema: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(&mut connection)
            .await?;
        let (rows, hash) = sqlx::query_as("SELECT seq, hash FROM journal_head").fetch_one(&mut connection).await?;
        let contents = if schema < 2 {
            Vec::new()
        } else {
            sqlx::query_as("SELECT sha256, size FROM files ORDER BY sha256").fetch_all(&mut connection).await?
        };
        Ok::<_, sqlx::Error>((snapshot, Facts { schema, head: Head { rows, hash }, contents }))
    };
    let (snapshot, facts) = begun.await.map_err(|error| line(&error))?;
    let mut dump = tool("pg_dump", url)?;
    dump.args(["--format=custom", "--no-owner", "--no-privileges", "--lock-wait-timeout=30s"]);
    dump.arg(format!("--snapshot={snapshot}")).arg("--file").arg(to);
    run(dump, "pg_dump").await?;
    let _ = connection.close().await;
    Ok(facts)
}

/// Whether the database names a content.
pub(super) async fn is_named(url: &str, sha256: &str) -> Result<bool, String> {
    let mut connection = open(url).await?;
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM files WHERE sha256 = $1")
        .bind(sha256)
        .fetch_one(&mut connection)
        .await
        .map_err(|error| line(&error))?;
    let _ = connection.close().await;
    Ok(found > 0)
}

/// Whether pg_restore can be run, and the database has nothing in it.
///
/// # Errors
/// One line that says what is in the way.
pub(super) async fn check_empty(url: &str) -> Result<(), String> {
    let mut connection = open(url).await?;
    check_version("pg_restore", &mut connection).await?;
    let found: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(|error| line(&error))?;
    let _ = connection.close().await;
    if found == 0 {
        Ok(())
    } else {
        Err("DATABASE_URL: the database is not empty; restore into an empty one".to_owned())
    }
}

/// Restores a copy, all of it or nothing.
pub(super) async fn restore(url: &str, from: &Path) -> Result<(), String> {
    let options = PgConnectOptions::from_str(url).map_err(|error| line(&error))?;
    let mut restore = tool("pg_restore", url)?;
    restore.args(["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]);
    restore.arg("--dbname").arg(options.get_database().unwrap_or(options.get_username())).arg(from);
    run(restore, "pg_restore").await
}

/// One of PostgreSQL's tools, told by its environment where the database is.
fn tool(name: &str, url: &str) -> Result<Command, String> {
    let options = PgConnectOptions::from_str(url).map_err(|error| line(&error))?;
    let mut command = Command::new(name);
    command.env_remove("PGSERVICE").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    match options.get_socket() {
        Some(folder) => command.env("PGHOST", folder),
        None => command.env("PGHOST", options.get_host()),
    };
    command.env("PGPORT", options.get_port().to_string()).env("PGUSER", options.get_username());
    command.env("PGDATABASE", options.get_database().unwrap_or(options.get_username()));
    command.env("PGSSLMODE", ssl_mode(options.get_ssl_mode())).env("PGCONNECT_TIMEOUT", "10");
    if let Some(password) = password(url) {
        command.env("PGPASSWORD", password);
    }
    for (parameter, variable) in [("sslrootcert", "PGSSLROOTCERT"), ("sslcert", "PGSSLCERT"), ("sslkey", "PGSSLKEY")] {
        if let Some(value) = parameter_of(url, parameter) {
            command.env(variable, value);
        }
    }
    Ok(command)
}

fn ssl_mode(mode: PgSslMode) -> &'static str {
    match mode {
        PgSslMode::Disable => "disable",
        PgSslMode::Allow => "allow",
        PgSslMode::Prefer => "prefer",
        PgSslMode::Require => "require",
        PgSslMode::VerifyCa => "verify-ca",
        PgSslMode::VerifyFull => "verify-full",
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The password in a URL; the library that reads the rest of it keeps that to itself.
fn password(url: &str) -> Option<String> {
    let authority = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    let (user, _) = authority.rsplit_once('@')?;
    user.split_once(':').map(|(_, password)| decoded(password))
}

fn parameter_of(url: &str, name: &str) -> Option<String> {
    let query = url.split_once('?')?.1;
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name).map(|(_, v)| decoded(v))
}

/// Refuses a tool that is missing or older than the server.
async fn check_version(name: &str, connection: &mut PgConnection) -> Result<(), String> {
    let said = Command::new(name).arg("--version").output().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("{name} is missing; install PostgreSQL's client programs"),
        _ => format!("{name} cannot be run: {error}"),
    })?;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    let version = tool_version(&said).ok_or_else(|| format!("{name} does not tell its version: {}", said.trim()))?;
    let server: String =
        sqlx::query_scalar("SHOW server_version_num").fetch_one(connection).await.map_err(|error| line(&error))?;
    let server = server.parse::<u32>().unwrap_or_default() / 10_000;
    if version < server {
        return Err(format!("{name} is of version {version}, older than the server's {server}; install a newer one"));
    }
    Ok(())
}

/// `pg_dump (PostgreSQL) 17.6 (Debian 17.6-1)` is of version 17.
fn tool_version(said: &str) -> Option<u32> {
    let after = said.split_once(") ")?.1;
    after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Runs a tool to its end; what it complains of last becomes the error.
async fn run(mut command: Command, name: &str) -> Result<(), String> {
    let output = tokio::task::spawn_blocking(move || command.output()).await;
    let output =
        output.map_err(|error| error.to_string())?.map_err(|error| format!("{name} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{name} failed: {}",
        said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it did not say why")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_in_its_url() {
        assert_eq!(password("postgres://ada:p%40ss%3A%2F@db.example:5432/portal").as_deref(), Some("p@ss:/"));
        assert_eq!(password("postgres://ada@db.example/portal"), None);
        assert_eq!(password("postgres://db.example/portal?x=a:b@c"), None);
    }

    #[test]
    fn a_tool_tells_its_version() {
        assert_eq!(tool_version("pg_dump (PostgreSQL) 17.6 (Debian 17.6-1)\n"), Some(17));
        assert_eq!(tool_version("pg_restore (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(tool_version("nothing"), None);
    }
}
