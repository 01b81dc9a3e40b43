//! On a company's page: what comes next with it, the latest interactions, and a short form to record one.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{RecordInteraction, Takers, takers};
use super::edit;
use super::events::labels;
use super::list_view::{self, table};
use super::store::{self, Line};
use crate::company::opened::{Opened, Panel};
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::task;
use crate::task::due::Days;
use crate::task::filter::{TaskFilter, Whose};
use crate::task::list_view::Rows;
use crate::task::store::TaskLine;
use crate::ui::form::{ErrorSummary, FormId, FormState, TextArea};
use crate::ui::icon::Icon;

/// So many interactions stand on the page, and so many tasks.
const INTERACTIONS: i64 = 3;
const TASKS: i64 = 5;

struct Read {
    company: Uuid,
    lines: Vec<Line>,
    tasks: Vec<TaskLine>,
    open: i64,
    days: Days,
    /// Where something may be recorded: who can have taken part.
    form: Option<Takers>,
    me: Uuid,
    now: String,
}

/// The panel, for the people of the zone alone.
pub async fn panel(opened: &mut Opened) -> Result<Option<Panel>> {
    if !opened.actor().may_see_interactions() {
        return Ok(None);
    }
    let (company, language) = (opened.company.id, opened.language);
    let records = opened.actor().may_record_interactions() && opened.company.archived.is_none();
    let lines = store::latest(&mut opened.ctx.tx, company, INTERACTIONS).await?;
    let days = task::api::days(&mut opened.ctx).await?;
    let filter = TaskFilter { whose: Whose::Team, company: Some(company), ..TaskFilter::default() };
    let tasks = task::store::list(&mut opened.ctx.tx, &filter, &[], &days, (TASKS, 0)).await?;
    let open = task::store::count(&mut opened.ctx.tx, &filter, &[], &days).await?;
    let can_take_part = if records { Some(takers(&mut opened.ctx, &[company], language).await?) } else { None };
    let (me, now) = (opened.actor().id, opened.ctx.now.local());
    let read = Read { company, lines, tasks, open, days, form: can_take_part, me, now };
    let refused = opened.ctx.visit.refused.clone();
    Ok(Some(Panel::new("activity", opened.texts().interaction_panel(), move |t| {
        let state = FormState::new(t, refused.as_ref(), RecordInteraction::PATH);
        let form = read.form.as_ref().map(|takers| form(&read, takers, &state, t));
        view! { {tasks_of(&read, t, language)}{interactions(&read, t, language)}{form} }.into_any()
    })))
}

fn tasks_of(read: &Read, t: &'static Texts, language: Language) -> AnyView {
    let body = if read.tasks.is_empty() {
        view! { <p class="hint">{t.task_none_here()}</p> }.into_any()
    } else {
        Rows { days: &read.days, language, does: read.form.is_some(), about: false }.table(&read.tasks, t)
    };
    let all = (read.open > TASKS).then(|| {
        let url = format!("{}?whose=team&company={}", task::list_view::PATH, read.company);
        view! { <p><a href=url>{t.task_all(number(read.open))}</a></p> }
    });
    let add = read.form.is_some().then(|| {
        let url = format!("/tasks/new?company={}", read.company);
        view! { <p class="adding"><a class="button" href=url><Icon name="plus" />{t.task_add()}</a></p> }
    });
    view! { <h3>{t.task_open_here()}</h3>{body}{all}{add} }.into_any()
}

fn interactions(read: &Read, t: &'static Texts, language: Language) -> AnyView {
    let body = if read.lines.is_empty() {
        view! { <p class="hint">{t.interaction_none_here()}</p> }.into_any()
    } else {
        let all = format!("{}?company={}", list_view::PATH, read.company);
        view! { {table(&read.lines, None, t, language)}<p><a href=all>{t.interaction_all_of_company()}</a></p> }
            .into_any()
    };
    view! { <h3>{t.interaction_title()}</h3>{body} }.into_any()
}

/// The short form. It works without scripts, and comes back open with what was typed when something is not right.
fn form(read: &Read, takers: &Takers, state: &FormState, t: &'static Texts) -> AnyView {
    let open = state.error().is_some();
    let more = format!("/interactions/new?company={}", read.company);
    view! {
        <details class="adding" open=open>
            <summary class="button"><Icon name="plus" />{t.interaction_record()}</summary>
            <form class="form" method="post" action=RecordInteraction::PATH>
                <ErrorSummary form=state.clone() labels=labels(t) />
                <FormId form=state.clone() />
                <input type="hidden" name="company" value=crate::company::model::url(read.company) />
                {edit::first_fields("meeting", &read.now, state, t)}
                {edit::takers(takers, Vec::new(), vec![read.me.to_string()], state, t)}
                <TextArea form=state.clone() name="summary" label=t.interaction_summary()
                    hint=t.interaction_summary_hint() value="" rows=5 />
                {edit::next_fields(takers, read.me, state, t)}
                <div class="form-actions">
                    <button class="button primary">{t.interaction_save()}</button>
                    <a class="button quiet" href=more>{t.interaction_more()}</a>
                </div>
            </form>
        </details>
    }
    .into_any()
}
