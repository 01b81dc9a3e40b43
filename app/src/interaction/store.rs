//! Where interactions are kept.

use std::collections::HashMap;

use uuid::Uuid;

use super::filter::InteractionFilter;
use super::model::{Details, Interaction, Kind};
use crate::backend::database::{Sql, Tx};
use crate::company::stalled::store as stalled;
use crate::error::Result;
use crate::time::Timestamp;
use crate::{ask, on};

pub async fn insert(tx: &mut Tx, id: Uuid, details: &Details, by: Uuid, now: Timestamp) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query(
        "INSERT INTO interactions (id, kind, at, summary, others, recorded_by, created_at, changed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $7, 1)"
    )
    .bind(id)
    .bind(details.kind.code())
    .bind(details.at.0)
    .bind(&details.summary)
    .bind(&details.others)
    .bind(by)
    .bind(now.0)
    .execute(c)
    .await)?;
    insert_links(tx, id, details).await
}

/// Replaces an interaction's details if it still is at `version`; tells whether it was.
pub async fn update(tx: &mut Tx, id: Uuid, version: i64, details: &Details, now: Timestamp) -> Result<bool> {
    let changed: Option<i64> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "UPDATE interactions SET kind = $1, at = $2, summary = $3, others = $4, changed_at = $5, version = version + 1
         WHERE id = $6 AND version = $7 AND removed_at IS NULL RETURNING version"
    )
    .bind(details.kind.code())
    .bind(details.at.0)
    .bind(&details.summary)
    .bind(&details.others)
    .bind(now.0)
    .bind(id)
    .bind(version)
    .fetch_optional(c)
    .await
    })?;
    if changed.is_some() {
        delete_links(tx, id).await?;
        insert_links(tx, id, details).await?;
    }
    Ok(changed.is_some())
}

/// Removes an interaction; false when it was removed already. Its row stays: tasks and documents may name it.
pub async fn remove(tx: &mut Tx, id: Uuid, by: Uuid, now: Timestamp) -> Result<bool> {
    let removed: Option<i64> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "UPDATE interactions SET removed_at = $1, removed_by = $2, changed_at = $1, version = version + 1
         WHERE id = $3 AND removed_at IS NULL RETURNING version"
    )
    .bind(now.0)
    .bind(by)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    if removed.is_some() {
        delete_links(tx, id).await?;
    }
    Ok(removed.is_some())
}

async fn insert_links(tx: &mut Tx, id: Uuid, details: &Details) -> Result<()> {
    for company in &details.companies {
        on!(&mut *tx, |c| sqlx::query(
            "INSERT INTO interaction_companies (interaction_id, company_id, at) VALUES ($1, $2, $3)"
        )
        .bind(id)
        .bind(company)
        .bind(details.at.0)
        .execute(c)
        .await)?;
        stalled::talked(tx, *company, details.at).await?;
    }
    for (text, ids) in [
        ("INSERT INTO interaction_people (interaction_id, person_id) VALUES ($1, $2)", &details.people),
        ("INSERT INTO interaction_accounts (interaction_id, account_id) VALUES ($1, $2)", &details.colleagues),
    ] {
        for one in ids {
            on!(&mut *tx, |c| sqlx::query(text).bind(id).bind(one).execute(c).await)?;
        }
    }
    Ok(())
}

async fn delete_links(tx: &mut Tx, id: Uuid) -> Result<()> {
    let companies: Vec<Uuid> = ask!(&mut *tx, |c| sqlx::query_scalar(
        "SELECT company_id FROM interaction_companies WHERE interaction_id = $1 ORDER BY company_id"
    )
    .bind(id)
    .fetch_all(c)
    .await)?;
    for text in [
        "DELETE FROM interaction_companies WHERE interaction_id = $1",
        "DELETE FROM interaction_people WHERE interaction_id = $1",
        "DELETE FROM interaction_accounts WHERE interaction_id = $1",
    ] {
        on!(&mut *tx, |c| sqlx::query(text).bind(id).execute(c).await)?;
    }
    for company in companies {
        stalled::recount(tx, company).await?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    kind: String,
    at: i64,
    summary: String,
    others: String,
    recorded_by: String,
    created_at: i64,
    version: i64,
}

/// The interaction, if there is one with this id that was not removed.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<Interaction>> {
    let row: Option<Row> = ask!(&mut *tx, |c| sqlx::query_as(
        "SELECT i.id, i.kind, i.at, i.summary, i.others, a.name AS recorded_by, i.created_at, i.version
         FROM interactions i JOIN accounts a ON a.id = i.recorded_by WHERE i.id = $1 AND i.removed_at IS NULL"
    )
    .bind(id)
    .fetch_optional(c)
    .await)?;
    let Some(row) = row else { return Ok(None) };
    let mut links = [Vec::new(), Vec::new(), Vec::new()];
    for (text, ids) in [
        "SELECT company_id FROM interaction_companies WHERE interaction_id = $1",
        "SELECT person_id FROM interaction_people WHERE interaction_id = $1",
        "SELECT account_id FROM interaction_accounts WHERE interaction_id = $1",
    ]
    .into_iter()
    .zip(&mut links)
    {
        *ids = ask!(&mut *tx, |c| sqlx::query_scalar(text).bind(id).fetch_all(c).await)?;
        ids.sort();
    }
    let [companies, people, colleagues] = links;
    let details = Details {
        kind: Kind::from_code(&row.kind).unwrap_or(Kind::Meeting),
        at: Timestamp(row.at),
        summary: row.summary,
        others: row.others,
        companies,
        people,
        colleagues,
    };
    Ok(Some(Interaction {
        id: row.id,
        details,
        recorded_by: row.recorded_by,
        created_at: Timestamp(row.created_at),
        version: row.version,
    }))
}

