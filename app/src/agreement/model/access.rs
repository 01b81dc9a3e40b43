//! Who sees an agreement, and what they may do about it.

use uuid::Uuid;

use crate::actor::{Actor, Rights, Role, require};
use crate::error::{Error, Result};

/// Which agreements a person may know of. Every statement that reads agreements for somebody takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    All,
    /// All but drafts marked private.
    Executive,
    /// Those that the parties see and of which one of these companies is a party.
    Of(Vec<Uuid>),
}

/// What of an agreement decides who sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whether its parties see it.
    pub shared: bool,
    pub private: bool,
    /// The companies that are its parties.
    pub parties: Vec<Uuid>,
}

impl Scope {
    /// Whether an agreement is within it: in words what its statements say in SQL.
    pub fn covers(&self, seen: &Seen) -> bool {
        match self {
            Self::All => true,
            Self::Executive => seen.shared || !seen.private,
            Self::Of(companies) => seen.shared && companies.iter().any(|company| seen.parties.contains(company)),
        }
    }
}

impl Actor {
    /// What the page of an agreement answers this person.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who have nothing to do with agreements; [`Error::NotFound`] for one that this person
    /// may not know of.
    pub fn opens_agreement(&self, seen: &Seen) -> Result<()> {
        if self.opens_agreements()?.covers(seen) { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Whether this person has to do with agreements at all.
    pub fn may_see_agreements(&self) -> bool {
        self.role != Role::Expert
    }

    pub fn may_edit_agreements(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    /// Whether this person reads what the zone's people say of agreements among themselves.
    pub fn may_read_agreement_notes(&self) -> bool {
        self.role.works_in_zone()
    }

    /// The agreements that this person's pages and actions may be about: of a representative those of all their companies,
    /// for links open the other ones, too.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who have nothing to do with agreements.
    pub fn opens_agreements(&self) -> Result<Scope> {
        require(self.may_see_agreements())?;
        Ok(match self.role {
            Role::Administrator | Role::Staff => Scope::All,
            Role::Executive => Scope::Executive,
            _ => Scope::Of(self.affiliations.iter().map(|affiliation| affiliation.company).collect()),
        })
    }

    /// The agreements that this person's lists and counts are of: for a representative those of the company acted for.
    ///
    /// # Errors
    /// Those of [`Actor::opens_agreements`], and a refusal for who acts for no company any more.
    pub fn lists_agreements(&self) -> Result<Scope> {
        self.acts_for_any()?;
        Ok(match self.opens_agreements()? {
            Scope::Of(_) => Scope::Of(self.acting.into_iter().collect()),
            scope => scope,
        })
    }

    /// Whether this person says what a party says of the text.
    pub fn gives_word_for(&self, company: Uuid) -> bool {
        self.represents(company, Rights::Manager).is_ok()
    }

    /// Whether this person writes to the other parties for a company.
    pub fn writes_for(&self, company: Uuid) -> bool {
        self.represents(company, Rights::Contributor).is_ok()
    }
}
