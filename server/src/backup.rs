//! Backup and restore: the database, every content that it names, the journal's heads, and a manifest of all of them.
//!
//! The order makes a copy taken under load whole. The heads come first: one that is kept later would not be in the copy of
//! the database. The contents come last: they never change, and whatever the database names is there already.

mod files;
mod manifest;
mod postgres;
mod restore;
mod sqlite;

use std::path::{Path, PathBuf};

use app::backend::clock::Clock;
use app::backend::database::{Database, sqlite_path};
use app::backend::files::FileStore;
use app::backend::journal::verify::heads_file;

use futures::StreamExt as _;

use crate::configuration::Configuration;
use crate::serve::documents;
use files::{Copy, add_suffix, make_folder, sync_folder, write};
use manifest::{FORMAT, Head, Item, Kind, MANIFEST, Manifest};

pub use restore::restore;

const HEADS: &str = "journal-heads.txt";

/// What the copy of a database says of itself.
struct Facts {
    schema: i64,
    head: Head,
    /// Hash and size of every content that it names.
    contents: Vec<(String, i64)>,
}

/// Where a content lies within a backup's folder of documents.
fn content_path(sha256: &str) -> PathBuf {
    Path::new(sha256.get(..2).unwrap_or_default()).join(sha256)
}

/// Copies one content out of the store of documents, or tells that it is not there.
async fn copy_content(store: &FileStore, sha256: &str, to: &Path) -> Result<Option<Item>, String> {
    let found = store.read(sha256).await.map_err(|_| format!("PORTAL_DOCUMENTS: {sha256} cannot be read"))?;
    let Some((_, mut chunks)) = found else { return Ok(None) };
    let mut copy = Copy::begin(to)?;
    while let Some(chunk) = chunks.next().await {
        copy.write(&chunk.map_err(|error| format!("PORTAL_DOCUMENTS: {sha256} cannot be read: {error}"))?)?;
    }
    let copied = copy.end()?;
    if copied.sha256 == sha256 {
        Ok(Some(copied))
    } else {
        Err(format!("content {sha256} is damaged: its hash is {}", copied.sha256))
    }
}

/// Makes a backup in a new folder and tells what it holds.
///
/// # Errors
/// One line that says what stopped it. Nothing is left behind then.
pub async fn backup(configuration: &Configuration, dir: &Path) -> Result<String, String> {
    if dir.exists() {
        return Err(format!("{} exists already; a backup makes a new folder", dir.display()));
    }
    let partial = add_suffix(dir, ".partial");
    if partial.exists() {
        return Err(format!("{} is there from a backup that runs or was cut off; remove it first", partial.display()));
    }
    make_folder(&partial)?;
    let filled = fill(configuration, &partial).await;
    let named = match filled {
        Ok(manifest) => std::fs::rename(&partial, dir)
            .map_err(|error| format!("{} cannot be named {}: {error}", partial.display(), dir.display()))
            .map(|()| manifest),
        Err(line) => Err(line),
    };
    match named {
        Ok(manifest) => {
            sync_folder(dir.parent().unwrap_or(Path::new(".")))?;
            Ok(format!("backed up into {}: {}", dir.display(), manifest.summary()))
        }
        Err(line) => {
            let _ = std::fs::remove_dir_all(&partial);
            Err(line)
        }
    }
}

/// Fills the folder; the manifest comes last.
async fn fill(configuration: &Configuration, folder: &Path) -> Result<Manifest, String> {
    let mut items = Vec::new();
    let heads = std::fs::read_to_string(heads_file(&configuration.heads)).unwrap_or_default();
    // A line that is just being written is not whole yet.
    let whole = heads.rfind('\n').map_or("", |end| &heads[..=end]);
    items.push(write(&folder.join(HEADS), whole.as_bytes())?.named(HEADS));

    let kind = if sqlite_path(&configuration.database_url).is_some() { Kind::Sqlite } else { Kind::Postgres };
    let copied = folder.join(kind.file());
    let facts = match sqlite_path(&configuration.database_url) {
        Some(live) => sqlite::snapshot(&live, &copied).await?,
        None => postgres::snapshot(&configuration.database_url, &copied).await?,
    };
    if facts.schema > Database::schema_version() {
        return Err("the database's schema is newer than this program; take a newer one".to_owned());
    }
    items.push(files::measure(&copied)?.named(kind.file()));

    let store = documents(configuration)?;
    let mut gone = Vec::new();
    for (sha256, size) in &facts.contents {
        let path = Path::new("documents").join(content_path(sha256));
        let to = folder.join(&path);
        if let Some(parent) = to.parent() {
            make_folder(parent)?;
        }
        match copy_content(&store, sha256, &to).await? {
            Some(item) if i64::try_from(item.size) == Ok(*size) => items.push(item.named(&path.to_string_lossy())),
            Some(item) => return Err(format!("content {sha256} has {} bytes instead of {size}", item.size)),
            // What nobody refers to any more may have been swept away since the database was copied.
            None if !is_named(configuration, sha256).await? => gone.push(sha256.clone()),
            None => return Err(format!("PORTAL_DOCUMENTS: content {sha256} is missing")),
        }
    }
    let manifest = Manifest {
        format: FORMAT,
        portal: env!("CARGO_PKG_VERSION").to_owned(),
        schema: facts.schema,
        database: kind,
        taken_at: Clock::System.now().iso(),
        journal: facts.head,
        files: items,
        gone,
    };
    let text = serde_json::to_string_pretty(&manifest).map_err(|error| format!("{MANIFEST}: {error}"))?;
    files::sync_folders(folder)?;
    write(&folder.join(MANIFEST), text.as_bytes())?;
    sync_folder(folder)?;
    Ok(manifest)
}

/// Whether the database, as it is now, still names a content.
async fn is_named(configuration: &Configuration, sha256: &str) -> Result<bool, String> {
    match sqlite_path(&configuration.database_url) {
        Some(live) => sqlite::is_named(&live, sha256).await,
        None => postgres::is_named(&configuration.database_url, sha256).await,
    }
}
