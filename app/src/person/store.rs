//! Where people and their positions are kept.

mod list;

use uuid::Uuid;

use super::model::{Details, Linked, PeopleScope, Person, Position};
use crate::backend::database::{Sql, Tx};
use crate::backend::fold::{fold, search_text, sort_key};
use crate::error::{Error, Refusal, Result};
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on, search};

pub use list::*;

fn found_by(details: &Details) -> String {
    search_text([details.name.as_str(), &details.name_zh, &details.email, &details.phone])
}

/// Adds a person. Fails with a unique violation when the address or the account is somebody else's.
pub async fn insert(tx: &mut Tx, id: Uuid, details: &Details, now: Timestamp) -> std::result::Result<(), sqlx::Error> {
    search::note(tx, search::Kind::Person, id);
    on!(tx, |c| sqlx::query(
        "INSERT INTO people
             (id, name, name_zh, email, email_folded, phone, wechat, language, note, account_id, search_text, sort_en,
              sort_zh, created_at, changed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, 1)"
    )
    .bind(id)
    .bind(&details.name)
    .bind(&details.name_zh)
    .bind(&details.email)
    .bind(fold(&details.email))
    .bind(&details.phone)
    .bind(&details.wechat)
    .bind(details.language.map_or("", Language::code))
    .bind(&details.note)
    .bind(details.account.as_ref().map(|account| account.id))
    .bind(found_by(details))
    .bind(sort_key(details.called(Language::En)))
    .bind(sort_key(details.called(Language::Zh)))
    .bind(now.0)
    .execute(c)
    .await)
}

/// Replaces a person's details if they still are at `version`; tells whether they were. Fails like [`insert`].
pub async fn update(
    tx: &mut Tx,
    id: Uuid,
    version: i64,
    details: &Details,
    now: Timestamp,
) -> std::result::Result<bool, sqlx::Error> {
    search::note(tx, search::Kind::Person, id);
    let changed: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE people SET name = $1, name_zh = $2, email = $3, email_folded = $4, phone = $5, wechat = $6,
                language = $7, note = $8, account_id = $9, search_text = $10, sort_en = $11, sort_zh = $12,
                changed_at = $13, version = version + 1
         WHERE id = $14 AND version = $15 AND archived_at IS NULL RETURNING version"
    )
    .bind(&details.name)
    .bind(&details.name_zh)
    .bind(&details.email)
    .bind(fold(&details.email))
    .bind(&details.phone)
    .bind(&details.wechat)
    .bind(details.language.map_or("", Language::code))
    .bind(&details.note)
    .bind(details.account.as_ref().map(|account| account.id))
    .bind(found_by(details))
    .bind(sort_key(details.called(Language::En)))
    .bind(sort_key(details.called(Language::Zh)))
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await)?;
    Ok(changed.is_some())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    name_zh: String,
    email: String,
    phone: String,
    wechat: String,
    language: String,
    note: String,
    account_id: Option<Uuid>,
    account_email: Option<String>,
    created_at: i64,
    changed_at: i64,
    version: i64,
    archived_at: Option<i64>,
}

/// The person, if there is one with this id; archived ones too.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Person>> {
    let row: Option<Row> = ask!(tx, |c| sqlx::query_as(
        "SELECT p.id, p.name, p.name_zh, p.email, p.phone, p.wechat, p.language, p.note, p.account_id,
                a.email AS account_email, p.created_at, p.changed_at, p.version, p.archived_at
         FROM people p LEFT JOIN accounts a ON a.id = p.account_id WHERE p.id = $1"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(row.map(|row| Person {
        id: row.id,
        details: Details {
            name: row.name,
            name_zh: row.name_zh,
            email: row.email,
            phone: row.phone,
            wechat: row.wechat,
            language: Language::from_code(&row.language),
            note: row.note,
            account: row.account_id.zip(row.account_email).map(|(id, email)| Linked { id, email }),
        },
        created_at: Timestamp(row.created_at),
        changed_at: Timestamp(row.changed_at),
        version: row.version,
        archived_at: row.archived_at.map(Timestamp),
    }))
}

