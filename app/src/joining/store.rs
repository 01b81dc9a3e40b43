//! Where requests for access are kept.

use std::collections::HashMap;

use uuid::Uuid;

use super::filter::JoinFilter;
use super::likeness::{Candidate, Sought, Term, host};
use super::model::{Asked, JoinRequest, State};
use crate::account::address::{Address, domain};
use crate::backend::database::{Column, Sql, Tx, containing};
use crate::company::duplicate::store::{compared, found_by};
use crate::company::likeness::lookalike::borrows;
use crate::company::likeness::{Profile, registrable};
use crate::company::model::Facts;
use crate::error::Result;
use crate::language::Language;
use crate::time::Timestamp;
use crate::{ask, on};

/// How long an unconfirmed request is kept.
const UNCONFIRMED_KEPT: i64 = 7 * Timestamp::DAY;

/// Adds an unconfirmed request.
pub async fn insert(
    tx: &mut Tx,
    id: Uuid,
    asked: &Asked,
    address: &Address,
    language: Language,
    network: &str,
    now: Timestamp,
) -> Result<()> {
    on!(tx, |c| {
        sqlx::query(
        "INSERT INTO join_requests (id, state, company_name, country, website, name, email, email_folded, reason, language,
                                    address, created_at, decline_reason, version)
         VALUES ($1, 'unconfirmed', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 1)"
    )
    .bind(id)
    .bind(&asked.company_name)
    .bind(&asked.country)
    .bind(&asked.website)
    .bind(&asked.name)
    .bind(&address.email)
    .bind(&address.folded)
    .bind(&asked.reason)
    .bind(language.code())
    .bind(network)
    .bind(now.0)
    .execute(c)
    .await
    })?;
    Ok(())
}

/// Replaces what an unconfirmed request says by what was said last.
pub async fn replace(
    tx: &mut Tx,
    id: Uuid,
    asked: &Asked,
    address: &Address,
    language: Language,
    network: &str,
    now: Timestamp,
) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "UPDATE join_requests SET company_name = $1, country = $2, website = $3, name = $4, email = $5, reason = $6,
                language = $7, address = $8, created_at = $9, version = version + 1
         WHERE id = $10 AND state = 'unconfirmed'"
    )
    .bind(&asked.company_name)
    .bind(&asked.country)
    .bind(&asked.website)
    .bind(&asked.name)
    .bind(&address.email)
    .bind(&asked.reason)
    .bind(language.code())
    .bind(network)
    .bind(now.0)
    .bind(id)
    .execute(c)
    .await)?;
    Ok(())
}

/// The requests of an address that are not decided, and since when each is.
pub async fn undecided(tx: &mut Tx, email_folded: &str) -> Result<Vec<(Uuid, String, i64)>> {
    Ok(ask!(tx, |c| sqlx::query_as(
        "SELECT id, state, coalesce(confirmed_at, created_at) FROM join_requests
         WHERE email_folded = $1 AND state IN ('unconfirmed', 'waiting') ORDER BY created_at, id"
    )
    .bind(email_folded)
    .fetch_all(c)
    .await)?)
}

/// Makes an unconfirmed request one that waits; tells whether it was unconfirmed.
pub async fn confirm(tx: &mut Tx, id: Uuid, now: Timestamp) -> Result<bool> {
    let version: Option<i64> = ask!(tx, |c| sqlx::query_scalar(
        "UPDATE join_requests SET state = 'waiting', confirmed_at = $1, version = version + 1
         WHERE id = $2 AND state = 'unconfirmed' RETURNING version"
    )
    .bind(now.0)
    .bind(id)
    .fetch_optional(c)
    .await)?;
    Ok(version.is_some())
}

/// What staff decided.
pub struct Decision<'a> {
    pub state: State,
    pub by: Uuid,
    pub decline_reason: &'a str,
    pub company: Option<Uuid>,
    /// The account that it was accepted for, if there is one already.
    pub account: Option<Uuid>,
}

