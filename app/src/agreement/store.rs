//! Where agreements are kept.

mod list;
mod parties;
mod said;
mod texts;

use std::collections::HashMap;

use uuid::Uuid;

use super::life::State;
use super::model::{Agreement, Days, Facts, Key, Kind, Renewal, Scope, Tongue, USUAL_ZONE, number_text};
use super::renewal::model::Follow;
use super::renewal::store as renewal;
use crate::backend::database::{Sql, Tx};
use crate::backend::fold::{search_text, sort_key};
use crate::error::{Error, Refusal, Result};
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

pub use self::list::*;
pub use self::parties::*;
pub use self::said::*;
pub use self::texts::*;

/// Gives the next number of a year. The year's row is held until the transaction ends: whoever asks meanwhile waits, and
/// one that is rolled back leaves no gap.
pub async fn next_number(tx: &mut Tx, year: i16) -> Result<String> {
    let last: i64 = ask!(tx, |c| sqlx::query_scalar(
        "INSERT INTO agreement_numbers (year, last) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last = agreement_numbers.last + 1 RETURNING last"
    )
    .bind(i64::from(year))
    .fetch_one(c)
    .await)?;
    Ok(number_text(year, last))
}

/// What a search of agreements looks into, besides the parties' names.
fn found_by(number: &str, facts: &Facts) -> String {
    let texts = [number, &facts.title_en, &facts.title_zh].into_iter();
    search_text(texts.chain(facts.areas.iter().map(String::as_str)))
}

/// Adds a draft under a number of [`next_number`].
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    number: &str,
    facts: &Facts,
    by: Option<Uuid>,
    now: Timestamp,
) -> Result<()> {
    on!(&mut *tx, |c| {
        sqlx::query(
        "INSERT INTO agreements (id, number, kind, state, title_en, title_zh, summary_en, summary_zh, prevailing, areas,
                sign_place, sign_on, effective_on, ends_on, zone, renewal, governing_law, confidentiality, private,
                created_by, created_at, changed_at, search_text, sort_en, sort_zh, version)
         VALUES ($1, $2, $3, 'draft', '', '', '', '', 'both', '', '', '', '', '', $4, 'none', '', '', FALSE, $5, $6, $6,
                 '', '', '', 0)"
    )
    .bind(id)
    .bind(number)
    .bind(facts.kind.code())
    .bind(USUAL_ZONE)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await
    })?;
    update(tx, id, number, 0, facts, now).await?;
    Ok(())
}

/// Replaces an agreement's facts if it still is at `version`; tells whether it was.
pub async fn update(tx: &mut Tx, id: Uuid, number: &str, version: i64, facts: &Facts, now: Timestamp) -> Result<bool> {
    let days = facts.days_at(now);
    let Days { ends_on, effective_at, ends_at } = days.clone();
    let changed: Option<i64> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "UPDATE agreements SET kind = $1, title_en = $2, title_zh = $3, summary_en = $4, summary_zh = $5,
                prevailing = $6, areas = $7, sign_place = $8, sign_on = $9, effective_on = $10, ends_on = $11, zone = $12,
                effective_at = $13, ends_at = $14, term_months = $15, renewal = $16, notice_days = $17,
                governing_law = $18, confidentiality = $19, private = $20, owner_id = $21, changed_at = $22,
                search_text = $23, sort_en = $24, sort_zh = $25, version = version + 1
         WHERE id = $26 AND version = $27 RETURNING version"
    )
    .bind(facts.kind.code())
    .bind(&facts.title_en)
    .bind(&facts.title_zh)
    .bind(&facts.summary_en)
    .bind(&facts.summary_zh)
    .bind(facts.prevailing.code())
    .bind(facts.areas.join("\n"))
    .bind(&facts.sign_place)
    .bind(&facts.sign_on)
    .bind(&facts.effective_on)
    .bind(ends_on)
    .bind(&facts.zone)
    .bind(effective_at.map(|at| at.0))
    .bind(ends_at.map(|at| at.0))
    .bind(facts.term_months)
    .bind(facts.renewal.code())
    .bind(facts.notice_days)
    .bind(&facts.governing_law)
    .bind(&facts.confidentiality)
    .bind(facts.private)
    .bind(facts.owner)
    .bind(now.0)
    .bind(found_by(number, facts))
    .bind(sort_key(Language::En.prefer(&facts.title_en, &facts.title_zh)))
    .bind(sort_key(Language::Zh.prefer(&facts.title_en, &facts.title_zh)))
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await
    })?;
    if changed.is_some() {
        renewal::reckon(tx, id, facts, &days, now).await?;
    }
    search::note(tx, search::Kind::Agreement, id);
    Ok(changed.is_some())
}

