//! Warning, once each, of the days on which notice ends and an agreement ends.

use uuid::Uuid;

use super::super::model::{Agreement, Key, Scope};
use super::super::store as agreements;
use super::super::tell;
use super::model::{self, Step};
use super::store;
use crate::absence::who_acts;
use crate::actor::Rights;
use crate::affiliation::receivers::receivers;
use crate::backend::Backend;
use crate::backend::database::{Sql, Tx};
use crate::error::Result;
use crate::notification::{self, Kind, Subject};
use crate::time::Timestamp;

/// So many agreements are dealt with by one run; the next one goes on.
const MOST: i64 = 500;

/// Warns of what is due by now; gives how many warnings. Each agreement is a transaction of its own, in which it is noted
/// what was warned of: two nodes warn once.
pub async fn work(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut tx = backend.database.read().await?;
    let due = store::to_warn(&mut tx, now, MOST).await?;
    drop(tx);
    let mut told = 0;
    for id in due {
        let mut tx = backend.database.begin().await?;
        agreements::hold(&mut tx, &Key::Id(id)).await?;
        let agreement = agreements::find(&mut tx, &Key::Id(id), &Scope::All).await?;
        told += warn(&mut tx, &agreement, now).await?;
        tx.commit().await?;
    }
    Ok(told)
}

async fn warn(tx: &mut Tx, agreement: &Agreement, now: Timestamp) -> Result<i64> {
    let days = agreement.facts.days_at(now);
    let steps = model::steps(&agreement.facts, &days);
    let (due, _) = model::due(&steps, &store::told(tx, agreement.id).await?, &agreement.facts.zone, now);
    // Where it is known what becomes of it nobody needs to be warned.
    let settled = agreement.decided_for == days.ends_on || store::is_renewed(tx, agreement.id).await?;
    let mut told = 0;
    for step in &due {
        if store::note_told(tx, agreement.id, step, now).await? && !settled {
            tell_of(tx, agreement, step, now).await?;
            told += 1;
        }
    }
    store::reckon(tx, agreement.id, &agreement.facts, &days, now).await?;
    Ok(told)
}

/// Tells who looks after the agreement, the account managers of the parties, and the parties' contacts; where a party has
/// named none who can be told, those who manage its affairs here.
async fn tell_of(tx: &mut Tx, agreement: &Agreement, step: &Step, now: Timestamp) -> Result<()> {
    let (en, zh) = tell::names(agreement);
    let (day, path) = (step.day.to_string(), agreement.url());
    let goes_on = if agreement.renews() { "goes_on" } else { step.warning.code() };
    let warning = if step.warning == model::Warning::End { goes_on } else { step.warning.code() };
    let facts = [("name_en", en.as_str()), ("name_zh", &zh), ("due", &day), ("agreement_warning", warning)];
    let parties = agreements::parties(tx, agreement.id).await?;
    let contacts = agreements::contacts(tx, agreement.id).await?;
    let mut told: Vec<Uuid> = Vec::new();
    for party in &parties {
        let people: Vec<Uuid> = receivers(tx, party.company, Rights::Viewer, now)
            .await?
            .into_iter()
            .filter_map(|person| person.account)
            .collect();
        let named: Vec<Uuid> = contacts
            .iter()
            .filter(|contact| contact.party == party.id)
            .filter_map(|contact| contact.account)
            .filter(|account| people.contains(account))
            .collect();
        let meant = if named.is_empty() {
            let managers = receivers(tx, party.company, Rights::Manager, now).await?;
            managers.into_iter().filter_map(|person| person.account).collect()
        } else {
            named
        };
        let meant: Vec<Uuid> = meant.into_iter().filter(|account| !told.contains(account)).collect();
        let subject = Subject { kind: "agreement", id: agreement.id, path: &path, company: Some(party.company) };
        notification::tell(tx, Kind::AgreementEnds, &subject, &facts, &meant, None, now).await?;
        told.extend(meant);
    }
    let companies: Vec<Uuid> = parties.iter().map(|party| party.company).collect();
    let mut zone: Vec<Uuid> = agreement.facts.owner.into_iter().collect();
    zone.extend(account_managers(tx, &companies).await?);
    let mut acting: Vec<Uuid> = Vec::new();
    for one in zone {
        acting.push(who_acts(tx, one, now).await?.account);
    }
    acting.sort();
    acting.dedup();
    let subject = Subject { kind: "agreement", id: agreement.id, path: &path, company: None };
    notification::tell(tx, Kind::AgreementEnds, &subject, &facts, &acting, None, now).await
}

async fn account_managers(tx: &mut Tx, companies: &[Uuid]) -> Result<Vec<Uuid>> {
    let mut sql = Sql::new("SELECT DISTINCT manager_id FROM companies WHERE manager_id IS NOT NULL AND ");
    sql.bind_in("id", companies);
    let rows: Vec<(Uuid,)> = sql.rows(tx).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
