//! Where accounts are kept.

use uuid::Uuid;

use super::model::Account;
use crate::actor::Role;
use crate::backend::database::Tx;
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
        Some((Receiver { account, address, name, language }, Role::from_code(&role)?))
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
