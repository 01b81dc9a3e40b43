use std::io::{Cursor, Write as _};

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::*;

fn judged(name: &str, content: &[u8]) -> std::result::Result<Type, FileProblem> {
    let path = std::env::temp_dir().join(format!("inspect-{}", hex::encode(crate::backend::clock::random::<8>())));
    std::fs::write(&path, content).unwrap();
    let judged = inspect(&path, name);
    std::fs::remove_file(path).unwrap();
    judged.map_err(|error| match error {
        Error::Refused(crate::error::Refusal::File(problem)) => problem,
        other => panic!("{name}: {other}"),
    })
}

fn stored() -> SimpleFileOptions {
    SimpleFileOptions::default().last_modified_time(DateTime::default()).compression_method(CompressionMethod::Stored)
}

fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        let packed = stored().compression_method(CompressionMethod::Deflated);
        writer.start_file(name, if *name == "mimetype" { stored() } else { packed }).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TYPES: (&str, &[u8]) = ("[Content_Types].xml", b"<Types/>");

fn docx() -> Vec<u8> {
    archive(&[TYPES, ("_rels/.rels", b"<Relationships/>"), ("word/document.xml", b"<w:document/>")])
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend(width.to_be_bytes());
    png.extend(height.to_be_bytes());
    png.extend(b"\x08\x02\0\0\0\0\0\0\0\0\0\0\0IEND\xaeB`\x82");
    png
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xff\xc2\0\x11\x08".to_vec();
    jpeg.extend(height.to_be_bytes());
    jpeg.extend(width.to_be_bytes());
    jpeg.extend(b"\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xda\0\x02pixels\xff\xd9");
    jpeg
}

