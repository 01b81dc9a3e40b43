//! What it costs to bring many companies into the register at once, and how soon a bomb is refused.

use std::io::{Cursor, Write as _};
use std::time::Duration;

use app::backend::clock::stopwatch;
use rust_xlsxwriter::Workbook;
use tokio::runtime::Runtime;
use zip::write::SimpleFileOptions;

use crate::client::{Connection, get, post, post_file};
use crate::process::{Server, Site};
use crate::report::{Report, Target};
use crate::staff;

/// Companies in the spreadsheet.
const ROWS: u32 = 50_000;
/// How long one waits for a step, in seconds.
const LONGEST: f64 = 900.0;

pub(crate) fn import(report: &mut Report, runtime: &Runtime, site: &Site, database: &str) -> Result<(), String> {
    report.section(&format!("Import of {ROWS} companies from an XLSX on {database}"));
    let file = spreadsheet().map_err(|error| error.to_string())?;
    let portal = site.serve()?;
    runtime.block_on(async {
        let cookie = staff(&portal).sign_in().await?;
        report.line("size of the file", file.len() as f64 / 1e6, "MB", Target::None);
        // What the first import of a process takes once is not the import's.
        send(&portal, &cookie, b"Company\nFirst\n").await?;
        portal.process.forget_peak()?;
        let before = portal.process.memory("VmRSS")?;
        let began = stopwatch();
        let path = send(&portal, &cookie, &file).await?;
        drop(file);
        report.line("received, read and kept row by row", began.elapsed().as_secs_f64(), "s", Target::None);
        peak(report, &portal, "   memory of the process, at most")?;
        let id = path.trim_start_matches("/imports/").trim_end_matches("/mapping").to_owned();

        let columns: String =
            FIELDS.iter().enumerate().map(|(at, field)| format!("&columns%5B{at}%5D={field}")).collect();
        let map = format!("id={id}&sheet=0&header=1&mode=both&kind=agent{columns}");
        let until = format!("/imports/{id}/preview");
        let planned = step(&portal, &cookie, "/api/imports/map", &map, &until, "/api/imports/apply").await?;
        report.line("planned: what each row would do", planned.seconds, "s", Target::None);
        peak(report, &portal, "   memory of the process, at most")?;
        let fields = format!("id={id}");
        // Which plan was seen.
        let mut connection = Connection::open(portal.addr).await?;
        let page = connection.ask(&get(portal.addr, &cookie, &until, "")).await?;
        let page = String::from_utf8_lossy(page.body).into_owned();
        let seen = page.split("name=\"seen\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let seen = format!("{fields}&seen={}", seen.ok_or("the preview names no plan")?);
        let applied = step(&portal, &cookie, "/api/imports/apply", &seen, &until, "/api/imports/revert").await?;
        report.line("applied in one transaction, which holds SQLite's writer", applied.seconds, "s", Target::None);
        report.line("   the list of companies meanwhile, slowest", applied.slowest, "ms", Target::None);
        report.line("   a form that was posted meanwhile, slowest", applied.waited, "ms", Target::None);
        report.line("   such forms that were refused", f64::from(applied.refused), "", Target::AtMost(0.0));
        peak(report, &portal, "   memory of the process, at most")?;
        let undone = step(&portal, &cookie, "/api/imports/revert", &fields, &until, "?outcome=create").await?;
        report.line("undone", undone.seconds, "s", Target::None);
        peak(report, &portal, "   memory of the process, at most")?;
        report.line("memory of the process before", before, "MB", Target::None);

        for (name, bomb) in
            [("one that says that it unpacks to gigabytes", honest()), ("one that does not say so", lying())]
        {
            let bomb = bomb.map_err(|error| error.to_string())?;
            let began = stopwatch();
            let answer = refused(&portal, &cookie, &bomb).await?;
            if !answer.contains("refused=") {
                return Err(format!("a bomb was taken: {answer}"));
            }
            report.line(&format!("{name} is refused"), began.elapsed().as_secs_f64(), "s", Target::AtMost(1.0));
        }
        Ok(())
    })
}

fn peak(report: &mut Report, portal: &Server, what: &str) -> Result<(), String> {
    report.line(what, portal.process.memory("VmHWM")?, "MB", Target::AtMost(300.0));
    portal.process.forget_peak()
}

/// The fields of the columns.
const FIELDS: [&str; 10] =
    ["name_en", "name_zh", "country", "city", "website", "email_domains", "aliases", "tags", "tier", "about"];

fn spreadsheet() -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, field) in (0..).zip(FIELDS) {
        sheet.write_string(0, column, field)?;
    }
    for row in 1..=ROWS {
        let cells = [
            format!("Invented Laboratories {row} GmbH"),
            format!("虚构实验室{row}有限公司"),
            ["Germany", "Denmark", "瑞士", "FR"][row as usize % 4].to_owned(),
            format!("City {}", row % 300),
            format!("https://www.invented-{row}.example"),
            format!("invented-{row}.example"),
            format!("Invented {row}; INV-{row}"),
            format!("fair {}, from a list", row % 20),
            "general".to_owned(),
            format!("What there is to be said of company {row}, which is not much: it is invented."),
        ];
        for (column, cell) in (0..).zip(&cells) {
            sheet.write_string(row, column, cell)?;
        }
    }
    book.save_to_buffer()
}

