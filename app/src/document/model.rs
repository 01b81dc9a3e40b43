//! What a document is, who may read, add and remove it, and what its name may be.

use uuid::Uuid;

use crate::actor::{Actor, Rights, Role, require};
use crate::error::{Error, Result};
use crate::time::Timestamp;

/// Who besides the people of the zone may read a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Only people of the zone.
    Zone,
    /// The representatives of its company too.
    Company,
}

impl Audience {
    pub const ALL: [Self; 2] = [Self::Zone, Self::Company];

    pub fn code(self) -> &'static str {
        match self {
            Self::Zone => "zone",
            Self::Company => "company",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.code() == code)
    }
}

/// What the virus scanner said of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScanState {
    /// There was no scanner when it came.
    Unscanned,
    /// It waits for the scanner.
    Pending,
    Clean,
    /// Something was found in it; the content is deleted.
    Infected,
}

impl ScanState {
    pub const ALL: [Self; 4] = [Self::Unscanned, Self::Pending, Self::Clean, Self::Infected];

    pub fn code(self) -> &'static str {
        match self {
            Self::Unscanned => "unscanned",
            Self::Pending => "pending",
            Self::Clean => "clean",
            Self::Infected => "infected",
        }
    }

    /// What is no state is as if nobody had looked yet: it is given to nobody.
    pub fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|state| state.code() == code).unwrap_or(Self::Pending)
    }
}

/// A document as it is kept.
#[derive(Clone, Debug)]
pub struct Document {
    pub id: Uuid,
    /// The company that it is attached to.
    pub company: Uuid,
    /// The interaction with that company to which it belongs.
    pub interaction: Option<Uuid>,
    pub sha256: String,
    pub name: String,
    pub note: String,
    pub audience: Audience,
    /// In bytes.
    pub size: i64,
    pub media_type: String,
    pub scan: ScanState,
    /// What the scanner found.
    pub finding: String,
    pub uploaded_by: Uuid,
    /// Who took over what was the uploader's, when they left the company.
    pub successor: Option<Uuid>,
    pub uploader: String,
    /// Whether the uploader works for the zone, rather than for a company.
    pub uploader_of_zone: bool,
    pub uploaded_at: Timestamp,
    pub removed: bool,
}

impl Document {
    pub fn url(&self) -> String {
        format!("/documents/{}", self.id)
    }

    /// Whether the content may be given to somebody who may read the document.
    pub fn is_given(&self) -> bool {
        matches!(self.scan, ScanState::Unscanned | ScanState::Clean)
    }
}

impl Actor {
    /// Whether this person reads documents at all.
    pub fn may_read_documents(&self) -> bool {
        self.role != Role::Expert
    }

    /// The widest audience whose documents this person reads, of a company.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who read no documents, [`Error::NotFound`] for another company's people.
    pub fn reads_documents_of(&self, company: Uuid) -> Result<Audience> {
        match self.role {
            Role::Administrator | Role::Staff | Role::Executive => Ok(Audience::Zone),
            Role::Representative if self.rights_in(company).is_some() => Ok(Audience::Company),
            Role::Representative => Err(Error::NotFound),
            Role::Expert => Err(Error::Forbidden),
        }
    }

    /// Whether this person may read this document.
    ///
    /// # Errors
    /// Those of [`Actor::reads_documents_of`], and [`Error::NotFound`] for a document of the zone alone.
    pub fn may_read_document(&self, document: &Document) -> Result<()> {
        let widest = self.reads_documents_of(document.company)?;
        if widest == Audience::Zone || document.audience == Audience::Company { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The guard of a document's address.
    ///
    /// # Errors
    /// [`Error::NotFound`] for one that was removed, else those of [`Actor::may_read_document`].
    pub fn opens_document(&self, document: &Document) -> Result<()> {
        self.may_read_document(document)?;
        if document.removed { Err(Error::NotFound) } else { Ok(()) }
    }

    /// The audiences that this person may choose between for a new document of a company, the usual one first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for those who only read, else those of [`Actor::reads_documents_of`].
    pub fn adds_documents_to(&self, company: Uuid) -> Result<&'static [Audience]> {
        self.reads_documents_of(company)?;
        match self.role {
            Role::Administrator | Role::Staff => Ok(&Audience::ALL),
            Role::Representative => {
                self.represents(company, Rights::Contributor)?;
                Ok(&[Audience::Company])
            }
            Role::Executive | Role::Expert => Err(Error::Forbidden),
        }
    }

    /// Whether this person may remove this document: staff any, a representative their own, and what they took over.
    ///
    /// # Errors
    /// [`Error::Forbidden`], else those of [`Actor::may_read_document`].
    pub fn may_remove_document(&self, document: &Document) -> Result<()> {
        self.may_read_document(document)?;
        let theirs = document.uploaded_by == self.id || document.successor == Some(self.id);
        let own = theirs && self.represents(document.company, Rights::Contributor).is_ok();
        require(own || matches!(self.role, Role::Administrator | Role::Staff))
    }
}

/// The longest name, in characters.
const LONGEST_NAME: usize = 200;

/// A name from what a browser sent: the last part of a path, without characters that could make it look like another.
/// Letters of every script stay. Possibly empty.
pub fn clean_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = |c: &char| !c.is_control() && !is_invisible(*c);
    let name = last.chars().filter(shown).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ");
    let name = name.trim_matches(['.', ' ']);
    if name.chars().count() <= LONGEST_NAME {
        return name.to_owned();
    }
    // A name that is cut keeps its ending, which says what it is.
    let ending = name.rsplit_once('.').map(|(_, ending)| format!(".{ending}")).filter(|e| e.chars().count() <= 10);
    let ending = ending.unwrap_or_default();
    let start: String = name.chars().take(LONGEST_NAME - ending.chars().count()).collect();
    format!("{}{ending}", start.trim_end_matches(['.', ' ']))
}

