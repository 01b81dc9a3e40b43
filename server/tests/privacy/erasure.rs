//! Who is erased goes everywhere: from every table, from a restored backup, and while others write.

use app::actor::Role;
use app::backend::{clock, journal};
use app::privacy::erasure;
use http::StatusCode;

use super::{ada, ask, found, id_of, mails_of, night, run, verified};
use crate::both;
use crate::harness::{PASSWORD, Portal};

both!(
    what_is_known_of_a_person_goes_everywhere,
    who_is_erased_is_forgotten_as_an_enquirer,
    an_erasure_and_an_edit_do_not_wait_for_each_other,
    a_restored_database_is_told_who_was_erased,
);

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

async fn a_restored_database_is_told_who_was_erased(portal: Portal) {
    let (id, _) = ada(&portal).await;
    portal.account("bo", Role::Staff).await;
    let heads = portal.folder.join("heads");
    let now = portal.backend.clock.now();
    erasure::keep(&heads, &[(id, now)]).unwrap();
    erasure::keep(&heads, &[(id, now)]).unwrap();
    let file = std::fs::read_to_string(erasure::erasures_file(&heads)).unwrap();
    assert_eq!(file.lines().count(), 1, "each is kept once");
    assert!(!file.contains("ada@") && !file.contains("\"ada\""), "the list tells ids alone");
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
