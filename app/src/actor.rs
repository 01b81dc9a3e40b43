//! Who is asking, and what they may do. Pages draw their buttons from the same functions that the server enforces.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{Error, Result};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Administrator,
    Staff,
    Executive,
    Expert,
    Representative,
}

impl Role {
    pub const ALL: [Self; 5] = [Self::Administrator, Self::Staff, Self::Executive, Self::Expert, Self::Representative];

    pub fn code(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Staff => "staff",
            Self::Executive => "executive",
            Self::Expert => "expert",
            Self::Representative => "representative",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether this is one of the zone's own people, who know of all companies.
    pub fn works_in_zone(self) -> bool {
        matches!(self, Self::Administrator | Self::Staff | Self::Executive)
    }
}

/// What somebody may do in a company's name; each may also do what stands before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rights {
    /// Sees what is the company's.
    Viewer,
    /// Edits drafts.
    Contributor,
    /// Submits, withdraws, signs.
    Manager,
    /// Decides who acts for the company.
    Administrator,
}

impl Rights {
    pub const ALL: [Self; 4] = [Self::Viewer, Self::Contributor, Self::Manager, Self::Administrator];

    pub fn code(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Contributor => "contributor",
            Self::Manager => "manager",
            Self::Administrator => "administrator",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rights| rights.code() == code)
    }
}

/// A company that a person acts for, with which rights.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Affiliation {
    pub company: Uuid,
    pub rights: Rights,
    pub name_en: String,
    pub name_zh: String,
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    pub id: Uuid,
    pub name: String,
    pub role: Role,
    /// The companies that a representative acts for, by name; none for others.
    pub affiliations: Vec<Affiliation>,
    /// The one of them that the representative acts for now.
    pub acting: Option<Uuid>,
    /// How many notifications wait to be read.
    pub unread: i64,
    /// The administrator who looks as this person, read-only.
    pub viewer: Option<Uuid>,
}

/// Which companies a person may know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompanyScope {
    /// All of them, with everything.
    All,
    /// All of them, but only name, country and kind.
    Names,
    /// These, with everything.
    Own(Vec<Uuid>),
}

impl Actor {
    /// The companies that this person's lists, counts and searches are about: for a representative the one acted for.
    pub fn companies(&self) -> CompanyScope {
        match self.role {
            Role::Administrator | Role::Staff | Role::Executive => CompanyScope::All,
            Role::Expert => CompanyScope::Names,
            Role::Representative => CompanyScope::Own(self.acting.into_iter().collect()),
        }
    }

    /// Whether this person may open this company's page: a representative that of each company they act for.
    pub fn may_see_company(&self, id: Uuid) -> bool {
        self.role != Role::Representative || self.rights_in(id).is_some()
    }

    /// The guard of a company's page.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another company's people; nothing is told to them, not even that it exists.
    pub fn opens_company(&self, id: Uuid) -> Result<()> {
        if self.may_see_company(id) { Ok(()) } else { Err(Error::NotFound) }
    }

    /// With which rights this person acts for a company.
    pub fn rights_in(&self, company: Uuid) -> Option<Rights> {
        self.affiliations.iter().find(|affiliation| affiliation.company == company).map(|found| found.rights)
    }

    /// `Ok` when this person may do in the company's name what takes these rights.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who does not act for it, [`Error::Forbidden`] for who does with lesser rights.
    pub fn represents(&self, company: Uuid, at_least: Rights) -> Result<()> {
        require(self.rights_in(company).ok_or(Error::NotFound)? >= at_least)
    }

    /// Whether this person may be told what happens to a company: who sees more of it than its name.
    pub fn may_follow_company(&self, id: Uuid) -> bool {
        self.may_see_company(id) && self.companies() != CompanyScope::Names
    }