/// Moves an agreement if it still is at `version` and stored as `from`; tells whether it was. What begins to be negotiated
/// is seen by its parties from then on.
pub async fn set_state(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    (from, to): (State, State),
    now: Timestamp,
) -> Result<bool> {
    let shared = (!to.is_internal() && to != State::Withdrawn).then_some(now.0);
    let moved: Option<i64> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "UPDATE agreements SET state = $1, shared_at = coalesce(shared_at, $2), changed_at = $3, version = version + 1
         WHERE id = $4 AND version = $5 AND state = $6 RETURNING version"
    )
    .bind(to.code())
    .bind(shared)
    .bind(now.0)
    .bind(id)
    .bind(version)
    .bind(from.code())
    .fetch_optional(c)
    .await
    })?;
    if moved.is_some() && matches!(to, State::Terminated | State::Renewed) {
        let zone: String = ask!(&mut *tx, |c| sqlx::query_scalar("SELECT zone FROM agreements WHERE id = $1")
            .bind(id)
            .fetch_one(c)
            .await)?;
        renewal::set_ended(tx, id, &now.day_in(&zone)).await?;
    }
    search::note(tx, search::Kind::Agreement, id);
    // However it was signed: that is proved from now on.
    if moved.is_some() && to == State::Signed {
        super::certificate::store::due(tx, id, now).await?;
    }
    Ok(moved.is_some())
}

