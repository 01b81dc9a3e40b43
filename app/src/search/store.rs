//! Where entries are kept, how they follow their records, and how they are found.

use std::collections::{HashMap, HashSet};

use serde::Deserialize;
use uuid::Uuid;

use super::index::{self, MOST, Within};
use super::kinds::{Kind, Row, Scope};
use super::words::{Asked, Term, key, romanized, words};
use crate::account::store::{set_setting, setting};
use crate::agreement::model::Scope as Agreements;
use crate::backend::database::{Column, Dialect, Part, Sql, Tx};
use crate::error::Result;
use crate::language::Language;

/// So many records are read and written by one statement.
const CHUNK: usize = 100;
/// The setting that says which words the index has.
const SETTING: &str = "search.index";
/// The most words of an entry's names, and of the rest.
const MOST_NAMES: usize = 400;
const MOST_WORDS: usize = 2000;
/// So many entries with the words in their names are ranked by the length of the names.
const RANKED: i64 = 100;
/// What is kept to be shown around what was found, in characters.
const LONGEST_BODY: usize = 6000;

/// What the search knows of a record.
#[derive(Debug)]
pub(super) struct Entry {
    row: Row,
    url: String,
    notes: [String; 2],
    keys: [String; 2],
    pub(super) names: Vec<String>,
    pub(super) body_words: Vec<String>,
    pub(super) internal_words: Vec<String>,
    /// The names and all that their words end in.
    pub(super) parts: Vec<String>,
    /// The same of what else it is called.
    pub(super) known: Vec<String>,
    pub(super) companies: Vec<String>,
}

impl Entry {
    fn new(kind: Kind, mut row: Row, companies: &[Uuid]) -> Self {
        let source = kind.source();
        row.body = tidy(&row.body);
        row.internal = tidy(&row.internal);
        let mut names = Vec::new();
        let mut latin = Vec::new();
        let mut endings = Vec::new();
        for name in [&row.title_en, &row.title_zh, &row.title_other] {
            names.extend(words(name, MOST_NAMES));
            latin.extend(romanized(name));
            endings.extend(super::words::endings(name));
        }
        let mut known = words(&row.known, MOST_NAMES);
        known.extend(romanized(&row.known));
        known.extend(super::words::endings(&row.known));
        known.truncate(MOST_NAMES);
        names.extend(latin);
        names.truncate(MOST_NAMES);
        endings.truncate(MOST_NAMES);
        let notes = [Language::En, Language::Zh].map(|language| (source.note)(&row, language));
        let mut note_words = words(&notes[0], MOST_WORDS);
        if notes[1] != notes[0] {
            note_words.extend(words(&notes[1], MOST_WORDS));
        }
        let (mut body_words, mut internal_words) =
            if source.note_is_internal { (Vec::new(), note_words) } else { (note_words, Vec::new()) };
        body_words.extend(words(&row.body, MOST_WORDS));
        internal_words.extend(words(&row.internal, MOST_WORDS));
        Self {
            url: (source.url)(&row),
            notes,
            keys: [key(&row.title_en), key(&row.title_zh)],
            parts: names.iter().cloned().chain(endings).collect(),
            names,
            known,
            body_words,
            internal_words,
            companies: row.company_id.iter().chain(companies).map(|id| index::company_word(*id)).collect(),
            row,
        }
    }
}

/// A text of parts without those that are empty.
fn tidy(body: &str) -> String {
    let parts = body.split(" · ").map(|part| part.trim_matches([';', ' ', '\n'])).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join(" · ").chars().take(LONGEST_BODY).collect()
}

/// Makes the index where it is missing, and anew where another version of this program kept other words.
pub async fn prepare(tx: &mut Tx) -> Result<()> {
    let wanted = version();
    if setting(tx, SETTING).await?.as_deref() == Some(&wanted) {
        return Ok(());
    }
    // Of several nodes that start at once, the first does it.
    index::lock(tx).await?;
    if setting(tx, SETTING).await?.as_deref() != Some(&wanted) {
        let count = rebuild(tx).await?;
        tracing::info!(count, "the index of the search was made anew");
    }
    Ok(())
}

fn version() -> String {
    format!("{} {}", index::VERSION, Kind::ALL.map(Kind::code).join(" "))
}

