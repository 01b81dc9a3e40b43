//! What an import would do, is doing, or did, row by row.

use std::collections::HashMap;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::actions_view::actions;
use super::api::ApplyImport;
use super::guess;
use super::model::{Import, Mapping, Outcome, Plan, Subject, url};
use super::pages::state_badge;
use super::rejected::{self, wrongs};
use super::store::{self, Changed, Was};
use crate::account;
use crate::actor::require;
use crate::backend::context::Visit;
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::privacy::model::shown_name;
use crate::product::islands::ImportWatch;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

const PAGE: i64 = 50;

/// A row as it is shown.
struct Row {
    plan: Plan,
    /// What stands in the file, where something is wrong with it.
    cells: Vec<String>,
    name: String,
    /// What became of it, once it was applied.
    was: Option<Was>,
}

/// What a reader calls what a row is about: as the register does, or as the row does where that does not have it yet.
fn called(
    subject: Subject,
    mapping: &Mapping,
    plan: &Plan,
    cells: &[String],
    known: Option<&(String, String)>,
    language: Language,
) -> String {
    let typed = |field: &str| {
        let new = plan.changes.iter().find(|(name, ..)| name == field).map(|(_, _, value)| value.clone());
        let cell =
            || cells.get(mapping.columns.iter().position(|column| column == field)?).map(|it| guess::readable(it));
        new.or_else(cell).unwrap_or_default()
    };
    let [en, zh] = subject.names();
    let (en, zh) = known.cloned().unwrap_or_else(|| (typed(en), typed(zh)));
    match language.prefer(&en, &zh) {
        "" => plan.name.clone(),
        name => name.to_owned(),
    }
}

/// `/imports/{id}/preview`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let import = store::find(&mut ctx.tx, at.id()?).await?.ok_or(Error::NotFound)?;
    let busy = import.is_busy();
    let outcome = Outcome::from_code(at.query.get("outcome"));
    let page_number = at.query.page();
    let plans = if busy {
        Vec::new()
    } else {
        store::plans(&mut ctx.tx, import.id, outcome, 0, PAGE, (page_number - 1) * PAGE).await?
    };
    let mapping: Mapping = import.mapping().unwrap_or_default();
    let cells = rejected::beside(&mut ctx.tx, &import, &mapping, &plans).await?;
    let records: Vec<Uuid> = plans.iter().map(|plan| plan.subject).filter(|id| !id.is_nil()).collect();
    let names = store::names(&mut ctx.tx, import.subject(), &records).await?;
    let was =
        if import.applied_at.is_some() { store::was(&mut ctx.tx, &import, &records).await? } else { HashMap::new() };
    let mut rows = Vec::with_capacity(plans.len());
    for (plan, cells) in plans.into_iter().zip(cells) {
        let was = was.get(&plan.subject).copied();
        let name = called(import.subject(), &mapping, &plan, &cells, names.get(&plan.subject), visit.language);
        rows.push(Row { plan, cells, name, was });
    }
    let managers = account::store::managers(&mut ctx.tx).await?;
    let blocked: Vec<Changed> = if import.state == "applied" && import.emptied_at.is_none() {
        let changed = store::changed(&mut ctx.tx, &import).await?;
        changed.into_iter().filter(|record| record.is_blocked(import.subject())).collect()
    } else {
        Vec::new()
    };
    let language = visit.language;
    let refused = visit.refused.clone();
    let mut page = Page::new(visit.texts().imports_of(&import.file_name), move |t| {
        let counted = Outcome::ALL.into_iter().filter(|it| outcome.is_none_or(|wanted| wanted == *it));
        let all: i64 = counted.map(|outcome| import.count(outcome)).sum();
        let body = if busy {
            view! {
                <ImportWatch id=import.id.to_string() label=import.file_name.clone() />
                <p class="hint">{t.import_reloads()}</p>
            }
            .into_any()
        } else {
            let rows = rows.iter().map(|row| view_row(&import, &mapping, row, &managers, t)).collect_view();
            view! {
                {filters(&import, outcome, t)}
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col" class="num">{t.import_line()}</th><th scope="col">{t.imports_what()}</th>
                        <th scope="col">{t.imports_record()}</th><th scope="col">{t.imports_changes()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
                {pager(&import, outcome, page_number, all, t)}
            }
            .into_any()
        };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=import.subject().list()>{import.subject().text(t)}</a><a href="/imports">{t.imports_title()}</a></p>
                <h1>{t.imports_of(&import.file_name)}</h1>
                {who(&import, t)}
                {state_badge(&import.state, t)}
            </header>
            <ErrorSummary form=FormState::new(t, refused.as_ref(), ApplyImport::PATH) labels=Vec::new() />
            {note(&import, t)}
            {actions(&import, &blocked, t, language)}
            {body}
        }
        .into_any()
    });
    page.refresh = busy.then_some(2);
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

/// Who sent, applied and undid it, and when.
fn who(import: &Import, t: &'static Texts) -> AnyView {
    let steps = [
        (t.imports_event_uploaded(), &import.starter, Some(import.started_at)),
        (t.imports_event_applied(), &import.applier, import.applied_at),
        (t.imports_event_reverted(), &import.reverter, import.reverted_at),
    ];
    steps
        .into_iter()
        .filter_map(|(did, name, at)| {
            let name = name.as_deref().map(|name| shown_name(name, t)).unwrap_or_default();
            let at = view! { <Moment at=Timestamp(at?) language=t.language /> };
            Some(view! { <p class="subtitle">{name}" "{did}" · "{at}</p> })
        })
        .collect_view()
        .into_any()
}

