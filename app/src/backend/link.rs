//! Links in mails that do something: each works once, for a while, and can be withdrawn. Only a hash of what it carries is
//! kept. Opening one changes nothing, for mail scanners open links too: the page it leads to has a button.

use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::clock;
use super::database::{Sql, Tx};
use crate::error::{Error, Refusal, Result};
use crate::time::Timestamp;
use crate::{ask, on};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Confirms the address of a request for access.
    Join,
    Invitation,
    /// Sets a new password.
    Password,
    /// Confirms a new address of an account.
    Address,
    /// Confirms a company's mailbox.
    Mailbox,
    /// Leads a guest to what they are asked to sign. It is not used up: until when they can sign is said elsewhere.
    Signature,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Self::Join => "join",
            Self::Invitation => "invitation",
            Self::Password => "password",
            Self::Address => "address",
            Self::Mailbox => "mailbox",
            Self::Signature => "signature",
        }
    }

    /// How long such a link works.
    pub fn lifetime(self) -> i64 {
        match self {
            Self::Password => Timestamp::HOUR,
            Self::Join | Self::Address | Self::Mailbox => 3 * Timestamp::DAY,
            Self::Invitation => 14 * Timestamp::DAY,
            Self::Signature => 400 * Timestamp::DAY,
        }
    }
}

/// A link that works.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Link {
    pub id: Uuid,
    pub subject_id: Uuid,
    pub detail: String,
    pub expires_at: i64,
}

/// How long a token is, in hexadecimal digits.
const TOKEN: usize = 64;

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// A text without the tokens that stand in it, for logs and for whom they are not: each is its receiver's alone.
pub fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut run = String::new();
    let end_run = |masked: &mut String, run: &mut String| {
        masked.push_str(if run.len() == TOKEN { "…" } else { run.as_str() });
        run.clear();
    };
    for character in text.chars() {
        if character.is_ascii_hexdigit() {
            run.push(character);
        } else {
            end_run(&mut masked, &mut run);
            masked.push(character);
        }
    }
    end_run(&mut masked, &mut run);
    masked
}

/// Makes a link about a subject and gives the token that it carries. Earlier ones of the same kind and subject work no more.
pub async fn make(tx: &mut Tx, kind: Kind, subject: Uuid, detail: &str, now: Timestamp) -> Result<String> {
    withdraw(tx, kind, subject, now).await?;
    let token = hex::encode(clock::random::<32>());
    on!(tx, |c| sqlx::query(
        "INSERT INTO links (id, kind, token_hash, subject_id, detail, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(clock::new_id())
    .bind(kind.code())
    .bind(hash(&token))
    .bind(subject)
    .bind(detail)
    .bind(now.0)
    .bind(now.plus(kind.lifetime()).0)
    .execute(c)
    .await)?;
    Ok(token)
}

/// The link behind a token, for the page that shows its button.
///
/// # Errors
/// [`Refusal::DeadLink`] when it was used, withdrawn, is too old, or never was: one answer for all.
pub async fn find(tx: &mut Tx, kind: Kind, token: &str, now: Timestamp) -> Result<Link> {
    let found: Option<Link> = ask!(tx, |c| sqlx::query_as(
        "SELECT id, subject_id, detail, expires_at FROM links
         WHERE token_hash = $1 AND kind = $2 AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > $3"
    )
    .bind(hash(token))
    .bind(kind.code())
    .bind(now.0)
    .fetch_optional(c)
    .await)?;
    found.ok_or(Error::Refused(Refusal::DeadLink))
}

/// Uses a link up. Of two who press at once, one is refused.
///
/// # Errors
/// As [`find`].
pub async fn use_up(tx: &mut Tx, kind: Kind, token: &str, now: Timestamp) -> Result<Link> {
    let found: Option<Link> = ask!(tx, |c| sqlx::query_as(
        "UPDATE links SET used_at = $1
         WHERE token_hash = $2 AND kind = $3 AND used_at IS NULL AND withdrawn_at IS NULL AND expires_at > $1
         RETURNING id, subject_id, detail, expires_at"
    )
    .bind(now.0)
    .bind(hash(token))
    .bind(kind.code())
    .fetch_optional(c)
    .await)?;
    found.ok_or(Error::Refused(Refusal::DeadLink))
}

/// Withdraws a subject's links of a kind.
pub async fn withdraw(tx: &mut Tx, kind: Kind, subject: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE links SET withdrawn_at = $1
         WHERE kind = $2 AND subject_id = $3 AND used_at IS NULL AND withdrawn_at IS NULL"
    )
    .bind(now.0)
    .bind(kind.code())
    .bind(subject)
    .execute(c)
    .await)?;
    Ok(())
}

/// How many links of a kind were made about a subject since then, whatever became of them: each went out in a mail.
pub async fn made_since(tx: &mut Tx, kind: Kind, subject: Uuid, since: Timestamp) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM links");
    sql.bind(" WHERE subject_id = ?", subject).bind(" AND kind = ?", kind.code()).bind(" AND created_at > ?", since.0);
    sql.number(tx).await
}

/// Forgets links that worked no more for thirty days, and tells how many.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let old = sqlx::query("DELETE FROM links WHERE expires_at < $1").bind(now.minus(30 * Timestamp::DAY).0);
        old.execute(c).await.map(|done| done.rows_affected())
    })?)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn tokens_are_for_their_receivers() {
        let token = "0123456789abcdef".repeat(4);
        assert_eq!(masked(&format!("/password/{token}?x=1")), "/password/…?x=1");
        assert_eq!(masked(&token), "…");
        let id = "/companies/0199b8f4-3c1e-7d2a-9b1f-0123456789ab and abc";
        assert_eq!(masked(id), id);
    }
}
