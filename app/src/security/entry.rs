//! Getting in: from the password to the session, by way of a second factor where the account has one.

use uuid::Uuid;

use super::cookies;
use super::device::Device;
use super::letters::{self, Notice};
use super::model::{Shown, plain_code};
use super::recovery;
use super::store::{self, Person};
use super::totp;
use crate::account::{api, session, throttle};
use crate::actor::Actor;
use crate::backend::clock;
use crate::backend::context::{Visit, redirect};
use crate::backend::database::Tx;
use crate::backend::journal::{self, Entry};
use crate::error::{Error, Refusal, Result};
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// How long somebody whose password fitted may take to show the second factor.
pub const STEP: i64 = 10 * Timestamp::MINUTE;
/// How many codes may be tried meanwhile.
const MOST_ATTEMPTS: i64 = 10;

/// The password fitted; the second factor is awaited.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Step {
    pub account_id: Uuid,
    /// Where to go afterwards.
    pub next: String,
    /// Codes tried, this one included.
    pub attempts: i64,
}

impl Step {
    pub fn is_last(&self) -> bool {
        self.attempts >= MOST_ATTEMPTS
    }
}

/// Begins the wait for a second factor and gives the value of its cookie.
pub async fn begin_step(tx: &mut Tx, account: Uuid, next: &str, now: Timestamp) -> Result<String> {
    let token = hex::encode(clock::random::<32>());
    forget_steps(tx, now).await?;
    on!(tx, |c| sqlx::query(
        "INSERT INTO sign_in_steps (token_hash, account_id, next, attempts, created_at, expires_at)
         VALUES ($1, $2, $3, 0, $4, $5)"
    )
    .bind(session::token_hash(&token))
    .bind(account)
    .bind(next)
    .bind(now.0)
    .bind(now.plus(STEP).0)
    .execute(c)
    .await)?;
    Ok(token)
}

/// The step that this browser is at, if it is still awaited.
pub async fn step(tx: &mut Tx, visit: &Visit) -> Result<Option<Step>> {
    let Some(token) = &visit.step else { return Ok(None) };
    Ok(ask!(tx, |c| {
        sqlx::query_as(
        "SELECT account_id, next, attempts FROM sign_in_steps WHERE token_hash = $1 AND attempts < $2 AND expires_at > $3"
    )
    .bind(token)
    .bind(MOST_ATTEMPTS)
    .bind(visit.now().0)
    .fetch_optional(c)
    .await
    })?)
}

/// The same for a try, which is counted. Of an account's tries at once, each waits for the one before it.
pub async fn try_step(tx: &mut Tx, visit: &Visit) -> Result<Option<Step>> {
    let Some(token) = &visit.step else { return Ok(None) };
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE sign_in_steps SET attempts = attempts
         WHERE account_id = (SELECT account_id FROM sign_in_steps WHERE token_hash = $1)"
    )
    .bind(token)
    .execute(c)
    .await)?;
    Ok(ask!(tx, |c| sqlx::query_as(
        "UPDATE sign_in_steps SET attempts = attempts + 1 WHERE token_hash = $1 AND attempts < $2 AND expires_at > $3
         RETURNING account_id, next, attempts"
    )
    .bind(token)
    .bind(MOST_ATTEMPTS)
    .bind(visit.now().0)
    .fetch_optional(c)
    .await)?)
}

/// Ends the step that this browser is at.
pub async fn end_step(tx: &mut Tx, visit: &Visit) -> Result<()> {
    if let Some(token) = &visit.step {
        on!(tx, |c| sqlx::query("DELETE FROM sign_in_steps WHERE token_hash = $1").bind(token).execute(c).await)?;
    }
    Ok(())
}

/// Ends all steps of an account: what its password was is worth nothing any more.
pub async fn end_steps(tx: &mut Tx, account: Uuid) -> Result<()> {
    on!(tx, |c| sqlx::query("DELETE FROM sign_in_steps WHERE account_id = $1").bind(account).execute(c).await)?;
    Ok(())
}

