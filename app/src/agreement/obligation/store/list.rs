//! Lists of obligations. What a company owes is found along an index of its own, all that there is along another; nothing
//! is counted beyond [`MOST_COUNTED`].

use std::collections::HashMap;

use uuid::Uuid;

use super::super::filter::{ObligationFilter, On, Which};
use super::super::life::State;
use super::super::model::is_binding;
use crate::agreement::life::State as Of;
use crate::agreement::model::Scope;
use crate::backend::database::{Sql, Tx, containing};
use crate::backend::fold::fold;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;

/// Lists are counted up to here; what is more is "more than".
pub const MOST_COUNTED: i64 = 1000;
/// What stands beside a list, or over a column of the board, up to here.
pub const FEW_COUNTED: i64 = 100;

/// A line of a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ObligationLine {
    pub id: Uuid,
    #[sqlx(rename = "agreement_number")]
    pub agreement: String,
    pub title_en: String,
    pub title_zh: String,
    pub zone: String,
    pub number: i64,
    pub clause: String,
    pub text_en: String,
    pub text_zh: String,
    state: String,
    pub due_on: String,
    pub last_on: String,
    pub due_at: i64,
    agreement_state: String,
    effective_at: Option<i64>,
}

impl ObligationLine {
    pub fn state(&self) -> State {
        State::from_code(&self.state).unwrap_or(State::Pending)
    }

    pub fn is_overdue(&self, now: Timestamp) -> bool {
        let stored = Of::from_code(&self.agreement_state).unwrap_or(Of::Draft);
        // Its end changes nothing about what was owed before.
        let binding = is_binding(stored.at(self.effective_at, None, true, now.0));
        binding && self.state().is_awaited() && self.due_at <= now.0
    }

    pub fn url(&self) -> String {
        super::super::model::url(&self.agreement, self.number)
    }

    pub fn text(&self, language: Language) -> &str {
        language.prefer(&self.text_en, &self.text_zh)
    }

    pub fn title(&self, language: Language) -> &str {
        language.prefer(&self.title_en, &self.title_zh)
    }
}

const COLUMNS: &str = "SELECT o.id, a.number AS agreement_number, a.title_en, a.title_zh, a.zone, o.number, o.clause,
        o.text_en, o.text_zh, o.state, o.due_on, o.last_on, o.due_at, a.state AS agreement_state, a.effective_at";

/// Leaves only those whose agreement binds, or did until it ended: before that nothing is late.
pub fn binding_into(sql: &mut Sql, now: Timestamp) {
    sql.bind(
        " AND (a.state IN ('in_force', 'expired', 'renewed', 'terminated') OR (a.state = 'signed' AND a.effective_at <= ?))",
        now.0,
    );
}

/// Whose obligations a list is of.
#[derive(Clone, Debug)]
pub struct Whose {
    pub scope: Scope,
    /// Those of these companies alone; none for all that the scope may know of.
    pub companies: Option<Vec<Uuid>>,
}

