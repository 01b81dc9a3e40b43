//! Who can see a record, and why: the rules that guard it, asked for each person in turn.

mod model;
pub mod pages;

use leptos::prelude::*;
use uuid::Uuid;

pub use model::{Kind, Why, why};

use crate::actor::Actor;
use crate::language::Texts;

/// Where it is told of a record.
pub fn url(kind: Kind, id: Uuid) -> String {
    format!("{}?kind={}&id={id}", pages::PATH, kind.code())
}

/// The link on a record's page, for administrators.
pub fn link(actor: &Actor, kind: Kind, id: Uuid, t: &'static Texts) -> Option<AnyView> {
    actor.may_administer().then(|| view! { <p><a href=url(kind, id)>{t.visibility_link()}</a></p> }.into_any())
}
