//! Companies by what they are called, for fields in which somebody types one: found by indexes, so that it takes as long among
//! a hundred thousand as among a thousand.

use uuid::Uuid;

use super::super::filter::CompanyFilter;
use super::reach::{candidates, few_into};
use crate::actor::CompanyScope;
use crate::backend::database::{Column, Dialect, Sql, Tx};
use crate::backend::fold::fold;
use crate::error::Result;
use crate::language::Language;
use crate::search::index::Within;
use crate::search::store::Hit;
use crate::search::words::{Asked, key};
use crate::search::{self, Kind, Scope};

/// The companies that go by a name: exactly this one in any language or as an alias, or – if none does – those in whose
/// names every word of it stands. At most three, which tell that there are several.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Vec<Uuid>> {
    let folded = fold(name);
    let asked = Asked::new(name);
    // No name has a NUL, and PostgreSQL cannot be asked for one.
    if asked.terms.is_empty() || name.contains('\0') {
        return Ok(Vec::new());
    }
    let dialect = Dialect::of_tx(tx);
    let mut sql = Sql::new("SELECT c.id FROM companies c WHERE c.archived_at IS NULL AND (");
    sql.bind("c.name_en = ? OR c.name_zh = ? OR c.name_local = ? OR ", name);
    sql.bind(
        "EXISTS (SELECT 1 FROM company_terms t WHERE t.company_id = c.id AND t.kind = 'alias' AND t.folded = ?))",
        folded.as_str(),
    );
    // Where they may be; which of them it is the names themselves tell.
    sql.push(" AND c.id IN (");
    for column in ["key_en", "key_zh"] {
        sql.push("SELECT e.subject_id FROM search_entries e WHERE e.kind = 'company' AND e.").push(column);
        sql.bind(" = ? UNION ALL ", key(name));
    }
    sql.bind("SELECT t.company_id FROM company_terms t WHERE t.kind = 'alias' AND t.folded = ? UNION ALL ", folded);
    sql.push("SELECT x.id FROM (");
    candidates(&mut sql, &asked, dialect, &CompanyScope::Names, Within::Names);
    sql.push(") x) ORDER BY c.id LIMIT 3");
    let ids = |rows: Vec<(Uuid,)>| rows.into_iter().map(|(id,)| id).collect::<Vec<_>>();
    let exact = ids(sql.rows(tx).await?);
    if !exact.is_empty() {
        return Ok(exact);
    }
    let filter = CompanyFilter { search: name.to_owned(), ..CompanyFilter::default() };
    let mut sql = Sql::new("SELECT c.id FROM companies c WHERE 1 = 1");
    few_into(&mut sql, &filter, &CompanyScope::Names, dialect);
    sql.push(" ORDER BY c.id LIMIT 3");
    Ok(ids(sql.rows(tx).await?))
}

/// A company as something to choose: its id and its names in English and Chinese.
pub type Choice = (Uuid, String, String);

/// What a field for a company's name offers before anything is typed.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// By name.
    pub companies: Vec<Choice>,
    /// Whether there are more, which are found by typing.
    pub more: bool,
}

/// So many companies are offered at once.
const OFFERED: usize = 200;
/// So many are offered for what is typed.
const SUGGESTED: i64 = 12;

/// All companies of a small register; of a large one those that changed last, with which somebody works.
pub async fn choices(tx: &mut Tx, language: Language) -> Result<Choices> {
    let most = i64::try_from(OFFERED + 1).unwrap_or(i64::MAX);
    let mut sql = Sql::new(
        "SELECT l.id, l.name_en, l.name_zh, l.changed_at FROM (
             SELECT c.id, c.name_en, c.name_zh, c.sort_en, c.sort_zh, c.changed_at FROM companies c
             WHERE c.archived_at IS NULL ORDER BY c.changed_at DESC, c.sort_en DESC, c.id DESC LIMIT ",
    );
    sql.number_literal(most).push(") l ORDER BY ");
    sql.push(if language == Language::En { "l.sort_en, l.id" } else { "l.sort_zh, l.id" });
    const COLUMNS: &[Column] =
        &[Column::Id("id"), Column::Plain("name_en"), Column::Plain("name_zh"), Column::Plain("changed_at")];
    let mut found: Vec<(Uuid, String, String, i64)> = sql.json(tx, COLUMNS).await?;
    let more = found.len() > OFFERED;
    if more && let Some(oldest) = found.iter().enumerate().min_by_key(|(_, company)| company.3).map(|(at, _)| at) {
        found.remove(oldest);
    }
    Ok(Choices { companies: found.into_iter().map(|(id, en, zh, _)| (id, en, zh)).collect(), more })
}

/// The companies that the search finds for what somebody is typing, for who sees all of them; the best first.
pub async fn suggested(tx: &mut Tx, language: Language, typed: &str) -> Result<Vec<Hit>> {
    let asked = Asked::new(typed);
    if asked.terms.is_empty() {
        return Ok(Vec::new());
    }
    let (sql, columns) =
        search::store::part(Dialect::of_tx(tx), Kind::Company, &Scope::All, &asked, (language, ""), (SUGGESTED, 0));
    sql.json(tx, columns).await
}
