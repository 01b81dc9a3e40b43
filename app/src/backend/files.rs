//! Contents of files, each kept once under its SHA-256: in a folder, or in a bucket that speaks S3.
//!
//! What arrives is first written to `incoming`, hashed and counted on its way, so that an upload of any size takes a few
//! chunks of memory. Only a complete file that was looked at moves on into the store.

use std::io;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use futures::stream::BoxStream;
use futures::{Stream, StreamExt as _, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{GetResultPayload, ObjectStore, ObjectStoreExt as _, RetryConfig, WriteMultipart};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::clock;
use crate::error::{Error, FileProblem, Result, internal};
use crate::time::Timestamp;

/// The largest document, in bytes.
pub const LARGEST_DOCUMENT: u64 = 100 * 1024 * 1024;
/// How long an upload may pause between two chunks.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Parts in which a bucket is sent a large content, in bytes; smaller ones are refused by S3.
const PART: usize = 5 * 1024 * 1024;
/// What is read from a file at once, in bytes.
const CHUNK: usize = 64 * 1024;

/// Where contents are kept, as an operator names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Folder(PathBuf),
    Bucket { name: String, prefix: String },
}

impl Place {
    /// Reads a folder's path or `s3://bucket/prefix`.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let Some(rest) = text.strip_prefix("s3://") else {
            if text.is_empty() || text.contains("://") {
                return Err(format!("\"{text}\" is neither a folder nor s3://BUCKET/PREFIX"));
            }
            return Ok(Self::Folder(PathBuf::from(text)));
        };
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
        if !(3..=63).contains(&name.len()) || !name.chars().all(plain) {
            return Err(format!("\"{name}\" is not the name of a bucket"));
        }
        Path::parse(prefix).map_err(|_| format!("\"{prefix}\" is not a prefix of objects"))?;
        Ok(Self::Bucket { name: name.to_owned(), prefix: prefix.trim_matches('/').to_owned() })
    }
}

/// The store of contents. Cheap to clone.
#[derive(Clone, Debug)]
pub struct FileStore(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    objects: Arc<dyn ObjectStore>,
    /// What every object's name in a bucket starts with.
    prefix: Path,
    /// The folder, where the store is one.
    folder: Option<PathBuf>,
    /// Where uploads are written to while they arrive.
    incoming: PathBuf,
}

/// A file that has arrived completely. It is deleted with this value.
#[derive(Debug)]
pub struct Spooled {
    pub sha256: String,
    /// In bytes.
    pub size: u64,
    file: Leftover,
}

impl Spooled {
    pub fn path(&self) -> &FilePath {
        &self.file.0
    }
}

/// Deletes a file when it is dropped, whatever became of the upload.
#[derive(Debug)]
struct Leftover(PathBuf);

impl Drop for Leftover {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl FileStore {
    /// Opens the store. Uploads to a bucket wait in `spool`, for the system's temporary folder is often memory.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub fn open(place: &Place, spool: &FilePath) -> std::result::Result<Self, String> {
        let (objects, prefix, folder): (Arc<dyn ObjectStore>, _, _) = match place {
            Place::Folder(path) => {
                std::fs::create_dir_all(path)
                    .map_err(|error| format!("the folder {} cannot be made: {error}", path.display()))?;
                let folder = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
                let objects = LocalFileSystem::new_with_prefix(&folder).map_err(|error| error.to_string())?;
                (Arc::new(objects.with_fsync(true)), Path::default(), Some(folder))
            }
            Place::Bucket { name, prefix } => {
                let retry =
                    RetryConfig { max_retries: 3, retry_timeout: Duration::from_secs(20), ..Default::default() };
                let bucket = AmazonS3Builder::from_env().with_bucket_name(name).with_retry(retry);
                let objects = bucket.build().map_err(|error| error.to_string())?;
                (Arc::new(objects), Path::from(prefix.as_str()), None)
            }
        };
        let incoming = folder.as_deref().unwrap_or(spool).join("incoming");
        Ok(Self(Arc::new(Inner { objects, prefix, folder, incoming })))
    }

    /// A store in memory, which behaves like a bucket.
    pub fn in_memory() -> Self {
        let incoming = std::env::temp_dir().join(format!("portal-incoming-{}", hex::encode(clock::random::<8>())));
        let objects = Arc::new(InMemory::new());
        Self(Arc::new(Inner { objects, prefix: Path::from("memory"), folder: None, incoming }))
    }

