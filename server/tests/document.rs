//! Documents: what people attach to companies, and what nobody gets to attach.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::Duration;

use app::actor::Role;
use app::backend::files::FileStore;
use app::document::scan::{self, Turn};
use app::document::sweep::sweep;
use axum::body::{Body, Bytes};
use http::{Method, StatusCode, header};
use sqlx::types::Uuid;

use crate::both;
use crate::clamd::{Clamd, Mode, eicar};
use crate::harness::{Answer, Browser, Portal, multipart, multipart_headers, until};

both!(
    the_same_form_sent_twice_adds_one_document,
    a_document_comes_back_as_it_was_sent,
    names_lead_nowhere,
    hostile_files_are_refused_and_leave_nothing,
    each_role_reads_what_it_may,
    a_document_is_removed_and_the_journal_keeps_it,
    one_content_is_kept_once,
    an_upload_that_breaks_off_leaves_nothing,
    a_company_that_goes_while_the_file_arrives_gets_none,
    what_is_too_large_is_refused_however_it_comes,
    the_same_file_sent_by_many_at_once,
    the_scanner_finds_and_the_content_is_gone,
    the_scanner_is_away_and_comes_back,
    without_a_scanner_documents_say_so,
    a_bucket_keeps_documents_too,
    unused_contents_are_swept_away,
    the_form_keeps_what_was_typed,
);

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// Sends a document to a company and gives the answer.
async fn send(browser: &mut Browser, company: Uuid, name: &str, content: &[u8]) -> Answer {
    browser.send(&format!("/companies/{company}/documents"), &[("note", "A note")], name, content).await
}

/// Sends a document that must be taken, and gives its address.
async fn add(browser: &mut Browser, company: Uuid, audience: &str, name: &str, content: &[u8]) -> String {
    let path = format!("/companies/{company}/documents");
    let answer = browser.send(&path, &[("audience", audience)], name, content).await;
    assert_eq!(answer.location(), format!("/companies/{company}#documents"), "{}", answer.words());
    first(&browser.page(&format!("/companies/{company}")).await)
}

/// The address of the first document of a page.
fn first(page: &Answer) -> String {
    let html = page.text();
    let at = html.find("/documents/0").unwrap_or_else(|| panic!("no document in {}", page.words()));
    html[at..at + 47].to_owned()
}

/// Sends a file that must be refused, and gives what the page then says.
async fn refused(browser: &mut Browser, company: Uuid, name: &str, content: &[u8]) -> String {
    let answer = send(browser, company, name, content).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{name}: {}", answer.words());
    assert!(answer.location().contains("?refused="), "{name} was taken: {}", answer.location());
    browser.page(&answer.location()).await.words()
}

/// The contents that a portal's folder holds, and what still arrives.
fn stored(folder: &Path) -> (usize, usize) {
    let count = |path: PathBuf| std::fs::read_dir(path).map_or(0, Iterator::count);
    let documents = folder.join("documents");
    let shelves = std::fs::read_dir(&documents).unwrap().map(|entry| entry.unwrap());
    let contents = shelves.filter(|shelf| shelf.file_name().len() == 2).map(|shelf| count(shelf.path())).sum();
    (contents, count(documents.join("incoming")))
}

