//! The pages of an import: the form, and the result.

use leptos::prelude::*;

use super::import::Report;
use super::islands::ImportWatch;
use super::model::url;
use super::upload::{self, PATH, Run};
use crate::actor::require;
use crate::backend::context::Visit;
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::privacy::model::shown_name;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::moment::Moment;
use crate::web::page::{At, Page, Section};

fn state_badge(state: &str, t: &'static Texts) -> AnyView {
    let (class, text) = match state {
        "running" => ("badge info", t.import_state_running()),
        "done" => ("badge good", t.import_state_done()),
        "interrupted" => ("badge danger", t.import_state_interrupted()),
        _ => ("badge danger", t.import_state_refused()),
    };
    view! { <span class=class>{text}</span> }.into_any()
}

fn starter(run: &Run, t: &'static Texts) -> String {
    run.started_by.as_deref().map_or_else(|| t.journal_origin_command().to_owned(), |name| shown_name(name, t))
}

/// `/products/import`
pub async fn form(visit: Visit, _: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_import_products())?;
    let runs = upload::latest(&mut ctx.tx).await?;
    let refused = visit.refused.clone();
    let language = visit.language;
    let page = Page::new(visit.texts().import_title(), move |t| {
        let form = FormState::new(t, refused.as_ref(), PATH);
        let rows = runs
            .iter()
            .map(|run| {
                let report = run.report();
                view! {
                    <tr>
                        <th scope="row"><a class="row-link" href=format!("/products/imports/{}", run.id)>{run.file_name.clone()}</a></th>
                        <td class="status">{state_badge(&run.state, t)}</td>
                        <td class="num" data-label=t.import_created()>{number_of(report.products_created)}</td>
                        <td class="num" data-label=t.import_updated()>{number_of(report.products_updated)}</td>
                        <td>{starter(run, t)}</td>
                        <td class="date"><Moment at=Timestamp(run.started_at) language=language /></td>
                    </tr>
                }
            })
            .collect_view();
        let earlier = (!runs.is_empty()).then(|| view! {
            <section class="panel">
                <h2>{t.import_earlier()}</h2>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.import_file()}</th><th scope="col">{t.import_state()}</th>
                        <th scope="col" class="num">{t.import_created()}</th><th scope="col" class="num">{t.import_updated()}</th>
                        <th scope="col">{t.import_by()}</th><th scope="col">{t.import_when()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/products">{t.products_title()}</a></p>
                <h1>{t.import_title()}</h1>
            </header>
            <form class="form" method="post" action=PATH enctype="multipart/form-data">
                <ErrorSummary form=form labels=vec![("file", t.import_file())] />
                <p>{t.import_explained()}</p>
                <div class="field">
                    <label for="file">{t.import_file()}</label>
                    <p class="hint" id="file-hint">{t.import_file_hint()}</p>
                    <input type="file" id="file" name="file" required accept=".csv,.xlsx,text/csv" aria-describedby="file-hint" />
                </div>
                <div class="form-actions">
                    <button class="button primary"><Icon name="upload" />{t.import_button()}</button>
                    <a class="button quiet" href="/products">{t.form_cancel()}</a>
                </div>
            </form>
            {earlier}
        }
        .into_any()
    });
    Ok(page.section(Section::Products).actor(ctx.actor))
}

/// `/products/imports/{id}`
pub async fn result(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_import_products())?;
    let run = upload::find(&mut ctx.tx, at.id()?).await?.ok_or(Error::NotFound)?;
    let language = visit.language;
    let running = run.state == "running";
    let title = visit.texts().import_of(&run.file_name);
    let heading = title.clone();
    let mut page = Page::new(title, move |t| {
        let body = match run.state.as_str() {
            "running" => view! {
                <ImportWatch id=run.id.to_string() label=run.file_name.clone() />
                <p class="hint">{t.import_reloads()}</p>
            }
            .into_any(),
            "done" => report(&run.report(), t, language),
            _ => view! {
                <div class="notice danger"><Icon name="alert-triangle" /><p>{t.import_interrupted_explained()}</p></div>
                <p><a class="button" href=PATH>{t.import_again()}</a></p>
            }
            .into_any(),
        };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/products">{t.products_title()}</a><a href=PATH>{t.import_title()}</a></p>
                <h1>{heading}</h1>
                <div class="actions"><a class="button primary" href="/products?sort=-changed">{t.import_see_products()}</a></div>
                <p class="subtitle">{starter(&run, t)}" · "<Moment at=Timestamp(run.started_at) language=language /></p>
                {state_badge(&run.state, t)}
            </header>
            {body}
        }
        .into_any()
    });
    page.refresh = running.then_some(2);
    Ok(page.section(Section::Products).actor(ctx.actor))
}

fn number_of(count: usize) -> String {
    number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// What an import did: created, updated, unchanged, skipped, rejected with line and reason.
fn report(report: &Report, t: &'static Texts, _: Language) -> AnyView {
    let line = |label: &'static str, count: usize| {
        view! { <tr><th scope="row">{label}</th><td class="num">{number_of(count)}</td></tr> }
    };
    let reason = |code: &str| match code {
        "unknown_category" => t.reject_unknown_category(),
        "missing_number" => t.reject_missing_number(),
        "duplicate_number" => t.reject_duplicate_number(),
        "missing_name" => t.reject_missing_name(),
        "unknown_status" => t.reject_unknown_status(),
        "bad_flag" => t.reject_bad_flag(),
        "bad_date" => t.reject_bad_date(),
        _ => t.reject_bad_address(),
    };
    let rejected = (!report.rejected.is_empty()).then(|| {
        let rows = report
            .rejected
            .iter()
            .map(|row| {
                view! {
                    <tr>
                        <td class="num" data-label=t.import_line()>{row.line}</td>
                        <td>{row.column.clone()}</td>
                        <td>{row.value.clone()}</td>
                        <td>{reason(&row.reason)}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <section class="panel">
                <h2>{t.import_rejected_rows()}</h2>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col" class="num">{t.import_line()}</th><th scope="col">{t.import_column()}</th>
                        <th scope="col">{t.import_value()}</th><th scope="col">{t.import_reason()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
    });
    let without = (!report.without_company.is_empty()).then(|| {
        let rows = report
            .without_company
            .iter()
            .map(|row| {
                view! {
                    <tr>
                        <th scope="row"><a class="row-link" href=url(row.product)>{row.name.clone()}</a></th>
                        <td>{row.number.clone()}</td>
                        <td class="num" data-label=t.import_line()>{row.line}</td>
                    </tr>
                }
            })
            .collect_view();
        view! {
            <section class="panel">
                <h2>{t.import_without_company()}</h2>
                <div class="table-wrap"><table class="list compact">
                    <thead><tr>
                        <th scope="col">{t.product_name()}</th><th scope="col">{t.approval_number()}</th>
                        <th scope="col" class="num">{t.import_line()}</th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            </section>
        }
    });
    view! {
        <table class="report">
            <tbody>
                {line(t.import_created(), report.products_created)}
                {line(t.import_updated(), report.products_updated)}
                {line(t.import_unchanged(), report.products_unchanged)}
                {line(t.import_skipped(), report.skipped)}
                {line(t.import_rejected(), report.rejected.len())}
            </tbody>
            <tfoot>{line(t.import_rows(), report.rows)}</tfoot>
        </table>
        <p>{t.import_companies_created(number_of(report.companies_created))}</p>
        {rejected}
        {without}
    }
    .into_any()
}
