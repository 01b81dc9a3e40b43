//! Which enquiries a list shows.

use uuid::Uuid;

use super::model::{Kind, State};
use crate::ui::query::Query;

/// Which of them by how far they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Open,
    /// Those of which a clock has run out.
    Overdue,
    State(State),
}

impl Which {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::State(state) => state.code(),
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code {
            "open" => Some(Self::Open),
            "overdue" => Some(Self::Overdue),
            code => State::from_code(code).map(Self::State),
        }
    }
}

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnquiryFilter {
    pub search: String,
    pub which: Option<Which>,
    pub assignee: Option<Uuid>,
    pub unassigned: bool,
    pub country: Option<&'static str>,
    pub kind: Option<Kind>,
    /// From 1.
    pub page: i64,
}

/// How an address asks for what is assigned to nobody.
pub const NOBODY: &str = "nobody";

impl EnquiryFilter {
    pub fn from_query(query: &Query) -> Self {
        let assignee = query.get("assignee");
        Self {
            search: query.get("q").trim().chars().take(200).filter(|c| !c.is_control()).collect(),
            which: Which::from_code(query.get("state")),
            assignee: assignee.parse().ok(),
            unassigned: assignee == NOBODY,
            country: crate::country::find(query.get("country")).map(|country| country.code),
            kind: Kind::from_code(query.get("kind")),
            page: query.page(),
        }
    }

    /// Who is asked for, as it stands in the address.
    pub fn assignee_text(&self) -> String {
        match self.assignee {
            Some(id) => id.to_string(),
            None if self.unassigned => NOBODY.to_owned(),
            None => String::new(),
        }
    }

    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.query() == Query::default()
    }

    /// The address' query without the page, from which the page's links are made.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("q", &self.search);
        query.set("state", self.which.map_or("", Which::code));
        query.set("assignee", &self.assignee_text());
        query.set("country", self.country.unwrap_or_default());
        query.set("kind", self.kind.map_or("", Kind::code));
        query
    }
}