fn docx(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in
        [("[Content_Types].xml", b"<Types/>".as_slice()), ("word/document.xml", b"<w/>")].iter().chain(entries)
    {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

async fn a_document_comes_back_as_it_was_sent(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let content = docx(&[("word/媒体.xml", &[b'x'; 5000])]);
    let answer = send(&mut staff, company, "投资协议（草案）.docx", &content).await;
    assert_eq!(answer.location(), format!("/companies/{company}#documents"), "{}", answer.words());
    let page = staff.page(&format!("/companies/{company}")).await;
    for shown in
        ["投资协议（草案）.docx", "A note", "The zone only", "Not scanned", "Text document", "uploaded a document"]
    {
        assert!(page.words().contains(shown), "{shown} in {}", page.words());
    }
    let answer = staff.page(&first(&page)).await;
    assert_eq!(answer.bytes, content);
    let header = |name: &str| answer.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"document.docx\"; \
         filename*=UTF-8''%E6%8A%95%E8%B5%84%E5%8D%8F%E8%AE%AE%EF%BC%88%E8%8D%89%E6%A1%88%EF%BC%89.docx"
    );
    assert_eq!(header("content-type"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("content-security-policy"), "sandbox; default-src 'none'");
    assert_eq!(header("cache-control"), "private, no-store");
    assert_eq!(header("content-length"), content.len().to_string());

    // Text, which pages would be compressed as, leaves as it is.
    let text = "一,二\n".repeat(2000);
    let url = add(&mut staff, company, "company", "表.csv", text.as_bytes()).await;
    staff.headers.insert(header::ACCEPT_ENCODING, "gzip, br".parse().unwrap());
    let answer = staff.page(&url).await;
    assert!(!answer.headers.contains_key(header::CONTENT_ENCODING));
    assert_eq!(
        (answer.text(), &answer.headers[header::CONTENT_TYPE]),
        (text, &"text/csv; charset=utf-8".parse().unwrap())
    );
    assert_eq!(portal.journal_holds().await, 4, "signed in, company, two documents");
}

async fn names_lead_nowhere(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    for (sent, kept) in [
        ("../../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\王\\合同.pdf", "合同.pdf"),
        ("<script>alert(1)</script>.pdf", "script>.pdf"),
        ("a\u{202e}fdp.pdf", "afdp.pdf"),
    ] {
        let url = add(&mut staff, company, "zone", sent, PDF).await;
        let page = staff.page(&format!("/companies/{company}")).await;
        assert!(page.words().contains(kept) && !page.text().contains("<script>alert"), "{sent}: {}", page.words());
        let answer = staff.page(&url).await;
        let disposition = answer.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        let name = app::ui::query::encode(kept);
        assert!(disposition.ends_with(&format!("UTF-8''{name}")), "{disposition}");
    }
    let long = format!("{}.pdf", "长".repeat(400));
    let url = add(&mut staff, company, "zone", &long, PDF).await;
    let kept = format!("{}.pdf", "长".repeat(196));
    let disposition = staff.page(&url).await.headers[header::CONTENT_DISPOSITION].to_str().unwrap().to_owned();
    assert!(disposition.ends_with(&app::ui::query::encode(&kept)), "{disposition}");
    assert_eq!(stored(&portal.folder), (1, 0), "one content, in its place");
}

async fn hostile_files_are_refused_and_leave_nothing(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let mut picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    picture.extend([20_000_u32.to_be_bytes(), 20_000_u32.to_be_bytes()].concat());
    picture.extend(b"\x08\x02\0\0\0\0\0\0\0");
    let bomb = docx(&[("word/media/image.bmp", &vec![0; 20_000_000])]);
    let polyglot = [PDF, &docx(&[])].concat();
    let files: [(&str, &[u8], &str, &str); 10] = [
        ("empty.pdf", b"", "This file is empty", "此文件为空"),
        ("picture.svg", svg, "This type of file is not accepted", "不接受此类文件"),
        ("picture.txt", svg, "a web page, picture in SVG or script", "网页、SVG 图片或脚本"),
        ("picture.png", svg, "This type of file is not accepted", "不接受此类文件"),
        ("large.png", &picture, "more than 100 million pixels", "超过 1 亿像素"),
        ("bomb.docx", &bomb, "unpacks to far more", "解压后过大"),
        ("both.pdf", &polyglot, "two types at once", "两种类型"),
        ("program.pdf.exe", PDF, "does not fit its content", "扩展名与内容不符"),
        ("macros.docx", &docx(&[("word/vbaProject.bin", b"x")]), "contains macros", "含有宏"),
        ("out.docx", &docx(&[("../../etc/cron.d/x", b"x")]), "unsafe paths", "不安全的路径"),
    ];
    for (name, content, english, chinese) in files {
        for (language, said) in [("en", english), ("zh", chinese)] {
            staff.set_cookie("language", language);
            let words = refused(&mut staff, company, name, content).await;
            assert!(words.contains(said), "{name}: {said} in {words}");
        }
    }
    assert_eq!(stored(&portal.folder), (0, 0));
    assert_eq!((portal.count("files").await, portal.count("documents").await), (0, 0));
    staff.set_cookie("language", "en");
    for body in [multipart(&[], "", b""), b"--story--\r\n".to_vec()] {
        let path = format!("/companies/{company}/documents");
        let answer = staff.request(Method::POST, &path, multipart_headers(), body).await;
        let words = staff.page(&answer.location()).await.words();
        assert!(words.contains("Please choose a file"), "{words}");
    }
}

async fn each_role_reads_what_it_may(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let other = staff.add_company("Another Company").await;
    let path = format!("/companies/{company}");
    let zone = add(&mut staff, company, "", "internal assessment.pdf", PDF).await;
    let shared = add(&mut staff, company, "company", "brochure.pdf", PDF).await;
    let mut own = portal.representative(company).await;
    let mut foreign = portal.representative(other).await;
    let theirs = add(&mut own, company, "zone", "register extract.pdf", PDF).await;

    for role in [Role::Administrator, Role::Staff, Role::Executive] {
        let mut browser = portal.signed_in(role).await;
        for url in [&zone, &shared, &theirs] {
            assert_eq!(browser.get(url).await.status, StatusCode::OK, "{url} as {}", role.code());
        }
        assert!(browser.page(&path).await.words().contains("internal assessment.pdf"));
    }
    let mut expert = portal.signed_in(Role::Expert).await;
    for url in [&zone, &shared, &theirs] {
        assert_eq!(expert.get(url).await.status, StatusCode::FORBIDDEN);
        assert_eq!(foreign.get(url).await.status, StatusCode::NOT_FOUND);
        assert!(portal.browser().get(url).await.location().starts_with("/sign-in?next="));
    }
    assert!(!expert.page(&path).await.words().contains(".pdf"));
    assert_eq!(own.get(&zone).await.status, StatusCode::NOT_FOUND);
    assert_eq!(own.page(&shared).await.bytes, PDF);
    assert_eq!(own.page(&theirs).await.bytes, PDF, "what a representative sends is always for both");
    let words = own.page(&path).await.words();
    assert!(!words.contains("internal assessment"), "neither in the list nor in the timeline: {words}");
    assert!(words.contains("brochure.pdf") && words.contains("Zone staff"), "{words}");
    assert!(!words.contains("The zone only"), "{words}");
    assert_eq!(own.get(&format!("/documents/{company}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(own.get("/documents/x").await.status, StatusCode::NOT_FOUND);

    // Who may add, before a byte of the file is looked at.
    let before = portal.count("documents").await;
    let mut executive = portal.signed_in(Role::Executive).await;
    assert_eq!(send(&mut executive, company, "a.pdf", PDF).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(&mut expert, company, "a.pdf", PDF).await.status, StatusCode::FORBIDDEN);
    assert_eq!(send(&mut foreign, company, "a.pdf", PDF).await.status, StatusCode::NOT_FOUND);
    assert_eq!(send(&mut staff, Uuid::nil(), "a.pdf", PDF).await.status, StatusCode::NOT_FOUND);
    assert!(send(&mut portal.browser(), company, "a.pdf", PDF).await.location().starts_with("/sign-in?next="));
    let mut evil = multipart_headers();
    evil.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    evil.insert("sec-fetch-site", "cross-site".parse().unwrap());
    let body = multipart(&[], "a.pdf", PDF);
    let answer = staff.request(Method::POST, &format!("{path}/documents"), evil, body).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "from another site");
    assert_eq!(portal.count("documents").await, before);

    // And who may remove.
    for (browser, url, status) in [
        (&executive, &shared, StatusCode::FORBIDDEN),
        (&expert, &shared, StatusCode::FORBIDDEN),
        (&own, &shared, StatusCode::FORBIDDEN),
        (&own, &zone, StatusCode::NOT_FOUND),
        (&foreign, &theirs, StatusCode::NOT_FOUND),
    ] {
        let mut browser = browser.clone();
        let id = url.strip_prefix("/documents/").unwrap();
        assert_eq!(browser.post(&path, "/api/documents/remove", &[("id", id)]).await.status, status, "{url}");
    }
    assert!(!executive.page(&path).await.text().contains("/api/documents/remove"));
    assert_eq!(own.page(&path).await.text().matches("/api/documents/remove").count(), 1, "their own");
}

async fn a_document_is_removed_and_the_journal_keeps_it(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let mut own = portal.representative(company).await;
    let page = format!("/companies/{company}");
    let url = add(&mut own, company, "", "draft.pdf", PDF).await;
    let id = own.page(&page).await.field("id");
    assert_eq!(url, format!("/documents/{id}"));
    let before = portal.journal_holds().await;
    for _ in 0..2 {
        let answer = own.post(&page, "/api/documents/remove", &[("id", &id)]).await;
        assert_eq!(answer.location(), format!("{page}#documents"), "{}", answer.words());
    }
    assert_eq!(portal.journal_holds().await, before + 1, "removed once");
    assert_eq!(own.get(&url).await.status, StatusCode::NOT_FOUND);
    assert_eq!(staff.get(&url).await.status, StatusCode::NOT_FOUND);
    let words = staff.page(&page).await.words();
    assert!(words.contains("No documents yet") && words.contains("removed a document"), "{words}");
    let mut admin = portal.signed_in(Role::Administrator).await;
    let journal = admin.page("/admin/journal?action=document.removed").await.words();
    assert!(journal.contains("draft.pdf") && journal.contains("The zone and the company"), "{journal}");
}

async fn one_content_is_kept_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let (one, two) = (staff.add_company("One").await, staff.add_company("Two").await);
    add(&mut staff, one, "zone", "a.pdf", PDF).await;
    add(&mut staff, one, "zone", "b.pdf", PDF).await;
    let last = add(&mut staff, two, "zone", "c.pdf", PDF).await;
    assert_eq!((portal.count("files").await, portal.count("documents").await), (1, 3));
    assert_eq!(stored(&portal.folder), (1, 0));
    // One is removed, the others keep their content.
    let url = first(&staff.page(&format!("/companies/{one}")).await);
    let id = url.strip_prefix("/documents/").unwrap();
    staff.post("/today", "/api/documents/remove", &[("id", id)]).await;
    assert_eq!(staff.page(&last).await.bytes, PDF);
}

/// A body that breaks off after its first pieces, as when a visitor leaves.
fn broken(pieces: Vec<Vec<u8>>) -> Body {
    let pieces = pieces.into_iter().map(|piece| Ok(Bytes::from(piece)));
    let end = [Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "the visitor left"))];
    Body::from_stream(futures::stream::iter(pieces.chain(end)))
}

async fn an_upload_that_breaks_off_leaves_nothing(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let path = format!("/companies/{company}/documents");
    let whole = multipart(&[], "a.pdf", &[PDF, &vec![b' '; 100_000]].concat());
    let cut = whole[..whole.len() - 12].to_vec();
    for body in [broken(vec![whole[..200].to_vec(), whole[200..50_000].to_vec()]), Body::from(cut)] {
        let answer = staff.request_with(Method::POST, &path, multipart_headers(), body).await;
        let words = staff.page(&answer.location()).await.words();
        assert!(words.contains("did not arrive completely"), "{words}");
    }
    // The visitor leaves without a word: whoever served them is dropped.
    let pieces = vec![Ok(Bytes::from(whole[..50_000].to_vec()))];
    let stuck =
        futures::StreamExt::chain(futures::stream::iter(pieces), futures::stream::pending::<std::io::Result<Bytes>>());
    tokio::select! {
        _ = staff.request_with(Method::POST, &path, multipart_headers(), Body::from_stream(stuck)) => panic!("it waits"),
        () = until("the beginning lies there", async || stored(&portal.folder) == (0, 1)) => {}
    }
    assert_eq!(stored(&portal.folder), (0, 0));
    assert_eq!((portal.count("files").await, portal.count("documents").await), (0, 0));
    let journal = portal.journal_holds().await;
    assert_eq!(journal, 2, "signed in, company");
}

/// A body of which the rest arrives after something else was posted.
fn interrupted(whole: Vec<u8>, mut other: Browser, action: &'static str, fields: Vec<(String, String)>) -> Body {
    let first = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from(whole[..200].to_vec()))]);
    let rest = futures::stream::once(async move {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = other.post("/companies", action, &fields).await;
        assert!(!answer.location().contains("refused="), "{} {}", answer.status, answer.location());
        Ok(Bytes::from(whole[200..].to_vec()))
    });
    Body::from_stream(futures::StreamExt::chain(first, rest))
}

