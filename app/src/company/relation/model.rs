//! What a relation is, and how it reads from each of its two sides.

use uuid::Uuid;

/// Always of one company, "from", to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    ParentOf,
    /// "From" has a share in the joint venture "to".
    JointVenture,
    /// "From" gave "to" a licence.
    Licence,
    AgentOf,
    /// The same in both directions.
    Competitor,
}

impl Kind {
    pub const ALL: [Self; 5] = [Self::ParentOf, Self::JointVenture, Self::Licence, Self::AgentOf, Self::Competitor];

    pub fn code(self) -> &'static str {
        match self {
            Self::ParentOf => "parent_of",
            Self::JointVenture => "joint_venture",
            Self::Licence => "licence",
            Self::AgentOf => "agent_of",
            Self::Competitor => "competitor",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What the other company is to the one that is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Parent,
    Subsidiary,
    JointVenture,
    Shareholder,
    Licensor,
    Licensee,
    Agent,
    /// Whose agent it is.
    Principal,
    Competitor,
}

impl Side {
    pub const ALL: [Self; 9] = [
        Self::Parent,
        Self::Subsidiary,
        Self::JointVenture,
        Self::Shareholder,
        Self::Licensor,
        Self::Licensee,
        Self::Agent,
        Self::Principal,
        Self::Competitor,
    ];

    /// How the other end of a relation reads at one end of it.
    pub fn of(kind: Kind, seen_from_its_beginning: bool) -> Self {
        match (kind, seen_from_its_beginning) {
            (Kind::ParentOf, true) => Self::Subsidiary,
            (Kind::ParentOf, false) => Self::Parent,
            (Kind::JointVenture, true) => Self::JointVenture,
            (Kind::JointVenture, false) => Self::Shareholder,
            (Kind::Licence, true) => Self::Licensee,
            (Kind::Licence, false) => Self::Licensor,
            (Kind::AgentOf, true) => Self::Principal,
            (Kind::AgentOf, false) => Self::Agent,
            (Kind::Competitor, _) => Self::Competitor,
        }
    }

    /// The kind of the relation, and whether it begins at the company that is looked at.
    pub fn relation(self) -> (Kind, bool) {
        match self {
            Self::Parent => (Kind::ParentOf, false),
            Self::Subsidiary => (Kind::ParentOf, true),
            Self::JointVenture => (Kind::JointVenture, true),
            Self::Shareholder => (Kind::JointVenture, false),
            Self::Licensor => (Kind::Licence, false),
            Self::Licensee => (Kind::Licence, true),
            Self::Agent => (Kind::AgentOf, false),
            Self::Principal => (Kind::AgentOf, true),
            Self::Competitor => (Kind::Competitor, true),
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Parent => "parent",
            Self::Subsidiary => "subsidiary",
            Self::JointVenture => "joint_venture",
            Self::Shareholder => "shareholder",
            Self::Licensor => "licensor",
            Self::Licensee => "licensee",
            Self::Agent => "agent",
            Self::Principal => "principal",
            Self::Competitor => "competitor",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.code() == code)
    }
}

/// A relation as it is kept. Dates are ISO text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub id: Uuid,
    pub from: Uuid,
    pub to: Uuid,
    pub kind: Kind,
    pub since: Option<String>,
    pub until: Option<String>,
    pub note: String,
}

/// Whether something that ends on a day lasts on another. The last day counts.
pub fn lasts(until: Option<&str>, today: &str) -> bool {
    until.is_none_or(|until| until >= today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_side_reads_the_relation_from_where_it_stands() {
        for side in Side::ALL {
            let (kind, begins_here) = side.relation();
            assert_eq!(Side::of(kind, begins_here), side);
            assert_eq!(Side::from_code(side.code()), Some(side));
            let other = Side::of(kind, !begins_here);
            assert_eq!(other == side, kind == Kind::Competitor, "{side:?} and {other:?}");
        }
        assert_eq!(Side::of(Kind::AgentOf, true), Side::Principal, "who is the agent of somebody sees whose");
    }

    #[test]
    fn the_last_day_counts() {
        assert!(lasts(None, "2026-11-22") && lasts(Some("2026-11-22"), "2026-11-22"));
        assert!(!lasts(Some("2026-11-21"), "2026-11-22"));
    }
}
