//! Two companies side by side, and the merges there were.

use leptos::prelude::*;
use server_fn::ServerFn as _;

use super::super::events::{labels, shown};
use super::super::model::{Company, url};
use super::super::store as companies;
use super::api::{MergeCompanies, UndoMerge};
use super::store;
use super::words::table_text;
use crate::actor::require;
use crate::backend::context::Visit;
use crate::error::{Error, Refusal, Result};
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::form::{ErrorSummary, FormState};
use crate::ui::icon::Icon;
use crate::ui::list::Pager;
use crate::ui::moment::Moment;
use crate::ui::versions::merged;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/companies/merges";
const PAGE: i64 = 50;
/// Fields of which the merged company has any number of entries.
const LISTS: [&str; 7] = ["kinds", "aliases", "websites", "email_domains", "registrations", "areas", "tags"];

/// `/companies/{id}/merge/{other}`: the first one stays.
pub async fn form(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    let (id, other) = (at.id()?, at.uuid("other")?);
    if !ctx.actor.may_see_company(id) {
        return Err(Error::NotFound);
    }
    require(ctx.actor.may_edit_companies())?;
    let winner = companies::find(&mut ctx.tx, id).await?.ok_or(Error::NotFound)?;
    let loser = companies::find(&mut ctx.tx, other).await?.ok_or(Error::NotFound)?;
    if id == other {
        return Err(Error::NotFound);
    }
    if winner.archived.is_some() || loser.archived.is_some() {
        return Err(Error::Refused(Refusal::Archived));
    }
    let counts = store::counts(&mut ctx.tx, other).await?;
    let managers = crate::account::store::managers(&mut ctx.tx).await?;
    let (language, refused) = (visit.language, visit.refused.clone());
    let page = Page::new(visit.texts().duplicate_merge_title(), move |t| {
        let state = FormState::new(t, refused.as_ref(), MergeCompanies::PATH);
        let name = |company: &Company| language.prefer(&company.facts.name_en, &company.facts.name_zh).to_owned();
        let (stays, goes) = (name(&winner), name(&loser));
        let fields = Fields { winner: &winner, loser: &loser, managers: &managers, language };
        let fields = fields.view(t);
        let moves = counts
            .into_iter()
            .map(|(table, count)| view! { <li>{table_text(table, t)}{t.form_colon()}{number(count)}</li> })
            .collect_view();
        let swap = format!("/companies/{other}/merge/{id}");
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href=super::super::duplicate::pages::PATH>{t.duplicate_title()}</a></p>
                <h1>{t.duplicate_merge_title()}</h1>
                <div class="actions"><a class="button" href=swap>{t.duplicate_swap()}</a></div>
                <p class="subtitle">{t.duplicate_merge_explained(stays, goes)}</p>
            </header>
            <form class="form" method="post" action=MergeCompanies::PATH>
                <ErrorSummary form=state labels=labels(t) />
                <input type="hidden" name="winner" value=id.to_string() />
                <input type="hidden" name="loser" value=other.to_string() />
                <input type="hidden" name="winner_version" value=winner.version.to_string() />
                <input type="hidden" name="loser_version" value=loser.version.to_string() />
                {fields}
                <section class="panel"><h2>{t.duplicate_moves()}</h2><ul>{moves}</ul><p class="hint">{t.duplicate_stage_stays()}</p></section>
                <div class="form-actions">
                    <button class="button primary">{t.duplicate_merge_button()}</button>
                    <a class="button quiet" href=url(id)>{t.form_cancel()}</a>
                </div>
            </form>
        }
        .into_any()
    });
    Ok(page.section(Section::Companies).actor(ctx.actor))
}

struct Fields<'a> {
    winner: &'a Company,
    loser: &'a Company,
    managers: &'a [(uuid::Uuid, String)],
    language: Language,
}

