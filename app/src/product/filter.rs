//! Which products a list shows.

use uuid::Uuid;

use super::model::{Category, Designation, Status};
use crate::ui::query::Query;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    GenericName,
    Company,
    Atc,
    Changed,
}

impl Sort {
    pub const ALL: [Self; 5] = [Self::Name, Self::GenericName, Self::Company, Self::Atc, Self::Changed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::GenericName => "generic_name",
            Self::Company => "company",
            Self::Atc => "atc",
            Self::Changed => "changed",
        }
    }
}

/// Whose products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Company(Uuid),
    /// Products whose company is not known.
    Nobody,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProductFilter {
    pub search: String,
    pub category: Option<Category>,
    pub agency: String,
    pub status: Option<Status>,
    pub designation: Option<Designation>,
    pub area: String,
    pub holder: Option<Holder>,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: i64,
}

impl ProductFilter {
    pub fn from_query(query: &Query) -> Self {
        let sort = query.get("sort");
        let (sort, descending) = sort.strip_prefix('-').map_or((sort, false), |sort| (sort, true));
        let text =
            |name: &str| query.get(name).trim().chars().take(200).filter(|c| !c.is_control()).collect::<String>();
        Self {
            search: text("q"),
            category: Category::from_code(query.get("category")),
            agency: text("agency"),
            status: Status::from_key(query.get("status")),
            designation: Designation::from_key(query.get("designation")),
            area: text("area"),
            holder: match query.get("company") {
                "none" => Some(Holder::Nobody),
                id => id.parse().ok().map(Holder::Company),
            },
            sort: Sort::ALL.into_iter().find(|s| s.code() == sort).unwrap_or_default(),
            descending,
            page: query.page(),
        }
    }

    /// Whether nothing is left out, however it is sorted.
    pub fn is_everything(&self) -> bool {
        self.query().with("sort", "").with("page", "") == Query::default()
    }

    /// The address' query, from which the page's links are made.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("q", &self.search);
        query.set("category", self.category.map_or("", Category::code));
        query.set("agency", &self.agency);
        query.set("status", self.status.map_or("", Status::as_str));
        query.set("designation", self.designation.map_or("", Designation::as_str));
        query.set("area", &self.area);
        let holder = match self.holder {
            None => String::new(),
            Some(Holder::Nobody) => "none".to_owned(),
            Some(Holder::Company(id)) => id.to_string(),
        };
        query.set("company", &holder);
        if self.sort != Sort::Name || self.descending {
            query.set("sort", &format!("{}{}", if self.descending { "-" } else { "" }, self.sort.code()));
        }
        if self.page > 1 {
            query.set("page", &self.page.to_string());
        }
        query
    }
}