async fn a_company_that_goes_while_the_file_arrives_gets_none(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let other = staff.add_company("The Company Ltd").await;
    let whole = multipart(&[("note", "Minutes")], "a.pdf", &[PDF, &vec![b' '; 100_000]].concat());
    let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let path = format!("/companies/{company}/documents");
    let fields = pairs(&[("id", &company.to_string()), ("archived_reason", "Typed twice.")]);
    let body = interrupted(whole.clone(), staff.clone(), "/api/companies/archive", fields);
    let answer = staff.request_with(Method::POST, &path, multipart_headers(), body).await;
    assert!(answer.location().contains("refused="), "{} {}", answer.status, answer.location());
    let words = staff.page(&answer.location()).await.words();
    assert!(words.contains("Restore it before you change it or add to it"), "{words}");
    assert_eq!(portal.count("documents").await, 0);
    // Restored, it takes it; merged into another meanwhile, it does not, and who sent it is told so where one is led.
    staff.post("/companies", "/api/companies/restore", &[("id", &company.to_string())]).await;
    let drawn = staff.page(&format!("/companies/{other}/merge/{company}")).await;
    let fields = pairs(&[
        ("winner", &other.to_string()),
        ("loser", &company.to_string()),
        ("winner_version", &drawn.field("winner_version")),
        ("loser_version", &drawn.field("loser_version")),
        ("kinds[]", "manufacturer"),
        ("name_en", "The Company Ltd"),
    ]);
    let body = interrupted(whole, staff.clone(), "/api/companies/merge", fields);
    let answer = staff.request_with(Method::POST, &path, multipart_headers(), body).await;
    assert!(answer.location().contains("refused="), "{} {}", answer.status, answer.location());
    let onwards = staff.get(&answer.location()).await.location();
    assert!(onwards.starts_with(&format!("/companies/{other}?refused=")), "{onwards}");
    let page = staff.page(&onwards).await;
    assert!(page.text().contains("class=\"error-summary\""), "{}", page.words());
    assert!(page.text().contains("value=\"Minutes\""), "what was typed is kept");
    assert_eq!(portal.count("documents").await, 0);
}