/// Characters that turn the direction of text, or join and part others unseen.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// The type of a document, of that of its content and its name: a content is kept once, and whether a text is a table is
/// said by the name of each document.
pub fn media_type(stored: String, name: &str) -> String {
    match stored.as_str() {
        "text/plain" | "text/csv" if name.to_ascii_lowercase().ends_with(".csv") => "text/csv".to_owned(),
        "text/csv" => "text/plain".to_owned(),
        _ => stored,
    }
}

/// A size for people, in the units of 1024 that file managers show.
pub fn size_text(bytes: i64) -> String {
    const KILO: i64 = 1024;
    match bytes {
        ..KILO => format!("{bytes} B"),
        KILO..1_048_576 => format!("{} KB", (bytes + KILO / 2) / KILO),
        _ => {
            let tenths = (bytes * 10 + 524_288) / 1_048_576;
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Affiliation;

    #[test]
    fn names_lose_their_paths_and_keep_their_letters() {
        for (sent, name) in [
            ("../../etc/passwd.txt", "passwd.txt"),
            ("C:\\Users\\王\\投资协议（草案）.pdf", "投资协议（草案）.pdf"),
            ("a\u{202e}fdp.exe", "afdp.exe"),
            ("  many   spaces\t.pdf ", "many spaces.pdf"),
            ("line\r\nbreak\0.pdf", "linebreak.pdf"),
            ("..", ""),
            ("../", ""),
            (".htaccess", "htaccess"),
            ("trailing.pdf. . ", "trailing.pdf"),
        ] {
            assert_eq!(clean_name(sent), name, "{sent:?}");
        }
        let long = clean_name(&format!("{}.pdf", "长".repeat(300)));
        assert!(long.ends_with("长.pdf") && long.chars().count() == 200, "{long}");
    }

    #[test]
    fn a_text_is_a_table_by_its_name() {
        for (stored, name, shown) in [
            ("text/plain", "list.CSV", "text/csv"),
            ("text/csv", "list.csv", "text/csv"),
            ("text/csv", "list.txt", "text/plain"),
            ("text/plain", "list.txt", "text/plain"),
            ("application/pdf", "list.csv", "application/pdf"),
        ] {
            assert_eq!(media_type(stored.to_owned(), name), shown, "{stored} {name}");
        }
    }

    #[test]
    fn sizes() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (1024, "1 KB"), (52_428_800, "50.0 MB"), (1_600_000, "1.5 MB")]
        {
            assert_eq!(size_text(bytes), text);
        }
    }

    #[test]
    fn who_reads_adds_and_removes() {
        let (own, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let me = Uuid::from_u128(9);
        let affiliation =
            Affiliation { company: own, rights: Rights::Manager, name_en: String::new(), name_zh: String::new() };
        let actor = |role| Actor {
            id: me,
            name: String::new(),
            role,
            affiliations: vec![affiliation.clone()],
            acting: Some(own),
            unread: 0,
            viewer: None,
        };
        let document = |company, audience, uploaded_by| Document {
            id: Uuid::nil(),
            company,
            interaction: None,
            sha256: String::new(),
            name: String::new(),
            note: String::new(),
            audience,
            size: 1,
            media_type: String::new(),
            scan: ScanState::Clean,
            finding: String::new(),
            uploaded_by,
            successor: None,
            uploader: String::new(),
            uploader_of_zone: true,
            uploaded_at: Timestamp(0),
            removed: false,
        };
        let zone = document(own, Audience::Zone, other);
        for role in [Role::Administrator, Role::Staff] {
            assert!(actor(role).may_remove_document(&zone).is_ok());
            assert_eq!(actor(role).adds_documents_to(other), Ok(Audience::ALL.as_slice()));
        }
        assert!(actor(Role::Executive).may_read_document(&zone).is_ok());
        assert_eq!(actor(Role::Executive).may_remove_document(&zone), Err(Error::Forbidden));
        assert_eq!(actor(Role::Executive).adds_documents_to(own), Err(Error::Forbidden));
        assert_eq!(actor(Role::Expert).may_read_document(&zone), Err(Error::Forbidden));
        let rep = actor(Role::Representative);
        assert_eq!(rep.may_read_document(&zone), Err(Error::NotFound));
        assert_eq!(rep.adds_documents_to(own), Ok([Audience::Company].as_slice()));
        assert_eq!(rep.adds_documents_to(other), Err(Error::NotFound));
        assert_eq!(rep.may_read_document(&document(other, Audience::Company, me)), Err(Error::NotFound));
        assert_eq!(rep.may_remove_document(&document(own, Audience::Company, other)), Err(Error::Forbidden));
        assert!(rep.may_remove_document(&document(own, Audience::Company, me)).is_ok());
        let taken_over = Document { successor: Some(me), ..document(own, Audience::Company, other) };
        assert!(rep.may_remove_document(&taken_over).is_ok());
    }
}
