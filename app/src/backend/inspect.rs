//! What a file is, by its content alone, and whether it is taken.
//!
//! A content has one type or none: what begins as one and can also be opened as another is refused, for a filter that
//! sees the first lets the second pass. Nothing here is unpacked to the disk or held in memory as a whole.

mod archive;
mod picture;

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::error::{Error, FileProblem, Result, internal};

/// How many files are looked at at the same time.
static LOOKING: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(2);

/// A type of file that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Pdf,
    Png,
    Jpeg,
    Tiff,
    WebP,
    Docx,
    Xlsx,
    Pptx,
    Odt,
    Ods,
    Odp,
    Text,
    Csv,
}

impl Type {
    const ALL: [Self; 13] = [
        Self::Pdf,
        Self::Png,
        Self::Jpeg,
        Self::Tiff,
        Self::WebP,
        Self::Docx,
        Self::Xlsx,
        Self::Pptx,
        Self::Odt,
        Self::Ods,
        Self::Odp,
        Self::Text,
        Self::Csv,
    ];

    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Tiff => "image/tiff",
            Self::WebP => "image/webp",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Pptx => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Ods => "application/vnd.oasis.opendocument.spreadsheet",
            Self::Odp => "application/vnd.oasis.opendocument.presentation",
            Self::Text => "text/plain",
            Self::Csv => "text/csv",
        }
    }

    pub fn from_media_type(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.media_type() == text)
    }

    /// The endings that a name of this type may have; the first is given to a file without a name.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::Pdf => &["pdf"],
            Self::Png => &["png"],
            Self::Jpeg => &["jpg", "jpeg"],
            Self::Tiff => &["tif", "tiff"],
            Self::WebP => &["webp"],
            Self::Docx => &["docx"],
            Self::Xlsx => &["xlsx"],
            Self::Pptx => &["pptx"],
            Self::Odt => &["odt"],
            Self::Ods => &["ods"],
            Self::Odp => &["odp"],
            Self::Text => &["txt"],
            Self::Csv => &["csv"],
        }
    }

    fn is_picture(self) -> bool {
        matches!(self, Self::Png | Self::Jpeg | Self::Tiff | Self::WebP)
    }
}

/// How much of a file's beginning is looked at, in bytes. PDF readers look for their mark in as much.
const HEAD: usize = 1024;

/// Judges a file by its content and the ending of its name. It reads the file, so call it on a blocking thread.
///
/// # Errors
/// The [`FileProblem`] for which it is not taken.
pub fn inspect(path: &Path, name: &str) -> Result<Type> {
    let mut file = File::open(path).map_err(|error| internal("inspect", &error))?;
    judge(&mut file, name).map_err(|fault| match fault {
        Fault::Problem(problem) => problem.into(),
        // A file that ends where its own numbers say it goes on.
        Fault::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => FileProblem::Damaged.into(),
        Fault::Io(error) => internal("inspect", &error),
    })
}

/// Why a judgement ends early.
#[derive(Debug)]
enum Fault {
    Problem(FileProblem),
    Io(std::io::Error),
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

impl From<FileProblem> for Fault {
    fn from(problem: FileProblem) -> Self {
        Self::Problem(problem)
    }
}

type Judged<T> = std::result::Result<T, Fault>;

fn judge(file: &mut File, name: &str) -> Judged<Type> {
    let size = file.metadata()?.len();
    if size == 0 {
        return Err(FileProblem::Empty.into());
    }
    let mut head = Vec::with_capacity(HEAD);
    file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let kind = match infer::get(&head).map(|found| found.mime_type()) {
        Some("application/pdf") => Type::Pdf,
        Some("image/png") => Type::Png,
        Some("image/jpeg") => Type::Jpeg,
        Some("image/tiff") => Type::Tiff,
        Some("image/webp") => Type::WebP,
        _ if head.starts_with(b"II*\0") || head.starts_with(b"MM\0*") => Type::Tiff,
        // Office files are told apart by their entries, wherever in the archive these stand.
        _ if head.starts_with(b"PK\x03\x04") => archive::kind(file, size)?,
        Some(_) if !extension_is(&extension, &[Type::Text, Type::Csv]) => return Err(FileProblem::NotAllowed.into()),
        _ if extension == "csv" => Type::Csv,
        _ if extension == "txt" => Type::Text,
        _ => return Err(FileProblem::NotAllowed.into()),
    };
    match kind {
        Type::Text | Type::Csv => text(file, &head)?,
        Type::Pdf if !head.starts_with(b"%PDF-") => return Err(FileProblem::Polyglot.into()),
        Type::Pdf => one_type_only(file, size, &head, kind)?,
        kind if kind.is_picture() => {
            one_type_only(file, size, &head, kind)?;
            picture::fits(file, kind)?;
        }
        _ => {}
    }
    if !extension_is(&extension, &[kind]) {
        return Err(FileProblem::WrongExtension.into());
    }
    Ok(kind)
}

fn extension_is(extension: &str, kinds: &[Type]) -> bool {
    kinds.iter().any(|kind| kind.extensions().contains(&extension))
}

/// Refuses a picture or PDF that other programs would read as something else.
fn one_type_only(file: &mut File, size: u64, head: &[u8], kind: Type) -> Judged<()> {
    const MARKS: [&[u8]; 6] = [b"<!doctype", b"<html", b"<script", b"<svg", b"<?php", b"<iframe"];
    let lower = head.to_ascii_lowercase();
    let contains = |mark: &[u8]| lower.windows(mark.len()).any(|part| part == mark);
    let other = MARKS.into_iter().any(contains) || (kind != Type::Pdf && contains(b"%pdf-"));
    if other || archive::opens(file, size)? { Err(FileProblem::Polyglot.into()) } else { Ok(()) }
}

/// A text is UTF-8 throughout, without bytes that no text has, and does not begin like a page or a program.
fn text(file: &mut File, head: &[u8]) -> Judged<()> {
    let start = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if start.starts_with(b"<") || start.starts_with(b"#!") || start.starts_with(b"{\\rtf") || start.starts_with(b"%!") {
        return Err(FileProblem::Markup.into());
    }
    file.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0; 64 * 1024];
    let mut kept = 0;
    loop {
        let read = file.read(&mut buffer[kept..])?;
        let end = kept + read;
        if buffer[..end].iter().any(|byte| byte.is_ascii_control() && !b"\t\n\r\x0c\x1a\x1b".contains(byte)) {
            return Err(FileProblem::NotUtf8.into());
        }
        let valid = match std::str::from_utf8(&buffer[..end]) {
            Ok(_) => end,
            // The last character may go on in the next piece.
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => return Err(FileProblem::NotUtf8.into()),
        };
        if read == 0 {
            return Ok(());
        }
        buffer.copy_within(valid..end, 0);
        kept = end - valid;
    }
}

/// Looks at a file on a thread of its own.
///
/// # Errors
/// Those of [`inspect`].
pub async fn look(path: &Path, name: &str) -> Result<Type> {
    // Unpacking takes a core for seconds: whoever sends many files at once leaves the others one.
    let _turn = LOOKING.acquire().await.map_err(|error| -> Error { internal("inspection", &error) })?;
    let (path, name) = (path.to_owned(), name.to_owned());
    let looked = tokio::task::spawn_blocking(move || inspect(&path, &name)).await;
    looked.map_err(|error| -> Error { internal("blocking thread", &error) })?
}

#[cfg(test)]
mod tests;
