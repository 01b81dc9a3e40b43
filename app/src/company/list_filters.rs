//! What stands around the list and the board of companies: filters, chips, saved views, and the tools that choose layout
//! and columns.

use std::collections::HashSet;

use leptos::prelude::*;

use super::columns::Column;
use super::filter::{CompanyFilter, NOBODY};
use super::model::{Kind, Stage, Tier};
use super::saved::pages as saved;
use super::saved::store::Tab;
use super::{board, list_view};
use crate::actor::Actor;
use crate::country;
use crate::language::{Language, Texts};
use crate::time::date;
use crate::ui::icon::Icon;
use crate::ui::list::{Chip, FilterSelect};
use crate::ui::query::Query;

/// So many saved views stand above the list; the others are a page away.
const TABS: usize = 7;

/// The list or the board, and who looks at it.
pub struct Around<'a> {
    pub path: &'static str,
    /// `table` or `board`
    pub layout: &'static str,
    pub filter: &'a CompanyFilter,
    pub tabs: &'a [Tab],
    pub actor: &'a Actor,
    pub t: &'static Texts,
}

impl Around<'_> {
    /// Where everything is seen in this layout, also by who starts with a view of their own.
    pub fn everything(&self) -> String {
        let starts = self.path == list_view::PATH && self.tabs.iter().any(|tab| tab.is_start());
        if starts { format!("{}?view=all", self.path) } else { self.path.to_owned() }
    }

    fn current(&self) -> Option<&Tab> {
        self.tabs.iter().find(|tab| Some(tab.id) == self.filter.view)
    }

    /// The saved views, with the one that is looked at marked.
    pub fn tabs(&self) -> Option<AnyView> {
        let t = self.t;
        if self.tabs.is_empty() {
            return None;
        }
        let current = self.current();
        let shown = self.tabs.iter().enumerate().filter(|(at, tab)| *at < TABS || Some(tab.id) == self.filter.view);
        let items = shown
            .map(|(_, tab)| {
                let here = current.is_some_and(|current| current.id == tab.id).then_some("page");
                let title = (!tab.is_own()).then(|| t.views_of(&tab.owner));
                view! { <li><a href=tab.url() aria-current=here title=title>{tab.name.clone()}</a></li> }
            })
            .collect_view();
        let all = current.is_none().then_some("page");
        let nav = view! {
            <nav class="tabs" aria-label=t.views_title()><ul>
                <li><a href=self.everything() aria-current=all>{t.views_all()}</a></li>
                {items}
                <li><a href=saved::PATH>{t.views_manage()}</a></li>
            </ul></nav>
        };
        Some(nav.into_any())
    }

    /// Layout, columns, saving it as a view, and choosing rows.
    pub fn tools(&self, some: bool) -> AnyView {
        let t = self.t;
        let filter = self.filter;
        let saved = filter.saved();
        let layout = |layout: &'static str, path: &'static str, text: &'static str| {
            let here = (self.layout == layout).then_some("page");
            let url = saved.with("view", filter.query().get("view")).url(path);
            // The bare address may open another view.
            let url = if url == list_view::PATH { format!("{url}?view=all") } else { url };
            view! { <li><a href=url aria-current=here>{text}</a></li> }
        };
        let is_table = self.layout == "table";
        let columns = is_table.then(|| self.columns());
        let select = (is_table && some && self.actor.may_edit_companies()).then(|| {
            let next = if filter.selects { "" } else { "yes" };
            let text = if filter.selects { t.bulk_stop() } else { t.bulk_start() };
            view! { <a class="button quiet small" href=filter.query().with("select", next).url(self.path)>{text}</a> }
        });
        view! {
            <nav class="layouts" aria-label=t.views_layout()><ul>
                {layout("table", list_view::PATH, t.views_table())}
                {layout("board", board::PATH, t.views_board())}
            </ul></nav>
            {columns}
            {self.save(&saved)}
            {select}
        }
        .into_any()
    }

    /// What can be done with what is seen: kept as a view, or kept in the view that it began with.
    fn save(&self, saved: &Query) -> AnyView {
        let t = self.t;
        let query = saved.with("layout", self.layout);
        let change = self.current().filter(|tab| tab.is_own()).map(|tab| {
            let same = tab.query == saved.url("") && tab.layout == self.layout;
            let (url, text) = match same {
                true => (format!("{}/{}", saved::PATH, tab.id), t.views_edit()),
                false => (query.url(&format!("{}/{}", saved::PATH, tab.id)), t.views_save_changes()),
            };
            view! { <a class="button quiet small" href=url><Icon name="pencil" />{text}</a> }
        });
        view! {
            {change}
            <a class="button quiet small" href=query.url(saved::NEW)><Icon name="plus" />{t.views_save()}</a>
        }
        .into_any()
    }

    /// The choice of columns.
    fn columns(&self) -> AnyView {
        let t = self.t;
        let chosen = self.filter.columns();
        let boxes = Column::ALL
            .into_iter()
            .map(|column| {
                let checked = chosen.contains(&column);
                view! {
                    <label class="choice">
                        <input type="checkbox" name="columns" value=column.code() checked=checked />" "{column.title(t)}
                    </label>
                }
            })
            .collect_view();
        let kept = kept(&self.filter.query().with("columns", "").with("select", ""));
        view! {
            <details class="unfolding">
                <summary class="button quiet small">{t.views_columns()}<Icon name="chevron-down" /></summary>
                <form method="get" action=self.path>
                    {kept}
                    <input type="hidden" name="columns" value="name" />
                    <fieldset><legend class="visually-hidden">{t.views_columns()}</legend>{boxes}</fieldset>
                    <button class="button small">{t.views_columns_show()}</button>
                </form>
            </details>
        }
        .into_any()
    }
}