/// Forgets steps that nobody can take any more.
pub async fn forget_steps(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let old = sqlx::query("DELETE FROM sign_in_steps WHERE expires_at <= $1").bind(now.0);
        old.execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// Takes a code that was typed – of the authenticator app, or a recovery code; none when it is neither, or was used before.
pub async fn take_code(tx: &mut Tx, account: Uuid, typed: &str, now: Timestamp) -> Result<Option<Shown>> {
    let code = plain_code(typed);
    if code.len() == 6 {
        let Some((secret, true)) = store::secret(tx, account).await? else { return Ok(None) };
        let Some(step) = totp::step_of(&secret, &code, now) else { return Ok(None) };
        return Ok(store::take_step(tx, account, step).await?.then_some(Shown::Authenticator));
    }
    let hash = recovery::hash(account, &code);
    Ok(store::take_recovery_code(tx, account, &hash, now).await?.then_some(Shown::RecoveryCode))
}

/// Starts a session in this browser and gives the value of its cookie: always a new one, and the one before it ends.
pub async fn enter(tx: &mut Tx, visit: &Visit, person: &Person, shown: Shown) -> Result<String> {
    let now = visit.now();
    let network = throttle::network(&visit.address);
    let strange = is_strange(tx, visit, person, &network).await?;
    throttle::note(tx, &person.email_folded, &network, true, now).await?;
    end_step(tx, visit).await?;
    if let Some(old) = &visit.session {
        crate::people::looking::stop(tx, visit, old).await?;
        session::end(tx, old).await?;
    }
    let token = session::start(tx, person.id, &visit.address, &visit.agent, now).await?;
    let mut entry = Entry::new("account.signed_in", "account", person.id);
    if shown != Shown::Password {
        entry = entry.created(vec![("factor", shown.code().to_owned())]);
    }
    journal::record(tx, &visit.author(Some(person.id)), entry).await?;
    if shown == Shown::RecoveryCode {
        let left = store::factors(tx, person.id).await?.recovery_codes;
        letters::tell(tx, visit, person, Notice::RecoveryCodeUsed(left)).await?;
    }
    if strange {
        letters::tell(tx, visit, person, Notice::StrangeDevice).await?;
    }
    Ok(token)
}

/// Whether an account that signed in before does so from a network and with a device that it did not.
async fn is_strange(tx: &mut Tx, visit: &Visit, person: &Person, network: &str) -> Result<bool> {
    let (before, here): (i64, i64) = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT count(*), coalesce(sum(CASE WHEN address = $1 THEN 1 ELSE 0 END), 0) FROM sign_in_attempts
         WHERE email_folded = $2 AND succeeded"
    )
    .bind(network)
    .bind(&person.email_folded)
    .fetch_one(c)
    .await)?;
    if before == 0 || here > 0 {
        return Ok(false);
    }
    let agents: Vec<String> = ask!(tx, |c| sqlx::query_scalar("SELECT agent FROM sessions WHERE account_id = $1")
        .bind(person.id)
        .fetch_all(c)
        .await)?;
    let device = Device::of(&visit.agent);
    Ok(!agents.iter().any(|agent| Device::of(agent) == device))
}

/// Gives the browser its session, once it is committed, and sends it on.
pub fn go_on(visit: &Visit, person: &Person, token: &str, next: &str) {
    api::set_session_cookie(visit, Some(token));
    if visit.step.is_some() {
        let settings = &visit.backend.settings;
        cookies::set(settings, cookies::step_name(settings.https), None, 0);
    }
    if let Some(language) = person.language.as_deref().and_then(Language::from_code) {
        api::set_language_cookie(visit, language);
    }
    redirect(next);
}

/// What is somebody's own is not for who looks as them.
///
/// # Errors
/// A refusal for who looks as somebody else.
pub fn oneself(actor: &Actor) -> Result<()> {
    if actor.viewer.is_some() { Err(Error::Refused(Refusal::LooksOnly)) } else { Ok(()) }
}
