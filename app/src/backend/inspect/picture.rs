//! How large a picture says it is. A few bytes can ask a program for gigabytes of pixels.

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _, SeekFrom};

use super::{Judged, Type};
use crate::error::FileProblem;

/// The most pixels that a picture may have.
const MOST_PIXELS: u64 = 100_000_000;
/// The most pictures that a TIFF may hold, as scans of many pages do.
const MOST_PAGES: usize = 5_000;

/// Refuses a picture of too many pixels, and one whose size cannot be read.
pub(super) fn fits(file: &mut File, kind: Type) -> Judged<()> {
    file.seek(SeekFrom::Start(0))?;
    let mut file = BufReader::new(file);
    match kind {
        Type::Png => png(&mut file),
        Type::Jpeg => jpeg(&mut file),
        Type::WebP => webp(&mut file),
        _ => tiff(&mut file),
    }
}

type Source<'a> = BufReader<&'a mut File>;

fn bounded(width: u64, height: u64) -> Judged<()> {
    match width.checked_mul(height) {
        Some(0) => Err(FileProblem::Damaged.into()),
        Some(pixels) if pixels <= MOST_PIXELS => Ok(()),
        _ => Err(FileProblem::PictureTooLarge.into()),
    }
}

fn bytes<const N: usize>(file: &mut Source<'_>) -> Judged<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn png(file: &mut Source<'_>) -> Judged<()> {
    let head: [u8; 24] = bytes(file)?;
    if &head[12..16] != b"IHDR" {
        return Err(FileProblem::Damaged.into());
    }
    let number = |at: usize| u64::from(u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    bounded(number(16), number(20))
}

fn jpeg(file: &mut Source<'_>) -> Judged<()> {
    let _start: [u8; 2] = bytes(file)?;
    loop {
        let [mark, mut code] = bytes(file)?;
        if mark != 0xff {
            return Err(FileProblem::Damaged.into());
        }
        // Any number of 0xff may stand before a segment.
        while code == 0xff {
            [code] = bytes(file)?;
        }
        match code {
            0x01 | 0xd0..=0xd8 => {}
            // The pixels, or the end, before their size.
            0xd9 | 0xda => return Err(FileProblem::Damaged.into()),
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let frame: [u8; 7] = bytes(file)?;
                let number = |at: usize| u64::from(u16::from_be_bytes([frame[at], frame[at + 1]]));
                return bounded(number(5), number(3));
            }
            _ => {
                let length = i64::from(u16::from_be_bytes(bytes(file)?));
                if length < 2 {
                    return Err(FileProblem::Damaged.into());
                }
                file.seek_relative(length - 2)?;
            }
        }
    }
}

fn webp(file: &mut Source<'_>) -> Judged<()> {
    let head: [u8; 30] = bytes(file)?;
    let three = |at: usize| u64::from(u32::from_le_bytes([head[at], head[at + 1], head[at + 2], 0]));
    let two = |at: usize| u64::from(u16::from_le_bytes([head[at], head[at + 1]]) & 0x3fff);
    match &head[12..16] {
        b"VP8X" => bounded(three(24) + 1, three(27) + 1),
        b"VP8 " => bounded(two(26), two(28)),
        b"VP8L" => {
            let bits = u32::from_le_bytes([head[21], head[22], head[23], head[24]]);
            bounded(u64::from(bits & 0x3fff) + 1, u64::from(bits >> 14 & 0x3fff) + 1)
        }
        _ => Err(FileProblem::Damaged.into()),
    }
}

fn tiff(file: &mut Source<'_>) -> Judged<()> {
    let head: [u8; 8] = bytes(file)?;
    let little = head[0] == b'I';
    let two = |b: [u8; 2]| u64::from(if little { u16::from_le_bytes(b) } else { u16::from_be_bytes(b) });
    let four = |b: [u8; 4]| u64::from(if little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) });
    let mut next = four([head[4], head[5], head[6], head[7]]);
    // Each directory of fields is one picture and tells where the next is.
    for _ in 0..MOST_PAGES {
        file.seek(SeekFrom::Start(next))?;
        let (mut width, mut height) = (0, 0);
        for _ in 0..two(bytes(file)?) {
            let field: [u8; 12] = bytes(file)?;
            let short = two([field[2], field[3]]) == 3;
            let value =
                if short { two([field[8], field[9]]) } else { four([field[8], field[9], field[10], field[11]]) };
            match two([field[0], field[1]]) {
                256 => width = value,
                257 => height = value,
                _ => {}
            }
        }
        bounded(width, height)?;
        next = four(bytes(file)?);
        if next == 0 {
            return Ok(());
        }
    }
    Err(FileProblem::Damaged.into())
}