    /// Asks whether the store answers.
    ///
    /// # Errors
    /// One line that says what is wrong.
    pub async fn check(&self) -> std::result::Result<(), String> {
        match self.0.objects.head(&self.path(&"0".repeat(64))).await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.to_string().replace('\n', " ")),
        }
    }

    fn path(&self, sha256: &str) -> Path {
        self.0.prefix.clone().join(sha256.get(..2).unwrap_or_default()).join(sha256)
    }

    /// Writes what arrives to `incoming`.
    ///
    /// # Errors
    /// [`FileProblem::TooLarge`] beyond `largest` bytes, [`FileProblem::Incomplete`] when it pauses for too long, and the
    /// stream's own errors. Nothing is left behind.
    pub async fn receive(&self, chunks: impl Stream<Item = Result<Bytes>> + Send, largest: u64) -> Result<Spooled> {
        let mut chunks = std::pin::pin!(chunks);
        tokio::fs::create_dir_all(&self.0.incoming).await.map_err(|error| disk(&error))?;
        let file = Leftover(self.0.incoming.join(hex::encode(clock::random::<16>())));
        let mut options = tokio::fs::OpenOptions::new();
        let mut spool =
            options.write(true).create_new(true).mode(0o600).open(&file.0).await.map_err(|error| disk(&error))?;
        spool.set_max_buf_size(CHUNK);
        let (mut hash, mut size) = (Sha256::new(), 0);
        loop {
            let next = tokio::time::timeout(LONGEST_PAUSE, chunks.next()).await;
            let Some(chunk) = next.map_err(|_| Error::from(FileProblem::Incomplete))? else { break };
            let chunk = chunk?;
            size += chunk.len() as u64;
            if size > largest {
                return Err(FileProblem::TooLarge.into());
            }
            hash.update(&chunk);
            spool.write_all(&chunk).await.map_err(|error| disk(&error))?;
        }
        spool.flush().await.map_err(|error| disk(&error))?;
        spool.sync_all().await.map_err(|error| disk(&error))?;
        Ok(Spooled { sha256: hex::encode(hash.finalize()), size, file })
    }

    /// Puts a file into the store. What is there already stays.
    pub async fn put(&self, file: &Spooled) -> Result<()> {
        match self.0.folder.clone() {
            Some(folder) => {
                let (from, sha256, size) = (file.path().to_owned(), file.sha256.clone(), file.size);
                let linked = tokio::task::spawn_blocking(move || link(&folder, &from, &sha256, size)).await;
                linked.map_err(|error| internal("blocking thread", &error))?.map_err(|error| disk(&error))
            }
            None if self.size(&file.sha256).await? == Some(file.size) => Ok(()),
            None => self.send(file).await,
        }
    }

    /// Sends a file to the bucket, a part at a time.
    async fn send(&self, file: &Spooled) -> Result<()> {
        let path = self.path(&file.sha256);
        let mut source = tokio::fs::File::open(file.path()).await.map_err(|error| disk(&error))?;
        if file.size <= PART as u64 {
            let mut bytes = Vec::new();
            source.read_to_end(&mut bytes).await.map_err(|error| disk(&error))?;
            self.0.objects.put(&path, bytes.into()).await.map_err(|error| away(&error))?;
            return Ok(());
        }
        let upload = self.0.objects.put_multipart(&path).await.map_err(|error| away(&error))?;
        let mut writer = WriteMultipart::new_with_chunk_size(upload, PART);
        let mut buffer = vec![0; CHUNK];
        let sent = loop {
            match source.read(&mut buffer).await {
                Ok(0) => break Ok(()),
                Ok(read) => writer.write(&buffer[..read]),
                Err(error) => break Err(disk(&error)),
            }
            if let Err(error) = writer.wait_for_capacity(1).await {
                break Err(away(&error));
            }
        };
        match sent {
            Ok(()) => writer.finish().await.map(|_| ()).map_err(|error| away(&error)),
            Err(error) => {
                let _ = writer.abort().await;
                Err(error)
            }
        }
    }

    /// The size of a content in bytes, or none when it is not in the store.
    pub async fn size(&self, sha256: &str) -> Result<Option<u64>> {
        match self.0.objects.head(&self.path(sha256)).await {
            Ok(meta) => Ok(Some(meta.size)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(away(&error)),
        }
    }

    /// A content as a stream, and its size in bytes. None when it is not in the store.
    pub async fn read(&self, sha256: &str) -> Result<Option<(u64, BoxStream<'static, io::Result<Bytes>>)>> {
        let found = match self.0.objects.get(&self.path(sha256)).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(away(&error)),
        };
        let size = found.meta.size;
        let stream = match found.payload {
            GetResultPayload::File(file, _) => from_file(tokio::fs::File::from_std(file)).boxed(),
            GetResultPayload::Stream(stream) => stream.map_err(io::Error::other).boxed(),
        };
        Ok(Some((size, stream)))
    }

    /// Deletes a content; one that is not there is no error.
    pub async fn delete(&self, sha256: &str) -> Result<()> {
        match self.0.objects.delete(&self.path(sha256)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(away(&error)),
        }
    }

    /// The contents that were stored before a moment.
    pub async fn older_than(&self, moment: Timestamp) -> Result<Vec<String>> {
        let mut old = Vec::new();
        let prefix = Some(&self.0.prefix).filter(|prefix| !prefix.as_ref().is_empty());
        let mut objects = self.0.objects.list(prefix);
        while let Some(object) = objects.try_next().await.map_err(|error| away(&error))? {
            let name = object.location.filename().unwrap_or_default();
            // Other files of the folder, such as the journal's heads, are none of ours.
            let ours = name.len() == 64 && name.bytes().all(|b| b.is_ascii_hexdigit());
            if ours && self.path(name) == object.location && object.last_modified.timestamp_micros() < moment.0 {
                old.push(name.to_owned());
            }
        }
        Ok(old)
    }

    /// Deletes what uploads that died with their process left in `incoming` before a moment; gives how many.
    pub async fn tidy(&self, moment: Timestamp) -> Result<i64> {
        let incoming = self.0.incoming.clone();
        let tidied = tokio::task::spawn_blocking(move || tidy(&incoming, moment)).await;
        tidied.map_err(|error| internal("blocking thread", &error))?.map_err(|error| disk(&error))
    }
}

