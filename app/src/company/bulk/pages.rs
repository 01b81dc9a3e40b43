//! How many companies are changed at once: the bar above the list in which they are chosen, and `/companies/bulk/{id}`, which
//! shows what will be changed, and afterwards what was.

use std::sync::Arc;

use leptos::prelude::*;
use server_fn::ServerFn as _;
use uuid::Uuid;

use super::api::{ApplyBulkEdit, PrepareBulkEdit, UndoBulkEdit};
use super::model::{Change, MOST, Outcome};
use super::store::{self, BulkEdit, Row};
use crate::account::store::manager_names;
use crate::actor::{Actor, require};
use crate::backend::context::Visit;
use crate::backend::refused::RefusedPost;
use crate::company::archive_view::in_line;
use crate::company::filter::CompanyFilter;
use crate::company::list_view;
use crate::company::model::{Stage, Tier};
use crate::company::ties::{self, Ties};
use crate::company::{events, model};
use crate::error::{Error, Result};
use crate::language::{Language, Texts, number};
use crate::notification;
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState, TextField};
use crate::ui::icon::Icon;
use crate::ui::list::beyond;
use crate::ui::moment::Moment;
use crate::ui::query::Query;
use crate::web::page::{At, Page, Section};

/// Rows on a page.
const PAGE: i64 = 100;

/// Where a bulk edit is seen.
pub fn url(id: Uuid) -> String {
    format!("/companies/bulk/{id}")
}

/// Whether this person may undo it.
pub fn may_undo(edit: &BulkEdit, actor: &Actor) -> bool {
    actor.may_edit_companies() && (edit.account_id == actor.id || actor.may_administer())
}

/// The companies that were chosen before the form was refused.
pub fn chosen(refused: Option<&Arc<RefusedPost>>) -> Vec<String> {
    let post = refused.filter(|post| post.endpoint == PrepareBulkEdit::PATH);
    post.map(|post| post.values("ids[]").map(str::to_owned).collect()).unwrap_or_default()
}

/// What is changed of the companies that are chosen below.
pub fn bar(
    filter: &CompanyFilter,
    managers: &[(Uuid, String)],
    count: i64,
    refused: Option<&Arc<RefusedPost>>,
    t: &'static Texts,
) -> AnyView {
    let state = FormState::new(t, refused, PrepareBulkEdit::PATH);
    let change = state.value("change", "");
    let options = |of: Vec<(Change, String)>| {
        of.into_iter()
            .map(|(what, text)| {
                let code = what.code();
                let selected = code == change;
                view! { <option value=code selected=selected>{text}</option> }
            })
            .collect_view()
    };
    let plain = |code: &'static str, text: &'static str| {
        let selected = code == change;
        view! { <option value=code selected=selected>{text}</option> }
    };
    let tiers = [None].into_iter().chain(Tier::ALL.map(Some));
    let tiers =
        tiers.map(|tier| (Change::Tier(tier), tier.map_or(t.register_no_tier(), |tier| t.tier(tier)).to_owned()));
    let stages = Stage::ALL.into_iter().map(|stage| (Change::Stage(stage), t.stage(stage).to_owned()));
    let nobody = (Change::Manager(None), t.company_no_manager().to_owned());
    let people = managers.iter().map(|(id, name)| (Change::Manager(Some(*id)), name.clone()));
    let tiers = options(tiers.collect());
    let stages = options(stages.collect());
    let people = options(std::iter::once(nobody).chain(people).collect());
    let problem = state.problem("change");
    let labels = vec![
        ("change", t.bulk_change()),
        ("tags", t.register_tags()),
        ("reason", t.register_reason()),
        ("ids", t.companies_title()),
    ];
    let all = match count {
        // More are not counted.
        count if count > MOST => t.bulk_first(number(MOST)),
        count => t.bulk_all(number(count)),
    };
    let every = !state.value("all", "").is_empty();
    view! {
        <section class="bulk-bar" aria-label=t.bulk_title()>
            <ErrorSummary form=state.clone() labels=labels />
            <p class="hint">{t.bulk_intro()}</p>
            <input type="hidden" name="query" value=filter.saved().url("") />
            <div class="bulk-fields">
                <div class=if problem.is_none() { "field" } else { "field invalid" }>
                    <label for="change">{t.bulk_change()}</label>
                    <p class="error" id="change-error" hidden=problem.is_none()><Icon name="alert-triangle" /><span>{problem.clone()}</span></p>
                    <select id="change" name="change" aria-describedby="change-error" aria-invalid=problem.is_some().then_some("true")>
                        <option value="">{t.register_choose()}</option>
                        <optgroup label=t.register_tier()>{tiers}</optgroup>
                        <optgroup label=t.register_tags()>
                            {plain("add_tag:", t.bulk_add_tag())}{plain("remove_tag:", t.bulk_remove_tag())}
                        </optgroup>
                        <optgroup label=t.company_stage()>{stages}</optgroup>
                        <optgroup label=t.company_manager()>{people}</optgroup>
                        <optgroup label=t.register_archived()>{plain("archive:", t.register_archive())}</optgroup>
                    </select>
                </div>
                <TextField form=state.clone() name="tags" label=t.bulk_tag() value="" autocomplete="off" optional=true />
                <TextField form=state name="reason" label=t.register_reason() hint=t.bulk_reason_hint() value="" optional=true />
            </div>
            <p><label class="choice"><input type="checkbox" name="all" value="yes" checked=every />" "{all}</label></p>
            <div class="actions">
                <button class="button primary">{t.bulk_preview()}</button>
                <a class="button" href=filter.query().with("select", "").url(list_view::PATH)>{t.form_cancel()}</a>
            </div>
        </section>
    }
    .into_any()
}

