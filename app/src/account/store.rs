//! Where accounts are kept.

use uuid::Uuid;

use super::model::Account;
use crate::actor::{Rights, Role};
use crate::backend::database::Tx;
use crate::backend::fold::fold;
use crate::backend::outbox::Receiver;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// Adds an account. Fails with a unique violation when the address is taken.
pub async fn insert(
    tx: &mut Tx,
    account: &Account,
    password_hash: &str,
    now: Timestamp,
) -> std::result::Result<(), sqlx::Error> {
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

pub async fn affiliate(tx: &mut Tx, account: Uuid, company: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("INSERT INTO affiliations (account_id, company_id) VALUES ($1, $2)")
        .bind(account)
        .bind(company)
        .execute(c)
        .await)?;
    Ok(())
}

/// The companies that an account acts for.
pub async fn companies_of(tx: &mut Tx, account: Uuid) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT company_id FROM affiliations WHERE account_id = $1 ORDER BY company_id"
    )
    .bind(account)
    .fetch_all(c)
    .await)?)
}

#[derive(sqlx::FromRow)]
pub struct Credentials {
    pub id: Uuid,
    pub password_hash: String,
    pub language: Option<String>,
}

/// What signing in compares with, by folded address.
pub async fn credentials(tx: &mut Tx, email_folded: &str) -> Result<Option<Credentials>> {
    Ok(ask!(tx, |c| sqlx::query_as("SELECT id, password_hash, language FROM accounts WHERE email_folded = $1")
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

/// A line of the administrator's list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct AccountLine {
    pub id: Uuid,
    pub email: String,
    pub name: String,
    pub role: String,
    pub companies: Option<String>,
    pub created_at: i64,
    pub seen_at: Option<i64>,
}

pub async fn list(tx: &mut Tx) -> Result<Vec<AccountLine>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT a.id, a.email, a.name, a.role, a.created_at,
                (SELECT string_agg(c.name_en, ', ') FROM affiliations f JOIN companies c ON c.id = f.company_id
                 WHERE f.account_id = a.id) AS companies,
                (SELECT max(s.seen_at) FROM sessions s WHERE s.account_id = a.id) AS seen_at
         FROM accounts a ORDER BY a.email_folded"
    )
    .fetch_all(c)
    .await)?)
}

/// Staff and administrators: who can be a company's account manager.
pub async fn managers(tx: &mut Tx) -> Result<Vec<(Uuid, String)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff') ORDER BY name, id"
    )
    .fetch_all(c)
    .await)?)
}

/// An account as the receiver of mails, and its role. English until its person has chosen a language.
pub async fn receiver(tx: &mut Tx, account: Uuid) -> Result<Option<(Receiver, Role)>> {
    let row: Option<(String, String, String, Option<String>)> =
        ask!(tx, |c| sqlx::query_as("SELECT email, name, role, language FROM accounts WHERE id = $1")
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
