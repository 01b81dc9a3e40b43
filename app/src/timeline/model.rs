//! The parts of a timeline, and the place in it from which one reads on.

use uuid::Uuid;

/// What a line of a timeline is about. The address names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Changes of the company's record.
    Changes,
    Interactions,
    /// Tasks that were done.
    Tasks,
    Documents,
    Enquiries,
    /// That mails were sent, not what they say.
    Mails,
    Products,
    Messages,
    /// What the zone noted for itself.
    Notes,
}

impl Part {
    pub const ALL: [Self; 9] = [
        Self::Changes,
        Self::Interactions,
        Self::Tasks,
        Self::Messages,
        Self::Notes,
        Self::Documents,
        Self::Enquiries,
        Self::Mails,
        Self::Products,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Changes => "changes",
            Self::Interactions => "interactions",
            Self::Tasks => "tasks",
            Self::Documents => "documents",
            Self::Enquiries => "enquiries",
            Self::Mails => "mails",
            Self::Products => "products",
            Self::Messages => "messages",
            Self::Notes => "notes",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.code() == code)
    }

    pub fn icon(self) -> &'static str {
        match self {
            Self::Changes => "pencil",
            Self::Interactions => "handshake",
            Self::Tasks => "check-circle",
            Self::Documents => "file-text",
            Self::Enquiries => "inbox",
            Self::Mails => "mail",
            Self::Products => "package",
            Self::Messages => "message",
            Self::Notes => "lock",
        }
    }
}

/// The line after which one reads on: several may be of the same moment, so their source and key count, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub at: i64,
    /// The place of its source among all sources.
    pub place: i64,
    pub seq: i64,
    pub id: Uuid,
}

impl Cursor {
    /// As it stands in an address.
    pub fn text(self) -> String {
        format!("{}.{}.{}.{}", self.at, self.place, self.seq, self.id.simple())
    }

    pub fn from_text(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let mut number = || parts.next()?.parse().ok();
        let (at, place, seq) = (number()?, number()?, number()?);
        let id = parts.next()?.parse().ok()?;
        parts.next().is_none().then_some(Self { at, place, seq, id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_survives_its_address_and_nonsense_is_no_place() {
        let cursor = Cursor { at: 1_790_000_000_000_000, place: 3, seq: 17, id: Uuid::from_u128(7) };
        assert_eq!(Cursor::from_text(&cursor.text()), Some(cursor));
        for bad in ["", "1", "1.2.3", "1.2.3.x", "1.2.3.00000000000000000000000000000007.9", "x.2.3.4", "' OR 1=1"] {
            assert_eq!(Cursor::from_text(bad), None, "{bad}");
        }
        assert!(Part::ALL.into_iter().all(|part| Part::from_code(part.code()) == Some(part)));
    }
}
