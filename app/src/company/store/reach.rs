//! How far a filter reaches, which decides how the companies that it finds are looked for: so that a page of a list costs the
//! same however many there are.

use uuid::Uuid;

use super::super::filter::{CompanyFilter, Sort};
use super::super::model::TermKind;
use super::super::terms::folded;
use crate::actor::CompanyScope;
use crate::backend::database::{Column, Dialect, Part, Sql, Tx, containing, from_json, together};
use crate::backend::fold::fold;
use crate::error::{Result, internal};
use crate::language::Language;
use crate::search::index::{self, Within};
use crate::search::words::Asked;
use crate::search::{Kind, Scope};
use crate::time::Timestamp;

/// At most so many companies are counted, and are few enough to be put in order after they were found.
pub const MOST: i64 = 1000;

/// How many companies a filter finds, which decides how they are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// At most [`MOST`]: they are found by the filters' indexes, and put in order then.
    Few,
    /// More: one goes along the order until a page is full.
    Many,
}

pub(super) fn filter_into(sql: &mut Sql, filter: &CompanyFilter, scope: &CompanyScope, reach: Reach) {
    // A condition that could also be met by `1 = 0`, which it never is, is for SQLite no reason to leave the order's index for
    // another one; PostgreSQL, which knows how many companies each value has, sees through it.
    let or = |sql: &mut Sql| {
        sql.push(if reach == Reach::Many { " OR 1 = 0)" } else { ")" });
    };
    if let CompanyScope::Own(own) = scope {
        sql.push(" AND ").bind_in("c.id", own);
    }
    sql.push(if filter.archived { " AND c.archived_at IS NOT NULL" } else { " AND c.archived_at IS NULL" });
    for word in fold(&filter.search).split_whitespace().take(8) {
        // A search must tell nothing that the row does not.
        let piece = match scope {
            CompanyScope::Names => r" AND c.name_text LIKE ? ESCAPE '\'",
            _ => r" AND c.search_text LIKE ? ESCAPE '\'",
        };
        sql.bind(piece, containing(word));
    }
    if let Some(kind) = filter.kind {
        // Not bound: each kind has an index with this very condition.
        sql.push(" AND (c.kinds LIKE '% ").push(kind.code()).push(" %'");
        or(sql);
    }
    if let Some(country) = filter.country {
        sql.bind(" AND (c.country = ?", country);
        or(sql);
    }
    if let Some(stage) = filter.stage {
        // An index has the companies of a stage by their names.
        sql.bind(" AND (c.stage = ?", stage.code());
        if by_name(filter) {
            sql.push(")");
        } else {
            or(sql);
        }
    }
    if let Some(manager) = filter.manager {
        sql.bind(" AND (c.manager_id = ?", manager);
        or(sql);
    }
    if filter.unmanaged {
        sql.push(" AND (c.manager_id IS NULL");
        or(sql);
    }
    if filter.stalled {
        sql.push(" AND (c.stalled_at IS NOT NULL");
        or(sql);
    }
    if let Ok(day) = filter.no_contact_since.parse() {
        sql.bind(" AND c.contact_at < ?", Timestamp::at(day, 0).0);
    }
    if let Some(tier) = filter.tier {
        sql.bind(" AND (c.tier = ?", tier.code());
        or(sql);
    }
    for (kind, value) in [(TermKind::Area, &filter.area), (TermKind::Tag, &filter.tag)] {
        if !value.is_empty() {
            // Where there are many, one looks whether each has the word rather than gathering all that have it.
            sql.push(match reach {
                Reach::Few => " AND c.id IN (SELECT t.company_id FROM company_terms t WHERE 1 = 1",
                Reach::Many => " AND (EXISTS (SELECT 1 FROM company_terms t WHERE t.company_id = c.id",
            });
            sql.bind(" AND t.kind = ?", kind.code()).bind(" AND t.folded = ?)", folded(kind, value));
            if reach == Reach::Many {
                or(sql);
            }
        }
    }
}