/// From where, and which; `whole` for lines, with the obligations and agreements that they are read from. A `CROSS JOIN` is
/// what SQLite reads in this order: along the index of the days.
fn from_into(sql: &mut Sql, whose: &Whose, filter: &ObligationFilter, now: Timestamp, whole: bool) {
    let agreement = !matches!(whose.scope, Scope::All) || filter.which == Which::Overdue;
    // `p` is what is looked through; both tables call these columns alike.
    sql.push(match (&whose.companies, whole, agreement) {
        (Some(_), true, _) => {
            " FROM obligation_parties p CROSS JOIN obligations o CROSS JOIN agreements a
              WHERE o.id = p.obligation_id AND a.id = p.agreement_id"
        }
        (Some(_), false, true) => " FROM obligation_parties p CROSS JOIN agreements a WHERE a.id = p.agreement_id",
        (Some(_), false, false) => " FROM obligation_parties p WHERE 1 = 1",
        (None, true, _) => {
            " FROM obligations p CROSS JOIN agreements a CROSS JOIN obligations o
              WHERE a.id = p.agreement_id AND o.id = p.id"
        }
        (None, false, true) => " FROM obligations p CROSS JOIN agreements a WHERE a.id = p.agreement_id",
        (None, false, false) => " FROM obligations p WHERE 1 = 1",
    });
    // Those of one agreement are few, and found by it: what else is asked must lead to no other index.
    let few = !filter.agreement.is_empty();
    if few {
        let number = filter.agreement.as_str();
        sql.bind(" AND p.agreement_id = (SELECT w.id FROM agreements w WHERE w.number = ?)", number);
    }
    if let Some(companies) = &whose.companies {
        sql.push(" AND ").bind_in(if few { "coalesce(p.company_id, p.id)" } else { "p.company_id" }, companies);
        match filter.side {
            Some(On::Owes) => sql.push(" AND p.owes = TRUE"),
            Some(On::Benefits) => sql.push(" AND p.benefits = TRUE"),
            None => sql,
        };
    }
    match &whose.scope {
        Scope::All => {}
        Scope::Executive => {
            sql.push(" AND (a.shared_at IS NOT NULL OR a.private = FALSE)");
        }
        // That one of theirs is a party was asked above: who is taken out stands beside no obligation any more.
        Scope::Of(_) => {
            sql.push(" AND a.shared_at IS NOT NULL");
        }
    }
    let open = if few { " AND coalesce(p.settled, TRUE) = FALSE" } else { " AND p.settled = FALSE" };
    match filter.which {
        Which::All => {}
        Which::Open => {
            sql.push(open);
        }
        Which::Overdue => {
            sql.push(open).bind(" AND p.state IN ('pending', 'in_progress') AND p.due_at <= ?", now.0);
            binding_into(sql, now);
        }
        Which::State(state) => {
            sql.bind(if few { " AND coalesce(p.state, '') = ?" } else { " AND p.state = ?" }, state.code());
        }
    }
    if let Some(days) = filter.within {
        sql.bind(" AND p.due_at <= ?", now.plus(days * Timestamp::DAY).0);
    }
}

/// What a filter finds, the most urgent first: so many rows, or all of them.
pub async fn list(
    tx: &mut Tx,
    whose: &Whose,
    filter: &ObligationFilter,
    now: Timestamp,
    page: Option<(i64, i64)>,
) -> Result<Vec<ObligationLine>> {
    let mut sql = Sql::new(COLUMNS);
    from_into(&mut sql, whose, filter, now, true);
    sql.push(match (&whose.companies, filter.agreement.is_empty()) {
        (Some(_), true) => " ORDER BY p.due_at, p.obligation_id",
        (None, true) => " ORDER BY p.due_at, p.id",
        (_, false) => " ORDER BY coalesce(p.due_at, 0), o.id",
    });
    if let Some((limit, offset)) = page {
        sql.limit(limit, offset);
    }
    let mut rows: Vec<ObligationLine> = sql.rows(tx).await?;
    // Of several companies, two may stand on it.
    rows.dedup_by_key(|line| line.id);
    Ok(rows)
}

/// How many there are, up to one more than `most`.
pub async fn count(tx: &mut Tx, whose: &Whose, filter: &ObligationFilter, now: Timestamp, most: i64) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM (SELECT 1 AS one");
    from_into(&mut sql, whose, filter, now, false);
    sql.push(" LIMIT ").number_literal(most + 1).push(") q");
    sql.number(tx).await
}

/// Those of one agreement, open ones first: so many of them.
pub async fn of_agreement(tx: &mut Tx, agreement: Uuid, most: i64) -> Result<Vec<ObligationLine>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(
        " FROM obligations o JOIN agreements a ON a.id = o.agreement_id WHERE o.agreement_id = ?
          ORDER BY o.settled, o.due_at, o.number",
        agreement,
    );
    sql.limit(most, 0);
    sql.rows(tx).await
}

/// The sides of obligations in lists, by obligation: who owes and who benefits, with the company's names and the party.
pub async fn sides_of(tx: &mut Tx, obligations: &[Uuid]) -> Result<HashMap<Uuid, Vec<super::Side>>> {
    let mut found: HashMap<Uuid, Vec<super::Side>> = HashMap::new();
    for some in obligations.chunks(200) {
        let mut sql = Sql::new(
            "SELECT s.obligation_id, s.party_id, s.company_id, k.name_en, k.name_zh, s.owes, s.benefits
             FROM obligation_parties s JOIN agreement_parties p ON p.id = s.party_id
             JOIN companies k ON k.id = s.company_id WHERE p.removed_at IS NULL AND ",
        );
        sql.bind_in("s.obligation_id", some).push(" ORDER BY s.obligation_id, p.position, p.id");
        let rows: Vec<(Uuid, Uuid, Uuid, String, String, bool, bool)> = sql.rows(tx).await?;
        for (obligation, party, company, name_en, name_zh, owes, benefits) in rows {
            let side = super::Side { party, company, name_en, name_zh, owes, benefits };
            found.entry(obligation).or_default().push(side);
        }
    }
    Ok(found)
}

