//! Every page and every server function, as every role. A new one without an expectation fails here.

use app::actor::{Rights, Role};
use app::backend::link;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    every_page_as_every_role,
    every_function_as_every_role,
    every_function_with_every_right,
    nothing_changes_by_get_or_from_elsewhere,
);

use Role::{Administrator, Executive, Expert, Representative, Staff};

const EVERYBODY: &[Role] = &[Administrator, Staff, Executive, Expert, Representative];
const WRITERS: &[Role] = &[Administrator, Staff];
const EXPORTERS: &[Role] = &[Administrator, Staff, Executive];

/// Who may open a page. Signed out, all but the public ones lead to the sign-in.
fn readers(page: &str) -> &'static [Role] {
    match page {
        "/" | "/sign-in" | "/today" | "/companies" | "/companies/{id}" | "/products" | "/products/{id}" => EVERYBODY,
        "/companies.csv" | "/products.csv" => EXPORTERS,
        "/companies/new" | "/companies/{id}/edit" | "/products/import" | "/products/imports/{id}" => WRITERS,
        "/admin" | "/admin/jobs" | "/admin/journal" | "/admin/mail" | "/admin/mail/{id}" | "/admin/access" => {
            &[Administrator]
        }
        // The world's person acts for a company.
        "/admin/people" | "/admin/people/{id}" => WRITERS,
        "/companies/{id}/representatives" => &[Administrator, Staff, Executive, Representative],
        "/companies/{id}/representatives/{account}" => WRITERS,
        "/account/companies" => &[Representative],
        "/mailbox/{token}" => EVERYBODY,
        // The world's document is for the zone and the company.
        "/documents/{id}" => &[Administrator, Staff, Executive, Representative],
        other => panic!("nobody has said who may open {other}"),
    }
}

/// Pages that are open to who is not signed in.
const PUBLIC: &[&str] = &["/", "/sign-in", "/mailbox/{token}"];

/// With which rights at least a representative may call a function; `None` where none may.
fn least(function: &str) -> Option<Rights> {
    match function {
        "/api/account/act-for" | "/api/account/leave" | "/api/admin/stop-looking" => Some(Rights::Viewer),
        "/api/affiliations/edit" | "/api/affiliations/end" | "/api/mailbox/set" | "/api/mailbox/remove" => {
            Some(Rights::Administrator)
        }
        _ => None,
    }
}

/// Who may call a function, and fields with which it works. `None` stands for everybody, signed in or not.
pub fn callers(function: &str) -> (Option<&'static [Role]>, &'static str) {
    match function {
        "/api/account/sign-in" => (None, "email=x%40y.example&password=wrong"),
        "/api/account/sign-out" => (None, ""),
        "/api/account/language" => (None, "language=en"),
        "/api/companies/create" => (Some(WRITERS), "name_en=New&kinds%5B%5D=agent&stage=target"),
        "/api/companies/edit" => {
            (Some(WRITERS), "id={company}&version=1&name_en=Edited&kinds%5B%5D=agent&stage=target")
        }
        "/api/documents/remove" => (Some(WRITERS), "id={document}"),
        "/api/jobs/run" => (Some(&[Administrator]), "name=journal.verify"),
        "/api/products/import-progress" => (Some(WRITERS), "id={import}"),
        "/api/mail/resend" => (Some(&[Administrator]), "id={mail}"),
        "/api/mail/test" => (Some(&[Administrator]), ""),
        "/api/account/act-for" => (Some(&[Representative]), "company={company}"),
        "/api/account/leave" => (Some(&[Representative]), "company={company}"),
        "/api/affiliations/edit" => (Some(WRITERS), "company={company}&account={person}&version=1&rights=viewer"),
        "/api/affiliations/end" => (Some(WRITERS), "company={company}&account={person}"),
        "/api/mailbox/set" => (Some(WRITERS), "company={company}&email=all%40company.example&language=en"),
        "/api/mailbox/remove" => (Some(WRITERS), "company={company}"),
        "/api/mailbox/confirm" => (None, "token=x"),
        "/api/people/edit" => (Some(&[Administrator]), "id={person}&version=1&name=Person&role=representative"),
        "/api/people/suspend" => (Some(&[Administrator]), "id={person}&version=1&reason=test"),
        "/api/people/reinstate" => (Some(&[Administrator]), "id={person}&version=1"),
        "/api/people/end-sessions" | "/api/people/remove-factors" => (Some(&[Administrator]), "id={person}"),
        "/api/people/affiliate" => (Some(&[Administrator]), "id={person}&company=Another+Company&rights=viewer"),
        "/api/admin/look-as" => (Some(&[Administrator]), "id={person}"),
        "/api/admin/stop-looking" => (Some(EVERYBODY), ""),
        other => panic!("nobody has said who may call {other}"),
    }
}

pub struct World {
    pub portal: Portal,
    pub company: String,
    /// A representative of the company, and another one who administers it.
    pub person: String,
    /// What the link carries that confirms its mailbox.
    token: String,
    document: String,
    product: String,
    import: String,
    /// A dead letter.
    mail: String,
}

