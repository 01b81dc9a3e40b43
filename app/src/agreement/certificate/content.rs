//! What a certificate says, and the text of it that is signed: one JSON object a line, in this order, each line ended by a
//! line feed. Whoever changes a name or the order here leaves the texts of before as they were signed.

use serde::{Deserialize, Serialize};

use crate::error::{Result, internal};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Line {
    Certificate(Certificate),
    Agreement(Agreement),
    Party(Party),
    Version(Version),
    Event(Box<Event>),
    Journal(Journal),
}

/// The certificate itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    pub code: String,
    /// The portal's public address.
    pub portal: String,
    /// ISO 8601, UTC, as all moments here.
    pub made_at: String,
    /// SHA-256 of the public key.
    pub key: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    pub number: String,
    pub title_en: String,
    pub title_zh: String,
    pub kind: String,
    pub prevailing: String,
    pub sign_place: String,
    pub sign_on: String,
    pub effective_on: String,
    pub zone: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Its place, from 1: Party A is 1.
    pub place: usize,
    pub name_en: String,
    pub name_zh: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
}

/// A version of the text that the parties saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    pub number: i64,
    pub at: String,
    /// Whether this is the one that was signed.
    pub signed: bool,
    pub files: Vec<File>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// `en`, `zh`, or `both` where one file has both.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub language: String,
    pub name: String,
    /// In bytes.
    pub size: i64,
    pub sha256: String,
}

/// Something that happened, by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Event {
    /// `sent`, `opened`, `signed`, `declined`, `delegated` …, and `signed_on_paper`, `paper_voided`.
    pub what: String,
    pub at: String,
    /// The moment as clocks showed it in that zone.
    pub local: String,
    pub zone: String,
    /// The party's place; none for one that was taken out later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party: Option<usize>,
    pub company_en: String,
    pub company_zh: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i64>,
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub on_behalf_of: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub agent: String,
    /// How the person showed who they are: `account` or `code`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub method: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// SHA-256 of the signature that was drawn, as the path of an SVG.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub drawn_sha256: String,
    /// Of a signature on paper.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub signed_on: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<File>,
}

/// The head of the portal's journal when the certificate was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Journal {
    pub number: i64,
    pub hash: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Content {
    pub certificate: Certificate,
    pub agreement: Agreement,
    pub parties: Vec<Party>,
    pub versions: Vec<Version>,
    pub events: Vec<Event>,
    pub journal: Journal,
}

impl Content {
    /// The text that is signed.
    pub fn text(&self) -> Result<String> {
        let mut lines = vec![Line::Certificate(self.certificate.clone()), Line::Agreement(self.agreement.clone())];
        lines.extend(self.parties.iter().cloned().map(Line::Party));
        lines.extend(self.versions.iter().cloned().map(Line::Version));
        lines.extend(self.events.iter().cloned().map(Box::new).map(Line::Event));
        lines.push(Line::Journal(self.journal.clone()));
        let mut text = String::new();
        for line in lines {
            text.push_str(&serde_json::to_string(&line).map_err(|error| internal("certificate", &error))?);
            text.push('\n');
        }
        Ok(text)
    }

    /// Reads such a text.
    pub fn parse(text: &str) -> Result<Self> {
        let mut content = Self::default();
        for line in text.lines() {
            match serde_json::from_str(line).map_err(|error| internal("certificate", &error))? {
                Line::Certificate(certificate) => content.certificate = certificate,
                Line::Agreement(agreement) => content.agreement = agreement,
                Line::Party(party) => content.parties.push(party),
                Line::Version(version) => content.versions.push(version),
                Line::Event(event) => content.events.push(*event),
                Line::Journal(journal) => content.journal = journal,
            }
        }
        Ok(content)
    }

    /// Whether it says the same of the agreement as another one, whenever they were made.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |of: &Self| Self { certificate: Certificate::default(), journal: Journal::default(), ..of.clone() };
        said(self) == said(other)
    }

    /// The files of the version that was signed.
    pub fn signed_files(&self) -> impl Iterator<Item = &File> {
        self.versions.iter().filter(|version| version.signed).flat_map(|version| &version.files)
    }

    /// The scanned originals of what counts, each once.
    pub fn originals(&self) -> Vec<&File> {
        let mut found: Vec<&File> = Vec::new();
        for file in self.events.iter().filter_map(|event| event.original.as_ref()) {
            if found.iter().all(|known| known.sha256 != file.sha256) {
                found.push(file);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_as_it_was_written() {
        let hostile = "line\nbreak \u{202e}\"quoted\" {\"party\":{}} \u{2028}";
        let content = Content {
            certificate: Certificate { code: "X".into(), ..Certificate::default() },
            agreement: Agreement { title_en: hostile.into(), ..Agreement::default() },
            parties: vec![Party { place: 1, name_zh: "甲公司".into(), ..Party::default() }, Party::default()],
            versions: vec![Version { number: 2, signed: true, files: vec![File::default()], ..Version::default() }],
            events: vec![Event { what: "signed".into(), reason: hostile.into(), ..Event::default() }],
            journal: Journal { number: 7, hash: "ab".into() },
        };
        let text = content.text().unwrap();
        assert_eq!(text.lines().count(), 7, "{text}");
        assert_eq!(Content::parse(&text).unwrap(), content);
        assert!(Content::parse("{}").is_err() && Content::parse("not JSON").is_err());
        let mut later = Content { journal: Journal::default(), ..content.clone() };
        assert!(later.says_the_same(&content));
        later.parties.pop();
        assert!(!later.says_the_same(&content));
    }
}
