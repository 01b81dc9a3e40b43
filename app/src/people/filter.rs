//! Which people a list shows, and in which order.

use uuid::Uuid;

use crate::actor::Role;
use crate::ui::query::Query;

/// Whether somebody can come in, and is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Active,
    Suspended,
    Erased,
    /// Mail servers refuse the address.
    Unreached,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Active, Self::Suspended, Self::Erased, Self::Unreached];

    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Erased => "erased",
            Self::Unreached => "unreached",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Name,
    Role,
    Seen,
    Created,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Name, Self::Role, Self::Seen, Self::Created];

    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Role => "role",
            Self::Seen => "seen",
            Self::Created => "created",
        }
    }
}

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default)]
pub struct PeopleFilter {
    pub search: String,
    pub role: Option<Role>,
    pub state: Option<State>,
    pub company: Option<Uuid>,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: i64,
}

impl PeopleFilter {
    pub fn from_query(query: &Query) -> Self {
        let sort = query.get("sort");
        let (sort, descending) = sort.strip_prefix('-').map_or((sort, false), |sort| (sort, true));
        Self {
            search: query.get("q").trim().chars().take(200).filter(|c| !c.is_control()).collect(),
            role: Role::from_code(query.get("role")),
            state: State::from_code(query.get("state")),
            company: query.get("company").parse().ok(),
            sort: Sort::ALL.into_iter().find(|s| s.code() == sort).unwrap_or_default(),
            descending,
            page: query.page(),
        }
    }

    /// The address' query, without the page.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("q", &self.search);
        query.set("role", self.role.map_or("", Role::code));
        query.set("state", self.state.map_or("", State::code));
        query.set("company", &self.company.map(|id| id.to_string()).unwrap_or_default());
        if self.sort != Sort::Name || self.descending {
            query.set("sort", &format!("{}{}", if self.descending { "-" } else { "" }, self.sort.code()));
        }
        query
    }
}
