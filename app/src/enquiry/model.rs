//! What an enquiry is, what may happen to it, and when it must.

mod form;

use uuid::Uuid;

pub use self::form::EnquiryForm;
use crate::codes::codes;
use crate::error::{Check, Error, Problem, Refusal, Result};
use crate::language::Language;
use crate::time::Timestamp;

/// Past all time: where a clock would stand that does not run.
pub const NEVER: i64 = 9_000_000_000_000_000_000;

codes!(
    /// What it is about.
    Kind {
        Investment = "investment",
        Product = "product",
        MedicalTourism = "medical_tourism",
        Cooperation = "cooperation",
        Event = "event",
        Other = "other",
    }
);
codes!(
    /// How it came.
    Channel {
        Form = "form",
        Phone = "phone",
        Mail = "mail",
        Exhibition = "exhibition",
        Visit = "visit",
        Other = "other",
    }
);
codes!(Priority { High = "high", Normal = "normal", Low = "low" });
codes!(
    /// Why it was closed.
    CloseReason {
        Settled = "settled",
        NoReply = "no_reply",
        NotForUs = "not_for_us",
        Withdrawn = "withdrawn",
        Spam = "spam",
        Duplicate = "duplicate",
        Other = "other",
    }
);
codes!(
    /// How far it is.
    State {
        Received = "received",
        Acknowledged = "acknowledged",
        Screened = "screened",
        Assigned = "assigned",
        Answered = "answered",
        FollowedUp = "followed_up",
        Converted = "converted",
        Closed = "closed",
    }
);
codes!(
    /// What staff can do with it.
    Action {
        Acknowledge = "acknowledge",
        /// It is genuine, and so urgent.
        Screen = "screen",
        /// It is spam, or was asked before.
        Dismiss = "dismiss",
        Assign = "assign",
        Answer = "answer",
        FollowUp = "follow_up",
        /// It becomes a company of the register.
        Convert = "convert",
        Close = "close",
        Reopen = "reopen",
    }
);

/// Every step there is. What is not in here is refused.
const TRANSITIONS: [(State, Action, State); 28] = {
    use Action::{Acknowledge, Answer, Assign, Close, Convert, Dismiss, FollowUp, Reopen, Screen};
    use State::{Acknowledged, Answered, Assigned, Closed, Converted, FollowedUp, Received, Screened};
    [
        (Received, Acknowledge, Acknowledged),
        // Nobody writes to spam, so screening need not wait for the acknowledgement.
        (Received, Screen, Screened),
        (Received, Dismiss, Closed),
        (Received, Close, Closed),
        (Acknowledged, Screen, Screened),
        (Acknowledged, Dismiss, Closed),
        (Acknowledged, Close, Closed),
        (Screened, Acknowledge, Screened),
        (Screened, Screen, Screened),
        (Screened, Dismiss, Closed),
        (Screened, Assign, Assigned),
        (Screened, Close, Closed),
        (Assigned, Acknowledge, Assigned),
        (Assigned, Assign, Assigned),
        (Assigned, Answer, Answered),
        (Assigned, Convert, Converted),
        (Assigned, Close, Closed),
        (Answered, Assign, Answered),
        (Answered, Answer, Answered),
        (Answered, FollowUp, FollowedUp),
        (Answered, Convert, Converted),
        (Answered, Close, Closed),
        (FollowedUp, Assign, FollowedUp),
        (FollowedUp, Answer, FollowedUp),
        (FollowedUp, FollowUp, FollowedUp),
        (FollowedUp, Convert, Converted),
        (FollowedUp, Close, Closed),
        // And from there on as far as it had come, see `Progress::reopened`.
        (Closed, Reopen, Received),
    ]
};

/// How far an enquiry has come, whatever its state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub acknowledged: bool,
    pub screened: bool,
    pub assigned: bool,
    pub answered: bool,
}

impl Progress {
    /// The state that a reopened enquiry takes up again.
    fn reopened(self) -> State {
        match self {
            Self { answered: true, .. } => State::Answered,
            Self { assigned: true, .. } => State::Assigned,
            Self { screened: true, .. } => State::Screened,
            Self { acknowledged: true, .. } => State::Acknowledged,
            _ => State::Received,
        }
    }
}

impl State {
    /// The state after an action.
    ///
    /// # Errors
    /// [`Refusal::NotNow`] when the action is not possible in this state.
    pub fn after(self, action: Action, progress: Progress) -> Result<Self> {
        let refused = Err(Error::Refused(Refusal::NotNow));
        // One is acknowledged once; an answer acknowledges, too.
        if action == Action::Acknowledge && progress.acknowledged {
            return refused;
        }
        let found = TRANSITIONS.iter().find(|(from, by, _)| *from == self && *by == action);
        match found {
            None => refused,
            Some((_, Action::Reopen, _)) => Ok(progress.reopened()),
            Some((_, _, to)) => Ok(*to),
        }
    }

