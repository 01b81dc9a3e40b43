//! The catalogue and a product's page.

use leptos::prelude::*;

use super::api::{self, PAGE};
use super::filter::{Holder, ProductFilter, Sort};
use super::model::{Approval, Category, Designation, Status, url};
use super::store::ProductLine;
use crate::access;
use crate::agreement::links;
use crate::backend::context::Visit;
use crate::company;
use crate::error::Result;
use crate::language::{Language, Texts, number};
use crate::time::{Timestamp, date};
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, Chips, FilterSelect, Pager, SortHead, no_rows};
use crate::ui::moment::{Moment, Timeline};
use crate::ui::query::encode;
use crate::web::page::{At, Page, Section};

const PATH: &str = "/products";

impl Texts {
    pub fn category(&self, category: Category) -> &'static str {
        match category {
            Category::Drug => self.category_drug(),
            Category::Biologic => self.category_biologic(),
            Category::CellTherapy => self.category_cell_therapy(),
            Category::Device => self.category_device(),
            Category::Ivd => self.category_ivd(),
            Category::Fsmp => self.category_fsmp(),
        }
    }

    pub fn status(&self, status: Status) -> &'static str {
        match status {
            Status::Authorised => self.status_authorised(),
            Status::Withdrawn => self.status_withdrawn(),
            Status::ApplicationWithdrawn => self.status_application_withdrawn(),
            Status::Refused => self.status_refused(),
            Status::Opinion => self.status_opinion(),
            Status::OpinionUnderReexamination => self.status_opinion_under_reexamination(),
            Status::Lapsed => self.status_lapsed(),
            Status::Expired => self.status_expired(),
            Status::Revoked => self.status_revoked(),
            Status::Suspended => self.status_suspended(),
            Status::WithdrawnFromRollingReview => self.status_withdrawn_from_rolling_review(),
        }
    }

    pub fn designation(&self, designation: Designation) -> &'static str {
        match designation {
            Designation::AcceleratedAssessment => self.designation_accelerated_assessment(),
            Designation::AdditionalMonitoring => self.designation_additional_monitoring(),
            Designation::AdvancedTherapy => self.designation_advanced_therapy(),
            Designation::Biosimilar => self.designation_biosimilar(),
            Designation::Conditional => self.designation_conditional(),
            Designation::ExceptionalCircumstances => self.designation_exceptional_circumstances(),
            Designation::GenericOrHybrid => self.designation_generic_or_hybrid(),
            Designation::Orphan => self.designation_orphan(),
            Designation::Prime => self.designation_prime(),
        }
    }
}

fn status_badge(agency: &str, status: Status, t: &'static Texts) -> AnyView {
    let class = match status {
        Status::Authorised => "badge good",
        Status::Opinion | Status::OpinionUnderReexamination => "badge info",
        Status::Refused | Status::Revoked | Status::Suspended => "badge danger",
        _ => "badge neutral",
    };
    view! { <span class=class>{format!("{agency}{}{}", t.form_colon(), t.status(status))}</span> }.into_any()
}

/// Several values that the Agency publishes with ";" between, as one reads them.
fn list_text(values: &str) -> String {
    values.split(';').map(str::trim).collect::<Vec<_>>().join("; ")
}