impl Fields<'_> {
    fn view(&self, t: &'static Texts) -> AnyView {
        let labels = labels(t);
        let label = |field: &str| labels.iter().find(|(name, _)| *name == field).map_or("", |(_, label)| *label);
        let pairs = self.winner.facts.fields().into_iter().zip(self.loser.facts.fields());
        pairs
            .map(|((field, mine), (_, theirs))| {
                if LISTS.contains(&field) {
                    self.list(field, label(field), &mine, &theirs, t)
                } else {
                    merged(field, label(field), (mine, theirs), |value| self.text(field, value, t), t)
                }
            })
            .collect_view()
            .into_any()
    }

    fn text(&self, field: &str, value: &str, t: &'static Texts) -> String {
        shown(field, value, self.managers, t, self.language)
    }

    /// Any entries of both, all to begin with.
    fn list(&self, field: &'static str, label: &'static str, mine: &str, theirs: &str, t: &'static Texts) -> AnyView {
        let parted = |text: &str| -> Vec<String> {
            if field == "kinds" {
                text.split_whitespace().map(str::to_owned).collect()
            } else {
                text.lines().map(str::to_owned).collect()
            }
        };
        let mut entries = parted(mine);
        let mut others = parted(theirs);
        // The other one's first website is one more.
        if field == "websites" {
            others.insert(0, self.loser.facts.website.clone());
            others.retain(|website| !website.is_empty() && *website != self.winner.facts.website);
        }
        for entry in others {
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        if entries.is_empty() {
            return ().into_any();
        }
        let name = format!("{field}[]");
        let choices = entries
            .into_iter()
            .map(|entry| {
                let text = self.text(field, &entry, t);
                view! { <label class="choice"><input type="checkbox" name=name.clone() value=entry checked=true />" "{text}</label> }
            })
            .collect_view();
        view! {
            <fieldset class="field" id=field tabindex="-1"><legend>{label}</legend><div class="choices">{choices}</div></fieldset>
        }
        .into_any()
    }
}

/// `/companies/merges`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let mut ctx = visit.read().await?;
    require(ctx.actor.may_edit_companies())?;
    let query = at.query;
    let page_number = query.page();
    let (merges, count) = store::list(&mut ctx.tx, PAGE, (page_number - 1) * PAGE).await?;
    let (language, refused) = (visit.language, visit.refused.clone());
    let page = Page::new(visit.texts().duplicate_merges(), move |t| {
        let state = FormState::new(t, refused.as_ref(), UndoMerge::PATH);
        let labels = labels(t);
        let rows = merges
            .into_iter()
            .map(|merge| {
                let winner = language.prefer(&merge.winner_en, &merge.winner_zh).to_owned();
                let loser = language.prefer(&merge.loser_en, &merge.loser_zh).to_owned();
                let kept: Vec<&str> = merge
                    .kept
                    .split_whitespace()
                    .filter_map(|field| labels.iter().find(|(name, _)| *name == field).map(|(_, label)| *label))
                    .collect();
                let kept = (!kept.is_empty())
                    .then(|| view! { <span class="second whole">{t.duplicate_kept()}{t.form_colon()}{kept.join(" · ")}</span> });
                let named = |name: &String| crate::privacy::model::shown_name(name, t);
                let (by, undone_by) = (named(&merge.by_name), merge.undone_name.as_ref().map(named));
                let end = match merge.undone_at {
                    Some(at) => view! { {t.duplicate_undone()}" · "{undone_by}" · "<Moment at=Timestamp(at) language=language />{kept} }.into_any(),
                    None if merge.blocked == 0 => view! {
                        <form method="post" action=UndoMerge::PATH>
                            <input type="hidden" name="id" value=merge.id.to_string() />
                            <button class="button small">{t.duplicate_undo()}<span class="visually-hidden">" "{loser.clone()}</span></button>
                        </form>
                    }
                    .into_any(),
                    None => t.duplicate_merged_on().into_any(),
                };
                view! {
                    <tr>
                        <td>{loser}</td>
                        <td data-label=t.duplicate_stays()><a href=url(merge.winner_id)>{winner}</a></td>
                        <td>{by}" · "<Moment at=Timestamp(merge.merged_at) language=language /></td>
                        <td class="num" data-label=t.duplicate_merged_rows()>{merge.moved}</td>
                        <td>{end}</td>
                    </tr>
                }
            })
            .collect_view();
        let none = (count == 0)
            .then(|| view! { <div class="empty"><Icon name="building" /><h2>{t.duplicate_no_merges()}</h2></div> });
        view! {
            <header class="page-head">
                <p class="crumbs"><a href="/companies">{t.companies_title()}</a><a href=super::super::duplicate::pages::PATH>{t.duplicate_title()}</a></p>
                <h1>{t.duplicate_merges()}</h1>
            </header>
            <ErrorSummary form=state labels=Vec::new() />
            {none}
            {(count > 0).then(|| view! {
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
    Ok(page.section(Section::Companies).actor(ctx.actor))
}
