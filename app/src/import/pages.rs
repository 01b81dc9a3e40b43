//! The list of imports, the form for a file, and the choice of what its columns are.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::MapImport;
use super::model::{Import, Mapping, Mode, Subject, url};
use super::{guess, store, upload};
use crate::actor::require;
use crate::backend::context::Visit;
use crate::company::model::Kind;
use crate::error::{Error, Result};
use crate::language::Texts;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState, SelectField, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

/// Imports on a page of the list.
const SHOWN: i64 = 100;

pub fn state_badge(state: &str, t: &'static Texts) -> AnyView {
    let (class, text) = match state {
        "uploaded" => ("badge", t.imports_state_uploaded()),
        "planning" => ("badge info", t.imports_state_planning()),
        "previewed" => ("badge info", t.imports_state_previewed()),
        "applying" => ("badge info", t.imports_state_applying()),
        "applied" => ("badge good", t.imports_state_applied()),
        _ => ("badge", t.imports_state_reverted()),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

/// `/imports`
pub async fn list(visit: Visit, _: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let mut imports = Vec::new();
    for import in store::latest(&mut ctx.tx, SHOWN, 0).await? {
        let counts = store::counts(&mut ctx.tx, import.id).await?;
        imports.push((import, counts));
    }
    let language = visit.language;
    let page = Page::new(visit.texts().imports_title(), move |t| {
        let rows = imports
            .into_iter()
            .map(|(import, counts)| {
                let numbers = counts
                    .into_iter()
                    .map(|(outcome, count)| view! { <td class="num" data-label=outcome.text(t)>{count}</td> })
                    .collect_view();
                view! {
                    <tr>
                        <th scope="row"><a class="row-link" href=import.url()>{import.file_name.clone()}</a></th>
                        <td class="status">{state_badge(&import.state, t)}</td>
                        {numbers}
                        <td>{import.starter.clone()}</td>
                        <td class="date"><Moment at=Timestamp(import.started_at) language=language /></td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a></p>
                <h1>{t.imports_title()}</h1>
                <div class="actions"><a class="button primary" href=upload::PATH><Icon name="upload" />{t.imports_new()}</a></div>
            </header>
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.import_file()}</th><th scope="col">{t.import_state()}</th>
                    <th scope="col" class="num">{t.imports_create()}</th><th scope="col" class="num">{t.imports_update()}</th>
                    <th scope="col" class="num">{t.imports_unchanged()}</th><th scope="col" class="num">{t.imports_reject()}</th>
                    <th scope="col">{t.import_by()}</th><th scope="col">{t.import_when()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

/// `/imports/new`
pub async fn form(visit: Visit, _: At) -> Result<Page> {
    let ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().imports_new(), move |t| {
        let form = FormState::new(t, refused.as_ref(), upload::PATH);
        let problem = form.problem("file");
        let invalid = problem.is_some().then_some("true");
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href="/imports">{t.imports_title()}</a></p>
                <h1>{t.imports_new()}</h1>
            </header>
            <form class="form" method="post" action=upload::PATH enctype="multipart/form-data">
                <ErrorSummary form=form labels=vec![("file", t.import_file())] />
                <div class="field">
                    <label for="file">{t.import_file()}</label>
                    <p class="hint" id="file-hint">{t.imports_file_hint()}</p>
                    {problem.map(|problem| view! { <p class="error">{problem}</p> })}
                    <input type="file" id="file" name="file" required accept=".csv,.xlsx,.txt,text/csv" aria-invalid=invalid
                        aria-describedby="file-hint" />
                </div>
                <div class="form-actions">
                    <button class="button primary"><Icon name="upload" />{t.imports_upload()}</button>
                    <a class="button quiet" href="/imports">{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

/// What the page about columns shows.
struct Columns {
    import: Import,
    sheet: i64,
    header: i64,
    heads: Vec<String>,
    /// The first values of each column.
    values: Vec<Vec<String>>,
    chosen: Mapping,
    saved: Vec<(Uuid, String)>,
}

/// `/imports/{id}/mapping`; `sheet`, `header` and `saved` in the address say what to begin with.
pub async fn mapping(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let import = store::find(&mut ctx.tx, at.id()?).await?.ok_or(Error::NotFound)?;
    let before = import.mapping();
    let asked = |name: &str| at.query.get(name).parse::<i64>().ok();
    let sheet = asked("sheet").or(before.as_ref().map(|mapping| mapping.sheet)).unwrap_or(0);
    let top = store::rows(&mut ctx.tx, import.id, sheet, 0, 25).await?;
    let kept = before
        .filter(|mapping| mapping.sheet == sheet && asked("header").is_none_or(|header| header == mapping.header));
    let header = asked("header").or(kept.as_ref().map(|mapping| mapping.header));
    let header = header.unwrap_or_else(|| guess::header(import.subject(), &top));
    let mut below = store::rows(&mut ctx.tx, import.id, sheet, header, 20).await?;
    let width = top.iter().chain(&below).map(|(_, row)| row.len()).max().unwrap_or(0);
    let mut heads = top.iter().find(|(line, _)| *line == header).map(|(_, row)| row.clone()).unwrap_or_default();
    heads.resize(width, String::new());
    let examples: Vec<Vec<String>> = below.drain(..).map(|(_, row)| row).collect();
    let saved = store::mappings(&mut ctx.tx, &import.subject).await?;
    let names: Vec<String> = heads.iter().map(|text| guess::head(text)).collect();
    // A saved way to read is taken by itself when its heads are these.
    let fitting = saved.iter().find(|(id, _, columns)| {
        at.query.get("saved") == id.to_string()
            || (kept.is_none()
                && columns.len() == names.len()
                && columns.iter().zip(&names).all(|((head, _), name)| head == name))
    });
    let columns = match (&kept, fitting) {
        (_, Some((_, _, columns))) => {
            let field = |name: &String| columns.iter().find(|(head, _)| head == name).map(|(_, field)| field.clone());
            names.iter().map(|name| field(name).unwrap_or_default()).collect()
        }
        (Some(kept), None) => kept.columns.clone(),
        (None, None) => guess::columns(import.subject(), &heads, &examples),
    };
    let chosen = Mapping { columns, ..kept.unwrap_or_default() };
    let values = (0..width)
        .map(|at| {
            examples.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty()).take(3).cloned().collect()
        })
        .collect();
    let saved = saved.into_iter().map(|(id, name, _)| (id, name)).collect();
    let shown = Columns { import, sheet, header, heads: guess::shown(&heads), values, chosen, saved };
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().imports_columns(), move |t| {
        view_columns(shown, FormState::new(t, refused.as_ref(), MapImport::PATH), t)
    });
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

fn view_columns(shown: Columns, form: FormState, t: &'static Texts) -> AnyView {
    let subject = shown.import.subject();
    let path = url(shown.import.id, "/mapping");
    let sheets = shown.import.sheets();
    let sheet = shown.sheet;
    let sheet_options = (0_i64..).zip(sheets.iter()).map(|(at, name)| {
        view! { <option value=at.to_string() selected=at == sheet>{name.clone()}</option> }
    });
    let choose_sheet = (sheets.len() > 1).then(|| {
        view! {
            <label for="sheet">{t.imports_sheet()}</label>
            <select id="sheet" name="sheet">{sheet_options.collect_view()}</select>
        }
    });
    let saved_options = shown
        .saved
        .iter()
        .map(|(id, name)| view! { <option value=id.to_string()>{name.clone()}</option> })
        .collect_view();
    let choose_saved = (!shown.saved.is_empty()).then(|| {
        view! {
            <label for="saved">{t.imports_saved()}</label>
            <select id="saved" name="saved"><option value="">{t.imports_none()}</option>{saved_options}</select>
        }
    });
    let kind_options =
        Kind::ALL.into_iter().map(|kind| (kind.code().to_owned(), t.kind(kind).to_owned())).collect::<Vec<_>>();
    let mode_options = Mode::ALL
        .into_iter()
        .map(|mode| {
            let text = match mode {
                Mode::Both => t.imports_mode_both(),
                Mode::Create => t.imports_mode_create(),
                Mode::Update => t.imports_mode_update(),
            };
            (mode.code().to_owned(), text.to_owned())
        })
        .collect::<Vec<_>>();
    let rows =
        shown.heads.iter().enumerate().map(|(at, head)| column_row(subject, at, head, &shown, &form, t)).collect_view();
    let labels =
        vec![("columns[0]", t.imports_columns()), ("kind", t.imports_kind()), ("save_as", t.imports_save_as())];
    let changes = matches!(shown.import.state.as_str(), "uploaded" | "previewed");
    view! {
        <header class="page-head">
            <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href="/imports">{t.imports_title()}</a></p>
            <h1>{t.imports_columns()}</h1>
            <p class="subtitle">{shown.import.file_name.clone()}</p>
        </header>
        <form class="form" method="get" action=path>
            {choose_sheet}
            <label for="header-line">{t.imports_header()}</label>
            <input id="header-line" name="header" inputmode="numeric" value=shown.header.to_string() />
            {choose_saved}
            <button class="button">{t.imports_again()}</button>
        </form>
        <form class="form" method="post" action=MapImport::PATH>
            <ErrorSummary form=form.clone() labels=labels />
            <input type="hidden" name="id" value=shown.import.id.to_string() />
            <input type="hidden" name="sheet" value=sheet.to_string() />
            <input type="hidden" name="header" value=shown.header.to_string() />
            <p class="hint">{t.imports_columns_hint()}</p>
            <div class="table-wrap"><table class="list compact">
                <thead><tr><th scope="col">{t.import_column()}</th><th scope="col">{t.imports_examples()}</th>
                    <th scope="col">{t.imports_field()}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            <SelectField form=form.clone() name="mode" label=t.imports_mode() options=mode_options value=shown.chosen.mode.code() />
            <SelectField form=form.clone() name="kind" label=t.imports_kind() options=kind_options value=shown.chosen.kind.clone()
                nothing=t.imports_none() optional=true />
            <TextField form=form name="save_as" label=t.imports_save_as() value="" optional=true />
            {changes.then(|| view! {
                <div class="form-actions"><button class="button primary">{t.imports_preview_button()}</button></div>
            })}
        </form>
    }
    .into_any()
}

fn column_row(
    subject: Subject,
    at: usize,
    head: &str,
    shown: &Columns,
    form: &FormState,
    t: &'static Texts,
) -> AnyView {
    let name = format!("columns[{at}]");
    let stored = shown.chosen.columns.get(at).map_or("", String::as_str);
    let chosen = form.value(&name, stored);
    let problem = form.problem(&name);
    let invalid = problem.is_some().then_some("true");
    let options = subject
        .fields()
        .iter()
        .map(|field| view! { <option value=*field selected=*field == chosen>{subject.label(field, t)}</option> })
        .collect_view();
    let examples = shown.values.get(at).map(|values| values.join(" · ")).unwrap_or_default();
    let examples: String = examples.replace('\u{1}', "#").chars().take(120).collect();
    view! {
        <tr>
            <th scope="row"><label for=name.clone()>{head.to_owned()}</label></th>
            <td data-label=t.imports_examples()>{examples}</td>
            <td>
                {problem.map(|problem| view! { <p class="error">{problem}</p> })}
                <select id=name.clone() name=name aria-invalid=invalid><option value="">{t.imports_leave_out()}</option>{options}</select>
            </td>
        </tr>
    }
    .into_any()
}
