//! A portal in which there is one of everything, so that every page and every function has something to be about.

use std::sync::atomic::{AtomicU32, Ordering};

use app::actor::{Rights, Role};
use app::backend::link;

use crate::harness::{Browser, Portal};

use Role::{Administrator, Expert, Representative, Staff};

pub struct World {
    pub portal: Portal,
    pub company: String,
    /// What stands for `{name}` in addresses and fields.
    ids: Vec<(&'static str, String)>,
}

pub async fn world(portal: Portal) -> World {
    let mut staff = portal.signed_in(Staff).await;
    let company = staff.add_company("The Company").await.to_string();
    let spare = staff.add_company("The Spare").await.to_string();
    staff.add_company("The Other").await;
    // As like to the spare one as a company can be.
    let like = staff.add_company("Spare").await.to_string();
    let merge = crate::duplicate::merged(&portal, &mut staff).await.to_string();
    let people_merge = crate::duplicate::people::merged_people(&portal, &mut staff).await.to_string();
    let twin = crate::duplicate::people::add_person(&mut staff, &[("name", "The Twin")]).await.to_string();
    let mate = crate::duplicate::people::add_person(&mut staff, &[("name", "The Mate")]).await.to_string();
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
    staff.add_company("Another Company").await;
    let id: sqlx::types::Uuid = company.parse().unwrap();
    let representative = portal.person("person", &[(id, Rights::Manager)]).await.0.to_string();
    portal.person("in charge", &[(id, Rights::Administrator)]).await;
    let mut tx = portal.write().await;
    let now = portal.backend.clock.now();
    let mailbox = link::make(&mut tx, link::Kind::Mailbox, id, "all@company.example", now).await.unwrap();
    tx.commit().await.unwrap();
    let documents = format!("/companies/{company}/documents");
    let answer = staff.send(&documents, &[("audience", "company")], "a.txt", b"a text").await;
    assert!(!answer.location().contains("refused="), "{}", answer.location());
    let open = [("company", company.as_str()), ("subject", "Dates"), ("body", "When?")];
    let thread = staff.post("/companies", "/api/messages/open", &open).await.location();
    let thread = thread.rsplit('/').next().unwrap().to_owned();
    staff.post("/companies", "/api/notes/add", &[("company", company.as_str()), ("body", "They hesitate.")]).await;
    let table = crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "The Company")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    staff.send("/imports/new", &[], "table.csv", b"Company,Country\nListed,Denmark\n").await;
    let mut tx = portal.read().await;
    let id = async |tx: &mut app::backend::database::Tx, sql: &'static str| {
        let id: sqlx::types::Uuid = app::ask!(tx, |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap();
        id.to_string()
    };
    let table = id(&mut tx, "SELECT id FROM register_imports").await;
    let product = id(&mut tx, "SELECT id FROM products").await;
    let import = id(&mut tx, "SELECT id FROM imports").await;
    let document = id(&mut tx, "SELECT id FROM documents").await;
    let message = id(&mut tx, "SELECT id FROM messages").await;
    let note = id(&mut tx, "SELECT id FROM notes").await;
    let relation = id(&mut tx, "SELECT id FROM company_relations").await;
    let position = id(&mut tx, "SELECT id FROM positions").await;
    drop(tx);
    let mail = crate::mail::dead_letter(&portal).await.to_string();
    let enquiry = crate::enquiry::recorded(&portal).await.to_string();
    let agreement = crate::agreement::negotiated(&mut staff, "The Agreement", &["The Company", "The Other"]).await;
    let mut both = crate::agreement::parties(&mut staff, &agreement).await;
    let (party, counterparty) = (both.swap_remove(0), both.swap_remove(0));
    let sides = [("owes[]", party.as_str()), ("benefits[]", party.as_str()), ("benefits[]", counterparty.as_str())];
    crate::obligation::plan(&mut staff, &agreement, "1", &sides).await;
    let text = crate::agreement::current_text(&mut staff, &agreement, &party).await;
    let path = format!("/agreements/{agreement}/documents");
    staff.send(&path, &[("audience", "company")], "annex.txt", b"an annex").await;
    // An agreement that was signed, and its certificate.
    let today = portal.backend.clock.now().iso_day();
    let signed =
        crate::agreement::signed(&mut staff, "The Signed", &["The Company", "The Other"], &today, &today).await;
    app::agreement::certificate::make::work(&portal.backend).await.unwrap();
    let mut tx = portal.read().await;
    let certificate: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT code FROM certificates").fetch_one(c).await).unwrap();
    drop(tx);
    let mut tx = portal.read().await;
    let annex: sqlx::types::Uuid = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT id FROM documents WHERE owner_kind = 'agreement' AND name = 'annex.txt'"
    )
    .fetch_one(c)
    .await)
    .unwrap();
    drop(tx);
    let address = "guest@guest.example";
    let (_, guest) = crate::signing::guest(&portal, &mut staff, ["The Company", "The Other"], address).await;
    let reader = portal.account("reads-days", Staff).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO calendar_feeds (account_id, token_hash, created_at) VALUES ($1, $2, 0)"
    )
    .bind(reader)
    .bind(app::account::session::token_hash("a-story"))
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
    let deputy = portal.account("deputy", Staff).await;
    let owner_of_task = deputy.to_string();
    let spoken = [
        ("kind", "call"),
        ("at", "2026-09-01T09:00"),
        ("company", "The Company"),
        ("summary", "Spoken"),
        ("next_step", "Write"),
        ("next_due", "2026-12-01"),
        ("next_owner", owner_of_task.as_str()),
    ];
    let interaction = staff.post("/companies", "/api/interactions/record", &spoken).await.location();
    let interaction = interaction.strip_prefix("/interactions/").unwrap().to_owned();
    let mut tx = portal.read().await;
    let task: sqlx::types::Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM tasks").fetch_one(c).await).unwrap();
    drop(tx);
    let account = portal.account("absent", Staff).await;
    let today = portal.backend.clock.now().date();
    let id = app::backend::clock::new_id();
    let absence = app::absence::model::Absence { id, account, deputy, since: today, until: today, note: String::new() };
    let mut tx = portal.write().await;
    app::absence::store::insert(&mut tx, &absence, portal.backend.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (deputy, absence) = (deputy.to_string(), id.to_string());
    let token = crate::notification::token(&portal, "mention").await;
    let request = crate::joining::asked(&portal, "The Company", "asks@story.example").await.to_string();
    let (invitation, tokens) = links(&portal, &mut staff, &company).await;
    let view = [("name", "Shared"), ("shared", "yes"), ("query", "?stage=target")];
    let view = staff.post("/companies/views/new", "/api/views/create", &view).await.location();
    let view = view.rsplit_once("view=").unwrap().1.to_owned();
    let chosen = [("ids[]", spare.as_str()), ("change", "tier:general")];
    let bulk = staff.post("/companies?select=yes", "/api/bulk/prepare", &chosen).await.location();
    let bulk = bulk.strip_prefix("/companies/bulk/").unwrap().to_owned();
    staff.post("/companies", "/api/bulk/apply", &[("id", &bulk)]).await;
    // Somebody else administers the portal, too, so that each administrator may go.
    portal.account("caretaker", Administrator).await;
    let mut goes = portal.signed_in(Expert).await;
    goes.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", "enough")]).await;
    let mut tx = portal.read().await;
    let erasure: sqlx::types::Uuid =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM erasure_requests").fetch_one(c).await).unwrap();
    drop(tx);
    let owner = portal.account("owner", Staff).await;
    let mut tx = portal.write().await;
    let (kind, now) = (link::Kind::Address, portal.backend.clock.now());
    let address = link::make(&mut tx, kind, owner, "moved@story.example", now).await.unwrap();
    tx.commit().await.unwrap();
    let mut ids = vec![
        // Of a link that confirms somebody's new address.
        ("address", address),
        // A request for erasure.
        ("erasure", erasure.to_string()),
        // A view that is shared, and a bulk edit that was made.
        ("view", view),
        ("bulk", bulk),
        ("company", company.clone()),
        // Another company, archived and restored at will.
        ("spare", spare),
        ("relation", relation),
        ("other", like.clone()),
        ("like", like),
        ("merge", merge),
        ("people_merge", people_merge),
        // Two people who are merged at will.
        ("twin", twin),
        ("mate", mate),
        ("person", person),
        // One of the company's representatives.
        ("account", representative),
        // What the link carries that confirms its mailbox.
        ("mailbox", mailbox),
        // A person who is archived and restored at will.
        ("leaver", leaver),
        ("position", position),
        ("proposal", proposal),
        ("document", document),
        // A thread with a message, and a note, all by somebody else.
        ("thread", thread),
        ("message", message),
        ("note", note),
        ("product", product),
        ("import", import),
        // An import of companies.
        ("table", table),
        // A dead letter.
        ("mail", mail),
        ("enquiry", enquiry),
        // An agreement of the company that is being negotiated: its number, the company's part, the text and an annex.
        ("agreement", agreement),
        ("party", party),
        ("counterparty", counterparty),
        // The number of an obligation of both.
        ("n", "1".to_owned()),
        ("text", text),
        ("agreement_document", annex.to_string()),
        ("signed", signed),
        ("certificate", certificate),
        // The page of a guest who is asked to sign.
        ("guest", guest),
        ("interaction", interaction),
        ("task", task.to_string()),
        // Who acts for somebody in an absence.
        ("deputy", deputy),
        ("absence", absence),
        // What ends mails to somebody.
        ("token", token),
        // A request for access that waits, and an open invitation to the company.
        ("request", request),
        ("invitation", invitation),
        ("gone", app::backend::clock::new_id().to_string()),
    ];
    ids.extend(tokens);
    World { portal, company, ids }
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
    pub async fn browser(&self, role: Role) -> Browser {
        match role {
            Representative => self.portal.representative(self.company.parse().unwrap()).await,
            role => self.portal.signed_in(role).await,
        }
    }

    pub fn id(&self, name: &str) -> &str {
        &self.ids.iter().find(|(known, _)| *known == name).unwrap().1
    }

    /// A function's fields, with the ids of this world.
    pub fn fields(&self, fields: &str) -> String {
        // What is done by several must each time be done anew.
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let fields = fields.replace("{number}", &NUMBER.fetch_add(1, Ordering::SeqCst).to_string());
        self.ids.iter().fold(fields, |fields, (name, id)| fields.replace(&format!("{{{name}}}"), id))
    }

    pub(super) fn path(&self, page: &str) -> String {
        let id = match page {
            "/people/{id}/merge/{other}" => return self.fields("/people/{twin}/merge/{mate}"),
            page if page.starts_with("/companies/views/") => "view",
            page if page.starts_with("/companies/bulk/") => "bulk",
            page if page.starts_with("/companies/") => "company",
            page if page.starts_with("/people/") => "person",
            page if page.starts_with("/documents/") => "document",
            page if page.starts_with("/enquiries/") => "enquiry",
            "/agreements/{id}/certificate.json" => "signed",
            "/verify/{code}" => return self.fields("/verify/{certificate}"),
            page if page.starts_with("/agreements/") => "agreement",
            page if page.starts_with("/interactions/") => "interaction",
            page if page.starts_with("/tasks/") => "task",
            page if page.starts_with("/products/imports/") => "import",
            page if page.starts_with("/imports/") => "table",
            page if page.starts_with("/admin/mail/") => "mail",
            page if page.starts_with("/admin/people/") => "account",
            "/admin/access" => return self.fields("/admin/access?kind=company&id={company}"),
            "/invitation/{token}" => return self.fields("/invitation/{/invitation/}"),
            "/join/confirm/{token}" => return self.fields("/join/confirm/{/join/confirm/}"),
            "/password/{token}" => return self.fields("/password/{/password/}"),
            page if page.starts_with("/joining/") => "request",
            page if page.starts_with("/admin/erasures/") => "erasure",
            "/account/address/{token}" => return self.fields("/account/address/{address}"),
            "/sign/{token}" => return self.fields("{guest}"),
            "/calendar/{token}" => return "/calendar/a-story.ics".to_owned(),
            "/mailbox/{token}" => return self.fields("/mailbox/{mailbox}"),
            "/enquire/sent" => return "/enquire/sent?number=EN-2026-0001".to_owned(),
            _ => "product",
        };
        self.fields(&page.replace("{id}", self.id(id)))
    }
}
