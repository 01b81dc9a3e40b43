//! What a proposal is, and who may make one.

use uuid::Uuid;

use crate::actor::{Actor, Rights, Role, require};
use crate::error::Result;
use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Decided,
    Withdrawn,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Open, Self::Decided, Self::Withdrawn];

    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Decided => "decided",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// What staff decides on one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Accepted,
    Declined,
}

impl Decision {
    pub const ALL: [Self; 2] = [Self::Accepted, Self::Declined];

    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Declined => "declined",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.code() == code)
    }
}

#[derive(Clone, Debug)]
pub struct Proposal {
    pub id: Uuid,
    pub company: Uuid,
    pub by: Uuid,
    pub by_name: String,
    pub created_at: Timestamp,
    pub based_on_version: i64,
    pub note: String,
    pub state: State,
    pub decided_by: Option<String>,
    pub decided_at: Option<Timestamp>,
}

impl Proposal {
    pub fn url(&self) -> String {
        url(self.company, self.id)
    }
}

/// The stable address of a proposal.
pub fn url(company: Uuid, proposal: Uuid) -> String {
    format!("{}/proposals/{proposal}", super::super::model::url(company))
}

/// One field of a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    pub field: String,
    /// What stood there when it was proposed.
    pub before: String,
    pub after: String,
    pub decision: Option<Decision>,
    pub reason: String,
}

impl Actor {
    /// Whether this person may propose corrections of a company. Staff corrects it without asking.
    ///
    /// # Errors
    /// [`Error::Forbidden`], and [`Error::NotFound`] for another company's people.
    pub fn may_propose_to(&self, company: Uuid) -> Result<()> {
        require(self.role == Role::Representative)?;
        self.represents(company, Rights::Contributor)
    }

    /// Whether this person may read what is proposed to a company.
    ///
    /// # Errors
    /// Like [`Actor::may_propose_to`].
    pub fn may_read_proposals_to(&self, company: Uuid) -> Result<()> {
        if self.may_see_internals() {
            return Ok(());
        }
        require(self.role == Role::Representative)?;
        self.represents(company, Rights::Viewer)
    }
}
