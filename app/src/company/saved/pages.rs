//! `/companies/views`: the saved views that a person can choose, and the form of one.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::api::{CreateView, DeleteView, EditView, StartView};
use super::model::{LONGEST_NAME, Layout, MOST};
use super::store::{self, Tab};
use crate::account::store::managers;
use crate::actor::{Actor, require};
use crate::backend::context::Visit;
use crate::company::columns::Column;
use crate::company::filter::{CompanyFilter, Sort};
use crate::company::list_filters::chips;
use crate::company::{board, list_view};
use crate::error::{Error, Result};
use crate::language::{Language, Texts};
use crate::ui::form::{ErrorSummary, FormId, FormState, TextField};
use crate::ui::icon::Icon;
use crate::ui::query::Query;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/companies/views";
pub const NEW: &str = "/companies/views/new";

type Managers = Vec<(uuid::Uuid, String)>;

/// `/companies/views`
pub async fn list(visit: Visit, _: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_see_board())?;
    let views = store::list(&mut ctx.tx, &ctx.actor).await?;
    let managers = managers(&mut ctx.tx).await?;
    let (actor, language) = (ctx.actor, visit.language);
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().views_title(), move |t| {
        let endpoint = refused.as_ref().map(|post| post.endpoint.clone()).unwrap_or_default();
        let state = FormState::new(t, refused.as_ref(), &endpoint);
        let rows = views.iter().map(|view| row(view, &managers, t, language)).collect_view();
        let starts = views.iter().any(Tab::is_start);
        let body = if views.is_empty() {
            view! { <div class="empty"><h2>{t.views_none()}</h2><p>{t.views_none_next()}</p></div> }.into_any()
        } else {
            view! {
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.views_name()}</th><th scope="col">{t.views_query()}</th>
                        <th scope="col">{t.views_owner()}</th><th scope="col">{t.views_start()}</th>
                        <th scope="col"><span class="visually-hidden">{t.views_edit()}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            }
            .into_any()
        };
        let everything = starts.then(|| {
            view! {
                <form method="post" action=StartView::PATH>
                    <input type="hidden" name="id" value="" />
                    <button class="button">{t.views_start_none()}</button>
                </form>
            }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=list_view::PATH>{t.companies_title()}</a></p>
                <h1>{t.views_title()}</h1>
                <div class="actions">{everything}<a class="button primary" href=NEW><Icon name="plus" />{t.views_save()}</a></div>
                <p class="subtitle">{t.views_intro()}</p>
            </header>
            <ErrorSummary form=state labels=Vec::new() />
            {body}
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

fn row(view: &Tab, managers: &Managers, t: &'static Texts, language: Language) -> AnyView {
    let owner = if view.is_own() { t.views_mine().to_owned() } else { view.owner.clone() };
    let shared = view.is_shared().then(|| view! { <span class="badge info">{t.views_is_shared()}</span> });
    let id = view.id.to_string();
    let start = if view.is_start() {
        view! { <span class="badge good">{t.views_is_start()}</span> }.into_any()
    } else {
        view! {
            <form method="post" action=StartView::PATH>
                <input type="hidden" name="id" value=id />
                <button class="button small quiet" aria-label=t.views_start_this(&view.name)>{t.views_make_start()}</button>
            </form>
        }
        .into_any()
    };
    let edit = view.is_own().then(|| {
        let label = format!("{}{}{}", t.views_edit(), t.form_colon(), view.name);
        view! { <a href=format!("{PATH}/{}", view.id) aria-label=label>{t.views_edit()}</a> }
    });
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=view.url()>{view.name.clone()}</a></th>
            <td>{described(&view.query(), Layout::from_code(&view.layout), managers, t, language)}</td>
            <td data-label=t.views_owner()>{owner}" "{shared}</td>
            <td>{start}</td>
            <td>{edit}</td>
        </tr>
    }
    .into_any()
}

/// A view in words.
fn described(query: &Query, layout: Layout, managers: &Managers, t: &'static Texts, language: Language) -> String {
    let filter = CompanyFilter::from_query(query);
    let path = if layout == Layout::Board { board::PATH } else { list_view::PATH };
    let mut words = vec![if layout == Layout::Board { t.views_board() } else { t.views_table() }.to_owned()];
    words.extend(chips(&filter, path, managers, t, language).into_iter().map(|chip| chip.label));
    if filter.sort != Sort::Name || filter.descending {
        let title = Column::ALL.into_iter().find(|column| column.sort() == Some(filter.sort));
        let title = title.map_or(t.company_name(), |column| column.title(t));
        words.push(if filter.descending { t.views_sorted_down(title) } else { t.views_sorted(title) });
    }
    if let Some(columns) = &filter.columns {
        let titles: Vec<&str> = columns.iter().map(|column| column.title(t)).collect();
        words.push(format!("{}{}{}", t.views_columns(), t.form_colon(), titles.join(t.form_comma())));
    }
    words.join(" · ")
}

/// The query that a form is about: that of the address, without the layout.
fn asked(query: &Query) -> (Query, Layout) {
    (CompanyFilter::from_query(query).saved(), Layout::from_code(query.get("layout")))
}

/// `/companies/views/new`: what the address filters is kept under a name.
pub async fn create(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_see_board())?;
    let managers = managers(&mut ctx.tx).await?;
    let (actor, language) = (ctx.actor, visit.language);
    let refused = visit.refused.clone();
    let (query, layout) = asked(&at.query);
    let page = Page::new(visit.texts().views_new(), move |t| {
        let state = FormState::new(t, refused.as_ref(), CreateView::PATH);
        let said = described(&query, layout, &managers, t, language);
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=list_view::PATH>{t.companies_title()}</a><a href=PATH>{t.views_title()}</a></p>
                <h1>{t.views_new()}</h1>
            </header>
            <form class="form" method="post" action=CreateView::PATH>
                <FormId form=state.clone() />
                {fields(&state, None, &query, layout, said, t)}
                <div class="form-actions">
                    <button class="button primary">{t.views_save()}</button>
                    <a class="button" href=query.url(list_view::PATH)>{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

/// `/companies/views/{id}`: one's own is edited, and takes over what the address filters; another's is looked at.
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_see_board())?;
    let id = at.id()?;
    let tab = store::find(&mut ctx.tx, &ctx.actor, id).await?.ok_or(Error::NotFound)?;
    let managers = managers(&mut ctx.tx).await?;
    let actor: Actor = ctx.actor;
    let language = visit.language;
    let refused = visit.refused.clone();
    // The address says what is to be kept from now on; without a word, what was kept stays.
    let (query, layout) = match at.query.get("layout") {
        "" => (tab.query(), Layout::from_code(&tab.layout)),
        _ => asked(&at.query),
    };
    let page = Page::new(tab.name.clone(), move |t| {
        let state = FormState::new(t, refused.as_ref(), EditView::PATH);
        let said = described(&query, layout, &managers, t, language);
        let body = if tab.is_own() {
            let conflict = matches!(state.error(), Some(Error::Conflict));
            let stored = tab.version.to_string();
            let version = if conflict { stored } else { state.value("version", &stored) };
            view! {
                <form class="form" method="post" action=EditView::PATH>
                    <input type="hidden" name="id" value=tab.id.to_string() />
                    <input type="hidden" name="version" value=version />
                    {fields(&state, Some(&tab), &query, layout, said, t)}
                    <div class="form-actions">
                        <button class="button primary">{t.views_save_changes()}</button>
                        <a class="button" href=tab.url()>{t.form_cancel()}</a>
                    </div>
                </form>
                <section class="panel">
                    <details class="adding">
                        <summary class="button quiet small">{t.views_delete()}</summary>
                        <form class="form" method="post" action=DeleteView::PATH>
                            <input type="hidden" name="id" value=tab.id.to_string() />
                            <p>{if tab.is_shared() { t.views_delete_shared(&tab.name) } else { t.views_delete_asks(&tab.name) }}</p>
                            <div class="form-actions"><button class="button danger primary">{t.views_delete()}</button></div>
                        </form>
                    </details>
                </section>
            }
            .into_any()
        } else {
            view! {
                <dl class="facts">
                    <div><dt>{t.views_query()}</dt><dd>{said}</dd></div>
                    <div><dt>{t.views_owner()}</dt><dd>{tab.owner.clone()}</dd></div>
                </dl>
                <div class="actions">
                    <a class="button primary" href=tab.url()>{t.views_open()}</a>
                    <a class="button" href=query.with("layout", layout.code()).url(NEW)>{t.views_save()}</a>
                </div>
            }
            .into_any()
        };
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=list_view::PATH>{t.companies_title()}</a><a href=PATH>{t.views_title()}</a></p>
                <h1>{tab.name.clone()}</h1>
            </header>
            {body}
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(actor))
}

fn fields(
    state: &FormState,
    tab: Option<&Tab>,
    query: &Query,
    layout: Layout,
    said: String,
    t: &'static Texts,
) -> AnyView {
    let name = tab.map_or("", |tab| tab.name.as_str()).to_owned();
    let check = |name: &'static str, label: &'static str, stored: bool| {
        let stored = if stored { "yes" } else { "" };
        let checked = !state.value(name, stored).is_empty();
        view! {
            <div class="field">
                <label class="choice"><input type="checkbox" id=name name=name value="yes" checked=checked />" "{label}</label>
            </div>
        }
    };
    let hint = t.views_name_hint(LONGEST_NAME, MOST);
    view! {
        <ErrorSummary form=state.clone() labels=vec![("name", t.views_name())] />
        <dl class="facts"><div><dt>{t.views_query()}</dt><dd>{said}</dd></div></dl>
        <input type="hidden" name="query" value=query.url("") />
        <input type="hidden" name="layout" value=layout.code() />
        <TextField form=state.clone() name="name" label=t.views_name() value=name autocomplete="off" />
        <p class="hint">{hint}</p>
        {check("shared", t.views_share(), tab.is_some_and(Tab::is_shared))}
        {check("start", t.views_start_here(), tab.is_some_and(Tab::is_start))}
    }
    .into_any()
}
