//! How somebody wants mails of each kind.

use uuid::Uuid;

use super::kinds::{Kind, Mails};
use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// What somebody has chosen; kinds that are not here are as the kind has it.
pub async fn chosen(tx: &mut Tx, account: Uuid) -> Result<Vec<(Kind, Mails)>> {
    let rows: Vec<(String, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT kind, mails FROM notification_choices WHERE account_id = $1 ORDER BY kind"
    )
    .bind(account)
    .fetch_all(c)
    .await)?;
    Ok(rows
        .into_iter()
        .filter_map(|(kind, mails)| Some((Kind::from_code(&kind)?, Mails::from_code(&mails)?)))
        .collect())
}

/// How mails of a kind are sent to somebody who has chosen this.
pub fn of(kind: Kind, chosen: &[(Kind, Mails)]) -> Mails {
    kind.mails(chosen.iter().find(|(other, _)| *other == kind).map(|(_, mails)| *mails))
}

/// Sets how somebody wants mails of a kind, from now on and for what waits to be mailed.
pub async fn choose(tx: &mut Tx, account: Uuid, kind: Kind, mails: Mails, now: Timestamp) -> Result<()> {
    if kind.must() {
        return Ok(());
    }
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO notification_choices (account_id, kind, mails) VALUES ($1, $2, $3)
         ON CONFLICT (account_id, kind) DO UPDATE SET mails = excluded.mails"
    )
    .bind(account)
    .bind(kind.code())
    .bind(mails.code())
    .execute(c)
    .await)?;
    on!(tx, |c| sqlx::query(
        "UPDATE notifications SET mail_due_at = $1 WHERE account_id = $2 AND kind = $3 AND mail_due_at IS NOT NULL"
    )
    .bind(kind.due(mails, now).map(|due| due.0))
    .bind(account)
    .bind(kind.code())
    .execute(c)
    .await)?;
    Ok(())
}
