//! Restoring into an empty place.
//!
//! Nothing is written before every file was compared with the manifest. The database is there at the very end, at once: an
//! interrupted restore leaves none, and can be repeated.

use std::path::Path;

use app::backend::clock::Clock;
use app::backend::database::{Database, sqlite_path};
use app::backend::files::{FileStore, Place, chunks};
use app::backend::journal;
use app::error::Error;
use app::privacy::erasure;
use app::time::Timestamp;

use super::files::{add_suffix, copy, is_empty, make_folder, measure, sync_folder, write};
use super::manifest::{Item, Kind, Manifest};
use super::{HEADS, postgres};
use crate::configuration::Configuration;
use crate::serve::{documents, hold};

/// Lies in the folder of documents while it is filled: what is in it may be overwritten by another try.
const MARK: &str = ".restoring";

/// Restores a backup and tells what it held.
///
/// # Errors
/// One line that says what stopped it.
pub async fn restore(configuration: &Configuration, dir: &Path) -> Result<String, String> {
    let manifest = Manifest::read(dir)?;
    let url = &configuration.database_url;
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
    let mark = configuration.heads.join(MARK);
    if let Place::Folder(folder) = &configuration.documents
        && !is_empty(folder)
        && !mark.exists()
    {
        return Err(format!("PORTAL_DOCUMENTS: {} is not empty; restore into an empty folder", folder.display()));
    }
    let store = documents(configuration)?;
    let later = Clock::System.now().plus(Timestamp::DAY);
    if !mark.exists() && !store.older_than(later).await.map_err(|_| unreadable())?.is_empty() {
        return Err("PORTAL_DOCUMENTS: the bucket is not empty there; restore into an empty place".to_owned());
    }

    make_folder(&configuration.heads)?;
    write(&mark, b"")?;
    for item in &manifest.files {
        if item.content().is_some() {
            put_content(&store, &dir.join(&item.path), item).await?;
        } else if item.path == HEADS {
            same(&copy(&dir.join(HEADS), &configuration.heads.join(HEADS))?, item)?;
        }
    }
    sync_folder(&configuration.heads)?;

    // What was erased since the backup was made: from the file of the portal that is lost, if it was put there.
    let erasures = std::fs::read_to_string(erasure::erasures_file(&configuration.heads)).unwrap_or_default();
    let copied = dir.join(kind.file());
    let heads = std::fs::read_to_string(dir.join(HEADS)).map_err(|error| format!("{HEADS} cannot be read: {error}"))?;
    let verified = match &live {
        Some(path) => {
            let waiting = add_suffix(path, ".restoring");
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(add_suffix(&waiting, suffix));
            }
            copy(&copied, &waiting)?;
            let verified = bring_up(&format!("sqlite://{}", waiting.display()), &heads, &erasures).await?;
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
            bring_up(url, &heads, &erasures).await?
        }
    };
    std::fs::remove_file(&mark).map_err(|error| format!("{} cannot be removed: {error}", mark.display()))?;
    match verified {
        Ok((rows, erased)) => {
            let again = if erased == 0 { String::new() } else { format!("; erased again: {erased} accounts") };
            Ok(format!("restored {}; the journal holds: {rows} rows{again}", manifest.summary()))
        }
        Err(fault) => Err(format!("restored, but the journal did not hold when the backup was made: {fault}")),
    }
}

fn unreadable() -> String {
    "PORTAL_DOCUMENTS: it cannot be read".to_owned()
}

/// Puts a content into the store of documents, compared once more on its way.
async fn put_content(store: &FileStore, from: &Path, item: &Item) -> Result<(), String> {
    let written = |_| format!("PORTAL_DOCUMENTS: {} cannot be written", item.path);
    let file =
        tokio::fs::File::open(from).await.map_err(|error| format!("{} cannot be read: {error}", from.display()))?;
    let spooled = store.receive(chunks(file), u64::MAX).await.map_err(written)?;
    same(&Item { path: String::new(), size: spooled.size, sha256: spooled.sha256.clone() }, item)?;
    store.put(&spooled).await.map_err(written)
}

/// Brings the schema up to date, erases again who was erased since, and walks the journal; gives how many rows it has, and
/// how many accounts were erased.
async fn bring_up(
    url: &str,
    heads: &str,
    erasures: &str,
) -> Result<Result<(i64, u64), journal::verify::Fault>, String> {
    let database = Database::open(url).await?;
    database.migrate().await?;
    let erased = async {
        let mut tx = database.begin().await?;
        let erased = erasure::repeat(&mut tx, erasures, Clock::System.now()).await?;
        tx.commit().await?;
        Ok::<_, Error>(erased)
    };
    let erased = erased.await.map_err(|error| format!("who was erased since was not erased again: {error}"))?;
    let searchable = async {
        let mut tx = database.begin().await?;
        app::search::store::rebuild(&mut tx).await?;
        tx.commit().await
    };
    searchable.await.map_err(|error: Error| format!("the search's index was not made: {error}"))?;
    let verified = async {
        let mut tx = database.read().await?;
        journal::verify::verify(&mut tx, heads).await
    };
    let verified = verified.await.map_err(|error| format!("the journal was not read: {error}"));
    database.close().await;
    Ok(verified?.map(|rows| (rows, erased)))
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