/// Takes people to whom something is added, for the rest of the transaction: who merges one of them into another, or archives
/// them, waits. The order is always the same, after the companies.
///
/// # Errors
/// [`Refusal::MergedPerson`] for one who was merged into another since they were looked up, [`Refusal::Archived`] for one who
/// was archived and is not among those of before.
pub async fn hold(tx: &mut Tx, people: &[Uuid], before: &[Uuid]) -> Result<()> {
    let mut people = people.to_vec();
    people.sort();
    people.dedup();
    for person in people {
        let held: Option<(Option<Uuid>, Option<i64>)> = ask!(&mut *tx, |c| sqlx::query_as(
            "UPDATE people SET version = version WHERE id = $1 RETURNING merged_into, archived_at"
        )
        .bind(person)
        .fetch_optional(c)
        .await)?;
        match held.ok_or(Error::NotFound)? {
            (Some(_), _) => return Err(Error::Refused(Refusal::MergedPerson)),
            (None, Some(_)) if !before.contains(&person) => return Err(Error::Refused(Refusal::Archived)),
            (None, _) => {}
        }
    }
    Ok(())
}

/// Another person of the register with this address.
pub async fn with_email(tx: &mut Tx, email: &str, but: Uuid) -> Result<Option<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT id FROM people WHERE email_folded = $1 AND email_folded <> '' AND archived_at IS NULL AND id <> $2"
    )
    .bind(fold(email))
    .bind(but)
    .fetch_optional(c)
    .await)?)
}

/// The account with this address, and whose it is among the people, if it is somebody's.
pub async fn account(tx: &mut Tx, email: &str) -> Result<Option<(Linked, Option<Uuid>)>> {
    let row: Option<(Uuid, String, Option<Uuid>)> = ask!(tx, |c| {
        sqlx::query_as(
        "SELECT a.id, a.email, p.id FROM accounts a LEFT JOIN people p ON p.account_id = a.id WHERE a.email_folded = $1"
    )
    .bind(fold(email))
    .fetch_optional(c)
    .await
    })?;
    Ok(row.map(|(id, email, person)| (Linked { id, email }, person)))
}

/// Archives a person, or without a moment restores them; false when that is so already, and of one who was merged into
/// another. Fails with a unique violation when
/// somebody else has the address meanwhile.
pub async fn archive(
    tx: &mut Tx,
    id: Uuid,
    at: Option<Timestamp>,
    now: Timestamp,
) -> std::result::Result<bool, sqlx::Error> {
    search::note(tx, search::Kind::Person, id);
    let done: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE people SET archived_at = $1, changed_at = $2 WHERE id = $3 AND (archived_at IS NULL) <> ($1 IS NULL)
             AND merged_into IS NULL RETURNING version"
    )
    .bind(at.map(|at| at.0))
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    Ok(done.is_some())
}

/// Adds a position. The first one, and one that is said to be, is the main one.
pub async fn add_position(tx: &mut Tx, position: &Position, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO positions (id, person_id, company_id, title, title_zh, since, until, main)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(position.id)
    .bind(position.person)
    .bind(position.company)
    .bind(&position.title)
    .bind(&position.title_zh)
    .bind(&position.since)
    .bind(&position.until)
    .bind(false)
    .execute(c)
    .await)?;
    if position.main {
        make_main(tx, position.person, position.id).await?;
    }
    touch(tx, position.person, now).await
}

/// Makes a position the main one of its person.
pub async fn make_main(tx: &mut Tx, person: Uuid, position: Uuid) -> Result<()> {
    search::note(tx, search::Kind::Person, person);
    on!(tx, |c| sqlx::query("UPDATE positions SET main = (id = $1) WHERE person_id = $2")
        .bind(position)
        .bind(person)
        .execute(c)
        .await)?;
    Ok(())
}

/// Replaces the titles and days of a position; false when it is there no longer.
pub async fn update_position(tx: &mut Tx, position: &Position) -> Result<bool> {
    search::note(tx, search::Kind::Person, position.person);
    let changed: Option<Uuid> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE positions SET title = $1, title_zh = $2, since = $3, until = $4 WHERE id = $5 RETURNING id"
    )
    .bind(&position.title)
    .bind(&position.title_zh)
    .bind(&position.since)
    .bind(&position.until)
    .bind(position.id)
    .fetch_optional(c)
    .await)?;
    Ok(changed.is_some())
}

