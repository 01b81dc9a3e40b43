//! Where affiliations are kept.

use uuid::Uuid;

use super::model::Terms;
use crate::actor::Rights;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// Somebody who acts, or acted, for a company.
#[derive(Clone, Debug)]
pub struct Representative {
    pub account: Uuid,
    pub name: String,
    pub email: String,
    pub terms: Terms,
    pub ended_at: Option<Timestamp>,
    /// Who has what was theirs.
    pub successor: Option<Uuid>,
    pub successor_name: Option<String>,
    pub seen_at: Option<Timestamp>,
    /// Whether the account can be used.
    pub active: bool,
    pub version: i64,
}

impl Representative {
    /// Whether they act for the company on a day.
    pub fn acts_on(&self, day: &str) -> bool {
        self.active && self.ended_at.is_none() && self.terms.hold_on(day)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    account_id: Uuid,
    name: String,
    email: String,
    rights: String,
    title: String,
    since: String,
    until: String,
    ended_at: Option<i64>,
    successor_id: Option<Uuid>,
    successor_name: Option<String>,
    seen_at: Option<i64>,
    active: i64,
    version: i64,
}

impl From<Row> for Representative {
    fn from(row: Row) -> Self {
        Self {
            account: row.account_id,
            name: row.name,
            email: row.email,
            terms: terms(&row.rights, row.title, row.since, row.until),
            ended_at: row.ended_at.map(Timestamp),
            successor: row.successor_id,
            successor_name: row.successor_name,
            seen_at: row.seen_at.map(Timestamp),
            active: row.active != 0,
            version: row.version,
        }
    }
}

/// What is stored as rights and is none grants least.
fn terms(rights: &str, title: String, since: String, until: String) -> Terms {
    Terms { rights: Rights::from_code(rights).unwrap_or(Rights::Viewer), title, since, until }
}

fn select(company: Uuid) -> Sql {
    let mut sql = Sql::new(
        "SELECT f.account_id, a.name, a.email, f.rights, f.title, f.since, f.until, f.ended_at, f.successor_id,
                s.name AS successor_name, (SELECT max(n.seen_at) FROM sessions n WHERE n.account_id = a.id) AS seen_at,
                CAST(CASE WHEN a.suspended_at IS NULL AND a.erased_at IS NULL THEN 1 ELSE 0 END AS BIGINT) AS active, f.version
         FROM affiliations f JOIN accounts a ON a.id = f.account_id
         JOIN affiliation_rights r ON r.rights = f.rights LEFT JOIN accounts s ON s.id = f.successor_id",
    );
    sql.bind(" WHERE f.company_id = ?", company);
    sql
}

/// Everybody who acts or acted for a company: those with most rights first.
pub async fn of_company(tx: &mut Tx, company: Uuid) -> Result<Vec<Representative>> {
    let mut sql = select(company);
    sql.push(" ORDER BY r.position DESC, a.name, a.id");
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(Representative::from).collect())
}

/// One of them.
pub async fn find(tx: &mut Tx, company: Uuid, account: Uuid) -> Result<Option<Representative>> {
    let mut sql = select(company);
    sql.bind(" AND f.account_id = ?", account);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok(rows.into_iter().next().map(Representative::from))
}

/// A company that somebody acts, or acted, for.
#[derive(Clone, Debug)]
pub struct Represented {
    pub account: Uuid,
    pub company: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub terms: Terms,
    pub ended_at: Option<Timestamp>,
    pub version: i64,
}

#[derive(sqlx::FromRow)]
struct RepresentedRow {
    account_id: Uuid,
    company_id: Uuid,
    name_en: String,
    name_zh: String,
    rights: String,
    title: String,
    since: String,
    until: String,
    ended_at: Option<i64>,
    version: i64,
}

/// The companies that people act or acted for, by name.
pub async fn of_accounts(tx: &mut Tx, accounts: &[Uuid]) -> Result<Vec<Represented>> {
    let mut sql = Sql::new(
        "SELECT f.account_id, f.company_id, c.name_en, c.name_zh, f.rights, f.title, f.since, f.until, f.ended_at, f.version
         FROM affiliations f JOIN companies c ON c.id = f.company_id WHERE ",
    );
    sql.bind_in("f.account_id", accounts).push(" ORDER BY c.sort_en, c.id");
    let rows: Vec<RepresentedRow> = sql.rows(tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| Represented {
            account: row.account_id,
            company: row.company_id,
            name_en: row.name_en,
            name_zh: row.name_zh,
            terms: terms(&row.rights, row.title, row.since, row.until),
            ended_at: row.ended_at.map(Timestamp),
            version: row.version,
        })
        .collect())
}