/// Gives a file its place in the store under a second name, and makes sure that it is there after a power cut.
fn link(folder: &FilePath, from: &FilePath, sha256: &str, size: u64) -> io::Result<()> {
    let parent = folder.join(sha256.get(..2).unwrap_or_default());
    std::fs::create_dir_all(&parent)?;
    let target = parent.join(sha256);
    let whole = || std::fs::metadata(&target).is_ok_and(|found| found.len() == size);
    if whole() {
        return Ok(());
    }
    // A name that was taken meanwhile has the same content. What else goes wrong – a damaged file under the name, a disk
    // without hard links – a move sets right.
    if let Err(error) = std::fs::hard_link(from, &target)
        && !(error.kind() == io::ErrorKind::AlreadyExists && whole())
    {
        std::fs::rename(from, &target)?;
    }
    std::fs::File::open(&parent)?.sync_all()?;
    std::fs::File::open(folder)?.sync_all()
}

fn tidy(incoming: &FilePath, moment: Timestamp) -> io::Result<i64> {
    let entries = match std::fs::read_dir(incoming) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut done = 0;
    for entry in entries {
        let entry = entry?;
        let changed = entry.metadata()?.modified()?.duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        if i64::try_from(changed.as_micros()).is_ok_and(|changed| changed < moment.0) {
            std::fs::remove_file(entry.path())?;
            done += 1;
        }
    }
    Ok(done)
}

fn from_file(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> {
    futures::stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(chunk), file)))
    })
}

/// What a full or broken disk is to the person who waits.
fn disk(error: &io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            tracing::error!(%error, "there is no room for documents");
            Error::Unavailable
        }
        _ => internal("documents", error),
    }
}

/// What a bucket that does not answer is to the person who waits.
fn away(error: &object_store::Error) -> Error {
    tracing::error!(%error, "the store of documents does not answer");
    Error::Unavailable
}

#[cfg(test)]
#[path = "files_tests.rs"]
mod tests;
