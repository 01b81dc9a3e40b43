//! What somebody of staff has to do today: tasks, decisions that wait, companies with which nobody has spoken for long,
//! and what changed in records that they follow.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use crate::actor::Actor;
use crate::ask;
use crate::backend::database::Tx;
use crate::backend::journal::Event;
use crate::calendar;
use crate::company::model::url;
use crate::error::Result;
use crate::interaction;
use crate::journal::entry::{item, subject_url, timeline_texts};
use crate::language::{Language, Texts, number};
use crate::privacy::model::shown_name;
use crate::task::due::Days;
use crate::task::filter::{TaskFilter, Which};
use crate::task::list_view::{PATH, Rows};
use crate::task::store::{self, TaskLine};
use crate::time::Timestamp;
use crate::ui::moment::{Moment, Timeline, TimelineItem};

/// After so many days without a word a company is named here.
const SILENT: i64 = 60;
/// What changed is told for so many days.
const TOLD: i64 = 14;
/// So many lines of each.
const LINES: i64 = 8;

/// A proposal of a company's people that is not decided yet.
#[derive(sqlx::FromRow)]
struct Proposal {
    id: Uuid,
    company_id: Uuid,
    name_en: String,
    name_zh: String,
    by_name: String,
    created_at: i64,
}

/// What the sections show.
pub struct Work {
    tasks: Vec<TaskLine>,
    open: i64,
    overdue: i64,
    days: Days,
    proposals: Vec<Proposal>,
    silent: Vec<(Uuid, String, String, Option<i64>)>,
    followed: Vec<Event>,
    names: HashMap<Uuid, String>,
    people: Vec<(Uuid, String)>,
}

/// Read for those alone who have tasks.
pub async fn read(tx: &mut Tx, actor: &Actor, language: Language, now: Timestamp) -> Result<Option<Work>> {
    if !actor.may_have_tasks() {
        return Ok(None);
    }
    let days = Days::new(calendar::store::calendar(tx).await?, now.date());
    let mine = store::has_tasks_of(tx, actor.id, now).await?;
    let filter = TaskFilter::default();
    let overdue = TaskFilter { which: Which::Overdue, ..TaskFilter::default() };
    let followed = crate::journal::store::followed(tx, actor.id, now.minus(TOLD * Timestamp::DAY), LINES).await?;
    let names = crate::journal::store::subject_names(tx, &followed, language).await?;
    let mut people = crate::account::store::manager_names(tx).await?;
    people.extend(crate::journal::store::people_named(tx, &followed).await?);
    let since = now.minus(SILENT * Timestamp::DAY);
    Ok(Some(Work {
        tasks: store::list(tx, &filter, &mine, &days, (LINES, 0)).await?,
        open: store::count(tx, &filter, &mine, &days).await?,
        overdue: store::count(tx, &overdue, &mine, &days).await?,
        proposals: proposals(tx).await?,
        silent: interaction::store::silent(tx, actor.id, since, LINES).await?,
        followed,
        names,
        people,
        days,
    }))
}

async fn proposals(tx: &mut Tx) -> Result<Vec<Proposal>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT p.id, p.company_id, c.name_en, c.name_zh, a.name AS by_name, p.created_at
         FROM company_proposals p JOIN companies c ON c.id = p.company_id JOIN accounts a ON a.id = p.proposed_by
         WHERE p.state = 'open' AND c.archived_at IS NULL ORDER BY p.created_at, p.id LIMIT $1"
    )
    .bind(LINES)
    .fetch_all(c)
    .await)?)
}

/// The tasks: they come first.
pub fn tasks(work: &Work, t: &'static Texts, language: Language) -> AnyView {
    let body = if work.tasks.is_empty() {
        view! { <p class="hint">{t.task_today_none()}</p> }.into_any()
    } else {
        Rows { days: &work.days, language, does: true, about: true }.table(&work.tasks, t)
    };
    let overdue = format!("{PATH}?state=overdue");
    view! {
        <section class="panel" id="tasks">
            <h2>{t.task_title()}</h2>
            <p class="hint">
                <a href=PATH>{number(work.open)}" "{t.task_today_open()}</a>" · "
                <a href=overdue>{number(work.overdue)}" "{t.task_today_overdue()}</a>" · "
                <a href=interaction::list_view::PATH>{t.interaction_title()}</a>
            </p>
            {body}
        </section>
    }
    .into_any()
}

/// What waits for a decision, whom one has not spoken with for long, and what changed.
pub fn more(work: &Work, t: &'static Texts, language: Language) -> AnyView {
    view! { {decisions(work, t, language)}{silent(work, t, language)}{changes(work, t, language)} }.into_any()
}

fn decisions(work: &Work, t: &'static Texts, language: Language) -> Option<AnyView> {
    let rows = work
        .proposals
        .iter()
        .map(|proposal| {
            let name = language.prefer(&proposal.name_en, &proposal.name_zh).to_owned();
            let url = format!("{}/proposals/{}", url(proposal.company_id), proposal.id);
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=url>{name}</a></th>
                    <td>{shown_name(&proposal.by_name, t)}</td>
                    <td class="date"><Moment at=Timestamp(proposal.created_at) language=language /></td>
                </tr>
            }
        })
        .collect_view();
    (!work.proposals.is_empty()).then(|| {
        view! {
            <section class="panel">
                <h2>{t.interaction_proposals()}</h2>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.product_company()}</th><th scope="col">{t.interaction_proposed_by()}</th>
                        <th scope="col">{t.interaction_at()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
        .into_any()
    })
}

fn silent(work: &Work, t: &'static Texts, language: Language) -> Option<AnyView> {
    let rows = work
        .silent
        .iter()
        .map(|(id, en, zh, last)| {
            let last = match last {
                Some(at) => view! { <Moment at=Timestamp(*at) language=language day_only=true /> }.into_any(),
                None => t.interaction_never().into_any(),
            };
            let url = format!("{}#activity", url(*id));
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=url>{language.prefer(en, zh).to_owned()}</a></th>
                    <td class="date" data-label=t.interaction_last()>{last}</td>
                </tr>
            }
        })
        .collect_view();
    (!work.silent.is_empty()).then(|| {
        view! {
            <section class="panel">
                <h2>{t.interaction_silent()}</h2>
                <p class="hint">{t.interaction_silent_explained(SILENT)}</p>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr><th scope="col">{t.product_company()}</th><th scope="col">{t.interaction_last()}</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
        .into_any()
    })
}

fn changes(work: &Work, t: &'static Texts, language: Language) -> Option<AnyView> {
    if work.followed.is_empty() {
        return None;
    }
    let items = work
        .followed
        .iter()
        .map(|event| {
            let subject = subject_url(event).zip(work.names.get(&event.subject).cloned());
            TimelineItem { subject, ..item(event, true, &work.people, t, language) }
        })
        .collect();
    let section = view! {
        <section class="panel">
            <h2>{t.interaction_followed()}</h2>
            <Timeline items=items texts=timeline_texts(t) language=language
                count=|language, n| language.texts().journal_changes(n) />
        </section>
    };
    Some(section.into_any())
}