/// Takes the people of a company for this transaction: who changes them at the same time waits until it ends. Tells whether
/// there is such a company.
pub async fn hold(tx: &mut Tx, company: Uuid) -> Result<bool> {
    let held: Option<i64> =
        ask!(tx, |c| sqlx::query_scalar("UPDATE companies SET version = version WHERE id = $1 RETURNING version")
            .bind(company)
            .fetch_optional(c)
            .await)?;
    Ok(held.is_some())
}

/// Lets a person act for a company; who acted for it before does so again. False when they do already.
pub async fn add(tx: &mut Tx, account: Uuid, company: Uuid, terms: &Terms) -> Result<bool> {
    let added: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "INSERT INTO affiliations (account_id, company_id, rights, title, since, until)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (account_id, company_id) DO UPDATE SET
             rights = excluded.rights, title = excluded.title, since = excluded.since, until = excluded.until,
             ended_at = NULL, successor_id = NULL, version = affiliations.version + 1
         WHERE affiliations.ended_at IS NOT NULL
         RETURNING version"
    )
    .bind(account)
    .bind(company)
    .bind(terms.rights.code())
    .bind(&terms.title)
    .bind(&terms.since)
    .bind(&terms.until)
    .fetch_optional(c)
    .await)?;
    Ok(added.is_some())
}

/// Replaces the terms, if they still are at `version` and the affiliation has not ended; tells whether they were.
pub async fn update(tx: &mut Tx, company: Uuid, account: Uuid, version: i64, terms: &Terms) -> Result<bool> {
    let changed: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE affiliations SET rights = $1, title = $2, since = $3, until = $4, version = version + 1
         WHERE company_id = $5 AND account_id = $6 AND version = $7 AND ended_at IS NULL RETURNING version"
    )
    .bind(terms.rights.code())
    .bind(&terms.title)
    .bind(&terms.since)
    .bind(&terms.until)
    .bind(company)
    .bind(account)
    .bind(version)
    .fetch_optional(c)
    .await)?;
    Ok(changed.is_some())
}

/// Ends an affiliation; tells whether it had not ended yet. What others had passed on to the leaver goes to the successor
/// too, and the leaver's browsers act for the company no more.
pub async fn end(tx: &mut Tx, company: Uuid, account: Uuid, successor: Option<Uuid>, now: Timestamp) -> Result<bool> {
    let ended: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE affiliations SET ended_at = $1, successor_id = $2, version = version + 1
         WHERE company_id = $3 AND account_id = $4 AND ended_at IS NULL RETURNING version"
    )
    .bind(now.0)
    .bind(successor)
    .bind(company)
    .bind(account)
    .fetch_optional(c)
    .await)?;
    if ended.is_none() {
        return Ok(false);
    }
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE affiliations SET successor_id = $1 WHERE company_id = $2 AND successor_id = $3"
    )
    .bind(successor)
    .bind(company)
    .bind(account)
    .execute(c)
    .await)?;
    on!(tx, |c| sqlx::query("UPDATE sessions SET company_id = NULL WHERE account_id = $1 AND company_id = $2")
        .bind(account)
        .bind(company)
        .execute(c)
        .await)?;
    Ok(true)
}

/// Who has what was somebody's in a company: themselves while they act for it, else who took over when they left; none when
/// nobody did.
pub async fn successor(tx: &mut Tx, account: Uuid, company: Uuid) -> Result<Option<Uuid>> {
    let found: Option<(Option<i64>, Option<Uuid>)> = ask!(tx, |c| sqlx::query_as(
        "SELECT ended_at, successor_id FROM affiliations WHERE account_id = $1 AND company_id = $2"
    )
    .bind(account)
    .bind(company)
    .fetch_optional(c)
    .await)?;
    Ok(found.and_then(|(ended_at, successor)| if ended_at.is_some() { successor } else { Some(account) }))
}
