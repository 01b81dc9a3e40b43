//! Where accounts are kept.

use std::collections::HashMap;

use uuid::Uuid;

use super::model::Account;
use crate::actor::{Actor, Affiliation, Rights, Role};
use crate::backend::database::{Sql, Tx};
use crate::backend::fold::fold;
use crate::backend::outbox::Receiver;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

/// Adds an account. Fails with a unique violation when the address is taken.
pub async fn insert(
    tx: &mut Tx,
    account: &Account,
    password_hash: &str,
    now: Timestamp,
) -> std::result::Result<(), sqlx::Error> {
    search::note(tx, search::Kind::Account, account.id);
    on!(tx, |c| sqlx::query(
        "INSERT INTO accounts (id, email, email_folded, name, role, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(account.id)
    .bind(&account.email)
    .bind(fold(&account.email))
    .bind(&account.name)
    .bind(account.role.code())
    .bind(password_hash)
    .bind(now.0)
    .execute(c)
    .await)
}

#[derive(sqlx::FromRow)]
pub struct Credentials {
    pub id: Uuid,
    pub password_hash: String,
    pub language: Option<String>,
}

/// What signing in compares with, by folded address. Who is suspended or has gone is as if not there.
pub async fn credentials(tx: &mut Tx, email_folded: &str) -> Result<Option<Credentials>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, password_hash, language FROM accounts
         WHERE email_folded = $1 AND suspended_at IS NULL AND erased_at IS NULL"
    )
    .bind(email_folded)
    .fetch_optional(c)
    .await)?)
}

pub async fn set_language(tx: &mut Tx, account: Uuid, language: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE accounts SET language = $1 WHERE id = $2")
        .bind(language)
        .bind(account)
        .execute(c)
        .await)?;
    Ok(())
}

/// Everybody who has an account, by name: id and name.
pub async fn names(tx: &mut Tx) -> Result<Vec<(Uuid, String)>> {
    Ok(ask!(tx, |c| sqlx::query_as("SELECT id, name FROM accounts ORDER BY name, id").fetch_all(c).await)?)
}

/// A person as they would be if they signed in, and whether they can.
pub struct Person {
    pub actor: Actor,
    pub email: String,
    pub active: bool,
}

/// The person of an account, with the rights that they have now; none when they cannot sign in.
pub async fn actor(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Option<Actor>> {
    let found = persons(tx, Some(account), now).await?;
    Ok(found.into_iter().find(|known| known.active).map(|known| known.actor))
}

/// Everybody, or one, by name.
pub async fn persons(tx: &mut Tx, only: Option<Uuid>, now: Timestamp) -> Result<Vec<Person>> {
    let mut people = Sql::new(
        "SELECT a.id, a.name, a.email, a.role,
                CAST(CASE WHEN a.suspended_at IS NULL AND a.erased_at IS NULL THEN 1 ELSE 0 END AS BIGINT) AS active
         FROM accounts a WHERE 1 = 1",
    );
    let mut companies = Sql::new(
        "SELECT f.account_id, f.company_id, f.rights, c.name_en, c.name_zh
         FROM affiliations f JOIN companies c ON c.id = f.company_id WHERE f.ended_at IS NULL",
    );
    companies
        .bind(" AND (f.since = '' OR f.since <= ?)", now.iso_day())
        .bind(" AND (f.until = '' OR f.until >= ?)", now.iso_day());
    if let Some(account) = only {
        people.bind(" AND a.id = ?", account);
        companies.bind(" AND f.account_id = ?", account);
    }
    people.push(" ORDER BY a.name, a.id");
    companies.push(" ORDER BY c.sort_en, c.id");
    let mut affiliations: HashMap<Uuid, Vec<Affiliation>> = HashMap::new();
    let rows: Vec<(Uuid, Uuid, String, String, String)> = companies.rows(tx).await?;
    for (account, company, rights, name_en, name_zh) in rows {
        let rights = Rights::from_code(&rights).unwrap_or(Rights::Viewer);
        affiliations.entry(account).or_default().push(Affiliation { company, rights, name_en, name_zh });
    }
    let rows: Vec<(Uuid, String, String, String, i64)> = people.rows(tx).await?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, name, email, role, active)| {
            let role = Role::from_code(&role)?;
            let affiliations = affiliations.remove(&id).filter(|_| role == Role::Representative).unwrap_or_default();
            let acting = affiliations.first().map(|affiliation| affiliation.company);
            let actor = Actor { id, name, role, affiliations, acting, unread: 0, viewer: None };
            Some(Person { actor, email, active: active != 0 })
        })
        .collect())
}

/// Staff and administrators: who can be a company's account manager.
pub async fn managers(tx: &mut Tx) -> Result<Vec<(Uuid, String)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff') AND erased_at IS NULL ORDER BY name, id"
    )
    .fetch_all(c)
    .await)?)
}

/// The names of those who are, or were, account managers: what was is told, too, of who has gone.
pub async fn manager_names(tx: &mut Tx) -> Result<Vec<(Uuid, String)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff') OR erased_at IS NOT NULL"
    )
    .fetch_all(c)
    .await)?)
}