/// Makes every entry anew; gives how many there are.
pub async fn rebuild(tx: &mut Tx) -> Result<usize> {
    index::clear(tx).await?;
    index::make(tx).await?;
    let mut count = 0;
    for kind in Kind::ALL {
        let mut last = Uuid::nil();
        loop {
            let mut sql = Sql::new("SELECT id FROM ");
            sql.push(kind.source().table).bind(" WHERE id > ? ORDER BY id LIMIT ", last).number_literal(500);
            let ids: Vec<(Uuid,)> = sql.rows(tx).await?;
            let Some((end,)) = ids.last() else { break };
            last = *end;
            for chunk in ids.chunks(CHUNK) {
                count += write_chunk(tx, kind, &chunk.iter().map(|(id,)| *id).collect::<Vec<_>>()).await?.written;
            }
        }
    }
    set_setting(tx, SETTING, &version()).await?;
    Ok(count)
}

/// Makes the entries of records anew as they are now; those of records that are gone go.
pub async fn write(tx: &mut Tx, noted: Vec<(Kind, Uuid)>) -> Result<()> {
    let mut seen = HashSet::new();
    let noted: Vec<_> = noted.into_iter().filter(|one| seen.insert(*one)).collect();
    let mut renamed = Vec::new();
    for kind in Kind::ALL {
        let mut ids: Vec<Uuid> = noted.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect();
        ids.sort_unstable();
        for chunk in ids.chunks(CHUNK) {
            renamed.extend(write_chunk(tx, kind, chunk).await?.renamed);
        }
    }
    for some in renamed.chunks(CHUNK) {
        for kind in Kind::ALL {
            for chunk in of_companies(tx, kind, some).await?.chunks(CHUNK) {
                write_chunk(tx, kind, chunk).await?;
            }
        }
    }
    Ok(())
}

