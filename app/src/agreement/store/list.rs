//! Lists of agreements: which, in which order, how many. Where an agreement stands is read from its days, too, so that
//! lists and counts are right before the clock's job was.

use std::collections::HashMap;

use uuid::Uuid;

use super::super::filter::{AgreementFilter, Sort, Which};
use super::super::life::State;
use super::super::model::{EXPIRING, Scope};
use super::super::renewal::store as renewal;
use super::scope_into;
use crate::backend::database::{Sql, Tx, containing};
use crate::backend::fold::fold;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;

/// From so many agreements on, those of a party are found by going along the order of the list rather than gathered.
const MANY: i64 = 300;

/// A line of the list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AgreementLine {
    pub id: Uuid,
    pub number: String,
    pub kind: String,
    /// As stored; see [`AgreementLine::state`].
    state: String,
    pub title_en: String,
    pub title_zh: String,
    pub sign_place: String,
    pub sign_on: String,
    pub effective_on: String,
    pub ends_on: String,
    pub zone: String,
    effective_at: Option<i64>,
    ends_at: Option<i64>,
    pub renewal: String,
    pub changed_at: i64,
    pub owner: Option<String>,
}

impl AgreementLine {
    fn renews(&self) -> bool {
        self.renewal == "automatic"
    }

    pub fn state(&self, now: Timestamp) -> State {
        let stored = State::from_code(&self.state).unwrap_or(State::Draft);
        stored.at(self.effective_at, self.ends_at, self.renews(), now.0)
    }

    pub fn is_expiring(&self, now: Timestamp) -> bool {
        let ends_at = self.ends_at.map(Timestamp);
        self.state(now) == State::InForce && super::super::model::is_expiring(ends_at, self.renews(), now)
    }

    pub fn title(&self, language: Language) -> &str {
        language.prefer(&self.title_en, &self.title_zh)
    }
}

const COLUMNS: &str = "SELECT a.id, a.number, a.kind, a.state, a.title_en, a.title_zh, a.sign_place, a.sign_on,
        a.effective_on, a.ends_on, a.zone, a.effective_at, a.ends_at, a.renewal, a.changed_at, o.name AS owner";

/// Leaves only those that stand at a state at a moment, whatever is stored yet.
pub(super) fn state_into(sql: &mut Sql, state: State, now: Timestamp) {
    match state {
        State::Signed => {
            sql.bind(" AND a.state = 'signed' AND (a.effective_at IS NULL OR a.effective_at > ?)", now.0);
        }
        // As one expression: what is in force is much of what there is, and is found faster in the order that is asked for,
        // or by its party, than by its state.
        State::InForce => {
            sql.bind(
                " AND CASE WHEN a.state = 'in_force' OR (a.state = 'signed' AND a.effective_at <= ?)
                       THEN CASE WHEN a.renewal <> 'automatic' AND a.ends_at <= ? THEN 0 ELSE 1 END ELSE 0 END = 1",
                now.0,
            );
        }
        State::Expired => {
            sql.bind(
                " AND CASE WHEN a.state = 'expired' THEN 1
                       WHEN a.state = 'in_force' OR (a.state = 'signed' AND a.effective_at <= ?)
                       THEN CASE WHEN a.renewal <> 'automatic' AND a.ends_at <= ? THEN 1 ELSE 0 END ELSE 0 END = 1",
                now.0,
            );
        }
        state => {
            sql.bind(" AND a.state = ?", state.code());
        }
    }
}

/// Adds what is 1 for an agreement that is under way or in force at a moment, and 0 for one that is over.
pub fn live_into(sql: &mut Sql, now: Timestamp) {
    sql.bind(
        "CASE WHEN a.state IN ('expired', 'renewed', 'terminated', 'withdrawn', 'rejected') THEN 0
              WHEN (a.state = 'in_force' OR (a.state = 'signed' AND a.effective_at <= ?)) AND a.renewal <> 'automatic'
                   AND a.ends_at <= ? THEN 0 ELSE 1 END",
        now.0,
    );
}

