//! The journal notices what was altered, cut or re-ordered, and lets values be erased.

use app::actor::Role;
use app::backend::database::Sql;
use app::backend::journal::{self, verify::Fault};
use http::StatusCode;

use crate::both;
use crate::harness::Portal;

both!(
    what_is_altered_cut_or_reordered_is_named,
    a_value_can_be_erased,
    many_writers_make_one_chain,
    administrators_read_and_filter_it,
    what_it_speaks_of_has_a_name,
    documents_that_need_a_look_are_listed,
);

async fn verify(portal: &Portal, heads: &str) -> Result<i64, Fault> {
    let mut tx = portal.read().await;
    journal::verify::verify(&mut tx, heads).await.unwrap()
}

/// Runs a statement behind the portal's back; `None` of it may stay, so the portal is told anew for each.
async fn meddle(portal: &Portal, statement: &'static str) {
    let mut tx = portal.write().await;
    app::on!(&mut tx, |c| sqlx::query(statement).execute(c).await).unwrap();
    tx.commit().await.unwrap();
}

async fn what_is_altered_cut_or_reordered_is_named(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for number in 0..6 {
        staff.add_company(&format!("Company {number}")).await;
    }
    assert_eq!(verify(&portal, "").await, Ok(7));
    let mut tx = portal.read().await;
    let (seq, hash) = journal::head(&mut tx).await.unwrap();
    drop(tx);
    let folder = portal.folder.join("documents");
    journal::verify::keep_head(&folder, seq, &hash, portal.backend.clock.now()).unwrap();
    journal::verify::keep_head(&folder, seq, &hash, portal.backend.clock.now()).unwrap();
    let heads = std::fs::read_to_string(journal::verify::heads_file(&folder)).unwrap();
    assert_eq!(heads.lines().count(), 1, "the same head is kept once");

    meddle(&portal, "UPDATE journal SET changes = replace(changes, 'Company 3', 'Company X') WHERE seq = 5").await;
    assert_eq!(verify(&portal, &heads).await, Err(Fault::Altered(5)));
    meddle(&portal, "UPDATE journal SET changes = replace(changes, 'Company X', 'Company 3') WHERE seq = 5").await;
    meddle(&portal, "UPDATE journal SET actor_id = NULL WHERE seq = 4").await;
    assert_eq!(verify(&portal, &heads).await, Err(Fault::Altered(4)), "who did it");
    meddle(&portal, "UPDATE journal SET actor_id = (SELECT actor_id FROM journal WHERE seq = 5) WHERE seq = 4").await;
    meddle(&portal, "UPDATE journal SET at = at + 1 WHERE seq = 6").await;
    assert_eq!(verify(&portal, &heads).await, Err(Fault::Altered(6)), "when");
    meddle(&portal, "UPDATE journal SET at = at - 1 WHERE seq = 6").await;
    assert_eq!(verify(&portal, &heads).await, Ok(7));

    meddle(&portal, "UPDATE journal SET seq = 100 WHERE seq = 2").await;
    meddle(&portal, "UPDATE journal SET seq = 2 WHERE seq = 3").await;
    meddle(&portal, "UPDATE journal SET seq = 3 WHERE seq = 100").await;
    assert_eq!(verify(&portal, &heads).await, Err(Fault::Altered(2)), "re-ordered");
    meddle(&portal, "UPDATE journal SET seq = 100 WHERE seq = 2").await;
    meddle(&portal, "UPDATE journal SET seq = 2 WHERE seq = 3").await;
    meddle(&portal, "UPDATE journal SET seq = 3 WHERE seq = 100").await;
    assert_eq!(verify(&portal, &heads).await, Ok(7));

    // A cut tail, with the head in the database put back: only the file outside knows.
    meddle(&portal, "DELETE FROM journal WHERE seq = 7").await;
    assert_eq!(verify(&portal, "").await, Err(Fault::Missing(7)));
    meddle(&portal, "UPDATE journal_head SET seq = 6, hash = (SELECT hash FROM journal WHERE seq = 6)").await;
    assert_eq!(verify(&portal, "").await, Ok(6));
    assert_eq!(verify(&portal, &heads).await, Err(Fault::Cut { kept: 7, found: 6 }));

    meddle(&portal, "DELETE FROM journal WHERE seq = 3").await;
    assert_eq!(verify(&portal, &heads).await, Err(Fault::Missing(3)));
}

async fn a_value_can_be_erased(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let id = staff.add_company("To Be Forgotten").await;
    let mut tx = portal.write().await;
    let text: String =
        app::ask!(&mut tx, |c| sqlx::query_scalar("SELECT changes FROM journal WHERE seq = 2").fetch_one(c).await)
            .unwrap();
    let mut changes: Vec<journal::Change> = serde_json::from_str(&text).unwrap();
    for change in &mut changes {
        (change.salt, change.before, change.after) = (None, None, None);
    }
    let text = serde_json::to_string(&changes).unwrap();
    assert!(!text.contains("Forgotten"));
    app::on!(&mut tx, |c| sqlx::query("UPDATE journal SET changes = $1 WHERE seq = 2").bind(&text).execute(c).await)
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(verify(&portal, "").await, Ok(2), "the chain still holds");
    assert!(staff.page(&format!("/companies/{id}")).await.words().contains("(erased)"));
}

