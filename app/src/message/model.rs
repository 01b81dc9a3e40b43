//! What threads and messages are, and who reads and writes them.

use uuid::Uuid;

use crate::actor::{Actor, Rights, Role};
use crate::error::{Error, Result};
use crate::time::Timestamp;
use crate::writing::model::Writing;

/// The longest subject, in characters.
pub const LONGEST_SUBJECT: u32 = 200;
/// What was written longer ago counts as read: who comes new to a company need not work through all of its past.
pub const UNREAD_FOR: i64 = 90 * Timestamp::DAY;

/// A conversation about one thing.
#[derive(Clone, Debug)]
pub struct Thread {
    pub id: Uuid,
    pub company: Uuid,
    pub subject: String,
    pub opened_by: Uuid,
    pub last_at: Timestamp,
    pub last_by_name: String,
    /// Whether the latest message is the zone's.
    pub last_of_zone: bool,
}

impl Thread {
    pub fn url(&self) -> String {
        url(self.company, self.id)
    }
}

/// A message, and the document that was sent with it.
#[derive(Clone, Debug)]
pub struct Message {
    pub writing: Writing,
    pub thread: Uuid,
    pub document: Option<Uuid>,
}

/// The address of a company's threads.
pub fn list_url(company: Uuid) -> String {
    format!("{}/messages", crate::company::model::url(company))
}

/// The address of a thread.
pub fn url(company: Uuid, thread: Uuid) -> String {
    format!("{}/{thread}", list_url(company))
}

impl Actor {
    /// Whether this person reads the messages between the zone and a company.
    ///
    /// # Errors
    /// [`Error::NotFound`] for another company's people, [`Error::Forbidden`] for experts.
    pub fn reads_messages_of(&self, company: Uuid) -> Result<()> {
        match self.role {
            Role::Administrator | Role::Staff | Role::Executive => Ok(()),
            Role::Expert => Err(Error::Forbidden),
            Role::Representative => self.represents(company, Rights::Viewer),
        }
    }

    /// Whether this person writes to a company, or in its name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who only read, else those of [`Actor::reads_messages_of`].
    pub fn writes_messages_of(&self, company: Uuid) -> Result<()> {
        self.reads_messages_of(company)?;
        match self.role {
            Role::Administrator | Role::Staff => Ok(()),
            Role::Representative => self.represents(company, Rights::Contributor),
            Role::Executive | Role::Expert => Err(Error::Forbidden),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Affiliation;

    #[test]
    fn the_zone_and_the_companys_people_read_and_those_with_rights_write() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let actor = |role, rights| Actor {
            id: Uuid::nil(),
            name: String::new(),
            role,
            affiliations: vec![Affiliation { company: own, rights, name_en: String::new(), name_zh: String::new() }],
            acting: None,
            unread: 0,
            viewer: None,
        };
        for role in [Role::Administrator, Role::Staff] {
            assert_eq!(actor(role, Rights::Viewer).writes_messages_of(other), Ok(()));
        }
        let executive = actor(Role::Executive, Rights::Viewer);
        assert_eq!(executive.reads_messages_of(other), Ok(()));
        assert_eq!(executive.writes_messages_of(other), Err(Error::Forbidden));
        assert_eq!(actor(Role::Expert, Rights::Viewer).reads_messages_of(own), Err(Error::Forbidden));
        for rights in Rights::ALL {
            let rep = actor(Role::Representative, rights);
            assert_eq!(rep.reads_messages_of(own), Ok(()));
            assert_eq!(rep.writes_messages_of(own).is_ok(), rights >= Rights::Contributor);
            assert_eq!(rep.reads_messages_of(other), Err(Error::NotFound));
            assert_eq!(rep.writes_messages_of(other), Err(Error::NotFound));
        }
    }
}
