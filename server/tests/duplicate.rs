//! Companies that may be one: asked about when one is made, found by the sweep, merged, and a merge undone.

use app::actor::{Rights, Role};
use app::affiliation::model::Terms;
use app::ask;
use app::backend::jobs;
use app::company::duplicate::sweep::sweep;
use app::company::merge::references::{REFERENCES, STAYING};
use app::job::JOBS;
use app::person::merge::references::{REFERENCES as PEOPLE_REFERENCES, STAYING as PEOPLE_STAYING};
use http::StatusCode;
use server::job_worker::{claim_due, perform};
use server::workers::Stop;
use sqlx::types::Uuid;

use crate::affiliation::{change, end, rights_of};
use crate::both;
use crate::harness::{Browser, Portal, until};

both!(
    a_likely_company_is_shown_before_one_is_made,
    the_same_number_or_name_needs_a_reason,
    a_renamed_company_is_asked_about_too,
    the_sweep_finds_pairs_and_remembers_what_was_said,
    staff_has_all_compared_now,
    everything_that_refers_to_the_loser_moves_and_comes_back,
    what_was_changed_since_stays_when_a_merge_is_undone,
    two_people_merge_the_same_pair,
    what_is_added_while_companies_are_merged_goes_with_them,
    the_agencys_table_finds_the_company_that_stays,
    a_merge_that_was_merged_on_cannot_be_undone,
    every_column_that_may_refer_to_a_company_or_a_person_is_known,
    notifications_that_would_not_be_told_apart_stay,
    who_is_erased_does_not_come_back_with_a_company,
    what_was_taken_from_somebody_is_not_given_back,
    joining_and_enquiries_add_no_company_twice,
    a_person_is_asked_about_before_they_are_added_twice,
    two_people_become_one_and_two_again,
    two_of_staff_merge_the_same_people,
    who_was_merged_is_erased_with_the_other,
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
pub async fn merge(staff: &mut Browser, winner: Uuid, loser: Uuid, fields: &[(&str, &str)]) -> String {
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

pub async fn undo(portal: &Portal, staff: &mut Browser, loser: Uuid) -> String {
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

async fn staff_has_all_compared_now(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let runs = async || {
        let done = claim_due(&portal.backend, JOBS).await;
        let names: Vec<&str> = done.iter().map(|run| run.job.name).collect();
        for run in done {
            perform(portal.backend.clone(), run, Stop::never()).await;
        }
        names.contains(&"companies.compare")
    };
    jobs::register(&portal.backend.database, JOBS, portal.backend.clock.now()).await.unwrap();
    runs().await;
    assert!(!runs().await, "it is not due yet");
    for name in ["Sandoz GmbH", "Sandoz Pharmaceuticals d.d."] {
        staff.add_company(name).await;
    }
    let page = "/companies/duplicates";
    let words = staff.page(page).await;
    assert!(words.text().contains("action=\"/api/companies/sweep\""), "{}", words.text());
    assert!(!words.words().contains("Sandoz"), "{}", words.words());
    assert_eq!(staff.submit(page, "/api/companies/sweep", &[]).await.0, page);
    assert!(runs().await, "now it is");
    assert!(staff.page(page).await.words().contains("Sandoz Pharmaceuticals d.d."));
    let mut admin = portal.signed_in(Role::Administrator).await;
    let words = admin.page("/admin/journal?action=job.hastened").await.words();
    assert!(words.contains("1 entry"), "{words}");
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

/// What staff adds to a company: where the rows are, and how they come there.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Added {
    Interaction,
    Task,
    Thread,
    Note,
    Relation,
    Person,
    Invitation,
    Document,
    Follow,
}

impl Added {
    const ALL: [Self; 9] = [
        Self::Interaction,
        Self::Task,
        Self::Thread,
        Self::Note,
        Self::Relation,
        Self::Person,
        Self::Invitation,
        Self::Document,
        Self::Follow,
    ];

    fn rows(self) -> &'static str {
        match self {
            Self::Interaction => "SELECT count(*) FROM interaction_companies WHERE company_id = $1",
            Self::Task => "SELECT count(*) FROM tasks WHERE company_id = $1",
            Self::Thread => "SELECT count(*) FROM messages WHERE company_id = $1",
            Self::Note => "SELECT count(*) FROM notes WHERE company_id = $1",
            Self::Relation => "SELECT count(*) FROM company_relations WHERE from_company = $1 OR to_company = $1",
            Self::Person => "SELECT count(*) FROM positions WHERE company_id = $1",
            Self::Invitation => "SELECT count(*) FROM invitations WHERE company_id = $1",
            Self::Document => "SELECT count(*) FROM documents WHERE owner_id = $1",
            Self::Follow => "SELECT count(*) FROM follows WHERE subject_id = $1",
        }
    }

    /// Adds it; gives where that leads.
    async fn add(self, staff: &mut Browser, company: Uuid, name: &str, owner: &str) -> String {
        let id = company.to_string();
        let (page, email) = (format!("/companies/{id}"), format!("{}@story.example", id));
        let (url, fields) = match self {
            Self::Interaction => {
                let fields =
                    vec![("kind", "call"), ("at", "2026-01-05T10:00"), ("company", name), ("summary", "Spoken.")];
                ("/api/interactions/record", fields)
            }
            Self::Task => {
                let fields =
                    vec![("company", id.as_str()), ("title", "Call"), ("owner", owner), ("due_on", "2027-01-05")];
                ("/api/tasks/create", fields)
            }
            Self::Thread => {
                ("/api/messages/open", vec![("company", id.as_str()), ("subject", "A visit"), ("body", "When?")])
            }
            Self::Note => ("/api/notes/add", vec![("company", id.as_str()), ("body", "They hesitate.")]),
            Self::Relation => {
                let fields = vec![("company", id.as_str()), ("other_company", "Third Party"), ("side", "competitor")];
                ("/api/companies/relate", fields)
            }
            Self::Person => ("/api/people/create", vec![("name", name), ("company", name), ("title", "Doctor")]),
            Self::Invitation => {
                let fields = vec![
                    ("company", id.as_str()),
                    ("email", email.as_str()),
                    ("name", "Invited"),
                    ("rights", "viewer"),
                    ("language", "en"),
                ];
                ("/api/invitations/invite-colleague", fields)
            }
            Self::Follow => ("/api/follows/set", vec![("company", id.as_str()), ("follow", "true")]),
            Self::Document => {
                let fields = [("audience", "zone"), ("note", "")];
                let answer = staff.send(&format!("{page}/documents"), &fields, "a.txt", b"What they said.\n").await;
                return answer.location();
            }
        };
        staff.post(&page, url, &fields).await.location()
    }
}

async fn what_is_added_while_companies_are_merged_goes_with_them(portal: Portal) {
    let mut one = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Administrator).await;
    let owner = portal.account("owner", Role::Staff).await.to_string();
    one.add_company("Third Party").await;
    let waiting = async |number: usize| until("they wait", async || portal.waiting().await >= number).await;
    let mut moved = 0;
    for (at, added) in Added::ALL.into_iter().enumerate() {
        for added_first in [true, false] {
            let name = format!("Leaving {at} {added_first}");
            let winner = one.add_company(&format!("Staying {at} {added_first}")).await;
            let loser = one.add_company(&name).await;
            // Both write, and neither comes to the end before the other has begun: the journal is held.
            let mut gate = portal.write().await;
            app::backend::journal::Chain::open(&mut gate).await.unwrap();
            let merging = async {
                waiting(usize::from(added_first)).await;
                merge(&mut other, winner, loser, &[("name_en", "Stays")]).await
            };
            let adding = async {
                waiting(usize::from(!added_first)).await;
                added.add(&mut one, loser, &name, &owner).await
            };
            let opening = async {
                waiting(2).await;
                drop(gate);
            };
            let (merged, to, ()) = tokio::join!(merging, adding, opening);
            assert_eq!(merged, format!("/companies/{winner}"), "{added:?} {added_first}");
            let left = number(&portal, added.rows(), loser).await;
            assert_eq!(left, 0, "{added:?}, added first: {added_first}: stays at who is gone");
            let there = number(&portal, added.rows(), winner).await;
            let refused = to.contains("refused=");
            assert!(there == 1 || (refused && there == 0), "{added:?}, added first: {added_first}: {there} {to}");
            moved += i64::from(added_first && there == 1);
        }
    }
    assert!(moved > 0, "nothing was there to be moved");
    portal.journal_holds().await;
}

async fn the_agencys_table_finds_the_company_that_stays(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Marvel Life Sciences Ltd.").await;
    let loser = staff.add_company("Marvel LifeSciences Ltd").await;
    merge(&mut staff, winner, loser, &[("name_en", "Marvel Life Sciences Ltd.")]).await;
    let table =
        crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Marvel LifeSciences Ltd")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
    assert_eq!(number(&portal, "SELECT count(*) FROM products WHERE company_id = $1", winner).await, 1);
    assert_eq!(portal.count("companies").await, 2, "and none is made");
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

async fn every_column_that_may_refer_to_a_company_or_a_person_is_known(portal: Portal) {
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
    let of_company = |(table, column): &&(String, String)| may_refer(column) && table != "people";
    for (table, column) in columns.iter().filter(of_company) {
        let place = (table.as_str(), column.as_str());
        let moves = REFERENCES.iter().any(|reference| (reference.table, reference.column) == place);
        let stays = STAYING.iter().any(|(table, column, _)| (*table, *column) == place);
        assert!(
            moves != stays || texts.contains(&place),
            "say in company/merge/references.rs what a merge does with {table}.{column}"
        );
        seen += 1;
    }
    assert!(seen >= REFERENCES.len(), "{columns:?}");
    let mut seen = 0;
    for (table, column) in &columns {
        let of_people = table == "people" && column == "merged_into";
        if !of_people && !column.split('_').any(|word| word == "person") {
            continue;
        }
        let moves = PEOPLE_REFERENCES.iter().any(|reference| (reference.table, reference.column) == (table, column));
        let stays = PEOPLE_STAYING.iter().any(|(known, name, _)| known == table && name == column);
        assert!(moves != stays, "say in person/merge/references.rs what a merge does with {table}.{column}");
        seen += 1;
    }
    assert_eq!(seen, PEOPLE_REFERENCES.len() + PEOPLE_STAYING.len(), "{columns:?}");
}

async fn notifications_that_would_not_be_told_apart_stay(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let mut follower = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Aurelis Bio").await;
    let loser = staff.add_company("AURELIS BIO GmbH").await;
    for company in [winner, loser] {
        let id = company.to_string();
        follower.post("/companies", "/api/follows/set", &[("company", &id), ("follow", "true")]).await;
        let page = format!("/companies/{company}/edit");
        let name = if company == winner { "Aurelis Bio" } else { "AURELIS BIO GmbH" };
        let edit =
            [("id", id.as_str()), ("version", "1"), ("kinds[]", "manufacturer"), ("name_en", name), ("city", "Graz")];
        let answer = staff.post(&page, "/api/companies/edit", &edit).await;
        assert!(!answer.location().contains("refused"), "{}", answer.location());
    }
    assert_eq!(portal.count("notifications").await, 2, "one of each");
    let to = merge(&mut staff, winner, loser, &[("name_en", "Aurelis Bio"), ("city", "Graz")]).await;
    assert_eq!(to, format!("/companies/{winner}"));
    assert_eq!(portal.count("follows").await, 1, "who followed both follows the one");
    let left = "SELECT count(*) FROM notifications WHERE subject_id = $1";
    assert_eq!((number(&portal, left, winner).await, number(&portal, left, loser).await), (1, 1));
    assert_eq!(undo(&portal, &mut staff, loser).await, "/companies/merges");
    assert_eq!((portal.count("follows").await, number(&portal, left, loser).await), (2, 1));
}

async fn who_is_erased_does_not_come_back_with_a_company(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Norvella").await;
    let loser = staff.add_company("Norvella AB").await;
    let both = [(winner, Rights::Viewer), (loser, Rights::Administrator)];
    let (account, _) = portal.person("nora", &both).await;
    merge(&mut staff, winner, loser, &[("name_en", "Norvella")]).await;
    let mut tx = portal.write().await;
    let person = app::privacy::store::person(&mut tx, account).await.unwrap().unwrap();
    let mentions = app::privacy::erasure::mentions(&mut tx, &person).await.unwrap();
    let now = portal.backend.clock.now();
    let author = app::backend::journal::Author { actor: None, origin: "web", address: String::new(), now };
    app::privacy::erasure::erase(&mut tx, &author, &person, &mentions).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(undo(&portal, &mut staff, loser).await, "/companies/merges");
    let acts = "SELECT count(*) FROM affiliations WHERE account_id = $1 AND ended_at IS NULL";
    assert_eq!(number(&portal, acts, account).await, 0);
    assert_eq!(number(&portal, "SELECT count(*) FROM affiliations WHERE company_id = $1", loser).await, 0);
    portal.journal_holds().await;
}

async fn what_was_taken_from_somebody_is_not_given_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Quercia").await;
    let loser = staff.add_company("Quercia Srl").await;
    let of_both = |here, there| [(winner, here), (loser, there)];
    portal.person("boss", &of_both(Rights::Administrator, Rights::Viewer)).await;
    let (ann, mut ann_browser) = portal.person("ann", &of_both(Rights::Viewer, Rights::Administrator)).await;
    let (bob, _) = portal.person("bob", &of_both(Rights::Administrator, Rights::Manager)).await;
    let (cem, mut cem_browser) = portal.person("cem", &of_both(Rights::Viewer, Rights::Manager)).await;
    assert_eq!(merge(&mut staff, winner, loser, &[("name_en", "Quercia")]).await, format!("/companies/{winner}"));
    assert_eq!(rights_of(&portal, winner, ann).await, Some(Rights::Administrator));
    // While the two are one, Ann's access ends and Bob's is lowered.
    assert_eq!(end(&mut staff, winner, ann, "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(change(&mut staff, winner, bob, "viewer", "").await.0, StatusCode::SEE_OTHER);
    assert_eq!(undo(&portal, &mut staff, loser).await, "/companies/merges");
    for company in [winner, loser] {
        assert_eq!(rights_of(&portal, company, ann).await, None);
        assert_eq!(rights_of(&portal, company, bob).await, Some(Rights::Viewer));
        let path = format!("/companies/{company}");
        assert_eq!(ann_browser.get(&path).await.status, StatusCode::NOT_FOUND);
        cem_browser.page(&path).await;
    }
    let of_cem = (rights_of(&portal, winner, cem).await, rights_of(&portal, loser, cem).await);
    assert_eq!(of_cem, (Some(Rights::Viewer), Some(Rights::Manager)), "of others everything is as it was");
    let words = staff.page(&format!("/companies/{loser}/representatives")).await.words();
    assert!(words.contains("Formerly (1)") && words.contains("ann"), "{words}");
    portal.journal_holds().await;
}

async fn joining_and_enquiries_add_no_company_twice(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("Petrella Pharma GmbH").await;
    let request = crate::joining::asked(&portal, "PETRELLA PHARMA GMBH", "ada@petrella.example").await.to_string();
    let fields = [
        ("id", request.as_str()),
        ("name_en", "PETRELLA  PHARMA GMBH"),
        ("kinds[]", "manufacturer"),
        ("new_rights", "viewer"),
    ];
    let (_, page) = staff.submit(&format!("/joining/{request}"), "/api/joining/accept-new", &fields).await;
    assert!(page.words().contains("The register has something like this already"), "{}", page.words());
    assert_eq!((portal.count("companies").await, portal.count("invitations").await), (1, 0));
}

/// Adds a person by the form; gives their id.
pub async fn add_person(staff: &mut Browser, fields: &[(&str, &str)]) -> Uuid {
    let answer = staff.post("/people/new", "/api/people/create", fields).await;
    answer.location().strip_prefix("/people/").unwrap_or_else(|| panic!("{}", answer.location())).parse().unwrap()
}

/// A merge of two people made for it.
pub async fn merged_people(portal: &Portal, staff: &mut Browser) -> Uuid {
    let winner = add_person(staff, &[("name", "Quill One")]).await;
    let loser = add_person(staff, &[("name", "Quill Two")]).await;
    let answer = merge_people(staff, winner, loser, &[("name", "Quill One")]).await;
    assert_eq!(answer, format!("/people/{winner}"));
    let mut tx = portal.read().await;
    ask!(&mut tx, |c| sqlx::query_scalar("SELECT id FROM person_merges").fetch_one(c).await).unwrap()
}

/// Merges two people from the page as it is now; gives where that leads.
async fn merge_people(staff: &mut Browser, winner: Uuid, loser: Uuid, fields: &[(&str, &str)]) -> String {
    let page = format!("/people/{winner}/merge/{loser}");
    let drawn = staff.page(&page).await;
    let (winner, loser) = (winner.to_string(), loser.to_string());
    let (mine, theirs) = (drawn.field("winner_version"), drawn.field("loser_version"));
    let mut all =
        vec![("winner", winner.as_str()), ("loser", &loser), ("winner_version", &mine), ("loser_version", &theirs)];
    all.extend(fields);
    staff.post(&page, "/api/people/merge", &all).await.location()
}

async fn undo_people(portal: &Portal, staff: &mut Browser) -> String {
    let mut tx = portal.read().await;
    let sql = "SELECT id FROM person_merges ORDER BY merged_at DESC, id DESC LIMIT 1";
    let id: Uuid = ask!(&mut tx, |c| sqlx::query_scalar(sql).fetch_one(c).await).unwrap();
    drop(tx);
    staff.post("/people/merges", "/api/people/unmerge", &[("id", &id.to_string())]).await.location()
}

async fn a_person_is_asked_about_before_they_are_added_twice(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    staff.add_company("The Company").await;
    staff.add_company("Elsewhere").await;
    let known = add_person(&mut staff, &[("name", "Jens Hansén"), ("company", "The Company")]).await;
    // Elsewhere somebody may well have the same name.
    let namesake = add_person(&mut staff, &[("name", "Jens Hansen"), ("company", "Elsewhere")]).await;
    let mut fields = vec![("name", "Hansen Jens"), ("company", "The Company"), ("title", "Director")];
    let (_, page) = staff.submit("/people/new", "/api/people/create", &fields).await;
    assert_eq!(portal.count("people").await, 2, "nobody was added");
    let words = page.words();
    assert!(words.contains("Is it one of these people?") && words.contains("same name at the same company"), "{words}");
    assert!(page.text().contains(&format!("/people/{known}\" target=\"_blank\"")));
    assert!(!page.text().contains(&namesake.to_string()));
    assert_eq!(page.field("title"), "Director", "what was typed is kept");
    fields.push(("not_duplicate", "yes"));
    let other = add_person(&mut staff, &fields).await;
    let words = staff.page(&format!("/people/{known}")).await.words();
    assert!(!words.contains("May be the same person"), "what was said is remembered: {words}");
    // Those who only sound alike are two.
    add_person(&mut staff, &[("name", "Li Wei"), ("name_zh", "李伟"), ("company", "Elsewhere")]).await;
    add_person(&mut staff, &[("name", "Li Wei"), ("name_zh", "李薇"), ("company", "Elsewhere")]).await;
    // By a number, and once both are there, on the page.
    let caller = add_person(&mut staff, &[("name", "Maja Lund"), ("phone", "+45 44 88 77 66")]).await;
    let again = [("name", "Maja Lund"), ("phone", "0045 44887766"), ("not_duplicate", "yes")];
    let (_, page) = staff.submit("/people/new", "/api/people/create", &again[..2]).await;
    assert!(page.words().contains("same name and number"), "{}", page.words());
    assert_eq!(portal.count("people").await, 6);
    let works = [("person", &*namesake.to_string()), ("company", "The Company")];
    staff.post(&format!("/people/{namesake}/positions/new"), "/api/positions/add", &works).await;
    let page = staff.page(&format!("/people/{namesake}")).await;
    assert!(page.words().contains("May be the same person"), "{}", page.words());
    assert!(page.text().contains(&format!("/people/{namesake}/merge/{known}")), "{}", page.words());
    for id in [known, other] {
        let apart = [("id", &*namesake.to_string()), ("other", &*id.to_string())];
        staff.post(&format!("/people/{namesake}"), "/api/people/apart", &apart).await;
    }
    assert!(!staff.page(&format!("/people/{namesake}")).await.words().contains("May be the same person"));
    // Those who may not merge are not told.
    let mut executive = portal.signed_in(Role::Executive).await;
    assert!(!executive.page(&format!("/people/{caller}")).await.words().contains("May be the same person"));
    portal.journal_holds().await;
}

async fn two_people_become_one_and_two_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    for name in ["The Company", "Elsewhere"] {
        staff.add_company(name).await;
    }
    portal.account("ada", Role::Representative).await;
    let winner = add_person(
        &mut staff,
        &[("name", "Ada Lunde"), ("email", "ada@one.example"), ("company", "The Company"), ("title", "Director")],
    )
    .await;
    let loser = add_person(
        &mut staff,
        &[
            ("name", "Lunde Ada"),
            ("email", "ada@two.example"),
            ("account", "ada@story.example"),
            ("company", "The Company"),
            ("not_duplicate", "yes"),
        ],
    )
    .await;
    let works = [("person", &*loser.to_string()), ("company", "Elsewhere"), ("title", "Advisor")];
    staff.post(&format!("/people/{loser}/positions/new"), "/api/positions/add", &works).await;
    // Both are noted of one conversation.
    let (one, other) = (winner.to_string(), loser.to_string());
    let said = [
        ("kind", "meeting"),
        ("at", "2026-09-18T14:30"),
        ("company", "The Company"),
        ("people[]", one.as_str()),
        ("people[]", &other),
        ("summary", "They met."),
    ];
    let answer = staff.post("/interactions/new", "/api/interactions/record", &said).await;
    assert!(answer.location().starts_with("/interactions/0"), "{}", answer.location());
    assert_eq!(portal.count("interaction_people").await, 2);
    let page = staff.page(&format!("/people/{winner}/merge/{loser}")).await.words();
    for text in ["ada@one.example", "ada@two.example", "Elsewhere"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // The other one's address and account.
    let chosen = [("name", "Ada Lunde"), ("email", "ada@two.example"), ("account", "ada@story.example")];
    assert_eq!(merge_people(&mut staff, winner, loser, &chosen).await, format!("/people/{winner}"));
    let page = staff.page(&format!("/people/{winner}")).await.words();
    for text in ["ada@two.example", "Elsewhere", "Advisor", "Director"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    let positions = "SELECT count(*) FROM positions WHERE person_id = $1";
    assert_eq!(number(&portal, positions, winner).await, 2, "the one that said nothing more is gone");
    let mains = "SELECT count(*) FROM positions WHERE person_id = $1 AND main";
    assert_eq!(number(&portal, mains, winner).await, 1);
    assert_eq!(portal.count("interaction_people").await, 1, "one took part");
    let old = staff.get(&format!("/people/{loser}")).await;
    assert_eq!((old.status, old.location()), (StatusCode::PERMANENT_REDIRECT, format!("/people/{winner}")));
    staff.post("/people", "/api/people/restore", &[("id", &loser.to_string())]).await;
    assert_eq!(staff.get(&format!("/people/{loser}")).await.status, StatusCode::PERMANENT_REDIRECT);
    let found = staff.page("/search?q=lunde").await.text();
    assert!(found.contains(&winner.to_string()) && !found.contains(&loser.to_string()), "found once");
    let count = staff.page("/people").await.words();
    assert!(count.contains("1 person"), "{count}");

    // What somebody changed since stays.
    let id = winner.to_string();
    let version = staff.page(&format!("/people/{winner}/edit")).await.field("version");
    let edit = [
        ("id", id.as_str()),
        ("version", &version),
        ("name", "Ada Lunde"),
        ("email", "ada@three.example"),
        ("account", "ada@story.example"),
    ];
    staff.post(&format!("/people/{winner}/edit"), "/api/people/edit", &edit).await;
    assert_eq!(undo_people(&portal, &mut staff).await, "/people/merges");
    let merges = staff.page("/people/merges").await.words();
    assert!(merges.contains("Left as changed since: E-mail address"), "{merges}");
    let page = staff.page(&format!("/people/{loser}")).await.words();
    for text in ["Lunde Ada", "ada@two.example", "ada@story.example", "Elsewhere", "The Company"] {
        assert!(page.contains(text), "{text}: {page}");
    }
    assert_eq!((number(&portal, positions, winner).await, number(&portal, positions, loser).await), (1, 2));
    assert_eq!((number(&portal, mains, winner).await, number(&portal, mains, loser).await), (1, 1));
    assert_eq!(portal.count("interaction_people").await, 2);
    let page = staff.page(&format!("/people/{winner}")).await.words();
    assert!(page.contains("ada@three.example") && page.contains("Account in the portal None"), "{page}");
    let found = staff.page("/search?q=lunde").await.text();
    assert!(found.contains(&winner.to_string()) && found.contains(&loser.to_string()), "found as two again");
    assert!(undo_people(&portal, &mut staff).await.contains("refused="), "once");
    portal.journal_holds().await;
}

async fn two_of_staff_merge_the_same_people(portal: Portal) {
    let mut one = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Administrator).await;
    let first = add_person(&mut one, &[("name", "First")]).await;
    let second = add_person(&mut one, &[("name", "Second")]).await;
    let (a, b) = (first.to_string(), second.to_string());
    let versions = [("winner_version", "1"), ("loser_version", "1"), ("name", "First")];
    let mine: Vec<_> = [("winner", a.as_str()), ("loser", &b)].into_iter().chain(versions).collect();
    let theirs: Vec<_> = [("winner", b.as_str()), ("loser", &a)].into_iter().chain(versions).collect();
    let (here, there) = (format!("/people/{a}/merge/{b}"), format!("/people/{b}/merge/{a}"));
    let (left, right) =
        tokio::join!(one.post(&here, "/api/people/merge", &mine), other.post(&there, "/api/people/merge", &theirs));
    let refused = [left.location(), right.location()].iter().filter(|location| location.contains("refused=")).count();
    assert_eq!(refused, 1, "{} {}", left.location(), right.location());
    assert_eq!(portal.count("person_merges").await, 1);
}

async fn who_was_merged_is_erased_with_the_other(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let account = portal.account("eve", Role::Representative).await;
    let winner = add_person(&mut staff, &[("name", "Eve"), ("account", "eve@story.example")]).await;
    let loser = add_person(&mut staff, &[("name", "Eve Secondname"), ("email", "eve@private.example")]).await;
    let chosen = [("name", "Eve"), ("account", "eve@story.example")];
    assert_eq!(merge_people(&mut staff, winner, loser, &chosen).await, format!("/people/{winner}"));
    let mut tx = portal.write().await;
    let person = app::privacy::store::person(&mut tx, account).await.unwrap().unwrap();
    let mentions = app::privacy::erasure::mentions(&mut tx, &person).await.unwrap();
    let now = portal.backend.clock.now();
    let author = app::backend::journal::Author { actor: None, origin: "web", address: String::new(), now };
    app::privacy::erasure::erase(&mut tx, &author, &person, &mentions).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = portal.read().await;
    let left: Vec<(String, String)> =
        ask!(&mut tx, |c| sqlx::query_as("SELECT name, email FROM people").fetch_all(c).await).unwrap();
    assert!(left.iter().all(|(name, email)| !name.contains("Eve") && email.is_empty()), "{left:?}");
    let kept: String = ask!(&mut tx, |c| {
        sqlx::query_scalar("SELECT fields_before || fields_after || fields_theirs FROM person_merges")
            .fetch_one(c)
            .await
    })
    .unwrap();
    assert_eq!(kept, "");
    drop(tx);
    assert!(undo_people(&portal, &mut staff).await.contains("refused="), "nothing is left to go back to");
    assert!(staff.page("/people/merges").await.words().contains("cannot be undone"));
}

/// Not among the stories, for it takes minutes: `cargo test -p server --test stories duplicate -- --ignored --nocapture`.
async fn measured(portal: Portal) {
    use app::company::duplicate::check::likely;
    use app::company::duplicate::store::make_keys;
    use app::company::model::Facts;

    const COMPANIES: i64 = 100_000;
    /// So many have their like.
    const EVERY: i64 = 50;
    let name = |number: i64| {
        let number = if number % EVERY == 1 { number - 1 } else { number };
        let of = |words: &[&'static str], by: i64| words[usize::try_from((number / by) % words.len() as i64).unwrap()];
        let syllables = [
            "ba", "cor", "del", "fen", "gal", "hy", "ix", "jo", "kar", "lum", "med", "nov", "or", "phar", "qua", "rib",
        ];
        let trades =
            ["Pharma", "Pharmaceuticals", "Biotech", "Medical Devices", "Therapeutics", "Healthcare", "Diagnostics"];
        let forms = ["GmbH", "Ltd.", "S.A.", "A/S", "B.V.", "Inc.", "Co., Ltd.", "AG", "S.p.A."];
        let (a, b, c, d) = (of(&syllables, 1), of(&syllables, 16), of(&syllables, 256), of(&syllables, 4096));
        format!("{a}{b}{c}{d} {} {}", of(&trades, 7), of(&forms, 3))
    };
    let mut tx = portal.write().await;
    for number in 0..COMPANIES {
        let (id, name) = (app::backend::clock::new_id(), name(number));
        let website = format!("https://www.{}.example", name.split(' ').next().unwrap());
        app::on!(&mut tx, |c| sqlx::query(
            "INSERT INTO companies (id, name_en, name_zh, name_local, kinds, country, city, website, stage, about,
                                    search_text, name_text, sort_en, sort_zh, created_at, changed_at, version)
             VALUES ($1, $2, '', '', ' agent ', NULL, '', $3, 'target', '', $2, $2, $2, $2, 0, 0, 1)"
        )
        .bind(id)
        .bind(&name)
        .bind(&website)
        .execute(c)
        .await)
        .unwrap();
    }
    tx.commit().await.unwrap();
    let started = app::backend::clock::stopwatch();
    loop {
        let mut tx = portal.write().await;
        let made = make_keys(&mut tx, 500).await.unwrap();
        tx.commit().await.unwrap();
        if made == 0 {
            break;
        }
    }
    println!("keys of {COMPANIES} companies: {:.1} s", started.elapsed().as_secs_f64());
    println!("keys: {}", portal.count("company_keys").await);
    if let app::backend::database::Tx::Postgres(_) = portal.read().await {
        let mut tx = portal.write().await;
        app::on!(&mut tx, |c| sqlx::query("ANALYZE").execute(c).await).unwrap();
        tx.commit().await.unwrap();
    }
    let mut times = Vec::new();
    for number in 0..200 {
        let facts = Facts { name_en: name(number * 487), country: Some("DK".into()), ..Facts::default() };
        let mut tx = portal.read().await;
        let started = app::backend::clock::stopwatch();
        let found = likely(&mut tx, &facts, None).await.unwrap();
        times.push(started.elapsed().as_secs_f64() * 1000.0);
        assert!(!found.is_empty(), "{}", facts.name_en);
    }
    times.sort_by(f64::total_cmp);
    println!("check on entry: median {:.2} ms, p99 {:.2} ms", times[100], times[197]);
    let joining = app::joining::likeness::Sought {
        company_name: "Corbadelfen Pharma",
        country: None,
        website: "https://corbadelfen.example",
        domain: "corbadelfem.example",
    };
    let mut tx = portal.read().await;
    let started = app::backend::clock::stopwatch();
    let found = app::joining::store::candidates(&mut tx, &joining, portal.backend.clock.now()).await.unwrap();
    println!("candidates of a request: {} in {:.1} ms", found.len(), started.elapsed().as_secs_f64() * 1000.0);
    drop(tx);
    let (started, mut longest) = (app::backend::clock::stopwatch(), 0.0_f64);
    let swept = 10_000;
    for _ in 0..swept / 100 {
        let batch = app::backend::clock::stopwatch();
        let mut tx = portal.write().await;
        let now = portal.backend.clock.now();
        app::company::duplicate::store::compare_some(&mut tx, 100, now).await.unwrap();
        tx.commit().await.unwrap();
        longest = longest.max(batch.elapsed().as_secs_f64());
    }
    let took = started.elapsed().as_secs_f64();
    println!("sweep of {swept}: {took:.1} s, so {:.0} s for all; longest transaction {longest:.2} s", took * 10.0);
    println!("pairs: {}", portal.count("company_pairs").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes"]
async fn measured_on_sqlite() {
    measured(Portal::empty(crate::harness::Kind::Sqlite).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it takes minutes"]
async fn measured_on_postgresql() {
    if let Some(portal) = Portal::empty(crate::harness::Kind::Postgres).await {
        measured(portal).await;
    }
}
