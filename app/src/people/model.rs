//! Who may see and change whom.

use crate::actor::{Actor, Role};
use crate::error::{Error, Refusal, Result};

/// Which accounts somebody may know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountScope {
    All,
    /// The people of companies.
    Representatives,
}

impl Actor {
    /// The accounts that this person's list shows.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators and staff.
    pub fn accounts(&self) -> Result<AccountScope> {
        match self.role {
            Role::Administrator => Ok(AccountScope::All),
            Role::Staff => Ok(AccountScope::Representatives),
            Role::Executive | Role::Expert | Role::Representative => Err(Error::Forbidden),
        }
    }

    /// Whether this person may open the page of an account with this role.
    ///
    /// # Errors
    /// Those of [`Actor::accounts`], and [`Error::NotFound`] for an account that is not in the list.
    pub fn may_see_person(&self, role: Role) -> Result<()> {
        let seen = self.accounts()? == AccountScope::All || role == Role::Representative;
        if seen { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Whether this person may look as somebody.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for all but administrators; a refusal to look as oneself or as another administrator.
    pub fn may_look_as(&self, id: uuid::Uuid, role: Role) -> Result<()> {
        crate::actor::require(self.may_administer())?;
        let allowed = id != self.id && role != Role::Administrator;
        if allowed { Ok(()) } else { Err(Error::Refused(Refusal::NotLookedAs)) }
    }
}
