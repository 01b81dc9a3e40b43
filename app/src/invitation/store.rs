//! Where invitations are kept.

use uuid::Uuid;

use super::model::{Invitation, OPEN, Sent};
use crate::actor::{Rights, Role};
use crate::backend::database::{Sql, Tx};
use crate::backend::link::{self, Kind};
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// Adds an invitation and gives the token of its link.
pub async fn insert(tx: &mut Tx, invitation: &Invitation, now: Timestamp) -> Result<String> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO invitations (id, email, email_folded, name, role, company_id, rights, title, language, invited_by,
                                  created_at, sent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)"
    )
    .bind(invitation.id)
    .bind(&invitation.email)
    .bind(&invitation.email_folded)
    .bind(&invitation.name)
    .bind(invitation.role.code())
    .bind(invitation.company)
    .bind(invitation.rights.map(Rights::code))
    .bind(&invitation.title)
    .bind(invitation.language.code())
    .bind(invitation.invited_by)
    .bind(now.0)
    .execute(c)
    .await)?;
    link::make(tx, Kind::Invitation, invitation.id, "", now).await
}

/// Notes that an invitation was sent again, by whom, and gives the token of its new link; the one before works no more.
pub async fn again(tx: &mut Tx, id: Uuid, by: Uuid, now: Timestamp) -> Result<String> {
    on!(&mut *tx, |c| sqlx::query(
        "UPDATE invitations SET sent_at = $1, invited_by = $2, withdrawn_at = NULL WHERE id = $3"
    )
    .bind(now.0)
    .bind(by)
    .bind(id)
    .execute(c)
    .await)?;
    link::make(tx, Kind::Invitation, id, "", now).await
}

/// Withdraws an invitation; tells whether it was not accepted or withdrawn before.
pub async fn withdraw(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let withdrawn: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE invitations SET withdrawn_at = $1 WHERE id = $2 AND accepted_at IS NULL AND withdrawn_at IS NULL
         RETURNING sent_at"
    )
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    link::withdraw(tx, Kind::Invitation, id, now).await?;
    Ok(withdrawn.is_some())
}

/// Withdraws what is open of an address' invitations to a company: another takes their place.
pub async fn withdraw_open(tx: &mut Tx, email_folded: &str, company: Option<Uuid>, now: Timestamp) -> Result<()> {
    for id in open(tx, email_folded, company, now).await? {
        withdraw(tx, id, now).await?;
    }
    Ok(())
}

/// The open invitations of an address to a company, or to work for the zone.
pub async fn open(tx: &mut Tx, email_folded: &str, company: Option<Uuid>, now: Timestamp) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT i.id FROM invitations i WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL");
    sql.bind(" AND i.email_folded = ?", email_folded).bind(" AND i.sent_at > ?", now.minus(OPEN).0);
    match company {
        Some(company) => sql.bind(" AND i.company_id = ?", company),
        None => sql.push(" AND i.company_id IS NULL"),
    };
    Ok(sql.rows::<(Uuid,)>(tx).await?.into_iter().map(|(id,)| id).collect())
}

/// Notes who accepted an invitation; tells whether it was open.
pub async fn accept(tx: &mut Tx, id: Uuid, account: Uuid, now: Timestamp) -> Result<bool> {
    let accepted: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE invitations SET accepted_at = $1, account_id = $2
         WHERE id = $3 AND accepted_at IS NULL AND withdrawn_at IS NULL RETURNING accepted_at"
    )
    .bind(now.0)
    .bind(account)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    // A request for access that led to the invitation has its account now.
    on!(tx, |c| sqlx::query(
        "UPDATE join_requests SET account_id = $1
         WHERE account_id IS NULL AND state = 'accepted'
           AND email_folded = (SELECT email_folded FROM invitations WHERE id = $2)
           AND company_id = (SELECT company_id FROM invitations WHERE id = $2)"
    )
    .bind(account)
    .bind(id)
    .execute(c)
    .await)?;
    Ok(accepted.is_some())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    email: String,
    email_folded: String,
    name: String,
    role: String,
    company_id: Option<Uuid>,
    rights: Option<String>,
    title: String,
    language: String,
    invited_by: Uuid,
    sent_at: i64,
    accepted_at: Option<i64>,
    withdrawn_at: Option<i64>,
    inviter: String,
    inviter_may: i64,
    company_en: Option<String>,
    company_zh: Option<String>,
}