fn filter_into(sql: &mut Sql, filter: &AgreementFilter, scope: &Scope, many: bool, now: Timestamp) {
    scope_into(sql, scope);
    for word in fold(&filter.search).split_whitespace().take(8) {
        let pattern = containing(word);
        sql.bind(r" AND (a.search_text LIKE ? ESCAPE '\'", pattern.clone());
        // By the names that everybody reads who sees the agreement.
        sql.bind(
            r" OR EXISTS (SELECT 1 FROM agreement_parties n JOIN companies k ON k.id = n.company_id
                WHERE n.agreement_id = a.id AND n.removed_at IS NULL AND k.name_text LIKE ? ESCAPE '\'))",
            pattern,
        );
    }
    match filter.which {
        Some(Which::UnderWay) => {
            sql.bind(
                " AND a.state IN ('draft', 'internal_review', 'negotiation', 'text_agreed', 'for_signature',
                    'partly_signed', 'signed') AND (a.state <> 'signed' OR a.effective_at IS NULL OR a.effective_at > ?)",
                now.0,
            );
        }
        Some(Which::Expiring) => {
            // In force, and said so that an index has those between the two days.
            sql.bind(
                " AND a.state IN ('in_force', 'signed') AND (a.state = 'in_force' OR a.effective_at <= ?) AND a.ends_at > ?",
                now.0,
            );
            sql.bind(" AND a.renewal <> 'automatic' AND a.ends_at <= ?", now.plus(EXPIRING).0);
        }
        // What the zone still has to decide its parties are not told.
        Some(Which::Undecided) if matches!(scope, Scope::Of(_)) => {
            sql.push(" AND 1 = 0");
        }
        Some(Which::Undecided) => renewal::undecided_into(sql, now),
        Some(Which::State(state)) => state_into(sql, state, now),
        None => {}
    }
    if let Some(kind) = filter.kind {
        sql.bind(" AND a.kind = ?", kind.code());
    }
    match filter.party {
        // Never so because of `1 = 0`; it keeps SQLite from beginning with the party.
        Some(party) if many => {
            sql.bind(
                " AND (EXISTS (SELECT 1 FROM agreement_parties m
                               WHERE m.agreement_id = a.id AND m.company_id = ? AND m.removed_at IS NULL) OR 1 = 0)",
                party,
            );
        }
        Some(party) => {
            sql.bind(
                " AND a.id IN (SELECT m.agreement_id FROM agreement_parties m WHERE m.removed_at IS NULL
                               AND m.company_id = ?)",
                party,
            );
        }
        None => {}
    }
    for word in fold(&filter.party_name).split_whitespace().take(8) {
        sql.bind(
            r" AND EXISTS (SELECT 1 FROM agreement_parties n JOIN companies k ON k.id = n.company_id
                WHERE n.agreement_id = a.id AND n.removed_at IS NULL AND k.name_text LIKE ? ESCAPE '\')",
            containing(word),
        );
    }
}

/// Whether the company that is filtered by is a party of many agreements.
async fn is_of_many(tx: &mut Tx, filter: &AgreementFilter) -> Result<bool> {
    let Some(party) = filter.party else { return Ok(false) };
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 AS one FROM agreement_parties WHERE removed_at IS NULL");
    sql.bind(" AND company_id = ? LIMIT ", party).number_literal(MANY).push(") q");
    Ok(sql.number(tx).await? >= MANY)
}

/// What a filter finds of what a scope may know of: so many rows, or all of them.
pub async fn list(
    tx: &mut Tx,
    filter: &AgreementFilter,
    scope: &Scope,
    language: Language,
    now: Timestamp,
    page: Option<(i64, i64)>,
) -> Result<Vec<AgreementLine>> {
    let many = is_of_many(tx, filter).await?;
    let mut sql = Sql::new(COLUMNS);
    sql.push(" FROM agreements a LEFT JOIN accounts o ON o.id = a.owner_id WHERE 1 = 1");
    filter_into(&mut sql, filter, scope, many, now);
    let column = match (filter.sort, language) {
        (Sort::Changed, _) => "a.changed_at",
        (Sort::Number, _) => "a.number",
        (Sort::Title, Language::En) => "a.sort_en",
        (Sort::Title, Language::Zh) => "a.sort_zh",
        (Sort::Effective, _) => "a.effective_on",
        (Sort::Ends, _) => "a.ends_on",
    };
    sql.push(" ORDER BY ").push(column).push(if filter.descending { " DESC, a.id DESC" } else { ", a.id" });
    if let Some((limit, offset)) = page {
        sql.limit(limit, offset);
    }
    sql.rows(tx).await
}

/// A company's agreements that are under way or in force, as far as a scope may know of them, what changed last first; and how
/// many there are.
pub async fn live_of_company(
    tx: &mut Tx,
    company: Uuid,
    scope: &Scope,
    now: Timestamp,
    most: i64,
) -> Result<(Vec<AgreementLine>, i64)> {
    let mut sql = Sql::default();
    sql.bind(
        " FROM agreement_parties m JOIN agreements a ON a.id = m.agreement_id LEFT JOIN accounts o ON o.id = a.owner_id
          WHERE m.removed_at IS NULL AND m.company_id = ? AND ",
        company,
    );
    live_into(&mut sql, now);
    sql.push(" = 1");
    scope_into(&mut sql, scope);
    let count = Sql::new("SELECT count(*)").add(&sql).number(tx).await?;
    let mut lines = Sql::new(COLUMNS);
    lines.add(&sql).push(" ORDER BY a.changed_at DESC, a.id DESC").limit(most, 0);
    Ok((lines.rows(tx).await?, count))
}

/// How many there are, up to one more than [`AgreementFilter::most_counted`].
pub async fn count(tx: &mut Tx, filter: &AgreementFilter, scope: &Scope, now: Timestamp) -> Result<i64> {
    let many = is_of_many(tx, filter).await?;
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 AS one FROM agreements a WHERE 1 = 1");
    filter_into(&mut sql, filter, scope, many, now);
    sql.push(" LIMIT ").number_literal(filter.most_counted() + 1).push(") q");
    sql.number(tx).await
}

