//! How fast companies are created, and whether each one acknowledged is there.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::bare::Pool;
use crate::client::{self, Answer, Job, Until, post};
use crate::process::Site;
use crate::report::{Report, Target};
use crate::staff;

pub(crate) fn creates(report: &mut Report, runtime: &Runtime, site: &Site, database: &str) -> Result<(), String> {
    let portal = site.serve()?;
    report.section(&format!("Companies created on {database}, each with its journal row and its own commit"));
    runtime.block_on(async {
        let cookie = staff(&portal).sign_in().await?;
        let pool = Pool::open(&site.database).await?;
        for connections in [8, 32] {
            let before = pool.count_companies().await?;
            let (addr, cookie) = (portal.addr, cookie.clone());
            let request = move |number: usize| {
                let body = format!(
                    "name_en=Invented+{connections}+{number}&name_zh=&name_local=&kinds%5B%5D=manufacturer&country=DE&city=\
                     &website=&stage=target&manager=&about=An+invented+company+of+the+benchmark."
                );
                post(addr, &cookie, "/api/companies/create", &body)
            };
            let job = Arc::new(Job { addr, request: Box::new(request), right: created });
            let load = client::load(job, connections, Until::Time(Duration::from_secs(5))).await?;
            let grown = pool.count_companies().await? - before;
            if usize::try_from(grown) != Ok(load.latencies.len()) {
                return Err(format!("{} companies were acknowledged, {grown} are there", load.latencies.len()));
            }
            report.line(&format!("{connections} connections"), load.a_second(), "/s", Target::AtLeast(500.0));
            report.line("   median", load.quantile(0.5), "ms", Target::None);
            report.line("   p99", load.quantile(0.99), "ms", Target::None);
        }
        Ok(())
    })?;
    drop(portal);
    let (opened, _) = site.timed(&["migrate"])?;
    let (verified, said) = site.timed(&["journal", "verify"])?;
    let rows = said.split_whitespace().find_map(|word| word.parse::<f64>().ok()).unwrap_or_default();
    report.note("every acknowledged company is there; the journal holds");
    report.line("rows in the journal", rows, "", Target::None);
    let seconds = verified.saturating_sub(opened).as_secs_f64();
    report.line("rows verified a second", rows / seconds.max(0.001), "/s", Target::None);
    Ok(())
}

pub(crate) fn created(answer: &Answer<'_>) -> bool {
    let to = answer.header("location").unwrap_or_default();
    answer.status == 303 && to.starts_with("/companies/") && !to.contains("refused")
}
