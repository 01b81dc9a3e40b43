//! What becomes of a place: somebody is asked, reads, signs or declines, has another sign, or their time is over.

use uuid::Uuid;

use super::super::model::Signer;
use crate::backend::clock;
use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// Signatures are asked for: everybody of this round is to sign this text until then.
pub async fn begin(tx: &mut Tx, agreement: Uuid, version: Uuid, expires_at: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signatories SET version_id = $1, expires_at = $2
         WHERE voided_at IS NULL AND withdrawn_at IS NULL AND version_id IS NULL
           AND party_id IN (SELECT id FROM agreement_parties WHERE agreement_id = $3 AND removed_at IS NULL)"
    )
    .bind(version)
    .bind(expires_at.0)
    .bind(agreement)
    .execute(c)
    .await)?;
    Ok(())
}

/// Notes that it is somebody's turn; false when that was noted already.
pub async fn set_sent(tx: &mut Tx, id: Uuid, expires_at: i64, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET sent_at = $1, remind_from = $1, expires_at = $2
         WHERE id = $3 AND sent_at IS NULL AND voided_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(expires_at)
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

/// Notes that the text was shown to a signer; false when it was before.
pub async fn set_opened(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET opened_at = $1 WHERE id = $2 AND opened_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await)?)
}

/// Signs this very text. False when it is another by now, or the place is no longer open: of two who do it at once one does.
pub async fn set_signed(tx: &mut Tx, id: Uuid, version: Uuid, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET signed_at = $1
         WHERE id = $2 AND version_id = $3 AND sent_at IS NOT NULL AND signed_at IS NULL AND declined_at IS NULL
           AND withdrawn_at IS NULL AND voided_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?)
}

/// The same for who declines.
pub async fn set_declined(tx: &mut Tx, id: Uuid, version: Uuid, now: Timestamp) -> Result<bool> {
    one(ask!(tx, |c| sqlx::query_scalar(
        "UPDATE agreement_signatories SET declined_at = $1
         WHERE id = $2 AND version_id = $3 AND sent_at IS NOT NULL AND signed_at IS NULL AND declined_at IS NULL
           AND withdrawn_at IS NULL AND voided_at IS NULL RETURNING id"
    )
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?)
}

fn one(changed: Option<Uuid>) -> Result<bool> {
    Ok(changed.is_some())
}

/// Gives a place to somebody who signs on behalf of the signatory. They have seen nothing yet, and are reminded like anybody.
pub async fn set_deputy(
    tx: &mut Tx,
    id: Uuid,
    deputy: &Signer,
    folded: &str,
    expires_at: i64,
    now: Timestamp,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
        "UPDATE agreement_signatories SET deputy_name = $1, deputy_title = $2, deputy_email = $3, deputy_folded = $4,
                deputy_language = $5, deputy_account_id = $6, opened_at = NULL, remind_from = $7, reminders = 0,
                reminded_at = NULL, expires_at = $8
         WHERE id = $9"
    )
    .bind(&deputy.name)
    .bind(&deputy.title)
    .bind(&deputy.email)
    .bind(folded)
    .bind(deputy.language.code())
    .bind(deputy.account)
    .bind(now.0)
    .bind(expires_at)
    .bind(id)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// Gives a signatory time until then; reminders begin anew.
pub async fn extend(tx: &mut Tx, id: Uuid, expires_at: Timestamp, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signatories SET expires_at = $1, expired_at = NULL, reminders = 0,
                remind_from = CASE WHEN sent_at IS NULL THEN NULL ELSE CAST($2 AS BIGINT) END
         WHERE id = $3"
    )
    .bind(expires_at.0)
    .bind(now.0)
    .bind(id)
    .execute(c)
    .await)?;
    Ok(())
}

/// Notes that somebody was reminded; by hand it does not count.
pub async fn set_reminded(tx: &mut Tx, id: Uuid, by_hand: bool, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_signatories SET reminded_at = $1, reminders = reminders + $2 WHERE id = $3"
    )
    .bind(now.0)
    .bind(i64::from(!by_hand))
    .bind(id)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn set_expired(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreement_signatories SET expired_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

pub async fn withdraw(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreement_signatories SET withdrawn_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}

/// Ends a place with its round. Where there is another round, a copy takes its place.
pub async fn void(tx: &mut Tx, id: Uuid, again: bool, now: Timestamp) -> Result<()> {
    if again {
        on!(&mut *tx, |c| {
            sqlx::query(
            "INSERT INTO agreement_signatories (id, party_id, group_number, name, title, email, email_folded, language,
                    account_id, authority_id, added_at, deputy_name, deputy_title, deputy_email, deputy_folded,
                    deputy_language, reminders)
             SELECT $1, party_id, group_number, name, title, email, email_folded, language, account_id, authority_id,
                    added_at, '', '', '', '', '', 0
             FROM agreement_signatories WHERE id = $2"
        )
        .bind(clock::new_id())
        .bind(id)
        .execute(c)
        .await
        })?;
    }
    on!(tx, |c| sqlx::query("UPDATE agreement_signatories SET voided_at = $1 WHERE id = $2 AND voided_at IS NULL")
        .bind(now.0)
        .bind(id)
        .execute(c)
        .await)?;
    Ok(())
}