/// How many agreements stand at each state at a moment: as stored, less and more what the clock's job has still to move.
pub async fn by_state(tx: &mut Tx, scope: &Scope, now: Timestamp) -> Result<HashMap<State, i64>> {
    let mut sql = Sql::new("SELECT a.state, count(*) AS number FROM agreements a WHERE 1 = 1");
    scope_into(&mut sql, scope);
    sql.push(" GROUP BY a.state");
    let rows: Vec<(String, i64)> = sql.rows(tx).await?;
    let mut counts: HashMap<State, i64> =
        rows.into_iter().filter_map(|(code, number)| Some((State::from_code(&code)?, number))).collect();
    for (stored, due) in [
        (State::Signed, " WHERE a.state = 'signed' AND a.effective_at <= ?"),
        (State::InForce, " WHERE a.state = 'in_force' AND a.ends_at <= ?"),
    ] {
        let mut sql = Sql::new("SELECT a.effective_at, a.ends_at, a.renewal FROM agreements a");
        sql.bind(due, now.0);
        scope_into(&mut sql, scope);
        let rows: Vec<(Option<i64>, Option<i64>, String)> = sql.rows(tx).await?;
        for (effective_at, ends_at, renewal) in rows {
            *counts.entry(stored).or_default() -= 1;
            *counts.entry(stored.at(effective_at, ends_at, renewal == "automatic", now.0)).or_default() += 1;
        }
    }
    Ok(counts)
}

/// A part of what stands at a state.
#[derive(Clone, Copy)]
enum Part {
    /// Stored so.
    Stored,
    /// Signed, and its day has begun.
    Begun,
    /// In force, and its last day is over.
    Ended,
}

/// The latest of those that stand at a state.
pub async fn latest_at(
    tx: &mut Tx,
    state: State,
    scope: &Scope,
    now: Timestamp,
    most: i64,
) -> Result<Vec<AgreementLine>> {
    // What is stored already is found in its order; what the clock's job has still to move is little, and found by its day.
    let mut parts = vec![(Part::Stored, " ORDER BY a.changed_at DESC, a.id DESC")];
    if matches!(state, State::InForce | State::Expired) {
        parts.push((Part::Begun, " ORDER BY a.effective_at DESC"));
    }
    if state == State::Expired {
        parts.push((Part::Ended, " ORDER BY a.ends_at DESC"));
    }
    let mut found: Vec<AgreementLine> = Vec::new();
    for (part, order) in parts {
        let mut sql = Sql::new(COLUMNS);
        sql.push(" FROM agreements a LEFT JOIN accounts o ON o.id = a.owner_id WHERE ");
        match part {
            Part::Stored => sql.bind("a.state = ?", state.code()),
            Part::Begun => sql.bind("a.state = 'signed' AND a.effective_at <= ?", now.0),
            Part::Ended => sql.bind("a.state = 'in_force' AND a.ends_at <= ?", now.0),
        };
        state_into(&mut sql, state, now);
        scope_into(&mut sql, scope);
        sql.push(order).limit(most, 0);
        let rows: Vec<AgreementLine> = sql.rows(tx).await?;
        found.extend(rows);
    }
    found.sort_by_key(|line| std::cmp::Reverse((line.changed_at, line.id)));
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// The agreements that are linked to a record of a kind, as far as a scope may know of them: the latest, so many.
pub async fn linked_to(
    tx: &mut Tx,
    kind: &'static str,
    subject: Uuid,
    scope: &Scope,
    most: i64,
) -> Result<Vec<AgreementLine>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(
        " FROM agreement_links l JOIN agreements a ON a.id = l.agreement_id LEFT JOIN accounts o ON o.id = a.owner_id
          WHERE l.subject_id = ?",
        subject,
    );
    sql.bind(" AND l.kind = ?", kind);
    scope_into(&mut sql, scope);
    sql.push(" ORDER BY a.changed_at DESC, a.id DESC").limit(most, 0);
    sql.rows(tx).await
}

/// The names of the parties of agreements, in their order: company, English and Chinese name.
pub async fn party_names(tx: &mut Tx, agreements: &[Uuid]) -> Result<HashMap<Uuid, Vec<(Uuid, String, String)>>> {
    let mut found: HashMap<Uuid, Vec<(Uuid, String, String)>> = HashMap::new();
    for some in agreements.chunks(200) {
        let mut sql = Sql::new(
            "SELECT p.agreement_id, k.id, k.name_en, k.name_zh FROM agreement_parties p JOIN companies k ON k.id = p.company_id
             WHERE p.removed_at IS NULL AND ",
        );
        sql.bind_in("p.agreement_id", some).push(" ORDER BY p.agreement_id, p.position, p.id");
        let rows: Vec<(Uuid, Uuid, String, String)> = sql.rows(tx).await?;
        for (agreement, company, en, zh) in rows {
            found.entry(agreement).or_default().push((company, en, zh));
        }
    }
    Ok(found)
}