/// Products as a table, without the list around it.
#[component]
pub fn ProductTable(
    products: Vec<ProductLine>,
    texts: &'static Texts,
    language: Language,
    with_company: bool,
    /// Heads that sort; plain ones where the table is part of another page.
    linked: Vec<AnyView>,
) -> impl IntoView {
    let t = texts;
    let head = if linked.is_empty() {
        view! {
            <th scope="col">{t.product_name()}</th>
            <th scope="col">{t.product_generic_name()}</th>
            {with_company.then(|| view! { <th scope="col">{t.product_company()}</th> })}
            <th scope="col">{t.product_atc()}</th>
            <th scope="col">{t.product_approvals()}</th>
        }
        .into_any()
    } else {
        linked.into_iter().collect_view().into_any()
    };
    let rows = products
        .into_iter()
        .map(|line| {
            let first = language.prefer(&line.name_en, &line.name_zh).to_owned();
            let other = match language {
                Language::En => line.name_zh.clone(),
                Language::Zh => line.name_en.clone(),
            };
            let second = (!other.is_empty() && other != first).then(|| view! { <span class="second">{other}</span> });
            let badges =
                line.statuses().into_iter().map(|(agency, status)| status_badge(agency, status, t)).collect_view();
            let company = with_company.then(|| {
                let name = line.company_en.as_deref().zip(line.company_zh.as_deref());
                let name = name.map(|(en, zh)| language.prefer(en, zh).to_owned());
                view! { <td>{name}</td> }
            });
            view! {
                <tr>
                    <th scope="row"><a class="row-link" href=url(line.id)>{first}</a>{second}</th>
                    <td>{list_text(&line.generic_name)}</td>
                    {company}
                    <td data-label=t.product_atc()>{line.atc.clone()}</td>
                    <td class="status">{badges}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <div class="table-wrap">
            <table class="list"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
}

/// `/products`
pub async fn list(visit: Visit, at: At) -> Result<Page> {
    let filter = ProductFilter::from_query(&at.query);
    let found = api::list_products(&visit, &filter).await?;
    let language = visit.language;
    let actor = found.actor.clone();
    let page = Page::new(visit.texts().products_title(), move |t| {
        let query = filter.query();
        let export = found.actor.may_export_products().then(|| {
            let url = query.with("page", "").url("/products.csv");
            view! { <a class="button quiet" href=url download="products.csv"><Icon name="download" />{t.list_export()}</a> }
        });
        let import = found.actor.may_import_products().then(|| {
            view! { <a class="button primary" href="/products/import"><Icon name="upload" />{t.import_title()}</a> }
        });
        let company = found.company.as_ref().map(|(en, zh)| language.prefer(en, zh).to_owned());
        let chips = chips(&filter, company, t);
        let filtered = !chips.is_empty();
        let importer = found.actor.may_import_products();
        let body = if found.products.is_empty() {
            let next = match (filtered, importer) {
                (true, _) => t.products_none_found_next(),
                (false, true) => t.products_none_next_import(),
                (false, false) => t.products_none_next(),
            };
            no_rows(found.count, view! {
                <div class="empty">
                    <h2>{if filtered { t.products_none_found() } else { t.products_none() }}</h2>
                    <p>{next}</p>
                    {filtered.then(|| view! { <div class="actions"><a class="button" href=PATH>{t.list_clear_all()}</a></div> })}
                </div>
            }
            .into_any())
        } else {
            let head = |sort: Sort, label: &'static str| {
                view! {
                    <SortHead label=label column=sort.code() sorted=filter.sort.code() descending=filter.descending
                        path=PATH query=query.clone() />
                }
                .into_any()
            };
            let linked = vec![
                head(Sort::Name, t.product_name()),
                head(Sort::GenericName, t.product_generic_name()),
                head(Sort::Company, t.product_company()),
                head(Sort::Atc, t.product_atc()),
                view! { <th scope="col">{t.product_approvals()}</th> }.into_any(),
            ];
            view! { <ProductTable products=found.products texts=t language=language with_company=true linked=linked /> }
                .into_any()
        };
        view! {
            <header class="page-head"><h1>{t.products_title()}</h1><div class="actions">{export}{import}</div></header>
            {filters(&filter, &found.agencies, t)}
            <Chips chips=chips clear=PATH texts=t />
            <p class="count" role="status">{t.products_count(number(found.count))}</p>
            {body}
            <Pager page=filter.page size=PAGE count=found.count path=PATH query=query texts=t />
        }
        .into_any()
    });
    Ok(page.section(Section::Products).actor(actor))
}

fn filters(filter: &ProductFilter, agencies: &[String], t: &'static Texts) -> AnyView {
    let query = filter.query();
    let categories =
        Category::ALL.into_iter().map(|c| (c.code().to_owned(), t.category(c).to_owned())).collect::<Vec<_>>();
    let statuses = Status::ALL.into_iter().map(|s| (s.as_str().to_owned(), t.status(s).to_owned())).collect::<Vec<_>>();
    let designations =
        Designation::ALL.into_iter().map(|d| (d.as_str().to_owned(), t.designation(d).to_owned())).collect::<Vec<_>>();
    let agencies = agencies.iter().map(|agency| (agency.clone(), agency.clone())).collect::<Vec<_>>();
    let kept = ["area", "company", "sort"]
        .into_iter()
        .map(|name| (name, query.get(name).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form class="filters" method="get" action=PATH>
            <input type="search" name="q" aria-label=t.products_search() placeholder=t.products_search()
                value=filter.search.clone() />
            <FilterSelect name="category" label=t.product_category() any=t.products_any_category() options=categories
                chosen=query.get("category").to_owned() />
            <FilterSelect name="agency" label=t.approval_agency() any=t.products_any_agency() options=agencies
                chosen=query.get("agency").to_owned() />
            <FilterSelect name="status" label=t.approval_status() any=t.products_any_status() options=statuses
                chosen=query.get("status").to_owned() />
            <FilterSelect name="designation" label=t.approval_designations() any=t.products_any_designation()
                options=designations chosen=query.get("designation").to_owned() />
            {kept}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

fn chips(filter: &ProductFilter, company: Option<String>, t: &'static Texts) -> Vec<Chip> {
    let query = filter.query().with("page", "");
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, PATH, t, (name, label, value)));
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(category) = filter.category {
        chip("category", t.product_category(), t.category(category));
    }
    if !filter.agency.is_empty() {
        chip("agency", t.approval_agency(), &filter.agency);
    }
    if let Some(status) = filter.status {
        chip("status", t.approval_status(), t.status(status));
    }
    if let Some(designation) = filter.designation {
        chip("designation", t.approval_designations(), t.designation(designation));
    }
    if !filter.area.is_empty() {
        chip("area", t.product_areas(), &filter.area);
    }
    match filter.holder {
        Some(Holder::Nobody) => chip("company", t.product_company(), t.product_no_company()),
        Some(Holder::Company(_)) => chip("company", t.product_company(), company.as_deref().unwrap_or("…")),
        None => {}
    }
    chips
}

/// `/products/{id}`
pub async fn show(visit: Visit, at: At) -> Result<Page> {
    let read = api::read_product(&visit, at.id()?).await?;
    let language = visit.language;
    let facts = &read.product.facts;
    let title = language.prefer(&facts.name_en, &facts.name_zh).to_owned();
    let actor = read.actor.clone();
    let page = Page::new(title.clone(), move |t| {
        let facts = &read.product.facts;
        let other = match language {
            Language::En => &facts.name_zh,
            Language::Zh => &facts.name_en,
        };
        let subtitle: Vec<String> = [other, &facts.generic_name]
            .into_iter()
            .filter(|name| !name.is_empty() && **name != title)
            .cloned()
            .collect();
        let badges = read
            .product
            .approvals
            .iter()
            .map(|approval| status_badge(&approval.agency, approval.status, t))
            .collect_view();
        let indication = (!facts.indication.is_empty()).then(|| {
            view! {
                <section class="panel">
                    <h2>{t.product_indication()}</h2><div class="prose"><p lang="en">{facts.indication.clone()}</p></div>
                </section>
            }
        });
        let approvals = (!read.product.approvals.is_empty()).then(|| approvals(&read.product.approvals, t, language));
        let named = read.actor.may_see_staff_names();
        let items =
            read.timeline.iter().map(|event| crate::journal::entry::item(event, named, &[], t, language)).collect();
        view! {
            <header class="page-head">
                <p class="crumbs"><a href=PATH>{t.products_title()}</a></p>
                <h1>{title.clone()}</h1>
                {(!subtitle.is_empty()).then(|| view! { <p class="subtitle">{subtitle.join(" · ")}</p> })}
                {badges}
            </header>
            <div class="detail">
                <div class="detail-main">
                    {indication}
                    {approvals}
                    {links::view::section(&read.agreements, read.now, t, language)}
                    <section class="panel">
                        <h2>{t.company_timeline()}</h2>
                        <Timeline items=items texts=crate::journal::entry::timeline_texts(t) language=language
                            count=|language, n| language.texts().journal_changes(n) />
                    </section>
                </div>
                <aside class="detail-aside">
                    <section class="panel"><h2>{t.company_facts()}</h2>{fact_list(&read, t, language)}</section>
                    {access::link(&read.actor, access::Kind::Product, read.product.id, t)}
                </aside>
            </div>
        }
        .into_any()
    });
    Ok(page.section(Section::Products).actor(actor))
}

fn fact_list(read: &api::ProductPage, t: &'static Texts, language: Language) -> AnyView {
    let facts = &read.product.facts;
    let company = match (&read.product.company_names, facts.company) {
        (Some((en, zh)), Some(id)) => {
            let name = language.prefer(en, zh).to_owned();
            if read.actor.may_see_company(id) {
                view! { <a href=company::model::url(id)>{name}</a> }.into_any()
            } else {
                name.into_any()
            }
        }
        _ => t.product_no_company().into_any(),
    };
    let areas = facts
        .therapeutic_areas
        .iter()
        .map(|area| view! { <li><a href=format!("{PATH}?area={}", encode(area))>{area.clone()}</a></li> })
        .collect_view();
    let moment = |at: Timestamp| view! { <Moment at=at language=language /> }.into_any();
    let rows: Vec<(&'static str, bool, AnyView)> = vec![
        (t.product_company(), true, company),
        (t.product_category(), true, t.category(facts.category).into_any()),
        (t.product_generic_name(), !facts.generic_name.is_empty(), list_text(&facts.generic_name).into_any()),
        (
            t.product_active_substance(),
            !facts.active_substance.is_empty(),
            list_text(&facts.active_substance).into_any(),
        ),
        (t.product_atc(), !facts.atc.is_empty(), facts.atc.clone().into_any()),
        (
            t.product_group(),
            !facts.pharmacotherapeutic_group.is_empty(),
            list_text(&facts.pharmacotherapeutic_group).into_any(),
        ),
        (t.product_areas(), !facts.therapeutic_areas.is_empty(), view! { <ul class="plain">{areas}</ul> }.into_any()),
        (t.company_changed(), true, moment(read.product.changed_at)),
    ];
    let rows = rows
        .into_iter()
        .filter(|(_, present, _)| *present)
        .map(|(label, _, value)| view! { <dt>{label}</dt><dd>{value}</dd> })
        .collect_view();
    view! { <dl class="facts">{rows}</dl><p class="hint">{t.shell_zone_of_time()}</p> }.into_any()
}

fn approvals(approvals: &[Approval], t: &'static Texts, language: Language) -> AnyView {
    let rows = approvals
        .iter()
        .map(|approval| {
            let day = |iso: &Option<String>| iso.as_deref().map(|iso| date(iso, language));
            let designations: Vec<&str> = approval.designations.iter().map(|d| t.designation(*d)).collect();
            let number =
                if approval.number.is_empty() { t.approval_unnumbered().to_owned() } else { approval.number.clone() };
            let link = match approval.url.as_str() {
                "" => number.into_any(),
                url => view! { <a href=url.to_owned() rel="noopener noreferrer external">{number}</a> }.into_any(),
            };
            view! {
                <tr>
                    <th scope="row">{link}</th>
                    <td class="status">{status_badge(&approval.agency, approval.status, t)}</td>
                    <td class="date" data-label=t.approval_decided()>{day(&approval.decided_on)}</td>
                    <td class="date" data-label=t.approval_authorised()>{day(&approval.authorised_on)}</td>
                    <td>{designations.join(t.form_comma())}</td>
                    <td data-label=t.approval_holder()>{approval.holder.clone()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="panel">
            <h2>{t.product_overseas_approvals()}</h2>
            <div class="table-wrap"><table class="list compact">
                <thead><tr>
                    <th scope="col">{t.approval_number()}</th>
                    <th scope="col">{t.approval_status()}</th>
                    <th scope="col">{t.approval_decided()}</th>
                    <th scope="col">{t.approval_authorised()}</th>
                    <th scope="col">{t.approval_designations()}</th>
                    <th scope="col">{t.approval_holder()}</th>
                </tr></thead>
                <tbody>{rows}</tbody>
            </table></div>
        </section>
    }
    .into_any()
}
