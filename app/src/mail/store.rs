//! How mails are found again.

use uuid::Uuid;

use super::filter::{MailFilter, State};
use crate::ask;
use crate::backend::database::{Sql, Tx, containing};
use crate::error::Result;

/// A line of the list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct MailLine {
    pub id: Uuid,
    pub kind: String,
    pub address: String,
    pub name: Option<String>,
    pub subject: String,
    pub created_at: i64,
    pub attempts: i64,
    pub sent_at: Option<i64>,
    pub dead_at: Option<i64>,
}

/// A mail as it is kept.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Mail {
    pub id: Uuid,
    pub kind: String,
    pub address: String,
    pub name: Option<String>,
    pub language: String,
    pub subject: String,
    pub body_text: String,
    pub body_html: String,
    pub created_at: i64,
    pub due_at: i64,
    pub attempts: i64,
    pub sent_at: Option<i64>,
    pub dead_at: Option<i64>,
    pub answer: String,
}

pub fn state(sent_at: Option<i64>, dead_at: Option<i64>) -> State {
    match (sent_at, dead_at) {
        (Some(_), _) => State::Sent,
        (None, Some(_)) => State::Dead,
        (None, None) => State::Waiting,
    }
}

fn filter_into(sql: &mut Sql, filter: &MailFilter) {
    match filter.state {
        Some(State::Waiting) => sql.push(" AND m.sent_at IS NULL AND m.dead_at IS NULL"),
        Some(State::Sent) => sql.push(" AND m.sent_at IS NOT NULL"),
        Some(State::Dead) => sql.push(" AND m.dead_at IS NOT NULL"),
        None => sql,
    };
    if !filter.receiver.is_empty() {
        // SQLite lowers only ASCII: what is beyond must be typed as it is written.
        let pattern = containing(&filter.receiver.to_ascii_lowercase());
        sql.bind(r" AND (lower(m.address) LIKE ? ESCAPE '\' OR lower(a.name) LIKE ? ESCAPE '\')", pattern);
    }
}

/// A page of the mails that a filter finds, the newest first, and how many there are in all.
pub async fn list(tx: &mut Tx, filter: &MailFilter, limit: i64, offset: i64) -> Result<(Vec<MailLine>, i64)> {
    let mut sql = Sql::new(
        "SELECT m.id, m.kind, m.address, a.name, m.subject, m.created_at, m.attempts, m.sent_at, m.dead_at
         FROM mails m LEFT JOIN accounts a ON a.id = m.account_id WHERE 1 = 1",
    );
    filter_into(&mut sql, filter);
    sql.push(" ORDER BY m.created_at DESC, m.id DESC").limit(limit, offset);
    let mut count = Sql::new("SELECT count(*) FROM mails m LEFT JOIN accounts a ON a.id = m.account_id WHERE 1 = 1");
    filter_into(&mut count, filter);
    Ok((sql.rows(tx).await?, count.number(tx).await?))
}

/// The mail, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Mail>> {
    Ok(ask!(tx, |c| {
        sqlx::query_as(
        "SELECT m.id, m.kind, m.address, a.name, m.language, m.subject, m.body_text, m.body_html, m.created_at, m.due_at,
                m.attempts, m.sent_at, m.dead_at, m.answer
         FROM mails m LEFT JOIN accounts a ON a.id = m.account_id WHERE m.id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await
    })?)
}
