//! A portal to tell stories about: an empty or a demonstration database on SQLite or PostgreSQL, a clock that moves by
//! hand, and browsers without scripts.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use app::account::model::Account;
use app::account::store as accounts;
use app::actor::{Rights, Role};
use app::affiliation::model::Terms;
use app::backend::clock::{self, Clock};
use app::backend::database::{Database, Tx};
use app::backend::files::{FileStore, Place};
use app::backend::{Backend, Settings, journal};
use app::time::Timestamp;
use axum::Router;
use axum::body::Body;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use sqlx::types::Uuid;
use tokio::sync::OnceCell;
use tower::ServiceExt as _;

/// The two databases on which every story is told.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// Tells each story on both databases: `both!(story_one, story_two);` makes `sqlite::story_one`, `postgres::story_one` …
#[macro_export]
macro_rules! both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story($crate::harness::Portal::empty($crate::harness::Kind::Sqlite).await.unwrap()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                match $crate::harness::Portal::empty($crate::harness::Kind::Postgres).await {
                    Some(portal) => super::$story(portal).await,
                    None => println!("not told: PORTAL_TEST_POSTGRES names no server"),
                }
            })+
        }
    };
}

/// The file of an empty, migrated database: migrating once and copying is a fraction of migrating for every story.
async fn migrated_sqlite() -> &'static [u8] {
    static FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    FILE.get_or_init(|| async {
        let folder = std::env::temp_dir().join(format!("story_{}_template", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("portal.db");
        migrate(&format!("sqlite://{}", file.display())).await;
        let content = std::fs::read(&file).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        content
    })
    .await
}

/// The name of an empty, migrated database on the server; it is left there, with the server that the tests started.
async fn migrated_postgres(server: &str) -> &'static str {
    static NAME: OnceCell<String> = OnceCell::const_new();
    NAME.get_or_init(|| async {
        let name = format!("story_{}_template", std::process::id());
        create(server, &name).await;
        let (base, _) = server.rsplit_once('/').unwrap();
        migrate(&format!("{base}/{name}")).await;
        name
    })
    .await
}

async fn create(server: &str, database: &str) {
    let admin = sqlx::PgPool::connect(server).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("CREATE DATABASE {database}"))).execute(&admin).await.unwrap();
    admin.close().await;
}

async fn migrate(url: &str) {
    let database = Database::open(url).await.unwrap();
    database.migrate().await.unwrap();
    database.close().await;
}

pub struct Portal {
    pub backend: Backend,
    pub router: Router,
    pub folder: std::path::PathBuf,
    cleanup: Option<(String, String)>,
}

pub const PASSWORD: &str = "a password of the story";
/// Its hash with the least parameters that there are. Stories sign in many thousand times; those about hashing, or about the
/// time that it takes, make their accounts by [`Portal::account_with`].
const QUICK_HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$YSBzdG9yeXMgc2FsdC4uLg$be+lBvb0GGmRqsJkNmb5A7L14RorA/xgaHGzbBuget0";

