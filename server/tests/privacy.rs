//! What is held about people: the list of it is whole, everybody can take a copy of their own, what goes goes everywhere,
//! and nothing is kept for longer than it says. Here is a person of whom there is a bit of everything, and how the stories look
//! for what is left.

mod copy;
mod erasure;
mod holdings;
mod large;
mod requests;
mod retention;

use std::collections::BTreeSet;
use std::time::Duration;

use app::actor::Role;
use app::backend::journal::{self, verify};
use app::backend::{clock, jobs};
use app::job::JOBS;
use server::job_worker::{claim_due, perform};
use server::workers::Stop;
use sqlx::types::Uuid;

use crate::harness::{Browser, Portal};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Every column of every table, and whether it references accounts.
async fn columns(portal: &Portal) -> Vec<(String, String, bool)> {
    let mut tx = portal.read().await;
    let (all, references) = match &tx {
        app::backend::database::Tx::Sqlite(_) => (
            "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
            "SELECT m.name, f.\"from\" FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f
             WHERE m.type = 'table' AND f.\"table\" = 'accounts'",
        ),
        app::backend::database::Tx::Postgres(_) => (
            "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'",
            "SELECT k.table_name::text, k.column_name::text FROM information_schema.key_column_usage k
             JOIN information_schema.constraint_column_usage u ON u.constraint_name = k.constraint_name
             JOIN information_schema.table_constraints t ON t.constraint_name = k.constraint_name
             WHERE t.constraint_type = 'FOREIGN KEY' AND u.table_name = 'accounts'",
        ),
    };
    let all: Vec<(String, String)> = app::ask!(&mut tx, |c| sqlx::query_as(all).fetch_all(c).await).unwrap();
    let references: Vec<(String, String)> =
        app::ask!(&mut tx, |c| sqlx::query_as(references).fetch_all(c).await).unwrap();
    all.into_iter()
        .map(|(table, column)| {
            let refers = references.contains(&(table.clone(), column.clone()));
            (table, column, refers)
        })
        .collect()
}

async fn run(portal: &Portal, sql: &'static str) {
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(sql).execute(c).await).unwrap();
    tx.commit().await.unwrap();
}

/// Runs all jobs of the night.
async fn night(portal: &Portal) {
    jobs::register(&portal.backend.database, JOBS, portal.backend.clock.now()).await.unwrap();
    let mut tx = portal.write().await;
    for job in JOBS {
        jobs::hasten(&mut tx, job.name, portal.backend.clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
    for run in claim_due(&portal.backend, JOBS).await {
        perform(portal.backend.clone(), run, Stop::never()).await;
    }
    let mut tx = portal.read().await;
    let errors: Vec<(String, String)> =
        app::ask!(&mut tx, |c| sqlx::query_as("SELECT job, error FROM job_runs WHERE error <> ''").fetch_all(c).await)
            .unwrap();
    assert!(errors.is_empty(), "{errors:?}");
}

/// A person with a bit of everything: 'ada', of staff, at 198.51.100.7.
async fn ada(portal: &Portal) -> (Uuid, Browser) {
    let id = portal.account("ada", Role::Staff).await;
    let mut browser = portal.browser();
    browser.address = [198, 51, 100, 7].into();
    browser.headers.insert("user-agent", "Story/1.0".parse().unwrap());
    browser.sign_in("ada").await;
    let manager = id.to_string();
    let fields = [("name_en", "Ada's Company"), ("kinds[]", "agent"), ("stage", "target"), ("manager", &*manager)];
    let company = browser.post("/companies/new", "/api/companies/create", &fields).await.location();
    let company: Uuid = company.strip_prefix("/companies/").unwrap().parse().unwrap();
    let documents = format!("/companies/{company}/documents");
    let sent = browser.send(&documents, &[("audience", "company"), ("note", "a note")], "ada.txt", b"of ada").await;
    assert!(!sent.location().contains("refused="), "{}", sent.location());
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = format!("/companies/{company}/edit");
    let fields = [
        ("id", &*company.to_string()),
        ("version", "1"),
        ("name_en", "Ada's Company"),
        ("kinds[]", "agent"),
        ("stage", "partner"),
        ("manager", &*manager),
    ];
    admin.post(&page, "/api/companies/edit", &fields).await;

    let now = portal.backend.clock.now();
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO affiliations (account_id, company_id, title) VALUES ($1, $2, 'Head of Ada')"
    )
    .bind(id)
    .bind(company)
    .execute(c)
    .await)
    .unwrap();
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO notification_choices (account_id, kind, mails) VALUES ($1, 'x', 'none')"
    )
    .bind(id)
    .execute(c)
    .await)
    .unwrap();
    app::on!(&mut tx, |c| sqlx::query(
        "INSERT INTO authenticators (account_id, secret, created_at, last_step) VALUES ($1, 'topsecret', $2, 0)"
    )
    .bind(id)
    .bind(now.0)
    .execute(c)
    .await)
    .unwrap();
    let invitation = clock::new_id();
    app::on!(&mut tx, |c| {
        sqlx::query(
        "INSERT INTO invitations (id, email, email_folded, name, role, title, language, invited_by, created_at, sent_at,
                                  accepted_at, account_id)
         VALUES ($1, 'ada@story.example', 'ada@story.example', 'ada', 'staff', '', 'en', $2, $3, $3, $3, $2)"
    )
    .bind(invitation)
    .bind(id)
    .bind(now.0)
    .execute(c)
    .await
    })
    .unwrap();
    let author = journal::Author { actor: None, origin: "web", address: "198.51.100.7".into(), now };
    let told = || vec![("name", "ada".to_owned()), ("email", "ada@story.example".to_owned())];
    let entry = journal::Entry::new("account.created", "account", id).created(told());
    journal::record(&mut tx, &author, entry).await.unwrap();
    let entry = journal::Entry::new("account.created", "invitation", invitation).created(told());
    journal::record(&mut tx, &author, entry).await.unwrap();
    // An entry about something else that names her address.
    let entry = journal::Entry::new("company.edited", "company", company)
        .created(vec![("mailbox", "ADA@story.example".to_owned()), ("city", "Boao".to_owned())]);
    journal::record(&mut tx, &author, entry).await.unwrap();
    for (account, name) in [(id, "somebody"), (admin_id(&mut tx).await, "ada")] {
        let facts = serde_json::json!({ "by": name, "company": "Ada's Company" }).to_string();
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO notifications (id, account_id, kind, subject_kind, subject_id, path, facts, changes, created_at,
                                        changed_at)
             VALUES ($1, $2, 'x', 'company', $3, '/today', $4, 1, $5, $5)"
        )
        .bind(clock::new_id())
        .bind(account)
        .bind(company)
        .bind(&facts)
        .bind(now.0)
        .execute(c)
        .await)
        .unwrap();
    }
    for (to, account, text) in
        [("ada@story.example", Some(id), "Dear ada,"), ("boss@story.example", None, "ada (ada@story.example) joined.")]
    {
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO mails (id, kind, account_id, address, language, subject, body_text, body_html, created_at,
                                due_at, expires_at, attempts, sent_at, answer)
             VALUES ($1, 'story', $2, $3, 'en', 'A subject', $4, $4, $5, $5, $5, 1, $5, 'ok')"
        )
        .bind(clock::new_id())
        .bind(account)
        .bind(to)
        .bind(text)
        .bind(now.0)
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    (id, browser)
}

