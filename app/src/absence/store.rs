//! Where absences are kept.

use jiff::civil::Date;
use uuid::Uuid;

use super::model::{Absence, Acting, who_acts as acts};
use crate::account::store as accounts;
use crate::actor::Role;
use crate::backend::database::Tx;
use crate::backend::outbox::Receiver;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    account_id: Uuid,
    deputy_id: Uuid,
    since: String,
    until: String,
    note: String,
}

impl Row {
    fn absence(self) -> Option<Absence> {
        let (since, until) = (self.since.parse().ok()?, self.until.parse().ok()?);
        Some(Absence { id: self.id, account: self.account_id, deputy: self.deputy_id, since, until, note: self.note })
    }
}

/// Who acts for a person at this moment. A deputy who no longer works for the zone acts for nobody.
pub async fn who_acts(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Acting> {
    let today = now.date();
    Ok(acts(&since(tx, today).await?, account, today))
}

/// Who stands in for an absent person, and what the absent one is called.
#[derive(Clone, Debug)]
pub struct StandIn {
    pub deputy: Uuid,
    pub absent: String,
}

/// Who stands in for a person at this moment; none while they are there.
pub async fn stand_in(tx: &mut Tx, account: Uuid, now: Timestamp) -> Result<Option<StandIn>> {
    let acting = who_acts(tx, account, now).await?;
    if acting.instead_of.is_none() {
        return Ok(None);
    }
    let absent = accounts::receiver(tx, account).await?.map(|(absent, _)| absent.name).unwrap_or_default();
    Ok(Some(StandIn { deputy: acting.account, absent }))
}

/// Who gets a mail that is for a person of the zone: they themselves, and while they are absent whoever stands in for
/// them, with the name of the absent. An author who stands in is not written to.
pub async fn receivers(
    tx: &mut Tx,
    account: Uuid,
    author: Option<Uuid>,
    now: Timestamp,
) -> Result<Vec<(Receiver, Option<String>)>> {
    let mut all = Vec::new();
    if let Some((receiver, _)) = accounts::receiver(tx, account).await? {
        all.push((receiver, None));
    }
    if let Some(stand_in) = stand_in(tx, account, now).await?.filter(|stand_in| Some(stand_in.deputy) != author)
        && let Some((receiver, Role::Administrator | Role::Staff)) = accounts::receiver(tx, stand_in.deputy).await?
    {
        all.push((receiver, Some(stand_in.absent)));
    }
    Ok(all)
}

/// The absences that end on this day or later, the earliest first.
pub async fn since(tx: &mut Tx, day: Date) -> Result<Vec<Absence>> {
    let rows: Vec<Row> = ask!(tx, |c| sqlx::query_as(
        "SELECT b.id, b.account_id, b.deputy_id, b.since, b.until, b.note
         FROM absences b JOIN accounts d ON d.id = b.deputy_id
         WHERE b.until >= $1 AND d.role IN ('administrator', 'staff') ORDER BY b.since, b.id"
    )
    .bind(day.to_string())
    .fetch_all(c)
    .await)?;
    Ok(rows.into_iter().filter_map(Row::absence).collect())
}

/// The absence, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Absence>> {
    let row: Option<Row> = ask!(tx, |c| sqlx::query_as(
        "SELECT id, account_id, deputy_id, since, until, note FROM absences WHERE id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.and_then(Row::absence))
}

/// Lets nobody else enter an absence until this transaction ends: two that make a circle together would each look fine.
pub async fn hold(tx: &mut Tx) -> Result<()> {
    // SQLite has one writer anyway; on PostgreSQL the row of the setting is what is held.
    on!(tx, |c| sqlx::query("UPDATE settings SET value = value WHERE name = 'calendar.weekdays'").execute(c).await)?;
    Ok(())
}

pub async fn insert(tx: &mut Tx, absence: &Absence, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO absences (id, account_id, deputy_id, since, until, note, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(absence.id)
    .bind(absence.account)
    .bind(absence.deputy)
    .bind(absence.since.to_string())
    .bind(absence.until.to_string())
    .bind(&absence.note)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// Ends an absence the day before: one that had not begun is as if it had never been.
pub async fn end(tx: &mut Tx, absence: &Absence, today: Date) -> Result<()> {
    if absence.since >= today {
        on!(tx, |c| sqlx::query("DELETE FROM absences WHERE id = $1").bind(absence.id).execute(c).await)?;
    } else {
        let last = today.yesterday().unwrap_or(today);
        on!(tx, |c| sqlx::query("UPDATE absences SET until = $1 WHERE id = $2")
            .bind(last.to_string())
            .bind(absence.id)
            .execute(c)
            .await)?;
    }
    Ok(())
}
