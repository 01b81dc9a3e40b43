//! Merges of which one follows another, undone in any order: what went comes back whole, and to where its company is by then.

use app::actor::Role;
use app::ask;
use sqlx::types::Uuid;

use super::people::{add_person, merge_people, undo_people};
use super::{merge, number, undo};
use crate::agreement::{begin, id_of, parties};
use crate::both;
use crate::harness::{Browser, Portal};

both!(
    a_relation_comes_back_to_where_its_company_is_by_now,
    a_relation_between_those_who_are_one_by_now_waits_until_they_are_two,
    a_relation_that_went_later_belongs_to_whom_it_was_given_back,
    a_position_comes_back_to_where_its_company_is_by_now,
    a_position_that_went_later_belongs_to_whom_it_was_given_back,
    contacts_of_an_agreement_become_one_and_two_again,
    a_conversation_that_was_removed_gets_nobody_back,
);

async fn relate(staff: &mut Browser, company: Uuid, other: &str) {
    let fields = [("company", &*company.to_string()), ("other_company", other), ("side", "licensee")];
    let answer = staff.post("/companies", "/api/companies/relate", &fields).await;
    assert!(!answer.location().contains("refused"), "{}", answer.words());
}

async fn companies<const N: usize>(staff: &mut Browser, names: [&str; N]) -> [Uuid; N] {
    let mut ids = [Uuid::nil(); N];
    for (id, name) in ids.iter_mut().zip(names) {
        *id = staff.add_company(name).await;
    }
    ids
}

async fn merged(staff: &mut Browser, winner: Uuid, loser: Uuid, name: &str) {
    assert_eq!(merge(staff, winner, loser, &[("name_en", name)]).await, format!("/companies/{winner}"));
}

/// Between whom relations are: always the smaller id first.
async fn relations(portal: &Portal) -> Vec<(Uuid, Uuid)> {
    let mut tx = portal.read().await;
    let rows: Vec<(Uuid, Uuid)> = ask!(&mut tx, |c| {
        sqlx::query_as("SELECT from_company, to_company FROM company_relations").fetch_all(c).await
    })
    .unwrap();
    let mut rows: Vec<_> = rows.into_iter().map(|(from, to)| between(from, to)).collect();
    rows.sort();
    rows
}

fn between(one: Uuid, other: Uuid) -> (Uuid, Uuid) {
    (one.min(other), one.max(other))
}

fn sorted(mut rows: Vec<(Uuid, Uuid)>) -> Vec<(Uuid, Uuid)> {
    rows.sort();
    rows
}

async fn a_relation_comes_back_to_where_its_company_is_by_now(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let [a, b, c, d] = companies(&mut staff, ["Alpine", "Brook", "Cedar", "Delta"]).await;
    relate(&mut staff, a, "Cedar").await;
    relate(&mut staff, b, "Cedar").await;
    merged(&mut staff, a, b, "Alpine").await;
    assert_eq!(relations(&portal).await, [between(a, c)], "one of the two went");
    merged(&mut staff, d, c, "Delta").await;
    assert_eq!(undo(&portal, &mut staff, b).await, "/companies/merges");
    assert_eq!(relations(&portal).await, sorted(vec![between(a, d), between(b, d)]));
    let words = staff.page(&format!("/companies/{d}")).await.words();
    assert!(words.contains("Alpine") && words.contains("Brook"), "{words}");
    // And with that company it goes back, too.
    assert_eq!(undo(&portal, &mut staff, c).await, "/companies/merges");
    assert_eq!(relations(&portal).await, sorted(vec![between(a, c), between(b, c)]));
    portal.journal_holds().await;
}

async fn a_relation_between_those_who_are_one_by_now_waits_until_they_are_two(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let [a, b, c] = companies(&mut staff, ["Alpine", "Brook", "Cedar"]).await;
    relate(&mut staff, a, "Cedar").await;
    relate(&mut staff, b, "Cedar").await;
    merged(&mut staff, a, b, "Alpine").await;
    merged(&mut staff, a, c, "Alpine").await;
    assert_eq!(relations(&portal).await, [], "nobody is related to oneself");
    assert_eq!(undo(&portal, &mut staff, b).await, "/companies/merges");
    assert_eq!(relations(&portal).await, [between(a, b)], "Brook's, with whom Cedar is by now");
    assert_eq!(undo(&portal, &mut staff, c).await, "/companies/merges");
    assert_eq!(relations(&portal).await, sorted(vec![between(a, c), between(b, c)]));
}

async fn a_relation_that_went_later_belongs_to_whom_it_was_given_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let [a, b, c, d] = companies(&mut staff, ["Alpine", "Brook", "Cedar", "Delta"]).await;
    relate(&mut staff, b, "Cedar").await;
    relate(&mut staff, b, "Delta").await;
    merged(&mut staff, a, b, "Alpine").await;
    merged(&mut staff, d, c, "Delta").await;
    assert_eq!(relations(&portal).await, [between(a, d)], "of both there is one");
    assert_eq!(undo(&portal, &mut staff, b).await, "/companies/merges");
    assert_eq!(relations(&portal).await, [between(b, d)]);
    assert_eq!(undo(&portal, &mut staff, c).await, "/companies/merges");
    assert_eq!(relations(&portal).await, sorted(vec![between(b, c), between(b, d)]));
}

