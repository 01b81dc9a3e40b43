//! Every page and every server function, as every role. A new one without an expectation fails here.

use app::actor::Role;
use http::{HeaderMap, Method, StatusCode, header};

use crate::both;
use crate::harness::{Browser, Portal};

both!(every_page_as_every_role, every_function_as_every_role, nothing_changes_by_get_or_from_elsewhere);

use Role::{Administrator, Executive, Expert, Representative, Staff};

const EVERYBODY: &[Role] = &[Administrator, Staff, Executive, Expert, Representative];
const WRITERS: &[Role] = &[Administrator, Staff];
const NOT_EXPERTS: &[Role] = &[Administrator, Staff, Executive, Representative];
const EXPORTERS: &[Role] = &[Administrator, Staff, Executive];

/// Who may open a page. Signed out, all but the public ones lead to the sign-in.
fn readers(page: &str) -> &'static [Role] {
    match page {
        "/" | "/sign-in" | "/today" | "/companies" | "/companies/{id}" | "/products" | "/products/{id}" => EVERYBODY,
        "/enquire" | "/enquire/sent" => EVERYBODY,
        "/enquiries" | "/enquiries.csv" | "/enquiries/{id}" => EXPORTERS,
        "/enquiries/new" | "/account/absence" => WRITERS,
        "/companies/duplicates" | "/companies/merges" | "/companies/{id}/merge/{other}" => WRITERS,
        "/admin/calendar" => &[Administrator],
        "/companies.csv" | "/products.csv" | "/people.csv" => EXPORTERS,
        "/people" | "/people/{id}" => NOT_EXPERTS,
        "/people/new" | "/people/{id}/edit" | "/people/{id}/positions/new" | "/companies/{id}/relations/new" => WRITERS,
        "/companies/{id}/propose" => &[Representative],
        "/companies/{id}/proposals/{proposal}" => NOT_EXPERTS,
        "/companies/new" | "/companies/{id}/edit" | "/products/import" | "/products/imports/{id}" => WRITERS,
        "/admin" | "/admin/jobs" | "/admin/journal" | "/admin/mail" | "/admin/mail/{id}" | "/admin/users" => {
            &[Administrator]
        }
        // The world's document is for the zone and the company.
        "/documents/{id}" => NOT_EXPERTS,
        other => panic!("nobody has said who may open {other}"),
    }
}

