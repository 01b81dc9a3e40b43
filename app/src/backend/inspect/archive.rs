//! Office files are archives. What one holds is read from its directory, and unpacked once to see that it is true.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::rc::Rc;

use zip::ZipArchive;
use zip::read::{ArchiveOffset, Config};
use zip::result::ZipError;

use super::{Fault, Judged, Type};
use crate::error::FileProblem;

const MOST_ENTRIES: u64 = 10_000;
/// The most that an archive may unpack to, in bytes.
const MOST_UNPACKED: u64 = 1024 * 1024 * 1024;
/// The most that an archive may unpack to, in its own sizes.
const HIGHEST_RATIO: u64 = 200;
/// The largest directory, in bytes: so many entries with long names.
const LARGEST_DIRECTORY: u64 = 4 * 1024 * 1024;
/// The record at an archive's end, without its comment.
const END: usize = 22;
/// How far from a file's end its record may stand: the longest comment.
const TAIL: u64 = 65_535 + END as u64;

/// The record at an archive's end.
struct End {
    entries: u64,
    directory: u64,
    offset: u64,
    /// Where it stands in the file.
    at: u64,
    /// Where its comment ends.
    ends: u64,
}

/// The last record in a file that could be an archive's end.
fn end(file: &mut File, size: u64) -> Judged<Option<End>> {
    let from = size.saturating_sub(TAIL);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.by_ref().take(TAIL).read_to_end(&mut tail)?;
    let found = (0..tail.len().saturating_sub(END - 1)).rev().find(|at| tail[*at..].starts_with(b"PK\x05\x06"));
    Ok(found.map(|place| {
        let two = |at: usize| u64::from(u16::from_le_bytes([tail[place + at], tail[place + at + 1]]));
        let four = |at: usize| two(at) | two(at + 2) << 16;
        let at = from + place as u64;
        End { entries: two(10), directory: four(12), offset: four(16), at, ends: at + END as u64 + two(20) }
    }))
}

/// Whether unpacking programs would open this file, whatever it begins with.
pub(super) fn opens(file: &mut File, size: u64) -> Judged<bool> {
    let Some(end) = end(file, size)? else { return Ok(false) };
    if end.entries == 0 || end.directory > end.at {
        return Ok(false);
    }
    // They look for the directory right before the record, for what stands before an archive moves it.
    file.seek(SeekFrom::Start(end.at - end.directory))?;
    let mut mark = [0; 4];
    file.read_exact(&mut mark)?;
    Ok(&mark == b"PK\x01\x02")
}

/// Which office type an archive is.
///
/// # Errors
/// The reason for which it is not taken.
pub(super) fn kind(file: &mut File, size: u64) -> Judged<Type> {
    let end = end(file, size)?.ok_or(FileProblem::Damaged)?;
    if end.entries > MOST_ENTRIES || end.directory > LARGEST_DIRECTORY {
        return Err(FileProblem::Bomb.into());
    }
    if end.ends != size {
        return Err(FileProblem::Polyglot.into());
    }
    if end.offset + end.directory != end.at {
        return Err(FileProblem::Damaged.into());
    }
    // The library tries other records when it does not like the last one, and each could claim millions of entries. It
    // gets no more to read than the directory that was just measured.
    let left = Rc::new(Cell::new(2 * end.directory + 1024 * 1024));
    file.seek(SeekFrom::Start(0))?;
    let source = Metered { inner: BufReader::new(file), left: left.clone() };
    let mut archive = ZipArchive::with_config(Config { archive_offset: ArchiveOffset::Known(0) }, source)
        .map_err(|_| FileProblem::Damaged)?;
    left.set(u64::MAX);
    if archive.len() as u64 != end.entries {
        return Err(FileProblem::Damaged.into());
    }
    let mut contents = Contents::default();
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index_raw(index).map_err(fault)?;
        contents.note(entry.name().map_err(fault)?.as_ref())?;
        if entry.encrypted() {
            return Err(FileProblem::Encrypted.into());
        }
        if entry.is_symlink() {
            return Err(FileProblem::UnsafePaths.into());
        }
        unpacked += entry.size();
        bounded(unpacked, size)?;
    }
    let kind = match contents.kind {
        Some(kind) => kind,
        None => open_document(&mut archive)?,
    };
    unpack(&mut archive, size)?;
    Ok(kind)
}

