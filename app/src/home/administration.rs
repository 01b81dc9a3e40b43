//! `/admin`: whether the portal itself is well, and where to look when it is not.

use leptos::prelude::*;

use crate::actor::require;
use crate::ask;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::outbox;
use crate::error::Result;
use crate::job;
use crate::language::{Texts, number};
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/admin";
/// A mail that has waited for so long, in seconds, waits for a reason.
const LONG: i64 = 900;

/// One thing that is watched.
struct Watched {
    name: &'static str,
    /// Where it is seen in full.
    url: &'static str,
    count: i64,
    /// Whether somebody should look.
    is_wrong: bool,
}

/// What is watched, as it is now.
async fn read(tx: &mut Tx, visit: &Visit) -> Result<Vec<Watched>> {
    let t = visit.texts();
    let mails = outbox::depth(tx).await?;
    let (pending, infected): (i64, i64) = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT (SELECT count(*) FROM files WHERE scan_state = 'pending' AND gone_at IS NULL),
                (SELECT count(*) FROM documents d JOIN files f ON f.sha256 = d.sha256
                 WHERE f.scan_state = 'infected' AND d.removed_at IS NULL)"
    )
    .fetch_one(c)
    .await)?;
    let failing = job::store::states(tx).await?.iter().filter(|job| job.failures > 0).count();
    let failing = i64::try_from(failing).unwrap_or(i64::MAX);
    let late = visit.backend.settings.sends_mail && mails.oldest_age(visit.now()) > LONG;
    let watched = |name, url, count, is_wrong| Watched { name, url, count, is_wrong };
    Ok(vec![
        watched(t.admin_mails_waiting(), "/admin/mail?state=waiting", mails.waiting, late),
        watched(t.admin_mails_dead(), "/admin/mail?state=dead", mails.dead, mails.dead > 0),
        watched(t.admin_files_pending(), "/admin/journal?action=document.uploaded", pending, pending > 50),
        watched(t.admin_files_infected(), "/admin/journal?action=document.infected", infected, infected > 0),
        watched(t.admin_jobs_failing(), job::pages::PATH, failing, failing > 0),
    ])
}

pub async fn overview(visit: Visit, _: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_administer())?;
    let watched = read(&mut ctx.tx, &visit).await?;
    let page = Page::new(visit.texts().admin_title(), move |t| {
        let rows = watched.iter().map(|one| row(one, t)).collect_view();
        view! {
            <header class="page-head"><h1>{t.admin_title()}</h1></header>
            <div class="table-wrap"><table class="list">
                <thead><tr>
                    <th scope="col">{t.admin_watched()}</th><th scope="col">{t.admin_state()}</th>
                    <th scope="col" class="num">{t.admin_count()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    });
    Ok(page.section(Section::Administration).actor(ctx.actor))
}

fn row(one: &Watched, t: &'static Texts) -> AnyView {
    let (class, text) = if one.is_wrong { ("badge danger", t.admin_look()) } else { ("badge good", t.admin_well()) };
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=one.url>{one.name}</a></th>
            <td class="status"><span class=class>{text}</span></td>
            <td class="num" data-label=t.admin_count()>{number(one.count)}</td>
        </tr>
    }
    .into_any()
}