/// Waits until something is so. How long that takes is the machine's affair, not the story's.
pub async fn until(what: &str, mut so: impl AsyncFnMut() -> bool) {
    let start = clock::stopwatch();
    while !so().await {
        assert!(start.elapsed() < Duration::from_secs(120), "{what}: not even in two minutes");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

impl Portal {
    /// A portal with an empty, migrated database. None when there is no PostgreSQL to use.
    pub async fn empty(kind: Kind) -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("story_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut cleanup = None;
        let url = match kind {
            Kind::Sqlite => {
                let file = folder.join("portal.db");
                std::fs::write(&file, migrated_sqlite().await).unwrap();
                format!("sqlite://{}", file.display())
            }
            Kind::Postgres => {
                let server = std::env::var("PORTAL_TEST_POSTGRES").ok()?;
                let (base, _) = server.rsplit_once('/').unwrap();
                let template = migrated_postgres(&server).await;
                create(&server, &format!("{name} TEMPLATE {template}")).await;
                cleanup = Some((server.clone(), name.clone()));
                format!("{base}/{name}")
            }
        };
        let database = Database::open(&url).await.unwrap();
        let clock = Clock::fixed(Timestamp(1_790_000_000_000_000));
        let documents = folder.join("documents");
        let files = FileStore::open(&Place::Folder(documents.clone()), &documents).unwrap();
        let settings = Settings { files, heads: documents, fonts: server::assets::FONTS, ..Settings::default() };
        let backend = Backend::new(database, clock, settings);
        let router = server::http::router(&backend);
        Some(Self { backend, router, folder, cleanup })
    }

    /// Starts the portal again with other settings, on the same database and at the same time.
    pub fn set(&mut self, change: impl FnOnce(&mut Settings)) {
        let mut settings = self.backend.settings.clone();
        change(&mut settings);
        self.backend = Backend::new(self.backend.database.clone(), self.backend.clock.clone(), settings);
        self.router = server::http::router(&self.backend);
    }

    /// A browser that nobody has used yet.
    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookies: Vec::new(),
            headers: HeaderMap::new(),
            address: [127, 0, 0, 1].into(),
        }
    }

    /// Makes an account with [`PASSWORD`] and the address `{name}@story.example`.
    pub async fn account(&self, name: &str, role: Role) -> Uuid {
        self.account_with(name, role, QUICK_HASH).await
    }

    /// The same, with a hash of one's own.
    pub async fn account_with(&self, name: &str, role: Role, hash: &str) -> Uuid {
        let id = clock::new_id();
        let account = Account { id, email: format!("{name}@story.example"), name: name.to_owned(), role };
        let mut tx = self.write().await;
        accounts::insert(&mut tx, &account, hash, self.backend.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// A browser in which a new person of this role has signed in.
    pub async fn signed_in(&self, role: Role) -> Browser {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("{}{}", role.code(), NUMBER.fetch_add(1, Ordering::SeqCst));
        self.account(&name, role).await;
        let mut browser = self.browser();
        browser.sign_in(&name).await;
        browser
    }

    /// A browser of a representative who acts for a company.
    pub async fn representative(&self, company: Uuid) -> Browser {
        self.representative_with(company, Rights::Manager).await
    }

    /// A browser of a representative with these rights.
    pub async fn representative_with(&self, company: Uuid, rights: Rights) -> Browser {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("rep{}", NUMBER.fetch_add(1, Ordering::SeqCst));
        self.person(&name, &[(company, rights)]).await.1
    }

    /// A representative of this name who acts for these companies, and a browser in which they have signed in.
    pub async fn person(&self, name: &str, companies: &[(Uuid, Rights)]) -> (Uuid, Browser) {
        let account = self.account(name, Role::Representative).await;
        let mut tx = self.write().await;
        for (company, rights) in companies {
            let terms = Terms { rights: *rights, title: String::new(), since: String::new(), until: String::new() };
            assert!(app::affiliation::store::add(&mut tx, account, *company, &terms).await.unwrap());
        }
        tx.commit().await.unwrap();
        let mut browser = self.browser();
        browser.sign_in(name).await;
        (account, browser)
    }

    pub async fn write(&self) -> Tx {
        self.backend.database.begin().await.unwrap()
    }

    pub async fn read(&self) -> Tx {
        self.backend.database.read().await.unwrap()
    }

    pub fn later(&self, by: Duration) {
        self.backend.clock.advance(by);
    }

    /// Writes the mails about notifications that are due; gives how many.
    pub async fn write_mails(&self) -> i64 {
        app::notification::mailer::work(&self.backend).await.unwrap()
    }

    /// How many wait for somebody else who writes: on SQLite for the one writer, on PostgreSQL for a lock.
    pub async fn waiting(&self) -> usize {
        match &self.backend.database {
            Database::Sqlite { writer, .. } => writer.waiting(),
            Database::Postgres(pool) => {
                let sql = "SELECT count(*) FROM pg_stat_activity
                           WHERE datname = current_database() AND wait_event_type = 'Lock'";
                let waiting: i64 = sqlx::query_scalar(sql).fetch_one(pool).await.unwrap();
                usize::try_from(waiting).unwrap()
            }
        }
    }

    /// How many rows a table has.
    pub async fn count(&self, table: &'static str) -> i64 {
        let mut tx = self.read().await;
        let mut sql = app::backend::database::Sql::new("SELECT count(*) FROM ");
        sql.push(table);
        sql.number(&mut tx).await.unwrap()
    }

    /// Fails unless the journal's chain holds; gives its length.
    pub async fn journal_holds(&self) -> i64 {
        let mut tx = self.read().await;
        journal::verify::verify(&mut tx, "").await.unwrap().unwrap()
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        let Some((server, name)) = self.cleanup.take() else { return };
        let backend = self.backend.clone();
        tokio::task::block_in_place(|| {
            tokio::runtime::Handle::current().block_on(async {
                backend.database.close().await;
                if let Ok(admin) = sqlx::PgPool::connect(&server).await {
                    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    let _ = sqlx::query(sqlx::AssertSqlSafe(drop)).execute(&admin).await;
                    admin.close().await;
                }
            });
        });
    }
}

/// A browser without scripts: it keeps cookies, sends forms and follows redirects.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub address: std::net::IpAddr,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// What is summed up of a refused form leads from top to bottom through the form.
    fn sums_up_in_order(&self) {
        let Ok(html) = std::str::from_utf8(&self.bytes) else { return };
        let Some((_, below)) = html.split_once("class=\"error-summary\"") else { return };
        let (summary, form) = below.split_once("</div>").unwrap();
        let fields: Vec<&str> =
            summary.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect();
        let places: Vec<Option<usize>> = fields.iter().map(|field| form.find(&format!(" id=\"{field}\""))).collect();
        let known: Vec<usize> = places.iter().flatten().copied().collect();
        assert!(known.is_sorted(), "not in the order of the form: {fields:?}");
    }

    /// The text of the page without its markup, entities read.
    pub fn words(&self) -> String {
        let html = self.text();
        let mut words = String::new();
        let mut inside = false;
        for character in html.chars() {
            match character {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    words.push(' ');
                }
                other if !inside => words.push(other),
                _ => {}
            }
        }
        let words = words.replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">").replace("&#x27;", "'");
        words.replace("&quot;", "\"").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn location(&self) -> String {
        self.headers.get(header::LOCATION).map(|l| l.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    /// The value of a form's field on this page.
    pub fn field(&self, name: &str) -> String {
        let html = self.text();
        let mark = format!("name=\"{name}\"");
        let at = html.find(&mark).unwrap_or_else(|| panic!("no field {name} in {html}"));
        let start = html[..at].rfind('<').unwrap();
        let tag = &html[start..start + html[start..].find('>').unwrap()];
        if tag.starts_with("<textarea") {
            let body = start + tag.len() + 1;
            return html[body..body + html[body..].find("</textarea>").unwrap()].trim_start_matches('\n').to_owned();
        }
        let Some(value) = tag.find("value=\"") else { return String::new() };
        let rest = &tag[value + 7..];
        rest[..rest.find('"').unwrap()].to_owned()
    }
}

impl Browser {
    pub async fn request(&mut self, method: Method, path: &str, headers: HeaderMap, body: Vec<u8>) -> Answer {
        self.request_with(method, path, headers, Body::from(body)).await
    }

    /// A request whose body may come in pieces, or break off.
    pub async fn request_with(&mut self, method: Method, path: &str, headers: HeaderMap, body: Body) -> Answer {
        let mut request = Request::builder().method(method).uri(path).body(body).unwrap();
        request.headers_mut().insert(header::HOST, "portal.example".parse().unwrap());
        request.headers_mut().insert(header::ACCEPT, "text/html,*/*;q=0.8".parse().unwrap());
        for (name, value) in self.headers.iter().chain(headers.iter()) {
            request.headers_mut().insert(name, value.clone());
        }
        if !self.cookies.is_empty() {
            let line = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect::<Vec<_>>().join("; ");
            request.headers_mut().insert(header::COOKIE, line.parse().unwrap());
        }
        request.extensions_mut().insert(server::http::Peer(self.address));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.retain(|(n, _)| n != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let answer = Answer { status: parts.status, headers: parts.headers, bytes };
        answer.sums_up_in_order();
        answer
    }

    /// The same browser, asking another process that serves the same database.
    pub fn elsewhere(&self, router: Router) -> Self {
        Self { router, ..self.clone() }
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(n, _)| n != name);
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    /// Asks for a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.request(Method::GET, path, HeaderMap::new(), Vec::new()).await
    }

    /// Asks for a page that must be there.
    pub async fn page(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.words());
        answer
    }

    /// Sends a form that stands on `page`, without following the answer.
    pub async fn post(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
        headers.insert(header::REFERER, format!("http://portal.example{page}").parse().unwrap());
        headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
        let body = serde_urlencoded::to_string(fields).unwrap();
        self.request(Method::POST, action, headers, body.into_bytes()).await
    }

    /// Sends a form and opens the page that the answer leads to.
    pub async fn submit(&mut self, page: &str, action: &str, fields: &[(&str, &str)]) -> (String, Answer) {
        let answer = self.post(page, action, fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
        let location = answer.location();
        let page = self.get(&location).await;
        (location, page)
    }

    /// Sends a file as the import page does.
    pub async fn upload(&mut self, bytes: &[u8]) -> Answer {
        self.send("/products/import", &[], "table.csv", bytes).await
    }

    /// Sends a form with a file as browsers do: the fields, then the file.
    pub async fn send(&mut self, path: &str, fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Answer {
        self.request(Method::POST, path, multipart_headers(), multipart(fields, name, bytes)).await
    }

    pub async fn sign_in(&mut self, name: &str) {
        let email = format!("{name}@story.example");
        let answer = self.post("/sign-in", "/api/account/sign-in", &[("email", &email), ("password", PASSWORD)]).await;
        assert_eq!((answer.status, answer.location().as_str()), (StatusCode::SEE_OTHER, "/today"));
    }

    /// Adds a company by the form and gives its id.
    pub async fn add_company(&mut self, name: &str) -> Uuid {
        let fields = [
            ("name_en", name),
            ("kinds[]", "manufacturer"),
            ("stage", "target"),
            ("not_duplicate", "yes"),
            ("not_duplicate_reason", "A story needs it"),
        ];
        let answer = self.post("/companies/new", "/api/companies/create", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.words());
        answer.location().strip_prefix("/companies/").unwrap().parse().unwrap()
    }
}

/// The headers of a form with a file.
pub fn multipart_headers() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=story".parse().unwrap());
    headers.insert("sec-fetch-site", "same-origin".parse().unwrap());
    headers
}

/// The body of a form with a file.
pub fn multipart(fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(format!("--story\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
    }
    let file = format!("--story\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend(file.bytes());
    body.extend(bytes);
    body.extend(b"\r\n--story--\r\n");
    body
}

/// A table in the Agency's form. Each row: category, name, number, status, holder.
pub fn ema_table(rows: &[(&str, &str, &str, &str, &str)]) -> Vec<u8> {
    let mut table = String::new();
    let headers = app::product::ema::HEADERS;
    let place = |name: &str| headers.iter().position(|head| head.starts_with(name)).unwrap();
    table.push_str(&headers.iter().map(|head| format!("\"{head}\"")).collect::<Vec<_>>().join(","));
    table.push('\n');
    for (category, name, number, status, holder) in rows {
        let mut cells = vec![String::new(); headers.len()];
        cells[place("Category")] = (*category).to_owned();
        cells[place("Name of medicine")] = (*name).to_owned();
        cells[place("EMA product number")] = (*number).to_owned();
        cells[place("Medicine status")] = (*status).to_owned();
        cells[place("Marketing authorisation developer")] = (*holder).to_owned();
        cells[place("International non-proprietary name")] = format!("{name}ine").to_lowercase();
        cells[place("Therapeutic area")] = "Obesity;Overweight".to_owned();
        cells[place("Orphan medicine")] = "Yes".to_owned();
        cells[place("Marketing authorisation date")] = "08/09/2003".to_owned();
        cells[place("Medicine URL")] = format!("https://www.ema.europa.eu/{name}");
        table.push_str(&cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(","));
        table.push('\n');
    }
    table.into_bytes()
}
