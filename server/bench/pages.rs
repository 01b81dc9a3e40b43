//! How fast pages are, how large, and what memory they leave behind.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::client::{self, Caller, Connection, Job, Load, Until, get};
use crate::process::{Server, Site};
use crate::report::{Report, Target, median};
use crate::{PASSWORD, PEOPLE, bare, person, staff};

const ROUNDS: usize = 5;
const ROUND: Until = Until::Time(Duration::from_millis(1500));
const WARM_UP: Until = Until::Time(Duration::from_millis(500));

fn page(server: &Server, cookie: &str) -> Arc<Job> {
    let request = get(server.addr, cookie, "/companies", "");
    let right = |answer: &client::Answer<'_>| answer.status == 200;
    Arc::new(Job { addr: server.addr, request: Box::new(move |_| request.clone()), right })
}

fn sign_ins(server: &Server) -> Arc<Job> {
    let forms: Vec<_> = (0..PEOPLE).map(|n| Caller::new(server.addr, &person(n), PASSWORD).form()).collect();
    let request = Box::new(move |number: usize| forms[number % forms.len()].clone());
    Arc::new(Job { addr: server.addr, request, right: client::signed_in })
}

/// /companies as a page against the bare handler, and while many sign in.
pub(crate) fn speed(report: &mut Report, runtime: &Runtime, site: &Site, database: &str) -> Result<(), String> {
    let (portal, bare) = (site.serve()?, bare::start(&site.database)?);
    runtime.block_on(async {
        let cookie = staff(&portal).sign_in().await?;
        let (a, b) = (page(&portal, &cookie), page(&bare, ""));
        same_rows(&a, &b).await?;
        client::load(a.clone(), 32, WARM_UP).await?;
        client::load(b.clone(), 32, WARM_UP).await?;
        let (mut pages, mut rows) = (Vec::new(), Vec::new());
        let (portal_before, bare_before) = (portal.process.processor()?, bare.process.processor()?);
        for _ in 0..ROUNDS {
            pages.push(client::load(a.clone(), 32, ROUND).await?);
            rows.push(client::load(b.clone(), 32, ROUND).await?);
        }
        let page_costs = portal.process.processor()? - portal_before;
        let rows_cost = bare.process.processor()? - bare_before;
        let one = client::load(a.clone(), 1, ROUND).await?;
        let one_bare = client::load(b.clone(), 1, ROUND).await?;
        drop(bare);

        let ratio = median(pages.iter().zip(&rows).map(|(page, rows)| page.a_second() / rows.a_second()));
        report.section(&format!(
            "/companies on {database}: 50 rows as a page, signed in, against 50 rows as JSON from a bare handler"
        ));
        let rate = |loads: &[Load]| median(loads.iter().map(Load::a_second));
        report.line("pages a second, 32 connections", rate(&pages), "/s", Target::None);
        report.line("bare handler, 32 connections", rate(&rows), "/s", Target::None);
        report.line("ratio (median of the rounds)", ratio, "", Target::AtLeast(1.0));
        report.line("page, one connection, median", one.quantile(0.5), "ms", Target::AtMost(1.0));
        report.line("bare handler, one connection, median", one_bare.quantile(0.5), "ms", Target::None);
        let (pages, rows) = (Load::joined(pages), Load::joined(rows));
        // On a machine that others use as well, these say more than the rates.
        let each = |seconds: f64, load: &Load| seconds * 1000.0 / load.latencies.len().max(1) as f64;
        report.line("page, processor time", each(page_costs, &pages), "ms", Target::None);
        report.line("bare handler, processor time", each(rows_cost, &rows), "ms", Target::None);
        report.line("page, 32 connections, median", pages.quantile(0.5), "ms", Target::None);
        report.line("page, 32 connections, p99", pages.quantile(0.99), "ms", Target::AtMost(20.0));
        report.line("bare handler, 32 connections, p99", rows.quantile(0.99), "ms", Target::None);

        let (mut pages, mut people) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let length = Until::Time(Duration::from_secs(3));
            let both =
                tokio::try_join!(client::load(a.clone(), 32, length), client::load(sign_ins(&portal), PEOPLE, length))?;
            pages.push(both.0);
            people.push(both.1);
        }
        let p99 = median(pages.iter().map(|load| load.quantile(0.99)));
        report.line("page, 32 connections, p99 while 32 people sign in at once", p99, "ms", Target::AtMost(50.0));
        report.line("   pages meanwhile", rate(&pages), "/s", Target::None);
        report.line("   people signed in meanwhile", rate(&people), "/s", Target::None);
        Ok(())
    })
}

