//! Which people a list shows: all of it in the address.

use uuid::Uuid;

use super::model::PeopleScope;
use crate::ui::query::Query;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Company,
    Country,
    Changed,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Name, Self::Company, Self::Country, Self::Changed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Company => "company",
            Self::Country => "country",
            Self::Changed => "changed",
        }
    }
}

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonFilter {
    pub search: String,
    pub company: Option<Uuid>,
    pub country: Option<&'static str>,
    /// Those that are archived instead of the others.
    pub archived: bool,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: i64,
}

impl PersonFilter {
    pub fn from_query(query: &Query) -> Self {
        let sort = query.get("sort");
        let (sort, descending) = sort.strip_prefix('-').map_or((sort, false), |sort| (sort, true));
        Self {
            search: query.get("q").trim().chars().take(200).filter(|c| !c.is_control()).collect(),
            company: query.get("company").parse().ok(),
            country: crate::country::find(query.get("country")).map(|country| country.code),
            archived: query.get("archived") == "yes",
            sort: Sort::ALL.into_iter().find(|s| s.code() == sort).unwrap_or_default(),
            descending,
            page: query.page(),
        }
    }

    /// Without what is not for those who see their own company's people only.
    #[must_use]
    pub fn within(mut self, scope: &PeopleScope) -> Self {
        self.archived &= *scope == PeopleScope::All;
        self
    }

    /// Whether nothing is left out, however it is sorted.
    pub fn is_everything(&self) -> bool {
        self.query().with("sort", "").with("page", "") == Query::default()
    }

    /// The address' query, from which the page's links are made.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("q", &self.search);
        query.set("company", &self.company.map(|id| id.to_string()).unwrap_or_default());
        query.set("country", self.country.unwrap_or_default());
        query.set("archived", if self.archived { "yes" } else { "" });
        if self.sort != Sort::Name || self.descending {
            query.set("sort", &format!("{}{}", if self.descending { "-" } else { "" }, self.sort.code()));
        }
        if self.page > 1 {
            query.set("page", &self.page.to_string());
        }
        query
    }
}