fn tiff(width: u32, height: u32) -> Vec<u8> {
    let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend(b"\x01\0\0\x04\0\0\0\x01");
    tiff.extend(width.to_be_bytes());
    tiff.extend(b"\x01\x01\0\x04\0\0\0\x01");
    tiff.extend(height.to_be_bytes());
    tiff.extend(b"\0\0\0\0");
    tiff
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let mut webp = b"RIFF\x20\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0".to_vec();
    webp.extend(&(width - 1).to_le_bytes()[..3]);
    webp.extend(&(height - 1).to_le_bytes()[..3]);
    webp.extend([0; 16]);
    webp
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

#[test]
fn every_type_on_the_list_is_taken_under_its_name() {
    let odt = |kind: &str| archive(&[("mimetype", format!("application/vnd.oasis.opendocument.{kind}").as_bytes())]);
    let other = |folder: &str| archive(&[("docProps/app.xml", b"<x/>"), TYPES, (&format!("{folder}/a.xml"), b"<x/>")]);
    for (name, content, kind) in [
        ("a.pdf", PDF.to_vec(), Type::Pdf),
        ("扫描件.PNG", png(10_000, 10_000), Type::Png),
        ("a.jpeg", jpeg(10_000, 10_000), Type::Jpeg),
        ("a.JPG", jpeg(1, 1), Type::Jpeg),
        ("a.tif", tiff(10_000, 10_000), Type::Tiff),
        ("a.webp", webp(10_000, 10_000), Type::WebP),
        ("a.docx", docx(), Type::Docx),
        ("a.xlsx", other("xl"), Type::Xlsx),
        ("a.pptx", other("ppt"), Type::Pptx),
        ("a.odt", odt("text"), Type::Odt),
        ("a.ods", odt("spreadsheet"), Type::Ods),
        ("a.odp", odt("presentation"), Type::Odp),
        ("a.txt", "\u{feff}纯文本 < 100\r\n".into(), Type::Text),
        ("a.csv", "名称;价格\nA;1\n".into(), Type::Csv),
        ("long.txt", "长".repeat(50_000).into_bytes(), Type::Text),
    ] {
        assert_eq!(judged(name, &content), Ok(kind), "{name}");
        assert_eq!(Type::from_media_type(kind.media_type()), Some(kind));
    }
}

#[test]
fn what_is_of_no_type_on_the_list_is_refused() {
    let script = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    for (name, content, problem) in [
        ("a.pdf", b"".as_slice(), FileProblem::Empty),
        ("a.svg", script, FileProblem::NotAllowed),
        ("a.html", b"<!DOCTYPE html><script>alert(1)</script>", FileProblem::NotAllowed),
        ("a.txt", script, FileProblem::Markup),
        ("a.txt", b"\xef\xbb\xbf \n<html>", FileProblem::Markup),
        ("a.csv", b"#!/bin/sh\nrm -r /\n", FileProblem::Markup),
        ("a.exe", b"MZ\x90\0\x03\0\0\0", FileProblem::NotAllowed),
        ("a.txt", b"MZ\x90\0\x03\0\0\0", FileProblem::NotUtf8),
        ("a.pdf", b"GIF89a\x01\0\x01\0", FileProblem::NotAllowed),
        ("a.txt", b"caf\xe9", FileProblem::NotUtf8),
        ("a.txt", b"ends in the middle \xe9\x95", FileProblem::NotUtf8),
        ("a.csv", b"\xff\xfea\0,\0b\0", FileProblem::NotUtf8),
        ("a.txt", b"nothing\0here", FileProblem::NotUtf8),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0", FileProblem::NotAllowed),
        ("a.pdf", b"junk before\n%PDF-1.7", FileProblem::Polyglot),
        ("a", b"plain", FileProblem::NotAllowed),
        ("a.txt", PDF, FileProblem::WrongExtension),
        ("a.pdf.exe", PDF, FileProblem::WrongExtension),
        ("", PDF, FileProblem::WrongExtension),
    ] {
        assert_eq!(judged(name, content), Err(problem), "{name}: {content:?}");
    }
    assert_eq!(judged("a.xlsx", &docx()), Err(FileProblem::WrongExtension));
    assert_eq!(judged("a.docx", &archive(&[("plain.txt", b"x")])), Err(FileProblem::NotAllowed));
    let mimetype = archive(&[("mimetype", b"application/epub+zip")]);
    assert_eq!(judged("a.odt", &mimetype), Err(FileProblem::NotAllowed));
}

#[test]
fn what_is_two_types_at_once_is_refused() {
    let zip = archive(&[("a.class", b"code")]);
    let both = |first: &[u8]| [first, &zip].concat();
    for (name, content) in [
        ("a.pdf", both(PDF)),
        ("a.jpg", both(&jpeg(9, 9))),
        ("a.png", both(&png(9, 9))),
        ("a.png", [&png(9, 9)[..], b"%PDF-1.7 and so on"].concat()),
        ("a.jpg", b"\xff\xd8\xff\xfe\0\x30<script>alert(1)</script>".to_vec()),
        ("a.pdf", b"%PDF-1.7\n<!DOCTYPE html><html>".to_vec()),
        ("a.docx", [docx(), b"<script>alert(1)</script>".to_vec()].concat()),
        ("a.docx", archive(&[TYPES, ("word/a.xml", b"x"), ("xl/a.xml", b"x")])),
    ] {
        assert_eq!(judged(name, &content), Err(FileProblem::Polyglot), "{name}");
    }
    // What stands before an archive is no Office file, and neither is an archive behind it.
    assert_eq!(judged("a.docx", &[b"junk", docx().as_slice()].concat()), Err(FileProblem::NotAllowed));
    assert_eq!(judged("a.docx", &[docx(), docx()].concat()), Err(FileProblem::Damaged));
}

#[test]
fn pictures_are_as_large_as_they_say() {
    for (name, content) in [
        ("a.png", png(20_000, 20_000)),
        ("a.png", png(u32::MAX, u32::MAX)),
        ("a.jpg", jpeg(20_000, 20_000)),
        ("a.tiff", tiff(20_000, 20_000)),
        ("a.webp", webp(20_000, 20_000)),
    ] {
        assert_eq!(judged(name, &content), Err(FileProblem::PictureTooLarge), "{name}");
    }
    let mut looping = tiff(1, 1);
    let end = looping.len() - 4;
    looping[end..].copy_from_slice(&8_u32.to_be_bytes());
    for (name, content) in [
        ("a.png", png(0, 5)),
        ("a.png", png(5, 5)[..20].to_vec()),
        ("a.jpg", jpeg(5, 5)[..22].to_vec()),
        ("a.jpg", b"\xff\xd8\xff\xda\0\x02pixels".to_vec()),
        ("a.tif", b"II*\0\xff\xff\xff\x7f".to_vec()),
        ("a.tif", looping),
    ] {
        assert_eq!(judged(name, &content), Err(FileProblem::Damaged), "{name}");
    }
}

#[test]
fn office_files_neither_explode_nor_run() {
    let with = |name: &str, content: &[u8]| archive(&[TYPES, ("word/document.xml", b"x"), (name, content)]);
    let zeros = vec![0; 30 * 1024 * 1024];
    let macros = b"<Override ContentType=\"application/vnd.ms-word.document.macroEnabled.main+xml\"/>";
    let mut cut = docx();
    cut.truncate(cut.len() - 30);
    let mut broken = docx();
    broken[60] ^= 0xff;
    for (what, content, problem) in [
        ("a bomb", with("word/media/a.bin", &zeros), FileProblem::Bomb),
        ("macros", with("word/vbaProject.bin", b"x"), FileProblem::Macros),
        (
            "macros under another name",
            archive(&[("[Content_Types].xml", macros), ("word/a", b"")]),
            FileProblem::Macros,
        ),
        ("macros of OpenDocument", with("Basic/Standard/a.xml", b"x"), FileProblem::Macros),
        ("a way out", with("../../etc/cron.d/x", b"x"), FileProblem::UnsafePaths),
        ("a way out of Windows", with("word\\..\\..\\x", b"x"), FileProblem::UnsafePaths),
        ("an absolute path", with("/etc/passwd", b"x"), FileProblem::UnsafePaths),
        ("a drive", with("C:/x", b"x"), FileProblem::UnsafePaths),
        ("no end", cut, FileProblem::Damaged),
        ("a flipped bit", broken, FileProblem::Damaged),
    ] {
        assert_eq!(judged("a.docx", &content), Err(problem), "{what}");
    }
}

#[test]
fn an_archive_that_lies_about_its_sizes_is_unpacked_and_found_out() {
    let mut content = archive(&[TYPES, ("word/document.xml", b"x"), ("word/a.bin", &vec![0; 30 * 1024 * 1024])]);
    let size = (30_u32 * 1024 * 1024).to_le_bytes();
    // Both in the entry's head and in the directory it now says that it holds sixteen bytes.
    while let Some(at) = content.windows(4).position(|bytes| bytes == size) {
        content[at..at + 4].copy_from_slice(&16_u32.to_le_bytes());
    }
    assert!(matches!(judged("a.docx", &content), Err(FileProblem::Bomb | FileProblem::Damaged)));
}

#[test]
fn too_many_entries_are_refused_before_they_are_read() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..10_001 {
        writer.start_file(format!("word/{number}"), stored()).unwrap();
    }
    let content = writer.finish().unwrap().into_inner();
    assert_eq!(judged("a.docx", &content), Err(FileProblem::Bomb));

    // Not even when the last record of the file leads to another one.
    let mut entry = b"PK\x01\x02".to_vec();
    entry.resize(46, 0);
    let mut content = b"PK\x03\x04".to_vec();
    content.extend(entry.repeat(300_000));
    let mut end = b"PK\x05\x06\0\0\0\0\xff\xff\xff\xff".to_vec();
    end.extend(13_800_000_u32.to_le_bytes());
    end.extend(4_u32.to_le_bytes());
    end.extend([0, 0]);
    content.extend(end);
    let at = content.len();
    content.extend(&entry[..46]);
    let mut last = b"PK\x05\x06\0\0\0\0\x01\0\x01\0\x2e\0\0\0".to_vec();
    last.extend(u32::try_from(at).unwrap().to_le_bytes());
    last.extend([0, 0]);
    content.extend(last);
    assert!(judged("a.docx", &content).is_err());
}
