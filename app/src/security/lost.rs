//! Somebody has lost their phone, their passkeys and their recovery codes: whoever answers for the portal, and knows that it is
//! them, takes the second factors away. The person signs in with the password and sets up new ones.

use uuid::Uuid;

use super::letters::{self, Notice, Place};
use super::{entry, requirement, store};
use crate::backend::Settings;
use crate::backend::database::Tx;
use crate::backend::journal::{self, Author, Entry};
use crate::error::{Error, Result};

/// Takes all second factors of an account away and tells its person; false when there were none.
///
/// # Errors
/// [`Error::NotFound`] for an account that nobody can sign in to.
pub async fn forget_factors(tx: &mut Tx, settings: &Settings, author: &Author, account: Uuid) -> Result<bool> {
    let person = store::person(tx, account).await?.ok_or(Error::NotFound)?;
    if !store::remove_all(tx, account).await? {
        return Ok(false);
    }
    entry::end_steps(tx, account).await?;
    requirement::apply(tx, Some(account)).await?;
    let place = Place { portal: &settings.url, now: author.now, agent: "", address: "" };
    letters::tell_at(tx, &place, &person, Notice::FactorsRemoved).await?;
    journal::record(tx, author, Entry::new("account.factors_removed", "account", account)).await?;
    Ok(true)
}
