//! What one can ask of the search.

use super::kinds::{Kind, Scope};
use super::store::{self, Hit};
use super::words::Asked;
use crate::actor::Actor;
use crate::backend::context::Visit;
use crate::backend::database::{Dialect, Part, from_json};
use crate::error::Result;
use crate::ui::query::Query;

/// The best few of each kind.
pub const FEW: i64 = 5;
/// Rows on a page of one kind.
pub const PAGE: i64 = 50;

/// What the search found.
pub struct Found {
    pub actor: Actor,
    pub asked: Asked,
    /// The one kind that is shown; none for the best of each.
    pub kind: Option<Kind>,
    /// From 1.
    pub page: i64,
    pub groups: Vec<Group>,
}

/// What the search found of a kind.
pub struct Group {
    pub kind: Kind,
    pub count: i64,
    /// Of kinds that are not shown, none.
    pub hits: Vec<Hit>,
}

/// The kinds of which a person finds anything at all.
fn kinds(actor: &Actor) -> Vec<(Kind, Scope)> {
    Kind::ALL.into_iter().filter_map(|kind| Some((kind, kind.scope(actor)?))).collect()
}

/// The kind that is asked for, if this person finds any of it.
fn chosen(actor: &Actor, query: &Query) -> Option<Kind> {
    Kind::from_code(query.get("kind")).filter(|kind| kind.scope(actor).is_some())
}

/// Reads a page of the search, in one round trip.
pub async fn search(visit: &Visit, query: &Query) -> Result<Found> {
    let asked = Asked::new(query.get("q"));
    let dialect = Dialect::of(&visit.backend.database);
    let page = query.page();
    let today = visit.now().iso_day();
    if asked.terms.is_empty() {
        let actor = visit.read().await?.actor;
        return Ok(Found { kind: chosen(&actor, query), actor, asked, page, groups: Vec::new() });
    }
    let parts = |actor: &Actor| -> Vec<Part> {
        let chosen = chosen(actor, query);
        let part = |(kind, scope): &(Kind, Scope)| {
            let limits = match chosen {
                None => (FEW, 0),
                Some(chosen) if chosen == *kind => (PAGE, (page - 1) * PAGE),
                // Its number alone.
                Some(_) => (1, 0),
            };
            store::part(dialect, *kind, scope, &asked, (visit.language, &today), limits)
        };
        kinds(actor).iter().map(part).collect()
    };
    let (actor, read) = visit.read_at_once(parts).await?;
    let chosen = chosen(&actor, query);
    let mut groups = Vec::new();
    for ((kind, _), read) in kinds(&actor).into_iter().zip(&read) {
        let mut hits: Vec<Hit> = from_json(read)?;
        let count = hits.first().map_or(0, |hit| hit.count);
        if chosen.is_some_and(|chosen| chosen != kind) {
            hits.clear();
        }
        groups.push(Group { kind, count, hits });
    }
    Ok(Found { actor, asked, kind: chosen, page, groups })
}
