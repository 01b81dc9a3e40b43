//! How a field names a record that an agreement is linked to: a product by its name, and each by the address of its page.

use uuid::Uuid;

use super::model::Kind;
use crate::backend::database::Tx;
use crate::error::{Check, Problem, Result};
use crate::language::Language;
use crate::{interaction, product};

/// A record that was named.
pub(super) struct Found {
    pub kind: Kind,
    pub id: Uuid,
    /// As the journal keeps it.
    pub name: String,
}

/// What the journal calls a record; none where there is none. What was said in an interaction could not be taken back there:
/// its moment stands for it.
pub(super) async fn name(tx: &mut Tx, kind: Kind, id: Uuid) -> Result<Option<String>> {
    Ok(match kind {
        Kind::Product => {
            let found = product::store::find(tx, id).await?;
            found.map(|found| Language::En.prefer(&found.facts.name_en, &found.facts.name_zh).to_owned())
        }
        Kind::Interaction => interaction::store::find(tx, id).await?.map(|found| found.details.at.iso()),
    })
}

/// The record that a text stands for; none, and the problem noted, when there is not exactly one.
pub(super) async fn resolve(tx: &mut Tx, check: &mut Check, field: &str, typed: &str) -> Result<Option<Found>> {
    let text = check.line(field, typed, 500);
    if text.is_empty() {
        check.note(field, Problem::Missing);
        return Ok(None);
    }
    let (kind, id) = match Kind::of_address(&text) {
        Some(found) => found,
        None => match product::store::named(tx, &text).await?[..] {
            [one] => (Kind::Product, one),
            [] => {
                check.note(field, Problem::NoRecord);
                return Ok(None);
            }
            _ => {
                check.note(field, Problem::SeveralRecords);
                return Ok(None);
            }
        },
    };
    let found = name(tx, kind, id).await?.map(|name| Found { kind, id, name });
    if found.is_none() {
        check.note(field, Problem::NoRecord);
    }
    Ok(found)
}