/// Adds `SELECT id …`: companies in whose names, or what else they are called, the words asked for stand; at most [`MOST`] and
/// one more. Who asks looks into them whether it is so in their own sense, too.
pub(super) fn candidates(sql: &mut Sql, asked: &Asked, dialect: Dialect, scope: &CompanyScope, within: Within) {
    let scope = if *scope == CompanyScope::Names { Scope::Names } else { Scope::All };
    sql.push("SELECT e.subject_id AS id FROM (");
    index::matching(sql, dialect, Kind::Company, &scope, asked, within, MOST + 1);
    sql.push(") m JOIN search_entries e ON e.seq = m.seq");
}

/// What is asked of the index of words: those words of which it knows every place that the texts have. Others – two letters
/// within a word, words with signs – the texts alone can tell.
fn asked(filter: &CompanyFilter) -> Option<Asked> {
    let mut asked = Asked::new(&filter.search);
    asked.terms.retain(|term| term.is_anywhere());
    Some(asked).filter(|asked| !asked.terms.is_empty() && !filter.archived)
}

/// Adds ` AND …`, all filters, those of words by the index.
pub(super) fn few_into(sql: &mut Sql, filter: &CompanyFilter, scope: &CompanyScope, dialect: Dialect) {
    if let Some(asked) = asked(filter) {
        sql.push(" AND c.id IN (");
        candidates(sql, &asked, dialect, scope, Within::Parts);
        sql.push(")");
    }
    filter_into(sql, filter, scope, Reach::Few);
}

/// Adds ` ORDER BY …`. Backwards it is the same list from its end, so that one index serves both.
pub(super) fn order_into(sql: &mut Sql, filter: &CompanyFilter, language: Language) {
    let first = match (filter.sort, language) {
        _ if by_name(filter) => None,
        (Sort::Name, _) => None,
        (Sort::Country, Language::En) => Some("c.country_en"),
        (Sort::Country, Language::Zh) => Some("c.country_zh"),
        (Sort::Stage, _) => Some("c.stage_position"),
        (Sort::Manager, _) => Some("c.manager_name"),
        (Sort::Products, _) => Some("c.product_count"),
        (Sort::Changed, _) => Some("c.changed_at"),
    };
    let name = if language == Language::En { "c.sort_en" } else { "c.sort_zh" };
    sql.push(" ORDER BY ");
    for column in first.into_iter().chain([name]) {
        sql.push(column).push(if filter.descending { " DESC, " } else { ", " });
    }
    sql.push(if filter.descending { "c.id DESC" } else { "c.id" });
}

/// Whether a list is in the order of names alone. So is one by what a filter leaves one value of: it would be gone along from
/// its beginning otherwise, past all that the filter leaves out.
fn by_name(filter: &CompanyFilter) -> bool {
    match filter.sort {
        Sort::Name => true,
        Sort::Country => filter.country.is_some(),
        Sort::Stage => filter.stage.is_some(),
        Sort::Manager => filter.manager.is_some() || filter.unmanaged,
        Sort::Products | Sort::Changed => false,
    }
}

/// How far a filter reaches, as [`reach_parts`] reads it.
#[derive(Clone, Debug)]
pub struct Reached {
    pub reach: Reach,
    /// How many there are, where that is known by now.
    pub(super) count: Option<i64>,
    /// Which companies a page has, where that is known by now: those that are few were all found to count them.
    pub(super) page: Option<Vec<Uuid>>,
}

impl Reached {
    /// Of one's own companies there are few; without a filter there may be many. Otherwise that must be asked first.
    pub fn without_asking(filter: &CompanyFilter, scope: &CompanyScope) -> Option<Self> {
        let own = matches!(scope, CompanyScope::Own(_));
        (own || filter.is_everything()).then_some(Self { reach: Reach::Many, count: None, page: None })
    }

    pub fn from_json(found: &[String]) -> Result<Self> {
        let [found] = found else {
            return Err(internal("a count from the database", &"not the parts asked for"));
        };
        let rows: Vec<(Option<Uuid>, i64, i64)> = from_json(found)?;
        let (count, complete) = rows.first().map_or((0, true), |(_, count, complete)| (*count, *complete == 1));
        Ok(if count > MOST || !complete {
            Self { reach: Reach::Many, count: Some(count).filter(|count| *count > MOST), page: None }
        } else {
            let page = rows.into_iter().filter_map(|(id, ..)| id).collect();
            Self { reach: Reach::Few, count: Some(count), page: Some(page) }
        })
    }
}

