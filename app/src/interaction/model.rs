//! What an interaction is, and who may see and record it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, Role};
use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Meeting,
    Visit,
    Call,
    Mail,
    Wechat,
    Exhibition,
}

impl Kind {
    pub const ALL: [Self; 6] = [Self::Meeting, Self::Visit, Self::Call, Self::Mail, Self::Wechat, Self::Exhibition];

    pub fn code(self) -> &'static str {
        match self {
            Self::Meeting => "meeting",
            Self::Visit => "visit",
            Self::Call => "call",
            Self::Mail => "mail",
            Self::Wechat => "wechat",
            Self::Exhibition => "exhibition",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

impl Actor {
    /// Whether this person reads what was said with companies; never the companies' own people, and no experts, whose
    /// judgement should not depend on it.
    pub fn may_see_interactions(&self) -> bool {
        self.role.works_in_zone()
    }

    pub fn may_record_interactions(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }
}

/// What can be said of an interaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub kind: Kind,
    pub at: Timestamp,
    pub summary: String,
    /// Who else took part, in words.
    pub others: String,
    /// In the order of their ids, without doubles, as all of these.
    pub companies: Vec<Uuid>,
    /// People at companies.
    pub people: Vec<Uuid>,
    /// Accounts of the zone.
    pub colleagues: Vec<Uuid>,
}

/// An interaction as it is kept.
#[derive(Clone, Debug)]
pub struct Interaction {
    pub id: Uuid,
    pub details: Details,
    /// The name of who recorded it, and when.
    pub recorded_by: String,
    pub created_at: Timestamp,
    /// One more with every change; an edit names the version it started from.
    pub version: i64,
}

impl Interaction {
    pub fn url(&self) -> String {
        url(self.id)
    }
}

/// The stable address of an interaction.
pub fn url(id: Uuid) -> String {
    format!("/interactions/{id}")
}

/// The form of an interaction, as a browser posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct InteractionForm {
    pub kind: String,
    /// Day and time in the zone, `2026-11-22T16:30`.
    pub at: String,
    /// A company's name, or the address of its page.
    pub company: String,
    /// The same, one a line.
    pub other_companies: String,
    pub people: Vec<String>,
    pub colleagues: Vec<String>,
    pub others: String,
    pub summary: String,
}

/// What comes next, as a browser posts it with a new interaction. It becomes a task.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NextForm {
    pub next_step: String,
    pub next_due: String,
    /// The id of an account.
    pub next_owner: String,
}