fn bounded(unpacked: u64, size: u64) -> Judged<()> {
    let most = (size * HIGHEST_RATIO).min(MOST_UNPACKED);
    if unpacked > most { Err(FileProblem::Bomb.into()) } else { Ok(()) }
}

/// What the names of an archive's entries tell.
#[derive(Default)]
struct Contents {
    kind: Option<Type>,
}

impl Contents {
    fn note(&mut self, name: &str) -> Judged<()> {
        let lower = name.to_lowercase().replace('\\', "/");
        let drive = lower.as_bytes().get(1) == Some(&b':');
        if lower.starts_with('/') || drive || lower.contains('\0') || lower.split('/').any(|part| part == "..") {
            return Err(FileProblem::UnsafePaths.into());
        }
        let macros = lower.ends_with("vbaproject.bin") || lower.starts_with("basic/") || lower.starts_with("scripts/");
        if macros {
            return Err(FileProblem::Macros.into());
        }
        let kind = match lower.split('/').next() {
            Some("word") => Type::Docx,
            Some("xl") => Type::Xlsx,
            Some("ppt") => Type::Pptx,
            _ => return Ok(()),
        };
        if *self.kind.get_or_insert(kind) == kind { Ok(()) } else { Err(FileProblem::Polyglot.into()) }
    }
}

/// An OpenDocument file says in an entry of its own what it is.
fn open_document<R: Read + Seek>(archive: &mut ZipArchive<R>) -> Judged<Type> {
    let mut said = String::new();
    match archive.by_name("mimetype") {
        Ok(entry) => entry.take(200).read_to_string(&mut said).map_err(|_| FileProblem::NotAllowed)?,
        Err(_) => return Err(FileProblem::NotAllowed.into()),
    };
    let kind = Type::from_media_type(said.trim()).filter(|kind| matches!(kind, Type::Odt | Type::Ods | Type::Odp));
    kind.ok_or_else(|| FileProblem::NotAllowed.into())
}

/// Unpacks everything into nothing. Directories lie: an entry may hold more than it says.
fn unpack<R: Read + Seek>(archive: &mut ZipArchive<R>, size: u64) -> Judged<()> {
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(fault)?;
        let types = entry.name().is_ok_and(|name| name == "[Content_Types].xml");
        let mut buffer = vec![0; 64 * 1024];
        let mut last = Vec::new();
        loop {
            let read = entry.read(&mut buffer).map_err(|_| FileProblem::Damaged)?;
            if read == 0 {
                break;
            }
            unpacked += read as u64;
            bounded(unpacked, size)?;
            // What an Office file is made of says whether macros belong to it, under whatever name.
            if types {
                const MARK: &[u8] = b"macroenabled";
                last.extend(buffer[..read].to_ascii_lowercase());
                if last.windows(MARK.len()).any(|part| part == MARK) {
                    return Err(FileProblem::Macros.into());
                }
                last.drain(..last.len().saturating_sub(MARK.len()));
            }
        }
    }
    Ok(())
}

fn fault(error: ZipError) -> Fault {
    match error {
        ZipError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => Fault::Io(error),
        ZipError::UnsupportedArchive(_) => FileProblem::NotAllowed.into(),
        _ => FileProblem::Damaged.into(),
    }
}

/// A source that ends with an error once so many bytes were read.
struct Metered<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let left = self.left.get().checked_sub(read as u64).ok_or_else(|| io::Error::other("read too far"))?;
        self.left.set(left);
        Ok(read)
    }
}

impl<R: Seek> Seek for Metered<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}