/// Decides a request that waits; tells whether it still did. Of two who decide at once, one is told so.
pub async fn decide(tx: &mut Tx, id: Uuid, decision: &Decision<'_>, now: Timestamp) -> Result<bool> {
    let version: Option<i64> = ask!(tx, |c| {
        sqlx::query_scalar(
        "UPDATE join_requests SET state = $1, decided_at = $2, decided_by = $3, decline_reason = $4, company_id = $5,
                account_id = $6, version = version + 1
         WHERE id = $7 AND state = 'waiting' RETURNING version"
    )
    .bind(decision.state.code())
    .bind(now.0)
    .bind(decision.by)
    .bind(decision.decline_reason)
    .bind(decision.company)
    .bind(decision.account)
    .bind(id)
    .fetch_optional(c)
    .await
    })?;
    Ok(version.is_some())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    state: String,
    company_name: String,
    country: Option<String>,
    website: String,
    name: String,
    email: String,
    email_folded: String,
    reason: String,
    language: String,
    created_at: i64,
    confirmed_at: Option<i64>,
    decided_at: Option<i64>,
    decided_by_name: Option<String>,
    decline_reason: String,
    company_id: Option<Uuid>,
    version: i64,
}

impl From<Row> for JoinRequest {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            state: State::from_code(&row.state).unwrap_or(State::Unconfirmed),
            company_name: row.company_name,
            country: row.country,
            website: row.website,
            name: row.name,
            email: row.email,
            email_folded: row.email_folded,
            reason: row.reason,
            language: row.language,
            created_at: Timestamp(row.created_at),
            confirmed_at: row.confirmed_at.map(Timestamp),
            decided_at: row.decided_at.map(Timestamp),
            decided_by: row.decided_by_name,
            decline_reason: row.decline_reason,
            company: row.company_id,
            version: row.version,
        }
    }
}

const SELECT: &str = "SELECT j.id, j.state, j.company_name, j.country, j.website, j.name, j.email, j.email_folded, j.reason,
        j.language, j.created_at, j.confirmed_at, j.decided_at, a.name AS decided_by_name, j.decline_reason, j.company_id,
        j.version
    FROM join_requests j LEFT JOIN accounts a ON a.id = j.decided_by";

/// The request, if there is one with this id.
pub async fn find(tx: &mut Tx, id: Uuid) -> Result<Option<JoinRequest>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(" WHERE j.id = ?", id);
    Ok(sql.rows::<Row>(tx).await?.into_iter().next().map(Into::into))
}

fn filter_into(sql: &mut Sql, filter: &JoinFilter) {
    match filter.state {
        Some(state) => sql.bind(" WHERE j.state = ?", state.code()),
        None => sql.push(" WHERE j.state <> 'unconfirmed'"),
    };
    for word in filter.search.to_lowercase().split_whitespace().take(8) {
        let pattern = containing(word);
        sql.bind(r" AND (lower(j.company_name) LIKE ? ESCAPE '\'", pattern.clone())
            .bind(r" OR lower(j.name) LIKE ? ESCAPE '\'", pattern.clone())
            .bind(r" OR j.email_folded LIKE ? ESCAPE '\')", pattern);
    }
}

/// One page of the list, and how many there are on all: who waits longest first, then what was decided last.
pub async fn list(tx: &mut Tx, filter: &JoinFilter, limit: i64, offset: i64) -> Result<(Vec<JoinRequest>, i64)> {
    let mut sql = Sql::new(SELECT);
    filter_into(&mut sql, filter);
    sql.push(
        " ORDER BY CASE WHEN j.state = 'waiting' THEN 0 ELSE 1 END,
                   CASE WHEN j.state = 'waiting' THEN j.confirmed_at ELSE -coalesce(j.decided_at, j.created_at) END, j.id",
    )
    .limit(limit, offset);
    let mut count = Sql::new("SELECT count(*) FROM join_requests j");
    filter_into(&mut count, filter);
    let rows: Vec<Row> = sql.rows(tx).await?;
    Ok((rows.into_iter().map(Into::into).collect(), count.number(tx).await?))
}

/// How many wait for staff.
pub async fn waiting(tx: &mut Tx) -> Result<i64> {
    Sql::new("SELECT count(*) FROM join_requests WHERE state = 'waiting'").number(tx).await
}

/// The other requests of people with addresses in the same domain, the latest first.
pub async fn of_domain(tx: &mut Tx, domain: &str, except: Uuid) -> Result<Vec<JoinRequest>> {
    let mut sql = Sql::new(SELECT);
    sql.bind(" WHERE j.state <> 'unconfirmed' AND j.id <> ?", except)
        .bind(r" AND j.email_folded LIKE ? ESCAPE '\'", format!("%@{}", containing(domain).trim_matches('%')))
        .push(" ORDER BY j.created_at DESC, j.id")
        .limit(10, 0);
    Ok(sql.rows::<Row>(tx).await?.into_iter().map(Into::into).collect())
}

