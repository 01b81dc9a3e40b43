//! `/admin`: whether the portal itself is well, and where to look when it is not.

use leptos::prelude::*;
use uuid::Uuid;

use crate::actor::require;
use crate::ask;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::outbox;
use crate::document;
use crate::error::Result;
use crate::job;
use crate::language::{Language, Texts, number};
use crate::privacy;
use crate::time::Timestamp;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/admin";
/// A mail that has waited for so long, in seconds, waits for a reason.
const LONG: i64 = 900;
/// So many documents are listed of those that wait, and of those that are harmful.
const LISTED: i64 = 50;

/// One thing that is watched.
struct Watched {
    name: &'static str,
    /// Where it is seen in full; none where there is nothing to see.
    url: Option<&'static str>,
    count: i64,
    /// Whether somebody should look.
    is_wrong: bool,
    /// What is wrong, where the number does not tell.
    reason: Option<&'static str>,
}

/// A document that the virus scanner has still to look at, or in which it found something.
#[derive(sqlx::FromRow)]
struct Suspect {
    name: String,
    company: Uuid,
    name_en: String,
    name_zh: String,
    finding: String,
    at: i64,
}

/// Documents by what the scanner says of them.
struct Suspects {
    /// The newest of them.
    newest: Vec<Suspect>,
    /// How many there are.
    count: i64,
}

async fn suspects(tx: &mut Tx, state: &'static str) -> Result<Suspects> {
    let count = ask!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM documents d JOIN files f ON f.sha256 = d.sha256
         WHERE d.removed_at IS NULL AND d.owner_kind = 'company' AND f.scan_state = $1"
    )
    .bind(state)
    .fetch_one(c)
    .await)?;
    // What was not scanned yet counts from when it came.
    let newest = ask!(tx, |c| sqlx::query_as(
        "SELECT d.name, c.id AS company, c.name_en, c.name_zh, f.finding,
                coalesce(f.scanned_at, d.uploaded_at) AS at
         FROM documents d JOIN files f ON f.sha256 = d.sha256 JOIN companies c ON c.id = d.owner_id
         WHERE d.removed_at IS NULL AND d.owner_kind = 'company' AND f.scan_state = $1
         ORDER BY coalesce(f.scanned_at, d.uploaded_at) DESC, d.id DESC LIMIT $2"
    )
    .bind(state)
    .bind(LISTED)
    .fetch_all(c)
    .await)?;
    Ok(Suspects { newest, count })
}

/// What is watched, as it is now.
async fn read(tx: &mut Tx, visit: &Visit, pending: i64, infected: i64) -> Result<Vec<Watched>> {
    let t = visit.texts();
    let mails = outbox::depth(tx).await?;
    let failing = job::store::states(tx).await?.iter().filter(|job| job.failures > 0).count();
    let failing = i64::try_from(failing).unwrap_or(i64::MAX);
    let erasures = privacy::store::waiting(tx).await?;
    let sends = visit.backend.settings.sends_mail;
    let stuck = !sends && mails.waiting > 0;
    let late = mails.oldest_age(visit.now()) > LONG;
    let watched = |name, url, count, is_wrong| Watched { name, url: Some(url), count, is_wrong, reason: None };
    let listed =
        |name, url, count, is_wrong| Watched { url: (count > 0).then_some(url), ..watched(name, url, count, is_wrong) };
    Ok(vec![
        Watched {
            reason: stuck.then(|| t.admin_mails_no_server()),
            ..watched(t.admin_mails_waiting(), "/admin/mail?state=waiting", mails.waiting, stuck || late)
        },
        watched(t.admin_mails_dead(), "/admin/mail?state=dead", mails.dead, mails.dead > 0),
        listed(t.admin_files_pending(), "#pending", pending, pending > 50),
        listed(t.admin_files_infected(), "#infected", infected, infected > 0),
        watched(t.admin_jobs_failing(), job::pages::PATH, failing, failing > 0),
        watched(t.erasure_watched(), privacy::admin_pages::ERASURES, erasures, erasures > 0),
    ])
}

pub async fn overview(visit: Visit, _: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_administer())?;
    let pending = suspects(&mut ctx.tx, "pending").await?;
    let infected = suspects(&mut ctx.tx, "infected").await?;
    let watched = read(&mut ctx.tx, &visit, pending.count, infected.count).await?;
    let language = visit.language;
    let page = Page::new(visit.texts().admin_title(), move |t| {
        let rows = watched.iter().map(|one| row(one, t)).collect_view();
        view! {
            <header class="page-head">
                <h1>{t.admin_title()}</h1>
                <p class="subtitle">{t.shell_zone_of_time()}</p>
            </header>
            <div class="table-wrap"><table class="list">
                <thead><tr>
                    <th scope="col">{t.admin_watched()}</th><th scope="col">{t.admin_state()}</th>
                    <th scope="col" class="num">{t.admin_count()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            {list("infected", t.admin_files_infected(), &infected, t, language)}
            {list("pending", t.admin_files_pending(), &pending, t, language)}
        }
        .into_any()
    });
    Ok(page.section(Section::Administration).actor(ctx.actor))
}

fn row(one: &Watched, t: &'static Texts) -> AnyView {
    let (class, text) = if one.is_wrong { ("badge danger", t.admin_look()) } else { ("badge good", t.admin_well()) };
    let name = match one.url {
        Some(url) => view! { <a class="row-link" href=url>{one.name}</a> }.into_any(),
        None => one.name.into_any(),
    };
    view! {
        <tr>
            <th scope="row">{name}{one.reason.map(|reason| view! { <span class="second whole">{reason}</span> })}</th>
            <td class="status"><span class=class>{text}</span></td>
            <td class="num" data-label=t.admin_count()>{number(one.count)}</td>
        </tr>
    }
    .into_any()
}

/// The documents themselves, each with the company that has it.
fn list(
    id: &'static str,
    title: &'static str,
    suspects: &Suspects,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    if suspects.newest.is_empty() {
        return None;
    }
    let found = suspects.newest.iter().any(|suspect| !suspect.finding.is_empty());
    let rows = suspects
        .newest
        .iter()
        .map(|suspect| {
            let company = language.prefer(&suspect.name_en, &suspect.name_zh).to_owned();
            view! {
                <tr>
                    <th scope="row">{suspect.name.clone()}</th>
                    <td><a href=document::pages::section_url(suspect.company)>{company}</a></td>
                    {found.then(|| view! { <td data-label=t.admin_found()>{suspect.finding.clone()}</td> })}
                    <td class="date"><Moment at=Timestamp(suspect.at) language=language /></td>
                </tr>
            }
        })
        .collect_view();
    let more = (suspects.count > LISTED)
        .then(|| view! { <p class="hint">{t.admin_newest(number(LISTED), number(suspects.count))}</p> });
    let panel = view! {
        <section class="panel" id=id>
            <h2>{title}</h2>
            {more}
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.admin_file()}</th><th scope="col">{t.company_name()}</th>
                    {found.then(|| view! { <th scope="col">{t.admin_found()}</th> })}
                    <th scope="col">{t.admin_when()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    };
    Some(panel.into_any())
}
