//! The list of companies.

use std::collections::HashSet;

use leptos::prelude::*;

use super::api::{self, CompanyList, PAGE};
use super::filter::{CompanyFilter, Sort};
use super::model::{Kind, Stage, Tier, kinds_from, url};
use super::store::CompanyLine;
use crate::actor::CompanyScope;
use crate::backend::context::Visit;
use crate::country;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::Timestamp;
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, SortHead};
use crate::ui::moment::Moment;
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
    let language = visit.language;
    let page = Page::remembered(&visit, visit.texts().companies_title(), actor, read, |actor, read| {
        let list = CompanyList::new(actor, filter, read)?;
        let (may_export, may_edit) = (actor.may_export_companies(), actor.may_edit_companies());
        Ok(move |t| draw(&list, may_export, may_edit, t, language))
    })?;
    Ok(page.section(Section::Companies))
}

fn draw(found: &CompanyList, may_export: bool, may_edit: bool, t: &'static Texts, language: Language) -> AnyView {
    let names_only = found.scope == CompanyScope::Names;
    let filter = &found.filter;
    let query = filter.query();
    let export = may_export.then(|| {
            let url = query.with("page", "").url("/companies.csv");
            view! { <a class="button quiet" href=url download="companies.csv"><Icon name="download" />{t.list_export()}</a> }
        });
    let duplicates = may_edit.then(|| {
        view! { <a class="button" href=super::duplicate::pages::PATH>{t.duplicate_title()}</a> }
    });
    let add = may_edit.then(|| {
        view! { <a class="button primary" href="/companies/new"><Icon name="plus" />{t.companies_add()}</a> }
    });
    let chips = chips(filter, &found.page.managers, t, language);
    let filtered = !chips.is_empty();
    let sorted = filter.sort.code();
    let down = filter.descending;
    let own = matches!(found.scope, CompanyScope::Own(_));
    let all = found.scope == CompanyScope::All;
    let body = if found.page.companies.is_empty() {
        view! {
                <div class="empty">
                    <h2>{if filtered { t.companies_none_found() } else { t.companies_none() }}</h2>
                    <p>{if filtered { t.companies_none_found_next() } else { t.companies_none_next() }}</p>
                    {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
                </div>
            }
            .into_any()
    } else {
        let rows = found.page.companies.iter().map(|line| row(line, names_only, t, language)).collect_view();
        let head = |sort: Sort, label: &'static str, class: &'static str| {
            let query = query.clone();
            view! {
                <SortHead label=label column=sort.code() sorted=sorted descending=down path=PATH query=query class=class />
            }
        };
        view! {
            <div class="table-wrap">
                <table class="list">
                    <thead><tr>
                        {head(Sort::Name, t.company_name(), "")}
                        <th scope="col">{t.company_kinds()}</th>
                        {head(Sort::Country, t.company_country(), "")}
                        {(!names_only).then(|| view! {
                            {head(Sort::Stage, t.company_stage(), "")}
                            {head(Sort::Manager, t.company_manager(), "")}
                            {head(Sort::Products, t.company_products(), "num")}
                            {head(Sort::Changed, t.company_changed(), "")}
                        })}
                    </tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <header class="page-head">
            <h1>{t.companies_title()}</h1>
            <div class="actions">{duplicates}{export}{add}</div>
        </header>
        {(!own).then(|| filters(filter, &found.page.countries, &found.page.managers, all, t, language))}
        <Chips chips=chips clear=PATH texts=t />
        <p class="count" role="status">{t.companies_count(number(found.page.count))}</p>
        {body}
        <Pager page=filter.page size=PAGE count=found.page.count path=PATH query=query texts=t />
    }
    .into_any()
}

fn row(line: &CompanyLine, names_only: bool, t: &'static Texts, language: Language) -> impl IntoView + use<> {
    let first = language.prefer(&line.name_en, &line.name_zh).to_owned();
    let other = match language {
        Language::En => [&line.name_zh, &line.name_local],
        Language::Zh => [&line.name_en, &line.name_local],
    };
    let second: Vec<&str> = other.into_iter().map(String::as_str).filter(|n| !n.is_empty() && *n != first).collect();
    let second =
        (!second.is_empty()).then(|| second.join(" · ")).map(|name| view! { <span class="second">{name}</span> });
    let kinds = kinds_text(&kinds_from(&line.kinds), t);
    let country = line.country.as_deref().map(|code| country::name(code, language));
    let more = (!names_only).then(|| {
        let stage = Stage::from_code(&line.stage).map(|stage| stage_badge(stage, t));
        view! {
            <td class="status">{stage}</td>
            <td data-label=t.company_manager()>{line.manager.clone()}</td>
            <td class="num" data-label=t.company_products()>{number(line.products)}</td>
            <td class="date" data-label=t.company_changed()>
                <Moment at=Timestamp(line.changed_at) language=language day_only=true />
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=url(line.id)>{first}</a>{second}</th>
            <td>{kinds}</td>
            <td>{country}</td>
            {more}
        </tr>
    }
}

fn filters(
    filter: &CompanyFilter,
    countries: &[String],
    managers: &[(uuid::Uuid, String)],
    all: bool,
    t: &'static Texts,
    language: Language,
) -> AnyView {
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.code().to_owned(), t.kind(kind).to_owned())).collect::<Vec<_>>();
    let stages =
        Stage::ALL.into_iter().map(|stage| (stage.code().to_owned(), t.stage(stage).to_owned())).collect::<Vec<_>>();
    let present: HashSet<&str> = countries.iter().map(String::as_str).collect();
    let countries = country::sorted(language)
        .iter()
        .filter(|country| present.contains(country.code))
        .map(|country| (country.code.to_owned(), country.name(language).to_owned()))
        .collect::<Vec<_>>();
    let managers = managers.iter().map(|(id, name)| (id.to_string(), name.clone())).collect::<Vec<_>>();
    let sort = filter.query().get("sort").to_owned();
    let tiers = Tier::ALL.into_iter().map(|tier| (tier.code().to_owned(), t.tier(tier).to_owned())).collect::<Vec<_>>();
    let more = all.then(|| {
        view! {
            <FilterSelect name="stage" label=t.company_stage() any=t.companies_any_stage() options=stages
                chosen=filter.stage.map_or("", Stage::code).to_owned() />
            <FilterSelect name="manager" label=t.company_manager() any=t.companies_any_manager() options=managers
                chosen=filter.manager.map(|id| id.to_string()).unwrap_or_default() />
            <FilterSelect name="tier" label=t.register_tier() any=t.register_any_tier() options=tiers
                chosen=filter.tier.map_or("", Tier::code).to_owned() />
            <FilterSelect name="archived" label=t.register_archived() any=t.register_not_archived()
                options=vec![("yes".to_owned(), t.register_archived_only().to_owned())]
                chosen=if filter.archived { "yes".to_owned() } else { String::new() } />
        }
    });
    // Chosen elsewhere, they stay.
    let kept = [("area", &filter.area), ("tag", &filter.tag)]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value.clone() /> })
        .collect_view();
    view! {
        <form class="filters" method="get" action=PATH>
            <input type="search" name="q" aria-label=t.companies_search() placeholder=t.companies_search()
                value=filter.search.clone() />
            <FilterSelect name="kind" label=t.company_kinds() any=t.companies_any_kind() options=kinds
                chosen=filter.kind.map_or("", Kind::code).to_owned() />
            <FilterSelect name="country" label=t.company_country() any=t.companies_any_country() options=countries
                chosen=filter.country.unwrap_or_default().to_owned() />
            {more}
            {kept}
            {(!sort.is_empty()).then(|| view! { <input type="hidden" name="sort" value=sort /> })}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(
    filter: &CompanyFilter,
    managers: &[(uuid::Uuid, String)],
    t: &'static Texts,
    language: Language,
) -> Vec<Chip> {
    let query = filter.query().with("page", "");
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| {
        let label = format!("{label}{}{value}", t.form_colon());
        chips.push(Chip { label, without: query.with(name, "").url(PATH) });
    };
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(kind) = filter.kind {
        chip("kind", t.company_kinds(), t.kind(kind));
    }
    if let Some(code) = filter.country {
        chip("country", t.company_country(), &country::name(code, language));
    }
    if let Some(stage) = filter.stage {
        chip("stage", t.company_stage(), t.stage(stage));
    }
    if let Some(manager) = filter.manager {
        let name = managers.iter().find(|(id, _)| *id == manager).map_or("?", |(_, name)| name);
        chip("manager", t.company_manager(), name);
    }
    if let Some(tier) = filter.tier {
        chip("tier", t.register_tier(), t.tier(tier));
    }
    if !filter.area.is_empty() {
        chip("area", t.register_areas(), &filter.area);
    }
    if !filter.tag.is_empty() {
        chip("tag", t.register_tags(), &filter.tag);
    }
    if filter.archived {
        chip("archived", t.register_archived(), t.register_archived_only());
    }
    chips
}
