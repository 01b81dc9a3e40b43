//! What the clock does about stalled companies: it notes them each hour, and tells their account managers each Monday.

use uuid::Uuid;

use super::store;
use crate::backend::Backend;
use crate::error::Result;
use crate::language::Language;
use crate::notification::{self, Kind, Subject};
use crate::time::Timestamp;

/// The job that notes them.
pub const JOB: &str = "companies.stalled";
/// The subject of all notifications about them: each person has one, which is brought up to date.
pub const SUBJECT: Uuid = Uuid::from_u128(0x7374_616c_6c65_6400_0000_0000_0000_0001);
/// Where they stand on the start page.
pub const PLACE: &str = "/today#stalled";
/// So many are named to an account manager; of more it is said how many there are.
const NAMED: usize = 5;

/// Notes which companies are stalled and takes back what is so no more; gives how many changed.
pub async fn note(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    let mut changed = 0;
    let mut tx = backend.database.begin().await?;
    changed += store::take_back(&mut tx, now).await?;
    tx.commit().await?;
    loop {
        let mut tx = backend.database.begin().await?;
        let some = store::note(&mut tx, now).await?;
        tx.commit().await?;
        changed += some;
        if some < store::BATCH.unsigned_abs() {
            return Ok(i64::try_from(changed).unwrap_or(i64::MAX));
        }
        // Who waits for the writer goes first.
        tokio::task::yield_now().await;
    }
}

/// On a Monday, tells each account manager once of those of their companies that have stalled since they were last told;
/// gives how many people.
pub async fn tell(backend: &Backend) -> Result<i64> {
    let now = backend.clock.now();
    if now.date().weekday() != jiff::civil::Weekday::Monday {
        return Ok(0);
    }
    let mut tx = backend.database.read().await?;
    let managers = store::untold(&mut tx).await?;
    drop(tx);
    let mut told = 0;
    for manager in managers {
        told += i64::from(tell_one(backend, manager, now).await?);
    }
    Ok(told)
}

/// That they are told and that it is noted is one transaction: two nodes tell once.
async fn tell_one(backend: &Backend, manager: Uuid, now: Timestamp) -> Result<bool> {
    let mut tx = backend.database.begin().await?;
    let mut names = store::claim(&mut tx, manager, now).await?;
    if names.is_empty() {
        return Ok(false);
    }
    names.sort();
    let listed = |language: Language, between: &str| {
        let some = names.iter().take(NAMED).map(|(en, zh)| language.prefer(en, zh));
        let mut text = some.collect::<Vec<_>>().join(between);
        if names.len() > NAMED {
            text.push_str(" …");
        }
        text
    };
    let (en, zh, count) = (listed(Language::En, ", "), listed(Language::Zh, "、"), names.len().to_string());
    let subject = Subject { kind: "stalled", id: SUBJECT, path: PLACE, company: None };
    let facts = [("name_en", en.as_str()), ("name_zh", &zh), ("count", &count)];
    let kind = Kind::CompaniesStalled;
    notification::tell_with_deputy(&mut tx, kind, &subject, &facts, (manager, &[]), None, now).await?;
    tx.commit().await?;
    Ok(true)
}
