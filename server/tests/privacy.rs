//! What is held about people: the list of it is whole, everybody can take a copy of their own, what goes goes everywhere,
//! and nothing is kept for longer than it says.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::time::Duration;

use app::actor::{Rights, Role};
use app::backend::journal::{self, verify};
use app::backend::{clock, jobs};
use app::job::JOBS;
use app::privacy::holdings::{NOT_PERSONAL, holdings};
use app::privacy::{erasure, retention, store};
use http::StatusCode;
use server::job_worker::{claim_due, perform};
use server::workers::Stop;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, PASSWORD, Portal};

both!(
    every_table_is_on_the_list,
    a_copy_holds_ones_own_and_nobody_elses,
    a_copy_asks_for_the_password_again,
    a_request_is_asked_once_taken_back_and_declined,
    what_is_known_of_a_person_goes_everywhere,
    the_last_administrator_stays,
    a_company_that_loses_its_administrator_is_told_of,
    of_two_who_decide_at_once_one_does,
    times_are_settings_within_bounds,
    what_was_kept_for_long_enough_goes,
    old_requests_go_with_what_the_journal_says_of_them,
    who_asked_is_forgotten_long_after,
    who_is_erased_is_forgotten_as_an_enquirer,
    an_erasure_and_an_edit_do_not_wait_for_each_other,
    a_long_sweep_holds_nobody_up,
    a_long_history_is_copied_and_erased_in_time,
    unused_accounts_are_listed_and_stay,
    a_restored_database_is_told_who_was_erased,
    everybody_can_read_the_notice,
);

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

/// Whether a column's name says that it tells of people.
fn tells_of_people(column: &str) -> bool {
    let word = |word: &str| column.split('_').any(|part| part == word);
    !column.ends_with("_at")
        && (["email", "address", "phone", "contact", "agent"].into_iter().any(word)
            || ["_by", "account_id", "actor_id", "successor_id", "manager_id"].iter().any(|end| column.ends_with(end)))
}

async fn every_table_is_on_the_list(portal: Portal) {
    let columns = columns(&portal).await;
    // SQLite's words of the search stand in tables beside its entries.
    let tables: BTreeSet<&str> = columns
        .iter()
        .map(|(table, ..)| table.as_str())
        .filter(|table| *table == "search_entries" || !table.starts_with("search_"))
        .collect();
    assert!(tables.len() > 30, "{tables:?}");
    for table in &tables {
        let held = holdings().any(|holding| holding.table == *table);
        let not = NOT_PERSONAL.iter().any(|(name, reason)| name == table && !reason.is_empty());
        assert!(held != not, "{table}: nobody has said in privacy/holdings.rs whether it tells of people");
    }
    for (table, column, refers) in &columns {
        let Some(holding) = holdings().find(|holding| holding.table == table) else {
            assert!(!refers, "{table}.{column} references accounts, and {table} is said to tell nothing of people");
            continue;
        };
        if *refers || tells_of_people(column) {
            assert!(
                ["account_id", "address_problem"].contains(&column.as_str())
                    || holding.columns.contains(&column.as_str()),
                "{table}.{column} tells of people: its holding must say so"
            );
        }
    }
    for holding in holdings() {
        for column in holding.columns {
            let there = columns.iter().any(|(table, name, _)| table == holding.table && name == column);
            assert!(there, "{}.{column} is held no longer", holding.table);
        }
    }
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

/// The files of a person's copy.
async fn copy(browser: &mut Browser) -> BTreeMap<String, String> {
    let answer = browser.get("/account/data").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.words());
    assert_eq!(answer.headers["content-type"], "application/zip");
    assert!(answer.headers["content-disposition"].to_str().unwrap().starts_with("attachment; filename=\"my-data-"));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(answer.bytes)).unwrap();
    let mut files = BTreeMap::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
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

