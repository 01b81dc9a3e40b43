//! What was said about an enquiry.

use uuid::Uuid;

use crate::backend::database::Tx;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// To whom something was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageKind {
    Acknowledgement,
    Answer,
    /// Among staff.
    Note,
}

impl MessageKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Answer => "answer",
            Self::Note => "note",
        }
    }
}

#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Message {
    pub kind: String,
    pub by: String,
    pub at: i64,
    pub body: String,
    pub mail_id: Option<Uuid>,
}

/// Keeps what was said, as one part of the step that said it.
pub async fn add_message(
    tx: &mut Tx,
    enquiry: Uuid,
    kind: MessageKind,
    by: Uuid,
    body: &str,
    mail: Option<Uuid>,
    now: Timestamp,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO enquiry_messages (id, enquiry_id, kind, by_id, at, body, mail_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    )
    .bind(crate::backend::clock::new_id())
    .bind(enquiry)
    .bind(kind.code())
    .bind(by)
    .bind(now.0)
    .bind(body)
    .bind(mail)
    .execute(c)
    .await)?;
    Ok(())
}

/// All that was said, the earliest first.
pub async fn messages(tx: &mut Tx, enquiry: Uuid) -> Result<Vec<Message>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        r#"SELECT m.kind, a.name AS "by", m.at, m.body, m.mail_id
           FROM enquiry_messages m JOIN accounts a ON a.id = m.by_id WHERE m.enquiry_id = $1 ORDER BY m.at, m.id"#
    )
    .bind(enquiry)
    .fetch_all(c)
    .await)?)
}
