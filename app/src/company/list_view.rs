//! The list of companies.

use leptos::prelude::*;

use super::api::{self, CompanyList, PAGE};
use super::bulk::pages as bulk;
use super::columns::Column;
use super::filter::{CompanyFilter, Sort};
use super::list_filters::{Around, chips, filters};
use super::model::{Kind, Stage, TermKind, Tier, kinds_from, url};
use super::saved::store::Tab;
use super::stalled::model::stalled_badge;
use super::store::{CompanyLine, MOST, Terms};
use crate::actor::{Actor, CompanyScope};
use crate::backend::context::Visit;
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::icon::Icon;
use crate::ui::list::{Chips, Pager, SortHead, no_rows};
use crate::ui::moment::Moment;
use crate::ui::query::Query;
use crate::web::page::{At, Page, Section};

pub const PATH: &str = "/companies";

impl Texts {
    pub fn kind(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Manufacturer => self.kind_manufacturer(),
            Kind::Agent => self.kind_agent(),
            Kind::MedicalInstitution => self.kind_medical_institution(),
            Kind::Insurer => self.kind_insurer(),
            Kind::Pharmacy => self.kind_pharmacy(),
            Kind::Cluster => self.kind_cluster(),
            Kind::Investor => self.kind_investor(),
            Kind::Research => self.kind_research(),
            Kind::Cro => self.kind_cro(),
            Kind::Authority => self.kind_authority(),
            Kind::ZoneAdministration => self.kind_zone_administration(),
        }
    }

    pub fn stage(&self, stage: Stage) -> &'static str {
        match stage {
            Stage::Target => self.stage_target(),
            Stage::Contacted => self.stage_contacted(),
            Stage::InTalks => self.stage_in_talks(),
            Stage::Partner => self.stage_partner(),
            Stage::Dormant => self.stage_dormant(),
            Stage::Ended => self.stage_ended(),
        }
    }

    pub fn tier(&self, tier: Tier) -> &'static str {
        match tier {
            Tier::Strategic => self.register_strategic(),
            Tier::Key => self.register_key(),
            Tier::General => self.register_general(),
        }
    }
}

pub fn stage_badge(stage: Stage, t: &'static Texts) -> AnyView {
    let class = match stage {
        Stage::Target | Stage::Dormant | Stage::Ended => "badge neutral",
        Stage::Contacted => "badge info",
        Stage::InTalks => "badge attention",
        Stage::Partner => "badge good",
    };
    view! { <span class=class>{t.stage(stage)}</span> }.into_any()
}

/// Kinds in words, with the separator of the language.
pub fn kinds_text(kinds: &[Kind], t: &'static Texts) -> String {
    kinds.iter().map(|kind| t.kind(*kind)).collect::<Vec<_>>().join(t.form_comma())
}

/// `/companies`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = CompanyFilter::from_query(&at.query);
    let (actor, read) = api::list_companies(&visit, &filter).await?;
    // Asked for without a word, the register opens as this person wants it to.
    if at.query == Query::default()
        && let Some(view) = read.get(4).map(|tabs| Tab::start(tabs)).transpose()?.flatten()
    {
        return Ok(Page::onward(view));
    }
    let language = visit.language;
    let refused = visit.refused.clone();
    let page = Page::remembered(&visit, visit.texts().companies_title(), actor, read, |actor, read| {
        let list = CompanyList::new(actor, filter, read)?;
        let actor = actor.clone();
        Ok(move |t| {
            let bar = (list.filter.selects && actor.may_edit_companies())
                .then(|| bulk::bar(&list.filter, &list.page.managers, list.page.count, refused.as_ref(), t));
            draw(&list, &actor, bar.map(|bar| (bar, bulk::chosen(refused.as_ref()))), t, language)
        })
    })?;
    Ok(page.section(Section::Companies))
}

