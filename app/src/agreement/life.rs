//! The life of an agreement: its states, every move there is between them, and what must be so before each. Plain rules,
//! no I/O, no clock: the moment comes as a number.

use crate::codes::codes;
use crate::error::Hindrance;

codes!(
    /// Where an agreement stands.
    State {
        Draft = "draft",
        InternalReview = "internal_review",
        /// From here on the parties see it.
        Negotiation = "negotiation",
        TextAgreed = "text_agreed",
        ForSignature = "for_signature",
        PartlySigned = "partly_signed",
        Signed = "signed",
        InForce = "in_force",
        Expired = "expired",
        Renewed = "renewed",
        Terminated = "terminated",
        /// The zone gave it up before it was signed.
        Withdrawn = "withdrawn",
        /// A party refused it.
        Rejected = "rejected",
    }
);

/// By what a move is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Staff decides.
    Staff,
    /// What is signed, and by how many, decides.
    Signing,
    /// The day has come.
    Clock,
}

/// What must be so before a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    TwoParties,
    /// There is a text.
    Text,
    /// Every party accepts the text, or staff says why it counts as agreed.
    Accepted,
    /// It is said why.
    Reason,
    SomeSigned,
    AllSigned,
    /// The scanned original is there.
    Original,
    EffectiveDay,
    /// The effective day has begun.
    Begun,
    /// The last day is over, and nothing renews it.
    Ended,
    /// Another agreement that renews it is in force.
    Followed,
}

type Row = (State, State, Way, &'static [Guard]);

/// Every move there is. What is not in here is refused.
const TRANSITIONS: [Row; 27] = {
    use Guard::{
        Accepted, AllSigned, Begun, EffectiveDay, Ended, Followed, Original, Reason, SomeSigned, Text, TwoParties,
    };
    use State::{
        Draft, Expired, ForSignature, InForce, InternalReview, Negotiation, PartlySigned, Rejected, Renewed, Signed,
        Terminated, TextAgreed, Withdrawn,
    };
    use Way::{Clock, Signing, Staff};
    [
        (Draft, InternalReview, Staff, &[]),
        (Draft, Withdrawn, Staff, &[Reason]),
        (InternalReview, Draft, Staff, &[Reason]),
        (InternalReview, Negotiation, Staff, &[TwoParties, Text]),
        (InternalReview, Withdrawn, Staff, &[Reason]),
        (Negotiation, TextAgreed, Staff, &[TwoParties, Text, Accepted]),
        (Negotiation, Withdrawn, Staff, &[Reason]),
        (Negotiation, Rejected, Staff, &[Reason]),
        (TextAgreed, ForSignature, Staff, &[]),
        // What the parties have seen is never hidden from them again: the way back ends at the negotiation.
        (TextAgreed, Negotiation, Staff, &[Reason]),
        (TextAgreed, Withdrawn, Staff, &[Reason]),
        (TextAgreed, Rejected, Staff, &[Reason]),
        (ForSignature, PartlySigned, Signing, &[SomeSigned]),
        (ForSignature, Signed, Signing, &[AllSigned, Original, EffectiveDay]),
        (ForSignature, Negotiation, Staff, &[Reason]),
        (ForSignature, Withdrawn, Staff, &[Reason]),
        (ForSignature, Rejected, Staff, &[Reason]),
        (PartlySigned, Signed, Signing, &[AllSigned, Original, EffectiveDay]),
        // Voids what was signed; whoever does it is told so before.
        (PartlySigned, Negotiation, Staff, &[Reason]),
        (PartlySigned, Rejected, Staff, &[Reason]),
        (Signed, InForce, Clock, &[Begun]),
        (Signed, Terminated, Staff, &[Reason]),
        (InForce, Expired, Clock, &[Ended]),
        (InForce, Renewed, Staff, &[Reason]),
        (InForce, Renewed, Clock, &[Followed]),
        (Expired, Renewed, Clock, &[Followed]),
        (InForce, Terminated, Staff, &[Reason]),
    ]
};

/// What is known of an agreement that the guards look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    pub parties: usize,
    pub has_text: bool,
    /// How many parties accept the text as it is.
    pub accept: usize,
    pub signed: usize,
    pub has_original: bool,
    /// 00:00 of its first day, and of the day after its last, in microseconds.
    pub effective_at: Option<i64>,
    pub ends_at: Option<i64>,
    /// Whether it goes on by itself when its term ends.
    pub renews: bool,
    /// Whether another agreement that renews it is in force.
    pub followed: bool,
    /// Whether it is said why.
    pub reason: bool,
    pub now: i64,
}

