//! Whether the journal still holds: its chain walked from end to end, and compared with the heads kept outside.

use std::path::{Path, PathBuf};

use super::{Change, Row, head};
use crate::ask;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;

/// The file, outside the database, that keeps the heads.
pub fn heads_file(documents: &Path) -> PathBuf {
    documents.join("journal-heads.txt")
}

/// Adds the present head to the file of heads, unless it stands there already.
///
/// # Errors
/// When the file cannot be written.
pub fn keep_head(documents: &Path, seq: i64, hash: &str, now: Timestamp) -> std::io::Result<()> {
    use std::io::Write as _;
    if seq == 0 {
        return Ok(());
    }
    let path = heads_file(documents);
    let line = format!("{seq} {hash}");
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if known.lines().next_back().is_some_and(|last| last.starts_with(&line)) {
        return Ok(());
    }
    std::fs::create_dir_all(documents)?;
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(file, "{line} {}", now.iso())?;
    file.sync_data()
}

/// What is wrong with the journal.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    Altered(i64),
    Missing(i64),
    Reordered(i64),
    /// The file of heads knows a longer or another chain.
    Cut {
        kept: i64,
        found: i64,
    },
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Altered(seq) => write!(f, "row {seq} was altered"),
            Self::Missing(seq) => write!(f, "row {seq} is missing"),
            Self::Reordered(seq) => write!(f, "row {seq} does not follow the row before it"),
            Self::Cut { kept, found } => {
                write!(
                    f,
                    "row {kept}, whose hash was kept outside the database, is not there as it was; the journal ends at row {found}"
                )
            }
        }
    }
}

/// Walks the whole chain and tells how many rows hold, or the first that does not.
pub async fn verify(tx: &mut Tx, heads: &str) -> Result<std::result::Result<i64, Fault>> {
    let mut kept: std::collections::BTreeMap<i64, &str> = std::collections::BTreeMap::new();
    for line in heads.lines() {
        let mut parts = line.split(' ');
        if let (Some(Ok(seq)), Some(hash)) = (parts.next().map(str::parse), parts.next()) {
            kept.insert(seq, hash);
        }
    }
    let (mut seq, mut hash) = (0_i64, String::new());
    loop {
        let rows: Vec<Row> = ask!(&mut *tx, |c| sqlx::query_as(
            "SELECT seq, at, actor_id, origin, action, subject_kind, subject_id, changes, previous, hash
             FROM journal WHERE seq > $1 ORDER BY seq LIMIT 1000"
        )
        .bind(seq)
        .fetch_all(c)
        .await)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.seq != seq + 1 {
                return Ok(Err(Fault::Missing(seq + 1)));
            }
            let changes = row.changes();
            if row.computed_hash(&changes) != row.hash || !changes.iter().all(Change::holds) {
                return Ok(Err(Fault::Altered(row.seq)));
            }
            if row.previous != hash {
                return Ok(Err(Fault::Reordered(row.seq)));
            }
            if kept.get(&row.seq).is_some_and(|kept| *kept != row.hash) {
                return Ok(Err(Fault::Altered(row.seq)));
            }
            (seq, hash) = (row.seq, row.hash);
        }
    }
    let (head_seq, head_hash) = head(tx).await?;
    if head_seq > seq {
        return Ok(Err(Fault::Missing(seq + 1)));
    }
    if head_seq != seq || head_hash != hash {
        return Ok(Err(Fault::Altered(seq)));
    }
    if let Some((&kept, _)) = kept.last_key_value().filter(|(kept, _)| **kept > seq) {
        return Ok(Err(Fault::Cut { kept, found: seq }));
    }
    Ok(Ok(seq))
}