fn note(import: &Import, t: &'static Texts) -> Option<AnyView> {
    let text = match import.note.as_str() {
        _ if import.emptied_at.is_some() => t.imports_note_emptied(),
        "stale" => t.imports_note_stale(),
        "blocked" => t.imports_note_blocked(),
        "failed" => t.imports_note_failed(),
        _ => return None,
    };
    Some(
        view! { <div class="notice attention" role="status"><Icon name="alert-triangle" /><p>{text}</p></div> }
            .into_any(),
    )
}

fn filters(import: &Import, chosen: Option<Outcome>, t: &'static Texts) -> AnyView {
    let path = url(import.id, "/preview");
    let all: i64 = Outcome::ALL.into_iter().map(|outcome| import.count(outcome)).sum();
    let link = |code: &str, text: &'static str, count: i64, current: bool| {
        let href = if code.is_empty() { path.clone() } else { format!("{path}?outcome={code}") };
        let current = current.then_some("page");
        view! { <li><a class="chip" href=href aria-current=current>{text}" "{number(count)}</a></li> }
    };
    let links = Outcome::ALL
        .into_iter()
        .map(|outcome| (outcome, if import.applied_at.is_some() { outcome.done(t) } else { outcome.text(t) }))
        .map(|(outcome, text)| link(outcome.code(), text, import.count(outcome), chosen == Some(outcome)))
        .collect_view();
    let rejected = (import.rejects > 0 && import.emptied_at.is_none()).then(|| {
        let sheet = (import.rejects <= rejected::MOST_IN_SHEET).then(|| {
            let href = url(import.id, "/rejected.xlsx");
            view! { <a href=href download="rejected.xlsx">{t.imports_rejected_xlsx()}</a>" · " }
        });
        view! {
            <p>
                {sheet}
                <a href=url(import.id, "/rejected.csv") download="rejected.csv">{t.imports_rejected_csv()}</a>
            </p>
        }
    });
    view! { <ul class="chips">{link("", t.imports_all(), all, chosen.is_none())}{links}</ul>{rejected} }.into_any()
}

fn view_row(import: &Import, mapping: &Mapping, row: &Row, managers: &[(Uuid, String)], t: &'static Texts) -> AnyView {
    let Row { plan, cells, name, was } = row;
    let subject = import.subject();
    let (class, what) = match (was, plan.outcome) {
        (Some(Was::Undone), _) => ("badge", t.imports_state_reverted()),
        (Some(Was::Kept), _) => ("badge attention", t.imports_row_kept()),
        (Some(Was::Done), outcome @ Outcome::Create) => ("badge good", outcome.done(t)),
        (Some(Was::Done), outcome) => ("badge info", outcome.done(t)),
        (None, outcome @ Outcome::Create) => ("badge good", outcome.text(t)),
        (None, outcome @ Outcome::Update) => ("badge info", outcome.text(t)),
        (None, outcome @ Outcome::Unchanged) => ("badge", outcome.text(t)),
        (None, outcome @ Outcome::Reject) => ("badge danger", outcome.text(t)),
    };
    let changes = plan.changes.iter().map(|(field, before, after)| {
        let value = |value: &str| subject.shown(field, value, managers, t).replace('\n', "; ");
        let before = (!before.is_empty()).then(|| view! { <del>{value(before)}</del>" → " });
        view! { <li>{subject.label(field, t)}{t.form_colon()}{before}<ins>{value(after)}</ins></li> }.into_any()
    });
    let problems = wrongs(import, mapping, plan, cells, t);
    let problems = problems.into_iter().map(|text| view! { <li class="error">{text}</li> }.into_any());
    let alike = (!plan.alike.is_empty()).then(|| {
        let links = plan.alike.iter().enumerate().map(|(at, (id, name))| {
            let comma = (at > 0).then_some(" · ");
            view! { {comma}<a href=subject.page(*id) target="_blank">{name.clone()}</a> }
        });
        view! { <li>{t.imports_alike()}{t.form_colon()}{links.collect_view()}</li> }.into_any()
    });
    let items = problems.chain(alike).chain(changes).collect_view();
    // A new one has no page before it is applied.
    let there = !plan.subject.is_nil() && (plan.outcome != Outcome::Create || import.applied_at.is_some());
    let name = if there {
        view! { <a href=subject.page(plan.subject)>{name.clone()}</a> }.into_any()
    } else {
        name.clone().into_any()
    };
    view! {
        <tr>
            <td class="num" data-label=t.import_line()>{plan.line}</td>
            <td class="status"><span class=class>{what}</span></td>
            <th scope="row">{name}</th>
            <td><ul>{items}</ul></td>
        </tr>
    }
    .into_any()
}

fn pager(import: &Import, outcome: Option<Outcome>, page: i64, count: i64, t: &'static Texts) -> AnyView {
    let link = |page: i64| {
        let outcome = outcome.map_or(String::new(), |outcome| format!("outcome={}&", outcome.code()));
        format!("{}?{outcome}page={page}", url(import.id, "/preview"))
    };
    let before = (page > 1)
        .then(|| view! { <a rel="prev" href=link(page - 1)><Icon name="chevron-left" />{t.list_previous()}</a> });
    let after = (page * PAGE < count)
        .then(|| view! { <a rel="next" href=link(page + 1)>{t.list_next()}<Icon name="chevron-right" /></a> });
    (count > PAGE)
        .then(|| {
            let range = t.list_range(number((page - 1) * PAGE + 1), number((page * PAGE).min(count)), number(count));
            view! { <nav class="pager" aria-label=t.list_pages()>{before}<span>{range}</span>{after}</nav> }
        })
        .into_any()
}