/// Notes that something about an agreement changed – a text, a word, a party – so that who saw it as it was is told.
pub async fn touch(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    search::note(tx, search::Kind::Agreement, id);
    on!(tx, |c| sqlx::query("UPDATE agreements SET changed_at = $1, version = version + 1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Holds an agreement until the transaction ends, with the one that it renews and the companies of their parties: whoever would
/// change it meanwhile, or merge one of the companies, waits, and looks anew.
///
/// # Errors
/// Those of [`crate::company::store::hold`].
pub async fn hold(tx: &mut Tx, key: &Key) -> Result<()> {
    hold_with(tx, key, &[]).await
}

/// The same with companies that are to become parties.
///
/// # Errors
/// Those of [`crate::company::store::hold`].
pub async fn hold_with(tx: &mut Tx, key: &Key, also: &[Uuid]) -> Result<()> {
    // One after the other, the younger first, as they are held everywhere.
    let mut sql = Sql::new("UPDATE agreements SET version = version WHERE ");
    match key {
        Key::Number(number) => sql.bind("number = ?", number.as_str()),
        Key::Id(id) => sql.bind("id = ?", *id),
    };
    sql.push(" RETURNING id, follows_id, follows_as");
    let held: Vec<(Uuid, Option<Uuid>, Option<String>)> = sql.rows(tx).await?;
    let Some((id, follows, how)) = held.into_iter().next() else { return Ok(()) };
    // When it takes effect, that one ends.
    let renewed = follows.filter(|_| how.as_deref() == Some(Follow::Renews.code()));
    if let Some(renewed) = renewed {
        on!(&mut *tx, |c| sqlx::query("UPDATE agreements SET version = version WHERE id = $1")
            .bind(renewed)
            .execute(c)
            .await)?;
    }
    let agreements: Vec<Uuid> = std::iter::once(id).chain(renewed).collect();
    for again in [true, false] {
        let mut sql = Sql::new("SELECT DISTINCT company_id FROM agreement_parties WHERE removed_at IS NULL AND ");
        sql.bind_in("agreement_id", &agreements);
        let companies: Vec<(Uuid,)> = sql.rows(tx).await?;
        let companies: Vec<Uuid> =
            companies.into_iter().map(|(company,)| company).chain(also.iter().copied()).collect();
        match crate::company::store::hold(tx, &companies).await {
            // One was merged while this waited: what it had is the other's by now.
            Err(Error::Refused(Refusal::Merged)) if again => {}
            held => return held,
        }
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    number: String,
    kind: String,
    state: String,
    title_en: String,
    title_zh: String,
    summary_en: String,
    summary_zh: String,
    prevailing: String,
    areas: String,
    sign_place: String,
    sign_on: String,
    effective_on: String,
    ends_on: String,
    zone: String,
    effective_at: Option<i64>,
    ends_at: Option<i64>,
    term_months: Option<i64>,
    renewal: String,
    notice_days: Option<i64>,
    governing_law: String,
    confidentiality: String,
    private: bool,
    shared_at: Option<i64>,
    owner_id: Option<Uuid>,
    owner_name: Option<String>,
    created_at: i64,
    changed_at: i64,
    version: i64,
    follows_id: Option<Uuid>,
    follows_as: Option<String>,
    decided_for: String,
}

impl Row {
    fn agreement(self) -> Agreement {
        Agreement {
            id: self.id,
            number: self.number,
            facts: Facts {
                kind: Kind::from_code(&self.kind).unwrap_or(Kind::Strategic),
                title_en: self.title_en,
                title_zh: self.title_zh,
                summary_en: self.summary_en,
                summary_zh: self.summary_zh,
                prevailing: Tongue::from_code(&self.prevailing).unwrap_or(Tongue::Both),
                areas: self.areas.lines().map(str::to_owned).collect(),
                sign_place: self.sign_place,
                sign_on: self.sign_on,
                effective_on: self.effective_on,
                zone: self.zone,
                term_months: self.term_months,
                renewal: Renewal::from_code(&self.renewal).unwrap_or(Renewal::None),
                notice_days: self.notice_days,
                governing_law: self.governing_law,
                confidentiality: self.confidentiality,
                private: self.private,
                owner: self.owner_id,
            },
            // What is no state is shown to nobody outside of the zone.
            stored: State::from_code(&self.state).unwrap_or(State::Draft),
            days: Days {
                ends_on: self.ends_on,
                effective_at: self.effective_at.map(Timestamp),
                ends_at: self.ends_at.map(Timestamp),
            },
            shared_at: self.shared_at.map(Timestamp),
            owner_name: self.owner_name,
            created_at: Timestamp(self.created_at),
            changed_at: Timestamp(self.changed_at),
            version: self.version,
            follow: self.follows_id.zip(self.follows_as.as_deref().and_then(Follow::from_code)),
            decided_for: self.decided_for,
        }
    }
}

/// The agreement that somebody of this scope may know of. There is no other way to read one for a person.
///
/// # Errors
/// [`Error::NotFound`] where there is none, or none that they may know of: the two are told alike.
pub async fn find(tx: &mut Tx, key: &Key, scope: &Scope) -> Result<Agreement> {
    let mut sql = Sql::new(
        "SELECT a.id, a.number, a.kind, a.state, a.title_en, a.title_zh, a.summary_en, a.summary_zh, a.prevailing, a.areas,
                a.sign_place, a.sign_on, a.effective_on, a.ends_on, a.zone, a.effective_at, a.ends_at, a.term_months,
                a.renewal, a.notice_days, a.governing_law, a.confidentiality, a.private, a.shared_at, a.owner_id,
                o.name AS owner_name, a.created_at, a.changed_at, a.version,
                a.follows_id, a.follows_as, a.decided_for
         FROM agreements a LEFT JOIN accounts o ON o.id = a.owner_id WHERE ",
    );
    match key {
        Key::Number(number) => sql.bind("a.number = ?", number.as_str()),
        Key::Id(id) => sql.bind("a.id = ?", *id),
    };
    scope_into(&mut sql, scope);
    let rows: Vec<Row> = sql.rows(tx).await?;
    rows.into_iter().next().map(Row::agreement).ok_or(Error::NotFound)
}

/// Leaves only what a scope may know of.
pub fn scope_into(sql: &mut Sql, scope: &Scope) {
    match scope {
        Scope::All => {}
        Scope::Executive => {
            sql.push(" AND (a.shared_at IS NOT NULL OR NOT a.private)");
        }
        Scope::Of(companies) => {
            sql.push(
                " AND a.shared_at IS NOT NULL AND a.id IN
                    (SELECT s.agreement_id FROM agreement_parties s WHERE s.removed_at IS NULL AND ",
            );
            sql.bind_in("s.company_id", companies).push(")");
        }
    }
}

/// Of some companies those that are parties of an agreement in force, with its number: of the one that began last.
pub async fn in_force_among(tx: &mut Tx, companies: &[Uuid], now: Timestamp) -> Result<HashMap<Uuid, String>> {
    let mut sql = Sql::new(
        "SELECT p.company_id, a.number FROM agreement_parties p JOIN agreements a ON a.id = p.agreement_id
         WHERE p.removed_at IS NULL AND ",
    );
    sql.bind_in("p.company_id", companies);
    state_into(&mut sql, State::InForce, now);
    sql.push(" ORDER BY a.effective_on, a.id");
    let rows: Vec<(Uuid, String)> = sql.rows(tx).await?;
    Ok(rows.into_iter().collect())
}

/// Whether two companies are parties of one agreement.
pub async fn share_one(tx: &mut Tx, one: Uuid, other: Uuid) -> Result<bool> {
    let number: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM agreement_parties p JOIN agreement_parties q ON q.agreement_id = p.agreement_id
         WHERE p.company_id = $1 AND q.company_id = $2 AND p.removed_at IS NULL AND q.removed_at IS NULL"
    )
    .bind(one)
    .bind(other)
    .fetch_one(c)
    .await)?;
    Ok(number > 0)
}