/// What is said at the list in which nothing was chosen.
pub fn none_chosen(refused: Option<&Arc<RefusedPost>>, t: &'static Texts) -> Option<AnyView> {
    let problem = FormState::new(t, refused, PrepareBulkEdit::PATH).problem("ids")?;
    let said = view! {
        <div class="field"><p class="error" id="ids-error"><Icon name="alert-triangle" /><span>{problem}</span></p></div>
    };
    Some(said.into_any())
}

/// The list's table within the form that says what is changed.
pub fn around(bar: AnyView, problem: Option<AnyView>, table: AnyView) -> AnyView {
    view! {
        <form class="bulk" method="post" action=PrepareBulkEdit::PATH>
            {bar}
            <div id="ids" tabindex="-1">{problem}{table}</div>
        </form>
    }
    .into_any()
}

/// `/companies/bulk/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_see_board())?;
    let me = ctx.actor.id;
    let edit = store::find(&mut ctx.tx, at.id()?).await?;
    // What was only shown is for who asked for it.
    let edit = edit.filter(|edit| edit.account_id == me || !edit.is_previewed()).ok_or(Error::NotFound)?;
    let change = edit.change().ok_or(Error::NotFound)?;
    notification::seen(&visit, &mut ctx.tx, &mut ctx.actor, edit.id).await?;
    let outcomes = store::outcomes(&mut ctx.tx, edit.id).await?;
    let number_of_page = at.query.page();
    let rows = store::rows(&mut ctx.tx, edit.id, PAGE, (number_of_page - 1) * PAGE).await?;
    // What binds those that cannot be archived, as it is now.
    let tied: Vec<Uuid> =
        rows.iter().filter(|row| row.outcome == Outcome::Tied.code()).map(|row| row.company_id).collect();
    let tied = ties::hinders_archiving(&mut ctx.tx, &tied, ctx.now).await?;
    let managers = manager_names(&mut ctx.tx).await?;
    let (actor, language) = (ctx.actor, visit.language);
    let who = actor.clone();
    let refused = visit.refused.clone();
    let page = Page::new(visit.texts().bulk_title(), move |t| {
        let said = change.said(&managers, t);
        let total: i64 = outcomes.iter().map(|(_, count)| count).sum();
        let counts = outcomes
            .iter()
            .map(|(outcome, count)| view! { <li><span class=outcome.class()>{outcome.text(t)}</span>" "{number(*count)}</li> })
            .collect_view();
        let endpoint = refused.as_ref().map(|post| post.endpoint.clone()).unwrap_or_default();
        let state = FormState::new(t, refused.as_ref(), &endpoint);
        let lines =
            rows.iter().map(|row| line(row, &change, tied.get(&row.company_id), &managers, t, language)).collect_view();
        let cut =
            (edit.found > total).then(|| view! { <p class="hint">{t.bulk_cut(number(total), number(edit.found))}</p> });
        let reason = (!edit.reason.is_empty()).then(|| {
            view! { <div><dt>{t.register_reason()}</dt><dd class="lines">{edit.reason.clone()}</dd></div> }
        });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=list_view::PATH>{t.companies_title()}</a></p>
                <h1>{said}</h1>
                <p class="subtitle">{standing(&edit, t, language)}</p>
            </header>
            <ErrorSummary form=state labels=Vec::new() />
            <dl class="facts">{reason}</dl>
            {cut}
            <ul class="outcomes" aria-label=t.bulk_outcomes()>{counts}</ul>
            {step(&edit, &outcomes, &actor, t)}
            <div class="table-wrap"><table class="list">
                <thead><tr>
                    <th scope="col">{t.company_name()}</th><th scope="col">{t.journal_before()}</th>
                    <th scope="col">{t.journal_after()}</th><th scope="col">{t.bulk_outcome()}</th>
                </tr></thead>
                <tbody>{lines}</tbody>
            </table></div>
            <BulkPager edit=edit.id page=number_of_page count=total texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(who))
}

