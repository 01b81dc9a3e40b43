//! Pairs that were found, and what somebody said of them.

use uuid::Uuid;

use super::{LEARNT_AT_ONCE, Memory, compared};
use crate::backend::database::{Sql, Tx};
use crate::company::likeness::{Likeness, Profile, Reason, Verdict};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// Compares some companies that were not compared since they changed with all others.
pub async fn compare_some(tx: &mut Tx, most: i64, now: Timestamp) -> Result<usize> {
    let ids: Vec<Uuid> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
            "SELECT id FROM companies WHERE compared_at = 0 AND archived_at IS NULL ORDER BY id LIMIT $1",
        )
        .bind(most)
        .fetch_all(c)
        .await
    })?;
    let profiles: Vec<(Uuid, Profile)> =
        compared(tx, &ids).await?.iter().map(|(id, facts)| (*id, Profile::of(facts))).collect();
    let mut memory = Memory::default();
    for some in profiles.chunks(LEARNT_AT_ONCE) {
        memory.learn(tx, &some.iter().map(|(_, profile)| profile).collect::<Vec<_>>()).await?;
        for (id, profile) in some {
            forget_open(tx, &[*id]).await?;
            for other in memory.alike(profile, Some(*id)) {
                note_pair(tx, *id, other.id, &other.likeness, now).await?;
            }
        }
        let mut sql = Sql::new("UPDATE companies");
        sql.bind(" SET compared_at = ? WHERE ", now.0);
        sql.bind_in("id", &some.iter().map(|(id, _)| *id).collect::<Vec<_>>());
        sql.execute(tx).await?;
    }
    Ok(ids.len())
}

/// Forgets with whom companies were found to be alike, where nobody has said anything of it.
pub async fn forget_open(tx: &mut Tx, ids: &[Uuid]) -> Result<()> {
    for column in ["first_id", "second_id"] {
        let mut sql = Sql::new("DELETE FROM company_pairs WHERE state = 'open' AND ");
        sql.bind_in(column, ids).execute(tx).await?;
    }
    Ok(())
}

/// Notes that two companies are alike. What somebody said of them stays.
async fn note_pair(tx: &mut Tx, one: Uuid, other: Uuid, likeness: &Likeness, now: Timestamp) -> Result<()> {
    let reasons: String = likeness.reasons.iter().map(|reason| format!("{} ", reason.code())).collect();
    on!(tx, |c| sqlx::query(
        "INSERT INTO company_pairs (first_id, second_id, verdict, reasons, score, state, found_at, note)
         VALUES ($1, $2, $3, $4, $5, 'open', $6, '')
         ON CONFLICT (first_id, second_id) DO UPDATE
             SET verdict = excluded.verdict, reasons = excluded.reasons, score = excluded.score"
    )
    .bind(one.min(other))
    .bind(one.max(other))
    .bind(likeness.verdict.code())
    .bind(format!(" {reasons}"))
    .bind(likeness.score)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// That somebody said what a pair is.
pub struct Decision<'a> {
    pub state: &'static str,
    pub by: Option<Uuid>,
    pub note: &'a str,
    pub now: Timestamp,
}

/// Remembers what a pair is that was found; false when it was not.
pub async fn decide(tx: &mut Tx, one: Uuid, other: Uuid, decision: &Decision<'_>) -> Result<bool> {
    let changed: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE company_pairs SET state = $1, decided_by = $2, decided_at = $3, note = $4
         WHERE first_id = $5 AND second_id = $6 RETURNING score"
    )
    .bind(decision.state)
    .bind(decision.by)
    .bind(decision.by.map(|_| decision.now.0))
    .bind(decision.note)
    .bind(one.min(other))
    .bind(one.max(other))
    .fetch_optional(c)
    .await)?;
    Ok(changed.is_some())
}

/// Remembers what a pair is, found or not.
pub async fn note_decided(
    tx: &mut Tx,
    one: Uuid,
    other: Uuid,
    likeness: &Likeness,
    decision: &Decision<'_>,
) -> Result<()> {
    note_pair(tx, one, other, likeness, decision.now).await?;
    decide(tx, one, other, decision).await?;
    Ok(())
}

/// A pair as the list shows it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Pair {
    pub first_id: Uuid,
    pub second_id: Uuid,
    pub first_en: String,
    pub first_zh: String,
    pub first_country: Option<String>,
    pub second_en: String,
    pub second_zh: String,
    pub second_country: Option<String>,
    pub verdict: String,
    pub reasons: String,
    pub score: i64,
    pub state: String,
    pub note: String,
    pub decided_name: Option<String>,
    pub decided_at: Option<i64>,
}

impl Pair {
    pub fn reasons(&self) -> Vec<Reason> {
        self.reasons.split_whitespace().filter_map(Reason::from_code).collect()
    }
}

fn where_into(sql: &mut Sql, state: &str, verdict: Option<Verdict>) {
    sql.bind(" WHERE p.state = ?", state);
    if let Some(verdict) = verdict {
        sql.bind(" AND p.verdict = ?", verdict.code());
    }
}

const FROM: &str = " FROM company_pairs p JOIN companies a ON a.id = p.first_id JOIN companies b ON b.id = p.second_id
    LEFT JOIN accounts d ON d.id = p.decided_by";

/// The pairs in a state, the surest first, and how many there are.
pub async fn pairs(
    tx: &mut Tx,
    state: &str,
    verdict: Option<Verdict>,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Pair>, i64)> {
    let mut sql = Sql::new(
        "SELECT p.first_id, p.second_id, a.name_en AS first_en, a.name_zh AS first_zh, a.country AS first_country,
                b.name_en AS second_en, b.name_zh AS second_zh, b.country AS second_country, p.verdict, p.reasons,
                p.score, p.state, p.note, d.name AS decided_name, p.decided_at",
    );
    sql.push(FROM);
    where_into(&mut sql, state, verdict);
    sql.push(" ORDER BY p.score DESC, p.first_id, p.second_id").limit(limit, offset);
    let rows = sql.rows(tx).await?;
    let mut count = Sql::new("SELECT count(*) FROM company_pairs p");
    where_into(&mut count, state, verdict);
    Ok((rows, count.number(tx).await?))
}

/// How many companies wait to be compared.
pub async fn waiting(tx: &mut Tx) -> Result<i64> {
    Sql::new("SELECT count(*) FROM companies WHERE compared_at = 0 AND archived_at IS NULL").number(tx).await
}