fn draw(
    found: &CompanyList,
    actor: &Actor,
    bar: Option<(AnyView, Vec<String>)>,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let filter = &found.filter;
    let query = filter.query();
    let file = filter.saved();
    let export = actor.may_export_companies().then(|| {
        let (url, sheet) = (file.url("/companies.csv"), file.url("/companies.xlsx"));
        view! {
            <a class="button quiet" href=url download="companies.csv"><Icon name="download" />{t.list_export()}</a>
            <a class="button quiet" href=sheet download="companies.xlsx"><Icon name="download" />{t.imports_export_xlsx()}</a>
        }
    });
    let duplicates = actor.may_edit_companies().then(|| {
        view! { <a class="button" href=super::duplicate::pages::PATH>{t.duplicate_title()}</a> }
    });
    let add = actor.may_edit_companies().then(|| {
        view! {
            <a class="button quiet" href="/imports"><Icon name="upload" />{t.imports_title()}</a>
            <a class="button primary" href="/companies/new"><Icon name="plus" />{t.companies_add()}</a>
        }
    });
    let own = matches!(found.scope, CompanyScope::Own(_));
    let all = found.scope == CompanyScope::All;
    let more = found.page.count > MOST;
    let count = if more { t.large_companies(number(MOST)) } else { t.companies_count(number(found.page.count)) };
    let around = Around { path: PATH, layout: "table", filter, tabs: &found.page.tabs, actor, t };
    let clear = around.everything();
    let mut chips = chips(filter, PATH, &found.page.managers, t, language);
    // Without a word the register may open with another view.
    chips.iter_mut().filter(|chip| chip.without == PATH).for_each(|chip| chip.without.clone_from(&clear));
    let filtered = !chips.is_empty();
    let body = if found.page.companies.is_empty() {
        let clear = clear.clone();
        no_rows(found.page.count, view! {
                <div class="empty">
                    <h2>{if filtered { t.companies_none_found() } else { t.companies_none() }}</h2>
                    <p>{if filtered { t.companies_none_found_next() } else { t.companies_none_next() }}</p>
                    {filtered.then(|| view! { <div class="actions"><a class="button" href=clear>{t.list_clear_all()}</a></div> })}
                </div>
            }
            .into_any())
    } else {
        table(found, bar.as_ref().map(|(_, chosen)| chosen.as_slice()), t, language)
    };
    let tabs = all.then(|| around.tabs());
    let tools = all.then(|| around.tools(found.page.count > 0));
    let body = match bar {
        Some((bar, _)) => bulk::around(bar, body),
        None => body,
    };
    view! {
        <header class="page-head">
            <h1>{t.companies_title()}</h1>
            <div class="actions">{duplicates}{export}{add}</div>
            {tabs}
        </header>
        {(!own).then(|| filters(filter, PATH, &found.page.countries, &found.page.managers, all, t, language))}
        <Chips chips=chips clear=clear texts=t />
        <div class="list-tools">
            <p class="count" role="status">{count}</p>
            {tools}
        </div>
        {body}
        <Pager page=filter.page size=PAGE count=found.page.count.min(MOST) more=more path=PATH query=query texts=t />
    }
    .into_any()
}

