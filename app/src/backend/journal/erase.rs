//! Erasing values from the journal. An erased value leaves its digests behind, and loses its salt, so that nobody can find
//! it by trying; the hashes of the rows stay as they are, inside and outside the database.

use uuid::Uuid;

use super::{ADDRESS, Change};
use crate::backend::database::{Sql, Tx, containing};
use crate::error::{Result, internal};
use crate::{ask, on};

/// Erases the network addresses of the rows after one number, up to another; gives of how many rows.
pub async fn addresses_between(tx: &mut Tx, after: i64, up_to: i64) -> Result<u64> {
    let mut sql = addresses(tx);
    sql.bind(" AND seq > ?", after).bind(" AND seq <= ?", up_to);
    sql.execute(tx).await
}

/// The same for what somebody did.
pub async fn addresses_of(tx: &mut Tx, actor: Uuid, after: i64, up_to: i64) -> Result<u64> {
    let mut sql = addresses(tx);
    sql.bind(" AND actor_id = ?", actor).bind(" AND seq > ?", after).bind(" AND seq <= ?", up_to);
    sql.execute(tx).await
}

/// The statement that erases network addresses, without the rows that it is about. Thousands of rows at once: in the
/// program, each would be read, parsed and written by itself. The pattern is that of an address that has its salt; within
/// a value the quotes would be escaped, so nobody can type it.
fn addresses(tx: &Tx) -> Sql {
    Sql::new(match tx {
        Tx::Sqlite(_) => {
            r#"UPDATE journal SET changes = (
                   SELECT json_group_array(json(CASE WHEN json_extract(e.value, '$.field') = '@address'
                                                THEN json_remove(e.value, '$.salt', '$.before', '$.after')
                                                ELSE e.value END))
                   FROM json_each(journal.changes) e)
               WHERE changes LIKE '%"field":"@address","salt":%'"#
        }
        Tx::Postgres(_) => {
            r#"UPDATE journal SET changes = (
                   SELECT json_agg(CASE WHEN e.value->>'field' = '@address'
                                   THEN json_build_object('field', e.value->'field',
                                                          'before_digest', e.value->'before_digest',
                                                          'after_digest', e.value->'after_digest')
                                   ELSE e.value END ORDER BY e.number)::text
                   FROM json_array_elements(journal.changes::json) WITH ORDINALITY AS e(value, number))
               WHERE changes LIKE '%"field":"@address","salt":%'"#
        }
    })
}

/// A row of which values may be erased.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Erasable {
    seq: i64,
    pub actor_id: Option<Uuid>,
    changes: String,
}

/// The rows about these subjects that still have values.
pub async fn about(tx: &mut Tx, subjects: &[Uuid]) -> Result<Vec<Erasable>> {
    let mut sql = Sql::new(r#"SELECT seq, actor_id, changes FROM journal WHERE changes LIKE '%"salt":%' AND "#);
    sql.bind_in("subject_id", subjects);
    sql.rows(tx).await
}

/// The numbers of the rows, after one, in which a text stands somewhere, in whatever case. Reads all of them: not for a transaction that
/// others wait for.
pub async fn mentioning(tx: &mut Tx, text: &str, after: i64) -> Result<Vec<i64>> {
    let pattern = containing(&text.to_ascii_lowercase());
    Ok(ask!(tx, |c| sqlx::query_scalar(
        r"SELECT seq FROM journal WHERE seq > $1 AND lower(changes) LIKE $2 ESCAPE '\' ORDER BY seq"
    )
    .bind(after)
    .bind(&pattern)
    .fetch_all(c)
    .await)?)
}

/// The rows with these numbers.
pub async fn numbered(tx: &mut Tx, numbers: &[i64]) -> Result<Vec<Erasable>> {
    let mut rows = Vec::with_capacity(numbers.len());
    for number in numbers {
        let row: Option<Erasable> =
            ask!(&mut *tx, |c| sqlx::query_as("SELECT seq, actor_id, changes FROM journal WHERE seq = $1")
                .bind(*number)
                .fetch_optional(c)
                .await)?;
        rows.extend(row);
    }
    Ok(rows)
}

/// Erases those values of a row that are to go, each judged by its field, before and after; gives what was erased.
pub async fn values(
    tx: &mut Tx,
    row: &Erasable,
    goes: impl Fn(&str, &str, &str) -> bool,
) -> Result<Vec<(String, String)>> {
    let mut changes: Vec<Change> = serde_json::from_str(&row.changes).map_err(|error| internal("journal", &error))?;
    let mut erased = Vec::new();
    for change in &mut changes {
        let (Some(before), Some(after)) = (&change.before, &change.after) else { continue };
        if goes(&change.field, before, after) {
            erased.push((change.field.clone(), before.clone()));
            erased.push((change.field.clone(), after.clone()));
            (change.salt, change.before, change.after) = (None, None, None);
        }
    }
    if !erased.is_empty() {
        let text = serde_json::to_string(&changes).map_err(|error| internal("journal", &error))?;
        on!(tx, |c| sqlx::query("UPDATE journal SET changes = $1 WHERE seq = $2")
            .bind(&text)
            .bind(row.seq)
            .execute(c)
            .await)?;
    }
    Ok(erased)
}

/// Whether a field is the network address that an entry came from.
pub fn is_address(field: &str) -> bool {
    field == ADDRESS
}