pub async fn world(portal: Portal) -> World {
    let mut staff = portal.signed_in(Staff).await;
    let company = staff.add_company("The Company").await.to_string();
    staff.add_company("Another Company").await;
    let id: sqlx::types::Uuid = company.parse().unwrap();
    let person = portal.person("person", &[(id, Rights::Manager)]).await.0.to_string();
    portal.person("in charge", &[(id, Rights::Administrator)]).await;
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let token = link::make(&mut tx, link::Kind::Mailbox, id, "all@company.example", now).await.unwrap();
    tx.commit().await.unwrap();
    let documents = format!("/companies/{company}/documents");
    let answer = staff.send(&documents, &[("audience", "company")], "a.txt", b"a text").await;
    assert!(!answer.location().contains("refused="), "{}", answer.location());
    let table = crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "The Company")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    let mut tx = portal.read().await;
    let id = async |tx: &mut app::backend::database::Tx, sql: &'static str| {
        let id: sqlx::types::Uuid = app::ask!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap();
        id.to_string()
    };
    let product = id(&mut tx, "SELECT id FROM products").await;
    let import = id(&mut tx, "SELECT id FROM imports").await;
    let document = id(&mut tx, "SELECT id FROM documents").await;
    drop(tx);
    let mail = crate::mail::dead_letter(&portal).await.to_string();
    World { portal, company, person, token, document, product, import, mail }
}

impl World {
    async fn browser(&self, role: Role) -> Browser {
        match role {
            Representative => self.portal.representative(self.company.parse().unwrap()).await,
            role => self.portal.signed_in(role).await,
        }
    }

    /// A function's fields, with the ids of this world.
    pub fn fields(&self, fields: &str) -> String {
        let fields = fields.replace("{person}", &self.person);
        let fields = fields.replace("{company}", &self.company).replace("{import}", &self.import);
        fields.replace("{document}", &self.document).replace("{mail}", &self.mail)
    }

    fn path(&self, page: &str) -> String {
        let id = match page {
            page if page.starts_with("/companies/") => &self.company,
            page if page.starts_with("/documents/") => &self.document,
            page if page.starts_with("/products/imports/") => &self.import,
            page if page.starts_with("/admin/mail/") => &self.mail,
            page if page.starts_with("/admin/people/") => &self.person,
            "/admin/access" => return format!("/admin/access?kind=company&id={}", self.company),
            _ => &self.product,
        };
        page.replace("{id}", id).replace("{account}", &self.person).replace("{token}", &self.token)
    }
}

async fn every_page_as_every_role(portal: Portal) {
    let world = world(portal).await;
    for role in Role::ALL {
        let mut browser = world.browser(role).await;
        for page in app::app::PAGES {
            let status = browser.get(&world.path(page)).await.status;
            let expected = if readers(page).contains(&role) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(status, expected, "{page} as {}", role.code());
        }
    }
    for page in app::app::PAGES {
        let answer = world.portal.browser().get(&world.path(page)).await;
        if PUBLIC.contains(&page) {
            assert_eq!(answer.status, StatusCode::OK, "{page} signed out");
        } else {
            assert!(answer.location().starts_with("/sign-in?next="), "{page} signed out: {}", answer.status);
        }
    }
}

/// A representative may call what takes their rights, and nothing else.
async fn every_function_with_every_right(portal: Portal) {
    let world = world(portal).await;
    for (function, _) in server_fn::axum::server_fn_paths() {
        let (callers, fields) = callers(function);
        // What everybody may call, and what takes a role.
        if callers.is_none_or(|roles| roles.contains(&Representative) && least(function).is_none()) {
            continue;
        }
        for rights in Rights::ALL {
            world.portal.later(std::time::Duration::from_secs(61));
            let mut browser = world.portal.representative_with(world.company.parse().unwrap(), rights).await;
            let answer = browser.request(Method::POST, function, form(), world.fields(fields).into_bytes()).await;
            let allowed = least(function).is_some_and(|least| rights >= least);
            let forbidden = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(!forbidden, allowed, "{function} with {}: {} {}", rights.code(), answer.status, answer.text());
        }
    }
}

pub fn form() -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "application/x-www-form-urlencoded".parse().unwrap());
    headers.insert(header::ACCEPT, "application/json".parse().unwrap());
    headers
}

async fn every_function_as_every_role(portal: Portal) {
    let world = world(portal).await;
    let functions: Vec<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    assert!(functions.len() >= 6, "{functions:?}");
    for function in functions {
        let (roles, fields) = callers(function);
        let fields = world.fields(fields);
        let Some(roles) = roles else { continue };
        for role in Role::ALL {
            let mut browser = world.browser(role).await;
            let answer = browser.request(Method::POST, function, form(), fields.clone().into_bytes()).await;
            if roles.contains(&role) {
                let done = answer.status.is_success()
                    || answer.status.is_redirection()
                    || answer.status == StatusCode::CONFLICT
                    // Allowed, but not again so soon.
                    || answer.status == StatusCode::TOO_MANY_REQUESTS
                    || answer.text().contains("ActsAlready");
                assert!(done, "{function} as {}: {} {}", role.code(), answer.status, answer.text());
            } else {
                assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function} as {}", role.code());
            }
        }
        let answer = world.portal.browser().request(Method::POST, function, form(), fields.into_bytes()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{function} signed out");
    }
}

async fn nothing_changes_by_get_or_from_elsewhere(portal: Portal) {
    let world = world(portal).await;
    let mut admin = world.browser(Administrator).await;
    let before = world.portal.journal_holds().await;
    for (function, method) in server_fn::axum::server_fn_paths() {
        assert_eq!(method, Method::POST, "{function} must not be called by {method}");
        let (_, fields) = callers(function);
        let fields = world.fields(fields);
        let answer = admin.get(&format!("{function}?{fields}")).await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{function} by GET");
        for (name, value) in
            [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("sec-fetch-site", "same-site")]
        {
            let mut headers = form();
            headers.insert(name, value.parse().unwrap());
            let answer = admin.request(Method::POST, function, headers, fields.clone().into_bytes()).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{function} with {name}: {value}");
        }
    }
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, "multipart/form-data; boundary=story".parse().unwrap());
    headers.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
    let answer = admin.request(Method::POST, "/products/import", headers, b"--story--\r\n".to_vec()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(world.portal.journal_holds().await, before);
    admin.page("/today").await;
}
