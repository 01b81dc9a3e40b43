//! What an import would do, is doing, or did, row by row.

use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{ApplyImport, RevertImport};
use super::guess;
use super::model::{Import, Mapping, Outcome, Plan, Wrong, url};
use super::pages::state_badge;
use super::store::{self, Changed};
use crate::account;
use crate::account::password::on_blocking_thread;
use crate::actor::require;
use crate::backend::context::Visit;
use crate::backend::database::Tx;
use crate::backend::export::harmless;
use crate::backend::sheet::{self, Column};
use crate::error::{Error, Result, internal};
use crate::language::{Language, Texts, number};
use crate::privacy::model::shown_name;
use crate::product::islands::ImportWatch;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::in_time;
use crate::web::page::{At, Page, Section, XLSX, download, error_response};

const PAGE: i64 = 50;
/// Rows of the file that are read in one go.
const BATCH: i64 = 1000;

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
    let mut rows = Vec::with_capacity(plans.len());
    for plan in plans {
        // What stands in the file is shown where something is wrong with it.
        let cells = match plan.problems[..] {
            [] => Vec::new(),
            _ => cells_of(&mut ctx.tx, &import, &mapping, plan.line).await?,
        };
        rows.push((plan, cells));
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
            let rows =
                rows.iter().map(|(plan, cells)| row(&import, &mapping, plan, cells, &managers, t)).collect_view();
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

fn actions(import: &Import, blocked: &[Changed], t: &'static Texts, language: Language) -> AnyView {
    let id = import.id.to_string();
    let some = import.creates + import.updates > 0;
    match import.state.as_str() {
        _ if import.emptied_at.is_some() => ().into_any(),
        "previewed" => view! {
            <form class="form-actions" method="post" action=ApplyImport::PATH>
                <input type="hidden" name="id" value=id />
                <input type="hidden" name="seen" value=import.seen() />
                {some.then(|| view! { <button class="button primary">{t.imports_apply()}</button> })}
                <a class="button quiet" href=url(import.id, "/mapping")>{t.imports_columns()}</a>
            </form>
        }
        .into_any(),
        "uploaded" => view! {
            <p><a class="button primary" href=url(import.id, "/mapping")>{t.imports_columns()}</a></p>
        }
        .into_any(),
        "applied" => {
            let subject = import.subject();
            let list = blocked
                .iter()
                .take(200)
                .map(|record| {
                    let name = language.prefer(&record.name_en, &record.name_zh).to_owned();
                    view! { <li><a href=subject.page(record.subject_id)>{name}</a></li> }
                })
                .collect_view();
            let count = i64::try_from(blocked.len()).unwrap_or(i64::MAX);
            let others = (!blocked.is_empty()).then(|| {
                view! { <p>{t.imports_blocked(count)}</p><ul>{list}</ul><input type="hidden" name="others" value="1" /> }
            });
            let button = if blocked.is_empty() { t.imports_revert() } else { t.imports_revert_others() };
            view! {
                <details class="adding" open=!blocked.is_empty()>
                    <summary class="button quiet">{t.imports_revert()}</summary>
                    <form class="form" method="post" action=RevertImport::PATH>
                        <input type="hidden" name="id" value=id />
                        <p class="hint">{t.imports_revert_explained()}</p>
                        {others}
                        <div class="form-actions"><button class="button danger">{button}</button></div>
                    </form>
                </details>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
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
        .map(|outcome| link(outcome.code(), outcome.text(t), import.count(outcome), chosen == Some(outcome)))
        .collect_view();
    let rejected = (import.rejects > 0 && import.emptied_at.is_none()).then(|| {
        view! {
            <p>
                <a href=url(import.id, "/rejected.xlsx") download="rejected.xlsx">{t.imports_rejected_xlsx()}</a>" · "
                <a href=url(import.id, "/rejected.csv") download="rejected.csv">{t.imports_rejected_csv()}</a>
            </p>
        }
    });
    view! { <ul class="chips">{link("", t.imports_all(), all, chosen.is_none())}{links}</ul>{rejected} }.into_any()
}

/// A row of the file; empty when it is gone.
async fn cells_of(tx: &mut Tx, import: &Import, mapping: &Mapping, line: i64) -> Result<Vec<String>> {
    let row = store::rows(tx, import.id, mapping.sheet, line - 1, 1).await?.pop();
    Ok(row.filter(|(at, _)| *at == line).map(|(_, cells)| cells).unwrap_or_default())
}

/// How much of a wrong cell is shown, in characters.
const SHOWN_OF_CELL: usize = 60;

/// What is wrong with a row: where in the file, what stands there, and why that does not do.
fn wrongs(import: &Import, mapping: &Mapping, plan: &Plan, cells: &[String], t: &'static Texts) -> Vec<String> {
    let say = |(field, wrong): &(String, Wrong)| {
        let why = wrong.text(import.subject(), t);
        let label = import.subject().label(field, t);
        let at = mapping.columns.iter().position(|column| column == field).filter(|_| !field.is_empty());
        let place = at.map(|at| format!("{}{} · ", guess::letters(at), plan.line)).unwrap_or_default();
        let cell = at.and_then(|at| cells.get(at)).map(|cell| guess::readable(cell)).unwrap_or_default();
        let more = if cell.chars().count() > SHOWN_OF_CELL { "…" } else { "" };
        let cell: String = cell.chars().take(SHOWN_OF_CELL).collect();
        match (label, cell.as_str()) {
            ("", _) => why,
            (label, "") => format!("{place}{label}{}{why}", t.form_colon()),
            (label, cell) => format!("{place}{label} “{cell}{more}”{}{why}", t.form_colon()),
        }
    };
    plan.problems.iter().map(say).collect()
}

fn row(
    import: &Import,
    mapping: &Mapping,
    plan: &Plan,
    cells: &[String],
    managers: &[(Uuid, String)],
    t: &'static Texts,
) -> AnyView {
    let subject = import.subject();
    let class = match plan.outcome {
        Outcome::Create => "badge good",
        Outcome::Update => "badge info",
        Outcome::Unchanged => "badge",
        Outcome::Reject => "badge danger",
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
        view! { <a href=subject.page(plan.subject)>{plan.name.clone()}</a> }.into_any()
    } else {
        plan.name.clone().into_any()
    };
    view! {
        <tr>
            <td class="num" data-label=t.import_line()>{plan.line}</td>
            <td class="status"><span class=class>{plan.outcome.text(t)}</span></td>
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

/// `/imports/{id}/rejected.csv`: the rows that were not taken, as they stood in the file, with the reasons.
pub async fn rejected_csv(visit: Visit, Path(id): Path<String>) -> Response {
    let file = async {
        let (head, rows) = rejected(&visit, &id).await?;
        let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(b"\xEF\xBB\xBF".to_vec());
        for row in std::iter::once(head).chain(rows) {
            writer.write_record(row.iter().map(|cell| harmless(cell))).map_err(|error| internal("csv", &error))?;
        }
        writer.into_inner().map_err(|error| internal("csv", &error))
    };
    answer(&visit, in_time(file).await, "rejected.csv", "text/csv; charset=utf-8").await
}

/// `/imports/{id}/rejected.xlsx`
pub async fn rejected_xlsx(visit: Visit, Path(id): Path<String>) -> Response {
    let file = async {
        let (head, rows) = rejected(&visit, &id).await?;
        on_blocking_thread(move || {
            let head: Vec<&str> = head.iter().map(String::as_str).collect();
            let columns = vec![Column::Text; head.len()];
            sheet::write("1", &head, &columns, rows.into_iter()).map_err(|error| internal("xlsx", &error))
        })
        .await
    };
    answer(&visit, in_time(file).await, "rejected.xlsx", XLSX).await
}

async fn answer(visit: &Visit, file: Result<Vec<u8>>, name: &str, kind: &'static str) -> Response {
    match file {
        Ok(bytes) => download(name, kind, bytes),
        Err(error) => error_response(visit, &error).await,
    }
}

type Rows = Vec<Vec<String>>;

async fn rejected(visit: &Visit, id: &str) -> Result<(Vec<String>, Rows)> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    ctx.actor.takes_files()?;
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let import = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let t = visit.texts();
    let mapping: Mapping = import.mapping().unwrap_or_default();
    let mut head = cells_of(&mut ctx.tx, &import, &mapping, mapping.header).await?;
    head.resize(mapping.columns.len().max(head.len()), String::new());
    let mut head = guess::shown(&head);
    let width = head.len();
    head.extend([t.import_line().to_owned(), t.import_reason().to_owned()]);
    let mut plans = store::plans(&mut ctx.tx, id, Some(Outcome::Reject), 0, i64::from(u32::MAX), 0).await?.into_iter();
    let mut next = plans.next();
    let (mut rows, mut after) = (Vec::new(), mapping.header);
    // Both are in the order of the file, so that neither is looked up row by row.
    while next.is_some() {
        let batch = store::rows(&mut ctx.tx, id, mapping.sheet, after, BATCH).await?;
        let Some((last, _)) = batch.last() else { break };
        after = *last;
        for (line, cells) in batch {
            let Some(plan) = next.take_if(|plan| plan.line == line) else { continue };
            let wrong = wrongs(&import, &mapping, &plan, &cells, t).join("; ");
            let mut cells: Vec<String> = cells.iter().map(|cell| guess::readable(cell)).collect();
            cells.resize(width, String::new());
            cells.extend([line.to_string(), wrong]);
            rows.push(cells);
            next = plans.next();
        }
    }
    Ok((head, rows))
}
