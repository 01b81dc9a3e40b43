//! `/admin/jobs`

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::JOBS;
use super::api::{self, RunJob};
use super::events::job_texts;
use super::store::{Failure, JobState};
use super::work::ALTERED;
use crate::backend::context::Visit;
use crate::backend::jobs::{Job, LOST, Schedule};
use crate::backend::journal::verify::Fault;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/admin/jobs";

/// Where a job stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Running,
    /// Due: the next node that asks takes it.
    Due,
    Failed,
    /// The check of the journal did its work, and found that the journal is broken.
    Altered,
    Done,
    /// It has not been due yet.
    New,
}

fn state(job: &JobState, now: Timestamp) -> State {
    if job.claimed_until > now.0 {
        State::Running
    } else if job.due_at <= now.0 {
        State::Due
    } else if job.error.as_deref().is_some_and(|error| error.starts_with(ALTERED)) {
        State::Altered
    } else if job.failures > 0 {
        State::Failed
    } else if job.started_at.is_some() {
        State::Done
    } else {
        State::New
    }
}

fn badge(state: State, t: &'static Texts) -> AnyView {
    let (class, text) = match state {
        State::Running => ("badge info", t.jobs_state_running()),
        State::Due => ("badge info", t.jobs_state_due()),
        State::Failed => ("badge danger", t.jobs_state_failed()),
        State::Altered => ("badge danger", t.jobs_state_altered()),
        State::Done => ("badge good", t.jobs_state_done()),
        State::New => ("badge", t.jobs_state_new()),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

fn schedule(schedule: Schedule, t: &'static Texts) -> String {
    match schedule {
        Schedule::Minutes(1) => t.jobs_each_minute().to_owned(),
        Schedule::Minutes(60) => t.jobs_hourly().to_owned(),
        Schedule::Minutes(minutes) => t.jobs_minutes(minutes),
        Schedule::Daily(hour) => t.jobs_daily(format!("{hour:02}:00")),
    }
}

fn duration(started: i64, finished: i64, t: &'static Texts) -> String {
    let microseconds = (finished - started).max(0);
    if microseconds < Timestamp::SECOND {
        t.jobs_milliseconds(microseconds / 1000)
    } else {
        t.jobs_seconds(number(microseconds / Timestamp::SECOND))
    }
}

fn error_text(error: &str, t: &'static Texts) -> String {
    match error.strip_prefix(ALTERED) {
        Some(fault) => fault_text(fault, t),
        None if error == LOST => t.jobs_lost().to_owned(),
        None => error.to_owned(),
    }
}

/// What the check of the journal found. A run keeps it as the fault's own words, so it is the fault that has these.
fn fault_text(said: &str, t: &'static Texts) -> String {
    let mut rows = said.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
    let (row, last) = (rows.next().unwrap_or_default(), rows.next().unwrap_or_default());
    let known = [
        (Fault::Altered(row), t.jobs_fault_altered(row)),
        (Fault::Missing(row), t.jobs_fault_missing(row)),
        (Fault::Reordered(row), t.jobs_fault_reordered(row)),
        (Fault::Cut { kept: row, found: last }, t.jobs_fault_cut(row, last)),
    ];
    known
        .into_iter()
        .find(|(fault, _)| fault.to_string() == said)
        .map_or_else(|| t.jobs_fault_other(said), |(_, text)| text)
}

/// How the latest run went: when, for how long, with what, and where.
fn last_run(job: &JobState, language: Language, t: &'static Texts) -> AnyView {
    let Some(started) = job.started_at else { return t.jobs_never().into_any() };
    let what = job.finished_at.map(|finished| {
        let took = duration(started, finished, t);
        match job.error.as_deref().unwrap_or_default() {
            "" => t.jobs_did(number(job.done.unwrap_or_default()), took),
            _ => t.jobs_failed_after(took),
        }
    });
    let node = job.node.clone().unwrap_or_default();
    view! {
        <Moment at=Timestamp(started) language=language />
        <span class="second whole">{what.unwrap_or_else(|| t.jobs_state_running().to_owned())}" · "{t.jobs_on_node(node)}</span>
    }
    .into_any()
}

fn row(known: Job, job: &JobState, now: Timestamp, language: Language, t: &'static Texts) -> AnyView {
    let (title, does) = job_texts(known.name, t);
    let state = state(job, now);
    let idle = !matches!(state, State::Running | State::Due);
    view! {
        <tr>
            <th scope="row">{title}<span class="second whole">{does}</span></th>
            <td class="status">{badge(state, t)}</td>
            <td class="date" data-label=t.jobs_last()>{last_run(job, language, t)}</td>
            <td class="date" data-label=t.jobs_next()>
                <Moment at=Timestamp(job.due_at.max(now.0)) language=language />
                <span class="second whole">{schedule(known.schedule, t)}</span>
            </td>
            <td>
                {idle.then(|| view! {
                    <form method="post" action=RunJob::PATH>
                        <input type="hidden" name="name" value=known.name />
                        <button class="button small" aria-label=t.jobs_run_this(title)>{t.jobs_run()}</button>
                    </form>
                })}
            </td>
        </tr>
    }
    .into_any()
}

fn failures(failures: &[Failure], language: Language, t: &'static Texts) -> Option<AnyView> {
    if failures.is_empty() {
        return None;
    }
    let rows = failures
        .iter()
        .map(|failure| {
            let (title, _) = job_texts(&failure.job, t);
            let title = if title.is_empty() { failure.job.clone() } else { title.to_owned() };
            view! {
                <tr>
                    <th scope="row">{title}</th>
                    <td class="date"><Moment at=Timestamp(failure.started_at) language=language /></td>
                    <td data-label=t.jobs_node()>{failure.node.clone()}</td>
                    <td data-label=t.jobs_error()>{error_text(&failure.error, t)}</td>
                </tr>
            }
        })
        .collect_view();
    let panel = view! {
        <section class="panel">
            <h2>{t.jobs_failures()}</h2>
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.jobs_job()}</th><th scope="col">{t.jobs_when()}</th>
                    <th scope="col">{t.jobs_node()}</th><th scope="col">{t.jobs_error()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    };
    Some(panel.into_any())
}

/// `/admin/jobs`
pub async fn list(visit: Visit, _: At) -> Result<Page> {
    let (ctx, jobs, failed) = api::list_jobs(&visit).await?;
    let (now, language) = (ctx.now, visit.language);
    let waiting = jobs.iter().any(|job| matches!(state(job, now), State::Running | State::Due));
    // Sentences stand apart in English; in Chinese the full stop is wide enough.
    let between = if language == Language::En { " " } else { "" };
    let mut page = Page::new(visit.texts().jobs_title(), move |t| {
        let state_of = |known: Job| jobs.iter().find(|job| job.name == known.name).map(|job| (known, job));
        let rows = JOBS
            .iter()
            .copied()
            .filter_map(state_of)
            .map(|(known, job)| row(known, job, now, language, t))
            .collect_view();
        view! {
            <header class="page-head">
                <h1>{t.jobs_title()}</h1>
                <p class="subtitle">{t.jobs_explained()}{between}{t.shell_zone_of_time()}</p>
            </header>
            {waiting.then(|| view! {
                <div class="notice info"><p>{t.jobs_reload()}{between}<a href=PATH>{t.jobs_reload_now()}</a></p></div>
            })}
            <div class="table-wrap"><table class="list">
                <thead><tr>
                    <th scope="col">{t.jobs_job()}</th><th scope="col">{t.jobs_state()}</th>
                    <th scope="col">{t.jobs_last()}</th><th scope="col">{t.jobs_next()}</th>
                    <th scope="col"><span class="visually-hidden">{t.jobs_run()}</span></th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            {failures(&failed, language, t)}
        }
        .into_any()
    });
    page.refresh = waiting.then_some(2);
    Ok(page.section(Section::Jobs).actor(ctx.actor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_with_the_journal_is_said_in_both_languages() {
        for fault in [Fault::Altered(7), Fault::Missing(7), Fault::Reordered(7), Fault::Cut { kept: 9, found: 7 }] {
            let error = format!("{ALTERED}{fault}");
            let chinese = error_text(&error, Language::Zh.texts());
            assert!(chinese.contains("第 7 条") && !chinese.contains("row"), "{chinese}");
            let english = error_text(&error, Language::En.texts());
            assert!(english.contains('7') && !english.contains("does not hold"), "{english}");
        }
        let unknown = error_text(&format!("{ALTERED}what is this"), Language::En.texts());
        assert_eq!(unknown, "The journal does not hold: what is this");
        assert_eq!(error_text("the disk is full", Language::Zh.texts()), "the disk is full");
    }
}
