//! Addresses that the mail server refused.

use uuid::Uuid;

use crate::ask;
use crate::backend::database::Tx;
use crate::error::Result;

/// Somebody whose address refuses mails: no others are sent there than those that everybody must get, until one is
/// accepted or the address changes.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Refusing {
    pub id: Uuid,
    pub name: String,
    pub email: String,
    /// What the mail server said.
    pub address_problem: String,
    pub address_problem_at: Option<i64>,
}

/// Everybody whose address refuses mails, the latest first.
pub async fn refusing(tx: &mut Tx) -> Result<Vec<Refusing>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, name, email, address_problem, address_problem_at FROM accounts
         WHERE address_problem <> '' AND suspended_at IS NULL AND erased_at IS NULL
         ORDER BY coalesce(address_problem_at, 0) DESC, id LIMIT 200"
    )
    .fetch_all(c)
    .await)?)
}

/// The person's own address, if it refuses mails.
pub async fn refused(tx: &mut Tx, account: Uuid) -> Result<Option<String>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT email FROM accounts WHERE id = $1 AND address_problem <> ''")
        .bind(account)
        .fetch_optional(c)
        .await)?)
}
