//! Which requests a list shows: the filters and the page, all of them in the address.

use super::model::State;
use crate::ui::query::Query;

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JoinFilter {
    pub search: String,
    /// None shows all but the unconfirmed.
    pub state: Option<State>,
    /// From 1.
    pub page: i64,
}

impl JoinFilter {
    pub fn from_query(query: &Query) -> Self {
        Self {
            search: query.get("q").trim().chars().filter(|c| !c.is_control()).take(200).collect(),
            state: State::from_code(query.get("state")),
            page: query.page(),
        }
    }

    /// The filter as it stands in an address, without the page.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("q", &self.search);
        query.set("state", self.state.map_or("", State::code));
        query
    }
}
