//! What somebody wrote, and what may still happen to it.

use uuid::Uuid;

use crate::actor::Actor;
use crate::error::{Check, Error, Problem, Refusal, Result};
use crate::time::Timestamp;

/// How long what was written may be edited: others may have read it, and answered.
pub const EDITABLE: i64 = 15 * Timestamp::MINUTE;
/// The longest text, in characters.
pub const LONGEST: u32 = 10_000;
/// How much of a text goes into a notification, in characters.
const LONGEST_EXCERPT: usize = 200;

/// A message or an internal note.
#[derive(Clone, Debug)]
pub struct Writing {
    pub id: Uuid,
    pub by: Uuid,
    pub by_name: String,
    /// Whether the author wrote for the zone, rather than for a company.
    pub of_zone: bool,
    pub at: Timestamp,
    /// Empty once it was removed.
    pub body: String,
    /// What it stands below as a correction.
    pub corrects: Option<Uuid>,
    pub version: i64,
    pub edited_at: Option<Timestamp>,
    pub removed: Option<Removed>,
}

/// That something was removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    pub at: Timestamp,
    pub by: Option<Uuid>,
}

impl Writing {
    /// `Ok` for its author, as long as it may be edited.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anybody else; a refusal when it was removed or its time is over.
    pub fn may_edit(&self, actor: &Actor, now: Timestamp) -> Result<()> {
        self.is_there_for_author(actor)?;
        if now < self.at.plus(EDITABLE) { Ok(()) } else { Err(Error::Refused(Refusal::EditOver)) }
    }

    /// `Ok` for its author, once it may no longer be edited. A correction is not corrected in its turn: another one is
    /// written below the same.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anybody else; a refusal when it was removed or can still be edited.
    pub fn may_correct(&self, actor: &Actor, now: Timestamp) -> Result<()> {
        self.is_there_for_author(actor)?;
        if self.corrects.is_none() && now >= self.at.plus(EDITABLE) {
            Ok(())
        } else {
            Err(Error::Refused(Refusal::StillEditable))
        }
    }

    /// `Ok` for its author, and for administrators.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for anybody else.
    pub fn may_remove(&self, actor: &Actor) -> Result<()> {
        if self.by == actor.id || actor.may_administer() { Ok(()) } else { Err(Error::Forbidden) }
    }

    fn is_there_for_author(&self, actor: &Actor) -> Result<()> {
        if self.by != actor.id {
            return Err(Error::Forbidden);
        }
        if self.removed.is_some() { Err(Error::Refused(Refusal::Removed)) } else { Ok(()) }
    }
}

/// Reads the text of a form.
pub fn body(check: &mut Check, typed: &str) -> String {
    let body = check.text("body", typed, LONGEST);
    if body.is_empty() {
        check.note("body", Problem::Missing);
    }
    body
}

/// The beginning of a text as one line.
pub fn excerpt(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_EXCERPT {
        return line;
    }
    let start: String = line.chars().take(LONGEST_EXCERPT - 1).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Role;

    fn actor(id: u128, role: Role) -> Actor {
        Actor {
            id: Uuid::from_u128(id),
            name: String::new(),
            role,
            affiliations: Vec::new(),
            acting: None,
            unread: 0,
            viewer: None,
        }
    }

    fn written() -> Writing {
        Writing {
            id: Uuid::from_u128(9),
            by: Uuid::from_u128(1),
            by_name: String::new(),
            of_zone: true,
            at: Timestamp(1_000_000),
            body: "x".to_owned(),
            corrects: None,
            version: 1,
            edited_at: None,
            removed: None,
        }
    }

    #[test]
    fn who_wrote_edits_for_a_quarter_of_an_hour_and_corrects_afterwards() {
        let (author, other) = (actor(1, Role::Staff), actor(2, Role::Administrator));
        let over = written().at.plus(EDITABLE);
        let before = over.minus(1);
        assert_eq!(written().may_edit(&author, before), Ok(()));
        assert_eq!(written().may_edit(&author, over), Err(Error::Refused(Refusal::EditOver)));
        assert_eq!(written().may_correct(&author, before), Err(Error::Refused(Refusal::StillEditable)));
        assert_eq!(written().may_correct(&author, over), Ok(()));
        assert_eq!(written().may_edit(&other, before), Err(Error::Forbidden), "nobody puts words into another's mouth");
        assert_eq!(written().may_correct(&other, over), Err(Error::Forbidden));
        let correction = Writing { corrects: Some(Uuid::nil()), ..written() };
        assert_eq!(correction.may_correct(&author, over), Err(Error::Refused(Refusal::StillEditable)));
        let removed = Writing { removed: Some(Removed { at: over, by: None }), ..written() };
        assert_eq!(removed.may_edit(&author, before), Err(Error::Refused(Refusal::Removed)));
        assert_eq!(removed.may_correct(&author, over), Err(Error::Refused(Refusal::Removed)));
    }

    #[test]
    fn its_author_removes_and_administrators_do() {
        assert_eq!(written().may_remove(&actor(1, Role::Representative)), Ok(()));
        assert_eq!(written().may_remove(&actor(2, Role::Administrator)), Ok(()));
        for role in [Role::Staff, Role::Executive, Role::Representative] {
            assert_eq!(written().may_remove(&actor(2, role)), Err(Error::Forbidden));
        }
    }

    #[test]
    fn an_excerpt_is_one_short_line() {
        assert_eq!(excerpt(" a\n\nb  c "), "a b c");
        let long = excerpt(&"长".repeat(300));
        assert!(long.chars().count() == 200 && long.ends_with('…'));
    }
}
