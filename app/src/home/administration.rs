//! `/admin`: whether the portal itself is well, and where to look when it is not.

use leptos::prelude::*;
use uuid::Uuid;

use crate::actor::require;
use crate::affiliation;
use crate::ask;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::outbox;
use crate::calendar;
use crate::company;
use crate::document;
use crate::error::Result;
use crate::job;
use crate::language::{Language, Texts, number};
use crate::notification::address::{self, Refusing};
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
async fn read(
    tx: &mut Tx,
    visit: &Visit,
    (pending, infected): (i64, i64),
    refusing: usize,
    unattended: i64,
) -> Result<Vec<Watched>> {
    let t = visit.texts();
    let mails = outbox::depth(tx).await?;
    let missing = missing_years(tx, visit).await?;
    let failing = job::store::states(tx).await?.iter().filter(|job| job.failures > 0).count();
    let failing = i64::try_from(failing).unwrap_or(i64::MAX);
    let refusing = i64::try_from(refusing).unwrap_or(i64::MAX);
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
        listed(t.notice_address_admin(), "#addresses", refusing, refusing > 0),
        listed(t.admin_files_pending(), "#pending", pending, pending > 50),
        listed(t.admin_files_infected(), "#infected", infected, infected > 0),
        listed(t.affiliation_unattended_companies(), "#unattended", unattended, unattended > 0),
        watched(t.admin_jobs_failing(), job::pages::PATH, failing, failing > 0),
        watched(t.erasure_watched(), privacy::admin_pages::ERASURES, erasures, erasures > 0),
        Watched {
            reason: (missing > 0).then(|| t.calendar_missing_watched()),
            ..watched(t.calendar_watched(), calendar::pages::PATH, missing, missing > 0)
        },
    ])
}

/// How many years have no holidays though they should: this one, and from November on the next.
async fn missing_years(tx: &mut Tx, visit: &Visit) -> Result<i64> {
    let today = visit.now().date();
    let mut missing = 0;
    for year in [today.year(), today.year() + 1] {
        let has = calendar::store::has_holidays(tx, year).await?;
        missing += i64::from(calendar::model::is_missing(year, has, today));
    }
    Ok(missing)
}

pub async fn overview(visit: Visit, _: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_administer())?;
    let pending = suspects(&mut ctx.tx, "pending").await?;
    let infected = suspects(&mut ctx.tx, "infected").await?;
    let refusing = address::refusing(&mut ctx.tx).await?;
    let (unattended, without) = affiliation::watch::unattended(&mut ctx.tx, LISTED).await?;
    let suspect = (pending.count, infected.count);
    let watched = read(&mut ctx.tx, &visit, suspect, refusing.len(), without).await?;
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
            <p class="hint"><a href=company::stalled::pages::PATH>{t.stalled_title()}</a></p>
            {addresses(&refusing, t, language)}
            {unattended_list(&unattended, without, t, language)}
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

/// The people whom mails do not reach.
fn addresses(refusing: &[Refusing], t: &'static Texts, language: Language) -> Option<AnyView> {
    let rows = refusing
        .iter()
        .map(|person| {
            let since = person.address_problem_at.map(|at| view! { <Moment at=Timestamp(at) language=language /> });
            view! {
                <tr>
                    <th scope="row">{person.name.clone()}<span class="second">{person.email.clone()}</span></th>
                    <td>{person.address_problem.clone()}</td>
                    <td class="date" data-label=t.notice_address_since()>{since}</td>
                </tr>
            }
        })
        .collect_view();
    let panel = (!refusing.is_empty()).then(|| {
        view! {
            <section class="panel" id="addresses">
                <h2>{t.notice_address_admin()}</h2>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.notice_address_person()}</th><th scope="col">{t.notice_address_said()}</th>
                        <th scope="col">{t.notice_address_since()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
    });
    panel.map(IntoAny::into_any)
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
                    <td><a href=document::pages::section_url(suspect.company, None)>{company}</a></td>
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

/// The companies that nobody administers.
fn unattended_list(
    companies: &[affiliation::watch::Unattended],
    count: i64,
    t: &'static Texts,
    language: Language,
) -> Option<AnyView> {
    if companies.is_empty() {
        return None;
    }
    let rows = companies
        .iter()
        .map(|company| {
            let name = language.prefer(&company.name_en, &company.name_zh).to_owned();
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=affiliation::pages::list_url(company.company)>{name}</a></th>
                    <td data-label=t.company_manager()>{company.manager.clone()}</td>
                    <td class="date"><Moment at=Timestamp(company.since) language=language /></td>
                </tr>
            }
        })
        .collect_view();
    let more =
        (count > LISTED).then(|| view! { <p class="hint">{t.affiliation_longest(number(LISTED), number(count))}</p> });
    let panel = view! {
        <section class="panel" id="unattended">
            <h2>{t.affiliation_unattended_companies()}</h2>
            {more}
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.company_name()}</th><th scope="col">{t.company_manager()}</th>
                    <th scope="col">{t.affiliation_since()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    };
    Some(panel.into_any())
}