/// The table itself; with a box before each name where rows are chosen, and those that were chosen already.
fn table(found: &CompanyList, chosen: Option<&[String]>, t: &'static Texts, language: Language) -> AnyView {
    let filter = &found.filter;
    let columns: &[Column] = if found.scope == CompanyScope::Names { &Column::NAMES } else { filter.columns() };
    let terms = &found.page.terms;
    let rows = found.page.companies.iter().map(|line| row(line, columns, terms, chosen, t, language)).collect_view();
    let query = filter.query();
    let (sorted, down) = (filter.sort.code(), filter.descending);
    let head = |sort: Sort, label: &'static str, class: &'static str| {
        let query = query.clone();
        view! {
            <SortHead label=label column=sort.code() sorted=sorted descending=down path=PATH query=query class=class />
        }
    };
    let heads = columns
        .iter()
        .map(|column| match column.sort() {
            Some(sort) => head(sort, column.title(t), if *column == Column::Products { "num" } else { "" }).into_any(),
            None => view! { <th scope="col">{column.title(t)}</th> }.into_any(),
        })
        .collect_view();
    // More columns than fit are scrolled, which a head that stays in sight would hinder.
    let wide = columns.len().gt(&7);
    view! {
        <div class=if wide { "table-wrap brief wide" } else { "table-wrap brief" }>
            <table class="list">
                <thead><tr>
                    {chosen.map(|_| view! { <th scope="col"><span class="visually-hidden">{t.bulk_choose()}</span></th> })}
                    {head(Sort::Name, t.company_name(), "")}
                    {heads}
                </tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

/// A company's names: the reader's language's first, then the others.
pub fn names(line: &CompanyLine, language: Language) -> (String, Option<String>) {
    let first = language.prefer(&line.name_en, &line.name_zh).to_owned();
    let other = match language {
        Language::En => [&line.name_zh, &line.name_local],
        Language::Zh => [&line.name_en, &line.name_local],
    };
    let second: Vec<&str> = other.into_iter().map(String::as_str).filter(|n| !n.is_empty() && *n != first).collect();
    let second = (!second.is_empty()).then(|| second.join(" · "));
    (first, second)
}

fn row(
    line: &CompanyLine,
    columns: &[Column],
    terms: &Terms,
    chosen: Option<&[String]>,
    t: &'static Texts,
    language: Language,
) -> impl IntoView + use<> {
    let (first, second) = names(line, language);
    let second = second.map(|name| view! { <span class="second">{name}</span> });
    let cells = columns.iter().map(|column| cell(*column, line, terms, t, language)).collect_view();
    let choose = chosen.map(|chosen| {
        let (label, id) = (t.bulk_choose_this(&first), line.id.to_string());
        let checked = chosen.contains(&id);
        view! {
            <td class="choose"><input type="checkbox" name="ids[]" value=id checked=checked aria-label=label /></td>
        }
    });
    view! {
        <tr>
            {choose}
            <th scope="row"><a class="row-link" href=url(line.id)>{first}</a>{second}</th>
            {cells}
        </tr>
    }
}

fn cell(column: Column, line: &CompanyLine, terms: &Terms, t: &'static Texts, language: Language) -> AnyView {
    let of = |wanted: TermKind| {
        let all = terms.get(&line.id).into_iter().flatten().filter(|(kind, _)| *kind == wanted);
        all.map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(t.form_comma())
    };
    let day = |label: &'static str, at: i64| {
        let day = (at > 0).then(|| view! { <Moment at=Timestamp(at) language=language day_only=true /> });
        view! { <td class="date" data-label=label>{day}</td> }.into_any()
    };
    let label = column.title(t);
    match column {
        Column::Kinds => view! { <td class="spare">{kinds_text(&kinds_from(&line.kinds), t)}</td> }.into_any(),
        Column::Country => {
            view! { <td>{line.country.as_deref().map(|code| country::name(code, language))}</td> }.into_any()
        }
        Column::City => view! { <td>{line.city.clone()}</td> }.into_any(),
        Column::Stage => {
            let stage = Stage::from_code(&line.stage).map(|stage| stage_badge(stage, t));
            view! { <td class="status">{stage}{stalled_badge(line.stalled_at, t)}</td> }.into_any()
        }
        Column::StageSince => day(label, line.stage_since),
        Column::Tier => {
            view! { <td data-label=label>{Tier::from_code(&line.tier).map(|tier| t.tier(tier))}</td> }.into_any()
        }
        Column::Manager => view! { <td data-label=label>{line.manager.clone()}</td> }.into_any(),
        Column::Areas => view! { <td data-label=label>{of(TermKind::Area)}</td> }.into_any(),
        Column::Tags => view! { <td data-label=label>{of(TermKind::Tag)}</td> }.into_any(),
        Column::Products => view! { <td class="num" data-label=label>{number(line.products)}</td> }.into_any(),
        Column::Contact => day(label, line.contact_at),
        Column::Changed => view! {
            <td class="date" data-label=label>
                <Moment at=Timestamp(line.changed_at) language=language day_only=true />
            </td>
        }
        .into_any(),
    }
}
