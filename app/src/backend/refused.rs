//! What a person typed into a form that was refused, kept for ten minutes so that the page can show it again.
//!
//! The address carries only a token. Passwords are never kept. A post belongs to the person who sent it.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::clock;
use super::database::{Sql, Tx};
use crate::error::{Error, FieldErrors, Result, internal};
use crate::time::Timestamp;
use crate::{ask, on};

/// How long a refused post is kept.
const KEPT: i64 = 10 * Timestamp::MINUTE;
/// How much of one field is kept, in characters: more than any field may have, less than would fill a disk.
const LONGEST_KEPT: usize = 20_000;
/// How many fields are kept: whoever sends such forms need not have signed in.
const MOST_KEPT: usize = 200;
/// How much is kept of what one person, or one network of those who are not signed in, sends, in characters.
const MOST_OF_ONE: i64 = 3_000_000;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RefusedPost {
    /// The server function it was sent to: `/api/companies/create`.
    pub endpoint: String,
    /// Names and values, in the order of the form.
    pub fields: Vec<(String, String)>,
    pub error: Error,
}

impl RefusedPost {
    /// The value typed into a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// The values of a repeated field.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    pub fn has_problem(&self, name: &str) -> bool {
        self.problems().is_some_and(|errors| errors.of(name).is_some())
    }

    /// Whether it is asked, or was answered, that a company is none of those that are like it.
    pub fn asks_of_duplicates(&self) -> bool {
        self.has_problem("not_duplicate")
            || self.has_problem("not_duplicate_reason")
            || self.value("not_duplicate").is_some()
    }

    /// What is wrong with the fields.
    pub fn problems(&self) -> Option<&FieldErrors> {
        match &self.error {
            Error::Invalid(errors) => Some(errors),
            _ => None,
        }
    }
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}

/// Keeps a refused post and gives the token under which it is found. Who sends too much at once, a person or a network,
/// loses what they sent before.
pub async fn keep(
    tx: &mut Tx,
    account: Option<Uuid>,
    network: &str,
    post: &RefusedPost,
    now: Timestamp,
) -> Result<String> {
    let token = hex::encode(clock::random::<16>());
    // The token of a link stands in the page's address; here only its hash may be kept. What somebody shows to prove who
    // they are is nobody's to keep.
    let secret = |name: &str| name.contains("password") || matches!(name, "token" | "code" | "credential");
    let fields: Vec<(&str, String)> = post
        .fields
        .iter()
        .filter(|(name, _)| !secret(name))
        .take(MOST_KEPT)
        .map(|(name, value)| (name.as_str(), value.chars().take(LONGEST_KEPT).collect()))
        .collect();
    let fields = serde_json::to_string(&fields).map_err(|error| internal("refused post", &error))?;
    let error = serde_json::to_string(&post.error).map_err(|error| internal("refused post", &error))?;
    forget(tx, now).await?;
    let of_one = |sql: &mut Sql| {
        match account {
            Some(account) => sql.bind(" FROM refused_posts WHERE account_id = ?", account),
            None => sql.bind(" FROM refused_posts WHERE account_id IS NULL AND network = ?", network),
        };
    };
    let mut kept = Sql::new("SELECT coalesce(sum(length(fields)), 0)");
    of_one(&mut kept);
    if kept.number(tx).await? > MOST_OF_ONE {
        let mut gone = Sql::new("DELETE");
        of_one(&mut gone);
        gone.execute(tx).await?;
    }
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO refused_posts (token_hash, account_id, network, endpoint, fields, error, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(hash(&token))
    .bind(account)
    .bind(network)
    .bind(&post.endpoint)
    .bind(&fields)
    .bind(&error)
    .bind(now.plus(KEPT).0)
    .execute(c)
    .await)?;
    Ok(token)
}

/// Takes a person's own post away, and tells whether it was there: of two who ask for it at once, one has it.
pub async fn take(tx: &mut Tx, token: &str, account: Uuid) -> Result<bool> {
    let taken: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "DELETE FROM refused_posts WHERE token_hash = $1 AND account_id = $2 RETURNING expires_at"
    )
    .bind(hash(token))
    .bind(account)
    .fetch_optional(c)
    .await)?;
    Ok(taken.is_some())
}

/// Forgets what can no longer be shown, and tells how many posts that were.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let old = sqlx::query("DELETE FROM refused_posts WHERE expires_at < $1").bind(now.0);
        old.execute(c).await.map(|done| done.rows_affected())
    })?)
}

/// The post behind a token, if it is the asking person's and not too old.
pub async fn recall(tx: &mut Tx, token: &str, account: Option<Uuid>, now: Timestamp) -> Result<Option<RefusedPost>> {
    let found: Option<(Option<Uuid>, String, String, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT account_id, endpoint, fields, error FROM refused_posts WHERE token_hash = $1 AND expires_at >= $2"
    )
    .bind(hash(token))
    .bind(now.0)
    .fetch_optional(c)
    .await)?;
    // A post from a browser whose session was gone has no owner: who has its token may see it.
    let may = |owner: Option<Uuid>| owner.is_none() || owner == account;
    Ok(found.filter(|(owner, ..)| may(*owner)).and_then(|(_, endpoint, fields, error)| {
        let fields = serde_json::from_str(&fields).ok()?;
        let error = serde_json::from_str(&error).ok()?;
        Some(RefusedPost { endpoint, fields, error })
    }))
}