/// Whether there was an interaction with this id that was removed: its row still has the id.
pub async fn was_removed(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM interactions WHERE removed_at IS NOT NULL");
    sql.bind(" AND id = ?", id);
    Ok(sql.number(tx).await? > 0)
}

/// Whether an interaction is one with this company.
pub async fn is_with(tx: &mut Tx, id: Uuid, company: Uuid) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM interaction_companies WHERE ");
    sql.bind("interaction_id = ?", id).bind(" AND company_id = ?", company);
    Ok(sql.number(tx).await? > 0)
}

/// Whether all of these are people of the register.
pub async fn are_people(tx: &mut Tx, ids: &[Uuid]) -> Result<bool> {
    let mut sql = Sql::new("SELECT count(*) FROM people WHERE archived_at IS NULL AND ");
    sql.bind_in("id", ids);
    Ok(sql.number(tx).await? == i64::try_from(ids.len()).unwrap_or_default())
}

/// Whether all of these are people of the zone.
pub async fn are_colleagues(tx: &mut Tx, ids: &[Uuid]) -> Result<bool> {
    let mut sql = Sql::new(
        "SELECT count(*) FROM accounts WHERE role IN ('administrator', 'staff', 'executive') AND erased_at IS NULL AND ",
    );
    sql.bind_in("id", ids);
    Ok(sql.number(tx).await? == i64::try_from(ids.len()).unwrap_or_default())
}

/// Those of the zone who can take part, by name.
pub async fn colleagues(tx: &mut Tx) -> Result<Vec<(Uuid, String)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, name FROM accounts WHERE role IN ('administrator', 'staff', 'executive') AND erased_at IS NULL
             AND suspended_at IS NULL ORDER BY name, id"
    )
    .fetch_all(c)
    .await)?)
}

/// Names by interaction: id, and the name in English and Chinese.
pub type Named = HashMap<Uuid, Vec<(Uuid, String, String)>>;

/// What is asked for by one statement; a database takes only so many values at once.
const AT_ONCE: usize = 500;

async fn named(tx: &mut Tx, text: &'static str, order: &'static str, ids: &[Uuid]) -> Result<Named> {
    let mut named = Named::new();
    for some in ids.chunks(AT_ONCE) {
        let mut sql = Sql::new(text);
        sql.bind_in("l.interaction_id", some).push(order);
        let rows: Vec<(Uuid, Uuid, String, String)> = sql.rows(tx).await?;
        for (interaction, id, en, zh) in rows {
            named.entry(interaction).or_default().push((id, en, zh));
        }
    }
    Ok(named)
}

/// The companies of interactions, by name.
pub async fn companies_of(tx: &mut Tx, ids: &[Uuid]) -> Result<Named> {
    let text = "SELECT l.interaction_id, c.id, c.name_en, c.name_zh
                FROM interaction_companies l JOIN companies c ON c.id = l.company_id WHERE ";
    named(tx, text, " ORDER BY c.sort_en, c.id", ids).await
}

/// The people at companies who took part, by name.
pub async fn people_of(tx: &mut Tx, ids: &[Uuid]) -> Result<Named> {
    let text = "SELECT l.interaction_id, p.id, p.name, p.name_zh
                FROM interaction_people l JOIN people p ON p.id = l.person_id WHERE ";
    named(tx, text, " ORDER BY p.sort_en, p.id", ids).await
}