impl From<Row> for Sent {
    fn from(row: Row) -> Self {
        Self {
            invitation: Invitation {
                id: row.id,
                email: row.email,
                email_folded: row.email_folded,
                name: row.name,
                role: Role::from_code(&row.role).unwrap_or(Role::Representative),
                company: row.company_id,
                rights: row.rights.as_deref().and_then(Rights::from_code),
                title: row.title,
                language: Language::from_code(&row.language).unwrap_or_default(),
                invited_by: row.invited_by,
                sent_at: Timestamp(row.sent_at),
            },
            inviter: row.inviter,
            inviter_may: row.inviter_may != 0,
            company_en: row.company_en.unwrap_or_default(),
            company_zh: row.company_zh.unwrap_or_default(),
            accepted_at: row.accepted_at.map(Timestamp),
            withdrawn_at: row.withdrawn_at.map(Timestamp),
        }
    }
}

/// Whoever sent an invitation must still be allowed to: else somebody who was sent away could come back by their own.
fn select(now: Timestamp) -> Sql {
    let mut sql = Sql::new(
        "SELECT i.id, i.email, i.email_folded, i.name, i.role, i.company_id, i.rights, i.title, i.language, i.invited_by,
                i.sent_at, i.accepted_at, i.withdrawn_at, a.name AS inviter, c.name_en AS company_en, c.name_zh AS company_zh,
                CAST(CASE WHEN a.suspended_at IS NULL AND a.erased_at IS NULL AND (
                         a.role = 'administrator'
                         OR (i.company_id IS NOT NULL AND a.role = 'staff')
                         OR (i.company_id IS NOT NULL AND a.role = 'representative' AND EXISTS (
                                 SELECT 1 FROM affiliations f
                                 WHERE f.account_id = a.id AND f.company_id = i.company_id AND f.rights = 'administrator'",
    );
    sql.bind(
        " AND f.ended_at IS NULL AND (f.since = '' OR f.since <= ?) AND (f.until = '' OR f.until >= ?)))",
        now.iso_day(),
    )
    .push(
        ") THEN 1 ELSE 0 END AS BIGINT) AS inviter_may
             FROM invitations i JOIN accounts a ON a.id = i.invited_by LEFT JOIN companies c ON c.id = i.company_id",
    );
    sql
}

/// The invitation, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<Option<Sent>> {
    let mut sql = select(now);
    sql.bind(" WHERE i.id = ?", id);
    Ok(sql.rows::<Row>(tx).await?.into_iter().next().map(Into::into))
}

/// The invitations to a company – without one, all there are – and how many: the latest first.
pub async fn list(
    tx: &mut Tx,
    company: Option<Uuid>,
    limit: i64,
    offset: i64,
    now: Timestamp,
) -> Result<(Vec<Sent>, i64)> {
    let mut sql = select(now);
    let mut count = Sql::new("SELECT count(*) FROM invitations i");
    if let Some(company) = company {
        sql.bind(" WHERE i.company_id = ?", company);
        count.bind(" WHERE i.company_id = ?", company);
    }
    sql.push(" ORDER BY i.sent_at DESC, i.id DESC").limit(limit, offset);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok((rows.into_iter().map(Into::into).collect(), count.number(tx).await?))
}

/// How many invitations somebody sent since then.
pub async fn sent_by(tx: &mut Tx, inviter: Uuid, since: Timestamp) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM invitations");
    sql.bind(" WHERE invited_by = ?", inviter).bind(" AND sent_at > ?", since.0);
    sql.number(tx).await
}

/// How many mails with this invitation went out since then.
pub async fn mails_since(tx: &mut Tx, id: Uuid, since: Timestamp) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM links");
    sql.bind(" WHERE subject_id = ?", id).bind(" AND created_at > ?", since.0);
    sql.number(tx).await
}
