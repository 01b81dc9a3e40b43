//! Every page and every server function, as every role. A new one without an expectation fails here.

use std::sync::atomic::{AtomicU32, Ordering};

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::{Browser, Portal};

both!(every_page_as_every_role, every_function_as_every_role, nothing_changes_by_get_or_from_elsewhere);

use Role::{Administrator, Executive, Expert, Representative, Staff};

const EVERYBODY: &[Role] = &[Administrator, Staff, Executive, Expert, Representative];
const WRITERS: &[Role] = &[Administrator, Staff];
const EXPORTERS: &[Role] = &[Administrator, Staff, Executive];

/// The pages of who is not signed in.
const PUBLIC: [&str; 10] = [
    "/",
    "/sign-in",
    "/join",
    "/join/sent",
    "/join/confirm/{token}",
    "/join/confirmed",
    "/invitation/{token}",
    "/password",
    "/password/sent",
    "/password/{token}",
];

/// Who may open a page. Signed out, all but the public ones lead to the sign-in.
fn readers(page: &str) -> &'static [Role] {
    match page {
        page if PUBLIC.contains(&page) => EVERYBODY,
        "/today" | "/companies" | "/companies/{id}" | "/products" | "/products/{id}" => EVERYBODY,
        "/companies.csv" | "/products.csv" => EXPORTERS,
        "/joining" | "/joining/{id}" | "/companies/{id}/invitations" => WRITERS,
        "/companies/new" | "/companies/{id}/edit" | "/products/import" | "/products/imports/{id}" => WRITERS,
        "/admin" | "/admin/invitations" | "/admin/jobs" | "/admin/journal" | "/admin/mail" | "/admin/mail/{id}"
        | "/admin/users" => &[Administrator],
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
        // What a link from a mail does is open to whoever has its token, and to nobody else.
        "/api/account/ask-reset" => (None, "email=x%40y.example"),
        "/api/account/reset" | "/api/joining/confirm" | "/api/invitations/accept" | "/api/invitations/join" => {
            (None, "token=wrong&password=wrong")
        }
        "/api/joining/ask" => (None, "company_name=New"),
        "/api/joining/accept" => (Some(WRITERS), "id={request}&company={company}&rights=viewer"),
        "/api/joining/accept-new" => (Some(WRITERS), "id={request}&name_en=New&kinds%5B%5D=agent&new_rights=viewer"),
        "/api/joining/decline" => (Some(WRITERS), "id={request}&decline_reason=No"),
        "/api/invitations/invite" => (Some(&[Administrator]), "email=new%40y.example&name=New&role=expert&language=en"),
        // Of a company's people only its administrators; the world's representative is none.
        "/api/invitations/invite-colleague" => {
            (Some(WRITERS), "company={company}&email=new{number}%40y.example&name=New&rights=viewer&language=en")
        }
        "/api/invitations/again" | "/api/invitations/withdraw" => (Some(WRITERS), "id={invitation}"),
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
    /// A request for access that waits.
    request: String,
    /// An open invitation to the company.
    invitation: String,
    /// Tokens of links that work, by what their pages' addresses begin with.
    tokens: Vec<(&'static str, String)>,
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
    let request = crate::joining::asked(&portal, "The Company", "asks@story.example").await.to_string();
    let (invitation, tokens) = links(&portal, &mut staff, &company).await;
    World { portal, company, document, product, import, mail, request, invitation, tokens }
}

/// Links that work, of each kind that has a page.
async fn links(portal: &Portal, staff: &mut Browser, company: &str) -> (String, Vec<(&'static str, String)>) {
    use crate::joining::{last_mail, token};
    let fields =
        [("company", company), ("email", "bo@story.example"), ("name", "Bo"), ("rights", "viewer"), ("language", "en")];
    staff.post("/companies", "/api/invitations/invite-colleague", &fields).await;
    let mut browser = portal.browser();
    let join = [
        ("company_name", "Join"),
        ("country", "DK"),
        ("name", "Jo"),
        ("email", "jo@story.example"),
        ("reason", "Work"),
    ];
    browser.post("/join", "/api/joining/ask", &join).await;
    portal.account("forgets", Staff).await;
    browser.post("/password", "/api/account/ask-reset", &[("email", "forgets@story.example")]).await;
    let mut tokens = Vec::new();
    for (begin, address) in [
        ("/invitation/", "bo@story.example"),
        ("/join/confirm/", "jo@story.example"),
        ("/password/", "forgets@story.example"),
    ] {
        tokens.push((begin, token(&last_mail(portal, address).await.link(begin)).to_owned()));
    }
    let mut tx = portal.read().await;
    let id: sqlx::types::Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM invitations").fetch_one(c).await).unwrap();
    (id.to_string(), tokens)
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
        let fields = fields.replace("{request}", &self.request).replace("{invitation}", &self.invitation);
        // What is done by several must each time be done anew.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let fields = fields.replace("{number}", &NUMBER.fetch_add(1, Ordering::SeqCst).to_string());
        fields.replace("{document}", &self.document).replace("{mail}", &self.mail)
    }

    fn path(&self, page: &str) -> String {
        let id = match page {
            page if page.starts_with("/companies/") => &self.company,
            page if page.starts_with("/documents/") => &self.document,
            page if page.starts_with("/joining/") => &self.request,
            page if page.starts_with("/products/imports/") => &self.import,
            page if page.starts_with("/admin/mail/") => &self.mail,
            _ => &self.product,
        };
        let token = self.tokens.iter().find(|(begin, _)| page.starts_with(begin)).map_or("", |(_, token)| token);
        page.replace("{id}", id).replace("{token}", token)
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
        let Some(roles) = roles else { continue };
        for role in Role::ALL {
            let mut browser = world.browser(role).await;
            let fields = world.fields(fields);
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
        let fields = world.fields(fields).into_bytes();
        let answer = world.portal.browser().request(Method::POST, function, form(), fields).await;
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