async fn what_is_too_large_is_refused_however_it_comes(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let path = format!("/companies/{company}/documents");
    let start = b"--story\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n".to_vec();
    let piece = Bytes::from(vec![b'x'; 1 << 20]);
    // Five gigabytes, of which nobody takes more than a part: how much was taken is counted.
    let endless = |first: Vec<u8>| {
        let taken = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
        let (counted, piece) = (taken.clone(), piece.clone());
        let pieces = std::iter::once(Bytes::from(first)).chain(std::iter::repeat_n(piece, 5 * 1024));
        let pieces = pieces.map(move |piece| {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(piece)
        });
        (taken, Body::from_stream(futures::stream::iter(pieces)))
    };
    let mut declared = multipart_headers();
    declared.insert(header::CONTENT_LENGTH, (5_u64 << 30).into());
    for (headers, first, said) in [
        (declared, start.clone(), "larger than 100 MB"),
        (multipart_headers(), start, "larger than 100 MB"),
        // Without end before the file is reached: a preamble, a header, a field.
        (multipart_headers(), Vec::new(), "was not complete"),
        (multipart_headers(), b"--story\r\nContent-Disposition: ".to_vec(), "was not complete"),
        (
            multipart_headers(),
            b"--story\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n".to_vec(),
            "was not complete",
        ),
    ] {
        let (taken, body) = endless(first);
        let answer = staff.request_with(Method::POST, &path, headers, body).await;
        let words = staff.page(&answer.location()).await.words();
        assert!(words.contains(said), "{said} in {words}");
        let taken = taken.load(Ordering::SeqCst);
        assert!(taken < 250, "{said}: {taken} MB were taken");
        assert!(said.contains("100 MB") || taken < 5, "{said}: {taken} MB were taken");
    }
    assert_eq!(stored(&portal.folder), (0, 0));
    assert_eq!(portal.count("documents").await, 0);
}

