//! Two people side by side, and the merges there were.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::duplicate::{Alike, Reason};
use super::super::events::{labels, shown};
use super::super::list_view;
use super::super::model::{Person, url};
use super::super::store as people;
use super::api::{MergePeople, SetApart, UndoPeople};
use super::store;
use crate::actor::require;
use crate::backend::context::Visit;
use crate::error::{Error, Refusal, Result};
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{CheckField, ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::list::Pager;
use crate::ui::moment::Moment;
use crate::ui::versions::merged;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/people/merges";
const PAGE: i64 = 50;

fn reason_text(reason: Reason, t: &'static Texts) -> &'static str {
    match reason {
        Reason::Company => t.twin_reason_company(),
        Reason::Number => t.twin_reason_number(),
        Reason::Address => t.twin_reason_address(),
    }
}

fn rows(alike: &[Alike], person: Option<&Person>, t: &'static Texts, language: Language) -> AnyView {
    let row = |alike: &Alike| {
        let name = language.prefer(&alike.name, &alike.name_zh).to_owned();
        // On a page that holds what was typed, links lead elsewhere.
        let link = match person {
            Some(_) => view! { <a href=url(alike.id)>{name.clone()}</a> }.into_any(),
            None => view! {
                <a href=url(alike.id) target="_blank" rel="noopener">{name.clone()}<span class="visually-hidden">" "{t.duplicate_new_tab()}</span></a>
            }
            .into_any(),
        };
        let forms = person.filter(|_| alike.reason != Reason::Address).map(|person| {
            let merge = format!("/people/{}/merge/{}", person.id, alike.id);
            view! {
                <td class="removal"><div class="actions">
                    <a class="button small" href=merge>{t.duplicate_merge()}<span class="visually-hidden">" "{name.clone()}</span></a>
                    <form method="post" action=SetApart::PATH>
                        <input type="hidden" name="id" value=person.id.to_string() />
                        <input type="hidden" name="other" value=alike.id.to_string() />
                        <button class="button quiet small">{t.twin_apart()}<span class="visually-hidden">" "{name.clone()}</span></button>
                    </form>
                </div></td>
            }
        });
        let email = alike.email.clone();
        view! {
            <tr>
                <th scope="row">{link}<span class="second">{email}</span></th>
                <td>{reason_text(alike.reason, t)}</td>
                {forms}
            </tr>
        }
    };
    let rows = alike.iter().map(row).collect_view();
    view! { <div class="documents records"><table><tbody>{rows}</tbody></table></div> }.into_any()
}

/// In the form of a new person, after it was refused: who may be the same, and the words by which they are added anyway.
pub fn asked(alike: &[Alike], form: &FormState, t: &'static Texts, language: Language) -> Option<AnyView> {
    if alike.is_empty() {
        return None;
    }
    let asked = view! {
        <section class="notice attention" aria-labelledby="alike">
            <Icon name="alert-triangle" />
            <h2 id="alike">{t.twin_asked()}</h2>
            <p>{t.twin_asked_explained()}</p>
            {rows(alike, None, t, language)}
            <CheckField form=form.clone() name="not_duplicate" label=t.twin_is_another() />
        </section>
    };
    Some(asked.into_any())
}

/// On somebody's page: who may be the same.
pub fn panel(person: &Person, alike: &[Alike], t: &'static Texts, language: Language) -> Option<AnyView> {
    if alike.is_empty() {
        return None;
    }
    let panel = view! {
        <section class="panel" id="alike">
            <h2>{t.twin_panel()}</h2>
            {rows(alike, Some(person), t, language)}
        </section>
    };
    Some(panel.into_any())
}

/// `/people/{id}/merge/{other}`: the first one stays.
pub async fn form(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    let (id, other) = (at.id()?, at.uuid("other")?);
    require(ctx.actor.may_edit_people())?;
    let winner = people::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let loser = people::find(&mut ctx.tx, other).await?.ok_or(Error::NotFound)?;
    if id == other {
        return Err(Error::NotFound);
    }
    if winner.archived_at.is_some() || loser.archived_at.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let held = people::positions_of(&mut ctx.tx, other, &ctx.actor.people()?, &ctx.now.iso_day()).await?;
    let (language, refused) = (visit.language, visit.refused.clone());
    let page = Page::new(visit.texts().twin_merge_title(), move |t| {
        let state = FormState::new(t, refused.as_ref(), MergePeople::PATH);
        let name = |person: &Person| person.details.called(language).to_owned();
        let (stays, goes) = (name(&winner), name(&loser));
        let labels = labels(t);
        let fields = winner
            .details
            .fields()
            .into_iter()
            .zip(loser.details.fields())
            .map(|((field, mine), (_, theirs))| {
                let label = labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
                let text = |value: &str| if value.is_empty() { String::new() } else { shown(field, value, t) };
                merged(field, label, (mine, theirs), text, t)
            })
            .collect_view();
        let moves = held
            .iter()
            .map(|held| view! { <li>{language.prefer(&held.company_en, &held.company_zh).to_owned()}</li> })
            .collect_view();
        let moves = (!held.is_empty())
            .then(|| view! { <section class="panel"><h2>{t.twin_moves()}</h2><ul>{moves}</ul></section> });
        let swap = format!("/people/{other}/merge/{id}");
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=list_view::PATH>{t.person_people()}</a><a href=url(id)>{stays.clone()}</a></p>
                <h1>{t.twin_merge_title()}</h1>
                <div class="actions"><a class="button" href=swap>{t.duplicate_swap()}</a></div>
                <p class="subtitle">{t.duplicate_merge_explained(stays, goes)}</p>
            </header>
            <form class="form" method="post" action=MergePeople::PATH>
                <ErrorSummary form=state labels=labels />
                <input type="hidden" name="winner" value=id.to_string() />
                <input type="hidden" name="loser" value=other.to_string() />
                <input type="hidden" name="winner_version" value=winner.version.to_string() />
                <input type="hidden" name="loser_version" value=loser.version.to_string() />
                {fields}
                {moves}
                <div class="form-actions">
                    <button class="button primary">{t.duplicate_merge_button()}</button>
                    <a class="button quiet" href=url(id)>{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    });
    Ok(page.section(Section::People).actor(ctx.actor))
}

/// `/people/merges`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_people())?;
    let query = at.query;
    let page_number = query.page();
    let (merges, count) = store::list(&mut ctx.tx, PAGE, (page_number - 1) * PAGE).await?;
    let (language, refused) = (visit.language, visit.refused.clone());
    let page = Page::new(visit.texts().twin_merges(), move |t| {
        let state = FormState::new(t, refused.as_ref(), UndoPeople::PATH);
        let rows = merges.into_iter().map(|merge| row(merge, t, language)).collect_view();
        let none = (count == 0)
            .then(|| view! { <div class="empty"><Icon name="contact" /><h2>{t.duplicate_no_merges()}</h2></div> });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=list_view::PATH>{t.person_people()}</a></p>
                <h1>{t.twin_merges()}</h1>
            </header>
            <ErrorSummary form=state labels=Vec::new() />
            {none}
            {(count > 0).then(|| view! {
                <p class="count" role="status">{t.twin_count(number(count))}</p>
                <div class="table-wrap"><table class="list">
                    <thead><tr>
                        <th scope="col">{t.duplicate_goes()}</th><th scope="col">{t.duplicate_stays()}</th>
                        <th scope="col">{t.duplicate_merged_by()}</th><th scope="col" class="num">{t.duplicate_merged_rows()}</th>
                        <th scope="col"><span class="visually-hidden">{t.duplicate_undo()}</span></th>
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table></div>
            })}
            <Pager page=page_number size=PAGE count=count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::People).actor(ctx.actor))
}

fn row(merge: store::MergeLine, t: &'static Texts, language: Language) -> AnyView {
    let labels = labels(t);
    let called = |name: &str, name_zh: &str| crate::privacy::model::shown_name(language.prefer(name, name_zh), t);
    let winner = called(&merge.winner_name, &merge.winner_zh);
    let loser = called(&merge.loser_name, &merge.loser_zh);
    let kept: Vec<&str> = merge
        .kept
        .split_whitespace()
        .filter_map(|field| labels.iter().find(|(name, _)| *name == field).map(|(_, label)| *label))
        .collect();
    let kept = (!kept.is_empty())
        .then(|| view! { <span class="second whole">{t.duplicate_kept()}{t.form_colon()}{kept.join(" · ")}</span> });
    let undone_by = merge.undone_name.as_ref().map(|name| crate::privacy::model::shown_name(name, t));
    let end = match merge.undone_at {
        Some(at) => view! { {t.duplicate_undone()}" · "{undone_by}" · "<Moment at=Timestamp(at) language=language />{kept} }
            .into_any(),
        None if merge.blocked == 0 => view! {
            <form method="post" action=UndoPeople::PATH>
                <input type="hidden" name="id" value=merge.id.to_string() />
                <button class="button small">{t.duplicate_undo()}<span class="visually-hidden">" "{loser.clone()}</span></button>
            </form>
        }
        .into_any(),
        None => t.duplicate_merged_on().into_any(),
    };
    let by = crate::privacy::model::shown_name(&merge.by_name, t);
    view! {
        <tr>
            <td>{loser}</td>
            <td data-label=t.duplicate_stays()><a href=url(merge.winner_person)>{winner}</a></td>
            <td>{by}" · "<Moment at=Timestamp(merge.merged_at) language=language /></td>
            <td class="num" data-label=t.duplicate_merged_rows()>{merge.moved}</td>
            <td>{end}</td>
        </tr>
    }
    .into_any()
}
