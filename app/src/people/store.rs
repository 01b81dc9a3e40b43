//! What is kept of people who have an account.

use uuid::Uuid;

use super::filter::{PeopleFilter, Sort, State};
use super::model::AccountScope;
use crate::actor::Role;
use crate::backend::database::{Sql, Tx, containing};
use crate::backend::fold::fold;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on, search};

/// A person as administrators see them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    role: String,
    pub language: Option<String>,
    pub created_at: i64,
    /// When they were here last: from a session, or from the sign-ins of the last ninety days.
    pub seen_at: i64,
    pub suspended_at: Option<i64>,
    pub erased_at: Option<i64>,
    pub address_problem: String,
    pub address_problem_at: Option<i64>,
    /// Whether there is an authenticator app, and how many passkeys there are.
    pub authenticators: i64,
    pub passkeys: i64,
    pub version: i64,
}

impl Person {
    pub fn role(&self) -> Role {
        Role::from_code(&self.role).unwrap_or(Role::Representative)
    }

    pub fn state(&self) -> State {
        match (self.erased_at, self.suspended_at) {
            (Some(_), _) => State::Erased,
            (None, Some(_)) => State::Suspended,
            (None, None) if !self.address_problem.is_empty() => State::Unreached,
            (None, None) => State::Active,
        }
    }
}

const SEEN: &str = "coalesce((SELECT max(s.seen_at) FROM sessions s WHERE s.account_id = a.id),
    (SELECT max(t.at) FROM sign_in_attempts t WHERE t.email_folded = a.email_folded AND t.succeeded), 0)";

fn select() -> Sql {
    let mut sql = Sql::new("SELECT a.id, a.email, a.name, a.role, a.language, a.created_at, ");
    sql.push(SEEN).push(
        " AS seen_at, a.suspended_at, a.erased_at, a.address_problem, a.address_problem_at,
          (SELECT count(*) FROM authenticators f WHERE f.account_id = a.id AND f.confirmed_at IS NOT NULL) AS authenticators,
          (SELECT count(*) FROM passkeys p WHERE p.account_id = a.id) AS passkeys, a.version
         FROM accounts a",
    );
    sql
}

fn filter_into(sql: &mut Sql, filter: &PeopleFilter, scope: AccountScope) {
    sql.push(" WHERE 1 = 1");
    if scope == AccountScope::Representatives {
        sql.push(" AND a.role = 'representative'");
    }
    for word in filter.search.split_whitespace().take(8) {
        // SQLite lowers only ASCII: what is beyond must be typed as it is written.
        sql.bind(r" AND (lower(a.name) LIKE ? ESCAPE '\'", containing(&word.to_ascii_lowercase()))
            .bind(r" OR a.email_folded LIKE ? ESCAPE '\')", containing(&fold(word)));
    }
    if let Some(role) = filter.role {
        sql.bind(" AND a.role = ?", role.code());
    }
    match filter.state {
        Some(State::Active) => {
            sql.push(" AND a.suspended_at IS NULL AND a.erased_at IS NULL AND a.address_problem = ''")
        }
        Some(State::Suspended) => sql.push(" AND a.suspended_at IS NOT NULL AND a.erased_at IS NULL"),
        Some(State::Erased) => sql.push(" AND a.erased_at IS NOT NULL"),
        Some(State::Unreached) => {
            sql.push(" AND a.suspended_at IS NULL AND a.erased_at IS NULL AND a.address_problem <> ''")
        }
        None => sql,
    };
    if let Some(company) = filter.company {
        let acts = " AND EXISTS (SELECT 1 FROM affiliations f WHERE f.account_id = a.id AND f.ended_at IS NULL AND f.company_id = ?)";
        sql.bind(acts, company);
    }
}

/// A page of the people that a filter finds, and how many there are in all.
pub async fn list(
    tx: &mut Tx,
    filter: &PeopleFilter,
    scope: AccountScope,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Person>, i64)> {
    let mut sql = select();
    filter_into(&mut sql, filter, scope);
    sql.push(" ORDER BY ").push(match filter.sort {
        Sort::Name => "lower(a.name)",
        // From administrators to representatives.
        Sort::Role => {
            "CASE a.role WHEN 'administrator' THEN 1 WHEN 'staff' THEN 2 WHEN 'executive' THEN 3 WHEN 'expert' THEN 4 ELSE 5 END"
        }
        Sort::Seen => SEEN,
        Sort::Created => "a.created_at",
    });
    sql.push(if filter.descending { " DESC, a.name, a.id" } else { ", a.name, a.id" }).limit(limit, offset);
    let mut count = Sql::new("SELECT count(*) FROM accounts a");
    filter_into(&mut count, filter, scope);
    Ok((sql.rows(tx).await?, count.number(tx).await?))
}

/// The person, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Person>> {
    let mut sql = select();
    sql.bind(" WHERE a.id = ?", id);
    let rows: Vec<Person> = sql.rows(tx).await?;
    Ok(rows.into_iter().next())
}

/// The companies for which somebody acts, by name.
pub async fn represented(tx: &mut Tx) -> Result<Vec<(Uuid, String, String)>> {
    Sql::new(
        "SELECT c.id, c.name_en, c.name_zh FROM companies c
         WHERE EXISTS (SELECT 1 FROM affiliations f WHERE f.company_id = c.id AND f.ended_at IS NULL)
         ORDER BY c.sort_en, c.id LIMIT 1000",
    )
    .rows(tx)
    .await
}

/// Takes the administrators for this transaction: who changes one of them at the same time waits until it ends.
pub async fn hold_administrators(tx: &mut Tx) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE roles SET role = role WHERE role = 'administrator'").execute(c).await)?;
    Ok(())
}

/// How many administrators can sign in.
pub async fn administrators(tx: &mut Tx) -> Result<i64> {
    Sql::new(
        "SELECT count(*) FROM accounts WHERE role = 'administrator' AND suspended_at IS NULL AND erased_at IS NULL",
    )
    .number(tx)
    .await
}

/// Gives an account another name and role, if it still is at `version`; tells whether it was.
pub async fn update(tx: &mut Tx, id: Uuid, version: i64, name: &str, role: Role) -> Result<bool> {
    search::note(tx, search::Kind::Account, id);
    let changed: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE accounts SET name = $1, role = $2, version = version + 1 WHERE id = $3 AND version = $4 RETURNING version"
    )
    .bind(name)
    .bind(role.code())
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await
    })?;
    Ok(changed.is_some())
}

/// Suspends an account, or reinstates it with none, if it still is at `version`; tells whether it was.
pub async fn suspend(tx: &mut Tx, id: Uuid, version: i64, at: Option<Timestamp>) -> Result<bool> {
    let changed: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE accounts SET suspended_at = $1, version = version + 1 WHERE id = $2 AND version = $3 RETURNING version"
    )
    .bind(at.map(|at| at.0))
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await
    })?;
    Ok(changed.is_some())
}

/// Removes the second factors of an account, and tells whether there were any.
pub async fn remove_factors(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let mut removed = 0;
    for sql in [
        "DELETE FROM recovery_codes WHERE account_id = $1",
        "DELETE FROM authenticators WHERE account_id = $1",
        "DELETE FROM passkeys WHERE account_id = $1",
    ] {
        removed += ask!(&mut *tx, |c| {
            let query = sqlx::query(sql).bind(id);
            query.execute(c).await.map(|done| done.rows_affected())
        })?;
    }
    Ok(removed > 0)
}