const POSITIONS: &str = "SELECT count(*) FROM positions WHERE company_id = $1";

async fn two_directors(staff: &mut Browser, company: &str) -> (Uuid, Uuid) {
    let works = |name: &'static str| [("name", name), ("company", company), ("title", "CEO"), ("not_duplicate", "yes")];
    (add_person(staff, &works("Ada Lunde")).await, add_person(staff, &works("Lunde Ada")).await)
}

async fn a_position_comes_back_to_where_its_company_is_by_now(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let [a, b] = companies(&mut staff, ["Alpine", "Brook"]).await;
    let (one, other) = two_directors(&mut staff, "Brook").await;
    merge_people(&mut staff, one, other, &[("name", "Ada Lunde")]).await;
    merged(&mut staff, a, b, "Alpine").await;
    assert_eq!(undo_people(&portal, &mut staff).await, "/people/merges");
    assert_eq!((number(&portal, POSITIONS, a).await, number(&portal, POSITIONS, b).await), (2, 0));
    let words = staff.page(&format!("/people/{other}")).await.words();
    assert!(words.contains("Positions Alpine CEO"), "{words}");
    assert_eq!(undo(&portal, &mut staff, b).await, "/companies/merges");
    assert_eq!((number(&portal, POSITIONS, a).await, number(&portal, POSITIONS, b).await), (0, 2));
}

async fn a_position_that_went_later_belongs_to_whom_it_was_given_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    let [a, b] = companies(&mut staff, ["Alpine", "Brook"]).await;
    let (one, other) = two_directors(&mut staff, "Brook").await;
    merged(&mut staff, a, b, "Alpine").await;
    merge_people(&mut staff, one, other, &[("name", "Ada Lunde")]).await;
    assert_eq!(undo(&portal, &mut staff, b).await, "/companies/merges");
    assert_eq!(undo_people(&portal, &mut staff).await, "/people/merges");
    assert_eq!((number(&portal, POSITIONS, a).await, number(&portal, POSITIONS, b).await), (0, 2));
}

async fn contacts_of_an_agreement_become_one_and_two_again(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff, ["Alpine", "Brook"]).await;
    let (one, other) = two_directors(&mut staff, "Alpine").await;
    let agreement = begin(&mut staff, "A pilot", &["Alpine", "Brook"], &[]).await;
    let party = parties(&mut staff, &agreement).await[0].clone();
    let page = format!("/agreements/{agreement}?do=party&party={party}");
    let version = staff.page(&page).await.field("version");
    let (first, second) = (format!("person:{one}"), format!("person:{other}"));
    let fields = [
        ("id", agreement.as_str()),
        ("version", &version),
        ("party", &party),
        ("contacts[]", &first),
        ("contacts[]", &second),
    ];
    let (to, shown) = staff.submit(&page, "/api/agreements/edit-party", &fields).await;
    assert!(!to.contains("refused"), "{}", shown.words());
    let of = "SELECT count(*) FROM agreement_contacts WHERE person_id = $1";
    assert_eq!((number(&portal, of, one).await, number(&portal, of, other).await), (1, 1));
    merge_people(&mut staff, one, other, &[("name", "Ada Lunde")]).await;
    assert_eq!(portal.count("agreement_contacts").await, 1, "one contact");
    assert_eq!(undo_people(&portal, &mut staff).await, "/people/merges");
    assert_eq!((number(&portal, of, one).await, number(&portal, of, other).await), (1, 1));
    let agreement = id_of(&portal, &agreement).await;
    let whole = "SELECT count(*) FROM agreement_contacts t JOIN agreement_parties p ON p.id = t.party_id
                 WHERE t.id IS NOT NULL AND p.agreement_id = $1";
    assert_eq!(number(&portal, whole, agreement).await, 2, "each has its own id");
    portal.journal_holds().await;
}

async fn a_conversation_that_was_removed_gets_nobody_back(portal: Portal) {
    let mut staff = portal.signed_in(Role::Staff).await;
    companies(&mut staff, ["Alpine"]).await;
    let (one, other) = two_directors(&mut staff, "Alpine").await;
    let ids = (one.to_string(), other.to_string());
    let said = [
        ("kind", "meeting"),
        ("at", "2026-09-18T14:30"),
        ("company", "Alpine"),
        ("people[]", ids.0.as_str()),
        ("people[]", &ids.1),
        ("summary", "They met."),
    ];
    let url = staff.post("/interactions/new", "/api/interactions/record", &said).await.location();
    merge_people(&mut staff, one, other, &[("name", "Ada Lunde")]).await;
    let id = url.strip_prefix("/interactions/").unwrap();
    staff.post(&url, "/api/interactions/remove", &[("id", id), ("remove_reason", "Never was")]).await;
    assert_eq!(undo_people(&portal, &mut staff).await, "/people/merges");
    assert_eq!(portal.count("interaction_people").await, 0);
}
