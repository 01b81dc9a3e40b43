//! Companies that may be one: asked about when one is made, found by the sweep, merged, and a merge undone.

use app::actor::{Rights, Role};
use app::affiliation::model::Terms;
use app::ask;
use app::company::duplicate::sweep::sweep;
use app::company::merge::references::{REFERENCES, STAYING};
use http::StatusCode;
use sqlx::types::Uuid;

use crate::both;
use crate::harness::{Browser, Portal};

both!(
    a_likely_company_is_shown_before_one_is_made,
    the_same_number_or_name_needs_a_reason,
    a_renamed_company_is_asked_about_too,
    the_sweep_finds_pairs_and_remembers_what_was_said,
    everything_that_refers_to_the_loser_moves_and_comes_back,
    what_was_changed_since_stays_when_a_merge_is_undone,
    two_people_merge_the_same_pair,
    a_merge_that_was_merged_on_cannot_be_undone,
    every_column_that_may_refer_to_a_company_is_known,
);

/// A merge of two companies made for it.
pub async fn merged(portal: &Portal, staff: &mut Browser) -> Uuid {
    let winner = staff.add_company("Quillon").await;
    let loser = staff.add_company("Quillon GmbH").await;
    let answer = merge(staff, winner, loser, &[("name_en", "Quillon")]).await;
    assert_eq!(answer, format!("/companies/{winner}"));
    let mut tx = portal.read().await;
    ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM company_merges").fetch_one(c).await).unwrap()
}

fn merge_page(winner: Uuid, loser: Uuid) -> String {
    format!("/companies/{winner}/merge/{loser}")
}

/// Merges from the page as it is now; gives where that leads.
async fn merge(staff: &mut Browser, winner: Uuid, loser: Uuid, fields: &[(&str, &str)]) -> String {
    let page = merge_page(winner, loser);
    let drawn = staff.page(&page).await;
    let (winner, loser) = (winner.to_string(), loser.to_string());
    let (mine, theirs) = (drawn.field("winner_version"), drawn.field("loser_version"));
    let mut all = vec![
        ("winner", winner.as_str()),
        ("loser", &loser),
        ("winner_version", &mine),
        ("loser_version", &theirs),
        ("kinds[]", "manufacturer"),
    ];
    all.extend(fields);
    staff.post(&page, "/api/companies/merge", &all).await.location()
}

async fn undo(portal: &Portal, staff: &mut Browser, loser: Uuid) -> String {
    let mut tx = portal.read().await;
    let id: Uuid = ask!(&mut tx, |c| {
        sqlx::query_scalar("SELECT id FROM company_merges WHERE loser_id = $1 ORDER BY merged_at DESC")
            .bind(loser)
            .fetch_one(c)
            .await
    })
    .unwrap();
    drop(tx);
    staff.post("/companies/merges", "/api/companies/unmerge", &[("id", &id.to_string())]).await.location()
}

async fn number(portal: &Portal, sql: &'static str, id: Uuid) -> i64 {
    let mut tx = portal.read().await;
    ask!(&mut tx, |c| sqlx::query_scalar(sql).bind(id).fetch_one(c).await).unwrap()
}

const NEW: [(&str, &str); 2] = [("kinds[]", "manufacturer"), ("stage", "target")];