async fn the_same_file_sent_by_many_at_once(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let content = [PDF, &vec![b' '; 300_000]].concat();
    let uploads = (0..12).map(|number| {
        let (mut browser, content) = (staff.clone(), content.clone());
        tokio::spawn(async move { send(&mut browser, company, &format!("{number}.pdf"), &content).await.location() })
    });
    for upload in uploads.collect::<Vec<_>>() {
        assert_eq!(upload.await.unwrap(), format!("/companies/{company}#documents"));
    }
    assert_eq!((portal.count("files").await, portal.count("documents").await), (1, 12));
    assert_eq!(stored(&portal.folder), (1, 0));
    let url = first(&staff.page(&format!("/companies/{company}")).await);
    assert_eq!(staff.page(&url).await.bytes, content);
    portal.journal_holds().await;
}

async fn the_scanner_finds_and_the_content_is_gone(mut portal: Portal) {
    let clamd = Clamd::start(Mode::Working).await;
    portal.set(|settings| settings.scanner = Some(clamd.scanner.clone()));
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let page = format!("/companies/{company}");
    let good = add_pending(&mut staff, company, PDF).await;
    let answer = send(&mut staff, company, "bad.txt", &eicar()).await;
    assert_eq!(answer.location(), format!("{page}#documents"));
    let shown = staff.page(&page).await;
    assert!(shown.words().contains("Being checked") && !shown.text().contains("href=\"/documents/"), "not a link yet");
    let ids: Vec<String> =
        shown.text().split("name=\"id\" value=\"").skip(1).map(|rest| rest[..36].to_owned()).collect();
    let bad = format!("/documents/{}", ids[0]);
    for url in [&good, &bad] {
        let answer = staff.get(url).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert!(answer.words().contains("still being checked"), "{}", answer.words());
    }
    let before = portal.journal_holds().await;
    for turn in [Turn::Done, Turn::Done, Turn::Nothing] {
        assert_eq!(scan::turn(&portal.backend, &clamd.scanner).await.unwrap(), turn);
    }
    assert_eq!(staff.page(&good).await.bytes, PDF);
    let mut admin = portal.signed_in(Role::Administrator).await;
    for browser in [&mut staff, &mut admin] {
        let answer = browser.get(&bad).await;
        assert_eq!(answer.status, StatusCode::GONE);
        assert!(answer.words().contains("something harmful"), "{}", answer.words());
        assert!(!answer.words().contains("Nothing was changed") && answer.text().contains(&page), "{}", answer.words());
    }
    let words = staff.page(&page).await.words();
    for shown in
        ["Virus found, deleted", "No virus found", "The portal found a document harmful", "Eicar-Test-Signature"]
    {
        assert!(words.contains(shown), "{shown} in {words}");
    }
    assert_eq!(portal.journal_holds().await, before + 2, "found, and an administrator signed in");
    assert_eq!(stored(&portal.folder), (1, 0), "the harmful content is gone");
    // The same again is known.
    let words = refused(&mut staff, company, "again.txt", &eicar()).await;
    assert!(words.contains("something harmful"), "{words}");
    assert_eq!(stored(&portal.folder), (1, 0));
    assert_eq!(clamd.asked.load(Ordering::SeqCst), 2);
}