async fn send(portal: &Server, cookie: &str, file: &[u8]) -> Result<String, String> {
    let to = refused(portal, cookie, file).await?;
    if to.ends_with("/mapping") { Ok(to) } else { Err(format!("the spreadsheet was not taken: {to}")) }
}

/// Sends a file and gives where that leads.
async fn refused(portal: &Server, cookie: &str, file: &[u8]) -> Result<String, String> {
    let mut connection = Connection::open(portal.addr).await?;
    let answer = connection.ask(&post_file(portal.addr, cookie, "/imports/new", "bench.xlsx", file)).await?;
    answer.header("location").map(str::to_owned).ok_or_else(|| format!("no redirect: {}", answer.head))
}

struct Step {
    seconds: f64,
    /// The slowest of the pages that were asked for meanwhile, in milliseconds.
    slowest: f64,
    /// The slowest of the forms that were posted meanwhile, in milliseconds, and how many were not taken.
    waited: f64,
    refused: u32,
}

/// Posts a form and waits until the import's page has the next one.
async fn step(
    portal: &Server,
    cookie: &str,
    action: &str,
    fields: &str,
    page: &str,
    next: &str,
) -> Result<Step, String> {
    let began = stopwatch();
    let mut connection = Connection::open(portal.addr).await?;
    let answer = connection.ask(&post(portal.addr, cookie, action, fields)).await?;
    if answer.header("location").is_none_or(|location| location.contains("refused=")) {
        return Err(format!("{action} was refused: {}", answer.head));
    }
    let mut slowest: f64 = 0.0;
    let (mut waited, mut refused, mut posted) = (0.0_f64, 0, 0);
    while began.elapsed().as_secs_f64() < LONGEST {
        let asked = stopwatch();
        connection.ask(&get(portal.addr, cookie, "/companies", "")).await?;
        slowest = slowest.max(asked.elapsed().as_secs_f64() * 1e3);
        // Somebody else's work, which waits for the import where that writes.
        posted += 1;
        let form =
            format!("name_en=Meanwhile+{}+{posted}&kinds%5B%5D=agent&stage=target&not_duplicate=yes", next.len());
        let asked = stopwatch();
        let status = connection.ask(&post(portal.addr, cookie, "/api/companies/create", &form)).await?.status;
        waited = waited.max(asked.elapsed().as_secs_f64() * 1e3);
        refused += u32::from(status != 303);
        let answer = connection.ask(&get(portal.addr, cookie, page, "")).await?;
        let body = String::from_utf8_lossy(answer.body).into_owned();
        if body.contains(next) && !body.contains("<leptos-island") {
            return Ok(Step { seconds: began.elapsed().as_secs_f64(), slowest, waited, refused });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("{action} did not end"))
}

const MEGABYTE: usize = 1024 * 1024;

/// A zip whose directory says how much it unpacks to: one part many times.
fn honest() -> zip::result::ZipResult<Vec<u8>> {
    let mut source = zip::ZipArchive::new(Cursor::new(zeros(64)?))?;
    let mut bomb = book()?;
    for number in 0..40 {
        bomb.raw_copy_file_rename(source.by_index(0)?, format!("xl/media/{number}.xml"))?;
    }
    Ok(bomb.finish()?.into_inner())
}

/// A zip whose directory says that its one large part is small.
fn lying() -> zip::result::ZipResult<Vec<u8>> {
    let megabytes = 512;
    let mut source = zip::ZipArchive::new(Cursor::new(zeros(megabytes)?))?;
    let mut bomb = book()?;
    bomb.raw_copy_file_rename(source.by_index(0)?, "xl/worksheets/sheet1.xml".to_owned())?;
    let mut bytes = bomb.finish()?.into_inner();
    let size = u32::try_from(megabytes * MEGABYTE).unwrap_or(u32::MAX).to_le_bytes();
    let places: Vec<usize> = (0..bytes.len().saturating_sub(4)).filter(|at| bytes[*at..*at + 4] == size).collect();
    for at in places {
        bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
    }
    Ok(bytes)
}

fn book() -> zip::result::ZipResult<zip::ZipWriter<Cursor<Vec<u8>>>> {
    let mut book = zip::ZipWriter::new(Cursor::new(Vec::new()));
    book.start_file("xl/workbook.xml", SimpleFileOptions::default())?;
    book.write_all(b"<workbook/>")?;
    Ok(book)
}

fn zeros(megabytes: usize) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("zeros", SimpleFileOptions::default())?;
    let megabyte = vec![0; MEGABYTE];
    for _ in 0..megabytes {
        zip.write_all(&megabyte)?;
    }
    Ok(zip.finish()?.into_inner())
}