/// The companies whose names have what was typed: the first of them.
pub async fn companies_like(tx: &mut Tx, typed: &str) -> Result<Vec<Uuid>> {
    const FOUND: i64 = 20;
    let mut sql = Sql::new("SELECT id FROM companies WHERE merged_into IS NULL");
    for word in fold(typed).split_whitespace().take(8) {
        sql.bind(r" AND name_text LIKE ? ESCAPE '\'", containing(word));
    }
    sql.push(" ORDER BY id").limit(FOUND, 0);
    let rows: Vec<(Uuid,)> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What waits for people of these companies: what they owe and is due soon or late, and evidence that they have to look at.
pub async fn waiting(
    tx: &mut Tx,
    companies: &[Uuid],
    until: Timestamp,
    now: Timestamp,
    most: i64,
) -> Result<Vec<ObligationLine>> {
    let mut sql = Sql::new(COLUMNS);
    sql.push(
        " FROM obligation_parties p CROSS JOIN obligations o CROSS JOIN agreements a
          WHERE o.id = p.obligation_id AND a.id = p.agreement_id AND a.shared_at IS NOT NULL AND ",
    );
    sql.bind_in("p.company_id", companies);
    sql.bind(
        " AND p.settled = FALSE
          AND ((p.owes = TRUE AND p.state IN ('pending', 'in_progress') AND p.due_at <= ?)
            OR (p.benefits = TRUE AND p.state = 'submitted'))",
        until.0,
    );
    binding_into(&mut sql, now);
    sql.push(" ORDER BY p.due_at, p.obligation_id").limit(most, 0);
    let mut rows: Vec<ObligationLine> = sql.rows(tx).await?;
    rows.dedup_by_key(|line| line.id);
    Ok(rows)
}

/// What waits for somebody of staff: what is late in agreements that they look after, and what is disputed there.
pub async fn waiting_for_staff(tx: &mut Tx, me: Uuid, now: Timestamp, most: i64) -> Result<Vec<ObligationLine>> {
    let mut sql = Sql::new(COLUMNS);
    sql.bind(
        " FROM obligations o JOIN agreements a ON a.id = o.agreement_id WHERE a.owner_id = ? AND o.settled = FALSE",
        me,
    );
    sql.bind(" AND (o.state = 'disputed' OR (o.state IN ('pending', 'in_progress') AND o.due_at <= ?))", now.0);
    binding_into(&mut sql, now);
    sql.push(" ORDER BY o.due_at, o.id").limit(most, 0);
    sql.rows(tx).await
}

/// What a company has still to do under one agreement: how much of it is late, and the next day.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Owed {
    pub agreement: Uuid,
    pub late: i64,
    /// As ISO text; none where nothing that is not late has a day.
    pub next_on: Option<String>,
}

/// What a company owes under some agreements; only those under which it owes something are given.
pub async fn owed_by(tx: &mut Tx, company: Uuid, agreements: &[Uuid], now: Timestamp) -> Result<Vec<Owed>> {
    let mut sql = Sql::default();
    sql.bind(
        "SELECT w.agreement_id AS agreement, count(CASE WHEN w.due_at <= ? THEN 1 END) AS late,
                min(CASE WHEN w.due_at > ? AND o.due_on <> '' THEN o.due_on END) AS next_on
         FROM obligation_parties w JOIN obligations o ON o.id = w.obligation_id",
        now.0,
    );
    sql.bind(" WHERE w.company_id = ? AND w.settled = FALSE AND w.owes = TRUE", company)
        .push(" AND w.state IN ('pending', 'in_progress') AND ")
        .bind_in("w.agreement_id", agreements)
        .push(" GROUP BY w.agreement_id");
    sql.rows(tx).await
}