#[component]
fn BulkPager(edit: Uuid, page: i64, count: i64, texts: &'static Texts) -> impl IntoView {
    let pages = (count + PAGE - 1) / PAGE;
    let link = move |page: i64| {
        let mut query = Query::default();
        query.set("page", &page.to_string());
        query.url(&url(edit))
    };
    let after_last = beyond(page, PAGE, count, &link, texts);
    if after_last.is_some() {
        return after_last;
    }
    (pages > 1).then(move || {
        let before = (page > 1).then(|| link(page - 1));
        let after = (page < pages).then(|| link(page + 1));
        view! {
            <nav class="pager" aria-label=texts.list_pages()>
                {before.map(|url| view! { <a rel="prev" href=url><Icon name="chevron-left" />{texts.list_previous()}</a> })}
                <span>{format!("{page} / {pages}")}</span>
                {after.map(|url| view! { <a rel="next" href=url>{texts.list_next()}<Icon name="chevron-right" /></a> })}
            </nav>
        }
        .into_any()
    })
}

/// How far it is, and by whom.
fn standing(edit: &BulkEdit, t: &'static Texts, language: Language) -> AnyView {
    let by = crate::privacy::model::shown_name(&edit.by, t);
    let (text, at) = match (edit.undone_at, edit.applied_at) {
        (Some(at), _) => (t.bulk_was_undone(&by), Some(at)),
        (None, Some(at)) => (t.bulk_was_applied(&by), Some(at)),
        (None, None) => (t.bulk_not_yet().to_owned(), None),
    };
    view! { {text}{at.map(|at| view! { " "<Moment at=Timestamp(at) language=language /> })} }.into_any()
}

/// What can be done now.
fn step(edit: &BulkEdit, outcomes: &[(Outcome, i64)], actor: &Actor, t: &'static Texts) -> AnyView {
    let of = |wanted: Outcome| outcomes.iter().find(|(outcome, _)| *outcome == wanted).map_or(0, |(_, count)| *count);
    let back = edit.query.clone();
    let back =
        if back.is_empty() { format!("{}?view=all", list_view::PATH) } else { format!("{}{back}", list_view::PATH) };
    let id = edit.id.to_string();
    let (ready, applied) = (of(Outcome::Ready), of(Outcome::Applied));
    let form = if edit.is_previewed() && ready > 0 && actor.may_edit_companies() {
        let form = view! {
            <form method="post" action=ApplyBulkEdit::PATH>
                <input type="hidden" name="id" value=id />
                <button class="button primary">{t.bulk_apply(number(ready))}</button>
            </form>
        };
        Some(form.into_any())
    } else if edit.is_applied() && applied > 0 && may_undo(edit, actor) {
        let form = view! {
            <form method="post" action=UndoBulkEdit::PATH>
                <input type="hidden" name="id" value=id />
                <button class="button">{t.bulk_undo()}</button>
            </form>
        };
        Some(form.into_any())
    } else {
        None
    };
    let nothing = (edit.is_previewed() && ready == 0).then(|| view! { <p>{t.bulk_nothing()}</p> });
    let undo = (edit.is_applied() && applied > 0).then(|| view! { <p class="hint">{t.bulk_undo_hint()}</p> });
    view! { {nothing}{undo}<div class="actions">{form}<a class="button" href=back>{t.bulk_back()}</a></div> }.into_any()
}

fn line(
    row: &Row,
    change: &Change,
    tied: Option<&Ties>,
    managers: &[(Uuid, String)],
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let outcome = Outcome::from_code(&row.outcome).unwrap_or(Outcome::Changed);
    let shown = |value: &str| match (change, value) {
        (Change::Archive, "") => t.register_not_archived().to_owned(),
        (Change::Archive, _) => t.register_archive().to_owned(),
        (_, "") => t.bulk_empty().to_owned(),
        (Change::AddTag(_) | Change::RemoveTag(_), tags) => tags.lines().collect::<Vec<_>>().join(t.form_comma()),
        (_, value) => events::shown(change.field(), value, managers, t, language),
    };
    let name = language.prefer(&row.name_en, &row.name_zh).to_owned();
    // What cannot be changed stays.
    let after =
        matches!(outcome, Outcome::Ready | Outcome::Applied | Outcome::Undone | Outcome::Kept | Outcome::Changed);
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=model::url(row.company_id)>{name}</a></th>
            <td data-label=t.journal_before()>{shown(&row.before)}</td>
            <td data-label=t.journal_after()>{after.then(|| shown(&row.after))}</td>
            <td class="status"><span class=outcome.class()>{outcome.text(t)}</span>
                {tied.map(|ties| view! { <span class="second whole">{in_line(ties, t)}</span> })}</td>
        </tr>
    }
    .into_any()
}