async fn a_likely_company_is_shown_before_one_is_made(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let known = staff.add_company("Grünenthal GmbH").await;
    let mut fields = NEW.to_vec();
    fields.push(("name_en", "Gruenenthal"));
    let (_, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
    assert_eq!(portal.count("companies").await, 1, "nothing was made");
    assert!(page.words().contains("Is it one of these?"), "{}", page.words());
    assert!(page.text().contains(&format!("/companies/{known}\" target=\"_blank\"")));
    assert_eq!(page.field("name_en"), "Gruenenthal", "what was typed is kept");
    fields.push(("not_duplicate", "yes"));
    let answer = staff.post("/companies/new", "/api/companies/create", &fields).await;
    assert!(!answer.location().contains("refused"), "{}", answer.location());
    assert_eq!(portal.count("companies").await, 2);
    let pairs = staff.page("/companies/duplicates?state=apart").await.words();
    assert!(pairs.contains("Grünenthal GmbH"), "what was said is remembered: {pairs}");
    sweep(&portal.backend).await.unwrap();
    let open = staff.page("/companies/duplicates").await.words();
    assert!(!open.contains("Gruenenthal"), "and not asked again: {open}");
    let (_, page) = staff
        .submit("/companies/new", "/api/companies/create", &[NEW[0], NEW[1], ("name_en", "Something Else Entirely")])
        .await;
    assert_eq!(page.status, StatusCode::OK, "others are made at once");
    assert_eq!(portal.count("companies").await, 3);
}

async fn the_same_number_or_name_needs_a_reason(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let first = [NEW[0], NEW[1], ("name_en", "ALK-Abelló A/S"), ("registrations", "CVR 63717916")];
    staff.post("/companies/new", "/api/companies/create", &first).await;
    for again in [("name_en", "ALK ABELLO  AS"), ("registrations", "CVR 63717916")] {
        let mut fields = vec![NEW[0], NEW[1], ("not_duplicate", "yes"), again];
        if again.0 != "name_en" {
            fields.push(("name_en", "Quite Another"));
        }
        let (_, page) = staff.submit("/companies/new", "/api/companies/create", &fields).await;
        assert_eq!(portal.count("companies").await, 1, "{again:?}");
        assert!(page.words().contains("Is it one of these?"), "{}", page.words());
    }
    let reason =
        [NEW[0], NEW[1], ("name_en", "ALK ABELLO AS"), ("not_duplicate", "yes"), ("not_duplicate_reason", "Sold")];
    let answer = staff.post("/companies/new", "/api/companies/create", &reason).await;
    assert_eq!(portal.count("companies").await, 2);
    assert!(staff.page(&answer.location()).await.words().contains("Sold"), "the journal keeps the reason");
}

async fn a_renamed_company_is_asked_about_too(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Zentiva k.s.").await;
    let other = staff.add_company("Something").await.to_string();
    let page = format!("/companies/{other}/edit");
    let mut fields =
        vec![("id", other.as_str()), ("version", "1"), ("kinds[]", "manufacturer"), ("name_en", "Zentiva, k.s.")];
    let (_, asked) = staff.submit(&page, "/api/companies/edit", &fields).await;
    assert!(asked.words().contains("Is it one of these?"), "{}", asked.words());
    fields.extend([("not_duplicate", "yes"), ("not_duplicate_reason", "Its namesake")]);
    staff.post(&page, "/api/companies/edit", &fields).await;
    assert!(staff.page(&format!("/companies/{other}")).await.words().contains("Zentiva, k.s."));
    // Whoever corrects something else is not asked again.
    let city = [
        ("id", other.as_str()),
        ("version", "2"),
        ("kinds[]", "manufacturer"),
        ("name_en", "Zentiva, k.s."),
        ("city", "Praha"),
    ];
    let answer = staff.post(&page, "/api/companies/edit", &city).await;
    assert!(!answer.location().contains("refused"), "{}", answer.location());
}

async fn the_sweep_finds_pairs_and_remembers_what_was_said(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for name in ["Sandoz GmbH", "Sandoz Pharmaceuticals d.d.", "Merck Sharp  Dohme Ltd", "Novo Nordisk A/S"] {
        staff.add_company(name).await;
    }
    // As companies come that nobody types: by an import.
    let table = crate::harness::ema_table(&[
        ("Human", "One", "EMEA/H/C/900001", "Authorised", "Merck Sharp & Dohme Limited"),
        ("Human", "Two", "EMEA/H/C/900002", "Authorised", "Zentiva k.s."),
    ]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    assert_eq!(sweep(&portal.backend).await.unwrap(), 6);
    let found = staff.page("/companies/duplicates").await.words();
    assert!(found.contains("Merck Sharp & Dohme Limited") && found.contains("same name"), "{found}");
    assert!(found.contains("Sandoz Pharmaceuticals d.d.") && found.contains("Same group"), "{found}");
    assert!(!found.contains("Zentiva") && !found.contains("Novo"), "{found}");
    let only = staff.page("/companies/duplicates?verdict=duplicate").await.words();
    assert!(!only.contains("Sandoz"), "{only}");
    assert_eq!(sweep(&portal.backend).await.unwrap(), 0, "nothing changed");
    let mut tx = portal.read().await;
    let (first, second): (Uuid, Uuid) = ask!(&mut tx, |c| {
        sqlx::query_as("SELECT first_id, second_id FROM company_pairs WHERE verdict = 'related'").fetch_one(c).await
    })
    .unwrap();
    drop(tx);
    let (first, second) = (first.to_string(), second.to_string());
    let said = [("first", first.as_str()), ("second", &second), ("decision", "related"), ("note", "One group")];
    staff.post("/companies/duplicates", "/api/companies/pair", &said).await;
    let related = staff.page("/companies/duplicates?state=related").await.words();
    assert!(related.contains("Sandoz GmbH") && related.contains("One group"), "{related}");
    portal.journal_holds().await;
}

async fn everything_that_refers_to_the_loser_moves_and_comes_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Marvel Life Sciences Ltd.").await;
    let table =
        crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Marvel LifeSciences Ltd")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    let loser = {
        let mut tx = portal.read().await;
        let sql = "SELECT id FROM companies WHERE name_en = 'Marvel LifeSciences Ltd'";
        let id: Uuid = ask!(&mut tx, |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap();
        id
    };
    let third = staff.add_company("Third Party").await;
    let works = [("name", "Somebody"), ("company", "Marvel LifeSciences Ltd"), ("title", "Director")];
    staff.post("/people/new", "/api/people/create", &works).await;
    for company in [winner, loser] {
        let relate = [("company", &*company.to_string()), ("other_company", "Third Party"), ("side", "licensee")];
        staff.post("/companies", "/api/companies/relate", &relate).await;
    }
    let inner =
        [("company", &*winner.to_string()), ("other_company", "Marvel LifeSciences Ltd"), ("side", "subsidiary")];
    staff.post("/companies", "/api/companies/relate", &inner).await;
    assert_eq!(portal.count("company_relations").await, 3);
    let documents = format!("/companies/{loser}/documents");
    staff.send(&documents, &[("audience", "company")], "a.txt", b"a text").await;
    // One acts for both, as a viewer here and as a manager there.
    let mut representative = portal.representative(loser).await;
    let mut tx = portal.write().await;
    let account: Uuid =
        ask!(&mut tx, |c| sqlx::query_scalar("SELECT account_id FROM affiliations").fetch_one(c).await).unwrap();
    let viewer = Terms { rights: Rights::Viewer, title: String::new(), since: String::new(), until: String::new() };
    assert!(app::affiliation::store::add(&mut tx, account, winner, &viewer).await.unwrap());
    for company in [winner, loser] {
        app::on!(&mut tx, |c| {
            sqlx::query(
                "INSERT INTO follows (account_id, subject_kind, subject_id, since) VALUES ($1, 'company', $2, 7)",
            )
            .bind(account)
            .bind(company)
            .execute(c)
            .await
        })
        .unwrap();
    }
    tx.commit().await.unwrap();
    let counts = staff.page(&merge_page(winner, loser)).await.words();
    for text in ["Products: 1", "People: 1", "Documents: 1", "Relations: 2", "Representatives: 1", "Followers: 1"] {
        assert!(counts.contains(text), "{text}: {counts}");
    }

    assert_eq!(
        merge(&mut staff, winner, loser, &[("name_en", "Marvel Life Sciences Ltd.")]).await,
        format!("/companies/{winner}")
    );
    for reference in REFERENCES {
        let mut tx = portal.read().await;
        assert_eq!(reference.count(&mut tx, loser).await.unwrap(), 0, "{}", reference.place());
    }
    assert_eq!(number(&portal, "SELECT count(*) FROM products WHERE company_id = $1", winner).await, 1);
    assert_eq!(
        number(&portal, "SELECT count(*) FROM company_relations WHERE to_company = $1", third).await
            + number(&portal, "SELECT count(*) FROM company_relations WHERE from_company = $1", third).await,
        1,
        "the older one stays"
    );
    let manager = "SELECT count(*) FROM affiliations WHERE company_id = $1 AND rights = 'manager'";
    assert_eq!(number(&portal, manager, winner).await, 1, "the higher rights are kept");
    let page = staff.page(&format!("/companies/{winner}")).await.words();
    for text in ["Alphamab", "Somebody", "a.txt", "Marvel LifeSciences Ltd"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let old = staff.get(&format!("/companies/{loser}")).await;
    assert_eq!((old.status, old.location()), (StatusCode::PERMANENT_REDIRECT, format!("/companies/{winner}")));
    let old = representative.get(&format!("/companies/{loser}")).await;
    assert_eq!(old.status, StatusCode::PERMANENT_REDIRECT, "its people are led there, too");
    let found = staff.page("/companies?q=marvel+lifesciences").await.words();
    assert!(found.contains("Marvel Life Sciences Ltd.") && found.contains("1 company"), "found by its name: {found}");
    assert_eq!(staff.get(&format!("/companies/{loser}/edit")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let restore = staff.post("/companies", "/api/companies/restore", &[("id", &loser.to_string())]).await;
    assert_eq!(restore.status, StatusCode::SEE_OTHER);
    assert_eq!(
        staff.get(&format!("/companies/{loser}")).await.status,
        StatusCode::PERMANENT_REDIRECT,
        "only undoing restores it"
    );

    assert_eq!(undo(&portal, &mut staff, loser).await, "/companies/merges");
    let page = staff.page(&format!("/companies/{loser}")).await.words();
    for text in ["Alphamab", "Somebody", "a.txt", "Third Party"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!(portal.count("company_relations").await, 3);
    assert_eq!(portal.count("follows").await, 2);
    assert_eq!(number(&portal, "SELECT count(*) FROM follows WHERE subject_id = $1", loser).await, 1);
    let viewer = "SELECT count(*) FROM affiliations WHERE company_id = $1 AND rights = 'viewer'";
    assert_eq!((number(&portal, viewer, winner).await, number(&portal, manager, loser).await), (1, 1));
    let aliases = "SELECT count(*) FROM company_terms WHERE company_id = $1 AND kind = 'alias'";
    assert_eq!(number(&portal, aliases, winner).await, 0, "the winner is called what it was called");
    assert!(staff.page("/companies/merges").await.words().contains("Undone"));
    portal.journal_holds().await;
}

async fn what_was_changed_since_stays_when_a_merge_is_undone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Theravia").await;
    let loser = staff.add_company("THERAVIA SAS").await;
    let chosen = [("name_en", "THERAVIA SAS"), ("city", "Paris"), ("about", "Of both")];
    merge(&mut staff, winner, loser, &chosen).await;
    let id = winner.to_string();
    let edit = [
        ("id", id.as_str()),
        ("version", "2"),
        ("kinds[]", "manufacturer"),
        ("name_en", "THERAVIA SAS"),
        ("city", "Lyon"),
        ("about", "Of both"),
    ];
    let answer = staff.post(&format!("/companies/{id}/edit"), "/api/companies/edit", &edit).await;
    assert!(!answer.location().contains("refused"), "{}", answer.location());
    undo(&portal, &mut staff, loser).await;
    let merges = staff.page("/companies/merges").await.words();
    assert!(merges.contains("Left as changed since: City"), "{merges}");
    let mut tx = portal.read().await;
    let (name, city, about): (String, String, String) = ask!(&mut tx, |c| {
        sqlx::query_as("SELECT name_en, city, about FROM companies WHERE id = $1").bind(winner).fetch_one(c).await
    })
    .unwrap();
    assert_eq!((name.as_str(), city.as_str(), about.as_str()), ("Theravia", "Lyon", ""));
}

async fn two_people_merge_the_same_pair(portal: Portal) {
    let mut one = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Administrator).await;
    let first = one.add_company("Vetcool").await;
    let second = one.add_company("VETCOOL B.V.").await;
    let (a, b) = (first.to_string(), second.to_string());
    let versions =
        [("winner_version", "1"), ("loser_version", "1"), ("kinds[]", "manufacturer"), ("name_en", "VETCOOL B.V.")];
    let mine: Vec<_> = [("winner", a.as_str()), ("loser", &b)].into_iter().chain(versions).collect();
    let theirs: Vec<_> = [("winner", b.as_str()), ("loser", &a)].into_iter().chain(versions).collect();
    let (here, there) = (merge_page(first, second), merge_page(second, first));
    let (left, right) = tokio::join!(
        one.post(&here, "/api/companies/merge", &mine),
        other.post(&there, "/api/companies/merge", &theirs)
    );
    let refused = [left.location(), right.location()].iter().filter(|location| location.contains("refused=")).count();
    assert_eq!(refused, 1, "{} {}", left.location(), right.location());
    assert_eq!(portal.count("company_merges").await, 1);
    // And from a page that is no longer true.
    let third = one.add_company("Vetcool Oy").await.to_string();
    let winner = if left.location().contains("refused=") { &b } else { &a };
    let stale: Vec<_> = [("winner", winner.as_str()), ("loser", &third)].into_iter().chain(versions).collect();
    let page = format!("/companies/{winner}/merge/{third}");
    let (_, told) = one.submit(&page, "/api/companies/merge", &stale).await;
    assert!(told.words().contains("changed"), "{}", told.words());
    assert_eq!(portal.count("company_merges").await, 1);
}

async fn a_merge_that_was_merged_on_cannot_be_undone(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut ids = Vec::new();
    for name in ["Emdoka", "Emdoka BVBA", "Emdoka NV"] {
        ids.push(staff.add_company(name).await);
    }
    merge(&mut staff, ids[1], ids[0], &[("name_en", "Emdoka BVBA")]).await;
    merge(&mut staff, ids[2], ids[1], &[("name_en", "Emdoka NV")]).await;
    let old = staff.get(&format!("/companies/{}", ids[0])).await;
    assert_eq!(old.location(), format!("/companies/{}", ids[2]), "the address leads to the end");
    assert!(undo(&portal, &mut staff, ids[0]).await.contains("refused="));
    assert!(staff.page("/companies/merges").await.words().contains("cannot be undone"));
    assert_eq!(undo(&portal, &mut staff, ids[1]).await, "/companies/merges");
    assert_eq!(undo(&portal, &mut staff, ids[0]).await, "/companies/merges");
    assert_eq!(staff.page("/companies").await.words().matches("Emdoka").count(), 3);
}

async fn every_column_that_may_refer_to_a_company_is_known(portal: Portal) {
    let mut tx = portal.read().await;
    let columns: Vec<(String, String)> = match &mut tx {
        app::backend::database::Tx::Sqlite(_) => {
            let sql =
                "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'";
            ask!(&mut tx, |c| sqlx::query_as(sql).fetch_all(c).await).unwrap()
        }
        app::backend::database::Tx::Postgres(_) => {
            let sql = "SELECT table_name::text, column_name::text FROM information_schema.columns WHERE table_schema = 'public'";
            ask!(&mut tx, |c| sqlx::query_as(sql).fetch_all(c).await).unwrap()
        }
    };
    let may_refer = |column: &str| {
        column.contains("company")
            || ["subject_id", "owner_id", "winner_id", "loser_id", "merged_into", "first_id", "second_id"]
                .contains(&column)
    };
    // Texts that only sound so.
    let texts = [("enquiries", "company"), ("join_requests", "company_name")];
    let mut seen = 0;
    for (table, column) in columns.iter().filter(|(_, column)| may_refer(column)) {
        let place = (table.as_str(), column.as_str());
        let moves = REFERENCES.iter().any(|reference| (reference.table, reference.column) == place);
        let stays = STAYING.iter().any(|(table, column, _)| (*table, *column) == place);
        assert!(
            moves != stays || texts.contains(&place),
            "say in merge/references.rs what a merge does with {table}.{column}"
        );
        seen += 1;
    }
    assert!(seen >= REFERENCES.len(), "{columns:?}");
}