/// Who may call a function, and fields with which it works. `None` stands for everybody, signed in or not.
fn callers(function: &str) -> (Option<&'static [Role]>, &'static str) {
    match function {
        "/api/account/sign-in" => (None, "email=x%40y.example&password=wrong"),
        "/api/account/sign-out" => (None, ""),
        "/api/account/language" => (None, "language=en"),
        "/api/companies/create" => {
            (Some(WRITERS), "name_en=New&kinds%5B%5D=agent&stage=target&not_duplicate=yes&not_duplicate_reason=x")
        }
        "/api/companies/edit" => {
            (Some(WRITERS), "id={company}&version=1&name_en=Edited&kinds%5B%5D=agent&stage=target")
        }
        "/api/companies/pair" => (Some(WRITERS), "first={spare}&second={like}&decision=apart&note=x"),
        "/api/companies/sweep" => (Some(WRITERS), ""),
        // Somebody was faster.
        "/api/companies/merge" => {
            (Some(WRITERS), "winner={company}&loser={like}&winner_version=99&loser_version=99&name_en=X")
        }
        "/api/companies/unmerge" => (Some(WRITERS), "id={merge}"),
        "/api/companies/move" => (Some(WRITERS), "id={company}&stage_before=target&stage_to=contacted"),
        "/api/companies/archive" => (Some(WRITERS), "id={spare}&archived_reason=A+mistake"),
        "/api/companies/restore" => (Some(WRITERS), "id={spare}"),
        "/api/companies/relate" => {
            (Some(WRITERS), "company={company}&other_company=The+Other&side=licensee&until=2020-01-01")
        }
        "/api/companies/relation-end" => (Some(WRITERS), "id={relation}&company={company}&until=2026-01-01"),
        "/api/companies/relation-remove" => (Some(WRITERS), "id={gone}&company={company}"),
        "/api/companies/propose" => (Some(&[Representative]), "company={company}&version=1&name_en=Proposed"),
        "/api/companies/decide" => (
            Some(WRITERS),
            "id={proposal}&version=1&decision%5Bcity%5D=declined&reason%5Bcity%5D=No&decision%5Bname_en%5D=declined&reason%5Bname_en%5D=No",
        ),
        "/api/companies/withdraw" => (Some(&[Representative]), "id={proposal}"),
        "/api/people/create" => (Some(WRITERS), "name=New"),
        "/api/people/edit" => (Some(WRITERS), "id={person}&version=1&name=Edited"),
        "/api/people/archive" => (Some(WRITERS), "id={leaver}"),
        "/api/people/restore" => (Some(WRITERS), "id={leaver}"),
        "/api/positions/add" => (Some(WRITERS), "person={person}&company=The+Other&title=Adviser"),
        "/api/positions/end" => (Some(WRITERS), "id={position}&until=2030-01-01"),
        "/api/positions/main" => (Some(WRITERS), "id={position}"),
        "/api/positions/remove" => (Some(WRITERS), "id={gone}&person={person}"),
        "/api/documents/remove" => (Some(WRITERS), "id={document}"),
        "/api/enquire/send" => (None, "kind=other"),
        "/api/enquiries/record" => {
            (Some(WRITERS), "channel=phone&kind=other&name=A&phone=12345678&language=en&message=x")
        }
        // Somebody was faster: then it matters no more how far the enquiry is.
        "/api/enquiries/acknowledge" => (Some(WRITERS), "id={enquiry}&version=99&acknowledgement=x"),
        "/api/enquiries/screen" => (Some(WRITERS), "id={enquiry}&version=99&verdict=genuine&priority=normal"),
        "/api/enquiries/assign" => (Some(WRITERS), "id={enquiry}&version=99&assignee={deputy}"),
        "/api/enquiries/answer" => (Some(WRITERS), "id={enquiry}&version=99&answer=x"),
        "/api/enquiries/follow-up" => (Some(WRITERS), "id={enquiry}&version=99&note=x"),
        "/api/enquiries/convert" => (Some(WRITERS), "id={enquiry}&version=99&company={company}"),
        "/api/enquiries/convert-new" => (Some(WRITERS), "id={enquiry}&version=99&name_en=X&kinds%5B%5D=agent"),
        "/api/enquiries/close" => (Some(WRITERS), "id={enquiry}&version=99&reason=settled"),
        "/api/enquiries/reopen" => (Some(WRITERS), "id={enquiry}&version=99&note=x"),
        "/api/absence/add" => (Some(WRITERS), "deputy={deputy}&since=2026-10-12&until=2026-10-13"),
        "/api/absence/end" => (Some(WRITERS), "id={absence}"),
        "/api/calendar/set-days" => (Some(&[Administrator]), "date=2027-01-01&kind=holiday&name_en=New+Year"),
        "/api/calendar/remove-day" => (Some(&[Administrator]), "date=2027-01-01"),
        "/api/calendar/set-week" => (Some(&[Administrator]), "weekdays%5B%5D=1&from_1=09%3A00&to_1=12%3A00"),
        "/api/calendar/set-limits" => (Some(&[Administrator]), "acknowledge_hours=4&answer_hours=16"),
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
    /// What stands for `{name}` in addresses and fields.
    ids: Vec<(&'static str, String)>,
}

async fn world(portal: Portal) -> World {
    let mut staff = portal.signed_in(Staff).await;
    let company = staff.add_company("The Company").await.to_string();
    let spare = staff.add_company("The Spare").await.to_string();
    staff.add_company("The Other").await;
    // As like to the spare one as a company can be.
    let like = staff.add_company("Spare").await.to_string();
    let merge = crate::duplicate::merged(&portal, &mut staff).await.to_string();
    let relate = [("company", company.as_str()), ("other_company", "The Spare"), ("side", "subsidiary")];
    staff.post("/companies", "/api/companies/relate", &relate).await;
    let works = [("name", "The Person"), ("company", "The Company"), ("title", "Director")];
    let person = staff.post("/people/new", "/api/people/create", &works).await.location();
    let person = person.strip_prefix("/people/").unwrap().to_owned();
    let leaver = staff.post("/people/new", "/api/people/create", &[("name", "The Leaver")]).await.location();
    let leaver = leaver.strip_prefix("/people/").unwrap().to_owned();
    let mut representative = portal.representative(company.parse().unwrap()).await;
    let propose = [("company", company.as_str()), ("version", "1"), ("name_en", "The Company"), ("city", "Aarhus")];
    let proposal = representative.post("/companies", "/api/companies/propose", &propose).await.location();
    let proposal = proposal.rsplit('/').next().unwrap().to_owned();
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
    let relation = id(&mut tx, "SELECT id FROM company_relations").await;
    let position = id(&mut tx, "SELECT id FROM positions").await;
    drop(tx);
    let mail = crate::mail::dead_letter(&portal).await.to_string();
    let enquiry = crate::enquiry::recorded(&portal).await.to_string();
    let deputy = portal.account("deputy", Staff).await;
    let account = portal.account("absent", Staff).await;
    let today = portal.backend.clock.now().date();
    let id = app::backend::clock::new_id();
    let absence = app::absence::model::Absence { id, account, deputy, since: today, until: today, note: String::new() };
    let mut tx = portal.write().await;
    app::absence::store::insert(&mut tx, &absence, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (deputy, absence) = (deputy.to_string(), id.to_string());
    let ids = vec![
        ("company", company.clone()),
        // Another company, archived and restored at will.
        ("spare", spare),
        ("relation", relation),
        ("other", like.clone()),
        ("like", like),
        ("merge", merge),
        ("person", person),
        // A person who is archived and restored at will.
        ("leaver", leaver),
        ("position", position),
        ("proposal", proposal),
        ("document", document),
        ("product", product),
        ("import", import),
        // A dead letter.
        ("mail", mail),
        ("enquiry", enquiry),
        // Who acts for somebody in an absence.
        ("deputy", deputy),
        ("absence", absence),
        ("gone", app::backend::clock::new_id().to_string()),
    ];
    World { portal, company, ids }
}

impl World {
    async fn browser(&self, role: Role) -> Browser {
        match role {
            Representative => self.portal.representative(self.company.parse().unwrap()).await,
            role => self.portal.signed_in(role).await,
        }
    }

    fn id(&self, name: &str) -> &str {
        &self.ids.iter().find(|(known, _)| *known == name).unwrap().1
    }

    /// A function's fields, with the ids of this world.
    fn fields(&self, fields: &str) -> String {
        self.ids.iter().fold(fields.to_owned(), |fields, (name, id)| fields.replace(&format!("{{{name}}}"), id))
    }

    fn path(&self, page: &str) -> String {
        let id = match page {
            page if page.starts_with("/companies/") => "company",
            page if page.starts_with("/people/") => "person",
            page if page.starts_with("/documents/") => "document",
            page if page.starts_with("/enquiries/") => "enquiry",
            page if page.starts_with("/products/imports/") => "import",
            page if page.starts_with("/admin/mail/") => "mail",
            "/enquire/sent" => return "/enquire/sent?number=EN-2026-0001".to_owned(),
            _ => "product",
        };
        self.fields(&page.replace("{id}", self.id(id)))
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
        if ["/", "/sign-in", "/enquire", "/enquire/sent"].contains(page) {
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
