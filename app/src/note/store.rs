//! Where internal notes are kept, and who is named in them.

use uuid::Uuid;

use super::mention::Named;
use super::model::Note;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::time::Timestamp;
use crate::writing::store::Row as WritingRow;
use crate::{ask, on};

/// A note that is written now.
pub struct New<'a> {
    pub id: Uuid,
    pub company: Uuid,
    pub by: Uuid,
    pub body: &'a str,
    pub corrects: Option<Uuid>,
}

pub async fn insert(tx: &mut Tx, new: &New<'_>, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO notes (id, company_id, by_id, at, body, corrects_id, version) VALUES ($1, $2, $3, $4, $5, $6, 1)"
    )
    .bind(new.id)
    .bind(new.company)
    .bind(new.by)
    .bind(now.0)
    .bind(new.body)
    .bind(new.corrects)
    .execute(c)
    .await)?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct NoteRow {
    #[sqlx(flatten)]
    writing: WritingRow,
    company_id: Uuid,
}

const NOTES: &str =
    "SELECT n.id, n.by_id, a.name AS by_name, n.at, n.body, n.corrects_id, n.version, n.edited_at, n.removed_at,
            n.removed_by, n.company_id
     FROM notes n JOIN accounts a ON a.id = n.by_id WHERE ";

async fn notes(tx: &mut Tx, sql: &Sql) -> Result<Vec<Note>> {
    let rows: Vec<NoteRow> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(|row| Note { writing: row.writing.writing(true), company: row.company_id }).collect())
}

/// The note with this id, also when it was removed.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Note>> {
    let mut sql = Sql::new(NOTES);
    sql.bind("n.id = ?", id);
    Ok(notes(tx, &sql).await?.pop())
}

/// What is noted of a company, the latest first, and how many notes there are; corrections stand below what they correct,
/// and do not count.
pub async fn of_company(tx: &mut Tx, company: Uuid, limit: i64, offset: i64) -> Result<(Vec<Note>, i64)> {
    let mut count = Sql::new("SELECT count(*) FROM notes");
    count.bind(" WHERE company_id = ? AND corrects_id IS NULL", company);
    let mut sql = Sql::new(NOTES);
    sql.bind("n.company_id = ? AND n.corrects_id IS NULL", company);
    sql.push(" ORDER BY n.at DESC, n.id DESC").limit(limit, offset);
    Ok((notes(tx, &sql).await?, count.number(tx).await?))
}

/// The corrections of notes, the earliest first.
pub async fn corrections(tx: &mut Tx, of: &[Note]) -> Result<Vec<Note>> {
    let ids: Vec<Uuid> = of.iter().map(|note| note.writing.id).collect();
    let mut sql = Sql::new(NOTES);
    sql.bind_in("n.corrects_id", &ids).push(" ORDER BY n.at, n.id").limit(500, 0);
    notes(tx, &sql).await
}

/// Everybody who can be named: the zone's people who can sign in, by name.
pub async fn people(tx: &mut Tx) -> Result<Vec<Named>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff', 'executive')
           AND suspended_at IS NULL AND erased_at IS NULL ORDER BY name, id"
    )
    .fetch_all(c)
    .await)?)
}

/// Notes who is named in a note; gives those who were not before.
pub async fn mention(tx: &mut Tx, note: Uuid, people: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut new = Vec::new();
    for person in people {
        let added: Option<Uuid> = ask!(&mut *tx, |c| sqlx::query_scalar(
            "INSERT INTO note_mentions (note_id, account_id) VALUES ($1, $2)
             ON CONFLICT (note_id, account_id) DO NOTHING RETURNING account_id"
        )
        .bind(note)
        .bind(person)
        .fetch_optional(c)
        .await)?;
        new.extend(added);
    }
    Ok(new)
}

/// Who is named in notes, with their names: note, account and name.
pub async fn mentions(tx: &mut Tx, notes: &[Uuid]) -> Result<Vec<(Uuid, Uuid, String)>> {
    let mut sql = Sql::new(
        "SELECT x.note_id, x.account_id, a.name FROM note_mentions x JOIN accounts a ON a.id = x.account_id WHERE ",
    );
    sql.bind_in("x.note_id", notes).push(" ORDER BY a.name, a.id");
    sql.rows(tx).await
}