/// Companies among which are all that a filter finds, if they are fewer than the number beside, and what of the filter is still
/// to be asked of them, where there is a quick way to such.
fn likely(filter: &CompanyFilter, scope: &CompanyScope, dialect: Dialect) -> Option<(Sql, i64, CompanyFilter)> {
    if let Some(asked) = asked(filter) {
        let mut sql = Sql::new("");
        candidates(&mut sql, &asked, dialect, scope, Within::Parts);
        return Some((sql, MOST + 1, filter.clone()));
    }
    let without_area = CompanyFilter { area: String::new(), ..filter.clone() };
    let without_tag = CompanyFilter { tag: String::new(), ..filter.clone() };
    for (kind, value, rest) in [(TermKind::Area, &filter.area, without_area), (TermKind::Tag, &filter.tag, without_tag)]
    {
        // Other filters may leave few of ten thousand that have a word.
        if !value.is_empty() && rest.is_everything() {
            let mut sql = Sql::new("SELECT t.company_id AS id FROM company_terms t");
            sql.bind(" WHERE t.kind = ?", kind.code()).bind(" AND t.folded = ?", folded(kind, value));
            // Archived ones are among them, which the list leaves out.
            let most = MOST + MOST / 10;
            sql.push(" LIMIT ").number_literal(most);
            return Some((sql, most, rest));
        }
    }
    None
}

/// What is read to know how far a filter reaches: how many companies it finds and, if these are few, which of them a page has
/// (`limit` and `offset`).
pub fn reach_parts(
    filter: &CompanyFilter,
    scope: &CompanyScope,
    language: Language,
    dialect: Dialect,
    (limit, offset): (i64, i64),
) -> Vec<Part> {
    let likely = likely(filter, scope, dialect);
    let mut sql = Sql::new("WITH ");
    if let Some((likely, ..)) = &likely {
        sql.push("likely AS MATERIALIZED (").add(likely).push("), ");
    }
    sql.push("found AS MATERIALIZED (SELECT c.id FROM companies c WHERE 1 = 1");
    if likely.is_some() {
        sql.push(" AND c.id IN (SELECT l.id FROM likely l)");
    }
    let rest = likely.as_ref().map_or(filter, |(_, _, rest)| rest);
    filter_into(&mut sql, rest, scope, Reach::Few);
    sql.push(" LIMIT ").number_literal(MOST + 1);
    sql.push("), total AS MATERIALIZED (SELECT (SELECT count(*) FROM found) AS number, ");
    match &likely {
        Some((_, most, _)) => {
            sql.push("(SELECT CASE WHEN count(*) < ").number_literal(*most).push(" THEN 1 ELSE 0 END FROM likely)");
        }
        None => {
            sql.push("1");
        }
    }
    sql.push(
        " AS complete) SELECT p.id, t.number, t.complete FROM total t
         LEFT JOIN (SELECT c.id FROM found f CROSS JOIN companies c WHERE c.id = f.id AND (SELECT s.number FROM total s) <= ",
    );
    sql.number_literal(MOST);
    order_into(&mut sql, filter, language);
    sql.limit(limit, offset).push(") p ON 1 = 1");
    vec![(sql, &[Column::Id("id"), Column::Plain("number"), Column::Plain("complete")])]
}

/// How far a filter reaches, for who asks within a transaction.
pub async fn reached(tx: &mut Tx, filter: &CompanyFilter, scope: &CompanyScope) -> Result<Reached> {
    if let Some(known) = Reached::without_asking(filter, scope) {
        return Ok(known);
    }
    let parts = reach_parts(filter, scope, Language::En, Dialect::of_tx(tx), (0, 0));
    Ok(Reached { page: None, ..Reached::from_json(&together(tx, &parts).await?)? })
}
