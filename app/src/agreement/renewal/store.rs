//! Where it is kept what follows what, and who was warned of which day.

use uuid::Uuid;

use super::super::life::State;
use super::super::model::{Days, Facts, Scope};
use super::super::store::scope_into;
use super::model::{self, Follow, Span, Step};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// How long a line of agreements that follow each other may be.
const LONGEST: i64 = 100;

/// Reckons anew when an agreement's notice ends, when it is warned of its days, and when somebody has to have decided.
pub async fn reckon(tx: &mut Tx, id: Uuid, facts: &Facts, days: &Days, now: Timestamp) -> Result<()> {
    let told = told(tx, id).await?;
    let (due, next) = model::due(&model::steps(facts, days), &told, &facts.zone, now);
    let warn_at = due.first().map(|step| step.at).or(next);
    let notice_on = model::notice_on(facts, &days.ends_on).map(|day| day.to_string()).unwrap_or_default();
    on!(tx, |c| sqlx::query("UPDATE agreements SET notice_on = $1, decide_at = $2, warn_at = $3 WHERE id = $4")
        .bind(notice_on)
        .bind(model::decide_at(facts, &days.ends_on).map(|at| at.0))
        .bind(warn_at.map(|at| at.0))
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// The warnings that were given: of what, of which day, how many days before.
pub async fn told(tx: &mut Tx, id: Uuid) -> Result<Vec<(String, String, i64)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT warning, day, days_before FROM agreement_warnings WHERE agreement_id = $1"
    )
    .bind(id)
    .fetch_all(c)
    .await)?)
}

/// Notes that a warning is given; false when it was given before.
pub async fn note_told(tx: &mut Tx, id: Uuid, step: &Step, now: Timestamp) -> Result<bool> {
    let new: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "INSERT INTO agreement_warnings (agreement_id, warning, day, days_before, told_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (agreement_id, warning, day, days_before) DO NOTHING RETURNING told_at"
    )
    .bind(id)
    .bind(step.warning.code())
    .bind(step.day.to_string())
    .bind(step.before)
    .bind(now.0)
    .fetch_optional(c)
    .await
    })?;
    Ok(new.is_some())
}

/// The agreements in force of which somebody is to be warned by now, the longest due first.
pub async fn to_warn(tx: &mut Tx, now: Timestamp, most: i64) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM agreements WHERE state = 'in_force' AND warn_at <= $1 ORDER BY warn_at, id LIMIT $2"
    )
    .bind(now.0)
    .bind(most)
    .fetch_all(c)
    .await)?)
}

/// Lets a new draft follow another agreement.
pub async fn set_follow(tx: &mut Tx, id: Uuid, parent: Uuid, follow: Follow) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreements SET follows_id = $1, follows_as = $2 WHERE id = $3")
        .bind(parent)
        .bind(follow.code())
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Notes on which day, in its zone, an agreement was terminated or renewed.
pub async fn set_ended(tx: &mut Tx, id: Uuid, day: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreements SET ended_on = $1 WHERE id = $2").bind(day).bind(id).execute(c).await)?;
    Ok(())
}

/// Notes that it is decided what becomes of an agreement after its term.
pub async fn set_decided(tx: &mut Tx, id: Uuid, ends_on: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreements SET decided_for = $1 WHERE id = $2")
        .bind(ends_on)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Whether an agreement that renews this one is under way, or took its place.
pub async fn is_renewed(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let number: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM agreements WHERE follows_id = $1 AND follows_as = 'renews'
           AND state NOT IN ('withdrawn', 'rejected')"
    )
    .bind(id)
    .fetch_one(c)
    .await)?;
    Ok(number > 0)
}

/// Leaves only those of which somebody has to decide: the day for notice, or the last day, is over, nothing was decided, and
/// nothing renews them.
pub fn undecided_into(sql: &mut Sql, now: Timestamp) {
    sql.bind(
        " AND a.decide_at <= ? AND a.decided_for <> a.ends_on AND a.state IN ('signed', 'in_force', 'expired')
           AND NOT EXISTS (SELECT 1 FROM agreements r WHERE r.follows_id = a.id AND r.follows_as = 'renews'
                           AND r.state NOT IN ('withdrawn', 'rejected'))",
        now.0,
    );
}

/// An agreement of a line.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Member {
    pub id: Uuid,
    pub number: String,
    pub title_en: String,
    pub title_zh: String,
    state: String,
    effective_at: Option<i64>,
    ends_at: Option<i64>,
    pub effective_on: String,
    pub ends_on: String,
    pub ended_on: String,
    renewal: String,
    pub follows_id: Option<Uuid>,
    follows_as: Option<String>,
}

impl Member {
    pub fn title(&self, language: Language) -> &str {
        language.prefer(&self.title_en, &self.title_zh)
    }

    pub fn follow(&self) -> Option<Follow> {
        self.follows_as.as_deref().and_then(Follow::from_code)
    }

    pub fn state(&self, now: Timestamp) -> State {
        let stored = State::from_code(&self.state).unwrap_or(State::Draft);
        stored.at(self.effective_at, self.ends_at, self.renewal == "automatic", now.0)
    }

    pub fn span(&self, now: Timestamp) -> Span {
        Span {
            state: self.state(now),
            effective_on: self.effective_on.clone(),
            ends_on: self.ends_on.clone(),
            ended_on: self.ended_on.clone(),
            renews: self.renewal == "automatic",
            follow: self.follow(),
        }
    }
}

/// All agreements that an agreement follows, and all that follow one of those, as far as somebody may know of them: in the
/// order in which they take effect.
pub async fn line(tx: &mut Tx, id: Uuid, scope: &Scope) -> Result<Vec<Member>> {
    let mut sql =
        Sql::new("WITH RECURSIVE up (id, follows_id, depth) AS (SELECT g.id, g.follows_id, 0 FROM agreements g");
    sql.bind(" WHERE g.id = ?", id)
        .push(
            " UNION ALL SELECT g.id, g.follows_id, u.depth + 1 FROM agreements g JOIN up u ON g.id = u.follows_id
                        WHERE u.depth < ",
        )
        .number_literal(LONGEST)
        .push(
            "), line (id, depth) AS (
                 SELECT u.id, 0 FROM up u WHERE u.follows_id IS NULL
                 UNION ALL SELECT g.id, l.depth + 1 FROM agreements g JOIN line l ON g.follows_id = l.id WHERE l.depth < ",
        )
        .number_literal(LONGEST)
        .push(
            ") SELECT a.id, a.number, a.title_en, a.title_zh, a.state, a.effective_at, a.ends_at, a.effective_on, a.ends_on,
                      a.ended_on, a.renewal, a.follows_id, a.follows_as
               FROM line JOIN agreements a ON a.id = line.id WHERE 1 = 1",
        );
    scope_into(&mut sql, scope);
    sql.push(" ORDER BY CASE WHEN a.effective_on = '' THEN '9999' ELSE a.effective_on END, a.number").limit(LONGEST, 0);
    sql.rows(tx).await
}