/// Notes the last day of a position; false when it ended before.
pub async fn end_position(tx: &mut Tx, id: Uuid, until: &str) -> Result<bool> {
    let ended: Option<Uuid> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE positions SET until = $1 WHERE id = $2 AND (until IS NULL OR until > $1) RETURNING person_id"
    )
    .bind(until)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    if let Some(person) = ended {
        search::note(tx, search::Kind::Person, person);
    }
    Ok(ended.is_some())
}

/// Removes a position that never was.
pub async fn remove_position(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let removed: Option<Uuid> =
        ask!(&mut *tx, |c| sqlx::query_scalar("DELETE FROM positions WHERE id = $1 RETURNING person_id")
            .bind(id)
            .fetch_optional(c)
            .await)?;
    if let Some(person) = removed {
        search::note(tx, search::Kind::Person, person);
    }
    Ok(removed.is_some())
}

/// Notes that something about a person changed.
pub async fn touch(tx: &mut Tx, person: Uuid, now: Timestamp) -> Result<()> {
    search::note(tx, search::Kind::Person, person);
    on!(tx, |c| sqlx::query("UPDATE people SET changed_at = $1 WHERE id = $2")
        .bind(now.0)
        .bind(person)
        .execute(c)
        .await)?;
    Ok(())
}

/// A position with the names of its company and its person.
#[derive(Clone, Debug)]
pub struct Held {
    pub position: Position,
    pub company_en: String,
    pub company_zh: String,
    pub person_name: String,
    pub person_name_zh: String,
    pub email: String,
    pub phone: String,
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    id: Uuid,
    person_id: Uuid,
    company_id: Uuid,
    title: String,
    title_zh: String,
    since: Option<String>,
    until: Option<String>,
    main: bool,
    company_en: String,
    company_zh: String,
    person_name: String,
    person_name_zh: String,
    email: String,
    phone: String,
}

impl HeldRow {
    fn held(self) -> Held {
        Held {
            position: Position {
                id: self.id,
                person: self.person_id,
                company: self.company_id,
                title: self.title,
                title_zh: self.title_zh,
                since: self.since,
                until: self.until,
                main: self.main,
            },
            company_en: self.company_en,
            company_zh: self.company_zh,
            person_name: self.person_name,
            person_name_zh: self.person_name_zh,
            email: self.email,
            phone: self.phone,
        }
    }
}

const HELD: &str = "SELECT z.id, z.person_id, z.company_id, z.title, z.title_zh, z.since, z.until, z.main,
            k.name_en AS company_en, k.name_zh AS company_zh, p.name AS person_name, p.name_zh AS person_name_zh,
            p.email, p.phone
     FROM positions z JOIN companies k ON k.id = z.company_id JOIN people p ON p.id = z.person_id WHERE ";

async fn held(tx: &mut Tx, mut sql: Sql, order: &'static str) -> Result<Vec<Held>> {
    sql.push(order);
    let rows: Vec<HeldRow> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(HeldRow::held).collect())
}

/// A person's positions, as far as somebody may know of them: those that last first, the main one before the others.
pub async fn positions_of(tx: &mut Tx, person: Uuid, scope: &PeopleScope, today: &str) -> Result<Vec<Held>> {
    let mut sql = Sql::new(HELD);
    sql.bind("z.person_id = ?", person);
    if *scope != PeopleScope::All {
        sql.push(" AND ");
        visible(&mut sql, scope, today);
    }
    held(tx, sql, " ORDER BY coalesce(z.until, '9999') DESC, z.main DESC, coalesce(z.since, '') DESC, z.id").await
}

/// The people of a company, by name; archived ones are left out.
pub async fn people_of(tx: &mut Tx, company: Uuid, language: Language) -> Result<Vec<Held>> {
    let mut sql = Sql::new(HELD);
    sql.bind("z.company_id = ? AND p.archived_at IS NULL", company);
    let order = match language {
        Language::En => " ORDER BY coalesce(z.until, '9999') DESC, p.sort_en, z.id",
        Language::Zh => " ORDER BY coalesce(z.until, '9999') DESC, p.sort_zh, z.id",
    };
    held(tx, sql, order).await
}

/// A position, by its id.
pub async fn position(tx: &mut Tx, id: Uuid) -> Result<Option<Held>> {
    let mut sql = Sql::new(HELD);
    sql.bind("z.id = ?", id);
    Ok(held(tx, sql, "").await?.pop())
}
