//! The life of an obligation: its states, every move there is between them, who makes it, and what must be so before.
//! Plain rules, no I/O, no clock. That it is overdue is no state: it is read from its day.

use crate::codes::codes;
use crate::error::Hindrance;

codes!(
    /// Where an obligation stands.
    State {
        Pending = "pending",
        InProgress = "in_progress",
        /// Evidence was submitted: who benefits has the ball.
        Submitted = "submitted",
        Disputed = "disputed",
        Fulfilled = "fulfilled",
        /// Who benefits does without.
        Waived = "waived",
        /// It ended with its agreement, or was taken out of the plan.
        Lapsed = "lapsed",
    }
);

/// By whom a move is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A party that owes.
    Owing,
    /// A party that benefits. One of several is enough: where thirty benefit, nothing would ever be fulfilled if all had to
    /// say so. The others are told, and one that sees it otherwise disputes it, which opens it again.
    Benefiting,
    Staff,
    /// The agreement ended.
    End,
}

/// What must be so before a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// The agreement binds, or did until it ended.
    Binding,
    /// Somebody owes it, and somebody benefits.
    Sides,
    /// Something is shown for it.
    Evidence,
    /// Whoever says so did not show the evidence.
    OtherHand,
    /// Whoever says so does not owe it.
    NotOwing,
    /// It is said why.
    Reason,
}

type Row = (State, State, &'static [Way], &'static [Guard]);

/// Every move there is. What is not in here is refused.
const TRANSITIONS: [Row; 21] = {
    use Guard::{Binding, Evidence, NotOwing, OtherHand, Reason, Sides};
    use State::{Disputed, Fulfilled, InProgress, Lapsed, Pending, Submitted, Waived};
    use Way::{Benefiting, End, Owing, Staff};
    [
        (Pending, InProgress, &[Owing], &[Binding, Sides]),
        (Pending, Submitted, &[Owing], &[Binding, Sides, Evidence]),
        (InProgress, Submitted, &[Owing], &[Binding, Sides, Evidence]),
        // Refused: it goes back to who owes it.
        (Submitted, InProgress, &[Benefiting], &[OtherHand, Reason]),
        (Submitted, Fulfilled, &[Benefiting], &[OtherHand]),
        (Pending, Waived, &[Benefiting], &[Binding, NotOwing, Reason]),
        (InProgress, Waived, &[Benefiting], &[Binding, NotOwing, Reason]),
        (Submitted, Waived, &[Benefiting], &[Binding, NotOwing, Reason]),
        (Pending, Disputed, &[Owing, Benefiting], &[Binding, Reason]),
        (InProgress, Disputed, &[Owing, Benefiting], &[Binding, Reason]),
        (Submitted, Disputed, &[Owing, Benefiting], &[Binding, Reason]),
        // Another one that benefits sees it otherwise.
        (Fulfilled, Disputed, &[Benefiting], &[Reason]),
        (Waived, Disputed, &[Benefiting], &[Reason]),
        // Staff settles it, back to wherever the parties agreed that it stands.
        (Disputed, Pending, &[Staff], &[Reason]),
        (Disputed, InProgress, &[Staff], &[Reason]),
        (Disputed, Submitted, &[Staff], &[Evidence, Reason]),
        (Disputed, Fulfilled, &[Staff], &[Reason]),
        (Disputed, Waived, &[Staff], &[Reason]),
        (Disputed, Lapsed, &[Staff], &[Reason]),
        // What was shown, or is disputed, when the agreement ends is still to be answered: only what nobody did yet lapses.
        (Pending, Lapsed, &[Staff, End], &[Reason]),
        (InProgress, Lapsed, &[Staff, End], &[Reason]),
    ]
};

/// What is known of an obligation, and of who makes the move, that the guards look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub binding: bool,
    pub sides: bool,
    pub evidence: bool,
    /// Whether it was the moving party, or person, that showed the latest evidence.
    pub own_evidence: bool,
    /// Whether the moving party owes it.
    pub owes: bool,
    pub reason: bool,
}

impl Guard {
    fn hindrance(self, s: &Standing) -> Option<Hindrance> {
        let (holds, hindrance) = match self {
            Self::Binding => (s.binding, Hindrance::NotBinding),
            Self::Sides => (s.sides, Hindrance::NoSides),
            Self::Evidence => (s.evidence, Hindrance::NoEvidence),
            Self::OtherHand => (!s.own_evidence, Hindrance::OwnEvidence),
            Self::NotOwing => (!s.owes, Hindrance::OwnDebt),
            Self::Reason => (s.reason, Hindrance::Reason),
        };
        (!holds).then_some(hindrance)
    }
}

/// Whether an obligation may go from one state to another this way.
///
/// # Errors
/// [`Hindrance::NoSuchMove`], or the first thing that stands in the way.
pub fn may(from: State, to: State, way: Way, standing: &Standing) -> Result<(), Hindrance> {
    let row = TRANSITIONS.iter().find(|row| row.0 == from && row.1 == to && row.2.contains(&way));
    let guards = row.ok_or(Hindrance::NoSuchMove)?.3;
    guards.iter().find_map(|guard| guard.hindrance(standing)).map_or(Ok(()), Err)
}

/// Where this way leads from a state, in the order of the table.
pub fn next(from: State, way: Way) -> impl Iterator<Item = State> {
    TRANSITIONS.iter().filter(move |row| row.0 == from && row.2.contains(&way)).map(|row| row.1)
}

/// Whether it must be said why.
pub fn needs_reason(from: State, to: State) -> bool {
    TRANSITIONS.iter().any(|row| row.0 == from && row.1 == to && row.3.contains(&Guard::Reason))
}

impl State {
    /// Whether nothing more is to be done.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Fulfilled | Self::Waived | Self::Lapsed)
    }

    /// Whether who owes it has still to do something: only then it can be overdue.
    pub fn is_awaited(self) -> bool {
        matches!(self, Self::Pending | Self::InProgress)
    }

    /// A sign of it beside its words, for the matrix.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Pending => "·",
            Self::InProgress => "…",
            Self::Submitted => "↑",
            Self::Disputed => "!",
            Self::Fulfilled => "✓",
            Self::Waived => "–",
            Self::Lapsed => "×",
        }
    }
}

#[cfg(test)]
mod tests;
