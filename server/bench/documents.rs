//! What an upload costs in memory, and how fast documents come and go.

use app::backend::clock::stopwatch;
use futures::future::try_join_all;
use tokio::runtime::Runtime;

use crate::client::{Connection, get, post_file};
use crate::process::{Server, Site};
use crate::report::{Report, Target};
use crate::staff;

const MEGABYTE: usize = 1024 * 1024;

pub(crate) fn uploads(report: &mut Report, runtime: &Runtime, site: &Site) -> Result<(), String> {
    let portal = site.serve()?;
    report.section("Documents of 50 MB");
    runtime.block_on(async {
        let cookie = staff(&portal).sign_in().await?;
        let company = company(&portal, &cookie).await?;
        let path = format!("{company}/documents");
        // What the first upload of a process takes once is not the upload's.
        send(&portal, &cookie, &path, 0, MEGABYTE).await?;
        portal.process.forget_peak()?;
        let before = portal.process.memory("VmRSS")?;
        let seconds = send(&portal, &cookie, &path, 1, 50 * MEGABYTE).await?;
        let grown = portal.process.memory("VmHWM")? - before;
        report.line("memory taken by one upload, at most", grown, "MB", Target::AtMost(10.0));
        report.line("received, inspected and stored", 50.0 / seconds, "MB/s", Target::None);

        portal.process.forget_peak()?;
        let before = portal.process.memory("VmRSS")?;
        try_join_all((2..6).map(|number| send(&portal, &cookie, &path, number, 50 * MEGABYTE))).await?;
        let grown = portal.process.memory("VmHWM")? - before;
        report.line("memory taken by four uploads at once, at most", grown, "MB", Target::None);

        let page = body(&portal, &cookie, &company).await?;
        let at = page.find("/documents/0").ok_or("the company has no document")?;
        let document = page.get(at..at + 47).ok_or("the document's address is cut")?.to_owned();
        portal.process.forget_peak()?;
        let before = portal.process.memory("VmRSS")?;
        let started = stopwatch();
        let mut connection = Connection::open(portal.addr).await?;
        let answer = connection.ask(&get(portal.addr, &cookie, &document, "")).await?;
        if answer.status != 200 || answer.body.len() != 50 * MEGABYTE {
            return Err(format!("the document did not come back: {}", answer.head));
        }
        let seconds = started.elapsed().as_secs_f64();
        let grown = portal.process.memory("VmHWM")? - before;
        report.line("memory taken by one download, at most", grown, "MB", Target::AtMost(10.0));
        report.line("sent", 50.0 / seconds, "MB/s", Target::None);
        Ok(())
    })
}

/// Sends a document of so many bytes that differs from others by its number, and gives the seconds that it took.
async fn send(portal: &Server, cookie: &str, path: &str, number: usize, size: usize) -> Result<f64, String> {
    let mut content = format!("%PDF-1.7\n{number}\n").into_bytes();
    content.resize(size, b'x');
    let request = post_file(portal.addr, cookie, path, "bench.pdf", &content);
    let mut connection = Connection::open(portal.addr).await?;
    let started = stopwatch();
    let answer = connection.ask(&request).await?;
    let taken = answer.status == 303 && answer.header("location").is_some_and(|to| !to.contains("refused"));
    if taken { Ok(started.elapsed().as_secs_f64()) } else { Err(format!("an upload was refused: {}", answer.head)) }
}

/// The address of some company.
async fn company(portal: &Server, cookie: &str) -> Result<String, String> {
    let page = body(portal, cookie, "/companies").await?;
    let at = page.find("/companies/0").ok_or("there is no company")?;
    page.get(at..at + 47).map(str::to_owned).ok_or_else(|| "the company's address is cut".to_owned())
}

async fn body(portal: &Server, cookie: &str, path: &str) -> Result<String, String> {
    let mut connection = Connection::open(portal.addr).await?;
    let answer = connection.ask(&get(portal.addr, cookie, path, "")).await?;
    Ok(String::from_utf8_lossy(answer.body).into_owned())
}
