//! The same for people: asked about before they are added twice, merged, and parted again.

use app::actor::Role;
use app::ask;
use http::StatusCode;
use sqlx::types::Uuid;

use super::number;
use crate::both;
use crate::harness::{Browser, Portal};

both!(
    a_person_is_asked_about_before_they_are_added_twice,
    two_people_become_one_and_two_again,
    two_of_staff_merge_the_same_people,
    who_was_merged_is_erased_with_the_other,
);

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
pub async fn merge_people(staff: &mut Browser, winner: Uuid, loser: Uuid, fields: &[(&str, &str)]) -> String {
    let page = format!("/people/{winner}/merge/{loser}");
    let drawn = staff.page(&page).await;
    let (winner, loser) = (winner.to_string(), loser.to_string());
    let (mine, theirs) = (drawn.field("winner_version"), drawn.field("loser_version"));
    let mut all =
        vec![("winner", winner.as_str()), ("loser", &loser), ("winner_version", &mine), ("loser_version", &theirs)];
    all.extend(fields);
    staff.post(&page, "/api/people/merge", &all).await.location()
}

pub async fn undo_people(portal: &Portal, staff: &mut Browser) -> String {
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