    /// Whether nobody need do anything any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Converted | Self::Closed)
    }

    /// What should be done next, first of what may be done.
    pub fn next_action(self, progress: Progress) -> Option<Action> {
        match self {
            Self::Received => Some(Action::Acknowledge),
            Self::Acknowledged => Some(Action::Screen),
            Self::Screened if !progress.acknowledged => Some(Action::Acknowledge),
            Self::Screened => Some(Action::Assign),
            Self::Assigned => Some(Action::Answer),
            Self::Answered | Self::FollowedUp => Some(Action::FollowUp),
            Self::Converted | Self::Closed => None,
        }
    }

    /// All that may be done.
    pub fn actions(self, progress: Progress) -> Vec<Action> {
        Action::ALL.iter().copied().filter(|action| self.after(*action, progress).is_ok()).collect()
    }
}

/// Within how many working hours an enquiry is acknowledged and answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub acknowledge: i64,
    pub answer: i64,
}

impl Limits {
    pub const USUAL: Self = Self { acknowledge: 4, answer: 16 };

    /// Reads the form of an administrator.
    ///
    /// # Errors
    /// Both fields' problems at once.
    pub fn parse(acknowledge: &str, answer: &str) -> Result<Self> {
        let mut check = Check::default();
        let mut hours = |field, text: &str| match text.trim().parse::<i64>() {
            Ok(hours @ 1..=500) => hours,
            _ => {
                check.note(field, if text.trim().is_empty() { Problem::Missing } else { Problem::NotAnHourCount });
                0
            }
        };
        let limits =
            Self { acknowledge: hours("acknowledge_hours", acknowledge), answer: hours("answer_hours", answer) };
        if limits.answer < limits.acknowledge {
            check.note("answer_hours", Problem::WrongSpan);
        }
        check.finish(limits)
    }
}

/// The two clocks: when each ends, and what stopped them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clocks {
    pub acknowledge_due: Timestamp,
    pub answer_due: Timestamp,
    pub acknowledged_at: Option<Timestamp>,
    pub answered_at: Option<Timestamp>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    Acknowledge,
    Answer,
}

impl Clocks {
    /// The clocks that run, the one that ends first before the other.
    pub fn running(&self, state: State) -> Vec<(Clock, Timestamp)> {
        let mut running = Vec::new();
        if state.is_over() {
            return running;
        }
        if self.acknowledged_at.is_none() {
            running.push((Clock::Acknowledge, self.acknowledge_due));
        }
        if self.answered_at.is_none() {
            running.push((Clock::Answer, self.answer_due));
        }
        running.sort_by_key(|(_, due)| *due);
        running
    }

    /// The moment by which lists are sorted.
    pub fn due(&self, state: State) -> Timestamp {
        self.running(state).first().map_or(Timestamp(NEVER), |(_, due)| *due)
    }
}

/// What a person says who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub kind: Kind,
    pub name: String,
    pub company: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    pub email: String,
    pub phone: String,
    pub language: Language,
    pub message: String,
}

/// An enquiry as it is kept.
#[derive(Clone, Debug)]
pub struct Enquiry {
    pub id: Uuid,
    /// `EN-2026-0007`
    pub number: String,
    pub channel: Channel,
    pub facts: Facts,
    pub state: State,
    pub priority: Priority,
    pub received_at: Timestamp,
    pub recorded_by: Option<String>,
    pub clocks: Clocks,
    pub screened_at: Option<Timestamp>,
    pub assignee: Option<Uuid>,
    pub assignee_name: Option<String>,
    /// The absent person for whom the assignee acts.
    pub assigned_for: Option<String>,
    pub company_id: Option<Uuid>,
    pub duplicate_of: Option<Uuid>,
    pub close_reason: Option<CloseReason>,
    /// An ISO date, or nothing.
    pub next_on: String,
    pub forgotten: bool,
    pub version: i64,
}

impl Enquiry {
    pub fn progress(&self) -> Progress {
        Progress {
            acknowledged: self.clocks.acknowledged_at.is_some(),
            screened: self.screened_at.is_some(),
            assigned: self.assignee.is_some(),
            answered: self.clocks.answered_at.is_some(),
        }
    }

    pub fn url(&self) -> String {
        url(self.id)
    }
}

/// The stable address of an enquiry.
pub fn url(id: Uuid) -> String {
    format!("/enquiries/{id}")
}

/// `EN-2026-0007`; the eleven thousandth of a year has a digit more.
pub fn number_text(year: i16, number: i64) -> String {
    format!("EN-{year}-{number:04}")
}

/// Whether a text is of the form of a number: what an address names is shown only then.
pub fn is_number(text: &str) -> bool {
    let Some((year, number)) = text.strip_prefix("EN-").and_then(|rest| rest.split_once('-')) else { return false };
    let digits = |text: &str, least, most| {
        (least..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    digits(year, 4, 4) && digits(number, 4, 9)
}

#[cfg(test)]
mod tests;
