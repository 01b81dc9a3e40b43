//! Where second factors are kept, and whose they are.

use uuid::Uuid;

use super::model::Factors;
use crate::actor::Role;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::backend::outbox::Receiver;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// Somebody who may sign in.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Person {
    pub id: Uuid,
    pub email: String,
    pub email_folded: String,
    pub name: String,
    role: String,
    pub password_hash: String,
    pub language: Option<String>,
    pub version: i64,
}

impl Person {
    pub fn role(&self) -> Role {
        Role::from_code(&self.role).unwrap_or(Role::Representative)
    }

    /// As the receiver of mails. English until they have chosen a language.
    pub fn receiver(&self) -> Receiver {
        Receiver {
            account: Some(self.id),
            address: self.email.clone(),
            name: self.name.clone(),
            language: self.language.as_deref().and_then(Language::from_code).unwrap_or_default(),
        }
    }
}

/// The person of an account; none when it is suspended or erased.
pub async fn person(tx: &mut Tx, account: Uuid) -> Result<Option<Person>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, email, email_folded, name, role, password_hash, language, version FROM accounts
         WHERE id = $1 AND suspended_at IS NULL AND erased_at IS NULL"
    )
    .bind(account)
    .fetch_optional(c)
    .await)?)
}

/// Which second factors an account has.
pub async fn factors(tx: &mut Tx, account: Uuid) -> Result<Factors> {
    let (authenticator, passkeys, recovery_codes, recovery_made): (Option<i64>, i64, i64, Option<i64>) =
        ask!(tx, |c| sqlx::query_as(
            "SELECT (SELECT confirmed_at FROM authenticators WHERE account_id = $1),
                    (SELECT count(*) FROM passkeys WHERE account_id = $1),
                    (SELECT count(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL),
                    (SELECT max(created_at) FROM recovery_codes WHERE account_id = $1)"
        )
        .bind(account)
        .fetch_one(c)
        .await)?;
    Ok(Factors { authenticator, passkeys, recovery_codes, recovery_made })
}

/// The secret of an account's authenticator app, and whether it was confirmed by a code.
pub async fn secret(tx: &mut Tx, account: Uuid) -> Result<Option<(String, bool)>> {
    let found: Option<(String, Option<i64>)> =
        ask!(tx, |c| sqlx::query_as("SELECT secret, confirmed_at FROM authenticators WHERE account_id = $1")
            .bind(account)
            .fetch_optional(c)
            .await)?;
    Ok(found.map(|(secret, confirmed)| (secret, confirmed.is_some())))
}

/// Begins to set up an authenticator app. A secret that was shown within the last hour and not confirmed stays the one, so
/// that asking twice makes no code wrong.
pub async fn begin_authenticator(tx: &mut Tx, account: Uuid, secret: &str, now: Timestamp) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO authenticators (account_id, secret, created_at, last_step) VALUES ($1, $2, $3, 0)
         ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at, last_step = 0
         WHERE authenticators.confirmed_at IS NULL AND authenticators.created_at < $4"
    )
    .bind(account)
    .bind(secret)
    .bind(now.0)
    .bind(now.minus(Timestamp::HOUR).0)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// Confirms an authenticator app by its first code; false when somebody was faster.