async fn a_copy_holds_ones_own_and_nobody_elses(portal: Portal) {
    portal.account("bo", Role::Staff).await;
    let mut bo = portal.browser();
    bo.address = [198, 51, 100, 99].into();
    bo.sign_in("bo").await;
    bo.add_company("Bo's Company").await;
    // A stranger tries ada's account.
    let mut stranger = portal.browser();
    stranger.address = [203, 0, 113, 66].into();
    stranger.post("/sign-in", "/api/account/sign-in", &[("email", "ada@story.example"), ("password", "x")]).await;
    let (id, mut browser) = ada(&portal).await;
    let files = copy(&mut browser).await;
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert!(names.contains(&"README.txt") && names.contains(&"account.json") && names.len() == 14, "{names:?}");
    let readme = &files["README.txt"];
    assert!(readme.contains("What Boao Hope City holds about you") && readme.contains("操作日志"), "{readme}");
    let json =
        |name: &str| serde_json::from_str::<serde_json::Value>(&files[name]).unwrap_or_else(|e| panic!("{name}: {e}"));
    for name in names.iter().filter(|name| name.ends_with(".json")) {
        assert!(json(name).is_object(), "{name}");
    }
    let account = &json("account.json")["accounts"][0];
    assert_eq!(account["id"], id.to_string());
    assert_eq!(account["email"], "ada@story.example");
    assert!(account["created_at"].as_str().unwrap().ends_with('Z'), "{account}");
    let sessions = &json("sign_in.json")["sessions"][0];
    assert_eq!((&sessions["address"], &sessions["agent"]), (&"198.51.100.7".into(), &"Story/1.0".into()));
    let attempts = json("sign_in.json")["sign_in_attempts"].as_array().unwrap().clone();
    assert_eq!(attempts.len(), 2);
    assert_eq!(attempts.iter().filter(|attempt| attempt["succeeded"] == true).count(), 1);
    assert_eq!(json("companies.json")["affiliations"][0]["title"], "Head of Ada");
    assert_eq!(json("documents.json")["documents"][0]["name"], "ada.txt");
    assert_eq!(json("mails.json")["mails"][0]["body_text"], "Dear ada,");
    assert_eq!(json("notifications.json")["notification_choices"][0]["mails"], "none");
    let acts = json("journal.json")["journal"].as_array().unwrap().clone();
    let signed_in = acts.iter().find(|act| act["action"] == "account.signed_in").unwrap();
    assert_eq!((&signed_in["by_me"], &signed_in["address"]), (&true.into(), &"198.51.100.7".into()));
    let all: String = files.values().cloned().collect();
    let others = all.replace("ada@story.example", "");
    for foreign in ["@story.example", "Bo's", "198.51.100.99", "203.0.113.66", "127.0.0.1", "somebody"] {
        assert!(!others.contains(foreign), "{foreign} is not hers");
    }
    for secret in ["$argon2", "topsecret", browser.cookie("session").unwrap()] {
        assert!(!all.contains(secret), "{secret} is a secret");
    }
    // Whoever has more than one batch has all of it, each once.
    let mut tx = portal.write().await;
    let author = portal_author(&portal, id);
    let mut chain = journal::Chain::open(&mut tx).await.unwrap();
    for _ in 0..4203 {
        let entry = journal::Entry::new("account.signed_out", "account", id);
        chain.append(&mut tx, &author, entry).await.unwrap();
    }
    chain.close(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    let files = copy(&mut browser).await;
    let journal: serde_json::Value = serde_json::from_str(&files["journal.json"]).unwrap();
    let numbers: BTreeSet<i64> =
        journal["journal"].as_array().unwrap().iter().map(|row| row["seq"].as_i64().unwrap()).collect();
    assert_eq!(numbers.len(), acts.len() + 4203);
    // An administrator who looks as ada sees pages, and takes no copy.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(
        "UPDATE sessions SET viewed_account_id = $1, viewed_since = seen_at WHERE token_hash = $2"
    )
    .bind(id)
    .bind(app::account::session::token_hash(admin.cookie("session").unwrap()))
    .execute(c)
    .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert!(!admin.page("/account/privacy").await.text().contains("/account/data"));
    assert_eq!(admin.get("/account/data").await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

fn portal_author(portal: &Portal, actor: Uuid) -> journal::Author {
    let now = portal.backend.clock.now();
    journal::Author { actor: Some(actor), origin: "web", address: "198.51.100.7".into(), now }
}

async fn a_copy_asks_for_the_password_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    portal.later(Duration::from_secs(601));
    assert_eq!(staff.get("/account/data").await.location(), "/account/confirm?next=%2Faccount%2Fdata");
    let asked = staff.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", "why")]).await;
    assert!(
        asked.location().starts_with("/account/confirm?next=%2Faccount%2Fprivacy%3Frefused"),
        "{}",
        asked.location()
    );
    assert_eq!(portal.count("erasure_requests").await, 0);
    // What was typed is there when they come back.
    let back =
        asked.location().split_once("next=").unwrap().1.replace("%2F", "/").replace("%3F", "?").replace("%3D", "=");
    assert_eq!(staff.page(&back).await.field("reason"), "why");
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

async fn a_request_is_asked_once_taken_back_and_declined(portal: Portal) {
    let (id, mut browser) = ada(&portal).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(admin.page("/admin/erasures").await.words().contains("No requests"));
    let page = browser.page("/account/privacy").await.words();
    assert!(page.contains("What goes:") && page.contains("What stays:") && page.contains("Download my data"), "{page}");
    let long = "x".repeat(1001);
    let (_, refused) = browser.submit("/account/privacy", "/api/privacy/ask-erasure", &[("reason", &long)]).await;
    assert!(refused.words().contains("At most 1000 characters"), "{}", refused.words());

    ask(&portal, &mut browser).await;
    for reason in ["again", "and again"] {
        browser.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", reason)]).await;
    }
    assert_eq!(portal.count("erasure_requests").await, 1);
    assert_eq!(mails_of(&portal, "erasure.asked").await.len(), 1, "she learns of it, should it not have been her");
    let page = browser.page("/account/privacy").await.words();
    assert!(page.contains("Your request is with the zone's administrators"), "{page}");
    assert!(admin.page("/admin").await.words().contains("Requests for erasure to be decided"));
    let answer = browser.post("/account/privacy", "/api/privacy/withdraw-erasure", &[]).await;
    assert_eq!(answer.location(), "/account/privacy#erasure");
    assert_eq!(portal.count("erasure_requests").await, 0);

    let mut tx = portal.write().await;
    app::account::store::set_language(&mut tx, id, "zh").await.unwrap();
    tx.commit().await.unwrap();
    let request = ask(&portal, &mut browser).await;
    let words = admin.page(&request).await.words();
    for said in ["ada@story.example", "I change jobs", "account manager of 1 company", "Erase the data of ada"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let (_, refused) =
        admin.submit(&request, "/api/privacy/decline", &[("id", id_of(&request)), ("reason", " ")]).await;
    assert!(refused.words().contains("Please fill this in"), "{}", refused.words());
    let fields = [("id", id_of(&request)), ("reason", "合同尚未结束")];
    assert_eq!(admin.post(&request, "/api/privacy/decline", &fields).await.location(), "/admin/erasures");
    let mails = mails_of(&portal, "erasure.declined").await;
    assert!(mails[0].1.contains("未获批准") && mails[0].2.contains("合同尚未结束"), "{mails:?}");
    let twice = admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    assert!(twice.location().contains("refused="), "what is decided is decided: {}", twice.location());
    assert!(browser.page("/account/privacy").await.words().contains("合同尚未结束"));
    // And she may ask again.
    ask(&portal, &mut browser).await;
    assert_eq!(portal.count("erasure_requests").await, 2);
    let words = admin.page("/admin/journal?action=erasure.declined").await.words();
    assert!(words.contains("declined a request for erasure"), "{words}");
    portal.journal_holds().await;
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

async fn what_is_known_of_a_person_goes_everywhere(portal: Portal) {
    let (id, mut browser) = ada(&portal).await;
    let session = browser.clone();
    // The head of the journal is known outside.
    let mut tx = portal.read().await;
    let (seq, hash) = journal::head(&mut tx).await.unwrap();
    drop(tx);
    let heads = format!("{seq} {hash} then\n");
    let request = ask(&portal, &mut browser).await;
    let known = [
        "ada@story.example",
        "\"ada\"",
        "198.51.100.7",
        "head of ada",
        "story/1.0",
        "topsecret",
        "i change jobs",
        "\\\"ada\\\"",
    ];
    let before = found(&portal, &known).await;
    for table in ["accounts", "sessions", "journal", "mails", "invitations", "notifications", "affiliations"] {
        assert!(before.iter().any(|row| row.starts_with(table)), "{table}: {before:?}");
    }
    let rows = portal.journal_holds().await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let answer = admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    assert_eq!(answer.location(), "/admin/erasures", "{}", answer.words());

    // Her address stands in one place only, until the last mail was sent.
    let after = found(&portal, &known).await;
    assert_eq!(after.len(), 1, "{after:#?}");
    assert!(after[0].starts_with("mails") && after[0].contains("erasure.done"), "{after:?}");
    let last = mails_of(&portal, "erasure.done").await;
    assert!(last[0].0 == "ada@story.example" && last[0].2.contains("Former user "), "{last:?}");
    run(&portal, "UPDATE mails SET sent_at = created_at WHERE sent_at IS NULL").await;
    night(&portal).await;
    assert_eq!(found(&portal, &known).await, Vec::<String>::new());

    // The chain holds, and is the one whose head was kept outside.
    assert_eq!(
        verified(&portal, &heads).await,
        Ok(rows + 4),
        "the sign-in, the companies without manager and administrator, the erasure"
    );
    let mut tx = portal.read().await;
    let kept: Vec<String> = app::ask!(&mut tx, |c| sqlx::query_scalar(
        "SELECT changes FROM journal WHERE action = 'company.edited' AND changes LIKE '%Boao%'"
    )
    .fetch_all(c)
    .await)
    .unwrap();
    assert_eq!(kept.len(), 1, "what is not hers stays");
    let (name, email): (String, String) =
        app::ask!(&mut tx, |c| sqlx::query_as("SELECT name, email FROM accounts WHERE id = $1")
            .bind(id)
            .fetch_one(c)
            .await)
        .unwrap();
    drop(tx);
    assert!(name.starts_with("Former user ") && name.len() == 16, "{name}");

    // Nobody is in with it, and nobody gets in.
    let mut session = session;
    assert!(session.get("/today").await.location().starts_with("/sign-in"));
    let mut stranger = portal.browser();
    let mut said = Vec::new();
    for address in ["ada@story.example", email.as_str(), "nobody@story.example"] {
        let fields = [("email", address), ("password", PASSWORD)];
        let (_, page) = stranger.submit("/sign-in", "/api/account/sign-in", &fields).await;
        said.push(page.words().replace(address, "…"));
    }
    assert!(said[0].contains("is wrong") && said.iter().all(|words| *words == said[0]), "{said:?}");

    // What she did stays, under the pseudonym in the reader's language; nobody can choose her any more.
    let code = name.rsplit(' ').next().unwrap();
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains(&name) && words.contains("erased the data of a person"), "{words}");
    let list = admin.page("/companies").await.words();
    assert!(!list.contains(&name), "{list}");
    let timeline = admin.page("/admin/journal?action=company.edited").await.words();
    assert!(timeline.contains(&format!("Account manager {name}")), "whose the company was is told: {timeline}");
    let form = admin.page("/companies/new").await.text();
    assert!(!form.contains(&id.to_string()), "she is no account manager to be chosen");
    let refused = [("name_en", "X"), ("kinds[]", "agent"), ("stage", "target"), ("manager", &*id.to_string())];
    assert!(admin.post("/companies/new", "/api/companies/create", &refused).await.location().contains("refused="));
    let words = admin.page(&request).await.words();
    assert!(words.contains("Erased") && !words.contains('@'), "{words}");
    admin.set_cookie("language", "zh");
    let words = admin.page("/admin/journal").await.words();
    assert!(words.contains(&format!("原用户 {code}")) && !words.contains(&name), "{words}");
    assert!(admin.page("/admin/people").await.words().contains(&format!("原用户 {code}")));

    // The same address joins anew, as somebody new.
    let anew = portal.account("ada", Role::Expert).await;
    assert_ne!(anew, id);
    portal.browser().sign_in("ada").await;
}

async fn the_last_administrator_stays(portal: Portal) {
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/account/privacy").await.words();
    assert!(words.contains("Nobody else administers the portal"), "{words}");
    let asked = admin.post("/account/privacy", "/api/privacy/ask-erasure", &[("reason", "")]).await;
    let words = admin.page(&asked.location()).await.words();
    assert!(words.contains("Nobody else administers the portal"), "{words}");
    assert_eq!(portal.count("erasure_requests").await, 0);

    // Two administrators ask; whoever comes second has become the last.
    let mut other = portal.signed_in(Role::Administrator).await;
    let first = ask(&portal, &mut admin).await;
    let second = ask(&portal, &mut other).await;
    let (first, second) = if first == second { panic!("one request") } else { (first, second) };
    let (one, two) = (&[("id", id_of(&first))][..], &[("id", id_of(&second))][..]);
    let (a, b) =
        tokio::join!(other.post(&first, "/api/privacy/erase", one), admin.post(&second, "/api/privacy/erase", two));
    let erased = portal.count("accounts WHERE erased_at IS NOT NULL").await;
    assert_eq!(erased, 1, "{} {}", a.location(), b.location());
    portal.journal_holds().await;
}

async fn a_company_that_loses_its_administrator_is_told_of(portal: Portal) {
    let manager = portal.account("manager", Role::Staff).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let fields =
        [("name_en", "Left Ltd"), ("kinds[]", "agent"), ("stage", "target"), ("manager", &*manager.to_string())];
    let url = staff.post("/companies/new", "/api/companies/create", &fields).await.location();
    let company: Uuid = url.strip_prefix("/companies/").unwrap().parse().unwrap();
    let mut rep = portal.representative(company).await;
    run(&portal, "UPDATE affiliations SET rights = 'administrator'").await;
    // Whose time is over administers it no more.
    let (late, _) = portal.person("late", &[(company, Rights::Administrator)]).await;
    let warned = "These companies would have no administrator";
    assert!(!rep.page("/account/privacy").await.words().contains(warned), "there is another");
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE affiliations SET until = '2020-01-01' WHERE account_id = $1")
        .bind(late)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    assert!(rep.page("/account/privacy").await.words().contains(warned));
    let request = ask(&portal, &mut rep).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(admin.page(&request).await.words().contains("Left Ltd"));
    admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    // Told once, by the erasure; the job that looks at all companies finds nothing new.
    assert_eq!(app::affiliation::watch::look_around(&portal.backend).await.unwrap(), 0);
    night(&portal).await;
    portal.write_mails().await;
    let mut tx = portal.read().await;
    let mails: Vec<(String, String)> = app::ask!(&mut tx, |c| sqlx::query_as(
        "SELECT address, kind FROM mails WHERE subject LIKE '%Left Ltd%' OR body_text LIKE '%Left Ltd%'"
    )
    .fetch_all(c)
    .await)
    .unwrap();
    drop(tx);
    let told = |kind: &str| mails.iter().filter(|(_, of)| of == kind).map(|(to, _)| to.as_str()).collect::<Vec<_>>();
    assert_eq!(told("company.unattended"), ["manager@story.example"]);
    let to_manager = mails.iter().filter(|(to, kind)| to == "manager@story.example" && kind != "company.manager");
    assert_eq!(to_manager.count(), 1, "{mails:?}");
    assert_eq!(portal.count("unattended_companies").await, 1);
    assert_eq!(portal.count("affiliations WHERE ended_at IS NULL").await, 1, "the one whose time is over");
}

async fn of_two_who_decide_at_once_one_does(portal: Portal) {
    let mut leaver = portal.signed_in(Role::Expert).await;
    let request = ask(&portal, &mut leaver).await;
    let mut one = portal.signed_in(Role::Administrator).await;
    let mut two = portal.signed_in(Role::Administrator).await;
    let id = [("id", id_of(&request))];
    let declining = [("id", id_of(&request)), ("reason", "no")];
    let (a, b) = tokio::join!(
        one.post(&request, "/api/privacy/erase", &id),
        two.post(&request, "/api/privacy/decline", &declining)
    );
    let done = [&a, &b].iter().filter(|answer| answer.location() == "/admin/erasures").count();
    assert_eq!(done, 1, "{} {}", a.location(), b.location());
    let erased = portal.count("accounts WHERE erased_at IS NOT NULL").await;
    assert_eq!(erased == 1, a.location() == "/admin/erasures");
    portal.journal_holds().await;
}

const TIMES: [(&str, &str); 11] = [
    ("attempts", "90"),
    ("sessions", "1"),
    ("mail_bodies", "180"),
    ("mails", "730"),
    ("notifications", "180"),
    ("requests", "180"),
    ("enquiries", "730"),
    ("addresses", "365"),
    ("documents", "30"),
    ("imports", "90"),
    ("inactive", "365"),
];

/// The fields of the form with other values for some.
fn times<'a>(version: &'a str, changed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![("version", version)];
    fields.extend(
        TIMES.map(|(name, days)| {
            (name, changed.iter().find(|(other, _)| *other == name).map_or(days, |(_, days)| *days))
        }),
    );
    fields
}

async fn times_are_settings_within_bounds(portal: Portal) {
    let path = "/admin/retention";
    let post = "/api/privacy/retention";
    let mut admin = portal.signed_in(Role::Administrator).await;
    let page = admin.page(path).await;
    for (name, days) in TIMES {
        assert_eq!(page.field(name), days, "{name}");
    }
    let wrong = times("1", &[("attempts", "6"), ("mails", "100"), ("sessions", "x"), ("documents", "")]);
    let (_, refused) = admin.submit(path, post, &wrong).await;
    let words = refused.words();
    for said in ["from 7 to 730", "from 180 to 3650", "from 1 to 90", "Please fill this in"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert_eq!(refused.field("attempts"), "6", "what was typed is kept");
    let mut tx = portal.read().await;
    assert_eq!(store::version(&mut tx).await.unwrap(), 1, "nothing was set");
    drop(tx);

    let mut second = portal.signed_in(Role::Administrator).await;
    second.page(path).await;
    let right = times("1", &[("addresses", "30"), ("mails", "800")]);
    assert_eq!(admin.post(path, post, &right).await.location(), path);
    assert_eq!(admin.page(path).await.field("addresses"), "30");
    let words = admin.page("/admin/journal?action=retention.changed").await.words();
    assert!(
        words.contains("changed the retention times") && words.contains("Network addresses in the journal"),
        "{words}"
    );
    assert!(words.contains("365") && words.contains("800"), "{words}");
    // Who started from the older times overwrites nothing.
    let (_, conflict) = second.submit(path, post, &times("1", &[("addresses", "100")])).await;
    assert!(conflict.words().contains("Somebody else changed this meanwhile"), "{}", conflict.words());
    assert_eq!((conflict.field("addresses").as_str(), conflict.field("version").as_str()), ("100", "2"));
    assert!(conflict.words().contains("Now 30 days"), "{}", conflict.words());
    assert_eq!(second.post(path, post, &times("2", &[("addresses", "100"), ("mails", "800")])).await.location(), path);
    assert!(portal.browser().page("/privacy").await.words().contains("Network addresses: 100 days."));
    portal.journal_holds().await;
}

/// How many journal entries still tell a network address.
async fn addresses(portal: &Portal) -> i64 {
    portal.count(r#"journal WHERE changes LIKE '%"field":"@address","salt":%'"#).await
}

async fn what_was_kept_for_long_enough_goes(portal: Portal) {
    let (_, mut browser) = ada(&portal).await;
    run(&portal, "UPDATE notifications SET read_at = created_at WHERE facts LIKE '%somebody%'").await;
    browser.post("/companies/new", "/api/companies/create", &[("name_en", "")]).await;
    let rows = portal.journal_holds().await;
    assert_eq!(addresses(&portal).await, rows, "every entry has its address");
    let mut tx = portal.read().await;
    let (seq, hash) = journal::head(&mut tx).await.unwrap();
    drop(tx);
    let heads = format!("{seq} {hash} then\n");
    night(&portal).await;
    assert_eq!(addresses(&portal).await, rows, "nothing is old enough");
    assert_eq!(portal.count("sign_in_attempts").await, 2);

    portal.later(100 * DAY);
    let mut admin = portal.signed_in(Role::Administrator).await;
    night(&portal).await;
    assert_eq!(portal.count("sign_in_attempts").await, 1, "one is new");
    assert_eq!(portal.count("sessions").await, 1);
    // One of them was told by the first night: that nobody administers ada's company.
    assert_eq!(portal.count("notifications").await, 3);

    portal.later(100 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("notifications").await, 2, "what was not read is kept");
    assert_eq!(portal.count("mails WHERE kind = 'story' AND body_text = '' AND subject <> ''").await, 2);
    let mut tx = portal.read().await;
    let mail: Uuid = app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM mails WHERE kind = 'story' LIMIT 1")
        .fetch_one(c)
        .await)
    .unwrap();
    drop(tx);
    admin = {
        drop(admin);
        portal.signed_in(Role::Administrator).await
    };
    let words = admin.page(&format!("/admin/mail/{mail}")).await.words();
    assert!(words.contains("no longer kept") && words.contains("A subject"), "{words}");

    portal.later(170 * DAY);
    let all = portal.journal_holds().await;
    night(&portal).await;
    // What a job found was found from nowhere.
    assert_eq!(addresses(&portal).await, all - rows - 1, "those of a year ago are erased, younger ones stay");
    assert_eq!(verified(&portal, &heads).await, Ok(all));
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(!admin.page("/admin/journal?page=1").await.words().contains("198.51.100.7"));
    let words = admin.page("/admin/jobs").await.words();
    assert!(words.contains("Retention times") && words.contains(&format!("{} items in", rows + 2)), "{words}");
    assert_eq!(portal.count("notifications").await, 0, "in the end what nobody read goes, too: those are the two more");
    night(&portal).await;
    assert_eq!(portal.journal_holds().await, all + 1);

    portal.later(400 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("mails WHERE kind = 'story'").await, 0);
    // As the times are set otherwise, so it goes.
    let mut admin = portal.signed_in(Role::Administrator).await;
    let shorter = times("1", &[("addresses", "30"), ("notifications", "7")]);
    admin.post("/admin/retention", "/api/privacy/retention", &shorter).await;
    portal.later(31 * DAY);
    night(&portal).await;
    assert_eq!(addresses(&portal).await, 0);
    portal.journal_holds().await;
}

async fn old_requests_go_with_what_the_journal_says_of_them(portal: Portal) {
    let staff = portal.account("staff", Role::Staff).await;
    let now = portal.backend.clock.now();
    let mut tx = portal.write().await;
    let mut declined = Uuid::nil();
    for state in ["unconfirmed", "waiting", "declined"] {
        let id = clock::new_id();
        if state == "declined" {
            declined = id;
        }
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO join_requests (id, state, company_name, website, name, email, email_folded, reason, language,
                                        address, created_at, decided_at, decline_reason, version)
             VALUES ($1, $2, 'A Company', '', $2, 'x@y.example', 'x@y.example', 'please', 'en', '192.0.2.1', $3, $3, '', 1)"
        )
        .bind(id)
        .bind(state)
        .bind(now.0)
        .execute(c)
        .await)
        .unwrap();
        let author = journal::Author { actor: None, origin: "web", address: "192.0.2.1".into(), now };
        let fields = vec![
            ("name", format!("the {state}")),
            ("email", "x@y.example".into()),
            ("company_name", "A Company".into()),
        ];
        journal::record(&mut tx, &author, journal::Entry::new("account.created", "join_request", id).created(fields))
            .await
            .unwrap();
    }
    for (accepted, name) in [(None, "never"), (Some(now.0), "accepted")] {
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO invitations (id, email, email_folded, name, role, title, language, invited_by, created_at,
                                      sent_at, accepted_at)
             VALUES ($1, 'i@y.example', 'i@y.example', $2, 'expert', '', 'en', $3, $4, $4, $5)"
        )
        .bind(clock::new_id())
        .bind(name)
        .bind(staff)
        .bind(now.0)
        .bind(accepted)
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    portal.later(181 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("join_requests").await, 1, "the one that waits");
    assert_eq!(portal.count("invitations").await, 1, "the one that was accepted");
    let mut tx = portal.read().await;
    let changes: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT changes FROM journal WHERE subject_id = $1")
            .bind(declined)
            .fetch_one(c)
            .await)
        .unwrap();
    drop(tx);
    assert!(changes.contains("A Company"), "what is not about the person stays: {changes}");
    assert!(
        !changes.contains("the declined") && !changes.contains("x@y.example") && !changes.contains("192.0.2.1"),
        "{changes}"
    );
    portal.journal_holds().await;
}

