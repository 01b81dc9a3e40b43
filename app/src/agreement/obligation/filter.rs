//! Which obligations a list shows. The most urgent come first, always.

use uuid::Uuid;

use super::life::State;
use crate::ui::query::Query;

/// Which of them by where they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Something is still to be done.
    #[default]
    Open,
    /// Who owes it is late.
    Overdue,
    All,
    State(State),
}

impl Which {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Overdue => "overdue",
            Self::All => "all",
            Self::State(state) => state.code(),
        }
    }

    fn from_code(code: &str) -> Self {
        match code {
            "overdue" => Self::Overdue,
            "all" => Self::All,
            code => State::from_code(code).map_or(Self::Open, Self::State),
        }
    }
}

/// On which side of it a company stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Owes,
    Benefits,
}

impl On {
    pub fn code(self) -> &'static str {
        match self {
            Self::Owes => "owes",
            Self::Benefits => "benefits",
        }
    }
}

/// The days within which something is due that can be asked for.
pub const WITHIN: [i64; 4] = [7, 30, 90, 365];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObligationFilter {
    pub which: Which,
    pub side: Option<On>,
    /// Due within so many days from now, or late.
    pub within: Option<i64>,
    /// An agreement's number.
    pub agreement: String,
    /// A company, by its id or by a part of its name.
    pub company: Option<Uuid>,
    pub company_name: String,
    pub page: i64,
}

impl ObligationFilter {
    pub fn from_query(query: &Query) -> Self {
        let company = query.get("company").trim();
        let id = company.parse().ok();
        Self {
            which: Which::from_code(query.get("state")),
            side: [On::Owes, On::Benefits].into_iter().find(|side| side.code() == query.get("side")),
            within: query.get("due").parse().ok().filter(|days| WITHIN.contains(days)),
            agreement: query.get("agreement").trim().chars().take(40).collect::<String>().to_uppercase(),
            company: id,
            company_name: if id.is_some() { String::new() } else { company.chars().take(200).collect() },
            page: query.page(),
        }
    }

    /// The company as it stands in the address.
    pub fn company_text(&self) -> String {
        self.company.map_or_else(|| self.company_name.clone(), |id| id.to_string())
    }

    /// Whether nothing but what is settled is left out.
    pub fn is_everything(&self) -> bool {
        let usual = Self { page: self.page, ..Self::default() };
        *self == usual || *self == Self { which: Which::All, ..usual }
    }

    /// The address' query without the page.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("side", self.side.map_or("", On::code));
        query.set("state", self.which.code());
        query.set("due", &self.within.map(|days| days.to_string()).unwrap_or_default());
        query.set("agreement", &self.agreement);
        query.set("company", &self.company_text());
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_shown_and_nonsense_says_nothing() {
        let text = "side=owes&state=overdue&due=30&agreement=AG-2026-0001&company=Bee";
        let filter = ObligationFilter::from_query(&Query::parse(text));
        assert_eq!((filter.which, filter.side, filter.within), (Which::Overdue, Some(On::Owes), Some(30)));
        assert_eq!((filter.company, filter.company_name.as_str()), (None, "Bee"));
        assert_eq!(filter.query().url(""), format!("?{text}"));
        let usual = ObligationFilter::from_query(&Query::parse("side=up&state=gone&due=8&page=0"));
        assert!(usual.is_everything() && usual.query() == Query::default());
        for state in State::ALL {
            assert_eq!(Which::from_code(state.code()), Which::State(*state));
        }
    }
}
