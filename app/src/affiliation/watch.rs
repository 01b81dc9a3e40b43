//! A company for which people act keeps an administrator. Where one has none any more – staff ended it, its day came, the
//! account was suspended – staff is told once, and the company says so until there is one again.

use uuid::Uuid;

use super::letters;
use crate::ask;
use crate::backend::Backend;
use crate::backend::database::{Sql, Tx};
use crate::backend::journal::{self, Author, Entry};
use crate::error::Result;
use crate::on;
use crate::time::Timestamp;

/// Those who act for a company now, with all rights.
const ADMINISTRATORS: &str = "SELECT count(*) FROM affiliations f JOIN accounts a ON a.id = f.account_id
     WHERE f.company_id = $1 AND f.rights = 'administrator' AND f.ended_at IS NULL
       AND (f.since = '' OR f.since <= $2) AND (f.until = '' OR f.until >= $2)
       AND a.suspended_at IS NULL AND a.erased_at IS NULL";

/// How many administrators a company has now.
pub async fn administrators(tx: &mut Tx, company: Uuid, now: Timestamp) -> Result<i64> {
    Ok(ask!(tx, |c| sqlx::query_scalar(ADMINISTRATORS).bind(company).bind(now.iso_day()).fetch_one(c).await)?)
}

/// Since when a company has had no administrator, though people act or acted for it.
pub async fn unattended_since(tx: &mut Tx, company: Uuid) -> Result<Option<Timestamp>> {
    let since: Option<i64> =
        ask!(tx, |c| sqlx::query_scalar("SELECT since FROM unattended_companies WHERE company_id = $1")
            .bind(company)
            .fetch_optional(c)
            .await)?;
    Ok(since.map(Timestamp))
}

/// Notes whether a company has an administrator, after its people changed. When it has none since now, the entry that says
/// so and what staff is told are part of the transaction.
pub async fn look_at(tx: &mut Tx, company: Uuid, author: &Author) -> Result<()> {
    if administrators(tx, company, author.now).await? > 0 {
        on!(tx, |c| sqlx::query("DELETE FROM unattended_companies WHERE company_id = $1")
            .bind(company)
            .execute(c)
            .await)?;
        return Ok(());
    }
    let new: Option<i64> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "INSERT INTO unattended_companies (company_id, since)
         SELECT c.id, $2 FROM companies c WHERE c.id = $1 AND EXISTS (SELECT 1 FROM affiliations f WHERE f.company_id = c.id)
         ON CONFLICT (company_id) DO NOTHING RETURNING since"
    )
    .bind(company)
    .bind(author.now.0)
    .fetch_optional(c)
    .await
    })?;
    if new.is_some() {
        let found = Author { actor: None, origin: "system", address: String::new(), now: author.now };
        journal::record(tx, &found, Entry::new("company.unattended", "company", company)).await?;
        letters::tell_unattended(tx, company, author.now).await?;
    }
    Ok(())
}

/// Looks at every company whose people's rights came or went by the calendar, or with their accounts; tells how many have
/// lost or got their administrator.
pub async fn look_around(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let mut sql = Sql::new(
        "SELECT c.id FROM companies c LEFT JOIN unattended_companies u ON u.company_id = c.id
         WHERE EXISTS (SELECT 1 FROM affiliations f WHERE f.company_id = c.id) AND (u.company_id IS NOT NULL) =
               EXISTS (SELECT 1 FROM affiliations f JOIN accounts a ON a.id = f.account_id
                           WHERE f.company_id = c.id AND f.rights = 'administrator' AND f.ended_at IS NULL",
    );
    sql.bind(" AND (f.since = '' OR f.since <= ?) AND (f.until = '' OR f.until >= ?)", now.iso_day())
        .push(" AND a.suspended_at IS NULL AND a.erased_at IS NULL) ORDER BY c.id");
    let companies: Vec<(Uuid,)> = sql.rows(&mut tx).await?;
    drop(tx);
    let author = Author { actor: None, origin: "system", address: String::new(), now };
    let mut count = 0;
    for (company,) in companies {
        let mut tx = backend.database.begin().await?;
        super::store::hold(&mut tx, company).await?;
        look_at(&mut tx, company, &author).await?;
        tx.commit().await?;
        count += 1;
    }
    Ok(count)
}

/// A company without an administrator, for the overview.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Unattended {
    pub company: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub manager: Option<String>,
    pub since: i64,
}

/// The companies that have had none for longest, and how many there are.
pub async fn unattended(tx: &mut Tx, limit: i64) -> Result<(Vec<Unattended>, i64)> {
    let count = Sql::new("SELECT count(*) FROM unattended_companies").number(tx).await?;
    let mut sql = Sql::new(
        "SELECT c.id AS company, c.name_en, c.name_zh, a.name AS manager, u.since FROM unattended_companies u
         JOIN companies c ON c.id = u.company_id LEFT JOIN accounts a ON a.id = c.manager_id ORDER BY u.since, c.id",
    );
    sql.limit(limit, 0);
    Ok((sql.rows(tx).await?, count))
}