/// The people of the zone who took part, by name.
pub async fn colleagues_of(tx: &mut Tx, ids: &[Uuid]) -> Result<Named> {
    let text = "SELECT l.interaction_id, a.id, a.name, '' AS name_zh
                FROM interaction_accounts l JOIN accounts a ON a.id = l.account_id WHERE ";
    named(tx, text, " ORDER BY a.name, a.id", ids).await
}

/// A line of a list.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Line {
    pub id: Uuid,
    pub kind: String,
    pub at: i64,
    pub summary: String,
    pub others: String,
    pub recorded_by: String,
}

fn filter_into(sql: &mut Sql, filter: &InteractionFilter, reader: Uuid) {
    if let Some(kind) = filter.kind {
        sql.bind(" AND i.kind = ?", kind.code());
    }
    if filter.mine {
        sql.bind(
            " AND (i.recorded_by = ? OR EXISTS (SELECT 1 FROM interaction_accounts m
                   WHERE m.interaction_id = i.id AND m.account_id = ?))",
            reader,
        );
    }
    if let Some(company) = filter.company {
        sql.bind(
            " AND EXISTS (SELECT 1 FROM interaction_companies l WHERE l.interaction_id = i.id AND l.company_id = ?)",
            company,
        );
    }
    let (since, until) = filter.moments();
    if let Some(since) = since {
        sql.bind(" AND i.at >= ?", since.0);
    }
    if let Some(until) = until {
        sql.bind(" AND i.at < ?", until.0);
    }
}

/// What a filter finds, the latest first: so many rows, or all of them.
pub async fn list(
    tx: &mut Tx,
    filter: &InteractionFilter,
    reader: Uuid,
    page: Option<(i64, i64)>,
) -> Result<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT i.id, i.kind, i.at, i.summary, i.others, a.name AS recorded_by
         FROM interactions i JOIN accounts a ON a.id = i.recorded_by WHERE i.removed_at IS NULL",
    );
    filter_into(&mut sql, filter, reader);
    sql.push(" ORDER BY i.at DESC, i.id DESC");
    if let Some((limit, offset)) = page {
        sql.limit(limit, offset);
    }
    sql.rows(tx).await
}

pub async fn count(tx: &mut Tx, filter: &InteractionFilter, reader: Uuid) -> Result<i64> {
    let mut sql = Sql::new("SELECT count(*) FROM interactions i WHERE i.removed_at IS NULL");
    filter_into(&mut sql, filter, reader);
    sql.number(tx).await
}

/// A company's latest interactions.
pub async fn latest(tx: &mut Tx, company: Uuid, limit: i64) -> Result<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT i.id, i.kind, i.at, i.summary, i.others, a.name AS recorded_by
         FROM interaction_companies l JOIN interactions i ON i.id = l.interaction_id
         JOIN accounts a ON a.id = i.recorded_by WHERE ",
    );
    sql.bind("l.company_id = ? ORDER BY l.at DESC, l.interaction_id DESC", company).limit(limit, 0);
    sql.rows(tx).await
}

/// The latest interactions with any of some companies.
pub async fn latest_with(tx: &mut Tx, companies: &[Uuid], limit: i64) -> Result<Vec<Line>> {
    let mut sql = Sql::new(
        "SELECT i.id, i.kind, i.at, i.summary, i.others, a.name AS recorded_by
         FROM (SELECT l.interaction_id, max(l.at) AS at FROM interaction_companies l WHERE ",
    );
    sql.bind_in("l.company_id", companies);
    sql.push(" GROUP BY l.interaction_id ORDER BY max(l.at) DESC, l.interaction_id DESC LIMIT ")
        .number_literal(limit)
        .push(
            ") n JOIN interactions i ON i.id = n.interaction_id JOIN accounts a ON a.id = i.recorded_by
         WHERE i.removed_at IS NULL ORDER BY i.at DESC, i.id DESC",
        );
    sql.rows(tx).await
}

/// Companies that one of the zone's people looks after and with which nobody has talked since a moment, those first with
/// which it was longest ago: id, names and when they last did. Only those with which the zone is in contact, and that are not
/// named as stalled anyway.
pub async fn silent(
    tx: &mut Tx,
    manager: Uuid,
    since: Timestamp,
    limit: i64,
) -> Result<Vec<(Uuid, String, String, Option<i64>)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT c.id, c.name_en, c.name_zh, nullif(c.contact_at, 0) FROM companies c
         WHERE c.manager_id = $1 AND c.archived_at IS NULL AND c.stage IN ('contacted', 'in_talks', 'partner')
           AND c.stalled_at IS NULL AND c.contact_at < $2 AND c.created_at < $2
         ORDER BY c.contact_at, c.id LIMIT $3"
    )
    .bind(manager)
    .bind(since.0)
    .bind(limit)
    .fetch_all(c)
    .await)?)
}
