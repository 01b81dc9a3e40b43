//! Files that are copied, hashed and on the disk when a function returns.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::manifest::Item;

/// `path` with something added to its last part.
pub(super) fn add_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(suffix);
    path.with_file_name(name)
}

fn failed<'a>(what: &'a str, path: &'a Path) -> impl Fn(std::io::Error) -> String + 'a {
    move |error| format!("{} cannot be {what}: {error}", path.display())
}

/// Makes a folder, and those above it, for nobody else to read: a backup holds what the database holds.
pub(super) fn make_folder(path: &Path) -> Result<(), String> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed("made", path))
}

fn create(path: &Path) -> Result<File, String> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed("written", path))
}

/// Writes a small file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<Item, String> {
    let mut file = create(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(failed("written", path))?;
    Ok(Item { path: String::new(), size: bytes.len() as u64, sha256: hex::encode(Sha256::digest(bytes)) })
}

/// A file that is being written, hashed and counted on its way.
pub(super) struct Copy<'a> {
    to: &'a Path,
    file: File,
    hash: Sha256,
    size: u64,
}

impl<'a> Copy<'a> {
    pub(super) fn begin(to: &'a Path) -> Result<Self, String> {
        Ok(Self { to, file: create(to)?, hash: Sha256::new(), size: 0 })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).map_err(failed("written", self.to))
    }

    /// Puts it on the disk and tells what it is.
    pub(super) fn end(self) -> Result<Item, String> {
        self.file.sync_all().map_err(failed("written", self.to))?;
        Ok(Item { path: String::new(), size: self.size, sha256: hex::encode(self.hash.finalize()) })
    }
}

/// Copies a file and tells what it copied.
pub(super) fn copy(from: &Path, to: &Path) -> Result<Item, String> {
    let mut copy = Copy::begin(to)?;
    pass(from, |bytes| copy.write(bytes))?;
    copy.end()
}

/// Size and hash of a file that is there, and puts it on the disk.
pub(super) fn measure(path: &Path) -> Result<Item, String> {
    let item = pass(path, |_| Ok(()))?;
    File::open(path).and_then(|file| file.sync_all()).map_err(failed("written", path))?;
    Ok(item)
}

fn pass(from: &Path, mut each: impl FnMut(&[u8]) -> Result<(), String>) -> Result<Item, String> {
    let mut source = File::open(from).map_err(failed("read", from))?;
    let mut hash = Sha256::new();
    let mut size = 0;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let count = source.read(&mut buffer).map_err(failed("read", from))?;
        if count == 0 {
            return Ok(Item { path: String::new(), size, sha256: hex::encode(hash.finalize()) });
        }
        hash.update(&buffer[..count]);
        size += count as u64;
        each(&buffer[..count])?;
    }
}

/// Puts a folder's list of names on the disk.
pub(super) fn sync_folder(path: &Path) -> Result<(), String> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    File::open(path).and_then(|folder| folder.sync_all()).map_err(failed("written", path))
}

/// The same for every folder within.
pub(super) fn sync_folders(path: &Path) -> Result<(), String> {
    for entry in fs::read_dir(path).map_err(failed("read", path))?.flatten() {
        if entry.path().is_dir() {
            sync_folders(&entry.path())?;
        }
    }
    sync_folder(path)
}

/// Whether there is nothing in a folder, or no such folder.
pub(super) fn is_empty(path: &Path) -> bool {
    fs::read_dir(path).map_or(!path.exists(), |mut entries| entries.next().is_none())
}
