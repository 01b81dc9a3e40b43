//! What a task is, and who may see and do it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::actor::{Actor, Role};
use crate::time::Timestamp;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Done,
    Cancelled,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Cancelled];

    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl Actor {
    /// Whether this person sees what the zone's people have to do.
    pub fn may_see_tasks(&self) -> bool {
        self.role.works_in_zone()
    }

    /// Whether this person has tasks, and gives them to others.
    pub fn may_have_tasks(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }
}

/// What a task is about; nothing of it must be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub company: Option<Uuid>,
    pub enquiry: Option<Uuid>,
    pub interaction: Option<Uuid>,
}

/// What can be said of a task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    pub title: String,
    pub note: String,
    /// A calendar date as ISO text.
    pub due_on: String,
    pub owner: Uuid,
}

impl Details {
    /// The fields as the form and the journal name them.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("title", self.title.clone()),
            ("note", self.note.clone()),
            ("due_on", self.due_on.clone()),
            ("owner", self.owner.to_string()),
        ]
    }
}

/// A task as it is kept.
#[derive(Clone, Debug)]
pub struct Task {
    pub id: Uuid,
    pub details: Details,
    pub about: About,
    pub state: State,
    pub cancel_reason: String,
    pub created_at: Timestamp,
    pub ended_at: Option<Timestamp>,
    /// One more with every change; an edit names the version it started from.
    pub version: i64,
}

impl Task {
    pub fn url(&self) -> String {
        url(self.id)
    }
}

/// The stable address of a task.
pub fn url(id: Uuid) -> String {
    format!("/tasks/{id}")
}

/// The form of a task, as a browser posts it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskForm {
    pub title: String,
    pub note: String,
    pub due_on: String,
    /// The id of an account.
    pub owner: String,
}

#[cfg(feature = "ssr")]
pub use parse::not_long_ago;

#[cfg(feature = "ssr")]
mod parse {
    use super::{Details, TaskForm, Timestamp, Uuid};
    use crate::error::{Check, Problem};

    /// How long ago a task may have been due that is noted only now.
    const LONG_AGO: i64 = 31 * Timestamp::DAY;

    /// Notes a due day that is so long past that nobody can have meant it: what is noted late is a few days late.
    pub fn not_long_ago(check: &mut Check, field: &str, due_on: Option<&str>, now: Timestamp) {
        if due_on.is_some_and(|day| *day < *now.minus(LONG_AGO).iso_day()) {
            check.note(field, Problem::LongAgo);
        }
    }

    impl TaskForm {
        /// Reads the form; whether the owner can have tasks is asked elsewhere, and whether the day is long past.
        pub fn parse(&self, check: &mut Check) -> Details {
            let title = check.required("title", &self.title, 200);
            let note = check.text("note", &self.note, 2000);
            let due_on = check.date("due_on", &self.due_on);
            if due_on.is_none() {
                check.note("due_on", Problem::Missing);
            }
            let owner = self.owner.parse().unwrap_or_else(|_| {
                check.note("owner", if self.owner.is_empty() { Problem::Missing } else { Problem::NotAnOption });
                Uuid::nil()
            });
            Details { title, note, due_on: due_on.unwrap_or_default(), owner }
        }
    }
}
