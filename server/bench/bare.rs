//! What /companies is compared with: a bare axum handler that reads the same fifty rows and answers JSON – no session,
//! no count, no filters, no page. It has the portal's allocator, connections and threads, so it is as fast as such a
//! handler gets.

use std::net::SocketAddr;
use std::path::Path;

use app::backend::database::sqlite_path;
use axum::extract::State;
use axum::routing::get;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use http::StatusCode;
use serde::Serialize;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::types::Uuid;
use sqlx::{PgPool, SqlitePool};

use crate::process::Server;

/// The statement of app/src/company/store.rs for staff, first page.
const COMPANIES: &str =
    "SELECT c.id, c.name_en, c.name_zh, c.name_local, c.kinds, c.country, c.stage, a.name AS manager,
        (SELECT count(*) FROM products p WHERE p.company_id = c.id) AS products, c.changed_at, c.city, c.website
    FROM companies c LEFT JOIN accounts a ON a.id = c.manager_id ORDER BY c.sort_en, c.id LIMIT 50";

#[derive(Serialize, sqlx::FromRow)]
struct Line {
    id: Uuid,
    name_en: String,
    name_zh: String,
    name_local: String,
    kinds: String,
    country: Option<String>,
    stage: String,
    manager: Option<String>,
    products: i64,
    changed_at: i64,
    city: String,
    website: String,
}

#[derive(Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    pub(crate) async fn open(url: &str) -> Result<Self, String> {
        let pool = match sqlite_path(url) {
            Some(path) => Self::sqlite(&path).await.map(Self::Sqlite),
            None => sqlx::postgres::PgPoolOptions::new().max_connections(16).connect(url).await.map(Self::Postgres),
        };
        pool.map_err(|error| format!("{url}: {error}"))
    }

    async fn sqlite(path: &Path) -> Result<SqlitePool, sqlx::Error> {
        let options = SqliteConnectOptions::new().filename(path).read_only(true).row_buffer_size(1000);
        SqlitePoolOptions::new().max_connections(4).connect_with(options).await
    }

    async fn companies(&self) -> Result<Vec<Line>, sqlx::Error> {
        match self {
            Self::Sqlite(pool) => sqlx::query_as(COMPANIES).fetch_all(pool).await,
            Self::Postgres(pool) => sqlx::query_as(COMPANIES).fetch_all(pool).await,
        }
    }

    pub(crate) async fn count_companies(&self) -> Result<i64, String> {
        const COUNT: &str = "SELECT count(*) FROM companies";
        let count = match self {
            Self::Sqlite(pool) => sqlx::query_scalar(COUNT).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(COUNT).fetch_one(pool).await,
        };
        count.map_err(|error| error.to_string())
    }

    /// The id of the account with this address.
    pub(crate) async fn account(&self, email: &str) -> Result<Uuid, String> {
        const ACCOUNT: &str = "SELECT id FROM accounts WHERE email_folded = $1";
        let id = match self {
            Self::Sqlite(pool) => sqlx::query_scalar(ACCOUNT).bind(email).fetch_one(pool).await,
            Self::Postgres(pool) => sqlx::query_scalar(ACCOUNT).bind(email).fetch_one(pool).await,
        };
        id.map_err(|error| format!("{email}: {error}"))
    }
}

/// Serves until it is killed.
pub(crate) fn serve(database: &str, addr: SocketAddr) -> Result<(), String> {
    let threads = std::thread::available_parallelism().map_or(4, usize::from).max(4);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let pool = Pool::open(database).await?;
        let listener = tokio::net::TcpListener::bind(addr).await.map_err(|error| error.to_string())?;
        let listener = listener.tap_io(|stream| {
            let _ = stream.set_nodelay(true);
        });
        let router = Router::new().route("/companies", get(companies)).with_state(pool);
        axum::serve(listener, router).await.map_err(|error| error.to_string())
    })
}

async fn companies(State(pool): State<Pool>) -> Result<Json<Vec<Line>>, StatusCode> {
    pool.companies().await.map(Json).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

/// Starts it in a process of its own.
pub(crate) fn start(database: &str) -> Result<Server, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    Server::start("/companies", |addr| {
        let mut command = std::process::Command::new(program);
        command.args(["bare", "--database", database, "--addr", &addr.to_string()]);
        command
    })
}