async fn the_scanner_is_away_and_comes_back(mut portal: Portal) {
    let away = Clamd::away();
    let hanging = Clamd::start(Mode::Hanging).await;
    let narrow = Clamd::start(Mode::Narrow).await;
    portal.set(|settings| settings.scanner = Some(away.clone()));
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let url = add_pending(&mut staff, company, &[PDF, &vec![b' '; 300_000]].concat()).await;
    let backend = &portal.backend;
    for scanner in [&away, &hanging.scanner, &narrow.scanner] {
        assert_eq!(scan::turn(backend, scanner).await.unwrap(), Turn::Away);
        assert_eq!(scan::turn(backend, scanner).await.unwrap(), Turn::Nothing, "it waits before it is tried again");
        assert_eq!(staff.get(&url).await.status, StatusCode::CONFLICT);
        portal.later(Duration::from_secs(600));
    }
    let working = Clamd::start(Mode::Working).await;
    assert_eq!(scan::turn(backend, &working.scanner).await.unwrap(), Turn::Done);
    assert_eq!(staff.get(&url).await.status, StatusCode::OK);

    // Two processes that look at the same time share the work.
    for number in 0..6 {
        add_pending(&mut staff, company, format!("%PDF-1.7\n{number}").as_bytes()).await;
    }
    let turns = (0..6).map(|_| {
        let (backend, scanner) = (backend.clone(), working.scanner.clone());
        tokio::spawn(async move { while scan::turn(&backend, &scanner).await.unwrap() != Turn::Nothing {} })
    });
    for turn in turns.collect::<Vec<_>>() {
        turn.await.unwrap();
    }
    while scan::turn(backend, &working.scanner).await.unwrap() != Turn::Nothing {}
    assert_eq!(working.asked.load(Ordering::SeqCst), 7, "each was scanned once");
}

