//! Which records an agreement can be linked to.

use uuid::Uuid;

use crate::codes::codes;

codes!(
    /// What a linked record is. Each kind says here where its page is and who reads it, in `store.rs` how it is read, and in
    /// `named.rs` how a field finds it.
    Kind {
        Product = "product",
        Interaction = "interaction",
    }
);

/// So many links an agreement may have.
pub const MOST: i64 = 200;

impl Kind {
    /// What the address of a page of this kind begins with.
    fn path(self) -> &'static str {
        match self {
            Self::Product => "/products/",
            Self::Interaction => "/interactions/",
        }
    }

    pub fn url(self, id: Uuid) -> String {
        format!("{}{id}", self.path())
    }

    /// Whether only the zone's people read records of this kind: to a party it is not told that one is linked.
    pub fn is_internal(self) -> bool {
        match self {
            Self::Product => false,
            Self::Interaction => true,
        }
    }

    /// The record that an address is of, be it a whole one or only a path.
    pub fn of_address(text: &str) -> Option<(Self, Uuid)> {
        Self::ALL.iter().find_map(|kind| {
            let (_, rest) = text.rsplit_once(kind.path())?;
            Some((*kind, rest.split(['/', '?', '#']).next()?.parse().ok()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_named_by_its_address() {
        let id = Uuid::from_u128(7);
        for kind in Kind::ALL {
            let url = kind.url(id);
            for text in
                [url.clone(), format!("https://portal.example{url}"), format!("{url}?do=x#y"), format!("{url}/edit")]
            {
                assert_eq!(Kind::of_address(&text), Some((*kind, id)), "{text}");
            }
        }
        for text in ["", "/products/", "/products/new", "/companies/00000000-0000-0000-0000-000000000007", "Herceptin"]
        {
            assert_eq!(Kind::of_address(text), None, "{text}");
        }
    }
}
