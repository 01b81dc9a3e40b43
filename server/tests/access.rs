//! Every page and every server function, as every role. A new one without an expectation fails here.

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::{Browser, Portal};

both!(every_page_as_every_role, every_function_as_every_role, nothing_changes_by_get_or_from_elsewhere);

use Role::{Administrator, Executive, Expert, Representative, Staff};

const EVERYBODY: &[Role] = &[Administrator, Staff, Executive, Expert, Representative];
const WRITERS: &[Role] = &[Administrator, Staff];
const EXPORTERS: &[Role] = &[Administrator, Staff, Executive];

/// Who may open a page. Signed out, all but the public ones lead to the sign-in.
fn readers(page: &str) -> &'static [Role] {
    match page {
        "/" | "/sign-in" | "/today" | "/companies" | "/companies/{id}" | "/products" | "/products/{id}" | "/search" => {
            EVERYBODY
        }
        "/companies.csv" | "/products.csv" => EXPORTERS,
        "/companies/new" | "/companies/{id}/edit" | "/products/import" | "/products/imports/{id}" => WRITERS,
        "/admin" | "/admin/jobs" | "/admin/journal" | "/admin/mail" | "/admin/mail/{id}" | "/admin/users" => {
            &[Administrator]
        }
        // The world's document is for the zone and the company.
        "/documents/{id}" => &[Administrator, Staff, Executive, Representative],
        other => panic!("nobody has said who may open {other}"),
    }
}

/// Who may call a function, and fields with which it works. `None` stands for everybody, signed in or not.
fn callers(function: &str) -> (Option<&'static [Role]>, &'static str) {
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
        other => panic!("nobody has said who may call {other}"),
    }
}

struct World {
    portal: Portal,
    company: String,
    document: String,
    product: String,
    import: String,
    /// A dead letter.
    mail: String,
}

async fn world(portal: Portal) -> World {
    let mut staff = portal.signed_in(Staff).await;
    let company = staff.add_company("The Company").await.to_string();
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
    World { portal, company, document, product, import, mail }
}

impl World {
    async fn browser(&self, role: Role) -> Browser {
        match role {
            Representative => self.portal.representative(self.company.parse().unwrap()).await,
            role => self.portal.signed_in(role).await,
        }
    }

    /// A function's fields, with the ids of this world.
    fn fields(&self, fields: &str) -> String {
        let fields = fields.replace("{company}", &self.company).replace("{import}", &self.import);
        fields.replace("{document}", &self.document).replace("{mail}", &self.mail)
    }

    fn path(&self, page: &str) -> String {
        let id = match page {
            page if page.starts_with("/companies/") => &self.company,
            page if page.starts_with("/documents/") => &self.document,
            page if page.starts_with("/products/imports/") => &self.import,
            page if page.starts_with("/admin/mail/") => &self.mail,
            _ => &self.product,
        };
        page.replace("{id}", id)
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
        if ["/", "/sign-in"].contains(&page) {
            assert_eq!(answer.status, StatusCode::OK, "{page} signed out");
        } else {
            assert!(answer.location().starts_with("/sign-in?next="), "{page} signed out: {}", answer.status);
        }
    }
}

fn form() -> HeaderMap {
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
                    || answer.status == StatusCode::CONFLICT;
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