    pub fn may_edit_companies(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    /// Whether this person sees the register as a board, and saves views of it: who works in the zone.
    pub fn may_see_board(&self) -> bool {
        self.role.works_in_zone()
    }

    /// Whether this person decides who is let in, for which company.
    pub fn may_admit(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    /// With which rights, at most, this person may invite others to act for a company.
    ///
    /// # Errors
    /// [`Error::NotFound`] for who may not know of it, [`Error::Forbidden`] for who may not invite to it.
    pub fn may_invite_to(&self, company: Uuid) -> Result<Rights> {
        match self.role {
            Role::Administrator | Role::Staff => Ok(Rights::Administrator),
            Role::Executive | Role::Expert => Err(Error::Forbidden),
            Role::Representative => {
                self.represents(company, Rights::Administrator)?;
                self.rights_in(company).ok_or(Error::NotFound)
            }
        }
    }

    pub fn may_export_companies(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff | Role::Executive)
    }

    pub fn may_import_products(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    pub fn may_export_products(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff | Role::Executive)
    }

    pub fn may_see_enquiries(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff | Role::Executive)
    }

    /// Whether this person answers enquiries, and so may be absent and have a deputy.
    pub fn may_handle_enquiries(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
    }

    pub fn may_administer(&self) -> bool {
        self.role == Role::Administrator
    }

    /// Whether this person reads what the zone thinks of companies: tiers, tags, reasons, notes, competitors.
    pub fn may_see_internals(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff | Role::Executive)
    }

    /// Whether timelines name the people of the zone to this person; representatives read "zone staff".
    pub fn may_see_staff_names(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff | Role::Executive)
    }
}

/// `Ok` when allowed, else [`Error::Forbidden`].
pub fn require(allowed: bool) -> Result<()> {
    if allowed { Ok(()) } else { Err(Error::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(role: Role) -> Actor {
        let affiliation = |company, rights| Affiliation {
            company: Uuid::from_u128(company),
            rights,
            name_en: String::new(),
            name_zh: String::new(),
        };
        Actor {
            id: Uuid::nil(),
            name: String::new(),
            role,
            affiliations: vec![affiliation(7, Rights::Manager), affiliation(9, Rights::Viewer)],
            acting: Some(Uuid::from_u128(7)),
            unread: 0,
            viewer: None,
        }
    }

    #[test]
    fn a_representative_sees_their_own_company_and_no_other() {
        let rep = actor(Role::Representative);
        assert!(rep.may_see_company(Uuid::from_u128(7)));
        assert!(!rep.may_see_company(Uuid::from_u128(8)));
        assert_eq!(rep.companies(), CompanyScope::Own(vec![Uuid::from_u128(7)]), "lists are of the one acted for");
        assert!(rep.may_see_company(Uuid::from_u128(9)), "links open the others");
        assert!(!rep.may_edit_companies() && !rep.may_export_companies() && !rep.may_export_products());
    }

    #[test]
    fn rights_are_those_in_that_company() {
        let rep = actor(Role::Representative);
        let (strong, weak, strange) = (Uuid::from_u128(7), Uuid::from_u128(9), Uuid::from_u128(8));
        assert_eq!(rep.represents(strong, Rights::Manager), Ok(()));
        assert_eq!(rep.represents(strong, Rights::Administrator), Err(Error::Forbidden));
        assert_eq!(rep.represents(weak, Rights::Viewer), Ok(()));
        assert_eq!(rep.represents(weak, Rights::Contributor), Err(Error::Forbidden));
        assert_eq!(rep.represents(strange, Rights::Viewer), Err(Error::NotFound));
        assert!(Rights::ALL.into_iter().all(|rights| Rights::from_code(rights.code()) == Some(rights)));
    }

    #[test]
    fn only_administrators_administer_and_only_they_and_staff_write() {
        for role in Role::ALL {
            assert_eq!(actor(role).may_administer(), role == Role::Administrator);
            assert_eq!(actor(role).may_edit_companies(), matches!(role, Role::Administrator | Role::Staff));
            assert_eq!(Role::from_code(role.code()), Some(role));
        }
    }
}
