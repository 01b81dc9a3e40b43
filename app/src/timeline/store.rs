//! Reading the timeline: all its sources in one statement, of each no more than a page.

use uuid::Uuid;

use super::model::{Cursor, Part};
use super::source::{Reader, Source};
use super::{documents, enquiries, interactions, journal, mails, messages, products, tasks};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;

/// Every source. Lines of one moment are in this order; a new one goes to the end, so that addresses stay right.
const SOURCES: [Source; 12] = [
    journal::SOURCE,
    interactions::SOURCE,
    tasks::SOURCE,
    documents::UPLOADED,
    documents::REMOVED,
    documents::INFECTED,
    enquiries::SOURCE,
    mails::NOTIFICATIONS,
    mails::ENQUIRIES,
    products::SOURCE,
    messages::MESSAGES,
    messages::NOTES,
];

/// One line.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Row {
    pub place: i64,
    pub at: i64,
    pub seq: i64,
    pub key_id: Uuid,
    /// The record to which it leads.
    pub id: Uuid,
    pub what: String,
    pub title_en: String,
    pub title_zh: String,
    pub detail: String,
    pub who: String,
    pub role: String,
}

impl Row {
    /// What it is about.
    pub fn part(&self) -> Part {
        usize::try_from(self.place)
            .ok()
            .and_then(|place| SOURCES.get(place))
            .map_or(Part::Changes, |source| source.part)
    }

    pub fn cursor(&self) -> Cursor {
        Cursor { at: self.at, place: self.place, seq: self.seq, id: self.key_id }
    }
}

/// The parts of which this reader reads anything.
pub fn parts(reader: Reader) -> Vec<Part> {
    let is_read = |part: &Part| SOURCES.iter().any(|source| source.part == *part && source.is_for(reader));
    Part::ALL.into_iter().filter(is_read).collect()
}

/// The lines before a place, the latest first; of one part alone, or of all.
pub async fn read(
    tx: &mut Tx,
    company: Uuid,
    reader: Reader,
    part: Option<Part>,
    before: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Row>> {
    let mut sql = Sql::default();
    let mut first = true;
    for (place, source) in (0..).zip(&SOURCES) {
        if !source.is_for(reader) || part.is_some_and(|part| part != source.part) {
            continue;
        }
        if !first {
            sql.push(" UNION ALL ");
        }
        first = false;
        source.read(&mut sql, place, company, reader, before, limit);
    }
    if first {
        return Ok(Vec::new());
    }
    sql.push(" ORDER BY at DESC, place, seq DESC, key_id DESC LIMIT ").number_literal(limit);
    sql.rows(tx).await
}
