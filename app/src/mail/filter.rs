//! Which mails a list shows.

use crate::ui::query::Query;

/// What has become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Sent,
    Dead,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Sent, Self::Dead];

    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Clone, Debug)]
pub struct MailFilter {
    pub state: Option<State>,
    /// A part of the receiver's address or name.
    pub receiver: String,
    /// From 1.
    pub page: i64,
}

impl MailFilter {
    pub fn from_query(query: &Query) -> Self {
        let receiver: String = query.get("q").trim().chars().filter(|c| !c.is_control()).take(200).collect();
        Self { state: State::from_code(query.get("state")), receiver, page: query.page() }
    }

    /// The filter as it stands in an address, without the page.
    pub fn query(&self) -> Query {
        let mut query = Query::default();
        query.set("state", self.state.map_or("", State::code));
        query.set("q", &self.receiver);
        query
    }
}
