//! A merge moves everything that refers to the loser, whatever else happens meanwhile.

use app::actor::{Rights, Role};
use app::affiliation::model::Terms;
use app::ask;
use app::company::merge::references::REFERENCES;
use http::StatusCode;
use sqlx::types::Uuid;

use super::{merge, merge_page, number, put, undo};
use crate::both;
use crate::harness::{Browser, Portal, until};

both!(
    everything_that_refers_to_the_loser_moves_and_comes_back,
    two_people_merge_the_same_pair,
    what_is_added_while_companies_are_merged_goes_with_them,
    notifications_that_would_not_be_told_apart_stay,
);

async fn everything_that_refers_to_the_loser_moves_and_comes_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let winner = staff.add_company("Marvel Life Sciences Ltd.").await;
    let loser = put(&portal, "Marvel LifeSciences Ltd").await;
    let table =
        crate::harness::ema_table(&[("Human", "Alphamab", "EMEA/H/C/900001", "Authorised", "Marvel LifeSciences Ltd")]);
    app::product::upload::import_file(&portal.backend, "table.csv", table).await.unwrap();
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
