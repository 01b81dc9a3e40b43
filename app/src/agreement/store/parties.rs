//! The parties of agreements, and whom of them one talks to.

use uuid::Uuid;

use crate::backend::clock;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// A party, as long as it is one.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Party {
    pub id: Uuid,
    #[sqlx(rename = "company_id")]
    pub company: Uuid,
    pub name_en: String,
    pub name_zh: String,
    pub role: String,
    pub position: i64,
}

/// The parties in their order: Party A first.
pub async fn parties(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Party>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT p.id, p.company_id, k.name_en, k.name_zh, p.role, p.position
         FROM agreement_parties p JOIN companies k ON k.id = p.company_id
         WHERE p.agreement_id = $1 AND p.removed_at IS NULL ORDER BY p.position, p.id"
    )
    .bind(agreement)
    .fetch_all(c)
    .await)?)
}

/// Adds a company as the last party. It must not be one yet.
pub async fn add_party(tx: &mut Tx, agreement: Uuid, company: Uuid, role: &str, now: Timestamp) -> Result<Uuid> {
    let id = clock::new_id();
    on!(tx, |c| sqlx::query(
        "INSERT INTO agreement_parties (id, agreement_id, company_id, position, role, added_at, removed_reason)
         SELECT $1, $2, $3, coalesce(max(position), 0) + 1, $4, $5, ''
         FROM agreement_parties WHERE agreement_id = $2 AND removed_at IS NULL"
    )
    .bind(id)
    .bind(agreement)
    .bind(company)
    .bind(role)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(id)
}

pub async fn remove_party(tx: &mut Tx, party: Uuid, by: Uuid, reason: &str, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE agreement_parties SET removed_at = $1, removed_by = $2, removed_reason = $3
         WHERE id = $4 AND removed_at IS NULL"
    )
    .bind(now.0)
    .bind(by)
    .bind(reason)
    .bind(party)
    .execute(c)
    .await)?;
    Ok(())
}

pub async fn set_role(tx: &mut Tx, party: Uuid, role: &str) -> Result<()> {
    on!(tx, |c| sqlx::query("UPDATE agreement_parties SET role = $1 WHERE id = $2")
        .bind(role)
        .bind(party)
        .execute(c)
        .await)?;
    Ok(())
}

/// Puts parties in this order.
pub async fn order_parties(tx: &mut Tx, parties: &[Uuid]) -> Result<()> {
    for (party, position) in parties.iter().zip(1_i64..) {
        on!(&mut *tx, |c| sqlx::query("UPDATE agreement_parties SET position = $1 WHERE id = $2 AND position <> $1")
            .bind(position)
            .bind(party)
            .execute(c)
            .await)?;
    }
    Ok(())
}

/// Whom of a party one talks to, or could.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Contact {
    pub party: Uuid,
    pub person: Option<Uuid>,
    pub account: Option<Uuid>,
    pub name: String,
    pub title: String,
}

impl Contact {
    /// What a form posts for it.
    pub fn code(&self) -> String {
        match (self.person, self.account) {
            (Some(id), _) => format!("person:{id}"),
            (None, Some(id)) => format!("account:{id}"),
            (None, None) => String::new(),
        }
    }
}

/// The contacts of all parties of an agreement.
pub async fn contacts(tx: &mut Tx, agreement: Uuid) -> Result<Vec<Contact>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT t.party_id AS party, t.person_id AS person, t.account_id AS account, coalesce(p.name, a.name) AS name,
                coalesce(f.title, '') AS title
         FROM agreement_contacts t JOIN agreement_parties q ON q.id = t.party_id
         LEFT JOIN people p ON p.id = t.person_id LEFT JOIN accounts a ON a.id = t.account_id
         LEFT JOIN affiliations f ON f.account_id = t.account_id AND f.company_id = q.company_id AND f.ended_at IS NULL
         WHERE q.agreement_id = $1 AND q.removed_at IS NULL ORDER BY coalesce(p.name, a.name), t.id"
    )
    .bind(agreement)
    .fetch_all(c)
    .await)?)
}

/// Who can be a party's contact: those who work at its company, and those who act for it in the portal.
pub async fn possible_contacts(tx: &mut Tx, party: Uuid, company: Uuid, today: &str) -> Result<Vec<Contact>> {
    let mut sql = Sql::new("SELECT ");
    sql.bind("? AS party, p.id AS person, NULL AS account, p.name, q.title FROM positions q ", party)
        .push("JOIN people p ON p.id = q.person_id WHERE p.archived_at IS NULL")
        .bind(" AND q.company_id = ?", company)
        .bind(" AND (q.until IS NULL OR q.until >= ?) ORDER BY p.name, p.id", today)
        .limit(100, 0);
    let mut found: Vec<Contact> = sql.rows(tx).await?;
    let accounts: Vec<(Uuid, String, String)> = ask!(tx, |c| sqlx::query_as(
        "SELECT a.id, a.name, f.title FROM affiliations f JOIN accounts a ON a.id = f.account_id
         WHERE f.company_id = $1 AND f.ended_at IS NULL AND a.erased_at IS NULL AND a.suspended_at IS NULL
         ORDER BY a.name, a.id LIMIT 100"
    )
    .bind(company)
    .fetch_all(c)
    .await)?;
    found.dedup();
    found.extend(accounts.into_iter().map(|(account, name, title)| Contact {
        party,
        person: None,
        account: Some(account),
        name,
        title,
    }));
    Ok(found)
}

/// Replaces a party's contacts.
pub async fn set_contacts(tx: &mut Tx, party: Uuid, contacts: &[Contact]) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query("DELETE FROM agreement_contacts WHERE party_id = $1").bind(party).execute(c).await)?;
    for contact in contacts {
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO agreement_contacts (id, party_id, person_id, account_id) VALUES ($1, $2, $3, $4)"
        )
        .bind(clock::new_id())
        .bind(party)
        .bind(contact.person)
        .bind(contact.account)
        .execute(c)
        .await)?;
    }
    Ok(())
}