/// Adds a document that the scanner has still to look at, and gives its address.
async fn add_pending(browser: &mut Browser, company: Uuid, content: &[u8]) -> String {
    let answer = send(browser, company, "a.pdf", content).await;
    assert_eq!(answer.location(), format!("/companies/{company}#documents"), "{}", answer.words());
    let page = browser.page(&format!("/companies/{company}")).await;
    format!("/documents/{}", page.field("id"))
}

async fn without_a_scanner_documents_say_so(mut portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let url = add(&mut staff, company, "zone", "a.txt", &eicar()).await;
    assert_eq!(staff.page(&url).await.bytes, eicar());
    assert!(staff.page(&format!("/companies/{company}")).await.words().contains("Not scanned"));
    let clamd = Clamd::start(Mode::Working).await;
    portal.set(|settings| settings.scanner = Some(clamd.scanner.clone()));
    assert_eq!(scan::await_all(&portal.backend).await.unwrap(), 1, "the portal starts with a scanner");
    assert_eq!(staff.get(&url).await.status, StatusCode::CONFLICT);
    assert_eq!(scan::turn(&portal.backend, &clamd.scanner).await.unwrap(), Turn::Done);
    assert_eq!(staff.get(&url).await.status, StatusCode::GONE);
}

async fn a_bucket_keeps_documents_too(mut portal: Portal) {
    let clamd = Clamd::start(Mode::Working).await;
    portal.set(|settings| {
        settings.files = FileStore::in_memory();
        settings.scanner = Some(clamd.scanner.clone());
    });
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    // More than one part of an upload to a bucket.
    let large = [PDF, &vec![b' '; 12_000_000]].concat();
    let url = add_pending(&mut staff, company, &large).await;
    assert_eq!(send(&mut staff, company, "bad.txt", &eicar()).await.status, StatusCode::SEE_OTHER);
    assert!(refused(&mut staff, company, "a.exe", b"MZ").await.contains("not accepted"));
    while scan::turn(&portal.backend, &clamd.scanner).await.unwrap() != Turn::Nothing {}
    assert!(staff.page(&url).await.bytes == large);
    let files = &portal.backend.settings.files;
    let stored = files.older_than(app::time::Timestamp(i64::MAX)).await.unwrap();
    assert_eq!(stored.len(), 1, "the harmful content is gone");
    assert_eq!(files.tidy(app::time::Timestamp(i64::MAX)).await.unwrap(), 0, "nothing is left on the way");
}

