//! The list of imports, the form for a file, and the choice of what its columns are.

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::MapImport;
use super::dates::Seen;
use super::model::{DateOrder, Import, Mapping, Mode, Outcome, Subject, url};
use super::{guess, store, upload};
use crate::actor::require;
use crate::backend::context::Visit;
use crate::company::model::Kind;
use crate::error::{Error, Problem, Result};
use crate::language::Texts;
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FileField, FormState, REFUSED, SelectField, TextField};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

/// What is asked for in place of saved columns by who wants none.
const NO_SAVED: &str = "none";
/// Imports on a page of the list.
const PAGE: i64 = 50;

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
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let number = at.query.page();
    // One more than is shown tells whether there is a next page.
    let mut imports = store::latest(&mut ctx.tx, PAGE + 1, (number - 1) * PAGE).await?;
    let more = imports.len() as i64 > PAGE;
    imports.truncate(PAGE as usize);
    let language = visit.language;
    let page = Page::new(visit.texts().imports_title(), move |t| {
        let none = imports
            .is_empty()
            .then(|| view! { <div class="empty"><h2>{t.imports_none_yet()}</h2><p>{t.imports_none_next()}</p></div> });
        let rows = imports
            .into_iter()
            .map(|import| {
                let numbers = Outcome::ALL
                    .into_iter()
                    .map(|outcome| {
                        let count = crate::language::number(import.count(outcome));
                        view! { <td class="num" data-label=outcome.text(t)>{count}</td> }
                    })
                    .collect_view();
                let starter = import.starter.as_deref().map(|name| shown_name(name, t));
                view! {
                    <tr>
                        <th scope="row"><a class="row-link" href=import.url()>{import.file_name.clone()}</a></th>
                        <td data-label=t.imports_subject()>{import.subject().text(t)}</td>
                        <td class="status">{state_badge(&import.state, t)}</td>
                        {numbers}
                        <td>{starter}</td>
                        <td class="date"><Moment at=Timestamp(import.started_at) language=language /></td>
                    </tr>
                }
            })
            .collect_view();
        let link = |page: i64| format!("/imports?page={page}");
        let before = (number > 1)
            .then(|| view! { <a rel="prev" href=link(number - 1)><Icon name="chevron-left" />{t.list_previous()}</a> });
        let after = more
            .then(|| view! { <a rel="next" href=link(number + 1)>{t.list_next()}<Icon name="chevron-right" /></a> });
        let pager =
            (number > 1 || more).then(|| view! { <nav class="pager" aria-label=t.list_pages()>{before}{after}</nav> });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a></p>
                <h1>{t.imports_title()}</h1>
                <div class="actions"><a class="button primary" href=upload::PATH><Icon name="upload" />{t.imports_new()}</a></div>
            </header>
            {none}
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.import_file()}</th><th scope="col">{t.imports_subject()}</th>
                    <th scope="col">{t.import_state()}</th>
                    <th scope="col" class="num">{t.imports_create()}</th><th scope="col" class="num">{t.imports_update()}</th>
                    <th scope="col" class="num">{t.imports_unchanged()}</th><th scope="col" class="num">{t.imports_reject()}</th>
                    <th scope="col">{t.import_by()}</th><th scope="col">{t.import_when()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            {pager}
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

/// `/imports/new`; `what` in the address says what is in the file.
pub async fn form(visit: Visit, at: At) -> Result<Page> {
    let ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let refused = visit.refused.clone();
    let asked = at.query.get("what").to_owned();
    let page = Page::new(visit.texts().imports_new(), move |t| {
        let form = FormState::new(t, refused.as_ref(), upload::PATH);
        let options = [Subject::Companies, Subject::People]
            .into_iter()
            .map(|subject| (subject.code().to_owned(), subject.text(t).to_owned()))
            .collect::<Vec<_>>();
        let what = Subject::from_code(&asked).unwrap_or(Subject::Companies);
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href="/imports">{t.imports_title()}</a></p>
                <h1>{t.imports_new()}</h1>
            </header>
            <form class="form" method="post" action=upload::PATH enctype="multipart/form-data">
                <ErrorSummary form=form.clone() labels=vec![("file", t.import_file())] />
                <SelectField form=form.clone() name="what" label=t.imports_subject() options=options value=what.code() />
                <FileField form=form label=t.import_file() hint=t.imports_file_hint() accept=".csv,.xlsx,.txt,text/csv" />
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
    /// Which of them these are.
    taken: Option<Uuid>,
}

impl Columns {
    fn subject(&self) -> Subject {
        self.import.subject()
    }

    fn field(&self, at: usize) -> &str {
        self.chosen.columns.get(at).map_or("", String::as_str)
    }
}

/// `/imports/{id}/mapping`; `sheet`, `header` and `saved` in the address say what to begin with.
pub async fn mapping(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let import = store::find(&mut ctx.tx, at.id()?).await?.ok_or(Error::NotFound)?;
    let before = import.mapping();
    let asked = |name: &str| at.query.get(name).parse::<i64>().ok().filter(|number| (0..=2_000_000).contains(number));
    let sheet = asked("sheet").or(before.as_ref().map(|mapping| mapping.sheet)).unwrap_or(0);
    // The line of another sheet's head says nothing of this one's.
    let same = ["", sheet.to_string().as_str()].contains(&at.query.get("of"));
    let asked = |name: &str| asked(name).filter(|_| same);
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
    // A saved way to read is taken by itself when its heads are these, unless somebody wants none.
    let wanted = match at.query.get("saved") {
        // Of another sheet nobody has seen what would be taken.
        NO_SAVED if !same => "",
        wanted => wanted,
    };
    let is_of = |columns: &[(String, String)]| columns.iter().map(|(head, _)| head).eq(&names);
    let fitting = saved
        .iter()
        .find(|(id, _, columns)| wanted == id.to_string() || (kept.is_none() && wanted.is_empty() && is_of(columns)));
    let columns = match (&kept, fitting) {
        (_, Some((_, _, columns))) => guess::saved(columns, &names),
        (Some(kept), None) => kept.columns.clone(),
        (None, None) => guess::columns(import.subject(), &heads, &examples),
    };
    let is_taken = |saved: &[(String, String)]| is_of(saved) && saved.iter().map(|(_, field)| field).eq(&columns);
    let taken = fitting.or_else(|| saved.iter().find(|(_, _, saved)| is_taken(saved))).map(|(id, ..)| *id);
    let chosen = Mapping { columns, ..kept.unwrap_or_default() };
    let values = (0..width)
        .map(|at| {
            examples.iter().filter_map(|row| row.get(at)).filter(|cell| !cell.is_empty()).take(3).cloned().collect()
        })
        .collect();
    let saved = saved.into_iter().map(|(id, name, _)| (id, name)).collect();
    let shown = Columns { import, sheet, header, heads: guess::shown(&heads), values, chosen, saved, taken };
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
        .map(|(id, name)| {
            view! { <option value=id.to_string() selected=shown.taken == Some(*id)>{name.clone()}</option> }
        })
        .collect_view();
    let choose_saved = (!shown.saved.is_empty()).then(|| {
        view! {
            <label for="saved">{t.imports_saved()}</label>
            <select id="saved" name="saved"><option value=NO_SAVED>{t.imports_none()}</option>{saved_options}</select>
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
    let companies = subject == Subject::Companies;
    let changes = matches!(shown.import.state.as_str(), "uploaded" | "previewed") && shown.import.emptied_at.is_none();
    view! {
        <header class="page-head">
            <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href="/imports">{t.imports_title()}</a></p>
            <h1>{t.imports_columns()}</h1>
            <p class="subtitle">{shown.import.file_name.clone()}</p>
        </header>
        <form class="form" method="get" action=path>
            <input type="hidden" name="of" value=sheet.to_string() />
            {choose_sheet}
            <label for="header-line">{t.imports_header()}</label>
            <input id="header-line" name="header" inputmode="numeric" value=shown.header.to_string() />
            {choose_saved}
            <button class="button">{t.imports_again()}</button>
        </form>
        <form class="form" method="post" action=MapImport::PATH>
            {problems(&shown.heads, &form, t)}
            <input type="hidden" name="id" value=shown.import.id.to_string() />
            <input type="hidden" name="sheet" value=sheet.to_string() />
            <input type="hidden" name="header" value=shown.header.to_string() />
            <p class="hint">{if companies { t.imports_columns_hint() } else { t.imports_columns_hint_people() }}</p>
            {(shown.import.merged > 0).then(|| view! {
                <div class="notice attention"><Icon name="alert-triangle" /><p>{t.imports_merged(shown.import.merged)}</p></div>
            })}
            <div class="table-wrap"><table class="list compact">
                <thead><tr><th scope="col">{t.import_column()}</th><th scope="col">{t.imports_examples()}</th>
                    <th scope="col">{t.imports_field()}</th></tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
            <SelectField form=form.clone() name="mode" label=t.imports_mode() options=mode_options value=shown.chosen.mode.code() />
            {companies.then(|| view! {
                <SelectField form=form.clone() name="kind" label=t.imports_kind() options=kind_options
                    value=shown.chosen.kind.clone() nothing=t.imports_none() optional=true />
            })}
            <TextField form=form name="save_as" label=t.imports_save_as() value="" optional=true />
            {changes.then(|| view! {
                <div class="form-actions"><button class="button primary">{t.imports_preview_button()}</button></div>
            })}
        </form>
    }
    .into_any()
}

/// The summary of what is wrong: fields are called by the heads of their columns.
fn problems(heads: &[String], form: &FormState, t: &'static Texts) -> Option<AnyView> {
    let Some(Error::Invalid(errors)) = form.error() else { return None };
    let links = errors
        .0
        .iter()
        .map(|(field, problem)| {
            let at = field.split_once('[').and_then(|(_, at)| at.strip_suffix(']')?.parse::<usize>().ok());
            let label = match (at.and_then(|at| heads.get(at)), field.as_str()) {
                // That no column tells the rows apart is about all of them.
                (_, "columns[0]") if *problem == Problem::NoKeyColumn => t.imports_columns(),
                (Some(head), _) => head,
                (None, "kind") => t.imports_kind(),
                (None, _) => t.imports_save_as(),
            };
            let text = format!("{label}{}{}", t.form_colon(), t.problem(problem));
            view! { <li><a href=format!("#{field}")>{text}</a></li> }
        })
        .collect_view();
    let head = t.error_invalid();
    Some(
        view! { <div class="error-summary" id=REFUSED role="alert" tabindex="-1"><h2>{head}</h2><ul>{links}</ul></div> }
            .into_any(),
    )
}

/// The question which number of 03/04/2025 is the day, where the first values could be either or it was asked.
fn order_field(at: usize, shown: &Columns, form: &FormState, t: &'static Texts) -> Option<AnyView> {
    let name = format!("orders[{at}]");
    let problem = form.problem(&name);
    let said = shown.chosen.orders.get(at).copied().unwrap_or_default();
    let mut seen = Seen::default();
    shown.values.get(at).into_iter().flatten().for_each(|value| seen.cell(value));
    if problem.is_none() && !(shown.subject().is_day(shown.field(at)) && seen.ambiguous) {
        return None;
    }
    let chosen = form.value(&name, said.code());
    let options = [
        (DateOrder::Unknown, t.imports_order_unknown()),
        (DateOrder::DayFirst, t.imports_order_day()),
        (DateOrder::MonthFirst, t.imports_order_month()),
    ]
    .map(|(order, text)| view! { <option value=order.code() selected=order.code() == chosen>{text}</option> });
    let invalid = problem.is_some().then_some("true");
    let label = t.imports_order();
    let view = view! {
        <label for=name.clone()>{label}</label>
        {problem.map(|problem| view! { <p class="error">{problem}</p> })}
        <select id=name.clone() name=name aria-invalid=invalid>{options.into_iter().collect_view()}</select>
    };
    Some(view.into_any())
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
    let examples: Vec<String> = shown.values.get(at).into_iter().flatten().map(|cell| guess::readable(cell)).collect();
    let examples: String = examples.join(" · ").chars().take(120).collect();
    view! {
        <tr>
            <th scope="row"><label for=name.clone()>{head.to_owned()}</label></th>
            <td data-label=t.imports_examples()>{examples}</td>
            <td>
                {problem.map(|problem| view! { <p class="error">{problem}</p> })}
                <select id=name.clone() name=name aria-invalid=invalid><option value="">{t.imports_leave_out()}</option>{options}</select>
                {order_field(at, shown, form, t)}
            </td>
        </tr>
    }
    .into_any()
}
