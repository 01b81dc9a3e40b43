//! What is added to a person while somebody merges them into another goes with them, or is refused.

use app::actor::Role;
use sqlx::types::Uuid;

use super::number;
use super::people::{add_person, merge_people};
use crate::agreement::{begin, parties};
use crate::both;
use crate::harness::{Browser, Portal, until};

both!(what_is_added_while_people_are_merged_goes_with_them);

/// What staff adds to a person.
#[derive(Clone, Copy, Debug)]
enum Added {
    Position,
    Interaction,
    Contact,
}

impl Added {
    const ALL: [Self; 3] = [Self::Position, Self::Interaction, Self::Contact];

    fn rows(self) -> &'static str {
        match self {
            Self::Position => "SELECT count(*) FROM positions WHERE person_id = $1 AND title = 'Added'",
            Self::Interaction => "SELECT count(*) FROM interaction_people WHERE person_id = $1",
            Self::Contact => "SELECT count(*) FROM agreement_contacts WHERE person_id = $1",
        }
    }

    /// Adds it; gives where that leads.
    async fn add(self, staff: &mut Browser, person: Uuid, agreement: &(String, String, String)) -> String {
        let id = person.to_string();
        let contact = format!("person:{id}");
        let (number, party, version) = agreement;
        let (url, fields) = match self {
            Self::Position => {
                ("/api/positions/add", vec![("person", id.as_str()), ("company", "Brook"), ("title", "Added")])
            }
            Self::Interaction => (
                "/api/interactions/record",
                vec![
                    ("kind", "call"),
                    ("at", "2026-01-05T10:00"),
                    ("company", "Alpine"),
                    ("people[]", id.as_str()),
                    ("summary", "Spoken."),
                ],
            ),
            Self::Contact => (
                "/api/agreements/edit-party",
                vec![("id", number.as_str()), ("version", version), ("party", party), ("contacts[]", &contact)],
            ),
        };
        staff.post("/today", url, &fields).await.location()
    }
}

async fn what_is_added_while_people_are_merged_goes_with_them(portal: Portal) {
    let mut one = portal.signed_in(Role::Staff).await;
    let mut other = portal.signed_in(Role::Administrator).await;
    for name in ["Alpine", "Brook"] {
        one.add_company(name).await;
    }
    let waiting = async |number: usize| until("they wait", async || portal.waiting().await >= number).await;
    let mut moved = 0;
    for (at, added) in Added::ALL.into_iter().enumerate() {
        for added_first in [true, false] {
            let (stays, goes) = (format!("Staying {at} {added_first}"), format!("Leaving {at} {added_first}"));
            let works = |name: &str| vec![("name", name.to_owned()), ("company", "Alpine".to_owned())];
            let mut ids = Vec::new();
            for name in [&stays, &goes] {
                let fields = works(name);
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                ids.push(add_person(&mut one, &fields).await);
            }
            let (winner, loser) = (ids[0], ids[1]);
            let agreement = begin(&mut one, &goes, &["Alpine", "Brook"], &[]).await;
            let party = parties(&mut one, &agreement).await[0].clone();
            let version = one.page(&format!("/agreements/{agreement}?do=party&party={party}")).await.field("version");
            let agreement = (agreement, party, version);
            // Both write, and neither comes to the end before the other has begun: the journal is held.
            let mut gate = portal.write().await;
            app::backend::journal::Chain::open(&mut gate).await.unwrap();
            let merging = async {
                waiting(usize::from(added_first)).await;
                merge_people(&mut other, winner, loser, &[("name", "Stays")]).await
            };
            let adding = async {
                waiting(usize::from(!added_first)).await;
                added.add(&mut one, loser, &agreement).await
            };
            let opening = async {
                waiting(2).await;
                drop(gate);
            };
            let (merged, to, ()) = tokio::join!(merging, adding, opening);
            assert_eq!(merged, format!("/people/{winner}"), "{added:?} {added_first}");
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
