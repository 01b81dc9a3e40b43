//! Where saved views are kept.

use serde::Deserialize;
use uuid::Uuid;

use super::model::Layout;
use crate::actor::Actor;
use crate::backend::database::{Column, Part, Sql, Tx, from_json, hold_id};
use crate::company::{board, list_view};
use crate::error::Result;
use crate::time::Timestamp;
use crate::ui::query::Query;
use crate::{ask, on};

/// So many views somebody can choose from, their own first.
const LISTED: i64 = 200;

/// A view as it stands among those that a person can choose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, sqlx::FromRow)]
pub struct Tab {
    pub id: Uuid,
    pub name: String,
    pub layout: String,
    /// With its question mark; empty where nothing is filtered.
    pub query: String,
    pub owner: String,
    own: i64,
    start: i64,
    shared: i64,
    pub version: i64,
}

const COLUMNS: &[Column] = &[
    Column::Id("id"),
    Column::Plain("name"),
    Column::Plain("layout"),
    Column::Plain("query"),
    Column::Plain("owner"),
    Column::Plain("own"),
    Column::Plain("start"),
    Column::Plain("shared"),
    Column::Plain("version"),
];

impl Tab {
    pub fn is_own(&self) -> bool {
        self.own > 0
    }

    /// Whether this person's register opens with it.
    pub fn is_start(&self) -> bool {
        self.start > 0
    }

    pub fn is_shared(&self) -> bool {
        self.shared > 0
    }

    pub fn query(&self) -> Query {
        Query::parse(self.query.trim_start_matches('?'))
    }

    /// Where it is seen.
    pub fn url(&self) -> String {
        let path = match Layout::from_code(&self.layout) {
            Layout::Table => list_view::PATH,
            Layout::Board => board::PATH,
        };
        self.query().with("view", &self.id.to_string()).url(path)
    }

    /// The address with which a person's register opens, from what was read of their views; none if there is no such view.
    pub fn start(json: &str) -> Result<Option<String>> {
        // Most have none.
        if json.len() <= 2 {
            return Ok(None);
        }
        let tabs: Vec<Self> = from_json(json)?;
        Ok(tabs.iter().find(|tab| tab.is_start()).map(Self::url))
    }
}

fn tabs(actor: &Actor) -> Sql {
    let mut sql = Sql::default();
    let me = sql.keep(actor.id);
    sql.push("SELECT v.id, v.name, v.layout, v.query, a.name AS owner, CASE WHEN v.account_id = ")
        .again(me)
        .push(
            " THEN 1 ELSE 0 END AS own, CASE WHEN d.view_id IS NULL THEN 0 ELSE 1 END AS start,
             CASE WHEN v.shared THEN 1 ELSE 0 END AS shared, v.version
             FROM company_views v JOIN accounts a ON a.id = v.account_id
             LEFT JOIN company_view_defaults d ON d.view_id = v.id AND d.account_id = ",
        )
        .again(me);
    if actor.may_see_board() {
        sql.push(" WHERE (v.account_id = ").again(me).push(" OR v.shared)");
    } else {
        sql.push(" WHERE 1 = 0");
    }
    sql
}

/// What is read of the views that a person can choose, in one round trip with a list.
pub fn tabs_part(actor: &Actor) -> Part {
    let mut sql = tabs(actor);
    sql.push(" ORDER BY 6 DESC, v.name_folded, v.id").limit(LISTED, 0);
    (sql, COLUMNS)
}

/// The views that a person can choose, their own first.
pub async fn list(tx: &mut Tx, actor: &Actor) -> Result<Vec<Tab>> {
    let (sql, columns) = tabs_part(actor);
    sql.json(tx, columns).await
}

/// A view, if there is one with this id that this person can choose.
pub async fn find(tx: &mut Tx, actor: &Actor, id: Uuid) -> Result<Option<Tab>> {
    let mut sql = tabs(actor);
    sql.bind(" AND v.id = ?", id);
    Ok(sql.json::<Tab>(tx, COLUMNS).await?.pop())
}

/// What somebody says of a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    pub name: String,
    pub folded: String,
    pub layout: Layout,
    pub query: String,
    pub shared: bool,
}

impl Saved {
    /// As the journal has it.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        vec![
            ("name", self.name.clone()),
            ("layout", self.layout.code().to_owned()),
            ("query", self.query.clone()),
            ("shared", if self.shared { "yes" } else { "" }.to_owned()),
        ]
    }
}