/// How many rows the stories of large portals have; `PORTAL_STORY_ROWS=100000` measures.
fn many() -> i64 {
    std::env::var("PORTAL_STORY_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(2_600)
}

async fn a_long_history_is_copied_and_erased_in_time(portal: Portal) {
    let rows = many();
    let (id, mut browser) = ada(&portal).await;
    let author = portal_author(&portal, id);
    for from in (0..rows).step_by(5_000) {
        let mut tx = portal.write().await;
        let mut chain = journal::Chain::open(&mut tx).await.unwrap();
        for number in from..rows.min(from + 5_000) {
            let entry = journal::Entry::new("company.edited", "company", clock::new_id())
                .created(vec![("city", format!("City {number}")), ("about", "x".repeat(200))]);
            chain.append(&mut tx, &author, entry).await.unwrap();
        }
        chain.close(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    let start = clock::stopwatch();
    let size = browser.get("/account/data").await.bytes.len();
    let copied = start.elapsed();
    let request = ask(&portal, &mut browser).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let start = clock::stopwatch();
    let mut answer = admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    // Of a very long one, what was done in the time that a form has stays done, and the next press goes on from there.
    let mut presses = 1;
    while answer.status == StatusCode::SERVICE_UNAVAILABLE && presses < 4 {
        answer = admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
        presses += 1;
    }
    let erased = start.elapsed();
    let size = size / 1024;
    println!("{rows} entries: copied in {copied:?} into {size} kB, erased in {erased:?} by {presses} presses");
    assert_eq!(answer.location(), "/admin/erasures", "{}", answer.words());
    portal.journal_holds().await;
}

async fn a_long_sweep_holds_nobody_up(portal: Portal) {
    let rows = many();
    let account = portal.account("ada", Role::Staff).await;
    let now = portal.backend.clock.now();
    let author = portal_author(&portal, account);
    for from in (0..rows).step_by(5_000) {
        let mut tx = portal.write().await;
        let mut chain = journal::Chain::open(&mut tx).await.unwrap();
        for number in from..rows.min(from + 5_000) {
            let entry = journal::Entry::new("company.edited", "company", account)
                .created(vec![("city", format!("City {number}")), ("about", "\"quoted\" \\ 长 \u{1F600}".to_owned())]);
            chain.append(&mut tx, &author, entry).await.unwrap();
            app::on!(&mut tx, |c| sqlx::query(
                "INSERT INTO sign_in_attempts (id, email_folded, address, at, succeeded) VALUES ($1, 'x', $2, $3, TRUE)"
            )
            .bind(clock::new_id())
            .bind(number.to_string())
            .bind(now.0)
            .execute(c)
            .await)
            .unwrap();
        }
        chain.close(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }
    portal.later(400 * DAY);
    let sweep = {
        let backend = portal.backend.clone();
        tokio::spawn(async move {
            let start = clock::stopwatch();
            let attempts = retention::attempts(&backend).await.unwrap();
            let attempts_took = start.elapsed();
            let applied = retention::apply(&backend).await.unwrap();
            (attempts, attempts_took, applied, start.elapsed() - attempts_took)
        })
    };
    // Meanwhile somebody writes, again and again.
    let mut waits = Vec::new();
    while waits.is_empty() || !sweep.is_finished() {
        let start = clock::stopwatch();
        let mut tx = portal.write().await;
        app::account::store::set_setting(&mut tx, "story", "x").await.unwrap();
        tx.commit().await.unwrap();
        waits.push(start.elapsed());
    }
    let (attempts, attempts_took, applied, applied_took) = sweep.await.unwrap();
    waits.sort();
    let (middle, longest) = (waits[waits.len() / 2], waits[waits.len() - 1]);
    println!(
        "{rows} rows: attempts {attempts_took:?}, journal {applied_took:?}; a writer waited {middle:?}, at most {longest:?}"
    );
    assert_eq!((attempts, applied), (rows, rows));
    // On a machine that has much else to do, at least a part of what the whole takes.
    assert!(longest < Duration::from_secs(2).max((attempts_took + applied_took) / 4), "{longest:?}");
    assert_eq!(addresses(&portal).await, 0);
    assert_eq!(portal.journal_holds().await, rows);
    let mut tx = portal.read().await;
    let changes: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT changes FROM journal WHERE seq = 7").fetch_one(c).await)
            .unwrap();
    let changes: Vec<journal::Change> = serde_json::from_str(&changes).unwrap();
    let fields: Vec<(&str, Option<&str>)> = changes.iter().map(|c| (c.field.as_str(), c.after.as_deref())).collect();
    assert_eq!(
        fields,
        [("city", Some("City 6")), ("about", Some("\"quoted\" \\ 长 \u{1F600}")), ("@address", None)],
        "all else is as it was, in its order"
    );
}

async fn unused_accounts_are_listed_and_stay(portal: Portal) {
    portal.account("sleeper", Role::Expert).await;
    portal.account("busy", Role::Staff).await;
    let mut busy = portal.browser();
    busy.sign_in("busy").await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    assert!(!admin.page("/admin/retention").await.words().contains("not used for"));
    portal.later(200 * DAY);
    busy.sign_in("busy").await;
    portal.later(200 * DAY);
    night(&portal).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/retention").await.words();
    assert!(words.contains("sleeper@story.example") && words.contains("2 accounts not used for 365 days"), "{words}");
    assert!(!words.contains("busy@story.example"), "{words}");
    assert_eq!(portal.count("accounts WHERE erased_at IS NULL").await, 4);
}

async fn a_restored_database_is_told_who_was_erased(portal: Portal) {
    let (id, _) = ada(&portal).await;
    portal.account("bo", Role::Staff).await;
    let heads = portal.folder.join("heads");
    let now = portal.backend.clock.now();
    erasure::keep(&heads, &[(id, now)]).unwrap();
    erasure::keep(&heads, &[(id, now)]).unwrap();
    let file = std::fs::read_to_string(erasure::erasures_file(&heads)).unwrap();
    assert_eq!(file.lines().count(), 1, "each is kept once");
    assert!(!file.contains("ada"), "the list tells ids alone");
    // As it is after a restore: the person is there again.
    let mut tx = portal.write().await;
    let unknown = format!("{file}{} then\nnonsense\n", clock::new_id());
    assert_eq!(erasure::repeat(&mut tx, &unknown, now).await.unwrap(), 1);
    assert_eq!(erasure::repeat(&mut tx, &unknown, now).await.unwrap(), 0, "done twice it does no harm");
    tx.commit().await.unwrap();
    assert_eq!(found(&portal, &["ada@story.example", "198.51.100.7"]).await, Vec::<String>::new());
    assert_eq!(
        portal.count("mails WHERE sent_at IS NULL AND kind <> 'company.manager'").await,
        0,
        "nobody is written to"
    );
    let mut tx = portal.read().await;
    assert_eq!(erasure::erased(&mut tx).await.unwrap(), [(id, now)]);
    drop(tx);
    portal.browser().sign_in("bo").await;
    portal.journal_holds().await;
}

async fn everybody_can_read_the_notice(portal: Portal) {
    let mut browser = portal.browser();
    assert!(browser.page("/").await.text().contains("href=\"/privacy\""), "it is linked from every page");
    let words = browser.page("/privacy").await.words();
    for said in [
        "Privacy notice",
        "Whom to ask",
        "Network addresses: 365 days.",
        "under a pseudonym",
        "What a mail says: 180 days.",
    ] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!words.contains("Privacy and my data"));
    browser.set_cookie("language", "zh");
    let words = browser.page("/privacy").await.words();
    for said in ["个人信息保护说明", "网络地址保存 365 天", "您的权利"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    let mut staff = portal.signed_in(Role::Staff).await;
    assert!(staff.page("/privacy").await.text().contains("href=\"/account/privacy\""));
}

async fn who_asked_is_forgotten_long_after(portal: Portal) {
    let (over, open) = (crate::enquiry::recorded(&portal).await, crate::enquiry::recorded(&portal).await);
    let mut staff = portal.signed_in(Role::Staff).await;
    let page = format!("/enquiries/{over}?do=close");
    let version = staff.page(&page).await.field("version");
    let close = [("id", &*over.to_string()), ("version", &version), ("reason", "withdrawn")];
    staff.submit(&page, "/api/enquiries/close", &close).await;
    portal.later(729 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("enquiries WHERE forgotten_at IS NULL").await, 2, "not yet");
    portal.later(2 * DAY);
    night(&portal).await;
    assert_eq!(portal.count("enquiries WHERE forgotten_at IS NOT NULL").await, 1);
    let mut staff = portal.signed_in(Role::Staff).await;
    let gone = staff.page(&format!("/enquiries/{over}")).await.words();
    assert!(!gone.contains("Ada Asker") && !gone.contains("to invest") && gone.contains("EN-2026-0001"), "{gone}");
    let stays = staff.page(&format!("/enquiries/{open}")).await.words();
    assert!(stays.contains("Ada Asker") && stays.contains("to invest"), "what is open is needed: {stays}");
    let notice = portal.browser().page("/privacy").await.words();
    assert!(notice.contains("Who asked, after an enquiry is over: 730 days"), "{notice}");
    portal.journal_holds().await;
}

async fn who_is_erased_is_forgotten_as_an_enquirer(portal: Portal) {
    let mut leaver = portal.signed_in(Role::Expert).await;
    let mut tx = portal.read().await;
    let email: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT email FROM accounts").fetch_one(c).await).unwrap();
    drop(tx);
    let id = crate::enquiry::recorded(&portal).await;
    let mut staff = portal.signed_in(Role::Staff).await;
    let page = format!("/enquiries/{id}?do=acknowledge");
    let version = staff.page(&page).await.field("version");
    let said = [("id", &*id.to_string()), ("version", &version), ("acknowledgement", "Dear Ada Asker")];
    staff.submit(&page, "/api/enquiries/acknowledge", &said).await;
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query("UPDATE enquiries SET email = $1, email_folded = $1")
        .bind(&email)
        .execute(c)
        .await)
    .unwrap();
    tx.commit().await.unwrap();
    let request = ask(&portal, &mut leaver).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    admin.post(&request, "/api/privacy/erase", &[("id", id_of(&request))]).await;
    assert_eq!(portal.count("enquiries WHERE forgotten_at IS NOT NULL AND company = '' AND name = ''").await, 1);
    assert_eq!(portal.count("enquiry_messages WHERE body <> ''").await, 0, "nor what was written to them");
    assert_eq!(portal.count("mails WHERE kind LIKE 'enquiry.%'").await, 0);
    portal.journal_holds().await;
}

/// An account manager is erased while their company is edited: each takes the company first and the journal last.
async fn an_erasure_and_an_edit_do_not_wait_for_each_other(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for round in 0..6 {
        let name = format!("manager{round}");
        let manager = portal.account(&name, Role::Staff).await.to_string();
        let company = format!("Held {round} Ltd");
        let fields = [("name_en", &*company), ("kinds[]", "agent"), ("stage", "target"), ("manager", &manager)];
        let url = staff.post("/companies/new", "/api/companies/create", &fields).await.location();
        let id = url.strip_prefix("/companies/").unwrap().to_owned();
        let mut leaver = portal.browser();
        leaver.sign_in(&name).await;
        let request = ask(&portal, &mut leaver).await;
        let mut admin = portal.signed_in(Role::Administrator).await;
        let erase = [("id", id_of(&request))];
        let edit = [
            ("id", &*id),
            ("version", "1"),
            ("name_en", &*company),
            ("kinds[]", "agent"),
            ("city", "Haikou"),
            ("manager", &manager),
        ];
        let (erased, edited) = tokio::join!(
            admin.post(&request, "/api/privacy/erase", &erase),
            staff.post(&url, "/api/companies/edit", &edit)
        );
        assert_eq!(erased.location(), "/admin/erasures", "{}", erased.words());
        // One of both comes first; who comes second is told of the other, or had the same version.
        assert_eq!(edited.status, StatusCode::SEE_OTHER, "{}", edited.words());
    }
    assert_eq!(portal.count("companies WHERE manager_id IS NOT NULL").await, 0);
    portal.journal_holds().await;
}
