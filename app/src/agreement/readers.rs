//! Who can see an agreement, told on its page: of one's own companies by name, of the other parties and of the zone only what
//! kind of people they are.

use std::collections::HashMap;

use leptos::prelude::*;
use uuid::Uuid;

use super::read::AgreementPage;
use super::show::called;
use super::store::Party;
use crate::actor::{Actor, Rights};
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::language::{Language, Texts};
use crate::privacy::model::shown_name;
use crate::time::Timestamp;

/// So many people are named.
const MOST: i64 = 300;

/// Those who act for the parties, by company, as far as their names are told.
#[derive(Clone, Debug, Default)]
pub struct Readers {
    people: HashMap<Uuid, Vec<(String, Rights)>>,
    /// Whether there are more of them than are named.
    cut: bool,
}

/// Reads who acts for the parties: for the zone's people of all of them, for others of those that they act for themselves. Before
/// the parties see an agreement nobody is read.
pub async fn read(tx: &mut Tx, actor: &Actor, parties: &[Party], shared: bool, now: Timestamp) -> Result<Readers> {
    let companies: Vec<Uuid> = parties.iter().map(|party| party.company).filter(|id| names(actor, *id)).collect();
    if !shared || companies.is_empty() {
        return Ok(Readers::default());
    }
    let today = now.iso_day();
    let mut sql = Sql::new(
        "SELECT f.company_id, a.name, f.rights FROM affiliations f JOIN accounts a ON a.id = f.account_id
         JOIN affiliation_rights r ON r.rights = f.rights
         WHERE f.ended_at IS NULL AND a.suspended_at IS NULL AND a.erased_at IS NULL AND a.role = 'representative' AND ",
    );
    sql.bind_in("f.company_id", &companies)
        .bind(" AND (f.since = '' OR f.since <= ?)", today.clone())
        .bind(" AND (f.until = '' OR f.until >= ?)", today)
        .push(" ORDER BY f.company_id, r.position DESC, a.name, a.id")
        .limit(MOST + 1, 0);
    let mut rows: Vec<(Uuid, String, String)> = sql.rows(tx).await?;
    let most = usize::try_from(MOST).unwrap_or(usize::MAX);
    let cut = rows.len() > most;
    rows.truncate(most);
    let mut people: HashMap<Uuid, Vec<(String, Rights)>> = HashMap::new();
    for (company, name, rights) in rows {
        people.entry(company).or_default().push((name, Rights::from_code(&rights).unwrap_or(Rights::Viewer)));
    }
    Ok(Readers { people, cut })
}

/// Whether this person is told the names of those who act for a company.
fn names(actor: &Actor, company: Uuid) -> bool {
    actor.role.works_in_zone() || actor.rights_in(company).is_some()
}

/// Who can see it, behind a summary that opens without scripts.
pub fn panel(read: &AgreementPage, t: &'static Texts, language: Language) -> AnyView {
    let agreement = &read.agreement;
    let shared = agreement.shared_at.is_some();
    let zone = if agreement.facts.private && !shared { t.readers_staff() } else { t.readers_zone() };
    let parties = if shared {
        let rows = read
            .parties
            .iter()
            .enumerate()
            .map(|(place, party)| {
                let company = language.prefer(&party.name_en, &party.name_zh).to_owned();
                let label = format!("{}{}{company}", called(place, t), t.form_colon());
                let people = if names(&read.actor, party.company) {
                    let people = read.readers.people.get(&party.company).map(Vec::as_slice).unwrap_or_default();
                    let items = people
                        .iter()
                        .map(|(name, rights)| view! { <li>{shown_name(name, t)}" · "{t.rights(*rights)}</li> })
                        .collect_view();
                    if people.is_empty() {
                        view! { <dd>{t.readers_nobody()}</dd> }.into_any()
                    } else {
                        view! { <dd><ul class="plain">{items}</ul></dd> }.into_any()
                    }
                } else {
                    view! { <dd>{t.readers_representatives()}</dd> }.into_any()
                };
                view! { <dt>{label}</dt>{people} }
            })
            .collect_view();
        view! { <dl class="facts">{rows}</dl> }.into_any()
    } else {
        view! { <p>{t.readers_not_shared()}</p> }.into_any()
    };
    let cut = read.readers.cut.then(|| view! { <p class="hint">{t.readers_cut(MOST)}</p> });
    let guests = read.state.takes_signatures().then(|| view! { <p>{t.readers_guests()}</p> });
    view! {
        <section class="panel" id="readers">
            <details>
                <summary>{t.readers_title()}</summary>
                <p>{zone}</p>
                {parties}{cut}{guests}
                <p class="hint">{t.readers_nobody_else()}</p>
            </details>
        </section>
    }
    .into_any()
}