/// The companies that a request may be about, with what each goes by: found by their names and domains, by whose people
/// have addresses in the same domain, and, as a warning, by domains that are nearly the same.
pub async fn candidates(tx: &mut Tx, sought: &Sought<'_>, now: Timestamp) -> Result<Vec<Candidate>> {
    let own = registrable(sought.domain).unwrap_or_default();
    let facts = Facts {
        name_en: sought.company_name.to_owned(),
        website: sought.website.to_owned(),
        email_domains: vec![own.clone()],
        ..Facts::default()
    };
    let mut ids = found_by(tx, &Profile::of(&facts).keys()).await?;
    if !own.is_empty() {
        ids.extend(colleagues(tx, sought.domain).await?);
        ids.extend(neighbours(tx, &own).await?);
    }
    ids.sort_unstable();
    ids.dedup();
    let mut sql = Sql::new(
        "SELECT f.company_id, a.email_folded FROM affiliations f JOIN accounts a ON a.id = f.account_id
         WHERE f.ended_at IS NULL AND a.erased_at IS NULL",
    );
    sql.bind(" AND (f.until = '' OR f.until >= ?) AND ", now.iso_day()).bind_in("f.company_id", &ids);
    let mut people: HashMap<Uuid, Vec<Term>> = HashMap::new();
    for (company, email) in sql.rows::<(Uuid, String)>(tx).await? {
        people.entry(company).or_default().push(Term::PersonsDomain(domain(&email).to_owned()));
    }
    let candidate = |(id, facts): (Uuid, Facts)| {
        let Facts { name_en, name_zh, name_local, aliases, website, websites, email_domains, country, .. } = facts;
        let names = [name_en, name_zh, name_local].into_iter().chain(aliases).filter(|name| !name.is_empty());
        let websites = std::iter::once(website).chain(websites).filter(|website| !website.is_empty());
        let terms = names
            .map(Term::Name)
            .chain(websites.map(|website| Term::Domain(host(&website))))
            .chain(email_domains.into_iter().map(Term::Domain))
            .chain(people.remove(&id).unwrap_or_default())
            .collect();
        Candidate { id, country, terms }
    };
    Ok(compared(tx, &ids).await?.into_iter().map(candidate).collect())
}

/// The companies for which somebody acts with an address in a domain, or below it.
async fn colleagues(tx: &mut Tx, domain: &str) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT DISTINCT f.company_id FROM affiliations f JOIN accounts a ON a.id = f.account_id");
    sql.bind(r" WHERE a.email_folded LIKE ? ESCAPE '\'", format!("%@{}", containing(domain).trim_matches('%')))
        .push(" AND f.ended_at IS NULL AND a.erased_at IS NULL ORDER BY f.company_id")
        .limit(50, 0);
    Ok(sql.rows::<(Uuid,)>(tx).await?.into_iter().map(|(id,)| id).collect())
}

/// The companies with a domain that somebody could take this one for. Whoever decides opens this a few times a day; the
/// domains, short as they are, come as one value.
async fn neighbours(tx: &mut Tx, own: &str) -> Result<Vec<Uuid>> {
    let length = i64::try_from(own.chars().count()).unwrap_or(i64::MAX - 9);
    let mut sql = Sql::new("SELECT company_id, key FROM company_keys WHERE key > 'd:' AND key < 'd;'");
    // What is written with letters of another alphabet is far longer as it is stored.
    if !own.contains("xn--") {
        sql.bind(" AND length(key) >= ?", length).bind(" AND length(key) <= ?", length + 4);
    }
    let rows: Vec<(Uuid, String)> = sql.json(tx, &[Column::Id("company_id"), Column::Plain("key")]).await?;
    let near = |(_, key): &(Uuid, String)| key.strip_prefix("d:").is_some_and(|known| borrows(own, known));
    Ok(rows.into_iter().filter(near).take(50).map(|(id, _)| id).collect())
}

/// Forgets requests that nobody confirmed, and tells how many.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    Ok(ask!(tx, |c| {
        let old = sqlx::query("DELETE FROM join_requests WHERE state = 'unconfirmed' AND created_at < $1");
        let old = old.bind(now.minus(UNCONFIRMED_KEPT).0);
        old.execute(c).await.map(|done| done.rows_affected())
    })?)
}
