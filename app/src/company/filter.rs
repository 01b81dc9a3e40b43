//! Which companies a list shows: the filters, the order and the page, all of them in the address.

use uuid::Uuid;

use super::columns::{self, Column};
use super::model::{Kind, Stage, Tier};
use crate::actor::CompanyScope;
use crate::ui::query::Query;

/// The columns a list can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Country,
    Stage,
    Manager,
    Products,
    Changed,
}

impl Sort {
    pub const ALL: [Self; 6] = [Self::Name, Self::Country, Self::Stage, Self::Manager, Self::Products, Self::Changed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Country => "country",
            Self::Stage => "stage",
            Self::Manager => "manager",
            Self::Products => "products",
            Self::Changed => "changed",
        }
    }
}

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyFilter {
    pub search: String,
    pub kind: Option<Kind>,
    pub country: Option<&'static str>,
    pub stage: Option<Stage>,
    pub manager: Option<Uuid>,
    /// Those that nobody manages.
    pub unmanaged: bool,
    pub tier: Option<Tier>,
    pub area: String,
    pub tag: String,
    /// Those with which nothing has happened for longer than their stage allows.
    pub stalled: bool,
    /// Those with which nobody has talked since this day, as ISO text.
    pub no_contact_since: String,
    /// Those made by mistake instead of the others.
    pub archived: bool,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: i64,
    /// The columns that were chosen; none is the usual ones.
    pub columns: Option<Vec<Column>>,
    /// The saved view that this began with.
    pub view: Option<Uuid>,
    /// Whether everything was asked for by name, rather than what this person's register opens with.
    pub everything: bool,
    /// Whether rows are chosen, to be changed together.
    pub selects: bool,
}

/// Names in an address that say how a list looks, not what is in it.
const LOOKS: [&str; 5] = ["sort", "page", "columns", "view", "select"];
/// What stands for a saved view where none is wanted.
pub const EVERYTHING: &str = "all";
/// What stands for the account manager where there is none.
pub const NOBODY: &str = "none";

impl CompanyFilter {
    pub fn from_query(query: &Query) -> Self {
        let sort = query.get("sort");
        let (sort, descending) = sort.strip_prefix('-').map_or((sort, false), |sort| (sort, true));
        let text = |name: &str| query.get(name).trim().chars().take(200).filter(|c| !c.is_control()).collect();
        let day = query.get("no_contact_since").trim();
        Self {
            search: text("q"),
            kind: Kind::from_code(query.get("kind")),
            country: crate::country::find(query.get("country")).map(|country| country.code),
            stage: Stage::from_code(query.get("stage")),
            manager: query.get("manager").parse().ok(),
            unmanaged: query.get("manager") == NOBODY,
            tier: Tier::from_code(query.get("tier")),
            area: text("area"),
            tag: text("tag"),
            stalled: query.get("stalled") == "yes",
            no_contact_since: day.parse::<jiff::civil::Date>().map(|_| day.to_owned()).unwrap_or_default(),
            archived: query.get("archived") == "yes",
            sort: Sort::ALL.into_iter().find(|s| s.code() == sort).unwrap_or_default(),
            descending,
            page: query.page(),
            columns: columns::from_codes(query.all("columns")),
            view: query.get("view").parse().ok(),
            everything: query.get("view") == EVERYTHING,
            selects: query.get("select") == "yes",
        }
    }

    /// Without what would tell somebody more than the rows themselves do.
    #[must_use]
    pub fn within(mut self, scope: &CompanyScope) -> Self {
        if *scope != CompanyScope::All {
            self.tier = None;
            self.tag.clear();
            self.archived = false;
            self.unmanaged = false;
            self.stalled = false;
            self.no_contact_since.clear();
            self.columns = None;
            self.view = None;
            self.everything = false;
            self.selects = false;
        }
        if *scope == CompanyScope::Names {
            self.area.clear();
            self.stage = None;
            self.manager = None;
            if !matches!(self.sort, Sort::Name | Sort::Country) {
                (self.sort, self.descending) = (Sort::Name, false);
            }
        }
        self
    }

    /// Whether nothing is left out, however it is sorted.
    pub fn is_everything(&self) -> bool {
        LOOKS.iter().fold(self.query(), |query, name| query.with(name, "")) == Query::default()
    }

    /// The columns of the list, in their order.
    pub fn columns(&self) -> &[Column] {
        self.columns.as_deref().unwrap_or(&Column::USUAL)
    }

    /// What a saved view keeps of it: not the page, nor what is chosen on it.
    pub fn saved(&self) -> Query {
        ["page", "view", "select"].iter().fold(self.query(), |query, name| query.with(name, ""))
    }

    /// The address' query, from which the page's links are made.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("q", &self.search);
        query.set("kind", self.kind.map_or("", Kind::code));
        query.set("country", self.country.unwrap_or_default());
        query.set("stage", self.stage.map_or("", Stage::code));
        let manager = self.manager.map(|id| id.to_string()).unwrap_or_default();
        query.set("manager", if self.unmanaged { NOBODY } else { &manager });
        query.set("tier", self.tier.map_or("", Tier::code));
        query.set("area", &self.area);
        query.set("tag", &self.tag);
        query.set("stalled", if self.stalled { "yes" } else { "" });
        query.set("no_contact_since", &self.no_contact_since);
        query.set("archived", if self.archived { "yes" } else { "" });
        if self.sort != Sort::Name || self.descending {
            query.set("sort", &format!("{}{}", if self.descending { "-" } else { "" }, self.sort.code()));
        }
        if self.page > 1 {
            query.set("page", &self.page.to_string());
        }
        query.set("columns", &self.columns.as_deref().map(columns::codes).unwrap_or_default());
        let view = self.view.map(|id| id.to_string()).unwrap_or_default();
        query.set("view", if self.everything { EVERYTHING } else { &view });
        query.set("select", if self.selects { "yes" } else { "" });
        query
    }
}
