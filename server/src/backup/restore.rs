//! Restoring into an empty place.
//!
//! Nothing is written before every file was compared with the manifest. The database is there at the very end, at once: an
//! interrupted restore leaves none, and can be repeated.

use std::path::Path;

use app::backend::database::{Database, sqlite_path};
use app::backend::journal;

use super::files::{add_suffix, copy, is_empty, make_folder, measure, sync_folder, sync_folders, write};
use super::manifest::{Item, Kind, Manifest};
use super::{HEADS, content_path, postgres};
use crate::configuration::Configuration;
use crate::serve::hold;

/// Lies in the folder of documents while it is filled: what is in it may be overwritten by another try.
const MARK: &str = ".restoring";

/// Restores a backup and tells what it held.
///
/// # Errors
/// One line that says what stopped it.
pub async fn restore(configuration: &Configuration, dir: &Path) -> Result<String, String> {
    let manifest = Manifest::read(dir)?;
    let url = &configuration.database_url;
    let documents = &configuration.documents;
    let live = sqlite_path(url);
    let kind = if live.is_some() { Kind::Sqlite } else { Kind::Postgres };
    if manifest.database != kind {
        let (there, here) = (manifest.database.name(), kind.name());
        return Err(format!("DATABASE_URL: the backup is of {there}, and this is {here}"));
    }
    for item in &manifest.files {
        compare(dir, item)?;
    }
    let _held = hold(configuration)?;
    match &live {
        Some(path) => {
            for file in [path.clone(), add_suffix(path, "-wal")] {
                if file.metadata().is_ok_and(|metadata| metadata.len() > 0) {
                    return Err(format!("DATABASE_URL: {} is not empty; restore into a new file", file.display()));
                }
            }
        }
        None => postgres::check_empty(url).await?,
    }
    let mark = documents.join(MARK);
    if !is_empty(documents) && !mark.exists() {
        return Err(format!("PORTAL_DOCUMENTS: {} is not empty; restore into an empty folder", documents.display()));
    }

    make_folder(documents)?;
    write(&mark, b"")?;
    for item in &manifest.files {
        let to = match item.content() {
            Some(sha256) => documents.join(content_path(sha256)),
            None if item.path == HEADS => documents.join(HEADS),
            None => continue,
        };
        if let Some(folder) = to.parent() {
            make_folder(folder)?;
        }
        same(&copy(&dir.join(&item.path), &to)?, item)?;
    }
    sync_folders(documents)?;

    let copied = dir.join(kind.file());
    let heads = std::fs::read_to_string(dir.join(HEADS)).map_err(|error| format!("{HEADS} cannot be read: {error}"))?;
    let verified = match &live {
        Some(path) => {
            let waiting = add_suffix(path, ".restoring");
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(add_suffix(&waiting, suffix));
            }
            copy(&copied, &waiting)?;
            let verified = bring_up(&format!("sqlite://{}", waiting.display()), &heads).await?;
            if add_suffix(&waiting, "-wal").metadata().is_ok_and(|metadata| metadata.len() > 0) {
                return Err(format!("{} is still in use", waiting.display()));
            }
            measure(&waiting)?;
            std::fs::rename(&waiting, path).map_err(|error| format!("{} cannot be made: {error}", path.display()))?;
            sync_folder(path.parent().unwrap_or(Path::new(".")))?;
            verified
        }
        None => {
            postgres::restore(url, &copied).await?;
            bring_up(url, &heads).await?
        }
    };
    std::fs::remove_file(&mark).map_err(|error| format!("{} cannot be removed: {error}", mark.display()))?;
    match verified {
        Ok(rows) => Ok(format!("restored {}; the journal holds: {rows} rows", manifest.summary())),
        Err(fault) => Err(format!("restored, but the journal did not hold when the backup was made: {fault}")),
    }
}

/// Brings the schema up to date and walks the journal.
async fn bring_up(url: &str, heads: &str) -> Result<Result<i64, journal::verify::Fault>, String> {
    let database = Database::open(url).await?;
    database.migrate().await?;
    let verified = async {
        let mut tx = database.read().await?;
        journal::verify::verify(&mut tx, heads).await
    };
    let verified = verified.await.map_err(|error| format!("the journal was not read: {error}"));
    database.close().await;
    verified
}

/// Compares a file of the backup with what the manifest says of it.
fn compare(dir: &Path, item: &Item) -> Result<(), String> {
    let path = dir.join(&item.path);
    if !path.is_file() {
        return Err(format!("the backup is damaged: {} is missing; nothing was restored", item.path));
    }
    same(&measure(&path)?, item)
}

fn same(found: &Item, item: &Item) -> Result<(), String> {
    if found.size != item.size {
        let (is, was) = (found.size, item.size);
        return Err(format!(
            "the backup is damaged: {} has {is} bytes instead of {was}; nothing was restored",
            item.path
        ));
    }
    if found.sha256 != item.sha256 {
        return Err(format!("the backup is damaged: {} has another hash; nothing was restored", item.path));
    }
    Ok(())
}
