//! A task's page.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{self, CancelTask, ReopenTask, TaskPage};
use super::list_view::{PATH, done_form, due_badge};
use super::model::State;
use crate::backend::context::Visit;
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::date;
use crate::ui::form::{ErrorSummary, FormState, TextArea};
use crate::ui::icon::Icon;
use crate::ui::moment::{Moment, Timeline};
use crate::web::page::{At, Page, Section};

/// `/tasks/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_task(&visit, at.id()).await?;
    let language = visit.language;
    let refused = visit.refused.clone();
    let actor = read.actor.clone();
    let title = read.task.details.title.clone();
    let page = Page::new(title.clone(), move |t| {
        let task = &read.task;
        let does = read.actor.may_have_tasks();
        let open = task.state == State::Open;
        let badge = match task.state {
            State::Open => due_badge(&task.details.due_on, &read.days, t)
                .unwrap_or_else(|| view! { <span class="badge info">{t.task_open()}</span> }.into_any()),
            State::Done => view! { <span class="badge good">{t.task_done()}</span> }.into_any(),
            State::Cancelled => view! { <span class="badge neutral">{t.task_cancelled()}</span> }.into_any(),
        };
        let actions = does.then(|| {
            if open {
                let edit = format!("{}/edit", task.url());
                view! {
                    <a class="button" href=edit><Icon name="pencil" />{t.task_edit()}</a>
                    {done_form(task.id, &task.details.title, t)}
                }
                .into_any()
            } else {
                view! {
                    <form method="post" action=ReopenTask::PATH>
                        <input type="hidden" name="id" value=task.id.to_string() />
                        <button class="button">{t.task_reopen()}</button>
                    </form>
                }
                .into_any()
            }
        });
        let note = (!task.details.note.is_empty()).then(|| {
            view! { <section class="panel"><h2>{t.task_note()}</h2><div class="prose"><p class="lines">{task.details.note.clone()}</p></div></section> }
        });
        let cancel = (does && open).then(|| {
            let form = FormState::new(t, refused.as_ref(), CancelTask::PATH);
            cancel(task.id, form, t)
        });
        let items = read
            .timeline
            .iter()
            .map(|event| crate::journal::entry::item(event, true, &read.people, t, language))
            .collect();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.task_title()}</a></p>
                <h1>{title}</h1>
                <div class="actions">{actions}</div>
                {badge}
            </header>
            <div class="detail">
                <div class="detail-main">
                    {note}
                    <section class="panel" id="timeline">
                        <h2>{t.company_timeline()}</h2>
                        <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                            count=|language, n| language.texts().journal_changes(n) />
                    </section>
                </div>
                <aside class="detail-aside">
                    <section class="panel next"><h2>{t.task_facts()}</h2>{facts(&read, t, language)}</section>
                    {cancel}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Today).actor(actor))
}

fn facts(read: &TaskPage, t: &'static Texts, language: Language) -> AnyView {
    let task = &read.task;
    let deputy = read.deputy.clone().map(|name| view! { <dt>{t.task_deputy()}</dt><dd>{name}</dd> });
    let about =
        read.about.iter().map(|(url, name)| view! { <dd><a href=url.clone()>{name.clone()}</a></dd> }).collect_view();
    let ended = task.ended_at.filter(|_| task.state != State::Open).map(|at| {
        view! { <dt>{t.task_state_of(task.state)}</dt><dd><Moment at=at language=language /></dd> }
    });
    let reason = (!task.cancel_reason.is_empty()).then(|| {
        view! { <dt>{t.register_reason()}</dt><dd class="lines">{task.cancel_reason.clone()}</dd> }
    });
    view! {
        <dl class="facts">
            <dt>{t.task_owner()}</dt><dd>{shown_name(&read.owner, t)}</dd>
            {deputy}
            <dt>{t.task_due_on()}</dt><dd>{date(&task.details.due_on, language)}</dd>
            {(!read.about.is_empty()).then(|| view! { <dt>{t.task_about()}</dt>{about} })}
            {ended}{reason}
            <dt>{t.task_added()}</dt><dd><Moment at=task.created_at language=language /></dd>
        </dl>
    }
    .into_any()
}

fn cancel(id: uuid::Uuid, form: FormState, t: &'static Texts) -> AnyView {
    let open = form.error().is_some();
    let labels = vec![("cancel_reason", t.register_reason())];
    view! {
        <section class="panel">
            <details class="adding" open=open>
                <summary class="button quiet small">{t.task_cancel()}</summary>
                <form class="form" method="post" action=CancelTask::PATH>
                    <ErrorSummary form=form.clone() labels=labels />
                    <input type="hidden" name="id" value=id.to_string() />
                    <TextArea form=form name="cancel_reason" label=t.register_reason() value="" rows=3 />
                    <div class="form-actions"><button class="button danger primary">{t.task_cancel()}</button></div>
                </form>
            </details>
        </section>
    }
    .into_any()
}
