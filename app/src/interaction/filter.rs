//! Which interactions a list shows.

use uuid::Uuid;

use super::model::Kind;
use crate::time::Timestamp;
use crate::ui::query::Query;

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InteractionFilter {
    /// Those that the reader recorded or took part in.
    pub mine: bool,
    pub kind: Option<Kind>,
    pub company: Option<Uuid>,
    /// The first and the last day, in the zone.
    pub since: Option<jiff::civil::Date>,
    pub until: Option<jiff::civil::Date>,
    pub page: i64,
}

impl InteractionFilter {
    pub fn from_query(query: &Query) -> Self {
        Self {
            mine: query.get("whose") == "mine",
            kind: Kind::from_code(query.get("kind")),
            company: query.get("company").parse().ok(),
            since: query.get("since").parse().ok(),
            until: query.get("until").parse().ok(),
            page: query.page(),
        }
    }

    /// From the first moment of the period to the first after it.
    pub fn moments(&self) -> (Option<Timestamp>, Option<Timestamp>) {
        let end = |day| Timestamp::at(day, crate::calendar::model::DAY);
        (self.since.map(|day| Timestamp::at(day, 0)), self.until.map(end))
    }

    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        self.query() == Query::default()
    }

    /// The address' query without the page.
    pub fn query(&self) -> Query {
        let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let mut query = Query::default();
        query.set("whose", if self.mine { "mine" } else { "" });
        query.set("kind", self.kind.map_or("", Kind::code));
        query.set("company", &self.company.map(|id| id.to_string()).unwrap_or_default());
        query.set("since", &day(self.since));
        query.set("until", &day(self.until));
        query
    }
}
