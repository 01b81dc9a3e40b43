//! What an internal note is, and who reads and writes them.

use uuid::Uuid;

use crate::actor::{Actor, require};
use crate::error::Result;
use crate::writing::model::Writing;

/// A note, and who was named in it.
#[derive(Clone, Debug)]
pub struct Note {
    pub writing: Writing,
    pub company: Uuid,
}

impl Note {
    /// Where it stands.
    pub fn url(&self) -> String {
        format!("{}#written-{}", list_url(self.company), self.writing.id)
    }
}

/// The address of what is noted of a company.
pub fn list_url(company: Uuid) -> String {
    format!("{}/notes", crate::company::model::url(company))
}

impl Actor {
    /// Whether this person reads what the zone notes of a company.
    ///
    /// # Errors
    /// [`crate::error::Error::NotFound`] for another company's people, [`crate::error::Error::Forbidden`] for everybody
    /// else who does not work in the zone.
    pub fn reads_notes_of(&self, company: Uuid) -> Result<()> {
        self.opens_company(company)?;
        require(self.role.works_in_zone())
    }

    /// Whether this person writes such notes.
    ///
    /// # Errors
    /// [`crate::error::Error::Forbidden`] for executives, who only read, else those of [`Actor::reads_notes_of`].
    pub fn writes_notes_of(&self, company: Uuid) -> Result<()> {
        self.reads_notes_of(company)?;
        require(self.may_edit_companies())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::{Affiliation, Rights, Role};
    use crate::error::Error;

    #[test]
    fn a_company_never_sees_what_is_noted_of_it() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let rights = Rights::Administrator;
        let actor = |role| Actor {
            id: Uuid::nil(),
            name: String::new(),
            role,
            affiliations: vec![Affiliation { company: own, rights, name_en: String::new(), name_zh: String::new() }],
            acting: Some(own),
            unread: 0,
            viewer: None,
        };
        for role in [Role::Administrator, Role::Staff] {
            assert_eq!(actor(role).writes_notes_of(other), Ok(()));
        }
        assert_eq!(actor(Role::Executive).reads_notes_of(own), Ok(()));
        assert_eq!(actor(Role::Executive).writes_notes_of(own), Err(Error::Forbidden));
        assert_eq!(actor(Role::Expert).reads_notes_of(own), Err(Error::Forbidden));
        assert_eq!(actor(Role::Representative).reads_notes_of(own), Err(Error::Forbidden));
        assert_eq!(actor(Role::Representative).reads_notes_of(other), Err(Error::NotFound));
    }
}