/// A query as what a form brings along.
pub fn kept(query: &Query) -> AnyView {
    let pairs: Vec<(String, String)> = query.pairs().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    pairs
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view()
        .into_any()
}

/// The form of the filters. On the board the stage is no filter: it is what the columns are.
pub fn filters(
    filter: &CompanyFilter,
    path: &'static str,
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
    let managers =
        std::iter::once((NOBODY.to_owned(), t.views_no_manager().to_owned())).chain(managers).collect::<Vec<_>>();
    let query = filter.query();
    let manager = query.get("manager").to_owned();
    let with_stage = path == list_view::PATH;
    let more = all.then(|| {
        view! {
            {with_stage.then(|| view! {
                <FilterSelect name="stage" label=t.company_stage() any=t.companies_any_stage() options=stages
                    chosen=filter.stage.map_or("", Stage::code).to_owned() />
            })}
            <FilterSelect name="manager" label=t.company_manager() any=t.companies_any_manager() options=managers
                chosen=manager />
        }
    });
    let rarer = all.then(|| rarer(filter, t));
    // Chosen elsewhere, they stay.
    let mut others = vec!["sort", "columns", "view", "select"];
    if !all {
        others.extend(["area", "tag"]);
    }
    let kept = others
        .into_iter()
        .map(|name| (name, query.get(name).to_owned()))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form class="filters" method="get" action=path>
            <input type="search" name="q" aria-label=t.companies_search() placeholder=t.companies_search()
                value=filter.search.clone() />
            <FilterSelect name="kind" label=t.company_kinds() any=t.companies_any_kind() options=kinds
                chosen=filter.kind.map_or("", Kind::code).to_owned() />
            <FilterSelect name="country" label=t.company_country() any=t.companies_any_country() options=countries
                chosen=filter.country.unwrap_or_default().to_owned() />
            {more}
            {kept}
            {rarer}
            <button class="button">{t.list_apply()}</button>
        </form>
    }
    .into_any()
}

/// The filters that are used now and then, folded away unless one of them is on.
fn rarer(filter: &CompanyFilter, t: &'static Texts) -> AnyView {
    let tiers = Tier::ALL.into_iter().map(|tier| (tier.code().to_owned(), t.tier(tier).to_owned())).collect::<Vec<_>>();
    let open = filter.archived
        || filter.tier.is_some()
        || filter.stalled
        || !filter.no_contact_since.is_empty()
        || !filter.tag.is_empty()
        || !filter.area.is_empty();
    let yes = |text: &'static str| vec![("yes".to_owned(), text.to_owned())];
    let chosen = |on: bool| if on { "yes".to_owned() } else { String::new() };
    view! {
        <details class="rarer" open=open>
            <summary>{t.views_more_filters()}</summary>
            <div>
                <FilterSelect name="tier" label=t.register_tier() any=t.register_any_tier() options=tiers
                    chosen=filter.tier.map_or("", Tier::code).to_owned() />
                <label>{t.register_tags()}" "<input type="text" name="tag" value=filter.tag.clone() /></label>
                <label>{t.register_areas()}" "<input type="text" name="area" value=filter.area.clone() /></label>
                <label>{t.views_no_contact_since()}" "
                    <input type="date" name="no_contact_since" value=filter.no_contact_since.clone() /></label>
                <FilterSelect name="stalled" label=t.stalled_label() any=t.stalled_any() options=yes(t.stalled_only())
                    chosen=chosen(filter.stalled) />
                <FilterSelect name="archived" label=t.register_archived() any=t.register_not_archived()
                    options=yes(t.register_archived_only()) chosen=chosen(filter.archived) />
            </div>
        </details>
    }
    .into_any()
}

/// What is filtered, each with the address without it.
pub fn chips(
    filter: &CompanyFilter,
    path: &'static str,
    managers: &[(uuid::Uuid, String)],
    t: &'static Texts,
    language: Language,
) -> Vec<Chip> {
    let query = filter.query().with("page", "");
    let mut chips = Vec::new();
    let mut chip = |name: &str, label: &str, value: &str| chips.push(Chip::of(&query, path, t, (name, label, value)));
    if !filter.search.is_empty() {
        chip("q", t.list_search(), &filter.search);
    }
    if let Some(kind) = filter.kind {
        chip("kind", t.company_kinds(), t.kind(kind));
    }
    if let Some(code) = filter.country {
        chip("country", t.company_country(), &country::name(code, language));
    }
    if let Some(stage) = filter.stage.filter(|_| path == list_view::PATH) {
        chip("stage", t.company_stage(), t.stage(stage));
    }
    if let Some(manager) = filter.manager {
        let name = managers.iter().find(|(id, _)| *id == manager).map_or("?", |(_, name)| name);
        chip("manager", t.company_manager(), name);
    }
    if filter.unmanaged {
        chip("manager", t.company_manager(), t.views_no_manager());
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
    if filter.stalled {
        chip("stalled", t.stalled_label(), t.stalled_only());
    }
    if !filter.no_contact_since.is_empty() {
        chip("no_contact_since", t.views_no_contact_since(), &date(&filter.no_contact_since, language));
    }
    if filter.archived {
        chip("archived", t.register_archived(), t.register_archived_only());
    }
    chips
}