pub async fn confirm_authenticator(
    tx: &mut Tx,
    account: Uuid,
    secret: &str,
    step: i64,
    now: Timestamp,
) -> Result<bool> {
    let done: u64 = ask!(tx, |c| {
        let query = sqlx::query(
            "UPDATE authenticators SET confirmed_at = $1, last_step = $2
             WHERE account_id = $3 AND secret = $4 AND confirmed_at IS NULL AND last_step < $2",
        );
        let query = query.bind(now.0).bind(step).bind(account).bind(secret);
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Takes the code of a time step: each works once, however many try it at once.
pub async fn take_step(tx: &mut Tx, account: Uuid, step: i64) -> Result<bool> {
    let done: u64 = ask!(tx, |c| {
        let query = sqlx::query(
            "UPDATE authenticators SET last_step = $1
             WHERE account_id = $2 AND last_step < $1 AND confirmed_at IS NOT NULL",
        );
        query.bind(step).bind(account).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

pub async fn remove_authenticator(tx: &mut Tx, account: Uuid) -> Result<bool> {
    let done: u64 = ask!(tx, |c| {
        let query = sqlx::query("DELETE FROM authenticators WHERE account_id = $1 AND confirmed_at IS NOT NULL");
        query.bind(account).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Makes these the recovery codes; earlier ones work no more.
pub async fn set_recovery_codes(tx: &mut Tx, account: Uuid, hashes: &[String], now: Timestamp) -> Result<()> {
    remove_recovery_codes(tx, account).await?;
    for hash in hashes {
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO recovery_codes (account_id, code_hash, created_at) VALUES ($1, $2, $3)"
        )
        .bind(account)
        .bind(hash)
        .bind(now.0)
        .execute(c)
        .await)?;
    }
    Ok(())
}

pub async fn remove_recovery_codes(tx: &mut Tx, account: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1").bind(account).execute(c).await)?;
    Ok(())
}

/// Takes a recovery code: each works once, however many try it at once.
pub async fn take_recovery_code(tx: &mut Tx, account: Uuid, hash: &str, now: Timestamp) -> Result<bool> {
    let done: u64 = ask!(tx, |c| {
        let query = sqlx::query(
            "UPDATE recovery_codes SET used_at = $1 WHERE account_id = $2 AND code_hash = $3 AND used_at IS NULL",
        );
        query.bind(now.0).bind(account).bind(hash).execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Whether an account has this recovery code, used or not.
pub async fn has_recovery_code(tx: &mut Tx, account: Uuid, hash: &str) -> Result<bool> {
    let found: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "SELECT created_at FROM recovery_codes WHERE account_id = $1 AND code_hash = $2"
    )
    .bind(account)
    .bind(hash)
    .fetch_optional(c)
    .await)?;
    Ok(found.is_some())
}

/// A passkey as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct KeptPasskey {
    pub id: Uuid,
    pub name: String,
    pub credential_id: String,
    /// What the library knows of it, as JSON.
    pub credential: String,
    pub created_at: i64,
    pub used_at: Option<i64>,
}

pub async fn passkeys(tx: &mut Tx, account: Uuid) -> Result<Vec<KeptPasskey>> {
    Ok(ask!(tx, |c| {
        sqlx::query_as(
        "SELECT id, name, credential_id, credential, created_at, used_at FROM passkeys WHERE account_id = $1 ORDER BY id"
    )
    .bind(account)
    .fetch_all(c)
    .await
    })?)
}

/// Adds a passkey. Fails with a unique violation when it is somebody's already.
pub async fn insert_passkey(
    tx: &mut Tx,
    account: Uuid,
    name: &str,
    credential_id: &str,
    credential: &str,
    now: Timestamp,
) -> std::result::Result<Uuid, sqlx::Error> {
    let id = clock::new_id();
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO passkeys (id, account_id, credential_id, name, credential, created_at) VALUES ($1, $2, $3, $4, $5, $6)"
    )
    .bind(id)
    .bind(account)
    .bind(credential_id)
    .bind(name)
    .bind(credential)
    .bind(now.0)
    .execute(c)
    .await
    })?;
    Ok(id)
}

/// Notes a passkey's use, and its new counter. False when it was used meanwhile, or is gone.
pub async fn note_passkey(tx: &mut Tx, kept: &KeptPasskey, credential: &str, now: Timestamp) -> Result<bool> {
    let done: u64 = ask!(tx, |c| {
        let query = sqlx::query("UPDATE passkeys SET credential = $1, used_at = $2 WHERE id = $3 AND credential = $4");
        let query = query.bind(credential).bind(now.0).bind(kept.id).bind(&kept.credential);
        query.execute(c).await.map(|done| done.rows_affected())
    })?;
    Ok(done == 1)
}

/// Removes a passkey of an account and gives its name.
pub async fn remove_passkey(tx: &mut Tx, account: Uuid, id: Uuid) -> Result<Option<String>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("DELETE FROM passkeys WHERE id = $1 AND account_id = $2 RETURNING name")
        .bind(id)
        .bind(account)
        .fetch_optional(c)
        .await)?)
}

/// What the server asked of a passkey.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Ceremony {
    pub account_id: Option<Uuid>,
    pub purpose: String,
    pub state: String,
}

/// How long a passkey may take to answer.
pub const CEREMONY: i64 = 5 * Timestamp::MINUTE;

/// Keeps what was asked of a passkey. What was never answered goes.
pub async fn keep_ceremony(
    tx: &mut Tx,
    account: Option<Uuid>,
    purpose: &str,
    state: &str,
    now: Timestamp,
) -> Result<Uuid> {
    let id = clock::new_id();
    forget_ceremonies(tx, now).await?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO passkey_ceremonies (id, account_id, purpose, state, expires_at) VALUES ($1, $2, $3, $4, $5)"
    )
    .bind(id)
    .bind(account)
    .bind(purpose)
    .bind(state)
    .bind(now.plus(CEREMONY).0)
    .execute(c)
    .await)?;
    Ok(id)
}

/// Takes what was asked, once.
pub async fn take_ceremony(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<Ceremony>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "DELETE FROM passkey_ceremonies WHERE id = $1 AND expires_at > $2 RETURNING account_id, purpose, state"
    )
    .bind(id)
    .bind(now.0)
    .fetch_optional(c)
    .await)?)
}

pub async fn forget_ceremonies(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let old = sqlx::query("DELETE FROM passkey_ceremonies WHERE expires_at <= $1").bind(now.0);
        old.execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Takes all second factors of an account away, for who has lost them; tells whether there were any.
pub async fn remove_all(tx: &mut Tx, account: Uuid) -> Result<bool> {
    let had = factors(tx, account).await?.any();
    remove_recovery_codes(tx, account).await?;
    on!(&mut *tx, |c| sqlx::query("DELETE FROM authenticators WHERE account_id = $1").bind(account).execute(c).await)?;
    on!(tx, |c| sqlx::query("DELETE FROM passkeys WHERE account_id = $1").bind(account).execute(c).await)?;
    Ok(had)
}
