//! Everybody can take a copy of what is held about them, and of nobody else.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::time::Duration;

use app::actor::Role;
use app::backend::journal;
use http::StatusCode;

use super::{ada, portal_author};
use crate::both;
use crate::harness::{Browser, Portal};

both!(a_copy_holds_ones_own_and_nobody_elses, a_copy_asks_for_the_password_again);

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
