//! How far a filter reaches, which decides how the companies that it finds are looked for: so that a page of a list costs the
//! same however many there are.

use super::super::filter::{CompanyFilter, Sort};
use super::super::model::TermKind;
use super::super::terms::folded;
use super::list::COUNT;
use crate::actor::CompanyScope;
use crate::backend::database::{Dialect, Part, Sql, Tx, containing, from_json, together};
use crate::backend::fold::fold;
use crate::error::{Result, internal};
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

/// Whether a list is in the order of names alone. So is one by what a filter leaves one value of: it would be gone along from
/// its beginning otherwise, past all that the filter leaves out.
pub(super) fn by_name(filter: &CompanyFilter) -> bool {
    match filter.sort {
        Sort::Name => true,
        Sort::Country => filter.country.is_some(),
        Sort::Stage => filter.stage.is_some(),
        Sort::Manager => filter.manager.is_some() || filter.unmanaged,
        Sort::Products | Sort::Changed => false,
    }
}

/// How far a filter reaches, as [`reach_parts`] reads it.
#[derive(Clone, Copy, Debug)]
pub struct Reached {
    pub reach: Reach,
    /// How many there are, where that is known by now.
    pub(super) count: Option<i64>,
}

impl Reached {
    /// Of one's own companies there are few; without a filter there may be many. Otherwise that must be asked first.
    pub fn without_asking(filter: &CompanyFilter, scope: &CompanyScope) -> Option<Self> {
        let own = matches!(scope, CompanyScope::Own(_));
        (own || filter.is_everything()).then_some(Self { reach: Reach::Many, count: None })
    }

    pub fn from_json(found: &[String]) -> Result<Self> {
        let [count, named] = found else {
            return Err(internal("a count from the database", &"not the parts asked for"));
        };
        let number = |json: &str| from_json::<(i64,)>(json).map(|rows| rows.first().map_or(0, |(number,)| *number));
        let (count, named) = (number(count)?, number(named)?);
        Ok(if named > MOST {
            // The index knows more names with the words than it was asked for, so what it found is not all.
            Self { reach: Reach::Many, count: None }
        } else {
            Self { reach: if count > MOST { Reach::Many } else { Reach::Few }, count: Some(count) }
        })
    }
}

/// What is read to know how far a filter reaches: how many companies it finds, and in how many names the words stand.
pub fn reach_parts(filter: &CompanyFilter, scope: &CompanyScope, dialect: Dialect) -> Vec<Part> {
    let mut count = Sql::new("SELECT count(*) AS number FROM (SELECT c.id FROM companies c WHERE 1 = 1");
    few_into(&mut count, filter, scope, dialect);
    count.push(" LIMIT ").number_literal(MOST + 1).push(") x");
    let mut named = Sql::new("SELECT count(*) AS number FROM (");
    match asked(filter) {
        Some(asked) => candidates(&mut named, &asked, dialect, scope, Within::Parts),
        None => {
            named.push("SELECT 1 AS id FROM company_stages WHERE 1 = 0");
        }
    }
    named.push(") x");
    vec![(count, COUNT), (named, COUNT)]
}

/// How far a filter reaches, for who asks within a transaction.
pub async fn reached(tx: &mut Tx, filter: &CompanyFilter, scope: &CompanyScope) -> Result<Reached> {
    if let Some(known) = Reached::without_asking(filter, scope) {
        return Ok(known);
    }
    let parts = reach_parts(filter, scope, Dialect::of_tx(tx));
    Reached::from_json(&together(tx, &parts).await?)
}