/// The comparison is worth something only if both show the same companies.
async fn same_rows(page: &Job, rows: &Job) -> Result<(), String> {
    let mut connection = Connection::open(rows.addr).await?;
    let answer = connection.ask(&(rows.request)(0)).await?;
    let rows: Vec<serde_json::Value> = serde_json::from_slice(answer.body).map_err(|error| error.to_string())?;
    let mut connection = Connection::open(page.addr).await?;
    let answer = connection.ask(&(page.request)(0)).await?;
    let html = String::from_utf8_lossy(answer.body).into_owned();
    let shown = rows.iter().filter_map(|row| row.get("id")?.as_str()).filter(|id| html.contains(*id)).count();
    if shown == 50 { Ok(()) } else { Err(format!("/companies shows {shown} of the 50 companies it should")) }
}

/// What a visitor transfers.
pub(crate) async fn sizes(report: &mut Report, staff: &Caller) -> Result<(), String> {
    let cookie = staff.sign_in().await?;
    let mut connection = Connection::open(staff.addr).await?;
    report.section("Sizes, signed in as staff; a first visit is the page with all its files, brotli, heads included");
    for path in ["/today", "/companies", "/companies/new", "/products", "/products/import", "/sign-in"] {
        let plain = connection.ask(&get(staff.addr, &cookie, path, "")).await?;
        if plain.status != 200 {
            return Err(format!("{path} answers {}", plain.status));
        }
        let html = String::from_utf8_lossy(plain.body).into_owned();
        let (_, page) = fetch(&mut connection, staff, &cookie, path, "br").await?;
        let mut files: Vec<String> = named_files(&html).into_iter().collect();
        if !html.contains("<leptos-island") {
            // The browser's bundle is named on every page and fetched by those with islands.
            files.retain(|file| !file.starts_with("/pkg/client"));
        }
        let (mut first, mut seen) = (page, BTreeSet::new());
        let mut wasm = 0.0;
        while let Some(file) = files.pop() {
            if !seen.insert(file.clone()) {
                continue;
            }
            let (_, size) = fetch(&mut connection, staff, &cookie, &file, "br").await?;
            first += size;
            if file.ends_with(".wasm") {
                wasm = size;
            }
            if file.ends_with(".css") {
                let (style, _) = fetch(&mut connection, staff, &cookie, &file, "identity").await?;
                files.extend(named_files(&style));
            }
        }
        report.line(&format!("{path}: uncompressed"), html.len() as f64 / 1000.0, "kB", Target::None);
        report.line(&format!("{path}: brotli, as a later page"), page, "kB", Target::AtMost(15.0));
        let what = if wasm > 0.0 { format!("with {wasm:.0} kB of WebAssembly") } else { "no WebAssembly".to_owned() };
        report.line(&format!("{path}: first visit, {} files, {what}", seen.len()), first, "kB", Target::AtMost(140.0));
    }
    Ok(())
}

/// An answer's text, if it is one, and its size on the wire in kilobytes.
async fn fetch(
    connection: &mut Connection,
    staff: &Caller,
    cookie: &str,
    path: &str,
    encoding: &str,
) -> Result<(String, f64), String> {
    let request = get(staff.addr, cookie, path, &format!("accept-encoding: {encoding}\r\n"));
    let answer = connection.ask(&request).await?;
    if answer.status != 200 {
        return Err(format!("{path} answers {}", answer.status));
    }
    Ok((String::from_utf8_lossy(answer.body).into_owned(), (answer.head.len() + answer.body.len()) as f64 / 1000.0))
}

/// The site's own files that a page or style sheet names.
fn named_files(text: &str) -> BTreeSet<String> {
    let end = |c: char| matches!(c, '"' | '\'' | '#' | ')' | '?' | '\\' | '<' | '>') || c.is_whitespace();
    text.match_indices("/pkg/").map(|(at, _)| text[at..].split(end).next().unwrap_or_default().to_owned()).collect()
}

/// What the process holds when nobody asks, and after many have.
pub(crate) fn memory(report: &mut Report, runtime: &Runtime, site: &Site) -> Result<(), String> {
    let portal = site.serve()?;
    std::thread::sleep(Duration::from_secs(1));
    report.section("Resident memory");
    report.line("idle", portal.process.memory("VmRSS")?, "MB", Target::AtMost(40.0));
    let people = runtime.block_on(async {
        let cookie = staff(&portal).sign_in().await?;
        client::load(page(&portal, &cookie), 32, Until::Time(Duration::from_secs(3))).await?;
        client::load(sign_ins(&portal), PEOPLE, Until::Count(200)).await
    })?;
    let peak = portal.process.memory("VmHWM")?;
    std::thread::sleep(Duration::from_secs(10));
    let settled = portal.process.memory("VmRSS")?;
    report.line("10 s after 3 s of load and 200 sign-ins, 32 at once", settled, "MB", Target::AtMost(80.0));
    report.line("   at its peak", peak, "MB", Target::None);
    report.line("   people signed in, nothing else to do", people.a_second(), "/s", Target::None);
    Ok(())
}
