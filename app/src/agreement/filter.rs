//! Which agreements a list shows, and in which order.

use uuid::Uuid;

use super::life::State;
use super::model::Kind;
use crate::ui::query::Query;

/// Without words lists are counted up to here.
pub const MOST_COUNTED: i64 = 1000;

/// Which of them by where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Neither in force nor over.
    UnderWay,
    /// In force, and its last day is near.
    Expiring,
    /// The day for notice, or the last day, is over, and nobody said what becomes of it. For the zone.
    Undecided,
    State(State),
}

impl Which {
    pub fn code(self) -> &'static str {
        match self {
            Self::UnderWay => "under_way",
            Self::Expiring => "expiring",
            Self::Undecided => "undecided",
            Self::State(state) => state.code(),
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        match code {
            "under_way" => Some(Self::UnderWay),
            "expiring" => Some(Self::Expiring),
            "undecided" => Some(Self::Undecided),
            code => State::from_code(code).map(Self::State),
        }
    }
}

/// By what a list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Changed,
    Number,
    Title,
    Effective,
    Ends,
}

impl Sort {
    const ALL: [Self; 5] = [Self::Changed, Self::Number, Self::Title, Self::Effective, Self::Ends];

    pub fn code(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Number => "number",
            Self::Title => "title",
            Self::Effective => "effective",
            Self::Ends => "ends",
        }
    }
}

/// What the address asks for. What it asks wrongly is as if it were not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AgreementFilter {
    pub search: String,
    pub which: Option<Which>,
    pub kind: Option<Kind>,
    /// A company that is a party.
    pub party: Option<Uuid>,
    /// Or a part of the name of one.
    pub party_name: String,
    pub sort: Sort,
    pub descending: bool,
    /// From 1.
    pub page: i64,
}

impl AgreementFilter {
    pub fn from_query(query: &Query) -> Self {
        let text =
            |name: &str| -> String { query.get(name).trim().chars().take(200).filter(|c| !c.is_control()).collect() };
        let party = query.get("party").parse().ok();
        let asked = query.get("sort");
        let column = asked.trim_start_matches('-');
        let sort = Sort::ALL.into_iter().find(|sort| sort.code() == column);
        Self {
            search: text("q"),
            which: Which::from_code(query.get("state")),
            kind: Kind::from_code(query.get("kind")),
            party,
            party_name: if party.is_some() { String::new() } else { text("party") },
            sort: sort.unwrap_or_default(),
            // The latest change comes first, unless it is asked otherwise.
            descending: sort.is_none() || asked.starts_with('-'),
            page: query.page(),
        }
    }

    /// The party as it stands in the address.
    pub fn party_text(&self) -> String {
        self.party.map_or_else(|| self.party_name.clone(), |id| id.to_string())
    }

    /// Lists are counted up to here; what is more is "more than". Whether words stand somewhere is looked up one by one.
    pub fn most_counted(&self) -> i64 {
        if self.search.is_empty() && self.party_name.is_empty() { MOST_COUNTED } else { MOST_COUNTED / 10 }
    }

    /// Whether nothing is left out.
    pub fn is_everything(&self) -> bool {
        Self { sort: Sort::default(), descending: true, page: 1, ..self.clone() }
            == Self { descending: true, page: 1, ..Self::default() }
    }

    /// The address' query without the page, from which the page's links are made.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("q", &self.search);
        query.set("state", self.which.map_or("", Which::code));
        query.set("kind", self.kind.map_or("", Kind::code));
        query.set("party", &self.party_text());
        if (self.sort, self.descending) != (Sort::Changed, true) {
            let minus = if self.descending { "-" } else { "" };
            query.set("sort", &format!("{minus}{}", self.sort.code()));
        }
        query
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_shown_and_nonsense_says_nothing() {
        let text = "q=a&state=expiring&kind=mou&party=Bee&sort=-ends&page=2";
        let filter = AgreementFilter::from_query(&Query::parse(text));
        assert_eq!((filter.which, filter.kind), (Some(Which::Expiring), Some(Kind::Mou)));
        assert_eq!((filter.party, filter.party_name.as_str()), (None, "Bee"));
        assert_eq!((filter.sort, filter.descending, filter.page), (Sort::Ends, true, 2));
        assert_eq!(filter.query().with("page", "2").url(""), format!("?{text}"));
        let usual = AgreementFilter::from_query(&Query::parse("state=gone&kind=x&sort=y&page=0"));
        assert!(usual.is_everything() && usual.descending && usual.query() == Query::default());
        let id = Uuid::from_u128(7);
        let of_company = AgreementFilter::from_query(&Query::parse(&format!("party={id}")));
        assert_eq!((of_company.party, of_company.party_text()), (Some(id), id.to_string()));
        assert!(!of_company.is_everything());
    }
}