async fn admin_id(tx: &mut app::backend::database::Tx) -> Uuid {
    app::ask!(tx, |c| sqlx::query_scalar("SELECT id FROM accounts WHERE role = 'administrator' ORDER BY id LIMIT 1")
        .fetch_one(c)
        .await)
    .unwrap()
}

fn portal_author(portal: &Portal, actor: Uuid) -> journal::Author {
    let now = portal.backend.clock.now();
    journal::Author { actor: Some(actor), origin: "web", address: "198.51.100.7".into(), now }
}

async fn mails_of(portal: &Portal, kind: &'static str) -> Vec<(String, String, String)> {
    let mut tx = portal.read().await;
    app::ask!(&mut tx, |c| sqlx::query_as("SELECT address, subject, body_text FROM mails WHERE kind = $1 ORDER BY id")
        .bind(kind)
        .fetch_all(c)
        .await)
    .unwrap()
}

/// Asks for erasure; gives the address of the request's page.
pub async fn ask(portal: &Portal, browser: &mut Browser) -> String {
    let form = browser.page("/account/privacy").await;
    let id = form.field("form_id");
    let fields = [("form_id", id.as_str()), ("reason", "I change jobs")];
    let answer = browser.post("/account/privacy", "/api/privacy/ask-erasure", &fields).await;
    assert_eq!(answer.location(), "/account/privacy#erasure", "{}", answer.words());
    let mut tx = portal.read().await;
    let request: Uuid = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT id FROM erasure_requests WHERE decided_at IS NULL ORDER BY asked_at DESC, id DESC LIMIT 1"
    )
    .fetch_one(c)
    .await)
    .unwrap();
    format!("/admin/erasures/{request}")
}

fn id_of(page: &str) -> &str {
    page.rsplit('/').next().unwrap()
}

/// Every text in the database that has one of these in it.
async fn found(portal: &Portal, wanted: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let tables: BTreeSet<String> = columns(portal).await.into_iter().map(|(table, ..)| table).collect();
    let mut tx = portal.read().await;
    for table in tables.iter().filter(|table| !table.starts_with("sqlite_") && !table.starts_with("_sqlx")) {
        let sql = match &tx {
            app::backend::database::Tx::Sqlite(_) => {
                let columns: Vec<String> = app::ask!(&mut tx, |c| sqlx::query_scalar(
                    "SELECT name FROM pragma_table_info($1) WHERE type = 'TEXT'"
                )
                .bind(table)
                .fetch_all(c)
                .await)
                .unwrap();
                if columns.is_empty() {
                    continue;
                }
                let list = columns.iter().map(|c| format!("'{c}', \"{c}\"")).collect::<Vec<_>>().join(", ");
                format!("SELECT json_object({list}) FROM \"{table}\"")
            }
            app::backend::database::Tx::Postgres(_) => format!("SELECT row_to_json(t)::text FROM \"{table}\" t"),
        };
        let rows: Vec<String> =
            app::ask!(&mut tx, |c| sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_all(c).await).unwrap();
        for row in rows {
            let lower = row.to_lowercase();
            if wanted.iter().any(|wanted| lower.contains(wanted)) {
                found.push(format!("{table}: {row}"));
            }
        }
    }
    found
}

async fn verified(portal: &Portal, heads: &str) -> Result<i64, verify::Fault> {
    let mut tx = portal.read().await;
    verify::verify(&mut tx, heads).await.unwrap()
}

/// How many journal entries still tell a network address.
async fn addresses(portal: &Portal) -> i64 {
    portal.count(r#"journal WHERE changes LIKE '%"field":"@address","salt":%'"#).await
}