/// The records of a kind that say something of companies.
async fn of_companies(tx: &mut Tx, kind: Kind, companies: &[Uuid]) -> Result<Vec<Uuid>> {
    let Some(select) = kind.source().of_company.filter(|_| !companies.is_empty()) else { return Ok(Vec::new()) };
    let mut sql = Sql::new(select);
    sql.bind_in("", companies);
    let ids: Vec<(Uuid,)> = sql.rows(tx).await?;
    let mut ids: Vec<Uuid> = ids.into_iter().map(|(id,)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Notes companies and everything that says something of them: they were archived, or restored.
pub async fn note_with_all(tx: &mut Tx, companies: &[Uuid]) -> Result<()> {
    for company in companies {
        super::note(tx, Kind::Company, *company);
    }
    for kind in Kind::ALL {
        for id in of_companies(tx, kind, companies).await? {
            super::note(tx, kind, id);
        }
    }
    Ok(())
}

/// What writing some entries brought.
struct Written {
    written: usize,
    /// Companies that had another name before.
    renamed: Vec<Uuid>,
}

async fn write_chunk(tx: &mut Tx, kind: Kind, ids: &[Uuid]) -> Result<Written> {
    let source = kind.source();
    let mut sql = Sql::new(source.select);
    sql.push(" AND ").bind_in(source.id, ids);
    let mut rows: Vec<Row> = sql.rows(tx).await?;
    // Of what fits a question equally well the older comes first, also after the index was made anew.
    rows.sort_by_key(|row| row.id);
    let found: HashSet<Uuid> = rows.iter().map(|row| row.id).collect();
    let gone: Vec<Uuid> = ids.iter().copied().filter(|id| !found.contains(id)).collect();
    if !gone.is_empty() {
        let mut sql = Sql::new("DELETE FROM search_entries WHERE");
        sql.bind(" kind = ? AND ", kind.code()).bind_in("subject_id", &gone).push(" RETURNING seq");
        let numbers: Vec<(i64,)> = sql.rows(tx).await?;
        index::remove(tx, kind, &numbers.into_iter().map(|(number,)| number).collect::<Vec<_>>()).await?;
    }
    let mut companies: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    if let Some((select, column)) = source.companies {
        let mut sql = Sql::new(select);
        sql.push(" AND ").bind_in(column, ids);
        let pairs: Vec<(Uuid, Uuid)> = sql.rows(tx).await?;
        for (id, company) in pairs {
            companies.entry(id).or_default().push(company);
        }
    }
    let none = Vec::new();
    let entries: Vec<Entry> = rows
        .into_iter()
        .map(|row| {
            let id = row.id;
            Entry::new(kind, row, companies.get(&id).unwrap_or(&none))
        })
        .collect();
    if entries.is_empty() {
        return Ok(Written { written: 0, renamed: Vec::new() });
    }
    let renamed = if kind == Kind::Company { renamed(tx, &entries).await? } else { Vec::new() };
    let numbers: HashMap<Uuid, i64> = insert(tx, kind, &entries).await?.into_iter().collect();
    let numbered: Vec<(i64, &Entry)> =
        entries.iter().filter_map(|entry| Some((*numbers.get(&entry.row.id)?, entry))).collect();
    index::write(tx, kind, &numbered).await?;
    Ok(Written { written: entries.len(), renamed })
}

/// Which of these companies the search knows under other names.
async fn renamed(tx: &mut Tx, entries: &[Entry]) -> Result<Vec<Uuid>> {
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.row.id).collect();
    let mut sql = Sql::new("SELECT subject_id, title_en, title_zh FROM search_entries WHERE");
    sql.bind(" kind = ? AND ", Kind::Company.code()).bind_in("subject_id", &ids);
    let known: Vec<(Uuid, String, String)> = sql.rows(tx).await?;
    let is_new = |(id, en, zh): &(Uuid, String, String)| {
        entries.iter().any(|entry| entry.row.id == *id && (entry.row.title_en != *en || entry.row.title_zh != *zh))
    };
    Ok(known.into_iter().filter(is_new).map(|(id, ..)| id).collect())
}

/// Writes entries; gives their numbers by their records.
async fn insert(tx: &mut Tx, kind: Kind, entries: &[Entry]) -> Result<Vec<(Uuid, i64)>> {
    let (more, more_set) = index::more_columns(tx);
    let mut sql = Sql::new(
        "INSERT INTO search_entries (kind, subject_id, company_id, key_en, key_zh, title_en, title_zh, title_other,
             note_en, note_zh, url, changed_at, body, internal",
    );
    sql.push(more).push(") VALUES ");
    for (number, entry) in entries.iter().enumerate() {
        let row = &entry.row;
        sql.bind(if number == 0 { "(?" } else { ", (?" }, kind.code());
        sql.bind(", ?", row.id).bind(", ?", row.company_id);
        for text in [&entry.keys[0], &entry.keys[1], &row.title_en, &row.title_zh, &row.title_other] {
            sql.bind(", ?", text.clone());
        }
        for text in [&entry.notes[0], &entry.notes[1], &entry.url] {
            sql.bind(", ?", text.clone());
        }
        sql.bind(", ?", row.changed_at).bind(", ?", row.body.clone()).bind(", ?", row.internal.clone());
        index::more_values(tx, entry, &mut sql);
        sql.push(")");
    }
    sql.push(
        " ON CONFLICT (kind, subject_id) DO UPDATE SET company_id = excluded.company_id, key_en = excluded.key_en,
             key_zh = excluded.key_zh, title_en = excluded.title_en, title_zh = excluded.title_zh,
             title_other = excluded.title_other, note_en = excluded.note_en, note_zh = excluded.note_zh,
             url = excluded.url, changed_at = excluded.changed_at, body = excluded.body,
             internal = excluded.internal",
    );
    sql.push(more_set).push(" RETURNING subject_id, seq");
    sql.rows(tx).await
}

/// A record that was found. What the asking person may not see is empty.
#[derive(Clone, Debug, Deserialize)]
pub struct Hit {
    pub url: String,
    pub title_en: String,
    pub title_zh: String,
    pub title_other: String,
    pub note: String,
    pub body: String,
    /// How many were found in all; more than [`MOST`] are not counted.
    pub count: i64,
}

const COLUMNS: &[Column] = &[
    Column::Plain("url"),
    Column::Plain("title_en"),
    Column::Plain("title_zh"),
    Column::Plain("title_other"),
    Column::Plain("note"),
    Column::Plain("body"),
    Column::Plain("number"),
];

/// What is read to find the entries of a kind, the best first.
///
/// Names that are what was asked, or begin with it, are found in the order of names; names and texts that have the words by
/// the index. Each looks at no more than [`MOST`] entries, and only those that are shown are read whole: what is in all
/// entries takes no longer than what is in some. The rank is our own, the same on both databases: the name itself, a name
/// that begins with it, the words within names, the words elsewhere; then short names before long ones, which say more
/// besides. The databases' own ranks count how often each word occurs anywhere, for which they look at every entry.
pub fn part(
    dialect: Dialect,
    kind: Kind,
    scope: &Scope,
    asked: &Asked,
    (language, today): (Language, &str),
    (limit, offset): (i64, i64),
) -> Part {
    let own = match scope {
        Scope::Companies(companies) => Some(companies.as_slice()),
        _ => None,
    };
    let mut sql = Sql::new("WITH named (seq) AS (");
    index::matching(&mut sql, dialect, kind, scope, asked, Within::Names, MOST + 1);
    sql.push("), found (seq, rank, length) AS (");
    // Whose people or agreements they are, the names do not tell; they have few, and the words find them all.
    if !matches!(scope, Scope::PeopleOf(_) | Scope::Agreements(Agreements::Of(_))) {
        for column in ["key_en", "key_zh"] {
            begins(&mut sql, kind, column, asked, own);
            sql.push(" UNION ALL ");
        }
    }
    sql.push(
        "SELECT e.seq, 3, length(CASE WHEN e.key_en = '' THEN e.key_zh ELSE e.key_en END)
         FROM (SELECT seq FROM named LIMIT ",
    );
    sql.number_literal(RANKED).push(") n JOIN search_entries e ON e.seq = n.seq");
    sql.push(" UNION ALL SELECT seq, 3, 9999 FROM named");
    if *scope != Scope::Names {
        sql.push(" UNION ALL SELECT seq, 4, 9999 FROM (");
        index::matching(&mut sql, dialect, kind, scope, asked, Within::Everything, MOST + 1);
        sql.push(") w");
    }
    if asked.terms.iter().any(Term::is_part) {
        sql.push(" UNION ALL SELECT seq, 5, 9999 FROM (");
        index::matching(&mut sql, dialect, kind, scope, asked, Within::Parts, MOST + 1);
        sql.push(") m");
    }
    sql.push("), best (seq, rank, length) AS (SELECT f.seq, min(f.rank), min(f.length) FROM found f");
    if !matches!(scope, Scope::All | Scope::Names) {
        // What the index says of whose an entry is, the records confirm: of what was found, which is why SQLite, to which
        // the order of a CROSS JOIN is an order, begins there and not with everything that somebody may see.
        sql.push(" CROSS JOIN search_entries o WHERE o.seq = f.seq");
        scope.confirm(&mut sql, today);
    }
    sql.push(
        " GROUP BY f.seq), shown (seq, rank, length, number) AS (
             SELECT seq, rank, length, count(*) OVER () FROM best ORDER BY rank, length, seq",
    );
    sql.limit(limit, offset);
    sql.push(") SELECT e.url, e.title_en, e.title_zh, e.title_other, ");
    sql.push(match (kind.source().note_is_internal && *scope != Scope::All, language) {
        (true, _) => "'' AS note, ",
        (false, Language::En) => "e.note_en AS note, ",
        (false, Language::Zh) => "e.note_zh AS note, ",
    });
    sql.push(match scope {
        Scope::All => "e.body || CASE WHEN e.internal = '' THEN '' ELSE ' · ' || e.internal END AS body, ",
        Scope::Names => "'' AS body, ",
        _ => "e.body, ",
    });
    sql.push("s.number FROM shown s JOIN search_entries e ON e.seq = s.seq ORDER BY s.rank, s.length, s.seq");
    (sql, COLUMNS)
}

/// Adds `SELECT seq, rank, length …` of the entries whose name begins with what was asked.
fn begins(sql: &mut Sql, kind: Kind, column: &'static str, asked: &Asked, own: Option<&[Uuid]>) {
    // Behind everything that begins with the key, and behind everything whose first words are the key.
    let (after, after_word) = (format!("{}\u{10ffff}", asked.key), format!("{} \u{10ffff}", asked.key));
    sql.push("SELECT seq, CASE WHEN ").push(column).bind(" = ? THEN 0 WHEN ", asked.key.clone());
    sql.push(column).bind(" < ? THEN 1 ELSE 2 END, length(", after_word).push(column);
    sql.push(") FROM (SELECT seq, ").push(column).bind(" FROM search_entries WHERE kind = ? AND ", kind.code());
    sql.push(column).bind(" >= ? AND ", asked.key.clone()).push(column).bind(" < ?", after);
    if let Some(own) = own {
        sql.push(" AND ").bind_in("company_id", own);
    }
    sql.push(" ORDER BY ").push(column).push(" LIMIT ").number_literal(MOST + 1).push(") k");
}
