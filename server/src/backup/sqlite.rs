//! The copy of a SQLite file that a portal may be writing to.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};

use super::Facts;
use super::manifest::Head;

async fn open(path: &Path) -> Result<SqliteConnection, String> {
    if !path.exists() {
        return Err(format!("DATABASE_URL: there is no database at {}", path.display()));
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(Duration::from_secs(30));
    options.connect().await.map_err(|error| format!("{} cannot be opened: {error}", path.display()))
}

fn line(error: &sqlx::Error) -> String {
    format!("the database cannot be copied: {}", error.to_string().replace('\n', " "))
}

/// Copies the database as it is at one moment; whoever writes goes on writing.
pub(super) async fn snapshot(live: &Path, to: &Path) -> Result<Facts, String> {
    let mut connection = open(live).await?;
    let target = to.to_str().ok_or("the folder's name is not UTF-8")?;
    sqlx::query("VACUUM INTO $1").bind(target).execute(&mut connection).await.map_err(|error| line(&error))?;
    let _ = connection.close().await;

    let mut copy = open(to).await?;
    let facts = async {
        let sound: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut copy).await?;
        let schema: i64 =
            sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations").fetch_one(&mut copy).await?;
        let (rows, hash) = sqlx::query_as("SELECT seq, hash FROM journal_head").fetch_one(&mut copy).await?;
        let contents = if schema < 2 {
            Vec::new()
        } else {
            sqlx::query_as("SELECT sha256, size FROM files WHERE gone_at IS NULL ORDER BY sha256")
                .fetch_all(&mut copy)
                .await?
        };
        Ok::<_, sqlx::Error>((sound, Facts { schema, head: Head { rows, hash }, contents }))
    };
    let (sound, facts) = facts.await.map_err(|error| line(&error))?;
    let _ = copy.close().await;
    if sound == "ok" { Ok(facts) } else { Err(format!("the database is damaged: {sound}")) }
}

/// Whether the database names a content.
pub(super) async fn is_named(live: &Path, sha256: &str) -> Result<bool, String> {
    let mut connection = open(live).await?;
    let found: i64 = sqlx::query_scalar("SELECT count(*) FROM files WHERE sha256 = $1 AND gone_at IS NULL")
        .bind(sha256)
        .fetch_one(&mut connection)
        .await
        .map_err(|error| line(&error))?;
    let _ = connection.close().await;
    Ok(found > 0)
}