/// How many views somebody has, and whether another one of them than `id` has this name.
pub async fn known(tx: &mut Tx, account: Uuid, folded: &str, id: Uuid) -> Result<(i64, bool)> {
    let own: i64 = ask!(&mut *tx, |c| sqlx::query_scalar("SELECT count(*) FROM company_views WHERE account_id = $1")
        .bind(account)
        .fetch_one(c)
        .await)?;
    let other: i64 = ask!(tx, |c| sqlx::query_scalar(
        "SELECT count(*) FROM company_views WHERE account_id = $1 AND name_folded = $2 AND id <> $3"
    )
    .bind(account)
    .bind(folded)
    .bind(id)
    .fetch_one(c)
    .await)?;
    Ok((own, other > 0))
}

pub async fn insert(tx: &mut Tx, id: Uuid, account: Uuid, saved: &Saved, now: Timestamp) -> Result<()> {
    on!(tx, |c| sqlx::query(
        "INSERT INTO company_views
             (id, account_id, name, name_folded, layout, query, shared, created_at, changed_at, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, 1)"
    )
    .bind(id)
    .bind(account)
    .bind(&saved.name)
    .bind(&saved.folded)
    .bind(saved.layout.code())
    .bind(&saved.query)
    .bind(saved.shared)
    .bind(now.0)
    .execute(c)
    .await)?;
    Ok(())
}

/// Replaces somebody's own view if it still is at `version`; tells whether it was. Others no longer start with one that is
/// not shared any more.
pub async fn update(tx: &mut Tx, id: Uuid, account: Uuid, version: i64, saved: &Saved, now: Timestamp) -> Result<bool> {
    let changed: Option<i64> = ask!(&mut *tx, |c| {
        sqlx::query_scalar(
        "UPDATE company_views SET name = $1, name_folded = $2, layout = $3, query = $4, shared = $5, changed_at = $6,
                version = version + 1
         WHERE id = $7 AND account_id = $8 AND version = $9 RETURNING version"
    )
    .bind(&saved.name)
    .bind(&saved.folded)
    .bind(saved.layout.code())
    .bind(&saved.query)
    .bind(saved.shared)
    .bind(now.0)
    .bind(id)
    .bind(account)
    .bind(version)
    .fetch_optional(c)
    .await
    })?;
    if changed.is_some() && !saved.shared {
        on!(tx, |c| sqlx::query("DELETE FROM company_view_defaults WHERE view_id = $1 AND account_id <> $2")
            .bind(id)
            .bind(account)
            .execute(c)
            .await)?;
    }
    Ok(changed.is_some())
}

/// Deletes somebody's own view; nobody starts with it any more.
pub async fn delete(tx: &mut Tx, id: Uuid) -> Result<()> {
    on!(&mut *tx, |c| sqlx::query("DELETE FROM company_view_defaults WHERE view_id = $1").bind(id).execute(c).await)?;
    on!(tx, |c| sqlx::query("DELETE FROM company_views WHERE id = $1").bind(id).execute(c).await)?;
    Ok(())
}

/// Waits until nobody else adds a view of this person, so that they are counted one after the other.
pub async fn hold_own(tx: &mut Tx, account: Uuid) -> Result<()> {
    hold_id(tx, account).await
}

/// Whether this is the id of anybody's view.
pub async fn is_taken(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let mut sql = Sql::default();
    Ok(sql.bind("SELECT count(*) FROM company_views WHERE id = ?", id).number(tx).await? > 0)
}

/// The view with which somebody's register opens.
pub async fn start(tx: &mut Tx, account: Uuid) -> Result<Option<Uuid>> {
    Ok(ask!(tx, |c| sqlx::query_scalar("SELECT view_id FROM company_view_defaults WHERE account_id = $1")
        .bind(account)
        .fetch_optional(c)
        .await)?)
}

/// Lets somebody's register open with a view, or with everything.
pub async fn set_start(tx: &mut Tx, account: Uuid, view: Option<Uuid>) -> Result<()> {
    on!(tx, |c| match view {
        Some(view) =>
            sqlx::query(
                "INSERT INTO company_view_defaults (account_id, view_id) VALUES ($1, $2)
             ON CONFLICT (account_id) DO UPDATE SET view_id = excluded.view_id"
            )
            .bind(account)
            .bind(view)
            .execute(c)
            .await,
        None => {
            sqlx::query("DELETE FROM company_view_defaults WHERE account_id = $1").bind(account).execute(c).await
        }
    })?;
    Ok(())
}