impl Guard {
    /// What stands in the way of it, if anything does.
    fn hindrance(self, s: &Standing) -> Option<Hindrance> {
        let (holds, hindrance) = match self {
            Self::TwoParties => (s.parties >= 2, Hindrance::TwoParties),
            Self::Text => (s.has_text, Hindrance::Text),
            Self::Accepted => (s.reason || (s.parties > 0 && s.accept >= s.parties), Hindrance::Accepted),
            Self::Reason => (s.reason, Hindrance::Reason),
            Self::SomeSigned => (s.signed > 0 && s.signed < s.parties, Hindrance::Signed),
            Self::AllSigned => (s.parties >= 2 && s.signed >= s.parties, Hindrance::Signed),
            Self::Original => (s.has_original, Hindrance::Original),
            Self::EffectiveDay => (s.effective_at.is_some(), Hindrance::EffectiveDay),
            Self::Begun => (s.effective_at.is_some_and(|at| at <= s.now), Hindrance::NotYet),
            Self::Followed => (s.followed, Hindrance::NotYet),
            Self::Ended => (!s.renews && s.ends_at.is_some_and(|at| at <= s.now), Hindrance::NotYet),
        };
        (!holds).then_some(hindrance)
    }
}

/// Whether an agreement may go from one state to another this way.
///
/// # Errors
/// [`Hindrance::NoSuchMove`], or the first thing that stands in the way.
pub fn may(from: State, to: State, way: Way, standing: &Standing) -> Result<(), Hindrance> {
    let row = TRANSITIONS.iter().find(|row| row.0 == from && row.1 == to && row.2 == way);
    let guards = row.ok_or(Hindrance::NoSuchMove)?.3;
    guards.iter().find_map(|guard| guard.hindrance(standing)).map_or(Ok(()), Err)
}

/// Where staff may move an agreement, in the order of the table; what stands in the way is told when they try.
pub fn next(from: State) -> impl Iterator<Item = State> {
    TRANSITIONS.iter().filter(move |row| row.0 == from && row.2 == Way::Staff).map(|row| row.1)
}

/// Whether it must be said why it is moved.
pub fn needs_reason(from: State, to: State) -> bool {
    TRANSITIONS.iter().any(|row| row.0 == from && row.1 == to && row.3.contains(&Guard::Reason))
}

impl State {
    /// Where an agreement stands that was moved here last, at a moment: its day comes and goes whether or not somebody
    /// has written so already.
    #[must_use]
    pub fn at(self, effective_at: Option<i64>, ends_at: Option<i64>, renews: bool, now: i64) -> Self {
        let begun = self == Self::InForce || (self == Self::Signed && effective_at.is_some_and(|at| at <= now));
        let ended = !renews && ends_at.is_some_and(|at| at <= now);
        match (begun, ended) {
            (false, _) => self,
            (true, false) => Self::InForce,
            (true, true) => Self::Expired,
        }
    }

    /// Whether only the zone sees it: a party's people do not, not even that it exists.
    pub fn is_internal(self) -> bool {
        matches!(self, Self::Draft | Self::InternalReview)
    }

    /// Whether nothing can become of it any more.
    pub fn is_over(self) -> bool {
        matches!(self, Self::Expired | Self::Renewed | Self::Terminated | Self::Withdrawn | Self::Rejected)
    }

    /// Whether the text can change, and who the parties are.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::InternalReview | Self::Negotiation)
    }

    /// Whether its days are still open: from the signature on they are what was signed.
    pub fn has_open_days(self) -> bool {
        self.is_open() || matches!(self, Self::TextAgreed | Self::ForSignature)
    }

    /// Whether signatures are recorded.
    pub fn takes_signatures(self) -> bool {
        matches!(self, Self::ForSignature | Self::PartlySigned)
    }
}

#[cfg(test)]
mod tests;
