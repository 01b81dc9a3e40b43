//! What an import would do, is doing, or did, row by row.

use axum::extract::Path;
use axum::response::Response;
use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{ApplyImport, RevertImport};
use super::model::{Import, Outcome, Plan, url};
use super::pages::state_badge;
use super::store::{self, Changed};
use super::{guess, model};
use crate::account;
use crate::actor::require;
use crate::backend::context::Visit;
use crate::backend::export::harmless;
use crate::backend::sheet::{self, Column};
use crate::company::events;
use crate::error::{Error, Result, internal};
use crate::language::{Language, Texts, number};
use crate::product::islands::ImportWatch;
use crate::time::Timestamp;
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::in_time;
use crate::web::page::{At, Page, Section, XLSX, download, error_response};

const PAGE: i64 = 50;

/// `/imports/{id}/preview`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let import = store::find(&mut ctx.tx, at.id()?).await?.ok_or(Error::NotFound)?;
    let busy = import.is_busy();
    let counts = store::counts(&mut ctx.tx, import.id).await?;
    let outcome = Outcome::from_code(at.query.get("outcome"));
    let page_number = at.query.page();
    let plans = if busy {
        Vec::new()
    } else {
        store::plans(&mut ctx.tx, import.id, outcome, 0, PAGE, (page_number - 1) * PAGE).await?
    };
    let managers = account::store::managers(&mut ctx.tx).await?;
    let blocked: Vec<Changed> = if import.state == "applied" {
        store::changed(&mut ctx.tx, import.id).await?.into_iter().filter(Changed::is_blocked).collect()
    } else {
        Vec::new()
    };
    let language = visit.language;
    let mut page = Page::new(visit.texts().imports_of(&import.file_name), move |t| {
        let all: i64 =
            counts.iter().filter(|(it, _)| outcome.is_none_or(|wanted| wanted == *it)).map(|(_, count)| count).sum();
        let body = if busy {
            view! {
                <ImportWatch id=import.id.to_string() label=import.file_name.clone() />
                <p class="hint">{t.import_reloads()}</p>
            }
            .into_any()
        } else {
            let rows = plans.iter().map(|plan| row(&import, plan, &managers, t, language)).collect_view();
            view! {
                {filters(&import, &counts, outcome, t)}
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
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href="/imports">{t.imports_title()}</a></p>
                <h1>{t.imports_of(&import.file_name)}</h1>
                <p class="subtitle">{import.starter.clone()}" · "<Moment at=Timestamp(import.started_at) language=language /></p>
                {state_badge(&import.state, t)}
            </header>
            {note(&import, t)}
            {actions(&import, &counts, &blocked, t, language)}
            {body}
        }
        .into_any()
    });
    page.refresh = busy.then_some(2);
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

fn note(import: &Import, t: &'static Texts) -> Option<AnyView> {
    let text = match import.note.as_str() {
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

fn actions(
    import: &Import,
    counts: &[(Outcome, i64)],
    blocked: &[Changed],
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let id = import.id.to_string();
    let some = counts.iter().any(|(outcome, count)| matches!(outcome, Outcome::Create | Outcome::Update) && *count > 0);
    match import.state.as_str() {
        "previewed" => view! {
            <form class="form-actions" method="post" action=ApplyImport::PATH>
                <input type="hidden" name="id" value=id />
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
            let list = blocked
                .iter()
                .take(200)
                .map(|record| {
                    let name = language.prefer(&record.name_en, &record.name_zh).to_owned();
                    view! { <li><a href=crate::company::model::url(record.subject_id)>{name}</a></li> }
                })
                .collect_view();
            let count = i64::try_from(blocked.len()).unwrap_or(i64::MAX);
            let others = (!blocked.is_empty()).then(|| {
                view! { <p>{t.imports_blocked(number(count))}</p><ul>{list}</ul><input type="hidden" name="others" value="1" /> }
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

fn filters(import: &Import, counts: &[(Outcome, i64)], chosen: Option<Outcome>, t: &'static Texts) -> AnyView {
    let path = url(import.id, "/preview");
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let link = |code: &str, text: &'static str, count: i64, current: bool| {
        let href = if code.is_empty() { path.clone() } else { format!("{path}?outcome={code}") };
        let current = current.then_some("page");
        view! { <li><a class="chip" href=href aria-current=current>{text}" "{number(count)}</a></li> }
    };
    let links = counts
        .iter()
        .map(|(outcome, count)| link(outcome.code(), outcome.text(t), *count, chosen == Some(*outcome)))
        .collect_view();
    let rejected = counts.iter().any(|(outcome, count)| *outcome == Outcome::Reject && *count > 0).then(|| {
        view! {
            <p>
                <a href=url(import.id, "/rejected.xlsx") download="rejected.xlsx">{t.imports_rejected_xlsx()}</a>" · "
                <a href=url(import.id, "/rejected.csv") download="rejected.csv">{t.imports_rejected_csv()}</a>
            </p>
        }
    });
    view! { <ul class="chips">{link("", t.imports_all(), all, chosen.is_none())}{links}</ul>{rejected} }.into_any()
}

fn label(import: &Import, field: &str, t: &'static Texts) -> &'static str {
    import.subject().label(field, t)
}

fn wrongs(import: &Import, plan: &Plan, t: &'static Texts) -> Vec<String> {
    plan.problems
        .iter()
        .map(|(field, wrong)| match label(import, field, t) {
            "" => wrong.text(t),
            name => format!("{name}{}{}", t.form_colon(), wrong.text(t)),
        })
        .collect()
}

fn row(import: &Import, plan: &Plan, managers: &[(Uuid, String)], t: &'static Texts, language: Language) -> AnyView {
    let class = match plan.outcome {
        Outcome::Create => "badge good",
        Outcome::Update => "badge info",
        Outcome::Unchanged => "badge",
        Outcome::Reject => "badge danger",
    };
    let changes = plan.changes.iter().map(|(field, before, after)| {
        let value = |value: &str| events::shown(field, value, managers, t, language).replace('\n', "; ");
        let before = (!before.is_empty()).then(|| view! { <del>{value(before)}</del>" → " });
        view! { <li>{label(import, field, t)}{t.form_colon()}{before}<ins>{value(after)}</ins></li> }.into_any()
    });
    let problems = wrongs(import, plan, t).into_iter().map(|text| view! { <li class="error">{text}</li> }.into_any());
    let items = problems.chain(changes).collect_view();
    // A new one has no page before it is applied.
    let there = !plan.subject.is_nil() && (plan.outcome != Outcome::Create || import.applied_at.is_some());
    let name = if there {
        view! { <a href=crate::company::model::url(plan.subject)>{plan.name.clone()}</a> }.into_any()
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
        let head: Vec<&str> = head.iter().map(String::as_str).collect();
        let columns = vec![Column::Text; head.len()];
        sheet::write("1", &head, &columns, rows.into_iter()).map_err(|error| internal("xlsx", &error))
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
    let id = id.parse().map_err(|_| Error::NotFound)?;
    let import = store::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let t = visit.texts();
    let mapping: model::Mapping = import.mapping().unwrap_or_default();
    let mut head = store::rows(&mut ctx.tx, id, mapping.sheet, mapping.header - 1, 1)
        .await?
        .pop()
        .map(|(_, row)| row)
        .unwrap_or_default();
    head.resize(mapping.columns.len().max(head.len()), String::new());
    let mut head = guess::shown(&head);
    let width = head.len();
    head.extend([t.import_line().to_owned(), t.import_reason().to_owned()]);
    let mut rows = Vec::new();
    for plan in store::plans(&mut ctx.tx, id, Some(Outcome::Reject), 0, i64::from(u32::MAX), 0).await? {
        let cells = store::rows(&mut ctx.tx, id, mapping.sheet, plan.line - 1, 1).await?.pop().map(|(_, row)| row);
        let mut cells: Vec<String> = cells.unwrap_or_default().iter().map(|cell| cell.replace('\u{1}', "#")).collect();
        cells.resize(width, String::new());
        cells.extend([plan.line.to_string(), wrongs(&import, &plan, t).join("; ")]);
        rows.push(cells);
    }
    Ok((head, rows))
}
