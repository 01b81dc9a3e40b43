//! What a backup says of itself.

use std::path::Path;

use app::backend::database::Database;
use serde::{Deserialize, Serialize};

pub(super) const MANIFEST: &str = "manifest.json";
/// The form of the folder and its manifest.
pub(super) const FORMAT: u32 = 1;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    /// The file in the backup that holds the database.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Sqlite => "database.sqlite",
            Self::Postgres => "database.dump",
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// The end of the journal in the copied database.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) rows: i64,
    pub(super) hash: String,
}

/// One file of the backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Item {
    /// Within the backup's folder, with `/` between its parts.
    pub(super) path: String,
    /// In bytes.
    pub(super) size: u64,
    pub(super) sha256: String,
}

impl Item {
    pub(super) fn named(mut self, path: &str) -> Self {
        path.clone_into(&mut self.path);
        self
    }

    /// The content's hash, when the file is a document's content.
    pub(super) fn content(&self) -> Option<&str> {
        let (folder, name) = self.path.strip_prefix("documents/")?.split_once('/')?;
        let hash = name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        (hash && name.starts_with(folder) && folder.len() == 2 && name == self.sha256).then_some(name)
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub(super) format: u32,
    /// The version of the portal that made the backup.
    pub(super) portal: String,
    pub(super) schema: i64,
    pub(super) database: Kind,
    /// UTC, in the form of ISO 8601.
    pub(super) taken_at: String,
    pub(super) journal: Head,
    pub(super) files: Vec<Item>,
    /// Contents that the copied database still names but that were swept away while the backup was made.
    pub(super) gone: Vec<String>,
}

impl Manifest {
    /// Reads the manifest of a backup and checks that this program can restore it.
    ///
    /// # Errors
    /// One line that says why not.
    pub(super) fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(MANIFEST);
        let text = std::fs::read_to_string(&path)
            .map_err(|error| format!("{} is no backup: {MANIFEST} cannot be read: {error}", folder.display()))?;
        let manifest: Self =
            serde_json::from_str(&text).map_err(|error| format!("{} is damaged: {error}", path.display()))?;
        if manifest.format != FORMAT {
            return Err(format!("the backup has the form {}, and this program knows {FORMAT}", manifest.format));
        }
        if manifest.schema > Database::schema_version() {
            return Err(format!(
                "the backup's schema ({}, of portal {}) is newer than this program; take a newer one",
                manifest.schema, manifest.portal
            ));
        }
        let mut paths = std::collections::HashSet::new();
        for item in &manifest.files {
            let known = [super::HEADS, manifest.database.file()].contains(&item.path.as_str());
            if !(known || item.content().is_some()) || !paths.insert(&item.path) {
                return Err(format!("{} is damaged: it names {:?}", path.display(), item.path));
            }
        }
        for needed in [super::HEADS, manifest.database.file()] {
            if !paths.contains(&needed.to_owned()) {
                return Err(format!("{} is damaged: it does not name {needed}", path.display()));
            }
        }
        Ok(manifest)
    }

    /// What the backup holds, for the person who made or restored it.
    pub(super) fn summary(&self) -> String {
        let bytes: u64 = self.files.iter().map(|item| item.size).sum();
        let contents = self.files.iter().filter(|item| item.content().is_some()).count();
        format!(
            "{} with {} rows of the journal, {contents} contents of documents, {bytes} bytes in all, taken {}",
            self.database.name(),
            self.journal.rows,
            self.taken_at
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_content_lies_under_its_own_hash_and_nowhere_else() {
        let hash = "ab".repeat(32);
        let item = |path: &str| Item { path: path.to_owned(), size: 1, sha256: hash.clone() };
        assert_eq!(item(&format!("documents/ab/{hash}")).content(), Some(hash.as_str()));
        for path in [
            format!("documents/cd/{hash}"),
            format!("documents/../{hash}"),
            format!("documents/ab/../../{hash}"),
            format!("/documents/ab/{hash}"),
            format!("documents/ab/{}", "cd".repeat(32)),
            "documents/ab/x".to_owned(),
            "../portal.db".to_owned(),
        ] {
            assert_eq!(item(&path).content(), None, "{path}");
        }
    }
}