/// An account as the receiver of mails, and its role. English until its person has chosen a language.
pub async fn receiver(tx: &mut Tx, account: Uuid) -> Result<Option<(Receiver, Role)>> {
    let row: Option<(String, String, String, Option<String>)> = ask!(tx, |c| sqlx::query_as(
        "SELECT email, name, role, language FROM accounts WHERE id = $1 AND erased_at IS NULL"
    )
    .bind(account)
    .fetch_optional(c)
    .await)?;
    Ok(row.and_then(|(address, name, role, language)| {
        let language = language.as_deref().and_then(Language::from_code).unwrap_or_default();
        Some((Receiver { account: Some(account), address, name, language }, Role::from_code(&role)?))
    }))
}

/// A setting of the whole portal.
pub async fn setting(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT value FROM settings WHERE name = $1")
        .bind(name)
        .fetch_optional(c)
        .await)?)
}

pub async fn set_setting(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
    )
    .bind(name)
    .bind(value)
    .execute(c)
    .await)?;
    Ok(())
}

/// An account as who writes to an address has to know it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Known {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    role: String,
    language: Option<String>,
    suspended_at: Option<i64>,
    erased_at: Option<i64>,
}

impl Known {
    pub fn role(&self) -> Role {
        Role::from_code(&self.role).unwrap_or(Role::Representative)
    }

    /// Whether its person may sign in.
    pub fn is_active(&self) -> bool {
        self.suspended_at.is_none() && self.erased_at.is_none()
    }

    /// As the receiver of mails; in this language until its person has chosen one.
    pub fn receiver(&self, otherwise: Language) -> Receiver {
        Receiver {
            account: Some(self.id),
            address: self.email.clone(),
            name: self.name.clone(),
            language: self.language.as_deref().and_then(Language::from_code).unwrap_or(otherwise),
        }
    }
}

/// The account with this folded address.
pub async fn by_address(tx: &mut Tx, email_folded: &str) -> Result<Option<Known>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, email, name, role, language, suspended_at, erased_at FROM accounts WHERE email_folded = $1"
    )
    .bind(email_folded)
    .fetch_optional(c)
    .await)?)
}

/// The account with this id.
pub async fn known(tx: &mut Tx, id: Uuid) -> Result<Option<Known>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, email, name, role, language, suspended_at, erased_at FROM accounts WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

pub async fn set_password(tx: &mut Tx, account: Uuid, password_hash: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE accounts SET password_hash = $1 WHERE id = $2")
        .bind(password_hash)
        .bind(account)
        .execute(c)
        .await)?;
    Ok(())
}

/// The rights with which an account acts for a company now.
pub async fn rights_in(tx: &mut Tx, account: Uuid, company: Uuid, now: Timestamp) -> Result<Option<Rights>> {
    let rights: Option<String> = ask!(tx, |c| sqlx::query_scalar(
        "SELECT rights FROM affiliations WHERE account_id = $1 AND company_id = $2 AND ended_at IS NULL
           AND (since = '' OR since <= $3) AND (until = '' OR until >= $3)"
    )
    .bind(account)
    .bind(company)
    .bind(now.iso_day())
    .fetch_optional(c)
    .await)?;
    Ok(rights.as_deref().and_then(Rights::from_code))
}

/// Lets an account act for a company from today. Who acts for it already keeps what is more; who did so once does again.
pub async fn affiliate_with(
    tx: &mut Tx,
    account: Uuid,
    company: Uuid,
    rights: Rights,
    title: &str,
    now: Timestamp,
) -> Result<Rights> {
    let had = rights_in(tx, account, company, now).await?;
    let rights = had.map_or(rights, |had| had.max(rights));
    on!(tx, |c| sqlx::query(
        "INSERT INTO affiliations (account_id, company_id, rights, title, since) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account_id, company_id) DO UPDATE
         SET rights = excluded.rights, ended_at = NULL, successor_id = NULL, version = affiliations.version + 1,
             title = CASE WHEN excluded.title = '' THEN affiliations.title ELSE excluded.title END,
             since = CASE WHEN $6 THEN affiliations.since ELSE excluded.since END,
             until = CASE WHEN $6 THEN affiliations.until ELSE '' END"
    )
    .bind(account)
    .bind(company)
    .bind(rights.code())
    .bind(title)
    .bind(now.iso_day())
    .bind(had.is_some())
    .execute(c)
    .await)?;
    Ok(rights)
}

/// Who acts for a company now, as administrators first.
pub async fn people_of(tx: &mut Tx, company: Uuid, now: Timestamp) -> Result<Vec<Colleague>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT a.id, a.name, a.email, f.rights, f.title FROM affiliations f
         JOIN accounts a ON a.id = f.account_id JOIN affiliation_rights r ON r.rights = f.rights
         WHERE f.company_id = $1 AND f.ended_at IS NULL AND (f.until = '' OR f.until >= $2)
           AND a.suspended_at IS NULL AND a.erased_at IS NULL
         ORDER BY r.position DESC, a.name, a.id"
    )
    .bind(company)
    .bind(now.iso_day())
    .fetch_all(c)
    .await)?)
}

/// Somebody who acts for a company.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Colleague {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    pub rights: String,
    pub title: String,
}
