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
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Actor {
    pub id: Uuid,
    pub name: String,
    pub role: Role,
    /// The companies that a representative acts for.
    pub companies: Vec<Uuid>,
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
    /// The companies this person may see.
    pub fn companies(&self) -> CompanyScope {
        match self.role {
            Role::Administrator | Role::Staff | Role::Executive => CompanyScope::All,
            Role::Expert => CompanyScope::Names,
            Role::Representative => CompanyScope::Own(self.companies.clone()),
        }
    }

    /// Whether this person may open this company's page.
    pub fn may_see_company(&self, id: Uuid) -> bool {
        match self.companies() {
            CompanyScope::All | CompanyScope::Names => true,
            CompanyScope::Own(own) => own.contains(&id),
        }
    }

    pub fn may_edit_companies(&self) -> bool {
        matches!(self.role, Role::Administrator | Role::Staff)
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
        Actor { id: Uuid::nil(), name: String::new(), role, companies: vec![Uuid::from_u128(7)] }
    }

    #[test]
    fn a_representative_sees_their_own_company_and_no_other() {
        let rep = actor(Role::Representative);
        assert!(rep.may_see_company(Uuid::from_u128(7)));
        assert!(!rep.may_see_company(Uuid::from_u128(8)));
        assert!(!rep.may_edit_companies() && !rep.may_export_companies() && !rep.may_export_products());
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