async fn unused_contents_are_swept_away(portal: Portal) {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    // The machine's clock dates files, the story's the rows: the story is told a year ahead.
    portal.later(365 * DAY);
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let page = format!("/companies/{company}");
    let kept = add(&mut staff, company, "zone", "kept.pdf", PDF).await;
    let twice = [PDF, b"twice"].concat();
    let removed = add(&mut staff, company, "zone", "removed.pdf", &twice).await;
    let id = removed.strip_prefix("/documents/").unwrap();
    staff.post(&page, "/api/documents/remove", &[("id", id)]).await;
    let documents = portal.folder.join("documents");
    std::fs::write(documents.join("incoming/left"), b"of a process that died").unwrap();
    let orphan = "ab".repeat(32);
    std::fs::create_dir_all(documents.join("ab")).unwrap();
    std::fs::write(documents.join("ab").join(&orphan), b"stored, but never written down").unwrap();
    std::fs::write(documents.join("journal-heads.txt"), b"none of ours").unwrap();
    let now = || portal.backend.clock.now();

    assert_eq!(sweep(&portal.backend, now()).await.unwrap(), 2, "what was left behind");
    assert_eq!(stored(&portal.folder).1, 0);
    assert!(!documents.join("ab").join(&orphan).exists() && documents.join("journal-heads.txt").exists());
    portal.later(29 * DAY);
    assert_eq!(sweep(&portal.backend, now()).await.unwrap(), 0);
    portal.later(2 * DAY);
    assert_eq!(sweep(&portal.backend, now()).await.unwrap(), 1, "thirty days after it was removed");
    assert_eq!(sweep(&portal.backend, now()).await.unwrap(), 0);
    let mut staff = portal.signed_in(Role::Staff).await;
    assert_eq!(staff.page(&kept).await.bytes, PDF);
    assert_eq!(stored(&portal.folder).0, 1);
    // Sent again it is there again.
    let again = add(&mut staff, company, "zone", "again.pdf", &twice).await;
    assert_eq!(staff.page(&again).await.bytes, twice);
    assert_eq!(portal.count("files").await, 2);
}

async fn the_form_keeps_what_was_typed(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("The Company").await;
    let path = format!("/companies/{company}/documents");
    let fields = [("audience", "company"), ("note", "The \"final\" <draft>")];
    let answer = staff.send(&path, &fields, "a.exe", b"MZ").await;
    assert!(answer.location().ends_with("#documents"));
    let page = staff.page(&answer.location()).await;
    assert!(page.words().contains("This type of file is not accepted"), "{}", page.words());
    assert_eq!(page.field("note").replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">"), fields[1].1);
    assert!(page.text().contains("<option value=\"company\" selected"), "{}", page.text());
    assert!(page.words().contains("“a.exe”: This type of file"), "{}", page.words());
    assert!(page.text().contains("href=\"#file\"") && page.text().contains("aria-invalid=\"true\""), "{}", page.text());

    // A file that is said to be too large before it comes, and a session that ended meanwhile.
    let body = multipart(&fields, "large.pdf", PDF);
    let mut declared = multipart_headers();
    declared.insert(header::CONTENT_LENGTH, (5_u64 << 30).into());
    let answer = staff.request_with(Method::POST, &path, declared, Body::from(body.clone())).await;
    let page = staff.page(&answer.location()).await;
    assert!(page.words().contains("“large.pdf”: This file is larger than 100 MB"), "{}", page.words());
    assert!(page.field("note").contains("final") && page.text().contains("<option value=\"company\" selected"));
    let answer = portal.browser().request(Method::POST, &path, multipart_headers(), body).await;
    let next = answer.location().strip_prefix("/sign-in?next=").map(str::to_owned).unwrap();
    let next = next.replace("%2F", "/").replace("%3F", "?").replace("%3D", "=");
    let page = staff.page(&next).await;
    assert!(page.words().contains("Please sign in again"), "{}", page.words());
    assert!(page.field("note").contains("final") && page.text().contains("<option value=\"company\" selected"));

    let long = "长".repeat(501);
    let answer = staff.send(&path, &[("note", &long)], "a.pdf", PDF).await;
    assert!(staff.page(&answer.location()).await.words().contains("At most 500 characters"));
    assert_eq!(portal.count("documents").await, 0);
}

async fn the_same_form_sent_twice_adds_one_document(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let company = staff.add_company("Twice").await;
    let (page, path) = (format!("/companies/{company}"), format!("/companies/{company}/documents"));
    let form_id = staff.page(&page).await.field("form_id");
    for _ in 0..2 {
        let answer = staff.send(&path, &[("form_id", &form_id)], "offer.pdf", PDF).await;
        assert_eq!(answer.location(), format!("{page}#documents"));
    }
    assert_eq!(portal.count("documents").await, 1);
    // Gone back to, the same form brings another file: that is another document.
    staff.send(&path, &[("form_id", &form_id)], "other.pdf", &[PDF, b"other"].concat()).await;
    let words = staff.page(&page).await.words();
    assert!(words.contains("offer.pdf") && words.contains("other.pdf"), "{words}");
    assert_eq!(portal.count("documents").await, 2);
    portal.journal_holds().await;
}
