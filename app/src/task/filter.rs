//! Which tasks a list shows.

use uuid::Uuid;

use crate::ui::query::Query;

/// Whose tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// The reader's own, and those of whom the reader is the deputy of now.
    #[default]
    Mine,
    Team,
    Of(Uuid),
}

/// Which of them by how far they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    #[default]
    Open,
    Overdue,
    Done,
    Cancelled,
}

impl Which {
    pub const ALL: [Self; 4] = [Self::Open, Self::Overdue, Self::Done, Self::Cancelled];

    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Overdue => "overdue",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|which| which.code() == code)
    }
}

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskFilter {
    pub whose: Whose,
    pub which: Which,
    pub company: Option<Uuid>,
    pub page: i64,
}

impl TaskFilter {
    pub fn from_query(query: &Query) -> Self {
        let whose = match query.get("whose") {
            "team" => Whose::Team,
            id => id.parse().map_or(Whose::Mine, Whose::Of),
        };
        Self {
            whose,
            which: Which::from_code(query.get("state")).unwrap_or_default(),
            company: query.get("company").parse().ok(),
            page: query.page(),
        }
    }

    /// Whose they are, as it stands in the address.
    pub fn whose_text(&self) -> String {
        match self.whose {
            Whose::Mine => String::new(),
            Whose::Team => "team".to_owned(),
            Whose::Of(id) => id.to_string(),
        }
    }

    /// The address' query without the page.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("whose", &self.whose_text());
        query.set("state", if self.which == Which::Open { "" } else { self.which.code() });
        query.set("company", &self.company.map(|id| id.to_string()).unwrap_or_default());
        query
    }
}
