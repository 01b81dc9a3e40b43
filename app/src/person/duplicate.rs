//! People who may be one: the same name, and the same company, number or handle beside it. Two people of the register with
//! one address there cannot be; one who is archived is shown for the address.

use uuid::Uuid;

use super::model::Details;
use crate::backend::database::{Sql, Tx};
use crate::backend::fold::{fold, sort_key};
use crate::company::likeness::is_han;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

/// How many are looked at that have the name; more of one name say that it is a frequent one.
const MOST: i64 = 50;

/// Why two people may be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The same name at the same company.
    Company,
    /// The same name and telephone number, or WeChat.
    Number,
    /// The same address, of somebody who is archived.
    Address,
}

/// Somebody who may be the same person.
#[derive(Clone, Debug)]
pub struct Alike {
    pub id: Uuid,
    pub name: String,
    pub name_zh: String,
    pub email: String,
    pub reason: Reason,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    name_zh: String,
    email: String,
    phone: String,
    wechat: String,
    archived: i64,
}

/// Names as they are sorted, family name before or behind: 'jens hansen' and 'hansen jens'.
fn spellings(details: &Details) -> Vec<String> {
    let mut all = Vec::new();
    for name in [&details.name, &details.name_zh] {
        let key = sort_key(name);
        let turned = key.split(' ').rev().collect::<Vec<_>>().join(" ");
        for key in [key, turned] {
            if !key.is_empty() && !all.contains(&key) {
                all.push(key);
            }
        }
    }
    all
}

/// Whether two have Chinese names that only sound alike: 李伟 and 李薇.
fn differ_in_characters(details: &Details, row: &Row) -> bool {
    let characters = |names: [&str; 2]| -> Option<String> {
        let name = names.into_iter().find(|name| name.chars().any(is_han))?;
        Some(name.chars().filter(|c| is_han(*c)).collect())
    };
    let mine = characters([&details.name_zh, &details.name]);
    let theirs = characters([&row.name_zh, &row.name]);
    matches!((mine, theirs), (Some(mine), Some(theirs)) if mine != theirs)
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// Whether two numbers are one, with and without the country's code before it.
fn same_phone(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    let (one, other) = (one.trim_start_matches('0'), other.trim_start_matches('0'));
    one.len().min(other.len()) >= 7 && (one.ends_with(other) || other.ends_with(one))
}

/// The people of the register who are like this one, who works or worked at these companies.
pub async fn alike(tx: &mut Tx, details: &Details, companies: &[Uuid], except: Option<Uuid>) -> Result<Vec<Alike>> {
    let mut sql = Sql::default();
    for key in spellings(details) {
        for column in ["sort_en", "sort_zh"] {
            sql.push(if column == "sort_en" {
                "SELECT id, name, name_zh, email, phone, wechat, CAST(0 AS BIGINT) AS archived FROM people
                 WHERE archived_at IS NULL AND sort_en"
            } else {
                "SELECT id, name, name_zh, email, phone, wechat, CAST(0 AS BIGINT) AS archived FROM people
                 WHERE archived_at IS NULL AND sort_zh"
            })
            .bind(" = ?", key.as_str())
            .push(" UNION ");
        }
    }
    sql.push(
        "SELECT id, name, name_zh, email, phone, wechat, CAST(1 AS BIGINT) AS archived FROM people
         WHERE archived_at IS NOT NULL AND merged_into IS NULL AND email_folded <> ''",
    )
    .bind(" AND email_folded = ?", fold(&details.email))
    .push(" ORDER BY id")
    .limit(MOST, 0);
    let rows: Vec<Row> = sql.rows(tx).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).filter(|id| Some(*id) != except).collect();
    let mut sql = Sql::new("SELECT DISTINCT person_id FROM positions WHERE ");
    sql.bind_in("person_id", &ids).push(" AND ").bind_in("company_id", companies);
    let colleagues: Vec<(Uuid,)> =
        if ids.is_empty() || companies.is_empty() { Vec::new() } else { sql.rows(tx).await? };
    let apart = match except {
        Some(id) => apart_from(tx, id).await?,
        None => Vec::new(),
    };
    let mut found: Vec<Alike> = Vec::new();
    for row in rows {
        if Some(row.id) == except || apart.contains(&row.id) || found.iter().any(|alike| alike.id == row.id) {
            continue;
        }
        if row.archived == 0 && differ_in_characters(details, &row) {
            continue;
        }
        let same_wechat = !details.wechat.is_empty() && fold(&details.wechat) == fold(&row.wechat);
        let reason = if row.archived == 1 {
            Reason::Address
        } else if colleagues.contains(&(row.id,)) {
            Reason::Company
        } else if same_wechat || same_phone(&details.phone, &row.phone) {
            Reason::Number
        } else {
            continue;
        };
        found.push(Alike { id: row.id, name: row.name, name_zh: row.name_zh, email: row.email, reason });
    }
    Ok(found)
}

/// The people of whom it was said that they are somebody else than this one.
async fn apart_from(tx: &mut Tx, id: Uuid) -> Result<Vec<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar(
        "SELECT CASE WHEN first_person = $1 THEN second_person ELSE first_person END FROM people_apart
         WHERE first_person = $1 OR second_person = $1"
    )
    .bind(id)
    .fetch_all(c)
    .await)?)
}

/// Remembers that two people are two.
pub async fn set_apart(tx: &mut Tx, one: Uuid, other: Uuid, by: Uuid, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO people_apart (first_person, second_person, said_by, said_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (first_person, second_person) DO NOTHING"
    )
    .bind(one.min(other))
    .bind(one.max(other))
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_either_way_round_and_numbers_with_and_without_their_country() {
        let details = Details { name: "Jens Hansén".into(), name_zh: "汉森".into(), ..Details::default() };
        assert_eq!(spellings(&details)[..2], ["jens hansen", "hansen jens"]);
        assert_eq!(spellings(&details).len(), 4);
        assert!(same_phone("+45 44 88 77 66", "0044887766"));
        assert!(!same_phone("112", "112") && !same_phone("", "") && !same_phone("+45 44887766", "+45 44887767"));
    }
}