async fn many_writers_make_one_chain(portal: Portal) {
    let staff = portal.signed_in(Role::Staff).await;
    let writers = (0..16).map(|number| {
        let mut staff = staff.clone();
        async move {
            for round in 0..5 {
                staff.add_company(&format!("Writer {number} round {round}")).await;
            }
        }
    });
    futures::future::join_all(writers).await;
    assert_eq!(portal.journal_holds().await, 81);
    let mut tx = portal.read().await;
    let distinct = Sql::new("SELECT count(DISTINCT previous) FROM journal").number(&mut tx).await.unwrap();
    assert_eq!(distinct, 81, "no two rows follow the same row");
}

async fn administrators_read_and_filter_it(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("In The Journal").await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal").await.words();
    assert!(
        words.contains("added the company") && words.contains("In The Journal") && words.contains("127.0.0.1"),
        "{words}"
    );
    assert!(words.contains("3 entries"), "{words}");
    let words = admin.page("/admin/journal?action=company.created").await.words();
    assert!(words.contains("1 entry"), "{words}");
    let words = admin.page("/admin/journal?since=2020-01-01&until=2020-01-02").await.words();
    assert!(words.contains("No entry fits"), "{words}");
    assert!(admin.page("/admin/people").await.words().contains("2 people"));
    assert_eq!(staff.get("/admin/journal").await.status, StatusCode::FORBIDDEN);
}

async fn what_it_speaks_of_has_a_name(portal: Portal) {
    let ada = portal.account("ada", Role::Staff).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let manager = ada.to_string();
    let fields = [("name_en", "Named"), ("kinds[]", "agent"), ("stage", "in_talks"), ("manager", manager.as_str())];
    let url = admin.post("/companies/new", "/api/companies/create", &fields).await.location();
    let company = url.strip_prefix("/companies/").unwrap().parse().unwrap();
    let now = portal.backend.clock.now();
    let author = journal::Author { actor: None, origin: "command", address: String::new(), now };
    let product = app::backend::clock::new_id();
    let file = app::document::events::uploaded(company, "offer.pdf", "", app::document::model::Audience::Zone);
    let made = journal::Entry::new("product.created", "product", product)
        .created(vec![("company", company.to_string()), ("generic_name", "insulin".to_owned())]);
    let mut tx = portal.write().await;
    journal::record(&mut tx, &author, file).await.unwrap();
    journal::record(&mut tx, &author, made).await.unwrap();
    tx.commit().await.unwrap();

    let words = admin.page("/admin/journal?action=document.uploaded").await.words();
    assert!(words.contains("uploaded a document: offer.pdf · Named"), "{words}");
    let documents = format!("{url}/documents");
    admin.send(&documents, &[("audience", "zone")], "terms.txt", b"our terms").await;
    let words = admin.page(&url).await.words();
    assert!(words.contains("uploaded a document: terms.txt"), "{words}");
    let words = admin.page("/admin/journal?action=product.created").await.words();
    assert!(words.contains("Named") && !words.contains('…'), "{words}");
    let words = admin.page("/today").await.words();
    assert!(words.contains("ada") && !words.contains(&manager), "{words}");
    let words = admin.page("/admin/journal?page=99").await.words();
    assert!(!words.contains("No entry fits"), "{words}");
}

async fn documents_that_need_a_look_are_listed(portal: Portal) {
    let ada = portal.account("ada", Role::Staff).await;
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin").await.words();
    assert!(words.contains("In order") && !words.contains("Needs attention"), "{words}");
    admin.add_company("The Owner").await;
    let mut tx = portal.write().await;
    let company = journal::events(&mut tx, &journal::Filter::default(), 1, 0).await.unwrap().remove(0);
    let now = portal.backend.clock.now();
    for (state, finding) in [("pending", ""), ("infected", "Eicar-Test"), ("clean", "")] {
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO files (sha256, size, media_type, stored_at, scan_state, scan_due_at, scan_attempts, finding)
             VALUES ($1, 1, 'text/plain', $2, $1, $2, 0, $3)"
        )
        .bind(state)
        .bind(now.0)
        .bind(finding)
        .execute(c)
        .await)
        .unwrap();
        for removed in [None, Some(now.0)] {
            app::on!(&mut tx, |c| sqlx::query(
                "INSERT INTO documents (id, owner_kind, owner_id, sha256, name, note, audience, uploaded_by, uploaded_at,
                                        removed_at)
                 VALUES ($1, 'company', $2, $3, $4, '', 'zone', $5, $6, $7)"
            )
            .bind(app::backend::clock::new_id())
            .bind(company.subject)
            .bind(state)
            .bind(format!("{state}-{}.txt", removed.is_some()))
            .bind(ada)
            .bind(now.0)
            .bind(removed)
            .execute(c)
            .await)
            .unwrap();
        }
    }
    tx.commit().await.unwrap();
    let page = admin.page("/admin").await;
    let words = page.words();
    for said in ["pending-false.txt", "infected-false.txt", "Eicar-Test", "The Owner", "Needs attention"] {
        assert!(words.contains(said), "{said} in {words}");
    }
    assert!(!words.contains("-true.txt") && !words.contains("clean-"), "{words}");
    for anchor in ["href=\"#pending\"", "id=\"pending\"", "href=\"#infected\"", "id=\"infected\""] {
        assert!(page.text().contains(anchor), "{anchor}");
    }
}
